"""Tables for people: in JupyterLab, and as CSV that a second run writes byte for byte the same."""

from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from framing._core.checks import InputError

# Rows of a table that JupyterLab shows.
ROWS = 20
# Characters of an entry that a label shows.
ENTRY = 25


def write_table(table: Any, path: str | Path, *, digits: int = 3) -> Path:
    """Write a table as CSV, in UTF-8 with line feeds, numbers rounded.

    Parameters
    ----------
    table : pandas.DataFrame, or a result
        Of a result its ``table``. The index is not written; use ``reset_index()`` where it
        carries something.
    path : str or Path
        Ending in ``.csv``; missing folders are made.
    digits : int
        Decimals of numbers that are not whole. Rounding keeps the file the same on machines
        that differ in the last bits.

    Returns
    -------
    Path
        Where it was written.

    Raises
    ------
    InputError
        The ending is not ``.csv``, or there is no table.

    Examples
    --------
    >>> import framing as fr, pandas as pd, tempfile
    >>> path = fr.write_table(pd.DataFrame({"x": [1 / 3]}), tempfile.mkdtemp() + "/t.csv")
    >>> path.read_text()
    'x\\n0.333\\n'
    """
    path = Path(path)
    if path.suffix != ".csv":
        raise InputError(f"{path}: tables are written as .csv.")
    if not isinstance(table, pd.DataFrame):
        if not isinstance(getattr(table, "table", None), pd.DataFrame):
            raise InputError(
                f"table is a {type(table).__name__}; it must be a DataFrame, or a result with one."
            )
        table = table.table
    path.parent.mkdir(parents=True, exist_ok=True)
    # Adding 0 turns -0.0, which prints with its sign, into 0.0.
    rounded = table.copy()
    for column in rounded.select_dtypes("float"):
        rounded[column] = rounded[column].round(digits) + 0.0
    rounded.to_csv(path, index=False, lineterminator="\n", date_format="%Y-%m-%d")
    return path


def as_html(caption: str, table: pd.DataFrame, total: int) -> str:
    """Return the first 20 rows of a table that has ``total``; what is missing is left empty."""
    shown = table.head(ROWS).to_html(
        index=False, na_rep="", float_format=lambda value: f"{round(value, 3):,}"
    )
    rest = total - ROWS
    more = f"<p>… and {rest:,} more row{'s' * (rest > 1)}</p>" if rest > 0 else ""
    return f"<p>{escape(caption)}</p>{shown}{more}"


def shorten(pattern: str, most: int = ENTRY) -> str:
    """Return an entry as a label: its beginning, where it is long."""
    return pattern if len(pattern) <= most else pattern[: most - 1].rstrip(" |(") + "…"
