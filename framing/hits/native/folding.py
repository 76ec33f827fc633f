"""Folding: the classes, flags, tokens and paragraphs of a text from the native engine."""

import ctypes
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framing.hits.native.library import (
    BITS,
    Asked,
    EndMarks,
    Joints,
    Lines,
    Openings,
    Places,
    Scan,
    SignLists,
    Split,
    Squeeze,
    address,
    loaded_library,
    ranks,
)
from framing.text import visible
from framing.text.alphabet import (
    Alphabet,
    Ask,
    Folded,
    Scanned,
    edits,
    mark_addresses,
    read_entities,
)
from framing.text.characters import (
    DROP,
    EDIT,
    LINE_ENDS,
    CodePoints,
    Offsets,
    Signs,
    is_among,
    letter_kinds,
)
from framing.text.links import addresses
from framing.text.repairs import BLANKS, cuts_at, hyphens_before

# As in sentences.c: the verdict on a paragraph that needs no other look, and the marks in the key
# of a word, and of two words with which a paragraph begins.
PLAIN, ONE_WORD, AT_START = 0, np.uint64(1), np.uint64(2)
# Slots for words at first, and the most words: a million articles have fewer.
FEWEST, MOST = 1 << 12, 1 << 18
# Room for places that need a closer look: one in so many characters. Of more, a list is made anew.
RARE = 16
ADDRESS_SIGNS = np.array([ord(sign) for sign in ".:@"], dtype=np.uint32)
LINE_END_CODES = np.array([ord(sign) for sign in LINE_ENDS], dtype=np.uint32)
NONE = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class _Scanned:
    """The classes and flags of the characters of a text, what needs a closer look, and signs."""

    classes: NDArray[np.uint16]
    flags: NDArray[np.uint8]
    special: Offsets
    hints: Offsets
    cuts: Offsets
    signs: Signs

    def seen(
        self, codes: CodePoints, gone: Offsets, spaces: Offsets, alphabet: Alphabet
    ) -> "_Scanned":
        """Return what a scan of the text without what is not seen would return.

        Only around that is there anything to look at again. Signs are only those of the text.
        """
        classes, flags = visible.without(self.classes, gone), visible.without(self.flags, gone)
        classes[spaces] = alphabet.class_of[ord(" ")]
        flags[spaces] = alphabet.low_flags[classes[spaces]]
        moved = visible.Places(gone).seen
        special, hints, cuts = (
            moved(visible.every_but(places, gone))
            # A hyphen before \r\n is listed for both.
            for places in (self.special, self.hints, np.unique(self.cuts))
        )
        near = np.union1d(moved(gone), spaces)
        # A sign may be inside an address by what stands at the next two places, or before it.
        around = _around(near, -2, 0, len(codes))
        hints = np.union1d(hints, around[is_among(codes[around], ADDRESS_SIGNS)])
        # A hyphen cuts a word by what stands at the next places.
        reach = BLANKS + 1
        before, after = (np.searchsorted(near, cuts + more, "right") for more in (0, reach))
        cuts = cuts[before == after]
        ends = _around(near, 1 - reach, reach - 1, len(codes))
        ends = ends[is_among(codes[ends], LINE_END_CODES)]
        cuts = np.union1d(cuts, hyphens_before(codes, ends))
        return _Scanned(classes, flags, special, hints, cuts, self.signs)


def _around(places: Offsets, low: int, high: int, length: int) -> Offsets:
    """Return all places from so many before to so many after some places in a text."""
    around = np.unique(places[:, None] + np.arange(low, high + 1))
    return around[(around >= 0) & (around < length)]


@dataclass(frozen=True, eq=False)
class _Split:
    """What is known of paragraphs: the verdict, sentences of the plain ones, and unknown words."""

    verdict: NDArray[np.uint8]
    start: Offsets
    end: Offsets
    row: Offsets
    low: Offsets
    high: Offsets
    key: NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class _Words:
    """What is known of words before a stop: a table of their keys, which is never changed."""

    count: int
    key: NDArray[np.uint64]
    known: NDArray[np.uint8]


def _no_words() -> _Words:
    return _Words(0, np.zeros(FEWEST, dtype=np.uint64), np.zeros(FEWEST, dtype=np.uint8))


class _Memory:
    """Remembers which words before a stop end a sentence. Threads may read it meanwhile."""

    def __init__(self) -> None:
        self.words = _no_words()

    def ask(self, text: str, found: _Split, ask: Ask, engine: ctypes.CDLL) -> None:
        """Ask about the words that were not known."""
        key, nth = np.unique(found.key, return_index=True)
        edges = zip(found.low[nth].tolist(), found.high[nth].tolist(), strict=True)
        words = np.array([text[low:high] for low, high in edges], dtype=object)
        known = np.empty(len(key), dtype=np.uint8)
        alone = (key & ONE_WORD) != 0
        known[alone] = ask(words[alone].tolist(), None)
        if not alone.all():
            opening = (key[~alone] & AT_START) != 0
            known[~alone] = ask(words[~alone].tolist(), opening.tolist())
        old = self.words if self.words.count + len(key) < MOST else _no_words()
        slots = len(old.key)
        while slots < 3 * (old.count + len(key)):
            slots *= 2
        kept = old.key != 0
        keys, values = np.zeros(slots, dtype=np.uint64), np.zeros(slots, dtype=np.uint8)
        for some, what in ((old.key[kept], old.known[kept]), (key, known)):
            engine.framing_remember(
                slots, address(keys), address(values), len(some), address(some), address(what)
            )
        self.words = _Words(old.count + len(key), keys, values)


@cache
def _memory(language: str) -> _Memory:
    return _Memory()


@dataclass(frozen=True, eq=False)
class TokenBits:
    """The starts of tokens: a bit of each position, and one more, from the lowest of a word on."""

    engine: ctypes.CDLL
    bits: NDArray[np.uint64]

    def places(self) -> Offsets:
        """Return the positions at which a token starts."""
        places = np.empty(int(np.bitwise_count(self.bits).sum()), dtype=np.int64)
        self.engine.framing_bit_places(len(self.bits), address(self.bits), address(places))
        return places

    def before(self, positions: Offsets) -> Offsets:
        """Return how many tokens start before each position."""
        wanted = np.ascontiguousarray(positions, dtype=np.int64)
        before = np.empty(wanted.shape, dtype=np.int64)
        self.engine.framing_bits_before(
            len(self.bits), address(self.bits), wanted.size, address(wanted), address(before)
        )
        return before


class Folding:
    """Folds texts with the native engine; the functions of framing.text are the reference."""

    def __init__(self, engine: ctypes.CDLL) -> None:
        self.engine = engine

    def scan(self, codes: CodePoints, alphabet: Alphabet) -> _Scanned:
        """Return what `fold` needs to know of a text, and its signs."""
        size = len(codes)
        classes, flags = np.empty(size, dtype=np.uint16), np.empty(size, dtype=np.uint8)
        # Pages with short lines have more signs than other texts.
        room = [size // RARE + 64] * 3 + [size // 8 + 64]
        while True:
            lists = [np.empty(some, dtype=np.int64) for some in room]
            given = Scan(
                size, len(alphabet.class_of), address(codes), address(alphabet.class_of),
                address(alphabet.low_flags), address(classes), address(flags),
                *(Places(0, len(some), address(some)) for some in lists),
            )  # fmt: skip
            again = self.engine.framing_scan(ctypes.byref(given))
            each = given.special, given.hints, given.cuts, given.signs
            if not again:
                special, hints, cuts, every = (
                    some[: places.count] for some, places in zip(lists, each, strict=True)
                )
                signs = self.signs(codes, every)
                return _Scanned(classes, flags, special, hints, cuts, signs)
            room = [max(some, places.count) for some, places in zip(room, each, strict=True)]

    def fold(
        self,
        text: str,
        codes: CodePoints,
        alphabet: Alphabet,
        joints: Offsets,
        scanned: Scanned | None = None,
    ) -> Folded | None:
        """Return the folded text as `fold_text` does; None where the reference must fold."""
        if not len(codes):
            return None
        if not isinstance(scanned, _Scanned):
            scanned = self.scan(codes, alphabet)
        classes, flags = scanned.classes, scanned.flags
        hidden = scanned.special[(flags[scanned.special] & DROP) != 0]
        classes[joints] = flags[joints] = 0
        replaced, spans = read_entities(text, classes, alphabet)
        read = [place for start, _ in spans for place in (start - 1, start) if place >= 0]
        flags[read] = alphabet.low_flags[classes[read]]
        if len(scanned.cuts):
            spans += cuts_at(text, scanned.cuts, joints + 1).tolist()
        lengths = None
        if len(scanned.special) or spans:
            lengths = np.ones(len(classes), dtype=np.uint8)
            special = np.union1d(scanned.special, read) if read else scanned.special
            special = special[(flags[special] & (DROP | EDIT)) != 0]
            lengths[special[(flags[special] & DROP) != 0]] = 0
            for start, end in spans:
                lengths[start:end] = 0
            for place, piece in replaced:
                lengths[place] = len(piece)
            special = special[(lengths[special] > 0) & ((flags[special] & EDIT) != 0)]
            replaced += edits(text, special, flags, lengths, alphabet)
        folded = self._squeeze(scanned, lengths, dict(replaced), alphabet)
        if not len(scanned.hints) and not len(hidden):
            return folded
        return mark_addresses(folded, addresses(text, scanned.hints, hidden))

    def token_starts(self, folded: Folded, alphabet: Alphabet) -> "TokenBits | None":
        """Return the starts of tokens as `token_starts` does; None where the reference must."""
        classes = np.ascontiguousarray(folded.classes, dtype=np.uint16)
        flags = np.ascontiguousarray(folded.flags)
        kinds = np.ascontiguousarray(alphabet.flags, dtype=np.uint16)
        bits = np.empty(len(flags) // BITS + 1, dtype=np.uint64)
        if len(classes) != len(flags):
            return None
        failed = self.engine.framing_tokens(
            len(flags), address(classes), address(flags), len(kinds), address(kinds), address(bits)
        )
        return None if failed else TokenBits(self.engine, bits)

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

        Numbers are those of enum in labels.c. Without ``lines`` no names are looked for that are
        alone in their line.
        """
        start, end, signs = _columns(start, end, signs)
        found = np.empty(len(start), dtype=np.uint16)
        colon = np.empty(len(start), dtype=np.int64)
        past = np.empty(len(start) if lines else 0, dtype=np.int64)
        given = Openings(
            len(codes), len(signs), len(start), address(codes), address(signs), address(start),
            address(end), len(words), address(words), address(found), address(colon),
            address(past) if lines else None,
        )  # fmt: skip
        self.engine.framing_openings(ctypes.byref(given))
        return found, colon, past

    def ranks(self, places: Offsets, positions: Offsets, *, right: bool = False) -> Offsets:
        """Return what `numpy.searchsorted` does; faster where the positions rise."""
        return ranks(places, positions, right=right)

    def doubtful(
        self,
        codes: CodePoints,
        start: Offsets,
        end: Offsets,
        row: Offsets,
        words: NDArray[np.uint64],
        names: NDArray[np.uint64],
    ) -> Offsets:
        """Return which sentences may go on in the next one of their paragraph."""
        start, end, row = _columns(start, end, row)
        found = np.empty(len(start), dtype=np.int64)
        given = Joints(
            len(codes), len(start), address(codes), address(start), address(end), address(row),
            len(words), len(names), address(words), address(names), 0, address(found),
        )  # fmt: skip
        self.engine.framing_doubtful(ctypes.byref(given))
        return found[: given.count].copy()

    def marks(
        self,
        codes: CodePoints,
        start: Offsets,
        end: Offsets,
        signs: Offsets,
        words: NDArray[np.uint64],
    ) -> tuple[Offsets, NDArray[np.uint8]]:
        """Return where sentences may end that sentencex does not end, and what stands there."""
        start, end, signs = _columns(start, end, signs)
        room = len(signs) // RARE + 64
        while True:
            place, what = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.uint8)
            given = EndMarks(
                len(codes), len(signs), len(start), address(codes), address(signs),
                address(start), address(end), len(words), address(words), 0, room,
                address(place), address(what),
            )  # fmt: skip
            again = self.engine.framing_marks(ctypes.byref(given))
            if not again:
                return place[: given.count].copy(), what[: given.count].copy()
            room = given.count

    def signs(self, codes: CodePoints, every: Offsets | None = None) -> Signs:
        """Return the signs of a text as `find_signs` does; ``every`` are all, if they are known."""
        room = [len(codes) // RARE + 64, 64, len(codes) // 256 + 64, 64, 64]
        while True:
            lists = [np.empty(some, dtype=np.int64) for some in room]
            if every is not None:
                lists[0] = every
            places = [Places(0, len(some), address(some)) for some in lists]
            # The engine looks for signs where it is given none.
            places[0].count = 0 if every is None else len(every)
            given = SignLists(len(codes), address(codes), *places)
            again = self.engine.framing_signs(ctypes.byref(given))
            found = (given.every, given.hidden, given.ends, given.arrows, given.bars)
            if not again:
                return Signs(
                    *(
                        some[: places.count].copy()
                        for some, places in zip(lists, found, strict=True)
                    )
                )
            room = [max(some, places.count) for some, places in zip(room, found, strict=True)]

    def paragraphs(
        self, text: str, codes: CodePoints, begins: Offsets, removed: Offsets, signs: Offsets
    ) -> tuple[Offsets, Offsets, Offsets] | None:
        """Return text, start and end of each paragraph as `paragraphs` does."""
        signs = np.ascontiguousarray(signs, dtype=np.int64)
        room = [len(signs), 64]
        while True:
            ends, hyphens = (np.empty(some, dtype=np.int64) for some in room)
            given = Places(0, room[0], address(ends)), Places(0, room[1], address(hyphens))
            again = self.engine.framing_line_ends(
                address(codes), len(signs), address(signs), *map(ctypes.byref, given)
            )
            room = [places.count for places in given]
            if not again:
                break
        count, kinds = room[0], letter_kinds()
        cuts = hyphens[: room[1]]
        if len(cuts):
            cuts = np.ascontiguousarray(cuts_at(text, cuts, begins)[:, 1])
        begins, removed = (
            np.ascontiguousarray(some, dtype=np.int64) for some in (begins, np.sort(removed))
        )
        found = [np.empty(count + 1, dtype=np.int64) for _ in range(3)]
        lines = Lines(
            len(codes), len(kinds), address(codes), address(kinds), len(begins), len(removed),
            count, len(cuts), address(begins), address(removed), address(ends), address(cuts),
            0, *map(address, found),
        )  # fmt: skip
        if self.engine.framing_paragraphs(ctypes.byref(lines)):
            return None
        document, first, last = (some[: lines.count].copy() for some in found)
        return document, first, last

    def split(
        self, text: str, codes: CodePoints, first: Offsets, past: Offsets, language: str, ask: Ask
    ) -> tuple[Offsets, Offsets, Offsets, Offsets] | None:
        """Return start, end and paragraph of the sentences of plain paragraphs, and the others.

        None in languages of which the engine knows no rules.
        """
        if language != "en" or not len(first):
            return None
        memory = _memory(language)
        first, past = (np.ascontiguousarray(some, dtype=np.int64) for some in (first, past))
        while True:
            found = self._split(codes, first, past, memory.words)
            if not len(found.key):
                others = np.flatnonzero(found.verdict != PLAIN)
                return found.start, found.end, found.row, others
            memory.ask(text, found, ask, self.engine)

    def _split(self, codes: CodePoints, first: Offsets, past: Offsets, words: _Words) -> _Split:
        room = [len(codes) // RARE + len(first), len(codes) // RARE + 64]
        while True:
            verdict = np.empty(len(first), dtype=np.uint8)
            start, end, row = (np.empty(room[0], dtype=np.int64) for _ in range(3))
            low, high = (np.empty(room[1], dtype=np.int64) for _ in range(2))
            key = np.empty(room[1], dtype=np.uint64)
            asked = Asked(0, room[1], address(low), address(high), address(key))
            given = Split(
                len(codes), len(first), address(codes), address(first), address(past),
                len(words.key), address(words.key), address(words.known), address(verdict),
                0, room[0], address(start), address(end), address(row), ctypes.pointer(asked),
            )  # fmt: skip
            again = self.engine.framing_split(ctypes.byref(given))
            if not again:
                start, end, row = (some[: given.count].copy() for some in (start, end, row))
                low, high = low[: asked.count].copy(), high[: asked.count].copy()
                return _Split(verdict, start, end, row, low, high, key[: asked.count].copy())
            room = [given.count, asked.count]

    def _squeeze(
        self,
        scanned: _Scanned,
        lengths: NDArray[np.uint8] | None,
        replaced: dict[int, NDArray[Any]],
        alphabet: Alphabet,
    ) -> Folded:
        pieces = sorted((place, piece) for place, piece in replaced.items() if len(piece))
        size = len(scanned.classes) + sum(len(piece) - 1 for _, piece in pieces)
        sizes = [len(piece) for _, piece in pieces]
        places = np.array([place for place, _ in pieces], dtype=np.int64)
        letters = np.concatenate([NONE, *(piece for _, piece in pieces)]).astype(np.uint16)
        edges = np.append(0, np.cumsum(sizes)).astype(np.int64)
        classes, flags = scanned.classes, scanned.flags
        if pieces:
            classes, flags = np.empty(size, dtype=np.uint16), np.empty(size, dtype=np.uint8)
        given = Squeeze(
            len(scanned.classes), address(scanned.classes), address(scanned.flags),
            None if lengths is None else address(lengths), address(alphabet.low_flags),
            len(pieces), address(places), address(edges), address(letters),
            address(classes), address(flags),
        )  # fmt: skip
        length = self.engine.framing_squeeze(ctypes.byref(given))
        try:
            if length < 0:
                raise MemoryError
            breaks = np.ctypeslib.as_array(given.breaks, (given.break_count, 2))
            position, offset = (breaks[:, side].copy() for side in (0, 1))
        finally:
            self.engine.framing_squeeze_free(ctypes.byref(given))
        # Not in the type of the alphabet, since the engine reads these numbers.
        return Folded(classes[:length], flags[:length], position, offset)


def _columns(*columns: Offsets) -> list[Offsets]:
    """Return columns as the engine reads them."""
    return [np.ascontiguousarray(column, dtype=np.int64) for column in columns]


def make_folding() -> Folding | None:
    """Return what folds texts; None if the native engine is not used."""
    engine = loaded_library()
    return None if engine is None else Folding(engine)
