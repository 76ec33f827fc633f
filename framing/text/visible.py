"""What is seen of a text, where characters that nobody sees are left out, and where it stood."""

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from framing._core.typing import Mask
from framing.text.broken_pages import find_signs, find_unseen
from framing.text.characters import (
    BREAK,
    DROP,
    HYPHENS,
    INVISIBLE,
    LINE_ENDS,
    SPACE,
    CodePoints,
    Offsets,
    Signs,
    unicode_table,
)

_SOFT, _BREAK = (np.uint32(ord(sign)) for sign in ("\u00ad", BREAK))
# A soft hyphen that cuts a word at the end of a line stays, for `line_cuts`.
_BLANKS = f"[{INVISIBLE} \t\u00a0]*"
_LINE_END = re.compile(rf"{_BLANKS}(?:\r\n|[{LINE_ENDS}])\x0c?{_BLANKS}\w")
# A space without width before or after these is none: nobody writes "truce ." or "cease -fire".
_QUOTES = "\"'`"
_CLOSING = np.array([ord(sign) for sign in f".,;:!?…)]}}”’»›{_QUOTES}{HYPHENS}—"], dtype=np.uint32)
_OPENING = np.array([ord(sign) for sign in f"([{{“„‘‚«‹{_QUOTES}{HYPHENS}—"], dtype=np.uint32)


@dataclass(frozen=True)
class Seen:
    """A text as it is seen: without invisible characters, and with plain spaces for U+200B.

    ``places`` are the offsets at which its characters stood, and the length of the text before.
    """

    text: str
    codes: CodePoints
    places: Offsets

    def moved(self, offsets: Offsets) -> Offsets:
        """Return offsets in the text before as those in this one."""
        return np.searchsorted(self.places, offsets)

    def moved_spans(self, spans: Offsets) -> Offsets:
        """Return spans, one per row, as those in this text; without those of which nothing is seen.

        Else the removed line "Advertisement" at a page end would remove the line after it.
        """
        moved = self.moved(spans)
        return moved[moved[:, 0] < moved[:, 1]]


def given_spans(places: Offsets | None, start: Offsets, end: Offsets) -> tuple[Offsets, Offsets]:
    """Return spans of what is seen of a text as spans of the text, without invisible edges."""
    if places is None:
        return start, end
    first = places[start]
    return first, np.where(end > start, places[np.maximum(end, 1) - 1] + 1, first)


def see(text: str, codes: CodePoints, begins: Offsets, signs: Signs | None = None) -> Seen | None:
    """Return what is seen of some joined texts, which begin at ``begins``; None where it is all.

    All rules that read a text, such as those for sentences and speakers, look at what is seen: with
    an invisible sign between any two characters they find the same. Two signs do something. A
    soft hyphen between a letter and a line end cuts a word there. A space without width is a
    space, unless it stands beside white space or a hyphen, before a closing or after an opening
    sign. What programs put between lines is not seen either, see `find_unseen`.
    """
    signs = find_signs(codes) if signs is None else signs
    code = codes[signs.hidden]
    hidden = signs.hidden[(unicode_table().flags[code] & DROP) != 0]
    breaks = signs.hidden[code == _BREAK]
    unseen = find_unseen(text, begins, signs)
    if not (len(hidden) or len(breaks) or unseen.spans or unseen.changes):
        return None
    # The end of the text stays too. Large arrays are few here: each takes longer than all else.
    stays = np.ones(len(codes) + 1, dtype=bool)
    for start, end in unseen.spans:
        stays[start:end] = False
    stays[hidden] = False
    if len(breaks):
        stays[breaks[~_are_spaces(codes, stays[:-1], breaks)]] = False
    for place in hidden[codes[hidden] == _SOFT].tolist():
        stays[place] = _LINE_END.match(text, place + 1) is not None and _follows_letter(
            text, stays, place
        )
    if unseen.spans or unseen.changes:
        codes = codes.copy()
        for place, sign in unseen.changes:
            codes[place] = ord(sign)
        shown = codes[stays[:-1]].tobytes().decode("utf-32-le", "surrogatepass")
    else:
        gone = np.sort(np.append(hidden, breaks))
        edges = [-1, *gone[~stays[gone]].tolist(), len(text)]
        shown = "".join([text[start + 1 : end] for start, end in pairwise(edges)])
    codes = codes[stays[:-1]]
    if len(breaks):
        shown = shown.replace(BREAK, " ")
        codes[codes == _BREAK] = ord(" ")
    return Seen(shown, codes, np.flatnonzero(stays))


def _are_spaces(codes: CodePoints, stays: Mask, breaks: Offsets) -> Mask:
    """Return which spaces without width part what stands around them."""
    solid = stays & (codes != _BREAK)
    at = np.flatnonzero(solid)
    nth = np.searchsorted(at, breaks)
    # A line end stands for what is before the text, or after it.
    around = np.concatenate([[ord("\n")], codes[at], [ord("\n")]]).astype(np.uint32)
    before, after = around[nth], around[nth + 1]
    white = (unicode_table().flags & SPACE) != 0
    beside: Mask = white[before] | white[after]
    return ~(beside | np.isin(after, _CLOSING) | np.isin(before, _OPENING))


def _follows_letter(text: str, stays: Mask, place: int) -> bool:
    """Return whether a letter or digit is the last that is seen before an offset."""
    while place and not stays[place - 1]:
        place -= 1
    return place > 0 and text[place - 1].isalnum()
