"""Repeated ids: ids that occur in two partitions, where the first one counts."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa

from framing._core.typing import Keys

# Ids that are compared at once: 16 bytes each.
AT_ONCE = 20_000_000

Piece = TypeVar("Piece")


def refuse_repeated(
    pieces: Mapping[str, Piece],
    ids: Callable[[Piece], pa.ChunkedArray],
    total: int,
    again: Callable[[Piece, dict[str, str]], object],
) -> None:
    """Make the results of each partition again that has ids of an earlier one, without these.

    ``pieces`` are what is known of each partition, by its name and in order. ``ids`` gives the ids
    that its results have, each once, and ``total`` is their number. ``again`` gets the repeated ids
    of a partition, with the name of the partition that has them first.
    """
    later = later_ids(list(pieces), lambda key: ids(pieces[key]), total)
    for key, repeated in later.items():
        again(pieces[key], repeated)


def later_ids(
    partitions: Sequence[str], read: Callable[[str], pa.ChunkedArray], total: int
) -> dict[str, dict[str, str]]:
    """Return for each partition its ids that are in an earlier one, with the name of that one.

    ``read`` gives the ids of a partition, of which none is there twice; ``total`` is their number.
    """
    passes = max(1, -(-total // AT_ONCE))
    candidates: set[int] = set()
    for number in range(passes):
        candidates |= _repeated_hashes(partitions, read, passes, number)
    later: dict[str, dict[str, str]] = defaultdict(dict)
    if not candidates:
        return later
    # Two ids can have one hash, so that the ids themselves decide.
    wanted = np.array(sorted(candidates), dtype=np.uint64)
    first: dict[str, str] = {}
    for partition in partitions:
        ids = read(partition)
        for row in np.flatnonzero(np.isin(id_hashes(ids), wanted)):
            doc_id = str(ids[int(row)].as_py())
            if doc_id in first:
                later[partition][doc_id] = first[doc_id]
            else:
                first[doc_id] = partition
    return later


def _repeated_hashes(
    partitions: Sequence[str], read: Callable[[str], pa.ChunkedArray], passes: int, number: int
) -> set[int]:
    """Return the hashes that occur twice, of those that belong to one pass."""
    pieces: list[Keys] = []
    for partition in partitions:
        hashes = id_hashes(read(partition))
        pieces.append(hashes[hashes % np.uint64(passes) == number])
    every = np.sort(np.concatenate(pieces)) if pieces else np.zeros(0, dtype=np.uint64)
    return set(every[1:][every[1:] == every[:-1]].tolist())


def id_hashes(ids: pa.ChunkedArray) -> Any:
    """Return a hash of 64 bits of each id, the same in every process."""
    values = ids.to_numpy(zero_copy_only=False).astype(object)
    hashes: Any = pd.util.hash_array(values, categorize=False)
    return hashes
