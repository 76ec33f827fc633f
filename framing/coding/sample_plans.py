"""Sample plans: how many sentences to code before an interval is as narrow as it has to be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from framing._core.checks import InputError, check_objects, check_share
from framing._core.result import TableResult, instrument_of
from framing._core.statistics import normal_width, wilson_interval
from framing.coding.codes import Codes
from framing.coding.validation import coded_sentences
from framing.hits.hits import Hits

# Width of the intervals where nobody says another.
WIDTH = 0.1
# What is expected where nobody says anything else.
USUAL = {"precision": 0.7, "missed": 0.05}


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
        does: at least two of each kind, and where an expected share is 0 or 1, as many as show
        this. All sentences at most; where all are coded, nothing is left to estimate.

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
        share = np.array(_of_share(np.array([with_hit, n - with_hit]), right, wrong, width, level))
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


def _of_share(
    sizes: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    right: float,
    wrong: float,
    width: float,
    level: float,
) -> list[int]:
    """Return how many sentences with and without a hit to code, for the share of the frame."""
    spread = np.sqrt(np.array([right * (1 - right), wrong * (1 - wrong)]))
    part = sizes / sizes.sum()
    variance = (width / 2 / normal_width(level)) ** 2
    # With a correction for a corpus that is not endless (Neyman 1934).
    total = (part * spread).sum() ** 2 / (variance + (part * spread**2).sum() / sizes.sum())
    shares = np.ceil(part * spread / max((part * spread).sum(), 1e-12) * total)
    for place, expected in enumerate((right, wrong)):
        if part[place] > 0 and spread[place] == 0:
            # No error is expected; that there is none is for the codes to show.
            shares[place] = _of_precision(expected, min(width / part[place], 1.0), level)
    # An interval needs two sentences of each kind.
    return [int(min(max(share, 2), size)) for share, size in zip(shares, sizes, strict=True)]
