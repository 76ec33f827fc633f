"""Periods of time: the day, week, month, quarter and year of dates that are precise enough."""

import re
import warnings
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError
from framing._core.typing import Array, Mask, Rows

Days = NDArray[np.datetime64]

# Weeks are those of ISO 8601: they end on Sunday.
FREQUENCY = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}
# Mean length in days.
LENGTH = {"day": 1.0, "week": 7.0, "month": 30.436875, "quarter": 91.310625, "year": 365.2425}
PRECISIONS = ("year", "month", "day", "time")
# The coarsest date that is precise enough for each period.
NEEDED = {"day": "day", "week": "day", "month": "month", "quarter": "month", "year": "year"}
# Precisions of a date that are too coarse for each period.
TOO_COARSE = {period: PRECISIONS[: PRECISIONS.index(needed)] for period, needed in NEEDED.items()}
# With more periods than this, one date is more likely wrong than the span so long.
MAX_PERIODS = 5_000


@dataclass(frozen=True)
class Dated:
    """The first and the last possible day of publication of each unit, and the precision.

    ``begin`` and ``end`` are days, both included: the same day for a plain date, the first and
    the last of March for "2025-03"; missing without a date. ``precision`` is "year", "month",
    "day" or "time", and empty without a date.
    """

    begin: Days
    end: Days
    precision: NDArray[np.object_]


def read_dates(units: pd.DataFrame, timezone: str | None) -> Dated:
    """Return the days of the units. Dates with a time of day are moved to the time zone.

    ``date`` is in UTC. Without a column ``date_precision``, a date at midnight is a plain day.
    """
    dates = pd.Series(units["date"].to_numpy(), dtype="datetime64[us]")
    known = dates.notna().to_numpy()
    guess = np.where(dates == dates.dt.normalize(), "day", "time").astype(object)
    if "date_precision" in units:
        recorded = units["date_precision"].astype(object).to_numpy()
        guess = np.where(pd.isna(recorded), guess, recorded)
    precision = np.where(known, guess, "")
    timed = precision == "time"
    if timezone is not None and timed.any():
        moved = dates[timed].dt.tz_localize("UTC").dt.tz_convert(_zone(timezone))
        dates[timed] = moved.dt.tz_localize(None)
    begin = dates.to_numpy().astype("datetime64[D]")
    end = begin.copy()
    for coarse in ("year", "month"):
        rows = precision == coarse
        begin[rows] = begin[rows].astype(f"datetime64[{coarse[0].upper()}]").astype(begin.dtype)
        following = begin[rows].astype(f"datetime64[{coarse[0].upper()}]") + 1
        end[rows] = following.astype(begin.dtype) - np.timedelta64(1, "D")
    return Dated(begin, end, precision)


def _zone(timezone: str) -> ZoneInfo:
    """Return the time zone with an IANA name."""
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError):
        raise InputError(
            f"timezone={timezone!r} is not known. Give a name of the IANA list, such as "
            '"Europe/Kyiv", "America/New_York" or "UTC".'
        ) from None


def read_day(name: str, date: object) -> np.datetime64:
    """Return the day of a date that is an argument; ``name`` is that of the argument."""
    try:
        with warnings.catch_warnings():
            # What pandas guesses of "13.02.2025" is refused below.
            warnings.simplefilter("ignore", UserWarning)
            read: object = pd.Timestamp(date)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        read = None
    if not isinstance(read, pd.Timestamp):
        raise InputError(f'{name}: {date!r} is not a date. Write it as "2025-01-20".')
    if isinstance(date, str) and re.match(r"\s*\d{1,2}\s*[./-]\s*\d", date):
        raise InputError(
            f"{name}: {date!r}: it is not clear which number is the day. Write the year first: "
            '"2025-01-20".'
        )
    return np.datetime64(read.date(), "D")


def check_zone(timezone: str | None) -> None:
    """Raise InputError unless the zone is known."""
    if timezone is not None:
        _zone(timezone)


def too_coarse(dated: Dated, every: str) -> Mask:
    """Return which dates are too coarse for a period: "2025-03" for a week."""
    return np.isin(dated.precision, TOO_COARSE[every])


def period_labels(dates: "pd.Series[Any]", every: str) -> "pd.Series[Any]":
    """Return the period of each date as text, missing without a date.

    A day is "2025-01-20"; a week has the name of its Monday, "2025-01-20"; a month is "2025-01",
    a quarter "2025Q1", a year "2025".
    """
    periods = dates.dt.to_period(FREQUENCY[every])
    if every == "week":
        periods = periods.dt.start_time.dt.strftime("%Y-%m-%d")
    labels: pd.Series[Any] = periods.astype(str).astype(object).where(dates.notna(), None)
    return labels


def period_numbers(dates: "pd.Series[Any]", every: str) -> "pd.Series[Any]":
    """Return the number of periods between the first date and each date, missing without a date."""
    numbers = pd.PeriodIndex(dates.dt.to_period(FREQUENCY[every])).asi8
    known = dates.notna().to_numpy()
    return pd.Series((numbers - numbers[known].min()).astype(float), dates.index).where(known)


def cut(days: Days, every: str) -> tuple[Rows, pd.PeriodIndex]:
    """Return the number of the period of each day, and all periods from the first to the last."""
    of_days = pd.PeriodIndex(pd.DatetimeIndex(days), freq=FREQUENCY[every])
    count = (of_days.max() - of_days.min()).n + 1
    if count > MAX_PERIODS:
        raise InputError(
            f"From {days.min()} to {days.max()} there are {count:,} periods with every={every!r}; "
            f"at most {MAX_PERIODS:,} are allowed. Use a longer period, or correct a wrong date."
        )
    periods = pd.period_range(of_days.min(), of_days.max(), freq=FREQUENCY[every])
    number: Rows = periods.get_indexer(of_days).astype(np.int64)
    return number, periods


def starts(periods: pd.PeriodIndex) -> Days:
    """Return the first day of each period."""
    days: Days = periods.start_time.to_numpy().astype("datetime64[D]")
    return days


def middles(periods: pd.PeriodIndex) -> Array:
    """Return the middle of each period, in days since 1970."""
    first = starts(periods).astype(np.float64)
    following = starts(periods + 1).astype(np.float64)
    middle: Array = (first + following) / 2
    return middle
