"""Long work: calls that run at the same time, and bars that show how far it is."""

import os
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from multiprocessing import current_process
from typing import Any

from framing._core.checks import InputError
from framing._core.typing import Arguments, Returned
from framing._core.workers import end_with

_SHOWN: ContextVar[bool] = ContextVar("progress", default=True)


def in_parallel(
    calls: Iterable[Any],
    workers: int,
    *,
    threads: bool = False,
    meanwhile: Callable[[], object] | None = None,
) -> Iterator[Any]:
    """Yield the results of calls that joblib.delayed made, in order.

    Workers are processes, or ``threads`` for calls that compute nearly all in compiled code, which
    leaves Python to the other threads: they need no copy of anything, and no time to start. While
    these compute the first results, ``meanwhile`` is called.

    Raise InputError where the system killed a process, as it does when memory is short.
    """
    if isinstance(calls, Sequence):
        workers = min(workers, max(len(calls), 1))
    if workers == 1:
        # joblib needs a millisecond to begin, in which a short text is read.
        for function, given, named in calls:
            yield function(*given, **named)
        return
    if threads:
        yield from _in_threads(calls, workers, meanwhile)
        return
    from joblib import Parallel
    from joblib.externals.loky.process_executor import BrokenProcessPool, TerminatedWorkerError

    try:
        yield from Parallel(
            n_jobs=workers, return_as="generator", initializer=end_with, initargs=(os.getpid(),)
        )(calls)
    except (BrokenProcessPool, TerminatedWorkerError):
        raise InputError(
            "A worker process was killed, most likely because memory ran out. Use fewer processes "
            "(workers=1), or fewer or shorter documents at once: corpus[:1000]."
        ) from None


def _in_threads(
    calls: Iterable[Any], workers: int, meanwhile: Callable[[], object] | None
) -> Iterator[Any]:
    """Yield the results of calls in threads, in order.

    joblib takes ten milliseconds to give what its threads have found, in which they find most of a
    short text. Few calls are made ahead, since each of them holds the texts that it reads.
    """
    pool = ThreadPoolExecutor(workers)
    waiting: deque[Future[Any]] = deque()
    try:
        for function, given, named in calls:
            waiting.append(pool.submit(function, *given, **named))
            if len(waiting) == 2 * workers:
                if meanwhile is not None:
                    meanwhile()
                    meanwhile = None
                yield waiting.popleft().result()
        if meanwhile is not None:
            meanwhile()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


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
