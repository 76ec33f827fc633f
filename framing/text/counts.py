"""Counts: how often each type occurs in each unit of text, batch by batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from scipy import sparse

from framing._core.typing import Mask, Offsets
from framing.text.characters import (
    DROP,
    HYPHENS,
    SPACE,
    WORD,
    CodePoints,
    code_points,
    unicode_table,
)
from framing.text.chunks import (
    batches,
    begins_of,
    joined_spans,
)
from framing.text.sentences import cut_sentences
from framing.text.tokens import Tokens, Types
from framing.text.visible import Places, given_spans, see
from framing.text.wrapped_lines import Span, Spans, paragraphs

# With at most so many cells per token, a full table of counts is faster than sorting.
DENSE = 16
# Two types as one number: (3, 5) is 3 * _PAIR + 5. A corpus has fewer types than that.
_PAIR = 2**31


@dataclass(frozen=True)
class Task:
    """What to count: the unit, the rule for tokens, and the phrases that count as one term."""

    unit: str
    words: int
    rule: str
    language: str
    phrases: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Batch:
    """Some articles: the number of the first, their texts, and spans that are not counted.

    ``removed`` are removed lines, which are not part of any unit. ``dropped`` are spans whose
    tokens count in the size of a unit, but not as terms.
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
    members = []
    for rows in batches(texts.str.len()):
        dropped_spans = dropped[rows] if dropped is not None else [[]] * (rows.stop - rows.start)
        members.append(Batch(rows.start, list(texts.iloc[rows]), removed[rows], dropped_spans))
    return members


@dataclass(frozen=True)
class Units:
    """Units in reading order: the number of the article, offsets in it, and number of tokens."""

    document: Offsets
    start: Offsets
    end: Offsets
    tokens: Offsets


@dataclass(frozen=True)
class JoinedBatch:
    """What is seen of a batch as one text, with a line end after each article.

    ``places`` and ``given`` are as in `framing.text.chunks.Chunk`.
    """

    text: str
    codes: CodePoints
    begins: Offsets
    removed: Offsets
    dropped: Offsets
    given: Offsets
    places: Places | None = None

    @classmethod
    def of(cls, batch: Batch) -> "JoinedBatch":
        """Return the batch as one text."""
        text = "\n".join([*batch.texts, ""])
        given, codes = begins_of(batch.texts), code_points(text)
        removed, dropped = joined_spans(given, batch.removed), joined_spans(given, batch.dropped)
        seen = see(text, codes, given)
        if seen is None:
            return cls(text, codes, given, removed, dropped, given)
        begins, removed, dropped = (
            seen.places.seen(given), seen.moved_spans(removed), seen.moved_spans(dropped)
        )  # fmt: skip
        return cls(seen.text, seen.codes, begins, removed, dropped, given, seen.places)

    def in_articles(
        self, document: Offsets, start: Offsets, end: Offsets
    ) -> tuple[Offsets, Offsets]:
        """Return spans as spans in their articles, as these were given."""
        if self.places is not None:
            start, end = given_spans(self.places, start, end)
        return start - self.given[document], end - self.given[document]


@dataclass(frozen=True)
class LocatedTokens:
    """The tokens of a batch, with the piece of each token; -1 for tokens outside any piece.

    Pieces are sentences, paragraphs, or parts of articles between removed lines. ``sizes`` are
    their numbers of tokens; ``unit`` is the number of the unit of each piece.
    """

    tokens: Tokens
    piece: Offsets
    spans: Spans
    sizes: Offsets
    unit: Offsets

    @property
    def follows(self) -> Mask:
        """Return for each token but the last whether the next token is in the same piece."""
        followed: Mask = (self.piece[:-1] == self.piece[1:]) & (self.piece[1:] >= 0)
        return followed


def count_types(
    task: Task, batches: Sequence[Batch]
) -> tuple[sparse.csr_array, list[str], list[Units]]:
    """Return the count of each type in each unit, the types, and the units of each batch."""
    types = Types(task.rule)
    phrases = _Phrases(types, task.phrases) if task.phrases else None
    units, blocks = [], []
    for batch in batches:
        text = JoinedBatch.of(batch)
        located = _find(task, text, types)
        units.append(_units(batch, text, located))
        counted, code, rows = located.piece >= 0, located.tokens.code, located.tokens.rows
        if len(text.dropped):
            counted &= ~_inside(located.tokens.start, text.dropped)
        if phrases:
            follows = (
                located.follows & counted[:-1] & counted[1:] & ~_separated(text, located.tokens)
            )
            joined, inner = phrases.join(located.tokens.type_of, follows)
            code, rows = pd.factorize(joined)
            counted &= ~inner
        if counted.all():
            # All tokens are in a unit and in reading order, so units are repeated, not looked up.
            unit = np.repeat(located.unit, located.sizes)
        else:
            unit, code = located.unit[located.piece[counted]], code[counted]
        blocks.append(_counted(unit, code, len(units[-1].start), rows))
    return _stacked(blocks, len(types.names)), types.names, units


def count_pairs(task: Task, batches: Sequence[Batch]) -> tuple[Offsets, Offsets, list[str]]:
    """Return the count of each type, the pairs of neighbouring types, and the types.

    Each row of the pairs has first type, second type and count. Only white space and hyphens stand
    between the two tokens of a pair.
    """
    types = Types(task.rule)
    counts = np.zeros(0, dtype=np.int64)
    rows = [np.empty((0, 2), dtype=np.int64)]
    for batch in batches:
        text = JoinedBatch.of(batch)
        located = _find(task, text, types)
        type_of = located.tokens.type_of
        counts = _added(counts, np.bincount(type_of[located.piece >= 0]))
        follows = located.follows & ~_separated(text, located.tokens)
        keys, n = np.unique(
            type_of[:-1][follows] * _PAIR + type_of[1:][follows], return_counts=True
        )
        rows.append(np.column_stack([keys, n]))
    pairs = np.concatenate(rows)
    keys, position = np.unique(pairs[:, 0], return_inverse=True)
    n = np.bincount(position, weights=pairs[:, 1], minlength=len(keys)).astype(np.int64)
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
    """Return the positions of the tokens of a batch, with their rows in the types."""
    text = JoinedBatch.of(batch)
    located = _find(task, text, types)
    inside = located.piece >= 0
    sentence, tokens = located.piece[inside], located.tokens
    document = located.spans.document[sentence]
    spans = text.in_articles(document, tokens.start[inside], tokens.end[inside])
    return Placed(tokens.type_of[inside], document + batch.number, sentence, *spans)


def _added(left: Offsets, right: Offsets) -> Offsets:
    """Return the sum of two arrays; the shorter one is filled up with zeros."""
    total = np.zeros(max(len(left), len(right)), dtype=np.int64)
    total[: len(left)] += left
    total[: len(right)] += right
    return total


def _find(task: Task, text: JoinedBatch, types: Types) -> LocatedTokens:
    """Return the tokens of a text, with the piece of each token and the unit of each piece."""
    if task.unit == "document":
        ends = np.append(text.begins[1:], len(text.text)) - 1
        starts = np.sort(np.concatenate([text.begins, text.removed[:, 1]]))
        past = np.sort(np.concatenate([ends, text.removed[:, 0]]))
        spans = Spans(np.searchsorted(text.begins, starts, side="right") - 1, starts, past)
    else:
        removed = text.removed[:, 0]
        spans = paragraphs(text.text, text.codes, text.begins, removed)
        if task.unit != "paragraph":
            spans, _ = cut_sentences(text.text, text.codes, spans, task.language)
    tokens = types.find(text.text, text.codes, text.begins)
    first = np.searchsorted(tokens.start, spans.start)
    sizes = np.maximum(np.searchsorted(tokens.start, spans.end) - first, 0)
    piece = np.repeat(np.arange(len(first)), sizes)
    if len(piece) < len(tokens.start):
        position = np.arange(len(piece)) - np.repeat(np.cumsum(sizes) - sizes - first, sizes)
        inside, piece = piece, np.full(len(tokens.start), -1, dtype=np.int64)
        piece[position] = inside
    unit = spans.document if task.unit == "document" else np.arange(len(first))
    if task.words:
        heads = passage_heads(spans.document, sizes, task.words)
        unit = np.searchsorted(heads, unit, side="right") - 1
    return LocatedTokens(tokens, piece, spans, sizes, unit)


def passage_heads(document: Offsets, tokens: Offsets, words: int) -> Offsets:
    """Return the rows where passages begin, from the document and tokens of each piece.

    A passage takes pieces until it has ``words`` words. A last passage of a document with fewer
    than half of that joins the passage before. With pieces of 60, 50, 40 words and 100 words per
    passage, the first passage has 60 + 50, and the 40 join it: the only head is 0.
    """
    heads: list[int] = []
    current, size_so_far, first = -1, 0, True
    for row, (number, size) in enumerate(zip(document.tolist(), tokens.tolist(), strict=True)):
        if number == current and size_so_far < words:
            size_so_far += size
            continue
        if number != current and not first and size_so_far < words / 2:
            heads.pop()
        first = number != current
        current, size_so_far = number, size
        heads.append(row)
    if heads and not first and size_so_far < words / 2:
        heads.pop()
    return np.array(heads, dtype=np.int64)


def _units(batch: Batch, text: JoinedBatch, located: LocatedTokens) -> Units:
    """Return the units of a batch, from their first and last pieces."""
    heads = np.flatnonzero(np.append(True, np.diff(located.unit) > 0)[: len(located.unit)])
    last = np.append(heads[1:], len(located.unit))[: len(heads)] - 1
    document = located.spans.document[heads]
    tokens = np.bincount(located.unit, weights=located.sizes, minlength=len(heads))
    spans = text.in_articles(document, located.spans.start[heads], located.spans.end[last])
    return Units(document + batch.number, *spans, tokens.astype(np.int64))


def _inside(positions: Offsets, spans: Offsets) -> Mask:
    """Return which positions are inside one of the spans."""
    row = np.searchsorted(spans[:, 0], positions, side="right") - 1
    inside: Mask = (row >= 0) & (positions < spans[row, 1])
    return inside


def _separated(text: JoinedBatch, tokens: Tokens) -> Mask:
    """Return for each token but the last whether a sign separates it from the next token."""
    sign = np.flatnonzero(_separators()[text.codes])
    past = np.searchsorted(sign, tokens.start[1:])
    separated: Mask = past > np.searchsorted(sign, tokens.end[:-1])
    return separated


@cache
def _separators() -> Mask:
    """Return which code points separate tokens: not letters, white space or hyphens."""
    unicode = unicode_table()
    separators = (unicode.flags & (WORD | SPACE | DROP)) == 0
    separators[[ord(hyphen) for hyphen in HYPHENS]] = False
    return np.asarray(separators)


class _Phrases:
    """Phrases as rows of types, to find them in a sequence of types."""

    def __init__(self, types: Types, phrases: Sequence[tuple[str, ...]]) -> None:
        self._words = [[types.row(word) for word in phrase] for phrase in phrases]
        self._term = [types.row(" ".join(phrase)) for phrase in phrases]
        self._by_pair: dict[int, list[int]] = {}
        for number in sorted(range(len(phrases)), key=lambda number: -len(phrases[number])):
            first, second = self._words[number][:2]
            self._by_pair.setdefault(first * _PAIR + second, []).append(number)

    def join(self, type_of: Offsets, follows: Mask) -> tuple[Offsets, Mask]:
        """Return the types with the term of each phrase at its first word, and its other words.

        Phrases are found from left to right, the longest first. A word is part of at most one.
        """
        keys = type_of[:-1] * _PAIR + type_of[1:]
        pairs = np.fromiter(self._by_pair, dtype=np.int64)
        positions = np.flatnonzero(follows & np.isin(keys, pairs))
        joined, inner, free = type_of.copy(), np.zeros(len(type_of), dtype=bool), 0
        for position, key in zip(positions.tolist(), keys[positions].tolist(), strict=True):
            if position < free:
                continue
            for number in self._by_pair[key]:
                words = self._words[number]
                stop = position + len(words)
                if type_of[position:stop].tolist() == words and follows[position : stop - 1].all():
                    joined[position], inner[position + 1 : stop], free = (
                        self._term[number],
                        True,
                        stop,
                    )
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
    """Return the counts of several batches as one matrix."""
    data = np.concatenate([block.data for block in blocks])
    indices = np.concatenate([block.indices for block in blocks])
    sizes = np.concatenate([np.diff(block.indptr) for block in blocks])
    begins = np.append(0, np.cumsum(sizes))
    return sparse.csr_array((data, indices, begins), shape=(len(sizes), width))
