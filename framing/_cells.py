"""Tables in a form that other programs can read: every column of one plain type."""

import json
from typing import Any

import pandas as pd

from framing._core.checks import InputError, listing

NAMES = {
    "boolean": "boolean", "integer": "integer", "floating": "number", "string": "text",
    "mixed-integer-float": "number", "empty": "text", "datetime64": "datetime",
    "datetime": "datetime", "date": "datetime", "mixed-integer": "text",
}  # fmt: skip


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
