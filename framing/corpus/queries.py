"""Queries: the documents that a mask or a condition selects. A condition never runs as code."""

import ast
import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError, listing, suggestion

# Everything that is allowed in a condition: no call, no attribute, no subscript, no power.
_ALLOWED = (
    ast.Expression, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.Name, ast.Constant,
    ast.List, ast.Tuple, ast.Load, ast.And, ast.Or, ast.Not, ast.Invert, ast.USub, ast.UAdd,
    ast.Add, ast.Sub, ast.Div, ast.Mult, ast.Mod, ast.FloorDiv, ast.Eq, ast.NotEq, ast.Lt,
    ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn,
)  # fmt: skip
# Text in quotes, a name in backticks, or one of the signs & and |.
_PIECES = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|`([^`]*)`|([&|])""")
_EXAMPLE = (
    "A query compares columns with values, such as source == 'Wire' and date >= '2025-02-01', or "
    "source in ['Wire', 'Post']. A name with a space stands in backticks. For anything else use "
    "a mask: corpus[corpus.table['text'].str.contains('truce')]."
)


def rows_that_fit(table: pd.DataFrame, expression: object) -> NDArray[np.bool_]:
    """Return which rows of a table meet a condition on its columns.

    The condition is parsed. Only comparisons of columns with values go to pandas, with the columns
    renamed. So a condition cannot use variables, functions or attributes.
    """
    if not isinstance(expression, str) or not expression.strip():
        raise InputError(f"query({expression!r}) is not a condition. {_EXAMPLE}")
    columns = [str(name) for name in table.columns]
    quoted: dict[str, str] = {}

    def plain(match: re.Match[str]) -> str:
        """Return a piece of the condition as Python: names in backticks become identifiers."""
        text, name, sign = match.groups()
        if text is not None:
            return str(text)
        if sign is not None:
            return " and " if sign == "&" else " or "
        quoted[f"quoted_{len(quoted)}_"] = str(name)
        return f" {list(quoted)[-1]} "

    try:
        tree = ast.parse(_PIECES.sub(plain, expression).strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise InputError(f"query({expression!r}) cannot be read ({error}). {_EXAMPLE}") from None
    for node in ast.walk(tree):
        if not isinstance(node, _ALLOWED):
            raise InputError(
                f"query({expression!r}): {ast.unparse(node)!r} is not allowed: a query compares "
                f"columns with values and does not run Python. {_EXAMPLE}"
            )
        if isinstance(node, ast.Name):
            name = quoted.get(node.id, node.id)
            if name not in columns:
                raise InputError(
                    f"query({expression!r}): there is no column {name!r}. The columns: "
                    f"{listing(columns, 20)}.{suggestion(name, columns)} Text stands in quotes."
                )
            node.id = f"column_{columns.index(name)}"
    renamed = table.set_axis([f"column_{number}" for number in range(len(columns))], axis=1)
    try:
        meets = renamed.eval(ast.unparse(tree), engine="python", local_dict={}, global_dict={})
    except Exception as error:
        raise InputError(
            f"query({expression!r}) cannot be answered ({_named(str(error), columns)}). {_EXAMPLE}"
        ) from None
    if not isinstance(meets, pd.Series) or not pd.api.types.is_bool_dtype(meets):
        raise InputError(f"query({expression!r}) is not a condition. {_EXAMPLE}")
    return np.asarray(meets.fillna(False), dtype=bool)


def _named(message: str, columns: list[str]) -> str:
    """Return a message of pandas with the real names of the columns."""
    return re.sub(r"column_(\d+)", lambda match: columns[int(match[1])], message)


def as_mask(chosen: Any, table: pd.DataFrame) -> NDArray[np.bool_]:
    """Return a mask as an array of bool, one value per row of the table."""
    use = "Give one True or False per document, such as corpus[corpus.table['source'] == 'Wire']"
    if isinstance(chosen, str | bytes | int) or not isinstance(chosen, Iterable):
        raise InputError(
            f"corpus[{chosen!r}] does not select documents. {use}; a slice, corpus[:10]; or "
            "corpus.query(\"source == 'Wire'\"). A column is corpus.table['source']."
        )
    if isinstance(chosen, pd.Series) and not chosen.index.equals(table.index):
        raise InputError(
            "The index of the mask differs from that of corpus.table. Make the mask from "
            "corpus.table, or give its "
            "values by position: corpus[mask.to_numpy()]."
        )
    values = pd.Series(list(chosen), dtype=object)
    if len(values) != len(table):
        raise InputError(f"The mask has {len(values)} values for {len(table)} documents. {use}.")
    if values.isna().any():
        raise InputError(
            f"The mask has {int(values.isna().sum())} missing values. Fill them first, for example "
            "with mask.fillna(False)."
        )
    wrong = [value for value in values if not isinstance(value, bool | np.bool_)]
    if wrong:
        raise InputError(f"The mask has the value {wrong[0]!r}, not True or False. {use}.")
    return values.to_numpy(dtype=bool)
