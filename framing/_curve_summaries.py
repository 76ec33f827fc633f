"""Summaries of curves: what they agree on, and which choice matters."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core import statistics
from framing._curves import ALPHA, Joint

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
    adjusted = statistics.adjust(found["p_median"].to_numpy(dtype=np.float64), "holm")
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
