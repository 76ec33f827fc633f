import tracemalloc
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from support.figures import assert_readable, texts_of

import framing as fr
from framing.regressions.formulas import parse_formula
from framing.regressions.likelihoods import climb
from framing.regressions.model_units import ModelUnits
from framing.regressions.negative_binomials import NegativeBinomial
from framing.regressions.sign_flips import SignFlips, few_decide

TINY = fr.score(
    fr.find_hits(fr.make_corpus(["A truce."]), fr.make_lexicon({"peace": ["truce"]})),
    unit="document",
)


def scores_of(hits, tokens, *, kind="rate", frames=("peace",), per=1000.0, **columns):
    """Scores with these hits (n_units, n_frames), as if they had been counted."""
    hits = np.asarray(hits, dtype=float).reshape(len(tokens), len(frames))
    ids = [f"text{number:04d}" for number in range(len(tokens))]
    units = pd.DataFrame({"unit_id": ids, "doc_id": ids}).assign(**columns)
    units = units.assign(documents=1, sentences=1, tokens=tokens)
    table = pd.DataFrame(
        {
            "unit_id": np.repeat(ids, len(frames)),
            "frame": pd.Categorical(list(frames) * len(ids), categories=list(frames)),
            "value": np.nan,
            "numerator": hits.ravel(),
            "denominator": np.repeat(np.asarray(tokens, dtype=float), len(frames)),
        }
    )
    return replace(TINY, table=table, units=units, kind=kind, per=per)


def planted(seed, clusters=40, size=10, between=0.0, alpha=0.5):
    """Counts with log rate ratios .4 of a side (of whole clusters) and .3 of x."""
    rng = np.random.default_rng(seed)
    outlet = np.repeat(np.arange(clusters), size)
    x, tokens = rng.normal(size=len(outlet)), rng.integers(200, 1500, len(outlet))
    mean = tokens / 1000 * np.exp(1.2 + 0.4 * (outlet % 2) + 0.3 * x)
    mean *= np.exp(between * rng.normal(size=clusters)[outlet])
    hits = rng.poisson(mean * rng.gamma(1 / alpha, alpha, len(outlet)) if alpha else mean)
    side = np.where(outlet % 2, "right", "left")
    names = [f"outlet {number:02d}" for number in outlet]
    return scores_of(hits, tokens, x=x, side=side, outlet=names)


def fitted(scores, formula, **options):
    # The adjustment of statsmodels collects garbage, which takes longer than the fit.
    return fr.regress(scores, formula, **{"adjust": "none", **options})


def row(found, term, frame="peace"):
    table = found.table
    return table[(table["term"] == term) & (table["frame"] == frame)].iloc[0]


def by_hand(scores, columns, cluster=None, **options):
    table, units = scores.table, scores.units
    exog = np.column_stack([np.ones(len(units)), *columns])
    groups = pd.factorize(units[cluster or "doc_id"])[0]
    model = sm.NegativeBinomial(table["numerator"], exog, exposure=units["tokens"] / 1000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(
            disp=0, maxiter=2000, gtol=1e-10, cov_type="cluster", cov_kwds={"groups": groups}
        )


def errors_by_hand(scores, hand, cluster):
    """CR2 errors and Satterthwaite's degrees, as Pustejovsky and Tipton (2018) write them."""
    units, y = scores.units, scores.table["numerator"].to_numpy()
    exog = hand.model.exog
    mean = units["tokens"].to_numpy() / 1000 * np.exp(exog @ hand.params[:-1])
    variance = mean + hand.params.iloc[-1] * mean**2
    x, e = exog * (mean / np.sqrt(variance))[:, None], (y - mean) / np.sqrt(variance)
    bread = np.linalg.inv(x.T @ x)
    left = np.eye(len(x)) - x @ bread @ x.T
    meat, parts, scores = np.zeros_like(bread), [], []
    groups = pd.factorize(units[cluster or "doc_id"])[0]
    for group in range(groups.max() + 1):
        rows = np.flatnonzero(groups == group)
        values, vectors = np.linalg.eigh(left[np.ix_(rows, rows)])
        adjustment = (vectors / np.sqrt(values)) @ vectors.T
        score = bread @ x[rows].T @ adjustment @ e[rows]
        scores.append(score)
        meat += np.outer(score, score)
        parts.append(left[:, rows] @ adjustment @ x[rows] @ bread)
    degrees = []
    for term in range(len(bread)):
        each = np.array([part[:, term] for part in parts])
        gram = each @ each.T
        degrees.append(np.trace(gram) ** 2 / (gram**2).sum())
        squares = np.array(scores)[:, term] ** 2
        n, carriers = len(squares), squares.sum() ** 2 / (squares**2).sum()
        if carriers < 10:
            degrees[-1] = min(degrees[-1], 2 * n / (n / carriers - 1))
    return np.sqrt(np.diag(meat)), np.array(degrees)


@pytest.mark.parametrize(("clusters", "of_group", "size"), [(10, 2, 8), (20, 4, 5), (6, 3, 10)])
def test_few_clusters_are_not_called_different_too_often(clusters, of_group, size):
    p = []
    for seed in range(120):
        rng = np.random.default_rng([5, seed])
        outlet = np.repeat(np.arange(clusters), size)
        hits = rng.poisson(1.5 * rng.gamma(5, 0.2, clusters)[outlet])
        side = np.where(outlet < of_group, "few", "many")
        scores = scores_of(hits, [500] * len(hits), side=side, outlet=outlet.astype(str))
        found = row(fitted(scores, "side", cluster="outlet", reference={"side": "many"}),
                    "side[few]")  # fmt: skip
        p.append(found["p"])
        if found["df"] < 4:
            assert "degrees of freedom" in found["note"]
    assert np.mean(np.array(p) <= 0.05) <= 0.07


def in_runs(seed, articles=60, share=0.05, stays=0.9):
    """Scores of articles of 3 to 120 sentences whose frame comes in runs, without any effect."""
    rng = np.random.default_rng([9, seed])
    length = np.clip(np.round(rng.lognormal(np.log(14), 0.9, articles)), 3, 120).astype(int)
    hits = np.zeros(articles)
    for number, size in enumerate(length):
        on = rng.random() < share
        for chance in rng.random(size):
            hits[number] += on
            on = chance < (stays if on else share * (1 - stays) / (1 - share))
    week, side = rng.integers(0, 20, articles), np.where(np.arange(articles) % 2, "a", "b")
    return scores_of(hits, length, per=10.0, week=week, side=side)


def test_terms_that_few_articles_carry_are_not_called_different_too_often():
    # With t alone the week was different in 27%, the side in 17% of such draws.
    p = {"week": [], "side[b]": []}
    for seed in range(150):
        found = fitted(in_runs(seed), "side + week", reference={"side": "a"})
        for term, seen in p.items():
            own = row(found, term)
            seen.append(own["p"])
            if not np.isnan(own["p"]):
                assert (own["p"] > 0.05) == (own["low"] < 0 < own["high"])
                if own["p"] < 0.5 and own["df"] < 6:
                    assert "few clusters decide (as many as" in own["note"]
    for seen in p.values():
        assert np.mean(np.array(seen) <= 0.05) <= 0.08


def test_an_effect_that_many_articles_carry_is_found_as_before():
    scores = planted(4, 60, 1, alpha=0.1)
    own = row(fitted(scores, "side + x"), "side[right]")
    hand = by_hand(scores, [scores.units["side"] == "right", scores.units["x"]])
    errors, degrees = errors_by_hand(scores, hand, None)
    half = errors[1] * sm.stats.stattools.stats.t.ppf(0.975, degrees[1])
    assert (own["high"] - own["low"]) / 2 == pytest.approx(half, rel=1e-4)
    assert "few clusters decide" not in own["note"]


def test_signs_of_few_equal_parts_are_counted():
    # Three equal parts agree in one of four cases; in others the sum is a third of that.
    flips = SignFlips.of(np.array([2.0, -2.0, 2.0, 0.0]))
    assert flips.p(3**0.5) == 0.25
    assert flips.p(3**-0.5) == 1.0
    assert flips.limit(0.05) == pytest.approx(3**0.5)
    assert flips.limit(0.3) == pytest.approx(3**-0.5)


def test_a_limit_is_not_below_the_largest_sum_of_signs():
    flips = SignFlips.of(np.array([1.0, 1.0, 1.0]))
    assert flips.limit(0.2) >= 3**0.5


def test_fewer_than_five_equal_clusters_are_few():
    assert few_decide(5.0) == []
    assert few_decide(4.9) == [
        "few clusters decide (as many as 4.9 equal ones): p and interval allow for clusters that "
        "agree by chance"
    ]


def test_signs_of_many_equal_parts_are_normal_and_copies_are_parts():
    flips = SignFlips.of(np.array([0.5]), np.array([2000]))
    assert flips.limit(0.05) == pytest.approx(1.96, abs=0.005)
    parts = np.random.default_rng(1).normal(size=9)
    times = np.array([3, 1, 1, 2, 1, 4, 1, 1, 5])
    apart = SignFlips.of(np.repeat(parts, times))
    assert SignFlips.of(parts, times).p(1.3) == pytest.approx(apart.p(1.3), abs=1e-12)
    drawn = np.random.default_rng(2).choice([-1, 1], (20_000, times.sum()))
    sums = np.abs(drawn @ np.repeat(parts, times)) / np.sqrt(times @ parts**2)
    assert apart.p(1.3) == pytest.approx((sums >= 1.3).mean(), abs=0.01)


def test_planted_coefficients_and_dispersion_are_recovered():
    found = fitted(planted(1, 300), "side + x")
    for term, truth in (("side[right]", 0.4), ("x", 0.3), ("(intercept)", 1.2)):
        own = row(found, term)
        assert own["low"] < truth < own["high"]
        assert own["estimate"] == pytest.approx(truth, abs=0.06)
        assert own["ratio"] == pytest.approx(np.exp(own["estimate"]))
    fit = found.fit.iloc[0]
    assert fit["model"] == "negative binomial"
    assert fit["converged"]
    assert fit["alpha_low"] < 0.5 < fit["alpha_high"]
    assert fit["alpha"] == pytest.approx(0.5, abs=0.05)


def test_a_dispersion_of_which_hits_say_nothing_has_no_upper_limit():
    # The logarithm of this dispersion has an error of 300, whose exponential overflowed.
    truces = [2, 3, 4, 6, 5, 0, 0, 4, 1, 3, 1, 1, 0, 1]
    words = [10, 11, 8, 12, 9, 8, 9, 13, 11, 11, 9, 10, 13, 9]
    texts = [
        "truce " * one + "word " * (other - 1) + "end."
        for one, other in zip(truces, words, strict=True)
    ]
    corpus = fr.make_corpus(texts, g=list("ab" * 7))
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = fr.regress(fr.score(hits, unit="document"), "g").fit.iloc[0]
    assert fit["model"] == "negative binomial"
    assert (fit["alpha_low"], fit["alpha_high"]) == (0.0, np.inf)


@pytest.mark.parametrize("cluster", [None, "outlet"])
def test_the_numbers_are_those_of_a_fit_by_hand(cluster):
    scores = planted(2, between=0.3)
    found = fitted(scores, "side + x", cluster=cluster)
    hand = by_hand(scores, [scores.units["side"] == "right", scores.units["x"]], cluster)
    assert found.table["estimate"].to_numpy() == pytest.approx(hand.params[:-1], abs=1e-6)
    clusters = 400 if cluster is None else 40
    errors, degrees = errors_by_hand(scores, hand, cluster)
    assert found.table["df"].to_numpy() == pytest.approx(degrees, rel=1e-5)
    half = (found.table["high"] - found.table["low"]).to_numpy() / 2
    width = errors * sm.stats.stattools.stats.t.ppf(0.975, degrees)
    assert half == pytest.approx(width, rel=1e-4)
    # With so many clusters the correction is small.
    assert errors == pytest.approx(np.asarray(hand.bse)[:-1], rel=0.12)
    assert found.table["clusters"].unique().tolist() == [clusters]
    assert found.fit["alpha"].iloc[0] == pytest.approx(hand.params.iloc[-1], abs=1e-6)
    assert found.fit["log_likelihood"].iloc[0] == pytest.approx(hand.llf)


@pytest.mark.parametrize("seed", range(4))
def test_the_maximum_of_the_likelihood_is_found_from_any_start(seed):
    rng = np.random.default_rng(seed)
    matrix = np.column_stack([np.ones(90), rng.integers(0, 3, 90), rng.normal(size=90)])
    mean = np.exp(matrix @ [-0.5, 0.6, 0.3])
    hits = rng.poisson(mean * rng.gamma(0.5, 2, 90)).astype(float)
    model = NegativeBinomial(hits, np.ones(90), ModelUnits.of(matrix, np.arange(90)))
    found = [climb(model, start) for start in rng.normal(scale=3, size=(8, 4))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        hand = sm.NegativeBinomial(hits, matrix).fit(disp=0, maxiter=2000, gtol=1e-10)
    for parameters in found:
        assert parameters == pytest.approx(found[0], abs=1e-9)
        assert model.slope(parameters) == pytest.approx(0, abs=1e-8)
    assert found[0] == pytest.approx([*hand.params[:-1], np.log(hand.params[-1])], abs=1e-4)
    assert model.loglike(found[0]) == pytest.approx(hand.llf, abs=1e-9)


def test_a_dispersion_that_is_too_small_for_a_number_is_no_error():
    # Its inverse is infinite: a start from which no maximum is found.
    matrix = np.ones((30, 1))
    hits = np.random.default_rng(1).poisson(2, 30).astype(float)
    model = NegativeBinomial(hits, np.ones(30), ModelUnits.of(matrix, np.arange(30)))
    assert climb(model, np.array([0.5, -800.0])) is None


def test_equal_documents_need_no_row_each():
    # A matrix of documents and columns would have 64 MB.
    rng = np.random.default_rng(1)
    n = 100_000
    outlet = np.array([f"outlet {number:02d}" for number in range(40)])
    sources = outlet[rng.integers(0, 40, n)]
    scores = scores_of(rng.negative_binomial(1, 0.4, n), np.full(n, 500), source=sources,
                       group=np.where(rng.random(n) < 0.5, "a", "b"))  # fmt: skip
    tracemalloc.start()
    try:
        found = fitted(scores, "source * group")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.fit["model"].tolist() == ["negative binomial"]
    assert peak < 60e6


def test_intervals_by_cluster_cover_and_those_without_clusters_do_not():
    inside = {"outlet": [], None: []}
    for seed in range(80):
        scores = planted(seed, 30, 8, between=0.5)
        for cluster, seen in inside.items():
            found = fitted(scores, "side + x", cluster=cluster)
            own = row(found, "side[right]")
            seen.append(own["low"] <= 0.4 <= own["high"])
    assert 0.88 <= np.mean(inside["outlet"]) <= 1.0
    assert np.mean(inside[None]) < np.mean(inside["outlet"]) - 0.15


def test_a_poisson_rate_ratio_is_the_ratio_of_the_pooled_rates():
    # Weighted hits that are not whole: quasi-likelihood, whose identity is exact.
    rng = np.random.default_rng(3)
    tokens, side = rng.integers(100, 900, 60), np.repeat(["a", "b"], 30)
    hits = 0.5 * rng.poisson(tokens / 100)
    found = fitted(scores_of(hits, tokens, side=side), "side")
    rates = [hits[side == one].sum() / tokens[side == one].sum() for one in "ab"]
    own = row(found, "side[b]")
    assert own["ratio"] == pytest.approx(rates[1] / rates[0], rel=1e-9)
    assert own["ame"] == pytest.approx(1000 * (rates[1] - rates[0]), rel=1e-9)
    assert row(found, "(intercept)")["ratio"] == pytest.approx(1000 * rates[0], rel=1e-9)
    assert found.fit["model"].tolist() == ["Poisson"]
    assert "not whole numbers" in found.fit["note"].iloc[0]
    assert np.isnan(found.fit["log_likelihood"].iloc[0])


def test_hits_that_spread_no_wider_than_poisson_counts_are_noted():
    scores = scores_of([3, 4, 3, 4, 3, 4, 4, 3] * 5, [500] * 40, side=["a", "b"] * 20)
    found = fitted(scores, "side")
    assert found.fit["model"].tolist() == ["Poisson"]
    assert "spread no wider than Poisson counts" in found.fit["note"].iloc[0]
    assert "spread no wider" in row(found, "(intercept)")["note"]
    assert row(found, "side[b]")["note"] == ""
    assert np.isnan(found.fit["alpha"].iloc[0])


def shares(seed, n=60):
    rng = np.random.default_rng(seed)
    sentences, x = rng.integers(5, 30, n), rng.normal(size=n)
    with_frame = rng.binomial(sentences, 1 / (1 + np.exp(1.5 - 0.5 * x)))
    return scores_of(with_frame, sentences, kind="share", x=x, side=["a", "b", "c"] * (n // 3))


def test_a_share_by_document_is_the_logit_of_its_sentences():
    scores = shares(4, 300)
    found = fitted(scores, "x + side", reference={"side": "a"})
    own = row(found, "x")
    assert own["low"] < 0.5 < own["high"]
    n = scores.table["denominator"].to_numpy(dtype=int)
    k = scores.table["numerator"].to_numpy(dtype=int)
    of = np.repeat(np.arange(len(n)), n)
    hit = np.concatenate([[1] * a + [0] * (b - a) for a, b in zip(k, n, strict=True)])
    units = scores.units.iloc[of]
    single = scores_of(hit, np.ones(len(of)), kind="share", x=units["x"].to_numpy())
    single.units["side"] = units["side"].to_numpy()
    single.units["doc_id"] = units["doc_id"].to_numpy()
    single = replace(single, unit="sentence")
    other = fitted(single, "x + side", reference={"side": "a"})
    same = ["estimate", "clusters"]
    assert other.table[same].to_numpy() == pytest.approx(found.table[same].to_numpy())
    # Clusters are the documents in both.
    wide, narrow = (one.table["high"] - one.table["low"] for one in (found, other))
    assert (wide / narrow).to_numpy() == pytest.approx(np.ones(4))


@pytest.mark.parametrize("kind", ["rate", "share", "count"])
def test_average_effects_are_those_of_finite_differences(kind):
    rng = np.random.default_rng(55)
    base = shares(5) if kind == "share" else replace(planted(5, 20, 6), kind=kind)
    z = rng.normal(size=len(base))
    scores = replace(base, units=base.units.assign(z=z))
    found = fitted(scores, "x * side + log(tokens) + z")
    beta = found.table.set_index("term")["estimate"]
    reference = found.reference["side"]

    def mean(x_more=0.0, side=None):
        units = scores.units
        x, own = units["x"] + x_more, units["side"] if side is None else side
        eta = beta["(intercept)"] + beta["x"] * x + beta["z"] * units["z"]
        eta = eta + beta["log(tokens)"] * np.log(units["tokens"])
        for level in set(units["side"]) - {reference}:
            eta += (own == level) * (beta[f"side[{level}]"] + beta[f"x:side[{level}]"] * x)
        return (1 / (1 + np.exp(-eta)) if kind == "share" else np.exp(eta)).mean()

    slope = (mean(1e-5) - mean(-1e-5)) / 2e-5
    assert row(found, "x")["ame"] == pytest.approx(slope, rel=1e-6)
    for level in set(scores.units["side"]) - {reference}:
        difference = mean(side=level) - mean(side=reference)
        assert row(found, f"side[{level}]")["ame"] == pytest.approx(difference, rel=1e-9)
        assert np.isnan(row(found, f"x:side[{level}]")["ame"])


def test_the_interval_of_an_average_effect_is_that_of_statsmodels():
    scores = planted(6)
    # Tokens alike, so that the margins of statsmodels, which keep the exposure, are per 1,000.
    scores = replace(scores, units=scores.units.assign(tokens=1000))
    scores.table["denominator"] = 1000.0
    own = row(fitted(scores, "x"), "x")
    margin = by_hand(scores, [scores.units["x"]]).get_margeff()
    width = sm.stats.stattools.stats.t.ppf(0.975, 399) * margin.margeff_se[0]
    assert own["ame"] == pytest.approx(margin.margeff[0], rel=1e-6)
    # Statsmodels takes the observed information in place of the expected one.
    assert own["ame_high"] - own["ame"] == pytest.approx(width, rel=0.1)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_the_units_does_not_matter(seed):
    scores = planted(7, 12, 5)
    order = np.random.default_rng(seed).permutation(len(scores))
    other = replace(
        scores,
        table=scores.table.iloc[order].reset_index(drop=True),
        units=scores.units.iloc[order].reset_index(drop=True),
    )
    own, again = (fitted(one, "x + side", cluster="outlet") for one in (scores, other))
    numbers = own.table.select_dtypes("number").columns
    expected = own.table[numbers].to_numpy()
    assert again.table[numbers].to_numpy() == pytest.approx(expected, rel=1e-6, nan_ok=True)


def test_a_level_without_hits_is_marked_and_the_others_are_as_without_it():
    scores = planted(8, 30, 6)
    outlet = scores.units["outlet"]
    silent = outlet.isin(["outlet 03", "outlet 05"]).to_numpy()
    scores.units["desk"] = np.where(silent, "quiet", np.where(outlet < "outlet 15", "a", "b"))
    scores.table.loc[silent, "numerator"] = 0.0
    found = fitted(scores, "desk + x")
    quiet = row(found, "desk[quiet]")
    assert quiet[["estimate", "low", "p", "p_adjusted", "ratio", "ame"]].isna().all()
    assert "no hit in the 12 units of desk[quiet]" in quiet["note"]
    rest = replace(
        scores,
        table=scores.table[~silent].reset_index(drop=True),
        units=scores.units[~silent].reset_index(drop=True),
    )
    alone = fitted(rest, "desk + x")
    for term in ("(intercept)", "desk[a]", "x"):
        columns = ["estimate", "low", "high", "p", "ame", "ame_low"]
        own, other = row(found, term)[columns], row(alone, term)[columns]
        assert own.astype(float).tolist() == pytest.approx(
            other.astype(float).tolist(), nan_ok=True
        )
    assert found.table["n"].unique().tolist() == [168]
    assert "12 units that are perfectly predicted" in found.fit["note"].iloc[0]
    # With it as the reference nothing beside it is finite, but x still is.
    turned = fitted(scores, "desk + x", reference={"desk": "quiet"})
    assert "choose another" in row(turned, "desk[a]")["note"]
    assert np.isnan(row(turned, "desk[a]")["estimate"])
    assert row(turned, "x")["estimate"] == pytest.approx(row(alone, "x")["estimate"])
    assert row(turned, "x")["ame"] == pytest.approx(row(alone, "x")["ame"])


def test_a_number_that_separates_is_found():
    x = np.linspace(-1, 1, 40)
    scores = scores_of((x > 0).astype(int), np.ones(40), kind="share", x=x, z=x**2)
    found = fitted(scores, "x + z")
    assert found.table["estimate"].isna().all()
    assert found.table["note"].str.contains("no finite estimate").all()
    counts = scores_of([0] * 20 + [1, 2] * 10, [100] * 40, d=[0.0] * 20 + [1.0] * 20, x=x)
    own = fitted(counts, "d + x")
    assert np.isnan(row(own, "d")["estimate"])
    assert np.isfinite(row(own, "x")["estimate"])


def test_a_frame_without_hits_is_left_empty_beside_one_with():
    scores = planted(9)
    hits = np.column_stack([scores.table["numerator"], np.zeros(400)])
    units = scores.units
    both = scores_of(hits, units["tokens"], frames=("peace", "doubt"), x=units["x"])
    found = fr.regress(both, "x")
    assert found.table.loc[found.table["frame"] == "doubt", "estimate"].isna().all()
    assert "no hit of the frame" in row(found, "x", "doubt")["note"]
    assert found.fit["model"].tolist() == ["negative binomial", "none"]
    assert row(found, "x")["p_adjusted"] == row(found, "x")["p"]


def test_a_source_that_is_the_cluster_keeps_its_estimate_without_an_error():
    scores = planted(10, 12, 20)
    found = fitted(scores, "outlet + x", cluster="outlet")
    plain = fitted(scores, "outlet + x")
    sources = found.table["term"].str.startswith("outlet")
    assert found.table["estimate"].to_numpy() == pytest.approx(plain.table["estimate"].to_numpy())
    assert found.table.loc[sources, ["low", "high", "p", "ame_low"]].isna().all(axis=None)
    assert found.table.loc[sources, "note"].str.contains("rests on single clusters").all()
    assert np.isfinite(row(found, "x")["low"])
    assert "levels by outlet taken as given" in row(found, "x")["note"]
    assert "12 clusters by outlet are few" in row(found, "(intercept)")["note"]
    assert "12 clusters by outlet are few" not in row(found, "x")["note"]
    assert "12 clusters by outlet are few" in found.fit["note"].iloc[0]
    with pytest.raises(fr.InputError, match="varies in one cluster only"):
        fitted(scores, "outlet", cluster="outlet")


def test_a_group_of_one_article_has_an_estimate_and_no_interval():
    scores = planted(11)
    scores.units["desk"] = ["single"] + ["many"] * 399
    scores.table.loc[0, "numerator"] = 3.0
    own = row(fitted(scores, "desk + x"), "desk[single]")
    assert np.isfinite(own["estimate"])
    assert np.isnan(own["low"])
    assert "'text0000'" in own["note"]


@pytest.mark.parametrize("kind", ["rate", "share"])
@pytest.mark.parametrize("copies", [1, 3])
def test_a_frame_of_a_single_story_has_estimates_and_no_p(kind, copies):
    # Without an effect p was .05 or less in 13% of draws of such a frame (agency stories).
    story, week = np.repeat(np.arange(24), 3), np.repeat(np.arange(24) % 12, 3)
    hits = np.where((story == 5) & (np.arange(72) % 3 < copies), 2, 0)
    names = [f"story {number:02d}" for number in story]
    columns = {"kind": kind, "story": names, "x": week.astype(float)}
    found = fitted(scores_of(hits, np.full(72, 20), **columns), "x", cluster="story")
    assert found.table["estimate"].notna().all()
    assert found.table[["low", "high", "p", "ame_low"]].isna().all(axis=None)
    told = "all hits are in one cluster by story ('story 05')"
    assert found.table["note"].str.startswith(told).all()
    # Of a second story there is something to learn.
    hits[story == 2] = 1
    found = fitted(scores_of(hits, np.full(72, 20), **columns), "x", cluster="story")
    assert found.table[["low", "high", "p"]].notna().all(axis=None)


def test_units_that_lack_a_value_are_listed():
    scores = planted(12)
    scores.units.loc[3, "x"] = np.nan
    scores.units["side"] = scores.units["side"].where(scores.units.index != 5, None)
    scores.table.loc[7, "denominator"] = 0.0
    found = fitted(scores, "side + x")
    assert found.dropped["unit_id"].tolist() == ["text0003", "text0005", "text0007"]
    assert found.dropped["reason"].tolist() == ["no x", "no side", "no token"]
    assert found.table["n"].unique().tolist() == [397]
    assert "3 dropped" in repr(found)


def test_time_and_length_come_from_the_units():
    dates = pd.to_datetime(pd.Series(["2023-12-31", "2024-01-01", "2024-03-01", "2025-01-06"]))
    scores = planted(13)
    dated = replace(scores, units=scores.units.assign(date=np.tile(dates.to_numpy(), 100)))
    steps = {
        "year": [0, 1, 1, 2], "month": [0, 1, 3, 13], "week": [0, 1, 9, 54],
        "day": [0, 1, 61, 372],
    }  # fmt: skip
    for name, values in steps.items():
        given = replace(dated, units=dated.units.assign(own=np.tile(values, 100)))
        derived, own = fitted(dated, name), fitted(given, "own")
        assert row(derived, name)["estimate"] == pytest.approx(row(own, "own")["estimate"])
    years = fitted(dated, "C(year)", reference={"year": 2025})
    assert years.table["term"].tolist() == ["(intercept)", "C(year)[2023]", "C(year)[2024]"]
    doubled = row(fitted(scores, "length"), "length")["estimate"]
    natural = row(fitted(scores, "log(tokens)"), "log(tokens)")["estimate"]
    assert doubled == pytest.approx(natural * np.log(2))


def test_a_date_that_is_too_coarse_for_a_period_has_none():
    days = ["2025-01-06", "2025-02-10", "2025-03", "2025-05-05", "2025-06-09", "2025"]
    corpus = fr.make_corpus(["A truce.", "Rain."] * 12, date=days * 4)
    scores = fr.score(fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]})))
    for period, n in {"month": 20, "week": 16, "day": 16}.items():
        found = fitted(scores, period)
        assert found.table["n"].unique().tolist() == [n]
        assert found.dropped["reason"].tolist() == [f"no {period}"] * (24 - n)
    monthly = replace(scores, units=scores.units.assign(date_precision="month"))
    with pytest.raises(fr.InputError, match="names 'week', which needs dates that are"):
        fitted(monthly, "week")


def test_formulas_are_read_as_in_other_packages():
    def names(formula):
        return [":".join(map(str, term)) for term in parse_formula(formula)]

    assert names("a*b + c") == ["a", "b", "c", "a:b"]
    assert names("a*b*c") == ["a", "b", "c", "a:b", "a:c", "b:c", "a:b:c"]
    assert names("b:a + C(a) + log(x) + a:b") == ["C(a)", "log(x)", "b:a"]
    assert names("`my column`:ä") == ["my column:ä"]
    assert names("C(class) + log(`my column`)") == ["C(class)", "log(my column)"]
    assert names("a:b * c + a:a") == ["c", "a", "a:b", "a:b:c"]


def test_an_interaction_without_its_parts_has_every_level():
    scores = planted(14)
    own = fitted(scores, "side:x")
    assert own.table["term"].tolist()[1:] == ["side[left]:x", "side[right]:x"]
    parts = fitted(scores, "x + side:x")
    assert parts.table["term"].tolist()[1:] == ["x", "side[right]:x"]
    slopes = own.table["estimate"].to_numpy()
    assert row(parts, "side[right]:x")["estimate"] == pytest.approx(slopes[2] - slopes[1], abs=1e-6)


def test_p_values_are_adjusted_over_frames_and_terms_without_intercepts():
    scores = fr.score(fr.load_study("briefings").hits)
    raw = fr.regress(scores, "year + length", adjust="none").table
    holm = fr.regress(scores, "year + length").table
    slopes = holm["term"] != "(intercept)"
    assert holm.loc[~slopes, "p_adjusted"].isna().all()
    assert raw.loc[slopes, "p_adjusted"].tolist() == raw.loc[slopes, "p"].tolist()
    smallest = raw.loc[slopes, "p"].nsmallest(2).to_numpy()
    assert holm["p_adjusted"].min() == pytest.approx(8 * smallest[0])
    assert (holm.loc[slopes, "p_adjusted"] >= holm.loc[slopes, "p"]).all()


@pytest.mark.parametrize(
    ("formula", "options", "message"),
    [
        ("sid", {}, "names 'sid'.*Allowed: .*'side'.*Did you mean 'side'"),
        ("hits ~ x", {}, "cannot be read at '~'.*the scores are the measure"),
        ("__import__('os')", {}, "cannot be read at"),
        ("exp(x)", {}, "cannot be read at 'exp'"),
        ("x - 1", {}, "cannot be read at '-'"),
        ("x +", {}, "ends too early"),
        ("x + exp(z)", {}, r"cannot be read at 'exp' \(character 5\)"),
        ("C(x + 1)", {}, r"cannot be read at 'C\(x \+ 1\)' \(character 1\)"),
        ("{x + 1}", {}, "cannot be read at"),
        ("x ** 2", {}, r"cannot be read at '\*\*' \(character 3\)"),
        ("x z", {}, "cannot be read at 'z'"),
        ("`x", {}, "ends too early"),
        ("", {}, "does not name a column"),
        ("C(x", {}, "ends too early|cannot be read"),
        ("date", {}, "Use year, quarter, month, week or day"),
        ("month", {}, "needs dates"),
        ("flat", {}, "'flat' is 1 in all units"),
        ("one", {}, "'one' is 'a' in all units"),
        ("gone", {}, "None of the 400 units.*no gone: 400"),
        ("log(x)", {}, "needs numbers above 0, and [0-9]+ units have 0 or less"),
        ("log(side)", {}, "needs numbers"),
        ("x + double", {}, "'double' follows exactly from the terms before it"),
        ("unit_id", {}, "names 'unit_id'"),
        ("C(x)", {}, "has 400 levels; at most 200"),
        ("x", {"cluster": "one"}, "one cluster is not enough"),
        ("x + z + C(half)", {"cluster": "side"}, "2 clusters by 'side' are too few"),
        ("x", {"cluster": "outlt"}, "Did you mean 'outlet'"),
        ("side", {"reference": {"side": "middle"}}, "reference of side='middle' is not known"),
        ("side", {"reference": {"sid": "left"}}, "Did you mean 'side'"),
        ("side", {"reference": "left"}, "is not a mapping"),
        ("x", {"adjust": "bonferroni"}, "adjust='bonferroni' is not known"),
        ("x", {"level": 95}, "level=95"),
    ],
)
def test_what_cannot_be_fitted_is_refused_with_the_reason(formula, options, message):
    scores = planted(15)
    x = scores.units["x"]
    scores = replace(
        scores,
        units=scores.units.assign(
            flat=1.0, one="a", gone=np.nan, double=2 * x, date=pd.NaT, z=x**2, half=x > 0
        ),
    )
    with pytest.raises(fr.InputError, match=message):
        fitted(scores, formula, **options)


def test_other_scores_are_refused_with_the_remedy():
    study = fr.load_study("briefings")
    for unit, message in (("source", "use the column in the formula"), ("corpus", "by document")):
        with pytest.raises(fr.InputError, match=message):
            fitted(fr.score(study.hits, unit=unit), "length")
    with pytest.raises(fr.InputError, match="Speakers have no columns"):
        fitted(fr.score(study.hits, unit="speaker", kind="share"), "length")
    with pytest.raises(fr.InputError, match="Use prevalence"):
        fitted(replace(planted(1), kind="topic share"), "x")
    with pytest.raises(fr.InputError, match="In 1 units the weighted hits"):
        fitted(scores_of([-1.0, 2.0, 3.0], [10, 10, 10], x=[1.0, 2.0, 4.0]), "x")
    with pytest.raises(fr.InputError, match="2 units are too few for 2 parameters"):
        fitted(scores_of([1.0, 2.0], [10, 10], x=[1.0, 2.0]), "x")


def test_sentences_and_paragraphs_are_clustered_by_document():
    corpus = fr.load_testbed().corpus
    hits = fr.find_hits(corpus, fr.load_lexicon("peace-initiative"))
    found = fitted(fr.score(hits, unit="sentence", kind="share"), "leaning + sentence")
    assert found.cluster == "doc_id"
    assert (found.fit["clusters"] == len(corpus)).all()
    assert (found.fit["n"] > 5 * len(corpus)).all()
    assert (found.fit["model"] == "binomial logit").all()
    assert "<table" in found._repr_html_()


LONG = "a very long-winded outlet of the north number"


@pytest.mark.parametrize("levels", [2, 3, 24])
@pytest.mark.parametrize("effect", ["ratio", "ame"])
def test_few_and_many_terms_with_long_names_can_be_read(levels, effect):
    scores = planted(16, 48, 6)
    units = scores.units
    source = [f"{LONG} {int(name[-2:]) % levels}" for name in units["outlet"]]
    hits = np.column_stack([scores.table["numerator"]] * 3)
    hits[np.array(source) == f"{LONG} 1", 1] = 0
    frames = ("peace", "sovereignty of the whole country", "skepticism")
    many = scores_of(hits, units["tokens"], frames=frames, x=units["x"], outlet=source)
    found = fitted(many, "outlet + x", reference={"outlet": f"{LONG} 0"})
    figure = fr.plot_regression(found, effect=effect)
    assert_readable(figure)
    texts = " ".join(text.get_text() for text in texts_of(figure))
    assert "none" in texts
    assert "288 clusters" in texts
    assert f"Reference: outlet {LONG} 0" in texts.replace("\n", " ")


def test_a_point_and_its_interval_are_drawn_where_they_are():
    found = fitted(planted(17), "side * x")
    for effect, rows in (("ratio", 3), ("ame", 2)):
        axes = fr.plot_regression(found, effect=effect).axes[0]
        assert len(axes.get_yticks()) == rows
        ends = axes.collections[0].get_segments()
        own = row(found, "side[right]")
        drawn = [segment[0][0] for segment in ends] + [segment[1][0] for segment in ends]
        assert any(value == pytest.approx(own[f"{effect}_low"], abs=1e-6) for value in drawn)
        assert any(value == pytest.approx(own[f"{effect}_high"], abs=1e-6) for value in drawn)
    with pytest.raises(fr.InputError, match="effect='odds' is not known"):
        fr.plot_regression(found, effect="odds")


def authors_of(seed, *, differ):
    """Return scores of 120 articles of 24 authors, of whom each may have a rate of their own."""
    rng = np.random.default_rng(seed)
    author = np.repeat(np.arange(24), 5)
    share = rng.gamma(1, 0.25, 24) if differ else np.full(24, 0.25)
    has = rng.random((120, 10)) < np.minimum(share, 0.9)[author][:, None]
    texts = [" ".join(np.where(row, "A truce held.", "Rain fell now.")) for row in has]
    corpus = fr.make_corpus(
        texts, author=[f"a{a}" for a in author], side=rng.choice(["x", "y"], 120).tolist()
    )
    return fr.score(fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]})), kind="share")


def test_authors_whom_no_term_and_no_cluster_names_are_named_in_the_note():
    scores = authors_of(1, differ=True)
    found = fr.regress(scores, "side")
    told = found.table["note"].str.contains("cluster='author'").tolist()
    assert told == [True, False], "once, in the first row of the frame"
    assert found.fit["note"].str.contains("cluster='author'").all()
    clustered = fr.regress(scores, "side", cluster="author").table
    assert not clustered["note"].str.contains("resemble").any()
    plain = [fr.regress(authors_of(s, differ=False), "side").table["note"] for s in range(20)]
    assert sum(note.str.contains("resemble").any() for note in plain) <= 3


def test_what_a_term_explains_is_no_resemblance():
    scores = authors_of(2, differ=True)
    values = scores.table["value"].groupby(scores.units["author"]).transform("mean")
    scores.units["level"] = np.where(values > values.median(), "high", "low")
    named = fr.regress(scores, "level").table["note"]
    without = fr.regress(scores, "side").table["note"]
    assert without.str.contains("cluster='level'|cluster='author'").any()
    assert not named.str.contains("cluster='level'").any()


def test_a_number_in_millions_has_the_effect_of_the_same_number_in_ones():
    random = np.random.default_rng(5)
    texts = [
        ("Truce" if random.random() < 0.2 + 0.02 * i else "Rain") + " fell now." for i in range(60)
    ]
    reach = random.integers(20, 3_000, 60)
    found = []
    for times in (1, 1e6, 1e12, 1e-9):
        corpus = fr.make_corpus(texts, reach=reach * times)
        scores = fr.score(fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]})))
        row = fr.regress(scores, "reach").table.iloc[1]
        found.append([row.estimate * times, row.low * times, row.high * times, row.p])
        assert ("in thousands or millions" in row.note) == (times > 1)
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, [found[0]] * 4, rtol=1e-6)


def test_two_groups_with_one_rate_have_one_interval_however_long_documents_are():
    limits = []
    for length in (5, 8, 9, 12):
        rest = " rain" * (length - 1) + "."
        texts = ["Truce" + rest] * 2 + ["Calm" + rest] * 12 + ["Truce" + rest] * 3
        corpus = fr.make_corpus(texts + ["Calm" + rest] * 18, source=["A"] * 14 + ["B"] * 21)
        scores = fr.score(fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]})))
        row = fr.regress(scores, "source").table.iloc[1]
        assert row.ratio == pytest.approx(1)
        assert row.p == pytest.approx(1)
        limits.append([row.ratio_low, row.ratio_high])
    # Two of 14 against three of 21: no closer than a sixth, no further than seven times.
    np.testing.assert_allclose(limits, [[0.1534, 6.519]] * 4, rtol=1e-3)


def model_of_weeks(seed, moods, term="week", **options):
    """Return the model of 30 weeks of 6 articles without a slope, with moods of weeks."""
    rng = np.random.default_rng(seed)
    week = np.repeat(np.arange(30), 6)
    mood = np.exp(moods * rng.normal(size=30))[week]
    hits = rng.poisson(4 * mood * rng.gamma(4, 1 / 4, len(week)))
    date = pd.Timestamp("2025-01-06") + pd.to_timedelta(7 * week, "D")
    scores = scores_of(hits, np.full(len(week), 500), date=date, date_precision="day")
    return fr.regress(scores, term, **options)


def slope_of_weeks(*args, **options):
    return model_of_weeks(*args, **options).table.iloc[1]


def test_a_figure_and_the_methods_name_the_period_of_larger_errors():
    for options, named in (({}, True), ({"cluster": "document"}, False)):
        model = model_of_weeks(3, 0.8, **options)
        assert model.error_periods == ["week"] * named
        assert ("or each week where" in fr.paper.describe_methods(model)) is named
        note = " ".join(fr.describe_figure(fr.plot_regression(model)).split())
        assert ("or by week where larger" in note) is named


def test_a_slope_of_weeks_has_the_errors_by_week_where_these_are_larger():
    found, by_week, alone = (
        slope_of_weeks(3, 0.8, **options)
        for options in ({}, {"cluster": "week"}, {"cluster": "document"})
    )
    columns = ["estimate", "low", "high", "df", "p", "ratio_high", "ame_low", "clusters"]
    assert found[columns].tolist() == by_week[columns].tolist()
    assert found["clusters"] == 30
    assert found["high"] - found["low"] > 1.5 * (alone["high"] - alone["low"])
    assert "errors by week, which are larger than by document" in found["note"]


@pytest.mark.parametrize("term", ["month", "day"])
def test_slopes_of_few_months_and_of_days_have_the_errors_by_week(term):
    found, by_week = (
        slope_of_weeks(3, 0.8, term=term, **options) for options in ({}, {"cluster": "week"})
    )
    assert found[["low", "high", "p"]].tolist() == by_week[["low", "high", "p"]].tolist()
    assert found["clusters"] == 30
    assert "errors by week, which are larger than by document" in found["note"]


def test_a_slope_of_weeks_has_the_larger_errors_beside_clusters_of_authors():
    # Twelve authors share the moods of 30 weeks; an article without an author is left out.
    rng = np.random.default_rng(5)
    week, author = np.repeat(np.arange(30), 6), rng.integers(0, 12, 180)
    hits = rng.poisson(4 * np.exp(0.8 * rng.normal(size=30))[week])
    date = pd.Timestamp("2025-01-06") + pd.to_timedelta(7 * week, "D")
    names = pd.Series([f"Author {a}" for a in author]).where(np.arange(180) != 7)
    columns = {"date": date, "date_precision": "day", "author": names, "group": ["a", "b"] * 90}
    scores = scores_of(hits, np.full(180, 500), **columns)
    known = scores_of(hits[names.notna()], np.full(179, 500), **{
        name: np.asarray(values)[names.notna()] if name != "date_precision" else values
        for name, values in columns.items()
    })  # fmt: skip
    found = fr.regress(scores, "group + week", cluster="author")
    by_week = fr.regress(known, "group + week", cluster="week").table.set_index("term")
    plain = fr.regress(scores, "group", cluster="author").table.set_index("term")
    rows = found.table.set_index("term")
    limits = ["low", "high", "df", "p", "ame_low", "clusters"]
    assert rows.loc["week", limits].tolist() == by_week.loc["week", limits].tolist()
    assert "errors by week, which are larger than by author" in rows.loc["week", "note"]
    assert found.error_periods == ["week"]
    # The other terms keep the errors by author.
    assert rows.loc["group[b]", "clusters"] == plain.loc["group[b]", "clusters"] == 12
    assert "by week" not in rows.loc["group[b]", "note"]
    # These clusters contain whole weeks.
    half = pd.Series(np.where(week < 15, "first", "second")).astype(str) + (week % 5).astype(str)
    coarse = scores_of(hits, np.full(180, 500), date=date, date_precision="day", half=half)
    assert fr.regress(coarse, "week", cluster="half").error_periods == []


def test_a_number_with_one_value_a_week_has_the_errors_by_week_and_another_number_has_not():
    # The last of 16 weeks is an event of 50 articles; the others have five.
    rng = np.random.default_rng(4)
    week = np.repeat(np.arange(16), [5] * 15 + [50])
    mood = np.exp(0.5 * rng.normal(size=16))[week]
    hits = rng.poisson(4 * mood)
    days = pd.to_timedelta(7 * week + rng.integers(0, 7, 125), "D")
    dated = {
        "date": pd.Timestamp("2025-01-06") + days,
        "date_precision": "day",
        "poll": 3.5 + 0.2 * week,
        "pages": rng.integers(1, 30, 125),
    }
    scores = scores_of(hits, np.full(125, 500), **dated)
    by_week = fr.regress(scores, "poll", cluster="week").table.iloc[1]
    alone = fr.regress(scores, "poll", cluster="document").table.iloc[1]
    for formula in ("poll", "poll + pages", "log(poll)"):
        found = fr.regress(scores, formula).table.iloc[1]
        assert "errors by week, which are larger than by document" in found["note"], formula
        assert found["clusters"] == 16
    found = fr.regress(scores, "poll").table.iloc[1]
    assert found[["low", "high", "p"]].tolist() == by_week[["low", "high", "p"]].tolist()
    assert found["high"] - found["low"] > 1.5 * (alone["high"] - alone["low"])
    # The number of pages differs within days, and has errors by document.
    assert "by week" not in fr.regress(scores, "pages").table["note"].str.cat()


def test_slopes_of_weeks_with_moods_are_rarely_called_different():
    p = [slope_of_weeks(seed, 0.6)["p"] for seed in range(40)]
    documents = [slope_of_weeks(seed, 0.6, cluster="document")["p"] for seed in range(40)]
    assert np.mean(np.array(p) < 0.05) <= 0.1 < 0.2 < np.mean(np.array(documents) < 0.05)
