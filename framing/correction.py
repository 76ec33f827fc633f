"""Correction: what the whole corpus would show if coders had read all of it."""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from framing._checks import InputError, check_choice, check_share, listing
from framing.codes import Codes
from framing.hits import Hits, sentence_rows
from framing.samples import Sample
from framing.validation import coded_sentences

CORRECTION_COLUMNS = (
    "frame", "quantity", "raw", "estimate", "low", "high", "n", "sentences", "level",
)  # fmt: skip

Array = NDArray[np.float64]
Rows = NDArray[np.intp]


def correct(
    hits: Hits,
    codes: Codes,
    sample: Sample,
    *,
    by: str | None = None,
    on: str | None = None,
    coder: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Correct what hits say of the whole corpus by the coded sample.

    Hits are known for every sentence, codes for a sample with known probabilities. The error of
    the hits is estimated in the sample, stratum by stratum, and taken off: the estimate is
    unbiased however wrong the lexicon is, and the more precise the better the lexicon.

    Parameters
    ----------
    hits : Hits
        Of a lexicon or a classifier, in the corpus that the sample was drawn from.
    codes : Codes
        0 and 1, of the sentences of the sample. Those left empty are taken for missing at
        random within their stratum.
    sample : Sample
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
    pandas.DataFrame
        A row a frame and quantity. ``quantity``: "prevalence" (share of sentences with the
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
    Egami, N., Hinck, M., Stewart, B. M. and Wei, H. (2023). Using imperfect surrogates for
    downstream inference: Design-based supervised learning for social science applications of
    large language models. Advances in Neural Information Processing Systems 36.
    Angelopoulos, A. N. et al. (2023). Prediction-powered inference. Science 382, 669-674.

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
    0  peace  0.67      0.37  0.25  0.49
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
    quantities = _quantities(hits, usable, by, on)
    present = np.zeros((len(usable), len(hits.frames)))
    present[sentence_rows(hits), hits.table["frame"].cat.codes] = 1.0
    rows = []
    for frame in coded["frame"].cat.categories:
        own = coded[coded["frame"] == frame]
        own = own.merge(sample.table[["doc_id", "sentence", "stratum"]], on=["doc_id", "sentence"])
        place = searched.get_indexer(pd.MultiIndex.from_frame(own[["doc_id", "sentence"]]))
        said = present[:, hits.frames.index(frame)]
        error = own["coded"].to_numpy(dtype=float) - said[place]
        strata = _strata(own["stratum"], sample, frame)
        for name, effect in quantities.items():
            raw = float(effect @ said)
            shift, variance = _expand(effect[place], error, strata)
            half = float(stats.norm.ppf(1 - (1 - level) / 2) * np.sqrt(variance))
            estimate = raw + shift
            about = int((effect != 0).sum()), int((effect[place] != 0).sum())
            rows.append((frame, name, raw, estimate, estimate - half, estimate + half, about))
    table = pd.DataFrame(rows, columns=[*CORRECTION_COLUMNS[:6], "about"])
    table["n"] = [n for _, n in table["about"]]
    table["sentences"] = [size for size, _ in table["about"]]
    table["frame"] = pd.Categorical(table["frame"], categories=coded["frame"].cat.categories)
    return table.assign(level=level)[list(CORRECTION_COLUMNS)]


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


def _expand(effect: Array, error: Array, strata: list[tuple[Rows, int]]) -> tuple[float, float]:
    """Return the total of effect times error over the corpus, and the variance of that total."""
    total = variance = 0.0
    for rows, size in strata:
        n = len(rows)
        values = effect[rows] * error[rows]
        total += size * float(values.mean())
        if n == size:
            continue
        spread = float(values.var(ddof=1))
        # Where few errors were seen, or none, there may be more: as if two sentences had been
        # added, one of them wrong (Agresti and Coull 1998, on small shares).
        wrong = float(np.abs(error[rows]).sum())
        share, seen = (wrong + 1) / (n + 2), wrong / n
        more = max(share * (1 - share) - seen * (1 - seen), 0.0)
        spread += more * float((effect[rows] ** 2).mean())
        variance += size**2 * (1 - n / size) * spread / n
    return total, variance


def _quantities(
    hits: Hits, usable: NDArray[np.bool_], by: str | None, on: str | None
) -> dict[str, Array]:
    """Return what each sentence adds to each quantity, if it has the frame."""
    share: Array = usable / usable.sum()
    found = {"prevalence": share}
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
        for one, other in combinations(groups, 2):
            found[f"{by}={one} - {by}={other}"] = means[one] - means[other]
    if on is not None:
        check_choice("on", on, columns)
        found[f"slope of {on}"] = _slope(hits.sentences["doc_id"].map(documents[on]), usable, on)
    return found


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
