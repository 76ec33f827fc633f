"""Resampling: streams of random numbers, clusters drawn anew, and intervals from the draws.

All bootstraps of the package draw here. `rng_for` gives a stream by seed and name, `times_drawn`
says how often each cluster is in each draw. A rate of a group is the ratio of two sums over its
clusters. Its variance needs sums of products besides (Cochran 1977, chapter 6), and all of these
are linear in how often each cluster is drawn: a resample is a product of matrices.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Array = NDArray[np.float64]
Rows = NDArray[np.int64]
Products: TypeAlias = tuple[Array, Array, Array, Array]

# Numbers that are held in memory at a time: 2 million are 16 MB.
BATCH = 2_000_000
# Clusters from which on labels are permuted by chance and then put right.
MANY = 5_000
# Groups up to which one product a group is faster than one of a sparse matrix for all.
DENSE = 8
# Clusters with a hit of the frame below which a bootstrap of them tells little.
FEW_HITS = 5


def rng_for(seed: int, name: str) -> np.random.Generator:
    """Return a random generator that depends on the seed and a name, and on nothing else."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    return np.random.default_rng([seed, *np.frombuffer(digest[:16], dtype="<u4").tolist()])


def batches(draws: int, width: int) -> Iterator[int]:
    """Yield how many draws to hold at a time where each takes so many numbers.

    With 2,000 draws of 1,500 clusters these are 1,333 and 667.
    """
    size = max(1, BATCH // max(width, 1))
    for begin in range(0, draws, size):
        yield min(size, draws - begin)


def rows_drawn(strata: Sequence[Rows], rng: np.random.Generator) -> Rows:
    """Return the rows of one sample with replacement, as many of each stratum as it has."""
    return np.concatenate([rows[rng.integers(0, len(rows), len(rows))] for rows in strata])


def times_drawn(
    strata: Sequence[Rows], draws: int, rng: np.random.Generator, *, counted: bool = False
) -> Array:
    """Return how often each row is in each draw: shape (draws, n_rows).

    ``strata`` hold the numbers 0 to n_rows - 1 of the rows; those of a stratum are drawn with
    replacement among each other. Both ways to draw have the same distribution and use other
    random numbers: rows one by one, or (``counted``) their counts from a multinomial
    distribution. Each analysis keeps the way that its published numbers were drawn in.
    """
    times = np.zeros((draws, sum(len(rows) for rows in strata)))
    for rows in strata:
        m = len(rows)
        if not m:
            continue
        if counted:
            times[:, rows] = rng.multinomial(m, np.full(m, 1 / m), draws)
        else:
            drawn = rng.integers(0, m, (draws, m)) + np.arange(draws)[:, None] * m
            times[:, rows] = np.bincount(drawn.ravel(), minlength=draws * m).reshape(draws, m)
    return times


def totals_drawn(values: Array, draws: int, rng: np.random.Generator) -> Array:
    """Return the column sums of resamples of the rows: shape (draws, n_columns).

    Each draw takes n rows of ``values`` (n_rows, n_columns) with replacement. Rows that are alike
    count together where the sums of whole numbers are exact.
    """
    n = len(values)
    whole = bool((values == np.rint(values)).all()) and float(np.abs(values).sum()) < 2**53 / n
    distinct, code = np.unique(values, axis=0, return_inverse=True) if whole else (values, None)
    parts = []
    for size in batches(draws, n):
        rows = rng.integers(0, n, size=(size, n))
        if code is None:
            parts.append(values[rows].sum(axis=1))
            continue
        k = len(distinct)
        cells = code.ravel()[rows] + np.arange(size)[:, None] * k
        times = np.bincount(cells.ravel(), minlength=size * k).reshape(size, k)
        parts.append(times.astype(np.float64) @ distinct)
    return np.concatenate(parts)


def percentile_interval(values: Array, level: float) -> tuple[Array, Array]:
    """Return the percentile interval of each column; values that are missing are left out."""
    tail = (1 - level) / 2 * 100
    low, high = np.nanpercentile(values, [tail, 100 - tail], axis=0)
    return low, high


@dataclass(frozen=True)
class Sums:
    """Sums in each draw.

    ``numerators`` has the shape (draws, groups, frames), ``denominators`` (draws, groups).
    ``products`` has for each pair of groups that share a cluster, and each group with itself, the
    sums over clusters of numerator x numerator, numerator of the first x denominator of the
    second, the reverse (each draws x frames), and denominator x denominator (draws).
    """

    numerators: Array
    denominators: Array
    products: Mapping[tuple[int, int], Products]

    @property
    def rates(self) -> Array:
        """Return the rate of each group; missing in a draw that has none of its text."""
        below = np.where(self.denominators > 0, self.denominators, np.nan)[:, :, None]
        rates: Array = self.numerators / below
        return rates

    def merged(self, side: Sequence[int], sides: int) -> "Sums":
        """Return the sums of groups that were pooled: ``side`` of each group, -1 for none."""
        sums = Accumulated(len(self.numerators), sides, self.numerators.shape[2])
        for group, own in enumerate(side):
            if own >= 0:
                sums.numerators[:, own] += self.numerators[:, group]
                sums.denominators[:, own] += self.denominators[:, group]
        for (a, b), (yy, yx, xy, xx) in self.products.items():
            if side[a] < 0 or side[b] < 0:
                continue
            if a != b and side[a] == side[b]:
                yy, yx, xx = 2 * yy, yx + xy, 2 * xx
                xy = yx
            sums.add_products(side[a], side[b], (yy, yx, xy, xx))
        return sums.done()


@dataclass(frozen=True)
class Block:
    """The clusters that touch the same groups: their numbers, and what is summed over them.

    The columns of ``values`` are, for each of its groups, numerators and denominator; then for
    each pair of them the products, which of a group with itself are not there twice.
    """

    groups: tuple[int, ...]
    clusters: Rows
    values: Array

    def pairs(self) -> list[tuple[int, int]]:
        size = len(self.groups)
        return [(a, b) for a in range(size) for b in range(a, size)]


@dataclass(frozen=True)
class Clusters:
    """Clusters with their numerators and denominators in each group.

    Attributes
    ----------
    blocks : list of Block
    strata : list of array
        Clusters that are resampled among each other: those of a group, or all of them where a
        cluster touches several groups.
    count, groups, frames : int
    """

    blocks: list[Block]
    strata: list[Rows]
    count: int
    groups: int
    frames: int

    @property
    def crossed(self) -> bool:
        """Return whether a cluster touches several groups."""
        return any(len(block.groups) > 1 for block in self.blocks)

    def seen(self) -> Sums:
        """Return the sums over the clusters as they are."""
        return self._sums(np.ones((1, self.count)))

    def resample(self, draws: int, rng: np.random.Generator) -> Sums:
        """Return the sums over resamples of the clusters, with replacement, within strata."""
        drawn = (times_drawn(self.strata, size, rng) for size in batches(draws, self.count))
        return _joined([self._sums(times) for times in drawn])

    def relabel(self, draws: int, rng: np.random.Generator) -> Sums:
        """Return the sums after the labels of the groups were dealt out anew.

        Clusters of one group exchange labels with those of others. In a cluster that touches
        several groups the labels move on by a random number of places, in a circle.
        """
        single = [block for block in self.blocks if len(block.groups) == 1]
        several = [block for block in self.blocks if len(block.groups) > 1]
        parts = []
        for size in batches(draws, self.count):
            sums = Accumulated(size, self.groups, self.frames)
            if single:
                _deal(sums, single, rng)
            for block in several:
                _shift(sums, block, rng)
            parts.append(sums.done())
        return _joined(parts)

    def _sums(self, times: Array) -> Sums:
        sums = Accumulated(len(times), self.groups, self.frames)
        for block in self.blocks:
            sums.add(block.groups, block.pairs(), times[:, block.clusters] @ block.values)
        return sums.done()


def _deal(sums: "Accumulated", blocks: list[Block], rng: np.random.Generator) -> None:
    values = np.concatenate([block.values for block in blocks])
    sizes = [len(block.values) for block in blocks]
    dealt = _dealt(np.array(sizes), sums.draws, rng)
    groups = len(blocks)
    if groups <= DENSE:
        own = [(dealt == number).astype(np.float64) @ values for number in range(groups - 1)]
        own.append(np.tile(values.sum(axis=0), (sums.draws, 1)) - sum(own))
    else:
        rows = (dealt.T + np.arange(sums.draws) * groups).ravel().astype(np.int32)
        edges = np.arange(len(values) + 1) * sums.draws
        shape = sums.draws * groups, len(values)
        member = sparse.csc_array((np.ones(len(rows)), rows, edges), shape=shape)
        own = list((member @ values).reshape(sums.draws, groups, -1).transpose(1, 0, 2))
    for block, found in zip(blocks, own, strict=True):
        sums.add(block.groups, block.pairs(), found)


def _dealt(sizes: Rows, draws: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return labels in random order, ``sizes`` of each: shape (draws, sum of the sizes)."""
    count = int(sizes.sum())
    if count < MANY:
        labels = np.repeat(np.arange(len(sizes), dtype=np.uint8), sizes)
        return rng.permuted(np.broadcast_to(labels, (draws, count)), axis=1)
    # Labels by chance, then as many of them changed as there are too many: no order of the units
    # is likelier than another, and it takes a fifth of the time.
    chance = rng.random((draws, count), dtype=np.float32)
    dealt = np.zeros((draws, count), dtype=np.uint8)
    for edge in np.cumsum(sizes)[:-1] / count:
        dealt += chance >= edge
    for row in dealt:
        excess = np.bincount(row, minlength=len(sizes)) - sizes
        loose = [
            rng.choice(np.flatnonzero(row == label), excess[label], replace=False)
            for label in np.flatnonzero(excess > 0)
        ]
        if loose:
            wanted = np.repeat(np.arange(len(sizes)), np.maximum(-excess, 0))
            row[rng.permutation(np.concatenate(loose))] = wanted
    return dealt


def _shift(sums: "Accumulated", block: Block, rng: np.random.Generator) -> None:
    size = len(block.groups)
    places = rng.integers(0, size, (sums.draws, len(block.values)))
    for by in range(size):
        groups = block.groups[by:] + block.groups[:by]
        sums.add(groups, block.pairs(), (places == by).astype(np.float64) @ block.values)


class Accumulated:
    """Sums while they are added up."""

    def __init__(self, draws: int, groups: int, frames: int) -> None:
        self.draws, self.frames = draws, frames
        self.numerators = np.zeros((draws, groups, frames))
        self.denominators = np.zeros((draws, groups))
        self.products: dict[tuple[int, int], Products] = {}

    def add(self, groups: tuple[int, ...], pairs: list[tuple[int, int]], sums: Array) -> None:
        f, at = self.frames, 0
        for group in groups:
            self.numerators[:, group] += sums[:, at : at + f]
            self.denominators[:, group] += sums[:, at + f]
            at += f + 1
        for a, b in pairs:
            yy, yx = sums[:, at : at + f], sums[:, at + f : at + 2 * f]
            at += 2 * f
            xy = yx
            if a != b:
                xy = sums[:, at : at + f]
                at += f
            xx = sums[:, at]
            at += 1
            self.add_products(groups[a], groups[b], (yy, yx, xy, xx))

    def add_products(self, one: int, other: int, found: Products) -> None:
        if one > other:
            yy, yx, xy, xx = found
            one, other, found = other, one, (yy, xy, yx, xx)
        if (one, other) in self.products:
            before = self.products[one, other]
            yy, yx, xy, xx = (old + new for old, new in zip(before, found, strict=True))
            found = (yy, yx, xy, xx)
        self.products[one, other] = found

    def done(self) -> Sums:
        return Sums(self.numerators, self.denominators, self.products)


def _joined(parts: list[Sums]) -> Sums:
    if len(parts) == 1:
        return parts[0]
    products: dict[tuple[int, int], Products] = {}
    for pair in parts[0].products:
        yy, yx, xy, xx = (
            np.concatenate([part.products[pair][number] for part in parts]) for number in range(4)
        )
        products[pair] = yy, yx, xy, xx
    return Sums(
        np.concatenate([part.numerators for part in parts]),
        np.concatenate([part.denominators for part in parts]),
        products,
    )


def gather(
    group: Rows, cluster: Rows, numerators: Array, denominators: Array, groups: int
) -> Clusters:
    """Return the clusters of units, each with its group, its cluster and what it holds.

    Shapes are (n_units,), and (n_units, n_frames) for the numerators.
    """
    frames = numerators.shape[1]
    keys, place = np.unique(cluster * groups + group, return_inverse=True)
    values = np.column_stack([numerators, denominators])
    held: Array = np.column_stack(
        [np.bincount(place, values[:, column], len(keys)) for column in range(frames + 1)]
    ).astype(np.float64)
    of, touched = np.divmod(keys, groups)
    names, code = np.unique(of, return_inverse=True)
    cells = np.split(np.arange(len(keys)), np.flatnonzero(np.diff(code)) + 1)
    patterns: dict[tuple[int, ...], list[NDArray[np.intp]]] = {}
    if len(keys) == len(names):
        for one in np.unique(touched):
            patterns[(int(one),)] = [np.flatnonzero(touched == one)]
    else:
        for cell in cells:
            patterns.setdefault(tuple(touched[cell].tolist()), []).append(cell)
    blocks = [_block(key, rows, held, code) for key, rows in sorted(patterns.items())]
    crossed = any(len(key) > 1 for key in patterns)
    strata = [np.arange(len(names))] if crossed else [block.clusters for block in blocks]
    return Clusters(
        blocks=blocks,
        strata=strata,
        count=len(names),
        groups=groups,
        frames=frames,
    )


def _block(
    groups: tuple[int, ...], rows: list[NDArray[np.intp]], held: Array, code: NDArray[np.intp]
) -> Block:
    size, f = len(groups), held.shape[1] - 1
    cells = np.concatenate(rows).reshape(-1, size)
    parts = [held[cells[:, a]] for a in range(size)]
    columns = list(parts)
    for a in range(size):
        for b in range(a, size):
            one, other = parts[a], parts[b]
            columns += [one[:, :f] * other[:, :f], one[:, :f] * other[:, f:]]
            columns += [one[:, f:] * other[:, :f]] * (a != b)
            columns.append(one[:, f:] * other[:, f:])
    return Block(groups, code[cells[:, 0]].astype(np.int64), np.column_stack(columns))


@dataclass(frozen=True)
class Estimate:
    """Combinations of rates: values and standard errors, shape (draws, rows, frames)."""

    value: Array
    error: Array

    def studentised(self, seen: "Estimate") -> Array:
        """Return how far each draw is from what was seen, in its own standard errors."""
        away = self.value - seen.value
        known = self.error > 0
        t: Array = np.full_like(away, np.nan)
        np.divide(away, self.error, out=t, where=known)
        return t


def combine(
    sums: Sums, weights: Array, touching: Rows | None = None, *, logs: bool = False
) -> Estimate:
    """Return combinations of the rates of the groups, or of their logs, with standard errors.

    ``weights`` has the shape (rows, groups). Errors are linearised: each cluster counts with its
    hits beyond those that its text would hold at the rate of the group. Logs are those of the
    rate with half a hit more, which 0 has too.

    ``touching``, shape (groups,), are the clusters that touch each group: errors are enlarged for
    what few of them have in common with the rate that they made themselves. Those of resamples
    are not, which makes intervals wider by one percent at 50 clusters and by five at 10: without
    it they are a little too narrow.
    """
    rates = sums.rates
    above = sums.numerators + 0.5 if logs else None
    below = np.where(sums.denominators > 0, sums.denominators, np.nan)[:, :, None]
    base = np.log(above / below) if above is not None else rates
    value = np.einsum("rg,dgf->drf", weights, np.nan_to_num(base))
    scale = 1 / (above if above is not None else below)
    factor = np.ones(weights.shape[1])
    if touching is not None:
        factor = np.sqrt(touching / np.maximum(touching - 1, 1))
    variance = np.zeros_like(value)
    for (a, b), (yy, yx, xy, xx) in sums.products.items():
        together = weights[:, a] * weights[:, b] * factor[a] * factor[b] * (1 if a == b else 2)
        if not together.any():
            continue
        spread = yy - rates[:, b] * yx - rates[:, a] * xy + rates[:, a] * rates[:, b] * xx[:, None]
        variance += together[:, None] * (spread * scale[:, a] * scale[:, b])[:, None, :]
    missing = np.einsum("rg,dgf->drf", np.abs(weights), np.isnan(base).astype(float)) > 0
    value[missing] = np.nan
    variance[missing] = np.nan
    return Estimate(value, np.sqrt(np.maximum(variance, 0)))


def t_interval(seen: Estimate, drawn: Estimate, level: float) -> tuple[Array, Array]:
    """Return the studentised bootstrap interval (Hall 1988), shape (rows, frames)."""
    t = drawn.studentised(seen)
    tail = (1 - level) / 2
    low, high = np.full_like(seen.value[0], np.nan), np.full_like(seen.value[0], np.nan)
    known = ~np.isnan(t).all(axis=0)
    if known.any():
        ends = np.nanquantile(t[:, known], [tail, 1 - tail], axis=0)
        low[known] = seen.value[0][known] - ends[1] * seen.error[0][known]
        high[known] = seen.value[0][known] - ends[0] * seen.error[0][known]
    return low, high


def covariance(sums: Sums, weights: Array, touching: Rows) -> Array:
    """Return the covariances of combinations of rates: shape (draws, frames, rows, rows)."""
    rates = sums.rates
    scale = 1 / np.where(sums.denominators > 0, sums.denominators, np.nan)
    factor = np.sqrt(touching / np.maximum(touching - 1, 1))
    draws, _, frames = rates.shape
    found = np.zeros((draws, frames, len(weights), len(weights)))
    for (a, b), (yy, yx, xy, xx) in sums.products.items():
        spread = yy - rates[:, b] * yx - rates[:, a] * xy + rates[:, a] * rates[:, b] * xx[:, None]
        spread = spread * (scale[:, a] * scale[:, b] * factor[a] * factor[b])[:, None]
        both = np.outer(weights[:, a], weights[:, b])
        found += spread[:, :, None, None] * (both if a == b else both + both.T)
    return found


def wald(value: Array, spread: Array) -> Array:
    """Return Wald's statistic of combinations, shape (draws, frames); missing without a spread.

    Shapes are (draws, rows, frames) and (draws, frames, rows, rows).
    """
    away = np.moveaxis(value, 1, 2)[..., None]
    known = np.isfinite(spread).all(axis=(2, 3)) & np.isfinite(away).all(axis=(2, 3))
    statistic: Array = np.full(known.shape, np.nan)
    if known.any():
        inverse = np.linalg.pinv(spread[known], rcond=1e-9, hermitian=True)
        own = away[known]
        statistic[known] = (own.transpose(0, 2, 1) @ inverse @ own)[:, 0, 0]
    return statistic
