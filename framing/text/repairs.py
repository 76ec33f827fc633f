"""Repairs: entities of HTML are characters, and words cut at the end of a line are whole."""

import html
import re
import tomllib
from functools import cache
from importlib import resources
from unicodedata import normalize

import numpy as np

from framing.text.characters import (
    LINE_ENDS,
    CodePoints,
    Offsets,
    code_points,
    fold_but_case,
    is_among,
    is_mark,
    line_ends,
)

# A hyphen at the end of a line, and the letter that goes on: nego-⏎tiations. What stands between
# them is the hyphen, blanks, one line end (a page may end there) and the indent.
_CUT = re.compile(
    f"(?P<hyphen>[-\u2010\u2011\u00ad\u00ac]+)[ \\t\u00a0]*"
    f"(?:\\r\\n|[{LINE_ENDS}])\\x0c?[ \\t\u00a0]*(?P<quoted>>[> \\t\u00a0]*)?(?=(?P<word>\\w+))"
)
# Letters with points before a hyphen: U.S.-⏎Russia.
_INITIAL_END = re.compile(r"(?<![^\W_])[^\W\d_]\.[^\W\d_]\.\Z")
# A word before a partner (Kremlin-backed) has at least so many letters.
_PARTNERED = 4
# Each part of a cut word in capitals has at least so many letters.
_CAPITALS = 2
_LINE_END = re.compile(f"[{LINE_ENDS}]")
# What a mail puts before the lines that it quotes, and what may stand before that.
_QUOTED = re.compile(r">[> \t\u00a0]*")
_INDENTS = " \t\u00a0"
_ENTITY = re.compile(r"&(?:#[0-9]{2,6}|#[xX][0-9a-fA-F]{2,5}|[a-zA-Z]{2,8}[0-9]{0,2});")

# The most signs of an entity.
_LONGEST_ENTITY = 12

# The most characters of a line that a mail quotes.
_LONGEST_LINE = 500
# How many blanks may stand between that hyphen and the line end.
BLANKS = 3
_BREAKING_SIGNS = "-\u2010\u2011\u00ad\u00ac"
_BREAKING = np.array([ord(sign) for sign in _BREAKING_SIGNS], dtype=np.uint32)
_BLANKS = np.array([ord(blank) for blank in " \t\r\u00a0"], dtype=np.uint32)


def unfold(text: str) -> str:
    """Return a piece of a text folded but for its case; see `mend`."""
    return fold_but_case(mend(text))


def mend(text: str) -> str:
    """Return a piece of a text with entities as characters, and words cut at a line end whole."""
    for start, end, character in reversed(entities(text)):
        text = text[:start] + character + text[end:]
    if _LINE_END.search(text) is None:
        return text
    for start, end in reversed(quote_marks(text)):
        text = text[:start] + text[end:]
    for start, end in reversed(line_cuts(text, code_points(text)).tolist()):
        text = text[:start] + text[end:]
    return text


def line_cuts(text: str, codes: CodePoints, begins: Offsets | None = None) -> Offsets:
    """Return start and end of what stands inside words that are cut at the end of a line.

    No word goes on at one of ``begins``, where a text begins that was joined to the one before.

    Between two small letters it is all from the hyphen on (nego-⏎tiations), also in capitals
    (NEGO-⏎TIATIONS) without a name (RUSSIA-⏎UKRAINE); else it is all after the hyphen
    (Russia-⏎Ukraine, 28-⏎point). A pair keeps its hyphen and space (short-⏎and long-term).
    """
    last = hyphens_before(codes, line_ends(text, codes))
    return cuts_at(text, last, begins)


def hyphens_before(codes: CodePoints, ends: Offsets) -> Offsets:
    """Return the hyphens before some line ends at which a word may be cut."""
    last = ends - 1
    for _ in range(BLANKS):
        # Blanks, or a carriage return, before the line end.
        blank = (last > 0) & is_among(codes[last], _BLANKS)
        last = last - blank
    found: Offsets = last[(last > 0) & is_among(codes[last], _BREAKING)]
    return found


def cuts_at(text: str, hyphens: Offsets, begins: Offsets | None = None) -> Offsets:
    """Return `line_cuts`, given the hyphens before line ends."""
    cuts: list[tuple[int, int]] = []
    for place in np.unique(hyphens).tolist():
        start = place
        while start and text[start - 1] in _BREAKING_SIGNS:
            start -= 1
        cut = _CUT.match(text, start)
        if not start or cut is None:
            continue
        if cut["quoted"] and not _is_quoted(text, start):
            continue
        letter = _last_letter(text, start)
        if not (letter.isalnum() or _INITIAL_END.search(text, max(start - 4, 0), start)):
            continue
        signs, word = cut["hyphen"], normalize("NFC", text[cut.start("word") : cut.end("word") + 1])
        word = word if len(word) == len(cut["word"]) else cut["word"]
        soft = signs in ("\u00ad", "\u00ac")
        if len(signs) > 1 or (word.casefold() in _line_hyphens()["pairing"] and not soft):
            continue
        small = letter.islower() and word[0].islower()
        tied = word in _line_hyphens()["partners"] and _is_whole(text, start, word)
        whole = soft or (small and not tied) or _in_capitals(text, start, word)
        cuts.append((start if whole else start + 1, cut.end()))
    found = np.array(cuts, dtype=np.int64).reshape(len(cuts), 2)
    if begins is not None:
        first, past = (
            np.searchsorted(begins, found[:, 0], "right"),
            np.searchsorted(begins, found[:, 1], "right"),
        )
        found = found[first == past]
    return found


def _is_quoted(text: str, place: int) -> bool:
    """Return whether the line of a place is one that a mail quotes."""
    line = max(text.rfind(end, max(place - _LONGEST_LINE, 0), place) for end in "\n\r")
    return text[line + 1 : place].lstrip(_INDENTS).startswith(">")


def _last_letter(text: str, end: int) -> str:
    """Return the character before an offset: an accent is of its letter, an entity a character."""
    if text[end - 1] == ";":
        begin = text.rfind("&", max(end - _LONGEST_ENTITY, 0), end)
        found = entities(text[begin:end]) if begin >= 0 else []
        return found[0][2] if found and found[0][:2] == (0, end - begin) else ";"
    while end > 1 and is_mark(ord(text[end - 1]), text[end - 1]):
        end -= 1
    return text[end - 1]


def _in_capitals(text: str, end: int, word: str) -> bool:
    """Return whether a cut is inside a word in capitals, and not between two words."""
    first = _word_before(text, end)
    if (
        not first.isalpha()
        or len(first) < _CAPITALS
        or len(word) < _CAPITALS
        or not (first.isupper() and word.isupper())
    ):
        return False
    lists = _line_hyphens()
    known = lists["names"] | lists["partners"] | lists["prefixes"]
    return known.isdisjoint([first.casefold(), word.casefold()])


@cache
def _line_hyphens() -> dict[str, frozenset[str]]:
    """Return the words before which a hyphen at a line end stays, by kind."""
    path = resources.files("framing") / "data" / "line_hyphens.toml"
    lists = tomllib.loads(path.read_text(encoding="utf-8"))
    return {kind: frozenset(words.split()) for kind, words in lists.items()}


def _is_whole(text: str, end: int, partner: str) -> bool:
    """Return whether what ends at an offset is a word to which a partner is tied by a hyphen."""
    word = _word_before(text, end)
    return len(word) >= _PARTNERED and (partner != "led" or word[0].isupper())


def _word_before(text: str, end: int) -> str:
    """Return the letters and digits before an offset, with the accents composed with them."""
    start = end
    while start and (text[start - 1].isalnum() or is_mark(ord(text[start - 1]), text[start - 1])):
        start -= 1
    return normalize("NFC", text[start:end])


def quote_marks(text: str) -> list[tuple[int, int]]:
    """Return start and end of the marks that a mail puts before lines that it quotes (> )."""
    found, place = [], text.find(">")
    while place >= 0:
        # A search for the line ends would look at every character of every text.
        line = place
        while line and text[line - 1] in _INDENTS:
            line -= 1
        end = place + 1
        if not line or text[line - 1] in LINE_ENDS:
            mark = _QUOTED.match(text, place)
            end = mark.end() if mark else end
            found.append((place, end))
        place = text.find(">", end)
    return found


def entities(text: str) -> list[tuple[int, int, str]]:
    """Return start and end of the entities of HTML in a text, and the character of each.

    Only those that stand for one character: exports of news databases keep them (&nbsp;).
    """
    if "&" not in text or ";" not in text:
        return []
    found, place = [], text.find("&")
    while place >= 0:
        # A search for the pattern would look at every character of every text.
        match = _ENTITY.match(text, place)
        character = html.unescape(match[0]) if match else ""
        if match and len(character) == 1 and character not in LINE_ENDS:
            found.append((match.start(), match.end(), character))
        place = text.find("&", match.end() if match else place + 1)
    return found
