"""Files of model codes: what a model coder said, read back without server, model or texts."""

import io
import json
from pathlib import Path
from typing import Any

import pandas as pd

from framing._core.checks import InputError, check_columns, check_objects, itemised, listing
from framing._core.delimited import restore
from framing._core.files import read_text
from framing.coding.models.model_codes import (
    MODEL_COLUMNS,
    PROBLEM_COLUMNS,
    ModelCodes,
    notes_of,
)
from framing.coding.models.replies import REASONS

KEYS = ["doc_id", "sentence", "coder", "frame"]
# How True and False are written by this package and by spreadsheets.
SAID = {"true": True, "false": False}
# The most cells that a message names.
SHOWN = 5
NO_CODE = "no code in the file"


@check_objects
def read_model_codes(path: str | Path, manifest: str | Path) -> ModelCodes:
    """Read what a model coder said from its codes and its manifest.

    Codes and manifest can be published where the texts cannot. With them, others repeat
    agreement, validation, correction and a multiverse of prompts without the model.

    Parameters
    ----------
    path : str or Path
        The codes, as ``fr.write_table(coded, path)`` writes them: a CSV file with one row per
        sentence, coder and frame.
    manifest : str or Path
        How they were made, from `write_manifest`.

    Returns
    -------
    ModelCodes
        As `code_with_model` returned it: codes are 0, 1 or missing, offsets of quotes are
        characters of the document, from 0. The problems that had been listed are not in the
        files: ``problems`` has a row "no code in the file" for each missing code, whatever the
        reason was. Nothing is sent.

    Raises
    ------
    InputError
        A file is missing or is another one, a column is missing, a cell cannot be used, or the
        manifest names other coders or frames than the codes.

    Examples
    --------
    >>> from pathlib import Path
    >>> import framing as fr
    >>> folder = Path(fr.__file__).parent / "data" / "wordings"
    >>> coded = fr.coding.read_model_codes(folder / "codes.csv", folder / "manifest.json")
    >>> len(coded.coders), len(coded.codes.table)
    (6, 5760)
    """
    facts = _manifest(Path(manifest))
    try:
        text = io.StringIO(read_text(Path(path)))
        table = pd.read_csv(text, dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError(
            f"{path}: this is not a table ({error}). Give the CSV file that write_table(coded, "
            "path) wrote."
        ) from None
    check_columns(table.columns, MODEL_COLUMNS, str(path))
    table = table[list(MODEL_COLUMNS)].copy()
    for column in ("doc_id", "coder", "frame"):
        table[column] = table[column].map(restore)
    coders = [coder["coder"] for coder in facts["coders"]]
    frames = [str(frame) for frame in facts["codebook"]["frames"]]
    for column, known in (("coder", coders), ("frame", frames)):
        others = sorted(set(table[column]) ^ set(known))
        if others:
            raise InputError(
                f"{path} and {manifest}: the {column} {others[0]!r} is in one of them only. Give "
                "the manifest of the run that made these codes."
            )
    twice = table[table.duplicated(KEYS)]
    if len(twice):
        first = twice.iloc[0]
        raise InputError(
            f"{path}: {first['coder']!r} has coded sentence {first['sentence']} of "
            f"{first['doc_id']!r} for {first['frame']!r} twice. Each sentence, coder and frame has "
            "one row."
        )
    checked = _checked(table, path)
    checked["frame"] = pd.Categorical(checked["frame"], categories=frames)
    missing = checked[checked["code"].isna()]
    problems = missing[KEYS].astype({"frame": "str"})
    problems = problems.assign(reason=NO_CODE, detail="", coded=False)[list(PROBLEM_COLUMNS)]
    problems["reason"] = pd.Categorical(problems["reason"], categories=[*REASONS, NO_CODE])
    problems = problems.reset_index(drop=True)
    codebook = facts["codebook"]
    return ModelCodes(
        checked, problems, facts, tuple(notes_of(checked, problems, codebook["unit"])),
        settings={"codebook": codebook["name"], "codebook_hash": codebook.get("hash", "")},
        left_out=problems.drop(columns="coded"),
    )  # fmt: skip


def _manifest(path: Path) -> dict[str, Any]:
    """Return the manifest; raise InputError where it is none."""
    try:
        facts = json.loads(read_text(path))
        named = [(coder["coder"], coder["model"]) for coder in facts["coders"]]
        codebook = [facts["codebook"][name] for name in ("name", "unit", "frames")]
        if not named or not all(codebook):
            raise ValueError("it names no coder, or no frame")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{path}: this is not a manifest of a model coder ({type(error).__name__}: {error}). "
            "Give the file that write_manifest(coded, path) wrote."
        ) from None
    return dict(facts)


def _checked(table: pd.DataFrame, path: str | Path) -> pd.DataFrame:
    """Return the table with numbers; raise InputError that names the cells that are none."""
    columns: dict[str, pd.Series] = {}
    faults = []
    for name in ("sentence", "code", "quote_start", "quote_end"):
        values = pd.to_numeric(table[name].str.strip(), errors="coerce")
        whole = values.eq(values.round()) & values.ge(1 if name == "sentence" else 0)
        fine = whole & (values.le(1) if name == "code" else True)
        fine |= table[name].str.strip().eq("") & (name != "sentence")
        faults += [(row, name) for row in table.index[~fine]]
        columns[name] = values
    said = table["rejected"].str.strip().str.lower().map(SAID)
    faults += [(row, "rejected") for row in table.index[said.isna()]]
    if faults:
        # The header is the first row of the file.
        lines = [
            f"row {row + 2}, column {name}: {table.loc[row, name]!r}"
            for row, name in sorted(faults)[:SHOWN]
        ]
        raise InputError(
            f"{path}: {len(faults):,} cells cannot be used. A sentence is a number from 1; a code "
            f"is {listing((0, 1))} or empty; rejected is {listing(('True', 'False'))}; an offset "
            "is a number from 0 or empty." + itemised(lines)
        )
    return table.assign(
        sentence=columns["sentence"].astype("int64"),
        code=columns["code"].astype("float64"),
        rejected=said.astype(bool),
        quote_start=columns["quote_start"].astype("Int64"),
        quote_end=columns["quote_end"].astype("Int64"),
    )
