"""Results: the numbers that a paper takes from its notebooks, each under a key."""

import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from framing._core.checks import (
    InputError,
    check_choice,
    check_columns,
    check_made_by,
    check_objects,
    check_share,
    itemised,
)
from framing._core.result import Result, Shown, TableResult
from framing.paper.numbers import KINDS, RANGES
from framing.paper.quotable import Part, Quotable, quoted
from framing.paper.result_files import code_hash, data_hash, dump, held, load, plain_settings, stale

# Digits that are kept: processors differ in the last ones.
DIGITS = 6
NUMBERS = ("value", "low", "high", "n")
PLACE = re.compile(r"\{(\w+)\}")
KEY = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")


COLUMNS = (
    "key", "value", "low", "high", "level", "n", "of", "kind", "unit", "notebook", "cell",
)  # fmt: skip


def _slug(value: object) -> str:
    return re.sub(r"[^a-z0-9_]+", "-", str(value).lower()).strip("-")


def number(value: Any) -> float | int | None:
    """Return a number with six significant digits, None where it is missing."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if not isinstance(value, int | float | np.number | np.bool_):
        raise InputError(f"{value!r} is a {type(value).__name__}; a result is a number.")
    if math.isnan(value):
        return None
    if math.isinf(value):
        return float(value)
    rounded = float(f"{float(value):.{DIGITS}g}")
    return int(value) if float(value).is_integer() else rounded


def number_of(row: Mapping[str, Any], part: str) -> float | int | None:
    """Return a number of a row; say where it is none."""
    try:
        return number(row.get(part))
    except InputError as error:
        raise InputError(f"{row['key']}, {part}: {error}") from None


def _fill(key: str, record: Mapping[Any, Any], names: Mapping[str, str]) -> str:
    def part(place: re.Match[str]) -> str:
        value = record[place[1]]
        return _slug(names.get(str(value), value))

    return PLACE.sub(part, key)


def rows_of_table(
    table: pd.DataFrame,
    key: str,
    columns: tuple[str, str | None, str | None, str | None],
    names: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Return a dict a row with its ``key`` and those of the columns value, low, high, n there are.

    Raises
    ------
    InputError
        A column that the key or the numbers need is not there.
    """
    value, low, high, n = columns
    optional = {"low": (low, "low"), "high": (high, "high"), "n": (n, "n")}
    named = [column for column, usual in optional.values() if column not in (None, usual)]
    check_columns(
        table.columns, [*PLACE.findall(key), value, *(str(item) for item in named)], "The table"
    )
    used = {
        part: column
        for part, (column, _) in optional.items()
        if column is not None and column in table.columns
    }
    rows = []
    for record in table.to_dict("records"):
        filled = _fill(key, record, names)
        parts = {part: record[column] for part, column in used.items()}
        rows.append({"key": filled, "value": record[value], **parts})
    return rows


def _flaws(row: Mapping[str, Any]) -> Iterator[str]:
    value, low, high, n = (row[part] for part in NUMBERS)
    least, most, example = RANGES[row["kind"]]
    if value is None or math.isinf(value):
        yield "it has no value"
    elif not least <= value <= most:
        yield f"{value:g} is no {row['kind']}{example}"
    if (low is None) != (high is None):
        yield "one end of its interval is missing"
    elif low is not None and low > high:
        yield f"its interval ends ({high:g}) below its beginning ({low:g})"
    if n is not None and not (isinstance(n, int) and 0 <= n < 2**63):
        yield f"its n of {n:g} is no whole number"


def check_rows(rows: Sequence[Mapping[str, Any]], row_intervals: bool) -> None:
    """Raise InputError that names every number that cannot be a result."""
    problems = []
    seen: set[str] = set()
    for row in rows:
        name = row["key"]
        if not KEY.fullmatch(str(name)):
            problems.append(f"{name!r}: keys have letters, digits and . - _ only")
        if name in seen:
            problems.append(f"{name}: two numbers have this key")
        seen.add(name)
        problems += [f"{name}: {flaw}" for flaw in _flaws(row)]
    missing = [row["key"] for row in rows if row["low"] is None]
    if row_intervals and 0 < len(missing) < len(rows):
        problems += [f"{name}: its interval is missing" for name in missing]
    if problems:
        raise InputError(
            "These numbers cannot be results; leave them out of the table, or low=None, high=None "
            "where there is no interval:" + itemised(problems)
        )


@dataclass(frozen=True, eq=False)
class Results(Shown):
    """Numbers for a paper, each with its interval, its unit and where it comes from.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per number: ``key``; ``value``; ``low`` and ``high``, the ends of its interval, and
        its ``level``, missing where it has none; ``n`` of what the number was made from, and ``of``
        what they are ("sentences"); ``kind`` ("count", "rate", "share", "points", "ratio", "p",
        "coefficient" or "number"), which decides how it is written; ``unit``; ``notebook`` and
        ``cell`` where it was computed.
    sources : dict
        By notebook: the SHA-256 of its ``code``, that of every file or folder of ``data`` it was
        run on, and the ``settings`` it wrote down. Empty until results are written.

    See Also
    --------
    make_results, write_results, read_results, write_paper
    """

    table: pd.DataFrame
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        notebooks = sorted(set(self.table["notebook"]) - {""})
        many = f"{len(self):,} number{'s' * (len(self) != 1)}"
        return f"<Results: {many}{' from ' * bool(notebooks)}{', '.join(notebooks)}>"


@check_objects
def make_results(
    source: Result | pd.DataFrame | Mapping[str, Any],
    key: str | None = None,
    *,
    kind: str | None = None,
    unit: str | None = None,
    value: str = "value",
    low: str | None = "low",
    high: str | None = "high",
    n: str | None = "n",
    of: str = "",
    names: Mapping[str, str] | None = None,
    cell: str = "",
    level: float = 0.95,
) -> Results:
    """Give numbers a key each, under which a paper can name them.

    Parameters
    ----------
    source : a result, DataFrame or mapping
        Scores, Contrast, Validation, Multiverse, Regression, Agreement and Correction know their
        kinds, units and intervals. Of another result, or any table, say them. Or numbers by
        their keys (which have no interval).
    key : str
        What the keys look like, with columns of the table in braces, such as
        ``"articles.{unit_id}.{frame}"``. What a column holds is written in lower case with hyphens
        for all that is no letter or digit. Of a result each part has a key that ends in its name:
        of scores ``.rate``, ``.share`` or ``.count``; of a contrast ``.difference``, ``.ratio``,
        ``.p``, ``.p_adjusted``, ``.target`` and ``.reference``; of a validation ``.precision``,
        ``.recall``, ``.f1`` and ``.coded``; of a multiverse ``.specifications``, ``.same_sign``,
        ``.significant``, ``.least``, ``.median``, ``.most`` and ``.p``; of a regression
        ``.ratio``, ``.effect``, ``.p`` and ``.p_adjusted``; of an agreement ``.alpha``, ``.ac1``
        and ``.percent``; of a correction ``.share`` and ``.change``. A part that is missing in a
        row (a ratio to nothing) has no key.
    kind : str
        Of a table or mapping: what the numbers are, which decides how they are written: "count",
        "rate" (one decimal), "share" (0 to 1, written as per cent), "points" (a difference of
        shares, written in percentage points), "ratio" (two decimals), "p", "coefficient" (what
        cannot exceed 1: F1, alpha; written without a leading zero) or "number".
    unit : str
        Of a table or mapping: such as ``"hits per 1,000 tokens"``.
    value, low, high, n : str or None
        Columns of a table. None for ``low`` and ``high``: the numbers have no interval. A table
        that lacks the columns ``low``, ``high`` or ``n`` has none of them.
    of : str
        What n of a table counts, such as ``"sentences"``.
    names : mapping, optional
        What to write in keys for values of columns: ``{"003_a5f2": "003"}``.
    cell : str
        The id of the notebook's cell that made the numbers.
    level : float
        Of the intervals of a table; a result knows its own.

    Returns
    -------
    Results
        In the order of the table. Numbers keep six significant digits.

    Raises
    ------
    InputError
        A value or an end of an interval is missing, a value cannot be of its kind (a share of 54,
        a count below zero), the ends of an interval are swapped, n is no whole number, two rows
        have one key, a key has other characters than letters, digits, dots, hyphens and
        underscores, a column is not there, or ``kind`` is not known or not given; scores have no
        intervals yet.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["Peace talks began. A ceasefire is near."], doc_id=["wire"])
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["peace talks", "ceasefire"]}))
    >>> scores = fr.score(hits).interval(seed=1)
    >>> fr.make_results(scores, "{unit_id}.{frame}").table[["key", "value", "unit", "n"]]
                   key    value                   unit  n
    0  wire.peace.rate  285.714  hits per 1,000 tokens  2
    """
    check_share("level", level)
    # Results that were tables before may be quoted as tables, with kind= and unit=.
    if isinstance(source, Quotable) and not (isinstance(source, TableResult) and kind):
        return _quote(source, key, kind, unit, names or {}, cell)
    if kind is None or unit is None:
        raise InputError("A table or mapping needs kind= and unit=, which a result knows itself.")
    check_choice("kind", kind, KINDS)
    if isinstance(source, Result):
        source = source.table
    if isinstance(source, pd.DataFrame):
        if key is None:
            raise InputError('A table needs key=, such as "articles.{article}.{frame}.rate".')
        rows = rows_of_table(source, key, (value, low, high, n), names or {})
    else:
        rows = [{"key": name, "value": item} for name, item in source.items()]
    part = Part("", value, kind, unit, of=of)
    made = [_row(row, part, cell, level) for row in rows]
    check_rows(made, row_intervals=low is not None)
    return Results(_as_table(made))


def _quote(
    source: Quotable,
    key: str | None,
    kind: str | None,
    unit: str | None,
    names: Mapping[str, str],
    cell: str,
) -> Results:
    name = type(source).__name__
    if key is None:
        raise InputError(f'A {name} needs key=, such as "articles.{{frame}}".')
    if kind is not None or unit is not None:
        raise InputError(f"A {name} knows its kinds and units: leave kind= and unit= out.")
    known = quoted(source)
    made = []
    for part in known.parts:
        table = known.table[known.table[part.value].notna()]
        columns = (part.value, part.low, part.high, part.n)
        rows = rows_of_table(table, f"{key}.{part.suffix}", columns, names)
        of_part = [_row(row, part, cell, known.level) for row in rows]
        check_rows(of_part, row_intervals=part.low is not None)
        made += of_part
    check_rows(made, row_intervals=False)
    return Results(_as_table(made))


def _row(row: Mapping[str, Any], part: Part, cell: str, level: float) -> dict[str, Any]:
    numbers = {name: number_of(row, name) for name in NUMBERS}
    return {
        "of": part.of if numbers["n"] is not None else "",
        "kind": part.kind,
        "unit": part.unit,
        "notebook": "",
        "cell": cell,
        "key": row["key"],
        "level": level if numbers["low"] is not None else None,
        **numbers,
    }


def _as_table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype(dict.fromkeys(("value", "low", "high", "level"), float) | {"n": "Int64"})


def result_rows(results: Results) -> list[dict[str, Any]]:
    """Return a dict a number, with None for what it lacks."""
    rows = results.table.to_dict("records")
    return [
        {str(part): None if pd.isna(value) else value for part, value in row.items()}
        | {part: number(row[part]) for part in NUMBERS}
        for row in rows
    ]


@check_objects
def write_results(
    results: Results | Iterable[Results],
    path: str | Path,
    *,
    notebook: str | Path,
    data: Iterable[str | Path] = (),
    settings: Mapping[str, Mapping[str, Any]] | None = None,
) -> Path:
    """Put the numbers of a notebook into a file of results, in place of those it had before.

    Parameters
    ----------
    results : Results or iterable of Results
        All that the paper takes from this notebook.
    path : str or Path
        The file, ending in ``.json``; what it holds of other notebooks stays.
    notebook : str or Path
        The notebook's file, or a script's, whose code is hashed. They are told apart by their
        file names, also where they lie in different folders.
    data : iterable of str or Path
        Files and folders that the numbers hang on; they are hashed. In folders, what begins with
        a dot or two underscores does not count.
    settings : mapping, optional
        What the paper's appendix should say of models: for each its settings by name.

    Returns
    -------
    Path
        Where they were written.

    Raises
    ------
    InputError
        Two numbers have one key, also with those of another notebook; the notebook or the data
        are not there; the file holds something else, or lies in the data. Notebooks may write at
        the same time.

    Examples
    --------
    >>> import framing as fr, tempfile
    >>> from pathlib import Path
    >>> notebook = Path(tempfile.mkdtemp()) / "sum.ipynb"
    >>> _ = notebook.write_text('{"cells": [{"cell_type": "code", "source": ["1 + 1"]}]}')
    >>> made = fr.make_results({"sum": 2}, kind="count", unit="ones", cell="cell-01")
    >>> path = notebook.with_name("results.json")
    >>> fr.write_results(made, path, notebook=notebook).name
    'results.json'
    """
    path, notebook = Path(path), Path(notebook)
    if path.suffix != ".json":
        raise InputError(f"{path}: results are written as .json.")
    parts = [results] if isinstance(results, Results) else list(results)
    for part in parts:
        check_made_by("results", part, Results, "fr.make_results")
    rows = [row for part in parts for row in result_rows(part)]
    check_rows(rows, row_intervals=False)
    own = {row.pop("key"): row | {"notebook": notebook.name} for row in rows}
    items = [data] if isinstance(data, str | os.PathLike) else list(data)
    source = {
        "code": code_hash(notebook),
        "data": {_data_name(item, notebook, path): data_hash(item) for item in items},
        "settings": plain_settings(settings or {}, "settings"),
    }
    with held(path):
        known = load(path) if path.exists() else {"notebooks": {}, "results": {}}
        others = {
            key: result
            for key, result in known["results"].items()
            if result["notebook"] != notebook.name
        }
        taken = [f"{key}: {others[key]['notebook']}" for key in own if key in others]
        if taken:
            raise InputError(
                "Other notebooks have numbers with these keys (where one was renamed, remove "
                f"{path} and run all of them again):" + itemised(taken)
            )
        dump(
            path,
            {
                "notebooks": known["notebooks"] | {notebook.name: source},
                "results": others | own,
            },
        )
    return path


def _data_name(item: str | Path, notebook: Path, path: Path) -> str:
    """Return the path of data as seen from the notebook; a link keeps its name."""
    parent = Path(item).parent.resolve()
    place = parent / Path(item).name if Path(item).name not in ("", "..") else Path(item).resolve()
    if path.resolve().is_relative_to(place.resolve()):
        raise InputError(f"{item}: the results are written into these data, which changes them.")
    return Path(os.path.relpath(place, notebook.parent.resolve())).as_posix()


def read_results(path: str | Path, *, notebooks: str | Path | None = None) -> Results:
    """Read a file of results.

    Parameters
    ----------
    path : str or Path
        What ``write_results`` wrote.
    notebooks : str or Path, optional
        The folder of the notebooks: then the results are held against them, and refused where
        they are stale.

    Returns
    -------
    Results
        In the order of the keys.

    Raises
    ------
    InputError
        There is no such file, or something else is in it; with ``notebooks``, the code of a
        notebook or the data it ran on are no longer those of the results.

    Examples
    --------
    >>> import framing as fr
    >>> import tempfile
    >>> from pathlib import Path
    >>> notebook = Path(tempfile.mkdtemp()) / "sum.ipynb"
    >>> _ = notebook.write_text('{"cells": [{"cell_type": "code", "source": ["1 + 1"]}]}')
    >>> made = fr.make_results({"sum": 2}, kind="count", unit="ones")
    >>> path = fr.write_results(made, notebook.with_name("results.json"), notebook=notebook)
    >>> fr.read_results(path, notebooks=notebook.parent)
    <Results: 1 number from sum.ipynb>
    """
    content = load(Path(path))
    if notebooks is not None and (old := stale(content["notebooks"], Path(notebooks))):
        raise InputError(
            f"{path}: results are stale. Run the notebooks again (make figures):"
            + itemised([f"{name}: {reason}" for name, found in old.items() for reason in found])
        )
    rows = [{"key": key} | result for key, result in content["results"].items()]
    return Results(_as_table(rows), content["notebooks"])
