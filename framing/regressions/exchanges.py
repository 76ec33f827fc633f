"""Exchanges: how large an effect is where what clusters show is dealt out to them by chance."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from framing._core.typing import Array
from framing.regressions.model_units import ModelUnits

# Terms with fewer degrees of freedom are held against exchanged clusters.
FEW_FREEDOM = 30
# What clusters of one unit each show varies as this power of their weight: between 1/2, if only
# chance moves them, and 1, if only what differs between them does.
POWER = 0.75
# A residual of a cluster has this part of its variance at the least, after the fit took the rest.
LEAST_REST = 0.05
# A term that varies so much within clusters, as a part of all, is not one of clusters.
MOST_WITHIN = 0.5
# Below this skewness the distribution is normal.
LEAST_SKEW = 1e-3


@dataclass(frozen=True)
class Exchange:
    """A statistic in its standard deviations, and the skewness that exchanged clusters give it."""

    statistic: float
    skew: float

    def p_of(self, distance: float) -> float:
        """Return how often exchanged clusters are so far from 0: Pearson's distribution III."""
        if abs(self.skew) < LEAST_SKEW:
            return float(2 * special.ndtr(-distance))
        shape = 4 / self.skew**2
        step = 2 * distance / abs(self.skew)
        above, below = special.gammaincc(shape, shape + step), 0.0
        if step < shape:
            below = special.gammainc(shape, shape - step)
        return float(min(above + below, 1.0))

    @property
    def p(self) -> float:
        """How often exchanged clusters are as far from 0 as the statistic."""
        return self.p_of(self.statistic)

    def widened(self, chance: float) -> float:
        """Return how many times the statistic is that exchanged clusters reach by this chance."""
        low, high = 0.0, self.statistic
        while self.p_of(high) > chance:
            low, high = high, 2 * high
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if self.p_of(middle) > chance else (low, middle)
        return high / self.statistic


def exchange_of(
    column: Array, others: ModelUnits, weights: Array, residuals: Array
) -> Exchange | None:
    """Return the score of a term against what it is if the residuals of clusters are exchanged.

    A group of six authors of whom none writes about a frame looks sure of its low rate, although
    one in five of all authors does: errors that each group has from its own clusters do not know
    that. Exchanged among all clusters, residuals of the model without the term do (Freedman and
    Lane 1983). They are exchanged in units of their standard deviation: large clusters show more
    than small ones where authors differ, and less where they do not. The variance of the sum of a
    cluster of weight w is a w + b w², with a from the units within clusters and b, one standard
    error up, from the rest (analysis of variance; the working model of Pustejovsky and Tipton
    2018), and it is divided by 1 - h for what the fit took, as in CR2 (Bell and McCaffrey 2002), so
    that groups of few clusters with a mean of their own do not seem calm. Where each cluster is one
    unit, the power 3/4 of its weight stands for both parts. The distribution over all exchanges is
    Pearson's type III with its exact first three moments, so that there is no draw and no seed
    (Mielke and Berry 2007; Josse, Pagès and Husson 2008).

    ``column`` has a value for each profile; ``weights`` and ``residuals`` are those of the model of
    the others, one for each row. None where the term varies more within clusters than between
    them, or nothing varies.

    References
    ----------
    Bell, R. M. and McCaffrey, D. F. (2002). Bias reduction in standard errors for linear
    regression with multi-stage samples. Survey Methodology 28(2), 169-181.

    Freedman, D. and Lane, D. (1983). A nonstochastic interpretation of reported significance
    levels. Journal of Business and Economic Statistics 1(4), 292-298.
    doi:10.1080/07350015.1983.10509354

    Josse, J., Pagès, J. and Husson, F. (2008). Testing the significance of the RV coefficient.
    Computational Statistics and Data Analysis 53(1), 82-91. doi:10.1016/j.csda.2008.06.012

    Mielke, P. W. and Berry, K. J. (2007). Permutation Methods: A Distance Function Approach. 2nd
    edition. Springer. doi:10.1007/978-0-387-69813-7

    Pustejovsky, J. E. and Tipton, E. (2018). Small-sample methods for cluster-robust variance
    estimation and hypothesis testing in fixed effects models. Journal of Business and Economic
    Statistics 36(4), 672-683. doi:10.1080/07350015.2016.1247004
    """
    weight = others.by_profile(weights)
    basis = others.basis(weight)[0]
    rest = (column - basis @ (basis.T @ (weight * column)))[others.profile]
    clusters = _clusters_of(others, weights, residuals, weights * rest, basis[others.profile])
    size, shown, moved, times = clusters.size, clusters.shown, clusters.moved, clusters.times
    between, count = times @ (moved**2 / size), float(times.sum())
    inside = 0.0 if others.alone else others.times @ (weights * rest**2) - between
    if count < 4 or not between > 0 or inside > MOST_WITHIN * between:
        return None
    statistic, scale = abs(float(times @ (moved * shown / size))), clusters.deviations()
    effect, residual = moved / size * scale, shown / scale
    # The mean of all clusters, which every model takes, is taken off below.
    residual = residual * np.sqrt((1 - 1 / count) / clusters.left)
    effect, residual = (each - (times @ each) / count for each in (effect, residual))
    spread = ((times @ effect**2) * (times @ residual**2) / (count - 1)) ** 0.5
    if not spread > 0 or not statistic > 1e-9 * spread:
        return None
    third = (times @ effect**3) * (times @ residual**3) * count / ((count - 1) * (count - 2))
    return Exchange(float(statistic / spread), float(third / spread**3))


@dataclass(frozen=True)
class _Clusters:
    """Sums over clusters: weights, scores, what a term moves, and the part of variance left.

    ``inside`` is the variance of units within clusters, None where each cluster is one unit.
    """

    size: Array
    shown: Array
    moved: Array
    left: Array
    times: Array
    inside: float | None

    def deviations(self) -> Array:
        """Return the standard deviation of the score of each cluster."""
        if self.inside is None:
            return self.size**POWER
        chance, squares = self.inside * self.size, float((self.size**2).sum())
        differ = max(float((self.shown**2 / self.left - chance).sum()) / squares, 0.0)
        # So few clusters often seem alike that are not: one standard error more.
        error = float((2 * (chance + differ * self.size**2) ** 2).sum()) ** 0.5 / squares
        deviations: Array = np.sqrt(chance + (differ + error) * self.size**2)
        return deviations


def _clusters_of(
    units: ModelUnits, weights: Array, residuals: Array, moved: Array, basis: Array
) -> _Clusters:
    """Return the sums over clusters; ``moved`` and ``basis`` have a row for each row of units."""
    shown, inside = np.sqrt(weights) * residuals, None
    if units.alone:
        size, times = weights, units.times
        taken = weights * (basis**2).sum(axis=1)
    else:

        def summed(values: Array) -> Array:
            return np.bincount(units.clusters, units.times * values).astype(np.float64)

        size, total, moved = summed(weights), summed(shown), summed(moved)
        times, mean = np.ones(len(size)), total / np.where(size > 0, size, 1.0)
        of_units = residuals - np.sqrt(weights) * mean[units.clusters]
        inside = float(units.times @ of_units**2) / max(units.count - len(size), 1)
        # A fit without units that vary within clusters shows no chance: that of the model is 1.
        inside = inside if inside > 0 else 1.0
        fitted = np.column_stack([summed(weights * column) for column in basis.T])
        taken, shown = (fitted**2).sum(axis=1) / np.where(size > 0, size, 1.0), total
    known = size > 0
    left = np.maximum(1 - taken, LEAST_REST)
    return _Clusters(size[known], shown[known], moved[known], left[known], times[known], inside)


def allow_for_exchange(
    found: Exchange | None, p: float, half: float, estimate: float, level: float
) -> tuple[float, float, list[str]]:
    """Return the p and half-width of an estimate that allow for exchanged clusters, and a note.

    The p is the larger of the two. Where exchanged clusters may have made the estimate, the
    interval is so much wider that it holds 0 as surely as they do, and a note says so.
    """
    if found is None or not found.p > p:
        return p, half, []
    if not found.p > 1 - level >= p:
        return found.p, half, []
    half = max(half, abs(estimate) * found.widened(1 - level))
    return (
        found.p,
        half,
        ["clusters differ so much that chance may put like ones together: p allows for it"],
    )
