"""Files of results: hashes of code and data, reading with checks, and safe writing."""

import hashlib
import json
import math
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from filelock import SoftFileLock, Timeout

from framing._core.checks import InputError, a_kind, itemised
from framing._core.files import read_bytes, read_json, read_text, write_errors, write_text
from framing.paper.numbers import KINDS

FORMAT = "framing results 1"
# Fields of a result: the ends of its interval, and its texts.
ENDS = ("low", "high")
TEXTS = ("of", "kind", "unit", "notebook", "cell")
# Seconds to wait for another notebook that writes to the file.
PATIENCE = 30.0


def code_hash(notebook: str | Path) -> str:
    """Return the SHA-256 of the code of a notebook, without its text and outputs.

    The hash of a script is that of the whole file.

    Raises
    ------
    InputError
        The file is missing or is not a notebook.
    """
    path = Path(notebook)
    if path.suffix != ".ipynb":
        return hashlib.sha256(read_bytes(path)).hexdigest()
    try:
        cells = json.loads(read_text(path))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (json.JSONDecodeError, RecursionError, KeyError, TypeError) as error:
        raise InputError(f"{path}: this is not a notebook ({error!r}).") from None
    return hashlib.sha256("\n\0".join(code).encode()).hexdigest()


def data_hash(path: str | Path) -> str:
    """Return the SHA-256 of a file, or of the names and bytes of all files in a folder.

    Files and folders whose names begin with a dot or two underscores do not count. Links are
    followed.

    Raises
    ------
    InputError
        There is no file and no folder with this name.
    """
    path = Path(path)
    if not path.is_dir():
        return hashlib.sha256(read_bytes(path)).hexdigest()
    digest = hashlib.sha256()
    for name in sorted(_names(path)):
        content = hashlib.sha256(read_bytes(path / name)).hexdigest()
        digest.update(f"{name}\0{content}\n".encode())
    return digest.hexdigest()


def _names(folder: Path) -> Iterator[str]:
    """Yield the paths of the files in a folder, relative to it."""
    visited: set[str] = set()
    for current, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(current)
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        # A link can lead back to a folder that was visited before.
        if real in visited:
            folders.clear()
            continue
        visited.add(real)
        for name in files:
            if not name.startswith((".", "__")):
                yield (Path(current) / name).relative_to(folder).as_posix()


def load(path: Path) -> dict[str, Any]:
    """Return the content of a file of results: ``notebooks`` by name and ``results`` by key.

    Raises
    ------
    InputError
        The file is missing, or ``write_results`` did not write it as it is.
    """
    content = read_json(path, " Run the notebooks again.")
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise InputError(
            f"{path}: this is not a file of results. Give the file that fr.write_results wrote."
        )
    problems = [
        f"{field!r} is missing"
        for field in ("notebooks", "results")
        if not isinstance(content.get(field), dict)
    ]
    if not problems:
        sources = content["notebooks"]
        problems += [
            f"{name}: {flaw}" for name, source in sources.items() if (flaw := _source_flaw(source))
        ]
        problems += [
            f"{key}: {flaw}"
            for key, result in content["results"].items()
            if (flaw := _result_flaw(result, sources))
        ]
    if problems:
        raise InputError(
            f"{path} has been changed by hand. Run the notebooks again:" + itemised(problems)
        )
    for result in content["results"].values():
        result.update({end: float(result[end]) for end in ENDS if isinstance(result[end], str)})
    return content


def _source_flaw(source: Any) -> str:
    """Return what is wrong with the record of a notebook, or ``""``."""
    if not isinstance(source, dict) or not isinstance(source.get("code"), str):
        return "the hash of its code is missing"
    data = source.get("data")
    if not isinstance(data, dict) or not all(isinstance(item, str) for item in data.values()):
        return "the hashes of its data are missing"
    return "" if isinstance(source.get("settings"), dict) else "its settings are missing"


def _finite(value: Any) -> bool:
    """Return whether a value is a finite number."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and abs(value) <= sys.float_info.max


def _result_flaw(result: Any, sources: Mapping[str, Any]) -> str:
    """Return what is wrong with a result, or ``""``."""
    if not isinstance(result, dict):
        return "it is not a set of fields"
    missing = [field for field in (*TEXTS, "value", *ENDS, "level", "n") if field not in result]
    if missing:
        return f"{', '.join(missing)} is missing"
    texts = [field for field in TEXTS if not isinstance(result[field], str)]
    if texts:
        return f"{', '.join(texts)} is not a text"
    if result["kind"] not in KINDS:
        return f"kind {result['kind']!r} is not known; the kinds are {', '.join(KINDS)}"
    if result["notebook"] not in sources:
        return f"its notebook {result['notebook']!r} is not listed"
    if not _finite(result["value"]):
        return "its value is not a number"
    low, high, level, n = (result[field] for field in (*ENDS, "level", "n"))
    if (low, high, level) != (None, None, None):
        if not all(_finite(end) or end in ("inf", "-inf") for end in (low, high)):
            return "an end of its interval is not a number"
        if not _finite(level) or not 0 < level < 1:
            return "the level of its interval does not lie between 0 and 1"
    if n is not None and (not isinstance(n, int) or isinstance(n, bool)):
        return "its n is not a whole number"
    return ""


def plain_settings(value: Any, where: str) -> Any:
    """Return settings as values of JSON; a Series is replaced by its name."""
    if isinstance(value, Mapping):
        return {
            str(name): plain_settings(item, f"{where}[{name!r}]") for name, item in value.items()
        }
    if isinstance(value, list | tuple | np.ndarray):
        return [plain_settings(item, where) for item in value]
    if isinstance(value, pd.Series):
        return str(value.name)
    if isinstance(value, np.generic):
        return plain_settings(value.item(), where)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, date | Path):
        return str(value)
    if value is None or isinstance(value, str | int | float):
        return value
    raise InputError(
        f"{where} is {a_kind(type(value).__name__)}; settings are texts, numbers, lists and "
        "mappings."
    )


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Lock the file against other notebooks; wait until they have written.

    Raises
    ------
    InputError
        Another notebook has locked the file for more than half a minute.
    """
    lock = path.with_name(f".{path.name}.lock")
    # This kind of lock leaves no file behind, and a process that was killed does not hold it.
    guard = SoftFileLock(lock, timeout=PATIENCE)
    with write_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            guard.acquire()
        except Timeout:
            raise InputError(
                f"{path}: another notebook is writing to it. If none is, remove {lock}."
            ) from None
    try:
        yield
    finally:
        guard.release()


def dump(path: Path, content: Mapping[str, Any]) -> None:
    """Write a file of results completely or not at all.

    Each number has one line, in the order of the keys, so that a change is a change of one line.
    """
    notebooks = json.dumps(content["notebooks"], indent=1, sort_keys=True, ensure_ascii=False)
    # JSON has no infinity.
    plain = {
        key: {
            field: str(value) if isinstance(value, float) and math.isinf(value) else value
            for field, value in sorted(result.items())
        }
        for key, result in sorted(content["results"].items())
    }
    lines = [
        f"  {json.dumps(key)}: {json.dumps(result, ensure_ascii=False, allow_nan=False)}"
        for key, result in plain.items()
    ]
    write_text(
        path,
        f'{{\n"format": "{FORMAT}",\n"notebooks": {notebooks},\n"results": {{\n'
        + ",\n".join(lines)
        + "\n}\n}\n",
    )


def stale(sources: Mapping[str, Mapping[str, Any]], folder: Path) -> dict[str, list[str]]:
    """Return by notebook why its results are stale. Notebooks with valid results are left out.

    Parameters
    ----------
    sources : mapping
        The ``notebooks`` of a file of results.
    folder : Path
        The folder of the notebooks.
    """
    reasons: dict[str, list[str]] = {}
    for name, source in sorted(sources.items()):
        changes = reasons.setdefault(name, [])
        if not (folder / name).exists():
            changes.append(
                f"the notebook is no longer in {folder}; if it was deleted, remove the file of "
                "results and run all other notebooks"
            )
            continue
        if code_hash(folder / name) != source["code"]:
            changes.append("its code has changed since it was run")
        for item, known in sorted(source["data"].items()):
            data = folder.resolve() / item
            if not data.exists():
                changes.append(f"its data {item} are no longer there")
            elif data_hash(data) != known:
                changes.append(f"its data {item} have changed since it was run")
    return {name: changes for name, changes in reasons.items() if changes}
