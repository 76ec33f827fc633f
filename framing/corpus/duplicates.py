"""Duplicates: documents that repeat another one, such as wire copy in several outlets."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError, check_choice, check_positive, check_seed
from framing._core.result import Result
from framing._core.typing import Array, Keys, Rows
from framing.text.characters import code_points
from framing.text.chunks import batches, begins_of
from framing.text.tokens import Types

# Shingles that are compared at the same time.
BATCH = 4_000_000

_ODD = np.uint64(0x9E3779B97F4A7C15)

MEASURES = ("jaccard", "containment")
# The bands are chosen so that a pair at the threshold is found with this probability.
RECALL = 0.999
# With more pairs to compare, documents share a template, not a story.
MOST_PAIRS = 20_000_000
MOST_SHARED = 100 * MOST_PAIRS
# So many candidates of a document are always compared with it, also within a cluster.
COMPARED = 50
# Shingles that are hashed at the same time: the values of more do not fit into a core's cache.
HASHED = 500


@dataclass(frozen=True)
class Sets:
    """The shingles of each document as sorted fingerprints.

    Those of document i are ``keys[bounds[i]:bounds[i + 1]]``.
    """

    keys: Keys
    bounds: Rows

    @property
    def sizes(self) -> Rows:
        """Return the number of shingles of each document."""
        return np.diff(self.bounds)

    def __getitem__(self, row: int) -> Keys:
        return self.keys[self.bounds[row] : self.bounds[row + 1]]

    def take(self, rows: Rows) -> "Sets":
        """Return the sets of some documents, in the order of ``rows``.

        With bounds (0, 2, 5) and rows (1,), the sizes are (3,), the new bounds (0, 3) and the
        positions 2, 3, 4.
        """
        sizes = self.sizes[rows]
        bounds = np.append(0, np.cumsum(sizes))
        position = np.arange(bounds[-1]) + np.repeat(self.bounds[rows] - bounds[:-1], sizes)
        return Sets(self.keys[position], bounds)


def shingle_sets(texts: Sequence[str], size: int) -> tuple[Sets, Rows]:
    """Return the shingles of each text as 64-bit fingerprints, and its number of tokens.

    A text with fewer tokens than a shingle has one shingle, of all its tokens.
    """
    types, known = Types(), np.empty(0, dtype=np.uint64)
    values, sizes, counts = [], [], []
    for batch in batches(len(text) for text in texts):
        batch_texts = list(texts[batch])
        joined = "\n".join([*batch_texts, ""])
        tokens = types.find(joined, code_points(joined))
        known = np.append(known, _name_keys(types.names[len(known) :]))
        edges = np.searchsorted(tokens.start, np.append(begins_of(batch_texts), len(joined)))
        shingles, count = _shingles(known[tokens.rows][tokens.code], edges, size)
        for first, past in pairwise(np.append(0, np.cumsum(count)).tolist()):
            shingles[first:past].sort()
        owners = np.repeat(np.arange(len(count)), count)
        new = np.append(True, (shingles[1:] != shingles[:-1]) | (owners[1:] != owners[:-1]))
        new = new[: len(shingles)]
        values.append(shingles[new])
        sizes.append(np.bincount(owners[new], minlength=len(count)))
        counts.append(np.diff(edges))
    bounds = np.append(0, np.cumsum(np.concatenate(sizes))).astype(np.int64)
    return Sets(np.concatenate(values), bounds), np.concatenate(counts)


def _name_keys(names: Sequence[str]) -> Keys:
    """Return a 64-bit hash of each word."""
    digests = (
        hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        for name in names
    )
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def _shingles(keys: Keys, edges: Rows, size: int) -> tuple[Keys, Rows]:
    """Return the fingerprints of the shingles of texts, and how many each has.

    Text i has the tokens ``keys[edges[i]:edges[i + 1]]``: one of 7 tokens has 3 shingles of 5.
    """
    begin, count = edges[:-1], np.diff(edges)
    # One for each token, of which the last ones of a text begin no shingle of it.
    fingerprints = _rolled(np.append(keys, np.zeros(size, dtype=np.uint64)), size, len(keys))
    nth = np.arange(len(keys)) - np.repeat(begin, count)
    begins = nth <= np.repeat(np.maximum(count - size, 0), count)
    for length in np.unique(count[(count > 0) & (count < size)]).tolist():
        short = begin[count == length]
        windows = keys[(np.arange(length)[:, None] + short).ravel()]
        fingerprints[short] = _rolled(windows, length, len(short), len(short))
    return fingerprints[begins], np.maximum(count - size + 1, np.minimum(count, 1))


def _rolled(keys: Keys, length: int, count: int, step: int = 1) -> Keys:
    """Return the fingerprints of ``count`` shingles of ``length`` tokens.

    Token j of shingle i is ``keys[i + j * step]``.
    """
    fingerprints: Keys = np.full(count, length, dtype=np.uint64)
    for begin in range(0, length * step, step):
        fingerprints = mixed(fingerprints, keys[begin : begin + count])
    return fingerprints


def mixed(keys: Keys, other: NDArray[np.unsignedinteger]) -> Keys:
    """Return keys mixed with other ones; the result depends on the order of mixing."""
    result: Keys = (keys ^ (keys >> np.uint64(29))) * _ODD + other
    return result


def first_alike(sets: Sets) -> Rows:
    """Return for each document the first one with the same shingles.

    A document without shingles has its own number.
    """
    first_of: dict[bytes, int] = {}
    first = np.arange(len(sets.sizes), dtype=np.int64)
    for row in np.flatnonzero(sets.sizes).tolist():
        key = hashlib.blake2b(sets[row].tobytes(), digest_size=16).digest()
        first[row] = first_of.setdefault(key, row)
    return first


def compare(sets: Sets, pairs: Rows, measure: str) -> Array:
    """Return the exact similarity of each pair of sets, from their fingerprints."""
    # Loaded where it is used: who reads a corpus need not wait for scipy.
    from scipy import sparse

    if not len(pairs):
        return np.empty(0)
    rows, position = np.unique(pairs, return_inverse=True)
    members, sides = sets.take(rows), position.reshape(pairs.shape)
    names, columns = np.unique(members.keys, return_inverse=True)
    counts = sparse.csr_array(
        (np.ones(len(columns), dtype=np.int64), columns, members.bounds),
        shape=(len(rows), len(names)),
    )
    sizes = members.sizes[sides]
    shared = np.empty(len(pairs), dtype=np.int64)
    batch = np.cumsum(sizes.sum(axis=1)) // BATCH
    for number in np.unique(batch):
        chosen = batch == number
        both = counts[sides[chosen, 0]].multiply(counts[sides[chosen, 1]])
        shared[chosen] = np.asarray(both.sum(axis=1)).ravel()
    whole = sizes.sum(axis=1) - shared if measure == "jaccard" else sizes.min(axis=1)
    similarity: Array = shared / whole
    return similarity


@dataclass(frozen=True, eq=False)
class Duplicates(Result):
    """Documents that repeat another one, in clusters.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per document, in the order of the corpus: ``doc_id``; ``cluster``, the doc_id of
        the kept document of the cluster; ``size`` of the cluster; ``kept``, true for the earliest
        document of each cluster (of several, the first in the corpus; a year or month counts as
        its first day, missing dates come last); ``weight``, 1 / size; ``similarity`` to the kept
        document, 0 to 1.
    pairs : pandas.DataFrame
        The pairs at or above the threshold that join the clusters: ``doc_id``, ``other`` (later
        in the corpus), ``similarity`` (0 to 1). A document is paired only with the first of those
        with the same shingles. Where a document has more than 50 candidates, pairs within a
        cluster may be missing.
    settings : dict
        ``measure``, ``threshold``, ``shingle`` (in tokens), ``seed``, ``hashes``,
        ``bands`` and ``rows`` per band (missing where no hashing is used), ``recall`` (the
        probability to find a pair at the threshold), ``short`` (number of documents with fewer
        tokens than a shingle), ``empty`` (number without a token), ``chained`` (number of
        documents whose similarity to the kept one is below the threshold, and which are joined to
        it through other documents).
    corpus_fingerprint : str
        Identifies the corpus (see `Corpus`).

    See Also
    --------
    Corpus.find_duplicates, Corpus.drop_duplicates, Corpus.with_columns
    """

    table: pd.DataFrame
    pairs: pd.DataFrame
    corpus_fingerprint: str

    draw_instead: ClassVar[str] = "Its table and its pairs show which documents are similar."
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
    """Return which texts repeat another one; see `Corpus.find_duplicates`."""
    check_options(threshold, seed, shingle, measure, hashes)
    bands, rows = choose_bands(threshold, hashes) if measure == "jaccard" else (None, None)
    sets, tokens = shingle_sets(texts, shingle)
    first = first_alike(sets)
    different = np.flatnonzero((first == np.arange(len(first))) & (sets.sizes > 0))
    distinct = sets.take(different)
    if bands and rows:
        candidates = _by_bands(signatures_of(distinct, hashes, seed), bands, rows)
    else:
        candidates = _by_rare_shingles(distinct, threshold)
    close, similarity = _joined(distinct, candidates, measure, threshold)
    left, right = different[close].T
    repeats = np.flatnonzero(first != np.arange(len(first)))
    pairs = (
        np.concatenate([left, first[repeats]]),
        np.concatenate([right, repeats]),
        np.concatenate([similarity, np.ones(len(repeats))]),
    )
    table, chained = _table(doc_ids, dates, pairs, sets, measure, threshold)
    settings = settings_of(
        threshold, seed, shingle, measure, hashes, bands, rows,
        short=int(((tokens > 0) & (tokens < shingle)).sum()), empty=int((tokens == 0).sum()),
        chained=chained,
    )  # fmt: skip
    return Duplicates(table, pair_table(doc_ids, pairs), fingerprint, settings=settings)


def settings_of(
    threshold: float,
    seed: int,
    shingle: int,
    measure: str,
    hashes: int,
    bands: int | None,
    rows: int | None,
    **counts: int,
) -> dict[str, Any]:
    """Return the settings of duplicates, with numbers of documents."""
    return {
        "measure": measure,
        "threshold": float(threshold),
        "shingle": int(shingle),
        "seed": int(seed),
        "hashes": int(hashes) if bands else None,
        "bands": bands,
        "rows": rows,
        "recall": chance_found(threshold, bands, rows) if bands and rows else 1.0,
        **counts,
    }


def check_options(threshold: float, seed: int, shingle: int, measure: str, hashes: int) -> None:
    """Raise InputError where an argument of `Corpus.find_duplicates` is out of range."""
    check_choice("measure", measure, MEASURES)
    check_seed(seed)
    check_positive("shingle", shingle, whole=True)
    check_positive("hashes", hashes, whole=True)
    check_positive("threshold", threshold)
    if threshold > 1:
        raise InputError(f"threshold={threshold!r} cannot be used: it must be at most 1.")


def latest(duplicates: Duplicates, dates: "pd.Series[Any]") -> "pd.Series[str]":
    """Return for each document the doc_id of the latest one of its cluster.

    Of several it is the last in the corpus; those without a date come before the others.
    """
    order = dates.reset_index(drop=True).sort_values(kind="stable", na_position="first").index
    by_date = duplicates.table.loc[order]
    last = by_date.drop_duplicates("cluster", keep="last").set_index("cluster")["doc_id"]
    return duplicates.table["cluster"].map(last)


def reasons(duplicates: Duplicates, last: "pd.Series[str] | None" = None) -> list[tuple[str, str]]:
    """Return the doc_id of each document that is not kept, and the reason in words.

    ``last`` are the doc_ids of the documents that are kept, where these are not the earliest.
    """
    if last is not None:
        table = duplicates.table.assign(last=last)
        dropped = table[table["doc_id"] != table["last"]]
        return [
            (doc_id, f"{kept!r} is the latest of {size} documents that repeat each other")
            for doc_id, kept, size in dropped[["doc_id", "last", "size"]].itertuples(index=False)
        ]
    measure, threshold = duplicates.settings["measure"], duplicates.settings["threshold"]
    repeats = duplicates.table[~duplicates.table["kept"]]
    description = f"{measure} of {duplicates.settings['shingle']}-token shingles"
    return [
        (
            doc_id,
            f"repeats {first!r}: similarity {similarity:.2f} ({description})"
            + (", through documents between them" if similarity < threshold else ""),
        )
        for doc_id, first, similarity in repeats[["doc_id", "cluster", "similarity"]].itertuples(
            index=False
        )
    ]


def chance_found(similarity: float, bands: int, rows: int) -> float:
    """Return the probability that two sets of this Jaccard similarity share a band."""
    return float(1 - (1 - similarity**rows) ** bands)


def choose_bands(threshold: float, hashes: int) -> tuple[int, int]:
    """Return the number of bands and of rows per band: the most rows with enough recall.

    With more rows there are fewer pairs to compare, and fewer pairs are found.
    """
    for rows in range(hashes, 0, -1):
        bands = hashes // rows
        if chance_found(threshold, bands, rows) >= RECALL:
            return bands, rows
    raise InputError(
        f"threshold={threshold:g} is too low for {hashes} hashes: fewer than "
        f"{RECALL:.1%} of the pairs at the threshold would be found. Raise hashes or the threshold."
    )


def minhash_of(hashes: int, seed: int) -> Any:
    """Return the MinHash of datasketch (Broder 1997) that has seen no value."""
    # Loaded here because it takes a moment, and nothing else needs it.
    from datasketch import MinHash

    from framing._core.resampling import rng_for

    number = int(rng_for(seed, "duplicates").integers(2**32))
    return MinHash(hashes, seed=number, hashfunc=int, scheme="affine32")


def signatures_of(sets: Sets, hashes: int, seed: int) -> NDArray[np.uint32]:
    """Return the MinHash values of each set.

    `minhash_of` would take a Python call for each shingle, most of the time of a search.
    """
    factors, added = minhash_of(hashes, seed).permutations
    values = _finalized((sets.keys & np.uint64(0xFFFFFFFF)).astype(np.uint32))
    signatures = np.full((len(sets.sizes), hashes), 2**32 - 1, dtype=np.uint32)
    room, least = np.empty((HASHED, hashes), dtype=np.uint32), np.empty(hashes, dtype=np.uint32)
    for signature, (begin, end) in zip(signatures, pairwise(sets.bounds.tolist()), strict=True):
        for start in range(begin, end, HASHED):
            some = values[start : min(start + HASHED, end)]
            hashed = room[: len(some)]
            np.multiply(some[:, None], factors, out=hashed)
            np.add(hashed, added, out=hashed)
            np.minimum.reduce(hashed, axis=0, out=least)
            np.minimum(signature, least, out=signature)
    return signatures


def _finalized(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the values through the last step of MurmurHash3, as datasketch takes them."""
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        values = (values ^ (values >> np.uint32(shift))) * np.uint32(factor)
    return values ^ (values >> np.uint32(16))


def band_keys(signatures: NDArray[np.uint32], bands: int, rows: int) -> Iterator[Keys]:
    """Yield for each band one number of each signature, from its values in this band."""
    for band in range(bands):
        keys: Keys = np.zeros(len(signatures), dtype=np.uint64)
        for column in signatures[:, band * rows : (band + 1) * rows].T:
            keys = mixed(keys, column)
        yield keys


def _by_bands(signatures: NDArray[np.uint32], bands: int, rows: int) -> Rows:
    """Return the pairs whose values agree in all rows of at least one band."""
    pairs = np.empty(0, dtype=np.int64)
    for keys in band_keys(signatures, bands, rows):
        order = np.argsort(keys, kind="stable")
        edges = np.flatnonzero(np.diff(keys[order]) != 0) + 1
        new_pairs = pairs_within(order, np.concatenate([[0], edges, [len(order)]]))
        pairs = _union(pairs, new_pairs, len(signatures))
    return np.column_stack(np.divmod(pairs, max(len(signatures), 1)))


def pairs_within(order: Rows, edges: Rows) -> Iterator[tuple[Rows, Rows]]:
    """Yield all pairs within each run of members.

    ``order[edges[i]:edges[i + 1]]`` are the members of run i: with the order 4, 7, 2 and the edges
    0, 2, 3 the only pair is (4, 7).
    """
    sizes = np.diff(edges)
    for size in np.unique(sizes[sizes > 1]).tolist():
        if size * (size - 1) / 2 > MOST_PAIRS:
            raise too_many()
        left, right = np.triu_indices(size, 1)
        begins = edges[:-1][sizes == size]
        step = max(1, BATCH // len(left))
        for start in range(0, len(begins), step):
            base = begins[start : start + step, None]
            yield order[(base + left).ravel()], order[(base + right).ravel()]


def _union(pairs: Rows, new_pairs: Iterator[tuple[Rows, Rows]], count: int) -> Rows:
    """Return the pairs together with new ones, each pair as one number.

    With 10 documents the pair (3, 7) has the number 37.
    """
    for left, right in new_pairs:
        new = np.minimum(left, right) * count + np.maximum(left, right)
        # numpy.unique hashes integers, which takes minutes for millions of pairs.
        pairs = np.sort(np.concatenate([pairs, new]))
        pairs = pairs[np.append(True, np.diff(pairs) != 0)[: len(pairs)]]
        if len(pairs) > MOST_PAIRS:
            raise too_many()
    return pairs


def too_many() -> InputError:
    """Return the error for documents that share a template."""
    return InputError(
        f"More than {MOST_PAIRS:,} pairs of documents have to be compared: thousands of documents "
        "share most of their text, perhaps a template. Remove its lines as page furniture "
        "(make_corpus(…, furniture='rules.toml')), or raise the threshold or the shingle."
    )


def _by_rare_shingles(sets: Sets, threshold: float) -> Rows:
    """Return all pairs that can reach a containment, by prefix filtering.

    A set of 10 shingles that shares at least 8 of them shares at least one of its 3 rarest
    (Chaudhuri, Ganti and Kaushik 2006). So only sets that share a rare shingle are compared.
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
        raise too_many()
    posted = owner[np.argsort(ids, kind="stable")]
    begins = np.cumsum(spread) - spread
    sharing = _sharing(owner[rare], ids[rare], posted, begins, spread, sizes)
    pairs = _union(np.empty(0, dtype=np.int64), sharing, count)
    return np.column_stack(np.divmod(pairs, max(count, 1)))


def _sharing(
    owner: Rows, ids: Rows, posted: Rows, begins: Rows, spread: Rows, sizes: Rows
) -> Iterator[tuple[Rows, Rows]]:
    """Yield pairs: a document, and a document of at least its size that shares a shingle.

    ``posted[begins[i]:begins[i] + spread[i]]`` are the documents that contain shingle i.
    """
    counts = spread[ids]
    batch = np.cumsum(counts) // BATCH
    for number in np.unique(batch):
        chosen = batch == number
        left, step = np.repeat(owner[chosen], counts[chosen]), counts[chosen]
        offset = np.arange(step.sum()) - np.repeat(np.cumsum(step) - step, step)
        right = posted[np.repeat(begins[ids[chosen]], step) + offset]
        usable = (left != right) & (sizes[right] >= sizes[left])
        yield left[usable], right[usable]


def _joined(sets: Sets, candidates: Rows, measure: str, threshold: float) -> tuple[Rows, Array]:
    """Return the pairs at or above the threshold, and their similarity.

    First, up to `COMPARED` candidates of each document are compared; then only candidates that
    would join two clusters. This gives the same clusters as comparing all pairs.
    """
    count = len(sets.sizes)
    close, similar = [np.empty((0, 2), dtype=np.int64)], [np.empty(0)]
    while len(candidates):
        candidates = candidates[np.argsort(candidates[:, 1], kind="stable")]
        first = np.searchsorted(candidates[:, 1], candidates[:, 1])
        compared = np.arange(len(candidates)) - first < COMPARED
        similarity = compare(sets, candidates[compared], measure)
        close.append(candidates[compared][similarity >= threshold])
        similar.append(similarity[similarity >= threshold])
        label = clusters_of(np.concatenate(close).T, count)
        candidates = candidates[~compared]
        candidates = candidates[label[candidates[:, 0]] != label[candidates[:, 1]]]
    return np.concatenate(close), np.concatenate(similar)


def clusters_of(links: Rows, count: int) -> NDArray[np.int32]:
    """Return the number of the cluster of each document: linked documents share one."""
    from scipy import sparse
    from scipy.sparse.csgraph import connected_components

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
    """Return the documents with their clusters, and how many are joined only through others."""
    count = len(doc_ids)
    label = clusters_of(np.array(pairs[:2]), count)
    by_date = dates.reset_index(drop=True).sort_values(kind="stable", na_position="last").index
    earliest = np.empty(label.max() + 1, dtype=np.int64)
    earliest[label[by_date[::-1]]] = by_date[::-1]
    head = earliest[label]
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


def pair_table(doc_ids: Sequence[str], pairs: tuple[Rows, Rows, Array]) -> pd.DataFrame:
    """Return the pairs with their doc_ids, the earlier document of the corpus first."""
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
