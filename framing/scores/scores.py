"""Scores: the rate, share or count of a frame in each unit of text, with its interval."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from framing._core.checks import (
    InputError,
    check_choice,
    check_draws,
    check_objects,
    check_positive,
    check_seed,
    check_share,
    chosen_names,
    listing,
    plural_of,
)
from framing._core.result import Result, left_out
from framing._core.statistics import ratio_limits, variance_of_runs
from framing._core.tables import counted
from framing._core.typing import Array, Rows
from framing.coding.validation import Validation
from framing.hits.hits import REJECTED, Hits, by_rejection, sentence_rows, sentence_weights
from framing.scores.groups import (
    INSIDE,
    MISSING,
    NOT_IN_MEMORY,
    PASSAGES,
    TOPIC_SHARE,
    By,
    allowed_keys,
    clusters_of,
    groups_of,
    natural_order,
)
from framing.scores.interval_notes import part_notes
from framing.scores.neighbours import neighbour_correlations
from framing.scores.resemblance import find_resemblance, resemblance_note

JOURNALIST = "(journalist)"
KINDS = ("rate", "share", "count")
# The number of tokens that a rate is for, unless another one is asked for.
PER = 1000
# A note says so where hits in runs make a sentence count less than one of so many.
MANY_RUNS = 1.5
# Sentences in runs that count as fewer than this show little of how long runs are.
FEW_RUNS = 10
# Columns of the table before `Scores.interval`.
SCORE_COLUMNS = ("unit_id", "frame", "value", "numerator", "denominator")


@dataclass(frozen=True)
class ScoreParts:
    """What a score is summed from, and what its interval resamples: sentences or documents.

    ``name`` is "sentence" or "document". ``unit`` and ``document`` are the rows of each in the
    units and in the documents. ``numerators`` have the shape (n, frames), ``denominators`` (n,).
    ``case`` is the mean weight of a hit of each frame, by weight, where the hits are not at hand.
    ``copies`` says how many equal documents each row stands for. With ``frame`` a row has the
    numerator of this frame only, shape (n, 1). ``by_frame`` are the scores of each frame alone,
    where equal documents are counted together, which differ between frames.
    """

    name: str
    unit: Rows
    document: Rows
    numerators: Array
    denominators: Array
    case: Array | None = None
    copies: Rows | None = None
    frame: Rows | None = None
    by_frame: tuple["Scores", ...] = ()


def document_rows(hits: Hits) -> Rows:
    """Return the row of the document of each sentence."""
    ids = pd.Index(hits.documents["doc_id"])
    rows: Rows = ids.get_indexer(pd.Index(hits.sentences["doc_id"])).astype(np.int64)
    return rows


def units_of(hits: Hits, unit: str) -> tuple[Rows, pd.DataFrame]:
    """Return the unit of each sentence (its row in the units), and the units."""
    sentences, documents = hits.sentences, hits.documents
    document = document_rows(hits)
    if unit in ("sentence", "paragraph"):
        keys = ["doc_id", unit]
        first = ~sentences.duplicated(keys)
        # Sentences of paragraphs 1, 1, 2 are first: yes, no, yes; their units are 0, 0, 1.
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
        group, values = groups_of(documents, unit, argument="unit", limit=None)
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


def sums(unit: Rows, values: Array, count: int) -> Array:
    """Return the sums of the rows of ``values`` in each of ``count`` units."""
    totals = np.zeros((count, values.shape[1]))
    for column in range(values.shape[1]):
        totals[:, column] = np.bincount(unit, weights=values[:, column], minlength=count)
    return totals


def by_document(hits: Hits, parts: ScoreParts) -> ScoreParts:
    """Return the sums over the sentences of each document, so that documents are resampled."""
    values = np.column_stack([parts.numerators, parts.denominators])
    totals = sums(parts.document, values, len(hits.documents))
    present, first = np.unique(parts.document, return_index=True)
    return ScoreParts(
        "document", parts.unit[first], present, totals[present, :-1], totals[present, -1]
    )


def speaker_parts(hits: Hits, kind: str) -> tuple[ScoreParts, pd.DataFrame]:
    """Return the hits of each speaker in each document, and the speakers.

    The denominator is the number of hits of the speaker, of all frames.
    """
    if "speaker" not in hits.table:
        raise InputError(
            "These hits name no speakers. find_hits finds speakers in English texts only: make the "
            'corpus with language="en", or score by another unit.'
        )
    if kind == "rate":
        raise InputError(
            'unit="speaker" has no rate, since the number of words of a speaker is not known. Use '
            'kind="share" (of the hits of the speaker) or kind="count".'
        )
    table = hits.table
    speaker, values = _speakers(hits)
    document = pd.Index(hits.documents["doc_id"]).get_indexer(pd.Index(table["doc_id"]))
    # One cell per speaker and document: of 10 documents, speaker 2 in document 3 is cell 23.
    cell, position = np.unique(speaker * len(hits.documents) + document, return_inverse=True)
    k = len(hits.frames)
    frame = table["frame"].cat.codes.to_numpy(dtype=np.intp)
    weights = np.ones(len(table)) if kind == "share" else table["weight"].to_numpy(dtype=float)
    summed = np.bincount(position * k + frame, weights=weights, minlength=len(cell) * k)
    numerators = summed.reshape(len(cell), k).astype(np.float64)
    denominators = np.bincount(position, minlength=len(cell)).astype(np.float64)
    unit, row = (codes.astype(np.int64) for codes in np.divmod(cell, max(len(hits.documents), 1)))
    units = pd.DataFrame({"unit_id": pd.Series(values, dtype="str")})
    every = range(len(values))
    grouped = pd.DataFrame({"unit": unit, "hits": denominators}).groupby("unit")["hits"]
    units["documents"] = grouped.size().reindex(every, fill_value=0)
    units["hits"] = grouped.sum().reindex(every, fill_value=0).astype(np.int64)
    return ScoreParts("document", unit, row, numerators, denominators), units


def hits_of_units(hits: Hits, unit: str) -> Rows:
    """Return the row of the unit of each hit in the units of `score`."""
    if unit == "speaker":
        return _speakers(hits)[0]
    rows: Rows = units_of(hits, unit)[0][sentence_rows(hits)]
    return rows


def _speakers(hits: Hits) -> tuple[Rows, list[str]]:
    """Return the number of the speaker of each hit, and the speakers, with the journalist last."""
    names = hits.table["speaker"].astype(str).replace("", JOURNALIST)
    values = sorted(set(names) - {JOURNALIST}, key=natural_order)
    values += [JOURNALIST] * bool((names == JOURNALIST).any())
    return pd.Index(values).get_indexer(pd.Index(names)).astype(np.int64), values


# Why a frame has no ratio and no interval from counts.
SIGNED = "entries have negative weights, so that their sum is no count"


def signed_frames(scores: "Scores") -> list[str]:
    """Return the frames of weighted scores whose entries have negative weights.

    Their hits can add up to less than 0, or cancel each other: these sums are no counts.
    """
    if scores.hits is None or scores.kind not in ("rate", "count"):
        return []
    return _signed(scores.hits.entries, scores.frames)


def _signed(entries: pd.DataFrame, frames: Sequence[str]) -> list[str]:
    signed = set(entries.loc[entries["weight"] < 0, "frame"].astype(str))
    return [frame for frame in frames if frame in signed]


def refuse_signed(scores: "Scores", what: str) -> None:
    """Raise InputError where entries have negative weights; ``what`` names the function."""
    _refuse(signed_frames(scores), what)


def refuse_signed_entries(entries: pd.DataFrame, frames: Sequence[str], what: str) -> None:
    """Raise InputError where some of the entries of these frames have negative weights."""
    _refuse(_signed(entries, frames), what)


def _refuse(frames: Sequence[str], what: str) -> None:
    if frames:
        raise InputError(
            f"{what}: entries of {listing(frames)} have negative weights, so the hits can add up "
            "to 0 or less. Such a sum is not a count, and has no ratio and no interval. Give "
            "these entries a frame of their own with weights above 0, or score "
            'kind="share", which counts sentences without weights.'
        )


def scores_of_frames(scores: "Scores", frames: str | Sequence[str]) -> "Scores":
    """Return the scores of some frames, in this order; the hits behind them stay whole."""
    names = chosen_names("frames", frames, scores.frames)
    columns, parts = [scores.frames.index(name) for name in names], scores.parts
    # The table has all frames of the first unit, then all of the second.
    rows = np.arange(len(scores.table)).reshape(-1, len(scores.frames))[:, columns].ravel()
    table = scores.table.iloc[rows].reset_index(drop=True)
    table["frame"] = pd.Categorical(table["frame"].astype(str), categories=names)
    case = None if parts.case is None else parts.case[columns]
    pieces = [
        scores_of_frames(piece, [name])
        for name in names
        for piece in parts.by_frame
        if name in piece.frames
    ]
    chosen = replace(
        parts, numerators=parts.numerators[:, columns], case=case, by_frame=tuple(pieces)
    )
    return replace(scores, table=table, parts=chosen)


@dataclass(frozen=True, eq=False)
class Scores(Result):
    """Frame scores of units of text.

    `score` returns it; `contrast`, `regress`, `trend` and the figures take it.

    Try it: ``fr.score(fr.load_study("articles").hits).interval().table``.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per unit and frame: ``unit_id``, ``frame``, ``value``, ``numerator``,
        ``denominator``; after `interval` also ``low``, ``high``, ``n``, ``method`` and ``note``.
    units : pandas.DataFrame
        One row per unit: ``unit_id``; for units of one document ``doc_id``, ``paragraph``,
        ``sentence`` and the columns of the document; then ``documents``, ``sentences`` and
        ``tokens``.
    kind : str
        "rate", "share" or "count"; "topic share" from a topic model.
    unit : str
        The unit of text that is scored.
    per : float
        The number of tokens that a rate refers to.
    empty : int
        The number of units without a token. Their values are missing.
    left_out : pandas.DataFrame
        ``unit_id`` and ``reason`` of the units without a token.
    settings : dict
        The arguments of `score`; after `interval` also ``seed`` and ``draws``.
    lexicon, lexicon_hash : str
        The instrument.
    level : float or None
        Level of the intervals, None before `interval`.
    validation : str
        How often the instrument is right, in words; empty without a validation.
    hits : Hits or None
        The counted hits; None from a topic model, and from hits on disk (`open_hits`).
    documents : pandas.DataFrame or None
        The documents of the hits without their texts; None from a topic model.
    """

    table: pd.DataFrame
    units: pd.DataFrame
    kind: str
    unit: str
    per: float
    empty: int
    lexicon: str
    lexicon_hash: str
    parts: ScoreParts
    level: float | None = None
    validation: str = ""
    hits: Hits | None = None
    documents: pd.DataFrame | None = None

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
        """The meaning of a value in words, for the label of an axis."""
        if self.kind == "rate":
            return f"hits per {self.per:,g} tokens"
        if self.kind == TOPIC_SHARE:
            return "topic share"
        if self.kind == "share":
            of = "sentence" if self.hits is None else self.hits.unit
            return "share of hits" if self.unit == "speaker" else f"share of {of}s"
        return "hits"

    @property
    def standing(self) -> str:
        """The validation of the instrument in words, or "unvalidated"."""
        return self.validation or "unvalidated"

    def __repr__(self) -> str:
        interval = f", {self.level:.0%} intervals" if self.level else ""
        empty = f", {self.empty:,} without a token" if self.empty else ""
        nameless = f" ({_nameless(self)})" if _nameless(self) else ""
        return (
            f"<Scores: {self.measure} of {', '.join(self.frames)} by {self.unit}, "
            f"{counted(len(self), 'units')}{nameless}{empty}{interval}; {self.lexicon}, "
            f"{self.standing}>"
        )

    def _rows(self) -> pd.DataFrame:
        """Return a row per unit and a column per frame: the value, with its interval."""
        digits = 2 if self.kind in ("share", TOPIC_SHARE) else 1
        table = self.table
        cells = table["value"].map(lambda value: "" if value != value else f"{value:,.{digits}f}")
        if self.level:
            pairs = zip(table["low"], table["high"], strict=True)
            cells += [
                "" if low != low else f" [{low:,.{digits}f}, {high:,.{digits}f}]"
                for low, high in pairs
            ]
        wide = table.assign(cell=cells).pivot(index="unit_id", columns="frame", values="cell")
        return (
            wide.loc[self.units["unit_id"].tolist(), self.frames]
            .rename_axis(index=None, columns=None)
            .rename_axis(self.unit)
            .reset_index()
        )

    def wide(self, column: str = "value") -> pd.DataFrame:
        """Return one column of the table with one row per unit and one column per frame.

        Parameters
        ----------
        column : str
            The column of ``.table`` to use, such as "value", "low" or "high".

        Returns
        -------
        pandas.DataFrame
            Units in the order of ``.units``, frames in the order of ``.frames``.

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

    def interval(
        self,
        *,
        seed: int | None = None,
        draws: int = 2000,
        level: float = 0.95,
        cluster: By | None = None,
    ) -> "Scores":
        """Return the scores with an interval for each.

        The interval is for what produced the texts, as if its sentences were a sample; if the unit
        pools documents, its documents are. It allows for documents that differ more than chance,
        for few of them, and for one that is much longer than the others: the variance of the sum
        over the sum is that of clusters (CR2, Bell and McCaffrey 2002), with Student's t and the
        degrees of freedom that belong to it. The variance gives an effective number of hits or
        sentences (Korn and Graubard 1998), never above the real one, and this number the limits:
        quantiles of the beta distribution for shares, of the gamma distribution for rates and
        counts. Where documents vary more than chance, as bursts do, the upper limit is at least
        that of a mean of gamma values, whose error grows with it (of a share above one half the
        lower limit). No random number is drawn. The interval of a unit that pools documents depends
        on this unit only, with two exceptions. If none or one of its documents has a hit, how much
        hits of the frame crowd into few documents is taken from all units (their design effect,
        Kish 1965). If it has so few documents or clusters that a rare kind of them may be missing,
        the limit away from 0 also allows for the spread that those of other units show, weighted by
        degrees of freedom (Smyth 2004), and the note says so: that of an outlet of six authors
        knows the authors of other outlets. Of weeks of ten articles, 15% of which have nearly all
        of the frame, intervals then hold the true value in 87 to 90% (83 to 84% without; 200 draws
        of 12 weeks), and of outlets of twelve articles, 8% of which are such, among larger ones in
        88 to 92% (65 to 71% without). Where even documents are among units of even ones, nothing is
        wider; five even ones among units of bursty ones have intervals up to twice as wide.

        Of units within one document the parts are sentences, and hits may come in runs. The
        correlation of neighbouring sentences, in part that of the unit and in part that of all,
        says how many independent ones they are worth (Miao and Gastwirth 2004). Where runs are
        three sentences long, documents of 20 to 100 sentences are covered in .94 to .99 with 30
        documents to learn from (.67 to .90 before), runs of ten in .95 to .99 (.23 to .91), or
        in .91 to .97 where the frame is in 30 to 50% of the sentences. A single document alone
        shows little of it: .82 to .99 and .42 to .98. Intervals are 1 to 8% wider in a corpus
        without runs, and 9 to 24% of outlets without runs in a corpus of others that have them (40
        to 640 draws).

        Parameters
        ----------
        seed, draws : int
            No longer used; intervals were bootstrap intervals. They work for one more version.
        level : float
            Level of the interval, between 0 and 1.
        cluster : str, pandas.Series or pair of these, optional
            What is independent, where documents are not: a column of the corpus such as "story",
            of which several documents report, or other values of ``by=`` (see `contrast`). By
            default each document is. Of outlets whose few authors, copied stories or campaign weeks
            are independent, intervals without it hold the true value in 81 to 89% of draws, with it
            in 95 to 100% (benchmarks/foreign_newsroom.md). Documents without a value of a column
            are each alone; those without the date of a month or week are one cluster together. The
            note says which column of the corpus (or day, week or month) seems to be missing, where
            documents that share its value resemble each other more than chance. It is
            given in 83% of draws of that newsroom, and 94% of the intervals that miss there for
            want of ``cluster=`` have it; of independent documents of six outlets, in 0 to 7% of
            corpora of 40 to 60,000 (permutation test on the level of 5% over all columns and
            frames; Westfall and Young 1993). What no column tells it cannot know.

        Returns
        -------
        Scores
            Its table also has the columns ``low``, ``high`` (in the unit of ``value``), ``n``
            (sentences, documents or clusters), ``method`` and ``note``. "t" is the rule. "exact" is
            for a unit without a hit of the frame, and for a share of 1 (Garwood 1936 for rates and
            counts, Clopper and Pearson 1934 for shares, with the denominator divided by the design
            effect of the other units; where no unit has a hit the effect is 1, and the limit is too
            low if hits crowd into few documents). "none" is for a unit with fewer than two
            sentences or documents: low and high are missing. ``note`` says where the data are
            hardly enough: two or three documents do not show how much documents differ, and the
            interval is wide for this reason; a rare kind of cluster may be missing among twenty or
            fewer (how large a share of all it may be is the exact limit of none of n), and the
            interval allows for it only if another unit has such clusters; where hits come in runs,
            and are too few to show how long these are; and where ``cluster=`` seems to be missing.

            On five generators of other news the intervals of single outlets hold the true value in
            92 to 99% of draws; the least with 16 long essays (benchmarks/foreign_generators.md). Of
            6 to 20 documents with a few very large bursts (log-normal rates with a cv2 of 2) it is
            91%. Of 150 documents with a rare frame in runs of ten sentences it is 94 to
            95%; of a single unit of these, without others to borrow from, 91%. Of six authors of
            whom one in five has nearly all of the frame it is 90 to 93% with ``cluster="author"``
            and other outlets to learn from (81% before these counted), of twelve 89 to 94%, of
            twenty 90 to 93% (400 draws through texts, 600 of sums). Without other outlets it is 78%
            of six: in a quarter of the draws none of the six is one of these, and no interval from
            the six alone can know of them.

        Raises
        ------
        InputError
            The unit is a sentence, the scores are topic shares, ``cluster`` is given for units
            within a document or is not known, or an argument is out of range.

        References
        ----------
        Bell, R. M. and McCaffrey, D. F. (2002). Bias reduction in standard errors for linear
        regression with multi-stage samples. Survey Methodology 28(2), 169-181.
        Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits
        illustrated in the case of the binomial. Biometrika 26(4), 404-413.
        Garwood, F. (1936). Fiducial limits for the Poisson distribution. Biometrika 28(3/4),
        437-442.
        Kish, L. (1965). Survey sampling. Wiley.
        Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small
        expected number of positive counts estimated from survey data. Survey Methodology 24(2),
        193-201.
        Miao, W. and Gastwirth, J. L. (2004). The effect of dependence on confidence intervals for a
        population proportion. The American Statistician 58(2), 124-130.
        Smyth, G. K. (2004). Linear models and empirical Bayes methods for assessing differential
        expression in microarray experiments. Statistical Applications in Genetics and Molecular
        Biology 3(1), article 3. doi:10.2202/1544-6115.1027
        Westfall, P. H. and Young, S. S. (1993). Resampling-based multiple testing. Wiley.

        Examples
        --------
        >>> import framing as fr
        >>> corpus = fr.make_corpus(["A truce. No truce. Rain fell. Snow fell."])
        >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
        >>> scores = fr.score(hits, unit="document", kind="share").interval()
        >>> scores.table[["value", "low", "high", "n", "method"]].round(2)
           value   low  high  n method
        0    0.5  0.05  0.95  4      t
        """
        check_share("level", level)
        check_draws("draws", draws)
        if seed is not None:
            check_seed(seed)
        if self.kind == TOPIC_SHARE:
            raise InputError(
                "Topic shares have the uncertainty of the topic model, which the texts of a unit "
                "do not show. Use prevalence(topics, terms, by=…, seed=…)."
            )
        if self.unit == "sentence":
            raise InputError(
                "A single sentence has no interval, because it has nothing to resample. Score a "
                "larger unit: "
                'unit="paragraph", "document", "corpus" or a column of the corpus.'
            )
        parts, called = self.parts, self.parts.name
        if cluster is not None:
            parts, called = _clustered(self, cluster)
        columns = _intervals(self, parts, called, level)
        if cluster is None:
            _note_resemblance(columns, self)
        # Exact limits are those of counts.
        signed = self.table["frame"].isin(signed_frames(self)) & (columns["method"] == "exact")
        columns.loc[signed, ["low", "high"]] = np.nan
        columns.loc[signed, "method"] = "none"
        columns.loc[signed, "note"] = SIGNED
        if said := _nameless(self):
            columns["note"] = [f"{said}; {note}".removesuffix("; ") for note in columns["note"]]
        table = pd.concat([self.table[list(SCORE_COLUMNS)], columns], axis=1)
        settings = {**self.settings, "draws": int(draws), "cluster": called}
        if seed is not None:
            settings["seed"] = int(seed)
        return replace(self, table=table, level=level, settings=settings)


def _clustered(scores: Scores, cluster: By) -> tuple[ScoreParts, str]:
    """Return the sums of each cluster in each unit, and the word for a cluster."""
    if scores.parts.frame is not None:
        raise InputError(NOT_IN_MEMORY)
    if scores.unit in INSIDE or scores.documents is None:
        raise InputError(
            f"cluster= joins documents, and each of these units ({scores.unit}) is within one "
            'document. Leave it out, or score a unit of several documents: unit="corpus" or a '
            "column of the corpus."
        )
    code, called = clusters_of(scores.documents, cluster)
    parts = scores.parts
    keys = parts.unit * (int(code.max(initial=0)) + 1) + code[parts.document]
    first, position = np.unique(keys, return_index=True, return_inverse=True)[1:]
    values = np.column_stack([parts.numerators, parts.denominators])
    totals = sums(position.astype(np.int64), values, len(first))
    joined = ScoreParts(
        called, parts.unit[first], parts.document[first], totals[:, :-1], totals[:, -1]
    )
    return joined, called


def _nameless(scores: Scores) -> str:
    """Return that no document has a value of the unit, so that all are one unit; "" otherwise."""
    pooled = scores.unit not in (*INSIDE, "corpus", "speaker")
    if not pooled or scores.units["unit_id"].astype(str).tolist() != [MISSING]:
        return ""
    return f"no document has a {scores.unit}: this unit is all of them"


def _note_resemblance(columns: pd.DataFrame, scores: Scores) -> None:
    """Write into the notes where documents of one author, story or week resemble each other."""
    parts = scores.parts
    if scores.documents is None or parts.name != "document" or parts.copies is not None:
        return
    documents, units = scores.documents.iloc[parts.document], len(scores.units)
    found = find_resemblance(documents, parts.unit, parts.numerators, parts.denominators, units)
    if found is None:
        return
    # A unit has a row for each frame.
    k, usable = len(scores.frames), (columns["method"] != "none").to_numpy()
    for number, frame in enumerate(scores.frames):
        rows = np.repeat(found.of_frame(number).groups, k) & usable
        rows &= np.tile(np.arange(k) == number, units)
        columns.loc[rows, "note"] += "; " + resemblance_note(found, scores.frames, frame)
    columns["note"] = columns["note"].str.removeprefix("; ")


def _intervals(scores: Scores, parts: ScoreParts, called: str, level: float) -> pd.DataFrame:
    """Return the columns that `Scores.interval` adds, one row per unit and frame."""
    k, count = len(scores.frames), len(scores.units)
    group, groups, case = parts.unit, count, case_of(scores)
    if parts.frame is not None:
        # Of 3 frames, frame 1 of unit 2 is the group 2 * 3 + 1 = 7.
        group, groups = group * k + parts.frame, count * k
        case = np.tile(np.broadcast_to(case, k), count)[:, None]
    times = np.ones(len(group)) if parts.copies is None else parts.copies
    # A part without a token is in no denominator.
    sizes = np.bincount(group, times * (parts.denominators > 0), groups).astype(np.int64)
    denominators, factor = parts.denominators, np.ones((groups, 1))
    if scores.kind == "count":
        # A count is the number of parts times their mean; the exact limit needs no unit.
        denominators = (denominators > 0).astype(np.float64)
        factor[:, 0] = np.bincount(group, denominators * times, groups)
    elif scores.kind == "rate":
        factor[:] = scores.per
    correlation = None
    if parts.name == "sentence" and parts.copies is None and parts.frame is None:
        read = denominators > 0
        correlation = neighbour_correlations(group[read], parts.numerators[read] != 0, groups)
    limits = ratio_limits(
        group, parts.numerators, denominators, groups, level,
        share=scores.kind == "share", case=case, copies=parts.copies,
        kinds=1 if parts.frame is None else k, correlation=correlation,
        borrow=called not in PASSAGES,
    )  # fmt: skip
    # A rate is at most one hit per token, and a count at most the tokens.
    most = np.full(groups, np.inf)
    if scores.kind in ("rate", "count") and each_once(case, parts.numerators, parts.denominators):
        tokens = np.bincount(group, parts.denominators * times, groups)
        most = tokens if scores.kind == "count" else factor[:, 0]
    # The frames of a unit are counted in the same parts.
    repeats = 1 if parts.frame is not None else k
    known = ~np.isnan(limits.low)
    method = np.where(limits.exact, "exact", np.where(known, "t", "none"))
    notes = part_notes(limits, called, repeats)
    if correlation is not None:
        worth = sizes[:, None] / variance_of_runs(correlation, sizes[:, None])[0]
        for row in np.flatnonzero((known & (worth * MANY_RUNS < sizes[:, None])).ravel()):
            n, as_many = f"{sizes[row // k]:,} {plural_of(called)}", f"{worth.flat[row]:.0f}"
            said = f"hits come in runs: {n} count as {as_many}"
            if worth.flat[row] < FEW_RUNS:
                said += ", which hardly show how long runs are"
            notes[row] = "; ".join(filter(None, [notes[row], said]))
    return pd.DataFrame(
        {
            "low": (limits.low * factor).ravel(),
            "high": np.minimum(limits.high * factor, most[:, None]).ravel(),
            "n": np.repeat(sizes, repeats),
            "method": method.ravel(),
            "note": notes,
        }
    ).astype({"note": "str"})


def each_once(case: Array | float, numerators: Array, tokens: Array) -> bool:
    """Return whether each token counts at most once, so that there are no more hits than tokens.

    It does where all hits have weight 1, since the hits of a frame do not overlap, and where no
    hit is a sign, such as a face, that is no token.
    """
    return bool((np.asarray(case) == 1).all() and (numerators <= tokens[:, None]).all())


def case_of(scores: Scores) -> Array | float:
    """Return the mean weight of a hit of each frame, by weight: what one hit adds to a sum."""
    if scores.kind == "share":
        return 1.0
    if scores.hits is None:
        return 1.0 if scores.parts.case is None else scores.parts.case
    table = scores.hits.table
    frame = table["frame"].cat.codes.to_numpy(dtype=np.int64)
    weight = table["weight"].to_numpy(dtype=np.float64)
    k = len(scores.frames)
    total, squares = np.bincount(frame, weight, k), np.bincount(frame, weight**2, k)
    case: Array = np.divide(squares, total, out=np.ones(k), where=total > 0)
    return case


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

    A score is the number of hits per 1,000 tokens (a rate), the share of sentences with a hit, or a
    count. Returns Scores: ``table`` has a row for each unit and frame; ``.interval()`` adds 95%
    intervals.

    Try it: ``fr.score(fr.load_study("articles").hits, unit="document").interval()``.

    Parameters
    ----------
    hits : Hits
        From `find_hits`.
    unit : str
        "sentence", "paragraph", "document", "corpus", "speaker"; or a column of the corpus
        ("source", "date", any covariate), which pools the documents with the same value; or
        "year", "quarter", "month", "week" (named by its Monday) or "day" of the date, in UTC.
    kind : {"rate", "share", "count"}
        "rate": weighted hits per ``per`` tokens, from 0 up. "share": sentences with at least
        one hit, as a share of all sentences with a token, 0 to 1. "count": weighted hits.
    per : float
        The number of tokens that a rate refers to; 1,000 by default. Shares and counts have none.
    rejected : {"include", "exclude", "only"}
        Whether to count hits in which the frame is denied or refused ("no compromise"). Only the
        numerator changes.
    validation : Validation, optional
        From `validate`, of the same lexicon. The scores then say how often the lexicon is right.
        Without it they are marked "unvalidated".

    Returns
    -------
    Scores
        One row per unit and frame, with ``numerator`` (weighted hits, or sentences with a hit)
        and ``denominator`` (tokens, or sentences). A unit without a token has a missing value, not
        0, and counts in ``empty``. Documents without a value in the column form the last unit,
        "(missing)"; where no document has one, ``repr`` and the ``note`` of `interval` say so. The
        same unit has documents without a date, or with a date too coarse for the period ("2025-03"
        has no week); `trend` lists these in ``left_out``. The share of a speaker is a share of all
        hits of the speaker; the journalist is "(journalist)", and intervals resample documents.

    Raises
    ------
    InputError
        ``unit``, ``kind`` or ``rejected`` is unknown, ``per`` is not above 0 or given for shares or
        counts, ``kind="rate"`` is used for speakers, the hits carry no context, or the validation
        is of another lexicon.

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
    check_per(per, kind)
    check_choice("rejected", rejected, REJECTED)
    if unit not in (usual := (*INSIDE, "corpus", "speaker")):
        columns = [key for key in allowed_keys(hits.documents) if key not in ("doc_id", "unit_id")]
        check_choice("unit", unit, list(dict.fromkeys([*usual, *columns])))
    if unit in INSIDE and INSIDE.index(unit) < INSIDE.index(hits.unit):
        raise InputError(
            f"unit={unit!r}: these hits are of {hits.unit}s. A {unit} is a part of a {hits.unit}, "
            f"so it is not known whether it has the frame. Score by {hits.unit}, or by a column."
        )
    chosen = by_rejection(hits, rejected)
    if unit == "speaker":
        parts, units = speaker_parts(chosen, kind)
    else:
        code, units = units_of(hits, unit)
        parts = ScoreParts("sentence", code, document_rows(hits), *sentence_parts(chosen, kind))
        if unit not in INSIDE:
            parts = by_document(hits, parts)
    table = score_table(parts, units["unit_id"], hits.frames, kind, per)
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
        hits=chosen,
        documents=hits.documents,
        settings={"unit": unit, "kind": kind, "per": float(per), "rejected": rejected},
        left_out=without_token(units),
    )


def check_per(per: float, kind: str) -> None:
    """Raise InputError unless a rate is per a number above 0; a share and a count are per none."""
    check_positive("per", per)
    if kind != "rate" and per != PER:
        raise InputError(
            f"per={per:,g} has no effect on kind={kind!r}: only a rate is per a number of tokens. "
            "Leave "
            'per= out, or give kind="rate".'
        )


def without_token(units: pd.DataFrame) -> pd.DataFrame:
    """Return the table of the units without a token."""
    empty = units.loc[units["tokens"] == 0, "unit_id"] if "tokens" in units else ()
    return left_out(empty, "no token", item="unit_id")


def _standing(hits: Hits, validation: Validation | None) -> str:
    """Return the validation in words, empty without one."""
    if validation is None:
        return ""
    if validation.lexicon_hash != hits.lexicon_hash:
        raise InputError(
            f"The validation is of {validation.lexicon} (hash {validation.lexicon_hash[:8]}), the "
            f"hits are of {hits.lexicon} (hash {hits.lexicon_hash[:8]}). A changed lexicon needs a "
            "new validation: validate(hits, codes)."
        )
    table = validation.table
    values = [
        f"{frame} {f1:.2f}"
        for frame, f1 in zip(table["frame"], table["f1"], strict=True)
        if f1 == f1
    ]
    return f"validated on {int(table['n'].max()):,} sentences, F1 {', '.join(values)}"


def score_table(
    parts: ScoreParts, unit_ids: "pd.Series[str]", frames: list[str], kind: str, per: float
) -> pd.DataFrame:
    """Return the table of the scores, one row per unit and frame."""
    values = np.column_stack([parts.numerators, parts.denominators])
    totals = sums(parts.unit, values, len(unit_ids))
    numerators, denominators = totals[:, :-1], totals[:, -1:]
    k = len(frames)
    return pd.DataFrame(
        {
            "unit_id": np.repeat(unit_ids.to_numpy(), k),
            "frame": pd.Categorical(frames * len(unit_ids), categories=frames),
            "value": _values(numerators, np.repeat(denominators, k, axis=1), kind, per).ravel(),
            "numerator": numerators.ravel(),
            "denominator": np.repeat(denominators.ravel(), k),
        }
    )


def correctable_hits(scores: Scores) -> Hits:
    """Return the hits behind scores that a coded sample can correct; else raise InputError."""
    if scores.kind != "share" or scores.unit != "document" or scores.hits is None:
        raise InputError(
            f"correction= works with shares of documents, not with a {scores.kind} by "
            f"{scores.unit}: codes say whether a sentence has a frame. Score with "
            'score(hits, unit="document", kind="share").'
        )
    return scores.hits
