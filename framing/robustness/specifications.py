"""Specifications: every combination of options, without those that repeat another."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, product
from math import prod
from typing import Any

import numpy as np
import pandas as pd

from framing._core.checks import InputError
from framing._core.resampling import rng_for
from framing._core.typing import Array, Rows
from framing.corpus.corpus import Corpus, exclusion, list_exclusions
from framing.corpus.furniture import find_in, rules_for
from framing.hits.hits import Hits, find_hits
from framing.lexicons.lexicon import Lexicon
from framing.robustness.cell_counts import CellCounts
from framing.robustness.choices import CONTEXT, PRESENCE, Grid, Specification
from framing.robustness.reference import Claim
from framing.scores.groups import INSIDE

# Largest number of combinations; with more, the search for equal ones takes longer than all else.
MOST = 20_000
# Largest number of specifications in a batch, which are resampled together.
TOGETHER = 32


@dataclass(frozen=True, eq=False)
class Material:
    """What specifications are made from. Each combination of options finds its hits once."""

    base: Hits
    corpus: Corpus | None
    lexicon: Lexicon | None
    furniture: bool
    claim: Claim
    seed: int
    workers: int
    counts: dict[tuple[bool | str, str], CellCounts]
    instruments: Mapping[tuple[str, str], Hits]

    @classmethod
    def of(
        cls,
        base: Hits,
        source: Corpus | None,
        lexicon: Lexicon | None,
        claim: Claim,
        seed: int,
        workers: int,
        instruments: Mapping[tuple[str, str], Hits],
    ) -> "Material":
        """Return the material, which begins with the hits of the claim."""
        out = claim.reference.furniture
        counts: dict[tuple[bool | str, str], CellCounts] = {
            (out, base.nested): CellCounts(base, claim.cell_unit)
        }
        return cls(base, source, lexicon, out, claim, seed, workers, counts, instruments)

    def other(self, specification: Specification) -> Hits | None:
        """Return the hits of an instrument that is not that of the claim."""
        named = specification.instrument, specification.prompt
        reference = self.claim.reference
        if named == (reference.instrument, reference.prompt):
            return None
        return self.instruments.get(named)

    def counted(self, specification: Specification) -> CellCounts:
        """Return the counts of the hits that a specification needs; find them if they are new."""
        other = self.other(specification)
        if other is not None:
            # Its hits are given, and are the same whatever is said of furniture and nesting.
            named = specification.instrument, specification.prompt
            if named not in self.counts:
                self.counts[named] = CellCounts(other, self.claim.cell_unit)
            return self.counts[named]
        key = specification.furniture, specification.nested
        if key not in self.counts:
            assert self.corpus is not None  # a Study bars these choices
            assert self.lexicon is not None
            corpus = self.corpus
            if specification.furniture != self.furniture:
                corpus = with_furniture(corpus, specification.furniture)
            hits = find_hits(
                corpus, self.lexicon, nested=specification.nested, workers=self.workers
            )
            self.counts[key] = CellCounts(hits, self.claim.cell_unit)
        return self.counts[key]

    def denominators(self, specification: Specification) -> Array:
        """Return the weighted denominator of each cell of the groups."""
        counted = self.counted(specification)
        values: Array = counted.denominators(specification.kind, specification.unit)[
            self.claim.units.unit
        ]
        return values * self.weights(specification)

    def numerators(self, frame: str, specification: Specification) -> Array:
        """Return the weighted numerator of a frame in each cell of the groups."""
        values: Array = self.counted(specification).numerators(frame, specification)[
            self.claim.units.unit
        ]
        return values * self.weights(specification)

    def sizes(self, specification: Specification) -> Array:
        """Return the number of units with a token in each cell of the groups."""
        sizes: Array = self.counted(specification).filled(specification.unit)[self.claim.units.unit]
        return sizes * (self.weights(specification) > 0)

    def weights(self, specification: Specification) -> Array:
        """Return the weight of each cell of the groups, 0 for a cell that is left out."""
        units = self.claim.units
        weights: Array = units.denominators.copy()
        if specification.length:
            weights *= self.counted(specification).tokens[units.unit] >= specification.length
        if specification.duplicates != "keep":
            duplicates = self._duplicates
            weights *= (
                duplicates["kept"] if specification.duplicates == "once" else duplicates["weight"]
            )
        return weights

    def idle(self) -> dict[str, str]:
        """Return the choices that change nothing in this corpus, with the reason."""
        if self.corpus is None:
            return {}
        idle = {}
        if with_furniture(self.corpus, not self.furniture) is self.corpus:
            idle["furniture"] = "no document has page furniture"
        if self._duplicates["kept"].all():
            idle["duplicates"] = "no document repeats another"
        return idle

    @cached_property
    def _duplicates(self) -> dict[str, Array]:
        """For each cell whether it is kept and its weight, from duplicates in the groups."""
        assert self.corpus is not None
        rows = self.claim.units.unit
        compared = replace(self.corpus, table=self.corpus.table.iloc[rows].reset_index(drop=True))
        table = compared.find_duplicates(seed=self.seed).table
        return {name: table[name].to_numpy(dtype=np.float64) for name in ("kept", "weight")}


def with_furniture(corpus: Corpus, out: bool) -> Corpus:
    """Return the corpus without page furniture (by the rules that ship), or with all of it."""
    others = corpus.exclusions[corpus.exclusions["kind"] != "line"]
    if not out:
        return replace(corpus, exclusions=others.reset_index(drop=True))
    rules = rules_for(True)
    rows = [
        exclusion(doc_id, "line", *span)
        for doc_id, text in zip(corpus.table["doc_id"], corpus.table["text"], strict=True)
        for span in find_in(text, rules)
    ]
    if not rows:
        return corpus
    listed = pd.concat([others, list_exclusions(rows)], ignore_index=True)
    return replace(corpus, exclusions=listed)


@dataclass(frozen=True)
class Curves:
    """The specifications of each frame, that of the claim first.

    ``corrected`` are those that a coded sample corrects. ``left_out`` has ``frame``, ``reason``
    and ``n`` of those that are not run. ``distinct`` is their number per frame before the draw.
    """

    specifications: dict[str, list[Specification]]
    corrected: dict[str, list[Specification]]
    left_out: pd.DataFrame
    distinct: dict[str, int]


def enumerate_curves(material: Material, grid: Grid, limit: int) -> Curves:
    """Return every combination that makes sense and has new counts, at most ``limit`` of them."""
    _check_size(grid)
    accepted: dict[str, list[Specification]] = {frame: [] for frame in grid.entries}
    corrected: dict[str, list[Specification]] = {frame: [] for frame in grid.entries}
    known: dict[str, dict[bytes, Specification]] = {frame: {} for frame in grid.entries}
    reasons: Counter[tuple[str, str]] = Counter()
    for options in product(*grid.options.values()):
        combination = replace(
            material.claim.reference, **dict(zip(grid.options, options, strict=True))
        )
        why = _senseless(combination, material)
        denominators = np.empty(0) if why else material.denominators(combination)
        denominator_key = _digest(denominators, combination.cluster)
        for frame, entries in grid.entries.items():
            for specification in (replace(combination, entry=entry) for entry in entries):
                numerators = np.empty(0) if why else material.numerators(frame, specification)
                everywhere = (
                    specification.kind == PRESENCE
                    and bool(accepted[frame])
                    and bool((numerators == denominators).all())
                )
                # Two instruments with the same counts are two measurements: each says as much.
                apart = specification.correction, specification.instrument, specification.prompt
                key = denominator_key + _digest(numerators, str(apart))
                first = (
                    specification
                    if why or everywhere
                    else known[frame].setdefault(key, specification)
                )
                if why or everywhere:
                    reasons[frame, why or f"every {specification.unit} holds the frame"] += 1
                elif first is not specification:
                    changed = specification.differs(first)[0]
                    reasons[frame, f"the same counts as another: {changed} changes nothing"] += 1
                else:
                    (corrected if specification.correction else accepted)[frame].append(
                        specification
                    )
    distinct = {
        frame: len(specifications) + len(corrected[frame])
        for frame, specifications in accepted.items()
    }
    for frame, specifications in accepted.items():
        accepted[frame] = _drawn(specifications, limit, material.seed, frame)
        if len(specifications) > limit:
            reasons[frame, f"not drawn: limit={limit}"] += len(specifications) - limit
    return Curves(accepted, corrected, _listed(reasons, list(grid.entries)), distinct)


def _check_size(grid: Grid) -> None:
    """Raise InputError where the choices make too many combinations."""
    sizes = {name: len(options) for name, options in grid.options.items()}
    sizes["entry"] = max(map(len, grid.entries.values()))
    total = prod(sizes.values())
    if total > MOST:
        listed = " x ".join(f"{name} {n}" for name, n in sizes.items() if n > 1)
        raise InputError(
            f"The choices make {total:,} combinations ({listed}); at most {MOST:,} are allowed. "
            'Name fewer choices or options: choices={"kind": ["rate", "share"], …}.'
        )


def _listed(reasons: Mapping[tuple[str, str], int], frames: list[str]) -> pd.DataFrame:
    """Return the combinations that are not run: their number by frame and reason."""
    rows = [(frame, reason, n) for (frame, reason), n in reasons.items()]
    table = pd.DataFrame(rows, columns=["frame", "reason", "n"])
    table["frame"] = pd.Categorical(table["frame"], categories=frames)
    table = table.sort_values(["frame", "n", "reason"], ascending=[True, False, True])
    return table.reset_index(drop=True)


def _senseless(specification: Specification, material: Material) -> str:
    """Return why a specification makes no sense; empty where it makes sense."""
    claim = material.claim
    named = specification.instrument, specification.prompt
    if specification.instrument and named not in material.instruments:
        return f"{specification.instrument} has no such prompt"
    other = material.other(specification)
    for name in CONTEXT:
        known = other is None or name in other.table
        if not known and getattr(specification, name) not in ("include", "all"):
            return f"{specification.instrument} does not say what is {name}"
    coded = material.base.unit
    if INSIDE.index(specification.unit) < INSIDE.index(coded):
        return f"{specification.kind} by {specification.unit}: the hits are of {coded}s"
    coarse = INSIDE.index(specification.unit) > INSIDE.index(claim.cell_unit)
    if coarse and specification.kind in (PRESENCE, "count"):
        return f"{specification.kind} by {specification.unit}: the groups are single documents"
    if specification.correction:
        correctable = replace(
            claim.reference, kind="share", correction=specification.correction,
            rejected=specification.rejected, quoted=specification.quoted,
            hedged=specification.hedged, nested=specification.nested,
            instrument=specification.instrument, prompt=specification.prompt,
        )  # fmt: skip
        if specification != correctable:
            return "correction: only shares of the sentences of all documents can be corrected"
        return ""
    denominators = material.denominators(specification)
    with_text = np.bincount(claim.units.group, denominators > 0, len(claim.units.groups))
    if not with_text.all():
        empty = claim.units.groups[int(np.argmin(with_text))]
        return f"{empty!r} has no text left"
    return ""


def _digest(values: Array, name: str = "") -> bytes:
    """Return a hash of counts, by which equal specifications are known."""
    # Rounded: the last bits of a sum of weights depend on the order of addition.
    data = np.ascontiguousarray(np.round(values, 9) + 0.0).tobytes()
    return hashlib.blake2b(data + name.encode(), digest_size=16).digest()


def _drawn(
    specifications: list[Specification], limit: int, seed: int, frame: str
) -> list[Specification]:
    """Return the specification of the claim and a random draw of others, ``limit`` in all."""
    if len(specifications) <= limit:
        return specifications
    rng = rng_for(seed, f"multiverse specifications of {frame}")
    rows = np.sort(rng.choice(np.arange(1, len(specifications)), limit - 1, replace=False))
    return [specifications[0], *(specifications[row] for row in rows)]


@dataclass(frozen=True)
class SpecificationBatch:
    """Specifications with the same denominators, which are resampled together.

    ``keys`` are frame and number of each column of ``numerators``, shape (cells, columns).
    """

    keys: list[tuple[str, int]]
    numerators: Array
    denominators: Array
    cluster: Rows
    per: float
    share: bool = False


def batches_of(material: Material, curves: Curves) -> Iterator[SpecificationBatch]:
    """Yield the specifications in batches, each of which is resampled once."""
    every = [
        (specification, frame, number)
        for frame, specifications in curves.specifications.items()
        for number, specification in enumerate(specifications)
    ]
    ordered = sorted(every, key=lambda item: _denominator_key(item[0]))
    for _, group in groupby(ordered, key=lambda item: _denominator_key(item[0])):
        members = list(group)
        first = members[0][0]
        cluster = material.claim.clusters(first.cluster)
        denominators = material.denominators(first)
        per = float(material.claim.contrast.settings["per"]) if first.kind == "rate" else 1.0
        for begin in range(0, len(members), TOGETHER):
            batch = members[begin : begin + TOGETHER]
            columns = [
                material.numerators(frame, specification) for specification, frame, _ in batch
            ]
            keys = [(frame, number) for _, frame, number in batch]
            yield SpecificationBatch(
                keys, np.column_stack(columns), denominators, cluster, per,
                share=first.kind in ("share", PRESENCE),
            )  # fmt: skip


def count_specifications(curves: Curves) -> int:
    """Return the number of specifications that are run, over all frames."""
    return sum(len(specifications) for specifications in curves.specifications.values())


def _denominator_key(specification: Specification) -> tuple[Any, ...]:
    """Return the options that determine the denominators of a specification, and its clusters."""
    unit = specification.unit if specification.kind in (PRESENCE, "count") else ""
    # Share and presence by sentence have the same denominators, but different keys in the cache.
    return (
        specification.kind,
        unit,
        specification.furniture,
        specification.duplicates,
        specification.length,
        specification.cluster,
        specification.instrument,
        specification.prompt,
    )


def sizes_of(material: Material, curves: Curves) -> Mapping[tuple[str, int], Array]:
    """Return the number of units of each specification in each group."""
    units = material.claim.units
    counted: dict[tuple[Any, ...], Array] = {}
    sizes = {}
    for frame, specifications in curves.specifications.items():
        for number, specification in enumerate(specifications):
            key = (
                specification.unit,
                specification.furniture,
                specification.duplicates,
                specification.length,
                specification.instrument,
                specification.prompt,
            )
            if key not in counted:
                counts = np.bincount(units.group, material.sizes(specification), len(units.groups))
                counted[key] = counts.astype(np.float64)
            sizes[frame, number] = counted[key]
    return sizes
