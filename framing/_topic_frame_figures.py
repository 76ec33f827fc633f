"""The figure of topics and frames: a clustered heat map."""

from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, ListedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.cluster.hierarchy import dendrogram, linkage

from framing._checks import InputError
from framing._drawing import (
    GREY,
    MOST_UNITS,
    WIDE,
    new_figure,
    row_height,
    set_rows,
    style,
    wrap_labels,
    write_note,
)
from framing.topic_frames import TopicFrames

# Binary logarithm of the ratio at which the colours end.
END = 2.0
# Frames whose intervals fit into the cells, and frames whose rates do.
MOST_INTERVALS, MOST_FRAMES = 7, 14
# Beyond so many colours the bar would be an image; an odd number has one for "no difference".
SHADES = 41

Array = NDArray[np.float64]


def plot_topic_frames(found: TopicFrames) -> Figure:
    """Draw which topics carry which frames, topics alike side by side.

    Parameters
    ----------
    found : TopicFrames
        From `frames_by_topic`.

    Returns
    -------
    matplotlib.figure.Figure
        A row a topic, a column a frame: the rate of the frame with its interval (without, where
        there are more than seven frames), on the colour of its ratio to the rate in all text.
        Topics are ordered by average linkage of their log-ratios, cut at 1/4 and 4.

    Raises
    ------
    InputError
        There are more than 60 topics or more than 14 frames.

    References
    ----------
    Bar-Joseph, Z., Gifford, D. K. and Jaakkola, T. S. (2001). Fast optimal leaf ordering for
    hierarchical clustering. Bioinformatics 17(suppl. 1), S22-S29.
    doi:10.1093/bioinformatics/17.suppl_1.S22

    Examples
    --------
    >>> import framing as fr
    >>> from framing._topic_frame_figures import plot_topic_frames
    >>> texts = ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas"] * 4
    >>> corpus = fr.make_corpus(texts)
    >>> topics = fr.fit_topics(fr.count_terms(corpus), n_topics=2, seed=1)
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce", "talks"]}))
    >>> found = fr.frames_by_topic(topics, hits, seed=1, draws=50, permutations=50)
    >>> figure = plot_topic_frames(found)
    """
    topics = [str(topic) for topic in found.table["topic"].cat.categories]
    frames = [str(frame) for frame in found.base["frame"]]
    _check(len(topics), len(frames))
    ratios = found.table["ratio"].to_numpy(dtype=np.float64).reshape(len(topics), len(frames))
    with np.errstate(divide="ignore"):
        logs = np.clip(np.log2(ratios), -END, END)
    order, tree = _cluster(np.nan_to_num(logs))
    names = [*(_name(found.table, topics[topic]) for topic in order), "all text"]
    names = wrap_labels(names, None)
    with style():
        figure = new_figure(WIDE, 1.75 + max(0.34, row_height(names)) * len(names))
        left, axes = figure.subplots(1, 2, sharey=True, width_ratios=[1, 9])
        _draw_tree(left, tree, len(topics))
        # One patch a cell: an image would be smoothed at its edges, or be a picture in the SVG.
        cells = np.vstack([logs[order], np.zeros(len(frames))])
        mesh = axes.pcolormesh(cells, cmap=_colours(), vmin=-END, vmax=END)
        del mesh
    return figure
