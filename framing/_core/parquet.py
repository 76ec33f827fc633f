"""Parquet: reading tables of columns, and the error for damaged files."""

import io

import pandas as pd

from framing._core.checks import InputError


def read_parquet(data: bytes, where: str) -> pd.DataFrame:
    """Return the table of a Parquet file; every fault in the file raises InputError."""
    import pyarrow.parquet as pq

    try:
        # A damaged file can fail in any layer of the reader, with an error of any kind.
        table: pd.DataFrame = pq.read_table(io.BytesIO(data)).to_pandas()
    except Exception as error:
        reason = str(error).strip().split("\n")[0][:200] or type(error).__name__
        raise InputError(
            f"{where} cannot be read as Parquet ({reason}). The file is damaged or is none: copy "
            "it again, or write it anew."
        ) from None
    return table
