"""What is written is whole: the old file or the new one, and no cell is a formula."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import framing as fr

TESTS = Path(__file__).parent
ROOT = Path(fr.__file__).parent
# Calls that write a file in one step. Only `Output` may do so, and the paper in its own folder.
DIRECT = {"write_text", "write_bytes", "copyfile", "savefig", "to_parquet", "to_csv", "save"}
ALLOWED = {
    "_core/delimited.py": {"to_csv"},
    "_core/templates.py": set(),
    # These three write into memory.
    "_core/printed_tables.py": {"save"},
    "cli/targets.py": {"to_parquet"},
    "coding/sheets.py": {"save"},
    # It writes into a file that takes its name when it is complete.
    "corpus/stages.py": {"save"},
    "figures/drawing.py": {"savefig", "save"},
    "hits/native/build.py": {"copyfile"},
    "hits/study.py": {"to_parquet"},
    "paper/typesetting.py": {"write_text", "write_bytes", "copyfile"},
    # A scratch file, which nobody else sees.
    "scale/stored_hits.py": {"write_bytes"},
    "topics/files.py": {"to_parquet"},
}
FORMULAS = ["=1+1", "+1", "-a", "@x", "\tx", "\rx", "'=y", "＝z", "plain", "'quoted'"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the writers run in forked processes")
def test_a_killed_writer_and_a_full_disk_leave_whole_files(tmp_path):
    names = ["table", "study", "data", "pages", "results", "csv", "sheet csv"]
    names += ["sheet xlsx", "new terms"]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "support.writers", str(tmp_path), "2", *names],
        cwd=TESTS,
        env={**os.environ, "PYTHONPATH": f"{ROOT.parent}{os.pathsep}{TESTS}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [result["writer"] for result in results] == names
    for result in results:
        assert result["killed"] == 2
        assert result["whole"], result
        assert "there is no room for it" in result["message"]
        assert "\n" not in result["message"]


def test_no_file_of_the_package_is_written_in_place():
    for path in ROOT.rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        calls = {
            node.func.attr
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        assert calls & DIRECT <= ALLOWED.get(name, set()), name


def test_parts_of_two_studies_are_not_read(tmp_path):
    lexicon = fr.make_lexicon({"peace": ["truce"]})
    for name, text in (("a", "A truce."), ("b", "Rain. A truce.")):
        study = fr.make_study(fr.make_corpus([text]), lexicon, name=name)
        fr.data.write_study(study, tmp_path / name)
    assert fr.data.read_study(tmp_path / "a").name == "a"
    (tmp_path / "b" / "hits.parquet").replace(tmp_path / "a" / "hits.parquet")
    with pytest.raises(fr.InputError, match=r"hits\.parquet is not the file .* two studies"):
        fr.data.read_study(tmp_path / "a")


def test_a_study_is_read_where_its_writer_was_killed_between_two_names(tmp_path):
    lexicon = fr.make_lexicon({"peace": ["truce"]})
    for name, text in (("old", "A truce."), ("new", "Rain. A truce.")):
        fr.data.write_study(fr.make_study(fr.make_corpus([text]), lexicon), tmp_path / name)
    new = fr.data.read_study(tmp_path / "new")
    # study.json is the first to take its name; the other files are complete by then.
    (tmp_path / "new" / "study.json").replace(tmp_path / "old" / "study.json")
    for number, path in enumerate((tmp_path / "new").iterdir()):
        path.replace(tmp_path / "old" / f".framing-{number}.part")
    read = fr.data.read_study(tmp_path / "old")
    pd.testing.assert_frame_equal(read.hits.table, new.hits.table)
    pd.testing.assert_frame_equal(read.terms, new.terms)
    for path in (tmp_path / "old").glob(".framing-*"):
        path.unlink()
    with pytest.raises(fr.InputError, match="two studies"):
        fr.data.read_study(tmp_path / "old")


KILLED = """
import os, sys
import framing as fr
from framing._core.files import Output
with Output() as output:
    output.text(sys.argv[1] + "/a.txt", "half")
    os._exit(9) if sys.argv[2] == "dead" else print("open", flush=True)
    sys.stdin.read()
"""


def test_what_a_killed_writer_left_goes_with_the_next_file_and_nothing_else(tmp_path):
    table, at = pd.DataFrame({"x": [1]}), [sys.executable, "-c", KILLED, str(tmp_path)]
    assert subprocess.run([*at, "dead"], check=False).returncode == 9
    (dead,) = tmp_path.glob(".framing-*")
    with subprocess.Popen([*at, "alive"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout.readline()
        (tmp_path / ".framing-0.part").write_text("of another machine, or of an earlier version")
        alive = set(tmp_path.glob(".framing-*")) - {dead}
        fr.write_table(table, tmp_path / "t.csv")
        assert set(tmp_path.glob(".framing-*")) == alive
        writer.communicate()
    assert (tmp_path / "a.txt").read_text() == "half"
    # A day later the other one is left over too.
    os.utime(tmp_path / ".framing-0.part", (0, 0))
    fr.write_table(table, tmp_path / "t.csv")
    assert not list(tmp_path.glob(".framing-*"))


def test_what_a_study_needs_stays_until_the_study_is_written(tmp_path):
    study = fr.make_study(fr.make_corpus(["A truce."]), fr.make_lexicon({"peace": ["truce"]}))
    fr.data.write_study(study, tmp_path)
    (tmp_path / ".framing-0.part").write_text("of a writer that was killed")
    os.utime(tmp_path / ".framing-0.part", (0, 0))
    fr.write_table(pd.DataFrame({"x": [1]}), tmp_path / "t.csv")
    assert list(tmp_path.glob(".framing-*"))
    fr.data.write_study(study, tmp_path)
    assert not list(tmp_path.glob(".framing-*"))


def test_a_sheet_is_never_replaced(tmp_path):
    corpus = fr.make_corpus(["A truce. Rain fell. Snow fell."])
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, 3, seed=1)
    for ending in (".csv", ".tsv", ".xlsx"):
        path = tmp_path / f"s{ending}"
        (sheet,) = fr.write_coding_sheet(sample, path, coders=["Bo"])
        sheet.write_bytes(b"the work of a coder")
        with pytest.raises(fr.InputError, match=f"s_Bo{ending}.*never replaced"):
            fr.write_coding_sheet(sample, path, coders=["Ann", "Bo"])
        assert sheet.read_bytes() == b"the work of a coder"
        # All sheets or none: that of the other coder is not written.
        assert not path.with_name(f"s_Ann{ending}").exists()


def test_a_file_that_cannot_be_written_is_one_line(tmp_path):
    table = pd.DataFrame({"x": [1]})
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.csv").mkdir()
    cases = {
        tmp_path / "file" / "t.csv": "file is a file, not a folder",
        tmp_path / "folder.csv": "it is a folder",
        tmp_path / f"{'x' * 300}.csv": "too long",
        f"{tmp_path}/a\0.csv": "a path cannot contain the byte 0",
    }
    for path, message in cases.items():
        with pytest.raises(fr.InputError, match=message) as raised:
            fr.write_table(table, path)
        assert "\n" not in str(raised.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.csv"]


def test_a_link_and_the_permissions_of_a_file_are_kept(tmp_path):
    old = tmp_path / "old.csv"
    old.write_text("x\n")
    old.chmod(0o640)
    (tmp_path / "link.csv").symlink_to(old)
    fr.write_table(pd.DataFrame({"x": [1]}), tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert old.read_text() == "x\n1\n"
    assert old.stat().st_mode & 0o777 == 0o640


def test_no_cell_and_no_name_of_a_table_is_a_formula(tmp_path):
    table = pd.DataFrame({"=name": FORMULAS, "n": -1.5, "kind": pd.Categorical(FORMULAS)})
    path = fr.write_table(table, tmp_path / "t.csv")
    read = pd.read_csv(path, keep_default_na=False)
    assert list(read) == ["'=name", "n", "kind"]
    expected = [f"'{text}" for text in FORMULAS[:-2]] + FORMULAS[-2:]
    assert read["'=name"].tolist() == expected == read["kind"].tolist()
    assert read["n"].tolist() == [-1.5] * len(FORMULAS)
    # In a Data Package, too, and its dictionary.
    files = fr.write_data(table, tmp_path / "d.csv").paths
    read = pd.read_csv(files[0], keep_default_na=False)
    assert read["'=name"].tolist() == expected
    assert pd.read_csv(files[1])["column"].tolist() == ["'=name", "n", "kind"]


@pytest.mark.parametrize("ending", ["csv", "tsv"])
def test_entries_of_a_delimited_lexicon_come_back(tmp_path, ending):
    lexicon = fr.make_lexicon({"=peace": ["-truce", "+talks", "calm"]})
    path = tmp_path / f"l.{ending}"
    fr.write_lexicon(lexicon, path)
    assert "'=peace" in path.read_text()
    frames = fr.read_lexicon(path).table["frame"]
    assert frames.unique().tolist() == ["=peace"]
    assert len(frames) == 3
