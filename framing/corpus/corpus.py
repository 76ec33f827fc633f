"""Corpus: the articles, what was taken out of them and why, and what they hold."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import (
    MAKERS,
    InputError,
    check_choice,
    check_columns,
    check_objects,
    listing,
    suggestion,
)
from framing._core.renaming import renamed
from framing._core.result import Shown
from framing._core.tables import ROWS, as_html
from framing.corpus.duplicates import Duplicates, group_texts, reasons
from framing.corpus.furniture import find_in, rules_for
from framing.corpus.queries import as_mask, rows_that_fit
from framing.text.characters import Alphabet, Offsets
from framing.text.segments import Span, batches, make_chunk

# From the coarsest to the finest.
PRECISIONS = ("year", "month", "day", "time")
COLUMN = "date_precision"

# What the text of a date looks like; all else that can be read has a time.
_FORMS = {
    "year": r"\d{4}",
    "month": r"\d{4}[-/]\d{1,2}",
    "day": r"\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{8}",
}
_ELSEWHERE = r".{10}.*[+-](?!00:?(?:00)?$)\d{2}:?(?:\d{2})?"


HEADS = ("doc_id", "text", "title", "source", "date")
EXCLUSION_COLUMNS = ("doc_id", "kind", "rule", "reason", "line", "start", "end")
# Names that `score` gives to its own units and columns.
RESERVED = ("sentence", "paragraph", "document", "corpus", "speaker", "unit_id", "frame", "value")


def read_dates(
    table: pd.DataFrame, where: str
) -> tuple["pd.Series[Any]", "pd.Series[Any]", list[tuple[str, str]]]:
    """Return the dates in UTC, how precise each is, and the doc_id and reason of those not read.

    A year or a month becomes its first day. Midnight without an offset, or in UTC, is how many
    programs write a day: it counts as one where no date of the column has another time.
    """
    if "date" not in table:
        nothing = pd.Series(pd.NaT, index=table.index, dtype="datetime64[us]")
        return nothing, pd.Series(None, index=table.index, dtype="str"), []
    given = table["date"]
    filled = given.notna() & (given.astype(str).str.strip() != "")
    if pd.api.types.is_datetime64_any_dtype(given):
        texts = None
        read = pd.to_datetime(given, utc=True)
    else:
        texts = given[filled].map(_as_text).astype("str")
        # Without digits first, pandas would read "today" as the day of the run.
        usable = texts.where(texts.str.match(r"\d{4}"))
        read = pd.to_datetime(usable, errors="coerce", format="ISO8601", utc=True)
        read = read.reindex(table.index)
    dates = read.dt.tz_localize(None).astype("datetime64[us]")
    bad = filled & dates.isna()
    if filled.any() and bad[filled].all():
        raise InputError(
            f"{where}: none of the {int(filled.sum())} dates can be read, the first being "
            f"{given[filled].iloc[0]!r}. Dates are written year first, as 2025-02-13 or "
            "2025-02-13T09:30; say which column holds them with date='…'."
        )
    unread = [
        (doc_id, f"the date {value!r} cannot be read (expected 2025-02-13)")
        for doc_id, value in zip(table["doc_id"][bad], given[bad], strict=True)
    ]
    return dates, _coarser(_precision(given, texts, dates), table, where), unread


def _as_text(value: object) -> str:
    # A column of years in which one is missing comes as 2025.0.
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def _precision(
    given: "pd.Series[Any]", texts: "pd.Series[str] | None", dates: "pd.Series[Any]"
) -> "pd.Series[Any]":
    found = pd.Series(None, index=dates.index, dtype="str")
    found[dates.notna()] = "time"
    if texts is None:
        zone = given.dt.tz
        elsewhere = zone is not None and zone.utcoffset(None) != timedelta(0)
    else:
        for precision, form in _FORMS.items():
            found[texts.index[texts.str.fullmatch(form)]] = precision
        elsewhere = bool(texts[found[texts.index] == "time"].str.fullmatch(_ELSEWHERE).any())
    found = found.where(dates.notna())
    timed = dates[found == "time"]
    if not elsewhere and (timed == timed.dt.normalize()).all():
        found = found.where(found != "time", "day")
    return found


def _coarser(found: "pd.Series[Any]", table: pd.DataFrame, where: str) -> "pd.Series[Any]":
    """Return the coarser of how precise dates look and of what a column of the table says."""
    if COLUMN not in table:
        return found
    given = table[COLUMN]
    wrong = given.notna() & ~given.isin(PRECISIONS)
    if wrong.any():
        raise InputError(
            f"{where}: {COLUMN} of {table['doc_id'][wrong].iloc[0]!r} is "
            f"{given[wrong].iloc[0]!r}. It says how precise the date is: {listing(PRECISIONS)}. "
            "Rename the column if it means something else."
        )
    rank = {precision: number for number, precision in enumerate(PRECISIONS)}
    coarser = given.map(rank).astype("float64") < found.map(rank).astype("float64")
    return found.where(~coarser, given).astype("str")


def table_of(
    texts: Iterable[str | None], doc_id: Iterable[object] | None, columns: Mapping[str, Any]
) -> pd.DataFrame:
    """Return texts and their columns, each one value for all or one per text, as a table."""
    if isinstance(texts, str | bytes):
        raise InputError(
            'texts is one text; it must be a list of them: make_corpus(["first", "second"]).'
        )
    if isinstance(texts, Mapping | Corpus) or not isinstance(texts, Iterable):
        remedies = {
            "dict": "Make a table of it first: make_corpus(pandas.DataFrame(…)).",
            "Corpus": "This is a corpus already; choose from it with corpus[mask].",
        }
        kind = type(texts).__name__
        remedy = remedies.get(kind, "Files are read by read_corpus(path).")
        raise InputError(f"texts is a {kind}; it must be a list of texts, or a DataFrame. {remedy}")
    texts = list(texts)
    data: dict[str, Any] = {"doc_id": _ids(doc_id, len(texts)), "text": texts}
    for name, values in columns.items():
        data[name] = _column(name, values, len(texts))
    return pd.DataFrame(data, columns=list(data))


def table_of_frame(
    frame: pd.DataFrame, text: object, doc_id: object, columns: Mapping[str, Any]
) -> pd.DataFrame:
    """Return a DataFrame with the columns of a corpus; a str names a column of it."""
    table = frame.reset_index(drop=True).set_axis([str(name) for name in frame.columns], axis=1)
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        raise InputError(f"The DataFrame has the column {listing(twice)} twice. Rename one.")
    roles = {"text": text, "doc_id": doc_id, **columns}
    names = {role: value for role, value in roles.items() if isinstance(value, str)}
    for role, name in names.items():
        if name not in table.columns:
            whole = (
                f" To give all documents one value, give a list: {role}=[{name!r}] * len(table)."
            )
            raise InputError(
                f"{role}={name!r}: the DataFrame has no column {name!r}. Its columns: "
                f"{listing(table.columns, 20)}.{suggestion(name, table.columns)} With a DataFrame "
                f"a str names a column.{whole * (role not in ('text', 'doc_id'))}"
            )
    table = name_columns(table, names)
    for role, value in roles.items():
        if value is not None and role not in names:
            table[role] = pd.Series(_column(role, value, len(table)))
    if "doc_id" not in table:
        table.insert(0, "doc_id", _ids(None, len(table)))
    return table


def name_columns(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Return the table with the columns that are meant called by their roles."""
    for role, name in names.items():
        if role != name and role in table.columns and role not in names.values():
            # The column that is meant replaces the one that only has the name.
            table = table.rename(columns={role: f"{role}_given"})
    return table.rename(columns={name: role for role, name in names.items()})


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
            "Give one value per text, or a single value for all."
        )
    return values


def usable_documents(
    table: pd.DataFrame,
    where: str,
    furniture: bool | str,
    exclusions: Sequence[Mapping[str, object]],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the documents that can be used, and the list of what was left out of the table."""
    table = table.copy()
    check_columns(table.columns, ["doc_id", "text"], where)
    check_reserved(table, where)
    table["doc_id"] = checked_ids(table["doc_id"], where)
    listed = [dict(row) for row in exclusions]
    blank = blank_texts(table, where)
    listed += [
        exclusion(doc_id, "document", "blank text", "the text is blank")
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
    table["date"], precision, unread = read_dates(table, where)
    table = table.drop(columns=COLUMN, errors="ignore")
    heads = ["doc_id", "text", "title", "source", "date"]
    if not precision.dropna().eq("day").all():
        table[COLUMN] = precision
        heads.append(COLUMN)
    listed += [exclusion(doc_id, "value", "date", reason) for doc_id, reason in unread]
    rules = rules_for(furniture)
    for doc_id, text in zip(table["doc_id"], table["text"], strict=True):
        for found in find_in(text, rules):
            listed.append(exclusion(doc_id, "line", *found))
    rest = [column for column in table.columns if column not in heads]
    return table[[*heads, *rest]], list_exclusions(listed)


def check_reserved(table: pd.DataFrame, where: str) -> None:
    """Raise InputError where a column has a name that is taken, or two have the same."""
    taken = [column for column in table.columns if column in RESERVED]
    if taken:
        raise InputError(
            f"{where}: a column may not be called {listing(taken)}, since scores use the name. "
            f"Rename it, for example to {taken[0] + '_given'!r}."
        )
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        raise InputError(f"{where}: the column {listing(twice)} is there twice. Rename one.")


def checked_ids(ids: "pd.Series[Any]", where: str) -> "pd.Series[str]":
    """Return the ids as text; raise InputError where one is missing or stands twice."""
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


def blank_texts(table: pd.DataFrame, where: str) -> "pd.Series[bool]":
    """Return which texts are blank or missing, which become \"\"; none may be other than text."""
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


def exclusion(
    doc_id: str,
    kind: str,
    rule: str,
    reason: str,
    line: int | None = None,
    start: int | None = None,
    end: int | None = None,
) -> dict[str, object]:
    """Return a row of the list of what was left out."""
    values = (doc_id, kind, rule, reason, line, start, end)
    return dict(zip(EXCLUSION_COLUMNS, values, strict=True))


def list_exclusions(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """Return the list of what was left out, as a table."""
    table = pd.DataFrame([dict(row) for row in rows], columns=list(EXCLUSION_COLUMNS))
    for column in ("line", "start", "end"):
        table[column] = table[column].astype("Int64")
    return table


def join_columns(documents: pd.DataFrame, table: pd.DataFrame, where: str) -> pd.DataFrame:
    """Return the documents with the columns of a table that has a row for some or all of them."""
    if not isinstance(table, pd.DataFrame):
        raise InputError(f"{where} takes a DataFrame with doc_id, not a {type(table).__name__}.")
    check_columns(table.columns, ["doc_id"], where)
    check_reserved(table, where)
    table = table.assign(doc_id=checked_ids(table["doc_id"], where))
    added = [column for column in table.columns if column != "doc_id"]
    taken = [column for column in added if column in documents.columns]
    if taken or not added:
        what = f"has the column {listing(taken)}, which is there already" if taken else ""
        raise InputError(
            f"{where} {what or 'has no column but doc_id'}. Give doc_id and new columns; rename "
            "with table.rename(columns={'old': 'new'})."
        )
    unknown = table["doc_id"][~table["doc_id"].isin(documents["doc_id"])]
    if len(unknown):
        raise InputError(
            f"{where}: no document of the corpus is called {listing(unknown)} ({len(unknown)} of "
            f"{len(table)} rows). Take these rows out, or mend their doc_id."
        )
    return documents.merge(table, on="doc_id", how="left", validate="one_to_one")


@dataclass(frozen=True)
class Document:
    """A document of a corpus, as iteration gives it; what is missing is None.

    Attributes
    ----------
    doc_id, text : str
    title, source : str or None
    date : pandas.Timestamp or None
    columns : mapping
        The further columns of the corpus.
    """

    doc_id: str
    text: str
    title: str | None
    source: str | None
    date: pd.Timestamp | None
    columns: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Corpus(Shown):
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

    def __iter__(self) -> Iterator[Document]:
        names = [str(name) for name in self.table.columns]
        for values in zip(*(self.table[name] for name in names), strict=True):
            row: dict[str, Any] = {
                name: None if pd.api.types.is_scalar(value) and pd.isna(value) else value
                for name, value in zip(names, values, strict=True)
            }
            head: dict[str, Any] = {name: row.pop(name) for name in HEADS}
            yield Document(**head, columns=MappingProxyType(row))

    def __getitem__(
        self, chosen: "slice | Sequence[bool] | NDArray[np.bool_] | pd.Series[bool]"
    ) -> "Corpus":
        """Return the documents that a mask or a slice chooses, in their order.

        Parameters
        ----------
        chosen : Series, array or list of bool; or slice
            One value per document, True where it stays: ``corpus.table["source"] == "Wire"``. A
            slice chooses by position: ``corpus[:10]``.

        Returns
        -------
        Corpus
            Its ``exclusions`` are those of the documents that stay, and of those that were never
            in the corpus.

        Raises
        ------
        InputError
            The mask is no mask, is longer or shorter than the corpus, has missing values, or
            chooses nothing.

        Examples
        --------
        >>> import framing as fr
        >>> corpus = fr.make_corpus(["A truce.", "Rain fell."], source=["Wire", "Post"])
        >>> [document.text for document in corpus[corpus.table["source"] == "Post"]]
        ['Rain fell.']
        """
        if isinstance(chosen, slice):
            rows = np.zeros(len(self), dtype=bool)
            rows[chosen] = True
            return self._choose(rows, "The slice")
        return self._choose(as_mask(chosen, self.table), "The mask")

    def query(self, expression: str) -> "Corpus":
        """Return the documents that fit a condition on their columns.

        Parameters
        ----------
        expression : str
            Comparisons of columns with values, joined by ``and``, ``or`` and ``not``, as in
            `pandas.DataFrame.query`. A name with a space stands in backticks. A query reads no
            variables (``@``) and calls no functions; for these give a mask.

        Returns
        -------
        Corpus
            As of ``corpus[mask]``.

        Raises
        ------
        InputError
            The expression cannot be read, names no column, or is more than comparisons; or no
            document fits.

        Examples
        --------
        >>> import framing as fr
        >>> corpus = fr.make_corpus(["A truce.", "Rain fell."], source=["Wire", "Post"])
        >>> corpus.query("source == 'Wire'")
        <Corpus: 1 documents; taken out: 0 lines, 0 documents; see .exclusions>
        """
        return self._choose(rows_that_fit(self.table, expression), f"query({expression!r})")

    def _choose(self, rows: NDArray[np.bool_], what: str) -> "Corpus":
        if not rows.any():
            raise InputError(f"{what} chooses none of the {len(self):,} documents.")
        gone = self.exclusions["doc_id"].isin(self.table["doc_id"][~rows])
        return replace(
            self,
            table=self.table[rows].reset_index(drop=True),
            exclusions=self.exclusions[~gone].reset_index(drop=True),
        )

    def __repr__(self) -> str:
        kinds = self.exclusions["kind"].value_counts()
        return (
            f"<Corpus: {len(self):,} documents; taken out: {kinds.get('line', 0):,} lines, "
            f"{kinds.get('document', 0):,} documents; see .exclusions>"
        )

    def _page(self) -> str:
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

    @renamed(permutations="hashes")
    def find_duplicates(
        self,
        *,
        threshold: float = 0.5,
        seed: int,
        shingle: int = 5,
        measure: str = "jaccard",
        hashes: int = 256,
    ) -> Duplicates:
        """Return which documents repeat another, in clusters: wire copy, reprints, new versions.

        Each document is the set of its runs of ``shingle`` tokens, lines taken out left aside;
        pairs as alike as the threshold are joined, and what is joined to one of a cluster is
        part of it (Broder et al. 1997). Candidates come from MinHash and bands, and each is
        compared in full, so that no pair below the threshold joins anything.

        Parameters
        ----------
        threshold : float
            Above 0, to 1. A half is that of Broder et al., for runs of ten words; versions of
            wire copy share little more (Silcock et al. 2023). Lee et al. (2022) use 0.8, with
            runs of five, for texts that are all but the same.
        seed : int
            Of the hashing. Which pairs exactly at the threshold are missed depends on it, with
            the chance in ``settings["recall"]``, at least .999; identical texts never are.
        shingle : int
            Tokens in a run.
        measure : {"jaccard", "containment"}
            "jaccard": shingles that are shared, as a share of those in either. "containment": as
            a share of those in the smaller document, which also finds half a wire story in the
            whole of it; every pair is found, without hashing. A short item, or a round-up of
            several stories, then joins all that holds it, or that it holds.
        hashes : int
            Hashes per document, for "jaccard".

        Returns
        -------
        Duplicates
            A document with fewer tokens than a run repeats only those with the same tokens; one
            without a token repeats none.

        Raises
        ------
        InputError
            An argument is out of range, the threshold is too low for the number of hashes,
            or too many documents share a template.

        References
        ----------
        Broder, A. Z., Glassman, S. C., Manasse, M. S. and Zweig, G. (1997). Syntactic clustering
        of the Web. Computer Networks and ISDN Systems 29(8-13), 1157-1166.
        doi:10.1016/S0169-7552(97)00031-7

        Lee, K. et al. (2022). Deduplicating training data makes language models better. ACL 2022.

        Silcock, E., D'Amico-Wong, L., Yang, J. and Dell, M. (2023). Noise-robust de-duplication
        at scale. ICLR 2023.

        Examples
        --------
        >>> import framing as fr
        >>> wire = "Talks on a truce began in Geneva on Monday, the two sides said"
        >>> texts = [wire + ".", "Rain fell on the north for a third day.", wire + " in a note."]
        >>> found = fr.make_corpus(texts).find_duplicates(seed=1)
        >>> found.table[["doc_id", "cluster", "size", "kept", "similarity"]].round(2)
          doc_id cluster  size   kept  similarity
        0  text1   text1     2   True        1.00
        1  text2   text2     1   True        1.00
        2  text3   text1     2  False        0.75
        """
        texts = []
        for text, spans in zip(self.table["text"], self.removed_lines, strict=True):
            for start, end in reversed(spans):
                text = text[:start] + text[end:]
            texts.append(text)
        return group_texts(
            self.table["doc_id"].tolist(),
            texts,
            self.table["date"],
            self.fingerprint,
            threshold=threshold,
            seed=seed,
            shingle=shingle,
            measure=measure,
            hashes=hashes,
        )

    @check_objects
    def drop_duplicates(self, found: Duplicates) -> "Corpus":
        """Return the corpus with one document of each cluster; the others become exclusions.

        Parameters
        ----------
        found : Duplicates
            From `find_duplicates` of this corpus.

        Returns
        -------
        Corpus
            Each document left out is in ``exclusions``, with the one kept in its place and how
            alike they are. To keep all and weight them, see `with_columns`.

        Raises
        ------
        InputError
            The duplicates were found in another corpus.
        """
        if found.corpus_fingerprint != self.fingerprint:
            raise InputError(
                f"The duplicates were found in another corpus ({len(found):,} documents; this one "
                f"has {len(self):,}, or other texts). Use corpus.find_duplicates(seed=…) again."
            )
        rows = [
            exclusion(doc_id, "document", "near-duplicate", reason)
            for doc_id, reason in reasons(found)
        ]
        table = self.table[found.table["kept"].to_numpy()].reset_index(drop=True)
        listed = pd.concat([self.exclusions, list_exclusions(rows)], ignore_index=True)
        return replace(self, table=table, exclusions=listed)

    def with_columns(self, table: pd.DataFrame) -> "Corpus":
        """Return the corpus with further columns, which scores and contrasts can then use.

        Parameters
        ----------
        table : pandas.DataFrame
            ``doc_id`` and new columns, a row a document. Documents without a row get missing
            values, which make whole numbers decimal.

        Returns
        -------
        Corpus

        Raises
        ------
        InputError
            A doc_id is missing, stands twice or is not in the corpus, or a column is there
            already or has a name that scores use.

        Examples
        --------
        >>> import framing as fr
        >>> corpus = fr.make_corpus(["A truce.", "A truce.", "Rain fell."])
        >>> found = corpus.find_duplicates(seed=1)
        >>> stories = found.table.rename(columns={"cluster": "story"})
        >>> corpus.with_columns(stories[["doc_id", "story", "weight"]]).table["weight"].tolist()
        [0.5, 0.5, 1.0]
        """
        return replace(self, table=join_columns(self.table, table, "with_columns"))


def concat(corpora: Iterable[Corpus]) -> Corpus:
    """Return the documents of several corpora as one corpus, in their order.

    Parameters
    ----------
    corpora : iterable of Corpus
        All in one language, no document in two of them.

    Returns
    -------
    Corpus
        With the columns of all, missing where a corpus has none of the name, and the exclusions
        of all.

    Raises
    ------
    InputError
        There is no corpus, something else is among them, two share an id, or their languages
        differ.

    Examples
    --------
    >>> import framing as fr
    >>> wire = fr.make_corpus(["A truce."], doc_id=["w1"], source="Wire")
    >>> post = fr.make_corpus(["Rain fell."], doc_id=["p1"], source="Post")
    >>> fr.concat([wire, post]).table[["doc_id", "source"]]
      doc_id source
    0     w1   Wire
    1     p1   Post
    """
    wanted = f"concat takes a list of corpora, which {MAKERS['Corpus']} returns: concat([a, b])"
    if isinstance(corpora, Corpus | str) or not isinstance(corpora, Iterable):
        raise InputError(f"{wanted}; this is one {type(corpora).__name__}.")
    given = list(corpora)
    for corpus in given:
        if not isinstance(corpus, Corpus):
            raise InputError(f"{wanted}; in this list is a {type(corpus).__name__}.")
    if not given:
        raise InputError(f"{wanted}; this list is empty.")
    languages = list(dict.fromkeys(corpus.language for corpus in given))
    if len(languages) > 1:
        raise InputError(
            f"The corpora are in the languages {listing(languages)}; a corpus has one, by whose "
            "rules sentences are found. Measure each on its own."
        )
    _check_shared_ids(given)
    tables = [corpus.table for corpus in given]
    if any(COLUMN in table for table in tables):
        # A corpus without the column has nothing but days.
        tables = [
            table if COLUMN in table else table.assign(**{COLUMN: _days(table["date"])})
            for table in tables
        ]
    columns = dict.fromkeys(name for table in tables for name in table.columns)
    heads = [name for name in (*HEADS, COLUMN) if name in columns]
    order = [*heads, *(name for name in columns if name not in heads)]
    listed = pd.concat([corpus.exclusions for corpus in given], ignore_index=True)
    return Corpus(
        pd.concat(tables, ignore_index=True)[order],
        listed.drop_duplicates(ignore_index=True),
        languages[0],
    )


def _days(dates: "pd.Series[Any]") -> "pd.Series[Any]":
    return pd.Series("day", index=dates.index, dtype="str").where(dates.notna())


def _check_shared_ids(corpora: Sequence[Corpus]) -> None:
    """Raise InputError where a document of one corpus is in another, or among its exclusions."""
    for number, corpus in enumerate(corpora):
        known = {
            doc_id
            for place, other in enumerate(corpora)
            if place != number
            for doc_id in (*other.table["doc_id"], *other.exclusions["doc_id"])
        }
        shared = [doc_id for doc_id in corpus.table["doc_id"] if doc_id in known]
        if shared:
            raise InputError(
                f"doc_id {listing(shared, 3)} ({len(shared):,} in all) of corpus {number + 1} in "
                "the list is in another of them too, as a document or in its exclusions. Give "
                "each document an id of its own, with doc_id= where the corpora are made; or "
                "take one of the copies out: a[~a.table['doc_id'].isin(b.table['doc_id'])]."
            )


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
    texts: Iterable[str | None] | pd.DataFrame,
    *,
    text: str = "text",
    doc_id: Iterable[object] | None = None,
    language: str = "en",
    furniture: bool | str = True,
    **columns: Any,
) -> Corpus:
    """Make a corpus from texts, or from a table with a row per text.

    Parameters
    ----------
    texts : iterable of str, or pandas.DataFrame
        The articles. Blank and missing ones are left out and listed. A DataFrame keeps all its
        columns.
    text : str
        The column of the DataFrame that holds the texts.
    doc_id : iterable, or str, optional
        One id per text, all different; ``text1``, ``text2`` … by default. Of a DataFrame, the
        name of a column, by default the one of that name.
    language : str
        ISO 639-1 code, for the sentence rules.
    furniture : bool or str
        Whether page furniture is taken out (see `find_furniture`), or a TOML file of rules.
    **columns
        ``title``, ``source``, ``date`` (year first; see `Corpus`) and any covariate: one value
        for all, or one per text. With a DataFrame a str names the column that is meant; to give
        all its texts one value, give a list.

    Returns
    -------
    Corpus
        Its ``exclusions`` list every line and document left out, and every date not read.

    Raises
    ------
    InputError
        Two texts share an id, a column is longer or shorter than the texts, the DataFrame has no
        column of a name, a text is not text, none of the dates can be read, or no text is left.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["Peace talks began.", "  "], source=["A", "B"])
    >>> corpus
    <Corpus: 1 documents; taken out: 0 lines, 1 documents; see .exclusions>
    >>> corpus.exclusions["reason"].tolist()
    ['the text is blank']
    >>> import pandas as pd
    >>> table = pd.DataFrame({"body": ["A truce.", "Rain."], "outlet": ["Wire", "Post"]})
    >>> fr.make_corpus(table, text="body", source="outlet").table["source"].tolist()
    ['Wire', 'Post']
    """
    if isinstance(texts, pd.DataFrame):
        table = table_of_frame(texts, text, doc_id, columns)
    elif text == "text":
        table = table_of(texts, doc_id, columns)
    else:
        raise InputError(
            f"text={text!r} names a column of a DataFrame, but texts is a {type(texts).__name__}."
        )
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
