"""Dates of documents: how they are read, in which order of day and month, and their precision.

The names of months and days in other languages are a table (data/dates.toml), and the rules are
here, because a date that is partly known must stay so. A reader of dates of any kind, such as
dateparser, fills in the rest from today: it reads "März 2020" as the 28th of March on the 28th of a
month, "may 2" as a day of this year, and 03/04/2025 in American order without asking the other
dates of the column. It says neither the precision nor the doubt, and takes some .2 s for each kind
of date, where this file takes .001 s.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any, Literal

import numpy as np
import pandas as pd

from framing._core.checks import InputError, check_choice, listing

# From the coarsest to the finest.
PRECISIONS = ("year", "month", "day", "time")
COLUMN = "date_precision"

# The orders of day, month and year in a date of numbers, and their names in messages.
ORDERS = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
# An order is that of a column where this share of its telling dates has it.
MAJORITY = 0.9
# Two-digit years up to this one are of this century: 68 is 2068, 69 is 1969.
PIVOT = 68
# The days of a spreadsheet count from here; these numbers are days from 1954 to 2099.
EPOCH = datetime(1899, 12, 30)
SERIALS = (20000, 73050)

# Numbers that count from 1970, from 1973 to 2128, and what they count.
_UNITS: dict[Literal["s", "ms"], tuple[float, float, str]] = {
    "s": (1e8, 5e9, "seconds"),
    "ms": (1e11, 5e12, "milliseconds"),
}
# Patterns of dates without a time, with the year first.
_FORMS = {
    "year": r"\d{4}",
    "month": r"\d{4}[-/]\d{1,2}",
    "day": r"\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{8}",
}
# What the fast parser of ISO 8601 reads: it would take "today" for the day of the run.
_ISO = r"\d{4}(?:[-/].*|\d{4}(?:[Tt ].*)?)?"
# A time with an offset other than zero.
_ELSEWHERE = r".{10}.*[+-](?!00:?(?:00)?$)\d{2}:?(?:\d{2})?"
# A day that a program wrote as the midnight of its zone.
_MIDNIGHT = (
    r"(\d{4}-\d{2}-\d{2})[Tt ]00:00(?::00(?:\.0+)?)?\s?[+-](?!00:?(?:00)?$)\d{2}:?(?:\d{2})?"
)

# Parts of a date, in lower case and without accents.
_ZONE = (
    r"\s*\(?(?P<zone>(?<![a-z])[a-z]{1,5}(?![a-z]))?\)?(?P<offset>\s*[+-]\d{2}:?\d{2}|[+-]\d{1,2})?"
)
# Year, month and day with spaces between them: 2024 03 11.
_SPACED = re.compile(r"^(\d{4}) (\d\d) (\d\d)(?=t\d|\s|$)")
_CLOCK = re.compile(
    r"(?<![\d:])t?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<micro>\d+))?)?"
    r"\s*(?P<half>[ap]\.?\s?m\b\.?)?"
    r"(?:\s*(?:uhr|hrs?|hours|h|o'clock)\b)?"
    rf"{_ZONE}"
    r"(?![\d:])"
)
# Times without a colon, which something else marks: 10 am, 10h30, 10.30 Uhr, kl. 10.30.
_MARKED = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![\d.])(?P<hour>\d{1,2})(?:\.(?P<minute>\d{2}))?\s*(?P<half>[ap]\.?m\b\.?)" + _ZONE,
        r"(?<![\d.])(?P<hour>\d{1,2})\s?h\s?(?P<minute>\d{2})?\b" + _ZONE,
        r"(?<![\d.])(?P<hour>\d{1,2})(?:\.(?P<minute>\d{2}))?\s*uhr\b" + _ZONE,
        r"\b(?:kl|klo|um|ore|godz)\b\.?\s*(?P<hour>\d{1,2})(?:\.(?P<minute>\d{2}))?(?![\d.])",
    )
)
_NUMBERS = re.compile(
    r"(?<!\d)(?P<first>\d{1,4})\s*(?P<separator>[-/.])\s*(?P<second>\d{1,2})\s*(?P=separator)"
    r"\s*(?P<third>\d{4}|\d{1,2})(?!\d)"
)
_MONTH_OF_YEAR = re.compile(r"(?<![\d./-])(\d{1,2})\s*[-/.]\s*(\d{4})(?![\d./-])")
_YEAR_AND_MONTH = re.compile(r"(?<![\d./-])(\d{4})\s*[-/.]\s*(\d{1,2})(?![\d./-])")
_EASTERN = re.compile(r"(\d{4})\s*[年년]\s*(?:(\d{1,2})\s*[月월]\s*(?:(\d{1,2})\s*[日일号號])?)?")
_EASTERN_DAY = re.compile(r"\(?(?:星期.|周.|週.|[月火水木金土日]曜日?|.요일|[一-龥])\)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:t?(\d{2})(\d{2})(\d{2})z?)?")
_SERIAL = re.compile(r"(\d{5})(?:[.,](\d+))?")
_PIECE = re.compile(r"\d+|[^\s\d.,/:;()\[\]|+–—'\"-]+")


@dataclass(frozen=True)
class DateRead:
    """A date that was read from text.

    Attributes
    ----------
    date : datetime
        In UTC, without a zone. A year or a month has its first day.
    precision : {"year", "month", "day", "time"}
        How exact the text is.
    elsewhere : bool
        Whether the text states an offset from UTC other than zero.
    """

    date: datetime
    precision: str
    elsewhere: bool = False


@dataclass(frozen=True)
class _DateNames:
    """Names in dates: months by language, days of the week, words without meaning, zones."""

    months: dict[str, dict[str, int]]
    shared: dict[str, int]
    days: frozenset[str]
    ignored: frozenset[str]
    zones: dict[str, float]


@cache
def _names() -> _DateNames:
    """Return the names of the file that ships."""
    text = (resources.files("framing") / "data" / "dates.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    months = {
        language: {name: number for number, group in enumerate(groups, 1) for name in group.split()}
        for language, groups in data["months"].items()
    }
    numbers: dict[str, set[int]] = {}
    for names in months.values():
        for name, number in names.items():
            numbers.setdefault(name, set()).add(number)
    # "listopad" is November in Polish and October in Croatian: only the language decides.
    shared = {name: min(values) for name, values in numbers.items() if len(values) == 1}
    return _DateNames(
        months,
        shared,
        frozenset(data["days"]["names"].split()),
        frozenset(_fold(data["words"]["ignored"]).split()),
        data["zones"],
    )


def _fold(text: str) -> str:
    """Return text in lower case, without accents and with plain digits and apostrophes."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    bare = unicodedata.normalize("NFC", bare).replace("’", "'")
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in bare).strip()


def parse_date(text: str, order: str | None = None, language: str = "") -> DateRead | None:
    """Return the date that a text states, or None where it states none, or no certain one.

    Parameters
    ----------
    text : str
        A date: "2025-02-13", "13.02.2025", "February 13, 2025 Thursday 10:31 AM EST",
        "13 février 2025", "Feb 2025", "2025年2月13日", "45701" (day number of a spreadsheet).
    order : {"dmy", "mdy", "ymd"}, optional
        The order of day, month and year in dates of numbers. Without it, 03/04/2025 is not read;
        13/04/2025 allows one order only. A date with dots, 03.04.2025, has the day first.
    language : str
        Language of the names of months that mean different months in different languages.

    Returns
    -------
    DateRead or None
        A text with words that do not belong to a date is not read.
    """
    folded = _fold(text)
    folded = _SPACED.sub(r"\1-\2-\3", folded)
    compact = _COMPACT.fullmatch(folded)
    if compact:
        return _at([int(part or 0) for part in compact.groups()], timed=compact[4] is not None)
    serial = _SERIAL.fullmatch(folded)
    if serial:
        return _of_serial(int(serial[1]), serial[2])
    rest, clock = _take_clock(re.sub(r"\[[a-z_]+/[a-z_/]+\]$", "", folded))
    day = _day_of(rest, order, language)
    if day is None:
        return None
    if clock is None or day.precision != "day":
        return day
    return _with_clock(day, clock)


def _at(numbers: list[int], *, timed: bool) -> DateRead | None:
    """Return a date of year, month, day, hour, minute and second."""
    date = _date(*numbers)
    return DateRead(date, "time" if timed else "day") if date else None


def _date(
    year: int,
    month: int = 1,
    day: int = 1,
    hour: int = 0,
    minute: int = 0,
    second: int = 0,
    micro: int = 0,
) -> datetime | None:
    """Return a date; None where there is no such day or time."""
    try:
        return datetime(year, month, day, hour, minute, second, micro) if year >= 1000 else None
    except ValueError:
        return None


def _of_serial(days: int, fraction: str | None) -> DateRead | None:
    """Return the date of a day number of a spreadsheet; its fraction is the time."""
    if not SERIALS[0] <= days <= SERIALS[1]:
        return None
    seconds = round(float(f"0.{fraction or 0}") * 86400)
    date = EPOCH + timedelta(days=days, seconds=seconds)
    return DateRead(date, "time" if seconds else "day")


def _take_clock(text: str) -> tuple[str, "re.Match[str] | None"]:
    """Return the text without its time, and the match of the time; None in an unknown zone."""
    for pattern in (_CLOCK, *_MARKED):
        match = pattern.search(text)
        if match:
            names, end = _names(), match.end()
            zone = match.groupdict().get("zone")
            if zone and zone not in names.zones:
                if zone not in names.shared and zone not in names.days | names.ignored:
                    return f"{text[: match.start()]} {text[end:]}", None
                # The word after the time is no zone: "10:30 Feb 13 2025".
                end = match.start("zone")
            return f"{text[: match.start()]} {text[end:]}", match
    return text, None


def _with_clock(day: DateRead, clock: "re.Match[str]") -> DateRead | None:
    """Return a day with the time of a match, in UTC."""
    values = clock.groupdict()
    hour, minute = int(values["hour"]), int(values["minute"] or 0)
    half = (values.get("half") or "")[:1]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (half == "p")
    micro = int((values.get("micro") or "0")[:6].ljust(6, "0"))
    second = int(values.get("second") or 0)
    date = _date(day.date.year, day.date.month, day.date.day, hour % 24, minute, second, micro)
    if date is None or hour > 24:
        return None
    zone = values.get("zone")
    minutes = _names().zones.get(zone or "", 0) * 60
    offset = re.sub(r"[\s:]", "", values.get("offset") or "")
    if offset:
        size = int(offset[1:3]) * 60 + int(offset[3:] or 0)
        minutes += size if offset[0] == "+" else -size
    try:
        shifted = date + timedelta(days=hour // 24) - timedelta(minutes=minutes)
    except OverflowError:
        return None
    return DateRead(shifted, "time", bool(minutes))


def _day_of(text: str, order: str | None, language: str) -> DateRead | None:
    """Return the day, month or year of a text without a time."""
    eastern = _EASTERN.search(text)
    if eastern:
        rest = _EASTERN_DAY.sub("", text[: eastern.start()] + text[eastern.end() :])
        known = [int(part) for part in eastern.groups() if part]
        date = _date(*known)
        return DateRead(date, PRECISIONS[len(known) - 1]) if date and _is_empty(rest) else None
    numbers = _NUMBERS.search(text)
    if numbers:
        rest = text[: numbers.start()] + " " + text[numbers.end() :]
        date = _of_numbers(numbers, order or ("dmy" if numbers["separator"] == "." else None))
        return DateRead(date, "day") if date and _is_empty(rest) else None
    for pattern, position in ((_MONTH_OF_YEAR, 1), (_YEAR_AND_MONTH, 0)):
        match = pattern.fullmatch(text)
        if match:
            month, year = int(match[2 - position]), int(match[1 + position])
            date = _date(year, month)
            return DateRead(date, "month") if date else None
    return _of_words(text, order, language)


def _is_empty(text: str) -> bool:
    """Return whether a text has only days of the week and words without meaning."""
    names = _names()
    return all(
        word in names.days or word in names.ignored or word in names.zones or len(word) == 1
        for word in _PIECE.findall(text)
        if not word.isdigit()
    ) and not re.search(r"\d", text)


def _of_numbers(match: "re.Match[str]", order: str | None) -> datetime | None:
    """Return the date of three numbers, in an order."""
    first, second, third = match["first"], match["second"], match["third"]
    if len(first) > 2:
        return _date(int(first), int(second), int(third)) if len(third) < 3 else None
    if order == "ymd":
        return _date(_year(first), int(second), int(third)) if len(third) < 3 else None
    readings = {
        "dmy": _date(_year(third), int(second), int(first)),
        "mdy": _date(_year(third), int(first), int(second)),
    }
    if order is not None:
        return readings[order]
    dates = {date for date in readings.values() if date}
    return dates.pop() if len(dates) == 1 else None


def _year(digits: str) -> int:
    """Return the year of two or four digits."""
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year <= PIVOT else 1900)


def _of_words(text: str, order: str | None, language: str) -> DateRead | None:
    """Return the date of a text with the name of a month, or of a year alone."""
    names = _names()
    months = names.shared | names.months.get(language, {})
    pieces: list[tuple[str, int]] = []
    for piece in _PIECE.findall(text):
        if piece.isdigit():
            pieces.append((piece, 0))
        elif piece in months:
            pieces.append((piece, months[piece]))
        elif not (piece in names.days or piece in names.ignored or piece in names.zones):
            return None
    named = [piece for piece in pieces if piece[1]]
    if len(named) > 1:
        # "mar." is Tuesday and March in French: the other name is the month. Of "Sat, 27 Mar" both
        # are both in some language: the day of the week stands first.
        places = [place for place, piece in enumerate(pieces) if piece[1]]
        sure = [place for place in places if pieces[place][0] not in names.days]
        chosen = sure or places[-1:]
        pieces = [piece for place, piece in enumerate(pieces) if not piece[1] or place in chosen]
    shape = "".join("m" if month else "y" if len(piece) == 4 else "n" for piece, month in pieces)
    numbers = [piece for piece, month in pieces if not month]
    month = next((month for _, month in pieces if month), 1)
    if any(len(number) > 4 or len(number) == 3 for number in numbers):
        return None
    if shape in ("ymn", "ynm") or (shape == "nmn" and order == "ymd"):
        year, day = numbers
    elif shape in ("nmy", "mny") or (shape in ("nmn", "mnn") and len(numbers[1]) == 2):
        day, year = numbers
    elif shape in ("my", "ym", "y"):
        date = _date(int(numbers[0]), month)
        return DateRead(date, "year" if shape == "y" else "month") if date else None
    else:
        return None
    date = _date(_year(year), month, int(day))
    return DateRead(date, "day") if date else None


@dataclass(frozen=True)
class Order:
    """The order of day and month in a column of dates, and how it was decided.

    Attributes
    ----------
    name : {"dmy", "mdy", "ymd"} or None
        None where both orders occur, or where no date tells.
    note : str
        What was decided and why; empty where there was nothing to decide.
    mixed : bool
        Whether both orders occur.
    """

    name: str | None
    note: str = ""
    mixed: bool = False


def decide_order(texts: Iterable[str], hint: str = "") -> Order:
    """Return the order of day and month of a column of dates.

    A number above 12 is a day. Where no date has one, dots mean that the day is first, and so
    does ``hint``, which says why: "the language is 'de'".
    """
    matches = [match for text in texts if (match := _NUMBERS.search(_fold(text)))]
    triples = [match for match in matches if len(match["first"]) <= 2]
    if not triples:
        return Order(None)
    fits = Counter(
        name
        for match in triples
        for name in ORDERS
        if _of_numbers(match, name) and _excludes(match, name)
    )
    telling = fits["dmy"] + fits["mdy"]
    open_dates = [match for match in triples if match["first"] != match["second"]]
    if not telling and fits["ymd"]:
        return Order("ymd", f"Dates are read year first: {fits['ymd']:,} of them allow no other.")
    for name in ("dmy", "mdy"):
        if telling and fits[name] >= MAJORITY * telling:
            example = next(m[0] for m in triples if _of_numbers(m, name) and _excludes(m, name))
            return Order(
                name,
                f"Dates are read {ORDERS[name]}: {fits[name]:,} of {len(triples):,} allow no other "
                f"order, such as {example!r}. dates='…' sets the order.",
            )
    if telling:
        return Order(
            None,
            f"Dates have both orders: {fits['dmy']:,} have the day first, {fits['mdy']:,} the "
            "month. Those that allow both are not read; dates='dmy' or 'mdy' sets the order.",
            mixed=True,
        )
    dots = sum(match["separator"] == "." for match in triples)
    if dots == len(triples):
        return Order("dmy", "Dates with dots are read day first.")
    if hint and open_dates:
        return Order("dmy", f"Dates are read day first, because {hint}. dates='…' sets the order.")
    return Order(None)


def _excludes(match: "re.Match[str]", name: str) -> bool:
    """Return whether a date of numbers excludes the other order of day and month."""
    if name == "ymd":
        return not _of_numbers(match, "dmy") and not _of_numbers(match, "mdy")
    return not _of_numbers(match, "mdy" if name == "dmy" else "dmy")


@dataclass(frozen=True)
class Dates:
    """The dates of a table.

    Attributes
    ----------
    dates : Series of datetime64
        In UTC.
    precisions : Series of str
        See `PRECISIONS`.
    unread : list of (doc_id, reason)
        Dates that cannot be read.
    notes : tuple of str
        What was decided: the order of day and month, day numbers of a spreadsheet.
    """

    dates: "pd.Series[Any]"
    precisions: "pd.Series[Any]"
    unread: list[tuple[str, str]]
    notes: tuple[str, ...]


def read_dates(
    table: pd.DataFrame,
    where: str,
    *,
    order: str | None = None,
    hint: str = "",
    language: str = "",
    alone: bool = False,
) -> Dates:
    """Return the dates of a table in UTC, with their precision.

    A year or a month becomes its first day. Many programs write a day as midnight: midnight, in
    the zone of the date, counts as a day where no date of the column has another time.
    ``order`` is that of day, month and year in dates of numbers. Without it the whole column
    decides, or else ``hint``, a reason for the day to be first. With ``alone`` no date decides
    whether the midnight of another is a day.
    """
    if order is not None:
        check_choice("dates", order, ORDERS)
    values = table["date"]
    filled = values.notna() & (values.astype(str).str.strip() != "")
    notes: tuple[str, ...] = ()
    reasons: dict[str, str] = {}
    if pd.api.types.is_datetime64_any_dtype(values):
        zone = values.dt.tz
        if zone is not None and (values.dropna() == values.dropna().dt.normalize()).all():
            values, zone = values.dt.tz_localize(None), None
        dates = pd.to_datetime(values, utc=True).dt.tz_localize(None).astype("datetime64[us]")
        precisions = pd.Series("time", index=table.index, dtype="str").where(dates.notna())
        elsewhere = zone is not None and zone.utcoffset(None) != timedelta(0)
    elif unit := _epoch_unit(values):
        dates = pd.to_datetime(values, unit=unit).astype("datetime64[us]")
        precisions = pd.Series("time", index=table.index, dtype="str").where(dates.notna())
        elsewhere = False
        notes = (f"Dates are read as {_UNITS[unit][2]} since 1970, in UTC.",)
    else:
        texts = values[filled].map(_as_text).astype("str")
        if alone or texts[texts.str.fullmatch(_ELSEWHERE)].str.fullmatch(_MIDNIGHT).all():
            texts = texts.str.replace(rf"^{_MIDNIGHT}$", r"\1", regex=True)
        parsed = _parse_texts(texts, order, hint, language, where)
        dates = parsed.dates.reindex(table.index)
        precisions = parsed.precisions.reindex(table.index)
        notes, reasons, elsewhere = parsed.notes, parsed.reasons, parsed.elsewhere
    timed = dates[precisions == "time"]
    if not elsewhere and (timed == timed.dt.normalize()).all():
        precisions = precisions.where(precisions != "time", "day")
    bad = filled & dates.isna()
    if filled.any() and bad[filled].all():
        value = _as_text(values[filled].iloc[0])
        raise InputError(
            f"{where}: none of the {int(filled.sum())} dates can be read; the first is "
            f"{values[filled].iloc[0]!r}{reasons.get(value, '')}. Dates are written as "
            "2025-02-13, 13.02.2025, 13 February 2025 or 2025-02-13T09:30. The argument date='…' "
            "names their column."
        )
    unread = [
        (
            doc_id,
            f"the date {value!r} cannot be read"
            f"{reasons.get(_as_text(value), ' (expected a date such as 2025-02-13)')}",
        )
        for doc_id, value in zip(table["doc_id"][bad], values[bad], strict=True)
    ]
    return Dates(dates, _coarser(precisions, table, where), unread, notes)


def with_epochs(values: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return a column of texts that are all seconds or milliseconds since 1970 as numbers.

    For files in which all cells are text, and JSON; elsewhere such a text is no date.
    """
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
        return values
    texts = values.dropna().map(_as_text)
    if len(texts) and texts.str.fullmatch(r"\d{10}(?:\.\d+)?|\d{13}").all():
        return pd.to_numeric(values)
    return values


def _epoch_unit(values: "pd.Series[Any]") -> Literal["s", "ms"] | None:
    """Return the unit of numbers that count from 1970; None where they are other numbers."""
    if not pd.api.types.is_numeric_dtype(values) or values.isna().all():
        return None
    for unit, (low, high, _) in _UNITS.items():
        if values.dropna().between(low, high).all():
            return unit
    return None


@dataclass(frozen=True)
class _Parsed:
    """Dates of a column of text: ``reasons`` says of a text why it was not read."""

    dates: "pd.Series[Any]"
    precisions: "pd.Series[Any]"
    elsewhere: bool
    reasons: dict[str, str]
    notes: tuple[str, ...]


def _parse_texts(
    texts: "pd.Series[str]", order: str | None, hint: str, language: str, where: str
) -> _Parsed:
    """Return the dates of a column of text."""
    # A year before 1000 is a slip of a program.
    usable = texts.where(texts.str.fullmatch(_ISO) & ~texts.str.startswith("0"))
    parsed = pd.to_datetime(usable, errors="coerce", format="ISO8601", utc=True)
    dates = parsed.dt.tz_localize(None).astype("datetime64[us]")
    precisions = pd.Series("time", index=texts.index, dtype="str").where(dates.notna())
    for name, form in _FORMS.items():
        precisions = precisions.mask(dates.notna() & texts.str.fullmatch(form), name)
    elsewhere = bool(texts[precisions == "time"].str.fullmatch(_ELSEWHERE).any())
    others = texts[dates.isna()].unique().tolist()
    if not others:
        return _Parsed(dates, precisions, elsewhere, {}, ())
    decision = Order(order) if order else decide_order(others, hint)
    read = {}
    for text in others:
        date = parse_date(text, decision.name, language)
        if date is not None:
            read[text] = date
    reasons = {text: _why(text, decision, order, language) for text in others if text not in read}
    undecided = [text for text, reason in reasons.items() if reason.startswith(", which can be")]
    if undecided and not decision.mixed:
        raise InputError(
            f"{where}: the date {undecided[0]!r}{reasons[undecided[0]]}, and no date of the "
            "column has a day above 12, which would decide it. Say which number comes first: "
            "dates='dmy' (day) "
            "or dates='mdy' (month)."
        )
    mask = dates.isna() & texts.isin(list(read))
    chosen = texts[mask]
    dates = dates.copy()
    dates[mask] = pd.Series(
        [read[text].date for text in chosen], index=chosen.index, dtype="datetime64[us]"
    )
    precisions = precisions.copy()
    precisions[mask] = pd.Series(
        [read[text].precision for text in chosen], index=chosen.index, dtype="str"
    )
    elsewhere = elsewhere or any(date.elsewhere for date in read.values())
    notes = [decision.note] if decision.note else []
    serials = [text for text in chosen if _SERIAL.fullmatch(text)]
    if serials:
        notes.append(
            f"{len(serials):,} dates are day numbers of a spreadsheet: {serials[0]} is read as "
            f"{read[serials[0]].date:%Y-%m-%d}."
        )
    return _Parsed(dates, precisions, elsewhere, reasons, tuple(notes))


def _why(text: str, decision: Order, order: str | None, language: str) -> str:
    """Return why a date was not read, as the end of a sentence; empty where it is no date."""
    readings = {name: parse_date(text, name, language) for name in ORDERS}
    known = {name: reading for name, reading in readings.items() if reading}
    if not known:
        return " (expected a date such as 2025-02-13)"
    if decision.name is None:
        days = [f"{reading.date:%Y-%m-%d}" for reading in known.values()]
        return f", which can be {' or '.join(dict.fromkeys(days))}"
    because = f"dates={order!r}" if order else "as the other dates are"
    return f": it is not {ORDERS[decision.name]} ({because})"


def _as_text(value: object) -> str:
    """Return a date as text; a year that is a decimal number loses its decimals."""
    # pandas makes 2025.0 of 2025 in a column with missing values.
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


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
