"""How long negative binomial models take: the fit of `regress`, and those of statsmodels.

python benchmarks/count_fits.py [--documents 1000000] [--months] [--profiled]
"""

import argparse
import resource
import time

import numpy as np
import statsmodels.api as sm
from scipy.optimize import minimize_scalar

from framing.regressions.likelihoods import fit_counts
from framing.regressions.model_units import ModelUnits

SOURCES, MONTHS = 10, 24


def drawn(documents, months):
    """Return design, profile of each document, hits and exposure; tokens are uneven as in news."""
    rng = np.random.default_rng(1)
    source, month = np.divmod(np.arange(SOURCES * MONTHS), MONTHS)
    time_of = (month[:, None] == np.arange(1, MONTHS)) if months else month[:, None]
    design = np.column_stack(
        [np.ones(len(source)), source[:, None] == np.arange(1, SOURCES), time_of]
    ).astype(float)
    profile = rng.integers(0, len(design), documents)
    exposure = np.clip(np.round(rng.lognormal(6.2, 0.6, documents)), 30, 5000) / 1000
    slopes = rng.normal(0, 0.3, design.shape[1] - 1) / np.maximum(1, design[:, 1:].max(axis=0))
    mean = exposure * np.exp(0.5 + design[profile, 1:] @ slopes)
    return design, profile, rng.poisson(mean * rng.gamma(2, 0.5, documents)).astype(float), exposure


def ours(design, profile, hits, exposure):
    """Fit with the profiles of units."""
    count = len(hits)
    units = ModelUnits(design, profile, np.arange(count), np.ones(count), True)
    fitted = fit_counts(hits, exposure, units)
    return np.append(fitted.coefficients, fitted.alpha)


def discrete(design, profile, hits, exposure):
    """Fit with statsmodels' model, which has no weights."""
    model = sm.NegativeBinomial(hits, design[profile], exposure=exposure)
    return model.fit(method="newton", disp=0, maxiter=100, tol=1e-12).params


def profiled(design, profile, hits, exposure):
    """Fit with statsmodels' GLM: equal rows once, with weights; the best of many dispersions."""
    rows, times = np.unique(
        np.column_stack([profile, hits, exposure]), axis=0, return_counts=True
    )  # fmt: skip
    print(f"{len(rows):,} rows differ")
    start = None

    def fit(log_alpha):
        nonlocal start
        family = sm.families.NegativeBinomial(alpha=np.exp(log_alpha))
        model = sm.GLM(
            rows[:, 1], design[rows[:, 0].astype(int)], family=family, exposure=rows[:, 2],
            freq_weights=times,
        )  # fmt: skip
        fitted = model.fit(start_params=start, tol=1e-12, tol_criterion="params", maxiter=50)
        start = fitted.params
        return fitted

    best = minimize_scalar(lambda at: -fit(at).llf, bracket=(-1.5, 0), tol=1e-8).x
    return np.append(fit(best).params, np.exp(best))


def main():
    """Print the time and memory of each fit, and how far its numbers are from ours."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--months", action="store_true", help="a term for each month")
    parser.add_argument("--profiled", action="store_true", help="statsmodels' GLM too")
    options = parser.parse_args()
    data = drawn(options.documents, options.months)
    first = None
    for fit in (ours, discrete, profiled)[: 2 + options.profiled]:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begin = time.process_time()
        numbers = fit(*data)
        seconds = time.process_time() - begin
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000
        first = numbers if first is None else first
        off = np.abs(numbers - first).max()
        print(f"{fit.__name__}: {seconds:.1f} s of CPU time, {more:,.0f} MB more, off by {off:.0e}")


if __name__ == "__main__":
    main()
