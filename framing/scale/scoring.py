"""Scoring one partition: hits, scores by document and refused rows, written as Parquet."""

import hashlib
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from framing._core.checks import InputError
from framing._core.typing import Rows
from framing.corpus.corpus import Corpus, make_corpus
from framing.corpus.dates import COLUMN as PRECISION
from framing.corpus.dates import read_dates
from framing.hits.hits import Hits, by_rejection, find_hits
from framing.lexicons.actors import Actors
from framing.lexicons.lexicon import Lexicon
from framing.scale.partitions import Partition, read_rows
from framing.scale.storage import Storage

# What is read and searched at once, so that memory stays flat: documents and characters.
BATCH_DOCUMENTS = 2_000
BATCH_CHARACTERS = 8_000_000
# Rows of a row group of the files that are written.
GROUP_ROWS = 50_000

KINDS = ("hits", "documents", "refused")
REFUSED = pa.schema([("doc_id", pa.string()), ("row", pa.int64()), ("reason", pa.string())])
# The column with the number of sentences that have a token.
WORDED = "sentences with a token"
# The counts of each frame in a document: of all hits, of rejected ones and of the others. A
# sentence can have hits of both kinds, so that its three counts do not add up.
MEASURES = ("hits", "weight", "squared weight", "sentences")
PARTS = ("", " rejected", " not rejected")
COUNTS = tuple(f"{measure}{part}" for measure in MEASURES for part in PARTS)


def count_column(frame: str, count: str) -> str:
    """Return the name of a column of counts, such as "peace: hits"."""
    return f"{frame}: {count}"


@dataclass(frozen=True)
class SearchSettings:
    """How the texts are read and searched; the same for all partitions.

    ``roles`` gives the column of each role (text, doc_id, title, source, date). ``kept`` gives
    the further columns with their Arrow types.
    """

    lexicon: Lexicon
    actors: Actors | None
    nested: str
    language: str
    furniture: bool | str
    dates: str
    roles: Mapping[str, str]
    kept: Mapping[str, str]
    longest: int


@dataclass(frozen=True)
class Job:
    """A partition to score, and where its files go.

    ``name`` begins the names of the files. ``skip`` are rows that are refused unread, because they
    killed a worker. ``between`` are the first and the last row to search; without ``write`` they
    are only tried.
    """

    source: Storage
    partition: Partition
    storage: Storage
    folder: str
    name: str
    search: SearchSettings
    skip: frozenset[int] = frozenset()
    between: tuple[int, int] | None = None
    write: bool = True


@dataclass
class _RowBatch:
    """Rows that are searched together."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    characters: int = 0


def score_partition(job: Job) -> dict[str, Any]:
    """Score a partition, write its three files, and return its line of the manifest."""
    began = time.monotonic()
    digest, refused, totals = hashlib.blake2b(digest_size=16), _Refused(), Counter[str]()
    with ExitStack() as stack:
        files = _Files(job, stack)
        for batch in _batches(job, refused, digest):
            hits = _search(job.search, batch)
            totals["scored"] += len(hits.documents)
            totals["hits"] += len(hits)
            totals["tokens"] += int(hits.sentences["tokens"].sum())
            files.add("hits", _hits_table(hits))
            files.add("documents", _documents_table(hits, batch, job.search))
            files.add("refused", refused.flush())
        files.add("refused", refused.flush())
    partition = job.partition
    return {
        "partition": partition.key,
        "name": partition.name,
        "start": partition.start,
        "stop": partition.stop,
        "size": partition.size,
        "changed": partition.changed,
        "hash": digest.hexdigest(),
        "rows": totals["scored"] + sum(refused.reasons.values()),
        "scored": totals["scored"],
        "refused": sum(refused.reasons.values()),
        "reasons": dict(sorted(refused.reasons.items())),
        "hits": totals["hits"],
        "tokens": totals["tokens"],
        "repeated": 0,
        "files": files.written(),
        "seconds": round(time.monotonic() - began, 3),
    }


class _Refused:
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


class _Files:
    """The three files of a partition, or none where a job only tries."""

    def __init__(self, job: Job, stack: ExitStack) -> None:
        self._job = job
        self._writers: dict[str, pq.ParquetWriter] = {}
        if not job.write:
            return
        for kind, schema in schemas(job.search).items():
            stream = stack.enter_context(job.storage.aside(self._path(kind)))
            writer = pq.ParquetWriter(stream, schema, compression="zstd")
            # Closed before its file takes its name: contexts end in the reverse order.
            self._writers[kind] = stack.enter_context(writer)

    def _path(self, kind: str) -> str:
        """Return the path of a file."""
        return f"{self._job.folder}/{kind}/{self._job.name}.parquet"

    def add(self, kind: str, table: pa.Table) -> None:
        """Write a table to one of the files."""
        if self._job.write and len(table):
            writer = self._writers[kind]
            writer.write_table(table.cast(writer.schema), row_group_size=GROUP_ROWS)

    def written(self) -> dict[str, list[object]]:
        """Return the name and the size in bytes of each file."""
        if not self._job.write:
            return {}
        return {
            kind: [f"{self._job.name}.parquet", self._job.storage.info(self._path(kind)).size]
            for kind in KINDS
        }


def _batches(job: Job, refused: _Refused, digest: Any) -> Iterator[_RowBatch]:
    """Yield the rows of a partition that can be searched, some at a time."""
    batch, seen = _RowBatch(), set[str]()
    roles = job.search.roles
    for number, row, fault in read_rows(job.source, job.partition):
        if job.between and not job.between[0] <= number <= job.between[1]:
            continue
        doc_id = row.get(roles["doc_id"])
        if number in job.skip:
            refused.add(doc_id, number, "this article ended the process that searched it", "killer")
            continue
        reason, kind = (fault, "unreadable") if fault else _fault(row, job.search, seen)
        if reason:
            refused.add(doc_id, number, reason, kind)
            continue
        text = row[roles["text"]]
        seen.add(str(doc_id))
        digest.update(f"{doc_id}\0{len(text)}\0".encode("utf-8", "replace"))
        digest.update(text.encode("utf-8", "replace"))
        full = batch.characters + len(text) > BATCH_CHARACTERS
        if batch.rows and (full or len(batch.rows) >= BATCH_DOCUMENTS):
            yield batch
            batch = _RowBatch()
        batch.rows.append(row)
        batch.numbers.append(number)
        batch.characters += len(text)
    if batch.rows:
        yield batch


def _fault(row: Mapping[str, Any], search: SearchSettings, seen: set[str]) -> tuple[str, str]:
    """Return why a row cannot be scored, in full and in brief; empty where it can."""
    name, text = search.roles["text"], row.get(search.roles["text"])
    doc_id = row.get(search.roles["doc_id"])
    if doc_id is None or isinstance(doc_id, float | list | dict) or not str(doc_id).strip():
        return f"{search.roles['doc_id']} is missing or is no id", "no id"
    if text is None:
        return f"{name} is missing", "no text"
    if not isinstance(text, str):
        return f"{name} is {type(text).__name__}, not text", "not text"
    if not text or text.isspace():
        return f"{name} is blank", "blank"
    if len(text) > search.longest:
        return (
            f"{name} has {len(text):,} characters, more than longest={search.longest:,}",
            "too long",
        )
    if "\0" in text:
        return f"{name} has the character 0", "character 0"
    if str(doc_id) in seen:
        return "the id is there before, in the same partition", "id repeated"
    return "", ""


def _search(search: SearchSettings, batch: _RowBatch) -> Hits:
    """Return the hits of a batch."""
    corpus = _corpus(search, batch)
    with warnings.catch_warnings():
        # `score_dataset` warns once of a lexicon in another language.
        warnings.simplefilter("ignore", UserWarning)
        return find_hits(corpus, search.lexicon, nested=search.nested,
                         actors=search.actors)  # fmt: skip


def _corpus(search: SearchSettings, batch: _RowBatch) -> Corpus:
    """Return the corpus of a batch: text, id, title and source. Dates are read apart."""
    roles = {role: name for role, name in search.roles.items() if role != "date"}
    table = pd.DataFrame(
        {
            role: pd.Series([_text(row.get(name)) for row in batch.rows], dtype=object)
            for role, name in roles.items()
        }
    )
    return make_corpus(table, language=search.language, furniture=search.furniture)


def _text(value: object) -> str | None:
    """Return a value as text; None where there is none."""
    return value if isinstance(value, str) or value is None else str(value)


def corpus_of_rows(search: SearchSettings, rows: list[dict[str, Any]]) -> Corpus:
    """Return some rows of the dataset as a corpus, with their dates and further columns."""
    batch = _RowBatch(rows, list(range(1, len(rows) + 1)))
    corpus = _corpus(search, batch)
    dates, _ = _dates(search, batch)
    columns: dict[str, Any] = {"date": dates.to_numpy()}
    for name, kind in search.kept.items():
        columns[name] = _kept(kind, name, batch).to_pandas()
    table = corpus.table.drop(columns=["date", *columns], errors="ignore")
    heads = ["doc_id", "text", "title", "source"]
    table = table.assign(**columns)[[*heads, *columns]]
    return make_corpus(table, language=search.language, furniture=search.furniture)


def _hits_table(hits: Hits) -> pa.Table:
    """Return the table of hits for Parquet."""
    return pa.Table.from_pandas(hits.table, preserve_index=False)


def _documents_table(hits: Hits, batch: _RowBatch, search: SearchSettings) -> pa.Table:
    """Return the documents of a batch with their counts of each frame."""
    documents = hits.documents
    dates, precision = _dates(search, batch)
    ids = pd.Index(documents["doc_id"])
    sentence = ids.get_indexer(pd.Index(hits.sentences["doc_id"]))
    tokens = hits.sentences["tokens"].to_numpy()
    columns: dict[str, Any] = {
        name: pa.array(documents[name], pa.string(), from_pandas=True)
        for name in ("doc_id", "title", "source")
    }
    columns["date"] = pa.array(dates, pa.timestamp("us"), from_pandas=True)
    columns[PRECISION] = pa.array(precision, pa.string(), from_pandas=True)
    for name, kind in search.kept.items():
        columns[name] = _kept(kind, name, batch)
    columns["row"] = pa.array(batch.numbers, pa.int64())
    size = len(ids)
    columns["tokens"] = np.bincount(sentence, weights=tokens, minlength=size).astype(np.int64)
    columns["sentences"] = np.bincount(sentence, minlength=size).astype(np.int64)
    columns[WORDED] = np.bincount(sentence[tokens > 0], minlength=size).astype(np.int64)
    for frame, counts in zip(hits.frames, _counts(hits, sentence, size), strict=True):
        for count, values in zip(COUNTS, counts, strict=True):
            columns[count_column(frame, count)] = values
    return pa.table(columns)


def _counts(hits: Hits, sentence: Rows, size: int) -> Iterator[list[NDArray[Any]]]:
    """Yield the arrays of COUNTS of each frame, one value per document."""
    table = hits.table
    has_context = "rejected" in table
    rejected = table["rejected"].to_numpy() if has_context else np.zeros(len(table), dtype=bool)
    document = pd.Index(hits.documents["doc_id"]).get_indexer(pd.Index(table["doc_id"]))
    code = table["frame"].cat.codes.to_numpy()
    weight = table["weight"].to_numpy(dtype=np.float64)
    every = hits.presence()
    present = [every, np.zeros_like(every), every]
    if has_context:
        present[1:] = [by_rejection(hits, part).presence() for part in ("only", "exclude")]
    for number in range(len(hits.frames)):
        chosen = code == number
        arrays: list[NDArray[Any]] = []
        for values in (np.ones(len(weight)), weight, weight**2):
            for part in (chosen, chosen & rejected, chosen & ~rejected):
                arrays.append(np.bincount(document[part], weights=values[part], minlength=size))
        arrays[:3] = [counts.astype(np.int64) for counts in arrays[:3]]
        for part in present:
            arrays.append(np.bincount(sentence[part[:, number]], minlength=size))
        yield arrays


def _dates(search: SearchSettings, batch: _RowBatch) -> tuple["pd.Series[Any]", "pd.Series[str]"]:
    """Return the dates of a batch and their precision, each row on its own.

    A date that cannot be read is missing.
    """
    missing = pd.Series(pd.NaT, index=range(len(batch.rows)), dtype="datetime64[us]")
    name = search.roles.get("date")
    values = pd.Series([row.get(name) if name else None for row in batch.rows], dtype=object)
    table = pd.DataFrame({"doc_id": [str(n) for n in batch.numbers], "date": values})
    if name is None or values.isna().all():
        return missing, pd.Series(None, index=missing.index, dtype="str")
    try:
        read = read_dates(table, "score_dataset", order=search.dates)
    except InputError:
        return missing, pd.Series(None, index=missing.index, dtype="str")
    # Whether midnight is a time of day is decided row by row, so that no batch decides for another.
    midnight = (read.precisions == "time") & (read.dates == read.dates.dt.normalize())
    return read.dates, read.precisions.where(~midnight, "day")


def _kept(kind: str, name: str, batch: _RowBatch) -> pa.Array:
    """Return a further column. A value of another type than the column is missing."""
    target = pa.type_for_alias(kind)
    values = [row.get(name) for row in batch.rows]
    try:
        return pa.array(values, target)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return pa.array([_as_kind(value, target) for value in values], target)


def _as_kind(value: object, target: Any) -> Any:
    """Return a value as a type of Arrow, None where it does not fit."""
    if value is None:
        return None
    try:
        if pa.types.is_string(target):
            return _clean(value if isinstance(value, str) else str(value))
        if isinstance(value, str):
            value = float(value) if pa.types.is_floating(target) else int(value)
        return pa.scalar(value, target).as_py()
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return None


def schemas(search: SearchSettings) -> dict[str, pa.Schema]:
    """Return the columns of the three files."""
    words = pa.dictionary(pa.int32(), pa.string())
    hits = [("doc_id", pa.string())]
    hits += [(name, pa.int64()) for name in ("paragraph", "sentence", "start", "end")]
    hits += [("frame", words), ("entry", words), ("weight", pa.float64())]
    if search.language == "en":
        hits += [(name, pa.bool_()) for name in ("rejected", "hedged", "quoted")]
        hits += [("speaker", words)]
    documents = [(name, pa.string()) for name in ("doc_id", "title", "source")]
    documents += [("date", pa.timestamp("us")), (PRECISION, pa.string())]
    documents += [(name, pa.type_for_alias(kind)) for name, kind in search.kept.items()]
    documents += [(name, pa.int64()) for name in ("row", "tokens", "sentences", WORDED)]
    for frame in search.lexicon.table["frame"].cat.categories:
        for count in COUNTS:
            kind = pa.float64() if "weight" in count else pa.int64()
            documents.append((count_column(str(frame), count), kind))
    return {"hits": pa.schema(hits), "documents": pa.schema(documents), "refused": REFUSED}
