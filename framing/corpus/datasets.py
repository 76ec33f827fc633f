"""Datasets: articles in many files, which are read piece by piece."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from framing._core.checks import InputError, check_choice, check_objects, check_positive, listing
from framing._core.result import Shown
from framing.corpus.corpus import RESERVED
from framing.corpus.partitions import Partition, list_partitions
from framing.corpus.rows import RowReading
from framing.corpus.schemas import dataset_columns, is_scalar
from framing.corpus.storage import Storage

ROLES = ("text", "doc_id", "title", "source", "date")
# Columns of the documents that counts use.
TAKEN = ("row", "tokens", "sentences", "sentences with a token", "date_precision")


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
    columns = dataset_columns(storage, partitions)
    if not columns:
        raise InputError(
            f"{source}: no file can be read, so the columns are not known. Give a dataset with at "
            "least one file that can be read."
        )
    roles = _roles(columns, given, str(source))
    reading = RowReading(
        language, furniture, dates, roles,
        _kept(columns, roles, keep, str(source)), longest,
    )  # fmt: skip
    table = pd.DataFrame(
        {
            "partition": pd.Series([partition.key for partition in partitions], dtype="str"),
            "bytes": [partition.size for partition in partitions],
        }
    )
    return Dataset(str(source), table, reading, storage, root, tuple(partitions))


def _roles(
    columns: Mapping[str, pa.DataType], given: Mapping[str, str | None], source: str
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
    if kind not in (pa.string(), pa.null()):
        raise InputError(
            f"{source}: the column {roles['text']!r} has {kind}, not text. Name the column with "
            f"the texts: text='…'. The columns: {listing(columns, 20)}."
        )
    return roles


def _kept(
    columns: Mapping[str, pa.DataType],
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
    if wrong:
        warnings.warn(
            f"{source}: scores use the name {listing(wrong)} themselves, so that this column of "
            "the dataset is not kept. Rename it there if you need it.",
            UserWarning,
            stacklevel=4,
        )
    odd = [name for name in names if not is_scalar(columns[name])]
    if odd and keep is not None:
        raise InputError(
            f"keep: {listing(odd)} has {columns[odd[0]]}. Only numbers, words, dates and truth "
            "values can be kept."
        )
    # A column in which no row that was read has a value is written as words.
    return {
        name: str(pa.string() if columns[name] == pa.null() else columns[name])
        for name in names
        if name not in (*wrong, *odd)
    }
