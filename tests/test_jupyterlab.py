"""The notebooks in JupyterLab itself, run by its menu command in a browser."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from support.browser import CHROMIUM, Browser, wait

ROOT = Path(__file__).parents[1]
EXPLORE = """\
import framing as fr

corpus = fr.make_corpus(["A truce holds.", "Rain fell on the <b>city</b>."])
fr.explore(fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]})), corpus)"""
# What JupyterLab says of the notebook in front: its cells that ran, errors, and frames of pages.
STATE = """(() => {
    const cells = jupyterapp.shell.currentWidget.content.widgets
        .filter((cell) => cell.model.type === "code").map((cell) => cell.model.toJSON());
    const outputs = cells.flatMap((cell) => cell.outputs);
    return {
        cells: cells.length,
        done: cells.filter((cell) => cell.execution_count).length,
        errors: outputs.filter((output) => output.output_type === "error"),
        images: outputs.filter((output) => output.data?.["image/png"]).length,
    };
})()"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A reader's copy of a notebook with figures, with empty folders for what it writes."""
    folder = tmp_path_factory.mktemp("study")
    for name in ("notebooks", "figures", "paper"):
        (folder / name).mkdir()
    shutil.copy(ROOT / "notebooks" / "02_framing_scores.ipynb", folder / "notebooks")
    # Results keep the hash of the data that they rest on.
    (folder / "framing").symlink_to(ROOT / "framing")
    notebook = nbformat.read(folder / "notebooks" / "02_framing_scores.ipynb", as_version=4)
    notebook.cells = [nbformat.v4.new_code_cell(EXPLORE)]
    nbformat.write(notebook, folder / "notebooks" / "explore.ipynb")
    return folder


@pytest.fixture(scope="module")
def lab(folder, tmp_path_factory):
    """JupyterLab on a port of this machine, in a browser."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium to open JupyterLab with")
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed: pip install '.[lab]'")
    state = tmp_path_factory.mktemp("lab")
    names = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    environment = os.environ | {f"JUPYTER_{name}": str(state / name) for name in names}
    environment |= {"JUPYTER_PREFER_ENV_PATH": "1", "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--port=0",
         f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True",
         "--LabApp.news_url=", f"--LabApp.workspaces_dir={state / 'workspaces'}",
         f"--LabApp.user_settings_dir={state / 'settings'}"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        described = state / "RUNTIME_DIR" / f"jpserver-{server.pid}.json"
        wait(described.exists)
        with Browser(state / "browser") as browser:
            # A notebook is the current one where its window has the focus.
            browser.send("Emulation.setFocusEmulationEnabled", enabled=True)
            found = json.loads(described.read_text())
            browser.send("Page.navigate", url=f"{found['url']}lab?token={found['token']}")
            wait(lambda: browser.run("Boolean(globalThis.jupyterapp?.started)"))
            browser.run("jupyterapp.restored.then(() => true)")
            yield browser
    finally:
        server.terminate()
        server.wait(30)


def run_all(browser, name):
    """Open a notebook, run all cells by the command of the menu, and return what it shows."""
    path = f"notebooks/{name}"
    opened = f"jupyterapp.commands.execute('docmanager:open', {{path: '{path}'}})"
    ready = f"{opened}.then((widget) => widget.sessionContext.ready).then(() => true)"
    assert browser.run(ready)
    wait(lambda: browser.run("jupyterapp.shell.currentWidget?.context?.path") == path)
    browser.run("jupyterapp.commands.execute('notebook:run-all-cells').then(() => true)")
    wait(lambda: browser.run(STATE)["errors"] or complete(browser))
    return browser.run(STATE)


def complete(browser):
    state = browser.run(STATE)
    return state["done"] == state["cells"]


def test_a_notebook_runs_in_jupyterlab_and_writes_its_figures(lab, folder):
    state = run_all(lab, "02_framing_scores.ipynb")
    assert state["errors"] == []
    assert state["images"] == len(list((ROOT / "figures").glob("02_*.svg")))
    written = sorted(path.name for path in (folder / "figures").iterdir())
    assert written == sorted(path.name for path in (ROOT / "figures").glob("02_*"))
    for name in written:
        kept = (ROOT / "figures" / name).read_bytes()
        assert (folder / "figures" / name).read_bytes() == kept, name


def test_an_evidence_page_opens_inside_jupyterlab(lab):
    state = run_all(lab, "explore.ipynb")
    assert state["errors"] == []
    page = "document.querySelector('.jp-OutputArea-output iframe')"
    wait(lambda: lab.run(f"Boolean({page})"))
    source = lab.run(f"{page}.srcdoc")
    assert 'title="truce"' in source or ">truce<" in source
