import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import framing as fr

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    path = tmp_path_factory.mktemp("benchmark") / "figures.json"
    # -S and -I would hide the package too; a module that is None in sys.modules is not found.
    hidden = "import sys, runpy; sys.argv = sys.argv[1:]; sys.path.insert(0, 'benchmarks');"
    hidden += "sys.modules |= {'polars': None, 'spacy': None};"
    # The figures of so little text say nothing, so that no round has to warm up.
    hidden += "import _measure; _measure.WARM_UP = False;"
    hidden += "runpy.run_path('benchmarks/matching.py', run_name='__main__')"
    options = [
        "--megabytes",
        "0.02",
        "--rounds",
        "1",
        "--entries",
        "300",
        "--memory",
        "count_hits",
    ]
    options += ["--json", str(path)]
    done = subprocess.run(
        [sys.executable, "-c", hidden, "matching.py", *options],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout, json.loads(path.read_text(encoding="utf-8")), done.stderr


def test_a_run_without_the_other_programs_writes_every_figure(run):
    printed, figures, _ = run
    assert set(figures) == {
        "machine", "text", "rounds", "remarks", "agreement", "traps", "speed", "scaling", "memory",
    }  # fmt: skip
    assert [block["setting"] for block in figures["speed"]] == [
        "the lexicon that ships, on its topic", "the lexicon that ships, on other news",
        "background", "on the topic",
    ]  # fmt: skip
    for block in figures["speed"]:
        names = [(row["name"], row["task"]) for row in block["programs"]]
        assert {("framing", "counts"), ("framing", "hits")} <= set(names)
        # No other program has the gaps and conditions of the lexicon that ships.
        assert (("re", "counts") in names) == ("that ships" not in block["setting"])
        for row in block["programs"]:
            assert {"entries", "megabytes", "build_seconds"} < set(row)
            for key in ("megabytes_per_second", "times_ours"):
                assert row[key]["low"] <= row[key]["median"] <= row[key]["high"]
    assert sum("spacy" in remark or "polars" in remark for remark in figures["remarks"]) == 3
    assert printed.count("\n## ") >= 6


def test_a_run_on_constructed_text_says_so(run, monkeypatch, tmp_path, capsys):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import _texts

    printed, figures, warned = run
    constructed = figures["text"]["origin"].startswith("constructed")
    for said in (printed, warned):
        assert (_texts.MISSING in said) is constructed
    monkeypatch.setattr(_texts, "BRIEFINGS", tmp_path / "missing.jsonl")
    lexicon = fr.read_lexicon(ROOT / "benchmarks" / "peace-words.toml")
    assert _texts.load_texts(0.01, lexicon).remark == _texts.MISSING
    assert "is missing, so that the text is constructed" in capsys.readouterr().err
    _texts.BRIEFINGS.write_text(json.dumps({"text": "A truce."}) + "\n", encoding="utf-8")
    assert _texts.load_texts(0.01, lexicon).remark == ""
    assert capsys.readouterr().err == ""


def test_programs_that_mean_the_same_count_the_same(run):
    _, figures, _ = run
    same = [row for row in figures["agreement"] if row["name"] in ("re", "CountVectorizer")]
    assert len(same) == 2
    for row in same:
        assert row["words"]["hits"] > 0
        assert row["words"]["documents_that_differ"] == 0
    ours = {row["trap"]: row["counts"]["framing (hits)"] for row in figures["traps"]}
    right = {row["trap"]: row["right"] for row in figures["traps"]}
    assert {trap for trap in ours if ours[trap] != right[trap]} <= {"word divided at a line end"}


def test_constructed_text_has_its_size_and_comes_out_the_same_again(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    from _texts import constructed_lexicon, constructed_texts, megabytes, settings

    lexicon = fr.read_lexicon(ROOT / "benchmarks" / "peace-words.toml")
    texts = constructed_texts(0.2, lexicon)
    assert texts == constructed_texts(0.2, lexicon)
    assert 0.2 <= megabytes(texts) < 0.22
    background, topic = settings(texts, lexicon)
    assert 3 < background.density < 12
    assert 50 < topic.density < 70
    assert len(constructed_lexicon(texts, 300)) == 300


def test_the_counts_of_causes_are_those_of_the_listed_errors():
    listed = pd.read_csv(ROOT / "benchmarks" / "news_causes.csv")
    counts = pd.read_csv(ROOT / "benchmarks" / "news_errors.csv")
    # Codes, places and causes may be published; the text of the sentences may not.
    assert list(listed) == ["frame", "kind", "doc_id", "sentence", "cause"]
    assert not listed.duplicated(["frame", "kind", "doc_id", "sentence"]).any()
    old, new = counts.columns[3:5]
    either = counts[old] + counts["new"]
    assert either.sum() == len(listed)
    assert (counts[new] == counts["both"] + counts["new"]).all()
    assert new == fr.load_lexicon("peace-initiative").version
    sizes = listed.groupby(["frame", "kind", "cause"]).size()
    keys = counts[["frame", "kind", "cause"]].itertuples(index=False, name=None)
    assert [sizes[key] for key in keys] == either.tolist()
    report = (ROOT / "benchmarks" / "news_errors.md").read_text(encoding="utf-8")
    assert f"| **all** | {counts[old].sum()} | {counts[new].sum()} |" in report


def test_a_newsroom_has_in_its_texts_what_is_said_to_be_true(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import foreign_newsroom as newsroom

    news = newsroom.newsroom(7)
    assert news["text"].equals(newsroom.newsroom(7)["text"])
    hits = fr.find_hits(newsroom.as_corpus(news), newsroom.LEXICON)
    found = hits.table.drop_duplicates(["doc_id", "sentence", "frame"]).groupby("frame").size()
    assert found["A"] == sum(map(sum, news["a"]))
    assert found["B"] == sum(map(sum, news["b"]))
    assert set(news["source"]) == set(newsroom.OUTLETS)


def test_the_report_of_a_newsroom_puts_the_worst_first(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    import foreign_newsroom as newsroom

    lines = []
    for seed in range(10):
        none = seed < 2
        lines += [
            ("pool(share)", "OP1 A", seed, 0.1, 0, 0.2, np.nan, False, ""),
            ("pool(share)", "OP1 B", seed, 0.1, 0, 0.2 if seed < 7 else 0.05, np.nan, False, ""),
            # Two of ten have no interval; of the others one misses, with a note.
            ("regress(rate) week", "AG1, AG2 A", seed, 0.0, np.nan if none else -1.0 + 2 * (
                seed == 9), np.nan if none else 3.0, np.nan if none else 0.04 + 0.5 * (seed < 9),
             True, "few"),
        ]  # fmt: skip
    told = newsroom.report(pd.DataFrame(lines, columns=newsroom.COLUMNS))
    assert "Least covered: 0.700 (pool(share), OP1 B)" in told
    assert "Most false alarms: 0.100 (regress(rate) week, AG1, AG2 A)" in told
    cells = [line.split(" | ") for line in told.split("worst cells")[1].splitlines()[7:10]]
    assert [cell[1] for cell in cells] == ["OP1 B", "AG1, AG2 A", "OP1 A"]
    assert cells[0][3:6] == ["0.700", "", "0.000"]
    assert cells[0][7] == "1.000 |"
    assert cells[1][3:6] == ["0.875", "0.100", "0.200"]
    assert cells[1][7] == "0.000 |"


def test_the_report_of_scale_is_that_of_its_figures():
    folder = ROOT / "benchmarks"
    code = (
        "import json, sys, scale\n"
        "figures = json.loads(scale.FIGURES.read_text(encoding='utf-8'))\n"
        "sys.stdout.buffer.write(scale.report(figures).encode())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, check=True)
    assert done.stdout.decode() == (folder / "SCALE.md").read_text(encoding="utf-8")
    figures = json.loads((folder / "scale.json").read_text(encoding="utf-8"))
    assert set(figures["runs"]) >= {"scoring", "reading", "stages"}


def test_the_series_of_scale_is_measured_and_written(tmp_path):
    command = [sys.executable, "benchmarks/scale.py", "--only", "series", "--series", "30", "60"]
    subprocess.run(
        [*command, "--out", str(tmp_path), "--folder", str(tmp_path), "--runs", "1"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    figures = json.loads((tmp_path / "scale.json").read_text(encoding="utf-8"))
    rows = figures["series"]["rows"]
    assert [row["documents"] for row in rows] == [30, 60]
    for row in rows:
        assert 300 < row["characters"] / row["documents"] < 500
        assert (
            row["mb_s"] < row["mb_s_without_start"] or row["seconds"] < figures["series"]["start"]
        )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["scale.json"]
