"""Tables of curves: a row a specification, and the joint test of each curve."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._choices import OPTIONS, Grid
from framing._claims import Claim
from framing._corrected import corrected_rows
from framing._curves import Joint, joint_test, rows_of
from framing._specifications import Curves, Material, sizes_of

HEADS = ("frame", "comparison", "specification", "reference")
FOUND = (
    "measure", "estimate", "low", "high", "ratio", "ratio_low", "ratio_high", "log_ratio", "p",
    "n", "clusters", "method", "note",
)  # fmt: skip

Results = dict[str, NDArray[Any]]


def curve_table(
    material: Material,
    grid: Grid,
    curves: Curves,
    results: Mapping[tuple[str, int], tuple[Results, int]],
) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """Return a row a frame, comparison and specification, and the options that were made."""
    table = _table(material, curves, results)
    corrected = _corrected(material, grid, curves)
    table = pd.concat([table, corrected]) if len(corrected) else table
    table = _ordered(table, material.claim, list(curves.made))
    varied = {name: list(dict.fromkeys(table[name])) for name in OPTIONS}
    varied = {name: found for name, found in varied.items() if len(found) > 1}
    return table[[*HEADS, *varied, *FOUND]], varied


def _table(
    material: Material,
    curves: Curves,
    results: Mapping[tuple[str, int], tuple[Results, int]],
) -> pd.DataFrame:
    claim, sizes = material.claim, sizes_of(material, curves)
    rows = []
    for frame, made in curves.made.items():
        for number, one in enumerate(made):
            found, column = results[frame, number]
            for order, comparison in enumerate(claim.comparisons):
                sides = sorted(set(sum(comparison.sides, ())))
                rows.append(
                    {
                        "frame": frame,
                        "comparison": comparison.label,
                        "specification": number + 1,
                        "reference": number == 0,
                        **one.labels(),
                        "measure": _measure(one.kind, one.unit, claim),
                        "n": int(sizes[frame, number][sides].sum()),
                        **rows_of(found, order, column),
                    }
                )
    return pd.DataFrame(rows)


def _measure(kind: str, unit: str, claim: Claim) -> str:
    """Return what an estimate is a difference of."""
    return {
        "rate": f"hits per {claim.contrast.settings['per']:,g} tokens",
        "share": "share of sentences",
        "count": f"hits per {unit}",
        "presence": f"share of {unit}s",
    }[kind]


def _corrected(material: Material, grid: Grid, curves: Curves) -> pd.DataFrame:
    rows = []
    for frame in curves.made:
        before = len(curves.made[frame])
        for number, one in enumerate(curves.corrected[frame], start=before + 1):
            for comparison, found in corrected_rows(material, grid, frame, one):
                heads = frame, comparison.label, number, False
                own = dict(zip(HEADS, heads, strict=True)) | one.labels()
                rows.append(own | {"measure": "share of sentences"} | found)
    return pd.DataFrame(rows)


def _ordered(table: pd.DataFrame, claim: Claim, frames: list[str]) -> pd.DataFrame:
    labels = [comparison.label for comparison in claim.comparisons]
    table = table.assign(
        frame=pd.Categorical(table["frame"], categories=frames),
        place=table["comparison"].map(labels.index),
    )
    table = table.sort_values(["frame", "place", "specification"], kind="stable")
    return table.reset_index(drop=True)


def joint_tests(
    results: Mapping[tuple[str, int], tuple[Results, int]],
    curves: Curves,
    claim: Claim,
    table: pd.DataFrame,
) -> dict[tuple[str, str], Joint | None]:
    """Return the joint test of each curve; none where a side of the claim is a single cluster."""
    found: dict[tuple[str, str], Joint | None] = {}
    first = table[table["reference"]].set_index(["frame", "comparison"])["method"]
    for frame, made in curves.made.items():
        own = [results[frame, number] for number in range(len(made))]
        for order, comparison in enumerate(claim.comparisons):
            logs, signed = (
                np.column_stack([part[name][:, order, column] for part, column in own])
                for name in ("logs", "signed_p")
            )
            bare = first.loc[(frame, comparison.label)] == "none"
            found[frame, comparison.label] = None if bare else joint_test(logs, signed)
    return found
