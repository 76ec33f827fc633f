"""Schemas: the columns of a dataset and their types, over all its files."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as kinds

from framing._core.checks import InputError, listing
from framing.corpus.partitions import Partition, first_line, folder_values, read_rows
from framing.corpus.storage import Storage

# Rows of text files whose values tell the types of columns: of the first file, and of each other.
FIRST_ROWS, NEXT_ROWS = 1_000, 100
# Files that are opened at once: other machines take longer to answer than to send a few bytes.
AT_ONCE = 16


def dataset_columns(storage: Storage, partitions: Sequence[Partition]) -> dict[str, pa.DataType]:
    """Return the columns of all files and of folders such as year=2025, with their types.

    A column whose types differ from file to file has a type that holds all of them, words at last.
    It is null where no row has a value. A file that cannot be read has no columns: the error comes
    when it is read.
    """
    files = list({partition.path: partition for partition in reversed(partitions)}.values())[::-1]
    sizes = [FIRST_ROWS, *[NEXT_ROWS] * (len(files) - 1)]
    types: dict[str, set[pa.DataType]] = {}
    values: dict[str, list[Any]] = {}
    with ThreadPoolExecutor(AT_ONCE) as threads:
        every = threads.map(_file_columns, [storage] * len(files), files, sizes)
        for partition, (stated, sampled) in zip(files, every, strict=True):
            for name, kind in stated.items():
                types.setdefault(name, set()).add(kind)
            for name, column in sampled.items():
                values.setdefault(name, []).extend(column)
            for name, value in folder_values(partition.name).items():
                values.setdefault(name, []).append(value)
    for name, column in values.items():
        types.setdefault(name, set()).add(_guessed(column))
    return {name: _common(found) for name, found in types.items()}


def _file_columns(
    storage: Storage, partition: Partition, rows: int
) -> tuple[Mapping[str, pa.DataType], Mapping[str, list[Any]]]:
    """Return the columns that a file states with their types, and values where it states none."""
    names: list[str] = []
    stated: dict[str, pa.DataType] = {}
    values: dict[str, list[Any]] = {}
    with suppress(pa.ArrowException, InputError, OSError, EOFError, ValueError):
        if partition.path.lower().endswith(".parquet"):
            with storage.open(partition.path) as file:
                parquet = pq.ParquetFile(file)
                schema, empty = parquet.schema_arrow, parquet.metadata.num_rows == 0
            # pandas writes its index as such a column. A file without rows tells no types.
            fields = [field for field in schema if not field.name.startswith("__index_")]
            names = [field.name for field in fields]
            stated = {field.name: pa.null() if empty else _plain(field.type) for field in fields}
        else:
            # A file of separated values can have a head and no row.
            names = first_line(storage, partition)
            values = {name: [] for name in names}
            for number, row, fault in read_rows(storage, partition):
                if number > rows:
                    break
                for name, value in row.items() if not fault else ():
                    values.setdefault(name, []).append(value)
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise InputError(
            f"{partition.name} has two columns named {listing(twice)}. Rename one of them."
        )
    return stated, values


def _plain(kind: pa.DataType) -> pa.DataType:
    """Return the type in which values of a type are written."""
    if kinds.is_dictionary(kind):
        return _plain(kind.value_type)
    if kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind):
        return pa.string()
    if kinds.is_timestamp(kind):
        return pa.timestamp("us")
    if kinds.is_decimal(kind):
        return pa.float64()
    return kind


def _guessed(values: Sequence[Any]) -> pa.DataType:
    """Return the type of values from a text file or from the names of folders."""
    values = [value for value in values if value not in (None, "")]
    if not values:
        return pa.null()
    if any(isinstance(value, list | dict) for value in values):
        return pa.list_(pa.string())
    if all(isinstance(value, bool) for value in values):
        return pa.bool_()
    # A code such as 007 is a word.
    coded = any(re.match(r"0\d", str(value)) for value in values)
    numbers = pd.to_numeric(pd.Series(values, dtype=object), errors="coerce")
    if coded or numbers.isna().any() or numbers.abs().max() >= 2**63:
        return pa.string()
    return pa.int64() if (numbers % 1 == 0).all() else pa.float64()


def _common(types: set[pa.DataType]) -> pa.DataType:
    """Return the type that holds all values of some types, words at last."""
    known = sorted(types - {pa.null()}, key=str)
    if not known:
        return pa.null()
    if not all(is_scalar(kind) for kind in known):
        return next(kind for kind in known if not is_scalar(kind))
    schemas = [pa.schema([("column", kind)]) for kind in known]
    try:
        return pa.unify_schemas(schemas, promote_options="permissive").field(0).type
    except pa.ArrowException:
        return pa.string()


def is_scalar(kind: pa.DataType) -> bool:
    """Return whether values are numbers, words, truth or time, so that they can be kept."""
    return bool(
        kinds.is_string(kind) or kinds.is_integer(kind) or kinds.is_floating(kind)
        or kinds.is_boolean(kind) or kinds.is_date(kind) or kinds.is_timestamp(kind)
        or kinds.is_null(kind)
    )  # fmt: skip
