"""Resemblance: whether documents that share a value, such as an author, are more alike than chance.

Intervals take documents as independent. Where those of one author, story or week resemble each
other, they are too narrow, and ``cluster=`` mends that. Whether it is needed shows in the
documents themselves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from framing._core.resampling import rng_for
from framing._core.statistics import pair_correlation, pair_statistic, sum_effect
from framing._core.typing import Array, Mask, Rows
from framing.scores.groups import FEWEST_VALUES, NOT_CLUSTERS
from framing.scores.periods import TOO_COARSE

# A note is given where chance shows as much resemblance in at most this share of corpora.
ALPHA = 0.05
# ... and where documents vary so many times as much as intervals take them to: 5% of their width.
LEAST_EFFECT = 1.1
# Permutations: fewer where there are many documents, so that they have so many numbers at most.
PERMUTATIONS, FEWEST_PERMUTATIONS, NUMBERS = 199, 39, 2_000_000
# Where there are too many documents to permute them: so many standard errors.
MANY_ERRORS = 4.0
# A statistic below this is one of chance, whatever permutations say.
LITTLE = 1.5
PERIODS = ("day", "week", "month")


@dataclass(frozen=True)
class Resemblance:
    """What documents that share a value of ``key`` have in common.

    ``key`` is a column of the documents or a period of their date, as ``cluster=`` takes it.
    ``frame`` is the number of the frame in which they resemble each other most. ``icc`` is their
    intraclass correlation, at most 1: 0 where they are no more alike than others. ``groups`` are
    the groups that have several documents of one value. ``others`` are what is found in other
    frames beyond chance, each by the column that shows most in it.
    """

    key: str
    frame: int
    icc: float
    groups: Mask
    others: tuple["Resemblance", ...] = ()

    def of_frame(self, frame: int | None) -> "Resemblance":
        """Return what is found in a frame, or else what is found in the one that shows most."""
        return next((other for other in self.others if other.frame == frame), self)


@dataclass(frozen=True)
class _Key:
    """A column or period with values that several documents of a group share.

    ``code`` is the number of the pair of group and value of each document, ``groups`` says which
    groups have enough values.
    """

    name: str
    code: Rows
    groups: Mask


def find_resemblance(
    documents: pd.DataFrame, group: Rows, numerators: Array, denominators: Array, groups: int
) -> Resemblance | None:
    """Return by which column documents resemble each other most, None if they do not.

    The residual of a document is its numerator minus what the ratio of its group leads to expect,
    divided by the root of its denominator (Pearson). See `find_alike`.

    Parameters
    ----------
    documents : DataFrame
        A row for each document, with its columns.
    group : array of int, shape (n,)
        The group of each document, such as its outlet. Only documents of one group are compared.
    numerators, denominators : array, shapes (n, frames) and (n,)
        Sums of each document.
    groups : int
        The number of groups.
    """
    filled = denominators > 0
    if not filled.all():
        documents, group = documents[filled], group[filled]
        numerators, denominators = numerators[filled], denominators[filled]
    total = np.maximum(np.bincount(group, denominators, groups), 1e-300)
    number = np.maximum(np.bincount(group, minlength=groups), 1)
    plain, scaled = np.empty(numerators.shape), np.empty(numerators.shape)
    for frame, values in enumerate(numerators.T):
        rate = np.bincount(group, values, groups) / total
        plain[:, frame] = values - rate[group] * denominators
        each = plain[:, frame] / np.sqrt(denominators)
        scaled[:, frame] = each - (np.bincount(group, each, groups) / number)[group]
    return find_alike(documents, group, plain, scaled, groups)


def find_alike(
    documents: pd.DataFrame, group: Rows, plain: Array, scaled: Array, groups: int
) -> Resemblance | None:
    """Return by which column residuals resemble each other most, None if they do not.

    The statistic of a column and frame is the sum of the products of the residuals of all pairs of
    documents of a group that share a value, divided by the root of the sum of the squares of these
    products: its standard error if documents are independent. It is compared with the largest
    statistic of all columns and frames where the documents of each group are permuted (Westfall and
    Young 1993). So a note comes in at most 5% of corpora of independent documents, however many
    columns there are. Studentising keeps that where documents vary unequally (Janssen 1997). Of too
    many documents to permute them it takes four standard errors. A column must have four values in
    a group, and raise the variance of sums by a tenth (their design effect, Kish 1965).

    Parameters
    ----------
    documents, group, groups
        As in `find_resemblance`.
    plain : array, shape (n, frames)
        Residuals whose sum is what varies: they give the design effect.
    scaled : array, shape (n, frames)
        Residuals of equal variance around 0: they are tested.

    References
    ----------
    Janssen, A. (1997). Studentized permutation tests for non-i.i.d. hypotheses and the
    generalized Behrens-Fisher problem. Statistics and Probability Letters 36(1), 9-21.
    doi:10.1016/S0167-7152(97)00043-6
    Kish, L. (1965). Survey sampling. Wiley.
    Westfall, P. H. and Young, S. S. (1993). Resampling-based multiple testing. Wiley.
    """
    frames = np.flatnonzero((plain**2).sum(axis=0) > 0)
    if len(documents) < 2 * FEWEST_VALUES or not len(frames):
        return None
    keys = list(_keys(documents, group, groups))
    if not keys:
        return None
    seen = np.array(
        [[pair_statistic(key.code, scaled[:, frame]) for frame in frames] for key in keys]
    )
    effects = [[sum_effect(key.code, plain[:, frame]) for frame in frames] for key in keys]
    seen = np.where(np.array(effects) >= LEAST_EFFECT, seen, -np.inf)
    if float(seen.max()) < LITTLE:
        return None
    chance = _largest_by_chance(keys, group, scaled[:, frames])
    found = []
    for column in np.argsort(-seen.max(axis=0), kind="stable").tolist():
        row = int(seen[:, column].argmax())
        if seen[row, column] < LITTLE or not _is_beyond(float(seen[row, column]), chance):
            break
        key, frame = keys[row], int(frames[column])
        icc = pair_correlation(key.code, scaled[:, frame])
        found.append(Resemblance(key.name, frame, icc, key.groups))
    return replace(found[0], others=tuple(found[1:])) if found else None


def resemblance_note(found: Resemblance, frames: Sequence[str], frame: str) -> str:
    """Return what documents have in common, as seen in a frame or in another one, in words.

    ``frames`` are those that were looked at; ``frame`` need not be one of them.
    """
    number = frames.index(frame) if frame in frames else None
    own = found if number is None else found.of_frame(number)
    size = f"intraclass correlation {own.icc:.2f}"
    begin = f"documents of the same {own.key} resemble each other"
    seen = f"{begin} ({frame}: {size})"
    if own.frame != number:
        other = "" if number is None else f", not beyond chance in {frame}"
        seen = f"{begin} in {frames[own.frame]} ({size}){other}"
    return f"{seen}, and the interval takes them as independent: cluster={own.key!r} allows for it"


def _keys(documents: pd.DataFrame, group: Rows, groups: int) -> Iterator[_Key]:
    """Yield the columns and periods that several documents of one group share, each once."""
    known: set[bytes] = set()
    for name, code in _columns(documents):
        # Documents without a value are alone.
        distinct, every = int(code.max(initial=-1)) + 1, np.arange(len(code))
        code = np.where(code < 0, distinct + every, code)
        pair = pd.factorize(group * np.int64(distinct + len(code)) + code)[0]
        size = np.bincount(pair)
        of_group = np.empty(len(size), dtype=np.int64)
        of_group[pair] = group
        enough = np.bincount(of_group, minlength=groups) >= FEWEST_VALUES
        enough &= np.bincount(of_group, size > 1, groups) > 0
        if not enough.any():
            continue
        # Groups of few values have no pairs: each of their documents is alone.
        alone = ~enough[group]
        pair = pd.factorize(np.where(alone, len(size) + every, pair))[0].astype(np.int64)
        if (mark := pair.tobytes()) not in known:
            known.add(mark)
            yield _Key(name, pair, enough)


def _columns(documents: pd.DataFrame) -> Iterator[tuple[str, Rows]]:
    """Yield the numbers of the values of columns that can name a cluster, and of periods."""
    for column in documents:
        values = documents[column]
        measured = pd.api.types.is_float_dtype(values)
        measured |= pd.api.types.is_datetime64_any_dtype(values)
        if not measured and str(column) not in NOT_CLUSTERS:
            yield str(column), pd.factorize(values)[0].astype(np.int64)
    if "date" not in documents or not pd.api.types.is_datetime64_any_dtype(documents["date"]):
        return
    dates = documents["date"]
    for period in PERIODS:
        if period in documents:
            continue
        known = dates.notna().to_numpy()
        if "date_precision" in documents:
            known = known & ~documents["date_precision"].isin(TOO_COARSE[period]).to_numpy()
        unit = "datetime64[M]" if period == "month" else "datetime64[D]"
        number = dates.to_numpy().astype(unit).astype(np.int64)
        if period == "week":
            # 1970 began on a Thursday, and weeks begin on Monday.
            number = (number + 3) // 7
        yield period, np.where(known, pd.factorize(number)[0], -1).astype(np.int64)


def _is_beyond(statistic: float, chance: Array | None) -> bool:
    """Return whether at most 5% of permutations show as much; without any, by standard errors."""
    if chance is None:
        return statistic >= MANY_ERRORS
    p = (1 + int((chance >= statistic * (1 - 1e-9)).sum())) / (1 + len(chance))
    return bool(p <= ALPHA)


def _largest_by_chance(keys: list[_Key], group: Rows, residuals: Array) -> Array | None:
    """Return the largest statistic of each permutation; None of too many documents to permute."""
    n, frames = residuals.shape
    permutations = min(PERMUTATIONS, NUMBERS // (n * frames * len(keys)))
    if permutations < FEWEST_PERMUTATIONS:
        return None
    rng = rng_for(0, "resemblance")
    # Permutations follow each other, in the order of the groups.
    drawn = np.argsort(group + rng.random((permutations, n)), axis=1)
    order = np.argsort(group, kind="stable")
    shuffled = np.empty_like(drawn)
    shuffled[:, order] = drawn
    as_large = np.full(permutations, -np.inf)
    for key in keys:
        size = int(key.code.max()) + 1
        code = (key.code + size * np.arange(permutations)[:, None]).ravel()
        for values in residuals.T:
            flat = values[shuffled].ravel()
            squares = flat**2
            sums = [
                np.bincount(code, each, size * permutations).reshape(permutations, size)
                for each in (flat, squares, squares**2)
            ]
            pairs = (sums[0] ** 2 - sums[1]).sum(axis=1)
            error = np.sqrt(np.maximum(2 * (sums[1] ** 2 - sums[2]).sum(axis=1), 1e-300))
            as_large = np.maximum(as_large, pairs / error)
    return as_large
