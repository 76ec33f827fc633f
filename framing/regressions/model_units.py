"""Units of a model: those with equal values of all terms share a profile, a row of the design."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from framing._core.typing import Array, Mask, Rows


@dataclass(frozen=True)
class ModelUnits:
    """The units of a model.

    Many units have equal values of all terms, such as the articles of a source in a month. A sum
    over units is then a sum over their profiles, which are few.

    Attributes
    ----------
    matrix : array, shape (profiles, columns)
        The distinct rows of the design.
    profile : array, shape (rows,)
        The profile of each row.
    clusters : array, shape (rows,)
        The cluster of each row, from 0.
    times : array, shape (rows,)
        How many equal units each row stands for, 1 or more.
    alone : bool
        Whether each unit is a cluster, also each of those that a row stands for. Otherwise all
        of them are in the cluster of their row.
    """

    matrix: Array
    profile: Rows
    clusters: Rows
    times: Array
    alone: bool

    @classmethod
    def of(cls, matrix: Array, clusters: Rows) -> "ModelUnits":
        """Return the units of a design with a row for each unit."""
        distinct, profile = np.unique(matrix, axis=0, return_inverse=True)
        alone = len(np.unique(clusters)) == len(clusters)
        profile = profile.ravel().astype(np.int64)
        return cls(distinct, profile, clusters, np.ones(len(matrix)), alone)

    @property
    def count(self) -> int:
        """The number of units."""
        return int(self.times.sum())

    @property
    def cluster_count(self) -> int:
        """The number of clusters."""
        return self.count if self.alone else len(np.unique(self.clusters))

    def total(self, values: Array | Mask) -> float:
        """Return the sum of values of rows over units."""
        return float(self.times @ values)

    def by_profile(self, values: Array | Mask | None = None) -> Array:
        """Return the sums over the units of each profile; without values their number."""
        weights = self.times if values is None else self.times * values
        return np.bincount(self.profile, weights, len(self.matrix)).astype(np.float64)

    def only(self, profiles: Mask, columns: list[int]) -> "ModelUnits":
        """Return the units of some profiles, with some columns of the design."""
        rows = profiles[self.profile]
        number = np.cumsum(profiles) - 1
        clusters = np.unique(self.clusters[rows], return_inverse=True)[1].astype(np.int64)
        return ModelUnits(
            self.matrix[profiles][:, columns], number[self.profile[rows]], clusters,
            self.times[rows], self.alone,
        )  # fmt: skip

    def with_matrix(self, matrix: Array) -> "ModelUnits":
        """Return the units with another design of the same profiles."""
        return ModelUnits(matrix, self.profile, self.clusters, self.times, self.alone)

    def basis(self, weights: Array) -> tuple[Array, Array]:
        """Return Q and R of the QR decomposition of the design, with a weight for each profile.

        ``weights`` are sums over the units of a profile. A row of Q is what a unit with a weight
        of 1 has: that of a unit is the square root of its weight times that of its profile.
        """
        root = np.sqrt(weights)
        basis, triangle = np.linalg.qr(root[:, None] * self.matrix)
        divided: Array = np.divide(
            basis, root[:, None], out=np.zeros_like(basis), where=root[:, None] > 0
        )
        return divided, triangle

    def cells(self) -> "Cells":
        """Return the pairs of cluster and profile that occur, in the order of the clusters."""
        keys, cell = np.unique(
            self.clusters * np.int64(len(self.matrix)) + self.profile, return_inverse=True
        )
        cluster, profile = np.divmod(keys, len(self.matrix))
        return Cells(cell.ravel(), cluster, profile)


@dataclass(frozen=True)
class Cells:
    """Pairs of a cluster and a profile: the cell of each row, and both of each cell."""

    cell: Rows
    cluster: Rows
    profile: Rows

    def sums(self, values: Array) -> Array:
        """Return the sum of values of rows in each cell."""
        return np.bincount(self.cell, values, len(self.cluster)).astype(np.float64)

    def blocks(self, most: int) -> Iterator[tuple[slice, Rows]]:
        """Yield cells of whole clusters, some clusters at a time, and where each cluster begins."""
        starts = np.flatnonzero(np.diff(self.cluster, prepend=-1))
        for first in range(0, len(starts), most):
            part = starts[first : first + most]
            end = starts[first + most] if first + most < len(starts) else len(self.cluster)
            yield slice(int(part[0]), int(end)), part - part[0]
