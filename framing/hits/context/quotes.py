"""Quotations: the stretches of a text between quotation marks.

Its form and the characters around it decide whether a mark opens or closes. A straight mark
opens after a space and before a word; it closes after a word and before a space. A mark that
could do both does the opposite of the mark before it. A quotation that is never closed ends with
its paragraph; a paragraph that continues the quotation begins with another opening mark.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framing._core.typing import Mask
from framing.hits.context.cues import Reader
from framing.hits.native.library import ranks
from framing.text.characters import (
    ANGLE_MARKS,
    ANGLE_SINGLES,
    CLOSES,
    DIGIT,
    DOUBLE_MARKS,
    EITHER,
    OPENS,
    SINGLE_MARKS,
    SPACE,
    WORD,
    Offsets,
)
from framing.text.chunks import Passages

# Signs that may stand before an opening mark, and after a closing mark, beside a space.
_BEFORE = "([{<—–-/¿¡*"
_AFTER = ",.;:!?)]}>—–-/…*"
# The largest number of sixteen bits.
_TABLE = 0x10000

_Codes = NDArray[np.uint8]


def _table(marks: dict[str, int]) -> _Codes:
    table = np.zeros(_TABLE, dtype=np.uint8)
    for mark, role in marks.items():
        table[ord(mark)] = role
    return table


_FAMILIES = tuple(_table(marks) for marks in (DOUBLE_MARKS, ANGLE_MARKS, ANGLE_SINGLES))
_SINGLES = _table(SINGLE_MARKS)
_IS_MARK = _SINGLES + sum(_FAMILIES) > 0
_IS_BEFORE = _table(dict.fromkeys(_BEFORE, 1)) > 0
_IS_AFTER = _table(dict.fromkeys(_AFTER, 1)) > 0
# What the native engine knows of a sign, as in quotes.c: its role, and as bits from the third on
# its family (single marks are the last), whether it is a mark, and where it may stand.
_ROLES: _Codes = np.zeros(_TABLE, dtype=np.uint8)
for _place, _family in enumerate((*_FAMILIES, _SINGLES)):
    _ROLES += _family + ((_family > 0) * np.uint8(4 * _place))
_ROLES += 16 * _IS_MARK.astype(np.uint8) + 32 * _IS_BEFORE.astype(np.uint8)
_ROLES += 64 * _IS_AFTER.astype(np.uint8)


@dataclass(frozen=True)
class Quotes:
    """Quotations by the positions of their first mark and of their last mark (or of their end).

    ``paragraph`` is the number of the paragraph in the chunk; ``closed`` is True with a last mark.
    """

    start: Offsets
    end: Offsets
    paragraph: Offsets
    closed: Mask

    def take(self, which: Mask | NDArray[np.intp]) -> "Quotes":
        """Return some of the quotations."""
        return Quotes(self.start[which], self.end[which], self.paragraph[which], self.closed[which])

    def holding(self, positions: Offsets) -> Offsets:
        """Return the number of the quotation around each position; -1 without one."""
        if not len(self.start):
            return np.full(len(positions), -1, dtype=np.int64)
        place = ranks(self.start, positions, right=True) - 1
        inside = (place >= 0) & (positions < self.end[place])
        return np.where(inside, place, -1)


@dataclass(frozen=True)
class _Marks:
    """Quotation marks, with the characters around the run of marks that each belongs to."""

    position: Offsets
    code: NDArray[np.int64]
    paragraph: Offsets
    opens: Mask
    closes: Mask
    left: Offsets
    right: Offsets

    def take(self, which: Mask) -> "_Marks":
        return _Marks(
            self.position[which], self.code[which], self.paragraph[which], self.opens[which],
            self.closes[which], self.left[which], self.right[which],
        )  # fmt: skip


def paragraph_bounds(text: Passages) -> tuple[Offsets, Offsets]:
    """Return the positions at which paragraphs begin and end."""
    new = np.ones(len(text.paragraph), dtype=bool)
    new[1:] = text.paragraph[1:] != text.paragraph[:-1]
    begin = np.flatnonzero(new)
    end = np.append(begin[1:], len(new)) - 1
    return text.first[begin], text.last[end] if len(begin) else text.last


def find_quotes(reader: Reader) -> Quotes:
    """Return the quotations of a chunk without those inside another."""
    starts, ends = paragraph_bounds(reader.text)
    if reader.native is not None:
        signs = (reader.sign_at, reader.sign)
        found = reader.native.quotes(signs, (starts, ends), _ROLES)
        if found is not None:
            return Quotes(*found)
    return quotes_by_rules(reader, starts, ends)


def quotes_by_rules(reader: Reader, starts: Offsets, ends: Offsets) -> Quotes:
    """Return what `find_quotes` does, without the native engine."""
    marks = _find_marks(reader, starts, ends)
    # Few texts have marks of all families.
    families = [family for family in _FAMILIES if family[marks.code].any()]
    outer = _merge([_runs(marks, family, ends) for family in families or _FAMILIES[:1]])
    free = marks.take((outer.holding(marks.position) < 0) & (_SINGLES[marks.code] > 0))
    return _merge([outer, _single_runs(reader, free, ends)])


def _find_marks(reader: Reader, starts: Offsets, ends: Offsets) -> _Marks:
    known = _with_double_marks(reader, np.minimum(reader.sign, _TABLE - 1))
    which = _IS_MARK[known]
    position, code = reader.sign_at[which], known[which]
    second = reader.sign_at[known == _GRAVE]
    # Most of them are the apostrophe of words such as don't.
    inner = reader.has(position - 1, WORD) & reader.has(position + 1, WORD)
    kept = ~(inner & (_SINGLES[code] > 0))
    position, code = position[kept], code[kept]
    paragraph = ranks(starts, position, right=True) - 1
    kept = paragraph >= 0
    kept[kept] = position[kept] < ends[paragraph[kept]]
    position, code, paragraph = position[kept], code[kept], paragraph[kept]
    past = position + 1
    if len(second):
        past += np.isin(past, second)
    alone = np.ones(len(position) + 1, dtype=bool)
    alone[1:-1] = position[1:] != past[:-1]
    run = np.cumsum(alone[:-1]) - 1
    left = position[np.flatnonzero(alone[:-1])][run] - 1
    right = past[np.flatnonzero(alone[1:])][run]
    before = np.minimum(reader.code(np.maximum(left, 0)), _TABLE - 1)
    after = np.minimum(reader.code(right), _TABLE - 1)
    opens = (left < starts[paragraph]) | reader.has(left, SPACE) | _IS_BEFORE[before]
    closes = (right >= ends[paragraph]) | reader.has(right, SPACE) | _IS_AFTER[after]
    return _Marks(position, code, paragraph, opens, closes, left, right)


_GRAVE = ord("`")


def _with_double_marks(reader: Reader, known: Offsets) -> Offsets:
    """Return the signs with ``marks of old wires'' and ''marks of archives'' as one mark each."""
    at = reader.sign_at
    twice = np.append((at[1:] == at[:-1] + 1) & (known[1:] == known[:-1]), False)
    opens = twice & (known == _GRAVE) if len(known) else twice[:0]
    closes = twice & (known == ord("'")) if len(known) else twice[:0]
    # Of three marks the third is a single one.
    closes[1:] &= ~closes[:-1]
    if not opens.any() and not closes.any():
        return known
    known = known.copy()
    known[np.flatnonzero(opens | closes) + 1] = _GRAVE
    known[opens], known[closes] = ord("“"), ord("”") if opens.any() else ord('"')
    return known


def _runs(marks: _Marks, family: _Codes, ends: Offsets) -> Quotes:
    marks = marks.take(family[marks.code] > 0)
    role = family[marks.code]
    clear = marks.opens != marks.closes
    role = np.where(clear, np.where(marks.opens, OPENS, CLOSES), role)
    # A low mark always opens, and the high mark after it closes.
    role[marks.code == ord("„")] = OPENS
    step = np.array([0, 1, -1, 0], dtype=np.int64)[role]
    return _nest(_decide(marks, role, step), marks, ends)


def _decide(marks: _Marks, role: _Codes, step: Offsets) -> Offsets:
    """Let a mark that could open or close do the opposite of the mark before it."""
    open_ended = np.flatnonzero(role == EITHER)
    if not len(open_ended):
        return step
    for paragraph in np.unique(marks.paragraph[open_ended]).tolist():
        begin, past = np.searchsorted(marks.paragraph, [paragraph, paragraph + 1]).tolist()
        depth = 0
        for place, value in enumerate(step[begin:past].tolist(), start=begin):
            chosen = value or (-1 if depth else 1)
            step[place] = chosen
            depth = max(depth + chosen, 0)
    return step


def _nest(step: Offsets, marks: _Marks, ends: Offsets) -> Quotes:
    """Return the outermost quotations; a closing mark without an open quotation is ignored."""
    new = np.ones(len(step), dtype=bool)
    new[1:] = marks.paragraph[1:] != marks.paragraph[:-1]
    begin = np.flatnonzero(new)
    total = np.cumsum(step)
    before = (total - step)[begin]
    segment = np.cumsum(new) - 1
    walk = total - before[segment] if len(step) else total
    # The lowest level so far, separately for each paragraph: later paragraphs have lower levels.
    drop = segment * (2 * len(step) + 2)
    lowest = np.minimum.accumulate(np.minimum(walk, 0) - drop) + drop
    depth = walk - lowest
    earlier = np.zeros(len(step), dtype=np.int64)
    earlier[1:] = np.where(new[1:], 0, depth[:-1])
    first = np.flatnonzero((earlier == 0) & (depth > 0))
    last = np.append(np.flatnonzero((earlier > 0) & (depth == 0)), len(step))
    close = last[np.searchsorted(last, first)]
    closed = close < len(step)
    closed[closed] = marks.paragraph[close[closed]] == marks.paragraph[first[closed]]
    end = ends[marks.paragraph[first]]
    end[closed] = marks.position[close[closed]]
    quotes = Quotes(marks.position[first], end, marks.paragraph[first], closed)
    opens = np.append(np.flatnonzero(step > 0), len(step))
    following = opens[np.searchsorted(opens, first, side="right")]
    joined = ~closed & (following < len(step))
    paragraph = np.append(marks.paragraph, -1)
    joined &= paragraph[following] == quotes.paragraph
    return _parted(quotes, joined, step, marks) if joined.any() else quotes


def _parted(quotes: Quotes, joined: Mask, step: Offsets, marks: _Marks) -> Quotes:
    """End quotations that no mark closes where the next one of their paragraph opens.

    The paragraphs of a longer quotation were joined to one.
    """
    lots = [quotes.take(~np.isin(quotes.paragraph, quotes.paragraph[joined]))]
    for number in np.unique(quotes.paragraph[joined]).tolist():
        low, high = np.searchsorted(marks.paragraph, [number, number + 1]).tolist()
        waiting: list[int] = []
        pairs: dict[int, int] = {}
        for place in range(low, high):
            if step[place] > 0:
                waiting.append(place)
            elif waiting:
                pairs[waiting.pop()] = place
        opens = [place for place in range(low, high) if step[place] > 0]
        edges: list[tuple[int, int, bool]] = []
        past = -1
        final = int(quotes.end[quotes.paragraph == number].max())
        for place, after in zip(opens, [*opens[1:], -1], strict=True):
            close = pairs.get(place, -1)
            if close >= 0 and place > past:
                edges.append((int(marks.position[place]), int(marks.position[close]), True))
                past = close
            elif close < 0:
                end = final if after < 0 else int(marks.position[after])
                edges.append((int(marks.position[place]), end, False))
        table = np.array(edges, dtype=np.int64).reshape(-1, 3).T
        numbers = np.full(table.shape[1], number)
        lots.append(Quotes(table[0], table[1], numbers, table[2] > 0))
    return _merge(lots)


def _single_runs(reader: Reader, marks: _Marks, ends: Offsets) -> Quotes:
    # The curly apostrophe of ’90s never opens; the marks of ,'Peace and :‘Peace do.
    curly = marks.code == ord("’")
    opens = ~marks.closes & ~curly | (marks.code == ord("‚"))
    closes = ~marks.opens & (marks.closes | curly)
    some = np.flatnonzero(opens)
    after = marks.right[some]
    opens[some] = ~(reader.word(after, "elision") | _is_year(reader, after))
    step = np.where(opens, 1, np.where(closes, -1, 0))
    marks, step = marks.take(step != 0), step[step != 0]
    return _nest(_spare_possessives(reader, marks, step), marks, ends)


def _is_year(reader: Reader, position: Offsets) -> Mask:
    """Return whether a year without its century follows: '90s, '25."""
    two = reader.has(position, DIGIT) & reader.has(position + 1, DIGIT)
    past = np.minimum(position + 2, len(reader.text.folded.flags))
    past = past + (reader.code(past) == ord("s"))
    return two & ~reader.has(past, WORD)


def _spare_possessives(reader: Reader, marks: _Marks, step: Offsets) -> Offsets:
    """Ignore the apostrophe of "talks' fate" where a surer closing mark comes after it."""
    left = reader.code(np.maximum(marks.left, 0))
    followed = reader.has(marks.right, SPACE) & reader.has(marks.right + 1, WORD)
    weak = (step < 0) & np.isin(left, [ord("s"), ord("S")]) & followed
    surer = np.flatnonzero(~weak)
    if not len(surer) or not weak.any():
        return step
    some = np.flatnonzero(weak)
    place = np.searchsorted(surer, some)
    there = place < len(surer)
    answer = surer[np.minimum(place, len(surer) - 1)]
    spared = there & (step[answer] < 0) & (marks.paragraph[answer] == marks.paragraph[some])
    step = step.copy()
    step[some[spared]] = 0
    return step


def _merge(runs: list[Quotes]) -> Quotes:
    start = np.concatenate([run.start for run in runs])
    end = np.concatenate([run.end for run in runs])
    paragraph = np.concatenate([run.paragraph for run in runs])
    closed = np.concatenate([run.closed for run in runs])
    order = np.argsort(start, kind="stable")
    start, end, paragraph, closed = start[order], end[order], paragraph[order], closed[order]
    if not len(start):
        return Quotes(start, end, paragraph, closed)
    furthest = np.maximum.accumulate(end)
    new = np.ones(len(start), dtype=bool)
    new[1:] = start[1:] >= furthest[:-1]
    begin = np.flatnonzero(new)
    past = np.append(begin[1:], len(start)) - 1
    return Quotes(
        start[begin], furthest[past], paragraph[begin], np.maximum.reduceat(closed, begin)
    )
