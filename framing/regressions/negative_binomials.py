"""Negative binomials: the likelihood of counts that spread wider than Poisson counts."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import special

from framing._core.typing import Array, Rows
from framing.regressions.model_units import ModelUnits


@dataclass(frozen=True)
class NegativeBinomial:
    """The likelihood of the negative binomial model NB2 (Lawless 1987).

    Parameters are the coefficients and, last, the logarithm of the dispersion: the variance of a
    count is its mean plus the dispersion times its squared mean. ``hits`` are whole numbers.

    References
    ----------
    Lawless, J. F. (1987). Negative binomial and mixed Poisson regression. Canadian Journal of
    Statistics 15(3), 209-225. doi:10.2307/3314912
    """

    hits: Array
    exposure: Array
    units: ModelUnits

    @cached_property
    def _whole(self) -> Rows:
        """The hits as positions in tables."""
        return self.hits.astype(np.int64)

    @cached_property
    def _times_of(self) -> Array:
        """How many units have 0, 1, 2, … hits."""
        return np.bincount(self._whole, self.units.times).astype(np.float64)

    @cached_property
    def _fixed(self) -> tuple[Array, float]:
        """The hits of each profile, and the part of the likelihood without parameters."""
        constant = self.units.total(special.xlogy(self.hits, self.exposure))
        counts = np.arange(len(self._times_of))
        constant -= float(self._times_of @ special.gammaln(counts + 1.0))
        return self.units.by_profile(self.hits), constant

    def mean(self, parameters: Array) -> Array:
        """Return the mean of each row."""
        mean: Array = (
            self.exposure * np.exp(self.units.matrix @ parameters[:-1])[self.units.profile]
        )
        return mean

    def _rises(self, alpha: float) -> tuple[Array, Array, Array]:
        """Return the sums of log(1 + alpha j) over j below 0, 1, 2, …, and their derivatives."""
        steps = np.arange(len(self._times_of) - 1.0)
        part = steps / (1 + alpha * steps)
        rise, first, second = (
            np.concatenate([[0.0], np.cumsum(values)])
            for values in (np.log1p(alpha * steps), part, -(part**2))
        )
        return rise, first, second

    def loglike(self, parameters: Array) -> float:
        """Return the logarithm of the likelihood."""
        alpha = np.exp(parameters[-1])
        hits, constant = self._fixed
        spread = np.log1p(alpha * self.mean(parameters))
        return float(
            constant
            + hits @ (self.units.matrix @ parameters[:-1])
            + self._times_of @ self._rises(alpha)[0]
            - self.units.total((self.hits + 1 / alpha) * spread)
        )

    def slope(self, parameters: Array) -> Array:
        """Return the derivative of the likelihood."""
        alpha, mean = np.exp(parameters[-1]), self.mean(parameters)
        rest, of_alpha = self._slopes(alpha, mean)
        along = self.units.by_profile(rest) @ self.units.matrix
        return np.append(along, alpha * self.units.total(of_alpha))

    def _slopes(self, alpha: float, mean: Array) -> tuple[Array, Array]:
        """Return the derivatives of a unit by its predictor and by the dispersion."""
        rest = (self.hits - mean) / (1 + alpha * mean)
        of_alpha = self._rises(alpha)[1][self._whole] + np.log1p(alpha * mean) / alpha**2
        of_alpha -= (self.hits + 1 / alpha) * mean / (1 + alpha * mean)
        return rest, of_alpha

    def hessian(self, parameters: Array) -> Array:
        """Return the second derivatives of the likelihood."""
        alpha, mean = np.exp(parameters[-1]), self.mean(parameters)
        matrix, spread = self.units.matrix, 1 + alpha * mean
        bend = self.units.by_profile(mean * (1 + alpha * self.hits) / spread**2)
        both = self.units.by_profile(mean * (self.hits - mean) / spread**2)
        of_alpha = self._rises(alpha)[2][self._whole] - 2 * np.log1p(alpha * mean) / alpha**3
        of_alpha += 2 * mean / (alpha**2 * spread)
        of_alpha += (self.hits + 1 / alpha) * (mean / spread) ** 2
        first = self.units.total(self._slopes(alpha, mean)[1])
        k = matrix.shape[1]
        second = np.empty((k + 1, k + 1))
        second[:k, :k] = -(matrix.T * bend) @ matrix
        second[:k, k] = second[k, :k] = -alpha * (both @ matrix)
        second[k, k] = alpha**2 * self.units.total(of_alpha) + alpha * first
        return second

    def dispersion_error(self, parameters: Array) -> float:
        """Return the error of the logarithm of the dispersion, over clusters (CR1)."""
        units, alpha, mean = self.units, np.exp(parameters[-1]), self.mean(parameters)
        last = np.zeros(len(parameters))
        last[-1] = 1
        effect = np.linalg.solve(self.hessian(parameters), last)
        rest, of_alpha = self._slopes(alpha, mean)
        score = rest * (units.matrix @ effect[:-1])[units.profile] + alpha * effect[-1] * of_alpha
        if units.alone:
            variance = units.total(score**2)
        else:
            variance = float((np.bincount(units.clusters, units.times * score) ** 2).sum())
        count, clusters = units.count, units.cluster_count
        few = clusters / (clusters - 1) * (count - 1) / (count - len(parameters))
        return float(np.sqrt(few * variance))
