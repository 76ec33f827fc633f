"""How a result is written in a sentence: one rule for each kind of number."""

import math
from collections.abc import Callable, Mapping
from typing import Any

# What a number is decides how it is written; its unit is free text.
KINDS = ("count", "rate", "share", "points", "ratio", "p", "coefficient", "number")
FORMS = ("value", "interval", "low", "high", "n", "unit", "words", "full")
WORDS = (
    "none", "one", "two", "three", "four", "five", "six",
    "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
MINUS = "−"


def _signed(text: str) -> str:
    # A rounded -0.0 is zero, and zero has no sign.
    bare = text.lstrip("-")
    negative = text.startswith("-") and any(digit in bare for digit in "123456789")
    return MINUS + bare if negative else bare


def _decimals(value: float, digits: int) -> str:
    if math.isinf(value):
        return _signed("-∞" if value < 0 else "∞") if value > 0 else MINUS + "∞"
    return _signed(f"{value:,.{digits}f}")


def _coefficient(value: float) -> str:
    # What cannot exceed 1 is written without a leading zero, as the APA asks.
    text = _decimals(value, 2)
    return text.replace("0.", ".", 1) if text.lstrip(MINUS).startswith("0.") else text


def _probability(value: float) -> str:
    return "< .001" if value < 0.0005 else f"{value:.3f}".replace("0.", ".", 1)


def _digits_of_percent(value: float) -> int:
    return 1 if abs(value) < 0.0995 else 0


def _writer(kind: str, value: float) -> Callable[[float], str]:
    """Return what writes a number of this kind with the decimals that ``value`` asks for."""
    digits = _digits_of_percent(value)
    writers: Mapping[str, Callable[[float], str]] = {
        "count": lambda x: _decimals(x, 0),
        "rate": lambda x: _decimals(x, 1),
        "share": lambda x: _decimals(100 * x, digits),
        "points": lambda x: _decimals(100 * x, digits),
        "ratio": lambda x: _decimals(x, 2),
        "p": _probability,
        "coefficient": _coefficient,
        "number": lambda x: _decimals(x, 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0),
    }
    return writers[kind]


def _interval(result: Mapping[str, Any]) -> str:
    if result["low"] is None:
        return ""
    write = _writer(result["kind"], result["value"])
    return f"[{write(result['low'])}, {write(result['high'])}]"


def _value(result: Mapping[str, Any]) -> str:
    text = _writer(result["kind"], result["value"])(result["value"])
    return f"{text}%" if result["kind"] == "share" else text


def _plain(result: Mapping[str, Any]) -> str:
    if result["kind"] == "p":
        text = _value(result)
        return f"*p* {text}" if text.startswith("<") else f"*p* = {text}"
    return f"{_value(result)} {_interval(result)}".rstrip()


def _full(result: Mapping[str, Any]) -> str:
    interval = _interval(result)
    facts = [
        *([f"{100 * result['level']:.0f}% CI {interval}"] if interval else []),
        *([f"*n* = {result['n']:,} {result['of']}".rstrip()] if result["n"] is not None else []),
    ]
    unit = "" if result["kind"] == "share" else f" {result['unit']}"
    text = _plain(result) if result["kind"] == "p" else f"{_value(result)}{unit}"
    return f"{text} ({', '.join(facts)})" if facts else text


def has_form(result: Mapping[str, Any], form: str) -> bool:
    """Tell whether the result can be written in this form."""
    if form in ("interval", "low", "high"):
        return result["low"] is not None
    if form == "n":
        return result["n"] is not None
    if form == "words":
        value = result["value"]
        return result["kind"] == "count" and float(value).is_integer() and 0 <= value < len(WORDS)
    return True


def write_number(result: Mapping[str, Any], form: str = "") -> str:
    """Return a result as text.

    Parameters
    ----------
    result : dict
        With ``value, low, high, level, n, of, kind, unit``; what it lacks is None.
    form : str
        ``""``: the value with its interval, ``"3.6 [0.0, 8.8]"``. Or one of ``FORMS``.
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
        "full": lambda: _full(result),
    }
    return forms[form]()
