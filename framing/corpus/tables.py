"""Tables of articles: delimited text, JSON, spreadsheets and Parquet, with one row per document."""

import csv
import io
import json
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import chain, islice
from typing import Any
from zipfile import ZipFile

import msgspec
import numpy as np
import pandas as pd

from framing._core.checks import InputError, listing
from framing._core.delimited import (
    SEPARATORS,
    Lines,
    Row,
    check_names,
    parse_rows,
    restore,
    text_lines,
)
from framing._core.parquet import read_parquet
from framing._core.tables import counted
from framing.corpus.archives.chats import messages_of
from framing.corpus.archives.kinds import TEXT, kind_of
from framing.corpus.archives.tables import (
    gdelt_table,
    html_table,
    rows_above,
    rows_as_table,
    xls_table,
    xml_table,
)
from framing.corpus.columns import ROLES, has_roles, is_prose, is_usual, plain
from framing.corpus.nested import (
    find_articles,
    find_inner_articles,
    flat,
    of_objects,
    speech_in,
    whole_posts,
)
from framing.text.characters import well_formed

# No leading zeros, which mark a code; at most as many digits as a float holds exactly.
NUMBER = r"-?(0|[1-9][0-9]{0,14})([.][0-9]+)?"
# The same as it is written where the comma separates decimals: 1.234,5.
COMMAS = r"-?(0|[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[1-9][0-9]{0,14})(,[0-9]+)?"
# The most characters that a cell of a spreadsheet holds.
CELL = 32_767
# What a row of JSON looks like.
_EXAMPLE = 'such as {"doc_id": "a1", "text": "…"}'


@dataclass(frozen=True)
class TableRead:
    """A table of a file.

    ``commas`` says whether its numbers may have a decimal comma: 3,5. ``notes`` are decisions.
    """

    table: pd.DataFrame
    commas: bool = False
    notes: tuple[str, ...] = ()


def with_numbers(table: pd.DataFrame, *, commas: bool) -> pd.DataFrame:
    """Return the table with numeric covariates as numbers, because a CSV has no types."""
    numbers: dict[Hashable, pd.Series] = {}
    for name in table.columns.difference([*ROLES, "date_precision"]):
        column = table[name]
        # The first value that is no number ends the search, which matters in columns of text.
        known = column.dropna().tolist()
        if not known or not all(isinstance(value, str) for value in known):
            continue
        if commas and not all(map(_NUMBER, known)) and all(map(_COMMAS, known)):
            column = column.str.replace(".", "").str.replace(",", ".")
            known = column.dropna().tolist()
        if all(map(_NUMBER, known)):
            numbers[name] = column.astype("float64")
            if not any("." in value for value in known):
                kind = "Int64" if len(known) < len(table) else "int64"
                numbers[name] = numbers[name].astype(pd.api.types.pandas_dtype(kind))
    # All at once: pandas moves the other columns for each one that is set.
    return pd.DataFrame({name: numbers.get(name, table[name]) for name in table})


_NUMBER, _COMMAS = re.compile(NUMBER).fullmatch, re.compile(COMMAS).fullmatch


def _read_csv(text: str, where: str, tabs: bool = False) -> TableRead:
    """Return a delimited file as a table of text; empty cells are missing."""
    # Programs of DOS end a file with this character.
    return _of_delimited(partial(text_lines, text.removesuffix("\x1a")), where, tabs)


def _of_delimited(lines: Lines, where: str, tabs: bool) -> TableRead:
    """Return the lines of a delimited file as a table of text; empty cells are missing."""
    notes: tuple[str, ...] = ()
    lines = _of_r(lines) or lines
    above = _above_header(list(islice(lines(), _ABOVE + 1)))
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
    table, passed = _without_group_row(table, where)
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
    begin = list(islice(lines(), _ABOVE))
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


def _without_group_row(table: pd.DataFrame, where: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the table without a row of groups of columns above its header, and a note on it.

    Such a row has a name for some columns ("Meta", blank, "Content", blank), and the row below it
    has the usual names of the texts and of something else.
    """
    names = [str(name) for name in table]
    if len(table) < 2 or not any(name.startswith("Unnamed: ") for name in names):
        return table, ()
    below = [None if pd.isna(cell) else str(cell).strip() for cell in table.iloc[0]]
    if not has_roles([name for name in below if name]) or has_roles(names):
        return table, ()
    header = [name or f"Unnamed: {number}" for number, name in enumerate(below)]
    check_names(header, where)
    above = [name for name in names if not name.startswith("Unnamed: ")]
    note = f"{where}: passed over above the header: {listing(above)}."
    return table.iloc[1:].reset_index(drop=True).set_axis(header, axis=1), (note,)


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


# A title, the date of the export and the like take at most so many lines above a header.
_ABOVE = 20


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
    some = [line.rstrip() for line in islice(lines(), 1, _ABOVE + 1) if line.strip()]
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
        return _kind_of_json(start)
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


def _kind_of_json(text: str) -> str:
    """Return "json" or "jsonl" where a text is objects with a usual name for texts, or ""."""
    kind, rows = "json", list[dict[str, Any]]()
    try:
        rows = find_articles(msgspec.json.decode(text.encode("utf-8", "surrogatepass"))).rows
    except (msgspec.DecodeError, RecursionError):
        kind, rows = "jsonl", _one_after_the_other(text) or []
    names = {name.rpartition(".")[2] for row in rows for name in flat(row)}
    return kind if any(is_usual(name, "text") for name in names) else ""


def _decode_json(text: str, where: str) -> Any:
    """Return the content of JSON; raise InputError where it is none."""
    text = re.sub(r"\A\s*window\.YTD\.\w+\.part\d+\s*=\s*", "", text)
    try:
        return msgspec.json.decode(text.encode("utf-8", "surrogatepass"))
    except msgspec.DecodeError as error:
        # Python writes NaN and Infinity, which are no JSON, and half surrogate pairs.
        with suppress(ValueError, RecursionError):
            return _well_formed(json.loads(text))
        raise InputError(f"{where}: this is not JSON ({error}).") from None
    except RecursionError:
        raise InputError(
            f"{where}: the lists or objects of this JSON are nested too deep to be read. Save the "
            "articles as a list of objects."
        ) from None


def _well_formed(value: Any) -> Any:
    """Return the content of JSON with half a surrogate pair as U+FFFD."""
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, list):
        return [_well_formed(item) for item in value]
    if isinstance(value, dict):
        return {_well_formed(key): _well_formed(item) for key, item in value.items()}
    return value


def _check_keys(row: dict[str, Any], line: str, place: str) -> None:
    """Raise InputError where a key stands twice in an object: JSON keeps the last value only."""
    if any(line.count(f'"{key}"') > 1 for key in row):
        _check_objects(line, place)


def _check_objects(text: str | bytes, place: str) -> None:
    """Raise InputError where a key stands twice in one of the objects of a text of JSON."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise InputError(
                f"{place}: an object has the key {twice!r} twice, so one value would be lost. "
                "Rename one of the keys."
            )
        return dict(pairs)

    json.loads(text, object_pairs_hook=once)


def _read_jsonl(text: str, where: str) -> TableRead:
    """Return a file with one JSON object per line as a table."""
    if text[:1000].lstrip()[:1] == "[":
        # A list of objects, which a program called lines.
        with suppress(InputError):
            return _read_json(text, where)
    return _of_lines(text_lines(text.removesuffix("\x1a")), where)


def read_lines(
    lines: Callable[[], Iterator[bytes]], name: str, where: str
) -> tuple[str, TableRead] | None:
    """Return the kind and the table of a file that is read line by line, not held as a whole.

    It is what the reader of the kind gives. None where the file has to be seen as a text: because
    of its encoding, a character 0, or because it is neither a table with a row on each line nor a
    list of JSON.
    """
    begin = b"".join(islice(lines(), _ABOVE))
    kind = kind_of(begin, name)
    try:
        if kind == "jsonl" and begin.lstrip()[:1] == b"{":
            return kind, _of_lines(_text_lines_of(lines), where)
        text = partial(_decoded_lines, lines)
        if kind == TEXT and not _R_HEADER(_first_of(text)[0]) and _is_cut(text):
            kind = "tsv"
        if kind in ("csv", "tsv"):
            return kind, _of_delimited(partial(_text_lines_of, lines), where, kind == "tsv")
        if kind == "json" and begin.lstrip()[:1] == b"[":
            del begin
            return kind, _of_list(b"".join(lines()), where)
    except _WholeNeededError:
        pass
    return None


def read_rows(
    lines: Callable[[], Iterator[bytes]], decode: Callable[[bytes], str], kind: str, where: str
) -> TableRead:
    """Return a delimited file in another encoding, line by line, as the reader of its text does."""
    return _of_delimited(partial(_text_lines_of, lines, decode), where, kind == "tsv")


class _WholeNeededError(Exception):
    """Not a file in plain UTF-8."""


def _utf8(line: bytes) -> str:
    """Return a line of plain UTF-8 as text."""
    if b"\0" in line or b"\x1b" in line:
        raise _WholeNeededError
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        raise _WholeNeededError from None


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


def _of_lines(lines: Iterator[str], where: str) -> TableRead:
    """Return JSON objects, one a line, as a table."""
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        place = f"{where}, line {number}"
        try:
            row = _decode_json(line, place)
        except InputError as error:
            raise InputError(f"{error} Each line holds one object, {_EXAMPLE}.") from None
        if not isinstance(row, dict):
            raise InputError(
                f"{place}: a {type(row).__name__}, not an object. Each line holds one, {_EXAMPLE}."
            )
        _check_keys(row, line, place)
        rows.append(whole_posts(row))
    if not rows:
        raise InputError(f"{where} is empty.")
    if inner := find_inner_articles(rows):
        note = f"{where}: the articles are in the list {inner.path!r} of each line."
        return TableRead(of_objects(inner.rows), notes=(note,))
    return TableRead(of_objects(rows))


def _read_json(text: str, where: str) -> TableRead:
    """Return a JSON file as a table: a list of objects, wherever it stands, or columns."""
    lines = list(islice((line for line in text_lines(text) if line.strip()), 2))
    if not lines:
        raise InputError(f"{where} is empty.")
    if len(lines) > 1 and all(line.strip()[:1] == "{" for line in lines) and _is_whole(lines[0]):
        return _read_jsonl(text, where)
    return _of_content(_one_after_the_other(text) or _decode_json(text, where), text, where)


def _of_list(data: bytes, where: str) -> TableRead:
    """Return what `_read_json` would of a list in plain UTF-8, without a copy of it as text."""
    if b"\0" in data or b"\x1b" in data:
        raise _WholeNeededError
    try:
        content = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _WholeNeededError from None
    return _of_content(content, data, where)


def _of_content(content: Any, text: str | bytes, where: str) -> TableRead:
    """Return the content of a JSON file as a table; ``text`` is the file."""
    content = whole_posts(content)
    found = find_articles(content)
    path = found.path
    rows, left_out = messages_of(found.rows, where)
    if rows:
        names = dict.fromkeys(key for row in rows for key in row)
        keys = (json.dumps(name, ensure_ascii=False) for name in names)
        if isinstance(text, bytes):
            often = any(text.count(key.encode("utf-8", "replace")) > len(rows) for key in keys)
        else:
            often = any(text.count(key) > len(rows) for key in keys)
        if often:
            _check_objects(text, where)
        notes = [f"The articles are in the list {path!r} of the JSON file."] if path else []
        notes += [f"{where}: {found.note}."] if found.note else []
        notes += [left_out] if left_out else []
        return TableRead(of_objects(rows), notes=tuple(notes))
    table = _of_columns(content)
    if table is None:
        raise InputError(
            f"{where}: this JSON holds no articles. It must hold a list of objects, {_EXAMPLE}."
        )
    return TableRead(table)


def _one_after_the_other(text: str) -> list[Any] | None:
    """Return objects that stand one after the other on several lines; None for other JSON."""
    decoder, found, place = json.JSONDecoder(), [], 0
    text = text.strip()
    if text[:1] != "{":
        return None
    while place < len(text):
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            return None
        found.append(value)
        while place < len(text) and text[place] in " \t\r\n":
            place += 1
    return found if len(found) > 1 else None


def _is_whole(line: str) -> bool:
    """Return whether a line is a JSON object."""
    try:
        return isinstance(msgspec.json.decode(line.encode("utf-8", "surrogatepass")), dict)
    except (msgspec.DecodeError, RecursionError):
        return False


def _of_columns(content: Any) -> pd.DataFrame | None:
    """Return the table of an object with a column under each key, as pandas writes it."""
    if not isinstance(content, dict) or not content:
        return None
    values = list(content.values())
    if all(isinstance(value, dict) for value in values):
        if all(key.isdigit() for key in content):
            return of_objects(values)
        if all(any(is_usual(str(name), "text") for name in value) for value in values):
            # An article under each identifier.
            return of_objects([{"doc_id": key} | value for key, value in content.items()])
        rows = dict.fromkeys(key for value in values for key in value)
        return of_objects(
            [{name: column.get(row) for name, column in content.items()} for row in rows]
        )
    if all(isinstance(value, list) for value in values) and len(set(map(len, values))) == 1:
        return of_objects(
            [dict(zip(content, row, strict=True)) for row in zip(*values, strict=True)]
        )
    return None


def _read_xlsx(data: bytes, where: str) -> TableRead:
    """Return the sheets of a spreadsheet that have the columns of the first filled one."""
    from openpyxl import load_workbook

    long_numbers = 0

    def cell(value: Any) -> str | None:
        nonlocal long_numbers
        if type(value) in (int, float) and 10**_DIGITS <= abs(value) < float("inf"):
            long_numbers += 1
        return _cell(value)

    try:
        # Faults of spreadsheets show in any layer of the reader, as errors of any kind.
        merged = _has_merged_cells(data)
        book = load_workbook(io.BytesIO(data), read_only=not merged, data_only=True)
        sheets = {
            sheet.title: [
                [cell(value) for value in row] for row in sheet.iter_rows(values_only=True)
            ]
            for sheet in book.worksheets
        }
        spans = {sheet.title: _merged_down(sheet) for sheet in book.worksheets if merged}
    except Exception as error:
        reason = str(error).strip().split("\n")[0][:200] or type(error).__name__
        raise InputError(
            f"{where} cannot be read as a spreadsheet ({reason}). Open it and save it again as "
            ".xlsx or .csv."
        ) from None
    tables: dict[str, pd.DataFrame] = {}
    notes: list[str] = []
    for title, ranges in spans.items():
        notes += _fill_down(sheets[title], ranges, f"{where}, sheet {title!r}")
    for title, rows in sheets.items():
        if sum(any(cell is not None for cell in row) for row in rows) > 1:
            sheet = f"{where}, sheet {title!r}"
            if above := rows_above(rows):
                notes.append(f"{sheet}: passed over above the header: {listing(above)}.")
            table, passed = _without_group_row(rows_as_table(rows, sheet), sheet)
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
    full = sum(
        int((table[name].map(lambda value: len(value or "") == CELL)).sum()) for name in table
    )
    if full:
        notes.append(
            f"{where}: {full:,} cells have {CELL:,} characters, the most that a cell holds: their "
            "texts are cut at the end."
        )
    if long_numbers:
        notes.append(
            f"{where}: {long_numbers:,} cells hold numbers of more than {_DIGITS} digits, of which "
            "a spreadsheet loses the last ones: ids may be wrong. Save them as text, or as .csv."
        )
    return TableRead(table, commas=True, notes=tuple(notes))


# A spreadsheet keeps so many digits of a number.
_DIGITS = 15


def _has_texts(table: pd.DataFrame) -> bool:
    """Return whether a table has a column with a usual name for texts."""
    return any(is_usual(str(name), "text") for name in table)


def _has_merged_cells(data: bytes) -> bool:
    """Return whether a sheet of a spreadsheet has merged cells."""
    with ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return any(b"<mergeCell " in archive.read(name) for name in names)


def _merged_down(sheet: Any) -> list[tuple[int, int, int]]:
    """Return column, first and last row (from 0) of merged cells of one column."""
    return [
        (span.min_col - 1, span.min_row - 1, span.max_row - 1)
        for span in sheet.merged_cells.ranges
        if span.min_col == span.max_col and span.max_row > span.min_row
    ]


def _fill_down(
    rows: list[list[str | None]], spans: Sequence[tuple[int, int, int]], where: str
) -> list[str]:
    """Give each row of a merged cell its value, and return a note on it."""
    filled = 0
    for column, first, last in spans:
        value = rows[first][column]
        for row in rows[first + 1 : last + 1]:
            if value is not None and row[column] is None:
                row[column] = value
                filled += 1
    if not filled:
        return []
    return [f"{where}: {counted(filled, 'cells')} merged with one above got its value."]


def _cell(value: Any) -> str | None:
    """Return the value of a cell as text."""
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return str(value.date() if midnight else value.replace(microsecond=0).isoformat())
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
    "json": _read_json,
    "jsonl": _read_jsonl,
}
# What reads a table in another form.
TABLES: dict[str, Callable[[bytes, str], TableRead]] = {
    "gdelt": _bare(gdelt_table),
    "html table": _bare(html_table),
    "feather": _read_parquet,
    "parquet": _read_parquet,
    "xls": _bare(xls_table),
    "xlsx": _read_xlsx,
    "xml table": _bare(xml_table),
}
# Kinds of files whose cells have no types.
UNTYPED = ("csv", "tsv", "xls", "xlsx", "html table", "xml table")
