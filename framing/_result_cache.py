"""Results kept in a folder: read again where all that made them is the same, and only there."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Memory
from numpy.typing import NDArray

from framing._core.checks import InputError

Arrays = dict[str, NDArray[Any]]

READ, MADE, DAMAGED = "read", "made", "damaged"


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
    # Compressed files carry a checksum.
    memory = Memory(folder, verbose=0, compress=True).cache(_made, ignore=["make"])
    known = memory.check_call_in_cache(key, make)
    ran = []

    def noted() -> Arrays:
        ran.append(key)
        return make()

    arrays: Arrays = memory(key, noted)
    return arrays, (DAMAGED if ran else READ) if known else MADE


def _made(key: str, make: Callable[[], Arrays]) -> Arrays:
    return make()
