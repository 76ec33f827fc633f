"""Terms on disk: counts of terms in a dataset that is larger than memory, as Parquet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from scipy import sparse

from framing._core.checks import check_columns
from framing._core.result import Shown
from framing.corpus.crews import KILLER
from framing.corpus.datasets import Dataset
from framing.corpus.dates import COLUMN as PRECISION
from framing.corpus.repeated_ids import id_hashes
from framing.corpus.rows import (
    REFUSED,
    Refusals,
    RowBatch,
    corpus_of,
    dates_of,
    kept_columns,
    read_batches,
)
from framing.corpus.stages import (
    PartitionJob,
    digest_of,
    read_json,
    remove_folders,
    run_stage,
    run_without_repeats,
    stage_folder,
    write_json,
    write_table,
)
from framing.lexicons.actors import Actors
from framing.text.counts import Task
from framing.words.type_counts import TypeCounts, from_corpus, joined_counts
from framing.words.vocabulary import (
    FILTER_COLUMNS,
    Filters,
    commonest_forms,
    highest,
    lowest,
    merge_types,
    refuse_empty,
    removal_names,
    with_columns,
)

# Rows of vocabularies of partitions that are merged at once.
AT_ONCE = 5_000_000
# Units of a row group of the counts, which is what a mini-batch reads.
GROUP = 2_000
# The columns with the numbers of the terms of a unit in the vocabulary, and their counts.
TERM, COUNT = "term", "n"
# Columns of units that a further column of the dataset cannot replace.
UNIT_COLUMNS = ("unit_id", "doc_id", "start", "end", "tokens", "terms", TERM, COUNT)


@dataclass(frozen=True, eq=False, repr=False)
class StoredTerms(Shown):
    """Counts of terms on disk, from `count_terms` of a dataset with ``out``.

    Attributes
    ----------
    out : str
        The folder: ``counts`` (Parquet, one row per unit, with the numbers of its terms and their
        counts), ``refused``, ``vocabulary.parquet``.
    vocabulary : pandas.DataFrame
        As in `Terms`.
    filters : pandas.DataFrame
        As in `Terms`.
    unit : str
        "document", "paragraph", "sentence" or "passage".
    counting : dict
        How terms are counted.
    table : pandas.DataFrame
        One row per partition: ``partition``, ``rows``, ``counted``, ``refused``, ``units``,
        ``filled`` (units with a term).
    origin : str
        Hash of the ids and texts, partition by partition.
    files : tuple of Path
        The files of counts, in the order of the dataset.

    See Also
    --------
    count_terms, fit_topics
    """

    out: str
    vocabulary: pd.DataFrame
    filters: pd.DataFrame
    unit: str
    counting: Mapping[str, Any]
    table: pd.DataFrame
    origin: str
    files: tuple[Path, ...]

    def __len__(self) -> int:
        return int(self.table["units"].sum())

    @property
    def empty(self) -> int:
        """Number of units without a term."""
        return int((self.table["units"] - self.table["filled"]).sum())

    @property
    def names(self) -> list[str]:
        """The terms, in the order of the columns."""
        return list(self.vocabulary["term"])

    def __repr__(self) -> str:
        empty = f" ({self.empty:,} without a term)" if self.empty else ""
        sums = self.table[["rows", "counted", "refused"]].sum()
        return (
            f"<StoredTerms: {len(self.vocabulary):,} terms, {self.vocabulary['n'].sum():,} "
            f"occurrences in {len(self):,} {self.unit}s{empty}; {sums['rows']:,} rows = "
            f"{sums['counted']:,} counted + {sums['refused']:,} refused>"
        )

    def units(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the units, in the order of the dataset.

        Parameters
        ----------
        columns : sequence of str, optional
            The columns to read; by default all. A number takes 8 bytes a unit, an id some 60.

        Returns
        -------
        pandas.DataFrame
            As in `Terms`.

        Raises
        ------
        InputError
            There is no such column.
        """
        tables = []
        for path in self.files:
            file = pq.ParquetFile(path)
            heads = _heads(file)
            check_columns(heads, columns or (), "The table of units")
            if file.metadata.num_rows:
                tables.append(file.read(columns=list(columns or heads)))
        return as_units(pa.concat_tables(tables, promote_options="permissive"))


def as_units(table: pa.Table) -> pd.DataFrame:
    """Return columns of units for pandas, as they are in memory."""
    units: pd.DataFrame = table.to_pandas()
    if PRECISION in units and units[PRECISION].dropna().eq("day").all():
        units = units.drop(columns=PRECISION)
    return units


def units_of(path: Path, number: int) -> pa.Table:
    """Return the columns of the units of a row group, without their counts."""
    file = pq.ParquetFile(path)
    return file.read_row_group(number, columns=_heads(file))


def groups_of(terms: StoredTerms) -> list[tuple[Path, int, int]]:
    """Return the row groups of the counts: file, number in it, and units in it."""
    groups = []
    for path in terms.files:
        facts = pq.ParquetFile(path).metadata
        sizes = [facts.row_group(number).num_rows for number in range(facts.num_row_groups)]
        groups += [(path, number, size) for number, size in enumerate(sizes) if size]
    return groups


def matrix_of(terms: StoredTerms, path: Path, number: int) -> sparse.csr_array:
    """Return the counts of a row group, shape (units, terms)."""
    table = pq.ParquetFile(path).read_row_group(number, columns=[TERM, COUNT])
    return _matrix(table, len(terms.vocabulary))


def _heads(file: pq.ParquetFile) -> list[str]:
    """Return the columns of a file of counts, without the counts."""
    return [name for name in file.schema_arrow.names if name not in (TERM, COUNT)]


def _matrix(table: pa.Table, width: int) -> sparse.csr_array:
    """Return lists of columns and of counts as a matrix."""
    columns, counts = (table[name].combine_chunks() for name in (TERM, COUNT))
    sizes = pc.list_value_length(columns).to_numpy(zero_copy_only=False)
    begins = np.append(0, np.cumsum(sizes)).astype(np.int64)
    return sparse.csr_array(
        (counts.flatten().to_numpy().astype(np.int64), columns.flatten().to_numpy(), begins),
        shape=(len(table), width),
    )


@dataclass(frozen=True)
class CountJob(PartitionJob):
    """A partition to count."""

    task: Task
    filters: Filters
    without: Actors | None

    def path(self, kind: str, ending: str = "parquet") -> Path:
        """Return the path of a file of this partition."""
        return super().path(kind, ending)

    def run(self) -> None:
        """Count the types of the partition."""
        _count_partition(self, {})


def count_dataset(
    dataset: Dataset,
    out: str | Path,
    task: Task,
    filters: Filters,
    without: Actors | None,
    counting: Mapping[str, Any],
    only: pd.DataFrame | None,
    workers: int,
) -> StoredTerms:
    """Count the terms of a dataset in two passes, and return them; see `count_terms`.

    The first pass counts the types of each partition in its own numbers. The vocabulary is that
    of all partitions. The second pass gives the counts the numbers of the vocabulary.
    """
    only_terms = None if only is None else list(only["term"])
    names = None if without is None else without.table.astype(str).to_numpy().tolist()
    facts = {
        "kind": "terms", "counting": dict(counting), "unit": task.unit, "words": task.words,
        "without": None if names is None else digest_of(names),
        "vocabulary": None if only_terms is None else digest_of(only_terms),
    }  # fmt: skip
    with stage_folder(out, dataset, facts) as folder:
        jobs = [
            CountJob(dataset.storage, piece, dataset.reading, folder, task, filters, without)
            for piece in dataset.partitions
        ]
        for kind in ("types", "terms", "units", "done", "counts", "refused"):
            (folder / kind).mkdir(exist_ok=True)
        if not (folder / "vocabulary.parquet").exists():
            run_without_repeats(jobs, workers, "counted", _ids, _count_partition)
            _write_vocabulary(folder, jobs, filters, only)
        run_stage([(job.path("counts"), _renumber, (job,)) for job in jobs], workers)
        remove_folders(folder, ("types", "terms", "units"))
        return _opened(str(out), folder, jobs, dict(counting), task.unit)


def _opened(
    out: str, folder: Path, jobs: Sequence[CountJob], counting: dict[str, Any], unit: str
) -> StoredTerms:
    """Return the counts of a folder that is complete."""
    rows, digests = [], []
    for job in jobs:
        done = read_json(job.path("done", "json"))
        digests.append(done.pop("hash"))
        filled = pq.read_table(job.path("counts"), columns=["terms"])["terms"].to_numpy()
        rows.append({**done, "units": len(filled), "filled": int((filled > 0).sum())})
    columns = ["partition", "rows", "counted", "refused", "units", "filled"]
    return StoredTerms(
        out, pd.read_parquet(folder / "vocabulary.parquet"),
        pd.read_parquet(folder / "filters.parquet"), unit, counting,
        pd.DataFrame(rows, columns=columns), blake2b("".join(digests).encode()).hexdigest()[:64],
        tuple(job.path("counts") for job in jobs),
    )  # fmt: skip


def _count_partition(job: CountJob, repeated: Mapping[str, str]) -> None:
    """Count the types of a partition: its vocabulary, and its units with the numbers in it."""
    refusals, digest = Refusals(), blake2b(digest_size=16)
    counts: list[tuple[sparse.csr_array, list[str]]] = []
    units: list[pa.Table] = []
    counted = 0
    batches = read_batches(
        job.source, job.partition, job.reading, refusals, skip=dict.fromkeys(job.skip, KILLER),
        repeated=repeated, between=job.between, digest=digest,
    )  # fmt: skip
    for batch in batches:
        type_counts = _of_batch(job, batch)
        counts.append((type_counts.matrix, type_counts.names))
        units.append(pa.Table.from_pandas(type_counts.units, preserve_index=False))
        counted += len(batch.rows)
    matrix, names = (
        joined_counts(counts) if counts else (sparse.csr_array((0, 0), dtype=np.int64), [])
    )
    merged = merge_types(matrix, names, job.filters)
    keys = ["form", "stem", "removed_by"]
    values = [merged.forms, merged.stems, merged.removed_by]
    types = pd.DataFrame({**dict(zip(keys, values, strict=True)), "n": merged.counts})
    types = pd.DataFrame(types.groupby(keys, as_index=False)["n"].sum())
    indices, width = merged.matrix.indices, len(merged.terms)
    sums = np.bincount(indices, weights=merged.matrix.data, minlength=width)
    terms = pd.DataFrame({
        "term": pd.Series(merged.terms, dtype="str"), "n": sums.astype(np.int64),
        "units": np.bincount(indices, minlength=width).astype(np.int64),
    })  # fmt: skip
    if not job.write:
        return
    table = pa.concat_tables(units, promote_options="permissive") if units else pa.table({})
    write_table(job.path("types"), pa.Table.from_pandas(types, preserve_index=False))
    write_table(job.path("terms"), pa.Table.from_pandas(terms, preserve_index=False))
    write_table(job.path("refused"), refusals.flush().cast(REFUSED))
    write_table(job.path("units"), _with_lists(table, merged.matrix), GROUP)
    refused = sum(refusals.reasons.values())
    write_json(job.path("done", "json"), {
        "partition": job.partition.key, "rows": counted + refused, "counted": counted,
        "refused": refused, "hash": digest.hexdigest(), "killers": sorted(job.skip),
    })  # fmt: skip


def _of_batch(job: CountJob, batch: RowBatch) -> TypeCounts:
    """Return the counts of the types of a batch, with the columns of its documents."""
    corpus = corpus_of(job.reading, batch)
    dates, precision = dates_of(job.reading, batch)
    columns = {
        name: values
        for name, values in kept_columns(job.reading, batch).items()
        if name not in UNIT_COLUMNS
    }
    table = corpus.table.assign(date=dates.to_numpy(), **{PRECISION: precision.to_numpy()})
    heads = ["doc_id", "title", "source", "date", PRECISION]
    documents = table[heads].assign(**columns)
    return from_corpus(corpus, job.task, job.without, 1, documents)


def _with_lists(units: pa.Table, matrix: sparse.csr_array) -> pa.Table:
    """Return the units with the columns and the counts of each row of a matrix, as lists."""
    begins = pa.array(matrix.indptr.astype(np.int32))
    lists = [pa.ListArray.from_arrays(begins, pa.array(values.astype(np.int32)))
             for values in (matrix.indices, matrix.data)]  # fmt: skip
    for name, values in zip((TERM, COUNT), lists, strict=True):
        units = units.append_column(name, values)
    return units


def _ids(job: CountJob) -> pa.ChunkedArray:
    """Return the ids of the documents of a partition, each once."""
    table = pq.read_table(job.path("units"))
    if "doc_id" not in table.column_names:
        return pa.chunked_array([], pa.string())
    return pa.chunked_array([pc.unique(table["doc_id"]).cast(pa.string())])


def _write_vocabulary(
    folder: Path, jobs: Sequence[CountJob], filters: Filters, only: pd.DataFrame | None
) -> None:
    """Write the terms of all partitions that pass the filters, and what each filter removes."""
    n_units = sum(pq.ParquetFile(job.path("units")).metadata.num_rows for job in jobs)
    names = removal_names(filters)
    terms_of, occurrences = np.zeros(len(names), np.int64), np.zeros(len(names), np.int64)
    n_types = 0
    for types in _merged_tables(jobs, "types", "form", ["form", "removed_by"]):
        code = types["removed_by"].to_numpy()
        n_types += types["form"].nunique()
        terms_of += np.bincount(code, minlength=len(names) + 1)[1:]
        weights = np.bincount(code, weights=types["n"], minlength=len(names) + 1)
        occurrences += weights[1:].astype(np.int64)
    rows = list(zip(names, terms_of.tolist(), occurrences.tolist(), strict=True))
    low, high = lowest(filters.min_units, n_units), highest(filters.max_units, n_units)
    rare, common, absent = [0, 0], [0, 0], [0, 0]
    kept: list[pd.DataFrame] = []
    wanted = None if only is None else set(only["term"])
    for terms in _merged_tables(jobs, "terms", "term", ["term"]):
        units, n = terms["units"].to_numpy(), terms["n"].to_numpy()
        removed = [(rare, units < low), (common, units > high)]
        if wanted is not None:
            removed = [(absent, ~terms["term"].isin(wanted).to_numpy())]
        left = np.ones(len(terms), dtype=bool)
        for sums, mask in removed:
            sums[0] += int(mask.sum())
            sums[1] += int(n[mask].sum())
            left &= ~mask
        kept.append(terms[left])
    table = pd.concat(kept, ignore_index=True).sort_values("term", ignore_index=True)
    if only is None:
        rows.append((f"in fewer than {low:,} units", rare[0], rare[1]))
        rows.append((f"in more than {high:,} units", common[0], common[1]))
    else:
        rows.append(("not in the vocabulary", absent[0], absent[1]))
        table = only[["term"]].merge(table, on="term", how="left").fillna({"n": 0, "units": 0})
    table = table[["term", "n", "units"]].astype({"term": "str", "n": np.int64, "units": np.int64})
    filtered = pd.DataFrame(rows, columns=list(FILTER_COLUMNS))
    if table.empty:
        refuse_empty(filtered, n_types, n_units)
    if only is not None and "form" in only:
        table.insert(1, "form", only["form"].to_numpy())
    elif filters.stemmer:
        chosen = set(table["term"])
        forms = [
            types[(types["removed_by"] == 0) & types["stem"].isin(chosen)][["stem", "form", "n"]]
            for types in _merged_tables(jobs, "types", "stem", ["form", "stem", "removed_by"])
        ]
        table.insert(1, "form", commonest_forms(list(table["term"]), pd.concat(forms)))
    write_table(folder / "filters.parquet", pa.Table.from_pandas(filtered, preserve_index=False))
    write_table(folder / "vocabulary.parquet", pa.Table.from_pandas(table, preserve_index=False))


def _merged_tables(
    jobs: Sequence[CountJob], kind: str, name: str, keys: list[str]
) -> Iterator[pd.DataFrame]:
    """Yield the sums over all partitions, in as many pieces as memory needs.

    All rows with the same word in the column ``name`` are in one piece.
    """
    paths = [job.path(kind) for job in jobs]
    passes = max(1, -(-sum(pq.ParquetFile(path).metadata.num_rows for path in paths) // AT_ONCE))
    for number in range(passes):
        pieces = []
        for path in paths:
            table = pq.read_table(path)
            if passes > 1:
                table = table.filter(pa.array(id_hashes(table[name]) % np.uint64(passes) == number))
            pieces.append(table)
        sums = [column for column in ("n", "units") if column in pieces[0].column_names]
        table = pa.concat_tables(pieces, promote_options="permissive").group_by(keys)
        merged = table.aggregate([(column, "sum") for column in sums]).to_pandas()
        yield merged.rename(columns={f"{column}_sum": column for column in sums})


def _renumber(job: CountJob) -> None:
    """Write the counts of a partition with the numbers of the vocabulary of all."""
    vocabulary = pd.read_parquet(job.folder / "vocabulary.parquet", columns=["term"])["term"]
    number = dict(zip(vocabulary, count()))
    terms = pd.read_parquet(job.path("terms"), columns=["term"])["term"]
    column_of = np.array([number.get(term, -1) for term in terms], dtype=np.int64)
    table = pq.read_table(job.path("units"))
    units = table.drop_columns([TERM, COUNT])
    matrix = with_columns(_matrix(table, len(terms)), column_of, len(vocabulary))
    if len(units.column_names):
        position = units.column_names.index("tokens") + 1
        sums = pa.array(np.asarray(matrix.sum(axis=1)).astype(np.int64))
        units = units.add_column(position, "terms", sums)
    else:
        units = pa.table({"terms": pa.array([], pa.int64())})
    write_table(job.path("counts"), _with_lists(units, matrix), GROUP)
