"""Contributions to a difference of two sides, and their intervals by resampling documents."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from framing._associations import Counts
from framing._core.statistics import percentile_interval
from framing._sides import Sides

PER = 1000
# Items whose draws are held in memory at a time.
BLOCK = 1000

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """What is shifted; ``counts`` has the occurrences that the rows of the table say."""

    item: str
    kind: str
    sides: Sides
    counts: Sides
    weights: Array | None = None
    left_out: int = 0


def both(sides: Sides) -> tuple[Counts, Counts]:
    return sides.target, sides.reference


def frequencies(side: Counts, samples: Array, items: slice = slice(None)) -> Array:
    """Return relative frequencies: samples (n_samples, n_documents) times items."""
    block = side.matrix[:, items].T.tocsr()
    found: Array = (block @ samples.T).T / (samples @ side.totals)[:, None]
    return found


def contributions(case: Case, p: Array, q: Array, mean: Array, items: slice = slice(None)) -> Array:
    """Return contributions (n_samples, n_items) of frequencies, of all items or some of them.

    ``mean`` is the mean weight of the reference in each sample.
    """
    if case.kind == "jensen-shannon":
        return _divergence(p, q)
    if case.weights is not None:
        return (case.weights[items] - mean) * (p - q)
    return (PER if case.kind == "rate" else 1) * (p - q)


def _divergence(p: Array, q: Array) -> Array:
    middle = (p + q) / 2
    parts = (special.xlogy(p, p) + special.xlogy(q, q)) / 2 - special.xlogy(middle, middle)
    found: Array = np.maximum(parts, 0.0) / np.log(2)
    return found


def resample(sides: Sides, rng: np.random.Generator, draws: int) -> Array | None:
    """Return how often each document is in each draw, shape (draws, n_documents); or None.

    Documents of the target, of the reference and of both are drawn among themselves.
    """
    if min(side.documents for side in both(sides)) < 2:
        return None
    member = (sides.target.totals > 0) * 2 + (sides.reference.totals > 0)
    samples = np.zeros((draws, len(member)))
    for kind in (1, 2, 3):
        own = np.flatnonzero(member == kind)
        if len(own):
            samples[:, own] = rng.multinomial(len(own), np.full(len(own), 1 / len(own)), draws)
    return samples


def intervals(
    case: Case, samples: Array | None, contribution: Array, level: float
) -> tuple[Array, Array, tuple[float, float]]:
    """Return low and high of each contribution, and of their sum."""
    n = len(contribution)
    if samples is None:
        return np.full(n, np.nan), np.full(n, np.nan), (float("nan"), float("nan"))
    low, high, total = np.empty(n), np.empty(n), np.zeros(len(samples))
    mean = mean_weight(case, samples)
    for begin in range(0, n, BLOCK):
        items = slice(begin, begin + BLOCK)
        p, q = (frequencies(side, samples, items) for side in both(case.sides))
        drawn = contributions(case, p, q, mean, items)
        total += drawn.sum(axis=1)
        low[items], high[items] = _interval(case, drawn, contribution[items], level)
    whole = _interval(case, total[:, None], contribution.sum(keepdims=True), level)
    return low, high, (float(whole[0][0]), float(whole[1][0]))


def mean_weight(case: Case, samples: Array) -> Array:
    """Return the mean weight of the reference in each draw, shape (draws, 1)."""
    side = case.sides.reference
    if case.weights is None:
        return np.zeros((len(samples), 1))
    mean: Array = (samples @ (side.matrix @ case.weights)) / (samples @ side.totals)
    return mean[:, None]


def _interval(case: Case, drawn: Array, estimate: Array, level: float) -> tuple[Array, Array]:
    low, high = percentile_interval(drawn, level)
    if case.kind != "jensen-shannon":
        return low, high
    bias = drawn.mean(axis=0) - estimate
    return np.maximum(low - bias, 0.0), np.maximum(high - bias, 0.0)
