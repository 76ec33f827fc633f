"""Contrasts: how frame scores differ between groups, and the hits behind each number."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import special

from framing._core.checks import (
    InputError,
    check_choice,
    check_objects,
    check_resamples,
    check_seed,
    check_share,
    plural_of,
)
from framing._core.long_work import progress_bar
from framing._core.resampling import (
    FEW_HITS,
    Copies,
    Scale,
    Sums,
    combine,
    covariance,
    gather,
    pivots,
    rng_for,
    scaled,
    wald,
)
from framing._core.result import Result
from framing._core.statistics import (
    ADJUSTMENTS,
    adjust,
    as_ratio,
    cliffs_delta,
    effective_size,
    freedom_with_tails,
    garwood,
    limits_as_p,
    limits_of_difference,
    limits_of_ratio,
    normal_width,
    ratio_limits,
    ratio_limits_as_p,
    residual_spread,
    spread_of_others,
)
from framing._core.tables import counted
from framing._core.typing import Array, Mask, Rows
from framing.coding.correction import CodedSample, coded_by_sample, standing_after
from framing.contrasts.corrected_shares import (
    coded_hits_of,
    corrected_groups,
    corrected_table,
    corrected_values,
)
from framing.scores.groups import (
    INSIDE,
    TIMES,
    By,
    Observations,
    factor_levels,
    may_have_clusters,
    name_of,
    observe,
    one_or_two,
)
from framing.scores.resemblance import find_resemblance, resemblance_note
from framing.scores.scores import (
    SIGNED,
    Scores,
    case_of,
    each_once,
    hits_of_units,
    refuse_signed,
    scores_of_frames,
    signed_frames,
)

COMPARISONS = ("pairs", "rest", "factor")
MEAN, REST = "(mean of the groups)", "(all others)"
# With fewer clusters in a group, the note calls the interval rough.
FEW_CLUSTERS = 10
CONTRAST_COLUMNS = (
    "frame", "comparison", "estimate", "low", "high", "p", "p_adjusted", "n", "target",
    "reference", "value_target", "value_reference", "ratio", "ratio_low", "ratio_high", "effect",
    "effect_low", "effect_high", "n_target", "n_reference", "clusters_target",
    "clusters_reference", "method", "note",
)  # fmt: skip
# A cluster with more than this share of the denominator of a side is named in the note.
MOST_OF_A_SIDE = 1 / 3
# Clusters that are worth less than this share of their number are uneven.
UNEVEN = 0.7
# An uneven side without hits may have missed bursts if so many clusters of such a share with the
# frame would miss it in more than 5%.
ALPHA, ABOUT_IT = 0.05, 1 / 4
# A side without a hit: its clusters may have the frame this many times as often as those of the
# other side. It is the most if the other side has at least twice as many clusters, else the least.
UNSEEN, MUCH_LARGER = 0.4, 2
# More comparisons than this get a bar.
MANY = 50
# A side whose clusters count as fewer shows nothing of how they differ.
FEWEST_EQUAL = 1.5
# Fewest runs of paragraphs whose variance says something.
FEWEST_RUNS = 4
TERM_COLUMNS = ("frame", "term", "statistic", "df", "p", "p_adjusted", "n", "clusters", "note")


@dataclass(frozen=True)
class Comparison:
    """A comparison of two sides.

    ``sides`` are the numbers of the groups on each side. With ``weights``, the comparison is a
    weighted sum of the rates of all groups; without, the groups of a side are pooled.
    """

    label: str
    target: str
    reference: str
    sides: tuple[tuple[int, ...], tuple[int, ...]]
    weights: Array | None = None


@dataclass(frozen=True)
class Resamples:
    """Sums of the observed data, and of permutations of the group labels."""

    observed: Sums
    permuted: Sums


@dataclass(frozen=True)
class Estimates:
    """What a comparison gives for each frame.

    Attributes
    ----------
    columns : dict
        Of the table of the contrast, by name.
    borrowed : array of bool, shape (groups, frames)
        Which sides take the spread of the other one.
    constant : array of bool, shape (frames,)
        Whether all clusters of each side have one value.
    """

    columns: dict[str, Any]
    borrowed: Mask
    constant: Mask


@dataclass(frozen=True)
class Sides:
    """The sides of a comparison: sums, weights, and how the clusters of each side vary.

    Attributes
    ----------
    observed, permuted : Sums
        With one group for each side, or all groups of a weighted comparison.
    weights : array, shape (groups,)
    spread, df : array, shape (groups, frames)
        Variance of the sum of the numerators, and its degrees of freedom.
    correlation : array, shape (frames, groups, groups), or None
        Of the sums of the groups, where clusters touch several of them.
    clusters, with_hits : array, shape (groups,) and (groups, frames)
        Clusters, and those with a hit.
    totals : array, shape (all clusters, frames + 1)
        Numerators and denominator of each cluster, with the group and the copies of each in
        ``side`` and ``times``.
    """

    observed: Sums
    permuted: Sums
    weights: Array
    spread: Array
    df: Array
    correlation: Array | None
    clusters: Rows
    with_hits: Rows
    totals: Array
    side: Rows
    times: Rows

    def limits_of_counts(
        self, frames: Mask, units: Observations, level: float
    ) -> tuple[Array, Array]:
        """Return the limits of the rates of some frames, as `Scores.interval` has them."""
        columns = self.totals[:, :-1][:, frames]
        limits = ratio_limits(
            self.side, columns, self.totals[:, -1], len(self.weights), level,
            share=units.share, case=units.one, copies=self.times,
        )  # fmt: skip
        return limits.low, limits.high


def plan(
    names: Sequence[str], compare: str, reference: int | None, levels: tuple[int, int] | None
) -> list[Comparison]:
    """Return the comparisons; ``levels`` are the numbers of levels of two factors, or None."""
    n = len(names)
    if levels is not None:
        return _two_factors(names, levels)
    if compare == "factor":
        weights = np.eye(n) - 1 / n
        every = tuple(range(n))
        return [
            Comparison(f"{names[g]} - {MEAN}", names[g], MEAN, ((g,), every), weights[g])
            for g in range(n)
        ]
    if compare == "rest":
        return [
            Comparison(
                f"{names[g]} - {REST}", names[g], REST,
                ((g,), tuple(other for other in range(n) if other != g)),
            )
            for g in range(n)
        ]  # fmt: skip
    pairs = list(combinations(range(n), 2))
    if reference is not None:
        pairs = [(g, reference) for g in range(n) if g != reference]
    return [
        Comparison(f"{names[a]} - {names[b]}", names[a], names[b], ((a,), (b,))) for a, b in pairs
    ]


def _two_factors(names: Sequence[str], levels: tuple[int, int]) -> list[Comparison]:
    """Return the comparisons of two factors: both main effects, then the interactions.

    A main effect is averaged over the levels of the other factor. Groups are in the order of the
    cells: with 2 and 3 levels, the cell of level 1 and level 2 (from 0) is group 1 * 3 + 2 = 5.
    """
    rows, columns = levels
    split = [name.split(TIMES) for name in names]
    first = [split[row * columns][0] for row in range(rows)]
    second = [split[column][1] for column in range(columns)]
    unit = np.eye(rows * columns).reshape(rows, columns, -1)
    comparisons = []
    for a, b in combinations(range(rows), 2):
        weights = (unit[a] - unit[b]).mean(axis=0)
        comparisons.append(_cells(f"{first[a]} - {first[b]}", first[a], first[b], weights))
    for c, d in combinations(range(columns), 2):
        weights = (unit[:, c] - unit[:, d]).mean(axis=0)
        comparisons.append(_cells(f"{second[c]} - {second[d]}", second[c], second[d], weights))
    for a, b in combinations(range(rows), 2):
        for c, d in combinations(range(columns), 2):
            weights = unit[a, c] - unit[b, c] - unit[a, d] + unit[b, d]
            name = f"{first[a]} - {first[b]}"
            label = f"({name}){TIMES}({second[c]} - {second[d]})"
            target, reference = f"{name} in {second[c]}", f"{name} in {second[d]}"
            comparisons.append(_cells(label, target, reference, weights))
    return comparisons


def _cells(label: str, target: str, reference: str, weights: Array) -> Comparison:
    """Return the comparison of the cells with positive weights and those with negative weights."""
    above, below = (tuple(np.flatnonzero(sign * weights > 0).tolist()) for sign in (1, -1))
    return Comparison(label, target, reference, (above, below), weights)


def compare_groups(
    resamples: Resamples, units: Observations, comparison: Comparison, per: float, level: float
) -> pd.DataFrame:
    """Return the results of a comparison, one row per frame."""
    target, reference = (np.isin(units.group, side) for side in comparison.sides)
    clusters = [_clusters_of(units, mask) for mask in (target, reference)]
    hit_clusters = np.array([_with_hits(units, mask) for mask in (target, reference)])
    sides = sides_of(resamples, units, comparison)
    found = _estimated(sides, units, level, weighted=comparison.weights is not None)
    columns = found.columns
    for name in ("estimate", "low", "high", "value_target", "value_reference"):
        columns[name] = columns[name] * per
    if comparison.weights is None:
        delta = cliffs_delta(
            units.values, target, reference, units.cluster, level, units.copies,
            joined=units.joined,
        )  # fmt: skip
        columns |= dict(zip(("effect", "effect_low", "effect_high"), delta.T, strict=True))
    columns |= _sizes_and_notes(found, units, comparison, clusters, hit_clusters)
    return pd.DataFrame(columns)


def sides_of(resamples: Resamples, units: Observations, comparison: Comparison) -> Sides:
    """Return the sides of a comparison; the groups of a side are pooled."""
    side = np.arange(len(units.groups))
    weights, observed, permuted = comparison.weights, resamples.observed, resamples.permuted
    if weights is None:
        weights, side = np.array([1.0, -1.0]), np.full(len(units.groups), -1)
        for number, groups in enumerate(comparison.sides):
            side[list(groups)] = number
        observed, permuted = (sums.merged(side.tolist(), 2) for sums in (observed, permuted))
    side_of = side[units.group]
    k = units.numerators.shape[1]
    spread, df = np.zeros((len(weights), k)), np.ones((len(weights), k))
    clusters, with_hits = np.zeros(len(weights), int), np.zeros((len(weights), k), int)
    residuals, parts = [], []
    for number in range(len(weights)):
        rows = side_of == number
        names, code = np.unique(units.cluster[rows], return_inverse=True)
        values = np.column_stack([units.numerators[rows], units.denominators[rows]])
        totals: Array = np.column_stack(
            [np.bincount(code, values[:, column], len(names)) for column in range(k + 1)]
        ).astype(np.float64)
        times = np.bincount(code, units.times[rows]).astype(np.int64) if units.alone else None
        rests, spread[number], df[number] = residual_spread(totals[:, :k], totals[:, k], times)
        if units.inside:
            spread[number] = np.maximum(spread[number], _spread_of_runs(totals))
        each = np.ones(len(names), dtype=np.int64) if times is None else times
        clusters[number], with_hits[number] = each.sum(), each @ (totals[:, :k] != 0)
        residuals.append((names, rests))
        parts.append((totals, np.full(len(names), number), each))
    totals, side, copies = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Sides(
        observed,
        permuted,
        weights,
        spread,
        df,
        _correlation(residuals, spread),
        clusters,
        with_hits,
        totals,
        side,
        copies,
    )


def _spread_of_runs(totals: Array) -> Array:
    """Return the variance of the sums of numerators from runs of neighbouring clusters.

    There are as many runs as the root of the number of clusters, at least four. Paragraphs that
    speak of one thing stand together, so that runs of them vary more than single ones (Carlstein
    1986). ``totals``, shape (clusters, frames + 1), are in the order of the text.
    """
    count = len(totals)
    if count < 2 * FEWEST_RUNS:
        return np.zeros(totals.shape[1] - 1)
    begins = np.arange(count) * max(FEWEST_RUNS, round(np.sqrt(count))) // count
    runs = np.add.reduceat(totals, np.unique(begins, return_index=True)[1], axis=0)
    return residual_spread(runs[:, :-1], runs[:, -1])[1]


def _correlation(residuals: list[tuple[Rows, Array]], spread: Array) -> Array | None:
    """Return the correlation of the sums of groups, None where no cluster touches two of them."""
    groups, frames = spread.shape
    names = np.concatenate([names for names, _ in residuals])
    if len(np.unique(names)) == len(names):
        return None
    correlation = np.tile(np.eye(groups), (frames, 1, 1))
    for a, b in combinations(range(groups), 2):
        _, left, right = np.intersect1d(
            residuals[a][0], residuals[b][0], assume_unique=True, return_indices=True
        )
        both = (residuals[a][1][left] * residuals[b][1][right]).sum(axis=0)
        size = np.sqrt(spread[a] * spread[b])
        value = np.divide(both, size, out=np.zeros(frames), where=size > 0)
        correlation[:, a, b] = correlation[:, b, a] = np.clip(value, -1, 1)
    return correlation


def _estimated(sides: Sides, units: Observations, level: float, *, weighted: bool) -> Estimates:
    """Return estimates, intervals and p of a weighted sum of rates, for each frame."""
    weights, observed = sides.weights, sides.observed
    numerators, denominators = observed.numerators[0], observed.denominators[0][:, None]
    rates = observed.rates[0]
    used, sparse = weights != 0, sides.with_hits < FEW_HITS
    # Few of uneven clusters with hits may be bursts: half of one is added instead of half a hit.
    # A side without hits may have missed them by chance if it is small.
    equal = np.array([observed.equal_clusters(group)[0] for group in range(len(weights))])
    uneven = sparse & (equal < UNEVEN * sides.clusters)[:, None]
    bursts = uneven & ((sides.with_hits > 0) | ((1 - ABOUT_IT) ** sides.clusters > ALPHA)[:, None])
    added = np.maximum(_hits_of_a_cluster(observed, units.one)[1], units.one)
    scale = Scale(units.share, np.where(bursts, added, units.one))
    values, _ = scale.values(numerators, denominators)
    variances = scale.variances(numerators, denominators, sides.spread)
    error, df = _error(weights, variances, sides)
    tail = (1 - level) / 2
    t = special.stdtrit(df, 1 - tail)
    half = t * np.sqrt(variances)
    borrowed = np.zeros(rates.shape, dtype=bool)
    # Passages of an article are no kinds: another article does not show how they differ.
    if not weighted and not units.inside:
        spread, added = _unseen_spread(sides, rates, units, equal, tail)
        borrowed = spread > 0
        wider = np.maximum(scale.variances(numerators, denominators, spread), variances)
        error, df, t, half = _widened(
            weights, wider, replace(sides, df=sides.df + added), (error, df, t, half), tail
        )
    low, high = scale.rates(values - half), scale.rates(values + half)
    low = np.where(numerators <= 0, 0.0, np.minimum(low, rates))
    high = np.maximum(high, rates)
    if sparse.any():
        exact = group_limits(observed, level, units.one)
        if not weighted:
            # What a side without hits missed may be more hits in fewer clusters, but no more than
            # the other side may have: a share of one article in 300 says nothing of all sentences.
            other = np.where(sparse, np.maximum(high, exact[1]), high)[::-1]
            missed = np.minimum(exact[1] / _unseen(sides.with_hits, sides.clusters), other)
            exact = exact[0], np.maximum(exact[1], missed)
        # Hits in few clusters may vary more than Poisson counts: the wider limits are taken.
        hits = numerators > 0
        low = np.where(sparse, np.where(hits, np.minimum(low, exact[0]), 0.0), low)
        high = np.where(sparse, np.where(hits, np.maximum(high, exact[1]), exact[1]), high)
    few = sparse[used].any(axis=0)
    # Where all clusters of a side have one value, none of them shows how they differ. The limits
    # are those of so many hits.
    constant = (sides.spread[used] <= 1e-12 * units.one**2).all(axis=0) & ~few
    if constant.any():
        low[:, constant], high[:, constant] = sides.limits_of_counts(constant, units, level)
        few = few | constant
    if units.share:
        high = np.minimum(high, 1.0)
    ends = limits_of_difference(weights, rates, low, high, sides.correlation)
    ratio_ends = limits_of_ratio(weights, rates, low, high, sides.correlation)
    if not units.share:
        middle = weights @ values
        direct = as_ratio(middle - t * error), as_ratio(middle + t * error)
        ratio_ends = (
            np.where(few, ratio_ends[0], direct[0]), np.where(few, ratio_ends[1], direct[1]),
        )  # fmt: skip
    if weighted:
        # A difference of several rates is not one of their logs, so p is that of the rates.
        error, df = _error(weights, sides.spread / denominators**2, sides)
        middle, p_scale = weights @ rates, None
    else:
        middle, p_scale = weights @ values, Scale(units.share, units.one)
    with np.errstate(divide="ignore", invalid="ignore"):
        welch = 2 * special.stdtr(df, -np.abs(middle) / error)
    if not weighted:
        exact_p = _p_of_none(sides, denominators[:, 0])
        welch = np.where(uneven[used].any(axis=0), welch, np.fmin(welch, exact_p))
    z = np.abs(pivots(observed, weights, p_scale)[0])
    permuted = np.abs(pivots(sides.permuted, weights, p_scale))
    # A permutation that changes nothing can differ from the observed value in its last bits.
    p = (1 + (permuted >= z * (1 - 1e-9)).sum(axis=0)) / (1 + len(permuted))
    p = _larger_p(p, welch, sparse[used], uneven[used], sides.clusters[used], weighted=weighted)
    if not weighted:
        p = np.maximum(p, _chance_of_none(sides.with_hits, sides.clusters).max(axis=0))
    # Where sides have one rate there is nothing to tell apart. The half hits that are added would
    # tell texts of other lengths apart.
    equal_rates = np.ptp(rates[used], axis=0) <= 1e-12 * np.abs(rates[used]).max(axis=0)
    p = np.where(equal_rates, 1.0, p)
    few_equal = (equal < UNEVEN * sides.clusters) & (equal < FEW_CLUSTERS)
    if few.any() and few_equal[used].any() and not weighted:
        p = _doubtful_p(few, p, weights @ rates, ends, level)
    estimate, ratio = weights @ rates, _ratio(observed, weights)
    ends = limits_as_p(estimate, *ends, p, level)
    if not weighted:
        with np.errstate(divide="ignore"):
            logs = np.log(ratio)
        # Where a side has no hit, the ratio that moves has half a hit added to each side.
        halves = weights @ np.log((np.maximum(numerators, 0) + units.one / 2) / denominators)
        logs = np.where(np.isfinite(logs), logs, halves)
        ratio_ends = ratio_limits_as_p(logs, *ratio_ends, p, level)
    return Estimates(
        {
            "estimate": estimate,
            "low": ends[0],
            "high": ends[1],
            "p": p,
            "value_target": np.maximum(weights, 0) @ rates,
            "value_reference": np.maximum(-weights, 0) @ rates,
            "ratio": ratio,
            "ratio_low": ratio_ends[0],
            "ratio_high": ratio_ends[1],
            "method": np.where(few, "limits", "t"),
        },
        borrowed,
        constant,
    )


def _unseen_spread(
    sides: Sides, rates: Array, units: Observations, equal: Array, tail: float
) -> tuple[Array, Array]:
    """Return the variance of sums that sides may have by the other one, and the freedom added."""
    numerators = sides.observed.numerators[0]
    away = 1 - rates if units.share else np.ones_like(rates)
    chance, size = units.one * numerators * away, numerators * away
    residuals = sides.totals[:, :-1] - rates[sides.side] * sides.totals[:, -1:]
    tails = freedom_with_tails(residuals, sides.side, sides.times, len(rates))
    usable = np.where(size > 0, sides.df * tails, 0.0)
    spread, added = spread_of_others(sides.spread, chance, size, equal[:, None], usable, tail)
    return np.where(spread > 0, chance + spread * size**2 / equal[:, None], 0.0), added


def _widened(
    weights: Array, variances: Array, sides: Sides, before: tuple[Array, ...], tail: float
) -> tuple[Array, ...]:
    """Return error, freedom, t and half-widths, those of the larger variances if they are wider."""
    error, df = _error(weights, variances, sides)
    t = special.stdtrit(df, 1 - tail)
    more = t * error > before[2] * before[0]
    half = np.maximum(before[3], t * np.sqrt(variances))
    error, df, t = (
        np.where(more, new, old) for new, old in zip((error, df, t), before[:3], strict=True)
    )
    return error, df, t, half


def _larger_p(
    permuted: Array, welch: Array, sparse: Mask, uneven: Mask, clusters: Rows, *, weighted: bool
) -> Array:
    """Return the larger p of permutation and Welch's t, or that of the one that has a basis.

    ``sparse`` and ``uneven``, shape (sides, frames), say where hits are in few clusters, and in few
    of uneven ones.
    """
    rare = sparse & (clusters >= FEW_CLUSTERS)[:, None]
    # Where a frame is rare among many clusters, the t distribution has no basis. Where it is rare
    # among ten to nineteen, a permutation alone has none, because variances of sides may differ.
    among_few = rare & (clusters < 2 * FEW_CLUSTERS)[:, None] & (not weighted)
    apart = uneven.any(axis=0) & (not weighted)
    by_order = rare.any(axis=0) & ~among_few.any(axis=0) & ~apart
    p = np.maximum(permuted, welch)
    return np.where(by_order | np.isnan(welch), permuted, p)


def _p_of_none(sides: Sides, denominators: Array) -> Array:
    """Return the p of so many clusters with hits against a side of few clusters without one.

    It is the mid-p of a binomial test (Lancaster 1961): the chance that all k clusters with hits
    fall to the side that has them, which holds the share q of the text, is q ** k. NaN where both
    sides have hits, where none has, and where no side is small.
    """
    none, some = sides.with_hits == 0, sides.with_hits > 0
    usable = (none[::-1] & some).any(axis=0) & (sides.clusters < FEW_CLUSTERS).any()
    share = (denominators / denominators.sum())[:, None]
    chance = np.where(some, share**sides.with_hits, 0.0).max(axis=0)
    return np.where(usable, chance, np.nan)


def _doubtful_p(
    few: Mask, p: Array, estimate: Array, ends: tuple[Array, Array], level: float
) -> Array:
    """Return p of uneven sides, at least the one of the limits where these hold no difference.

    Permutations and limits see unevenness in two ways: one in how often the largest cluster comes
    to a side, the other in what so few clusters may have missed. The more doubtful of both counts.
    """
    low, high = ends
    distance = np.where(estimate > 0, estimate - low, high - estimate)
    z = np.divide(np.abs(estimate), distance, out=np.zeros_like(estimate), where=distance > 0)
    of_limits = 2 * special.ndtr(-z * normal_width(level))
    raised: Array = np.where(few & (low <= 0) & (high >= 0), np.maximum(p, of_limits), p)
    return raised


def _unseen(with_hits: Rows, clusters: Rows) -> Array:
    """Return how many times as often clusters of a side without hits may have the frame.

    It is relative to the other side, and 1 for a side with hits; shape (2, frames). A side without
    a hit does not show how much hits crowd into few of its clusters. They may do so more than on
    the other side, the more, the fewer clusters of that side have the frame. If the other side is
    much larger, its many clusters make p small and say nothing of this.
    """
    share = (with_hits / clusters[:, None])[::-1]
    larger = (clusters[::-1] >= MUCH_LARGER * clusters)[:, None]
    times = np.where(larger, np.minimum(share, UNSEEN), np.maximum(share, UNSEEN))
    unseen: Array = np.where((with_hits == 0) & (share > 0), times, 1.0)
    return unseen


def _chance_of_none(with_hits: Rows, clusters: Rows) -> Array:
    """Return how often a side without hits would have none by chance; 0 for a side with hits.

    It is the chance that none of its clusters has the frame, if it is among them as often as
    `_unseen` says. So a p is not below it. Shape (2, frames).
    """
    share = (with_hits / clusters[:, None])[::-1]
    none = (1 - _unseen(with_hits, clusters) * share) ** clusters[:, None]
    chance: Array = np.where((with_hits == 0) & (share > 0), none, 0.0)
    return chance


def _error(weights: Array, variances: Array, sides: Sides) -> tuple[Array, Array]:
    """Return the error of a weighted sum and its degrees of freedom (Welch, Satterthwaite)."""
    parts = weights[:, None] ** 2 * variances
    total: Array = parts.sum(axis=0)
    squares = (parts**2 / sides.df).sum(axis=0)
    df = np.where(squares > 0, total**2 / np.where(squares > 0, squares, 1), 1.0)
    if sides.correlation is not None:
        each = weights[:, None] * np.sqrt(variances)
        total = np.einsum("gf,fgh,hf->f", each, sides.correlation, each)
    return np.sqrt(np.maximum(total, 0)), np.maximum(df, 1.0)


def group_limits(observed: Sums, level: float, one: float) -> tuple[Array, Array]:
    """Return the limits of the rate of each group with few hits, shape (groups, frames).

    They are exact Poisson limits of the number of clusters with hits, times their mean hits.
    Clusters that differ in size count as fewer (Kish 1965). ``one`` is a hit of a typical weight.
    """
    effective, size = _hits_of_a_cluster(observed, one)
    rate_of_one = size / observed.denominators[0][:, None]
    low, high = (limit * rate_of_one for limit in garwood(effective, level))
    return low, high


def _hits_of_a_cluster(observed: Sums, one: float) -> tuple[Array, Array]:
    """Return how many equal clusters with hits those of each group are worth, and their mean hits.

    Both have the shape (groups, frames). A group without hits takes the largest mean of the other
    groups, or ``one`` hit where no group has any.
    """
    hits = observed.numerators[0]
    squares = np.array([observed.products[group, group][0][0] for group in range(len(hits))])
    effective = effective_size(hits, squares)
    size = np.divide(hits, effective, out=np.zeros_like(hits), where=effective > 0)
    largest = np.where(size.max(axis=0) > 0, size.max(axis=0), one)
    return effective, np.where(size > 0, size, largest)


def clusters_by_group(units: Observations) -> Rows:
    """Return the number of clusters with units in each group."""
    if units.alone:
        of_copies: Rows = np.bincount(units.group, units.times, len(units.groups)).astype(np.int64)
        return of_copies
    keys = np.unique(units.group * (units.cluster.max() + 1) + units.cluster)
    counts: Rows = np.bincount(keys // (units.cluster.max() + 1), minlength=len(units.groups))
    return counts


def _clusters_of(units: Observations, mask: Mask) -> int:
    """Return the number of clusters of some units."""
    if units.alone:
        return int(units.times[mask].sum())
    return len(np.unique(units.cluster[mask]))


def _with_hits(units: Observations, mask: Mask) -> Rows:
    """Return the number of clusters of some units that have a hit, for each frame."""
    return np.array(
        [
            _clusters_of(units, mask & (units.numerators[:, frame] != 0))
            for frame in range(units.numerators.shape[1])
        ]
    )


def _ratio(sums: Sums, weights: Array) -> Array:
    """Return the product of the rates to the power of their weights.

    It is 0 if a rate in the numerator is 0, and missing if a rate in the denominator is 0.
    """
    above, below = (sums.rates[0][sign * weights > 0] for sign in (1, -1))
    safe = np.where(sums.rates[0] > 0, sums.rates[0], 1.0)
    ratio: Array = np.exp(weights @ np.log(safe))
    ratio = np.where((above == 0).any(axis=0), 0.0, ratio)
    return np.where((below == 0).any(axis=0), np.nan, ratio)


def _sizes_and_notes(
    found: Estimates,
    units: Observations,
    comparison: Comparison,
    clusters: list[int],
    hit_clusters: Rows,
) -> dict[str, Any]:
    """Return further columns: sizes and notes, and intervals that are missing without a basis."""
    sizes = [int(units.times[np.isin(units.group, side)].sum()) for side in comparison.sides]
    names, what = (comparison.target, comparison.reference), units.resampled
    many = plural_of(what)
    notes, uneven_sides = [], 0
    if units.inside:
        notes.append(f"{many} of a document are not independent: p may be too small")
    for count, name in zip(clusters, names, strict=True):
        if count == 1:
            notes.append(f"one {what} in {name}: its variation is not known")
    for side, count, name in zip(comparison.sides, clusters, names, strict=True):
        of_side = np.isin(units.group, side)
        by_cluster = np.bincount(units.cluster[of_side], units.denominators[of_side])
        times: Array = np.ones(len(by_cluster))
        if units.alone:
            times = np.bincount(units.cluster[of_side], units.times[of_side]).astype(np.float64)
        text = (times * by_cluster).sum()
        # Unequal lengths count as fewer equal ones (Kish 1965).
        equal = float(effective_size(text, (times * by_cluster**2).sum()))
        if count > 1 and equal < FEWEST_EQUAL:
            uneven_sides += 1
            notes.append(
                f"{count} {many} in {name}, so uneven that they count as {equal:.0f}: their "
                "variation is not known"
            )
        elif count > 1 and equal < FEW_CLUSTERS:
            uneven = f", so uneven that they count as {equal:.0f}" if equal < UNEVEN * count else ""
            if count < FEW_CLUSTERS or uneven:
                notes.append(f"{count} {many} in {name}{uneven}: a rough interval")
        largest = by_cluster.max() / text
        if count > 1 and largest > MOST_OF_A_SIDE:
            notes.append(f"one {what} is {largest:.0%} of {name}: its value decides")
    smallest_p = 1 / comb(sum(clusters), clusters[0]) if sum(clusters) < 20 else 0.0
    if min(clusters) > 1 and smallest_p > 0.01:
        notes.append(f"p cannot fall below {smallest_p:.2f}")
    counts = np.array(clusters)
    unseen = _unseen(hit_clusters, counts)
    chance = _chance_of_none(hit_clusters, counts)
    rows = []
    frames = len(found.constant)
    for frame in range(frames):
        of_frame = list(notes)
        for few in np.flatnonzero(found.borrowed[:, frame]).tolist():
            of_frame.append(
                f"{names[few]} has only {clusters[few]} {many} and may lack a rare kind that "
                f"{names[1 - few]} has, so interval and p use the spread of {names[1 - few]}"
            )
        for with_hits, name in zip(hit_clusters, names, strict=True):
            k = int(with_hits[frame])
            if k < FEW_HITS:
                of_frame.append(f"hits in {k} {what if k == 1 else many} of {name}")
        for here, other in ((0, 1), (1, 0)) if comparison.weights is None else ():
            none, p = chance[here, frame], found.columns["p"][frame]
            if none > 0 and clusters[here] > 1 and p == none:
                share = hit_clusters[other][frame] / clusters[other]
                about_it = unseen[here, frame] * share
                of_frame.append(
                    f"{names[here]} has no hit. If {about_it:.1%} of such {many} had the frame, "
                    f"with more hits each than the {share:.1%} of {names[other]}, {clusters[here]} "
                    f"{many} would all lack it with probability {none:.2g}: p is not below that"
                )
        if found.constant[frame]:
            of_frame.append(
                f"all {many} of a side have the same value, so the limits are those of counts"
            )
        rows.append("; ".join(of_frame))
    columns = {
        "comparison": comparison.label, "target": comparison.target,
        "reference": comparison.reference,
        "n": int(units.times[np.isin(units.group, sum(comparison.sides, ()))].sum()),
        "n_target": sizes[0], "n_reference": sizes[1],
        "clusters_target": clusters[0], "clusters_reference": clusters[1], "note": rows,
    }  # fmt: skip
    if min(clusters) < 2 or uneven_sides:
        without = ("low", "high", "p", "ratio_low", "ratio_high", "effect_low", "effect_high")
        columns |= dict.fromkeys(without, np.full(frames, np.nan)) | {"method": "none"}
    return columns


def resample(units: Observations, seed: int, permutations: int) -> Resamples:
    """Return the sums of the groups, observed and permuted."""
    rng = rng_for(seed, "contrast labels")
    if units.alone:
        copies = Copies(units.group, units.numerators, units.denominators, units.times,
                        len(units.groups))  # fmt: skip
        return Resamples(copies.seen(), copies.relabel(permutations, rng))
    clusters = gather(
        units.group, units.cluster, units.numerators, units.denominators, len(units.groups)
    )
    return Resamples(clusters.seen(), clusters.relabel(permutations, rng))


def terms(
    names: Sequence[str], by: str | Sequence[str], levels: tuple[int, int] | None
) -> list[tuple[str, Array]]:
    """Return the terms to test: the groups, or two factors and their interaction.

    Each term is its name and one row of weights per degree of freedom. Two groups have no term.
    """
    if levels is None:
        return [] if len(names) < 3 else [(str(by), _differences(len(names)))]
    first, second = (_differences(count) for count in levels)
    mean = [np.full((1, count), 1 / count) for count in levels]
    return [
        (by[0], np.kron(first, mean[1])),
        (by[1], np.kron(mean[0], second)),
        (TIMES.join(by), np.kron(first, second)),
    ]


def _differences(count: int) -> Array:
    """Return the weights that compare each group with the first: of 3, (-1, 1, 0), (-1, 0, 1)."""
    return np.hstack([-np.ones((count - 1, 1)), np.eye(count - 1)])


def wald_by_permutation(
    resamples: Resamples, units: Observations, weights: Array, *, one_factor: bool = True
) -> tuple[Array, Array]:
    """Return Wald's statistic of a term, and its p by permutation.

    The groups of one factor are compared on logs, or on log-odds of shares: all of them are equal
    on this scale if their rates are. Terms of two factors are differences of the rates themselves.
    """
    touching = clusters_by_group(units)
    if one_factor:
        scale = Scale(units.share, units.one)
        observed, permuted = (
            wald(*scaled(sums, weights, scale)) for sums in (resamples.observed, resamples.permuted)
        )
    else:
        observed, permuted = (
            wald(combine(sums, weights, touching).value, covariance(sums, weights, touching))
            for sums in (resamples.observed, resamples.permuted)
        )
    # Groups of one rate do not differ, though half a hit each makes other rates of other lengths.
    rates = resamples.observed.rates[0]
    alike = np.ptp(rates, axis=0) <= 1e-12 * np.abs(rates).max(axis=0)
    observed = np.where(alike, 0.0, observed)
    as_large = (np.nan_to_num(permuted) >= np.nan_to_num(observed) * (1 - 1e-9)).sum(axis=0)
    p = np.where(np.isnan(observed[0]), np.nan, (1 + as_large) / (1 + len(permuted)))
    return observed[0], p


@dataclass(frozen=True, eq=False)
class Contrast(Result):
    """Differences of frame scores between groups, each with its interval and its evidence.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per frame and comparison: ``frame``, ``comparison``, ``estimate`` (difference of
        the scores, in their unit) with ``low`` and ``high``, ``p`` and
        ``p_adjusted``, ``n`` (units), ``target`` and ``reference`` with their pooled
        ``value_target`` and ``value_reference``, ``ratio`` of these with its interval (0 if only
        the target has no hit, missing if the reference has none), ``effect`` (Cliff's delta of
        the values of units, -1 to 1) with its interval (missing where all values are equal or the
        sides do not overlap: nothing varies), the units and clusters of each side,
        ``method`` of the interval ("t", "limits" or "none") and ``note`` (why an interval is
        rough or missing).
    tests : pandas.DataFrame
        One row per frame and term, for more than two groups: a test of whether the groups differ
        at all, or of two factors and their interaction. ``frame``, ``term``, ``statistic``
        (Wald's), ``df``, ``p`` (by permutation), ``p_adjusted``, ``n`` (units), ``clusters``,
        ``note``.
    groups : pandas.DataFrame
        One row per group and frame: ``group``, ``frame``, ``value`` (in the unit of the scores),
        ``numerator`` and ``denominator`` (of a rate weighted hits and tokens, of a count weighted
        hits and units, of a share sentences with a hit and all sentences; of a corrected share
        the numerator is the corrected number of them), ``n`` (units), ``clusters``.
    left_out : pandas.DataFrame
        The units that were not compared: ``unit_id``, ``reason``.
    level : float
        Level of the intervals.
    settings : dict
        The arguments, the instrument and the texts, the versions.
    scores : Scores
        The compared scores.
    members : pandas.Series
        The group of each unit of the scores; missing for a unit without a group.

    See Also
    --------
    contrast, plot_contrast
    """

    table: pd.DataFrame
    tests: pd.DataFrame
    groups: pd.DataFrame
    level: float
    scores: Scores
    members: "pd.Series[Any]"

    drawn_by: ClassVar[str] = "plot_contrast"
    computed_by: ClassVar[tuple[str, ...]] = ("scipy",)

    @property
    def measure(self) -> str:
        """The meaning of a score in words: an estimate is a difference of two of them."""
        scores = self.scores
        return f"hits per {scores.unit}" if scores.kind == "count" else scores.measure

    @property
    def standing(self) -> str:
        """The validation of the instrument in words, and the codes that correct the shares."""
        return standing_after(self.scores.standing, self.settings["correction"])

    def __repr__(self) -> str:
        by = name_of(self.settings["by"])
        comparisons = self.table["comparison"].nunique()
        significant = (self.table["p_adjusted"] < 1 - self.level).sum()
        out = f", {counted(len(self.left_out), 'units')} left out" if len(self.left_out) else ""
        frames = counted(self.table["frame"].nunique(), "frames")
        adjusted = "" if self.settings["adjust"] == "none" else "adjusted "
        return (
            f"<Contrast by {by}: {self.measure}, {frames}, "
            f"{comparisons} comparison{'s' * (comparisons != 1)}, {significant} of {len(self)} "
            f"with {adjusted}p < {1 - self.level:.2g}{out}; {self.scores.lexicon}, "
            f"{self.standing}>"
        )

    def evidence(self, frame: str, group: str | Sequence[str]) -> pd.DataFrame:
        """Return the hits behind the value of a group, or of several pooled groups.

        Parameters
        ----------
        frame : str
            One of the frames of the scores.
        group : str or list of str
            One or several of the groups in ``.groups``.

        Returns
        -------
        pandas.DataFrame
            The counted rows of ``hits.table``, with ``unit_id`` as first column. The sum of their
            weights is the numerator of a rate, the number of their sentences that of a share, the
            number of hits that of a share by speaker. (The weights of ``weight=`` are not in
            them.)

        Raises
        ------
        InputError
            There is no such frame or group.

        Examples
        --------
        >>> import framing as fr
        >>> corpus = fr.make_corpus(["A truce."] * 3 + ["Rain."] * 3, source=["A"] * 3 + ["B"] * 3)
        >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
        >>> gap = fr.contrast(fr.score(hits), by="source", seed=1)
        >>> gap.evidence("peace", "A")[["unit_id", "start", "end", "entry"]]
          unit_id  start  end  entry
        0   text1      2    7  truce
        1   text2      2    7  truce
        2   text3      2    7  truce
        """
        check_choice("frame", frame, self.scores.frames)
        several = isinstance(group, Iterable) and not isinstance(group, str)
        names = [str(name) for name in (group if several else [group])]
        for name in names:
            check_choice("group", name, list(dict.fromkeys(self.groups["group"])))
        hits = self.scores.hits
        if hits is None:
            raise InputError(
                "The hits of these scores are on disk. See them in their sentences: "
                "open_hits(out).kwic(frame, sample=200, seed=1)."
            )
        unit = hits_of_units(hits, self.scores.unit)
        selected = self.members.isin(names).to_numpy()[unit]
        selected &= (hits.table["frame"] == frame).to_numpy()
        table: pd.DataFrame = hits.table[selected].reset_index(drop=True)
        table.insert(0, "unit_id", self.scores.units["unit_id"].to_numpy()[unit[selected]])
        return table


@check_objects
def contrast(
    scores: Scores,
    *,
    by: By,
    frames: str | Sequence[str] | None = None,
    groups: Sequence[str] | Mapping[str, Sequence[str]] | None = None,
    reference: str | None = None,
    compare: str = "pairs",
    cluster: By | None = None,
    weight: str | None = None,
    seed: int,
    draws: int = 2000,
    permutations: int = 2000,
    level: float = 0.95,
    adjust: str = "holm",
    correction: CodedSample | None = None,
) -> Contrast:
    """Compare frame scores between groups of text.

    Returns a Contrast: its ``table`` has a row for each frame and pair of groups, with their
    values, difference and ratio, 95% intervals, p and a p that is adjusted for the number of
    comparisons.

    Try it: ``fr.contrast(fr.score(fr.load_study("briefings").hits), by="year", seed=1)``.

    The score of a group is pooled: all its hits divided by all its tokens (by its sentences for a
    share, by its units for a count), as in `score`.

    Parameters
    ----------
    scores : Scores
        Usually by "document". Use "paragraph" or "sentence" if the groups are single documents,
        and "speaker" to compare speakers.
    by : str, two of them, or Series
        A column of the units ("source", any covariate), "document", "paragraph" (its number) or
        "sentence", "year", "quarter", "month", "week" or "day" of their date, or "speaker". Two
        columns are two factors. A Series holds your own labels by doc_id or unit_id; its name must
        not be that of a column: ``(dates >= "2025-09-09").map({True: "after", False:
        "before"}).rename("time")``.
    frames : str or list of str, optional
        The frames to compare; p is adjusted for their comparisons only. Choose them before you
        see the results. By default all frames.
    groups : list of str or dict, optional
        The groups to compare, in this order; a dict makes groups of several values:
        ``{"quality": ["Times", "Post"], "tabloid": ["Sun"]}``. By default all groups.
    reference : str, optional
        The group to compare each other group with, instead of all pairs.
    compare : {"pairs", "rest", "factor"}
        Compare each group with each other group, with all others pooled, or with the mean of all
        groups.
    cluster : str, two of them, or Series, optional
        Units that belong together, with the same values as ``by`` ("paragraph" and "sentence" are
        those of one document): for example a story that several outlets print, or a source with
        similar articles. A cluster is resampled and permuted as a whole. By default a cluster is a
        document, so that its sentences do not count as independent. If each group is a single
        document, it is a paragraph. ``note`` says which column (or day, week or month) seems to be
        missing here, where documents of one group that share its value resemble each other more
        than chance: see `Scores.interval`.
    weight : str, optional
        A column of weights above 0, such as that of `Corpus.find_duplicates`. Only their ratios
        count: ten times all weights is the same.
    seed : int
        The same seed gives the same intervals and p-values.
    draws : int
        Not used: intervals need no bootstrap any more. It stays for one more version.
    permutations : int
        Number of permutations of the labels of the groups.
    level : float
        Level of the intervals.
    adjust : {"holm", "bh", "none"}
        Adjustment of p over all rows: Holm, or Benjamini and Hochberg.
    correction : (Codes, Sample), optional
        A coded sample of the sentences, for shares of documents with ``compare="pairs"``. Shares,
        differences, ratios and p are then corrected by the codes, as by ``correct(…, cluster=…)``,
        and know both how documents differ and how often hits are wrong. Frames that nobody coded
        stay as they are, and the note says so.

    Returns
    -------
    Contrast
        Rates are compared on logs, shares on log-odds, with half a hit added. There the error of
        a group hardly depends on its value, as it does for counts. An interval ("t") is Student's
        t with the errors of clusters (CR2: Bell and McCaffrey 2002) and the degrees of freedom of
        Welch (1938) and Satterthwaite (1946), fewer where the values of clusters have long tails.
        The interval of the difference combines the limits of both sides (Zou and Donner 2008). If
        a side has hits in fewer than five clusters, the wider of these and exact limits is taken
        ("limits"). Where such limits hold no difference and p is less than 1 - ``level``, or the
        reverse, p decides: the limit on the side of no difference is the one that p has, as in
        test-based intervals (Miettinen 1976). So the intervals of difference and ratio exclude no
        difference where p is small, and only there.

        ``p`` is the larger of two. The first is by permutation of the labels of the clusters,
        with the same studentised difference, so that it holds its level if groups differ in
        variance (Janssen 1997; Pauly et al. 2015). The second is that of the interval of the
        ratio (Welch's t). Where fewer than five clusters of a side have hits, it depends on the
        side. Clusters that are worth less than .7 of their number, since they differ in length
        (Kish 1965), may have hits in bursts: half a cluster of hits is then added instead of half
        a hit, but not to a side of more than ten clusters without a hit. Of twenty or more even
        clusters only the first p counts, since t has no basis. If a side of fewer than ten
        even clusters has no hit, the second is at most the mid-p of a binomial test (Lancaster
        1961): q ** k for k clusters with hits and the share q that their side has of the text.
        Where no side has a hit, p is 1.

        **A side without a hit** does not show how its hits would be spread. In 25 articles one in
        twenty may be all about the frame, and all 25 may lack it by chance. So p is not below the
        chance of such a side without a hit. That chance is (1 - f s) ** k: k is the number of its
        clusters, s the share of the clusters of the other side that have the frame, and f says
        how much rarer the frame may be on this side. f is the smaller of s and .4 if the other
        side has at least twice as many clusters, and else the larger of the two. The upper limit
        of this side allows for the same chance, but is not above that of the other side. ``note``
        says where p is at this bound. The value .4 is a convention: no data show what was not seen.

        **A side of few clusters** may lack a kind that is rare: of six authors none may be the one
        in five who writes about a frame. Where the chance of that is above 2.5% by the spread of
        the other side, the error of the side is at least that of both spreads, weighted by their
        degrees of freedom (Smyth 2004), and ``note`` says so; sides within one document, by their
        paragraphs or sentences, take nothing. Six such authors against twenty are
        called different in 6 to 7% (8 to 8.5% before), and the difference is covered in 92 to 93%
        (89 to 90%; 400 draws). Sides that vary alike keep their p, but for few clusters that vary
        much: of 12 against 12 with a cv2 of .5 and uneven lengths power is 54% (57%).

        In simulations of documents with the same rate, whose variances between documents differ
        up to twentyfold, of 8 against 80 documents, 20 against 80, 5 against 50, 12 against 12
        and others, also of very uneven length, p is .05 or less in at most 7%
        (benchmarks/levels.md). Of 25 documents of which one in twenty has long runs of the frame,
        against 300 that have it often and briefly, 2.5% are called different (33% without this
        rule; 200 draws), of 25 against 25 of these 7%, and of 60 articles of which one in twelve
        has nearly all of the frame, against twelve such, 4.5% (400 draws). Worst are 80 articles
        with one hit each against eight of which every fifth is about the issue, and five such
        against five: 14%. The price is power where one side has no hit, or a frame is rare on a
        side of ten to nineteen or of uneven documents. Another note says how many clusters of equal
        length the clusters of a side are worth.

        **Paragraphs of one document are not independent**, and neither are sentences. The error
        of paragraphs is therefore at least that of runs of neighbouring ones (Carlstein 1986), and
        the note warns. It is not enough where a topic lasts for many paragraphs: two transcripts of
        30 to 90 paragraphs with the same rate are called different in 11% of cases if neighbours'
        moods correlate by .7, in 20% if by .9 (150 draws of benchmarks/foreign_claims.py). Such a p
        speaks of these two texts and of no others.

        Clusters exchange their groups; a cluster with units in several groups exchanges the
        groups within it. A group with one cluster has no interval and no p, and the note says so.
        Neither has one whose clusters are so uneven that they count as one, nor a frame with
        negative weights (nor a ratio): its sums are no counts. Where all clusters of each side
        have one value, the limits are those that `Scores.interval` has. Sides of one rate have
        a p of 1.
        With ``compare="factor"`` or two factors p is that of the difference, there is no
        ``effect``, and the ratio is one to geometric means, of which p says nothing. The same seed
        gives the same p for units in the same order.

    Raises
    ------
    InputError
        There is no such column or group, no comparison can be made, all frames have negative
        weights, the scores are topic shares
        or pooled by another column, or an argument is out of range.

    References
    ----------
    Bell, R. M. and McCaffrey, D. F. (2002). Bias reduction in standard errors for linear
    regression with multi-stage samples. Survey Methodology 28(2), 169-181.

    Carlstein, E. (1986). The use of subseries values for estimating the variance of a general
    statistic from a stationary sequence. Annals of Statistics 14(3), 1171-1179.
    doi:10.1214/aos/1176350057

    Janssen, A. (1997). Studentized permutation tests for non-i.i.d. hypotheses and the
    generalized Behrens-Fisher problem. Statistics and Probability Letters 36(1), 9-21.
    doi:10.1016/S0167-7152(97)00043-6

    Kish, L. (1965). Survey sampling. New York: Wiley.

    Lancaster, H. O. (1961). Significance tests in discrete distributions. Journal of the American
    Statistical Association 56(294), 223-234. doi:10.1080/01621459.1961.10482105

    Miettinen, O. S. (1976). Estimability and estimation in case-referent studies. American Journal
    of Epidemiology 103(2), 226-235. doi:10.1093/oxfordjournals.aje.a112220

    Pauly, M., Brunner, E. and Konietschke, F. (2015). Asymptotic permutation tests in general
    factorial designs. Journal of the Royal Statistical Society B 77(2), 461-473.
    doi:10.1111/rssb.12073

    Satterthwaite, F. E. (1946). An approximate distribution of estimates of variance components.
    Biometrics Bulletin 2(6), 110-114. doi:10.2307/3002019

    Smyth, G. K. (2004). Linear models and empirical Bayes methods for assessing differential
    expression in microarray experiments. Statistical Applications in Genetics and Molecular Biology
    3(1), article 3. doi:10.2202/1544-6115.1027

    Welch, B. L. (1938). The significance of the difference between two means when the population
    variances are unequal. Biometrika 29(3/4), 350-362. doi:10.1093/biomet/29.3-4.350

    Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures: a
    general approach. Statistics in Medicine 27(10), 1693-1702. doi:10.1002/sim.3095

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["A truce is near.", "Talks on a truce.", "Rain fell.", "Truce or not."] * 3
    >>> corpus = fr.make_corpus(texts, source=["Wire", "Wire", "Blog", "Blog"] * 3)
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    >>> gap = fr.contrast(fr.score(hits, per=100), by="source", groups=["Wire", "Blog"], seed=1)
    >>> gap.table[["comparison", "estimate", "ratio", "n"]].round(1)
        comparison  estimate  ratio   n
    0  Wire - Blog       5.0    1.2  12
    """
    by = one_or_two(by)
    parts = scores.parts
    once = scores.kind == "rate" and each_once(
        case_of(scores), parts.numerators, parts.denominators
    )
    if frames is not None:
        scores = scores_of_frames(scores, frames)
    pieces = scores.parts.by_frame or (scores,)
    observed = [_observed(piece, by, groups, cluster, weight) for piece in pieces]
    units, levels = observed[0]
    # As in groups=, a group may be named by its number.
    reference = None if reference is None else str(reference)
    _check(units, compare, reference, levels, seed, draws, permutations, level, adjust)
    base = None if reference is None else units.groups.index(reference)
    comparisons = plan(units.groups, compare, base, levels)
    drawn = [(resample(piece, int(seed), permutations), piece) for piece, _ in observed]
    per = scores.per if scores.kind == "rate" else 1.0
    tables = []
    for item in _followed(comparisons):
        compared = [
            compare_groups(resamples, piece, item, per, level) for resamples, piece in drawn
        ]
        tables += compared
    signed = signed_frames(scores)
    shown = [frame for _, piece in drawn for frame in piece.frames]
    table = pd.concat(tables, ignore_index=True)
    if once:
        # Each rate lies between no hit and one hit per token.
        most = [1 if item.weights is None else np.maximum(item.weights, 0).sum()
                for item in comparisons]  # fmt: skip
        limit = per * np.repeat(np.array(most, dtype=np.float64), len(shown))
        table["low"] = np.maximum(table["low"], -limit)
        table["high"] = np.minimum(table["high"], limit)
    table = _ordered(table, shown, adjust, signed)
    if cluster is None:
        _note_resemblance(table, scores, units, comparisons)
    tests = _tests(drawn, shown, name_of(by), levels, adjust, signed)
    values = _groups(drawn, shown, per)
    if correction is not None:
        hits = coded_hits_of(scores, compare=compare, single=levels is None)
        if weight is not None:
            raise InputError(
                "correction= and weight= cannot be used together: the sample gives the sentences "
                "their weights. Leave weight= out."
            )
        corrected = corrected_groups(hits, correction, units, level)
        sides = [(item.sides[0][0], item.sides[1][0]) for item in comparisons]
        table = corrected_table(table, corrected, sides, adjust, hits.unit)
        corrected_values(values, tests, corrected)
    if (table["method"] == "none").all():
        refuse_signed(scores, "contrast")
        raise NoComparisonError(_no_comparison(table, by, scores, units, weight is not None))
    settings = {
        "by": by, "groups": groups, "reference": reference, "compare": compare,
        "cluster": cluster, "seed": seed, "draws": draws, "permutations": permutations,
        "adjust": adjust, "resampled": units.resampled, "weight": weight, "unit": scores.unit,
        "kind": scores.kind, "per": scores.per, "lexicon": scores.lexicon,
        "lexicon_hash": scores.lexicon_hash,
        "correction": "" if correction is None else coded_by_sample(correction),
    }  # fmt: skip
    if frames is not None:
        settings["frames"] = scores.frames
    return Contrast(
        table=table,
        tests=tests,
        groups=values,
        left_out=units.left_out,
        level=level,
        settings=settings,
        scores=scores,
        members=_members(units, pieces[0]),
    )


def _observed(
    scores: Scores,
    by: By,
    groups: Sequence[str] | Mapping[str, Sequence[str]] | None,
    cluster: By | None,
    weight: str | None,
) -> tuple[Observations, tuple[int, int] | None]:
    """Return the units to compare, and the numbers of levels of two factors."""
    single = isinstance(name_of(by), str)
    if not single and groups is not None:
        raise InputError(
            "groups= works with one factor only. With two factors, select the documents before "
            "you find hits: corpus.query(…)."
        )
    units = observe(scores, by, groups, cluster, weight)
    return units, None if single else factor_levels(units)


def _check(
    units: Observations,
    compare: str,
    reference: str | None,
    levels: tuple[int, int] | None,
    seed: int,
    draws: int,
    permutations: int,
    level: float,
    adjust: str,
) -> None:
    """Raise InputError unless the arguments can be used."""
    check_choice("compare", compare, COMPARISONS)
    check_choice("adjust", adjust, ADJUSTMENTS)
    check_seed(seed)
    check_resamples(draws, permutations)
    check_share("level", level)
    if reference is not None:
        check_choice("reference", reference, units.groups)
        if compare != "pairs" or levels is not None:
            raise InputError(
                'reference= works with compare="pairs" and one factor only. Leave it out.'
            )


class NoComparisonError(InputError):
    """Groups of which no two can be compared."""


def _no_comparison(
    table: pd.DataFrame, by: By, scores: Scores, units: Observations, weighted: bool
) -> str:
    """Return why no comparison has an interval, and what to do."""
    begin = f"by={name_of(by)!r}: no comparison can be made: "
    single = table[["clusters_target", "clusters_reference"]].min(axis=1) < 2
    many = plural_of(units.resampled)
    if scores.unit == "document" and len(units.groups) == len(units.group):
        remedy = 'Score by paragraph, since a document has several: score(hits, unit="paragraph").'
    else:
        remedy = "Pool groups (groups={name: [values]}), or use smaller clusters (cluster=)."
    if single.all():
        return f"{begin}each has a side with one {units.resampled} only. {remedy}"
    uneven = (
        f"{many} so uneven that they count as one. Leave the largest out"
        f"{', or use weights that differ less (weight=).' if weighted else '.'}"
    )
    if not single.any():
        return f"{begin}each has a side with {uneven}"
    return f"{begin}each has a side with one {units.resampled} only, or with {uneven} {remedy}"


def _followed(comparisons: list[Comparison]) -> Iterable[Comparison]:
    """Return the comparisons; where they are many, a bar follows them."""
    return _with_bar(comparisons) if len(comparisons) > MANY else comparisons


def _with_bar(comparisons: list[Comparison]) -> Iterator[Comparison]:
    """Yield the comparisons, with a bar that says how far they are."""
    with progress_bar(len(comparisons), "comparison", "contrast", delay=3) as bar:
        for item in comparisons:
            yield item
            bar.update()


def _ordered(
    table: pd.DataFrame, frames: list[str], method: str, signed: list[str]
) -> pd.DataFrame:
    """Return the rows of all comparisons, of which each has all frames, frame by frame.

    The p-values are adjusted. Rows of the frames in ``signed`` keep the estimate and lose what is
    computed from logs.
    """
    names = frames * (len(table) // len(frames))
    table["frame"] = pd.Categorical(names, categories=frames)
    table = table.sort_values("frame", kind="stable", ignore_index=True)
    without = table["frame"].isin(signed).to_numpy()
    if without.any():
        table.loc[without, ["low", "high", "p", "ratio", "ratio_low", "ratio_high"]] = np.nan
        table.loc[without, "method"] = "none"
        table.loc[without, "note"] = SIGNED
    table["p_adjusted"] = adjust(table["p"].to_numpy(dtype=np.float64), method)
    return table.reindex(columns=list(CONTRAST_COLUMNS))


def _note_resemblance(
    table: pd.DataFrame, scores: Scores, units: Observations, comparisons: list[Comparison]
) -> None:
    """Write into the notes where documents of one author, story or week resemble each other."""
    rows_of = units.document
    if units.resampled != "document" or units.copies is not None or rows_of is None:
        return
    if scores.documents is None:
        return
    documents = scores.units if scores.unit in INSIDE else scores.documents
    if not may_have_clusters(documents):
        return
    # Paragraphs of one document in one group are one observation.
    keys = units.group * np.int64(units.cluster.max() + 1) + units.cluster
    _, first, cell = np.unique(keys, return_index=True, return_inverse=True)
    cell, k = cell.ravel(), units.numerators.shape[1]
    values = np.column_stack([units.numerators, units.denominators])
    totals: Array = np.column_stack([np.bincount(cell, values[:, c]) for c in range(k + 1)]).astype(
        np.float64
    )
    found = find_resemblance(
        documents.iloc[rows_of[first]], units.group[first], totals[:, :k], totals[:, k],
        len(units.groups),
    )  # fmt: skip
    if found is None:
        return
    # The table of each frame has all comparisons in their order.
    names, usable = table["frame"].astype(str), (table["method"] != "none").to_numpy()
    frames = list(units.frames)
    for frame in names.unique():
        groups = found.of_frame(frames.index(frame) if frame in frames else None).groups
        touched = [groups[list(sum(item.sides, ()))].any() for item in comparisons]
        rows = np.tile(touched, len(table) // len(comparisons)) & usable
        rows &= (names == frame).to_numpy()
        note = resemblance_note(found, frames, frame)
        table.loc[rows, "note"] = (table.loc[rows, "note"] + "; " + note).str.removeprefix("; ")


def _tests(
    drawn: Sequence[tuple[Resamples, Observations]],
    frames: list[str],
    by: str | Sequence[str],
    levels: tuple[int, int] | None,
    method: str,
    signed: list[str],
) -> pd.DataFrame:
    """Return the tests of the terms; the table is empty for two groups."""
    rows = []
    for resamples, units in drawn:
        smallest = int(clusters_by_group(units).min())
        note = "" if smallest > 1 else f"a group has one {units.resampled}"
        n = int(units.times.sum())
        count = n if units.alone else int(units.cluster.max()) + 1
        for term, weights in terms(units.groups, by, levels):
            # One document does not show how documents vary: then there is no test, and none is run.
            statistic = p = np.full(len(units.frames), np.nan)
            if smallest > 1:
                statistic, p = wald_by_permutation(
                    resamples, units, weights, one_factor=levels is None
                )
            for frame, value, p_value in zip(units.frames, statistic, p, strict=True):
                rows.append((frame, term, value, len(weights), p_value, n, count, note))
    columns = [column for column in TERM_COLUMNS if column != "p_adjusted"]
    table = pd.DataFrame(rows, columns=columns)
    if len(table):
        table.loc[table["frame"].isin(signed), "note"] = SIGNED
        table.loc[table["note"] != "", ["statistic", "p"]] = np.nan
    p_adjusted = adjust(table["p"].to_numpy(dtype=np.float64), method)
    table.insert(list(table).index("p") + 1, "p_adjusted", p_adjusted)
    table["frame"] = pd.Categorical(table["frame"], categories=frames)
    return table.sort_values("frame", kind="stable").reset_index(drop=True)


def _groups(
    drawn: Sequence[tuple[Resamples, Observations]], frames: list[str], per: float
) -> pd.DataFrame:
    """Return the values of the groups, one row per group and frame."""
    units, k = drawn[0][1], len(frames)
    sums = [resamples.observed for resamples, _ in drawn]
    n = np.bincount(units.group, units.times, len(units.groups)).astype(np.int64)
    return pd.DataFrame(
        {
            "group": np.repeat(units.groups, k),
            "frame": pd.Categorical(frames * len(units.groups), categories=frames),
            "value": (np.hstack([piece.rates[0] for piece in sums]) * per).ravel(),
            "numerator": np.hstack([piece.numerators[0] for piece in sums]).ravel(),
            "denominator": np.repeat(sums[0].denominators[0], k),
            "n": np.repeat(n, k),
            "clusters": np.repeat(clusters_by_group(units), k),
        }
    )


def _members(units: Observations, scores: Scores) -> "pd.Series[Any]":
    """Return the group of each unit of the scores, missing for a unit without one."""
    members = np.full(len(scores.units), None, dtype=object)
    members[units.unit] = np.array(units.groups, dtype=object)[units.group]
    return pd.Series(members, index=scores.units["unit_id"])
