"""Pages that were broken at a width have the sentences of the page, and other lines stay apart."""

import numpy as np
import pytest

import framing as fr
from framing.text import wrapped_lines
from framing.text.characters import code_points


def sentences(text):
    hits = fr.find_hits(fr.make_corpus([text], furniture=False), fr.make_lexicon({"f": ["zzz"]}))
    spans = zip(hits.sentences["start"], hits.sentences["end"], strict=True)
    return [" ".join(text[start:end].replace(">", " ").split()) for start, end in spans]


WRAPPED = [
    # A dateline and columns of a newspaper, of which one line in three goes on.
    (
        "GENEVA, March 3 (Agency) —\nThe two foreign ministers\nmet for an hour on Monday.\n"
        "No statement was issued.",
        2,
    ),
    # Lines that begin with numbers.
    (
        "The war has cost the country more than\n3 million jobs and the lives of about\n"
        "20,000 soldiers. A peace would save\n5 billion a year.",
        2,
    ),
    # Short lines, of which the first begins with a capital and the last ends in a stop.
    ("O peace, you come\non quiet feet\nand leave again\nbefore the wheat\nis cut.", 1),
    ("Peace talks were sched-\nuled for May. The sec-\nretary general said\nso.", 2),
    ("Q. Did he speak about a truce\nwhen you met him?\n\nA. He did not. He spoke about\nrain.", 3),
    # Half of all lines end in a stop, but few of those that could go on.
    ("“We want no truce,” the general\nsaid. “We want peace, and that\nsoon.”\n\nHe left.", 3),
    # A page ends inside a sentence.
    (
        "Nobody had seen the soldiers come\nback, and no one knew that the\n\n\x0ctruce had been "
        "signed. The bells rang.",
        2,
    ),
    (
        "The board found no proof that the\ntruce was broken by the army on the\n\x0cfirst day of "
        "May. It will meet.",
        2,
    ),
    # Items of a list that hang.
    ("What they want:\n• a truce that is kept by\n  both\n• money", 3),
    # A word with a dash is divided behind it.
    ("It was a long war, as all have said, and the Russia–\nUkraine talks began. They end.", 2),
    # Items of a list with sentences in them, behind a bullet, a mark, a dash and a number.
    *(
        (
            f"They agreed on what follows, in so many words as it is said here:\n\n{one} The truce "
            f"holds for a month, and\n  all troops leave. Talks begin in\n  May.\n{two} Money "
            "comes from all who have promised\n  some. It is spent by the two of them.",
            5,
        )
        for one, two in ["--", "**", "••", "▪▪", "––", ("1.", "2."), ("8\\.", "9\\."), ("1)", "2)")]
    ),
    # No item begins with a small letter, or after a line that goes on.
    ("The truce, which all of them want very\n- so they say - is near. It has been\nsigned.", 2),
    ("They had met in the year before it, in\n2024. The truce was signed by all in\nMay.", 2),
    # A page number in the middle of its line.
    (
        "It was noon when the treaty was signed\non deck, and the crowd on the quay was\nstill.\n"
        "              – 23 –\nThe next day the troops left the town\nand went home.",
        3,
    ),
    # A line that ends in a word that leads to the next.
    (
        "Negotiators said on Monday that the parties had agreed to a meeting with\nPresident Putin "
        "in Geneva.",
        1,
    ),
    ("They said on Monday in Geneva, after a long night, that Mr.\nPutin had agreed.", 1),
    ("The talks of Monday were broken off by the U.S.-\nRussia commission.", 1),
    # Page numbers and running heads inside a sentence.
    (
        "Nobody had seen the soldiers come back, and it was clear that the truce\n\n12\n\nhad been "
        "broken. The bells rang.",
        2,
    ),
    ("It was clear to all of the observers that the truce\n- 3 -\nhad been broken.", 1),
    ("It was clear to all of the observers that the truce\nPage 3 of 9\n\x0chad been broken.", 1),
    (
        "A REPORT 1\n\nIt was clear to all of the observers that the truce\n\n\x0cA REPORT 2\n\n"
        "had been broken. The bells rang.",
        3,
    ),
    # Subtitles.
    (
        "1\n00:00:01,000 --> 00:00:04,000\nThe truce held for a week,\nand nobody in\n\n2\n"
        "00:00:04,000 --> 00:00:06,000\nKyiv fired a shot.\n\n3\n00:00:07,000 --> 00:00:09,000\n"
        "- Is it peace?\n- No.",
        3,
    ),
    # Quoted mail.
    ("| I do not think that the peace\n| plan will hold. The border is\n| open.\n\nI agree.", 3),
    ("> I do not think that the peace\n> plan will hold. The border is\n> open.", 2),
    ("> We met them on Monday and they\n> said no.\n>\n> We left.\n\nI agree.", 3),
]
APART = [
    "they will never sign it and everybody here knows it\nthe war goes on\nnobody asked us",
    "The polls show no change since the\nsummit, and most want a truce.\n\n"
    "Week 1  61 per cent for\nWeek 2  60 per cent for\nWeek 3  63 per cent for",
    "#peace is work and no hashtag\nour envoy is in Geneva, wish her all the luck\nno comment",
    "Minutes of the meeting\n12 May\n\n\x0cMinutes of the meeting\n13 May",
    "The guns are still,\nThe roads are white,\nThe soldiers go\nHome in the night.",
    "> a truce\n>> A deal\n> peace",
    "Dead and wounded in the whole of the war\n12\nof them soldiers",
    "Week one of the talks in Geneva and Kyiv\n\n12\n\nWeek two",
    "| a truce | a deal |\n| peace | war |",
    "Truce holds\nThe army saw no shots.\n\nShops open\nThe market is full.",
]


@pytest.mark.parametrize(("text", "count"), WRAPPED)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_page_has_its_sentences(text, count, line_end):
    assert len(sentences(text.replace("\n", line_end))) == count


@pytest.mark.parametrize("text", APART)
def test_lines_that_go_on_nothing_stay_apart(text):
    lines = [" ".join(line.replace(">", " ").split()) for line in text.split("\n")]
    found = sentences(text)
    assert found[-1] == lines[-1]
    assert found[-2:] == [line for line in lines if line][-2:]


def hits(text, *entries):
    found = fr.find_hits(
        fr.make_corpus([text], furniture=False), fr.make_lexicon({"f": list(entries)})
    )
    table = found.table
    return [text[a:b] for a, b in zip(table["start"], table["end"], strict=True)]


def test_a_phrase_goes_on_behind_the_mark_of_quoted_mail():
    text = "> I do not think that the peace\n> talks will go on."
    assert hits(text, "peace talks") == ["peace\n> talks"]
    assert hits(text, {"pattern": "peace talks", "case": True}) == ["peace\n> talks"]
    assert hits("It is\n> 5 percent, not > 5 percent", "percent") == ["percent"] * 2


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("The rise of COVID-\n19 goes on.", "covid-19"),
        ("They sent 16 F-\r\n16 jets.", "f-16"),
        ("The nego-\n\x0ctiations failed.", "negotiations"),
        ("A cease-\r\n\x0cfire held.", "ceasefire"),
    ],
)
def test_a_word_that_is_cut_at_a_line_end_or_a_page_end_is_one_in_one_sentence(text, entry):
    assert len(hits(text, entry)) == 1
    assert len(sentences(text)) == 1


@pytest.mark.parametrize("sign", ["\u2060", "\u200d", "\u00ad", "\u200e", "\ufeff"])
def test_an_invisible_sign_ends_no_sentence(sign):
    text = f"The U{sign}.S. troops met Gen{sign}. Lee and{sign} left.{sign} He{sign} stayed."
    assert [found.replace(sign, "") for found in sentences(text)] == [
        "The U.S. troops met Gen. Lee and left.",
        "He stayed.",
    ]


def test_what_stands_between_the_lines_of_subtitles_is_in_no_phrase_and_no_count():
    text = (
        "WEBVTT\n\n00:01.000 --> 00:04.000\nThe peace\n\n00:04.000 --> 00:06.000 align:start\n"
        "talks went on.\n\n00:07.000 --> 00:09.000\nWe left.\n"
    )
    assert hits(text, "peace talks") == ["peace\n\n00:04.000 --> 00:06.000 align:start\ntalks"]
    corpus = fr.make_corpus([text], furniture=False)
    assert corpus.sentences["tokens"].tolist() == [5, 2]
    # Without a stop in any line nothing shows where sentences end.
    bare = "\n".join(f"00:0{n}.000 --> 00:0{n}.900\nwe want a truce" for n in range(1, 6))
    assert len(sentences(bare)) == 5
    assert len(sentences("The score was 3 --> 4.\nThe score was 00:01.000 --> 00:02.000")) == 2


def test_a_page_number_between_two_articles_is_read_in_both():
    texts = ["All of the observers agreed on Monday that the truce", "12\n\nhad been broken."]
    corpus = fr.make_corpus(texts, furniture=False)
    assert corpus.sentences["tokens"].tolist() == [10, 1, 3]


def test_a_removed_line_at_the_end_of_a_page_removes_no_other_line():
    text = (
        "Advertisement\nAll of the observers agreed on Monday that the truce\nAdvertisement\n\x0c"
        "had been broken.\n\nAdvertisement\n\x0cRain fell."
    )
    corpus = fr.make_corpus([text])
    assert corpus.exclusions["rule"].tolist() == ["advertisement"] * 3
    assert corpus.sentences["tokens"].tolist() == [13, 2]
    lexicon = fr.make_lexicon({"f": ["truce", "rain"]})
    assert fr.count_hits(corpus, lexicon).table["denominator"].tolist() == [15]


def paragraphs(text, removed=()):
    """Return the paragraphs of one text, removed lines given by their starts."""
    codes = code_points(text + "\n")
    starts = np.array(removed, dtype=np.int64)
    spans = wrapped_lines.paragraphs(text + "\n", codes, np.array([0]), starts)
    return [text[a:b] for a, b in zip(spans.start, spans.end, strict=True)]


def test_every_line_of_an_article_is_a_paragraph():
    text = "Title\r\n\r\nA man spoke.\r\nA woman spoke."
    assert paragraphs(text) == ["Title", "A man spoke.", "A woman spoke."]


def test_a_blank_line_ends_a_paragraph_of_a_wrapped_transcript():
    text = "Q    Will the talks\ngo on this week\nor the next?\n\nA    They will\ngo on."
    assert [part.count("\n") for part in paragraphs(text)] == [2, 1]


def test_a_removed_line_is_in_no_paragraph():
    text = "One.\nRelated Sources:\nTwo."
    assert paragraphs(text, [5]) == ["One.", "Two."]
