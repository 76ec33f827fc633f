"""Designs: the columns of a formula as numbers, one row per unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from framing._core.checks import InputError, check_choice, listing, suggestion
from framing._core.typing import Array, Mask, Rows
from framing.regressions.counted_models import Copies
from framing.regressions.formulas import Factor, Term
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


@dataclass(frozen=True)
class Variable:
    """Values of a factor: numbers, or positions in its levels. The first level is the reference."""

    numbers: Array
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Design:
    """Columns of a formula in treatment coding, the intercept first."""

    columns: tuple[DesignColumn, ...]
    variables: Mapping[Factor, Variable]
    rows: int
    copies: Copies | None = None

    @property
    def units(self) -> int:
        """The number of units: the rows, with their copies."""
        return self.rows if self.copies is None else int(self.copies.times.sum())

    def average(self, values: Array) -> float:
        """Return the mean of values over units."""
        if self.copies is None:
            return float(values.mean())
        return float(self.copies.times @ values / self.units)

    def summed(self, weights: Array, columns: Array) -> Array:
        """Return the sum of each column over units, with weights."""
        times = weights if self.copies is None else weights * self.copies.times
        total: Array = times @ columns
        return total

    @property
    def names(self) -> list[str]:
        """The names of the columns: ``source[Blog]``, ``month``, ``source[Blog]:month``."""
        factors = [[self.name_of(*factor) for factor in column] for column in self.columns]
        return [":".join(names) or INTERCEPT for names in factors]

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
        copies = None if self.copies is None else self.copies.only(rows)
        return Design(self.columns, variables, int(rows.sum()), copies)

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
            f"{what} names {name!r}, which is not a column that it can use. Allowed: "
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
    times: Rows | None = None,
) -> Variable:
    """Return the values of a factor in the rows that are used."""
    number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if number and factor.call != "C":
        return Variable(_numbers(factor, column.to_numpy(dtype=np.float64)))
    if factor.call == "log":
        raise InputError(f"{factor} needs numbers; {factor.column!r} holds {column.dtype}.")
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


def make_design(
    terms: Sequence[Term],
    variables: Mapping[Factor, Variable],
    rows: int,
    copies: Copies | None = None,
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
    return Design(tuple(columns), variables, rows, copies)


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

    With ``copies`` each row stands for so many equal units.
    """

    units: pd.DataFrame
    hits: Array
    denominators: Array
    variables: Mapping[Factor, Variable]
    clusters: Rows
    labels: list[str]
    dropped: pd.DataFrame
    copies: Copies | None = None

    @property
    def cluster_count(self) -> int:
        """The number of clusters."""
        return len(self.labels) if self.copies is None else self.copies.clusters(self.clusters)


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
    clusters = read_clusters(units, cluster)
    groups = clusters.labels
    reasons = {"no token": denominators == 0, f"no {clusters.called}": lacking(groups)}
    reasons |= {f"no {factor.column}": lacking(column) for factor, column in columns.items()}
    complete = ~np.any(list(reasons.values()), axis=0)
    if not complete.any():
        counts = ", ".join(f"{what}: {int(lacks.sum()):,}" for what, lacks in reasons.items())
        raise InputError(
            f"None of the {len(units):,} units has all values that the formula needs ({counts}). "
            "Leave out the column without values."
        )
    code, labels = groups_in(groups[complete])
    times = None if scores.parts.copies is None else scores.parts.copies[complete]
    copies = None if times is None else Copies(times, clusters.called in ("document", "doc_id"))
    return Used(
        units[complete].reset_index(drop=True),
        hits[complete],
        denominators[complete],
        {
            factor: read_variable(factor, column[complete].reset_index(drop=True), reference, times)
            for factor, column in columns.items()
        },
        code,
        labels,
        _dropped(units, reasons, complete),
        copies,
    )


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
