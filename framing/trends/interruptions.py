"""Interruptions: what changes at a date that was named beforehand."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import (
    InputError,
    check_from_zero,
    check_made_by,
    check_objects,
    check_positive,
)
from framing._core.result import Result
from framing._core.statistics import adjust
from framing.scores.periods import LENGTH, read_day, starts
from framing.scores.scores import sums
from framing.trends.count_models import Fit, fit_counts, t_p, t_width
from framing.trends.series import Series
from framing.trends.trends import Trend

Array = NDArray[np.float64]
Rows = NDArray[np.int64]
Marks = NDArray[np.bool_]

# Periods with text that each side needs for a level and a slope of its own.
FEWEST = 3


# Periods on a side below which errors are marked as rough.
FEW = 6
# Periods without text around the date over which a level would have to be guessed, and days that
# are always short.
MOST_GAP, SHORT_GAP = 2, 14
EFFECTS = ("level", "slope", "level difference", "before-after ratio", "before-after difference")
_COLUMNS = (
    "frame", "effect", "estimate", "low", "high", "unit", "p", "p_adjusted", "placebo_p",
    "placebo_dates", "n_before", "n_after", "periods_before", "periods_after", "remark",
)  # fmt: skip


def sides_of(series: Series, day: np.datetime64, window: int | None) -> Rows:
    """Return 0 before the date, 1 from it on, -1 where neither is sure or outside the window."""
    side = np.where(series.end < day, 0, np.where(series.begin >= day, 1, -1))
    if window is not None:
        # To whole periods, and not by length, so that no period is cut but that of the date.
        place = int(np.searchsorted(series.starts, day, side="right")) - 1
        far = (series.period < place - window) | (series.period > place + window)
        side = np.where(far, -1, side)
    return side.astype(np.int64)


@dataclass(frozen=True)
class Parts:
    """Parts of periods on either side of a date, in periods from it, with what they hold."""

    time: Array
    after: Array
    counts: Array
    exposure: Array
    clusters: Rows | None
    gap: float

    def periods(self, after: int) -> int:
        return len(np.unique(self.time[self.after == after]))

    @property
    def bounded(self) -> bool:
        return min(self.periods(0), self.periods(1)) >= FEWEST

    def lags(self, given: int | None) -> float:
        rows = len(np.unique(self.time))
        return float(given) if given is not None else float(np.floor(4 * (rows / 100) ** (2 / 9)))

    def design(self, *, slopes: bool) -> Array:
        columns = [np.ones(len(self.time)), self.after]
        if slopes:
            columns += [self.time, self.time * self.after]
        return np.column_stack(columns)


def cut_at(
    series: Series, own: Marks, day: np.datetime64, window: int | None, clustered: bool
) -> Parts:
    """Return what some rows hold in each period, that of the date cut in two."""
    side = sides_of(series, day, window)
    rows = own & (side >= 0)
    names = series.cluster[rows] if clustered else np.zeros(int(rows.sum()), dtype=np.int64)
    keys, code = np.unique(
        np.column_stack([series.period[rows], side[rows], names]), axis=0, return_inverse=True
    )
    code = code.ravel()
    values = np.column_stack([series.numerators[rows], series.denominators[rows]])
    held = sums(code, values, len(keys))
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
    return Parts(
        time=((begin + end) / 2 - zero) / LENGTH[series.every],
        after=keys[:, 1].astype(np.float64),
        counts=held[:, :-1],
        exposure=held[:, -1],
        clusters=np.unique(keys[:, 2], return_inverse=True)[1].ravel() if clustered else None,
        gap=float(days.astype(np.int64)) - 1,
    )


@dataclass(frozen=True, eq=False)
class Interruption(Result):
    """What changes at a named date.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a (group,) frame and ``effect``: ``estimate`` with ``low`` and ``high``, its
        ``unit``, ``p``, ``p_adjusted`` (Holm, over frames and groups of one effect),
        ``placebo_p`` (of "level" only) and the number of ``placebo_dates`` behind it,
        ``n_before`` and ``n_after`` (documents or clusters), ``periods_before`` and
        ``periods_after`` (with text), ``remark`` (why something is missing or rough). See
        `change_at`.
    left_out : pandas.DataFrame
        ``unit_id`` (document or cluster) that lies on neither side for sure, and ``reason``.
    date : pandas.Timestamp
        The first day after the change.
    level : float
    settings : dict
    """

    table: pd.DataFrame
    date: pd.Timestamp
    level: float

    draw_instead: ClassVar[str] = (
        "plot_trend(trend, events={date: name}) draws the course around the date."
    )
    computed_by: ClassVar[tuple[str, ...]] = (
        "scipy",
        "statsmodels",
    )

    def __repr__(self) -> str:
        levels = self.table[self.table["effect"] == "level"]
        found = int((levels["p_adjusted"] < 0.05).sum())
        return (
            f"<Interruption at {self.date.date()}: level changes in {found} of {len(levels)} "
            f"series (p_adjusted < .05), {self.level:.0%} intervals>"
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
    """Estimate what changes at a date that was known beforehand: an interrupted time series.

    Parameters
    ----------
    trend : Trend
        The period in which the date lies is cut in two at it.
    date : str or pandas.Timestamp
        The first day that counts as after.
    window : int, optional
        Periods before and after the date to look at; all of them by default. Straight lines
        rarely fit several years.
    lags : int, optional
        Periods over which errors may be correlated; by default 4 (T / 100)^(2/9) for T periods
        (Newey and West 1994), 2 or 3 in most series.
    placebos : int
        Other dates, evenly spread, at which the same change is looked for; with 0 none.

    Returns
    -------
    Interruption
        Five effects a frame. "level": the ratio of the value just after the date to that just
        before, from a log-linear (quasi-Poisson) model with a slope and a level on either side.
        "slope": by what the ratio of one period to the last is multiplied. "level difference":
        the first in the unit of the scores. "before-after ratio" and "before-after difference":
        of the pooled values on both sides, without slopes, and hence with whatever trend there
        was. Errors allow for documents of a period and periods near each other to be alike, and
        are never below those of the quasi-Poisson model; t-distributed.

        Such errors are still too small where moods last. Hence ``placebo_p``:
        the share of other dates in the same data at which the level changes as much, in standard
        errors, the date itself counted. A true change shows at the days beside it too, so that
        this share is conservative.

    Raises
    ------
    InputError
        The date is no date, or no text lies on one side of it in any group.

    References
    ----------
    Bernal, J. L., Cummins, S. and Gasparrini, A. (2017). Interrupted time series regression for
    the evaluation of public health interventions: a tutorial. International Journal of
    Epidemiology 46(1), 348-355. doi:10.1093/ije/dyw098

    Newey, W. K. and West, K. D. (1994). Automatic lag selection in covariance matrix estimation.
    Review of Economic Studies 61(4), 631-653. doi:10.2307/2297912

    Examples
    --------
    >>> import framing as fr
    >>> testbed = fr.load_testbed()
    >>> hits = fr.find_hits(testbed.corpus, fr.load_lexicon("peace-initiative"))
    >>> course = fr.trend(fr.score(hits), every="month", seed=1, draws=100)
    >>> change = fr.change_at(course, "2025-09-09")
    >>> change.table[["frame", "effect", "n_before", "n_after"]].head(1)
       frame effect  n_before  n_after
    0  peace  level       139      122
    """
    check_made_by("trend", trend, Trend, "trend(scores, seed=1)")
    day = read_day("date", date)
    if window is not None:
        check_positive("window", window, whole=True)
    if lags is not None:
        check_from_zero("lags", lags)
    check_from_zero("placebos", placebos)
    series = trend.series
    sides = sides_of(series, day, window)
    if not ((sides == 0).any() and (sides == 1).any()):
        _refuse(series, day, window)
    tables = []
    for number, group in enumerate(trend.groups):
        table = _group(trend, number, day, window, lags, placebos)
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
    near = "" if window is None else f" within {window} {series.every}s of it"
    raise InputError(
        f"There is text on one side of {day} only{near}: the dates run from "
        f"{series.begin.min()} to {series.end.max()}. A change takes text before and after."
    )


def _group(
    trend: Trend,
    group: int,
    day: np.datetime64,
    window: int | None,
    lags: int | None,
    placebos: int,
) -> pd.DataFrame:
    series = trend.series
    own = series.group == group
    clustered = series.resampled != "document"
    parts = cut_at(series, own, day, window, clustered)
    side = sides_of(series, day, window)
    others = _placebos(series, own, day, window, clustered, lags, placebos)
    sizes = {
        f"n_{name}": len(np.unique(series.cluster[own & (side == number)]))
        for number, name in enumerate(("before", "after"))
    } | {"periods_before": parts.periods(0), "periods_after": parts.periods(1)}
    rows = []
    for place, frame in enumerate(series.frames):
        for row in _effects(parts, place, trend, lags):
            row["placebo_p"], row["placebo_dates"] = np.nan, 0
            if row["effect"] == "level" and "z" in row:
                known = others[place][np.isfinite(others[place])]
                row["placebo_dates"] = len(known)
                if len(known):
                    as_large = int((known >= abs(row["z"]) - 1e-9).sum())
                    row["placebo_p"] = (1 + as_large) / (1 + len(known))
            rows.append({"frame": frame, **row, **sizes})
    table = pd.DataFrame(rows).drop(columns="z", errors="ignore")
    table["frame"] = pd.Categorical(table["frame"], categories=series.frames)
    return table


def _trouble(parts: Parts, place: int, every: str) -> tuple[str, str]:
    """Return why there is no estimate at all, and why none of level and slope; else empty."""
    for number, name in enumerate(("before", "after")):
        on = parts.after == number
        if not on.any():
            return f"no text {name}", ""
        if not parts.counts[on, place].any():
            return f"no hit {name}", ""
    for number, name in enumerate(("before", "after")):
        if parts.periods(number) < FEWEST:
            count = parts.periods(number)
            return "", f"{count} {every}s with text {name}, {FEWEST} are needed"
    if parts.gap > max(MOST_GAP * LENGTH[every], SHORT_GAP):
        return "", f"no text for {parts.gap:.0f} days around the date"
    return "", ""


def _effects(parts: Parts, place: int, trend: Trend, lags: int | None) -> list[dict[str, Any]]:
    """Return the effects on one frame, one a dict."""
    series = trend.series
    units = ("ratio", f"ratio a {trend.every}", trend.measure, "ratio", trend.measure)
    rows: list[dict[str, Any]] = [
        {"effect": effect, "estimate": np.nan, "low": np.nan, "high": np.nan, "unit": unit,
         "p": np.nan, "remark": ""}
        for effect, unit in zip(EFFECTS, units, strict=True)
    ]  # fmt: skip
    none, no_slopes = _trouble(parts, place, trend.every)
    for slopes, mine in ((True, rows[:3]), (False, rows[3:])):
        reason = none or (no_slopes if slopes else "")
        counts = parts.counts[:, place]
        design = parts.design(slopes=slopes)
        fitted = None if reason else fit_counts(design, counts, parts.exposure)
        if fitted is None:
            for row in mine:
                row["remark"] = reason or "too few hits or periods for a fit"
            continue
        ratios, difference = (mine[:2], mine[2]) if slopes else (mine[:1], mine[1])
        for row, column in zip(ratios, (1, 3), strict=False):
            _fill(row, fitted, np.eye(design.shape[1])[column], parts, lags, trend.level)
        _fill_difference(difference, fitted, parts, lags, trend.level, series.factor)
        least = min(parts.periods(0), parts.periods(1))
        if least < FEW:
            for row in mine:
                row["remark"] = f"only {least} {trend.every}s with text on one side"
    return rows


def _fill(
    row: dict[str, Any], fitted: Fit, contrast: Array, parts: Parts, lags: int | None, level: float
) -> None:
    value = float(contrast @ fitted.coefficients)
    error = _error(fitted, contrast, parts, lags)
    half = t_width(level, fitted.free) * error
    row["estimate"], row["low"], row["high"] = np.exp([value, value - half, value + half])
    row["p"] = t_p(value, error, fitted.free)
    row["z"] = value / error if error > 0 else 0.0


def _fill_difference(
    row: dict[str, Any], fitted: Fit, parts: Parts, lags: int | None, level: float, factor: float
) -> None:
    before = np.exp(fitted.coefficients[0])
    after = np.exp(fitted.coefficients[:2].sum())
    gradient = np.zeros(len(fitted.coefficients))
    gradient[:2] = after - before, after
    value, error = after - before, _error(fitted, gradient, parts, lags)
    half = t_width(level, fitted.free) * error
    row["estimate"], row["low"], row["high"] = (
        factor * end for end in (value, value - half, value + half)
    )
    row["p"] = t_p(value, error, fitted.free)


def _error(fitted: Fit, contrast: Array, parts: Parts, lags: int | None) -> float:
    variance = fitted.variance(contrast[None, :], parts.time, parts.lags(lags), parts.clusters)
    return float(np.sqrt(variance[0]))


def _placebos(
    series: Series, own: Marks, day: np.datetime64, window: int | None, clustered: bool,
    lags: int | None, count: int,
) -> Array:  # fmt: skip
    """Return how large the change in level is at other dates, in standard errors.

    Shape (n_frames, n_dates); missing where it cannot be estimated.
    """
    days = np.unique(series.begin[own])
    days = days[days != day]
    places = np.linspace(0, len(days) - 1, min(count, len(days)))
    picked = days[places.round().astype(int)]
    found = []
    for other in picked:
        parts = cut_at(series, own, other, window, clustered)
        if not parts.bounded:
            continue
        if parts.gap > max(MOST_GAP * LENGTH[series.every], SHORT_GAP):
            continue
        column = np.full(len(series.frames), np.nan)
        for place in range(len(series.frames)):
            counts = parts.counts[:, place]
            if not (counts[parts.after == 0].any() and counts[parts.after == 1].any()):
                continue
            fitted = fit_counts(parts.design(slopes=True), counts, parts.exposure)
            if fitted is not None:
                contrast = np.array([0.0, 1.0, 0.0, 0.0])
                error = _error(fitted, contrast, parts, lags)
                column[place] = abs(fitted.coefficients[1]) / error if error > 0 else np.nan
        found.append(column)
    return np.array(found).T if found else np.zeros((len(series.frames), 0))
