"""Argument checks and the wording of errors."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import numpy as np

SHOWN = 10
# Lines that a message lists before it says how many more there are.
LISTED = 20


class InputError(ValueError):
    """Input that cannot be used; says what was wrong, where, what is allowed and what to do."""


def listing(values: Iterable[object], limit: int = SHOWN) -> str:
    """Return the values as one readable line, cut after ``limit`` of them."""
    items = [repr(value) for value in values]
    rest = len(items) - limit
    return ", ".join(items[:limit]) + (f" and {rest} more" if rest > 0 else "")


def itemised(lines: Sequence[str]) -> str:
    """Return lines below each other, each after a line end, cut after 20 of them."""
    rest = len(lines) - LISTED
    more = [f"and {rest} more"] if rest > 0 else []
    return "".join(f"\n  {line}" for line in [*lines[:LISTED], *more])


def suggestion(value: object, allowed: Iterable[object]) -> str:
    """Return ``" Did you mean …?"`` where a legal value is close to the one given, else ``""``."""
    close = get_close_matches(str(value), [str(item) for item in allowed], n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


def check_choice(name: str, value: object, allowed: Iterable[object]) -> None:
    """Raise InputError unless ``value`` is one of the legal values."""
    allowed = list(allowed)
    if value not in allowed:
        raise InputError(
            f"{name}={value!r} is not known. Allowed: {listing(allowed, 20)}."
            + suggestion(value, allowed)
        )


def check_made_by(name: str, value: object, kind: type, call: str) -> None:
    """Raise InputError unless ``value`` is what a function returns, which is then named."""
    if not isinstance(value, kind):
        raise InputError(
            f"{name} is a {type(value).__name__}; it must be {kind.__name__}, which {call} returns."
        )


def check_positive(name: str, value: object, *, whole: bool = False) -> None:
    """Raise InputError unless ``value`` is a finite number above zero."""
    kinds = (int, np.integer) if whole else (int, float, np.integer, np.floating)
    number = isinstance(value, kinds) and not isinstance(value, bool)
    if not number or not 0 < value < float("inf"):  # type: ignore[operator]
        kind = "a whole number" if whole else "a number"
        raise InputError(f"{name}={value!r} cannot be used: it must be {kind} above zero.")


def check_share(name: str, value: object) -> None:
    """Raise InputError unless ``value`` lies strictly between 0 and 1."""
    if not isinstance(value, int | float | np.floating) or not 0 < value < 1:
        raise InputError(f"{name}={value!r} cannot be used: it must lie between 0 and 1.")


def check_columns(columns: Iterable[object], needed: Iterable[str], where: str) -> None:
    """Raise InputError that names the columns missing from a table and those that are there."""
    columns = list(columns)
    missing = [column for column in needed if column not in columns]
    if missing:
        hints = "".join(suggestion(column, columns) for column in missing)
        raise InputError(
            f"{where} has no column {listing(missing)}. Its columns: {listing(columns, 20)}.{hints}"
        )


def check_from_zero(name: str, value: object) -> None:
    """Raise InputError unless ``value`` is a whole number, 0 or more."""
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 0:
        raise InputError(f"{name}={value!r} cannot be used: it must be a whole number, 0 or more.")


def check_seed(seed: object) -> None:
    """Raise InputError unless the seed is a whole number, 0 or more."""
    check_from_zero("seed", seed)
