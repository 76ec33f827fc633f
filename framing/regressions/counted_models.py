"""Counted models: equal units as one row with the number of its copies, with the same numbers."""

from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from framing._core.typing import Array, Mask, Rows


@dataclass(frozen=True)
class Copies:
    """How many equal units each row stands for.

    ``alone`` says that each copy is a cluster; otherwise a row is in a cluster with all its copies.
    """

    times: Rows
    alone: bool

    def only(self, rows: Mask) -> "Copies":
        """Return the copies of some of the rows."""
        return Copies(self.times[rows], self.alone)

    def clusters(self, codes: Rows) -> int:
        """Return the number of clusters, whose codes begin at 0."""
        return int(self.times.sum()) if self.alone else len(np.unique(codes))


@dataclass(frozen=True)
class CountedCounts:
    """The likelihood of the negative binomial model (NB2) of rows with copies (Lawless 1987).

    Parameters are the coefficients and, last, the dispersion.

    References
    ----------
    Lawless, J. F. (1987). Negative binomial and mixed Poisson regression. Canadian Journal of
    Statistics 15(3), 209-225. doi:10.2307/3314912
    """

    hits: Array
    exposure: Array
    matrix: Array
    copies: Copies

    def _mean(self, parameters: Array) -> Array:
        mean: Array = self.exposure * np.exp(self.matrix @ parameters[:-1])
        return mean

    def loglike(self, parameters: Array) -> float:
        """Return the logarithm of the likelihood."""
        size = 1 / parameters[-1]
        share = size / (size + self._mean(parameters))
        return float(self.copies.times @ stats.nbinom.logpmf(self.hits, size, share))

    def scores(self, parameters: Array) -> Array:
        """Return the derivative of a copy's likelihood by each parameter, (rows, parameters)."""
        alpha, mean = parameters[-1], self._mean(parameters)
        rest = (self.hits - mean) / (1 + alpha * mean)
        rise = special.digamma(self.hits + 1 / alpha) - special.digamma(1 / alpha)
        of_alpha = (np.log1p(alpha * mean) - rise) / alpha**2 + rest / alpha
        return np.column_stack([rest[:, None] * self.matrix, of_alpha])

    def score(self, parameters: Array) -> Array:
        """Return the derivative of the likelihood."""
        slope: Array = self.copies.times @ self.scores(parameters)
        return slope

    def hessian(self, parameters: Array) -> Array:
        """Return the second derivatives of the likelihood."""
        hits, alpha, mean = self.hits, parameters[-1], self._mean(parameters)
        times, spread = self.copies.times, 1 + alpha * mean
        size, rest = 1 / alpha, hits - mean
        rise = special.digamma(hits + size) - special.digamma(size)
        bend = special.polygamma(1, size) - special.polygamma(1, hits + size)
        weights = times * mean / spread**2
        of_both = (weights * -rest) @ self.matrix
        of_alpha = (mean / spread - bend / alpha**2) / alpha**2
        of_alpha -= 2 * (np.log1p(alpha * mean) - rise) / alpha**3
        of_alpha -= rest * (1 + 2 * alpha * mean) / (alpha * spread) ** 2
        second = np.empty((len(parameters), len(parameters)))
        second[:-1, :-1] = -(self.matrix.T * (weights * (1 + alpha * hits))) @ self.matrix
        second[:-1, -1] = second[-1, :-1] = of_both
        second[-1, -1] = times @ of_alpha
        return second

    def covariance(self, parameters: Array, clusters: Rows) -> Array:
        """Return the covariance of the parameters, clustered, as statsmodels has it (CR1)."""
        inverse = np.linalg.inv(self.hessian(parameters))
        times, scores = self.copies.times, self.scores(parameters)
        if self.copies.alone:
            middle = (scores * times[:, None]).T @ scores
        else:
            summed = np.zeros((int(clusters.max()) + 1, scores.shape[1]))
            np.add.at(summed, clusters, scores * times[:, None])
            middle = summed.T @ summed
        units, count = int(times.sum()), self.copies.clusters(clusters)
        few = count / (count - 1) * (units - 1) / (units - scores.shape[1])
        covariance: Array = few * inverse @ middle @ inverse
        return covariance
