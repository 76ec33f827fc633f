"""Measure `score_dataset` and `open_hits`, plan 100 million articles from it, and write SCALE.md.

Run: python benchmarks/scale.py [--only series stages] [--series 10000 100000 1000000 5000000]. It
writes constructed articles (sentences of the testbed in a random order, with every seventh word
replaced by a word that occurs nowhere else, so that no cache knows them) as Parquet, scores them
with the shipped lexicon on processes and on Dask, and short ones in millions; reads results of
many documents; finds near-duplicates and topics; and writes the figures to scale.json and the
report to SCALE.md. ``--only`` measures some parts anew and keeps the figures of the others;
``--report`` writes the report of the figures again.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

import framing as fr
from _report import table
from _series import FILE, measure_series
from _series import GROUP as SERIES_ROWS
from _stages import measure_stages

GROUP = 5_000
FIGURES, REPORT = (Path(__file__).with_name(name) for name in ("scale.json", "SCALE.md"))
# Calls on the results of a scored dataset, each in a process of its own.
CALLS = {
    'score(unit="source").interval()': "o.score(unit='source').interval()",
    'contrast(by="source"), two groups': (
        "o.contrast(by='source', groups=['outlet 1', 'outlet 2'], seed=1, permutations=500)"
    ),
    'regress("source + month")': "o.regress('source + month')",
    'score(unit="document")': "o.score()",
    "write_scores(out)": "o.write_scores(sys.argv[1] + '-written')",
}
# What the plan assumes.
ARTICLES, CHARACTERS, PRICE = 100_000_000, 4_000, 0.05
CORES = (8, 64, 256)
SERIES = [10_000, 100_000, 1_000_000, 5_000_000]
LEXICON = "peace-initiative"
PARTITIONS = (10_000, 50_000, 200_000, 1_000_000)
# Of a disk that all workers share, in MB/s.
SHARED_DISK = 1_000


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
            command = status.with_name("cmdline").read_bytes()
        except (OSError, ValueError):
            continue
        if int(facts["PPid"]) == os.getpid() and b"loky" in command and "VmHWM" in facts:
            peaks.append(int(facts["VmHWM"].split()[0]) / 1024)
    return max(peaks)


def measure(
    source: Path,
    out: Path,
    lexicon: fr.Lexicon,
    workers: int,
    scheduler: Any = None,
    rows: int = 2 * GROUP,
) -> dict[str, float]:
    """Score a dataset; return seconds, and the most memory of a worker and of this process."""
    ended, peaks = threading.Event(), [0.0]

    def watch() -> None:
        # The processes end with the run, so that their memory is read while they live.
        while not ended.wait(0.2):
            peaks.append(peak_of_workers())

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.perf_counter()
    done = fr.score_dataset(
        source, lexicon, out, rows=rows, workers=workers, scheduler=scheduler, progress=False
    )
    seconds = time.perf_counter() - began
    ended.set()
    watcher.join()
    assert done.complete
    assert done.table["rows"].sum() == done.table[["scored", "refused"]].to_numpy().sum()
    own = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
    return {"seconds": seconds, "worker_mb": max(peaks), "run_mb": own}


def race_with_dask(source: Path, folder: Path, lexicon: fr.Lexicon, rounds: int) -> dict[str, Any]:
    """Return the seconds of two workers on processes and on Dask, in turns.

    The processes of both are there when the time begins to run, as on a cluster that is used.
    """
    from distributed import LocalCluster

    seconds: dict[str, list[float]] = {"processes": [], "dask": []}
    started: Any = LocalCluster  # It has no types.
    with (
        started(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        cluster.get_client() as client,
    ):
        for number in range(rounds + 1):
            for name in ("processes", "dask") if number % 2 else ("dask", "processes"):
                scheduler = client if name == "dask" else None
                out = folder / f"{name}-{number}"
                found = measure(source, out, lexicon, 2, scheduler)
                # The first round starts the processes and prepares the lexicon.
                if number:
                    seconds[name].append(found["seconds"])
    return seconds


def write_scored(out: Path, documents: int, lexicon: fr.Lexicon) -> None:
    """Write what `score_dataset` would write of so many documents, without texts and hits."""
    news = pd.DataFrame({"doc_id": ["a"], "text": ["Truce."], "title": ["t"], "source": ["s"]})
    news["date"] = pd.Timestamp("2025-01-01")
    news.to_parquet(out.with_suffix(".parquet"))
    fr.score_dataset(out.with_suffix(".parquet"), lexicon, out, workers=1, progress=False)
    run, line = map(json.loads, (out / "manifest.jsonl").read_text().splitlines())
    schema = pq.read_schema(out / "documents" / line["files"]["documents"][0])
    lines = [run]
    for part, start in enumerate(range(0, documents, 50_000)):
        count = min(50_000, documents - start)
        rng = np.random.default_rng(part)
        tokens = rng.lognormal(5.9, 0.4, count).astype(np.int64) + 1
        numbers = range(start, start + count)
        days = rng.integers(0, 730, count).astype("timedelta64[D]")
        columns: dict[str, Any] = {
            "doc_id": [f"article-{number}" for number in numbers],
            "title": [f"Title number {number}" for number in numbers],
            "source": [f"outlet {number}" for number in rng.integers(0, 20, count)],
            "date": np.datetime64("2024-01-01", "us") + days,
            "date_precision": ["day"] * count,
            "row": np.arange(count),
            "tokens": tokens,
            "sentences": tokens // 18 + 1,
            "sentences with a token": tokens // 18 + 1,
        }
        for frame in run["run"]["frames"]:
            hits = rng.poisson(tokens * rng.gamma(0.5, 0.004, count))
            rejected = rng.binomial(hits, 0.1)
            for ending, values in (
                ("", hits), (" rejected", rejected), (" not rejected", hits - rejected),
            ):  # fmt: skip
                for measured in ("hits", "weight", "squared weight"):
                    columns[f"{frame}: {measured}{ending}"] = values
                columns[f"{frame}: sentences{ending}"] = np.minimum(values, columns["sentences"])
        name = f"{part:05}.parquet"
        arrays = [pa.array(columns[field.name]).cast(field.type) for field in schema]
        path = out / "documents" / name
        pq.write_table(pa.table(arrays, schema=schema), path, compression="zstd")
        lines.append({
            **line, "partition": name, "name": name, "rows": count, "scored": count,
            "tokens": int(tokens.sum()),
            "files": {**line["files"], "documents": [name, path.stat().st_size]},
        })  # fmt: skip
    (out / "manifest.jsonl").write_text("".join(f"{json.dumps(item)}\n" for item in lines))


# Run in a process of its own. The statistics are loaded before the memory is read.
READ = """
import json, sys, time, warnings
from pathlib import Path
import framing as fr
import framing.contrasts.contrasts, framing.trends.trends, framing.regressions.regressions
import pyarrow.compute, scipy.stats
warnings.simplefilter("ignore")
status = Path("/proc/self/status")
peak = lambda: int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
before = peak()
o = fr.open_hits(sys.argv[1])
began = time.perf_counter()
result = eval(sys.argv[2])
print(json.dumps({"seconds": time.perf_counter() - began, "before_mb": before, "peak_mb": peak()}))
"""


def read_results(out: Path, documents: int) -> list[dict[str, Any]]:
    """Return seconds and memory of each of CALLS on the results of so many documents."""
    rows = []
    for name, call in CALLS.items():
        command = [sys.executable, "-c", READ, str(out), call]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        rows.append({"call": name, "documents": documents, **json.loads(done.stdout)})
    return rows


def makespan(
    seconds: float, partitions: int, workers: int, seed: int, *, faults: bool = True
) -> float:
    """Return the hours that a run takes.

    A partition takes ``seconds`` times a log-normal factor (sigma .3). With ``faults`` one in a
    hundred takes five times as long, and a worker dies once in 50 hours: its partition begins
    anew after a minute. A worker that is free takes the next partition.
    """
    rng = np.random.default_rng(seed)
    times = seconds * np.exp(rng.normal(-0.045, 0.3, partitions))
    slow = rng.random(partitions) < 0.01
    free = np.zeros(workers)
    for needed in np.where(slow & faults, 5 * times, times):
        worker = int(free.argmin())
        while faults and (died := rng.exponential(50 * 3600)) < needed:
            free[worker] += died + 60
        free[worker] += needed
    return float(free.max()) / 3600


def planned(rate: float) -> dict[str, Any]:
    """Return the hours of the articles at this rate of a core in MB/s: medians of 21 runs."""

    def hours(rows: int, cores: int, *, faults: bool = True) -> list[float]:
        seconds = rows * CHARACTERS / 1e6 / rate
        count = ARTICLES // rows
        return sorted(makespan(seconds, count, cores, seed, faults=faults) for seed in range(21))

    by_cores = []
    for cores in CORES:
        runs = hours(50_000, cores)
        by_cores.append({
            "cores": cores, "hours": runs[10], "most": runs[-1],
            "without_faults": hours(50_000, cores, faults=False)[10],
            "ideal": ARTICLES * CHARACTERS / 1e6 / rate / cores / 3600,
        })  # fmt: skip
    by_size = [{"rows": rows, "hours": hours(rows, 64)[10]} for rows in PARTITIONS]
    return {"rate": rate, "cores": by_cores, "partitions": by_size}


def take_scoring(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Measure scoring, on processes and on Dask."""
    lexicon = fr.load_lexicon(LEXICON)
    rows: list[dict[str, Any]] = []
    figures: dict[str, Any] = {"lexicon": f"{lexicon.name} {lexicon.version}", "scoring": rows}
    for size in options.sizes:
        source = folder / f"{size}.parquet"
        characters = write_articles(source, size, seed=size)
        if size == min(options.sizes):
            corpus = fr.make_corpus(pq.read_table(source).to_pandas())
            began = time.perf_counter()
            fr.find_hits(corpus, lexicon)
            figures["in_memory"] = characters / 1e6 / (time.perf_counter() - began)
            del corpus
        for workers in (1, 2):
            out = folder / f"{size}-{workers}"
            found = measure(source, out, lexicon, workers)
            written = sum(path.stat().st_size for path in out.rglob("*.parquet"))
            rows.append({
                "documents": size, "workers": workers, **found,
                "mb_s": characters / 1e6 / found["seconds"], "written": written / characters,
                "parquet": source.stat().st_size / characters,
            })  # fmt: skip
            print(rows[-1], flush=True)
    figures["dask"] = race_with_dask(source, folder, lexicon, options.rounds)
    figures["dask"]["documents"] = max(options.sizes)
    print(figures["dask"], flush=True)
    return figures


def take_reading(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Measure what reads the results."""
    lexicon, rows = fr.load_lexicon(LEXICON), list[dict[str, Any]]()
    for count in options.documents:
        write_scored(folder / f"scored-{count}", count, lexicon)
        rows += read_results(folder / f"scored-{count}", count)
        print(*rows[-len(CALLS) :], sep="\n", flush=True)
    return {"reading": rows}


def take_stages(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Measure near-duplicates and topics."""
    return {"stages": {"rows": measure_stages(folder, options.stages, options.notices)}}


def take_series(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Measure short documents, from few to many."""
    lexicon = fr.load_lexicon(LEXICON)

    def measured(source: Path, out: Path, rows: int) -> dict[str, float]:
        found = measure(source, out, lexicon, 2, rows=rows)
        shutil.rmtree(out)
        return found

    return {"series": measure_series(folder, options.series, measured, options.runs)}


PARTS = {"scoring": take_scoring, "series": take_series,
         "reading": take_reading, "stages": take_stages}  # fmt: skip


def take_figures(figures: dict[str, Any], options: argparse.Namespace) -> None:
    """Measure the parts, and write the figures of each when it is there."""
    for part in options.only:
        began, before = time.perf_counter(), round(os.getloadavg()[0], 1)
        with tempfile.TemporaryDirectory(dir=options.folder) as name:
            figures.update(PARTS[part](Path(name), options))
        figures.setdefault("runs", {})[part] = {
            "command": "python benchmarks/scale.py " + " ".join(sys.argv[1:]),
            "cores": os.cpu_count(), "load": [before, round(os.getloadavg()[0], 1)],
            "minutes": (time.perf_counter() - began) / 60,
        }  # fmt: skip
        print(part, figures["runs"][part], flush=True)
        write_all(figures, options.out)


def write_all(figures: dict[str, Any], out: Path) -> None:
    """Write the figures, and the report where all its parts are measured."""
    if "scoring" in figures:
        figures["plan"] = planned(0.9 * best_rate(figures))
    out.mkdir(exist_ok=True)
    text = json.dumps(figures, indent=1) + "\n"
    (out / FIGURES.name).write_text(text, encoding="utf-8")
    # The series alone can be left out: the plan needs the others.
    if figures.keys() >= PARTS.keys() - {"series"}:
        (out / REPORT.name).write_text(report(figures), encoding="utf-8")


def best_rate(figures: dict[str, Any]) -> float:
    """Return the rate of one worker on the largest dataset, in MB/s."""
    return float([row for row in figures["scoring"] if row["workers"] == 1][-1]["mb_s"])


def report(figures: dict[str, Any]) -> str:
    """Return the report of the figures."""
    heading = (
        "# Datasets larger than memory: rate, memory, and a plan\n\nWritten by "
        f"benchmarks/scale.py from its figures in scale.json; lexicon {figures['lexicon']}. Each "
        "part says by which command it was measured, and whether the machine had other work. The "
        "articles are constructed: no figure is of a news archive."
    )
    sections = {"scoring": _scoring, "series": _series, "reading": _reading, "stages": _stages}
    parts = [write(figures) for part, write in sections.items() if part in figures]
    return "\n\n".join([heading, *parts, _plan(figures)]) + "\n"


def _measured(figures: dict[str, Any], part: str) -> str:
    """Return how a part was measured."""
    run = figures["runs"][part]
    before, after = run["load"]
    # What runs before a part, and the part itself, keep as many cores busy as there are.
    machine = (
        f"the load showed nothing else ({before} at the start, {after} at the end, "
        f"{run['cores']} cores)"
    )
    if max(before, after) > run["cores"] + 0.5:
        machine = (
            f"**the machine was not idle** (load {before} at the start, {after} at the end, "
            f"{run['cores']} cores), so that rates are too low and say little about each other"
        )
    return f"Measured by `{run['command'].strip()}`; {machine}."


def _series(figures: dict[str, Any]) -> str:
    rows, start = figures["series"]["rows"], figures["series"]["start"]
    lines = [
        [
            f"{row['documents']:,}", row["runs"],
            f"{row['seconds']:,.1f} ({row['least']:,.1f} to {row['most']:,.1f})",
            f"{row['mb_s']:.1f}", f"{row['mb_s_without_start']:.1f}",
            f"{row['worker_mb']:,.0f}", f"{row['run_mb']:,.0f}",
        ]
        for row in rows
    ]  # fmt: skip
    heads = ["documents", "runs", "seconds, median and range", "MB/s", "MB/s without start-up",
             "largest worker, MB", "the run itself, MB"]  # fmt: skip
    last = rows[-1]

    def apart(key: str) -> float:
        return float(max(abs(row[key] / last[key] - 1) for row in rows))

    whole, net = apart("mb_s"), apart("mb_s_without_start")
    reached = {True: "reached", False: "missed"}
    sizes = f"from {rows[0]['documents']:,} to {last['documents']:,} documents"
    goals = [
        f"With the start-up, rates {sizes} are up to {whole:.0%} away from that of the "
        f"largest (goal: within 10% up to 5,000,000, {reached[whole <= 0.1]}).",
        f"Without it they are up to {net:.0%} away from it ({reached[net <= 0.1]}). The start-up "
        f"is what two documents take, one for each worker: {start:.1f} seconds, in which the "
        "processes load the packages and prepare the lexicon. It is the same for any dataset.",
        f"A worker takes {last['worker_mb'] / rows[0]['worker_mb']:.2f} times as much memory for "
        f"{last['documents'] / rows[0]['documents']:.0f} times the documents.",
    ]
    listed = "\n".join(f"- {goal}" for goal in goals)
    length = last["characters"] / last["documents"]
    return (
        f"## From few documents to many\n\nShort ones of {length:.0f} characters, as above, in "
        f"files of {FILE:,} and partitions of {SERIES_ROWS:,}; two workers. "
        f"{_measured(figures, 'series')}\n\n{table(heads, lines, 'rrrrrrr')}\n\n{listed}"
    )


def _scoring(figures: dict[str, Any]) -> str:
    rows = figures["scoring"]
    lines = [
        [f"{row['documents']:,}", row["workers"], f"{row['mb_s']:.1f}", f"{row['worker_mb']:,.0f}"]
        for row in rows
    ]
    single = [row for row in rows if row["workers"] == 1]
    double = [row for row in rows if row["workers"] == 2]
    first, last = double[0], double[-1]
    dask = figures["dask"]
    race = np.median(dask["processes"]) / np.median(dask["dask"])
    ratios = [a / b for a, b in zip(dask["processes"], dask["dask"], strict=True)]
    largest = max(row["worker_mb"] for row in rows)
    reached = {True: "reached", False: "missed"}
    speedup = last["mb_s"] / single[-1]["mb_s"]
    flat, share = last["mb_s"] / first["mb_s"], best_rate(figures) / figures["in_memory"]
    goals = [
        f"From {first['documents']:,} to {last['documents']:,} documents the rate of two workers "
        f"changes by a factor of {flat:.2f}: starting the processes and preparing the lexicon "
        "weigh more on small datasets, and one of a single partition has work for one worker.",
        f"Two workers are {speedup:.2f} times as fast as one (goal 1.8, "
        f"{reached[speedup >= 1.8]}), on {last['documents']:,} documents.",
        f"Dask has {race:.2f} of the rate of processes ({min(ratios):.2f} to {max(ratios):.2f} in "
        f"{len(ratios)} round{'s' * (len(ratios) > 1)}; goal .9, {reached[bool(race >= 0.9)]}): "
        f"two workers, {dask['documents']:,} documents, partitions of {2 * GROUP:,}. The workers "
        "of Dask were there before; the others start with each run.",
        f"Parquet to Parquet has {share:.2f} of the rate of `find_hits` in memory, which is "
        f"{figures['in_memory']:.1f} MB/s (goal .6, {reached[share >= 0.6]}).",
        f"A worker takes at most {largest:,.0f} MB (goal 500, {reached[largest <= 500]}); "
        f"{last['worker_mb'] / first['worker_mb']:.2f} times as much for "
        f"{last['documents'] / first['documents']:.0f} times the documents.",
        f"What is written has {last['written']:.1%} of the size of the text.",
    ]
    heads = ["documents", "workers", "MB/s", "largest worker, MB"]
    listed = "\n".join(f"- {goal}" for goal in goals)
    return (
        "## Scoring\n\nSentences of the testbed in a random order, every seventh word replaced by "
        "one that occurs nowhere else, some 1,900 characters a document. "
        f"{_measured(figures, 'scoring')}\n\n{table(heads, lines, 'rrrr')}\n\n{listed}"
    )


def _reading(figures: dict[str, Any]) -> str:
    rows = figures["reading"]
    lines = [
        [
            f"`{row['call']}`" if "," not in row["call"] else row["call"],
            f"{row['documents']:,}", f"{row['seconds']:.1f}",
            f"{row['peak_mb'] - row['before_mb']:,.0f}",
        ]
        for row in sorted(rows, key=lambda row: list(CALLS).index(row["call"]))
    ]  # fmt: skip
    heads = ["call", "documents", "seconds", "memory above the loaded package, MB"]
    return (
        "## Reading the results\n\n`open_hits` on results that were drawn at random: 20 outlets, "
        "documents of some 400 tokens with negative binomial hits. Above 200,000 documents, scores "
        "of groups, contrasts and regressions count equal documents together, so that their memory "
        "grows with what differs and not with the documents. Scores of documents have a row for "
        "each; `write_scores` writes them some rows at a time. "
        f"{_measured(figures, 'reading')}\n\n" + table(heads, lines, "lrrr")
    )


def _stages(figures: dict[str, Any]) -> str:
    rows = figures["stages"]["rows"]
    lines = [
        [
            f"`{row['call']}`", f"{row['documents']:,}", f"{row['notices']:,}",
            f"{row['seconds']:.0f}", f"{row['peak_mb'] - row['before_mb']:,.0f}",
            f"{row['peak_mb']:,.0f}",
        ]
        for row in rows
    ]  # fmt: skip
    heads = ["call", "documents", "of them nearly equal", "seconds",
             "memory above the loaded package, MB", "memory of the process, MB"]  # fmt: skip
    most = max(row["peak_mb"] for row in rows)
    return (
        "## Near-duplicates and topics\n\nConstructed articles of 90 words; duplicates and counts "
        "by two workers, 30 topics by one process, whose result does not depend on workers. Files "
        "that are mapped count as memory here; the system takes them back where it needs to. Pairs "
        "of documents that are nearly equal grow with the square of their number. "
        f"{_measured(figures, 'stages')}\n\n{table(heads, lines, 'lrrrrr')}\n\n"
        f"- The largest process takes {most:,.0f} MB (goal 500, "
        f"{'reached' if most <= 500 else 'missed'})."
    )


def _plan(figures: dict[str, Any]) -> str:
    plan, size = figures["plan"], ARTICLES * CHARACTERS / 1e9
    rate = plan["rate"]
    lines = [
        [
            row["cores"], f"{row['hours']:.2f}", f"{row['most']:.2f}",
            f"{row['without_faults']:.2f}", f"{row['ideal']:.2f}",
        ]
        for row in plan["cores"]
    ]  # fmt: skip
    heads = ["cores", "hours", "the longest of 21 runs", "without faults", "work / cores"]
    sizes = ", ".join(f"{row['hours']:.2f} with {row['rows']:,}" for row in plan["partitions"])
    last = figures["scoring"][-1]
    core_hours = size * 1000 / rate / 3600
    documents = [row for row in figures["reading"] if row["call"] == 'score(unit="document")'][-1]
    each = (documents["peak_mb"] - documents["before_mb"]) * 1e6 / documents["documents"]
    slowdown = [row["hours"] / row["ideal"] for row in plan["cores"]]
    breaks = [
        f"`score()` of all documents: {each:,.0f} bytes a document, {each * ARTICLES / 1e9:,.0f} "
        "GB. Use `write_scores`, whose memory is flat, or score by groups. `regress` by a column "
        "that differs in each document needs as much: take a sample.",
        f"A disk that all workers share: at {SHARED_DISK:,} MB/s it feeds "
        f"{SHARED_DISK / rate / last['parquet']:,.0f} workers, since this Parquet has "
        f"{last['parquet']:.0%} of the size of the text (the words that occur once hardly shrink).",
        f"Many cores: with {plan['cores'][-1]['cores']} the run takes {slowdown[-1]:.1f} times as "
        f"long as its work divided by the cores ({slowdown[0]:.1f} times with "
        f"{plan['cores'][0]['cores']}), because the last slow partitions run alone.",
        "A Parquet file with a single huge row group, a .csv or a .gz file: it is one partition. "
        "Convert large ones first.",
    ]
    numbered = "\n".join(f"{number}. {item}" for number, item in enumerate(breaks, 1))
    return (
        f"## A plan for {ARTICLES / 1e6:.0f} million articles\n\n{size:,.0f} GB of text in "
        f"{ARTICLES // 50_000:,} partitions of 50,000 articles, at {rate:.1f} MB/s a core (the "
        "rate of one worker above, less a tenth). The hours are medians of 21 simulated runs in "
        "which a partition takes a log-normal time (sigma .3), one in a hundred takes five times "
        "as long, and a worker dies once in 50 hours.\n\n"
        + table(heads, lines, "rrrrr")
        + f"\n\n- **Partitions**: with 64 cores the run takes so many hours: {sizes} rows. Small "
        "partitions cost files and lines of the manifest, large ones wait for the slowest.\n"
        f"- **Work and money**: {core_hours:,.0f} core-hours. At {PRICE} dollars a core-hour, a "
        f"common price of rented cores, {core_hours * PRICE:,.2f} dollars.\n"
        f"- **Disk**: {size * last['parquet']:,.0f} GB of text as Parquet, "
        f"{size * last['written']:,.0f} GB of results.\n"
        f"- **Memory**: {last['worker_mb']:,.0f} MB a worker. The run itself keeps one line a "
        "partition. Looking for ids that are there twice takes 320 MB at a time and reads the ids "
        "once per 20 million documents.\n\n**What breaks first**, in this order:\n\n"
        + numbered
        + "\n\nNot measured: more than these documents, other machines, object stores, Slurm and "
        "Kubernetes, and topics and near-duplicates of more than "
        f"{max(row['documents'] for row in figures['stages']['rows']):,} documents, which run on "
        "the processes of one machine."
    )


def main() -> None:
    """Measure, and write the figures and the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(PARTS), help="parts to measure anew")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3, help="of the race with Dask")
    parser.add_argument("--documents", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--stages", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--notices", type=int, default=2_000, help="nearly equal, of the first")
    parser.add_argument("--series", type=int, nargs="+", default=SERIES)
    parser.add_argument("--runs", type=int, default=9, help="most of a size of the series")
    parser.add_argument("--folder", type=Path, help="for the datasets, 5 GB; by default of TMPDIR")
    parser.add_argument("--out", type=Path, default=FIGURES.parent, help="for figures and report")
    parser.add_argument("--report", action="store_true", help="only write the report again")
    options = parser.parse_args()
    kept = options.out / FIGURES.name
    figures: dict[str, Any] = {}
    if options.report or (options.only and kept.exists()):
        figures = json.loads(kept.read_text(encoding="utf-8"))
    if options.report:
        write_all(figures, options.out)
        return
    options.only = options.only or list(PARTS)
    take_figures(figures, options)


if __name__ == "__main__":
    main()
