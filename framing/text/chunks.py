"""Chunks: articles joined into one text, with their paragraphs, sentences, turns and tokens.

A very long article is read in parts, one after the other.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from framing._core.typing import Mask
from framing.text.alphabet import (
    Alphabet,
    Folded,
    TextFolding,
    TokenStarts,
    fold_text,
)
from framing.text.broken_pages import find_signs
from framing.text.characters import (
    ALONE,
    APOSTROPHE,
    COMMA,
    DIGIT,
    POINT,
    QUOTATION_MARKS,
    SIGN,
    WORD,
    CodePoints,
    Offsets,
    code_points,
    fold,
    is_among,
)
from framing.text.repairs import entities, mend
from framing.text.sentences import cut_sentences
from framing.text.turns import find_inner_labels, find_turns
from framing.text.visible import Places, given_spans, see
from framing.text.wrapped_lines import (
    Span,
    Spans,
    paragraphs,
)

# What is read in one go, and the least that is worth a batch of its own.
CHUNK_CHARACTERS, LEAST_CHARACTERS = 1_000_000, 100_000
# Characters that are kept on each side of a paragraph, for the words next to it.
MARGIN = 80
# Of more characters that are not seen, it is faster to look at all the others anew.
MANY_GONE = 1000
MARKS = np.array([ord(mark) for mark in QUOTATION_MARKS], dtype=np.uint32)

# An article with more characters is read in parts of about CHUNK_CHARACTERS. The parts share so
# many paragraphs, and at least so many characters, for the words next to a hit.
LONG = 2 * CHUNK_CHARACTERS
SHARED, SHARED_CHARACTERS = 3, 400
# A condition that looks back over more sentences than that keeps an article whole.
MOST_BEFORE = 100

# What may open a quotation. The apostrophe of don't does not.
_OPENING = re.compile(f"[\"{QUOTATION_MARKS}]|(?<![A-Za-z0-9])'")


def token_starts(folded: Folded, alphabet: Alphabet) -> Offsets:
    """Return the positions at which a token starts.

    A token is a run of letters, digits, marks and underscores. An apostrophe between two of
    them belongs to the token (don't, Ukraine's), as do a point or comma between digits (1,000.5)
    and the points of initials (U.S.). A hyphen ends it. An address is one token, and each letter
    of a script without spaces is one token.
    """
    if alphabet.folding is not None:
        native = alphabet.folding.token_starts(folded, alphabet)
        if native is not None:
            return native.places()
    word = folded.word
    starts = word[2:-2] > word[1:-3]
    if folded.parted is not None:
        starts |= folded.parted[:-1]
    signs = np.flatnonzero((folded.flags & SIGN) != 0)
    signs = signs[word[signs + 1] & word[signs + 3]]
    if len(signs):
        kind = alphabet.flags[folded.classes[signs]]
        either = folded.flags[signs - 1] | folded.flags[signs + 1]
        digits = (folded.flags[signs - 1] & folded.flags[signs + 1] & DIGIT) != 0
        single = ~word[signs] & ~word[signs + 4]
        single &= (either & DIGIT) == 0
        inner = (kind & APOSTROPHE) != 0
        inner |= ((kind & (POINT | COMMA)) != 0) & digits
        inner |= ((kind & POINT) != 0) & single
        inner &= (either & ALONE) == 0
        starts[signs[inner] + 1] = False
    return np.flatnonzero(starts)


def _starts(text: "Chunk | Excerpt") -> TokenStarts | None:
    """Return where the tokens of a text start; None without the native engine."""
    folding = text.alphabet.folding
    return None if folding is None else folding.token_starts(text.folded, text.alphabet)


def _listed(text: "Chunk | Excerpt") -> Offsets:
    """Return the positions at which the tokens of a text start."""
    starts = text.starts
    return token_starts(text.folded, text.alphabet) if starts is None else starts.places()


def token_ends(folded: Folded, starts: Offsets) -> Offsets:
    """Return where the tokens end that begin at ``starts``: after their last letter."""
    letters = np.flatnonzero(folded.word[2:-2])
    following = np.append(starts[1:], len(folded.flags))[: len(starts)]
    ends: Offsets = letters[np.searchsorted(letters, following) - 1] + 1 if len(starts) else starts
    return ends


class Passages(Protocol):
    """A text in which patterns and the context of hits are read: a chunk, or an excerpt of one."""

    @property
    def text(self) -> str:
        """The text to which positions are mapped back."""
        ...

    @property
    def codes(self) -> CodePoints:
        """The code points of the text to which positions are mapped back."""
        ...

    @property
    def alphabet(self) -> Alphabet:
        """The classes of characters."""
        ...

    @property
    def folded(self) -> Folded:
        """The folded text that positions refer to."""
        ...

    @property
    def starts(self) -> TokenStarts | None:
        """Where tokens start; None without the native engine."""
        ...

    @property
    def tokens(self) -> Offsets:
        """The positions at which a token starts."""
        ...

    @property
    def first(self) -> Offsets:
        """The position at which each sentence begins."""
        ...

    @property
    def last(self) -> Offsets:
        """The position at which each sentence ends."""
        ...

    @property
    def document(self) -> Offsets:
        """The number of the document of each sentence."""
        ...

    @property
    def paragraph(self) -> Offsets:
        """The number of the paragraph of each sentence."""
        ...

    @property
    def block(self) -> Offsets:
        """The number of each sentence's paragraph, or of its turn in a paragraph of several."""
        ...

    @property
    def turn(self) -> Offsets:
        """The block with the speaker label that applies to each sentence; -1 for none."""
        ...

    @property
    def spoken(self) -> Mask:
        """Which sentences are part of a transcript."""
        ...


@dataclass(frozen=True)
class Layout:
    """The paragraphs of a text, the one with the label of each, and which are in a transcript."""

    paragraphs: Spans
    turn: Offsets
    spoken: Mask


@dataclass(frozen=True)
class Chunk:
    """Some articles joined into one text, a line end after each; it is cut when that is needed.

    ``number`` is the number of the first article in the corpus. ``begins`` has the offset at which
    each article begins, ``removed`` the start and the end of the removed lines, in order. A
    ``layout`` is known of a part of an article, whose lines alone do not show it. The text is what
    is seen of the articles: ``places`` say where it stood, unless all is seen, and ``given`` are
    the offsets at which each article began. ``signs`` are its `sign_offsets`.
    """

    number: int
    text: str
    codes: CodePoints
    begins: Offsets
    removed: Offsets
    language: str
    alphabet: Alphabet
    folded: Folded
    given: Offsets
    signs: Offsets
    layout: Layout | None = None
    places: Places | None = None

    @cached_property
    def starts(self) -> TokenStarts | None:
        """Where tokens start in the folded text; None without the native engine."""
        return _starts(self)

    @cached_property
    def tokens(self) -> Offsets:
        """The positions in the folded text at which a token starts."""
        return _listed(self)

    def tokens_before(self, positions: Offsets) -> Offsets:
        """Return how many tokens start before each position in the folded text."""
        if self.starts is not None:
            return self.starts.before(positions)
        before: Offsets = np.searchsorted(self.tokens, positions)
        return before

    @cached_property
    def paragraphs(self) -> Spans:
        """The paragraphs, as offsets into the joined text."""
        if self.layout is not None:
            return self.layout.paragraphs
        return _paragraphs(
            self.text,
            self.codes,
            self.begins,
            self.removed[:, 0],
            self.signs,
            self.alphabet.folding,
        )

    @cached_property
    def _sentences(self) -> tuple[Spans, Offsets]:
        return cut_sentences(
            self.text,
            self.codes,
            self.paragraphs,
            self.language,
            self.signs,
            self.alphabet.folding,
        )

    @cached_property
    def first(self) -> Offsets:
        """The position in the folded text at which each sentence begins."""
        return self.folded.from_text(self._sentences[0].start, self.alphabet.folding)

    @cached_property
    def last(self) -> Offsets:
        """The position in the folded text at which each sentence ends."""
        return self.folded.from_text(self._sentences[0].end, self.alphabet.folding)

    def in_articles(
        self, row: Offsets | slice, start: Offsets, end: Offsets
    ) -> tuple[Offsets, Offsets]:
        """Return spans in some sentences as spans in their articles, as these were given."""
        if self.places is not None:
            start, end = given_spans(self.places, start, end)
        base = self.given[self._sentences[0].document[row]]
        return start - base, end - base

    @cached_property
    def document(self) -> Offsets:
        """The number of the article of each sentence in the chunk."""
        return self._sentences[0].document

    @cached_property
    def paragraph(self) -> Offsets:
        """The number of the paragraph of each sentence in the chunk."""
        return self._sentences[1]

    @cached_property
    def blocks(self) -> tuple[Spans, Offsets]:
        """The paragraphs, cut where a speaker label stands inside, and the paragraph of each.

        In parts of a long article only labels at the start of a paragraph count.
        """
        spans, (cut, row) = self.paragraphs, self._sentences
        if self.layout is not None:
            return spans, np.arange(len(spans.start))
        found = find_inner_labels(
            self.text,
            self.codes,
            cut.document,
            cut.start,
            row,
            self.signs,
            self.alphabet.folding,
        )
        own = np.arange(len(spans.start))
        if not len(found):
            return spans, own
        place = np.searchsorted(spans.start, cut.start[found], side="right")
        start = np.insert(spans.start, place, cut.start[found])
        own = np.insert(own, place, place - 1)
        end = np.minimum(spans.end[own], np.append(start[1:], len(self.text)))
        return Spans(spans.document[own], start, end), own

    @cached_property
    def block(self) -> Offsets:
        """The number of the block of each sentence in the chunk."""
        spans = self.blocks[0]
        if spans is self.paragraphs:
            return self.paragraph
        return self._ranks(spans.start, self._sentences[0].start, right=True) - 1

    def _ranks(self, places: Offsets, positions: Offsets, *, right: bool = False) -> Offsets:
        """Return what `numpy.searchsorted` does."""
        if self.alphabet.folding is not None:
            return self.alphabet.folding.ranks(places, positions, right=right)
        ranks: Offsets = np.searchsorted(places, positions, side="right" if right else "left")
        return ranks

    @cached_property
    def turns(self) -> tuple[Offsets, Mask]:
        """For each block the one with its speaker label, and whether that is certain."""
        if self.layout is not None:
            return self.layout.turn, self.layout.spoken
        spans = self.blocks[0]
        return find_turns(
            self.text,
            self.codes,
            spans.document,
            spans.start,
            spans.end,
            self.signs,
            self.alphabet.folding,
        )

    @property
    def turn(self) -> Offsets:
        """The block with the speaker label of each sentence, -1 for none; see `turns`."""
        return self.turns[0][self.block]

    @property
    def spoken(self) -> Mask:
        """Which sentences are part of a transcript."""
        return self.turns[1][self.block]

    @cached_property
    def table(self) -> dict[str, Offsets]:
        """The sentences, in columns.

        document (its number in the corpus), paragraph and sentence (both from 1 within the
        article), start and end (offsets into the article) and tokens.
        """
        spans = self._sentences[0]
        start, end = self.in_articles(slice(None), spans.start, spans.end)
        past, first = (self.tokens_before(side) for side in (self.last, self.first))
        return {
            "document": spans.document + self.number,
            "paragraph": _rank(self.paragraphs.document)[self.paragraph],
            "sentence": _rank(spans.document),
            "start": start,
            "end": end,
            "tokens": past - first,
        }


def make_chunk(
    number: int,
    texts: Sequence[str],
    removed: Sequence[Sequence[Span]],
    language: str,
    alphabet: Alphabet,
    layout: Layout | None = None,
    places: Places | None = None,
) -> Chunk:
    """Join the texts and fold them; ``number`` is the number of the first text in the corpus.

    ``places`` say where a part of an article stood, of which only what is seen is given.
    """
    text = "\n".join([*texts, ""])
    given, codes = begins_of(texts), code_points(text)
    begins, gone = given, joined_spans(given, removed)
    scanned = None if alphabet.folding is None else alphabet.folding.scan(codes, alphabet)
    found = find_signs(codes) if scanned is None else scanned.signs
    signs = found.every
    whole = places is not None or found.plain
    seen = None if whole else see(text, codes, given, found)
    if seen is not None:
        text, codes, signs, places = seen.text, seen.codes, seen.signs, seen.places
        begins, gone = places.seen(given), seen.moved_spans(gone)
        if scanned is not None:
            changed = seen.changed or len(places.gone) > MANY_GONE
            scanned = None if changed else scanned.seen(codes, places.gone, seen.spaces, alphabet)
    folded = fold_text(text, codes, alphabet, np.append(begins[1:], len(text)) - 1, scanned)
    codes = _with_signs(text, codes)
    return Chunk(
        number, text, codes, begins, gone, language, alphabet, folded, given, signs, layout,
        places,
    )  # fmt: skip


def _paragraphs(
    text: str,
    codes: CodePoints,
    begins: Offsets,
    removed: Offsets,
    signs: Offsets,
    folding: TextFolding | None,
) -> Spans:
    """Return what `paragraphs` does, from the native engine where it finds it."""
    if folding is not None:
        found = folding.paragraphs(text, codes, begins, removed, signs)
        if found is not None:
            return Spans(*found)
    return paragraphs(text, codes, begins, removed)


def _with_signs(text: str, codes: CodePoints) -> CodePoints:
    """Return the code points; a sign written as an entity (&quot;) has that of the sign."""
    if "&" not in text:
        return codes
    signs = [item for item in entities(text) if not (item[2].isalnum() or item[2].isspace())]
    if signs:
        codes = codes.copy()
        codes[[start for start, _, _ in signs]] = [ord(sign) for _, _, sign in signs]
    return codes


def begins_of(texts: Sequence[str]) -> Offsets:
    """Return where each text begins in the joined text, which has a line end after each."""
    sizes = np.fromiter((len(text) + 1 for text in texts), dtype=np.int64, count=len(texts))
    begins: Offsets = np.cumsum(sizes) - sizes
    return begins


def joined_spans(begins: Offsets, spans: Sequence[Sequence[Span]]) -> Offsets:
    """Return the spans of each text as offsets into the joined text, one span per row."""
    moved = [
        (begin + start, begin + end)
        for begin, own in zip(begins.tolist(), spans, strict=True)
        for start, end in own
    ]
    return np.array(moved, dtype=np.int64).reshape(len(moved), 2)


def _rank(document: Offsets) -> Offsets:
    """Return the number of each row within its document, from 1."""
    new = np.append(True, document[1:] != document[:-1])[: len(document)]
    begin = np.flatnonzero(new)
    return np.arange(len(document)) - np.repeat(begin, np.diff(np.append(begin, len(document)))) + 1


def batches(lengths: Iterable[int], workers: int = 1) -> list[slice]:
    """Return the articles in batches of about CHUNK_CHARACTERS, given the length of each.

    With several ``workers`` they are smaller, if that gives each of them as many.
    """
    sizes = np.array(list(lengths), dtype=np.int64) + 1
    total, size = int(sizes.sum()), CHUNK_CHARACTERS
    if workers > 1:
        shares = workers * (total // (workers * CHUNK_CHARACTERS) + 1)
        size = min(size, max(total // shares + 1, LEAST_CHARACTERS))
    number = (np.cumsum(sizes) - sizes) // size
    edges = [*np.flatnonzero(np.diff(number, prepend=-1)).tolist(), len(sizes)]
    return [slice(begin, end) for begin, end in pairwise(edges)]


@cache
def _plain_alphabet() -> Alphabet:
    return Alphabet()


def token_texts(text: str, span: Span) -> list[str]:
    """Return the folded tokens of one span of an article."""
    return tokens_of_texts([text[span[0] : span[1]]])[0]


def tokens_of_texts(texts: Sequence[str]) -> list[list[str]]:
    """Return the folded tokens of each text. To read many together takes a tenth of the time."""
    joined, begins = "\n".join([*texts, ""]), begins_of(texts)
    alphabet = _plain_alphabet()
    joints = np.append(begins[1:], len(joined))[: len(texts)] - 1
    folded = fold_text(joined, code_points(joined), alphabet, joints)
    first = token_starts(folded, alphabet)
    start, end = folded.into_text(first), folded.into_text(token_ends(folded, first))
    tokens = [
        fold(mend(joined[low:high])) for low, high in zip(start.tolist(), end.tolist(), strict=True)
    ]
    edges = np.append(np.searchsorted(start, begins), len(tokens))
    return [tokens[low:high] for low, high in pairwise(edges.tolist())]


@dataclass(frozen=True)
class Excerpt:
    """Some paragraphs of a chunk, with the attributes that the rules of context need.

    Positions count within the excerpt; ``folded`` maps them back to the text of the chunk. ``rows``
    are its sentences in the chunk, ``document`` has one number per run of paragraphs that stood
    together, and ``paragraph`` and ``block`` are the numbers in the chunk.
    """

    text: str
    codes: CodePoints
    alphabet: Alphabet
    folded: Folded
    rows: Offsets
    first: Offsets
    last: Offsets
    document: Offsets
    paragraph: Offsets
    block: Offsets
    turn: Offsets
    spoken: Mask

    @cached_property
    def starts(self) -> TokenStarts | None:
        """Where tokens start; None without the native engine."""
        return _starts(self)

    @cached_property
    def tokens(self) -> Offsets:
        """The positions at which a token starts."""
        return _listed(self)


def excerpt(chunk: Chunk, rows: Offsets, *, alone: bool = False) -> Excerpt:
    """Return the paragraphs that the context of hits in some sentences of a chunk depends on.

    ``alone`` are those of the hits, without the turns: what stands within a sentence needs no more.
    """
    wanted = np.zeros(len(chunk.paragraphs.start), dtype=bool)
    wanted[chunk.paragraph[rows]] = True
    shown = wanted if alone else _with_needed(chunk, wanted)
    if not alone:
        own = chunk.blocks[1]
        label = chunk.turns[0][wanted[own]]
        shown[own[label[label >= 0]]] = True
    begin = np.flatnonzero(shown > np.append(False, shown[:-1]))
    document = chunk.paragraphs.document
    # Paragraphs of different articles are never in one run.
    parted = np.flatnonzero(shown[1:] & shown[:-1] & (document[1:] != document[:-1])) + 1
    begin = np.sort(np.append(begin, parted))
    count = np.add.reduceat(shown, begin, dtype=np.int64) if len(begin) else begin
    low, high = _edges(chunk, begin, begin + count)
    sentences = np.flatnonzero(shown[chunk.paragraph])
    block = np.searchsorted(begin, chunk.paragraph[sentences], side="right") - 1
    # Each block is followed by one character without a class.
    moved = np.cumsum(high - low + 1) - (high - low + 1) - low
    return Excerpt(
        text=chunk.text,
        codes=chunk.codes,
        alphabet=chunk.alphabet,
        folded=_slices(chunk.folded, low, high, chunk.alphabet.folding),
        rows=sentences,
        first=chunk.first[sentences] + moved[block],
        last=chunk.last[sentences] + moved[block],
        document=block,
        paragraph=chunk.paragraph[sentences],
        block=block if alone else chunk.block[sentences],
        turn=np.full(len(sentences), -1) if alone else chunk.turn[sentences],
        spoken=np.zeros(len(sentences), dtype=bool) if alone else chunk.spoken[sentences],
    )


def pieces(text: Passages, size: int, before: int) -> Iterator[tuple[int, Passages]]:
    """Yield a text in pieces of whole sentences, which are searched one after the other.

    A text is cut only where a sign or white space stands between two sentences, so that no token
    and no match within a sentence is in two pieces.

    Parameters
    ----------
    text : Chunk or Excerpt
    size : int
        The least number of positions of a piece. A text of up to twice as many is not cut.
    before : int
        How many sentences before the piece are part of it too.

    Yields
    ------
    int, Excerpt
        How many sentences at the start of the piece belong to the piece before, and the piece.
        ``rows`` has the numbers of its sentences in the text. A text that is not cut is yielded
        unchanged.
    """
    first, last, flags = text.first, text.last, text.folded.flags
    edges = [0]
    if len(first) and len(flags) > 2 * size:
        clear = (first[1:] > last[:-1]) & ((flags[np.maximum(first[1:] - 1, 0)] & WORD) == 0)
        cuts = np.flatnonzero(clear) + 1
        while (nth := int(np.searchsorted(first[cuts], first[edges[-1]] + size))) < len(cuts):
            edges.append(int(cuts[nth]))
    if len(edges) == 1:
        yield 0, text
        return
    document, paragraph, block = text.document, text.paragraph, text.block
    turn, spoken = text.turn, text.spoken
    for begin, past in pairwise([*edges, len(first)]):
        rows = np.arange(max(begin - before, 0), past)
        low = np.maximum(first[rows[:1]] - MARGIN, 0)
        high = np.minimum(last[rows[-1:]] + MARGIN, len(flags))
        yield (
            begin - int(rows[0]),
            Excerpt(
                text=text.text,
                codes=text.codes,
                alphabet=text.alphabet,
                folded=_slices(text.folded, low, high),
                rows=rows,
                first=first[rows] - low,
                last=last[rows] - low,
                document=document[rows],
                paragraph=paragraph[rows],
                block=block[rows],
                turn=turn[rows],
                spoken=spoken[rows],
            ),
        )


# What points of a list begin with, beside the digits of their number.
_POINTS = np.array([ord(sign) for sign in "•-*–—·‣▪◦●0123456789"], dtype=np.uint32)


def _with_needed(chunk: Chunk, wanted: Mask) -> Mask:
    """Add the paragraphs beside wanted ones that their context depends on."""
    if chunk.alphabet.folding is not None:
        spans = chunk.paragraphs
        shown = chunk.alphabet.folding.neighbours(
            chunk.codes, (spans.document, spans.start, spans.end), chunk.signs, chunk.folded,
            wanted, MARKS, _POINTS,
        )  # fmt: skip
        if shown is not None:
            return shown
    return _with_neighbours(chunk, wanted) | _with_leads(chunk, wanted)


def find_leads(first: NDArray[Any], last: NDArray[Any], fresh: Mask) -> Offsets:
    """Return for each paragraph the one that ends in a colon and leads to it, or -1.

    That is the one before it, or before the list of which it is a point.

    Parameters
    ----------
    first, last : arrays
        The first and the last character of each paragraph.
    fresh : array of bool
        Which paragraphs do not follow the one before them in the same text.
    """
    own = np.arange(len(first))
    point = np.isin(first, _POINTS)
    begins = point & (fresh | ~np.append(False, point[:-1])[: len(point)])
    head = np.where(point, np.maximum.accumulate(np.where(begins, own, 0)), own)
    lead = np.where(fresh[head], -1, head - 1)
    found: Offsets = np.where((lead >= 0) & (last[lead] == ord(":")), lead, -1)
    return found


def _with_leads(chunk: Chunk, wanted: Mask) -> Mask:
    """Add the paragraph that leads to a wanted one with a colon, and what stands between."""
    paragraphs = chunk.paragraphs
    last = chunk.codes[np.maximum(paragraphs.end - 1, 0)]
    if not (last == ord(":")).any():
        return wanted
    document = paragraphs.document
    fresh = np.append(True, document[1:] != document[:-1])[: len(document)]
    lead = find_leads(chunk.codes[paragraphs.start], last, fresh)
    places = np.flatnonzero(wanted & (lead >= 0))
    span = np.zeros(len(wanted) + 1, dtype=np.int64)
    np.add.at(span, lead[places], 1)
    np.add.at(span, places, -1)
    shown: Mask = wanted | (np.cumsum(span[:-1]) > 0)
    return shown


def _with_neighbours(chunk: Chunk, wanted: Mask) -> Mask:
    """Add neighbouring paragraphs in which a quotation may continue or have its attribution."""
    marked = _marked(chunk)
    document = chunk.paragraphs.document
    alone = np.append(True, document[1:] != document[:-1])[: len(document)]
    # Go back to the paragraph before a run of paragraphs with quotations.
    begins = ~(np.append(False, marked[:-1])[: len(marked)]) | alone
    run = np.cumsum(begins) - 1
    first = np.flatnonzero(begins)[run] if len(run) else run
    places = np.flatnonzero(wanted & marked)
    span = np.zeros(len(wanted) + 1, dtype=np.int64)
    back = np.maximum(first[places] - ~alone[first[places]], 0)
    np.add.at(span, back, 1)
    np.add.at(span, places + 1, -1)
    # "He added" may go on with who spoke in the paragraph before.
    going_on = np.flatnonzero(wanted & ~alone)
    going_on = going_on[_begins_with_person(chunk.codes, chunk.paragraphs.start[going_on])]
    shown = wanted | (np.cumsum(span[:-1]) > 0)
    shown[going_on - 1] = True
    for _ in range(2):
        onward = places[places + 1 < len(wanted)] + 1
        onward = onward[~alone[onward]]
        shown[onward] = True
        places = onward[marked[onward]]
    return shown


def _begins_with_person(codes: CodePoints, start: Offsets) -> Mask:
    """Return which paragraphs begin with "He " or "She "."""
    letters = codes[np.minimum(start[:, None] + np.arange(4), len(codes) - 1)]
    he = np.array([ord(letter) for letter in "He "], dtype=np.uint32)
    she = np.array([ord(letter) for letter in "She "], dtype=np.uint32)
    found: Mask = (letters[:, :3] == he).all(axis=1) | (letters == she).all(axis=1)
    return found


def _marked(chunk: Chunk) -> Mask:
    """Return which paragraphs have a mark that may open a quotation."""
    codes, spans = chunk.codes, chunk.paragraphs
    sign = codes[chunk.signs]
    curly = chunk.signs[sign > 0x7F]
    straight = chunk.signs[(sign == ord('"')) | (sign == ord("'"))]
    before = chunk.folded.flags[np.maximum(chunk.folded.from_text(straight) - 1, 0)]
    straight = straight[(codes[straight] == ord('"')) | ((before & WORD) == 0) | (straight == 0)]
    at = np.concatenate([curly[is_among(codes[curly], MARKS)], straight])
    marked = np.zeros(len(spans.start), dtype=bool)
    place = np.searchsorted(spans.start, at, side="right") - 1
    marked[place[place >= 0]] = True
    return marked


def _edges(chunk: Chunk, begin: Offsets, past: Offsets) -> tuple[Offsets, Offsets]:
    """Return the positions at which each run of paragraphs begins and ends."""
    if not len(begin):
        return begin, begin
    spans = chunk.paragraphs
    article = spans.document[begin]
    ends = np.append(chunk.begins[1:], len(chunk.text))[article] - 1
    low = chunk.folded.from_text(np.maximum(spans.start[begin], chunk.begins[article]))
    high = chunk.folded.from_text(spans.end[past - 1])
    low = np.maximum(low - MARGIN, chunk.folded.from_text(chunk.begins[article]))
    return low, np.minimum(high + MARGIN, chunk.folded.from_text(ends))


def _slices(
    folded: Folded, low: Offsets, high: Offsets, folding: TextFolding | None = None
) -> Folded:
    """Return slices of a folded text, each followed by a character without a class."""
    size = high - low + 1
    total = int(size.sum())
    at = np.cumsum(size) - size
    sliced = None if folding is None else folding.slices(folded, low, high, total)
    if sliced is not None:
        classes, flags = sliced
    else:
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
    if len(tables) == 1:
        return tables[0]
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
        if not self._columns:
            # Often it is the only one.
            self._columns, self._size = dict(table), count
            return count
        for name, values in table.items():
            column = self._columns[name]
            if len(column) < self._size + count:
                # What is not written to takes no memory.
                column = np.empty((self._size + count) * 5 // 4, dtype=values.dtype)
                column[: self._size] = self._columns[name][: self._size]
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
    signs, size, stood = found.every, len(text), None
    if not found.plain:
        seen = see(text + "\n", codes, np.zeros(1, dtype=np.int64), found, in_place=True)
        if seen is not None:
            text, codes, signs, stood = seen.text, seen.codes, seen.signs, seen.places
            gone, size = seen.moved_spans(gone), len(text) - 1
        del seen
    layout = _layout(text, codes, gone[:, 0], signs, alphabet, context)
    # Code points and signs are only read of one part at a time from here on.
    del codes, signs, found
    spans = layout.paragraphs
    count = len(spans.start)
    for first, past in pairwise(_begins(text, layout, context)):
        low = max(first - max(SHARED, before), 0)
        while low and spans.start[first] - spans.start[low] < SHARED_CHARACTERS:
            low -= 1
        high = min(past + SHARED, count)
        while high < count and spans.start[high] - spans.start[past] < SHARED_CHARACTERS:
            high += 1
        begin = int(spans.start[low]) if low else 0
        end = int(spans.start[high]) if high < count else size
        label = layout.turn[low:high]
        inner = gone[(gone[:, 0] >= begin) & (gone[:, 1] <= end)] - begin
        moved, places = begin, None
        if stood is not None:
            moved, stop = stood.given(np.array([begin, end])).tolist()
            places = stood.part(moved, stop)
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
    found = _paragraphs(text, codes, begins, removed, signs, alphabet.folding)
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


def _begins(text: str, layout: Layout, context: bool) -> list[int]:
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
