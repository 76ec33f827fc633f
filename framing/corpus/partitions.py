"""Partitions: the pieces of a dataset that are scored one at a time, and the rows in them."""

import codecs
import csv
import glob
import gzip
import io
import itertools
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from framing._core.checks import InputError, listing
from framing._core.delimited import restore
from framing.corpus.storage import Storage, open_storage

FORMATS = (".parquet", ".csv", ".tsv", ".jsonl", ".csv.gz", ".tsv.gz", ".jsonl.gz")
# Bytes of a partition of JSON lines. A file is cut at the first line end after each.
JSONL_BYTES = 64_000_000
# The name of a folder for rows without a value, as Hive, Spark, pandas and Arrow write it.
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
# Rows that are read at once from Parquet.
READ_ROWS = 1_000

TableRow = tuple[int, dict[str, Any], str]


@dataclass(frozen=True, order=True)
class Partition:
    """A piece of a dataset.

    ``name`` is the path of its file in the dataset, ``path`` the whole path. ``start`` and ``stop``
    are row groups of a Parquet file or bytes of a file of JSON lines; a file of another format is
    one piece. ``size`` and ``changed`` (nanoseconds) are those of the file.
    """

    name: str
    start: int
    stop: int
    size: int
    changed: int
    path: str

    @property
    def key(self) -> str:
        """The name of the piece in the manifest."""
        return f"{self.name}:{self.start}-{self.stop}"


def list_partitions(source: str, rows: int) -> tuple[Storage, str, list[Partition]]:
    """Return the storage of a dataset, its folder and its partitions, in the order of their names.

    A row group of Parquet is never divided: a partition has as many row groups as fit into ``rows``
    rows, and at least one.
    """
    storage, address = open_storage(source)
    paths = _data_files(storage, address, source)
    root = _root(storage, address)
    if not paths:
        raise InputError(
            f"{source}: there is no file of a dataset here. Give a folder with files that end in "
            f"{listing(FORMATS, 10)}."
        )
    partitions: list[Partition] = []
    for path in paths:
        info = storage.info(path)
        pieces = [(0, 1)]
        if path.lower().endswith(".parquet"):
            pieces = _row_groups(storage, path, rows)
        elif path.lower().endswith(".jsonl"):
            pieces = _byte_ranges(info.size)
        partitions += [
            Partition(path.removeprefix(root), start, stop, info.size, info.changed, path)
            for start, stop in pieces
        ]
    return storage, root, sorted(partitions)


def _root(storage: Storage, address: str) -> str:
    """Return the folder of a dataset, with "/" at its end: the part before a wildcard."""
    if storage.is_folder(address):
        return address.rstrip("/") + "/"
    fixed = address
    if not storage.is_file(address):
        fixed = address[: min(address.find(sign) for sign in "*?[" if sign in address)]
    return fixed.rpartition("/")[0] + "/"


def _data_files(storage: Storage, address: str, source: str) -> list[str]:
    """Return the paths of the data files of a folder, a glob or a file, sorted."""
    there = storage.is_file(address) or storage.is_folder(address)
    if any(sign in address for sign in "*?[") and not there:
        if not storage.local:
            root = address[: min(address.index(sign) for sign in "*?[" if sign in address)]
            root = root.rsplit("/", 1)[0]
            every = storage.files(root)
            return sorted(
                path for path in every if PurePosixPath(path).match(address) and _is_data(path)
            )
        every = glob.glob(address, recursive=True)  # noqa: PTH207 (the pattern is a whole path)
        nested = [storage.files(path) if Path(path).is_dir() else [path] for path in every]
        return sorted({path for paths in nested for path in paths if _is_data(path)})
    if storage.is_file(address):
        if not address.lower().endswith(FORMATS):
            raise InputError(
                f"{source}: a dataset is a file that ends in {listing(FORMATS, 10)}, a folder of "
                "such files, or a glob. Other formats: read_corpus(path)."
            )
        return [address]
    if not storage.is_folder(address):
        raise InputError(f"{source}: no such file or folder. Check the path.")
    return sorted(path for path in storage.files(address) if _is_data(path))


def _is_data(path: str) -> bool:
    """Return whether a path names a data file that is not hidden, such as _SUCCESS or .crc."""
    name = PurePosixPath(path).name
    return name.lower().endswith(FORMATS) and not name.startswith((".", "_", "~"))


def _row_groups(storage: Storage, path: str, rows: int) -> list[tuple[int, int]]:
    """Return ranges of row groups; a damaged file is one range, and reading it raises the error."""
    try:
        with storage.open(path) as file:
            metadata = pq.ParquetFile(file).metadata
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError):
        return [(0, -1)]
    ranges: list[tuple[int, int]] = []
    first, size = 0, 0
    for group in range(metadata.num_row_groups):
        added = metadata.row_group(group).num_rows
        if group > first and size + added > rows:
            ranges.append((first, group))
            first, size = group, 0
        size += added
    ranges.append((first, metadata.num_row_groups))
    return ranges


def _byte_ranges(size: int) -> list[tuple[int, int]]:
    """Return ranges of bytes. A line belongs to the range in which it begins."""
    starts = list(range(0, max(size, 1), JSONL_BYTES))
    return list(zip(starts, [*starts[1:], max(size, 1)], strict=True))


def read_rows(storage: Storage, partition: Partition) -> Iterator[TableRow]:
    """Yield the number (from 1), the values and the fault of each row of a partition.

    The fault is empty where the row could be read. Raise InputError where the whole piece is
    damaged. What the names of folders tell, such as year=2025, is in each row that lacks it.
    """
    path = partition.path.lower()
    folders = folder_values(partition.name)
    if path.endswith(".parquet"):
        read = _parquet_rows
    elif path.endswith((".jsonl", ".jsonl.gz")):
        read = _jsonl_rows
    else:
        read = _delimited_rows
    try:
        for number, row, fault in read(storage, partition):
            yield number, {**folders, **row} if folders else row, fault
    except (InputError, MemoryError):
        # Errors of Arrow can be a lack of memory, which is no fault of the file.
        raise
    except (pa.ArrowException, OSError, EOFError, ValueError, zlib.error) as error:
        reason = str(error).strip().split("\n")[0][:200] or type(error).__name__
        raise InputError(
            f"{partition.name} cannot be read ({reason}). Copy it again, or write it again."
        ) from None


def folder_values(name: str) -> dict[str, str | None]:
    """Return what the folders of a file tell: {"year": "2025"} for year=2025/news.parquet."""
    pairs = [folder.partition("=") for folder in PurePosixPath(name).parts[:-1]]
    return {
        unquote(key): None if value == NO_VALUE else unquote(value)
        for key, sign, value in pairs
        if sign and key
    }


def _parquet_rows(storage: Storage, partition: Partition) -> Iterator[TableRow]:
    """Yield the rows of row groups."""
    with storage.open(partition.path) as opened:
        file = pq.ParquetFile(opened)
        stop = partition.stop if partition.stop >= 0 else file.metadata.num_row_groups
        groups = list(range(partition.start, stop))
        number = 0
        for batch in file.iter_batches(batch_size=READ_ROWS, row_groups=groups):
            try:
                rows = batch.to_pylist()
            except UnicodeDecodeError:
                yield from _row_by_row(batch, number)
                number += batch.num_rows
                continue
            for row in rows:
                number += 1
                yield number, row, ""


def _row_by_row(batch: pa.RecordBatch, number: int) -> Iterator[TableRow]:
    """Yield the rows of a batch in which some text is not UTF-8."""
    for position in range(batch.num_rows):
        row: dict[str, Any] = {}
        fault = ""
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            try:
                row[name] = column[position].as_py()
            except UnicodeDecodeError:
                row[name] = None
                fault = f"{name} is not UTF-8"
        yield number + position + 1, row, fault


def _jsonl_rows(storage: Storage, partition: Partition) -> Iterator[TableRow]:
    """Yield the rows of lines that begin between two bytes."""
    number = 0
    with storage.open(partition.path) as opened:
        file: Any = io.BufferedReader(opened, 1 << 20)
        packed = partition.path.lower().endswith(".gz")
        if packed:
            file = gzip.GzipFile(fileobj=file)
        elif partition.start:
            # A line that begins exactly at ``start`` belongs here; a line before it does not.
            file.seek(partition.start - 1)
            file.readline()
        while packed or file.tell() < partition.stop:
            line = file.readline()
            if not line:
                return
            if not line.strip():
                continue
            number += 1
            yield number, *_json_row(line if number > 1 else line.removeprefix(codecs.BOM_UTF8))


def _json_row(line: bytes) -> tuple[dict[str, Any], str]:
    """Return the values of a line of JSON, or the fault."""
    try:
        row = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return {}, f"this line is not JSON ({error})"
    if not isinstance(row, dict):
        return {}, "this line of JSON is no object { }"
    return row, ""


@contextmanager
def _delimited_text(
    storage: Storage, partition: Partition
) -> Iterator[tuple[io.TextIOWrapper, str, list[str]]]:
    """Open a file of separated values after its first line: text, delimiter, names of columns."""
    name = partition.path.lower()
    with storage.open(partition.path) as opened:
        raw: Any = gzip.GzipFile(fileobj=opened) if name.endswith(".gz") else opened
        text = io.TextIOWrapper(raw, "utf-8-sig", errors="surrogateescape", newline="")
        csv.field_size_limit(2**31 - 1)
        head = text.readline()
        tab = ".tsv" in PurePosixPath(name).suffixes
        delimiter = "\t" if tab else max(",;\t", key=head.count)
        names = next(csv.reader([head], delimiter=delimiter), [])
        yield text, delimiter, [restore(name) for name in names]


def first_line(storage: Storage, partition: Partition) -> list[str]:
    """Return the names of columns in the first line of separated values; none of JSON lines."""
    if partition.path.lower().endswith((".jsonl", ".jsonl.gz")):
        return []
    with _delimited_text(storage, partition) as (_, _, columns):
        return columns


def _delimited_rows(storage: Storage, partition: Partition) -> Iterator[TableRow]:
    """Yield the rows of a file of separated values. Its first line names the columns."""
    with _delimited_text(storage, partition) as (text, delimiter, columns):
        # Without ``strict``, a quote that is never closed makes the rest of the file one text.
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        for number in itertools.count(1):
            opened_in = reader.line_num + 2
            try:
                values = next(reader, None)
            except csv.Error as error:
                if "unexpected end" in str(error):
                    raise InputError(
                        f"{partition.name}: the row that begins in line {opened_in:,} has a "
                        "quotation mark that is never closed, so all lines after it are read as "
                        "one text. Close it "
                        'with ", and write a quote inside a text as "".'
                    ) from None
                yield number, {}, f"a quote is in a wrong place ({error})"
                continue
            if values is None:
                return
            if not values:
                continue
            if len(values) != len(columns):
                yield number, {}, f"{len(values)} fields where the head has {len(columns)}"
                continue
            # `defuse` wrote an apostrophe before what a spreadsheet would take for a formula.
            row = dict(zip(columns, map(restore, values), strict=True))
            broken = [key for key, value in row.items() if not _encodable(value)]
            yield number, row, f"{broken[0]} is not UTF-8" if broken else ""


def _encodable(value: str) -> bool:
    """Return whether a text came from valid UTF-8."""
    return value.isascii() or not any("\udc80" <= sign <= "\udcff" for sign in value)
