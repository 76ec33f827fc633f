"""The figures of a corpus and its hits: scores, entries, positions, frames that meet."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from framing._core.checks import InputError, check_positive, plural_of
from framing._core.tables import counted
from framing._core.typing import Array
from framing.corpus.corpus import Corpus
from framing.figures.coding import (
    plot_agreement,
    plot_correction,
    plot_drop_one,
    plot_entry_precision,
    plot_validation,
)
from framing.figures.contrasts import plot_contrast
from framing.figures.drawing import (
    COLOURS,
    GREY,
    LABEL,
    MOST_INTERVALS,
    MOST_UNITS,
    NARROW,
    PLAIN_BAR,
    WIDE,
    check_count,
    check_matrix,
    describe_figure,
    draws,
    entry_names,
    fill,
    frame_style,
    in_lines,
    label_bars,
    label_below,
    make_panels,
    new_figure,
    percent,
    row_height,
    set_rows,
    set_value_ticks,
    style,
    wrap_labels,
    write_figure,
    write_note,
)
from framing.figures.heat_maps import TALL, draw_heat_map, short_names
from framing.figures.keyness import plot_keyness, plot_word_shift
from framing.figures.multiverse import plot_multiverse
from framing.figures.packages import plot_packages
from framing.figures.regressions import plot_regression
from framing.figures.topic_frames import plot_topic_choice, plot_topic_frames
from framing.figures.topics import plot_prevalence, plot_topics
from framing.figures.trends import plot_trend
from framing.figures.voices import plot_voice_context, plot_voices
from framing.hits.study import Study
from framing.scores.groups import TOPIC_SHARE
from framing.scores.scores import Scores
from framing.scores.summaries import Cooccurrences, EntryCounts, HitPositions

# Characters per line of the name of a column, and of one that is turned.
HEAD, TURNED = 14, 22

# Bars of a distribution, parts of an article, rules that are named, and panels side by side.
BINS, TWENTIETHS, MOST_RULES, MOST_PANELS = 30, 20, 12, 6
# Characters of the titles of all panels of a line.
TITLES = 84


@draws
def plot_cooccurrences(cooccurrences: Cooccurrences) -> Figure:
    """Draw which frames occur in the same sentence.

    Parameters
    ----------
    cooccurrences : Cooccurrences
        From `count_cooccurrences`.

    Returns
    -------
    matplotlib.figure.Figure
        Of the sentences with the frame of the row, the share that also have the frame of the
        column, with its interval (without it for more than six frames). The last row is the share
        of all sentences.

    Raises
    ------
    InputError
        The object is of another kind, or there are fewer than 2 or more than 12 frames.

    Examples
    --------
    >>> import framing as fr
    >>> hits = fr.load_study("articles").hits
    >>> figure = fr.plot_cooccurrences(fr.count_cooccurrences(hits))
    """
    table = cooccurrences.table
    if table.empty:
        raise InputError(
            "There is one frame, but co-occurrence needs two. Use a lexicon with two or more."
        )
    frames = list(dict.fromkeys(table["frame"]))
    size = len(frames)
    check_matrix(size, "frames", "", size, "count_cooccurrences")
    cells = np.full((size + 1, size), np.nan)
    for row in table.to_dict("records"):
        cells[frames.index(row["frame"]), frames.index(row["with_frame"])] = row["share"]
        cells[size, frames.index(row["with_frame"])] = row["base"]
    sizes = dict(zip(table["frame"], table["n"], strict=True))
    sentences = int(table["n_all"].iloc[0])
    with style():
        crowded = size > MOST_INTERVALS
        width = min(WIDE, max(NARROW, 1.4 + 1.05 * size))
        figure = new_figure(width, (1.7 if crowded else 1.2) + 0.5 * (size + 1))
        axes = figure.subplots()
        top = max(0.5, float(np.nanmax(np.nan_to_num(cells))))
        # One patch per cell: an image would have blurred edges, or be a bitmap in the SVG.
        edges = np.arange(size + 2) - 0.5
        axes.pcolormesh(edges[:-1], edges, cells, cmap="Greys", vmin=0, vmax=2.6 * top)
        axes.invert_yaxis()
        _write_cells(axes, table, frames, sizes, crowded)
        # Turned names have the height of a line for each of their lines.
        heads = [fill(frame, TURNED if crowded else HEAD) for frame in frames]
        axes.set_xticks(range(size), heads, rotation=90 * crowded)
        rows = [*(f"{f} (n = {sizes[f]:,})" for f in frames), f"all (n = {sentences:,})"]
        axes.set_yticks(range(size + 1), [in_lines(row, LABEL) for row in rows])
        axes.axhline(size - 0.5, color="white", linewidth=4)
        axes.tick_params(size=0, labeltop=True, labelbottom=False)
        axes.spines[:].set_visible(False)
        axes.set_title("… also have")
        axes.set_ylabel("of the sentences with")
        interval = f"{cooccurrences.level:.0%} interval over documents"
        brackets = f", in brackets its {interval} in per cent, below the counts"
        write_note(
            figure,
            "Share of the sentences with the frame of the row (n) that also have the frame of the "
            f"column{'' if crowded else brackets}. Darker: larger. Last row: share of all "
            "sentences.",
        )
    return figure


def _write_cells(
    axes: Axes, table: pd.DataFrame, frames: list[str], sizes: dict[str, int], crowded: bool
) -> None:
    """Write the share of each cell, and of the last row."""
    for row in table.to_dict("records"):
        cell = frames.index(row["with_frame"]), frames.index(row["frame"])
        share = row["share"], row["low"], row["high"]
        _write_cell(axes, cell, share, row["n_both"], row["n"], crowded)
    for row in table.drop_duplicates("with_frame").to_dict("records"):
        share = row["base"], row["base_low"], row["base_high"]
        cell = frames.index(row["with_frame"]), len(frames)
        _write_cell(axes, cell, share, sizes[row["with_frame"]], row["n_all"], crowded)


def _write_cell(
    axes: Axes, cell: tuple[int, int], share: tuple[float, float, float], count: int, n: int,
    crowded: bool,
) -> None:  # fmt: skip
    """Write a share, if there is room with its interval and counts; a dash if n is 0."""
    text = "–"
    if n:
        interval = f" [{percent(share[1], '')}, {percent(share[2], '')}]"
        text = (
            percent(share[0]) if crowded else f"{percent(share[0])}{interval}\n{count:,} of {n:,}"
        )
    axes.text(*cell, text, ha="center", va="center", fontsize=7)


@draws
def plot_entries(entries: EntryCounts, *, top: int = 8) -> Figure:
    """Draw the most frequent entries of each frame.

    Parameters
    ----------
    entries : EntryCounts
        From `count_entries`.
    top : int
        Largest number of entries per frame.

    Returns
    -------
    matplotlib.figure.Figure
        Hits of the most frequent entries, one panel per frame.

    Raises
    ------
    InputError
        The object is of another kind, or ``top`` is not a whole number above 0.

    Examples
    --------
    >>> import framing as fr
    >>> figure = fr.plot_entries(fr.count_entries(fr.load_study("articles").hits), top=5)
    """
    table = entries.table
    check_positive("top", top, whole=True)
    frames = [str(frame) for frame in table["frame"].cat.categories]
    looks = frame_style(frames)
    lexicon_hash = entries.settings.get("lexicon_hash")
    longest = max(int(table["n"].max()), 1) if len(table) else 1
    columns = min(2, len(frames))
    rows = -(-len(frames) // columns)
    top = min(top, max(1, int(table.loc[table["n"] > 0, "frame"].value_counts().max())))
    shown: list[str] = []
    with style():
        figure = new_figure(WIDE, 0.7 + rows * (0.45 + 0.165 * top))
        panels = make_panels(figure, len(frames), columns)
        for axes, frame in zip(panels, frames, strict=True):
            matched = table[(table["frame"] == frame) & (table["n"] > 0)]
            top_entries = matched.head(top)
            axes.barh(range(len(top_entries)), top_entries["n"], color=looks[frame][0], height=0.65)
            label_bars(axes, top_entries["n"].tolist(), [f"{n:,}" for n in top_entries["n"]])
            names = entry_names(top_entries["entry"].astype(str).tolist(), lexicon_hash)
            set_rows(axes, [*names, *[""] * (top - len(top_entries))])
            shown += names
            axes.set_title(f"{frame}: {top_entries['n'].sum():,} of {matched['n'].sum():,} hits")
            axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
            axes.set_xlim(0, 1.08 * longest)
        label_below(panels, "hits", columns)
        write_note(figure, f"The most frequent entries of each frame{_signs(shown)}")
    return figure


def _signs(names: Sequence[str]) -> str:
    """Return what the signs in the names of entries mean, of those that are there."""
    signs = {
        "…": ", long ones shortened",
        "*": ". * stands for any ending",
        "~": ". ~6 stands for up to 6 words",
    }
    return "".join(words for sign, words in signs.items() if sign in "".join(names)) + "."


__all__ = [
    "describe_figure",
    "plot_agreement",
    "plot_contrast",
    "plot_cooccurrences",
    "plot_corpus",
    "plot_correction",
    "plot_drop_one",
    "plot_entries",
    "plot_entry_precision",
    "plot_keyness",
    "plot_multiverse",
    "plot_packages",
    "plot_positions",
    "plot_prevalence",
    "plot_regression",
    "plot_scores",
    "plot_topic_choice",
    "plot_topic_frames",
    "plot_topics",
    "plot_trend",
    "plot_validation",
    "plot_voice_context",
    "plot_voices",
    "plot_word_shift",
    "write_figure",
]


@draws
def plot_corpus(corpus: Corpus | Study, *, labels: Mapping[str, str] | None = None) -> Figure:
    """Draw the size of a corpus, and the lines that were removed from it.

    Parameters
    ----------
    corpus : Corpus or Study
        A corpus or study. Of more than 60 documents the distribution of their lengths is drawn.
    labels : mapping, optional
        Names of the documents; by default their doc_id.

    Returns
    -------
    matplotlib.figure.Figure
        Tokens and sentences of each document; removed lines, by rule.

    Raises
    ------
    InputError
        The object is of another kind, or there are no documents.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce is near.\\nRelated Sources:"])
    >>> figure = fr.plot_corpus(corpus)
    """
    documents = corpus.documents if isinstance(corpus, Study) else corpus.describe()
    exclusions = corpus.exclusions
    if len(documents) > MOST_UNITS:
        return _draw_many_documents(documents, exclusions)
    check_count(len(documents), "documents")
    ids = documents["doc_id"].tolist()
    names = wrap_labels(ids, labels)
    lines = exclusions[exclusions["kind"] == "line"]
    removed = pd.crosstab(lines["doc_id"], lines["rule"]).reindex(ids, fill_value=0)
    with style():
        figure = new_figure(WIDE, 1.2 + row_height(names) * len(ids))
        if len(lines):
            left, right = figure.subplots(1, 2, sharey=True, width_ratios=[3, 2])
        else:
            left = figure.subplots()
        left.barh(range(len(ids)), documents["tokens"], color=PLAIN_BAR, height=0.6)
        texts = [
            f"{tokens:,} in {counted(sentences, 'sentences')}"
            for tokens, sentences in documents[["tokens", "sentences"]].to_numpy()
        ]
        label_bars(left, documents["tokens"].tolist(), texts)
        left.set_xlim(0, 1.6 * max(documents["tokens"].max(), 1))
        left.set_xlabel("tokens")
        left.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        left.xaxis.set_major_formatter("{x:,.0f}")
        left.set_title("Size of the corpus")
        set_rows(left, names)
        if len(lines):
            _draw_removed(right, removed)
            note = "Tokens and sentences are counted without the lines on the right."
        else:
            note = "No line was removed."
        write_note(figure, note)
    return figure


def _whole_bins(counts: "pd.Series[int]") -> Array:
    """Return the edges of bars of whole numbers, each bar of as many numbers as the others."""
    low, high = int(counts.min()), int(counts.max())
    step = -(-(high - low + 1) // BINS)
    edges: Array = np.arange(low, high + step + 1, step, dtype=np.float64) - 0.5
    return edges


def _draw_many_documents(documents: pd.DataFrame, exclusions: pd.DataFrame) -> Figure:
    """Draw how long the documents of a large corpus are, and how many lines each rule removed."""
    lines = exclusions.loc[exclusions["kind"] == "line", "rule"].value_counts()
    lines = lines.sort_index().sort_values(ascending=False, kind="stable").head(MOST_RULES)
    with style():
        figure = new_figure(WIDE, 2.6)
        if len(lines):
            left, right = figure.subplots(1, 2, width_ratios=[3, 2])
        else:
            left = figure.subplots()
        left.hist(documents["tokens"], bins=_whole_bins(documents["tokens"]), color=PLAIN_BAR)
        left.axvline(float(documents["tokens"].median()), color="#181818", linestyle="--")
        left.set_title(f"Length of {len(documents):,} documents")
        left.set_xlabel("tokens")
        left.set_ylabel("documents")
        left.xaxis.set_major_formatter("{x:,.0f}")
        if len(lines):
            right.barh(range(len(lines)), lines, color=PLAIN_BAR, height=0.6)
            label_bars(right, lines.tolist(), [f"{count:,}" for count in lines])
            set_rows(right, [fill(str(rule), LABEL) for rule in lines.index])
            right.set_xlim(0, 1.3 * lines.max())
            right.set_title("Removed lines, by rule")
        write_note(
            figure,
            f"More than {MOST_UNITS} documents: their distribution is drawn instead of each. "
            f"Dashed: the median. {documents['tokens'].sum():,} tokens in all."
            f"{'' if len(lines) else ' No line was removed.'}",
        )
    return figure


def _draw_removed(axes: Axes, removed: pd.DataFrame) -> None:
    """Write the number of removed lines of each document and rule."""
    axes.set_title("Removed lines, by rule")
    axes.tick_params(axis="x", size=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="y", labelleft=False)
    rules = list(removed.columns)
    axes.set_xticks(range(len(rules)), [fill(rule, 12) for rule in rules], va="top")
    axes.set_xlim(-0.6, len(rules) - 0.4)
    for row, counts in enumerate(removed.to_numpy()):
        for column, count in enumerate(counts):
            axes.text(
                column,
                row,
                f"{count:,}" if count else "·",
                ha="center",
                va="center",
                color="black" if count else GREY,
                weight="bold" if count else "normal",
            )


@draws
def plot_scores(scores: Scores, *, labels: Mapping[str, str] | None = None) -> Figure:
    """Draw the scores of every unit with intervals, one panel per frame.

    Parameters
    ----------
    scores : Scores
        With intervals (``scores.interval()``) or without. Where they would take more than
        a page, the values are shades, without intervals. Of more than 60 units the distribution
        of their values is drawn.
    labels : mapping, optional
        Names of the units; by default their unit_id.

    Returns
    -------
    matplotlib.figure.Figure
        A point marks each value, a line its interval. For a unit without a hit a dashed line
        reaches to the exact upper limit. n is the number of resampled sentences or documents.

    Raises
    ------
    InputError
        There are no units.

    Examples
    --------
    >>> import framing as fr
    >>> study = fr.load_study("articles")
    >>> figure = fr.plot_scores(fr.score(study.hits).interval())
    """
    if len(scores) > MOST_UNITS:
        return _draw_many_scores(scores)
    check_count(len(scores), "units")
    ids = scores.units["unit_id"].tolist()
    names = wrap_labels(ids, labels)
    if scores.level:
        sizes = scores.table.drop_duplicates("unit_id")["n"]
        names = [f"{name}\nn = {n:,}" for name, n in zip(names, sizes, strict=True)]
    k = len(scores.frames)
    columns = k if k <= MOST_PANELS else 4
    lines = -(-k // columns)
    titles = [fill(frame, max(12, TITLES // columns)) for frame in scores.frames]
    heads = 0.13 * max(title.count("\n") for title in titles)
    panel = 0.6 + heads + row_height(names) * len(ids)
    if (height := 0.55 + lines * panel) > TALL:
        return _shade_scores(scores, [str((labels or {}).get(name, name)) for name in ids])
    with style():
        figure = new_figure(WIDE, height)
        panels = make_panels(figure, k, columns, sharey=True)
        for axes, frame, head in zip(panels, scores.frames, titles, strict=True):
            look = frame_style(scores.frames)[frame]
            _draw_scores(axes, scores.table[scores.table["frame"] == frame], look)
            axes.set_title(head)
            axes.grid(axis="x")
            set_value_ticks(axes.xaxis, scores.kind)
        label_below(panels, fill(scores.measure, 14 if columns > 2 else LABEL), columns)
        set_rows(panels[0], names)
        panels[0].set_xlim(left=min(0, panels[0].get_xlim()[0]))
        write_note(figure, _score_note(scores))
    return figure


def _shade_scores(scores: Scores, names: list[str]) -> Figure:
    """Draw the scores of units as shades: a row per unit, a column per frame."""
    values = scores.table["value"].to_numpy(dtype=float).reshape(len(names), -1)
    share = scores.kind == "share"
    note = (
        f"{scores.measure[:1].upper()}{scores.measure[1:]}{', in per cent' * share}. {len(names)} "
        f"units by {len(scores.frames)} frames are too many for points with intervals: a darker "
        f"cell has a larger value. {_instrument(scores)}"
    )
    if scores.level:
        note += " The intervals are in the table of the scores."
    return draw_heat_map(short_names(names), scores.frames, values, note=note, share=share)


def _draw_many_scores(scores: Scores) -> Figure:
    """Draw the distribution of the values of many units, one panel per frame."""
    k = len(scores.frames)
    columns = min(k, 4)
    lines = -(-k // columns)
    looks = frame_style(scores.frames)
    with style():
        figure = new_figure(WIDE, 0.7 + 1.5 * lines)
        panels = make_panels(figure, k, columns)
        top = float(scores.table["value"].quantile(0.995)) or float(scores.table["value"].max())
        edges = np.linspace(min(0.0, float(scores.table["value"].min())), max(top, 1e-9), BINS + 1)
        for axes, frame in zip(panels, scores.frames, strict=True):
            values = scores.table.loc[scores.table["frame"] == frame, "value"].dropna()
            axes.hist(values.clip(upper=edges[-1]), bins=edges.tolist(), color=looks[frame][0])
            axes.axvline(float(values.median()), color=GREY, linestyle="--", linewidth=0.9)
            axes.set_title(fill(frame, TITLES // columns - 3))
            set_value_ticks(axes.xaxis, scores.kind)
        label_below(panels, fill(scores.measure, 24), columns)
        for axes in panels[::columns]:
            axes.set_ylabel("units")
        write_note(
            figure,
            f"More than {MOST_UNITS} units: the distribution of the values of {len(scores):,} "
            f"units is drawn instead of each; the last bar also has what lies beyond. Dashed: the "
            f"median. {_instrument(scores)}",
        )
    return figure


def _draw_scores(axes: Axes, table: pd.DataFrame, look: tuple[str, str]) -> None:
    """Draw the scores of one frame."""
    colour, marker = look
    rows = np.arange(len(table))
    if "low" in table:
        exact = _without_hit(table).to_numpy()
        for which, line in ((~exact, "-"), (exact, (0, (2, 1.5)))):
            low, high = table["low"][which], table["high"][which]
            axes.hlines(rows[which], low, high, color=colour, linestyle=line)
            axes.plot(high, rows[which], "|", color=colour, markersize=5)
            axes.plot(low, rows[which], "|", color=colour, markersize=5)
    no_hit = (table["numerator"] == 0).to_numpy()
    for which, face in ((~no_hit, colour), (no_hit, "white")):
        # The layout fails on an unclipped line without points.
        if which.any():
            axes.plot(
                table["value"][which],
                rows[which],
                marker,
                color=colour,
                markerfacecolor=face,
                clip_on=False,
                zorder=3,
            )


def _without_hit(table: pd.DataFrame) -> "pd.Series[bool]":
    """Return which rows have the exact limit of no hit; a share of 1 has an exact limit too."""
    return (table["method"] == "exact") & (table["value"] == 0)


def _instrument(scores: Scores) -> str:
    what = "Topics" if scores.kind == TOPIC_SHARE else "Lexicon"
    return f"{what}: {scores.lexicon}, {scores.standing}."


def _score_note(scores: Scores) -> str:
    note = _instrument(scores)
    if not scores.level:
        return note
    cluster = scores.settings.get("cluster", scores.parts.name)
    note += f" Lines: {scores.level:.0%} intervals over the n {plural_of(cluster)}."
    if _without_hit(scores.table).any():
        note += " Open and dashed: no hit, exact upper limit."
    return note


def _draw_many_positions(table: pd.DataFrame, frames: list[str], documents: int) -> Figure:
    """Draw which share of the hits of a frame lies in each twentieth of the articles."""
    shares = []
    for frame in frames:
        positions = table.loc[table["frame"] == frame, "position"]
        counts = np.histogram(positions, bins=TWENTIETHS, range=(0, 1))[0]
        shares.append(counts / max(counts.sum(), 1))
    with style():
        figure = new_figure(WIDE, 1.5 + 0.3 * len(frames))
        axes = figure.subplots()
        mesh = axes.pcolormesh(
            np.linspace(0, 1, TWENTIETHS + 1), np.arange(len(frames) + 1) - 0.5, np.array(shares),
            cmap="Greys", vmin=0, edgecolors="white", linewidth=0.5,
        )  # fmt: skip
        sizes = table["frame"].value_counts()
        set_rows(axes, [f"{fill(frame, LABEL)} ({sizes.get(frame, 0):,})" for frame in frames])
        axes.set_ylim(len(frames) - 0.5, -0.5)
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.set_xlabel("position in the article (share of its characters)")
        bar = figure.colorbar(mesh, ax=axes, format=PercentFormatter(1, decimals=0))
        bar.set_label("share of hits")
        write_note(
            figure,
            f"More than {MOST_UNITS} documents, or than fit a page: the hits of all {documents:,} "
            "documents by twentieth of the article. In brackets: hits of the frame.",
        )
    return figure


@draws
def plot_positions(positions: HitPositions, *, labels: Mapping[str, str] | None = None) -> Figure:
    """Draw at which positions of each article the frames occur.

    Parameters
    ----------
    positions : HitPositions
        From `locate_hits`. With ``labels`` only the documents in it are drawn, in that order. Of
        more than 60 documents, or of more than fit a page, the share of hits in each twentieth
        is drawn.
    labels : mapping, optional
        Names of the documents; by default their doc_id.

    Returns
    -------
    matplotlib.figure.Figure
        One row per document, with one lane per frame and one stroke or sign per hit.

    Raises
    ------
    InputError
        The object is of another kind, or there are no documents.

    Examples
    --------
    >>> import framing as fr
    >>> figure = fr.plot_positions(fr.locate_hits(fr.load_study("articles").hits))
    """
    table = positions.table
    every = list(dict.fromkeys(table["doc_id"]))
    frames = [str(frame) for frame in table["frame"].cat.categories]
    named = [item for item in labels or {} if item not in frames]
    ids = named or every
    looks, k, names = frame_style(frames), len(frames), wrap_labels(ids, labels)
    height = max(0.115 * (k + 1), row_height(names)) if ids else 0.0
    if len(ids) > MOST_UNITS or 1.0 + height * len(ids) > TALL:
        return _draw_many_positions(table[table["doc_id"].isin(ids)], frames, len(ids))
    check_count(len(ids), "documents")
    # Strokes of these colours differ in grey; those of other frames need a shape.
    plain = all(looks[frame][0] == COLOURS.get(frame) for frame in frames)
    with style():
        figure = new_figure(WIDE, 1.0 + height * len(ids))
        axes = figure.subplots()
        for lane, frame in enumerate(frames):
            strokes = table[(table["frame"] == frame) & table["doc_id"].isin(ids)]
            row = pd.Index(ids).get_indexer(pd.Index(strokes["doc_id"]))
            axes.plot(
                strokes["position"],
                row * (k + 1) + lane,
                "|" if plain else looks[frame][1],
                linestyle="none",
                color=looks[frame][0],
                markersize=7 if plain else 4.5,
                markeredgewidth=1.6 if plain else 0.6,
                label=f"{frame} ({len(strokes):,})",
                clip_on=strokes.empty,
            )
        middles = [n * (k + 1) + (k - 1) / 2 for n in range(len(ids))]
        axes.set_yticks(middles, names)
        axes.set_ylim((k + 1) * len(ids) - 1, -1)
        for n in range(1, len(ids)):
            axes.axhline(n * (k + 1) - 1, color="#cccccc", linewidth=0.5)
        axes.set_xlim(0, 1)
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.set_xlabel("position in the article (share of its characters)")
        figure.legend(loc="outside upper center", ncols=min(k, 4), handletextpad=0.1)
        write_note(
            figure,
            f"Each {'stroke' if plain else 'sign'} is a hit. Within an article the frames are "
            "ordered as in the legend, from top to bottom. In brackets: hits of the "
            "frame in all articles.",
        )
    return figure
