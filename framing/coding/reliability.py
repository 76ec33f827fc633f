"""Agreement: how far coders who did not see each other's codes agree."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import (
    InputError,
    check_choice,
    check_objects,
    check_positive,
    check_share,
)
from framing._core.resampling import percentile_interval, rng_for, times_drawn
from framing.coding.codes import Codes

LEVELS = ("nominal", "ordinal", "interval")
AGREEMENT_COLUMNS = (
    "frame", "n", "coders", "prevalence", "percent", "alpha", "alpha_low", "alpha_high",
    "ac1", "ac1_low", "ac1_high", "note",
)  # fmt: skip

Array = NDArray[np.float64]


@check_objects
def agreement(
    codes: Codes, *, level: str = "nominal", draws: int = 2000, seed: int, interval: float = 0.95
) -> pd.DataFrame:
    """Return how far coders agree, frame by frame.

    Parameters
    ----------
    codes : Codes
        By two coders or more; not every sentence needs the codes of all.
    level : {"nominal", "ordinal", "interval"}
        Level of measurement of the codes.
    draws : int
        Bootstrap samples of sentences for the intervals.
    seed : int
        The same seed gives the same intervals.
    interval : float
        Level of the intervals.

    Returns
    -------
    pandas.DataFrame
        A row a frame: ``frame``, ``n`` (sentences with two codes or more), ``coders``,
        ``prevalence`` (mean code), ``percent`` (share of pairs of codes that are the same),
        ``alpha`` (Krippendorff's, at most 1, 0 for chance; .667 is usable and .800 reliable by
        his rule) and ``ac1`` (Gwet's, nominal codes only) with their intervals. Where all codes
        are the same, alpha is missing and ``note`` says that it is undefined.

    Raises
    ------
    InputError
        There is one coder only, or no sentence was coded by two.

    References
    ----------
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of
    Pennsylvania.
    Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of
    high agreement. British Journal of Mathematical and Statistical Psychology 61(1), 29-48.

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
    check_choice("level", level, LEVELS)
    check_positive("draws", draws, whole=True)
    check_share("interval", interval)
    if len(codes.coders) < 2:
        raise InputError(
            f"Agreement takes two coders or more; these codes are by {codes.coders[0]!r} alone. "
            "Read the sheets of all coders together: read_codes([first, second])."
        )
    rows = []
    for frame in codes.frames:
        own = codes.table[codes.table["frame"] == frame]
        per = own.groupby(["doc_id", "sentence"])["code"].transform("size")
        rows.append(_of_frame(frame, own[per >= 2], codes.scale, level, draws, seed, interval))
    table = pd.DataFrame(rows, columns=list(AGREEMENT_COLUMNS))
    if not table["n"].any():
        raise InputError(
            f"No sentence was coded by two of the coders {', '.join(codes.coders)}. Are "
            "doc_id and sentence the same in all sheets?"
        )
    table["frame"] = pd.Categorical(table["frame"], categories=codes.frames)
    return table


def _of_frame(
    frame: str,
    own: pd.DataFrame,
    scale: tuple[float, ...],
    level: str,
    draws: int,
    seed: int,
    interval: float,
) -> tuple[object, ...]:
    none = (np.nan,) * 8
    if own.empty:
        return (frame, 0, 0, *none, "no sentence was coded by two coders")
    counts = _counts(own, scale)
    alpha, note = float("nan"), ""
    constant = (counts.sum(axis=0) > 0).sum() == 1
    if constant:
        note = f"alpha is undefined: every code is {own['code'].iloc[0]:g}"
    else:
        alpha = _alpha(own, level)
    rng = rng_for(seed, f"agreement {frame}")
    weights = times_drawn([np.arange(len(counts))], draws, rng)
    alphas = alpha_of(counts, weights, np.array(scale, dtype=float), level)
    low, high = _interval(alphas, interval, constant)
    undefined = int(np.isnan(alphas).sum())
    if undefined and not constant:
        note = f"{undefined:,} of {draws:,} bootstrap samples without variation left out"
    ac1, ac1_low, ac1_high = (np.nan,) * 3
    if level == "nominal":
        ac1 = float(ac1_of(counts, np.ones((1, len(counts))))[0])
        ac1_low, ac1_high = _interval(ac1_of(counts, weights), interval, False)
    pairs = counts.sum(axis=1)
    percent = float(((counts * (counts - 1)).sum(axis=1) / (pairs * (pairs - 1))).mean())
    found = (own["code"].mean(), percent, alpha, low, high, ac1, ac1_low, ac1_high)
    return (frame, len(counts), own["coder"].nunique(), *found, note)


def _counts(own: pd.DataFrame, scale: tuple[float, ...]) -> Array:
    """Return how often each sentence (row) was given each code of the scale (column)."""
    values = pd.Categorical(own["code"], categories=list(scale))
    sentence = own.groupby(["doc_id", "sentence"], sort=False).ngroup()
    counts: Array = pd.crosstab(sentence, values, dropna=False).to_numpy(dtype=np.float64)
    return counts


def _interval(values: Array, interval: float, undefined: bool) -> tuple[float, float]:
    if undefined or np.isnan(values).all():
        return float("nan"), float("nan")
    low, high = percentile_interval(values, interval)
    return float(low), float(high)


def _alpha(own: pd.DataFrame, level: str) -> float:
    from nltk.metrics.agreement import AnnotationTask
    from nltk.metrics.distance import binary_distance, interval_distance

    names = own["doc_id"].astype(str) + ":" + own["sentence"].astype(str)
    data = list(zip(own["coder"], names, own["code"].tolist(), strict=True))
    if level == "ordinal":
        values, counts = np.unique(own["code"], return_counts=True)
        between = _ordinal(counts[None, :].astype(float))[0]
        place = {value: number for number, value in enumerate(values.tolist())}

        def distance(one: float, other: float) -> float:
            return float(between[place[one], place[other]])

    else:
        distance = binary_distance if level == "nominal" else interval_distance
    return float(AnnotationTask(data=data, distance=distance).alpha())


def _ordinal(totals: Array) -> Array:
    """Return Krippendorff's ordinal distances from how often each value was given, by draw."""
    below = np.cumsum(totals, axis=1)
    middle = below - totals / 2
    distances: Array = (middle[:, :, None] - middle[:, None, :]) ** 2
    return distances


def alpha_of(counts: Array, weights: Array, scale: Array, level: str) -> Array:
    """Return alpha of each draw; ``weights`` (draws, sentences) says how often each was drawn."""
    sizes = counts.sum(axis=1)
    pairs = counts[:, :, None] * counts[:, None, :]
    index = np.arange(len(scale))
    pairs[:, index, index] -= counts
    observed = np.tensordot(weights, pairs / (sizes - 1)[:, None, None], axes=1)
    totals = weights @ counts
    expected = totals[:, :, None] * totals[:, None, :]
    expected[:, index, index] -= totals
    if level == "nominal":
        distance = np.broadcast_to(1.0 - np.eye(len(scale)), expected.shape)
    elif level == "interval":
        distance = np.broadcast_to((scale[:, None] - scale[None, :]) ** 2, expected.shape)
    else:
        distance = _ordinal(totals)
    seen = (observed * distance).sum(axis=(1, 2))
    chance = (expected * distance).sum(axis=(1, 2)) / (totals.sum(axis=1) - 1)
    ratio: Array = np.divide(seen, chance, out=np.full(len(seen), np.nan), where=chance > 0)
    return 1 - ratio


def ac1_of(counts: Array, weights: Array) -> Array:
    """Return Gwet's AC1 of each draw."""
    sizes = counts.sum(axis=1)
    same = (counts * (counts - 1)).sum(axis=1) / (sizes * (sizes - 1))
    n = weights.sum(axis=1)
    seen = weights @ same / n
    share = weights @ (counts / sizes[:, None]) / n[:, None]
    chance = (share * (1 - share)).sum(axis=1) / (counts.shape[1] - 1)
    result: Array = (seen - chance) / (1 - chance)
    return result
