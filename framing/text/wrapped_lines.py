"""Lines and paragraphs of many articles at once, as offsets into their joined text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from framing._core.typing import Mask
from framing.text.characters import (
    LETTER,
    LINE_ENDS,
    SMALL,
    UPPER,
    CodePoints,
    Offsets,
    is_among,
    is_white,
    letter_kinds,
    line_ends,
    strip_end,
    strip_start,
    word_set,
)
from framing.text.repairs import line_cuts

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
# A line is full when the next word would not have fitted into nine tenths of the width. Where nine
# in ten lines are full, one in three that goes on shows that they were broken at that width.
FULL, FULL_SHARE, FULL_LEAST, FULL_PAIRS, FULL_ON = 0.9, 0.9, 20, 2, 3
# What a mail puts before each line of the one that it answers.
MARK = ord(">")
STOPS = np.array([ord(character) for character in ".!?:;…"], dtype=np.uint32)
# The share of the width that a heading takes, and the least lines of a table or list.
_SHORT_LINE, _BLANKS, _TABLE = 0.6, 4, 3
COMMAS = np.array([ord(","), ord("،"), ord("、")], dtype=np.uint32)
_ENDS = np.array([ord(character) for character in ".!?"], dtype=np.uint32)
CLOSERS = np.array([ord(character) for character in "\"'”’»)"], dtype=np.uint32)
# What begins an item of a list in its line; the marks after a stop or before a large letter only.
BULLETS = np.array([ord(character) for character in "•▪◦‣·●■□○➤▸►◆"], dtype=np.uint32)
_MARKS, _DASH = np.array([ord(mark) for mark in "-*+"], dtype=np.uint32), ord("–")

# Words that end no line of its own: what follows them goes on, also with a capital.
LEADING = word_set(
    """
    a an the of and or but nor than with from to whose into onto upon between among during toward
    towards via per its their our my your by for in on at as that amid against without within
    including Mr. Mrs. Ms. Dr. Gen. Sen. Rep. Gov. Prof. Mr Mrs Ms Dr Prime United White Saudi
    Donald Vladimir Volodymyr
    """
)
# The same before a digit.
NUMBERED = [
    "Jan.",
    "Feb.",
    "Mar.",
    "Apr.",
    "Aug.",
    "Sept.",
    "Oct.",
    "Nov.",
    "Dec.",
    "No.",
    "Nos.",
    "Art.",
    "Vol.",
]
# Signs before the first letter of a sentence.
OPENING = np.array([ord(character) for character in "\"'“‘«(["], dtype=np.uint32)
PARAGRAPH = 0x2029


Span = tuple[int, int]


_LINE = re.compile(f"[^{LINE_ENDS}]+")


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
    """The lines of a joined text: the number of their text, and which of them are blank.

    ``bare`` is where a line begins after white space and ``marks`` quote marks."""

    document: Offsets
    start: Offsets
    end: Offsets
    kept: Mask
    blank: Mask
    parts: Mask
    bare: Offsets
    marks: Offsets

    @classmethod
    def find(cls, text: str, codes: CodePoints, begins: Offsets, removed: Offsets) -> "_Lines":
        """Return the lines; ``removed`` has the starts of the removed lines.

        ``parts`` is True for blank lines between two paragraphs. It is False for the empty line
        between carriage return and line feed.
        """
        end = line_ends(text, codes)
        start = np.append(0, end[:-1] + 1)
        document = np.searchsorted(begins, start, side="right") - 1
        bare, marks = _after_marks(codes, start, end)
        blank = bare == end
        joint = np.append(begins[1:], len(codes))[document] - 1
        crlf = (start == end) & (codes[start - 1] == 13) & (codes[end] == 10)
        parts = blank & ~crlf & (start > begins[document]) & (end < joint)
        kept = ~blank & ~np.isin(start, removed)
        return cls(document, start, end, kept, blank, parts, bare, marks)


@dataclass(frozen=True)
class _Pairs:
    """Two lines of a text that follow each other: the numbers of both, and how one goes on.

    ``small``, ``capital`` and ``upper`` say how the second line begins: with a small letter, with
    another letter, with a letter in upper case. ``opened`` says that the first one ends without a
    stop, ``comma`` that it ends with a comma. ``length`` is its length, ``together`` the length
    with the first word of the second. ``hanging`` says that the second is indented more.
    """

    row: Offsets
    before: Offsets
    small: Mask
    capital: Mask
    upper: Mask
    opened: Mask
    comma: Mask
    length: Offsets
    together: Offsets
    hanging: Mask

    @classmethod
    def find(cls, codes: CodePoints, lines: _Lines, row: Offsets, before: Offsets) -> Self:
        """Return what is known of pairs of lines."""
        begin, end = lines.bare[row], lines.end[row]
        last = strip_end(codes, lines.start[before], lines.end[before])
        past, going = begin.copy(), np.arange(len(begin))
        for _ in range(WRAP_WIDTH):
            going = going[past[going] < end[going]]
            going = going[~is_white(codes[past[going]])]
            if not len(going):
                break
            past[going] += 1
        kinds = _kinds(codes[begin])
        length = last - lines.bare[before]
        return cls(
            row, before, (kinds & SMALL) != 0, (kinds & (SMALL | LETTER)) == LETTER,
            (kinds & UPPER) != 0, ~_ends_with_stop(codes, lines.start[before], last),
            is_among(codes[last - 1], COMMAS), length, length + 1 + past - begin,
            begin - lines.start[row] > lines.bare[before] - lines.start[before],
        )  # fmt: skip

    def take(self, which: Mask) -> Self:
        """Return some of the pairs."""
        return type(self)(*(getattr(self, name.name)[which] for name in fields(self)))

    @property
    def runs(self) -> Mask:
        """Which second lines may go on the first: in small letters, after no stop."""
        runs: Mask = self.small & self.opened
        return runs


def _leads_on(codes: CodePoints, start: Offsets, end: Offsets, following: Offsets) -> Mask:
    """Return which spans end with a word that leads to what follows, which begins elsewhere.

    After Jan. it is a digit, after U.S. a small letter, after Russia– a letter; after "the" or
    "Mr." it may be anything.
    """
    next_one = codes[following]
    leads = _ends_with(codes, start, end, LEADING)
    digit = np.flatnonzero((next_one >= ord("0")) & (next_one <= ord("9")))
    leads[digit] |= _ends_with(codes, start[digit], end[digit], NUMBERED)
    dash = np.flatnonzero((codes[end - 1] == _DASH) & (end - start > 1))
    both = _kinds(codes[end[dash] - 2]) & _kinds(next_one[dash]) & LETTER
    leads[dash] |= both != 0
    short = (codes[end - 1] == ord(".")) & (end - start > 3) & ((_kinds(next_one) & SMALL) != 0)
    short &= (codes[end - 3] == ord(".")) & ((_kinds(codes[end - 2]) & UPPER) != 0)
    leads |= short
    return leads


def _ends_with(codes: CodePoints, start: Offsets, end: Offsets, words: Iterable[str]) -> Mask:
    """Return which spans end with one of some words, after white space."""
    leads = np.zeros(len(end), dtype=bool)
    for word in words:
        first = end - len(word)
        some = np.flatnonzero(first > start)
        fits = is_white(codes[first[some] - 1])
        for step, sign in enumerate(word):
            fits &= codes[first[some] + step] == ord(sign)
        leads[some[fits]] = True
    return leads


def _after_marks(codes: CodePoints, start: Offsets, end: Offsets) -> tuple[Offsets, Offsets]:
    """Return where lines begin after white space and the marks of a quoted mail (>), and how many
    such marks there are.
    """
    bare, marks = strip_start(codes, start, end), np.zeros(len(start), dtype=np.int64)
    moving = np.arange(len(start))
    for _ in range(WRAP_WIDTH):
        moving = moving[bare[moving] < end[moving]]
        moving = moving[codes[bare[moving]] == MARK]
        if not len(moving):
            break
        marks[moving] += 1
        bare[moving] = strip_start(codes, bare[moving] + 1, end[moving])
    return bare, marks


def _kinds(codes: CodePoints) -> NDArray[np.uint8]:
    """Return the `letter_kinds` of characters."""
    kinds = letter_kinds()
    return kinds[np.minimum(codes, len(kinds) - 1)]


def _widths(codes: CodePoints, lines: _Lines, texts: int) -> Offsets:
    """Return the width of each text that three in four of its lines keep to."""
    kept = np.flatnonzero(lines.kept)
    length = np.zeros(len(lines.start), dtype=np.int64)
    length[kept] = strip_end(codes, lines.bare[kept], lines.end[kept]) - lines.bare[kept]
    order = kept[np.lexsort((length[kept], lines.document[kept]))]
    count = np.bincount(lines.document[order], minlength=texts)
    place = np.cumsum(count) - count + 3 * np.maximum(count - 1, 0) // 4
    widths = np.zeros(texts, dtype=np.int64)
    widths[count > 0] = length[order[place[count > 0]]]
    return widths


def _with_ends_inside(codes: CodePoints, lines: _Lines, rows: Offsets) -> Mask:
    """Return in which lines a sentence ends and the next begins."""
    stops = np.flatnonzero(is_among(codes[:-2], _ENDS))
    stops = stops[(codes[stops + 1] == ord(" ")) & ((_kinds(codes[stops + 2]) & UPPER) != 0)]
    low = np.searchsorted(stops, lines.start[rows])
    inside: Mask = low < np.searchsorted(stops, lines.end[rows] - 2)
    return inside


def _wrapped(codes: CodePoints, lines: _Lines, pairs: _Pairs, width: Offsets, leads: Mask) -> Mask:
    """Return which texts are wrapped at a fixed width.

    95% of their lines have at most 100 characters, and fewer than half of those before another
    line end with a sentence. There are blank lines, and at least a third of the lines after no stop
    continue with a small letter. Without blank lines it is half of the lines, and the lines except
    the last have 40 characters on average. With four lines or more, 25 characters are enough where
    three in five lines continue. Where nearly all lines are full, it is enough that a third
    continue, also before a capital letter where they lead on, or have the end of a sentence inside.
    """
    texts = len(width)
    document = lines.document[pairs.row]

    def count(which: Mask) -> Offsets:
        return np.bincount(lines.document[which], minlength=texts)

    def count_pairs(which: Mask) -> Offsets:
        return np.bincount(document[which], minlength=texts)

    kept = count(lines.kept)
    length = lines.end - lines.start
    short = count(lines.kept & (length <= WRAP_WIDTH)) >= WRAP_SHARE * kept
    last = np.zeros(texts, dtype=np.int64)
    last[lines.document[lines.kept]] = length[lines.kept]
    characters = np.bincount(lines.document, weights=length * lines.kept, minlength=texts) - last
    on, every = count_pairs(pairs.runs), count_pairs(np.ones(len(document), dtype=bool))
    even = (on >= WRAP_ON * (kept - 1)) & (characters >= WRAP_LEAST * (kept - 1))
    narrow = (on >= NARROW_ON * (kept - 1)) & (characters >= NARROW_LEAST * (kept - 1))
    even = (kept > 1) & (even | (narrow & (kept >= NARROW_LINES)))
    cased = count_pairs(pairs.opened & (pairs.small | pairs.upper))
    parted = (count(lines.parts) > 0) & (FULL_ON * on >= cased)
    parted &= count_pairs(pairs.opened & (pairs.small | pairs.capital)) > 0
    ends = pairs.opened & (leads | _with_ends_inside(codes, lines, pairs.before))
    full = count_pairs(pairs.together >= FULL * width[document]) >= FULL_SHARE * every
    full &= (every >= FULL_PAIRS) & (width >= FULL_LEAST)
    full &= FULL_ON * (on + count_pairs(ends & ~pairs.runs)) >= every
    stops = count_pairs(~pairs.opened)
    wrapped: Mask = short & (parted | even | full) & (stops < WRAP_STOPS * every)
    return wrapped


@dataclass(frozen=True)
class _Runs:
    """Lines that stay, in runs without a blank or a removed line between them.

    ``own`` are the lines and ``first`` the places in it where runs begin. ``size`` is the number of
    lines of each run.
    """

    own: Offsets
    first: Offsets
    size: Offsets

    def each(self, which: Mask) -> Mask:
        """Return for each line whether its run is one of some."""
        lines: Mask = np.repeat(which, self.size)
        return lines


def _one_sentence(codes: CodePoints, lines: _Lines, runs: _Runs, going: Mask) -> Mask:
    """Return which lines belong to a run that is one sentence, judged by capitals and stops.

    ``going`` says of each line whether it goes on the one before, in small letters or because that
    leads on.
    """
    answer = (runs.size > 1) & (_sums(going, runs) == runs.size - 1)
    some = np.flatnonzero(answer)
    head, last = runs.own[runs.first[some]], runs.own[runs.first[some] + runs.size[some] - 1]
    first = lines.bare[head] + is_among(codes[lines.bare[head]], OPENING)
    kinds = _kinds(codes[first])
    end = strip_end(codes, lines.start[last], lines.end[last])
    answer[some] = (kinds & (SMALL | LETTER)) == LETTER
    answer[some] &= _ends_with_stop(codes, lines.start[last], end)
    return runs.each(answer)


def _tables(codes: CodePoints, lines: _Lines, runs: _Runs) -> Mask:
    """Return which lines belong to a table or a list: three or more, none a part of a sentence.

    None ends with a stop, and none begins with a small letter or with one without a case.
    """
    answer = runs.size >= _TABLE
    own = runs.own[runs.each(answer)]
    kinds = _kinds(codes[lines.bare[own]])
    plain = (kinds & UPPER != 0) | (kinds & LETTER == 0)
    end = strip_end(codes, lines.start[own], lines.end[own])
    plain &= ~_ends_with_stop(codes, lines.start[own], end)
    every = np.zeros(len(runs.own), dtype=bool)
    every[runs.each(answer)] = plain
    return runs.each(answer & (_sums(every, runs) == runs.size))


def _sums(which: Mask, runs: _Runs) -> Offsets:
    """Return how many lines of each run are among some."""
    if not len(runs.first):
        return runs.first
    sums: Offsets = np.add.reduceat(which.astype(np.int64), runs.first)
    return sums


def _set_apart(pairs: _Pairs, width: Offsets) -> Mask:
    """Return which lines of a wrapped page begin a paragraph because the line before was not full.

    Such a heading or byline ends without a stop, a capital letter follows, and its next word
    would have fitted easily: both take at most three fifths of the width.
    """
    apart: Mask = pairs.capital & (pairs.together <= _SHORT_LINE * width)
    return apart & pairs.opened & ~pairs.comma


def _items(codes: CodePoints, lines: _Lines, pairs: _Pairs) -> Mask:
    """Return which lines begin an item of a list: with a bullet, a mark or a number.

    Before a mark (-) a stop ends the line before, or no small letter follows; before a number (2.)
    both are so.
    """
    begin, last = lines.bare[pairs.row], len(codes) - 1
    sign, stopped = codes[begin], ~pairs.opened
    following = is_white(codes[np.minimum(begin + 1, last)])
    beyond = _kinds(codes[np.minimum(begin + 2, last)])
    items = is_among(sign, BULLETS) & following
    mark = is_among(sign, _MARKS) & (stopped | ((beyond & SMALL) == 0))
    items |= (mark | ((sign == _DASH) & stopped)) & following
    some = np.flatnonzero(stopped & (sign >= ord("0")) & (sign <= ord("9")))
    past = begin[some] + 1
    for signs in ("0123456789", "\\"):
        past += is_among(codes[np.minimum(past, last)], np.array(list(map(ord, signs)), np.uint32))
    after = codes[np.minimum(past, last)]
    numbered = (after == ord(".")) | (after == ord(")"))
    numbered &= is_white(codes[np.minimum(past + 1, last)])
    numbered &= (_kinds(codes[np.minimum(past + 2, last)]) & SMALL) == 0
    items[some] = numbered
    return items


def _uncased(codes: CodePoints, lines: _Lines, texts: int) -> Mask:
    """Return which texts begin with a small letter and have no stop at the end of a line.

    Their author writes no capitals, so that small letters say nothing.
    """
    kept = np.flatnonzero(lines.kept)
    document = lines.document[kept]
    first = kept[np.flatnonzero(np.diff(document, prepend=-1))]
    uncased = np.zeros(texts, dtype=bool)
    letter, end = lines.bare[first].copy(), lines.end[first]
    moving = np.arange(len(letter))
    end = np.minimum(strip_end(codes, letter, end), letter + WRAP_WIDTH)
    while len(moving := moving[letter[moving] < end[moving]]):
        moving = moving[(_kinds(codes[letter[moving]]) & LETTER) == 0]
        letter[moving] += 1
    begins = (letter < end) & ((_kinds(codes[np.minimum(letter, end)]) & SMALL) != 0)
    uncased[lines.document[first]] = begins
    some = kept[uncased[document]]
    end = strip_end(codes, lines.start[some], lines.end[some])
    uncased[lines.document[some[_ends_with_stop(codes, lines.start[some], end)]]] = False
    return uncased


def paragraphs(
    text: str,
    codes: CodePoints,
    begins: Offsets,
    removed: Offsets,
) -> Spans:
    """Return the paragraphs of some texts, joined with a line end after each.

    Each line is a paragraph, unless the text is wrapped at a fixed width: there a blank or a
    removed line ends a paragraph, but for a blank one, such as the end of a page, between a full
    line and a small letter. An item of a list is a paragraph there too. A line continues in the
    next line where a word is divided between them (see `line_cuts`), and from a comma to a small
    letter.

    Parameters
    ----------
    text, codes : str, array
        The joined text and its code points.
    begins : array
        Where each text begins.
    removed : array
        Where each removed line begins.
    """
    lines = _Lines.find(text, codes, begins, removed)
    texts = len(begins)
    shown = np.flatnonzero(~lines.blank)
    before = np.append(-1, shown[:-1])[: len(shown)]
    parted = np.append(0, np.cumsum(lines.parts | (codes[lines.end] == PARAGRAPH)))
    near = (before >= 0) & lines.kept[before] & lines.kept[shown]
    near &= lines.document[shown] == lines.document[before]
    near &= lines.marks[shown] == lines.marks[before]
    linked = near & (parted[shown] == parted[before])
    nearby = _Pairs.find(codes, lines, shown[near], before[near])
    pairs = nearby.take(linked[near])
    document = lines.document[nearby.row]
    uncased, width = _uncased(codes, lines, texts), _widths(codes, lines, texts)
    low = lines.start[nearby.before]
    low, bare = strip_end(codes, low, lines.end[nearby.before]), lines.bare[nearby.row]
    items = _items(codes, lines, nearby)
    leads = _leads_on(codes, lines.start[nearby.before], low, bare) & ~items
    led, listed = leads[linked[near]], items[linked[near]]
    wrapped = _wrapped(codes, lines, pairs, width, led) & ~uncased
    long = (nearby.length >= WRAP_LEAST) & ~uncased[document]
    joined = nearby.runs & (long | nearby.hanging) | nearby.small & nearby.comma
    joined |= long & leads
    joined &= (nearby.length <= WRAP_WIDTH) & linked[near]
    # Over the end of a page.
    full = nearby.together >= FULL * width[document]
    joined |= wrapped[document] & nearby.runs & full & ~linked[near]
    goes_on = np.zeros(len(lines.start), dtype=bool)
    goes_on[nearby.row] = joined
    cuts = line_cuts(text, codes, begins)[:, 1]
    cut = np.searchsorted(lines.start, cuts, side="right") - 1
    goes_on[np.intersect1d(cut, nearby.row)] = True
    kept = lines.kept[shown]
    own, linked = shown[kept], linked[kept]
    first = np.flatnonzero(~linked)
    runs = _Runs(own, first, np.diff(np.append(first, len(own))))
    going = np.zeros(len(lines.start), dtype=bool)
    going[pairs.row] = pairs.runs | led
    within = np.zeros(len(lines.start), dtype=bool)
    within[pairs.row] = ~_set_apart(pairs, width[lines.document[pairs.row]]) & ~listed
    within &= wrapped[lines.document]
    inside = within[own] & ~_tables(codes, lines, runs)
    inside |= _one_sentence(codes, lines, runs, going[own])
    runs_on = (linked & inside) | goes_on[own]
    first = np.flatnonzero(~runs_on)
    last = np.append(first[1:], len(own)) - 1
    return Spans(
        lines.document[own[first]], lines.start[own[first]], lines.end[own[last[: len(first)]]]
    )
