"""The figures of the choice of a number of topics, and of frames by topic."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from scipy.cluster.hierarchy import leaves_list, linkage

from framing._core.checks import plural_of
from framing._core.typing import Array
from framing.figures.dots import draw_dots, panels_of
from framing.figures.drawing import (
    PLAIN,
    WIDE,
    check_count,
    check_matrix,
    draws,
    label_below,
    make_panels,
    new_figure,
    p_value,
    set_value_ticks,
    steady,
    style,
    wrap_labels,
    write_note,
)
from framing.figures.topics import COLUMNS
from framing.topics.choice import MEASURES, TopicChoice
from framing.topics.frames import TopicFrames

UNITS = {
    "npmi": "−1 to 1",
    "c_v": "0 to 1",
    "exclusivity": "0 to 1",
    "held_out": "nats a term",
    "stability_seeds": "cosine",
    "stability_samples": "cosine",
}
# Smallest span of an axis, so that nearly equal values look equal.
LEAST_SPAN = 0.02
STAR = 0.05
# Binary logarithm of the largest ratio that counts for the order of the topics.
FARTHEST = 2.0


@draws
def plot_topic_choice(choice: TopicChoice) -> Figure:
    """Draw the measures of each number of topics.

    Parameters
    ----------
    choice : TopicChoice
        From `choose_topics`.

    Returns
    -------
    matplotlib.figure.Figure
        One panel per measure: its mean over runs, and the interval in which a single run is
        expected. Filled points: no other number is reliably better.

    Raises
    ------
    InputError
        There are more than 60 numbers of topics.

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas"] * 5
    >>> terms = fr.count_terms(fr.make_corpus(texts))
    >>> choice = fr.choose_topics(terms, [2, 3], starts=3, seed=1, top=2)
    >>> figure = fr.plot_topic_choice(choice)
    """
    check_count(len(choice), "numbers of topics")
    choice = replace(choice, table=steady(choice.table))
    measures = [measure for measure in MEASURES if measure in set(choice.table["measure"])]
    candidates = choice.candidates
    best = {
        int(size): str(names).split(", ")
        for size, names in zip(candidates["n_topics"], candidates["best_in"], strict=True)
    }
    with style():
        rows = -(-len(measures) // COLUMNS)
        figure = new_figure(WIDE, 1.0 + 1.65 * rows)
        panels = make_panels(figure, len(measures), COLUMNS)
        for axes, measure in zip(panels, measures, strict=True):
            rows_of_measure = choice.table[choice.table["measure"] == measure]
            leading = [measure in best[int(size)] for size in rows_of_measure["n_topics"]]
            _draw_measure(axes, rows_of_measure, np.array(leading))
            axes.set_title(MEASURES[measure])
            axes.set_ylabel(f"{UNITS[measure]}, better →")
        _set_sizes(panels[0], sorted(best))
        _add_key(panels)
        label_below(panels, "number of topics", COLUMNS)
        write_note(figure, _choice_note(choice))
    return figure


def _draw_measure(axes: Axes, rows: pd.DataFrame, leading: Any) -> None:
    """Draw one measure over the numbers of topics."""
    size, value = rows["n_topics"].to_numpy(), rows["value"].to_numpy()
    low, high = rows["low"].to_numpy(), rows["high"].to_numpy()
    axes.plot(size, value, color=PLAIN, linewidth=0.8, zorder=2)
    axes.vlines(size, low, high, color=PLAIN, linewidth=1.0, zorder=2)
    for end in (low, high):
        axes.plot(size, end, "_", color=PLAIN, markersize=5)
    for which, face in ((leading, PLAIN), (~leading, "white")):
        if which.any():
            axes.plot(
                size[which], value[which], "o", color=PLAIN, markerfacecolor=face, zorder=3
            )  # fmt: skip
    bottom, top = float(np.nanmin([low, value])), float(np.nanmax([high, value]))
    margin = max(0.06 * (top - bottom), (LEAST_SPAN - (top - bottom)) / 2)
    axes.set_ylim(bottom - margin, top + margin)
    set_value_ticks(axes.yaxis)
    axes.grid(axis="y")


def _add_key(panels: Sequence[Axes]) -> None:
    """Add a legend of filled and open points, if the last row of panels has room."""
    if len(panels) % COLUMNS == 0 or len(panels) < COLUMNS:
        return
    handles = [
        Line2D([], [], color=PLAIN, marker="o", markerfacecolor=face, linestyle="", label=label)
        for face, label in (
            (PLAIN, "no other number is\nreliably better"), ("white", "another number is\nbetter"),
        )
    ]  # fmt: skip
    handles.append(
        Line2D([], [], color=PLAIN, marker="|", markersize=14, linestyle="",
               label="95% of single runs")
    )  # fmt: skip
    # In the free space below the last panel of the row above.
    key = panels[len(panels) // COLUMNS * COLUMNS - 1].legend(
        handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.5), labelspacing=1.1
    )
    key.set_in_layout(False)


def _set_sizes(axes: Axes, sizes: Sequence[int]) -> None:
    """Set ticks at numbers of topics whose labels do not overlap."""
    span = sizes[-1] - sizes[0]
    ticks = [sizes[0]]
    for size in sizes[1:]:
        if size - ticks[-1] >= 0.1 * span:
            ticks.append(size)
    axes.set_xticks(ticks)
    room = 0.06 * span or 1
    axes.set_xlim(sizes[0] - room, sizes[-1] + room)


def _choice_note(choice: TopicChoice) -> str:
    setup = choice.settings
    return (
        "Points: mean over runs. Lines: range of 95% of single runs (1.96 standard "
        f"deviations). Runs of {setup['model']}: {setup['starts']} random starts (stability over "
        f"seeds), {setup['samples']} bootstrap samples of {plural_of(setup['resampled'])} (the "
        f"other measures), first seed {setup['seed']}; n = {setup['units']:,} {setup['unit']}s. "
        f"Coherence and exclusivity use {setup['top']} terms per topic. Filled: no other number is "
        "reliably better. The figure does not decide: read the topics."
    )


@draws
def plot_topic_frames(found: TopicFrames) -> Figure:
    """Draw how often each frame occurs in each topic, with similar topics side by side.

    Parameters
    ----------
    found : TopicFrames
        From `frames_by_topic`.

    Returns
    -------
    matplotlib.figure.Figure
        One row per topic, one panel per frame: the rate of the frame with its interval. A point
        is filled if the adjusted p is below .05. The vertical line is the rate in all text.
        Topics are ordered by average linkage of their log-ratios to the rates in all text,
        limited to 1/4 and 4.

    Raises
    ------
    InputError
        There are more than 60 topics or more than 12 frames.

    References
    ----------
    Bar-Joseph, Z., Gifford, D. K. and Jaakkola, T. S. (2001). Fast optimal leaf ordering for
    hierarchical clustering. Bioinformatics 17(suppl. 1), S22-S29.
    doi:10.1093/bioinformatics/17.suppl_1.S22

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas"] * 4
    >>> corpus = fr.make_corpus(texts)
    >>> topics = fr.fit_topics(fr.count_terms(corpus), n_topics=2, seed=1)
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce", "talks"]}))
    >>> found = fr.frames_by_topic(topics, hits, seed=1, draws=50, permutations=50)
    >>> figure = fr.plot_topic_frames(found)
    """
    found = replace(found, table=steady(found.table), base=steady(found.base))
    topics = [str(topic) for topic in found.table["topic"].cat.categories]
    frames = [str(frame) for frame in found.base["frame"]]
    remedy = "Fit fewer topics; found.table holds all of them."
    check_matrix(len(topics), "topics", remedy, len(frames), "frames_by_topic")
    ratios = found.table["ratio"].to_numpy(dtype=np.float64).reshape(len(topics), len(frames))
    with np.errstate(divide="ignore"):
        # A frame without hits has no ratio, which says as little as no difference.
        logs = np.nan_to_num(np.log2(ratios)).clip(-FARTHEST, FARTHEST)
    order = [topics[row] for row in _order(logs)]
    labels = dict(zip(found.table["topic"].astype(str), found.table["label"], strict=True))
    names = wrap_labels([_row_name(topic, labels[topic]) for topic in order], None)
    position = found.table["topic"].astype(str).map(order.index)
    rows = found.table.loc[position.sort_values(kind="stable").index]
    panels = panels_of(rows, found.base, "rate", lambda table: table["p_adjusted"] < STAR)
    with style():
        figure = draw_dots(panels, names, "hits per 1,000 tokens")
        write_note(figure, _frames_note(found))
    return figure


def _row_name(topic: str, label: str) -> str:
    """Return the label of a row, with the name of the topic if it has another label."""
    unbroken = topic.replace(" ", "\N{NO-BREAK SPACE}")
    return topic if label == topic else f"{label} ({unbroken})"


def _order(logs: Array) -> list[int]:
    """Return the rows so that those with similar log-ratios stand side by side."""
    if len(logs) < 2:
        return [0]
    # Rounded, so that the last bit does not turn a branch on another machine.
    links = linkage(logs.round(6), method="average", optimal_ordering=True)
    order = [int(row) for row in leaves_list(links)]
    # The tree fixes the neighbours, but not which end is on top.
    return order[::-1] if order[0] > order[-1] else order


def _frames_note(found: TopicFrames) -> str:
    setup = found.settings
    return (
        f"Hits per 1,000 tokens of the topic, with {setup['level']:.0%} bootstrap intervals over "
        f"{setup['clusters']:,} {plural_of(setup['resampled'])}. Vertical line, and number in "
        "brackets: the rate in all text. Each frame has its own scale. Filled: p < .05, adjusted "
        f"for all rates ({setup['permutations']:,} permutations). Test of no association in any "
        f"topic: {p_value(found.p)}. Topics with similar rates stand side by side. "
        f"Lexicon: {setup['lexicon']}; n = {setup['units']:,} {setup['unit']}s."
    )
