"""Intervals and p-values of numbers that were not resampled: arrays in, arrays out."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]

ADJUSTMENTS = ("holm", "bh", "none")


def poisson_upper(exposure: float, level: float) -> float:
    """Return the upper limit of a rate of which none was seen, per unit of exposure.

    It is the exact (Garwood 1936) limit of the two-sided Poisson interval, 3.69 / exposure at
    95%.
    """
    return float(special.gammaincinv(1, 1 - (1 - level) / 2) / exposure)


def binomial_upper(n: float, level: float) -> float:
    """Return the upper limit of a share of which none of n was seen (Clopper and Pearson 1934)."""
    return float(1 - ((1 - level) / 2) ** (1 / n))


def exact_interval(count: float, n: float, level: float) -> tuple[float, float]:
    """Return the exact limits of a share of ``count`` in ``n`` (Clopper and Pearson 1934).

    Counts need not be whole: those of a sample in clusters have an effective n (Korn and Graubard
    1998).
    """
    tail, rest = (1 - level) / 2, n - count
    low = float(special.betaincinv(count, rest + 1, tail)) if count > 0 else 0.0
    high = float(special.betaincinv(count + 1, rest, 1 - tail)) if rest > 0 else 1.0
    return low, high


def wilson_interval(count: float, n: float, level: float) -> tuple[float, float, float]:
    """Return the share count / n and its score interval (Wilson 1927); missing where n is 0.

    Counts need not be whole: weighted ones have an effective n.
    """
    if n == 0:
        return (float("nan"),) * 3
    share, z = count / n, float(special.ndtri(1 - (1 - level) / 2))
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return share, max(0.0, float(middle - half)), min(1.0, float(middle + half))


def f1_interval(tp: float, errors: float, n: float, level: float) -> tuple[float, float, float]:
    """Return F1 and its interval, from ``tp`` hits that are right and ``errors`` of both kinds.

    F1 is 2 J / (1 + J) with J = tp / (tp + errors), the share of the ``n`` sentences with a hit
    or a code that have both: the score interval of that share is carried over.
    """
    total = tp + errors
    share = wilson_interval(tp / total * n if total else 0.0, n if total else 0.0, level)
    f1, low, high = (2 * value / (1 + value) for value in share)
    return f1, low, high


def auc_interval(scores: Array, present: Array, weights: Array, level: float) -> tuple[float, ...]:
    """Return the area under the ROC curve and its interval (DeLong et al. 1988).

    ``present`` is how far each case is one, 0 to 1. Missing where there are only cases or only
    others; the interval is missing where the area is 0 or 1, which leaves nothing to estimate
    it from.
    """
    case, other = weights * present, weights * (1 - present)
    n, m = case.sum(), other.sum()
    if n == 0 or m == 0:
        return (float("nan"),) * 3
    # How often each case ranks above another, and each other below a case.
    above, below = _placements(scores, case, other)
    area = float(case @ above / n)
    spread = _spread(case, above, area) / _effective(case)
    spread += _spread(other, below, area) / _effective(other)
    half = float(special.ndtri(1 - (1 - level) / 2)) * float(np.sqrt(spread))
    if spread <= 0:
        return area, float("nan"), float("nan")
    return area, max(0.0, area - half), min(1.0, area + half)


def _spread(weights: Array, values: Array, mean: float) -> float:
    return float(weights @ (values - mean) ** 2 / weights.sum())


def _effective(weights: Array) -> float:
    """Return the number of equal weights that would estimate as well (Kish 1965)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def adjust(p: Array, method: str) -> Array:
    """Return p-values adjusted for their number; missing ones stay so and do not count.

    ``method`` is "holm" (Holm 1979: the chance of any false one), "bh" (Benjamini and Hochberg
    1995: the share of false ones) or "none".
    """
    # Takes a second to load, which most uses of the package can do without.
    from statsmodels.stats.multitest import multipletests

    adjusted: Array = np.array(p, dtype=np.float64)
    known = ~np.isnan(adjusted)
    if method != "none" and known.any():
        name = {"holm": "holm", "bh": "fdr_bh"}[method]
        adjusted[known] = multipletests(adjusted[known], method=name)[1]
    return adjusted


def normal_p(estimate: Array, spread: Array) -> Array:
    """Return the two-sided p-value of estimates with their standard errors; missing without one."""
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.abs(estimate) / spread
    p: Array = np.where(spread > 0, 2 * special.ndtr(-z), np.nan)
    return p


def normal_width(level: float) -> float:
    """Return the half-width, in standard errors, of an interval of this level."""
    return float(special.ndtri(1 - (1 - level) / 2))


def cliffs_delta(
    values: Array,
    target: NDArray[np.bool_],
    reference: NDArray[np.bool_],
    cluster: NDArray[np.int64],
    level: float,
) -> Array:
    """Return Cliff's delta of each column and its interval: shape (n_columns, 3).

    It is the chance that a unit of the target has the higher value, less that it has the lower
    (Cliff 1993), -1 to 1. The variance sums placements over clusters (Obuchowski 1997).
    """
    rows = np.flatnonzero(target | reference)
    of = np.unique(cluster[rows], return_inverse=True)[1]
    own, other = target[rows].astype(np.float64), reference[rows].astype(np.float64)
    n, m, count = own.sum(), other.sum(), of.max(initial=0) + 1
    found = np.full((values.shape[1], 3), np.nan)
    for column in range(values.shape[1]):
        above, below = _placements(values[rows, column], own, other)
        area = float(own @ above / n)
        away = own * (above - area) / n + other * (below - area) / m
        spread = float((np.bincount(of, away, count) ** 2).sum() * count / max(count - 1, 1))
        half = 2 * normal_width(level) * float(np.sqrt(spread))
        delta = 2 * area - 1
        found[column] = delta, max(-1.0, delta - half), min(1.0, delta + half)
    return found


def _placements(values: Array, own: Array, other: Array) -> tuple[Array, Array]:
    """Return how often each value ranks above the others, and below its own; ties count half."""
    levels, place = np.unique(values, return_inverse=True)
    owns = np.bincount(place, own, len(levels))
    others = np.bincount(place, other, len(levels))
    above: Array = (np.cumsum(others) - others / 2) / other.sum()
    below: Array = 1 - (np.cumsum(owns) - owns / 2) / own.sum()
    return above[place], below[place]


def garwood(count: Array, level: float) -> tuple[Array, Array]:
    """Return the exact limits of the mean of Poisson counts (Garwood 1936)."""
    tail = (1 - level) / 2
    low: Array = np.where(count > 0, special.gammaincinv(np.maximum(count, 1e-9), tail), 0.0)
    high: Array = special.gammaincinv(count + 1, 1 - tail)
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
