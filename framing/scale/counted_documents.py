"""Counted documents: equal documents of a scored dataset as one row, read partition by partition.

A hundred million documents do not fit in memory. What differs in them for a question does: the
group, the hits of a frame and the number of tokens take few values together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from framing._core.checks import InputError, check_columns
from framing._core.typing import Array
from framing.corpus.dates import COLUMN as PRECISION
from framing.scale.manifest import Manifest
from framing.scores.groups import read_period
from framing.scores.periods import (
    FREQUENCY,
    TOO_COARSE,
    period_labels,
    read_dates,
    too_coarse,
)

# Rows that are read at once, and rows that may wait to be counted together.
BATCH_ROWS, WAITING_ROWS = 50_000, 100_000
SIZES = ("documents", "sentences", "tokens", "denominator")


@dataclass(frozen=True)
class Wanted:
    """What is read of each document.

    ``keys`` are columns, or periods of the date where no column has the name. ``numerators`` and
    ``squares`` have one column for each frame. With ``filled`` the denominator is 1 where there
    is a token, and 0 elsewhere. With ``every`` a date that is a key is the first day of its period
    in this time zone.
    """

    columns: Sequence[str]
    keys: Sequence[str]
    numerators: Sequence[str]
    squares: Sequence[str]
    denominator: str
    filled: bool
    every: str | None = None
    timezone: str | None = None

    @property
    def periods(self) -> list[str]:
        """The keys that are periods of the date."""
        return [key for key in self.keys if key not in self.columns and key in FREQUENCY]

    def read(self, manifest: Manifest) -> Iterator[pa.Table]:
        """Yield the documents, some rows at a time: keys, numerators, denominator, sizes."""
        names = [key for key in self.keys if key not in self.periods]
        names += ["date", PRECISION] * bool(self.periods or self.every)
        names += [*self.numerators, *self.squares, self.denominator, "sentences", "tokens"]
        names = list(dict.fromkeys(names))
        for path in manifest.paths("documents"):
            with manifest.storage.open(path) as file:
                parquet = pq.ParquetFile(file)
                check_columns(parquet.schema_arrow.names, names, "The table of documents")
                for batch in parquet.iter_batches(batch_size=BATCH_ROWS, columns=names):
                    yield pa.Table.from_batches([batch])


@dataclass(frozen=True)
class Summed:
    """Sums of documents with equal ``keys``: two tables with the same rows, always in one order."""

    keys: pd.DataFrame
    sums: pd.DataFrame

    def array(self, name: str) -> Array:
        """Return one of the sums."""
        values: Array = self.sums[name].to_numpy(dtype=np.float64)
        return values


@dataclass(frozen=True)
class CountedDocuments:
    """Documents with their copies.

    Attributes
    ----------
    frames : list of Summed
        For each frame one row per set of equal documents: ``numerator``, ``denominator`` and
        ``copies``, the number of documents.
    sizes : Summed
        One row per set of keys: ``documents``, ``sentences``, ``tokens`` and ``denominator``.
    case : array, shape (frames,)
        The mean weight of a hit of each frame, by weight; 1 without a hit.
    """

    frames: list[Summed]
    sizes: Summed
    case: Array | None


def count_documents(manifest: Manifest, wanted: Wanted) -> CountedDocuments:
    """Count the equal documents of a scored dataset."""
    keys = [f"key {number}" for number in range(len(wanted.keys))]
    counts = [_Counts([*keys, "numerator", "denominator"], ["copies"]) for _ in wanted.numerators]
    sizes = _Counts(keys, list(SIZES))
    totals = np.zeros((2, len(wanted.numerators)))
    known = [_Key() for _ in keys]
    dated: pd.DataFrame | None = None
    for table in wanted.read(manifest):
        ones = pa.array(np.ones(len(table), dtype=np.int64))
        denominator = pc.cast(table[wanted.denominator], pa.float64())
        if wanted.filled:
            denominator = pc.cast(pc.greater(denominator, 0), pa.float64())
        codes = [
            values.codes(column) for values, column in zip(known, _keys(table, wanted), strict=True)
        ]
        columns = dict(zip(keys, codes, strict=True))
        if wanted.periods and (dated is None or dated["date"].isna().all()):
            dated = _dates(table).sort_values("date", na_position="last").head(1)
        sizes.add(pa.table({
            **columns, "documents": ones, "sentences": table["sentences"],
            "tokens": table["tokens"], "denominator": denominator,
        }))  # fmt: skip
        for number, name in enumerate(wanted.numerators):
            numerator = pc.cast(table[name], pa.float64())
            counts[number].add(pa.table({
                **columns, "numerator": numerator, "denominator": denominator, "copies": ones,
            }))  # fmt: skip
            if wanted.squares:
                totals[0, number] += pc.sum(numerator).as_py() or 0
                totals[1, number] += pc.sum(table[wanted.squares[number]]).as_py() or 0
    tables = []
    for count in (sizes, *counts):
        summed = count.table()
        columns = {
            name: key_values.numbered.take(summed[key])
            for key, name, key_values in zip(keys, wanted.keys, known, strict=True)
        }
        sums = summed.drop_columns(keys).to_pandas()
        tables.append(Summed(pa.table(columns).to_pandas() if keys else sums[[]], sums))
    for period in wanted.periods:
        if dated is not None and tables[0].keys[period].isna().all():
            read_period(dated, period, f"{period!r}")
    case = np.divide(totals[1], totals[0], out=np.ones(totals.shape[1]), where=totals[0] > 0)
    return CountedDocuments(tables[1:], tables[0], case if wanted.squares else None)


def _keys(table: pa.Table, wanted: Wanted) -> list[pa.Array]:
    """Return the values of the keys; a period is text."""
    values = []
    units = _dates(table) if wanted.periods or wanted.every else pd.DataFrame()
    begun = units if wanted.every is None else _begun(units, wanted.every, wanted.timezone)
    for key in wanted.keys:
        if wanted.every is not None and key in begun:
            values.append(pa.array(begun[key], from_pandas=True, type=table[key].type))
            continue
        if key not in wanted.periods:
            values.append(table[key])
            continue
        dates = units["date"].mask(units[PRECISION].isin(TOO_COARSE[key]))
        values.append(pa.array(period_labels(dates, key), pa.string(), from_pandas=True))
    return values


def _begun(units: pd.DataFrame, every: str, timezone: str | None) -> pd.DataFrame:
    """Return the first day of the period of each date; a date that is too coarse stays."""
    dated = read_dates(units, timezone)
    coarse = too_coarse(dated, every)
    days = pd.Series(dated.begin).astype("datetime64[us]")
    first = days.dt.to_period(FREQUENCY[every]).dt.start_time
    precision = pd.Series(np.where(coarse, dated.precision, "day")).where(days.notna(), None)
    return pd.DataFrame({"date": days.where(coarse, first), PRECISION: precision})


def _dates(table: pa.Table) -> pd.DataFrame:
    """Return the dates of documents with their precision."""
    dates: pd.DataFrame = table.select(["date", PRECISION]).to_pandas()
    return dates


class _Key:
    """The values of a key, numbered in the order in which they are read."""

    numbered: Any = None

    def codes(self, column: pa.ChunkedArray | pa.Array) -> pa.Array:
        """Return the number of each value; new values are added."""
        if isinstance(column, pa.ChunkedArray):
            column = column.combine_chunks()
        values = pc.unique(column)
        if self.numbered is not None:
            new = values.filter(pc.is_null(pc.index_in(values, self.numbered)))
            values = pa.concat_arrays([self.numbered, new])
        self.numbered = values
        return pc.index_in(column, values)


class _Counts:
    """Rows that are summed where their keys are equal, before they need much memory."""

    def __init__(self, keys: Sequence[str], sums: Sequence[str]) -> None:
        self._keys, self._sums = list(keys), list(sums)
        self._summed: list[pa.Table] = []
        self._rows = self._least = 0

    def add(self, table: pa.Table) -> None:
        """Add rows."""
        self._summed.append(self._sum(table))
        self._rows += len(self._summed[-1])
        if self._rows > max(WAITING_ROWS, 2 * self._least):
            self._summed = [self._sum(pa.concat_tables(self._summed))]
            self._rows = self._least = len(self._summed[0])

    def _sum(self, table: pa.Table) -> pa.Table:
        """Return one row for each set of keys."""
        if not self._keys:
            return pa.table({name: [pc.sum(table[name]).as_py() or 0] for name in self._sums})
        grouped = table.group_by(self._keys, use_threads=False)
        summed = grouped.aggregate([(name, "sum") for name in self._sums])
        return summed.rename_columns(
            [name.removesuffix("_sum") for name in summed.column_names]
        ).select([*self._keys, *self._sums])

    def table(self) -> pa.Table:
        """Return the sums, sorted by their keys."""
        if not self._summed:
            raise InputError(
                "No part of the dataset is scored yet. Run score_dataset again: it goes on."
            )
        summed = self._sum(pa.concat_tables(self._summed))
        if self._keys:
            summed = summed.sort_by([(key, "ascending") for key in self._keys])
        return summed
