"""Data files: results as tables for other programs, with a dictionary of their columns."""

import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from framing._core.checks import (
    InputError,
    a_kind,
    check_choice,
    check_from_zero,
    check_objects,
    listing,
)
from framing._core.delimited import csv_text, defuse, render_table
from framing._core.files import Output, convert, read_toml, write_errors
from framing._core.result import Shown, TableResult
from framing.contrasts.contrasts import Contrast
from framing.hits.hits import Hits
from framing.scores.groups import TOPIC_SHARE, groups_as_text, name_of
from framing.scores.scores import Scores

# Types of columns, by what pandas infers from their values.
TYPES = {
    "boolean": "boolean", "integer": "integer", "floating": "number", "string": "text",
    "mixed-integer-float": "number", "empty": "text", "datetime64": "datetime",
    "datetime": "datetime", "date": "datetime", "mixed-integer": "text",
}  # fmt: skip

# Words for facts that a result does not have.
UNKNOWN = MappingProxyType(
    {
        "unit": "the unit of text",
        "measure": "that of the scores",
        "level": "confidence",
        "by": "what was asked for",
        "total": "terms or tokens",
    }
)
# Columns that several tables share.
SHARED = ("documents", "covariates", "any")
DICTIONARY_COLUMNS = (
    "column", "type", "unit", "allowed", "missing", "missing_means", "description",
)  # fmt: skip
ENDINGS = (".csv", ".parquet")
# The types of columns in a Data Package (version 2), where its names differ.
PACKAGE_TYPES = {"text": "string", "category": "string", "list": "array"}
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
# Ranges as columns.toml writes them, and their constraints in a Table Schema.
RANGE_FORMS = (
    (r"(-?[\d,]+) to (-?[\d,]+)", ("minimum", "maximum")),
    (r"above (\d+), to (\d+)", ("exclusiveMinimum", "maximum")),
    (r"between (\d+) and (\d+)", ("exclusiveMinimum", "exclusiveMaximum")),
    (r"above (\d+)", ("exclusiveMinimum",)),
    (r"from (\d+)|(\d+) or more", ("minimum", "minimum")),
    (r"at most (\d+)|(\d+) or less", ("maximum", "maximum")),
)


def plain_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table without an index: a named index becomes columns, row numbers are dropped."""
    if table.columns.nlevels > 1:
        raise InputError(
            "The table has more than one row of column names. Join them into one: "
            'table.columns = ["_".join(names) for names in table.columns].'
        )
    named = [name is not None for name in table.index.names]
    if all(named):
        table = table.reset_index()
    elif any(named) or not pd.api.types.is_integer_dtype(table.index.dtype):
        raise InputError(
            "The index of the table has no name, so the file would lose it. Name it, and it "
            "becomes "
            'a column: table.rename_axis("name").'
        )
    table = table.reset_index(drop=True).rename_axis(columns=None)
    table.columns = pd.Index([str(name) for name in table.columns], dtype="str")
    repeated = table.columns[table.columns.duplicated()].unique()
    if len(repeated):
        raise InputError(f"The table has the column {listing(repeated)} twice. Rename one.")
    return table


def typed(column: "pd.Series[Any]") -> tuple[str, "pd.Series[Any]"]:
    """Return the type of a column, and the column with the dtype of this type.

    Types are "text", "category", "integer", "number", "boolean", "date", "datetime" and "list".
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        texts = _texts(pd.Series(column.cat.categories, name=column.name))
        if texts.is_unique:
            return "category", column.cat.rename_categories(list(texts))
        return "text", _texts(column.astype(object))
    known = column.dropna()
    if len(known) and known.map(lambda value: isinstance(value, list | tuple)).all():
        return "list", column.map(list, na_action="ignore")
    kind = TYPES.get(pd.api.types.infer_dtype(column, skipna=True), "")
    if kind == "" and column.dtype == object and known.map(_is_value).all():
        kind = "text"
    if kind == "":
        raise InputError(
            f"Column {column.name!r} holds {type(known.iloc[0]).__name__} ({column.dtype}), which "
            "cannot be written to a file of data. Convert it to text, numbers or dates, for "
            "example "
            f"with table[{column.name!r}].astype(str)."
        )
    return _converted(kind, column)


def _is_value(value: object) -> bool:
    """Return whether a value can be written as text."""
    return bool(pd.api.types.is_scalar(value)) and not isinstance(value, bytes)


def _converted(kind: str, column: "pd.Series[Any]") -> tuple[str, "pd.Series[Any]"]:
    """Return a column with the dtype of its type; missing integers stay missing."""
    if kind == "datetime":
        return _dated(column)
    if kind == "text":
        return kind, _texts(column)
    if column.dtype != object:
        return kind, column
    plain = {"boolean": "bool", "integer": "int64", "number": "float64"}
    missing = {"boolean": "boolean", "integer": "Int64", "number": "float64"}
    return kind, column.astype((missing if column.isna().any() else plain)[kind])  # type: ignore[call-overload]


def _dated(column: "pd.Series[Any]") -> tuple[str, "pd.Series[Any]"]:
    """Return a column of dates: "date" for whole days, "datetime" for times, "text" for others."""
    if not pd.api.types.is_datetime64_any_dtype(column.dtype):
        try:
            column = pd.to_datetime(column).astype("datetime64[us]")
        except (ValueError, TypeError):
            # Dates of several time zones, or outside the range of datetime64.
            return "text", _texts(column)
    known = column.dropna()
    whole = column.dt.tz is None and len(known) > 0 and (known == known.dt.normalize()).all()
    return ("date" if whole else "datetime"), column


def _texts(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return a column as text; missing values stay missing."""
    try:
        texts = column.astype(object).map(str, na_action="ignore")
        return texts.where(column.notna(), None).astype("str")
    except UnicodeEncodeError:
        raise InputError(
            f"Column {column.name!r} holds half of a character (a lone surrogate), which text "
            "files cannot contain. Read the source of this column again with its encoding."
        ) from None


def as_cells(kind: str, column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return the cells of a column for CSV: TRUE and FALSE, ISO dates, lists as JSON."""
    write = {
        "boolean": lambda value: "TRUE" if value else "FALSE",
        "date": lambda value: value.strftime("%Y-%m-%d"),
        "datetime": lambda value: value.isoformat(),
        "list": lambda value: json.dumps(value, ensure_ascii=False),
    }
    return column.astype(object).map(write[kind], na_action="ignore") if kind in write else column


class ColumnNote(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The description of a column; fields are empty where they do not apply."""

    description: str
    unit: str = ""
    allowed: str = ""
    missing: str = ""


@cache
def _notes() -> Mapping[str, Mapping[str, ColumnNote]]:
    """Return the descriptions of columns by table, from columns.toml."""
    with resources.as_file(resources.files("framing") / "data" / "columns.toml") as path:
        data, where = read_toml(Path(path))
    return {
        table: {
            column: convert(note, ColumnNote, where, table, column)
            for column, note in notes.items()
        }
        for table, notes in data.items()
    }


def described_tables() -> list[str]:
    """Return the names of the tables with a description."""
    return [table for table in _notes() if table not in SHARED]


def column_note(table: str, column: str, facts: Mapping[str, object]) -> ColumnNote | None:
    """Return the description of a column; None where it has none.

    ``facts`` are facts about the result, such as its unit, measure and level.
    """
    notes = _notes()
    if table not in notes:
        return None
    columns = notes[table]
    # "*" describes all other columns of a table.
    others = columns if "*" in columns else notes["any"]
    note = (
        columns.get(column)
        or notes["documents"].get(column)
        or others.get(column)
        or others.get("*")
    )
    if note is None:
        return None
    words = {**UNKNOWN, **_words(facts), "column": column}
    return ColumnNote(
        **{name: getattr(note, name).format_map(words) for name in ColumnNote.__struct_fields__}
    )


def _words(facts: Mapping[str, object]) -> dict[str, str]:
    """Return the facts that descriptions refer to, as words."""
    words = {name: str(facts[name]) for name in UNKNOWN if facts.get(name) not in (None, "")}
    level = facts.get("level")
    return words | ({"level": f"{level * 100:g}%"} if isinstance(level, float) else {})


@dataclass(frozen=True, eq=False)
class DataFiles(Shown):
    """Written files of data, and the dictionary of their columns.

    Attributes
    ----------
    table : pandas.DataFrame
        The dictionary, one row per column of the data: ``column``, ``type`` ("text", "category",
        "integer", "number", "boolean", "date", "datetime", "list"), ``unit``, ``allowed`` (the
        range, or the values of a category as a JSON list), ``missing`` (number of missing
        values), ``missing_means``, ``description``. Cells are empty where they do not apply.
    paths : list of Path
        The data, the dictionary, for CSV the provenance, and the data package.
    rows : int
        Rows of the data.
    facts : dict
        The provenance: the kind of data, and the versions, lexicon, texts and settings.

    See Also
    --------
    write_data
    """

    table: pd.DataFrame
    paths: list[Path]
    rows: int
    facts: Mapping[str, Any]

    def __len__(self) -> int:
        return len(self.table)

    @property
    def undescribed(self) -> list[str]:
        """The columns without a description."""
        return self.table.loc[self.table["description"] == "", "column"].tolist()

    def __repr__(self) -> str:
        data, *others = self.paths
        names = f"{data.name} and {len(others)} files that describe it"
        gaps = f"; not described: {listing(self.undescribed)}" if self.undescribed else ""
        return f"<DataFiles {names}: {self.rows:,} rows, {len(self)} columns{gaps}>"


@check_objects
def write_data(
    result: Any,
    path: str | Path,
    *,
    of: str | None = None,
    descriptions: Mapping[str, str] | None = None,
    facts: Mapping[str, object] | None = None,
    covariates: bool = True,
    digits: int | None = None,
) -> DataFiles:
    """Write a result as data for R, Stata, SPSS or a repository, with a dictionary.

    Use it for data that others analyse; `write_table` writes tables for readers.

    Try it: ``fr.write_data(fr.score(fr.load_study("articles").hits), "scores.csv").paths``.

    For ``scores.csv``, the dictionary is ``scores.dictionary.csv``. It has one row per column:
    type, unit, allowed values, number and meaning of missing values, description. The provenance
    (version of the package, lexicon and its hash, fingerprint of the corpus, settings) is
    ``scores.provenance.json``; for a Parquet file it is in the metadata, under "framing".
    ``scores.datapackage.json`` has all of this in the standard of Frictionless Data, which
    repositories and R read: types, constraints, units, sources, and the hash of each file.

    Parameters
    ----------
    result : Scores, Hits, any other result with a ``table``, or pandas.DataFrame
        The result. A named index of a DataFrame becomes the first columns.
    path : str or Path
        A path that ends in ``.csv`` or ``.parquet``. Missing folders are created, files are
        replaced.
    of : str, optional
        The source of a DataFrame, for its descriptions: the function that returned it
        ("count_entries", "correct") or the attribute ("Validation.entries").
    descriptions : mapping, optional
        Descriptions by column, which replace those of the package.
    facts : mapping, optional
        Further provenance, such as ``{"seed": 1}`` for the intervals of `Scores`.
        ``{"licence": "CC-BY-4.0"}`` is the licence of the data package.
    covariates : bool
        Whether the columns of the units (for scores) or of the documents (for hits) are joined to
        the table. A column whose name is already in the table gets the ending "_given".
    digits : int, optional
        Decimals of numbers that are not whole. By default numbers are not rounded.

    Returns
    -------
    DataFiles
        The ``paths`` and the dictionary; ``undescribed`` lists columns without a description.

    Raises
    ------
    InputError
        The result has no tidy table, the path has another ending, ``of`` or a described column is
        not known, or files have no type for the values of a column.

    Notes
    -----
    CSV files are UTF-8 with line feeds. Numbers have all digits, dates are written as 2025-02-13,
    truth values as TRUE and FALSE, lists as JSON, and missing values as empty cells. If a column
    also has empty texts, the dictionary says how many. The same result gives the same bytes
    (Parquet: with the same version of pyarrow). In the provenance of a contrast, labels (``by``)
    are replaced by their name.

    The files take their names one after the other, ``scores.datapackage.json`` last. A process that
    is killed between two names leaves files of two results. ``hash`` of the resource and ``hashes``
    of the package then differ from the files; write the result again.

    References
    ----------
    Wickham, H. (2014). Tidy data. Journal of Statistical Software 59(10), 1-23.
    doi:10.18637/jss.v059.i10
    Frictionless Data (2024). Data Package, version 2.0. https://datapackage.org

    Examples
    --------
    >>> import tempfile
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["Truce talks stall.", "Rain fell."], source=["Wire", "Blog"])
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce", "talks"]}))
    >>> files = fr.write_data(fr.score(hits, unit="source"), tempfile.mkdtemp() + "/scores.csv")
    >>> files
    <DataFiles scores.csv and 3 files that describe it: 2 rows, 8 columns>
    >>> files.paths[0].read_text().splitlines()[1]
    'Blog,peace,0.0,0.0,2.0,1,1,2'
    >>> files.table[["column", "type", "unit"]].head(3)
        column      type                   unit
    0  unit_id      text
    1    frame  category
    2    value    number  hits per 1,000 tokens
    """
    path = Path(path)
    _check(path, result, of, digits)
    table, joined, kind = _contents(result, of, covariates)
    provenance = _facts(result, kind, facts or {}, len(table))
    table = plain_table(table)
    _check_described(descriptions, table)
    columns = {str(name): typed(table[name]) for name in table}
    csv = path.suffix == ".csv"
    if csv:
        columns = {name: _harmless(*column) for name, column in columns.items()}
    if digits is not None:
        columns = {name: _rounded(*column, digits) for name, column in columns.items()}
    known = _with_settings(provenance)
    rows = []
    for name, (type_, values) in columns.items():
        source = "covariates" if name in joined else kind
        note = column_note(source, joined.get(name, name), known)
        rows.append(_row(name, type_, values, note or ColumnNote(""), descriptions or {}))
    dictionary = pd.DataFrame(rows, columns=list(DICTIONARY_COLUMNS))
    data = _as_csv(columns) if csv else _as_parquet(columns, provenance)
    files = {
        path: data,
        path.with_name(f"{path.stem}.dictionary.csv"): render_table(dictionary).encode(),
    }
    if csv:
        files[path.with_name(f"{path.stem}.provenance.json")] = _as_json(provenance)
    package = _package(path, data, columns, dictionary, provenance)
    package["hashes"] = {file.name: _hash(files[file]) for file in files if file != path}
    files[path.with_name(f"{path.stem}.datapackage.json")] = _as_json(package)
    with Output() as output:
        for file, content in files.items():
            output.bytes(file, content)
    return DataFiles(dictionary, list(files), len(table), provenance)


def _check(path: Path, result: Any, of: str | None, digits: int | None) -> None:
    """Raise InputError for arguments that cannot be used."""
    if path.suffix not in ENDINGS:
        raise InputError(
            f"{path}: data are written as .csv or .parquet. Give a path that ends in one of them."
        )
    with write_errors(path):
        folder = path.is_dir()
    if folder:
        raise InputError(f"{path} is a folder. Give the path of a file, such as scores.csv.")
    if digits is not None:
        check_from_zero("digits", digits)
    if of is not None:
        source = result.made_by if isinstance(result, TableResult) else of
        if not isinstance(result, pd.DataFrame) or of != source:
            raise InputError(
                f"of= names the source of a DataFrame, but a {type(result).__name__} knows its "
                f"source. Leave of={of!r} out."
            )
        check_choice("of", of, described_tables())


def _check_described(descriptions: Mapping[str, str] | None, table: pd.DataFrame) -> None:
    """Raise InputError for descriptions of columns that the table does not have."""
    for name in descriptions or {}:
        check_choice("descriptions", name, table.columns)


def _contents(
    result: Any, of: str | None, covariates: bool
) -> tuple[pd.DataFrame, dict[str, str], str]:
    """Return the table, the original names of its covariates, and the name of its kind."""
    if isinstance(result, TableResult):
        return result.table, {}, result.made_by
    if isinstance(result, pd.DataFrame):
        return result, {}, of or ""
    table = getattr(result, "table", None)
    if not is_dataclass(result) or not isinstance(table, pd.DataFrame):
        raise InputError(
            f"A {type(result).__name__} has no tidy table to write. Give a result with a table "
            "(scores, hits, a contrast, …), or one of its tables as a DataFrame."
        )
    kind = type(result).__name__
    if covariates and isinstance(result, Scores):
        return (*_joined(table, result.units, "unit_id", _measured(result)), kind)
    if covariates and isinstance(result, Hits):
        return (*_joined(table, result.documents, "doc_id", {"doc_id"}), kind)
    return table, {}, kind


def _measured(scores: Scores) -> set[str]:
    """Return the columns of the units that are not covariates."""
    columns = {"unit_id", "doc_id", "paragraph", "sentence", "documents", "sentences", "tokens"}
    if scores.kind == TOPIC_SHARE:
        return columns | {"start", "end", "terms"}
    return columns | ({"hits"} if scores.unit == "speaker" else set())


def _joined(
    table: pd.DataFrame, units: pd.DataFrame, key: str, measured: set[str]
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the table with the columns of its units, and the original names of covariates."""
    columns = set(table.columns) - {key}
    names = {str(name): f"{name}_given" if name in columns else str(name) for name in units}
    covariates = {new: name for name, new in names.items() if name not in measured}
    joined = table.merge(units.rename(columns=names), on=key, how="left", validate="many_to_one")
    return joined, covariates


def _facts(result: Any, kind: str, further: Mapping[str, object], rows: int) -> dict[str, Any]:
    """Return the provenance of the data: the plain values of a result, and further facts."""
    facts: dict[str, Any] = {
        "package": "media-framing",
        "version": version("media-framing"),
        "result": kind or "table",
        "rows": rows,
    }
    if is_dataclass(result):
        facts |= {f"{kind.lower()}_{name}" if name in facts else name: value
                  for name, value in _facts_of(result).items()}  # fmt: skip
    for name, value in further.items():
        plain = _plain(value)
        if plain is None and value is not None:
            raise InputError(
                f"facts: {name!r} is {a_kind(type(value).__name__)}; it must be text, a number, a "
                "date, or a list or mapping of these."
            )
        if name in facts and facts[name] != plain:
            raise InputError(
                f"facts: {name!r} is {facts[name]!r} in the result, not {value!r}. Leave it out."
            )
        facts[str(name)] = plain
    return facts


def _facts_of(result: Any) -> dict[str, Any]:
    """Return the plain values of a result, and of the scores, hits and contrast within it."""
    facts: dict[str, Any] = {}
    inner = []
    # Settings come last because they may repeat other fields.
    for field in sorted(fields(result), key=lambda field: field.name == "settings"):
        value = getattr(result, field.name)
        if field.name == "settings":
            value = _settings(value)
        if isinstance(value, Scores | Hits):
            inner.append(value)
        elif isinstance(value, Contrast):
            facts[field.name] = _facts_of(value)
        elif (plain := _plain(value)) not in (None, ""):
            facts[field.name] = plain
    measure = getattr(result, "measure", None)
    if isinstance(measure, str):
        facts["measure"] = measure
    for other in inner:
        facts = _facts_of(other) | facts
    return facts


def _with_settings(facts: dict[str, Any]) -> dict[str, Any]:
    """Return facts with the settings among them."""
    settings = facts.get("settings")
    return {**settings, **facts} if isinstance(settings, Mapping) else facts


def _settings(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings with labels replaced by their name, and with groups as text."""
    settings = dict(values)
    for grouping, unnamed in (("by", "group"), ("cluster", "cluster")):
        if grouping in settings:
            settings[grouping] = name_of(settings[grouping], unnamed)
    if (groups := settings.get("groups")) is not None:
        named = groups_as_text(groups)
        settings["groups"] = named if isinstance(groups, Mapping) else list(named)
    return settings


def _plain(value: object) -> Any:
    """Return a value for JSON; None unless it is a text, number, date, list or mapping."""
    if value is pd.NaT:
        return None
    if isinstance(value, date):
        return value.isoformat().removesuffix("T00:00:00")
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        # Arrays are left out. An option that is None stays.
        entries = {
            str(key): plain
            for key, item in value.items()
            if (plain := _plain(item)) is not None or item is None
        }
        return entries or None
    if isinstance(value, list | tuple):
        items = [_plain(item) for item in value]
        unknown = [
            plain is None and not pd.api.types.is_scalar(item)
            for plain, item in zip(items, value, strict=True)
        ]
        return None if any(unknown) else items
    return None


def _rounded(type_: str, values: Any, digits: int) -> tuple[str, Any]:
    """Return a column with rounded numbers; other types stay as they are."""
    if type_ != "number":
        return type_, values
    # Round one by one because numpy overflows. Adding 0 turns -0.0 into 0.0.
    return type_, values.map(lambda value: round(value, digits) + 0.0, na_action="ignore")


def _row(
    name: str, type_: str, values: Any, note: ColumnNote, descriptions: Mapping[str, str]
) -> tuple[object, ...]:
    """Return the row of a column in the dictionary."""
    allowed = note.allowed
    if type_ == "category":
        allowed = json.dumps(values.cat.categories.tolist(), ensure_ascii=False)
    elif type_ == "boolean":
        allowed = "TRUE | FALSE"
    means, missing = note.missing, int(values.isna().sum())
    empty = int((values == "").sum()) if type_ in ("text", "category") else 0
    if empty and missing:
        means = "; ".join(filter(None, [means, f"in CSV {empty:,} more are empty text"]))
    elif empty:
        means = "none is missing: empty cells in CSV are empty texts"
    described = descriptions.get(name, note.description)
    return name, type_, note.unit, allowed, missing, means, described


def _harmless(type_: str, values: "pd.Series[Any]") -> tuple[str, "pd.Series[Any]"]:
    """Return the column with an apostrophe before each text that is a formula in a spreadsheet."""
    if type_ == "category":
        values = values.cat.rename_categories([defuse(name) for name in values.cat.categories])
    elif type_ == "text":
        values = values.map(defuse, na_action="ignore")
    return type_, values


def _as_csv(columns: Mapping[str, tuple[str, Any]]) -> bytes:
    """Return the data as CSV."""
    cells = {defuse(name): as_cells(*column) for name, column in columns.items()}
    return csv_text(pd.DataFrame(cells)).encode("utf-8")


def _as_parquet(columns: Mapping[str, tuple[str, Any]], facts: dict[str, Any]) -> bytes:
    """Return the data with their provenance as Parquet."""
    # Loaded here because measuring does not need it.
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pd.DataFrame({name: values for name, (_, values) in columns.items()})
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    metadata = {**arrow.schema.metadata, b"framing": json.dumps(facts).encode()}
    buffer = io.BytesIO()
    pq.write_table(arrow.replace_schema_metadata(metadata), buffer, compression="zstd")
    return buffer.getvalue()


def _as_json(content: Mapping[str, Any]) -> bytes:
    """Return a mapping as JSON."""
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def _hash(content: bytes) -> str:
    """Return the hash of a file, as the Data Package standard writes it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _package(
    path: Path,
    content: bytes,
    columns: Mapping[str, tuple[str, Any]],
    dictionary: pd.DataFrame,
    facts: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the description of the data in the Data Package standard, version 2."""
    name = re.sub(r"[^a-z0-9._-]+", "-", path.stem.lower()).strip("-") or "data"
    csv = path.suffix == ".csv"
    fields = [_field(row, columns[row["column"]][1], csv) for row in dictionary.to_dict("records")]
    resource: dict[str, Any] = {
        "name": name,
        "type": "table",
        "path": path.name,
        "format": path.suffix[1:],
        "mediatype": "text/csv" if csv else "application/vnd.apache.parquet",
        **({"encoding": "utf-8", "dialect": {"lineTerminator": "\n"}} if csv else {}),
        "bytes": len(content),
        "hash": _hash(content),
        "schema": {"fields": fields, "missingValues": [""]},
    }
    package: dict[str, Any] = {"$schema": PROFILE, "name": name}
    known = _with_settings(dict(facts))
    sources = []
    if known.get("corpus_fingerprint"):
        sources.append({"title": f"Texts with the fingerprint {known['corpus_fingerprint']}"})
    if known.get("lexicon"):
        hash_ = f", hash {known['lexicon_hash']}" if known.get("lexicon_hash") else ""
        sources.append({"title": f"Lexicon {known['lexicon']}{hash_}"})
    if sources:
        package["sources"] = sources
    if licence := facts.get("licence", facts.get("license")):
        package["licenses"] = [{"name": str(licence)}]
    # Facts without a property in the standard are under the name of the package, as in Parquet.
    return {**package, "resources": [resource], "framing": dict(facts)}


def _field(row: Mapping[Any, Any], values: "pd.Series[Any]", csv: bool) -> dict[str, Any]:
    """Return a row of the dictionary as a field of a Table Schema."""
    type_, allowed = row["type"], row["allowed"]
    name = defuse(row["column"]) if csv else row["column"]
    field: dict[str, Any] = {"name": name, "type": PACKAGE_TYPES.get(type_, type_)}
    constraints = _constraints(allowed, type_)
    if type_ == "category":
        field["categories"] = json.loads(allowed)
        field["categoriesOrdered"] = bool(values.cat.ordered)
    elif type_ == "boolean":
        field |= {"trueValues": ["TRUE"], "falseValues": ["FALSE"]}
    if not row["missing"] and len(values) and not (values.astype(object) == "").any():
        constraints["required"] = True
    # The standard allows further properties, such as "unit" and "missing".
    words = {
        "description": row["description"],
        "unit": row["unit"],
        "missing": row["missing_means"],
    }
    field |= {key: value for key, value in words.items() if value}
    return field | ({"constraints": constraints} if constraints else {})


def _constraints(allowed: str, type_: str) -> dict[str, Any]:
    """Return the allowed values of a column as constraints; empty where they vary by study."""
    if type_ not in ("category", "text", "integer", "number"):
        return {}
    if type_ == "category":
        values = json.loads(allowed)
        return {"enum": values} if values else {}
    if type_ == "text":
        return {"enum": allowed.split(" | ")} if " | " in allowed else {}
    for form, names in RANGE_FORMS:
        if match := re.fullmatch(form, allowed):
            ends = [int(end.replace(",", "")) if end else None for end in match.groups()]
            return {name: end for name, end in zip(names, ends, strict=True) if end is not None}
    return {}
