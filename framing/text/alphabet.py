"""Alphabets: a text as the matcher reads it, folded, with one small code per character.

A text becomes an array with one class per character, so that offsets need no translation between
bytes and characters. Only characters that change the length of a text (a second space in a run, a
zero-width character, a combining accent, a ligature, a word cut at a line end) are edited. The
array then has the offset of each class in the unchanged text.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from framing._core.typing import Mask
from framing.text.characters import (
    ADDRESS,
    ALONE,
    COMMA,
    DIGIT,
    DROP,
    EDIT,
    MARK,
    POINT,
    SIGN,
    SPACE,
    WORD,
    CodePoints,
    Offsets,
    Signs,
    code_points,
    fold,
    is_mark,
    unicode_table,
)
from framing.text.links import (
    address_signs,
    addresses,
    hidden_signs,
)
from framing.text.repairs import (
    entities,
    line_cuts,
    quote_marks,
)

Classes = NDArray[Any]


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
    shared = np.flatnonzero(np.bincount(unicode.flags)).astype(np.uint16)
    number = np.zeros(int(shared[-1]) + 1, dtype=np.uint16)
    number[shared] = np.arange(1, len(shared) + 1)
    class_of = number[unicode.flags]
    plain = (unicode.flags & (EDIT | DROP)) == 0
    other = np.flatnonzero(plain & (unicode.folded != np.arange(len(unicode.folded))))
    return _SharedClasses(np.append(0, shared).astype(np.uint16), class_of, other)


# What a point after a word, or between two words, may be: the end of a sentence, that or not
# depending on what stands around, not the end.
ENDS, DEPENDS, GOES_ON = 1, 2, 3
# Says that of words; or of two words with a point between them, if it is given whether each two
# begin a paragraph.
Ask = Callable[[list[str], list[bool] | None], list[int]]


class Scanned(Protocol):
    """What a `TextFolding` knows of a text before it folds it: among all else, the signs."""

    @property
    def signs(self) -> Signs:
        """The signs of the text."""
        ...

    def seen(
        self, codes: CodePoints, gone: Offsets, spaces: Offsets, alphabet: "Alphabet"
    ) -> "Scanned":
        """Return the same of what is seen of the text, given its code points.

        ``gone`` are the offsets of what is not seen, ``spaces`` those of the plain spaces in what
        is seen that are other spaces in the text.
        """
        ...


class TokenStarts(Protocol):
    """Where the tokens of a folded text start: a bit of each position, from the lowest on."""

    @property
    def bits(self) -> NDArray[np.uint64]:
        """The bits; there is one more than the text has positions."""
        ...

    def places(self) -> Offsets:
        """Return the positions at which a token starts."""
        ...

    def before(self, positions: Offsets) -> Offsets:
        """Return how many tokens start before each position."""
        ...


class TextFolding(Protocol):
    """What folds texts as the functions of this file do; None where it leaves a text to them."""

    def scan(self, codes: CodePoints, alphabet: "Alphabet") -> Scanned:
        """Return what `fold` needs to know of a text."""
        ...

    def fold(
        self,
        text: str,
        codes: CodePoints,
        alphabet: "Alphabet",
        joints: Offsets,
        scanned: Scanned | None = None,
    ) -> "Folded | None":
        """Return the folded text, as `fold_text` does; what was scanned serves once."""
        ...

    def token_starts(self, folded: "Folded", alphabet: "Alphabet") -> "TokenStarts | None":
        """Return where tokens start."""
        ...

    def slices(
        self, folded: "Folded", low: Offsets, high: Offsets, size: int
    ) -> tuple[Classes, NDArray[np.uint8]] | None:
        """Return classes and flags of slices, of ``size`` with one more character after each."""
        ...

    def openings(
        self,
        codes: CodePoints,
        start: Offsets,
        end: Offsets,
        signs: Offsets,
        words: NDArray[np.uint64],
        *,
        lines: bool,
    ) -> tuple[NDArray[np.uint16], Offsets, Offsets]:
        """Return what begins at each place, the colon near it, and the end of its line.

        The bits are those of `framing.text.turns.Openings`.
        """
        ...

    def neighbours(
        self,
        codes: CodePoints,
        spans: tuple[Offsets, Offsets, Offsets],
        signs: Offsets,
        folded: "Folded",
        wanted: Mask,
        marks: CodePoints,
        points: CodePoints,
    ) -> Mask | None:
        """Return which paragraphs wanted ones need, as `framing.text.chunks.excerpt` says.

        ``spans`` are the number of the text, start and end of each, ``marks`` those of quotations,
        and ``points`` what begins an item of a list.
        """
        ...

    def ranks(self, places: Offsets, positions: Offsets, *, right: bool = False) -> Offsets:
        """Return what `numpy.searchsorted` does; faster where the positions rise."""
        ...

    def doubtful(
        self,
        codes: CodePoints,
        start: Offsets,
        end: Offsets,
        row: Offsets,
        words: NDArray[np.uint64],
        names: NDArray[np.uint64],
    ) -> Offsets:
        """Return which sentences may go on in the next one, as framing.text.sentences says."""
        ...

    def marks(
        self,
        codes: CodePoints,
        start: Offsets,
        end: Offsets,
        signs: Offsets,
        words: NDArray[np.uint64],
    ) -> tuple[Offsets, NDArray[np.uint8]]:
        """Return the fields of `framing.text.sentences.Marks`, by their number from 1."""
        ...

    def signs(self, codes: CodePoints) -> Signs:
        """Return the signs of a text, as `framing.text.broken_pages.find_signs` does."""
        ...

    def paragraphs(
        self, text: str, codes: CodePoints, begins: Offsets, removed: Offsets, signs: Offsets
    ) -> tuple[Offsets, Offsets, Offsets] | None:
        """Return text, start and end of each paragraph, as `paragraphs` does."""
        ...

    def split(
        self, text: str, codes: CodePoints, first: Offsets, past: Offsets, language: str, ask: Ask
    ) -> tuple[Offsets, Offsets, Offsets, Offsets] | None:
        """Return start, end and paragraph of the sentences of plain paragraphs, and the others."""
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
            narrow: Classes = folded.classes + marks * np.uint8(self.size)
            return narrow.astype(self.dtype, copy=False)
        return (folded.classes.astype(np.uint16) + marks * np.uint16(self.size)).astype(self.dtype)

    def inside_numbers(self, folded: "Folded") -> Mask | None:
        """Return the positions inside 3.5, 1,000 or U.S., next to a point or comma.

        None where there is none. The array has a value before each character and one at the end.
        """
        signs = np.flatnonzero((folded.flags & SIGN) != 0)
        signs = signs[(signs > 0) & (signs < len(folded.flags) - 1)]
        both, either = (
            join(folded.flags[signs - 1], folded.flags[signs + 1])
            for join in (np.bitwise_and, np.bitwise_or)
        )
        some = ((both & WORD) != 0) & ((either & ALONE) == 0)
        signs, digits = signs[some], (both[some] & DIGIT) != 0
        kind, word = self.flags[folded.classes[signs]], folded.word
        # The word begins two positions into its array.
        letters = ~word[signs] & ~word[signs + 4] & ((kind & POINT) != 0)
        letters &= (either[some] & DIGIT) == 0
        signs = signs[letters | (digits & ((kind & (POINT | COMMA)) != 0))]
        if not len(signs):
            return None
        inside = np.zeros(len(folded.flags) + 1, dtype=bool)
        inside[signs] = inside[signs + 1] = True
        return inside

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
        codes = code_points("".join(patterns))
        # Letters have low codes: to look them up takes a tenth of the time of a search.
        rank = np.zeros(int(self._letters[-1]) + 1, dtype=np.uint16)
        rank[self._letters] = np.arange(len(self._letters))
        letters = rank[codes]
        classes = letters + np.uint16(self.size - len(self._letters))
        flags = self.low_flags[classes]
        word, alone = (flags & WORD) != 0, (flags & ALONE) != 0
        # Nearly all patterns have only letters and spaces, and no address.
        plain = [letter == " " or letter.isalnum() for letter in map(chr, self._letters.tolist())]
        signs = np.flatnonzero(~np.array(plain, dtype=bool)[letters])
        for place in np.unique(np.searchsorted(past, signs, side="right")).tolist():
            start = int(begin[place])
            for low, high in addresses(patterns[place]):
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
    def is_plain(self) -> bool:
        """Return whether all offsets are the same as the positions."""
        return bool(np.array_equal(self.breaks, self.offsets))

    def into_text(self, positions: Offsets, folding: TextFolding | None = None) -> Offsets:
        """Return the offsets in the text for positions in the folded array.

        With ``folding`` it is faster where there are many, and they rise.
        """
        if self.is_plain:
            return positions
        if folding is None:
            nearest = np.searchsorted(self.breaks, positions, side="right") - 1
        else:
            nearest = folding.ranks(self.breaks, positions, right=True) - 1
        offsets: Offsets = self.offsets[nearest] + (positions - self.breaks[nearest])
        return offsets

    def from_text(self, offsets: Offsets, folding: TextFolding | None = None) -> Offsets:
        """Return the first position in the folded array at or after offsets in the text.

        With ``folding`` it is faster where there are many, and they rise.
        """
        if self.is_plain:
            return offsets
        rank = np.searchsorted if folding is None else folding.ranks
        nearest = rank(self.offsets, offsets)
        before = np.maximum(nearest - 1, 0)
        # What the text begins with may be gone: then no break stands before its offset.
        run_on = self.breaks[before] + np.maximum(offsets - self.offsets[before], 0)
        positions: Offsets = np.minimum(run_on, self.breaks[nearest])
        return positions


def fold_text(
    text: str,
    codes: CodePoints,
    alphabet: Alphabet,
    joints: Offsets,
    scanned: Scanned | None = None,
) -> Folded:
    """Fold a text; ``codes`` are its code points.

    ``joints`` are the offsets of the characters between two articles. An address becomes one word.
    ``scanned`` is what the folding of the alphabet knows of the text already.
    """
    if alphabet.folding is not None:
        native = alphabet.folding.fold(text, codes, alphabet, joints, scanned)
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

    Return those that become several characters, and the spans of what is dropped: the rest of the
    entities, and marks of quoted mail.
    """
    replaced: list[tuple[int, Classes]] = []
    dropped: list[list[int]] = []
    for start, end, character in entities(text) if "&" in text else ():
        piece = " " if character.isspace() else fold(character)
        read = alphabet.classes_folded(piece)
        dropped.append([start + bool(piece), end])
        if len(piece) == 1:
            classes[start] = read[0]
        elif piece:
            replaced.append((start, read))
    if ">" in text:
        dropped += map(list, quote_marks(text))
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


# The most marks that fold with their letter; a longer run, which no script has, is cut here. With
# the longest character (18 letters) they fit into a byte.
_MARKS = 200


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
        limit = min(len(text), position + _MARKS)
        while end < limit and flags[end] & EDIT and is_mark(ord(text[end]), text[end]):
            end += 1
        based = start > max(past, 0) and lengths[start - 1] and flags[start - 1] & WORD
        if is_mark(ord(text[start]), text[start]) and based:
            start -= 1
        piece = alphabet.classes_folded(fold(text[start:end]))
        lengths[start:end] = 0
        lengths[start] = len(piece)
        replaced.append((start, piece))
        past = end
    return replaced
