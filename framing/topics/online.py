"""Online fits: topic models of counts on disk, which are read in small batches."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from scipy import sparse
from threadpoolctl import threadpool_limits

from framing._core.checks import InputError, check_objects, check_positive
from framing._core.files import write_errors
from framing._core.resampling import rng_for
from framing._core.typing import Array, Mask, Rows
from framing.corpus.stages import digest_of, run_stage, write_table
from framing.topics.models import (
    CHUNK,
    UPDATES,
    Bag,
    Fit,
    FitPlan,
    bags_of,
    infer,
    lda_of,
    nmf_of,
    nmf_start,
    start_of,
)
from framing.topics.topics import Topics
from framing.words.stored_terms import StoredTerms, as_units, groups_of, matrix_of, units_of

ONLINE = ("nmf", "lda", "seeded-lda")
# Units from which the start of a model is computed.
SAMPLE = 20_000
# Row groups that are mixed, so that a batch is not of one day or one outlet.
MIXED = 8
# The most units whose shares the topics hold in memory.
SHOWN = 1_000_000


class Batches:
    """The units with a term in batches of CHUNK, in another order in each pass.

    The order depends on the seed alone. gensim takes it as a corpus of bags.
    """

    def __init__(self, terms: StoredTerms, seed: int) -> None:
        self._terms = terms
        self._seed = seed
        self._pass = 0
        self._size = len(terms) - terms.empty

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Bag]:
        for matrix in self.matrices():
            yield from bags_of(matrix)

    def matrices(self) -> Iterator[sparse.csr_array]:
        """Yield the batches of one pass."""
        self._pass += 1
        rng = rng_for(self._seed, f"batches of pass {self._pass}")
        groups = groups_of(self._terms)
        order = rng.permutation(len(groups)).tolist()
        for begin in range(0, len(order), MIXED):
            chosen = [groups[number] for number in order[begin : begin + MIXED]]
            several = [matrix_of(self._terms, path, number) for path, number, _ in chosen]
            matrix = sparse.vstack(several, format="csr")
            rows = np.flatnonzero(np.diff(matrix.indptr))
            rows = rows[rng.permutation(len(rows))]
            for start in range(0, len(rows), CHUNK):
                yield matrix[rows[start : start + CHUNK]]


def fit_online(model: str, terms: StoredTerms, plan: FitPlan) -> tuple[Fit, pd.DataFrame]:
    """Fit a model to counts on disk; return it with the shares of units, and these units.

    These are all units, or SHOWN of them drawn at random. Shares are those of units with a term.
    """
    if model not in ONLINE:
        raise InputError(
            f"model={model!r} needs all counts in memory. For counts on disk there are "
            f"{', '.join(ONLINE)}; or count without out=: count_terms(dataset)."
        )
    batches = Batches(terms, plan.seed)
    n, updates = len(terms), -(-len(batches) // CHUNK)
    passes = plan.passes or max(1, -(-UPDATES // updates))
    vocabulary = terms.vocabulary
    with threadpool_limits(limits=1):
        if model == "nmf":
            # As scikit-learn weighs terms: 1 + log((1 + units) / (1 + units with the term)).
            idf = 1 + np.log((1 + len(batches)) / (1 + vocabulary["units"].to_numpy()))
            every = (matrix for _ in range(passes) for matrix in batches.matrices())
            start = nmf_start(_sample(terms, plan.seed), idf, plan)
            fitted = nmf_of(every, start, idf, passes * updates, plan)
        else:
            totals = vocabulary["n"].to_numpy(dtype=np.float64)
            first = start_of(_sample(terms, plan.seed), plan)
            fitted = lda_of(batches, totals, first, passes, plan)
    shares, units = _shares(model, terms, _drawn(n, SHOWN, plan.seed, "shown"), fitted)
    settings = {**fitted.settings, "passes": passes, "units": n, "units_shown": len(units)}
    return Fit(fitted.weights, fitted.probabilities, shares, fitted.state, settings), units


def _sample(terms: StoredTerms, seed: int) -> sparse.csr_array:
    """Return the counts of the units with a term, among those from which a model starts."""
    drawn = _chosen(terms, _drawn(len(terms), SAMPLE, seed, "start"))
    matrices = (matrix_of(terms, path, number)[rows] for path, number, rows in drawn)
    filled = [matrix[np.diff(matrix.indptr) > 0] for matrix in matrices]
    return sparse.vstack(filled, format="csr")


def _shares(
    model: str, terms: StoredTerms, drawn: Mask | None, fitted: Fit
) -> tuple[Array, pd.DataFrame]:
    """Return the shares of the topics in the units with a term, and the columns of all units.

    They are found one row group at a time: the counts of all units would need much more memory.
    """
    shares = np.empty((min(len(terms), SHOWN), len(fitted.weights)))
    tables, begin = [], 0
    for path, number, rows in _chosen(terms, drawn):
        matrix = matrix_of(terms, path, number)[rows]
        filled = np.diff(matrix.indptr) > 0
        if filled.any():
            end = begin + int(filled.sum())
            shares[begin:end] = infer(model, matrix[filled], fitted.state)
            begin = end
        tables.append(units_of(path, number).take(pa.array(rows)))
    units = as_units(pa.concat_tables(tables, promote_options="permissive"))
    return shares[:begin], units


def _drawn(count: int, most: int, seed: int, what: str) -> Mask | None:
    """Return which units are drawn at random; None stands for all."""
    if count <= most:
        return None
    drawn = np.zeros(count, dtype=bool)
    drawn[rng_for(seed, what).permutation(count)[:most]] = True
    return drawn


def _chosen(terms: StoredTerms, drawn: Mask | None) -> Iterator[tuple[Path, int, Rows]]:
    """Yield the row groups that have units that are drawn: file, number in it, and these rows."""
    begin = 0
    for path, number, size in groups_of(terms):
        rows: Rows = np.arange(size)
        if drawn is not None:
            rows = np.flatnonzero(drawn[begin : begin + size])
        begin += size
        if len(rows):
            yield path, number, rows


@check_objects
def write_shares(
    topics: Topics, terms: StoredTerms, out: str | Path, *, workers: int = 1
) -> list[Path]:
    """Write the shares of the topics in all units of a dataset, as Parquet.

    Parameters
    ----------
    topics : Topics
        From `fit_topics`.
    terms : StoredTerms
        Counts of the same terms: those of the fit, or ``count_terms(dataset, like=topics, out=…)``.
    out : str or Path
        A folder. When the same call is made again, it writes only the files that are missing.
    workers : int
        Processes that share the work; the shares are the same with any number.

    Returns
    -------
    list of Path
        One file per partition: the columns of the units, and one column per topic, "topic 1" …,
        with its share, 0 to 1; missing for a unit without a term. The names of the files have the
        hash of the topics.

    Raises
    ------
    InputError
        The terms are not those of the topics.

    Examples
    --------
    >>> import framing as fr, pandas as pd, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> texts = ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas"]
    >>> news = pd.DataFrame({"doc_id": list("abcde"), "text": texts})
    >>> news.to_parquet(f"{folder}/news.parquet")
    >>> terms = fr.count_terms(f"{folder}/news.parquet", out=f"{folder}/terms")
    >>> topics = fr.fit_topics(terms, n_topics=2, seed=1)
    >>> (path,) = fr.topics.write_shares(topics, terms, f"{folder}/shares")
    >>> pd.read_parquet(path)[["doc_id", "topic 1"]].round(1).values.tolist()
    [['a', 1.0], ['b', 1.0], ['c', 1.0], ['d', 0.0], ['e', 0.0]]
    """
    check_positive("workers", workers, whole=True)
    if list(topics.vocabulary["term"]) != terms.names:
        raise InputError(
            "These terms are not those of the topics. Count them the same way: "
            "count_terms(dataset, like=topics, out=…)."
        )
    with write_errors(Path(out)):
        Path(out).mkdir(parents=True, exist_ok=True)
    mark = digest_of([topics.hash, terms.origin])[:10]
    files = dict.fromkeys(path for path, *_ in groups_of(terms))
    calls = []
    for path in files:
        target = Path(out) / f"{path.stem}-{mark}.parquet"
        calls.append((target, _write_shares, (target, path, topics.model, topics.state, terms)))
    run_stage(calls, workers)
    return [target for target, *_ in calls]


def _write_shares(
    target: Path, path: Path, model: str, state: dict[str, Any], terms: StoredTerms
) -> None:
    """Write the shares of the units of one file."""
    tables = []
    for number in range(pq.ParquetFile(path).metadata.num_row_groups):
        matrix, units = matrix_of(terms, path, number), units_of(path, number)
        filled = np.diff(matrix.indptr) > 0
        some = infer(model, matrix[filled], state) if filled.any() else np.empty((0, 0))
        topics = len(state["components"] if model == "nmf" else state["exp_topics"])
        for topic in range(topics):
            column = np.full(len(filled), np.nan)
            if filled.any():
                column[filled] = some[:, topic]
            units = units.append_column(f"topic {topic + 1}", pa.array(column))
        tables.append(units)
    write_table(target, pa.concat_tables(tables))
