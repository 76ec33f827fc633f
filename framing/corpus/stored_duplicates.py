"""Duplicates on disk: documents of a dataset that repeat another one, also across partitions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from framing._core.checks import check_objects, check_positive
from framing._core.result import Shown
from framing._core.typing import Array, Keys, Rows
from framing.corpus.crews import KILLER
from framing.corpus.datasets import Dataset, open_dataset
from framing.corpus.duplicates import (
    COMPARED,
    MOST_PAIRS,
    Duplicates,
    Sets,
    band_keys,
    check_options,
    choose_bands,
    clusters_of,
    compare,
    pair_table,
    pairs_within,
    settings_of,
    shingle_sets,
    signatures_of,
    too_many,
)
from framing.corpus.rows import REFUSED, Refusals, corpus_of, dates_of, read_batches
from framing.corpus.stages import (
    PartitionJob,
    map_array,
    read_json,
    remove_folders,
    run_stage,
    run_without_repeats,
    stage_folder,
    write_array,
    write_json,
    write_table,
)

# Documents whose keys are sorted at once.
SORTED = 20_000_000
# Pairs whose shingles are in memory at once.
PAIRS_AT_ONCE = 20_000
# Pairs of all bands that are merged at once; those of one document are never parted.
MERGED = 1_000_000
# The folders of files that are not needed when the results are there.
SCRATCH = ("keys", "bounds", "bands", "ids", "pairs", "numbers")


@dataclass(frozen=True, eq=False, repr=False)
class StoredDuplicates(Shown):
    """Duplicates on disk, from `find_duplicates`.

    Attributes
    ----------
    out : str
        The folder: ``duplicates`` (Parquet, the columns of ``Duplicates.table``), ``pairs.parquet``
        and ``refused``.
    table : pandas.DataFrame
        One row per partition: ``partition``, ``rows``, ``compared``, ``refused``, ``repeats`` (the
        documents that repeat another one).
    settings : dict
        As in `Duplicates`.
    files : tuple of Path
        The files of documents, in the order of the dataset.
    """

    out: str
    table: pd.DataFrame
    settings: Mapping[str, Any]
    files: tuple[Path, ...]

    def __len__(self) -> int:
        return int(self.table["compared"].sum())

    def __repr__(self) -> str:
        sums = self.table[["rows", "compared", "refused", "repeats"]].sum()
        return (
            f"<StoredDuplicates: {sums['repeats']:,} of {sums['compared']:,} documents repeat "
            f"another one, from {self.settings['threshold']:g}; {sums['rows']:,} rows = "
            f"{sums['compared']:,} compared + {sums['refused']:,} refused>"
        )

    def read(self) -> Duplicates:
        """Return the duplicates in memory: some 200 bytes a document.

        Returns
        -------
        Duplicates
            As `Corpus.find_duplicates` of the same texts, without the fingerprint of a corpus.
        """
        tables = [pd.read_parquet(path) for path in self.files]
        pairs = pd.read_parquet(Path(self.out) / "pairs.parquet")
        table = pd.concat(tables, ignore_index=True)
        return Duplicates(table, pairs, "", settings=dict(self.settings))


@dataclass(frozen=True)
class SignJob(PartitionJob):
    """A partition to sign."""

    shingle: int
    hashes: int
    bands: int
    rows: int
    seed: int

    def path(self, kind: str, ending: str = "npy") -> Path:
        """Return the path of a file of this partition."""
        return super().path(kind, ending)

    def run(self) -> None:
        """Sign the partition."""
        _sign(self, {})


@check_objects
def find_duplicates(
    source: Dataset | str | Path,
    *,
    out: str | Path,
    threshold: float = 0.5,
    seed: int,
    shingle: int = 5,
    hashes: int = 256,
    workers: int = 1,
) -> StoredDuplicates:
    """Return which documents of a dataset repeat another one, also in another partition.

    The documents, clusters and pairs are those of `Corpus.find_duplicates` with the same seed. Each
    partition is signed by MinHash; the bands of the signatures are sorted on disk, band by band,
    so that documents with the same band meet; and each pair of candidates is compared in full. A
    run that was stopped or killed goes on when the same call is made again.

    Parameters
    ----------
    source : Dataset or path
        From `open_dataset`; a path is opened with its defaults.
    out : str or Path
        A folder beside the dataset. While it works it has some 8 bytes per word of the texts.
    threshold, seed, shingle, hashes
        As in `Corpus.find_duplicates`. The similarity is that of Jaccard.
    workers : int
        Processes that share the work; the result is the same with any number.

    Returns
    -------
    StoredDuplicates
        The lists of documents and pairs are on disk. In memory are some 60 bytes a document, and
        16 bytes a pair.

    Raises
    ------
    InputError
        As `Corpus.find_duplicates`; or the folder has results of another run.

    References
    ----------
    Broder, A. Z. (1997). On the resemblance and containment of documents. Compression and
    Complexity of Sequences, 21-29. doi:10.1109/SEQUEN.1997.666900

    Leskovec, J., Rajaraman, A. and Ullman, J. D. (2020). Mining of massive datasets, chapter 3.
    Cambridge University Press. doi:10.1017/9781108684163

    Examples
    --------
    >>> import framing as fr, pandas as pd, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> wire = "Talks on a truce began in Geneva on Monday, the two sides said"
    >>> texts = [wire + ".", "Rain fell on the north for a third day.", wire + " in a note."]
    >>> news = pd.DataFrame({"doc_id": ["a", "b", "c"], "text": texts})
    >>> news.to_parquet(f"{folder}/news.parquet")
    >>> found = fr.data.find_duplicates(f"{folder}/news.parquet", out=f"{folder}/found", seed=1)
    >>> found.read().table[["doc_id", "cluster", "size", "kept"]].values.tolist()
    [['a', 'a', 2, True], ['b', 'b', 1, True], ['c', 'a', 2, False]]
    """
    dataset = source if isinstance(source, Dataset) else open_dataset(source)
    check_options(threshold, seed, shingle, "jaccard", hashes)
    check_positive("workers", workers, whole=True)
    bands, rows = choose_bands(threshold, hashes)
    facts = {"kind": "duplicates", "threshold": float(threshold), "seed": int(seed),
             "shingle": int(shingle), "hashes": int(hashes)}  # fmt: skip
    with stage_folder(out, dataset, facts) as folder:
        jobs = [
            SignJob(dataset.storage, piece, dataset.reading, folder, shingle, hashes, bands, rows,
                    int(seed))
            for piece in dataset.partitions
        ]  # fmt: skip
        if not (folder / "settings.json").exists():
            for kind in (*SCRATCH, "done", "refused", "duplicates"):
                (folder / kind).mkdir(exist_ok=True)
            run_without_repeats(jobs, workers, "compared", _ids, _sign)
            done = [read_json(job.path("done", "json")) for job in jobs]
            ends = np.cumsum([facts["compared"] for facts in done]).tolist()
            run = _Run(folder, tuple(jobs), (0, *ends))
            if not run.path("first").exists():
                write_array(run.path("first"), _first_alike(run))
            run_stage(
                [(run.path("band", band), _meet, (run, band)) for band in range(bands)], workers
            )
            close, similar = _joined(run, threshold, workers)
            settings = settings_of(
                threshold, seed, shingle, "jaccard", hashes, bands, rows,
                short=sum(facts["short"] for facts in done),
                empty=sum(facts["empty"] for facts in done), chained=0,
            )  # fmt: skip
            _write_results(run, close, similar, settings, workers)
        remove_folders(folder, SCRATCH)
        return _opened(str(out), folder, jobs)


def _opened(out: str, folder: Path, jobs: Sequence[SignJob]) -> StoredDuplicates:
    """Return the results of a folder that is complete."""
    rows, files = [], []
    for job in jobs:
        facts = read_json(job.path("done", "json"))
        files.append(job.path("duplicates", "parquet"))
        kept = pq.read_table(files[-1], columns=["kept"])["kept"].to_numpy()
        rows.append({**facts, "repeats": int((~kept).sum())})
    columns = ["partition", "rows", "compared", "refused", "repeats"]
    table = pd.DataFrame(rows, columns=columns)
    return StoredDuplicates(out, table, read_json(folder / "settings.json"), tuple(files))


@dataclass(frozen=True)
class _Run:
    """The partitions of a run. Document ``i`` is in partition ``p`` where ``ends[p] <= i``."""

    folder: Path
    jobs: tuple[SignJob, ...]
    ends: tuple[int, ...]

    @property
    def count(self) -> int:
        """The number of documents."""
        return self.ends[-1]

    def path(self, name: str, *numbers: int) -> Path:
        """Return the path of a file of the whole run."""
        kind = "pairs" if numbers else "numbers"
        return self.folder / kind / ("-".join([name, *map(str, numbers)]) + ".npy")

    def sets(self, rows: Rows) -> Sets:
        """Return the shingles of some documents, whose numbers are sorted."""
        keys: list[Keys] = [np.empty(0, dtype=np.uint64)]
        sizes: list[int] = []
        partition = np.searchsorted(np.array(self.ends), rows, side="right") - 1
        for number in np.unique(partition).tolist():
            job = self.jobs[number]
            every, bounds = map_array(job.path("keys")), map_array(job.path("bounds"))
            for row in (rows[partition == number] - self.ends[number]).tolist():
                keys.append(np.asarray(every[bounds[row] : bounds[row + 1]]))
                sizes.append(len(keys[-1]))
        return Sets(np.concatenate(keys), np.append(0, np.cumsum(sizes)).astype(np.int64))

    def compare(self, pairs: Rows) -> Array:
        """Return the similarity of pairs of documents."""
        similarity = [np.empty(0)]
        for start in range(0, len(pairs), PAIRS_AT_ONCE):
            some = pairs[start : start + PAIRS_AT_ONCE]
            rows, position = np.unique(some, return_inverse=True)
            similarity.append(compare(self.sets(rows), position.reshape(some.shape), "jaccard"))
        return np.concatenate(similarity)


def _sign(job: SignJob, repeated: Mapping[str, str]) -> None:
    """Write the shingles of a partition, the keys of its bands, and its ids."""
    refusals = Refusals()
    keys, sizes, bands = [], [], []
    ids: list[pd.DataFrame] = []
    short = empty = 0
    batches = read_batches(
        job.source, job.partition, job.reading, refusals, skip=dict.fromkeys(job.skip, KILLER),
        repeated=repeated, between=job.between,
    )  # fmt: skip
    for batch in batches:
        corpus = corpus_of(job.reading, batch)
        sets, tokens = shingle_sets(corpus.texts_without_lines, job.shingle)
        signatures = signatures_of(sets, job.hashes, job.seed)
        bands.append(np.array(list(band_keys(signatures, job.bands, job.rows)), dtype=np.uint64))
        keys.append(sets.keys)
        sizes.append(sets.sizes)
        dates = dates_of(job.reading, batch)[0].to_numpy()
        ids.append(
            pd.DataFrame({"doc_id": corpus.table["doc_id"], "date": dates, **_digests(sets)})
        )
        short += int(((tokens > 0) & (tokens < job.shingle)).sum())
        empty += int((tokens == 0).sum())
    if not job.write:
        return
    counts = np.concatenate(sizes) if sizes else np.zeros(0, dtype=np.int64)
    heads = [np.zeros((job.bands, 0), dtype=np.uint64)]
    write_array(job.path("keys"), np.concatenate(keys) if keys else np.zeros(0, dtype=np.uint64))
    write_array(job.path("bounds"), np.append(0, np.cumsum(counts)).astype(np.int64))
    write_array(job.path("bands"), np.concatenate(heads + bands, axis=1))
    schema = pa.schema([("doc_id", pa.string()), ("date", pa.timestamp("us")),
                        ("left", pa.uint64()), ("right", pa.uint64())])  # fmt: skip
    table = pa.concat_tables([pa.Table.from_pandas(some, schema, preserve_index=False)
                              for some in ids]) if ids else schema.empty_table()  # fmt: skip
    write_table(job.path("ids", "parquet"), table)
    write_table(job.path("refused", "parquet"), refusals.flush().cast(REFUSED))
    refused = sum(refusals.reasons.values())
    write_json(job.path("done", "json"), {
        "partition": job.partition.key, "rows": len(counts) + refused, "compared": len(counts),
        "refused": refused, "short": short, "empty": empty, "killers": sorted(job.skip),
    })  # fmt: skip


def _digests(sets: Sets) -> dict[str, Keys]:
    """Return a digest of 128 bits of each set, as two numbers; zeros for an empty set."""
    digests = b"".join(
        blake2b(sets[row].tobytes(), digest_size=16).digest() if size else bytes(16)
        for row, size in enumerate(sets.sizes.tolist())
    )
    halves = np.frombuffer(digests, dtype="<u8").reshape(-1, 2)
    return {"left": halves[:, 0], "right": halves[:, 1]}


def _ids(job: SignJob) -> pa.ChunkedArray:
    """Return the ids of the documents of a partition."""
    return pq.read_table(job.path("ids", "parquet"), columns=["doc_id"])["doc_id"]


def _column(run: _Run, name: str) -> Iterator[tuple[int, Any]]:
    """Yield the number of the first document and a column of the ids of each partition."""
    for begin, job in zip(run.ends, run.jobs, strict=False):
        yield begin, pq.read_table(job.path("ids", "parquet"), columns=[name])[name]


def _first_alike(run: _Run) -> Rows:
    """Return for each document the first one with the same shingles, -1 for one without any."""
    first = np.arange(run.count, dtype=np.int64)
    passes = max(1, -(-run.count // SORTED))
    for number in range(passes):
        columns: list[list[Any]] = [[], [], []]
        pairs = zip(_column(run, "left"), _column(run, "right"), strict=True)
        for (begin, left_column), (_, right_column) in pairs:
            left, right = left_column.to_numpy(), right_column.to_numpy()
            rows = np.flatnonzero(
                (left % np.uint64(passes) == number) & ((left != 0) | (right != 0))
            )
            first[begin + np.flatnonzero((left == 0) & (right == 0))] = -1
            for column, values in zip(
                columns, (begin + rows, left[rows], right[rows]), strict=True
            ):
                column.append(values)
        row, left, right = (np.concatenate(column) for column in columns)
        order = np.lexsort((row, right, left))
        row, left, right = row[order], left[order], right[order]
        new = np.append(True, (np.diff(left) != 0) | (np.diff(right) != 0))[: len(row)]
        first[row] = row[np.flatnonzero(new)][np.cumsum(new) - 1]
    return first


def _meet(run: _Run, band: int) -> None:
    """Write the pairs of documents with the same key in a band, sorted by the later document."""
    first = map_array(run.path("first"))
    passes = max(1, -(-run.count // SORTED))
    codes = [np.empty(0, dtype=np.int64)]
    for number in range(passes):
        keys: list[Keys] = [np.empty(0, dtype=np.uint64)]
        rows: list[Rows] = [np.empty(0, dtype=np.int64)]
        for begin, job in zip(run.ends, run.jobs, strict=False):
            every = np.asarray(map_array(job.path("bands"))[band])
            row = np.arange(begin, begin + len(every))
            chosen = (np.asarray(first[begin : begin + len(every)]) == row) & (
                every % np.uint64(passes) == number
            )
            keys.append(every[chosen])
            rows.append(row[chosen])
        key, member = np.concatenate(keys), np.concatenate(rows)
        order = np.argsort(key, kind="stable")
        edges = np.flatnonzero(np.diff(key[order]) != 0) + 1
        for left, right in pairs_within(member[order], np.concatenate([[0], edges, [len(order)]])):
            codes.append(np.maximum(left, right) * run.count + np.minimum(left, right))
            if sum(map(len, codes)) > max(MOST_PAIRS, 4 * run.count):
                raise too_many()
    write_array(run.path("band", band), np.sort(np.concatenate(codes)))


def _candidates(run: _Run, begin: int, end: int) -> Rows:
    """Return the pairs that meet in some band, of later documents in a range, sorted.

    Documents that are nearly equal meet in each band. So the bands are merged for some documents
    at a time, since all of them hold each pair many times.
    """
    bands = [map_array(run.path("band", band)) for band in range(run.jobs[0].bands)]
    starts = np.arange(begin, end + 1, dtype=np.int64) * run.count
    edges = np.array([np.searchsorted(every, starts) for every in bands])
    total = edges.sum(axis=0)
    codes, low = [np.empty(0, dtype=np.int64)], 0
    while low < end - begin:
        high = max(low + 1, int(np.searchsorted(total, total[low] + MERGED, side="right")) - 1)
        merged = np.concatenate(
            [every[places[low] : places[high]] for every, places in zip(bands, edges, strict=True)]
        )
        # In place, where a table of the distinct pairs takes several times their memory.
        merged.sort()
        codes.append(merged[np.append(True, merged[1:] != merged[:-1])[: len(merged)]])
        low = high
    return np.concatenate(codes)


def _compare(run: _Run, number: int, rest: int, threshold: float) -> None:
    """Compare candidates whose later document is in one partition: the first ones of each document.

    ``rest`` is the number of the round. Candidates that were not compared wait for the next one.
    """
    begin, end = run.ends[number], run.ends[number + 1]
    if rest:
        codes = np.load(run.path("rest", number, rest - 1))
        label = map_array(run.path("label", rest - 1))
        right, left = np.divmod(codes, run.count)
        apart = np.asarray(label[left]) != np.asarray(label[right])
        codes = codes[apart]
    else:
        codes = _candidates(run, begin, end)
    right, left = np.divmod(codes, max(run.count, 1))
    compared = np.arange(len(codes)) - np.searchsorted(right, right) < COMPARED
    pairs = np.column_stack([left, right])[compared]
    similarity = run.compare(pairs)
    close = similarity >= threshold
    write_array(run.path("rest", number, rest), codes[~compared])
    write_array(run.path("similar", number, rest), similarity[close])
    write_array(run.path("close", number, rest), pairs[close])


def _joined(run: _Run, threshold: float, workers: int) -> tuple[Rows, Array]:
    """Return the pairs at or above the threshold, and their similarity, as in memory."""
    close, similar = [np.empty((0, 2), dtype=np.int64)], [np.empty(0)]
    rest = 0
    while True:
        calls: list[Any] = [
            (run.path("close", number, rest), _compare, (run, number, rest, threshold))
            for number in range(len(run.jobs))
        ]
        run_stage(calls, workers)
        for number in range(len(run.jobs)):
            close.append(np.load(run.path("close", number, rest)))
            similar.append(np.load(run.path("similar", number, rest)))
        if not any(len(map_array(run.path("rest", n, rest))) for n in range(len(run.jobs))):
            return np.concatenate(close), np.concatenate(similar)
        write_array(run.path("label", rest), clusters_of(np.concatenate(close).T, run.count))
        rest += 1


def _write_results(
    run: _Run, close: Rows, similar: Array, settings: dict[str, Any], workers: int
) -> None:
    """Write the documents of each partition with their clusters, and the pairs."""
    first = np.load(run.path("first"))
    number = np.arange(run.count, dtype=np.int64)
    repeats = np.flatnonzero((first != number) & (first >= 0))
    pairs = np.concatenate([close, np.column_stack([first[repeats], repeats])])
    similarity = np.concatenate([similar, np.ones(len(repeats))])
    label = clusters_of(pairs.T, run.count)
    dates = pd.concat([column.to_pandas() for _, column in _column(run, "date")], ignore_index=True)
    by_date = dates.sort_values(kind="stable", na_position="last").index.to_numpy()
    earliest = np.empty(int(label.max(initial=-1)) + 1, dtype=np.int64)
    earliest[label[by_date[::-1]]] = by_date[::-1]
    write_array(run.path("head"), earliest[label])
    write_array(run.path("size"), np.bincount(label)[label])
    named = np.unique(np.append(pairs.ravel(), earliest[label[pairs[:, 0]]]))
    names = _names(run, named)
    ids = pd.Series(names, index=named, dtype="str")
    table = pa.table({"number": named, "doc_id": pa.array(names, pa.string())})
    write_table(run.folder / "numbers" / "names.parquet", table)
    calls: list[Any] = []
    for place, job in enumerate(run.jobs):
        path = job.path("duplicates", "parquet")
        calls.append((path, _write_documents, (run, place, settings["threshold"])))
    run_stage(calls, workers)
    position = np.searchsorted(named, pairs)
    joined = pair_table(ids.tolist(), (position[:, 0], position[:, 1], similarity))
    write_table(run.folder / "pairs.parquet", pa.Table.from_pandas(joined, preserve_index=False))
    chained = 0
    for path, *_ in calls:
        values = pq.read_table(path, columns=["similarity"])["similarity"].to_numpy()
        chained += int((values < settings["threshold"]).sum())
    write_json(run.folder / "settings.json", {**settings, "chained": chained})


def _names(run: _Run, numbers: Rows) -> list[str]:
    """Return the ids of some documents, whose numbers are sorted."""
    names: list[str] = []
    for begin, column in _column(run, "doc_id"):
        edges = np.searchsorted(numbers, [begin, begin + len(column)])
        names += column.take(pa.array(numbers[edges[0] : edges[1]] - begin)).to_pylist()
    return names


def _write_documents(run: _Run, place: int, threshold: float) -> None:
    """Write the documents of a partition with their clusters."""
    begin, end = run.ends[place], run.ends[place + 1]
    head = np.asarray(map_array(run.path("head"))[begin:end])
    size = np.asarray(map_array(run.path("size"))[begin:end])
    number = np.arange(begin, end)
    job = run.jobs[place]
    ids = pq.read_table(job.path("ids", "parquet"), columns=["doc_id"])["doc_id"].to_pandas()
    others = np.flatnonzero(head != number)
    similarity = np.ones(len(number))
    pairs = np.column_stack([head[others], number[others]])
    similarity[others] = run.compare(pairs)
    names = pd.read_parquet(run.folder / "numbers" / "names.parquet").set_index("number")["doc_id"]
    cluster = ids.astype(object).to_numpy().copy()
    cluster[others] = names.loc[head[others]].to_numpy()
    table = pd.DataFrame(
        {
            "doc_id": ids,
            "cluster": pd.Series(cluster, dtype="str"),
            "size": size.astype(np.int64),
            "kept": head == number,
            "weight": 1 / size,
            "similarity": similarity,
        }
    )
    path = job.path("duplicates", "parquet")
    write_table(path, pa.Table.from_pandas(table, preserve_index=False))
