"""Near-duplicates and topics of a dataset on disk, each call in a process of its own.

The articles are constructed: 60 to 120 words of two of 30 topics with 20,000 words; every seventh
repeats an earlier one but for three words. ``notices`` of a dataset are one text with two words
changed.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SYLLABLES = [
    "ba", "co", "di", "fe", "gu", "ha", "ki", "lo", "mu", "ne",
    "po", "ra", "si", "to", "vu", "we", "ya", "zo", "tra", "sna",
]  # fmt: skip
GROUP, WORDS, TOPICS = 5_000, 20_000, 30
# Each in a process of its own, so that the memory is that of the call.
STAGES = {
    "find_duplicates": "fr.data.find_duplicates(source, out=out + '-d', seed=1, workers=2)",
    "count_terms": "fr.count_terms(source, out=out + '-t', workers=2)",
    **{
        f'fit_topics(model="{model}")': (
            "fr.fit_topics(fr.count_terms(source, out=out + '-t'), n_topics=30, "
            f"model='{model}', seed=1)"
        )
        for model in ("nmf", "lda")
    },
}
CALL = """
import json, sys, time
from pathlib import Path
import framing as fr
import gensim.models, pyarrow.compute, scipy.stats, sklearn.decomposition
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


def measure_stages(folder: Path, documents: Sequence[int], notices: int) -> list[dict[str, Any]]:
    """Return seconds and memory of each of STAGES, and of duplicates among notices."""
    rows = []
    for count, equal in [*((count, 0) for count in documents), (documents[0], notices)]:
        source, out = folder / f"{count}-{equal}.parquet", folder / f"{count}-{equal}"
        write_articles(source, count, equal)
        for stage, call in list(STAGES.items())[: 1 if equal else None]:
            command = [sys.executable, "-c", CALL, str(source), str(out), call]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            rows.append({
                "call": stage, "documents": count, "notices": equal, **json.loads(done.stdout),
            })  # fmt: skip
            print(rows[-1], flush=True)
    return rows
