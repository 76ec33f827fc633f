"""Texts with a form of their own: mailboxes, Markdown, wires, transcripts, tokens, chats."""

import pytest

import framing as fr

GULLS = "The gulls of the quay have found a new roof. Nobody minds them there."
TIDES = "The tide tables of last year were wrong by an hour. They are printed anew."


def read(folder, name, content, **options):
    """Return the corpus of a file, without bars."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return fr.read_corpus(path, progress=False, **options)


def facts(corpus, *names):
    """Return the values of columns, article by article, days without a time."""
    table = corpus.table.reindex(columns=list(names)).astype(object)
    table = table.where(table.notna(), None)
    return [tuple(str(v)[:10] if n == "date" and v else v for n, v in row.items())
            for row in table.to_dict("records")]  # fmt: skip


def texts(corpus):
    return corpus.table["text"].tolist()


def mail(sender, subject, day, *body):
    head = (
        f"From: {sender} <a@shore.example>\nTo: b@shore.example\nSubject: {subject}\nDate: {day}\n"
        'MIME-Version: 1.0\nContent-Type: text/plain; charset="utf-8"'
    )
    return "\n".join([head, "", *body, ""])


MAILBOX = "\n".join(
    [
        "From gull@shore.example Mon Mar  3 09:00:00 2025",
        mail("Shore Post", "Gulls", "Mon, 3 Mar 2025 09:00:00 +0000", GULLS, "",
             ">From the quay one sees them.", "From here, too."),
        "From tern@shore.example Tue Apr  1 09:00:00 2025",
        mail("Reed News", "Nothing", "Tue, 1 Apr 2025 09:00:00 +0000", ""),
        "From tern@shore.example Wed Apr  2 09:00:00 2025",
        mail("Reed News", "Tides", "Wed, 2 Apr 2025 09:00:00 +0000", TIDES, "", "-- ", "Jo Reed"),
    ]
)  # fmt: skip


@pytest.mark.parametrize("name", ["box.mbox", "Inbox", "box.txt"])
def test_each_mail_of_a_mailbox_is_an_article(tmp_path, name):
    corpus = read(tmp_path, name, MAILBOX)
    assert facts(corpus, "title", "source", "date") == [
        ("Gulls", "Shore Post", "2025-03-03"),
        ("Tides", "Reed News", "2025-04-02"),
    ]
    assert texts(corpus)[1] == TIDES
    assert texts(corpus)[0].endswith("\n\nFrom the quay one sees them.\nFrom here, too.")
    left_out = corpus.exclusions["reason"].tolist()
    assert len(left_out) == 1
    assert left_out[0].startswith("mail 2")
    assert any("signature" in note for note in corpus.notes)


def test_a_text_that_begins_like_a_mailbox_is_one_article(tmp_path):
    text = f"From the quay at 09:00\n{GULLS}\n\nFrom the pier at 10:00\nNote: {TIDES}"
    assert texts(read(tmp_path, "a.txt", text)) == [text]


@pytest.mark.parametrize(
    "line",
    [
        "Abmelden: https://post.example/x", "Se désabonner", "Darse de baja | Aviso legal",
        "Sie erhalten diese E-Mail, weil Sie sich angemeldet haben.", "Im Browser ansehen",
        "Vous recevez cette lettre car vous êtes abonné.", "Avregistrera dig",
        "Transcribed by https://scribe.example",
    ],
)  # fmt: skip
def test_the_end_of_a_newsletter_is_furniture(tmp_path, line):
    corpus = read(tmp_path, "a.txt", f"{GULLS}\n\n{TIDES}\n\n{line}")
    assert corpus.exclusions["line"].tolist() == [5]


@pytest.mark.parametrize(
    "line",
    ["Abmelden will sich hier niemand.", "Unsubscribe is a word that nobody likes.",
     "You are receiving this prize, said the mayor."],
)  # fmt: skip
def test_sentences_with_words_of_newsletters_stay(tmp_path, line):
    assert read(tmp_path, "a.txt", f"{GULLS}\n\n{line}").exclusions.empty


YAML = f"""---
title: Gulls: a new roof
date: 2025-03-03
author:
  - "[[Jo Reed]]"
source: https://shore.example/gulls
description: "A teaser"
---
# Gulls: a new roof

The **gulls** of the [quay](https://shore.example/quay) have found a *new* roof.
![A roof](roof.jpg)

> {TIDES} [More][1]

[1]: https://shore.example/more
"""
TOML = f"""+++
title = "Gulls"
date = 2025-03-03T10:00:00Z
publication = "Shore Post"
[params]
  author = "Jo Reed"
+++

{GULLS}
<!--more-->
{{{{< figure src="roof.jpg" >}}}}

{TIDES}
"""


@pytest.mark.parametrize("name", ["a.md", "a.markdown", "a.txt"])
def test_facts_above_markdown_are_no_text(tmp_path, name):
    corpus = read(tmp_path, name, YAML)
    assert facts(corpus, "title", "date", "byline", "url", "source") == [
        ("Gulls: a new roof", "2025-03-03", "Jo Reed", "https://shore.example/gulls", None)
    ]
    assert texts(corpus) == [f"The gulls of the quay have found a new roof.\n\n{TIDES} More"]


def test_facts_in_toml_and_commands_of_a_site_are_no_text(tmp_path):
    corpus = read(tmp_path, "a.md", TOML)
    assert facts(corpus, "title", "source", "byline", "date") == [
        ("Gulls", "Shore Post", "Jo Reed", "2025-03-03")
    ]
    assert texts(corpus) == [f"{GULLS}\n\n{TIDES}"]


def test_the_day_of_a_post_stands_in_the_name_of_its_file(tmp_path):
    corpus = read(tmp_path, "2025-03-03-gulls.md", f"---\nlayout: post\n---\n{GULLS}")
    assert facts(corpus, "date") == [("2025-03-03",)]


def test_markdown_without_facts_has_no_marks_and_rules_in_texts_stay(tmp_path):
    assert texts(read(tmp_path, "a.md", f"## Roof\n\n{GULLS} [Map](x.png)")) == [
        f"Roof\n\n{GULLS} Map"
    ]
    ruled = f"---\n{GULLS}\n---\n{TIDES} 5 * 3 * 2, a_b_c"
    assert texts(read(tmp_path, "b.txt", ruled)) == [ruled]


ANPA = (
    "\x16\x16\x01a0042\x1f_-----\r\nf w\x13\x11 BC-Gulls 03-03 0031\r\n\x02\x02BC-Gulls,31<\r\n"
    "^A new roof for the gulls<\r\n^SHW Photo 12<\r\n^Eds: Adds the mayor.<\r\n^By JO REED=\r\n"
    "^Shore Wire=\r\n\tQUAY (SHW) -- The gulls of the quay have found a new roof. \r\n"
    "\t``Nobody minds them there,'' said the mayor. The video\r\nadds to their fame. \r\n\x03\r\n"
    "03-03-25 0900GMT\x17\x17\x04"
)
IPTC = (
    "\x01shw0042 4 i 31  shw 0042\r\n\r\nGulls/roof/\r\n\x02A new roof for the gulls\r\n"
    "of the quay =\r\n\r\nQuay (shw) - The gulls of the quay have found\r\na new roof.\r\n\r\n"
    "Nobody minds them there.\r\n\r\n# Notebook\r\n- [map](http://shore.example)\r\n\r\njr yy\r\n"
    "\x03030900 GMT Mar 25\r\n\x04"
)


def test_a_wire_has_a_headline_and_no_routing_in_its_text(tmp_path):
    corpus = read(tmp_path, "a.tst", ANPA)
    assert facts(corpus, "title", "date", "byline", "source") == [
        ("A new roof for the gulls", "2025-03-03", "JO REED", "SHW")
    ]
    assert texts(corpus) == [
        "The gulls of the quay have found a new roof.\n\n"
        '"Nobody minds them there," said the mayor. The video adds to their fame.'
    ]
    corpus = read(tmp_path, "b.txt", IPTC)
    assert facts(corpus, "title", "date") == [
        ("A new roof for the gulls of the quay", "2025-03-03")
    ]
    assert texts(corpus) == [
        "The gulls of the quay have found a new roof.\n\nNobody minds them there."
    ]


def test_several_wires_in_a_file_are_articles(tmp_path):
    assert len(read(tmp_path, "a.txt", IPTC + "\r\n" + IPTC)) == 2


SENTENCES = GULLS.split(". ")


@pytest.mark.parametrize(
    "turns",
    [
        "Jo Reed  0:03\n{0}.\n\nUnknown Speaker  1:07:12\n{1}",
        "Jo Reed (00:03):\n{0}.\nUnknown Speaker (00:41):\n{1}",
        "[00:00:03] Jo Reed: {0}.\n[00:00:41] Unknown Speaker: {1}",
        "00:00:03 Jo Reed\n{0}.\n\n00:00:41 Unknown Speaker\n{1}",
        "00:03 - 00:09 Jo Reed:\n{0}.\n\n00:41 - 00:50 Unknown Speaker:\n{1}",
        "Council meeting\nMarch 3, 2025\n\nJo Reed [00:03]\n{0}.\n\nUnknown Speaker [00:41]\n{1}\n"
        "\nThis transcript was exported on March 5, 2025 - view latest version here.",
    ],
)
def test_names_and_times_of_a_transcript_are_no_text(tmp_path, turns):
    corpus = read(tmp_path, "a.txt", turns.format(*SENTENCES))
    assert texts(corpus) == [f"{SENTENCES[0]}.\n\n{SENTENCES[1]}"]
    assert facts(corpus, "byline") == [("Jo Reed; Unknown Speaker",)]
    assert any("2 turns of speech" in note for note in corpus.notes)
    if turns.startswith("Council"):
        assert facts(corpus, "title", "date") == [("Council meeting", "2025-03-03")]


@pytest.mark.parametrize(
    "text",
    [
        f"The ferry left at 9:05\n{GULLS}\nThe next one leaves at 10:15\n{TIDES}",
        f"Shore 2:1\nReed 3:10\nQuay 0:12\n{GULLS}\n{TIDES}",
        f"{GULLS}\n\n{TIDES}\n\nUpdated 10:15",
    ],
)
def test_texts_with_times_are_no_transcripts(tmp_path, text):
    assert texts(read(tmp_path, "a.txt", text)) == [text]


VRT = """<?xml version="1.0"?>
<corpus>
<text id="t1" title="A new roof" newspaper="Shore Post" date="2025-03-03">
<p>
<s>
The\tDT\tthe
gulls\tNNS\tgull
've\tVBP\thave
found\tVBN\tfind
a\tDT\ta
roof\tNN\troof
.\t.\t.
</s>
</p>
<p>
<s>
&quot;\t''\t"
Fine\tJJ\tfine
&quot;\t''\t"
,\t,\t,
said\tVBD\tsay
Q<g/>
&amp;\tSYM\t&amp;
</s>
</p>
</text>
<text id="t2" title="Tides" newspaper="Reed News" date="2025-04-02">
<s>
Tides\tNNS\ttide
rise\tVBP\trise
</s>
</text>
</corpus>
""".replace("Q<g/>", "Q\tNN\tq\n<g/>")
CONLL = """# newdoc id = d1
# sent_id = 1
# text = The gulls haven't left.
1\tThe\tthe\tX\t_
2\tgulls\tgull\tX\t_
3-4\thaven't\t_\t_\t_
3\thave\thave\tX\t_
4\tn't\tnot\tX\t_
5\tleft\tleave\tX\tSpaceAfter=No
6\t.\t.\tX\t_

# newpar
# sent_id = 2
1\tThey\tthey\tX\t_
2-3\tcannot\t_\t_\tSpaceAfter=No
2\tcan\tcan\tX\t_
3\tnot\tnot\tX\t_
4\t!\t!\tX\t_

# newdoc id = d2
# sent_id = 3
1\tTides\ttide\tX\t_
2\trise\trise\tX\tSpaceAfter=No
3\t.\t.\tX\t_
"""


@pytest.mark.parametrize("name", ["a.vrt", "a.vert", "a.txt", "a.xml"])
def test_words_of_a_corpus_are_put_together(tmp_path, name):
    corpus = read(tmp_path, name, VRT)
    assert texts(corpus) == ['The gulls\'ve found a roof.\n\n"Fine", said Q&', "Tides rise"]
    assert facts(corpus, "title", "source", "date") == [
        ("A new roof", "Shore Post", "2025-03-03"),
        ("Tides", "Reed News", "2025-04-02"),
    ]


@pytest.mark.parametrize("name", ["a.conllu", "a.conll", "a.txt"])
def test_sentences_of_conll_are_put_together(tmp_path, name):
    corpus = read(tmp_path, name, CONLL)
    assert texts(corpus) == ["The gulls haven't left.\n\nThey cannot!", "Tides rise."]


def test_a_table_with_ids_and_a_page_with_short_lines_are_no_corpora_of_words(tmp_path):
    table = f"id\ttitle\ttext\n1\tGulls\t{GULLS}\n2\tTides\t{TIDES}\n"
    assert facts(read(tmp_path, "a.txt", table), "title") == [("Gulls",), ("Tides",)]
    page = f"<div>\n<p>\nGulls\nand\nterns\n</p><p>{GULLS} {TIDES}</p></div>"
    assert GULLS in texts(read(tmp_path, "a.html", page))[0]
