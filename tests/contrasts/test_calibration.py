"""Simulations: intervals cover what was planted, and p is uniform where nothing is."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from framing.contrasts.contrasts import (
    _spread_of_runs,
    compare_groups,
    plan,
    resample,
    terms,
    wald_by_permutation,
)
from framing.scores.groups import Observations


def units(group, cluster, hits, tokens):
    group = np.asarray(group)
    return Observations(
        unit=np.arange(len(group)),
        group=group,
        groups=[f"g{number}" for number in range(group.max() + 1)],
        cluster=np.unique(cluster, return_inverse=True)[1],
        numerators=np.asarray(hits, dtype=float).reshape(len(group), -1),
        denominators=np.asarray(tokens, dtype=float),
        resampled="document",
        left_out=pd.DataFrame(),
    )


def simulated(rng, sizes, rates, dispersion, frames=1):
    """Documents whose hits are Poisson, or negative binomial, at a rate per 1,000 tokens."""
    group = np.repeat(np.arange(len(sizes)), sizes)
    tokens = np.round(400 * rng.lognormal(0, 0.5, len(group))) + 20
    mean = np.repeat((tokens * np.array(rates)[group] / 1000)[:, None], frames, axis=1)
    if dispersion:
        mean = mean * rng.gamma(1 / dispersion, dispersion, mean.shape)
    return units(group, np.arange(len(group)), rng.poisson(mean), tokens)


def of_stories(rng, stories, rates, spread, *, frames=1, known=True, crossed=False):
    """Stories of eight articles that share how much of the frame they hold."""
    story = np.repeat(np.arange(2 * stories), 8)
    group = rng.integers(0, 2, len(story)) if crossed else (story >= stories).astype(int)
    own = np.exp(rng.normal(-(spread**2) / 2, spread, (2 * stories, frames)))[story]
    hits = rng.poisson(400 * np.array(rates)[group][:, None] / 1000 * own)
    cluster = story if known else np.arange(len(story))
    return units(group, cluster, hits, np.full(len(story), 400))


def rows_of(found, seed, draws=400):
    """Return one row per frame; frames of one draw share its documents and its permutations."""
    comparison = plan(found.groups, "pairs", None, None)[0]
    table = compare_groups(resample(found, seed, draws), found, comparison, 1000, 0.95)
    return table.to_dict("records")


def first_row(found, seed, draws=400):
    return rows_of(found, seed, draws)[0]


def covers(row, difference, ratio):
    high = np.inf if np.isnan(row["ratio_high"]) else row["ratio_high"]
    return row["low"] <= difference <= row["high"], row["ratio_low"] <= ratio <= high


def test_intervals_cover_a_known_difference_and_a_known_ratio():
    shares = []
    for sizes, rates, dispersion in (
        ((20, 20), (8, 4), 0),
        ((40, 40), (8, 4), 0.3),
        ((15, 60), (5, 5), 0.3),
        ((12, 12), (2, 1), 0),
    ):
        truth = rates[0] - rates[1], rates[0] / rates[1]
        drawn = (
            simulated(np.random.default_rng([7, n]), sizes, rates, dispersion, 8) for n in range(25)
        )
        hit = [covers(row, *truth) for n, found in enumerate(drawn) for row in rows_of(found, n)]
        shares.append(np.mean(hit, axis=0))
    # 93 to 97 of 100; the bounds leave 2.3 standard errors of 200 and of 800 simulations beside.
    assert (np.array(shares) >= 0.895).all()
    for share in np.mean(shares, axis=0):
        assert 0.925 <= share <= 0.985


def test_p_is_uniform_where_there_is_no_difference():
    rows = [
        row
        for n in range(50)
        for row in rows_of(
            simulated(np.random.default_rng([8, n]), (15, 30), (5, 5), 0.5, 8), n, 200
        )
    ]
    p = np.array([row["p"] for row in rows])
    assert stats.kstest(p, "uniform").pvalue > 0.01
    assert np.mean(p <= 0.05) <= 0.075


def test_p_holds_its_level_better_than_a_plain_difference_where_spreads_differ():
    # Rates are equal; the smaller group varies far more.
    p, plain = [], []
    for n in range(50):
        rng = np.random.default_rng([9, n])
        wide, even = simulated(rng, (20,), (5,), 0.8, 8), simulated(rng, (80,), (5,), 0, 8)
        both = units(
            np.repeat([0, 1], [20, 80]), np.arange(100),
            np.concatenate([wide.numerators, even.numerators]),
            np.concatenate([wide.denominators, even.denominators]),
        )  # fmt: skip
        p += [row["p"] for row in rows_of(both, n, 200)]
        found = resample(both, n, 200)
        observed, permuted = (
            np.diff(sums.rates, axis=1)[:, 0] for sums in (found.observed, found.permuted)
        )
        plain += list((1 + (np.abs(permuted) >= np.abs(observed)).sum(axis=0)) / 201)
    false, false_plain = (np.mean(np.array(own) <= 0.05) for own in (p, plain))
    assert false <= 0.12
    assert false_plain > false + 0.05


@pytest.mark.parametrize("crossed", [False, True])
def test_stories_are_not_called_significant_too_often(crossed):
    rows = [
        row
        for n in range(50)
        for row in rows_of(
            of_stories(np.random.default_rng([10, n]), 12, (5, 5), 0.6, frames=8, crossed=crossed),
            n,
        )
    ]
    assert np.mean([row["p"] <= 0.05 for row in rows]) <= 0.07
    assert np.mean([covers(row, 0, 1) for row in rows]) >= 0.92


def test_ignoring_that_articles_share_a_story_calls_it_significant_far_too_often():
    p = [
        row["p"]
        for n in range(20)
        for row in rows_of(
            of_stories(np.random.default_rng([10, n]), 12, (5, 5), 0.6, frames=5, known=False), n
        )
    ]
    assert np.mean(np.array(p) <= 0.05) > 0.2


def test_stories_that_both_groups_print_make_a_comparison_sharper():
    known = of_stories(np.random.default_rng(3), 25, (8, 4), 1.0, crossed=True)
    # Half the articles of each story in either group.
    known = replace(known, group=np.tile([0, 1], len(known.group) // 2))
    apart = replace(known, cluster=np.arange(len(known.group)))
    widths = []
    for own in (known, apart):
        row = first_row(own, 1)
        # Of logs: a story that is heavy on both sides is so in the same proportion.
        widths.append(np.log(row["ratio_high"] / row["ratio_low"]))
    assert widths[0] < 0.8 * widths[1]


def test_no_difference_among_many_groups_is_found_in_one_of_twenty():
    p = []
    for n in range(25):
        found = simulated(np.random.default_rng([11, n]), (12,) * 4, (5,) * 4, 0.5, 8)
        [(_, weights)] = terms(found.groups, "source", None)
        p += list(wald_by_permutation(resample(found, n, 200), found, weights)[1])
    assert len(p) == 200
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_p_holds_where_the_smaller_group_is_far_more_uneven():
    # Studentised differences of the rates themselves call 13 to 15% of these different.
    p = []
    for n in range(25):
        rng = np.random.default_rng([12, n])
        hits = [
            rng.poisson(1.5 * rng.gamma(1 / cv2, cv2, (size, 10)))
            for size, cv2 in ((8, 2), (80, 0.2))
        ]
        found = units(np.repeat([0, 1], [8, 80]), np.arange(88), np.concatenate(hits), [15] * 88)
        p += [row["p"] for row in rows_of(found, n, 200)]
    assert np.mean(np.array(p) <= 0.05) <= 0.09


def test_a_p_of_5_percent_comes_with_a_ratio_that_excludes_1():
    rows = [
        row
        for n in range(20)
        for row in rows_of(
            simulated(np.random.default_rng([13, n]), (12, 12), (9, 5), 0.3, 5), n, 200
        )
    ]
    found = [row for row in rows if row["p"] <= 0.05 and row["method"] == "t"]
    assert len(found) > 10
    assert all(row["ratio_low"] > 1 or row["ratio_high"] < 1 for row in found)


def test_one_long_document_among_short_ones_widens_the_interval_and_is_named():
    covered = []
    for n in range(25):
        rng = np.random.default_rng([14, n])
        tokens = np.tile([200] + [8] * 15, 2)
        hits = rng.poisson(0.1 * tokens[:, None] * rng.gamma(2, 0.5, (32, 8)))
        for row in rows_of(units(np.repeat([0, 1], 16), np.arange(32), hits, tokens), n, 100):
            covered.append(covers(row, 0, 1))
            assert "one document is 62% of g0: its value decides" in row["note"]
    assert (np.mean(covered, axis=0) >= 0.92).all()


def test_shares_near_1_hold_their_level_as_those_near_0_do():
    levels = []
    for share in (0.1, 0.9):
        p = []
        for n in range(15):
            rng = np.random.default_rng([15, n])
            rates = [
                rng.beta(share * size, (1 - share) * size, (k, 10))
                for size, k in ((2.3, 8), (49, 40))
            ]
            hits = rng.binomial(15, np.concatenate(rates))
            found = units(np.repeat([0, 1], [8, 40]), np.arange(48), hits, [15] * 48)
            p += [row["p"] for row in rows_of(replace(found, share=True), n, 200)]
        levels.append(np.mean(np.array(p) <= 0.05))
    assert max(levels) <= 0.08


def test_the_unit_of_weights_does_not_matter():
    found = simulated(np.random.default_rng(16), (9, 12), (8, 4), 0.5)
    tenth = replace(
        found, numerators=found.numerators / 10, denominators=found.denominators / 10, one=0.1
    )
    rows = [first_row(one, 1, 200) for one in (found, tenth)]
    for column in ("low", "high", "ratio_low", "ratio_high", "p"):
        assert rows[0][column] == pytest.approx(rows[1][column])


@pytest.mark.parametrize(("uneven", "most"), [(True, 0.075), (False, 0.085)])
def test_a_frame_in_bursts_on_one_side_of_a_dozen_is_not_called_different_too_often(uneven, most):
    # Beta-binomial shares of .1; those of one side vary twenty times as much. By permutation
    # alone 10% are called different.
    p = []
    for n in range(25):
        rng = np.random.default_rng([17, n])
        lengths = rng.integers(5, 26, 24)
        if uneven:
            lengths = np.minimum(150, np.round(5 * (1 + rng.pareto(1.3, 24)))).astype(int)
        shares = [rng.beta(0.1 * k, 0.9 * k, (40, 12)) for k in (1.5, 49)]
        hits = rng.binomial(lengths, np.hstack(shares)).T
        found = replace(units(np.repeat([0, 1], 12), np.arange(24), hits, lengths), share=True)
        comparison = plan(found.groups, "pairs", None, None)[0]
        p += list(compare_groups(resample(found, n, 200), found, comparison, 1, 0.95)["p"])
    assert np.mean(np.array(p) <= 0.05) <= most


def test_a_rare_frame_of_a_dozen_even_documents_is_judged_by_t_and_of_many_by_permutation():
    hits = np.tile([0, 1, 2, 3, 0, 4], 10)
    rows = {}
    for count in (12, 30):
        counts = np.concatenate([hits[:count], [1], np.zeros(count - 1)])
        found = units(np.repeat([0, 1], count), np.arange(2 * count), counts, [15] * 2 * count)
        rows[count] = [first_row(found, seed, 100) for seed in (1, 2)]
    # t has no random numbers, and a p of 100 permutations is a whole number of 101.
    assert rows[12][0]["p"] == rows[12][1]["p"]
    assert 101 * rows[12][0]["p"] != pytest.approx(round(101 * rows[12][0]["p"]), abs=1e-6)
    assert 101 * rows[30][0]["p"] == pytest.approx(round(101 * rows[30][0]["p"]), abs=1e-6)


def test_three_hits_in_one_of_uneven_documents_prove_less_than_one_hit_in_each_of_three():
    lengths = np.array([30, 30] + [8] * 10 + [15] * 40)
    other = np.tile([1, 2], 20)
    p = []
    for few in ([3] + [0] * 11, [1, 1, 1] + [0] * 9):
        hits = np.concatenate([few, other])
        p.append(
            first_row(units(np.repeat([0, 1], [12, 40]), np.arange(52), hits, lengths), 1)["p"]
        )
    # With half a hit added to both, the first is .12.
    assert p[0] > 0.18
    assert p[1] <= 0.02


def test_uneven_documents_without_a_frame_that_others_have_are_different_if_they_are_many():
    # In 15 documents a frame of every fourth would be missing in 1% of samples, in 9 in 8%.
    p = {}
    for count in (9, 15):
        lengths = np.tile(np.array([60, 30] + [8] * (count - 2)), 2)
        hits = np.concatenate([np.zeros(count), np.round(lengths[:count] / 10) + 1])
        p[count] = first_row(
            units(np.repeat([0, 1], count), np.arange(2 * count), hits, lengths), 1
        )["p"]
    assert p[15] <= 0.02
    assert p[9] > 0.05


def of_authors(rng, counts, frames=10):
    """Return hits of authors, one in five of whom writes about a frame."""
    group = np.repeat([0, 1], counts)
    size = rng.integers(40, 200, len(group))
    shares = np.where(rng.random((len(group), frames)) < 0.2, 0.3, 0.02)
    return replace(
        units(group, np.arange(len(group)), rng.binomial(size[:, None], shares), size),
        share=True,
        resampled="author",
    )


def test_six_authors_are_not_called_different_for_want_of_a_rare_kind():
    """Their own spread called them different in 13% and covered no difference in 86%."""
    p, covered, told = [], [], []
    for seed in range(40):
        for row in rows_of(of_authors(np.random.default_rng([29, seed]), [6, 20]), seed, 200):
            p.append(row["p"])
            covered.append(row["low"] <= 0 <= row["high"])
            told.append("may lack a rare kind that " in row["note"])
    assert 0.05 < np.mean(told) < 0.95
    assert np.mean(np.array(p) <= 0.05) <= 0.07
    assert np.mean(covered) > 0.91


def test_passages_of_an_article_take_no_spread_from_another_one():
    """They made the intervals of single articles 1.6 times as wide."""
    authors = of_authors(np.random.default_rng([29, 3]), [6, 20])
    told = {
        what: [
            f"{what}s and may lack a rare kind that " in row["note"]
            for row in rows_of(replace(authors, resampled=what), 3, 200)
        ]
        for what in ("author", "paragraph")
    }
    assert any(told["author"])
    assert not any(told["paragraph"])


def test_two_sides_that_vary_alike_keep_their_p():
    found = simulated(np.random.default_rng(31), [30, 30], [5, 8], 0.3)
    assert "may lack" not in first_row(found, 1)["note"]


def test_runs_of_fewer_than_eight_neighbours_show_no_spread():
    # Each run has two neighbours at least, and there are four runs: sums 0, 6, 0 and 6 of totals 2.
    hits = np.array([0.0, 0.0, 3.0, 3.0, 0.0, 0.0, 3.0, 3.0])
    totals = np.column_stack([hits, np.ones(8)])
    assert _spread_of_runs(totals) == pytest.approx([4 * 3.0**2 * 4 / 3])
    assert _spread_of_runs(totals[:7]).tolist() == [0.0]


def test_p_and_the_intervals_of_difference_and_ratio_never_say_different_things():
    # Rare frames, sides without a hit and shares are where limits and p have rules of their own.
    rng = np.random.default_rng(41)
    said, methods = [], set()
    for number in range(60):
        sizes, share = rng.integers(3, 30, 2), bool(number % 2)
        group = np.repeat([0, 1], sizes)
        lengths = rng.integers(4, 25, len(group))
        rates = np.array([rng.choice([0.01, 0.1, 0.3]), rng.choice([0.002, 0.05, 0.2])])[group]
        varied = np.minimum(rates[:, None] * rng.gamma(1, 1, (len(group), 4)), 0.95)
        hits = rng.binomial(lengths[:, None], varied)
        found = replace(units(group, np.arange(len(group)), hits, lengths), share=share)
        comparison = plan(found.groups, "pairs", None, None)[0]
        level = float(rng.choice([0.95, 0.8]))
        for row in compare_groups(
            resample(found, number, 200), found, comparison, 1, level
        ).to_dict("records"):
            high = np.inf if np.isnan(row["ratio_high"]) else row["ratio_high"]
            small = row["p"] < 1 - level
            methods.add((row["method"], small))
            if row["estimate"] != 0:
                said.append((row["low"] > 0 or row["high"] < 0) == small)
                said.append((row["ratio_low"] > 1 or high < 1) == small)
            assert row["low"] <= row["estimate"] <= row["high"]
    assert all(said)
    assert methods == {(method, small) for method in ("t", "limits") for small in (True, False)}
