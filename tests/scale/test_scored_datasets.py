"""Scored datasets: nothing is lost and nothing is there twice, whatever dies."""

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import framing as fr
from framing.scale import clusters
from tests.support.deadly import Deadly
from tests.support.planted_articles import plant_articles

ROOT = Path(__file__).parents[2]
LEXICON = fr.make_lexicon(
    {"peace": ["truce", {"pattern": "talks", "weight": 0.5}], "land": ["land", "no deal"]}
)
WORDS = [
    "talks",
    "truce",
    "ceasefire",
    "said",
    "on",
    "Monday",
    "that",
    "the",
    "envoy",
    "would",
    "not",
    "accept",
    "land",
    "no",
    "deal",
]


articles = partial(plant_articles, WORDS, 9, (2, 6))


def scored(source: Path, out: Path, **options: object) -> fr.data.ScoredDataset:
    options = {"workers": 1, "rows": 40, **options}
    return fr.score_dataset(source, LEXICON, out, **options)


def folder_of(path: Path) -> Path:
    (path / "in").mkdir(exist_ok=True)
    return path / "in"


def stored(out: Path) -> pd.DataFrame:
    return fr.open_hits(out).hits()


def refusals(out: Path) -> list[tuple[object, str]]:
    tables = [pq.read_table(path).to_pandas() for path in sorted((out / "refused").iterdir())]
    table = pd.concat(tables)
    return list(zip(table["doc_id"], table["reason"], strict=True))


def same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(left.astype(str), right.astype(str))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("news")
    articles(160).to_parquet(folder / "news.parquet", row_group_size=40)
    return folder


@pytest.fixture(scope="module")
def out(folder: Path) -> Path:
    scored(folder / "news.parquet", folder / "out")
    return folder / "out"


def test_hits_are_those_of_one_process(out: Path) -> None:
    corpus = fr.make_corpus(articles(160))
    hits = fr.find_hits(corpus, LEXICON)
    assert len(fr.open_hits(out).table) == 4
    same(stored(out), hits.table)
    opened = fr.open_hits(out)
    for unit, kind, rejected in (
        ("document", "rate", "include"),
        ("source", "share", "exclude"),
        ("month", "count", "only"),
        ("corpus", "rate", "exclude"),
    ):
        expected = fr.score(hits, unit=unit, kind=kind, rejected=rejected)
        scores = opened.score(unit=unit, kind=kind, rejected=rejected)
        pd.testing.assert_frame_equal(scores.table, expected.table)
        pd.testing.assert_frame_equal(scores.units, expected.units)
        if unit != "document":
            pd.testing.assert_frame_equal(scores.interval().table, expected.interval().table)
    expected = fr.contrast(fr.score(hits), by="source", seed=1, draws=100, permutations=100)
    found = opened.contrast(by="source", seed=1, draws=100, permutations=100)
    pd.testing.assert_frame_equal(found.table, expected.table)
    expected = fr.trend(fr.score(hits), every="month", seed=1, draws=100)
    pd.testing.assert_frame_equal(
        opened.trend(every="month", seed=1, draws=100).table, expected.table
    )
    expected = fr.regress(fr.score(hits), "source + length")
    pd.testing.assert_frame_equal(opened.regress("source + length").table, expected.table)


def test_texts_of_drawn_documents_are_read_again(out: Path, tmp_path: Path) -> None:
    opened = fr.open_hits(out)
    words = opened.kwic("land", sample=3, seed=1).table
    assert set(words["match"]) <= {"land", "no deal"}
    assert words["doc_id"].nunique() == 3
    hits, corpus = opened.sample(5, seed=2)
    assert len(corpus) == 5
    whole = stored(out)
    same(hits.table, whole[whole["doc_id"].isin(corpus.table["doc_id"])].reset_index(drop=True))
    opened.write_evidence(tmp_path / "page.html", sample=2, seed=1)
    assert (tmp_path / "page.html").exists()
    with pytest.raises(fr.InputError, match="on disk"):
        opened.contrast(by="source", seed=1, draws=100, permutations=100).evidence("peace", "Post")


def test_bad_rows_are_refused_with_their_reason(tmp_path: Path) -> None:
    table = pa.table(
        {
            "id": ["a", None, "c", "d", "e", "a", "g", "h"],
            "body": pa.array(
                [b"A truce.", b"x", None, b"  ", b"bad \xff text", b"Land.", b"a\0b", b"a" * 50],
                pa.binary(),
            ).view(pa.string()),
        }
    )
    pq.write_table(table, tmp_path / "bad.parquet")
    done = scored(tmp_path / "bad.parquet", tmp_path / "o", text="body", doc_id="id", longest=40)
    assert done.table.loc[0, ["rows", "scored", "refused"]].tolist() == [8, 1, 7]
    reasons = dict(refusals(tmp_path / "o")[1:])
    assert "UTF-8" in reasons["e"]
    assert "blank" in reasons["d"]
    assert "before" in reasons["a"]
    assert "longest=40" in reasons["h"]


def test_a_text_that_is_no_document_costs_itself_only(tmp_path: Path) -> None:
    texts = ["A truce.", "NULL", "n/a ", "\u200b\ufeff", "None of the land."]
    table = pd.DataFrame({"doc_id": list("abcde"), "text": texts})
    table.to_parquet(tmp_path / "in.parquet")
    done = scored(tmp_path / "in.parquet", tmp_path / "o")
    assert done.table.loc[0, ["scored", "refused", "state"]].tolist() == [4, 1, "done"]
    reasons = dict(refusals(tmp_path / "o"))
    assert "blank" in reasons["d"]
    hits = fr.find_hits(fr.make_corpus(table), LEXICON)
    same(stored(tmp_path / "o"), hits.table)


@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz", ".csv", ".tsv.gz"])
def test_text_files(tmp_path: Path, ending: str) -> None:
    rows = [{"doc_id": "007", "text": "A truce,\nsaid \"he\".", "year": 2024},
            {"doc_id": "b", "text": "Land.", "year": 2025}]  # fmt: skip
    if "jsonl" in ending:
        lines = [json.dumps(row) for row in rows]
        data = "\n".join([lines[0], '{"doc_id": "x", "text": 5}', "{broken", lines[1]]).encode()
        refused = 2
    else:
        separator = "\t" if "tsv" in ending else ","
        data = pd.DataFrame(rows).to_csv(index=False, sep=separator).encode()
        data += f"c{separator}one field too few\n".encode()
        refused = 1
    data = gzip.compress(data) if ending.endswith(".gz") else data
    (folder_of(tmp_path) / f"news{ending}").write_bytes(data)
    done = scored(tmp_path / "in", tmp_path / "o")
    assert done.table.loc[0, ["scored", "refused"]].tolist() == [2, refused]
    documents = fr.open_hits(tmp_path / "o").documents()
    assert documents["doc_id"].tolist() == ["007", "b"]
    assert documents["year"].tolist() == [2024, 2025]


def test_lines_at_the_edge_of_a_byte_range(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = articles(30)[["doc_id", "text"]]
    table.to_json(tmp_path / "n.jsonl", orient="records", lines=True)
    lines = (tmp_path / "n.jsonl").read_bytes().splitlines(keepends=True)
    # One range ends exactly where a line ends.
    for size in (len(lines[0]), 100, 777):
        monkeypatch.setattr("framing.corpus.partitions.JSONL_BYTES", size)
        done = scored(tmp_path / "n.jsonl", tmp_path / f"o{size}")
        assert done.table["scored"].sum() == 30
        assert fr.open_hits(tmp_path / f"o{size}").documents()["doc_id"].tolist() == list(
            table["doc_id"]
        )


def test_an_id_in_two_partitions_counts_once(tmp_path: Path) -> None:
    articles(50, 1).to_parquet(folder_of(tmp_path) / "1.parquet")
    second = articles(50, 2)
    second.loc[[3, 4], "doc_id"] = ["d1-7", "d1-8"]
    second.to_parquet(folder_of(tmp_path) / "2.parquet")
    done = scored(tmp_path / "in", tmp_path / "o")
    assert done.table[["rows", "scored", "refused"]].sum().tolist() == [100, 98, 2]
    assert [doc_id for doc_id, _ in refusals(tmp_path / "o")] == ["d1-7", "d1-8"]
    ids = fr.open_hits(tmp_path / "o").documents(["doc_id"])["doc_id"]
    assert not ids.duplicated().any()
    # Where the first of the two goes away, the second one counts.
    articles(50, 1).drop(index=7).to_parquet(folder_of(tmp_path) / "1.parquet")
    assert scored(tmp_path / "in", tmp_path / "o").table["scored"].sum() == 98
    assert refusals(tmp_path / "o")[0][0] == "d1-8"


def test_only_what_changed_is_done_again(tmp_path: Path) -> None:
    articles(40, 1).to_parquet(folder_of(tmp_path) / "1.parquet")
    articles(40, 2).to_parquet(folder_of(tmp_path) / "2.parquet")
    scored(tmp_path / "in", tmp_path / "o")
    times = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "o" / "hits").iterdir()}
    articles(45, 2).to_parquet(folder_of(tmp_path) / "2.parquet")
    # The clock was set back: what changed is what has another time, not a later one.
    os.utime(folder_of(tmp_path) / "2.parquet", (1, 1))
    (tmp_path / "o" / "hits" / "stray.parquet").write_bytes(b"of a killed run")
    done = scored(tmp_path / "in", tmp_path / "o")
    after = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "o" / "hits").iterdir()}
    assert done.table["scored"].tolist() == [40, 45]
    assert [times[name] == after[name] for name in sorted(after)] == [True, False]
    with pytest.raises(fr.InputError, match="lexicon_hash was"):
        fr.score_dataset(tmp_path / "in", fr.make_lexicon({"a": ["b"]}), tmp_path / "o")
    (folder_of(tmp_path) / "1.parquet").unlink()
    assert len(scored(tmp_path / "in", tmp_path / "o").table) == 1


def test_a_damaged_partition_costs_itself_only(tmp_path: Path) -> None:
    articles(40, 1).to_parquet(folder_of(tmp_path) / "1.parquet")
    data = bytearray((folder_of(tmp_path) / "1.parquet").read_bytes())
    data[20:400] = bytes(380)
    (folder_of(tmp_path) / "0.parquet").write_bytes(bytes(data))
    (folder_of(tmp_path) / "2.parquet").write_bytes(b"PAR1 no more")
    done = scored(tmp_path / "in", tmp_path / "o")
    assert done.table["state"].tolist() == ["failed", "done", "failed"]
    assert not done.complete
    assert done.left_out["partition"].tolist() == ["0.parquet:0-1", "2.parquet:0--1"]
    articles(40, 3).to_parquet(folder_of(tmp_path) / "2.parquet")
    assert fr.data.dataset_status(tmp_path / "o").table["scored"].sum() == 40
    assert scored(tmp_path / "in", tmp_path / "o").table["scored"].sum() == 80


def test_an_article_that_kills_its_worker_is_refused(tmp_path: Path) -> None:
    table = articles(3)
    table.loc[1, "text"] = ("A truce " * 1000)[:6_666]
    table.to_parquet(tmp_path / "n.parquet")
    done = scored(tmp_path / "n.parquet", tmp_path / "o", longest=Deadly(10_000))
    assert done.table.loc[0, ["scored", "refused"]].tolist() == [2, 1]
    assert refusals(tmp_path / "o") == [("d1-1", "this article ended the process that searched it")]


SCRIPT = """
import sys
import framing as fr
from tests.scale.test_scored_datasets import LEXICON
try:
    fr.score_dataset(sys.argv[1], LEXICON, sys.argv[2], workers=1, rows=40)
except fr.InputError as error:
    sys.exit(f"InputError: {error}")
"""


def run(source: Path, out: Path, before: str = "", first: str = "") -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", before + SCRIPT, str(source), str(out)],
        cwd=ROOT, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [first, str(ROOT)]))},
        start_new_session=True,
    )  # fmt: skip


def test_a_killed_run_goes_on_and_a_second_run_waits(
    folder: Path, out: Path, tmp_path: Path
) -> None:
    articles(160).to_parquet(tmp_path / "news.parquet", row_group_size=10)
    process = run(tmp_path / "news.parquet", tmp_path / "o")
    manifest = tmp_path / "o" / "manifest.jsonl"
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        if manifest.exists() and manifest.read_text().count('"scored"') >= 2:
            break
        time.sleep(0.005)
    assert process.poll() is None, "the run ended before it could be killed"
    with pytest.raises(fr.InputError, match="another run"):
        scored(tmp_path / "news.parquet", tmp_path / "o")
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    with manifest.open("a") as file:
        file.write('{"partition":"news.parquet:9-10","scor')
    done = scored(tmp_path / "news.parquet", tmp_path / "o")
    assert done.table[["rows", "scored"]].sum().tolist() == [160, 160]
    same(stored(tmp_path / "o"), stored(out))
    assert not list((tmp_path / "o").rglob(".framing*"))


def test_a_full_disk_is_one_line_and_loses_nothing(folder: Path, out: Path, tmp_path: Path) -> None:
    # A limit on the size of files fails as a full disk does.
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4500, 4500))\n"
    process = run(folder / "news.parquet", tmp_path / "o", limit)
    _, message = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "no room" in message
    assert "Traceback" not in message
    scored(folder / "news.parquet", tmp_path / "o")
    same(stored(tmp_path / "o"), stored(out))


CLOCK = """
import itertools
import time

calls, real = itertools.count(), time.time
# Each look at the clock finds it three years before or after.
time.time = lambda: real() + (-1) ** next(calls) * 1e8
time.time_ns = lambda: int(time.time() * 1e9)
"""


def test_a_clock_that_jumps(folder: Path, out: Path, tmp_path: Path) -> None:
    # Python runs this file first, in the run and in its workers.
    (tmp_path / "sitecustomize.py").write_text(CLOCK)
    process = run(folder / "news.parquet", tmp_path / "o", first=str(tmp_path))
    _, message = process.communicate(timeout=120)
    assert process.returncode == 0, message
    same(stored(tmp_path / "o"), stored(out))
    assert fr.data.dataset_status(tmp_path / "o").table["seconds"].between(0, 120).all()
    # Neither the times of the results nor the seconds of the manifest decide what is done again.
    manifest = tmp_path / "o" / "manifest.jsonl"
    lines = [json.loads(line) for line in manifest.read_text().splitlines()]
    manifest.write_text("".join(f"{json.dumps({**line, 'seconds': -1e9})}\n" for line in lines))
    results = sorted((tmp_path / "o" / "hits").iterdir())
    for number, path in enumerate(results):
        os.utime(path, (number * 1e9, number * 1e9))
    scored(folder / "news.parquet", tmp_path / "o")
    assert [path.stat().st_mtime for path in results] == [n * 1e9 for n in range(len(results))]


def test_dask_loses_nothing_when_a_worker_is_killed(
    folder: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(clusters, "PATIENCE", 4.0)
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    )
    try:
        with distributed.Client(cluster) as client:
            pids = client.run(os.getpid)
            os.kill(next(iter(pids.values())), signal.SIGKILL)
            done = scored(folder / "news.parquet", tmp_path / "o", scheduler=client)
            assert done.table["scored"].sum() == 160
            same(stored(tmp_path / "o"), stored(out))
            cluster.close()
            with pytest.raises(fr.InputError, match="went away"):
                scored(folder / "news.parquet", tmp_path / "o2", scheduler=client)
    finally:
        cluster.close()
    with pytest.raises(fr.InputError, match="no Dask scheduler"):
        scored(folder / "news.parquet", tmp_path / "o3", scheduler="tcp://127.0.0.1:9")


def test_other_storage_than_this_disk(folder: Path, out: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    fsspec.filesystem("file")
    memory = f"local://{folder}/news.parquet"
    done = scored(memory, folder / "remote")
    assert done.table["scored"].sum() == 160
    same(stored(folder / "remote"), stored(out))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"text": "body"}, "no column 'body'"),
        ({"text": "length"}, "not text"),
        ({"keep": ["nothing"]}, "no column 'nothing'"),
        ({"workers": 0}, "workers"),
        ({"dates": "ydm"}, "dates"),
    ],
)
def test_wrong_arguments(
    folder: Path, tmp_path: Path, options: dict[str, object], message: str
) -> None:
    with pytest.raises(fr.InputError, match=message):
        scored(folder / "news.parquet", tmp_path / "o", **options)


def test_a_wrong_argument_is_refused_before_anything_is_written(
    folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(fr.InputError, match="language"):
        scored(folder / "news.parquet", tmp_path / "o", language="english")
    assert not (tmp_path / "o").exists()


def test_results_inside_the_dataset_are_refused(tmp_path: Path) -> None:
    articles(3).to_parquet(tmp_path / "news.parquet")
    with pytest.raises(fr.InputError, match="inside the dataset"):
        scored(tmp_path, tmp_path / "o")


def test_no_dataset_and_no_results(tmp_path: Path) -> None:
    with pytest.raises(fr.InputError, match="no such file"):
        scored(tmp_path / "absent", tmp_path / "o")
    with pytest.raises(fr.InputError, match="no scored dataset"):
        fr.open_hits(tmp_path)
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(fr.InputError, match="a dataset is a file"):
        scored(tmp_path / "a.txt", tmp_path / "o")


def test_a_file_of_the_same_size_that_was_replaced_is_scored_again(tmp_path: Path) -> None:
    path = folder_of(tmp_path) / "n.csv"
    path.write_text("doc_id,text\na,A truce.\nb,A rain.\n")
    scored(tmp_path / "in", tmp_path / "o")
    before = path.stat()
    path.write_text("doc_id,text\na,A rains.\nb,A land.\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns - 1))
    assert path.stat().st_size == before.st_size
    scored(tmp_path / "in", tmp_path / "o")
    assert stored(tmp_path / "o")[["doc_id", "frame"]].astype(str).to_numpy().tolist() == [
        ["b", "land"]
    ]


def test_a_corrupt_page_costs_its_partition_only(tmp_path: Path) -> None:
    path = folder_of(tmp_path) / "n.parquet"
    table = articles(200)
    table.to_parquet(path, row_group_size=2)
    page = pq.ParquetFile(path).metadata.row_group(50).column(table.columns.get_loc("text"))
    data = whole = path.read_bytes()
    begin = page.dictionary_page_offset or page.data_page_offset
    data = (
        data[:begin]
        + bytes(page.total_compressed_size)
        + data[begin + page.total_compressed_size :]
    )
    path.write_bytes(data)
    done = scored(tmp_path / "in", tmp_path / "o", rows=20)
    assert len(done.table) == 10
    assert done.table["scored"].tolist() == [20] * 5 + [0] + [20] * 4
    assert done.left_out["partition"].tolist() == ["n.parquet:50-60"]
    path.write_bytes(whole)
    assert scored(tmp_path / "in", tmp_path / "o", rows=20).table["scored"].sum() == 200
    assert fr.open_hits(tmp_path / "o").documents()["doc_id"].tolist() == list(table["doc_id"])


def test_the_midnight_of_a_zone_is_its_day_whatever_stands_beside_it(tmp_path):
    table = pd.DataFrame(
        {
            "doc_id": ["a", "b", "c"],
            "text": ["A truce.", "A truce.", "A truce."],
            "date": ["2025-03-04 00:00:00+01", "2025-03-05T00:30:00+01:00", "2025-03-06"],
        }
    )
    table.to_csv(tmp_path / "news.csv", index=False)
    lexicon = fr.make_lexicon({"peace": ["truce"]})
    fr.score_dataset(tmp_path / "news.csv", lexicon, tmp_path / "out", workers=1)
    days = fr.open_hits(tmp_path / "out").documents()["date"].astype(str).str[:10].tolist()
    assert days == ["2025-03-04", "2025-03-04", "2025-03-06"]
