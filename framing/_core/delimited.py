"""Delimited text: tables with commas, semicolons or tabs between the cells, read and written."""

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from framing._core.checks import InputError, listing
from framing._core.encodings import refuse_zero

SEPARATORS = ",;\t|"
# A spreadsheet takes a cell that begins with one of these for a formula. The last four are the
# full-width forms, which spreadsheets in East Asian languages take for the same.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_NAMES = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}


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
    separator : str
        What stands between the cells.
    """

    header: list[str]
    rows: list[list[str]]
    lines: list[int]
    numbers: list[int]
    separator: str = ","


def parse_delimited(
    text: str,
    where: str,
    *,
    tabs: bool = False,
    sheet: bool = False,
    empty: str = "",
    quote: str = '"',
) -> Delimited:
    """Return the cells of a table with a header.

    The separator is the comma, semicolon, tab or bar that is most frequent in the header, outside
    quotes, or the one that a first line states: sep=;. With ``tabs``, a tab in the header always is
    the separator. ``sheet`` is for tables that people filled in with a spreadsheet: lines that
    begin with # may stand above the header, and rows may have empty cells after the last column.
    ``empty`` is added to the error of a text without a header. ``quote`` is the sign around cells.
    """
    refuse_zero(text, where)
    # Files that were joined or saved twice have more than the one mark that decoding takes away.
    text = text.lstrip("\ufeff")
    # Excel writes the separator in a first line, and wants it there.
    stated = re.match(r'"?sep=([,;\t|])"?[ \t]*(?:\r\n|\r|\n)', text, re.IGNORECASE)
    separator = stated[1] if stated else _separator(text, tabs, sheet, quote)
    skipped = 1 if stated else 0
    try:
        return _parsed(text, where, separator, sheet, empty, skipped, csv.QUOTE_MINIMAL, quote)
    except InputError:
        # Where tabs separate cells, many programs write quotation marks as they stand.
        if separator == "\t" and '"' in text:
            with suppress(InputError):
                return _parsed(text, where, separator, sheet, empty, skipped, csv.QUOTE_NONE)
        raise


def _parsed(
    text: str,
    where: str,
    separator: str,
    sheet: bool,
    empty: str,
    skipped: int,
    quoting: Literal[0, 3],
    quote: str = '"',
) -> Delimited:
    """Return the cells of a table; ``skipped`` rows at its beginning belong to no table."""
    header: list[str] = []
    rows, lines, numbers = [], [], []
    for number, line, cells in _records(text, where, separator, quoting, quote):
        if not any(cells) and len(cells) < 2:
            continue
        if not header:
            if number <= skipped:
                continue
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
    return Delimited(header, rows, lines, numbers, separator)


def _separator(text: str, tabs: bool, sheet: bool, quote: str) -> str:
    """Return the separator that the header has most of, outside quotes."""
    for match in re.finditer(r"[^\r\n]+", text):
        line = match[0]
        if line.strip() and not (sheet and _is_note(line)):
            bare = re.sub(f"{quote}[^{quote}]*{quote}", "", line)
            return "\t" if tabs and "\t" in bare else max(SEPARATORS, key=bare.count)
    return ","


def _is_note(line: str) -> bool:
    """Return whether a line is a comment: it begins with #, perhaps after a quote or space."""
    return line.lstrip("\"' ").startswith("#")


def _records(
    text: str, where: str, separator: str, quoting: Literal[0, 3], quote: str
) -> Iterator[tuple[int, int, list[str]]]:
    """Yield number, first line and cells of each row.

    A row of byte 0 is added at the end, a character that the text cannot contain. An open quotation
    mark before it takes it in, and the text ends inside quotes.
    """
    lines = _with_end(text)
    reader = csv.reader(lines, delimiter=separator, strict=True, quoting=quoting, quotechar=quote)
    line = 1
    # Articles are longer than the default limit for one field.
    limit = csv.field_size_limit(sys.maxsize)
    try:
        records = []
        for number, cells in enumerate(reader, start=1):
            records.append((number, line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        twice = 'A quotation mark inside a quoted text is written twice: "".'
        if "unexpected end" in str(error):
            problem = f"a quotation mark is opened and never closed. Close it. {twice}"
        elif "expected after" in str(error):
            problem = f"text follows a quotation mark that closes the cell. {twice}"
        else:
            problem = f"this is not a delimited table ({error})."
        raise InputError(f"{where}, line {line}: {problem}") from None
    finally:
        csv.field_size_limit(limit)
    records.pop()
    for number, line, cells in records:
        yield number, line, [] if len(cells) == 1 and not cells[0].strip() else cells


def text_lines(text: str) -> Iterator[str]:
    """Yield the lines of a text with their ends, one by one.

    A file in memory would hold a copy of the text with four bytes a character.
    """
    for match in _LINE.finditer(text):
        yield match[0]


def _with_end(text: str) -> Iterator[str]:
    """Yield the lines of a text, and a row of byte 0."""
    yield from text_lines(text)
    if text and not text.endswith(("\n", "\r")):
        yield "\n"
    yield "\0"


def check_names(header: list[str], where: str) -> None:
    """Raise InputError where two columns have the same name."""
    count = Counter(header)
    repeated = [name for name in header if name and count[name] > 1]
    if repeated:
        raise InputError(
            f"{where}: the column {listing(dict.fromkeys(repeated))} is there twice. "
            "Rename one of the two."
        )


def defuse(cell: Any) -> Any:
    """Return a text with an apostrophe before it where a spreadsheet takes it for a formula.

    Other values, such as negative numbers, stay as they are. A text that has such an apostrophe
    gets another one, so that `restore` returns each text as it was.
    """
    if isinstance(cell, str) and cell.lstrip("'").startswith(FORMULA):
        return f"'{cell}"
    return cell


def restore(cell: str) -> str:
    """Return a text without the apostrophe that `defuse` writes before it."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA) else cell


class _Rows(io.StringIO):
    """A text to which a writer adds row by row; the end of each row is replaced."""

    def __init__(self, end: str) -> None:
        super().__init__(newline="")
        self._end = end

    def write(self, row: str) -> int:
        return super().write(row.removesuffix("\r\n") + self._end)


def render_rows(
    rows: Iterable[Sequence[object]], *, separator: str = ",", end: str = "\n", notes: int = 0
) -> str:
    """Return rows as delimited text, in which no cell is a formula.

    The first ``notes`` rows are comments, which stay as they are.
    """
    # Before Python 3.13, a carriage return in a cell is in quotes with this end of row only.
    text = _Rows(end)
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    for number, row in enumerate(rows):
        writer.writerow(row if number < notes else [defuse(cell) for cell in row])
    return text.getvalue()


def render_table(table: pd.DataFrame) -> str:
    """Return a table as CSV with line feeds, without its index; no cell or name is a formula."""
    harmless = table.copy(deep=False)
    for number, (_, column) in enumerate(table.items()):
        if isinstance(column.dtype, pd.CategoricalDtype):
            names = [defuse(name) for name in column.cat.categories]
            if names != column.cat.categories.tolist():
                harmless.isetitem(number, column.cat.rename_categories(names).array)
        elif not pd.api.types.is_numeric_dtype(column) and column.dtype.kind not in "Mm":
            harmless.isetitem(number, column.map(defuse, na_action="ignore").array)
    harmless.columns = [
        tuple(map(defuse, name)) if isinstance(name, tuple) else defuse(name)
        for name in table.columns
    ]
    return csv_text(harmless)


def csv_text(table: pd.DataFrame) -> str:
    """Return a table as CSV with line feeds, without its index; cells stay as they are."""
    text = _Rows("\n")
    table.to_csv(text, index=False, lineterminator="\r\n")
    return text.getvalue()
