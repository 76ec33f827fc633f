"""Characters as the matcher sees them: folded, one small code a character.

A text becomes an array with one class a character, so that offsets need no translation
between bytes and characters. Only what changes the length of a text (a second space in a
run, a zero-width character, a combining accent, a ligature) is edited, and then the array
carries the offset of each class in the text as it was given.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

WORD, SPACE, DROP, EDIT, APOSTROPHE, DIGIT, POINT, COMMA = (np.uint8(1 << bit) for bit in range(8))

# Every assigned character with a case or a word property lies below; above it are
# private use, tags and variation selectors, none of which is part of a word.
_LAST = 0x32400
_ALL = 0x110000

APOSTROPHES = "'\u2018\u2019\u201b\u02bc\u02b9\u2032\u0060\u00b4\uff07"
HYPHENS = "-\u2010\u2011\u2012\u2013\u2212\ufe58\ufe63\uff0d"
VARIANTS = "".join(map(chr, range(0xFE00, 0xFE10)))
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff" + VARIANTS

Classes = NDArray[Any]
Offsets = NDArray[np.int64]


def fold(text: str) -> str:
    """Return the text as it is compared: composed, case-folded, with plain ' - and spaces.

    Runs of white space become one space, invisible characters go.
    """
    text = unicodedata.normalize("NFC", text)
    # Full case folding makes İ an i with a loose dot, which nobody types.
    text = text.replace("İ", "i").casefold()
    text = unicodedata.normalize("NFC", text)
    for group, plain in ((APOSTROPHES, "'"), (HYPHENS, "-"), (INVISIBLE, "")):
        for character in group:
            text = text.replace(character, plain)
    return " ".join(text.split())


def _fold_one(character: str) -> str:
    return " " if character.isspace() else fold(character)


def _is_mark(code: int, character: str) -> bool:
    # The conjoining vowels and finals of Hangul compose with what stands before them.
    return unicodedata.category(character) in ("Mn", "Mc") or 0x1160 <= code <= 0x11FF


@dataclass(frozen=True)
class _Unicode:
    folded: NDArray[np.uint32]
    flags: NDArray[np.uint8]


@cache
def _unicode() -> _Unicode:
    """Return, for every code point, what it folds to (itself if to several) and its flags."""
    folded = np.arange(_ALL, dtype=np.uint32)
    flags = np.zeros(_ALL, dtype=np.uint8)
    for code in range(_LAST):
        character = chr(code)
        mark = _is_mark(code, character)
        if character.isalnum() or mark or character == "_":
            flags[code] |= WORD
        if character.isdecimal():
            flags[code] |= DIGIT
        if character.isspace():
            flags[code] |= SPACE
        plain = character if 0xD800 <= code <= 0xDFFF else _fold_one(character)
        if character in INVISIBLE:
            flags[code] |= DROP
        elif mark or len(plain) != 1:
            flags[code] |= EDIT
        else:
            folded[code] = ord(plain)
    for group, flag in ((APOSTROPHES, APOSTROPHE), (".", POINT), (",", COMMA)):
        for character in group:
            # A modifier letter used as an apostrophe is a letter to Unicode, not to a reader.
            flags[ord(character)] = flag
    return _Unicode(folded, flags)


class Alphabet:
    """The characters that the patterns of a lexicon use, each with a class of its own.

    All other characters share a class with those of the same flags. Class 0 is kept for the
    place where two articles touch: no pattern contains it, so no match crosses it.
    """

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        unicode = _unicode()
        shared = np.unique(unicode.flags)
        letters = sorted({character for pattern in patterns for character in pattern})
        first = 1 + len(shared)
        self.dtype = np.dtype(np.uint8 if first + len(letters) <= 256 else ">u2")
        self._class_of = {character: first + rank for rank, character in enumerate(letters)}
        by_flags = np.zeros(256, dtype=np.uint16)
        by_flags[shared] = np.arange(1, first)
        by_fold = by_flags[unicode.flags]
        own = np.zeros(_ALL, dtype=np.uint16)
        for character, number in self._class_of.items():
            own[ord(character)] = number
        own = own[unicode.folded]
        # What has to be edited or dropped keeps its shared class: that is how it is found.
        plain = (unicode.flags & (EDIT | DROP)) == 0
        self._table = np.where(plain & (own > 0), own, by_fold).astype(self.dtype)
        self.flags = np.zeros(first + len(letters), dtype=np.uint8)
        self.flags[1:first] = shared
        for character, number in self._class_of.items():
            self.flags[number] = unicode.flags[ord(character)] & ~EDIT

    def classes(self, text: str) -> Classes:
        """Return the class of each character of ``text``, in an array of its length."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        classes: Classes = self._table[codes]
        return classes

    def classes_folded(self, text: str) -> Classes:
        """Return the classes of a text that is folded already, combining marks included."""
        plain = self.classes(text)
        own = [self._class_of.get(character, 0) for character in text]
        classes: Classes = np.where(own, own, plain).astype(self.dtype)
        return classes

    def encode(self, pattern: str) -> bytes:
        """Return a folded pattern as the bytes that the automaton looks for."""
        return np.array([self._class_of[c] for c in pattern], dtype=self.dtype).tobytes()


@dataclass(frozen=True)
class Folded:
    """A text as an array of classes, with the flags of each and its offset where they differ."""

    classes: Classes
    flags: NDArray[np.uint8]
    offsets: Offsets | None

    def into_text(self, positions: Offsets) -> Offsets:
        """Return the offsets in the text for positions in the folded array."""
        return positions if self.offsets is None else self.offsets[positions]

    def from_text(self, offsets: Offsets) -> Offsets:
        """Return the positions in the folded array for offsets in the text."""
        if self.offsets is None:
            return offsets
        return np.searchsorted(self.offsets, offsets).astype(np.int64)


def fold_text(text: str, alphabet: Alphabet, joints: Offsets) -> Folded:
    """Fold ``text``; ``joints`` are the offsets of the characters between two articles."""
    classes = alphabet.classes(text)
    classes[joints] = 0
    flags = alphabet.flags[classes]
    white = (flags & SPACE) != 0
    gone = (flags & DROP) != 0
    dropped = bool(gone.any())
    if dropped:
        # A zero-width character inside a run of spaces does not end the run.
        seen = np.flatnonzero(~gone)
        repeated = np.zeros(len(classes), dtype=bool)
        repeated[seen[1:]] = white[seen[1:]] & white[seen[:-1]]
    else:
        repeated = np.zeros(len(classes), dtype=bool)
        repeated[1:] = white[1:] & white[:-1]
    edited = np.flatnonzero(flags & EDIT)
    if not dropped and not len(edited) and not repeated.any():
        return Folded(classes, flags, None)
    lengths = (~(gone | repeated)).astype(np.uint8)
    replaced = _edits(text, edited, flags, lengths, alphabet)
    if not replaced:
        # The common case, white space alone, is worth a quicker way to the same arrays.
        offsets = np.flatnonzero(lengths)
        return Folded(classes[offsets], flags[offsets], np.append(offsets, len(text)))
    offsets = np.repeat(np.arange(len(classes)), lengths)
    classes = np.repeat(classes, lengths)
    ends = np.cumsum(lengths, dtype=np.int64)
    for place, piece in replaced:
        classes[ends[place] - len(piece) : ends[place]] = piece
    return Folded(classes, alphabet.flags[classes], np.append(offsets, len(text)))


def _edits(
    text: str,
    edited: NDArray[np.intp],
    flags: NDArray[np.uint8],
    lengths: NDArray[np.uint8],
    alphabet: Alphabet,
) -> list[tuple[int, Classes]]:
    """Set the lengths of the characters that fold to none or several; return what they become."""
    replaced: list[tuple[int, Classes]] = []
    done = -1
    for place in edited.tolist():
        if place < done:
            continue
        start, end = place, place + 1
        while end < len(text) and flags[end] & EDIT and _is_mark(ord(text[end]), text[end]):
            end += 1
        based = start > max(done, 0) and lengths[start - 1] and flags[start - 1] & WORD
        if _is_mark(ord(text[start]), text[start]) and based:
            start -= 1
        piece = alphabet.classes_folded(fold(text[start:end]))
        lengths[start:end] = 0
        lengths[start] = len(piece)
        replaced.append((start, piece))
        done = end
    return replaced
