"""Files that hold several articles below heads: split where that is sure, otherwise doubted."""

import time

import pytest
from support.exports import BRIDGE, TRUCE, make_docx, make_pdf, make_rtf, wrapped

import framing as fr

DOUBT = "may hold several articles"
RULE = "_" * 60
TITLES = ("Truce holds", "Bridge stays closed")
NUMBERED = (
    f"1. {TITLES[0]}\n\nDe Meeuw, woensdag 1 mei 2019, p. 3, 40w.\n\n{TRUCE}\n\n\n"
    f"2. {TITLES[1]}\n\nDe Stern, donderdag 2 mei 2019, p. 13, 1.040w.\n\n{BRIDGE}\n"
)
FOUND = ('"Die Möwe.at" gefunden am 01.05.2019 10:36 Uhr', '"Der Tern" vom 02.05.2019 Seite: 3')


def read(folder, name, content, **options):
    """Return the corpus of a file, without bars."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return fr.read_corpus(path, progress=False, furniture=False, **options)


def articles(corpus):
    """Return title, source and day of each article."""
    rows = corpus.table.astype(object).where(corpus.table.notna(), None)
    days = [str(day)[:10] if day else None for day in rows["date"]]
    return list(zip(rows["title"], rows["source"], days, strict=True))


def doubts(corpus):
    return [reason for reason in corpus.doubts["reason"] if DOUBT in reason]


def below_rules(mark):
    """Return the lines of two clippings, with a line below the second newspaper."""
    first = [FOUND[0], "", TITLES[0], "", TRUCE, "", RULE]
    return [*first, FOUND[1], mark, "", TITLES[1], "", BRIDGE, "", RULE]


def test_numbered_titles_above_newspaper_and_day(tmp_path):
    corpus = read(tmp_path, "m.txt", NUMBERED, language="nl")
    assert articles(corpus) == [
        (TITLES[0], "De Meeuw", "2019-05-01"),
        (TITLES[1], "De Stern", "2019-05-02"),
    ]
    assert corpus.table["text"].tolist() == [TRUCE, BRIDGE]
    # 40 and 1,040 words are stated; the second text has far fewer.
    assert [x for x in corpus.doubts["reason"] if "1,040" in x]


def test_full_texts_below_a_list_of_all_heads(tmp_path):
    texts = (
        f"\n\n\n\n\n01-05-2019, p.3\n\n{TITLES[0]}\n\n{TRUCE}\n\n{BRIDGE}\n\n© Meeuw NV\n\n\n\n\n"
        f"02-05-2019, p.13\n\nBinnenland\n\n{TITLES[1]}\n\n{BRIDGE}\n\n{TRUCE}\n\n© Stern NV\n"
    )
    corpus = read(tmp_path, "m.txt", NUMBERED + texts, language="nl")
    assert corpus.table["text"].tolist() == [f"{TRUCE}\n\n{BRIDGE}", f"{BRIDGE}\n\n{TRUCE}"]
    one = read(tmp_path, "n.txt", NUMBERED + texts.partition("02-05")[0], language="nl")
    assert any("2 heads and 1 texts below them" in reason for reason in one.doubts["reason"])


def pdf_of(lines):
    """Return a PDF file of one page, with its lines broken at a width."""
    return make_pdf(["\n".join(map(wrapped, lines)).split("\n")])


@pytest.mark.parametrize(
    ("name", "make"),
    [("a.rtf", make_rtf), ("a.docx", make_docx), ("a.txt", "\n".join), ("a.pdf", pdf_of)],
)
def test_newspaper_and_day_below_a_rule(tmp_path, name, make):
    lines = below_rules("Ressort: Politik")
    corpus = read(tmp_path, name, make(lines), language="de")
    assert articles(corpus) == [
        (TITLES[0], "Die Möwe.at", "2019-05-01"),
        (TITLES[1], "Der Tern", "2019-05-02"),
    ]
    assert corpus.table["text"].tolist() == [TRUCE, BRIDGE]
    assert corpus.table["section"].tolist()[1] == "Politik"


def test_documents_that_count_themselves(tmp_path):
    blocks = [f"Article {n} of 2\n\n{TITLES[n - 1]}\n\n{x}" for n, x in ((1, TRUCE), (2, BRIDGE))]
    corpus = read(tmp_path, "c.txt", "\n\n".join(blocks))
    assert corpus.table["title"].tolist() == list(TITLES)
    assert corpus.table["text"].tolist() == [TRUCE, BRIDGE]


def test_the_same_labels_with_the_text_behind_one(tmp_path):
    form = "HEADLINE: {}\nNEWSPAPER: The Gull\nDATE: {} May 2019\nTEXT: {}\n\n{}"
    heads = [form.format(TITLES[n], n + 1, TRUCE, BRIDGE) for n in (0, 1)]
    corpus = read(tmp_path, "l.txt", "\n\n".join(heads))
    assert articles(corpus) == [
        (TITLES[0], "The Gull", "2019-05-01"),
        (TITLES[1], "The Gull", "2019-05-02"),
    ]
    assert corpus.table["text"].tolist() == [f"{TRUCE}\n\n{BRIDGE}"] * 2


def test_a_long_list_of_labels_is_read_in_a_moment(tmp_path):
    text = "\n".join(["Title: Truce", "Source: The Gull"] * 10_000)
    began = time.process_time()
    assert len(read(tmp_path, "l.txt", text)) == 1
    assert time.process_time() - began < 30


def test_the_end_of_a_page_parts_clippings(tmp_path):
    pages = [f"Le Ciel, mardi {day} mai 2019, p. 5\n\n{TITLES[0]}\n\n{TRUCE}" for day in (7, 14)]
    corpus = read(tmp_path, "p.txt", "\x0c".join(pages))
    assert articles(corpus) == [
        (TITLES[0], "Le Ciel", "2019-05-07"),
        (TITLES[0], "Le Ciel", "2019-05-14"),
    ]


def test_the_same_labels_again_and_again(tmp_path):
    heads = [
        f"Title: {TITLES[0]}\nSource: The Gull\nDate: 1 May 2019\n\n{TRUCE}",
        f"Title: {TITLES[1]}\nSource: The Tern\nDate: 2 May 2019\n\n{BRIDGE}",
    ]
    corpus = read(tmp_path, "l.txt", "\n\n".join(heads))
    assert articles(corpus) == [
        (TITLES[0], "The Gull", "2019-05-01"),
        (TITLES[1], "The Tern", "2019-05-02"),
    ]
    assert corpus.table["text"].tolist() == [TRUCE, BRIDGE]
    alone = read(tmp_path, "o.txt", heads[0])
    assert articles(alone) == [(TITLES[0], "The Gull", "2019-05-01")]
    assert alone.table["text"].tolist() == [TRUCE]


@pytest.mark.parametrize(
    "parts",
    [
        # The day and page stand alone, with one blank line around them.
        (f"{TITLES[0]}\n\nThe Gull, 1 May 2019, p. 4\n\n{TRUCE} {BRIDGE}",) * 2,
        # The numbers do not begin with 1.
        (f"7. {TITLES[0]}\nThe Gull, 1 May 2019\n\n{TRUCE} {BRIDGE}",) * 2,
        # Rules between titles with their authors.
        (f"{TITLES[0]}\nBy Ann Gull\n\n{TRUCE} {BRIDGE}\n\n{RULE}",) * 2,
        # Blocks of one shape from the first on: newspaper, day and title; in brackets; a length.
        (f"THE GULL\n3 May 2019\nTruce holds\n\n{TRUCE}",) * 3,
        (f"Truce holds (The Gull, 3 May 2019)\n\n{TRUCE}",) * 3,
        (f"Truce holds\n40 words\n3 May 2019\nThe Gull\n\n{TRUCE}",) * 3,
        (f"# Truce holds\n*The Gull, 3 May 2019*\n\n{TRUCE}",) * 3,
        # The numbers of the documents leave some out.
        (f"Document 3 of 9\n\n{TRUCE} {BRIDGE}", f"Document 5 of 9\n\n{TRUCE} {BRIDGE}"),
    ],
)
def test_what_only_looks_like_several_articles_is_one_with_a_doubt(tmp_path, parts):
    text = "\n\n".join(parts)
    for name, content in (("s.txt", text), ("s.docx", make_docx(text.split("\n")))):
        corpus = read(tmp_path, name, content)
        assert len(corpus) == 1
        assert len(doubts(corpus)) == 1
        assert "save each article as a file of its own" in doubts(corpus)[0]


LONG = f"{TRUCE} {BRIDGE} {TRUCE}"


def page(*blocks):
    """Return blocks with a blank line between them."""
    return "\n\n".join(blocks)


ORDINARY = {
    "one clipping": page(f"{TITLES[0]}", "The Gull, Wednesday 1 May 2019, p. 4, 40 words", LONG),
    "briefing": page(
        f"{TITLES[0]}", "The White House, May 1, 2019", f"MS. GULL: {LONG}", f"Q: {LONG}"
    ),
    "scenes": page("Chapter 1", LONG, "* * *", LONG, "***", LONG),
    "footnotes": page(LONG, RULE, "1. The Gull, 1 May 2019, p. 4.\n2. The Tern, 2 May 2019, p. 5."),
    "references": page(
        LONG, "References", "The Gull, 1 May 2019, p. 4\nThe Tern, 2 May 2019, p. 5"
    ),
    "points": page(
        LONG, "1. Talks", f"On 1 May 2019, {LONG}", "2. Bridges", f"On 2 May 2019, {LONG}"
    ),
    "live page": page(LONG, "Posted on 1 May 2019, 10:30", LONG, "Updated 1 May 2019, 11:30", LONG),
    "letter": page(
        "Geneva, 1 May 2019", "Dear Ann,", LONG, "Geneva, 2 May 2019", "Dear Ann,", LONG
    ),
    "headings": page(f"{TITLES[0]}\n{'=' * 20}", LONG, f"{TITLES[1]}\n{'=' * 20}", LONG),
    "quoted": page(
        LONG, "(The Gull, 1 May 2019, p. 4)", LONG, "— The Tern, 2 May 2019, p. 5", LONG
    ),
    "pages": page(LONG, "Page 1 of 2", LONG, "Page 2 of 2"),
    "release": page(
        "FOR IMMEDIATE RELEASE\nMay 1, 2019", "Contact: Ann Gull", LONG, "###", "Notes", LONG
    ),
    "source of figures": page(LONG, "Source: The Gull", LONG, "Source: The Tern", LONG),
    "interview": page(f"Ann Gull: {LONG}", f"Tim Tern: {LONG}", f"Ann Gull: {LONG}"),
    "wire": page(
        LONG, "___", f"Gull reported from Geneva. {TRUCE}", "___", "Follow us at gull.example"
    ),
    "chronicle": page("1 May 2019", LONG, "2 May 2019", LONG, "3 May 2019", LONG),
    "timeline": page(LONG, *(f"{n} May 2019\nTalks went on\n{LONG}" for n in (1, 2, 3))),
    "log": page(*(f"*** Wed, {n} May 2019 ***\nTalks went on\n{LONG}" for n in (1, 8, 15))),
    "comments": page(TRUCE, *(f"Ann Gull\n{n} May 2019 at 10:11\n{LONG}" for n in (1, 2, 3))),
    "parts": page(LONG, "Part 1 of 2", LONG, "Part 2 of 2", LONG),
}


@pytest.mark.parametrize("kind", ORDINARY)
def test_ordinary_texts_are_neither_split_nor_doubted(tmp_path, kind):
    text = ORDINARY[kind]
    corpus = read(tmp_path, "o.txt", text)
    assert corpus.table["text"].tolist() == [text]
    assert doubts(corpus) == []
    document = read(tmp_path, "o.docx", make_docx(text.split("\n")))
    assert (len(document), doubts(document)) == (1, [])


def entry(head, title, text):
    """Return an article of a page that prints clippings."""
    return (
        f"<div class='entry'><pre>{head}\nRessort: Politik</pre><h3>{title}</h3><p>{text}</p></div>"
    )


def test_a_page_of_clippings_is_an_article_each_broadcasts_among_them(tmp_path):
    heads = ('"Die Möwe" Nr. 65 vom 01.05.2019      Seite: 3', "Ufer News vom 02.05.2019 08.00 Uhr")
    both = zip((*heads, FOUND[1]), (*TITLES, "A third"), (TRUCE, BRIDGE, TRUCE), strict=True)
    entries = "".join(entry(*facts) for facts in both)
    corpus = read(tmp_path, "p.html", f"<html><body>{entries}</body></html>", language="de")
    assert articles(corpus) == [
        (TITLES[0], "Die Möwe", "2019-05-01"),
        (TITLES[1], "Ufer News", "2019-05-02"),
        ("A third", "Der Tern", "2019-05-02"),
    ]
    assert corpus.table["text"].tolist() == [TRUCE, BRIDGE, TRUCE]
    assert set(corpus.table["section"]) == {"Politik"}


def test_a_page_of_titles_with_newspaper_and_day_is_doubted(tmp_path):
    lines = [
        f"<p>{title} once more</p><p>{paper} 3 May 2019</p><p>{LONG}</p>"
        for title, paper in zip(
            (*TITLES, "Gulls"), ("The Gull", "The Tern", "The Auk"), strict=True
        )
    ]
    page = f"<html><body><article>{''.join(lines)}</article></body></html>"
    assert len(doubts(read(tmp_path, "p.html", page))) == 1


DAYS = ("1985年01月01日", "1985年01月02日")
JAPANESE = (
    "市は火曜日、古い港の工事を始めた。",
    "漁師は九年間待っていた。",
    "町の学校に屋根がつく。",
)


def kikuzo(day, title, text):
    """Return an article in the layout of the archive of the Asahi Shimbun."""
    cells = "".join(f"<td>{x}</td>" for x in ("00001", day, "朝刊", "１総", "001", "00030文字"))
    return (
        f"<table class='topic-list'><tr>{'<th>x</th>' * 6}</tr><tr>{cells}</tr></table>"
        f"<table class='topic-detail'><tr><td><span class='font002'>{title}</span></td></tr>"
        f"<tr><td><div class='detail001'>{'<br>'.join(text)}</div></td></tr></table>"
    )


def yomidasu(day, title, text):
    """Return an article in the layout of the archive of the Yomiuri Shimbun."""
    day = day.replace("年", ".").replace("月", ".").replace("日", "")
    cells = (f"<th>{x}</th>" for x in ("1", day, title, "東京朝刊", "１総", "09頁", "30字"))
    return (
        f"<table class='contentsTable'><tr>{''.join(cells)}</tr></table>"
        f"<div><p class='mb10'>{'<br>'.join(text)}</p></div>"
    )


@pytest.mark.parametrize(
    ("layout", "paper"), [(kikuzo, "朝日新聞"), (yomidasu, "読売新聞")], ids=["kikuzo", "yomidasu"]
)
def test_pages_of_japanese_archives_are_an_article_each(tmp_path, layout, paper):
    page = layout(DAYS[0], "港の工事", JAPANESE[:2]) + layout(DAYS[1], "屋根", JAPANESE[2:])
    corpus = read(tmp_path, "k.html", f"<html><body>{page}</body></html>", language="ja")
    assert articles(corpus) == [("港の工事", paper, "1985-01-01"), ("屋根", paper, "1985-01-02")]
    assert corpus.table["text"].tolist() == ["\n\n".join(JAPANESE[:2]), JAPANESE[2]]
    assert corpus.table["section"].tolist() == ["１総"] * 2


def test_an_article_of_a_japanese_archive_without_its_text_is_listed(tmp_path):
    page = kikuzo(DAYS[0], "港の工事", JAPANESE[:2]) + kikuzo(DAYS[1], "屋根", ())
    corpus = read(tmp_path, "k.html", f"<html><body>{page}</body></html>", language="ja")
    assert len(corpus) == 1
    assert "'屋根' has no text" in corpus.exclusions["reason"].tolist()[0]
