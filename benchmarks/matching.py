"""Speed of matching, compared with other programs: see README.md."""

import argparse
import json
import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

# Set before polars is imported: each program uses one core, unless its name says otherwise.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

import framing as fr
from _agreement import agreement, traps
from _competitors import programs
from _measure import PART, SMALL_LEXICON, memory, race, scaling
from _report import markdown
from _texts import load_texts, settings, shipped_settings

PACKAGES = (
    "media-framing", "numpy", "pandas", "ahocorasick-rs", "sentencex", "polars", "scikit-learn",
    "spacy",
)  # fmt: skip

# The calls whose memory is measured, each in two processes.
VERBS = ["find_hits", "count_hits"]


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text().splitlines() if listed.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _machine() -> dict[str, Any]:
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = None
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        # Other work on the machine widens the ranges.
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": versions,
    }


def measure(rounds: int, size: float | None, entries: int, verbs: list[str]) -> dict[str, Any]:
    """Run everything once and return the figures."""
    machine = _machine()
    # Words and phrases only, which the other programs support too.
    shipped = fr.read_lexicon(Path(__file__).with_name("peace-words.toml"))
    texts = load_texts(size, shipped)
    known = programs()
    found = [program for program in known if program.installed]
    remarks = [texts.remark] if texts.remark else []
    remarks += [
        f"{program.name} is not installed and left out: pip install {program.needs}"
        for program in known
        if not program.installed
    ]
    chosen = settings(texts.texts, shipped)
    # What users measure with comes first, the slower text before the faster. Its gaps and
    # conditions no other program has: spaCy searches for the plain words.
    first = shipped_settings(texts.texts, shipped, size)
    ours = [program for program in found if program.builds_itself]
    some = [program for program in found if program.builds_itself or program.task == "hits"]
    kept, failed = memory(verbs, texts.megabytes)
    remarks += failed
    return {
        "machine": machine,
        "text": {
            "origin": texts.origin,
            "documents": len(texts.texts),
            "megabytes": texts.megabytes,
            "part_megabytes": PART,
        },
        "rounds": rounds,
        "remarks": remarks,
        "agreement": agreement(found, chosen[-1].lexicon, texts.texts),
        "traps": traps(found),
        "speed": [
            {
                "setting": setting.name,
                "lexicon": f"{setting.lexicon.name} {setting.lexicon.version}".strip(),
                "entries": len(setting.lexicon),
                "builds": setting.builds,
                "hits_per_1000_words": setting.density,
                "programs": race(found if setting in chosen else some, setting, rounds),
            }
            for setting in (*first, *chosen)
        ],
        "scaling": scaling(ours, shipped, texts.texts, rounds, entries),
        "memory": kept,
    }


def main() -> None:
    """Read the options, measure, print the tables, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count (5)")
    parser.add_argument("--megabytes", type=float, help="megabytes of text to search (all)")
    parser.add_argument(
        "--entries", type=int, default=20_000, help="entries of the largest lexicon (20,000)"
    )
    parser.add_argument(
        "--memory", nargs="+", choices=VERBS, default=VERBS, help="calls whose memory is measured"
    )
    parser.add_argument("--json", type=Path, help="file for the figures")
    options = parser.parse_args()
    if options.rounds < 1 or (options.megabytes is not None and not options.megabytes > 0):
        parser.error("--rounds must be at least 1, --megabytes more than 0")
    if options.entries <= SMALL_LEXICON:
        parser.error(f"--entries must be more than {SMALL_LEXICON}")
    if options.json and not options.json.parent.is_dir():
        parser.error(f"--json: there is no folder {options.json.parent}")
    figures = measure(options.rounds, options.megabytes, options.entries, options.memory)
    print(markdown(figures))
    if options.json:
        options.json.write_text(
            json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
