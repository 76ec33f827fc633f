"""Delimited text: tables with commas, semicolons or tabs between the cells, read and written."""

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, NamedTuple, TypeVar

import pandas as pd

from framing._core.checks import InputError, listing
from framing._core.encodings import refuse_zero

SEPARATORS = ",;\t|"
# A separator that is not the most frequent one in a header makes so many columns.
_SURE = 3
# A spreadsheet takes a cell that begins with one of these for a formula. The last four are the
# full-width forms, which spreadsheets in East Asian languages take for the same.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Some spreadsheets take off blanks before they look.
_AS_FORMULA = re.compile(rf"'*\s*[{re.escape(''.join(FORMULA))}]")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_NAMES = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}

# What gives the lines of a text with their ends, as often as it is called.
Lines = Callable[[], Iterator[str]]
Result = TypeVar("Result")


class Row(NamedTuple):
    """A row of a table: its number as a spreadsheet counts, its first line, and its cells."""

    number: int
    line: int
    cells: list[str]


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
) -> Delimited:
    """Return the cells of a table with a header.

    The separator is the comma, semicolon, tab or bar that is most frequent in the header, outside
    quotes, or the one that a first line states: sep=;. Where rows do not fit it, another one that
    makes three columns is taken if all rows fit. With ``tabs``, a tab in the header always is
    the separator. ``sheet`` is for tables that people filled in with a spreadsheet: lines that
    begin with # may stand above the header, and rows may have empty cells after the last column.
    ``empty`` is added to the error of a text without a header.
    """
    refuse_zero(text, where)

    def as_table(header: list[str], rows: Iterator[Row], separator: str) -> Delimited:
        found = list(rows)
        return Delimited(
            header,
            [row.cells for row in found],
            [row.line for row in found],
            [row.number for row in found],
            separator,
        )

    lines = partial(text_lines, text)
    return parse_rows(lines, where, as_table, tabs=tabs, sheet=sheet, empty=empty)


def parse_rows(
    lines: Lines,
    where: str,
    collect: Callable[[list[str], Iterator[Row], str], Result],
    *,
    tabs: bool = False,
    sheet: bool = False,
    empty: str = "",
    quote: str = '"',
    first: int = 1,
) -> Result:
    """Return what ``collect`` makes of the header, the rows and the separator of a table.

    The rows come one by one, so that a large file need not be held as a whole. Where they do not
    fit the header, ``collect`` may be called anew, with another reading of quotes or separators.
    ``quote`` is the sign around cells, ``first`` the number of the first line in the file. See
    `parse_delimited` for the rest.
    """
    # Excel writes the separator in a first line, and wants it there.
    begin = next(lines(), "").lstrip("\ufeff")
    stated = re.match(r'"?sep=([,;\t|])"?[ \t]*[\r\n]', begin, re.IGNORECASE)
    separator = stated[1] if stated else _separator(lines(), tabs, sheet, quote)
    skipped = 1 if stated else 0

    def collected(quoting: Literal[0, 3], quote: str, separator: str) -> Result:
        records = _records(lines(), where, separator, quoting, quote, first)
        header = _header(records, sheet, skipped)
        check_names(header, where)
        rows = _rows(records, header, where, separator, sheet)
        if not any(header):
            # A row that is malformed says more.
            for _ in rows:
                pass
            raise InputError(f"{where} is empty.{empty}")
        return collect(header, rows, separator)

    try:
        return collected(csv.QUOTE_MINIMAL, quote, separator)
    except InputError:
        # Where tabs separate cells, many programs write quotation marks as they stand.
        if separator == "\t" and any('"' in line for line in lines()):
            with suppress(InputError):
                return collected(csv.QUOTE_NONE, '"', separator)
        # Remarks in a header may have more commas than it has separators.
        for other in "" if stated else SEPARATORS.replace(separator, ""):
            with suppress(InputError):
                records = _records(lines(), where, other, csv.QUOTE_MINIMAL, quote, first)
                if len(_header(records, sheet, skipped)) >= _SURE:
                    return collected(csv.QUOTE_MINIMAL, quote, other)
        raise


def _header(records: Iterator[Row], sheet: bool, skipped: int) -> list[str]:
    """Return the first row of names; ``skipped`` rows at the beginning belong to no table."""
    for number, _, cells in records:
        if number > skipped and not _is_empty(cells) and not (sheet and _is_note(cells[0])):
            return [cell.strip() for cell in cells]
    return []


def _is_empty(cells: list[str]) -> bool:
    """Return whether a row is an empty line."""
    return not any(cells) and len(cells) < 2


def _rows(
    records: Iterator[Row], header: list[str], where: str, separator: str, sheet: bool
) -> Iterator[Row]:
    """Yield the rows below a header; raise InputError for one with other fields than it has."""
    width = len(header)
    for row in records:
        number, line, cells = row
        if _is_empty(cells):
            continue
        if sheet and not any(map(str.strip, cells[width:])):
            cells = cells[:width]
        if len(cells) != width:
            # A quotation mark that is never closed is the cause, wherever it shows.
            for _ in records:
                pass
            raise InputError(
                f"{where}, line {line}: {len(cells)} fields where the header has {width} "
                f"(with {_NAMES[separator]} between them). Each row has one field per column; a "
                f"text that contains {separator!r} or a line end must stand in double quotes."
            )
        yield Row(number, line, cells) if sheet else row


def _separator(lines: Iterator[str], tabs: bool, sheet: bool, quote: str) -> str:
    """Return the separator that the header has most of, outside quotes."""
    for line in lines:
        if line.strip("\ufeff").strip() and not (sheet and _is_note(line.lstrip("\ufeff"))):
            bare = re.sub(f"{quote}[^{quote}]*{quote}", "", line)
            return "\t" if tabs and "\t" in bare else max(SEPARATORS, key=bare.count)
    return ","


def _is_note(line: str) -> bool:
    """Return whether a line is a comment: it begins with #, perhaps after a quote or space."""
    return line.lstrip("\"' ").startswith("#")


def _records(
    lines: Iterator[str],
    where: str,
    separator: str,
    quoting: Literal[0, 3],
    quote: str,
    first: int,
) -> Iterator[Row]:
    """Yield the rows of a table one by one.

    A row of byte 0 is added at the end, a character that the text cannot contain. An open quotation
    mark before it takes it in, and the text ends inside quotes.
    """
    reader = csv.reader(
        _with_end(lines), delimiter=separator, strict=True, quoting=quoting, quotechar=quote
    )
    line = first
    before: Row | None = None
    number = 0
    while True:
        # Articles are longer than the default limit for one field.
        limit = csv.field_size_limit(sys.maxsize)
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            twice = 'A quotation mark inside a quoted text is written twice: "".'
            if "unexpected end" in str(error):
                problem = f"a quotation mark is opened and never closed. Close it. {twice}"
            elif "expected after" in str(error):
                problem = (
                    f"text follows a quotation mark that closes the cell. {twice} Where the file "
                    "has \\\" for it, pandas.read_csv(path, escapechar='\\\\') reads it, and "
                    "to_csv writes it anew."
                )
            else:
                problem = f"this is not a delimited table ({error})."
            raise InputError(f"{where}, line {line}: {problem}") from None
        finally:
            csv.field_size_limit(limit)
        if before is not None:
            yield before
        number += 1
        blank = len(cells) == 1 and not cells[0].strip()
        before = Row(number, line, [] if blank else cells)
        line = reader.line_num + first


def text_lines(text: str) -> Iterator[str]:
    """Yield the lines of a text with their ends, one by one.

    A file in memory would hold a copy of the text with four bytes a character.
    """
    for match in _LINE.finditer(text):
        yield match[0]


def _with_end(lines: Iterator[str]) -> Iterator[str]:
    """Yield the lines of a text, and a row of byte 0."""
    # Files that were joined or saved twice have more than the one mark that decoding takes away.
    first = line = next(lines, "").lstrip("\ufeff")
    if first:
        yield first
    for line in lines:
        yield line
    if line and not line.endswith(("\n", "\r")):
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
    return f"'{cell}" if isinstance(cell, str) and _AS_FORMULA.match(cell) else cell


def restore(cell: str) -> str:
    """Return a text without the apostrophe that `defuse` writes before it."""
    return cell[1:] if cell.startswith("'") and _AS_FORMULA.match(cell) else cell


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
