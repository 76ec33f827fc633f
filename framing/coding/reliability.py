"""Reliability: how far coders agree who did not see each other's codes."""

from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import ClassVar

import numpy as np
import pandas as pd

from framing._core.checks import (
    InputError,
    check_choice,
    check_interval_draws,
    check_objects,
    check_share,
)
from framing._core.renaming import renamed
from framing._core.resampling import percentile_interval, rng_for
from framing._core.result import TableResult
from framing._core.tables import counted
from framing._core.typing import Array
from framing.coding.codes import Codes

# What a coder codes: a sentence, for a frame.
CODED_UNIT = ["doc_id", "sentence", "frame"]
MEASUREMENTS = ("nominal", "ordinal", "interval", "ratio")
# Half a sentence of each kind is added to the draws (Jeffreys' prior): the codes of a few sentences
# do not show that no other sentence is coded otherwise.
ADDED = 0.5
# Of fewer documents sentences are drawn, not documents; and documents vary as Student's t of this
# many fewer.
FEWEST_DOCUMENTS, FEWER = 6, 4
AGREEMENT_COLUMNS = (
    "frame", "n", "coders", "prevalence", "percent", "alpha", "alpha_low", "alpha_high",
    "ac1", "ac1_low", "ac1_high", "note",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Agreement(TableResult):
    """How far coders agree, frame by frame.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per frame: ``frame``, ``n``, ``coders``, ``prevalence``, ``percent``, ``alpha`` and
        ``ac1`` with their intervals, ``note``; see `agreement`.
    level : float
        Level of the intervals.
    settings : dict
        The arguments, the instrument and the texts, the versions.
    left_out : pandas.DataFrame
        What was not measured, with the ``reason``.
    """

    level: float

    made_by: ClassVar[str] = "agreement"
    rows: ClassVar[str] = "frames"
    drawn_by: ClassVar[str] = "plot_agreement"
    computed_by: ClassVar[tuple[str, ...]] = ()

    def __repr__(self) -> str:
        coders = counted(len(self.settings["coders"]), "coders")
        least, most = self.table["n"].min(), self.table["n"].max()
        unit = f"{self.settings['unit']}s"
        n = counted(least, unit) if least == most else f"{least:,} to {most:,} {unit}"
        return (
            f"<Agreement of {coders} on {counted(len(self), self.rows)}: {n} with two codes or "
            f"more, {self.level:.0%} intervals>"
        )


@renamed(level=("measurement", str), interval="level")
@check_objects
def agreement(
    codes: Codes, *, measurement: str = "nominal", draws: int = 2000, seed: int, level: float = 0.95
) -> Agreement:
    """Return how far coders agree, frame by frame.

    Try it: ``codes = fr.load_testbed("briefings").codes``, ``fr.agreement(codes, seed=1).table``.

    Parameters
    ----------
    codes : Codes
        Codes by at least two coders. A sentence may lack the codes of some coders.
    measurement : {"nominal", "ordinal", "interval", "ratio"}
        Level of measurement of the codes.
    draws : int
        Random draws for the intervals.
    seed : int
        The same seed gives the same intervals.
    level : float
        Level of the intervals, between 0 and 1.

    Returns
    -------
    Agreement
        Its ``table`` has one row per frame: ``frame``, ``n`` (sentences with at least two codes),
        ``coders``, ``prevalence`` (mean code), ``percent`` (the share of the pairs of codes of a
        sentence that are the same, as a mean over the sentences, 0 to 1), ``alpha``
        (Krippendorff's, at most 1, 0 for chance; by his rule .667 is usable and .800 reliable) and
        ``ac1`` (Gwet's, nominal codes only) with their intervals. A sentence with one code counts
        in the chance agreement of AC1, as Gwet has it, and nowhere else. So does each code of
        ``scale`` that nobody gave: without it AC1 is lower.
        If all codes are the same, alpha is missing and ``note`` says that it is undefined.

        Intervals are those of a Bayesian bootstrap (Rubin 1981): each sentence has a random weight,
        and half a sentence of each kind is added, of which one is coded otherwise by two coders
        (Jeffreys' prior). So coders who agree in all of 25 sentences have lower limits: where they
        err in 1.5%, 97% of the intervals hold the alpha of other sentences (a plain bootstrap: 49%,
        since it has no width). Where several sentences are of one document, six documents and more
        get the weights, whose errors are alike. In 15 settings of 20 to 300 sentences 93 to 99%
        hold (150 draws), with errors by document 88% (10 documents) to 97% (before 66 to 92%).

    Raises
    ------
    InputError
        There is one coder only, no sentence was coded by two coders, or an argument is out of
        range.

    References
    ----------
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of
    Pennsylvania.
    Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of
    high agreement. British Journal of Mathematical and Statistical Psychology 61(1), 29-48.
    Gwet, K. L. (2014). Handbook of inter-rater reliability (4th ed.). Advanced Analytics.
    Rubin, D. B. (1981). The Bayesian bootstrap. Annals of Statistics 9(1), 130-134.
    doi:10.1214/aos/1176345338

    Examples
    --------
    >>> import pandas as pd
    >>> import framing as fr
    >>> rows = {"doc_id": "a", "sentence": [1, 2, 3, 4] * 2, "coder": ["x"] * 4 + ["y"] * 4}
    >>> codes = fr.make_codes(pd.DataFrame({**rows, "peace": [1, 1, 0, 0, 1, 0, 0, 0]}))
    >>> fr.agreement(codes, seed=1)[["frame", "n", "percent", "alpha"]].round(3)
       frame  n  percent  alpha
    0  peace  4     0.75  0.533
    """
    check_choice("measurement", measurement, MEASUREMENTS)
    check_interval_draws(draws)
    check_share("level", level)
    if len(codes.coders) < 2:
        raise InputError(
            f"Agreement needs at least two coders; all these codes are by {codes.coders[0]!r}. "
            "Give the sheets of all coders together: read_codes([first, second])."
        )
    if measurement == "ratio" and min(codes.scale) < 0:
        raise InputError(
            f"Codes on a ratio scale start from 0; this scale has {min(codes.scale):g}. Use "
            'measurement="interval".'
        )
    rows = []
    for frame in codes.frames:
        coded = codes.table[codes.table["frame"] == frame]
        coders = coded.groupby(["doc_id", "sentence"])["code"].transform("size")
        single = coded[coders == 1]
        rows.append(
            _of_frame(
                frame, coded[coders >= 2], single, codes.scale, measurement, draws, seed, level
            )
        )
    table = pd.DataFrame(rows, columns=list(AGREEMENT_COLUMNS))
    if not table["n"].any():
        raise InputError(
            f"No sentence was coded by two of the coders {', '.join(codes.coders)}. Check that "
            "doc_id and sentence are the same in all sheets."
        )
    table["frame"] = pd.Categorical(table["frame"], categories=codes.frames)
    single = codes.table[codes.table.groupby(CODED_UNIT)["code"].transform("size") < 2]
    lost = codes.missing[CODED_UNIT].drop_duplicates()
    measured = pd.MultiIndex.from_frame(codes.table[CODED_UNIT])
    lost = lost[~pd.MultiIndex.from_frame(lost).isin(measured)].assign(reason="nobody coded it")
    single = single[CODED_UNIT].assign(reason="coded once")
    return Agreement(
        table, level,
        settings={
            "measurement": measurement, "draws": draws, "seed": seed, "coders": codes.coders,
            "codes": codes.origin, "unit": codes.unit,
        },
        left_out=pd.concat([single, lost], ignore_index=True),
    )  # fmt: skip


def _of_frame(
    frame: str,
    coded: pd.DataFrame,
    single: pd.DataFrame,
    scale: tuple[float, ...],
    measurement: str,
    draws: int,
    seed: int,
    level: float,
) -> tuple[object, ...]:
    """Return the row of one frame.

    ``coded`` are its codes in sentences with at least two, ``single`` the others.
    """
    none = (np.nan,) * 8
    if coded.empty:
        return (frame, 0, 0, *none, "no sentence was coded by two coders")
    counts = _counts(coded, scale)
    alpha, notes = float("nan"), list[str]()
    values, once = np.array(scale, dtype=float), np.ones((1, len(counts)))
    constant = (counts.sum(axis=0) > 0).sum() == 1
    if constant:
        notes.append(f"alpha is undefined: every code is {coded['code'].iloc[0]:g}")
    else:
        alpha = float(alpha_of(counts, once, values, measurement)[0])
    alone = _counts(single, scale)
    rng = rng_for(seed, f"agreement {frame}")
    weights, drawn, note = _weights(coded, single, draws, rng)
    notes += [note] if note else []
    kinds, shape = _kinds(counts, nominal=measurement == "nominal")
    added = rng.gamma(shape, size=(draws, len(kinds)))
    counts_drawn, weights = np.vstack([counts, kinds]), np.hstack([weights, added])
    # The sums of weights vary; expected disagreement is that of a number of codes.
    weights *= ((len(counts) + shape.sum()) / weights.sum(axis=1))[:, None]
    low, high = _interval(
        alpha_of(counts_drawn, weights, values, measurement), alpha, level, constant
    )
    ac1, ac1_low, ac1_high = (np.nan,) * 3
    if measurement == "nominal":
        ac1 = float(ac1_of(counts, once, alone, np.ones((1, len(alone))))[0])
        ac1_low, ac1_high = _interval(
            ac1_of(counts_drawn, weights, alone, drawn), ac1, level, False
        )
    if ((counts > 0).sum(axis=1) == 1).all() and not constant:
        notes.append(
            f"coders agree in all {len(counts):,} sentences: the lower limits say how often they "
            "could differ in others"
        )
    pairs = counts.sum(axis=1)
    percent = float(((counts * (counts - 1)).sum(axis=1) / (pairs * (pairs - 1))).mean())
    measures = (coded["code"].mean(), percent, alpha, low, high, ac1, ac1_low, ac1_high)
    return (frame, len(counts), coded["coder"].nunique(), *measures, "; ".join(notes))


def _counts(coded: pd.DataFrame, scale: tuple[float, ...]) -> Array:
    """Return how often each sentence (row) got each code of the scale (column)."""
    values = pd.Categorical(coded["code"], categories=list(scale))
    sentence = coded.groupby(["doc_id", "sentence"], sort=False).ngroup()
    counts: Array = pd.crosstab(sentence, values, dropna=False).to_numpy(dtype=np.float64)
    return counts


def _weights(
    coded: pd.DataFrame, single: pd.DataFrame, draws: int, rng: np.random.Generator
) -> tuple[Array, Array, str]:
    """Return the weight of each sentence in each draw, and that of sentences with one code.

    Documents get the weights where there are several sentences of some, as errors go with
    documents. The third value is a note on documents that are too few to show whether they do.
    """
    firsts = [codes.drop_duplicates(["doc_id", "sentence"]) for codes in (coded, single)]
    documents = pd.concat([first["doc_id"] for first in firsts])
    code, n = pd.factorize(documents)[0], len(firsts[0])
    count, note = int(code.max()) + 1, ""
    several = n > len(np.unique(code[:n]))
    if not several:
        code, count = np.arange(len(documents)), len(documents)
    elif count < FEWEST_DOCUMENTS:
        told = "one document does" if count == 1 else f"{count} documents do"
        note = f"{told} not show whether coders differ more in some: sentences count as independent"
        code, count, several = np.arange(len(documents)), len(documents), False
    shape = max(count - FEWER, 1) / count if several else 1.0
    of_document = rng.gamma(shape, size=(draws, count)) / shape
    weights = of_document[:, code]
    return weights[:, :n], weights[:, n:], note


def _kinds(counts: Array, *, nominal: bool) -> tuple[Array, Array]:
    """Return sentences that are added to the draws (rows), and how much of each.

    Of each value that occurs there is one with two codes of it, and one for two different values:
    any two, or neighbours where values have an order.
    """
    present = np.flatnonzero(counts.sum(axis=0))
    if len(present) == 1:
        present = np.unique(np.clip([present[0] - 1, present[0], present[0] + 1], 0, None))
        present = present[present < counts.shape[1]]
    apart = list(combinations(present, 2) if nominal else pairwise(present))
    kinds = np.zeros((len(present) + len(apart), counts.shape[1]))
    kinds[np.arange(len(present)), present] = 2
    for row, pair in enumerate(apart, start=len(present)):
        kinds[row, list(pair)] = 1
    shape = np.repeat([ADDED, ADDED / len(apart)], [len(present), len(apart)])
    return kinds, shape


def _interval(values: Array, value: float, level: float, undefined: bool) -> tuple[float, float]:
    """Return the percentile interval of the draws, with the value; missing if it is undefined."""
    if undefined or np.isnan(values).all():
        return float("nan"), float("nan")
    low, high = (float(end) for end in percentile_interval(values, level))
    return min(low, value), max(high, value)


def alpha_of(counts: Array, weights: Array, scale: Array, measurement: str) -> Array:
    """Return alpha of each draw; ``weights`` (draws, sentences) is how often each is drawn.

    Alpha is 1 - observed disagreement / expected disagreement. The observed pairs are the codes of
    different coders for the same sentence, weighted by 1 / (codes of the sentence - 1). The
    expected pairs are those of all codes of all sentences.
    """
    sizes = counts.sum(axis=1)
    pairs = counts[:, :, None] * counts[:, None, :]
    index = np.arange(len(scale))
    # A code makes no pair with itself: of two codes of 1 there are 2 * 2 - 2 = 2 ordered pairs.
    pairs[:, index, index] -= counts
    observed = np.tensordot(weights, pairs / (sizes - 1)[:, None, None], axes=1)
    totals = weights @ counts
    expected = totals[:, :, None] * totals[:, None, :]
    expected[:, index, index] -= totals
    distance = _distances(totals, scale, measurement)
    disagreement = (observed * distance).sum(axis=(1, 2))
    chance = (expected * distance).sum(axis=(1, 2)) / (totals.sum(axis=1) - 1)
    undefined = np.full(len(chance), np.nan)
    ratio: Array = np.divide(disagreement, chance, out=undefined, where=chance > 0)
    return 1 - ratio


def _distances(totals: Array, scale: Array, measurement: str) -> Array:
    """Return the squared distances between values: shape (draws or 1, values, values)."""
    if measurement == "nominal":
        return 1.0 - np.eye(len(scale))[None]
    if measurement == "ordinal":
        # The distance is the number of codes between the middles of two values: with 2, 4 and 2
        # codes of the values, the middles are 1, 4 and 7.
        middle = np.cumsum(totals, axis=1) - totals / 2
        return np.asarray((middle[:, :, None] - middle[:, None, :]) ** 2)
    gaps = scale[:, None] - scale[None, :]
    if measurement == "ratio":
        sums = scale[:, None] + scale[None, :]
        gaps = np.divide(gaps, sums, out=np.zeros_like(gaps), where=sums != 0)
    return np.asarray(gaps[None] ** 2)


def ac1_of(counts: Array, weights: Array, alone: Array, drawn: Array) -> Array:
    """Return Gwet's AC1 of each draw.

    ``alone`` are the counts of sentences with one code, and ``drawn`` how often each is drawn. They
    say how frequent each code is, and nothing of agreement, as in irrCAC, the package to Gwet
    (2014).
    """
    sizes = counts.sum(axis=1)
    same = (counts * (counts - 1)).sum(axis=1) / (sizes * (sizes - 1))
    n = weights.sum(axis=1)
    observed = weights @ same / n
    codes = weights @ (counts / sizes[:, None]) + drawn @ alone
    share = codes / (n + drawn.sum(axis=1))[:, None]
    chance = (share * (1 - share)).sum(axis=1) / (counts.shape[1] - 1)
    result: Array = (observed - chance) / (1 - chance)
    return result
