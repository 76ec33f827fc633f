"""Generalised linear models of counts over time, with errors that allow for serial dependence."""

import warnings
from dataclasses import dataclass

import numpy as np
from scipy import special

from framing._core.typing import Array, Rows

# A larger span of the linear predictor means that a group of rows is separated from the others.
MOST_SPAN = 12.0


@dataclass(frozen=True)
class CountFit:
    """A fitted model: coefficients, the scores of its rows, and the inverse information.

    Attributes
    ----------
    coefficients : array, shape (k,)
    scores : array, shape (n, k)
        The contribution of each row to the derivative of the log-likelihood.
    bread : array, shape (k, k)
        Inverse of the Fisher information.
    dispersion : float
        Pearson's chi-squared over its degrees of freedom; 1 for a Poisson or binomial model.
    free : int
        Number of rows minus number of coefficients.
    """

    coefficients: Array
    scores: Array
    bread: Array
    dispersion: float
    free: int

    def variance(self, contrasts: Array, times: Array, lags: float, clusters: Rows | None) -> Array:
        """Return the variances of linear combinations of the coefficients (n_contrasts, k).

        The largest of three variances. The first is a sandwich whose weights fall with the
        distance in time and are 0 beyond ``lags`` (Newey and West 1987); with 0 lags, rows of one
        time are a cluster. The second is the sandwich of the clusters, if there are any. The
        third is that of the quasi-likelihood (inverse information times dispersion): with few
        rows the first two are sometimes smaller by chance.
        """
        near = np.clip(1 - np.abs(times[:, None] - times[None, :]) / (lags + 1), 0, None)
        n = len(np.unique(times))
        k = len(self.coefficients)
        meats = [self.scores.T @ near @ self.scores * (n / max(n - k, 1))]
        if clusters is not None:
            groups = int(clusters.max()) + 1
            sums = np.zeros((groups, k))
            np.add.at(sums, clusters, self.scores)
            meats.append(sums.T @ sums * (groups / max(groups - 1, 1)))
        half = contrasts @ self.bread
        variances = [np.einsum("ij,jk,ik->i", half, meat, half) for meat in meats]
        variances.append(np.einsum("ij,ij->i", half, contrasts) * self.dispersion)
        largest: Array = np.max(variances, axis=0)
        return largest


def fit_counts(
    design: Array, counts: Array, exposure: Array, *, share: bool = False
) -> CountFit | None:
    """Fit rates with a log link (quasi-Poisson), or shares with a logit link (quasi-binomial).

    Return None where the model cannot be fitted: too few rows, or rows that are separated.
    """
    # Loading takes a second, and most uses of the package do not need it.
    from statsmodels.genmod.families import Binomial, Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    n, k = design.shape
    if n <= k or not counts.any() or np.linalg.matrix_rank(design) < k:
        return None
    if share:
        model = GLM(np.column_stack([counts, exposure - counts]), design, family=Binomial())
    else:
        model = GLM(counts, design, family=Poisson(), exposure=exposure)
    with warnings.catch_warnings():
        # Convergence and separation are checked below.
        warnings.simplefilter("ignore")
        with np.errstate(all="ignore"):
            fitted = model.fit()
    beta = np.asarray(fitted.params, dtype=np.float64)
    spread = np.ptp(design @ beta)
    if not fitted.converged or not np.isfinite(beta).all() or spread > MOST_SPAN:
        return None
    mean = np.asarray(fitted.mu) * (exposure if share else 1.0)
    variance = mean * (1 - mean / exposure) if share else mean
    residual = counts - mean
    bread: Array = np.linalg.inv(design.T @ (design * variance[:, None])).astype(np.float64)
    pearson = float((residual**2 / np.maximum(variance, 1e-12)).sum() / (n - k))
    return CountFit(beta, design * residual[:, None], bread, pearson, n - k)


def t_width(level: float, free: float) -> float:
    """Return the half-width of an interval in standard errors, by Student's t."""
    return float(special.stdtrit(free, 1 - (1 - level) / 2))


def t_p(estimate: float, error: float, free: float) -> float:
    """Return the two-sided p-value of an estimate with its standard error."""
    return float(2 * special.stdtr(free, -abs(estimate) / error)) if error > 0 else float("nan")
