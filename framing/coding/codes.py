"""Codes: which frames coders saw in the sentences that they read."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import ClassVar, cast

import numpy as np
import pandas as pd

from framing._core.checks import (
    InputError,
    a_kind,
    check_choice,
    check_columns,
    check_objects,
    itemised,
    listing,
)
from framing._core.result import Shown, TableResult
from framing._core.tables import whole_numbers

# Columns of a wide table of codes that are not frames.
BESIDE = (
    "coder", "doc_id", "sentence", "start", "end", "before", "text", "after", "note",
    "rejected", "stratum", "probability", "row",
)  # fmt: skip
# Names that no coded frame can have: columns of sheets, of tables of codes and of samples.
NOT_FRAMES = (*BESIDE, "unit", "place", "code", "no hit")
RENAME = "Give the frame another name"
RENAME_COLUMN = "Give the column, or the frame, another name"
# What one code is about.
UNITS = ("sentence", "paragraph", "document")
# The columns of a long table that a wide one does not have.
LONG = ["code", "frame"]
CODE_COLUMNS = ("doc_id", "sentence", "coder", "frame", "code", "row")


@dataclass(frozen=True, eq=False)
class Codes(Shown):
    """Codes of sentences by one or more coders.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per code: ``doc_id``, ``sentence`` (from 1 in the document, as in
        ``hits.sentences``), ``coder``, ``frame``, ``code`` (one of ``scale``) and ``row`` (of the
        file; 0 without a file). A paragraph or a document is named by its first sentence.
    missing : pandas.DataFrame
        The cells that a coder left empty. It has the same columns except ``code``.
    scale : tuple of float
        The values that a code can have: (0, 1) for absent and present.
    origin : str
        The names of the files that were read.
    unit : {"sentence", "paragraph", "document"}
        What one code is about.

    See Also
    --------
    read_codes, make_codes
    """

    table: pd.DataFrame
    missing: pd.DataFrame
    scale: tuple[float, ...] = (0, 1)
    origin: str = ""
    unit: str = "sentence"

    def __len__(self) -> int:
        return len(self.table)

    @property
    def frames(self) -> list[str]:
        """The frames that were coded, in the order of the columns."""
        return [str(frame) for frame in self.table["frame"].cat.categories]

    @property
    def coders(self) -> list[str]:
        """The coders, in the order in which they first appear."""
        return [str(coder) for coder in self.table["coder"].unique()]

    def __repr__(self) -> str:
        sentences = len(self.table[["doc_id", "sentence"]].drop_duplicates())
        empty = f", {len(self.missing):,} cells empty" if len(self.missing) else ""
        return (
            f"<Codes: {len(self):,} in {sentences:,} {self.unit}s by {', '.join(self.coders)} "
            f"({', '.join(self.frames)}){empty}>"
        )


@check_objects
def make_codes(
    table: pd.DataFrame,
    *,
    coder: str = "coder",
    scale: Sequence[float] = (0, 1),
    unit: str | None = None,
) -> Codes:
    """Make codes from a table, wide or long.

    Returns Codes for `agreement`, `validate` and `correct`.

    Try it: ``import pandas as pd``,
    ``fr.make_codes(pd.DataFrame({"doc_id": "a", "sentence": [1, 2], "peace": [1, 0]}),
    coder="Ann")``.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per sentence and coder. It has ``doc_id``, ``sentence`` (from 1 in the document)
        and one column of codes per frame, with an empty cell where the coder gave no code. With
        several coders it has ``coder``. The other columns of a coding sheet (text, note …) are
        ignored. Or one row per code, with the columns ``frame`` and ``code``: so rows of
        ``codes.table`` become codes again.
    coder : str
        The name of the coder, used if the table has no column ``coder``.
    scale : sequence of float
        The allowed codes.
    unit : {"sentence", "paragraph", "document"}, optional
        What was coded. By default the column ``unit`` says it, and without one it is the sentence.
        A paragraph has the number of its first sentence in ``sentence``; a document needs none.

    Returns
    -------
    Codes
        In the order of the table. Empty cells are listed in ``missing``.

    Raises
    ------
    InputError
        A column is missing, a code is not on the scale, a row has no document, sentence or coder,
        a coder has coded a sentence twice, or a frame is called "code" or "place", which tables of
        codes use. The message names each such cell.

    Examples
    --------
    >>> import pandas as pd
    >>> import framing as fr
    >>> table = pd.DataFrame({"doc_id": ["a", "a"], "sentence": [1, 2], "peace": [1, 0]})
    >>> fr.make_codes(table, coder="Ann")
    <Codes: 2 in 2 sentences by Ann (peace)>

    Some of the codes, here those of the first sentence:

    >>> codes = fr.make_codes(table, coder="Ann")
    >>> fr.make_codes(codes.table[codes.table["sentence"] == 1])
    <Codes: 1 in 1 sentences by Ann (peace)>
    """
    if not isinstance(table, pd.DataFrame):
        raise InputError(
            f"table is {a_kind(type(table).__name__)}; it must be a DataFrame with doc_id, "
            "sentence and one column per frame. read_codes(path) reads the codes of a file."
        )
    rows, of_unit = with_unit(table, unit, "table")
    check_coded_names(set(rows) & {"place"}, "table", RENAME_COLUMN)
    check_columns(rows.columns, ["doc_id", "sentence"], "table")
    if "coder" not in rows:
        rows["coder"] = coder
    rows["row"] = 0
    rows["place"] = [f"row {number}" for number in range(1, len(rows) + 1)]
    check_scale(scale)
    return gather(rows, tuple(scale), "", of_unit)


def check_coded_names(frames: Iterable[object], where: str, remedy: str = RENAME) -> None:
    """Raise InputError where frames cannot be coded by their names.

    Each frame is a column of a coding sheet and of a table of codes. A lexicon may have such
    frames, as long as nobody codes them. ``where`` begins the message, ``remedy`` ends it.
    """
    names = [str(frame) for frame in frames]
    for name in names:
        if name in NOT_FRAMES:
            reason = "sheets and tables of codes use it for something else"
        elif not name.strip() or name != name.strip():
            reason = "a sheet is read without spaces around the names of its columns"
        else:
            continue
        raise InputError(
            f"{where}: a frame that is coded cannot be called {name!r}: {reason}. {remedy}; taken "
            f"are {listing(NOT_FRAMES, 30)}."
        )


def check_scale(scale: Sequence[float]) -> None:
    """Raise InputError unless a scale has two or more different numbers."""
    wrong = isinstance(scale, str) or not isinstance(scale, Iterable)
    values = [] if wrong else list(scale)
    if len({value for value in values if _is_number(value)}) < max(2, len(values)):
        raise InputError(
            f"scale={scale!r} cannot be used: a scale has two or more different numbers, such as "
            "(0, 1) or range(5)."
        )


def _is_number(value: object) -> bool:
    number = isinstance(value, Real) and not isinstance(value, bool)
    return number and math.isfinite(cast("float", value))


def with_unit(table: pd.DataFrame, unit: str | None, where: str) -> tuple[pd.DataFrame, str]:
    """Return the rows without the column ``unit``, and the unit that was coded.

    A column ``unit`` with other values than units is one of codes, and stays.
    """
    # A space at the end of a name would make another frame, which no measure knows.
    rows = table.rename(columns=lambda name: name.strip() if isinstance(name, str) else name)
    repeated = rows.columns[rows.columns.duplicated()]
    if len(repeated):
        raise InputError(f"{where}: the column {listing(repeated)} is there twice. Rename one.")
    if unit is not None:
        check_choice("unit", unit, UNITS)
    if "unit" in rows and len(rows) and rows["unit"].isin(UNITS).all():
        units = list(dict.fromkeys(rows.pop("unit")))
        if len(units) > 1 or unit not in (None, units[0]):
            said = f", and unit={unit!r} was given" if unit else ""
            raise InputError(
                f"{where}: the column unit has {listing(units)}{said}. One table has codes of one "
                "unit. Read the codes of each unit separately."
            )
        unit = units[0]
    unit = unit or UNITS[0]
    if unit == "document" and "sentence" not in rows:
        rows["sentence"] = 1
    return rows, unit


def gather(
    rows: pd.DataFrame, scale: tuple[float, ...], origin: str, unit: str = "sentence"
) -> Codes:
    """Return the codes of a wide table. Its column ``place`` names each row in messages."""
    frames = [str(column) for column in rows if column not in (*BESIDE, "place")]
    where = origin or "table"
    if sorted(frames) == LONG:
        rows, frames = _wide(rows, where)
    # In a table that is at hand, a frame may be called unit: its codes tell it from a unit.
    named = [frame for frame in frames if frame not in ("unit", "no hit")]
    check_coded_names(named, where, RENAME_COLUMN)
    if not frames:
        raise InputError(
            f"{where} has no column of a frame, only {listing(rows.columns, 20)}. Add one column "
            "of codes for each frame, named like the frame."
        )
    rows = rows.reset_index(drop=True)
    problems = [*_unread_sentences(rows), *_unnamed(rows)]
    numbers: dict[str, list[float]] = {}
    for frame in frames:
        read = [_read_code(value, scale) for value in rows[frame]]
        numbers[frame] = [np.nan if code is None else code for code in read]
        for row in (number for number, code in enumerate(read) if code is None):
            problems.append(f"{rows['place'][row]}, column {frame}: {_quoted(rows[frame][row])}")
    if problems:
        _refuse(problems, where, scale)
    rows["sentence"] = [int(float(str(value).replace(",", "."))) for value in rows["sentence"]]
    rows["coder"] = whole_numbers(rows["coder"]).map(lambda name: str(name).strip())
    rows["doc_id"] = whole_numbers(rows["doc_id"]).map(str)
    refuse_twice(rows, ["doc_id", "sentence", "coder"], "coded sentence {sentence} of {doc_id!r}")
    keys = ["doc_id", "sentence", "coder", "row"]
    filled = pd.concat([rows[keys], pd.DataFrame(numbers)], axis=1)
    long = filled.melt(keys, var_name="frame", value_name="code", ignore_index=False)
    long = long.sort_index(kind="stable").reset_index(drop=True)
    long["frame"] = pd.Categorical(long["frame"], categories=frames)
    empty = long["code"].isna()
    if empty.all():
        raise InputError(
            f"{where}: no cell has a code. Fill in the sheet first. Allowed codes: "
            f"{listing(scale)}."
        )
    table = long.loc[~empty, list(CODE_COLUMNS)].reset_index(drop=True)
    missing = long.loc[empty, [name for name in CODE_COLUMNS if name != "code"]]
    return Codes(table, missing.reset_index(drop=True), scale, origin, unit)


def _wide(rows: pd.DataFrame, where: str) -> tuple[pd.DataFrame, list[str]]:
    """Return a long table, a row per code, with a column per frame; and the frames."""
    keys = ["doc_id", "sentence", "coder"]
    twice = rows[rows.duplicated([*keys, "frame"])]
    if len(twice):
        first = twice.iloc[0]
        place = str(first["place"]) if where in first["place"] else f"{where}, {first['place']}"
        raise InputError(
            f"{place}: {first['coder']} has coded sentence {first['sentence']} of "
            f"{first['doc_id']!r} for {first['frame']!r} twice. Remove one row: a long table has "
            "one row per "
            "sentence, coder and frame."
        )
    if rows["frame"].dtype == "category":
        known = rows["frame"].cat.categories
        frames = [str(name) for name in known if (rows["frame"] == name).any()]
    else:
        frames = [str(name) for name in rows["frame"].unique()]
    check_coded_names([name for name in frames if name not in ("unit", "no hit")], where, RENAME)
    # The same sentence and coder have the same number, in the order of the table.
    number = rows.groupby(keys, sort=False, dropna=False).ngroup()
    heads = rows.assign(number=number).drop_duplicates("number").set_index("number")
    codes = rows.assign(number=number, frame=rows["frame"].astype(str))
    wide = codes.pivot(index="number", columns="frame", values="code")[frames]
    return heads[[*keys, "row", "place"]].join(wide), frames


def _is_empty(value: object) -> bool:
    # Only a missing number differs from itself; pd.NA has no answer.
    return value is None or value is pd.NA or value != value or str(value).strip() == ""


def _read_code(value: object, scale: tuple[float, ...]) -> float | None:
    """Return the code: NaN for an empty cell, None for a value that is not on the scale."""
    if _is_empty(value):
        return float("nan")
    text = str(value).strip()
    # What R, pandas and spreadsheets write for yes and no.
    text = {"true": "1", "false": "0"}.get(text.lower(), text)
    try:
        # Spreadsheets in much of Europe write a decimal comma.
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if number in scale else None


def _quoted(value: object) -> str:
    """Return the beginning of a value in quotation marks."""
    text = str(value).strip()
    return repr(text if len(text) <= 30 else f"{text[:30]}…")


def _unread_sentences(rows: pd.DataFrame) -> list[str]:
    """Return one line for each cell that holds no number of a sentence."""
    problems = []
    for place, value in zip(rows["place"], rows["sentence"], strict=True):
        try:
            number = float(str(value).replace(",", "."))
        except ValueError:
            number = float("nan")
        if not number >= 1 or number != int(number):
            problems.append(
                f"{place}, column sentence: {_quoted(value)} is not the number of a sentence"
            )
    return problems


def _unnamed(rows: pd.DataFrame) -> list[str]:
    """Return one line for each cell of the columns doc_id and coder that is empty."""
    return [
        f"{place}, column {column}: it is empty. Write the {what}"
        for column, what in (("doc_id", "id of the document"), ("coder", "name of the coder"))
        for place, name in zip(rows["place"], rows[column], strict=True)
        if _is_empty(name)
    ]


def _refuse(problems: list[str], where: str, scale: tuple[float, ...]) -> None:
    """Raise the error that lists the cells that cannot be used."""
    cells = f"{len(problems)} cell" + "s" * (len(problems) > 1)
    raise InputError(
        f"{where}: {cells} cannot be used. A code is one of {listing(scale)}; leave the cell "
        "empty where the coder cannot tell." + itemised(problems)
    )


def refuse_twice(rows: pd.DataFrame, keys: list[str], deed: str) -> None:
    """Raise InputError where rows of a coder have the same keys; ``deed`` names them by column."""
    twice = rows[rows.duplicated(keys, keep=False)]
    if twice.empty:
        return
    first = twice.iloc[0]
    same = twice[(twice[keys] == first[keys]).all(axis=1)]
    raise InputError(
        f"{first['coder']!r} has {deed.format_map(first)} more than once: "
        f"{'; '.join(same['place'])}. Keep one of these rows, or give two coders different names."
    )


@dataclass(frozen=True, eq=False, repr=False)
class MeanCodes(TableResult):
    """The mean code of each sentence.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per sentence, by ``doc_id`` and ``sentence``, one column per frame; see
        `mean_codes`.
    settings : dict
        The coder, the scale, the files with the codes, the versions.
    left_out : pandas.DataFrame
        ``doc_id``, ``sentence`` and ``frame`` without a code, with the ``reason``.
    """

    made_by: ClassVar[str] = "mean_codes"
    rows: ClassVar[str] = "sentences"
    draw_instead: ClassVar[str] = (
        "hits_of_codes(codes, corpus) makes hits, whose scores plot_scores draws."
    )


@check_objects
def mean_codes(codes: Codes, *, coder: str | None = None) -> MeanCodes:
    """Return the mean code of each sentence over its coders.

    Try it: ``fr.mean_codes(fr.load_testbed("briefings").codes).table``.

    Parameters
    ----------
    codes : Codes
        From `read_codes` or `make_codes`.
    coder : str, optional
        Use the codes of this coder alone, for example the codes that the coders agreed on.

    Returns
    -------
    MeanCodes
        Its ``table`` has one row per sentence, by ``doc_id`` and ``sentence``, and one column per
        frame. A mean is .5 where one of two coders saw the frame, and missing where nobody coded
        it.

    Raises
    ------
    InputError
        There is no such coder.

    Examples
    --------
    >>> import pandas as pd
    >>> import framing as fr
    >>> table = pd.DataFrame({"doc_id": "a", "sentence": 1, "coder": ["x", "y"], "peace": [1, 0]})
    >>> fr.mean_codes(fr.make_codes(table)).table
                     peace
    doc_id sentence
    a      1           0.5
    """
    table = codes.table
    if coder is not None:
        check_choice("coder", coder, codes.coders)
        table = table[table["coder"] == coder]
    keys = ["doc_id", "sentence", "frame"]
    means = table.groupby(keys, observed=True, sort=False)["code"].mean().unstack("frame")
    order = pd.MultiIndex.from_frame(table[keys[:2]].drop_duplicates())
    means = means.reindex(index=order, columns=codes.frames).rename_axis(columns=None)
    cells = pd.concat([codes.table[keys], codes.missing[keys]]).drop_duplicates()
    measured = pd.MultiIndex.from_frame(cells).isin(pd.MultiIndex.from_frame(table[keys]))
    reason = "nobody coded it" if coder is None else f"{coder} did not code it"
    return MeanCodes(
        means,
        settings={"coder": coder, "scale": codes.scale, "codes": codes.origin},
        left_out=cells[~measured].assign(reason=reason).reset_index(drop=True),
    )
