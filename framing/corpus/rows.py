"""Rows of a dataset: batches of those that can be read, and why the others are refused."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

from framing._core.checks import InputError
from framing.corpus.corpus import Corpus, is_blank, make_corpus
from framing.corpus.dates import read_dates
from framing.corpus.doubtful import is_placeholder
from framing.corpus.partitions import Partition, read_rows
from framing.corpus.storage import Storage

# What is read and searched at once, so that memory stays flat: documents and characters.
BATCH_DOCUMENTS = 2_000
BATCH_CHARACTERS = 8_000_000

REFUSED = pa.schema([("doc_id", pa.string()), ("row", pa.int64()), ("reason", pa.string())])


@dataclass(frozen=True)
class RowReading:
    """How rows become documents; the same for all partitions.

    ``roles`` gives the column of each role (text, doc_id, title, source, date). ``kept`` gives
    the further columns with their Arrow types. Texts of more than ``longest`` characters are
    refused.
    """

    language: str
    furniture: bool | str
    dates: str
    roles: Mapping[str, str]
    kept: Mapping[str, str]
    longest: int


@dataclass
class RowBatch:
    """Rows that are searched together."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    characters: int = 0


class Refusals:
    """The rows that cannot be scored, each with its reason."""

    def __init__(self) -> None:
        self.reasons: Counter[str] = Counter()
        self._rows: list[tuple[str | None, int, str]] = []

    def add(self, doc_id: object, row: int, reason: str, kind: str) -> None:
        """Refuse a row; ``kind`` is the reason without its details, for the manifest."""
        self.reasons[kind] += 1
        name = None if doc_id is None else _clean(str(doc_id))[:1000]
        self._rows.append((name, row, _clean(reason)[:1000]))

    def flush(self) -> pa.Table:
        """Return the rows that were added since the last call."""
        rows, self._rows = self._rows, []
        columns: Any = list(zip(*rows, strict=True)) if rows else [(), (), ()]
        return pa.table([pa.array(values, type=kind.type) for values, kind in zip(
            columns, REFUSED, strict=True)], schema=REFUSED)  # fmt: skip


def _clean(text: str) -> str:
    """Return a text that can be written as UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")


def read_batches(
    storage: Storage,
    partition: Partition,
    reading: RowReading,
    refusals: Refusals,
    *,
    skip: Mapping[int, tuple[str, str]] | None = None,
    repeated: Mapping[str, str] | None = None,
    between: tuple[int, int] | None = None,
    digest: Any = None,
) -> Iterator[RowBatch]:
    """Yield the rows of a partition that can be used, some at a time; the others are refused.

    ``skip`` are rows that are refused unread, with the reason in full and in brief; ``repeated``
    are ids that are in an earlier partition, with its name. ``between`` are the first and the last
    row to read. ``digest`` takes in the ids and the texts.
    """
    batch, seen = RowBatch(), set[str]()
    roles = reading.roles
    _check_unchanged(storage, partition)
    for number, row, fault in read_rows(storage, partition):
        if between and not between[0] <= number <= between[1]:
            continue
        doc_id = row.get(roles["doc_id"])
        if skip and number in skip:
            refusals.add(doc_id, number, *skip[number])
            continue
        reason, kind = (fault, "unreadable") if fault else _fault(row, reading, seen)
        if reason:
            refusals.add(doc_id, number, reason, kind)
            continue
        if repeated and str(doc_id) in repeated:
            refusals.add(doc_id, number, repeats(repeated[str(doc_id)]), "id repeated")
            continue
        text = row[roles["text"]]
        seen.add(str(doc_id))
        if digest is not None:
            digest.update(f"{doc_id}\0{len(text)}\0".encode("utf-8", "replace"))
            digest.update(text.encode("utf-8", "replace"))
        full = batch.characters + len(text) > BATCH_CHARACTERS
        if batch.rows and (full or len(batch.rows) >= BATCH_DOCUMENTS):
            yield batch
            batch = RowBatch()
        batch.rows.append(row)
        batch.numbers.append(number)
        batch.characters += len(text)
    _check_unchanged(storage, partition)
    if batch.rows:
        yield batch


def _check_unchanged(storage: Storage, partition: Partition) -> None:
    """Raise InputError where the file is not the one that was listed: its rows would be mixed."""
    there = storage.is_file(partition.path)
    facts = storage.info(partition.path) if there else None
    if facts is None or (facts.size, facts.changed) != (partition.size, partition.changed):
        raise InputError(
            f"{partition.name} {'has changed' if there else 'is gone'} since this run began. Make "
            "the same call again: it reads the file as it is now."
        )


def repeats(partition: str) -> str:
    """Return why a row is refused whose id is in an earlier partition."""
    return f"the id is in {partition} too"


def _fault(row: Mapping[str, Any], reading: RowReading, seen: set[str]) -> tuple[str, str]:
    """Return why a row cannot be scored, in full and in brief; empty where it can."""
    name, text = reading.roles["text"], row.get(reading.roles["text"])
    doc_id = row.get(reading.roles["doc_id"])
    if doc_id is None or isinstance(doc_id, float | list | dict) or not str(doc_id).strip():
        return f"{reading.roles['doc_id']} is missing or is no id", "no id"
    if text is None:
        return f"{name} is missing", "no text"
    if not isinstance(text, str):
        return f"{name} is {type(text).__name__}, not text", "not text"
    if is_blank(text):
        return f"{name}: the text is blank", "blank"
    if is_placeholder(text):
        return f"{name}: the source gives no text: {text.strip()!r}", "no text"
    if len(text) > reading.longest:
        return (
            f"{name} has {len(text):,} characters, more than longest={reading.longest:,}",
            "too long",
        )
    if "\0" in text:
        return f"{name} has the character 0", "character 0"
    if str(doc_id) in seen:
        return "the id is there before, in the same partition", "id repeated"
    return "", ""


def corpus_of(reading: RowReading, batch: RowBatch) -> Corpus:
    """Return the corpus of a batch: text, id, title and source. Dates are read apart."""
    roles = {role: name for role, name in reading.roles.items() if role != "date"}
    table = pd.DataFrame(
        {
            role: pd.Series([_text(row.get(name)) for row in batch.rows], dtype=object)
            for role, name in roles.items()
        }
    )
    return make_corpus(table, language=reading.language, furniture=reading.furniture)


def _text(value: object) -> str | None:
    """Return a value as text; None where there is none."""
    return value if isinstance(value, str) or value is None else str(value)


def corpus_of_rows(reading: RowReading, rows: list[dict[str, Any]]) -> Corpus:
    """Return some rows of the dataset as a corpus, with their dates and further columns."""
    batch = RowBatch(rows, list(range(1, len(rows) + 1)))
    corpus = corpus_of(reading, batch)
    columns = {"date": dates_of(reading, batch)[0].to_numpy(), **kept_columns(reading, batch)}
    table = corpus.table.drop(columns=["date", *columns], errors="ignore")
    heads = ["doc_id", "text", "title", "source"]
    table = table.assign(**columns)[[*heads, *columns]]
    return make_corpus(table, language=reading.language, furniture=reading.furniture)


def kept_columns(reading: RowReading, batch: RowBatch) -> dict[str, Any]:
    """Return the further columns of a batch, for pandas."""
    return {name: kept_of(kind, name, batch).to_pandas() for name, kind in reading.kept.items()}


def dates_of(reading: RowReading, batch: RowBatch) -> tuple["pd.Series[Any]", "pd.Series[str]"]:
    """Return the dates of a batch and their precision, each row on its own.

    A date that cannot be read is missing.
    """
    missing = pd.Series(pd.NaT, index=range(len(batch.rows)), dtype="datetime64[us]")
    name = reading.roles.get("date")
    values = pd.Series([row.get(name) if name else None for row in batch.rows], dtype=object)
    table = pd.DataFrame({"doc_id": [str(n) for n in batch.numbers], "date": values})
    if name is None or values.isna().all():
        return missing, pd.Series(None, index=missing.index, dtype="str")
    try:
        read = read_dates(table, "score_dataset", order=reading.dates, alone=True)
    except InputError:
        return missing, pd.Series(None, index=missing.index, dtype="str")
    # Whether midnight is a time of day is decided row by row, so that no batch decides for another.
    midnight = (read.precisions == "time") & (read.dates == read.dates.dt.normalize())
    return read.dates, read.precisions.where(~midnight, "day")


def kept_of(kind: str, name: str, batch: RowBatch) -> pa.Array:
    """Return a further column. A value of another type than the column is missing."""
    target = pa.type_for_alias(kind)
    values = [row.get(name) for row in batch.rows]
    try:
        return pa.array(values, target)
    except MemoryError:
        raise
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return pa.array([_as_kind(value, target) for value in values], target)


def _as_kind(value: object, target: Any) -> Any:
    """Return a value as a type of Arrow, None where it does not fit."""
    if value is None:
        return None
    try:
        if pa.types.is_string(target):
            return _clean(value if isinstance(value, str) else str(value))
        if isinstance(value, str | Decimal):
            value = float(value) if pa.types.is_floating(target) else int(value)
        return pa.scalar(value, target).as_py()
    except MemoryError:
        raise
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return None
