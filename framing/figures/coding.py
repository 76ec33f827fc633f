"""The figures of coding: agreement, validation, correction."""

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from framing._core.checks import InputError, check_choice, check_positive
from framing.coding.correction import Correction
from framing.coding.reliability import Agreement
from framing.coding.validation import MEASURES, Validation
from framing.figures.drawing import (
    GREY,
    NARROW,
    WIDE,
    check_count,
    draws,
    entry_names,
    fill,
    frame_style,
    known_frames,
    label_below,
    make_panels,
    new_figure,
    row_height,
    set_rows,
    shorten,
    style,
    wrap_labels,
    write_note,
)
from framing.scores.leave_one_out import LeaveOneOut

# Thresholds of Krippendorff.
MARKS = ((0.667, "usable"), (0.8, "reliable"))


@draws
def plot_agreement(agreement: Agreement) -> Figure:
    """Draw how far coders agree on each frame.

    Parameters
    ----------
    agreement : Agreement
        From `agreement`.

    Returns
    -------
    matplotlib.figure.Figure
        Krippendorff's alpha with its interval; no point if it is undefined. Lines mark .667 and
        .800.

    Raises
    ------
    InputError
        The object is of another kind, or there are more than 60 frames.

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
        names = [
            f"{name}\nn = {n:,}"
            for name, n in zip(wrap_labels(frames, None), table["n"], strict=True)
        ]
        figure = new_figure(NARROW + 1.2, 1.0 + max(0.34, row_height(names)) * len(frames))
        axes = figure.subplots()
        for row, values in enumerate(table.to_dict("records")):
            interval = values["alpha"], values["alpha_low"], values["alpha_high"]
            _draw_interval(axes, row, interval, frame_style(frames)[frames[row]])
        for threshold, name in MARKS:
            axes.axvline(threshold, color=GREY, linewidth=0.6, linestyle=(0, (3, 2)), zorder=0)
            axes.text(threshold, -0.62, name, fontsize=6.5, color=GREY, ha="center", va="bottom")
        set_rows(axes, names)
        lows = table["alpha_low"].min()
        axes.set_xlim(min(0.6, lows - 0.05) if lows == lows else 0.6, 1.01)
        axes.set_xlabel(f"Krippendorff's alpha ({agreement.settings['measurement']})")
        write_note(
            figure, f"Lines: {agreement.level:.0%} intervals by a Bayesian bootstrap; n: sentences."
        )
    return figure


@draws
def plot_validation(validation: Validation) -> Figure:
    """Draw precision, recall and F1 of each frame.

    Parameters
    ----------
    validation : Validation
        From `validate`.

    Returns
    -------
    matplotlib.figure.Figure
        One panel per measure, with intervals. Each row gives the sentences coded with the frame,
        and the sentences with a hit of the lexicon.

    Raises
    ------
    InputError
        The object is of another kind, or there are more than 60 frames.

    Examples
    --------
    >>> import framing as fr
    >>> testbed = fr.load_testbed("briefings")
    >>> hits = fr.find_hits(testbed.corpus, fr.load_lexicon("peace-initiative"))
    >>> figure = fr.plot_validation(fr.validate(hits, testbed.codes))
    """
    measures, table = MEASURES[:3], validation.table
    kind = "score " if validation.settings["sample"] is None else ""
    check_count(len(table), "frames")
    frames = [str(frame) for frame in table["frame"]]
    with style():
        sizes = zip(wrap_labels(frames, None), table["coded"], table["hit"], strict=True)
        names = [f"{frame}\n{coded:,g} coded, {hit:,} hit" for frame, coded, hit in sizes]
        figure = new_figure(WIDE, 1.1 + max(0.36, row_height(names)) * len(frames))
        panels = figure.subplots(1, len(measures), sharey=True, sharex=True)
        for axes, name in zip(panels, measures, strict=True):
            for row, values in enumerate(table.to_dict("records")):
                interval = tuple(values[f"{name}{end}"] for end in ("", "_low", "_high"))
                _draw_interval(axes, row, interval, frame_style(frames)[frames[row]])
            axes.set_title("F1" if name == "f1" else name)
            axes.grid(axis="x")
            axes.set_xlim(0, 1)
        set_rows(panels[0], names)
        write_note(
            figure,
            f"From {int(table['n'].max()):,} coded sentences. "
            f"Lines: {validation.level:.0%} {kind}intervals.",
        )
    return figure


@draws
def plot_entry_precision(validation: Validation, *, top: int = 8) -> Figure:
    """Draw the precision of the entries with the most hits.

    Parameters
    ----------
    validation : Validation
        From `validate`. The figure draws its ``entries``.
    top : int
        Largest number of entries per frame, those with the most hits.

    Returns
    -------
    matplotlib.figure.Figure
        One panel per frame, the most precise entry on top, with intervals and counts.

    Raises
    ------
    InputError
        The object is of another kind, or ``top`` is not a whole number above 0.

    Examples
    --------
    >>> import framing as fr
    >>> testbed = fr.load_testbed("briefings")
    >>> hits = fr.find_hits(testbed.corpus, fr.load_lexicon("peace-initiative"))
    >>> figure = fr.plot_entry_precision(fr.validate(hits, testbed.codes))
    """
    table = validation.entries
    frames, top, columns, rows = _panels_of_entries(table, top)
    with style():
        figure = new_figure(WIDE, 0.7 + rows * (0.45 + 0.175 * top))
        panels = make_panels(figure, len(frames), columns)
        for axes, frame in zip(panels, frames, strict=True):
            entries = table[table["frame"] == frame].nlargest(top, "n", keep="all").head(top)
            entries = entries.sort_values(["precision", "entry"], ascending=[False, True])
            for row, values in enumerate(entries.to_dict("records")):
                interval = values["precision"], values["low"], values["high"]
                _draw_interval(axes, row, interval, frame_style(frames)[frame])
            lexicon_hash = validation.settings.get("lexicon_hash")
            shown = entry_names(entries["entry"].astype(str).tolist(), lexicon_hash)
            labels = [f"{name} ({n})" for name, n in zip(shown, entries["n"], strict=True)]
            set_rows(axes, [*labels, *[""] * (top - len(entries))])
            axes.set_title(frame)
            axes.grid(axis="x")
            axes.set_xlim(0, 1)
        label_below(panels, "precision", columns)
        write_note(
            figure,
            f"Entries with the most hits; in brackets the number of coded sentences with a hit. "
            f"Lines: {validation.level:.0%} score intervals over these sentences.",
        )
    return figure


@draws
def plot_correction(
    correction: Correction,
    *,
    truth: Mapping[str, float] | None = None,
    truth_label: str = "the true share",
) -> Figure:
    """Draw the shares of the lexicon, raw and corrected by a coded sample.

    Parameters
    ----------
    correction : Correction
        From `correct`, with one or several ``quantity`` per frame; at most 60 rows.
    truth : mapping, optional
        The share of each frame that the corrected one is to meet, where it is known: from 0 to 1,
        by frame.
    truth_label : str
        What ``truth`` is, for the note. Where coders read all sentences, name them: "the share by
        the codes of coder A". Codes are not the truth.

    Returns
    -------
    matplotlib.figure.Figure
        Open: the raw share. Filled: the corrected estimate with its interval. A cross is the share
        of ``truth``. Several quantities are the rows of one panel per frame.

    Raises
    ------
    InputError
        The object is of another kind, there are more than 60 rows, ``truth`` names a frame that is
        not there or has a value that is no share, or ``truth_label`` is no text.

    Examples
    --------
    >>> import framing as fr
    >>> testbed = fr.load_testbed("briefings")
    >>> hits = fr.find_hits(testbed.corpus, fr.load_lexicon("peace-initiative"))
    >>> sample = fr.sample_for_coding(hits, testbed.corpus, 300, seed=1)
    >>> figure = fr.plot_correction(fr.correct(hits, testbed.codes, sample))
    """
    table = correction.table
    check_count(len(table), "rows")
    if not (isinstance(truth_label, str) and truth_label.strip()):
        raise InputError(
            f"truth_label={truth_label!r} is not text. Say in words what the truth is, such as "
            '"the share by the codes of coder A".'
        )
    frames = list(dict.fromkeys(str(frame) for frame in table["frame"]))
    mixed = table["quantity"].nunique() > 1
    changes = bool(table["quantity"].str.contains(r" - |^slope of ").any())
    _check_truth(truth or {}, frames, changes)
    with style():
        blocks = [table[table["frame"] == frame] for frame in frames] if mixed else [table]
        columns = 1 if len(blocks) == 1 else 2
        lines = -(-len(blocks) // columns)
        rows = max(map(len, blocks))
        labels = _named_rows(table, correction, mixed)
        # Two lines may reach into the gap between rows; three would touch those of the next row.
        tight = 0.75 if max(label.count("\n") for label in labels) < 2 else 0.9
        height = max(0.34 if not mixed else 0.2, tight * row_height(labels)) * rows
        figure = new_figure(WIDE if mixed else NARROW + 1.8, 0.65 + lines * (height + 0.35))
        alike = len({tuple(block["quantity"]) for block in blocks}) == 1
        panels = make_panels(figure, len(blocks), columns, sharey=alike)
        for axes, block in zip(panels, blocks, strict=True):
            _draw_corrected(axes, block, frames, truth or {})
            set_rows(axes, _named_rows(block, correction, mixed))
            axes.grid(axis="x")
            axes.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.3g}%")
            if mixed:
                axes.set_title(fill(str(block["frame"].iloc[0]), 40))
        what = "share, or change in share" if changes else "share of sentences"
        label_below(panels, what, columns)
        if table["low"].min() >= 0:
            panels[0].set_xlim(left=0)
        note = (
            f"Open: hits alone. Filled: corrected with {int(table['n'].max()):,} coded sentences, "
            f"with {correction.level:.0%} intervals."
        )
        write_note(figure, f"{note} Cross: {truth_label.strip()}." if truth else note)
    return figure


def _check_truth(truth: Mapping[str, float], frames: list[str], changes: bool) -> None:
    """Raise InputError unless truth has a share, or a change of one, for frames that there are."""
    for frame, value in truth.items():
        check_choice("truth", frame, known_frames(frames))
        number = isinstance(value, Real) and not isinstance(value, bool)
        if not number or not np.isfinite(value):
            raise InputError(f"truth: {frame!r} has {value!r}; give a number.")
        if not changes and not 0 <= value <= 1:
            raise InputError(f"truth: {frame!r} has {value!r}; a share lies between 0 and 1.")


def _named_rows(rows: pd.DataFrame, correction: Correction, mixed: bool) -> list[str]:
    """Return the names of rows: frames, or quantities in which groups stand without their column.

    Example: by="source", "source=Post - source=Wire" is "Post − Wire".
    """
    names = [str(name) for name in rows["quantity" if mixed else "frame"]]
    by = correction.settings.get("by")
    if mixed and by is not None:
        names = [name.replace(f" - {by}=", " − ").removeprefix(f"{by}=") for name in names]
    return wrap_labels(names, None)


def _draw_corrected(
    axes: Axes, rows: pd.DataFrame, frames: list[str], truth: Mapping[str, float]
) -> None:
    """Draw raw and corrected shares, and the shares that they are to meet."""
    for row, values in enumerate(rows.to_dict("records")):
        frame = str(values["frame"])
        colour, marker = frame_style(frames)[frame]
        interval = values["estimate"], values["low"], values["high"]
        _draw_interval(axes, row, interval, (colour, marker))
        axes.plot(values["raw"], row, marker, color=colour, markerfacecolor="white", zorder=4)
        if frame in truth:
            axes.plot(truth[frame], row, "x", color="#181818", markersize=6, zorder=5)
    if rows["low"].min() < 0:
        axes.axvline(0, color=GREY, linewidth=0.6)


@draws
def plot_drop_one(
    dropped: LeaveOneOut, *, top: int = 5, labels: Mapping[str, str] | None = None
) -> Figure:
    """Draw how a score changes without an entry.

    Parameters
    ----------
    dropped : LeaveOneOut
        From `drop_one`.
    top : int
        Largest number of entries per frame, those that change a score most.
    labels : mapping, optional
        Names of the units; by default their unit_id.

    Returns
    -------
    matplotlib.figure.Figure
        One panel per frame. Each row joins the score of the unit that changes most (open) and
        its score without the entry (filled), and names entry and unit.

    Raises
    ------
    InputError
        The object is of another kind, or ``top`` is not a whole number above 0.

    Examples
    --------
    >>> import framing as fr
    >>> hits = fr.load_study("articles").hits
    >>> figure = fr.plot_drop_one(fr.drop_one(hits, fr.score(hits)))
    """
    table = dropped.table
    frames, top, columns, rows = _panels_of_entries(table, top)
    measure = str(dropped.settings.get("measure", "score"))
    with style():
        figure = new_figure(WIDE, 0.7 + rows * (0.6 + 0.3 * top))
        panels = make_panels(figure, len(frames), columns, sharex=False)
        for axes, frame in zip(panels, frames, strict=True):
            entries = table[table["frame"] == frame].head(top)
            colour, marker = frame_style(frames)[frame]
            positions = np.arange(len(entries))
            axes.hlines(positions, entries["value_without"], entries["value"], color=colour)
            for column, face in (("value", "white"), ("value_without", colour)):
                if len(entries):
                    axes.plot(
                        entries[column], positions, marker, color=colour, markerfacecolor=face,
                        clip_on=False, zorder=3, linestyle="none",
                    )  # fmt: skip
            lexicon_hash = dropped.settings.get("lexicon_hash")
            shown = entry_names(entries["entry"].astype(str).tolist(), lexicon_hash)
            pairs = zip(shown, entries["unit_id"], strict=True)
            names = [
                f"{shorten(entry)}\n{shorten(str((labels or {}).get(unit, unit)))}"
                for entry, unit in pairs
            ]
            set_rows(axes, [*names, *[""] * (top - len(entries))])
            axes.set_title(frame)
            axes.set_xlabel(measure)
            if dropped.settings.get("kind") == "share":
                axes.xaxis.set_major_formatter(PercentFormatter(1))
            axes.grid(axis="x")
            ends = [0.0, *entries["value"], *entries["value_without"]]
            room = 0.08 * (max(ends) - min(ends)) or 1.0
            axes.set_xlim(min(ends) - room * (min(ends) < 0), max(ends) + room)
            if not len(entries):
                axes.set_xticks([])
                axes.text(
                    0.5, 0.5, "no hit", transform=axes.transAxes, ha="center", va="center",
                    fontsize=7, color=GREY,
                )  # fmt: skip
        write_note(
            figure,
            "Entries that change a score most, each with the unit that changes most. Open: with "
            "the entry; filled: without it. These are exact scores, not estimates, and have no "
            "interval.",
        )
    return figure


def _panels_of_entries(table: pd.DataFrame, top: int) -> tuple[list[str], int, int, int]:
    """Return frames, the entries of each that are drawn, and the columns and rows of panels."""
    check_positive("top", top, whole=True)
    frames = [str(frame) for frame in table["frame"].cat.categories]
    columns = min(2, len(frames))
    rows = -(-len(frames) // columns)
    return frames, min(top, max(1, int(table["frame"].value_counts().max()))), columns, rows


def _draw_interval(axes: Axes, row: int, interval: Sequence[Any], look: tuple[str, str]) -> None:
    """Draw a point and its interval; a missing value or interval is not drawn."""
    value, low, high = interval
    colour, marker = look
    if low == low and high == high:
        axes.hlines(row, low, high, color=colour)
        axes.plot([low, high], [row, row], "|", color=colour, markersize=5)
    if value == value:
        axes.plot(value, row, marker, color=colour, clip_on=False, zorder=3)
