"""The order of the tests, and the same random examples in each run."""

from hypothesis import settings

settings.register_profile("same examples", derandomize=True, deadline=None)
settings.load_profile("same examples")

# What takes longest begins first, so that no process is left with it at the end.
FIRST = ("test_notebooks.py", "test_instruments.py", "test_multiverse.py", "test_paper.py")


def pytest_collection_modifyitems(items):
    """Put the tests of the longest files first; keep the order of all others."""
    ranks = {name: rank for rank, name in enumerate(FIRST)}
    items.sort(key=lambda item: ranks.get(item.path.name, len(FIRST)))


def pytest_make_parametrize_id(val, argname):
    """Name bytes by their argument: packed bytes hold the time, and two workers differ then."""
    return argname if isinstance(val, bytes) else None
