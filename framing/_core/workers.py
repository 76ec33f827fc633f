"""Workers: calls that run at the same time, and the error for a process that was killed."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from framing._core.checks import InputError


def in_parallel(calls: Iterable[Any], workers: int, *, threads: bool = False) -> Iterator[Any]:
    """Yield the results of calls that joblib.delayed made, in order.

    Workers are processes, or ``threads`` for calls that compute nearly all in compiled code, which
    leaves Python to the other threads: they need no copy of anything, and no time to start.

    Raise InputError where the system killed a process, as it does when memory is short.
    """
    from joblib import Parallel
    from joblib.externals.loky.process_executor import BrokenProcessPool, TerminatedWorkerError

    if isinstance(calls, Sequence):
        workers = min(workers, max(len(calls), 1))
    try:
        yield from Parallel(
            n_jobs=workers, return_as="generator", prefer="threads" if threads else "processes"
        )(calls)
    except (BrokenProcessPool, TerminatedWorkerError):
        raise InputError(
            "A worker process was killed, most likely because memory ran out. Use fewer processes "
            "(workers=1), or fewer or shorter documents at once: corpus[:1000]."
        ) from None
