"""Robustness: whether what was found hangs on a single choice."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError, check_objects
from framing._core.result import TableResult, instrument_of
from framing.hits.hits import Hits, sentence_rows
from framing.scores.scores import Scores, units_of

DROP_COLUMNS = (
    "frame", "entry", "n", "share", "unit_id", "value", "value_without", "change", "outside",
    "first", "first_without", "tau",
)  # fmt: skip

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class LeaveOneOut(TableResult):
    """What becomes of scores when an entry is taken out.

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
    """Return what becomes of the scores when an entry is taken out, for each entry.

    Parameters
    ----------
    hits : Hits
        The hits that the scores were made from.
    scores : Scores
        Of these hits, by any unit but the speaker. Only the hits that the scores count are
        looked at: with ``rejected="exclude"`` those not rejected.

    Returns
    -------
    LeaveOneOut
        Its ``table``:
        one row per entry with a hit that counts: ``frame``, ``entry``, ``n`` (hits), ``share``
        (of the hits of its frame); ``unit_id``, the unit that changes most, with its ``value``,
        ``value_without`` and ``change`` (in the unit of the scores); ``outside``, whether the
        value without lies outside the interval (missing where the scores have none); ``first``
        and ``first_without``, the unit with the highest value; ``tau``, Kendall's rank
        correlation of the units with and without (missing where all values are the same). Those
        that change most come first in each frame. The hits are taken away, not searched anew: an
        entry that another one hid does not come back (`drop_entries` and `find_hits` do that).

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
        own = np.flatnonzero(frames == number)
        limits = [bound[frame].to_numpy() for bound in bounds.values()]
        for entry in np.unique(entries[own]).tolist():
            rest = own[entries[own] != entry]
            if scores.kind == "share":
                first = np.unique(sentence[rest])
                numerator = np.bincount(code[first], minlength=len(units)).astype(np.float64)
            else:
                numerator = np.bincount(unit[rest], weight[rest], len(units)).astype(np.float64)
            without = _values(numerator, denominator, scores)
            n = len(own) - len(rest)
            name = str(counted.table["entry"].cat.categories[entry])
            changes = _compare(values[frame], without, limits)
            rows.append((frame, name, n, n / len(own), *changes))
    table = pd.DataFrame(rows, columns=list(DROP_COLUMNS))
    table["frame"] = pd.Categorical(table["frame"], categories=counted.frames)
    table["outside"] = table["outside"].astype("boolean")
    order = table.assign(size=-table["change"].abs()).sort_values(["frame", "size", "entry"])
    settings = {name: scores.settings.get(name) for name in ("unit", "kind", "per", "rejected")}
    return LeaveOneOut(
        table.loc[order.index].reset_index(drop=True), settings=settings | instrument_of(hits)
    )


def _check_scores_of(scores: Scores, hits: Hits) -> None:
    if scores.lexicon_hash != hits.lexicon_hash:
        raise InputError(
            f"The scores are of {scores.lexicon}, the hits of {hits.lexicon}, or of another "
            "version of it. Score these hits: score(hits)."
        )
    if scores.hits is not None and scores.hits.corpus_fingerprint != hits.corpus_fingerprint:
        raise InputError(
            "The scores are of other texts than the hits. Score these hits: score(hits)."
        )
    if scores.unit == "speaker":
        raise InputError("Scores by speaker cannot be taken apart by entry. Take another unit.")


def _values(numerator: Array, denominator: Array, scores: Scores) -> Array:
    if scores.kind == "count":
        return np.where(denominator > 0, numerator, np.nan)
    values: Array = np.full(len(numerator), np.nan)
    np.divide(numerator, denominator, out=values, where=denominator > 0)
    return values * (scores.per if scores.kind == "rate" else 1.0)


def _compare(values: "pd.Series[float]", without: Array, limits: list[Array]) -> tuple[object, ...]:
    given = values.to_numpy(dtype=float)
    change = without - given
    most = int(np.nanargmax(np.abs(change)))
    outside: object = pd.NA
    if limits and not np.isnan(limits[0][most]):
        outside = not limits[0][most] <= without[most] <= limits[1][most]
    known = ~np.isnan(given)
    tau = float("nan")
    if len(set(given[known])) > 1 and len(set(without[known])) > 1:
        from scipy.stats import kendalltau

        tau = float(kendalltau(given[known], without[known]).statistic)
    first, then = (values.index[int(np.nanargmax(part))] for part in (given, without))
    here = values.index[most], given[most], without[most], change[most]
    return (*here, outside, first, then, tau)
