"""Sentences of many articles at once, as offsets into their joined text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import pairwise
from typing import Protocol

import numpy as np
import sentencex

from framing._core.typing import Mask
from framing.text import boundaries
from framing.text.alphabet import (
    DEPENDS,
    ENDS,
    GOES_ON,
    Alphabet,
    Folded,
    TextFolding,
    TokenStarts,
    fold_text,
)
from framing.text.broken_pages import find_signs
from framing.text.characters import (
    APOSTROPHE,
    COMMA,
    DIGIT,
    LINE_ENDS,
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
from framing.text.repairs import entities, mend, quote_marks
from framing.text.turns import find_inner_labels, find_turns
from framing.text.visible import Places, given_spans, see
from framing.text.wrapped_lines import (
    BULLETS,
    Span,
    Spans,
    is_white,
    paragraphs,
    strip_end,
    strip_start,
)

# sentencex takes this for the end of a paragraph.
PART = "\n\n"


# sentencex searches for the end of each quotation from its start, so that the time for a paragraph
# grows with the square of the open quotations. Above this number, which no article reaches, the
# marks are masked.
MOST_MARKS, LONG = 200, 2000
# The least words of a sentence inside a quotation or a bracket.
SHORTEST = 2
_MARK_SIGNS = "“”„‟«»‹›‘’‚‛'\"`"
_MARKS = str.maketrans(dict.fromkeys(_MARK_SIGNS, "*"))

# sentencex fails at a letter, a wide or a no-break space, and a point: it then gets a plain space.
_SPACE_BEFORE_POINT = re.compile(r"[^\S\x00-\x7f](?=[^\S\x00-\x7f ]*\.)")

# A line end and a blank line after it.
_BLANK_LINE = re.compile(
    f"(?:\r\n|\r(?!\n)|[{LINE_ENDS.replace(chr(13), '')}])[ \t\u00a0]*[{LINE_ENDS}]\\s*"
)
# What stands after the first line end there, and before the lines that a mail quotes.
_LINE_ENDS = np.array([ord(sign) for sign in LINE_ENDS], dtype=np.uint32)
_AFTER_ENDS = np.array([ord(sign) for sign in f"{LINE_ENDS} \t\u00a0>"], dtype=np.uint32)

# What is read in one go, and the least that is worth a batch of its own.
CHUNK_CHARACTERS, LEAST_CHARACTERS = 1_000_000, 100_000
# Characters that are kept on each side of a paragraph, for the words next to it.
MARGIN = 80
# Of more characters that are not seen, it is faster to look at all the others anew.
MANY_GONE = 1000
MARKS = np.array([ord(mark) for mark in QUOTATION_MARKS], dtype=np.uint32)


def sentences(
    text: str,
    codes: CodePoints,
    spans: Spans,
    language: str,
    signs: Offsets | None = None,
    folding: TextFolding | None = None,
) -> tuple[Spans, Offsets]:
    """Return the sentences of some paragraphs, and the row of the paragraph of each.

    Spans have no white space at their edges. ``signs`` are the `sign_offsets`, if they are known,
    and ``folding`` is what cuts plain paragraphs faster than sentencex does.
    """
    if not len(spans.start):
        return spans, spans.start
    signs = find_signs(codes, folding).every if signs is None else signs
    start, end, row = _first_cut(text, codes, spans, language, signs, folding)
    marks = boundaries.find_marks(codes, start, end, signs, folding, language)
    start, end, row = _with_inner_sentences(text, start, end, row, language, marks)
    joined = boundaries.join(text, codes, start, end, row, language, folding)
    first = ~np.append(False, joined[:-1])[: len(joined)]
    start, row, end = start[first], row[first], end[~joined]
    start, end, row = _with_cuts(text, codes, start, end, row, language, marks)
    return Spans(spans.document[row], start, end), row


def _first_cut(
    text: str,
    codes: CodePoints,
    spans: Spans,
    language: str,
    signs: Offsets,
    folding: TextFolding | None,
) -> tuple[Offsets, Offsets, Offsets]:
    """Return start, end and paragraph of the sentences as sentencex cuts them."""
    plain = None
    if folding is not None:
        ask = partial(_answers, language)
        plain = folding.split(text, codes, spans.start, spans.end, language, ask)
    if plain is None:
        return _asked(text, codes, spans, language, signs)
    start, end, row, others = plain
    if not len(others):
        return start, end, row
    some = Spans(spans.document[others], spans.start[others], spans.end[others])
    more = _asked(text, codes, some, language, signs_inside(signs, some))
    place = np.searchsorted(start, more[0])
    return (
        np.insert(start, place, more[0]),
        np.insert(end, place, more[1]),
        np.insert(row, place, others[more[2]]),
    )


def signs_inside(places: Offsets, spans: Spans) -> Offsets:
    """Return those of some places that are inside a span, or directly before one."""
    first = np.searchsorted(places, spans.start - 1)
    count = np.searchsorted(places, spans.end) - first
    within = np.repeat(first - np.cumsum(count) + count, count) + np.arange(int(count.sum()))
    inside: Offsets = places[within]
    return inside


# What stands before a word that sentencex is asked about: what leads to an amount or a time, so
# that it keeps most together, and what does not, so that it cuts most.
_LEADS = ("In 5 ", "Then the dog ")
# What stands after it: a name that begins no list of sentencex, and after a second word.
_FOLLOWS, _GOES_ON = "Xyz ran on.", " ran on."
_TWO_WORDS = re.compile(r"(.+\.)\s+(\S+)", re.DOTALL)


def _ends(language: str, words: list[str]) -> list[int]:
    """Return what sentencex takes the point after words for: ENDS, or else DEPENDS."""
    lead = _LEADS[0]
    found = set(_segment(language, PART.join(f"{lead}{word}. {_FOLLOWS}" for word in words)))
    return [ENDS if f"{lead}{word}. " in found else DEPENDS for word in words]


def _pairs_end(language: str, pairs: list[str], opening: list[bool]) -> list[int]:
    """Return what sentencex takes the point between two words for: ENDS, DEPENDS or GOES_ON.

    ``opening`` says whether they begin a paragraph, so that nothing stands before them.
    """
    matches = [match for match in map(_TWO_WORDS.fullmatch, pairs) if match is not None]
    before, after = [match[1] for match in matches], [match[2] for match in matches]
    ends, goes_on = [True] * len(pairs), [True] * len(pairs)
    for lead in _LEADS:
        starts = [
            f"{'' if opens else lead}{word}" for opens, word in zip(opening, before, strict=True)
        ]
        texts = [f"{start} {word}{_GOES_ON}" for start, word in zip(starts, after, strict=True)]
        for row, first in enumerate(_first_sentences(language, texts)):
            ends[row] &= first == f"{starts[row]} "
            goes_on[row] &= first == texts[row]
    return [
        ENDS if end else GOES_ON if on else DEPENDS for end, on in zip(ends, goes_on, strict=True)
    ]


def _answers(language: str, words: list[str], opening: list[bool] | None) -> list[int]:
    """Return what sentencex takes points for; see `framing.text.alphabet.Ask`."""
    if opening is None:
        return _ends(language, words)
    return _pairs_end(language, words, opening)


def _first_sentences(language: str, texts: list[str]) -> list[str]:
    """Return the first sentence of each text."""
    found, firsts, place = _segment(language, PART.join(texts)), [], 0
    for text in texts:
        place += found[place] == PART
        firsts.append(found[place])
        size = 0
        while size < len(text):
            size += len(found[place])
            place += 1
    return firsts


def _asked(
    text: str, codes: CodePoints, spans: Spans, language: str, signs: Offsets
) -> tuple[Offsets, Offsets, Offsets]:
    """Return start, end and paragraph of the sentences that sentencex finds."""
    spaced = _has_space_before_point(codes, signs)
    plain = _SPACE_BEFORE_POINT.sub(" ", text) if spaced else text
    pieces = [plain[a:b] for a, b in zip(spans.start.tolist(), spans.end.tolist(), strict=True)]
    for place in _with_blank_lines(codes, spans, signs):
        pieces[place] = _as_lines(pieces[place])
    first = strip_start(codes, spans.start, spans.end)
    for place in np.flatnonzero(is_among(codes[first], BULLETS)).tolist():
        # For sentencex an item of a list is one sentence; a dash begins none.
        blank = int(first[place] - spans.start[place])
        pieces[place] = pieces[place][:blank] + "–" + pieces[place][blank + 1 :]
    lengths = spans.end - spans.start
    at = np.cumsum(lengths) - lengths
    sizes = _cut(pieces, sum(map(len, pieces)), language)
    ends = np.cumsum(sizes)
    starts = ends - sizes
    row = np.searchsorted(at, starts, side="right") - 1
    ends = np.minimum(ends, (at + lengths)[row])
    shift = (spans.start - at)[row]
    start = strip_start(codes, starts + shift, ends + shift)
    end = strip_end(codes, start, ends + shift)
    full = end > start
    return start[full], end[full], row[full]


def _with_blank_lines(codes: CodePoints, spans: Spans, signs: Offsets) -> list[int]:
    """Return the numbers of the paragraphs in which `_as_lines` may find something."""
    first = signs[is_among(codes[np.minimum(signs + 1, len(codes) - 1)], _AFTER_ENDS)]
    first = first[is_among(codes[first], _LINE_ENDS)]
    place = np.searchsorted(spans.start, first, side="right") - 1
    place = place[(place >= 0) & (first < spans.end[place])]
    places: list[int] = np.unique(place).tolist()
    return places


def _as_lines(piece: str) -> str:
    """Return a paragraph without what sentencex takes for its end, or for a part of a sentence.

    That is a blank line, at the end of a page, and the mark of a quoted mail before a line.
    """
    if "\n>" not in piece and _BLANK_LINE.search(piece) is None:
        return piece
    piece = _BLANK_LINE.sub(lambda match: " " * len(match[0]), piece)
    for start, end in quote_marks(piece):
        piece = piece[:start] + " " * (end - start) + piece[end:]
    return piece


def _has_space_before_point(codes: CodePoints, signs: Offsets) -> bool:
    """Return whether there may be something for `_SPACE_BEFORE_POINT`, which is slow."""
    wide = signs[codes[signs] > 0x7F]
    wide = wide[codes[np.minimum(wide + 1, len(codes) - 1)] == ord(".")]
    return bool(is_white(codes[wide]).any())


def _with_inner_sentences(
    text: str,
    start: Offsets,
    end: Offsets,
    row: Offsets,
    language: str,
    marks: boundaries.Marks,
) -> tuple[Offsets, Offsets, Offsets]:
    """Cut quotations and brackets of several sentences, which sentencex leaves whole."""
    more = [
        (past, begin, place)
        for place in marks.holding.tolist()
        for low, high in boundaries.enclosures(text, int(start[place]), int(end[place]))
        for past, begin in _inner_ends(text, low, high, language)
    ]
    if not more:
        return start, end, row
    past, begin, place = np.array(more, dtype=np.int64).T
    return _cut_at(start, end, row, past, begin, place)


def _cut_at(
    start: Offsets,
    end: Offsets,
    row: Offsets,
    past: Offsets,
    begin: Offsets,
    place: Offsets,
) -> tuple[Offsets, Offsets, Offsets]:
    """Cut sentences: those at ``place`` end at ``past`` too, and others begin at ``begin``."""
    order = np.argsort(begin, kind="stable")
    after = place[order] + 1
    # To sort all again takes ten times as long.
    return (
        np.insert(start, after, begin[order]),
        np.insert(end, after - 1, np.sort(past)),
        np.insert(row, after, row[place[order]]),
    )


def _inner_ends(text: str, low: int, high: int, language: str) -> Iterator[tuple[int, int]]:
    """Yield where a sentence ends inside a quotation or a bracket, and where the next begins.

    A word alone is no sentence: “No. Never. We want a truce”, the film “Who? Me”.
    """
    pieces = _segment(language, text[low:high])
    for piece, following in pairwise(pieces):
        low += len(piece)
        if len(piece.split()) >= SHORTEST and len(following.split()) >= SHORTEST:
            past = low - len(piece) + len(piece.rstrip())
            yield past, low + len(following) - len(following.lstrip())


def _with_cuts(
    text: str,
    codes: CodePoints,
    start: Offsets,
    end: Offsets,
    row: Offsets,
    language: str,
    marks: boundaries.Marks,
) -> tuple[Offsets, Offsets, Offsets]:
    """Cut sentences where sentencex misses an end."""
    cuts = list(boundaries.cuts(text, codes, language, marks))
    if not cuts or not len(start):
        return start, end, row
    more = np.array(cuts, dtype=np.int64)
    place = np.searchsorted(start, more[:, 0], side="right") - 1
    inside = (place >= 0) & (more[:, 1] < end[np.maximum(place, 0)])
    more, place = more[inside], place[inside]
    if not len(more):
        return start, end, row
    return _cut_at(start, end, row, more[:, 0], more[:, 1], place)


def _masked(piece: str) -> str:
    # To count sign after sign is ten times as fast as to replace them all.
    return piece.translate(_MARKS) if sum(map(piece.count, _MARK_SIGNS)) > MOST_MARKS else piece


def _cut(pieces: list[str], whole: int, language: str) -> Offsets:
    """Return the lengths of the sentences of some paragraphs, which add up to the whole.

    sentencex ends a sentence at a blank line. It loses one blank line in every 10 KiB, so that the
    blank lines are not counted.
    """
    pieces = [_masked(piece) if len(piece) > LONG else piece for piece in pieces]
    found = _segment(language, PART.join(pieces))
    sizes = np.fromiter(map(len, found), dtype=np.int64, count=len(found))
    short = np.flatnonzero(sizes == len(PART))
    kept = np.ones(len(sizes), dtype=bool)
    kept[short] = [found[place] != PART for place in short.tolist()]
    sizes = sizes[kept]
    if int(sizes.sum()) != whole:
        each = [len(item) for piece in pieces for item in _segment(language, piece)]
        return np.array(each, dtype=np.int64)
    return sizes


def _segment(language: str, text: str) -> list[str]:
    """Return the sentences of a text; a paragraph where sentencex fails in other ways is one."""
    try:
        sentences: list[str] = sentencex.segment(language, text)
        return sentences
    except BaseException as error:
        # The panic of a Rust library is no Exception, and has no public name.
        if type(error).__name__ != "PanicException":
            raise
    parts = text.split(PART)
    if len(parts) == 1:
        return [text]
    return [item for part in parts for item in (*_segment(language, part), PART)][:-1]


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
        digits = (folded.flags[signs - 1] & folded.flags[signs + 1] & DIGIT) != 0
        single = ~word[signs] & ~word[signs + 4]
        inner = (kind & APOSTROPHE) != 0
        inner |= ((kind & (POINT | COMMA)) != 0) & digits
        inner |= ((kind & POINT) != 0) & single
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
        return paragraphs(
            self.text,
            self.codes,
            self.begins,
            self.removed[:, 0],
            self.alphabet.folding,
            self.signs,
        )

    @cached_property
    def _sentences(self) -> tuple[Spans, Offsets]:
        return sentences(
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
    whole, signs = places is not None or found.plain, found.every
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
    shown = wanted if alone else _with_neighbours(chunk, wanted)
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
        folded=_slices(chunk.folded, low, high),
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


def _slices(folded: Folded, low: Offsets, high: Offsets) -> Folded:
    """Return slices of a folded text, each followed by a character without a class."""
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
