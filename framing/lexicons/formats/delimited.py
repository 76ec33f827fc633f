"""Delimited dictionaries: tables with the columns term, frame and weight, as CSV or TSV."""

from functools import partial

from framing._core.checks import check_columns
from framing._core.delimited import parse_delimited, render_rows, restore
from framing.lexicons.foreign import Content, FileEntry, Format, Note, Reading, number

COLUMNS = ("term", "frame", "weight")


def read(text: str, where: str, *, separator: str) -> Reading:
    """Return the content of a table with one row per term and frame."""
    columns = f" Its first line names the columns: {', '.join(COLUMNS)}."
    table = parse_delimited(text, where, tabs=separator == "\t", empty=columns)
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
