import ast
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "corpus"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def run(notebook, figures, texts="", root=ROOT):
    environment = os.environ | {"FRAMING_FIGURES": str(figures), "FRAMING_TEXTS": str(texts)}
    return subprocess.run(
        [sys.executable, "notebooks/run.py", notebook],
        cwd=root, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    for notebook in NOTEBOOKS:
        done = run(notebook.relative_to(ROOT), folder)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_notebooks_rebuild_every_figure_and_table_to_the_byte(rebuilt):
    kept = {path.name: path.read_bytes() for path in (ROOT / "figures").iterdir()}
    made = {path.name: path.read_bytes() for path in rebuilt.iterdir()}
    assert sorted(made) == sorted(kept)
    assert [name for name in made if made[name] != kept[name]] == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="the texts of the study are not here")
def test_the_texts_give_the_tables_of_the_features(rebuilt, tmp_path):
    # The fourth takes minutes; the tables that it rests on are held equal in test_study.
    for notebook in NOTEBOOKS:
        if notebook.stem != "04_topics":
            done = run(notebook.relative_to(ROOT), tmp_path, SHARED)
            assert done.returncode == 0, done.stdout + done.stderr
    tables = sorted(path.name for path in rebuilt.glob("*.csv") if not path.name.startswith("04_"))
    assert tables
    for name in tables:
        assert (tmp_path / name).read_text() == (rebuilt / name).read_text(), name


def test_what_the_notebook_says_of_topics_is_in_its_tables():
    tables = {
        name: pd.read_csv(ROOT / "figures" / f"04_{name}.csv")
        for name in ("choice", "articles_choice", "topic_frames")
    }
    wide = tables["choice"].pivot(index="n_topics", columns="measure")
    value, high = wide["value"], wide["high"]
    # 15 topics: as coherent as any, and no larger number more stable over samples.
    assert high.loc[15, "npmi"] >= value["npmi"].max()
    assert value["stability_samples"].loc[15:].idxmax() == 15
    assert value["exclusivity"].is_monotonic_decreasing
    assert value["held_out"].is_monotonic_increasing
    # "A cosine of about .5, where the briefings reach .9".
    few = tables["articles_choice"].query("measure == 'stability_samples'")["value"]
    assert few.between(0.4, 0.55).all()
    assert round(value.loc[15, "stability_samples"], 1) == 0.9
    # Sovereignty is the word of three topics.
    frames = tables["topic_frames"].query("frame == 'sovereignty' and p_adjusted < 0.05")
    words = {"war in Ukraine", "Indo-Pacific", "global cooperation"}
    assert set(frames.query("ratio > 1")["label"]) == words


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_plain_and_keeps_logic_in_the_package(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    tree = ast.parse("\n".join(cell.source for cell in code))
    defined = (ast.FunctionDef, ast.ClassDef, ast.Lambda)
    assert not [node for node in ast.walk(tree) if isinstance(node, defined)]
    text = path.read_text(encoding="utf-8")
    assert nbformat.writes(notebook).rstrip() == text.rstrip()


def test_a_failing_cell_stops_the_run_and_is_shown(tmp_path):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell("peace = 1\nundefined_name + peace")]
    path = tmp_path / "bad.ipynb"
    nbformat.write(notebook, path)
    done = run(path, tmp_path)
    assert done.returncode == 1
    assert "undefined_name + peace" in done.stderr
    assert "NameError" in done.stderr
