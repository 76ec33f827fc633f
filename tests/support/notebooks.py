"""Run a notebook as `make figures` does, with its figures and results in a folder of the test."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def run(notebook, figures, texts="", root=ROOT):
    # Results go beside the figures. `make figures` leaves the number of threads to OpenBLAS.
    environment = {key: os.environ[key] for key in os.environ if key != "OPENBLAS_NUM_THREADS"} | {
        "FRAMING_FIGURES": str(figures), "FRAMING_TEXTS": str(texts), "FRAMING_PAPER": str(figures),
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "notebooks/run.py", notebook],
        cwd=root, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
