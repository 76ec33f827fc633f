"""Change points: when the level of a series changes, without a date named beforehand."""

import itertools
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from framing._core.checks import (
    InputError,
    check_draws,
    check_interval_draws,
    check_objects,
    check_positive,
    check_seed,
    check_share,
    listing,
)
from framing._core.resampling import rng_for, totals_drawn
from framing._core.result import Result
from framing._core.statistics import adjust
from framing._core.typing import Array, Rows
from framing.trends.moods import BATCH, LEAST_VARIANCE, MOODS, Shifts, least_p, moods_of
from framing.trends.series import Series, intervals_of, refuse_counted
from framing.trends.trends import Trend

# Most ends of stretches that a test looks at; in a longer series they are evenly spaced.
MOST_ENDS = 150
# Fewest periods with text for a search; fewest for a stretch between two changes; fewest for
# permutations of the periods and of blocks of them.
FEWEST = 8
FEWEST_FOR_STRETCHES, FEWEST_FOR_ORDERS, FEWEST_FOR_BLOCKS = 16, 12, 24
NO_HIT = "no hit"
# The correlation of neighbouring periods that is left beside changes counts as at most this.
MOST_LAG = 0.95
# From this correlation of neighbours beside the changes on, the reason warns.
ALIKE = 0.4
# The change, in standard deviations of a period, that 80% of searches find halfway, by periods.
DETECTABLE = {8: 4.1, 10: 4.0, 12: 3.8, 18: 3.9, 26: 3.5, 52: 2.35, 104: 1.55, 208: 1.1}
_COLUMNS = (
    "frame", "change", "date", "low", "high", "p", "found", "before", "before_low",
    "before_high", "after", "after_low", "after_high", "n_before", "n_after", "gap",
)  # fmt: skip


@dataclass(frozen=True)
class Weighted:
    """Values of periods in time order, with weights inversely proportional to their variances."""

    heights: Array
    weights: Array

    def __len__(self) -> int:
        return len(self.heights)

    def between(self, begin: int, end: int) -> "Weighted":
        """Return the values from ``begin`` up to, not including, ``end``."""
        return Weighted(self.heights[begin:end], self.weights[begin:end])


def costs(series: Weighted) -> Array:
    """Return the weighted sum of squares around the mean, for each begin and end.

    ``costs(series)[2, 5]`` is that of the periods 2, 3 and 4: w[5] - w[2] is their weight.
    """
    w = np.concatenate([[0.0], np.cumsum(series.weights)])
    wy = np.concatenate([[0.0], np.cumsum(series.weights * series.heights)])
    wyy = np.concatenate([[0.0], np.cumsum(series.weights * series.heights**2)])
    weight = w[None, :] - w[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        squares = wyy[None, :] - wyy[:, None] - (wy[None, :] - wy[:, None]) ** 2 / weight
    cost: Array = np.where(weight > 0, np.maximum(squares, 0.0), 0.0)
    return cost


def segmentations(
    series: Weighted, max_changes: int, min_periods: int
) -> list[tuple[list[int], float]]:
    """Return the best positions of 0, 1 … changes, and the residual sum of squares of each.

    By dynamic programming (ruptures), with segments of at least ``min_periods`` periods.
    """
    # Loading takes a second, and most uses of the package do not need it.
    from ruptures import Dynp
    from ruptures.base import BaseCost

    table = costs(series)

    class Cost(BaseCost):  # type: ignore[misc]
        model = "weighted"
        min_size = min_periods

        def fit(self, signal: Array) -> Any:
            self.signal = signal
            return self

        def error(self, start: int, end: int) -> float:
            return float(table[start, end])

    n = len(series)
    solutions: list[tuple[list[int], float]] = [([], float(table[0, n]))]
    search = Dynp(custom_cost=Cost(), min_size=min_periods, jump=1).fit(series.heights[:, None])
    for count in range(1, min(max_changes, n // min_periods - 1) + 1):
        ends = [0, *search.predict(n_bkps=count)]
        left = sum(table[a, b] for a, b in itertools.pairwise(ends))
        solutions.append(([int(end) for end in ends[1:-1]], float(left)))
    return solutions


def criterion(n: int, left: float, changes: int) -> float:
    """Return the Bayesian information criterion, with two parameters per change."""
    return n * float(np.log(max(left, 1e-300) / n)) + 2 * changes * float(np.log(n))


def gains(values: Array, weights: Array) -> Array:
    """Return the sum of squares that each split explains, shape (draws, n - 1).

    ``values`` and ``weights`` have the shape (draws, n). Column 0 is the split between the periods
    0 and 1.
    """
    w = np.cumsum(weights, axis=1)
    wy = np.cumsum(weights * values, axis=1)
    below, total = w[:, :-1], w[:, -1:]
    away = wy[:, :-1] - wy[:, -1:] * below / total
    gain: Array = away**2 * total / (below * (total - below))
    return gain


def largest_gain(values: Array, weights: Array, min_periods: int) -> tuple[Rows, Array]:
    """Return for each draw the first period after the best split, and what the split explains.

    With at least 3 periods on either side of 10, columns 2 to 6 of `gains` are splits before the
    periods 3 to 7.
    """
    n = values.shape[1]
    explained = gains(values, weights)[:, min_periods - 1 : n - min_periods]
    best = explained.argmax(axis=1)
    return best + min_periods, explained[np.arange(len(explained)), best]


def permuted(n: int, block: int, draws: int, rng: np.random.Generator) -> Rows:
    """Return orders of the periods in which blocks of neighbours stay together: (draws, n).

    The first block has a random length, so that no position is always a border: 8 periods in
    blocks of 3 are 012 345 67, or 0 123 456 7, or 01 234 567, before the blocks are permuted.
    """
    offset = rng.integers(0, block, (draws, 1))
    piece = (np.arange(n) + offset) // block
    keys = rng.random((draws, int(piece.max()) + 1))
    orders: Rows = np.take_along_axis(keys, piece, axis=1).argsort(axis=1, kind="stable")
    return orders


def split_p(
    series: Weighted,
    min_periods: int,
    block: int | None,
    draws: int,
    rng: np.random.Generator,
    *,
    stretches: bool = False,
) -> float:
    """Return the p-value of the best split: how often chance has one that explains as much.

    With ``stretches`` it is the p of a split or of a stretch between two splits: the smaller of
    their p-values, compared with the same minimum in each draw. It is the largest of up to three:

    - of the likelihood ratio of a shift beside moods that last, in series of such moods (with
      ``block`` 1 in series of noise); the noise is at least that of counts;
    - of the periods in random order, with at least 12 of them: fewer have too few orders;
    - of blocks of neighbours in random order, with at least 24 periods: fewer have too few blocks.
    """
    n = len(series)
    values, weights = series.heights[None], series.weights[None]
    stretches = stretches and n >= FEWEST_FOR_STRETCHES
    moods = moods_of(series.weights, MOODS[:1] if block == 1 else MOODS)
    p = [Shifts(moods, min_periods, stretches=stretches).p(series.heights, draws, rng)]
    # Batches of some draws, because the stretches of each draw need much memory.
    size = max(1, BATCH // (min(n, MOST_ENDS) ** 2 if stretches else n))
    ends = [*range(0, draws, size), draws]

    def explained(heights: Array, spread: Array) -> Array:
        columns = [largest_gain(heights, spread, min_periods)[1]]
        if stretches:
            columns.append(largest_stretch(heights, spread))
        return np.column_stack(columns)

    observed = explained(values, weights)
    for fewest, together in ((FEWEST_FOR_ORDERS, 1), (FEWEST_FOR_BLOCKS, block_of(n, block))):
        if n < fewest or (together == 1 and fewest == FEWEST_FOR_BLOCKS):
            continue
        orders = permuted(n, together, draws, rng)
        gained = [
            explained(series.heights[orders[a:b]], series.weights[orders[a:b]])
            for a, b in itertools.pairwise(ends)
        ]
        p.append(least_p(observed[0], np.concatenate(gained)))
    return max(p)


def block_of(n: int, block: int | None) -> int:
    """Return the number of neighbouring periods that are permuted together."""
    return block or max(1, round(n ** (1 / 3)))


def largest_stretch(heights: Array, weights: Array) -> Array:
    """Return what the best stretch explains, against the periods before and after it.

    It has at least a quarter of the periods, and leaves at least a quarter: chance alone produces
    short ones.
    """
    n = heights.shape[1]
    ends = np.unique(np.linspace(0, n, min(n, MOST_ENDS) + 1).round().astype(int))
    begin, end = (ends[index] for index in np.triu_indices(len(ends), 1))
    length = end - begin
    long_enough = (length >= n / 4) & (n - length >= n / 4) & (begin > 0) & (end < n)
    begin, end = begin[long_enough], end[long_enough]
    none = np.zeros((len(heights), 1))
    w = np.concatenate([none, np.cumsum(weights, axis=1)], axis=1)
    wy = np.concatenate([none, np.cumsum(weights * heights, axis=1)], axis=1)
    inner, total = w[:, end] - w[:, begin], w[:, -1:]
    away = wy[:, end] - wy[:, begin] - wy[:, -1:] * inner / total
    explained: Array = (away**2 * total / (inner * (total - inner))).max(axis=1)
    return explained


def lag_one(series: Weighted, changes: list[int]) -> float:
    """Return the correlation of neighbouring periods after the changes are removed."""
    ends = [0, *changes, len(series)]
    residuals = series.heights.copy()
    for a, b in itertools.pairwise(ends):
        residuals[a:b] -= np.average(series.heights[a:b], weights=series.weights[a:b])
    residuals *= np.sqrt(series.weights)
    squares = float((residuals**2).sum())
    # What is left of equal periods is rounding.
    least = 1e-20 * float(series.weights @ series.heights**2)
    return float((residuals[:-1] * residuals[1:]).sum() / squares) if squares > least else 0.0


@dataclass(frozen=True, eq=False)
class ChangePoints(Result):
    """Changes of level in the series of a trend.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per change: (``group``,) ``frame``, ``change`` (1, 2 … in time), ``date`` (first
        day of the first period after it), ``low`` and ``high`` (the interval of the date),
        ``p`` (of this split, between its neighbours), ``found`` (share of bootstrap samples with
        a change at most one period away, 0 to 1), ``before`` and ``after`` with ``_low`` and
        ``_high`` (values between this change and its neighbours, in the unit of the scores),
        ``n_before`` and ``n_after`` (documents or clusters), ``gap`` (periods without text just
        before the date: the change may lie in any of them).
    tests : pandas.DataFrame
        One row per (group and) frame: ``periods`` with text, ``p`` of any change at all, and
        ``p_adjusted`` (Holm, over the rows), ``proposed`` (changes by the criterion alone),
        ``kept``, ``block`` (periods that are permuted together), ``lag_one`` (correlation of
        neighbouring periods after the changes are removed, −1 to 1), ``level`` (mean of the
        series) and ``detectable`` (the level to which a rise halfway is found in 80% of
        searches; missing if none is), in the unit of the scores, ``reason`` why no search was
        possible or no change was kept; with changes, a warning where moods last.
    level : float
    settings : dict

    See Also
    --------
    find_change_points, plot_trend
    """

    table: pd.DataFrame
    tests: pd.DataFrame
    level: float

    draw_instead: ClassVar[str] = "plot_trend(trend, change=changes) draws them in the trend."
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

    Returns ChangePoints: its ``table`` has a row for each change with its date, the level
    before and after it, and p; ``tests`` says of each frame whether there is one, and why not.

    Try it: ``course = fr.trend(fr.score(fr.load_study("briefings").hits), every="quarter")``,
    ``fr.find_change_points(course, seed=1).table``.

    Parameters
    ----------
    trend : Trend
        For instance by week or month, with at least 8 periods with text.
    seed : int
        The same seed gives the same p-values and intervals.
    most : int
        Largest number of changes in a series.
    least : int
        Fewest periods with text between two changes.
    alpha : float
        A change is kept if its p and the p of the whole series (adjusted for the number of
        series) are both at most this.
    block : int, optional
        Neighbouring periods that are permuted together, from 24 periods on; by default the cube
        root of their number. With 1, neighbouring periods count as independent: the test then
        finds more changes, also in series where one mood lasts for long.
    permutations : int
        Permutations for each p-value. The smallest possible p is 1 / (permutations + 1). 999 by
        default: each series, and each stretch between changes, is tested with its permutations.
    draws : int
        Bootstrap samples of documents within each period, for the interval of the date. 500 by
        default: in each the place of every change is looked for anew.

    Returns
    -------
    ChangePoints
        Rates and counts are transformed by the square root, and shares by the arcsine of the
        square root, so that the spread does not grow with the level (Anscombe 1948). They are
        weighted by exposure; periods without text are left out. For each number of changes, the
        positions minimise the residual sum of squares (dynamic programming). The number of
        changes k minimises n log(squares / n) + 2 k log n. This criterion finds changes by
        chance, too. A test follows: does any split, or (from 16 periods on) any stretch of at
        least a quarter of the periods, explain more than chance does? Chance is the least
        favourable of up to three: series of one level with moods that last; the periods in
        random order, from 12 on; blocks of them in random order, from 24 on. Then each split is
        tested between its neighbours. If one fails (Holm, over the splits), the number is reduced
        by 1 and all positions are estimated again.

        **Moods that last** look like changes of level: what was news last week still is. The test
        therefore compares a shift beside moods with moods alone, by the ratio of their likelihoods
        (Andrews 1993; Robbins et al. 2011). A mood is an autoregressive series beside noise, and
        the noise is at least that of counts. Series of chance are drawn from such models, each as
        often as it fits the series without a shift, and more often where moods last. Share of
        series of one level that are called different at 5%, by the correlation of neighbouring
        moods, for series of moods only and ("noisy") of as much noise as mood (150 draws a
        cell; ``block=1`` ignores moods):

        =============== === === === === ========
        correlation      0   .3  .6  .9 .9 noisy
        12 periods      .01 .05 .05 .08      .06
        26 periods      .00 .01 .02 .04      .03
        52 periods      .00 .01 .03 .04      .05
        12, ignored     .05 .17 .38 .25
        26, ignored     .06 .18 .59 .78
        52, ignored     .05 .28 .69 .98
        =============== === === === === ========

        **Power** is the price: a small jump is also what a mood would do. The jump that 80% of
        searches of one series of noise find, in standard deviations of a period (60 to 100 draws
        a cell; more series need larger jumps, since p is adjusted):

        ======== === === === === === ==== ====
        periods   8  10  12  18  26   52  104
        halfway  4.1 4.0 3.8 3.9 3.5  2.4 1.6
        quarter  4.0 4.1 4.3 3.9 4.8  2.9 2.1
        ======== === === === === === ==== ====

        A jump of a share from 0 to 100% is found in 8 weeks of three articles. Of a rate of .1 a
        sentence, with 60 sentences a week, a rise to .2 is found in 15 to 22% of 8 to 26 weeks and
        75% of 52, a rise to .3 in 62% of 8, 78% of 12 and 80% of 26, a rise to .5 in 93%
        of 8 and 97% and more of 12 to 26. ``detectable`` says it for each series, and ``reason``
        where no change is kept. Who knows that periods are independent finds smaller jumps with
        ``block=1``.

        Where changes are kept and neighbours stay alike beside them, ``reason`` warns of it, with
        the correlation. A slow drift counts as a change of level; see the smooth curve. The
        interval of the date comes from the documents of each period; it ignores what documents of
        a period have in common.

    Raises
    ------
    InputError
        No series has 8 periods with text, an argument is out of range, or the trend is corrected.

    References
    ----------
    Andrews, D. W. K. (1993). Tests for parameter instability and structural change with unknown
    change point. Econometrica 61(4), 821-856. doi:10.2307/2951764

    Anscombe, F. J. (1948). The transformation of Poisson, binomial and negative-binomial data.
    Biometrika 35(3-4), 246-254. doi:10.1093/biomet/35.3-4.246

    Besag, J. and Clifford, P. (1991). Sequential Monte Carlo p-values. Biometrika 78(2), 301-304.
    doi:10.1093/biomet/78.2.301

    Robbins, M., Gallagher, C., Lund, R. and Aue, A. (2011). Mean shift testing in correlated data.
    Journal of Time Series Analysis 32(5), 498-511. doi:10.1111/j.1467-9892.2010.00707.x

    Truong, C., Oudre, L. and Vayatis, N. (2020). Selective review of offline change point
    detection methods. Signal Processing 167, 107299. doi:10.1016/j.sigpro.2019.107299

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["A truce is near.", "No news at all."] * 10 + ["A truce, a truce."] * 20
    >>> days = [f"2025-{month:02}-{day:02}" for month in range(1, 11) for day in (3, 9, 15, 21)]
    >>> hits = fr.find_hits(fr.make_corpus(texts, date=days), fr.make_lexicon({"p": ["truce"]}))
    >>> course = fr.trend(fr.score(hits), every="month")
    >>> fr.find_change_points(course, seed=1, block=1).table[["date", "before", "after"]]
            date  before  after
    0 2025-06-01   125.0  500.0
    """
    _check(seed, most, least, alpha, block, permutations, draws)
    series = trend.series
    refuse_counted(series, "find_change_points")
    _refuse_corrected(trend)
    searches = []
    for group in range(len(series.groups)):
        numerators, denominators = series.totals(group)
        for frame in range(len(series.frames)):
            searches.append(
                _Search(series, group, frame, numerators[:, frame], denominators, least)
            )
    if not any(search.reason == "" for search in searches):
        if all(search.reason == NO_HIT for search in searches):
            raise InputError(
                f"No frame of {listing(series.frames)} has a hit, so there is no change to search. "
                "Use another lexicon or other texts."
            )
        short = next(search.reason for search in searches if search.reason != NO_HIT)
        raise InputError(
            f"No series can be searched: {short}. Use a shorter period: trend(scores, every=…)."
        )
    p = np.array(
        [
            search.test(block, permutations, seed) if search.reason == "" else np.nan
            for search in searches
        ]
    )
    adjusted = adjust(p, "holm")
    tests, rows = [], []
    for search, series_p, series_adjusted in zip(searches, p, adjusted, strict=True):
        changes: list[int] = []
        proposed = 0
        if search.reason == "":
            proposed, changes, changes_p = search.choose(
                most, alpha, series_adjusted, permutations, seed
            )
            rows += search.describe(changes, changes_p, trend, draws, seed)
        tests.append(search.row(series_p, series_adjusted, proposed, changes, alpha))
    settings = {
        "seed": seed, "most": most, "least": least, "alpha": alpha, "block": block,
        "permutations": permutations, "draws": draws, "every": trend.every, "by": trend.by,
        "measure": trend.measure,
    }  # fmt: skip
    # The search and the trend both have a seed and draws: those of the search stay.
    settings = {**trend.settings, **settings}
    table = pd.DataFrame(rows, columns=["group", *_COLUMNS])
    outcome = pd.DataFrame(tests)
    for frames_of in (table, outcome):
        frames_of["frame"] = pd.Categorical(frames_of["frame"], categories=series.frames)
    if trend.by is None:
        table, outcome = table.drop(columns="group"), outcome.drop(columns="group")
    return ChangePoints(table, outcome, trend.level, settings=settings)


def _refuse_corrected(trend: Trend) -> None:
    """Raise InputError where a trend is corrected: its counts are those of the hits."""
    if trend.series.coded is not None:
        raise InputError(
            "find_change_points: this trend is corrected by coded sentences, and a period has too "
            "few codes for a search. If you know the date, change_at(trend, date) gives the "
            "corrected change. Or search the trend without correction=; its changes may be those "
            "of the instrument."
        )


def _check(
    seed: int, most: int, least: int, alpha: float, block: int | None, permutations: int,
    draws: int,
) -> None:  # fmt: skip
    """Raise InputError for an argument out of range."""
    check_seed(seed)
    check_share("alpha", alpha)
    for name, value in (
        ("most", most), ("least", least), *([] if block is None else [("block", block)]),
    ):  # fmt: skip
        check_positive(name, value, whole=True)
    check_draws("permutations", permutations)
    check_interval_draws(draws)
    if least < 2:
        raise InputError(
            "least=1 is too small: every unusual period would count as a change. Use 2 or more."
        )


class _Search:
    """The search in one series: its periods with text, with values of equal spread."""

    def __init__(
        self,
        series: Series,
        group: int,
        frame: int,
        counts: Array,
        exposure: Array,
        min_periods: int,
    ) -> None:
        self.series, self.group, self.frame, self.min_periods = series, group, frame, min_periods
        self.name = f"{series.groups[group]} {series.frames[frame]}"
        self.known = np.flatnonzero(exposure > 0)
        self.counts, self.exposure = counts[self.known], exposure[self.known]
        self.weighted = stabilised(self.counts, self.exposure, series.kind)
        self.block = 0
        self.given: int | None = None
        n = len(self.known)
        self.reason = ""
        if n < max(FEWEST, 2 * min_periods):
            self.reason = f"{n} periods with text; {max(FEWEST, 2 * min_periods)} are needed"
        elif not counts.any():
            self.reason = NO_HIT

    def test(self, block: int | None, permutations: int, seed: int) -> float:
        """Return the p-value of any change in the series."""
        self.given, n = block, len(self.known)
        self.block = block_of(n, block) if n >= FEWEST_FOR_BLOCKS else 1
        rng = rng_for(seed, f"any change {self.name}")
        return split_p(self.weighted, self.min_periods, block, permutations, rng, stretches=True)

    def detectable(self) -> tuple[float, float]:
        """Return the mean level, and the level to which a rise is found in 80% of searches.

        The rise is halfway through the series, and is that of `DETECTABLE` for as many periods.
        """
        series, n = self.weighted, len(self.known)
        place, gain = largest_gain(series.heights[None], series.weights[None], self.min_periods)
        mean = float(np.average(series.heights, weights=series.weights))
        total = float(series.weights @ (series.heights - mean) ** 2)
        variance = max(LEAST_VARIANCE, (total - float(gain[0])) / (n - 2))
        lag = 0.0 if self.given == 1 else max(0.0, lag_one(series, [int(place[0])]))
        variance *= (1 + lag) / (1 - min(lag, MOST_LAG))
        size = np.interp(np.log(n), np.log(list(DETECTABLE)), np.log(list(DETECTABLE.values())))
        rise = float(np.exp(size)) * np.sqrt(variance / series.weights.mean())
        level = self.counts.sum() / self.exposure.sum()
        usual, kind = float(self.exposure.mean()), self.series.kind
        height = float(stabilised(np.array(level * usual), np.array(usual), kind).heights) + rise
        return level * self.series.factor, restored(height, usual, kind) * self.series.factor

    def why_none(self, p: float, adjusted: float, alpha: float) -> str:
        """Return why no change is kept, with the size of a change that would have been found."""
        level, found = self.detectable()
        share = self.series.kind == "share"
        sizes = [f"{value:.0%}" if share else f"{value:.3g}" for value in (level, found)]
        what = "no split explains more than chance does"
        if p <= alpha < adjusted:
            what = "not clear once adjusted for the number of series"
        elif adjusted <= alpha:
            what = "the level is not constant, but no date of a change is clear"
        if np.isnan(found):
            few = f"{len(self.known)} such periods"
            return f"{what}; {few} would often not show a rise from {sizes[0]} to 100%"
        little = "; too little text to say more" if found > 2 * level else ""
        return (
            f"{what}; a rise from {sizes[0]} to {sizes[1]} in the middle of the series would be "
            f"found in 80 of 100 such series{little}"
        )

    def choose(
        self, max_changes: int, alpha: float, p: float, permutations: int, seed: int
    ) -> tuple[int, list[int], list[float]]:
        """Return the number of changes by the criterion, and positions and p of those kept."""
        solutions = segmentations(self.weighted, max_changes, self.min_periods)
        n = len(self.weighted)
        criteria = [criterion(n, left, k) for k, (_, left) in enumerate(solutions)]
        proposed = int(np.argmin(criteria))
        if not p <= alpha:
            return proposed, [], []
        for count in range(max(proposed, 1), 0, -1):
            if count >= len(solutions):
                continue
            changes = solutions[count][0]
            ends = [0, *changes, n]
            ps = []
            for number, (begin, end) in enumerate(zip(ends[:-2], ends[2:], strict=True)):
                rng = rng_for(seed, f"change {number} of {count} {self.name}")
                between = self.weighted.between(begin, end)
                ps.append(split_p(between, self.min_periods, self.given, permutations, rng))
            if adjust(np.array(ps), "holm").max() <= alpha:
                return proposed, changes, ps
        return proposed, [], []

    def caution(self, changes: list[int]) -> str:
        """Return a warning where neighbours stay alike beside the changes; else nothing."""
        lag = lag_one(self.weighted, changes)
        if lag < ALIKE:
            return ""
        return (
            f"neighbouring periods also stay alike beside the changes (correlation {lag:.1f}): "
            "a slow drift looks like changes of level"
        )

    def row(
        self, p: float, adjusted: float, proposed: int, changes: list[int], alpha: float
    ) -> dict[str, Any]:
        """Return the row of the series in the table of tests."""
        known = self.reason == ""
        reason = self.reason
        if known:
            reason = self.caution(changes) if changes else self.why_none(p, adjusted, alpha)
        return {
            "group": self.series.groups[self.group],
            "frame": self.series.frames[self.frame],
            "periods": len(self.known),
            "p": p,
            "p_adjusted": adjusted,
            "proposed": proposed,
            "kept": len(changes),
            "block": self.block,
            "lag_one": lag_one(self.weighted, changes) if known else np.nan,
            "level": self.detectable()[0] if known else np.nan,
            "detectable": self.detectable()[1] if known else np.nan,
            "reason": reason,
        }

    def describe(
        self, changes: list[int], changes_p: list[float], trend: Trend, draws: int, seed: int
    ) -> list[dict[str, Any]]:
        """Return one dict per change: its interval, and the values before and after it."""
        if not changes:
            return []
        rng = rng_for(seed, f"places {self.name}")
        drawn = self._resampled(draws, rng)
        starts = pd.DatetimeIndex(self.series.starts).as_unit("s")
        ends = [0, *changes, len(self.known)]
        sides = self._values(ends, trend.level)
        rows = []
        for number, (change, p) in enumerate(zip(changes, changes_p, strict=True)):
            begin, end = ends[number], ends[number + 2]
            low, high, nearby = self._where(drawn, begin, change, end, trend.level)
            row: dict[str, Any] = {
                "group": self.series.groups[self.group],
                "frame": self.series.frames[self.frame],
                "change": number + 1,
                "date": starts[self.known[change]],
                "low": starts[self.known[low]],
                "high": starts[self.known[high]],
                "p": p,
                "found": nearby,
                "gap": int(self.known[change] - self.known[change - 1] - 1),
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
        """Return values and weights of the periods, with the documents of each resampled."""
        values, weights = (np.empty((draws, len(self.known))) for _ in range(2))
        in_group = self.series.group == self.group
        for column, period in enumerate(self.known):
            pooled = self.series.pooled(in_group & (self.series.period == period))
            pair = pooled[:, [self.frame, -1]]
            sums = totals_drawn(pair, draws, rng)
            drawn = stabilised(sums[:, 0], sums[:, 1], self.series.kind)
            values[:, column], weights[:, column] = drawn.heights, drawn.weights
        return values, weights

    def _where(
        self, drawn: tuple[Array, Array], begin: int, change: int, end: int, level: float
    ) -> tuple[int, int, float]:
        """Return the interval of a change, and the share of draws with a change next to it."""
        values, weights = (array[:, begin:end] for array in drawn)
        best, gain = largest_gain(values, weights, self.min_periods)
        total = weights.sum(axis=1)
        mean = (weights * values).sum(axis=1) / total
        squares = (weights * (values - mean[:, None]) ** 2).sum(axis=1)
        n = end - begin
        with np.errstate(divide="ignore"):
            clear = n * np.log(squares / np.maximum(squares - gain, 0.0)) > 2 * np.log(n)
        tail = (1 - level) / 2
        low = int(np.quantile(best, tail, method="lower")) + begin
        high = int(np.quantile(best, 1 - tail, method="higher")) + begin
        near = np.abs(best + begin - change) <= 1
        return min(low, change), max(high, change), float((near & clear).mean())

    def _values(self, ends: list[int], level: float) -> "list[pd.Series[Any]]":
        """Return the pooled value of the periods between changes, with its interval."""
        side = np.full(len(self.series.periods), -1)
        side[self.known] = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
        code = np.where(self.series.group == self.group, side[self.series.period], -1)
        table = intervals_of(self.series, code, len(ends) - 1, level)
        of_frame = table.iloc[self.frame :: len(self.series.frames)]
        return [row for _, row in of_frame.iterrows()]


def restored(height: float, exposure: float, kind: str) -> float:
    """Return the rate or share whose value in `stabilised` this is; missing above a share of 1."""
    if kind != "share":
        return height**2 - 3 / 8 / exposure
    share = (np.sin(height) ** 2 * (exposure + 3 / 4) - 3 / 8) / exposure
    return float(share) if height < np.pi / 2 and share <= 1 else np.nan


def stabilised(counts: Array, exposure: Array, kind: str) -> Weighted:
    """Return values whose spread does not depend on their level, and weights."""
    if kind == "share":
        share = np.clip((counts + 3 / 8) / (exposure + 3 / 4), 0.0, 1.0)
        return Weighted(np.arcsin(np.sqrt(share)), exposure + 1 / 2)
    return Weighted(np.sqrt((counts + 3 / 8) / exposure), exposure)
