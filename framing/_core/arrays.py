"""Arrays: numbers and names in .npz files, and whole numbers. Reading a file never runs code."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

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


def whole_numbers(values: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return whole numbers that pandas holds as floats as integers: 1 and not 1.0, as text too.

    It holds them so where one is missing. A column with other numbers stays as it is.
    """
    if pd.api.types.is_float_dtype(values):
        known = values.dropna()
        whole = len(known) > 0 and bool((known.abs() < 2**53).all() and (known % 1 == 0).all())
        return values.astype("Int64") if whole else values
    if values.dtype != object or not any(isinstance(value, float) for value in values):
        return values
    return values.map(
        lambda value: int(value) if isinstance(value, float) and value.is_integer() else value
    )
