"""What programs put between the lines of a text: times of subtitles, page numbers, marks of mail.

A reader passes over it, and so do all rules: it is no part of what is seen of a text.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice, pairwise
from typing import NamedTuple

import numpy as np

from framing.text.alphabet import TextFolding
from framing.text.characters import (
    LINE_ENDS,
    CodePoints,
    Offsets,
    Signs,
    is_among,
    sign_offsets,
)

_LINE = re.compile(f"([^{LINE_ENDS}]*)(\r\n|[{LINE_ENDS}]|\\Z)")
# A line with the times at which a caption of a film shows and goes.
_CLOCK = r"(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3}"
CAPTION_TIME = re.compile(rf"\s*{_CLOCK}\s*-->\s*{_CLOCK}.*\Z")
_DIGIT_NEXT = re.compile(r"\s*\d")
_CUE = re.compile(r"\s*(?:\d{1,6}|WEBVTT.*)\s*\Z")
# Times that make subtitles, and the share of their lines that ends in a stop in a text with stops.
_TIMES, _STOPPED = 2, 1 / 8
# What ends a line of subtitles for good, and what begins one: another speaker, a noise, music.
_ENDS, _BEGINS = tuple('.!?…:;"”»)]♪'), tuple("-–—>[(♪#")
# A page number, alone in its line or with a sign of being one.
_NUMBERS = r"(?:\d{1,4}|[ivxl]{1,6})"
_SIGNS = (
    r"(?:[-–—|]\s*\d{1,4}\s*[-–—|]|(?:page|p\.)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?"
    r"|\d{1,4}\s*(?:of|/)\s*\d{1,4})"
)
_NUMBER = re.compile(rf"\s*{_NUMBERS}\s*\Z")
_SIGNED = re.compile(rf"\s*{_SIGNS}\s*\Z", re.IGNORECASE)
# A line that may be one of them.
_PAGE = re.compile(rf"\s*(?=[-–—|\divxlpP])(?:{_NUMBERS}|(?i:{_SIGNS}))\s*?(?:[{LINE_ENDS}]|\Z)")
# The most characters of such a line, and the least of a line in which a sentence goes on after it.
_SHORT, _LEAST = 24, 25
# What stands between two pages takes fewer lines.
_NEAR = 8
# Lines that begin with a bar are a quoted mail where so many follow each other.
_BARS = 2
_OPENERS, _NUMERALS = (
    np.array([ord(sign) for sign in signs], dtype=np.uint32) for signs in ("-–—|Pp", "ivxl")
)
_ROMAN = 6
# Words in italics or bold, as Markdown writes them: they do _not_ agree. And a wide colon.
_UNDERLINED = re.compile(
    r"(?<![\w@/.&=#:-])(?P<mark>_{1,3})(?=[^\w\s]?[^\W_])[^_\n\r]{1,200}?(?<=\S)(?P=mark)(?![\w@/])"
)
# Tags of HTML around words of a line: they do <i>not</i> agree. Of an own tag nobody can tell.
_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>i|b|u|s|em|strong|small|mark|sup|sub|del|ins|strike|cite|span|font|a)"
    r"(?P<rest>\s[^<>]{0,300})?>",
    re.IGNORECASE,
)
# The most tags that stand inside each other, and characters between two that belong together.
_DEPTH, _APART = 20, 1000
_WIDE_COLON = re.compile("(?<=[A-Za-z])：")
_DIGITS = re.compile(r"\d+")
# The first invisible character, and after it two ranges without one.
_HIDDEN, _LATIN, _MARKS = 0xAD, (0xC0, 0x2FF), (0x2010, 0x2027)


@dataclass
class Unseen:
    """Spans of a text that nobody reads, and places at which another character is read."""

    spans: list[tuple[int, int]] = field(default_factory=list)
    changes: list[tuple[int, str]] = field(default_factory=list)


def find_signs(codes: CodePoints, folding: TextFolding | None = None) -> Signs:
    """Return the signs of a text, and those beside which something may not be seen.

    ``folding`` is what finds them faster than this function.
    """
    if folding is not None:
        return folding.signs(codes)
    signs = sign_offsets(codes)
    sign = codes[signs]
    arrows, bars = signs[sign == ord(">")], signs[sign == ord("|")]
    arrows, bars = arrows[arrows > 1] - 2, bars[bars > 0] - 1
    # Nearly all are letters of Europe, quotation marks and dashes.
    far = (sign >= _HIDDEN) & ((sign < _LATIN[0]) | (sign > _LATIN[1]))
    far &= (sign < _MARKS[0]) | (sign > _MARKS[1])
    tags = signs[sign == ord("<")]
    if not (codes[np.minimum(tags + 1, len(codes) - 1)] == ord("/")).any():
        tags = tags[:0]
    return Signs(
        signs,
        signs[far],
        _page_ends(codes, signs[(sign >= ord("\n")) & (sign <= ord("\r"))]),
        arrows[(codes[arrows] == ord("-")) & (codes[arrows + 1] == ord("-"))],
        bars[codes[bars] == ord("\n")],
        signs[sign == ord("_")],
        tags,
    )


def find_unseen(text: str, codes: CodePoints, begins: Offsets, signs: Signs) -> Unseen:
    """Return what nobody reads in some joined texts, which begin at ``begins``."""
    found = Unseen()
    edges = np.append(begins, len(text))
    numbers = [
        end for end in signs.ends.tolist() if text[end] == "\f" or _PAGE.match(text, end + 1)
    ]
    for of, read in (
        (signs.arrows, _subtitles),
        (np.array(numbers, dtype=np.int64), _page_breaks),
        (signs.bars, _mail),
    ):
        if not len(of):
            continue
        for number in np.unique(np.searchsorted(begins, of, side="right") - 1).tolist():
            start, end = int(edges[number]), int(edges[number + 1])
            read(text[start:end], start, found)
    found.spans += _underlines(text, signs.underscores)
    found.spans += _tags(text, edges, signs.tags)
    wide = (codes[signs.hidden] == ord("：")).any()
    for match in _WIDE_COLON.finditer(text) if wide else ():
        found.changes.append((match.start(), ":"))
    return found


def _underlines(text: str, underscores: Offsets) -> list[tuple[int, int]]:
    """Return the spans of the underscores around words."""
    spans, past = [], 0
    for place in underscores.tolist():
        # A search for the pattern would look at every character of every text.
        match = _UNDERLINED.match(text, place) if place >= past else None
        if match is not None:
            size, past = len(match["mark"]), match.end()
            spans += [(place, place + size), (past - size, past)]
    return spans


def _tags(text: str, edges: Offsets, places: Offsets) -> list[tuple[int, int]]:
    """Return the spans of tags that open and close around words of a text.

    ``edges`` are those of the joined texts, ``places`` the signs "<".
    """
    spans: list[tuple[int, int]] = []
    opened: list[re.Match[str]] = []
    past = 0
    ends = edges[np.searchsorted(edges, places, side="right")]
    for place, end in zip(places.tolist(), ends.tolist(), strict=True):
        # A search for the pattern would look at every character of every text.
        tag = _TAG.match(text, place, end)
        if tag is None:
            continue
        if end != past:
            # No tag goes on in another text.
            opened, past = [], end
        if not tag["close"]:
            opened = [*opened[1 - _DEPTH :], tag]
            continue
        # What was opened inside, and is still open, is never closed.
        while opened and opened[-1]["name"].lower() != tag["name"].lower():
            opened.pop()
        if opened and tag.start() - opened[-1].end() <= _APART:
            spans += [opened.pop().span(), tag.span()]
    return sorted(spans)


class _Line(NamedTuple):
    """A line of a text: where it begins and ends, where the next begins, and what it says."""

    start: int
    end: int
    past: int
    said: str


def _each_line(text: str, offset: int) -> Iterator[_Line]:
    """Yield the lines of a text as offsets into the joined text."""
    for match in _LINE.finditer(text):
        start, past = match.span()
        if past > start:
            yield _Line(offset + start, offset + match.end(1), offset + past, match[1].strip())


def _page_ends(codes: CodePoints, ends: Offsets) -> Offsets:
    """Return the line ends before lines that may be a page number, and those that end a page."""
    size = np.diff(ends, append=len(codes)) - 1
    short = (size > 0) & (size <= _SHORT)
    some, size = ends[short], size[short]
    first = codes[np.minimum(some + 1, len(codes) - 1)]
    kept = is_among(first, _OPENERS) | ((first >= ord("0")) & (first <= ord("9")))
    kept |= (size <= _ROMAN) & is_among(first, _NUMERALS)
    kept |= (size > 1) & ((first == ord(" ")) | (first == ord("\t")))
    return np.union1d(some[kept], ends[codes[ends] == ord("\f")])


def _between_digits(text: str) -> Iterator[int]:
    """Yield the places of arrows between digits, as times have them and comments of HTML do not."""
    place = text.find("-->")
    while place >= 0:
        before = place
        while before and text[before - 1].isspace():
            before -= 1
        if text[max(before - 1, 0) : before].isdecimal() and _DIGIT_NEXT.match(text, place + 3):
            yield place
        place = text.find("-->", place + 3)


def _is_timed(line: _Line) -> bool:
    return CAPTION_TIME.match(line.said) is not None


def _subtitles(text: str, offset: int, found: Unseen) -> None:
    """Leave out the times and numbers of subtitles, and go on over the ends of their lines."""
    if len(list(islice(_between_digits(text), _TIMES))) < _TIMES:
        return
    # Of a long text that is none the lines are not kept.
    if sum(map(_is_timed, _each_line(text, offset))) < _TIMES:
        return
    lines = list(_each_line(text, offset))
    timed = list(map(_is_timed, lines))
    hidden = [
        time or (_CUE.match(line.said) is not None and (after or number == 0))
        for number, (line, time, after) in enumerate(
            zip(lines, timed, [*timed[1:], False], strict=True)
        )
    ]
    shown = [line for line, gone in zip(lines, hidden, strict=True) if line.said and not gone]
    if not shown:
        return
    stopped = sum(line.said.endswith(_ENDS) for line in shown) >= _STOPPED * len(shown)
    found.spans.append((lines[0].start, shown[0].start))
    for line, following in pairwise(shown):
        found.spans.append((line.end, line.past - 1))
        found.spans.append((line.past, following.start))
        if stopped and not line.said.endswith(_ENDS) and not following.said.startswith(_BEGINS):
            found.changes.append((line.past - 1, " "))


def _page_breaks(text: str, offset: int, found: Unseen) -> None:
    """Leave out page numbers and running heads inside a sentence, with the blanks around them."""
    # Running heads are looked for where a program ended pages.
    heads = Counter(_head(line) for line in _each_line(text, offset)) if "\f" in text else {}
    # Long texts have many lines, of which a few are enough at a time.
    coming, lines = _each_line(text, offset), deque[_Line]()
    while True:
        lines.extend(islice(coming, _NEAR + 1 - len(lines)))
        if not lines:
            return
        past, signed, furniture = 1, False, False
        while _goes_on(lines[0].said) and past < min(_NEAR, len(lines)):
            line = lines[past]
            breaks = text[line.past - offset - 1 : line.past - offset] == "\f"
            if line.said:
                own = _SIGNED.match(line.said) is not None
                own |= heads.get(_head(line), 0) > 1 and not line.said[0].islower()
                if not own and not (_NUMBER.match(line.said) and len(line.said) <= _SHORT):
                    break
                furniture, signed = True, signed | own
            else:
                signed = True
            signed |= breaks
            past += 1
        if furniture and signed and past < len(lines) and lines[past].said[:1].islower():
            found.spans.append((lines[0].past, lines[past].start))
        else:
            past = 1
        for _ in range(past):
            lines.popleft()


def _head(line: _Line) -> str:
    """Return a line as it is again on other pages."""
    return _DIGITS.sub("0", line.said)


def _goes_on(said: str) -> bool:
    """Return whether a line may go on in the one that follows a page number."""
    return len(said) >= _LEAST and " " in said and not said.endswith(_ENDS)


def _mail(text: str, offset: int, found: Unseen) -> None:
    """Read the bars before the lines of a quoted mail as the marks (>) that others have."""
    run: list[_Line] = []
    for line in chain(_each_line(text, offset), [_Line(0, 0, 0, "")]):
        if line.said.startswith("|") and "|" not in line.said[1:]:
            run.append(line)
            continue
        if len(run) >= _BARS:
            found.changes += [
                (each.start + text.index("|", each.start - offset) - (each.start - offset), ">")
                for each in run
            ]
        run = []
