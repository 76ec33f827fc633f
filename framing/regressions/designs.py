"""Designs: the columns of a formula as numbers, one row a unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError, check_choice, listing, suggestion
from framing.regressions.formulas import Factor, Term
from framing.scores.groups import (
    MOST_GROUPS,
    By,
    groups_in,
    known_dates,
    read_clusters,
    read_period,
)
from framing.scores.periods import FREQUENCY, period_numbers
from framing.scores.scores import Scores

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
# The parts of a column: a factor, and which of its levels (None: its number).
Column = tuple[tuple[Factor, int | None], ...]

INTERCEPT = "(intercept)"
# Tokens at which the length is 0.
SHORT = 100
NO_TERMS = ("unit_id", "date")


@dataclass(frozen=True)
class Variable:
    """Values of a factor: numbers, or places in its levels, of which the first is the reference."""

    numbers: Array
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Design:
    """Columns of a formula in treatment coding, the intercept first."""

    columns: tuple[Column, ...]
    variables: Mapping[Factor, Variable]
    rows: int

    @property
    def names(self) -> list[str]:
        """The names of the columns: ``source[Blog]``, ``month``, ``source[Blog]:month``."""
        parts = [[self.part(*part) for part in column] for column in self.columns]
        return [":".join(names) or INTERCEPT for names in parts]

    def part(self, factor: Factor, level: int | None) -> str:
        if level is None:
            return str(factor)
        return f"{factor}[{self.variables[factor].levels[level]}]"

    def matrix(self, fixed: Mapping[Factor, int] | None = None) -> Array:
        """Return the columns (rows, columns), with a factor fixed at a level where asked for."""
        return np.column_stack([self._product(column, fixed or {}) for column in self.columns])

    def slopes(self, factor: Factor) -> Array:
        """Return by how much each column rises with a number."""
        slopes = np.zeros((self.rows, len(self.columns)))
        for place, column in enumerate(self.columns):
            rest = tuple(part for part in column if part[0] != factor)
            if len(rest) < len(column):
                slopes[:, place] = self._product(rest, {})
        return slopes

    def only(self, rows: Mask) -> "Design":
        kept = {
            factor: replace(one, numbers=one.numbers[rows])
            for factor, one in self.variables.items()
        }
        return Design(self.columns, kept, int(rows.sum()))

    def _product(self, column: Column, fixed: Mapping[Factor, int]) -> Array:
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
    """Return a column of the units, or what is derived from date and length, by its name."""
    own = [str(column) for column in units.columns if column not in NO_TERMS]
    derived = [column for column in (*FREQUENCY, "length") if column not in own]
    if name in own:
        return units[name]
    if name not in derived:
        instead = " Use year, quarter, month, week or day of the date." if name == "date" else ""
        raise InputError(
            f"{what} names {name!r}, which is no column that it can use. Allowed: "
            f"{listing([*own, *derived], 30)}.{instead or suggestion(name, [*own, *derived])}"
        )
    if name == "length":
        tokens = units["tokens"].astype(float)
        return pd.Series(np.log2(tokens.where(tokens > 0) / SHORT), index=units.index)
    what = f"{what} names {name!r}, which"
    if labels:
        return read_period(units, name, what)
    return period_numbers(known_dates(units, name, what), name)


def lacking(column: "pd.Series[Any]") -> Mask:
    """Return where a column has no value, or none that can be counted with."""
    gone = column.isna().to_numpy(dtype=bool)
    if pd.api.types.is_float_dtype(column):
        gone = gone | ~np.isfinite(column.to_numpy(dtype=np.float64, na_value=np.nan))
    return gone


def read_variable(
    factor: Factor, column: "pd.Series[Any]", reference: Mapping[str, object]
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
            f"{factor.column!r} is {levels[0]!r} in all units that are used, so that it can "
            "explain nothing. Leave it out of the formula."
        )
    if len(levels) > MOST_GROUPS:
        raise InputError(
            f"{factor.column!r} has {len(levels):,} levels; {MOST_GROUPS} is the most. Group its "
            "values in a column of their own."
        )
    first = int(np.argmax(np.bincount(code)))
    if factor.column in reference:
        value = str(reference[factor.column])
        check_choice(f"reference of {factor.column}", value, levels)
        first = levels.index(value)
    order = [first, *(place for place in range(len(levels)) if place != first)]
    places = np.empty(len(levels))
    places[order] = np.arange(len(levels))
    return Variable(places[code], tuple(levels[place] for place in order))


def _numbers(factor: Factor, values: Array) -> Array:
    if np.ptp(values) == 0:
        raise InputError(
            f"{factor.column!r} is {values[0]:g} in all units that are used, so that it can "
            "explain nothing. Leave it out of the formula."
        )
    if factor.call != "log":
        return values
    below = int((values <= 0).sum())
    if below:
        raise InputError(
            f"{factor} needs numbers above 0, and {below:,} units have none. Use "
            f"{factor.column} as it is, or leave these units out."
        )
    return np.log(values)


def make_design(terms: Sequence[Term], variables: Mapping[Factor, Variable], rows: int) -> Design:
    """Return the columns of the terms.

    A factor leaves its reference out where the rest of its term is a term itself (the intercept
    is one), and has all its levels otherwise, as in R.
    """
    known = {frozenset(term) for term in [(), *terms]}
    columns: list[Column] = [()]
    for term in terms:
        made: list[Column] = [()]
        for factor in term:
            levels = variables[factor].levels
            first = int(frozenset(term) - {factor} in known)
            places = range(first, len(levels)) if levels else (None,)
            made = [(*column, (factor, place)) for column in made for place in places]
        columns += made
    return Design(tuple(columns), variables, rows)


def check_reference(reference: object, terms: Sequence[Term]) -> Mapping[str, object]:
    if reference is None:
        return {}
    if not isinstance(reference, Mapping):
        raise InputError(
            f"reference={reference!r} is no mapping. Give a column and its level: "
            '{"source": "…"}.'
        )
    columns = dict.fromkeys(factor.column for term in terms for factor in term)
    for column in reference:
        check_choice("reference", column, columns)
    return reference


@dataclass(frozen=True)
class Used:
    """Units with all values: hits (n_units, n_frames), denominators, clusters and their names."""

    units: pd.DataFrame
    hits: Array
    denominators: Array
    variables: Mapping[Factor, Variable]
    clusters: NDArray[np.int64]
    labels: list[str]
    dropped: pd.DataFrame


def used_units(
    scores: Scores, terms: Sequence[Term], cluster: By, reference: Mapping[str, object]
) -> Used:
    units, k = scores.units.reset_index(drop=True), len(scores.frames)
    hits = scores.table["numerator"].to_numpy(dtype=np.float64).reshape(-1, k)
    denominators = scores.table["denominator"].to_numpy(dtype=np.float64).reshape(-1, k)[:, 0]
    if (hits < 0).any():
        raise InputError(
            "Hits with negative weights add up to less than none in "
            f"{int((hits < 0).any(axis=1).sum()):,} units, and a model of counts cannot have "
            "that. Use weights above zero."
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
    kept = ~np.any(list(reasons.values()), axis=0)
    if not kept.any():
        counts = ", ".join(f"{what}: {int(gone.sum()):,}" for what, gone in reasons.items())
        raise InputError(
            f"None of the {len(units):,} units has all that the formula needs ({counts}). Leave "
            "out the column that is missing."
        )
    code, labels = groups_in(groups[kept])
    return Used(
        units[kept].reset_index(drop=True),
        hits[kept],
        denominators[kept],
        {
            factor: read_variable(factor, column[kept].reset_index(drop=True), reference)
            for factor, column in columns.items()
        },
        code,
        labels,
        _dropped(units, reasons, kept),
    )


def _dropped(
    units: pd.DataFrame, reasons: Mapping[str, NDArray[np.bool_]], kept: NDArray[np.bool_]
) -> pd.DataFrame:
    texts = [
        ", ".join(what for what, gone in reasons.items() if gone[row])
        for row in np.flatnonzero(~kept)
    ]
    return pd.DataFrame(
        {
            "unit_id": units.loc[~kept, "unit_id"].to_numpy(),
            "reason": pd.Series(texts, dtype="str"),
        }
    )
