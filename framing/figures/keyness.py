"""The figures of differences in words: keyness and word shifts."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Patch
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter
from numpy.typing import ArrayLike

from framing._core.checks import InputError, check_positive
from framing._core.typing import Array
from framing.figures.drawing import (
    GREY,
    MOST_UNITS,
    PLAIN,
    PLAIN_BAR,
    WIDE,
    draws,
    entry_names,
    fill,
    new_figure,
    row_height,
    set_rows,
    shorten,
    steady,
    style,
    write_note,
)
from framing.words.keywords import MEASURES, Keyness
from framing.words.word_shifts import WordShift

# Colours of target and reference; the reference is also hatched.
SIDES = (PLAIN, "#8593A1")
HATCH = "////"
# Parts of web addresses, and terms without a letter, which no figure names.
ADDRESS = r"https?|www|\.(?:com|org|net|gov|html?)\b|[/@]|^[\W\d_]*$"
# Size of the name of a term, and the room around it, in points.
LETTERS, APART = 6.5, 1.5
# Distances of a name from its point, in points; from LEADER on, a line leads to the point.
DISTANCES, LEADER = (5, 9, 14, 20, 27, 35, 44), 12
# How often each name is placed anew beside the others.
ROUNDS = 6
# Longest name of a side, in characters.
NAME = 36
# From the least to the largest count, an axis with a number at each power of ten alone.
WIDE_RANGE = 100


@draws
def plot_keyness(keyness: Keyness, *, top: int = 12, drop: Sequence[str] = ()) -> Figure:
    """Draw the terms that differ most between target and reference, by how frequent they are.

    Parameters
    ----------
    keyness : Keyness
        From `keyness`, or for one node from ``collocations(…).keyness(node)``.
    top : int
        Largest number of named terms per side, at most 30: those with the largest statistic. For
        "log_ratio" they are the terms with the interval farthest from 0, since rare terms have
        the largest ratios.
    drop : sequence of str, optional
        Terms that are not named, such as the labels of speakers in transcripts. Parts of web
        addresses and numbers are never named.

    Returns
    -------
    matplotlib.figure.Figure
        A point per term: to the right the more frequent terms, above those of the target, below
        those of the reference. The named terms have their interval; they are open where the term
        does not occur in one side.

    Raises
    ------
    InputError
        ``top`` is not between 1 and 30, or the table is empty.

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["truce talks and gas", "truce, a truce", "gas talks", "oil and gas, gas"]
    >>> corpus = fr.make_corpus(texts, source=["Wire", "Wire", "Blog", "Blog"])
    >>> terms = fr.count_terms(corpus, min_units=1)
    >>> figure = fr.plot_keyness(fr.keyness(terms, by="source", target="Wire", min_count=1))
    """
    _check_top(top, MOST_UNITS // 2)
    if not len(keyness):
        raise InputError(
            "There is no term to draw: keyness.table is empty. Lower min_count in keyness(…)."
        )
    every = steady(keyness.table)
    terms = every["term"].astype(str)
    shown = keyness.table[~(terms.isin(list(drop)) | terms.str.contains(ADDRESS, case=False))]
    rows = steady(_most_key(keyness, shown, top))
    with style():
        figure = new_figure(WIDE, 4.4)
        axes = figure.subplots()
        axes.set_xscale("log")
        axes.axhline(0, color=GREY, linewidth=0.8)
        sizes = every["n_target"] + every["n_reference"]
        axes.scatter(sizes, every["log_ratio"], s=3, color="#C9CED3", linewidths=0, zorder=1)
        _draw_terms(axes, rows)
        least, most = axes.get_xlim()
        if most < WIDE_RANGE * least:
            axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_major_formatter("{x:,g}")
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.yaxis.set_major_locator(MaxNLocator(7, integer=True))
        axes.grid(axis="y")
        axes.set_xlabel("occurrences on both sides")
        axes.set_ylabel("log ratio (1 = twice as frequent in the target)")
        heads = [
            axes.text(
                1.0, y, text, transform=axes.transAxes, ha="right", va=place, fontsize=7.5,
                weight="bold", color="#444444",
            )
            for text, y, place in (
                (f"more in {_short(keyness.target)}", 1.0, "top"),
                (f"more in {_short(keyness.reference)}", 0.0, "bottom"),
            )
        ]  # fmt: skip
        # Before the names, which stand where the note leaves the axes.
        write_note(figure, _keyness_note(keyness, len(drop)))
        _name_terms(figure, axes, rows, heads)
    return figure


def _draw_terms(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw the named terms with their intervals."""
    sizes = (rows["n_target"] + rows["n_reference"]).to_numpy(dtype=np.float64)
    colours = [SIDES[int(behind)] for behind in rows["rate_target"] < rows["rate_reference"]]
    axes.vlines(
        sizes, rows["log_ratio_low"], rows["log_ratio_high"], color=colours, linewidth=0.7,
        alpha=0.6, zorder=2,
    )  # fmt: skip
    none = (rows["n_target"] == 0) | (rows["n_reference"] == 0)
    faces = ["white" if empty else colour for empty, colour in zip(none, colours, strict=True)]
    axes.scatter(
        sizes, rows["log_ratio"], s=16, c=faces, edgecolors=colours, linewidths=1, zorder=3
    )


def _name_terms(figure: Figure, axes: Axes, rows: pd.DataFrame, heads: Sequence[Text]) -> None:
    """Write each term beside its point, or with a line to it, where it covers no other name."""
    sizes = (rows["n_target"] + rows["n_reference"]).to_numpy(dtype=np.float64)
    places = np.column_stack([sizes, rows["log_ratio"].to_numpy(dtype=np.float64)])
    ends = rows[["log_ratio_low", "log_ratio_high"]].to_numpy(dtype=np.float64)
    # Points of the page, as the axes are laid out.
    figure.draw_without_rendering()
    scale = 72 / figure.dpi
    page = (axes.transAxes.transform([(0, 0), (1, 1)]) * scale).ravel()
    points = axes.transData.transform(places) * scale
    marks = np.column_stack([points - 3, points + 3])
    low, high = (
        axes.transData.transform(np.column_stack([sizes, end]))[:, 1] * scale for end in ends.T
    )
    lines = np.column_stack([points[:, 0] - 0.5, low, points[:, 0] + 0.5, high])
    fixed = np.vstack([
        marks, *(np.ravel(head.get_window_extent().get_points())[None] * scale for head in heads)
    ])  # fmt: skip
    names = [shorten(str(term), 26) for term in rows["term"]]
    boxes = [_places_beside(point, *_size(name)) for point, name in zip(points, names, strict=True)]
    chosen = _choose_places(boxes, fixed, lines[~np.isnan(ends).any(axis=1)], page)
    for name, place, point, box in zip(names, places, points, chosen, strict=True):
        far = np.hypot(*np.maximum(0, np.maximum(box[:2] - point, point - box[2:]))) >= LEADER
        # The line begins where the name is nearest to the point.
        begin = np.clip((point - box[:2]) / (box[2:] - box[:2]), 0, 1)
        leader = {
            "arrowstyle": "-", "color": GREY, "linewidth": 0.4, "shrinkA": 0, "shrinkB": 2,
            "relpos": tuple(begin),
        }  # fmt: skip
        axes.annotate(
            name, tuple(place), tuple((box[:2] - point).round(6)), textcoords="offset points",
            fontsize=LETTERS, ha="left", va="bottom", zorder=4,
            arrowprops=leader if far else None,
        )  # fmt: skip


def _size(name: str) -> tuple[float, float]:
    """Return the width and height of the name of a term, in points."""
    width, height, _ = text_to_path.get_text_width_height_descent(
        name, FontProperties(size=LETTERS), ismath=False
    )
    return float(width), max(float(height), LETTERS * 1.2)


def _places_beside(point: Array, width: float, height: float) -> Array:
    """Return where a name may stand, the nearest first: boxes (left, bottom, right, top)."""
    corners = [
        (x, y)
        for distance in DISTANCES
        for x, y in (
            (distance, -height / 2), (-distance - width, -height / 2),
            (-width / 2, distance), (-width / 2, -distance - height),
            (distance, distance), (distance, -distance - height),
            (-distance - width, distance), (-distance - width, -distance - height),
        )
    ]  # fmt: skip
    corner = point + np.array(corners)
    return np.column_stack([corner, corner + np.array([width, height])])


def _choose_places(boxes: Sequence[Array], fixed: Array, lines: Array, page: Array) -> list[Array]:
    """Return one of the boxes of each name so that they cover little.

    A name is first beside its point, then moves, in turn with the others, to where it covers
    neither another name nor a point or head (``fixed``) and stays inside the page, if there is
    such a place; of several it takes the nearest, or one near by that crosses no interval
    (``lines``).
    """
    chosen = [options[0] for options in boxes]
    for _ in range(ROUNDS):
        moved = False
        for number, options in enumerate(boxes):
            others = np.array([box for other, box in enumerate(chosen) if other != number])
            cost = 1e-3 * np.arange(len(options)) + _covered(options, fixed, 0)
            cost += _covered(options, lines, 0) / 40
            if len(others):
                cost += 2 * _covered(options, others, APART)
            outside = (options[:, :2] < page[:2]).any(axis=1) | (options[:, 2:] > page[2:]).any(
                axis=1
            )
            best = options[int(np.argmin(cost + 9 * outside))]
            moved |= bool((best != chosen[number]).any())
            chosen[number] = best
        if not moved:
            break
    return chosen


def _covered(boxes: Array, others: Array, room: float) -> Array:
    """Return how many of the others each box meets, with some room around it."""
    meets = (boxes[:, None, :2] - room < others[None, :, 2:]).all(axis=2) & (
        others[None, :, :2] < boxes[:, None, 2:] + room
    ).all(axis=2)
    count: Array = meets.sum(axis=1).astype(np.float64)
    return count


def _check_top(top: int, most: int) -> None:
    """Raise InputError unless a figure has room for this many rows."""
    check_positive("top", top, whole=True)
    if top > most:
        raise InputError(f"top={top} is too many to read. Give top= at most {most}.")


def _most_key(keyness: Keyness, table: pd.DataFrame, top: int) -> pd.DataFrame:
    """Return the rows of the most typical terms of each side, from target to reference."""
    strength = table["statistic"]
    if keyness.measure == "log_ratio":
        low, high = table["log_ratio_low"], table["log_ratio_high"]
        nearest = low.where(table["log_ratio"] >= 0, high)
        # Without intervals the estimate decides.
        strength = nearest.fillna(table["log_ratio"])
    ranked = table.assign(strength=strength).sort_values(
        ["strength", "term"], ascending=[False, True]
    )
    more = ranked["rate_target"] > ranked["rate_reference"]
    target_rows = ranked[more].head(top)
    return pd.concat([target_rows, ranked[~more].tail(top)])


def _draw_bars(axes: Axes, values: Array, colours: list[str]) -> None:
    """Draw one bar per row; bars of the reference are hatched."""
    rows = range(len(values))
    bars = axes.barh(rows, values, color=colours, height=0.7)
    for bar, colour in zip(bars, colours, strict=True):
        if colour == SIDES[0]:
            # Lighter than points, so that the line of an interval stands out.
            bar.set(facecolor=PLAIN_BAR)
        elif colour == SIDES[1]:
            bar.set(facecolor="white", edgecolor=colour, hatch=HATCH, linewidth=0.8)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter("{x:,g}")
    axes.margins(y=0)


def _write_counts(axes: Axes, rows: pd.DataFrame) -> None:
    """Write the occurrences in target and reference beside each row."""
    texts = [
        f"{target:,} : {reference:,}"
        for target, reference in rows[["n_target", "n_reference"]].to_numpy()
    ]
    for row, text in enumerate(texts):
        axes.annotate(
            text, (1, row), (4, 0), xycoords=axes.get_yaxis_transform(),
            textcoords="offset points", va="center", fontsize=7,
        )  # fmt: skip
    axes.annotate(
        "n", (1, 1), (4, 3), xycoords="axes fraction", textcoords="offset points", fontsize=7,
        va="bottom",
    )  # fmt: skip


def _name_sides(figure: Figure, left: str, right: str, comparison: WordShift) -> None:
    handles = [
        Patch(facecolor=PLAIN_BAR, label=left + _short(comparison.target)),
        Patch(
            facecolor="white", edgecolor=SIDES[1], hatch=HATCH,
            label=right + _short(comparison.reference),
        ),
    ]  # fmt: skip
    figure.legend(handles=handles, loc="outside upper center", ncols=2)


def _short(name: str) -> str:
    """Return a name without its middle where it is long: outlets often differ at the end only."""
    half = NAME // 2
    return name if len(name) <= NAME else f"{name[: half - 1].rstrip()}…{name[-half:].lstrip()}"


def _pair(numbers: Sequence[int]) -> str:
    return " : ".join(f"{number:,}" for number in numbers)


def _keyness_note(keyness: Keyness, dropped: int) -> str:
    totals = keyness.sides["total"].tolist()
    documents = keyness.sides["documents"].tolist()
    what = keyness.settings["total"]
    by = MEASURES.get(keyness.measure, keyness.measure)
    order = (
        "those with the interval farthest from 0"
        if keyness.measure == "log_ratio"
        else f"those with the largest {by}"
    )
    unnamed = f" {dropped:,} chosen terms, web" if dropped else " Web"
    return (
        f"Each point is a term. Named: of each side {order}. Target : reference = {_pair(totals)} "
        f"{what} in {_pair(documents)} documents. Lines: {keyness.level:.0%} intervals of each log "
        "ratio, not adjusted, from the variance between documents (none if a side is a single "
        "document). Open: the term does not occur in one side; half a count or less is used "
        f"instead.{unnamed} addresses and numbers are not named."
    )


@draws
def plot_word_shift(shift: WordShift, *, top: int = 20) -> Figure:
    """Draw what each term or entry contributes to the difference between two sets of texts.

    Parameters
    ----------
    shift : WordShift
        From `word_shift`.
    top : int
        Largest number of rows, at most 60: the largest contributions.

    Returns
    -------
    matplotlib.figure.Figure
        Above, the total with its interval, and the sums of the contributions to the right and to
        the left. Below, one bar per contribution with its interval: to the right what is more
        frequent in the target (for "weighted": what raises the mean). On the right edge the
        occurrences in target and reference.

    Raises
    ------
    InputError
        ``top`` is not between 1 and 60, or there is no contribution.

    References
    ----------
    Gallagher, R. J. et al. (2021). Generalized word shift graphs: A method for visualizing and
    explaining pairwise comparisons between texts. EPJ Data Science 10, 4.
    doi:10.1140/epjds/s13688-021-00260-3

    Examples
    --------
    >>> import framing as fr
    >>> hits = fr.load_study("articles").hits
    >>> first = hits.documents["doc_id"].iloc[0]
    >>> shift = fr.word_shift(hits, by="doc_id", target=first, frame="peace", seed=1)
    >>> figure = fr.plot_word_shift(shift)
    """
    _check_top(top, MOST_UNITS)
    if not len(shift):
        raise InputError(
            "There is no contribution to draw: no term or entry occurs in either side."
        )
    shift = replace(shift, table=steady(_directed(shift)))
    rows = shift.table.head(top)
    items = [str(name) for name in rows[shift.item]]
    if shift.item == "entry":
        items = entry_names(items, shift.settings.get("lexicon_hash"))
    names = [fill(shorten(name), 26) for name in items]
    with style():
        height = max(0.19, row_height(names) - 0.11) * len(rows)
        figure = new_figure(WIDE, 2.1 + height)
        above, axes = figure.subplots(2, 1, height_ratios=[0.5, max(height, 0.3)])
        _draw_total(above, shift)
        _draw_contributions(axes, rows)
        set_rows(axes, names)
        _write_counts(axes, rows)
        axes.set_xlabel(f"contribution ({_unit(shift)})")
        _name_sides(figure, *_directions(shift), shift)
        write_note(figure, _shift_note(shift, rows))
    return figure


def _directions(shift: WordShift) -> tuple[str, str]:
    """Return the meaning of a bar to the right, and to the left, before the name of a side."""
    if shift.kind in ("rate", "weighted"):
        return "→ raises ", "← raises "
    return "→ more in ", "← more in "


def _unit(shift: WordShift) -> str:
    frame = shift.settings["frame"]
    return f"{shift.measure}, {frame}" if frame else shift.measure


def _directed(shift: WordShift) -> pd.DataFrame:
    """Return signed contributions; those of a divergence get the sign of the larger side."""
    table = shift.table
    if shift.kind != "jensen-shannon":
        return table
    sign = np.where(table["rate_target"] >= table["rate_reference"], 1, -1)
    ends = pd.DataFrame({"low": table["low"] * sign, "high": table["high"] * sign})
    return table.assign(
        contribution=table["contribution"] * sign,
        low=ends.min(axis=1),
        high=ends.max(axis=1),
    )


def _draw_contributions(axes: Axes, rows: pd.DataFrame) -> None:
    values = rows["contribution"].to_numpy(dtype=np.float64)
    _draw_bars(axes, values, [SIDES[int(value < 0)] for value in values])
    _draw_lines(axes, range(len(rows)), rows["low"], rows["high"])
    axes.xaxis.set_major_locator(MaxNLocator(7))


def _draw_lines(axes: Axes, positions: Sequence[int], low: ArrayLike, high: ArrayLike) -> None:
    """Draw intervals over bars."""
    axes.hlines(positions, low, high, color="black", linewidth=1)


def _draw_total(axes: Axes, shift: WordShift) -> None:
    """Draw the total, and the sums of positive and of negative contributions."""
    values = shift.table["contribution"]
    sums = [float(values[values > 0].sum()), float(values[values < 0].sum())]
    names = ["total", "all to the right", "all to the left"]
    rows = [shift.total, *sums]
    _draw_bars(axes, np.array(rows), ["#A3A3A3", *SIDES])
    if np.isfinite([shift.low, shift.high]).all():
        _draw_lines(axes, [0], [shift.low], [shift.high])
    written = [abs(value) if shift.kind == "jensen-shannon" else value for value in rows]
    with_interval = bool(np.isfinite(shift.low)) and shift.kind != "proportion"
    ends = [shift.low, shift.high] if with_interval else []
    # As many decimals for all, so that a value can be held against its interval.
    digits = _digits([*written, *ends])
    for row, value in enumerate(written):
        text = f"{value + 0.0:.{digits}f}"
        if row == 0 and with_interval:
            text += f" [{shift.low:.{digits}f}, {shift.high:.{digits}f}]"
        text = text.replace("-", "\N{MINUS SIGN}")
        axes.annotate(
            text, (1, row), (4, 0), xycoords=axes.get_yaxis_transform(),
            textcoords="offset points", va="center", fontsize=7,
        )  # fmt: skip
    set_rows(axes, names)


def _digits(values: Sequence[float]) -> int:
    """Return the decimals with which the largest of the values has three digits, at most six."""
    most = max((abs(value) for value in values if np.isfinite(value)), default=0.0)
    return int(np.clip(2 - np.floor(np.log10(most)), 0, 6)) if most else 0


def _shift_note(shift: WordShift, rows: pd.DataFrame) -> str:
    documents, totals = shift.sides["documents"].tolist(), shift.sides["total"].tolist()
    values = shift.sides["value"].tolist()
    tokens = "tokens" if shift.item == "entry" else "terms"
    items = "entries" if shift.item == "entry" else "terms"
    scores = (
        f" Overall: {values[0]:.3g} in the target, {values[1]:.3g} in the reference."
        if np.isfinite(values).all()
        else ""
    )
    direction = (
        "A divergence has no sign. To the right: more frequent in the target; to the left: more "
        "frequent in the reference. "
        if shift.kind == "jensen-shannon"
        else ""
    )
    return (
        f"{direction}The {len(rows):,} largest of {len(shift):,} contributions of {items}, "
        f"{np.abs(rows['share']).sum():.0%} of all contributions.{scores} n: occurrences in "
        f"target : reference, of {_pair(totals)} {tokens} in "
        f"{_pair(documents)} documents. Lines: {shift.level:.0%} bootstrap intervals over documents"
        f"{'' if np.isfinite(rows['low']).all() else ', missing if a side has one document'}."
    )
