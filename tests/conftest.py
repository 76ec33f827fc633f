"""The order of the tests, the same random examples in each run, and no way to other machines."""

import os
import socket
import sys

from hypothesis import settings

# Before NumPy is imported: two processes with two threads each wait for each other on two cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

settings.register_profile("same examples", derandomize=True, deadline=None)
settings.load_profile("same examples")

# What takes longest begins first, so that no process is left with it at the end.
FIRST = (
    "test_notebooks.py", "test_notebook_texts.py", "test_topics.py", "test_scored_datasets.py",
    "test_data_files.py", "test_classifiers.py", "test_prevalence.py", "test_multiverse.py",
    "test_paper.py", "test_study_folders.py",
)  # fmt: skip


def stay_here(event, arguments):
    """Refuse a connection to another machine, so that no test can send a text there."""
    if event != "socket.connect":
        return
    connection, address = arguments
    if connection.family in (socket.AF_INET, socket.AF_INET6) and (
        connection.type == socket.SOCK_STREAM
        and address[0] not in ("localhost", "::1")
        and not address[0].startswith("127.")
    ):
        raise PermissionError(f"a test connects to {address[0]}")


sys.addaudithook(stay_here)


def pytest_collection_modifyitems(items):
    """Put the tests of the longest files first; keep the order of all others."""
    ranks = {name: rank for rank, name in enumerate(FIRST)}
    items.sort(key=lambda item: ranks.get(item.path.name, len(FIRST)))


def pytest_make_parametrize_id(val, argname):
    """Name bytes by their argument: packed bytes hold the time, and two workers differ then."""
    return argname if isinstance(val, bytes) else None
