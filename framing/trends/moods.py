"""Moods: series in which neighbouring periods stay alike, and the test of a shift beside them."""

import itertools
from dataclasses import dataclass

import numpy as np

from framing._core.statistics import p_among
from framing._core.typing import Array, Rows

# Models of a series of one level: the correlation of the moods of neighbouring periods, and the
# variance of moods in variances of the noise. The first has no moods.
MOODS: tuple[tuple[float, float], ...] = (
    (0.0, 0.0),
    *itertools.product((0.4, 0.7, 0.9), (0.5, 2.0, 12.0)),
    *itertools.product((0.96,), (0.5, 4.0)),
)
# After so many draws no more are drawn for a p above this.
FIRST_DRAWS, CLEARLY_NONE = 200, 0.2
# The variance of counts on the scale of the search, times exposure (Anscombe 1948).
LEAST_VARIANCE = 1 / 4
# Most splits that a test looks at, and most ends of stretches; in a longer series they are evenly
# spaced.
MOST_SPLITS, MOST_ENDS = 150, 40
# Numbers in memory at the same time: 2 million are 16 MB.
BATCH = 2_000_000


@dataclass(frozen=True)
class Moods:
    """Models of moods for periods of these weights, with the gains of their Kalman filters.

    ``correlation`` and ``variance`` have the shape (models,), ``gain`` and ``spread`` (models, n).
    """

    weights: Array
    correlation: Array
    variance: Array
    gain: Array
    spread: Array

    def whitened(self, values: Array) -> Array:
        """Return series without what their past predicts, in its errors: (models, rows, n)."""
        out = np.empty((values.shape[1], len(self.correlation), len(values)))
        predicted = np.zeros(out.shape[1:])
        for period in range(values.shape[1]):
            error = values[:, period] - predicted
            out[period] = error / np.sqrt(self.spread[:, period, None])
            predicted = self.correlation[:, None] * (predicted + self.gain[:, period, None] * error)
        return out.transpose(1, 2, 0)

    def drawn(self, model: Rows, rng: np.random.Generator) -> Array:
        """Return a series of each of these models, shape (len(model), n)."""
        size = len(model), len(self.weights)
        mood = rng.standard_normal(size)
        stays = self.correlation[model]
        for period in range(1, size[1]):
            fresh = np.sqrt(1 - stays**2) * mood[:, period]
            mood[:, period] = stays * mood[:, period - 1] + fresh
        noise = rng.standard_normal(size) / np.sqrt(self.weights)
        series: Array = noise + mood * np.sqrt(self.variance[model])[:, None]
        return series

    def persistence(self) -> Array:
        """Return the variance of long means, in that of independent periods: (models,)."""
        size = self.variance * self.weights.mean()
        ratio: Array = (1 + size * (1 + self.correlation) / (1 - self.correlation)) / (1 + size)
        return ratio


def moods_of(weights: Array, models: tuple[tuple[float, float], ...] = MOODS) -> Moods:
    """Return models of moods for periods with these weights."""
    correlation = np.array([stays for stays, _ in models])
    variance = np.array([size for _, size in models]) / weights.mean()
    gain, spread = (np.empty((len(models), len(weights))) for _ in range(2))
    unsure = variance.copy()
    for period, weight in enumerate(weights):
        spread[:, period] = unsure + 1 / weight
        gain[:, period] = unsure / spread[:, period]
        unsure = correlation**2 * unsure * (1 - gain[:, period])
        unsure = unsure + variance * (1 - correlation**2)
    return Moods(weights, correlation, variance, gain, spread)


class Shifts:
    """Likelihood ratios of a shift of level in series with moods."""

    def __init__(self, moods: Moods, min_periods: int, *, stretches: bool) -> None:
        n = len(moods.weights)
        self.moods, self.n = moods, n
        most = min(n, MOST_SPLITS)
        split = np.unique(np.linspace(min_periods, n - min_periods, most).round().astype(int))
        later = np.arange(n)
        columns = [(later >= split[:, None]).astype(float)]
        if stretches:
            begin, end = _stretches(n)
            columns.append((later >= begin[:, None]) * (later < end[:, None]) * 1.0)
        ends = np.cumsum([0, *(len(column) for column in columns)])
        self.kinds = list(itertools.pairwise(ends.tolist()))
        white = moods.whitened(np.vstack([np.ones((1, n)), *columns]))
        level = white[:, 0]
        self.level = level / np.linalg.norm(level, axis=1, keepdims=True)
        shift = self._centred(white[:, 1:])
        self.shift = shift / np.linalg.norm(shift, axis=2, keepdims=True)
        self.log_spread = np.log(moods.spread).sum(axis=1)

    def _centred(self, white: Array) -> Array:
        """Return whitened series without their level."""
        along = white @ self.level[:, :, None]
        centred: Array = white - along * self.level[:, None]
        return centred

    def _distance(self, squares: Array, least: float) -> Array:
        """Return minus twice the log-likelihood, from the sums of squares (models, rows)."""
        variance = np.maximum(squares / self.n, max(least, 1e-300))
        distance: Array = self.n * np.log(variance) + squares / variance + self.log_spread[:, None]
        return distance

    def ratios(self, series: Array, least: float = 0.0) -> tuple[Array, Array]:
        """Return the likelihood ratios of a split and of a stretch, and the fit of each model.

        ``series`` has the shape (rows, n). The shapes are (rows, 1 or 2) and (models, rows); the
        fit is minus twice the log-likelihood of a series of one level. The noise has at least the
        variance ``least``.
        """
        white = self._centred(self.moods.whitened(series))
        squares = (white**2).sum(axis=2)
        gains = (white @ self.shift.transpose(0, 2, 1)) ** 2
        fit = self._distance(squares, least)
        columns = []
        for begin, end in self.kinds:
            left = np.maximum(squares - gains[:, :, begin:end].max(axis=2), 0)
            columns.append(fit.min(axis=0) - self._distance(left, least).min(axis=0))
        return np.column_stack(columns), fit

    def p(self, heights: Array, draws: int, rng: np.random.Generator) -> float:
        """Return the p of the best shift: how often series of one level have one as clear.

        The ratio compares a shift beside moods with moods alone, so that its distribution depends
        little on the moods (Andrews 1993; Robbins et al. 2011). The series of chance are those of
        the models, each as often as its likelihood without a shift and its persistence say:
        moods that last are given more weight, because short series show them too weakly. Fewer
        are drawn where p is large (Besag and Clifford 1991).
        """
        observed, fit = self.ratios(heights[None], LEAST_VARIANCE)
        weight = np.exp(-(fit[:, 0] - fit.min()) / 2) * self.moods.persistence()
        model = rng.choice(len(weight), draws, p=weight / weight.sum())
        width = len(self.moods.correlation) * max(self.n, self.shift.shape[1])
        size, p, drawn = max(1, BATCH // width), 0.0, []
        for begin, end in itertools.pairwise([0, *range(FIRST_DRAWS, draws, 800), draws]):
            if p > CLEARLY_NONE:
                break
            for first in range(begin, end, size):
                series = self.moods.drawn(model[first : min(first + size, end)], rng)
                drawn.append(self.ratios(series)[0])
            p = least_p(observed[0], np.concatenate(drawn))
        return p


def mood_errors(
    heights: Array, weights: Array, design: Array, columns: tuple[int, ...]
) -> tuple[list[float], list[float]]:
    """Return how much moods enlarge the errors of coefficients, and the periods that are left.

    The coefficients are those of weighted least squares on ``design`` (n, k), and the errors those
    relative to independent periods, at least 1. Their log is the mean over the models, each
    weighted by its restricted likelihood (Harville 1977). The second list is how many independent
    periods the series is worth for each coefficient. No more periods than coefficients show
    nothing of moods.
    """
    (n, k), moods = design.shape, moods_of(weights)
    if n <= k:
        return [1.0] * len(columns), [np.inf] * len(columns)
    weighted = design * weights[:, None]
    contrasts = np.linalg.solve(design.T @ weighted, weighted.T)[list(columns)]
    apart = np.abs(np.arange(n)[:, None] - np.arange(n))
    white = moods.whitened(np.vstack([design.T, heights]))
    logs, distances = [], []
    for model in range(len(white)):
        basis, triangle = np.linalg.qr(white[model, :k].T)
        rest = white[model, k] - basis @ (basis.T @ white[model, k])
        unit = max(float(rest @ rest) / (n - k), LEAST_VARIANCE)
        covariance = moods.variance[model] * moods.correlation[model] ** apart
        covariance[np.diag_indices(n)] += 1 / weights
        logs.append(np.log(np.einsum("ci,ij,cj->c", contrasts, covariance, contrasts) * unit))
        spread = np.log(moods.spread[model]).sum() + 2 * np.log(np.abs(np.diag(triangle))).sum()
        distances.append((n - k) * np.log(unit) + float(rest @ rest) / unit + spread)
    likelihood = np.exp(-(np.array(distances) - min(distances)) / 2)
    mean = likelihood @ np.array(logs) / likelihood.sum()
    ratio = np.exp(np.maximum(mean - logs[0], 0.0))
    return np.sqrt(ratio).tolist(), (n / ratio).tolist()


def _stretches(n: int) -> tuple[Rows, Rows]:
    """Return first periods and ends of stretches with a quarter of the periods or more.

    At least a quarter of the periods is not in them: chance alone produces short ones.
    """
    ends = np.unique(np.linspace(0, n, min(n, MOST_ENDS) + 1).round().astype(np.int64))
    begin, end = (ends[index] for index in np.triu_indices(len(ends), 1))
    length = end - begin
    kept = (length >= n / 4) & (n - length >= n / 4) & (begin > 0) & (end < n)
    return begin[kept], end[kept]


def least_p(observed: Array, drawn: Array) -> float:
    """Return the p of the smallest of several p-values, each of a statistic (columns)."""
    least = p_among(np.vstack([observed, drawn])).min(axis=1)
    return float((least <= least[0] + 1e-12).mean())
