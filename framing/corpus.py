"""Corpus: the articles, what was taken out of them and why, and what they hold."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from framing._characters import Alphabet, Offsets
from framing._checks import check_choice
from framing._documents import table_of, usable_documents
from framing._segments import Span
from framing._text import batches, make_chunk
from framing.tables import ROWS, as_html


@dataclass(frozen=True, eq=False)
class Corpus:
    """A corpus: one row of ``table`` a document, and a list of all that was left out.

    Attributes
    ----------
    table : pandas.DataFrame
        ``doc_id``, ``text`` (as it was given, page furniture included), ``title``, ``source``,
        ``date`` (missing where there is none), ``date_precision`` where some date is not a plain
        day, then any further column.
    exclusions : pandas.DataFrame
        One row for each line taken out, document dropped or value not used: ``doc_id``,
        ``kind`` ("line", "document", "value"), ``rule``, ``reason``, ``line`` (from 1),
        ``start`` and ``end`` (character offsets in the text; missing where there is no text).
    language : str
        Language of the sentence rules, an ISO 639-1 code.

    Notes
    -----
    Dates are ISO 8601, year first, and datetimes in UTC: a time with an offset is moved, so that
    2025-02-13T23:30-05:00 is the 14th, 04:30, and midnight at another offset is another hour.
    A time without an offset is taken as UTC. ``date_precision`` is "year" or "month" for a date
    that says no more (2025, 2025-02), which stands as its first day; "day"; or "time". Midnight
    without an offset, or in UTC, is a day where no date of the corpus has another time. A column
    ``date_precision`` that is given can make dates coarser, not finer. Weeks (2025-W07) are not
    read: they are listed in ``exclusions``, and the document stays.

    See Also
    --------
    read_corpus, make_corpus
    """

    table: pd.DataFrame
    exclusions: pd.DataFrame
    language: str = "en"

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        kinds = self.exclusions["kind"].value_counts()
        return (
            f"<Corpus: {len(self):,} documents; taken out: {kinds.get('line', 0):,} lines, "
            f"{kinds.get('document', 0):,} documents; see .exclusions>"
        )

    def _repr_html_(self) -> str:
        shown = self.table.head(ROWS).copy()
        shown["text"] = [f"{len(text):,} characters" for text in shown["text"]]
        return as_html(repr(self), shown, len(self))

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the ids and texts, in their order."""
        digest = hashlib.sha256()
        for doc_id, text in zip(self.table["doc_id"], self.table["text"], strict=True):
            for part in (doc_id, text):
                data = part.encode("utf-8", "surrogatepass")
                digest.update(len(data).to_bytes(8, "little"))
                digest.update(data)
        return digest.hexdigest()

    @cached_property
    def removed_lines(self) -> list[list[Span]]:
        """For each document the lines taken out, as start and end."""
        gone: dict[str, list[Span]] = {}
        lines = self.exclusions[self.exclusions["kind"] == "line"]
        for doc_id, start, end in zip(lines["doc_id"], lines["start"], lines["end"], strict=True):
            gone.setdefault(doc_id, []).append((int(start), int(end)))
        return [gone.get(doc_id, []) for doc_id in self.table["doc_id"]]

    @cached_property
    def sentences(self) -> pd.DataFrame:
        """The sentences of all documents, one a row.

        Columns ``doc_id``, ``paragraph`` and ``sentence`` (numbered from 1 within the
        document), ``start`` and ``end`` (character offsets in the text), ``tokens``.
        """
        texts, removed, alphabet = self.table["text"], self.removed_lines, Alphabet()
        pieces = [
            make_chunk(
                part.start, list(texts.iloc[part]), removed[part], self.language, alphabet
            ).table
            for part in batches(texts.str.len())
        ]
        return name_documents(pieces, self.table["doc_id"])

    def describe(self, by: str = "document") -> pd.DataFrame:
        """Return how much the corpus holds and how much was taken out.

        Parameters
        ----------
        by : str
            "document" (one row each), "corpus" (one row in all) or a column of the table.

        Returns
        -------
        pandas.DataFrame
            The unit, ``documents``, ``paragraphs``, ``sentences``, ``tokens``, ``characters``
            (of the texts as given), ``lines_removed`` and ``characters_removed``; by document
            also its title, source and date.

        Raises
        ------
        InputError
            ``by`` is neither of these.

        Examples
        --------
        >>> import framing as fr
        >>> corpus = fr.make_corpus(["Peace talks began. Few believe in them.", "A truce."])
        >>> corpus.describe("corpus")[["documents", "sentences", "tokens"]]
           documents  sentences  tokens
        0          2          3       9
        """
        columns = [column for column in self.table.columns if column not in ("doc_id", "text")]
        check_choice("by", by, ["document", "corpus", *columns])
        sentences = self.sentences.groupby("doc_id", sort=False)
        ids = self.table["doc_id"]
        lines = self.exclusions[self.exclusions["kind"] == "line"]
        removed = lines.assign(size=lines["end"] - lines["start"]).groupby("doc_id")["size"]
        counts = pd.DataFrame(
            {
                "documents": 1,
                "paragraphs": ids.map(sentences["paragraph"].nunique()),
                "sentences": ids.map(sentences.size()),
                "tokens": ids.map(sentences["tokens"].sum()),
                "characters": self.table["text"].str.len(),
                "lines_removed": ids.map(removed.size()),
                "characters_removed": ids.map(removed.sum()),
            }
        )
        counts = counts.fillna(0).astype(np.int64)
        if by == "document":
            heads = self.table[["doc_id", "title", "source", "date"]]
            return pd.concat([heads, counts.drop(columns="documents")], axis=1)
        if by == "corpus":
            return counts.sum().to_frame().T
        groups = self.table[by].rename(by)
        return counts.groupby(groups, dropna=False, sort=True).sum().reset_index()


def name_documents(pieces: Sequence[dict[str, Offsets]], doc_ids: "pd.Series[str]") -> pd.DataFrame:
    """Join tables of sentences and put the doc_id in the place of the document's number."""
    columns = ["document", "paragraph", "sentence", "start", "end", "tokens"]
    none = np.empty(0, dtype=np.int64)
    table = pd.DataFrame(
        {column: np.concatenate([none, *(piece[column] for piece in pieces)]) for column in columns}
    )
    ids = doc_ids.iloc[table.pop("document")].reset_index(drop=True)
    table.insert(0, "doc_id", ids)
    return table


def make_corpus(
    texts: Iterable[str | None],
    *,
    doc_id: Iterable[object] | None = None,
    language: str = "en",
    furniture: bool | str = True,
    **columns: Any,
) -> Corpus:
    """Make a corpus from texts.

    Parameters
    ----------
    texts : iterable of str
        The articles. Blank and missing ones are left out and listed.
    doc_id : iterable, optional
        One id a text, all different; ``text1``, ``text2`` … by default.
    language : str
        ISO 639-1 code, for the sentence rules.
    furniture : bool or str
        Whether page furniture is taken out (see `find_furniture`), or a TOML file of rules.
    **columns
        ``title``, ``source``, ``date`` (year first; see `Corpus`) and any covariate: one value
        for all, or one a text.

    Returns
    -------
    Corpus
        Its ``exclusions`` list every line and document left out, and every date not read.

    Raises
    ------
    InputError
        Two texts share an id, a column is longer or shorter than the texts, a text is not
        text, none of the dates can be read, or no text is left.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["Peace talks began.", "  "], source=["A", "B"])
    >>> corpus
    <Corpus: 1 documents; taken out: 0 lines, 1 documents; see .exclusions>
    >>> corpus.exclusions["reason"].tolist()
    ['the text is blank']
    """
    table = table_of(texts, doc_id, columns)
    return corpus_from_table(table, "make_corpus", language=language, furniture=furniture)


def corpus_from_table(
    table: pd.DataFrame,
    where: str,
    *,
    language: str = "en",
    furniture: bool | str = True,
    exclusions: Sequence[Mapping[str, object]] = (),
) -> Corpus:
    """Check a table of documents, list what cannot be used, and return the corpus.

    ``where`` names the origin in the messages; ``exclusions`` are those of the reader.
    """
    documents, listed = usable_documents(table, where, furniture, exclusions)
    return Corpus(documents, listed, language)
