"""Numbers in sentences: one rule of writing for each kind of number."""

import math
from collections.abc import Callable, Mapping
from typing import Any

# The kind of a number decides how it is written. Its unit is free text.
KINDS = ("count", "rate", "share", "points", "ratio", "p", "coefficient", "number")
# The range of each kind, and its description for messages.
RANGES: Mapping[str, tuple[float, float, str]] = {
    "count": (0, math.inf, ", which is 0 or more"),
    "rate": (-math.inf, math.inf, ""),
    "share": (0, 1, ", which lies between 0 and 1 (54% is 0.54)"),
    "points": (-1, 1, ", a difference of shares between 0 and 1 (12 points are 0.12)"),
    "ratio": (0, math.inf, ", which is 0 or more"),
    "p": (0, 1, ", which lies between 0 and 1"),
    "coefficient": (-math.inf, 1, ", which cannot exceed 1"),
    "number": (-math.inf, math.inf, ""),
}
# Forms in which a key can be written: {{key|form}}.
FORMS = ("value", "interval", "low", "high", "n", "unit", "words", "Words", "full")
WORDS = (
    "none", "one", "two", "three", "four", "five", "six",
    "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
MINUS = "−"


def _signed(text: str) -> str:
    """Return a number with a true minus sign."""
    # A rounded -0.0 is zero, and zero has no sign.
    bare = text.lstrip("-")
    negative = text.startswith("-") and any(digit in bare for digit in "123456789")
    return MINUS + bare if negative else bare


def _decimals(value: float, digits: int) -> str:
    """Return a number with this many decimals; infinity as a sign."""
    if math.isinf(value):
        return "∞" if value > 0 else MINUS + "∞"
    return _signed(f"{value:,.{digits}f}")


def _coefficient(value: float) -> str:
    """Return a number that cannot exceed 1, without a leading zero (the rule of the APA)."""
    text = _decimals(value, 2)
    return text.replace("0.", ".", 1) if text.lstrip(MINUS).startswith("0.") else text


def _probability(value: float) -> str:
    """Return a p-value with three decimals or more."""
    if value < 0.0005:
        return "< .001"
    # A value below .05 is not written as .050: it gets further decimals.
    digits = next(d for d in range(3, 17) if d == 16 or (value < 0.05) == (round(value, d) < 0.05))
    return f"{value:.{digits}f}".replace("0.", ".", 1)


def _digits(value: float, usual: int, whole: float = 0) -> int:
    """Return the decimals with which a value is not written as zero or as the whole.

    Example: with one decimal as usual, 0.02 gets two decimals and 99.98 of 100 gets two.
    """
    distance = min(abs(value), abs(whole - abs(value)) if whole else math.inf)
    # Smaller distances are rounding errors of the computation.
    if distance >= 0.5 * 10**-usual or distance < 0.5 * 10 ** -(usual + 3):
        return usual
    return -math.floor(math.log10(distance))


def _writer(kind: str, value: float) -> Callable[[float], str]:
    """Return a function that writes numbers of this kind with the decimals that ``value`` needs."""
    percent = 100 * value
    whole = 100 if kind == "share" else 0
    of_percent = _digits(percent, 1 if abs(percent) < 9.95 else 0, whole)
    of_number = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    writers: Mapping[str, Callable[[float], str]] = {
        # A count can end in .5: the mean of two coders.
        "count": lambda x: _decimals(x, 0 if float(x).is_integer() else 1),
        "rate": lambda x: _decimals(x, _digits(value, 1)),
        "share": lambda x: _decimals(100 * x, of_percent),
        "points": lambda x: _decimals(100 * x, of_percent),
        "ratio": lambda x: _decimals(x, _digits(value, 2)),
        "p": _probability,
        "coefficient": _coefficient,
        "number": lambda x: _decimals(x, _digits(value, of_number)),
    }
    return writers[kind]


def _interval(result: Mapping[str, Any]) -> str:
    """Return the interval in brackets; empty where there is none."""
    if result["low"] is None:
        return ""
    write = _writer(result["kind"], result["value"])
    return f"[{write(result['low'])}, {write(result['high'])}]"


def _value(result: Mapping[str, Any]) -> str:
    """Return the value alone."""
    text = _writer(result["kind"], result["value"])(result["value"])
    return f"{text}%" if result["kind"] == "share" else text


def _plain(result: Mapping[str, Any]) -> str:
    """Return the value with its interval; a p-value with its symbol."""
    if result["kind"] == "p":
        text = _value(result)
        return f"*p* {text}" if text.startswith("<") else f"*p* = {text}"
    return f"{_value(result)} {_interval(result)}".rstrip()


def _full(result: Mapping[str, Any]) -> str:
    """Return the value with unit, interval and n."""
    interval = _interval(result)
    facts = [
        *([f"{100 * result['level']:g}% CI {interval}"] if interval else []),
        *([f"*n* = {result['n']:,} {result['of']}".rstrip()] if result["n"] is not None else []),
    ]
    unit = "" if result["kind"] == "share" else f" {result['unit']}"
    text = _plain(result) if result["kind"] == "p" else f"{_value(result)}{unit}".rstrip()
    return f"{text} ({', '.join(facts)})" if facts else text


def has_form(result: Mapping[str, Any], form: str) -> bool:
    """Return whether the result can be written in this form."""
    if form in ("interval", "low", "high"):
        return result["low"] is not None
    if form == "n":
        return result["n"] is not None
    if form == "unit":
        return bool(result["unit"])
    if form in ("words", "Words"):
        value = result["value"]
        return result["kind"] == "count" and float(value).is_integer() and 0 <= value < len(WORDS)
    return True


def write_number(result: Mapping[str, Any], form: str = "") -> str:
    """Return a result as text.

    Parameters
    ----------
    result : dict
        With ``value, low, high, level, n, of, kind, unit``; None where it has none.
    form : str
        ``""`` gives the value with its interval, ``"3.6 [0.0, 8.8]"``. The others are ``FORMS``.
    """
    write = _writer(result["kind"], result["value"])
    forms: Mapping[str, Callable[[], str]] = {
        "": lambda: _plain(result),
        "value": lambda: _value(result),
        "interval": lambda: _interval(result),
        "low": lambda: write(result["low"]),
        "high": lambda: write(result["high"]),
        "n": lambda: f"{result['n']:,}",
        "unit": lambda: str(result["unit"]),
        "words": lambda: WORDS[int(result["value"])],
        "Words": lambda: WORDS[int(result["value"])].capitalize(),
        "full": lambda: _full(result),
    }
    return forms[form]()
