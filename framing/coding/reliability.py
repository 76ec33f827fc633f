"""Reliability: how far coders agree who did not see each other's codes."""

from dataclasses import dataclass
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
from framing._core.resampling import percentile_interval, rng_for, times_drawn
from framing._core.result import TableResult
from framing._core.typing import Array
from framing.coding.codes import Codes

# What a coder codes: a sentence, for a frame.
CODED_UNIT = ["doc_id", "sentence", "frame"]
MEASUREMENTS = ("nominal", "ordinal", "interval", "ratio")
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


@renamed(level=("measurement", str), interval="level")
@check_objects
def agreement(
    codes: Codes, *, measurement: str = "nominal", draws: int = 2000, seed: int, level: float = 0.95
) -> Agreement:
    """Return how far coders agree, frame by frame.

    Parameters
    ----------
    codes : Codes
        Codes by at least two coders. A sentence may lack the codes of some coders.
    measurement : {"nominal", "ordinal", "interval", "ratio"}
        Level of measurement of the codes.
    draws : int
        Bootstrap samples of sentences for the intervals.
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
        in the chance agreement of AC1, as Gwet has it, and nowhere else.
        If all codes are the same, alpha is missing and ``note`` says that it is undefined.

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
            "Read the sheets of all coders together: read_codes([first, second])."
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
            "codes": codes.origin,
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
    rng = rng_for(seed, f"agreement {frame}")
    weights = times_drawn([np.arange(len(counts))], draws, rng)
    alphas = alpha_of(counts, weights, values, measurement)
    low, high = _interval(alphas, level, constant)
    undefined = int(np.isnan(alphas).sum())
    if undefined and not constant:
        notes.append(f"{undefined:,} of {draws:,} bootstrap samples without variation left out")
    ac1, ac1_low, ac1_high = (np.nan,) * 3
    if measurement == "nominal":
        alone = _counts(single, scale)
        ac1 = float(ac1_of(counts, once, alone, np.ones((1, len(alone))))[0])
        drawn = np.ones((draws, 0))
        if len(alone):
            drawn = times_drawn([np.arange(len(alone))], draws, rng)
        ac1_low, ac1_high = _interval(ac1_of(counts, weights, alone, drawn), level, False)
    if (low == high and not constant) or ac1_low == ac1_high:
        notes.append(
            "the interval has no width: each draw has the same value, which says nothing about "
            "other sentences"
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


def _interval(values: Array, level: float, undefined: bool) -> tuple[float, float]:
    """Return the percentile interval of the draws, missing if the value is undefined."""
    if undefined or np.isnan(values).all():
        return float("nan"), float("nan")
    low, high = percentile_interval(values, level)
    return float(low), float(high)


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
