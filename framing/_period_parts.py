"""Parts of periods: what lies on either side of a date."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framing._series import Series
from framing.scores.periods import LENGTH, starts
from framing.scores.scores import sums

Array = NDArray[np.float64]
Rows = NDArray[np.int64]
Marks = NDArray[np.bool_]

# Periods with text that each side needs for a level and a slope of its own.
FEWEST = 3


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
