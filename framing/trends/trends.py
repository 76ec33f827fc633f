"""Trends: scores over time, period by period and as a smooth course."""

import itertools
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from framing._core.checks import (
    InputError,
    check_choice,
    check_from_zero,
    check_objects,
    check_positive,
    check_seed,
    check_share,
)
from framing._core.resampling import rng_for
from framing._core.result import Result
from framing.scores.groups import By, called
from framing.scores.periods import FREQUENCY, check_zone, middles
from framing.scores.scores import Scores, sums
from framing.trends.count_models import fit_counts, t_width
from framing.trends.series import Series, interval_of, make_series

Array = NDArray[np.float64]
Rows = NDArray[np.int64]
Marks = NDArray[np.bool_]

# Periods with text below which a course is not smoothed.
FEWEST = 6
MOST_DF = 12


@dataclass(frozen=True)
class Smooth:
    """A smooth course at each period, missing where it is not known; ``df`` is 0 without one."""

    value: Array
    low: Array
    high: Array
    df: int
    dispersion: float
    reason: str


def default_df(periods: int) -> int:
    """Return the degrees of freedom for so many periods with text: 1 + their root, 3 to 12."""
    return int(min(MOST_DF, max(3, 1 + round(periods**0.5))))


def spline_basis(times: Array, df: int) -> tuple[Array, Array]:
    """Return the natural cubic splines that are 1 at one knot and 0 at the others, and the knots.

    Knots are quantiles of the times, the first and last among them; shape (n, df).
    """
    knots = np.quantile(times, np.linspace(0, 1, df))
    basis: Array = CubicSpline(knots, np.eye(df), bc_type="natural")(times)
    return basis, knots


def bridged(known: Marks, bridge: int) -> Marks:
    """Return the periods with text, and those in gaps of at most ``bridge`` periods between."""
    places = np.flatnonzero(known)
    filled = known.copy()
    for before, after in itertools.pairwise(places):
        if after - before - 1 <= bridge:
            filled[before:after] = True
    return filled


@dataclass(frozen=True)
class Plan:
    """How courses are smoothed, and what is known of each period.

    ``rows``: period of each row; ``clusters`` of the rows, where errors are to allow for them.
    """

    times: Array
    rows: Rows
    clusters: Rows | None
    df: int | None
    bridge: int
    level: float
    share: bool


def smooth(counts: Array, exposure: Array, plan: Plan) -> Smooth:
    """Return the smooth course of the counts of one frame, a row of the arrays each."""
    nothing = np.full(len(plan.times), np.nan)
    periods = np.unique(plan.rows)
    with_hits = len(np.unique(plan.rows[counts > 0]))
    df = plan.df or default_df(len(periods))
    # Where most periods have no hit, a curve that follows each of the others says nothing.
    df = min(df, with_hits - 2)
    if len(periods) < FEWEST or len(periods) <= df + 1:
        reason = f"{len(periods)} periods with text are too few"
        return Smooth(nothing, nothing, nothing, 0, np.nan, reason)
    if df < 2:
        reason = f"{with_hits} periods with a hit are too few"
        return Smooth(nothing, nothing, nothing, 0, np.nan, reason)
    basis, knots = spline_basis(plan.times[periods], df)
    design = basis[np.searchsorted(periods, plan.rows)]
    fitted = fit_counts(design, counts, exposure, share=plan.share)
    if fitted is None:
        return Smooth(nothing, nothing, nothing, 0, np.nan, "the curve has no finite fit")
    known = np.zeros(len(plan.times), dtype=bool)
    known[periods] = True
    shown = bridged(known, plan.bridge)
    curve = CubicSpline(knots, np.eye(df), bc_type="natural")(plan.times[shown])
    middle = curve @ fitted.coefficients
    variance = fitted.variance(curve, plan.rows.astype(np.float64), 0, plan.clusters)
    half = t_width(plan.level, len(periods) - df) * np.sqrt(variance)
    ends = [np.full(len(plan.times), np.nan) for _ in range(3)]
    for end, predicted in zip(ends, (middle, middle - half, middle + half), strict=True):
        end[shown] = 1 / (1 + np.exp(-predicted)) if plan.share else np.exp(predicted)
    return Smooth(ends[0], ends[1], ends[2], df, fitted.dispersion, "")


@dataclass(frozen=True, eq=False)
class Trend(Result):
    """Scores over time.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a frame and period, from the first period to the last: ``frame``, ``period`` (its
        first day), ``value`` with ``low`` and ``high`` (in the unit of the scores), ``n``
        (documents or clusters), ``numerator`` and ``denominator`` (weighted hits and tokens of
        a rate, those and units of a count, sentences with a hit and all of a share), ``smooth``
        with ``smooth_low`` and ``smooth_high`` (in the unit of the scores too), ``method``. A
        period without text is a row with n = 0 and a missing value. With ``by`` there is a
        column ``group`` before these.
    smooths : pandas.DataFrame
        One row a (group and) frame: ``df`` of its smooth course (0 without one), ``periods``
        with text, ``dispersion`` (1 is as Poisson or binomial) and, where there is no course,
        the ``reason``.
    left_out : pandas.DataFrame
        ``unit_id`` and ``reason`` of what could not be placed.
    every : str
        The period.
    by : str or None
    groups : list of str
        The values of ``by``; ["all"] without.
    frames : list of str
    measure : str
        What a value is, in words.
    level : float
    settings : dict
        Among them ``timezone``, in which times of day are turned into days.
    series : Series
        What was counted.

    See Also
    --------
    trend, plot_trend, change_at, find_change_points
    """

    table: pd.DataFrame
    smooths: pd.DataFrame
    every: str
    by: str | None
    groups: list[str]
    frames: list[str]
    measure: str
    level: float
    series: Series

    drawn_by: ClassVar[str] = "plot_trend"
    computed_by: ClassVar[tuple[str, ...]] = (
        "scipy",
        "statsmodels",
    )

    def __repr__(self) -> str:
        series = self.series
        empty = len(series.periods) - len(np.unique(series.period))
        gone = f", {len(self.left_out):,} units left out" if len(self.left_out) else ""
        groups = f" by {self.by} ({len(self.groups)} groups)" if self.by else ""
        return (
            f"<Trend: {self.measure} of {', '.join(self.frames)}{groups} in {len(series.periods):,}"
            f" {self.every}s from {series.starts[0]}, {empty:,} of them empty{gone}; "
            f"{self.level:.0%} intervals>"
        )


@check_objects
def trend(
    scores: Scores,
    *,
    every: str = "week",
    seed: int,
    by: By | None = None,
    timezone: str | None = None,
    cluster: By | None = None,
    df: int | None = None,
    bridge: int = 2,
    draws: int = 2000,
    level: float = 0.95,
) -> Trend:
    """Follow frame scores over time.

    Parameters
    ----------
    scores : Scores
        By document, paragraph or sentence; rates, shares or counts. A count becomes the mean
        count of a unit, since periods differ in how many units they hold.
    every : {"day", "week", "month", "quarter", "year"}
        The period. Weeks are those of ISO 8601 and begin on Monday.
    seed : int
        The same seed gives the same intervals.
    by : str, two of them, or Series, optional
        One trend for each group, 20 at most: a column of the units, "document", "paragraph" (its
        number), "sentence", "year", "quarter", "month", "week" or "day" of the date, two of
        these, or a Series of labels by doc_id or unit_id.
    timezone : str, optional
        IANA name of the zone in which times of day are turned into days; UTC by default. A date
        without a time of day keeps its day.
    cluster : str, two of them, or Series, optional
        What is resampled together (a story, an author): the same values as ``by``; "paragraph"
        and "sentence" are those of one document. By default each document is,
        with all its paragraphs.
    df : int, optional
        Degrees of freedom of the smooth course, 2 or more. By default 1 + the root of the number
        of periods with text, from 3 to 12; fewer where few periods have a hit.
    bridge : int
        Periods without text across which the smooth course goes on. In a longer gap it is
        missing.
    draws : int
        Resamples for the interval of a period of 20 documents and more.
    level : float
        Level of the intervals.

    Returns
    -------
    Trend
        A period's interval is that of its documents, on the log of the value: by a studentised
        bootstrap ("bootstrap-t"), or by Student's t where they are fewer than 20 ("t"), or from
        exact limits for their number where fewer than five have a hit ("limits"), or exact where
        none has ("exact"); a single document has none ("none"). The smooth course is
        a natural cubic spline in time (knots at quantiles of the periods) in a quasi-Poisson
        model of the hits with the tokens as exposure, quasi-binomial for shares. Its band is for
        one period at a time, from errors robust to whatever documents of a period (and clusters)
        have in common.

    Raises
    ------
    InputError
        The scores are topic shares or pool documents, no unit can be placed in a period, or an
        argument is unknown or out of range.

    References
    ----------
    Wood, S. N. (2017). Generalized Additive Models: An Introduction with R. 2nd edition. CRC
    Press. doi:10.1201/9781315370279

    Examples
    --------
    >>> import framing as fr
    >>> days = ["2025-03-03", "2025-03-04", "2025-03-18"]
    >>> corpus = fr.make_corpus(["A truce is near.", "No news at all.", "A truce."], date=days)
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    >>> found = fr.trend(fr.score(hits), every="week", seed=1)
    >>> found.table[["period", "value", "n", "method"]]
          period  value  n  method
    0 2025-03-03  125.0  2  limits
    1 2025-03-10    NaN  0    none
    2 2025-03-17  500.0  1    none
    """
    _check(every, seed, timezone, df, bridge, draws, level)
    series, left_out = make_series(scores, every, by, timezone, cluster)
    tables, courses = [], []
    for number, group in enumerate(series.groups):
        rows = _intervals(series, number, seed, draws, level)
        found, course = _smooths(series, number, cluster is not None, df, bridge, level)
        rows = rows.merge(found, on=["frame", "period"], how="left", validate="1:1")
        for table in (rows, course):
            table.insert(0, "group", group)
        tables.append(rows)
        courses.append(course)
    columns = list(_COLUMNS) if by is None else ["group", *_COLUMNS]
    smooths = pd.concat(courses, ignore_index=True)
    settings = {
        "seed": seed, "draws": draws, "timezone": timezone or "UTC", "resampled": series.resampled,
        "unit": scores.unit, "kind": scores.kind, "df": df, "bridge": bridge,
        "lexicon": scores.lexicon, "lexicon_hash": scores.lexicon_hash, "standing": scores.standing,
    }  # fmt: skip
    measure = f"hits per {scores.unit}" if scores.kind == "count" else scores.measure
    return Trend(
        pd.concat(tables, ignore_index=True)[columns],
        smooths if by is not None else smooths.drop(columns="group"),
        every, None if by is None else called(by), series.groups, series.frames, measure, level,
        series, left_out=left_out, settings=settings,
    )  # fmt: skip


_COLUMNS = (
    "frame", "period", "value", "low", "high", "n", "numerator", "denominator",
    "smooth", "smooth_low", "smooth_high", "method",
)  # fmt: skip


def _check(
    every: str, seed: int, timezone: str | None, df: int | None, bridge: int, draws: int,
    level: float,
) -> None:  # fmt: skip
    check_choice("every", every, FREQUENCY)
    check_seed(seed)
    check_zone(timezone)
    check_from_zero("bridge", bridge)
    check_positive("draws", draws, whole=True)
    check_share("level", level)
    if df is not None:
        check_positive("df", df, whole=True)
        if df < 2:
            raise InputError("df=1 would be a mean over all periods: a course takes 2 or more.")


def _intervals(series: Series, group: int, seed: int, draws: int, level: float) -> pd.DataFrame:
    """Return the value of each frame in each period, in the order of frames and periods."""
    own = series.group == group
    tables = []
    for place, start in enumerate(series.starts):
        rng = rng_for(seed, f"trend {series.groups[group]} {start}")
        found = interval_of(series, own & (series.period == place), draws, level, rng)
        found.insert(1, "period", pd.Timestamp(start).as_unit("s"))
        tables.append(found)
    table = pd.concat(tables, ignore_index=True)
    return table.sort_values(["frame", "period"], ignore_index=True)


def _smooths(
    series: Series, group: int, clustered: bool, df: int | None, bridge: int, level: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    own = series.group == group
    # Documents of a period count as one row: their errors are those of the period.
    names = series.cluster[own] if clustered else np.zeros(own.sum(), dtype=np.int64)
    keys, code = np.unique(
        np.column_stack([series.period[own], names]), axis=0, return_inverse=True
    )
    code = code.ravel()
    values = np.column_stack([series.numerators[own], series.denominators[own]])
    held = sums(code, values, len(keys))
    clusters = np.unique(keys[:, 1], return_inverse=True)[1].ravel() if clustered else None
    plan = Plan(
        middles(series.periods), keys[:, 0], clusters, df, bridge, level, series.kind == "share"
    )
    tables, courses = [], []
    for place, frame in enumerate(series.frames):
        found = smooth(held[:, place], held[:, -1], plan)
        label = pd.Categorical([frame], categories=series.frames)
        tables.append(
            pd.DataFrame(
                {
                    "frame": label.repeat(len(series.periods)),
                    "period": pd.DatetimeIndex(series.starts).as_unit("s"),
                    "smooth": found.value * series.factor,
                    "smooth_low": found.low * series.factor,
                    "smooth_high": found.high * series.factor,
                }
            )
        )
        courses.append(
            pd.DataFrame(
                {
                    "frame": label,
                    "df": found.df,
                    "periods": len(np.unique(keys[:, 0])),
                    "dispersion": found.dispersion,
                    "reason": found.reason,
                }
            )
        )
    return pd.concat(tables, ignore_index=True), pd.concat(courses, ignore_index=True)
