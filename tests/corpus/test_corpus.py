import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing as fr

ARTICLE = "A headline\nThis visualization failed to load.\nTalks began. Few hope.\nRelated Sources:"


def test_furniture_is_listed_and_counted_nowhere():
    corpus = fr.make_corpus([ARTICLE], doc_id=["x"])
    removed = corpus.exclusions
    assert removed["rule"].tolist() == ["failed widget", "failed widget", "related sources"]
    assert removed["line"].tolist() == [1, 2, 4]
    cut = [ARTICLE[a:b] for a, b in zip(removed["start"], removed["end"], strict=True)]
    assert cut == ["A headline", "This visualization failed to load.", "Related Sources:"]
    row = corpus.describe().iloc[0]
    counted = row[["paragraphs", "sentences", "tokens", "characters", "lines_removed"]].tolist()
    assert counted == [1, 2, 4, len(ARTICLE), 3]
    assert len(fr.make_corpus([ARTICLE], furniture=False).exclusions) == 0


def test_describe_pools_by_a_column_missing_values_included():
    corpus = fr.make_corpus(["One.", "Two men.", "Three."], source=["Wire", None, "Wire"])
    table = corpus.describe("source")
    assert table["documents"].tolist() == [2, 1]
    assert table["tokens"].tolist() == [2, 2]
    assert corpus.describe("corpus")["tokens"].tolist() == [4]
    with pytest.raises(fr.InputError, match=r"by='sorce'.*Did you mean 'source'"):
        corpus.describe("sorce")


def test_a_document_of_furniture_alone_stays_and_counts_nothing():
    corpus = fr.make_corpus(["Related Sources:", "A truce."])
    assert corpus.describe()[["sentences", "tokens"]].to_numpy().tolist() == [[0, 0], [1, 2]]
    scores = fr.score(fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]})))
    assert scores.empty == 1


def test_a_corpus_is_not_changed_by_what_is_done_with_it():
    texts = ["A truce.", "  "]
    corpus = fr.make_corpus(texts, source="Wire")
    before = corpus.table.copy(), corpus.exclusions.copy()
    fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    corpus.describe()
    assert before[0].equals(corpus.table)
    assert before[1].equals(corpus.exclusions)
    assert texts == ["A truce.", "  "]


def test_the_fingerprint_is_that_of_ids_and_texts():
    plain = fr.make_corpus(["One.", "Two."]).fingerprint
    assert fr.make_corpus(["One.", "Two."], source="Wire").fingerprint == plain
    assert fr.make_corpus(["One.T", "wo."]).fingerprint != plain
    assert fr.make_corpus(["One.", "Two."], doc_id=["b", "a"]).fingerprint != plain


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"texts": "One text."}, r"texts is one text; it must be a list"),
        ({"texts": []}, r"no document with text is left \(0 given"),
        ({"texts": ["One.", None, "  "], "doc_id": ["a", "a", "b"]}, r"'a' is in rows 1, 2"),
        ({"texts": ["One."], "source": ["A", "B"]}, r"Column 'source' has 2 values for 1 texts"),
        ({"texts": ["One.", 5]}, r"text in row 2 is 5 \(int\), not text"),
        ({"texts": ["One.", b"Two."]}, r"text in row 2 is b'Two\.' \(bytes\)"),
        ({"texts": ["One."], "sentence": "x"}, r"cannot have the name 'sentence'"),
        ({"texts": ["One."], "date": "13 Feb"}, r"none of the 1 dates.*'13 Feb'"),
    ],
)
def test_what_bad_texts_get(arguments, message):
    with pytest.raises(fr.InputError, match=message):
        fr.make_corpus(arguments.pop("texts"), **arguments)


def test_blank_and_missing_texts_are_listed():
    corpus = fr.make_corpus(["One.", None, " \u00a0\n", ""])
    assert corpus.exclusions["doc_id"].tolist() == ["text2", "text3", "text4"]
    assert set(corpus.exclusions["reason"]) == {"the text is blank"}


UNEVEN = st.text(alphabet="aB .!?\n\r\t\u2028’(\u0301\u200b7", max_size=60)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.lists(UNEVEN, min_size=3, max_size=6))
def test_sentences_cover_every_character_that_is_not_white(texts):
    corpus = fr.make_corpus([text + "x" for text in texts], furniture=False)
    spans = dict(list(corpus.sentences.groupby("doc_id")))
    for doc_id, text in zip(corpus.table["doc_id"], corpus.table["text"], strict=True):
        covered = [False] * len(text)
        previous = 0
        for start, end in spans[doc_id][["start", "end"]].to_numpy().tolist():
            assert previous <= start < end
            previous = end
            covered[start:end] = [True] * (end - start)
        left = [c for c, inside in zip(text, covered, strict=True) if not inside]
        # A zero-width space is a space that nobody sees.
        assert all(c.isspace() or c == "\u200b" for c in left)


def test_a_corpus_holds_the_texts_that_it_was_given_and_no_copies():
    texts = [f"Truce № {number}." for number in range(3)]
    corpus = fr.make_corpus(texts)
    assert all(held is given for held, given in zip(corpus.table["text"], texts, strict=True))
