"""The figure of packages: a network of topics."""

from dataclasses import replace
from itertools import count

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from framing._core.checks import InputError
from framing.figures.drawing import (
    COLOURS,
    GREY,
    MARKERS,
    MOST_UNITS,
    OTHER_COLOURS,
    WIDE,
    FrameFigure,
    draws,
    new_figure,
    steady,
    style,
    wrap_labels,
    write_note,
)
from framing.topics.packages import Packages

# Inches: diameter of the largest topic and the least of any, room between topics, width drawn on.
LARGEST, SMALLEST, ROOM, ACROSS = 0.36, 0.07, 0.07, WIDE - 0.2
# Points of a line of cosine 1.
THICKEST = 3.5
SIZE = 7
# Inches a drawing is tall at least, and how much more than its labels it holds.
LOW, AIR = 2.0, 1.5
# Lines that labels make way for.
MOST_LINES = 150
# After how many turns that leave labels on labels the drawing grows, and by how much.
PATIENCE, STRETCH = 100, 1.01

Array = NDArray[np.float64]


@draws
def plot_packages(packages: Packages) -> Figure:
    """Draw packages of topics as a network.

    Parameters
    ----------
    packages : Packages
        From `find_packages`.

    Returns
    -------
    matplotlib.figure.Figure
        A node a topic, its area the share of the topic, its colour and shape the package; a
        line an edge kept, its width the cosine, dashed between packages. Topics lie the nearer
        the more alike they are, as far as their labels leave them room.

    Raises
    ------
    InputError
        There are more than 60 topics.

    References
    ----------
    Kamada, T. and Kawai, S. (1989). An algorithm for drawing general undirected graphs.
    Information Processing Letters 31(1), 7-15. doi:10.1016/0020-0190(89)90102-6

    Examples
    --------
    >>> import framing as fr
    >>> import pandas as pd
    >>> rows = [[0.6, 0.3, 0.1], [0.5, 0.4, 0.1], [0.1, 0.1, 0.8], [0.1, 0.2, 0.7]]
    >>> shares = pd.DataFrame(rows, columns=["war", "army", "talks"])
    >>> figure = fr.plot_packages(fr.find_packages(shares, permutations=0, seed=1))
    """
    packages = replace(packages, table=steady(packages.table), edges=steady(packages.edges))
    table = packages.table
    if len(table) > MOST_UNITS:
        raise InputError(
            f"{len(table)} topics cannot be drawn: a figure takes {MOST_UNITS} at most. Fit fewer "
            "topics; packages.table and packages.edges hold all of them."
        )
    labels = dict(zip(table["topic"], table["label"], strict=True))
    names = wrap_labels(table["topic"].tolist(), labels)
    share = table["share"].to_numpy()
    diameters = np.maximum(LARGEST * np.sqrt(share / share.max()), SMALLEST)
    with style():
        boxes = _boxes(names, diameters)
        centres, height = _places(packages, boxes)
        legend = _legend(packages)
        columns = 3
        rows = -(-len(legend) // columns)
        figure = new_figure(WIDE, height + 0.17 * rows + 0.95)
        axes = figure.subplots()
        axes.axis("off")
        figure.legend(handles=legend, loc="outside upper left", ncols=columns)
        write_note(figure, _note(packages))
        _set_inches(figure, axes, height)
        ends = _kept(packages)
        up = _sides(ends, centres, boxes, diameters)
        nodes = centres + np.outer(up, [0.0, 0.5]) * (boxes - diameters[:, None])
        _draw_edges(axes, packages, ends, nodes)
        _draw_topics(axes, packages, nodes, up * diameters, names)
    return figure


def _look(package: int) -> tuple[str, str]:
    """Return colour and marker of a package; the colours of the package's frames come last."""
    colours = (*OTHER_COLOURS, *COLOURS.values())
    return colours[(package - 1) % len(colours)], MARKERS[(package - 1) % len(MARKERS)]


def _boxes(names: list[str], diameters: Array) -> Array:
    """Return width and height, in inches, of each topic with its label below."""
    figure = FrameFigure(figsize=(WIDE, WIDE), layout="constrained")
    boxes = []
    for name, diameter in zip(names, diameters, strict=True):
        extent = figure.text(0, 0, name, fontsize=SIZE).get_window_extent()
        width, height = extent.width / figure.dpi, extent.height / figure.dpi
        boxes.append((max(width, diameter), diameter + 0.04 + height))
    return np.array(boxes)


def _places(packages: Packages, boxes: Array) -> tuple[Array, float]:
    """Return the middle of each topic's box, in inches, and the height of the drawing."""
    wanted = _network(packages)
    room = boxes + ROOM
    height = max(LOW, AIR * float((room[:, 0] * room[:, 1]).sum()) / ACROSS)
    low, high = wanted.min(axis=0), wanted.max(axis=0)
    unit = (wanted - low) / np.maximum(high - low, 1e-9)
    extent = np.array([ACROSS, height])
    centres = _apart(room / 2 + unit * (extent - room), room)
    below = (centres - room / 2)[:, 1].min()
    above = (centres + room / 2)[:, 1].max()
    return (centres - np.array([0.0, below])).round(3), round(float(above - below), 3)


def _network(packages: Packages) -> Array:
    """Return where topics lie by Kamada and Kawai, from their cosines and packages."""
    import networkx as nx

    topics, members = packages.table["topic"].tolist(), packages.table["package"].tolist()
    place = {topic: number for number, topic in enumerate(topics)}
    distance: dict[int, dict[int, float]] = {number: {} for number in range(len(topics))}
    for row in packages.edges.to_dict("records"):
        one, other = place[row["topic"]], place[row["with_topic"]]
        apart = 1.0 if members[one] == members[other] else 2.0
        distance[one][other] = distance[other][one] = apart + (1 - row["cosine"])
    graph = nx.complete_graph(len(topics))
    places = nx.kamada_kawai_layout(graph, dist=distance, pos=nx.circular_layout(graph))
    # To what can be seen: the search for places ends a little apart on other processors.
    return np.array([places[number] for number in range(len(topics))]).round(3)


def _apart(centres: Array, room: Array) -> Array:
    """Return the centres after boxes were pushed apart, until none overlaps another."""
    least = (room[:, None] + room[None]) / 2
    order = np.sign(np.subtract.outer(np.arange(len(room)), np.arange(len(room))))
    for turn in count(1):
        between = centres[:, None] - centres[None]
        over = least - np.abs(between)
        touching = (over > 1e-6).all(axis=2) & (order != 0)
        if not touching.any():
            break
        side = np.where(between == 0, order[:, :, None], np.sign(between))
        shorter = over == over.min(axis=2, keepdims=True)
        push = np.where(touching[:, :, None] & shorter, 0.5 * side * over, 0.0).sum(axis=1)
        centres = centres + 0.5 * push
        # The page ends at its sides but not below: stretching it lets the rest go there.
        edge = room[:, 0] / 2
        centres[:, 0] = np.clip(centres[:, 0], edge, ACROSS - edge)
        centres[:, 1] *= STRETCH if turn % PATIENCE == 0 else 1.0
    return centres


def _set_inches(figure: Figure, axes: Axes, height: float) -> None:
    """Let a unit of the axes be an inch, so that places found in inches hold."""
    figure.draw_without_rendering()
    extent = axes.get_window_extent()
    wide, tall = extent.width / figure.dpi / 2, extent.height / figure.dpi / 2
    axes.set_xlim(ACROSS / 2 - wide, ACROSS / 2 + wide)
    axes.set_ylim(height / 2 - tall, height / 2 + tall)


def _kept(packages: Packages) -> pd.DataFrame:
    """Return the edges kept, topics by their row in the table."""
    edges = packages.edges[packages.edges["kept"]]
    rows = pd.Series(range(len(packages.table)), index=packages.table["topic"].tolist())
    one, other = edges["topic"].map(rows), edges["with_topic"].map(rows)
    return pd.DataFrame({"one": one, "other": other, "cosine": edges["cosine"]})


def _sides(ends: pd.DataFrame, centres: Array, boxes: Array, diameters: Array) -> Array:
    """Return of each topic 1 where its label is below the node, -1 where it is above.

    Sides are changed, topic by topic, where that lets fewer lines run through labels.
    """
    strongest = ends.head(MOST_LINES)
    along = np.linspace(0.0, 1.0, 25)[None, :, None]
    half = (boxes - np.outer(diameters, [0.0, 1.0])) / 2

    def covered(up: Array) -> int:
        nodes = centres + np.outer(up, [0.0, 0.5]) * (boxes - diameters[:, None])
        labels = centres - np.outer(up * diameters, [0.0, 0.5])
        one, other = nodes[strongest["one"], None], nodes[strongest["other"], None]
        points = (one + along * (other - one)).reshape(-1, 1, 2)
        return int((np.abs(points - labels) < half).all(axis=2).sum())

    up = np.ones(len(centres))
    for topic in [*range(len(up))] * 3:
        turned = np.where(np.arange(len(up)) == topic, -up, up)
        if covered(turned) < covered(up):
            up = turned
    return up


def _draw_edges(axes: Axes, packages: Packages, ends: pd.DataFrame, nodes: Array) -> None:
    members = packages.table["package"].to_numpy()
    for one, other, cosine in ends.itertuples(index=False):
        inside = members[one] == members[other]
        axes.plot(
            *nodes[[one, other]].T,
            color=GREY if inside else "#AAAAAA",
            linestyle="-" if inside else (0, (4, 2)),
            linewidth=max(0.3, THICKEST * cosine),
            alpha=0.35 + 0.45 * cosine,
            solid_capstyle="butt",
            zorder=1,
        )


def _draw_topics(
    axes: Axes, packages: Packages, nodes: Array, diameters: Array, names: list[str]
) -> None:
    """Draw nodes and labels; a label is above its node where the diameter is below zero."""
    paper = {"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 0.6}
    for package, node, diameter, name in zip(
        packages.table["package"], nodes, diameters, names, strict=True
    ):
        colour, marker = _look(package)
        area = (72 * diameter) ** 2
        axes.scatter(
            node[0], node[1], s=area, c=colour, marker=marker, edgecolors="white", linewidths=0.6,
            zorder=3,
        )  # fmt: skip
        edge = node[1] - diameter / 2 - np.copysign(0.04, diameter)
        side = "top" if diameter > 0 else "bottom"
        axes.text(node[0], edge, name, fontsize=SIZE, ha="center", va=side, bbox=paper, zorder=2)


def _legend(packages: Packages) -> list[Line2D]:
    grouped: pd.DataFrame = packages.table.groupby("package")["share"].agg(["size", "sum"])
    handles = []
    for package, size, share in grouped.itertuples():
        colour, marker = _look(package)
        topics = "1 topic" if size == 1 else f"{size} topics"
        label = f"package {package}: {topics}, {share:.0%}"
        handles.append(
            Line2D([], [], color=colour, marker=marker, markersize=6, linestyle="", label=label)
        )
    return handles


def _note(packages: Packages) -> str:
    edges = "all edges"
    if packages.alpha is not None:
        edges = f"edges kept at alpha = {packages.alpha:g}, and each topic's strongest"
    p = "not tested"
    if packages.permutations:
        p = (
            f"{packages.tested:.2f} among all edges, p = {packages.p:.3f} by "
            f"{packages.permutations:,} permutations"
        )
    return (
        "Area of a node: mean share of the topic. Width of a line: cosine of two topics' shares; "
        f"dashed between packages ({edges}). Modularity {packages.modularity:.2f}, {p}; consensus "
        f"of {packages.runs:,} runs ({packages.method}); n = {packages.units:,} units. Packages "
        "of topics, not frames, until a person has validated them."
    )
