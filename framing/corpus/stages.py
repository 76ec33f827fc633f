"""Stages: work on a dataset whose results are files, so that a killed run loses none of them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from joblib import delayed
from numpy.typing import NDArray

from framing._core.checks import InputError
from framing._core.long_work import in_parallel
from framing._core.result import version_of
from framing.corpus.crews import LocalCrew, Work, settle
from framing.corpus.datasets import Dataset
from framing.corpus.partitions import Partition
from framing.corpus.repeated_ids import refuse_repeated
from framing.corpus.rows import RowReading
from framing.corpus.storage import Storage, only_run, open_storage

RUN = "run.json"


@dataclass(frozen=True)
class PartitionJob(Work):
    """Work on one partition, whose results are files in folders below that of the run.

    The last of them is a JSON file in the folder "done", with the rows that killed a worker.
    """

    reading: RowReading
    folder: Path

    def path(self, kind: str, ending: str) -> Path:
        """Return the path of a file of this partition."""
        return self.folder / kind / f"{file_name(self.partition)}.{ending}"


Job = TypeVar("Job", bound=PartitionJob)


def file_name(partition: Partition) -> str:
    """Return the name of the files of a partition: that of its file, its start and a hash."""
    stem = Path(partition.name).name.split(".")[0][:60]
    mark = blake2b(partition.key.encode(), digest_size=5).hexdigest()
    safe = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in stem)
    return f"{safe}-{partition.start:06d}-{mark}"


def digest_of(facts: object) -> str:
    """Return a hash of facts that can be written as JSON."""
    return blake2b(json.dumps(facts, sort_keys=True).encode(), digest_size=16).hexdigest()


@contextmanager
def stage_folder(out: str | Path, dataset: Dataset, facts: Mapping[str, Any]) -> Iterator[Path]:
    """Yield the folder of a run, which no other run writes to.

    ``facts`` say what is computed. Raise InputError where the folder has other results, or those of
    the dataset as it was before.
    """
    storage, folder = open_storage(out)
    if not storage.local:
        raise InputError(
            f"out={str(out)!r}: this kind of address cannot be used. Give a folder on this "
            "machine or on a shared disk."
        )
    address = open_storage(dataset.source)[1]
    refuse_inside(dataset.storage, address, dataset.root, storage, folder, out)
    pieces = [[piece.key, piece.size, piece.changed] for piece in dataset.partitions]
    run = {**facts, "framing": version_of("media-framing"), "dataset": digest_of(pieces),
           "reading": digest_of({**vars(dataset.reading)})}  # fmt: skip
    run = json.loads(json.dumps(run))
    storage.make_folder(folder)
    with only_run(storage, folder, str(out)):
        path = f"{folder}/{RUN}"
        before = json.loads(storage.read(path)) if storage.is_file(path) else run
        differ = [name for name, value in run.items() if before.get(name) != value]
        if differ:
            what = "the dataset has changed" if differ == ["dataset"] else f"{differ[0]} differs"
            raise InputError(
                f"{out} has results of another run ({what}). Give another folder, or delete this "
                "one."
            )
        write_json(Path(path), run)
        yield Path(folder)


def refuse_inside(
    source: Storage, address: str, root: str, storage: Storage, folder: str, out: str | Path
) -> None:
    """Raise InputError where results would be among the files of the dataset at this address.

    ``root`` is the folder of the dataset, with "/" at its end.
    """
    # The folders below are searched too: of a folder, or of a glob with **.
    searched = source.is_folder(address) or "**" in address
    below = source.local == storage.local and f"{folder}/".startswith(root)
    if below and searched:
        raise InputError(
            f"out={str(out)!r} is inside the dataset {address!r}, so the results would be read as "
            "articles. Give a folder outside the dataset."
        )


def run_stage(
    calls: Sequence[tuple[Path, Callable[..., Any], tuple[Any, ...]]], workers: int
) -> None:
    """Make the files that are missing: each call is a file, and the function that writes it."""
    missing = [delayed(function)(*args) for path, function, args in calls if not path.exists()]
    for _ in in_parallel(missing, workers):
        pass


def run_partitions(jobs: Sequence[PartitionJob], workers: int) -> None:
    """Work on the partitions that are not done, each in a process that may die.

    An article that kills its process is found and refused. Raise InputError for a partition that
    cannot be read.
    """
    crew = LocalCrew(workers, keep=True)
    try:
        missing = [job for job in jobs if not job.path("done", "json").exists()]
        for job, outcome in crew.run(missing):
            settled = settle(job, outcome, crew)
            if isinstance(settled, InputError):
                raise settled
    finally:
        crew.close()


def run_without_repeats(
    jobs: Sequence[Job],
    workers: int,
    counted: str,
    ids: Callable[[Job], pa.ChunkedArray],
    again: Callable[[Job, dict[str, str]], object],
) -> None:
    """Work on the partitions, then ``again`` on those with ids of an earlier one, without these.

    ``counted`` is the name of the number of documents among what a partition says when it is done;
    ``ids`` gives the ids that its results have.
    """
    run_partitions(jobs, workers)
    total = sum(read_json(job.path("done", "json"))[counted] for job in jobs)
    refuse_repeated(
        {job.partition.key: job for job in jobs}, ids, total,
        lambda job, repeated: again(without_killers(job), repeated),
    )  # fmt: skip


def without_killers(job: Job) -> Job:
    """Return the work on a partition that is done, without the rows that killed a worker."""
    return replace(job, skip=frozenset(read_json(job.path("done", "json"))["killers"]))


def remove_folders(folder: Path, kinds: Sequence[str]) -> None:
    """Remove the folders of files that are not needed when the results are there."""
    for kind in kinds:
        for path in (folder / kind).glob("*"):
            path.unlink()
        with suppress(OSError):
            (folder / kind).rmdir()


def write_json(path: Path, content: object) -> None:
    """Write JSON aside; the file takes its name when it is complete."""
    storage, address = open_storage(path)
    with storage.aside(address) as file:
        file.write(json.dumps(content, ensure_ascii=False).encode())


def read_json(path: Path) -> Any:
    """Read JSON."""
    return json.loads(path.read_bytes())


def write_table(path: Path, table: pa.Table, rows: int = 50_000) -> None:
    """Write Parquet aside; the file takes its name when it is complete."""
    storage, address = open_storage(path)
    with storage.aside(address) as file:
        pq.write_table(table, file, compression="zstd", row_group_size=rows)


def write_array(path: Path, values: NDArray[Any]) -> None:
    """Write an array aside, for `numpy.load`; the file takes its name when it is complete."""
    storage, address = open_storage(path)
    with storage.aside(address) as file:
        np.save(file, values)


def map_array(path: Path) -> Any:
    """Return an array on disk, of which only what is used is read."""
    return np.load(path, mmap_mode="r")
