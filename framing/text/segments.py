"""Lines, paragraphs and sentences of many articles at once, as offsets into their joined text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import Protocol

import numpy as np
import sentencex

from framing._core.typing import Mask
from framing.text import boundaries
from framing.text.alphabet import Alphabet, Folded, TextFolding, fold_text
from framing.text.characters import (
    APOSTROPHE,
    COMMA,
    DIGIT,
    LINE_ENDS,
    POINT,
    SIGN,
    SPACE,
    WORD,
    CodePoints,
    Offsets,
    code_points,
    fold,
    is_among,
    line_ends,
    sign_offsets,
    unicode_table,
)
from framing.text.repairs import entities, line_cuts, mend
from framing.text.turns import find_inner_labels, find_turns

# Transcripts and e-mail break lines at a fixed width, mostly inside a sentence. Articles break
# lines after a sentence.
WRAP_WIDTH = 100
WRAP_SHARE = 0.95
WRAP_STOPS = 0.5
# Without a blank line, a text is wrapped when its lines have about the same length and at least
# half of them continue with a small letter. In narrow columns the share must be larger.
WRAP_LEAST = 40
WRAP_ON = 0.5
NARROW_LEAST, NARROW_ON, NARROW_LINES = 25, 0.6, 4
STOPS = np.array([ord(character) for character in ".!?:;…"], dtype=np.uint32)
# The most lines of a text that can be one sentence; the share of the width that a heading takes.
_FEW_LINES, _SHORT_LINE, _BLANKS = 3, 0.6, 4
COMMAS = np.array([ord(","), ord("،"), ord("、")], dtype=np.uint32)
CLOSERS = np.array([ord(character) for character in "\"'”’»)"], dtype=np.uint32)

# White space at the edge of a span is skipped one by one up to here; a longer run is looked up.
STEPS = 16

# sentencex takes this for the end of a paragraph.
PART = "\n\n"


# sentencex searches for the end of each quotation from its start, so that the time for a paragraph
# grows with the square of the open quotations. Above this number, which no article reaches, the
# marks are masked.
MOST_MARKS, LONG = 200, 2000
_MARK_SIGNS = "“”„‟«»‹›‘’‚‛'\"`"
_MARKS = str.maketrans(dict.fromkeys(_MARK_SIGNS, "*"))

# sentencex fails at a letter, a wide or a no-break space, and a point: it then gets a plain space.
_SPACE_BEFORE_POINT = re.compile(r"[^\S\x00-\x7f](?=[^\S\x00-\x7f ]*\.)")

Span = tuple[int, int]


_LINE = re.compile(f"[^{LINE_ENDS}]+")
CHUNK_CHARACTERS = 1_000_000
# Characters that are kept on each side of a paragraph, for the words next to it.
MARGIN = 80
# Quotation marks, without the apostrophe of don’t.
MARKS = np.array([ord(mark) for mark in "“”„‟«»‹›‘‛‚＂"], dtype=np.uint32)


@dataclass(frozen=True)
class Spans:
    """Spans in a joined text, and the number of the text of each."""

    document: Offsets
    start: Offsets
    end: Offsets


def lines(text: str) -> list[Span]:
    """Return start and end of each line of ``text`` that is not blank."""
    if any(mark in text for mark in "\x1c\x1d\x1e"):
        # For splitlines, which is faster, these three are line ends; here they are white space.
        matches = _LINE.finditer(text)
        return [(match.start(), match.end()) for match in matches if not match[0].isspace()]
    spans, start = [], 0
    for piece in text.splitlines(keepends=True):
        line = piece.rstrip(LINE_ENDS)
        if line and not line.isspace():
            spans.append((start, start + len(line)))
        start += len(piece)
    return spans


def _is_white(codes: CodePoints) -> Mask:
    # A lookup in a large table is slow, and nearly all characters have codes far from white space.
    near = np.flatnonzero((codes <= ord(" ")) | (codes > 0x7F))
    white = np.zeros(len(codes), dtype=bool)
    white[near] = (unicode_table().flags[codes[near]] & SPACE) != 0
    return white


def _strip_end(codes: CodePoints, start: Offsets, end: Offsets) -> Offsets:
    """Return the ends of spans, moved before white space at the end, but not before the start."""
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


def _strip_start(codes: CodePoints, start: Offsets, end: Offsets) -> Offsets:
    """Return the starts of spans, moved after white space at the start, but not after the end."""
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


def _ends_with_stop(codes: CodePoints, start: Offsets, end: Offsets) -> Mask:
    """Return whether each span ends like a sentence; white space at its end is ignored."""
    end = end.copy()
    moving = np.arange(len(end))
    while len(moving):
        moving = moving[end[moving] > start[moving]]
        moving = moving[is_among(codes[end[moving] - 1], CLOSERS)]
        end[moving] -= 1
    stops: Mask = (end > start) & is_among(codes[end - 1], STOPS)
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
    def find(cls, text: str, codes: CodePoints, begins: Offsets, removed: Offsets) -> "_Lines":
        """Return the lines; ``removed`` has the starts of the removed lines.

        ``parts`` is True for blank lines between two paragraphs. It is False for the empty line
        between carriage return and line feed.
        """
        end = line_ends(text, codes)
        start = np.append(0, end[:-1] + 1)
        document = np.searchsorted(begins, start, side="right") - 1
        blank = _strip_start(codes, start, end) == end
        joint = np.append(begins[1:], len(codes))[document] - 1
        crlf = (start == end) & (codes[start - 1] == 13) & (codes[end] == 10)
        parts = blank & ~crlf & (start > begins[document]) & (end < joint)
        return cls(document, start, end, ~blank & ~np.isin(start, removed), blank, parts)


def _wrapped(codes: CodePoints, lines: _Lines, runs: Mask, texts: int) -> Mask:
    """Return which texts are wrapped at a fixed width.

    95% of their lines have at most 100 characters, fewer than half end with a sentence, and there
    are blank lines. Without blank lines, half of the lines continue with a small letter
    (``runs``), and the lines except the last have 40 characters on average. With four lines or
    more, 25 characters are enough where three in five lines continue.
    """

    def count(which: Mask) -> Offsets:
        return np.bincount(lines.document[which], minlength=texts)

    kept = count(lines.kept)
    length = lines.end - lines.start
    short = count(lines.kept & (length <= WRAP_WIDTH)) >= WRAP_SHARE * kept
    blank = count(lines.parts) > 0
    last = np.zeros(texts, dtype=np.int64)
    last[lines.document[lines.kept]] = length[lines.kept]
    characters = np.bincount(lines.document, weights=length * lines.kept, minlength=texts) - last
    on = count(runs)
    even = (on >= WRAP_ON * (kept - 1)) & (characters >= WRAP_LEAST * (kept - 1))
    narrow = (on >= NARROW_ON * (kept - 1)) & (characters >= NARROW_LEAST * (kept - 1))
    even |= narrow & (kept >= NARROW_LINES)
    wrapped: Mask = short & (blank | ((kept > 1) & even))
    if wrapped.any():
        which = lines.kept & wrapped[lines.document]
        end = _strip_end(codes, lines.start[which], lines.end[which])
        stops = np.zeros(len(which), dtype=bool)
        stops[which] = _ends_with_stop(codes, lines.start[which], end)
        wrapped &= count(stops) < WRAP_STOPS * kept
    return wrapped


def _goes_on(codes: CodePoints, lines: _Lines, row: Offsets, before: Offsets) -> tuple[Mask, Mask]:
    """Return which lines continue the line before: after a comma, or with a small letter.

    Only a line of at most 100 characters was broken at its width.
    """
    runs, after_comma = np.zeros((2, len(lines.start)), dtype=bool)
    start = _strip_start(codes, lines.start[row], lines.end[row])
    small = _is_small(codes[start])
    row, begin, end = row[small], lines.start[before[small]], lines.end[before[small]]
    end = _strip_end(codes, begin, end)
    runs[row] = ~_ends_with_stop(codes, begin, end)
    after_comma[row] = is_among(codes[end - 1], COMMAS) & (end - begin <= WRAP_WIDTH)
    # A line as long as those of a page continues, regardless of the other lines of its text.
    after_comma[row] |= runs[row] & (end - begin >= WRAP_LEAST) & (end - begin <= WRAP_WIDTH)
    return runs, after_comma


def _one_sentence(codes: CodePoints, lines: _Lines, runs: Mask, texts: int) -> Mask:
    """Return which texts of two or three lines are one sentence, judged by capitals and stops."""
    kept = np.flatnonzero(lines.kept)
    document = lines.document[kept]
    number = np.bincount(document, minlength=texts)
    first = np.searchsorted(document, np.arange(texts))
    few = np.flatnonzero((number > 1) & (number <= _FEW_LINES))
    few = few[np.bincount(document, weights=runs[kept], minlength=texts)[few] == number[few] - 1]
    answer = np.zeros(texts, dtype=bool)
    if len(few):
        head, last = kept[first[few]], kept[first[few] + number[few] - 1]
        begin = _strip_start(codes, lines.start[head], lines.end[head])
        end = _strip_end(codes, lines.start[last], lines.end[last])
        capital = _is_letter(codes[begin]) & ~_is_small(codes[begin])
        answer[few] = capital & _ends_with_stop(codes, lines.start[last], end)
    return answer


def _set_apart(codes: CodePoints, lines: _Lines, row: Offsets, before: Offsets) -> Mask:
    """Return which lines of a wrapped page begin a paragraph because the line before was not full.

    Such a heading or byline ends without a stop, a capital letter follows, and its next word
    would have fitted easily: both take at most three fifths of the width that three in four lines
    keep to.
    """
    length = lines.end - lines.start
    kept = np.flatnonzero(lines.kept)
    order = kept[np.lexsort((length[kept], lines.document[kept]))]
    document = lines.document[order]
    low = np.searchsorted(document, lines.document[row])
    high = np.searchsorted(document, lines.document[row], side="right")
    width = length[order[low + 3 * (high - low - 1) // 4]]
    apart = np.zeros(len(row), dtype=bool)
    # Few lines are short enough to be looked at.
    some = np.flatnonzero(length[before] <= _SHORT_LINE * width + _BLANKS)
    row, before, width = row[some], before[some], width[some]
    start, end = lines.start[row], lines.end[row]
    begin = _strip_start(codes, start, end)
    capital = _is_letter(codes[begin]) & ~_is_small(codes[begin])
    last = _strip_end(codes, lines.start[before], lines.end[before])
    past = begin.copy()
    going = np.arange(len(past))
    while len(going):
        going = going[past[going] < end[going]]
        going = going[~_is_white(codes[past[going]])]
        past[going] += 1
    full = last - lines.start[before] + 1 + past - begin > _SHORT_LINE * width
    open_ended = ~_ends_with_stop(codes, lines.start[before], last)
    apart[some] = capital & ~full & open_ended & ~is_among(codes[last - 1], COMMAS)
    return apart


def _is_small(codes: CodePoints) -> Mask:
    """Return which characters are small letters."""
    distinct, place = np.unique(codes, return_inverse=True)
    small: Mask = np.array([chr(code).islower() for code in distinct.tolist()], dtype=bool)[place]
    return small


def _is_letter(codes: CodePoints) -> Mask:
    """Return which characters are letters."""
    distinct, place = np.unique(codes, return_inverse=True)
    letter: Mask = np.array([chr(code).isalpha() for code in distinct.tolist()], dtype=bool)[place]
    return letter


def paragraphs(
    text: str,
    codes: CodePoints,
    begins: Offsets,
    removed: Offsets,
    folding: TextFolding | None = None,
) -> Spans:
    """Return the paragraphs of some texts, joined with a line end after each.

    Each line is a paragraph, unless the text is wrapped at a fixed width: there a blank or a
    removed line ends a paragraph. A line continues in the next line where a word is divided
    between them (see `line_cuts`), and from a comma to a small letter.

    Parameters
    ----------
    text, codes : str, array
        The joined text and its code points.
    begins : array
        Where each text begins.
    removed : array
        Where each removed line begins.
    folding : TextFolding, optional
        What finds paragraphs faster than this function.
    """
    found = None if folding is None else folding.paragraphs(text, codes, begins, removed)
    if found is not None:
        return Spans(*found)
    lines = _Lines.find(text, codes, begins, removed)
    shown = np.flatnonzero(~lines.blank)
    before = np.append(-1, shown[:-1])[: len(shown)]
    parted = np.append(0, np.cumsum(lines.parts))
    linked = (before >= 0) & lines.kept[before] & lines.kept[shown]
    linked &= lines.document[shown] == lines.document[before]
    linked &= parted[shown] == parted[before]
    runs, joined = _goes_on(codes, lines, shown[linked], before[linked])
    cuts = line_cuts(text, codes, begins)
    cuts = cuts[_is_letter(codes[np.minimum(cuts[:, 1], len(codes) - 1)]), 1]
    joined[np.searchsorted(lines.start, cuts, side="right") - 1] = True
    wrapped = _wrapped(codes, lines, runs, len(begins))
    within = linked & wrapped[lines.document[shown]]
    within[within] = ~_set_apart(codes, lines, shown[within], before[within])
    whole = _one_sentence(codes, lines, runs, len(begins))
    runs_on = linked & (within | whole[lines.document[shown]] | joined[shown])
    kept = lines.kept[shown]
    own, runs_on = shown[kept], runs_on[kept]
    first = np.flatnonzero(~runs_on)
    last = np.append(first[1:], len(own)) - 1
    return Spans(
        lines.document[own[first]], lines.start[own[first]], lines.end[own[last[: len(first)]]]
    )


def sentences(
    text: str, codes: CodePoints, spans: Spans, language: str, signs: Offsets | None = None
) -> tuple[Spans, Offsets]:
    """Return the sentences of some paragraphs, and the row of the paragraph of each.

    Spans have no white space at their edges. ``signs`` are the `sign_offsets`, if they are known.
    """
    if not len(spans.start):
        return spans, spans.start
    signs = sign_offsets(codes) if signs is None else signs
    spaced = _has_space_before_point(codes, signs)
    plain = _SPACE_BEFORE_POINT.sub(" ", text) if spaced else text
    pieces = [plain[a:b] for a, b in zip(spans.start.tolist(), spans.end.tolist(), strict=True)]
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
    start, end, row = start[full], end[full], row[full]
    joined = boundaries.join(text, codes, start, end, row, language)
    first = ~np.append(False, joined[:-1])[: len(joined)]
    start, row, end = start[first], row[first], end[~joined]
    start, end, row = _with_cuts(text, codes, start, end, row, language, signs)
    return Spans(spans.document[row], start, end), row


def _has_space_before_point(codes: CodePoints, signs: Offsets) -> bool:
    """Return whether there may be something for `_SPACE_BEFORE_POINT`, which is slow."""
    wide = signs[codes[signs] > 0x7F]
    wide = wide[codes[np.minimum(wide + 1, len(codes) - 1)] == ord(".")]
    return bool(_is_white(codes[wide]).any())


def _with_cuts(
    text: str,
    codes: CodePoints,
    start: Offsets,
    end: Offsets,
    row: Offsets,
    language: str,
    signs: Offsets,
) -> tuple[Offsets, Offsets, Offsets]:
    """Cut sentences where sentencex misses an end."""
    cuts = list(boundaries.cuts(text, codes, language, signs))
    more = np.array(cuts, dtype=np.int64).reshape(-1, 2)
    place = np.searchsorted(start, more[:, 0], side="right") - 1
    inside = (place >= 0) & (more[:, 1] < end[np.maximum(place, 0)]) if len(end) else place > 0
    more, place = more[inside], place[inside]
    if not len(more):
        return start, end, row
    row = np.sort(np.concatenate([row, row[place]]), kind="stable")
    return np.sort(np.append(start, more[:, 1])), np.sort(np.append(end, more[:, 0])), row


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
            return native
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
    ``layout`` is known of a part of an article, whose lines alone do not show it.
    """

    number: int
    text: str
    codes: CodePoints
    begins: Offsets
    removed: Offsets
    language: str
    alphabet: Alphabet
    folded: Folded
    layout: Layout | None = None

    @cached_property
    def tokens(self) -> Offsets:
        """The positions in the folded text at which a token starts."""
        return token_starts(self.folded, self.alphabet)

    @cached_property
    def paragraphs(self) -> Spans:
        """The paragraphs, as offsets into the joined text."""
        if self.layout is not None:
            return self.layout.paragraphs
        return paragraphs(
            self.text, self.codes, self.begins, self.removed[:, 0], self.alphabet.folding
        )

    @cached_property
    def signs(self) -> Offsets:
        """The `sign_offsets` of the joined text."""
        return sign_offsets(self.codes)

    @cached_property
    def _sentences(self) -> tuple[Spans, Offsets]:
        return sentences(self.text, self.codes, self.paragraphs, self.language, self.signs)

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
        """The offset in the joined text at which the article of each sentence begins."""
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
    def blocks(self) -> tuple[Spans, Offsets]:
        """The paragraphs, cut where a speaker label stands inside, and the paragraph of each.

        In parts of a long article only labels at the start of a paragraph count.
        """
        spans, (cut, row) = self.paragraphs, self._sentences
        if self.layout is not None:
            return spans, np.arange(len(spans.start))
        found = find_inner_labels(self.text, self.codes, cut.document, cut.start, row, self.signs)
        own = np.arange(len(spans.start))
        if not len(found):
            return spans, own
        start = np.sort(np.append(spans.start, cut.start[found]))
        own = np.searchsorted(spans.start, start, side="right") - 1
        end = np.minimum(spans.end[own], np.append(start[1:], len(self.text)))
        return Spans(spans.document[own], start, end), own

    @cached_property
    def block(self) -> Offsets:
        """The number of the block of each sentence in the chunk."""
        spans = self.blocks[0]
        if spans is self.paragraphs:
            return self.paragraph
        blocks: Offsets = np.searchsorted(spans.start, self._sentences[0].start, side="right") - 1
        return blocks

    @cached_property
    def turns(self) -> tuple[Offsets, Mask]:
        """For each block the one with its speaker label, and whether that is certain."""
        if self.layout is not None:
            return self.layout.turn, self.layout.spoken
        spans = self.blocks[0]
        return find_turns(self.text, self.codes, spans.document, spans.start, spans.end, self.signs)

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
    layout: Layout | None = None,
) -> Chunk:
    """Join the texts and fold them; ``number`` is the number of the first text in the corpus."""
    text = "\n".join([*texts, ""])
    begins, codes = begins_of(texts), code_points(text)
    folded = fold_text(text, codes, alphabet, np.append(begins[1:], len(text)) - 1)
    gone = joined_spans(begins, removed)
    codes = _with_signs(text, codes)
    return Chunk(number, text, codes, begins, gone, language, alphabet, folded, layout)


def _with_signs(text: str, codes: CodePoints) -> CodePoints:
    """Return the code points; a sign written as an entity (&quot;) has that of the sign."""
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
    def tokens(self) -> Offsets:
        """The positions at which a token starts."""
        return token_starts(self.folded, self.alphabet)


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
