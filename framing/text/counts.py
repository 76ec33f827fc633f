"""Types counted by unit of text, batch by batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from framing.text.characters import (
    DROP,
    HYPHENS,
    SPACE,
    WORD,
    Codes,
    Offsets,
    code_points,
    unicode_table,
)
from framing.text.segments import (
    Span,
    Spans,
    batches,
    begins_of,
    joined_spans,
    paragraphs,
    sentences,
)
from framing.text.tokens import Tokens, Types

# Cells of a table of counts that is filled rather than sorted, for each token.
DENSE = 16
# Two types as one number: a corpus has fewer types.
_PAIR = 2**31


@dataclass(frozen=True)
class Task:
    """What is counted: the unit, the rule for tokens, and the phrases that are one term."""

    unit: str
    words: int
    rule: str
    language: str
    phrases: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Batch:
    """Some articles: the number of the first, their texts, and spans that are not counted.

    ``removed`` are lines taken out, which are no part of a unit; ``dropped`` are spans whose
    tokens count as tokens, but are no terms.
    """

    number: int
    texts: Sequence[str]
    removed: Sequence[Sequence[Span]]
    dropped: Sequence[Sequence[Span]]


def make_batches(
    texts: "pd.Series[str]",
    removed: Sequence[Sequence[Span]],
    dropped: Sequence[Sequence[Span]] | None = None,
) -> list[Batch]:
    """Return the articles of a corpus in batches."""
    found = []
    for part in batches(texts.str.len()):
        own = dropped[part] if dropped is not None else [[]] * (part.stop - part.start)
        found.append(Batch(part.start, list(texts.iloc[part]), removed[part], own))
    return found


@dataclass(frozen=True)
class Units:
    """Units in reading order: the number of the article, offsets in it, and all its tokens."""

    document: Offsets
    start: Offsets
    end: Offsets
    tokens: Offsets


@dataclass(frozen=True)
class Text:
    """A batch as one text, a line end after each article."""

    text: str
    codes: Codes
    begins: Offsets
    removed: Offsets
    dropped: Offsets

    @classmethod
    def of(cls, batch: Batch) -> "Text":
        """Return the batch as one text."""
        text = "\n".join([*batch.texts, ""])
        begins = begins_of(batch.texts)
        removed, dropped = joined_spans(begins, batch.removed), joined_spans(begins, batch.dropped)
        return cls(text, code_points(text), begins, removed, dropped)


@dataclass(frozen=True)
class Found:
    """The tokens of a batch; for each the piece that it is in, -1 for none.

    Pieces are articles between removed lines, paragraphs, or sentences; ``sizes`` are their
    tokens, ``unit`` is the unit that each is part of.
    """

    tokens: Tokens
    piece: Offsets
    spans: Spans
    sizes: Offsets
    unit: Offsets

    @property
    def follows(self) -> NDArray[np.bool_]:
        """Which tokens are followed by another one of their piece."""
        followed: NDArray[np.bool_] = (self.piece[:-1] == self.piece[1:]) & (self.piece[1:] >= 0)
        return followed


def count_types(
    task: Task, batches: Sequence[Batch]
) -> tuple[sparse.csr_array, list[str], list[Units]]:
    """Return how often each type is in each unit, the types, and the units of each batch."""
    types = Types(task.rule)
    phrases = _Phrases(types, task.phrases) if task.phrases else None
    units, blocks = [], []
    for batch in batches:
        text = Text.of(batch)
        found = _find(task, text, types)
        units.append(_units(batch, text, found))
        kept, code, rows = found.piece >= 0, found.tokens.code, found.tokens.rows
        if len(text.dropped):
            kept &= ~_inside(found.tokens.start, text.dropped)
        if phrases:
            follows = found.follows & kept[:-1] & kept[1:] & ~_parted(text, found.tokens)
            joined, inner = phrases.join(found.tokens.type_of, follows)
            code, rows = pd.factorize(joined)
            kept &= ~inner
        if kept.all():
            # In reading order, all in some unit: no need to look the unit up for each token.
            unit = np.repeat(found.unit, found.sizes)
        else:
            unit, code = found.unit[found.piece[kept]], code[kept]
        blocks.append(_counted(unit, code, len(units[-1].start), rows))
    return _stacked(blocks, len(types.names)), types.names, units


def count_pairs(task: Task, batches: Sequence[Batch]) -> tuple[Offsets, Offsets, list[str]]:
    """Return how often each type occurs, the pairs that follow each other, and the types.

    A pair is a row: first type, second type, count. Only white space or a hyphen is between.
    """
    types = Types(task.rule)
    counts = np.zeros(0, dtype=np.int64)
    rows = [np.empty((0, 2), dtype=np.int64)]
    for batch in batches:
        text = Text.of(batch)
        found = _find(task, text, types)
        type_of = found.tokens.type_of
        counts = _added(counts, np.bincount(type_of[found.piece >= 0]))
        follows = found.follows & ~_parted(text, found.tokens)
        keys, n = np.unique(
            type_of[:-1][follows] * _PAIR + type_of[1:][follows], return_counts=True
        )
        rows.append(np.column_stack([keys, n]))
    every = np.concatenate(rows)
    keys, place = np.unique(every[:, 0], return_inverse=True)
    n = np.bincount(place, weights=every[:, 1], minlength=len(keys)).astype(np.int64)
    names = types.names
    counts = _added(counts, np.zeros(len(names), dtype=np.int64))
    return counts, np.column_stack([keys // _PAIR, keys % _PAIR, n]), names


@dataclass(frozen=True)
class Placed:
    """The tokens of a batch that are in a sentence, in reading order.

    ``document`` is the number in the corpus, ``start`` and ``end`` are offsets in its text.
    """

    type_of: Offsets
    document: Offsets
    sentence: Offsets
    start: Offsets
    end: Offsets


def place_tokens(task: Task, batch: Batch, types: Types) -> Placed:
    """Return where the tokens of a batch stand, with their rows in the types."""
    text = Text.of(batch)
    found = _find(task, text, types)
    kept = found.piece >= 0
    sentence, tokens = found.piece[kept], found.tokens
    document = found.spans.document[sentence]
    base = text.begins[document]
    return Placed(
        tokens.type_of[kept],
        document + batch.number,
        sentence,
        tokens.start[kept] - base,
        tokens.end[kept] - base,
    )


def _added(one: Offsets, other: Offsets) -> Offsets:
    total = np.zeros(max(len(one), len(other)), dtype=np.int64)
    total[: len(one)] += one
    total[: len(other)] += other
    return total


def _find(task: Task, text: Text, types: Types) -> Found:
    if task.unit == "document":
        ends = np.append(text.begins[1:], len(text.text)) - 1
        starts = np.sort(np.concatenate([text.begins, text.removed[:, 1]]))
        past = np.sort(np.concatenate([ends, text.removed[:, 0]]))
        spans = Spans(np.searchsorted(text.begins, starts, side="right") - 1, starts, past)
    else:
        removed = text.removed[:, 0]
        spans = paragraphs(text.text, text.codes, text.begins, removed)
        if task.unit != "paragraph":
            spans, _ = sentences(text.text, text.codes, spans, task.language)
    tokens = types.find(text.text, text.codes)
    first = np.searchsorted(tokens.start, spans.start)
    sizes = np.maximum(np.searchsorted(tokens.start, spans.end) - first, 0)
    piece = np.repeat(np.arange(len(first)), sizes)
    if len(piece) < len(tokens.start):
        place = np.arange(len(piece)) - np.repeat(np.cumsum(sizes) - sizes - first, sizes)
        inside, piece = piece, np.full(len(tokens.start), -1, dtype=np.int64)
        piece[place] = inside
    unit = spans.document if task.unit == "document" else np.arange(len(first))
    if task.words:
        heads = passage_heads(spans.document, sizes, task.words)
        unit = np.searchsorted(heads, unit, side="right") - 1
    return Found(tokens, piece, spans, sizes, unit)


def passage_heads(document: Offsets, tokens: Offsets, words: int) -> Offsets:
    """Return the rows at which passages begin, given document and tokens of each piece.

    A passage takes pieces until it has so many words; less than half of that at the end of a
    document joins the passage before.
    """
    heads: list[int] = []
    own, held, first = -1, 0, True
    for row, (number, size) in enumerate(zip(document.tolist(), tokens.tolist(), strict=True)):
        if number == own and held < words:
            held += size
            continue
        if number != own and not first and held < words / 2:
            heads.pop()
        first = number != own
        own, held = number, size
        heads.append(row)
    if heads and not first and held < words / 2:
        heads.pop()
    return np.array(heads, dtype=np.int64)


def _units(batch: Batch, text: Text, found: Found) -> Units:
    heads = np.flatnonzero(np.append(True, np.diff(found.unit) > 0)[: len(found.unit)])
    last = np.append(heads[1:], len(found.unit))[: len(heads)] - 1
    document = found.spans.document[heads]
    base = text.begins[document]
    tokens = np.bincount(found.unit, weights=found.sizes, minlength=len(heads))
    return Units(
        document + batch.number,
        found.spans.start[heads] - base,
        found.spans.end[last] - base,
        tokens.astype(np.int64),
    )


def _inside(places: Offsets, spans: Offsets) -> NDArray[np.bool_]:
    row = np.searchsorted(spans[:, 0], places, side="right") - 1
    inside: NDArray[np.bool_] = (row >= 0) & (places < spans[row, 1])
    return inside


def _parted(text: Text, tokens: Tokens) -> NDArray[np.bool_]:
    """Return between which tokens stands more than white space and hyphens."""
    sign = np.flatnonzero(_parts()[text.codes])
    past = np.searchsorted(sign, tokens.start[1:])
    parted: NDArray[np.bool_] = past > np.searchsorted(sign, tokens.end[:-1])
    return parted


@cache
def _parts() -> NDArray[np.bool_]:
    unicode = unicode_table()
    parts = (unicode.flags & (WORD | SPACE | DROP)) == 0
    parts[[ord(hyphen) for hyphen in HYPHENS]] = False
    return np.asarray(parts)


class _Phrases:
    """Phrases as rows of types, to be found in a sequence of them."""

    def __init__(self, types: Types, phrases: Sequence[tuple[str, ...]]) -> None:
        self._words = [[types.row(word) for word in phrase] for phrase in phrases]
        self._term = [types.row(" ".join(phrase)) for phrase in phrases]
        self._by_pair: dict[int, list[int]] = {}
        for number in sorted(range(len(phrases)), key=lambda number: -len(phrases[number])):
            first, second = self._words[number][:2]
            self._by_pair.setdefault(first * _PAIR + second, []).append(number)

    def join(
        self, type_of: Offsets, follows: NDArray[np.bool_]
    ) -> tuple[Offsets, NDArray[np.bool_]]:
        """Return the types with each phrase as one, at its first word; and its other words.

        From left to right, the longest first; a word is part of one phrase.
        """
        keys = type_of[:-1] * _PAIR + type_of[1:]
        pairs = np.fromiter(self._by_pair, dtype=np.int64)
        places = np.flatnonzero(follows & np.isin(keys, pairs))
        joined, inner, free = type_of.copy(), np.zeros(len(type_of), dtype=bool), 0
        for place, key in zip(places.tolist(), keys[places].tolist(), strict=True):
            if place < free:
                continue
            for number in self._by_pair[key]:
                words = self._words[number]
                stop = place + len(words)
                if type_of[place:stop].tolist() == words and follows[place : stop - 1].all():
                    joined[place], inner[place + 1 : stop], free = self._term[number], True, stop
                    break
        return joined, inner


def _counted(unit: Offsets, code: Offsets, n_units: int, rows: Offsets) -> sparse.csr_array:
    """Return the counts of the types of a batch by unit; ``rows`` are the columns of the codes."""
    width = len(rows)
    cells = unit * width + code
    if n_units * width <= DENSE * len(cells):
        counts = np.bincount(cells, minlength=n_units * width)
        cell = np.flatnonzero(counts)
        counts = counts[cell]
    else:
        cell, counts = np.unique(cells, return_counts=True)
    row, column = np.divmod(cell, max(width, 1))
    begins = np.searchsorted(row, np.arange(n_units + 1))
    return sparse.csr_array(
        (counts, rows[column], begins), shape=(n_units, int(rows.max(initial=-1)) + 1)
    )


def _stacked(blocks: Sequence[sparse.csr_array], width: int) -> sparse.csr_array:
    data = np.concatenate([block.data for block in blocks])
    indices = np.concatenate([block.indices for block in blocks])
    sizes = np.concatenate([np.diff(block.indptr) for block in blocks])
    begins = np.append(0, np.cumsum(sizes))
    return sparse.csr_array((data, indices, begins), shape=(len(sizes), width))
