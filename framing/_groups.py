"""Groups of units: by a column of the documents, or by a period of their date."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._checks import InputError, check_choice

PERIODS = {"year": "Y", "quarter": "Q", "month": "M", "week": "W"}
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
        labels = _periods(units["date"], by)
    else:
        labels = _texts(units[by])
    # A number is ordered as one: 9 before 10.
    number = by in units and pd.api.types.is_numeric_dtype(units[by])
    groups = sorted(set(labels) - {MISSING}, key=float if number else None)
    groups += [MISSING] * (MISSING in set(labels))
    if len(groups) > MOST_GROUPS:
        raise InputError(
            f"by={by!r} makes {len(groups):,} groups; {MOST_GROUPS} is the most. Group the values "
            "in a column of their own, or use a longer period of the date."
        )
    return pd.Index(groups).get_indexer(pd.Index(labels)).astype(np.int64), groups


def _periods(dates: "pd.Series[Any]", by: str) -> list[str]:
    periods = dates.dt.to_period(PERIODS[by])
    starts = periods.dt.start_time.dt.strftime("%Y-%m-%d") if by == "week" else periods.astype(str)
    return _filled(starts, dates)


def _texts(column: "pd.Series[Any]") -> list[str]:
    if pd.api.types.is_datetime64_any_dtype(column):
        return _filled(column.dt.strftime("%Y-%m-%d"), column)
    return _filled(column.astype(str), column)


def _filled(texts: "pd.Series[Any]", column: "pd.Series[Any]") -> list[str]:
    pairs = zip(texts, column.isna(), strict=True)
    return [MISSING if missing else str(text) for text, missing in pairs]
