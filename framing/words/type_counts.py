"""Types in units: counts of the words of texts, before they become terms."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from joblib import delayed
from scipy import sparse

from framing._core.long_work import in_parallel
from framing.corpus.corpus import Corpus
from framing.hits.hits import find_hits
from framing.lexicons.actors import Actors
from framing.lexicons.lexicon import make_lexicon
from framing.text.counts import Task, Units, count_types, make_batches
from framing.text.wrapped_lines import Span


@dataclass(frozen=True)
class TypeCounts:
    """Counts of types by unit, before types become terms."""

    matrix: sparse.csr_array
    names: list[str]
    units: pd.DataFrame
    origin: str


def from_corpus(
    corpus: Corpus,
    task: Task,
    without: Actors | None,
    workers: int,
    documents: pd.DataFrame | None = None,
) -> TypeCounts:
    """Count the types in the texts of a corpus.

    ``documents`` are the columns of the units in place of those of the corpus.
    """
    dropped = name_spans(corpus, without, workers)
    batches = make_batches(corpus.table["text"], corpus.removed_lines, dropped)
    jobs = min(workers, len(batches))
    shares = [list(share) for share in np.array_split(np.arange(len(batches)), jobs)]
    calls = (delayed(count_types)(task, [batches[number] for number in share]) for share in shares)
    done = list(in_parallel(calls, jobs))
    matrix, names = joined_counts([(matrix, names) for matrix, names, _ in done])
    units = [batch for *_, of_batch in done for batch in of_batch]
    if documents is None:
        documents = corpus.table.drop(columns="text")
    table = unit_table(units, task.unit, documents)
    return TypeCounts(matrix, names, table, corpus.fingerprint)


def joined_counts(
    counts: list[tuple[sparse.csr_array, list[str]]],
) -> tuple[sparse.csr_array, list[str]]:
    """Return the counts of several processes as one matrix; each process numbers its own types."""
    if len(counts) == 1:
        return counts[0]
    number: dict[str, int] = {}
    columns = [
        np.array([number.setdefault(name, len(number)) for name in names], dtype=np.int64)
        for _, names in counts
    ]
    blocks = [
        sparse.csr_array(
            (matrix.data, column[matrix.indices], matrix.indptr),
            shape=(matrix.shape[0], len(number)),
        )
        for (matrix, _), column in zip(counts, columns, strict=True)
    ]
    return sparse.vstack(blocks, format="csr"), list(number)


def name_spans(corpus: Corpus, without: Actors | None, workers: int) -> list[list[Span]]:
    """Return the spans of the names of actors in each document, in order."""
    if without is None:
        return [[] for _ in range(len(corpus))]
    names = make_lexicon(
        {"names": list(dict.fromkeys(without.table["alias"]))}, language=corpus.language
    )
    hits = find_hits(corpus, names, workers=workers).table
    spans: dict[str, list[Span]] = {}
    for doc_id, start, end in hits[["doc_id", "start", "end"]].itertuples(index=False):
        spans.setdefault(doc_id, []).append((start, end))
    return [spans.get(doc_id, []) for doc_id in corpus.table["doc_id"]]


def unit_table(units: list[Units], unit: str, documents: pd.DataFrame) -> pd.DataFrame:
    """Return the table of the units, with the columns of their documents."""
    table = pd.DataFrame(
        {
            name: np.concatenate([getattr(batch, name) for batch in units])
            for name in ("document", "start", "end", "tokens")
        }
    )
    heads = documents.iloc[table.pop("document")].reset_index(drop=True)
    table.insert(0, "doc_id", heads.pop("doc_id"))
    return _with_ids(pd.concat([table, heads], axis=1), unit)


def _with_ids(table: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Return the table with unit_id: doc_id, and the number of the unit in its document."""
    ids = table["doc_id"]
    if unit != "document":
        number = table.groupby("doc_id", sort=False).cumcount() + 1
        ids = ids + ":" + number.astype("str")
    table.insert(0, "unit_id", ids)
    return table
