"""Splits of a weighted series at changes of its mean: search, and test by permutation."""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rows = NDArray[np.int64]

# Ends of stretches that a test looks at: beyond so many periods it looks at some of them.
MOST_ENDS = 150
# Cells of a batch of permutations: 2 million are 16 MB.
BATCH = 2_000_000


@dataclass(frozen=True)
class Weighted:
    """Values of periods in their order, with weights inversely proportional to their variances."""

    heights: Array
    weights: Array

    def __len__(self) -> int:
        return len(self.heights)

    def between(self, begin: int, end: int) -> "Weighted":
        return Weighted(self.heights[begin:end], self.weights[begin:end])


def costs(series: Weighted) -> Array:
    """Return for each begin and end the weighted sum of squares around the mean between them."""
    w = np.concatenate([[0.0], np.cumsum(series.weights)])
    wy = np.concatenate([[0.0], np.cumsum(series.weights * series.heights)])
    wyy = np.concatenate([[0.0], np.cumsum(series.weights * series.heights**2)])
    weight = w[None, :] - w[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = wyy[None, :] - wyy[:, None] - (wy[None, :] - wy[:, None]) ** 2 / weight
    cost: Array = np.where(weight > 0, np.maximum(found, 0.0), 0.0)
    return cost


def segmentations(series: Weighted, most: int, least: int) -> list[tuple[list[int], float]]:
    """Return for 0, 1 … ``most`` changes the best places and what is left of the squares.

    By dynamic programming (ruptures), no segment shorter than ``least`` periods.
    """
    # Takes a second to load, which most uses of the package can do without.
    from ruptures import Dynp
    from ruptures.base import BaseCost

    table = costs(series)

    class Cost(BaseCost):  # type: ignore[misc]
        model = "weighted"
        min_size = least

        def fit(self, signal: Array) -> Any:
            self.signal = signal
            return self

        def error(self, start: int, end: int) -> float:
            return float(table[start, end])

    n = len(series)
    found: list[tuple[list[int], float]] = [([], float(table[0, n]))]
    search = Dynp(custom_cost=Cost(), min_size=least, jump=1).fit(series.heights[:, None])
    for count in range(1, min(most, n // least - 1) + 1):
        ends = [0, *search.predict(n_bkps=count)]
        left = sum(table[a, b] for a, b in itertools.pairwise(ends))
        found.append(([int(end) for end in ends[1:-1]], float(left)))
    return found


def criterion(n: int, left: float, changes: int) -> float:
    """Return the Bayesian information criterion, each change counted as two parameters."""
    return n * float(np.log(max(left, 1e-300) / n)) + 2 * changes * float(np.log(n))


def gains(values: Array, weights: Array) -> Array:
    """Return what a split before each place but the first explains: shape (draws, n - 1).

    ``values`` and ``weights`` have the shape (draws, n).
    """
    w = np.cumsum(weights, axis=1)
    wy = np.cumsum(weights * values, axis=1)
    below, total = w[:, :-1], w[:, -1:]
    away = wy[:, :-1] - wy[:, -1:] * below / total
    gain: Array = away**2 * total / (below * (total - below))
    return gain


def largest_gain(values: Array, weights: Array, least: int) -> tuple[Rows, Array]:
    """Return for each draw where the best split is, and what it explains."""
    n = values.shape[1]
    found = gains(values, weights)[:, least - 1 : n - least]
    best = found.argmax(axis=1)
    return best + least, found[np.arange(len(found)), best]


def permuted(n: int, block: int, draws: int, rng: np.random.Generator) -> Rows:
    """Return orders of the periods in which blocks of neighbours stay together: (draws, n).

    The first block of each order begins at random, so that no place is always a border.
    """
    orders = np.empty((draws, n), dtype=np.int64)
    for row in range(draws):
        first = int(rng.integers(1, block + 1))
        borders = np.unique([0, *range(first, n, block), n])
        pieces = [np.arange(a, b) for a, b in itertools.pairwise(borders)]
        orders[row] = np.concatenate([pieces[piece] for piece in rng.permutation(len(pieces))])
    return orders


def permutation_p(
    series: Weighted, least: int, block: int, draws: int, rng: np.random.Generator
) -> float:
    """Return how often a split explains as much when the periods are put in another order."""
    n = len(series)
    seen = largest_gain(series.heights[None], series.weights[None], least)[1][0]
    orders = permuted(n, block, draws, rng)
    as_large = 0
    size = max(1, BATCH // n)
    for begin in range(0, draws, size):
        order = orders[begin : begin + size]
        found = largest_gain(series.heights[order], series.weights[order], least)[1]
        as_large += int((found >= seen * (1 - 1e-9)).sum())
    return (1 + as_large) / (1 + draws)


def largest_stretch(heights: Array, weights: Array) -> Array:
    """Return what the best stretch explains that differs from what lies on both its sides.

    It takes a quarter of the periods at least, and leaves as many: short ones are found in chance.
    """
    n = heights.shape[1]
    ends = np.unique(np.linspace(0, n, min(n, MOST_ENDS) + 1).round().astype(int))
    begin, end = (ends[one] for one in np.triu_indices(len(ends), 1))
    length = end - begin
    kept = (length >= n / 4) & (n - length >= n / 4) & (begin > 0) & (end < n)
    begin, end = begin[kept], end[kept]
    none = np.zeros((len(heights), 1))
    w = np.concatenate([none, np.cumsum(weights, axis=1)], axis=1)
    wy = np.concatenate([none, np.cumsum(weights * heights, axis=1)], axis=1)
    inner, total = w[:, end] - w[:, begin], w[:, -1:]
    away = wy[:, end] - wy[:, begin] - wy[:, -1:] * inner / total
    found: Array = (away**2 * total / (inner * (total - inner))).max(axis=1)
    return found


def any_change_p(
    series: Weighted, least: int, block: int, draws: int, rng: np.random.Generator
) -> float:
    """Return the p-value that there is any change: a split, or a stretch between two of them.

    It is twice the smaller of two permutation p-values, as two are looked at.
    """
    p = permutation_p(series, least, block, draws, rng)
    seen = largest_stretch(series.heights[None], series.weights[None])[0]
    orders = permuted(len(series), block, draws, rng)
    as_large = 0
    size = max(1, BATCH // min(len(series), MOST_ENDS) ** 2)
    for begin in range(0, draws, size):
        order = orders[begin : begin + size]
        found = largest_stretch(series.heights[order], series.weights[order])
        as_large += int((found >= seen * (1 - 1e-9)).sum())
    return min(1.0, 2 * min(p, (1 + as_large) / (1 + draws)))


def lag_one(series: Weighted, places: list[int]) -> float:
    """Return the correlation of neighbouring periods, once the changes are taken out."""
    ends = [0, *places, len(series)]
    left = series.heights.copy()
    for a, b in itertools.pairwise(ends):
        left[a:b] -= np.average(series.heights[a:b], weights=series.weights[a:b])
    left *= np.sqrt(series.weights)
    squares = float((left**2).sum())
    return float((left[:-1] * left[1:]).sum() / squares) if squares > 0 else 0.0
