"""The figure of packages: topics as a network."""

from dataclasses import replace
from itertools import count

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from framing._core.checks import InputError
from framing._core.typing import Array
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

# Inches: largest and smallest diameter of a topic, room between topics, width of the drawing.
LARGEST, SMALLEST, ROOM, ACROSS = 0.36, 0.07, 0.07, WIDE - 0.2
# Width of a line of cosine 1, in points.
THICKEST = 3.5
SIZE = 7
# Smallest height of a drawing in inches, and its area divided by that of the labels.
LOW, AIR = 2.0, 1.5
# Labels avoid this many lines, the strongest ones.
MOST_LINES = 150
# While labels overlap, the drawing grows by the factor STRETCH every PATIENCE steps.
PATIENCE, STRETCH = 100, 1.01


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
        One node per topic: its area is the share of the topic, colour and shape show the
        package. One line per kept edge: its width is the cosine, and it is dashed between
        packages. Similar topics lie close to each other, as far as labels leave room.

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
    """Return colour and marker of a package; the colours of the frames come last."""
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
    """Return the centre of the box of each topic, in inches, and the height of the drawing."""
    positions = _network(packages)
    room = boxes + ROOM
    height = max(LOW, AIR * float((room[:, 0] * room[:, 1]).sum()) / ACROSS)
    low, high = positions.min(axis=0), positions.max(axis=0)
    unit = (positions - low) / np.maximum(high - low, 1e-9)
    extent = np.array([ACROSS, height])
    centres = apart(room / 2 + unit * (extent - room), room)
    below = (centres - room / 2)[:, 1].min()
    above = (centres + room / 2)[:, 1].max()
    return (centres - np.array([0.0, below])).round(3), round(float(above - below), 3)


def _network(packages: Packages) -> Array:
    """Return positions of topics by Kamada and Kawai, from their cosines and packages."""
    import networkx as nx

    topics, members = packages.table["topic"].tolist(), packages.table["package"].tolist()
    row_of = {topic: number for number, topic in enumerate(topics)}
    distance: dict[int, dict[int, float]] = {number: {} for number in range(len(topics))}
    for row in packages.edges.to_dict("records"):
        first, second = row_of[row["topic"]], row_of[row["with_topic"]]
        length = 1.0 if members[first] == members[second] else 2.0
        distance[first][second] = distance[second][first] = length + (1 - row["cosine"])
    graph = nx.complete_graph(len(topics))
    positions = nx.kamada_kawai_layout(graph, dist=distance, pos=nx.circular_layout(graph))
    # Rounded to what is visible: the search ends at slightly other positions on other processors.
    return np.array([positions[number] for number in range(len(topics))]).round(3)


def apart(centres: Array, room: Array) -> Array:
    """Return the centres after pushing boxes apart until none overlaps another."""
    minimum = (room[:, None] + room[None]) / 2
    order = np.sign(np.subtract.outer(np.arange(len(room)), np.arange(len(room))))
    for turn in count(1):
        between = centres[:, None] - centres[None]
        overlap = minimum - np.abs(between)
        touching = (overlap > 1e-6).all(axis=2) & (order != 0)
        if not touching.any():
            break
        side = np.where(between == 0, order[:, :, None], np.sign(between))
        shorter = overlap == overlap.min(axis=2, keepdims=True)
        push = np.where(touching[:, :, None] & shorter, 0.5 * side * overlap, 0.0).sum(axis=1)
        centres = centres + 0.5 * push
        # The page has fixed sides and a free height: stretching makes room for the other boxes.
        edge = room[:, 0] / 2
        centres[:, 0] = np.clip(centres[:, 0], edge, ACROSS - edge)
        centres[:, 1] *= STRETCH if turn % PATIENCE == 0 else 1.0
    return centres


def _set_inches(figure: Figure, axes: Axes, height: float) -> None:
    """Make one unit of the axes one inch, so that positions in inches are exact."""
    figure.draw_without_rendering()
    extent = axes.get_window_extent()
    wide, tall = extent.width / figure.dpi / 2, extent.height / figure.dpi / 2
    axes.set_xlim(ACROSS / 2 - wide, ACROSS / 2 + wide)
    axes.set_ylim(height / 2 - tall, height / 2 + tall)


def _kept(packages: Packages) -> pd.DataFrame:
    """Return the kept edges, with topics as rows of the table."""
    edges = packages.edges[packages.edges["kept"]]
    rows = pd.Series(range(len(packages.table)), index=packages.table["topic"].tolist())
    first, second = edges["topic"].map(rows), edges["with_topic"].map(rows)
    return pd.DataFrame({"one": first, "other": second, "cosine": edges["cosine"]})


def _sides(ends: pd.DataFrame, centres: Array, boxes: Array, diameters: Array) -> Array:
    """Return for each topic 1 for a label below its node, -1 for a label above it.

    Sides change, topic by topic, if fewer lines then cross labels.
    """
    strongest = ends.head(MOST_LINES)
    along = np.linspace(0.0, 1.0, 25)[None, :, None]
    half = (boxes - np.outer(diameters, [0.0, 1.0])) / 2

    def covered(up: Array) -> int:
        """Return the number of points of lines that lie in labels."""
        nodes = centres + np.outer(up, [0.0, 0.5]) * (boxes - diameters[:, None])
        labels = centres - np.outer(up * diameters, [0.0, 0.5])
        first, second = nodes[strongest["one"], None], nodes[strongest["other"], None]
        points = (first + along * (second - first)).reshape(-1, 1, 2)
        return int((np.abs(points - labels) < half).all(axis=2).sum())

    up = np.ones(len(centres))
    for topic in [*range(len(up))] * 3:
        turned = np.where(np.arange(len(up)) == topic, -up, up)
        if covered(turned) < covered(up):
            up = turned
    return up


def _draw_edges(axes: Axes, packages: Packages, ends: pd.DataFrame, nodes: Array) -> None:
    members = packages.table["package"].to_numpy()
    for first, second, cosine in ends.itertuples(index=False):
        inside = members[first] == members[second]
        axes.plot(
            *nodes[[first, second]].T,
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
    """Draw nodes and labels; a negative diameter puts the label above its node."""
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
        edges = f"edges kept at alpha = {packages.alpha:g}, and the strongest edge of each topic"
    p = "not tested"
    if packages.permutations:
        p = (
            f"{packages.tested:.2f} among all edges, p = {packages.p:.3f} by "
            f"{packages.permutations:,} permutations"
        )
    return (
        "Area of a node: mean share of the topic. Width of a line: cosine of the shares of two "
        f"topics; dashed between packages ({edges}). Modularity {packages.modularity:.2f}, {p}; "
        f"consensus of {packages.runs:,} runs ({packages.method}); n = {packages.units:,} units. "
        "Packages of topics, not frames, until a person has validated them."
    )
