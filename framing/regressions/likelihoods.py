"""Models of counts and of shares, fitted by statsmodels, with clustered errors."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from framing._core.typing import Array, Rows
from framing.regressions.counted_models import Copies, CountedCounts

NEGATIVE_BINOMIAL, POISSON, LOGIT = "negative binomial", "Poisson", "binomial logit"
NO_SPREAD = "hits spread no wider than Poisson counts"
NO_FIT = "the negative binomial did not converge"
NOT_WHOLE = "weighted hits are not whole numbers: quasi-likelihood"
# A negative binomial with less dispersion than this is reported as a Poisson model.
LEAST = 1e-6
STEPS = 50


@dataclass(frozen=True)
class _Blocks:
    """Clusters of any size: ``own``, the adjustment, and ``lifted``, the part of Q'Q times it."""

    own: Array
    lifted: Array

    def along(self, w: Array) -> tuple[Array, Array, Array]:
        """Return the squared length of each cluster, what the fit takes of it, and its vector."""
        lifted = self.lifted @ w
        own = self.own @ w
        return (own * lifted).sum(axis=1), (lifted**2).sum(axis=1), lifted


@dataclass(frozen=True)
class _Singles:
    """Clusters of one row each, of which no matrix is needed: rows of Q and 1 / sqrt(1 - h)."""

    basis: Array
    raised: Array

    def along(self, w: Array) -> tuple[Array, Array, Array]:
        """Return what `_Blocks` returns."""
        along = self.basis @ w * self.raised
        return along**2, along**2 * (self.basis**2).sum(axis=1), self.basis * along[:, None]


@dataclass(frozen=True)
class ClusterErrors:
    """Errors of coefficients that allow for units of a cluster to depend on each other (CR2).

    ``triangle`` is R of the QR decomposition of the weighted design. ``parts`` and ``scores``
    describe each cluster in the basis Q: its adjustment, and its adjusted scores, shape
    (clusters, k). With ``times`` each of them stands for so many equal clusters.
    """

    triangle: Array
    parts: _Blocks | _Singles
    scores: Array
    times: Rows | None = None

    @property
    def covariance(self) -> Array:
        """The covariance of the coefficients."""
        inverse = np.linalg.inv(self.triangle)
        scores = self.scores if self.times is None else self.scores * self.times[:, None]
        covariance: Array = inverse @ (scores.T @ self.scores) @ inverse.T
        return covariance

    def degrees(self, direction: Array) -> float:
        """Return the degrees of freedom of a combination of the coefficients.

        They are those of Satterthwaite: twice the squared mean of its variance, divided by the
        variance of its variance, if the weighted residuals are independent and vary alike.
        """
        w = np.linalg.solve(self.triangle.T, direction).astype(np.float64)
        length, taken, lifted = self.parts.along(w)
        if self.times is None:
            total = float((length - taken).sum())
            alone, lifts = ((length - taken) ** 2 - taken**2).sum(), lifted.T @ lifted
        else:
            total = float(self.times @ (length - taken))
            alone = self.times @ ((length - taken) ** 2 - taken**2)
            lifts = (lifted * self.times[:, None]).T @ lifted
        square = float(alone + (lifts**2).sum())
        return total**2 / square if square > 0 and total > 0 else float("nan")


def cluster_errors(
    matrix: Array, weights: Array, residuals: Array, clusters: Rows, copies: Copies | None = None
) -> ClusterErrors:
    """Return errors that are corrected for few and for uneven clusters (CR2).

    ``weights`` are those of the last step of the fit, ``residuals`` have a variance of 1 in the
    model. The residuals of a cluster are multiplied by (I - H)^(-1/2), with H its part of the hat
    matrix (Bell and McCaffrey 2002; Pustejovsky and Tipton 2018). In the basis Q of the weighted
    design this takes matrices of the size of the coefficients only, for clusters of any size.
    """
    times = None
    if copies is None:
        basis, triangle = np.linalg.qr(np.sqrt(weights)[:, None] * matrix)
    else:
        root = np.sqrt(copies.times)
        basis, triangle = np.linalg.qr((np.sqrt(weights) * root)[:, None] * matrix)
        # A cluster has one copy of its row, or all of them.
        basis, residuals = (basis / root[:, None], residuals) if copies.alone else (
            basis, residuals * root)  # fmt: skip
        times = copies.times if copies.alone else None
    if copies.alone if copies else len(np.unique(clusters)) == len(clusters):
        rest = 1 - (basis**2).sum(axis=1)
        raised = np.where(rest > 1e-8, 1 / np.sqrt(np.maximum(rest, 1e-8)), 0.0)
        scores = basis * (residuals * raised)[:, None]
        return ClusterErrors(triangle, _Singles(basis, raised), scores, times)
    order = np.argsort(clusters, kind="stable")
    starts = np.flatnonzero(np.diff(clusters[order], prepend=-1))
    k = basis.shape[1]
    own = np.empty((len(starts), k, k))
    for column in range(k):
        own[:, column] = np.add.reduceat(basis[order] * basis[order, column, None], starts)
    values, vectors = np.linalg.eigh(own)
    # A direction that rests on one cluster has no error; the caller marks its coefficients.
    rest = 1 - values
    root = np.where(rest > 1e-8, 1 / np.sqrt(np.maximum(rest, 1e-8)), 0.0)
    adjustment = (vectors * root[:, None, :]) @ vectors.transpose(0, 2, 1)
    plain = np.add.reduceat((basis * residuals[:, None])[order], starts)
    scores = np.einsum("cij,cj->ci", adjustment, plain)
    lifted = own @ adjustment
    return ClusterErrors(triangle, _Blocks(adjustment, lifted), scores)


@dataclass(frozen=True)
class Fitted:
    """Coefficients, their errors, dispersion and the error of its logarithm.

    ``degrees`` are those of the dispersion: clusters - 1.
    """

    model: str
    coefficients: Array
    errors: ClusterErrors
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


def fit_counts(
    hits: Array, exposure: Array, matrix: Array, clusters: Rows, copies: Copies | None = None
) -> Fitted:
    """Fit a negative binomial model (NB2), or a Poisson model where NB2 cannot be fitted."""
    from statsmodels.genmod.families import Poisson

    even, back = _evened(matrix)
    poisson = _fit_glm(hits, even, Poisson(), clusters, exposure, copies)
    mean = poisson.fittedvalues
    errors = cluster_errors(matrix, mean, (hits - mean) / np.sqrt(mean), clusters, copies)
    degrees = _degrees(clusters, copies)
    if (hits != np.round(hits)).any():
        return _of_poisson(poisson, back, errors, degrees, NOT_WHOLE)
    # The derivative of the likelihood with respect to the dispersion, at 0. Where the
    # likelihood falls there, the estimate is 0.
    if _total((hits - mean) ** 2 - hits, copies) <= 0:
        return _of_poisson(poisson, back, errors, degrees, NO_SPREAD)
    fitted = _negative_binomial(hits, exposure, even, back, clusters, poisson, copies)
    if isinstance(fitted, str):
        return _of_poisson(poisson, back, errors, degrees, fitted)
    return fitted


def _total(values: Array, copies: Copies | None) -> float:
    """Return the sum over units."""
    return float(values.sum() if copies is None else copies.times @ values)


def _degrees(clusters: Rows, copies: Copies | None) -> int:
    """Return the number of clusters - 1."""
    return int(clusters.max()) if copies is None else copies.clusters(clusters) - 1


def fit_shares(
    hits: Array, trials: Array, matrix: Array, clusters: Rows, copies: Copies | None = None
) -> Fitted:
    """Fit a binomial model with logit link."""
    from statsmodels.genmod.families import Binomial

    even, back = _evened(matrix)
    fit = _fit_glm(
        np.column_stack([hits, trials - hits]), even, Binomial(), clusters, copies=copies
    )
    mean = fit.fittedvalues
    variance = np.maximum(trials * mean * (1 - mean), 1e-300)
    errors = cluster_errors(
        matrix, variance, (hits - trials * mean) / np.sqrt(variance), clusters, copies
    )
    return Fitted(
        LOGIT, back @ fit.params, errors, float(fit.llf), bool(fit.converged),
        _degrees(clusters, copies),
    )  # fmt: skip


def _evened(matrix: Array) -> tuple[Array, Array]:
    """Return orthogonal columns with a mean square of 1, and the matrix back to coefficients."""
    basis, triangle = np.linalg.qr(matrix)
    root = np.sqrt(len(matrix))
    return basis * root, np.linalg.inv(triangle) * root


def _fit_glm(
    hits: Array,
    even: Array,
    family: object,
    clusters: Rows,
    exposure: Array | None = None,
    copies: Copies | None = None,
) -> Any:
    """Fit a generalised linear model with errors clustered."""
    from statsmodels.genmod.generalized_linear_model import GLM

    with warnings.catch_warnings():
        # Convergence is checked by the caller, and separation is handled before.
        warnings.simplefilter("ignore")
        if copies is not None:
            # Errors are computed by the caller; those of statsmodels know no copies.
            return GLM(hits, even, family=family, exposure=exposure, freq_weights=copies.times).fit(
                maxiter=200, tol=1e-10, rtol=1e-12
            )
        return GLM(hits, even, family=family, exposure=exposure).fit(
            maxiter=200, tol=1e-10, rtol=1e-12, cov_type="cluster", cov_kwds={"groups": clusters}
        )


def _of_poisson(fit: Any, back: Array, errors: ClusterErrors, degrees: int, reason: str) -> Fitted:
    """Return the fitted Poisson model, with the reason why it is not negative binomial."""
    likelihood = float("nan") if reason == NOT_WHOLE else float(fit.llf)
    return Fitted(
        POISSON, back @ fit.params, errors, likelihood, bool(fit.converged), degrees, reason
    )  # fmt: skip


def _negative_binomial(
    hits: Array,
    exposure: Array,
    even: Array,
    back: Array,
    clusters: Rows,
    poisson: Any,
    copies: Copies | None,
) -> Fitted | str:
    """Fit the negative binomial model, starting from the Poisson fit; or return why not."""
    from statsmodels.discrete.discrete_model import NegativeBinomial

    mean = poisson.fittedvalues
    spread = _total((hits - mean) ** 2 - hits, copies) / _total(mean**2, copies)
    model = NegativeBinomial(hits, even, loglike_method="nb2", exposure=exposure)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        start = np.append(poisson.params, min(max(spread, 0.01), 10))
        if copies is None:
            parameters = _newton(model, model.fit(start_params=start, maxiter=200, disp=0).params)
        else:
            counted = CountedCounts(hits, exposure, even, copies)
            parameters = _newton(counted, start)
        if parameters is None:
            return NO_FIT
        if parameters[-1] < LEAST:
            return NO_SPREAD
        if copies is None:
            fit = model.fit(
                start_params=parameters, method="newton", maxiter=0, disp=0,
                warn_convergence=False, cov_type="cluster", cov_kwds={"groups": clusters},
            )  # fmt: skip
            covariance, likelihood = fit.cov_params(), float(fit.llf)
        else:
            covariance = counted.covariance(parameters, clusters)
            likelihood = counted.loglike(parameters)
    alpha, error = float(parameters[-1]), float(np.sqrt(covariance[-1, -1]))
    mean = exposure * np.exp(even @ parameters[:-1])
    variance = mean + alpha * mean**2
    matrix = even @ np.linalg.inv(back)
    errors = cluster_errors(
        matrix, mean**2 / variance, (hits - mean) / np.sqrt(variance), clusters, copies
    )
    return Fitted(
        NEGATIVE_BINOMIAL, back @ parameters[:-1], errors, likelihood, True,
        _degrees(clusters, copies), "", alpha, error / alpha,
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
