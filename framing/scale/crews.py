"""Crews: processes of this machine or a Dask cluster that score partitions, and that may die.

A crew yields each job with its outcome: a line of the manifest, an InputError of a partition that
cannot be read or written, or `Killed` where its worker died twice or had no memory left.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol

import pyarrow as pa

from framing._core.checks import InputError
from framing.scale.scoring import Job, score_partition

# How often a partition may lose its worker before its articles are searched for the cause: the
# first death can come from outside, such as a lack of memory.
DEATHS = 2
# Seconds without a scheduler after which the run stops.
PATIENCE = 60.0


class Killed:
    """The worker of a job died twice, or had no memory left."""


JobOutcome = dict[str, Any] | InputError | Killed


class Crew(Protocol):
    """Workers that score partitions."""

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, JobOutcome]]:
        """Yield each job with its outcome, in the order in which they end."""

    def attempt(self, job: Job) -> JobOutcome:
        """Return the outcome of one job, which may kill its worker."""

    def close(self) -> None:
        """End what the crew started."""


def _attempt(job: Job) -> JobOutcome:
    """Score a partition; a fault of the input is an outcome and not an error."""
    try:
        return score_partition(job)
    except InputError as error:
        return error
    except (MemoryError, pa.ArrowMemoryError):
        return Killed()


class LocalCrew:
    """Processes of this machine. When one dies, the running partitions are tried one by one."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        # A pool for all partitions, and a pool of one process for partitions that are tried alone.
        self._pools: dict[str, Any] = {}

    def close(self) -> None:
        """End the processes."""
        for name in list(self._pools):
            self._end(name)

    def _end(self, name: str) -> None:
        """End the processes of a pool."""
        self._pools.pop(name).shutdown(wait=True, kill_workers=True)

    def _pool(self, name: str, count: int) -> Any:
        """Return a pool of processes, which do not import the script of the user."""
        from joblib.externals.loky import ProcessPoolExecutor

        if name not in self._pools:
            self._pools[name] = ProcessPoolExecutor(max_workers=count)
        return self._pools[name]

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, JobOutcome]]:
        """Yield each job with its outcome."""
        waiting = deque(jobs)
        while waiting:
            suspects: list[Job] = []
            yield from self._together(waiting, suspects)
            for job in suspects:
                yield job, self.attempt(job)

    def _together(
        self, waiting: deque[Job], suspects: list[Job]
    ) -> Iterator[tuple[Job, JobOutcome]]:
        """Run jobs until all are done or a process dies; then list the jobs that were running."""
        from concurrent.futures import FIRST_COMPLETED, Future, wait

        from joblib.externals.loky.process_executor import BrokenProcessPool

        pool = self._pool("all", min(self._workers, len(waiting)))
        running: dict[Future[Any], Job] = {}
        try:
            while waiting or running:
                while waiting and len(running) < self._workers:
                    job = waiting.popleft()
                    try:
                        running[pool.submit(_attempt, job)] = job
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
                    yield job, outcome
                if suspects:
                    suspects += running.values()
                    return
        finally:
            if suspects:
                self._end("all")

    def attempt(self, job: Job) -> JobOutcome:
        """Run a job in a separate process, until it ends or has lost its process too often."""
        from joblib.externals.loky.process_executor import BrokenProcessPool

        for _ in range(DEATHS if job.write else 1):
            try:
                outcome: JobOutcome = self._pool("alone", 1).submit(_attempt, job).result()
                return outcome
            except BrokenProcessPool:
                self._end("alone")
        return Killed()


class DaskCrew:
    """The workers of a Dask cluster: one future per partition."""

    def __init__(self, scheduler: Any) -> None:
        try:
            import distributed
        except ImportError:
            raise InputError(
                "scheduler= needs Dask, which is not installed. Install it here and on the "
                "workers: pip install 'media-framing[cluster]'."
            ) from None
        self._client_is_ours = not isinstance(scheduler, distributed.Client)
        if not self._client_is_ours:
            self._client: Any = scheduler
            return
        try:
            client: Any = distributed.Client
            self._client = client(scheduler, timeout=PATIENCE / 2)
        except (OSError, ValueError, TimeoutError) as error:
            raise InputError(
                f"scheduler={scheduler!r}: no Dask scheduler answers there "
                f"({str(error).splitlines()[0][:200] if str(error) else type(error).__name__}). "
                "Start one (dask scheduler), or leave scheduler= out to use this machine."
            ) from None

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, JobOutcome]]:
        """Yield each job with its outcome."""
        from concurrent.futures import CancelledError

        import distributed
        from distributed.scheduler import KilledWorker

        wait: Any = distributed.wait
        waiting = deque(jobs)
        running: dict[Any, Job] = {}
        silent = time.monotonic()
        while waiting or running:
            # A future keeps its task on the scheduler, so that only a few wait there at a time.
            limit = 4 * max(self._cores(), 1)
            while waiting and len(running) < limit:
                job = waiting.popleft()
                try:
                    running[self._client.submit(_attempt, job, pure=False)] = job
                except (OSError, RuntimeError, distributed.client.ClosedClientError):
                    raise _gone() from None
            with suppress(TimeoutError):
                wait(list(running), timeout=2.0, return_when="FIRST_COMPLETED")
            ended = [future for future in running if future.done()]
            if self._client.status == "running" and (ended or self._cores()):
                silent = time.monotonic()
            elif time.monotonic() - silent > PATIENCE:
                raise _gone()
            for future in ended:
                job = running.pop(future)
                try:
                    outcome: JobOutcome = future.result(timeout=PATIENCE)
                except KilledWorker:
                    outcome = Killed()
                except (CancelledError, TimeoutError, OSError):
                    if self._client.status not in ("running", "connecting"):
                        raise _gone() from None
                    waiting.append(job)
                    continue
                yield job, outcome

    def attempt(self, job: Job) -> JobOutcome:
        """Return the outcome of one job, which may kill its worker."""
        return next(iter(self.run([job])))[1]

    def close(self) -> None:
        """Close a client that was made here; the cluster itself goes on."""
        if self._client_is_ours:
            self._client.close()

    def _cores(self) -> int:
        """Return the number of threads of the cluster, 0 where the scheduler does not answer."""
        if self._client.status != "running":
            return 0
        try:
            return sum(self._client.nthreads().values())
        except (OSError, TimeoutError, ValueError):
            return 0


def _gone() -> InputError:
    """Return the error of a scheduler that went away."""
    return InputError(
        "The Dask scheduler, or all its workers, went away. What was done is kept: start the "
        "cluster and the same call again, and it does the rest."
    )


def killers(job: Job, attempt: Callable[[Job], JobOutcome], rows: int) -> frozenset[int]:
    """Return the row that kills the worker of a partition, by bisection.

    ``attempt`` runs a job. If no half kills its worker alone, no row is returned: the cause is then
    the amount of text, not a single article.
    """
    low, high = 1, max(rows, 1)
    while low < high:
        middle = (low + high) // 2
        for first, last in ((low, middle), (middle + 1, high)):
            part = replace(job, between=(first, last), write=False)
            if isinstance(attempt(part), Killed):
                low, high = first, last
                break
        else:
            return frozenset()
    # A process can be killed from outside. So this article must kill it twice more.
    alone = replace(job, between=(low, low), write=False)
    guilty = all(isinstance(attempt(alone), Killed) for _ in range(DEATHS))
    return frozenset([low]) if guilty else frozenset()
