"""Texts with a form of their own: mailboxes, Markdown, wires, transcripts, tokens, chats."""

import html
import json

import pytest
from support.reading import read
from support.walk import files_entered

import framing as fr

GULLS = "The gulls of the quay have found a new roof. Nobody minds them there."
TIDES = "The tide tables of last year were wrong by an hour. They are printed anew."


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


def test_a_mail_of_apple_has_no_properties_in_its_text(tmp_path):
    one = mail("Shore Post", "Gulls", "Mon, 3 Mar 2025 09:00:00 +0000", GULLS)
    corpus = read(tmp_path, "1.emlx", f"{len(one)}\n{one}<?xml version='1.0'?><plist></plist>\n")
    assert [text.strip() for text in texts(corpus)] == [GULLS]
    assert facts(corpus, "title", "source") == [("Gulls", "Shore Post")]


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


def test_facts_in_json_are_no_text_and_other_json_stays_a_table(tmp_path):
    corpus = read(tmp_path, "a.md", f'{{"title": "Gulls", "date": "2025-03-03"}}\n\n{GULLS}\n')
    assert facts(corpus, "title", "date") == [("Gulls", "2025-03-03")]
    assert texts(corpus) == [GULLS]
    rows = f'{{"title": "A", "text": "{GULLS}"}}\n{{"title": "B", "text": "{TIDES}"}}\n'
    assert texts(read(tmp_path, "b.txt", rows)) == [GULLS, TIDES]


def test_the_day_of_a_post_stands_in_the_name_of_its_file(tmp_path):
    corpus = read(tmp_path, "2025-03-03-gulls.md", f"---\nlayout: post\n---\n{GULLS}")
    assert facts(corpus, "date") == [("2025-03-03",)]


def test_labels_above_a_text_are_no_text(tmp_path):
    head = "Title: A new roof\nDate: 2025-03-03 10:20\nAuthor: Jo Reed\n"
    for name in ("a.txt", "a.md"):
        corpus = read(tmp_path, name, f"{head}\n{GULLS}\n\n{TIDES}")
        assert facts(corpus, "title", "date", "byline") == [("A new roof", "2025-03-03", "Jo Reed")]
        assert texts(corpus) == [f"{GULLS}\n\n{TIDES}"]
    for other in (f"Question: Why?\nAnswer: So.\n\n{GULLS}", f"Title: A\n{GULLS}\n\n{TIDES}"):
        assert texts(read(tmp_path, "b.txt", other)) == [other]


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


def test_words_above_the_headline_of_a_wire_and_its_byline_are_no_headline(tmp_path):
    head = "\x02REFILE\r\n1ST LEAD\r\nA new roof for the gulls\r\nBy our correspondents =\r\n"
    wire = IPTC.partition("\x02")[0] + head + IPTC.partition("of the quay =\r\n")[2]
    assert facts(read(tmp_path, "a.txt", wire), "title", "byline") == [
        ("A new roof for the gulls", "our correspondents")
    ]


def test_several_wires_in_a_file_are_articles(tmp_path):
    assert len(read(tmp_path, "a.txt", IPTC + "\r\n" + IPTC)) == 2


def test_a_wire_is_read_without_its_controls_in_another_encoding_and_with_its_agency(tmp_path):
    bare = IPTC.replace("\x01", "").replace("\x02", "").replace("\x03", "").replace("\x04", "")
    for name, content in (("a.txt", bare), ("b.txt", IPTC.replace("gulls of", "möwen of"))):
        (tmp_path / name).write_bytes(content.encode("cp1252"))
        corpus = fr.read_corpus(tmp_path / name)
        assert facts(corpus, "title", "date", "source") == [
            ("A new roof for the gulls of the quay", "2025-03-03", "shw")
        ]
        assert texts(corpus)[0].endswith("Nobody minds them there.")
    (tmp_path / "c.tst").write_bytes(ANPA.replace("gulls of", "möwen of").encode("cp1252"))
    assert "möwen of the quay" in fr.read_corpus(tmp_path / "c.tst").table["text"].iloc[0]
    # An agency that only the line of the sender names, and a place with a state.
    sent = ANPA.replace("(SHW) --", "").replace("03-03-25 09", "^AP-WF-03-03-25 09")
    assert facts(read(tmp_path, "d.tst", sent), "source") == [("AP",)]
    placed = read(tmp_path, "e.tst", ANPA.replace("QUAY (SHW) --", "QUAY, Mass. (AP) _"))
    assert facts(placed, "source") == [("AP",)]
    assert texts(placed)[0].startswith("The gulls of the quay")
    dated = read(tmp_path, "f.txt", IPTC.replace("Quay (shw) -", "Quay, March 3 Wire -"))
    assert facts(dated, "source") == [("Wire",)]
    assert texts(dated)[0].startswith("The gulls of the quay")


def test_texts_of_a_telex_are_articles_without_its_codes(tmp_path):
    telex = (
        "ZCZC ABC123\r\nYY RFG TDR\r\n:Gulls find a roof\r\n:GULLS-ROOF\r\n  QUAY, Mar 3 SHW - "
        "The gulls have found a roof.\r\n\r\n  Nobody minds.\r\n\r\nSHW jr\r\n\r\nNNNN\r\n"
    )
    corpus = read(tmp_path, "a.txt", telex + telex.replace("Gulls find", "Terns find"))
    assert facts(corpus, "title", "source") == [
        ("Gulls find a roof", "SHW"), ("Terns find a roof", "SHW"),
    ]  # fmt: skip
    assert texts(corpus)[0].startswith("The gulls have found a roof.\n\nNobody minds.")
    assert "NNNN" not in texts(corpus)[0]


def test_a_wire_of_headlines_alone_keeps_them(tmp_path):
    head = (
        "\x16\x16\x01V4644\x1f_-----\r\nr e\x13\x11 AP-Top 03-03 01\r\n\x02*9006< ^AP-Top,17<\r\n"
    )
    lines = "^Top news at noon<\r\n^Gulls find a roof\r\n^Ferry late\r\n\r\n"
    wire = f"{head}{lines}   ^AP-WF-03-03-25 0900GMT<\r\n\x03"
    corpus = read(tmp_path, "a.tst", wire)
    assert texts(corpus) == ["Gulls find a roof\n\nFerry late"]
    assert facts(corpus, "title", "source") == [("Top news at noon", "AP")]


def test_codes_of_typesetting_in_a_wire_are_the_signs_they_stand_for(tmp_path):
    coded = IPTC.replace(
        "Nobody minds", "Nobody&amp;apos;s roof<QL>\r\n<endash> 8<endash>-</endash>9 minds"
    )
    assert "Nobody's roof\n– 8-9 minds them there." in texts(read(tmp_path, "a.txt", coded))[0]


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
def test_times_of_a_transcript_are_no_text_and_names_stand_before_turns(tmp_path, turns):
    corpus = read(tmp_path, "a.txt", turns.format(*SENTENCES))
    assert texts(corpus) == [f">> Jo Reed: {SENTENCES[0]}.\n\n>> Unknown Speaker: {SENTENCES[1]}"]
    assert facts(corpus, "byline") == [("Jo Reed; Unknown Speaker",)]
    assert any("2 turns of speech" in note for note in corpus.notes)
    if turns.startswith("Council"):
        assert facts(corpus, "title", "date") == [("Council meeting", "2025-03-03")]


def test_times_alone_are_no_text_and_names_may_stand_below_them(tmp_path):
    first, second = SENTENCES
    corpus = read(tmp_path, "a.txt", f"0:03\n{first}.\n\n0:41\n{second}\n")
    assert texts(corpus) == [f"{first}.\n\n{second}"]
    assert any("write the name before each turn" in note for note in corpus.notes)
    turns = f"0:0:3.1 --> 0:0:40.0\nJo Reed\n{first}.\n0:0:41.2 --> 0:1:7.0\nNora Tern\n{second}"
    corpus = read(tmp_path, "b.txt", turns)
    assert texts(corpus) == [f">> Jo Reed: {first}.\n\n>> Nora Tern: {second}"]
    assert facts(corpus, "byline") == [("Jo Reed; Nora Tern",)]


@pytest.mark.parametrize(
    ("names", "speakers"),
    [
        (("Nora Tern", "Reporter"), ["Tern", "Tern", "other"]),
        (("Reporter", "Nora Tern"), ["other", "other", "Tern"]),
        (("Speaker 1", "Speaker 2"), ["other", "other", "other"]),
        # One person speaks all the time.
        (("Nora Tern", "Nora Tern"), ["Tern", "Tern", "Tern"]),
    ],
)
@pytest.mark.parametrize(
    "form",
    ["{}  0:12\n{}\n\n{}  0:40\n{}", "0:12 {}\n{}\n\n0:40 {}\n{}", "[0:12] {}: {}\n[0:40] {}: {}"],
)
def test_who_speaks_in_a_transcript_with_times_is_known(tmp_path, form, names, speakers):
    said = ("The roof is near.\n\nThe roof is new.", "When is the roof here?")
    if form.startswith("["):
        said = (said[0].replace("\n\n", " "), said[1])
    corpus = read(tmp_path, "a.txt", form.format(names[0], said[0], names[1], said[1]))
    actors = fr.make_actors({"Tern": ["Nora Tern"]})
    hits = fr.find_hits(corpus, fr.make_lexicon({"f": ["roof"]}), actors=actors)
    assert hits.table["speaker"].tolist() == speakers


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
    for numbered in (f"1\tA\t{GULLS}\n2\tB\t{TIDES}\n", "1\tquay\tx\n2\tpier\ty\n3\treed\tz\n"):
        assert texts(read(tmp_path, "b.txt", numbered)) == [numbered]
    page = f"<div>\n<p>\nGulls\nand\nterns\n</p><p>{GULLS} {TIDES}</p></div>"
    assert texts(read(tmp_path, "a.html", page)) == [f"Gulls and terns\n{GULLS} {TIDES}"]


def test_words_with_their_parts_of_speech_are_put_together(tmp_path):
    words = "The\tDT\tthe\ngulls\tNNS\tgull\nleft\tVVD\tleave\n.\tSENT\t.\n"
    assert texts(read(tmp_path, "a.txt", words * 5)) == [" ".join(["The gulls left."] * 5)]
    counts = "".join(f"word{n}\t{n}\n" for n in range(30))
    assert texts(read(tmp_path, "b.txt", counts)) == [counts]


APPLE = (
    "\u200e[03.03.25, 08:59:01] Quay: \u200eMessages and calls are end-to-end encrypted.\n"
    f"[03.03.25, 09:00:12] Jo Reed: {GULLS}\nSecond line: of one message.\n"
    "\u200e[17.03.25, 09:01:00] ~\u202fNora: \u200eimage omitted\n"
    f"[02.04.25, 09:02:00] ~\u202fNora: {TIDES} \u200e<This message was edited>\n"
    "[02.04.25, 09:03:00] Jo Reed: This message was deleted.\n"
)
ANDROID = (
    "3/3/25, 8:59 AM - Messages and calls are end-to-end encrypted.\n"
    f"3/3/25, 9:00 AM - Jo Reed: {GULLS}\nSecond line: of one message.\n"
    "3/17/25, 9:01 AM - Nora: <Media omitted>\n"
    f"4/2/25, 9:02 AM - Nora: {TIDES}\n"
    "4/2/25, 9:03 AM - Jo Reed: You deleted this message\n"
)
DISCORD = (
    "=====\nGuild: Shore\nChannel: Text / quay\n=====\n\n"
    f"[03/03/2025 9:00 AM] Jo Reed\n{GULLS}\nSecond line: of one message.\n\n"
    "[03/17/2025 9:01 AM] Nora\n\n{Attachments}\nhttps://shore.example/roof.jpg\n\n"
    f"[04/02/2025 9:02 AM] Nora\n{TIDES}\n"
)
SAID = [f"{GULLS}\nSecond line: of one message.", TIDES]


@pytest.mark.parametrize(
    ("name", "chat", "source"),
    [
        ("_chat.txt", APPLE, None),
        ("WhatsApp Chat with Quay Desk.txt", ANDROID, "Quay Desk"),
        ("a.txt", DISCORD, "quay"),
    ],
)
def test_each_message_of_a_chat_is_an_article(tmp_path, name, chat, source):
    corpus = read(tmp_path, name, chat)
    assert texts(corpus) == SAID
    assert facts(corpus, "date", "byline", "source") == [
        ("2025-03-03", "Jo Reed", source),
        ("2025-04-02", "Nora", source),
    ]
    assert set(corpus.exclusions["rule"]) == {"not parsed"}


def test_lines_with_times_in_a_text_are_no_chat(tmp_path):
    text = f"{GULLS}\n12.03.2025, 10:15 - Quay: {TIDES}\n13.03.2025, 10:15 - Pier: {TIDES}"
    assert texts(read(tmp_path, "a.txt", text)) == [text]


def test_days_of_a_chat_that_have_two_readings_are_not_guessed(tmp_path):
    chat = f"1/2/25, 9:00 AM - Jo Reed: {GULLS}\n3/4/25, 9:02 AM - Nora: {TIDES}\n"
    assert str(read(tmp_path, "a.txt", chat, dates="mdy").table["date"][1])[:10] == "2025-03-04"
    assert str(read(tmp_path, "b.txt", chat, dates="dmy").table["date"][1])[:10] == "2025-04-03"
    with pytest.raises(fr.InputError, match="dates="):
        read(tmp_path, "c.txt", chat)


TELEGRAM = """<html><body><div class="page_header"><div class="text bold">Quay Desk</div></div>
<div class="history"><div class="message service"><div class="body details">3 March 2025</div></div>
<div class="message default"><div class="body"><div class="pull_right date details"
 title="03.03.2025 09:00:00 UTC+00:00">09:00</div><div class="from_name">Jo Reed</div>
<div class="text">{0}<br>Second line: of one message.</div></div></div>
<div class="message default joined"><div class="body"><div class="date"
 title="17.03.2025 09:01:00 UTC+00:00">09:01</div><div class="media_wrap">Photo</div></div></div>
<div class="message default joined"><div class="body"><div class="date"
 title="02.04.2025 09:02:00 UTC+00:00">09:02</div><div class="text">{1}</div></div></div>
</div></body></html>"""
DISCORD_PAGE = """<html><body><div class="preamble"><div class="preamble__entry">Shore</div>
<div class="preamble__entry">Text / Quay Desk</div><div class="preamble__entry">A topic</div></div>
<div class="chatlog__message-container"><div class="chatlog__message">
<span class="chatlog__author">Jo Reed</span>
<span class="chatlog__timestamp" title="Monday, March 3, 2025 9:00 AM">3/3/2025</span>
<div class="chatlog__content">{0}<br>Second line: of one message.</div></div></div>
<div class="chatlog__message-container"><div class="chatlog__message">
<span class="chatlog__timestamp" title="Wednesday, April 2, 2025 9:02 AM">4/2/2025</span>
<div class="chatlog__content">{1}</div></div></div></body></html>"""


@pytest.mark.parametrize("page", [TELEGRAM, DISCORD_PAGE])
def test_each_message_on_the_page_of_a_chat_is_an_article(tmp_path, page):
    corpus = read(tmp_path, "messages.html", page.format(GULLS, TIDES))
    assert texts(corpus) == SAID
    days = [day for day, *_ in facts(corpus, "date")]
    assert days == ["2025-03-03", "2025-04-02"]
    assert facts(corpus, "source")[0] == ("Quay Desk",)


SLACK = {
    "quay/2025-03-03.json": [
        {"type": "message", "user": "U1", "ts": "1740992400.000200", "text": GULLS,
         "user_profile": {"real_name": "Jo Reed"}},
        {"type": "message", "subtype": "channel_join", "user": "U2", "ts": "1740992401.000200",
         "text": "<@U2> has joined the channel"},
    ],
    "quay/2025-04-02.json": [
        {"type": "message", "user": "U2", "ts": "1743584520.000200", "text": TIDES},
    ],
    "users.json": [{"id": "U1", "name": "jo", "profile": {"title": "Head of the desk"}}],
    "channels.json": [{"id": "C1", "name": "quay", "created": 1, "purpose": {"value": GULLS}}],
}  # fmt: skip


def test_messages_of_slack_have_channel_and_day(tmp_path):
    for name, rows in SLACK.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(json.dumps(rows), "utf-8")
    corpus = fr.read_corpus(tmp_path, progress=False)
    assert texts(corpus) == [GULLS, TIDES]
    assert facts(corpus, "source", "date", "byline") == [
        ("quay", "2025-03-03", "Jo Reed"),
        ("quay", "2025-04-02", "U2"),
    ]
    left_out = dict(zip(corpus.exclusions["doc_id"], corpus.exclusions["reason"], strict=True))
    assert "lists people" in left_out["users.json"]
    assert "lists channels" in left_out["channels.json"]
    assert any("1 messages of the program" in note for note in corpus.notes)


def test_lists_of_slack_hold_no_messages_however_short(tmp_path):
    messages = json.dumps(SLACK["quay/2025-03-03.json"])
    (tmp_path / "quay").mkdir()
    (tmp_path / "quay" / "2025-03-03.json").write_text(messages, "utf-8")
    (tmp_path / "channels.json").write_text('[{"id": "C1", "name": "quay"}]', "utf-8")
    assert texts(fr.read_corpus(tmp_path, progress=False)) == [GULLS]


def test_who_joined_a_server_of_discord_is_no_article(tmp_path):
    author = {"id": "1", "name": "jo"}
    messages = [
        {"type": "Default", "timestamp": "2025-03-03T09:00:00", "content": GULLS, "author": author},
        {"type": "GuildMemberJoin", "timestamp": "2025-03-04T09:00:00", "author": author,
         "content": "Joined the server."},
    ]  # fmt: skip
    content = {"guild": {"name": "Shore"}, "channel": {"name": "quay"}, "messages": messages}
    corpus = read(tmp_path, "a.json", json.dumps(content))
    assert texts(corpus) == [GULLS]
    assert facts(corpus, "source") == [("quay",)]


WIKI = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/"><siteinfo>
<sitename>Shore Wiki</sitename></siteinfo>
<page><title>A new roof</title><ns>0</ns>
<revision><timestamp>2025-03-01T09:00:00Z</timestamp><text>Draft.</text></revision>
<revision><timestamp>2025-03-09T09:00:00Z</timestamp><text>{{date|March 3, 2025}}
[[File:Roof.jpg|thumb|A [[roof]] of {{w|tin}}]]
The '''gulls''' of the [[w:Quay|quay]] have found a
[[roof]]. "Fine", said {{w|Q|Jo Reed}}.&lt;ref&gt;
A note&lt;/ref&gt;

== Voices ==
* Nobody [https://shore.example minds] them there.
{| class="wikitable"
| cell
|}

== Sources ==
*{{source|url=https://shore.example}}

=== More ===
Nothing.
[[Category:Gulls]]</text></revision></page>
<page><title>Template:Date</title><ns>10</ns><revision><text>Some text.</text></revision></page>
<page><title>Roof</title><ns>0</ns><redirect title="A new roof"/>
<revision><text>#REDIRECT [[A new roof]]</text></revision></page>
</mediawiki>"""


def test_pages_of_a_wiki_are_read_without_its_marks(tmp_path):
    corpus = read(tmp_path, "wiki.xml", WIKI)
    assert facts(corpus, "title", "source", "date") == [("A new roof", "Shore Wiki", "2025-03-03")]
    assert texts(corpus) == [
        'The gulls of the quay have found a roof. "Fine", said Jo Reed.\n\n'
        "Voices\n\nNobody minds them there."
    ]
    reasons = corpus.exclusions["reason"].tolist()
    assert len(reasons) == 2
    assert "namespace 10" in reasons[0]
    assert "redirect" in reasons[1]


def test_a_table_of_pieces_of_speech_is_one_article(tmp_path):
    first, second = SENTENCES
    corpus = read(tmp_path, "a.tsv", f"start\tend\ttext\n0\t4900\t{first}.\n5000\t9900\t{second}\n")
    assert texts(corpus) == [f"{first}. {second}"]
    spoken = f"start,end,speaker,text\n0:00,0:04,Jo,{first}.\n0:05,0:09,Nora,{second}\n"
    assert texts(read(tmp_path, "b.csv", spoken)) == [f">> Jo: {first}.\n\n>> Nora: {second}"]
    spans = f"start,end,title,text\n0,4,A,{first}.\n5,9,B,{second}\n"
    assert len(read(tmp_path, "c.csv", spans)) == 2
    unordered = f"start,end,text\n50,54,{first}.\n5,9,{second}\n"
    assert len(read(tmp_path, "d.csv", unordered)) == 2


def rows(*cells):
    return "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in cells)


def test_a_page_that_is_a_table_of_articles_has_an_article_a_row(tmp_path):
    table = rows(("title", "date", "text"), ("A", "2025-03-03", GULLS), ("B", "2025-04-02", TIDES))
    page = f"<html><body><table>{table}</table></body></html>"
    corpus = read(tmp_path, "a.html", page)
    assert facts(corpus, "title", "date") == [("A", "2025-03-03"), ("B", "2025-04-02")]
    assert texts(corpus) == [GULLS, TIDES]
    # A table inside an article is a part of it.
    article = f"<html><body><h1>Gulls</h1>{f'<p>{GULLS} {TIDES}</p>' * 9}<table>{table}</table>"
    assert len(read(tmp_path, "b.html", f"{article}</body></html>")) == 1


def test_a_table_without_texts_describes_the_files_that_it_names(tmp_path):
    page = "<html><body><article><p>{}</p></article></body></html>"
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "7.gulls.html").write_text(page.format(GULLS * 3), "utf-8")
    (tmp_path / "posts" / "8.tides.html").write_text(page.format(TIDES * 3), "utf-8")
    table = (
        "post_id,post_date,title\n7.gulls,2025-03-03T09:00:00.000Z,A new roof\n"
        "8.tides,2025-04-02T09:00:00.000Z,Tides\n9.none,2025-04-03T09:00:00.000Z,Nothing\n"
    )
    (tmp_path / "posts.csv").write_text(table, "utf-8")
    corpus = fr.read_corpus(tmp_path, progress=False)
    assert facts(corpus, "title", "date") == [("A new roof", "2025-03-03"), ("Tides", "2025-04-02")]
    assert corpus.exclusions["doc_id"].tolist() == ["9.none"]
    assert any("posts.csv describes" in note for note in corpus.notes)


def test_a_table_with_texts_or_other_names_is_read_by_itself(tmp_path):
    (tmp_path / "a.txt").write_text(GULLS, "utf-8")
    (tmp_path / "b.txt").write_text(TIDES, "utf-8")
    (tmp_path / "more.csv").write_text(f"name,text\na,{GULLS}\nb,{TIDES}\n", "utf-8")
    assert len(fr.read_corpus(tmp_path, progress=False)) == 4
    (tmp_path / "more.csv").write_text(f"name,title\nc,{GULLS}\nd,{TIDES}\n", "utf-8")
    assert len(fr.read_corpus(tmp_path, progress=False)) == 4


@pytest.mark.parametrize(
    ("files", "named", "described"),
    [("a", "a", True), ("abcd", "ab", True), ("abc", "a", False), ("abcde", "ab", False)],
)
def test_a_table_describes_the_files_if_it_names_half_of_them(tmp_path, files, named, described):
    for name in files:
        (tmp_path / f"{name}.txt").write_text(f"{GULLS} {name}", "utf-8")
    rows = "".join(f"{name},{TIDES} {name}\n" for name in named)
    (tmp_path / "more.csv").write_text(f"name,title\n{rows}", "utf-8")
    corpus = fr.read_corpus(tmp_path, progress=False)
    assert any("more.csv describes" in note for note in corpus.notes) == described
    assert len(corpus) == len(files) + (0 if described else len(named))


FORMS = ("markdown", "wires", "verticals", "chats", "transcripts")


@pytest.mark.parametrize(
    ("sign", "asked"),
    [
        ("", set()),
        ("They rose at 9:30.", {"transcripts"}),
        ("They rose on 12/3/2025.", {"chats"}),
        ("They rose^.", {"wires"}),
        ("They\trose.", {"verticals"}),
    ],
)
def test_only_a_reader_whose_sign_a_text_has_is_asked(tmp_path, sign, asked):
    path = tmp_path / "article.txt"
    path.write_text(f"{GULLS}\n\n{TIDES} {sign}\n", encoding="utf-8")
    entered = files_entered(lambda: fr.read_corpus(path, progress=False))
    assert {name for name in FORMS if f"corpus/archives/{name}.py" in entered} == asked
    assert texts(fr.read_corpus(path, progress=False)) == [f"{GULLS}\n\n{TIDES} {sign}\n"]


def test_facts_above_texts_that_have_no_role_are_columns(tmp_path):
    one = (
        "---\ntitle: Gulls\ndate: 2025-03-03\ntags: [sea, quay]\nrating: 4\ndraft: false\n"
        f"speaker: Ann\nparams:\n  wave: 2\n2025: old\n---\n{GULLS}\n"
    )
    two = f"+++\ntitle = 'Tides'\nrating = 5\n+++\n{TIDES}\n"
    (tmp_path / "a.md").write_text(one, encoding="utf-8")
    (tmp_path / "b.md").write_text(two, encoding="utf-8")
    corpus = fr.read_corpus(tmp_path, progress=False)
    assert texts(corpus) == [GULLS, TIDES]
    assert facts(corpus, "tags", "draft", "params.wave", "2025") == [
        ("sea; quay", "false", 2, "old"),
        (None, None, None, None),
    ]
    assert corpus.table["rating"].tolist() == [4, 5]
    # Scores use this name.
    assert corpus.table["speaker_given"].tolist()[:1] == ["Ann"]


def test_what_labels_and_elements_say_of_a_text_is_in_columns(tmp_path):
    labels = f"Title: Gulls\nDate: 2025-03-03\nKeywords: sea, quay\n\n{GULLS}"
    assert read(tmp_path, "a.txt", labels).table["Keywords"].tolist() == ["sea, quay"]
    words = "\n".join(f"{word}\tNN" for word in GULLS.split())
    vertical = f'<text title="Gulls" genre="note" year="2025">\n<s>\n{words}\n</s>\n</text>\n'
    table = read(tmp_path, "a.vrt", vertical).table
    assert (table["title"][0], table["genre"][0], table["year"][0]) == ("Gulls", "note", 2025)


ZOOM = (
    "14:05:01 From  Jo Reed  to  Everyone : Is the quay open: yes or no?\r\n"
    "14:05:30 From Ann to Everyone:\r\n\tIt is open.\r\n\tNobody minds.\r\n"
    '14:06:00 From Jo Reed to Ann(Direct Message):\r\n\tReplying to "It is open...."\r\n\tGood.\r\n'
    '14:06:10 From Bo to Everyone:\r\n\tReacted to "It is open...." with \U0001f44d\r\n'
)


def test_messages_of_a_meeting_are_articles_with_the_day_of_its_folder(tmp_path):
    name = "2025-03-04 14.02.33 Board/meeting_saved_chat.txt"
    corpus = read(tmp_path, name, ZOOM)
    assert texts(corpus) == ["Is the quay open: yes or no?", "It is open.\nNobody minds.", "Good."]
    assert facts(corpus, "byline", "date") == [
        ("Jo Reed", "2025-03-04"), ("Ann", "2025-03-04"), ("Jo Reed", "2025-03-04"),
    ]  # fmt: skip
    assert corpus.table["date"].astype(str)[1].endswith("14:05:30")
    assert read(tmp_path, "chat.txt", ZOOM).table["date"].isna().all()


def test_the_chat_of_a_recording_is_no_corpus_of_words(tmp_path):
    chat = "".join(f"00:{n:02}:04\tAlex:\tThe quay is open.\n" for n in range(30))
    corpus = read(tmp_path, "GMT20250304-130000_Recording.txt", chat)
    assert texts(corpus) == ["The quay is open."] * 30
    assert set(facts(corpus, "byline", "date")) == {("Alex", "2025-03-04")}


def test_saved_captions_of_a_meeting_have_no_times_in_their_text(tmp_path):
    said = "[Jo Reed] 14:05:01\nThe quay is open.\n\n[Ann] 14:05:30\nNobody minds.\n\n"
    corpus = read(tmp_path, "a.txt", f"{said}[Jo Reed] 14:06:01\nGood then.\n")
    assert texts(corpus) == [
        ">> Jo Reed: The quay is open.\n\n>> Ann: Nobody minds.\n\n>> Jo Reed: Good then."
    ]
    assert facts(corpus, "byline") == [("Jo Reed; Ann",)]


def test_a_text_with_times_that_people_come_from_is_no_chat(tmp_path):
    text = f"{GULLS}\n\n14:05:01 From Port: a ferry.\n14:05:02 From Hill: a bus.\n"
    assert texts(read(tmp_path, "a.txt", text)) == [text]


def test_marks_of_markdown_that_go_on_in_the_next_line_are_no_text(tmp_path):
    text = (
        "A new roof\n===\n\nThe **gulls\nof** the [quay\nwall](https://a.example/b_(c)_(d)) have "
        "*found\nit*.\nTern &amp; gull: 5 < 6.\n\n- one\n- two\n\n1986. A year.\n\n```sh\nls\n```\n"
        "{{< figure src='a.jpg' >}} Note[^1] \\*so\\*.\n\n[^1]: Below.\n"
    )
    corpus = read(tmp_path, "a.md", text)
    assert corpus.table["title"].item() == "A new roof"
    assert texts(corpus) == [
        "The gulls\nof the quay\nwall have found\nit.\nTern & gull: 5 < 6.\n\n- one\n"
        "- two\n\n1986. A year.\n\nls\n\nNote *so*.\n\nBelow."
    ]


def wiki(*pages):
    """Return an export of pages, each with its text."""
    written = "".join(
        f"<page><title>P</title><ns>0</ns><revision><text>{html.escape(page)}</text></revision></page>"
        for page in pages
    )
    return f"<mediawiki><siteinfo><sitename>Shore</sitename></siteinfo>{written}</mediawiki>"


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        # A page without a heading stopped the whole file.
        (GULLS, GULLS),
        ("A <nowiki>[[b]] ''c''</nowiki> d.", "A [[b]] ''c'' d."),
        ("The [[quay|''old'' quay]] [https://a.example/?b=[c] open].", "The old quay [c open]."),
        ('A.<ref name="a>b">n [[x]]</ref> B.<ref name=c /> C.', "A. B. C."),
        ("[[File:a.jpg|thumb|A [[b]] {{c|d}}<br>e]]Text{{e|{{w|f}}}}.", "Text."),
        ("{{w|Jo|Jo {{nowrap|Reed}}}}:<br/>5 < 6.", "Jo Reed:\n5 < 6."),
        (
            "One.\nTwo.\n* a\n* b\n== Sources ==\nx\n== Next ==\ny",
            "One. Two.\n\na\n\nb\n\nNext\n\ny",
        ),
    ],
)
def test_what_a_reader_sees_of_wikitext(tmp_path, written, seen):
    assert texts(read(tmp_path, "wiki.xml", wiki(written, TIDES))) == [seen, TIDES]


CAPTIONS = {
    "no blank lines": "1\n{0}\nThe quay.\n2\n{1}\nIt is open.\n",
    "a blank line inside": "1\n{0}\nThe quay.\n\nIt is\n\n2\n{1}\nopen.\n",
    "blank lines everywhere": "\n\n1\n\n{0}\n\nThe quay.\n\n\n2\n\n{1}\n\nIt is open.\n",
}


@pytest.mark.parametrize("form", CAPTIONS)
def test_no_line_of_captions_is_lost_between_blank_lines(tmp_path, form):
    times = ("00:00:01,000 --> 00:00:02,000", "00:00:03,000 --> 00:00:04,000")
    corpus = read(tmp_path, "a.srt", CAPTIONS[form].format(*times))
    assert texts(corpus) == ["The quay. It is open."]


def test_sounds_in_captions_are_no_words(tmp_path):
    cues = [
        "<v Jane Doe>A truce held.",
        "[MUSIC PLAYING]",
        "Nobody fired.",
        "♪ la la ♪",
        "The end.",
    ]
    times = [f"00:00:0{n}.000 --> 00:00:0{n + 1}.000\n{cue}" for n, cue in enumerate(cues)]
    corpus = read(tmp_path, "a.vtt", "WEBVTT\n\n" + "\n\n".join(times) + "\n")
    assert corpus.exclusions["rule"].tolist() == ["sounds in captions"] * 2
    kept = " ".join(corpus.texts_without_lines[0].split())
    assert kept == ">> Jane Doe: A truce held. Nobody fired. The end."


def test_captions_of_youtube_are_read_and_damaged_ones_refused(tmp_path):
    said = "0:00:01.000,0:00:02.000\nThe quay.\n\n0:00:03.000,0:00:04.000\nIt is open.\n"
    assert texts(read(tmp_path, "a.sbv", said)) == ["The quay. It is open."]
    cut = "1\n00:00:01,000 --> 00:00:02,000\nThe quay.\n\n2\n00:00:03 --> x\nOpen."
    corpus = read(tmp_path, "b.srt", cut)
    assert "'00:00:03 --> x' is no time" in corpus.doubts["reason"].iloc[0]
    with pytest.raises(fr.InputError, match="no caption can be read"):
        read(tmp_path, "a.vtt", "WEBVTT\n\nThe quay.\n")


CODED = """#TEXT Shore Post\\Gulls
{}

#CODE Birds
A roof is a roof.
#ENDCODE
#TEXTShore Wire\\Tides
{}
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_documents_of_maxqda_are_articles_with_group_and_name(tmp_path, end):
    corpus = read(tmp_path, "a.txt", CODED.format(GULLS, TIDES).replace("\n", end))
    assert texts(corpus) == [f"{GULLS}\n\nA roof is a roof.", TIDES]
    assert facts(corpus, "title", "source") == [("Gulls", "Shore Post"), ("Tides", "Shore Wire")]
    assert "2 lines with codes" in " ".join(corpus.notes)


def test_a_word_that_begins_like_a_mark_of_maxqda_is_text(tmp_path):
    assert texts(read(tmp_path, "a.txt", f"#TEXTING is no crime.\n{GULLS}")) == [
        f"#TEXTING is no crime.\n{GULLS}"
    ]


@pytest.mark.parametrize(
    ("folder", "coded", "reference", "covered"),
    [
        ("Files\\\\", "references coded", "Reference", "Coverage"),
        ("Internals\\\\Press\\\\", "references coded", "Reference", "Coverage"),
        ("Fichiers\\\\", "références codées", "Référence", "Couverture"),
    ],
)
def test_passages_of_nvivo_are_an_article_each_file(tmp_path, folder, coded, reference, covered):
    def part(name, *passages):
        head = f"<{folder}{name}> - § {len(passages)} {coded}  [ 51.20% {covered}]\n\n"
        return head + "".join(
            f"{reference} {number} - 1.20% {covered}\n\n{passage}\n\n\n"
            for number, passage in enumerate(passages, 1)
        )

    corpus = read(tmp_path, "n.txt", part("Post 1", GULLS, TIDES) + part("Wire", "A quay."))
    assert texts(corpus) == [f"{GULLS}\n\n{TIDES}", "A quay."]
    assert facts(corpus, "title") == [("Post 1",), ("Wire",)]
    assert "not the whole text" in " ".join(corpus.notes)
