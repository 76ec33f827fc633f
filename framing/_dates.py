"""Dates as they are written: when, and how precisely that is known."""

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from framing._core.checks import InputError, listing

# From the coarsest to the finest.
PRECISIONS = ("year", "month", "day", "time")
COLUMN = "date_precision"

# What the text of a date looks like; all else that can be read has a time.
_FORMS = {
    "year": r"\d{4}",
    "month": r"\d{4}[-/]\d{1,2}",
    "day": r"\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{8}",
}
_ELSEWHERE = r".{10}.*[+-](?!00:?(?:00)?$)\d{2}:?(?:\d{2})?"


def read_dates(
    table: pd.DataFrame, where: str
) -> tuple["pd.Series[Any]", "pd.Series[Any]", list[tuple[str, str]]]:
    """Return the dates in UTC, how precise each is, and the doc_id and reason of those not read.

    A year or a month becomes its first day. Midnight without an offset, or in UTC, is how many
    programs write a day: it counts as one where no date of the column has another time.
    """
    if "date" not in table:
        nothing = pd.Series(pd.NaT, index=table.index, dtype="datetime64[us]")
        return nothing, pd.Series(None, index=table.index, dtype="str"), []
    given = table["date"]
    filled = given.notna() & (given.astype(str).str.strip() != "")
    if pd.api.types.is_datetime64_any_dtype(given):
        texts = None
        read = pd.to_datetime(given, utc=True)
    else:
        texts = given[filled].map(_as_text).astype("str")
        # Without digits first, pandas would read "today" as the day of the run.
        usable = texts.where(texts.str.match(r"\d{4}"))
        read = pd.to_datetime(usable, errors="coerce", format="ISO8601", utc=True)
        read = read.reindex(table.index)
    dates = read.dt.tz_localize(None).astype("datetime64[us]")
    bad = filled & dates.isna()
    if filled.any() and bad[filled].all():
        raise InputError(
            f"{where}: none of the {int(filled.sum())} dates can be read, the first being "
            f"{given[filled].iloc[0]!r}. Dates are written year first, as 2025-02-13 or "
            "2025-02-13T09:30; say which column holds them with date='…'."
        )
    unread = [
        (doc_id, f"the date {value!r} cannot be read (expected 2025-02-13)")
        for doc_id, value in zip(table["doc_id"][bad], given[bad], strict=True)
    ]
    return dates, _coarser(_precision(given, texts, dates), table, where), unread


def _as_text(value: object) -> str:
    # A column of years in which one is missing comes as 2025.0.
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def _precision(
    given: "pd.Series[Any]", texts: "pd.Series[str] | None", dates: "pd.Series[Any]"
) -> "pd.Series[Any]":
    found = pd.Series(None, index=dates.index, dtype="str")
    found[dates.notna()] = "time"
    if texts is None:
        zone = given.dt.tz
        elsewhere = zone is not None and zone.utcoffset(None) != timedelta(0)
    else:
        for precision, form in _FORMS.items():
            found[texts.index[texts.str.fullmatch(form)]] = precision
        elsewhere = bool(texts[found[texts.index] == "time"].str.fullmatch(_ELSEWHERE).any())
    found = found.where(dates.notna())
    timed = dates[found == "time"]
    if not elsewhere and (timed == timed.dt.normalize()).all():
        found = found.where(found != "time", "day")
    return found


def _coarser(found: "pd.Series[Any]", table: pd.DataFrame, where: str) -> "pd.Series[Any]":
    """Return the coarser of how precise dates look and of what a column of the table says."""
    if COLUMN not in table:
        return found
    given = table[COLUMN]
    wrong = given.notna() & ~given.isin(PRECISIONS)
    if wrong.any():
        raise InputError(
            f"{where}: {COLUMN} of {table['doc_id'][wrong].iloc[0]!r} is "
            f"{given[wrong].iloc[0]!r}. It says how precise the date is: {listing(PRECISIONS)}. "
            "Rename the column if it means something else."
        )
    rank = {precision: number for number, precision in enumerate(PRECISIONS)}
    coarser = given.map(rank).astype("float64") < found.map(rank).astype("float64")
    return found.where(~coarser, given).astype("str")
