"""Shingles: the runs of tokens of each text, as sets of fingerprints, and how alike these are."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from framing.text.characters import code_points
from framing.text.segments import batches, begins_of
from framing.text.tokens import Types

# Shingles compared at a time.
BATCH = 4_000_000

_ODD = np.uint64(0x9E3779B97F4A7C15)

Keys = NDArray[np.uint64]
Rows = NDArray[np.int64]
Array = NDArray[np.float64]


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
