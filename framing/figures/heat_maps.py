"""Heat maps: values of many rows by frame as shades, where intervals find no room."""

from collections.abc import Sequence
from itertools import takewhile

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from framing.figures.drawing import WIDE, fill, new_figure, style, write_note

# The height in inches from which on a figure is a heat map instead.
TALL = 11.0
# The height of a row, characters of its name, and characters per line of the name of a column.
ROW, NAME, HEAD = 0.155, 34, 20
# Characters of each name in a difference of two.
SIDE = 24
# From this part of the darkest shade on, text is white.
DARK = 0.6


def draw_heat_map(
    names: Sequence[str],
    frames: Sequence[str],
    values: NDArray[np.float64],
    *,
    note: str,
    signed: bool = False,
    share: bool = False,
    bold: NDArray[np.bool_] | None = None,
) -> Figure:
    """Return a figure with a row per name and a column per frame.

    ``values`` has the shape (names, frames). Each cell has its number and a shade, from white at 0;
    with ``signed`` one hue for values above 0 and another one below. ``bold`` marks cells. A cell
    without a value has a dash. Long names are cut by `short_names` before.
    """
    rows, columns = values.shape
    heads = [fill(frame, HEAD) for frame in frames]
    turned = max(len(line) for head in heads for line in head.splitlines()) * columns > 60
    known = np.abs(values[~np.isnan(values)])
    top = float(known.max()) if known.size and known.max() > 0 else 1.0
    with style():
        longest = max(len(head) for head in heads) if turned else 8
        figure = new_figure(WIDE, 0.9 + ROW * rows + 0.055 * min(longest, HEAD))
        axes = figure.subplots()
        axes.pcolormesh(
            np.arange(columns + 1) - 0.5, np.arange(rows + 1) - 0.5, values,
            cmap="PuOr_r" if signed else "Greys",
            norm=Normalize(-1.5 * top if signed else 0, 1.5 * top),
            edgecolors="white", linewidth=0.5,
        )  # fmt: skip
        digits = 0 if top >= 100 else 1 if top >= 1 or share else 2
        for (row, column), value in np.ndenumerate(values):
            strong = bold is not None and bool(bold[row, column])
            axes.text(
                column, row, _number(float(value), digits, signed=signed, share=share),
                ha="center", va="center", fontsize=6.5, weight="bold" if strong else "normal",
                color="white" if abs(value) > DARK * 1.5 * top else "black",
            )  # fmt: skip
        axes.set_xticks(range(columns), heads, rotation=90 if turned else 0)
        axes.set_yticks(range(rows), names, fontsize=6.5)
        axes.set_ylim(rows - 0.5, -0.5)
        axes.tick_params(size=0, labeltop=True, labelbottom=False)
        axes.spines[:].set_visible(False)
        write_note(figure, note)
    return figure


def _number(value: float, digits: int, *, signed: bool, share: bool) -> str:
    """Return a value as the text of its cell, without a sign at 0."""
    if value != value:
        return "–"
    shown = round(100 * value if share else value, digits) + 0.0
    text = f"{abs(shown):,.{digits}f}"
    sign = "−" if shown < 0 else "+" if signed and shown > 0 else ""
    return f"{sign}{text}"


def short_names(names: Sequence[str], longest: int = NAME) -> list[str]:
    """Return names in one line each; the middle of a name with more characters is left out.

    Names that would then be the same show where they begin to differ.
    """
    lines = [" ".join(name.split()) for name in names]
    short = [_cut(line, len(line) - longest // 2, longest) for line in lines]
    for name in {name for name in short if short.count(name) > 1}:
        rows = [row for row, other in enumerate(short) if other == name]
        letters = map(set, zip(*(lines[row] for row in rows), strict=False))
        same = sum(1 for _ in takewhile(lambda different: len(different) == 1, letters))
        for row in rows:
            # From the word on in which they differ.
            short[row] = _cut(lines[row], lines[row].rfind(" ", 0, same) + 1, longest)
    return short


def short_pairs(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Return each difference as one line, "A − B"; long names of both sides are cut alone."""
    names = [f"{left} − {right}" for left, right in pairs]
    if max(map(len, names), default=0) <= NAME:
        return names
    groups = list(dict.fromkeys(name for pair in pairs for name in pair))
    short = dict(zip(groups, short_names(groups, SIDE), strict=True))
    return [f"{short[left]} − {short[right]}" for left, right in pairs]


def _cut(line: str, start: int, longest: int) -> str:
    """Return the beginning of a line and what follows from a place on, if the line is long."""
    if len(line) <= longest:
        return line
    start = max(start, longest // 2)
    # A word that is cut in two is left out, if another one follows.
    start = start if line[start - 1] == " " else line.find(" ", start) + 1 or start
    head, rest = line[: longest // 2].rstrip(), line[start:].strip()
    return f"{head}…{rest[: longest // 2 - 1].rstrip()}"
