"""Ids that occur in two partitions: the first row counts, the later ones are refused."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from framing.corpus.repeated_ids import refuse_repeated
from framing.corpus.rows import REFUSED, repeats
from framing.scale.manifest import Manifest
from framing.scale.scoring import GROUP_ROWS, KINDS


def refuse_rows(manifest: Manifest) -> None:
    """Move rows whose id is in an earlier partition from the scored ones to the refused ones."""
    lines = {line["partition"]: line for line in manifest.in_order()}
    total = sum(line["scored"] for line in lines.values())
    refuse_repeated(
        lines,
        lambda line: _ids(manifest, line),
        total,
        lambda line, repeated: _rewrite(manifest, line, repeated),
    )


def _ids(manifest: Manifest, line: dict[str, Any]) -> pa.ChunkedArray:
    """Return the ids of the documents of a partition."""
    with manifest.storage.open(
        f"{manifest.folder}/documents/{line['files']['documents'][0]}"
    ) as file:
        return pq.read_table(file, columns=["doc_id"])["doc_id"]


def _rewrite(manifest: Manifest, line: dict[str, Any], repeated: dict[str, str]) -> None:
    """Write the three files of a partition anew, under other names, and then its line."""
    tables = {}
    for kind in KINDS:
        with manifest.storage.open(f"{manifest.folder}/{kind}/{line['files'][kind][0]}") as file:
            tables[kind] = pq.read_table(file)
    keys = pa.array(list(repeated), pa.string())
    out = tables["documents"].filter(pc.is_in(tables["documents"]["doc_id"], keys))
    reasons = [repeats(repeated[doc_id]) for doc_id in out["doc_id"].to_pylist()]
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
