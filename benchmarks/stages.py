"""Measure near-duplicates and topics of a dataset on disk, and write them to scale.json.

Run: python benchmarks/stages.py [--documents 20000 200000] [--notices 2000], and then
python benchmarks/scale.py --report. The articles are constructed: 60 to 120 words of two of 30
topics with 20,000 words; every seventh repeats an earlier one but for three words. With
``--notices`` so many of the first dataset are one text with two words changed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from scale import FIGURES

SYLLABLES = [
    "ba", "co", "di", "fe", "gu", "ha", "ki", "lo", "mu", "ne",
    "po", "ra", "si", "to", "vu", "we", "ya", "zo", "tra", "sna",
]  # fmt: skip
GROUP, WORDS, TOPICS = 5_000, 20_000, 30
# Each in a process of its own, so that the memory is that of the call.
STAGES = {
    "find_duplicates": "fr.data.find_duplicates(source, out=out + '-d', seed=1, workers=2)",
    "count_terms": "fr.count_terms(source, out=out + '-t', workers=2)",
    'fit_topics(model="nmf")': (
        "fr.fit_topics(fr.count_terms(source, out=out + '-t'), n_topics=30, model='nmf', seed=1)"
    ),
}
CALL = """
import json, sys, time
from pathlib import Path
import framing as fr
import pyarrow.compute, scipy.stats, sklearn.decomposition
peak = lambda: int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
source, out = sys.argv[1:3]
before, began = peak(), time.perf_counter()
eval(sys.argv[3])
print(json.dumps({"seconds": time.perf_counter() - began, "before_mb": before, "peak_mb": peak()}))
"""


def write_articles(path: Path, count: int, notices: int = 0) -> None:
    """Write articles as Parquet; ``notices`` of them are nearly equal."""
    rng = np.random.default_rng(3)
    places = np.arange(WORDS)
    words = np.array(SYLLABLES)[places % 20].astype(object)
    for power in (20, 400, 8000):
        words = words + np.array(SYLLABLES)[places // power % 20].astype(object)
    rare = 1 / (places + 1) ** 0.9
    topics = [np.cumsum(rare * rng.gamma(0.15, 1, WORDS)) for _ in range(TOPICS)]
    noticed = set(rng.choice(count, notices, replace=False).tolist())
    schema = pa.schema([("doc_id", pa.string()), ("text", pa.string())])
    earlier: list[np.ndarray] = []
    with pq.ParquetWriter(path, schema) as writer:
        for start in range(0, count, GROUP):
            numbers = range(start, min(start + GROUP, count))
            texts = []
            for number in numbers:
                changed = 2 if number in noticed else 3
                if earlier and (changed == 2 or rng.random() < 0.15):
                    text = earlier[0 if changed == 2 else int(rng.integers(len(earlier)))].copy()
                    text[rng.integers(0, len(text), changed)] = words[
                        rng.integers(0, WORDS, changed)
                    ]
                else:
                    halves = [
                        topic.searchsorted(rng.random(rng.integers(30, 60)) * topic[-1])
                        for topic in (topics[row] for row in rng.integers(0, TOPICS, 2))
                    ]
                    text = words[np.concatenate(halves)]
                if rng.random() < 0.1:
                    earlier.append(text)
                parts = [" ".join(text[row : row + 15]) for row in range(0, len(text), 15)]
                texts.append(f"{'. '.join(part.capitalize() for part in parts)}.")
            writer.write_table(pa.table([[f"a{n}" for n in numbers], texts], schema=schema))


def main() -> None:
    """Measure, and add the figures to scale.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--notices", type=int, default=2_000)
    parser.add_argument("--dry", action="store_true", help="only print the figures")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as name:
        tried = [(count, 0) for count in options.documents]
        for count, notices in [*tried, (options.documents[0], options.notices)]:
            source, out = f"{name}/{count}-{notices}.parquet", f"{name}/{count}-{notices}"
            write_articles(Path(source), count, notices)
            for stage, call in list(STAGES.items())[: 1 if notices else None]:
                command = [sys.executable, "-c", CALL, source, out, call]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                rows.append({
                    "call": stage, "documents": count, "notices": notices,
                    **json.loads(done.stdout),
                })  # fmt: skip
                print(rows[-1], flush=True)
    if not options.dry:
        figures = json.loads(FIGURES.read_text(encoding="utf-8"))
        figures["stages"] = {"load": round(os.getloadavg()[0], 1), "rows": rows, "note": ""}
        FIGURES.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
