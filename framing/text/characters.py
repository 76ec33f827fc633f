"""Characters as the matcher reads them: folded, with one small code per character.

A text becomes an array with one class per character, so that offsets need no translation between
bytes and characters. Only characters that change the length of a text (a second space in a run, a
zero-width character, a combining accent, a ligature, a word cut at a line end) are edited. The
array then has the offset of each class in the unchanged text.
"""

import html
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

# Other rooms import Offsets from here too.
from framing._core.typing import Mask
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
# A space without width: a text may break there, and words that it parts are two.
BREAK = "\u200b"


def _ranges(*edges: tuple[int, int]) -> str:
    return "".join(chr(code) for first, last in edges for code in range(first, last + 1))


# Soft hyphens, joiners, marks of direction, selectors of variants, tags: what Unicode lets a
# program ignore, without the break and the fillers of Hangul, which are letters.
INVISIBLE = _ranges(
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x17B4, 0x17B5), (0x180B, 0x180F),
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

# A hyphen at the end of a line, and the letter that goes on: nego-⏎tiations. What stands between
# them is the hyphen, blanks, one line end (a page may end there) and the indent.
_CUT = re.compile(
    f"(?P<hyphen>[-\u2010\u2011\u00ad]+)[ \\t\u00a0]*"
    f"(?:\\r\\n|[{LINE_ENDS}])\\x0c?[ \\t\u00a0]*(?=(?P<word>\\w+))"
)
# A word before a partner (Kremlin-backed) has at least so many letters.
_PARTNERED = 4
# Scripts that are written without spaces: Thai, Lao, those of Myanmar, Khmer, Chinese
# and Japanese. Each of their letters is a word by itself (ALONE), with the marks that follow it.
_SPACELESS = (
    "\u0e01-\u0e4e\u0e80-\u0ece\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\u109a-\u109f"
    "\u1780-\u17d3\u17dc\u17dd\u1950-\u19c9\u1a20-\u1a7c\u3005-\u3007\u3021-\u3029"
    "\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua48c"
    "\ua9e0-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa7f\uf900-\ufaff\U00020000-\U0003ffff"
)
_ONE_ALONE = re.compile(f"[{_SPACELESS}]")

# What may stand in a link after its start.
_LINKED = (
    "[^\\s\u200b<>\"“”„«»‘’‹›'|\\\\^`{}\u3000-\u3002\u3008-\u3011\uff00-\uff0f\uff1a-\uff20"
    + _SPACELESS
    + "]"
)
# Country codes that are no words: a full stop without a space after it (held.it) makes no link.
_COUNTRIES = "ar|br|ca|ch|cn|cz|de|dk|fi|fr|gr|hu|il|jp|kr|mx|nl|nz|pl|pt|ro|ru|se|tr|tv|ua|uk"
_DOMAIN = (
    r"(?:[A-Za-z0-9-]+\.)+(?:(?:com|org|net|gov|edu|mil|int|info|eu)|(?:COM|ORG|NET|GOV|EDU)"
    rf"|(?:co|com|gov|org|ac)\.[a-z]{{2}}|{_COUNTRIES}|[a-z]{{2}}(?=/))(?![\w-])"
)
_HOST = r"[\w-]+(?:\.[\w-]+)+"
# A link with or without its protocol, the address of a mailbox, the name of an account.
_ADDRESS = re.compile(
    rf"(?<!\w)(?i:https?|ftp)://{_LINKED}+|(?<![\w@])(?i:www)\.{_LINKED}+"
    rf"|(?<![\w.+%-])[\w.+%-]+@{_HOST}|(?<![\w@/.])@[^\W{_SPACELESS}]+(?:@{_HOST})?"
    rf"|(?<![\w@.-]){_DOMAIN}(?:[/?#]{_LINKED}*)?"
)
# What each of them has inside. Few characters are the first of these, which makes it fast.
_IN_ADDRESS = re.compile(
    r"[:@.](?:(?<=@)|(?<=:)//|(?<=[wW][wW][wW]\.)"
    rf"|(?<=\.)(?:(?i:com|org|net|gov|edu|mil|int|info|eu)\b|(?:{_COUNTRIES})\b|[a-z]{{2}}/))"
)
_RUN = re.compile("[^\\s\u200b]*")
_POINT, _AT, _COLON, _SLASH, _A, _W = (np.uint32(ord(sign)) for sign in ".@:/aw")
# What makes a capital letter a to z small.
_LOWER = np.uint32(0x20)
_AFTER_LINK = ".,;:!?*_~…\"'-"
_HIDDEN = frozenset(INVISIBLE)
_FIRST_HIDDEN = np.uint32(ord(INVISIBLE[0]))
_HALVES = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile(f"[{LINE_ENDS}]")
_ENTITY = re.compile(r"&(?:#[0-9]{2,6}|#[xX][0-9a-fA-F]{2,5}|[a-zA-Z]{2,8}[0-9]{0,2});")

Classes = NDArray[Any]
CodePoints = NDArray[np.uint32]


def code_points(text: str) -> CodePoints:
    """Return the code point of each character, lone surrogates included."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


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


def unfold(text: str) -> str:
    """Return a piece of a text folded but for its case; see `mend`."""
    return " ".join(_composed(mend(text)).translate(_SIMPLE).split())


def mend(text: str) -> str:
    """Return a piece of a text with entities as characters, and words cut at a line end whole."""
    for start, end, character in reversed(entities(text)):
        text = text[:start] + character + text[end:]
    if _LINE_END.search(text) is None:
        return text
    for start, end in reversed(line_cuts(text, code_points(text)).tolist()):
        text = text[:start] + text[end:]
    return text


def _composed(text: str) -> str:
    """Return the text with letters in their plain forms, and accents composed with them."""
    text = unicodedata.normalize("NFC", text)
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_forms()))


@cache
def _forms() -> dict[int, str]:
    """Return the letters that are only forms of others, with what they stand for (NFKC)."""
    forms = {}
    for first, past in _FORM_RANGES:
        for code in range(first, past):
            character = chr(code)
            if character.isalnum() and unicodedata.decomposition(character).startswith(_FORMS):
                plain = unicodedata.normalize("NFKC", character)
                if plain.isalnum():
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


# A byte for each code point, of which all beyond ASCII are one: 1 for what is a sign.
_IS_SIGN = (
    bytes(not (chr(code).isalnum() or chr(code) == " ") for code in range(0x80)) + b"\1" * 0x80
)


def sign_offsets(codes: CodePoints) -> Offsets:
    """Return the offsets of all characters that are no letter a to z, no digit and no space.

    They are a few in a hundred, so that it is faster to look for a sign among them.
    """
    narrow = np.minimum(codes, 0x80).astype(np.uint8).tobytes()
    return np.flatnonzero(np.frombuffer(narrow.translate(_IS_SIGN), dtype=bool))


def is_among(codes: CodePoints, few: CodePoints) -> Mask:
    """Return which code points are one of a few: `numpy.isin` sorts them, which takes longer."""
    found = np.zeros(len(codes), dtype=bool)
    for code in few:
        found |= codes == code
    return found


def line_cuts(text: str, codes: CodePoints, begins: Offsets | None = None) -> Offsets:
    """Return start and end of what stands inside words that are cut at the end of a line.

    No word goes on at one of ``begins``, where a text begins that was joined to the one before.

    Between two small letters it is all from the hyphen on (nego-⏎tiations), else all after the
    hyphen (Russia-⏎Ukraine, 28-⏎point). A pair keeps its hyphen and space (short-⏎and long-term).
    """
    ends = line_ends(text, codes)
    last = ends - 1
    for _ in range(3):
        # Blanks, or a carriage return, before the line end.
        blank = (last > 0) & is_among(codes[last], _BLANKS)
        last = last - blank
    last = last[(last > 0) & is_among(codes[last], _BREAKING)]
    return cuts_at(text, last, begins)


def cuts_at(text: str, hyphens: Offsets, begins: Offsets | None = None) -> Offsets:
    """Return `line_cuts`, given the hyphens before line ends."""
    cuts: list[tuple[int, int]] = []
    for place in np.unique(hyphens).tolist():
        start = place
        while start and text[start - 1] in _BREAKING_SIGNS:
            start -= 1
        cut = _CUT.match(text, start)
        if not start or cut is None or not text[start - 1].isalnum():
            continue
        signs, word = cut["hyphen"], cut["word"]
        soft = signs == "\u00ad"
        if len(signs) > 1 or (word.casefold() in _line_hyphens()["pairing"] and not soft):
            continue
        small = text[start - 1].islower() and word[0].islower()
        tied = word in _line_hyphens()["partners"] and _is_whole(text, start, word)
        whole = soft or (small and not tied)
        cuts.append((start if whole else start + 1, cut.end()))
    found = np.array(cuts, dtype=np.int64).reshape(len(cuts), 2)
    if begins is not None:
        first, past = (
            np.searchsorted(begins, found[:, 0], "right"),
            np.searchsorted(begins, found[:, 1], "right"),
        )
        found = found[first == past]
    return found


@cache
def _line_hyphens() -> dict[str, frozenset[str]]:
    """Return the words before which a hyphen at a line end stays, by kind."""
    path = resources.files("framing") / "data" / "line_hyphens.toml"
    lists = tomllib.loads(path.read_text(encoding="utf-8"))
    return {kind: frozenset(words.split()) for kind, words in lists.items()}


def _is_whole(text: str, end: int, partner: str) -> bool:
    """Return whether what ends at an offset is a word to which a partner is tied by a hyphen."""
    start = end
    while start and text[start - 1].isalnum():
        start -= 1
    return end - start >= _PARTNERED and (partner != "led" or text[start].isupper())


_BREAKING_SIGNS = "-\u2010\u2011\u00ad"
_BREAKING = np.array([ord(sign) for sign in _BREAKING_SIGNS], dtype=np.uint32)
_BLANKS = np.array([ord(blank) for blank in " \t\r\u00a0"], dtype=np.uint32)


def entities(text: str) -> list[tuple[int, int, str]]:
    """Return start and end of the entities of HTML in a text, and the character of each.

    Only those that stand for one character: exports of news databases keep them (&nbsp;).
    """
    if "&" not in text or ";" not in text:
        return []
    found = []
    for match in _ENTITY.finditer(text):
        character = html.unescape(match[0])
        if len(character) == 1 and character not in LINE_ENDS:
            found.append((match.start(), match.end(), character))
    return found


def addresses(
    text: str, signs: Offsets | None = None, hidden: Offsets | None = None
) -> list[tuple[int, int]]:
    """Return start and end of links, addresses of mailboxes and names of accounts in a text.

    ``signs`` are the offsets of signs that may be inside of one, see `address_signs`, and
    ``hidden`` those of invisible characters: with them it is faster. Invisible characters inside
    of an address are as if they were not there.
    """
    if hidden is None:
        places = [] if text.isascii() else [i for i, sign in enumerate(text) if sign in _HIDDEN]
        hidden = np.array(places, dtype=np.int64)
    if len(hidden):
        return _addresses_seen(text, signs, hidden)
    spans: list[tuple[int, int]] = []
    past = 0
    for hint in _IN_ADDRESS.finditer(text) if signs is None else _hints(text, signs):
        if hint.start() < past:
            continue
        # The run of characters without white space around the hint.
        start = hint.start()
        while start and not (text[start - 1].isspace() or text[start - 1] == BREAK):
            start -= 1
        run = _RUN.match(text, hint.end())
        past = run.end() if run else hint.end()
        for match in _ADDRESS.finditer(text, start, past):
            end = match.end()
            while text[end - 1] in _AFTER_LINK or _closes(text, match.start(), end):
                end -= 1
            if end > match.start() + 1:
                spans.append((match.start(), end))
    return spans


def _addresses_seen(text: str, signs: Offsets | None, hidden: Offsets) -> list[tuple[int, int]]:
    """Return `addresses` in a text with invisible characters."""
    edges = [-1, *hidden.tolist(), len(text)]
    clean = "".join([text[start + 1 : end] for start, end in pairwise(edges)])
    # How many visible characters stand before each invisible one.
    before = hidden - np.arange(len(hidden))
    if signs is not None:
        # A sign next to an invisible character has other neighbours without it.
        others = np.unique(np.concatenate([before - 2, before - 1, before])).tolist()
        near = [i for i in others if 0 <= i < len(clean) and clean[i] in ".:@"]
        seen = signs - np.searchsorted(hidden, signs)
        signs = np.union1d(seen, np.array(near, dtype=np.int64))
    spans = np.array(addresses(clean, signs, hidden[:0]), dtype=np.int64).reshape(-1, 2)
    first, last = spans[:, 0], spans[:, 1] - 1
    first = first + np.searchsorted(before, first, side="right")
    last = last + np.searchsorted(before, last, side="right")
    return list(zip(first.tolist(), (last + 1).tolist(), strict=True))


def hidden_signs(codes: CodePoints) -> Offsets:
    """Return the offsets of invisible characters."""
    far = np.flatnonzero(codes >= _FIRST_HIDDEN)
    found: Offsets = far[(unicode_table().flags[codes[far]] & DROP) != 0]
    return found


def address_signs(codes: CodePoints) -> Offsets:
    """Return the offsets of the signs at which `_IN_ADDRESS` may match.

    Most points end a sentence or an abbreviation. A point in an address has two letters after it,
    or the w of www before it.
    """
    signs = np.flatnonzero((codes == _POINT) | (codes == _AT) | (codes == _COLON))
    sign = codes[signs]
    before = codes[np.maximum(signs - 1, 0)] | _LOWER
    after = codes[np.minimum(signs + 1, len(codes) - 1)]
    second = codes[np.minimum(signs + 2, len(codes) - 1)]
    # Not only letters a to z: to a pattern that ignores case ſ is an s, and ı an i.
    letters = ((after | _LOWER) >= _A) & ((second | _LOWER) >= _A)
    likely = (sign == _AT) | ((sign == _COLON) & (after == _SLASH))
    likely |= (sign == _POINT) & (letters | (before == _W) | (second == _SLASH))
    found: Offsets = signs[likely]
    return found


def _hints(text: str, signs: Offsets) -> Iterator["re.Match[str]"]:
    """Yield all matches of `_IN_ADDRESS` in a text at some signs."""
    for place in signs.tolist():
        match = _IN_ADDRESS.match(text, place)
        if match:
            yield match


def _closes(text: str, start: int, end: int) -> bool:
    """Return whether a link ends with a bracket that was opened before it."""
    last = text[end - 1]
    return last in ")]" and text.count("(["[last == "]"], start, end) < text.count(last, start, end)


def has_alone(text: str) -> bool:
    """Return whether a text has letters of a script that is written without spaces."""
    return not text.isascii() and _ONE_ALONE.search(text) is not None


def _fold_one(character: str) -> str:
    """Return the folded text of one character."""
    if character.isspace() or character == BREAK:
        return " "
    # A quick path: most of the two hundred thousand characters fold to themselves.
    alone = not unicodedata.decomposition(character) and character.casefold() == character
    return character if alone and ord(character) not in _SIMPLE else fold(character)


def _is_mark(code: int, character: str) -> bool:
    """Return whether a character composes with the one before it."""
    if code in _SIMPLE:
        return False
    # Conjoining vowels and finals of Hangul compose with the character before.
    return unicodedata.category(character) in ("Mn", "Mc") or 0x1160 <= code <= 0x11FF


@dataclass(frozen=True)
class _Unicode:
    """The folded code point and the flags of every code point."""

    folded: NDArray[np.uint32]
    flags: NDArray[np.uint16]


@dataclass(frozen=True)
class _SharedClasses:
    """The classes of an alphabet without letters: the flags of each, and that of every code point.

    ``other`` are the code points that fold to another one, which need no look at their text.
    """

    flags: NDArray[np.uint16]
    class_of: NDArray[np.uint16]
    other: NDArray[np.intp]


@cache
def _shared_classes() -> _SharedClasses:
    """Return what all alphabets share."""
    unicode = unicode_table()
    shared, place = np.unique(unicode.flags, return_inverse=True)
    class_of = (place + 1).astype(np.uint16)
    plain = (unicode.flags & (EDIT | DROP)) == 0
    other = np.flatnonzero(plain & (unicode.folded != np.arange(_ALL)))
    return _SharedClasses(np.append(0, shared).astype(np.uint16), class_of, other)


@cache
def unicode_table() -> _Unicode:
    """Return the folded code point and the flags of every code point.

    A code point that folds to several, or to none, stands for itself and has the flag EDIT or DROP.
    """
    folded = np.arange(_ALL, dtype=np.uint32)
    flags = np.zeros(_ALL, dtype=np.uint16)
    for code in range(_LAST):
        character = chr(code)
        mark = _is_mark(code, character)
        if character.isalnum() or mark or character == "_":
            flags[code] |= WORD
        if character.isdecimal():
            flags[code] |= DIGIT
        if character.isspace() or character == BREAK:
            flags[code] |= SPACE
        plain = character if 0xD800 <= code <= 0xDFFF else _fold_one(character)
        if mark or len(plain) != 1:
            flags[code] |= EDIT
        else:
            folded[code] = ord(plain)
        if flags[code] & WORD and _ONE_ALONE.match(plain):
            flags[code] |= ALONE
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
WHITE, SMALL, LETTER = 1, 2, 4


@cache
def marks() -> str:
    """Return all marks that belong to the letter before them."""
    return "".join(
        character
        for code, character in enumerate(map(chr, range(_LAST)))
        if _is_mark(code, character) and not character.isalnum()
    )


@cache
def letter_kinds() -> NDArray[np.uint8]:
    """Return which code points are white space (1), small letters (2) and letters (4), as a sum."""
    characters = "".join(map(chr, range(_LAST)))
    kinds = np.array(list(map(str.islower, characters)), dtype=np.uint8) * np.uint8(SMALL)
    kinds |= np.array(list(map(str.isalpha, characters)), dtype=np.uint8) * np.uint8(LETTER)
    kinds |= ((unicode_table().flags[:_LAST] & SPACE) != 0).astype(np.uint8)
    return kinds


class TextFolding(Protocol):
    """What folds texts as the functions of this file do; None where it leaves a text to them."""

    def fold(
        self, text: str, codes: CodePoints, alphabet: "Alphabet", joints: Offsets
    ) -> "Folded | None":
        """Return the folded text, as `fold_text` does."""
        ...

    def token_starts(self, folded: "Folded", alphabet: "Alphabet") -> Offsets | None:
        """Return the positions at which a token starts."""
        ...

    def paragraphs(
        self, text: str, codes: CodePoints, begins: Offsets, removed: Offsets
    ) -> tuple[Offsets, Offsets, Offsets] | None:
        """Return text, start and end of each paragraph, as `paragraphs` does."""
        ...


class Alphabet:
    """The characters in the patterns of a lexicon, each with a separate class.

    All other characters share a class with those of the same flags. Class 0 marks the border
    between two articles: no pattern contains it, so no match crosses it.
    """

    def __init__(self, patterns: Iterable[str] = (), folding: "TextFolding | None" = None) -> None:
        # What folds texts faster than the functions of this file.
        self.folding = folding
        unicode, shared = unicode_table(), _shared_classes()
        letters = sorted(set().union(*patterns))
        first = len(shared.flags)
        self.size = first + len(letters)
        # Each class has four forms: inside a word, at its start, at its end, or a word by itself.
        self.dtype = np.dtype(np.uint8 if 4 * self.size <= 256 else ">u2")
        self._class_of = {character: first + rank for rank, character in enumerate(letters)}
        self._letters = codes = np.array(list(map(ord, letters)), dtype=np.uint32)
        numbers = np.arange(first, first + len(letters))
        self._table = shared.class_of.astype(self.dtype)
        # Characters to edit or drop keep their shared class, by which they are recognised.
        kept = (unicode.flags[codes] & (EDIT | DROP)) == 0
        kept &= unicode.folded[codes] == codes
        self._table[codes[kept]] = numbers[kept]
        if letters:
            place = np.searchsorted(codes[:-1], unicode.folded[shared.other])
            like = codes[place] == unicode.folded[shared.other]
            self._table[shared.other[like]] = numbers[place[like]]
        self.flags = np.append(shared.flags, unicode.flags[codes])
        self._characters = np.array(["\ufffd"] * first + letters)
        self.low_flags = (self.flags & 0xFF).astype(np.uint8)

    @cached_property
    def class_of(self) -> NDArray[np.uint16]:
        """The class of each code point, in the byte order of the machine."""
        return self._table.astype(np.uint16)

    def classes(self, text: str) -> Classes:
        """Return the class of each character of ``text``."""
        return self.classes_of(code_points(text))

    def classes_of(self, codes: CodePoints) -> Classes:
        """Return the class of each code point."""
        classes: Classes = self._table.take(codes, mode="clip")
        return classes

    def read(self, classes: Classes) -> str:
        """Return classes as text; characters outside the alphabet become U+FFFD."""
        return "".join(self._characters[classes].tolist())

    def flags_of(self, classes: Classes) -> NDArray[np.uint8]:
        """Return the flags of each class, without APOSTROPHE, POINT and COMMA."""
        if classes.dtype.itemsize == 1:
            table = self.low_flags.tobytes().ljust(256, b"\0")
            return np.frombuffer(classes.tobytes().translate(table), dtype=np.uint8)
        return self.low_flags.take(classes)

    def classes_folded(self, text: str) -> Classes:
        """Return the classes of a folded text, also of combining marks."""
        plain = self.classes(text)
        letter_class = [self._class_of.get(character, 0) for character in text]
        classes: Classes = np.where(letter_class, letter_class, plain).astype(self.dtype)
        return classes

    def number_of(self, character: str) -> int:
        """Return the class of a character, 0 for one that the alphabet was not made for."""
        return self._class_of.get(character, 0)

    def letter_classes(self, pattern: str) -> list[int]:
        """Return the class of each character of a pattern that the alphabet was made for."""
        return [self._class_of[character] for character in pattern]

    def mark_edges(self, folded: "Folded") -> Classes:
        """Return the classes with a mark for those that begin (1) or end (2) a word, or both (3).

        The mark is added as a multiple of ``size``: class 5 at the end of a word is 5 + 2 * size.
        """
        word, parted = folded.word, folded.parted
        begins, ends = word[2:-2] > word[1:-3], word[2:-2] > word[3:-1]
        if parted is not None:
            begins, ends = begins | parted[:-1], ends | parted[1:]
        marks = begins.view(np.uint8) + 2 * ends.view(np.uint8)
        if self.dtype.itemsize == 1:
            return np.asarray(folded.classes + marks * np.uint8(self.size))
        return (folded.classes.astype(np.uint16) + marks * np.uint16(self.size)).astype(self.dtype)

    def spell(self, patterns: Sequence[str], runs_in: Mask, runs_on: Mask) -> list[bytes]:
        """Return folded patterns as the bytes that the automaton looks for.

        ``runs_in`` says of each that its first word begins before the pattern, ``runs_on`` that its
        last word ends after it.
        """
        if not len(patterns):
            return []
        sizes = np.fromiter(map(len, patterns), dtype=np.int64, count=len(patterns))
        past = np.cumsum(sizes)
        begin = past - sizes
        letters = np.searchsorted(self._letters, code_points("".join(patterns)))
        classes = (letters + (self.size - len(self._letters))).astype(np.uint16)
        flags = self.low_flags[classes]
        word, alone = (flags & WORD) != 0, (flags & ALONE) != 0
        for start, pattern in zip(begin.tolist(), patterns, strict=True):
            if not pattern.isalnum():
                for low, high in addresses(pattern):
                    word[start + low : start + high] = True
                    alone[start + low : start + high] = False
        # Whether a word runs on from each character to the next.
        joined = np.zeros(len(classes) + 1, dtype=bool)
        joined[1:-1] = (
            word[:-1] & word[1:] & (((flags[1:] & MARK) != 0) | ~(alone[:-1] | alone[1:]))
        )
        before, after = joined[:-1].copy(), joined[1:].copy()
        # At the edges of a pattern only the arguments decide.
        before[begin], after[past - 1] = runs_in, runs_on
        marks = (word & ~before) + 2 * (word & ~after)
        symbols = (classes + marks * np.uint16(self.size)).astype(self.dtype).tobytes()
        width = self.dtype.itemsize
        edges = zip((begin * width).tolist(), (past * width).tolist(), strict=True)
        return [symbols[low:high] for low, high in edges]


@dataclass(frozen=True)
class Folded:
    """A text as an array of classes, with the flags of each.

    Position ``breaks[k] + i``, before the next break, has the offset ``offsets[k] + i`` in the
    text. The last break is the end of the text. For "a  b" the classes are those of "a b", the
    breaks 0, 2, 3 and the offsets 0, 3, 4.
    """

    classes: Classes
    flags: NDArray[np.uint8]
    breaks: Offsets
    offsets: Offsets

    @cached_property
    def word(self) -> Mask:
        """Return which characters are part of a word, with two more values at either end."""
        word = np.zeros(len(self.flags) + 4, dtype=bool)
        np.not_equal(self.flags & WORD, 0, out=word[2:-2])
        return word

    @cached_property
    def parted(self) -> Mask | None:
        """Return at which positions a word ends and the next begins without a sign between them.

        None where there is no such position: only letters of scripts without spaces are words by
        themselves. The array has a value before each character and one after the last.
        """
        alone = (self.flags & ALONE) != 0
        if not alone.any():
            return None
        word, mark = self.word[2:-2], (self.flags & MARK) != 0
        parted = np.zeros(len(word) + 1, dtype=bool)
        parted[1:-1] = word[:-1] & word[1:] & (alone[:-1] | alone[1:]) & ~mark[1:]
        return parted

    @cached_property
    def onward(self) -> Mask:
        """Return which characters go on the word before them, with two more values at the end."""
        if self.parted is None:
            return self.word[2:]
        onward = self.word[2:].copy()
        onward[: len(self.parted)] &= ~self.parted
        return onward

    @cached_property
    def in_address(self) -> Mask | None:
        """Return which characters are part of an address; None where there is none."""
        inside = (self.flags & ADDRESS) != 0
        return inside if inside.any() else None

    @cached_property
    def _is_plain(self) -> bool:
        """Return whether all offsets are the same as the positions."""
        return bool(np.array_equal(self.breaks, self.offsets))

    def into_text(self, positions: Offsets) -> Offsets:
        """Return the offsets in the text for positions in the folded array."""
        if self._is_plain:
            return positions
        nearest = np.searchsorted(self.breaks, positions, side="right") - 1
        offsets: Offsets = self.offsets[nearest] + (positions - self.breaks[nearest])
        return offsets

    def from_text(self, offsets: Offsets) -> Offsets:
        """Return the first position in the folded array at or after offsets in the text."""
        if self._is_plain:
            return offsets
        nearest = np.searchsorted(self.offsets, offsets, side="left")
        before = np.maximum(nearest - 1, 0)
        # What the text begins with may be gone: then no break stands before its offset.
        run_on = self.breaks[before] + np.maximum(offsets - self.offsets[before], 0)
        positions: Offsets = np.minimum(run_on, self.breaks[nearest])
        return positions


def fold_text(text: str, codes: CodePoints, alphabet: Alphabet, joints: Offsets) -> Folded:
    """Fold a text; ``codes`` are its code points.

    ``joints`` are the offsets of the characters between two articles. An address becomes one word.
    """
    if alphabet.folding is not None:
        native = alphabet.folding.fold(text, codes, alphabet, joints)
        if native is not None:
            return native
    folded = _fold_characters(text, codes, alphabet, joints)
    return mark_addresses(folded, addresses(text, address_signs(codes), hidden_signs(codes)))


def mark_addresses(folded: Folded, found: list[tuple[int, int]]) -> Folded:
    """Return the folded text with each address as one word, given their spans in the text."""
    spans = np.array(found, dtype=np.int64).reshape(-1, 2)
    if not len(spans):
        return folded
    flags = folded.flags.copy()
    for start, end in folded.from_text(spans).tolist():
        flags[start:end] = (flags[start:end] | WORD | ADDRESS) & ~ALONE
    return replace(folded, flags=flags)


def _fold_characters(text: str, codes: CodePoints, alphabet: Alphabet, joints: Offsets) -> Folded:
    """Fold a text character by character; see `fold_text`."""
    classes = alphabet.classes_of(codes)
    classes[joints] = 0
    replaced, spans = read_entities(text, classes, alphabet)
    flags = alphabet.flags_of(classes)
    white = (flags & SPACE) != 0
    # White space at the edges of two articles does not join them.
    white[joints] = False
    special = np.flatnonzero((flags & (EDIT | DROP)) != 0)
    dropped = special[(flags[special] & DROP) != 0]
    spans += line_cuts(text, codes, joints + 1).tolist()
    if spans:
        cut = np.concatenate([np.arange(start, end) for start, end in spans])
        white[cut], dropped = False, np.union1d(dropped, cut)
        special = np.union1d(special, cut)
    repeated = _repeated(white, dropped)
    if not len(special):
        return _without(classes, flags, repeated, alphabet)
    lengths = np.ones(len(classes), dtype=np.uint8)
    lengths[dropped] = 0
    lengths[repeated] = 0
    for place, piece in replaced:
        lengths[place] = len(piece)
    edited = special[((flags[special] & EDIT) != 0) & (lengths[special] > 0)]
    replaced += edits(text, edited, flags, lengths, alphabet)
    changed = np.flatnonzero(lengths != 1)
    counts = lengths[changed].astype(np.int64)
    ends = changed + np.cumsum(counts - 1) + 1
    classes = np.repeat(classes, lengths) if counts.max(initial=0) > 1 else classes[lengths > 0]
    end_of = dict(zip(changed.tolist(), ends.tolist(), strict=True))
    for position, piece in replaced:
        end = end_of.get(position, 0) or position + 1 + _shift(changed, ends, position)
        classes[end - len(piece) : end] = piece
    breaks, offsets = _pieces(changed, counts, ends, len(classes), len(text))
    return Folded(classes, alphabet.flags_of(classes), breaks, offsets)


def read_entities(
    text: str, classes: Classes, alphabet: Alphabet
) -> tuple[list[tuple[int, Classes]], list[list[int]]]:
    """Give the first character of each entity the class of what it stands for.

    Return those that become several characters, and the spans of what is dropped.
    """
    replaced: list[tuple[int, Classes]] = []
    dropped: list[list[int]] = []
    for start, end, character in entities(text):
        piece = " " if character.isspace() else fold(character)
        read = alphabet.classes_folded(piece)
        dropped.append([start + bool(piece), end])
        if len(piece) == 1:
            classes[start] = read[0]
        elif piece:
            replaced.append((start, read))
    return replaced, dropped


def _repeated(white: Mask, dropped: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the positions of white space after white space.

    Zero-width characters (``dropped``) inside a run of spaces do not end the run.
    """
    repeated = np.flatnonzero(white[1:] & white[:-1]) + 1
    if not len(dropped):
        return repeated
    separate = np.diff(dropped) > 1
    first, last = dropped[np.append(True, separate)], dropped[np.append(separate, True)]
    inside = (first > 0) & (last < len(white) - 1)
    first, last = first[inside], last[inside]
    return np.union1d(repeated, last[white[first - 1] & white[last + 1]] + 1)


def _shift(changed: NDArray[np.intp], ends: Offsets, position: int) -> int:
    """Return by how many positions a character has moved that stays a single one."""
    before = int(np.searchsorted(changed, position)) - 1
    return int(ends[before] - changed[before]) - 1 if before >= 0 else 0


def _pieces(
    changed: NDArray[np.intp], counts: Offsets, ends: Offsets, size: int, length: int
) -> tuple[Offsets, Offsets]:
    """Return breaks and offsets of a text in which some characters become none or several."""
    # Each of several characters has the offset of the original one. After a removed character, the
    # offsets continue with the next one.
    spans = np.where(counts == 0, 1, counts - 1)
    row = np.repeat(np.arange(len(changed)), spans)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(spans) - spans, spans)
    removed = counts[row] == 0
    breaks = np.where(removed, ends[row], ends[row] - counts[row] + 1 + nth)
    offsets = changed[row] + removed
    # Of several breaks at the same position the last counts.
    last = np.append(breaks[1:] != breaks[:-1], True)[: len(breaks)] & (breaks < size)
    breaks, offsets = breaks[last], offsets[last]
    if not len(breaks) or breaks[0] != 0:
        breaks, offsets = np.append(0, breaks), np.append(0, offsets)
    if not size:
        breaks, offsets = breaks[:0], offsets[:0]
    return np.append(breaks, size), np.append(offsets, length)


def _without(
    classes: Classes, flags: NDArray[np.uint8], repeated: NDArray[np.intp], alphabet: Alphabet
) -> Folded:
    """Return the folded text of a text in which only repeated white space is removed."""
    size = len(classes)
    if len(repeated):
        unique = np.ones(size, dtype=bool)
        unique[repeated] = False
        classes = classes[unique]
        flags = alphabet.flags_of(classes)
    last = np.ones(len(repeated), dtype=bool)
    last[:-1] = np.diff(repeated) > 1
    breaks = (repeated - np.arange(len(repeated)))[last]
    return Folded(
        classes,
        flags,
        np.concatenate([[0], breaks, [len(classes)]]).astype(np.int64),
        np.concatenate([[0], repeated[last] + 1, [size]]).astype(np.int64),
    )


def edits(
    text: str,
    edited: NDArray[np.intp],
    flags: NDArray[np.uint8],
    lengths: NDArray[np.uint8],
    alphabet: Alphabet,
) -> list[tuple[int, Classes]]:
    """Return the classes of characters that fold to none or several, with their positions.

    ``lengths`` is changed in place: it gets the number of classes of each of these characters.
    """
    replaced: list[tuple[int, Classes]] = []
    past = -1
    for position in edited.tolist():
        if position < past:
            continue
        start, end = position, position + 1
        while end < len(text) and flags[end] & EDIT and _is_mark(ord(text[end]), text[end]):
            end += 1
        based = start > max(past, 0) and lengths[start - 1] and flags[start - 1] & WORD
        if _is_mark(ord(text[start]), text[start]) and based:
            start -= 1
        piece = alphabet.classes_folded(fold(text[start:end]))
        lengths[start:end] = 0
        lengths[start] = len(piece)
        replaced.append((start, piece))
        past = end
    return replaced
