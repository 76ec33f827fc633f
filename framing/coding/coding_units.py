"""Coding units: the sentences, paragraphs or documents that coders read, and hits by these.

A paragraph or a document is named by its first sentence, so that codes of any unit have the columns
``doc_id`` and ``sentence``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from framing._core.checks import InputError, check_choice, check_objects
from framing._core.typing import Rows
from framing.coding.codes import UNITS, Codes
from framing.hits.hits import Hits, sentence_rows

# The column of sentences with words to which coders gave no code, in hits that are made of codes.
UNCODED = "uncoded"
# Why such a sentence is in no share and in no count of right and wrong hits.
UNREAD = "without a code of the instrument"
# The columns that all sentences have. The others mark some of them.
FIXED = ("doc_id", "paragraph", "sentence", "start", "end", "tokens")


def unit_rows(sentences: pd.DataFrame, unit: str) -> Rows:
    """Return the unit of each sentence: numbers from 0, in reading order.

    Two documents, the first with the paragraphs 1, 1 and 2, the second with 1, have the paragraphs
    0, 0, 1, 2 and the documents 0, 0, 0, 1.
    """
    if unit == "sentence":
        return np.arange(len(sentences))
    keys = ["doc_id", "paragraph"] if unit == "paragraph" else ["doc_id"]
    rows: Rows = np.cumsum(~sentences.duplicated(keys).to_numpy()) - 1
    return rows


def units_among(sentences: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Return the units of text in the columns of sentences, each named by its first sentence.

    A unit has the mark of one of its sentences. It is without a code if all of them are.
    """
    if unit == "sentence":
        return sentences
    grouped = sentences.groupby(unit_rows(sentences, unit))
    table = grouped.agg(
        doc_id=("doc_id", "first"), paragraph=("paragraph", "first"),
        sentence=("sentence", "first"), start=("start", "min"), end=("end", "max"),
        tokens=("tokens", "sum"),
        **{name: (name, "any") for name in sentences.columns if name not in FIXED},
    )  # fmt: skip
    if UNCODED in table:
        table[UNCODED] &= table["tokens"] == 0
    return table.reset_index(drop=True)[list(sentences.columns)].astype(sentences.dtypes.to_dict())


@check_objects
def hits_by_unit(hits: Hits, unit: str) -> Hits:
    """Return hits of paragraphs or documents, made from hits of sentences.

    Try it: ``fr.hits_by_unit(fr.load_study("briefings").hits, "document")``.

    `validate` and `correct` do this by themselves where codes are of paragraphs or documents. Do
    it beforehand to score, contrast or regress the share of paragraphs or documents.

    Parameters
    ----------
    hits : Hits
        Hits of a lexicon, a classifier or a coder.
    unit : {"sentence", "paragraph", "document"}
        What a row of ``sentences`` is to be.

    Returns
    -------
    Hits
        The same hits. ``sentences`` has a row per unit with its tokens, named by the number of its
        first sentence; a unit has a frame if a sentence of it has one. Where ``unit`` is that of
        the hits, they are returned as they are.

    Raises
    ------
    InputError
        The unit is not known, or smaller than that of the hits.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce. Rain fell.\\n\\nSnow fell. Hail fell."])
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    >>> fr.coding.hits_by_unit(hits, "paragraph").sentences[["sentence", "tokens"]]
       sentence  tokens
    0         1       4
    1         3       4
    """
    check_choice("unit", unit, UNITS)
    if unit == hits.unit:
        return hits
    if UNITS.index(unit) < UNITS.index(hits.unit):
        raise InputError(
            f"These hits are of {hits.unit}s. A {unit} is a part of a {hits.unit}, so it is not "
            f"known whether it has the frame. Give hits of {unit}s."
        )
    rows = unit_rows(hits.sentences, unit)
    units = units_among(hits.sentences, unit)
    of_hits = rows[sentence_rows(hits)]
    table = hits.table.assign(
        **{name: units[name].to_numpy()[of_hits] for name in ("paragraph", "sentence")}
    )
    return replace(hits, table=table, sentences=units, unit=unit)


def check_unit(hits: Hits, codes: Codes) -> None:
    """Raise InputError where hits and codes are of different units."""
    if hits.unit != codes.unit:
        raise InputError(
            f"The codes are of {codes.unit}s, the hits of {hits.unit}s. Give hits of {codes.unit}s:"
            f' hits_by_unit(hits, "{codes.unit}"), then score(…, kind="share").'
        )


@dataclass(frozen=True)
class UnitTexts:
    """The texts of units. ``gaps`` are pairs for each unit: offset in its text, and characters
    of the document that were left out there."""

    texts: list[str]
    gaps: list[Any]


def unit_texts(
    sentences: pd.DataFrame,
    unit: str,
    text_of: Mapping[str, str],
    rows: Sequence[int] | None = None,
) -> UnitTexts:
    """Return the texts of units: of all, or of those in ``rows``.

    A text goes from the first to the last sentence of its unit. What was removed from the corpus
    between two sentences, such as page furniture, is not shown: a line break stands in its place.
    """
    code = unit_rows(sentences, unit)
    count = int(code[-1]) + 1 if len(code) else 0
    bounds = np.searchsorted(code, np.arange(count + 1)).tolist()
    spans = sentences[["start", "end"]].to_numpy().tolist()
    ids = sentences["doc_id"].to_numpy()
    result = UnitTexts([], [])
    for row in range(count) if rows is None else rows:
        first, last = bounds[row], bounds[row + 1]
        text, gaps = _joined(text_of[ids[first]], spans[first:last])
        result.texts.append(text)
        result.gaps.append(gaps)
    return result


def _joined(text: str, spans: Sequence[Sequence[int]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return sentences as one text, and what was left out between them.

    Blanks between sentences stay. Of "A. [menu] B." with the menu removed, "A.", a line break and
    "B." are left, with the gap (2, 7): the offset of the line break, and characters fewer.
    """
    pieces, cuts, size = [text[slice(*spans[0])]], [], spans[0][1] - spans[0][0]
    for (_, before), (start, end) in pairwise(spans):
        between = text[before:start]
        if between.strip():
            cuts.append((size + 1, len(between) - 1))
            between = "\n"
        pieces += [between, text[start:end]]
        size += len(between) + end - start
    return "".join(pieces), tuple(cuts)
