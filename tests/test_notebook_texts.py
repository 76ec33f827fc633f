"""The notebooks give the same tables from the texts as from the features that ship."""

import shutil

import nbformat
import pytest
from support.notebooks import NOTEBOOKS, ROOT, run

SHARED = ROOT.parent / "shared" / "corpus"


def test_texts_go_into_a_study_and_nowhere_else():
    readers = []
    for path in NOTEBOOKS:
        cells = [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
        uses = [line for line in "\n".join(cells).splitlines() if "TEXTS" in line]
        if uses:
            asked, load = uses
            assert asked == 'TEXTS = os.environ.get("FRAMING_TEXTS") or None', path.name
            assert load.partition(" = ")[2] == 'fr.load_study("articles", texts=TEXTS)', path.name
            readers.append(path.stem[:2])
    assert readers == ["01", "02", "04", "05", "06"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the texts of the study are not here")
def test_the_texts_give_the_tables_of_the_features(tmp_path):
    # The fourth to sixth take minutes; what they do with texts is held equal in test_study.
    shutil.copy(ROOT / "paper" / "results.json", tmp_path)
    for notebook in NOTEBOOKS[:2]:
        done = run(notebook.relative_to(ROOT), tmp_path, SHARED)
        assert done.returncode == 0, done.stdout + done.stderr
    tables = [path.name for path in tmp_path.glob("*.csv")]
    assert {name[:2] for name in tables} == {"01", "02"}
    for name in tables:
        assert (tmp_path / name).read_text() == (ROOT / "figures" / name).read_text(), name
    results = "paper/results.json"
    assert (tmp_path / "results.json").read_text() == (ROOT / results).read_text()
