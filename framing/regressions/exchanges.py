"""Exchanges: how large an effect is where what clusters show is dealt out to them by chance."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from framing._core.typing import Array
from framing.regressions.model_units import ModelUnits

# Terms with fewer degrees of freedom are held against exchanged clusters.
FEW_FREEDOM = 30
# What clusters show varies as this power of their weight: 1/2 if their units are independent, 1 if
# all units of a cluster are alike.
POWER = 0.75
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
    Lane 1983). Residuals of a cluster are in the power 3/4 of its weight, between that of
    independent and that of equal units. The distribution over all exchanges is Pearson's type III
    with its exact first three moments, so that there is no draw and no seed (Mielke and Berry 2007;
    Josse, Pagès and Husson 2008).

    ``column`` has a value for each profile; ``weights`` and ``residuals`` are those of the model of
    the others, one for each row. None where the term varies more within clusters than between
    them, or nothing varies.

    References
    ----------
    Freedman, D. and Lane, D. (1983). A nonstochastic interpretation of reported significance
    levels. Journal of Business and Economic Statistics 1(4), 292-298.
    doi:10.1080/07350015.1983.10509354

    Josse, J., Pagès, J. and Husson, F. (2008). Testing the significance of the RV coefficient.
    Computational Statistics and Data Analysis 53(1), 82-91. doi:10.1016/j.csda.2008.06.012

    Mielke, P. W. and Berry, K. J. (2007). Permutation Methods: A Distance Function Approach. 2nd
    edition. Springer. doi:10.1007/978-0-387-69813-7
    """
    weight = others.by_profile(weights)
    basis = others.basis(weight)[0]
    rest = (column - basis @ (basis.T @ (weight * column)))[others.profile]
    size, shown, moved = weights, np.sqrt(weights) * residuals, weights * rest
    times, inside = others.times, 0.0
    if not others.alone:
        size, shown, moved, squares = (
            np.bincount(others.clusters, times * each).astype(np.float64)
            for each in (size, shown, moved, moved * rest)
        )
        times = np.ones(len(size))
    known = size > 0
    size, shown, moved, times = (each[known] for each in (size, shown, moved, times))
    between = times @ (moved**2 / size)
    if not others.alone:
        inside = squares.sum() - between
    count = float(times.sum())
    if count < 4 or not between > 0 or inside > MOST_WITHIN * between:
        return None
    effect, residual = moved / size * size**POWER, shown / size**POWER
    effect, residual = (each - (times @ each) / count for each in (effect, residual))
    spread = ((times @ effect**2) * (times @ residual**2) / (count - 1)) ** 0.5
    statistic = abs(float(times @ (effect * residual)))
    if not spread > 0 or not statistic > 1e-9 * spread:
        return None
    third = (times @ effect**3) * (times @ residual**3) * count / ((count - 1) * (count - 2))
    return Exchange(float(statistic / spread), float(third / spread**3))


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
