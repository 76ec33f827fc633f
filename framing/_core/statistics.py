"""Intervals: arrays in, arrays out."""

import hashlib

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]

ADJUSTMENTS = ("holm", "bh", "none")

# Draws held in memory at a time: 2 million indices are 16 MB.
BATCH = 2_000_000


def rng_for(seed: int, name: str) -> np.random.Generator:
    """Return a random generator that depends on the seed and a name, and on nothing else."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    return np.random.default_rng([seed, *np.frombuffer(digest[:16], dtype="<u4").tolist()])


def bootstrap_totals(values: Array, draws: int, rng: np.random.Generator) -> Array:
    """Return the column sums of resamples of the rows: shape (draws, n_columns).

    Each draw takes n rows of ``values`` (n_rows, n_columns) with replacement.
    """
    n = len(values)
    size = max(1, BATCH // n)
    parts = []
    for begin in range(0, draws, size):
        rows = rng.integers(0, n, size=(min(size, draws - begin), n))
        parts.append(values[rows].sum(axis=1))
    return np.concatenate(parts)


def percentile_interval(values: Array, level: float) -> tuple[Array, Array]:
    """Return the percentile interval of each column; values that are missing are left out."""
    tail = (1 - level) / 2 * 100
    low, high = np.nanpercentile(values, [tail, 100 - tail], axis=0)
    return low, high


def poisson_upper(exposure: float, level: float) -> float:
    """Return the upper limit of a rate of which none was seen, per unit of exposure.

    It is the exact (Garwood 1936) limit of the two-sided Poisson interval, 3.69 / exposure at
    95%.
    """
    return float(stats.chi2.ppf(1 - (1 - level) / 2, 2) / 2 / exposure)


def binomial_upper(n: float, level: float) -> float:
    """Return the upper limit of a share of which none of n was seen (Clopper and Pearson 1934)."""
    return float(1 - ((1 - level) / 2) ** (1 / n))


def exact_interval(count: float, n: float, level: float) -> tuple[float, float]:
    """Return the exact limits of a share of ``count`` in ``n`` (Clopper and Pearson 1934).

    Counts need not be whole: those of a sample in clusters have an effective n (Korn and Graubard
    1998).
    """
    tail, rest = (1 - level) / 2, n - count
    low = float(stats.beta.ppf(tail, count, rest + 1)) if count > 0 else 0.0
    high = float(stats.beta.ppf(1 - tail, count + 1, rest)) if rest > 0 else 1.0
    return low, high


def wilson_interval(count: float, n: float, level: float) -> tuple[float, float, float]:
    """Return the share count / n and its score interval (Wilson 1927); missing where n is 0.

    Counts need not be whole: weighted ones have an effective n.
    """
    if n == 0:
        return (float("nan"),) * 3
    share, z = count / n, float(stats.norm.ppf(1 - (1 - level) / 2))
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
    half = float(stats.norm.ppf(1 - (1 - level) / 2)) * float(np.sqrt(spread))
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
    p: Array = np.where(spread > 0, 2 * stats.norm.sf(z), np.nan)
    return p


def normal_width(level: float) -> float:
    """Return the half-width, in standard errors, of an interval of this level."""
    return float(stats.norm.ppf(1 - (1 - level) / 2))


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
