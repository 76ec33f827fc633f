"""Tables for readers: in JupyterLab, and as files. A second run writes the same bytes."""

from functools import partial
from html import escape
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
from pandas.api.types import is_float_dtype

from framing._core.checks import InputError, a_kind, check_objects, listing
from framing._core.delimited import render_table
from framing._core.files import write_bytes
from framing._core.printed_tables import as_latex, as_page, as_word, as_workbook, is_probability

# The endings of the files that `write_table` writes.
ENDINGS = (".csv", ".xlsx", ".docx", ".tex", ".html")
# Rows of a table that JupyterLab shows.
ROWS = 20
# Characters of an entry that a label shows.
ENTRY = 25
# Smaller numbers are errors of rounding, where a machine differs from the next.
_NOISE = 1e-9


@check_objects
def write_table(table: Any, path: str | Path, *, digits: int | None = 3) -> Path:
    """Write a table for readers, with rounded numbers: CSV, Excel, Word, LaTeX or a web page.

    Use it for tables that people read; `write_data` writes all digits with a dictionary.

    Try it: ``fr.write_table(fr.score(fr.load_study("articles").hits), "scores.docx")``.

    Parameters
    ----------
    table : pandas.DataFrame, or a result
        For a result, its ``table`` is written. The index is not written: call
        ``reset_index()`` first to keep it.
    path : str or Path
        Ends in ``.csv``, ``.xlsx``, ``.docx``, ``.tex`` or ``.html``. Missing folders are created.
        Word needs the extra ``archives``; LaTeX needs the package ``booktabs``.
    digits : int or None
        Decimals of numbers that are not integers. Rounding gives the same file on machines that
        differ in the last bits. A p (the column ``p``, or ``p_adjusted`` and so on) is never
        rounded to 0: a small one has this number of significant digits. So have the numbers of a
        column that would be 0 throughout, such as hits per token. With None nothing is rounded.
        Word, LaTeX and web pages show all numbers of a column with the same decimals, whole
        numbers without, and a small p as "< 0.001".

    Returns
    -------
    Path
        The path of the table. Dates are written as 2026-01-05; a column in which one has a time of
        day or a zone is written with both throughout. Periods are written by their names: 2026-01
        is January. CSV is UTF-8 with line feeds; a text that a spreadsheet would take for a formula
        has an apostrophe before it there, and is marked as a text in a workbook. A missing value is
        an empty cell. The file is written whole or not at all.

    Raises
    ------
    InputError
        The path ends in something else or cannot be written, ``table`` is not a table, two of its
        columns have the same name, or it is too long for its form: a workbook has 1,048,575 rows, a
        printed table (Word, LaTeX, web page) at most 2,000.

    Examples
    --------
    >>> import framing as fr, pandas as pd, tempfile
    >>> path = fr.write_table(pd.DataFrame({"x": [1 / 3]}), tempfile.mkdtemp() + "/t.csv")
    >>> path.read_text()
    'x\\n0.333\\n'
    """
    path = Path(path)
    form = path.suffix.lower()
    if form not in ENDINGS:
        raise InputError(
            f"{path}: tables are written as {listing(ENDINGS)}. Give a path with such an ending. "
            "write_data also writes .parquet."
        )
    if not isinstance(table, pd.DataFrame):
        if not isinstance(getattr(table, "table", None), pd.DataFrame):
            raise InputError(
                f"table is {a_kind(type(table).__name__)}; it must be a DataFrame, or a result "
                "with a table."
            )
        table = table.table
    repeated = table.columns[table.columns.duplicated()]
    if len(repeated):
        raise InputError(
            f"table: the column {listing(dict.fromkeys(repeated))} is there twice, and a reader of "
            "the file could not tell which is which. Rename one."
        )
    printed = {".docx": as_word, ".tex": as_latex, ".html": as_page}
    if form in printed:
        write_bytes(path, printed[form](table, digits, str(path)))
        return path
    rounded = table.copy(deep=False)
    for number, (name, column) in enumerate(table.items()):
        if is_float_dtype(column.dtype):
            rounded.isetitem(number, _rounded(column, str(name), digits))
    if form == ".csv":
        write_bytes(path, render_table(rounded).encode("utf-8", "replace"))
    else:
        write_bytes(path, as_workbook(rounded, str(path)))
    return path


def _rounded(column: "pd.Series[Any]", name: str, digits: int | None) -> "pd.Series[Any]":
    """Return numbers as they are written; a p is never 0."""
    if isinstance(column.dtype, pd.api.extensions.ExtensionDtype):
        # Nullable numbers, whose missing value is no number.
        column = pd.Series(column.to_numpy(dtype=float, na_value=np.nan), index=column.index)
    values = column
    if digits is not None:
        values = column.round(digits)
        vanishes = column.abs().max() >= _NOISE and values.fillna(0).eq(0).all()
        if vanishes or is_probability(name):
            values = values.where(values != 0, column.map(partial(_short, digits)))
    # Adding 0 turns -0.0 into 0.0; -0.0 would print with its sign.
    return values + 0.0


def _short(digits: int, value: float) -> float:
    """Return a number with this number of significant digits."""
    return float(f"{value:.{max(digits, 1) - 1}e}")


def as_html(caption: str, table: pd.DataFrame, total: int) -> str:
    """Return the first 20 of ``total`` rows as HTML; cells of missing values are empty."""
    formats = {name: p_value for name in table if is_probability(name)}
    html = table.head(ROWS).to_html(
        index=False,
        na_rep="",
        float_format=lambda value: f"{round(value, 3):,}",
        formatters=cast("Any", formats),
    )
    remaining = total - ROWS
    more = f"<p>… and {remaining:,} more row{'s' * (remaining > 1)}</p>" if remaining > 0 else ""
    return f"<p>{escape(caption)}</p>{html}{more}"


def p_value(value: Any) -> str:
    """Return a p-value for readers: never 0, empty where it is missing."""
    if not isinstance(value, float):
        return str(value)
    if value != value:
        return ""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def counted(count: int, nouns: str) -> str:
    """Return a number with its noun, given as a plural: "1 document", "1 entry", "2 units"."""
    if count == 1:
        nouns = f"{nouns[:-3]}y" if nouns.endswith("ies") else nouns.removesuffix("s")
    return f"{count:,} {nouns}"


def shorten(pattern: str, limit: int = ENTRY) -> str:
    """Return an entry as a label; a long entry is cut after ``limit`` characters."""
    return pattern if len(pattern) <= limit else pattern[: limit - 1].rstrip(" |(") + "…"


def whole_numbers(values: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return whole numbers that pandas holds as floats as integers: 1 and not 1.0, as text too.

    It holds them so where one is missing. A column with other numbers stays as it is.
    """
    if pd.api.types.is_float_dtype(values):
        known = values.dropna()
        whole = len(known) > 0 and bool((known.abs() < 2**53).all() and (known % 1 == 0).all())
        return values.astype("Int64") if whole else values
    if values.dtype != object or not any(isinstance(value, float) for value in values):
        return values
    return values.map(
        lambda value: int(value) if isinstance(value, float) and value.is_integer() else value
    )
