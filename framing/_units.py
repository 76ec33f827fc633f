"""Units of text: what each is summed from, and what its interval resamples."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError
from framing._groups import groups_in
from framing.hits.hits import Hits, sentence_rows

INSIDE = ("sentence", "paragraph", "document")
JOURNALIST = "(journalist)"

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Parts:
    """What a score is summed from, and what its interval resamples: sentences or documents.

    ``unit`` and ``document`` are the rows of each part in the units and in the documents.
    """

    name: str
    unit: NDArray[np.int64]
    document: NDArray[np.int64]
    numerators: Array
    denominators: Array


def document_rows(hits: Hits) -> NDArray[np.int64]:
    """Return for each sentence the row of its document."""
    ids = pd.Index(hits.documents["doc_id"])
    rows: NDArray[np.int64] = ids.get_indexer(pd.Index(hits.sentences["doc_id"])).astype(np.int64)
    return rows


def units_of(hits: Hits, unit: str) -> tuple[NDArray[np.int64], pd.DataFrame]:
    """Return the unit of each sentence (its row in the units), and the units."""
    sentences, documents = hits.sentences, hits.documents
    document = document_rows(hits)
    if unit in ("sentence", "paragraph"):
        keys = ["doc_id", unit]
        first = ~sentences.duplicated(keys)
        code = np.cumsum(first.to_numpy()) - 1
        heads = sentences.loc[first, ["doc_id", *dict.fromkeys(["paragraph", unit])]]
        heads = heads.reset_index(drop=True).merge(documents, on="doc_id", how="left")
        heads.insert(0, "unit_id", heads["doc_id"] + ":" + heads[unit].astype(str))
    elif unit == "document":
        code = document
        heads = documents.copy()
        heads.insert(0, "unit_id", documents["doc_id"])
    elif unit == "corpus":
        code = np.zeros(len(sentences), dtype=np.int64)
        heads = pd.DataFrame({"unit_id": ["corpus"]})
    else:
        group, values = groups_in(documents[unit])
        code = group[document]
        heads = pd.DataFrame({"unit_id": pd.Series(values, dtype="str")})
    sizes = pd.DataFrame({"code": code, "document": document, "tokens": sentences["tokens"]})
    grouped = sizes.groupby("code")
    every = range(len(heads))
    heads["documents"] = grouped["document"].nunique().reindex(every, fill_value=0)
    heads["sentences"] = grouped.size().reindex(every, fill_value=0)
    heads["tokens"] = grouped["tokens"].sum().reindex(every, fill_value=0)
    return code, heads


def sentence_parts(hits: Hits, kind: str) -> tuple[Array, Array]:
    rows = sentence_rows(hits)
    frames = hits.table["frame"].cat.codes.to_numpy(dtype=np.intp)
    n, k = len(hits.sentences), len(hits.frames)
    tokens: Array = hits.sentences["tokens"].to_numpy(dtype=np.float64)
    if kind == "share":
        present: Array = np.zeros((n, k))
        present[rows, frames] = 1.0
        return present, (tokens > 0).astype(np.float64)
    weights = hits.table["weight"].to_numpy(dtype=np.float64)
    summed = np.bincount(rows * k + frames, weights=weights, minlength=n * k)
    return summed.reshape(n, k).astype(np.float64), tokens


def sums(unit: NDArray[np.int64], values: Array, count: int) -> Array:
    totals = np.zeros((count, values.shape[1]))
    for column in range(values.shape[1]):
        totals[:, column] = np.bincount(unit, weights=values[:, column], minlength=count)
    return totals


def by_document(hits: Hits, parts: Parts) -> Parts:
    """Sum the sentences of each document, so that documents are what is resampled."""
    values = np.column_stack([parts.numerators, parts.denominators])
    totals = sums(parts.document, values, len(hits.documents))
    present, first = np.unique(parts.document, return_index=True)
    return Parts("document", parts.unit[first], present, totals[present, :-1], totals[present, -1])


def speaker_parts(hits: Hits, kind: str) -> tuple[Parts, pd.DataFrame]:
    """Return the hits of each speaker in each document, and the speakers.

    The denominator is the number of hits of the speaker, of whatever frame.
    """
    if "speaker" not in hits.table:
        raise InputError(
            "These hits name no speakers: context is found in English texts only "
            "(the language of the corpus), by find_hits."
        )
    if kind == "rate":
        raise InputError(
            'unit="speaker" has no rate: how many words a speaker says is not known. Use '
            'kind="share" (of the hits of the speaker) or kind="count".'
        )
    table = hits.table
    speaker, values = _speakers(hits)
    document = pd.Index(hits.documents["doc_id"]).get_indexer(pd.Index(table["doc_id"]))
    cell, place = np.unique(speaker * len(hits.documents) + document, return_inverse=True)
    k = len(hits.frames)
    frame = table["frame"].cat.codes.to_numpy(dtype=np.intp)
    weights = np.ones(len(table)) if kind == "share" else table["weight"].to_numpy(dtype=float)
    summed = np.bincount(place * k + frame, weights=weights, minlength=len(cell) * k)
    numerators = summed.reshape(len(cell), k).astype(np.float64)
    denominators = np.bincount(place, minlength=len(cell)).astype(np.float64)
    unit, own = (part.astype(np.int64) for part in np.divmod(cell, max(len(hits.documents), 1)))
    units = pd.DataFrame({"unit_id": pd.Series(values, dtype="str")})
    every = range(len(values))
    grouped = pd.DataFrame({"unit": unit, "hits": denominators}).groupby("unit")["hits"]
    units["documents"] = grouped.size().reindex(every, fill_value=0)
    units["hits"] = grouped.sum().reindex(every, fill_value=0).astype(np.int64)
    return Parts("document", unit, own, numerators, denominators), units


def hits_of_units(hits: Hits, unit: str) -> NDArray[np.int64]:
    """Return for each hit the row of its unit in the units of `score`."""
    if unit == "speaker":
        return _speakers(hits)[0]
    rows: NDArray[np.int64] = units_of(hits, unit)[0][sentence_rows(hits)]
    return rows


def _speakers(hits: Hits) -> tuple[NDArray[np.int64], list[str]]:
    """Return for each hit the number of its speaker, and the speakers: the journalist is last."""
    names = hits.table["speaker"].astype(str).replace("", JOURNALIST)
    values = sorted(set(names) - {JOURNALIST}) + [JOURNALIST] * bool((names == JOURNALIST).any())
    return pd.Index(values).get_indexer(pd.Index(names)).astype(np.int64), values
