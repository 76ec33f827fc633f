"""Files of results: hashes of what the numbers hang on, reading with checks, and safe writing."""

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

from framing._core.checks import InputError, itemised
from framing._core.files import read_bytes, read_text
from framing.paper.numbers import KINDS

FORMAT = "framing results 1"
ENDS = ("low", "high")
TEXTS = ("of", "kind", "unit", "notebook", "cell")
# Seconds until another notebook must have written its numbers.
PATIENCE = 30.0


def code_hash(notebook: str | Path) -> str:
    """Return the SHA-256 of the code of a notebook; its text may change without changing a number.

    A script counts as a whole.

    Raises
    ------
    InputError
        The file is missing or no notebook.
    """
    path = Path(notebook)
    if path.suffix != ".ipynb":
        return hashlib.sha256(read_bytes(path)).hexdigest()
    try:
        cells = json.loads(read_text(path))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise InputError(f"{path}: this is no notebook ({error!r}).") from None
    return hashlib.sha256("\n\0".join(code).encode()).hexdigest()


def data_hash(path: str | Path) -> str:
    """Return the SHA-256 of a file, or of the names and bytes of all files in a folder.

    Files and folders whose names begin with a dot or two underscores do not count; links count as
    what they lead to.

    Raises
    ------
    InputError
        There is neither a file nor a folder of this name.
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
    seen: set[str] = set()
    for place, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        for name in files:
            if not name.startswith((".", "__")):
                yield (Path(place) / name).relative_to(folder).as_posix()


def load(path: Path) -> dict[str, Any]:
    """Return what a file of results holds: ``notebooks`` and ``results``, both by their names.

    Raises
    ------
    InputError
        The file is missing, or it is not as ``write_results`` writes it.
    """
    try:
        content = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise InputError(
            f"{path}, line {error.lineno}: this is no JSON ({error.msg}). Run the notebooks again."
        ) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise InputError(f"{path}: this is no file of results, which fr.write_results writes.")
    problems = [
        f"{part!r} is missing"
        for part in ("notebooks", "results")
        if not isinstance(content.get(part), dict)
    ]
    if not problems:
        sources = content["notebooks"]
        problems += [
            f"{name}: {wrong}" for name, source in sources.items() if (wrong := _flaw(source))
        ]
        problems += [
            f"{key}: {wrong}"
            for key, result in content["results"].items()
            if (wrong := _wrong(result, sources))
        ]
    if problems:
        raise InputError(
            f"{path} has been changed by hand. Run the notebooks again:" + itemised(problems)
        )
    for result in content["results"].values():
        result.update({end: float(result[end]) for end in ENDS if isinstance(result[end], str)})
    return content


def _flaw(source: Any) -> str:
    if not isinstance(source, dict) or not isinstance(source.get("code"), str):
        return "the hash of its code is missing"
    data = source.get("data")
    if not isinstance(data, dict) or not all(isinstance(item, str) for item in data.values()):
        return "the hashes of its data are missing"
    return "" if isinstance(source.get("settings"), dict) else "its settings are missing"


def _finite(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and abs(value) <= sys.float_info.max


def _wrong(result: Any, sources: Mapping[str, Any]) -> str:
    """Say what of a result is not as it was written, or ``""``."""
    if not isinstance(result, dict):
        return "it is no set of fields"
    missing = [part for part in (*TEXTS, "value", *ENDS, "level", "n") if part not in result]
    if missing:
        return f"{', '.join(missing)} is missing"
    texts = [part for part in TEXTS if not isinstance(result[part], str)]
    if texts:
        return f"{', '.join(texts)} is no text"
    if result["kind"] not in KINDS:
        return f"kind {result['kind']!r} is not known; there are {', '.join(KINDS)}"
    if result["notebook"] not in sources:
        return f"its notebook {result['notebook']!r} is not listed"
    if not _finite(result["value"]):
        return "its value is no number"
    low, high, level, n = (result[part] for part in (*ENDS, "level", "n"))
    if (low, high, level) != (None, None, None):
        if not all(_finite(end) or end in ("inf", "-inf") for end in (low, high)):
            return "an end of its interval is no number"
        if not _finite(level) or not 0 < level < 1:
            return "the level of its interval does not lie between 0 and 1"
    if n is not None and (not isinstance(n, int) or isinstance(n, bool)):
        return "its n is no whole number"
    return ""


def plain_settings(value: Any, where: str) -> Any:
    """Return settings as JSON can hold them; a column stands for itself by its name."""
    if isinstance(value, Mapping):
        return {
            str(name): plain_settings(part, f"{where}[{name!r}]") for name, part in value.items()
        }
    if isinstance(value, list | tuple | np.ndarray):
        return [plain_settings(part, where) for part in value]
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
        f"{where} is a {type(value).__name__}; settings are texts, numbers, lists and mappings."
    )


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Keep other notebooks from writing to the file; wait until they have done.

    Raises
    ------
    InputError
        Another one holds it for more than half a minute.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(f".{path.name}.lock")
    try:
        # Of its kinds this one leaves no file behind.
        with SoftFileLock(lock, timeout=PATIENCE):
            yield
    except Timeout:
        raise InputError(
            f"{path}: another notebook is writing to it. If none is, remove {lock}."
        ) from None


def dump(path: Path, content: Mapping[str, Any]) -> None:
    """Write a file of results, whole or not at all.

    A line a number, in the order of the keys: a change shows as one line.
    """
    notebooks = json.dumps(content["notebooks"], indent=1, sort_keys=True, ensure_ascii=False)
    # JSON knows no infinity.
    plain = {
        key: {
            part: str(value) if isinstance(value, float) and math.isinf(value) else value
            for part, value in sorted(result.items())
        }
        for key, result in sorted(content["results"].items())
    }
    lines = [
        f"  {json.dumps(key)}: {json.dumps(result, ensure_ascii=False, allow_nan=False)}"
        for key, result in plain.items()
    ]
    half = path.with_name(f".{path.name}.new")
    half.write_text(
        f'{{\n"format": "{FORMAT}",\n"notebooks": {notebooks},\n"results": {{\n'
        + ",\n".join(lines)
        + "\n}\n}\n",
        encoding="utf-8",
        newline="\n",
    )
    half.replace(path)


def stale(sources: Mapping[str, Mapping[str, Any]], folder: Path) -> dict[str, list[str]]:
    """Return by notebook why its results are stale; notebooks whose results are not are left out.

    Parameters
    ----------
    sources : mapping
        The ``notebooks`` of a file of results.
    folder : Path
        Where the notebooks are.
    """
    reasons: dict[str, list[str]] = {}
    for name, source in sorted(sources.items()):
        found = reasons.setdefault(name, [])
        if not (folder / name).exists():
            found.append(
                f"the notebook is no longer in {folder}; if it is gone for good, remove the file "
                "of results and run all the others"
            )
            continue
        if code_hash(folder / name) != source["code"]:
            found.append("its code has changed since it was run")
        for item, known in sorted(source["data"].items()):
            place = folder.resolve() / item
            if not place.exists():
                found.append(f"its data {item} are no longer there")
            elif data_hash(place) != known:
                found.append(f"its data {item} have changed since it was run")
    return {name: found for name, found in reasons.items() if found}
