"""Models of counts and of shares, fitted by statsmodels, with clustered errors."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from framing._core.typing import Array, Rows

NEGATIVE_BINOMIAL, POISSON, LOGIT = "negative binomial", "Poisson", "binomial logit"
NO_SPREAD = "hits spread no wider than Poisson counts"
NO_FIT = "the negative binomial did not converge"
NOT_WHOLE = "weighted hits are not whole numbers: quasi-likelihood"
# A negative binomial with less dispersion than this is reported as a Poisson model.
LEAST = 1e-6
STEPS = 50


@dataclass(frozen=True)
class Fitted:
    """Coefficients, covariance, degrees of freedom, dispersion and the error of its logarithm."""

    model: str
    coefficients: Array
    covariance: Array
    log_likelihood: float
    converged: bool
    degrees: int
    reason: str = ""
    alpha: float = float("nan")
    alpha_error: float = float("nan")

    def alpha_interval(self, level: float) -> tuple[float, float]:
        """Return the interval of the dispersion, from its logarithm."""
        half = float(special.stdtrit(self.degrees, (1 + level) / 2)) * self.alpha_error
        return self.alpha * float(np.exp(-half)), self.alpha * float(np.exp(half))


def fit_counts(hits: Array, exposure: Array, matrix: Array, clusters: Rows) -> Fitted:
    """Fit a negative binomial model (NB2), or a Poisson model where NB2 cannot be fitted."""
    from statsmodels.genmod.families import Poisson

    even, back = _evened(matrix)
    poisson = _fit_glm(hits, even, Poisson(), clusters, exposure)
    mean = poisson.fittedvalues
    if (hits != np.round(hits)).any():
        return _of_poisson(poisson, back, clusters, NOT_WHOLE)
    # The derivative of the likelihood with respect to the dispersion, at 0. Where the
    # likelihood falls there, the estimate is 0.
    if ((hits - mean) ** 2 - hits).sum() <= 0:
        return _of_poisson(poisson, back, clusters, NO_SPREAD)
    return _negative_binomial(hits, exposure, even, back, clusters, poisson)


def fit_shares(hits: Array, trials: Array, matrix: Array, clusters: Rows) -> Fitted:
    """Fit a binomial model with logit link."""
    from statsmodels.genmod.families import Binomial

    even, back = _evened(matrix)
    fit = _fit_glm(np.column_stack([hits, trials - hits]), even, Binomial(), clusters)
    covariance = back @ fit.cov_params() @ back.T
    return Fitted(
        LOGIT, back @ fit.params, covariance, float(fit.llf), bool(fit.converged),
        int(clusters.max()),
    )  # fmt: skip


def _evened(matrix: Array) -> tuple[Array, Array]:
    """Return orthogonal columns with a mean square of 1, and the matrix back to coefficients."""
    basis, triangle = np.linalg.qr(matrix)
    root = np.sqrt(len(matrix))
    return basis * root, np.linalg.inv(triangle) * root


def _fit_glm(
    hits: Array, even: Array, family: object, clusters: Rows, exposure: Array | None = None
) -> Any:
    """Fit a generalised linear model with errors clustered."""
    from statsmodels.genmod.generalized_linear_model import GLM

    with warnings.catch_warnings():
        # Convergence is checked by the caller, and separation is handled before.
        warnings.simplefilter("ignore")
        return GLM(hits, even, family=family, exposure=exposure).fit(
            maxiter=200, tol=1e-10, rtol=1e-12, cov_type="cluster", cov_kwds={"groups": clusters}
        )


def _of_poisson(fit: Any, back: Array, clusters: Rows, reason: str) -> Fitted:
    """Return the fitted Poisson model, with the reason why it is not negative binomial."""
    likelihood = float("nan") if reason == NOT_WHOLE else float(fit.llf)
    covariance = back @ fit.cov_params() @ back.T
    return Fitted(
        POISSON, back @ fit.params, covariance, likelihood, bool(fit.converged),
        int(clusters.max()), reason,
    )  # fmt: skip


def _negative_binomial(
    hits: Array, exposure: Array, even: Array, back: Array, clusters: Rows, poisson: Any
) -> Fitted:
    """Fit the negative binomial model, starting from the Poisson fit."""
    from statsmodels.discrete.discrete_model import NegativeBinomial

    mean = poisson.fittedvalues
    spread = ((hits - mean) ** 2 - hits).sum() / (mean**2).sum()
    model = NegativeBinomial(hits, even, loglike_method="nb2", exposure=exposure)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        start = np.append(poisson.params, min(max(spread, 0.01), 10))
        parameters = _newton(model, model.fit(start_params=start, maxiter=200, disp=0).params)
        if parameters is None:
            return _of_poisson(poisson, back, clusters, NO_FIT)
        if parameters[-1] < LEAST:
            return _of_poisson(poisson, back, clusters, NO_SPREAD)
        fit = model.fit(
            start_params=parameters, method="newton", maxiter=0, disp=0, warn_convergence=False,
            cov_type="cluster", cov_kwds={"groups": clusters},
        )  # fmt: skip
        covariance = fit.cov_params()
    alpha, error = float(parameters[-1]), float(np.sqrt(covariance[-1, -1]))
    return Fitted(
        NEGATIVE_BINOMIAL, back @ parameters[:-1], back @ covariance[:-1, :-1] @ back.T,
        float(fit.llf), True, int(clusters.max()), "", alpha, error / alpha,
    )  # fmt: skip


def _newton(model: Any, start: Array) -> Array | None:
    """Return the parameters that maximise the likelihood, or None without convergence."""
    parameters, value = np.array(start), model.loglike(start)
    for _ in range(STEPS):
        slope = model.score(parameters)
        try:
            step = np.linalg.solve(model.hessian(parameters), -slope)
        except np.linalg.LinAlgError:
            return None
        # An upper bound for the gain that is left.
        if abs(slope @ step) < 1e-14 * max(1.0, abs(value)):
            return parameters if (np.linalg.eigvalsh(model.hessian(parameters)) < 0).all() else None
        if slope @ step < 0:
            step = slope / np.linalg.norm(slope) * np.linalg.norm(step)
        size = 1.0
        while size > 1e-8:
            tried = parameters + size * step
            higher = model.loglike(tried) if tried[-1] > 0 else -np.inf
            if higher >= value:
                break
            size /= 2
        else:
            return parameters if abs(slope @ step) < 1e-8 * max(1.0, abs(value)) else None
        parameters, value = tried, higher
    return None
