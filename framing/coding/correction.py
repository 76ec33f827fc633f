"""Correction: what the whole corpus would show if coders had read all of it."""

from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from framing._core.checks import InputError, check_choice, check_objects, check_share, listing
from framing._core.result import TableResult, instrument_of
from framing.coding.codes import Codes
from framing.coding.samples import Sample
from framing.coding.validation import coded_sentences
from framing.hits.hits import Hits

CORRECTION_COLUMNS = (
    "frame", "quantity", "raw", "estimate", "low", "high", "n", "sentences", "level",
)  # fmt: skip

Array = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False, repr=False)
class Correction(TableResult):
    """What the whole corpus would show if coders had read all of it.

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
    """Correct what hits say of the whole corpus by the coded sample.

    Hits are known for every sentence, codes for a sample with known probabilities. What hits say
    is put right by the sample, stratum by stratum (a regression estimator in a stratified
    sample, Cochran 1977; the idea of prediction-powered inference, Angelopoulos et al. 2023):
    the estimate is right however wrong the lexicon is, and the more precise the better it is.

    Parameters
    ----------
    hits : Hits
        Of a lexicon or a classifier, in the corpus that the sample was drawn from.
    codes : Codes
        0 and 1, of the sentences of the sample. Those left empty are taken for missing at
        random within their stratum.
    sample : Sample
        The sample that was coded, from `sample_for_coding`, with the chance of each sentence.
    by : str, optional
        A column of the corpus: the prevalence in each of its groups, and the differences.
    on : str, optional
        A column of numbers or dates: the slope of a straight line of the frame on it.
    coder : str, optional
        This coder alone; the mean of the coders by default.
    level : float
        Level of the intervals.

    Returns
    -------
    Correction
        Its ``table``:
        a row a frame and quantity. ``quantity``: "prevalence" (share of sentences with the
        frame), with ``by`` also "source=A" and "source=A - source=B", with ``on`` "slope of
        date" (change of the share by one unit; of a date, by a year). ``raw`` is what the hits
        alone say, ``estimate`` the corrected value with ``low`` and ``high``, ``n`` the coded
        sentences that it rests on, ``sentences`` those it is about. The interval is about the
        sentences of this corpus: what coding all of them would have given.

    Raises
    ------
    InputError
        The sample is of another corpus, a stratum has fewer than two coded sentences, or a
        column is missing or of no use.

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
            "The sample was drawn from another corpus than the hits were found in. Find hits in "
            "the corpus of the sample, or draw a new sample."
        )
    coded = coded_sentences(hits, codes, coder=coder)
    searched = pd.MultiIndex.from_frame(hits.sentences[["doc_id", "sentence"]])
    usable = hits.sentences["tokens"].to_numpy() > 0
    quantities, groups = _quantities(hits, usable, by, on)
    present = hits.presence().astype(np.float64)
    rows = []
    for frame in coded["frame"].cat.categories:
        own = coded[coded["frame"] == frame]
        own = own.merge(sample.table[["doc_id", "sentence", "stratum"]], on=["doc_id", "sentence"])
        place = searched.get_indexer(pd.MultiIndex.from_frame(own[["doc_id", "sentence"]]))
        strata = _strata(own["stratum"], sample, frame)
        said = present[:, hits.frames.index(frame)]
        expected, error, slack = _assist(
            np.column_stack([said, *groups]), own["coded"].to_numpy(dtype=float), place, strata
        )
        for name, effect in quantities.items():
            shift, variance = _expand(effect[place], error, slack, strata)
            about = int((effect != 0).sum()), int((effect[place] != 0).sum())
            free = max(about[1] - 2 - len(groups), 1)
            half = float(special.stdtrit(free, 1 - (1 - level) / 2) * np.sqrt(variance))
            estimate = float(effect @ expected) + shift
            interval = estimate - half, estimate + half
            rows.append((frame, name, float(effect @ said), estimate, *interval, about))
    table = pd.DataFrame(rows, columns=[*CORRECTION_COLUMNS[:6], "about"])
    table["n"] = [n for _, n in table["about"]]
    table["sentences"] = [size for size, _ in table["about"]]
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


def _strata(labels: "pd.Series[str]", sample: Sample, frame: str) -> list[tuple[Rows, int]]:
    """Return for each stratum the rows coded in it, and its size."""
    strata = []
    for name, size in sample.strata[["stratum", "size"]].itertuples(index=False):
        rows = np.flatnonzero((labels == name).to_numpy())
        if len(rows) < min(2, size):
            raise InputError(
                f"Stratum {name!r} has {len(rows)} sentences coded for {frame!r}; two are needed "
                "to tell how much they differ. Code more of it, or stratify by less."
            )
        strata.append((rows, int(size)))
    return strata


def _assist(
    known: Array, coded: Array, place: Rows, strata: list[tuple[Rows, int]]
) -> tuple[Array, Array, Array]:
    """Return the codes expected of all sentences, the errors of those coded, and their slack.

    Codes are regressed on what is known of every sentence: whether it is a hit, and its group.
    So hits count for as much as they are worth, and a lexicon of no worth does no harm. The slack
    makes good for errors that are small because the regression has seen them.
    """
    design = np.column_stack([np.ones(len(known)), known])
    weight = np.zeros(len(coded))
    for rows, size in strata:
        weight[rows] = size / len(rows)
    scaled = design[place] * np.sqrt(weight)[:, None]
    inverse = np.linalg.pinv(scaled)
    expected: Array = design @ (inverse @ (coded * np.sqrt(weight)))
    leverage = (scaled * inverse.T).sum(axis=1)
    slack = 1 / np.clip(1 - leverage, 0.1, 1)
    return expected, coded - expected[place], slack


def _expand(
    effect: Array, error: Array, slack: Array, strata: list[tuple[Rows, int]]
) -> tuple[float, float]:
    """Return the total of effect times error over the corpus, and the variance of that total."""
    total = variance = 0.0
    for rows, size in strata:
        n = len(rows)
        total += size * float((effect[rows] * error[rows]).mean())
        if n == size:
            continue
        values = effect[rows] * error[rows] * slack[rows]
        spread = float(values.var(ddof=1))
        variance += size**2 * (1 - n / size) * spread / n
    return total, variance


def _quantities(
    hits: Hits, usable: NDArray[np.bool_], by: str | None, on: str | None
) -> tuple[dict[str, Array], list[Array]]:
    """Return what a sentence with the frame adds to each quantity, and what is known of all."""
    share: Array = usable / usable.sum()
    found = {"prevalence": share}
    known: list[Array] = []
    columns = [column for column in hits.documents.columns if column != "doc_id"]
    documents = hits.documents.set_index("doc_id")
    if by is not None:
        check_choice("by", by, columns)
        labels = hits.sentences["doc_id"].map(documents[by].astype(object))
        groups = sorted({str(label) for label in labels[usable].dropna()})
        if len(groups) < 2:
            raise InputError(f"by={by!r}: there is one group only, {listing(groups)}.")
        members = {group: usable & (labels.astype(str) == group).to_numpy() for group in groups}
        means = {group: mask / mask.sum() for group, mask in members.items()}
        found |= {f"{by}={group}": mean for group, mean in means.items()}
        known += [mask.astype(np.float64) for mask in members.values()]
        for one, other in combinations(groups, 2):
            found[f"{by}={one} - {by}={other}"] = means[one] - means[other]
    if on is not None:
        check_choice("on", on, columns)
        slope = _slope(hits.sentences["doc_id"].map(documents[on]), usable, on)
        found[f"slope of {on}"] = slope
        known.append(slope / np.abs(slope).max())
    return found, known


def _slope(values: "pd.Series[Any]", usable: NDArray[np.bool_], name: str) -> Array:
    """Return the weights that make a least-squares slope of the values of the sentences."""
    if pd.api.types.is_datetime64_any_dtype(values):
        days = (values - values.min()).dt.total_seconds() / 86400
        numbers = (days / 365.25).to_numpy(dtype=float)
    elif pd.api.types.is_numeric_dtype(values):
        numbers = values.to_numpy(dtype=float)
    else:
        raise InputError(f"on={name!r}: a slope takes numbers or dates.")
    known = usable & ~np.isnan(numbers)
    centred = np.where(known, numbers - numbers[known].mean(), 0.0)
    if not (centred**2).sum() > 0:
        raise InputError(f"on={name!r} has one value only; a slope takes several.")
    slope: Array = centred / (centred**2).sum()
    return slope
