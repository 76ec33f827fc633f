"""Topic models fitted many times: from random starts, and to bootstrap samples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel
from numpy.typing import NDArray
from scipy import sparse

from framing._core.resampling import rng_for, times_drawn
from framing.topics.measures import mixture
from framing.topics.models import Fit, Plan, fit
from framing.words.terms import Terms

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

# Documents from which on they are resampled, rather than the units in them.
ENOUGH = 20
# Units at most in which the held-out fit is measured.
HELD_OUT = 2000
# Share of the words of the whole corpus that is mixed into each topic: no term is impossible.
SMOOTH = 0.01


@dataclass(frozen=True)
class Clusters:
    """What a bootstrap resamples: the cluster of each unit with a term, and what clusters are."""

    of: NDArray[np.int64]
    count: int
    name: str

    @classmethod
    def of_units(cls, units: pd.DataFrame, unit: str) -> "Clusters":
        """Return documents as clusters, or units where there are few documents."""
        code, documents = pd.factorize(units["doc_id"])
        if len(documents) >= ENOUGH:
            return cls(code.astype(np.int64), len(documents), "document")
        return cls(np.arange(len(units)), len(units), unit)

    def draw(self, rng: np.random.Generator) -> tuple[Rows, Rows]:
        """Return the rows of a sample with replacement, and the rows that are not in it."""
        times = times_drawn([np.arange(self.count)], 1, rng)[0].astype(np.int64)
        rows = np.repeat(np.arange(len(self.of)), times[self.of])
        return rows, np.flatnonzero(times[self.of] == 0)


@dataclass(frozen=True)
class Run:
    """One fit: its topics, and its fit to units that it has not seen (missing where it saw all).

    ``shares`` are those of the units, empty for a sample.
    """

    weights: Array
    probabilities: Array
    shares: Array
    held_out: float


def filled(terms: Terms) -> tuple[sparse.csr_array, pd.DataFrame]:
    """Return counts and units of the units that have a term."""
    rows = np.flatnonzero(terms.units["terms"].to_numpy() > 0)
    return terms.matrix[rows], terms.units.iloc[rows].reset_index(drop=True)


def run(model: str, matrix: sparse.csr_array, plan: Plan) -> Run:
    """Fit a model to all units."""
    fitted = fit(model, matrix, plan)
    return Run(fitted.weights, fitted.probabilities, fitted.shares, float("nan"))


def run_on_sample(
    model: str, matrix: sparse.csr_array, plan: Plan, clusters: Clusters, name: str
) -> Run:
    """Fit a model to a bootstrap sample, and measure its fit to what is not in it."""
    rng = rng_for(plan.seed, name)
    rows, rest = clusters.draw(rng)
    fitted = fit(model, matrix[rows], plan)
    held_out = held_out_fit(fitted, matrix, rest, rng)
    return Run(fitted.weights, fitted.probabilities, np.empty((0, 0)), held_out)


def held_out_fit(
    fitted: Fit, matrix: sparse.csr_array, rest: Rows, rng: np.random.Generator
) -> float:
    """Return the mean log probability of a held-out term, in nats (document completion).

    Each unit is halved at random: the shares of the topics come from one half, the terms of the
    other are what is predicted (Wallach et al. 2009).
    """
    if len(rest) > HELD_OUT:
        rest = np.sort(rng.choice(rest, HELD_OUT, replace=False))
    units = matrix[rest]
    given = units.copy()
    given.data = rng.binomial(units.data, 0.5)
    asked = units - given
    given.eliminate_zeros()
    asked.eliminate_zeros()
    able = np.flatnonzero((given.sum(axis=1) > 0) & (asked.sum(axis=1) > 0))
    if not len(able):
        return float("nan")
    topics = smoothed(fitted.probabilities, matrix)
    shares = mixture(given[able], topics, steps=50, prior=0.1)
    asked = asked[able]
    rows = np.repeat(np.arange(len(able)), np.diff(asked.indptr))
    predicted = np.einsum("nk,nk->n", shares[rows], topics.T[asked.indices])
    return float(asked.data @ np.log(predicted) / asked.data.sum())


def smoothed(probabilities: Array, matrix: sparse.csr_array) -> Array:
    """Return the topics with a little of all words, so that no term is impossible."""
    counts = np.bincount(matrix.indices, weights=matrix.data, minlength=matrix.shape[1]) + 1
    mixed: Array = (1 - SMOOTH) * probabilities + SMOOTH * counts / counts.sum()
    return mixed


def in_parallel(calls: Sequence[Any], workers: int) -> Iterator[Any]:
    """Yield the results of delayed calls, in order."""
    yield from Parallel(n_jobs=min(workers, max(len(calls), 1)), return_as="generator")(calls)
