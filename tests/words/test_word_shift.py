import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from support.planted import as_terms

import framing as fr


def planted_hits(n=60, **columns):
    """Documents of two outlets; "truce" is three times as frequent in A, "talks" as in B."""
    rng = np.random.default_rng(5)
    side = np.array(["A", "B"] * (n // 2))
    texts = []
    for own in side:
        truces, talks = rng.poisson(6 if own == "A" else 2), rng.poisson(4)
        texts.append(" ".join(["truce"] * truces + ["talks"] * talks + ["rain"] * 90))
    corpus = fr.make_corpus(texts, source=side.tolist(), **columns)
    lexicon = fr.make_lexicon(
        {
            "peace": ["truce", {"pattern": "talks", "weight": 0.5}, "armistice"],
            "weather": ["rain"],
        }
    )
    return fr.find_hits(corpus, lexicon)


def shift_of(hits, **options):
    given_options = {"by": "source", "target": "A", "frame": "peace", "seed": 1, "draws": 200}
    return fr.word_shift(hits, **{**given_options, **options})


def test_contributions_of_entries_sum_to_the_difference_of_the_scores():
    hits = planted_hits()
    shift = shift_of(hits)
    scores = fr.score(hits, unit="source").wide()["peace"]
    assert shift.table["contribution"].sum() == pytest.approx(shift.total, rel=1e-12)
    assert shift.total == pytest.approx(scores["A"] - scores["B"], rel=1e-12)
    assert shift.sides["value"].tolist() == pytest.approx([scores["A"], scores["B"]])
    assert shift.sides["total"].sum() == hits.sentences["tokens"].sum()


def test_the_entry_that_was_planted_moves_the_score():
    shift = shift_of(planted_hits())
    rows = shift.table.set_index("entry")
    assert shift.table["entry"].tolist() == ["truce", "talks"]
    assert shift.settings["items_absent"] == 1
    # Four more truces in about 98 words.
    assert rows.loc["truce", "low"] < 1000 * (6 / 100 - 2 / 96) < rows.loc["truce", "high"]
    assert rows.loc["truce", "low"] > 0
    assert rows.loc["talks", "low"] < 0 < rows.loc["talks", "high"]
    assert shift.low < shift.total < shift.high
    assert shift.table["share"].abs().sum() == pytest.approx(1)
    # A weight of one half halves the contribution, and not the counts.
    talks = rows.loc["talks"]
    assert talks["contribution"] == pytest.approx(
        0.5 * (talks["rate_target"] - talks["rate_reference"])
    )


@pytest.mark.parametrize("frame", ["peace", "concession", "sovereignty", "skepticism"])
def test_the_scores_of_a_study_are_taken_apart_without_a_rest(frame):
    hits = fr.load_study("briefings").hits
    shift = fr.word_shift(hits, by="year", target="2025", frame=frame, seed=1, draws=50)
    year = hits.documents["date"].dt.year.astype(str)
    later = fr.score(hits, unit="document").table
    later = later[later["frame"] == frame].reset_index(drop=True)
    rates = later.groupby((year == "2025").to_numpy())[["numerator", "denominator"]].sum()
    rates = 1000 * rates["numerator"] / rates["denominator"]
    assert shift.table["contribution"].sum() == pytest.approx(rates[True] - rates[False], abs=1e-9)
    assert (shift.table["n_target"] + shift.table["n_reference"]).sum() == (
        hits.table["frame"] == frame
    ).sum()


def test_two_objects_are_shifted_as_two_groups_are():
    hits = planted_hits(20)
    corpora = [
        fr.make_corpus(["truce truce rain"] * 3),
        fr.make_corpus(["talks rain rain"] * 3),
    ]
    lexicon = fr.make_lexicon({"peace": ["truce", "talks"]})
    one, other = (fr.find_hits(corpus, lexicon) for corpus in corpora)
    shift = fr.word_shift(one, other, seed=1, draws=20)
    assert shift.table.set_index("entry")["contribution"].to_dict() == pytest.approx(
        {"truce": 2000 / 3, "talks": -1000 / 3}
    )
    # All documents of a side are the same: no sample differs from another.
    assert shift.low == pytest.approx(shift.high) == pytest.approx(1000 / 3)
    with pytest.raises(fr.InputError, match="hits of the same lexicon"):
        fr.word_shift(one, hits, seed=1)


tables = st.lists(
    st.lists(st.integers(0, 9), min_size=6, max_size=6), min_size=4, max_size=8
).filter(
    lambda rows: (
        np.array(rows[:2]).sum() > 0
        and np.array(rows[2:]).sum() > 0
        and ((np.array(rows) > 0).sum(axis=0) > 1).any()
    )
)


@settings(max_examples=30, deadline=None)
@given(tables, st.lists(st.floats(-3, 3), min_size=6, max_size=6))
def test_shifts_of_terms_sum_to_their_total(rows, scores):
    side = ["A"] * 2 + ["B"] * (len(rows) - 2)
    terms, kept = as_terms(np.array(rows), side=side)
    sums = np.array([np.asarray(terms.matrix[:2].sum(axis=0)),
                     np.asarray(terms.matrix[2:].sum(axis=0))], dtype=float)  # fmt: skip
    if not sums.sum(axis=1).all():
        return
    p, q = sums / sums.sum(axis=1, keepdims=True)
    options = {"by": "side", "target": "A", "seed": 1, "draws": 20}
    shares = fr.word_shift(terms, kind="proportion", **options)
    assert shares.table["contribution"].sum() == pytest.approx(0, abs=1e-12)
    assert shares.total == 0
    divergence = fr.word_shift(terms, kind="jensen-shannon", **options)
    assert divergence.total == pytest.approx(jensenshannon(p, q, base=2) ** 2, abs=1e-9)
    assert divergence.table["contribution"].sum() == pytest.approx(divergence.total, abs=1e-12)
    assert (divergence.table["contribution"] >= 0).all()
    weights = dict(zip(terms.names, np.array(scores)[kept], strict=True))
    mean = fr.word_shift(terms, kind="weighted", weights=weights, **options)
    values = np.array(list(weights.values()))
    assert mean.sides["value"].tolist() == pytest.approx([p @ values, q @ values])
    assert mean.total == pytest.approx(p @ values - q @ values, abs=1e-9)
    assert mean.table["contribution"].sum() == pytest.approx(mean.total, abs=1e-12)


def test_a_weighted_shift_by_hand():
    # Target: good 3, bad 1; reference: good 1, bad 3, and a term that has no weight.
    texts = ["good good good bad odd", "good bad bad bad odd"]
    terms = fr.count_terms(fr.make_corpus(texts, source=["A", "B"]), min_units=1)
    shift = fr.word_shift(
        terms, by="source", target="A", kind="weighted", weights={"good": 1, "bad": -1}, seed=1
    )
    rows = shift.table.set_index("term")
    # The mean weight of the reference is -1/2.
    assert rows.loc["good", "contribution"] == pytest.approx((1 + 0.5) * (0.75 - 0.25))
    assert rows.loc["bad", "contribution"] == pytest.approx((-1 + 0.5) * (0.25 - 0.75))
    assert shift.total == pytest.approx(1)
    assert shift.settings["items_left_out"] == 1
    assert "1 without a weight left out" in repr(shift)
    series = pd.Series({"good": 1.0, "bad": -1.0, "odd": np.nan})
    again = fr.word_shift(terms, by="source", target="A", kind="weighted", weights=series, seed=1)
    pd.testing.assert_frame_equal(again.table, shift.table)
    # A side of one document has nothing to resample.
    assert shift.table[["low", "high"]].isna().all(axis=None)
    assert np.isnan([shift.low, shift.high]).all()


def test_intervals_cover_what_was_planted():
    covered = []
    for seed in range(25):
        rng = np.random.default_rng(seed)
        side = np.array(["A"] * 40 + ["B"] * 60)
        rates = np.full((100, 12), 4.0)
        rates[:40, :4] *= 1.5
        bursts = rng.gamma(2.0, 0.5, rates.shape)
        terms, _ = as_terms(rng.poisson(rates * bursts), side=side)
        shift = fr.word_shift(terms, by="side", target="A", seed=1, draws=200)
        p, q = rates[0] / rates[0].sum(), rates[-1] / rates[-1].sum()
        rows = shift.table.set_index("term").sort_index()
        covered.append((rows["low"] <= p - q) & (p - q <= rows["high"]))
    assert 0.9 <= np.mean(covered) <= 0.98


def test_the_seed_decides_and_nothing_else():
    hits = planted_hits(20)
    one, other = shift_of(hits), shift_of(hits)
    pd.testing.assert_frame_equal(one.table, other.table)
    third = shift_of(hits, seed=2)
    assert not np.allclose(one.table["low"], third.table["low"])
    assert one.table["contribution"].tolist() == third.table["contribution"].tolist()


def test_it_shows_itself_in_a_line_and_a_table():
    shift = shift_of(planted_hits(20))
    assert repr(shift).startswith("<WordShift of peace, hits per 1,000 tokens: A against B, 10")
    assert "<table" in shift._repr_html_()
    assert (shift.item, shift.target, shift.reference) == ("entry", "A", "B")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"frame": "pace"}, "Did you mean 'peace'"),
        ({"frame": None}, "frame=None is not known"),
        ({"kind": "proportion"}, "kind='proportion' cannot be used with hits"),
        ({"weights": {}}, "cannot be used with hits"),
        ({"target": "C"}, "target='C' is not known"),
        ({"target": None}, "needs target="),
        ({"draws": 19}, "draws=19 is too few"),
        ({"seed": -1}, "seed=-1 cannot be used"),
        ({"by": None}, "nothing to compare with"),
    ],
)
def test_bad_arguments_are_answered(options, message):
    with pytest.raises(fr.InputError, match=message):
        shift_of(planted_hits(4), **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"frame": "peace"}, "frame='peace' cannot be used with terms"),
        ({"kind": "rate"}, "kind='rate' is not known"),
        ({"kind": "weighted"}, "needs weights="),
        ({"kind": "weighted", "weights": {"x": 1}}, "None of the terms of 'A' has a weight"),
        ({"weights": {"x": 1}}, "cannot be used with kind='proportion'"),
    ],
)
def test_bad_arguments_of_terms_are_answered(options, message):
    terms = fr.count_terms(fr.make_corpus(["aa bb", "aa cc"], source=["A", "B"]), min_units=1)
    with pytest.raises(fr.InputError, match=message):
        fr.word_shift(terms, by="source", target="A", seed=1, **options)


def test_the_figure_shows_the_total_and_the_contributions():
    shift = shift_of(planted_hits())
    figure = fr.plot_word_shift(shift, top=1)
    above, axes = figure.axes[:2]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["truce"]
    assert axes.patches[0].get_width() == pytest.approx(shift.table["contribution"].iloc[0])
    assert above.patches[0].get_width() == pytest.approx(shift.total)
    assert "1 largest of 2 contributions" in figure._supxlabel.get_text().replace("\n", " ")
    with pytest.raises(fr.InputError, match="at most 60"):
        fr.plot_word_shift(shift, top=61)


def test_a_divergence_is_drawn_to_the_side_that_has_more():
    texts = ["truce truce gas", "truce", "gas gas", "gas gas truce"]
    terms = fr.count_terms(fr.make_corpus(texts, source=["A", "A", "B", "B"]), min_units=1)
    shift = fr.word_shift(terms, by="source", target="A", kind="jensen-shannon", seed=1, draws=20)
    axes = fr.plot_word_shift(shift).axes[1]
    widths = {
        label.get_text(): bar.get_width()
        for label, bar in zip(axes.get_yticklabels(), axes.patches, strict=True)
    }
    assert widths["truce"] > 0 > widths["gas"]
