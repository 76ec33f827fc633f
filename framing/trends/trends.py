"""Trends: scores over time, by period and as a smooth curve."""

import itertools
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy.interpolate import CubicSpline

from framing._core.checks import (
    InputError,
    check_choice,
    check_draws,
    check_from_zero,
    check_objects,
    check_positive,
    check_seed,
    check_share,
)
from framing._core.result import Result, instrument_of
from framing._core.tables import counted
from framing._core.typing import Array, Mask, Rows
from framing.coding.correction import CodedSample, coded_by_sample, standing_after
from framing.scores.groups import By, called
from framing.scores.periods import FREQUENCY, check_zone, middles
from framing.scores.scores import Scores, each_once, refuse_signed, sums
from framing.trends.corrected_series import (
    NO_CURVE,
    coded_series,
    correct_periods,
)
from framing.trends.count_models import fit_counts, t_width
from framing.trends.series import Series, intervals_of, make_series

# Fewest periods with text for a smooth curve.
FEWEST = 6
MOST_DF = 12


@dataclass(frozen=True)
class SmoothCurve:
    """A smooth curve at each period, missing in long gaps; ``df`` is 0 without a curve."""

    value: Array
    low: Array
    high: Array
    df: int
    dispersion: float
    reason: str


def default_df(periods: int) -> int:
    """Return the degrees of freedom: 1 + the root of the periods with text, from 3 to 12."""
    return int(min(MOST_DF, max(3, 1 + round(periods**0.5))))


def spline_basis(times: Array, df: int) -> tuple[Array, Array]:
    """Return a basis of natural cubic splines, shape (n, df), and its knots.

    Each spline is 1 at one knot and 0 at the others. Knots are quantiles of the times, with the
    first and the last time among them.
    """
    knots = np.quantile(times, np.linspace(0, 1, df))
    basis: Array = CubicSpline(knots, np.eye(df), bc_type="natural")(times)
    return basis, knots


def bridged(known: Mask, bridge: int) -> Mask:
    """Return the periods with text, and those in gaps of at most ``bridge`` periods.

    With text in the periods 0, 3 and 7 and ``bridge`` 2, that is 0 to 3 and 7.
    """
    periods = np.flatnonzero(known)
    filled = known.copy()
    for before, after in itertools.pairwise(periods):
        if after - before - 1 <= bridge:
            filled[before:after] = True
    return filled


@dataclass(frozen=True)
class Smoothing:
    """How curves are smoothed: the times of the periods, and what the rows are.

    ``rows`` is the period of each row; ``clusters`` that of the rows, where errors allow for it.
    """

    times: Array
    rows: Rows
    clusters: Rows | None
    df: int | None
    bridge: int
    level: float
    share: bool


def smooth(counts: Array, exposure: Array, plan: Smoothing, least: float = 0.0) -> SmoothCurve:
    """Return the smooth curve of one frame; the arrays have one row per period and cluster.

    ``least`` is the dispersion of counts that vary by chance alone: errors are not below it.
    """
    nothing = np.full(len(plan.times), np.nan)
    periods = np.unique(plan.rows)
    with_hits = len(np.unique(plan.rows[counts > 0]))
    df = plan.df or default_df(len(periods))
    # Where most periods have no hit, the curve must not follow each period that has one.
    df = min(df, with_hits - 2)
    if len(periods) < FEWEST or len(periods) <= df + 1:
        reason = f"{len(periods)} periods with text are too few"
        return SmoothCurve(nothing, nothing, nothing, 0, np.nan, reason)
    if df < 2:
        reason = f"{with_hits} periods with a hit are too few"
        return SmoothCurve(nothing, nothing, nothing, 0, np.nan, reason)
    basis, knots = spline_basis(plan.times[periods], df)
    design = basis[np.searchsorted(periods, plan.rows)]
    fitted = fit_counts(design, counts, exposure, share=plan.share)
    if fitted is None:
        return SmoothCurve(nothing, nothing, nothing, 0, np.nan, "the curve has no finite fit")
    known = np.zeros(len(plan.times), dtype=bool)
    known[periods] = True
    covered = bridged(known, plan.bridge)
    curve = CubicSpline(knots, np.eye(df), bc_type="natural")(plan.times[covered])
    middle = curve @ fitted.coefficients
    by_chance = replace(fitted, dispersion=max(fitted.dispersion, least))
    variance = by_chance.variance(curve, plan.rows.astype(np.float64), 0, plan.clusters)
    half = t_width(plan.level, len(periods) - df) * np.sqrt(variance)
    ends = [np.full(len(plan.times), np.nan) for _ in range(3)]
    for end, predicted in zip(ends, (middle, middle - half, middle + half), strict=True):
        end[covered] = 1 / (1 + np.exp(-predicted)) if plan.share else np.exp(predicted)
    return SmoothCurve(ends[0], ends[1], ends[2], df, fitted.dispersion, "")


@dataclass(frozen=True, eq=False)
class Trend(Result):
    """Scores over time.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per frame and period, from the first period to the last: ``frame``, ``period``
        (its first day), ``value`` with ``low`` and ``high`` (in the unit of the scores), ``n``
        (documents or clusters), ``numerator`` and ``denominator`` (of a rate: weighted hits and
        tokens; of a count: weighted hits and units; of a share: sentences with a hit and all
        sentences; of a corrected share the numerator is the corrected number of them),
        ``smooth`` with ``smooth_low`` and ``smooth_high`` (also in the unit of the
        scores), ``method`` and ``note``: why an interval is wide or missing, or what a corrected
        share rests on. A period without text is a row with n = 0 and a missing value. With
        ``by`` there is a column ``group`` before these.
    smooths : pandas.DataFrame
        One row per (group and) frame: ``df`` of its smooth curve (0 without a curve),
        ``periods`` with text, ``dispersion`` (1 means as in a Poisson or binomial model) and,
        where there is no curve, the ``reason``.
    left_out : pandas.DataFrame
        ``unit_id`` and ``reason`` of the units without a period, a group or a token.
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
        The counts behind the trend, and the codes of a corrected one.

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
        gone = f", {counted(len(self.left_out), 'units')} left out" if len(self.left_out) else ""
        groups = f" by {self.by} ({len(self.groups)} groups)" if self.by else ""
        periods = counted(len(series.periods), f"{self.every}s")
        codes = self.settings.get("correction", "")
        corrected = f"; corrected by {codes}" if codes else ""
        return (
            f"<Trend: {self.measure} of {', '.join(self.frames)}{groups} in {periods}"
            f" from {series.starts[0]}, {empty:,} of them empty{gone}; "
            f"{self.level:.0%} intervals{corrected}>"
        )


@check_objects
def trend(
    scores: Scores,
    *,
    every: str = "week",
    seed: int | None = None,
    by: By | None = None,
    timezone: str | None = None,
    cluster: By | None = None,
    df: int | None = None,
    bridge: int = 2,
    draws: int = 2000,
    level: float = 0.95,
    correction: CodedSample | None = None,
) -> Trend:
    """Follow frame scores over time.

    Returns a Trend: ``table`` has a row for each frame and period with its score and 95% interval,
    and a smooth curve. `plot_trend` draws it, `change_at` and `find_change_points` look for
    changes.

    Try it: ``fr.trend(fr.score(fr.load_study("briefings").hits), every="quarter")``.

    Parameters
    ----------
    scores : Scores
        By document, paragraph or sentence; rates, shares or counts. A count becomes the mean
        count of a unit, since periods differ in how many units they hold.
    every : {"day", "week", "month", "quarter", "year"}
        The period. Weeks are those of ISO 8601 and begin on Monday.
    seed, draws : int
        No longer used; intervals were bootstrap intervals. They work for one more version.
    by : str, two of them, or Series, optional
        One trend for each group, at most 60: a column of the units, "document", "paragraph" (its
        number), "sentence", "year", "quarter", "month", "week" or "day" of the date, two of
        these, or a Series of labels by doc_id or unit_id.
    timezone : str, optional
        IANA name of the zone in which times of day are turned into days; UTC by default. A date
        without a time of day keeps its day.
    cluster : str, two of them, or Series, optional
        Units of one cluster count together (those of a story or an author). It takes the
        same values as ``by``; "paragraph" and "sentence" are those of one document. By default
        a cluster is a document with all its paragraphs.
    df : int, optional
        Degrees of freedom of the smooth curve, 2 or more. By default 1 + the root of the number
        of periods with text, from 3 to 12; fewer where few periods have a hit.
    bridge : int
        Longest gap, in periods without text, that the smooth curve crosses. In a longer gap it
        is missing.
    level : float
        Level of the intervals.
    correction : (Codes, Sample), optional
        A coded sample of the sentences, for shares of documents. The share of each period and its
        interval are then corrected by the codes ("correction"), as by ``correct(…, cluster=…)``;
        there is no smooth curve, and hits are used where `correct` uses them. A sample with
        ``strata=("frame", "month")`` has codes of each period; a period without a code takes the
        shares of all, and its interval is wide.

    Returns
    -------
    Trend
        The interval of a period is that of `Scores.interval` over its documents or clusters ("t");
        exact limits where none has a hit ("exact"), with the design effect of the other periods; a
        single document with a hit has no interval ("none"). With ``cluster=`` periods of so few
        clusters that a rare kind may be missing among them allow for the spread of the other
        periods, and the note says so. No random number is drawn. The smooth
        curve is a natural cubic spline in time (knots at quantiles of the periods) in a
        quasi-Poisson model of the hits with the tokens as exposure, or in a quasi-binomial model
        for shares. Its band holds for one period at a time. Its errors
        are robust to what documents of a period, or of a cluster, have in common, and never below
        those of so many hits by chance, so that a series of equal periods has a band. Neither is
        above one hit per token where hits count at most once.

        benchmarks/foreign_generators.md says how often such intervals hold the truth. Corrected
        months of 8 to 50 articles hold it in 98 to 100% (25 draws of 12 settings: shares of .05 and
        .2, 100 and 300 codes, a few explainers, a lexicon that misses ever more).

    Raises
    ------
    InputError
        The scores are topic shares or pool documents, entries have negative weights, no unit
        belongs to a period, or an argument is unknown or out of range.

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
    >>> found = fr.trend(fr.score(hits), every="week")
    >>> found.table[["period", "value", "n", "method"]]
          period  value  n  method
    0 2025-03-03  125.0  2       t
    1 2025-03-10    NaN  0    none
    2 2025-03-17  500.0  1    none
    """
    _check(every, seed, timezone, df, bridge, draws, level)
    refuse_signed(scores, "trend")
    pieces = scores.parts.by_frame or (scores,)
    all_series = [make_series(piece, every, by, timezone, cluster) for piece in pieces]
    series, left_out = all_series[0]
    frames = [frame for piece, _ in all_series for frame in piece.frames]
    tables: list[pd.DataFrame] = []
    fact_tables: list[pd.DataFrame] = []
    intervals = [_intervals(piece, level) for piece, _ in all_series]
    for number, group in enumerate(series.groups):
        periods, smoothed = [], []
        for (piece, _), of_groups in zip(all_series, intervals, strict=True):
            rows = of_groups[number]
            curves, facts = _smooths(piece, number, cluster is not None, df, bridge, level)
            periods.append(rows.merge(curves, on=["frame", "period"], how="left", validate="1:1"))
            smoothed.append(facts)
        for several, parts in ((tables, periods), (fact_tables, smoothed)):
            table = pd.concat(parts, ignore_index=True)
            table["frame"] = pd.Categorical(table["frame"], categories=frames)
            table.insert(0, "group", group)
            several.append(table)
    corrected_by = "" if correction is None else coded_by_sample(correction)
    coded = None if correction is None else coded_series(scores, series, correction)
    if coded is not None:
        tables = correct_periods(tables, series, coded, level)
        fact_tables = [facts.assign(df=0, reason=NO_CURVE) for facts in fact_tables]
    columns = list(_COLUMNS) if by is None else ["group", *_COLUMNS]
    smooths = pd.concat(fact_tables, ignore_index=True)
    settings = {
        "seed": seed, "draws": draws, "timezone": timezone or "UTC", "resampled": series.resampled,
        "unit": scores.unit, "kind": scores.kind, "df": df, "bridge": bridge,
        **instrument_of(scores), "standing": standing_after(scores.standing, corrected_by),
        "correction": corrected_by,
    }  # fmt: skip
    measure = f"hits per {scores.unit}" if scores.kind == "count" else scores.measure
    return Trend(
        pd.concat(tables, ignore_index=True)[columns],
        smooths if by is not None else smooths.drop(columns="group"),
        every, None if by is None else called(by), series.groups, frames, measure, level,
        replace(series, coded=coded), left_out=left_out, settings=settings,
    )  # fmt: skip


_COLUMNS = (
    "frame", "period", "value", "low", "high", "n", "numerator", "denominator",
    "smooth", "smooth_low", "smooth_high", "method", "note",
)  # fmt: skip


def _check(
    every: str, seed: int | None, timezone: str | None, df: int | None, bridge: int, draws: int,
    level: float,
) -> None:  # fmt: skip
    """Raise InputError for an argument that is unknown or out of range."""
    check_choice("every", every, FREQUENCY)
    if seed is not None:
        check_seed(seed)
    check_zone(timezone)
    check_from_zero("bridge", bridge)
    check_draws("draws", draws)
    check_share("level", level)
    if df is not None:
        check_positive("df", df, whole=True)
        if df < 2:
            raise InputError(
                "df=1 would be the mean over all periods, not a curve. Give df=2 or more."
            )


def _intervals(series: Series, level: float) -> list[pd.DataFrame]:
    """Return a table of each group: the value of each frame in each period, in this order."""
    count, starts = len(series.periods), pd.DatetimeIndex(series.starts).as_unit("s")
    code = series.group * count + series.period
    table = intervals_of(series, code, len(series.groups) * count, level)
    rows, k = count * len(series.frames), len(series.frames)
    tables = []
    for number in range(len(series.groups)):
        of_group = table.iloc[number * rows : (number + 1) * rows].copy()
        of_group.insert(1, "period", starts.repeat(k))
        tables.append(of_group.sort_values(["frame", "period"], ignore_index=True))
    return tables


def _smooths(
    series: Series, group: int, clustered: bool, df: int | None, bridge: int, level: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the smooth curve of each frame by period, and the facts about each curve."""
    in_group = series.group == group
    # The documents of a period are one row, so that errors are by period.
    names = series.cluster[in_group] if clustered else np.zeros(in_group.sum(), dtype=np.int64)
    keys, code = np.unique(
        np.column_stack([series.period[in_group], names]), axis=0, return_inverse=True
    )
    code = code.ravel()
    values = np.column_stack([series.numerators[in_group], series.denominators[in_group]])
    summed = sums(code, values * series.times[in_group, None], len(keys))
    clusters = np.unique(keys[:, 1], return_inverse=True)[1].ravel() if clustered else None
    plan = Smoothing(
        middles(series.periods), keys[:, 0], clusters, df, bridge, level, series.kind == "share"
    )
    # There is at most one hit per token, whatever the curve is.
    once = each_once(series.case, series.numerators, series.denominators)
    most = 1.0 if series.kind == "rate" and once else np.inf
    # A hit of a weight varies by chance as its square; sentences with a hit as a binomial count.
    chance = np.broadcast_to(1.0 if plan.share else series.case, len(series.frames))
    tables, facts = [], []
    for number, frame in enumerate(series.frames):
        curve = smooth(summed[:, number], summed[:, -1], plan, float(chance[number]))
        label = pd.Categorical([frame], categories=series.frames)
        tables.append(
            pd.DataFrame(
                {
                    "frame": label.repeat(len(series.periods)),
                    "period": pd.DatetimeIndex(series.starts).as_unit("s"),
                    "smooth": np.minimum(curve.value, most) * series.factor,
                    "smooth_low": np.minimum(curve.low, most) * series.factor,
                    "smooth_high": np.minimum(curve.high, most) * series.factor,
                }
            )
        )
        facts.append(
            pd.DataFrame(
                {
                    "frame": label,
                    "df": curve.df,
                    "periods": len(np.unique(keys[:, 0])),
                    "dispersion": curve.dispersion,
                    "reason": curve.reason,
                }
            )
        )
    return pd.concat(tables, ignore_index=True), pd.concat(facts, ignore_index=True)
