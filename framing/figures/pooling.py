"""The figure of partial pooling: the scores of many groups, alone and drawn towards the others."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from framing._core.checks import plural_of
from framing.figures.drawing import (
    GREY,
    WIDE,
    check_count,
    draws,
    fill,
    frame_style,
    new_figure,
    row_height,
    set_rows,
    set_value_ticks,
    style,
    wrap_labels,
    write_note,
)
from framing.figures.heat_maps import TALL, draw_heat_map, short_names
from framing.scores.groups import name_of
from framing.scores.pooling import Pooled

# Panels side by side.
MOST_PANELS = 6


@draws
def plot_pooled(pooled: Pooled) -> Figure:
    """Draw the scores of many groups, one panel per frame.

    Parameters
    ----------
    pooled : Pooled
        From `pool`; at most 60 groups. Where they would take more than a page, or have more than
        six frames, the shrunken values are shades, without intervals.

    Returns
    -------
    matplotlib.figure.Figure
        A filled point marks the shrunken value of each group, a line its interval. A grey ring
        marks the value of the group alone, and the vertical line the mean of the groups. Groups
        are in the order of the shrunken values of the first frame.

    Raises
    ------
    InputError
        The object is of another kind, or there are more than 60 groups.

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["A truce is near.", "Rain fell today.", "No truce at all.", "Gas and oil."] * 6
    >>> corpus = fr.make_corpus(texts, source=["Wire", "Blog", "Post", "Sun"] * 6)
    >>> scores = fr.score(fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]})))
    >>> figure = fr.plot_pooled(fr.pool(scores, by="source"))
    """
    table = pooled.table
    frames = list(table["frame"].cat.categories)
    first = table[table["frame"] == frames[0]]
    order = first.sort_values(["estimate", "group"], ascending=[False, True])["group"].tolist()
    check_count(len(order), "groups")
    sizes = first.set_index("group")["n"]
    names = [
        f"{name}\nn = {sizes[group]:,}"
        for name, group in zip(wrap_labels(order, None), order, strict=True)
    ]
    means = pooled.population.set_index("frame")["mean"]
    height = 1.15 + row_height(names) * len(order)
    if height > TALL or len(frames) > MOST_PANELS:
        return _shade(pooled, order, frames)
    with style():
        figure = new_figure(WIDE, height)
        panels = figure.subplots(1, len(frames), sharey=True, sharex=True, squeeze=False)[0]
        for axes, frame in zip(panels, frames, strict=True):
            rows = table[table["frame"] == frame].set_index("group").loc[order]
            _draw(axes, rows, float(means[frame]), frame_style(frames)[frame])
            axes.set_title(frame)
            axes.set_xlabel(fill(pooled.measure, 14))
            set_value_ticks(axes.xaxis, pooled.kind)
        set_rows(panels[0], names)
        panels[0].set_xlim(left=min(0, panels[0].get_xlim()[0]))
        write_note(figure, _note(pooled))
    return figure


def _shade(pooled: Pooled, order: list[str], frames: list[str]) -> Figure:
    """Draw the shrunken values as shades: a row per group, a column per frame."""
    wide = pooled.table.pivot(index="group", columns="frame", values="estimate")
    share = pooled.kind == "share"
    note = (
        f"By {name_of(pooled.settings['by'])}: {pooled.measure}{', in per cent' * share}, "
        f"partially pooled. {len(order)} groups by {len(frames)} frames are too many for points "
        "with intervals: a darker cell has a larger value. The intervals and the value of each "
        f"group alone are in the table. Instrument: {pooled.settings.get('lexicon', 'unknown')}."
    )
    values = wide.loc[order, frames].to_numpy(dtype=float)
    return draw_heat_map(short_names(order), frames, values, note=note, share=share)


def _draw(axes: Axes, table: pd.DataFrame, mean: float, look: tuple[str, str]) -> None:
    """Draw the values of one frame."""
    colour, marker = look
    rows = np.arange(len(table))
    axes.grid(axis="x")
    if np.isfinite(mean):
        axes.axvline(mean, color=GREY, linewidth=0.8, zorder=0.8)
    axes.plot(
        table["value"], rows, "o", color=GREY, markerfacecolor="none", markersize=4, clip_on=False,
        linestyle="none",
    )  # fmt: skip
    axes.hlines(rows, table["low"], table["high"], color=colour)
    axes.plot(
        table["estimate"], rows, marker, color=colour, markersize=4, zorder=3, linestyle="none"
    )


def _note(pooled: Pooled) -> str:
    settings = pooled.settings
    return (
        f"By {name_of(settings['by'])}: {pooled.measure}. Filled: partially pooled, with "
        f"{pooled.level:.0%} intervals that know that mean and spread of the groups are estimated. "
        "Rings: each group alone. Grey line: mean of the groups. n: "
        f"{plural_of(settings['resampled'])}. Instrument: {settings.get('lexicon', 'unknown')}."
    )
