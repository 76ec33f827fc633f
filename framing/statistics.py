"""Intervals: arrays in, arrays out."""

import hashlib

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]

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


def wilson_interval(count: int, n: int, level: float) -> tuple[float, float, float]:
    """Return the share count / n and its score interval (Wilson 1927); missing where n is 0."""
    if n == 0:
        return (float("nan"),) * 3
    interval = stats.binomtest(count, n).proportion_ci(level, method="wilson")
    return count / n, float(interval.low), float(interval.high)
