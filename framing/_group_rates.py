"""Standard errors and intervals of combinations of rates, from sums over clusters."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framing._cluster_sums import Sums

Array = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Estimate:
    """Combinations of rates: values and standard errors, shape (draws, rows, frames)."""

    value: Array
    error: Array

    def studentised(self, seen: "Estimate") -> Array:
        """Return how far each draw is from what was seen, in its own standard errors."""
        away = self.value - seen.value
        known = self.error > 0
        t: Array = np.full_like(away, np.nan)
        np.divide(away, self.error, out=t, where=known)
        return t


def combine(
    sums: Sums, weights: Array, touching: Rows | None = None, *, logs: bool = False
) -> Estimate:
    """Return combinations of the rates of the groups, or of their logs, with standard errors.

    ``weights`` has the shape (rows, groups). Errors are linearised: each cluster counts with its
    hits beyond those that its text would hold at the rate of the group. Logs are those of the
    rate with half a hit more, which 0 has too.

    ``touching``, shape (groups,), are the clusters that touch each group: errors are enlarged for
    what few of them have in common with the rate that they made themselves. Those of resamples
    are not, which makes intervals wider by one percent at 50 clusters and by five at 10: without
    it they are a little too narrow.
    """
    rates = sums.rates
    above = sums.numerators + 0.5 if logs else None
    below = np.where(sums.denominators > 0, sums.denominators, np.nan)[:, :, None]
    base = np.log(above / below) if above is not None else rates
    value = np.einsum("rg,dgf->drf", weights, np.nan_to_num(base))
    scale = 1 / (above if above is not None else below)
    factor = np.ones(weights.shape[1])
    if touching is not None:
        factor = np.sqrt(touching / np.maximum(touching - 1, 1))
    variance = np.zeros_like(value)
    for (a, b), (yy, yx, xy, xx) in sums.products.items():
        together = weights[:, a] * weights[:, b] * factor[a] * factor[b] * (1 if a == b else 2)
        if not together.any():
            continue
        spread = yy - rates[:, b] * yx - rates[:, a] * xy + rates[:, a] * rates[:, b] * xx[:, None]
        variance += together[:, None] * (spread * scale[:, a] * scale[:, b])[:, None, :]
    missing = np.einsum("rg,dgf->drf", np.abs(weights), np.isnan(base).astype(float)) > 0
    value[missing] = np.nan
    variance[missing] = np.nan
    return Estimate(value, np.sqrt(np.maximum(variance, 0)))


def t_interval(seen: Estimate, drawn: Estimate, level: float) -> tuple[Array, Array]:
    """Return the studentised bootstrap interval (Hall 1988), shape (rows, frames)."""
    t = drawn.studentised(seen)
    tail = (1 - level) / 2
    low, high = np.full_like(seen.value[0], np.nan), np.full_like(seen.value[0], np.nan)
    known = ~np.isnan(t).all(axis=0)
    if known.any():
        ends = np.nanquantile(t[:, known], [tail, 1 - tail], axis=0)
        low[known] = seen.value[0][known] - ends[1] * seen.error[0][known]
        high[known] = seen.value[0][known] - ends[0] * seen.error[0][known]
    return low, high


def covariance(sums: Sums, weights: Array, touching: Rows) -> Array:
    """Return the covariances of combinations of rates: shape (draws, frames, rows, rows)."""
    rates = sums.rates
    scale = 1 / np.where(sums.denominators > 0, sums.denominators, np.nan)
    factor = np.sqrt(touching / np.maximum(touching - 1, 1))
    draws, _, frames = rates.shape
    found = np.zeros((draws, frames, len(weights), len(weights)))
    for (a, b), (yy, yx, xy, xx) in sums.products.items():
        spread = yy - rates[:, b] * yx - rates[:, a] * xy + rates[:, a] * rates[:, b] * xx[:, None]
        spread = spread * (scale[:, a] * scale[:, b] * factor[a] * factor[b])[:, None]
        both = np.outer(weights[:, a], weights[:, b])
        found += spread[:, :, None, None] * (both if a == b else both + both.T)
    return found


def wald(value: Array, spread: Array) -> Array:
    """Return Wald's statistic of combinations, shape (draws, frames); missing without a spread.

    Shapes are (draws, rows, frames) and (draws, frames, rows, rows).
    """
    away = np.moveaxis(value, 1, 2)[..., None]
    known = np.isfinite(spread).all(axis=(2, 3)) & np.isfinite(away).all(axis=(2, 3))
    statistic: Array = np.full(known.shape, np.nan)
    if known.any():
        inverse = np.linalg.pinv(spread[known], rcond=1e-9, hermitian=True)
        own = away[known]
        statistic[known] = (own.transpose(0, 2, 1) @ inverse @ own)[:, 0, 0]
    return statistic
