"""Comparisons of groups: which are made, and what each of them finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.rates import (
    FEW_HITS,
    Estimate,
    as_ratio,
    combine,
    covariance,
    group_limits,
    limits_of_difference,
    limits_of_ratio,
    t_interval,
    wald,
)
from framing._core.resampling import Sums, gather
from framing._core.statistics import cliffs_delta, rng_for
from framing._observations import TIMES, Observations

COMPARISONS = ("pairs", "rest", "factor")
MEAN, REST = "(mean of the groups)", "(all others)"
# Clusters of a group below which its interval is called rough.
FEW_CLUSTERS = 10

Array = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Comparison:
    """Two sides made of groups, or weights on the rates of groups."""

    label: str
    target: str
    reference: str
    sides: tuple[tuple[int, ...], tuple[int, ...]]
    weights: Array | None = None


@dataclass(frozen=True)
class Resamples:
    """Sums as they are, in resamples, and with the labels of the groups dealt out anew."""

    seen: Sums
    drawn: Sums
    dealt: Sums


def plan(
    names: Sequence[str], compare: str, reference: int | None, levels: tuple[int, int] | None
) -> list[Comparison]:
    """Return the comparisons of groups; ``levels`` are those of two factors."""
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
    """Return the differences of each factor, over the other, and the differences of these."""
    rows, columns = levels
    split = [name.split(TIMES) for name in names]
    first = [split[row * columns][0] for row in range(rows)]
    second = [split[column][1] for column in range(columns)]
    unit = np.eye(rows * columns).reshape(rows, columns, -1)
    found = []
    for a, b in combinations(range(rows), 2):
        weights = (unit[a] - unit[b]).mean(axis=0)
        found.append(_cells(f"{first[a]} - {first[b]}", first[a], first[b], weights))
    for c, d in combinations(range(columns), 2):
        weights = (unit[:, c] - unit[:, d]).mean(axis=0)
        found.append(_cells(f"{second[c]} - {second[d]}", second[c], second[d], weights))
    for a, b in combinations(range(rows), 2):
        for c, d in combinations(range(columns), 2):
            weights = unit[a, c] - unit[b, c] - unit[a, d] + unit[b, d]
            own = f"{first[a]} - {first[b]}"
            label = f"({own}){TIMES}({second[c]} - {second[d]})"
            found.append(_cells(label, f"{own} in {second[c]}", f"{own} in {second[d]}", weights))
    return found


def _cells(label: str, target: str, reference: str, weights: Array) -> Comparison:
    above, below = (tuple(np.flatnonzero(sign * weights > 0).tolist()) for sign in (1, -1))
    return Comparison(label, target, reference, (above, below), weights)


def compare(
    found: Resamples, units: Observations, comparison: Comparison, per: float, level: float
) -> pd.DataFrame:
    """Return one row a frame of what a comparison finds."""
    target, reference = (np.isin(units.group, side) for side in comparison.sides)
    inside = [_clusters_of(units, mask) for mask in (target, reference)]
    few = np.array([_with_hits(units, mask) for mask in (target, reference)])
    weights, touching, with_hits = np.array([1.0, -1.0]), np.array(inside), few
    seen, drawn, dealt = found.seen, found.drawn, found.dealt
    if comparison.weights is None:
        side = np.full(len(units.groups), -1)
        for number, groups in enumerate(comparison.sides):
            side[list(groups)] = number
        seen, drawn, dealt = (sums.merged(side.tolist(), 2) for sums in (seen, drawn, dealt))
    else:
        weights, touching = comparison.weights, clusters_by_group(units)
        masks = (units.group == group for group in range(len(units.groups)))
        with_hits = np.array([_with_hits(units, mask) for mask in masks])
    table = _estimated(seen, drawn, dealt, weights, touching, level)
    sparse = (with_hits[weights != 0] < FEW_HITS).any(axis=0)
    if sparse.any():
        limits = group_limits(seen, with_hits, level)
        ends = (
            *limits_of_difference(weights, seen.rates[0], *limits),
            *limits_of_ratio(weights, seen.rates[0], *limits),
        )
        for column, end in zip(("low", "high", "ratio_low", "ratio_high"), ends, strict=True):
            table.loc[sparse, column] = end[sparse]
        table.loc[sparse, "method"] = "limits"
    for column in ("estimate", "low", "high", "value_target", "value_reference"):
        table[column] *= per
    if comparison.weights is None:
        delta = cliffs_delta(units.values, target, reference, units.cluster, level)
        table[["effect", "effect_low", "effect_high"]] = delta
    return _noted(table, units, comparison, inside, few)


def _estimated(
    seen: Sums, drawn: Sums, dealt: Sums, weights: Array, touching: Rows, level: float
) -> pd.DataFrame:
    rows = weights[None, :]
    own = combine(seen, rows, touching)
    low, high = t_interval(own, combine(drawn, rows), level)
    logs = combine(seen, rows, touching, logs=True)
    ends = t_interval(logs, combine(drawn, rows, logs=True), level)
    return pd.DataFrame(
        {
            "estimate": own.value[0, 0],
            "low": low[0],
            "high": high[0],
            "p": _p(own, combine(dealt, rows, touching)),
            "value_target": np.maximum(weights, 0) @ seen.rates[0],
            "value_reference": np.maximum(-weights, 0) @ seen.rates[0],
            "ratio": _ratio(seen, weights),
            "ratio_low": as_ratio(ends[0][0]),
            "ratio_high": as_ratio(ends[1][0]),
            "method": "bootstrap-t",
        }
    )


def clusters_by_group(units: Observations) -> Rows:
    """Return the number of clusters that touch each group."""
    keys = np.unique(units.group * (units.cluster.max() + 1) + units.cluster)
    counts: Rows = np.bincount(keys // (units.cluster.max() + 1), minlength=len(units.groups))
    return counts


def _clusters_of(units: Observations, mask: NDArray[np.bool_]) -> int:
    return len(np.unique(units.cluster[mask]))


def _with_hits(units: Observations, mask: NDArray[np.bool_]) -> Rows:
    """Return in how many clusters of some units there is a hit, for each frame."""
    return np.array(
        [
            _clusters_of(units, mask & (units.numerators[:, frame] != 0))
            for frame in range(units.numerators.shape[1])
        ]
    )


def _ratio(sums: Sums, weights: Array) -> Array:
    """Return the product of the rates to the power of their weights.

    It is 0 where a rate above the line is, and missing where one below the line is.
    """
    above, below = (sums.rates[0][sign * weights > 0] for sign in (1, -1))
    safe = np.where(sums.rates[0] > 0, sums.rates[0], 1.0)
    ratio: Array = np.exp(weights @ np.log(safe))
    ratio = np.where((above == 0).any(axis=0), 0.0, ratio)
    return np.where((below == 0).any(axis=0), np.nan, ratio)


def _p(seen: Estimate, dealt: Estimate) -> Array:
    """Return the share of deals in which the studentised difference is as large, or larger."""
    at = np.abs(_t(seen))
    t = np.abs(_t(dealt))
    # Deals that are as they were differ in their last bits.
    as_large = (t >= at * (1 - 1e-9)).sum(axis=0)
    p: Array = (1 + as_large[0]) / (1 + len(t))
    return np.where(np.isnan(seen.value[0, 0]), np.nan, p)


def _t(estimate: Estimate) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        t: Array = np.nan_to_num(
            estimate.value / estimate.error, nan=0.0, posinf=1e12, neginf=-1e12
        )
    return t


def _noted(
    table: pd.DataFrame,
    units: Observations,
    comparison: Comparison,
    inside: list[int],
    few: Rows,
) -> pd.DataFrame:
    """Add the sizes, and what the data cannot bear with the reason."""
    sizes = [int(np.isin(units.group, side).sum()) for side in comparison.sides]
    names, what = (comparison.target, comparison.reference), units.resampled
    notes = []
    for count, name in zip(inside, names, strict=True):
        if count == 1:
            notes.append(f"one {what} in {name}: nothing tells how much it varies")
        elif count < FEW_CLUSTERS:
            notes.append(f"{count} {what}s in {name}: a rough interval")
    least = 1 / comb(sum(inside), inside[0]) if sum(inside) < 20 else 0.0
    if min(inside) > 1 and least > 0.01:
        notes.append(f"p cannot fall below {least:.2f}")
    table["n_target"], table["n_reference"] = sizes
    table["clusters_target"], table["clusters_reference"] = inside
    table["n"] = np.unique(np.flatnonzero(np.isin(units.group, sum(comparison.sides, ())))).size
    rows = []
    for frame in range(len(table)):
        own = list(notes)
        for with_hits, name in zip(few, names, strict=True):
            k = int(with_hits[frame])
            if k < FEW_HITS:
                own.append(f"hits in {k} {what}{'s' * (k != 1)} of {name}")
        rows.append("; ".join(own))
    table["note"] = rows
    table["comparison"], table["target"] = comparison.label, comparison.target
    table["reference"] = comparison.reference
    if min(inside) < 2:
        table.loc[:, ["low", "high", "p", "ratio_low", "ratio_high"]] = np.nan
        table.loc[:, ["effect_low", "effect_high"]] = np.nan
        table["method"] = "none"
    flat = (table["method"] == "bootstrap-t") & table["low"].isna()
    table.loc[flat, "method"] = "none"
    table.loc[flat, "note"] += "; every unit has the same value: nothing varies"
    table["note"] = table["note"].str.removeprefix("; ")
    return table


def resample(units: Observations, seed: int, draws: int, permutations: int) -> Resamples:
    """Return the sums of the groups, resampled and relabelled."""
    clusters = gather(
        units.group, units.cluster, units.numerators, units.denominators, len(units.groups)
    )
    return Resamples(
        seen=clusters.seen(),
        drawn=clusters.resample(draws, rng_for(seed, "contrast resamples")),
        dealt=clusters.relabel(permutations, rng_for(seed, "contrast labels")),
    )


def terms(
    names: Sequence[str], by: str | Sequence[str], levels: tuple[int, int] | None
) -> list[tuple[str, Array]]:
    """Return what is tested at once: the groups, or two factors and their interaction."""
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
    """Return the weights that compare each group but the first with the first."""
    return np.hstack([-np.ones((count - 1, 1)), np.eye(count - 1)])


def test_term(found: Resamples, units: Observations, weights: Array) -> tuple[Array, Array, int]:
    """Return Wald's statistic of weights on the rates, its p by dealing, and its degrees."""
    touching = clusters_by_group(units)
    seen, dealt = (
        wald(combine(sums, weights, touching).value, covariance(sums, weights, touching))
        for sums in (found.seen, found.dealt)
    )
    as_large = (np.nan_to_num(dealt) >= np.nan_to_num(seen) * (1 - 1e-9)).sum(axis=0)
    p = np.where(np.isnan(seen[0]), np.nan, (1 + as_large) / (1 + len(dealt)))
    return seen[0], p, len(weights)
