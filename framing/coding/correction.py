"""Correction: estimates for the whole corpus from the codes of a sample."""

from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from framing._core.checks import InputError, check_choice, check_objects, check_share, listing
from framing._core.result import TableResult, instrument_of
from framing._core.typing import Array, Mask
from framing.coding.codes import Codes
from framing.coding.samples import Sample
from framing.coding.validation import coded_sentences
from framing.hits.hits import Hits

CORRECTION_COLUMNS = (
    "frame", "quantity", "raw", "estimate", "low", "high", "n", "sentences", "level",
)  # fmt: skip

# A stratum: the rows that are coded in it, and the number of its sentences.
Stratum: TypeAlias = tuple[NDArray[np.intp], int]


@dataclass(frozen=True, eq=False, repr=False)
class Correction(TableResult):
    """Estimates of what the whole corpus would show if coders had read all of it.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per frame and quantity: ``frame``, ``quantity``, ``raw``, ``estimate``, ``low``,
        ``high``, ``n``, ``sentences``, ``level``; see `correct`.
    level : float
        Level of the intervals.
    settings : dict
        The arguments, the instrument and the texts, the versions.
    left_out : pandas.DataFrame
        What was not measured, with the ``reason``.
    """

    level: float

    made_by: ClassVar[str] = "correct"
    rows: ClassVar[str] = "estimates"
    drawn_by: ClassVar[str] = "plot_correction"
    computed_by: ClassVar[tuple[str, ...]] = ("scipy",)


@check_objects
def correct(
    hits: Hits,
    codes: Codes,
    sample: Sample,
    *,
    by: str | None = None,
    on: str | None = None,
    coder: str | None = None,
    level: float = 0.95,
) -> Correction:
    """Correct the prevalence that hits show in the whole corpus, with the codes of a sample.

    Hits are known for every sentence, codes for a sample with known probabilities. The sample
    corrects the hits, stratum by stratum (a regression estimator in a stratified sample, Cochran
    1977; the idea of prediction-powered inference, Angelopoulos et al. 2023). The estimate is
    valid even where the lexicon is wrong; a better lexicon makes it more precise.

    Parameters
    ----------
    hits : Hits
        Hits of a lexicon or a classifier, in the corpus that the sample was drawn from.
    codes : Codes
        Codes of 0 and 1, of the sentences of the sample. Empty cells are assumed to be missing at
        random within their stratum.
    sample : Sample
        The sample that was coded, from `sample_for_coding`. It has the probability of each
        sentence.
    by : str, optional
        A column of the corpus. The table then also has the prevalence in each of its groups, and
        their differences.
    on : str, optional
        A column of numbers or dates. The table then also has the slope of a straight line of the
        frame on this column.
    coder : str, optional
        Use the codes of this coder alone. By default the mean of the coders is used.
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
        describes. The interval is for the sentences of this corpus: for the value that coding all
        of them would give.

    Raises
    ------
    InputError
        The sample is of another corpus, a stratum has fewer than two coded sentences, a column
        is missing, ``by`` has one group only, or ``on`` has no numbers or dates that differ.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques (3rd ed.). Wiley. Chapter 7.
    Angelopoulos, A. N., Bates, S., Fannjiang, C., Jordan, M. I. and Zrnic, T. (2023).
    Prediction-powered inference. Science 382, 669-674. doi:10.1126/science.adi6000

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
       frame   raw  estimate   low  high
    0  peace  0.67       0.4  0.29  0.51
    """
    check_share("level", level)
    if hits.corpus_fingerprint != sample.corpus_fingerprint:
        raise InputError(
            "The sample was drawn from another corpus than that of the hits. Find hits in the "
            "corpus of the sample, or draw a new sample."
        )
    coded = coded_sentences(hits, codes, coder=coder)
    searched = pd.MultiIndex.from_frame(hits.sentences[["doc_id", "sentence"]])
    usable = hits.sentences["tokens"].to_numpy() > 0
    quantities, groups = _quantities(hits, usable, by, on)
    present = hits.presence().astype(np.float64)
    rows = []
    for frame in coded["frame"].cat.categories:
        of_frame = coded[coded["frame"] == frame]
        of_frame = of_frame.merge(
            sample.table[["doc_id", "sentence", "stratum"]], on=["doc_id", "sentence"]
        )
        position = searched.get_indexer(pd.MultiIndex.from_frame(of_frame[["doc_id", "sentence"]]))
        strata = _strata(of_frame["stratum"], sample, frame)
        hit = present[:, hits.frames.index(frame)]
        expected, error, inflation = _regress(
            np.column_stack([hit, *groups]),
            of_frame["coded"].to_numpy(dtype=float),
            position,
            strata,
        )
        for name, effect in quantities.items():
            shift, variance = _expand(effect[position], error, inflation, strata)
            n, size = int((effect[position] != 0).sum()), int((effect != 0).sum())
            freedom = max(n - 2 - len(groups), 1)
            half = float(special.stdtrit(freedom, 1 - (1 - level) / 2) * np.sqrt(variance))
            estimate = float(effect @ expected) + shift
            interval = estimate - half, estimate + half
            rows.append((frame, name, float(effect @ hit), estimate, *interval, n, size))
    table = pd.DataFrame(rows, columns=list(CORRECTION_COLUMNS[:-1]))
    table["frame"] = pd.Categorical(table["frame"], categories=coded["frame"].cat.categories)
    uncoded = sample.table[["doc_id", "sentence"]].merge(
        coded[["doc_id", "sentence", "frame"]], how="left", on=["doc_id", "sentence"]
    )
    uncoded = uncoded[uncoded["frame"].isna()][["doc_id", "sentence"]]
    return Correction(
        table.assign(level=level)[list(CORRECTION_COLUMNS)], level,
        settings={
            "by": by, "on": on, "coder": coder, "codes": codes.origin, "sample_seed": sample.seed,
            **instrument_of(hits),
        },
        left_out=uncoded.assign(reason="drawn and not coded").reset_index(drop=True),
    )  # fmt: skip


def _strata(labels: "pd.Series[str]", sample: Sample, frame: str) -> list[Stratum]:
    """Return for each stratum the rows that are coded in it, and the number of its sentences."""
    strata = []
    for name, size in sample.strata[["stratum", "size"]].itertuples(index=False):
        rows = np.flatnonzero((labels == name).to_numpy())
        if len(rows) < min(2, size):
            raise InputError(
                f"Stratum {name!r} has {len(rows)} sentences coded for {frame!r}; the variance "
                "needs at least two. Code more sentences of it, or draw a sample with fewer strata."
            )
        strata.append((rows, int(size)))
    return strata


def _regress(
    known: Array, coded: Array, position: NDArray[np.intp], strata: list[Stratum]
) -> tuple[Array, Array, Array]:
    """Return the expected code of each sentence, the errors of the coded ones, their inflation.

    Codes are regressed on what is known of every sentence: whether it has a hit, and its group.
    Good hits get a large coefficient; useless hits get one near 0 and do no harm. The errors of
    sentences in the regression are too small, and the inflation makes up for that (HC3).
    """
    design = np.column_stack([np.ones(len(known)), known])
    weight = np.zeros(len(coded))
    for rows, size in strata:
        weight[rows] = size / len(rows)
    scaled = design[position] * np.sqrt(weight)[:, None]
    inverse = np.linalg.pinv(scaled)
    expected: Array = design @ (inverse @ (coded * np.sqrt(weight)))
    leverage = (scaled * inverse.T).sum(axis=1)
    inflation = 1 / np.clip(1 - leverage, 0.1, 1)
    return expected, coded - expected[position], inflation


def _expand(
    effect: Array, error: Array, inflation: Array, strata: list[Stratum]
) -> tuple[float, float]:
    """Return the estimated total of effect times error over the corpus, and its variance."""
    total = variance = 0.0
    for rows, size in strata:
        n = len(rows)
        total += size * float((effect[rows] * error[rows]).mean())
        if n == size:
            continue
        values = effect[rows] * error[rows] * inflation[rows]
        spread = float(values.var(ddof=1))
        variance += size**2 * (1 - n / size) * spread / n
    return total, variance


def _quantities(
    hits: Hits, usable: Mask, by: str | None, on: str | None
) -> tuple[dict[str, Array], list[Array]]:
    """Return how much a sentence with the frame adds to each quantity, and the covariates.

    With 4 usable sentences it adds 1/4 to the prevalence. With 2 sentences of source A and 2 of B
    it adds 1/2 to "source=A - source=B" in A and -1/2 in B.
    """
    share: Array = usable / usable.sum()
    effects = {"prevalence": share}
    known: list[Array] = []
    columns = [column for column in hits.documents.columns if column != "doc_id"]
    documents = hits.documents.set_index("doc_id")
    if by is not None:
        check_choice("by", by, columns)
        labels = hits.sentences["doc_id"].map(documents[by].astype(object))
        groups = sorted({str(label) for label in labels[usable].dropna()})
        if len(groups) < 2:
            raise InputError(
                f"by={by!r} has one group only: {listing(groups)}. Give a column with at least two "
                "values."
            )
        members = {group: usable & (labels.astype(str) == group).to_numpy() for group in groups}
        means = {group: mask / mask.sum() for group, mask in members.items()}
        effects |= {f"{by}={group}": mean for group, mean in means.items()}
        known += [mask.astype(np.float64) for mask in members.values()]
        for target, reference in combinations(groups, 2):
            effects[f"{by}={target} - {by}={reference}"] = means[target] - means[reference]
    if on is not None:
        check_choice("on", on, columns)
        slope = _slope(hits.sentences["doc_id"].map(documents[on]), usable, on)
        effects[f"slope of {on}"] = slope
        known.append(slope / np.abs(slope).max())
    return effects, known


def _slope(values: "pd.Series[Any]", usable: Mask, name: str) -> Array:
    """Return the weights of the sentences whose weighted sum of codes is a least-squares slope."""
    if pd.api.types.is_datetime64_any_dtype(values):
        days = (values - values.min()).dt.total_seconds() / 86400
        numbers = (days / 365.25).to_numpy(dtype=float)
    elif pd.api.types.is_numeric_dtype(values):
        numbers = values.to_numpy(dtype=float)
    else:
        raise InputError(
            f"on={name!r}: a slope takes numbers or dates, and the column holds others. Give a "
            "column of numbers or dates."
        )
    known = usable & ~np.isnan(numbers)
    centred = np.where(known, numbers - numbers[known].mean(), 0.0)
    if not (centred**2).sum() > 0:
        raise InputError(
            f"on={name!r} has one value only; a slope takes several. Give another column."
        )
    slope: Array = centred / (centred**2).sum()
    return slope
