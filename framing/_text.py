"""Articles in chunks: folded, with tokens, paragraphs and sentences, each by its offsets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import Protocol

import numpy as np

from framing import _segments
from framing._characters import (
    APOSTROPHE,
    COMMA,
    DIGIT,
    POINT,
    SIGN,
    WORD,
    Alphabet,
    Codes,
    Folded,
    Offsets,
    code_points,
    fold,
    fold_text,
)
from framing._segments import Span, Spans

CHUNK_CHARACTERS = 1_000_000


def token_starts(folded: Folded, alphabet: Alphabet) -> Offsets:
    """Return the positions at which a token starts.

    A token is a run of letters, digits, marks and underscores. An apostrophe between two of
    them belongs to it (don't, Ukraine's), so do a point or comma between digits (1,000.5) and
    the points of initials (U.S.). A hyphen ends it.
    """
    word = folded.word
    starts = word[2:-2] > word[1:-3]
    signs = np.flatnonzero((folded.flags & SIGN) != 0)
    signs = signs[word[signs + 1] & word[signs + 3]]
    if len(signs):
        kind = alphabet.flags[folded.classes[signs]]
        digits = (folded.flags[signs - 1] & folded.flags[signs + 1] & DIGIT) != 0
        single = ~word[signs] & ~word[signs + 4]
        inner = (kind & APOSTROPHE) != 0
        inner |= ((kind & (POINT | COMMA)) != 0) & digits
        inner |= ((kind & POINT) != 0) & single
        starts[signs[inner] + 1] = False
    return np.flatnonzero(starts)


class Passages(Protocol):
    """What patterns and the context of hits are read from: a chunk, or an excerpt of one."""

    @property
    def codes(self) -> Codes: ...
    @property
    def alphabet(self) -> Alphabet: ...
    @property
    def folded(self) -> Folded: ...
    @property
    def tokens(self) -> Offsets: ...
    @property
    def first(self) -> Offsets: ...
    @property
    def last(self) -> Offsets: ...
    @property
    def document(self) -> Offsets: ...
    @property
    def paragraph(self) -> Offsets: ...


@dataclass(frozen=True)
class Chunk:
    """Some articles joined into one text, a line end after each; cut up as far as is asked for.

    ``number`` is the number of the first article in the corpus, ``begins`` has the offsets at
    which each begins, ``removed`` start and end of the lines that were taken out, in order.
    """

    number: int
    text: str
    codes: Codes
    begins: Offsets
    removed: Offsets
    language: str
    alphabet: Alphabet
    folded: Folded

    @cached_property
    def tokens(self) -> Offsets:
        """The positions in the folded text at which a token starts."""
        return token_starts(self.folded, self.alphabet)

    @cached_property
    def paragraphs(self) -> Spans:
        """The paragraphs, as offsets into the joined text."""
        return _segments.paragraphs(self.text, self.codes, self.begins, self.removed[:, 0])

    @cached_property
    def _sentences(self) -> tuple[Spans, Offsets]:
        return _segments.sentences(self.text, self.codes, self.paragraphs, self.language)

    @cached_property
    def first(self) -> Offsets:
        """The position in the folded text at which each sentence begins."""
        return self.folded.from_text(self._sentences[0].start)

    @cached_property
    def last(self) -> Offsets:
        """The position in the folded text at which each sentence ends."""
        return self.folded.from_text(self._sentences[0].end)

    @cached_property
    def base(self) -> Offsets:
        """The offset in the joined text of the article that each sentence is part of."""
        return self.begins[self._sentences[0].document]

    @cached_property
    def document(self) -> Offsets:
        """The number of the article of each sentence in the chunk."""
        return self._sentences[0].document

    @cached_property
    def paragraph(self) -> Offsets:
        """The number of the paragraph of each sentence in the chunk."""
        return self._sentences[1]

    @cached_property
    def table(self) -> dict[str, Offsets]:
        """The sentences, in columns.

        document (its number in the corpus), paragraph and sentence (both from 1 within the
        article), start and end (offsets into the article) and tokens.
        """
        spans = self._sentences[0]
        past, first = (
            np.searchsorted(self.tokens, self.last),
            np.searchsorted(self.tokens, self.first),
        )
        return {
            "document": spans.document + self.number,
            "paragraph": _rank(self.paragraphs.document)[self.paragraph],
            "sentence": _rank(spans.document),
            "start": spans.start - self.base,
            "end": spans.end - self.base,
            "tokens": past - first,
        }


def make_chunk(
    number: int,
    texts: Sequence[str],
    removed: Sequence[Sequence[Span]],
    language: str,
    alphabet: Alphabet,
) -> Chunk:
    """Join the texts and fold them; ``number`` is that of the first of them in the corpus."""
    text = "\n".join([*texts, ""])
    begins, codes = begins_of(texts), code_points(text)
    folded = fold_text(text, codes, alphabet, np.append(begins[1:], len(text)) - 1)
    gone = joined_spans(begins, removed)
    return Chunk(number, text, codes, begins, gone, language, alphabet, folded)


def begins_of(texts: Sequence[str]) -> Offsets:
    """Return where each text begins when they are joined, a line end after each."""
    sizes = np.fromiter((len(text) + 1 for text in texts), dtype=np.int64, count=len(texts))
    begins: Offsets = np.cumsum(sizes) - sizes
    return begins


def joined_spans(begins: Offsets, spans: Sequence[Sequence[Span]]) -> Offsets:
    """Return spans in each text, one a row, as offsets into the joined text."""
    moved = [
        (begin + start, begin + end)
        for begin, own in zip(begins.tolist(), spans, strict=True)
        for start, end in own
    ]
    return np.array(moved, dtype=np.int64).reshape(len(moved), 2)


def _rank(document: Offsets) -> Offsets:
    """Return the number of each row among those of its document, from 1."""
    new = np.append(True, document[1:] != document[:-1])[: len(document)]
    begin = np.flatnonzero(new)
    return np.arange(len(document)) - np.repeat(begin, np.diff(np.append(begin, len(document)))) + 1


def batches(lengths: Iterable[int]) -> list[slice]:
    """Return the articles in batches of about CHUNK_CHARACTERS, given the length of each."""
    sizes = np.array(list(lengths), dtype=np.int64) + 1
    number = (np.cumsum(sizes) - sizes) // CHUNK_CHARACTERS
    edges = [*np.flatnonzero(np.diff(number, prepend=-1)).tolist(), len(sizes)]
    return [slice(begin, end) for begin, end in pairwise(edges)]


@cache
def _plain_alphabet() -> Alphabet:
    return Alphabet()


def token_texts(text: str, span: Span) -> list[str]:
    """Return the folded tokens of one span of an article."""
    piece = text[span[0] : span[1]]
    alphabet = _plain_alphabet()
    folded = fold_text(piece, code_points(piece), alphabet, np.empty(0, dtype=np.int64))
    starts = token_starts(folded, alphabet)
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
