"""Tables of articles: delimited text, and the reader of each kind of table, a row per document."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain, islice
from typing import Any

import numpy as np
import pandas as pd

from framing._core.checks import InputError, listing
from framing._core.delimited import (
    SEPARATORS,
    Lines,
    Row,
    parse_rows,
    restore,
    text_lines,
)
from framing._core.parquet import read_parquet
from framing.corpus.archives.kinds import TEXT, kind_of
from framing.corpus.archives.services import gdelt_table
from framing.corpus.archives.sheets import html_table, xls_table, xlsx_table, xml_table
from framing.corpus.columns import (
    MOST_ABOVE,
    ROLES,
    TableRead,
    has_roles,
    is_prose,
    is_usual,
    plain,
    without_group_row,
)
from framing.corpus.json_tables import (
    WholeNeededError,
    flat,
    kind_of_json,
    read_json,
    read_jsonl,
    speech_in,
    table_of_lines,
    table_of_list,
)


def _read_csv(text: str, where: str, tabs: bool = False) -> TableRead:
    """Return a delimited file as a table of text; empty cells are missing."""
    # Programs of DOS end a file with this character.
    return _of_delimited(partial(text_lines, text.removesuffix("\x1a")), where, tabs)


def _of_delimited(lines: Lines, where: str, tabs: bool) -> TableRead:
    """Return the lines of a delimited file as a table of text; empty cells are missing."""
    notes: tuple[str, ...] = ()
    lines = _of_r(lines) or lines
    above = _above_header(list(islice(lines(), MOST_ABOVE + 1)))
    first = 1 + len(above)
    if above:
        passed_over = "".join(above).strip()[:200]
        notes = (f"{where}: passed over above the header: {passed_over!r}.",)
        lines = partial(_without_first, lines, len(above))
    elif header := _with_names(lines, tabs):
        first = 0
        names = listing(header.rstrip("\n").split(header[len("column 1")]))
        notes = (
            f"{where}: the first line is no header, since it holds a text; the columns are called "
            f"{names}. text='…', title='…' and so on say what they hold.",
        )
        lines = partial(_with_header, lines, header)
    quote = "'" if _is_quoted(lines) else '"'
    table, separator = parse_rows(lines, where, _as_columns, tabs=tabs, quote=quote, first=first)
    if table.empty:
        raise InputError(
            f"{where} has a header but no rows. Give a file with one row per document."
        )
    table, passed = without_group_row(table, where)
    table, repeated = _without_headers(table, where)
    table, questions = _without_questions(table, where)
    notes = (*notes, *passed, *repeated, *questions)
    if _has_missing(lines, separator) and (missing := table == "NA").to_numpy().any():
        table = table.mask(missing)
        notes = (*notes, f"{where}: NA without quotes is a missing value, as R writes it.")
    if (speech := speech_in(table)) is not None:
        note = f"{where}: the rows are pieces of speech with times, which are one article."
        return TableRead(pd.DataFrame({"text": [speech]}, dtype="str"), notes=(*notes, note))
    if separator == ";":
        table, thousands = _without_points(table, where)
        notes = (*notes, *thousands)
    return TableRead(table, commas=separator != ",", notes=notes)


# The names of columns as R writes them: each in quotes.
_R_HEADER = re.compile(r'"[^"\r\n]*"([ ,;\t])"[^"\r\n]*"(?:\1"[^"\r\n]*")*\s*').fullmatch


def _of_r(lines: Lines) -> Lines | None:
    """Return the lines of a table of R's `write.table` as other programs write them, or None.

    It names the rows without a name for their column, separates cells by spaces where nothing
    else is said, and writes \\" for a quotation mark in a text.
    """
    begin = list(islice(lines(), MOST_ABOVE))
    header = begin[0].lstrip("\ufeff") if begin else ""
    match = _R_HEADER(header)
    if not match or len(begin) < 2 or begin[1][:1] not in ('"', *"0123456789"):
        return None
    names = _cells(header, match[1])
    rows = _r_rows(begin[1:], match[1])
    widths = {len(row) for row in rows}
    named = len({row[0] for row in rows}) == len(rows) and begin[1].startswith('"')
    if widths == {len(names) + 1} and named:
        header = f'""{match[1]}{header}'
    elif match[1] != " " or widths != {len(names)}:
        return None
    if match[1] == " " and not any(is_usual(name, "text") for name in names):
        return None
    return partial(_as_others_write, lines, header, match[1])


def _has_missing(lines: Lines, separator: str) -> bool:
    """Return whether R wrote a table with missing values: NA without quotes, and texts in them."""
    if not _R_HEADER(next(_without_marks(lines), "")):
        return False
    sign = re.escape(separator)
    bare = re.compile(rf"(?:^|{sign})NA(?={sign}|\s*$)")
    quoted = f'{separator}"NA"'
    return any("NA" in line and bare.search(line) for line in lines()) and not any(
        quoted in line for line in lines()
    )


def _r_rows(lines: Iterable[str], separator: str) -> list[list[str]]:
    """Return the rows of the first lines of a table of R, without a last one that is not whole."""
    rows: list[list[str]] = []
    text = ""
    for line in lines:
        text += line.replace('\\"', '""')
        if text.count('"') % 2 == 0:
            with suppress(csv.Error):
                rows += csv.reader(io.StringIO(text.strip("\r\n"), newline=""), delimiter=separator)
            text = ""
    return [row for row in rows if row]


def _as_others_write(lines: Lines, header: str, separator: str) -> Iterator[str]:
    """Yield the lines of a table of R with doubled quotation marks and without spaces between."""
    rest = chain([header], islice(lines(), 1, None))
    doubled = (line.replace('\\"', '""') for line in rest)
    if separator != " ":
        yield from doubled
        return
    inside = False
    for line in doubled:
        pieces = line.split('"')
        for number in range(len(pieces)):
            if not inside:
                pieces[number] = pieces[number].replace(" ", ",")
            inside = inside != (number < len(pieces) - 1)
        yield '"'.join(pieces)


# So many characters of rows are packed at a time: Python takes some 60 bytes for each short cell.
_PACK = 4_000_000


def _as_columns(header: list[str], rows: Iterator[Row], separator: str) -> tuple[pd.DataFrame, str]:
    """Return rows as a table of text, and the separator.

    Texts stay the strings that they are, as a corpus holds them (see `of_objects`).
    """
    # `defuse` wrote an apostrophe before what a spreadsheet would take for a formula. R writes row
    # numbers as a column without a name.
    names = [restore(name) or f"Unnamed: {number}" for number, name in enumerate(header)]
    packed: list[list[pd.Series[Any]]] = [[] for _ in names]
    whole = [is_usual(name, "text") for name in names]
    cells: list[list[str]] = []
    size = 0

    def pack() -> None:
        for number, values in enumerate(zip(*cells, strict=True)):
            column = pd.Series([restore(value) or None for value in values], dtype=object)
            packed[number].append(column if whole[number] else column.astype("str"))
        cells.clear()

    for row in rows:
        cells.append(row.cells)
        size += sum(map(len, row.cells)) + 60 * len(names)
        if size > _PACK:
            pack()
            size = 0
    if cells:
        pack()
    columns: dict[str, pd.Series[Any]] = {}
    for name, pieces in zip(names, packed, strict=True):
        columns[name] = pd.concat(pieces, ignore_index=True) if pieces else pd.Series(dtype="str")
        pieces.clear()
    return pd.DataFrame(columns), separator


def _without_first(lines: Lines, count: int) -> Iterator[str]:
    """Yield lines without the first ones."""
    return islice(lines(), count, None)


def _with_header(lines: Lines, header: str) -> Iterator[str]:
    """Yield lines below a header."""
    return chain([header], _without_marks(lines))


def _without_marks(lines: Lines) -> Iterator[str]:
    """Yield lines without the byte-order marks that stand before the first one."""
    found = lines()
    if first := next(found, "").lstrip("\ufeff"):
        yield first
    yield from found


def _without_questions(table: pd.DataFrame, where: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return a table of Qualtrics without its second and third header, and a note on them."""
    begin = table.head(2)
    if len(table) < 3 or not begin.iloc[1].astype("str").str.startswith('{"ImportId"').any():
        return table, ()
    note = f"{where}: passed over two rows below the header, questions and ids of Qualtrics."
    return table.iloc[2:].reset_index(drop=True), (note,)


# 1.234.567, and numbers below a thousand beside it.
_POINTS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+|0|[1-9][0-9]{0,2}").fullmatch


def _without_points(table: pd.DataFrame, where: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return a table with semicolons without the points of thousands, and notes on them.

    1.234 beside 980 is a number of thousands. Where all values of a column have one point and
    three digits after it, they may be decimals: these stay, and a note asks.
    """
    notes: list[str] = []
    for name in table.columns.difference([*ROLES, "date_precision"], sort=False):
        known = [value for value in table[name] if isinstance(value, str)]
        dotted = [value for value in known if "." in value]
        if not dotted or not all(map(_POINTS, known)):
            continue
        if len(dotted) < len(known) or any(value.count(".") > 1 for value in dotted):
            table = table.assign(**{name: table[name].str.replace(".", "")})
            plain = dotted[0].replace(".", "")
            notes.append(f"{where}: the points of {name!r} are thousands: {dotted[0]} is {plain}.")
        else:
            notes.append(
                f"{where}: {name!r} is read with decimal points, as {float(dotted[0])}. If "
                "they are points of thousands, take them out of the file."
            )
    return table, tuple(notes)


def _without_headers(table: pd.DataFrame, where: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the table without rows that repeat its header, and a note on them.

    Files that were joined end to end have the header of each.
    """
    if len(table.columns) < 2:
        return table, ()
    again = np.arange(len(table))
    for name in table:
        again = again[table[name].iloc[again].isin([name, f"\ufeff{name}"]).to_numpy(dtype=bool)]
        if not len(again) or len(again) == len(table):
            return table, ()
    note = f"{where}: rows that repeat the header are left out: {len(again):,}."
    return table.drop(index=again.tolist()).reset_index(drop=True), (note,)


def _above_header(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines that stand above the header of a table, of its first lines.

    The header is the first line with usual names for the texts and for something else. The lines
    above it have fewer cells.
    """
    for number, line in enumerate(lines):
        for separator in SEPARATORS:
            names = _cells(line, separator)
            if not has_roles(names) and sorted(map(plain, names)) != ["docid", "text"]:
                continue
            above = "".join(lines[:number]).strip()
            most = max(
                (sum(map(bool, _cells(one, separator))) for one in lines[:number]), default=0
            )
            named = any(is_usual(above, role) for role in ROLES if role != "doc_id")
            # One row of groups of columns is known by other signs.
            groups = len(above.splitlines()) == 1 and above.count(separator) == len(names) - 1
            known = named or groups or re.match('"?sep=', above)
            if not above or known or most > max(1, len(names) / 2):
                return ()
            return lines[:number]
    return ()


def _cells(line: str, separator: str) -> list[str]:
    """Return the cells of a line, without white space around them."""
    with suppress(csv.Error):
        rows = list(csv.reader([line.strip("\ufeff\r\n")], delimiter=separator))
        return [cell.strip('" ') for row in rows for cell in row]
    return [line]


def _with_names(lines: Lines, tabs: bool) -> str:
    """Return a header for a table that has none; "" where it has one.

    A first line without a usual name that holds a text, as the line below it does, is no header.
    """
    first = next(_without_marks(lines), "")
    separator = "\t" if tabs and "\t" in first else max(SEPARATORS, key=first.count)
    quote = "'" if _is_quoted(lines) else '"'
    reader = csv.reader(_without_marks(lines), delimiter=separator, quotechar=quote)
    with suppress(csv.Error, StopIteration):
        rows = [next(reader), next(reader)]
        usual = any(is_usual(name, role) for name in rows[0] for role in ROLES if role != "doc_id")
        prose = all(any(map(is_prose, row)) for row in rows)
        if prose and not usual and len(rows[0]) == len(rows[1]) > 1:
            names = [f"column {number}" for number in range(1, len(rows[0]) + 1)]
            return f"{separator.join(names)}\n"
    return ""


def _is_quoted(lines: Lines) -> bool:
    """Return whether the cells of a table stand in single quotes and none in double quotes."""
    some = [line.rstrip() for line in islice(lines(), 1, MOST_ABOVE + 1) if line.strip()]
    if not some or not all(re.search(r"[,;\t|]'.*'$", line) for line in some):
        return False
    return not any(re.search(r'(?:^|[,;\t|])"', line) for line in lines())


def _names_roles(line: str, separator: str) -> bool:
    """Return whether a line has usual names of columns for the texts and for something else."""
    return has_roles(_cells(line, separator))


def _read_tsv(text: str, where: str) -> TableRead:
    """Return a file with tabs between the cells as a table of text."""
    return _read_csv(text, where, tabs=True)


# The beginning that no text of a table lacks: JSON, or a first line with cells.
TABLE_START = re.compile(r'\A[\ufeff \t\r\n]*(?:[{\[]|[^\n]*[\t;,]|"[^"\n]*" ")')


def kind_of_table(text: str) -> str:
    """Return the kind of a table that stands under the ending .txt: "tsv", "csv", "json", "jsonl".

    "" where the text is none. The first line of a delimited table has two names of columns for
    texts, titles, sources or dates, and each further line has cells; with commas the texts are in
    quotes, since prose has commas too. JSON is objects, of which one has a usual name for texts.
    """
    start = text.lstrip("\ufeff \t\r\n")
    if start[:1] in ("{", "["):
        return kind_of_json(start)
    del start
    lines = partial(text_lines, text)
    first, rest = _first_of(lines)
    if (match := _R_HEADER(first)) and _of_r(lines):
        return "csv" if match[1] == " " or _names_roles(first, match[1]) else ""
    if _is_cut(lines):
        return "tsv"
    if (
        "," not in first
        or not _names_roles(first, ",")
        or not all(any(sign in line for line in rest()) for sign in ',"')
    ):
        return ""
    with suppress(InputError):
        return "csv" if parse_rows(lines, "", lambda _, rows, __: sum(1 for _ in rows)) else ""
    return ""


def _is_cut(lines: Lines) -> bool:
    """Return whether tabs or semicolons part usual names of columns, and stand below them too."""
    first, rest = _first_of(lines)
    return any(
        separator in first
        and _names_roles(first, separator)
        and any(separator in line for line in rest())
        for separator in "\t;"
    )


def _first_of(lines: Lines) -> tuple[str, Lines]:
    """Return the first line that is not blank, and the lines below it."""
    for number, line in enumerate(lines(), start=1):
        if first := line.strip("\ufeff \t\r\n"):
            return first, partial(_without_first, lines, number)
    return "", lines


def read_lines(
    lines: Callable[[], Iterator[bytes]], name: str, where: str
) -> tuple[str, TableRead] | None:
    """Return the kind and the table of a file that is read line by line, not held as a whole.

    It is what the reader of the kind gives. None where the file has to be seen as a text: because
    of its encoding, a character 0, or because it is neither a table with a row on each line nor a
    list of JSON.
    """
    begin = b"".join(islice(lines(), MOST_ABOVE))
    kind = kind_of(begin, name)
    try:
        if kind == "jsonl" and begin.lstrip()[:1] == b"{":
            return kind, table_of_lines(_text_lines_of(lines), where)
        text = partial(_decoded_lines, lines)
        if kind == TEXT and not _R_HEADER(_first_of(text)[0]) and _is_cut(text):
            kind = "tsv"
        if kind in ("csv", "tsv"):
            return kind, _of_delimited(partial(_text_lines_of, lines), where, kind == "tsv")
        if kind == "json" and begin.lstrip()[:1] == b"[":
            del begin
            return kind, table_of_list(b"".join(lines()), where)
    except WholeNeededError:
        pass
    return None


def read_rows(
    lines: Callable[[], Iterator[bytes]], decode: Callable[[bytes], str], kind: str, where: str
) -> TableRead:
    """Return a delimited file in another encoding, line by line, as the reader of its text does."""
    return _of_delimited(partial(_text_lines_of, lines, decode), where, kind == "tsv")


def _utf8(line: bytes) -> str:
    """Return a line of plain UTF-8 as text."""
    if b"\0" in line or b"\x1b" in line:
        raise WholeNeededError
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        raise WholeNeededError from None


def _decoded_lines(
    lines: Callable[[], Iterator[bytes]], decode: Callable[[bytes], str] = _utf8
) -> Iterator[str]:
    """Yield lines of bytes as text."""
    for number, line in enumerate(lines()):
        text = decode(line)
        yield text if number else text.removeprefix("\ufeff")


def _text_lines_of(
    lines: Callable[[], Iterator[bytes]], decode: Callable[[bytes], str] = _utf8
) -> Iterator[str]:
    """Yield lines of bytes as text lines, which may also end with a carriage return."""
    for line in _decoded_lines(lines, decode):
        # Programs of DOS end a file with this character.
        text = line.removesuffix("\x1a")
        if "\r" in text:
            yield from text_lines(text)
        elif text:
            yield text


def _read_parquet(data: bytes, where: str) -> TableRead:
    """Return a Parquet or Arrow file as a table."""
    table = read_parquet(data, where)
    if table.empty:
        raise InputError(f"{where} has no rows. Give a file with one row per document.")
    # pandas takes columns that were an index, such as doc_id, back out of the table.
    lost = [name for name in table.index.names if name is not None and name not in table]
    table = table.reset_index(level=lost) if lost else table
    objects = [name for name in table if table[name].dtype == object]
    if any(_is_nested(table[name].dropna().head(1)) for name in objects):
        # Columns of objects and lists are those of nested JSON.
        rows = [flat(_with_lists(row)) for row in table.to_dict("records")]
        table = pd.DataFrame(rows, index=table.index)
    return TableRead(table)


def _is_nested(first: "pd.Series[Any]") -> bool:
    """Return whether the first value of a column is an object or a list."""
    return len(first) > 0 and isinstance(first.iloc[0], dict | list | np.ndarray)


def _with_lists(value: Any) -> Any:
    """Return an object with lists in place of arrays."""
    if isinstance(value, dict):
        return {key: _with_lists(inner) for key, inner in value.items()}
    if isinstance(value, list | np.ndarray):
        return [_with_lists(inner) for inner in value]
    return value


def _bare(read: Callable[[bytes, str], pd.DataFrame]) -> Callable[[bytes, str], TableRead]:
    """Return a reader that gives no more than a table."""
    return lambda data, where: TableRead(read(data, where), commas=True)


# What reads a table in plain text: a row is a document.
PLAIN: dict[str, Callable[[str, str], TableRead]] = {
    "csv": _read_csv,
    "tsv": _read_tsv,
    "json": read_json,
    "jsonl": read_jsonl,
}
# What reads a table in another form.
TABLES: dict[str, Callable[[bytes, str], TableRead]] = {
    "gdelt": _bare(gdelt_table),
    "html table": html_table,
    "feather": _read_parquet,
    "parquet": _read_parquet,
    "xls": xls_table,
    "xlsx": xlsx_table,
    "xml table": xml_table,
}
# Kinds of files whose cells have no types.
UNTYPED = ("csv", "tsv", "xls", "xlsx", "html table", "xml table")
