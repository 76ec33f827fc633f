"""Crews: processes of this machine that work on partitions, and that may die.

A crew yields each job with its outcome: what the job returns, an InputError of a partition that
cannot be read or written, or `Killed` where its process died twice or had no memory left. `settle`
finds the articles that killed it.
"""

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import pyarrow as pa

from framing._core.checks import InputError
from framing._core.workers import end_with
from framing.corpus.partitions import Partition, read_rows
from framing.corpus.storage import Storage

# How often a partition may lose its worker before its articles are searched for the cause: the
# first death can come from outside, such as a lack of memory.
DEATHS = 2
# So many articles of one partition may kill their worker before it is given up.
MOST_KILLERS = 20
# Why an article that killed its worker is refused, in full and in brief.
KILLER = ("this article ended the process that searched it", "killer")
# Seconds after which a process without work ends. Until then, the next run uses it.
IDLE = 30
# The pool that waits for the next run, with the number of its processes; at most one.
_WAITING: list[tuple[int, Any]] = []


@dataclass(frozen=True)
class Work:
    """Work on a partition.

    ``skip`` are rows that are refused unread, because they killed a worker. ``between`` are the
    first and the last row to work on; without ``write`` they are only tried.
    """

    source: Storage
    partition: Partition
    skip: frozenset[int] = field(default=frozenset(), kw_only=True)
    between: tuple[int, int] | None = field(default=None, kw_only=True)
    write: bool = field(default=True, kw_only=True)

    def run(self) -> Any:
        """Do the work; the result can be pickled."""
        raise NotImplementedError


class Killed:
    """The worker of a job died twice, or had no memory left."""


Outcome = Any | InputError | Killed


class Crew(Protocol):
    """Workers that work on partitions."""

    def prepare(self, jobs: int, function: Callable[..., object], *arguments: object) -> None:
        """Let the workers for so many jobs start and call a function, without waiting for them."""

    def run(self, jobs: Iterable[Work]) -> Iterator[tuple[Work, Outcome]]:
        """Yield each job with its outcome, in the order in which they end."""

    def attempt(self, job: Work) -> Outcome:
        """Return the outcome of one job, which may kill its worker."""

    def close(self) -> None:
        """End what the crew started."""


def outcome_of(job: Work) -> Outcome:
    """Work on a partition; a fault of the input is an outcome and not an error."""
    try:
        return job.run()
    except InputError as error:
        return error
    except (MemoryError, pa.ArrowMemoryError):
        return Killed()


class LocalCrew:
    """Processes of this machine. When one dies, the running partitions are tried one by one."""

    def __init__(self, workers: int, *, keep: bool = False) -> None:
        self._workers = workers
        # Whether processes that have nothing to do wait for the next run.
        self._keep = keep
        # A pool for all partitions, and a pool of one process for partitions that are tried alone.
        self._pools: dict[str, Any] = {}
        self._running: dict[Any, Work] = {}

    def prepare(self, jobs: int, function: Callable[..., object], *arguments: object) -> None:
        """Start the processes for so many jobs; each calls a function meanwhile.

        An error in it is none of the run: it comes again where it matters.
        """
        from joblib.externals.loky.process_executor import BrokenProcessPool

        count = self._workers if self._keep else min(self._workers, jobs)
        with suppress(BrokenProcessPool):
            for _ in range(count):
                self._pool("all", count).submit(function, *arguments)

    def close(self) -> None:
        """End the processes, or keep those that work on nothing for the next run."""
        if self._keep and "all" in self._pools and not self._running and not _WAITING:
            _WAITING.append((self._workers, self._pools.pop("all")))
        # A process that works on nothing ends by itself, and gives back what it shares. One that
        # still prepares itself, since others were faster, is waited for: it would not. Who stops
        # the run does not want to wait.
        stopped = isinstance(sys.exc_info()[1], KeyboardInterrupt)
        for name in list(self._pools):
            self._end(name, kill=bool(self._running) or stopped)

    def _end(self, name: str, *, kill: bool = True) -> None:
        """End the processes of a pool."""
        self._pools.pop(name).shutdown(wait=True, kill_workers=kill)

    def _pool(self, name: str, count: int) -> Any:
        """Return a pool of processes, which do not import the script of the user."""
        from joblib.externals.loky import ProcessPoolExecutor

        if name not in self._pools and name == "all" and self._keep:
            while _WAITING and name not in self._pools:
                workers, pool = _WAITING.pop()
                if workers == self._workers:
                    self._pools[name] = pool
                else:
                    pool.shutdown(wait=True, kill_workers=True)
        if name not in self._pools:
            wait = IDLE if self._keep else None
            self._pools[name] = ProcessPoolExecutor(
                max_workers=count, timeout=wait, initializer=end_with, initargs=(os.getpid(),)
            )
        return self._pools[name]

    def run(self, jobs: Iterable[Work]) -> Iterator[tuple[Work, Outcome]]:
        """Yield each job with its outcome."""
        waiting = deque(jobs)
        while waiting:
            suspects: list[Work] = []
            yield from self._together(waiting, suspects)
            for job in suspects:
                yield job, self.attempt(job)

    def _together(
        self, waiting: deque[Work], suspects: list[Work]
    ) -> Iterator[tuple[Work, Outcome]]:
        """Run jobs until all are done or a process dies; then list the jobs that were running."""
        from concurrent.futures import FIRST_COMPLETED, wait

        from joblib.externals.loky.process_executor import BrokenProcessPool

        count = self._workers if self._keep else min(self._workers, len(waiting))
        pool = self._pool("all", count)
        running = self._running
        try:
            while waiting or running:
                while waiting and len(running) < self._workers:
                    job = waiting.popleft()
                    try:
                        running[pool.submit(outcome_of, job)] = job
                    except BrokenProcessPool:
                        suspects += [job, *running.values()]
                        return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    job = running.pop(future)
                    try:
                        outcome = future.result()
                    except BrokenProcessPool:
                        suspects.append(job)
                        continue
                    if isinstance(outcome, Killed):
                        # What a process holds may be why it gets no memory: try a new one.
                        suspects.append(job)
                        continue
                    yield job, outcome
                if suspects:
                    suspects += running.values()
                    return
        finally:
            if suspects:
                running.clear()
                self._end("all")

    def attempt(self, job: Work) -> Outcome:
        """Run a job in a separate process, until it ends or has lost its process too often."""
        from joblib.externals.loky.process_executor import BrokenProcessPool

        for _ in range(DEATHS if job.write else 1):
            try:
                outcome: Outcome = self._pool("alone", 1).submit(outcome_of, job).result()
            except BrokenProcessPool:
                outcome = Killed()
            if not isinstance(outcome, Killed):
                return outcome
            self._end("alone")
        return Killed()


def settle(job: Work, outcome: Outcome, crew: Crew) -> Any:
    """Return what a job returns. Where it killed its worker, find and refuse the articles.

    An InputError is returned, not raised.
    """
    while isinstance(outcome, Killed):
        rows = sum(1 for _ in read_rows(job.source, job.partition))
        guilty = _killers(job, crew, rows)
        if not guilty or len(job.skip | guilty) > MOST_KILLERS:
            return InputError(
                f"{job.partition.key}: the process that worked on it was killed "
                f"{'by too many of its articles' if guilty else 'twice'}, most likely because "
                "memory ran out. Use fewer workers, or smaller row groups."
            )
        job = replace(job, skip=job.skip | guilty)
        outcome = crew.attempt(job)
    return outcome


def _killers(job: Work, crew: Crew, rows: int) -> frozenset[int]:
    """Return the row that kills the worker of a partition, by bisection.

    If no half kills its worker alone, no row is returned: the cause is then
    the amount of text, not a single article.
    """
    low, high = 1, max(rows, 1)
    while low < high:
        middle = (low + high) // 2
        for first, last in ((low, middle), (middle + 1, high)):
            part = replace(job, between=(first, last), write=False)
            if isinstance(crew.attempt(part), Killed):
                low, high = first, last
                break
        else:
            return frozenset()
    # A process can be killed from outside. So this article must kill it twice more.
    alone = replace(job, between=(low, low), write=False)
    guilty = all(isinstance(crew.attempt(alone), Killed) for _ in range(DEATHS))
    return frozenset([low]) if guilty else frozenset()
