"""Targets: where a command writes its table, by the ending of the path, with all digits."""

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import pandas as pd

FORMS = ("csv", "tsv", "json", "jsonl")
ENDINGS = (".csv", ".tsv", ".json", ".jsonl", ".parquet", ".xlsx")
# The most rows and the longest text of a spreadsheet.
ROWS, CELL = 1_048_575, 32_767


@dataclass(frozen=True)
class Target:
    """Where a table goes: a path, or "-" for the pipe, and in which form it goes there."""

    path: str
    form: str = "csv"
    dictionary: bool = False

    def check(self) -> None:
        """Raise InputError where the file cannot be written, before anything is measured."""
        from pathlib import Path

        from framing._core.checks import InputError, listing
        from framing._core.files import check_output

        if self.path == "-":
            if self.dictionary:
                raise InputError("--dictionary writes files beside the table: give --out a path.")
            return
        ending = Path(self.path).suffix.lower()
        if ending not in ENDINGS:
            raise InputError(
                f"{self.path}: a table is written as {listing(ENDINGS)}. Give --out a path that "
                "ends so."
            )
        if self.dictionary and ending not in (".csv", ".parquet"):
            raise InputError(
                f"{self.path}: --dictionary describes .csv and .parquet. Give --out such a path."
            )
        check_output(Path(self.path))

    def write(self, result: Any, *, table: str = "table") -> None:
        """Write a table of a result, or a DataFrame."""
        from pathlib import Path

        import pandas as pd

        from framing._core.files import Output
        from framing.data_files import plain_table, write_data

        # A result of this package may say that it is a DataFrame.
        bare = type(result) is pd.DataFrame
        frame: Any = result if bare else getattr(result, table)
        if self.dictionary:
            whole = not bare and table == "table"
            of = None if bare or whole else f"{type(result).__name__}.{table}"
            write_data(result if whole else frame, self.path, of=of)
            return
        frame = plain_table(frame)
        if self.path == "-":
            sys.stdout.flush()
            sys.stdout.buffer.write(as_bytes(frame, self.form, "-"))
            sys.stdout.buffer.flush()
            return
        form = Path(self.path).suffix.lower().removeprefix(".")
        with Output() as output:
            output.bytes(self.path, as_bytes(frame, form, self.path))

    def say(self, *lines: object) -> None:
        """Print lines for the reader; what goes through the pipe stays free of them."""
        for line in lines:
            click.echo(said(line), err=self.path == "-")
        if self.path != "-":
            click.echo(f"written to {self.path}")


def said(result: object) -> str:
    """Return a result in one line, without the attributes of Python that its repr names."""
    return re.sub(r"; see \.\w+", "", str(result))


def as_bytes(table: "pd.DataFrame", form: str, where: str) -> bytes:
    """Return a table in a form, with all digits of its numbers."""
    if form == "parquet":
        return _parquet(table)
    if form == "xlsx":
        return _workbook(table, where)
    if form in ("json", "jsonl"):
        return _json(table, lines=form == "jsonl").encode("utf-8", "replace")
    from json import dumps

    from framing._core.delimited import render_rows

    cells = [
        [dumps(cell, ensure_ascii=False) if isinstance(cell, list) else cell for cell in row]
        for row in _rows(table)
    ]
    rows = [list(map(str, table)), *cells]
    separator = "\t" if form == "tsv" else ","
    return render_rows(rows, separator=separator).encode("utf-8", "replace")


def _cell(value: Any) -> Any:
    """Return a value as JSON has it: dates as text, what is missing as None."""
    import math

    import numpy as np
    import pandas as pd

    if isinstance(value, list | tuple | np.ndarray):
        return [_cell(item) for item in value]
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d") if value == value.normalize() else value.isoformat()
    return value if isinstance(value, bool | int | float | str) else str(value)


def _rows(table: "pd.DataFrame") -> list[list[Any]]:
    """Return the cells of a table, row by row."""
    columns = [[_cell(value) for value in table[name].astype(object)] for name in table]
    return [list(row) for row in zip(*columns, strict=True)]


def _json(table: "pd.DataFrame", *, lines: bool) -> str:
    """Return a table as a list of objects, or as one object a line."""
    import json

    names = list(map(str, table))
    objects = [
        json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, allow_nan=False)
        for row in _rows(table)
    ]
    if lines:
        return "".join(f"{line}\n" for line in objects)
    return "[\n" + ",\n".join(objects) + "\n]\n"


def _parquet(table: "pd.DataFrame") -> bytes:
    """Return a table as Parquet."""
    import io

    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()


def _workbook(table: "pd.DataFrame", where: str) -> bytes:
    """Return a table as a workbook; no text of it is a formula."""
    import io

    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    from framing._core.checks import InputError
    from framing._core.delimited import FORMULA

    if len(table) > ROWS:
        raise InputError(
            f"{where}: a spreadsheet has {ROWS:,} rows, the table {len(table):,}. Give --out a "
            "path that ends in .csv or .parquet."
        )
    book = Workbook(write_only=True)
    sheet = book.create_sheet("table")
    for number, row in enumerate([list(map(str, table)), *_rows(table)]):
        cells = []
        for value in row:
            if isinstance(value, list):
                value = "; ".join(map(str, value))
            if isinstance(value, str):
                if len(value) > CELL:
                    raise InputError(
                        f"{where}, row {number + 1}: a cell of a spreadsheet holds {CELL:,} "
                        f"characters, this text has {len(value):,}. Give --out a path that ends in "
                        ".csv or .parquet."
                    )
                cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", value) or None)
                cell.data_type = "s"
                cell.quotePrefix = value.startswith(FORMULA)
                cells.append(cell)
            else:
                cells.append(WriteOnlyCell(sheet, value))
        sheet.append(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
