"""Sample plans: how many sentences to code before an interval is as narrow as it has to be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import special

from framing._core.checks import InputError, check_objects, check_share
from framing._core.resampling import rng_for
from framing._core.result import TableResult, instrument_of
from framing._core.statistics import wilson_interval
from framing._core.typing import Array, Rows
from framing.coding.coded_shares import (
    effective_coded,
    explained_share,
    finite_part,
    limits_of_samples,
    linked_from,
)
from framing.coding.codes import Codes
from framing.coding.validation import coded_sentences
from framing.hits.hits import Hits

# Width of the intervals where nobody says another.
WIDTH = 0.1
# What is expected where nobody says anything else.
USUAL = {"precision": 0.7, "missed": 0.05}
# Samples of codes that are drawn to see how wide intervals are.
DRAWS = 400
# An expected share nearer to 0 or 1 counts as this one where sentences are shared out.
SUREST = 0.02


@dataclass(frozen=True, eq=False, repr=False)
class SamplePlan(TableResult):
    """How many sentences to code for an interval of a given width.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per frame: ``frame``, ``sentences`` and ``hits`` (in the corpus; sentences with a
        hit), ``precision`` and ``missed`` (as expected), ``n_precision`` (sentences with a hit to
        code, for the interval of precision), ``n_share`` (sentences to code, for the interval of
        the corrected share of sentences), of which ``with_hit`` and ``without_hit``; ``note``: the
        numbers that nobody measured.
    level : float
        Level of the intervals.
    """

    level: float

    made_by: ClassVar[str] = "plan_sample"
    rows: ClassVar[str] = "frames"
    draw_instead: ClassVar[str] = "Draw the sample with draw_sample."


@check_objects
def plan_sample(
    hits: Hits,
    *,
    precision: float | Mapping[str, float] | None = None,
    missed: float | Mapping[str, float] | None = None,
    codes: Codes | None = None,
    width: float = WIDTH,
    level: float = 0.95,
) -> SamplePlan:
    """Say how many sentences to code for intervals of a given width.

    Returns a SamplePlan: its ``table`` has a row for each frame with the number of sentences to
    code.

    Try it: ``fr.plan_sample(fr.load_study("briefings").hits, width=0.1).table``.

    Parameters
    ----------
    hits : Hits
        The hits in the whole corpus.
    precision : float or mapping
        The share of sentences with a hit that is expected to have the frame; for each frame, or
        one for all. By default it is estimated from ``codes``; without codes it is .7, and
        ``note`` says so. Take .5 to be safe.
    missed : float or mapping
        The share of sentences without a hit that is expected to have the frame. By default it is
        estimated from ``codes``; without codes it is .05, and ``note`` says so.
    codes : Codes, optional
        Codes of a first small sample of the same sentences. Half a sentence is added to each side,
        so that no share is taken for 0 or 1.
    width : float
        Width of the intervals, from the lower to the upper limit: .1 is plus or minus five points.
    level : float
        Level of the intervals.

    Returns
    -------
    SamplePlan
        For precision: the smallest number of sentences with a hit whose score interval (Wilson
        1927) is as narrow; missing where a frame has fewer. For the corrected share of sentences
        with the frame: the smallest number over both kinds of sentence, shared out as Neyman (1934)
        does, at least two of each kind, of which the intervals of `correct` are as narrow on
        average (400 samples of codes with a fixed seed). A single interval may be wider or
        narrower. All sentences at most; where all are coded, nothing is left to estimate.

    Raises
    ------
    InputError
        A share is not between 0 and 1, a frame of a mapping is not in the hits, or the codes are of
        other sentences.

    References
    ----------
    Neyman, J. (1934). On the two different aspects of the representative method. Journal of the
    Royal Statistical Society 97(4), 558-625.
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22(158), 209-212.

    Examples
    --------
    >>> import framing as fr
    >>> hits = fr.load_study("briefings").hits
    >>> plan = fr.plan_sample(hits, precision=.8, width=.1)
    >>> plan["n_precision"].iloc[0]
    np.int64(245)
    """
    check_share("width", width)
    check_share("level", level)
    of_codes = _from_codes(hits, codes) if codes is not None else {}
    expected, assumed = {}, {}
    for name, value in (("precision", precision), ("missed", missed)):
        usual = dict.fromkeys(hits.frames, USUAL[name]) | of_codes.get(name, {})
        expected[name] = _by_frame(name, usual if value is None else value, hits.frames)
        unknown = set(hits.frames) - set(of_codes.get(name, {}))
        assumed[name] = unknown if value is None else set()
    present = hits.presence()
    n = len(present)
    rows = []
    for number, frame in enumerate(hits.frames):
        with_hit = int(present[:, number].sum())
        right, wrong = expected["precision"][frame], expected["missed"][frame]
        needed = _of_precision(right, width, level)
        sizes = np.array([with_hit, n - with_hit])
        share = _of_share(sizes, np.array([right, wrong]), width, level)
        rows.append(
            {
                "frame": frame, "sentences": n, "hits": with_hit, "precision": right,
                "missed": wrong, "n_precision": needed if needed <= with_hit else pd.NA,
                "n_share": int(share.sum()), "with_hit": int(share[0]),
                "without_hit": int(share[1]), "note": _note(frame, assumed),
            }
        )  # fmt: skip
    table = pd.DataFrame(rows).astype({"n_precision": "Int64"})
    settings = {"width": width, **instrument_of(hits)}
    return SamplePlan(table, level, settings=settings)


def _from_codes(hits: Hits, codes: Codes) -> dict[str, dict[str, float]]:
    """Return the precision and the share missed of each frame, where codes tell them."""
    table = coded_sentences(hits, codes)
    found: dict[str, dict[str, float]] = {"precision": {}, "missed": {}}
    for frame, of_frame in table.groupby("frame", observed=True):
        for name, rows in zip(
            found, (of_frame[of_frame["hit"]], of_frame[~of_frame["hit"]]), strict=True
        ):
            if len(rows):
                found[name][str(frame)] = (float(rows["coded"].sum()) + 0.5) / (len(rows) + 1)
    return found


def _note(frame: str, assumed: Mapping[str, set[str]]) -> str:
    """Return which numbers of a frame are assumed."""
    names = [f"{name} {USUAL[name]:g}" for name in USUAL if frame in assumed[name]]
    if not names:
        return ""
    return f"{' and '.join(names)} assumed; code a first sample and give codes= to estimate"


def _by_frame(name: str, value: float | Mapping[str, float], frames: list[str]) -> dict[str, float]:
    """Return the expected share of each frame."""
    given = dict(value) if isinstance(value, Mapping) else dict.fromkeys(frames, value)
    if set(given) != set(frames):
        raise InputError(
            f"{name}: give one number for all frames or one for each of {', '.join(frames)}; "
            f"given: {', '.join(map(str, given))}."
        )
    for share in given.values():
        if not 0 <= share <= 1:
            raise InputError(f"{name}={share} is not a share. Give numbers from 0 to 1.")
    return {frame: float(given[frame]) for frame in frames}


def _of_precision(share: float, width: float, level: float) -> int:
    """Return the smallest n whose score interval around ``share`` is at most so wide."""
    low, high = 1, 1
    while _width(share, high, level) > width:
        low, high = high, high * 2
    while low < high:
        middle = (low + high) // 2
        if _width(share, middle, level) > width:
            low = middle + 1
        else:
            high = middle
    return high


def _width(share: float, n: int, level: float) -> float:
    """Return the width of the score interval."""
    _, low, high = wilson_interval(share * n, n, level)
    return high - low


def _of_share(sizes: Rows, expected: Array, width: float, level: float) -> Rows:
    """Return how many sentences with and without a hit to code, for the share of the frame."""
    low, high = 2, int(sizes.sum())
    while low < high:
        middle = (low + high) // 2
        if _mean_width(_shared_out(middle, sizes, expected), sizes, expected, level) > width:
            low = middle + 1
        else:
            high = middle
    return _shared_out(high, sizes, expected)


def _shared_out(n: int, sizes: Rows, expected: Array) -> Rows:
    """Return how many of n sentences each kind gives (Neyman 1934), at least two of each."""
    # No share is so sure that nobody has to look.
    share = np.clip(expected, SUREST, 1 - SUREST)
    weight = sizes * np.sqrt(share * (1 - share))
    shares: Rows = np.ceil(n * weight / max(float(weight.sum()), 1e-12)).astype(np.int64)
    return np.minimum(np.maximum(shares, 2), sizes)


def _mean_width(coded: Rows, sizes: Rows, expected: Array, level: float) -> float:
    """Return the mean width of the intervals that `correct` gives for so many coded sentences.

    It is that of samples in equal steps of the numbers of cases, which are combined at random, the
    same for each n.
    """
    rng = rng_for(0, "plan_sample")
    cases = np.zeros((DRAWS, 2))
    for kind, n in enumerate(coded):
        steps = special.bdtr(np.arange(n + 1), n, expected[kind])
        cases[:, kind] = np.searchsorted(steps, rng.permutation(np.arange(DRAWS) + 0.5) / DRAWS)
    read = coded > 0
    n, size, cases = coded[read].astype(float), sizes[read].astype(float), cases[:, read]
    many, few = np.array([finite_part(float(part)) for part in n / size]).T * size**2 / n
    share, part, tail = cases / n, size / size.sum(), (1 - level) / 2
    inside = share * (1 - share) * many * n / np.maximum(n - 1, 1)
    fewer = np.minimum(cases, n - cases)
    worth = effective_coded(share, fewer, size, many, few, inside)
    low, high = limits_of_samples(share, worth, part, tail)
    apart = high - low
    # Where hits and codes are not linked, the codes alone give the interval.
    weighted, whole = share * size, np.ones((DRAWS, 1))
    total = weighted.sum(axis=1, keepdims=True) / size.sum()
    worth = effective_coded(
        total, fewer.sum(axis=1, keepdims=True), whole * size.sum(), whole * many.sum(),
        whole * few.sum(), inside.sum(axis=1, keepdims=True),
    )  # fmt: skip
    low, high = limits_of_samples(total, worth, np.ones(1), tail)
    alone = high - low
    link = explained_share(weighted, np.broadcast_to(size, share.shape), weighted.sum(axis=1))
    effective = size.sum() ** 2 / (size**2 / n).sum()
    used = (effective * link > linked_from(int(read.sum()))) & (apart <= alone + 1e-12)
    return float(np.where(used, apart, alone).mean())
