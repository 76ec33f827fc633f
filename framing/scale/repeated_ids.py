"""Ids that occur in two partitions: the first row counts, the later ones are refused."""

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from framing._core.typing import Array
from framing.scale.manifest import Manifest
from framing.scale.scoring import GROUP_ROWS, KINDS, REFUSED

# Ids that are compared at once: 16 bytes each.
AT_ONCE = 20_000_000


def refuse_repeated(manifest: Manifest) -> None:
    """Move rows whose id is in an earlier partition from the scored ones to the refused ones."""
    lines = manifest.in_order()
    total = sum(line["scored"] for line in lines)
    passes = max(1, -(-total // AT_ONCE))
    candidates: set[int] = set()
    for number in range(passes):
        candidates |= _repeated_hashes(manifest, lines, passes, number)
    if not candidates:
        return
    # Two ids can have one hash, so that the ids themselves decide.
    wanted = np.array(sorted(candidates), dtype=np.uint64)
    first: dict[str, str] = {}
    later: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in lines:
        ids = _ids(manifest, line)
        for row in np.flatnonzero(np.isin(_hashes(ids), wanted)):
            doc_id = str(ids[int(row)].as_py())
            if doc_id in first:
                later[line["partition"]].append((doc_id, first[doc_id]))
            else:
                first[doc_id] = line["partition"]
    for key, repeated in later.items():
        _rewrite(manifest, manifest.lines[key], dict(repeated))


def _repeated_hashes(
    manifest: Manifest, lines: list[dict[str, Any]], passes: int, number: int
) -> set[int]:
    """Return the hashes that occur twice, of those that belong to one pass."""
    pieces: list[Array] = []
    for line in lines:
        hashes = _hashes(_ids(manifest, line))
        pieces.append(hashes[hashes % np.uint64(passes) == number])
    every = np.sort(np.concatenate(pieces)) if pieces else np.zeros(0, dtype=np.uint64)
    return set(every[1:][every[1:] == every[:-1]].tolist())


def _ids(manifest: Manifest, line: dict[str, Any]) -> pa.ChunkedArray:
    """Return the ids of the documents of a partition."""
    with manifest.storage.open(
        f"{manifest.folder}/documents/{line['files']['documents'][0]}"
    ) as file:
        return pq.read_table(file, columns=["doc_id"])["doc_id"]


def _hashes(ids: pa.ChunkedArray) -> Any:
    """Return a hash of 64 bits of each id, the same in every process."""
    values = ids.to_numpy(zero_copy_only=False).astype(object)
    hashes: Any = pd.util.hash_array(values, categorize=False)
    return hashes


def _rewrite(manifest: Manifest, line: dict[str, Any], repeated: dict[str, str]) -> None:
    """Write the three files of a partition anew, under other names, and then its line."""
    tables = {}
    for kind in KINDS:
        with manifest.storage.open(f"{manifest.folder}/{kind}/{line['files'][kind][0]}") as file:
            tables[kind] = pq.read_table(file)
    keys = pa.array(list(repeated), pa.string())
    out = tables["documents"].filter(pc.is_in(tables["documents"]["doc_id"], keys))
    reasons = [f"the id is in {repeated[doc_id]} too" for doc_id in out["doc_id"].to_pylist()]
    refused = pa.table(
        [out["doc_id"].cast(pa.string()), out["row"], pa.array(reasons, pa.string())],
        schema=REFUSED,
    )
    hits_before = len(tables["hits"])
    for kind in ("hits", "documents"):
        tables[kind] = tables[kind].filter(pc.invert(pc.is_in(tables[kind]["doc_id"], keys)))
    tables["refused"] = pa.concat_tables([tables["refused"], refused]).sort_by("row")
    name = f"{line['files']['hits'][0].removesuffix('.parquet')}-once.parquet"
    files = {}
    for kind, table in tables.items():
        path = f"{manifest.folder}/{kind}/{name}"
        with manifest.storage.aside(path) as file:
            pq.write_table(table, file, compression="zstd", row_group_size=GROUP_ROWS)
        files[kind] = [name, manifest.storage.info(path).size]
    count = len(refused)
    reasons_of = dict(line["reasons"])
    reasons_of["id repeated"] = reasons_of.get("id repeated", 0) + count
    manifest.add(
        line
        | {
            "scored": line["scored"] - count,
            "refused": line["refused"] + count,
            "reasons": dict(sorted(reasons_of.items())),
            "hits": line["hits"] - (hits_before - len(tables["hits"])),
            "tokens": line["tokens"] - int(pc.sum(out["tokens"]).as_py() or 0),
            "repeated": line["repeated"] + count,
            "files": files,
        }
    )
