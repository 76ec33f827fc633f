"""Parts: articles joined into chunks, with a very long article in parts that are read in turn."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framing._core.typing import Mask
from framing.text.alphabet import Alphabet
from framing.text.broken_pages import find_signs
from framing.text.characters import QUOTATION_MARKS, CodePoints, Offsets, code_points
from framing.text.segments import (
    CHUNK_CHARACTERS,
    Chunk,
    Layout,
    joined_spans,
    make_chunk,
)
from framing.text.turns import find_turns
from framing.text.visible import see
from framing.text.wrapped_lines import Span, Spans, paragraphs

# An article with more characters is read in parts of about CHUNK_CHARACTERS. The parts share so
# many paragraphs, and at least so many characters, for the words next to a hit.
LONG = 2 * CHUNK_CHARACTERS
SHARED, SHARED_CHARACTERS = 3, 400
# A condition that looks back over more sentences than that keeps an article whole.
MOST_BEFORE = 100

# What may open a quotation. The apostrophe of don't does not.
_OPENING = re.compile(f"[\"{QUOTATION_MARKS}]|(?<![A-Za-z0-9])'")


@dataclass(frozen=True)
class Part:
    """Articles as a chunk, or a part of a long article.

    Of a long article only the paragraphs from ``first`` to before ``past`` belong to the part: the
    others are there for what stands next to it. ``moved`` is the offset in the article at which the
    chunk begins, ``before`` the number of its paragraphs before the chunk. ``ends`` says whether
    the article ends with this part.
    """

    chunk: Chunk
    first: int = 0
    past: int | None = None
    moved: int = 0
    before: int = 0
    ends: bool = True

    @property
    def rows(self) -> slice:
        """The sentences of the chunk that belong to the part."""
        if self.past is None:
            return slice(0, len(self.chunk.first))
        return slice(*np.searchsorted(self.chunk.paragraph, [self.first, self.past]).tolist())

    def inside(self, paragraph: Offsets) -> Mask:
        """Return which paragraphs of the chunk belong to the part, given their numbers."""
        if self.past is None:
            return np.ones(len(paragraph), dtype=bool)
        return (paragraph >= self.first) & (paragraph < self.past)

    @property
    def span(self) -> Span:
        """The offsets in the text of the chunk between which its articles, or the part, stand."""
        if self.past is None:
            return 0, len(self.chunk.text)
        start = self.chunk.paragraphs.start
        return (
            int(start[self.first]) if self.first else 0,
            len(self.chunk.text) if self.ends else int(start[self.past]),
        )

    def table(self, sentences: int) -> dict[str, Offsets]:
        """Return the sentences of the part in columns, as `Chunk.table` does.

        ``sentences`` is the number of sentences of the article in the parts before.
        """
        rows = self.rows
        table = {name: column[rows] for name, column in self.chunk.table.items()}
        if self.past is not None:
            table["sentence"] = table["sentence"] - rows.start + sentences
            table["paragraph"] = table["paragraph"] + self.before
            table["start"], table["end"] = table["start"] + self.moved, table["end"] + self.moved
        return table


def read_parts(
    number: int,
    texts: Sequence[str],
    removed: Sequence[Sequence[Span]],
    language: str,
    alphabet: Alphabet,
    before: int = 0,
    *,
    context: bool = True,
) -> Iterator[Part]:
    """Yield the texts as chunks, each long text in parts.

    Parameters
    ----------
    number : int
        The number of the first text in the corpus.
    texts : sequence of str
    removed : sequence of sequences of (start, end)
        The removed lines of each text.
    language : str
    alphabet : Alphabet
    before : int
        How many sentences before a hit a condition may look at.
    context : bool
        Whether turns and quotations are read. Else a long text is cut between any paragraphs.
    """
    low = 0
    for row, text in enumerate(texts):
        if len(text) <= LONG or before > MOST_BEFORE:
            continue
        if low < row:
            yield Part(
                make_chunk(number + low, texts[low:row], removed[low:row], language, alphabet)
            )
        yield from _parts_of(number + row, text, removed[row], language, alphabet, before, context)
        low = row + 1
    if low < len(texts):
        yield Part(make_chunk(number + low, texts[low:], removed[low:], language, alphabet))


def stack(tables: Sequence[dict[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    """Return the columns of several tables as those of one."""
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


class Stack:
    """The columns of tables that come one after the other, none of which has to be kept.

    Small arrays of many batches, freed late, would leave holes in the memory of the process.
    """

    def __init__(self) -> None:
        self._columns: dict[str, NDArray[Any]] = {}
        self._size = 0

    def add(self, table: dict[str, NDArray[Any]]) -> int:
        """Put a table below the others and return the number of its rows."""
        count = len(next(iter(table.values())))
        for name, values in table.items():
            column = self._columns.get(name, values[:0])
            if len(column) < self._size + count:
                # What is not written to takes no memory.
                column = np.empty((self._size + count) * 5 // 4, dtype=values.dtype)
                column[: self._size] = self._columns.get(name, values)[: self._size]
                self._columns[name] = column
            column[self._size : self._size + count] = values
        self._size += count
        return count

    def take(self) -> dict[str, NDArray[Any]]:
        """Return the columns."""
        return {name: column[: self._size] for name, column in self._columns.items()}


def sentence_table(found: Iterable[Part]) -> dict[str, Offsets]:
    """Return the sentences of some parts in columns, as `Chunk.table` does."""
    tables, of_article = [], 0
    for part in found:
        tables.append(part.table(of_article))
        of_article = 0 if part.ends else of_article + len(tables[-1]["start"])
    return stack(tables)


def _parts_of(
    number: int,
    text: str,
    removed: Sequence[Span],
    language: str,
    alphabet: Alphabet,
    before: int,
    context: bool,
) -> Iterator[Part]:
    """Yield a long text in parts that are cut between two paragraphs.

    What all lines decide is found first: paragraphs, and the turns of a transcript.
    """
    gone = joined_spans(np.zeros(1, dtype=np.int64), [removed])
    codes = _codes_with_end(text)
    found = find_signs(codes, alphabet.folding)
    seen, signs = see(text + "\n", codes, np.zeros(1, dtype=np.int64), found), found.every
    if seen is not None:
        text, codes, signs = seen.text[:-1], seen.codes, seen.signs
        gone = seen.moved_spans(gone)
    layout = _layout(text, codes, gone[:, 0], signs, alphabet, context)
    spans = layout.paragraphs
    count = len(spans.start)
    for first, past in pairwise(_edges(text, layout, context)):
        low = max(first - max(SHARED, before), 0)
        while low and spans.start[first] - spans.start[low] < SHARED_CHARACTERS:
            low -= 1
        high = min(past + SHARED, count)
        while high < count and spans.start[high] - spans.start[past] < SHARED_CHARACTERS:
            high += 1
        begin = int(spans.start[low]) if low else 0
        end = int(spans.start[high]) if high < count else len(text)
        label = layout.turn[low:high]
        inner = gone[(gone[:, 0] >= begin) & (gone[:, 1] <= end)] - begin
        moved, places = begin, None
        if seen is not None:
            moved, stop = seen.places.given(np.array([begin, end])).tolist()
            places = seen.places.part(moved, stop)
        chunk = make_chunk(
            number, [text[begin:end]], [inner.tolist()], language, alphabet,
            Layout(
                Spans(
                    spans.document[low:high], spans.start[low:high] - begin,
                    spans.end[low:high] - begin,
                ),
                np.where(label >= low, label - low, -1),
                layout.spoken[low:high],
            ),
            places,
        )  # fmt: skip
        yield Part(chunk, first - low, past - low, moved, low, ends=past == count)


def _layout(
    text: str,
    codes: CodePoints,
    removed: Offsets,
    signs: Offsets,
    alphabet: Alphabet,
    context: bool,
) -> Layout:
    """Return the paragraphs of a text and, for the context of hits, its turns."""
    begins = np.zeros(1, dtype=np.int64)
    found = paragraphs(text, codes, begins, removed, alphabet.folding, signs)
    if not context:
        none = np.full(len(found.start), -1, dtype=np.int64)
        return Layout(found, none, np.zeros(len(none), dtype=bool))
    turns = find_turns(text, codes, found.document, found.start, found.end, signs, alphabet.folding)
    return Layout(found, *turns)


def _codes_with_end(text: str) -> CodePoints:
    """Return the code points of a text and of a line end after it, with little more memory."""
    codes = np.full(len(text) + 1, ord("\n"), dtype=np.uint32)
    for start in range(0, len(text), CHUNK_CHARACTERS):
        piece = code_points(text[start : start + CHUNK_CHARACTERS])
        codes[start : start + len(piece)] = piece
    return codes


def _edges(text: str, layout: Layout, context: bool) -> list[int]:
    """Return the paragraphs at which parts begin, and the number of all paragraphs.

    For the context, no quotation and no turn goes on from one part to the next: a paragraph without
    a quotation mark begins a part, where neither it nor a later one has its label before it.
    """
    start, count = layout.paragraphs.start, len(layout.paragraphs.start)
    labels = np.where(layout.turn < 0, count, layout.turn)
    free = np.minimum.accumulate(labels[::-1])[::-1] >= np.arange(count)
    edges = [0]
    while True:
        wanted = int(np.searchsorted(start, start[edges[-1]] + CHUNK_CHARACTERS)) if count else 0
        for place in np.flatnonzero(free[wanted:]).tolist():
            first = wanted + place
            end = int(layout.paragraphs.end[first])
            if not context or not _OPENING.search(text, int(start[first]), end):
                edges.append(first)
                break
        else:
            return [*edges, count] if count else [0, 0]
