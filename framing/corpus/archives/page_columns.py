"""Columns of a page: the text of a PDF page in columns, one column after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

# Left, bottom, right and top of a passage, in points from the lower left of the page.
Box = tuple[float, float, float, float]
# Points between columns, the width of a column, and how many passages are looked at.
_GUTTER, _COLUMN, _BOXES = 8.0, 80.0, 4000
# The fewest lines of a column.
_LEAST = 4
# At most this share of the passages crosses all columns, as titles and footers do.
_WIDE = 0.2
# Lines of prose fill their column: this share of its width, in this share of its lines; and this
# share of them goes on with a small letter.
_FILLED, _MOST, _GO_ON = 0.6, 0.5, 0.25
# Text that crosses columns goes from one to another at this share of its passages.
_TURNS = 0.25
# Passages with a gap of less than this share of their height are one, and those beside each other
# differ in height by less than this share.
_GAP, _BESIDE = 0.8, 0.8


def boxes_of(textpage: Any) -> list[Box]:
    """Return the passages of a page, each a line or a part of one, in the order of the file.

    Some programs place each word by itself; those beside each other are one passage.
    """
    found: list[Box] = []
    for number in range(min(textpage.count_rects(), _BOXES)):
        box = textpage.get_rect(number)
        last = found[-1] if found else box
        height = max(box[3] - box[1], last[3] - last[1])
        if found and abs(box[1] - last[1]) < 3 and -1 <= box[0] - last[2] < _GAP * height:
            bottom, top = min(last[1], box[1]), max(last[3], box[3])
            found[-1] = (last[0], bottom, box[2], top)
        else:
            found.append(box)
    return found


def is_across(boxes: Sequence[Box]) -> bool:
    """Return whether a page has columns that its text crosses line by line.

    Two passages at the same height follow each other, with a gap that no line of either fills.
    """
    pairs = [
        (left, right)
        for left, right in pairwise(boxes)
        if right[0] - left[2] > _GUTTER
        and abs(left[1] - right[1]) < max(3, _BESIDE * (left[3] - left[1]))
    ]
    if len(pairs) < _LEAST:
        return False
    start = median(right[0] for _, right in pairs)
    alike = [pair for pair in pairs if abs(pair[1][0] - start) < _GUTTER]
    widths = [median(pair[side][2] - pair[side][0] for pair in pairs) for side in (0, 1)]
    return min(widths) > _COLUMN and len(alike) >= max(_LEAST, len(boxes) / 5)


@dataclass(frozen=True)
class Columns:
    """Where the columns of a page are: the middles of the gutters, and lines across all columns.

    ``across`` are the lower and upper ends of these lines, the highest first.
    """

    gutters: tuple[float, ...]
    across: tuple[tuple[float, float], ...]

    def zone(self, x: float, y: float) -> tuple[int, int]:
        """Return the place of a point in the order of reading: its band, and its column there.

        Lines across all columns part the page into bands, and are bands of their own.
        """
        band = 0
        for bottom, top in self.across:
            if y > top:
                break
            if y >= bottom:
                return band + 1, 0
            band += 2
        return band, sum(x > gutter for gutter in self.gutters)


def find_columns(textpage: Any, boxes: Sequence[Box]) -> tuple[Columns | None, bool]:
    """Return the columns of a page whose text crosses them, if they are clear, and whether it does.

    No columns are found where the text of the page is in order, where no gutter stands over most of
    it, or where a column is no prose, of lines that fill it and go on in the next one: the cells of
    a table are read row by row.
    """
    gutters = _gutters(boxes)
    middles = [(low + high) / 2 for low, high in gutters]
    wide = [box for box in boxes if any(box[0] < low and box[2] > high for low, high in gutters)]
    # The number of a page may stand between two columns.
    across = wide + [
        box
        for box in boxes
        if any(low < (box[0] + box[2]) / 2 < high for low, high in gutters)
        and box[2] - box[0] < _COLUMN / 4
    ]
    columns: list[list[Box]] = [[] for _ in range(len(middles) + 1)]
    order: list[int] = []
    for box in boxes:
        if box not in across:
            order.append(sum((box[0] + box[2]) / 2 > middle for middle in middles))
            columns[order[-1]].append(box)
    turns = sum(one != following for one, following in pairwise(order))
    if turns < max(2 * _LEAST, _TURNS * len(order)) or not all(
        _is_prose(textpage, column) for column in columns
    ):
        return None, is_across(boxes)
    # No line of a column may reach into the next one.
    edges = [
        (max(box[2] for box in left), min(box[0] for box in right))
        for left, right in pairwise(columns)
    ]
    clear = len(across) <= _WIDE * len(boxes) and all(
        right - left >= _GUTTER / 2 for left, right in edges
    )
    # What crosses some columns only parts these, and not the others.
    parted = all(box[0] < low and box[2] > high for box in wide for low, high in gutters)
    if not clear or not parted:
        return None, True
    heights = _merged((box[1], box[3]) for box in across)
    return Columns(tuple((left + right) / 2 for left, right in edges), heights), True


def _gutters(boxes: Sequence[Box]) -> list[tuple[float, float]]:
    """Return the left and right ends of strips of the page that few passages cross."""
    least = max(1, int(_WIDE * len(boxes)))
    events = sorted(
        [(box[0], 1) for box in boxes] + [(box[2], -1) for box in boxes],
        key=lambda event: (event[0], event[1]),
    )
    found: list[tuple[float, float]] = []
    open_passages, since = 0, None
    for x, step in events:
        before = open_passages
        open_passages += step
        if before > least >= open_passages:
            since = x
        elif before <= least < open_passages and since is not None:
            found.append((since, x))
            since = None
    return [(low, high) for low, high in found if high - low > _GUTTER]


def _is_prose(textpage: Any, lines: Sequence[Box]) -> bool:
    """Return whether the passages of a column mostly fill its width, and go on line by line."""
    if len(lines) < _LEAST:
        return False
    width = max(box[2] for box in lines) - min(box[0] for box in lines)
    filled = sum(box[2] - box[0] > _FILLED * width for box in lines)
    begins = [textpage.get_text_bounded(*box).strip()[:1] for box in lines]
    small = sum(begin.islower() for begin in begins)
    return width > _COLUMN and filled >= _MOST * len(lines) and small >= _GO_ON * len(lines)


def _merged(spans: Any) -> tuple[tuple[float, float], ...]:
    """Return spans of heights, those that overlap as one, the highest first."""
    found: list[tuple[float, float]] = []
    for low, high in sorted(spans, key=lambda span: -span[1]):
        if found and high >= found[-1][0]:
            found[-1] = (min(low, found[-1][0]), found[-1][1])
        else:
            found.append((low, high))
    return tuple(found)


def text_by_columns(textpage: Any, columns: Columns) -> str:
    """Return the text of a page, one column after the other; a line for each passage."""
    zones: dict[tuple[int, int], list[str]] = {}
    zone = (0, 0)
    for number in range(textpage.count_chars()):
        sign = textpage.get_text_range(number, 1)
        left, bottom, right, top = textpage.get_charbox(number, loose=True)
        if sign.strip() and right > left:
            here = columns.zone((left + right) / 2, (bottom + top) / 2)
            if here != zone and zones.get(here):
                zones[here].append("\n")
            zone = here
        zones.setdefault(zone, []).append(sign)
    return "\n".join("".join(signs) for _, signs in sorted(zones.items()))
