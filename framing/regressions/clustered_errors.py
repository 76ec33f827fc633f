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


@dataclass(frozen=True)
class _Singles:
    """Clusters of one unit each, of which no matrix is needed: sums over each profile.

    With the weight w of a unit, its leverage h and r = w / (1 - h), ``once`` is the sum of
    r (1 - h), ``alone`` that of r² ((1 - h)² - h²) and ``lifts`` that of w r.
    """

    basis: Array
    once: Array
    alone: Array
    lifts: Array

    def traces(self, w: Array) -> tuple[float, float]:
        """Return the trace of the variance of a direction, and that of its square."""
        along = (self.basis @ w) ** 2
        lifts = (self.basis.T * (along * self.lifts)) @ self.basis
        return float(along @ self.once), float(along**2 @ self.alone + (lifts**2).sum())


@dataclass(frozen=True)
class _Blocks:
    """Clusters of any size: ``own``, the adjustment, and ``lifted``, the part of Q'Q times it."""

    own: Array
    lifted: Array

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
    """

    triangle: Array
    parts: _Blocks | _Singles
    middle: Array

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
        squared = units.by_profile(ratio * residuals**2)
        singles = _Singles(
            basis, units.by_profile(ratio * (1 - leverage)),
            units.by_profile(ratio**2 * ((1 - leverage) ** 2 - leverage**2)),
            units.by_profile(weights * ratio),
        )  # fmt: skip
        return ClusterErrors(triangle, singles, (basis.T * squared) @ basis)
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
        blocks.append((adjustment, own @ adjustment))
    adjustments, lifted = (np.concatenate(arrays) for arrays in zip(*blocks, strict=True))
    return ClusterErrors(triangle, _Blocks(adjustments, lifted), middle)
