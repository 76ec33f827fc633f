"""Run a notebook from top to bottom; stop at a failing cell and show it."""

import os
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

BUILD = Path("build/notebooks")


def heading(cells: list[nbformat.NotebookNode]) -> str:
    """Return the last heading in the cells."""
    text = [cell.source for cell in cells if cell.cell_type == "markdown"]
    lines = [line for line in "\n".join(text).splitlines() if line.startswith("#")]
    return lines[-1].lstrip("# ") if lines else ""


def main(path: Path) -> int:
    """Run the notebook at ``path``; a copy with its outputs goes to build/notebooks."""
    # The kernel of this environment, even where the user has one of the same name.
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    begun = time.monotonic()
    print(f"[{path.stem}] {len(cells)} cells", flush=True)

    def progress(cell: nbformat.NotebookNode, cell_index: int) -> None:
        if cell.cell_type == "code":
            before = notebook.cells[:cell_index]
            number = 1 + sum(cell.cell_type == "code" for cell in before)
            print(f"[{path.stem}] {number}/{len(cells)}  {heading(before)}", flush=True)

    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=600,
        # The kernel talks to this process alone; its remark on encryption would only worry.
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_start=progress,
    )
    try:
        client.execute()
    except (CellExecutionError, DeadKernelError) as error:
        print(f"\n{path} stopped:\n{error}", file=sys.stderr)
        return 1
    BUILD.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, BUILD / path.name)
    print(f"[{path.stem}] done in {time.monotonic() - begun:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
