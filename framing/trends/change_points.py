"""Change points: when a course changes its level, where no date was named beforehand."""

import itertools
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import (
    InputError,
    check_made_by,
    check_objects,
    check_positive,
    check_seed,
    check_share,
)
from framing._core.resampling import rng_for, totals_drawn
from framing._core.result import Result
from framing._core.statistics import adjust
from framing.trends.series import Series, interval_of
from framing.trends.trends import Trend

Array = NDArray[np.float64]
Rows = NDArray[np.int64]

# Ends of stretches that a test looks at: beyond so many periods it looks at some of them.
MOST_ENDS = 150
# Cells of a batch of permutations: 2 million are 16 MB.
BATCH = 2_000_000


# Periods with text below which no change is looked for.
FEWEST = 8
_COLUMNS = (
    "frame", "change", "date", "low", "high", "p", "found", "before", "before_low",
    "before_high", "after", "after_low", "after_high", "n_before", "n_after", "gap",
)  # fmt: skip


@dataclass(frozen=True)
class Weighted:
    """Values of periods in their order, with weights inversely proportional to their variances."""

    heights: Array
    weights: Array

    def __len__(self) -> int:
        return len(self.heights)

    def between(self, begin: int, end: int) -> "Weighted":
        return Weighted(self.heights[begin:end], self.weights[begin:end])


def costs(series: Weighted) -> Array:
    """Return for each begin and end the weighted sum of squares around the mean between them."""
    w = np.concatenate([[0.0], np.cumsum(series.weights)])
    wy = np.concatenate([[0.0], np.cumsum(series.weights * series.heights)])
    wyy = np.concatenate([[0.0], np.cumsum(series.weights * series.heights**2)])
    weight = w[None, :] - w[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = wyy[None, :] - wyy[:, None] - (wy[None, :] - wy[:, None]) ** 2 / weight
    cost: Array = np.where(weight > 0, np.maximum(found, 0.0), 0.0)
    return cost


def segmentations(series: Weighted, most: int, least: int) -> list[tuple[list[int], float]]:
    """Return for 0, 1 … ``most`` changes the best places and what is left of the squares.

    By dynamic programming (ruptures), no segment shorter than ``least`` periods.
    """
    # Takes a second to load, which most uses of the package can do without.
    from ruptures import Dynp
    from ruptures.base import BaseCost

    table = costs(series)

    class Cost(BaseCost):  # type: ignore[misc]
        model = "weighted"
        min_size = least

        def fit(self, signal: Array) -> Any:
            self.signal = signal
            return self

        def error(self, start: int, end: int) -> float:
            return float(table[start, end])

    n = len(series)
    found: list[tuple[list[int], float]] = [([], float(table[0, n]))]
    search = Dynp(custom_cost=Cost(), min_size=least, jump=1).fit(series.heights[:, None])
    for count in range(1, min(most, n // least - 1) + 1):
        ends = [0, *search.predict(n_bkps=count)]
        left = sum(table[a, b] for a, b in itertools.pairwise(ends))
        found.append(([int(end) for end in ends[1:-1]], float(left)))
    return found


def criterion(n: int, left: float, changes: int) -> float:
    """Return the Bayesian information criterion, each change counted as two parameters."""
    return n * float(np.log(max(left, 1e-300) / n)) + 2 * changes * float(np.log(n))


def gains(values: Array, weights: Array) -> Array:
    """Return what a split before each place but the first explains: shape (draws, n - 1).

    ``values`` and ``weights`` have the shape (draws, n).
    """
    w = np.cumsum(weights, axis=1)
    wy = np.cumsum(weights * values, axis=1)
    below, total = w[:, :-1], w[:, -1:]
    away = wy[:, :-1] - wy[:, -1:] * below / total
    gain: Array = away**2 * total / (below * (total - below))
    return gain


def largest_gain(values: Array, weights: Array, least: int) -> tuple[Rows, Array]:
    """Return for each draw where the best split is, and what it explains."""
    n = values.shape[1]
    found = gains(values, weights)[:, least - 1 : n - least]
    best = found.argmax(axis=1)
    return best + least, found[np.arange(len(found)), best]


def permuted(n: int, block: int, draws: int, rng: np.random.Generator) -> Rows:
    """Return orders of the periods in which blocks of neighbours stay together: (draws, n).

    The first block of each order begins at random, so that no place is always a border.
    """
    orders = np.empty((draws, n), dtype=np.int64)
    for row in range(draws):
        first = int(rng.integers(1, block + 1))
        borders = np.unique([0, *range(first, n, block), n])
        pieces = [np.arange(a, b) for a, b in itertools.pairwise(borders)]
        orders[row] = np.concatenate([pieces[piece] for piece in rng.permutation(len(pieces))])
    return orders


def permutation_p(
    series: Weighted, least: int, block: int, draws: int, rng: np.random.Generator
) -> float:
    """Return how often a split explains as much when the periods are put in another order."""
    n = len(series)
    seen = largest_gain(series.heights[None], series.weights[None], least)[1][0]
    orders = permuted(n, block, draws, rng)
    as_large = 0
    size = max(1, BATCH // n)
    for begin in range(0, draws, size):
        order = orders[begin : begin + size]
        found = largest_gain(series.heights[order], series.weights[order], least)[1]
        as_large += int((found >= seen * (1 - 1e-9)).sum())
    return (1 + as_large) / (1 + draws)


def largest_stretch(heights: Array, weights: Array) -> Array:
    """Return what the best stretch explains that differs from what lies on both its sides.

    It takes a quarter of the periods at least, and leaves as many: short ones are found in chance.
    """
    n = heights.shape[1]
    ends = np.unique(np.linspace(0, n, min(n, MOST_ENDS) + 1).round().astype(int))
    begin, end = (ends[one] for one in np.triu_indices(len(ends), 1))
    length = end - begin
    kept = (length >= n / 4) & (n - length >= n / 4) & (begin > 0) & (end < n)
    begin, end = begin[kept], end[kept]
    none = np.zeros((len(heights), 1))
    w = np.concatenate([none, np.cumsum(weights, axis=1)], axis=1)
    wy = np.concatenate([none, np.cumsum(weights * heights, axis=1)], axis=1)
    inner, total = w[:, end] - w[:, begin], w[:, -1:]
    away = wy[:, end] - wy[:, begin] - wy[:, -1:] * inner / total
    found: Array = (away**2 * total / (inner * (total - inner))).max(axis=1)
    return found


def any_change_p(
    series: Weighted, least: int, block: int, draws: int, rng: np.random.Generator
) -> float:
    """Return the p-value that there is any change: a split, or a stretch between two of them.

    It is twice the smaller of two permutation p-values, as two are looked at.
    """
    p = permutation_p(series, least, block, draws, rng)
    seen = largest_stretch(series.heights[None], series.weights[None])[0]
    orders = permuted(len(series), block, draws, rng)
    as_large = 0
    size = max(1, BATCH // min(len(series), MOST_ENDS) ** 2)
    for begin in range(0, draws, size):
        order = orders[begin : begin + size]
        found = largest_stretch(series.heights[order], series.weights[order])
        as_large += int((found >= seen * (1 - 1e-9)).sum())
    return min(1.0, 2 * min(p, (1 + as_large) / (1 + draws)))


def lag_one(series: Weighted, places: list[int]) -> float:
    """Return the correlation of neighbouring periods, once the changes are taken out."""
    ends = [0, *places, len(series)]
    left = series.heights.copy()
    for a, b in itertools.pairwise(ends):
        left[a:b] -= np.average(series.heights[a:b], weights=series.weights[a:b])
    left *= np.sqrt(series.weights)
    squares = float((left**2).sum())
    return float((left[:-1] * left[1:]).sum() / squares) if squares > 0 else 0.0


@dataclass(frozen=True, eq=False)
class ChangePoints(Result):
    """Changes of level that were found.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a change: (``group``,) ``frame``, ``change`` (1, 2 … in time), ``date`` (first day
        of the first period after it), ``low`` and ``high`` (dates: the interval of its place),
        ``p`` (of this split, between its neighbours), ``found`` (share of bootstrap samples in
        which it is found within a period of its place, 0 to 1), ``before`` and ``after`` with
        ``_low`` and ``_high`` (values from the change before to the one after, in the unit of the
        scores), ``n_before`` and ``n_after`` (documents or clusters), ``gap`` (periods without
        text just before the date: the change may lie anywhere in them).
    tests : pandas.DataFrame
        One row a (group and) frame: ``periods`` with text, ``p`` that there is any change, and
        ``p_adjusted`` (Holm, over the rows), ``proposed`` (changes by the criterion alone),
        ``kept``, ``block`` (periods that are permuted together), ``lag_one`` (correlation of
        neighbouring periods once the changes are taken out, −1 to 1), ``reason`` where nothing
        could be looked for.
    level : float
    settings : dict

    See Also
    --------
    find_change_points, plot_trend
    """

    table: pd.DataFrame
    tests: pd.DataFrame
    level: float

    draw_instead: ClassVar[str] = "plot_trend(trend, change=changes) draws them on the course."
    computed_by: ClassVar[tuple[str, ...]] = (
        "scipy",
        "ruptures",
    )

    def __repr__(self) -> str:
        every = self.settings["every"]
        return (
            f"<ChangePoints: {len(self)} in {len(self.tests)} series by {every}, "
            f"alpha {self.settings['alpha']:g}, {self.level:.0%} intervals>"
        )

    def _rows(self) -> pd.DataFrame:
        return self.table if len(self) else self.tests


@check_objects
def find_change_points(
    trend: Trend,
    *,
    seed: int,
    most: int = 5,
    least: int = 3,
    alpha: float = 0.05,
    block: int | None = None,
    permutations: int = 999,
    draws: int = 500,
) -> ChangePoints:
    """Find when the level of a frame changed.

    Parameters
    ----------
    trend : Trend
        By week or month, say; at least 8 periods with text.
    seed : int
        The same seed gives the same p-values and intervals.
    most : int
        Changes to look for in a series.
    least : int
        Periods with text that a stretch between two changes must have.
    alpha : float
        A change is kept where its p is not above this, and that of the whole series (adjusted for
        the number of series) is not either.
    block : int, optional
        Neighbouring periods that are permuted together; the cube root of their number by
        default. With 1 neighbours are taken to be independent, which finds more, and finds it in
        series of long moods too.
    permutations : int
        Permutations behind each p-value. The more there are, the smaller p can become. 999 by
        default: each series, and each stretch between changes, is tested with its permutations.
    draws : int
        Bootstrap samples of documents within each period, for the interval of the place. 500 by
        default: in each the place of every change is looked for anew.

    Returns
    -------
    ChangePoints
        Rates and counts are put on the scale of their square root and shares on that of its
        arcsine, where spread does not grow with level (Anscombe 1948), weighted by exposure;
        periods without text are left out. For each number of changes the places are those that
        leave the least squares (dynamic programming); the number is that with the least
        n log(squares / n) + 2 k log n for k changes. Since that finds changes in chance too, it
        is tested whether any split, or any stretch of a quarter of the periods and more, explains
        more than when blocks of periods are put in another order; then each split between its
        neighbours. Where one fails (Holm, over the splits) the number is lowered and all are
        placed anew.

        Where neighbouring periods are alike for long, the test calls changes too often: look at
        ``lag_one``. A slow drift is a change of level to this method; see the smooth course.
        The interval of the place comes from the documents of each period; it does not know of
        what documents of a period have in common.

    Raises
    ------
    InputError
        No series has 8 periods with text, or an argument is out of range.

    References
    ----------
    Anscombe, F. J. (1948). The transformation of Poisson, binomial and negative-binomial data.
    Biometrika 35(3-4), 246-254. doi:10.1093/biomet/35.3-4.246

    Truong, C., Oudre, L. and Vayatis, N. (2020). Selective review of offline change point
    detection methods. Signal Processing 167, 107299. doi:10.1016/j.sigpro.2019.107299

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["A truce is near.", "No news at all."] * 10 + ["A truce, a truce."] * 20
    >>> days = [f"2025-{month:02}-{day:02}" for month in range(1, 11) for day in (3, 9, 15, 21)]
    >>> hits = fr.find_hits(fr.make_corpus(texts, date=days), fr.make_lexicon({"p": ["truce"]}))
    >>> course = fr.trend(fr.score(hits), every="month", seed=1, draws=100)
    >>> fr.find_change_points(course, seed=1, block=1).table[["date", "before", "after"]]
            date  before  after
    0 2025-06-01   125.0  500.0
    """
    check_made_by("trend", trend, Trend, "trend(scores, seed=1)")
    _check(seed, most, least, alpha, block, permutations, draws)
    series = trend.series
    found = []
    for group in range(len(series.groups)):
        numerators, denominators = series.totals(group)
        for place in range(len(series.frames)):
            found.append(_Search(series, group, place, numerators[:, place], denominators, least))
    if not any(one.reason == "" for one in found):
        raise InputError(
            f"No change can be looked for: {found[0].reason}. Take a shorter period, every=… in "
            "trend."
        )
    p = np.array(
        [one.test(block, permutations, seed) if one.reason == "" else np.nan for one in found]
    )
    adjusted = adjust(p, "holm")
    tests, rows = [], []
    for one, own, own_adjusted in zip(found, p, adjusted, strict=True):
        places: list[int] = []
        proposed = 0
        if one.reason == "":
            proposed, places, ps = one.choose(most, alpha, own_adjusted, permutations, seed)
            rows += one.describe(places, ps, trend, draws, seed)
        tests.append(one.row(own, own_adjusted, proposed, places))
    settings = {
        "seed": seed, "most": most, "least": least, "alpha": alpha, "block": block,
        "permutations": permutations, "draws": draws, "every": trend.every, "by": trend.by,
        "measure": trend.measure,
    }  # fmt: skip
    # Those of the search before those of the course: each has a seed and draws.
    settings = {**trend.settings, **settings}
    table = pd.DataFrame(rows, columns=["group", *_COLUMNS])
    outcome = pd.DataFrame(tests)
    for made in (table, outcome):
        made["frame"] = pd.Categorical(made["frame"], categories=series.frames)
    if trend.by is None:
        table, outcome = table.drop(columns="group"), outcome.drop(columns="group")
    return ChangePoints(table, outcome, trend.level, settings=settings)


def _check(
    seed: int, most: int, least: int, alpha: float, block: int | None, permutations: int,
    draws: int,
) -> None:  # fmt: skip
    check_seed(seed)
    check_share("alpha", alpha)
    for name, value in (
        ("most", most), ("least", least), ("permutations", permutations), ("draws", draws),
        *([] if block is None else [("block", block)]),
    ):  # fmt: skip
        check_positive(name, value, whole=True)
    if least < 2:
        raise InputError("least=1 would make a change of every odd period: take 2 or more.")


class _Search:
    """The search in one series: its periods with text, on the scale of equal spread."""

    def __init__(
        self, series: Series, group: int, place: int, counts: Array, exposure: Array, least: int
    ) -> None:
        self.series, self.group, self.place, self.least = series, group, place, least
        self.name = f"{series.groups[group]} {series.frames[place]}"
        self.known = np.flatnonzero(exposure > 0)
        self.weighted = _stabilised(counts[self.known], exposure[self.known], series.kind)
        self.block = 0
        n = len(self.known)
        self.reason = ""
        if n < max(FEWEST, 2 * least):
            self.reason = f"{n} periods with text, {max(FEWEST, 2 * least)} are needed"
        elif not counts.any():
            self.reason = "no hit"

    def test(self, block: int | None, permutations: int, seed: int) -> float:
        """Return the p-value that the series has any change."""
        self.block = block or max(1, round(len(self.known) ** (1 / 3)))
        rng = rng_for(seed, f"any change {self.name}")
        return any_change_p(self.weighted, self.least, self.block, permutations, rng)

    def choose(
        self, most: int, alpha: float, p: float, permutations: int, seed: int
    ) -> tuple[int, list[int], list[float]]:
        """Return how many changes the criterion proposes, and places and p of those that hold."""
        found = segmentations(self.weighted, most, self.least)
        n = len(self.weighted)
        scored = [criterion(n, left, k) for k, (_, left) in enumerate(found)]
        proposed = int(np.argmin(scored))
        if not p <= alpha:
            return proposed, [], []
        for count in range(proposed, 0, -1):
            places = found[count][0]
            ends = [0, *places, n]
            ps = []
            for number, (begin, end) in enumerate(zip(ends[:-2], ends[2:], strict=True)):
                rng = rng_for(seed, f"change {number} of {count} {self.name}")
                part = self.weighted.between(begin, end)
                ps.append(permutation_p(part, self.least, self.block, permutations, rng))
            if adjust(np.array(ps), "holm").max() <= alpha:
                return proposed, places, ps
        return proposed, [], []

    def row(self, p: float, adjusted: float, proposed: int, places: list[int]) -> dict[str, Any]:
        known = self.reason == ""
        return {
            "group": self.series.groups[self.group],
            "frame": self.series.frames[self.place],
            "periods": len(self.known),
            "p": p,
            "p_adjusted": adjusted,
            "proposed": proposed,
            "kept": len(places),
            "block": self.block,
            "lag_one": lag_one(self.weighted, places) if known else np.nan,
            "reason": self.reason,
        }

    def describe(
        self, places: list[int], ps: list[float], trend: Trend, draws: int, seed: int
    ) -> list[dict[str, Any]]:
        """Return each change with its interval and the values on both sides, one a dict."""
        if not places:
            return []
        rng = rng_for(seed, f"places {self.name}")
        drawn = self._resampled(draws, rng)
        starts = pd.DatetimeIndex(self.series.starts).as_unit("s")
        ends = [0, *places, len(self.known)]
        sides = [self._value(a, b, trend, seed) for a, b in itertools.pairwise(ends)]
        rows = []
        for number, (place, p) in enumerate(zip(places, ps, strict=True)):
            begin, end = ends[number], ends[number + 2]
            low, high, found = self._where(drawn, begin, place, end, trend.level)
            row: dict[str, Any] = {
                "group": self.series.groups[self.group],
                "frame": self.series.frames[self.place],
                "change": number + 1,
                "date": starts[self.known[place]],
                "low": starts[self.known[low]],
                "high": starts[self.known[high]],
                "p": p,
                "found": found,
                "gap": int(self.known[place] - self.known[place - 1] - 1),
            }
            for name, side in zip(("before", "after"), sides[number : number + 2], strict=True):
                row |= {
                    name: side["value"],
                    f"{name}_low": side["low"],
                    f"{name}_high": side["high"],
                    f"n_{name}": int(side["n"]),
                }
            rows.append(row)
        return rows

    def _resampled(self, draws: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """Return values and weights of the periods, the documents of each drawn anew."""
        values, weights = (np.empty((draws, len(self.known))) for _ in range(2))
        own = self.series.group == self.group
        for column, period in enumerate(self.known):
            pooled = self.series.pooled(own & (self.series.period == period))
            pair = pooled[:, [self.place, -1]]
            sums = totals_drawn(pair, draws, rng)
            one = _stabilised(sums[:, 0], sums[:, 1], self.series.kind)
            values[:, column], weights[:, column] = one.heights, one.weights
        return values, weights

    def _where(
        self, drawn: tuple[Array, Array], begin: int, place: int, end: int, level: float
    ) -> tuple[int, int, float]:
        """Return the interval of a place, and how often a change is found within a period of it."""
        values, weights = (part[:, begin:end] for part in drawn)
        best, gain = largest_gain(values, weights, self.least)
        total = weights.sum(axis=1)
        mean = (weights * values).sum(axis=1) / total
        squares = (weights * (values - mean[:, None]) ** 2).sum(axis=1)
        n = end - begin
        with np.errstate(divide="ignore"):
            clear = n * np.log(squares / np.maximum(squares - gain, 0.0)) > 2 * np.log(n)
        tail = (1 - level) / 2
        low = int(np.quantile(best, tail, method="lower")) + begin
        high = int(np.quantile(best, 1 - tail, method="higher")) + begin
        near = np.abs(best + begin - place) <= 1
        return min(low, place), max(high, place), float((near & clear).mean())

    def _value(self, begin: int, end: int, trend: Trend, seed: int) -> "pd.Series[Any]":
        periods = self.known[begin:end]
        rows = (self.series.group == self.group) & np.isin(self.series.period, periods)
        rng = rng_for(seed, f"level {self.name} {begin} {end}")
        draws = int(trend.settings["draws"])
        return interval_of(self.series, rows, draws, trend.level, rng).iloc[self.place]


def _stabilised(counts: Array, exposure: Array, kind: str) -> Weighted:
    """Return values whose spread does not depend on their level, and weights."""
    if kind == "share":
        share = np.clip((counts + 3 / 8) / (exposure + 3 / 4), 0.0, 1.0)
        return Weighted(np.arcsin(np.sqrt(share)), exposure + 1 / 2)
    return Weighted(np.sqrt((counts + 3 / 8) / exposure), exposure)
