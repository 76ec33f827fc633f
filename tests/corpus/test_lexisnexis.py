"""Forms of LexisNexis and Nexis as text: what is head and foot of an article, what parts them."""

import pytest
from support.exports import BRIDGE, TRUCE
from support.reading import facts

import framing as fr

BOTH = f"{TRUCE}\n\n{BRIDGE}"
FOOT = ("SECTION: Sea", "LENGTH: 40 words", "LOAD-DATE: May 4, 2019", "LANGUAGE: ENGLISH")


def read(folder, content, name="n.txt", **options):
    """Return the corpus of a text, or of articles of LexisNexis, without bars."""
    if not isinstance(content, str):
        total = len(content)
        content = "\n\n\n".join(
            "\n\n".join((f"{number} of {total} DOCUMENTS", *blocks))
            for number, blocks in enumerate(content, start=1)
        )
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return fr.read_corpus(path, progress=False, **options)


@pytest.mark.parametrize(
    "head",
    [
        ("Tern Press Agency", "Truce at sea", "May 3, 2019, Friday\n 19:53 Central European Time"),
        ("Tern Press Agency", "Truce at sea", "May 3, 2019 Friday", "DATELINE: Gullport"),
        ("Tern Press Agency", "Truce at sea", "3. Mai 2019", "Ada Tern", "ORTSZEILE: Gullport"),
    ],
)
def test_labels_may_stand_below_the_text_and_the_headline_above_the_date(tmp_path, head):
    corpus = read(tmp_path, [(*head, TRUCE, BRIDGE, *FOOT)])
    assert facts(corpus, "section", "length") == [
        ("Truce at sea", "Tern Press Agency", "2019-05-03", "Sea", 40)
    ]
    assert corpus.table["text"].tolist() == [BOTH]
    byline = corpus.table["byline"].tolist() if "byline" in corpus.table else [None]
    assert byline == ["Ada Tern" if "Ada Tern" in head else None]


def test_a_summary_below_the_text_is_not_the_text(tmp_path):
    head = ("Tern Post", "TRUCE AT SEA", "3. Mai 2019")
    foot = ("RUBRIK: See", "LÄNGE: 40 Woerter", "UPDATE: 4. Mai 2019", "HIGHLIGHT:", "In short.")
    corpus = read(tmp_path, [(*head, TRUCE, BRIDGE, *foot)])
    assert facts(corpus, "length") == [("TRUCE AT SEA", "Tern Post", "2019-05-03", 40)]
    assert corpus.table["text"].tolist() == [BOTH]
    assert corpus.doubts.empty


def test_a_headline_above_labels_without_a_text_is_listed_and_no_text(tmp_path):
    full = ("Tern Post", "May 3, 2019", "Truce", "LENGTH: 30 words", TRUCE, *FOOT[2:])
    corpus = read(tmp_path, [full, ("Tern Post", "May 3, 2019", "Gulls in the rain", *FOOT)])
    assert corpus.table["text"].tolist() == [TRUCE]
    assert "'Gulls in the rain' has no text" in corpus.exclusions.to_string()


def test_a_flash_of_one_line_is_the_text(tmp_path):
    flash = "FLASH: COUNCIL OF GULLPORT ENDS THE TRUCE"
    corpus = read(tmp_path, [("Tern Wire", "May 3, 2019", *FOOT[:2], flash, *FOOT[2:])])
    assert corpus.table["text"].tolist() == [flash]
    assert facts(corpus, "section") == [(None, "Tern Wire", "2019-05-03", "Sea")]


@pytest.mark.parametrize("counted", ["Level 1 - {} of 2 DOCUMENTS", "LEVEL 1 - {} OF 2 STORIES"])
def test_the_level_of_a_search_may_stand_before_the_number(tmp_path, counted):
    blocks = ("Tern Post", "May 3, 2019", "LENGTH: 40 words", "HEADLINE: Truce", "BODY:", TRUCE)
    content = "\n\n".join(
        "\n\n".join((" " * 27 + counted.format(n), *blocks, "LOAD-DATE: May 4, 2019"))
        for n in (1, 2)
    )
    assert facts(read(tmp_path, content)) == [("Truce", "Tern Post", "2019-05-03")] * 2


def test_news_of_the_web_has_an_address_and_words_without_a_label(tmp_path):
    address = "http://www.tern.example/sea/2019/05/03/A-long\n-title.html"
    items = [
        ("Tern.example", address, "3 mei 2019 vrijdag", title, "40 words", text)
        for title, text in (("Bestand op zee", TRUCE), ("Brug dicht", BRIDGE))
    ]
    corpus = read(tmp_path, items)
    assert facts(corpus, "length", "url") == [
        (title, "Tern.example", "2019-05-03", 40, address.replace("\n", ""))
        for title in ("Bestand op zee", "Brug dicht")
    ]
    assert corpus.table["text"].tolist() == [TRUCE, BRIDGE]


def test_the_head_of_a_transcript_is_no_text_and_a_notice_no_headline(tmp_path):
    notice = "Prepared by Gull Services, which takes sole responsibility for\n  the transcription."
    head = ("TERN NEWS", notice, "May 3, 2019 Friday", "SHOW: Tides 7:00 PM EST", "Truce at sea")
    labels = ("BYLINE: Ada Tern, Bo Gull,\nCy Skua", "GUESTS: Di Kite", "LENGTH: 40 words")
    talk = ("ADA TERN, HOST: Is it a truce?", "DI KITE: It is.")
    corpus = read(tmp_path, [(*head, *labels, *talk, "LOAD-DATE: May 4, 2019")])
    assert facts(corpus, "byline", "length") == [
        ("Truce at sea", "TERN NEWS", "2019-05-03", "Ada Tern, Bo Gull, Cy Skua", 40)
    ]
    assert corpus.table["text"].tolist() == ["\n\n".join(talk)]


def test_a_copyright_on_two_lines_is_no_source_and_reports_have_labels_of_their_own(tmp_path):
    rights = "   Copyright 2019 Gull Monitor Ltd., All\n        Rights Reserved"
    labels = ("TITLE: Truce at sea", "NAME: By Ada Tern", "LENGTH: 40 words")
    foot = ("NAME: DI KITE (90%)", "LOAD-DATE: May 4, 2019")
    corpus = read(tmp_path, [(rights, "Tern Reports\n  May 2019", *labels, TRUCE, *foot)])
    assert facts(corpus, "byline") == [("Truce at sea", "Tern Reports", "2019-05-01", "Ada Tern")]
    assert corpus.table["text"].tolist() == [TRUCE]


def test_a_paragraph_that_begins_like_a_copyright_notice_is_text(tmp_path):
    says = "Copyright 2019 is printed on every plan in the drawer of the mayor."
    blocks = ("Tern Post", "May 3, 2019", "Truce", "LENGTH: 40 words", TRUCE, says, BRIDGE)
    rights = "Copyright 2019 the Gull Group. It must not be copied."
    corpus = read(tmp_path, [(*blocks, "LOAD-DATE: May 4, 2019", rights)])
    assert corpus.table["text"].tolist() == [f"{TRUCE}\n\n{says}\n\n{BRIDGE}"]


def newer(title, text, head="Tern Post\nMay 3, 2019 Friday", above="", gap="\n"):
    """Return an article of Nexis Uni as a program writes it as text."""
    rights = "Copyright 2019 Gull Media All Rights Reserved"
    labels = "Section: Sea; Pg. 4\nLength: 40 words\nByline: Ada Tern"
    foot = "Classification\n\nLanguage: ENGLISH\nLoad-Date: May 4, 2019\n\nEnd of Document\n"
    top = f"{above}{title}\n{head}\n\n{rights}\n\n{labels}{gap}Body"
    return f"{top}\n\n{text}\n\n{foot}"


ARTICLES = [(title, "Tern Post", "2019-05-03", "Ada Tern", 40) for title in ("Truce", "Bridge")]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_facts_of_nexis_uni_without_blank_lines_between_them(tmp_path, gap):
    content = newer("Truce", BOTH, gap=gap) + "\n" + newer("Bridge", BRIDGE, gap=gap)
    corpus = read(tmp_path, content)
    assert facts(corpus, "byline", "length") == ARTICLES
    assert corpus.table["text"].tolist() == [BOTH, BRIDGE]


def test_heads_of_the_pages_of_nexis_uni_are_no_text(tmp_path):
    paged = f"{TRUCE}\nPage 2 of 2\nTruce\n\n{BRIDGE}"
    content = newer("Truce", paged, above="Page 1 of 2\nTruce\n\n")
    corpus = read(tmp_path, content + newer("Bridge", BRIDGE, above="Page 1 of 1\nBridge\n\n"))
    assert facts(corpus, "byline", "length") == ARTICLES
    assert corpus.table["text"].tolist() == [BOTH, BRIDGE]


def test_nexis_uni_with_the_marks_of_markdown(tmp_path):
    def marked(title, text):
        blocks = [f"[**{title}**](https://nexis.example/?id=1)", "**Tern Post**", "May 3, 2019"]
        blocks += ["**Length:** 40 words", "**Byline:** Ada Tern", "**Body**", text]
        blocks += ["**Classification**", "**Language:** ENGLISH", "**End of Document**"]
        return "\n\n".join(blocks)

    content = "\n\n".join([marked("Truce", BOTH.replace("Delegates", "***Delegates***")),
                           marked("Bridge", BRIDGE)])  # fmt: skip
    corpus = read(tmp_path, content, "n.md")
    assert facts(corpus, "byline", "length") == ARTICLES
    assert corpus.table["text"].tolist() == [BOTH, BRIDGE]


def test_a_correction_above_an_article_without_a_date_is_no_headline(tmp_path):
    content = newer("Truce", BOTH, head="Tern Post\n\nCorrection Appended")
    assert facts(read(tmp_path, content)) == [("Truce", "Tern Post", None)]


@pytest.mark.parametrize("added", ["PDF-Datei dieses Dokuments\n\nLink to Image", "Link zum PDF"])
def test_links_below_an_article_of_nexis_uni_are_no_text(tmp_path, added):
    corpus = read(tmp_path, newer("Truce", f"{BOTH}\n\n{added}"))
    assert corpus.table["text"].tolist() == [BOTH]


@pytest.mark.parametrize(
    ("printed", "date"),
    [
        ("May 3, 2019 Friday 9:25 PM EST", "2019-05-03T00:00:00"),
        ("May 3, 2019 Friday 9:25 AM EST", "2019-05-03T14:25:00"),
        ("3. Mai 2019 Freitag 12:30 AM GMT+1", "2019-05-03T00:00:00"),
    ],
)
def test_the_printed_day_stays_where_the_time_is_on_another_day_in_utc(tmp_path, printed, date):
    uni = read(tmp_path, newer("Truce", TRUCE, head=f"Tern Post\n\n{printed}"))
    wire = read(tmp_path, [("Tern Wire", printed, "Truce", "LENGTH: 30 words", TRUCE, *FOOT[2:])])
    for table in (uni.table, wire.table):
        assert [day.isoformat() for day in table["date"]] == [date]


@pytest.mark.parametrize("by", ["By Ada Tern", "DI ADA TERN", "Ada Tern"])
def test_the_author_between_the_date_and_the_text_is_no_text(tmp_path, by):
    head = ("Tern Post", "Truce at sea", "May 3, 2019", by)
    corpus = read(tmp_path, [(*head, TRUCE, BRIDGE, *FOOT)])
    assert [name.casefold() for name in corpus.table["byline"]] == ["ada tern"]
    assert corpus.table["text"].tolist() == [BOTH]


def test_a_headline_without_a_date_above_a_text_without_labels(tmp_path):
    corpus = read(tmp_path, [("Tern Weekly", "Truce at sea", TRUCE, BRIDGE, *FOOT)])
    assert facts(corpus) == [("Truce at sea", "Tern Weekly", None)]
    assert corpus.table["text"].tolist() == [BOTH]
    assert "no date was found" in corpus.doubts["reason"].iloc[0]


def test_lexisnexis_and_nexis_uni_without_any_blank_line(tmp_path):
    blocks = (
        "Tern Post",
        "May 3, 2019",
        "Truce",
        "SECTION: Sea",
        "LENGTH: 40 words",
        TRUCE,
        BRIDGE,
    )
    content = "\n".join(
        "\n".join((f"{number} of 2 DOCUMENTS", *blocks, "LOAD-DATE: May 4, 2019"))
        for number in (1, 2)
    )
    dense = newer("Truce", BOTH).replace("\n\n", "\n")
    for text in (content, dense * 2):
        corpus = read(tmp_path, text)
        assert facts(corpus, "length") == [("Truce", "Tern Post", "2019-05-03", 40)] * 2
        assert corpus.table["text"].tolist() == [BOTH] * 2


def test_a_length_with_a_label_that_is_not_known_and_a_transcript_with_reporters(tmp_path):
    head = ("Tern News", "May 3, 2019", "Truce", "REPORTERS: Di Kite", "TAMANHO: 40 palavras")
    corpus = read(tmp_path, [(*head, TRUCE, *FOOT[2:])])
    assert facts(corpus, "length") == [("Truce", "Tern News", "2019-05-03", 40)]
    assert corpus.table["text"].tolist() == [TRUCE]


def test_prints_of_the_nineties_have_stories_and_heads_of_pages(tmp_path):
    blocks = ("May 3, 1994", "LENGTH: 40 words", "HEADLINE: Truce", "BODY:", TRUCE)
    sheet = f"{' ' * 60}PAGE   2\n      Tern Post, May 3, 1994"
    story = "{} STORY of Level 1 printed in FULL format."
    parts = [
        (story.format(number), "Tern Post", *blocks, sheet, BRIDGE) for number in ("1ST", "2ND")
    ]
    corpus = read(tmp_path, "\n\n".join("\n\n".join(part) for part in parts))
    assert facts(corpus, "length") == [("Truce", "Tern Post", "1994-05-03", 40)] * 2
    assert corpus.table["text"].tolist() == [BOTH] * 2


def test_the_number_of_an_article_may_follow_a_notice_without_a_blank_line(tmp_path):
    blocks = ("Tern Post", "May 3, 2019", "Truce", "LENGTH: 40 words", TRUCE, *FOOT[2:])
    first = "\n\n".join(("1 of 2 DOCUMENTS", *blocks, "   Copyright 2019 Gull Media"))
    second = "\n\n".join((f"{' ' * 30}2 of 2 DOCUMENTS\n{' ' * 30}Tern Post", *blocks[1:]))
    assert facts(read(tmp_path, f"{first}\n{second}")) == [("Truce", "Tern Post", "2019-05-03")] * 2


@pytest.mark.parametrize("heading", ["Notes", "Graphic", "Correction", "Classification"])
def test_a_heading_in_the_text_does_not_end_it(tmp_path, heading):
    below = [f"Paragraph {number} of the story goes on." for number in range(4)]

    def of(*blocks):
        head = ["Truce at sea", "Tern Post", "May 3, 2019 Friday", "Length: 60 words", "Body"]
        foot = ["Language: ENGLISH", "Load-Date: May 4, 2019", "End of Document"]
        return "\n\n".join([*head, *blocks, *foot])

    corpus = read(tmp_path, of(TRUCE, heading, *below, BRIDGE, "Classification"))
    assert corpus.table["text"].item() == "\n\n".join([TRUCE, heading, *below, BRIDGE])
    # A line or two below the word, and labels, are no text.
    caption = [] if heading == "Classification" else ["A photo of the quay."]
    corpus = read(tmp_path, of(TRUCE, BRIDGE, heading, *caption))
    assert corpus.table["text"].item() == BOTH
    if heading != "Classification":
        corpus = read(tmp_path, of(heading, TRUCE))
        assert corpus.table["text"].item() == f"{heading}\n\n{TRUCE}"


def test_a_paragraph_of_a_number_of_words_below_the_stated_length_stays_as_it_is(tmp_path):
    content = (
        "1 of 1 DOCUMENTS\n\nThe Wire\n\nFebruary 13, 2025 Thursday\n\nTruce agreed\n\n"
        "LENGTH: 9 words\n\n"
        "GENEVA\n\n500 words\n\nThe essay was read.\n\nLOAD-DATE: February 13, 2025\n"
    )
    path = tmp_path / "a.txt"
    path.write_text(content, encoding="utf-8")
    assert fr.read_corpus(path).table["text"][0].split("\n\n") == [
        "GENEVA",
        "500 words",
        "The essay was read.",
    ]
