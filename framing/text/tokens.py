"""The tokens of many articles at once: their types, and where each begins.

Most tokens are ASCII and are told apart by their bytes, eight at a time. What holds another
character is told apart by a hash of its code points and then read by the rules of `_text`,
once a type.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.typing import Keys
from framing.text.characters import (
    APOSTROPHE,
    COMMA,
    DROP,
    EDIT,
    POINT,
    WORD,
    Codes,
    Offsets,
    fold,
    unicode_table,
)
from framing.text.segments import token_texts

RULES = ("words", "plain")

# A byte a character: itself, folded, where that is all there is to know; OTHER for letters
# beyond ASCII and for whatever changes when it is folded; a space for all that ends a token.
_OTHER, _SPACE = 0x80, 0x20
_QUOTE, _POINT, _COMMA = b"'.,"
_ZERO, _NINE = b"09"
# Bytes of a token of which the first so many are kept.
_MASKS = np.array([(1 << (8 * size)) - 1 for size in range(8)] + [2**64 - 1], dtype=np.uint64)
_ODD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Tokens:
    """Tokens of a joined text: where each begins and ends, and of which type it is.

    ``code`` is the number of its type among those of the text, ``rows`` the row of each of these
    in `Types`.
    """

    code: Offsets
    rows: Offsets
    start: Offsets
    end: Offsets

    @property
    def type_of(self) -> Offsets:
        """The row in `Types` of each token."""
        return self.rows[self.code]


class Types:
    """The types met so far, in the order in which they were met."""

    def __init__(self, rule: str = "words") -> None:
        self.rule = rule
        self._row_of: dict[str, int] = {}
        # The rows by the keys of their characters, in order of these; below zero, for what is
        # no single token, of which. The last is none: whatever is searched finds a place.
        self._keys: Keys = np.zeros(1, dtype=np.uint64)
        self._rows: Offsets = np.zeros(1, dtype=np.int64)
        self._parts: list[list[int]] = []

    @property
    def names(self) -> list[str]:
        """The types, as folded text."""
        return list(self._row_of)

    def row(self, name: str) -> int:
        """Return the row of a type, a new one where it was not met yet."""
        return self._row_of.setdefault(name, len(self._row_of))

    def find(self, text: str, codes: Codes) -> Tokens:
        """Return the tokens of a text, given with its code points.

        With the rule "plain" a token is a run of letters, digits and underscores; with "words"
        it is what `_text.token_starts` says.
        """
        data = _as_bytes(codes)
        edges = _edges(data, self.rule)
        data, start, end = data[1:], edges[0::2], edges[1::2]
        keys = _keys(data, start, end)
        other = _with_other(data, start, end)
        if len(other):
            keys[other] = _hashes(codes, start[other], end[other])
        code, found = pd.factorize(keys)
        row_of, new = self._look_up(found)
        if len(new):
            first = np.empty(len(found), dtype=np.int64)
            first[code[::-1]] = np.arange(len(code))[::-1]
            token = first[new]
            rows = self._learn(text, data, start[token], end[token], np.isin(token, other))
            row_of[new] = rows
            self._remember(found[new], rows)
        tokens = Tokens(code, row_of, start, end)
        return self._parted(tokens) if row_of.min(initial=0) < 0 else tokens

    def _look_up(self, keys: Keys) -> tuple[Offsets, Offsets]:
        """Return the row of each key, and which of them were not met yet."""
        place = np.searchsorted(self._keys[:-1], keys)
        new = np.flatnonzero(self._keys[place] != keys)
        return self._rows[place], new

    def _remember(self, keys: Keys, rows: Offsets) -> None:
        order = np.argsort(keys)
        place = np.searchsorted(self._keys[:-1], keys[order])
        self._keys = np.insert(self._keys, place, keys[order])
        self._rows = np.insert(self._rows, place, rows[order])

    def _learn(
        self,
        text: str,
        data: NDArray[np.uint8],
        start: Offsets,
        end: Offsets,
        special: NDArray[np.bool_],
    ) -> Offsets:
        """Return the rows of new types, given where each stands and which have to be read."""
        folded = data.tobytes().decode("latin-1")
        row_of, rows = self._row_of, []
        places = zip(start.tolist(), end.tolist(), special.tolist(), strict=True)
        for begin, past, odd in places:
            if odd:
                rows.append(self._read(text[begin:past]))
            else:
                rows.append(row_of.setdefault(folded[begin:past], len(row_of)))
        return np.array(rows, dtype=np.int64)

    def _read(self, piece: str) -> int:
        # Letters alone are one token, which spares most pieces a closer look.
        read = [fold(piece)] if piece.isalpha() else token_texts(piece, (0, len(piece)))
        if self.rule == "plain":
            for sign in "'.,":
                read = [part for token in read for part in token.split(sign) if part]
        rows = list(map(self.row, read))
        if len(rows) == 1:
            return rows[0]
        self._parts.append(rows)
        return -len(self._parts)

    def _parted(self, tokens: Tokens) -> Tokens:
        """Return the tokens, those that are several or none put right; all stand where one did."""
        type_of = tokens.type_of
        count = np.ones(len(type_of), dtype=np.int64)
        several = np.flatnonzero(type_of < 0)
        parts = [self._parts[-row - 1] for row in type_of[several].tolist()]
        count[several] = [len(part) for part in parts]
        token = np.repeat(np.arange(len(count)), count)
        type_of = type_of[token]
        type_of[type_of < 0] = [row for part in parts for row in part]
        code, rows = pd.factorize(type_of)
        return Tokens(code, rows, tokens.start[token], tokens.end[token])


@cache
def _byte_of() -> NDArray[np.uint8]:
    unicode = unicode_table()
    table = np.full(len(unicode.flags), _SPACE, dtype=np.uint8)
    word = (unicode.flags & WORD) != 0
    changed = (unicode.flags & (EDIT | DROP)) != 0
    plain = word & ~changed & (unicode.folded < 0x80)
    table[word | changed] = _OTHER
    table[plain] = unicode.folded[plain].astype(np.uint8)
    for flag, sign in ((APOSTROPHE, _QUOTE), (POINT, _POINT), (COMMA, _COMMA)):
        table[(unicode.flags & flag) != 0] = sign
    return table


def _as_bytes(codes: Codes) -> NDArray[np.uint8]:
    """Return the byte of each character, with spaces at either end.

    They spare the edges of the text a special case, and a token its last eight bytes.
    """
    data = np.empty(len(codes) + 10, dtype=np.uint8)
    data[0] = _SPACE
    data[-9:] = _SPACE
    _byte_of().take(codes, mode="clip", out=data[1:-9])
    return data


def _edges(data: NDArray[np.uint8], rule: str) -> Offsets:
    """Return where tokens begin and end, in turn."""
    # Of the bytes that _byte_of gives, signs lie below the digits and a space below the signs.
    word = data >= _ZERO
    if rule == "words":
        sign = np.flatnonzero((data > _SPACE) & (data < _ZERO))
        # At the very end stand spaces, and a sign is followed by two places at least.
        sign = sign[word[sign - 1] & word[sign + 1]]
        far = np.maximum(sign - 2, 0)
        mark = data[sign]
        digits = (data[sign - 1] <= _NINE) & (data[sign + 1] <= _NINE)
        single = (mark == _POINT) & ~word[far] & ~word[sign + 2]
        inner = (mark == _QUOTE) | digits | single
        # Beside a letter beyond ASCII the rules of _text decide, on all that hangs together.
        for place in (far, sign - 1, sign + 1, sign + 2):
            inner |= data[place] == _OTHER
        word[sign[inner]] = True
    # The first byte is the space before the text.
    edges: Offsets = np.flatnonzero(word[1:] != word[:-1])
    return edges


def _keys(data: NDArray[np.uint8], start: Offsets, end: Offsets) -> Keys:
    """Return a number for each token: its bytes, or a hash of them where they are over eight."""
    size = end - start
    eight: Keys = np.ndarray((len(data) - 7,), dtype="<u8", buffer=data, strides=(1,))
    keys: Keys = eight[start] & _MASKS.take(np.minimum(size, 8))
    long, done = np.flatnonzero(size > 8), 8
    while len(long):
        piece = eight[start[long] + done] & _MASKS[np.minimum(size[long] - done, 8)]
        mixed = (keys[long] ^ (keys[long] >> np.uint64(29))) * _ODD
        keys[long] = (mixed ^ (mixed >> np.uint64(32))) + (piece + np.uint64(done)) * _ODD
        done += 8
        long = long[size[long] > done]
    return keys


def _with_other(data: NDArray[np.uint8], start: Offsets, end: Offsets) -> Offsets:
    """Return the tokens that hold a character beyond ASCII."""
    place = np.flatnonzero(data == _OTHER)
    token = np.searchsorted(start, place, side="right") - 1
    inside = (token >= 0) & (place < end[token])
    found: Offsets = np.unique(token[inside])
    return found


@cache
def _random_numbers() -> tuple[Keys, Keys]:
    rng = np.random.default_rng(20251)
    draws = rng.integers(0, 2**64, size=0x110000 + 4096, dtype=np.uint64)
    return draws[:0x110000], draws[0x110000:] | np.uint64(1)


def _hashes(codes: Codes, start: Offsets, end: Offsets) -> Keys:
    """Return a hash of the code points of each token (multilinear, modulo 2 to the 64th)."""
    size = end - start
    first = np.cumsum(size) - size
    nth = np.arange(int(size.sum())) - np.repeat(first, size)
    number, factor = _random_numbers()
    value = number[codes[nth + np.repeat(start, size)]] * factor[nth % len(factor)]
    hashes: Keys = np.add.reduceat(value, first)
    return hashes ^ (size.astype(np.uint64) * _ODD)
