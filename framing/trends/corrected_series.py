"""Corrected series: shares by period from the codes of a sample, in place of the hits alone."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from framing._core.tables import counted
from framing._core.typing import Array
from framing.coding.coded_shares import group_shares, informative_hits
from framing.coding.correction import (
    ALONE,
    UNUSED,
    CodedSample,
    all_coded_frames,
    coder_note,
    few_clusters_note,
    uncoded_note,
)
from framing.scores.scores import Scores, correctable_hits, document_rows
from framing.trends.series import CodedSeries, Series

NO_CURVE = "corrected shares have no smooth curve"


def coded_series(scores: Scores, series: Series, correction: CodedSample) -> CodedSeries:
    """Return the sentences of scores with the codes of a sample, for the documents of a series."""
    hits = correctable_hits(scores)
    frames = all_coded_frames(hits, correction, scores.frames, "follow")
    document = document_rows(hits)
    clusters = len(series.names) + np.arange(len(scores.units))
    clusters[series.members.unit] = series.members.cluster
    return CodedSeries(
        frames, document, hits.sentences["tokens"].to_numpy() > 0,
        np.unique(clusters[document], return_inverse=True)[1].astype(np.int64), hits.unit,
    )  # fmt: skip


def correct_periods(
    tables: Sequence[pd.DataFrame], series: Series, codes: CodedSeries, level: float
) -> list[pd.DataFrame]:
    """Return the tables of the groups with corrected shares of each period and their limits.

    The limits know how documents differ and how often hits are wrong, as those of
    ``correct(…, cluster=…)``. Smooth curves of hits are taken out.
    """
    count = len(series.periods)
    members, cluster = series.members, codes.cluster
    cell = codes.of_documents(members.group * count + members.period, members.unit)
    present: Array = np.unique(cell[cell >= 0]).astype(np.float64)
    masks = (cell == present[:, None]).astype(np.float64)
    everything = codes.usable[None].astype(np.float64)
    corrected = [table.copy() for table in tables]
    for frame, sampled in codes.frames.items():
        coded = sampled.coded, sampled.position, sampled.strata
        # Hits that narrow no interval are not used, as by `correct`.
        hit = informative_hits(sampled.hit, everything[0], *coded)
        # All sentences come first: they show how the frame crowds where a period has no case.
        periods = np.eye(1 + len(present))[1:]
        cells, spread, used = group_shares(
            hit, np.vstack([everything, masks]), periods, *coded,
            by_coder=sampled.by_coder, cluster=cluster,
        )  # fmt: skip
        combined = cells.combined(periods, spread)
        low, high = combined.limits(np.full(len(present), (1 - level) / 2))
        unused = UNUSED if sampled.hit.any() and not hit.any() else ""
        of_frame = unused, coder_note(sampled.by_coder)
        # Periods follow all sentences in the cells.
        notes = [
            (
                uncoded_note(cells, row + 1, "this period")
                if used[row + 1] else f"this period: {ALONE}",
                few_clusters_note(mask, cluster, "this period"), *of_frame,
            )
            for row, mask in enumerate(masks)
        ]  # fmt: skip
        period_of = cell[sampled.position]
        total = counted(len(sampled.position), f"coded {codes.unit}s")
        said = [
            [f"{total}, {(period_of == key).sum():,} of this period", *note]
            for key, note in zip(present, notes, strict=True)
        ]
        _write(corrected, frame, present, count, (combined.value, low, high), said)
    return [
        table.assign(smooth=np.nan, smooth_low=np.nan, smooth_high=np.nan) for table in corrected
    ]


def _write(
    tables: list[pd.DataFrame],
    frame: str,
    present: Array,
    count: int,
    values: tuple[Array, Array, Array],
    notes: Sequence[Sequence[str]],
) -> None:
    """Write value, limits and note of each period with text into new tables of the groups."""
    value, low, high = values
    for row, key in enumerate(present.astype(int).tolist()):
        group, period = divmod(key, count)
        table = tables[group]
        # Rows of a frame are in the order of the periods.
        position = np.flatnonzero((table["frame"] == frame).to_numpy())[period]
        single = table.loc[position, "n"] < 2
        ends = (np.nan, np.nan) if single else (max(low[row], 0.0), min(high[row], 1.0))
        table.loc[position, ["value", "low", "high"]] = [value[row], *ends]
        table.loc[position, "numerator"] = value[row] * table.loc[position, "denominator"]
        table.loc[position, "method"] = "none" if single else "correction"
        if not single:
            table.loc[position, "note"] = "; ".join(filter(None, notes[row]))
