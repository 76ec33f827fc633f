"""Corrected differences: a claim about shares, put right by a coded sample."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from framing._choices import Grid, Specification
from framing._core.checks import InputError
from framing._core.rates import limits_of_ratio
from framing._specifications import Material
from framing.coding.correction import correct
from framing.contrasts.contrasts import Comparison
from framing.contrasts.grouped_units import name_of

NAME = "group of the claim"


def check_corrections(material: Material, grid: Grid) -> None:
    """Raise InputError where differences between the groups cannot be corrected."""
    if not grid.corrections:
        return
    settings = material.claim.contrast.settings
    if settings["weight"] is not None or material.claim.cell_unit != "document":
        raise InputError(
            "choices: 'correction' is of the whole corpus as it is: not with weights, nor between "
            "single documents."
        )
    if settings["compare"] != "pairs" or not isinstance(name_of(settings["by"]), str):
        raise InputError("choices: 'correction' goes with compare=\"pairs\" and one factor.")


def corrected_rows(
    material: Material, grid: Grid, frame: str, one: Specification
) -> list[tuple[Comparison, dict[str, Any]]]:
    """Return the corrected differences of a frame, one a comparison."""
    claim, units = material.claim, material.claim.units
    hits = material.counted(one).chosen(one, frame)
    labels = np.full(len(hits.documents), None, dtype=object)
    # Numbered, so that the groups keep their order and names hold no sign of a difference.
    labels[units.unit] = [f"{group:03d}" for group in units.group]
    hits = replace(hits, documents=hits.documents.assign(**{NAME: labels}))
    codes, sample = grid.corrections[one.correction - 1]
    table = correct(hits, codes, sample, by=NAME, level=claim.contrast.level)
    own = table[table["frame"] == frame].set_index("quantity")
    if own.empty:
        raise InputError(f"choices: 'correction': the codes hold no frame {frame!r}.")
    return [(comparison, _row(comparison, own)) for comparison in claim.comparisons]


def _row(comparison: Comparison, own: pd.DataFrame) -> dict[str, Any]:
    target, reference = (f"{NAME}={side[0]:03d}" for side in comparison.sides)
    flipped = f"{target} - {reference}" not in own.index
    names = [reference, target] if flipped else [target, reference]
    columns = ["estimate", "low", "high", "n"]
    values = own[columns].astype(np.float64).T.to_dict("list")
    estimate, low, high, n = values[" - ".join(names)]
    if flipped:
        estimate, low, high = -estimate, -high, -low
    sides = np.maximum([values[name][:3] for name in (target, reference)], 0.0)
    rates, *ends = sides.T[:, :, None]
    ratio = sides[0, 0] / sides[1, 0] if sides[1, 0] > 0 else np.nan
    limits = np.ravel(limits_of_ratio(np.array([1.0, -1.0]), rates, *ends))
    return {
        "estimate": estimate,
        "low": low,
        "high": high,
        "ratio": ratio,
        "ratio_low": limits[0],
        "ratio_high": limits[1],
        "p": np.nan,
        "log_ratio": np.log(ratio) if ratio > 0 else np.nan,
        "clusters": 0,
        "n": int(n),
        "method": "correction",
        "note": "no p: the interval is about the sentences of this corpus",
    }
