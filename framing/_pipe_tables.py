"""Tables of notebooks (CSV) as pipe tables of Markdown."""

import csv
import re
from io import StringIO
from pathlib import Path

from framing._core.checks import InputError
from framing._core.files import read_text

_NUMERIC = re.compile(r"[−+-]?[\d.,]*%?|.*\[.*\]|")


def pipe_table(path: Path, options: str) -> str:
    """Return a CSV file as a pipe table; numbers are aligned to the right.

    Parameters
    ----------
    path : Path
    options : str
        ``code=name,name``: columns to show as code, with ``_`` for blanks.

    Raises
    ------
    InputError
        There is no such file or column, or its rows are not of one length.
    """
    names, rows = _read(path)
    chosen = dict(item.split("=", 1) for item in options.split())
    code = [name.replace("_", " ") for name in chosen.pop("code", "").split(",") if name]
    plain = [name.replace("_", " ") for name in names]
    unknown = [*chosen, *(name for name in code if name not in plain)]
    if unknown:
        raise InputError(
            f"{', '.join(unknown)}: tables take code=, with columns to show as code. "
            f"Columns of {path.name}: {', '.join(names)}"
        )
    numeric = [all(_NUMERIC.fullmatch(row[at]) for row in rows) for at in range(len(names))]
    made = [_row([_escaped(name) for name in names])]
    made.append("|" + "|".join(" ---: " if right else " :--- " for right in numeric) + "|")
    for row in rows:
        made.append(
            _row(
                [
                    _code(cell) if name in code else _escaped(cell)
                    for name, cell in zip(plain, row, strict=True)
                ]
            )
        )
    return "\n".join(made)


def _read(path: Path) -> tuple[list[str], list[list[str]]]:
    if not path.exists():
        raise InputError(f"no table {path}. The notebooks write it (make figures).")
    try:
        rows = [
            row for row in csv.reader(StringIO(read_text(path), newline=""), strict=True) if row
        ]
    except csv.Error as error:
        raise InputError(f"{path} is no CSV file ({error}).") from None
    if not rows:
        raise InputError(f"{path} is empty; a table needs a row with the names of its columns.")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise InputError(
                f"{path}, row {number}: {len(row)} cells under {len(rows[0])} names of columns"
            )
    return rows[0], rows[1:]


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _one_line(text: str) -> str:
    return re.sub(r"\s*[\r\n]+\s*", " ", text).strip()


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]{}<>$|~^@#&])", r"\\\1", _one_line(text))


def _code(text: str) -> str:
    text = _one_line(text)
    if "`" not in text:
        return f"`{text}`" if text else ""
    fence = "`" * (1 + max(map(len, re.findall("`+", text))))
    return f"{fence} {text} {fence}"
