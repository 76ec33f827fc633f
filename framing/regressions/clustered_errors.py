"""Clustered errors: errors of coefficients where the units of a cluster depend on each other."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from framing._core.typing import Array
from framing.regressions.model_units import ModelUnits

# What 1 - leverage has at the least; below, a direction rests on one cluster.
LEAST_REST = 1e-8
# Numbers in the matrices of clusters that are decomposed together.
AT_ONCE = 2_000_000
# As many equal clusters or more, and the variance of a coefficient rests on enough of them.
FEW_CARRIERS = 10


@dataclass(frozen=True)
class _Singles:
    """Clusters of one unit each, of which no matrix is needed: sums over each profile.

    With the weight w of a unit, its leverage h and r = w / (1 - h), ``once`` is the sum of
    r (1 - h), ``alone`` that of r² ((1 - h)² - h²) and ``lifts`` that of w r; with the residual e,
    ``squares`` is the sum of r e² and ``fourths`` that of its square.
    """

    basis: Array
    once: Array
    alone: Array
    lifts: Array
    squares: Array
    fourths: Array

    def powers(self, w: Array) -> tuple[float, float]:
        """Return the sums of the second and fourth powers of what clusters add to a direction."""
        along = (self.basis @ w) ** 2
        return float(along @ self.squares), float(along**2 @ self.fourths)

    def traces(self, w: Array) -> tuple[float, float]:
        """Return the trace of the variance of a direction, and that of its square."""
        along = (self.basis @ w) ** 2
        lifts = (self.basis.T * (along * self.lifts)) @ self.basis
        return float(along @ self.once), float(along**2 @ self.alone + (lifts**2).sum())


@dataclass(frozen=True)
class _Blocks:
    """Clusters of any size: ``own``, the adjustment, and ``lifted``, the part of Q'Q times it.

    ``scores`` are the adjusted scores of each cluster.
    """

    own: Array
    lifted: Array
    scores: Array

    def powers(self, w: Array) -> tuple[float, float]:
        """Return what `_Singles` returns."""
        squares = (self.scores @ w) ** 2
        return float(squares.sum()), float((squares**2).sum())

    def traces(self, w: Array) -> tuple[float, float]:
        """Return what `_Singles` returns."""
        lifted = self.lifted @ w
        length, taken = ((self.own @ w) * lifted).sum(axis=1), (lifted**2).sum(axis=1)
        lifts = lifted.T @ lifted
        alone = ((length - taken) ** 2 - taken**2).sum()
        return float((length - taken).sum()), float(alone + (lifts**2).sum())


@dataclass(frozen=True)
class ClusterErrors:
    """Errors of coefficients that allow for units of a cluster to depend on each other (CR2).

    ``triangle`` is R of the QR decomposition of the weighted design, ``parts`` describe the
    clusters in the basis Q, and ``middle`` is the sum of the squares of their adjusted scores.
    ``count`` is the number of clusters.
    """

    triangle: Array
    parts: _Blocks | _Singles
    middle: Array
    count: int

    @cached_property
    def _inverse(self) -> Array:
        inverse: Array = np.linalg.inv(self.triangle).astype(np.float64)
        return inverse

    @property
    def covariance(self) -> Array:
        """The covariance of the coefficients."""
        covariance: Array = self._inverse @ self.middle @ self._inverse.T
        return covariance

    def degrees(self, direction: Array) -> float:
        """Return the degrees of freedom of a combination of the coefficients.

        They are those of Satterthwaite: twice the squared mean of its variance, divided by the
        variance of its variance, if the weighted residuals are independent and vary alike.
        """
        total, square = self.parts.traces(self._inverse.T @ direction)
        return total**2 / square if square > 0 and total > 0 else float("nan")

    def carriers(self, direction: Array) -> tuple[float, float]:
        """Return how many equal clusters carry a combination of the coefficients, and their worth.

        The first is the effective number of the squares that its variance is the sum of. The
        second is the degrees of freedom that such long tails leave: 2 n / (kurtosis - 1) (Box
        1953), some two for each of few clusters that carry it. Both are infinite without variance.
        """
        second, fourth = self.parts.powers(self._inverse.T @ direction)
        if not fourth > 0:
            return float("inf"), float("inf")
        number = second**2 / fourth
        return number, 2 * self.count / max(self.count / number - 1, 0.1)

    def freedom(self, direction: Array) -> float:
        """Return the degrees of freedom: Satterthwaite's, or fewer where few clusters carry it."""
        degrees = self.degrees(direction)
        number, tails = self.carriers(direction)
        return min(degrees, max(tails, 1.0)) if number < FEW_CARRIERS else degrees

    def crowded(self, direction: Array) -> bool:
        """Return whether fewer clusters carry it than their sizes alone would make them."""
        number, tails = self.carriers(direction)
        return number < FEW_CARRIERS and tails < self.degrees(direction)


def cluster_errors(units: ModelUnits, weights: Array, residuals: Array) -> ClusterErrors:
    """Return errors that are corrected for few and for uneven clusters (CR2).

    ``weights`` are those of the last step of the fit, ``residuals`` have a variance of 1 in the
    model; both have a value for each row. The residuals of a cluster are multiplied by
    (I - H)^(-1/2), with H its part of the hat matrix (Bell and McCaffrey 2002; Pustejovsky and
    Tipton 2018). In the basis Q of the weighted design this takes matrices of the size of the
    coefficients only, for clusters of any size, and none where each unit is a cluster.
    """
    basis, triangle = units.basis(units.by_profile(weights))
    if units.alone:
        leverage = weights * (basis**2).sum(axis=1)[units.profile]
        raised = np.where(1 - leverage > LEAST_REST, 1 / np.maximum(1 - leverage, LEAST_REST), 0.0)
        ratio = weights * raised
        score = ratio * residuals**2
        squares = units.by_profile(score)
        singles = _Singles(
            basis, units.by_profile(ratio * (1 - leverage)),
            units.by_profile(ratio**2 * ((1 - leverage) ** 2 - leverage**2)),
            units.by_profile(weights * ratio), squares, units.by_profile(score**2),
        )  # fmt: skip
        return ClusterErrors(triangle, singles, (basis.T * squares) @ basis, units.count)
    cells, k = units.cells(), basis.shape[1]
    weight = cells.sums(units.times * weights)
    score = cells.sums(units.times * np.sqrt(weights) * residuals)
    blocks, middle = [], np.zeros((k, k))
    for chosen, starts in cells.blocks(max(1, AT_ONCE // k**2)):
        rows = basis[cells.profile[chosen]]
        own = np.empty((len(starts), k, k))
        for column in range(k):
            heavy = rows[:, column] * weight[chosen]
            own[:, column] = np.add.reduceat(rows * heavy[:, None], starts)
        values, vectors = np.linalg.eigh(own)
        # A direction that rests on one cluster has no error; the caller marks its coefficients.
        rest = 1 - values
        root = np.where(rest > LEAST_REST, 1 / np.sqrt(np.maximum(rest, LEAST_REST)), 0.0)
        adjustment = (vectors * root[:, None, :]) @ vectors.transpose(0, 2, 1)
        plain = np.add.reduceat(rows * score[chosen, None], starts)
        scores = np.einsum("cij,cj->ci", adjustment, plain)
        middle += scores.T @ scores
        blocks.append((adjustment, own @ adjustment, scores))
    parts = _Blocks(*(np.concatenate(arrays) for arrays in zip(*blocks, strict=True)))
    return ClusterErrors(triangle, parts, middle, len(parts.scores))
