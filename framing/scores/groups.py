"""Groups and clusters of units: by a column, a period of the date, labels, or two of these.

``by=`` and ``cluster=`` take the same values in all functions that have them:

- any column of the units ("source", a covariate, "unit_id", "doc_id");
- "document"; "paragraph" or "sentence" if the units are paragraphs or sentences;
- "year", "quarter", "month", "week" or "day" of the date (`periods`);
- "speaker" if the units are speakers;
- a Series of labels, by doc_id or unit_id, with a name that no column has;
- two columns or periods: each pair of their values.

A column of the units comes before a period or unit of the same name. As ``by``, "paragraph" and
"sentence" are ordinary columns: the number of the paragraph in its document. As ``cluster`` they
are the paragraph or the sentence itself.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeAlias, Union

import numpy as np
import pandas as pd

from framing._core.checks import InputError, a_kind, check_choice, listing, suggestion
from framing._core.tables import whole_numbers
from framing._core.typing import Array, Rows
from framing.hits.hits import TEXT_UNITS
from framing.scores.periods import FREQUENCY, TOO_COARSE, period_labels

By: TypeAlias = Union[str, Sequence[str], "pd.Series[Any]"]

INSIDE = TEXT_UNITS
# Passages of one text do not show what those of another are like, as whole texts do.
PASSAGES = ("paragraph", "sentence")
# The kind of scores that come from a topic model. `score` does not return it.
TOPIC_SHARE = "topic share"
MISSING = "(missing)"
# Joins the levels of two factors to the name of a cell.
TIMES = " × "
# A column with more groups than this is more likely a measurement than a grouping.
MAX_GROUPS = 200
# With more values, equal ones are read once.
MANY = 1_000
# Why scores of a large dataset cannot join or compare documents.
NOT_IN_MEMORY = (
    "These scores are of a dataset on disk. Its documents are not in memory, so they cannot be "
    "joined or compared here. Use open_hits(out).contrast(by=…, cluster=…)."
)
# Columns with the position and the length of a unit.
NOT_GROUPS = ("start", "end", "tokens", "terms")
# Columns that name no cluster, and the fewest values of one: fewer show not how much they differ.
# The size of a document is no author and no story: long ones have more hits.
SIZES = ("documents", "paragraphs", "sentences", "words")
NOT_CLUSTERS = ("doc_id", "unit_id", "text", "date_precision", *SIZES, *NOT_GROUPS)
FEWEST_VALUES = 4
_DIGITS = re.compile(r"(\d+)")


def natural_order(name: str) -> tuple[tuple[object, ...], str]:
    """Return the key that sorts names by their text, and the numbers in them by size.

    "week 2" comes before "week 10".
    """
    # Text and digits alternate, so that equal positions of two keys can be compared.
    pieces: list[object] = list(_DIGITS.split(name))
    for position in range(1, len(pieces), 2):
        # More digits mean a larger number: this needs no int, which refuses very long numbers.
        digits = str(pieces[position]).lstrip("0")
        pieces[position] = (len(digits), digits)
    return tuple(pieces), name


@dataclass(frozen=True)
class GroupKeys:
    """The values that group the units: one Series per column, and the name of the grouping."""

    called: str
    columns: "list[pd.Series[Any]]"
    joint: str = TIMES

    @property
    def labels(self) -> "pd.Series[Any]":
        """The column, or several columns joined as text; missing if one of them is missing."""
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


def may_have_clusters(documents: pd.DataFrame) -> bool:
    """Return whether some column of documents could name clusters: it has several values."""
    if "date" in documents and documents["date"].notna().any():
        return True
    columns = [column for column in documents if str(column) not in NOT_CLUSTERS]
    # Missing values are values of their own, one for each document.
    return any(
        bool(documents[column].notna().any())
        and documents[column].nunique() + documents[column].isna().sum() >= FEWEST_VALUES
        for column in columns
    )


def read_keys(units: pd.DataFrame, value: By, argument: str) -> GroupKeys:
    """Return the values that ``by=`` or ``cluster=`` selects in these units."""
    name = name_of(value, "group" if argument == "by" else argument)
    if isinstance(value, pd.Series):
        return GroupKeys(str(name), [_read_labels(units, value, str(name), argument)])
    names = [name] if isinstance(name, str) else name
    table = isinstance(names, pd.DataFrame | Mapping)
    listed = isinstance(names, Iterable) and not table
    if not listed or not all(isinstance(item, str) for item in names):
        shown = f" is {a_kind(type(value).__name__)} and" if table else f"={value!r}"
        raise InputError(
            f"{argument}{shown} is not the name of a column. Give the name of a column, two names "
            "for two "
            "factors, or a Series of labels by doc_id. Allowed: "
            f"{listing(allowed_keys(units), 20)}."
        )
    names = list(names)
    if not 1 <= len(names) <= 2 or len(set(names)) < len(names):
        raise InputError(
            f"{argument}={value!r} cannot be used. Give one column, or two different columns (two "
            "factors)."
        )
    return GroupKeys(TIMES.join(names), [_read_key(units, item, argument) for item in names])


def _read_key(units: pd.DataFrame, name: str, argument: str) -> "pd.Series[Any]":
    """Return the column or the period with this name."""
    check_choice(argument, name, allowed_keys(units))
    if name in units:
        return units[name]
    if name in ("document", "unit_id"):
        return units["doc_id"]
    return read_period(units, name, f"{argument}={name!r}")


def read_period(units: pd.DataFrame, name: str, what: str) -> "pd.Series[Any]":
    """Return the period of the date of each unit as text, missing if it is not known.

    ``what`` is the beginning of the message if no unit has such a period.
    """
    if "date" not in units or not units["date"].notna().any():
        raise InputError(
            f"{what} needs dates, and no document has one. Give the corpus dates: date=…."
        )
    return period_labels(known_dates(units, name, what), name)


def known_dates(units: pd.DataFrame, name: str, what: str) -> "pd.Series[Any]":
    """Return the dates that are precise enough for this period; the others are missing."""
    dates = units["date"]
    if "date_precision" in units:
        # The corpus stores a year or a month as its first day, which is not a known day.
        dates = dates.mask(units["date_precision"].isin(TOO_COARSE[name]))
    if not dates.notna().any():
        raise InputError(
            f"{what} needs dates that are exact to the {name}, and none is. Use a longer period."
        )
    return dates


def _read_labels(
    units: pd.DataFrame, labels: "pd.Series[Any]", name: str, argument: str
) -> "pd.Series[Any]":
    """Return the label of each unit. The index of ``labels`` holds doc_ids or unit_ids."""
    if name in units:
        raise InputError(
            f"{argument}: the labels are called {name!r}, and a column of the units has the same "
            f"name. Give the labels another name: {argument}=labels.rename('…')."
        )
    if labels.index.has_duplicates:
        twice = labels.index[labels.index.duplicated()][0]
        raise InputError(
            f"{argument}: the index of the labels {name!r} has {twice!r} twice. Give one label per "
            "document or unit."
        )
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
    """Return the name of a grouping, or the two names of two factors."""
    if isinstance(by, pd.Series):
        return str(by.name) if by.name is not None else unnamed
    return by


def one_or_two(by: By) -> By:
    """Return a list of one column as that column: ``["source"]`` groups as ``"source"`` does."""
    single = isinstance(by, Sequence) and not isinstance(by, str) and len(by) == 1
    return by[0] if single else by


def called(by: By, unnamed: str = "group") -> str:
    """Return the name of a grouping as one text: "source" or "source × year"."""
    name = name_of(by, unnamed)
    return name if isinstance(name, str) else TIMES.join(name)


def groups_of(
    units: pd.DataFrame,
    by: By,
    *,
    argument: str = "by",
    limit: int | None = MAX_GROUPS,
    missing: bool = True,
) -> tuple[Rows, list[str]]:
    """Return the number of the group of each unit, and the names of the groups in order.

    The groups of two columns are the pairs of values that occur, "A × 2025", in the order of the
    first column. Units without a value are in the last group, "(missing)"; with ``missing=False``
    they have the number -1.
    """
    keys = read_keys(units, by, argument)
    code, groups = groups_in(keys.columns[0])
    if len(keys.columns) == 2:
        other, others = groups_in(keys.columns[1])
        if joined := [name for name in (*groups, *others) if TIMES in name]:
            raise InputError(
                f"{argument}={by!r}: the values {listing(joined)} hold {TIMES!r}, which joins the "
                "levels of two factors. Rename them in a new column: corpus.with_columns(…)."
            )
        # The cell of codes 1 and 2 with three levels of the second factor is 1 * 3 + 2 = 5.
        cells = [MISSING if MISSING in (a, b) else a + TIMES + b for a in groups for b in others]
        code, groups = _cells(code * len(others) + other, cells)
    if not missing and MISSING in groups:
        code, groups = np.where(code == groups.index(MISSING), -1, code), groups[:-1]
    if limit is not None and len(groups) > limit:
        raise InputError(
            f"{argument}={keys.called!r} makes {len(groups):,} groups; at most {limit} are "
            "allowed. Group the values in a new column, or use a longer period of the date."
        )
    return code, groups


def _cells(code: Rows, cells: list[str]) -> tuple[Rows, list[str]]:
    """Return the codes and names of the cells that occur; all missing cells become the last one."""
    missing = np.array([cell == MISSING for cell in cells])
    code = np.where(missing[code], len(cells), code)
    present, code = np.unique(code, return_inverse=True)
    return code.astype(np.int64), [[*cells, MISSING][cell] for cell in present]


def groups_in(column: "pd.Series[Any]") -> tuple[Rows, list[str]]:
    """Return the number of the group of each value, and the names of the groups in order.

    Numbers are sorted as numbers, other values as text with the numbers in it by size ("week 2"
    before "week 10"). Missing values are the last group.
    """
    if len(column) > MANY and isinstance(column.dtype, pd.StringDtype | np.dtypes.DateTime64DType):
        # The order of the groups is that of their values, which are fewer.
        code, values = pd.factorize(column, use_na_sentinel=False)
        group, groups = groups_in(pd.Series(values, dtype=column.dtype))
        return group[code], groups
    labels = _as_text(column)
    if column.isna().any() and (labels[column.notna()] == MISSING).any():
        named = "" if column.name is None else f"{column.name}: "
        raise InputError(
            f"{named}some values are missing, and others are the text {MISSING!r}, which is the "
            "name of the group of missing values. Rename this text, or fill the missing values."
        )
    labels = labels.where(column.notna(), MISSING)
    number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    groups = sorted(set(labels) - {MISSING}, key=float if number else natural_order)
    groups += [MISSING] * (MISSING in set(labels))
    return pd.Index(groups).get_indexer(pd.Index(labels)).astype(np.int64), groups


def _as_text(column: "pd.Series[Any]") -> "pd.Series[str]":
    """Return a column as text, dates as "2025-01-20"."""
    if pd.api.types.is_datetime64_any_dtype(column):
        column = column.dt.strftime("%Y-%m-%d")
    if not isinstance(column.dtype, pd.StringDtype):
        column = whole_numbers(column)
    texts: pd.Series[str] = column.astype(str)
    return texts


def read_clusters(units: pd.DataFrame, cluster: By, *, undated: bool = True) -> GroupKeys:
    """Return the keys of the cluster of each unit.

    With ``undated`` the documents without a date are one cluster of a period, else they have none.
    """
    if isinstance(cluster, str) and cluster in ("document", "doc_id") and "document" not in units:
        return GroupKeys("document", [units["doc_id"]])
    keys = read_keys(units, cluster, "cluster")
    if undated and isinstance(cluster, str) and cluster in FREQUENCY and cluster not in units:
        # A document without a date is in none of the months: each of them as a month of its own
        # would be more months than there are.
        return replace(keys, columns=[keys.columns[0].fillna(MISSING)])
    if keys.called in ("paragraph", "sentence"):
        # Paragraphs and sentences are numbered within their document.
        return GroupKeys(keys.called, [units["doc_id"], *keys.columns], joint=":")
    return keys


def clusters_of(units: pd.DataFrame, cluster: By) -> tuple[Rows, str]:
    """Return the number of the cluster of each unit, and the word for a cluster."""
    keys = read_clusters(units, cluster)
    return cluster_codes(keys.columns, units["doc_id"]), keys.called


def cluster_codes(keys: "Sequence[pd.Series[Any]]", documents: "pd.Series[Any]") -> Rows:
    """Return the number of the cluster of each unit; all keys together define the cluster.

    Units without a key are in one cluster per document: its sentences stay together.
    """
    code = pd.MultiIndex.from_arrays([key.astype(object) for key in keys]).factorize()[0]
    missing = np.logical_or.reduce([key.isna().to_numpy() for key in keys])
    code = np.where(missing, code.max(initial=0) + 1 + documents.factorize()[0], code)
    return np.unique(code, return_inverse=True)[1].astype(np.int64)


# The largest weight is at most so many times the smallest.
MOST_WEIGHT = 1e9


def weights_of(units: pd.DataFrame, weight: str | None) -> Array:
    """Return the weight of each unit, from a column of numbers above 0; 1 without a column."""
    if weight is None:
        return np.ones(len(units))
    check_choice("weight", weight, [name for name in units if name != "unit_id"])
    if not pd.api.types.is_numeric_dtype(units[weight]):
        raise InputError(
            f"weight={weight!r} is not a column of numbers. Give a column of numbers above 0."
        )
    values: Array = units[weight].to_numpy(dtype=np.float64)
    wrong = ~((values > 0) & (values < np.inf))
    if wrong.any():
        first = units["doc_id"].iloc[int(np.argmax(wrong))]
        raise InputError(
            f"weight={weight!r} is not above 0 in {int(wrong.sum()):,} units, the first in "
            f"document {first!r}. Give each unit a weight above 0."
        )
    if len(values) and values.max() / MOST_WEIGHT > values.min():
        raise InputError(
            f"weight={weight!r} goes from {values.min():g} to {values.max():g}; the largest "
            f"weight may be at most {MOST_WEIGHT:g} times the smallest, because otherwise one "
            "unit decides alone. Give weights that differ less."
        )
    # The unit of weights means nothing, and huge ones are not finite when they are squared.
    largest = float(values.max()) if len(values) else 1.0
    return values if 1e-100 < largest < 1e100 else values / largest


class Summed(Protocol):
    """The sentences or documents that scores are summed from: see `ScoreParts`."""

    @property
    def unit(self) -> Rows:
        """The row of the unit of each."""

    @property
    def document(self) -> Rows:
        """The row of the document of each."""

    @property
    def numerators(self) -> Array:
        """The numerators, shape (n, frames)."""

    @property
    def denominators(self) -> Array:
        """The denominators, shape (n,)."""

    @property
    def copies(self) -> Rows | None:
        """How many equal ones each stands for; None for 1."""


class Scored(Protocol):
    """What a grouping of units needs from scores: see `Scores`."""

    @property
    def table(self) -> pd.DataFrame:
        """The scores, one row per unit and frame."""

    @property
    def units(self) -> pd.DataFrame:
        """The units, one row per unit."""

    @property
    def unit(self) -> str:
        """The name of the unit."""

    @property
    def kind(self) -> str:
        """The kind of the scores."""

    @property
    def parts(self) -> Summed:
        """The sentences or documents that the scores are summed from."""

    @property
    def documents(self) -> pd.DataFrame | None:
        """The documents of the hits, or None."""


@dataclass(frozen=True)
class Observations:
    """The units of text that are compared, with their group and cluster.

    ``unit`` is the row in the units of the scores. ``numerators`` has the shape (n, n_frames), the
    other arrays have (n,). ``resampled`` is the word for a cluster. ``left_out`` lists the units
    without a group or without a token, with the reason. ``share`` says that a numerator is a part
    of its denominator; ``one`` is the weight of a typical unit.

    With ``copies`` each row stands for so many equal units. They are clusters of their own, and the
    sums are those of one of them; or, where the clusters are ``joined``, they are of one cluster,
    and the sums are those of all of them. ``document`` is the row of the document of each
    observation, in the documents of the scores or, for parts of documents, in their units.
    ``plain`` are the values before weights, which would part equal ones in their last bits.
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
    share: bool = False
    one: float = 1.0
    copies: Rows | None = None
    joined: bool = False
    document: Rows | None = None
    plain: Array | None = None

    @property
    def times(self) -> Rows:
        """The number of units of each row."""
        return np.ones(len(self.unit), dtype=np.int64) if self.copies is None else self.copies

    @property
    def inside(self) -> bool:
        """Whether clusters are parts of documents, in the order of the text."""
        return self.resampled in ("paragraph", "sentence") and self.copies is None

    @property
    def alone(self) -> bool:
        """Whether each copy of a row is a cluster of its own."""
        return self.copies is not None and not self.joined

    @property
    def values(self) -> Array:
        """The value of each observation, before it is multiplied by ``per``."""
        if self.plain is not None:
            return self.plain
        values: Array = self.numerators / self.denominators[:, None]
        return values

    def only(self, groups: Sequence[int]) -> "Observations":
        """Return the observations of some groups, numbered in the order of ``groups``."""
        number = np.full(len(self.groups), -1)
        number[list(groups)] = np.arange(len(groups))
        return self.regrouped(number[self.group], [self.groups[group] for group in groups])

    def regrouped(self, group: Rows, groups: list[str]) -> "Observations":
        """Return the observations with other groups, without those whose group is below 0."""
        grouped = group >= 0
        return Observations(
            unit=self.unit[grouped],
            group=group[grouped],
            groups=groups,
            cluster=np.unique(self.cluster[grouped], return_inverse=True)[1].astype(np.int64),
            numerators=self.numerators[grouped],
            denominators=self.denominators[grouped],
            resampled=self.resampled,
            left_out=self.left_out,
            frames=self.frames,
            share=self.share,
            one=self.one,
            copies=None if self.copies is None else self.copies[grouped],
            joined=self.joined,
            document=None if self.document is None else self.document[grouped],
            plain=None if self.plain is None else self.plain[grouped],
        )


def observe(
    scores: Scored,
    by: By,
    groups: Sequence[str] | Mapping[str, Sequence[str]] | None = None,
    cluster: By | None = None,
    weight: str | None = None,
) -> Observations:
    """Return the units of scores with their group and cluster, weighted."""
    if scores.kind == TOPIC_SHARE:
        raise InputError(
            "Topic shares have the uncertainty of the topic model, which a contrast of raw shares "
            "ignores. Use prevalence(topics, terms, by=…, seed=…).contrast(…)."
        )
    table, unit, numerators, denominators = _table(scores, by)
    code, names = groups_of(table, by, missing=False)
    name = name_of(by)
    code, names = _selected(code, names, groups, name)
    weights = weights_of(table, weight)
    clusters, resampled = _resampled(scores, table, code, cluster)
    empty = denominators <= 0
    reasons = np.select(
        [code < 0, empty], ["in none of the groups", "without a token"], default=""
    ).astype(object)
    out = reasons != ""
    ids = scores.units["unit_id"].to_numpy(dtype=object)[unit]
    copies = scores.parts.copies
    listed = pd.DataFrame({"unit_id": ids[out], "reason": reasons[out]})
    joined = copies is not None and cluster is not None and resampled != "document"
    one = float(np.average(weights, weights=copies))
    if copies is not None and joined:
        weights = weights * copies
    whole = Observations(
        unit=unit,
        document=unit if scores.unit in INSIDE else scores.parts.document,
        group=np.where(out, -1, code),
        groups=names,
        cluster=clusters,
        numerators=numerators * weights[:, None],
        denominators=denominators * weights,
        resampled=resampled,
        left_out=listed,
        frames=tuple(scores.table["frame"].cat.categories),
        share=scores.kind == "share",
        one=one,
        copies=copies,
        joined=joined,
        plain=numerators / np.where(empty, 1.0, denominators)[:, None],
    )
    observations = whole.regrouped(whole.group, names)
    without = set(range(len(names))) - set(observations.group.tolist())
    if without:
        raise InputError(
            f"by={name!r}: no unit with a token is in "
            f"{listing(names[number] for number in without)}. Leave it out of groups."
        )
    return observations


def _table(scores: Scored, by: By) -> tuple[pd.DataFrame, Rows, Array, Array]:
    """Return the observations, one per row, their units, numerators and denominators."""
    k = len(scores.table["frame"].cat.categories)
    if scores.unit in INSIDE:
        table, unit = scores.units, np.arange(len(scores.units))
        numerators = scores.table["numerator"].to_numpy(dtype=np.float64).reshape(-1, k)
        denominators = scores.table["denominator"].to_numpy(dtype=np.float64)[::k]
    else:
        if scores.parts.copies is not None:
            raise InputError(NOT_IN_MEMORY)
        if isinstance(by, pd.Series) or by != scores.unit or scores.documents is None:
            raise InputError(
                f"These scores are by {scores.unit}, which pools the documents. They can be "
                f"compared by {scores.unit!r} only, not by {name_of(by)!r}. Score by document: "
                'score(hits, unit="document").'
            )
        ids, summed = scores.units["unit_id"].astype(object), scores.parts
        table = scores.documents.iloc[summed.document].reset_index(drop=True)
        table = table.assign(**{scores.unit: ids.iloc[summed.unit].to_numpy()})
        unit, numerators, denominators = summed.unit, summed.numerators, summed.denominators
    if scores.kind == "count":
        if scores.unit == "speaker":
            raise InputError(
                "Counts by speaker have no denominator, so they cannot be compared. Use "
                'kind="share", the share of the hits of the speaker.'
            )
        denominators = (denominators > 0).astype(np.float64)
    return table, unit, numerators, denominators


def groups_as_text(
    groups: Sequence[str] | Mapping[str, Sequence[str]],
) -> dict[str, list[str]]:
    """Return the names of the groups, each with its members."""
    if not isinstance(groups, Mapping):
        return {str(name): [str(name)] for name in groups}
    for name, members in groups.items():
        if not isinstance(members, Iterable):
            raise InputError(
                f"groups: group {name!r} has the members {members!r}, which are not a list. Give "
                "a list of labels: "
                "groups={'tabloids': ['Sun', 'Mirror']}."
            )
    return {
        str(name): [members] if isinstance(members, str) else [str(item) for item in members]
        for name, members in groups.items()
    }


def _selected(
    code: Rows,
    names: list[str],
    groups: Sequence[str] | Mapping[str, Sequence[str]] | None,
    by: str | Sequence[str],
) -> tuple[Rows, list[str]]:
    """Return the groups that ``groups`` selects, in that order; all of them by default."""
    present = [name for number, name in enumerate(names) if (code == number).any()]
    if groups is None:
        selection: dict[str, list[str]] = {name: [name] for name in present}
    elif isinstance(groups, str):
        raise InputError(f"groups={groups!r} is one group. Give a list of at least two groups.")
    else:
        selection = groups_as_text(groups)
    listed = [member for members in selection.values() for member in members]
    for member in listed:
        if member not in present:
            raise InputError(
                f"groups: by {by!r} there is no group {member!r}. There are: "
                f"{listing(present, 20)}." + suggestion(member, present) + _voices_hint(by)
            )
        if listed.count(member) > 1:
            raise InputError(
                f"groups: {member!r} is there twice. Put each value in one group only."
            )
    if not selection:
        raise InputError(
            f"by={by!r}: no unit with a token has a value in this column. Group by another column."
        )
    if len(selection) < 2:
        given = f"by={by!r} has" if groups is None else "groups= names"
        rest = [name for name in present if name not in listed] if groups is not None else []
        raise InputError(
            f"{given} {listing(selection)} only. A comparison needs at least two groups."
            + (
                f" Add one of: {listing(rest, 20)}."
                if rest
                else " Group by another column or period."
            )
        )
    # The last element is for the code -1, of units without a group.
    group = np.full(len(names) + 1, -1, dtype=np.int64)
    for number, members in enumerate(selection.values()):
        group[[names.index(member) for member in members]] = number
    return group[code], list(selection)


def _voices_hint(by: str | Sequence[str]) -> str:
    """Return where the groups of speakers are, if speakers are compared."""
    if by != "speaker":
        return ""
    return ' voices(hits, actors=…, unit="camp", seed=…).groups has the camps of the speakers.'


def _resampled(
    scores: Scored, table: pd.DataFrame, code: Rows, cluster: By | None
) -> tuple[Rows, str]:
    """Return the cluster of each observation, and the word for a cluster.

    By default a cluster is a document. If each group is a single document, it is a paragraph.
    """
    if cluster is not None:
        return clusters_of(table, cluster)
    if scores.unit in ("sentence", "paragraph"):
        pairs = table.loc[code >= 0, ["doc_id"]].assign(group=code[code >= 0])
        if (pairs.drop_duplicates()["group"].value_counts() == 1).all():
            return clusters_of(table, "paragraph")
    return clusters_of(table, "document")


def factor_levels(units: Observations) -> tuple[int, int]:
    """Return the numbers of levels of two factors; each pair of levels must have units."""
    cells = [name.split(TIMES) for name in units.groups]
    rows, columns = (list(dict.fromkeys(cell[n] for cell in cells)) for n in (0, 1))
    absent = [
        f"{row}{TIMES}{column}"
        for row in rows
        for column in columns
        if f"{row}{TIMES}{column}" not in units.groups
    ]
    if absent or len(rows) < 2 or len(columns) < 2:
        raise InputError(
            "Two factors need at least two levels each, and units in each cell. The levels are "
            f"{listing(rows)} and {listing(columns)}; cells without a unit: "
            f"{listing(absent) or 'none'}. Compare by one factor, or leave levels out."
        )
    return len(rows), len(columns)
