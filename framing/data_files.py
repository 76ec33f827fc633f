"""Data files: results as tables for other programs, with a dictionary of their columns."""

import hashlib
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

from framing._core.checks import InputError, check_choice, check_from_zero, listing
from framing._core.files import convert, read_toml
from framing._core.result import Shown, TableResult
from framing.contrasts.contrasts import Contrast
from framing.hits.hits import Hits
from framing.scores.groups import TOPIC_SHARE, groups_as_text, name_of
from framing.scores.scores import Scores

NAMES = {
    "boolean": "boolean", "integer": "integer", "floating": "number", "string": "text",
    "mixed-integer-float": "number", "empty": "text", "datetime64": "datetime",
    "datetime": "datetime", "date": "datetime", "mixed-integer": "text",
}  # fmt: skip


# Said of what a result does not tell.
UNKNOWN = MappingProxyType(
    {
        "unit": "the unit of text",
        "measure": "that of the scores",
        "level": "confidence",
        "by": "what was asked for",
        "total": "terms or tokens",
    }
)
# Not tables, but what several have.
SHARED = ("documents", "covariates", "any")
DICTIONARY_COLUMNS = (
    "column", "type", "unit", "allowed", "missing", "missing_means", "description",
)  # fmt: skip
ENDINGS = (".csv", ".parquet")
# What a Data Package (version 2) calls the types of columns.
PACKAGE_TYPES = {"text": "string", "category": "string", "list": "array"}
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
# Ranges as columns.toml writes them, and the constraints that they are.
RANGES = (
    (r"(-?[\d,]+) to (-?[\d,]+)", ("minimum", "maximum")),
    (r"above (\d+), to (\d+)", ("exclusiveMinimum", "maximum")),
    (r"between (\d+) and (\d+)", ("exclusiveMinimum", "exclusiveMaximum")),
    (r"above (\d+)", ("exclusiveMinimum",)),
    (r"from (\d+)|(\d+) or more", ("minimum", "minimum")),
    (r"at most (\d+)|(\d+) or less", ("maximum", "maximum")),
)


def plain_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table without an index: a named one becomes columns, row numbers are dropped."""
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
            "The table has an index without a name, which no file keeps. Name it, to make it a "
            'column: table.rename_axis("name").'
        )
    table = table.reset_index(drop=True).rename_axis(columns=None)
    table.columns = pd.Index([str(name) for name in table.columns], dtype="str")
    twice = table.columns[table.columns.duplicated()].unique()
    if len(twice):
        raise InputError(f"The table has the column {listing(twice)} twice. Rename one.")
    return table


def typed(column: "pd.Series[Any]") -> tuple[str, "pd.Series[Any]"]:
    """Return what kind of values a column has, and the column as a dtype that holds just these.

    Kinds are "text", "category", "integer", "number", "boolean", "date", "datetime" and "list".
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        texts = _texts(pd.Series(column.cat.categories, name=column.name))
        if texts.is_unique:
            return "category", column.cat.rename_categories(list(texts))
        return "text", _texts(column.astype(object))
    known = column.dropna()
    if len(known) and known.map(lambda value: isinstance(value, list | tuple)).all():
        return "list", column.map(list, na_action="ignore")
    kind = NAMES.get(pd.api.types.infer_dtype(column, skipna=True), "")
    if kind == "" and column.dtype == object and known.map(_is_value).all():
        kind = "text"
    if kind == "":
        raise InputError(
            f"Column {column.name!r} holds {type(known.iloc[0]).__name__} ({column.dtype}), which "
            "no file of data has a type for. Make it text, numbers or dates, for example with "
            f"table[{column.name!r}].astype(str)."
        )
    return _settled(kind, column)


def _is_value(value: object) -> bool:
    return bool(pd.api.types.is_scalar(value)) and not isinstance(value, bytes)


def _settled(kind: str, column: "pd.Series[Any]") -> tuple[str, "pd.Series[Any]"]:
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
    if not pd.api.types.is_datetime64_any_dtype(column.dtype):
        try:
            column = pd.to_datetime(column).astype("datetime64[us]")
        except (ValueError, TypeError):
            # Of several time zones, or before the first that can be counted.
            return "text", _texts(column)
    known = column.dropna()
    whole = column.dt.tz is None and len(known) > 0 and (known == known.dt.normalize()).all()
    return ("date" if whole else "datetime"), column


def _texts(column: "pd.Series[Any]") -> "pd.Series[Any]":
    try:
        texts = column.astype(object).map(str, na_action="ignore")
        return texts.where(column.notna(), None).astype("str")
    except UnicodeEncodeError:
        raise InputError(
            f"Column {column.name!r} holds half of a character (a lone surrogate), which no file "
            "of text can. Read what it comes from anew, in its encoding."
        ) from None


def as_cells(kind: str, column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return a typed column as CSV has it: TRUE and FALSE, ISO dates, lists as JSON."""
    write = {
        "boolean": lambda value: "TRUE" if value else "FALSE",
        "date": lambda value: value.strftime("%Y-%m-%d"),
        "datetime": lambda value: value.isoformat(),
        "list": lambda value: json.dumps(value, ensure_ascii=False),
    }
    return column.astype(object).map(write[kind], na_action="ignore") if kind in write else column


class Note(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a column holds; empty where there is nothing to say."""

    description: str
    unit: str = ""
    allowed: str = ""
    missing: str = ""


@cache
def _notes() -> Mapping[str, Mapping[str, Note]]:
    with resources.as_file(resources.files("framing") / "data" / "columns.toml") as path:
        data, where = read_toml(Path(path))
    return {
        table: {column: convert(note, Note, where, table, column) for column, note in notes.items()}
        for table, notes in data.items()
    }


def described_tables() -> list[str]:
    """Return the names of the tables that are described."""
    return [table for table in _notes() if table not in SHARED]


def column_note(table: str, column: str, facts: Mapping[str, object]) -> Note | None:
    """Return what a column of a table holds, None where nothing is known of it.

    ``facts`` are what the result says of itself: its unit, measure and level, among others.
    """
    notes = _notes()
    if table not in notes:
        return None
    own = notes[table]
    rest = own if "*" in own else notes["any"]
    note = own.get(column) or notes["documents"].get(column) or rest.get(column) or rest.get("*")
    if note is None:
        return None
    words = {**UNKNOWN, **_words(facts), "column": column}
    return Note(**{name: getattr(note, name).format_map(words) for name in Note.__struct_fields__})


def _words(facts: Mapping[str, object]) -> dict[str, str]:
    words = {name: str(facts[name]) for name in UNKNOWN if facts.get(name) not in (None, "")}
    level = facts.get("level")
    return words | ({"level": f"{level * 100:g}%"} if isinstance(level, float) else {})


@dataclass(frozen=True, eq=False)
class DataFiles(Shown):
    """Files of data that were written, and the dictionary of their columns.

    Attributes
    ----------
    table : pandas.DataFrame
        The dictionary, one row per column of the data: ``column``, ``type`` ("text", "category",
        "integer", "number", "boolean", "date", "datetime", "list"), ``unit``, ``allowed`` (the
        range; of a category its values, as a JSON list), ``missing`` (how many values are),
        ``missing_means``, ``description``. Empty where there is nothing to say.
    paths : list of Path
        The data, the dictionary, for CSV the provenance, and the data package.
    rows : int
        Rows of the data.
    facts : dict
        The provenance: what the data are, and what they were made with.

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
        """The columns of which nothing is known: their description is empty."""
        return self.table.loc[self.table["description"] == "", "column"].tolist()

    def __repr__(self) -> str:
        named, *beside = self.paths
        names = f"{named.name} and {len(beside)} files that describe it"
        gaps = f"; not described: {listing(self.undescribed)}" if self.undescribed else ""
        return f"<DataFiles {names}: {self.rows:,} rows, {len(self)} columns{gaps}>"


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
    """Write a result as data for R, Stata, SPSS or a repository, with a dictionary beside it.

    Beside ``scores.csv`` stands ``scores.dictionary.csv``, one row per column: type, unit, allowed
    values, missing ones and what they mean, description. What the data were made with (version
    of the package, lexicon and its hash, fingerprint of the corpus, settings) is in
    ``scores.provenance.json``; of a Parquet file it is in the metadata, under "framing".
    ``scores.datapackage.json`` says all of this in the standard of Frictionless Data, which
    repositories and R read: types, constraints, units, sources, and the hash of the data.

    Parameters
    ----------
    result : Scores, Hits, any other result with a ``table``, or pandas.DataFrame
        Of a table with a named index this becomes the first columns.
    path : str or Path
        Ending in ``.csv`` or ``.parquet``; missing folders are made, files replaced.
    of : str, optional
        What a DataFrame is, for its descriptions: the function that returned it
        ("count_entries", "correct") or the attribute ("Validation.entries").
    descriptions : mapping, optional
        Descriptions by column, in place of those of the package.
    facts : mapping, optional
        Further provenance, such as ``{"seed": 1}``, which `Scores` do not know of their
        intervals. ``{"licence": "CC-BY-4.0"}`` is the licence of the data package.
    covariates : bool
        Whether the columns of the unit (of scores) or of the document (of hits) are joined, so
        that the table stands by itself. One whose name is taken gets "_given" at its end.
    digits : int, optional
        Decimals of numbers that are not whole; by default none is lost.

    Returns
    -------
    DataFiles
        ``paths`` and the dictionary; ``undescribed`` lists columns without a description.

    Raises
    ------
    InputError
        There is no tidy table, the ending is another, ``of`` or a described column is unknown,
        or a column holds what no file has a type for.

    Notes
    -----
    CSV is UTF-8 with line feeds, numbers in full, dates as 2025-02-13, TRUE and FALSE, lists as
    JSON, and nothing for a missing value; where a column has empty texts too, the dictionary says
    how many. The same result gives the same bytes (Parquet: with the same version of pyarrow).
    In the provenance of a contrast, labels of your own (``by``) stand by their name.

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
    table, given, kind = _contents(result, of, covariates)
    told = _facts(result, kind, facts or {}, len(table))
    table = plain_table(table)
    _check_described(descriptions, table)
    columns = {str(name): typed(table[name]) for name in table}
    if digits is not None:
        columns = {name: _rounded(*column, digits) for name, column in columns.items()}
    settings = told.get("settings")
    known = {**settings, **told} if isinstance(settings, Mapping) else told
    rows = []
    for name, (type_, values) in columns.items():
        note = column_note("covariates" if name in given else kind, given.get(name, name), known)
        rows.append(_row(name, type_, values, note or Note(""), descriptions or {}))
    dictionary = pd.DataFrame(rows, columns=list(DICTIONARY_COLUMNS))
    path.parent.mkdir(parents=True, exist_ok=True)
    paths = _write(path, columns, told)
    paths.insert(1, path.with_name(f"{path.stem}.dictionary.csv"))
    dictionary.to_csv(paths[1], index=False, lineterminator="\n", encoding="utf-8")
    package = _package(path, columns, dictionary, told)
    paths.append(path.with_name(f"{path.stem}.datapackage.json"))
    _write_json(paths[-1], package)
    return DataFiles(dictionary, paths, len(table), told)


def _check(path: Path, result: Any, of: str | None, digits: int | None) -> None:
    if path.suffix not in ENDINGS:
        raise InputError(f"{path}: data are written as .csv or .parquet.")
    if path.is_dir():
        raise InputError(f"{path} is a folder; data are written to a file.")
    if digits is not None:
        check_from_zero("digits", digits)
    if of is not None:
        named = result.made_by if isinstance(result, TableResult) else of
        if not isinstance(result, pd.DataFrame) or of != named:
            raise InputError(
                f"of={of!r} says what a DataFrame is; a {type(result).__name__} says so itself."
            )
        check_choice("of", of, described_tables())


def _check_described(descriptions: Mapping[str, str] | None, table: pd.DataFrame) -> None:
    for name in descriptions or {}:
        check_choice("descriptions", name, table.columns)


def _contents(
    result: Any, of: str | None, covariates: bool
) -> tuple[pd.DataFrame, dict[str, str], str]:
    """Return the table, the columns that are covariates with their own names, and what it is."""
    if isinstance(result, TableResult):
        return result.table, {}, result.made_by
    if isinstance(result, pd.DataFrame):
        return result, {}, of or ""
    table = getattr(result, "table", None)
    if not is_dataclass(result) or not isinstance(table, pd.DataFrame):
        raise InputError(
            f"A {type(result).__name__} has no tidy table to write. Give a result that has one "
            "(scores, hits, a contrast, …), or one of its tables as a DataFrame."
        )
    kind = type(result).__name__
    if covariates and isinstance(result, Scores):
        return (*_joined(table, result.units, "unit_id", _measured(result)), kind)
    if covariates and isinstance(result, Hits):
        return (*_joined(table, result.documents, "doc_id", {"doc_id"}), kind)
    return table, {}, kind


def _measured(scores: Scores) -> set[str]:
    """Return the columns of the units that are no covariates."""
    place = {"unit_id", "doc_id", "paragraph", "sentence", "documents", "sentences", "tokens"}
    if scores.kind == TOPIC_SHARE:
        return place | {"start", "end", "terms"}
    return place | ({"hits"} if scores.unit == "speaker" else set())


def _joined(
    table: pd.DataFrame, units: pd.DataFrame, key: str, measured: set[str]
) -> tuple[pd.DataFrame, dict[str, str]]:
    taken = set(table.columns) - {key}
    names = {str(name): f"{name}_given" if name in taken else str(name) for name in units}
    given = {new: name for name, new in names.items() if name not in measured}
    joined = table.merge(units.rename(columns=names), on=key, how="left", validate="many_to_one")
    return joined, given


def _facts(result: Any, kind: str, given: Mapping[str, object], rows: int) -> dict[str, Any]:
    """Return what the data are and were made with: the plain values that a result holds."""
    facts: dict[str, Any] = {
        "package": "media-framing",
        "version": version("media-framing"),
        "result": kind or "table",
        "rows": rows,
    }
    if is_dataclass(result):
        facts |= {f"{kind.lower()}_{name}" if name in facts else name: value
                  for name, value in _told(result).items()}  # fmt: skip
    for name, value in given.items():
        plain = _plain(value)
        if plain is None and value is not None:
            raise InputError(
                f"facts: {name!r} is a {type(value).__name__}; it must be text, a number, a "
                "date, or a list or mapping of these."
            )
        if name in facts and facts[name] != plain:
            raise InputError(f"facts: {name!r} is {facts[name]!r} by the result, not {value!r}.")
        facts[str(name)] = plain
    return facts


def _told(result: Any) -> dict[str, Any]:
    told: dict[str, Any] = {}
    inner = []
    # Settings last: they may repeat what the result says of itself.
    for field in sorted(fields(result), key=lambda field: field.name == "settings"):
        value = getattr(result, field.name)
        if field.name == "settings":
            value = _settings(value)
        if isinstance(value, Scores | Hits):
            inner.append(value)
        elif isinstance(value, Contrast):
            told[field.name] = _told(value)
        elif (plain := _plain(value)) not in (None, ""):
            told[field.name] = plain
    measure = getattr(result, "measure", None)
    if isinstance(measure, str):
        told["measure"] = measure
    for other in inner:
        told = _told(other) | told
    return told


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings with labels of one's own by their name, and with groups as text."""
    settings = dict(given)
    for grouping, unnamed in (("by", "group"), ("cluster", "cluster")):
        if grouping in settings:
            settings[grouping] = name_of(settings[grouping], unnamed)
    if (groups := settings.get("groups")) is not None:
        named = groups_as_text(groups)
        settings["groups"] = named if isinstance(groups, Mapping) else list(named)
    return settings


def _plain(value: object) -> Any:
    """Return a value as JSON has it, None where it is no text, number, date, list or mapping."""
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
        # Arrays in it are no facts; an option that was left at None is one.
        kept = {
            str(key): plain
            for key, item in value.items()
            if (plain := _plain(item)) is not None or item is None
        }
        return kept or None
    if isinstance(value, list | tuple):
        items = [_plain(item) for item in value]
        unknown = [
            plain is None and not pd.api.types.is_scalar(item)
            for plain, item in zip(items, value, strict=True)
        ]
        return None if any(unknown) else items
    return None


def _rounded(type_: str, values: Any, digits: int) -> tuple[str, Any]:
    if type_ != "number":
        return type_, values
    # One by one: numpy's rounding overflows. Adding 0 turns -0.0 into 0.0.
    return type_, values.map(lambda value: round(value, digits) + 0.0, na_action="ignore")


def _row(
    name: str, type_: str, values: Any, note: Note, descriptions: Mapping[str, str]
) -> tuple[object, ...]:
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
        means = "none is missing: what is empty in CSV is empty text"
    described = descriptions.get(name, note.description)
    return name, type_, note.unit, allowed, missing, means, described


def _write(path: Path, columns: Mapping[str, tuple[str, Any]], facts: dict[str, Any]) -> list[Path]:
    if path.suffix == ".csv":
        cells = {name: as_cells(*column) for name, column in columns.items()}
        pd.DataFrame(cells).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
        provenance = path.with_name(f"{path.stem}.provenance.json")
        _write_json(provenance, facts)
        return [path, provenance]
    # Not needed to measure.
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pd.DataFrame({name: values for name, (_, values) in columns.items()})
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    metadata = {**arrow.schema.metadata, b"framing": json.dumps(facts).encode()}
    pq.write_table(arrow.replace_schema_metadata(metadata), path, compression="zstd")
    return [path]


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    text = json.dumps(content, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _package(
    path: Path,
    columns: Mapping[str, tuple[str, Any]],
    dictionary: pd.DataFrame,
    facts: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the description of the data by the standard of Data Package, version 2."""
    content = path.read_bytes()
    name = re.sub(r"[^a-z0-9._-]+", "-", path.stem.lower()).strip("-") or "data"
    csv = path.suffix == ".csv"
    fields = [_field(row, columns[row["column"]][1]) for row in dictionary.to_dict("records")]
    resource: dict[str, Any] = {
        "name": name,
        "type": "table",
        "path": path.name,
        "format": path.suffix[1:],
        "mediatype": "text/csv" if csv else "application/vnd.apache.parquet",
        **({"encoding": "utf-8", "dialect": {"lineTerminator": "\n"}} if csv else {}),
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {"fields": fields, "missingValues": [""]},
    }
    package: dict[str, Any] = {"$schema": PROFILE, "name": name}
    settings = facts.get("settings")
    known = {**(settings if isinstance(settings, Mapping) else {}), **facts}
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
    # What the standard has no word for stands under the name of the package, as in Parquet.
    return {**package, "resources": [resource], "framing": dict(facts)}


def _field(row: Mapping[Any, Any], values: "pd.Series[Any]") -> dict[str, Any]:
    """Return a column, as the dictionary describes it, as a field of a Table Schema."""
    type_, allowed = row["type"], row["allowed"]
    field: dict[str, Any] = {"name": row["column"], "type": PACKAGE_TYPES.get(type_, type_)}
    constraints = _constraints(allowed, type_)
    if type_ == "category":
        field["categories"] = json.loads(allowed)
        field["categoriesOrdered"] = bool(values.cat.ordered)
    elif type_ == "boolean":
        field |= {"trueValues": ["TRUE"], "falseValues": ["FALSE"]}
    if not row["missing"] and len(values) and not (values.astype(object) == "").any():
        constraints["required"] = True
    # "unit" and "missing" are properties of ours, which the standard allows.
    words = {
        "description": row["description"],
        "unit": row["unit"],
        "missing": row["missing_means"],
    }
    field |= {key: value for key, value in words.items() if value}
    return field | ({"constraints": constraints} if constraints else {})


def _constraints(allowed: str, type_: str) -> dict[str, Any]:
    """Return what a column allows as constraints; none where it depends on the study."""
    if type_ not in ("category", "text", "integer", "number"):
        return {}
    if type_ == "category":
        values = json.loads(allowed)
        return {"enum": values} if values else {}
    if type_ == "text":
        return {"enum": allowed.split(" | ")} if " | " in allowed else {}
    for form, names in RANGES:
        if match := re.fullmatch(form, allowed):
            ends = [int(end.replace(",", "")) if end else None for end in match.groups()]
            return {name: end for name, end in zip(names, ends, strict=True) if end is not None}
    return {}
