"""Association of speakers and frames: whether there is any, and how strong it is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

from framing._core.statistics import percentile_interval, rng_for

Array = NDArray[np.float64]
Rows = NDArray[np.int64]

# Numbers held in memory at a time.
BATCH = 2_000_000


@dataclass(frozen=True)
class Association:
    """What a test of voices and frames finds.

    ``p_cell`` and ``p_adjusted`` have the shape (voices, frames); ``documents`` are those in
    which several voices and several frames meet, without which nothing can be exchanged.
    """

    statistic: float
    p: float
    documents: int
    p_cell: Array
    p_adjusted: Array


def associate(
    voice: Rows, frame: Rows, document: Rows, shape: tuple[int, int], deals: int, seed: int
) -> Association:
    """Test whether voices differ in their frames within documents.

    Hits are in reading order. The labels of the voices of a document move on by a random number
    of hits, in a circle: voices and frames keep how long they last, and lose each other.
    """
    hits, expected = _expected(voice, frame, document, shape)
    of = np.unique(document, return_inverse=True)[1]
    told = _several(of, voice) & _several(of, frame)
    statistic = float(_distance(hits, expected))
    if not told.any():
        none = np.full(shape, np.nan)
        return Association(statistic, np.nan, 0, none, none)
    order = np.argsort(of, kind="stable")
    size = np.bincount(of)
    start = np.repeat(np.cumsum(size) - size, size)
    place, length = np.arange(len(of)) - start, np.repeat(size, size)
    rng = rng_for(seed, "voices labels")
    cell = frame[order]
    dealt = np.empty((deals, *shape))
    for number in range(deals):
        by = np.repeat(rng.integers(0, size), size)
        moved = voice[order][start + (place + by) % length]
        dealt[number] = np.bincount(moved * shape[1] + cell, minlength=shape[0] * shape[1]).reshape(
            shape
        )
    p_cell, p_adjusted = _by_cell(hits - expected, dealt - expected)
    # Deals that are as they were differ in their last bits.
    as_large = (_distance(dealt, expected) >= statistic * (1 - 1e-9)).sum()
    return Association(
        statistic, float((1 + as_large) / (1 + deals)), int(told.sum()), p_cell, p_adjusted
    )


def _expected(
    voice: Rows, frame: Rows, document: Rows, shape: tuple[int, int]
) -> tuple[Array, Array]:
    """Return the hits of each voice and frame, and those expected without any association."""
    of = np.unique(document, return_inverse=True)[1]
    one, count = np.ones(len(of)), int(of.max()) + 1
    voices = sparse.csr_array((one, (of, voice)), shape=(count, shape[0]))
    frames = sparse.csr_array((one / np.bincount(of)[of], (of, frame)), shape=(count, shape[1]))
    cells = np.bincount(voice * shape[1] + frame, minlength=shape[0] * shape[1])
    return cells.reshape(shape).astype(np.float64), (voices.T @ frames).toarray()


def _several(of: Rows, code: Rows) -> NDArray[np.bool_]:
    """Return for each document whether its hits have several values of a code."""
    keys = np.unique(np.column_stack([of, code]), axis=0)[:, 0]
    found: NDArray[np.bool_] = np.bincount(keys) > 1
    return found


def _distance(hits: Array, expected: Array) -> Array:
    """Return Pearson's chi-square, with what is expected within documents."""
    away = (hits - expected) ** 2
    cells = np.divide(away, expected, out=np.zeros_like(away), where=expected > 0)
    summed: Array = cells.sum(axis=(-2, -1))
    return summed


def _by_cell(seen: Array, dealt: Array) -> tuple[Array, Array]:
    """Return p of each cell, and p adjusted by the least one that a deal has in any cell.

    Cells that no deal moves have none.
    """
    away = np.abs(np.concatenate([seen[None], dealt])).round(9)
    known = (away > 0).any(axis=0)
    p = stats.rankdata(-away, method="max", axis=0) / len(away)
    least = np.sort(p.min(axis=(1, 2)))
    adjusted = np.searchsorted(least, p[0], side="right") / len(away)
    return np.where(known, p[0], np.nan), np.where(known, adjusted, np.nan)


def cramers_v(
    voice: Rows,
    frame: Rows,
    cluster: Rows,
    draws: int,
    level: float,
    rng: np.random.Generator,
) -> tuple[float, float, float]:
    """Return Cramér's V, less what chance gives, and its bootstrap interval over clusters.

    Missing where there is one voice, frame or cluster only.
    """
    codes = [np.unique(code, return_inverse=True)[1] for code in (voice, frame, cluster)]
    rows, columns, clusters = (int(code.max()) + 1 for code in codes)
    if min(rows, columns, clusters) < 2:
        return np.nan, np.nan, np.nan
    away = _residuals(*codes)
    scale = min(rows, columns) - 1
    off = clusters / (clusters - 1) / scale
    seen = off * (away.sum(axis=0) ** 2 - (away**2).sum(axis=0)).sum()
    parts = []
    size = max(1, BATCH // clusters)
    for begin in range(0, draws, size):
        n = min(size, draws - begin)
        times = rng.multinomial(clusters, np.full(clusters, 1 / clusters), n).astype(np.float64)
        # Pairs of a cluster and its own copy say nothing of the association.
        pairs = (times @ away) ** 2 - times**2 @ away**2
        parts.append(off * pairs.sum(axis=1))
    low, high = percentile_interval(np.concatenate(parts)[:, None], level)
    v, below, above = (float(np.sqrt(np.clip(one, 0, 1))) for one in (seen, low[0], high[0]))
    return v, min(v, below), max(v, above)


def _residuals(voice: Rows, frame: Rows, cluster: Rows) -> Array:
    """Return what each cluster holds beyond independence, scaled: shape (clusters, cells).

    The squares of the sums over clusters sum to phi squared.
    """
    n = len(voice)
    p, q = np.bincount(voice) / n, np.bincount(frame) / n
    member = sparse.csr_array((np.ones(n), (cluster, np.arange(n))))
    own = (frame[:, None] == np.arange(len(q))) - q
    parts = [
        member @ (((voice == one) - p[one])[:, None] * own / (n * np.sqrt(p[one] * q)))
        for one in range(len(p))
    ]
    return np.hstack(parts)
