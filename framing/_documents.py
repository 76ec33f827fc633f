"""Documents as they are given: what a table of them must hold, and what of it is left out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from framing import furniture as furniture_rules
from framing._core.checks import InputError, check_columns, listing
from framing._dates import COLUMN as PRECISION
from framing._dates import read_dates

EXCLUSION_COLUMNS = ("doc_id", "kind", "rule", "reason", "line", "start", "end")
# Names that `score` gives to its own units and columns.
RESERVED = ("sentence", "paragraph", "document", "corpus", "speaker", "unit_id", "frame", "value")


def table_of(
    texts: Iterable[str | None], doc_id: Iterable[object] | None, columns: Mapping[str, Any]
) -> pd.DataFrame:
    """Return texts and their columns, each one value for all or one a text, as a table."""
    if isinstance(texts, str):
        raise InputError(
            'texts is one text; it must be a list of them: make_corpus(["first", "second"]).'
        )
    texts = list(texts)
    data: dict[str, Any] = {"doc_id": _ids(doc_id, len(texts)), "text": texts}
    for name, values in columns.items():
        data[name] = _column(name, values, len(texts))
    return pd.DataFrame(data, columns=list(data))


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
    table = table.drop(columns=PRECISION, errors="ignore")
    heads = ["doc_id", "text", "title", "source", "date"]
    if not precision.dropna().eq("day").all():
        table[PRECISION] = precision
        heads.append(PRECISION)
    listed += [exclusion(doc_id, "value", "date", reason) for doc_id, reason in unread]
    rules = furniture_rules.rules_for(furniture)
    for doc_id, text in zip(table["doc_id"], table["text"], strict=True):
        for found in furniture_rules.find_in(text, rules):
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
