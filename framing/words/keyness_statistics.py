"""Association of terms with one of two sets of text: arrays in, arrays out.

The counts form a two-by-two table: ``a`` and ``b`` are the occurrences of a term in target and
reference, ``total_a`` and ``total_b`` the occurrences of all terms there.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse, special, stats

from framing._core.typing import Array, Mask

CORRECTIONS = ("none", "yates", "williams")
# Occurrences of a term on a side that has none (Hardie 2014), or less: see _Ratio.
HALF = 0.5


def chi_square(a: Array, b: Array, total_a: float, total_b: float, correction: str) -> Array:
    """Return Pearson's chi-square, negative where the term is rarer in the target.

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
    """Return the log-likelihood ratio G2, negative where the term is rarer in the target."""
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
    information: Array = special.xlogy(cells, ratio).sum(axis=0)
    return information


def _signed(value: Array, a: Array, b: Array, total_a: float, total_b: float) -> Array:
    """Return a statistic, negative where the term is rarer in the target."""
    return np.where(a * total_b < b * total_a, -value, value)


def _yates(a: Array, b: Array, c: Array, d: Array) -> Array:
    """Return 0.5 where an expected count is small and the difference large enough, else 0."""
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
    """Return the p-value of a signed statistic with one degree of freedom; it is never 0."""
    # The smallest number stands for a p that is too small for one.
    p: Array = np.maximum(stats.chi2.sf(np.abs(statistic), 1), np.finfo(np.float64).tiny)
    return p


@dataclass(frozen=True)
class Counts:
    """Occurrences by document and term, and the total of each document (n_documents)."""

    matrix: sparse.csr_array
    totals: Array

    @property
    def documents(self) -> int:
        """Number of documents with an occurrence."""
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

    Both sides have the same documents as rows, so that a document with text on both sides counts
    once. The variance is the linearised variance of a ratio of totals over documents, and at
    least that of independent words. The interval is by Student's t; it is missing where a side
    has fewer than two documents.
    """
    sides = [_Ratio.of(target, reference), _Ratio.of(reference, target)]
    estimate = np.log(sides[0].rate / sides[1].rate)
    words = [1 / side.occurrences for side in sides]
    variances = [
        np.where(side.none, minimum, side.covariance(side))
        for side, minimum in zip(sides, words, strict=True)
    ]
    variance = variances[0] + variances[1] - 2 * sides[0].covariance(sides[1])
    sizes = [side.counts.documents - 1 for side in sides]
    if min(sizes) < 1:
        missing = np.full(len(estimate), np.nan)
        return LogRatios(estimate / np.log(2), missing, missing, missing)
    # Welch and Satterthwaite: the side that varies more has more weight.
    larger = [np.maximum(*pair) for pair in zip(variances, words, strict=True)]
    freedom = (larger[0] + larger[1]) ** 2 / (larger[0] ** 2 / sizes[0] + larger[1] ** 2 / sizes[1])
    spread = np.sqrt(np.maximum(variance, words[0] + words[1]))
    half = stats.t.ppf((1 + level) / 2, freedom) * spread
    p = 2 * stats.t.sf(np.abs(estimate) / spread, freedom)
    low, middle, high = (
        value / np.log(2) for value in (estimate - half, estimate, estimate + half)
    )
    return LogRatios(middle, low, high, p)


@dataclass(frozen=True)
class _Ratio:
    """The relative frequency of each term; ``none`` marks terms without an occurrence.

    A term without an occurrence gets half an occurrence, or less where half would make it more
    frequent than on the other side. A term that occurs twice in 1,000 words and never in 100 gets
    0.2 of an occurrence, not 0.5: no occurrence must not become the higher rate.
    """

    counts: Counts
    occurrences: Array
    rate: Array
    none: Mask

    @classmethod
    def of(cls, counts: Counts, other: Counts) -> "_Ratio":
        """Return the relative frequencies of one side, compared with the other."""
        counted, other_counted = (
            np.asarray(side.matrix.sum(axis=0), dtype=np.float64) for side in (counts, other)
        )
        equal_rate = other_counted * counts.totals.sum() / other.totals.sum()
        occurrences = np.where(counted == 0, np.minimum(HALF, equal_rate), counted)
        return cls(counts, occurrences, occurrences / counts.totals.sum(), counted == 0)

    def covariance(self, other: "_Ratio") -> Array:
        """Return the covariance of the logarithms of two rates, 0 without occurrences on a side."""
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
