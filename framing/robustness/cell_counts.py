"""Counted hits: what cells of text hold of a frame under one specification."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from framing.hits.hits import Hits, sentence_rows
from framing.robustness.choices import PRESENCE, Specification
from framing.scores.scores import units_of

Array = NDArray[np.float64]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Counted:
    """Hits by cell: by document, or by paragraph where groups are single documents.

    A cell is the smallest text that any specification exchanges or resamples. Scores of groups are
    pooled, so that sums over cells are all that a comparison needs.
    """

    hits: Hits
    cell_unit: str

    @cached_property
    def cell(self) -> Rows:
        """The cell of each sentence."""
        return units_of(self.hits, self.cell_unit)[0]

    @cached_property
    def cells(self) -> int:
        """How many cells there are."""
        return len(units_of(self.hits, self.cell_unit)[1])

    @cached_property
    def tokens(self) -> Array:
        """The tokens of each cell."""
        counts = self.hits.sentences["tokens"].to_numpy(dtype=np.float64)
        tokens: Array = np.bincount(self.cell, counts, self.cells).astype(np.float64)
        return tokens

    def filled(self, unit: str) -> Array:
        """Return how many units with a token each cell holds."""
        code, first = self._units[unit]
        tokens = np.bincount(code, self.hits.sentences["tokens"].to_numpy(dtype=np.float64))
        counts = np.bincount(self.cell[first], tokens > 0, self.cells)
        return counts.astype(np.float64)

    def denominators(self, kind: str, unit: str) -> Array:
        """Return what hits are counted over, in each cell."""
        if kind == "rate":
            return self.tokens
        return self.filled("sentence" if kind == "share" else unit)

    def numerators(self, frame: str, one: Specification) -> Array:
        """Return the hits of a frame in each cell, or the units with one."""
        rows, keep = self._by_frame[frame], self._kept(frame, one)
        sentence = self._sentence[rows[keep]]
        if one.kind in ("share", PRESENCE):
            unit = "sentence" if one.kind == "share" else one.unit
            code, first = self._units[unit]
            present = np.zeros(len(first), dtype=bool)
            present[code[sentence]] = True
            counts = np.bincount(self.cell[first[present]], minlength=self.cells)
            return counts.astype(np.float64)
        weights = None if one.weights == "equal" else self._weight[rows[keep]]
        summed = np.bincount(self.cell[sentence], weights, self.cells)
        return summed.astype(np.float64)

    def chosen(self, one: Specification, frame: str) -> Hits:
        """Return the hits of a specification: without those of the frame that it leaves out."""
        keep = np.ones(len(self.hits), dtype=bool)
        for name in self._by_frame:
            own = one if name == frame else replace(one, entry="")
            keep[self._by_frame[name]] = self._kept(name, own)
        return replace(self.hits, table=self.hits.table[keep].reset_index(drop=True))

    def _kept(self, frame: str, one: Specification) -> Mask:
        table = self.hits.table
        rows = self._by_frame[frame]
        keep = np.ones(len(rows), dtype=bool)
        for name in ("rejected", "hedged"):
            option = getattr(one, name)
            if option != "include":
                keep &= table[name].to_numpy()[rows] == (option == "only")
        if one.quoted != "all":
            keep &= table["quoted"].to_numpy()[rows] == (one.quoted == "quoted")
        if one.entry:
            categories = table["entry"].cat.categories
            number = categories.get_loc(one.entry) if one.entry in categories else -2
            keep &= table["entry"].cat.codes.to_numpy()[rows] != number
        return keep

    @cached_property
    def _sentence(self) -> NDArray[np.intp]:
        return sentence_rows(self.hits)

    @cached_property
    def _weight(self) -> Array:
        weights: Array = self.hits.table["weight"].to_numpy(dtype=np.float64)
        return weights

    @cached_property
    def _by_frame(self) -> dict[str, NDArray[np.intp]]:
        code = self.hits.table["frame"].cat.codes.to_numpy()
        return {frame: np.flatnonzero(code == n) for n, frame in enumerate(self.hits.frames)}

    @cached_property
    def _units(self) -> dict[str, tuple[Rows, Rows]]:
        """For each unit its number for each sentence, and the first sentence of each."""
        every = np.arange(len(self.hits.sentences))
        found = {"sentence": (every, every)}
        for unit in ("paragraph", "document"):
            # Documents without a sentence have no number here.
            own = units_of(self.hits, unit)[0]
            _, first, code = np.unique(own, return_index=True, return_inverse=True)
            found[unit] = (code, first)
        return found
