"""Observations: what a comparison of scores is made from, by group and cluster."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError, check_choice, check_made_by, listing, suggestion
from framing.scores.groups import MISSING, PERIODS, cluster_codes, groups_of
from framing.scores.scores import INSIDE, TOPIC_SHARE, Scores

Array = NDArray[np.float64]
Rows = NDArray[np.int64]

# What units are grouped by: a column, two of them, or labels of documents or units.
By: TypeAlias = "str | Sequence[str] | pd.Series[Any]"

# How the levels of two factors are joined to the name of a cell.
TIMES = " × "


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
        )


def observe(
    scores: Scores,
    by: By,
    groups: Sequence[str] | Mapping[str, Sequence[str]] | None = None,
    cluster: str | None = None,
    weight: str | None = None,
) -> Observations:
    """Return the units of some scores with their group, cluster and weight."""
    check_made_by("scores", scores, Scores, "score(hits)")
    if scores.kind == TOPIC_SHARE:
        raise InputError(
            "Shares of topics sum to 1 and carry the uncertainty of the model, which a contrast of "
            "raw shares ignores. Use prevalence(topics, terms, by=…, seed=…).contrast(…)."
        )
    labels = by if isinstance(by, pd.Series) else None
    by = name_of(by)
    if not isinstance(by, Iterable) or not all(isinstance(name, str) for name in by):
        raise InputError(
            f"by={by!r} names no column. Give the name of one, two of them for two factors, or a "
            "Series of labels by doc_id."
        )
    table, unit, numerators, denominators = _table(scores, by)
    if labels is not None:
        table = _labelled(table, labels, str(by))
    code, names = _coded(table, [by] if isinstance(by, str) else list(by))
    code, names = _picked(code, names, groups, by)
    weights = _weights(table, weight)
    clusters, resampled = _clusters(scores, table, code, cluster)
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
    )
    found = whole.regrouped(whole.group, names)
    bare = set(range(len(names))) - set(found.group.tolist())
    if bare:
        raise InputError(
            f"by={by!r}: no unit with a token is in {listing(names[number] for number in bare)}. "
            "Leave it out of groups."
        )
    return found


def _table(scores: Scores, by: str | Sequence[str]) -> tuple[pd.DataFrame, Rows, Array, Array]:
    """Return what the observations are, one a row, with numerators and denominators."""
    k = len(scores.frames)
    if scores.unit in INSIDE:
        table, unit = scores.units, np.arange(len(scores))
        numerators = scores.table["numerator"].to_numpy(dtype=np.float64).reshape(-1, k)
        denominators = scores.table["denominator"].to_numpy(dtype=np.float64)[::k]
    else:
        if by != scores.unit or scores.hits is None:
            raise InputError(
                f"These scores are by {scores.unit}, which pools the documents: they can be "
                f"compared by {scores.unit!r} only, not by {by!r}. Score by document: "
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


def name_of(by: By) -> str | Sequence[str]:
    """Return what a grouping is called."""
    if isinstance(by, pd.Series):
        return str(by.name) if by.name is not None else "group"
    return by


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


def _labelled(table: pd.DataFrame, labels: "pd.Series[Any]", name: str) -> pd.DataFrame:
    """Return the table with a column of labels, which are those of documents or of units."""
    if name in table:
        raise InputError(
            f"by: the labels are called {name!r}, as a column of the units is. Give them another "
            "name: by=labels.rename('…')."
        )
    if labels.index.has_duplicates:
        raise InputError(
            f"by: the labels {name!r} have {labels.index[labels.index.duplicated()][0]!r} twice."
        )
    keys = table["doc_id"]
    if "unit_id" in table and not keys.isin(labels.index).any():
        keys = table["unit_id"]
    if not keys.isin(labels.index).any():
        raise InputError(
            f"by: the index of the labels {name!r} holds no doc_id and no unit_id of the scores; "
            f"it begins with {listing(labels.index[:3])}. Set it: labels.set_axis(doc_ids)."
        )
    return table.assign(**{name: keys.map(labels).to_numpy()})


def _coded(table: pd.DataFrame, by: list[str]) -> tuple[Rows, list[str]]:
    if not 1 <= len(by) <= 2 or len(set(by)) < len(by):
        raise InputError(f"by={by!r}: give one column, or two different ones for two factors.")
    found = [groups_of(table, column) for column in by]
    code, names = (np.array(found[0][0]), list(found[0][1]))
    known = (code >= 0) & ~np.isin(code, _missing(names))
    if len(by) == 2:
        other, others = found[1]
        if joined := [name for name in (*names, *others) if TIMES in name]:
            raise InputError(
                f"by={by!r}: {listing(joined)} holds {TIMES!r}, which joins the levels of two "
                "factors. Give it another name, in a column of its own: corpus.with_columns(…)."
            )
        known &= ~np.isin(other, _missing(others))
        code = code * len(others) + other
        names = [f"{one}{TIMES}{two}" for one in names for two in others]
    return np.where(known, code, -1).astype(np.int64), names


def _missing(names: list[str]) -> list[int]:
    return [number for number, name in enumerate(names) if name == MISSING]


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


def _weights(table: pd.DataFrame, weight: str | None) -> Array:
    if weight is None:
        return np.ones(len(table))
    check_choice("weight", weight, [name for name in table if name != "unit_id"])
    if not pd.api.types.is_numeric_dtype(table[weight]):
        raise InputError(f"weight={weight!r} is not a column of numbers.")
    values: Array = table[weight].to_numpy(dtype=np.float64)
    wrong = ~((values > 0) & (values < np.inf))
    if wrong.any():
        first = table["doc_id"].iloc[int(np.argmax(wrong))]
        raise InputError(
            f"weight={weight!r} is not above 0 in {int(wrong.sum()):,} units, the first in "
            f"document {first!r}. Every unit needs a weight."
        )
    return values


def _clusters(
    scores: Scores, table: pd.DataFrame, code: Rows, cluster: str | None
) -> tuple[Rows, str]:
    """Return the cluster of each observation, and what clusters are called."""
    if cluster is None:
        keys, name = [table["doc_id"]], "document"
        if scores.unit in ("sentence", "paragraph"):
            pairs = table.loc[code >= 0, ["doc_id"]].assign(group=code[code >= 0])
            if (pairs.drop_duplicates()["group"].value_counts() == 1).all():
                keys, name = [table["doc_id"], table["paragraph"]], "paragraph"
    elif cluster in INSIDE:
        inside = [unit for unit in INSIDE if unit == "document" or unit in table]
        check_choice("cluster", cluster, inside)
        # Paragraphs and sentences are numbered within their document.
        keys, name = [table["doc_id"]], cluster
        if cluster != "document":
            keys.append(table[cluster])
    else:
        columns = [column for column in table if column != "unit_id"]
        check_choice("cluster", cluster, [*columns, *(p for p in PERIODS if p not in columns)])
        keys, name = [groups_in_order(table, cluster)], cluster
    return cluster_codes(keys, table["doc_id"]), name


def groups_in_order(table: pd.DataFrame, column: str) -> "pd.Series[str]":
    """Return the value of a column, or the period of the date, of each row."""
    if column in table:
        return table[column]
    code, names = groups_of(table, column)
    labels = pd.Series(np.array([*names, None], dtype=object)[code], index=table.index)
    return labels.where(labels != MISSING, None)


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
