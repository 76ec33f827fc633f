"""Duplicates: documents that repeat another, such as wire copy that several outlets print."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from framing._core.checks import InputError, check_choice, check_positive, check_seed
from framing._core.resampling import rng_for
from framing._core.result import Result
from framing._core.typing import Array, Keys, Rows
from framing.text.characters import code_points
from framing.text.segments import batches, begins_of
from framing.text.tokens import Types

# Shingles compared at a time.
BATCH = 4_000_000

_ODD = np.uint64(0x9E3779B97F4A7C15)


MEASURES = ("jaccard", "containment")
# Chance that a pair at the threshold is found, which the bands are chosen for.
RECALL = 0.999
# Pairs to compare beyond which documents share a template rather than a story.
MOST_PAIRS = 20_000_000
MOST_SHARED = 100 * MOST_PAIRS
# Candidates of a document that are compared with it whatever they have been joined to.
COMPARED = 50
# Shingles hashed at a time.
HASHED = 10_000


@dataclass(frozen=True)
class Sets:
    """The shingles of each document: sorted fingerprints, and where those of each begin."""

    keys: Keys
    bounds: Rows

    @property
    def sizes(self) -> Rows:
        return np.diff(self.bounds)

    def __getitem__(self, row: int) -> Keys:
        return self.keys[self.bounds[row] : self.bounds[row + 1]]

    def take(self, rows: Rows) -> "Sets":
        sizes = self.sizes[rows]
        bounds = np.append(0, np.cumsum(sizes))
        place = np.arange(bounds[-1]) + np.repeat(self.bounds[rows] - bounds[:-1], sizes)
        return Sets(self.keys[place], bounds)


def shingle_sets(texts: Sequence[str], size: int) -> tuple[Sets, Rows]:
    """Return the shingles of each text as 64-bit fingerprints, and its number of tokens.

    A text of fewer tokens than a shingle has a single one, of all its tokens.
    """
    types, known = Types(), np.empty(0, dtype=np.uint64)
    values, sizes, counts = [], [], []
    for part in batches(len(text) for text in texts):
        own = list(texts[part])
        joined = "\n".join([*own, ""])
        tokens = types.find(joined, code_points(joined))
        known = np.append(known, _name_keys(types.names[len(known) :]))
        keys = known[tokens.type_of]
        document = np.searchsorted(begins_of(own), tokens.start, side="right") - 1
        count = np.bincount(document, minlength=len(own)).astype(np.int64)
        begin = np.cumsum(count) - count
        found, owner = [np.empty(0, dtype=np.uint64)], [np.empty(0, dtype=np.int64)]
        for length in range(1, size + 1):
            rows = np.flatnonzero(count == length if length < size else count >= size)
            many = count[rows] - length + 1
            starts = np.repeat(begin[rows] - np.cumsum(many) + many, many) + np.arange(many.sum())
            found.append(_rolled(keys, starts, length))
            owner.append(np.repeat(rows, many))
        every, owners = np.concatenate(found), np.concatenate(owner)
        order = np.lexsort((every, owners))
        every, owners = every[order], owners[order]
        new = np.append(True, (np.diff(every) != 0) | (np.diff(owners) != 0))[: len(every)]
        values.append(every[new])
        sizes.append(np.bincount(owners[new], minlength=len(own)))
        counts.append(count)
    bounds = np.append(0, np.cumsum(np.concatenate(sizes))).astype(np.int64)
    return Sets(np.concatenate(values), bounds), np.concatenate(counts)


def _name_keys(names: Sequence[str]) -> Keys:
    digests = (
        hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        for name in names
    )
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def _rolled(keys: Keys, starts: Rows, length: int) -> Keys:
    found: Keys = np.full(len(starts), length, dtype=np.uint64)
    for step in range(length):
        found = mixed(found, keys[starts + step])
    return found


def mixed(keys: Keys, other: NDArray[np.unsignedinteger]) -> Keys:
    """Return keys into which others are mixed, in which order counts."""
    found: Keys = (keys ^ (keys >> np.uint64(29))) * _ODD + other
    return found


def first_alike(sets: Sets) -> Rows:
    """Return for each document the first one that has the same shingles; itself without any."""
    seen: dict[bytes, int] = {}
    first = np.arange(len(sets.sizes), dtype=np.int64)
    for row in np.flatnonzero(sets.sizes).tolist():
        key = hashlib.blake2b(sets[row].tobytes(), digest_size=16).digest()
        first[row] = seen.setdefault(key, row)
    return first


def compare(sets: Sets, pairs: Rows, measure: str) -> Array:
    """Return the exact similarity of each pair of sets, from their fingerprints."""
    if not len(pairs):
        return np.empty(0)
    rows, place = np.unique(pairs, return_inverse=True)
    own, sides = sets.take(rows), place.reshape(pairs.shape)
    names, columns = np.unique(own.keys, return_inverse=True)
    counts = sparse.csr_array(
        (np.ones(len(columns), dtype=np.int64), columns, own.bounds),
        shape=(len(rows), len(names)),
    )
    sizes = own.sizes[sides]
    shared = np.empty(len(pairs), dtype=np.int64)
    part = np.cumsum(sizes.sum(axis=1)) // BATCH
    for number in np.unique(part):
        at = part == number
        both = counts[sides[at, 0]].multiply(counts[sides[at, 1]])
        shared[at] = np.asarray(both.sum(axis=1)).ravel()
    whole = sizes.sum(axis=1) - shared if measure == "jaccard" else sizes.min(axis=1)
    similarity: Array = shared / whole
    return similarity


@dataclass(frozen=True, eq=False)
class Duplicates(Result):
    """Documents that repeat another, in clusters.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a document, in the order of the corpus: ``doc_id``; ``cluster``, the doc_id of
        the document of the cluster that is kept; ``size`` of the cluster; ``kept``, true for
        the earliest of each (the first of these in the corpus; a year or month counts as its
        first day, dates that are missing come last); ``weight``, 1 / size; ``similarity`` to
        the one that is kept, 0 to 1.
    pairs : pandas.DataFrame
        The pairs at or above the threshold that join the clusters: ``doc_id``, ``other`` (later
        in the corpus), ``similarity`` (0 to 1). Documents with the same shingles are paired
        with the first of them only, and of a document with more than 50 candidates those pairs
        may be missing that join nothing further.
    settings : dict
        ``measure``, ``threshold``, ``shingle`` (in tokens), ``seed``, ``hashes``,
        ``bands`` and ``rows`` of each (missing where no hashing is used), ``recall`` (chance to
        find a pair at the threshold), ``short`` (documents of fewer tokens than a shingle),
        ``empty`` (without a token), ``chained`` (documents below the threshold from the one
        that is kept, joined to it through others).
    corpus_fingerprint : str

    See Also
    --------
    Corpus.find_duplicates, Corpus.drop_duplicates, Corpus.with_columns
    """

    table: pd.DataFrame
    pairs: pd.DataFrame
    corpus_fingerprint: str

    draw_instead: ClassVar[str] = "Its table and its pairs say which documents are alike."
    computed_by: ClassVar[tuple[str, ...]] = ("datasketch",)

    def __repr__(self) -> str:
        kept = self.table["kept"]
        clusters = int((kept & (self.table["size"] > 1)).sum())
        notes = [
            f"{self.settings[name]} {text}"
            for name, text in (
                ("chained", "through others"),
                ("short", "shorter than a shingle"),
                ("empty", "without a token"),
            )
            if self.settings[name]
        ]
        how = "{measure} of {shingle}-token shingles from {threshold:g}, recall there {recall:.3f}"
        return (
            f"<Duplicates: {int((~kept).sum()):,} of {len(self):,} documents repeat one of "
            f"{clusters:,}; {how.format(**self.settings)}"
            f"{'; ' + ', '.join(notes) if notes else ''}>"
        )

    def _rows(self) -> pd.DataFrame:
        return self.table[self.table["size"] > 1]


def group_texts(
    doc_ids: Sequence[str],
    texts: Sequence[str],
    dates: "pd.Series[Any]",
    fingerprint: str,
    *,
    threshold: float,
    seed: int,
    shingle: int,
    measure: str,
    hashes: int,
) -> Duplicates:
    """Return which of the texts repeat another; see `Corpus.find_duplicates`."""
    _check(threshold, seed, shingle, measure, hashes)
    bands, rows = choose_bands(threshold, hashes) if measure == "jaccard" else (None, None)
    sets, tokens = shingle_sets(texts, shingle)
    first = first_alike(sets)
    unlike = np.flatnonzero((first == np.arange(len(first))) & (sets.sizes > 0))
    distinct = sets.take(unlike)
    if bands and rows:
        candidates = _by_bands(_signatures(distinct, hashes, seed), bands, rows)
    else:
        candidates = _by_rare_shingles(distinct, threshold)
    close, similarity = _joined(distinct, candidates, measure, threshold)
    left, right = unlike[close].T
    again = np.flatnonzero(first != np.arange(len(first)))
    pairs = (
        np.concatenate([left, first[again]]),
        np.concatenate([right, again]),
        np.concatenate([similarity, np.ones(len(again))]),
    )
    table, chained = _table(doc_ids, dates, pairs, sets, measure, threshold)
    settings = {
        "measure": measure,
        "threshold": float(threshold),
        "shingle": int(shingle),
        "seed": int(seed),
        "hashes": int(hashes) if bands else None,
        "bands": bands,
        "rows": rows,
        "recall": chance_found(threshold, bands, rows) if bands and rows else 1.0,
        "short": int(((tokens > 0) & (tokens < shingle)).sum()),
        "empty": int((tokens == 0).sum()),
        "chained": chained,
    }
    return Duplicates(table, _pair_table(doc_ids, pairs), fingerprint, settings=settings)


def _check(threshold: float, seed: int, shingle: int, measure: str, hashes: int) -> None:
    check_choice("measure", measure, MEASURES)
    check_seed(seed)
    check_positive("shingle", shingle, whole=True)
    check_positive("hashes", hashes, whole=True)
    check_positive("threshold", threshold)
    if threshold > 1:
        raise InputError(f"threshold={threshold!r} cannot be used: it must be 1 at most.")


def reasons(found: Duplicates) -> list[tuple[str, str]]:
    """Return each document that repeats another, and what it repeats, in words."""
    measure, threshold = found.settings["measure"], found.settings["threshold"]
    gone = found.table[~found.table["kept"]]
    kinds = f"{measure} of {found.settings['shingle']}-token shingles"
    return [
        (
            doc_id,
            f"repeats {kept!r}: similarity {similarity:.2f} ({kinds})"
            + (", through documents between them" if similarity < threshold else ""),
        )
        for doc_id, kept, similarity in gone[["doc_id", "cluster", "similarity"]].itertuples(
            index=False
        )
    ]


def chance_found(similarity: float, bands: int, rows: int) -> float:
    """Return the chance that two sets of this Jaccard similarity share a band."""
    return float(1 - (1 - similarity**rows) ** bands)


def choose_bands(threshold: float, hashes: int) -> tuple[int, int]:
    """Return the number of bands and the rows of each: the most rows that find enough pairs.

    More rows leave fewer pairs to compare, and find fewer.
    """
    for rows in range(hashes, 0, -1):
        bands = hashes // rows
        if chance_found(threshold, bands, rows) >= RECALL:
            return bands, rows
    raise InputError(
        f"threshold={threshold:g} is too low for {hashes} hashes: fewer than "
        f"{RECALL:.1%} of the pairs at it would be found. Raise hashes, or the threshold."
    )


def _signatures(sets: Sets, hashes: int, seed: int) -> NDArray[np.uint32]:
    """Return the MinHash values (Broder 1997) of each set."""
    # Takes a moment to load, and only this needs it.
    from datasketch import MinHash

    number = int(rng_for(seed, "duplicates").integers(2**32))
    empty = MinHash(num_perm=hashes, seed=number, hashfunc=int, scheme="affine32")
    values = (sets.keys & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    signatures = np.empty((len(sets.sizes), hashes), dtype=np.uint32)
    for row, (begin, end) in enumerate(zip(sets.bounds[:-1], sets.bounds[1:], strict=True)):
        one = empty.copy()
        for at in range(int(begin), int(end), HASHED):
            one.update_batch(values[at : min(at + HASHED, int(end))].tolist())
        signatures[row] = one.hashvalues
    return signatures


def _by_bands(signatures: NDArray[np.uint32], bands: int, rows: int) -> Rows:
    """Return the pairs whose values agree in all rows of at least one band."""
    every = np.empty(0, dtype=np.int64)
    for band in range(bands):
        keys: Keys = np.zeros(len(signatures), dtype=np.uint64)
        for column in signatures[:, band * rows : (band + 1) * rows].T:
            keys = mixed(keys, column)
        order = np.argsort(keys, kind="stable")
        edges = np.flatnonzero(np.diff(keys[order]) != 0) + 1
        found = _within(order, np.concatenate([[0], edges, [len(order)]]))
        every = _union(every, found, len(signatures))
    return np.column_stack(np.divmod(every, max(len(signatures), 1)))


def _within(order: Rows, edges: Rows) -> Iterator[tuple[Rows, Rows]]:
    """Yield all pairs within each run of members."""
    sizes = np.diff(edges)
    for size in np.unique(sizes[sizes > 1]).tolist():
        if size * (size - 1) / 2 > MOST_PAIRS:
            raise _too_many()
        left, right = np.triu_indices(size, 1)
        begins = edges[:-1][sizes == size]
        step = max(1, BATCH // len(left))
        for at in range(0, len(begins), step):
            base = begins[at : at + step, None]
            yield order[(base + left).ravel()], order[(base + right).ravel()]


def _union(every: Rows, found: Iterator[tuple[Rows, Rows]], count: int) -> Rows:
    """Return the pairs, as one number each, with those that are found added."""
    for left, right in found:
        new = np.minimum(left, right) * count + np.maximum(left, right)
        # numpy.unique hashes whole numbers, which for millions of pairs takes minutes.
        every = np.sort(np.concatenate([every, new]))
        every = every[np.append(True, np.diff(every) != 0)[: len(every)]]
        if len(every) > MOST_PAIRS:
            raise _too_many()
    return every


def _too_many() -> InputError:
    return InputError(
        f"More than {MOST_PAIRS:,} pairs of documents have to be compared: thousands of documents "
        "share most of their text, as with a template. Take its lines out as page furniture "
        "(make_corpus(…, furniture='rules.toml')), or raise the threshold or the shingle."
    )


def _by_rare_shingles(sets: Sets, threshold: float) -> Rows:
    """Return the pairs that can reach a containment, none missed (prefix filtering).

    Of the smaller set so many shingles must be shared that one of its rarest is among them
    (Chaudhuri, Ganti and Kaushik 2006).
    """
    sizes, count = sets.sizes, len(sets.sizes)
    owner = np.repeat(np.arange(count), sizes)
    ids, spread = np.unique(sets.keys, return_inverse=True, return_counts=True)[1:]
    order = np.lexsort((ids, spread[ids], owner))
    needed = np.ceil(sizes * threshold - 1e-9).astype(np.int64)
    rank = np.arange(len(owner)) - np.repeat(sets.bounds[:-1], sizes)
    rare = order[rank < np.repeat(sizes - needed + 1, sizes)]
    rare = rare[spread[ids[rare]] > 1]
    if spread[ids[rare]].sum() > MOST_SHARED:
        raise _too_many()
    posted = owner[np.argsort(ids, kind="stable")]
    begins = np.cumsum(spread) - spread
    found = _sharing(owner[rare], ids[rare], posted, begins, spread, sizes)
    every = _union(np.empty(0, dtype=np.int64), found, count)
    return np.column_stack(np.divmod(every, max(count, 1)))


def _sharing(
    owner: Rows, ids: Rows, posted: Rows, begins: Rows, spread: Rows, sizes: Rows
) -> Iterator[tuple[Rows, Rows]]:
    """Yield each document with those, not smaller, that share one of its shingles."""
    many = spread[ids]
    part = np.cumsum(many) // BATCH
    for number in np.unique(part):
        own = part == number
        left, step = np.repeat(owner[own], many[own]), many[own]
        offset = np.arange(step.sum()) - np.repeat(np.cumsum(step) - step, step)
        right = posted[np.repeat(begins[ids[own]], step) + offset]
        kept = (left != right) & (sizes[right] >= sizes[left])
        yield left[kept], right[kept]


def _joined(sets: Sets, candidates: Rows, measure: str, threshold: float) -> tuple[Rows, Array]:
    """Return the pairs at or above the threshold, and their similarity.

    Of the candidates of a document the first so many are compared, then those that would still
    join two clusters: the clusters are those of all pairs.
    """
    count = len(sets.sizes)
    close, similar = [np.empty((0, 2), dtype=np.int64)], [np.empty(0)]
    while len(candidates):
        candidates = candidates[np.argsort(candidates[:, 1], kind="stable")]
        first = np.searchsorted(candidates[:, 1], candidates[:, 1])
        now = np.arange(len(candidates)) - first < COMPARED
        similarity = compare(sets, candidates[now], measure)
        close.append(candidates[now][similarity >= threshold])
        similar.append(similarity[similarity >= threshold])
        label = _clusters(np.concatenate(close).T, count)
        candidates = candidates[~now]
        candidates = candidates[label[candidates[:, 0]] != label[candidates[:, 1]]]
    return np.concatenate(close), np.concatenate(similar)


def _clusters(links: Rows, count: int) -> NDArray[np.int32]:
    graph = sparse.coo_array((np.ones(links.shape[1]), (links[0], links[1])), shape=(count, count))
    label: NDArray[np.int32] = connected_components(graph, directed=False)[1]
    return label


def _table(
    doc_ids: Sequence[str],
    dates: "pd.Series[Any]",
    pairs: tuple[Rows, Rows, Array],
    sets: Sets,
    measure: str,
    threshold: float,
) -> tuple[pd.DataFrame, int]:
    """Return the documents with their clusters, and how many are joined through others only."""
    count = len(doc_ids)
    label = _clusters(np.array(pairs[:2]), count)
    when = dates.reset_index(drop=True).sort_values(kind="stable", na_position="last").index
    kept = np.empty(label.max() + 1, dtype=np.int64)
    kept[label[when[::-1]]] = when[::-1]
    head = kept[label]
    others = np.flatnonzero(head != np.arange(count))
    similarity = np.ones(count)
    similarity[others] = compare(sets, np.column_stack([head[others], others]), measure)
    size = np.bincount(label)[label]
    ids = pd.Series(doc_ids, dtype="str")
    table = pd.DataFrame(
        {
            "doc_id": ids,
            "cluster": ids.iloc[head].reset_index(drop=True),
            "size": size,
            "kept": head == np.arange(count),
            "weight": 1 / size,
            "similarity": similarity,
        }
    )
    return table, int((similarity < threshold).sum())


def _pair_table(doc_ids: Sequence[str], pairs: tuple[Rows, Rows, Array]) -> pd.DataFrame:
    left, right = np.minimum(*pairs[:2]), np.maximum(*pairs[:2])
    order = np.lexsort((right, left))
    ids = pd.Series(doc_ids, dtype="str")
    return pd.DataFrame(
        {
            "doc_id": ids.iloc[left[order]].to_numpy(),
            "other": ids.iloc[right[order]].to_numpy(),
            "similarity": pairs[2][order],
        }
    ).astype({"doc_id": "str", "other": "str"})
