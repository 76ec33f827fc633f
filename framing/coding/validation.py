"""Validation: how often hits are right, and how often they miss a frame that coders saw."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from framing._core.checks import (
    InputError,
    check_choice,
    check_objects,
    check_share,
    itemised,
    listing,
)
from framing._core.result import Result, instrument_of, left_out
from framing._core.statistics import (
    auc_interval,
    effective_size,
    mid_p_interval,
    wilson_interval,
)
from framing._core.tables import counted
from framing._core.typing import Array
from framing.coding.coded_hits import CODES_BY, LEARNT
from framing.coding.codes import Codes, mean_codes
from framing.coding.coding_units import UNCODED, UNREAD, check_unit, hits_by_unit
from framing.coding.group_errors import GroupErrors, errors_by, length_groups
from framing.coding.samples import Sample
from framing.hits.hits import Hits, sentence_weights

MEASURES = ("precision", "recall", "f1", "auc")


@dataclass(frozen=True, eq=False)
class Validation(Result):
    """The comparison of a lexicon with codes.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per frame: ``n`` (coded sentences), ``coded`` and ``hit`` (sentences with the
        frame by the coders, and by the lexicon), then ``precision``, ``recall``, ``f1``, ``auc``,
        each with ``_low`` and ``_high``; shares, 0 to 1. Precision is missing if there is no hit,
        recall if no coded sentence has the frame. The interval of ``auc`` is missing where this is
        0 or 1: its error cannot be estimated. With a sample all are of the sentences that it
        stands for.
    entries : pandas.DataFrame
        One row per entry with a hit in a coded sentence: ``frame``, ``entry``, ``n`` (sentences),
        ``precision``, ``low``, ``high``; the worst entry first.
    sentences : pandas.DataFrame
        One row per coded sentence and frame: ``doc_id``, ``sentence``, ``start``, ``end``,
        ``tokens``, ``frame``, ``coded`` (mean code), ``hit``, ``score`` (weighted hits),
        ``weight`` (of the sentence, 1 without a sample) and the columns of the document.
    hits : Hits
        The hits in the coded sentences.
    level : float
        Level of the intervals.
    lexicon, lexicon_hash : str
        The instrument.
    origin : str
        The files with the codes.
    left_out : pandas.DataFrame
        ``frame`` and ``reason`` of the frames that only the hits or only the codes have; and
        ``doc_id``, ``sentence`` and ``reason`` of coded sentences that the instrument, such as a
        model, gave no code.
    """

    table: pd.DataFrame
    entries: pd.DataFrame
    sentences: pd.DataFrame
    hits: Hits
    level: float
    lexicon: str
    lexicon_hash: str
    origin: str

    drawn_by: ClassVar[str] = "plot_validation"
    computed_by: ClassVar[tuple[str, ...]] = ("scipy",)

    def __repr__(self) -> str:
        values = ", ".join(
            f"{frame} {'–' if f1 != f1 else f'{f1:.2f}'}"
            for frame, f1 in zip(self.table["frame"], self.table["f1"], strict=True)
        )
        n = counted(int(self.table["n"].max()), f"{self.hits.unit}s")
        return f"<Validation of {self.lexicon} on {n}: F1 {values}>"

    def confusion(self, by: str = "frame") -> pd.DataFrame:
        """Return the numbers of right and wrong hits and of misses, in total or by group.

        Parameters
        ----------
        by : str
            "frame" for the totals, "length" (of the sentence, in tokens), or a column of the
            corpus such as "source".

        Returns
        -------
        pandas.DataFrame
            One row per frame and group: ``frame``, the group, ``n``, ``tp`` (hit and coded),
            ``fp`` (hit, not coded), ``fn`` (coded, not hit), ``tn`` (neither), ``precision``,
            ``recall``, ``f1``. A sentence on which coders differ counts as a fraction on both
            sides. Each sentence counts once; the weights of a sample are not used.

        Raises
        ------
        InputError
            There is no such column.

        Examples
        --------
        >>> import pandas as pd
        >>> import framing as fr
        >>> corpus = fr.make_corpus(["A truce. Rain."])
        >>> hits = fr.find_hits(corpus, fr.make_lexicon({"p": ["truce"]}))
        >>> table = pd.DataFrame({"doc_id": "text1", "sentence": [1, 2], "p": [1, 1]})
        >>> valid = fr.validate(hits, fr.make_codes(table))
        >>> valid.confusion()[["frame", "n", "tp", "fp", "fn", "tn"]]
          frame  n   tp   fp   fn   tn
        0     p  2  1.0  0.0  1.0  0.0
        """
        fixed = ["doc_id", "sentence", "start", "end", "tokens", "coded", "hit", "score", "weight"]
        columns = [name for name in self.sentences if name not in fixed]
        check_choice("by", by, ["length", *columns])
        table = self.sentences
        if by == "length":
            table = table.assign(length=length_groups(table["tokens"]))
        keys = ["frame"] if by == "frame" else ["frame", by]
        coded, hit = table["coded"], table["hit"].astype(float)
        cells = {
            "n": np.ones(len(table)),
            "tp": hit * coded,
            "fp": hit * (1 - coded),
            "fn": (1 - hit) * coded,
            "tn": (1 - hit) * (1 - coded),
        }
        cases = pd.concat([table[keys], pd.DataFrame(cells, index=table.index)], axis=1)
        grouped = cases.groupby(keys, observed=True, dropna=False, sort=True)
        counts = grouped.sum().reset_index().astype({"n": np.int64})
        hits, present = counts["tp"] + counts["fp"], counts["tp"] + counts["fn"]
        counts["precision"] = counts["tp"] / hits.where(hits > 0)
        counts["recall"] = counts["tp"] / present.where(present > 0)
        counts["f1"] = 2 * counts["tp"] / (hits + present).where(hits + present > 0)
        return counts

    def by(self, by: str, *, draws: int = 2000, seed: int) -> GroupErrors:
        """Return the errors in each group, and test whether the instrument errs alike in all.

        A difference between outlets in hits may be a difference in errors: the same words may mean
        another thing there, or the same thing may have other words. Items that measure otherwise in
        one group than in another are said to function differentially (Holland and Wainer 1993).
        ``correct(…, by=)`` mends it.

        Parameters
        ----------
        by : str
            A column of the corpus such as "source" or "outlet"; "length" (of the sentence, in
            tokens); "quoted" (whether the hit stands between quotation marks; it is not known of
            sentences without a hit, so that recall is missing); "date", "month", "quarter" or
            "year" of the document ("date" means months).
        draws : int
            Random assignments of the groups for the tests.
        seed : int
            Seed of the random numbers.

        Returns
        -------
        GroupErrors
            Precision and recall in each group, and for each frame p-values of equal precision and
            of equal recall. They come from dealing out the groups anew: to documents, since the
            sentences of one document are alike, or to sentences where the groups cut through
            documents. Each sentence counts once; the weights of a sample are not used.

        Raises
        ------
        InputError
            There is no such column, or all coded sentences are in one group.

        References
        ----------
        Holland, P. W. and Wainer, H. (eds.) (1993). Differential item functioning. Hillsdale:
        Erlbaum.

        Examples
        --------
        >>> import pandas as pd
        >>> import framing as fr
        >>> corpus = fr.make_corpus(
        ...     ["Peace."] * 16, doc_id=list("abcdefghijklmnop"), source=["A"] * 8 + ["B"] * 8
        ... )
        >>> hits = fr.find_hits(corpus, fr.make_lexicon({"p": ["peace"]}))
        >>> rows = pd.DataFrame({"doc_id": list("abcdefghijklmnop"), "sentence": 1})
        >>> valid = fr.validate(hits, fr.make_codes(rows.assign(p=[1] * 8 + [0] * 8)))
        >>> valid.by("source", seed=1)
        <Errors in 2 groups by source: they differ in precision of p>
        """
        return errors_by(
            self.sentences, self.hits.table, by, draws=draws, seed=seed, level=self.level
        )


@check_objects
def validate(
    hits: Hits,
    codes: Codes,
    *,
    sample: Sample | None = None,
    coder: str | None = None,
    level: float = 0.95,
) -> Validation:
    """Compare a lexicon with the codes of coders, sentence by sentence.

    It says how often a hit is right (precision) and how many of the sentences with the frame are
    found (recall). Code a sample first: `sample_for_coding`, `write_coding_sheet`, `read_codes`.

    Try it: ``speech = fr.load_testbed("briefings")``,
    ``fr.validate(fr.find_hits(speech.corpus, fr.load_lexicon("peace-initiative")), speech.codes)``.

    Parameters
    ----------
    hits : Hits
        Hits of a lexicon or of a classifier. Where the codes are of paragraphs or documents, one
        of these has a frame if it has a hit of it.
    codes : Codes
        Codes of 0 and 1. If coders differ on a sentence, it counts as a fraction on both sides:
        with one code of 1 and one of 0, half a sentence with the frame and half without.
    sample : Sample, optional
        The sample that was coded. With it, sentences are weighted by the inverse of their
        probability, so that the results hold for the corpus; without it they hold for the coded
        sentences.
    coder : str, optional
        Use the codes of this coder alone, for example the codes that the coders agreed on.
    level : float
        Level of the intervals.

    Returns
    -------
    Validation
        Precision, recall, F1 and AUC of each frame that is in the hits and in the codes, and the
        precision of each entry. Sentences that a model gave no code are in ``left_out`` and count
        on neither side. Intervals are score intervals (Wilson 1927); for AUC they are those of
        DeLong et al. (1988). With a sample they are those of mid-P (Lancaster 1961) where these are
        wider, as where the share is near 1: with 60 coded sentences and a true precision of .98
        score intervals alone are too low in 8 of 100 draws. Of a weighted sample each side of a
        share, such as found and missed sentences, counts with its effective number and then with
        its weight, since after two waves by ``allocate="neyman"`` a missed sentence stands for many
        more than a found one. F1 is as open as precision and recall together, also where no missed
        sentence was seen. Over 48 settings of two waves precision is then covered in 92% of draws
        and more (91% before), recall in 95% (93%) and F1 in 95% (89%; 150 draws; the setting with
        92% has 97% in 400 others); F1 is 9% wider, the others 4%. In 72 other settings, of three
        frames in one and two waves, 1 in 50 shares has less than 93% (1 in 14 before; 60 draws, in
        which chance gives 1 in 80), and the lowest of them 95% in 300 others.

    Raises
    ------
    InputError
        A coded document or sentence is not among the searched ones, no frame is in both hits and
        codes, or codes are not 0 and 1.

    Warns
    -----
    UserWarning
        The hits are of a classifier or an instrument that learnt from some of the coded sentences.

    References
    ----------
    DeLong, E. R., DeLong, D. M. and Clarke-Pearson, D. L. (1988). Comparing the areas under two
    or more correlated receiver operating characteristic curves. Biometrics 44(3), 837-845.
    Lancaster, H. O. (1961). Significance tests in discrete distributions. Journal of the American
    Statistical Association 56(294), 223-234. doi:10.1080/01621459.1961.10482105
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22(158), 209-212.

    Examples
    --------
    >>> import pandas as pd
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce. Peace of mind. Peace at last. Rain."])
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce", "peace"]}))
    >>> rows = pd.DataFrame({"doc_id": "text1", "sentence": [1, 2, 3, 4], "peace": [1, 0, 1, 0]})
    >>> fr.validate(hits, fr.make_codes(rows)).table[["frame", "n", "precision", "recall"]]
       frame  n  precision  recall
    0  peace  4   0.666667     1.0
    """
    check_share("level", level)
    hits = hits_by_unit(hits, codes.unit)
    sentences, unread = _read(coded_sentences(hits, codes, coder=coder), hits)
    if sample is not None:
        sentences = _weighted(sentences, sample)
    else:
        sentences["weight"] = 1.0
    if LEARNT in hits.sentences:
        _warn_of_learnt(hits, sentences)
    _warn_of_same_codes(hits, sentences, {coder} if coder else set(codes.coders))
    rows = []
    for frame in sentences["frame"].cat.categories:
        of_frame = sentences[sentences["frame"] == frame]
        rows.append({"frame": frame, **_measures(of_frame, level, drawn=sample is not None)})
    table = pd.DataFrame(rows)
    table["frame"] = pd.Categorical(table["frame"], categories=sentences["frame"].cat.categories)
    inside = _hits_in(hits, sentences)
    return Validation(
        table=table,
        entries=_entry_precision(inside, sentences, level),
        sentences=sentences,
        hits=inside,
        level=level,
        lexicon=hits.lexicon,
        lexicon_hash=hits.lexicon_hash,
        origin=codes.origin,
        settings={
            "coder": coder, "sample": len(sample) if sample else None, **instrument_of(hits),
        },
        left_out=pd.concat([_unmatched_frames(hits, codes), unread], ignore_index=True),
    )  # fmt: skip


def _read(sentences: pd.DataFrame, hits: Hits) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of the sentences that the instrument read, and those that it did not.

    A model that refused a sentence has not said that there is no frame in it.
    """
    if UNCODED not in hits.sentences:
        return sentences, pd.DataFrame()
    keys = ["doc_id", "sentence"]
    silent = pd.MultiIndex.from_frame(hits.sentences.loc[hits.sentences[UNCODED], keys])
    unread = pd.MultiIndex.from_frame(sentences[keys]).isin(silent)
    if unread.all():
        raise InputError(
            f"{hits.lexicon} has no code for any of the coded {hits.unit}s, so there is nothing "
            f"to compare. Let both code the same {hits.unit}s."
        )
    listed = sentences.loc[unread, keys].drop_duplicates()
    return sentences[~unread].reset_index(drop=True), listed.assign(reason=UNREAD)


def _warn_of_learnt(hits: Hits, sentences: pd.DataFrame) -> None:
    """Warn where an instrument is judged on sentences that it learnt from."""
    keys = ["doc_id", "sentence"]
    coded = sentences[keys].drop_duplicates()
    seen = int(coded.merge(hits.sentences[[*keys, LEARNT]], on=keys)[LEARNT].sum())
    if seen:
        warnings.warn(
            f"The {hits.lexicon} learnt from {seen:,} of the {len(coded):,} coded sentences. "
            "Figures on them are too good. Judge it on sentences that it has not seen, or show "
            "f1_cv of its table, which comes from documents left out.",
            UserWarning,
            stacklevel=4,
        )


def _warn_of_same_codes(hits: Hits, sentences: pd.DataFrame, coders: set[str]) -> None:
    """Warn where the hits are made of the codes that they are held against."""
    names = hits.lexicon.removeprefix(CODES_BY).removeprefix("coders ").split(", ")
    same = sorted(coders.intersection(names)) if hits.lexicon.startswith(CODES_BY) else []
    # Coders without a name are all called alike; their codes differ.
    if same and (sentences["hit"] == (sentences["coded"] > 0.5)).all():
        warnings.warn(
            f"The hits are the codes of {', '.join(same)}, and are held against these codes. "
            "Such figures say nothing. Give codes of another coder (coder=), or use "
            "agreement(codes, seed=…).",
            UserWarning,
            stacklevel=4,
        )


def _unmatched_frames(hits: Hits, codes: Codes) -> pd.DataFrame:
    """Return the frames that only the hits or only the codes have."""
    uncoded = [frame for frame in hits.frames if frame not in codes.frames]
    unsearched = [frame for frame in codes.frames if frame not in hits.frames]
    reasons = ["nobody coded it"] * len(uncoded) + ["no hits were looked for"] * len(unsearched)
    return left_out([*uncoded, *unsearched], reasons, item="frame")


def coded_sentences(hits: Hits, codes: Codes, *, coder: str | None = None) -> pd.DataFrame:
    """Return one row per coded sentence and frame, with the mean code, the hit and its score."""
    if set(codes.scale) != {0, 1}:
        raise InputError(
            f"Codes of 0 and 1 are needed here; these have the scale {listing(codes.scale)}. Turn "
            "each code into "
            "0 or 1 first."
        )
    check_unit(hits, codes)
    frames = [frame for frame in hits.frames if frame in codes.frames]
    if not frames:
        raise InputError(
            f"The codes are of {listing(codes.frames)}, the hits of {listing(hits.frames)}: they "
            "have no frame in common. Rename the columns of the codes to the frames of the hits."
        )
    means = mean_codes(codes, coder=coder).table
    keys = pd.MultiIndex.from_frame(hits.sentences[["doc_id", "sentence"]])
    rows = keys.get_indexer(means.index)
    if (rows < 0).any():
        raise _not_searched(means.index[rows < 0], codes, hits)
    present, weights = hits.presence(), sentence_weights(hits)
    heads = hits.sentences.iloc[rows][["doc_id", "sentence", "start", "end", "tokens"]]
    heads = heads.reset_index(drop=True)
    # One row per sentence and frame that were coded, frame by frame.
    mean = means[frames].to_numpy(dtype=np.float64).T
    number, row = np.nonzero(~np.isnan(mean))
    cell = rows[row], np.array([hits.frames.index(frame) for frame in frames])[number]
    table = heads.iloc[row].reset_index(drop=True)
    table["frame"] = pd.Categorical.from_codes(number, dtype=pd.CategoricalDtype(frames))
    table["coded"], table["hit"], table["score"] = mean[number, row], present[cell], weights[cell]
    taken = [column for column in table if column != "doc_id"]
    documents = hits.documents.drop(columns=[name for name in taken if name in hits.documents])
    return table.merge(documents, on="doc_id", how="left")


def _not_searched(sentences: pd.Index, codes: Codes, hits: Hits) -> InputError:
    """Return the error that names the coded sentences that were not searched."""
    table = codes.table.drop_duplicates(["doc_id", "sentence"]).set_index(["doc_id", "sentence"])
    known = set(hits.sentences["doc_id"])
    lines = []
    for doc_id, sentence in sentences:
        row = int(table.loc[(doc_id, sentence), "row"])
        where = f"row {row}: " if row else ""
        what = f"sentence {sentence} of {doc_id!r}" if doc_id in known else f"document {doc_id!r}"
        lines.append(f"{where}{what}")
    origin = f" ({codes.origin})" if codes.origin else ""
    named = (
        "" if codes.unit == "sentence" else f" A {codes.unit} has the number of its first sentence."
    )
    return InputError(
        f"{len(sentences)} coded {codes.unit}{'s' * (len(sentences) > 1)}{origin} cannot be found "
        "in the texts of the hits. Documents of the hits are, for example, "
        f"{listing(list(hits.documents['doc_id'])[:3])}.{named} Correct doc_id and sentence in:"
        + itemised(lines)
    )


def _weighted(sentences: pd.DataFrame, sample: Sample) -> pd.DataFrame:
    """Return the coded sentences of the sample with their weights."""
    strata = sample.table[["doc_id", "sentence", "stratum"]]
    table = sentences.merge(strata, on=["doc_id", "sentence"], how="inner")
    if table.empty:
        raise InputError(
            "None of the coded sentences is in the sample. Give the sample that was coded."
        )
    # Drawn sentences without a code count as not drawn.
    size = table["stratum"].map(sample.strata.set_index("stratum")["size"])
    coded = table.groupby(["frame", "stratum"], observed=True)["doc_id"].transform("size")
    return table.drop(columns="stratum").assign(weight=size / coded)


def _measures(sentences: pd.DataFrame, level: float, *, drawn: bool) -> dict[str, float]:
    """Return the row of one frame in the table of a validation, ``drawn`` with a sample or not."""
    coded, weight = sentences["coded"].to_numpy(), sentences["weight"].to_numpy()
    hit = sentences["hit"].to_numpy().astype(float)
    right, false, missed = hit * coded, hit * (1 - coded), (1 - hit) * coded
    every = np.ones(len(hit))
    interval = _limits_of_drawn if drawn else wilson_interval
    precision = _share(weight, (right, hit), (false, hit), level, interval)
    recall = _share(weight, (right, hit), (missed, 1 - hit), level, interval)
    joint = _share(weight, (right, hit), (false + missed, every), level, interval)
    f1 = tuple(2 * value / (1 + value) for value in joint)
    # Of all sentences, since those of a miss that nobody saw have the weight of the others.
    if np.ptp(weight) > 1e-9 * weight.max():
        f1 = _wider_f1(f1, precision, recall)
    values = {
        "precision": precision, "recall": recall, "f1": f1,
        "auc": auc_interval(sentences["score"].to_numpy(), coded, weight, level),
    }  # fmt: skip
    row = {"n": len(sentences), "coded": coded.sum(), "hit": int(hit.sum())}
    for measure in MEASURES:
        row |= dict(
            zip((measure, f"{measure}_low", f"{measure}_high"), values[measure], strict=True)
        )
    return row


def _share(
    weight: Array,
    cases: tuple[Array, Array],
    failures: tuple[Array, Array],
    level: float,
    interval: Callable[[float, float, float], tuple[float, float, float]],
) -> tuple[float, ...]:
    """Return the weighted share of cases among cases and failures, and its interval.

    Cases and failures each count as the number of sentences of equal weight that is as precise
    (Kish 1965). The limits are those of the ``interval`` of the share of cases in these numbers,
    after which each counts with its weight again, as odds of cases and controls that were drawn in
    unequal parts. With equal weights this is that interval. Both come with the sentences that
    can be such ones: these have the weight of those of which none was seen.
    """
    numbers, weights = [], []
    for seen, possible in (cases, failures):
        number = _effective(seen * weight, seen)
        numbers.append(number)
        base = seen if number > 0 else possible
        total = float((base * weight).sum())
        weights.append(float((base * weight**2).sum()) / total if total > 0 else 1.0)
    n = sum(numbers)
    limits = interval(numbers[0], n, level)[1:]
    of_case, of_failure = weights
    low, high = (q * of_case / (q * of_case + (1 - q) * of_failure) for q in limits)
    total = float(((cases[0] + failures[0]) * weight).sum())
    return float((cases[0] * weight).sum()) / total if total > 0 else float("nan"), low, high


def _limits_of_drawn(count: float, n: float, level: float) -> tuple[float, float, float]:
    """Return the share and its score limits, or those of mid-P where these are wider."""
    share, low, high = wilson_interval(count, n, level)
    if n > 0:
        least, most = mid_p_interval(count, n, level)
        low, high = min(low, least), max(high, most)
    return share, low, high


def _wider_f1(f1: tuple[float, ...], *shares: tuple[float, ...]) -> tuple[float, ...]:
    """Return F1 with the limits that precision and recall together give, where these are wider.

    The odds of an error, (1 - F1) / F1, are the mean of those of precision and of recall, whose
    distances are added by their squares (MOVER: Zou and Donner 2008). False hits and misses have
    unequal weights, so that one number of sentences does not describe both.
    """
    if not min(share[0] for share in shares) > 0:
        return f1
    value, low, high = np.array([[(1 - end) / max(end, 1e-12) for end in one] for one in shares]).T
    middle = value.mean()
    most = middle + float(np.hypot(*(low - value))) / 2
    least = max(middle - float(np.hypot(*(value - high))) / 2, 0.0)
    return f1[0], min(f1[1], 1 / (1 + most)), max(f1[2], 1 / (1 + least))


def _effective(weight: Array, base: Array) -> float:
    """Return the number of sentences of equal weight that would be as precise (Kish 1965)."""
    squares = np.divide(weight**2, base, out=np.zeros(len(base)), where=base > 0)
    return float(effective_size(weight.sum(), squares.sum()))


def _hits_in(hits: Hits, sentences: pd.DataFrame) -> Hits:
    """Return the hits in these sentences."""
    keys = pd.MultiIndex.from_frame(sentences[["doc_id", "sentence"]])
    inside = pd.MultiIndex.from_frame(hits.table[["doc_id", "sentence"]]).isin(keys)
    return replace(hits, table=hits.table[inside].reset_index(drop=True))


def _entry_precision(hits: Hits, sentences: pd.DataFrame, level: float) -> pd.DataFrame:
    """Return how often each entry is right, with its interval."""
    fired = hits.table[["doc_id", "sentence", "frame", "entry"]].astype({"entry": "str"})
    fired = fired.astype({"frame": "str"}).drop_duplicates()
    coded = sentences[["doc_id", "sentence", "frame", "coded"]].astype({"frame": "str"})
    joined = fired.merge(coded, on=["doc_id", "sentence", "frame"])
    counts = joined.groupby(["frame", "entry"])["coded"].agg(["size", "sum"]).reset_index()
    shares = [
        wilson_interval(right, n, level)
        for right, n in zip(counts["sum"], counts["size"], strict=True)
    ]
    table = pd.DataFrame(shares, columns=["precision", "low", "high"])
    table = pd.concat([counts[["frame", "entry"]], counts["size"].rename("n"), table], axis=1)
    frames = sentences["frame"].cat.categories
    table["frame"] = pd.Categorical(table["frame"], categories=frames)
    # The worst entry first: the one with the lowest upper limit.
    return table.sort_values(["frame", "high", "entry"]).reset_index(drop=True)
