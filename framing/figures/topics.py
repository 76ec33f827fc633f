"""The figures of topics: their terms, and their shares in groups of text."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from framing._core.checks import InputError, check_choice
from framing._core.renaming import renamed
from framing.figures.drawing import (
    MOST_UNITS,
    PLAIN,
    PLAIN_BAR,
    WIDE,
    check_count,
    columns_of,
    draws,
    fill,
    label_below,
    make_panels,
    new_figure,
    row_height,
    set_rows,
    set_value_ticks,
    shorten,
    steady,
    style,
    wrap_labels,
    write_note,
)
from framing.scores.groups import MISSING
from framing.scores.periods import FREQUENCY
from framing.topics.prevalences import Prevalence
from framing.topics.topics import Topics

BAND = "#C3CCD4"
# Panels side by side, and characters per line of the title of a panel.
COLUMNS, TITLE = 3, 20
# Columns of a line of terms.
TERMS = 66
MOST_PANELS = 12
MEANING = {
    "weight": "weight in the topic",
    "probability": "probability in the topic",
    "frex": "FREX, which combines frequency and exclusivity",
    "lift": "lift, the probability in the topic divided by that in all text",
}
# Patterns of periods, to separate them from values of a column with the same name.
DATED = {
    "year": r"\d{4}",
    "quarter": r"\d{4}Q[1-4]",
    "month": r"\d{4}-\d\d",
    "week": r"\d{4}-\d\d-\d\d",
}
METHODS = {
    "refit": "model refitted to {draws:,} bootstrap samples of documents",
    "composition": "{draws:,} posterior draws, each with resampled documents",
}
# With more periods only isolated points are marked.
MOST_MARKS = 60
# Steps of a scale that are easy to read.


@renamed(n="top", by="rank_by")
@draws
def plot_topics(topics: Topics, *, top: int = 8, rank_by: str = "weight") -> Figure:
    """Draw the top terms of each topic.

    Parameters
    ----------
    topics : Topics
        From `fit_topics`.
    top : int
        Terms per topic; terms for which the measure is 0 are not drawn.
    rank_by : {"weight", "probability", "frex", "lift"}
        The measure, as in ``topics.top_terms``.

    Returns
    -------
    matplotlib.figure.Figure
        One row per topic: its share of all terms as a point, and its terms, the first one with
        the largest measure. Their measures are in ``topics.top_terms``; in a drawing they are too
        alike to be told apart.

    Raises
    ------
    InputError
        There are more than 60 topics, or an argument cannot be used in ``topics.top_terms``.

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas"]
    >>> topics = fr.fit_topics(fr.count_terms(fr.make_corpus(texts)), n_topics=2, seed=1)
    >>> figure = fr.plot_topics(topics, top=2)
    """
    terms = steady(topics.top_terms(top, rank_by=rank_by))
    if "form" in terms:
        # Readers do not know stems.
        terms = terms.assign(term=terms["form"])
    if len(topics) > MOST_UNITS:
        raise InputError(
            f"{len(topics)} topics cannot be drawn: a figure takes {MOST_UNITS} at most. Fit fewer "
            "topics, or read topics.top_terms(), which holds all of them."
        )
    shares = _weighted_shares(topics)
    ranked = terms[terms[rank_by] > 0].groupby("topic", sort=False)["term"].agg(list)
    lists = [_in_lists(ranked.get(topic, []), TERMS) for topic in topics.names]
    names = wrap_labels(_titles(topics, shares), None)
    lines = [
        max(name.count("\n"), terms.count("\n")) + 1
        for name, terms in zip(names, lists, strict=True)
    ]
    with style():
        figure = new_figure(WIDE, 0.95 + sum(_row(count) for count in lines))
        axes, beside = figure.subplots(1, 2, sharey=True, width_ratios=[1, 3.4])
        # Rows are as high as their terms need.
        ends = np.cumsum([_row(count) for count in lines])
        middles = ends - np.array([_row(count) for count in lines]) / 2
        axes.hlines(middles, 0, shares, color=PLAIN_BAR, linewidth=0.8)
        axes.plot(shares, middles, "o", color=PLAIN, markersize=3.8, clip_on=False, zorder=3)
        axes.set_yticks(middles, names)
        axes.set_ylim(ends[-1], 0)
        axes.set_xlim(0, 1.08 * float(max(shares)))
        set_value_ticks(axes.xaxis, most=3)
        axes.xaxis.set_major_formatter(_percent)
        axes.grid(axis="x")
        axes.set_xlabel("share of all terms")
        for middle, listed in zip(middles, lists, strict=True):
            beside.text(0, middle, listed, va="center", fontsize=7.5)
        for end in ends[:-1]:
            beside.axhline(end, color="#dddddd", linewidth=0.5)
        beside.set_title(f"terms, by {rank_by}")
        beside.tick_params(labelleft=False, labelbottom=False, bottom=False)
        beside.spines[:].set_visible(False)
        write_note(figure, _topics_note(topics, rank_by))
    return figure


def _row(lines: int) -> float:
    """Return the height of a row of so many lines, in inches."""
    return 0.135 * lines + 0.1


def _in_lists(terms: Sequence[str], width: int) -> str:
    """Return terms in lines of at most ``width`` columns; a term is never broken.

    A letter of Chinese, Japanese or Korean is two columns wide. Example: ["truce", "peace talks"]
    in lines of 10 columns gives "truce," and "peace talks".
    """
    lines = [""]
    for number, term in enumerate(map(shorten, terms)):
        word = term + ("," if number < len(terms) - 1 else "")
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and columns_of(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)


def _weighted_shares(topics: Topics) -> Any:
    """Return the share of each topic in all terms."""
    sizes = topics.units["terms"].to_numpy(dtype=np.float64)
    return np.nan_to_num(topics.unit_shares).T @ sizes / sizes.sum()


def _titles(topics: Topics, shares: Sequence[float]) -> list[str]:
    titles = []
    for number, (name, share) in enumerate(zip(topics.names, shares, strict=True), start=1):
        label = topics.label(name)
        head = name if label == name else f"{number} · {label}"
        titles.append(f"{head} ({share:.0%})" if share >= 0.005 else f"{head} (<1%)")
    return titles


def _topics_note(topics: Topics, by: str) -> str:
    tfidf = " (of log-scaled tf-idf)" if by == "weight" and topics.model == "nmf" else ""
    return (
        f"Terms of each topic by {MEANING[by]}{tfidf}, the largest first; points and numbers in "
        f"brackets: the topic's share of all terms. Model: {topics.model}, seed {topics.seed}; n = "
        f"{len(topics.units) - topics.empty:,} {topics.unit}s. "
        "Topics, not frames, until a person has validated them."
    )


@draws
def plot_prevalence(prevalence: Prevalence, *, topics: Sequence[str] | None = None) -> Figure:
    """Draw the share of each topic in the text of each group.

    Parameters
    ----------
    prevalence : Prevalence
        From `prevalence`.
    topics : sequence of str, optional
        Topics to draw ("topic 1", …), at most 12; by default all.

    Returns
    -------
    matplotlib.figure.Figure
        One panel per topic. For year, quarter, month or week: a line over time with its interval
        as a band, and a gap for a period without documents. Otherwise: one row per group. Open
        points have no interval, since the group is a single document.

    Raises
    ------
    InputError
        There are more than 12 topics and ``topics`` does not choose, there is no such topic, or
        there are more than 60 groups.

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["truce and talks", "a truce", "gas, a truce", "gas and oil", "oil, gas", "gas"]
    >>> corpus = fr.make_corpus(texts, source=["Wire"] * 3 + ["Blog"] * 3)
    >>> terms = fr.count_terms(corpus)
    >>> topics = fr.fit_topics(terms, n_topics=2, seed=1)
    >>> shares = fr.prevalence(topics, terms, by="source", seed=1, draws=20)
    >>> figure = fr.plot_prevalence(shares)
    """
    chosen = _chosen(prevalence, topics)
    table = steady(prevalence.table[prevalence.table["topic"].isin(chosen)])
    periods = _periods(prevalence)
    if periods is not None:
        return _over_time(prevalence, table, chosen, periods)
    return _by_group(prevalence, table, chosen)


def _chosen(prevalence: Prevalence, topics: Sequence[str] | None) -> list[str]:
    """Return the topics to draw; raises InputError if there is no such topic, or too many."""
    names = [str(name) for name in prevalence.table["topic"].cat.categories]
    if isinstance(topics, str):
        raise InputError(f'topics={topics!r} is one name; give a list: ["{topics}"].')
    chosen = names if topics is None else list(dict.fromkeys(topics))
    for name in chosen:
        check_choice("topics", name, names)
    if not 0 < len(chosen) <= MOST_PANELS:
        raise InputError(
            f"{len(chosen)} topics cannot be drawn: a figure takes 1 to {MOST_PANELS}. Choose "
            f'some of them: topics=["{names[0]}", …].'
        )
    return chosen


def _periods(prevalence: Prevalence) -> pd.PeriodIndex | None:
    """Return the groups as periods, or None if they are not periods."""
    by, groups = prevalence.by, [group for group in prevalence.groups if group != MISSING]
    if by not in FREQUENCY or not groups:
        return None
    if not all(re.fullmatch(DATED[by], group) for group in groups):
        return None
    return pd.PeriodIndex([pd.Period(group, freq=FREQUENCY[by]) for group in groups])


def _over_time(
    prevalence: Prevalence, table: pd.DataFrame, chosen: list[str], periods: pd.PeriodIndex
) -> Figure:
    all_periods = pd.period_range(periods.min(), periods.max(), freq=periods.freq)
    dates = _days(all_periods)
    names = _panel_titles(table, chosen)
    with style():
        figure = new_figure(WIDE, _height(names, 1.15))
        panels = make_panels(figure, len(chosen), COLUMNS)
        for axes, topic, name in zip(panels, chosen, names, strict=True):
            course = table[(table["topic"] == topic) & (table["group"] != MISSING)]
            course = course.set_index(periods)[["share", "low", "high"]].reindex(all_periods)
            _draw_course(axes, dates, course)
            axes.set_title(name)
        _set_dates(panels[0], dates, all_periods, prevalence.by)
        for axes in panels[::COLUMNS]:
            axes.set_ylabel("share of terms")
        label_below(panels, prevalence.by, COLUMNS)
        write_note(figure, _prevalence_note(prevalence, dated=True))
    return figure


def _draw_course(axes: Axes, dates: Any, course: pd.DataFrame) -> None:
    """Draw the share of one topic over time."""
    share, low, high = (
        course[name].to_numpy(dtype=np.float64) for name in ("share", "low", "high")
    )
    axes.fill_between(dates, low, high, color=BAND, linewidth=0)
    axes.plot(dates, share, color=PLAIN, linewidth=1.0)
    banded, present = ~np.isnan(low), ~np.isnan(share)
    # A band needs two neighbouring intervals; a single one is a line.
    single = banded & ~_beside(banded)
    axes.vlines(dates[single], low[single], high[single], color=BAND, linewidth=2.2)
    marked = present if present.sum() <= MOST_MARKS else present & ~(_beside(present) & banded)
    size = 3.2 if present.sum() <= MOST_MARKS / 2 else 2.2
    for which, face in ((marked & banded, PLAIN), (marked & ~banded, "white")):
        if which.any():
            axes.plot(
                dates[which], share[which], "o", color=PLAIN, markerfacecolor=face,
                markersize=size, markeredgewidth=0.7, clip_on=False, zorder=3,
            )  # fmt: skip
    axes.set_ylim(0, min(1.0, 1.08 * float(np.nanmax([share, high]))))
    set_value_ticks(axes.yaxis)
    axes.yaxis.set_major_formatter(_percent)
    axes.grid(axis="y")


def _days(periods: pd.PeriodIndex) -> Any:
    """Return the first days of periods, in days since 1970, as matplotlib counts them."""
    return periods.start_time.to_numpy().astype("datetime64[D]").astype(np.float64)


def _beside(marks: Any) -> Any:
    """Return which positions have a marked neighbour: 1 0 0 1 1 gives 0 1 1 1 1."""
    return np.append(False, marks[:-1]) | np.append(marks[1:], False)


def _set_dates(axes: Axes, dates: Any, periods: pd.PeriodIndex, by: str) -> None:
    """Set ticks at years if the periods cover more than two, otherwise at periods."""
    begin, end = periods[0].start_time, periods[-1].start_time
    if end.year - begin.year > 2:
        years = range(begin.year + (begin.day_of_year > 1), end.year + 1)
        labels = [str(year) for year in years[:: -(-len(years) // 5)]]
        ticks = pd.PeriodIndex(labels, freq="Y")
    else:
        ticks = periods[:: -(-len(periods) // (2 if by == "week" else 4))]
        labels = [str(tick.start_time.date()) if by == "week" else str(tick) for tick in ticks]
    axes.set_xticks(_days(ticks), labels)
    room = 0.05 * float(dates[-1] - dates[0]) or 1.0
    axes.set_xlim(dates[0] - room, dates[-1] + room)


def _by_group(prevalence: Prevalence, table: pd.DataFrame, chosen: list[str]) -> Figure:
    groups = prevalence.groups
    check_count(len(groups), "groups")
    sizes = table.drop_duplicates("group")["documents"]
    pairs = zip(groups, sizes, strict=True)
    rows = wrap_labels(
        [f"{group or '(empty)'}\N{NO-BREAK SPACE}({n:,})" for group, n in pairs], None
    )
    names = _panel_titles(table, chosen)
    with style():
        figure = new_figure(WIDE, _height(names, 0.15 + 0.65 * row_height(rows) * len(rows)))
        panels = make_panels(figure, len(chosen), COLUMNS, sharey=True)
        for axes, topic, name in zip(panels, chosen, names, strict=True):
            _draw_groups(axes, table[table["topic"] == topic])
            axes.set_title(name)
            axes.grid(axis="x")
        set_rows(panels[0], rows)
        panels[0].set_xlim(0, 1.1 * float(table[["share", "high"]].max().max()))
        set_value_ticks(panels[0].xaxis)
        panels[0].xaxis.set_major_formatter(_percent)
        label_below(panels, "share of terms", COLUMNS)
        write_note(figure, _prevalence_note(prevalence, dated=False))
    return figure


def _draw_groups(axes: Axes, rows_of_topic: pd.DataFrame) -> None:
    """Draw the share of one topic in each group."""
    share, low, high = (
        rows_of_topic[name].to_numpy(dtype=np.float64) for name in ("share", "low", "high")
    )
    rows, known = np.arange(len(rows_of_topic)), ~np.isnan(low)
    axes.hlines(rows[known], low[known], high[known], color=PLAIN, linewidth=1.0)
    for end in (low, high):
        axes.plot(end[known], rows[known], "|", color=PLAIN, markersize=4)
    for which, face in ((known, PLAIN), (~known, "white")):
        if which.any():
            axes.plot(
                share[which], rows[which], "o", color=PLAIN, markerfacecolor=face,
                markersize=3.8, clip_on=False, zorder=3,
            )  # fmt: skip


def _prevalence_note(prevalence: Prevalence, *, dated: bool) -> str:
    sizes = prevalence.table.drop_duplicates("group").set_index("group")["documents"]
    absent = int(sizes.get(MISSING, 0)) if dated else 0
    drawn = sizes.drop(MISSING) if absent else sizes
    draws = METHODS[prevalence.method].format(draws=len(prevalence.draws))
    note = (
        f"{'Bands' if dated else 'Lines'}: {prevalence.level:.0%} intervals, {draws} "
        f"({prevalence.settings['model']}). n = {drawn.sum():,} documents"
    )
    if dated:
        note += (
            f", {drawn.min():,} to {drawn.max():,} per {prevalence.by}; points are at its first "
            "day. Each panel has its own scale. A gap is a time without documents."
        )
    else:
        note += f"; in brackets those of each {prevalence.by}."
    if (drawn == 1).any():
        note += " Open: a single document, without an interval."
    return note + (f" Not drawn: {absent:,} documents without a date {MISSING}." if absent else "")


def _panel_titles(table: pd.DataFrame, chosen: list[str]) -> list[str]:
    first = table.drop_duplicates("topic").set_index("topic")["label"]
    return [
        fill(topic if first[topic] == topic else f"{topic.split()[-1]} · {first[topic]}", TITLE)
        for topic in chosen
    ]


def _percent(share: float, _: object) -> str:
    return f"{round(100 * share, 6):g}%"


def _height(names: Sequence[str], panel: float) -> float:
    """Return the height of a figure from the height of a panel and the lines of the titles."""
    rows = [names[first : first + COLUMNS] for first in range(0, len(names), COLUMNS)]
    lines = sum(max(name.count("\n") for name in row) for row in rows)
    return 0.95 + len(rows) * (panel + 0.25) + 0.13 * lines
