"""Progress: bars on stderr for work that takes long, and the switch that turns them off."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_SHOWN: ContextVar[bool] = ContextVar("progress", default=True)


@contextmanager
def progress_shown(shown: bool) -> Iterator[None]:
    """Show bars in this block, or none."""
    token = _SHOWN.set(shown and _SHOWN.get())
    try:
        yield
    finally:
        _SHOWN.reset(token)


def progress_bar(total: int, unit: str, label: str, *, delay: float = 1) -> Any:
    """Return a bar that appears after ``delay`` seconds; none where stderr is not a terminal."""
    with warnings.catch_warnings():
        # Notebooks without ipywidgets get the bar of a terminal; that needs no warning.
        warnings.simplefilter("ignore")
        from tqdm.auto import tqdm

    disable = None if _SHOWN.get() else True
    return tqdm(total=total, unit=unit, desc=label, delay=delay, disable=disable)
