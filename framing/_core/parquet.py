"""Parquet and Arrow: reading tables of columns, and the error for damaged files."""

import io

import pandas as pd

from framing._core.checks import InputError


def read_parquet(data: bytes, where: str) -> pd.DataFrame:
    """Return the table of a Parquet or Arrow file; every fault in the file raises InputError."""
    import pyarrow.feather as pf
    import pyarrow.parquet as pq

    name, read = (
        ("Arrow", pf.read_table) if data.startswith(b"ARROW1") else ("Parquet", pq.read_table)
    )
    try:
        # A damaged file can fail in any layer of the reader, with an error of any kind.
        table: pd.DataFrame = read(io.BytesIO(data)).to_pandas()
    except Exception as error:
        reason = str(error).strip().split("\n")[0][:200] or type(error).__name__
        raise InputError(
            f"{where} cannot be read as {name} ({reason}). The file is damaged, or it is another "
            "kind of file. Copy it again, or write it again."
        ) from None
    return table
