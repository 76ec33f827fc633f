"""The figure of a multiverse: a specification curve, and the options of each specification."""

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import NDArray

from framing._core.checks import InputError, check_choice, listing
from framing.figures.drawing import (
    GREY,
    WIDE,
    draws,
    frame_style,
    new_figure,
    shorten,
    steady,
    style,
    write_note,
)
from framing.robustness.multiverses import Multiverse
from framing.robustness.runs import ALPHA

Array = NDArray[np.float64]

# Specifications beyond which their marks run into each other, and rows of options.
MOST, MOST_ROWS = 2000, 60
PALE = "#8F8F8F"
# Inches of the curve, and of a row of options.
CURVE, ROW = 2.3, 0.135
# Characters a line of the title.
TITLE = 70
# Ratios beyond which an interval is cut off, and the ticks of the axis, from few to many.
EDGE = 16.0
TICKS = (
    (0.001, 0.01, 0.1, 1, 10, 100, 1000), (0.04, 0.2, 1, 5, 25), (1 / 8, 0.25, 0.5, 1, 2, 4, 8),
    (0.5, 0.7, 1, 1.4, 2), (0.8, 0.9, 1, 1.1, 1.25), (0.95, 1, 1.05), (0.99, 1, 1.01),
)  # fmt: skip


@draws
def plot_multiverse(
    result: Multiverse, *, frame: str | None = None, comparison: str | None = None
) -> Figure:
    """Draw a specification curve.

    Parameters
    ----------
    result : Multiverse
        From `multiverse`.
    frame, comparison : str, optional
        Which curve; they may be left out where there is one.

    Returns
    -------
    matplotlib.figure.Figure
        Above, the ratios from low to high with their intervals, in colour where p < .05, the claim
        as a diamond; open where a side has no hit and half a hit was added. Below, the options of
        each, choices that explain most first (share of the variance explained in brackets), with
        the mean ratio of each option.

    Raises
    ------
    InputError
        There is no such curve, it is not said which, or it is too large to be read.

    Examples
    --------
    >>> import framing as fr
    >>> claim = {"by": "year", "groups": ["2025", "2023"], "seed": 1}
    >>> choices = {"kind": ["rate", "share"], "rejected": ["include", "exclude"]}
    >>> study = fr.load_study("briefings")
    >>> found = fr.multiverse(study, None, claim, choices=choices, frame="peace", seed=1)
    >>> figure = fr.plot_multiverse(found)
    """
    frame = _chosen("frame", frame, list(result.summary["frame"].cat.categories))
    comparison = _chosen("comparison", comparison, list(dict.fromkeys(result.table["comparison"])))
    every, matters, options = (
        part[(part["frame"] == frame) & (part["comparison"] == comparison)]
        for part in (result.table, result.matters, result.options)
    )
    table, rows = _placed(every), _rows(matters, options)
    if len(table) > MOST or len(rows) > MOST_ROWS:
        raise InputError(
            f"{len(table):,} specifications with {len(rows)} rows of options cannot be read: a "
            f"figure takes {MOST:,} and {MOST_ROWS}. Make fewer: limit=, or choices= with fewer "
            "options."
        )
    with style():
        figure = new_figure(WIDE, CURVE + 0.95 + ROW * len(rows))
        above, below = figure.subplots(
            2, 1, sharex=True, height_ratios=[CURVE, max(ROW * len(rows), 0.2)]
        )
        _draw_curve(above, table, frame_style(result.contrast.scores.frames)[frame][0])
        _draw_options(below, table, rows)
        above.set_title(_title(result, frame, comparison), fontsize=8)
        above.set_xlim(-0.5 - 0.01 * len(table), len(table) - 0.5 + 0.01 * len(table))
        write_note(figure, _note(result, table, len(every) - len(table)))
    return figure


def _chosen(name: str, value: str | None, known: list[str]) -> str:
    if value is None:
        if len(known) > 1:
            raise InputError(f"Say which {name} to draw: {name}= one of {listing(known, 20)}.")
        return known[0]
    check_choice(name, value, known)
    return value


def _placed(table: pd.DataFrame) -> pd.DataFrame:
    """Return the specifications that have a place on the axis, from low to high."""
    table = table[table["log_ratio"].notna()]
    # Where a side has no hit, the place is that with half a hit added.
    bare = ~(table["ratio"] > 0)
    place = table["ratio"].where(~bare, np.exp(table["log_ratio"]))
    table = table.assign(place=place, bare=bare)
    table[["place", "ratio_low", "ratio_high"]] = steady(
        table[["place", "ratio_low", "ratio_high"]]
    )
    return table.sort_values(["place", "specification"], ignore_index=True)


def _rows(matters: pd.DataFrame, options: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    """Return choice, option, label and mean ratio of each row; a choice's own has no option."""
    rows = []
    for choice, explained in matters[["choice", "explained"]].itertuples(index=False):
        share = "" if np.isnan(explained) else f" ({explained:.0%})"
        rows.append((choice, "", f"{choice}{share}", ""))
        own = options[options["choice"] == choice]
        for option, ratio in own[["option", "ratio"]].itertuples(index=False):
            mean = "" if np.isnan(ratio) else f"{ratio:.2f}"
            rows.append((choice, option, shorten(option), mean))
    return rows


def _draw_curve(axes: Axes, table: pd.DataFrame, colour: str) -> None:
    place = table["place"].to_numpy(dtype=np.float64)
    low, high = _ends(table, place)
    bottom, top = _limits(place, low, high)
    low, high = np.clip(low, bottom, top), np.clip(high, bottom, top)
    x = np.arange(len(table))
    significant = (table["p"] < ALPHA).to_numpy()
    bare, width = table["bare"].to_numpy(), float(np.clip(150 / len(table), 0.4, 1.6))
    size = float(np.clip(260 / len(table), 1.2, 4.5))
    axes.set_yscale("log")
    axes.axhline(1, color=GREY, linewidth=0.6, linestyle=(0, (3, 2)))
    for which, own in ((~significant, PALE), (significant, colour)):
        # In grey they are told apart by their size.
        scale = 1.0 if own == colour else 0.6
        axes.vlines(
            x[which], low[which], high[which], color=own, linewidth=scale * width, alpha=0.45
        )
        for open_, face in ((False, own), (True, "white")):
            some = which & (bare == open_)
            axes.plot(
                x[some], place[some], "o", color=own, markerfacecolor=face, markersize=scale * size,
                markeredgewidth=min(size / 4, 0.8), zorder=3,
            )  # fmt: skip
    at = np.flatnonzero(table["reference"].to_numpy())
    axes.vlines(x[at], low[at], high[at], color="black", linewidth=1.2, zorder=4)
    axes.plot(x[at], place[at], "D", color="black", markersize=4.5, zorder=5)
    axes.set_ylim(bottom, top)
    shown = [[tick for tick in ticks if bottom <= tick <= top] for ticks in TICKS]
    enough = [ticks for ticks in shown if len(ticks) >= 3] or [max(shown, key=len)]
    axes.yaxis.set_major_locator(FixedLocator(enough[0]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda tick, _: f"{tick:.3g}"))
    axes.set_ylabel("ratio")
    axes.grid(axis="y")
    axes.tick_params(axis="x", length=0, labelbottom=False)


def _ends(table: pd.DataFrame, place: Array) -> tuple[Array, Array]:
    """Return the ends of the intervals; those without one end where they are."""
    low, high = (table[name].to_numpy(dtype=np.float64) for name in ("ratio_low", "ratio_high"))
    none = np.isnan(low) & np.isnan(high)
    # A limit that is missing is one without end.
    high = np.where(none, place, np.where(np.isnan(high), np.inf, high))
    return np.where(none, place, np.nan_to_num(low)), high


def _limits(place: Array, low: Array, high: Array) -> tuple[float, float]:
    bottom = max(min(1.0, place.min()) / EDGE, min(0.97, low.min(), place.min()))
    top = min(max(1.0, place.max()) * EDGE, max(1.03, high.max(), place.max()))
    room = (top / bottom) ** 0.05
    return float(bottom / room), float(top * room)


def _draw_options(axes: Axes, table: pd.DataFrame, rows: list[tuple[str, str, str, str]]) -> None:
    reference = table["reference"].to_numpy()
    for row, (choice, option, _, mean) in enumerate(rows):
        if not option:
            axes.axhline(row - 0.5, color="#DDDDDD", linewidth=0.6)
            continue
        own = (table[choice] == option).to_numpy()
        x = np.flatnonzero(own)
        width = float(np.clip(250 / len(table), 0.4, 2.0))
        axes.vlines(x, row - 0.36, row + 0.36, color="#555555", linewidth=width)
        at = np.flatnonzero(own & reference)
        axes.plot(at, np.full(len(at), row), "D", color="black", markersize=3.2, zorder=4)
        axes.annotate(
            mean, (1, row), (4, 0), xycoords=axes.get_yaxis_transform(),
            textcoords="offset points", va="center", fontsize=6.5,
        )  # fmt: skip
    axes.set_yticks(range(len(rows)), [label for *_, label, _ in rows], fontsize=6.5)
    for label, (_, option, _, _) in zip(axes.get_yticklabels(), rows, strict=True):
        if not option:
            label.set_fontweight("bold")
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.tick_params(axis="both", length=0, labelbottom=False)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.annotate(
        "mean", (1, -0.5), (4, 2), xycoords=axes.get_yaxis_transform(),
        textcoords="offset points", va="bottom", fontsize=6.5, color="#444444",
    )  # fmt: skip


def _title(result: Multiverse, frame: str, comparison: str) -> str:
    summary = result.summary
    own = summary[(summary["frame"] == frame) & (summary["comparison"] == comparison)].iloc[0]
    joint = "" if np.isnan(own["p_median"]) else f"; joint p of the median {_p(own['p_median'])}"
    found = (
        f"{own['specifications']:,} specifications, median ratio {own['median']:.2f}: "
        f"{own['same_sign']:.0%} with the sign of the claim, {own['significant']:.0%} also with "
        f"p < .05{joint}"
    )
    return f"{fill(f'{frame}: {comparison}', TITLE)}\n{fill(found, TITLE)}"


def _p(value: float) -> str:
    if value < 0.001:
        return "< .001"
    return f"= {value:.3f}".replace("0.", ".")


def _note(result: Multiverse, table: pd.DataFrame, lost: int) -> str:
    sizes = table["n"]
    n = f"{sizes.min():,}" if sizes.min() == sizes.max() else f"{sizes.min():,} to {sizes.max():,}"
    clusters = int(table.loc[table["reference"], "clusters"].iloc[0])
    note = (
        f"Ratios on a logarithmic axis, with {result.level:.0%} intervals; in colour and large: "
        f"p < .05, by permutation, not adjusted. Diamond: the claim as first made ({clusters:,} "
        f"{result.contrast.settings['resampled']}s). n = {n} units of text. Below: the options of "
        "each, in brackets the variance of log ratios that a choice explains, on the right the "
        "mean ratio with an option."
    )
    if table["bare"].any():
        note += f" Open ({int(table['bare'].sum()):,}): a side has no hit, half a hit was added."
    bare = int(table["p"].isna().sum())
    note += f" {bare:,} have no p and are grey and small." if bare else ""
    note += f" {lost:,} have no ratio and are not drawn." if lost else ""
    return f"{note} Lexicon: {result.settings['lexicon']}, {result.contrast.scores.standing}."
