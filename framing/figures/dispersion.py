"""The figure of dispersion: where terms stand in each article, as in an X-ray."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from framing._core.checks import InputError, check_positive, listing
from framing.figures.drawing import (
    PLAIN,
    WIDE,
    draws,
    entry_names,
    make_panels,
    new_figure,
    row_height,
    set_rows,
    style,
    wrap_labels,
    write_note,
)
from framing.scores.summaries import HitPositions

# The most articles and terms of a figure.
MOST_ARTICLES, MOST_TERMS = 40, 8


@draws
def plot_dispersion(
    positions: HitPositions, *, terms: "list[str] | None" = None, top: int = 4
) -> Figure:
    """Draw where terms stand in each article: lexical dispersion.

    Parameters
    ----------
    positions : HitPositions
        From `locate_hits`. For words of your own: ``locate_hits(find_hits(corpus,
        make_lexicon({"words": ["truce", "deal*"]})))``.
    terms : list of str, optional
        The entries to draw, at most 8. By default the most frequent ones.
    top : int
        The number of entries where no ``terms`` are given.

    Returns
    -------
    matplotlib.figure.Figure
        One panel per term, one row per article that has at least one of them, one stroke per
        occurrence at its position in the article. Of more than 40 articles those with the most
        occurrences are drawn, and the note says so.

    Raises
    ------
    InputError
        There is no hit, a term is not among the entries with hits, or there are more than 8.

    References
    ----------
    Benoit, K. et al. (2018). quanteda: An R package for the quantitative analysis of textual
    data. Journal of Open Source Software 3(30), 774. doi:10.21105/joss.00774 (textplot_xray)

    Examples
    --------
    >>> import framing as fr
    >>> figure = fr.plot_dispersion(fr.locate_hits(fr.load_study("articles").hits))
    """
    check_positive("top", top, whole=True)
    table = positions.table
    entries = table["entry"].astype(str)
    known = [str(entry) for entry in entries.value_counts(sort=False).sort_index().sort_values(
        ascending=False, kind="stable").index]  # fmt: skip
    chosen = known[: min(top, MOST_TERMS)] if terms is None else [str(term) for term in terms]
    unknown = [term for term in chosen if term not in known]
    if unknown or not chosen:
        raise InputError(
            f"terms names {listing(unknown)}, which has no hit. Entries with hits: "
            f"{listing(known, 10)}."
            if chosen
            else "There is no hit to draw."
        )
    if len(chosen) > MOST_TERMS:
        raise InputError(
            f"{len(chosen)} terms cannot be drawn: a figure takes {MOST_TERMS} at most. Choose "
            "fewer with terms=."
        )
    table = table[entries.isin(chosen)]
    every = list(dict.fromkeys(table["doc_id"]))
    ids = every
    if len(every) > MOST_ARTICLES:
        most = set(table["doc_id"].value_counts(sort=False).nlargest(MOST_ARTICLES).index)
        ids = [doc_id for doc_id in every if doc_id in most]
    names = wrap_labels([str(doc_id) for doc_id in ids], None)
    titles = entry_names(chosen, positions.settings.get("lexicon_hash"))
    columns = min(len(chosen), 4)
    lines = -(-len(chosen) // columns)
    with style():
        height = min(row_height(names), 0.18) * len(ids)
        figure = new_figure(WIDE, 0.7 + lines * (0.55 + height))
        panels = make_panels(figure, len(chosen), columns, sharey=True)
        for axes, term, title in zip(panels, chosen, titles, strict=True):
            places = table[table["entry"].astype(str) == term]
            rows = pd.Index(ids).get_indexer(pd.Index(places["doc_id"]))
            drawn = rows >= 0
            axes.plot(
                places["position"][drawn], rows[drawn], "|", color=PLAIN, markersize=6,
                markeredgewidth=1.0, clip_on=False,
            )  # fmt: skip
            axes.set_title(f"{title} ({len(places):,})")
            axes.hlines(range(len(ids)), 0, 1, color="#eeeeee", linewidth=0.5, zorder=0)
            axes.set_xlim(0, 1)
            axes.set_xticks([0, 0.5, 1])
            axes.xaxis.set_major_formatter(PercentFormatter(1))
        set_rows(panels[0], names)
        sample = (
            f" Drawn are the {len(ids)} of {len(every):,} articles with the most."
            if len(ids) < len(every)
            else ""
        )
        write_note(
            figure,
            "Each stroke is an occurrence, at its position in the article. In brackets: "
            f"occurrences in all articles.{sample}",
        )
    return figure
