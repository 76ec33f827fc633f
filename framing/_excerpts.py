"""Excerpts: the paragraphs of a chunk that hold hits, with those that tell whose words they are.

The context of a hit is settled by its paragraph, unless quotations run on from one paragraph
to another. All else of a chunk need not be read for it.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from framing._characters import WORD, Alphabet, Codes, Folded, Offsets
from framing._text import Chunk, token_starts

Flags = NDArray[np.bool_]

# Characters that are kept on either side, for the words next to a paragraph.
MARGIN = 80
# Quotation marks, but the apostrophe of don’t.
MARKS = np.array([ord(mark) for mark in "“”„‟«»‹›‘‛‚＂"], dtype=np.uint32)


@dataclass(frozen=True)
class Excerpt:
    """Some paragraphs of a chunk, with the attributes by which the context is read.

    Positions are its own; ``folded`` leads them back into the text of the chunk. ``rows`` are
    the sentences of the chunk that it holds, ``document`` numbers what stood together, and
    ``paragraph`` is that of the chunk.
    """

    codes: Codes
    alphabet: Alphabet
    folded: Folded
    rows: Offsets
    first: Offsets
    last: Offsets
    document: Offsets
    paragraph: Offsets

    @cached_property
    def tokens(self) -> Offsets:
        """The positions at which a token starts."""
        return token_starts(self.folded, self.alphabet)


def excerpt(chunk: Chunk, rows: Offsets) -> Excerpt:
    """Return what has to be read for the context of hits in some sentences of a chunk."""
    wanted = np.zeros(len(chunk.paragraphs.start), dtype=bool)
    wanted[chunk.paragraph[rows]] = True
    shown = _with_neighbours(chunk, wanted)
    begin = np.flatnonzero(shown > np.append(False, shown[:-1]))
    document = chunk.paragraphs.document
    # Paragraphs of two articles never stand together.
    parted = np.flatnonzero(shown[1:] & shown[:-1] & (document[1:] != document[:-1])) + 1
    begin = np.sort(np.append(begin, parted))
    count = np.add.reduceat(shown, begin, dtype=np.int64) if len(begin) else begin
    low, high = _edges(chunk, begin, begin + count)
    sentences = np.flatnonzero(shown[chunk.paragraph])
    block = np.searchsorted(begin, chunk.paragraph[sentences], side="right") - 1
    # Each block is followed by one character that is part of nothing.
    moved = np.cumsum(high - low + 1) - (high - low + 1) - low
    return Excerpt(
        codes=chunk.codes,
        alphabet=chunk.alphabet,
        folded=_slices(chunk.folded, low, high),
        rows=sentences,
        first=chunk.first[sentences] + moved[block],
        last=chunk.last[sentences] + moved[block],
        document=block,
        paragraph=chunk.paragraph[sentences],
    )


def _with_neighbours(chunk: Chunk, wanted: Flags) -> Flags:
    """Add the paragraphs that a quotation of a wanted one may be attributed or run on in."""
    marked = _marked(chunk)
    document = chunk.paragraphs.document
    alone = np.append(True, document[1:] != document[:-1])[: len(document)]
    # Back to the one before the first of a run of paragraphs with quotations.
    begins = ~(np.append(False, marked[:-1])[: len(marked)]) | alone
    run = np.cumsum(begins) - 1
    first = np.flatnonzero(begins)[run] if len(run) else run
    places = np.flatnonzero(wanted & marked)
    span = np.zeros(len(wanted) + 1, dtype=np.int64)
    back = np.maximum(first[places] - ~alone[first[places]], 0)
    np.add.at(span, back, 1)
    np.add.at(span, places + 1, -1)
    shown = wanted | (np.cumsum(span[:-1]) > 0)
    for _ in range(2):
        onward = places[places + 1 < len(wanted)] + 1
        onward = onward[~alone[onward]]
        shown[onward] = True
        places = onward[marked[onward]]
    return shown


def _marked(chunk: Chunk) -> Flags:
    """Return which paragraphs hold a mark that may open a quotation."""
    codes, spans = chunk.codes, chunk.paragraphs
    curly = np.flatnonzero(codes > 0x7F)
    straight = np.flatnonzero((codes == ord('"')) | (codes == ord("'")))
    before = chunk.folded.flags[np.maximum(chunk.folded.from_text(straight) - 1, 0)]
    straight = straight[(codes[straight] == ord('"')) | ((before & WORD) == 0) | (straight == 0)]
    at = np.concatenate([curly[np.isin(codes[curly], MARKS)], straight])
    marked = np.zeros(len(spans.start), dtype=bool)
    place = np.searchsorted(spans.start, at, side="right") - 1
    marked[place[place >= 0]] = True
    return marked


def _edges(chunk: Chunk, begin: Offsets, past: Offsets) -> tuple[Offsets, Offsets]:
    """Return the positions between which each run of paragraphs is cut out."""
    if not len(begin):
        return begin, begin
    spans = chunk.paragraphs
    article = spans.document[begin]
    ends = np.append(chunk.begins[1:], len(chunk.text))[article] - 1
    low = chunk.folded.from_text(np.maximum(spans.start[begin], chunk.begins[article]))
    high = chunk.folded.from_text(spans.end[past - 1])
    low = np.maximum(low - MARGIN, chunk.folded.from_text(chunk.begins[article]))
    return low, np.minimum(high + MARGIN, chunk.folded.from_text(ends))


def _slices(folded: Folded, low: Offsets, high: Offsets) -> Folded:
    """Return some slices of a folded text, a character of no class after each."""
    size = high - low + 1
    total = int(size.sum())
    at = np.cumsum(size) - size
    classes = np.zeros(total, dtype=folded.classes.dtype)
    flags = np.zeros(total, dtype=np.uint8)
    for place, a, b in zip(at.tolist(), low.tolist(), high.tolist(), strict=True):
        classes[place : place + b - a] = folded.classes[a:b]
        flags[place : place + b - a] = folded.flags[a:b]
    begin = np.searchsorted(folded.breaks, low, side="right")
    past = np.searchsorted(folded.breaks, high, side="left")
    count = np.maximum(past - begin, 0)
    row = np.repeat(np.arange(len(low)), count)
    inner = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count) + begin[row]
    breaks = np.concatenate([at, folded.breaks[inner] - low[row] + at[row]])
    offsets = np.concatenate([folded.into_text(low), folded.offsets[inner]])
    order = np.argsort(breaks, kind="stable")
    end = folded.into_text(high[-1:]) + 1 if len(high) else np.zeros(1, dtype=np.int64)
    return Folded(classes, flags, np.append(breaks[order], total), np.append(offsets[order], end))
