"""The units that a regression can use: their hits, clusters and variables; the others and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError
from framing._designs import PERIODS, Variable, lacking, read_column, read_variable
from framing._formulas import Factor, Term
from framing.scores.groups import groups_in
from framing.scores.scores import Scores

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Used:
    """Units with all values: hits (n_units, n_frames), denominators, clusters and their names."""

    units: pd.DataFrame
    hits: Array
    denominators: Array
    variables: Mapping[Factor, Variable]
    clusters: NDArray[np.int64]
    labels: list[str]
    dropped: pd.DataFrame


def used_units(
    scores: Scores, terms: Sequence[Term], cluster: str, reference: Mapping[str, object]
) -> Used:
    units, k = scores.units.reset_index(drop=True), len(scores.frames)
    hits = scores.table["numerator"].to_numpy(dtype=np.float64).reshape(-1, k)
    denominators = scores.table["denominator"].to_numpy(dtype=np.float64).reshape(-1, k)[:, 0]
    if (hits < 0).any():
        raise InputError(
            "Hits with negative weights add up to less than none in "
            f"{int((hits < 0).any(axis=1).sum()):,} units, and a model of counts cannot have "
            "that. Use weights above zero."
        )
    factors = list(dict.fromkeys(factor for term in terms for factor in term))
    columns = {
        factor: read_column(units, factor.column, labels=factor.call == "C", what="The formula")
        for factor in factors
    }
    groups = _clusters(units, cluster)
    reasons = {"no token": denominators == 0, f"no {cluster}": lacking(groups)}
    reasons |= {f"no {factor.column}": lacking(column) for factor, column in columns.items()}
    kept = ~np.any(list(reasons.values()), axis=0)
    if not kept.any():
        counts = ", ".join(f"{what}: {int(gone.sum()):,}" for what, gone in reasons.items())
        raise InputError(
            f"None of the {len(units):,} units has all that the formula needs ({counts}). Leave "
            "out the column that is missing."
        )
    code, labels = groups_in(groups[kept])
    return Used(
        units[kept].reset_index(drop=True),
        hits[kept],
        denominators[kept],
        {
            factor: read_variable(factor, column[kept].reset_index(drop=True), reference)
            for factor, column in columns.items()
        },
        code,
        labels,
        _dropped(units, reasons, kept),
    )


def _clusters(units: pd.DataFrame, cluster: str) -> "pd.Series[Any]":
    if cluster in ("unit_id", "doc_id"):
        return units[cluster]
    derived = cluster in PERIODS and cluster not in units
    if cluster == "length" and cluster not in units:
        raise InputError("cluster='length' is a number, not a set of groups.")
    return read_column(units, cluster, labels=derived, what="cluster=")


def _dropped(
    units: pd.DataFrame, reasons: Mapping[str, NDArray[np.bool_]], kept: NDArray[np.bool_]
) -> pd.DataFrame:
    texts = [
        ", ".join(what for what, gone in reasons.items() if gone[row])
        for row in np.flatnonzero(~kept)
    ]
    return pd.DataFrame(
        {
            "unit_id": units.loc[~kept, "unit_id"].to_numpy(),
            "reason": pd.Series(texts, dtype="str"),
        }
    )
