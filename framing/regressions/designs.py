"""Designs: the columns of a formula as numbers, one row per unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from framing._core.checks import InputError, check_choice, listing, suggestion
from framing._core.typing import Array, Mask, Rows
from framing.regressions.formulas import Factor, Term
from framing.regressions.model_units import ModelUnits
from framing.scores.groups import (
    MAX_GROUPS,
    By,
    groups_in,
    known_dates,
    read_clusters,
    read_period,
)
from framing.scores.periods import FREQUENCY, period_numbers
from framing.scores.scores import Scores

# The factors of a column, each with the index of its level (None: a number).
DesignColumn = tuple[tuple[Factor, int | None], ...]

INTERCEPT = "(intercept)"
# `length` is log2(tokens / 100): 0 at 100 tokens.
SHORT = 100
# Columns of the units that no formula can name.
NO_TERMS = ("unit_id", "date")
# Numbers whose largest is outside this range are divided by a power of two in the model.
PLAIN_SIZE = (1e-3, 1e4)


@dataclass(frozen=True)
class Variable:
    """Values of a factor: numbers, or positions in its levels. The first level is the reference.

    There is one for each profile: each set of values of all factors that occurs. Numbers are
    divided by ``scale``, so that those in millions have no smaller errors than those in units.
    """

    numbers: Array
    levels: tuple[str, ...] = ()
    scale: float = 1.0


@dataclass(frozen=True)
class Design:
    """Columns of a formula in treatment coding, the intercept first.

    It has one row for each profile; ``times`` is how many units have it.
    """

    columns: tuple[DesignColumn, ...]
    variables: Mapping[Factor, Variable]
    times: Array

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.times)

    @property
    def units(self) -> int:
        """The number of units."""
        return int(self.times.sum())

    def average(self, values: Array) -> float:
        """Return the mean of values over units."""
        return float(self.times @ values / self.units)

    def summed(self, weights: Array, columns: Array) -> Array:
        """Return the sum of each column over units, with weights."""
        total: Array = (weights * self.times) @ columns
        return total

    @property
    def names(self) -> list[str]:
        """The names of the columns: ``source[Blog]``, ``month``, ``source[Blog]:month``."""
        factors = [[self.name_of(*factor) for factor in column] for column in self.columns]
        return [":".join(names) or INTERCEPT for names in factors]

    @property
    def scales(self) -> Array:
        """What the numbers of each column are divided by: so are its coefficient and effect."""
        return np.array(
            [
                np.prod([self.variables[factor].scale for factor, _ in column])
                for column in self.columns
            ],
            dtype=np.float64,
        )

    def name_of(self, factor: Factor, level: int | None) -> str:
        """Return what a factor is called at a level: ``source[Blog]``; a number: ``month``."""
        if level is None:
            return str(factor)
        return f"{factor}[{self.variables[factor].levels[level]}]"

    def matrix(self, fixed: Mapping[Factor, int] | None = None) -> Array:
        """Return the columns, (rows, columns); ``fixed`` sets factors to one of their levels."""
        return np.column_stack([self._product(column, fixed or {}) for column in self.columns])

    def slopes(self, factor: Factor) -> Array:
        """Return the derivative of each column with respect to a number, (rows, columns)."""
        slopes = np.zeros((self.rows, len(self.columns)))
        for number, column in enumerate(self.columns):
            rest = tuple(member for member in column if member[0] != factor)
            if len(rest) < len(column):
                slopes[:, number] = self._product(rest, {})
        return slopes

    def only(self, rows: Mask) -> "Design":
        """Return the design of some of the rows."""
        variables = {
            factor: replace(variable, numbers=variable.numbers[rows])
            for factor, variable in self.variables.items()
        }
        return Design(self.columns, variables, self.times[rows])

    def _product(self, column: DesignColumn, fixed: Mapping[Factor, int]) -> Array:
        """Return a column: the product of its numbers and of 0 or 1 for each of its levels."""
        product = np.ones(self.rows)
        for factor, level in column:
            values = self.variables[factor].numbers
            if level is None:
                product = product * values
            elif factor in fixed:
                product = product * float(fixed[factor] == level)
            else:
                product = product * (values == level)
        return product


def read_column(units: pd.DataFrame, name: str, *, labels: bool, what: str) -> "pd.Series[Any]":
    """Return a column of the units by its name, or one derived from the date or the length."""
    columns = [str(column) for column in units.columns if column not in NO_TERMS]
    derived = [column for column in (*FREQUENCY, "length") if column not in columns]
    if name in columns:
        return units[name]
    if name not in derived:
        allowed = [*columns, *derived]
        instead = " Use year, quarter, month, week or day of the date." if name == "date" else ""
        raise InputError(
            f"{what} names {name!r}, which is not a column that can be used. Allowed: "
            f"{listing(allowed, 30)}.{instead or suggestion(name, allowed)}"
        )
    if name == "length":
        tokens = units["tokens"].astype(float)
        return pd.Series(np.log2(tokens.where(tokens > 0) / SHORT), index=units.index)
    what = f"{what} names {name!r}, which"
    if labels:
        return read_period(units, name, what)
    return period_numbers(known_dates(units, name, what), name)


def lacking(column: "pd.Series[Any]") -> Mask:
    """Return where a column has no value, or one that is not finite."""
    missing = column.isna().to_numpy(dtype=bool)
    if pd.api.types.is_float_dtype(column):
        missing = missing | ~np.isfinite(column.to_numpy(dtype=np.float64, na_value=np.nan))
    return missing


def read_variable(
    factor: Factor,
    column: "pd.Series[Any]",
    reference: Mapping[str, object],
    times: Array | None = None,
) -> Variable:
    """Return the values of a factor in the rows that are used."""
    number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if number and factor.call != "C":
        values = _numbers(factor, column.to_numpy(dtype=np.float64))
        scale = _scale(values)
        return Variable(values / scale, scale=scale)
    if factor.call == "log":
        raise InputError(
            f"{factor} needs numbers; {factor.column!r} holds {column.dtype}. Use "
            f"{factor.column} without log, or turn it into numbers."
        )
    code, levels = groups_in(column)
    if len(levels) < 2:
        raise InputError(
            f"{factor.column!r} is {levels[0]!r} in all units that are used, so it explains "
            "nothing. Leave it out of the formula."
        )
    if len(levels) > MAX_GROUPS:
        raise InputError(
            f"{factor.column!r} has {len(levels):,} levels; at most {MAX_GROUPS} are allowed. "
            "Group its values in a new column."
        )
    first = int(np.argmax(np.bincount(code, times)))
    if factor.column in reference:
        value = str(reference[factor.column])
        check_choice(f"reference of {factor.column}", value, levels)
        first = levels.index(value)
    order = [first, *(level for level in range(len(levels)) if level != first)]
    positions = np.empty(len(levels))
    positions[order] = np.arange(len(levels))
    return Variable(positions[code], tuple(levels[level] for level in order))


def _numbers(factor: Factor, values: Array) -> Array:
    """Return the numbers of a factor, or their logarithms."""
    if np.ptp(values) == 0:
        raise InputError(
            f"{factor.column!r} is {values[0]:g} in all units that are used, so it explains "
            "nothing. Leave it out of the formula."
        )
    if factor.call != "log":
        return values
    below = int((values <= 0).sum())
    if below:
        raise InputError(
            f"{factor} needs numbers above 0, and {below:,} units have 0 or less. Use "
            f"{factor.column} as it is, or leave these units out."
        )
    return np.log(values)


def _scale(values: Array) -> float:
    """Return the power of two next to the largest number; 1 for numbers of a plain size."""
    largest = float(np.abs(values).max())
    if PLAIN_SIZE[0] <= largest <= PLAIN_SIZE[1]:
        return 1.0
    return float(2.0 ** np.clip(np.round(np.log2(largest)), -1000, 1000))


def make_design(
    terms: Sequence[Term], variables: Mapping[Factor, Variable], times: Array
) -> Design:
    """Return the columns of the terms.

    A factor leaves its reference level out where the rest of its term is also a term of the
    formula (the intercept counts as one). Otherwise it has all its levels, as in R. With
    ``source + source:month`` and sources A and B the columns are the intercept, ``source[B]``,
    ``source[A]:month`` and ``source[B]:month``: ``month`` alone is not in the formula.
    """
    known = {frozenset(term) for term in [(), *terms]}
    columns: list[DesignColumn] = [()]
    for term in terms:
        products: list[DesignColumn] = [()]
        for factor in term:
            levels = variables[factor].levels
            first = int(frozenset(term) - {factor} in known)
            indices = range(first, len(levels)) if levels else (None,)
            products = [(*column, (factor, index)) for column in products for index in indices]
        columns += products
    return Design(tuple(columns), variables, times)


def check_reference(reference: object, terms: Sequence[Term]) -> Mapping[str, object]:
    """Return the reference levels by column; raise InputError where they are no mapping."""
    if reference is None:
        return {}
    if not isinstance(reference, Mapping):
        raise InputError(
            f"reference={reference!r} is not a mapping. Give a column and its level: "
            '{"source": "…"}.'
        )
    columns = dict.fromkeys(factor.column for term in terms for factor in term)
    for column in reference:
        check_choice("reference", column, columns)
    return reference


@dataclass(frozen=True)
class Used:
    """Units without a missing value: hits (n_units, n_frames), denominators, clusters, names.

    ``variables`` have a value for each profile, and ``profile`` is that of each unit. Each row
    stands for ``times`` equal units, which are clusters of their own if ``alone``. Clusters are
    not ``named`` where they are documents that are counted together.
    """

    units: pd.DataFrame
    hits: Array
    denominators: Array
    variables: Mapping[Factor, Variable]
    profile: Rows
    clusters: Rows
    labels: Sequence[str]
    dropped: pd.DataFrame
    times: Array
    alone: bool
    named: bool

    @property
    def profile_times(self) -> Array:
        """How many units have each profile."""
        return np.bincount(self.profile, self.times).astype(np.float64)

    def of_model(self, matrix: Array) -> ModelUnits:
        """Return the units with the rows of a design, one for each profile."""
        return ModelUnits(matrix, self.profile, self.clusters, self.times, self.alone)


def used_units(
    scores: Scores, terms: Sequence[Term], cluster: By, reference: Mapping[str, object]
) -> Used:
    """Return the units that have a token, a cluster and a value of each factor."""
    units, k = scores.units.reset_index(drop=True), len(scores.frames)
    hits = scores.table["numerator"].to_numpy(dtype=np.float64).reshape(-1, k)
    denominators = scores.table["denominator"].to_numpy(dtype=np.float64).reshape(-1, k)[:, 0]
    if (hits < 0).any():
        raise InputError(
            f"In {int((hits < 0).any(axis=1).sum()):,} units the weighted hits add up to less than "
            "0, because entries have negative weights. A model of counts needs 0 or more. Use "
            "weights above 0."
        )
    factors = list(dict.fromkeys(factor for term in terms for factor in term))
    columns = {
        factor: read_column(units, factor.column, labels=factor.call == "C", what="The formula")
        for factor in factors
    }
    clusters = read_clusters(units, cluster, undated=False)
    groups = clusters.labels
    reasons = {"no token": denominators == 0, f"no {clusters.called}": lacking(groups)}
    for factor, column in columns.items():
        infinite = lacking(column) & ~column.isna().to_numpy(dtype=bool)
        reasons[f"no {factor.column}"] = lacking(column) & ~infinite
        if infinite.any():
            reasons[f"{factor.column} is infinite"] = infinite
    complete = ~np.any(list(reasons.values()), axis=0)
    if not complete.any():
        counts = ", ".join(f"{what}: {int(lacks.sum()):,}" for what, lacks in reasons.items())
        raise InputError(
            f"None of the {len(units):,} units has values in all columns of the formula "
            f"({counts}). Leave out the column without values."
        )
    code, labels = _cluster_codes(groups[complete])
    counted = scores.parts.copies
    times = np.ones(len(code)) if counted is None else counted[complete].astype(np.float64)
    alone = len(labels) == len(code) if counted is None else clusters.called in (
        "document", "doc_id")  # fmt: skip
    variables = {
        factor: read_variable(factor, column[complete].reset_index(drop=True), reference, times)
        for factor, column in columns.items()
    }
    profile, first = _profiles([variable.numbers for variable in variables.values()])
    return Used(
        units[complete].reset_index(drop=True),
        hits[complete],
        denominators[complete],
        {
            factor: replace(variable, numbers=variable.numbers[first])
            for factor, variable in variables.items()
        },
        profile,
        code,
        labels,
        _dropped(units, reasons, complete),
        times,
        alone,
        counted is None or not alone,
    )


def _cluster_codes(groups: "pd.Series[Any]") -> tuple[Rows, Sequence[str]]:
    """Return the cluster of each unit, and the names of the clusters."""
    if pd.api.types.is_string_dtype(groups) and groups.is_unique:
        # Sorting names of documents takes longer than the model.
        return np.arange(len(groups), dtype=np.int64), groups.tolist()
    return groups_in(groups)


def _profiles(columns: Sequence[Array]) -> tuple[Rows, Rows]:
    """Return the profile of each row, which has equal values of all columns, and a row of each."""
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        values, levels = pd.factorize(column)
        code = pd.factorize(code * len(levels) + values)[0]
    first = np.empty(int(code.max()) + 1, dtype=np.int64)
    first[code[::-1]] = np.arange(len(code))[::-1]
    return code, first


def _dropped(units: pd.DataFrame, reasons: Mapping[str, Mask], complete: Mask) -> pd.DataFrame:
    """Return the units that are not used, each with all its reasons."""
    texts = [
        ", ".join(what for what, lacks in reasons.items() if lacks[row])
        for row in np.flatnonzero(~complete)
    ]
    return pd.DataFrame(
        {
            "unit_id": units.loc[~complete, "unit_id"].to_numpy(),
            "reason": pd.Series(texts, dtype="str"),
        }
    )
