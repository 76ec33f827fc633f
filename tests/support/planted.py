"""Counts drawn from known topics: what a topic model has to find again."""

import numpy as np
import pandas as pd
from scipy import sparse

import framing as fr


def plant_topics(rng, n_topics=10, n_terms=1000, spread=0.05):
    """Return topics, one a row, as distributions over terms."""
    return rng.dirichlet(np.full(n_terms, spread), n_topics)


def plant_shares(rng, n_units, n_topics, correlated=False):
    """Return unit shares: Dirichlet as in LDA, or logistic normal as in a correlated model."""
    if not correlated:
        return rng.dirichlet(np.full(n_topics, 0.1), n_units)
    loads = rng.normal(size=(n_topics, n_topics))
    covariance = 4 * (0.36 * loads @ loads.T / n_topics + 0.5 * np.eye(n_topics))
    odds = np.exp(rng.multivariate_normal(np.zeros(n_topics), covariance, n_units))
    return odds / odds.sum(axis=1, keepdims=True)


def plant_counts(rng, shares, topics, length=100):
    """Return counts of terms by unit."""
    return np.stack([rng.multinomial(length, row @ topics) for row in shares])


def as_terms(counts, **columns):
    """Return counts as Terms, with the terms that occur in two units or more."""
    n = len(counts)
    kept = (counts > 0).sum(axis=0) > 1
    matrix = sparse.csr_array(counts[:, kept])
    sizes = np.asarray(matrix.sum(axis=1))
    vocabulary = pd.DataFrame(
        {
            "term": [f"w{number:04d}" for number in np.flatnonzero(kept)],
            "n": np.asarray(matrix.sum(axis=0)),
            "units": (counts[:, kept] > 0).sum(axis=0),
        }
    )
    ids = [f"unit{number}" for number in range(n)]
    units = pd.DataFrame(
        {"unit_id": ids, "doc_id": ids, "start": 0, "end": 0, "tokens": sizes, "terms": sizes}
    ).assign(**columns)
    return fr.Terms(matrix, vocabulary, units, pd.DataFrame(), "document", {}, "planted"), kept
