"""Arrays: numbers and names in .npz files. Reading a file never runs code."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from framing._core.checks import InputError
from framing._core.files import Output, read_bytes


def write_arrays(path: str | Path, arrays: dict[str, Any], what: str) -> Path:
    """Write arrays as a compressed .npz file; ``what`` begins the error: "Topics are"."""
    path = Path(path)
    if path.suffix != ".npz":
        raise InputError(f"{path}: {what} written as .npz. Give a path that ends in .npz.")
    with Output() as output, output.open(path) as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    return path


@contextmanager
def open_arrays(path: str | Path, complaint: str) -> Iterator[Any]:
    """Open a file of arrays. Every fault in it raises InputError with the same ``complaint``."""
    data = BytesIO(read_bytes(Path(path)))
    try:
        with np.load(data, allow_pickle=False) as file:
            yield file
    except InputError:
        raise
    except Exception as error:
        # A damaged file can fail in any layer of the reader, with an error of any kind.
        raise InputError(f"{path} {complaint} ({type(error).__name__}).") from None
