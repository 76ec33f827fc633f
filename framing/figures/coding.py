"""The figures of coding: agreement, validation, correction."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from framing._core.checks import check_positive
from framing.coding.correction import Correction
from framing.coding.reliability import Agreement
from framing.coding.validation import MEASURES, Validation
from framing.figures.drawing import (
    GREY,
    NARROW,
    WIDE,
    check_count,
    draws,
    frame_style,
    new_figure,
    set_rows,
    shorten,
    style,
    write_note,
)
from framing.scores.leave_one_out import LeaveOneOut

# Krippendorff's marks: usable, reliable.
MARKS = ((0.667, "usable"), (0.8, "reliable"))


@draws
def plot_agreement(agreement: Agreement) -> Figure:
    """Draw how far coders agree on each frame.

    Parameters
    ----------
    agreement : Agreement
        As `agreement` returns it.

    Returns
    -------
    matplotlib.figure.Figure
        Krippendorff's alpha with its interval; no point where it is undefined. Lines mark .667
        and .800.

    Raises
    ------
    InputError
        It is another object, or there are too many frames.

    Examples
    --------
    >>> import framing as fr
    >>> agreement = fr.agreement(fr.load_testbed("briefings").codes, draws=50, seed=1)
    >>> figure = fr.plot_agreement(agreement)
    """
    table = agreement.table
    check_count(len(table), "frames")
    frames = [str(frame) for frame in table["frame"]]
    with style():
        figure = new_figure(NARROW + 1.2, 1.0 + 0.34 * len(frames))
        axes = figure.subplots()
        for row, values in enumerate(table.to_dict("records")):
            interval = values["alpha"], values["alpha_low"], values["alpha_high"]
            _draw_interval(axes, row, interval, frame_style(frames)[frames[row]])
        for at, name in MARKS:
            axes.axvline(at, color=GREY, linewidth=0.6, linestyle=(0, (3, 2)), zorder=0)
            axes.text(at, -0.62, name, fontsize=6.5, color=GREY, ha="center", va="bottom")
        sizes = zip(frames, table["n"], strict=True)
        set_rows(axes, [f"{frame}\nn = {n:,}" for frame, n in sizes])
        lows = table["alpha_low"].min()
        axes.set_xlim(min(0.6, lows - 0.05) if lows == lows else 0.6, 1.01)
        axes.set_xlabel(f"Krippendorff's alpha ({agreement.settings['measurement']})")
        write_note(
            figure, f"Lines: {agreement.level:.0%} bootstrap intervals over the n sentences."
        )
    return figure


@draws
def plot_validation(validation: Validation) -> Figure:
    """Draw precision, recall and F1 of each frame.

    Parameters
    ----------
    validation : Validation
        As `validate` returns it.

    Returns
    -------
    matplotlib.figure.Figure
        One panel a measure, with intervals; n is the number of sentences coded with the frame,
        and hit by the lexicon.

    Raises
    ------
    InputError
        It is another object, or there are too many frames.

    Examples
    --------
    >>> import framing as fr
    >>> testbed = fr.load_testbed("briefings")
    >>> hits = fr.find_hits(testbed.corpus, fr.load_lexicon("peace-initiative"))
    >>> figure = fr.plot_validation(fr.validate(hits, testbed.codes))
    """
    shown, table = MEASURES[:3], validation.table
    check_count(len(table), "frames")
    frames = [str(frame) for frame in table["frame"]]
    with style():
        figure = new_figure(WIDE, 1.1 + 0.36 * len(frames))
        panels = figure.subplots(1, len(shown), sharey=True, sharex=True)
        for axes, name in zip(panels, shown, strict=True):
            for row, values in enumerate(table.to_dict("records")):
                interval = tuple(values[f"{name}{end}"] for end in ("", "_low", "_high"))
                _draw_interval(axes, row, interval, frame_style(frames)[frames[row]])
            axes.set_title("F1" if name == "f1" else name)
            axes.grid(axis="x")
            axes.set_xlim(0, 1)
        sizes = zip(frames, table["coded"], table["hit"], strict=True)
        names = [f"{frame}\n{coded:,g} coded, {hit:,} hit" for frame, coded, hit in sizes]
        set_rows(panels[0], names)
        write_note(
            figure,
            f"Of {int(table['n'].max()):,} coded sentences. "
            f"Lines: {validation.level:.0%} score intervals.",
        )
    return figure


@draws
def plot_entry_precision(validation: Validation, *, top: int = 8) -> Figure:
    """Draw how often the entries that fire most are right.

    Parameters
    ----------
    validation : Validation
        As `validate` returns it; drawn are its ``entries``.
    top : int
        Entries a frame at most: those that fired most.

    Returns
    -------
    matplotlib.figure.Figure
        One panel a frame, the most precise entry on top, with intervals and counts.

    Raises
    ------
    InputError
        It is another object, or ``top`` is not a whole number above 0.

    Examples
    --------
    >>> import framing as fr
    >>> testbed = fr.load_testbed("briefings")
    >>> hits = fr.find_hits(testbed.corpus, fr.load_lexicon("peace-initiative"))
    >>> figure = fr.plot_entry_precision(fr.validate(hits, testbed.codes))
    """
    table = validation.entries
    check_positive("top", top, whole=True)
    frames = [str(frame) for frame in table["frame"].cat.categories]
    columns = min(2, len(frames))
    rows = -(-len(frames) // columns)
    with style():
        figure = new_figure(WIDE, 0.7 + rows * (0.45 + 0.175 * top))
        grid = figure.subplots(rows, columns, sharex=True, squeeze=False)
        for axes, frame in zip(grid.flat, frames, strict=False):
            own = table[table["frame"] == frame].nlargest(top, "n", keep="all").head(top)
            own = own.sort_values(["precision", "entry"], ascending=[False, True])
            for row, values in enumerate(own.to_dict("records")):
                interval = values["precision"], values["low"], values["high"]
                _draw_interval(axes, row, interval, frame_style(frames)[frame])
            labels = [f"{shorten(e)} ({n})" for e, n in zip(own["entry"], own["n"], strict=True)]
            set_rows(axes, [*labels, *[""] * (top - len(own))])
            axes.set_title(frame)
            axes.grid(axis="x")
            axes.set_xlim(0, 1)
        for axes in list(grid.flat)[len(frames) :]:
            axes.remove()
        for axes in list(grid.flat)[len(frames) - columns : len(frames)]:
            axes.set_xlabel("precision")
            axes.tick_params(labelbottom=True)
        write_note(
            figure,
            f"The entries that fire most; in brackets the n coded sentences in which they do. "
            f"Lines: {validation.level:.0%} score intervals over these.",
        )
    return figure


@draws
def plot_correction(correction: Correction) -> Figure:
    """Draw what the lexicon says beside what the coded sample makes of it.

    Parameters
    ----------
    correction : Correction
        As `correct` returns it, of one ``quantity`` for each frame, or of several; 60 rows at most.

    Returns
    -------
    matplotlib.figure.Figure
        Open: the raw share. Filled: the corrected estimate with its interval.

    Raises
    ------
    InputError
        It is another object, or there are too many rows.

    Examples
    --------
    >>> import framing as fr
    >>> testbed = fr.load_testbed("briefings")
    >>> hits = fr.find_hits(testbed.corpus, fr.load_lexicon("peace-initiative"))
    >>> sample = fr.sample_for_coding(hits, testbed.corpus, 420, seed=1)
    >>> figure = fr.plot_correction(fr.correct(hits, testbed.codes, sample))
    """
    table = correction.table
    check_count(len(table), "rows")
    frames = list(dict.fromkeys(str(frame) for frame in table["frame"]))
    with style():
        figure = new_figure(NARROW + 1.8, 1.0 + 0.34 * len(table))
        axes = figure.subplots()
        for row, values in enumerate(table.to_dict("records")):
            look = frame_style(frames)[str(values["frame"])]
            interval = values["estimate"], values["low"], values["high"]
            _draw_interval(axes, row, interval, look)
            axes.plot(values["raw"], row, look[1], color=look[0], markerfacecolor="white", zorder=4)
        several = table["quantity"].nunique() > 1
        pairs = zip(table["frame"], table["quantity"], strict=True)
        set_rows(axes, [f"{frame}: {name}" if several else str(frame) for frame, name in pairs])
        if table["low"].min() >= 0:
            axes.set_xlim(left=0)
        else:
            axes.axvline(0, color=GREY, linewidth=0.6)
        axes.grid(axis="x")
        axes.set_xlabel("share of sentences" if not several else "share, or change of it")
        axes.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.3g}%")
        write_note(
            figure,
            f"Open: hits alone. Filled: corrected by {int(table['n'].max()):,} coded sentences, "
            f"with {correction.level:.0%} intervals.",
        )
    return figure


@draws
def plot_drop_one(
    dropped: LeaveOneOut, *, top: int = 5, labels: Mapping[str, str] | None = None
) -> Figure:
    """Draw what becomes of a score when an entry is taken out.

    Parameters
    ----------
    dropped : LeaveOneOut
        As `drop_one` returns it.
    top : int
        Entries per frame at most: those that change most.
    labels : mapping, optional
        What to call a unit; its unit_id by default.

    Returns
    -------
    matplotlib.figure.Figure
        One panel a frame: from the score (open) of the unit that changes most to its score
        without the entry (filled); below each entry the unit.

    Raises
    ------
    InputError
        It is another object, or ``top`` is not a whole number above 0.

    Examples
    --------
    >>> import framing as fr
    >>> hits = fr.load_study("articles").hits
    >>> figure = fr.plot_drop_one(fr.drop_one(hits, fr.score(hits)))
    """
    table = dropped.table
    check_positive("top", top, whole=True)
    frames = [str(frame) for frame in table["frame"].cat.categories]
    columns = min(2, len(frames))
    rows = -(-len(frames) // columns)
    with style():
        figure = new_figure(WIDE, 0.7 + rows * (0.6 + 0.3 * top))
        grid = figure.subplots(rows, columns, squeeze=False)
        for axes, frame in zip(grid.flat, frames, strict=False):
            own = table[table["frame"] == frame].head(top)
            colour, marker = frame_style(frames)[frame]
            at = np.arange(len(own))
            axes.hlines(at, own["value_without"], own["value"], color=colour)
            axes.plot(own["value"], at, marker, color=colour, markerfacecolor="white")
            axes.plot(own["value_without"], at, marker, color=colour)
            pairs = zip(own["entry"], own["unit_id"], strict=True)
            names = [
                f"{shorten(entry)}\n{shorten(str((labels or {}).get(unit, unit)))}"
                for entry, unit in pairs
            ]
            set_rows(axes, [*names, *[""] * (top - len(own))])
            axes.set_title(frame)
            axes.set_xlabel("score")
            axes.grid(axis="x")
            axes.set_xlim(0, 1.08 * max([*own["value"], *own["value_without"], 1e-9]))
        for axes in list(grid.flat)[len(frames) :]:
            axes.remove()
        write_note(
            figure,
            "The entries that change a score most, each with the unit whose score it changes most: "
            "open with, filled without the entry. Computed anew, not estimated: no interval.",
        )
    return figure


def _draw_interval(axes: Axes, row: int, interval: Sequence[Any], look: tuple[str, str]) -> None:
    value, low, high = interval
    colour, marker = look
    if low == low and high == high:
        axes.hlines(row, low, high, color=colour)
        axes.plot([low, high], [row, row], "|", color=colour, markersize=5)
    if value == value:
        axes.plot(value, row, marker, color=colour, clip_on=False, zorder=3)
