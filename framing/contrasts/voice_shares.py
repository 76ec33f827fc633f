"""Shares of hits: by speaker, by frame, by context, with intervals over clusters."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit

from framing._core.resampling import (
    FEW_HITS,
    Estimate,
    Sums,
    batches,
    combine,
    gather,
    percentile_interval,
    rng_for,
    t_interval,
    times_drawn,
)
from framing._core.statistics import as_ratio, exact_interval, limits_of_ratio

Array = NDArray[np.float64]
Rows = NDArray[np.int64]

Flags = NDArray[np.bool_]
# Hits beyond the first of their cluster from which on they tell how alike those of a cluster are.
ENOUGH = 20


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
    from scipy.stats import rankdata

    away = np.abs(np.concatenate([seen[None], dealt])).round(9)
    known = (away > 0).any(axis=0)
    p = rankdata(-away, method="max", axis=0) / len(away)
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
    for size in batches(draws, clusters):
        times = times_drawn([np.arange(clusters)], size, rng, counted=True)
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


@dataclass(frozen=True)
class Hitlist:
    """Hits as codes, in reading order: arrays of the shape (n_hits,).

    ``cluster`` is what intervals resample, ``resampled`` what it is called.
    """

    voice: Rows
    voices: list[str]
    frame: Rows
    frames: list[str]
    document: Rows
    cluster: Rows
    resampled: str

    def __len__(self) -> int:
        return len(self.voice)


@dataclass(frozen=True)
class Draws:
    """How intervals are drawn."""

    seed: int
    count: int
    level: float


@dataclass(frozen=True)
class Shares:
    """Shares of the hits of each group: arrays of the shape (groups, columns).

    ``hits`` have the column, of ``size`` (groups,) hits of the group in ``clusters`` (groups,).
    ``touched`` is the clusters with such a hit. ``bootstrap`` says whether the interval is one.
    """

    hits: Array
    size: Array
    share: Array
    low: Array
    high: Array
    clusters: Rows
    touched: Rows
    bootstrap: Flags


def indicators(code: Rows, count: int) -> Array:
    """Return a column of zeros and ones for each value of a code."""
    return np.asarray(code[:, None] == np.arange(count), dtype=np.float64)


def shares(
    group: Rows, names: list[str], columns: Array, cluster: Rows, purpose: str, made: Draws
) -> Shares:
    """Return the share of the hits of each group that have each column.

    Intervals are studentised bootstrap intervals of the log-odds over clusters. Where fewer than
    five clusters have, or lack, a hit with the column they are exact ones, with the effective
    number of hits (Kish 1965) from how alike the hits of a cluster are in all groups.
    """
    count, k = len(names), columns.shape[1]
    size = np.bincount(group, minlength=count).astype(np.float64)
    hits = np.array([np.bincount(group, column, count) for column in columns.T]).T
    share = np.divide(hits, size[:, None], out=np.full((count, k), np.nan), where=size[:, None] > 0)
    low, high = _exact(group, columns, cluster, hits, size, made.level)
    clusters, touched = np.zeros(count, dtype=np.int64), np.zeros((count, k), dtype=np.int64)
    bootstrap = np.zeros((count, k), dtype=bool)
    for number in np.flatnonzero(size).tolist():
        rows = group == number
        own, held = cluster[rows], columns[rows]
        clusters[number] = len(np.unique(own))
        touched[number] = _touched(held, own)
        enough = np.minimum(touched[number], _touched(1 - held, own)) >= FEW_HITS
        if enough.any():
            rng = rng_for(made.seed, f"voices {purpose} {names[number]}")
            found = gather(np.zeros_like(own), own, held, np.ones(len(own)), 1)
            seen = _log_odds(found.seen(), np.array([clusters[number]]))
            ends = t_interval(seen, _log_odds(found.resample(made.count, rng)), made.level)
            bootstrap[number] = enough
            low[number, enough] = np.minimum(expit(ends[0][0]), share[number])[enough]
            high[number, enough] = np.maximum(expit(ends[1][0]), share[number])[enough]
    return Shares(hits, size, share, low, high, clusters, touched, bootstrap)


def _touched(columns: Array, cluster: Rows) -> Rows:
    """Return in how many clusters there is a hit with each column."""
    return np.array([len(np.unique(cluster[column > 0])) for column in columns.T], dtype=np.int64)


def _log_odds(sums: Sums, touching: Rows | None = None) -> Estimate:
    """Return the log-odds of the shares of one group, with half a hit more on both sides."""
    error = combine(sums, np.eye(1), touching).error
    with_it = sums.numerators
    without = sums.denominators[:, :, None] - with_it
    scale = 1 / (with_it + 0.5) + 1 / (without + 0.5)
    value = np.log((with_it + 0.5) / (without + 0.5))
    return Estimate(value, error * sums.denominators[:, :, None] * scale)


def _exact(
    group: Rows, columns: Array, cluster: Rows, hits: Array, size: Array, level: float
) -> tuple[Array, Array]:
    """Return the exact limits by the effective number of hits; missing in a group without hits."""
    low, high = np.full_like(hits, np.nan), np.full_like(hits, np.nan)
    alike = likeness(group, columns, cluster, len(size))
    squares = _squares(group, cluster, len(size))
    for number in np.flatnonzero(size).tolist():
        n = size[number]
        for column, rho in enumerate(alike):
            worth = n / (1 + (squares[number] / n - 1) * rho)
            share = hits[number, column] / n
            ends = exact_interval(share * worth, worth, level)
            low[number, column], high[number, column] = ends
    return low, high


def _cells(group: Rows, cluster: Rows) -> tuple[Rows, NDArray[np.intp]]:
    """Return the group of each cell of group and cluster, and the cell of each hit."""
    width = int(cluster.max()) + 1
    keys, place = np.unique(group * width + cluster, return_inverse=True)
    return keys // width, place


def _squares(group: Rows, cluster: Rows, count: int) -> Array:
    """Return the sum over clusters of the squared numbers of hits of each group."""
    of, place = _cells(group, cluster)
    squared = np.bincount(place).astype(np.float64) ** 2
    return np.bincount(of, squared, count).astype(np.float64)


def likeness(group: Rows, columns: Array, cluster: Rows, count: int) -> Array:
    """Return the intraclass correlation of each column among hits of a group in one cluster.

    It is that of Fleiss and Cuzick (1979), pooled over groups, 0 to 1; 1 where there is too
    little to tell.
    """
    of, place = _cells(group, cluster)
    n = np.bincount(place).astype(np.float64)
    spare = np.bincount(of, n - 1, count)
    size = np.maximum(np.bincount(of, n, count), 1)
    found = np.ones(columns.shape[1])
    if spare.sum() < ENOUGH:
        return found
    for number, column in enumerate(columns.T):
        y = np.bincount(place, column, len(n))
        p = np.bincount(of, y, count) / size
        expected = float(spare @ (p * (1 - p)))
        if expected > 0:
            found[number] = np.clip(1 - (y * (n - y) / n).sum() / expected, 0, 1)
    return found


def ratios(found: Hitlist, own: Shares, base: Shares, made: Draws) -> tuple[Array, Array, Array]:
    """Return the share of each frame in the hits of a voice over that in all hits.

    With it come the ends of its interval. Each has the shape (voices, frames).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(base.share > 0, own.share / base.share, np.nan)
    low, high = np.full_like(ratio, np.nan), np.full_like(ratio, np.nan)
    columns = indicators(found.frame, len(found.frames))
    for voice, name in enumerate(found.voices):
        rest = found.voice != voice
        if not rest.any():
            continue
        others = (np.zeros(int(rest.sum()), dtype=np.int64), columns[rest], found.cluster[rest])
        hits = columns[rest].sum(axis=0)[None, :]
        ends = _exact(*others, hits, np.array([rest.sum()], dtype=np.float64), made.level)
        part = 1 - float(rest.mean())
        for frame in np.flatnonzero(~np.isnan(ratio[voice])).tolist():
            one = own.share[voice, frame], own.low[voice, frame], own.high[voice, frame]
            other = float(hits[0, frame] / rest.sum()), ends[0][0, frame], ends[1][0, frame]
            both = (np.array(pair)[:, None] for pair in zip(one, other, strict=True))
            found_limits = limits_of_ratio(np.array([1.0, -1.0]), *both)
            limits = [_in_whole(float(end[0]), part) for end in found_limits]
            low[voice, frame], high[voice, frame] = limits
        if own.bootstrap[voice].any():
            drawn = _drawn_ratio(found, voice, name, columns, made)
            low[voice], high[voice] = (
                np.where(own.bootstrap[voice], new, old)
                for new, old in zip(drawn, (low[voice], high[voice]), strict=True)
            )
    return ratio, low, high


def _in_whole(ratio: float, part: float) -> float:
    """Return a ratio to the rest as one to the whole, of which the voice is a part."""
    return 1 / part if np.isnan(ratio) else ratio / (part * ratio + 1 - part)


def _drawn_ratio(
    found: Hitlist, voice: int, name: str, columns: Array, made: Draws
) -> tuple[Array, Array]:
    """Return the bootstrap interval of the ratio of one voice to all, which it is part of."""
    own = np.flatnonzero(found.voice == voice)
    rows = np.concatenate([own, np.arange(len(found))])
    side = np.repeat([0, 1], [len(own), len(found)]).astype(np.int64)
    held = gather(side, found.cluster[rows], columns[rows], np.ones(len(rows)), 2)
    rng = rng_for(made.seed, f"voices ratio {name}")
    touching = np.array([len(np.unique(found.cluster[own])), len(np.unique(found.cluster))])
    weights = np.array([[1.0, -1.0]])
    seen = combine(held.seen(), weights, touching, logs=True)
    drawn = combine(held.resample(made.count, rng), weights, logs=True)
    low, high = t_interval(seen, drawn, made.level)
    return as_ratio(low[0]), as_ratio(high[0])
