"""The figure of contrasts: differences or ratios with their intervals."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator
from numpy.typing import NDArray

from framing._core.checks import check_choice
from framing.contrasts.contrasts import Contrast
from framing.figures.drawing import (
    GREY,
    WIDE,
    check_count,
    draws,
    fill,
    frame_style,
    label_below,
    make_panels,
    mark_beyond,
    new_figure,
    row_height,
    set_rows,
    set_value_ticks,
    steady,
    style,
    wrap_labels,
    write_note,
)
from framing.figures.heat_maps import TALL, draw_heat_map, short_names, short_pairs
from framing.scores.groups import TIMES, name_of

EFFECTS = {"difference": ("estimate", "low", "high"), "ratio": ("ratio", "ratio_low", "ratio_high")}
# Largest ratio of an axis: an arrow marks an interval that goes on.
FARTHEST = 20.0
# Panels side by side, and characters per line of a title.
COLUMNS, TITLE = 4, 14
# Characters per line of the label of an axis.
LABEL = 16


@draws
def plot_contrast(contrast: Contrast, *, effect: str = "difference") -> Figure:
    """Draw how frame scores differ between groups, one panel per frame.

    Parameters
    ----------
    contrast : Contrast
        From `contrast`; at most 60 comparisons. Where they would take more than a page, the
        estimates are shades, without intervals; bold has an adjusted p below 1 minus the level.
    effect : {"difference", "ratio"}
        Difference in the unit of the scores, or ratio on a logarithmic axis.

    Returns
    -------
    matplotlib.figure.Figure
        A point marks an estimate, a line its interval. A point is filled if the adjusted p is
        below 1 minus the level. A comparison without an estimate has a cross at no difference.

    Raises
    ------
    InputError
        ``effect`` is unknown, or there are more than 60 comparisons.

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["A truce is near.", "Talks on a truce.", "Rain fell.", "Truce or not."] * 3
    >>> corpus = fr.make_corpus(texts, source=["Wire", "Wire", "Blog", "Blog"] * 3)
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    >>> figure = fr.plot_contrast(fr.contrast(fr.score(hits), by="source", seed=1))
    """
    check_choice("effect", effect, EFFECTS)
    table = steady(contrast.table)
    frames = contrast.scores.frames
    first = table[table["frame"] == frames[0]].reset_index(drop=True)
    check_count(
        len(first),
        "comparisons",
        'Compare each group with all others (contrast(…, compare="rest")), with one group '
        "(reference=…), or a few of them (groups=[…]).",
    )
    names = _names(first, effect)
    titles = [fill(frame, TITLE) for frame in frames]
    columns = min(COLUMNS, len(frames))
    lines = -(-len(frames) // columns)
    heads = 0.35 + 0.13 * max(title.count("\n") for title in titles)
    height = 1.0 + lines * (heads + row_height(names) * len(names))
    if height > TALL:
        return _shade(contrast, table, effect)
    with style():
        figure = new_figure(WIDE, height)
        panels = make_panels(figure, len(frames), columns, sharey=True)
        for axes, frame, title in zip(panels, frames, titles, strict=True):
            rows = table[table["frame"] == frame].reset_index(drop=True)
            _draw(axes, rows, effect, frame_style(frames)[frame], 1 - contrast.level)
            axes.set_title(title)
        label = "ratio" if effect == "ratio" else fill(_unit(contrast), LABEL)
        label_below(panels, label, columns)
        set_rows(panels[0], names)
        _set_axis(panels[0], table, effect, contrast.scores.kind)
        write_note(figure, _note(contrast, effect, table))
    return figure


def _shade(contrast: Contrast, table: pd.DataFrame, effect: str) -> Figure:
    """Draw the estimates as shades: a row per comparison, a column per frame."""
    frames = contrast.scores.frames
    first = table[table["frame"] == frames[0]]
    alone = first["reference"].nunique() == 1
    targets = first["target"].astype(str).tolist()
    pairs = list(zip(targets, first["reference"].astype(str), strict=True))
    names = short_names(targets) if alone else short_pairs(pairs)
    by_frame = [table[table["frame"] == frame] for frame in frames]
    values, p = (
        np.column_stack([rows[column].to_numpy(dtype=float) for rows in by_frame])
        for column in (EFFECTS[effect][0], "p_adjusted")
    )
    share = contrast.scores.kind == "share" and effect == "difference"
    what = "Ratios" if effect == "ratio" else f"Differences of {contrast.measure}"
    against = f" to {first['reference'].iloc[0]}" if alone else ""
    adjusted = "" if contrast.settings["adjust"] == "none" else "adjusted "
    note = (
        f"{what}{against}, by {name_of(contrast.settings['by'])}{', in points' * share}. "
        f"{len(names)} comparisons by {len(frames)} frames are too many for points with intervals: "
        f"a stronger shade is a larger {effect}. Bold: {adjusted}p below {1 - contrast.level:.2g}. "
        "The intervals are in the table of the contrast."
    )
    return draw_heat_map(
        names, frames, values, note=note, signed=effect == "difference", share=share,
        bold=p < 1 - contrast.level,
    )  # fmt: skip


def _names(first: pd.DataFrame, effect: str) -> list[str]:
    """Return the labels of the rows; a reference common to all rows is only in the note."""
    names = wrap_labels(first["target"].tolist(), None)
    if effect == "ratio" and first["reference"].nunique() > 1:
        labels = ratio_labels(first)
        names = ["\n".join(wrap_labels(labels[label], None)) for label in first["comparison"]]
    elif first["reference"].nunique() > 1:
        others = wrap_labels(first["reference"].tolist(), None)
        names = [f"{name}\n− {other}" for name, other in zip(names, others, strict=True)]
    sizes = zip(names, first["n_target"], first["n_reference"], strict=True)
    return [f"{name}\n(n = {a:,} and {b:,})" for name, a, b in sizes]


def ratio_labels(table: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Return the two parts of the label of each comparison, for a ratio.

    Example: "a - b" gives ("a", "/ b"), and the interaction "(a - b) × (c - d)", whose ratio is
    one of ratios, ("(a / b)", "× (c / d)").
    """
    rows = table[["comparison", "target", "reference"]].drop_duplicates()
    sides = {
        label: (target, f"/ {reference}")
        for label, target, reference in rows.itertuples(index=False, name=None)
        if label == f"{target} - {reference}"
    }
    of_factors = [label for label in rows["comparison"] if label not in sides]
    for label in of_factors:
        first, second = (" ".join(sides[part[1:-1]]) for part in label.split(TIMES))
        sides[label] = (f"({first})", f"× ({second})")
    return sides


def _draw(
    axes: Axes, table: pd.DataFrame, effect: str, look: tuple[str, str], alpha: float
) -> None:
    """Draw the estimates of one frame, with intervals, crosses and arrows."""
    colour, marker = look
    value, low, high = EFFECTS[effect]
    none = 1.0 if effect == "ratio" else 0.0
    axes.axvline(none, color=GREY, linewidth=0.8, zorder=0.8)
    axes.grid(axis="x")
    rows = np.arange(len(table))
    left, right = table[low].to_numpy(dtype=float), table[high].to_numpy(dtype=float)
    points = table[value].to_numpy(dtype=float)
    estimated = (table["method"] != "none").to_numpy()
    beyond: list[tuple[NDArray[np.bool_], float, str]] = [(~estimated, none, "x")]
    if effect == "ratio":
        known = ~np.isnan(left) | ~np.isnan(right)
        ends = np.nan_to_num(left), np.nan_to_num(right, nan=np.inf)
        left, right = (np.where(known, end.clip(1 / FARTHEST, FARTHEST), np.nan) for end in ends)
        beyond += [
            (estimated & (points < 1 / FARTHEST), 1 / FARTHEST, "<"),
            (estimated & (np.isnan(points) | (points > FARTHEST)), FARTHEST, ">"),
        ]
    limits = (table["method"] == "limits").to_numpy()
    for which, line in ((~limits, "-"), (limits, (0, (2, 1.5)))):
        axes.hlines(rows[which], left[which], right[which], color=colour, linestyle=line)
        for end in (left[which], right[which]):
            # An interval that goes on beyond the axis has no end to mark.
            inside = (end > 1 / FARTHEST) & (end < FARTHEST) if effect == "ratio" else end == end
            axes.plot(end[inside], rows[which][inside], "|", color=colour, markersize=5)
    if effect == "ratio":
        mark_beyond(axes, rows, left <= 1 / FARTHEST, right >= FARTHEST, colour)
    significant = (table["p_adjusted"] < alpha).to_numpy()
    inside_axis = estimated & ~np.logical_or.reduce([which for which, *_ in beyond])
    for which, face in ((inside_axis & significant, colour), (inside_axis & ~significant, "white")):
        if which.any():
            axes.plot(
                points[which], rows[which], marker=marker, color=colour, markerfacecolor=face,
                zorder=3, linestyle="none",
            )  # fmt: skip
    for which, position, sign in beyond:
        if which.any():
            axes.plot(
                np.full(which.sum(), position), rows[which], marker=sign, color=GREY, markersize=5,
                clip_on=False, zorder=3, linestyle="none",
            )  # fmt: skip


def _set_axis(axes: Axes, table: pd.DataFrame, effect: str, kind: str) -> None:
    """Set limits, ticks and scale of the horizontal axis."""
    if effect == "ratio":
        ends = table[["ratio", "ratio_low", "ratio_high"]].to_numpy(dtype=float)
        ends = ends[np.isfinite(ends) & (ends > 0)]
        far = float(np.clip(np.exp(np.abs(np.log(ends)).max(initial=0.5)) * 1.15, 2.2, FARTHEST))
        if not np.isfinite(table["ratio"]).all() or (table["ratio"] <= 0).any():
            far = FARTHEST
        axes.set_xscale("log", base=2)
        axes.set_xlim(1 / far, far)
        step = 4 if far > 5 else 2
        ticks = [step**power for power in range(3) if step**power <= far]
        axes.set_xticks([1 / tick for tick in ticks[:0:-1]] + ticks)
        axes.xaxis.set_major_formatter(FuncFormatter(_as_ratio))
        axes.xaxis.set_minor_locator(NullLocator())
        return
    set_value_ticks(axes.xaxis)
    if kind == "share":
        axes.xaxis.set_major_formatter(FuncFormatter(_as_points))


def _as_points(value: float, _: object) -> str:
    """Return a share in percentage points."""
    return f"{100 * value:.3g}".replace("-", "\N{MINUS SIGN}")


def _as_ratio(value: float, _: object) -> str:
    """Return a ratio, below 1 as a fraction."""
    return f"{value:.3g}" if value >= 1 else f"1/{1 / value:.3g}"


def _unit(contrast: Contrast, effect: str = "difference") -> str:
    shares = contrast.scores.kind == "share" and effect == "difference"
    return "percentage points" if shares else contrast.measure


def _note(contrast: Contrast, effect: str, table: pd.DataFrame) -> str:
    settings = contrast.settings
    what = f"{effect} {'of' if effect == 'ratio' else 'in'} {_unit(contrast, effect)}"
    references = table["reference"].unique()
    against = f", against {str(references[0]).strip('()')}" if len(references) == 1 else ""
    corrected = table["method"] == "correction"
    kind = "" if corrected.all() else "t "
    method = settings["adjust"]
    adjusted = "not adjusted" if method == "none" else f"adjusted ({method})"
    note = (
        f"By {name_of(settings['by'])}{against}: {what}. Lines: {contrast.level:.0%} {kind}"
        f"intervals over {settings['resampled']}s; n: {settings['unit']}s of each side. "
        f"Filled: p < {1 - contrast.level:.2g}, {adjusted}."
    )
    if corrected.any() and not corrected.all():
        note += " Of the coded frames, shares and intervals are corrected."
    if (table["method"] == "limits").any():
        note += f" Dashed: limits, since few {settings['resampled']}s have hits, or all agree."
    if (table["method"] == "none").any():
        note += f" Cross: no estimate, since a side has a single {settings['resampled']}."
    if effect == "ratio" and not np.isfinite(table["ratio"].replace(0, np.nan)).all():
        note += " Grey arrow: one side has no hit."
    limits = table[["ratio_low", "ratio_high"]].to_numpy(dtype=float)
    if effect == "ratio" and ((limits <= 1 / FARTHEST) | (limits >= FARTHEST)).any():
        note += " Small arrow: the interval goes beyond the panel."
    return f"{note} Instrument: {contrast.scores.lexicon}, {contrast.standing}."
