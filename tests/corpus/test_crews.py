"""Crews: their processes start, and what fails before there is a job is none of the run."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from framing.corpus.crews import LocalCrew
from tests.support.orphans import workers_left


def test_processes_start_before_there_is_a_job(tmp_path: Path) -> None:
    crew, deadline = LocalCrew(2), time.monotonic() + 60
    try:
        # An error in what they prepare is none of the run.
        for name in ("no folder/a", "a"):
            crew.prepare(5, Path.touch, tmp_path / name)
        while not (tmp_path / "a").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        crew.close()
    assert (tmp_path / "a").exists()


def test_a_run_ends_without_a_word_of_what_its_processes_held(tmp_path: Path) -> None:
    pd.DataFrame({"doc_id": ["a", "b"], "text": ["A truce.", "Talks."]}).to_parquet(
        tmp_path / "news.parquet", row_group_size=1
    )
    code = (
        "import sys, framing as fr\n"
        "lexicon = fr.make_lexicon({'peace': ['truce']})\n"
        "fr.score_dataset(sys.argv[1], lexicon, sys.argv[2], rows=1, workers=2)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "news.parquet"), str(tmp_path / "o")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""


@pytest.mark.skipif(os.name != "posix", reason="Windows does not tell that a parent has ended")
@pytest.mark.parametrize("signal", ["SIGKILL", "SIGTERM"])
def test_processes_end_with_their_parent(tmp_path: Path, signal: str) -> None:
    code = """
import time
from framing.corpus.crews import LocalCrew
LocalCrew(2).prepare(2, work_for_ever, folder)
time.sleep(3600)
"""
    assert workers_left(code, tmp_path, signal) == (2, [])
