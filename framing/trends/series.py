"""Series: hits and tokens of the units of text, by period and group."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError, check_columns
from framing._core.statistics import ratio_limits
from framing._core.typing import Array, Mask, Rows
from framing.coding.correction import Sampled
from framing.scores.groups import (
    PASSAGES,
    TOPIC_SHARE,
    By,
    called,
    cluster_codes,
    groups_of,
    read_clusters,
)
from framing.scores.interval_notes import part_notes
from framing.scores.periods import Days, cut, read_dates, starts, too_coarse
from framing.scores.scores import Scores, case_of, each_once, sums

UNITS = ("document", "paragraph", "sentence")
MOST_GROUPS = 60


@dataclass(frozen=True)
class Members:
    """The units of a series: rows in the scores, with group, period, cluster and possible days."""

    unit: Rows
    group: Rows
    period: Rows
    cluster: Rows
    begin: Days
    end: Days


@dataclass(frozen=True)
class CodedSeries:
    """The sentences behind a series of shares, and the codes of a sample of them.

    ``frames`` has the hits and codes of each frame. The arrays have one row per sentence: the
    ``document`` (its row in the scores), whether it is ``usable``, and its ``cluster``. ``unit`` is
    what was coded.
    """

    frames: dict[str, Sampled]
    document: Rows
    usable: Mask
    cluster: Rows
    unit: str

    def of_documents(self, values: Rows, unit: Rows) -> Rows:
        """Return for each sentence the value of its document, -1 where it has none."""
        known = np.full(int(self.document.max()) + 1, -1)
        known[unit] = values
        return np.where(self.usable, known[self.document], -1)


@dataclass(frozen=True)
class Series:
    """Counts over time: the arrays have one row per cluster, period, group and day.

    ``begin`` and ``end`` are the first and last possible day of publication. ``numerators`` has
    the shape (n, n_frames). ``names`` are the names of the clusters; ``resampled`` says what a
    cluster is. ``case`` is what one hit adds to a numerator. With ``copies`` each row stands for
    so many equal clusters. In a ``counted`` series days are the first days of periods. ``coded`` is
    what a corrected series rests on.
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
    case: Array | float = 1.0
    copies: Rows | None = None
    counted: bool = False
    coded: CodedSeries | None = None

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
            f"{what}: this trend is of a large dataset on disk. Its documents are counted by "
            "period, so their days are not known. Score a part of the dataset in memory: "
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
            dated.begin[used],
            dated.end[used],
        ),
        case=case_of(scores),
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
            "Shares of topics sum to 1, and they are as uncertain as the model. A trend of raw "
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


def intervals_of(series: Series, code: Rows, groups: int, level: float) -> pd.DataFrame:
    """Return the pooled value of each frame in groups of rows, with its interval.

    The intervals are those of `Scores.interval` over clusters, of which the groups are the units:
    few clusters allow for the spread of those of other groups. ``code`` is the group of each row,
    -1 for rows that are not used. Rows of the table are groups by frames. Columns: ``frame``,
    ``value``, ``low``, ``high``, ``n`` (clusters), ``numerator``, ``denominator``, ``method`` ("t";
    "exact" without a hit; "none" where there are fewer than two clusters) and ``note``, as that of
    `Scores.interval`.
    """
    k, rows = len(series.frames), code >= 0
    keys = code[rows] * (int(series.cluster.max(initial=0)) + 1) + series.cluster[rows]
    first, position = np.unique(keys, return_index=True, return_inverse=True)[1:]
    values = np.column_stack([series.numerators[rows], series.denominators[rows]])
    pooled = sums(position.ravel().astype(np.int64), values, len(first))
    group, times = code[rows][first], series.times[rows][first]
    total = sums(group, pooled * times[:, None], groups)
    limits = ratio_limits(
        group, pooled[:, :k], pooled[:, k], groups, level, share=series.kind == "share",
        case=series.case, copies=None if series.copies is None else times,
        borrow=series.resampled not in PASSAGES,
    )  # fmt: skip
    value = np.divide(
        total[:, :k], total[:, k:], out=np.full((groups, k), np.nan), where=total[:, k:] > 0
    )
    method = np.where(limits.exact, "exact", np.where(np.isnan(limits.low), "none", "t"))
    once = series.kind == "rate" and each_once(series.case, pooled[:, :k], pooled[:, k])
    high = np.minimum(limits.high, 1.0) if once else limits.high
    frames = pd.Categorical(np.tile(series.frames, groups), categories=series.frames)
    return pd.DataFrame(
        {
            "frame": frames,
            "value": (value * series.factor).ravel(),
            "low": (limits.low * series.factor).ravel(),
            "high": (high * series.factor).ravel(),
            "n": np.repeat(limits.n, k),
            "numerator": total[:, :k].ravel(),
            "denominator": np.repeat(total[:, k], k),
            "method": method.ravel().astype(object),
            "note": part_notes(limits, series.resampled, k),
        }
    )
