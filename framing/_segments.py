"""Lines, paragraphs and sentences of many articles at once, as offsets into their joined text."""

import re
from dataclasses import dataclass

import numpy as np
import sentencex
from numpy.typing import NDArray

from framing._characters import LINE_ENDS, SPACE, Offsets, unicode_table

# Transcripts and e-mail break lines at a fixed width, mostly inside a sentence; articles
# break them after one.
WRAP_WIDTH = 100
WRAP_SHARE = 0.95
WRAP_STOPS = 0.5
STOPS = np.array([ord(character) for character in ".!?:;…"], dtype=np.uint32)
CLOSERS = np.array([ord(character) for character in "\"'”’»)"], dtype=np.uint32)

# White space at the edge of a span is walked past so far; a longer run is looked up at once.
STEPS = 16

# What sentencex takes for the end of a paragraph.
PART = "\n\n"

# sentencex looks for the end of every quotation from its start: the time for a paragraph grows
# with the square of those left open. Beyond as many as no article has they are masked.
MOST_MARKS, LONG = 200, 2000
_MARKS = str.maketrans(dict.fromkeys("“”„‟«»‹›‘’‚‛'\"`", "*"))

Span = tuple[int, int]
Codes = NDArray[np.uint32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Spans:
    """Spans in a joined text, and the number of the text that each is part of."""

    document: Offsets
    start: Offsets
    end: Offsets


_LINE = re.compile(f"[^{LINE_ENDS}]+")


def lines(text: str) -> list[Span]:
    """Return start and end of every line of ``text`` that holds more than white space."""
    return [
        (match.start(), match.end()) for match in _LINE.finditer(text) if not match[0].isspace()
    ]


def _line_ends(text: str, codes: Codes) -> Offsets:
    ends = (codes - np.uint32(10)) <= 3
    for character in LINE_ENDS[4:]:
        if character in text:
            ends |= codes == ord(character)
    return np.flatnonzero(ends)


def _is_white(codes: Codes) -> Mask:
    # Looking up a large table is slow; nearly all characters are far from white space.
    near = np.flatnonzero((codes <= ord(" ")) | (codes > 0x7F))
    white = np.zeros(len(codes), dtype=bool)
    white[near] = (unicode_table().flags[codes[near]] & SPACE) != 0
    return white


def _strip_end(codes: Codes, start: Offsets, end: Offsets) -> Offsets:
    """Return the ends of spans without the white space before them, no further than start."""
    end = end.copy()
    moving = np.arange(len(end))
    for _ in range(STEPS):
        moving = moving[end[moving] > start[moving]]
        moving = moving[_is_white(codes[end[moving] - 1])]
        end[moving] -= 1
    if len(moving):
        bare = np.append(-1, np.flatnonzero(~_is_white(codes)))
        last = bare[np.searchsorted(bare, end[moving]) - 1]
        end[moving] = np.maximum(start[moving], last + 1)
    return end


def _strip_start(codes: Codes, start: Offsets, end: Offsets) -> Offsets:
    """Return the starts of spans without the white space after them, no further than end."""
    start = start.copy()
    moving = np.arange(len(start))
    for _ in range(STEPS):
        moving = moving[start[moving] < end[moving]]
        moving = moving[_is_white(codes[start[moving]])]
        start[moving] += 1
    if len(moving):
        bare = np.append(np.flatnonzero(~_is_white(codes)), len(codes))
        start[moving] = np.minimum(end[moving], bare[np.searchsorted(bare, start[moving])])
    return start


def _ends_with_stop(codes: Codes, start: Offsets, end: Offsets) -> Mask:
    """Return whether each span, without white space at its end, ends as a sentence does."""
    end = end.copy()
    moving = np.arange(len(end))
    while len(moving):
        moving = moving[end[moving] > start[moving]]
        moving = moving[np.isin(codes[end[moving] - 1], CLOSERS)]
        end[moving] -= 1
    stops: Mask = (end > start) & np.isin(codes[end - 1], STOPS)
    return stops


@dataclass(frozen=True)
class _Lines:
    """The lines of a joined text: the number of their text, and which of them are blank."""

    document: Offsets
    start: Offsets
    end: Offsets
    kept: Mask
    blank: Mask
    parts: Mask

    @classmethod
    def find(cls, text: str, codes: Codes, begins: Offsets, removed: Offsets) -> "_Lines":
        """Return the lines; ``removed`` are the starts of those taken out.

        ``parts`` tells the blank lines that part two paragraphs from what stands between
        carriage return and line feed.
        """
        end = _line_ends(text, codes)
        start = np.append(0, end[:-1] + 1)
        document = np.searchsorted(begins, start, side="right") - 1
        blank = _strip_start(codes, start, end) == end
        joint = np.append(begins[1:], len(codes))[document] - 1
        crlf = (start == end) & (codes[start - 1] == 13) & (codes[end] == 10)
        parts = blank & ~crlf & (start > begins[document]) & (end < joint)
        return cls(document, start, end, ~blank & ~np.isin(start, removed), blank, parts)


def _wrapped(codes: Codes, lines: _Lines, texts: int) -> Mask:
    """Return which texts are wrapped at a fixed width.

    95% of their lines are no longer than 100 characters, fewer than half end where a sentence
    does, and there are blank lines.
    """

    def count(which: Mask) -> Offsets:
        return np.bincount(lines.document[which], minlength=texts)

    kept = count(lines.kept)
    short = count(lines.kept & (lines.end - lines.start <= WRAP_WIDTH))
    wrapped: Mask = (short >= WRAP_SHARE * kept) & (count(lines.parts) > 0)
    if wrapped.any():
        which = lines.kept & wrapped[lines.document]
        end = _strip_end(codes, lines.start[which], lines.end[which])
        stops = np.zeros(len(which), dtype=bool)
        stops[which] = _ends_with_stop(codes, lines.start[which], end)
        wrapped &= count(stops) < WRAP_STOPS * kept
    return wrapped


def paragraphs(text: str, codes: Codes, begins: Offsets, removed: Offsets) -> Spans:
    """Return the paragraphs of some texts, joined with a line end after each.

    Every line is a paragraph, unless the text is wrapped at a fixed width: there a blank line,
    or a removed one, ends a paragraph.

    Parameters
    ----------
    text, codes : str, array
        The joined text and its code points.
    begins : array
        Where each text begins.
    removed : array
        Where each line begins that is taken out.
    """
    lines = _Lines.find(text, codes, begins, removed)
    wrapped = _wrapped(codes, lines, len(begins))
    shown = np.flatnonzero(~lines.blank)
    before = np.append(-1, shown[:-1])
    parted = np.append(0, np.cumsum(lines.parts))
    runs_on = wrapped[lines.document[shown]] & (before >= 0) & lines.kept[before]
    runs_on &= lines.document[shown] == lines.document[before]
    runs_on &= parted[shown] == parted[before]
    kept = lines.kept[shown]
    own, runs_on = shown[kept], runs_on[kept]
    first = np.flatnonzero(~runs_on)
    last = np.append(first[1:], len(own)) - 1
    return Spans(
        lines.document[own[first]], lines.start[own[first]], lines.end[own[last[: len(first)]]]
    )


def sentences(text: str, codes: Codes, spans: Spans, language: str) -> tuple[Spans, Offsets]:
    """Return the sentences of some paragraphs, and for each the row of its paragraph.

    Spans have no white space at their edges.
    """
    if not len(spans.start):
        return spans, spans.start
    pieces = [text[a:b] for a, b in zip(spans.start.tolist(), spans.end.tolist(), strict=True)]
    sizes = _cut(pieces, int((spans.end - spans.start).sum()), language)
    ends = np.cumsum(sizes)
    starts = ends - sizes
    lengths = spans.end - spans.start
    at = np.cumsum(lengths) - lengths
    row = np.searchsorted(at, starts, side="right") - 1
    shift = (spans.start - at)[row]
    start = _strip_start(codes, starts + shift, ends + shift)
    end = _strip_end(codes, start, ends + shift)
    full = end > start
    return Spans(spans.document[row[full]], start[full], end[full]), row[full]


def _masked(piece: str) -> str:
    masked = piece.translate(_MARKS)
    marks = masked.count("*") - piece.count("*")
    return masked if marks > MOST_MARKS else piece


def _cut(pieces: list[str], whole: int, language: str) -> Offsets:
    """Return the lengths of the sentences of some paragraphs, which add up to the whole.

    sentencex ends a sentence, and what it knows of it, at a blank line; of these it loses one
    in every 10 KiB, so that they are not counted.
    """
    pieces = [_masked(piece) if len(piece) > LONG else piece for piece in pieces]
    found = sentencex.segment(language, PART.join(pieces))
    sizes = np.fromiter(map(len, found), dtype=np.int64, count=len(found))
    short = np.flatnonzero(sizes == len(PART))
    kept = np.ones(len(sizes), dtype=bool)
    kept[short] = [found[place] != PART for place in short.tolist()]
    sizes = sizes[kept]
    if int(sizes.sum()) != whole:
        each = [len(item) for piece in pieces for item in sentencex.segment(language, piece)]
        return np.array(each, dtype=np.int64)
    return sizes
