"""Results kept in a folder: read again where all that made them is the same, and only there."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framing._checks import InputError

Arrays = dict[str, NDArray[Any]]

READ, MADE, DAMAGED = "read", "made", "damaged"
# Length of the SHA-256 that a file begins with.
SEAL = 32


def cache_folder(cache: str | Path | None) -> Path | None:
    """Return the folder, made where it does not exist."""
    if cache is None:
        return None
    folder = Path(cache)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"cache={str(cache)!r} is a file; a folder is needed.")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def key_of(*parts: object) -> str:
    """Return the name of a result: a hash of all that it depends on."""
    digest = hashlib.sha256()
    for part in parts:
        array = isinstance(part, np.ndarray)
        head = f"{part.dtype}{part.shape}" if isinstance(part, np.ndarray) else "text"
        data = np.ascontiguousarray(part).tobytes() if array else repr(part).encode()
        digest.update(f"{head}:{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()


def kept(folder: Path | None, key: str, make: Callable[[], Arrays]) -> tuple[Arrays, str]:
    """Return a result and whether it was read, made, or made because its file was damaged."""
    if folder is None:
        return make(), MADE
    path, how = folder / f"{key}.multiverse", MADE
    if path.is_file():
        arrays = _read(path, key)
        if arrays is not None:
            return arrays, READ
        how = DAMAGED
    arrays = make()
    _write(path, key, arrays)
    return arrays, how


def _read(path: Path, key: str) -> Arrays | None:
    """Return the arrays of a file; None unless it is whole and was written for this key."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if _seal(key, data[SEAL:]) != data[:SEAL]:
        return None
    with np.load(BytesIO(data[SEAL:]), allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def _write(path: Path, key: str, arrays: Arrays) -> None:
    """Write a file in one step, so that a run that is killed leaves none that is half written."""
    buffer = BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    data = buffer.getvalue()
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(_seal(key, data) + data)
    Path(name).replace(path)


def _seal(key: str, data: bytes) -> bytes:
    return hashlib.sha256(key.encode() + data).digest()
