"""Progress: bars on stderr for work that takes long, and the switch that turns them off."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from multiprocessing import current_process
from typing import Any

from framing._core.typing import Arguments, Returned

_SHOWN: ContextVar[bool] = ContextVar("progress", default=True)


@contextmanager
def progress_shown(shown: bool) -> Iterator[None]:
    """Show bars in this block, or none."""
    before = _SHOWN.get()
    _SHOWN.set(shown and before)
    try:
        yield
    finally:
        _SHOWN.set(before)


def with_progress(function: Callable[Arguments, Returned]) -> Callable[Arguments, Returned]:
    """Make ``progress=False`` of a function turn off all bars that it would show."""

    @wraps(function)
    def switched(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Returned:
        with progress_shown(kwargs.get("progress", True) is not False):
            return function(*args, **kwargs)

    return switched


@contextmanager
def progress_bar(total: int, unit: str, label: str, *, delay: float = 1) -> Iterator[Any]:
    """Give a bar that appears after ``delay`` seconds; none where stderr is not a terminal.

    What runs inside shows no bar of its own, and neither does a process that helps another one.
    TQDM_DISABLE=1 in the environment turns all bars off.
    """
    with warnings.catch_warnings():
        # A notebook without ipywidgets gets the bar of a terminal, which needs no warning.
        warnings.simplefilter("ignore")
        from tqdm.auto import tqdm

    shown = _SHOWN.get() and current_process().name == "MainProcess"
    bar = tqdm(
        total=total,
        unit=unit,
        desc=label,
        delay=delay,
        disable=None if shown else True,
        leave=False,
    )
    with progress_shown(False), bar:
        yield bar
