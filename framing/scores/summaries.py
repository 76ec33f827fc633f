"""Summaries of hits: counts of entries, frames in the same sentence, positions in the article."""

from dataclasses import dataclass
from itertools import permutations
from typing import ClassVar

import numpy as np
import pandas as pd

from framing._core.checks import check_objects, check_share
from framing._core.result import TableResult, instrument_of
from framing._core.statistics import ratio_limits, wilson_interval
from framing._core.typing import Mask, Rows
from framing.hits.hits import Hits
from framing.scores.scores import document_rows

COOCCURRENCE_COLUMNS = (
    "frame", "with_frame", "n", "n_both", "share", "low", "high", "base",
    "base_low", "base_high", "n_all", "level",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class EntryCounts(TableResult):
    """How many hits each entry of a lexicon has.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per entry: ``frame``, ``entry``, ``n``, ``documents``, ``share``; see
        `count_entries`.
    settings : dict
        The arguments, the instrument and the texts, the versions.
    left_out : pandas.DataFrame
        What was not measured, with the ``reason``.
    """

    made_by: ClassVar[str] = "count_entries"
    rows: ClassVar[str] = "entries"
    drawn_by: ClassVar[str] = "plot_entries"


@check_objects
def count_entries(hits: Hits) -> EntryCounts:
    """Return the hits of each entry of the lexicon, and their share of the hits of the frame.

    Try it: ``fr.count_entries(fr.load_study("briefings").hits).table``.

    Parameters
    ----------
    hits : Hits
        From `find_hits`. All hits count, also rejected ones.

    Returns
    -------
    EntryCounts
        Its ``table`` has one row per entry, also for entries without a hit: ``frame``, ``entry``,
        ``n`` (hits), ``documents`` (with at least one hit), ``share`` (of the hits of the frame, 0
        to 1; missing if the frame has no hit). It is sorted by frame, then ``n``, then entry.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce. A truce or a ceasefire?"])
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce", "ceasefire"]}))
    >>> fr.count_entries(hits).table
       frame      entry  n  documents     share
    0  peace      truce  2          1  0.666667
    1  peace  ceasefire  1          1  0.333333
    """
    keys = ["frame", "entry"]
    counted = hits.table.astype({"entry": "str"}).groupby(keys, observed=True)["doc_id"]
    counts = counted.agg(n="size", documents="nunique").reset_index()
    table = hits.entries[keys].merge(counts, on=keys, how="left")
    table[["n", "documents"]] = table[["n", "documents"]].fillna(0).astype(np.int64)
    total = table.groupby("frame", observed=True)["n"].transform("sum")
    table["share"] = table["n"] / total.where(total > 0)
    table = table.sort_values(["frame", "n", "entry"], ascending=[True, False, True])
    return EntryCounts(table.reset_index(drop=True), settings=instrument_of(hits))


@dataclass(frozen=True, eq=False, repr=False)
class Cooccurrences(TableResult):
    """How often two frames occur in the same sentence.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per ordered pair of frames; see `count_cooccurrences`.
    level : float
        Level of the intervals.
    settings : dict
        The arguments, the instrument and the texts, the versions.
    left_out : pandas.DataFrame
        What was not measured, with the ``reason``.
    """

    level: float

    made_by: ClassVar[str] = "count_cooccurrences"
    rows: ClassVar[str] = "pairs of frames"
    drawn_by: ClassVar[str] = "plot_cooccurrences"


@check_objects
def count_cooccurrences(hits: Hits, *, level: float = 0.95) -> Cooccurrences:
    """Return how often two frames occur in the same sentence.

    Try it: ``fr.count_cooccurrences(fr.load_study("briefings").hits).table``.

    Parameters
    ----------
    hits : Hits
        From `find_hits`. Each pair of their frames is counted.
    level : float
        Level of the intervals.

    Returns
    -------
    Cooccurrences
        Its ``table`` has one row per ordered pair of different frames: ``frame``, ``with_frame``,
        ``n`` (sentences with ``frame``), ``n_both`` (sentences with both), ``share`` (``n_both /
        n``, 0 to 1), its interval ``low`` and ``high`` of ``level``, and ``base``
        (share of all ``n_all`` sentences that have ``with_frame``, to compare with) with its
        interval ``base_low`` and ``base_high``. Intervals are over documents, as those of
        `Scores.interval`, since sentences of one document are alike (Korn and Graubard 1998); where
        a single document has ``frame`` they are over its sentences (Wilson 1927). Share and
        interval are missing if ``n`` is 0. Sentences without a token do not count.

    Raises
    ------
    InputError
        ``level`` is not between 0 and 1.

    References
    ----------
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small
    expected number of positive counts estimated from survey data. Survey Methodology 24(2),
    193-201.

    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
    inference. Journal of the American Statistical Association 22(158), 209-212.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce, though many doubt it. A truce. Nothing."])
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"], "doubt": ["doubt*"]}))
    >>> fr.count_cooccurrences(hits)[["frame", "with_frame", "n", "n_both", "share"]]
       frame with_frame  n  n_both  share
    0  peace      doubt  2       1    0.5
    1  doubt      peace  1       1    1.0
    """
    check_share("level", level)
    read = hits.sentences["tokens"].to_numpy() > 0
    present, document = hits.presence()[read], document_rows(hits)[read]
    counts = present.sum(axis=0).tolist()
    everything = np.ones(len(present), dtype=bool)
    rows = []
    for a, b in permutations(range(len(hits.frames)), 2):
        share = _share_of(present[:, a] & present[:, b], present[:, a], document, level)
        base = _share_of(present[:, b], everything, document, level)
        both = int((present[:, a] & present[:, b]).sum())
        pair = hits.frames[a], hits.frames[b], counts[a], both
        rows.append((*pair, *share, *base, len(present), level))
    empty = hits.sentences.loc[hits.sentences["tokens"] == 0, ["doc_id", "sentence"]]
    return Cooccurrences(
        pd.DataFrame(rows, columns=list(COOCCURRENCE_COLUMNS)), level,
        settings=instrument_of(hits),
        left_out=empty.assign(reason="no token").reset_index(drop=True),
    )  # fmt: skip


def _share_of(case: Mask, among: Mask, document: Rows, level: float) -> tuple[float, float, float]:
    """Return the share of cases among sentences, and its limits over documents."""
    number = np.bincount(document[among])
    cases = np.bincount(document[among & case], minlength=len(number))
    if (number > 0).sum() < 2:
        return wilson_interval(int(cases.sum()), int(number.sum()), level)
    limits = ratio_limits(
        np.zeros(len(number), dtype=np.int64), cases[:, None].astype(np.float64),
        number.astype(np.float64), 1, level, share=True,
    )  # fmt: skip
    return float(cases.sum() / number.sum()), float(limits.low[0, 0]), float(limits.high[0, 0])


@dataclass(frozen=True, eq=False, repr=False)
class HitPositions(TableResult):
    """The position of each hit in its article.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per hit: ``doc_id``, ``sentence``, ``frame``, ``entry``, ``position`` (0 to 1).
    settings : dict
        The arguments, the instrument and the texts, the versions.
    left_out : pandas.DataFrame
        What was not measured, with the ``reason``.
    """

    made_by: ClassVar[str] = "locate_hits"
    rows: ClassVar[str] = "hits"
    drawn_by: ClassVar[str] = "plot_positions"


@check_objects
def locate_hits(hits: Hits) -> HitPositions:
    """Return the position of each hit in its article.

    Try it: ``fr.locate_hits(fr.load_study("briefings").hits).table``.

    Parameters
    ----------
    hits : Hits
        From `find_hits`.

    Returns
    -------
    HitPositions
        Its ``table`` has one row per hit: ``doc_id``, ``sentence``, ``frame``, ``entry`` and
        ``position``, the middle of the hit between the first character of the first sentence (0)
        and the last character of the last sentence (1).

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["Truce. Rain fell on the town. Truce."])
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    >>> fr.locate_hits(hits)["position"].round(2).tolist()
    [0.07, 0.9]
    """
    sentences = hits.sentences.groupby("doc_id", sort=False)
    spans = sentences.agg(first=("start", "min"), last=("end", "max"))
    table = hits.table[["doc_id", "sentence", "frame", "entry"]].copy()
    article = spans.loc[hits.table["doc_id"]].reset_index(drop=True)
    middle = (hits.table["start"] + hits.table["end"]) / 2
    table["position"] = (middle - article["first"]) / (article["last"] - article["first"])
    return HitPositions(table, settings=instrument_of(hits))
