"""Limits of rates that few clusters carry, and of what is combined from such rates."""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from framing._cluster_sums import Sums
from framing._group_rates import combine
from framing.statistics import normal_width

# Clusters with a hit of the frame below which a bootstrap of them tells little.
FEW_HITS = 5

Array = NDArray[np.float64]
Rows = NDArray[np.int64]


def group_limits(seen: Sums, with_hits: Rows, level: float) -> tuple[Array, Array]:
    """Return the limits of the rate of each group, shape (groups, frames).

    Those of a group with hits in few clusters are exact ones of the number of these, fewer where
    they differ in size (Kish 1965), each of which counts with its mean hits.
    """
    rates, below, hits = seen.rates[0], seen.denominators[0], seen.numerators[0]
    groups = len(rates)
    squares = np.array([seen.products[group, group][0][0] for group in range(groups)])
    worth = hits**2 / np.where(squares > 0, squares, 1)
    size = np.divide(hits, worth, out=np.zeros_like(hits), where=worth > 0)
    # What a cluster would hold in a group where none holds any.
    most = np.where(size.max(axis=0) > 0, size.max(axis=0), 1.0)
    each = np.where(size > 0, size, most) / below[:, None]
    low, high = (limit * each for limit in garwood(worth, level))
    many = with_hits >= FEW_HITS
    errors = combine(seen, np.eye(groups)).error[0]
    half = normal_width(level) * np.divide(errors, rates, out=np.zeros_like(rates), where=many)
    return np.where(many, rates * np.exp(-half), low), np.where(many, rates * np.exp(half), high)


def garwood(count: Array, level: float) -> tuple[Array, Array]:
    """Return the exact limits of the mean of Poisson counts (Garwood 1936)."""
    tail = (1 - level) / 2
    low: Array = np.where(count > 0, stats.chi2.ppf(tail, 2 * np.maximum(count, 1e-9)) / 2, 0.0)
    high: Array = stats.chi2.ppf(1 - tail, 2 * count + 2) / 2
    return low, high


def limits_of_difference(
    weights: Array, rates: Array, low: Array, high: Array
) -> tuple[Array, Array]:
    """Return the limits of weighted sums of rates, shape (frames,) (Zou and Donner 2008)."""
    up, down = np.maximum(weights, 0), np.maximum(-weights, 0)
    value = weights @ rates
    below = up**2 @ (rates - low) ** 2 + down**2 @ (high - rates) ** 2
    above = up**2 @ (high - rates) ** 2 + down**2 @ (rates - low) ** 2
    return value - np.sqrt(below), value + np.sqrt(above)


def limits_of_ratio(weights: Array, rates: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """Return the limits of products of rates to the power of their weights, on logs.

    Where a rate is 0 they are those of its limits; missing where there is none.
    """
    used = weights != 0
    w, (r, l, u) = weights[used], (part[used] for part in (rates, low, high))  # noqa: E741
    up, down = np.maximum(w, 0), np.maximum(-w, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        to_low, to_high = np.log(r / l), np.log(u / r)
        value = w @ np.log(r)
        below = _squares(up, to_low) + _squares(down, to_high)
        above = _squares(up, to_high) + _squares(down, to_low)
        ends = value - np.sqrt(below), value + np.sqrt(above)
        least = _powers(up, l) - _powers(down, u)
        most = _powers(up, u) - _powers(down, l)
    none = (r == 0).any(axis=0)
    found = np.where(none, least, ends[0]), np.where(none, most, ends[1])
    return as_ratio(found[0]), as_ratio(found[1])


def as_ratio(log: Array) -> Array:
    """Return the ratio with a log; missing where it is beyond all numbers, and so no limit."""
    with np.errstate(over="ignore"):
        ratio: Array = np.exp(log)
    return np.where(np.isposinf(ratio), np.nan, ratio)


def _squares(weights: Array, distances: Array) -> Array:
    total: Array = np.where(weights[:, None] > 0, weights[:, None] * distances, 0.0)
    squares: Array = (total**2).sum(axis=0)
    return squares


def _powers(weights: Array, values: Array) -> Array:
    total: Array = np.where(weights[:, None] > 0, weights[:, None] * np.log(values), 0.0)
    powers: Array = total.sum(axis=0)
    return powers
