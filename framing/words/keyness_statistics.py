"""Association of terms with one of two sets of text: arrays in, arrays out.

Counts are those of a table of two by two: ``a`` and ``b`` occurrences of a term in target and
reference, of ``total_a`` and ``total_b`` in all.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special, stats

CORRECTIONS = ("none", "yates", "williams")
# What a side without an occurrence is taken to have (Hardie 2014), or less: see _Ratio.
HALF = 0.5

Array = NDArray[np.float64]


def chi_square(a: Array, b: Array, total_a: float, total_b: float, correction: str) -> Array:
    """Return Pearson's chi-square, below zero where the term is rarer in the target.

    It is 0 where a margin of the table is empty.
    """
    c, d, n = total_a - a, total_b - b, total_a + total_b
    apart = np.abs(a * d - b * c)
    if correction == "yates":
        apart = apart - n * _yates(a, b, c, d)
    margins = (a + b) * (c + d) * total_a * total_b
    value = np.divide(n * apart**2, margins, out=np.zeros_like(margins), where=margins > 0)
    return _signed(value, a, b, total_a, total_b)


def log_likelihood(a: Array, b: Array, total_a: float, total_b: float, correction: str) -> Array:
    """Return the log-likelihood ratio G2, below zero where the term is rarer in the target."""
    cells = np.array([a, b, total_a - a, total_b - b], dtype=np.float64)
    rarer = cells[0] * cells[3] < cells[1] * cells[2]
    moved = cells.copy()
    if correction == "yates":
        shift = np.where(rarer, 1, -1) * _yates(*cells)
        moved += np.array([shift, -shift, -shift, shift])
    value = 2 * _information(moved)
    if correction == "williams":
        value = value / _williams(*cells)
    return _signed(np.maximum(value, 0.0), a, b, total_a, total_b)


def _information(cells: Array) -> Array:
    """Return the sum of O log(O / E) of each table, in nats."""
    a, b, c, d = cells
    rows, columns = np.array([a + b, a + b, c + d, c + d]), np.array([a + c, b + d, a + c, b + d])
    expected = rows * columns / cells.sum(axis=0)
    ratio = np.divide(cells, expected, out=np.ones_like(cells), where=cells > 0)
    found: Array = special.xlogy(cells, ratio).sum(axis=0)
    return found


def _signed(value: Array, a: Array, b: Array, total_a: float, total_b: float) -> Array:
    return np.where(a * total_b < b * total_a, -value, value)


def _yates(a: Array, b: Array, c: Array, d: Array) -> Array:
    """Return half a count where it is taken off: small expectations, and enough to take it from."""
    n = a + b + c + d
    rows, columns = np.minimum(a + b, c + d), np.minimum(a + c, b + d)
    small = rows * columns / n < 5
    return np.where(small & (np.abs(a * d - b * c) >= n / 2), 0.5, 0.0)


def _williams(a: Array, b: Array, c: Array, d: Array) -> Array:
    """Return the divisor of Williams (1976), 1 where a cell is empty."""
    n = a + b + c + d
    full = a * b * c * d > 0
    margins = [np.where(full, margin, n) for margin in (a + b, c + d, a + c, b + d)]
    rows = n / margins[0] + n / margins[1] - 1
    columns = n / margins[2] + n / margins[3] - 1
    return np.where(full, 1 + rows * columns / (6 * n), 1.0)


def chi_square_p(statistic: Array) -> Array:
    """Return the p-value of a signed statistic with one degree of freedom."""
    p: Array = stats.chi2.sf(np.abs(statistic), 1)
    return p


@dataclass(frozen=True)
class Counts:
    """Occurrences by document and term, and the total of each document (n_documents)."""

    matrix: sparse.csr_array
    totals: Array

    @property
    def documents(self) -> int:
        """Documents that hold anything."""
        return int((self.totals > 0).sum())


@dataclass(frozen=True)
class LogRatios:
    """Binary logarithms of ratios of relative frequencies, with intervals and p-values."""

    estimate: Array
    low: Array
    high: Array
    p: Array


def log_ratios(target: Counts, reference: Counts, level: float) -> LogRatios:
    """Return the log-ratio of each term, its interval from the variance between documents.

    Row by row the two hold the same documents, so that one with text in both sides counts once.
    The variance is the linearised one of a ratio of totals over documents, at least that of
    independent words, and the interval one of Student's t; missing where a side has fewer than
    two documents.
    """
    sides = [_Ratio.of(target, reference), _Ratio.of(reference, target)]
    estimate = np.log(sides[0].rate / sides[1].rate)
    words = [1 / side.occurrences for side in sides]
    own = [
        np.where(side.none, least, side.covariance(side))
        for side, least in zip(sides, words, strict=True)
    ]
    variance = own[0] + own[1] - 2 * sides[0].covariance(sides[1])
    sizes = [side.counts.documents - 1 for side in sides]
    if min(sizes) < 1:
        missing = np.full(len(estimate), np.nan)
        return LogRatios(estimate / np.log(2), missing, missing, missing)
    # Welch and Satterthwaite: of the side that varies more, the documents matter more.
    parts = [np.maximum(*both) for both in zip(own, words, strict=True)]
    freedom = (parts[0] + parts[1]) ** 2 / (parts[0] ** 2 / sizes[0] + parts[1] ** 2 / sizes[1])
    spread = np.sqrt(np.maximum(variance, words[0] + words[1]))
    half = stats.t.ppf((1 + level) / 2, freedom) * spread
    p = 2 * stats.t.sf(np.abs(estimate) / spread, freedom)
    low, middle, high = (
        value / np.log(2) for value in (estimate - half, estimate, estimate + half)
    )
    return LogRatios(middle, low, high, p)


@dataclass(frozen=True)
class _Ratio:
    """The relative frequency of each term; ``none`` are those without an occurrence.

    These have half a one, but no more than if they were as frequent as on the other side: half a
    count of a small text would be more than the few of a large one, and none be called more.
    """

    counts: Counts
    occurrences: Array
    rate: Array
    none: NDArray[np.bool_]

    @classmethod
    def of(cls, counts: Counts, other: Counts) -> "_Ratio":
        found, beside = (
            np.asarray(side.matrix.sum(axis=0), dtype=np.float64) for side in (counts, other)
        )
        as_many = beside * counts.totals.sum() / other.totals.sum()
        occurrences = np.where(found == 0, np.minimum(HALF, as_many), found)
        return cls(counts, occurrences, occurrences / counts.totals.sum(), found == 0)

    def covariance(self, other: "_Ratio") -> Array:
        """Return the covariance of the logarithms of two rates, 0 where there is none of one."""
        x, y, t, u = (
            self.counts.matrix, other.counts.matrix, self.counts.totals, other.counts.totals
        )  # fmt: skip
        products = np.asarray(x.multiply(y).sum(axis=0), dtype=np.float64)
        products -= other.rate * (x.T @ u) + self.rate * (y.T @ t)
        products += self.rate * other.rate * (t @ u)
        sizes = np.array([self.counts.documents, other.counts.documents], dtype=np.float64)
        scaled = products * np.sqrt((sizes / np.maximum(sizes - 1, 1)).prod())
        scaled /= self.occurrences * other.occurrences
        return np.where(self.none | other.none, 0.0, scaled)
