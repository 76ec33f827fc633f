"""Corpus: the articles, their dates, and what was removed from them and why."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from os import PathLike
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import (
    MAKERS,
    SHORT,
    InputError,
    a_kind,
    check_choice,
    check_columns,
    check_language,
    check_objects,
    listing,
    suggestion,
)
from framing._core.renaming import renamed
from framing._core.result import Shown
from framing._core.tables import ROWS, as_html, counted, whole_numbers
from framing.corpus.cleaning import clean_html
from framing.corpus.columns import unused_ids
from framing.corpus.dates import COLUMN, read_dates
from framing.corpus.doubtful import (
    doubtful_texts,
    is_path,
    is_placeholder,
    named_missing,
    note_on_language,
    repeated_names,
    repeated_texts,
)
from framing.corpus.duplicates import Duplicates, group_texts, latest, reasons
from framing.corpus.furniture import find_in, rules_for
from framing.corpus.queries import as_mask, rows_that_fit
from framing.text.alphabet import Alphabet
from framing.text.characters import Offsets, well_formed
from framing.text.chunks import batches, read_parts, sentence_table
from framing.text.wrapped_lines import Span

HEADS = ("doc_id", "text", "title", "source", "date")
EXCLUSION_COLUMNS = ("doc_id", "kind", "rule", "reason", "line", "start", "end")
# Names that `score` uses for its units and columns.
# White space, and characters that nobody sees: a text of them alone is empty.
_UNSEEN = "".join(
    map(chr, [*range(0x21), *range(0x7F, 0xA1), 0xAD, 0x34F, 0x61C, 0x1680, *range(0x180B, 0x180F)])
) + "".join(map(chr, [*range(0x2000, 0x2010), *range(0x2028, 0x2070), 0x3000, 0xFE0F, 0xFEFF]))
RESERVED = ("sentence", "paragraph", "document", "corpus", "speaker", "unit_id", "frame", "value")


def table_of(
    texts: Iterable[str | None], doc_id: Iterable[object] | None, columns: Mapping[str, Any]
) -> pd.DataFrame:
    """Return texts and their columns as a table; a column has one value for all or one per text."""
    if isinstance(texts, str | bytes | PathLike):
        files = isinstance(texts, PathLike) or (isinstance(texts, str) and is_path(texts))
        raise InputError(
            f"texts is {str(texts)!r}, which is a path: read_corpus(path) reads files."
            if files
            else 'texts is one text; it must be a list of them: make_corpus(["first", "second"]).'
        )
    if isinstance(texts, Mapping | Corpus) or not isinstance(texts, Iterable):
        remedies = {
            "dict": "Make a table of it first: make_corpus(pandas.DataFrame(…)).",
            "Corpus": "This is already a corpus; select documents with corpus[mask].",
        }
        kind = type(texts).__name__
        remedy = remedies.get(kind, "Files are read by read_corpus(path).")
        raise InputError(
            f"texts is {a_kind(kind)}; it must be a list of texts, or a DataFrame. {remedy}"
        )
    texts = [well_formed(text) if isinstance(text, str) else text for text in texts]
    known = [text for text in texts if isinstance(text, str | PathLike) and str(text).strip()]
    if known and all(isinstance(text, PathLike) or is_path(text) for text in known):
        raise InputError(
            f"texts are paths, such as {str(known[0])!r}; they must be the texts themselves. "
            "read_corpus(path) reads a folder, or files such as 'data/*.txt'; concat([a, b]) joins "
            "what was read."
        )
    # As objects the texts are those that were given; pandas would hold two further copies of them.
    given = pd.Series(texts, dtype=object)
    data: dict[str, Any] = {"doc_id": _ids(doc_id, len(texts)), "text": given}
    for name, values in columns.items():
        data[name] = _column(name, values, len(texts))
    return pd.DataFrame(data, columns=list(data))


def table_of_frame(
    frame: pd.DataFrame, text: object, doc_id: object, columns: Mapping[str, Any]
) -> pd.DataFrame:
    """Return a DataFrame with the columns of a corpus. A str names one of its columns."""
    table = frame.reset_index(drop=True).set_axis([str(name) for name in frame.columns], axis=1)
    repeated = table.columns[table.columns.duplicated()]
    if len(repeated):
        raise InputError(f"The DataFrame has the column {listing(repeated)} twice. Rename one.")
    roles = {"text": text, "doc_id": doc_id, **columns}
    names = {role: value for role, value in roles.items() if isinstance(value, str)}
    for role, name in names.items():
        if name not in table.columns:
            advice = (
                f" To give all documents one value, give a list: {role}=[{name!r}] * len(table)."
            )
            columns_known = listing(table.columns, 20) or "none"
            raise InputError(
                f"{role}={name!r}: the DataFrame has no column {name!r}. Its columns: "
                f"{columns_known}.{suggestion(name, table.columns)} With a DataFrame "
                f"a str names a column.{advice * (role not in ('text', 'doc_id'))}"
            )
    table = name_columns(table, names)
    for role, value in roles.items():
        if value is not None and role not in names:
            table[role] = pd.Series(_column(role, value, len(table)))
    if "doc_id" not in table:
        table.insert(0, "doc_id", _ids(None, len(table)))
    return table


def name_columns(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Return the table with columns renamed to their roles, such as "body" to "text"."""
    for role, name in names.items():
        if role != name and role in table.columns and role not in names.values():
            # The column that the user named replaces one that only has the same name as the role.
            table = table.rename(columns={role: f"{role}_given"})
    return table.rename(columns={name: role for role, name in names.items()})


def _ids(doc_id: Iterable[object] | None, count: int) -> list[object]:
    """Return the ids of the documents: the given ones, or text1, text2 …"""
    if doc_id is None:
        return [f"text{number}" for number in range(1, count + 1)]
    return _column("doc_id", [doc_id] if isinstance(doc_id, str) else doc_id, count)


def _column(name: str, values: object, count: int) -> list[object]:
    """Return one value per text; a single value is repeated."""
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
    dates: str | None,
    day_first: str,
    language: str,
) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]:
    """Return the documents that can be used, the list of what was left out, and notes."""
    table = table.copy()
    check_columns(table.columns, ["doc_id", "text"], where)
    check_reserved(table, where)
    if table["doc_id"].isna().any():
        # Spreadsheets write rows of separators alone below a table.
        full = table.dropna(how="all").reset_index(drop=True)
        table = table if full["doc_id"].isna().any() else full
    table["doc_id"] = checked_ids(table["doc_id"], where)
    excluded = [dict(row) for row in exclusions]
    blank = blank_texts(table, where)
    zeros = np.array(["\0" in text for text in table["text"]], dtype=bool)
    if zeros.any():
        raise InputError(
            f"{where}: the text of {table['doc_id'][zeros].iloc[0]!r} has the character 0 "
            f"({int(zeros.sum()):,} such texts), which would cut words without notice. Replace it: "
            "text.replace(chr(0), ' ')."
        )
    excluded += [
        exclusion(doc_id, "document", "blank text", "the text is blank")
        for doc_id in table["doc_id"][blank]
    ]
    gone = table["text"].map(is_placeholder).astype(bool) & ~blank
    excluded += [
        exclusion(doc_id, "document", "no text", f"the source gives no text: {text.strip()!r}")
        for doc_id, text in zip(table["doc_id"][gone], table["text"][gone], strict=True)
    ]
    blank |= gone
    table = table[~blank].reset_index(drop=True)
    if table.empty:
        raise InputError(
            f"{where}: no document with text is left ({len(blank)} given, {int(blank.sum())} "
            "blank). Check that the text column is the right one: text='…'."
        )
    for column in ("title", "source"):
        table[column] = _labels(table[column]) if column in table else pd.Series(dtype="str")
    notes: tuple[str, ...] = ()
    if "date" in table:
        # All languages but English, and most of English, write the day before the month.
        hint = day_first or (f"the language is {language!r}" if language != "en" else "")
        read = read_dates(table, where, order=dates, hint=hint, language=language)
        table["date"], precision, unread, notes = (
            read.dates,
            read.precisions,
            read.unread,
            read.notes,
        )
    else:
        table["date"] = pd.Series(pd.NaT, index=table.index, dtype="datetime64[us]")
        precision, unread = pd.Series(None, index=table.index, dtype="str"), []
    table = table.drop(columns=COLUMN, errors="ignore")
    heads = ["doc_id", "text", "title", "source", "date"]
    if not precision.dropna().eq("day").all():
        table[COLUMN] = precision
        heads.append(COLUMN)
    excluded += [exclusion(doc_id, "value", "date", reason) for doc_id, reason in unread]
    rules = rules_for(furniture)
    for doc_id, text in zip(table["doc_id"], table["text"], strict=True):
        for line in find_in(text, rules):
            excluded.append(exclusion(doc_id, "line", *line))
    further = [column for column in table.columns if column not in heads]
    return table[[*heads, *further]], list_exclusions(excluded), notes


def _labels(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return titles or sources without spaces around them; blank ones are missing."""
    texts = column.map(lambda value: value.strip(_UNSEEN) if isinstance(value, str) else value)
    absent = [isinstance(value, str) and not value for value in texts]
    changed = any(absent) or not texts.equals(column)
    return texts.astype(object).mask(np.array(absent, dtype=bool), None) if changed else column


def is_blank(text: str) -> bool:
    """Return whether a text has nothing that is seen."""
    return not text.strip(_UNSEEN)


def check_reserved(table: pd.DataFrame, where: str) -> None:
    """Raise InputError where a column has a reserved name, or two have the same name."""
    reserved = [column for column in table.columns if column in RESERVED]
    if reserved:
        raise InputError(
            f"{where}: a column cannot have the name {listing(reserved)}, because scores use it. "
            f"Rename it, for example to {reserved[0] + '_given'!r}."
        )
    repeated = table.columns[table.columns.duplicated()]
    if len(repeated):
        raise InputError(f"{where}: the column {listing(repeated)} is there twice. Rename one.")


def _repeats(repeated: "pd.Series[str]") -> str:
    """Return how many rows repeat the id of one before, in words."""
    rows = counted(len(repeated), "rows")
    return f"{rows} {'repeats' if len(repeated) == 1 else 'repeat'} the id of a row before"


def checked_ids(ids: "pd.Series[Any]", where: str) -> "pd.Series[str]":
    """Return the ids as text; raise InputError where one is missing or occurs twice."""
    missing = np.flatnonzero(ids.isna() | (ids.astype(str).str.strip() == ""))
    if len(missing):
        raise InputError(
            f"{where}: doc_id is missing in row {listing((missing + 1).tolist())}. Every "
            "document needs an id."
        )
    if not isinstance(ids.dtype, pd.StringDtype):
        ids = whole_numbers(ids)
    ids = ids.astype(str).astype("str")
    repeated = ids[ids.duplicated()]
    if len(repeated):
        first = repeated.iloc[0]
        rows = np.flatnonzero(ids == first) + 1
        digits = " A spreadsheet keeps 15 digits of a number: save ids as text."
        raise InputError(
            f"{where}: doc_id {first!r} is in rows {listing(rows.tolist())}; {_repeats(repeated)}. "
            "Give each document a different id. Of versions of one article keep the last one "
            '(of a table in order of time: table.drop_duplicates("id", keep="last")). Without '
            "doc_id= the documents are numbered, and each version counts."
            f"{digits if first.isdecimal() and len(first) > 15 else ''}"
        )
    return ids


def blank_texts(table: pd.DataFrame, where: str) -> "pd.Series[bool]":
    """Return which texts are blank or missing. Missing texts become empty texts in the table.

    Raise InputError where a value is not text.
    """
    missing = table["text"].isna()
    texts = table["text"].astype(object).where(~missing, "")
    wrong = [row for row, text in enumerate(texts, start=1) if not isinstance(text, str)]
    if wrong:
        value = texts.iloc[wrong[0] - 1]
        advice = "Check that the text column is the right one: text='…'."
        if isinstance(value, Mapping):
            advice = "Make a table of such rows first: make_corpus(pandas.DataFrame(rows))."
        elif isinstance(value, list | tuple):
            advice = "Join the words of each text first: ' '.join(words)."
        raise InputError(
            f"{where}: the text in row {wrong[0]} is {_begun(value)} ({type(value).__name__}), not "
            f"text ({len(wrong)} such rows). {advice}"
        )
    table["text"] = texts
    return pd.Series(list(map(is_blank, texts)), index=table.index, dtype=bool)


def _begun(value: object) -> str:
    """Return a value as it is shown in a message, cut where it is long."""
    shown = repr(value)
    return shown if len(shown) <= SHORT else f"{shown[:SHORT]}…"


def exclusion(
    doc_id: str,
    kind: str,
    rule: str,
    reason: str,
    line: int | None = None,
    start: int | None = None,
    end: int | None = None,
) -> dict[str, object]:
    """Return a row of the table of what was left out."""
    values = (doc_id, kind, rule, reason, line, start, end)
    return dict(zip(EXCLUSION_COLUMNS, values, strict=True))


def doubt(doc_id: str, reason: str) -> dict[str, object]:
    """Return a row of the table of doubts."""
    return {"doc_id": doc_id, "reason": reason}


def list_doubts(rows: Sequence[Mapping[str, object]] = ()) -> pd.DataFrame:
    """Return the table of what a person should look at."""
    return pd.DataFrame([dict(row) for row in rows], columns=["doc_id", "reason"], dtype="str")


def list_exclusions(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """Return the table of what was left out."""
    return _exclusions(rows) if rows else _no_exclusions().copy()


def _exclusions(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    table = pd.DataFrame([dict(row) for row in rows], columns=list(EXCLUSION_COLUMNS))
    for column in ("line", "start", "end"):
        table[column] = table[column].astype("Int64")
    return table


@cache
def _no_exclusions() -> pd.DataFrame:
    """Return the table without a row, which many corpora have."""
    return _exclusions(())


def join_columns(documents: pd.DataFrame, table: pd.DataFrame, where: str) -> pd.DataFrame:
    """Return the documents with the columns of a table that has rows for some or all of them."""
    if not isinstance(table, pd.DataFrame):
        raise InputError(f"{where} takes a DataFrame with doc_id, not a {type(table).__name__}.")
    check_columns(table.columns, ["doc_id"], where)
    check_reserved(table, where)
    table = table.assign(doc_id=checked_ids(table["doc_id"], where))
    added = [column for column in table.columns if column != "doc_id"]
    existing = [column for column in added if column in documents.columns]
    if existing or not added:
        what = (
            f"has the column {listing(existing)}, which the corpus already has" if existing else ""
        )
        raise InputError(
            f"{where} {what or 'has only the column doc_id'}. Give doc_id and new columns; rename "
            "with table.rename(columns={'old': 'new'})."
        )
    unknown = table["doc_id"][~table["doc_id"].isin(documents["doc_id"])]
    if len(unknown):
        raise InputError(
            f"{where}: no document of the corpus has the doc_id {listing(unknown)} ({len(unknown)} "
            f"of {len(table)} rows). Remove these rows, or correct their doc_id."
        )
    return documents.merge(table, on="doc_id", how="left", validate="one_to_one")


@dataclass(frozen=True)
class Document:
    """A document of a corpus, from iteration over the corpus. Missing values are None.

    Attributes
    ----------
    doc_id, text : str
        Id and text.
    title, source : str or None
        Title and source.
    date : pandas.Timestamp or None
        Date, in UTC.
    columns : mapping
        The values of the further columns of the corpus.
    """

    doc_id: str
    text: str
    title: str | None
    source: str | None
    date: pd.Timestamp | None
    columns: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Corpus(Shown):
    """A corpus: a table with one row per document, and a table of everything that was left out.

    `read_corpus` and `make_corpus` return it. `find_hits` and `kwic` search it.

    Try it: ``fr.make_corpus(["A truce held.", "Rain fell."], source=["Wire", "Post"]).table``.

    Attributes
    ----------
    table : pandas.DataFrame
        ``doc_id``, ``text`` (unchanged, page furniture included), ``title``, ``source``, ``date``
        (may be missing), ``date_precision`` where some date is not a plain day, then any further
        column.
    exclusions : pandas.DataFrame
        One row per removed line, dropped document, unused value or file that was not read:
        ``doc_id`` (of a file: its name), ``kind`` ("line", "document", "value", "file"),
        ``rule``, ``reason``, ``line`` (from 1), ``start`` and ``end`` (character offsets in the
        text; missing for all but lines).
    language : str
        Language of the sentence rules, an ISO 639-1 code.
    notes : tuple of str
        What reading decided or doubts: the order of day and month, the columns that were chosen,
        an encoding, what was cleaned.
    doubts : pandas.DataFrame
        One row per document that a person should look at, with the ``reason``: ``doc_id`` and
        ``reason``: a text without a headline in an export that has headlines, a text that its
        source has cut ("[+4213 chars]"), a row of totals.

    Notes
    -----
    Dates are ISO 8601 (2025-02-13), numbers with the year last (13.02.2025, 2/13/2025), dates with
    the name of a month in some 70 languages (February 13, 2025), or day numbers of a spreadsheet
    (45701). Whether the day or the month comes first is decided from the whole column: a number
    above 12 is a day, and a date with dots has the day first; ``notes`` says what was decided.
    ``dates="dmy"``, ``"mdy"`` or ``"ymd"`` sets it. Times are in UTC. A time with an offset is
    converted: 2025-02-13T23:30-05:00 becomes the 14th, 04:30. A time without an offset is read as
    UTC; of a time in a zone with several meanings, such as IST, only the day is read.
    What an export prints above an article keeps its day: of "May 3, 2025 9:25 PM EST", which is
    the 4th in UTC, only the day is read, the 3rd.
    ``date_precision`` is "year", "month", "day" or "time". A year or a month (2025, 2025-02) has
    the date of its first day. Midnight counts as a day where no date of the corpus has another
    time, and the midnight of a zone (2025-02-13T00:00+01:00) where no other time with an offset
    stands: programs write days so. A column ``date_precision`` in the input can make dates
    coarser, not finer. Weeks (2025-W07) are not read: they are listed in ``exclusions``, and the
    document stays.

    See Also
    --------
    read_corpus, make_corpus
    """

    table: pd.DataFrame
    exclusions: pd.DataFrame
    language: str = "en"
    notes: tuple[str, ...] = ()
    doubts: pd.DataFrame = field(default_factory=list_doubts)

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
        """Return the documents that a mask or a slice selects, in their order.

        Parameters
        ----------
        chosen : Series, array or list of bool; or slice
            One value per document, True where it stays: ``corpus.table["source"] == "Wire"``. A
            slice selects by position: ``corpus[:10]``.

        Returns
        -------
        Corpus
            Its ``exclusions`` are those of the documents that stay, and of documents that were
            never in the corpus.

        Raises
        ------
        InputError
            The mask has values other than True and False, has another length than the corpus, has
            missing values, or selects nothing.

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
        """Return the documents that meet a condition on their columns.

        Parameters
        ----------
        expression : str
            Comparisons of columns with values, joined by ``and``, ``or`` and ``not``, as in
            `pandas.DataFrame.query`. A name with a space stands in backticks. A query cannot use
            variables (``@``) or functions; use a mask for these.

        Returns
        -------
        Corpus
            The same as with ``corpus[mask]``.

        Raises
        ------
        InputError
            The expression cannot be read, names no column, or contains more than comparisons; or
            no document meets it.

        Examples
        --------
        >>> import framing as fr
        >>> corpus = fr.make_corpus(["A truce.", "Rain fell."], source=["Wire", "Post"])
        >>> corpus.query("source == 'Wire'")
        <Corpus: 1 document; taken out: 0 lines, 0 documents; see .exclusions>
        """
        return self._choose(rows_that_fit(self.table, expression), f"query({expression!r})")

    def _choose(self, rows: NDArray[np.bool_], what: str) -> "Corpus":
        """Return the documents of these rows; ``what`` begins the error where there are none."""
        if not rows.any():
            raise InputError(
                f"{what} selects none of the {len(self):,} documents. Give a condition that some "
                "documents meet."
            )
        dropped = self.exclusions["doc_id"].isin(self.table["doc_id"][~rows])
        gone = self.doubts["doc_id"].isin(self.table["doc_id"][~rows])
        return replace(
            self,
            table=self.table[rows].reset_index(drop=True),
            exclusions=self.exclusions[~dropped].reset_index(drop=True),
            doubts=self.doubts[~gone].reset_index(drop=True),
        )

    def __repr__(self) -> str:
        kinds = self.exclusions["kind"].value_counts()
        files = kinds.get("file", 0)
        unread = int((self.exclusions["rule"] == "date").sum())
        return (
            f"<Corpus: {counted(len(self), 'documents')}; taken out: "
            f"{counted(kinds.get('line', 0), 'lines')}, "
            f"{counted(kinds.get('document', 0), 'documents')}"
            + (f", {counted(files, 'files')} or parts of files" if files else "")
            + (f", {unread:,} dates that cannot be read" if unread else "")
            + "; see .exclusions"
            + (f"; {counted(len(self.doubts), 'doubts')}; see .doubts" if len(self.doubts) else "")
            + (
                f"; {counted(len(self.notes), 'notes')} on reading; see .notes"
                if self.notes
                else ""
            )
            + ">"
        )

    def _page(self) -> str:
        """Return the HTML for JupyterLab, with the length of each text."""
        head = self.table.head(ROWS).copy()
        head["text"] = [f"{len(text):,} characters" for text in head["text"]]
        page = as_html(repr(self), head, len(self))
        if not self.notes:
            return page
        notes = pd.DataFrame({"note": self.notes})
        return page + as_html("Notes on reading:", notes, len(notes))

    @cached_property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the ids and texts, in their order."""
        digest = hashlib.sha256()
        # The ids at once, in a fifth of the time; the texts one by one, since all of them would be
        # a second copy of the corpus. From a list of objects they come faster than from a column.
        texts = self.table["text"]
        each = texts.tolist() if texts.dtype == object else texts
        for doc_id, text in zip(self.table["doc_id"].tolist(), each, strict=True):
            for value in (doc_id, text):
                data = value.encode("utf-8", "surrogatepass")
                digest.update(len(data).to_bytes(8, "little"))
                digest.update(data)
        return digest.hexdigest()

    @cached_property
    def lengths(self) -> Offsets:
        """Return the number of characters of each text."""
        texts = self.table["text"]
        if texts.dtype == object:
            return np.fromiter(map(len, texts.tolist()), dtype=np.int64, count=len(texts))
        return np.array(texts.str.len(), dtype=np.int64)

    @cached_property
    def removed_lines(self) -> list[list[Span]]:
        """Return the removed lines of each document, as start and end."""
        if self.exclusions.empty:
            return [[] for _ in range(len(self))]
        removed: dict[str, list[Span]] = {}
        lines = self.exclusions[self.exclusions["kind"] == "line"]
        for doc_id, start, end in zip(lines["doc_id"], lines["start"], lines["end"], strict=True):
            removed.setdefault(doc_id, []).append((int(start), int(end)))
        return [removed.get(doc_id, []) for doc_id in self.table["doc_id"]]

    @property
    def texts_without_lines(self) -> list[str]:
        """Return the texts without the removed lines."""
        texts = []
        for text, spans in zip(self.table["text"], self.removed_lines, strict=True):
            for start, end in reversed(spans):
                text = text[:start] + text[end:]
            texts.append(text)
        return texts

    @cached_property
    def sentences(self) -> pd.DataFrame:
        """Return the sentences of all documents, one row per sentence.

        Columns ``doc_id``, ``paragraph`` and ``sentence`` (numbered from 1 within the
        document), ``start`` and ``end`` (character offsets in the text), ``tokens``.
        """
        texts, removed, alphabet = self.table["text"], self.removed_lines, Alphabet()
        pieces = [
            sentence_table(
                read_parts(
                    rows.start,
                    list(texts.iloc[rows]),
                    removed[rows],
                    self.language,
                    alphabet,
                    context=False,
                )
            )
            for rows in batches(self.lengths)
        ]
        return name_documents(pieces, self.table["doc_id"])

    def describe(self, by: str = "document") -> pd.DataFrame:
        """Return the size of the corpus, and how much was removed.

        Parameters
        ----------
        by : str
            "document" (one row per document), "corpus" (a single row) or a column of the table.

        Returns
        -------
        pandas.DataFrame
            The unit, ``documents``, ``paragraphs``, ``sentences``, ``tokens``, ``characters``
            (of the unchanged texts), ``lines_removed`` and ``characters_removed``; by document
            also its title, source and date.

        Raises
        ------
        InputError
            ``by`` is none of these.

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
        """Return which documents repeat another one, in clusters: wire copy, reprints, updates.

        Each document is the set of its runs of ``shingle`` tokens, without removed lines. Pairs
        with a similarity of at least the threshold are joined, and joined documents form a
        cluster (Broder et al. 1997). Candidates come from MinHash and bands. Each candidate is
        compared in full, so that no pair below the threshold is joined.

        Parameters
        ----------
        threshold : float
            Above 0, at most 1. Broder et al. use 0.5, for runs of ten words; versions of wire
            copy share little more (Silcock et al. 2023). Lee et al. (2022) use 0.8, with runs of
            five, for texts that are almost the same.
        seed : int
            Seed of the hashing. A pair exactly at the threshold is found with the probability in
            ``settings["recall"]``, at least .999. Which ones are missed depends on the seed.
            Identical texts are always found.
        shingle : int
            Number of tokens in a run.
        measure : {"jaccard", "containment"}
            "jaccard": shared shingles divided by the shingles in either document. "containment":
            shared shingles divided by the shingles of the smaller document. This also finds a
            shortened wire story, and finds every pair, without hashing. But then a short item
            joins all documents that contain it, and a round-up joins all stories in it.
        hashes : int
            Number of hashes per document, for "jaccard".

        Returns
        -------
        Duplicates
            A document with fewer tokens than a run repeats only documents with the same tokens. A
            document without a token repeats none.

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
        return group_texts(
            self.table["doc_id"].tolist(),
            self.texts_without_lines,
            self.table["date"],
            self.fingerprint,
            threshold=threshold,
            seed=seed,
            shingle=shingle,
            measure=measure,
            hashes=hashes,
        )

    @check_objects
    def drop_duplicates(self, found: Duplicates, *, keep: str = "earliest") -> "Corpus":
        """Return the corpus with one document per cluster; the others become exclusions.

        Parameters
        ----------
        found : Duplicates
            The result of `find_duplicates` of this corpus.
        keep : {"earliest", "latest"}
            Which document of a cluster stays, by date: the first report, or the last version. Of
            those of the same date it is the first or the last in the corpus. One without a date
            stays only where no document of the cluster has one.

        Returns
        -------
        Corpus
            ``exclusions`` lists each document that was left out, with the kept document and their
            similarity. To keep all documents and weight them, see `with_columns`.

        Raises
        ------
        InputError
            The duplicates come from another corpus, or ``keep`` is unknown.

        Examples
        --------
        >>> import framing as fr
        >>> texts = ["A truce holds in the north.", "A truce holds in the north."]
        >>> corpus = fr.make_corpus(texts, date=["2025-02-01", "2025-02-03"])
        >>> found = corpus.find_duplicates(seed=1)
        >>> corpus.drop_duplicates(found, keep="latest").table["doc_id"].tolist()
        ['text2']
        """
        check_choice("keep", keep, ["earliest", "latest"])
        if found.corpus_fingerprint != self.fingerprint:
            raise InputError(
                f"The duplicates were found in another corpus: it has {len(found):,} documents, "
                f"this one has {len(self):,}, or other texts. "
                "Call corpus.find_duplicates(seed=…) again."
            )
        last = latest(found, self.table["date"]) if keep == "latest" else None
        rows = [
            exclusion(doc_id, "document", "near-duplicate", reason)
            for doc_id, reason in reasons(found, last)
        ]
        kept = found.table["kept"] if last is None else found.table["doc_id"] == last
        table = self.table[kept.to_numpy()].reset_index(drop=True)
        exclusions = pd.concat([self.exclusions, list_exclusions(rows)], ignore_index=True)
        return replace(self, table=table, exclusions=exclusions)

    def with_columns(self, table: pd.DataFrame) -> "Corpus":
        """Return the corpus with further columns, for scores and contrasts.

        Parameters
        ----------
        table : pandas.DataFrame
            ``doc_id`` and new columns, one row per document. Documents without a row get missing
            values; integers then become decimal numbers.

        Returns
        -------
        Corpus
            The corpus with the new columns in ``table``.

        Raises
        ------
        InputError
            A doc_id is missing, occurs twice or is not in the corpus; or a column already exists
            or has a name that scores use.

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
        Corpora in one language. No document is in two of them.

    Returns
    -------
    Corpus
        It has the columns and exclusions of all corpora. Where a corpus lacks a column, its values
        are missing.

    Raises
    ------
    InputError
        The list is empty or contains something else than corpora, two corpora share a doc_id, or
        their languages differ.

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
    usage = f"concat takes a list of corpora, which {MAKERS['Corpus']} returns: concat([a, b])"
    if isinstance(corpora, Corpus | str) or not isinstance(corpora, Iterable):
        raise InputError(f"{usage}; this is a single {type(corpora).__name__}.")
    members = list(corpora)
    for corpus in members:
        if not isinstance(corpus, Corpus):
            raise InputError(f"{usage}; this list contains a {type(corpus).__name__}.")
    if not members:
        raise InputError(f"{usage}; this list is empty.")
    languages = list(dict.fromkeys(corpus.language for corpus in members))
    if len(languages) > 1:
        raise InputError(
            f"The corpora are in the languages {listing(languages)}; a corpus has one language, "
            "because the rules for sentences depend on it. Measure each corpus separately."
        )
    _check_shared_ids(members)
    tables = [corpus.table for corpus in members]
    if any(COLUMN in table for table in tables):
        # All dates of a corpus without this column are days.
        tables = [
            table if COLUMN in table else table.assign(**{COLUMN: _days(table["date"])})
            for table in tables
        ]
    columns = dict.fromkeys(name for table in tables for name in table.columns)
    heads = [name for name in (*HEADS, COLUMN) if name in columns]
    order = [*heads, *(name for name in columns if name not in heads)]
    exclusions = pd.concat([corpus.exclusions for corpus in members], ignore_index=True)
    doubts = pd.concat([corpus.doubts for corpus in members], ignore_index=True)
    return Corpus(
        pd.concat(tables, ignore_index=True)[order],
        exclusions.drop_duplicates(ignore_index=True),
        languages[0],
        tuple(dict.fromkeys(note for corpus in members for note in corpus.notes)),
        doubts.drop_duplicates(ignore_index=True),
    )


def _days(dates: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return the precision "day" for each date; missing where the date is missing."""
    return pd.Series("day", index=dates.index, dtype="str").where(dates.notna())


def _check_shared_ids(corpora: Sequence[Corpus]) -> None:
    """Raise InputError where a document of one corpus is in another, or among its exclusions."""
    owners: dict[str, set[int]] = {}
    for number, corpus in enumerate(corpora):
        for doc_id in (*corpus.table["doc_id"], *corpus.exclusions["doc_id"]):
            owners.setdefault(doc_id, set()).add(number)
    for number, corpus in enumerate(corpora):
        shared = [doc_id for doc_id in corpus.table["doc_id"] if len(owners[doc_id]) > 1]
        if shared:
            raise InputError(
                f"doc_id {listing(shared, 3)} ({len(shared):,} in all) of corpus {number + 1} in "
                "the list is also in another corpus, as a document or in its exclusions. Give "
                "each document a different id, with doc_id= when you make the corpora; or "
                "remove one of the copies: a[~a.table['doc_id'].isin(b.table['doc_id'])]."
            )


def name_documents(pieces: Sequence[dict[str, Offsets]], doc_ids: "pd.Series[str]") -> pd.DataFrame:
    """Return tables of sentences as one, with the doc_id instead of the number of the document.

    Each column is taken out of the pieces, so that nothing is held twice.
    """
    empty = np.empty(0, dtype=np.int64)

    def taken(column: str) -> Offsets:
        if len(pieces) == 1:
            return pieces[0].pop(column)
        return np.concatenate([empty, *(piece.pop(column) for piece in pieces)])

    columns: dict[str, Any] = {"doc_id": doc_ids.array.take(taken("document"))}
    for column in ("paragraph", "sentence", "start", "end", "tokens"):
        columns[column] = taken(column)
    return pd.DataFrame(columns, copy=False)


def keep_sentences(corpus: Corpus, pieces: Sequence[dict[str, Offsets]]) -> None:
    """Let a corpus know its ``sentences`` from a search, which had to find them."""
    vars(corpus).setdefault("sentences", name_documents(pieces, corpus.table["doc_id"]))


@check_objects
def make_corpus(
    texts: Iterable[str | None] | pd.DataFrame,
    *,
    text: str = "text",
    doc_id: Iterable[object] | None = None,
    dates: str | None = None,
    language: str = "en",
    furniture: bool | str = True,
    clean: bool = False,
    **columns: Any,
) -> Corpus:
    """Make a corpus from texts, or from a table with one row per text.

    Returns a Corpus: ``table`` has one row per article, ``exclusions`` what was left out,
    ``doubts`` the articles that a person should look at. ``notes`` say if most texts seem to be in
    another language; `read_corpus` reads files, and looks for single texts in another one as well.

    Try it: ``fr.make_corpus(["A truce held.", "Rain fell."], source=["Wire", "Post"])``.

    Parameters
    ----------
    texts : iterable of str, or pandas.DataFrame
        The articles. Blank and missing texts are left out and listed. A DataFrame keeps all its
        columns.
    text : str
        The column of the DataFrame with the texts.
    doc_id : iterable, or str, optional
        One id per text, all different; ``text1``, ``text2`` … by default. With a DataFrame: the
        name of a column, by default "doc_id".
    dates : {"dmy", "mdy", "ymd"}, optional
        The order of day, month and year in dates of numbers, such as 03/04/2025. By default the
        whole column decides.
    language : str
        ISO 639-1 code, for the sentence rules.
    furniture : bool or str
        Whether to remove page furniture (see `find_furniture`), or a TOML file of rules.
    clean : bool
        Whether to replace HTML tags and entities in the texts by what they stand for, as
        `read_corpus` does. By default texts stay as they are, and ``notes`` says where HTML is.
    **columns
        ``title``, ``source``, ``date`` (see `Corpus`) and any covariate: one value
        for all texts, or one per text. With a DataFrame a str names a column; to give all texts
        the same value, give a list.

    Returns
    -------
    Corpus
        Its ``exclusions`` list every line and document that was left out, and every date that
        was not read.

    Raises
    ------
    InputError
        Two texts share an id, a column is longer or shorter than the texts, the DataFrame lacks a
        named column, a text is not text, none of the dates can be read, the language is no code of
        ISO 639-1, or no text is left.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["Peace talks began.", "  "], source=["A", "B"])
    >>> corpus
    <Corpus: 1 document; taken out: 0 lines, 1 document; see .exclusions>
    >>> corpus.exclusions["reason"].tolist()
    ['the text is blank']
    >>> import pandas as pd
    >>> table = pd.DataFrame({"body": ["A truce.", "Rain."], "outlet": ["Wire", "Post"]})
    >>> fr.make_corpus(table, text="body", source="outlet").table["source"].tolist()
    ['Wire', 'Post']
    """
    for name in _FOREIGN.keys() & columns:
        raise InputError(
            f"{name}= is called {_FOREIGN[name]}= here: make_corpus(texts, {_FOREIGN[name]}=…). "
            "If it is a column of your own, give it another name."
        )
    notes: Sequence[str] = ()
    if isinstance(texts, pd.DataFrame):
        named = str(text) if isinstance(text, int) and not isinstance(text, bool) else text
        numbers = {name for name in texts if isinstance(name, int)}
        asked = {
            role: str(value) if isinstance(value, int) and value in numbers else value
            for role, value in columns.items()
        }
        table = table_of_frame(texts, named, doc_id, asked)
        if doc_id is None and "doc_id" not in texts:
            notes = unused_ids(table.drop(columns=["doc_id", *columns], errors="ignore"))
    elif text == "text":
        table = table_of(texts, doc_id, columns)
    else:
        raise InputError(
            f"text={text!r} names a column of a DataFrame, but texts is "
            f"{a_kind(type(texts).__name__)}."
        )
    notes = [*notes, *_html(table, clean)]
    return corpus_from_table(
        table, "make_corpus", language=language, furniture=furniture, dates=dates, notes=notes
    )


# What arguments are called in quanteda and other packages.
_FOREIGN = {
    "docid_field": "doc_id",
    "docnames": "doc_id",
    "doc_ids": "doc_id",
    "ids": "doc_id",
    "text_field": "text",
}


def _html(table: pd.DataFrame, clean: bool) -> list[str]:
    """Return a note on HTML in the texts; with ``clean`` it is taken out of them."""
    if "text" not in table:
        return []
    marked = np.array(
        [isinstance(text, str) and ("<" in text or "&" in text) for text in table["text"]],
        dtype=bool,
    )
    if not marked.any():
        return []
    cleaned = clean_html(table["text"][marked].tolist())
    if not cleaned.changed:
        return []
    what = f"{cleaned.tags:,} tags and {cleaned.entities:,} entities"
    if not clean:
        return [
            f"{counted(cleaned.changed, 'texts')} with HTML, {what}: tags of blocks, such as <p> "
            "and <br>, count as words; tags inside a line, such as <b>, and entities do not. "
            "clean=True replaces all of them by what they stand for."
        ]
    texts = table["text"].to_numpy(dtype=object, copy=True)
    texts[marked] = cleaned.texts
    table["text"] = pd.Series(texts, index=table.index, dtype=object)
    return [
        f"HTML was taken out of {cleaned.changed:,} texts: {what} were replaced by what they stand "
        "for."
    ]


def corpus_from_table(
    table: pd.DataFrame,
    where: str,
    *,
    language: str = "en",
    furniture: bool | str = True,
    exclusions: Sequence[Mapping[str, object]] = (),
    dates: str | None = None,
    day_first: str = "",
    notes: Sequence[str] = (),
    doubts: Sequence[Mapping[str, object]] = (),
) -> Corpus:
    """Check a table of documents, list what cannot be used, and return the corpus.

    ``where`` names the source in messages; ``exclusions`` are what the reader left out, ``notes``
    what it decided, ``doubts`` what a person should look at, and ``day_first`` a reason for the day
    to stand first in its dates.
    """
    check_language(language)
    documents, excluded, decided = usable_documents(
        table, where, furniture, exclusions, dates, day_first, language
    )
    seen = [doubt(doc_id, reason) for doc_id, reason in doubtful_texts(documents)]
    decided = (*decided, *named_missing(documents))
    if note := repeated_texts(documents["text"]):
        decided = (*decided, note)
    if note := note_on_language(documents["text"].tolist(), language):
        decided = (*decided, note)
    decided = (*decided, *repeated_names(documents))
    return Corpus(documents, excluded, language, (*notes, *decided), list_doubts([*doubts, *seen]))
