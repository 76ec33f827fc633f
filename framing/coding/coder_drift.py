"""Drift: whether a coder codes the same sentences otherwise than before."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from framing._core.checks import InputError, check_objects, check_share, listing
from framing._core.result import Result
from framing._core.statistics import wilson_interval
from framing.coding.codes import Codes
from framing.coding.reliability import alpha_of

DRIFT_COLUMNS = (
    "frame", "n", "same", "same_low", "same_high", "alpha", "before", "after", "appeared",
    "vanished", "p", "level",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Drift(Result):
    """How codes of the same sentences differ between two occasions.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per frame: ``frame``, ``n``, ``same`` with ``same_low`` and ``same_high``,
        ``alpha``, ``before``, ``after``, ``appeared``, ``vanished``, ``p``, ``level``; see
        `drift`.
    level : float
        Level of the intervals.
    left_out : pandas.DataFrame
        Sentences and frames that have a code on one occasion only.
    """

    table: pd.DataFrame
    level: float

    computed_by: ClassVar[tuple[str, ...]] = ("scipy",)

    def __repr__(self) -> str:
        shares = ", ".join(
            f"{frame} {same:.2f}" for frame, same in self.table[["frame", "same"]].to_numpy()
        )
        return f"<Drift in {self.table['n'].max():,} sentences: same codes {shares}>"


@check_objects
def drift(before: Codes, after: Codes, *, level: float = 0.95) -> Drift:
    """Compare the codes of the same sentences by the same coder on two occasions.

    Returns a Drift: its ``table`` has a row for each frame with the share of equal codes
    (``same``), alpha, the share with the frame before and after, and p.

    A hosted model can change under the same name. Have it code the same 50 sentences at the
    beginning and at the end of a study, with ``occasion="end"`` in `code_with_model` the second
    time, so that the cache is not read.

    Parameters
    ----------
    before, after : Codes
        Codes of 0 and 1 by one coder each, of the same frames.
    level : float
        Level of the intervals.

    Returns
    -------
    Drift
        Its ``table`` has one row per frame: ``n`` (sentences with a code on both occasions),
        ``same`` (share of equal codes, 0 to 1, with its score interval), ``alpha``
        (Krippendorff's, of both occasions; missing if all codes are the same), ``before`` and
        ``after`` (share of sentences with the frame), ``appeared`` and ``vanished`` (sentences
        with the frame on the second, or the first, occasion only) and ``p``, of the exact test
        that the share has stayed (McNemar 1947); 1 if no code differs. It is not adjusted.

    Raises
    ------
    InputError
        There are several coders on an occasion, the frames differ, codes are not 0 and 1, or no
        sentence has a code on both occasions.

    References
    ----------
    McNemar, Q. (1947). Note on the sampling error of the difference between correlated
    proportions or percentages. Psychometrika 12(2), 153-157. doi:10.1007/BF02295996

    Examples
    --------
    >>> import pandas as pd
    >>> import framing as fr
    >>> rows = pd.DataFrame({"doc_id": "a", "sentence": range(1, 7), "peace": [1, 1, 1, 0, 0, 0]})
    >>> before = fr.make_codes(rows, coder="model")
    >>> after = fr.make_codes(rows.assign(peace=[1, 0, 0, 0, 0, 0]), coder="model, later")
    >>> fr.coding.drift(before, after).table[["same", "before", "after", "vanished", "p"]].round(2)
       same  before  after  vanished    p
    0  0.67     0.5   0.17         2  0.5
    """
    check_share("level", level)
    for name, codes in (("before", before), ("after", after)):
        if len(codes.coders) != 1 or set(codes.scale) != {0, 1}:
            raise InputError(
                f"{name} has the coders {listing(codes.coders, 5)} and the scale "
                f"{listing(codes.scale)}. Give codes of 0 and 1 by one coder for each occasion: "
                'make_codes(codes.table[codes.table["coder"] == "…"]).'
            )
    if before.unit != after.unit:
        raise InputError(
            f"The first codes are of {before.unit}s, the second of {after.unit}s. Give codes by "
            "the "
            "same codebook."
        )
    if set(before.frames) != set(after.frames):
        raise InputError(
            f"The frames differ: {listing(before.frames)} before, {listing(after.frames)} after. "
            "Give codes by the same codebook."
        )
    keys = ["doc_id", "sentence", "frame"]
    pair = [
        codes.table[[*keys, "code"]].astype({"frame": "str"}).rename(columns={"code": name})
        for name, codes in (("before", before), ("after", after))
    ]
    both = pair[0].merge(pair[1], on=keys, how="outer")
    complete = both[["before", "after"]].notna().all(axis=1)
    if not complete.any():
        raise InputError(
            "No sentence has a code on both occasions. Give codes of the same sentences."
        )
    rows = [
        (frame, *_row(both[complete & (both["frame"] == frame)], level), level)
        for frame in before.frames
    ]
    table = pd.DataFrame(rows, columns=list(DRIFT_COLUMNS))
    table["frame"] = pd.Categorical(table["frame"], categories=before.frames)
    once = both[~complete]
    missing = np.where(once["before"].isna(), "no code before", "no code after")
    return Drift(
        table, level,
        settings={"before": before.coders[0], "after": after.coders[0]},
        left_out=once[keys].assign(reason=missing).reset_index(drop=True),
    )  # fmt: skip


def _row(codes: pd.DataFrame, level: float) -> tuple[object, ...]:
    """Return the columns of one frame, from ``n`` to ``p``."""
    first, second = codes["before"].to_numpy() == 1, codes["after"].to_numpy() == 1
    n = len(codes)
    if not n:
        return (0, *[np.nan] * 6, 0, 0, np.nan)
    same, low, high = wilson_interval(float((first == second).sum()), n, level)
    ones = first.astype(float) + second
    counts = np.column_stack([2 - ones, ones])
    alpha = float(alpha_of(counts, np.ones((1, n)), np.array([0.0, 1.0]), "nominal")[0])
    appeared, vanished = int((second & ~first).sum()), int((first & ~second).sum())
    changed = appeared + vanished
    p = float(stats.binomtest(appeared, changed).pvalue) if changed else 1.0
    return n, same, low, high, alpha, first.mean(), second.mean(), appeared, vanished, p
