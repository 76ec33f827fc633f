"""Clusters: a Dask cluster that works on partitions, and whose workers may die."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from framing._core.checks import InputError
from framing.corpus.crews import Killed, Outcome, Work, outcome_of

# Seconds without a scheduler after which the run stops.
PATIENCE = 60.0


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

    def prepare(self, jobs: int, function: Callable[..., object], *arguments: object) -> None:
        """Do nothing: the workers of a cluster are there."""

    def run(self, jobs: Iterable[Work]) -> Iterator[tuple[Work, Outcome]]:
        """Yield each job with its outcome."""
        from concurrent.futures import CancelledError

        import distributed
        from distributed.scheduler import KilledWorker

        wait: Any = distributed.wait
        waiting = deque(jobs)
        running: dict[Any, Work] = {}
        silent = time.monotonic()
        while waiting or running:
            # A future keeps its task on the scheduler, so that only a few wait there at a time.
            limit = 4 * max(self._cores(), 1)
            while waiting and len(running) < limit:
                job = waiting.popleft()
                try:
                    running[self._client.submit(outcome_of, job, pure=False)] = job
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
                    outcome: Outcome = future.result(timeout=PATIENCE)
                except KilledWorker:
                    outcome = Killed()
                except (CancelledError, TimeoutError, OSError):
                    if self._client.status not in ("running", "connecting"):
                        raise _gone() from None
                    waiting.append(job)
                    continue
                yield job, outcome

    def attempt(self, job: Work) -> Outcome:
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
