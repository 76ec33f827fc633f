"""`count_hits` looks for no sentences where it need not, and counts what `find_hits` finds."""

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import framing as fr

# Entries of two words can match across an end; one with a condition asks for sentences.
PLAIN = {
    "peace": ["truce talks", "truce ~3 talks", "no ~~2 deal", "talks"],
    "war": ["truce", "deal ~2 truce", "u.s. truce", "mr truce", "talks deal"],
}
MIXED = {**PLAIN, "doubt": [{"pattern": "deal", "if": "no"}, *(f"word{n}" for n in range(30))]}
ENTRIES = (fr.make_lexicon(PLAIN, shared=True), fr.make_lexicon(MIXED, shared=True))

WORDS = ("truce", "talks", "Talks", "deal", "Deal", "no", "No", "Truce", "word7", "day", "Mr")
SIGNS = (
    " ", " ", " ", ". ", ".", ".\n", "\n", "\n\n", "\r\n", "\r", "\r\n\r\n", "\u2028", "\u2029",
    "\u0085", "\x0b", "\x0c", "\t", "\u00a0", "\u3000", "… ", "…", "... ", "...", "! ", "? ", "?! ",
    '." ', '"', ' "', "” ", ".” ", " “", ".’ ", ") ", ".) ", "; ", ": ", ", ", " - ", " — ", "-",
    "Mr. ", " U.S. ", " Feb. ", " No. ", " e.g. ", " a.m. ", " vs. ", "。", "！ ", "؟ ", "e\u0301 ",
    "\nRelated Sources:\n", "\nAdvertisement\n", " \n ", ".\u200b ", "\ufeff",
)  # fmt: skip
TEXT = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(SIGNS)), min_size=1, max_size=12)


def found(corpus, lexicon, nested="frame"):
    """Return what `find_hits` finds, counted by document and frame, as `count_hits` does."""
    hits = fr.find_hits(corpus, lexicon, nested=nested)
    scores = fr.score(hits, kind="count").table[["unit_id", "frame", "numerator"]]
    tokens = hits.sentences.groupby("doc_id")["tokens"].sum()
    ids = corpus.table["doc_id"]
    return scores["numerator"].tolist(), ids.map(tokens).fillna(0).astype(int).tolist()


def counted(corpus, lexicon, nested="frame"):
    table = fr.count_hits(corpus, lexicon, nested=nested)
    tokens = table.drop_duplicates("doc_id")["denominator"]
    return table["numerator"].tolist(), tokens.tolist()


def count(*texts, entries=("truce ~3 talks",), **options):
    corpus = fr.make_corpus(list(texts), **options)
    table = fr.count_hits(corpus, fr.make_lexicon({"peace": list(entries)}))
    assert (
        table["numerator"].tolist() == found(corpus, fr.make_lexicon({"peace": list(entries)}))[0]
    )
    return table["n"].tolist()


@pytest.mark.parametrize(
    "end",
    [
        ". ", "! ", "? ", "... ", '." ', ".” ", ".) ", ".\n", "\n\n", "\r\n\r\n", "\r\r",
        "\n \n", "\n\t\n", ".\u00a0", "?! ", ".’ ", ". “",
    ],
)  # fmt: skip
def test_no_match_counts_across_the_end_of_a_sentence(end):
    assert count(f"They signed a truce{end}Talks began.") == [0]
    assert count(f"They signed a truce{end}Talks began.", entries=["truce talks"]) == [0]


@pytest.mark.parametrize(
    "middle",
    [
        " ",
        ", ",
        "; ",
        " - ",
        " Mr. Low ",
        " U.S. ",
        " at 9 a.m. ",
        " (the first) ",
        "’s ",
        "\t",
        "  ",
    ],
)
def test_a_match_within_a_sentence_counts_whatever_signs_are_in_it(middle):
    assert count(f"They want truce{middle}talks soon.") == [1]


def test_a_sentence_end_before_or_after_a_match_does_not_matter():
    text = "Rain fell. A truce, and talks. Snow fell.\n\nNo truce, no talks!\n\nFog. Truce: talks."
    assert count(text) == [3]


def test_an_entry_with_a_stop_of_its_own_matches_over_it():
    assert count("The U.S. truce holds.", entries=["u.s. truce"]) == [1]


def test_a_match_that_is_a_whole_sentence_counts():
    assert count("U.S. truce", entries=["u.s. truce"]) == [1]
    assert count("Rain fell.\n\nU.S. truce\n\nSnow fell.", entries=["u.s. truce"]) == [1]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\u2028", "\u2029", "\u0085"])
def test_no_match_counts_across_the_end_of_a_paragraph_without_a_stop(end):
    text = f"They want a truce{end}Talks began on Monday and go on"
    assert count(text, entries=["truce talks"]) == [0]


def test_no_match_counts_across_two_articles():
    assert count("They want a truce", "talks began", entries=["truce talks"]) == [0, 0]
    assert count("truce", "talks", "truce talks", "talks", entries=["truce talks"]) == [0, 0, 1, 0]
    # The last article ends where the text of all ends.
    assert count("Rain", "truce talks", entries=["truce talks"]) == [0, 1]
    assert count("truce talks", "Rain", entries=["truce talks", "rain"]) == [1, 1]


def test_no_match_counts_in_or_across_a_line_that_is_taken_out():
    text = "They want truce\nRelated Sources:\ntalks in May.\nTruce talks went on."
    corpus = fr.make_corpus([text])
    assert corpus.exclusions["rule"].tolist() == ["related sources"]
    assert count(text) == [1]
    assert count(text, entries=["related sources"]) == [0]
    assert count(text, entries=["sources talks", "truce related", "truce ~2 sources"]) == [0]
    assert count(text, entries=["talks in may", "they want truce", "truce talks"]) == [3]
    first = "Related Sources:\nTruce talks."
    assert count(first, entries=["truce talks", "sources truce"]) == [1]
    last = "Truce talks\nRelated Sources:"
    assert count(last, entries=["truce talks", "talks related", "sources"]) == [1]


def test_tokens_are_those_of_sentences():
    texts = ["A truce.\nRelated Sources:\nTalks.", "Rain.", "\n\nSnow fell.\nRelated Sources:"]
    corpus = fr.make_corpus(texts)
    lexicon = fr.make_lexicon({"peace": ["truce"]})
    assert counted(corpus, lexicon) == found(corpus, lexicon)
    assert counted(corpus, lexicon)[1] == [3, 1, 2]


def test_conditions_are_asked_of_the_sentence_alone():
    entries = [{"pattern": "truce", "if": "talks"}, *(f"word{n}" for n in range(40))]
    for rule, expected in (("if", [1, 0]), ("unless", [0, 1])):
        entries[0] = {"pattern": "truce", rule: "talks"}
        lexicon = fr.make_lexicon({"peace": entries})
        corpus = fr.make_corpus(["A truce by talks. word3.", "A truce. Talks. word3 word4."])
        table = fr.count_hits(corpus, lexicon)
        assert table["n"].tolist() == [expected[0] + 1, expected[1] + 2]
        assert pd.Series(found(corpus, lexicon)[0]).tolist() == table["numerator"].tolist()


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    st.lists(TEXT, min_size=1, max_size=3),
    st.sampled_from(ENTRIES),
    st.sampled_from(["frame", "lexicon"]),
)
@example([[("truce", "\n\n"), ("talks", ". ")]], ENTRIES[0], "frame")
@example([[("truce", ". "), ("Talks", ". ")]], ENTRIES[0], "frame")
def test_counting_is_finding_without_places(texts, lexicon, nested):
    corpus = fr.make_corpus(["".join(word + sign for word, sign in text) for text in texts])
    assert counted(corpus, lexicon, nested) == found(corpus, lexicon, nested)
