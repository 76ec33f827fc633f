import numpy as np
import pandas as pd
import pytest

import framing as fr

LEXICON = fr.make_lexicon({"peace": ["truce", "talks"]})


def row_of(scores, hits, entry):
    found = fr.drop_one(hits, scores)
    table = getattr(found, "table", found)
    return table[table["entry"] == entry].iloc[0]


def without(texts, entry, **options):
    hits = fr.find_hits(fr.make_corpus(texts, furniture=False), LEXICON)
    return row_of(fr.score(hits, **options), hits, entry)


@pytest.mark.parametrize(
    ("text", "entry"),
    [("Truce now. Talks and truce. Talks. Rain.", "truce"),
     ("Truce now. Truce today. Talks. Rain.", "talks")],
)  # fmt: skip
def test_a_share_without_an_entry_is_the_share_of_the_rest(text, entry):
    row = without([text], entry, kind="share")
    assert (row["value"], row["change"]) == (0.75, row["value_without"] - 0.75)
    assert row["value_without"] == 0.5


def test_a_unit_without_a_word_has_no_count_and_comes_first_in_nothing():
    row = without(["* * *", "Rain.", "Truce."], "truce", kind="count")
    assert (row["unit_id"], row["value"], row["value_without"]) == ("text3", 1, 0)
    # The counts left are all zero: no unit comes first.
    assert row["first"] == "text3"
    assert pd.isna(row["first_without"])


def test_a_change_within_the_interval_is_not_outside():
    # One talk among 40 truces is less than the interval is wide; the truces are not.
    text = "Talks began. " + "A truce. Rain fell on the whole of the town. " * 40
    hits = fr.find_hits(fr.make_corpus([text]), LEXICON)
    scores = fr.score(hits).interval(seed=1, draws=200)
    assert not row_of(scores, hits, "talks")["outside"]
    assert row_of(scores, hits, "truce")["outside"]
    assert pd.isna(row_of(fr.score(hits), hits, "talks")["outside"])


def test_the_order_of_units_is_compared_where_there_is_one():
    texts = ["Truce. Truce. Talks.", "Truce. Rain. Talks.", "Rain. Rain. Talks."]
    assert without(texts, "talks", kind="count")["tau"] == pytest.approx(1)
    assert np.isnan(without(texts, "truce", kind="count")["tau"])


def test_the_larger_change_comes_first():
    hits = fr.find_hits(fr.make_corpus(["Talks. Truce. Truce."]), LEXICON)
    found = fr.drop_one(hits, fr.score(hits))
    assert getattr(found, "table", found)["entry"].tolist() == ["truce", "talks"]


@pytest.mark.parametrize(("kind", "value"), [("rate", 1000), ("share", 1), ("count", 1)])
def test_a_unit_of_one_word_has_a_value_without_the_entry(kind, value):
    row = without(["Truce."], "truce", kind=kind)
    assert (row["value"], row["value_without"], row["change"]) == (value, 0, -value)


def test_scores_of_other_texts_are_refused():
    hits, others = (
        fr.find_hits(fr.make_corpus([text]), LEXICON) for text in ("Truce. Rain.", "Talks. Rain.")
    )
    with pytest.raises(fr.InputError, match="The scores and the hits are of different texts"):
        fr.drop_one(hits, fr.score(others))


def test_a_value_at_the_limit_is_inside():
    # Every sentence has both entries: the share is 1, as is its upper limit, and stays so.
    hits = fr.find_hits(
        fr.make_corpus(["Truce talks. Talks of a truce. A truce and talks."]), LEXICON
    )
    scores = fr.score(hits, kind="share").interval()
    row = row_of(scores, hits, "talks")
    assert (row["value"], row["value_without"]) == (1, 1)
    assert scores.table["high"].iloc[0] == 1
    assert row["outside"] == False  # noqa: E712


def test_two_units_have_an_order():
    texts = ["Truce. Truce. Talks.", "Truce. Talks. Talks. Talks."]
    assert without(texts, "talks", kind="count")["tau"] == pytest.approx(-1)


def test_an_entry_on_which_a_conclusion_hangs_is_found():
    corpus = fr.make_corpus(
        ["A truce. Rain."] * 2 + ["A deal. A deal. A deal. Rain."], doc_id=[*"abc"]
    )
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce", "deal"]}))
    table = fr.drop_one(hits, fr.score(hits, kind="count").interval(seed=1))
    deal = table.iloc[0]
    assert deal[["entry", "unit_id", "value", "value_without"]].tolist() == ["deal", "c", 3, 0]
    assert (deal["first"], deal["first_without"]) == ("c", "a")
    assert deal["outside"]
    assert deal["tau"] < 0


@pytest.mark.parametrize(("unit", "kind"), [("document", "rate"), ("corpus", "share")])
def test_taking_an_entry_away_is_scoring_without_it(unit, kind):
    hits = fr.load_study("articles").hits
    scores = fr.score(hits, unit=unit, kind=kind)
    table = fr.drop_one(hits, scores)
    row = table[table["n"] > 2].iloc[0]
    rest = hits.table[(hits.table["entry"] != row["entry"]) | (hits.table["frame"] != row["frame"])]
    without = type(hits)(**{**vars(hits), "table": rest.reset_index(drop=True)})
    wide = fr.score(without, unit=unit, kind=kind).wide()
    assert wide.loc[row["unit_id"], row["frame"]] == pytest.approx(row["value_without"])
    other = fr.find_hits(fr.make_corpus(["Rain."]), fr.make_lexicon({"peace": ["rain"]}))
    with pytest.raises(fr.InputError, match="Give the scores of these hits"):
        fr.drop_one(other, scores)


@pytest.mark.parametrize("kind", ["count", "share", "rate"])
def test_only_hits_that_the_scores_count_are_taken_away(kind):
    corpus = fr.make_corpus(["No truce was signed. Talks began in Geneva on Monday morning."])
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce", "talks"]}))
    scores = fr.score(hits, kind=kind, rejected="exclude")
    row = fr.drop_one(hits, scores).set_index("entry").loc["talks"]
    assert row["value_without"] == 0.0
    assert row["change"] == -scores.table["value"].iloc[0] < 0
    assert (row["n"], row["share"]) == (1, 1.0)
    assert fr.drop_one(hits, scores)["entry"].tolist() == ["talks"]


def test_a_sentence_with_two_entries_keeps_its_share_without_either():
    corpus = fr.make_corpus(["Truce talks. A truce. Rain fell. Snow fell."])
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce", "talks"]}))
    table = fr.drop_one(hits, fr.score(hits, kind="share")).set_index("entry")
    assert table["value_without"].to_dict() == {"truce": 0.25, "talks": 0.5}
