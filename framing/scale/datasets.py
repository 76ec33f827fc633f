"""Scoring a dataset: partition by partition, with a manifest, so that nothing is lost or twice."""

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from framing._core.checks import InputError, check_choice, check_objects, check_positive, listing
from framing._core.result import Result, left_out, version_of
from framing.corpus.crews import Crew, LocalCrew, settle
from framing.corpus.datasets import open_dataset
from framing.corpus.partitions import Partition
from framing.corpus.stages import file_name, refuse_inside
from framing.corpus.storage import Storage, only_run, open_storage, refuse_private
from framing.hits.hits import NESTED
from framing.lexicons.actors import Actors
from framing.lexicons.dictionaries import write_lexicon
from framing.lexicons.lexicon import Lexicon
from framing.scale.clusters import DaskCrew
from framing.scale.manifest import Manifest, read_manifest
from framing.scale.repeated_ids import refuse_rows
from framing.scale.scoring import COUNTS, KINDS, Job, SearchSettings, count_column, try_search


@dataclass(frozen=True, eq=False, repr=False)
class ScoredDataset(Result):
    """What was scored of a dataset, from `score_dataset`.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per partition: ``partition``, ``rows``, ``scored``, ``refused``, ``hits``,
        ``tokens``, ``seconds``, ``state`` ("done" or "failed") and ``reason``.
    out : str
        The address of the results: the folders ``hits``, ``documents`` and ``refused`` with
        Parquet files, the lexicon, and the manifest.
    settings : dict
        The arguments, the instrument, the versions.
    left_out : pandas.DataFrame
        The ``partition`` that could not be read, with the ``reason``.
    """

    table: pd.DataFrame
    out: str

    draw_instead: ClassVar[str] = "open_hits(out).score().plot() draws scores."
    computed_by: ClassVar[tuple[str, ...]] = ("pyarrow",)

    @property
    def complete(self) -> bool:
        """Whether every partition was scored."""
        return bool((self.table["state"] == "done").all())

    def __repr__(self) -> str:
        done = int((self.table["state"] == "done").sum())
        sums = self.table[["rows", "scored", "refused", "hits"]].sum()
        return (
            f"<ScoredDataset: {done:,} of {len(self.table):,} partitions; {sums['rows']:,} rows = "
            f"{sums['scored']:,} scored + {sums['refused']:,} refused; {sums['hits']:,} hits; "
            f"{self.settings.get('lexicon', '')}>"
        )


@check_objects
def score_dataset(
    source: str | Path,
    lexicon: Lexicon,
    out: str | Path,
    *,
    text: str = "text",
    doc_id: str = "doc_id",
    title: str | None = None,
    outlet: str | None = None,
    date: str | None = None,
    keep: Sequence[str] | None = None,
    dates: str = "ymd",
    language: str = "en",
    furniture: bool | str = True,
    nested: str = "frame",
    actors: Actors | None = None,
    rows: int = 50_000,
    longest: int = 10_000_000,
    workers: int | None = None,
    scheduler: Any = None,
    progress: bool = True,
) -> ScoredDataset:
    """Score a dataset that is larger than memory, and write hits and scores as Parquet.

    Returns what was done; `open_hits` opens the results for scores, contrasts and trends.

    Try it: ``fr.score_dataset("news.csv", fr.make_lexicon({"peace": ["truce"]}), "scored")``.

    The dataset is scored partition by partition. Each partition is written aside and takes its
    name when it is complete; then a line of the manifest says so. A run that was stopped or killed
    goes on when the same call is made again: it does only what is missing or has changed. A worker
    that dies loses nothing. An article that kills its worker is found and refused, and the others
    are scored.

    Parameters
    ----------
    source : str or Path
        A file, a folder (with folders in it), or a glob of .parquet, .csv, .tsv or .jsonl files
        (.gz too); on this machine, or an address that fsspec knows, such as s3://bucket/news.
        The first line of .csv and .tsv names the columns. A folder such as year=2025 is a column
        of the rows in it. Files may have different columns: the dataset has all of them, and a
        column with different types is words. A Parquet file is divided at its row
        groups, a .jsonl file every 64 MB; a file of another format is one partition.
    lexicon : Lexicon
        What to search for.
    out : str or Path
        A folder, or an address. It is made. A folder that has results of another lexicon, of
        other options or of another version of this package is refused.
    text, doc_id : str
        The columns with the texts and with the ids. Ids are different over the whole dataset.
    title, outlet, date : str, optional
        The columns with titles, sources and dates. By default "title", "source" and "date", where
        the dataset has them.
    keep : sequence of str, optional
        Further columns for the documents. By default all that have numbers, words or dates.
        Times with a time zone are kept in UTC. The types of text files are told from their first
        1,000 rows (100 of each file after the first); other values are missing, with a warning.
    dates : {"ymd", "dmy", "mdy"}
        The order in dates of numbers. No partition can decide it for the others.
    language : str
        ISO 639-1 code of the texts.
    furniture : bool or str
        As in `make_corpus`.
    nested : {"frame", "lexicon"}
        As in `find_hits`.
    actors : Actors, optional
        As in `find_hits`.
    rows : int
        The rows of a partition of Parquet, where its row groups allow it.
    longest : int
        Characters of the longest text that is searched. Longer ones are refused.
    workers : int, optional
        Processes on this machine; by default one per core.
    scheduler : str or distributed.Client, optional
        A Dask cluster to work on, such as "tcp://host:8786"; needs the extra ``cluster``. The
        workers must reach ``source`` and ``out``.
    progress : bool
        Whether to show a bar, at a terminal.

    Returns
    -------
    ScoredDataset
        One row per partition. ``rows`` is always ``scored`` plus ``refused``. Rows are refused
        where the text or the id is missing, blank, of another type, not UTF-8, too long or
        repeated; the folder ``refused`` lists each with its reason. Open the results by
        `open_hits`.

    Raises
    ------
    InputError
        There is no dataset, a column is missing, ``out`` has other results or another run writes
        to it, the disk is full, or the scheduler went away. What was done is kept.

    References
    ----------
    Rocklin, M. (2015). Dask: Parallel computation with blocked algorithms and task scheduling.
    Proceedings of the 14th Python in Science Conference, 126-132. doi:10.25080/Majora-7b98e3ed-013

    Examples
    --------
    >>> import framing as fr, pandas as pd, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> news = pd.DataFrame({"doc_id": ["a", "b"], "text": ["A truce.", None]})
    >>> news.to_parquet(f"{folder}/news.parquet")
    >>> lexicon = fr.make_lexicon({"peace": ["truce"]})
    >>> done = fr.score_dataset(f"{folder}/news.parquet", lexicon, f"{folder}/scored", workers=1)
    >>> done.table[["rows", "scored", "refused", "hits"]].values.tolist()
    [[2, 1, 1, 1]]
    """
    check_choice("nested", nested, NESTED)
    if workers is not None:
        check_positive("workers", workers, whole=True)
    if scheduler is None:
        for address in (source, out):
            refuse_private(address)
    dataset = open_dataset(
        source, text=text, doc_id=doc_id, title=title, outlet=outlet, date=date, keep=keep,
        dates=dates, language=language, furniture=furniture, rows=rows, longest=longest,
    )  # fmt: skip
    storage, root, partitions = dataset.storage, dataset.root, dataset.partitions
    search = SearchSettings(**vars(dataset.reading), lexicon=lexicon, actors=actors, nested=nested)
    _check_names(search, str(source))
    crew: Crew = DaskCrew(scheduler) if scheduler is not None else LocalCrew(_count(workers))
    with closing(crew):
        # The processes start while this one prepares the same lexicon, which takes as long.
        crew.prepare(len(partitions), try_search, search)
        try_search(search)
        target, folder = open_storage(out)
        if not target.local and scheduler is None and folder == "":
            raise InputError(f"{out}: give an address with a folder, such as s3://bucket/scored.")
        refuse_inside(storage, open_storage(source)[1], root, target, folder, out)
        for kind in KINDS:
            target.make_folder(f"{folder}/{kind}")
        with only_run(
            target, folder, str(out), f"; see how far it is: framing score-dataset --status {out}"
        ):
            manifest = _manifest(target, folder, str(out), (str(source), root), search)
            if not target.is_file(f"{folder}/lexicon.toml"):
                _write_lexicon(lexicon, target, folder)
            failed = _run(crew, manifest, storage, partitions, search, progress)
            crew.close()
            refuse_rows(manifest)
            manifest.rewrite()
            manifest.clean()
    result = _result(manifest, str(out), failed)
    for lost in _unfit_values(manifest):
        warnings.warn(lost, UserWarning, stacklevel=3)
    return result


def _unfit_values(manifest: Manifest) -> list[str]:
    """Return a sentence for each column of which values are missing, since they do not fit."""
    numbers = Counter[str]()
    for line in manifest.in_order():
        numbers.update(line.get("unfit", {}))
    return [
        f"{number:,} values of {name!r} are no {manifest.run['kept'][name]} and are missing in the "
        "results. Their documents are scored. Make the column one type in the dataset, or leave it "
        "out: keep=[…]."
        for name, number in sorted(numbers.items())
    ]


def _check_names(search: SearchSettings, source: str) -> None:
    """Raise InputError where a column of the dataset has the name of a count of a frame."""
    frames = search.lexicon.table["frame"].cat.categories
    counts = {count_column(str(frame), count) for frame in frames for count in COUNTS}
    wrong = [name for name in search.kept if name in counts]
    if wrong:
        raise InputError(
            f"{source} has a column {listing(wrong)}, which is the name of a count of the results. "
            "Rename it in the dataset, or name the columns to keep: keep=[…]."
        )


def _manifest(
    storage: Storage, folder: str, out: str, source: tuple[str, str], search: SearchSettings
) -> Manifest:
    """Return the manifest of this run; raise InputError where the folder has other results."""
    lexicon = search.lexicon
    run: dict[str, Any] = {
        "framing": version_of("media-framing"),
        "source": source[0] if "://" in source[0] else str(Path(source[0]).resolve()),
        "root": source[1],
        "lexicon": f"{lexicon.name} {lexicon.version}".strip(),
        "lexicon_hash": lexicon.hash,
        "frames": [str(frame) for frame in lexicon.table["frame"].cat.categories],
        "nested": search.nested,
        "actors": None if search.actors is None else search.actors.name,
        "language": search.language,
        "furniture": search.furniture,
        "dates": search.dates,
        "longest": search.longest,
        "roles": dict(search.roles),
        "kept": dict(search.kept),
    }
    manifest = Manifest.read(storage, folder)
    differ = [name for name, value in run.items() if manifest.run.get(name) != value]
    if manifest.run and differ:
        name = differ[0]
        raise InputError(
            f"{out} has results of another run: {name} was {manifest.run.get(name)!r} and is "
            f"{run[name]!r} now. Give another folder, or delete this one."
        )
    manifest.run = run
    manifest.rewrite()
    return manifest


def _write_lexicon(lexicon: Lexicon, storage: Storage, folder: str) -> None:
    """Keep the lexicon beside the results, so that they can be searched again."""
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "lexicon.toml"
        write_lexicon(lexicon, path)
        data = path.read_bytes()
    with storage.aside(f"{folder}/lexicon.toml") as file:
        file.write(data)


def _count(workers: int | None) -> int:
    """Return the number of processes: one per core that this process may use."""
    if workers is not None:
        return workers
    from joblib import cpu_count

    return int(cpu_count())


def _run(
    crew: Crew,
    manifest: Manifest,
    storage: Storage,
    partitions: Sequence[Partition],
    search: SearchSettings,
    progress: bool,
) -> dict[str, str]:
    """Score what is missing or has changed; return the partitions that failed, with the reason."""
    from tqdm.auto import tqdm

    wanted = {partition.key: partition for partition in partitions}
    for key in [key for key in manifest.lines if key not in wanted]:
        manifest.add({"partition": key, "dropped": True})
    stale = {key for key, partition in wanted.items() if not _is_done(manifest, partition)}
    if stale:
        # Which of two rows with one id counts can change with any partition before.
        stale |= {key for key, line in manifest.lines.items() if line.get("repeated")}
    jobs = [
        Job(storage, wanted[key], manifest.storage, manifest.folder, file_name(wanted[key]),
            search)
        for key in sorted(stale, key=lambda key: wanted[key])
    ]  # fmt: skip
    failed: dict[str, str] = {}
    total = len(partitions)
    with tqdm(total=total, initial=total - len(jobs), unit="partition", desc="score_dataset",
              disable=None if progress else True) as bar:  # fmt: skip
        for job, outcome in crew.run(jobs):
            settled = settle(job, outcome, crew)
            if isinstance(settled, InputError):
                if "there is no room" in str(settled):
                    raise settled
                failed[job.partition.key] = str(settled)
                manifest.add({"partition": job.partition.key, "name": job.partition.name,
                              "start": job.partition.start, "failed": str(settled)})  # fmt: skip
            else:
                manifest.add(settled)
            bar.update()
    return failed


def _is_done(manifest: Manifest, partition: Partition) -> bool:
    """Return whether a partition is scored, and its file is as it was then."""
    line = manifest.lines.get(partition.key)
    if line is None or not manifest.complete(line):
        return False
    return bool(line["size"] == partition.size and line["changed"] == partition.changed)


def _result(manifest: Manifest, out: str, failed: Mapping[str, str]) -> ScoredDataset:
    """Return the state of a scored dataset."""
    columns = ("partition", "rows", "scored", "refused", "hits", "tokens", "seconds")
    numbers = dict.fromkeys(columns[1:], 0)
    ordered = sorted(manifest.lines.values(), key=lambda line: (line["name"], line["start"]))
    table = pd.DataFrame(
        [
            {name: line.get(name, numbers.get(name)) for name in columns}
            | {"state": "done" if "files" in line else "failed", "reason": line.get("failed", "")}
            for line in ordered
        ],
        columns=[*columns, "state", "reason"],
    )
    return ScoredDataset(
        table,
        out,
        settings={**manifest.run},
        left_out=left_out(failed, list(failed.values()), item="partition"),
    )


@check_objects
def dataset_status(out: str | Path) -> ScoredDataset:
    """Return how far a dataset is scored, also while `score_dataset` runs.

    Parameters
    ----------
    out : str or Path
        The folder or address of the results.

    Returns
    -------
    ScoredDataset
        One row per partition that was scored or that failed.

    Raises
    ------
    InputError
        Nothing was scored there.

    Examples
    --------
    >>> import framing as fr, pandas as pd, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> pd.DataFrame({"doc_id": ["a"], "text": ["A truce."]}).to_parquet(f"{folder}/news.parquet")
    >>> lexicon = fr.make_lexicon({"peace": ["truce"]})
    >>> done = fr.score_dataset(f"{folder}/news.parquet", lexicon, f"{folder}/scored", workers=1)
    >>> fr.dataset_status(f"{folder}/scored").complete
    True
    """
    storage, folder = open_storage(out)
    manifest = read_manifest(storage, folder, str(out))
    failed = {key: line["failed"] for key, line in manifest.lines.items() if "failed" in line}
    return _result(manifest, str(out), failed)
