"""One process for the datasets of a room, since each takes a second to load the package."""

from functools import partial

import pytest

from framing.scale import datasets


@pytest.fixture(autouse=True)
def kept_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let processes wait for the next run, as they do where a corpus is read."""
    monkeypatch.setattr(datasets, "LocalCrew", partial(datasets.LocalCrew, keep=True))
