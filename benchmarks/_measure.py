"""Speed, scaling and memory: seconds in interleaved rounds, as medians, ranges and ratios."""

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

# What the slow programs are given of the text, in megabytes.
PART = 2.0
QUARTERS = (1, 2, 4)
LEXICONS = (250, 20_000)


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return median and range."""
    return {"median": median(values), "low": min(values), "high": max(values)}


def ratios(values: Sequence[float], base: Sequence[float]) -> dict[str, float]:
    """Return median and range of the ratios within each round."""
    return spread([value / other for value, other in zip(values, base, strict=True)])


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds a call took, garbage collected before, and its result."""
    gc.collect()
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


def _turns(items: Sequence[Any], rounds: int) -> list[tuple[int, Any]]:
    # The first round, number 0, warms up; the order turns from round to round.
    return [
        (number, item) for number in range(rounds + 1) for item in items[:: -1 if number % 2 else 1]
    ]


def race(
    found: Sequence[Program], setting: Setting, texts: list[str], rounds: int
) -> list[dict[str, Any]]:
    """Return one row a program: its speed, what building takes, and the ratio to ours."""
    searched = {p.key: texts if p.whole else sample(texts, PART) for p in found}
    prepared = {program.key: program.prepare(searched[program.key]) for program in found}
    one_word = make_corpus(["word"])
    builds: dict[str, list[float]] = {program.key: [] for program in found}
    costs: dict[str, list[float]] = {program.key: [] for program in found}
    sizes = {key: megabytes(own) for key, own in searched.items()}
    whole = megabytes(texts)
    for number, program in _turns(found, rounds):
        key = program.key
        ready = program.fresh(prepared[key])
        build, search = timed(lambda p=program: p.build(setting.lexicon, searched[p.key]))
        if program.builds_itself:
            build = timed(lambda call=search: call(one_word))[0]
        took = timed(lambda call=search, given=ready: call(given))[0]
        if number:
            builds[key].append(build)
            # All pay for building once for the whole text, also those that search a part.
            once = 0 if program.builds_itself else build / whole
            costs[key].append(took / sizes[key] + once)
    first = {task: next(p.key for p in found if p.task == task) for task in ("counts", "hits")}
    return [
        {
            "name": program.name,
            "task": program.task,
            "does": program.does,
            "megabytes": sizes[program.key],
            "entries": len(taken(program, setting.lexicon)),
            "build_seconds": spread(builds[program.key]),
            "megabytes_per_second": spread([1 / cost for cost in costs[program.key]]),
            "times_ours": ratios(costs[program.key], costs[first[program.task]]),
        }
        for program in found
    ]


def scaling(
    ours: Sequence[Program], lexicon: fr.Lexicon, texts: list[str], rounds: int
) -> list[dict[str, Any]]:
    """Return how the time of ours grows with the text and with the lexicon."""
    whole = megabytes(texts)
    parts = {number: sample(texts, whole * number / QUARTERS[-1]) for number in QUARTERS}
    corpora = {f"text x {number}": make_corpus(part) for number, part in parts.items()}
    jobs = {name: (corpus, lexicon) for name, corpus in corpora.items()}
    everything = corpora[f"text x {QUARTERS[-1]}"]
    for size in LEXICONS:
        jobs[f"{size:,} entries"] = everything, constructed_lexicon(texts, size)
    calls = [(program, name) for program in ours for name in jobs]
    seconds: dict[tuple[str, str], list[float]] = {(p.key, name): [] for p, name in calls}
    for number, (program, name) in _turns(calls, rounds):
        corpus, own = jobs[name]
        ready = program.fresh(corpus)
        search = program.build(own, [])
        took = timed(lambda call=search, given=ready: call(given))[0]
        if number:
            seconds[program.key, name].append(took)
    rows = []
    for program, name in calls:
        base = "text x 1" if name.startswith("text") else f"{LEXICONS[0]:,} entries"
        own, start = seconds[program.key, name], seconds[program.key, base]
        row = {"name": program.name, "task": program.task, "size": name, "base": base}
        size = sum(map(len, (text.encode() for text in jobs[name][0].table["text"]))) / 1e6
        row |= {"megabytes": size, "seconds": spread(own), "times_base": ratios(own, start)}
        rows.append(row)
    return rows


def memory(verbs: Sequence[str], size: float) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the peak of each call above the loaded corpus, and remarks on what failed.

    Each call has a process of its own.
    """
    if not Path("/proc/self/clear_refs").exists():
        return [], ["Memory is not measured: it needs /proc, which Linux has."]
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
