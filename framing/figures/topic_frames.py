"""The figures of the choice of a number of topics, and of frames by topic."""

from collections.abc import Sequence
from dataclasses import replace
from textwrap import fill
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from scipy.cluster.hierarchy import dendrogram, linkage

from framing._core.typing import Array
from framing.figures.drawing import (
    BAR,
    END,
    GREY,
    MOST_INTERVALS,
    PLAIN,
    WIDE,
    check_count,
    check_matrix,
    digits_apart,
    draw_ratio_bar,
    draw_ratios,
    draws,
    new_figure,
    p_value,
    row_height,
    set_rows,
    steady,
    style,
    wrap_labels,
    write_note,
)
from framing.figures.topics import COLUMNS, STEPS, label_below, make_panels
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

# Rows and distances of each branch.
Branches: TypeAlias = list[tuple[Array, Array]]


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
        panels = make_panels(figure, len(measures))
        for axes, measure in zip(panels, measures, strict=True):
            rows_of_measure = choice.table[choice.table["measure"] == measure]
            leading = [measure in best[int(size)] for size in rows_of_measure["n_topics"]]
            _draw_measure(axes, rows_of_measure, np.array(leading))
            axes.set_title(MEASURES[measure])
            axes.set_ylabel(f"{UNITS[measure]}, better →")
        _set_sizes(panels[0], sorted(best))
        _add_key(panels)
        label_below(panels, "number of topics")
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
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=STEPS))
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
        f"seeds), {setup['samples']} bootstrap samples of {setup['resampled']}s (the other "
        f"measures), first seed {setup['seed']}; n = {setup['units']:,} {setup['unit']}s. "
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
        One row per topic, one column per frame: the rate of the frame with its interval (without
        it for more than six frames), on a colour for its ratio to the rate in all text. The last
        row is the rate in all text. Topics are ordered by average linkage of their log-ratios,
        limited to 1/4 and 4.

    Raises
    ------
    InputError
        There are more than 60 topics or more than 10 frames.

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
        # A frame without hits has no ratio; its cells get the colour of no difference.
        logs = np.nan_to_num(np.log2(ratios)).clip(-END, END)
    order, branches = _cluster(logs)
    labels = found.table.drop_duplicates("topic")["label"].tolist()
    names = [_row_name(topics[row], labels[row]) for row in order]
    names = wrap_labels([*names, "all text"], None)
    with style():
        height = max(0.34, row_height(names)) * len(names)
        crowded = len(frames) > MOST_INTERVALS
        figure = new_figure(WIDE, 1.55 + height + 0.5 * crowded)
        grid = figure.add_gridspec(2, 2, width_ratios=[1, 9], height_ratios=[height, BAR])
        axes = figure.add_subplot(grid[0, 1])
        _draw_tree(figure.add_subplot(grid[0, 0], sharey=axes), branches)
        mesh = draw_ratios(axes, logs[order])
        _write_cells(axes, found, [topics[row] for row in order], frames)
        heads = [fill(frame, 14) for frame in frames]
        axes.set_xticks(range(len(frames)), heads, rotation=90 if crowded else 0)
        axes.tick_params(labeltop=True, labelbottom=False, labelright=True, labelleft=False, size=0)
        set_rows(axes, names)
        axes.set_ylim(len(names) - 0.5, -0.5)
        draw_ratio_bar(figure, figure.add_subplot(grid[1, 1]), mesh, "times the rate in all text")
        write_note(figure, _frames_note(found, len(frames)))
    return figure


def _row_name(topic: str, label: str) -> str:
    """Return the label of a row, with the name of the topic if it has another label."""
    unbroken = topic.replace(" ", "\N{NO-BREAK SPACE}")
    return topic if label == topic else f"{label} ({unbroken})"


def _cluster(logs: Array) -> tuple[list[int], Branches]:
    """Return the order of the rows, and the branches of their tree."""
    if len(logs) < 2:
        return [0], []
    # Rounded, so that the last bit does not turn a branch on another machine.
    links = linkage(logs.round(6), method="average", optimal_ordering=True)
    tree = dendrogram(links, no_plot=True)
    order = [int(row) for row in tree["leaves"]]
    positions = (np.array(tree["icoord"]) - 5) / 10
    if order[0] > order[-1]:
        # The tree fixes the neighbours, but not which end is on top.
        order, positions = order[::-1], len(order) - 1 - positions
    return order, list(zip(positions, np.array(tree["dcoord"]), strict=True))


def _draw_tree(axes: Axes, branches: Branches) -> None:
    """Draw the tree beside the rows."""
    for position, distance in branches:
        axes.plot(distance, position, color=GREY, linewidth=0.8, solid_joinstyle="miter")
    axes.invert_xaxis()
    axes.tick_params(labelleft=False, labelbottom=False)
    axes.set_axis_off()


def _write_cells(axes: Axes, found: TopicFrames, topics: list[str], frames: list[str]) -> None:
    """Write the rates into the cells, and those of all text below."""
    crowded = len(frames) > MOST_INTERVALS
    base = dict(zip(found.base["frame"].astype(str), found.base["rate"], strict=True))
    digits = {
        frame: digits_apart(
            found.table.loc[found.table["frame"].astype(str) == frame, "rate"], base[frame]
        )
        for frame in frames
    }
    for values in found.table.to_dict("records"):
        frame = str(values["frame"])
        cell = frames.index(frame), topics.index(str(values["topic"]))
        rate, low, high = (_short(values[name], digits[frame]) for name in ("rate", "low", "high"))
        # No sign where the written numbers do not differ.
        apart = rate != _short(base[frame], digits[frame])
        sign = "" if not apart else "▲" if values["ratio"] > 1 else "▼"
        star = "*" if values["p_adjusted"] < STAR else ""
        text = f"{sign} {rate}{star}".strip()
        if not crowded:
            text += f"\n[{low}, {high}]"
        weight = "bold" if star else "normal"
        axes.text(*cell, text, ha="center", va="center", fontsize=6.5, weight=weight)
    for column, frame in enumerate(frames):
        text = _short(base[frame], digits[frame])
        axes.text(column, len(topics), text, ha="center", va="center", fontsize=6.5)


def _short(rate: float, digits: int) -> str:
    return f"{rate:.0f}" if rate >= 100 else f"{rate:.{digits}f}"


def _frames_note(found: TopicFrames, frames: int) -> str:
    setup = found.settings
    interval = (
        f", in brackets its {setup['level']:.0%} bootstrap interval over {setup['clusters']:,} "
        f"{setup['resampled']}s"
    )
    return (
        f"Hits per 1,000 tokens of the topic{interval if frames <= MOST_INTERVALS else ''}; "
        "▲ above and ▼ below the rate in all text. Bold with *: p < .05, adjusted for all cells "
        f"({setup['permutations']:,} permutations). Test of no association in any cell: "
        f"{p_value(found.p)}. Colours end at 1/4 and 4. Lexicon: {setup['lexicon']}; "
        f"n = {setup['units']:,} {setup['unit']}s. The "
        "tree joins topics with similar ratios."
    )
