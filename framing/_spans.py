"""Tokens near nodes: for each node and type, how often it stands near, by document."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from framing.text.characters import Offsets
from framing.text.counts import Batch, Placed, Task, place_tokens
from framing.text.tokens import Types

# The span that takes the whole sentence.
SENTENCE = "sentence"
# Two numbers as one: of tokens of a batch and of nodes there are fewer.
_PAIR = 2**31

Array = NDArray[np.float64]
Cells = tuple[Offsets, Offsets, Offsets, Offsets]


@dataclass(frozen=True)
class Near:
    """Counts by document (rows), for each node, each type, and each pair of node and type.

    ``near`` and ``inside`` have a column a pair, the tokens of the type near the node and those
    that are part of it; ``pairs`` is node and type of each. ``window`` and ``own`` have a
    column a node: all tokens near it, and its own; ``types`` a column a type. ``left_out`` are
    pairs that are too rare.
    """

    pairs: Offsets
    near: sparse.csc_array
    inside: sparse.csc_array
    window: sparse.csc_array
    own: sparse.csc_array
    types: sparse.csc_array
    tokens: Array
    names: list[str]
    left_out: int


@dataclass(frozen=True)
class Lookout:
    """What is looked for: spans of nodes (document, node, start, end), or each type as a node."""

    nodes: pd.DataFrame | None
    span: int | str
    stop_words: frozenset[str]


def count_near(
    task: Task, parts: Iterable[Batch], documents: int, lookout: Lookout, min_count: int
) -> Near:
    """Return what stands near the nodes, as pairs that meet ``min_count`` times."""
    types = Types(task.rule)
    forms = _Forms(types, lookout.stop_words)
    near: list[Cells] = []
    inside: list[Cells] = []
    window: list[tuple[Offsets, Offsets]] = []
    own: list[tuple[Offsets, Offsets]] = []
    every: list[tuple[Offsets, Offsets]] = []
    for batch in parts:
        placed = place_tokens(task, batch, types)
        form, able = forms.of(placed.type_of)
        hits = _occurrences(placed, form, able, lookout)
        within = _keys(*_positions(hits[1], hits[2] - hits[1] + 1), hits[0])
        around = np.setdiff1d(_around(placed, hits, lookout.span), within, assume_unique=True)
        for keys, totals, cells in ((around, window, near), (within, own, inside)):
            place, node = np.divmod(keys, _PAIR)
            totals.append((node, placed.document[place]))
            kept = able[place]
            cells.append(_cells(node[kept], form[place[kept]], placed.document[place[kept]]))
        every.append((form, placed.document))
    return _near(near, inside, (window, own, every), documents, types.names, min_count)


class _Forms:
    """Types without the 's of possessives, and which of them may be a collocate."""

    def __init__(self, types: Types, stop_words: frozenset[str]) -> None:
        self._types, self._stop = types, stop_words
        self._form: list[int] = []
        self._able: list[bool] = []

    def of(self, type_of: Offsets) -> tuple[Offsets, NDArray[np.bool_]]:
        """Return the form of each token, and whether it may be a collocate."""
        for name in self._types.names[len(self._form) :]:
            short = name.removesuffix("'s") if self._types.rule == "words" else name
            self._form.append(self._types.row(short or name))
            known = name in self._stop or short in self._stop
            self._able.append(len(short) > 1 and short[0].isalpha() and not known)
        form = np.array(self._form, dtype=np.int64)[type_of]
        return form, np.array(self._able, dtype=bool)[type_of]


def _occurrences(
    placed: Placed, form: Offsets, able: NDArray[np.bool_], lookout: Lookout
) -> tuple[Offsets, Offsets, Offsets]:
    """Return node, first and last token of each occurrence of a node in a batch."""
    if lookout.nodes is None:
        place = np.flatnonzero(able)
        return form[place], place, place
    if not len(placed.document):
        return (np.empty(0, dtype=np.int64),) * 3
    nodes = lookout.nodes
    first_document, last_document = placed.document[0], placed.document[-1]
    nodes = nodes[nodes["document"].between(first_document, last_document)]
    # Offsets of all documents on one line, so that one search finds them.
    size = max(int(placed.end.max()), int(nodes["end"].max() if len(nodes) else 0)) + 1
    base = nodes["document"].to_numpy() * size
    first = np.searchsorted(placed.document * size + placed.end, base + nodes["start"], "right")
    last = np.searchsorted(placed.document * size + placed.start, base + nodes["end"], "left") - 1
    return nodes["node"].to_numpy(dtype=np.int64), first, last


def _positions(first: Offsets, sizes: Offsets) -> tuple[Offsets, Offsets]:
    """Return the positions of runs, and for each the number of its run."""
    run = np.repeat(np.arange(len(sizes)), sizes)
    return np.arange(len(run)) - np.repeat(np.cumsum(sizes) - sizes - first, sizes), run


def _keys(place: Offsets, run: Offsets, node: Offsets) -> Offsets:
    """Return places and nodes as one number, each pair once."""
    keys: Offsets = np.unique(place * _PAIR + node[run])
    return keys


def _around(placed: Placed, hits: tuple[Offsets, Offsets, Offsets], span: int | str) -> Offsets:
    """Return the tokens near each node, in its sentence."""
    node, first, last = hits
    begin = np.searchsorted(placed.sentence, placed.sentence[first], "left")
    past = np.searchsorted(placed.sentence, placed.sentence[first], "right")
    if not isinstance(span, str):
        begin, past = np.maximum(begin, first - span), np.minimum(past, last + 1 + span)
    return _keys(*_positions(begin, past - begin), node)


def _cells(node: Offsets, form: Offsets, document: Offsets) -> Cells:
    """Return node, type and document of each combination, and how often it is there."""
    if not len(node):
        return (np.empty(0, dtype=np.int64),) * 4
    least, width = document.min(), int(form.max()) + 1
    depth = int(document.max() - least) + 1
    keys, n = np.unique((node * width + form) * depth + (document - least), return_counts=True)
    both, document = np.divmod(keys, depth)
    node, form = np.divmod(both, width)
    return node, form, document + least, n


def _near(
    near: Sequence[Cells],
    inside: Sequence[Cells],
    totals: tuple[list[tuple[Offsets, Offsets]], ...],
    documents: int,
    names: list[str],
    min_count: int,
) -> Near:
    node, form, document, n = (np.concatenate(part) for part in zip(*near, strict=True))
    keys, pair = np.unique(node * _PAIR + form, return_inverse=True)
    kept = np.bincount(pair, n, len(keys)) >= min_count
    number = np.where(kept, np.cumsum(kept) - 1, -1)
    keys, pair = keys[kept], number[pair]
    own = [np.concatenate(part) for part in zip(*inside, strict=True)]
    place = pd.Index(keys).get_indexer(pd.Index(own[0] * _PAIR + own[1])).astype(np.int64)
    shape = (documents, len(keys))
    window, own_tokens, every = (
        [np.concatenate(part) for part in zip(*parts, strict=True)] for parts in totals
    )
    most = max(int(part[0].max(initial=-1)) for part in (window, own_tokens))
    width = max(len(names), most + 1)
    return Near(
        pairs=np.column_stack(np.divmod(keys, _PAIR)),
        near=_counted(document, pair, n, shape),
        inside=_counted(own[2], place, own[3], shape),
        window=_counted(window[1], window[0], np.ones(len(window[0])), (documents, width)),
        own=_counted(own_tokens[1], own_tokens[0], np.ones(len(own_tokens[0])), (documents, width)),
        types=_counted(every[1], every[0], np.ones(len(every[0])), (documents, len(names))),
        tokens=np.bincount(every[1], minlength=documents).astype(np.float64),
        names=names,
        left_out=int((~kept).sum()),
    )


def _counted(
    row: Offsets, column: Offsets, values: NDArray[np.generic], shape: tuple[int, int]
) -> sparse.csc_array:
    """Return values added up in cells; those of column -1 are left out."""
    kept = column >= 0
    cells = (values[kept].astype(np.float64), (row[kept], column[kept]))
    return sparse.coo_array(cells, shape=shape).tocsc()
