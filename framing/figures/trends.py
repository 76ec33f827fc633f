"""The figure of a trend: points, a smooth course, events and change points."""

from collections.abc import Mapping
from string import ascii_lowercase
from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import NDArray

from framing._core.checks import InputError
from framing.figures.drawing import (
    GREY,
    WIDE,
    draws,
    frame_style,
    new_figure,
    steady,
    style,
    write_note,
)
from framing.scores.periods import middles, read_day, starts
from framing.trends.change_points import ChangePoints
from framing.trends.trends import Trend, bridged

Array = NDArray[np.float64]

MOST_FRAMES, MOST_GROUPS, MOST_EVENTS = 12, 4, 26
# Points: of a letter of an event's label and of a title, of a line of them, and of what a label may
# take beyond the panel.
LETTER, BOLD, LINE, TITLE, BEYOND = 4.4, 6.0, 10.0, 12.0, 70.0
# Lines of labels above the panels, beyond which events are lettered.
MOST_LINES = 6
# Periods beyond which points are small.
MOST_MARKS = 60
STEPS = (1, 2, 2.5, 5, 10)
GAP = "#f0f0f0"
# Share of the upper limits that a panel has room for.
ROOM = 0.9


@draws
def plot_trend(
    trend: Trend,
    *,
    events: Mapping[str, str] | None = None,
    change: ChangePoints | None = None,
) -> Figure:
    """Draw scores over time, one panel a frame.

    Parameters
    ----------
    trend : Trend
        12 frames at most, and with ``by`` 4 groups at most, side by side.
    events : mapping, optional
        Date to label: vertical lines through all panels. Where labels are long or many, they are
        letters that the note explains.
    change : ChangePoints, optional
        From `find_change_points`, of this trend.

    Returns
    -------
    matplotlib.figure.Figure
        A dot at the middle of each period with its interval, open without one; dashed up to the
        exact limit where there is no hit; the smooth course with its band. Nothing is drawn over
        periods without text, and long gaps are grey. A change point is a line with the interval
        of its date as a band, and the values before and after it as dotted lines.

    Raises
    ------
    InputError
        There are too many frames, groups or events, an event has no date, or the change points
        are of other frames or groups.

    Examples
    --------
    >>> import framing as fr
    >>> study = fr.load_study("briefings")
    >>> course = fr.trend(fr.score(study.hits), every="quarter", seed=1, draws=100)
    >>> figure = fr.plot_trend(course, events={"2025-01-20": "Inauguration"})
    """
    _check(trend, change)
    marks = _read_events(events or {})
    tables = _tables(trend.table, trend)
    with style():
        rows, columns = len(trend.frames), len(trend.groups)
        width = (WIDE - 0.75) * 72 / columns
        lettered, levels = _levels(trend, marks, width)
        above = 0.14 * (1 + max(levels, default=0)) if marks else 0.0
        figure = new_figure(WIDE, 1.2 + 1.25 * rows + above)
        grid = figure.subplots(rows, columns, sharex=True, sharey="row", squeeze=False)
        for axes_of_frame, frame in zip(grid, trend.frames, strict=True):
            for axes, group in zip(axes_of_frame, trend.groups, strict=True):
                own = tables[group, frame]
                colour, marker = frame_style(trend.frames)[frame]
                _draw_gaps(axes, own, trend)
                _draw_change(axes, trend, change, group, frame, colour)
                _draw_course(axes, own, trend, colour, marker)
                name = frame if trend.by is None else f"{frame} · {group}"
                axes.set_title(fill(name, int(width / 5)))
                for day, _ in marks:
                    axes.axvline(day, color=GREY, linewidth=0.8, linestyle=(0, (4, 2)), zorder=1)
            _set_values(axes_of_frame, [tables[group, frame] for group in trend.groups], trend)
        _set_dates(grid, trend)
        for axes in grid[0]:
            _label_events(axes, marks, levels, lettered)
        # One label for all: a panel is too low for a long one.
        figure.supylabel(trend.measure, fontsize=8)
        write_note(figure, _note(trend, tables, change, marks if lettered else []))
    return figure


def _check(trend: Trend, change: ChangePoints | None) -> None:
    if len(trend.frames) > MOST_FRAMES:
        raise InputError(
            f"{len(trend.frames)} frames cannot be drawn: a figure takes {MOST_FRAMES} at most. "
            "Pool them with merge_frames(hits, …) before score."
        )
    if len(trend.groups) > MOST_GROUPS:
        raise InputError(
            f"{len(trend.groups)} groups cannot be drawn side by side: a figure takes "
            f"{MOST_GROUPS} at most. Draw a trend of a selection; trend.table holds all of them."
        )
    if change is None:
        return
    if not isinstance(change, ChangePoints):
        raise InputError(
            f"change is a {type(change).__name__}; it must come from find_change_points. A date "
            "named beforehand is an event: events={date: label}."
        )
    same = list(change.tests["frame"].cat.categories) == trend.frames
    groups = list(dict.fromkeys(change.tests["group"])) if "group" in change.tests else ["all"]
    if not same or groups != trend.groups or change.settings["every"] != trend.every:
        raise InputError("change is of another trend: its frames, groups or periods differ.")


def _read_events(events: Mapping[str, str]) -> list[tuple[float, str]]:
    """Return the events in their order, dates in days since 1970."""
    if len(events) > MOST_EVENTS:
        raise InputError(f"{len(events)} events cannot be drawn; {MOST_EVENTS} is the most.")
    days = ((read_day("events", date), str(label)) for date, label in events.items())
    return sorted((float(day.astype(np.int64)), label) for day, label in days)


def _day(date: pd.Timestamp) -> float:
    return float(np.datetime64(date.date(), "D").astype(np.int64))


def _tables(table: pd.DataFrame, trend: Trend) -> dict[tuple[str, str], pd.DataFrame]:
    table = table.assign(**steady(table.select_dtypes("float")))
    group = table["group"] if trend.by is not None else pd.Series("all", index=table.index)
    return {
        (str(one), str(frame)): own.reset_index(drop=True)
        for (one, frame), own in table.groupby([group, "frame"], observed=True)
    }


def _levels(trend: Trend, marks: list[tuple[float, str]], width: float) -> tuple[bool, list[int]]:
    """Return whether events are lettered, and the line of each label above the panels.

    A label lies above all that it would cover; those begin to its right, so that the line up to
    it crosses none.
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
    """Return the days at the ends of the axis."""
    periods = trend.series.periods
    first = float(starts(periods)[0].astype(np.int64))
    last = float(starts(periods + 1)[-1].astype(np.int64))
    room = 0.02 * (last - first)
    return first - room, last + room


def _label_events(
    axes: Axes, marks: list[tuple[float, str]], levels: list[int], lettered: bool
) -> None:
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
        # No line through the title.
        if (day - first) / (last - first) > covered:
            axes.annotate(
                "", (day, 1), (0, height + LINE - 2), xycoords=axes.get_xaxis_transform(),
                textcoords="offset points",
                arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.6, "shrinkA": 0,
                            "shrinkB": 0},
            )  # fmt: skip


def _draw_gaps(axes: Axes, own: pd.DataFrame, trend: Trend) -> None:
    """Shade the periods without text that the smooth course does not bridge."""
    known = (own["n"] > 0).to_numpy()
    empty = ~bridged(known, int(trend.settings["bridge"]))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], empty.astype(int), [0]])))
    begin = starts(trend.series.periods).astype(np.int64)
    end = starts(trend.series.periods + 1).astype(np.int64)
    for a, b in zip(edges[::2], edges[1::2], strict=True):
        axes.axvspan(float(begin[a]), float(end[b - 1]), color=GAP, linewidth=0, zorder=0)


def _draw_course(axes: Axes, own: pd.DataFrame, trend: Trend, colour: str, marker: str) -> None:
    days = middles(trend.series.periods)
    value, low, high = (own[name].to_numpy(dtype=float) for name in ("value", "low", "high"))
    axes.fill_between(
        days, own["smooth_low"], own["smooth_high"], color=colour, alpha=0.18, linewidth=0, zorder=1
    )
    axes.plot(days, own["smooth"], color=colour, linewidth=1.4, zorder=2)
    many = len(days) > MOST_MARKS
    exact = (own["method"] == "exact").to_numpy()
    ranged = ~np.isnan(low)
    for which, line in ((ranged & ~exact, "-"), (exact, (0, (2, 1.5)))):
        if which.any():
            axes.vlines(
                days[which], low[which], high[which], color=colour, linestyle=line, alpha=0.5,
                linewidth=0.5 if many else 0.9, zorder=2,
            )  # fmt: skip
    there = ~np.isnan(value)
    filled = ranged & ~exact
    for which, face in ((there & filled, colour), (there & ~filled, "white")):
        if which.any():
            axes.plot(
                days[which], value[which], marker, color=colour, markerfacecolor=face,
                markersize=1.8 if many else 3.2, markeredgewidth=0.6, linestyle="none",
                clip_on=False, zorder=3,
            )  # fmt: skip


def _draw_change(
    axes: Axes, trend: Trend, change: ChangePoints | None, group: str, frame: str, colour: str
) -> None:
    if change is None:
        return
    own = change.table[change.table["frame"] == frame]
    if trend.by is not None:
        own = own[own["group"] == group]
    first, last = _span(trend)
    borders = [first, *(_day(date) for date in own["date"]), last]
    for number, row in enumerate(own.to_dict("records")):
        day = borders[number + 1]
        axes.axvspan(_day(row["low"]), _day(row["high"]), color=colour, alpha=0.18, linewidth=0)
        axes.axvline(day, color=colour, linewidth=1.2)
        sides = [(borders[number], day, row["before"]), (day, borders[number + 2], row["after"])]
        for begin, end, level in sides[1 if number else 0 :]:
            axes.hlines(level, begin, end, color="black", linestyle=":", linewidth=1.0, zorder=3)


def _top(own: list[pd.DataFrame]) -> float:
    """Return how far up a row of panels goes; a few intervals of little text may leave it."""
    table = pd.concat(own)
    limits = table["high"].dropna()
    tops = [table["value"].max(), table["smooth"].max()]
    if len(limits):
        tops.append(float(np.quantile(limits, ROOM, method="higher")))
    return 1.06 * float(np.nanmax([*tops, 0.0])) or 1.0


def _set_values(panels: Any, own: list[pd.DataFrame], trend: Trend) -> None:
    panels[0].set_ylim(0, _top(own))
    for axes in panels:
        axes.yaxis.set_major_locator(MaxNLocator(4, steps=STEPS))
        axes.grid(axis="y")
        if trend.series.kind == "share":
            axes.yaxis.set_major_formatter(PercentFormatter(1))


def _set_dates(grid: Any, trend: Trend) -> None:
    first, last = _span(trend)
    columns = grid.shape[1]
    locator = mdates.AutoDateLocator(  # type: ignore[no-untyped-call]
        minticks=2, maxticks=max(3, 8 // columns)
    )
    days = last - first
    pattern = "%Y" if days > 1500 else "%b %Y" if days > 100 else "%d %b %Y"
    for axes in grid.flat:
        axes.set_xlim(first, last)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(
            mdates.DateFormatter(pattern)  # type: ignore[no-untyped-call]
        )


def _note(
    trend: Trend,
    tables: Mapping[tuple[str, str], pd.DataFrame],
    change: ChangePoints | None,
    keys: list[tuple[float, str]],
) -> str:
    made = trend.settings
    heads = [tables[group, trend.frames[0]] for group in trend.groups]
    sizes = pd.concat([own["n"] for own in heads])
    full = sizes[sizes > 0]
    level, every = f"{trend.level:.0%}", trend.every
    what = str(made["resampled"])
    many = f"{what}s" if what == "document" else f"clusters by {what}"
    parts = [
        f"Points: each {every}, at its middle, with {level} intervals over {many} (n = "
        f"{full.sum():,}, {full.min():,} to {full.max():,} a {every}).",
    ]
    table = pd.concat(tables.values())
    if (table["method"] == "exact").any():
        parts.append("Open and dashed: no hit, exact upper limit.")
    if ((table["method"] == "none") & (table["n"] > 0)).any():
        parts.append(f"Open without a line: a single {what}.")
    sets = trend.smooths.loc[trend.smooths["df"] > 0, "df"]
    if len(sets):
        several = "" if sets.min() == sets.max() else f" to {sets.max()}"
        parts.append(
            f"Curves: natural cubic splines ({sets.min()}{several} degrees of freedom), {level} "
            "bands robust to what a period's documents share."
        )
    bridge = int(made["bridge"])
    gaps = any((~bridged((own["n"] > 0).to_numpy(), bridge)).any() for own in heads)
    if gaps:
        parts.append(f"Grey: no text for more than {bridge} {every}s.")
    if any((own["high"] > _top([own])).any() for own in tables.values()):
        parts.append("Lines that leave a panel go on.")
    if change is not None:
        parts.append(_change_note(change))
    begins = " and begin on Monday" if every == "week" else ""
    parts.append(f"{every.capitalize()}s are cut in {made['timezone']}{begins}.")
    if len(trend.left_out):
        parts.append(f"Left out: {len(trend.left_out):,} {made['unit']}s (trend.left_out).")
    parts.append(f"Each row has its own scale. Lexicon: {made['lexicon']}, {made['standing']}.")
    if keys:
        parts.append(
            "Events: "
            + "; ".join(
                f"{ascii_lowercase[number]} {pd.Timestamp(day, unit='D').date()} {label}"
                for number, (day, label) in enumerate(keys)
            )
            + "."
        )
    return " ".join(parts)


def _change_note(change: ChangePoints) -> str:
    if not len(change):
        return f"No change point (alpha {change.settings['alpha']:g})."
    return (
        f"Solid lines: change points, {change.level:.0%} interval of their date as a band, level "
        "before and after dotted."
    )
