"""Dates of documents: how they are read, and their precision."""

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from framing._core.checks import InputError, listing

# From the coarsest to the finest.
PRECISIONS = ("year", "month", "day", "time")
COLUMN = "date_precision"

# Patterns of dates without a time. Any other date that can be read has a time.
_FORMS = {
    "year": r"\d{4}",
    "month": r"\d{4}[-/]\d{1,2}",
    "day": r"\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{8}",
}
# A time with an offset other than zero.
_ELSEWHERE = r".{10}.*[+-](?!00:?(?:00)?$)\d{2}:?(?:\d{2})?"


def read_dates(
    table: pd.DataFrame, where: str
) -> tuple["pd.Series[Any]", "pd.Series[Any]", list[tuple[str, str]]]:
    """Return the dates in UTC, their precision, and doc_id and reason of dates not read.

    A year or a month becomes its first day. Many programs write a day as midnight, without an
    offset or in UTC: midnight counts as a day where no date of the column has another time.
    """
    values = table["date"]
    filled = values.notna() & (values.astype(str).str.strip() != "")
    if pd.api.types.is_datetime64_any_dtype(values):
        texts = None
        parsed = pd.to_datetime(values, utc=True)
    else:
        texts = values[filled].map(_as_text).astype("str")
        # A date must begin with a year: pandas would read "today" as the day of the run.
        usable = texts.where(texts.str.match(r"\d{4}"))
        parsed = pd.to_datetime(usable, errors="coerce", format="ISO8601", utc=True)
        parsed = parsed.reindex(table.index)
    dates = parsed.dt.tz_localize(None).astype("datetime64[us]")
    bad = filled & dates.isna()
    if filled.any() and bad[filled].all():
        raise InputError(
            f"{where}: none of the {int(filled.sum())} dates can be read; the first is "
            f"{values[filled].iloc[0]!r}. Write dates with the year first, as 2025-02-13 or "
            "2025-02-13T09:30. The argument date='…' names their column."
        )
    unread = [
        (doc_id, f"the date {value!r} cannot be read (expected 2025-02-13)")
        for doc_id, value in zip(table["doc_id"][bad], values[bad], strict=True)
    ]
    return dates, _coarser(_precision(values, texts, dates), table, where), unread


def _as_text(value: object) -> str:
    """Return a date as text; a year that is a decimal number loses its decimals."""
    # pandas makes 2025.0 of 2025 in a column with missing values.
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def _precision(
    values: "pd.Series[Any]", texts: "pd.Series[str] | None", dates: "pd.Series[Any]"
) -> "pd.Series[Any]":
    """Return the precision of each date: "year", "month", "day" or "time"; missing without one."""
    precisions = pd.Series(None, index=dates.index, dtype="str")
    precisions[dates.notna()] = "time"
    if texts is None:
        zone = values.dt.tz
        elsewhere = zone is not None and zone.utcoffset(None) != timedelta(0)
    else:
        for name, form in _FORMS.items():
            precisions[texts.index[texts.str.fullmatch(form)]] = name
        elsewhere = bool(texts[precisions[texts.index] == "time"].str.fullmatch(_ELSEWHERE).any())
    precisions = precisions.where(dates.notna())
    timed = dates[precisions == "time"]
    if not elsewhere and (timed == timed.dt.normalize()).all():
        precisions = precisions.where(precisions != "time", "day")
    return precisions


def _coarser(precisions: "pd.Series[Any]", table: pd.DataFrame, where: str) -> "pd.Series[Any]":
    """Return the coarser of two precisions: that of the text, and that of a column of the table."""
    if COLUMN not in table:
        return precisions
    stated = table[COLUMN]
    wrong = stated.notna() & ~stated.isin(PRECISIONS)
    if wrong.any():
        raise InputError(
            f"{where}: {COLUMN} of {table['doc_id'][wrong].iloc[0]!r} is "
            f"{stated[wrong].iloc[0]!r}. The column states the precision of the date: "
            f"{listing(PRECISIONS)}. Rename the column if it means something else."
        )
    rank = {precision: number for number, precision in enumerate(PRECISIONS)}
    coarser = stated.map(rank).astype("float64") < precisions.map(rank).astype("float64")
    return precisions.where(~coarser, stated).astype("str")
