import numpy as np
import pandas as pd
import pytest
from support.series import LEXICON, course, many

import framing as fr
from framing.trends.change_points import (
    Weighted,
    costs,
    lag_one,
    permuted,
    segmentations,
    split_p,
)
from framing.trends.moods import moods_of


def test_all_three_planted_changes_are_found_in_the_codes():
    testbed = fr.load_testbed()
    scores = fr.score(fr.hits_of_codes(testbed.codes, testbed.corpus, coder="writer"), kind="share")
    course = fr.trend(scores, every="week", seed=1, draws=50)
    change = fr.change_at(course, "2025-09-09", placebos=0)
    levels = change.table[change.table["effect"] == "level"].set_index("frame")
    assert levels.index[levels["p_adjusted"] < 0.05].tolist() == [
        "peace", "concession", "skepticism",
    ]  # fmt: skip
    assert (levels["estimate"] > 1).tolist() == [False, True, True, True]
    points = fr.find_change_points(course, seed=1, draws=50).table
    assert points["frame"].tolist() == ["peace", "concession", "skepticism"]
    away = (points["date"] - pd.Timestamp("2025-09-09")).abs()
    assert (away <= pd.Timedelta(days=22)).all()


def test_segments_are_those_of_a_search_through_all():
    rng = np.random.default_rng(1)
    series = Weighted(rng.normal(size=12), rng.gamma(2, size=12))
    table = costs(series)
    own = series.heights[3:9] - np.average(series.heights[3:9], weights=series.weights[3:9])
    assert table[3, 9] == pytest.approx((series.weights[3:9] * own**2).sum())
    places, left = segmentations(series, 2, 3)[2]
    every = {
        (a, b): table[0, a] + table[a, b] + table[b, 12]
        for a in range(3, 7)
        for b in range(a + 3, 10)
    }
    assert tuple(places) == min(every, key=every.get)
    assert left == pytest.approx(min(every.values()))


def test_permuting_blocks_keeps_neighbours_together():
    orders = permuted(20, 4, 50, np.random.default_rng(1))
    assert (np.sort(orders, axis=1) == np.arange(20)).all()
    assert (np.diff(orders, axis=1) == 1).mean() > 0.7


def test_neighbours_are_compared_once_the_changes_are_taken_out():
    rng = np.random.default_rng(1)
    noise, even = rng.normal(size=400), np.ones(400)
    jump = np.where(np.arange(400) < 150, 0.0, 30.0)
    assert abs(lag_one(Weighted(noise + jump, even), [150])) < 0.2
    assert lag_one(Weighted(noise + jump, even), []) > 0.9
    alike = np.convolve(noise, [1.0, 1.0])[:400]
    assert lag_one(Weighted(alike + jump, even), [150]) == pytest.approx(0.5, abs=0.2)
    assert lag_one(Weighted(np.full(6, 2.0), np.ones(6)), []) == 0


def test_a_change_after_a_gap_says_how_many_periods_are_missing():
    rates = np.r_[np.full(15, 0.02), np.full(15, 0.2)]
    starts = pd.period_range("2024-01-01", periods=33, freq="W-SUN").start_time
    kept = [*range(15), *range(18, 33)]
    texts = [" ".join(["truce"] * int(40 * rate) + ["rain"] * 40) for rate in rates]
    corpus = fr.make_corpus(np.repeat(texts, 3).tolist(), date=np.repeat(starts[kept], 3))
    found = fr.trend(fr.score(fr.find_hits(corpus, LEXICON)), every="week", seed=1, draws=20)
    points = fr.find_change_points(found, seed=1, permutations=99, draws=50)
    [row] = points.table.to_dict("records")
    assert (row["date"], row["gap"]) == (starts[18], 3)
    assert (row["n_before"], row["n_after"]) == (45, 45)
    assert points.tests["p"].iloc[0] <= 0.03


def test_a_series_without_a_change_has_rarely_one():
    # 60 series in 3 corpora: 3 expected at 5%, before the adjustment for 20 in each.
    found = [
        fr.find_change_points(many(seed, np.full(30, 0.05)), seed=1, permutations=99)
        for seed in range(3)
    ]
    p = pd.concat([points.tests["p"] for points in found])
    assert len(p) == 60
    assert (p <= 0.05).mean() <= 0.08
    assert sum(map(len, found)) <= 1


def test_planted_changes_are_placed_within_two_periods():
    away, covered = [], []
    for seed in range(6):
        rates = np.r_[np.full(20, 0.03), np.full(25, 0.08)]
        found = course(seed, rates, documents=4)
        points = fr.find_change_points(found, seed=1, draws=200).table
        truth = pd.Timestamp(found.series.starts[20])
        row = points.iloc[(points["date"] - truth).abs().argmin()]
        away.append(abs(row["date"] - truth) / pd.Timedelta(days=7))
        covered.append(row["low"] <= truth <= row["high"])
        assert row["found"] > 0.5
        assert row["before_high"] < row["after_low"]
    assert max(away) <= 2
    assert np.mean(covered) >= 0.8


def test_two_changes_are_told_apart_and_a_frame_without_hits_says_so():
    rates = np.r_[np.full(20, 0.03), np.full(20, 0.1), np.full(20, 0.03)]
    found = course(1, rates, documents=5)
    points = fr.find_change_points(found, seed=1)
    weeks = (points.table["date"] - pd.Timestamp(found.series.starts[0])) / pd.Timedelta(days=7)
    assert weeks.to_numpy() == pytest.approx([20, 40], abs=2)
    assert points.tests["reason"].tolist() == ["", "no hit"]
    again = fr.find_change_points(found, seed=1)
    pd.testing.assert_frame_equal(again.table, points.table)


@pytest.mark.parametrize("weeks", [8, 10, 13, 18])
def test_a_jump_from_nothing_to_everything_is_found_in_few_weeks(weeks):
    starts = pd.period_range("2024-01-01", periods=weeks, freq="W-SUN").start_time
    for jump in (3, weeks // 2):
        texts = ["Rain fell. Snow fell."] * 3 * jump + ["A truce. No truce."] * 3 * (weeks - jump)
        corpus = fr.make_corpus(texts, date=np.repeat(starts, 3))
        scores = fr.score(fr.find_hits(corpus, LEXICON), kind="share")
        points = fr.find_change_points(
            fr.trend(scores, every="week", seed=1, draws=20), seed=1, permutations=199, draws=20
        )
        assert points.table["date"].tolist() == [starts[jump]]
        assert points.tests["reason"].tolist() == ["", "no hit"]


def test_a_series_without_a_change_says_what_would_have_been_found():
    found = course(3, np.full(10, 0.05), documents=3)
    tests = fr.find_change_points(found, seed=1, permutations=99).tests
    row = tests[tests["frame"] == "peace"].iloc[0]
    assert row["kept"] == 0
    assert "no split explains more than chance does; a rise from" in row["reason"]
    assert row["detectable"] > row["level"] > 0
    # More text and more weeks: smaller changes are found.
    longer = course(3, np.full(40, 0.05), documents=6)
    much = fr.find_change_points(longer, seed=1, permutations=99).tests.iloc[0]
    assert much["detectable"] - much["level"] < (row["detectable"] - row["level"]) / 2


@pytest.mark.parametrize("kind", ["rate", "share", "count"])
@pytest.mark.parametrize("hits", [[1] * 12, [0, 1] * 6, [1] * 6 + [9] * 6])
def test_the_level_of_a_series_is_that_of_all_its_text(kind, hits):
    days = pd.date_range("2024-01-15", periods=len(hits), freq="31D")
    texts = [
        " ".join(["A truce came."] * count + ["The rain came."] * (10 - count)) for count in hits
    ]
    found = fr.find_hits(fr.make_corpus(texts, date=days), fr.make_lexicon({"peace": ["truce"]}))
    course = fr.trend(fr.score(found, kind=kind), every="month")
    row = fr.find_change_points(course, seed=1, permutations=99, draws=50).tests.iloc[0]
    # Ten sentences of three words each.
    each = {"rate": 1000 / 30, "share": 1 / 10, "count": 1.0}[kind]
    assert row["level"] == pytest.approx(np.mean(hits) * each)
    assert row["detectable"] > row["level"]


@pytest.mark.parametrize(("after", "kind"), [(1, "rate"), (8, "rate"), (1, "share")])
def test_errors_of_even_series_are_those_of_counts_by_chance(after, kind):
    hits = [1] * 6 + [after] * 6
    texts = [
        " ".join(["A truce came."] * count + ["The rain came."] * (20 - count)) for count in hits
    ]
    days = pd.date_range("2024-01-15", periods=12, freq="31D")
    found = fr.find_hits(fr.make_corpus(texts, date=days), fr.make_lexicon({"peace": ["truce"]}))
    course = fr.trend(fr.score(found, kind=kind), every="month")
    table = fr.change_at(course, "2024-07-10").table.set_index("effect")
    row = table.loc["before-after ratio"]
    assert row["estimate"] == pytest.approx(after)
    # The log of a ratio of two counts: 1 / a + 1 / b, less in shares by those that have it.
    least = 2 * 1.96 * np.sqrt((1 / 6 + 1 / (6 * after)) * (0.9 if kind == "share" else 1))
    assert np.log(row["high"] / row["low"]) > least
    assert (row["p"] == pytest.approx(1)) if after == 1 else 1e-9 < row["p"] < 0.01


def covariance(n, stays, size):
    lag = np.abs(np.arange(n)[:, None] - np.arange(n))
    return np.eye(n) + size * stays**lag


def test_whitened_series_are_independent_of_their_past():
    moods = moods_of(np.ones(12), ((0.0, 0.0), (0.9, 2.0)))
    root = np.linalg.cholesky(covariance(12, 0.9, 2.0))
    white = moods.whitened(root.T)
    assert white[1] == pytest.approx(np.eye(12))
    assert white[0] == pytest.approx(root.T)
    drawn = moods.drawn(np.full(20_000, 1), np.random.default_rng(1))
    assert np.cov(drawn.T) == pytest.approx(covariance(12, 0.9, 2.0), abs=0.12)


def test_moods_that_last_are_not_called_changes_unless_they_are_ignored():
    moods = moods_of(np.ones(26), ((0.9, 2.0),))
    series = moods.drawn(np.zeros(80, dtype=int), np.random.default_rng(6))
    called = {
        block: [
            split_p(
                Weighted(5 * heights, np.ones(26)), 3, block, 99, np.random.default_rng(1),
                stretches=True,
            ) <= 0.05
            for heights in series
        ]
        for block in (None, 1)
    }  # fmt: skip
    assert np.mean(called[None]) <= 0.09
    assert np.mean(called[1]) > 0.3
    # A jump of five standard deviations is found in both ways.
    jump = 5 * (np.arange(26) > 12) + np.random.default_rng(2).standard_normal((10, 26))
    for block in (None, 1):
        p = [
            split_p(Weighted(5 * heights, np.ones(26)), 3, block, 99, np.random.default_rng(1))
            for heights in jump
        ]
        assert np.mean(np.array(p) <= 0.05) >= 0.9


def test_changes_beside_moods_that_last_come_with_a_warning():
    rng = np.random.default_rng(3)
    starts = pd.period_range("2024-01-01", periods=60, freq="W-SUN").start_time
    slow = np.repeat(rng.permutation([0, 1, 2, 1, 3, 0, 2, 3, 1, 2]), 6) + np.repeat([0, 5], 30)
    texts = [" ".join(["A truce."] * int(n) + ["Rain fell."] * (12 - int(n))) for n in slow]
    scores = fr.score(fr.find_hits(fr.make_corpus(texts, date=starts), LEXICON), kind="share")
    course = fr.trend(scores, every="week", seed=1, draws=20)
    row = fr.find_change_points(course, seed=1, permutations=199, draws=20, most=1).tests.iloc[0]
    assert row["kept"] == 1
    assert "stay alike beside the changes (correlation 0." in row["reason"]


def test_the_sides_of_a_change_have_the_intervals_that_they_have_as_units():
    rng = np.random.default_rng(3)
    months = np.repeat(np.arange(1, 13), 12)
    holds = (months > 6) & (rng.random(144) < 0.5)
    texts = ["A truce. " * (8 * int(hit)) + "Rain fell. " * 12 for hit in holds]
    side = np.where(months > 6, "after", "before")
    dates = [f"2025-{month:02}-10" for month in months]
    corpus = fr.make_corpus(texts, date=dates, side=side)
    scores = fr.score(fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]})), kind="share")
    point = fr.find_change_points(fr.trend(scores, every="month"), seed=1, draws=200).table.iloc[0]
    units = fr.score(scores.hits, kind="share", unit="side").interval().table.set_index("unit_id")
    for name in ("before", "after"):
        ends = point[[f"{name}_low", f"{name}_high"]].tolist()
        assert ends == pytest.approx(units.loc[name, ["low", "high"]].tolist())
    # The side without a hit: .005 by independent sentences.
    assert point["before_high"] > 0.01
