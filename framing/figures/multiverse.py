"""The figure of a multiverse: a specification curve above the options of each specification."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from framing._core.checks import InputError, check_choice, listing, plural_of
from framing._core.typing import Array
from framing.figures.contrasts import ratio_labels
from framing.figures.drawing import (
    GREY,
    WIDE,
    draws,
    entry_names,
    fill,
    frame_style,
    in_lines,
    mark_cut,
    new_figure,
    set_ratio_ticks,
    shorten,
    steady,
    style,
    write_note,
)
from framing.robustness.multiverses import Multiverse
from framing.robustness.runs import ALPHA

# Largest number of specifications, whose marks would overlap, and of rows of options.
MOST, MOST_ROWS = 2000, 60
PALE = "#8F8F8F"
# Height of the curve, and of a row of options, in inches.
CURVE, ROW = 2.3, 0.135
# Characters per line of the title.
TITLE = 70
# An interval is cut at a ratio EDGE times beyond the outermost point.
EDGE = 16.0


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
        Which curve; needed if there are several.

    Returns
    -------
    matplotlib.figure.Figure
        Above, the ratios from low to high with their intervals: filled and in colour if p < .05,
        else open and grey, and a small grey point without a p. The claim is a diamond. A cross is
        a ratio of which a side has no hit, and half a hit was added. An arrow is an interval that
        goes beyond the axis. Below, for each option, the median ratio of the specifications with
        it (filled) and without it (open), and the range of the middle 90% with it. Choices are
        ordered by the share of the variance that they explain (in brackets).

    Raises
    ------
    InputError
        There is no such curve, there are several and none is chosen, or it is too large to read.

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
    all_rows, matters, options = (
        rows_of_table[
            (rows_of_table["frame"] == frame) & (rows_of_table["comparison"] == comparison)
        ]
        for rows_of_table in (result.table, result.matters, result.options)
    )
    table, rows = _placed(all_rows), _rows(matters, options)
    if len(table) > MOST or len(rows) > MOST_ROWS:
        raise InputError(
            f"{len(table):,} specifications with {len(rows)} rows of options are too many: a "
            f"figure takes {MOST:,} and {MOST_ROWS}. Run fewer: limit=, or choices= with fewer "
            "options."
        )
    with style():
        figure = new_figure(WIDE, CURVE + 0.95 + ROW * len(rows))
        above, below = figure.subplots(2, 1, height_ratios=[CURVE, max(ROW * len(rows), 0.2)])
        _draw_curve(above, table, frame_style(result.contrast.scores.frames)[frame][0])
        _draw_options(below, table, rows, str(result.settings["lexicon_hash"]))
        above.set_title(_title(result, frame, comparison), fontsize=8)
        above.set_xlim(-0.5 - 0.01 * len(table), len(table) - 0.5 + 0.01 * len(table))
        write_note(figure, _note(result, table, len(all_rows) - len(table)))
    return figure


def _chosen(name: str, value: str | None, known: list[str]) -> str:
    """Return the value, or the only one; raises InputError if none is chosen of several."""
    if value is None:
        if len(known) > 1:
            raise InputError(f"Say which {name} to draw: {name}= one of {listing(known, 20)}.")
        return known[0]
    check_choice(name, value, known)
    return value


def _placed(table: pd.DataFrame) -> pd.DataFrame:
    """Return the specifications that have a ratio, from low to high."""
    table = table[table["log_ratio"].notna()]
    # If a side has no hit, the position is the ratio with half a hit added.
    no_hit = ~(table["ratio"] > 0)
    position = table["ratio"].where(~no_hit, np.exp(table["log_ratio"]))
    table = table.assign(place=position, bare=no_hit)
    table[["place", "ratio_low", "ratio_high"]] = steady(
        table[["place", "ratio_low", "ratio_high"]]
    )
    return table.sort_values(["place", "specification"], ignore_index=True)


def _rows(matters: pd.DataFrame, options: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return choice, option and label of each row; a heading has no option."""
    rows = []
    for choice, explained in matters[["choice", "explained"]].itertuples(index=False):
        share = "" if np.isnan(explained) else f" ({explained:.0%})"
        rows.append((choice, "", f"{choice}{share}"))
        options_of_choice = options[options["choice"] == choice]
        rows.extend((choice, option, option) for option in options_of_choice["option"])
    return rows


def _draw_curve(axes: Axes, table: pd.DataFrame, colour: str) -> None:
    """Draw the ratios with their intervals, and the claim."""
    ratio, low, high, bottom, top = _extent(table)
    cut = low < bottom, high > top
    low, high = np.clip(low, bottom, top), np.clip(high, bottom, top)
    x = np.arange(len(table))
    significant = (table["p"] < ALPHA).to_numpy()
    bare, width = table["bare"].to_numpy(), float(np.clip(150 / len(table), 0.4, 1.6))
    size = float(np.clip(260 / len(table), 1.2, 4.5))
    axes.set_yscale("log")
    axes.axhline(1, color=GREY, linewidth=0.6, linestyle=(0, (3, 2)))
    tested = table["p"].notna().to_numpy()
    for rows, shade, face, scale in (
        (~tested, PALE, PALE, 0.45),
        (tested & ~significant, PALE, "white", 0.6),
        (significant, colour, colour, 1.0),
    ):
        axes.vlines(
            x[rows], low[rows], high[rows], color=shade, linewidth=scale * width, alpha=0.45
        )
        # Filling and size separate them also in grey, and where the colour of the frame is dark.
        for cross, marker in ((False, "o"), (True, "x")):
            group = rows & (bare == cross)
            axes.plot(
                x[group], ratio[group], marker, color=shade, markerfacecolor=face,
                markersize=scale * size, markeredgewidth=min(size / 4, 0.8), zorder=3,
            )  # fmt: skip
    shades = np.where(significant, colour, PALE).tolist()
    mark_cut(axes, x.astype(np.float64), *cut, shades)
    claim = np.flatnonzero(table["reference"].to_numpy())
    axes.vlines(x[claim], low[claim], high[claim], color="black", linewidth=1.2, zorder=4)
    axes.plot(x[claim], ratio[claim], "D", color="black", markersize=4.5, zorder=5)
    axes.set_ylim(bottom, top)
    set_ratio_ticks(axes.yaxis, bottom, top)
    axes.set_ylabel("ratio")
    axes.grid(axis="y")
    axes.tick_params(axis="x", length=0, labelbottom=False)


def _extent(table: pd.DataFrame) -> tuple[Array, Array, Array, float, float]:
    """Return the ratios, the limits of their intervals, and those of the vertical axis.

    Without an interval both limits are the ratio.
    """
    ratio = table["place"].to_numpy(dtype=np.float64)
    low, high = (table[name].to_numpy(dtype=np.float64) for name in ("ratio_low", "ratio_high"))
    without = np.isnan(low) & np.isnan(high)
    # One missing limit means an infinite one.
    high = np.where(without, ratio, np.where(np.isnan(high), np.inf, high))
    low = np.where(without, ratio, np.nan_to_num(low))
    bottom = max(min(1.0, ratio.min()) / EDGE, min(0.97, low.min(), ratio.min()))
    top = min(max(1.0, ratio.max()) * EDGE, max(1.03, high.max(), ratio.max()))
    room = (top / bottom) ** 0.05
    return ratio, low, high, float(bottom / room), float(top * room)


def _draw_options(
    axes: Axes, table: pd.DataFrame, rows: list[tuple[str, str, str]], lexicon_hash: str
) -> None:
    """Draw the median ratio with and without the option of each row."""
    place, reference = table["place"], table["reference"].to_numpy()
    axes.set_xscale("log")
    axes.axvline(1, color=GREY, linewidth=0.6, linestyle=(0, (3, 2)))
    names, seen = [], [1.0]
    for row, (choice, option, label) in enumerate(rows):
        if not option:
            axes.axhline(row - 0.5, color="#DDDDDD", linewidth=0.6)
            names.append(label)
            continue
        having = (table[choice] == option).to_numpy()
        claimed = bool((having & reference).any())
        names.append(f"{_option_name(option, lexicon_hash)}{' ◆' if claimed else ''}")
        if not having.any():
            continue
        # Medians of ratios are those of their logs, as in the tables.
        low, middle, high = np.exp(np.quantile(np.log(place[having]), [0.05, 0.5, 0.95]))
        axes.hlines(row, low, high, color=PALE, linewidth=2.2)
        if not having.all():
            other = float(np.exp(np.median(np.log(place[~having]))))
            axes.plot(other, row, "o", color="#333333", markerfacecolor="white", markersize=3.6)
            seen.append(other)
        axes.plot(middle, row, "o", color="#333333", markersize=3.6, zorder=4)
        seen += [float(low), float(high)]
        axes.annotate(
            f"{middle:.2f}", (1, row), (4, 0), xycoords=axes.get_yaxis_transform(),
            textcoords="offset points", va="center", fontsize=6.5,
        )  # fmt: skip
    axes.set_yticks(range(len(rows)), names, fontsize=6.5)
    for tick, (_, option, _) in zip(axes.get_yticklabels(), rows, strict=True):
        if not option:
            tick.set_fontweight("bold")
    axes.set_ylim(len(rows) - 0.5, -0.5)
    room = max((max(seen) / min(seen)) ** 0.06, 1.02)
    axes.set_xlim(min(seen) / room, max(seen) * room)
    set_ratio_ticks(axes.xaxis, min(seen) / room, max(seen) * room)
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("median ratio with the option (filled) and without it (open)")
    axes.annotate(
        "median", (1, -0.5), (4, 2), xycoords=axes.get_yaxis_transform(),
        textcoords="offset points", va="bottom", fontsize=6.5, color="#444444",
    )  # fmt: skip


def _option_name(option: str, lexicon_hash: str) -> str:
    """Return an option for readers: a left-out entry by its label."""
    if option.startswith("without "):
        [name] = entry_names([option.removeprefix("without ")], lexicon_hash)
        return f"without {shorten(name)}"
    return shorten(option)


def _title(result: Multiverse, frame: str, comparison: str) -> str:
    """Return the comparison, and what its specifications agree on, as the summary has it."""
    summary = result.summary
    row = summary[(summary["frame"] == frame) & (summary["comparison"] == comparison)].iloc[0]
    curve = result.table[
        (result.table["frame"] == frame) & (result.table["comparison"] == comparison)
    ]
    tested, every = int(curve["p"].notna().sum()), int(row["specifications"])
    # Each share is written with its numbers: a specification can be without a p.
    held = round(row["significant"] * tested) if tested else 0
    significant = f", {held:,} of {tested:,} with a p also with p < .05" if tested else ""
    if tested == every:
        significant = f", {held:,} also with p < .05"
    contrary = round(row["reversed"] * tested) if tested else 0
    if contrary:
        significant += f"; {contrary:,} with p < .05 and the other sign"
    same = round(row["same_sign"] * every)
    joint = "" if np.isnan(row["p_median"]) else f"; joint p of the median {_p(row['p_median'])}"
    result_line = (
        f"{row['specifications']:,} specifications, median ratio {row['median']:.2f}: "
        f"{same:,} with the sign of the claim{significant}{joint}"
    )
    compared = " ".join(ratio_labels(result.contrast.table)[comparison])
    return f"{fill(f'{frame}: {compared}', TITLE)}\n{in_lines(result_line, TITLE)}"


def _p(value: float) -> str:
    if value < 0.001:
        return "< .001"
    return f"= {value:.3f}".replace("0.", ".")


def _note(result: Multiverse, table: pd.DataFrame, without_ratio: int) -> str:
    sizes = table["n"]
    n = f"{sizes.min():,}" if sizes.min() == sizes.max() else f"{sizes.min():,} to {sizes.max():,}"
    clusters = int(table.loc[table["reference"], "clusters"].iloc[0])
    note = (
        f"Ratios on a logarithmic axis, with {result.level:.0%} intervals. Filled and in colour: "
        f"p < .05, not adjusted; open and grey: p ≥ .05. Diamond: the claim as first made "
        f"({clusters:,} {plural_of(result.contrast.settings['resampled'])}). n = {n} units of "
        "text. Below: the median ratio with an option (filled) and without it (open), and the "
        "middle 90% with it; in brackets the variance of log ratios that a choice explains."
    )
    if table["bare"].any():
        note += (
            f" Cross ({int(table['bare'].sum()):,}): a side has no hit, and half a hit was added."
        )
    _, low, high, bottom, top = _extent(table)
    if ((low < bottom) | (high > top)).any():
        note += " Arrow: the interval goes beyond the axis."
    without_p = int(table["p"].isna().sum())
    note += f" {without_p:,} have no p: small grey points." if without_p else ""
    note += f" {without_ratio:,} have no ratio and are not drawn." if without_ratio else ""
    dropped = result.settings.get("dropped", {})
    if dropped:
        note += f" Not varied: {_reasons(dropped)}."
    return f"{note} Lexicon: {result.settings['lexicon']}, {result.contrast.scores.standing}."


def _reasons(dropped: Mapping[str, str]) -> str:
    """Return choices with the reason why they do not vary; a reason stands once.

    Example: {"nested": "no text", "weights": "all are 1", "furniture": "no text"} gives
    "nested and furniture (2 choices; no text), weights (all are 1)".
    """
    choices: dict[str, list[str]] = {}
    for name, reason in dropped.items():
        choices.setdefault(reason.rstrip("."), []).append(name)
    sentences = []
    for reason, names in choices.items():
        listed = " and ".join([*(", ".join(names[:-1]),) * (len(names) > 1), names[-1]])
        count = f"{len(names)} choices; " if len(names) > 1 else ""
        sentences.append(f"{listed} ({count}{reason})")
    return ", ".join(sentences)
