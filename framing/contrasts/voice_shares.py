"""Shares of hits by speaker, frame and context, with intervals over clusters."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from framing._core.resampling import (
    FEW_HITS,
    batches,
    combine,
    gather,
    percentile_interval,
    rng_for,
    t_interval,
    times_drawn,
)
from framing._core.statistics import as_ratio, limits_of_ratio, ratio_limits
from framing._core.typing import Array, Mask, Rows


@dataclass(frozen=True)
class Association:
    """The result of a test of voices and frames.

    ``p_cell`` and ``p_adjusted`` have the shape (voices, frames). ``documents`` is the number of
    documents with several voices and several frames; only these can be permuted.
    """

    statistic: float
    p: float
    documents: int
    p_cell: Array
    p_adjusted: Array


def associate(
    voice: Rows, frame: Rows, document: Rows, shape: tuple[int, int], permutations: int, seed: int
) -> Association:
    """Test whether voices differ in their frames within documents.

    Hits are in reading order. A permutation moves the voices of each document by a random number
    of hits, in a circle. Runs of the same voice and runs of the same frame stay as long as they
    are; only their relation is random.
    """
    hits, expected = _expected(voice, frame, document, shape)
    code = np.unique(document, return_inverse=True)[1]
    permutable = _several(code, voice) & _several(code, frame)
    statistic = float(_distance(hits, expected))
    if not permutable.any():
        none = np.full(shape, np.nan)
        return Association(statistic, np.nan, 0, none, none)
    order = np.argsort(code, kind="stable")
    size = np.bincount(code)
    # Of documents with 3 and 2 hits: start 0 0 0 3 3, position 0 1 2 0 1, length 3 3 3 2 2. With
    # a shift by 1 the first document takes its voices from positions 1 2 0.
    start = np.repeat(np.cumsum(size) - size, size)
    position, length = np.arange(len(code)) - start, np.repeat(size, size)
    rng = rng_for(seed, "voices labels")
    frames = frame[order]
    permuted = np.empty((permutations, *shape))
    for number in range(permutations):
        shift = np.repeat(rng.integers(0, size), size)
        voices = voice[order][start + (position + shift) % length]
        cells = np.bincount(voices * shape[1] + frames, minlength=shape[0] * shape[1])
        permuted[number] = cells.reshape(shape)
    p_cell, p_adjusted = _by_cell(hits - expected, permuted - expected)
    # A permutation that changes nothing can differ from the observed value in its last bits.
    as_large = (_distance(permuted, expected) >= statistic * (1 - 1e-9)).sum()
    p = float((1 + as_large) / (1 + permutations))
    return Association(statistic, p, int(permutable.sum()), p_cell, p_adjusted)


def _expected(
    voice: Rows, frame: Rows, document: Rows, shape: tuple[int, int]
) -> tuple[Array, Array]:
    """Return the hits of each voice and frame, and those expected without an association.

    A document with n hits, v of the voice and f of the frame, adds v * f / n expected hits.
    """
    code = np.unique(document, return_inverse=True)[1]
    ones, count = np.ones(len(code)), int(code.max()) + 1
    shares = ones / np.bincount(code)[code]
    voices = sparse.csr_array((ones, (code, voice)), shape=(count, shape[0]))
    frames = sparse.csr_array((shares, (code, frame)), shape=(count, shape[1]))
    cells = np.bincount(voice * shape[1] + frame, minlength=shape[0] * shape[1])
    return cells.reshape(shape).astype(np.float64), (voices.T @ frames).toarray()


def _several(document: Rows, code: Rows) -> Mask:
    """Return for each document whether its hits have more than one value of a code."""
    keys = np.unique(np.column_stack([document, code]), axis=0)[:, 0]
    several: Mask = np.bincount(keys) > 1
    return several


def _distance(hits: Array, expected: Array) -> Array:
    """Return Pearson's chi-square, with the hits that are expected within documents."""
    squares = (hits - expected) ** 2
    cells = np.divide(squares, expected, out=np.zeros_like(squares), where=expected > 0)
    summed: Array = cells.sum(axis=(-2, -1))
    return summed


def _by_cell(observed: Array, permuted: Array) -> tuple[Array, Array]:
    """Return p of each cell, and p adjusted by the smallest p of any cell in each permutation.

    Both are missing in cells that no permutation changes.
    """
    from scipy.stats import rankdata

    deviations = np.abs(np.concatenate([observed[None], permuted])).round(9)
    known = (deviations > 0).any(axis=0)
    p = rankdata(-deviations, method="max", axis=0) / len(deviations)
    smallest = np.sort(p.min(axis=(1, 2)))
    adjusted = np.searchsorted(smallest, p[0], side="right") / len(deviations)
    return np.where(known, p[0], np.nan), np.where(known, adjusted, np.nan)


def cramers_v(
    voice: Rows,
    frame: Rows,
    cluster: Rows,
    draws: int,
    level: float,
    rng: np.random.Generator,
) -> tuple[float, float, float]:
    """Return Cramér's V, corrected for chance, and its bootstrap interval over clusters.

    They are missing if there is only one voice, frame or cluster.
    """
    codes = [np.unique(code, return_inverse=True)[1] for code in (voice, frame, cluster)]
    rows, columns, clusters = (int(code.max()) + 1 for code in codes)
    if min(rows, columns, clusters) < 2:
        return np.nan, np.nan, np.nan
    residuals = _residuals(*codes)
    scale = clusters / (clusters - 1) / (min(rows, columns) - 1)
    # Products of different clusters only: the square of a sum less the sum of squares.
    observed = scale * (residuals.sum(axis=0) ** 2 - (residuals**2).sum(axis=0)).sum()
    draws_of_v = []
    for size in batches(draws, clusters):
        times = times_drawn([np.arange(clusters)], size, rng, counted=True)
        # A cluster and its own copy have no information on the association.
        pairs = (times @ residuals) ** 2 - times**2 @ residuals**2
        draws_of_v.append(scale * pairs.sum(axis=1))
    low, high = percentile_interval(np.concatenate(draws_of_v)[:, None], level)
    v, lower, upper = (
        float(np.sqrt(np.clip(square, 0, 1))) for square in (observed, low[0], high[0])
    )
    return v, min(v, lower), max(v, upper)


def _residuals(voice: Rows, frame: Rows, cluster: Rows) -> Array:
    """Return the scaled deviation of each cluster from independence: shape (clusters, cells).

    Summed over clusters, squared, and summed over cells, they give phi squared.
    """
    n = len(voice)
    p, q = np.bincount(voice) / n, np.bincount(frame) / n
    member = sparse.csr_array((np.ones(n), (cluster, np.arange(n))))
    deviation = (frame[:, None] == np.arange(len(q))) - q
    columns = [
        member @ (((voice == row) - p[row])[:, None] * deviation / (n * np.sqrt(p[row] * q)))
        for row in range(len(p))
    ]
    return np.hstack(columns)


@dataclass(frozen=True)
class Hitlist:
    """Hits as codes, in reading order: arrays of the shape (n_hits,).

    Intervals are over ``cluster``; ``resampled`` is the word for a cluster.
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
    """The seed, the number of bootstrap samples and the level of the intervals."""

    seed: int
    count: int
    level: float


@dataclass(frozen=True)
class Shares:
    """Shares of the hits of each group: arrays of the shape (groups, columns).

    ``hits`` is the number of hits with the column. ``size`` is the number of all hits of the group,
    ``clusters`` that of its clusters; both have the shape (groups,). ``touched`` is the number of
    clusters with a hit in the column. ``varied`` says where at least five clusters have such a hit,
    five lack one, and clusters differ.
    """

    hits: Array
    size: Array
    share: Array
    low: Array
    high: Array
    clusters: Rows
    touched: Rows
    varied: Mask


def indicators(code: Rows, count: int) -> Array:
    """Return one column of zeros and ones for each value of a code."""
    return np.asarray(code[:, None] == np.arange(count), dtype=np.float64)


def shares(
    group: Rows, count: int, columns: Array, cluster: Rows, level: float, *, borrow: bool
) -> Shares:
    """Return the share of the hits of each group that have each column.

    Limits are those of `ratio_limits`, as of the same shares from `Scores.interval`.
    """
    cell_group, cell = _cells(group, cluster)
    with_it = np.array([np.bincount(cell, column) for column in columns.T]).T
    n = np.bincount(cell).astype(np.float64)

    def summed(values: Array | Mask) -> Array:
        sums = [np.bincount(cell_group, column, count) for column in values.T]
        return np.array(sums, dtype=np.float64).T

    hits, size = summed(with_it), summed(n[:, None])[:, 0]
    share = np.divide(hits, size[:, None], out=np.full(hits.shape, np.nan), where=size[:, None] > 0)
    limits = ratio_limits(cell_group, with_it, n, count, level, share=True, borrow=borrow)
    touched = summed(with_it > 0).astype(np.int64)
    fewest = np.minimum(touched, summed(with_it < n[:, None]))
    differing = summed(np.abs(with_it - share[cell_group] * n[:, None]) > 1e-9) > 0
    return Shares(
        hits, size, share, limits.low, limits.high, limits.n, touched,
        (fewest >= FEW_HITS) & differing,
    )  # fmt: skip


def _cells(group: Rows, cluster: Rows) -> tuple[Rows, Rows]:
    """Return the group of each cell of group and cluster that has hits, and the cell of each hit.

    With clusters 0 to 9, group 2 and cluster 3 have the key 23, and 23 // 10 = 2 is the group.
    """
    width = int(cluster.max()) + 1
    keys, cell = np.unique(group * width + cluster, return_inverse=True)
    return keys // width, cell


def ratios(
    hitlist: Hitlist, by_voice: Shares, base: Shares, draws: Draws
) -> tuple[Array, Array, Array]:
    """Return the ratio of the share of each frame in the hits of a voice to that in all hits.

    The limits of its interval follow. Each array has the shape (voices, frames).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(base.share > 0, by_voice.share / base.share, np.nan)
    low, high = np.full_like(ratio, np.nan), np.full_like(ratio, np.nan)
    columns = indicators(hitlist.frame, len(hitlist.frames))
    for voice, name in enumerate(hitlist.voices):
        rest = hitlist.voice != voice
        if not rest.any():
            continue
        others = shares(
            np.zeros(int(rest.sum()), dtype=np.int64), 1, columns[rest], hitlist.cluster[rest],
            draws.level, borrow=False,
        )  # fmt: skip
        weight = 1 - float(rest.mean())
        # Hits in one cluster have no limits, and neither has their ratio.
        known = ~np.isnan(ratio[voice]) & ~np.isnan(by_voice.low[voice]) & ~np.isnan(others.low[0])
        for frame in np.flatnonzero(known).tolist():
            cell = voice, frame
            of_voice = by_voice.share[cell], by_voice.low[cell], by_voice.high[cell]
            of_rest = others.share[0, frame], others.low[0, frame], others.high[0, frame]
            both = (np.array(pair)[:, None] for pair in zip(of_voice, of_rest, strict=True))
            to_rest = limits_of_ratio(np.array([1.0, -1.0]), *both)
            low[cell], high[cell] = (_to_whole(float(end[0]), weight) for end in to_rest)
        if by_voice.varied[voice].any():
            limits = _bootstrap_ratio(hitlist, voice, name, columns, draws)
            low[voice], high[voice] = (
                np.where(by_voice.varied[voice], new, old)
                for new, old in zip(limits, (low[voice], high[voice]), strict=True)
            )
    return ratio, low, high


def _to_whole(ratio: float, weight: float) -> float:
    """Return the ratio to all hits from the ratio to the rest; ``weight`` is the voice's share.

    A voice with half of all hits and twice the share of the rest has 2 / (.5 * 2 + .5) = 1.33
    times the share of all.
    """
    return 1 / weight if np.isnan(ratio) else ratio / (weight * ratio + 1 - weight)


def _bootstrap_ratio(
    hitlist: Hitlist, voice: int, name: str, columns: Array, draws: Draws
) -> tuple[Array, Array]:
    """Return the bootstrap interval of the ratio of one voice to all hits, its own included."""
    of_voice = np.flatnonzero(hitlist.voice == voice)
    # The hits of the voice are there twice: on side 0, and among all hits on side 1.
    rows = np.concatenate([of_voice, np.arange(len(hitlist))])
    side = np.repeat([0, 1], [len(of_voice), len(hitlist)]).astype(np.int64)
    clusters = gather(side, hitlist.cluster[rows], columns[rows], np.ones(len(rows)), 2)
    rng = rng_for(draws.seed, f"voices ratio {name}")
    touching = np.array(
        [len(np.unique(hitlist.cluster[of_voice])), len(np.unique(hitlist.cluster))]
    )
    weights = np.array([[1.0, -1.0]])
    observed = combine(clusters.seen(), weights, touching, logs=True)
    bootstrapped = combine(clusters.resample(draws.count, rng), weights, logs=True)
    low, high = t_interval(observed, bootstrapped, draws.level)
    return as_ratio(low[0]), as_ratio(high[0])
