"""Scores: how much of a frame a unit of text holds, with denominator and interval."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import (
    InputError,
    check_choice,
    check_objects,
    check_positive,
    check_seed,
    check_share,
)
from framing._core.resampling import percentile_interval, rng_for, totals_drawn
from framing._core.result import Result, left_out
from framing._core.statistics import binomial_upper, poisson_upper
from framing.coding.validation import Validation
from framing.hits.hits import REJECTED, Hits, by_rejection, sentence_rows, sentence_weights
from framing.scores.groups import INSIDE, TOPIC_SHARE, allowed_keys, groups_of

JOURNALIST = "(journalist)"

Array = NDArray[np.float64]


KINDS = ("rate", "share", "count")
_COLUMNS = ("unit_id", "frame", "value", "numerator", "denominator")


@dataclass(frozen=True)
class Parts:
    """What a score is summed from, and what its interval resamples: sentences or documents.

    ``unit`` and ``document`` are the rows of each part in the units and in the documents.
    """

    name: str
    unit: NDArray[np.int64]
    document: NDArray[np.int64]
    numerators: Array
    denominators: Array


def document_rows(hits: Hits) -> NDArray[np.int64]:
    """Return for each sentence the row of its document."""
    ids = pd.Index(hits.documents["doc_id"])
    rows: NDArray[np.int64] = ids.get_indexer(pd.Index(hits.sentences["doc_id"])).astype(np.int64)
    return rows


def units_of(hits: Hits, unit: str) -> tuple[NDArray[np.int64], pd.DataFrame]:
    """Return the unit of each sentence (its row in the units), and the units."""
    sentences, documents = hits.sentences, hits.documents
    document = document_rows(hits)
    if unit in ("sentence", "paragraph"):
        keys = ["doc_id", unit]
        first = ~sentences.duplicated(keys)
        code = np.cumsum(first.to_numpy()) - 1
        heads = sentences.loc[first, ["doc_id", *dict.fromkeys(["paragraph", unit])]]
        heads = heads.reset_index(drop=True).merge(documents, on="doc_id", how="left")
        heads.insert(0, "unit_id", heads["doc_id"] + ":" + heads[unit].astype(str))
    elif unit == "document":
        code = document
        heads = documents.copy()
        heads.insert(0, "unit_id", documents["doc_id"])
    elif unit == "corpus":
        code = np.zeros(len(sentences), dtype=np.int64)
        heads = pd.DataFrame({"unit_id": ["corpus"]})
    else:
        group, values = groups_of(documents, unit, argument="unit", most=None)
        code = group[document]
        heads = pd.DataFrame({"unit_id": pd.Series(values, dtype="str")})
    sizes = pd.DataFrame({"code": code, "document": document, "tokens": sentences["tokens"]})
    grouped = sizes.groupby("code")
    every = range(len(heads))
    heads["documents"] = grouped["document"].nunique().reindex(every, fill_value=0)
    heads["sentences"] = grouped.size().reindex(every, fill_value=0)
    heads["tokens"] = grouped["tokens"].sum().reindex(every, fill_value=0)
    return code, heads


def sentence_parts(hits: Hits, kind: str) -> tuple[Array, Array]:
    """Return the numerators of each sentence, shape (sentences, frames), and its denominator."""
    tokens: Array = hits.sentences["tokens"].to_numpy(dtype=np.float64)
    if kind == "share":
        return hits.presence().astype(np.float64), (tokens > 0).astype(np.float64)
    return sentence_weights(hits), tokens


def sums(unit: NDArray[np.int64], values: Array, count: int) -> Array:
    totals = np.zeros((count, values.shape[1]))
    for column in range(values.shape[1]):
        totals[:, column] = np.bincount(unit, weights=values[:, column], minlength=count)
    return totals


def by_document(hits: Hits, parts: Parts) -> Parts:
    """Sum the sentences of each document, so that documents are what is resampled."""
    values = np.column_stack([parts.numerators, parts.denominators])
    totals = sums(parts.document, values, len(hits.documents))
    present, first = np.unique(parts.document, return_index=True)
    return Parts("document", parts.unit[first], present, totals[present, :-1], totals[present, -1])


def speaker_parts(hits: Hits, kind: str) -> tuple[Parts, pd.DataFrame]:
    """Return the hits of each speaker in each document, and the speakers.

    The denominator is the number of hits of the speaker, of whatever frame.
    """
    if "speaker" not in hits.table:
        raise InputError(
            "These hits name no speakers: context is found in English texts only "
            "(the language of the corpus), by find_hits."
        )
    if kind == "rate":
        raise InputError(
            'unit="speaker" has no rate: how many words a speaker says is not known. Use '
            'kind="share" (of the hits of the speaker) or kind="count".'
        )
    table = hits.table
    speaker, values = _speakers(hits)
    document = pd.Index(hits.documents["doc_id"]).get_indexer(pd.Index(table["doc_id"]))
    cell, place = np.unique(speaker * len(hits.documents) + document, return_inverse=True)
    k = len(hits.frames)
    frame = table["frame"].cat.codes.to_numpy(dtype=np.intp)
    weights = np.ones(len(table)) if kind == "share" else table["weight"].to_numpy(dtype=float)
    summed = np.bincount(place * k + frame, weights=weights, minlength=len(cell) * k)
    numerators = summed.reshape(len(cell), k).astype(np.float64)
    denominators = np.bincount(place, minlength=len(cell)).astype(np.float64)
    unit, own = (part.astype(np.int64) for part in np.divmod(cell, max(len(hits.documents), 1)))
    units = pd.DataFrame({"unit_id": pd.Series(values, dtype="str")})
    every = range(len(values))
    grouped = pd.DataFrame({"unit": unit, "hits": denominators}).groupby("unit")["hits"]
    units["documents"] = grouped.size().reindex(every, fill_value=0)
    units["hits"] = grouped.sum().reindex(every, fill_value=0).astype(np.int64)
    return Parts("document", unit, own, numerators, denominators), units


def hits_of_units(hits: Hits, unit: str) -> NDArray[np.int64]:
    """Return for each hit the row of its unit in the units of `score`."""
    if unit == "speaker":
        return _speakers(hits)[0]
    rows: NDArray[np.int64] = units_of(hits, unit)[0][sentence_rows(hits)]
    return rows


def _speakers(hits: Hits) -> tuple[NDArray[np.int64], list[str]]:
    """Return for each hit the number of its speaker, and the speakers: the journalist is last."""
    names = hits.table["speaker"].astype(str).replace("", JOURNALIST)
    values = sorted(set(names) - {JOURNALIST}) + [JOURNALIST] * bool((names == JOURNALIST).any())
    return pd.Index(values).get_indexer(pd.Index(names)).astype(np.int64), values


@dataclass(frozen=True, eq=False)
class Scores(Result):
    """Frame scores: one row of ``table`` a unit and frame.

    Attributes
    ----------
    table : pandas.DataFrame
        ``unit_id``, ``frame``, ``value``, ``numerator``, ``denominator``; after `interval` also
        ``low``, ``high``, ``n`` and ``method``.
    units : pandas.DataFrame
        One row a unit: ``unit_id``, where it applies ``doc_id``, ``paragraph``, ``sentence`` and
        the columns of the document, then ``documents``, ``sentences`` and ``tokens``.
    kind : str
        "rate", "share" or "count"; "topic share" from a topic model.
    unit : str
        What a row is a score of.
    per : float
        Tokens that a rate is taken over.
    empty : int
        Units without a token: their values are missing.
    left_out : pandas.DataFrame
        ``unit_id`` and ``reason`` of these.
    settings : dict
        The arguments of `score`; after `interval` also ``seed`` and ``draws``.
    lexicon, lexicon_hash : str
        The instrument.
    level : float or None
        Level of the intervals, None before `interval`.
    validation : str
        What is known of how often the instrument is right; empty while it is unvalidated.
    hits : Hits or None
        The hits that were counted; None from a topic model.
    """

    table: pd.DataFrame
    units: pd.DataFrame
    kind: str
    unit: str
    per: float
    empty: int
    lexicon: str
    lexicon_hash: str
    parts: Parts
    level: float | None = None
    validation: str = ""
    hits: Hits | None = None

    drawn_by: ClassVar[str] = "plot_scores"
    computed_by: ClassVar[tuple[str, ...]] = ("scipy",)

    def __len__(self) -> int:
        return len(self.units)

    @property
    def frames(self) -> list[str]:
        """The frames, in the order of the lexicon."""
        return [str(frame) for frame in self.table["frame"].cat.categories]

    @property
    def measure(self) -> str:
        """What a value is, in words: the label of an axis."""
        if self.kind == "rate":
            return f"hits per {self.per:,g} tokens"
        if self.kind == TOPIC_SHARE:
            return "topic share"
        if self.kind == "share":
            return "share of hits" if self.unit == "speaker" else "share of sentences"
        return "hits"

    @property
    def standing(self) -> str:
        """Whether the instrument was held against codes, in words."""
        return self.validation or "unvalidated"

    def __repr__(self) -> str:
        interval = f", {self.level:.0%} intervals" if self.level else ""
        empty = f", {self.empty:,} without a token" if self.empty else ""
        return (
            f"<Scores: {self.measure} of {', '.join(self.frames)} by {self.unit}, "
            f"{len(self):,} units{empty}{interval}; {self.lexicon}, {self.standing}>"
        )

    def wide(self, column: str = "value") -> pd.DataFrame:
        """Return one column of the table with one row per unit and one column per frame.

        Parameters
        ----------
        column : str
            The column of ``.table`` to spread, such as "value", "low" or "high".

        Returns
        -------
        pandas.DataFrame
            Units in the order of ``.units``, frames in that of ``.frames``.

        Examples
        --------
        >>> import framing as fr
        >>> corpus = fr.make_corpus(["A truce, perhaps.", "Many doubt it."])
        >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"], "doubt": ["doubt"]}))
        >>> fr.score(hits, unit="document", kind="count").wide()
        frame    peace  doubt
        unit_id
        text1      1.0    0.0
        text2      0.0    1.0
        """
        check_choice("column", column, [name for name in self.table if name not in ("unit_id",)])
        wide = self.table.set_index(["unit_id", "frame"])[column].unstack()
        return wide.loc[self.units["unit_id"].tolist(), self.frames].rename_axis(columns="frame")

    def interval(self, *, seed: int, draws: int = 2000, level: float = 0.95) -> "Scores":
        """Return the scores with a bootstrap interval beside each.

        Sentences are resampled with replacement within each unit, or documents where the
        unit pools documents; the interval is the percentile interval of the resampled score
        (Efron and Tibshirani 1993, chapter 13). A unit's interval depends on the seed and on
        that unit alone, not on which others are scored beside it.

        Parameters
        ----------
        seed : int
            The same seed gives the same interval.
        draws : int
            Number of resamples.
        level : float
            Level of the interval, between 0 and 1.

        Returns
        -------
        Scores
            Its table has the further columns ``low``, ``high`` (in the unit of ``value``),
            ``n`` (sentences or documents resampled) and ``method``: "bootstrap"; "exact" where
            the unit has no hit of the frame, so that resampling would call it certain (upper
            limit by Garwood 1936 for rates and counts, Clopper and Pearson 1934 for shares);
            "none" where fewer than two sentences or documents leave nothing to resample, and
            low and high are missing.

        Raises
        ------
        InputError
            The unit is a sentence, or an argument is out of range.

        References
        ----------
        Efron, B. and Tibshirani, R. J. (1993). An Introduction to the Bootstrap. Chapman and
        Hall.

        Examples
        --------
        >>> import framing as fr
        >>> corpus = fr.make_corpus(["A truce. No truce. Rain fell. Snow fell."])
        >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
        >>> scores = fr.score(hits, unit="document", kind="share").interval(seed=1)
        >>> scores.table[["value", "low", "high", "n", "method"]]
           value  low  high  n     method
        0    0.5  0.0   1.0  4  bootstrap
        """
        check_share("level", level)
        check_positive("draws", draws, whole=True)
        check_seed(seed)
        if self.kind == TOPIC_SHARE:
            raise InputError(
                "The uncertainty of a topic share is that of the model, which resampling a unit "
                "does not show. Use prevalence(topics, terms, by=…, seed=…), which does."
            )
        if self.unit == "sentence":
            raise InputError(
                "A single sentence has nothing to resample. Score a larger unit: "
                'unit="paragraph", "document", "corpus" or a column of the corpus.'
            )
        rows = []
        order = np.argsort(self.parts.unit, kind="stable")
        edges = np.searchsorted(self.parts.unit[order], np.arange(len(self.units) + 1))
        for unit, unit_id in enumerate(self.units["unit_id"]):
            members = order[edges[unit] : edges[unit + 1]]
            rng = rng_for(int(seed), str(unit_id))
            rows.append(_unit_interval(self, members, draws, level, rng))
        columns = pd.concat(rows, ignore_index=True)
        table = pd.concat([self.table, columns], axis=1)
        if self.level:
            table = pd.concat([self.table[list(_COLUMNS)], columns], axis=1)
        settings = {**self.settings, "seed": int(seed), "draws": int(draws)}
        return replace(self, table=table, level=level, settings=settings)


def _unit_interval(
    scores: Scores,
    members: NDArray[np.intp],
    draws: int,
    level: float,
    rng: np.random.Generator,
) -> pd.DataFrame:
    numerators = scores.parts.numerators[members]
    denominators = scores.parts.denominators[members]
    k, n = numerators.shape[1], len(members)
    low, high = np.full(k, np.nan), np.full(k, np.nan)
    method = np.full(k, "none", dtype=object)
    total = denominators.sum()
    if n >= 2 and total > 0:
        sums = totals_drawn(np.column_stack([numerators, denominators]), draws, rng)
        values = _values(sums[:, :k], sums[:, k:], scores.kind, scores.per)
        low, high = percentile_interval(values, level)
        method[:] = "bootstrap"
    if total > 0:
        none = (numerators != 0).sum(axis=0) == 0
        low[none], method[none] = 0.0, "exact"
        if scores.kind == "share":
            high[none] = binomial_upper(total, level)
        else:
            upper = poisson_upper(total, level)
            high[none] = upper * (scores.per if scores.kind == "rate" else total)
    return pd.DataFrame({"low": low, "high": high, "n": n, "method": method})


def _values(numerators: Array, denominators: Array, kind: str, per: float) -> Array:
    """Return the values, missing where the denominator is 0."""
    valid = denominators > 0
    if kind == "count":
        return np.where(valid, numerators, np.nan)
    quotient = np.divide(
        numerators, denominators, out=np.full_like(numerators, np.nan), where=valid
    )
    return quotient * (per if kind == "rate" else 1.0)


@check_objects
def score(
    hits: Hits,
    *,
    unit: str = "document",
    kind: str = "rate",
    per: float = 1000,
    rejected: str = "include",
    validation: Validation | None = None,
) -> Scores:
    """Return frame scores of every unit of text.

    Parameters
    ----------
    hits : Hits
        From `find_hits`.
    unit : str
        "sentence", "paragraph", "document", "corpus", or a column of the corpus, which pools
        the documents that share a value ("source", "date", any covariate); or "year",
        "quarter", "month", "week" (named by its Monday) or "day" of the date, in UTC; or
        "speaker".
    kind : {"rate", "share", "count"}
        "rate": weighted hits per ``per`` tokens, from 0 up. "share": sentences with at least
        one hit, as a share of all sentences with a token, 0 to 1. "count": weighted hits.
    per : float
        Tokens that a rate is taken over; 1,000 by default.
    rejected : {"include", "exclude", "only"}
        Whether hits count in which the frame is denied or refused ("no compromise"). Only the
        numerator changes.
    validation : Validation, optional
        From `validate`, of the same lexicon: the scores then carry what it found. Without it
        they are marked "unvalidated".

    Returns
    -------
    Scores
        One row a unit and frame, with ``numerator`` (weighted hits, or sentences with a hit)
        and ``denominator`` (tokens, or sentences). A unit without a token has a missing value
        and is counted in ``empty``; it is never 0/0. Documents in which the column is missing
        form the last unit, "(missing)". So do those without a date, or with one that does not
        tell the period ("2025-03" has no week): those that `trend` lists in ``left_out``. For
        speakers a share is one of the speaker's hits, whatever their frame, the journalist is
        "(journalist)", and intervals resample documents.

    Raises
    ------
    InputError
        ``unit``, ``kind`` or ``rejected`` is unknown, ``per`` is not above 0, a speaker is to
        have a rate, the hits carry no context, or the validation is of another lexicon.

    References
    ----------
    Grimmer, J. and Stewart, B. M. (2013). Text as data: The promise and pitfalls of automatic
    content analysis methods for political texts. Political Analysis 21(3), 267-297.
    doi:10.1093/pan/mps028

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["Truce talks stall.", "Rain fell."], source=["Wire", "Blog"])
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce", "talks"]}))
    >>> fr.score(hits, unit="source").table
      unit_id  frame       value  numerator  denominator
    0    Blog  peace    0.000000        0.0          2.0
    1    Wire  peace  666.666667        2.0          3.0
    """
    check_choice("kind", kind, KINDS)
    check_positive("per", per)
    check_choice("rejected", rejected, REJECTED)
    columns = [key for key in allowed_keys(hits.documents) if key not in ("doc_id", "unit_id")]
    check_choice("unit", unit, list(dict.fromkeys([*INSIDE, "corpus", "speaker", *columns])))
    counted = by_rejection(hits, rejected)
    if unit == "speaker":
        parts, units = speaker_parts(counted, kind)
    else:
        code, units = units_of(hits, unit)
        parts = Parts("sentence", code, document_rows(hits), *sentence_parts(counted, kind))
        if unit not in INSIDE:
            parts = by_document(hits, parts)
    table = _table(parts, units["unit_id"], hits, kind, per)
    return Scores(
        table=table,
        units=units,
        kind=kind,
        unit=unit,
        per=float(per),
        empty=int((units["tokens"] == 0).sum()) if "tokens" in units else 0,
        lexicon=hits.lexicon,
        lexicon_hash=hits.lexicon_hash,
        parts=parts,
        validation=_standing(hits, validation),
        hits=counted,
        settings={"unit": unit, "kind": kind, "per": float(per), "rejected": rejected},
        left_out=_without_token(units),
    )


def _without_token(units: pd.DataFrame) -> pd.DataFrame:
    gone = units.loc[units["tokens"] == 0, "unit_id"] if "tokens" in units else ()
    return left_out(gone, "no token", item="unit_id")


def _standing(hits: Hits, validation: Validation | None) -> str:
    if validation is None:
        return ""
    if validation.lexicon_hash != hits.lexicon_hash:
        raise InputError(
            f"The validation is of {validation.lexicon} (hash {validation.lexicon_hash[:8]}), the "
            f"hits are of {hits.lexicon} (hash {hits.lexicon_hash[:8]}). A lexicon that was "
            "changed needs a validation of its own."
        )
    table = validation.table
    values = [
        f"{frame} {f1:.2f}"
        for frame, f1 in zip(table["frame"], table["f1"], strict=True)
        if f1 == f1
    ]
    return f"validated on {int(table['n'].max()):,} sentences, F1 {', '.join(values)}"


def _table(
    parts: Parts, unit_ids: "pd.Series[str]", hits: Hits, kind: str, per: float
) -> pd.DataFrame:
    values = np.column_stack([parts.numerators, parts.denominators])
    totals = sums(parts.unit, values, len(unit_ids))
    numerators, denominators = totals[:, :-1], totals[:, -1:]
    k = len(hits.frames)
    return pd.DataFrame(
        {
            "unit_id": np.repeat(unit_ids.to_numpy(), k),
            "frame": pd.Categorical(hits.frames * len(unit_ids), categories=hits.frames),
            "value": _values(numerators, np.repeat(denominators, k, axis=1), kind, per).ravel(),
            "numerator": numerators.ravel(),
            "denominator": np.repeat(denominators.ravel(), k),
        }
    )
