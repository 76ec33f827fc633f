"""Tokens of many articles at the same time: their types and positions.

Most tokens are ASCII. Their types are compared by bytes, eight at a time. Tokens with another
character are compared by a hash of their code points; each new type of them is then read once, by
the rules of `framing.text.chunks`.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.typing import Keys, Mask, Offsets
from framing.text.characters import (
    APOSTROPHE,
    APOSTROPHES,
    COMMA,
    DROP,
    EDIT,
    INVISIBLE,
    POINT,
    WORD,
    CodePoints,
    code_points,
    fold,
    has_alone,
    unicode_table,
)
from framing.text.chunks import tokens_of_texts
from framing.text.links import address_signs, addresses, hidden_signs
from framing.text.repairs import entities, line_cuts
from framing.text.sentences import PART

RULES = ("words", "plain")
# The number of pieces of text whose tokens are read together.
PIECES = 4000

# One byte per character: the folded character itself if it is ASCII; _OTHER for other letters and
# for characters that folding changes; a space for characters that end a token.
_OTHER, _SPACE = 0x80, 0x20
_QUOTE, _POINT, _COMMA = b"'.,"
_ZERO, _NINE = b"09"
# Masks that keep the first 0 to 8 bytes of a 64-bit number.
_MASKS = np.array([(1 << (8 * size)) - 1 for size in range(8)] + [2**64 - 1], dtype=np.uint64)
_ODD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Tokens:
    """Tokens of a joined text: their positions and types.

    ``code`` is the number of the type of each token among the types of this text. ``rows`` is the
    row of each of these types in `Types`.
    """

    code: Offsets
    rows: Offsets
    start: Offsets
    end: Offsets

    @property
    def type_of(self) -> Offsets:
        """Return the row of each token in `Types`."""
        return self.rows[self.code]


class Types:
    """The types of all texts so far, after those of ``names``, in the order of their occurrence.

    See `Types.of` for types to which no text adds one.
    """

    def __init__(self, rule: str = "words", names: Sequence[str] = ()) -> None:
        self.rule = rule
        self._closed = False
        self._row_of: dict[str, int] = dict(zip(names, range(len(names)), strict=True))
        # Sorted keys of types, and the row of each. A row below zero stands for a type that is
        # not a single token: -1 for self._parts[0], -2 for self._parts[1]. The last key is only an
        # end mark, so that each search has a position.
        self._keys: Keys = np.zeros(1, dtype=np.uint64)
        self._rows: Offsets = np.zeros(1, dtype=np.int64)
        self._parts: list[list[int]] = []

    @classmethod
    def of(cls, names: Sequence[str]) -> "Types":
        """Return the types of some names; all others share one more row, the last.

        Words of a text that are none of them then need not be read, which saves half of the time.
        """
        types = cls(names=names)
        types._closed = True
        data = _as_bytes(code_points(" ".join(names)))[1:]
        sizes = np.array([len(name) for name in names], dtype=np.int64)
        start = np.cumsum(sizes + 1) - sizes - 1
        # Names with other letters are known when they are read.
        read = data.tobytes().decode("latin-1")
        edges = zip(names, start.tolist(), sizes.tolist(), strict=True)
        plain = [
            place for place, (name, low, size) in enumerate(edges) if read[low : low + size] == name
        ]
        some = np.array(plain, dtype=np.int64)
        types._remember(_keys(data, start[some], (start + sizes)[some]), some)
        return types

    def again(self) -> "Types":
        """Return the types as they were made, for other texts."""
        types = copy(self)
        types._parts = []
        return types

    @property
    def names(self) -> list[str]:
        """Return the types, as folded text."""
        return list(self._row_of)

    def row(self, name: str) -> int:
        """Return the row of a type; a new type gets a new row."""
        if self._closed:
            return self._row_of.get(name, len(self._row_of))
        return self._row_of.setdefault(name, len(self._row_of))

    def find(self, text: str, codes: CodePoints, begins: Offsets | None = None) -> Tokens:
        """Return the tokens of a text; ``codes`` are its code points.

        ``begins`` are the offsets of the texts in it: no word goes on from one to the next.

        With the rule "plain" a token is a run of letters, digits and underscores. With "words" it
        follows `framing.text.chunks.token_starts`.
        """
        data = _as_bytes(codes)
        _mend(data, text, codes, begins)
        if self.rule == "words":
            for begin, past in addresses(text, address_signs(codes), hidden_signs(codes)):
                data[begin + 1 : past + 1] = _OTHER
        edges = _edges(data, self.rule)
        data, start, end = data[1:], edges[0::2], edges[1::2]
        keys = _keys(data, start, end)
        other = _with_other(data, start, end)
        if len(other):
            keys[other] = _hashes(codes, start[other], end[other])
        code, distinct = pd.factorize(keys)
        row_of, new = self._look_up(distinct)
        if len(new):
            first = np.empty(len(distinct), dtype=np.int64)
            first[code[::-1]] = np.arange(len(code))[::-1]
            token = first[new]
            rows = self._learn(text, data, start[token], end[token], np.isin(token, other))
            row_of[new] = rows
            self._remember(distinct[new], rows)
        tokens = Tokens(code, row_of, start, end)
        return self._parted(tokens) if row_of.min(initial=0) < 0 else tokens

    def _look_up(self, keys: Keys) -> tuple[Offsets, Offsets]:
        """Return the row of each key, and the positions of keys that are new."""
        position = np.searchsorted(self._keys[:-1], keys)
        new = np.flatnonzero(self._keys[position] != keys)
        return self._rows[position], new

    def _remember(self, keys: Keys, rows: Offsets) -> None:
        """Insert new keys and their rows, in order of the keys."""
        order = np.argsort(keys)
        position = np.searchsorted(self._keys[:-1], keys[order])
        self._keys = np.insert(self._keys, position, keys[order])
        self._rows = np.insert(self._rows, position, rows[order])

    def _learn(
        self,
        text: str,
        data: NDArray[np.uint8],
        start: Offsets,
        end: Offsets,
        special: Mask,
    ) -> Offsets:
        """Return the rows of new types from their positions; ``special`` ones have to be read."""
        row_of, rows = self._row_of, np.full(len(start), len(self._row_of), dtype=np.int64)
        edges = list(zip(start.tolist(), end.tolist(), strict=True))
        places = np.flatnonzero(special).tolist()
        read = self._read([text[slice(*edges[place])] for place in places])
        names = dict(zip(places, read, strict=True))
        if self._closed:
            # The others are known, or no type.
            rows[places] = [self._row_of_tokens(names[place]) for place in places]
            return rows
        folded = data.tobytes().decode("latin-1")
        for place, (begin, past) in enumerate(edges):
            if place in names:
                rows[place] = self._row_of_tokens(names[place])
            else:
                rows[place] = row_of.setdefault(folded[begin:past], len(row_of))
        return rows

    def _read(self, pieces: list[str]) -> list[list[str]]:
        """Return the tokens of each piece of text."""
        # Most pieces are letters only, and so a single token.
        single = [
            piece.isalpha() and (self.rule == "plain" or not has_alone(piece)) for piece in pieces
        ]
        others = iter(
            tokens_of_texts([piece for piece, one in zip(pieces, single, strict=True) if not one])
        )
        return [
            [fold(piece)] if one else next(others)
            for piece, one in zip(pieces, single, strict=True)
        ]

    def _row_of_tokens(self, names: list[str]) -> int:
        """Return the row of the tokens of a piece; below zero where it is not a single token."""
        if self.rule == "plain":
            for sign in "'.,":
                names = [name for token in names for name in token.split(sign) if name]
        rows = list(map(self.row, names))
        if len(rows) == 1:
            return rows[0]
        self._parts.append(rows)
        return -len(self._parts)

    def _parted(self, tokens: Tokens) -> Tokens:
        """Return the tokens with pieces of several tokens or none replaced by their tokens.

        All tokens of a piece have the position of the piece. With the rows (5, -1, 7) and
        self._parts[0] = [3, 4], the new rows are (5, 3, 4, 7).
        """
        type_of = tokens.type_of
        count = np.ones(len(type_of), dtype=np.int64)
        several = np.flatnonzero(type_of < 0)
        pieces = [self._parts[-row - 1] for row in type_of[several].tolist()]
        count[several] = [len(piece) for piece in pieces]
        token = np.repeat(np.arange(len(count)), count)
        type_of = type_of[token]
        type_of[type_of < 0] = [row for piece in pieces for row in piece]
        code, rows = pd.factorize(type_of)
        return Tokens(code, rows, tokens.start[token], tokens.end[token])


@cache
def _byte_of() -> NDArray[np.uint8]:
    """Return the byte of every code point."""
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


def _as_bytes(codes: CodePoints) -> NDArray[np.uint8]:
    """Return the byte of each character, with spaces at either end.

    With the spaces, the ends of the text need no special case, and eight bytes can be read from
    the start of each token.
    """
    data = np.empty(len(codes) + 10, dtype=np.uint8)
    data[0] = _SPACE
    data[-9:] = _SPACE
    _byte_of().take(codes, mode="clip", out=data[1:-9])
    return data


def _mend(data: NDArray[np.uint8], text: str, codes: CodePoints, begins: Offsets | None) -> None:
    """Let words that are cut at a line end hang together, and read the entities of HTML."""
    for start, end in line_cuts(text, codes, begins).tolist():
        # What begins after the hyphen joins no words.
        if not text[start].isspace():
            data[start + 1 : end + 1] = _OTHER
    for start, end, character in entities(text):
        known = character.isalnum() or character in APOSTROPHES or character in INVISIBLE
        data[start + 1 : end + 1] = _OTHER if known else _SPACE


def _edges(data: NDArray[np.uint8], rule: str) -> Offsets:
    """Return where tokens begin and end, in turn: 0, 5, 6, 8 for "peace is"."""
    # Among the bytes of _byte_of, a space is less than the signs, and the signs less than digits.
    word = data >= _ZERO
    if rule == "words":
        sign = np.flatnonzero((data > _SPACE) & (data < _ZERO))
        # The text ends with spaces, so at least two bytes follow each sign.
        sign = sign[word[sign - 1] & word[sign + 1]]
        second_before = np.maximum(sign - 2, 0)
        mark = data[sign]
        digits = (data[sign - 1] <= _NINE) & (data[sign + 1] <= _NINE)
        single = (mark == _POINT) & ~word[second_before] & ~word[sign + 2]
        single &= (data[sign - 1] > _NINE) & (data[sign + 1] > _NINE)
        inner = (mark == _QUOTE) | digits | single
        # Next to a letter that is not ASCII, the rules of chunks decide on the whole piece.
        for neighbour in (second_before, sign - 1, sign + 1, sign + 2):
            inner |= data[neighbour] == _OTHER
        word[sign[inner]] = True
    # The first byte is the space before the text.
    edges: Offsets = np.flatnonzero(word[1:] != word[:-1])
    return edges


def _keys(data: NDArray[np.uint8], start: Offsets, end: Offsets) -> Keys:
    """Return a number for each token: its bytes, or a hash of them if there are more than eight."""
    size = end - start
    eight: Keys = np.ndarray((len(data) - 7,), dtype="<u8", buffer=data, strides=(1,))
    keys: Keys = eight[start] & _MASKS.take(np.minimum(size, 8))
    long, offset = np.flatnonzero(size > 8), 8
    while len(long):
        piece = eight[start[long] + offset] & _MASKS[np.minimum(size[long] - offset, 8)]
        mixed = (keys[long] ^ (keys[long] >> np.uint64(29))) * _ODD
        keys[long] = (mixed ^ (mixed >> np.uint64(32))) + (piece + np.uint64(offset)) * _ODD
        offset += 8
        long = long[size[long] > offset]
    return keys


def _with_other(data: NDArray[np.uint8], start: Offsets, end: Offsets) -> Offsets:
    """Return the numbers of the tokens that contain _OTHER."""
    position = np.flatnonzero(data == _OTHER)
    token = np.searchsorted(start, position, side="right") - 1
    inside = (token >= 0) & (position < end[token])
    numbers: Offsets = np.unique(token[inside])
    return numbers


@cache
def _random_numbers() -> tuple[Keys, Keys]:
    """Return random numbers for the hash: one per code point, and one factor per position."""
    rng = np.random.default_rng(20251)
    draws = rng.integers(0, 2**64, size=0x110000 + 4096, dtype=np.uint64)
    return draws[:0x110000], draws[0x110000:] | np.uint64(1)


def _hashes(codes: CodePoints, start: Offsets, end: Offsets) -> Keys:
    """Return a hash of the code points of each token (multilinear, modulo 2 to the 64th)."""
    size = end - start
    first = np.cumsum(size) - size
    nth = np.arange(int(size.sum())) - np.repeat(first, size)
    number, factor = _random_numbers()
    value = number[codes[nth + np.repeat(start, size)]] * factor[nth % len(factor)]
    hashes: Keys = np.add.reduceat(value, first)
    return hashes ^ (size.astype(np.uint64) * _ODD)


def types_of_pieces(pieces: Sequence[str], types: Types) -> tuple[Offsets, Offsets]:
    """Return the row of each token in ``types``, and the tokens before each piece and at the end.

    Pieces are such as sentences. Many are read together, with a blank line between them, which no
    token crosses. With two tokens in the first piece and one in the second, the counts are 0, 2, 3.
    """
    rows, sizes = [np.zeros(0, dtype=np.int64)], [np.zeros(1, dtype=np.int64)]
    for first in range(0, len(pieces), PIECES):
        batch = pieces[first : first + PIECES]
        text = PART.join([*batch, ""])
        begins = np.cumsum([0, *(len(piece) + len(PART) for piece in batch)])
        tokens = types.find(text, code_points(text), begins[:-1])
        rows.append(tokens.type_of)
        sizes.append(np.diff(np.searchsorted(tokens.start, begins)))
    return np.concatenate(rows), np.cumsum(np.concatenate(sizes))


def tokens_of_pieces(pieces: Sequence[str]) -> list[list[str]]:
    """Return the folded tokens of each piece, such as a sentence, as `token_texts` does."""
    types = Types()
    rows, before = types_of_pieces(pieces, types)
    names = types.names
    tokens = [names[row] for row in rows.tolist()]
    return [tokens[low:high] for low, high in pairwise(before.tolist())]
