"""The figures of a trend: points, a smooth curve, events and change points."""

import warnings
from collections.abc import Mapping
from dataclasses import replace
from string import ascii_lowercase
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from framing._core.checks import InputError, check_choice, listing
from framing._core.typing import Mask
from framing.figures.drawing import (
    GREY,
    WIDE,
    draws,
    fill,
    frame_style,
    least_to_most,
    mark_cut,
    new_figure,
    set_value_ticks,
    steady,
    style,
    write_note,
)
from framing.figures.heat_maps import short_names
from framing.scores.periods import middles, read_day, starts
from framing.trends.change_points import ChangePoints
from framing.trends.trends import Trend, bridged

MOST_FRAMES, MOST_GROUPS, MOST_EVENTS = 12, 4, 26
# The most frames in one column, and the most groups in four columns of small panels.
MOST_ROWS, MOST_WIDE = 6, 24
# The most groups as small multiples.
MOST_COURSES = 60
# Sizes in points: width of a letter of a label and of a title, height of a line of labels and of a
# title, and the width of a label that may reach beyond the panel.
LETTER, BOLD, LINE, TITLE, BEYOND = 4.4, 6.0, 10.0, 12.0, 70.0
# With more lines of labels above the panels, letters stand for the events.
MOST_LINES = 6
# With more periods points are small.
MOST_MARKS = 60
GAP = "#f0f0f0"
# The least number of periods with text between two gaps for which a curve is drawn.
LEAST = 3
# Share of the upper limits that fit into a panel.
ROOM = 0.9
# Top of a row of panels at most, in the largest value.
FARTHEST = 4.0


@draws
def plot_trend(
    trend: Trend,
    *,
    events: Mapping[str, str] | None = None,
    change: ChangePoints | None = None,
) -> Figure:
    """Draw scores over time, one panel per frame.

    Parameters
    ----------
    trend : Trend
        At most 12 frames, and with ``by`` at most 4 groups, side by side.
    events : mapping, optional
        From dates to labels: vertical lines through all panels. If the labels are long or many,
        letters replace them, and the note explains the letters.
    change : ChangePoints, optional
        From `find_change_points`, of this trend.

    Returns
    -------
    matplotlib.figure.Figure
        A point at the middle of each period with its interval; open without an interval. For a
        period without a hit a dashed line reaches to the exact upper limit. The smooth curve has
        a band. Periods without text stay empty, and long gaps are grey. A change point is a line
        with the interval of its date as a band, and dotted lines at the levels before and after.

    Raises
    ------
    InputError
        There are too many frames, groups or events, an event has no date, or the change points
        belong to another trend.

    Examples
    --------
    >>> import framing as fr
    >>> study = fr.load_study("briefings")
    >>> course = fr.trend(fr.score(study.hits), every="quarter")
    >>> figure = fr.plot_trend(course, events={"2025-01-20": "Inauguration"})
    """
    _check(trend, change)
    marks = _read_events(events or {})
    tables = _tables(trend.table, trend)
    with style():
        rows, columns = len(trend.frames), len(trend.groups)
        # Many frames without groups stand in two columns, so that they fit a page.
        twice = columns == 1 and rows > MOST_ROWS
        if twice:
            rows, columns = -(-rows // 2), 2
        width = (WIDE - 0.75) * 72 / columns
        lettered, levels = _levels(trend, marks, width)
        above = 0.14 * (1 + max(levels, default=0)) if marks else 0.0
        figure = new_figure(WIDE, 1.2 + 1.25 * rows + above)
        sharing: Literal["none", "row"] = "none" if twice else "row"
        grid = figure.subplots(rows, columns, sharex=True, sharey=sharing, squeeze=False)
        top_row = list(grid[0])
        if twice:
            for axes in grid.flat[len(trend.frames) :]:
                axes.remove()
            grid = grid.reshape(-1, 1)[: len(trend.frames)]
            grid[-2, 0].tick_params(labelbottom=True)
        for axes_of_frame, frame in zip(grid, trend.frames, strict=True):
            for axes, group in zip(axes_of_frame, trend.groups, strict=True):
                rows_of_panel = tables[group, frame]
                colour, marker = frame_style(trend.frames)[frame]
                _draw_gaps(axes, rows_of_panel, trend)
                _draw_change(axes, trend, change, group, frame, colour)
                _draw_course(axes, rows_of_panel, trend, colour, marker)
                name = frame if trend.by is None else f"{frame} · {group}"
                axes.set_title(fill(name, int(width / 5)))
                for day, _ in marks:
                    axes.axvline(day, color=GREY, linewidth=0.8, linestyle=(0, (4, 2)), zorder=1)
            of_frame = [tables[group, frame] for group in trend.groups]
            _set_values(axes_of_frame, of_frame, trend)
            for axes, rows_of_panel in zip(axes_of_frame, of_frame, strict=True):
                beyond = _beyond(rows_of_panel, _top(of_frame), trend)
                days = np.asarray(middles(trend.series.periods), dtype=np.float64)
                shade = frame_style(trend.frames)[frame][0]
                mark_cut(axes, days, np.zeros(len(days), dtype=bool), beyond, [shade] * len(days))
        _set_dates(grid, trend, columns)
        for axes in top_row:
            _label_events(axes, marks, levels, lettered)
        # One label for all panels: a panel is too low for a long label.
        figure.supylabel(trend.measure, fontsize=8)
        note = _note(trend, tables, change, marks if lettered else [])
        write_note(figure, note.replace("Each row has", "Each panel has") if twice else note)
    return figure


@draws
def plot_courses(
    trend: Trend, *, frame: str | None = None, events: Mapping[str, str] | None = None
) -> Figure:
    """Draw the course of one frame in each group, as small multiples.

    Parameters
    ----------
    trend : Trend
        From `trend` with ``by=``, such as ``by="source"``.
    frame : str, optional
        Which frame; needed if there are several.
    events : mapping, optional
        From dates to labels: vertical lines through all panels. Letters above the panels stand
        for the labels, and the note explains them.

    Returns
    -------
    matplotlib.figure.Figure
        One panel per group, all with the same axes: points, intervals and curve as in
        `plot_trend`, and in grey the curves of the other groups. Of more than 60 groups those with
        the most text are drawn, and the note says so.

    Raises
    ------
    InputError
        The trend has no groups, ``frame`` is not known or needed, there are too many events, or an
        event has no date.

    Examples
    --------
    >>> import framing as fr
    >>> newswire = fr.load_testbed()
    >>> hits = fr.find_hits(newswire.corpus, fr.load_lexicon("peace-initiative"))
    >>> course = fr.trend(fr.score(hits), every="week", by="source")
    >>> figure = fr.plot_courses(course, frame="peace")
    """
    if trend.by is None:
        raise InputError(
            'This trend has no groups. Give trend(scores, …, by="source"), or draw plot_trend.'
        )
    if frame is None and len(trend.frames) > 1:
        raise InputError(f"Say which frame to draw: frame= one of {listing(trend.frames, 20)}.")
    frame = frame or trend.frames[0]
    check_choice("frame", frame, trend.frames)
    marks = _read_events(events or {})
    tables = _tables(trend.table, trend)
    sizes = {group: int(tables[group, frame]["n"].sum()) for group in trend.groups}
    most = sorted(trend.groups, key=lambda group: -sizes[group])[:MOST_COURSES]
    groups = [group for group in trend.groups if group in most]
    columns = min(4 if len(groups) <= MOST_WIDE else 6, len(groups))
    lines = -(-len(groups) // columns)
    small = columns > 4
    titles = [fill(name, 15) for name in short_names(groups)] if small else groups
    colour, marker = frame_style(trend.frames)[frame]
    days = middles(trend.series.periods)
    with style():
        figure = new_figure(WIDE, 1.1 + (0.85 if small else 1.1) * lines)
        grid = figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False)
        of_groups = [tables[group, frame] for group in groups]
        curves = [np.where(curve_rows(rows, trend), rows["smooth"], np.nan) for rows in of_groups]
        for axes, title, rows in zip(grid.flat, titles, of_groups, strict=False):
            for curve in curves:
                axes.plot(days, curve, color="#d5d5d5", linewidth=0.6, zorder=0)
            _draw_gaps(axes, rows, trend)
            _draw_course(axes, rows, trend, colour, marker)
            axes.set_title(fill(str(title), 24), fontsize=6.5 if small else 7)
            axes.tick_params(labelsize=6.5)
            for letter, (day, _) in zip(ascii_lowercase, marks, strict=False):
                axes.axvline(day, color=GREY, linewidth=0.6, linestyle=(0, (4, 2)), zorder=1)
                axes.annotate(
                    letter, (day, 1), (1.5, -1), xycoords=axes.get_xaxis_transform(),
                    textcoords="offset points", fontsize=6, color="#444444", va="top",
                )  # fmt: skip
        for axes in list(grid.flat)[len(groups) :]:
            axes.remove()
        _set_values(list(grid.flat)[: len(groups)], of_groups, trend)
        for axes, rows in zip(grid.flat, of_groups, strict=False):
            beyond = _beyond(rows, _top(of_groups), trend)
            below = np.zeros(len(days), dtype=bool)
            mark_cut(axes, np.asarray(days, dtype=np.float64), below, beyond, [colour] * len(days))
        _set_dates(grid, trend, columns)
        for axes in list(grid.flat)[max(len(groups) - columns, 0) : len(groups)]:
            axes.tick_params(labelbottom=True, rotation=0)
        figure.supylabel(fill(f"{frame}: {trend.measure}", 16 * lines), fontsize=8)
        dropped = (
            f" Drawn are the {len(groups)} of {len(trend.groups):,} groups with the most text."
            if len(groups) < len(trend.groups)
            else ""
        )
        shown = {(group, frame): tables[group, frame] for group in groups}
        note = _note(replace(trend, frames=[frame], groups=groups), shown, None, marks)
        note = note.replace("Each row has its own scale.", "All panels have the same scale.")
        if len(groups) > 1 and not np.isnan(curves).all():
            note += " Grey curves: the other groups."
        write_note(figure, note + dropped)
    return figure


def _check(trend: Trend, change: ChangePoints | None) -> None:
    """Raise InputError if the trend is too large, or the change points are of another trend."""
    if len(trend.frames) > MOST_FRAMES:
        raise InputError(
            f"{len(trend.frames)} frames cannot be drawn: a figure takes {MOST_FRAMES} at most. "
            "Pool them with merge_frames(hits, …) before score."
        )
    if len(trend.groups) > MOST_GROUPS:
        raise InputError(
            f"{len(trend.groups)} groups cannot be drawn side by side: a figure takes "
            f"{MOST_GROUPS} at most. plot_courses(trend, frame=…) draws a small panel for each; "
            "trend.table holds all of them."
        )
    if change is None:
        return
    same = list(change.tests["frame"].cat.categories) == trend.frames
    groups = list(dict.fromkeys(change.tests["group"])) if "group" in change.tests else ["all"]
    if not same or groups != trend.groups or change.settings["every"] != trend.every:
        raise InputError(
            "change belongs to another trend: its frames, groups or periods differ. Give "
            "find_change_points(trend, …) of this trend."
        )


def _read_events(events: Mapping[str, str]) -> list[tuple[float, str]]:
    """Return the events in order of date, dates in days since 1970."""
    if len(events) > MOST_EVENTS:
        raise InputError(
            f"{len(events)} events cannot be drawn: a figure takes {MOST_EVENTS} at most. Give "
            "fewer."
        )
    days = ((read_day("events", date), str(label)) for date, label in events.items())
    return sorted((float(day.astype(np.int64)), label) for day, label in days)


def _day(date: pd.Timestamp) -> float:
    """Return a date in days since 1970."""
    return float(np.datetime64(date.date(), "D").astype(np.int64))


def _tables(table: pd.DataFrame, trend: Trend) -> dict[tuple[str, str], pd.DataFrame]:
    """Return the rows of each group and frame."""
    table = table.assign(**steady(table.select_dtypes("float")))
    group = table["group"] if trend.by is not None else pd.Series("all", index=table.index)
    return {
        (str(name), str(frame)): rows.reset_index(drop=True)
        for (name, frame), rows in table.groupby([group, "frame"], observed=True)
    }


def _levels(trend: Trend, marks: list[tuple[float, str]], width: float) -> tuple[bool, list[int]]:
    """Return whether letters stand for the events, and the line of each label above the panels.

    Each label lies above all labels to its right that it would cover, so that the line from the
    panel up to a label crosses no other label.
    """
    first, last = _span(trend)
    scale = width / (last - first)
    texts = [label for _, label in marks]
    for lettered in (len(trend.groups) > 1, True):
        if lettered:
            texts = list(ascii_lowercase[: len(marks)])
        levels = [0] * len(marks)
        for number in range(len(marks) - 1, -1, -1):
            end = marks[number][0] * scale + LETTER * len(texts[number]) + 6
            covered = [
                levels[k] for k in range(number + 1, len(marks)) if marks[k][0] * scale < end
            ]
            levels[number] = 1 + max(covered) if covered else 0
        beyond = max(
            (
                (day - last) * scale + LETTER * len(text)
                for (day, _), text in zip(marks, texts, strict=True)
            ),
            default=0.0,
        )
        if lettered or (beyond <= BEYOND and max(levels, default=0) < MOST_LINES):
            return lettered, levels
    return True, levels


def _span(trend: Trend) -> tuple[float, float]:
    """Return the first and last day of the axis."""
    periods = trend.series.periods
    first = float(starts(periods)[0].astype(np.int64))
    last = float(starts(periods + 1)[-1].astype(np.int64))
    room = 0.02 * (last - first)
    return first - room, last + room


def _label_events(
    axes: Axes, marks: list[tuple[float, str]], levels: list[int], lettered: bool
) -> None:
    """Write the labels of the events, with lines up to them."""
    title = axes.get_title(loc="left").split("\n")
    first, last = axes.get_xlim()
    covered = BOLD * max(map(len, title)) / (axes.bbox.width * 72 / axes.figure.dpi)
    for number, ((day, label), level) in enumerate(zip(marks, levels, strict=True)):
        height = TITLE * len(title) + 2 + LINE * level
        axes.annotate(
            ascii_lowercase[number] if lettered else label, (day, 1), (3, height),
            xycoords=axes.get_xaxis_transform(), textcoords="offset points",
            fontsize=7, color="#444444", va="bottom",
        )  # fmt: skip
        # No line crosses the title.
        if (day - first) / (last - first) > covered:
            axes.annotate(
                "", (day, 1), (0, height + LINE - 2), xycoords=axes.get_xaxis_transform(),
                textcoords="offset points",
                arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.6, "shrinkA": 0,
                            "shrinkB": 0},
            )  # fmt: skip


def _draw_gaps(axes: Axes, rows: pd.DataFrame, trend: Trend) -> None:
    """Shade the periods without text that the smooth curve does not bridge."""
    known = (rows["n"] > 0).to_numpy()
    empty = ~bridged(known, int(trend.settings["bridge"]))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], empty.astype(int), [0]])))
    begin = starts(trend.series.periods).astype(np.int64)
    end = starts(trend.series.periods + 1).astype(np.int64)
    for a, b in zip(edges[::2], edges[1::2], strict=True):
        axes.axvspan(float(begin[a]), float(end[b - 1]), color=GAP, linewidth=0, zorder=0)


def _draw_course(axes: Axes, rows: pd.DataFrame, trend: Trend, colour: str, marker: str) -> None:
    """Draw the points of one group and frame, with intervals and smooth curve."""
    days = middles(trend.series.periods)
    value, low, high = (rows[name].to_numpy(dtype=float) for name in ("value", "low", "high"))
    shown = curve_rows(rows, trend)
    smooth, smooth_low, smooth_high = (
        np.where(shown, rows[name], np.nan) for name in ("smooth", "smooth_low", "smooth_high")
    )
    axes.fill_between(
        days, smooth_low, smooth_high, color=colour, alpha=0.18, linewidth=0, zorder=1
    )
    # Dotted where a period has no text: the curve is known only from both sides.
    axes.plot(days, smooth, color=colour, linewidth=0.9, linestyle=":", zorder=2)
    known = (rows["n"] > 0).to_numpy()
    axes.plot(days, np.where(known, smooth, np.nan), color=colour, linewidth=1.4, zorder=2)
    crowded = len(days) > MOST_MARKS
    exact = (rows["method"] == "exact").to_numpy()
    bounded = ~np.isnan(low)
    for which, line in ((bounded & ~exact, "-"), (exact, (0, (2, 1.5)))):
        if which.any():
            axes.vlines(
                days[which], low[which], high[which], color=colour, linestyle=line, alpha=0.5,
                linewidth=0.5 if crowded else 0.9, zorder=2,
            )  # fmt: skip
    present = ~np.isnan(value)
    filled = bounded & ~exact
    for which, face in ((present & filled, colour), (present & ~filled, "white")):
        if which.any():
            axes.plot(
                days[which], value[which], marker, color=colour, markerfacecolor=face,
                markersize=1.8 if crowded else 3.2, markeredgewidth=0.6, linestyle="none",
                clip_on=False, zorder=3,
            )  # fmt: skip


def curve_rows(rows: pd.DataFrame, trend: Trend) -> Mask:
    """Return the periods at which the curve is drawn.

    The curve ends at the first and last period with text of each stretch between grey gaps. It is
    left out of stretches with fewer than `LEAST` such periods, in which it would follow the rest
    of the course and not the points.
    """
    known = (rows["n"] > 0).to_numpy()
    inside = bridged(known, int(trend.settings["bridge"]))
    shown = np.zeros(len(known), dtype=bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inside.astype(int), [0]])))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        places = begin + np.flatnonzero(known[begin:end])
        if len(places) >= LEAST:
            shown[places[0] : places[-1] + 1] = True
    return shown


def _draw_change(
    axes: Axes, trend: Trend, change: ChangePoints | None, group: str, frame: str, colour: str
) -> None:
    """Draw the change points of one group and frame."""
    if change is None:
        return
    changes = change.table[change.table["frame"] == frame]
    if trend.by is not None:
        changes = changes[changes["group"] == group]
    first, last = _span(trend)
    borders = [first, *(_day(date) for date in changes["date"]), last]
    for number, row in enumerate(changes.to_dict("records")):
        day = borders[number + 1]
        axes.axvspan(_day(row["low"]), _day(row["high"]), color=colour, alpha=0.18, linewidth=0)
        axes.axvline(day, color=colour, linewidth=1.2)
        sides = [(borders[number], day, row["before"]), (day, borders[number + 2], row["after"])]
        for begin, end, level in sides[1 if number else 0 :]:
            axes.hlines(level, begin, end, color="black", linestyle=":", linewidth=1.0, zorder=3)


def _top(tables: list[pd.DataFrame]) -> float:
    """Return the top of a row of panels; a few wide intervals may go beyond it."""
    table = pd.concat(tables)
    limits = table["high"].dropna()
    tops = [table["value"].max(), table["smooth"].max()]
    if len(limits):
        widest = float(np.quantile(limits, ROOM, method="higher"))
        # Intervals of two or three documents would press all points to the bottom.
        most = FARTHEST * float(np.nanmax([*tops, 0.0]))
        tops.append(min(widest, most) if most else widest)
    return 1.06 * float(np.nanmax([*tops, 0.0])) or 1.0


def _set_values(panels: Any, tables: list[pd.DataFrame], trend: Trend) -> None:
    panels[0].set_ylim(0, _top(tables))
    for axes in panels:
        set_value_ticks(axes.yaxis, trend.series.kind)
        axes.grid(axis="y")


def _set_dates(grid: Any, trend: Trend, columns: int) -> None:
    """Set the axes of time, of which ``columns`` stand side by side."""
    first, last = _span(trend)
    locator = mdates.AutoDateLocator(  # type: ignore[no-untyped-call]
        minticks=2, maxticks=max(2 if columns > 4 else 3, 8 // columns)
    )
    days = last - first
    pattern = "%Y" if days > 1500 else "%b %Y" if days > 100 else "%d %b %Y"
    if columns > 2:
        pattern = pattern.replace("%d %b %Y", "%d %b\n%Y")
    if columns > 4:
        pattern = pattern.replace("%b %Y", "%b\n%Y")
    with warnings.catch_warnings():
        # Where no interval gives so few ticks, the widest one does.
        warnings.simplefilter("ignore", UserWarning)
        ticks = np.asarray(locator.tick_values(*mdates.num2date([first, last])))  # type: ignore[no-untyped-call]
    # A time of day would repeat the label of its day.
    ticks = ticks[(ticks >= first) & (ticks <= last) & (ticks % 1 == 0)]
    if columns > 4:
        # Narrow panels have room for two dates.
        ticks = ticks[[0, -1]] if len(ticks) > 2 else ticks
    for axes in grid.flat:
        axes.set_xlim(first, last)
        axes.xaxis.set_major_locator(FixedLocator(ticks.tolist()))
        axes.xaxis.set_major_formatter(
            mdates.DateFormatter(pattern)  # type: ignore[no-untyped-call]
        )


def _note(
    trend: Trend,
    tables: Mapping[tuple[str, str], pd.DataFrame],
    change: ChangePoints | None,
    keys: list[tuple[float, str]],
) -> str:
    settings = trend.settings
    heads = [tables[group, trend.frames[0]] for group in trend.groups]
    sizes = pd.concat([rows["n"] for rows in heads])
    full = sizes[sizes > 0]
    level, every = f"{trend.level:.0%}", trend.every
    unit = str(settings["resampled"])
    units = f"{unit}s" if unit == "document" else f"clusters by {unit}"
    sentences = [
        f"Points: each {every}, at its middle, with {level} intervals over {units} (n = "
        f"{full.sum():,}, {least_to_most(full)} per {every}).",
    ]
    table = pd.concat(tables.values())
    if (table["method"] == "exact").any():
        sentences.append("Open and dashed: no hit, exact upper limit.")
    if ((table["method"] == "none") & (table["n"] > 0)).any():
        sentences.append(f"Open without a line: a single {unit}.")
    sets = trend.smooths.loc[trend.smooths["df"] > 0, "df"]
    if len(sets):
        curves = [curve_rows(rows, trend) for rows in heads]
        if any(drawn.any() for drawn in curves):
            sentences.append(
                f"Curves: natural cubic splines ({least_to_most(sets)} degrees of freedom), "
                f"{level} bands robust to dependence within a period."
            )
        pairs = zip(curves, heads, strict=True)
        if any((drawn & (rows["n"] == 0).to_numpy()).any() for drawn, rows in pairs):
            sentences.append("Dotted: a period without text.")
        if any((curve_rows(rows, trend) < rows["smooth"].notna()).any() for rows in heads):
            sentences.append(f"No curve where fewer than {LEAST} {every}s have text between gaps.")
    bridge = int(settings["bridge"])
    gaps = any((~bridged((rows["n"] > 0).to_numpy(), bridge)).any() for rows in heads)
    if gaps:
        sentences.append(f"Grey: no text for more than {bridge} {every}s.")
    if _some_beyond(tables, trend):
        sentences.append("Arrow: the interval or the band goes beyond the panel.")
    if change is not None:
        sentences.append(_change_note(change))
    begins = " and begin on Monday" if every == "week" else ""
    sentences.append(f"{every.capitalize()}s are cut in {settings['timezone']}{begins}.")
    if len(trend.left_out):
        sentences.append(f"Left out: {len(trend.left_out):,} {settings['unit']}s (trend.left_out).")
    sentences.append(
        f"Each row has its own scale. Lexicon: {settings['lexicon']}, {settings['standing']}."
    )
    if keys:
        sentences.append(
            "Events: "
            + "; ".join(
                f"{ascii_lowercase[number]} {pd.Timestamp(day, unit='D').date()} {label}"
                for number, (day, label) in enumerate(keys)
            )
            + "."
        )
    return " ".join(sentences)


def _some_beyond(tables: Mapping[tuple[str, str], pd.DataFrame], trend: Trend) -> bool:
    """Return whether an interval or a band goes beyond its panel."""
    by_frame = [[tables[group, frame] for group in trend.groups] for frame in trend.frames]
    return any(_beyond(rows, _top(panels), trend).any() for panels in by_frame for rows in panels)


def _beyond(rows: pd.DataFrame, top: float, trend: Trend) -> Mask:
    """Return the periods with an arrow: the interval goes beyond the top, or the band is highest.

    A band that is cut over many periods has one arrow, where it would be highest.
    """
    arrows: Mask = np.array(rows["high"] > top)
    band = np.where(curve_rows(rows, trend), rows["smooth_high"], np.nan)
    cut = np.nan_to_num(band) > top
    edges = np.flatnonzero(np.diff(np.concatenate([[0], cut.astype(int), [0]])))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        arrows[begin + int(np.argmax(band[begin:end]))] = True
    return arrows


def _change_note(change: ChangePoints) -> str:
    if not len(change):
        return f"No change point (alpha {change.settings['alpha']:g})."
    return (
        f"Solid lines: change points, with the {change.level:.0%} interval of their date as a band "
        "and the levels before and after as dotted lines."
    )
