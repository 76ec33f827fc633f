"""Paragraphs, sentences and tokens, each by its offsets into the article as it was given."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import sentencex
from numpy.typing import NDArray

from framing._characters import (
    APOSTROPHE,
    COMMA,
    DIGIT,
    POINT,
    WORD,
    Alphabet,
    Folded,
    Offsets,
    fold,
    fold_text,
)

CHUNK_CHARACTERS = 2_000_000
# Transcripts and e-mail break lines at a fixed width, mostly inside a sentence; articles
# break them after one.
WRAP_WIDTH = 100
WRAP_SHARE = 0.95
WRAP_STOPS = 0.5

_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_STOP = re.compile(r"[.!?:;…][\"'”’»)]*\s*$")
_BLANK = re.compile(r"(?:\r\n|\n|\r)[^\S\r\n]*(?:\r\n|\n|\r)")

Span = tuple[int, int]


def lines(text: str) -> list[Span]:
    """Return start and end of every line of ``text`` that holds more than white space."""
    return [
        (match.start(), match.end()) for match in _LINE.finditer(text) if not match[0].isspace()
    ]


def _is_wrapped(text: str, kept: Sequence[Span]) -> bool:
    short = sum(end - start <= WRAP_WIDTH for start, end in kept)
    if short < WRAP_SHARE * len(kept) or not _BLANK.search(text):
        return False
    stops = sum(_STOP.search(text, start, end) is not None for start, end in kept)
    return stops < WRAP_STOPS * len(kept)


def paragraphs(text: str, removed: Sequence[Span] = ()) -> list[Span]:
    """Return start and end of the paragraphs of ``text``, without the removed lines.

    Every line is a paragraph, unless the text is wrapped at a fixed width (95% of its lines
    are no longer than 100 characters, fewer than half end where a sentence does, and there
    are blank lines): there a blank line, or a removed one, ends a paragraph.
    """
    gone = set(removed)
    every = lines(text)
    kept = [span for span in every if span not in gone]
    if not _is_wrapped(text, kept):
        return kept
    joined: list[Span] = []
    previous_end = -1
    for span in every:
        if span in gone:
            previous_end = -1
            continue
        start, end = span
        if previous_end >= 0 and not _BLANK.search(text, previous_end, start):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append(span)
        previous_end = end
    return joined


def sentences(text: str, paragraph: Span, language: str) -> Iterator[Span]:
    """Yield start and end of the sentences of one paragraph, white space around them left out."""
    place = paragraph[0]
    for piece in sentencex.segment(language, text[paragraph[0] : paragraph[1]]):
        bare = piece.strip()
        if bare:
            start = place + piece.index(bare)
            yield start, start + len(bare)
        place += len(piece)


def token_starts(flags: NDArray[np.uint8]) -> Offsets:
    """Return the positions at which a token starts.

    A token is a run of letters, digits, marks and underscores. An apostrophe between two of
    them belongs to it (don't, Ukraine's), so do a point or comma between digits (1,000.5) and
    the points of initials (U.S.). A hyphen ends it.
    """
    word = (flags & WORD) != 0
    if not word.size:
        return np.empty(0, dtype=np.int64)
    before, after = np.zeros_like(word), np.zeros_like(word)
    before[1:], after[:-1] = word[:-1], word[1:]
    digit = (flags & DIGIT) != 0
    digit_before, digit_after = np.zeros_like(digit), np.zeros_like(digit)
    digit_before[1:], digit_after[:-1] = digit[:-1], digit[1:]
    single_before, single_after = before.copy(), after.copy()
    single_before[2:] &= ~word[:-2]
    single_after[:-2] &= ~word[2:]
    inner = ((flags & APOSTROPHE) != 0) & before & after
    inner |= ((flags & (POINT | COMMA)) != 0) & digit_before & digit_after
    inner |= ((flags & POINT) != 0) & single_before & single_after
    whole = word | inner
    whole[1:] &= ~(word | inner)[:-1]
    return np.flatnonzero(whole).astype(np.int64)


@dataclass(frozen=True)
class Chunk:
    """Some articles joined into one text: as it is, and folded, with its tokens and sentences.

    ``first`` and ``last`` are each sentence's positions in the folded text, ``table`` has the
    columns document (its number in the corpus), paragraph, sentence (both from 1 within the
    article), start, end (offsets into the article) and tokens.
    """

    folded: Folded
    tokens: Offsets
    first: Offsets
    last: Offsets
    base: Offsets
    documents: int
    table: pd.DataFrame
    text: str


def _sentence_rows(
    numbers: Sequence[int], texts: Sequence[str], removed: Sequence[Sequence[Span]], language: str
) -> NDArray[np.int64]:
    rows = [
        (number, paragraph, start, end)
        for number, text, gone in zip(numbers, texts, removed, strict=True)
        for paragraph, span in enumerate(paragraphs(text, gone), start=1)
        for start, end in sentences(text, span, language)
    ]
    return np.array(rows, dtype=np.int64).reshape(len(rows), 4)


def make_chunk(
    numbers: Sequence[int],
    texts: Sequence[str],
    removed: Sequence[Sequence[Span]],
    language: str,
    alphabet: Alphabet,
) -> Chunk:
    """Join the texts, fold them, and find their tokens and sentences."""
    sizes = np.array([len(text) + 1 for text in texts], dtype=np.int64)
    begins = np.cumsum(sizes) - sizes
    text = "\n".join([*texts, ""])
    folded = fold_text(text, alphabet, begins + sizes - 1)
    rows = _sentence_rows(numbers, texts, removed, language)
    base = begins[np.searchsorted(np.asarray(numbers), rows[:, 0])]
    first, last = folded.from_text(base + rows[:, 2]), folded.from_text(base + rows[:, 3])
    starts = token_starts(folded.flags)
    counts = np.searchsorted(starts, last) - np.searchsorted(starts, first)
    new = np.ones(len(rows), dtype=bool)
    new[1:] = rows[1:, 0] != rows[:-1, 0]
    begin = np.flatnonzero(new)
    within = np.arange(len(rows)) - np.repeat(begin, np.diff(np.append(begin, len(rows)))) + 1
    table = pd.DataFrame(
        {
            "document": rows[:, 0],
            "paragraph": rows[:, 1],
            "sentence": within,
            "start": rows[:, 2],
            "end": rows[:, 3],
            "tokens": counts.astype(np.int64),
        }
    )
    return Chunk(folded, starts, first, last, base, len(texts), table, text)


def chunks(
    texts: Sequence[str],
    removed: Sequence[Sequence[Span]],
    language: str,
    alphabet: Alphabet,
) -> Iterator[Chunk]:
    """Yield the articles in chunks of about CHUNK_CHARACTERS, no article divided."""
    begin, held = 0, 0
    for number, text in enumerate(texts):
        held += len(text) + 1
        if held >= CHUNK_CHARACTERS or number == len(texts) - 1:
            part = slice(begin, number + 1)
            yield make_chunk(
                range(begin, number + 1), texts[part], removed[part], language, alphabet
            )
            begin, held = number + 1, 0


def token_texts(text: str, span: Span) -> list[str]:
    """Return the folded tokens of one span of an article."""
    piece = text[span[0] : span[1]]
    folded = fold_text(piece, Alphabet(), np.empty(0, dtype=np.int64))
    starts = token_starts(folded.flags)
    if not len(starts):
        return []
    stops = np.append(starts[1:], len(folded.flags))
    tokens = []
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        # The token ends with the last word character before the next one starts.
        inside = np.flatnonzero(folded.flags[start:stop] & WORD)
        begin = int(folded.into_text(np.array([start]))[0])
        end = int(folded.into_text(np.array([start + inside[-1] + 1]))[0])
        tokens.append(fold(piece[begin:end]))
    return tokens
