"""A corpus at hand: masks, queries, iteration, joining, and tables as they are."""

import numpy as np
import pandas as pd
import pytest

import framing as fr

TEXTS = ["A truce.\nRelated Sources:", "Rain fell.", "  ", "War goes on.", "Snow."]
SOURCES = ["Wire", "Post", "Wire", "Post", None]


@pytest.fixture
def corpus():
    return fr.make_corpus(
        TEXTS,
        source=SOURCES,
        date=["2025-02-01", "2025-02-02", "2025-02-03", "2025-02-04", None],
        reach=[1, 2, 3, 4, 5],
        **{"of which": ["a", "b", "c", "d", "e"]},
    )


def ids(corpus):
    return corpus.table["doc_id"].tolist()


@pytest.mark.parametrize("kind", [pd.Series, np.array, list, tuple])
def test_a_mask_chooses_documents_in_their_order(corpus, kind):
    assert ids(corpus[kind([True, False, True, False])]) == ["text1", "text4"]
    assert ids(corpus[corpus.table["reach"] > 2]) == ["text4", "text5"]
    assert ids(corpus[1:3]) == ["text2", "text4"]
    assert len(corpus[1:3]) == 2
    assert len(corpus) == 4


def test_what_was_taken_out_of_documents_goes_with_them(corpus):
    assert corpus.exclusions["doc_id"].tolist() == ["text3", "text1"]
    first, rest = corpus[:1], corpus[1:]
    assert first.exclusions["kind"].tolist() == ["document", "line"]
    assert rest.exclusions["doc_id"].tolist() == ["text3"]
    assert first.sentences["end"].tolist() == [8]
    lexicon = fr.make_lexicon({"peace": ["truce", "related sources"]})
    assert fr.find_hits(first, lexicon).table["entry"].tolist() == ["truce"]
    # Choosing leaves the corpus as it is.
    assert len(corpus.exclusions) == 2


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        ([True], "1 values for 4 documents"),
        ([True, False, None, True], "1 missing values.*fillna"),
        (pd.Series([True, pd.NA, True, True], dtype="boolean"), "1 missing values"),
        ([1, 0, 1, 0], "the value 1, not True or False"),
        (pd.Series([True] * 4, index=[3, 2, 1, 0]), "index of the mask differs.*to_numpy"),
        ("source", r"corpus.table\['source'\]"),
        (0, "a slice"),
        ([False] * 4, "selects none of the 4"),
        (slice(9, 12), "selects none"),
    ],
)
def test_what_is_no_mask(corpus, mask, message):
    with pytest.raises(fr.InputError, match=message):
        corpus[mask]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("source == 'Wire'", ["text1"]),
        ('source == "Post" and reach > 2', ["text4"]),
        ("(source == 'Post') & ~(reach > 2)", ["text2"]),
        ("source == 'Wire' | reach == 5", ["text1", "text5"]),
        ("source in ['Wire', 'Post'] and not reach == 2", ["text1", "text4"]),
        ("source not in ('Wire',) and reach < 5", ["text2", "text4"]),
        ("date >= '2025-02-02'", ["text2", "text4"]),
        ("1 < reach <= 4", ["text2", "text4"]),
        ("reach % 2 == 1 and reach + 1 > -3", ["text1", "text5"]),
        ("`of which` == 'd'", ["text4"]),
        ("`of which` in ['`reach`', 'a & b', 'e']", ["text5"]),
    ],
)
def test_a_query_compares_columns_with_values(corpus, query, expected):
    assert ids(corpus.query(query)) == expected


SECRET = "Wire"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("source == @SECRET", "cannot be read|not allowed"),
        ("source == SECRET", "no column 'SECRET'.*Text stands in quotes"),
        ("sorce == 'Wire'", "Did you mean 'source'"),
        ("source.str.contains('W')", "not allowed.*mask"),
        ("source.__class__ == 'x'", "not allowed"),
        ("__import__('os').system('true')", "not allowed"),
        ("reach[0] == 1", "not allowed"),
        ("[x for x in reach] == 1", "not allowed"),
        ("(lambda: 1)() == 1", "not allowed"),
        ("reach := 1", "cannot be read"),
        ("reach == 9 ** 9", "not allowed"),
        ("source == f'{reach}'", "not allowed"),
        ("source == 'Wire", "cannot be read"),
        ("reach = 1", "cannot be read"),
        ("source > 3", "cannot be answered"),
        ("reach + 1", "is not a condition"),
        ("1 == 1", "is not a condition"),
        ("  ", "is not a condition"),
        (None, "is not a condition"),
        ("source == 'None'", "selects none of the 4"),
    ],
)
def test_a_query_runs_no_python(corpus, query, message):
    with pytest.raises(fr.InputError, match=message):
        corpus.query(query)


def test_iteration_gives_documents(corpus):
    documents = list(corpus)
    assert [document.doc_id for document in documents] == ids(corpus)
    first, last = documents[0], documents[-1]
    assert first.text == TEXTS[0]
    assert (first.source, first.title, first.date) == ("Wire", None, pd.Timestamp("2025-02-01"))
    assert dict(first.columns) == {"reach": 1, "of which": "a"}
    assert (last.source, last.date) == (None, None)
    with pytest.raises(AttributeError):
        first.text = "other"
    with pytest.raises(TypeError):
        first.columns["reach"] = 3


def test_corpora_are_joined_with_all_their_columns_and_exclusions(corpus):
    again = fr.concat([corpus[:2], corpus[2:]])
    pd.testing.assert_frame_equal(again.table, corpus.table)
    assert sorted(again.exclusions["doc_id"]) == sorted(corpus.exclusions["doc_id"])
    assert again.fingerprint == corpus.fingerprint
    other = fr.make_corpus(["Fog."], doc_id=["f"], date="2025-03", place="north")
    both = fr.concat([corpus, other])
    assert list(both.table)[:6] == ["doc_id", "text", "title", "source", "date", "date_precision"]
    precision = both.table["date_precision"]
    assert precision.fillna("-").tolist() == ["day", "day", "day", "-", "month"]
    assert both.table["place"].notna().tolist() == [False] * 4 + [True]
    assert both.sentences.groupby("doc_id").size()["f"] == 1


@pytest.mark.parametrize(
    ("others", "message"),
    [
        (lambda a: [a, fr.make_corpus(["Fog."])], "'text1' .*corpus 1 .*a different id"),
        (lambda a: [fr.make_corpus(["Fog."], doc_id=["text3"]), a], "'text3' .*in its exclusions"),
        (lambda a: [a, fr.make_corpus(["Brume."], doc_id="x", language="fr")], "'en', 'fr'"),
        (lambda a: [a, a.table], "this list contains a DataFrame"),
        (lambda a: a, "this is a single Corpus"),
        (lambda a: [], "this list is empty"),
    ],
)
def test_what_cannot_be_joined(corpus, others, message):
    with pytest.raises(fr.InputError, match=message):
        fr.concat(others(corpus))


def table():
    return pd.DataFrame(
        {
            "id": [7, 8],
            "body": ["A truce.", "Rain fell."],
            "text": ["old", "older"],
            "outlet": ["Wire", "Post"],
            "published": pd.to_datetime(["2025-02-01", "2025-02-02"]),
            3: [0.5, 1.5],
        },
        index=[5, 5],
    )


def test_a_name_means_a_column_of_a_table():
    corpus = fr.make_corpus(
        table(), text="body", doc_id="id", source="outlet", date="published", desk=["a", "b"],
        reach=pd.Series([1, 2], index=[8, 9]), year=2025,
    )  # fmt: skip
    assert ids(corpus) == ["7", "8"]
    assert corpus.table["text"].tolist() == ["A truce.", "Rain fell."]
    assert corpus.table["source"].tolist() == ["Wire", "Post"]
    assert corpus.table["date"].dt.day.tolist() == [1, 2]
    rest = corpus.table[["text_given", "3", "desk", "reach", "year"]].to_numpy().tolist()
    assert rest == [["old", 0.5, "a", 1, 2025], ["older", 1.5, "b", 2, 2025]]
    assert fr.make_corpus(pd.DataFrame({"text": ["Fog."]})).table["doc_id"].tolist() == ["text1"]
    # With a list of texts a name is a value, as ever.
    assert fr.make_corpus(["Fog.", "Sun."], source="Wire").table["source"].tolist() == ["Wire"] * 2


@pytest.mark.parametrize(
    ("texts", "arguments", "message"),
    [
        (table(), {"source": "Wire"}, r"no column 'Wire'.*'outlet'.*source=\['Wire'\] \* len"),
        (table(), {"text": "bodi"}, "no column 'bodi'.*Did you mean 'body'"),
        (table(), {"source": ["Wire"]}, "1 values for 2 texts"),
        (table()[["outlet"]], {}, "no column 'text'"),
        (pd.concat([table(), table()], axis=1), {}, "twice"),
        ("A truce.", {}, r"one text; .*make_corpus\(\[\"first\""),
        ({"text": ["A truce."]}, {}, "is a dict.*DataFrame"),
        (None, {}, "is a NoneType; it must be a list of texts"),
        (3, {}, "is an int; it must be a list of texts"),
        (["A truce."], {"text": "body"}, "text='body' names a column of a DataFrame"),
    ],
)
def test_texts_that_are_none_say_what_to_give(texts, arguments, message):
    with pytest.raises(fr.InputError, match=message):
        fr.make_corpus(texts, **arguments)


def test_a_corpus_is_no_list_of_texts(corpus):
    with pytest.raises(fr.InputError, match=r"already a corpus.*corpus\[mask\]"):
        fr.make_corpus(corpus)
