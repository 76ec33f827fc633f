"""Tables of curves: one row per specification, and the joint test of each curve."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from framing._core.checks import InputError
from framing._core.statistics import adjust
from framing._core.tables import counted
from framing._core.typing import Array
from framing.coding.coded_shares import corrected_ratio_limits
from framing.contrasts.contrasts import Comparison
from framing.contrasts.corrected_shares import GROUP, corrected_groups
from framing.robustness.choices import OPTIONS, Grid, Specification
from framing.robustness.reference import Claim
from framing.robustness.runs import ALPHA, Arrays, JointTest, joint_test, rows_of
from framing.robustness.specifications import Curves, Material, sizes_of
from framing.scores.groups import name_of

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
HEADS = ("frame", "comparison", "specification", "reference")
RESULT_COLUMNS = (
    "measure", "estimate", "low", "high", "ratio", "ratio_low", "ratio_high", "log_ratio", "p",
    "n", "clusters", "method", "note",
)  # fmt: skip


def check_corrections(material: Material, grid: Grid) -> None:
    """Raise InputError where codes cannot correct the differences between the groups."""
    if not grid.corrections:
        return
    settings = material.claim.contrast.settings
    if settings["weight"] is not None or material.claim.cell_unit != "document":
        raise InputError(
            "choices: 'correction' needs the whole corpus. It cannot vary if the claim has "
            "weights or compares single documents. Leave it out."
        )
    if settings["compare"] != "pairs" or not isinstance(name_of(settings["by"]), str):
        raise InputError(
            "choices: 'correction' needs a claim with compare=\"pairs\" and one factor. Leave it "
            "out."
        )


def corrected_rows(
    material: Material, grid: Grid, frame: str, specification: Specification
) -> list[tuple[Comparison, dict[str, Any]]]:
    """Return the corrected differences of a frame, one per comparison."""
    claim = material.claim
    hits = material.counted(specification).chosen(specification, frame)
    correction = grid.corrections[specification.correction - 1]
    table = corrected_groups(hits, correction, claim.units, claim.contrast.level).table
    of_frame = table[table["frame"] == frame].set_index("quantity")
    if of_frame.empty:
        raise InputError(
            f"choices: 'correction': the codes have no frame {frame!r}. Give codes of this frame, "
            "or choose another frame."
        )
    rows = []
    for comparison in claim.comparisons:
        inside = np.isin(claim.units.group, [side[0] for side in comparison.sides])
        inside &= claim.units.denominators > 0
        sizes = {
            "n": int(inside.sum()), "clusters": len(np.unique(claim.units.cluster[inside])),
        }  # fmt: skip
        coded, level = f"coded {hits.unit}s", claim.contrast.level
        rows.append((comparison, _row(comparison, of_frame, sizes, coded, level)))
    return rows


def _row(
    comparison: Comparison,
    quantities: pd.DataFrame,
    sizes: dict[str, int],
    coded: str,
    level: float,
) -> dict[str, Any]:
    """Return the row of a corrected difference in the table."""
    target, reference = (f"{GROUP}={side[0]:03d}" for side in comparison.sides)
    flipped = f"{target} - {reference}" not in quantities.index
    names = [reference, target] if flipped else [target, reference]
    columns = ["estimate", "low", "high", "n", "p"]
    values = quantities[columns].astype(np.float64).T.to_dict("list")
    estimate, low, high, n, p = values[" - ".join(names)]
    if flipped:
        estimate, low, high = -estimate, -high, -low
    sides = np.maximum([values[name][:3] for name in (target, reference)], 0.0)
    rates, lows, highs = sides.T[:, :, None]
    ratio = sides[0, 0] / sides[1, 0] if sides[1, 0] > 0 else np.nan
    low_ratio, high_ratio = corrected_ratio_limits(
        np.array([1.0, -1.0]), rates, lows, highs, p, level
    )
    return {
        "estimate": estimate,
        "low": low,
        "high": high,
        "ratio": ratio,
        "ratio_low": low_ratio,
        "ratio_high": high_ratio,
        "p": p,
        "log_ratio": np.log(ratio) if ratio > 0 else np.nan,
        **sizes,
        "method": "correction",
        "note": f"corrected by {counted(int(n), coded)}; p is that of the corrected interval, over "
        "the clusters of the claim",
    }


def summarise(
    table: pd.DataFrame, joint: dict[tuple[str, str], JointTest | None], frames: list[str]
) -> pd.DataFrame:
    """Return one row per frame and comparison: what its specifications agree on."""
    rows = []
    for (frame, comparison), curve in table.groupby(CURVE, observed=True, sort=False):
        reference = curve[curve["reference"]].iloc[0]
        same, significant, contrary = agreement_with(curve, float(reference["estimate"]))
        ratios = curve["ratio"].dropna()
        known = curve["low"].notna()
        test = joint[str(frame), str(comparison)]
        rows.append(
            {
                "frame": frame,
                "comparison": comparison,
                "specifications": len(curve),
                "ratio": reference["ratio"],
                "median": np.exp(curve["log_ratio"].median()),
                "least": ratios.min(),
                "most": ratios.max(),
                "without_ratio": int(curve["ratio"].isna().sum()),
                "same_sign": same.mean(),
                "significant": significant[curve["p"].notna()].mean(),
                "reversed": contrary[curve["p"].notna()].mean(),
                "no_difference": _around_nothing(curve)[known].mean(),
                "p_median": test.p_median if test else np.nan,
                "p_share": test.p_share if test else np.nan,
                "p_z": test.p_z if test else np.nan,
            }
        )
    summary = pd.DataFrame(rows, columns=[name for name in SUMMARY_COLUMNS if name != "p_adjusted"])
    adjusted = adjust(summary["p_median"].to_numpy(dtype=np.float64), "holm")
    summary.insert(list(summary).index("p_median") + 1, "p_adjusted", adjusted)
    summary["frame"] = pd.Categorical(summary["frame"], categories=frames)
    return summary


def agreement_with(
    curve: pd.DataFrame, estimate: float
) -> tuple["pd.Series[bool]", "pd.Series[bool]", "pd.Series[bool]"]:
    """Return which rows have the sign of an estimate, which of these are significant, and which
    are significant with the other sign.
    """
    direction = np.sign(estimate)
    sign, low = np.sign(curve["estimate"]), curve["p"] < ALPHA
    same = sign == direction
    return same, same & low, (sign == -direction) & low & (direction != 0)


def _around_nothing(curve: pd.DataFrame) -> "pd.Series[bool]":
    """Return which intervals include no difference."""
    inside: pd.Series[bool] = (curve["low"] <= 0) & (curve["high"] >= 0)
    return inside


def explain(
    table: pd.DataFrame, choices: Sequence[str], frames: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how much each choice explains of the log ratios, and the mean of each option.

    A choice explains what a model of all choices loses without it, as a share of the sum of
    squares. With all combinations that is eta squared of its main effect.
    """
    matters, options = [], []
    for key, curve in table.groupby(CURVE, observed=True, sort=False):
        estimate = float(curve.loc[curve["reference"], "estimate"].iloc[0])
        same, significant, _ = agreement_with(curve, estimate)
        known = curve[curve["log_ratio"].notna()]
        logs = known["log_ratio"].to_numpy(dtype=np.float64)
        used = [name for name in choices if curve[name].nunique() > 1]
        designs = {name: _dummies(known[name]) for name in used}
        total = float(((logs - logs.mean()) ** 2).sum())
        residual = _residual_squares(logs, list(designs.values()))
        for name in used:
            without = _residual_squares(
                logs, [design for other, design in designs.items() if other != name]
            )
            share = (without - residual) / total if total > 1e-18 else np.nan
            means = known.groupby(name, sort=False)["log_ratio"].mean()
            ends = [means.idxmin(), means.idxmax()]
            ratios = np.exp([means.min(), means.max()])
            matters.append((*key, name, len(means), share, ends[0], ratios[0], ends[1], ratios[1]))
            for option, rows in curve.groupby(name, sort=False).groups.items():
                shares = same[rows].mean(), significant[rows][curve.loc[rows, "p"].notna()].mean()
                ratio = np.exp(curve.loc[rows, "log_ratio"].mean())
                options.append((*key, name, option, len(rows), ratio, *shares))
    explained = pd.DataFrame(matters, columns=list(MATTER_COLUMNS))
    means_by = pd.DataFrame(options, columns=list(OPTION_COLUMNS))
    order = explained.assign(
        curve=explained.groupby(CURVE, sort=False).ngroup(), size=-explained["explained"]
    )
    explained = explained.loc[order.sort_values(["curve", "size"], kind="stable").index]
    for result in (explained, means_by):
        result["frame"] = pd.Categorical(result["frame"], categories=frames)
    return explained.reset_index(drop=True), means_by


def _dummies(column: "pd.Series[str]") -> Array:
    """Return one column of 0 and 1 per value, without the first value."""
    code, names = pd.factorize(column)
    columns: Array = np.eye(len(names))[code][:, 1:]
    return columns


def _residual_squares(values: Array, columns: list[Array]) -> float:
    """Return the residual sum of squares of a model with these columns."""
    design = np.column_stack([np.ones(len(values)), *columns])
    fitted = design @ np.linalg.lstsq(design, values, rcond=None)[0]
    return float(((values - fitted) ** 2).sum())


def curve_table(
    material: Material,
    grid: Grid,
    curves: Curves,
    results: Mapping[tuple[str, int], tuple[Arrays, int]],
) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """Return one row per frame, comparison and specification, and the options of each choice."""
    table = _table(material, curves, results)
    corrected = _corrected(material, grid, curves)
    table = pd.concat([table, corrected]) if len(corrected) else table
    table = _ordered(table, material.claim, list(curves.specifications))
    varied = {name: list(dict.fromkeys(table[name])) for name in OPTIONS}
    varied = {name: options for name, options in varied.items() if len(options) > 1}
    return table[[*HEADS, *varied, *RESULT_COLUMNS]], varied


def _table(
    material: Material,
    curves: Curves,
    results: Mapping[tuple[str, int], tuple[Arrays, int]],
) -> pd.DataFrame:
    """Return the rows of the specifications that are run."""
    claim, sizes = material.claim, sizes_of(material, curves)
    rows = []
    for frame, specifications in curves.specifications.items():
        for number, specification in enumerate(specifications):
            arrays, column = results[frame, number]
            for order, comparison in enumerate(claim.comparisons):
                sides = sorted(set(sum(comparison.sides, ())))
                rows.append(
                    {
                        "frame": frame,
                        "comparison": comparison.label,
                        "specification": number + 1,
                        "reference": number == 0,
                        **specification.labels(),
                        "measure": _measure(specification.kind, specification.unit, claim),
                        "n": int(sizes[frame, number][sides].sum()),
                        **rows_of(arrays, order, column),
                    }
                )
    return pd.DataFrame(rows)


def _measure(kind: str, unit: str, claim: Claim) -> str:
    """Return the unit of an estimate."""
    measured = claim.contrast.scores.hits
    coded = "sentence" if measured is None else measured.unit
    return {
        "rate": f"hits per {claim.contrast.settings['per']:,g} tokens",
        "share": f"share of {coded}s",
        "count": f"hits per {unit}",
        "presence": f"share of {unit}s",
    }[kind]


def _corrected(material: Material, grid: Grid, curves: Curves) -> pd.DataFrame:
    """Return the rows of the specifications that a coded sample corrects."""
    rows = []
    for frame in curves.specifications:
        before = len(curves.specifications[frame])
        for number, specification in enumerate(curves.corrected[frame], start=before + 1):
            for comparison, values in corrected_rows(material, grid, frame, specification):
                heads = frame, comparison.label, number, False
                row = dict(zip(HEADS, heads, strict=True)) | specification.labels()
                measure = _measure("share", specification.unit, material.claim)
                rows.append(row | {"measure": measure} | values)
    return pd.DataFrame(rows)


def _ordered(table: pd.DataFrame, claim: Claim, frames: list[str]) -> pd.DataFrame:
    """Return the table by frame, comparison of the claim and specification."""
    labels = [comparison.label for comparison in claim.comparisons]
    table = table.assign(
        frame=pd.Categorical(table["frame"], categories=frames),
        order=table["comparison"].map(labels.index),
    )
    table = table.sort_values(["frame", "order", "specification"], kind="stable")
    return table.reset_index(drop=True)


def joint_tests(
    results: Mapping[tuple[str, int], tuple[Arrays, int]],
    curves: Curves,
    claim: Claim,
    table: pd.DataFrame,
) -> dict[tuple[str, str], JointTest | None]:
    """Return the joint test of each curve; None where a side of the claim is a single cluster."""
    tests: dict[tuple[str, str], JointTest | None] = {}
    first = table[table["reference"]].set_index(["frame", "comparison"])["method"]
    for frame, specifications in curves.specifications.items():
        columns = [results[frame, number] for number in range(len(specifications))]
        for order, comparison in enumerate(claim.comparisons):
            logs, signed = (
                np.column_stack([arrays[name][:, order, column] for arrays, column in columns])
                for name in ("logs", "signed_p")
            )
            single_cluster = first.loc[(frame, comparison.label)] == "none"
            tests[frame, comparison.label] = None if single_cluster else joint_test(logs, signed)
    return tests
