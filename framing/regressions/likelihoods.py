"""Models of counts and of shares, fitted by Newton's method, with clustered errors."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import special

from framing._core.typing import Array
from framing.regressions.clustered_errors import ClusterErrors, cluster_errors
from framing.regressions.model_units import ModelUnits
from framing.regressions.negative_binomials import NegativeBinomial

NEGATIVE_BINOMIAL, POISSON, LOGIT = "negative binomial", "Poisson", "binomial logit"
NO_SPREAD = "hits spread no wider than Poisson counts"
NO_FIT = "the negative binomial did not converge"
NOT_WHOLE = "weighted hits are not whole numbers: quasi-likelihood"
# A negative binomial with less dispersion than this is reported as a Poisson model.
LEAST = 1e-6
# Beyond this logarithm a factor is infinite.
UNBOUNDED = 700.0
STEPS = 100


class Likelihood(Protocol):
    """A function of parameters that has a maximum."""

    def loglike(self, parameters: Array) -> float:
        """Return the logarithm of the likelihood."""

    def slope(self, parameters: Array) -> Array:
        """Return its derivative."""

    def hessian(self, parameters: Array) -> Array:
        """Return its second derivatives."""


@dataclass(frozen=True)
class _Poisson:
    """Counts of each profile, with their exposures: all that the likelihood depends on."""

    matrix: Array
    hits: Array
    exposure: Array

    def mean(self, parameters: Array) -> Array:
        """Return the mean of each profile."""
        mean: Array = self.exposure * np.exp(self.matrix @ parameters)
        return mean

    def loglike(self, parameters: Array) -> float:
        """Return the logarithm of the likelihood, without a constant."""
        return float(self.hits @ (self.matrix @ parameters) - self.mean(parameters).sum())

    def slope(self, parameters: Array) -> Array:
        """Return its derivative."""
        slope: Array = (self.hits - self.mean(parameters)) @ self.matrix
        return slope

    def hessian(self, parameters: Array) -> Array:
        """Return its second derivatives."""
        second: Array = -(self.matrix.T * self.mean(parameters)) @ self.matrix
        return second


@dataclass(frozen=True)
class _Logit:
    """Hits of each profile among trials: all that the likelihood depends on."""

    matrix: Array
    hits: Array
    trials: Array

    def loglike(self, parameters: Array) -> float:
        """Return the logarithm of the likelihood, without a constant."""
        predictor = self.matrix @ parameters
        return float(self.hits @ predictor - self.trials @ np.logaddexp(0, predictor))

    def slope(self, parameters: Array) -> Array:
        """Return its derivative."""
        mean = special.expit(self.matrix @ parameters)
        slope: Array = (self.hits - self.trials * mean) @ self.matrix
        return slope

    def hessian(self, parameters: Array) -> Array:
        """Return its second derivatives."""
        mean = special.expit(self.matrix @ parameters)
        second: Array = -(self.matrix.T * (self.trials * mean * (1 - mean))) @ self.matrix
        return second


@dataclass(frozen=True)
class Fitted:
    """Coefficients, their errors, dispersion and the error of its logarithm.

    ``degrees`` are those of the dispersion: clusters - 1. ``weights`` and ``residuals`` are those
    of `cluster_errors`.
    """

    model: str
    coefficients: Array
    errors: ClusterErrors
    log_likelihood: float
    converged: bool
    degrees: int
    weights: Array
    residuals: Array
    reason: str = ""
    alpha: float = float("nan")
    alpha_error: float = float("nan")

    def alpha_interval(self, level: float) -> tuple[float, float]:
        """Return the interval of the dispersion, from its logarithm.

        Where the hits say next to nothing of it, it is from 0 to infinity.
        """
        half = float(special.stdtrit(self.degrees, (1 + level) / 2)) * self.alpha_error
        if half > UNBOUNDED:
            return 0.0, float("inf")
        return self.alpha * float(np.exp(-half)), self.alpha * float(np.exp(half))


def fit_counts(hits: Array, exposure: Array, units: ModelUnits) -> Fitted:
    """Fit a negative binomial model (NB2), or a Poisson model where NB2 cannot be fitted.

    The likelihood is ours, since statsmodels' takes a row of the design for each document: the
    same numbers take 98 instead of .8 s of CPU time for 1,000,000 documents and 33 terms, and a
    lexicon has several frames. Its GLM has weights for equal rows, but few documents have the same
    length: 100,000 with 11 terms take 20 s and 1.3 GB, and the dispersion is off by up to 1e-8
    (`python benchmarks/count_fits.py --months`; `--documents 100000 --profiled`). `climb` is
    therefore needed, and beside it Poisson and logit take 28 lines each.
    """
    even, back = _evened(units)
    simple = _Poisson(even.matrix, units.by_profile(hits), units.by_profile(exposure))
    start = _first_step(even.matrix, simple.hits, simple.exposure)
    found = climb(simple, start)
    poisson, converged = (start, False) if found is None else (found, True)
    mean = exposure * np.exp(even.matrix @ poisson)[units.profile]
    reason = NOT_WHOLE if (hits != np.round(hits)).any() else ""
    # The derivative of the likelihood with respect to the dispersion, at 0. Where the
    # likelihood falls there, the estimate is 0.
    if not reason and units.total((hits - mean) ** 2 - hits) <= 0:
        reason = NO_SPREAD
    if not reason:
        fitted = _negative_binomial(hits, exposure, units, even, back, poisson, mean)
        if not isinstance(fitted, str):
            return fitted
        reason = fitted
    likelihood = float("nan")
    if reason != NOT_WHOLE:
        likelihood = units.total(special.xlogy(hits, mean) - mean - special.gammaln(hits + 1))
    residuals = (hits - mean) / np.sqrt(mean)
    return Fitted(
        POISSON, back @ poisson, cluster_errors(units, mean, residuals), likelihood, converged,
        units.cluster_count - 1, mean, residuals, reason,
    )  # fmt: skip


def fit_shares(hits: Array, trials: Array, units: ModelUnits) -> Fitted:
    """Fit a binomial model with logit link."""
    even, back = _evened(units)
    simple = _Logit(even.matrix, units.by_profile(hits), units.by_profile(trials))
    start = np.zeros(even.matrix.shape[1])
    found = climb(simple, start)
    parameters, converged = (start, False) if found is None else (found, True)
    predictor = (even.matrix @ parameters)[units.profile]
    mean = special.expit(predictor)
    variance = np.maximum(trials * mean * (1 - mean), 1e-300)
    ways = special.gammaln(trials + 1) - special.gammaln(hits + 1)
    ways -= special.gammaln(trials - hits + 1)
    likelihood = units.total(ways + hits * predictor - trials * np.logaddexp(0, predictor))
    residuals = (hits - trials * mean) / np.sqrt(variance)
    errors = cluster_errors(units, variance, residuals)
    return Fitted(
        LOGIT, back @ parameters, errors, likelihood, converged, units.cluster_count - 1, variance,
        residuals,
    )  # fmt: skip


def _evened(units: ModelUnits) -> tuple[ModelUnits, Array]:
    """Return orthogonal columns with a mean square of 1, and the matrix back to coefficients."""
    basis, triangle = units.basis(units.by_profile())
    root = np.sqrt(units.count)
    return units.with_matrix(basis * root), np.linalg.inv(triangle) * root


def _first_step(matrix: Array, hits: Array, exposure: Array) -> Array:
    """Return a start: one step of least squares, from means between the hits and their average."""
    mean = (hits + exposure * hits.sum() / exposure.sum()) / 2
    target = np.log(mean / exposure) + (hits - mean) / mean
    root = np.sqrt(mean)
    start: Array = np.linalg.lstsq(root[:, None] * matrix, root * target)[0]
    return start


def _negative_binomial(
    hits: Array,
    exposure: Array,
    units: ModelUnits,
    even: ModelUnits,
    back: Array,
    poisson: Array,
    mean: Array,
) -> Fitted | str:
    """Fit the negative binomial model, starting from the Poisson fit; or return why not."""
    spread = units.total((hits - mean) ** 2 - hits) / units.total(mean**2)
    model = NegativeBinomial(hits, exposure, even)
    parameters = climb(model, np.append(poisson, np.log(min(max(spread, 0.01), 10))))
    if parameters is None:
        return NO_FIT
    alpha = float(np.exp(parameters[-1]))
    if alpha < LEAST:
        return NO_SPREAD
    mean = model.mean(parameters)
    variance = mean + alpha * mean**2
    weights, residuals = mean**2 / variance, (hits - mean) / np.sqrt(variance)
    errors = cluster_errors(units, weights, residuals)
    return Fitted(
        NEGATIVE_BINOMIAL, back @ parameters[:-1], errors, model.loglike(parameters), True,
        units.cluster_count - 1, weights, residuals, "", alpha, model.dispersion_error(parameters),
    )  # fmt: skip


def climb(model: Likelihood, start: Array) -> Array | None:
    """Return the parameters that maximise a likelihood, or None where no maximum is found.

    Steps are those of Newton's method. Where the likelihood does not bend downwards, its bends
    are taken as if they did; where a step is too long, it is halved. scipy's trust region
    ("trust-exact", with two to four steps of Newton at its end) did not converge in 8 of 900
    models of 12 to 400 constructed texts that converge here, and was off by up to 4e-6 in 9.
    """
    with np.errstate(all="ignore"):
        parameters, value = np.array(start), model.loglike(start)
        for _ in range(STEPS):
            slope = model.slope(parameters)
            bends, directions = _bends(model, parameters)
            if bends is None or not np.isfinite(value):
                return None
            size = np.maximum(np.abs(bends), 1e-10 * np.abs(bends).max())
            step = directions @ (directions.T @ slope / size)
            # An upper bound for the gain that is left.
            gain = float(slope @ step)
            if gain < 1e-14 * max(1.0, abs(value)):
                # The last step squares what is left of the distance.
                return parameters + step if (bends < 0).all() else None
            length = 1.0
            while (higher := model.loglike(parameters + length * step)) < value or np.isnan(higher):
                length /= 2
                if length < 1e-8:
                    # Only rounding is left, or the slope is wrong.
                    small = gain < 1e-8 * max(1.0, abs(value)) and (bends < 0).all()
                    return parameters if small else None
            parameters, value = parameters + length * step, higher
        return None


def _bends(model: Likelihood, parameters: Array) -> tuple[Array | None, Array]:
    """Return the eigenvalues and eigenvectors of the second derivatives, if they are finite."""
    second = model.hessian(parameters)
    if not np.isfinite(second).all():
        return None, second
    values, vectors = np.linalg.eigh(second)
    return values, vectors
