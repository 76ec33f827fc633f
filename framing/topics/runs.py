"""Runs of a topic model: many fits, from random starts and to bootstrap samples."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from framing._core.resampling import rng_for, times_drawn
from framing._core.typing import Array, Rows
from framing.topics.measures import mixture
from framing.topics.models import Fit, FitPlan, fit
from framing.words.terms import Terms

# From this many documents on, documents are resampled; with fewer, units are.
ENOUGH = 20
# The held-out fit is measured in this many units at most.
HELD_OUT = 2000
# Share of the word distribution of the corpus in each smoothed topic, so that no term has
# probability 0.
SMOOTH = 0.01


@dataclass(frozen=True)
class UnitClusters:
    """What a bootstrap resamples: the cluster of each unit with a term, their count and name."""

    of: NDArray[np.int64]
    count: int
    name: str

    @classmethod
    def of_units(cls, units: pd.DataFrame, unit: str) -> "UnitClusters":
        """Return documents as clusters, or units if there are few documents."""
        code, documents = pd.factorize(units["doc_id"])
        if len(documents) >= ENOUGH:
            return cls(code.astype(np.int64), len(documents), "document")
        return cls(np.arange(len(units)), len(units), unit)

    def draw(self, rng: np.random.Generator) -> tuple[Rows, Rows]:
        """Return the rows of a sample drawn with replacement, and the rows outside it."""
        times = times_drawn([np.arange(self.count)], 1, rng)[0].astype(np.int64)
        rows = np.repeat(np.arange(len(self.of)), times[self.of])
        return rows, np.flatnonzero(times[self.of] == 0)


@dataclass(frozen=True)
class TopicFit:
    """One fit: its topics, the shares of its units, and its fit to held-out units.

    ``shares`` is empty for a sample; ``held_out`` is missing for a fit to all units.
    """

    weights: Array
    probabilities: Array
    shares: Array
    held_out: float


def filled(terms: Terms) -> tuple[sparse.csr_array, pd.DataFrame]:
    """Return the counts and the rows of the units that have a term."""
    rows = np.flatnonzero(terms.units["terms"].to_numpy() > 0)
    return terms.matrix[rows], terms.units.iloc[rows].reset_index(drop=True)


def run(model: str, matrix: sparse.csr_array, plan: FitPlan) -> TopicFit:
    """Fit a model to all units."""
    fitted = fit(model, matrix, plan)
    return TopicFit(fitted.weights, fitted.probabilities, fitted.shares, float("nan"))


def run_on_sample(
    model: str, matrix: sparse.csr_array, plan: FitPlan, clusters: UnitClusters, name: str
) -> TopicFit:
    """Fit a model to a bootstrap sample, and measure its fit to the units outside it."""
    rng = rng_for(plan.seed, name)
    rows, held_out_rows = clusters.draw(rng)
    fitted = fit(model, matrix[rows], plan)
    held_out = held_out_fit(fitted, matrix, held_out_rows, rng)
    return TopicFit(fitted.weights, fitted.probabilities, np.empty((0, 0)), held_out)


def held_out_fit(
    fitted: Fit, matrix: sparse.csr_array, held_out_rows: Rows, rng: np.random.Generator
) -> float:
    """Return the mean log probability of a held-out term, in nats (document completion).

    Each unit is halved at random. One half gives the shares of the topics, which predict the
    terms of the other half (Wallach et al. 2009).
    """
    if len(held_out_rows) > HELD_OUT:
        held_out_rows = np.sort(rng.choice(held_out_rows, HELD_OUT, replace=False))
    units = matrix[held_out_rows]
    observed = units.copy()
    observed.data = rng.binomial(units.data, 0.5)
    predicted = units - observed
    observed.eliminate_zeros()
    predicted.eliminate_zeros()
    usable = np.flatnonzero((observed.sum(axis=1) > 0) & (predicted.sum(axis=1) > 0))
    if not len(usable):
        return float("nan")
    topics = smoothed(fitted.probabilities, matrix)
    shares = mixture(observed[usable], topics, steps=50, prior=0.1)
    predicted = predicted[usable]
    rows = np.repeat(np.arange(len(usable)), np.diff(predicted.indptr))
    probabilities = np.einsum("nk,nk->n", shares[rows], topics.T[predicted.indices])
    return float(predicted.data @ np.log(probabilities) / predicted.data.sum())


def smoothed(probabilities: Array, matrix: sparse.csr_array) -> Array:
    """Return the topics mixed with the word distribution of the corpus, so that no term is 0."""
    counts = np.bincount(matrix.indices, weights=matrix.data, minlength=matrix.shape[1]) + 1
    mixed: Array = (1 - SMOOTH) * probabilities + SMOOTH * counts / counts.sum()
    return mixed
