"""Tables of curves: a row a specification, and the joint test of each curve."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError
from framing._core.statistics import adjust, limits_of_ratio
from framing.coding.correction import correct
from framing.contrasts.contrasts import Comparison
from framing.robustness.choices import OPTIONS, Grid, Specification
from framing.robustness.reference import Claim
from framing.robustness.runs import ALPHA, Joint, joint_test, rows_of
from framing.robustness.specifications import Curves, Material, sizes_of
from framing.scores.groups import name_of

NAME = "group of the claim"


CURVE = ["frame", "comparison"]
SUMMARY_COLUMNS = (
    "frame", "comparison", "specifications", "ratio", "median", "least", "most", "without_ratio",
    "same_sign", "significant", "reversed", "no_difference", "p_median", "p_adjusted", "p_share",
    "p_z",
)  # fmt: skip
MATTER_COLUMNS = (
    "frame", "comparison", "choice", "options", "explained", "lowest", "ratio_lowest", "highest",
    "ratio_highest",
)  # fmt: skip
OPTION_COLUMNS = (
    "frame", "comparison", "choice", "option", "specifications", "ratio", "same_sign",
    "significant",
)  # fmt: skip
Array = NDArray[np.float64]
HEADS = ("frame", "comparison", "specification", "reference")
FOUND = (
    "measure", "estimate", "low", "high", "ratio", "ratio_low", "ratio_high", "log_ratio", "p",
    "n", "clusters", "method", "note",
)  # fmt: skip
Results = dict[str, NDArray[Any]]


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


def summarise(
    table: pd.DataFrame, joint: dict[tuple[str, str], Joint | None], frames: list[str]
) -> pd.DataFrame:
    """Return one row a frame and comparison of what its specifications agree on."""
    rows = []
    for (frame, comparison), own in table.groupby(CURVE, observed=True, sort=False):
        reference = own[own["reference"]].iloc[0]
        same, significant, contrary = agreement_with(own, float(reference["estimate"]))
        ratios = own["ratio"].dropna()
        known = own["low"].notna()
        test = joint[str(frame), str(comparison)]
        rows.append(
            {
                "frame": frame,
                "comparison": comparison,
                "specifications": len(own),
                "ratio": reference["ratio"],
                "median": np.exp(own["log_ratio"].median()),
                "least": ratios.min(),
                "most": ratios.max(),
                "without_ratio": int(own["ratio"].isna().sum()),
                "same_sign": same.mean(),
                "significant": significant[own["p"].notna()].mean(),
                "reversed": contrary[own["p"].notna()].mean(),
                "no_difference": _around_nothing(own)[known].mean(),
                "p_median": test.p_median if test else np.nan,
                "p_share": test.p_share if test else np.nan,
                "p_z": test.p_z if test else np.nan,
            }
        )
    found = pd.DataFrame(rows, columns=[name for name in SUMMARY_COLUMNS if name != "p_adjusted"])
    adjusted = adjust(found["p_median"].to_numpy(dtype=np.float64), "holm")
    found.insert(list(found).index("p_median") + 1, "p_adjusted", adjusted)
    found["frame"] = pd.Categorical(found["frame"], categories=frames)
    return found


def agreement_with(
    own: pd.DataFrame, estimate: float
) -> tuple["pd.Series[bool]", "pd.Series[bool]", "pd.Series[bool]"]:
    """Return which have the sign of an estimate, significant or not, and which the other one."""
    direction = np.sign(estimate)
    sign, low = np.sign(own["estimate"]), own["p"] < ALPHA
    same = sign == direction
    return same, same & low, (sign == -direction) & low & (direction != 0)


def _around_nothing(own: pd.DataFrame) -> "pd.Series[bool]":
    inside: pd.Series[bool] = (own["low"] <= 0) & (own["high"] >= 0)
    return inside


def explain(
    table: pd.DataFrame, choices: Sequence[str], frames: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how much of the log ratios each choice explains, and what each option makes of them.

    What a choice explains is what a model of all choices loses without it, as a share of the sum
    of squares: with all combinations that is eta squared of its main effect.
    """
    matters, options = [], []
    for key, own in table.groupby(CURVE, observed=True, sort=False):
        estimate = float(own.loc[own["reference"], "estimate"].iloc[0])
        same, significant, _ = agreement_with(own, estimate)
        known = own[own["log_ratio"].notna()]
        logs = known["log_ratio"].to_numpy(dtype=np.float64)
        used = [name for name in choices if own[name].nunique() > 1]
        designs = {name: _dummies(known[name]) for name in used}
        total = float(((logs - logs.mean()) ** 2).sum())
        whole = _left_over(logs, list(designs.values()))
        for name in used:
            without = _left_over(logs, [part for one, part in designs.items() if one != name])
            share = (without - whole) / total if total > 1e-18 else np.nan
            means = known.groupby(name, sort=False)["log_ratio"].mean()
            ends = [means.idxmin(), means.idxmax()]
            ratios = np.exp([means.min(), means.max()])
            matters.append((*key, name, len(means), share, ends[0], ratios[0], ends[1], ratios[1]))
            for option, rows in own.groupby(name, sort=False).groups.items():
                shares = same[rows].mean(), significant[rows][own.loc[rows, "p"].notna()].mean()
                ratio = np.exp(own.loc[rows, "log_ratio"].mean())
                options.append((*key, name, option, len(rows), ratio, *shares))
    found = pd.DataFrame(matters, columns=list(MATTER_COLUMNS))
    means_by = pd.DataFrame(options, columns=list(OPTION_COLUMNS))
    order = found.assign(curve=found.groupby(CURVE, sort=False).ngroup(), size=-found["explained"])
    found = found.loc[order.sort_values(["curve", "size"], kind="stable").index]
    for one in (found, means_by):
        one["frame"] = pd.Categorical(one["frame"], categories=frames)
    return found.reset_index(drop=True), means_by


def _dummies(column: "pd.Series[str]") -> Array:
    code, names = pd.factorize(column)
    own: Array = np.eye(len(names))[code][:, 1:]
    return own


def _left_over(values: Array, parts: list[Array]) -> float:
    """Return the sum of squares that the parts of a design do not explain."""
    design = np.column_stack([np.ones(len(values)), *parts])
    fitted = design @ np.linalg.lstsq(design, values, rcond=None)[0]
    return float(((values - fitted) ** 2).sum())


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
