"""Delimited dictionaries: tables with the columns term, frame and weight, as CSV or TSV.

LIWC-22 writes another table (.dicx), which is read too: the column DicTerm or Entry, then one
column per category, with an X or a 1 where the term belongs to it, or its weight there.
"""

from dataclasses import replace
from functools import partial

from framing._core.checks import check_columns
from framing._core.delimited import Delimited, parse_delimited, render_rows, restore
from framing.lexicons.foreign import Content, FileEntry, Format, Note, Reading, number

COLUMNS = ("term", "frame", "weight")
# The first column of a dictionary that LIWC-22 exports, and of one that its builder writes.
CROSSED = ("dicterm", "entry")


def read(text: str, where: str, *, separator: str) -> Reading:
    """Return the content of a table with one row per term and frame."""
    columns = f" Its first line names the columns: {', '.join(COLUMNS)}."
    table = parse_delimited(text, where, tabs=separator == "\t", empty=columns)
    table = replace(table, header=_plain(table.header))
    if table.header[0].strip().lower() in CROSSED and "frame" not in table.header:
        return _read_crosses(table)
    check_columns(table.header, COLUMNS[:2], where)
    unread = [column for column in table.header if column not in COLUMNS]
    notes = [Note(1, f"column {column!r} is not read.") for column in unread]
    entries: list[FileEntry] = []
    frames: dict[str, str] = {}
    for line, row in zip(table.lines, table.rows, strict=True):
        if not any(cell.strip() for cell in row):
            continue
        cells = dict(zip(table.header, map(restore, row), strict=True))
        weight = number(cells["weight"]) if "weight" in cells else 1.0
        frame = " ".join(cells["frame"].split())
        if weight is None:
            reason = f"the weight {cells['weight']!r}, which is not a number"
            notes.append(Note(line, f"{cells['term']!r} has {reason}; left out."))
            continue
        if frame:
            frames.setdefault(frame, "")
        entries.append(FileEntry(frame, cells["term"], weight, line))
    return Reading(entries, frames, notes)


def _plain(header: list[str]) -> list[str]:
    """Return the names of columns; Term and FRAME are read as they are where no other name is."""
    plain = [name.strip().lower() for name in header]
    if not {*COLUMNS[:2]} <= {*plain}:
        return header
    return [
        small if small in COLUMNS and plain.count(small) == 1 else name
        for name, small in zip(header, plain, strict=True)
    ]


def _read_crosses(table: Delimited) -> Reading:
    """Return the content of a table with one column per category, and an X or a weight in it."""
    categories = [" ".join(restore(name).split()) for name in table.header[1:]]
    entries: list[FileEntry] = []
    notes: list[Note] = []
    for line, (term, *cells) in zip(table.lines, table.rows, strict=True):
        for category, cell in zip(categories, cells, strict=True):
            if cell.strip().lower() in ("x", "1"):
                entries.append(FileEntry(category, restore(term), 1.0, line))
            elif weight := number(cell.strip() or "0"):
                entries.append(FileEntry(category, restore(term), weight, line))
            elif weight is None:
                reason = f"{cell!r} in the column {category!r}, which is no X and no weight"
                notes.append(Note(line, f"{term!r} has {reason}; left out."))
    return Reading(entries, dict.fromkeys(categories, ""), notes)


def render(content: Content, *, separator: str) -> str:
    """Return the text of a table."""
    rows = [(pattern, frame, weight) for frame, pattern, weight in content.rows]
    return render_rows([COLUMNS, *rows], separator=separator)


def _format(title: str, separator: str) -> Format:
    """Return the format of tables with a separator."""
    return Format(
        title,
        partial(read, separator=separator),
        partial(render, separator=separator),
        question=True,
        weights=True,
        nesting="name",
    )


CSV = _format("CSV", ",")
TSV = _format("TSV", "\t")
