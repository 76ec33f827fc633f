"""Smooth courses: a natural cubic spline in time, fitted to counts with their exposure."""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from framing._glm import fit_counts, t_width

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
