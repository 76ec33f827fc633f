"""Characters: what Unicode says of each, and what a reader takes for the same one."""

import ctypes
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any
from unicodedata import category, decomposition

import numpy as np
from numpy.typing import NDArray

from framing._core.typing import Mask

# Other rooms import Offsets from here too.
from framing._core.typing import Offsets as Offsets

SPACE, WORD, DROP, EDIT, SIGN, DIGIT, STOP, ALONE = (np.uint8(1 << bit) for bit in range(8))
# In a folded text nothing is left to drop or to edit: there DROP marks the characters of an
# address, and EDIT the marks that belong to the letter before them.
ADDRESS, MARK = DROP, EDIT
# These flags are needed rarely, so the flags of a text (8 bits) do not contain them.
APOSTROPHE, POINT, COMMA = (np.uint16(1 << bit) for bit in range(8, 11))

# All assigned characters with a case or a word property are below this code point. Above it are
# private use, tags and variation selectors, which are not part of words.
_LAST = 0x32400
_ALL = 0x110000

APOSTROPHES = "'\u2018\u2019\u201b\u02bc\u02b9\u2032\u0060\u00b4\uff07"
HYPHENS = "-\u2010\u2011\u2012\u2013\u2212\ufe58\ufe63\uff0d"
LINE_ENDS = "\n\r\x0b\x0c\x85\u2028\u2029"
STOPS = ".!?:;\u2026\u3002\uff01\uff1f"
# Quotation marks by family, and what each does as a rule; the text around it decides.
OPENS, CLOSES, EITHER = 1, 2, 3
DOUBLE_MARKS = {'"': EITHER, "“": OPENS, "‟": OPENS, "„": OPENS, "”": CLOSES, "＂": EITHER}
ANGLE_MARKS, ANGLE_SINGLES = {"«": OPENS, "»": CLOSES}, {"‹": OPENS, "›": CLOSES}
SINGLE_MARKS = {"'": EITHER, "‘": OPENS, "‛": OPENS, "‚": OPENS, "’": CLOSES}
# Those that no keyboard has and that are no apostrophe, as in don’t.
QUOTATION_MARKS = "".join(
    mark
    for mark in (*DOUBLE_MARKS, *ANGLE_MARKS, *ANGLE_SINGLES, *SINGLE_MARKS)
    if mark not in "\"'’"
)
# The stress of a Russian word, which dictionaries write: ми́ра is мира.
STRESS, STRESSED = "\u0301", "аеёиоуыэюяєіїАЕЁИОУЫЭЮЯЄІЇ"
_STRESS = re.compile(f"(?<=[{STRESSED}]){STRESS}")
# A space without width: a text may break there, and words that it parts are two.
BREAK = "\u200b"


def _ranges(*edges: tuple[int, int]) -> str:
    return "".join(chr(code) for first, last in edges for code in range(first, last + 1))


# Soft hyphens, joiners, marks of direction, selectors of variants, tags: what Unicode lets a
# program ignore, without the break and the fillers of Hangul, which are letters. The points of
# Hebrew, the vowel signs of Arabic and its tatweel, which only makes a word longer, are as if they
# were not there: most texts leave them out.
INVISIBLE = _ranges(
    (0xAD, 0xAD), (0x34F, 0x34F), (0x591, 0x5BD), (0x5BF, 0x5BF), (0x5C1, 0x5C2), (0x5C4, 0x5C5),
    (0x5C7, 0x5C7), (0x61C, 0x61C), (0x640, 0x640), (0x64B, 0x652), (0x670, 0x670),
    (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200C, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFF0, 0xFFFB), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip

_SIMPLE = {
    **dict.fromkeys(map(ord, APOSTROPHES), "'"),
    **dict.fromkeys(map(ord, HYPHENS), "-"),
    **dict.fromkeys(map(ord, INVISIBLE), ""),
    ord(BREAK): " ",
    # Of the signs, amounts and shares have the wide forms that a reader takes for the same.
    **dict(zip(map(ord, "＄％￠￡￥￦﹩﹪"), "$%¢£¥₩$%", strict=True)),
}
# Forms of letters that are those letters to a reader: full width, ligatures, bold, the forms
# that Arabic letters take in a word. Superscripts and circled letters say something of their own.
_FORMS = (
    "<wide>", "<narrow>", "<font>", "<compat>",
    "<initial>", "<medial>", "<final>", "<isolated>",
)  # fmt: skip
_FORM_RANGES = ((0xA0, 0xAC00), (0xF900, 0x10000), (0x1D400, 0x1F200))
# The marks of half-width kana, which compose with the letter before them: ﾌﾟ is プ.
_VOICING = (0xFF9E, 0xFF9F)
# Raised digits are numbers of notes: the truce¹ held. No part of a word.
RAISED = "\u00b9\u00b2\u00b3\u2070\u2074\u2075\u2076\u2077\u2078\u2079"
# Scripts that are written without spaces: Thai, Lao, those of Myanmar, Khmer, Chinese
# and Japanese. Each of their letters is a word by itself (ALONE), with the marks that follow it.
SPACELESS = (
    "\u0e01-\u0e4e\u0e80-\u0ece\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\u109a-\u109f"
    "\u1780-\u17d3\u17dc\u17dd\u1950-\u19c9\u1a20-\u1a7c\u3005-\u3007\u3021-\u3029"
    "\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua48c"
    "\ua9e0-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa7f\uf900-\ufaff\U00020000-\U0003ffff"
)
_ONE_ALONE = re.compile(f"[{SPACELESS}]")
_HALVES = re.compile("[\ud800-\udfff]")
CodePoints = NDArray[np.uint32]


# Writes the code points of a text, from that many characters on faster than Python encodes it.
_WRITE_CODES: Any = ctypes.pythonapi.PyUnicode_AsUCS4
_WRITE_CODES.argtypes = [ctypes.py_object, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_int]
_WRITE_CODES.restype = ctypes.c_void_p
_MANY = 10_000
# Makes a text of code points, given how many bytes each has.
_READ_CODES: Any = ctypes.pythonapi.PyUnicode_FromKindAndData
_READ_CODES.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_ssize_t]
_READ_CODES.restype = ctypes.py_object


def code_points(text: str) -> CodePoints:
    """Return the code point of each character, lone surrogates included."""
    if text.isascii() or len(text) < _MANY:
        return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = np.empty(len(text), dtype=np.uint32)
    _WRITE_CODES(text, codes.__array_interface__["data"][0], len(text), 0)
    codes.flags.writeable = False
    return codes


def text_of(codes: CodePoints) -> str:
    """Return code points as a text; no other copy of them is made."""
    codes = np.ascontiguousarray(codes)
    text: str = _READ_CODES(4, codes.__array_interface__["data"][0], len(codes))
    return text


def well_formed(text: str) -> str:
    """Return the text with half a surrogate pair as U+FFFD: no table holds it, no file takes it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _HALVES.sub("\ufffd", text)
    return text


def fold(text: str) -> str:
    """Return the text for comparisons: composed, case-folded, with plain ' - and spaces.

    Runs of white space become one space. Invisible characters are removed.
    """
    if text.isascii():
        return " ".join(text.lower().replace("`", "'").split())
    text = _composed(text)
    # Full case folding makes İ an i with a combining dot, which nobody types.
    text = text.replace("İ", "i").casefold()
    text = unicodedata.normalize("NFC", text)
    return " ".join(text.translate(_SIMPLE).split())


def fold_but_case(text: str) -> str:
    """Return a text folded but for its case."""
    return " ".join(_composed(text).translate(_SIMPLE).split())


def _composed(text: str) -> str:
    """Return the text with letters in their plain forms, and accents composed with them."""
    text = unicodedata.normalize("NFC", text)
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text.translate(_forms()))
    return _STRESS.sub("", text) if STRESS in text else text


@cache
def _forms() -> dict[int, str]:
    """Return the letters that are only forms of others, with what they stand for (NFKC)."""
    forms = {}
    for first, past in _FORM_RANGES:
        for code in range(first, past):
            character = chr(code)
            if character.isalnum() and decomposition(character).startswith(_FORMS):
                plain = unicodedata.normalize("NFKC", character)
                if plain.isalnum() or code in _VOICING:
                    forms[code] = plain
    return forms


def line_ends(text: str, codes: CodePoints) -> Offsets:
    """Return the offsets of all line ends."""
    low = np.flatnonzero(codes <= ord("\r"))
    ends: Offsets = low[codes[low] >= ord("\n")]
    others = [ord(character) for character in LINE_ENDS[4:] if character in text]
    if others:
        ends = np.union1d(ends, np.flatnonzero(np.isin(codes, np.array(others, dtype=np.uint32))))
    return ends


# So many characters are looked at in one go.
_PIECE = 1_000_000
# A byte for each code point, of which all beyond ASCII are one: 1 for what is a sign.
_IS_SIGN = (
    bytes(not (chr(code).isalnum() or chr(code) == " ") for code in range(0x80)) + b"\1" * 0x80
)


def sign_offsets(codes: CodePoints) -> Offsets:
    """Return the offsets of all characters that are no letter a to z, no digit and no space.

    They are a few in a hundred, so that it is faster to look for a sign among them.
    """
    # In pieces, since numbers for all characters of a long text would need as much memory as it.
    found = [
        np.flatnonzero(np.frombuffer(narrow.translate(_IS_SIGN), dtype=bool)) + start
        for start in range(0, len(codes), _PIECE)
        for narrow in [np.minimum(codes[start : start + _PIECE], 0x80).astype(np.uint8).tobytes()]
    ]
    return np.concatenate([np.empty(0, dtype=np.int64), *found])


@dataclass(frozen=True)
class Signs:
    """The `sign_offsets` of a text, and those beside which something may be that nobody sees.

    ``hidden`` are those that may be invisible characters or wide colons, ``ends`` the line ends
    before what may be a page number, and those that end a page, ``arrows`` where "-->" begins,
    ``bars`` the line ends before a bar, ``underscores`` those that may stand around words, and
    ``tags`` the signs "<" of a text in which a tag may close.
    """

    every: Offsets
    hidden: Offsets
    ends: Offsets
    arrows: Offsets
    bars: Offsets
    underscores: Offsets
    tags: Offsets

    @property
    def plain(self) -> bool:
        """Whether all of the text is seen, so that no rule has to look for what is not."""
        beside = self.hidden, self.ends, self.arrows, self.bars, self.underscores, self.tags
        return not any(map(len, beside))


def word_set(listed: str) -> frozenset[str]:
    """Return the words of a list that fills lines."""
    return frozenset(listed.split())


def is_among(codes: CodePoints, few: CodePoints) -> Mask:
    """Return which code points are one of a few: `numpy.isin` sorts them, which takes longer."""
    found = np.zeros(len(codes), dtype=bool)
    for code in few:
        found |= codes == code
    return found


def has_alone(text: str) -> bool:
    """Return whether a text has letters of a script that is written without spaces."""
    return not text.isascii() and _ONE_ALONE.search(text) is not None


def is_mark(code: int, character: str) -> bool:
    """Return whether a character composes with the one before it."""
    if code in _SIMPLE:
        return False
    # Conjoining vowels and finals of Hangul compose with the character before.
    hangul, voicing = 0x1160 <= code <= 0x11FF, code in _VOICING
    return category(character) in ("Mn", "Mc") or hangul or voicing


@dataclass(frozen=True)
class _Unicode:
    """The folded code point and the flags of every code point."""

    folded: NDArray[np.uint32]
    flags: NDArray[np.uint16]


@cache
def _all_characters() -> list[str]:
    """Return the characters below _LAST."""
    return list(map(chr, range(_LAST)))


@cache
def _are_marks() -> Mask:
    """Return which code points below _LAST are marks, as `is_mark` says of one."""
    marked = np.array([kind in ("Mn", "Mc") for kind in map(category, _all_characters())])
    marked[0x1160:0x1200] = True
    marked[list(_VOICING)] = True
    marked[[code for code in _SIMPLE if code < _LAST]] = False
    return marked


@cache
def unicode_table() -> _Unicode:
    """Return the folded code point and the flags of every code point.

    A code point that folds to several, or to none, stands for itself and has the flag EDIT or DROP.
    """
    characters, marked = _all_characters(), _are_marks()
    folded = np.arange(_ALL, dtype=np.uint32)
    flags = np.zeros(_ALL, dtype=np.uint16)
    low = flags[:_LAST]
    low[marked | np.array(list(map(str.isalnum, characters)))] = WORD
    low[ord("_")] = WORD
    low[list(map(ord, RAISED))] = 0
    low[np.array(list(map(str.isdecimal, characters)))] |= DIGIT
    low[np.array(list(map(str.isspace, characters)))] |= SPACE
    low[ord(BREAK)] |= SPACE
    low[marked] |= EDIT
    # Each process of a dataset does this at its start. Most characters fold to themselves, and
    # only the others are looked at one by one.
    small, parts = map(str.casefold, characters), map(decomposition, characters)
    others = {
        ord(character)
        for character, folds, parted in zip(characters, small, parts, strict=True)
        if parted or folds != character or character.isspace()
    }
    alone = np.zeros(_LAST, dtype=bool)
    alone[list(map(ord, _ONE_ALONE.findall("".join(characters))))] = True
    for code in others | {code for code in _SIMPLE if code < _LAST}:
        character = characters[code]
        plain = " " if character.isspace() or character == BREAK else fold(character)
        if len(plain) != 1:
            low[code] |= EDIT
        elif not marked[code]:
            folded[code] = ord(plain)
        alone[code] = _ONE_ALONE.match(plain) is not None
    low[alone & ((low & WORD) != 0)] |= ALONE
    for character in INVISIBLE:
        flags[ord(character)] = DROP
    signs = ((APOSTROPHES, APOSTROPHE), (".", POINT), (",", COMMA))
    for group, flag in signs:
        for character in group:
            # A modifier letter as apostrophe is a letter for Unicode, but not for a reader.
            flags[ord(character)] = flag | SIGN
    for character in STOPS:
        flags[ord(character)] |= STOP
    return _Unicode(folded, flags)


# What a character is to lines and paragraphs.
WHITE, SMALL, LETTER, UPPER = 1, 2, 4, 8


@cache
def marks() -> str:
    """Return all marks that belong to the letter before them."""
    characters = _all_characters()
    marked = (characters[code] for code in np.flatnonzero(_are_marks()))
    return "".join(character for character in marked if not character.isalnum())


@cache
def letter_kinds() -> NDArray[np.uint8]:
    """Return which code points are white space (1), small letters (2), letters (4), and in upper
    case (8), as a sum.
    """
    characters = _all_characters()
    kinds = np.array(list(map(str.islower, characters)), dtype=np.uint8) * np.uint8(SMALL)
    kinds |= np.array(list(map(str.isalpha, characters)), dtype=np.uint8) * np.uint8(LETTER)
    for is_upper in (str.isupper, str.istitle):
        kinds |= np.array(list(map(is_upper, characters)), dtype=np.uint8) * np.uint8(UPPER)
    kinds |= ((unicode_table().flags[:_LAST] & SPACE) != 0).astype(np.uint8)
    return kinds


# White space at the edge of a span is skipped one by one up to here; a longer run is looked up.
_STEPS = 16


def is_white(codes: CodePoints) -> Mask:
    """Return which code points are white space."""
    # A lookup in a large table is slow, and nearly all characters have codes far from white space.
    near = np.flatnonzero((codes <= ord(" ")) | (codes > 0x7F))
    white = np.zeros(len(codes), dtype=bool)
    white[near] = (unicode_table().flags[codes[near]] & SPACE) != 0
    return white


def strip_end(codes: CodePoints, start: Offsets, end: Offsets) -> Offsets:
    """Return the ends of spans, moved before white space at the end, but not before the start."""
    end = end.copy()
    moving = np.arange(len(end))
    for _ in range(_STEPS):
        moving = moving[end[moving] > start[moving]]
        moving = moving[is_white(codes[end[moving] - 1])]
        if not len(moving):
            break
        end[moving] -= 1
    if len(moving):
        bare = np.append(-1, np.flatnonzero(~is_white(codes)))
        last = bare[np.searchsorted(bare, end[moving]) - 1]
        end[moving] = np.maximum(start[moving], last + 1)
    return end


def strip_start(codes: CodePoints, start: Offsets, end: Offsets) -> Offsets:
    """Return the starts of spans, moved after white space at the start, but not after the end."""
    start = start.copy()
    moving = np.arange(len(start))
    for _ in range(_STEPS):
        moving = moving[start[moving] < end[moving]]
        moving = moving[is_white(codes[start[moving]])]
        if not len(moving):
            break
        start[moving] += 1
    if len(moving):
        bare = np.append(np.flatnonzero(~is_white(codes)), len(codes))
        start[moving] = np.minimum(end[moving], bare[np.searchsorted(bare, start[moving])])
    return start
