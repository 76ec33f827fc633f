"""Results: the base class of what measuring functions return."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from framing._core.checks import InputError, check_objects, listing
from framing._core.tables import ENDINGS, as_html, counted, write_table

# The instrument and the texts: settings that a result passes on to results computed from it.
INSTRUMENT = ("lexicon", "lexicon_hash", "corpus_fingerprint")
# Attributes of a result that are settings too.
FACTS = (*INSTRUMENT, "seed", "level")
# Attributes that hold the result from which another one was computed.
SOURCES = ("scores", "hits", "topics")


@cache
def version_of(package: str) -> str:
    """Return the version of an installed package."""
    return version(package)


def left_out(
    items: Iterable[object] = (), reason: str | Iterable[str] = "", *, item: str = "item"
) -> pd.DataFrame:
    """Return the table of what was not measured: one row per item, with the reason."""
    items = list(items)
    if not items:
        return _nothing_left_out(item).copy(deep=False)
    reasons = [reason] * len(items) if isinstance(reason, str) else list(reason)
    return pd.DataFrame(
        {item: pd.Series(items, dtype="str"), "reason": pd.Series(reasons, dtype="str")}
    )


@cache
def _nothing_left_out(item: str) -> pd.DataFrame:
    """Return the table without a row, which nearly all results have."""
    empty = pd.Series([], dtype="str")
    return pd.DataFrame({item: empty, "reason": empty})


def instrument_of(result: "Result") -> dict[str, Any]:
    """Return the instrument and the texts of a result: lexicon, its hash, fingerprint."""
    return {name: result.settings[name] for name in INSTRUMENT if name in result.settings}


def _has_table(kind: type) -> bool:
    """Return whether the objects of a class have a table."""
    return hasattr(kind, "table") or "table" in getattr(kind, "__dataclass_fields__", {})


def _instead(kind: type, name: str) -> str:
    """Return the message about an attribute that an object lacks, and its table may have."""
    message = f"{kind.__name__} has no attribute {name!r}."
    if name.startswith("_") or not hasattr(pd.DataFrame, name) or not _has_table(kind):
        return message
    if name.startswith("to_"):
        return f"{message} write_table(x, 'name.csv') writes its table, and x.table.{name} too."
    return f"{message} Its rows are a DataFrame: x.table.{name}."


class Shown:
    """Anything that JupyterLab shows as one line and the first rows of a table."""

    if TYPE_CHECKING:

        @property
        def table(self) -> pd.DataFrame:
            """Return the table."""

    else:
        # Only what is looked for in vain comes here. A type checker has to see it as missing.
        def __getattr__(self, name: str) -> Any:
            raise AttributeError(_instead(type(self), name))

        def __getitem__(self, key: Any) -> Any:
            kind = type(self)
            message = f"{kind.__name__} has no items: [{key!r}] cannot be looked up."
            instead = f" Its rows are a DataFrame: x.table[{key!r}]." if _has_table(kind) else ""
            raise InputError(f"{message}{instead}")

    def _rows(self) -> pd.DataFrame:
        """Return the table of which JupyterLab shows the first rows."""
        return self.table

    def _page(self) -> str:
        """Return the HTML for JupyterLab."""
        rows = self._rows()
        return as_html(repr(self), rows, len(rows))

    def _repr_html_(self) -> str:
        return self._page()


@dataclass(frozen=True, eq=False, repr=False)
class Result(Shown):
    """What a function that measures returns: a table, and how it was made.

    Attributes
    ----------
    table : pandas.DataFrame
        What was measured, in tidy form.
    settings : dict
        How it was measured: the arguments; ``seed``, ``draws`` and ``level`` where there are
        any; ``lexicon``, ``lexicon_hash`` and ``corpus_fingerprint``, which identify the
        instrument and the texts; ``versions`` of this package and of the packages that it uses.
    left_out : pandas.DataFrame
        One row per item that was not measured, with the ``reason``. Empty where nothing was
        left out.
    """

    settings: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    left_out: pd.DataFrame = field(default_factory=left_out, kw_only=True)

    # The function that draws it. Where there is none: what a user can draw instead.
    drawn_by: ClassVar[str] = ""
    draw_instead: ClassVar[str] = ""
    # Packages that compute it, in addition to numpy and pandas.
    computed_by: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        packages = ("numpy", "pandas", *self.computed_by)
        versions = {"framing": "media-framing"} | {name: name for name in packages}
        settings: dict[str, Any] = {}
        for source in SOURCES:
            if isinstance(other := vars(self).get(source), Result):
                settings |= instrument_of(other)
        settings |= self.settings
        for name in FACTS:
            if name in vars(self) or hasattr(type(self), name):
                settings[name] = getattr(self, name)
        settings.setdefault(
            "versions", {name: version_of(package) for name, package in versions.items()}
        )
        object.__setattr__(self, "settings", settings)

    def __len__(self) -> int:
        return len(self.table)

    def plot(self, **options: Any) -> Any:
        """Draw the result with the plot function for its type.

        Parameters
        ----------
        **options
            Arguments of the plot function: ``ax=`` or ``figsize=``, ``title=`` and others.

        Returns
        -------
        matplotlib.figure.Figure or matplotlib.axes.Axes
            The figure; the axes where ``ax`` was given.

        Raises
        ------
        InputError
            There is no plot function for this type of result.
        """
        if not self.drawn_by:
            instead = f" {self.draw_instead}" if self.draw_instead else ""
            raise InputError(f"There is no figure of {type(self).__name__}.{instead}")
        # Imported by name, so that computing never loads matplotlib.
        return getattr(import_module("framing"), self.drawn_by)(self, **options)

    @check_objects
    def write(self, path: str | Path, *, digits: int = 3) -> Path:
        """Write the table as a file.

        Parameters
        ----------
        path : str or Path
            Ends in ``.csv``, ``.xlsx``, ``.docx``, ``.tex`` or ``.html`` for a table to read, with
            rounded numbers (see `write_table`), or in ``.parquet`` for data to compute with, not
            rounded, with a dictionary of the columns beside it (see `write_data`).
        digits : int
            Decimals of numbers that are not integers, in a table to read.

        Returns
        -------
        Path
            The path of the table.

        Raises
        ------
        InputError
            The path ends in none of them.
        """
        path = Path(path)
        if path.suffix not in (*ENDINGS, ".parquet"):
            raise InputError(
                f"{path}: results are written as {listing([*ENDINGS, '.parquet'])}. Give a path "
                "with such an ending."
            )
        if path.suffix != ".parquet":
            return write_table(self.table, path, digits=digits)
        files: list[Path] = import_module("framing.data_files").write_data(self, path).paths
        return files[0]


def _unpickled(kind: type["TableResult"], state: dict[str, Any]) -> "TableResult":
    """Return a copy with these attributes, for pickle and ``copy``."""
    result = object.__new__(kind)
    vars(result).update(state)
    return result


@dataclass(frozen=True, eq=False, repr=False)
class TableResult(Result):
    """A result that was a bare table until version 0.1. It acts like one for one more version.

    ``result["share"]``, ``result.iloc[0]``, ``result.columns``, ``len``, iteration over the
    columns and ``pd.DataFrame(result)`` work as with its table. New code uses ``result.table``.
    """

    table: pd.DataFrame

    # The function that makes it: the key of its columns in the data dictionary.
    made_by: ClassVar[str] = ""
    # What the rows are, for the repr.
    rows: ClassVar[str] = "rows"

    def __repr__(self) -> str:
        level = vars(self).get("level")
        interval = f", {level:.0%} intervals" if level else ""
        lexicon = f"; {self.settings['lexicon']}" if self.settings.get("lexicon") else ""
        return f"<{type(self).__name__}: {counted(len(self), self.rows)}{interval}{lexicon}>"

    def __getitem__(self, key: Any) -> Any:
        return self.table[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.table)

    def __contains__(self, key: object) -> bool:
        return key in self.table

    def __getattr__(self, name: str) -> Any:
        # Special methods and the hooks of notebooks never come from the table.
        if name.startswith(("__", "_repr_", "_ipython_")) or "table" not in vars(self):
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        return getattr(self.table, name)

    # pandas asks isinstance() before it copies, joins or compares a table.
    @property  # type: ignore[misc]
    def __class__(self) -> type[pd.DataFrame]:  # type: ignore[override]
        return pd.DataFrame

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickled, (type(self), dict(vars(self)))
