"""The notebooks give the same tables from the texts as from the features that ship."""

import shutil

import pytest
from support.notebooks import NOTEBOOKS, ROOT, run

SHARED = ROOT.parent / "shared" / "corpus"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the texts of the study are not here")
def test_the_texts_give_the_tables_of_the_features(tmp_path):
    # The others read no texts. The fourth takes minutes; the tables that it rests on are held
    # equal in test_study.
    readers = [path for path in NOTEBOOKS if "FRAMING_TEXTS" in path.read_text(encoding="utf-8")]
    readers = [path for path in readers if path.stem != "04_topics"]
    assert [path.stem[:2] for path in readers] == ["01", "02", "05", "06"]
    shutil.copy(ROOT / "paper" / "results.json", tmp_path)
    for notebook in readers:
        done = run(notebook.relative_to(ROOT), tmp_path, SHARED)
        assert done.returncode == 0, done.stdout + done.stderr
    tables = [path.name for path in tmp_path.glob("*.csv")]
    assert {name[:2] for name in tables} == {"01", "02", "05", "06"}
    for name in tables:
        assert (tmp_path / name).read_text() == (ROOT / "figures" / name).read_text(), name
    results = "paper/results.json"
    assert (tmp_path / "results.json").read_text() == (ROOT / results).read_text()
