"""Duplicates on disk: those of the same texts in memory, whatever dies in between."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import framing as fr
from framing.corpus import duplicates, stored_duplicates
from tests.support.deadly import Deadly

ROOT = Path(__file__).parents[2]


def articles(count: int, seed: int = 1) -> pd.DataFrame:
    """Return articles of which a third repeat an earlier one, with some of their words changed."""
    rng = np.random.default_rng(seed)
    words = [f"word{number}" for number in range(400)]
    texts: list[str] = []
    for number in range(count):
        fresh = rng.choice(words, 40).tolist()
        if number > 5 and rng.random() < 0.35:
            fresh = texts[int(rng.integers(number))].split()
            for place in rng.integers(0, max(len(fresh), 1), int(rng.integers(4))).tolist():
                fresh[place] = "changed"
        texts.append(" ".join(fresh))
    texts[count // 2], texts[3], texts[9] = "so short", "...", "so short"
    # One story with more versions than candidates are compared at first.
    texts[-12:] = [f"{texts[20]} update {number}" for number in range(12)]
    dates = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 300, count), "D")
    return pd.DataFrame({"doc_id": [f"d{n}" for n in range(count)], "text": texts, "date": dates})


def written(folder: Path, table: pd.DataFrame, rows: int = 30) -> Path:
    (folder / "in").mkdir(exist_ok=True)
    table.to_parquet(folder / "in" / "news.parquet", row_group_size=rows)
    return folder / "in"


def same(found: fr.data.StoredDuplicates, expected: fr.data.Duplicates) -> None:
    read = found.read()
    pd.testing.assert_frame_equal(read.table, expected.table)
    pd.testing.assert_frame_equal(read.pairs, expected.pairs)
    names = [name for name in expected.settings if name != "corpus_fingerprint"]
    assert [read.settings[name] for name in names] == [expected.settings[name] for name in names]


@pytest.mark.parametrize(("threshold", "compared"), [(0.5, 50), (0.7, 3)])
def test_pairs_and_clusters_are_those_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threshold: float, compared: int
) -> None:
    for module in (duplicates, stored_duplicates):
        monkeypatch.setattr(module, "COMPARED", compared)
    # Several passes and several batches, as where there are many documents.
    monkeypatch.setattr(stored_duplicates, "SORTED", 50)
    monkeypatch.setattr(stored_duplicates, "PAIRS_AT_ONCE", 7)
    monkeypatch.setattr(stored_duplicates, "MERGED", 20)
    table = articles(120)
    expected = fr.make_corpus(table).find_duplicates(threshold=threshold, seed=3, hashes=64)
    assert (~expected.table["kept"]).sum() > 20
    dataset = fr.data.open_dataset(written(tmp_path, table), rows=30)
    found = fr.data.find_duplicates(
        dataset, out=tmp_path / "out", threshold=threshold, seed=3, hashes=64
    )
    same(found, expected)
    assert found.table["repeats"].sum() == (~expected.table["kept"]).sum()
    left = {path.name for path in (tmp_path / "out").iterdir() if not path.name.startswith(".")}
    assert left == {"done", "refused", "duplicates", "pairs.parquet", "settings.json", "run.json"}
    again = fr.data.find_duplicates(
        dataset, out=tmp_path / "out", threshold=threshold, seed=3, hashes=64
    )
    same(again, expected)
    with pytest.raises(fr.InputError, match="seed differs"):
        fr.data.find_duplicates(
            dataset, out=tmp_path / "out", threshold=threshold, seed=4, hashes=64
        )


SCRIPT = """
import sys
import framing as fr
dataset = fr.data.open_dataset(sys.argv[1], rows=30)
fr.data.find_duplicates(dataset, out=sys.argv[2], seed=1, hashes=64)
"""


def test_a_killed_run_goes_on(tmp_path: Path) -> None:
    table = articles(120)
    source = written(tmp_path, table)
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(source), str(tmp_path / "out")], cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        if len(list((tmp_path / "out").glob("done/*.json"))) >= 2:
            break
        time.sleep(0.002)
    assert process.poll() is None, "the run ended before it could be killed"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("done/*.json")}
    dataset = fr.data.open_dataset(source, rows=30)
    found = fr.data.find_duplicates(dataset, out=tmp_path / "out", seed=1, hashes=64)
    assert all(path.stat().st_mtime_ns == changed for path, changed in before.items())
    same(found, fr.make_corpus(table).find_duplicates(seed=1, hashes=64))


def test_an_article_that_kills_its_process_is_refused(tmp_path: Path) -> None:
    table = articles(32)
    deadly = table.copy()
    deadly.loc[31, "text"] = ("A truce " * 1000)[:6_666]
    dataset = fr.data.open_dataset(written(tmp_path, deadly, 30), rows=30, longest=Deadly(10_000))
    found = fr.data.find_duplicates(dataset, out=tmp_path / "out", seed=1, hashes=64)
    counts = found.table[["rows", "compared", "refused"]]
    assert counts.to_numpy().tolist() == [[30, 30, 0], [2, 1, 1]]
    same(found, fr.make_corpus(table[:31]).find_duplicates(seed=1, hashes=64))


def test_an_id_in_two_partitions_counts_once(tmp_path: Path) -> None:
    table = articles(60)
    twice = table.copy()
    twice.loc[45, "doc_id"] = "d2"
    twice.loc[50, "text"] = None
    found = fr.data.find_duplicates(
        fr.data.open_dataset(written(tmp_path, twice), rows=30), out=tmp_path / "out", seed=1,
        hashes=64,
    )  # fmt: skip
    assert found.table[["rows", "compared", "refused"]].sum().tolist() == [60, 58, 2]
    corpus = fr.make_corpus(table.drop(index=[45, 50]))
    same(found, corpus.find_duplicates(seed=1, hashes=64))
