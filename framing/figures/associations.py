"""The figure of associations: a network of the words around one or several names."""

from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from framing._core.checks import InputError, check_positive
from framing._core.typing import Array
from framing.figures.drawing import GREY, PLAIN, WIDE, draws, new_figure, style, write_note
from framing.figures.packages import apart
from framing.words.collocates import Collocations

# The most names and words of a network.
MOST_NODES, MOST_WORDS = 12, 60
# Inches: a letter and a line of a label, the room between labels, width and height of the drawing.
LETTER, LINE, ROOM, ACROSS, HIGH = 0.07, 0.14, 0.2, WIDE - 0.3, 4.0
# Width of a line in points, of a log ratio of 1 and at most.
THIN, THICK = 0.5, 3.0


@draws
def plot_associations(found: Collocations, *, top: int = 12) -> Figure:
    """Draw the words that occur near names, as a network.

    Parameters
    ----------
    found : Collocations
        From `collocations`, such as ``collocations(corpus, load_actors("ukraine-peace"))``.
    top : int
        Largest number of words of each name, those with the largest statistic.

    Returns
    -------
    matplotlib.figure.Figure
        Names are bold in a frame. A line joins a name and a word that stands near it more often
        than elsewhere; the wider the line, the larger the log ratio. Words that several names
        share lie between them. Only words with an interval of the log ratio above 0 are drawn.

    Raises
    ------
    InputError
        ``top`` is not a whole number above 0, there are more than 12 names or 60 words, or no
        word is associated.

    References
    ----------
    Kamada, T. and Kawai, S. (1989). An algorithm for drawing general undirected graphs.
    Information Processing Letters 31(1), 7-15. doi:10.1016/0020-0190(89)90102-6

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["Putin wants land.", "Putin took land.", "Rain fell on the town.", "Snow fell."]
    >>> found = fr.collocations(fr.make_corpus(texts * 5), {"Putin": "putin"})
    >>> figure = fr.plot_associations(found)
    """
    check_positive("top", top, whole=True)
    table = found.table[found.table["log_ratio_low"] > 0]
    table = table.groupby("node", sort=False, observed=True).head(top)
    names = [str(name) for name in pd.unique(table["node"])]
    words = [str(word) for word in pd.unique(table["collocate"])]
    if not names:
        raise InputError(
            "There is no word to draw: no interval of a log ratio is above 0. Lower min_count in "
            "collocations(…), or give more text."
        )
    if len(names) > MOST_NODES or len(words) > MOST_WORDS:
        raise InputError(
            f"{len(names)} names with {len(words)} words cannot be drawn: a figure takes "
            f"{MOST_NODES} and {MOST_WORDS}. Give fewer names to collocations(…), or a lower top=."
        )
    ends = [
        (names.index(str(node)), len(names) + words.index(str(word)))
        for node, word in zip(table["node"], table["collocate"], strict=True)
    ]
    centres = _centres(names, words, ends)
    low, high = centres.min(axis=0), centres.max(axis=0)
    with style():
        figure = new_figure(WIDE, float(high[1] - low[1]) + 1.0)
        axes = figure.subplots()
        for (name, word), ratio in zip(ends, table["log_ratio"], strict=True):
            axes.plot(
                *centres[[name, word]].T, color=GREY, alpha=0.5, zorder=1,
                linewidth=float(np.clip(THIN * ratio, THIN, THICK)),
            )  # fmt: skip
        for number, (label, (x, y)) in enumerate(zip([*names, *words], centres, strict=True)):
            is_name = number < len(names)
            axes.text(
                float(x), float(y), label, ha="center", va="center", fontsize=7.5,
                weight="bold" if is_name else "normal",
                color=PLAIN if is_name else "black", zorder=3,
                bbox={
                    "boxstyle": "round,pad=0.2" if is_name else "square,pad=0.05",
                    "facecolor": "white",
                    "edgecolor": PLAIN if is_name else "none", "linewidth": 0.8,
                },
            )  # fmt: skip
        axes.set_xlim(low[0] - 0.5, high[0] + 0.5)
        axes.set_ylim(low[1] - 0.2, high[1] + 0.2)
        axes.set_axis_off()
        write_note(figure, _note(found, top))
    return figure


def _centres(names: list[str], words: list[str], ends: list[tuple[int, int]]) -> Array:
    """Return the centres of the labels, in inches: by Kamada and Kawai, then pushed apart."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(len(names) + len(words)))
    graph.add_edges_from(ends)
    parts = [sorted(part) for part in nx.connected_components(graph)]
    # Parts without a common word lie far from each other.
    for one, other in pairwise(parts):
        graph.add_edge(one[0], other[0], weight=3.0)
    placed = nx.kamada_kawai_layout(graph, pos=nx.circular_layout(graph))
    positions = np.array([placed[number] for number in range(len(graph))]).round(3)
    sizes = np.array([[LETTER * len(label), LINE] for label in [*names, *words]]) + ROOM
    span = np.maximum(np.ptp(positions, axis=0), 1e-9)
    unit = (positions - positions.min(axis=0)) / span
    return np.asarray(apart(sizes / 2 + unit * (np.array([ACROSS, HIGH]) - sizes), sizes).round(3))


def _note(found: Collocations, top: int) -> str:
    span = "in the sentence" if found.span == "sentence" else f"within {found.span} words"
    return (
        f"Lines: words that stand near a name ({span}) more often than elsewhere, at most {top} of "
        f"each name, by {found.measure}; wider: a larger log ratio. Their {found.level:.0%} "
        "intervals are above 0."
    )
