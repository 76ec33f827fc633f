import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framing._core.resampling import combine, gather
from framing._core.statistics import as_ratio, garwood, limits_of_difference, limits_of_ratio


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_errors_are_those_of_sums_over_clusters(seed, logs):
    rng = np.random.default_rng(seed)
    n, groups = 30, int(rng.integers(2, 5))
    group = np.concatenate([np.arange(groups), rng.integers(0, groups, n - groups)])
    cluster = rng.integers(0, 12, n)
    hits = rng.poisson(3, (n, 2)) + (np.arange(n) < groups)[:, None]
    tokens = rng.integers(5, 50, n)
    sums = gather(group, cluster, hits, tokens, groups).seen()
    weights = rng.normal(size=(2, groups))
    own = combine(sums, weights, logs=logs)
    above = np.array([hits[group == g].sum(axis=0) for g in range(groups)])
    below = np.array([tokens[group == g].sum() for g in range(groups)])
    rates = above / below[:, None]
    for row, weight in enumerate(weights):
        scale = weight[group][:, None] / (above + 0.5 if logs else below[:, None])[group]
        each = (hits - rates[group] * tokens[:, None]) * scale
        totals = np.array([each[cluster == c].sum(axis=0) for c in np.unique(cluster)])
        assert own.error[0, row] == pytest.approx(np.sqrt((totals**2).sum(axis=0)))
        base = np.log((above + 0.5) / below[:, None]) if logs else rates
        assert own.value[0, row] == pytest.approx(weight @ base)


def test_limits_are_those_of_garwood():
    low, high = garwood(np.array([0.0, 5.0]), 0.95)
    assert low == pytest.approx([0, 1.623], abs=1e-3)
    assert high == pytest.approx([3.689, 11.668], abs=1e-3)


def test_limits_of_two_rates_are_put_together():
    # By hand: the squares of the distances from rate to limit add up.
    rates, low, high = (np.array(part)[:, None] for part in ([4.0, 1], [3.0, 0.5], [6.0, 2]))
    weights = np.array([1.0, -1.0])
    ends = limits_of_difference(weights, rates, low, high)
    assert np.ravel(ends) == pytest.approx([3 - np.hypot(1, 1), 3 + np.hypot(2, 0.5)])
    ends = limits_of_ratio(weights, rates, low, high)
    below, above = np.hypot(np.log(4 / 3), np.log(2)), np.hypot(np.log(1.5), np.log(2))
    assert np.ravel(ends) == pytest.approx([4 * np.exp(-below), 4 * np.exp(above)])
    none = limits_of_ratio(weights, np.array([[4.0], [0.0]]), low, np.array([[6.0], [2.0]]))
    assert none[0] == pytest.approx(3 / 2)
    nothing = limits_of_ratio(weights, rates, np.zeros((2, 1)), high)
    assert nothing[0] == 0
    assert np.isnan(nothing[1])


def test_a_limit_beyond_all_numbers_is_none():
    assert as_ratio(np.array([-np.inf, 0.0])).tolist() == [0, 1]
    assert np.isnan(as_ratio(np.array([800.0, np.inf]))).all()
