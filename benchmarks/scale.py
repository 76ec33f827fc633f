"""Measure `score_dataset`: whether rate and memory stay flat as a dataset grows.

Run: python benchmarks/scale.py [--sizes 10000 100000] [--json FILE]. It writes constructed articles
(sentences of the testbed in a random order, with every seventh word replaced by a word that occurs
nowhere else, so that no cache knows them) as Parquet, and scores them with the shipped lexicon.
"""

import argparse
import json
import os
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import framing as fr

GROUP = 5_000


def write_articles(path: Path, count: int, seed: int) -> int:
    """Write articles as Parquet, row group by row group; return their characters."""
    sentences = [
        sentence
        for text in fr.load_testbed().corpus.table["text"]
        for sentence in text.replace("\n", " ").split(". ")
        if sentence
    ]
    rng = np.random.default_rng(seed)
    schema = pa.schema([("doc_id", pa.string()), ("text", pa.string()), ("source", pa.string())])
    characters = 0
    with pq.ParquetWriter(path, schema) as writer:
        for start in range(0, count, GROUP):
            texts = []
            for number in range(start, min(start + GROUP, count)):
                words = ". ".join(
                    sentences[row] for row in rng.integers(0, len(sentences), 16)
                ).split(" ")
                words[::7] = [f"w{value:x}" for value in rng.integers(0, 2**40, len(words[::7]))]
                texts.append(f"Item {number}. {' '.join(words)}.")
            characters += sum(map(len, texts))
            ids = [f"a{number}" for number in range(start, start + len(texts))]
            outlets = [f"outlet {value}" for value in rng.integers(0, 20, len(texts))]
            writer.write_table(pa.table([ids, texts, outlets], schema=schema))
    return characters


def peak_of_workers() -> float:
    """Return the largest memory that a child process has had, in MB (Linux)."""
    peaks = [0.0]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            facts = dict(line.split(":", 1) for line in status.read_text().splitlines())
        except (OSError, ValueError):
            continue
        command = status.with_name("cmdline").read_bytes()
        if int(facts["PPid"]) == os.getpid() and b"loky" in command and "VmHWM" in facts:
            peaks.append(int(facts["VmHWM"].split()[0]) / 1024)
    return max(peaks)


def measure(source: Path, out: Path, lexicon: fr.Lexicon, workers: int) -> dict[str, float]:
    """Score a dataset; return seconds and the memory of the largest worker."""
    ended, peaks = threading.Event(), [0.0]

    def watch() -> None:
        # The processes end with the run, so that their memory is read while they live.
        while not ended.wait(0.2):
            peaks.append(peak_of_workers())

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.perf_counter()
    done = fr.score_dataset(source, lexicon, out, rows=2 * GROUP, workers=workers, progress=False)
    seconds = time.perf_counter() - began
    ended.set()
    watcher.join()
    assert done.complete
    assert done.table["rows"].sum() == done.table[["scored", "refused"]].to_numpy().sum()
    return {"seconds": seconds, "worker_mb": max(peaks)}


def makespan(seconds: float, partitions: int, workers: int, seed: int) -> tuple[float, float]:
    """Return the hours that a run takes, and those without stragglers and failures.

    A partition takes ``seconds`` times a log-normal factor (sigma .3; one in a hundred takes five
    times as long), and a worker dies once in 50 hours: its partition begins anew after a minute.
    """
    rng = np.random.default_rng(seed)
    times = seconds * np.exp(rng.normal(-0.045, 0.3, partitions))
    times[rng.random(partitions) < 0.01] *= 5
    free = np.zeros(workers)
    for needed in times:
        worker = int(free.argmin())
        while (died := rng.exponential(50 * 3600)) < needed:
            free[worker] += died + 60
        free[worker] += needed
    return float(free.max()) / 3600, seconds * partitions / workers / 3600


def plan(rate: float) -> None:
    """Print what 100 million articles of 4,000 characters take at this rate of a core in MB/s."""
    seconds = 50_000 * 4_000 / 1e6 / rate
    print(f"100 million articles, 400 GB, 2,000 partitions of 50,000; {rate:.1f} MB/s a core")
    for workers in (8, 64, 256):
        hours, ideal = makespan(seconds, 2_000, workers, seed=workers)
        print(
            f"{workers:>4} cores: {hours:5.1f} hours ({ideal:.1f} without stragglers and failures)"
        )


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plan", type=float, metavar="RATE", help="MB/s of a core; only the plan")
    arguments = parser.parse_args()
    if arguments.plan:
        plan(arguments.plan)
        return
    lexicon = fr.load_lexicon("peace-initiative")
    rows = []
    print(f"load of the machine at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in arguments.sizes:
            characters = write_articles(folder / f"{size}.parquet", size, seed=size)
            for workers in (1, 2):
                found = measure(
                    folder / f"{size}.parquet", folder / f"{size}-{workers}", lexicon, workers
                )
                rate = characters / 1e6 / found["seconds"]
                out = sum(
                    path.stat().st_size
                    for path in (folder / f"{size}-{workers}").rglob("*.parquet")
                )
                rows.append({"documents": size, "workers": workers, "mb_s": rate, **found})
                print(
                    f"{size:>9,} documents, {workers} worker(s): {rate:5.2f} MB/s, "
                    f"largest worker {found['worker_mb']:,.0f} MB, "
                    f"{out / characters:.1%} of the text written"
                )
            if size == min(arguments.sizes):
                corpus = fr.make_corpus(pq.read_table(folder / f"{size}.parquet").to_pandas())
                began = time.perf_counter()
                fr.find_hits(corpus, lexicon)
                rate = characters / 1e6 / (time.perf_counter() - began)
                rows.append({"documents": size, "workers": 0, "mb_s": rate})
                print(f"{size:>9,} documents, find_hits in memory: {rate:5.2f} MB/s")
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
