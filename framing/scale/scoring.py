"""Scoring one partition: hits, scores by document and refused rows, written as Parquet."""

import hashlib
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from framing._core.typing import Rows
from framing.corpus.corpus import make_corpus
from framing.corpus.crews import KILLER, Work
from framing.corpus.dates import COLUMN as PRECISION
from framing.corpus.rows import (
    REFUSED,
    Refusals,
    RowBatch,
    RowReading,
    corpus_of,
    dates_of,
    kept_of,
    read_batches,
)
from framing.corpus.storage import Storage
from framing.hits.hits import Hits, by_rejection, find_hits
from framing.lexicons.actors import Actors
from framing.lexicons.lexicon import Lexicon

# Rows of a row group of the files that are written.
GROUP_ROWS = 50_000

KINDS = ("hits", "documents", "refused")
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
class SearchSettings(RowReading):
    """How the texts are read and searched; the same for all partitions."""

    lexicon: Lexicon
    actors: Actors | None
    nested: str


def try_search(search: SearchSettings) -> None:
    """Search one short text: the lexicon is prepared, and an argument that is wrong is refused."""
    corpus = make_corpus(["A text."], language=search.language, furniture=search.furniture)
    find_hits(corpus, search.lexicon, nested=search.nested, actors=search.actors)


@dataclass(frozen=True)
class Job(Work):
    """A partition to score, and where its files go. ``name`` begins the names of the files."""

    storage: Storage
    folder: str
    name: str
    search: SearchSettings

    def run(self) -> dict[str, Any]:
        """Score the partition, and return its line of the manifest."""
        return score_partition(self)


def score_partition(job: Job) -> dict[str, Any]:
    """Score a partition, write its three files, and return its line of the manifest."""
    began = time.monotonic()
    digest, refused, totals = hashlib.blake2b(digest_size=16), Refusals(), Counter[str]()
    unfit = Counter[str]()
    with ExitStack() as stack:
        files = _Files(job, stack)
        for batch in read_batches(
            job.source, job.partition, job.search, refused,
            skip=dict.fromkeys(job.skip, KILLER), between=job.between, digest=digest,
        ):  # fmt: skip
            hits = _search(job.search, batch)
            totals["scored"] += len(hits.documents)
            totals["hits"] += len(hits)
            totals["tokens"] += int(hits.sentences["tokens"].sum())
            files.add("hits", _hits_table(hits))
            documents = _documents_table(hits, batch, job.search)
            files.add("documents", documents)
            unfit.update(_unfit(documents, batch, job.search))
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
        "unfit": dict(sorted(unfit.items())),
        "files": files.written(),
        "seconds": round(time.monotonic() - began, 3),
    }


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


def _search(search: SearchSettings, batch: RowBatch) -> Hits:
    """Return the hits of a batch."""
    corpus = corpus_of(search, batch)
    with warnings.catch_warnings():
        # `score_dataset` warns once of a lexicon in another language.
        warnings.simplefilter("ignore", UserWarning)
        return find_hits(corpus, search.lexicon, nested=search.nested,
                         actors=search.actors)  # fmt: skip


def _hits_table(hits: Hits) -> pa.Table:
    """Return the table of hits for Parquet."""
    return pa.Table.from_pandas(hits.table, preserve_index=False)


def _documents_table(hits: Hits, batch: RowBatch, search: SearchSettings) -> pa.Table:
    """Return the documents of a batch with their counts of each frame."""
    documents = hits.documents
    dates, precision = dates_of(search, batch)
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
        columns[name] = kept_of(kind, name, batch)
    columns["row"] = pa.array(batch.numbers, pa.int64())
    size = len(ids)
    columns["tokens"] = np.bincount(sentence, weights=tokens, minlength=size).astype(np.int64)
    columns["sentences"] = np.bincount(sentence, minlength=size).astype(np.int64)
    columns[WORDED] = np.bincount(sentence[tokens > 0], minlength=size).astype(np.int64)
    for frame, counts in zip(hits.frames, _counts(hits, sentence, size), strict=True):
        for count, values in zip(COUNTS, counts, strict=True):
            columns[count_column(frame, count)] = values
    return pa.table(columns)


def _unfit(documents: pa.Table, batch: RowBatch, search: SearchSettings) -> dict[str, int]:
    """Return how many values of each further column do not have its type, and so are missing."""
    numbers = {
        name: sum(row.get(name) not in (None, "") for row in batch.rows)
        - (len(documents) - documents[name].null_count)
        for name, kind in search.kept.items()
        if kind != "string"
    }
    return {name: number for name, number in numbers.items() if number > 0}


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
