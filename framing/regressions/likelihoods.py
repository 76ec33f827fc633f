"""Models of counts and of shares, fitted by statsmodels, with errors by cluster."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

NEGATIVE_BINOMIAL, POISSON, LOGIT = "negative binomial", "Poisson", "binomial logit"
NO_SPREAD = "hits spread no wider than Poisson counts"
NO_FIT = "the negative binomial did not converge"
NOT_WHOLE = "weighted hits are not whole numbers: quasi-likelihood"
# Dispersion below which a negative binomial is a Poisson model.
LEAST = 1e-6
STEPS = 50


@dataclass(frozen=True)
class Fitted:
    """Coefficients with covariance and degrees of freedom; the dispersion, its error in logs."""

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
        half = float(special.stdtrit(self.degrees, (1 + level) / 2)) * self.alpha_error
        return self.alpha * float(np.exp(-half)), self.alpha * float(np.exp(half))


def fit_counts(hits: Array, exposure: Array, matrix: Array, clusters: Codes) -> Fitted:
    """Fit a negative binomial model (NB2), or Poisson where the counts do not bear it."""
    from statsmodels.genmod.families import Poisson

    even, back = _evened(matrix)
    poisson = _fit_glm(hits, even, Poisson(), clusters, exposure)
    mean = poisson.fittedvalues
    if (hits != np.round(hits)).any():
        return _of_poisson(poisson, back, clusters, NOT_WHOLE)
    # The slope of the likelihood in the dispersion at 0: where it falls, 0 is the estimate.
    if ((hits - mean) ** 2 - hits).sum() <= 0:
        return _of_poisson(poisson, back, clusters, NO_SPREAD)
    return _negative_binomial(hits, exposure, even, back, clusters, poisson)


def fit_shares(hits: Array, trials: Array, matrix: Array, clusters: Codes) -> Fitted:
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
    """Return orthogonal columns of length one a row, and the way back to the coefficients."""
    basis, triangle = np.linalg.qr(matrix)
    root = np.sqrt(len(matrix))
    return basis * root, np.linalg.inv(triangle) * root


def _fit_glm(
    hits: Array, even: Array, family: object, clusters: Codes, exposure: Array | None = None
) -> Any:
    from statsmodels.genmod.generalized_linear_model import GLM

    with warnings.catch_warnings():
        # What they tell of is found by its numbers: convergence here, separation before.
        warnings.simplefilter("ignore")
        return GLM(hits, even, family=family, exposure=exposure).fit(
            maxiter=200, tol=1e-10, rtol=1e-12, cov_type="cluster", cov_kwds={"groups": clusters}
        )


def _of_poisson(fit: Any, back: Array, clusters: Codes, reason: str) -> Fitted:
    likelihood = float("nan") if reason == NOT_WHOLE else float(fit.llf)
    covariance = back @ fit.cov_params() @ back.T
    return Fitted(
        POISSON, back @ fit.params, covariance, likelihood, bool(fit.converged),
        int(clusters.max()), reason,
    )  # fmt: skip


def _negative_binomial(
    hits: Array, exposure: Array, even: Array, back: Array, clusters: Codes, poisson: Any
) -> Fitted:
    from statsmodels.discrete.discrete_model import NegativeBinomial

    mean = poisson.fittedvalues
    spread = ((hits - mean) ** 2 - hits).sum() / (mean**2).sum()
    model = NegativeBinomial(hits, even, loglike_method="nb2", exposure=exposure)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        start = np.append(poisson.params, min(max(spread, 0.01), 10))
        found = _newton(model, model.fit(start_params=start, maxiter=200, disp=0).params)
        if found is None:
            return _of_poisson(poisson, back, clusters, NO_FIT)
        if found[-1] < LEAST:
            return _of_poisson(poisson, back, clusters, NO_SPREAD)
        fit = model.fit(
            start_params=found, method="newton", maxiter=0, disp=0, warn_convergence=False,
            cov_type="cluster", cov_kwds={"groups": clusters},
        )  # fmt: skip
        covariance = fit.cov_params()
    alpha, error = float(found[-1]), float(np.sqrt(covariance[-1, -1]))
    return Fitted(
        NEGATIVE_BINOMIAL, back @ found[:-1], back @ covariance[:-1, :-1] @ back.T,
        float(fit.llf), True, int(clusters.max()), "", alpha, error / alpha,
    )  # fmt: skip


def _newton(model: Any, start: Array) -> Array | None:
    """Return the parameters where the likelihood is highest, or None where no step leads there."""
    found, value = np.array(start), model.loglike(start)
    for _ in range(STEPS):
        slope = model.score(found)
        try:
            step = np.linalg.solve(model.hessian(found), -slope)
        except np.linalg.LinAlgError:
            return None
        # What is left to be gained, at most.
        if abs(slope @ step) < 1e-14 * max(1.0, abs(value)):
            return found if (np.linalg.eigvalsh(model.hessian(found)) < 0).all() else None
        if slope @ step < 0:
            step = slope / np.linalg.norm(slope) * np.linalg.norm(step)
        size = 1.0
        while size > 1e-8:
            tried = found + size * step
            higher = model.loglike(tried) if tried[-1] > 0 else -np.inf
            if higher >= value:
                break
            size /= 2
        else:
            return found if abs(slope @ step) < 1e-8 * max(1.0, abs(value)) else None
        found, value = tried, higher
    return None
