"""Series: hits and tokens of the units of text, by period and group."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError, check_columns
from framing._core.resampling import FEW_HITS, combine, gather, t_interval
from framing._core.statistics import binomial_upper, garwood, poisson_upper
from framing._core.typing import Array, Mask, Rows
from framing.scores.groups import (
    TOPIC_SHARE,
    By,
    called,
    cluster_codes,
    groups_of,
    read_clusters,
)
from framing.scores.periods import Days, cut, read_dates, starts, too_coarse
from framing.scores.scores import Scores, sums
from framing.trends.count_models import t_width

UNITS = ("document", "paragraph", "sentence")
MOST_GROUPS = 60
# With fewer clusters, resamples are too similar for a studentised bootstrap.
FEW_CLUSTERS = 20


@dataclass(frozen=True)
class Members:
    """The units of a series: their rows in the scores, with group, period and cluster."""

    unit: Rows
    group: Rows
    period: Rows
    cluster: Rows


@dataclass(frozen=True)
class Series:
    """Counts over time: the arrays have one row per cluster, period, group and day.

    ``begin`` and ``end`` are the first and last possible day of publication. ``numerators`` has
    the shape (n, n_frames). ``names`` are the names of the clusters; ``resampled`` says what a
    cluster is. With ``copies`` each row stands for so many equal clusters. In a ``counted`` series
    days are the first days of periods.
    """

    begin: Days
    end: Days
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
    members: Members
    copies: Rows | None = None
    counted: bool = False

    @property
    def times(self) -> Rows:
        """The number of equal clusters of each row."""
        return np.ones(len(self.units), dtype=np.int64) if self.copies is None else self.copies

    @property
    def factor(self) -> float:
        """The factor from numerator / denominator to a value."""
        return self.per if self.kind == "rate" else 1.0

    @property
    def starts(self) -> Days:
        """The first day of each period."""
        return starts(self.periods)

    def totals(self, group: int) -> tuple[Array, Array]:
        """Return numerators (n_periods, n_frames) and denominators of the periods of a group."""
        rows, count = self.group == group, len(self.periods)
        period = self.period[rows]
        values = np.column_stack([self.numerators[rows], self.denominators[rows]])
        summed = sums(period, values * self.times[rows, None], count)
        return summed[:, :-1], summed[:, -1]

    def pooled(self, rows: Mask) -> Array:
        """Return the sums of each cluster among these rows: numerators, then the denominator."""
        code = np.unique(self.cluster[rows], return_inverse=True)[1]
        values = np.column_stack([self.numerators[rows], self.denominators[rows]])
        return sums(code.astype(np.int64), values, int(code.max()) + 1)


def refuse_counted(series: Series, what: str) -> None:
    """Raise InputError where the days of documents are not known."""
    if series.counted:
        raise InputError(
            f"{what}: this trend is of a large dataset on disk, whose documents are counted by "
            "period, and their days are not known. Score a part of the dataset in memory: "
            "score(find_hits(corpus, lexicon))."
        )


def make_series(
    scores: Scores, every: str, by: By | None, timezone: str | None, cluster: By | None
) -> tuple[Series, pd.DataFrame]:
    """Return the series of the scores, and the units left out: ``unit_id``, ``reason``."""
    _check_scores(scores)
    units, copies = scores.units, scores.parts.copies
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
    used = reasons == ""
    if not used.any():
        raise InputError(
            f"None of the {len(units):,} units belongs to a {every}. The first: "
            f"{units['unit_id'].iloc[0]!r}, {reasons[0]}. Give dates when the corpus is read "
            "(date=…), or use a longer period."
        )
    present = [number for number in range(len(groups)) if (group[used] == number).any()]
    groups = [groups[number] for number in present]
    code, names, resampled = _clusters(units, cluster)
    period, periods = cut(dated.begin[used], every)
    if scores.kind == "count":
        denominators = np.ones(len(units))
    joined = copies is not None and resampled != "document"
    if copies is not None and joined:
        numerators, denominators = numerators * copies[:, None], denominators * copies
    series = Series(
        begin=dated.begin[used],
        end=dated.end[used],
        period=period,
        group=np.searchsorted(present, group[used]).astype(np.int64),
        cluster=code[used],
        units=np.ones(int(used.sum()), dtype=np.int64) if copies is None else copies[used],
        numerators=numerators[used],
        denominators=denominators[used],
        periods=periods,
        groups=groups,
        frames=scores.frames,
        names=names,
        kind=scores.kind,
        per=scores.per,
        every=every,
        resampled=resampled,
        members=Members(
            np.flatnonzero(used),
            np.searchsorted(present, group[used]).astype(np.int64),
            period,
            code[used],
        ),
        copies=None if copies is None or joined else copies[used],
        counted=copies is not None,
    )
    ids = units["unit_id"].to_numpy()[~used]
    listed = pd.DataFrame({"unit_id": ids, "reason": reasons[~used]}).astype({"reason": "str"})
    return _summed(series), listed


def _check_scores(scores: Scores) -> None:
    """Raise InputError unless the scores can be followed over time."""
    if scores.kind == TOPIC_SHARE:
        raise InputError(
            "Shares of topics sum to 1 and are uncertain as the model is, and a trend of raw "
            'shares ignores both. Use prevalence(topics, terms, by="month", seed=…).'
        )
    if scores.unit not in UNITS:
        raise InputError(
            f"These scores are by {scores.unit}: they pool documents of all dates. Score by "
            'document: score(hits, unit="document").'
        )


def _grouped(units: pd.DataFrame, by: By | None) -> tuple[Rows, list[str]]:
    """Return the group of each unit, -1 without one, and the groups; "all" without ``by``."""
    if by is None:
        return np.zeros(len(units), dtype=np.int64), ["all"]
    return groups_of(units, by, limit=MOST_GROUPS, missing=False)


def _clusters(units: pd.DataFrame, cluster: By | None) -> tuple[Rows, NDArray[np.object_], str]:
    """Return the cluster of each unit, the names of clusters, and what a cluster is."""
    keys = read_clusters(units, "document" if cluster is None else cluster)
    code = cluster_codes(keys.columns, units["doc_id"])
    labels = keys.labels.astype(object)
    names = labels.where(labels.notna(), "(missing) " + units["doc_id"].astype(str)).astype(str)
    first = np.unique(code, return_index=True)[1]
    return code, names.to_numpy(dtype=object)[first], keys.called


def _summed(series: Series) -> Series:
    """Sum the rows of one cluster, period, group and day, such as the paragraphs of a document."""
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
        copies=None if series.copies is None else series.copies[first],
    )


def interval_of(
    series: Series, rows: Mask, draws: int, level: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the pooled value of each frame in some rows, with its interval.

    Columns: ``value``, ``low``, ``high``, ``n`` (clusters), ``numerator``, ``denominator`` and
    ``method``: "bootstrap-t"; "t" where there are few clusters; "limits" where few clusters have
    a hit; "exact" where none has; "none" where there are fewer than two clusters.
    """
    k = len(series.frames)
    pooled = series.pooled(rows) if rows.any() else np.zeros((0, k + 1))
    copies = None if series.copies is None else series.copies[rows]
    times = np.ones(len(pooled)) if copies is None else copies.astype(np.float64)
    total = (pooled * times[:, None]).sum(axis=0)
    n, exposure = int(times.sum()), total[-1]
    value = total[:k] / exposure if n else np.full(k, np.nan)
    low, high = np.full(k, np.nan), np.full(k, np.nan)
    method = np.full(k, "none", dtype=object)
    with_hits = ((pooled[:, :k] != 0) * times[:, None]).sum(axis=0)
    frequent = (with_hits >= FEW_HITS) & (n >= 2)
    if frequent.any():
        low[frequent], high[frequent], method[frequent] = _studentised(
            pooled, draws, level, rng, frequent, copies
        )
    for frame in np.flatnonzero((with_hits < FEW_HITS) & (with_hits > 0) & (n >= 2)):
        hits = pooled[:, frame]
        # The effective number of clusters with a hit: lower where their hits differ (Kish 1965).
        # Hits of 1, 1 and 2 are worth 4**2 / (1 + 1 + 4) = 2.7 clusters.
        effective = (times * hits).sum() ** 2 / (times * hits**2).sum()
        per_cluster = (times * hits).sum() / effective / exposure
        low[frame], high[frame] = (
            per_cluster * float(end) for end in garwood(np.array(effective), level)
        )
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
    pooled: Array, draws: int, level: float, rng: np.random.Generator, frames: Mask,
    copies: Rows | None,
) -> tuple[Array, Array, str]:  # fmt: skip
    """Return the studentised interval of the rates, from their logarithms, and its method.

    Resamples of few clusters may all be alike, so that t has no bound. Student's t is used then.
    """
    rows = len(pooled)
    n = rows if copies is None else int(copies.sum())
    clusters = gather(
        np.zeros(rows, dtype=np.int64), np.arange(rows), pooled[:, :-1][:, frames], pooled[:, -1], 1
    )
    unit_factor = np.ones((1, 1))
    observed = combine(clusters.seen(copies), unit_factor, np.array([n]), logs=True)
    if n < FEW_CLUSTERS:
        half = t_width(level, n - 1) * observed.error[0, 0]
        middle = observed.value[0, 0]
        return np.exp(middle - half), np.exp(middle + half), "t"
    sums_drawn = (
        clusters.resample(draws, rng)
        if copies is None
        else clusters.resample_copies(draws, rng, copies)
    )
    drawn = combine(sums_drawn, unit_factor, logs=True)
    low, high = t_interval(observed, drawn, level)
    with np.errstate(over="ignore"):
        return np.exp(low[0]), np.exp(high[0]), "bootstrap-t"
