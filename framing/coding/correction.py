"""Correction: estimates for the whole corpus from the codes of a sample."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError, check_choice, check_objects, check_share, listing
from framing._core.result import TableResult, instrument_of
from framing._core.statistics import pair_correlation, pair_statistic, sum_effect
from framing._core.tables import counted
from framing._core.typing import Array, Mask, Rows
from framing.coding.coded_shares import (
    LEAST_CODED,
    Cells,
    Stratum,
    estimate_cells,
    group_shares,
    informative_hits,
    joined_kinds,
)
from framing.coding.codes import Codes
from framing.coding.coding_units import UNCODED, UNREAD, hits_by_unit
from framing.coding.corrected_slopes import Slope, slope_of_codes
from framing.coding.group_errors import PERIODS, length_groups, periods_of
from framing.coding.samples import Sample
from framing.coding.validation import coded_sentences
from framing.hits.hits import Hits

# Why a coded sentence has no part in a correction.
NOT_DRAWN = "coded and not drawn: the sample does not have it, and its code is not used"
# What a note says where the hits are not used.
UNUSED = "the codes do not show that the hits narrow the interval: estimated from the codes alone"
# What a note says of a group where the hits are used for others.
ALONE = "estimated from its codes alone, since that is narrower"
# Kinds of sentences by the hits of one instrument, and the most instruments beside it.
OF_ONE, MOST_OTHERS = ("without a hit", "with a hit"), 2
# So few clusters get a note, and fewer coders than this.
FEW_CLUSTERS, FEW_CODERS = 9, 4
# Hits crowd beyond chance by so many standard errors, and so that sums vary so much more.
CROWDED, LEAST_EFFECT = 4.0, 1.1
# A column with fewer values in a group does not show how much they differ, and those that do not
# name what documents have in common.
FEWEST_VALUES, NO_CLUSTERS = 4, ("doc_id", "date_precision")
# What is said of an instrument without a validation.
UNVALIDATED = "unvalidated"
# What ``correction=`` takes: the codes, and the sample that was coded.
CodedSample: TypeAlias = tuple[Codes, Sample]
CORRECTION_COLUMNS = (
    "frame", "quantity", "raw", "estimate", "low", "high", "p", "n", "sentences", "level", "note",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Correction(TableResult):
    """Estimates of what the whole corpus would show if coders had read all of it.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per frame and quantity: ``frame``, ``quantity``, ``raw``, ``estimate``, ``low``,
        ``high``, ``p``, ``n``, ``sentences``, ``level``, ``note``; see `correct`.
    level : float
        Level of the intervals.
    settings : dict
        The arguments, the instrument and the texts, the versions.
    left_out : pandas.DataFrame
        Sentences that were drawn and not coded, and those to which an instrument made of codes,
        such as a model, gave no code, with the ``reason``. The latter are not in the shares. Also
        sentences that were coded and not drawn: their codes are not used.
    """

    level: float

    made_by: ClassVar[str] = "correct"
    rows: ClassVar[str] = "estimates"
    drawn_by: ClassVar[str] = "plot_correction"
    computed_by: ClassVar[tuple[str, ...]] = ("scipy",)

    def __repr__(self) -> str:
        unread = int((self.left_out["reason"] == UNREAD).sum())
        said = f"; {unread:,} without a code of the instrument are left out" if unread else ""
        return f"{super().__repr__()[:-1]}{said}>"


@check_objects
def correct(
    hits: Hits,
    codes: Codes,
    sample: Sample,
    *,
    by: str | None = None,
    on: str | None = None,
    coder: str | None = None,
    cluster: str | None = None,
    also: Hits | Sequence[Hits] = (),
    level: float = 0.95,
) -> Correction:
    """Correct the shares of sentences with each frame, by the codes of a sample.

    Returns a Correction: its ``table`` has for each frame the share of sentences by the hits
    (``raw``), the share that coders would find (``estimate``) and its 95% interval; with ``by``
    also differences.

    Try it: ``speech = fr.load_testbed("briefings")``,
    ``hits = fr.find_hits(speech.corpus, fr.load_lexicon("peace-initiative"))``,
    ``fr.correct(hits, speech.codes, fr.sample_for_coding(hits, speech.corpus, 300, seed=1))``.

    Hits are known for every sentence, codes for a sample with known probabilities. The sample
    says which share of the sentences with a hit has the frame, and which share of those without.
    The two shares, weighted by the numbers of such sentences in the corpus, give the estimate
    (post-stratification, Cochran 1977; the idea of prediction-powered inference, Angelopoulos et
    al. 2023). It is valid even where the lexicon is wrong; a better lexicon makes it more precise.
    Where the codes do not show a link with the hits of a frame (chi-squared test, 5%), or the
    interval of 95% of its share would be wider than that of the codes alone, the estimate uses the
    codes alone and ``note`` says so. Where hits are used, each group has its hits or its codes
    alone, whichever interval is narrower. So a bad instrument widens the interval of the share of
    all sentences, or of a group, in no sample; a slope follows the choice for all sentences, and
    can be wider in a single sample (power tuning: Angelopoulos, Duchi and Zrnic 2023; measured in
    benchmarks/bad_coders.md).

    What the codes say of each of the two shares is a beta distribution (Jeffreys' prior; Brown, Cai
    and DasGupta 2001) for the effective number of coded sentences (Korn and Graubard 1998), with
    the correction for a finite population. So a sample without an error does not say that there is
    none. The limits are quantiles of the weighted sum of the two, and for a difference between two
    groups of the sum of all four (Agresti and Min 2005). Over 27 settings of prevalence, precision,
    recall and sample the intervals are 3 to 10% narrower than with the limits of each share
    combined by their squares (MOVER), and they hold the truth as often (benchmarks/coverage.md).

    Parameters
    ----------
    hits : Hits
        Hits of a lexicon or a classifier, in the corpus that the sample was drawn from. Where the
        codes are of paragraphs or documents, one of these has a frame if it has a hit of it, and
        the shares are those of paragraphs or documents.
    codes : Codes
        Codes of 0 and 1, of the sentences of the sample. Empty cells are assumed to be missing at
        random within their stratum.
    sample : Sample
        The sample that was coded, from `sample_for_coding`. It has the probability of each
        sentence.
    by : str, optional
        A column of the corpus, "length" (of the sentence, in tokens) or, of dates, "date" or
        "month", "quarter", "year". The table then also has the prevalence in each of its groups,
        and their differences. Documents without a value are in no group.
    on : str, optional
        A column of numbers or dates. The table then also has the slope of a straight line of the
        frame on this column.
    coder : str, optional
        Use the codes of this coder alone. By default the mean of the coders is used, and where
        several coders of a sentence differ, the interval also allows for other coders: the coders
        count as a sample of those who could have coded (a random effect), with Student's t, since
        two or three coders show little of the others; how often they disagree tells more. Where
        1,000 of some 2,000 sentences are coded by two coders from a population, 85 to 93% of
        intervals hold the mean of the population (76 to 79% before; of 300 coded 95%, before 88
        to 91%; 60 draws of a tester's generator, in which coders err in the same sentences). Where
        coders decide one in seven sentences by habit, as most see the frame in nearly all or in
        hardly any of these, it is 73% with two coders and 82% with three (400 draws): those who
        share a habit do not show that others have another one. The note of two and three coders
        says so.
    cluster : str, optional
        "document" or a column of the corpus such as "story". Intervals and p-values are then about
        what produced documents (or stories) like these, as those of `contrast` are. By default
        they are about the sentences of this corpus. A slope stays one of this corpus.
    also : Hits or sequence of Hits
        Hits of one or two other instruments in the same texts, such as those of a model beside a
        lexicon. Sentences are then estimated apart by which of the instruments see the frame; kinds
        of which fewer than five sentences are coded, and five for each group, are joined to the
        kind nearest to them. `plan_coding` says what that gains. ``raw`` and the slope are those of
        ``hits``. `regress` and `trend` take one instrument.
    level : float
        Level of the intervals.

    Returns
    -------
    Correction
        Its ``table`` has one row per frame and quantity. ``quantity`` is "prevalence" (share of
        sentences with the frame); with ``by`` also "source=A" and "source=A - source=B"; with
        ``on`` also "slope of date" (change of the share per unit; of a date, per year). ``raw`` is
        the value from the hits alone, ``estimate`` the corrected value with ``low`` and ``high``,
        ``n`` the number of coded sentences behind it, ``sentences`` the number of sentences it
        describes (of a sample of documents both count documents). ``p`` is the two-sided p-value of
        a difference or slope of 0 (the level at which the interval begins to hold 0), missing for
        shares; it is not adjusted. ``note`` says where the codes alone are used, where coders
        differ, where a group has no coded sentence of a kind, which document alone leaves a slope
        open, and where clusters are few. That of a difference without ``cluster`` says where hits
        show that it is about this corpus alone: by which column documents, or that sentences of one
        document, are more alike than chance. Two outlets whose articles come from one process are
        then called different too often (15% of draws in the worst of a tester's settings), which
        this ``cluster`` mends.

        By default the interval is for the sentences of this corpus: for the value that coding all
        of them would give. Sentences are drawn one by one, so that it does not matter in which
        documents they stand.

        The interval of a slope is that of a prediction (Royall and Cumberland 1978): it knows how
        much each sentence moves the slope, coded or not, so that it also holds where one document
        lies far from all others. Residuals are made larger by their leverage (HC3), and degrees of
        freedom are those of Satterthwaite. No sentence is expected to have more or less than what
        the outermost coded ones lead to. With 40 documents of which one lies eight times as far
        out, two of 40 in a group, or log-normal values with a few explainers it holds the slope in
        93 to 99% (600 draws of many corpora; before in 70 to 94%, with up to five times the error).
        Where a document's leverage is above twice the mean, or above a half (Hoaglin and Welsch
        1978), the interval is at least as wide as this document alone leaves the slope open: the
        share of its uncoded sentences has Jeffreys' limits from its own codes, 0 and 1 without any,
        and ``note`` names it. Where it has a quarter of the variance, that of all others is added
        by its square (MOVER: Zou and Donner 2008). So no slope is refused, and one that rests on a
        document of which nothing is coded has a wide interval. Where one far document has most of
        the frame, or is the only one of its group, 93 to 99% hold the slope (before 45 to 96%; 150
        draws of 37 settings of the two generators that the rule was made on). Intervals are up to
        2.2 times as wide where one document makes the slope and is like all others, up to 1.2 times
        with 40 even documents of normal values, and the same with dates or two equal groups.

        With ``cluster`` the variance is that of clusters of codes, as the sample expands them
        (design-based supervised learning, Egami et al. 2023; CR2, Bell and McCaffrey 2002), with
        Student's t. Degrees of freedom are those of Satterthwaite (1946), fewer where few clusters
        hold most of the frame. The interval is never narrower than that of this corpus. With 20
        documents of 30 sentences and 40, 100 or 300 codes it holds the truth in 93 to 98% of draws,
        also where a tenth of the documents holds nearly all of the frame; with 45 stories that one
        to twelve outlets print in 93 to 98%. ``note`` warns of fewer than ten clusters of a group.
        In a group without a coded sentence that has the frame, codes show nothing of how it crowds;
        it is taken to crowd as in all groups: the limit is the exact one for the coded sentences of
        the group divided by the design effect of all (Clopper and Pearson 1934; Kish 1965). In 200
        draws of five kinds of news with two desks, differences where a desk has no such sentence
        are covered in 96 to 100%, and were in 91 to 100% when these sentences counted as
        independent; intervals are 2 to 19% narrower. Two desks of weekly papers with few explainers
        are called different in 1% (before in 6.5%), and the difference is covered in 99%
        (benchmarks/foreign_claims.py, 200 draws).

        A difference with ``cluster`` has one Student's t, with the degrees of freedom of Welch
        (1947) and Satterthwaite for both groups together; clusters with documents in both count
        once. In 51 settings of two outlets of 60 to 90 documents (frames in 2 to 30%, 40 to 300
        coded, with and without stories in both) it is 0.73 times as wide as with the limits of each
        group added by their squares, and 1.08 times (at most 1.34) as wide as the same term of
        `regress`. It finds 63% of true differences (before 54%) and calls equal outlets different
        in 2% (80 draws, on which the rule was chosen). On five other kinds of news it holds 93% and
        more (before 96%; 400 draws, benchmarks/foreign_generators.md). A group of fewer than some
        forty equal clusters gives the difference the fewer degrees of freedom of the two. With
        fewer than twenty, one t for both held 89% at worst where frames are in 30% of the
        sentences, and the limits of each group, added by their squares, were up to 2.8 times as
        wide as `regress` where they are rare. The two are therefore weighed by how much the shares
        vary. In 66 settings of 6 to 19 clusters that is 1.14 times as wide as `regress` on average
        (before 1.48) and covered in 93% and more (60 to 200 draws, on which the rule was chosen;
        the four that are covered least have 96% in 240 other draws).

        Sentences to which an instrument made of codes gave no code, such as those that a model
        refused, are not in the shares. ``left_out`` lists them, and the line of the result says how
        many they are. They are hardly a random part.

        The limits of a share are between 0 and 1. Low and high are equal only where all sentences
        are coded, by one coder or by coders who agree in all sentences of the sample. A group in
        which they agree, while they differ elsewhere, has limits for other coders, too.

    Raises
    ------
    InputError
        The sample or ``also`` is of another corpus, a stratum has fewer than two coded sentences, a
        column is missing, ``by`` has one group only, or ``on`` has no numbers or dates that differ.

    References
    ----------
    Agresti, A. and Min, Y. (2005). Frequentist performance of Bayesian confidence intervals for
    comparing proportions in 2 x 2 contingency tables. Biometrics 61(2), 515-523.
    doi:10.1111/j.1541-0420.2005.031228.x
    Bell, R. M. and McCaffrey, D. F. (2002). Bias reduction in standard errors for linear
    regression with multi-stage samples. Survey Methodology 28(2), 169-181.
    Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Interval estimation for a binomial
    proportion. Statistical Science 16(2), 101-133. doi:10.1214/ss/1009213286
    Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated
    in the case of the binomial. Biometrika 26(4), 404-413.
    Cochran, W. G. (1977). Sampling Techniques (3rd ed.). Wiley. Chapters 5A and 7.
    Hoaglin, D. C. and Welsch, R. E. (1978). The hat matrix in regression and ANOVA. The American
    Statistician 32(1), 17-22. doi:10.1080/00031305.1978.10479237
    Kish, L. (1965). Survey sampling. Wiley.
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small
    expected number of positive counts estimated from survey data. Survey Methodology 24(2),
    193-201.
    Royall, R. M. and Cumberland, W. G. (1978). Variance estimation in finite population sampling.
    Journal of the American Statistical Association 73(362), 351-358.
    doi:10.1080/01621459.1978.10481581
    Satterthwaite, F. E. (1946). An approximate distribution of estimates of variance components.
    Biometrics Bulletin 2(6), 110-114. doi:10.2307/3002019
    Welch, B. L. (1947). The generalization of Student's problem when several different population
    variances are involved. Biometrika 34(1/2), 28-35. doi:10.1093/biomet/34.1-2.28
    Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures: a
    general approach. Statistics in Medicine 27(10), 1693-1702. doi:10.1002/sim.3095
    Egami, N., Hinck, M., Stewart, B. M. and Wei, H. (2023). Using imperfect surrogates for
    downstream inference: Design-based supervised learning for social science applications of
    large language models. NeurIPS 36. arXiv:2306.04746
    Angelopoulos, A. N., Bates, S., Fannjiang, C., Jordan, M. I. and Zrnic, T. (2023).
    Prediction-powered inference. Science 382, 669-674. doi:10.1126/science.adi6000
    Angelopoulos, A. N., Duchi, J. C. and Zrnic, T. (2023). PPI++: Efficient prediction-powered
    inference. arXiv:2311.01453

    Examples
    --------
    >>> import pandas as pd
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce. " * 20 + "Peace of mind. Rain. " * 20])
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce", "peace"]}))
    >>> sample = fr.sample_for_coding(hits, corpus, 30, seed=1)
    >>> said = sample.table["text"].str.contains("truce").astype(int)
    >>> codes = fr.make_codes(sample.table[["doc_id", "sentence"]].assign(peace=said))
    >>> table = fr.correct(hits, codes, sample)
    >>> table[["frame", "raw", "estimate", "low", "high"]].round(2)
       frame   raw  estimate  low  high
    0  peace  0.67       0.4  0.3  0.51
    """
    check_share("level", level)
    hits = hits_by_unit(hits, codes.unit)
    coded, frames = sampled_frames(hits, codes, sample, coder=coder)
    usable = hits.sentences["tokens"].to_numpy() > 0
    beside = [also] if isinstance(also, Hits) else list(also)
    others = [_presence_beside(hits, other, codes.unit) for other in beside]
    if len(others) > MOST_OTHERS:
        raise InputError(
            f"also= has {len(others)} instruments; at most {MOST_OTHERS} are allowed, because "
            "with more a sample has too few sentences for each combination. Give the best ones."
        )
    groups = _groups(hits, usable, by)
    # Groups by length cut through documents, so that these do not differ between them.
    alone = _about_this_corpus(hits, groups) if by != "length" and cluster is None else {}
    slope = None if on is None else _slope(hits, usable, on)
    of_cluster = None if cluster is None else _clusters(hits, cluster)
    document = _document_rows(hits) if on is not None else np.empty(0, dtype=np.int64)
    tables = []
    for frame, sampled in frames.items():
        position, strata = sampled.position, sampled.strata
        masks = np.stack(list(groups.values()))
        coded_rows = sampled.coded, position, strata
        hit = informative_hits(sampled.hit, masks[0], *coded_rows)
        cells = estimate_cells(hit, masks, *coded_rows, sampled.by_coder)
        kind = hit.astype(np.int64)
        if others:
            kind = _kinds_of(sampled.hit, others, frame, position, LEAST_CODED * len(groups))
            kind = informative_hits(kind, masks[0], *coded_rows)
        rows = _share_rows(sampled, kind, groups, of_cluster, level, alone.get(frame, ""))
        if slope is not None:
            rows.append(
                {
                    "quantity": f"slope of {on}", "raw": float(slope @ sampled.hit),
                    "n": int((slope[position] != 0).sum()), "sentences": int((slope != 0).sum()),
                    **_slope_row(
                        slope_of_codes(slope, hit, *coded_rows, cells, document, sampled.hit),
                        hits.documents["doc_id"], document[position], hits.unit, level,
                    ),
                }
            )  # fmt: skip
        table = pd.DataFrame(rows).assign(frame=frame)
        any_hit = sampled.hit.any() or any(other.get(frame, hit).any() for other in others)
        unused = UNUSED if any_hit and not kind.any() else ""
        notes = [unused, coder_note(sampled.by_coder)]
        table["note"] = ["; ".join(filter(None, [text, *notes])) for text in table["note"]]
        tables.append(table)
    table = pd.concat(tables, ignore_index=True)
    table["frame"] = pd.Categorical(table["frame"], categories=coded["frame"].cat.categories)
    uncoded = sample.table[["doc_id", "sentence"]].merge(
        coded[["doc_id", "sentence", "frame"]], how="left", on=["doc_id", "sentence"]
    )
    uncoded = uncoded.loc[uncoded["frame"].isna(), ["doc_id", "sentence"]]
    uncoded = uncoded.assign(reason="drawn and not coded")
    spare = pd.MultiIndex.from_frame(coded[["doc_id", "sentence"]]).unique()
    spare = spare.difference(pd.MultiIndex.from_frame(sample.table[["doc_id", "sentence"]]))
    if len(spare):
        spare_table = spare.to_frame(index=False).assign(reason=NOT_DRAWN)
        uncoded = pd.concat([uncoded, spare_table])
    if UNCODED in hits.sentences:
        unread = hits.sentences.loc[hits.sentences[UNCODED], ["doc_id", "sentence"]]
        uncoded = pd.concat([uncoded, unread.assign(reason=UNREAD)])
    return Correction(
        table.assign(level=level)[list(CORRECTION_COLUMNS)], level,
        settings={
            "by": by, "on": on, "coder": coder, "cluster": cluster, "codes": codes.origin,
            "sample_seed": sample.seed, **instrument_of(hits),
            **({"also": [other.lexicon for other in beside]} if beside else {}),
        },
        left_out=uncoded.reset_index(drop=True),
    )  # fmt: skip


@dataclass(frozen=True)
class Sampled:
    """A frame in the sentences of a corpus: its hits, and the codes of a sample of them.

    ``coded`` are the mean codes of the coded sentences, ``position`` their rows among all
    sentences, ``strata`` their rows in each stratum. ``by_coder`` are the codes of each coder,
    None of a single one.
    """

    hit: Mask
    coded: Array
    position: Rows
    strata: list[Stratum]
    by_coder: Array | None


def sampled_frames(
    hits: Hits, codes: Codes, sample: Sample, *, coder: str | None = None
) -> tuple[pd.DataFrame, dict[str, Sampled]]:
    """Return the table of coded sentences, and each coded frame with the codes of the sample."""
    if hits.corpus_fingerprint != sample.corpus_fingerprint:
        raise InputError(
            "The sample was drawn from one corpus, the hits were found in another. Find hits in "
            "the "
            "corpus of the sample, or draw a new sample."
        )
    if sample.unit != codes.unit:
        raise InputError(
            f"The sample is of {sample.unit}s, the codes are of {codes.unit}s. Give the sample "
            "that was coded."
        )
    coded = coded_sentences(hits, codes, coder=coder)
    searched = pd.MultiIndex.from_frame(hits.sentences[["doc_id", "sentence"]])
    present = hits.presence()
    keys = ["doc_id", "sentence"]
    drawn = coded[[*keys, "frame", "coded"]].merge(sample.table[[*keys, "stratum"]], on=keys)
    place = searched.get_indexer(pd.MultiIndex.from_frame(drawn[keys])).astype(np.int64)
    codes_drawn = drawn["coded"].to_numpy(dtype=np.float64)
    strata_drawn = drawn["stratum"].to_numpy(dtype=object)
    frames = {}
    for number, frame in enumerate(coded["frame"].cat.categories):
        of_frame = drawn["frame"].cat.codes.to_numpy() == number
        position = place[of_frame]
        frames[str(frame)] = Sampled(
            hit=present[:, hits.frames.index(frame)],
            coded=codes_drawn[of_frame],
            position=position,
            strata=_strata(strata_drawn[of_frame], sample, frame),
            by_coder=None if coder else _by_coder(codes, frame, searched, position),
        )
    return coded, frames


def coded_by_sample(correction: CodedSample) -> str:
    """Return how many units of a sample have a code, in words: "205 coded sentences"."""
    codes, sample = correction
    keys = ["doc_id", "sentence"]
    drawn = pd.MultiIndex.from_frame(sample.table[keys])
    coded = pd.MultiIndex.from_frame(codes.table[keys]).unique()
    return counted(int(coded.isin(drawn).sum()), f"coded {codes.unit}s")


def standing_after(standing: str, correction: str) -> str:
    """Return what is known of the errors of a result: of its instrument, and of a correction."""
    if not correction:
        return standing
    corrected = f"corrected by {correction}"
    return corrected if standing == UNVALIDATED else f"{standing}, {corrected}"


def all_coded_frames(
    hits: Hits, correction: CodedSample, frames: Sequence[str], work: str
) -> dict[str, Sampled]:
    """Return the frames with the codes of the sample; raise InputError where one has none.

    ``work`` is what to do with the others, such as "regress".
    """
    sampled = sampled_frames(hits, *correction)[1]
    uncoded = [frame for frame in frames if frame not in sampled]
    if uncoded:
        raise InputError(
            f"correction=: nobody coded {uncoded[0]!r}. Code it, or {work} the scores of the coded "
            "frames alone: find hits with a lexicon that has only these."
        )
    return sampled


def _presence_beside(hits: Hits, other: Hits, unit: str) -> dict[str, Mask]:
    """Return in which sentences of the hits another instrument sees each of its frames."""
    if other.corpus_fingerprint != hits.corpus_fingerprint:
        raise InputError(
            "also= has hits in other texts than the first hits. Find all hits in the corpus of "
            "the sample."
        )
    other = hits_by_unit(other, unit)
    keys = ["doc_id", "sentence"]
    rows = pd.MultiIndex.from_frame(other.sentences[keys]).get_indexer(
        pd.MultiIndex.from_frame(hits.sentences[keys])
    )
    present = np.vstack([other.presence(), np.zeros((1, len(other.frames)), dtype=bool)])[rows]
    return {str(frame): present[:, number] for number, frame in enumerate(other.frames)}


def _kinds_of(
    hit: Mask, others: Sequence[dict[str, Mask]], frame: str, position: Rows, least: int
) -> Rows:
    """Return the number of the kind of each sentence: which instruments see the frame in it.

    An instrument without the frame tells nothing apart. ``least`` is how many sentences of a kind
    are coded at least; smaller kinds are joined to others.
    """
    instruments = [hit, *(other[frame] for other in others if frame in other)]
    number = np.zeros(len(hit), dtype=np.int64)
    for bit, said in enumerate(instruments):
        number += said.astype(np.int64) << bit
    count = np.bincount(number[position], minlength=2 ** len(instruments))
    return joined_kinds(count.astype(np.float64), least)[number].astype(np.int64)


def _by_coder(codes: Codes, frame: str, searched: pd.MultiIndex, position: Rows) -> Array | None:
    """Return the codes of each coder of the sentences, shape (coders, sentences); None of one."""
    if len(codes.coders) < 2:
        return None
    of_frame = codes.table[codes.table["frame"] == frame]
    wide = of_frame.set_index(["doc_id", "sentence", "coder"])["code"].unstack("coder")
    by_coder: Array = wide.reindex(searched[position]).to_numpy(dtype=np.float64).T
    return by_coder


def coder_note(by_coder: Array | None) -> str:
    """Return what the differences between coders do to the intervals, in words."""
    if by_coder is None:
        return ""
    several = (~np.isnan(by_coder)).sum(axis=0) > 1
    if not several.any():
        return "no sentence has two coders: the intervals leave out how far coders differ"
    differ = np.nanmax(by_coder[:, several], axis=0) > np.nanmin(by_coder[:, several], axis=0)
    if not differ.any():
        return ""
    count = int((~np.isnan(by_coder)).any(axis=1).sum())
    few = f", of whom {count} show little" if count < FEW_CODERS else ""
    return (
        f"coders differ in {int(differ.sum())} of {int(several.sum())} sentences: the interval "
        f"also allows for other coders{few}"
    )


def _share_rows(
    sampled: Sampled, kind: Rows, groups: dict[str, Array], cluster: Rows | None, level: float,
    alone: str,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the rows of the shares of groups, and of the differences between groups.

    ``kind`` is 1 for sentences with a hit that the estimate uses, or the number of the kind that
    several instruments tell apart; the raw shares are those of all hits of the first instrument.
    ``alone`` is the note of differences that are about this corpus alone.
    """
    names, k = list(groups), len(groups)
    pairs = list(combinations(range(1, k), 2))
    sides = np.zeros((k + len(pairs), k))
    sides[:k] = np.eye(k)
    for number, (target, reference) in enumerate(pairs):
        sides[k + number, [target, reference]] = 1, -1
    masks = np.stack(list(groups.values()))
    position, strata = sampled.position, sampled.strata
    coded = sampled.coded, position, strata
    cells, spread, used = group_shares(
        kind, masks, sides, *coded, by_coder=sampled.by_coder, cluster=cluster
    )
    combined = cells.combined(sides, spread)
    value = combined.value
    low, high = combined.limits(np.full(len(sides), (1 - level) / 2))
    lowest = np.repeat([0.0, -1.0], [k, len(pairs)])
    low, high = np.clip(low, lowest, 1), np.clip(high, lowest, 1)
    # A share has no value to be tested against; where all is coded, there is nothing to test.
    p = combined.p_values() if pairs else np.full(k, np.nan)
    p[:k] = np.nan
    p[high - low < 1e-12] = np.nan
    raw = masks @ sampled.hit / masks.sum(axis=1)
    drawn, sizes = masks[:, position].sum(axis=1), masks.sum(axis=1)
    unknown = [
        uncoded_note(cells, group, names[group]) if used[group] else f"{names[group]}: {ALONE}"
        for group in range(k)
    ]
    if cluster is not None:
        few = [
            few_clusters_note(row, cluster, name) for row, name in zip(masks, names, strict=True)
        ]
        unknown = [
            "; ".join(text for text in both if text) for both in zip(unknown, few, strict=True)
        ]
    rows: list[dict[str, Any]] = []
    for number, of in enumerate([*((group,) for group in range(k)), *pairs]):
        minus = -raw[of[1]] if len(of) > 1 else 0.0
        rows.append(
            {
                "quantity": " - ".join(names[side] for side in of),
                "raw": float(raw[of[0]] + minus),
                "estimate": float(value[number]), "low": float(low[number]),
                "high": float(high[number]), "p": float(p[number]),
                "n": int(drawn[list(of)].sum()), "sentences": int(sizes[list(of)].sum()),
                "note": "; ".join(
                    filter(None, [*(unknown[side] for side in of), alone if len(of) > 1 else ""])
                ),
            }
        )  # fmt: skip
    return rows


def _about_this_corpus(hits: Hits, groups: dict[str, Array]) -> dict[str, str]:
    """Return by frame what makes differences of this corpus uncertain for news like it, in words.

    Where the hits of documents with the same value of a column, such as story or author, are alike,
    or those of sentences of one document, groups that come from one process differ in this corpus
    by more than their interval. Where a frame does not show it, another one may.
    """
    group = np.full(len(hits.sentences), -1)
    for number, members in enumerate(list(groups.values())[1:]):
        group[members > 0] = number
    inside = np.flatnonzero(group >= 0)
    if not len(inside):
        return {}
    group, (known, document) = (
        group[inside],
        np.unique(_document_rows(hits)[inside], return_inverse=True),
    )
    of_document = np.zeros(len(known), dtype=np.int64)
    of_document[document] = group
    columns = list(_shared_values(hits.documents.iloc[known], of_document))
    found: dict[str, tuple[float, str, str, str]] = {}
    nothing = (0.0, "", "", "")
    for frame, present in zip(hits.frames, hits.presence()[inside].T, strict=True):
        rest = present - (np.bincount(group, present) / np.bincount(group))[group]
        sums = np.bincount(document, rest)
        # Documents of one story come first: their sentences are alike, too.
        for rank, what, key, code, values in [
            *((1e6, "documents", key, code, sums) for key, code in columns),
            (1.0, "sentences", "document", document, rest),
        ]:
            if not values.any() or sum_effect(code, values) < LEAST_EFFECT:
                continue
            size = pair_statistic(code, values)
            if size >= CROWDED and rank * size > found.get(frame, nothing)[0]:
                icc = f"intraclass correlation {pair_correlation(code, values):.2f}"
                found[frame] = (
                    rank * size,
                    f"{what} of the same {key} resemble each other",
                    icc,
                    key,
                )
    said = {}
    for frame in hits.frames if found else ():
        strongest = max(found, key=lambda name: found[name][0])
        seen = frame if frame in found else strongest
        _, alike, icc, key = found[seen]
        where = f"({frame}: {icc})" if seen == frame else f"in {seen} ({icc})"
        said[frame] = (
            f"the interval is about this corpus alone: {alike} {where}. cluster={key!r} gives an "
            "interval for news like this"
        )
    return said


def _shared_values(documents: pd.DataFrame, group: Rows) -> Iterator[tuple[str, Rows]]:
    """Yield the columns whose values several documents of a group share, and their numbers."""
    for column in documents:
        values = documents[column]
        measured = pd.api.types.is_float_dtype(values)
        measured |= pd.api.types.is_datetime64_any_dtype(values)
        if measured or str(column) in NO_CLUSTERS:
            continue
        code = pd.factorize(values)[0].astype(np.int64)
        # Documents without a value are alone.
        code = np.where(code < 0, code.max(initial=0) + 1 + np.arange(len(code)), code)
        pair = pd.factorize(group * np.int64(code.max() + 1) + code)[0].astype(np.int64)
        of_pair = np.zeros(int(pair.max()) + 1, dtype=np.int64)
        of_pair[pair] = group
        enough = np.bincount(of_pair) >= FEWEST_VALUES
        if (enough & (np.bincount(of_pair, np.bincount(pair) > 1) > 0)).any():
            yield str(column), pair


def uncoded_note(cells: Cells, group: int, name: str) -> str:
    """Return a warning where nobody coded a sentence with a hit, or one without, of a group."""
    empty = cells.n[group] == 0
    if not empty.any():
        return ""
    if len(empty) > len(OF_ONE):
        kinds = f"{int(empty.sum())} kinds of sentences have no code"
        return f"{name}: {kinds}; their share is that of all groups"
    of_one = [kind for kind, none in zip(OF_ONE, empty, strict=True) if none]
    return (
        f"{name}: no sentence {' and none '.join(of_one)} is coded; its share is that of all groups"
    )


def few_clusters_note(group: Array, cluster: Rows, name: str) -> str:
    """Return a warning where few clusters of a group show how much clusters differ."""
    count = len(np.unique(cluster[group > 0]))
    if count > FEW_CLUSTERS:
        return ""
    if count == 1:
        return f"{name}: one cluster does not show how clusters differ: the interval is too narrow"
    return f"{name}: {count} clusters hardly show how much clusters differ"


def _slope_row(
    slope: Slope, documents: "pd.Series[Any]", drawn: Rows, unit: str, level: float
) -> dict[str, Any]:
    """Return the estimate of a slope, its interval, its p-value, and a note of one far document.

    ``documents`` are the ids of documents, ``drawn`` the numbers of those of coded units.
    """
    tail = (1 - level) / 2
    low, high = slope.limits(tail)
    alone, note = slope.widest(tail), ""
    if alone is not None:
        count = int((drawn == alone).sum())
        of = "no coded" if not count else f"{count:,} coded"
        note = (
            f"the interval is wide because of document {documents.iloc[alone]!r}, which lies far "
            f"from the others and has {of} {unit}{'' if count == 1 else 's'}"
        )
    return {
        "estimate": slope.estimate, "low": low, "high": high, "p": slope.p_value(), "note": note,
    }  # fmt: skip


def _strata(labels: NDArray[np.object_], sample: Sample, frame: str) -> list[Stratum]:
    """Return for each stratum the rows that are coded in it, and the number of its sentences."""
    strata = []
    for name, size in sample.strata[["stratum", "size"]].itertuples(index=False):
        rows = np.flatnonzero(labels == name)
        if len(rows) < min(2, size):
            raise InputError(
                f"Stratum {name!r} has {len(rows)} sentences coded for {frame!r}; at least two "
                "are needed for an interval. Code more sentences of this stratum, or draw a "
                "sample with fewer strata."
            )
        strata.append((rows, int(size)))
    return strata


def _groups(hits: Hits, usable: Mask, by: str | None) -> dict[str, Array]:
    """Return the sentences of each group as 1, by the name of its quantity; first all of them."""
    groups = {"prevalence": usable.astype(np.float64)}
    if by is None:
        return groups
    labels = _labels(hits, by)
    known = usable & labels.notna().to_numpy()
    names = labels.astype(str)
    values = sorted(set(names[known]))
    if len(values) < 2:
        given = listing(values) or "none"
        raise InputError(
            f"by={by!r} has fewer than two groups: {given}. Give a column with at least two values."
        )
    for value in values:
        members = known & (names == value).to_numpy()
        groups[f"{by}={value}"] = members.astype(np.float64)
    return groups


def _labels(hits: Hits, by: str) -> "pd.Series[Any]":
    """Return the group of each sentence; missing where the document has no value."""
    if by == "length":
        return pd.Series(length_groups(hits.sentences["tokens"])).astype(object)
    if by == "quoted":
        raise InputError(
            "by='quoted' cannot be used here. A share counts all sentences, and a sentence "
            "without a hit is neither quoted nor not quoted. To compare the precision of quoted "
            "hits and of others, use validate(hits, codes).by('quoted', seed=1)."
        )
    columns = _columns(hits)
    periods = PERIODS if "date" in columns else {}
    check_choice("by", by, ["length", *columns, *(name for name in periods if name not in columns)])
    documents = hits.documents.set_index("doc_id")
    if by in periods and (by == "date" or by not in columns):
        values = periods_of(documents["date"], by)
    else:
        values = documents[by].astype(object)
        values = values.where(values.astype(str).str.strip() != "")
    return hits.sentences["doc_id"].map(values)


def _clusters(hits: Hits, cluster: str) -> Rows:
    """Return the cluster of each sentence; a document without a value is its own cluster."""
    documents = hits.documents["doc_id"]
    code = np.arange(len(documents))
    if cluster not in ("document", "doc_id"):
        check_choice("cluster", cluster, ["document", *_columns(hits)])
        labels = hits.documents[cluster].astype(object)
        known = labels.notna().to_numpy()
        named = labels.astype(str).factorize()[0]
        code = np.where(known, named, len(documents) + code)
    return np.unique(code[_document_rows(hits)], return_inverse=True)[1].astype(np.int64)


def _document_rows(hits: Hits) -> Rows:
    """Return the number of the document of each sentence."""
    documents = pd.Index(hits.documents["doc_id"])
    rows: Rows = documents.get_indexer(pd.Index(hits.sentences["doc_id"])).astype(np.int64)
    return rows


def _columns(hits: Hits) -> list[str]:
    return [column for column in hits.documents.columns if column != "doc_id"]


def _slope(hits: Hits, usable: Mask, name: str) -> Array:
    """Return the weights of the sentences whose weighted sum of codes is a least-squares slope."""
    check_choice("on", name, _columns(hits))
    values = hits.sentences["doc_id"].map(hits.documents.set_index("doc_id")[name])
    if pd.api.types.is_datetime64_any_dtype(values):
        days = (values - values.min()).dt.total_seconds() / 86400
        numbers = (days / 365.25).to_numpy(dtype=float)
    elif pd.api.types.is_numeric_dtype(values):
        numbers = values.to_numpy(dtype=float)
    else:
        raise InputError(
            f"on={name!r} has values that are neither numbers nor dates. A slope needs a column "
            "of numbers or dates."
        )
    known = usable & ~np.isnan(numbers)
    if not known.any():
        raise InputError(
            f"on={name!r}: no document has a value there. Give a column of numbers or dates."
        )
    centred = np.where(known, numbers - numbers[known].mean(), 0.0)
    if not (centred**2).sum() > 0:
        raise InputError(
            f"on={name!r} has only one value, but a slope needs several. Give another column."
        )
    slope: Array = centred / (centred**2).sum()
    return slope
