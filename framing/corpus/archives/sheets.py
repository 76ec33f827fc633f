"""Sheets: spreadsheets, and tables of web pages, as tables with one row per document."""

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zipfile import ZipFile

import pandas as pd

from framing._core.checks import InputError, listing
from framing._core.delimited import check_names
from framing._core.installing import need
from framing._core.tables import counted
from framing.corpus.archives.markup import html_tree, text_of, xml_tree
from framing.corpus.columns import (
    MOST_ABOVE,
    TableRead,
    has_roles,
    is_prose,
    is_usual,
    without_group_row,
)

# The most characters that a cell of a spreadsheet holds, and the digits that it keeps of a number.
_MOST_CHARACTERS, _DIGITS = 32_767, 15
# A cell with a formula and without the value that a spreadsheet program computes.
_NEVER_COMPUTED = re.compile(rb"(?:</f>|<f\b[^>]*/>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")


# The rows of cells of a sheet; no blank ones where they are read from a file of Excel.
_Rows = list[list[str | None]]


def xls_table(data: bytes, where: str) -> TableRead:
    """Return the sheets of a spreadsheet of old programs (.xls), as `xlsx_table` does."""
    xlrd = need("xlrd", where)
    try:
        book = xlrd.open_workbook(file_contents=data, logfile=_Silent())
    except Exception as error:
        raise InputError(
            f"{where}: this .xls file cannot be read ({error}). Open it and save it as .xlsx."
        ) from None
    sheets = {
        sheet.name or f"sheet {number}": [
            [_cell_of_xls(xlrd, book, sheet.cell(row, column)) for column in range(sheet.ncols)]
            for row in range(sheet.nrows)
        ]
        for number, sheet in enumerate(book.sheets(), start=1)
    }
    return _of_sheets(sheets, where)


class _Silent:
    """Takes what xlrd would print."""

    def write(self, text: str) -> None:
        """Take a text."""


def _cell_of_xls(xlrd: Any, book: Any, cell: Any) -> str | None:
    """Return the value of a cell as text."""
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR):
        return None
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _day_or_time(xlrd.xldate_as_datetime(cell.value, book.datemode))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return str(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_NUMBER and float(cell.value).is_integer():
        return str(int(cell.value))
    return str(cell.value).strip() or None


def _day_or_time(value: datetime) -> str:
    """Return a date as text, with the time unless it is midnight."""
    midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
    return str(value.date() if midnight else value.replace(microsecond=0).isoformat())


def html_table(data: bytes, where: str) -> TableRead:
    """Return the largest table of an HTML page that a program called a spreadsheet."""
    root = html_tree(data, where)
    tables = [rows for table in root.iter("table") if (rows := list(table.iter("tr")))]
    if not tables:
        raise InputError(
            f"{where}: this file is a web page without a table. Save the table as .xlsx or .csv."
        )
    return _of_sheets({"": _of_html(max(tables, key=len))}, where)


def _of_html(elements: Sequence[Any]) -> _Rows:
    """Return the rows of cells of a table of a page; a cell over several rows has its value once.

    It takes its place in the rows below, so that the cells beside it keep their columns.
    """
    rows: _Rows = []
    below: dict[int, int] = {}
    for element in elements:
        row: list[str | None] = []

        def pass_over(row: list[str | None]) -> None:
            while below.get(len(row), 0):
                below[len(row)] -= 1
                row.append(None)

        for cell in element:
            if cell.tag not in ("td", "th"):
                continue
            pass_over(row)
            wide, high = (_span(cell.get(key)) for key in ("colspan", "rowspan"))
            for place in range(len(row), len(row) + wide):
                below[place] = high - 1
            row += [text_of(cell) or None, *[None] * (wide - 1)]
        pass_over(row)
        rows.append(row)
    return rows


def _span(value: str | None) -> int:
    """Return over how many rows or columns a cell goes, at most 1,000."""
    return min(max(int(value), 1), 1000) if value and value.strip().isdigit() else 1


# The names in a spreadsheet of Excel 2003 in XML.
_EXCEL = "{urn:schemas-microsoft-com:office:spreadsheet}"


def is_xml_table(data: bytes) -> bool:
    """Return whether a file of XML is a spreadsheet of Excel 2003."""
    return _EXCEL[1:-1].encode() in data[:4096]


def xml_table(data: bytes, where: str) -> TableRead:
    """Return the sheets of a spreadsheet of Excel 2003 in XML, as `xlsx_table` does."""
    sheets: dict[str, _Rows] = {}
    for number, sheet in enumerate(xml_tree(data, where).iter(f"{_EXCEL}Table"), start=1):
        rows: _Rows = []
        for row in sheet.iter(f"{_EXCEL}Row"):
            cells: list[str | None] = []
            for cell in row.iter(f"{_EXCEL}Cell"):
                # Cells before this one that are empty are not written.
                cells += [None] * (int(cell.get(f"{_EXCEL}Index") or 0) - 1 - len(cells))
                data_of = cell.find(f"{_EXCEL}Data")
                value = "" if data_of is None else "".join(data_of.itertext())
                cells.append(value.removesuffix("T00:00:00.000") or None)
                cells += [None] * int(cell.get(f"{_EXCEL}MergeAcross") or 0)
            rows.append(cells)
        name = sheet.getparent().get(f"{_EXCEL}Name") or f"sheet {number}"
        sheets[name] = rows
    return _of_sheets(sheets, where)


# No name of a column is longer.
_NAME = 60
# A table that is a page's articles holds so much of its text.
_MOST = 0.6


def is_table_of_articles(data: bytes, where: str) -> bool:
    """Return whether most of a web page is a table with a row per article below usual names."""
    if b"<table" not in data[:1_000_000].lower():
        return False
    root = html_tree(data, where)
    for table in root.iter("table"):
        first, *rest = list(table.iter("tr")) or [None]
        if first is None or not rest or next(table.iterdescendants("table"), None) is not None:
            continue
        names = [text_of(cell) for cell in first if cell.tag in ("td", "th")]
        if not has_roles(names) or any(len(name) > _NAME for name in names):
            continue
        texts = [text_of(cell) for row in rest for cell in row if cell.tag in ("td", "th")]
        if any(map(is_prose, texts)):
            return sum(map(len, texts)) >= _MOST * len(text_of(root))
    return False


def rows_above(rows: Sequence[Sequence[str | None]]) -> list[str]:
    """Return the cells of the rows above the header of a sheet."""
    filled = [row for row in rows if any(cell is not None for cell in row)]
    return [cell for row in filled[: _header(filled)] for cell in row if cell is not None]


def rows_as_table(rows: Sequence[Sequence[str | None]], where: str) -> pd.DataFrame:
    """Return rows of cells as a table.

    Its header is the first row with usual names for the texts and for something else, or else the
    first with two cells or more. Where this holds a text the columns are numbered.
    """
    filled = [list(row) for row in rows if any(cell is not None for cell in row)]
    width = max(map(len, filled), default=0)
    filled = [[*row, *[None] * (width - len(row))] for row in filled]
    start = _header(filled)
    names = [cell or f"Unnamed: {n}" for n, cell in enumerate(filled[start] if filled else [])]
    body: list[list[str | None]] = filled[start + 1 :]
    usual = any(is_usual(name, role) for name in names for role in ("text", "title", "date"))
    first = [cell or "" for row in body[:1] for cell in row]
    prose = any(map(is_prose, names)) and any(map(is_prose, first))
    if body and prose and not usual:
        names, body = [f"column {n}" for n, _ in enumerate(names, start=1)], filled[start:]
    if not body:
        raise InputError(f"{where} has a header and no rows. Give one row per document.")
    return pd.DataFrame(body, columns=names, dtype=object)


def _header(filled: Sequence[Sequence[str | None]]) -> int:
    """Return which of the filled rows is the header."""
    counts = [sum(cell is not None for cell in row) for row in filled]
    wide = max(counts, default=0)
    start = next((n for n, count in enumerate(counts) if count >= min(2, wide)), 0)
    for n, row in enumerate(filled[: MOST_ABOVE + 1]):
        if has_roles([str(cell) for cell in row if cell is not None]):
            return n if max(counts[:n], default=0) <= max(1, counts[n] / 2) else start
    return start


def xlsx_table(data: bytes, where: str) -> TableRead:
    """Return the sheets of a spreadsheet that have the columns of the first filled one."""
    from openpyxl import load_workbook

    long_numbers = 0

    def cell(value: Any) -> str | None:
        nonlocal long_numbers
        if type(value) in (int, float) and 10**_DIGITS <= abs(value) < float("inf"):
            long_numbers += 1
        return _cell(value)

    notes: list[str] = []
    sheets: dict[str, _Rows] = {}
    try:
        # Faults of spreadsheets show in any layer of the reader, as errors of any kind.
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        spans = _merged_down(data, book)
        formulas = _formulas_without_value(data)
        for sheet in book.worksheets:
            # What a file states of its size is often wrong, and rows beyond it would be lost.
            sheet.reset_dimensions()
            # A cell far below without a value, such as one in bold, makes no rows.
            numbered: dict[int, list[str | None]] = {}
            for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
                row = [cell(value) for value in values]
                if any(value is not None for value in row):
                    numbered[number] = row
            named = f"{where}, sheet {sheet.title!r}"
            notes += _fill_down(numbered, spans.get(sheet.title, []), named)
            sheets[sheet.title] = list(numbered.values())
    except Exception as error:
        reason = str(error).strip().split("\n")[0][:200] or type(error).__name__
        raise InputError(
            f"{where} cannot be read as a spreadsheet ({reason}). Open it and save it again as "
            ".xlsx or .csv."
        ) from None
    read = _of_sheets(sheets, where)
    table, notes = read.table, [*notes, *read.notes]
    full = sum(
        int((table[name].map(lambda value: len(value or "") == _MOST_CHARACTERS)).sum())
        for name in table
    )
    if full:
        notes.append(
            f"{where}: {full:,} cells have {_MOST_CHARACTERS:,} characters, the most that a cell "
            "holds: their texts are cut at the end."
        )
    if long_numbers:
        notes.append(
            f"{where}: {long_numbers:,} cells hold numbers of more than {_DIGITS} digits, of which "
            "a spreadsheet loses the last ones: ids may be wrong. Save them as text, or as .csv."
        )
    if formulas:
        notes.append(
            f"{where}: the formulas of {counted(formulas, 'cells')} were never computed, so they "
            "are empty. Open the file in a spreadsheet program and save it."
        )
    return TableRead(table, commas=True, notes=tuple(notes))


def _of_sheets(sheets: Mapping[str, _Rows], where: str) -> TableRead:
    """Return the sheets, by their names, that have the columns of the first filled one."""
    tables: dict[str, pd.DataFrame] = {}
    notes: list[str] = []
    for title, rows in sheets.items():
        if sum(any(cell is not None for cell in row) for row in rows) > 1:
            sheet = f"{where}, sheet {title!r}" if title else where
            if above := rows_above(rows):
                notes.append(f"{sheet}: passed over above the header: {listing(above)}.")
            table, passed = without_group_row(rows_as_table(rows, sheet), sheet)
            tables[title] = _without_empty(table)
            notes += passed
    if not tables:
        raise InputError(f"{where}: no sheet has a header and rows. Give one row per document.")
    # A sheet before the articles may say what was looked for.
    with_texts = (table for table in tables.values() if _has_texts(table))
    first = next(with_texts, next(iter(tables.values())))
    check_names(list(map(str, first)), where)
    alike = {title: table for title, table in tables.items() if list(table) == list(first)}
    if len(alike) > 1:
        notes.append(f"{len(alike)} sheets with the same columns are read: {listing(alike)}.")
    if len(alike) < len(tables):
        others = [title for title in tables if title not in alike]
        notes.append(
            f"{where}: the sheets {listing(others)} have other columns and are not read; the sheet "
            f"{next(iter(alike))!r} is. Save another sheet as a file of its own."
        )
    table = pd.concat(alike.values(), ignore_index=True)
    return TableRead(table, commas=True, notes=tuple(notes))


def _has_texts(table: pd.DataFrame) -> bool:
    """Return whether a table has a column with a usual name for texts."""
    return any(is_usual(str(name), "text") for name in table)


def _formulas_without_value(data: bytes) -> int:
    """Return the number of cells with a formula that no program has computed."""
    with ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return sum(len(_NEVER_COMPUTED.findall(archive.read(name))) for name in names)


def _merged_down(data: bytes, book: Any) -> dict[str, list[tuple[int, int, int]]]:
    """Return column (from 0), first and last row of merged cells of one column, by their sheet."""
    found: dict[str, list[tuple[int, int, int]]] = {}
    with ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        texts = {name: archive.read(name) for name in names}
    for sheet in book.worksheets:
        content = texts.get(str(sheet._worksheet_path).lstrip("/"), b"")
        spans = _MERGED.findall(content) if b"<mergeCell " in content else []
        found[sheet.title] = [
            (_column(left), int(top), int(bottom))
            for left, top, right, bottom in spans
            if left == right and int(bottom) > int(top)
        ]
    return found


_MERGED = re.compile(rb'<mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')


def _column(letters: bytes) -> int:
    """Return the number of a column, from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number - 1


def _fill_down(
    rows: Mapping[int, list[str | None]], spans: Sequence[tuple[int, int, int]], where: str
) -> list[str]:
    """Give each filled row of a merged cell its value, and return a note on it."""
    filled = 0
    for column, first, last in spans:
        top = rows.get(first, [])
        value = top[column] if column < len(top) else None
        for number in range(first + 1, last + 1):
            row = rows.get(number)
            if value is None or row is None:
                continue
            row += [None] * (column + 1 - len(row))
            if row[column] is None:
                row[column] = value
                filled += 1
    if not filled:
        return []
    return [f"{where}: {counted(filled, 'cells')} merged with one above got its value."]


def _cell(value: Any) -> str | None:
    """Return the value of a cell as text."""
    if isinstance(value, datetime):
        return _day_or_time(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if value is None or (isinstance(value, str) and re.fullmatch(r"\s*|#(N/A|REF!|VALUE!)", value)):
        return None
    # Excel writes a character that XML cannot hold as _x000D_.
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), str(value))


def _without_empty(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table without columns that have neither a name nor a value."""
    names = [
        name for name in table if not str(name).startswith("Unnamed: ") or table[name].notna().any()
    ]
    repeated = table.columns[table.columns.duplicated()]
    return table if len(repeated) else table[names]
