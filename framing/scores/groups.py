"""Groups and clusters of units: by a column, a period of the date, labels, or two of these.

``by=`` and ``cluster=`` take the same values in every function that has them:

- any column of the units ("source", a covariate, "unit_id", "doc_id");
- "document", and "paragraph" or "sentence" where the units are that fine;
- "year", "quarter", "month", "week" or "day" of the date (`periods`);
- "speaker" where the units are those of speakers;
- a Series of labels, by doc_id or unit_id, under a name that no column has;
- two columns or periods: each pair of their values.

A column of the units comes before a period or unit of the same name. As ``by``, "paragraph" and
"sentence" are columns like others: the number of the paragraph in its document. As ``cluster``
they are the paragraph or the sentence itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, Union

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError, check_choice, listing, suggestion
from framing.hits.hits import TEXT_UNITS
from framing.scores.periods import FREQUENCY, TOO_COARSE, period_labels

Array = NDArray[np.float64]
Rows = NDArray[np.int64]
By: TypeAlias = Union[str, Sequence[str], "pd.Series[Any]"]

INSIDE = TEXT_UNITS
# The kind of scores that come from a topic model; `score` gives none.
TOPIC_SHARE = "topic share"
MISSING = "(missing)"
# How the levels of two factors are joined to the name of a cell.
TIMES = " × "
# Groups beyond which a column is more likely a measurement than a set of groups.
MOST_GROUPS = 200
# Columns that say where a unit is and how long it is.
NOT_GROUPS = ("start", "end", "tokens", "terms")


@dataclass(frozen=True)
class Keys:
    """What units are grouped by: one Series of values for each column, and what it is called."""

    called: str
    columns: "list[pd.Series[Any]]"
    joint: str = TIMES

    @property
    def labels(self) -> "pd.Series[Any]":
        """The column, or the texts of several of them joined; missing where one of them is."""
        if len(self.columns) == 1:
            return self.columns[0]
        texts = pd.concat([_as_text(column) for column in self.columns], axis=1)
        joined = texts.agg(self.joint.join, axis=1)
        gone = np.logical_or.reduce([column.isna().to_numpy() for column in self.columns])
        return joined.astype(object).mask(gone, None)


def allowed_keys(units: pd.DataFrame) -> list[str]:
    """Return the columns and periods that units can be grouped by."""
    columns = [str(column) for column in units if column not in NOT_GROUPS]
    return list(dict.fromkeys([*columns, "document", "unit_id", *FREQUENCY]))


def read_keys(units: pd.DataFrame, value: By, argument: str) -> Keys:
    """Return what a value of ``by=`` or ``cluster=`` stands for, in these units."""
    name = name_of(value, "group" if argument == "by" else argument)
    if isinstance(value, pd.Series):
        return Keys(str(name), [_read_labels(units, value, str(name), argument)])
    names = [name] if isinstance(name, str) else name
    if not isinstance(names, Iterable) or not all(isinstance(one, str) for one in names):
        raise InputError(
            f"{argument}={value!r} names no column. Give the name of one, two of them for two "
            "factors, or a Series of labels by doc_id. Allowed: "
            f"{listing(allowed_keys(units), 20)}."
        )
    names = list(names)
    if not 1 <= len(names) <= 2 or len(set(names)) < len(names):
        raise InputError(
            f"{argument}={value!r}: give one column, or two different ones for two factors."
        )
    return Keys(TIMES.join(names), [_read_key(units, one, argument) for one in names])


def _read_key(units: pd.DataFrame, name: str, argument: str) -> "pd.Series[Any]":
    check_choice(argument, name, allowed_keys(units))
    if name in units:
        return units[name]
    if name in ("document", "unit_id"):
        return units["doc_id"]
    return read_period(units, name, f"{argument}={name!r}")


def read_period(units: pd.DataFrame, name: str, what: str) -> "pd.Series[Any]":
    """Return the period of the date of each unit as text, missing where it is not known.

    ``what`` begins the message where no unit has such a period.
    """
    if "date" not in units or not units["date"].notna().any():
        raise InputError(f"{what} needs dates, and no document has one.")
    return period_labels(known_dates(units, name, what), name)


def known_dates(units: pd.DataFrame, name: str, what: str) -> "pd.Series[Any]":
    """Return the dates that say in which period they lie, the others missing."""
    dates = units["date"]
    if "date_precision" in units:
        # A year or a month is kept as its first day, which tells no week or day.
        dates = dates.mask(units["date_precision"].isin(TOO_COARSE[name]))
    if not dates.notna().any():
        raise InputError(
            f"{what} needs dates that are known to the {name}, and none is. Use a longer period."
        )
    return dates


def _read_labels(
    units: pd.DataFrame, labels: "pd.Series[Any]", name: str, argument: str
) -> "pd.Series[Any]":
    """Return a label for each unit from labels of documents or of units."""
    if name in units:
        raise InputError(
            f"{argument}: the labels are called {name!r}, as a column of the units is. Give them "
            f"another name: {argument}=labels.rename('…')."
        )
    if labels.index.has_duplicates:
        twice = labels.index[labels.index.duplicated()][0]
        raise InputError(f"{argument}: the labels {name!r} have {twice!r} twice.")
    keys = units["doc_id"]
    if "unit_id" in units and not keys.isin(labels.index).any():
        keys = units["unit_id"]
    if not keys.isin(labels.index).any():
        raise InputError(
            f"{argument}: the index of the labels {name!r} holds no doc_id and no unit_id of the "
            f"scores; it begins with {listing(labels.index[:3])}. Set it: "
            "labels.set_axis(doc_ids)."
        )
    return pd.Series(keys.map(labels).to_numpy(), index=units.index)


def name_of(by: By, unnamed: str = "group") -> str | Sequence[str]:
    """Return what a grouping is called."""
    if isinstance(by, pd.Series):
        return str(by.name) if by.name is not None else unnamed
    return by


def called(by: By, unnamed: str = "group") -> str:
    """Return what a grouping is called, in one word or two."""
    name = name_of(by, unnamed)
    return name if isinstance(name, str) else TIMES.join(name)


def groups_of(
    units: pd.DataFrame,
    by: By,
    *,
    argument: str = "by",
    most: int | None = MOST_GROUPS,
    missing: bool = True,
) -> tuple[Rows, list[str]]:
    """Return for each unit the number of its group, and the groups in their order.

    Groups of two columns are pairs of values that occur, "A × 2025", in the order of the first
    column. Units without a value are in the last group, "(missing)"; without ``missing`` they
    have the number -1.
    """
    keys = read_keys(units, by, argument)
    code, groups = groups_in(keys.columns[0])
    if len(keys.columns) == 2:
        other, others = groups_in(keys.columns[1])
        if joined := [name for name in (*groups, *others) if TIMES in name]:
            raise InputError(
                f"{argument}={by!r}: {listing(joined)} holds {TIMES!r}, which joins the levels of "
                "two factors. Give it another name, in a column of its own: "
                "corpus.with_columns(…)."
            )
        cells = [MISSING if MISSING in (a, b) else a + TIMES + b for a in groups for b in others]
        code, groups = _cells(code * len(others) + other, cells)
    if not missing and MISSING in groups:
        code, groups = np.where(code == groups.index(MISSING), -1, code), groups[:-1]
    if most is not None and len(groups) > most:
        raise InputError(
            f"{argument}={keys.called!r} makes {len(groups):,} groups; {most} is the most. Group "
            "the values in a column of their own, or use a longer period of the date."
        )
    return code, groups


def _cells(code: Rows, cells: list[str]) -> tuple[Rows, list[str]]:
    """Return codes of the cells that occur, with all missing ones in the last."""
    missing = np.array([cell == MISSING for cell in cells])
    code = np.where(missing[code], len(cells), code)
    present, code = np.unique(code, return_inverse=True)
    return code.astype(np.int64), [[*cells, MISSING][cell] for cell in present]


def groups_in(column: "pd.Series[Any]") -> tuple[Rows, list[str]]:
    """Return for each value the number of its group, and the groups in their order.

    Numbers are ordered as numbers, all else as text; a missing value is the last group.
    """
    labels = _as_text(column).where(column.notna(), MISSING)
    number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    groups = sorted(set(labels) - {MISSING}, key=float if number else None)
    groups += [MISSING] * (MISSING in set(labels))
    return pd.Index(groups).get_indexer(pd.Index(labels)).astype(np.int64), groups


def _as_text(column: "pd.Series[Any]") -> "pd.Series[str]":
    if pd.api.types.is_datetime64_any_dtype(column):
        column = column.dt.strftime("%Y-%m-%d")
    texts: pd.Series[str] = column.astype(str)
    return texts


def read_clusters(units: pd.DataFrame, cluster: By) -> Keys:
    """Return what names the cluster of each unit; paragraphs and sentences with their document."""
    if isinstance(cluster, str) and cluster in ("document", "doc_id") and "document" not in units:
        return Keys("document", [units["doc_id"]])
    keys = read_keys(units, cluster, "cluster")
    if keys.called in ("paragraph", "sentence"):
        # They are numbered within their document.
        return Keys(keys.called, [units["doc_id"], *keys.columns], joint=":")
    return keys


def clusters_of(units: pd.DataFrame, cluster: By) -> tuple[Rows, str]:
    """Return for each unit the number of its cluster, and what a cluster is called."""
    keys = read_clusters(units, cluster)
    return cluster_codes(keys.columns, units["doc_id"]), keys.called


def cluster_codes(
    keys: "Sequence[pd.Series[Any]]", documents: "pd.Series[Any]"
) -> NDArray[np.int64]:
    """Return for each unit the number of its cluster, which all keys together name.

    A document without a cluster is one of its own: its sentences are not.
    """
    code = pd.MultiIndex.from_arrays([key.astype(object) for key in keys]).factorize()[0]
    missing = np.logical_or.reduce([key.isna().to_numpy() for key in keys])
    code = np.where(missing, code.max(initial=0) + 1 + documents.factorize()[0], code)
    return np.unique(code, return_inverse=True)[1].astype(np.int64)


def weights_of(units: pd.DataFrame, weight: str | None) -> Array:
    """Return the weight of each unit, from a column of numbers above 0; 1 without a column."""
    if weight is None:
        return np.ones(len(units))
    check_choice("weight", weight, [name for name in units if name != "unit_id"])
    if not pd.api.types.is_numeric_dtype(units[weight]):
        raise InputError(f"weight={weight!r} is not a column of numbers.")
    values: Array = units[weight].to_numpy(dtype=np.float64)
    wrong = ~((values > 0) & (values < np.inf))
    if wrong.any():
        first = units["doc_id"].iloc[int(np.argmax(wrong))]
        raise InputError(
            f"weight={weight!r} is not above 0 in {int(wrong.sum()):,} units, the first in "
            f"document {first!r}. Every unit needs a weight."
        )
    return values


class Summed(Protocol):
    """What the scores of units are summed from: see `Parts`."""

    @property
    def unit(self) -> Rows: ...
    @property
    def document(self) -> Rows: ...
    @property
    def numerators(self) -> Array: ...
    @property
    def denominators(self) -> Array: ...


class Scored(Protocol):
    """Scores, as far as their units are grouped: see `Scores`."""

    @property
    def table(self) -> pd.DataFrame: ...
    @property
    def units(self) -> pd.DataFrame: ...
    @property
    def unit(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def parts(self) -> Summed: ...
    @property
    def hits(self) -> Any: ...


@dataclass(frozen=True)
class Observations:
    """Units of text that a group is compared by.

    ``unit`` is the row in the units of the scores. ``numerators`` has the shape (n, n_frames), the
    other arrays (n,). ``left_out`` lists the units that belong to no group or hold no token, with
    the reason.
    """

    unit: Rows
    group: Rows
    groups: list[str]
    cluster: Rows
    numerators: Array
    denominators: Array
    resampled: str
    left_out: pd.DataFrame
    frames: tuple[str, ...] = ()

    @property
    def values(self) -> Array:
        """Return the value of each observation, before it is scaled."""
        values: Array = self.numerators / self.denominators[:, None]
        return values

    def only(self, groups: Sequence[int]) -> "Observations":
        """Return those of some groups, numbered anew in the order given."""
        place = np.full(len(self.groups), -1)
        place[list(groups)] = np.arange(len(groups))
        return self.regrouped(place[self.group], [self.groups[group] for group in groups])

    def regrouped(self, group: Rows, groups: list[str]) -> "Observations":
        """Return them with other groups; those whose group is below 0 go."""
        kept = group >= 0
        return Observations(
            unit=self.unit[kept],
            group=group[kept],
            groups=groups,
            cluster=np.unique(self.cluster[kept], return_inverse=True)[1].astype(np.int64),
            numerators=self.numerators[kept],
            denominators=self.denominators[kept],
            resampled=self.resampled,
            left_out=self.left_out,
            frames=self.frames,
        )


def observe(
    scores: Scored,
    by: By,
    groups: Sequence[str] | Mapping[str, Sequence[str]] | None = None,
    cluster: By | None = None,
    weight: str | None = None,
) -> Observations:
    """Return the units of some scores with their group, cluster and weight."""
    if scores.kind == TOPIC_SHARE:
        raise InputError(
            "Shares of topics sum to 1 and carry the uncertainty of the model, which a contrast of "
            "raw shares ignores. Use prevalence(topics, terms, by=…, seed=…).contrast(…)."
        )
    table, unit, numerators, denominators = _table(scores, by)
    code, names = groups_of(table, by, missing=False)
    name = name_of(by)
    code, names = _picked(code, names, groups, name)
    weights = weights_of(table, weight)
    clusters, resampled = _resampled(scores, table, code, cluster)
    empty = denominators <= 0
    reasons = np.select(
        [code < 0, empty], ["in none of the groups", "without a token"], default=""
    ).astype(object)
    out = reasons != ""
    ids = scores.units["unit_id"].to_numpy(dtype=object)[unit]
    listed = pd.DataFrame({"unit_id": ids[out], "reason": reasons[out]})
    whole = Observations(
        unit=unit,
        group=np.where(out, -1, code),
        groups=names,
        cluster=clusters,
        numerators=numerators * weights[:, None],
        denominators=denominators * weights,
        resampled=resampled,
        left_out=listed,
        frames=tuple(scores.table["frame"].cat.categories),
    )
    found = whole.regrouped(whole.group, names)
    bare = set(range(len(names))) - set(found.group.tolist())
    if bare:
        raise InputError(
            f"by={name!r}: no unit with a token is in "
            f"{listing(names[number] for number in bare)}. Leave it out of groups."
        )
    return found


def _table(scores: Scored, by: By) -> tuple[pd.DataFrame, Rows, Array, Array]:
    """Return what the observations are, one a row, with numerators and denominators."""
    k = len(scores.table["frame"].cat.categories)
    if scores.unit in INSIDE:
        table, unit = scores.units, np.arange(len(scores.units))
        numerators = scores.table["numerator"].to_numpy(dtype=np.float64).reshape(-1, k)
        denominators = scores.table["denominator"].to_numpy(dtype=np.float64)[::k]
    else:
        if isinstance(by, pd.Series) or by != scores.unit or scores.hits is None:
            raise InputError(
                f"These scores are by {scores.unit}, which pools the documents: they can be "
                f"compared by {scores.unit!r} only, not by {name_of(by)!r}. Score by document: "
                'score(hits, unit="document").'
            )
        own, parts = scores.units["unit_id"].astype(object), scores.parts
        table = scores.hits.documents.iloc[parts.document].reset_index(drop=True)
        table = table.assign(**{scores.unit: own.iloc[parts.unit].to_numpy()})
        unit, numerators, denominators = parts.unit, parts.numerators, parts.denominators
    if scores.kind == "count":
        if scores.unit == "speaker":
            raise InputError(
                'Counts by speaker have no denominator to compare them by. Use kind="share", of '
                "the hits of the speaker."
            )
        denominators = (denominators > 0).astype(np.float64)
    return table, unit, numerators, denominators


def groups_as_text(
    groups: Sequence[str] | Mapping[str, Sequence[str]],
) -> dict[str, list[str]]:
    """Return what groups are called, each with its members."""
    if not isinstance(groups, Mapping):
        return {str(name): [str(name)] for name in groups}
    return {
        str(name): [members] if isinstance(members, str) else [str(one) for one in members]
        for name, members in groups.items()
    }


def _picked(
    code: Rows,
    names: list[str],
    groups: Sequence[str] | Mapping[str, Sequence[str]] | None,
    by: str | Sequence[str],
) -> tuple[Rows, list[str]]:
    """Return the groups that are asked for, in that order; all of them by default."""
    present = [name for number, name in enumerate(names) if (code == number).any()]
    if groups is None:
        wanted: dict[str, list[str]] = {name: [name] for name in present}
    elif isinstance(groups, str):
        raise InputError(f"groups={groups!r} is one group; give two or more, as a list.")
    else:
        wanted = groups_as_text(groups)
    asked = [member for members in wanted.values() for member in members]
    for member in asked:
        if member not in present:
            raise InputError(
                f"groups: by {by!r} there is no group {member!r}. There are: "
                f"{listing(present, 20)}." + suggestion(member, present) + _voices_hint(by)
            )
        if asked.count(member) > 1:
            raise InputError(f"groups: {member!r} is there twice; each may be in one group only.")
    if len(wanted) < 2:
        raise InputError(
            f"by={by!r} gives {listing(wanted)} only; a comparison takes two groups or more."
        )
    place = np.full(len(names) + 1, -1, dtype=np.int64)
    for number, members in enumerate(wanted.values()):
        place[[names.index(member) for member in members]] = number
    return place[code], list(wanted)


def _voices_hint(by: str | Sequence[str]) -> str:
    if by != "speaker":
        return ""
    return ' voices(hits, actors=…, unit="camp", seed=…).groups are the camps of those who speak.'


def _resampled(
    scores: Scored, table: pd.DataFrame, code: Rows, cluster: By | None
) -> tuple[Rows, str]:
    """Return the cluster of each observation, and what clusters are called.

    By default a cluster is a document; where each group is one document it is a paragraph.
    """
    if cluster is not None:
        return clusters_of(table, cluster)
    if scores.unit in ("sentence", "paragraph"):
        pairs = table.loc[code >= 0, ["doc_id"]].assign(group=code[code >= 0])
        if (pairs.drop_duplicates()["group"].value_counts() == 1).all():
            return clusters_of(table, "paragraph")
    return clusters_of(table, "document")


def factor_levels(units: Observations) -> tuple[int, int]:
    """Return how many levels two factors have; each must meet each."""
    split = [name.split(TIMES) for name in units.groups]
    one, other = (list(dict.fromkeys(parts[n] for parts in split)) for n in (0, 1))
    absent = [f"{a}{TIMES}{b}" for a in one for b in other if f"{a}{TIMES}{b}" not in units.groups]
    if absent or len(one) < 2 or len(other) < 2:
        raise InputError(
            f"Two factors take units in each of their cells, of two levels each. There are levels "
            f"{listing(one)} and {listing(other)}; without a unit: {listing(absent) or 'none'}. "
            "Compare one of them, or leave levels out."
        )
    return len(one), len(other)
