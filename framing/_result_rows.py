"""Rows of results: numbers of a table under their keys, and what cannot be one."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from framing._core.checks import InputError, check_columns, itemised
from framing._numbers import RANGES

# Digits that are kept: processors differ in the last ones.
DIGITS = 6
NUMBERS = ("value", "low", "high", "n")
PLACE = re.compile(r"\{(\w+)\}")
KEY = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")


def _slug(value: object) -> str:
    return re.sub(r"[^a-z0-9_]+", "-", str(value).lower()).strip("-")


def number(value: Any) -> float | int | None:
    """Return a number with six significant digits, None where it is missing."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if not isinstance(value, int | float | np.number | np.bool_):
        raise InputError(f"{value!r} is a {type(value).__name__}; a result is a number.")
    if math.isnan(value):
        return None
    if math.isinf(value):
        return float(value)
    rounded = float(f"{float(value):.{DIGITS}g}")
    return int(value) if float(value).is_integer() else rounded


def number_of(row: Mapping[str, Any], part: str) -> float | int | None:
    """Return a number of a row; say where it is none."""
    try:
        return number(row.get(part))
    except InputError as error:
        raise InputError(f"{row['key']}, {part}: {error}") from None


def _fill(key: str, record: Mapping[Any, Any], names: Mapping[str, str]) -> str:
    def part(place: re.Match[str]) -> str:
        value = record[place[1]]
        return _slug(names.get(str(value), value))

    return PLACE.sub(part, key)


def rows_of_table(
    table: pd.DataFrame,
    key: str,
    columns: tuple[str, str | None, str | None, str | None],
    names: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Return a dict a row with its ``key`` and those of the columns value, low, high, n there are.

    Raises
    ------
    InputError
        A column that the key or the numbers need is not there.
    """
    value, low, high, n = columns
    optional = {"low": (low, "low"), "high": (high, "high"), "n": (n, "n")}
    named = [column for column, usual in optional.values() if column not in (None, usual)]
    check_columns(
        table.columns, [*PLACE.findall(key), value, *(str(item) for item in named)], "The table"
    )
    used = {
        part: column
        for part, (column, _) in optional.items()
        if column is not None and column in table.columns
    }
    rows = []
    for record in table.to_dict("records"):
        filled = _fill(key, record, names)
        parts = {part: record[column] for part, column in used.items()}
        rows.append({"key": filled, "value": record[value], **parts})
    return rows


def _flaws(row: Mapping[str, Any]) -> Iterator[str]:
    value, low, high, n = (row[part] for part in NUMBERS)
    least, most, example = RANGES[row["kind"]]
    if value is None or math.isinf(value):
        yield "it has no value"
    elif not least <= value <= most:
        yield f"{value:g} is no {row['kind']}{example}"
    if (low is None) != (high is None):
        yield "one end of its interval is missing"
    elif low is not None and low > high:
        yield f"its interval ends ({high:g}) below its beginning ({low:g})"
    if n is not None and not (isinstance(n, int) and 0 <= n < 2**63):
        yield f"its n of {n:g} is no whole number"


def check_rows(rows: Sequence[Mapping[str, Any]], row_intervals: bool) -> None:
    """Raise InputError that names every number that cannot be a result."""
    problems = []
    seen: set[str] = set()
    for row in rows:
        name = row["key"]
        if not KEY.fullmatch(str(name)):
            problems.append(f"{name!r}: keys have letters, digits and . - _ only")
        if name in seen:
            problems.append(f"{name}: two numbers have this key")
        seen.add(name)
        problems += [f"{name}: {flaw}" for flaw in _flaws(row)]
    missing = [row["key"] for row in rows if row["low"] is None]
    if row_intervals and 0 < len(missing) < len(rows):
        problems += [f"{name}: its interval is missing" for name in missing]
    if problems:
        raise InputError(
            "These numbers cannot be results; leave them out of the table, or low=None, high=None "
            "where there is no interval:" + itemised(problems)
        )
