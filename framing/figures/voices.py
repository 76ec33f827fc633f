"""The figures of voices: speakers by frames, and the context of each frame."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from framing._core.checks import InputError
from framing.contrasts.voice_profiles import Voices
from framing.figures.dots import draw_dots, panels_of
from framing.figures.drawing import (
    GREY,
    MOST_UNITS,
    WIDE,
    check_matrix,
    draws,
    fill,
    frame_style,
    new_figure,
    row_height,
    set_rows,
    set_value_ticks,
    steady,
    style,
    wrap_labels,
    write_note,
)

STAR = 0.05
# Panels of the context, with their titles.
PANELS = {
    "quoted": "quoted", "reported": "reported", "own": "unmarked",
    "rejected": "rejected", "hedged": "hedged",
}  # fmt: skip
# The first SUMMING panels sum to 1 and share an axis.
SUMMING = 3


@draws
def plot_voices(found: Voices) -> Figure:
    """Draw how often speakers, or camps, use each frame.

    Parameters
    ----------
    found : Voices
        From `voices`; at most 60 speakers and 10 frames.

    Returns
    -------
    matplotlib.figure.Figure
        One row per speaker, one panel per frame: the share of the hits of the speaker that have
        the frame, with its interval. A point is filled if the adjusted p is below .05. The
        vertical line is the share in all hits.

    Raises
    ------
    InputError
        There are more than 60 speakers or more than 12 frames.

    Examples
    --------
    >>> import framing as fr
    >>> hits = fr.load_study("articles").hits
    >>> figure = fr.plot_voices(fr.voices(hits, seed=1, draws=100, permutations=100))
    """
    found = replace(found, table=steady(found.table), base=steady(found.base))
    speakers, frames = list(found.groups), [str(frame) for frame in found.base["frame"]]
    remedy = 'Pool them: voices(hits, min_hits=5, …) or voices(hits, unit="camp", actors=…, …).'
    check_matrix(len(speakers), "speakers", remedy, len(frames), "voices")
    rows = found.table.drop_duplicates("speaker")
    camps = [
        str(camp) if camp != name else "" for camp, name in zip(rows["camp"], speakers, strict=True)
    ]
    ids = [f"{name} (n = {n:,})" for name, n in zip(speakers, rows["n"], strict=True)]
    panels = panels_of(found.table, found.base, "share", lambda table: table["p_adjusted"] < STAR)
    blocks = partial(_draw_blocks, names=camps) if any(camps) else None
    with style():
        figure = draw_dots(
            panels, wrap_labels(ids, None), f"share of the {found.settings['unit']}'s hits",
            share=True, blocks=blocks,
        )  # fmt: skip
        write_note(figure, _voices_note(found))
    return figure


def _draw_blocks(axes: Axes, names: Sequence[str]) -> None:
    """Draw a line along the rows of each block, and its name; rows without a name have none."""
    row = 0
    for name, rows in groupby(names):
        size = len(list(rows))
        if name:
            axes.plot([1, 1], [row - 0.38, row + size - 0.62], color=GREY, linewidth=0.8)
            axes.text(
                0.93, row + (size - 1) / 2, fill(name, 14), ha="right", va="center", fontsize=7.5
            )
        row += size
    axes.set_xlim(0, 1.02)
    axes.tick_params(labelleft=False, labelbottom=False)
    axes.set_axis_off()


def _voices_note(found: Voices) -> str:
    setup, test = found.settings, found.tests.iloc[0]
    p = "p < 0.001" if test["p"] < 0.001 else f"p = {test['p']:.3f}"
    v = f"Cramér's V = {test['v']:.2f} [{test['low']:.2f}, {test['high']:.2f}]"
    p = "p is not defined" if np.isnan(test["p"]) else p
    v = "Cramér's V is not defined" if np.isnan(test["v"]) else v
    return (
        f"Share of the hits of the {setup['unit']} (n) that have the frame, with its "
        f"{found.level:.0%} interval{_within(found)}. Vertical line, and number in brackets: the "
        f"share in all {found.base['n'].iloc[0]:,} hits. Filled: p < .05 within documents, "
        f"adjusted for all shares ({setup['permutations']:,} permutations). "
        f"All voices: {v}, {p}. Lexicon: {setup['lexicon']}."
    )


def _within(found: Voices) -> str:
    setup = found.settings
    count, unit = setup["clusters"], setup["resampled"]
    within = f" of the {setup['documents']:,} documents" if unit == "paragraph" else ""
    return f" (over {count:,} {unit}{'s' * (count != 1)}{within})"


@draws
def plot_voice_context(found: Voices) -> Figure:
    """Draw the context of each frame: quoted, reported, rejected, hedged.

    Parameters
    ----------
    found : Voices
        From `voices`; with ``by``, one row per group. At most 60 rows.

    Returns
    -------
    matplotlib.figure.Figure
        Shares of the hits of a frame, with intervals. The panels are quoted, reported and
        unmarked, which sum to 100%, then rejected and hedged.

    Raises
    ------
    InputError
        There are more than 60 rows.

    Examples
    --------
    >>> import framing as fr
    >>> hits = fr.load_study("articles").hits
    >>> found = fr.voices(hits, by="source", seed=1, draws=100, permutations=100)
    >>> figure = fr.plot_voice_context(found)
    """
    table = steady(found.context)
    grouped = "group" in table
    table = table[table["n"] > 0]
    frames = [str(frame) for frame in table["frame"].cat.categories]
    rows = table[table["what"] == "own"].reset_index(drop=True)
    if len(rows) > MOST_UNITS:
        raise InputError(
            f"{len(rows)} rows cannot be drawn: a figure takes {MOST_UNITS} at most. Pool the "
            f"groups of by={found.settings['by']!r} in a new column, or frames with "
            "merge_frames(hits, …)."
        )
    heads = rows["group"] if grouped else rows["frame"].astype(str)
    names = wrap_labels([f"{name} ({n:,})" for name, n in zip(heads, rows["n"], strict=True)], None)
    with style():
        height = 0.8 * row_height(names) * len(names)
        figure = new_figure(WIDE, 1.5 + height)
        grid = figure.add_gridspec(
            1, 1 + len(PANELS), width_ratios=[0.9 if grouped else 0.01, *[2] * len(PANELS)]
        )
        panels: list[Axes] = []
        for number, (what, title) in enumerate(PANELS.items()):
            first = (
                panels[0 if number < SUMMING else SUMMING] if number not in (0, SUMMING) else None
            )
            axes = figure.add_subplot(
                grid[0, 1 + number], sharex=first, sharey=panels[0] if panels else None
            )
            panels.append(axes)
            _draw_shares(axes, table[table["what"] == what], frames)
            axes.set_title(title)
            last = grouped and number == len(PANELS) - 1
            axes.tick_params(labelleft=not grouped and number == 0, labelright=last)
        blocks = figure.add_subplot(grid[0, 0], sharey=panels[0])
        set_rows(panels[0], names)
        _draw_blocks(blocks, rows["frame"].astype(str).tolist() if grouped else [""])
        for axes in panels:
            set_value_ticks(axes.xaxis, most=3)
            axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
            axes.set_xlim(left=0)
        panels[0].set_xlim(0, 1)
        write_note(figure, _context_note(found))
    return figure


def _draw_shares(axes: Axes, rows: pd.DataFrame, frames: list[str]) -> None:
    """Draw the shares of one panel."""
    looks = frame_style(frames)
    for row, values in enumerate(rows.to_dict("records")):
        colour, marker = looks[str(values["frame"])]
        axes.hlines(row, values["low"], values["high"], color=colour, linewidth=1.0)
        axes.plot([values["low"], values["high"]], [row, row], "|", color=colour, markersize=4)
        face = colour if values["method"] == "t" else "white"
        axes.plot(
            values["share"], row, marker, color=colour, markerfacecolor=face, markersize=4,
            zorder=3, clip_on=False,
        )  # fmt: skip
    axes.grid(axis="x")


def _context_note(found: Voices) -> str:
    return (
        "Share of the hits of a frame (their number in brackets), with the "
        f"{found.level:.0%} interval{_within(found)}. Quoted: in quotation marks; reported: with "
        "a speaker but no quotation marks; unmarked: neither. These sum to 100%. Rejected: "
        "denied or refused; all other hits are affirmed. Open: fewer than five clusters have such "
        f"a hit, or fewer than five lack it. Lexicon: {found.settings['lexicon']}."
    )
