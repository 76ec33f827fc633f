"""Printed tables: a table as an article shows it, for Word, LaTeX, web pages and spreadsheets."""

import io
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from framing._core.checks import InputError
from framing._core.delimited import FORMULA
from framing._core.installing import need

# The most rows, the longest text and the most digits of a number of a spreadsheet.
ROWS, CELL, DIGITS = 1_048_575, 32_767, 15
# The most rows of a table that is printed.
PRINTED = 2_000
# A table with more columns lies across the page.
UPRIGHT = 6

MINUS = "\N{MINUS SIGN}"
_TIME = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Table</title>
<style>
body {{ font-family: sans-serif }}
table {{ border-collapse: collapse; border: solid; border-width: 2px 0 }}
th {{ border-bottom: 1px solid; text-align: left }}
th, td {{ padding: .2em .7em; vertical-align: top }}
{numbers} {{ text-align: right; font-variant-numeric: tabular-nums }}
</style>
{table}
</html>
"""


def is_probability(name: object) -> bool:
    """Whether a column of this name holds p-values: ``p``, ``p_adjusted`` and so on."""
    return re.match(r"p(_|$)", str(name)) is not None


def as_page(table: pd.DataFrame, digits: int | None, where: str) -> bytes:
    """Return a web page with the table."""
    texts = _texts(table, digits, where)
    with pd.option_context("display.max_colwidth", None):
        html = texts.to_html(index=False, border=0)
    columns = [n for n in range(1, texts.shape[1] + 1) if is_number(table.iloc[:, n - 1])]
    numbers = ", ".join(f":is(th, td):nth-child({n})" for n in columns) or ".number"
    return _PAGE.format(numbers=numbers, table=html).encode("utf-8", "replace")


def as_latex(table: pd.DataFrame, digits: int | None, where: str) -> bytes:
    """Return a tabular of LaTeX for the package booktabs; the signs of LaTeX are escaped."""
    texts = _texts(table, digits, where)
    columns = "".join("r" if is_number(table.iloc[:, n]) else "l" for n in range(texts.shape[1]))
    lines = texts.map(lambda text: " ".join(text.split())).to_latex(
        index=False, escape=True, column_format=columns
    )
    # In the usual fonts of LaTeX these are other signs, or none.
    for sign, written in (("<", r"\textless{}"), (">", r"\textgreater{}"), (MINUS, "$-$")):
        lines = lines.replace(sign, written)
    return f"% \\usepackage{{booktabs}}\n{lines}".encode("utf-8", "replace")


def as_word(table: pd.DataFrame, digits: int | None, where: str) -> bytes:
    """Return a document of Word with the table: a rule above, below and under the header."""
    docx = need("docx", where, "to write .docx")
    shared = need("docx.shared", where)
    element, name = need("docx.oxml", where).OxmlElement, need("docx.oxml.ns", where).qn

    def line(side: str, eighths: int) -> Any:
        """Return a rule; its width is in eighths of a point."""
        look = {"val": "single", "sz": str(eighths), "space": "0", "color": "auto"}
        return element(f"w:{side}", {name(f"w:{key}"): value for key, value in look.items()})

    texts = _texts(table, digits, where)
    numbers = [is_number(table.iloc[:, number]) for number in range(texts.shape[1])]
    document = docx.Document()
    page = document.sections[0]
    if texts.shape[1] > UPRIGHT:
        page.orientation = 1
        page.page_width, page.page_height = page.page_height, page.page_width
    grid = document.add_table(rows=len(texts) + 1, cols=texts.shape[1])
    rules = element("w:tblBorders")
    for side in ("top", "bottom"):
        rules.append(line(side, 12))
    settings = grid._tbl.tblPr
    # Word asks for this order.
    (settings[-1].addprevious if len(settings) else settings.append)(rules)
    for number, (row, values) in enumerate(
        zip(grid.rows, [tuple(texts), *texts.itertuples(index=False, name=None)], strict=True)
    ):
        properties = row._tr.get_or_add_trPr()
        properties.append(element("w:cantSplit"))
        if not number:
            # Repeated on each page.
            properties.append(element("w:tblHeader"))
        for cell, text, right in zip(row.cells, values, numbers, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.alignment = 2 if right else 0
            paragraph.paragraph_format.space_after = shared.Pt(2)
            run = paragraph.add_run(_legal(text))
            run.font.size = shared.Pt(9)
            if not number:
                run.bold = True
                under = element("w:tcBorders")
                under.append(line("bottom", 6))
                cell._tc.get_or_add_tcPr().append(under)
    buffer = io.BytesIO()
    document.save(buffer)
    return _timeless(buffer.getvalue())


def _legal(text: str) -> str:
    """Return a text without the signs that a file of an office cannot hold."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return str(ILLEGAL_CHARACTERS_RE.sub("\ufffd", text))


def _as_cell(value: Any) -> Any:
    """Return a value as a cell holds it: a list, and a number of many digits, as text."""
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return str(value) if isinstance(value, int) and abs(value) >= 10**DIGITS else value


def as_workbook(table: pd.DataFrame, where: str) -> bytes:
    """Return a workbook with the values of the table; no text of it is a formula."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    if len(table) > ROWS:
        raise InputError(
            f"{where}: a spreadsheet has {ROWS:,} rows, the table {len(table):,}. Give a path that "
            "ends in .csv or .parquet."
        )
    rows = [list(map(str, table)), *rows_of(table)]
    # A sheet that is begun and not ended complains in lines of its own.
    for number, row in enumerate(rows):
        longest = max(
            (len(value) for value in map(_as_cell, row) if isinstance(value, str)), default=0
        )
        if longest > CELL:
            raise InputError(
                f"{where}, row {number + 1}: a cell of a spreadsheet holds {CELL:,} characters, "
                f"this text has {longest:,}. Give a path that ends in .csv or .parquet."
            )
    book = Workbook(write_only=True)
    sheet = book.create_sheet("table")
    for row in rows:
        cells = []
        for value in map(_as_cell, row):
            if isinstance(value, str):
                cell = WriteOnlyCell(sheet, _legal(value) or None)
                cell.data_type = "s"
                cell.quotePrefix = value.startswith(FORMULA)
                cells.append(cell)
            else:
                cells.append(WriteOnlyCell(sheet, value))
        with _room_for_sheets(book):
            sheet.append(cells)
    return bytes_of(book)


def bytes_of(book: Any) -> bytes:
    """Return a workbook of openpyxl as bytes, without the time of writing."""
    buffer = io.BytesIO()
    with _room_for_sheets(book):
        book.save(buffer)
    return _timeless(buffer.getvalue())


@contextmanager
def _room_for_sheets(book: Any) -> Iterator[None]:
    """Raise InputError where openpyxl has no room for a sheet, which it writes aside first."""
    try:
        yield
    except Exception as error:
        if type(error).__name__ != "SerialisationError":
            raise
        for sheet in book.worksheets:
            # Python would end the writer of a sheet later, and print this error once more.
            with suppress(Exception):
                sheet._writer.xf.close()
        raise _no_room() from None


def _no_room() -> InputError:
    """Return the error of a sheet for which there is no room."""
    return InputError(
        "A workbook needs a temporary file, and there is no room for it. Make room, or name a "
        "folder on another disk: TMPDIR=/other/folder."
    )


def _timeless(data: bytes) -> bytes:
    """Return a file of an office without the time of writing, so that each run gives its bytes."""
    buffer = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as old, ZipFile(buffer, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            # openpyxl says nothing of a short sheet that was cut off.
            if name.startswith("xl/worksheets/sheet") and not content.endswith(b"</worksheet>"):
                raise _no_room()
            if name == "docProps/core.xml":
                content = _TIME.sub(rb"\g<1>1980-01-01T00:00:00Z", content)
            # ZipInfo sets the time to 1980.
            entry = ZipInfo(name)
            entry.compress_type = ZIP_DEFLATED
            new.writestr(entry, content)
    return buffer.getvalue()


def rows_of(table: pd.DataFrame) -> list[list[Any]]:
    """Return the cells of a table, row by row: dates as text, what is missing as None."""
    columns = [
        [_value(value) for value in table.iloc[:, number].astype(object)]
        for number in range(table.shape[1])
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def _value(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, list | tuple | np.ndarray):
        return [_value(item) for item in value]
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d") if value == value.normalize() else value.isoformat()
    return value if isinstance(value, bool | int | float | str) else str(value)


def is_number(column: "pd.Series[Any]") -> bool:
    """Whether a column holds numbers."""
    return is_numeric_dtype(column.dtype) and not is_bool_dtype(column.dtype)


def _texts(table: pd.DataFrame, digits: int | None, where: str) -> pd.DataFrame:
    """Return a table of text: the numbers of a column have the same decimals, a p is never 0."""
    if len(table) > PRINTED:
        raise InputError(
            f"{where}: a printed table has {PRINTED:,} rows at most, and this one {len(table):,}. "
            "Choose rows, or give a path that ends in .csv or .xlsx."
        )
    if not len(table.columns):
        raise InputError(
            f"{where}: the table has no columns, so there is nothing to print. Give a table with "
            "columns."
        )
    columns = {}
    for number, name in enumerate(table):
        values = [row[0] for row in rows_of(table.iloc[:, [number]])]
        floats = [value for value in values if isinstance(value, float)]
        least = is_probability(name)
        whole = all(value.is_integer() for value in floats) and not (least and 0 in floats)
        decimals = 0 if whole else digits
        title = ", ".join(map(str, name)) if isinstance(name, tuple) else str(name)
        columns[title] = [_text(value, decimals, least) for value in values]
    return pd.DataFrame(columns, dtype=object)


def _text(value: Any, digits: int | None, probability: bool) -> str:
    """Return a value as a reader sees it."""
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if not isinstance(value, float):
        return "" if value is None else str(value)
    if digits is None:
        return repr(value).replace("-", MINUS)
    if probability and value < 10.0**-digits / 2:
        return f"< {10.0**-digits:.{digits}f}"
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", MINUS)
