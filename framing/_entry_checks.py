"""Checks of the entries of a lexicon, with the place of what is wrong."""

import math
from collections.abc import Mapping, Sequence

import msgspec
import pandas as pd

from framing._core.checks import InputError, listing
from framing._core.files import Place, Where
from framing._patterns import PatternError, check_case, parse_pattern
from framing.text.characters import fold


class Entry(msgspec.Struct, forbid_unknown_fields=True):
    """An entry as it is written in a table."""

    pattern: str
    weight: float = 1.0
    exceptions: list[str] = []
    case: bool = False
    only_if: str = msgspec.field(default="", name="if")
    unless: str = ""
    within: int | str = "sentence"
    match: list[str] = []
    avoid: list[str] = []


def check_entry(item: Entry, spot: Place, groups: Mapping[str, tuple[str, ...]]) -> None:
    """Raise InputError unless all that an entry asks for can be read."""
    check_pattern(item.pattern, spot, groups, case=item.case)
    if not math.isfinite(item.weight) or item.weight == 0:
        raise InputError(
            f"{spot}: weight {item.weight} of entry {item.pattern!r} cannot be used: "
            "it must be a finite number other than 0."
        )
    for pattern in item.exceptions:
        check_pattern(pattern, f"{spot}: exception", groups)
    for name, pattern in (("if", item.only_if), ("unless", item.unless)):
        if pattern:
            check_pattern(pattern, f"{spot}: {name}", groups)
    for name, texts in (("match", item.match), ("avoid", item.avoid)):
        if not all(text.strip() for text in texts):
            raise InputError(f"{spot}: {name} has an empty example. Write a text, or take it out.")
    if item.within == "sentence":
        return
    if not isinstance(item.within, int) or item.within < 1:
        raise InputError(
            f'{spot}: within = {item.within!r} cannot be used: it is "sentence" or a number of '
            "words, 1 or more."
        )
    if not item.only_if and not item.unless:
        raise InputError(f"{spot}: within belongs to a condition; add if or unless.")


def check_pattern(
    pattern: str,
    where: Place | str,
    groups: Mapping[str, Sequence[str]] | None = None,
    *,
    case: bool = False,
) -> None:
    """Raise InputError unless the pattern can be read."""
    if not any(character.isalnum() for character in fold(pattern)):
        raise InputError(
            f"{where} is empty ({pattern!r}): it has no letter and no digit. "
            "Write a word, or take the line out."
        )
    try:
        parse_pattern(pattern, groups)
        if case:
            check_case(pattern)
    except PatternError as error:
        raise InputError(f"{where}, {pattern!r}: {error}.") from None


def check_repeats(table: pd.DataFrame, shared: bool, where: Where) -> None:
    """Raise InputError where an entry stands twice in a frame, or in two that share none."""
    folded = table["pattern"].map(fold)
    again = folded.duplicated(keep=False)
    for _, group in table[again].groupby(folded[again], sort=False):
        pattern = group["pattern"].iloc[-1]
        frames = list(dict.fromkeys(group["frame"]))
        spot = where("frames", frames[-1], pattern)
        if len(frames) < len(group):
            raise InputError(
                f"{spot}: entry {pattern!r} stands twice in frame {frames[0]!r}. Keep one."
            )
        if not shared:
            raise InputError(
                f"{spot}: entry {pattern!r} stands in the frames {listing(frames)}. Keep it in "
                "one of them, or set shared = true at the top if it is to count for each."
            )
