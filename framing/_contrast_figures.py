"""The figure of contrasts: differences or ratios with their intervals."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import (
    FuncFormatter,
    LogLocator,
    MaxNLocator,
    NullFormatter,
    PercentFormatter,
)

from framing._checks import check_choice
from framing._drawing import (
    GREY,
    WIDE,
    check_count,
    frame_style,
    new_figure,
    row_height,
    set_rows,
    steady,
    style,
    wrap_labels,
    write_note,
)
from framing._observations import name_of
from framing.contrasts import Contrast

EFFECTS = {"difference": ("estimate", "low", "high"), "ratio": ("ratio", "ratio_low", "ratio_high")}
# Ratios beyond which an axis ends: an arrow shows that the interval goes on.
FARTHEST = 32.0


def plot_contrast(contrast: Contrast, *, effect: str = "difference") -> Figure:
    """Draw how frame scores differ between groups, one panel a frame.

    Parameters
    ----------
    contrast : Contrast
        From `contrast`; 60 comparisons at most.
    effect : {"difference", "ratio"}
        In the unit of the scores, or as a ratio on a logarithmic axis.

    Returns
    -------
    matplotlib.figure.Figure
        A point an estimate, a line its interval; filled where the adjusted p is below 1 less the
        level. A comparison that cannot be made has a cross at no difference.

    Raises
    ------
    InputError
        ``effect`` is neither, or there are too many comparisons.

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
    comparisons = list(dict.fromkeys(table["comparison"]))
    check_count(len(comparisons), "comparisons")
    frames = contrast.scores.frames
    first = table[table["frame"] == frames[0]]
    names = [
        f"{name}\n(n = {a:,} and {b:,})"
        for name, a, b in zip(
            wrap_labels(comparisons, None), first["n_target"], first["n_reference"], strict=True
        )
    ]
    with style():
        figure = new_figure(WIDE, 1.15 + row_height(names) * len(names))
        panels = figure.subplots(1, len(frames), sharey=True, sharex=True, squeeze=False)[0]
        for axes, frame in zip(panels, frames, strict=True):
            own = table[table["frame"] == frame].reset_index(drop=True)
            _draw(axes, own, effect, frame_style(frames)[frame], 1 - contrast.level)
            axes.set_title(frame)
        set_rows(panels[0], names)
        _set_axis(panels[0], table, effect, contrast.scores.kind)
        write_note(figure, _note(contrast, effect, table))
    return figure


def _draw(axes: Axes, own: pd.DataFrame, effect: str, look: tuple[str, str], alpha: float) -> None:
    colour, marker = look
    value, low, high = EFFECTS[effect]
    none = 1.0 if effect == "ratio" else 0.0
    axes.axvline(none, color="#999999", linewidth=0.8, zorder=0)
    axes.grid(axis="x")
    rows = np.arange(len(own))
    left, right = own[low].to_numpy(dtype=float), own[high].to_numpy(dtype=float)
    if effect == "ratio":
        known = ~np.isnan(left) | ~np.isnan(right)
        left = np.where(known, np.clip(np.nan_to_num(left), 1 / FARTHEST, FARTHEST), np.nan)
        right = np.where(
            known, np.clip(np.nan_to_num(right, nan=np.inf), 1 / FARTHEST, FARTHEST), np.nan
        )
    limits = (own["method"] == "limits").to_numpy()
    for which, line in ((~limits, "-"), (limits, (0, (2, 1.5)))):
        axes.hlines(rows[which], left[which], right[which], color=colour, linestyle=line)
    points = own[value].to_numpy(dtype=float)
    held = (own["p_adjusted"] < alpha).to_numpy()
    made = (own["method"] != "none").to_numpy() & ~np.isnan(points)
    for which, face in ((made & held, colour), (made & ~held, "white")):
        if which.any():
            axes.plot(
                points[which], rows[which], marker, color=colour, markerfacecolor=face, zorder=3
            )
    if (~made).any():
        axes.plot(
            np.full((~made).sum(), none), rows[~made], "x", color=GREY, markersize=5, zorder=3
        )


def _set_axis(axes: Axes, table: pd.DataFrame, effect: str, kind: str) -> None:
    if effect == "ratio":
        ends = table[["ratio", "ratio_low", "ratio_high"]].to_numpy(dtype=float)
        ends = ends[np.isfinite(ends) & (ends > 0)]
        far = float(np.clip(np.exp(np.abs(np.log(ends)).max(initial=0.5)) * 1.15, 1.6, FARTHEST))
        axes.set_xscale("log", base=2)
        axes.set_xlim(1 / far, far)
        axes.xaxis.set_major_locator(LogLocator(base=2, numticks=5))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3g}"))
        axes.xaxis.set_minor_formatter(NullFormatter())
        return
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    if kind == "share":
        axes.xaxis.set_major_formatter(PercentFormatter(1, symbol=""))


def _note(contrast: Contrast, effect: str, table: pd.DataFrame) -> str:
    made = contrast.settings
    unit = "percentage points" if contrast.scores.kind == "share" else contrast.measure
    what = f"ratio of {contrast.measure}" if effect == "ratio" else f"difference in {unit}"
    note = (
        f"By {name_of(made['by'])}: {what}. Lines: {contrast.level:.0%} studentised bootstrap "
        f"intervals over {made['resampled']}s; n: {made['unit']}s of each side. Filled: "
        f"permutation p < {1 - contrast.level:.2g}, adjusted ({made['adjust']})."
    )
    if (table["method"] == "limits").any():
        note += " Dashed: limits, since hits are in few of them."
    if (table["method"] == "none").any():
        note += " Cross: a side has one of them only, which nothing can be compared with."
    return f"{note} Lexicon: {contrast.scores.lexicon}, {contrast.scores.standing}."
