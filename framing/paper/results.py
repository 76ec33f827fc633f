"""Results: the numbers that a paper takes from its notebooks, each with a key."""

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
    a_kind,
    check_choice,
    check_columns,
    check_made_by,
    check_objects,
    check_share,
    check_text,
    itemised,
)
from framing._core.result import Result, Shown, TableResult
from framing.paper.numbers import KINDS, RANGES
from framing.paper.quotable import Quotable, QuotedColumn, quoted
from framing.paper.result_files import (
    code_hash,
    data_hash,
    dump,
    load,
    locked,
    plain_settings,
    stale,
)

# Significant digits. Processors differ in the last digits of a float.
DIGITS = 6
NUMBERS = ("value", "low", "high", "n")
# A column in braces in the pattern of keys, and what a key looks like.
COLUMN_NAME = re.compile(r"\{(\w+)\}")
KEY = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")

RESULT_COLUMNS = (
    "key", "value", "low", "high", "level", "n", "of", "kind", "unit", "notebook", "cell",
)  # fmt: skip


def _slug(value: object) -> str:
    """Return a value in lower case, with hyphens for all that is not a letter or digit."""
    return re.sub(r"[^a-z0-9_]+", "-", str(value).lower()).strip("-")


def number(value: Any) -> float | int | None:
    """Return a number with six significant digits; None where it is missing."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if not isinstance(value, int | float | np.number | np.bool_):
        raise InputError(f"{value!r} is {a_kind(type(value).__name__)}. A result must be a number.")
    if math.isnan(value):
        return None
    if math.isinf(value):
        return float(value)
    rounded = float(f"{float(value):.{DIGITS}g}")
    return int(value) if float(value).is_integer() else rounded


def number_of(row: Mapping[str, Any], field: str) -> float | int | None:
    """Return a number of a row. The error for another value names the row and the field."""
    try:
        return number(row.get(field))
    except InputError as error:
        raise InputError(f"{row['key']}, {field}: {error}") from None


def _fill(key: str, record: Mapping[Any, Any], names: Mapping[str, str]) -> str:
    """Return the key of a row: columns in braces are replaced by their values."""

    def slug(column: re.Match[str]) -> str:
        value = record[column[1]]
        return _slug(names.get(str(value), value))

    return COLUMN_NAME.sub(slug, key)


def rows_of_table(
    table: pd.DataFrame,
    key: str,
    columns: tuple[str, str | None, str | None, str | None],
    names: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Return one dict per row: its ``key`` and those of value, low, high and n that it has.

    Raises
    ------
    InputError
        The table lacks a column that the key or the numbers need.
    """
    value, low, high, n = columns
    optional = {"low": (low, "low"), "high": (high, "high"), "n": (n, "n")}
    renamed = [str(column) for column, usual in optional.values() if column not in (None, usual)]
    check_columns(table.columns, [*COLUMN_NAME.findall(key), value, *renamed], "The table")
    used = {
        field: column
        for field, (column, _) in optional.items()
        if column is not None and column in table.columns
    }
    rows = []
    for record in table.to_dict("records"):
        row = {"key": _fill(key, record, names), "value": record[value]}
        rows.append(row | {field: record[column] for field, column in used.items()})
    return rows


def _flaws(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a number."""
    value, low, high, n = (row[field] for field in NUMBERS)
    minimum, maximum, example = RANGES[row["kind"]]
    if value is None or math.isinf(value):
        yield "it has no value"
    elif not minimum <= value <= maximum:
        yield f"{value:g} cannot be of the kind {row['kind']!r}{example}"
    if (low is None) != (high is None):
        yield "one end of its interval is missing"
    elif low is not None and low > high:
        yield f"its interval ends ({high:g}) below its start ({low:g})"
    if n is not None and not (isinstance(n, int) and 0 <= n < 2**63):
        yield f"its n of {n:g} is not a whole number"


def check_rows(rows: Sequence[Mapping[str, Any]], row_intervals: bool) -> None:
    """Raise InputError that lists every number that cannot be a result."""
    problems = []
    names: set[str] = set()
    for row in rows:
        name = row["key"]
        if not KEY.fullmatch(str(name)):
            problems.append(f"{name!r}: keys have letters, digits and . - _ only")
        if name in names:
            problems.append(f"{name}: two numbers have this key")
        names.add(name)
        problems += [f"{name}: {flaw}" for flaw in _flaws(row)]
    missing = [row["key"] for row in rows if row["low"] is None]
    if row_intervals and 0 < len(missing) < len(rows):
        problems += [f"{name}: its interval is missing" for name in missing]
    if problems:
        raise InputError(
            "These numbers cannot be results. Leave them out of the table; set low=None and "
            "high=None if there is no interval:" + itemised(problems)
        )


@dataclass(frozen=True, eq=False)
class Results(Shown):
    """Numbers for a paper, each with its interval, its unit and its source.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per number: ``key``; ``value``; ``low`` and ``high``, the ends of its interval, and
        its ``level``, missing where it has no interval; ``n``, the number of cases behind it, and
        ``of``, the name of these cases ("sentences"); ``kind`` ("count", "rate", "share",
        "points", "ratio", "p", "coefficient" or "number"), which decides how it is written;
        ``unit``; ``notebook`` and ``cell`` that computed it.
    sources : dict
        By notebook: the SHA-256 of its ``code`` and of every file or folder of its ``data``, and
        the ``settings`` of its models. Empty until results are written.

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
        count = f"{len(self):,} number{'s' * (len(self) != 1)}"
        return f"<Results: {count}{' from ' * bool(notebooks)}{', '.join(notebooks)}>"


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
    """Give each number a key, by which a paper can quote it.

    Parameters
    ----------
    source : a result, DataFrame or mapping
        Scores, Contrast, Validation, Multiverse, Regression, Agreement and Correction know their
        kinds, units and intervals. Other results and tables need ``kind`` and ``unit``. A mapping
        has numbers by their keys, without intervals.
    key : str
        The pattern of the keys, with columns of the table in braces, such as
        ``"articles.{unit_id}.{frame}"``. Values of columns are written in lower case, with hyphens
        for all that is not a letter or digit. The keys of a result end in the name of the number:
        of scores ``.rate``, ``.share`` or ``.count``; of a contrast ``.difference``, ``.ratio``,
        ``.p``, ``.p_adjusted``, ``.target`` and ``.reference``; of a validation ``.precision``,
        ``.recall``, ``.f1`` and ``.coded``; of a multiverse ``.specifications``, ``.same_sign``,
        ``.significant``, ``.least``, ``.median``, ``.most`` and ``.p``; of a regression
        ``.ratio``, ``.effect``, ``.p`` and ``.p_adjusted``; of an agreement ``.alpha``, ``.ac1``
        and ``.percent``; of a correction ``.share`` and ``.change``. A number that is missing in
        a row (a ratio to zero) has no key.
    kind : str
        The kind of the numbers of a table or mapping, which decides how they are written: "count",
        "rate" (one decimal), "share" (0 to 1, written as per cent), "points" (a difference of
        shares, written in percentage points), "ratio" (two decimals), "p", "coefficient" (a number
        that cannot exceed 1, such as F1 or alpha, written without a leading zero) or "number".
    unit : str
        The unit of the numbers of a table or mapping, such as ``"hits per 1,000 tokens"``.
    value, low, high, n : str or None
        Columns of a table. Set ``low`` and ``high`` to None if the numbers have no interval. The
        columns ``low``, ``high`` and ``n`` may be missing.
    of : str
        The name of the cases that n of a table counts, such as ``"sentences"``.
    names : mapping, optional
        Texts to write in keys instead of values of columns: ``{"003_a5f2": "003"}``.
    cell : str
        The id of the cell of the notebook that computed the numbers.
    level : float
        The confidence level of the intervals of a table. Results know their level.

    Returns
    -------
    Results
        The numbers in the order of the table, with six significant digits.

    Raises
    ------
    InputError
        A value or an end of an interval is missing, a value cannot be of its kind (a share of 54,
        a count below zero), the ends of an interval are swapped, n is not a whole number, two rows
        have the same key, a key has other characters than letters, digits, dots, hyphens and
        underscores, a column is missing, ``kind`` is missing or not known, or scores have no
        intervals yet.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["Peace talks began. A ceasefire is near."], doc_id=["wire"])
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["peace talks", "ceasefire"]}))
    >>> scores = fr.score(hits).interval()
    >>> fr.make_results(scores, "{unit_id}.{frame}").table[["key", "value", "unit", "n"]]
                   key    value                   unit  n
    0  wire.peace.rate  285.714  hits per 1,000 tokens  2
    """
    check_share("level", level)
    # Some results were tables in version 0.1. They can still be quoted with kind= and unit=.
    if isinstance(source, Quotable) and not (isinstance(source, TableResult) and kind):
        return _quote(source, key, kind, unit, names or {}, cell)
    if kind is None or unit is None:
        raise InputError(
            'A table or mapping needs kind= and unit=, such as kind="rate", unit="hits per 1,000 '
            'tokens". Scores, contrasts and other results know theirs.'
        )
    check_choice("kind", kind, KINDS)
    for name, text in (("unit", unit), ("of", of), ("cell", cell)):
        check_text(name, text, "a text")
    if isinstance(source, Result):
        source = source.table
    if isinstance(source, pd.DataFrame):
        if key is None:
            raise InputError('A table needs key=, such as "articles.{article}.{frame}.rate".')
        rows = rows_of_table(source, key, (value, low, high, n), names or {})
    else:
        rows = [{"key": name, "value": item} for name, item in source.items()]
    column = QuotedColumn("", value, kind, unit, of=of)
    numbers = [_row(row, column, cell, level) for row in rows]
    check_rows(numbers, row_intervals=low is not None)
    return Results(_as_table(numbers))


def _quote(
    source: Quotable,
    key: str | None,
    kind: str | None,
    unit: str | None,
    names: Mapping[str, str],
    cell: str,
) -> Results:
    """Return the numbers of a result that knows its kinds, units and intervals."""
    name = type(source).__name__
    if key is None:
        raise InputError(f'A {name} needs key=, such as "articles.{{frame}}".')
    if kind is not None or unit is not None:
        raise InputError(f"A {name} knows its kinds and units: leave kind= and unit= out.")
    known = quoted(source)
    numbers = []
    for column in known.columns:
        table = known.table[known.table[column.value].notna()]
        columns = (column.value, column.low, column.high, column.n)
        rows = rows_of_table(table, f"{key}.{column.suffix}", columns, names)
        of_column = [_row(row, column, cell, known.level) for row in rows]
        check_rows(of_column, row_intervals=column.low is not None)
        numbers += of_column
    check_rows(numbers, row_intervals=False)
    return Results(_as_table(numbers))


def _row(row: Mapping[str, Any], column: QuotedColumn, cell: str, level: float) -> dict[str, Any]:
    """Return a row of the table of results."""
    numbers = {name: number_of(row, name) for name in NUMBERS}
    return {
        "of": column.of if numbers["n"] is not None else "",
        "kind": column.kind,
        "unit": column.unit,
        "notebook": "",
        "cell": cell,
        "key": row["key"],
        "level": level if numbers["low"] is not None else None,
        **numbers,
    }


def _as_table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return rows as a table with the types of its columns."""
    table = pd.DataFrame(rows, columns=list(RESULT_COLUMNS))
    return table.astype(dict.fromkeys(("value", "low", "high", "level"), float) | {"n": "Int64"})


def result_rows(results: Results) -> list[dict[str, Any]]:
    """Return one dict per number, with None for missing fields."""
    rows = results.table.to_dict("records")
    return [
        {str(field): None if pd.isna(value) else value for field, value in row.items()}
        | {field: number(row[field]) for field in NUMBERS}
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
    """Write the numbers of a notebook into a file of results; they replace its earlier numbers.

    Parameters
    ----------
    results : Results or iterable of Results
        All numbers that the paper takes from this notebook.
    path : str or Path
        A path that ends in ``.json``. Numbers of other notebooks in this file stay.
    notebook : str or Path
        The file of the notebook or script, whose code is hashed. Its file name, without the
        folder, must be unique.
    data : iterable of str or Path
        Files and folders that the numbers depend on; they are hashed. Names that begin with a dot
        or two underscores do not count.
    settings : mapping, optional
        Settings of models for the appendix of the paper: for each model its settings by name.

    Returns
    -------
    Path
        The path of the file.

    Raises
    ------
    InputError
        Two numbers have the same key, in this or in another notebook; the notebook or the data
        are missing; the path is another kind of file, or lies in the data.

    Notes
    -----
    Several notebooks can write to the same file at the same time.

    Examples
    --------
    >>> import framing as fr, tempfile
    >>> from pathlib import Path
    >>> notebook = Path(tempfile.mkdtemp()) / "sum.ipynb"
    >>> _ = notebook.write_text('{"cells": [{"cell_type": "code", "source": ["1 + 1"]}]}')
    >>> results = fr.make_results({"sum": 2}, kind="count", unit="ones", cell="cell-01")
    >>> path = notebook.with_name("results.json")
    >>> fr.write_results(results, path, notebook=notebook).name
    'results.json'
    """
    path, notebook = Path(path), Path(notebook)
    if path.suffix != ".json":
        raise InputError(f"{path}: results are written as .json. Give a path that ends in .json.")
    batches = [results] if isinstance(results, Results) else list(results)
    for batch in batches:
        check_made_by("results", batch, Results, "fr.make_results")
    rows = [row for batch in batches for row in result_rows(batch)]
    check_rows(rows, row_intervals=False)
    numbers = {row.pop("key"): row | {"notebook": notebook.name} for row in rows}
    items = [data] if isinstance(data, str | os.PathLike) else list(data)
    source = {
        "code": code_hash(notebook),
        "data": {_data_name(item, notebook, path): data_hash(item) for item in items},
        "settings": _settings_of(settings),
    }
    with locked(path):
        known = load(path) if path.exists() else {"notebooks": {}, "results": {}}
        others = {
            key: result
            for key, result in known["results"].items()
            if result["notebook"] != notebook.name
        }
        conflicts = [f"{key}: {others[key]['notebook']}" for key in numbers if key in others]
        if conflicts:
            raise InputError(
                "Other notebooks have numbers with these keys. Choose other keys, or, if one was "
                f"renamed, remove {path} and run all notebooks again:" + itemised(conflicts)
            )
        dump(
            path,
            {
                "notebooks": known["notebooks"] | {notebook.name: source},
                "results": others | numbers,
            },
        )
    return path


def _settings_of(settings: object) -> Any:
    """Return the settings of models as values of JSON; a file with others cannot be read again."""
    settings = {} if settings is None else settings
    models = settings.values() if isinstance(settings, Mapping) else [settings]
    wrong = [value for value in models if not isinstance(value, Mapping)]
    if wrong:
        raise InputError(
            f"settings: {wrong[0]!r} is {a_kind(type(wrong[0]).__name__)}; settings are a mapping "
            'of models, each with a mapping of its settings: {"topics": {"n_topics": 10}}.'
        )
    return plain_settings(settings, "settings")


def _data_name(item: str | Path, notebook: Path, path: Path) -> str:
    """Return the path of data relative to the notebook; links are not resolved."""
    parent = Path(item).parent.resolve()
    data = parent / Path(item).name if Path(item).name not in ("", "..") else Path(item).resolve()
    if path.resolve().is_relative_to(data.resolve()):
        raise InputError(
            f"{item}: the results would be written into this folder of data, and so change the "
            "data. Write them to another folder."
        )
    return Path(os.path.relpath(data, notebook.parent.resolve())).as_posix()


@check_objects
def read_results(path: str | Path, *, notebooks: str | Path | None = None) -> Results:
    """Read a file of results.

    Parameters
    ----------
    path : str or Path
        The file that ``write_results`` wrote.
    notebooks : str or Path, optional
        The folder of the notebooks. If given, results of changed notebooks or data are an error.

    Returns
    -------
    Results
        The numbers in the order of their keys.

    Raises
    ------
    InputError
        There is no such file, or it is not a file of results; with ``notebooks``, the code or the
        data of a notebook have changed since it was run.

    Examples
    --------
    >>> import framing as fr
    >>> import tempfile
    >>> from pathlib import Path
    >>> notebook = Path(tempfile.mkdtemp()) / "sum.ipynb"
    >>> _ = notebook.write_text('{"cells": [{"cell_type": "code", "source": ["1 + 1"]}]}')
    >>> results = fr.make_results({"sum": 2}, kind="count", unit="ones")
    >>> path = fr.write_results(results, notebook.with_name("results.json"), notebook=notebook)
    >>> fr.read_results(path, notebooks=notebook.parent)
    <Results: 1 number from sum.ipynb>
    """
    content = load(Path(path))
    if notebooks is not None and (reasons := stale(content["notebooks"], Path(notebooks))):
        raise InputError(
            f"{path}: results are stale. Run the notebooks again (make figures):"
            + itemised([f"{name}: {item}" for name, items in reasons.items() for item in items])
        )
    rows = [{"key": key} | result for key, result in content["results"].items()]
    return Results(_as_table(rows), content["notebooks"])
