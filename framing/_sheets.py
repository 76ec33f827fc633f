"""Coding sheets as files: rows out and rows in, whatever a spreadsheet did in between."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from framing._core.checks import InputError, listing
from framing._core.files import decode, read_bytes

ENDINGS = (".csv", ".tsv", ".xlsx")
# A cell that begins with one of these is a formula to a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
WIDTHS = {"text": 70, "before": 30, "after": 30, "note": 24, "doc_id": 18}


def write_delimited(
    path: Path, header: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str]
) -> None:
    """Write rows with the notes above the header, each as a line that begins with #."""
    buffer = io.StringIO(newline="")
    separator = "\t" if path.suffix.lower() == ".tsv" else ","
    writer = csv.writer(buffer, delimiter=separator, lineterminator="\r\n")
    writer.writerows([[f"# {note}"] for note in notes])
    writer.writerow(header)
    writer.writerows([[_harmless(cell) for cell in row] for row in rows])
    # Spreadsheets take a file without the mark for one in the local encoding.
    path.write_bytes(b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", "replace"))


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def plain(cell: str) -> str:
    """Return a cell without the mark that keeps it from being a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def write_workbook(
    path: Path,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    notes: Sequence[str],
    coded: Sequence[str],
    allowed: Sequence[str] = ("0", "1"),
) -> None:
    """Write a workbook: the sheet to fill in, and a second tab with the notes.

    The coded columns take one of the allowed codes, or none.
    """
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.active
    sheet.title = "codes"
    for number, row in enumerate([header, *rows], start=1):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text) or None
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if text:
                # Text that begins with = stays text.
                cell.data_type = "s"
            if number == 1:
                cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for column, name in enumerate(header, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS.get(name, 13)
    if coded:
        codes = DataValidation(type="list", formula1=f'"{",".join(allowed)}"', allow_blank=True)
        codes.error = f"{', '.join(allowed)}, or empty"
        for name in coded:
            letter = get_column_letter(list(header).index(name) + 1)
            codes.add(f"{letter}2:{letter}{len(rows) + 1}")
        sheet.add_data_validation(codes)
    tab = book.create_sheet("codebook")
    for number, note in enumerate(notes, start=1):
        cell = tab.cell(number, 1, ILLEGAL_CHARACTERS_RE.sub("\ufffd", note))
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    tab.column_dimensions["A"].width = 110
    book.save(path)


def read_sheet(path: Path, encoding: str) -> tuple[list[str], list[tuple[int, dict[str, Any]]]]:
    """Return the columns of a sheet, and its rows with the number a spreadsheet shows."""
    if path.suffix.lower() == ".xlsx":
        raw = _read_workbook(path)
    elif path.suffix.lower() in ENDINGS:
        raw = _read_delimited(path, encoding)
    else:
        raise InputError(f"{path}: codes are read from {listing(ENDINGS)}.")
    header: list[str] = []
    rows = []
    for number, cells in raw:
        texts = ["" if cell is None else str(cell).strip() for cell in cells]
        if not any(texts) or (not header and texts[0].lstrip("'\"").startswith("#")):
            continue
        if not header:
            header = texts
            while header and not header[-1]:
                header.pop()
            continue
        if any(texts[len(header) :]):
            raise InputError(
                f"{path}, row {number}: {len(texts)} cells, but {len(header)} columns. A cell that "
                "contains the separator must stand in double quotes."
            )
        padded = [*texts, *[""] * (len(header) - len(texts))]
        rows.append((number, dict(zip(header, padded[: len(header)], strict=True))))
    if not header or not rows:
        raise InputError(f"{path} has {'a header and no' if header else 'no header and no'} rows.")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice or "" in header:
        raise InputError(
            f"{path}: " + (f"the column {listing(twice)} is there twice." if twice and twice != [""]
                           else "a column has no name.") + " Give each column one name of its own."
        )  # fmt: skip
    return header, rows


def _read_delimited(path: Path, encoding: str) -> list[tuple[int, Sequence[Any]]]:
    text = decode(read_bytes(path), str(path), encoding)
    # The header tells the separator; the lines of the codebook above it may hold any.
    lines = [line for line in text.splitlines() if line.strip("\"' ") and not _is_note(line)]
    if not lines:
        raise InputError(f"{path} is empty.")
    separator = max(",;\t", key=lines[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return list(enumerate(reader, start=1))
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: this is no table ({error}).") from None


def _is_note(line: str) -> bool:
    return line.lstrip("\"' ").startswith("#")


def _read_workbook(path: Path) -> list[tuple[int, Sequence[Any]]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    data = io.BytesIO(read_bytes(path))
    try:
        book = load_workbook(data, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as a workbook ({error}).") from None
    sheet = book["codes"] if "codes" in book.sheetnames else book[book.sheetnames[0]]
    return [
        (number, [_whole(cell) for cell in row])
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1)
    ]


def _whole(cell: Any) -> Any:
    # Workbooks keep every number as a fraction: document 7 comes back as 7.0.
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
