"""Clauses: where they begin, and the words between a cue and a hit of the same clause."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framing._core.typing import Mask
from framing.hits.context.adjectives import between_adjectives
from framing.hits.context.cues import Bits, Cues, Reader
from framing.hits.native.library import ranks
from framing.text.characters import SPACE, WORD, Offsets

# How far a negation reaches, in tokens. At a greater distance the clause is mostly misjudged.
REACH = 12
# Two negations cancel out within so many tokens; "not" denies an occurrence within so many.
CHAIN = 4

# The most characters between a word and the next: a stop, a quotation mark and a space.
_APART = 4

# Signs that end a clause: always, and before a space.
_SIGNS = 0x2030
_HARD = np.isin(np.arange(_SIGNS), [ord(sign) for sign in ";:()—"])
_STOPS = np.isin(np.arange(_SIGNS), [ord(sign) for sign in ".!?…"])


@dataclass(frozen=True)
class Clauses:
    """Where clauses begin; clause numbers count the bounds at or before a position."""

    bounds: Offsets

    def of(self, positions: Offsets) -> Offsets:
        """Return the number of the clause of each position."""
        return ranks(self.bounds, positions, right=True)


@dataclass(frozen=True)
class Pairs:
    """Pairs of a hit and a cue, by number, with the token after the cue and the token of the hit.

    ``start`` is where the cue begins.
    """

    hit: Offsets
    cue: Offsets
    first: Offsets
    last: Offsets
    start: Offsets

    def take(self, which: Mask | NDArray[np.intp]) -> "Pairs":
        """Return some of the pairs."""
        return Pairs(
            self.hit[which], self.cue[which], self.first[which], self.last[which], self.start[which]
        )  # fmt: skip


def find_clauses(reader: Reader, cues: Cues) -> Clauses:
    """Return the clauses: text between stops, dashes, colons, commas, and words such as "but"."""
    text, position, code = reader.text, reader.sign_at, reader.sign
    spaced = reader.has(position + 1, SPACE)
    hard = _HARD[np.minimum(code, len(_HARD) - 1)] & ~_around_word(reader)
    hard |= spaced & _STOPS[np.minimum(code, len(_HARD) - 1)]
    dash = np.flatnonzero(spaced & ((code == ord("–")) | (code == ord("-"))))
    hard[dash] |= reader.has(position[dash] - 1, SPACE)
    # The truce is off -- or so they say.
    double = np.flatnonzero((code == ord("-")) & ~spaced)
    hard[double] |= reader.code(position[double] + 1) == ord("-")
    words = _outside(cues.of("boundary"), cues.of(*_HOLDING))
    commas = position[code == ord(",")]
    commas = commas[~reader.has(commas + 1, WORD)]
    commas = commas[~between_adjectives(reader, commas)]
    # The runs are sorted already, so that they are merged quickly.
    sure = np.sort(np.concatenate([text.first, position[hard], words.start]), kind="stable")
    bounds = np.concatenate([sure, commas[~_in_list(reader, commas, cues.of("or").start, sure)]])
    return Clauses(np.sort(bounds, kind="stable"))


def _around_word(reader: Reader) -> Mask:
    """Return which signs are brackets around one small word of a clause: no (lasting) truce."""
    position, code = reader.sign_at, reader.sign
    found = np.zeros(len(position), dtype=bool)
    opens = np.flatnonzero((code[:-1] == ord("(")) & (code[1:] == ord(")")))
    first, past = position[opens], position[opens + 1]
    small = reader.code(first + 1)
    inner = (small >= ord("a")) & (small <= ord("z"))
    inner &= reader.token(past) - reader.token(first) == 1
    inner &= reader.has(first - 1, SPACE) & reader.has(first - 2, WORD)
    inner &= reader.has(past + 1, SPACE) & reader.has(past + 2, WORD)
    found[opens[inner]] = found[opens[inner] + 1] = True
    return found


# A cue can contain a word that begins a clause elsewhere: rather than, anything but, not yet.
_HOLDING = (
    "no", "not", "reject", "after", "pseudo_negation", "bounded", "hedge", "doubt", "condition",
    "pseudo_hedge",
)  # fmt: skip


def _outside(words: Cues, holding: Cues) -> Cues:
    """Return the words that are not inside a cue after its first word."""
    if not len(words) or not len(holding):
        return words
    furthest = np.maximum.accumulate(holding.end)
    place = ranks(holding.start, words.start) - 1
    return words.take((place < 0) | (furthest[np.maximum(place, 0)] < words.end))


def _in_list(reader: Reader, commas: Offsets, ors: Offsets, sure: Offsets) -> Mask:
    """Return which commas separate the items of a list that ends with "or" or "nor"."""
    listed = np.zeros(len(commas), dtype=bool)
    if not len(ors) or not len(commas):
        return listed
    place = ranks(ors, commas)
    some = np.flatnonzero(place < len(ors))
    closing = ors[place[some]]
    near = closing - commas[some] < 60
    some, closing = some[near], closing[near]
    same = ranks(sure, commas[some]) == ranks(sure, closing, right=True)
    count = reader.token(closing) - reader.token(commas[some])
    listed[some] = same & (count <= REACH - CHAIN)
    return listed


def words_between(reader: Reader, pairs: Pairs) -> tuple[Offsets, Offsets, Bits]:
    """Return the words between cue and hit that have a kind: pair, token and kinds."""
    count = np.maximum(pairs.last - pairs.first, 0)
    pair = np.repeat(np.arange(len(count)), count)
    token = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
    token += pairs.first[pair]
    bits = reader.words(reader.text.tokens[token])
    known = np.flatnonzero(bits)
    return pair[known], token[known], bits[known]


def last_letter(reader: Reader, positions: Offsets) -> Offsets:
    """Return where the word that starts at each position has its last letter."""
    tokens = np.append(reader.text.tokens, len(reader.text.folded.flags))
    last: Offsets = np.maximum(tokens[reader.token(positions) + 1] - 1, 1)
    for _ in range(_APART):
        last = last - ((last > positions) & ~reader.has(last, WORD))
    return last


def ends_in_ed(reader: Reader, positions: Offsets) -> Mask:
    last = last_letter(reader, positions)
    found: Mask = (reader.code(last) == ord("d")) & (reader.code(last - 1) == ord("e"))
    return found & (last - positions > 2)
