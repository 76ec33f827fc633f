"""Delimited text: tables with commas, semicolons or tabs between the cells, and their reader."""

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
        Each is as long as the header. Empty lines are not rows.
    lines : list of int
        The line of the file on which each row begins, from 1.
    numbers : list of int
        The number that a spreadsheet shows for each row. It is lower than the line where a cell
        above has several lines.
    """

    header: list[str]
    rows: list[list[str]]
    lines: list[int]
    numbers: list[int]


def parse_delimited(
    text: str, where: str, *, tabs: bool = False, sheet: bool = False, empty: str = ""
) -> Delimited:
    """Return the cells of a table with a header.

    The separator is the comma, semicolon or tab that is most frequent in the header, outside
    quotes. With ``tabs``, a tab in the header always is the separator. ``sheet`` is for tables
    that people filled in with a spreadsheet: lines that begin with # may stand above the header,
    and rows may have empty cells after the last column. ``empty`` is added to the error of a text
    without a header.
    """
    if "\0" in text:
        raise InputError(f"{where}: byte 0 in the text; the file is damaged, or it is not a table.")
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
    """Return the separator that the header has most of, outside quotes."""
    for line in text.splitlines():
        if line.strip() and not (sheet and _is_note(line)):
            bare = re.sub(r'"[^"]*"', "", line)
            return "\t" if tabs and "\t" in bare else max(SEPARATORS, key=bare.count)
    return ","


def _is_note(line: str) -> bool:
    """Return whether a line is a comment: it begins with #, perhaps after a quote or space."""
    return line.lstrip("\"' ").startswith("#")


def _records(text: str, where: str, separator: str) -> Iterator[tuple[int, int, list[str]]]:
    """Yield number, first line and cells of each row.

    A row of byte 0 is added at the end, a character that the text cannot contain. If the last row
    is not this character alone, an open quotation mark before it has taken it in.
    """
    end = "" if text.endswith(("\n", "\r")) or not text else "\n"
    reader = csv.reader(io.StringIO(f"{text}{end}\0", newline=""), delimiter=separator)
    line = 1
    # Articles are longer than the default limit for one field.
    limit = csv.field_size_limit(sys.maxsize)
    try:
        records = []
        for number, cells in enumerate(reader, start=1):
            records.append((number, line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            f"{where}, line {line}: this is not a delimited table ({error})."
        ) from None
    finally:
        csv.field_size_limit(limit)
    _, line, cells = records.pop()
    if cells != ["\0"]:
        raise InputError(
            f"{where}, line {line}: a quotation mark is opened and never closed. Close it. A "
            'quotation mark inside a quoted text is written twice: "".'
        )
    for number, line, cells in records:
        yield number, line, [] if len(cells) == 1 and not cells[0].strip() else cells


def check_names(header: list[str], where: str) -> None:
    """Raise InputError where two columns have the same name."""
    repeated = [name for number, name in enumerate(header) if name and name in header[:number]]
    if repeated:
        raise InputError(
            f"{where}: the column {listing(dict.fromkeys(repeated))} is there twice. "
            "Rename one of the two."
        )
