"""Corrected shares: a contrast of shares from the codes of a sample, in place of the hits alone."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from framing._core.checks import InputError
from framing._core.statistics import adjust
from framing.coding.coded_shares import corrected_ratio_limits
from framing.coding.coding_units import check_unit
from framing.coding.correction import CodedSample, Correction, correct
from framing.hits.hits import Hits
from framing.scores.groups import Observations
from framing.scores.scores import Scores, correctable_hits

# Columns of the documents that hold the groups and clusters of the contrast.
GROUP, CLUSTER = "group of the contrast", "cluster of the contrast"
UNCORRECTED = "not corrected: nobody coded this frame"
CORRECTED = "corrected by {n:,} coded {unit}s"


def coded_hits_of(scores: Scores, *, compare: str, single: bool) -> Hits:
    """Return the hits behind the scores of a contrast that a coded sample can correct."""
    hits = correctable_hits(scores)
    if compare != "pairs" or not single:
        raise InputError(
            'correction= works with compare="pairs" and one factor. Leave compare= out, or '
            "use correct(hits, codes, sample, by=…) for each factor."
        )
    return hits


def corrected_groups(
    hits: Hits,
    correction: CodedSample,
    units: Observations,
    level: float,
) -> Correction:
    """Return the corrected shares of the groups of a contrast, and their differences.

    Groups are named by their number, clusters are those of the contrast.
    """
    codes, sample = correction
    check_unit(hits, codes)
    groups = np.full(len(hits.documents), None, dtype=object)
    # Numbers keep the order of the groups, and have no " - " that means a difference.
    groups[units.unit] = [f"{group:03d}" for group in units.group]
    clusters = np.full(len(hits.documents), None, dtype=object)
    clusters[units.unit] = units.cluster
    documents = hits.documents.assign(**{GROUP: groups, CLUSTER: clusters})
    hits = replace(hits, documents=documents)
    return correct(hits, codes, sample, by=GROUP, cluster=CLUSTER, level=level)


def corrected_table(
    table: pd.DataFrame,
    corrected: Correction,
    sides: Sequence[tuple[int, int]],
    method: str,
    unit: str,
) -> pd.DataFrame:
    """Return the table of a contrast with corrected shares, differences, ratios and p-values.

    ``sides`` are the numbers of the target and of the reference group of each comparison, in the
    order in which comparisons stand in the table of each frame; ``unit`` is what was coded.
    """
    table = table.copy()
    known = {
        (str(row["frame"]), row["quantity"]): row for row in corrected.table.to_dict("records")
    }
    coded = {frame for frame, _ in known}
    for position, frame in enumerate(table["frame"].astype(str)):
        target, reference = sides[position % len(sides)]
        if frame not in coded:
            note = str(table.loc[position, "note"])
            table.loc[position, "note"] = f"{note}; {UNCORRECTED}".removeprefix("; ")
            continue
        names = [f"{GROUP}={side:03d}" for side in sorted((target, reference))]
        pair = known[frame, " - ".join(names)]
        sign = 1.0 if target < reference else -1.0
        ends = sorted([sign * pair["low"], sign * pair["high"]])
        shares = [known[frame, f"{GROUP}={side:03d}"] for side in (target, reference)]
        values = np.array([[side[name] for name in ("estimate", "low", "high")] for side in shares])
        rates, low, high = values.T[:, :, None]
        ratio = rates[0, 0] / rates[1, 0] if rates[1, 0] > 0 else np.nan
        limits = corrected_ratio_limits(
            np.array([1.0, -1.0]), rates, low, high, float(pair["p"]), corrected.level
        )
        notes = [CORRECTED.format(n=int(pair["n"]), unit=unit)]
        if pair["note"]:
            note = str(pair["note"])
            for side, name in ((target, "target"), (reference, "reference")):
                note = note.replace(f"{GROUP}={side:03d}", str(table.loc[position, name]))
            notes.append(note)
        cells = {
            "estimate": sign * pair["estimate"], "low": ends[0], "high": ends[1], "p": pair["p"],
            "value_target": rates[0, 0], "value_reference": rates[1, 0], "ratio": ratio,
            "ratio_low": limits[0], "ratio_high": limits[1], "effect": np.nan,
            "effect_low": np.nan, "effect_high": np.nan, "method": "correction",
            "note": "; ".join(notes),
        }  # fmt: skip
        for column, value in cells.items():
            table.loc[position, column] = value
    table["p_adjusted"] = adjust(table["p"].to_numpy(dtype=np.float64), method)
    return table


def corrected_values(groups: pd.DataFrame, tests: pd.DataFrame, corrected: Correction) -> None:
    """Write corrected shares into a new table of groups; joint tests of them are not made."""
    known = corrected.table.set_index(["frame", "quantity"])["estimate"]
    coded = set(corrected.table["frame"].astype(str))
    number = {name: f"{GROUP}={at:03d}" for at, name in enumerate(dict.fromkeys(groups["group"]))}
    frames = groups["frame"].astype(str)
    groups["value"] = [
        known.get((frame, number[group]), value)
        for frame, group, value in zip(frames, groups["group"], groups["value"], strict=True)
    ]
    changed = frames.isin(coded)
    groups["numerator"] = groups["numerator"].where(
        ~changed, groups["value"] * groups["denominator"]
    )
    rows = tests["frame"].astype(str).isin(coded)
    tests.loc[rows, ["statistic", "p", "p_adjusted"]] = np.nan
    tests.loc[rows, "note"] = "corrected shares have no joint test: see the pairs"
