"""Groups of units: by a column of the documents, or by a period of their date."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError, check_choice

PERIODS = {"year": "Y", "quarter": "Q", "month": "M", "week": "W"}
# Precisions of a date that do not tell in which period it is.
TOO_COARSE = {"year": (), "quarter": ("year",), "month": ("year",), "week": ("year", "month")}
MISSING = "(missing)"
# Groups beyond which a column is more likely a measurement than a set of groups.
MOST_GROUPS = 200
NOT_GROUPS = ("unit_id", "start", "end", "tokens", "terms")


def groups_of(units: pd.DataFrame, by: str) -> tuple[NDArray[np.int64], list[str]]:
    """Return for each unit the number of its group, and the groups in their order."""
    columns = [column for column in units if column not in NOT_GROUPS]
    dated = "date" in units and bool(units["date"].notna().any())
    check_choice("by", by, [*columns, *(period for period in PERIODS if period not in columns)])
    if by in PERIODS and by not in columns:
        if not dated:
            raise InputError(f"by={by!r} needs dates, and no document has one.")
        dates = units["date"]
        if "date_precision" in units:
            dates = dates.mask(units["date_precision"].isin(TOO_COARSE[by]))
        code, groups = _coded(_periods(dates, by))
    else:
        code, groups = groups_in(units[by])
    if len(groups) > MOST_GROUPS:
        raise InputError(
            f"by={by!r} makes {len(groups):,} groups; {MOST_GROUPS} is the most. Group the values "
            "in a column of their own, or use a longer period of the date."
        )
    return code, groups


def groups_in(column: "pd.Series[Any]") -> tuple[NDArray[np.int64], list[str]]:
    """Return for each value the number of its group, and the groups in their order.

    Numbers are ordered as numbers, all else as text; a missing value is the last group.
    """
    dated = pd.api.types.is_datetime64_any_dtype(column)
    texts = column.dt.strftime("%Y-%m-%d") if dated else column.astype(str)
    number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    return _coded(texts.where(column.notna(), MISSING), number)


def cluster_codes(
    keys: "Sequence[pd.Series[Any]]", documents: "pd.Series[Any]"
) -> NDArray[np.int64]:
    """Return for each unit the number of its cluster, which all keys together name.

    A document without a cluster is one of its own: its sentences are not.
    """
    code = pd.MultiIndex.from_arrays([key.astype(object) for key in keys]).factorize()[0]
    missing = np.logical_or.reduce([key.isna().to_numpy() for key in keys])
    code = np.where(missing, code.max(initial=0) + 1 + documents.factorize()[0], code)
    return np.unique(code, return_inverse=True)[1].astype(np.int64)


def _periods(dates: "pd.Series[Any]", by: str) -> "pd.Series[Any]":
    periods = dates.dt.to_period(PERIODS[by])
    if by == "week":
        periods = periods.dt.start_time.dt.strftime("%Y-%m-%d")
    labels: pd.Series[Any] = periods.astype(str).where(dates.notna(), MISSING)
    return labels


def _coded(labels: "pd.Series[Any]", number: bool = False) -> tuple[NDArray[np.int64], list[str]]:
    groups = sorted(set(labels) - {MISSING}, key=float if number else None)
    groups += [MISSING] * (MISSING in set(labels))
    return pd.Index(groups).get_indexer(pd.Index(labels)).astype(np.int64), groups
