"""Rate and memory of `score_dataset` from few to millions of short articles, written as Parquet."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from joblib import Parallel, delayed

import framing as fr

# Documents of a file, of its row groups and of a partition, and sentences of a document.
FILE, GROUP, SENTENCES = 50_000, 5_000, 3
WORKERS = 2
SCHEMA = pa.schema([("doc_id", pa.string()), ("text", pa.string()), ("source", pa.string())])
Measured = Callable[[Path, Path, int], dict[str, float]]


def write_file(path: Path, first: int, count: int) -> int:
    """Write articles of some 400 characters, numbered from ``first``; return their characters.

    Every seventh word is replaced by one that occurs nowhere else.
    """
    sentences = [
        sentence.split(" ")
        for text in fr.load_testbed().corpus.table["text"]
        for sentence in text.replace("\n", " ").split(". ")
        if sentence
    ]
    rng = np.random.default_rng(first)
    characters = 0
    with pq.ParquetWriter(path, SCHEMA) as writer:
        for start in range(first, first + count, GROUP):
            size = min(GROUP, first + count - start)
            texts = []
            for chosen in rng.integers(0, len(sentences), (size, SENTENCES)).tolist():
                words = [word for number in chosen for word in sentences[number]]
                words[::7] = [f"w{value:x}" for value in rng.integers(0, 2**40, len(words[::7]))]
                texts.append(f"{' '.join(words)}.")
            characters += sum(map(len, texts))
            ids = [f"a{number}" for number in range(start, start + size)]
            outlets = [f"outlet {value}" for value in rng.integers(0, 20, size).tolist()]
            writer.write_table(pa.table([ids, texts, outlets], schema=SCHEMA))
    return characters


def write_datasets(folder: Path, sizes: Sequence[int]) -> dict[int, int]:
    """Write a dataset of each size as a folder of files; return the characters of each.

    The datasets share their files, so that the disk holds each article once.
    """
    full = [(folder / f"{first:09}.parquet", first, FILE)
            for first in range(0, max(sizes) // FILE * FILE, FILE)]  # fmt: skip
    parts = {size: (folder / f"end-{size}.parquet", size // FILE * FILE, size % FILE)
             for size in sizes if size % FILE}  # fmt: skip
    calls = [*full, *parts.values()]
    written = dict(zip(
        (path for path, *_ in calls),
        Parallel(n_jobs=WORKERS)(delayed(write_file)(*call) for call in calls),
        strict=True,
    ))  # fmt: skip
    characters = {}
    for size in sizes:
        chosen = [path for path, *_ in full[: size // FILE]]
        chosen += [parts[size][0]] if size in parts else []
        (folder / f"in-{size}").mkdir()
        for path in chosen:
            os.link(path, folder / f"in-{size}" / path.name)
        characters[size] = sum(written[path] for path in chosen)
    return characters


def measure_series(
    folder: Path, sizes: Sequence[int], measured: Measured, most: int
) -> dict[str, Any]:
    """Return seconds, rates and memory for each size, and the seconds of the start-up.

    ``measured`` scores a dataset into a folder in partitions of so many rows. The start-up is what
    two documents take, one for each worker. Small datasets are scored ``most`` times.
    """
    (folder / "in-start").mkdir()
    few = pa.table([["a", "b"], ["A truce.", "Talks."], ["s", "s"]], schema=SCHEMA)
    pq.write_table(few, folder / "in-start" / "few.parquet", row_group_size=1)
    starts = [measured(folder / "in-start", folder / f"start-{number}", 1)["seconds"]
              for number in range(min(6, most + 1))]  # fmt: skip
    # The first one prepares the lexicon in this process too.
    start = median(starts[1:])
    print(f"start-up {start:.2f} s", flush=True)
    characters = write_datasets(folder, sorted(sizes))
    rows = []
    for size in sorted(sizes):
        runs = []
        for number in range(max(1, min(most, 300_000 // size))):
            out = folder / f"out-{size}-{number}"
            runs.append(measured(folder / f"in-{size}", out, GROUP))
        seconds = median(run["seconds"] for run in runs)
        megabytes = characters[size] / 1e6
        rows.append({
            "documents": size, "runs": len(runs), "seconds": seconds,
            "least": min(run["seconds"] for run in runs),
            "most": max(run["seconds"] for run in runs),
            "mb_s": megabytes / seconds, "mb_s_without_start": megabytes / (seconds - start),
            "worker_mb": max(run["worker_mb"] for run in runs), "run_mb": runs[-1]["run_mb"],
            "characters": characters[size],
        })  # fmt: skip
        print(rows[-1], flush=True)
    return {"start": start, "rows": rows}
