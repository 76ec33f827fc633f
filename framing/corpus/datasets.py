"""Datasets: articles in many files, which are read piece by piece."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from framing._core.checks import InputError, check_choice, check_objects, check_positive, listing
from framing._core.result import Shown
from framing.corpus.corpus import RESERVED
from framing.corpus.partitions import Partition, columns_of, list_partitions, read_rows
from framing.corpus.rows import RowReading
from framing.corpus.storage import Storage

ROLES = ("text", "doc_id", "title", "source", "date")
# Columns of the documents that counts use.
TAKEN = ("row", "tokens", "sentences", "sentences with a token", "date_precision")
# Types of further columns that are kept: numbers, words, truth and time.
SCALAR = ("string", "int", "uint", "float", "double", "halffloat", "bool", "date", "timestamp")


@dataclass(frozen=True, eq=False, repr=False)
class Dataset(Shown):
    """Articles in files, which need not fit into memory, from `open_dataset`.

    Attributes
    ----------
    source : str
        The file, folder, glob or address.
    table : pandas.DataFrame
        One row per partition: ``partition`` and ``bytes`` (of its file).
    reading : RowReading
        The columns, and how rows become documents.
    storage, root, partitions
        Where the files are.
    """

    source: str
    table: pd.DataFrame
    reading: RowReading
    storage: Storage
    root: str
    partitions: tuple[Partition, ...]

    def __repr__(self) -> str:
        roles = ", ".join(f"{role}={name!r}" for role, name in self.reading.roles.items())
        return f"<Dataset: {len(self.table):,} partitions of {self.source}; {roles}>"

    def __len__(self) -> int:
        return len(self.partitions)


@check_objects
def open_dataset(
    source: str | Path,
    *,
    text: str = "text",
    doc_id: str = "doc_id",
    title: str | None = None,
    outlet: str | None = None,
    date: str | None = None,
    keep: Sequence[str] | None = None,
    dates: str = "ymd",
    language: str = "en",
    furniture: bool | str = True,
    rows: int = 50_000,
    longest: int = 10_000_000,
) -> Dataset:
    """Open a dataset that is larger than memory, without reading its texts.

    Parameters
    ----------
    source : str or Path
        As in `score_dataset`: a file, a folder, a glob, or an address.
    text, doc_id, title, outlet, date, keep
        The columns, as in `score_dataset`.
    dates, language, furniture, rows, longest
        As in `score_dataset`.

    Returns
    -------
    Dataset
        For `count_terms`, and for ``find_duplicates``.

    Raises
    ------
    InputError
        There is no dataset, or a column is missing.

    Examples
    --------
    >>> import framing as fr, pandas as pd, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> news = pd.DataFrame({"doc_id": ["a", "b"], "body": ["A truce.", "A truce holds."]})
    >>> news.to_parquet(f"{folder}/news.parquet")
    >>> dataset = fr.data.open_dataset(f"{folder}/news.parquet", text="body")
    >>> fr.count_terms(dataset).vocabulary
        term  n  units
    0  truce  2      2
    """
    check_choice("dates", dates, ("ymd", "dmy", "mdy"))
    for name, number in (("rows", rows), ("longest", longest)):
        check_positive(name, number, whole=True)
    storage, root, partitions = list_partitions(str(source), rows)
    given = {"text": text, "doc_id": doc_id, "title": title, "source": outlet, "date": date}
    columns = _columns(storage, partitions, str(source))
    roles = _roles(columns, given, str(source))
    reading = RowReading(
        language, furniture, dates, roles,
        _kept(storage, partitions, columns, roles, keep, str(source)), longest,
    )  # fmt: skip
    table = pd.DataFrame(
        {
            "partition": pd.Series([partition.key for partition in partitions], dtype="str"),
            "bytes": [partition.size for partition in partitions],
        }
    )
    return Dataset(str(source), table, reading, storage, root, tuple(partitions))


def _columns(storage: Storage, partitions: Sequence[Partition], source: str) -> Mapping[str, str]:
    """Return the columns of the first partition that can be read, with their types."""
    for partition in partitions:
        columns = columns_of(storage, partition)
        if columns:
            return columns
    raise InputError(f"{source}: no row of this dataset can be read, so its columns are unknown.")


def _roles(
    columns: Mapping[str, str], given: Mapping[str, str | None], source: str
) -> dict[str, str]:
    """Return the column of each role."""
    roles: dict[str, str] = {}
    for role, name in given.items():
        argument = "outlet" if role == "source" else role
        if name is None:
            if role in columns:
                roles[role] = role
        elif name not in columns:
            raise InputError(
                f"{source}: there is no column {name!r}. The columns: {listing(columns, 20)}. "
                f"Name the right one: {argument}='…'."
            )
        else:
            roles[role] = name
    kind = columns[roles["text"]]
    if kind and "string" not in kind:
        raise InputError(
            f"{source}: the column {roles['text']!r} has {kind}, not text. Name the column with "
            f"the texts: text='…'. The columns: {listing(columns, 20)}."
        )
    return roles


def _kept(
    storage: Storage,
    partitions: Sequence[Partition],
    columns: Mapping[str, str],
    roles: Mapping[str, str],
    keep: Sequence[str] | None,
    source: str,
) -> dict[str, str]:
    """Return the further columns of the documents with the types that they are written in."""
    if isinstance(keep, str):
        raise InputError(f"keep={keep!r} is one name. Give a list: keep=[{keep!r}].")
    names = [name for name in columns if name not in roles.values()] if keep is None else list(keep)
    absent = [name for name in names if name not in columns]
    if absent:
        raise InputError(
            f"keep: {source} has no column {listing(absent)}. The columns: {listing(columns, 20)}."
        )
    wrong = [name for name in names if name in (*RESERVED, *TAKEN, *ROLES)]
    if wrong and keep is not None:
        raise InputError(
            f"keep: the name {listing(wrong)} is used by scores. Leave it out, or rename it in the "
            "dataset."
        )
    names = [name for name in names if name not in wrong]
    typed = {name: columns[name] for name in names}
    if any(not kind for kind in typed.values()):
        typed |= _guessed(storage, partitions, [name for name in names if not typed[name]])
    kept = {}
    for name, kind in typed.items():
        plain = "string" if "string" in kind or kind.startswith("dictionary") else kind
        if plain.startswith("timestamp"):
            plain = "timestamp[us]"
        if plain.startswith(SCALAR):
            kept[name] = plain
    return kept


def _guessed(
    storage: Storage, partitions: Sequence[Partition], names: Sequence[str]
) -> dict[str, str]:
    """Return the types of columns of text files, from the first thousand rows."""
    values: dict[str, list[Any]] = {name: [] for name in names}
    for number, row, fault in read_rows(storage, partitions[0]):
        if number > 1_000:
            break
        if not fault:
            for name in names:
                if row.get(name) not in (None, ""):
                    values[name].append(row[name])
    kinds = {}
    for name, column in values.items():
        numbers = pd.to_numeric(pd.Series(column, dtype=object), errors="coerce")
        kinds[name] = "string"
        # A code such as 007 is a word.
        coded = any(re.match(r"0\d", str(value)) for value in column)
        if column and numbers.notna().all() and not coded:
            kinds[name] = "int64" if (numbers % 1 == 0).all() else "float64"
        if column and all(isinstance(value, bool) for value in column):
            kinds[name] = "bool"
    return kinds
