"""Cell counts: hits of a frame and tokens by cell of text, under one specification."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from framing._core.typing import Array, Mask, Rows
from framing.hits.hits import Hits, sentence_rows
from framing.robustness.choices import PRESENCE, Specification
from framing.scores.scores import units_of


@dataclass(frozen=True, eq=False)
class CellCounts:
    """Counts by cell: by document, or by paragraph where groups are single documents.

    A cell is the smallest text that any specification permutes or resamples. Scores of groups are
    pooled, so a comparison needs only sums over cells.
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
        """Return the number of units with a token in each cell."""
        code, first = self._units[unit]
        tokens = np.bincount(code, self.hits.sentences["tokens"].to_numpy(dtype=np.float64))
        counts = np.bincount(self.cell[first], tokens > 0, self.cells)
        return counts.astype(np.float64)

    def denominators(self, kind: str, unit: str) -> Array:
        """Return the denominator of each cell."""
        if kind == "rate":
            return self.tokens
        return self.filled("sentence" if kind == "share" else unit)

    def numerators(self, frame: str, specification: Specification) -> Array:
        """Return the hits of a frame in each cell, or the number of units with a hit."""
        rows, keep = self._by_frame[frame], self._kept(frame, specification)
        sentence = self._sentence[rows[keep]]
        if specification.kind in ("share", PRESENCE):
            unit = "sentence" if specification.kind == "share" else specification.unit
            code, first = self._units[unit]
            present = np.zeros(len(first), dtype=bool)
            present[code[sentence]] = True
            counts = np.bincount(self.cell[first[present]], minlength=self.cells)
            return counts.astype(np.float64)
        weights = None if specification.weights == "equal" else self._weight[rows[keep]]
        summed = np.bincount(self.cell[sentence], weights, self.cells)
        return summed.astype(np.float64)

    def chosen(self, specification: Specification, frame: str) -> Hits:
        """Return the hits that a specification counts; ``frame`` is that of its entry."""
        keep = np.ones(len(self.hits), dtype=bool)
        for name in self._by_frame:
            applied = specification if name == frame else replace(specification, entry="")
            keep[self._by_frame[name]] = self._kept(name, applied)
        return replace(self.hits, table=self.hits.table[keep].reset_index(drop=True))

    def _kept(self, frame: str, specification: Specification) -> Mask:
        """Return which hits of a frame a specification counts."""
        table = self.hits.table
        rows = self._by_frame[frame]
        keep = np.ones(len(rows), dtype=bool)
        for name in ("rejected", "hedged"):
            option = getattr(specification, name)
            if option != "include":
                keep &= table[name].to_numpy()[rows] == (option == "only")
        if specification.quoted != "all":
            keep &= table["quoted"].to_numpy()[rows] == (specification.quoted == "quoted")
        if specification.entry:
            categories = table["entry"].cat.categories
            number = (
                categories.get_loc(specification.entry) if specification.entry in categories else -2
            )
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
        """For each kind of unit: the unit of each sentence, and the first sentence of each unit.

        Sentences of the documents 0, 0, 2 have the units 0, 0, 1, with first sentences 0 and 2.
        """
        sentences = np.arange(len(self.hits.sentences))
        units = {"sentence": (sentences, sentences)}
        for unit in ("paragraph", "document"):
            # Documents without a sentence have no number here.
            code_of_all = units_of(self.hits, unit)[0]
            _, first, code = np.unique(code_of_all, return_index=True, return_inverse=True)
            units[unit] = (code, first)
        return units
