"""Measures of topics: coherence, exclusivity, similarity and shares, from arrays."""

import numpy as np
from scipy import sparse, stats
from scipy.optimize import linear_sum_assignment

from framing._core.typing import Array, Rows

# Counts that are divided among the topics in one step.
STEP = 200_000


def top_columns(weights: Array, n: int) -> Rows:
    """Return the columns with the n greatest weights of each row; ties go to the first."""
    order: Rows = np.argsort(-weights, axis=1, kind="stable")[:, :n]
    return order


def npmi(matrix: sparse.csr_array, top: Rows) -> Array:
    """Return for each topic the mean NPMI of the pairs of its top terms, -1 to 1.

    Probabilities are shares of units that contain the term, or both terms. A pair that shares
    no unit has -1 (Bouma 2009; Röder et al. 2015, with the unit instead of a window).
    """
    columns = np.unique(top)
    present = (matrix[:, columns] > 0).astype(np.float64)
    shared = np.asarray((present.T @ present).todense()) / matrix.shape[0]
    positions = np.searchsorted(columns, top)
    first, second = np.triu_indices(top.shape[1], 1)
    joint = shared[positions[:, first], positions[:, second]]
    single = np.diag(shared)
    independent = single[positions[:, first]] * single[positions[:, second]]
    defined = (joint > 0) & (joint < 1)
    safe = np.where(defined, joint, 0.5)
    value = np.log(safe / np.where(independent > 0, independent, 1)) / -np.log(safe)
    # Two terms that are both in every unit carry no information: 0.
    pairs = np.where(defined, value, np.where(joint >= 1, 0.0, -1.0))
    mean: Array = pairs.mean(axis=1)
    return mean


def frex(weights: Array) -> Array:
    """Return the FREX score of each term in each topic, 0 to 1 (Bischof and Airoldi 2012).

    It is the harmonic mean of two ranks, each as a share: how frequent the term is in the topic,
    and how exclusive to it.
    """
    total = weights.sum(axis=0)
    exclusive = weights / np.where(total > 0, total, 1)
    frequency = stats.rankdata(weights, axis=1) / weights.shape[1]
    exclusivity = stats.rankdata(exclusive, axis=1) / weights.shape[1]
    scores: Array = 2 / (1 / exclusivity + 1 / frequency)
    return scores


def exclusivity(weights: Array, top: Rows) -> Array:
    """Return for each topic the mean of its shares in the weight of its top terms, 0 to 1."""
    total = weights.sum(axis=0)
    shares = weights / np.where(total > 0, total, 1)
    mean: Array = np.take_along_axis(shares, top, axis=1).mean(axis=1)
    return mean


def cosines(one: Array, other: Array) -> Array:
    """Return the cosine of each row with each row; 0 for a row of zeros."""
    lengths = np.linalg.norm(one, axis=1)[:, None] * np.linalg.norm(other, axis=1)[None, :]
    similarity: Array = np.zeros_like(lengths)
    np.divide(one @ other.T, lengths, out=similarity, where=lengths > 0)
    return similarity


def match_rows(one: Array, other: Array) -> tuple[Rows, Array]:
    """Return for each row of ``one`` its matched row of ``other``, and their cosine.

    The pairs have the greatest sum of cosines, with each row in one pair (Kuhn 1955). Rows
    without a partner, if ``other`` has fewer rows, get -1 and 0.
    """
    similarity = cosines(one, other)
    rows, columns = linear_sum_assignment(-similarity)
    matched = np.full(len(one), -1, dtype=np.intp)
    matched[rows] = columns
    matched_cosines = np.zeros(len(one))
    matched_cosines[rows] = similarity[rows, columns]
    return matched, matched_cosines


def mixture(
    counts: sparse.csr_array | Array, topics: Array, *, steps: int = 200, prior: float = 0.0
) -> Array:
    """Return the shares in which topics make up each row of counts, by EM.

    Parameters
    ----------
    counts : array, shape (n_rows, n_terms)
        Occurrences.
    topics : array, shape (n_topics, n_terms)
        Probabilities, above 0 for every term that occurs.
    steps : int
        Largest number of EM steps.
    prior : float
        Added to the expected counts of each topic in each step; 0 gives maximum likelihood.

    Returns
    -------
    array, shape (n_rows, n_topics)
        Rows sum to 1; missing for a row without counts.
    """
    counts = sparse.csr_array(counts).astype(np.float64)
    n, k = counts.shape[0], len(topics)
    shares = np.full((n, k), 1 / k)
    rows = np.repeat(np.arange(n), np.diff(counts.indptr))
    by_term = np.ascontiguousarray(topics.T)[counts.indices]
    total = np.asarray(counts.sum(axis=1)).ravel()
    sums = sparse.csr_array(
        (np.ones(len(rows)), np.arange(len(rows)), counts.indptr), shape=(n, len(rows))
    )
    for _ in range(steps):
        joint = by_term * shares[rows]
        joint *= (counts.data / joint.sum(axis=1))[:, None]
        new = sums @ joint + prior
        new /= new.sum(axis=1, keepdims=True).clip(min=1e-300)
        moved = float(np.abs(new - shares).max(initial=0.0))
        shares = new
        if moved < 1e-6:
            break
    shares[total == 0] = np.nan
    return shares


def reestimated(counts: sparse.csr_array, topics: Array, shares: Array, steps: int = 1) -> Array:
    """Return topics as distributions over the counts that each explains, by steps of EM.

    NMF fits log-scaled tf-idf; this converts its topics into distributions of counts. With several
    steps the shares of the units follow the topics (Hofmann 1999), so that what one step takes
    from other topics for a small one is given back.

    References
    ----------
    Hofmann, T. (1999). Probabilistic latent semantic indexing. Proceedings of SIGIR 1999, 50-57.
    doi:10.1145/312624.312649
    """
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    for _ in range(steps):
        explained, of_units = np.zeros_like(topics), np.zeros_like(shares)
        # In pieces, since the products of all counts at once would take counts times topics
        # numbers.
        for begin in range(0, len(rows), STEP):
            piece = slice(begin, begin + STEP)
            columns = counts.indices[piece]
            joint = topics.T[columns] * shares[rows[piece]] + 1e-300
            joint *= (counts.data[piece] / joint.sum(axis=1))[:, None]
            explained += _summed(columns, joint, topics.shape[1]).T
            of_units += _summed(rows[piece], joint, len(shares))
        total = explained.sum(axis=1, keepdims=True)
        topics = np.divide(explained, total, out=topics.copy(), where=total > 0)
        whole = of_units.sum(axis=1, keepdims=True)
        shares = np.divide(of_units, whole, out=shares.copy(), where=whole > 0)
    return topics


def _summed(code: Rows, values: Array, size: int) -> Array:
    """Return the sums of rows with the same number, shape (size, columns)."""
    member = sparse.csr_array((np.ones(len(code)), (code, np.arange(len(code)))), (size, len(code)))
    sums: Array = member @ values
    return sums
