"""The figure of regressions: ratios or average effects, one panel per frame."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from framing._core.checks import InputError, check_choice
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
    set_ratio_ticks,
    set_rows,
    set_value_ticks,
    steady,
    style,
    wrap_labels,
    write_note,
)
from framing.regressions.corrected_models import LINEAR
from framing.regressions.formulas import parse_formula
from framing.regressions.regressions import Regression, kinds_of_models

EFFECTS = ("ratio", "ame")
# The columns of an effect: its estimate and the ends of its interval.
CELLS = {
    "ratio": ("ratio", "ratio_low", "ratio_high"),
    "ame": ("ame", "ame_low", "ame_high"),
    "difference": ("estimate", "low", "high"),
}
RATIOS = {"rate": "rate ratio", "count": "ratio of counts", "share": "odds ratio"}
# Panels side by side, and in total.
COLUMNS, MOST_FRAMES = 4, 12
# Characters per line of the title of a panel.
TITLE = 18
# An interval is cut at a ratio EDGE times beyond the outermost point.
EDGE = 32.0


@draws
def plot_regression(regression: Regression, *, effect: str = "ratio") -> Figure:
    """Draw the effect of each term on each frame.

    Parameters
    ----------
    regression : Regression
        From `regress`; at most 60 terms and 12 frames.
    effect : {"ratio", "ame"}
        Rate or odds ratios on a logarithmic axis, or average marginal effects in the unit of
        the scores, without interactions. A model of corrected shares is linear and has no ratios:
        its coefficients are drawn in their place, as differences of shares on a linear axis.

    Returns
    -------
    matplotlib.figure.Figure
        One panel per frame, with one row per term without the intercept: a point with its
        interval. A point is open if it has no standard error; "none" means no finite estimate.

    Raises
    ------
    InputError
        There are too many terms or frames, nothing to draw, or ``effect`` is unknown.

    Examples
    --------
    >>> import framing as fr
    >>> scores = fr.score(fr.load_study("briefings").hits)
    >>> figure = fr.plot_regression(fr.regress(scores, "year + length"))
    """
    check_choice("effect", effect, EFFECTS)
    table = steady(regression.table[regression.table["term"] != "(intercept)"])
    if effect == "ratio" and (regression.fit["model"] == LINEAR).all():
        effect = "difference"
    if effect == "ame":
        table = table[[_is_main(term, regression.formula) for term in table["term"]]]
    terms, frames = list(dict.fromkeys(table["term"])), list(table["frame"].cat.categories)
    check_count(len(terms), "terms")
    if len(frames) > MOST_FRAMES:
        raise InputError(
            f"{len(frames)} frames cannot be drawn: a figure takes {MOST_FRAMES} at most. Pool "
            "them with merge_frames(hits, …) before score."
        )
    names = wrap_labels(terms, None)
    columns = min(COLUMNS, len(frames))
    lines = -(-len(frames) // columns)
    with style():
        figure = new_figure(WIDE, 0.75 + lines * _panel_height(names, terms, frames))
        panels = make_panels(figure, len(frames), columns, sharey=True)
        drawn: list[tuple[Axes, pd.DataFrame, str]] = []
        for axes, frame in zip(panels, frames, strict=True):
            rows = table[table["frame"] == frame].set_index("term").loc[terms]
            _draw(axes, rows, effect, frame_style(frames)[frame])
            drawn.append((axes, rows, frame_style(frames)[frame][0]))
            axes.set_title(f"{fill(frame, TITLE)}\nn = {int(rows['n'].iloc[0]):,}", fontsize=8)
        set_rows(panels[0], names)
        _set_axis(panels[0], table, regression, effect)
        beyond = [_mark_beyond(*panel, effect) for panel in drawn]
        label_below(panels, _label(regression, effect), columns)
        write_note(figure, _note(regression, table, effect, any(beyond)))
    return figure


def _is_main(term: str, formula: str) -> bool:
    """Return whether a term is a column or a level of a column, not an interaction."""
    names = [str(factors[0]) for factors in parse_formula(formula) if len(factors) == 1]
    level = term.endswith("]") and "]:" not in term
    return any(term == name or (level and term.startswith(f"{name}[")) for name in names)


def _panel_height(names: list[str], terms: list[str], frames: list[str]) -> float:
    """Return the height of a row of panels, in inches."""
    heads = max(fill(frame, TITLE).count("\n") for frame in frames)
    return 0.65 + 0.13 * heads + 0.8 * row_height(names) * len(terms)


def _draw(axes: Axes, table: pd.DataFrame, effect: str, look: tuple[str, str]) -> None:
    """Draw the estimates of one frame."""
    colour, marker = look
    middle, low, high = (table[column].to_numpy(dtype=np.float64) for column in CELLS[effect])
    rows, known = np.arange(len(table)), ~np.isnan(low)
    axes.axvline(float(effect == "ratio"), color=GREY, linewidth=0.6, linestyle=(0, (3, 2)))
    axes.hlines(rows[known], low[known], high[known], color=colour, linewidth=1.0)
    for end in (low, high):
        axes.plot(end[known], rows[known], "|", color=colour, markersize=4)
    for which, face in ((known, colour), (~known & ~np.isnan(middle), "white")):
        if which.any():
            axes.plot(
                middle[which], rows[which], marker, color=colour, markerfacecolor=face,
                markersize=4, zorder=3,
            )  # fmt: skip
    for row in rows[np.isnan(middle)]:
        axes.text(
            0.5, row, "none", transform=axes.get_yaxis_transform(), ha="center", va="center",
            fontsize=6.5, color=GREY, bbox={"color": "white", "pad": 1},
        )  # fmt: skip
    axes.grid(axis="x")


def _mark_beyond(axes: Axes, table: pd.DataFrame, colour: str, effect: str) -> bool:
    """Draw an arrow for each interval that leaves the panel; return whether there is one."""
    left, right = axes.get_xlim()
    low, high = (table[column].to_numpy(dtype=np.float64) for column in CELLS[effect][1:])
    below, above = low < left, high > right
    mark_beyond(axes, np.arange(len(table)), below, above, colour)
    return bool((below | above).any())


def _set_axis(axes: Axes, table: pd.DataFrame, regression: Regression, effect: str) -> None:
    """Set limits, ticks and scale of the horizontal axis."""
    ends = table[list(CELLS[effect])].to_numpy(dtype=np.float64)
    ends = ends[np.isfinite(ends)]
    if effect != "ratio":
        set_value_ticks(axes.xaxis, regression.kind)
        return
    points = table["ratio"].to_numpy(dtype=np.float64)
    points = points[np.isfinite(points) & (points > 0)]
    bottom, top = min([1, *points]) / EDGE, max([1, *points]) * EDGE
    low = max(bottom, min([0.98, *ends[ends > 0]]))
    high = min(top, max([1.02, *ends]))
    room = (high / low) ** 0.06
    axes.set_xscale("log")
    axes.set_xlim(low / room, high * room)
    set_ratio_ticks(axes.xaxis, low / room, high * room)


def _label(regression: Regression, effect: str) -> str:
    if effect == "difference":
        return f"difference in {regression.measure}"
    return RATIOS[regression.kind] if effect == "ratio" else "average effect"


def _plural(ratio: str) -> str:
    return ratio.capitalize().replace("atio", "atios", 1)


def _note(regression: Regression, table: pd.DataFrame, effect: str, beyond: bool) -> str:
    clusters = regression.fit["clusters"].max()
    value, low, _ = CELLS[effect]
    what = {
        "ratio": f"{_plural(RATIOS[regression.kind])} of {regression.measure}, on a logarithmic "
        "axis",
        "ame": f"Average marginal effects, in {regression.measure}",
        "difference": f"Differences in {regression.measure}",
    }[effect]
    models = kinds_of_models(regression.fit)
    periods = "".join(f", or by {name} where larger" for name in regression.error_periods)
    note = (
        f"{what}: of a level against the reference, or of a number that rises by one. Model: "
        f"{models}. Lines: {regression.level:.0%} intervals, errors clustered by "
        f"{regression.cluster} ({clusters:,} clusters){periods}; n = {regression.unit}s."
    )
    if regression.reference:
        named = [f"{column} {level}" for column, level in regression.reference.items()]
        note += f" Reference: {', '.join(named)}."
    missing = table[value].isna()
    if (table[low].isna() & ~missing).any():
        note += " Open: no standard error."
    if missing.any():
        note += " None: no finite estimate."
    note += " Arrow: the interval goes beyond the panel." * beyond
    dropped = len(regression.dropped)
    note += f" {dropped:,} {regression.unit}s lack a value and are left out." if dropped else ""
    return f"{note} Lexicon: {regression.lexicon}, {regression.standing}."
