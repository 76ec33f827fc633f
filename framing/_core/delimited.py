"""Tables as text, with commas, semicolons or tabs between their cells: the one reader of them."""

import csv
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from framing._core.checks import InputError, listing

SEPARATORS = ",;\t"
_NAMES = {",": "a comma", ";": "a semicolon", "\t": "a tab"}


@dataclass(frozen=True)
class Delimited:
    """The cells of a table, all as text.

    Attributes
    ----------
    header : list of str
        The names of the columns, without white space around them.
    rows : list of list of str
        Each as long as the header. Lines without any character are no rows.
    lines : list of int
        The line of the file on which each row begins, from 1.
    numbers : list of int
        The number that a spreadsheet shows for each row: cells over several lines make it lower
        than the line.
    """

    header: list[str]
    rows: list[list[str]]
    lines: list[int]
    numbers: list[int]


def parse_delimited(
    text: str, where: str, *, tabs: bool = False, sheet: bool = False, empty: str = ""
) -> Delimited:
    """Return the cells of a table with a header.

    The header tells the separator: the one of comma, semicolon and tab that it has most of,
    outside quotes. With ``tabs`` a tab in the header decides. With ``sheet``, for what people
    filled in with a spreadsheet, lines with # may stand above the header, and rows may have empty
    cells after the last column. ``empty`` is what to say of a text without a header.
    """
    if "\0" in text:
        raise InputError(f"{where}: byte 0 in the text; the file is damaged or not a table.")
    separator = _separator(text, tabs, sheet)
    header: list[str] = []
    rows, lines, numbers = [], [], []
    for number, line, cells in _records(text, where, separator):
        if not any(cells) and len(cells) < 2:
            continue
        if not header:
            if not (sheet and _is_note(cells[0])):
                header = [cell.strip() for cell in cells]
                check_names(header, where)
            continue
        if sheet and not any(map(str.strip, cells[len(header) :])):
            cells = cells[: len(header)]
        if len(cells) != len(header):
            raise InputError(
                f"{where}, line {line}: {len(cells)} fields where the header has {len(header)} "
                f"(with {_NAMES[separator]} between them). Each row has one field per column; a "
                f"text that contains {separator!r} or a line end must stand in double quotes."
            )
        rows.append(cells)
        lines.append(line)
        numbers.append(number)
    if not any(header):
        raise InputError(f"{where} is empty.{empty}")
    return Delimited(header, rows, lines, numbers)


def _separator(text: str, tabs: bool, sheet: bool) -> str:
    for line in text.splitlines():
        if line.strip() and not (sheet and _is_note(line)):
            bare = re.sub(r'"[^"]*"', "", line)
            return "\t" if tabs and "\t" in bare else max(SEPARATORS, key=bare.count)
    return ","


def _is_note(line: str) -> bool:
    return line.lstrip("\"' ").startswith("#")


def _records(text: str, where: str, separator: str) -> Iterator[tuple[int, int, list[str]]]:
    """Yield number, first line and cells of each row.

    The last row is a sign that the text cannot hold: where it does not arrive alone, a quotation
    mark before it was never closed.
    """
    end = "" if text.endswith(("\n", "\r")) or not text else "\n"
    reader = csv.reader(io.StringIO(f"{text}{end}\0", newline=""), delimiter=separator)
    line = 1
    # Articles are longer than what the reader takes for the longest field.
    limit = csv.field_size_limit(sys.maxsize)
    try:
        records = []
        for number, cells in enumerate(reader, start=1):
            records.append((number, line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{where}, line {line}: this is no table ({error}).") from None
    finally:
        csv.field_size_limit(limit)
    _, line, cells = records.pop()
    if cells != ["\0"]:
        raise InputError(
            f"{where}, line {line}: a quotation mark is opened and never closed. Close it; one "
            'inside a quoted text is written twice: "".'
        )
    for number, line, cells in records:
        yield number, line, [] if len(cells) == 1 and not cells[0].strip() else cells


def check_names(header: list[str], where: str) -> None:
    """Raise InputError where two columns have one name."""
    twice = [name for number, name in enumerate(header) if name and name in header[:number]]
    if twice:
        raise InputError(
            f"{where}: the column {listing(dict.fromkeys(twice))} is there twice. Rename one."
        )
