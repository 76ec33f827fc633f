"""Speed, scaling and memory: seconds of interleaved rounds, as medians, ranges and ratios."""

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import framing as fr
from _competitors import Program, taken
from _texts import Setting, constructed_lexicon, make_corpus, megabytes, sample

# Megabytes of text for slow programs.
PART = 2.0
QUARTERS = (1, 2, 4)
# Entries of the smaller of two lexicons that differ in size only.
SMALL_LEXICON = 250


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return median and range."""
    return {"median": median(values), "low": min(values), "high": max(values)}


def ratios(values: Sequence[float], base: Sequence[float]) -> dict[str, float]:
    """Return median and range of the ratios within each round."""
    return spread([value / other for value, other in zip(values, base, strict=True)])


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds of a call, after garbage collection, and its result."""
    gc.collect()
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


# Whether a round that does not count runs before the others, so that all is loaded.
WARM_UP = True


def _turns(items: Sequence[Any], rounds: int) -> list[tuple[int, Any]]:
    """Return round and item of each run; round 0 warms up, and the order reverses each round."""
    numbers = range(0 if WARM_UP else 1, rounds + 1)
    return [(number, item) for number in numbers for item in items[:: -1 if number % 2 else 1]]


def race(programs: Sequence[Program], setting: Setting, rounds: int) -> list[dict[str, Any]]:
    """Return one row per program: its speed, its time to build, and its ratio to ours."""
    texts = setting.texts
    lexicons = {
        p.key: setting.lexicon if p.builds_itself else setting.others or setting.lexicon
        for p in programs
    }
    searched = {p.key: texts if p.whole else sample(texts, PART) for p in programs}
    prepared = {program.key: program.prepare(searched[program.key]) for program in programs}
    # With a hit, since some of the building waits for the first one.
    one_hit = make_corpus(["A truce will not hold, he said."])
    builds: dict[str, list[float]] = {program.key: [] for program in programs}
    costs: dict[str, list[float]] = {program.key: [] for program in programs}
    sizes = {key: megabytes(searched_texts) for key, searched_texts in searched.items()}
    whole = megabytes(texts)
    for number, program in _turns(programs, rounds):
        key = program.key
        ready = program.fresh(prepared[key])
        build, search = timed(lambda p=program: p.build(lexicons[p.key], searched[p.key]))
        if program.builds_itself:
            build = timed(lambda call=search: call(one_hit))[0]
        again = {"again": True} if program.builds_itself and not setting.builds else {}
        seconds = timed(lambda call=search, text=ready, more=again: call(text, **more))[0]
        if number:
            builds[key].append(build)
            # Each time includes one build per whole text, also if only a part is searched.
            if setting.builds and not program.builds_itself:
                seconds += build * sizes[key] / whole
            costs[key].append(seconds / sizes[key])
    first = {task: next(p.key for p in programs if p.task == task) for task in ("counts", "hits")}
    return [
        {
            "name": program.name,
            "task": program.task,
            "does": program.does,
            "megabytes": sizes[program.key],
            "entries": len(taken(program, lexicons[program.key])),
            "build_seconds": spread(builds[program.key]),
            "megabytes_per_second": spread([1 / cost for cost in costs[program.key]]),
            "times_ours": ratios(costs[program.key], costs[first[program.task]]),
        }
        for program in programs
    ]


def scaling(
    ours: Sequence[Program], lexicon: fr.Lexicon, texts: list[str], rounds: int, entries: int
) -> list[dict[str, Any]]:
    """Return the growth of our time with the text and with the lexicon."""
    whole = megabytes(texts)
    parts = {number: sample(texts, whole * number / QUARTERS[-1]) for number in QUARTERS}
    corpora = {
        f"text x {number}": make_corpus(texts_of_size) for number, texts_of_size in parts.items()
    }
    jobs = {name: (corpus, lexicon) for name, corpus in corpora.items()}
    full_corpus = corpora[f"text x {QUARTERS[-1]}"]
    for size in (SMALL_LEXICON, entries):
        jobs[f"{size:,} entries"] = full_corpus, constructed_lexicon(texts, size)
    calls = [(program, name) for program in ours for name in jobs]
    seconds: dict[tuple[str, str], list[float]] = {(p.key, name): [] for p, name in calls}
    for number, (program, name) in _turns(calls, rounds):
        corpus, item = jobs[name]
        ready = program.fresh(corpus)
        search = program.build(item, [])
        duration = timed(lambda call=search, prepared_texts=ready: call(prepared_texts))[0]
        if number:
            seconds[program.key, name].append(duration)
    rows = []
    for program, name in calls:
        base = "text x 1" if name.startswith("text") else f"{SMALL_LEXICON:,} entries"
        item, start = seconds[program.key, name], seconds[program.key, base]
        row = {"name": program.name, "task": program.task, "size": name, "base": base}
        size = sum(map(len, (text.encode() for text in jobs[name][0].table["text"]))) / 1e6
        row |= {"megabytes": size, "seconds": spread(item), "times_base": ratios(item, start)}
        rows.append(row)
    return rows


def memory(verbs: Sequence[str], size: float) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the peak memory of each call above the loaded corpus, and remarks on failures.

    Each call runs in a separate process.
    """
    if not Path("/proc/self/clear_refs").exists():
        return [], ["Memory is not measured: it needs /proc, which exists on Linux only."]
    rows = []
    script = Path(__file__).with_name("_memory.py")
    for verb in verbs:
        for part in (size / 2, size):
            command = [sys.executable, str(script), verb, str(part)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                reason = done.stderr.strip().splitlines()[-1]
                return rows, [f"Memory of {verb} is not measured: {reason}"]
            peak = json.loads(done.stdout)["bytes"] / 1e6
            rows.append(
                {"verb": verb, "megabytes": part, "peak_megabytes": peak, "times_text": peak / part}
            )
    return rows, []
