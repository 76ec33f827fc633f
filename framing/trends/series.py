"""Series: what the units of text hold, by period and group."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError, check_columns, check_made_by
from framing._core.resampling import FEW_HITS, combine, gather, t_interval
from framing._core.statistics import binomial_upper, garwood, poisson_upper
from framing.scores.groups import (
    TOPIC_SHARE,
    By,
    called,
    cluster_codes,
    groups_of,
    read_clusters,
)
from framing.scores.periods import Dates, cut, read_dates, starts, too_coarse
from framing.scores.scores import Scores, sums
from framing.trends.count_models import t_width

Array = NDArray[np.float64]
Rows = NDArray[np.int64]

UNITS = ("document", "paragraph", "sentence")
MOST_GROUPS = 20
# Clusters below which resamples of them are too much alike to be studentised.
FEW_CLUSTERS = 20


@dataclass(frozen=True)
class Series:
    """What is counted over time: one row of the arrays a cluster, period, group and day.

    ``begin`` and ``end`` are the days within which it was published. ``numerators`` has the shape
    (n, n_frames). ``names`` are those of the clusters, ``resampled`` says what they are.
    """

    begin: Dates
    end: Dates
    period: Rows
    group: Rows
    cluster: Rows
    units: Rows
    numerators: Array
    denominators: Array
    periods: pd.PeriodIndex
    groups: list[str]
    frames: list[str]
    names: NDArray[np.object_]
    kind: str
    per: float
    every: str
    resampled: str

    @property
    def factor(self) -> float:
        """What a quotient is multiplied with to be a value."""
        return self.per if self.kind == "rate" else 1.0

    @property
    def starts(self) -> Dates:
        """The first day of each period."""
        return starts(self.periods)

    def totals(self, group: int) -> tuple[Array, Array]:
        """Return numerators (n_periods, n_frames) and denominators of the periods of a group."""
        own, count = self.group == group, len(self.periods)
        period = self.period[own]
        values = np.column_stack([self.numerators[own], self.denominators[own]])
        summed = sums(period, values, count)
        return summed[:, :-1], summed[:, -1]

    def pooled(self, rows: NDArray[np.bool_]) -> Array:
        """Return what each cluster among these rows holds: numerators, then the denominator."""
        code = np.unique(self.cluster[rows], return_inverse=True)[1]
        values = np.column_stack([self.numerators[rows], self.denominators[rows]])
        return sums(code.astype(np.int64), values, int(code.max()) + 1)


def make_series(
    scores: Scores, every: str, by: By | None, timezone: str | None, cluster: By | None
) -> tuple[Series, pd.DataFrame]:
    """Return the series of some scores, and the units left out: ``unit_id``, ``reason``."""
    _check_scores(scores)
    units = scores.units
    check_columns(units.columns, ["doc_id", "date"], "scores.units")
    k = len(scores.frames)
    numerators = scores.table["numerator"].to_numpy(dtype=np.float64).reshape(-1, k)
    denominators = scores.table["denominator"].to_numpy(dtype=np.float64)[::k]
    dated = read_dates(units, timezone)
    group, groups = _grouped(units, by)
    reasons = np.full(len(units), "", dtype=object)
    reasons[denominators <= 0] = "without a token"
    if by is not None:
        reasons[group < 0] = f"no value of {called(by)}"
    for row in np.flatnonzero(too_coarse(dated, every)):
        reasons[row] = f"the date is known to the {dated.precision[row]} only"
    reasons[dated.precision == ""] = "no date"
    kept = reasons == ""
    if not kept.any():
        raise InputError(
            f"None of the {len(units):,} units can be placed in a {every}. The first: "
            f"{units['unit_id'].iloc[0]!r}, {reasons[0]}. Give dates when the corpus is read "
            "(date=…), or take a longer period."
        )
    present = [number for number in range(len(groups)) if (group[kept] == number).any()]
    groups = [groups[number] for number in present]
    code, names, resampled = _clusters(units, cluster)
    period, periods = cut(dated.begin[kept], every)
    if scores.kind == "count":
        denominators = np.ones(len(units))
    series = Series(
        begin=dated.begin[kept],
        end=dated.end[kept],
        period=period,
        group=np.searchsorted(present, group[kept]).astype(np.int64),
        cluster=code[kept],
        units=np.ones(int(kept.sum()), dtype=np.int64),
        numerators=numerators[kept],
        denominators=denominators[kept],
        periods=periods,
        groups=groups,
        frames=scores.frames,
        names=names,
        kind=scores.kind,
        per=scores.per,
        every=every,
        resampled=resampled,
    )
    ids = units["unit_id"].to_numpy()[~kept]
    listed = pd.DataFrame({"unit_id": ids, "reason": reasons[~kept]}).astype({"reason": "str"})
    return _summed(series), listed


def _check_scores(scores: Scores) -> None:
    check_made_by("scores", scores, Scores, "score(hits)")
    if scores.kind == TOPIC_SHARE:
        raise InputError(
            "Shares of topics sum to 1 and carry the uncertainty of the model, which a trend of "
            'raw shares ignores. Use prevalence(topics, terms, by="month", seed=…).'
        )
    if scores.unit not in UNITS:
        raise InputError(
            f"These scores are by {scores.unit}, which pools documents of all dates. Score by "
            'document: score(hits, unit="document").'
        )


def _grouped(units: pd.DataFrame, by: By | None) -> tuple[Rows, list[str]]:
    if by is None:
        return np.zeros(len(units), dtype=np.int64), ["all"]
    return groups_of(units, by, most=MOST_GROUPS, missing=False)


def _clusters(units: pd.DataFrame, cluster: By | None) -> tuple[Rows, NDArray[np.object_], str]:
    """Return the cluster of each unit, the names of clusters, and what clusters are called."""
    keys = read_clusters(units, "document" if cluster is None else cluster)
    code = cluster_codes(keys.columns, units["doc_id"])
    labels = keys.labels.astype(object)
    names = labels.where(labels.notna(), "(missing) " + units["doc_id"].astype(str)).astype(str)
    first = np.unique(code, return_index=True)[1]
    return code, names.to_numpy(dtype=object)[first], keys.called


def _summed(series: Series) -> Series:
    """Add up what belongs to one cluster, period, group and day: paragraphs of a document."""
    keys = np.column_stack(
        [
            series.cluster,
            series.group,
            series.period,
            series.begin.astype(np.int64),
            series.end.astype(np.int64),
        ]
    )
    _, first, code = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    code = code.ravel()
    values = np.column_stack([series.numerators, series.denominators, series.units])
    summed = sums(code, values, len(first))
    return replace(
        series,
        begin=series.begin[first],
        end=series.end[first],
        period=series.period[first],
        group=series.group[first],
        cluster=series.cluster[first],
        units=summed[:, -1].astype(np.int64),
        numerators=summed[:, :-2],
        denominators=summed[:, -2],
    )


def interval_of(
    series: Series, rows: NDArray[np.bool_], draws: int, level: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the pooled value of each frame in some rows, with its interval.

    Columns: ``value``, ``low``, ``high``, ``n`` (clusters), ``numerator``, ``denominator`` and
    ``method``: "bootstrap-t", "t" where clusters are few, "limits" where few have a hit, "exact"
    where none has, "none" where there is a single cluster or none.
    """
    k = len(series.frames)
    pooled = series.pooled(rows) if rows.any() else np.zeros((0, k + 1))
    total = pooled.sum(axis=0)
    n, exposure = len(pooled), total[-1]
    value = total[:k] / exposure if n else np.full(k, np.nan)
    low, high = np.full(k, np.nan), np.full(k, np.nan)
    method = np.full(k, "none", dtype=object)
    with_hits = (pooled[:, :k] != 0).sum(axis=0)
    many = (with_hits >= FEW_HITS) & (n >= 2)
    if many.any():
        low[many], high[many], method[many] = _studentised(pooled, draws, level, rng, many)
    for frame in np.flatnonzero((with_hits < FEW_HITS) & (with_hits > 0) & (n >= 2)):
        hits = pooled[:, frame]
        # The number of clusters with a hit, fewer where these differ in size (Kish 1965).
        worth = hits.sum() ** 2 / (hits**2).sum()
        each = hits.sum() / worth / exposure
        low[frame], high[frame] = (each * float(end) for end in garwood(np.array(worth), level))
        method[frame] = "limits"
    zero = (with_hits == 0) & (n > 0)
    if zero.any():
        share = series.kind == "share"
        upper = binomial_upper if share else poisson_upper
        low[zero], high[zero], method[zero] = 0.0, upper(exposure, level), "exact"
    if series.kind == "share":
        high = np.minimum(high, 1.0)
    return pd.DataFrame(
        {
            "frame": pd.Categorical(series.frames, categories=series.frames),
            "value": value * series.factor,
            "low": np.fmin(low, value) * series.factor if n >= 2 else low * series.factor,
            "high": np.fmax(high, value) * series.factor if n >= 2 else high * series.factor,
            "n": n,
            "numerator": total[:k],
            "denominator": exposure,
            "method": method,
        }
    )


def _studentised(
    pooled: Array, draws: int, level: float, rng: np.random.Generator, frames: NDArray[np.bool_]
) -> tuple[Array, Array, str]:
    """Return the studentised interval of the rates, on their logs, and how it was made.

    Few clusters drawn anew may be all alike, and t without bound: theirs is Student's.
    """
    n = len(pooled)
    clusters = gather(
        np.zeros(n, dtype=np.int64), np.arange(n), pooled[:, :-1][:, frames], pooled[:, -1], 1
    )
    one = np.ones((1, 1))
    seen = combine(clusters.seen(), one, np.array([n]), logs=True)
    if n < FEW_CLUSTERS:
        half = t_width(level, n - 1) * seen.error[0, 0]
        middle = seen.value[0, 0]
        return np.exp(middle - half), np.exp(middle + half), "t"
    drawn = combine(clusters.resample(draws, rng), one, logs=True)
    low, high = t_interval(seen, drawn, level)
    with np.errstate(over="ignore"):
        return np.exp(low[0]), np.exp(high[0]), "bootstrap-t"
