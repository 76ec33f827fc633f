"""Interruptions: what changes at a date that is named beforehand."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import special

from framing._core.checks import (
    InputError,
    check_from_zero,
    check_objects,
    check_positive,
)
from framing._core.result import Result
from framing._core.statistics import adjust
from framing._core.typing import Array, Mask, Rows
from framing.scores.periods import LENGTH, read_day, starts
from framing.scores.scores import sums
from framing.trends.change_points import stabilised
from framing.trends.corrected_changes import SIDES, Cut, Lasting, corrected_effects
from framing.trends.count_models import CountFit, fit_counts, t_p, t_width
from framing.trends.moods import mood_errors
from framing.trends.series import CodedSeries, Members, Series, refuse_counted
from framing.trends.trends import Trend

# Fewest periods with text on each side for a level and a slope.
FEWEST = 3
# With fewer periods on a side, a remark says that errors are rough.
FEW = 6
# No level is estimated across a longer gap without text around the date, in periods; a gap of
# SHORT_GAP days is always short enough.
MOST_GAP, SHORT_GAP = 2, 14
EFFECTS = ("level", "slope", "level difference", "before-after ratio", "before-after difference")
# The row of the changes at other dates for each effect.
MODELS = dict(zip(EFFECTS, (0, 1, 0, 2, 2), strict=True))
# With fewer other dates, errors are not changed.
FEWEST_PLACEBOS = 5
# What an effect without an estimate has.
_EMPTY = {
    "estimate": np.nan, "low": np.nan, "high": np.nan, "p": np.nan, "placebo_p": np.nan,
    "placebo_dates": 0, "inflation": np.nan,
}  # fmt: skip
_COLUMNS = (
    "frame", "effect", "estimate", "low", "high", "unit", "placebo_p", "placebo_dates", "p",
    "p_adjusted", "inflation", "n_before", "n_after", "periods_before", "periods_after",
    "remark",
)  # fmt: skip


def sides_of(
    series: Series, day: np.datetime64, window: int | None, of: Members | None = None
) -> Rows:
    """Return 0 before the date, 1 from it on, -1 where this is unsure or outside the window.

    They are those of the rows of the series, or of its members.
    """
    rows = series if of is None else of
    side = np.where(rows.end < day, 0, np.where(rows.begin >= day, 1, -1))
    if window is not None:
        # The window holds whole periods, so that only the period of the date is cut.
        period = int(np.searchsorted(series.starts, day, side="right")) - 1
        far = (rows.period < period - window) | (rows.period > period + window)
        side = np.where(far, -1, side)
    return side.astype(np.int64)


@dataclass(frozen=True)
class CutSeries:
    """Counts by period, with the period of the date cut in two; ``time`` is in periods from it."""

    time: Array
    after: Array
    counts: Array
    exposure: Array
    clusters: Rows | None
    gap: float

    def periods(self, after: int) -> int:
        """Return the number of periods with text before (0) or after (1) the date."""
        return len(np.unique(self.time[self.after == after]))

    @property
    def bounded(self) -> bool:
        """Whether both sides have enough periods for a level and a slope."""
        return min(self.periods(0), self.periods(1)) >= FEWEST

    def lags(self, lags: int | None) -> float:
        """Return the lags given, or those of Newey and West (1994)."""
        rows = len(np.unique(self.time))
        return float(lags) if lags is not None else float(np.floor(4 * (rows / 100) ** (2 / 9)))

    def design(self, *, slopes: bool) -> Array:
        """Return the columns of the model: intercept, level, and two of slopes."""
        columns = [np.ones(len(self.time)), self.after]
        if slopes:
            columns += [self.time, self.time * self.after]
        return np.column_stack(columns)


def cut_at(
    series: Series, used: Mask, day: np.datetime64, window: int | None, clustered: bool
) -> CutSeries:
    """Return the counts of some rows by period, with the period of the date cut in two."""
    side = sides_of(series, day, window)
    rows = used & (side >= 0)
    names = series.cluster[rows] if clustered else np.zeros(int(rows.sum()), dtype=np.int64)
    keys, code = np.unique(
        np.column_stack([series.period[rows], side[rows], names]), axis=0, return_inverse=True
    )
    code = code.ravel()
    values = np.column_stack([series.numerators[rows], series.denominators[rows]])
    summed = sums(code, values, len(keys))
    # A week from day 100 to 107, cut at day 104, is the two spans 100 to 104 and 104 to 107.
    zero = day.astype(np.int64)
    begin = series.starts.astype(np.int64)[keys[:, 0]]
    end = starts(series.periods + 1).astype(np.int64)[keys[:, 0]]
    begin = np.where(keys[:, 1] == 1, np.maximum(begin, zero), begin)
    end = np.where(keys[:, 1] == 0, np.minimum(end, zero), end)
    both = (side[rows] == 0).any() and (side[rows] == 1).any()
    days = (
        series.begin[rows][side[rows] == 1].min() - series.end[rows][side[rows] == 0].max()
        if both
        else np.timedelta64(0, "D")
    )
    return CutSeries(
        time=((begin + end) / 2 - zero) / LENGTH[series.every],
        after=keys[:, 1].astype(np.float64),
        counts=summed[:, :-1],
        exposure=summed[:, -1],
        clusters=np.unique(keys[:, 2], return_inverse=True)[1].ravel() if clustered else None,
        gap=float(days.astype(np.int64)) - 1,
    )


@dataclass(frozen=True, eq=False)
class Interruption(Result):
    """What changes at a named date.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per (group,) frame and ``effect``: ``estimate`` with ``low`` and ``high``, its
        ``unit``, ``p``, ``p_adjusted`` (Holm, over frames and groups of one effect),
        ``placebo_p`` (of ratios only), the number of ``placebo_dates`` behind it, and the
        ``inflation`` of errors by these dates and by moods,
        ``n_before`` and ``n_after`` (documents or clusters), ``periods_before`` and
        ``periods_after`` (with text), ``remark`` (why something is missing or rough). See
        `change_at`.
    left_out : pandas.DataFrame
        ``unit_id`` (document or cluster) whose side is not certain, and ``reason``.
    date : pandas.Timestamp
        The first day after the change.
    level : float
    settings : dict
    """

    table: pd.DataFrame
    date: pd.Timestamp
    level: float

    draw_instead: ClassVar[str] = (
        "plot_trend(trend, events={date: name}) draws the trend around the date."
    )
    computed_by: ClassVar[tuple[str, ...]] = (
        "scipy",
        "statsmodels",
    )

    def __repr__(self) -> str:
        codes = self.settings.get("correction", "")
        # Corrected shares have no ratio of levels.
        effect, changes = ("before-after difference", "share") if codes else ("level", "level")
        rows = self.table[self.table["effect"] == effect]
        significant = int((rows["p_adjusted"] < 0.05).sum())
        corrected = f"; corrected by {codes}" if codes else ""
        return (
            f"<Interruption at {self.date.date()}: {changes} changes in {significant} of "
            f"{len(rows)} series (p_adjusted < .05), {self.level:.0%} intervals{corrected}>"
        )


@check_objects
def change_at(
    trend: Trend,
    date: str | pd.Timestamp,
    *,
    window: int | None = None,
    lags: int | None = None,
    placebos: int = 100,
) -> Interruption:
    """Estimate what changes at a date that is known beforehand: an interrupted time series.

    Returns an Interruption: its ``table`` has five effects for each frame, among them the ratio
    and the difference of the scores after and before the date, with 95% intervals and p.

    Try it: ``course = fr.trend(fr.score(fr.load_study("briefings").hits), every="quarter")``,
    ``fr.change_at(course, "2025-01-20", placebos=0).table``.

    Parameters
    ----------
    trend : Trend
        The date cuts its period in two.
    date : str or pandas.Timestamp
        The first day that counts as after.
    window : int, optional
        Periods before and after the date that are used; by default all. Straight lines rarely
        fit several years.
    lags : int, optional
        Periods over which errors may be correlated; by default 4 (T / 100)^(2/9) for T periods
        (Newey and West 1994), 2 or 3 in most series.
    placebos : int
        Number of other dates, evenly spread, at which the same change is estimated.

    Returns
    -------
    Interruption
        Five effects per frame. "level": the value just after the date divided by the value just
        before, from a log-linear (quasi-Poisson) model with a slope and a level on either side.
        "slope": the factor by which the ratio of one period to the period before changes. "level
        difference": the change of level in the unit of the scores. "before-after ratio" and
        "before-after difference": of the pooled values on both sides, without slopes; they
        include any trend. Errors allow for similar documents in a period and for similar
        neighbouring periods, and are never below those of the quasi-Poisson model, nor below
        those of counts by chance (Poisson, or binomial for shares). Intervals use Student's t.

        A mood is what makes periods alike that follow each other: weeks in a row in which a frame
        is more frequent than usual. Where one lasts for long, such errors are still too small, and
        other dates in the same data show it. The same change is estimated at each placebo date: at
        an earlier date from the text before ``date``, at a later one from the text after it, so
        that a change at ``date`` is not among them. In standard errors these changes have a root
        mean square, the ``inflation``. Where it is above 1, the errors of level and slope are
        multiplied by it, so that ``p`` and the interval are those that the placebo dates support
        (as the empirical null of Efron 2004).
        ``placebo_p`` is the share of dates, the date itself among them, with at least as large a
        change, and never below ``p``: where moods last, neighbouring dates are alike, and one of
        them says little beside the other. Alone the share was .05 or less in 12 to 22% of draws
        without a change whose moods correlate by .7 or .9. Read ``p``.

        Placebo dates are few in a short series. Errors are therefore also at least those of the
        quasi-Poisson model times what lasting moods add: the mean (of logs) over models in which
        an autoregressive mood stands beside noise, each weighted by its restricted likelihood
        (Harville 1977), with as many degrees of freedom as the periods are then worth.
        ``inflation`` is the larger of the two. With ``lags`` given, moods are not modelled.

        In 24 or 40 weeks of five articles without a change, whose moods have a spread of .35 and a
        lag-one correlation of 0, .7 or .9, the level is called different at 5% in 0 to 8% of
        draws, and the ratio before to after in 0 to 5% (60 draws a cell). A rise to 2 times is
        found in 83% of 24 weeks without moods, to 3 times in 65% with moods of .7. A ratio before
        to after includes any trend.

        Of a **corrected trend** the difference before to after is that of the corrected shares,
        with the interval of ``correct(…, by=, cluster=)`` over documents, or over the ``cluster``
        of the trend. With three periods and more on each side it is never narrower than the
        interval over periods, enlarged by what moods add in the series of hits (not with ``lags``,
        which does nothing else here). The level difference is that of straight lines by least
        squares over periods of codes, as the sample expands them (Egami et al. 2023). Ratios of
        level and slope are missing, and no other dates are looked at. ``remark`` says how many
        codes there are on each side. In 24 weeks of five articles with 200 codes, with and without
        moods, also where the lexicon misses ever more, differences are covered in 96% and more and
        called different in 4% and less; a rise to 2.5 times is found in 81%, with moods of .7 in
        47% (200 draws, benchmarks/foreign_claims.py).

    Raises
    ------
    InputError
        The date cannot be read, or all text lies on one side of it.

    References
    ----------
    Bernal, J. L., Cummins, S. and Gasparrini, A. (2017). Interrupted time series regression for
    the evaluation of public health interventions: a tutorial. International Journal of
    Epidemiology 46(1), 348-355. doi:10.1093/ije/dyw098

    Efron, B. (2004). Large-scale simultaneous hypothesis testing: the choice of a null
    hypothesis. Journal of the American Statistical Association 99(465), 96-104.
    doi:10.1198/016214504000000089

    Egami, N., Hinck, M., Stewart, B. M. and Wei, H. (2023). Using imperfect surrogates for
    downstream inference: Design-based supervised learning for social science applications of
    large language models. NeurIPS 36. arXiv:2306.04746

    Harville, D. A. (1977). Maximum likelihood approaches to variance component estimation and to
    related problems. Journal of the American Statistical Association 72(358), 320-338.
    doi:10.1080/01621459.1977.10480998

    MacKinnon, J. G. and White, H. (1985). Some heteroskedasticity-consistent covariance matrix
    estimators with improved finite sample properties. Journal of Econometrics 29(3), 305-325.
    doi:10.1016/0304-4076(85)90158-7

    Newey, W. K. and West, K. D. (1994). Automatic lag selection in covariance matrix estimation.
    Review of Economic Studies 61(4), 631-653. doi:10.2307/2297912

    Examples
    --------
    >>> import framing as fr
    >>> testbed = fr.load_testbed()
    >>> hits = fr.find_hits(testbed.corpus, fr.load_lexicon("peace-initiative"))
    >>> course = fr.trend(fr.score(hits), every="month")
    >>> change = fr.change_at(course, "2025-09-09")
    >>> change.table[["frame", "effect", "n_before", "n_after"]].head(1)
       frame effect  n_before  n_after
    0  peace  level       139      122
    """
    day = read_day("date", date)
    if window is not None:
        check_positive("window", window, whole=True)
    if lags is not None:
        check_from_zero("lags", lags)
    check_from_zero("placebos", placebos)
    series = trend.series
    refuse_counted(series, "change_at")
    sides = sides_of(series, day, window)
    if not ((sides == 0).any() and (sides == 1).any()):
        _refuse(series, day, window)
    tables = []
    for number, group in enumerate(trend.groups):
        if trend.series.coded is None:
            table = _group(trend, number, day, window, lags, placebos)
        else:
            table = _corrected_group(trend, trend.series.coded, number, day, window, lags)
        table.insert(0, "group", group)
        tables.append(table)
    table = pd.concat(tables, ignore_index=True)
    table["p_adjusted"] = np.nan
    for effect in EFFECTS:
        rows = table["effect"] == effect
        table.loc[rows, "p_adjusted"] = adjust(table.loc[rows, "p"].to_numpy(dtype=float), "holm")
    columns = list(_COLUMNS) if trend.by is None else ["group", *_COLUMNS]
    unsure = np.unique(series.cluster[(series.begin < day) & (series.end >= day)])
    left_out = pd.DataFrame({"unit_id": series.names[unsure], "reason": "the date is too coarse"})
    settings = {
        "window": window,
        "lags": lags,
        "placebos": placebos,
        "every": trend.every,
        "by": trend.by,
        "measure": trend.measure,
        **trend.settings,
    }
    return Interruption(
        table[columns],
        pd.Timestamp(day),
        trend.level,
        left_out=left_out.astype("str"),
        settings=settings,
    )


def _refuse(series: Series, day: np.datetime64, window: int | None) -> None:
    """Raise InputError: one side of the date has no text."""
    near = "" if window is None else f" within {window} {series.every}s of it"
    raise InputError(
        f"There is text on one side of {day} only{near}: the dates run from "
        f"{series.begin.min()} to {series.end.max()}. Give a date with text before and after it."
    )


def _group(
    trend: Trend,
    group: int,
    day: np.datetime64,
    window: int | None,
    lags: int | None,
    placebos: int,
) -> pd.DataFrame:
    """Return the effects of one group, one row per frame and effect."""
    series = trend.series
    in_group = series.group == group
    clustered = series.resampled != "document"
    cut = cut_at(series, in_group, day, window, clustered)
    side = sides_of(series, day, window)
    others = _placebos(series, in_group, day, window, clustered, lags, placebos)
    inflation = _inflations(others)
    sizes = _sizes(series, in_group, side, cut)
    rows = []
    for index, frame in enumerate(series.frames):
        for row in _effects(cut, index, trend, lags, inflation[:, index]):
            row["placebo_p"], row["placebo_dates"] = np.nan, 0
            row.setdefault("inflation", np.nan)
            if "z" in row:
                model = MODELS[row["effect"]]
                placebo_z = others[model, index][np.isfinite(others[model, index])]
                row["placebo_dates"] = len(placebo_z)
                if len(placebo_z):
                    as_large = int((placebo_z >= row["z"] - 1e-9).sum())
                    share = (1 + as_large) / (1 + len(placebo_z))
                    # Where moods last, the dates around are like the date itself.
                    row["placebo_p"] = max(share, row["p"])
                if len(placebo_z) < FEWEST_PLACEBOS and placebos and not row["remark"]:
                    row["remark"] = "too few other dates to see whether high or low levels last"
            rows.append({"frame": frame, **row, **sizes})
    table = pd.DataFrame(rows).drop(columns="z", errors="ignore")
    table["frame"] = pd.Categorical(table["frame"], categories=series.frames)
    return table


def _corrected_group(
    trend: Trend, codes: CodedSeries, group: int, day: np.datetime64, window: int | None,
    lags: int | None,
) -> pd.DataFrame:  # fmt: skip
    """Return the effects of one group on corrected shares, one row per frame and effect."""
    series, members = trend.series, trend.series.members
    in_group = series.group == group
    pieces = cut_at(series, in_group, day, window, clustered=False)
    side = np.where(members.group == group, sides_of(series, day, window, members), -1)
    # The parts of periods are in the order of `cut_at`.
    part = np.where(side >= 0, 2 * members.period + side, -1)
    parts = np.unique(part[side >= 0])
    number = np.where(side >= 0, np.searchsorted(parts, part), -1)
    cut = Cut(
        codes.of_documents(side, members.unit), codes.of_documents(number, members.unit),
        pieces.time, pieces.after,
    )  # fmt: skip
    sizes = _sizes(series, in_group, sides_of(series, day, window), pieces)
    rows = []
    for index, frame in enumerate(series.frames):
        none = next(
            (f"no text {name}" for at, name in enumerate(SIDES) if not sizes[f"n_{name}"]), ""
        )
        found, notes = [{"effect": effect} for effect in EFFECTS], [none]
        if not none:
            moods = []
            if pieces.bounded:
                for slopes in (False, True):
                    factors, worth = [1.0], [np.inf]
                    if lags is None:
                        factors, worth = _of_moods(pieces, index, "share", slopes=slopes)
                    moods.append(Lasting(factors[0], worth[0]))
            line = _too_short(pieces, trend.every)
            found, notes = corrected_effects(codes, frame, cut, moods, line, trend.level)
        for row in found:
            remark = "; ".join(filter(None, [row.pop("remark", ""), *notes]))
            unit = _units(trend)[row["effect"]]
            rows.append({"frame": frame, **_EMPTY, "unit": unit, **row, "remark": remark, **sizes})
    table = pd.DataFrame(rows)
    table["frame"] = pd.Categorical(table["frame"], categories=series.frames)
    return table


def _sizes(series: Series, in_group: Mask, side: Rows, cut: CutSeries) -> dict[str, int]:
    """Return the documents or clusters of a group on both sides, and the periods with text."""
    clusters = {
        f"n_{name}": len(np.unique(series.cluster[in_group & (side == number)]))
        for number, name in enumerate(SIDES)
    }
    return clusters | {f"periods_{name}": cut.periods(at) for at, name in enumerate(SIDES)}


def _units(trend: Trend) -> dict[str, str]:
    """Return the unit of each effect."""
    units = ("ratio", f"ratio per {trend.every}", trend.measure, "ratio", trend.measure)
    return dict(zip(EFFECTS, units, strict=True))


def _too_short(cut: CutSeries, every: str) -> str:
    """Return why no level and slope can be estimated, else empty."""
    for number, name in enumerate(SIDES):
        if cut.periods(number) < FEWEST:
            count = cut.periods(number)
            return f"{count} {every}s with text {name}; {FEWEST} are needed"
    if cut.gap > max(MOST_GAP * LENGTH[every], SHORT_GAP):
        return f"no text for {cut.gap:.0f} days around the date"
    return ""


def _trouble(cut: CutSeries, frame: int, every: str) -> tuple[str, str]:
    """Return why no effect can be estimated, and why no level and slope can; else empty."""
    for number, name in enumerate(SIDES):
        on_side = cut.after == number
        if not on_side.any():
            return f"no text {name}", ""
        if not cut.counts[on_side, frame].any():
            return f"no hit {name}", ""
    return "", _too_short(cut, every)


def _effects(
    cut: CutSeries, frame: int, trend: Trend, lags: int | None, inflation: Array
) -> list[dict[str, Any]]:
    """Return the effects on one frame, one dict per effect.

    ``inflation`` is the factor of the errors of level, slope and before-after.
    """
    series = trend.series
    rows: list[dict[str, Any]] = [
        {"effect": effect, "estimate": np.nan, "low": np.nan, "high": np.nan, "unit": unit,
         "p": np.nan, "remark": ""}
        for effect, unit in _units(trend).items()
    ]  # fmt: skip
    none, no_slopes = _trouble(cut, frame, trend.every)
    for slopes, of_model in ((True, rows[:3]), (False, rows[3:])):
        reason = none or (no_slopes if slopes else "")
        counts = cut.counts[:, frame]
        design = cut.design(slopes=slopes)
        fitted = None if reason else fit_counts(design, counts, cut.exposure)
        if fitted is None:
            for row in of_model:
                row["remark"] = reason or "too few hits or periods for a fit"
            continue
        ratios, difference = (of_model[:2], of_model[2]) if slopes else (of_model[:1], of_model[1])
        placebo = [float(inflation[MODELS[row["effect"]]]) for row in of_model]
        least = _least_dispersion(counts, cut.exposure, series, frame)
        moods, worth = [1.0, 1.0], [np.inf, np.inf]
        if lags is None:
            moods, worth = _of_moods(cut, frame, series.kind, slopes=slopes)
        errors = [
            Errors(cut, lags, trend.level, factor, moods[number], worth[number], least)
            for factor, number in zip(placebo, (0, 1, 0) if slopes else (0, 0), strict=True)
        ]
        for row, column, error in zip(ratios, (1, 3), errors, strict=False):
            _fill(row, fitted, np.eye(design.shape[1])[column], error)
        share = series.kind == "share"
        _fill_difference(difference, fitted, series.factor, errors[-1], share=share)
        for row, error in zip(of_model, errors, strict=True):
            row["inflation"] = max(error.inflation, error.moods)
        fewest = min(cut.periods(0), cut.periods(1))
        if fewest < FEW:
            for row in of_model:
                row["remark"] = f"only {fewest} {trend.every}s with text on one side"
    return rows


@dataclass(frozen=True)
class Errors:
    """How errors are estimated: what neighbouring periods and lasting moods add to them.

    ``inflation`` is that of placebo dates, ``moods`` that of `mood_errors`, and ``worth`` the
    number of independent periods that are left. ``least`` is the dispersion of counts that vary by
    chance alone.
    """

    cut: CutSeries
    lags: int | None
    level: float
    inflation: float = 1.0
    moods: float = 1.0
    worth: float = np.inf
    least: float = 0.0

    def of(self, fitted: CountFit, contrast: Array) -> tuple[float, float, int | float]:
        """Return the error before and after it is enlarged, and the degrees of freedom."""
        plain = _error(fitted, contrast, self.cut, self.lags)
        quasi = float(contrast @ fitted.bread @ contrast) * max(fitted.dispersion, self.least)
        enlarged = max(plain * self.inflation, self.moods * float(np.sqrt(quasi)))
        return plain, enlarged, min(fitted.free, max(self.worth - 1, 2.0))


def _least_dispersion(counts: Array, exposure: Array, series: Series, frame: int) -> float:
    """Return the dispersion of counts by chance, in that of a Poisson model of hits of weight 1."""
    if series.kind == "share":
        # Of n sentences with the share s, n s (1 - s) is the variance of the number.
        return float(1 - (counts.sum() + 1 / 2) / (exposure.sum() + 1))
    return float(np.broadcast_to(series.case, len(series.frames))[frame])


def _of_moods(
    cut: CutSeries, frame: int, kind: str, *, slopes: bool
) -> tuple[list[float], list[float]]:
    """Return what moods add to the errors of level (and slope), as `mood_errors` does."""
    time, row = np.unique(cut.time, return_inverse=True)
    exposure, counts = (
        np.bincount(row, values, len(time)).astype(np.float64)
        for values in (cut.exposure, cut.counts[:, frame])
    )
    after = np.zeros(len(time))
    after[row] = cut.after
    columns = [np.ones(len(time)), after, *([time, time * after] if slopes else [])]
    series, design = stabilised(counts, exposure, kind), np.column_stack(columns)
    return mood_errors(series.heights, series.weights, design, (1, 3) if slopes else (1,))


def _fill(row: dict[str, Any], fitted: CountFit, contrast: Array, errors: Errors) -> None:
    """Fill in a ratio: the exponential of a combination of coefficients."""
    value = float(contrast @ fitted.coefficients)
    plain, error, free = errors.of(fitted, contrast)
    row["z"] = _as_normal(value, plain, fitted.free)
    half = t_width(errors.level, free) * error
    row["estimate"], row["low"], row["high"] = np.exp([value, value - half, value + half])
    row["p"] = t_p(value, error, free)


def _fill_difference(
    row: dict[str, Any], fitted: CountFit, factor: float, errors: Errors, *, share: bool
) -> None:
    """Fill in the difference of the values after and before, by the delta method."""
    before = np.exp(fitted.coefficients[0])
    after = np.exp(fitted.coefficients[:2].sum())
    gradient = np.zeros(len(fitted.coefficients))
    gradient[:2] = after - before, after
    value = after - before
    plain, error, free = errors.of(fitted, gradient)
    row["z"] = _as_normal(value, plain, fitted.free)
    half = t_width(errors.level, free) * error
    ends = np.array([value, value - half, value + half])
    # Of few periods the limits may leave the range of a difference of shares.
    ends = np.clip(ends, -1, 1) if share else ends
    row["estimate"], row["low"], row["high"] = (factor * ends).tolist()
    row["p"] = t_p(value, error, free)


def _error(fitted: CountFit, contrast: Array, cut: CutSeries, lags: int | None) -> float:
    """Return the standard error of a combination of coefficients."""
    variance = fitted.variance(contrast[None, :], cut.time, cut.lags(lags), cut.clusters)
    return float(np.sqrt(variance[0]))


def _as_normal(value: float, error: float, free: int) -> float:
    """Return the size of an estimate in standard errors, as a standard normal value."""
    if not error > 0:
        return 0.0
    p = max(float(special.stdtr(free, -abs(value) / error)), 1e-300)
    return float(-special.ndtri(p))


def _inflations(others: Array) -> Array:
    """Return the factor of the errors: how large changes at other dates are in standard errors.

    Shape (models, frames). It is the root of the mean square, and not below 1.
    """
    known = np.isfinite(others)
    count = known.sum(axis=2)
    squares = np.where(known, others, 0.0) ** 2
    root = np.sqrt(squares.sum(axis=2) / np.maximum(count, 1))
    factors: Array = np.where(count >= FEWEST_PLACEBOS, np.maximum(root, 1.0), 1.0)
    # Values before and after include any trend, which is not an error of theirs.
    factors[2] = 1.0
    return factors


def _placebos(
    series: Series, in_group: Mask, day: np.datetime64, window: int | None, clustered: bool,
    lags: int | None, count: int,
) -> Array:  # fmt: skip
    """Return the changes at other dates, as sizes of standard normal values.

    Shape (3, n_frames, n_dates), for level, slope and before-after; missing where it cannot be
    estimated. The change at an earlier date is estimated from the text before ``day``, that at a
    later date from the text after it: what changes at ``day`` is not among them.
    """
    side = sides_of(series, day, None)
    days = np.unique(series.begin[in_group & (side >= 0)])
    days = days[days != day]
    positions = np.linspace(0, len(days) - 1, min(count, len(days)))
    dates = days[positions.round().astype(int)]
    columns = []
    for other in dates:
        cut = cut_at(series, in_group & (side == int(other > day)), other, window, clustered)
        if not cut.bounded:
            continue
        if cut.gap > max(MOST_GAP * LENGTH[series.every], SHORT_GAP):
            continue
        column = np.full((3, len(series.frames)), np.nan)
        for frame in range(len(series.frames)):
            counts = cut.counts[:, frame]
            if not (counts[cut.after == 0].any() and counts[cut.after == 1].any()):
                continue
            for slopes, models in ((True, ((0, 1), (1, 3))), (False, ((2, 1),))):
                design = cut.design(slopes=slopes)
                fitted = fit_counts(design, counts, cut.exposure)
                if fitted is None:
                    continue
                for model, place in models:
                    contrast = np.eye(design.shape[1])[place]
                    error = _error(fitted, contrast, cut, lags)
                    if error > 0:
                        value = float(fitted.coefficients[place])
                        column[model, frame] = _as_normal(value, error, fitted.free)
        columns.append(column)
    return np.stack(columns, axis=2) if columns else np.zeros((3, len(series.frames), 0))
