"""Dictionaries as tables with the columns term, frame and weight: CSV and TSV."""

import csv
import io
from functools import partial

from framing._core.checks import InputError, check_columns
from framing.lexicons.foreign import Format, Found, Kept, Note, Reading, number

COLUMNS = ("term", "frame", "weight")


def read(text: str, where: str, *, separator: str) -> Reading:
    """Return the content of a table with a row a term and frame."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    entries: list[Found] = []
    frames: dict[str, str] = {}
    notes: list[Note] = []
    header: list[str] = []
    line = 0
    try:
        for row in rows:
            line, start = rows.line_num, line + 1
            if not any(cell.strip() for cell in row):
                continue
            if not header:
                header = _header(row, where, notes)
                continue
            if len(row) != len(header):
                raise InputError(
                    f"{where}, line {start}: {len(row)} cells, but {len(header)} columns."
                )
            cells = dict(zip(header, row, strict=True))
            weight = number(cells["weight"]) if "weight" in cells else 1.0
            frame = " ".join(cells["frame"].split())
            if weight is None:
                reason = f"the weight {cells['weight']!r}, which is no number"
                notes.append(Note(start, f"{cells['term']!r} has {reason}; left out."))
                continue
            if frame:
                frames.setdefault(frame, "")
            entries.append(Found(frame, cells["term"], weight, start))
    except csv.Error as error:
        raise InputError(f"{where}, line {rows.line_num}: this is no table ({error}).") from None
    if not header:
        raise InputError(
            f"{where} is empty. Its first line names the columns: {', '.join(COLUMNS)}."
        )
    return Reading(entries, frames, notes)


def _header(row: list[str], where: str, notes: list[Note]) -> list[str]:
    header = [cell.strip() for cell in row]
    check_columns(header, COLUMNS[:2], where)
    if len(set(header)) < len(header):
        raise InputError(f"{where}: two columns have one name: {', '.join(header)}.")
    for column in header:
        if column not in COLUMNS:
            notes.append(Note(1, f"column {column!r} is not read."))
    return header


def render(kept: Kept, *, separator: str) -> str:
    """Return the text of a table."""
    text = io.StringIO()
    rows = csv.writer(text, delimiter=separator, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows((pattern, frame, repr(weight)) for frame, pattern, weight in kept.rows)
    return text.getvalue()


def _format(title: str, separator: str) -> Format:
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
