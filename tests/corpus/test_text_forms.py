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
