"""Corpus: the articles, what was taken out of them and why, and what they hold."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from framing import furniture as furniture_rules
from framing._characters import Alphabet, Offsets
from framing._checks import InputError, check_choice, check_columns, listing
from framing._segments import Span
from framing._text import batches, make_chunk
from framing.tables import ROWS, as_html

EXCLUSION_COLUMNS = ("doc_id", "kind", "rule", "reason", "line", "start", "end")
# Names that `score` gives to its own units and columns.
RESERVED = ("sentence", "paragraph", "document", "corpus", "speaker", "unit_id", "frame", "value")


@dataclass(frozen=True, eq=False)
class Corpus:
    """A corpus: one row of ``table`` a document, and a list of all that was left out.

    Attributes
    ----------
    table : pandas.DataFrame
        ``doc_id``, ``text`` (as it was given, page furniture included), ``title``, ``source``,
        ``date`` (datetime, in UTC where an offset is given; missing where there is none), then
        any further column.
    exclusions : pandas.DataFrame
        One row for each line taken out, document dropped or value not used: ``doc_id``,
        ``kind`` ("line", "document", "value"), ``rule``, ``reason``, ``line`` (from 1),
        ``start`` and ``end`` (character offsets in the text; missing where there is no text).
    language : str
        Language of the sentence rules, an ISO 639-1 code.

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
        ``title``, ``source``, ``date`` and any covariate: one value for all, or one a text.

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
    if isinstance(texts, str):
        raise InputError(
            'texts is one text; it must be a list of them: make_corpus(["first", "second"]).'
        )
    texts = list(texts)
    data: dict[str, Any] = {"doc_id": _ids(doc_id, len(texts)), "text": texts}
    for name, values in columns.items():
        data[name] = _column(name, values, len(texts))
    table = pd.DataFrame(data, columns=list(data))
    return corpus_from_table(table, "make_corpus", language=language, furniture=furniture)


def _ids(doc_id: Iterable[object] | None, count: int) -> list[object]:
    if doc_id is None:
        return [f"text{number}" for number in range(1, count + 1)]
    return _column("doc_id", [doc_id] if isinstance(doc_id, str) else doc_id, count)


def _column(name: str, values: object, count: int) -> list[object]:
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        return [values] * count
    values = list(values)
    if len(values) != count:
        raise InputError(
            f"Column {name!r} has {len(values)} values for {count} texts. "
            "Give one value a text, or a single value for all."
        )
    return values


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
    table = table.copy()
    check_columns(table.columns, ["doc_id", "text"], where)
    _check_reserved(table, where)
    table["doc_id"] = _checked_ids(table["doc_id"], where)
    listed = [dict(row) for row in exclusions]
    blank = _blank_texts(table, where)
    listed += [
        _exclusion(doc_id, "document", "blank text", "the text is blank")
        for doc_id in table["doc_id"][blank]
    ]
    table = table[~blank].reset_index(drop=True)
    if table.empty:
        raise InputError(
            f"{where}: no document with text is left ({len(blank)} given, {int(blank.sum())} "
            "blank). Check that the text column is the right one: text='…'."
        )
    for column in ("title", "source"):
        table[column] = table[column] if column in table else pd.Series(dtype="str")
    table["date"], unread = _dates(table, where)
    listed += unread
    rules = furniture_rules.rules_for(furniture)
    for doc_id, text in zip(table["doc_id"], table["text"], strict=True):
        for found in furniture_rules.find_in(text, rules):
            listed.append(_exclusion(doc_id, "line", *found))
    heads = ["doc_id", "text", "title", "source", "date"]
    rest = [column for column in table.columns if column not in heads]
    excluded = pd.DataFrame(listed, columns=list(EXCLUSION_COLUMNS))
    for column in ("line", "start", "end"):
        excluded[column] = excluded[column].astype("Int64")
    return Corpus(table[[*heads, *rest]], excluded, language)


def _exclusion(
    doc_id: str,
    kind: str,
    rule: str,
    reason: str,
    line: int | None = None,
    start: int | None = None,
    end: int | None = None,
) -> dict[str, object]:
    values = (doc_id, kind, rule, reason, line, start, end)
    return dict(zip(EXCLUSION_COLUMNS, values, strict=True))


def _check_reserved(table: pd.DataFrame, where: str) -> None:
    taken = [column for column in table.columns if column in RESERVED]
    if taken:
        raise InputError(
            f"{where}: a column may not be called {listing(taken)}, since scores use the name. "
            f"Rename it, for example to {taken[0] + '_given'!r}."
        )
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        raise InputError(f"{where}: the column {listing(twice)} is there twice. Rename one.")


def _checked_ids(ids: "pd.Series[Any]", where: str) -> "pd.Series[str]":
    missing = np.flatnonzero(ids.isna() | (ids.astype(str).str.strip() == ""))
    if len(missing):
        raise InputError(
            f"{where}: doc_id is missing in row {listing((missing + 1).tolist())}. Every "
            "document needs one."
        )
    ids = ids.astype(str).astype("str")
    twice = ids[ids.duplicated()]
    if len(twice):
        rows = np.flatnonzero(ids == twice.iloc[0]) + 1
        raise InputError(
            f"{where}: doc_id {twice.iloc[0]!r} stands in rows {listing(rows.tolist())} "
            f"({len(twice)} such rows in all). Give each document an id of its own, or leave "
            "doc_id out to have the documents numbered."
        )
    return ids


def _blank_texts(table: pd.DataFrame, where: str) -> "pd.Series[bool]":
    missing = table["text"].isna()
    texts = table["text"].astype(object)
    wrong = [
        row
        for row, text in enumerate(texts, start=1)
        if not missing.iloc[row - 1] and not isinstance(text, str)
    ]
    if wrong:
        value = texts.iloc[wrong[0] - 1]
        raise InputError(
            f"{where}: the text in row {wrong[0]} is {value!r} ({type(value).__name__}), not "
            f"text ({len(wrong)} such rows). Check that the text column is the right one: text='…'."
        )
    table["text"] = texts.where(~missing, "")
    return table["text"].map(str.strip) == ""


def _dates(
    table: pd.DataFrame, where: str
) -> tuple["pd.Series[pd.Timestamp]", list[dict[str, object]]]:
    if "date" not in table:
        return pd.Series(pd.NaT, index=table.index, dtype="datetime64[us]"), []
    given = table["date"]
    filled = given.notna() & (given.astype(str).str.strip() != "")
    texts = given.where(filled, None)
    if not pd.api.types.is_datetime64_any_dtype(given):
        texts = texts.astype(object).where(~filled, given.astype(str).str.strip())
    read = pd.to_datetime(texts, errors="coerce", format="ISO8601", utc=True)
    read = read.dt.tz_localize(None).astype("datetime64[us]")
    bad = filled & read.isna()
    if filled.any() and bad[filled].all():
        raise InputError(
            f"{where}: none of the {int(filled.sum())} dates can be read, the first being "
            f"{given[filled].iloc[0]!r}. Dates are written year first, as 2025-02-13 or "
            "2025-02-13T09:30; say which column holds them with date='…'."
        )
    unread = [
        _exclusion(
            doc_id, "value", "date", f"the date {value!r} cannot be read (expected 2025-02-13)"
        )
        for doc_id, value in zip(table["doc_id"][bad], given[bad], strict=True)
    ]
    return read, unread
