"""Corrected changes: what changes at a date, from the codes of a sample, not from hits alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from framing._core.typing import Array, Mask, Rows
from framing.coding.coded_shares import (
    Cells,
    Spread,
    corrected_ratio_limits,
    expanded_codes,
    group_shares,
    group_weights,
    informative_hits,
    stratum_weights,
)
from framing.coding.correction import (
    ALONE,
    UNUSED,
    Sampled,
    coder_note,
    few_clusters_note,
    uncoded_note,
)
from framing.trends.count_models import t_p, t_width
from framing.trends.series import CodedSeries

NO_RATIOS = "corrected shares have no log-linear model: see the level difference"
NOT_LASTING = "too few periods to see whether neighbouring ones are alike"
SIDES = ("before", "after")
# Sums of the shares of all, before and after: each side, and the difference of the two.
COMPARED = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 1.0]])


@dataclass(frozen=True)
class Cut:
    """The sentences of one group, cut at a date.

    ``side`` is 0 before, 1 after and -1 for others, ``period`` the number of the period or of the
    part of it on this side. ``time`` and ``after`` are the middle of each, in periods from the
    date, and its side.
    """

    side: Rows
    period: Rows
    time: Array
    after: Array


@dataclass(frozen=True)
class Lasting:
    """How much lasting moods enlarge errors over periods, and the independent periods left."""

    factor: float
    worth: float


def corrected_effects(
    codes: CodedSeries,
    frame: str,
    cut: Cut,
    moods: Sequence[Lasting],
    line: str,
    level: float,
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the effects at a date on a corrected share, by their names, and what to know of all.

    The difference of the shares after and before is that of ``correct(by=, cluster=)``: documents
    or other clusters of codes, as the sample expands them. Where ``moods`` are given (of the
    difference, and of the line), limits are those over periods where these are wider, with the
    errors that moods add. The level difference is that of straight lines on both sides, by least
    squares over periods, with the same errors; ``line`` says why there is none.
    """
    sampled = codes.frames[frame]
    coded = sampled.coded, sampled.position, sampled.strata
    hit = informative_hits(sampled.hit, codes.usable.astype(np.float64), *coded)
    masks = np.vstack([codes.usable, cut.side == 0, cut.side == 1]).astype(np.float64)
    cells, spread, used = group_shares(
        hit, masks, COMPARED, *coded, by_coder=sampled.by_coder, cluster=codes.cluster
    )
    by_side = spread
    if moods and spread is not None:
        # Sentences of no side are periods of their own.
        apart = np.where(cut.side < 0, len(cut.time) + codes.cluster, cut.period)
        period = np.unique(apart, return_inverse=True)[1].astype(np.int64)
        over = group_shares(hit, masks, COMPARED, *coded, cluster=period, use=used)[1]
        if over is not None:
            spread = replace(spread, beside=over.lasting(moods[0].factor, moods[0].worth))
    combined = cells.combined(COMPARED, spread)
    tail = np.full(3, (1 - level) / 2)
    low, high = combined.limits(tail)
    low, high = np.clip(low, [0, 0, -1], 1), np.clip(high, [0, 0, -1], 1)
    p = float(combined.p_values()[2])
    value = combined.value
    ratio = float(value[1] / value[0]) if value[0] > 0 else np.nan
    ends = corrected_ratio_limits(
        np.array([-1.0, 1.0]), value[:2, None], low[:2, None], high[:2, None], p, level
    )
    rows: list[dict[str, Any]] = [
        {"effect": "level", "remark": NO_RATIOS},
        {"effect": "slope", "remark": NO_RATIOS},
        {"effect": "level difference", "remark": line},
        {"effect": "before-after ratio", "estimate": ratio, "p": p,
         "low": ends[0], "high": ends[1]},
        {"effect": "before-after difference", "estimate": float(value[2]), "p": p,
         "low": float(low[2]), "high": float(high[2])},
    ]  # fmt: skip
    if moods:
        for row in rows[3:]:
            row["inflation"] = moods[0].factor
    if moods and not line and by_side is not None:
        rows[2] |= _line(hit, sampled, cut, (cells, by_side, used), moods[1], level)
    notes = [
        uncoded_note(cells, number + 1, side) if used[number + 1] else f"{side}: {ALONE}"
        for number, side in enumerate(SIDES)
    ]
    notes += [
        few_clusters_note(mask, codes.cluster, side)
        for mask, side in zip(masks[1:], SIDES, strict=True)
    ]
    drawn = [int((cut.side[sampled.position] == number).sum()) for number in (0, 1)]
    unused = UNUSED if sampled.hit.any() and not hit.any() else ""
    said = [
        f"{drawn[0]:,} coded {codes.unit}s before and {drawn[1]:,} after",
        *notes, unused, coder_note(sampled.by_coder), "" if moods else NOT_LASTING,
    ]  # fmt: skip
    return rows, [note for note in said if note]


def _line(
    hit: Mask, sampled: Sampled, cut: Cut, shares: tuple[Cells, Spread, Mask], moods: Lasting,
    level: float,
) -> dict[str, Any]:  # fmt: skip
    """Return the level difference of straight lines on both sides of the date.

    Codes are expanded by the sample and averaged by period; sentences are weights. The variance is
    that of weighted least squares, or of the residuals of each period (HC2: MacKinnon and White
    1985) if that is larger, times what moods add, and never below that of the clusters. Other
    coders add theirs.
    """
    cells, spread, used = shares
    known = cut.side >= 0
    expanded = np.zeros(len(known))
    weight = stratum_weights(len(sampled.coded), sampled.strata)
    for number in (0, 1):
        kind = hit.astype(np.int64) if used[number + 1] else np.zeros(len(hit), dtype=np.int64)
        rows = kind[sampled.position]
        mass = np.bincount(rows, weight, 2)
        share = np.bincount(rows, weight * sampled.coded, 2) / np.maximum(mass, 1e-300)
        codes = expanded_codes(kind, sampled.coded, sampled.position, sampled.strata, share)[1]
        expanded = np.where(cut.side == number, codes, expanded)
    count = len(cut.time)
    size = np.bincount(cut.period[known], minlength=count).astype(np.float64)
    mean = np.bincount(cut.period[known], expanded[known], count) / size
    design = np.column_stack([np.ones(count), cut.after, cut.time, cut.time * cut.after])
    weighted = design * size[:, None]
    bread = np.linalg.solve(design.T @ weighted, weighted.T)
    residual = mean - design @ (bread @ mean)
    adds, free = bread[1], count - 4
    leverage = (design * bread.T).sum(axis=1)
    plain = float((adds**2 / size).sum()) * float(size @ residual**2) / free
    robust = float((adds**2 * residual**2 / np.maximum(1 - leverage, 0.1)).sum())
    # The variance of one sentence of a side, documents being alike.
    of_side = np.where(cut.after == 1, *(spread.variance * cells.size.sum(axis=1))[[2, 1]])
    chance = float((adds**2 / size) @ of_side)
    coders = float(group_weights(COMPARED[2:], cells)[0] ** 2 @ cells.coders.ravel())
    error = float(np.sqrt(max(max(plain, robust) * moods.factor**2, chance) + coders))
    degrees = min(free, max(moods.worth - 1, 2.0))
    value, half = float(adds @ mean), t_width(level, degrees) * error
    # Lines of a few periods may leave the range of a difference of shares.
    ends = np.clip([value, value - half, value + half], -1, 1).tolist()
    return {
        **dict(zip(("estimate", "low", "high"), ends, strict=True)),
        "p": t_p(value, error, degrees), "inflation": moods.factor,
    }  # fmt: skip
