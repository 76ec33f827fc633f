"""Scores without an entry: how much a score depends on a single entry of the lexicon."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from framing._core.checks import InputError, check_objects
from framing._core.result import TableResult, instrument_of
from framing._core.typing import Array
from framing.hits.hits import Hits, sentence_rows
from framing.scores.scores import Scores, units_of

DROP_COLUMNS = (
    "frame", "entry", "n", "share", "unit_id", "value", "value_without", "change", "outside",
    "first", "first_without", "tau",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class LeaveOneOut(TableResult):
    """How the scores change without each entry.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per entry that fired; see `drop_one`.
    settings : dict
        The arguments, the instrument and the texts, the versions.
    left_out : pandas.DataFrame
        What was not measured, with the ``reason``.
    """

    made_by: ClassVar[str] = "drop_one"
    rows: ClassVar[str] = "entries"
    drawn_by: ClassVar[str] = "plot_drop_one"
    computed_by: ClassVar[tuple[str, ...]] = ("scipy",)


@check_objects
def drop_one(hits: Hits, scores: Scores) -> LeaveOneOut:
    """Return how the scores change if an entry is left out, for each entry.

    Try it: ``hits = fr.load_study("briefings").hits``,
    ``fr.drop_one(hits, fr.score(hits, unit="year")).table``.

    Parameters
    ----------
    hits : Hits
        The hits that the scores were made from.
    scores : Scores
        Scores of these hits, by any unit except the speaker. Only the hits that the scores count
        are used: with ``rejected="exclude"`` the hits that are not rejected.

    Returns
    -------
    LeaveOneOut
        Its ``table`` has one row per entry with a counted hit: ``frame``, ``entry``, ``n`` (hits),
        ``share`` (of the hits of its frame); ``unit_id``, the unit with the largest change, with
        its ``value``, ``value_without`` and ``change`` (in the unit of the scores); ``outside``,
        whether the value without the entry is outside the interval (missing if the scores have
        no interval); ``first`` and ``first_without``, the unit with the highest value (missing if
        all values are the same); ``tau``,
        Kendall's rank correlation of the units with and without the entry (missing if all values
        are the same). In each frame the largest change comes first. The texts are not searched
        again: an entry whose match another entry took does not get it back (`drop_entries` and
        `find_hits` do that).

    Raises
    ------
    InputError
        The scores are of another lexicon or of other texts, or by speaker.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce. Talks.", "Talks and talks. Rain."])
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce", "talks"]}))
    >>> fr.drop_one(hits, fr.score(hits))[["entry", "n", "share", "first", "first_without"]]
       entry  n  share  first first_without
    0  talks  3   0.75  text1         text1
    1  truce  1   0.25  text1         text2
    """
    _check_scores_of(scores, hits)
    counted = scores.hits if scores.hits is not None else hits
    code, units = units_of(counted, scores.unit)
    unit, sentence = code[sentence_rows(counted)], sentence_rows(counted)
    each = counted.sentences["tokens"].to_numpy(dtype=np.float64)
    if scores.kind == "share":
        each = (each > 0).astype(np.float64)
    denominator = np.bincount(code, each, len(units)).astype(np.float64)
    weight = counted.table["weight"].to_numpy(dtype=np.float64)
    frames, entries = (counted.table[name].cat.codes.to_numpy() for name in ("frame", "entry"))
    values = scores.wide()
    bounds = {name: scores.wide(name) for name in ("low", "high")} if scores.level else {}
    rows = []
    for number, frame in enumerate(counted.frames):
        of_frame = np.flatnonzero(frames == number)
        limits = [bound[frame].to_numpy() for bound in bounds.values()]
        for entry in np.unique(entries[of_frame]).tolist():
            rest = of_frame[entries[of_frame] != entry]
            if scores.kind == "share":
                first = np.unique(sentence[rest])
                numerator = np.bincount(code[first], minlength=len(units)).astype(np.float64)
            else:
                numerator = np.bincount(unit[rest], weight[rest], len(units)).astype(np.float64)
            without = _values(numerator, denominator, scores)
            n = len(of_frame) - len(rest)
            name = str(counted.table["entry"].cat.categories[entry])
            changes = _compare(values[frame], without, limits)
            rows.append((frame, name, n, n / len(of_frame), *changes))
    table = pd.DataFrame(rows, columns=list(DROP_COLUMNS))
    table["frame"] = pd.Categorical(table["frame"], categories=counted.frames)
    table["outside"] = table["outside"].astype("boolean")
    order = table.assign(size=-table["change"].abs()).sort_values(["frame", "size", "entry"])
    settings = {name: scores.settings.get(name) for name in ("unit", "kind", "per", "rejected")}
    settings["measure"] = scores.measure
    return LeaveOneOut(
        table.loc[order.index].reset_index(drop=True), settings=settings | instrument_of(hits)
    )


def _check_scores_of(scores: Scores, hits: Hits) -> None:
    """Raise InputError unless the scores are of these hits, and by a unit of text."""
    if scores.lexicon_hash != hits.lexicon_hash:
        raise InputError(
            f"The scores are of {scores.lexicon}, the hits of {hits.lexicon}, which has other "
            "entries. Give the scores of these hits: score(hits)."
        )
    if scores.hits is not None and scores.hits.corpus_fingerprint != hits.corpus_fingerprint:
        raise InputError(
            "The scores and the hits are of different texts. Give the scores of these hits: "
            "score(hits)."
        )
    if scores.unit == "speaker":
        raise InputError(
            "Scores by speaker cannot be split by entry. Use another unit: score(hits, unit=…)."
        )


def _values(numerator: Array, denominator: Array, scores: Scores) -> Array:
    """Return the values of the units, missing if the denominator is 0."""
    if scores.kind == "count":
        return np.where(denominator > 0, numerator, np.nan)
    values: Array = np.full(len(numerator), np.nan)
    np.divide(numerator, denominator, out=values, where=denominator > 0)
    return values * (scores.per if scores.kind == "rate" else 1.0)


def _compare(values: "pd.Series[float]", without: Array, limits: list[Array]) -> tuple[object, ...]:
    """Return the columns of the table from ``unit_id`` to ``tau``."""
    complete = values.to_numpy(dtype=float)
    change = without - complete
    largest = int(np.nanargmax(np.abs(change)))
    outside: object = pd.NA
    if limits and not np.isnan(limits[0][largest]):
        outside = not limits[0][largest] <= without[largest] <= limits[1][largest]
    known = ~np.isnan(complete)
    tau = float("nan")
    if len(set(complete[known])) > 1 and len(set(without[known])) > 1:
        from scipy.stats import kendalltau

        tau = float(kendalltau(complete[known], without[known]).statistic)
    # Where all units have one value, none is first.
    first, first_without = (
        values.index[int(np.nanargmax(column))] if len(set(column[known])) > 1 else None
        for column in (complete, without)
    )
    unit = values.index[largest], complete[largest], without[largest], change[largest]
    return (*unit, outside, first, first_without, tau)
