"""What is seen of a text, where characters that nobody sees are left out, and where it stood."""

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framing._core.typing import Mask
from framing.text.broken_pages import find_signs, find_unseen
from framing.text.characters import (
    BREAK,
    DROP,
    HYPHENS,
    INVISIBLE,
    LINE_ENDS,
    SPACE,
    STRESS,
    STRESSED,
    CodePoints,
    Offsets,
    Signs,
    is_mark,
    text_of,
    unicode_table,
)

_SOFT, _BREAK, _STRESS = (np.uint32(ord(sign)) for sign in ("\u00ad", BREAK, STRESS))
_STRESSED = np.array([ord(letter) for letter in STRESSED], dtype=np.uint32)
# A soft hyphen that cuts a word at the end of a line stays, for `line_cuts`.
_BLANKS = f"[{INVISIBLE} \t\u00a0]*"
_LINE_END = re.compile(rf"{_BLANKS}(?:\r\n|[{LINE_ENDS}])\x0c?{_BLANKS}\w")
# One alone on a line does so too, as some programs that read PDF write it.
_ALONE = re.compile(rf"(?<=\S){_BLANKS}(?:\r\n|[{LINE_ENDS}]){_BLANKS}\Z")
# No more characters stand before one that is alone on its line, and after one at a line end.
_BEFORE, _AFTER = 12, 200
# A space without width before or after these is none: nobody writes "truce ." or "cease -fire".
_QUOTES = "\"'`"
_CLOSING = np.array([ord(sign) for sign in f".,;:!?…)]}}”’»›{_QUOTES}{HYPHENS}—"], dtype=np.uint32)
_OPENING = np.array([ord(sign) for sign in f"([{{“„‘‚«‹{_QUOTES}{HYPHENS}—"], dtype=np.uint32)


# Of more, a mask of all characters is faster than the pieces between them.
_FEW = 1000
# So many rows of a column are moved in one go.
_BLOCK = 100_000


@dataclass(frozen=True)
class Places:
    """Where what is seen of a text stood in it: ``gone`` are the offsets of what is not seen."""

    gone: Offsets

    @cached_property
    def _after(self) -> Offsets:
        """The offsets in what is seen that stand behind what is gone."""
        return self.gone - np.arange(len(self.gone))

    def given(self, seen: Offsets) -> Offsets:
        """Return offsets in what is seen as those in the text."""
        given: Offsets = seen + np.searchsorted(self._after, seen, side="right")
        return given

    def seen(self, given: Offsets) -> Offsets:
        """Return offsets in the text as those in what is seen."""
        seen: Offsets = given - np.searchsorted(self.gone, given)
        return seen

    def seen_in_order(self, given: Offsets) -> Offsets:
        """Return what `seen` does for many offsets that rise: few of them have to be looked up."""
        edges = np.searchsorted(given, self.gone, side="right")
        sizes = np.diff(edges, prepend=0, append=len(given))
        seen: Offsets = given - np.repeat(np.arange(len(sizes)), sizes)
        return seen

    def part(self, start: int, end: int) -> "Places":
        """Return the places of a part, given where it begins and ends in the text."""
        low, high = np.searchsorted(self.gone, [start, end])
        return Places(self.gone[low:high] - start)


@dataclass(frozen=True)
class Seen:
    """A text as it is seen: without invisible characters, and with plain spaces for U+200B.

    ``signs`` are its `sign_offsets`, and ``places`` say where it stood. ``spaces`` are the offsets
    of the plain spaces for U+200B, and ``changed`` says whether other characters are read.
    """

    text: str
    codes: CodePoints
    signs: Offsets
    places: Places
    spaces: Offsets
    changed: bool

    def moved_spans(self, spans: Offsets) -> Offsets:
        """Return spans, one per row, as those in this text; without those of which nothing is seen.

        Else the removed line "Advertisement" at a page end would remove the line after it.
        """
        moved = self.places.seen(spans)
        return moved[moved[:, 0] < moved[:, 1]]


def given_spans(places: Places, start: Offsets, end: Offsets) -> tuple[Offsets, Offsets]:
    """Return spans of what is seen of a text as spans of the text, without invisible edges."""
    first = places.given(start)
    return first, np.where(end > start, places.given(np.maximum(end, 1) - 1) + 1, first)


def see(
    text: str,
    codes: CodePoints,
    begins: Offsets,
    signs: Signs | None = None,
    *,
    in_place: bool = False,
) -> Seen | None:
    """Return what is seen of some joined texts, which begin at ``begins``; None where it is all.

    All rules that read a text, such as those for sentences and speakers, look at what is seen: with
    an invisible sign between any two characters they find the same. Two signs do something. A
    soft hyphen between a letter and a line end cuts a word there. A space without width is a
    space, unless it stands beside white space or a hyphen, before a closing or after an opening
    sign. What programs put between lines is not seen either, see `find_unseen`.

    With ``in_place`` the code points are changed, which takes less memory and more time.
    """
    signs = find_signs(codes) if signs is None else signs
    code = codes[signs.hidden]
    hidden = signs.hidden[(unicode_table().flags[code] & DROP) != 0]
    breaks = signs.hidden[code == _BREAK]
    stress = signs.hidden[code == _STRESS]
    if len(stress):
        stress = stress[np.isin(codes[np.maximum(stress - 1, 0)], _STRESSED)]
        hidden = np.union1d(hidden, stress)
    unseen = find_unseen(text, codes, begins, signs)
    if not (len(hidden) or len(breaks) or unseen.spans or unseen.changes):
        return None
    # Large arrays are few here: each takes longer than all else.
    ranges = [np.arange(start, end) for start, end in unseen.spans]
    gone = np.unique(np.concatenate([hidden, *ranges]))
    if len(breaks):
        gone = np.union1d(gone, breaks[~_are_spaces(codes, np.union1d(gone, breaks), breaks)])
    soft = hidden[codes[hidden] == _SOFT]
    if len(soft):
        away = set(gone.tolist())
        edges = np.append(begins, len(text) + 1)[np.searchsorted(begins, soft, side="right")]
        for place, edge in zip(soft.tolist(), edges.tolist(), strict=True):
            following = _LINE_END.match(text, place + 1, place + _AFTER)
            # No word goes on in another text.
            if not following or edge < following.end():
                continue
            if _follows_letter(text, away, place):
                away.discard(place)
                continue
            before = _ALONE.search(text, max(place - _BEFORE, 0), place)
            if before and _follows_letter(text, away, before.start()):
                away.update(range(before.start(), following.end() - 1))
        gone = np.array(sorted(away), dtype=np.int64)
    if not (len(gone) or len(breaks) or unseen.changes):
        return None
    places, every = Places(gone), signs.every
    if unseen.changes:
        codes = codes if in_place else codes.copy()
        for place, sign in unseen.changes:
            codes[place] = ord(sign)
        every = find_signs(codes).every
        text = "" if in_place else text_of(codes)
    every = places.seen_in_order(every_but(every, gone))
    shown, spaces = "", breaks[:0]
    if in_place:
        # The text is not kept beside the one that is seen, if nobody else has it.
        del text
        codes = _closed_up(codes, gone)
    else:
        parts = pairwise([-1, *gone.tolist(), len(text)])
        shown = "".join([text[start + 1 : end] for start, end in parts])
        codes = without(codes, gone)
    if len(breaks):
        shown = shown.replace(BREAK, " ")
        spaces = every[codes[every] == _BREAK]
        codes[spaces] = ord(" ")
        every = every[codes[every] != ord(" ")]
    if in_place:
        shown = text_of(codes)
    return Seen(shown, codes, every, places, spaces, bool(unseen.changes))


def every_but(places: Offsets, gone: Offsets) -> Offsets:
    """Return sorted places without some, as `numpy.setdiff1d` does in more time."""
    at = np.searchsorted(places, gone)
    own = at < len(places)
    at, gone = at[own], gone[own]
    return np.delete(places, at[places[at] == gone])


def without(column: NDArray[Any], gone: Offsets) -> NDArray[Any]:
    """Return a column, of which each row belongs to a character, without some of them."""
    if len(gone) > _FEW:
        return np.delete(column, gone)
    edges = [-1, *gone.tolist(), len(column)]
    return np.concatenate([column[start + 1 : end] for start, end in pairwise(edges)])


def _closed_up(column: NDArray[Any], gone: Offsets) -> NDArray[Any]:
    """Return the start of a column into which all rows were moved but those that are gone."""
    past = 0
    for begin in range(0, len(column), _BLOCK):
        low, high = np.searchsorted(gone, [begin, begin + _BLOCK])
        kept = without(column[begin : begin + _BLOCK], gone[low:high] - begin)
        column[past : past + len(kept)] = kept
        past += len(kept)
    return column[:past]


def _are_spaces(codes: CodePoints, away: Offsets, breaks: Offsets) -> Mask:
    """Return which spaces without width part what stands around them.

    ``away`` are their offsets, and those of what is not seen, in order.
    """
    begins = np.diff(away, prepend=-2) > 1
    run = (np.cumsum(begins) - 1)[np.searchsorted(away, breaks)]
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(away)) - 1
    # A line end stands for what is before the text, or after it.
    before, after = away[first[run]] - 1, away[last[run]] + 1
    before, after = (
        np.where((place >= 0) & (place < len(codes)), codes[place.clip(0, len(codes) - 1)], 10)
        for place in (before, after)
    )
    flags = unicode_table().flags
    beside: Mask = ((flags[before] | flags[after]) & SPACE) != 0
    return ~(beside | np.isin(after, _CLOSING) | np.isin(before, _OPENING))


def _follows_letter(text: str, away: set[int], place: int) -> bool:
    """Return whether a letter, with its accents, or a digit is seen last before an offset."""
    while place - 1 in away or (place and is_mark(ord(text[place - 1]), text[place - 1])):
        place -= 1
    return place > 0 and text[place - 1].isalnum()
