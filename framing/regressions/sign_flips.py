"""Sign flips: how far a sum gets by chance where a handful of clusters carry it."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from framing._core.typing import Array
from framing.regressions.model_units import ModelUnits

# All signs of so many of the largest parts are tried; the others are taken as normal.
LARGEST = 12
# A deviation of the other parts below this share of that of all is none.
NEGLIGIBLE = 1e-9
# A statistic below this is rounding: nothing follows from its size.
ROUNDING = 1e-7
# A note says so where a term is carried by fewer equal clusters.
FEWEST_CARRIERS = 5


@dataclass(frozen=True)
class SignFlips:
    """The distribution of a sum whose parts have random signs (wild score bootstrap).

    Parts are what clusters add to the score of a term, if the term has no effect (Kline and Santos
    2012). The sum is measured in the root of the sum of squares, which no sign changes. Where few
    parts are large it is not normal: of three equal parts, all signs agree in one of four cases.
    All signs of the largest are tried, so that there is no draw and no seed.

    References
    ----------
    Kline, P. and Santos, A. (2012). A score based approach to wild bootstrap inference. Journal of
    Econometric Methods 1(1), 23-41. doi:10.1515/2156-6674.1006
    """

    sums: Array
    rest: float

    @classmethod
    def of(cls, parts: Array, times: Array | None = None) -> "SignFlips":
        """Return the distribution for the parts, of which each stands for so many equal ones."""
        each = np.ones(len(parts)) if times is None else times
        size = np.abs(parts)
        order = np.argsort(-size, kind="stable")[:LARGEST]
        largest = np.repeat(size[order], np.minimum(each[order], LARGEST).astype(np.int64))[
            :LARGEST
        ]
        total = float(each @ size**2)
        signs = np.ones((1, 1))
        for _ in largest[1:]:
            # A sum and its opposite are as far from 0: the largest part keeps its sign.
            signs = np.vstack([np.hstack([signs, np.full((len(signs), 1), s)]) for s in (-1, 1)])
        rest = max(total - float((largest**2).sum()), 0.0) / total
        return cls(signs @ largest / np.sqrt(total), rest**0.5)

    def p(self, statistic: float) -> float:
        """Return how often the sum is as far from 0 as the statistic."""
        if self.rest < NEGLIGIBLE:
            return float((np.abs(self.sums) >= statistic * (1 - 1e-9)).mean())
        above = special.ndtr((self.sums - statistic) / self.rest)
        below = special.ndtr((-self.sums - statistic) / self.rest)
        return float((above + below).mean())

    def limit(self, chance: float) -> float:
        """Return the largest distance from 0 that is reached more often than ``chance``."""
        low, high = 0.0, float(np.abs(self.sums).max()) + 9 * self.rest + 1e-9
        for _ in range(50):
            middle = (low + high) / 2
            low, high = (middle, high) if self.p(middle) > chance else (low, middle)
        return high


def score_statistic(
    column: Array, others: ModelUnits, weights: Array, residuals: Array
) -> tuple[float, SignFlips, float] | None:
    """Return the score of a column in a model of others, and how it is if signs are random.

    Last is how large an estimate of one step is for a score of 1.

    ``column`` has a value for each profile; ``weights`` and ``residuals`` are those of the model of
    the others, one for each row. What the others tell of the column is taken off, so that parts do
    not depend on what is fitted to them. The score is in the root of the sum of squares of what
    clusters add to it; None where they add nothing.
    """
    weight = others.by_profile(weights)
    basis = others.basis(weight)[0]
    rest = column - basis @ (basis.T @ (weight * column))
    parts = np.sqrt(weights) * rest[others.profile] * residuals
    each = others.times
    information = float(each @ (weights * rest[others.profile] ** 2))
    if not others.alone:
        parts = np.bincount(others.clusters, each * parts).astype(np.float64)
        each = np.ones(len(parts))
    size = float(each @ parts**2) ** 0.5
    statistic = abs(float(each @ parts)) / size if size > 0 else 0.0
    if not (size > 0 and information > 0):
        return None
    return statistic, SignFlips.of(parts, each), size / information


def allow_for_signs(
    found: tuple[float, SignFlips, float] | None,
    p: float,
    half: float,
    estimate: float,
    level: float,
) -> tuple[float, float]:
    """Return the p and half-width of an estimate that allow for signs agreeing by chance.

    The p is the larger of the given one and that of the signs. Where the signs alone may have made
    the estimate, the interval is so much wider that it holds 0 as surely as they do. An estimate of
    0 has the width that estimates close to it have.
    """
    if found is None:
        return p, half
    statistic, flips, step = found
    by_signs = flips.p(statistic)
    if by_signs > 1 - level:
        slope = abs(estimate) / statistic if statistic > ROUNDING else step
        half = max(half, slope * flips.limit(1 - level))
    return max(p, by_signs), half


def few_decide(number: float) -> list[str]:
    """Return a note where a term is carried by so few equal clusters."""
    if number >= FEWEST_CARRIERS:
        return []
    return [
        f"few clusters decide (as many as {number:.1f} equal ones): p and interval allow for "
        "clusters that agree by chance"
    ]
