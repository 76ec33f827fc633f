"""The figures of counts: frames that meet, entries that fire."""

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from framing._core.checks import InputError, check_columns, check_positive
from framing._drawing import (
    MOST_INTERVALS,
    NARROW,
    WIDE,
    check_matrix,
    frame_style,
    label_bars,
    new_figure,
    set_rows,
    shorten,
    style,
    wrap_labels,
    write_note,
)
from framing.scores.summaries import COOCCURRENCE_COLUMNS

# Letters of a line above a column.
HEAD = 14


def plot_cooccurrences(table: pd.DataFrame) -> Figure:
    """Draw which frames meet in one sentence.

    Parameters
    ----------
    table : pandas.DataFrame
        As from `count_cooccurrences`.

    Returns
    -------
    matplotlib.figure.Figure
        Of the sentences with the frame of the row, the share that also have the frame of the
        column, with its interval (without, where there are more than six frames); below, the
        share among all sentences.

    Raises
    ------
    InputError
        A column is missing, or there are no two frames, or more than 10.

    Examples
    --------
    >>> import framing as fr
    >>> hits = fr.load_study("articles").hits
    >>> figure = fr.plot_cooccurrences(fr.count_cooccurrences(hits))
    """
    check_columns(table.columns, COOCCURRENCE_COLUMNS, "table")
    if table.empty:
        raise InputError("table is empty: it takes a lexicon of two frames for frames to meet.")
    frames = list(dict.fromkeys(table["frame"]))
    k = len(frames)
    check_matrix(k, "frames", "", k, "count_cooccurrences")
    cells = np.full((k + 1, k), np.nan)
    for row in table.to_dict("records"):
        cells[frames.index(row["frame"]), frames.index(row["with_frame"])] = row["share"]
        cells[k, frames.index(row["with_frame"])] = row["base"]
    sizes = dict(zip(table["frame"], table["n"], strict=True))
    every = int(table["n_all"].iloc[0])
    with style():
        crowded = k > MOST_INTERVALS
        width = min(WIDE, max(NARROW, 1.4 + 1.05 * k))
        figure = new_figure(width, (1.7 if crowded else 1.2) + 0.5 * (k + 1))
        axes = figure.subplots()
        top = max(0.5, float(np.nanmax(np.nan_to_num(cells))))
        # One patch a cell: an image would be smoothed at its edges, or be a picture in the SVG.
        edges = np.arange(k + 2) - 0.5
        axes.pcolormesh(edges[:-1], edges, cells, cmap="Greys", vmin=0, vmax=2.6 * top)
        axes.invert_yaxis()
        _write_cells(axes, table, frames, sizes, crowded)
        heads = [fill(frame, HEAD) for frame in frames]
        axes.set_xticks(range(k), heads, rotation=90 * crowded)
        rows = [*(f"{f} (n = {sizes[f]:,})" for f in frames), f"all (n = {every:,})"]
        axes.set_yticks(range(k + 1), wrap_labels(rows, None))
        axes.axhline(k - 0.5, color="white", linewidth=4)
        axes.tick_params(size=0, labeltop=True, labelbottom=False)
        axes.spines[:].set_visible(False)
        axes.set_title("… also have")
        axes.set_ylabel("of the sentences with")
        interval = f"{table['level'].iloc[0]:.0%} Wilson interval"
        brackets = f", in brackets its {interval} in per cent, below it the counts"
        write_note(
            figure,
            "Share of the sentences with the frame of the row (n) that also have the frame of the "
            f"column{'' if crowded else brackets}. Darker: larger. Last row: share of all "
            "sentences.",
        )
    return figure


def _write_cells(
    axes: Axes, table: pd.DataFrame, frames: list[str], sizes: dict[str, int], crowded: bool
) -> None:
    for row in table.to_dict("records"):
        place = frames.index(row["with_frame"]), frames.index(row["frame"])
        share = row["share"], row["low"], row["high"]
        _write_cell(axes, place, share, row["n_both"], row["n"], crowded)
    for row in table.drop_duplicates("with_frame").to_dict("records"):
        share = row["base"], row["base_low"], row["base_high"]
        place = frames.index(row["with_frame"]), len(frames)
        _write_cell(axes, place, share, sizes[row["with_frame"]], row["n_all"], crowded)


def _write_cell(
    axes: Axes, place: tuple[int, int], share: tuple[float, float, float], count: int, n: int,
    crowded: bool,
) -> None:  # fmt: skip
    text = "–"
    if n:
        interval = f" [{100 * share[1]:.0f}, {100 * share[2]:.0f}]"
        text = f"{share[0]:.0%}" if crowded else f"{share[0]:.0%}{interval}\n{count:,} of {n:,}"
    axes.text(*place, text, ha="center", va="center", fontsize=7)


def plot_entries(table: pd.DataFrame, *, top: int = 8) -> Figure:
    """Draw which entries of the lexicon carry each frame.

    Parameters
    ----------
    table : pandas.DataFrame
        ``frame`` (categorical), ``entry``, ``n``, as from `count_entries`.
    top : int
        Entries a frame at most.

    Returns
    -------
    matplotlib.figure.Figure
        Hits of the most frequent entries, one panel a frame.

    Raises
    ------
    InputError
        A column is missing or ``top`` is not a whole number above 0.

    Examples
    --------
    >>> import framing as fr
    >>> figure = fr.plot_entries(fr.count_entries(fr.load_study("articles").hits), top=5)
    """
    check_columns(table.columns, ["frame", "entry", "n"], "table")
    check_positive("top", top, whole=True)
    frames = [str(frame) for frame in table["frame"].cat.categories]
    looks = frame_style(frames)
    columns = min(2, len(frames))
    rows = -(-len(frames) // columns)
    with style():
        figure = new_figure(WIDE, 0.7 + rows * (0.45 + 0.165 * top))
        grid = figure.subplots(rows, columns, sharex=True, squeeze=False)
        for axes, frame in zip(grid.flat, frames, strict=False):
            own = table[(table["frame"] == frame) & (table["n"] > 0)]
            shown = own.head(top)
            axes.barh(range(len(shown)), shown["n"], color=looks[frame][0], height=0.65)
            label_bars(axes, shown["n"].tolist(), [f"{n:,}" for n in shown["n"]])
            set_rows(axes, [*map(shorten, shown["entry"]), *[""] * (top - len(shown))])
            axes.set_title(f"{frame}: {shown['n'].sum():,} of {own['n'].sum():,} hits")
            axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
            axes.margins(x=0.08)
            axes.set_xlim(left=0)
        for axes in list(grid.flat)[len(frames) :]:
            axes.remove()
        for axes in list(grid.flat)[len(frames) - columns : len(frames)]:
            axes.set_xlabel("hits")
            axes.tick_params(labelbottom=True)
        write_note(
            figure,
            "The most frequent entries of each frame, by their beginning; * is any ending, "
            "~6 up to six words.",
        )
    return figure
