from itertools import product

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from statsmodels.stats.multitest import multipletests

from framing._core.statistics import (
    adjust,
    auc_interval,
    cliffs_delta,
    exact_interval,
    f1_interval,
    garwood,
    limits_as_p,
    mid_p_interval,
    p_among,
    pair_statistic,
    ratio_limits,
    wilson_interval,
)


def test_the_area_under_the_curve_is_that_of_scikit_learn():
    rng = np.random.default_rng(1)
    scores, present = rng.integers(0, 4, 80).astype(float), rng.integers(0, 2, 80).astype(float)
    area, low, high = auc_interval(scores, present, np.ones(80), 0.95)
    assert area == pytest.approx(roc_auc_score(present, scores))
    assert low < area < high


def test_wilson_intervals_of_the_literature():
    # Newcombe (1998), Statistics in Medicine 17, 857-872, table I: 81 of 263, 15 of 148, 0 of 20.
    for count, n, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)):
        found = wilson_interval(count, n, 0.95)
        assert found == pytest.approx((count / n, low, high), abs=5e-5)
    assert wilson_interval(0, 20, 0.95) == pytest.approx((0, 0, 0.1611), abs=5e-5)


def test_the_interval_of_f1_covers_what_it_promises():
    rng = np.random.default_rng(3)
    # Of 200 sentences: both .15, hit alone .05, coded alone .1: F1 = 2/3.
    counts = rng.multinomial(200, [0.15, 0.05, 0.1, 0.7], size=2000)
    cover = 0
    for tp, fp, fn, _ in counts.tolist():
        _, low, high = f1_interval(tp, fp + fn, tp + fp + fn, 0.95)
        cover += low <= 2 / 3 <= high
    assert 0.93 <= cover / 2000 <= 0.97


def test_exact_limits_are_those_of_the_literature():
    # Newcombe (1998, table I), "exact" method.
    for count, n, low, high in ((81, 263, 0.2527, 0.3676), (15, 148, 0.0578, 0.1617)):
        assert exact_interval(count, n, 0.95) == pytest.approx((low, high), abs=5e-5)
    assert exact_interval(0, 20, 0.95) == pytest.approx((0, 0.1684), abs=5e-5)
    assert exact_interval(20, 20, 0.95)[1] == 1


def test_mid_p_limits_are_those_of_the_literature():
    # Newcombe (1998, table I), "mid-P" method.
    cases = (
        (81, 263, 0.2544, 0.3658), (15, 148, 0.0601, 0.1581), (0, 20, 0, 0.1391),
        (1, 29, 0.0017, 0.1585), (28, 29, 1 - 0.1585, 1 - 0.0017), (20, 20, 1 - 0.1391, 1),
    )  # fmt: skip
    for count, n, low, high in cases:
        assert mid_p_interval(count, n, 0.95) == pytest.approx((low, high), abs=5e-5)


def test_holm_by_the_worked_example():
    # The step-down of .01, .04, .03, .005 is .03, .06, .06, .02.
    p = np.array([0.01, 0.04, 0.03, 0.005])
    assert adjust(p, "holm") == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert adjust(np.array([0.01, np.nan]), "holm").tolist()[0] == 0.01


@pytest.mark.parametrize(("method", "name"), [("holm", "holm"), ("bh", "fdr_bh")])
def test_adjusted_p_are_those_of_statsmodels(method, name):
    rng = np.random.default_rng(1)
    for n in (1, 2, 7, 60):
        p = np.round(rng.random(n) ** 3, 2)
        assert adjust(p, method) == pytest.approx(multipletests(p, method=name)[1], abs=1e-15)


def test_the_p_of_a_value_is_the_share_of_its_column_that_is_as_large():
    # A difference of rounding is none.
    values = np.array([[1.0, 5.0], [3.0, 6.0], [3.0 - 1e-12, 7.0], [2.0, 8.0]])
    expected = [[1.0, 1.0], [0.5, 0.75], [0.5, 0.5], [0.75, 0.25]]
    assert p_among(values).tolist() == expected


def test_cliffs_delta_by_a_worked_example():
    # Treatment 3, 4, 5 against control 1, 3: higher in 5 pairs, lower in none, one tie.
    values = np.array([[3.0], [4], [5], [1], [3]])
    target = np.array([True, True, True, False, False])
    delta = cliffs_delta(values, target, ~target, np.arange(5), 0.95)
    assert delta[0, 0] == pytest.approx(5 / 6)


@pytest.mark.parametrize(("values", "expected"), [([1, 1, 1, 1], 0), ([5, 6, 1, 2], 1)])
def test_an_effect_without_variance_has_no_limits(values, expected):
    # Limits at the estimate would say that it is certain.
    target = np.array([True, True, False, False])
    delta = cliffs_delta(np.array([values], float).T, target, ~target, np.arange(4), 0.95)
    assert delta[0, 0] == expected
    assert np.isnan(delta[0, 1:]).all()
    overlap = cliffs_delta(np.array([[5.0, 1, 4, 0]]).T, target, ~target, np.arange(4), 0.95)
    assert overlap[0, 1] < overlap[0, 0] < overlap[0, 2]


def test_limits_of_ratios_by_the_cases_of_their_docstring():
    group = np.array([0, 0, 1, 1, 2, 3])
    numerators = np.array([[0.0], [0], [5], [5], [3], [0]])
    limits = ratio_limits(group, numerators, np.array([4.0, 6, 5, 5, 9, 0]), 4, 0.95, share=True)
    # None of 10 is exact, and so are all of 10; a part without others and no part have no limits.
    assert limits.low[:2, 0] == pytest.approx([0, 0.6915], abs=5e-5)
    assert limits.high[:2, 0] == pytest.approx([0.3085, 1], abs=5e-5)
    assert limits.exact[:, 0].tolist() == [True, True, False, False]
    assert np.isnan(limits.low[2:]).all()
    assert np.isnan(limits.high[2:]).all()
    # 2 hits in one of two parts of a rate: fewer cases than were counted, so wider than Garwood.
    rate = ratio_limits(group[:2], np.array([[2.0], [0]]), np.array([5.0, 5]), 1, 0.95, share=False)
    low, high = garwood(np.array([2.0]), 0.95)
    assert rate.low[0, 0] < 0.2 < high[0] / 10 < rate.high[0, 0]
    assert low[0] == pytest.approx(0.2422, abs=5e-5)
    assert high[0] == pytest.approx(7.2247, abs=5e-5)
    # Hits of a quarter of the weight have a quarter of the limits.
    light = ratio_limits(
        group[:2], np.array([[0.5], [0]]), np.array([5.0, 5]), 1, 0.95, share=False, case=0.25
    )
    assert light.low == pytest.approx(rate.low / 4)
    assert light.high == pytest.approx(rate.high / 4)


def test_a_statistic_of_pairs_has_a_variance_of_one_if_signs_are_random():
    code, sizes = np.array([0, 0, 0, 1, 1, 2, 2, 2, 3]), np.arange(1.0, 10.0)
    signs = np.array(list(product([-1.0, 1.0], repeat=9)))
    found = np.array([pair_statistic(code, row * sizes) for row in signs])
    assert found.mean() == pytest.approx(0, abs=1e-12)
    assert (found**2).mean() == pytest.approx(1)
    # Documents of one author each have no pair.
    assert pair_statistic(np.arange(9), sizes) == 0


def test_where_p_and_limits_differ_the_limit_towards_no_difference_is_that_of_p():
    one = np.ones(3)
    low, high = limits_as_p(
        np.array([2.0, 2.0, -2.0]), np.array([-1.0, 0.5, -3.0]), np.array([4.0, 4.0, 1.0]),
        np.array([0.01, 0.2, 0.01]), 0.95,
    )  # fmt: skip
    # z is 2.576 at p = .01 and 1.282 at p = .2; that of 95% is 1.960.
    np.testing.assert_allclose(low, [2 * (1 - 1.96 / 2.576), 2 * (1 - 1.96 / 1.282), -3], 1e-3)
    np.testing.assert_allclose(high, [4, 4, -2 * (1 - 1.96 / 2.576)], rtol=1e-3)
    # Where they say the same, or p is missing, nothing moves; p = 1 mirrors the other limit.
    for p in (0.01, np.nan):
        assert (limits_as_p(2 * one, one, 3 * one, p * one, 0.95)[0] == 1).all()
    assert (limits_as_p(2 * one, one, 3 * one, one, 0.95)[0] == -3).all()
