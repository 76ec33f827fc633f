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
                f"{self.path}: a table is written as {listing(ENDINGS)}. Give --out a path with "
                "such an ending."
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

        from framing._core.checks import InputError
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
            if sys.__stdout__ is None:
                raise InputError(
                    "the program that reads the output has closed it. Write to a file: --out FILE."
                )
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
        from framing._core.printed_tables import as_workbook

        return as_workbook(table, where)
    if form in ("json", "jsonl"):
        return _json(table, lines=form == "jsonl").encode("utf-8", "replace")
    from json import dumps

    from framing._core.delimited import render_rows
    from framing._core.printed_tables import rows_of

    cells = [
        [dumps(cell, ensure_ascii=False) if isinstance(cell, list) else cell for cell in row]
        for row in rows_of(table)
    ]
    rows = [list(map(str, table)), *cells]
    separator = "\t" if form == "tsv" else ","
    return render_rows(rows, separator=separator).encode("utf-8", "replace")


def _json(table: "pd.DataFrame", *, lines: bool) -> str:
    """Return a table as a list of objects, or as one object a line."""
    import json

    from framing._core.printed_tables import rows_of

    names = list(map(str, table))
    objects = [
        json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, allow_nan=False)
        for row in rows_of(table)
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
