"""Crews: their processes start, and what fails before there is a job is none of the run."""

import time
from pathlib import Path

from framing.corpus.crews import LocalCrew


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
