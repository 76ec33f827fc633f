"""Dots: the value of each row in each frame, with its interval, beside the value of all rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from framing._core.typing import Array, Mask
from framing.figures.drawing import (
    GREY,
    WIDE,
    FrameFigure,
    fill,
    frame_style,
    new_figure,
    percent,
    row_height,
    set_value_ticks,
)
from framing.figures.drawing import set_rows as set_names

# Panels side by side, and characters per line of a title.
COLUMNS, TITLE = 4, 14


class Panel(NamedTuple):
    """What a panel draws: values with their limits, which are filled, and the value of all rows."""

    value: Array
    low: Array
    high: Array
    filled: Mask
    base: float


def panels_of(
    rows: pd.DataFrame, base: pd.DataFrame, value: str, filled: Callable[[pd.DataFrame], pd.Series]
) -> dict[str, Panel]:
    """Return the panel of each frame, by the columns of two tables."""
    panels = {}
    for values in base.to_dict("records"):
        frame = str(values["frame"])
        chosen = rows[rows["frame"].astype(str) == frame]
        point, low, high = (
            chosen[name].to_numpy(dtype=np.float64) for name in (value, "low", "high")
        )
        full = filled(chosen).to_numpy(dtype=bool)
        panels[frame] = Panel(point, low, high, full, float(values[value]))
    return panels


def draw_dots(
    panels: Mapping[str, Panel],
    names: Sequence[str],
    label: str,
    *,
    share: bool = False,
    blocks: Callable[[Axes], None] | None = None,
) -> FrameFigure:
    """Return a figure with one panel per frame, whose rows have these names.

    ``label`` names the axis. ``share`` is whether values are shares, on one scale; other values
    have a scale for each frame. ``blocks`` draws beside the rows, which are then named on the
    right.
    """
    looks = frame_style(list(panels))
    columns = min(COLUMNS, len(panels))
    lines = -(-len(panels) // columns)
    heads = {frame: _head(frame, panel, share) for frame, panel in panels.items()}
    tall = max(head.count("\n") for head in heads.values())
    height = max(0.19, 0.72 * row_height(names)) * len(names) + 0.2
    figure = new_figure(WIDE, 0.75 + lines * (height + 0.55 + 0.13 * tall))
    ratios = [1.0 if blocks else 0.01, *[2.0] * columns]
    grid = figure.add_gridspec(lines, 1 + columns, width_ratios=ratios)
    top = 0.0
    drawn: list[Axes] = []
    for number, (frame, panel) in enumerate(panels.items()):
        line, column = divmod(number, columns)
        shared = drawn[0] if drawn else None
        axes = figure.add_subplot(grid[line, 1 + column], sharey=shared)
        drawn.append(axes)
        _draw_panel(axes, panel, looks[frame])
        axes.set_title(heads[frame])
        last = column == columns - 1 or number == len(panels) - 1
        axes.tick_params(
            labelleft=not blocks and column == 0, labelright=bool(blocks) and last
        )  # fmt: skip
        set_value_ticks(axes.xaxis, most=3)
        axes.set_xlabel(fill(label, TITLE if columns > 2 else 2 * TITLE))
        ends = [end for end in (*panel.value, *panel.high, panel.base) if np.isfinite(end)]
        top = max([top, *ends])
        axes.set_xlim(0, 1.06 * max(ends, default=0.0) or 1)
        if blocks and column == 0:
            side = figure.add_subplot(grid[line, 0], sharey=drawn[0])
            blocks(side)
    for axes in drawn if share else []:
        axes.set_xlim(0, min(1.0, 1.06 * top) or 1)
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    set_names(drawn[0], names)
    return figure


def _head(frame: str, panel: Panel, share: bool) -> str:
    """Return the title of a panel: the frame, and the value of all rows."""
    base = percent(panel.base) if share else f"{panel.base:.2g}"
    return f"{fill(frame, TITLE)}\n(all: {base})"


def _draw_panel(axes: Axes, panel: Panel, look: tuple[str, str]) -> None:
    """Draw the values of one frame with their intervals, and a line at the value of all rows."""
    colour, marker = look
    rows = np.arange(len(panel.value))
    axes.axvline(panel.base, color=GREY, linewidth=0.8, zorder=0.8)
    axes.grid(axis="x")
    axes.hlines(rows, panel.low, panel.high, color=colour, linewidth=1.0)
    for end in (panel.low, panel.high):
        axes.plot(end, rows, "|", color=colour, markersize=4)
    for which, face in ((panel.filled, colour), (~panel.filled, "white")):
        if which.any():
            axes.plot(
                panel.value[which], rows[which], marker, color=colour, markerfacecolor=face,
                markersize=4, zorder=3, clip_on=False, linestyle="none",
            )  # fmt: skip
