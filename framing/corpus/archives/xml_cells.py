"""Cells of XML: texts of tables that are each a whole document of XML, such as of LexisNexis."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from framing._core.checks import InputError
from framing._core.typing import Mask
from framing.corpus.archives.articles import Article
from framing.corpus.archives.elements import read_elements
from framing.corpus.archives.markup import xml_tree

# How a document of XML begins: its first line, or the root of a form of news; <tx> of Swissdox.
_DOCUMENT = re.compile(
    r"(?:<\?xml\b|<(?:\w+:)?(?:nitf|newsitem|newsml|newsmessage|articledoc|tx)[\s>]|"
    r"<entry[^<>]+\bxmlns=)",
    re.IGNORECASE,
)
_FIRST_LINE = re.compile(r"\A\s*<\?xml\b[^<>]*>")
_ROLES = ("title", "source", "date", "section", "byline", "length", "language", "url")


def with_documents(table: pd.DataFrame, rows: Mask) -> tuple[pd.DataFrame, list[str]]:
    """Return the table with the texts of documents of XML in its cells of text, and a note.

    ``rows`` says which rows are looked at. What a document says of its article fills the columns
    that the row leaves empty; a cell that is no XML of one article stays.
    """
    found: dict[int, Article] = {}
    texts = table["text"]
    if isinstance(texts.dtype, pd.StringDtype):
        # Few texts are XML, and each takes more room as one of Python.
        rows = rows & texts.str.startswith("<", na=False).to_numpy(dtype=bool)
    for row in np.flatnonzero(rows).tolist():
        text = texts.iloc[row]
        if isinstance(text, str) and _DOCUMENT.match(text) and (article := _article(text)):
            found[row] = article
    if not found:
        return table, []
    places = list(found)
    columns: dict[str, Any] = {"text": _filled(texts, places, [a.text for a in found.values()])}
    for role in _ROLES:
        values = [getattr(article, role) for article in found.values()]
        if not any(value is not None for value in values):
            continue
        column = table.get(role)
        if column is None:
            column = pd.Series([None] * len(table), index=table.index, dtype=object)
        elif column.dtype != object and not isinstance(column.dtype, pd.StringDtype):
            continue
        lacking = [
            (row, value)
            for row, value in zip(places, values, strict=True)
            if value is not None
            and (pd.isna(column.iloc[row]) or not str(column.iloc[row]).strip())
        ]
        if lacking:
            rows_of, values_of = zip(*lacking, strict=True)
            columns[role] = _filled(column, rows_of, values_of)
    note = f"{len(found):,} texts are documents of XML: what their elements hold as text is read."
    return table.assign(**columns), [note]


def _article(text: str) -> Article | None:
    """Return the only article of a document of XML; None for other texts."""
    try:
        # The encoding that the first line declares is not that of the table.
        content = _FIRST_LINE.sub("", text).encode("utf-8", "replace")
        found = read_elements(xml_tree(content, "the cell"), "the cell")
    except InputError:
        return None
    if found is None or len(found.articles) != 1:
        return None
    return found.articles[0]


def _filled(
    column: "pd.Series[Any]", places: Sequence[int], values: Sequence[Any]
) -> "pd.Series[Any]":
    """Return a column with values in some rows."""
    column = column.astype(object).copy()
    column.iloc[list(places)] = pd.Series(list(values), dtype=object).to_numpy()
    return column
