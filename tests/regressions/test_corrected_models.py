import numpy as np
import pytest

import framing as fr


def coded(rng, slope=0.0, n=200, worse=0.4, seed=1, times=1):
    """Return 2 * 40 documents of 10 sentences, whose share grows with x; hits miss more in B."""
    x = np.tile(np.linspace(0, 1, 40), 2)
    source = np.repeat(["A", "B"], 40)
    has = rng.random((80, 10)) < (0.2 + slope * x)[:, None]
    seen = has & (rng.random(has.shape) < np.where(source == "A", 0.95, worse)[:, None])
    texts = [" ".join("A truce held." if hit else "Rain fell." for hit in row) for row in seen]
    corpus = fr.make_corpus(texts, source=source, x=x * times)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, n, seed=seed)
    keys = sample.table[["doc_id", "sentence"]]
    rows = keys["doc_id"].str.removeprefix("text").astype(int).to_numpy() - 1
    codes = fr.make_codes(keys.assign(peace=has[rows, keys["sentence"] - 1] * 1))
    shares = has.mean(axis=1)
    design = np.column_stack([np.ones(80), source == "B", x]).astype(float)
    return fr.score(hits, kind="share"), codes, sample, np.linalg.lstsq(design, shares)[0]


def test_with_all_sentences_coded_the_model_is_least_squares_on_the_codes():
    scores, codes, sample, truth = coded(np.random.default_rng(1), slope=0.5, n=800)
    found = fr.regress(scores, "source + x", correction=(codes, sample), reference={"source": "A"})
    np.testing.assert_allclose(found.table["estimate"], truth, atol=1e-9)
    assert found.table["p"][2] < 1e-6
    assert found.table["ratio"].isna().all()
    assert found.fit["model"][0] == "linear, corrected"
    # The effect on a share is the coefficient, and so is its interval.
    ends = found.table[["ame_low", "ame", "ame_high"]].to_numpy()[1:]
    np.testing.assert_array_equal(ends, found.table[["low", "estimate", "high"]].to_numpy()[1:])
    assert (ends[:, 0] < ends[:, 1]).all()
    assert (ends[:, 1] < ends[:, 2]).all()


def test_a_number_in_millions_has_the_corrected_effect_of_the_same_number_in_ones():
    found = []
    for times in (1, 1e7, 1e12):
        scores, codes, sample, _ = coded(np.random.default_rng(1), slope=0.5, times=times)
        row = fr.regress(scores, "source + x", correction=(codes, sample)).table.iloc[2]
        found.append([row.estimate * times, row.low * times, row.high * times, row.p])
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, [found[0]] * 3, rtol=1e-6)


def test_a_group_in_which_hits_miss_more_is_no_effect_once_corrected():
    rng = np.random.default_rng(2)
    alarms, raw, covered = 0, 0, 0
    for seed in range(10):
        scores, codes, sample, _ = coded(rng, slope=0.3, seed=seed)
        options = {"reference": {"source": "A"}}
        found = fr.regress(scores, "source + x", correction=(codes, sample), **options).table
        alarms += found["p"][1] <= 0.05
        raw += fr.regress(scores, "source + x", **options).table["p"][1] <= 0.05
        covered += found["low"][2] <= 0.3 <= found["high"][2]
    assert raw >= 9
    assert alarms <= 2
    assert covered >= 8


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "rate"}, "correction= works with shares of documents"),
        ({"correction": 3}, "correction is an? .*; it must be a pair of Codes"),
    ],
)
def test_what_a_corrected_model_cannot_be(arguments, message):
    scores, codes, sample, _ = coded(np.random.default_rng(3))
    given = {"correction": (codes, sample), **arguments}
    scores = fr.score(scores.hits, kind=given.pop("kind", "share"))
    with pytest.raises(fr.InputError, match=message):
        fr.regress(scores, "source", **given)


def test_cases_that_all_stand_in_one_cluster_have_no_error():
    texts = ["A truce held. " * 10] + ["Rain fell. " * 10] * 39
    source = ["A", "B"] * 20
    corpus = fr.make_corpus(texts, source=source)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, 100, seed=1)
    keys = sample.table[["doc_id", "sentence"]]
    scores = fr.score(hits, kind="share")
    # Five of the article's ten sentences are coded with the frame, or none is.
    for has, why in (
        (sample.table["text"].str.contains("truce"), "are in one cluster"),
        (sample.table["text"].str.contains("ceasefire"), "no coded sentence of the model"),
    ):
        codes = fr.make_codes(keys.assign(peace=has.astype(int)))
        found = fr.regress(scores, "source", correction=(codes, sample)).table
        assert found["note"].str.contains(why).all()
        assert found[["p", "df", "low", "high", "ame_low"]].isna().all(axis=None)
        assert found["estimate"].notna().all()
    assert found["note"].iloc[1].count("its error cannot be estimated") == 1
    # What holds for all terms stands once.
    assert found["note"].str.contains("corrected by 100 coded sentences").tolist() == [True, False]


def test_the_figure_of_a_corrected_model_has_differences_on_a_linear_axis():
    scores, codes, sample, _ = coded(np.random.default_rng(1), slope=0.5)
    found = fr.regress(scores, "source + x", correction=(codes, sample), reference={"source": "A"})
    figure = fr.plot_regression(found)
    axes = figure.axes[0]
    assert axes.get_xscale() == "linear"
    assert axes.get_xlabel() == "difference in share of sentences"
    points = sorted(float(x) for line in axes.lines if line.get_marker() == "o"
                    for x in line.get_xdata())  # fmt: skip
    np.testing.assert_allclose(points, sorted(found.table["estimate"][1:]), atol=1e-5)
    told = fr.describe_figure(figure)
    assert "ratio" not in told
    assert "None:" not in told
    assert "corrected by 200 coded sentences" in told
    assert "unvalidated" not in repr(found)
    assert "linear, corrected for 1 frame," in repr(found)
