"""Specifications: every combination of options, those that say nothing new counted and left out."""

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
from numpy.typing import NDArray

from framing._core.checks import InputError
from framing._core.resampling import rng_for
from framing.corpus.corpus import Corpus, exclusion, list_exclusions
from framing.corpus.furniture import find_in, rules_for
from framing.hits.hits import Hits, find_hits
from framing.lexicons.lexicon import Lexicon
from framing.robustness.cell_counts import Counted
from framing.robustness.choices import PRESENCE, Grid, Specification
from framing.robustness.reference import Claim
from framing.scores.groups import INSIDE

# Combinations beyond which finding out which are alike takes longer than the rest.
MOST = 20_000
# Curves in a task, which are resampled together.
TOGETHER = 32

Array = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Material:
    """What specifications are made from: hits, found once for each way to find them."""

    base: Hits
    corpus: Corpus | None
    lexicon: Lexicon | None
    furniture: bool
    claim: Claim
    seed: int
    workers: int
    found: dict[tuple[bool, str], Counted]

    @classmethod
    def of(
        cls,
        base: Hits,
        source: Corpus | None,
        lexicon: Lexicon | None,
        claim: Claim,
        seed: int,
        workers: int,
    ) -> "Material":
        """Return the material with the hits of the claim in it."""
        out = claim.reference.furniture
        found = {(out, base.nested): Counted(base, claim.cell_unit)}
        return cls(base, source, lexicon, out, claim, seed, workers, found)

    def counted(self, one: Specification) -> Counted:
        """Return the hits that a specification counts."""
        key = one.furniture, one.nested
        if key not in self.found:
            assert self.corpus is not None  # a Study bars these choices
            assert self.lexicon is not None
            corpus = self.corpus
            if one.furniture != self.furniture:
                corpus = with_furniture(corpus, one.furniture)
            hits = find_hits(corpus, self.lexicon, nested=one.nested, workers=self.workers)
            self.found[key] = Counted(hits, self.claim.cell_unit)
        return self.found[key]

    def denominators(self, one: Specification) -> Array:
        """Return what hits are counted over in each cell of the groups, weights included."""
        counted = self.counted(one)
        below: Array = counted.denominators(one.kind, one.unit)[self.claim.units.unit]
        return below * self.weights(one)

    def numerators(self, frame: str, one: Specification) -> Array:
        """Return the hits of a frame, in each cell of the groups."""
        above: Array = self.counted(one).numerators(frame, one)[self.claim.units.unit]
        return above * self.weights(one)

    def sizes(self, one: Specification) -> Array:
        """Return how many units with a token there are in each cell of the groups."""
        sizes: Array = self.counted(one).filled(one.unit)[self.claim.units.unit]
        return sizes * (self.weights(one) > 0)

    def weights(self, one: Specification) -> Array:
        """Return the weight of each cell of the groups, 0 where it is left out."""
        units = self.claim.units
        weights: Array = units.denominators.copy()
        if one.length:
            weights *= self.counted(one).tokens[units.unit] >= one.length
        if one.duplicates != "keep":
            found = self._duplicates
            weights *= found["kept"] if one.duplicates == "once" else found["weight"]
        return weights

    def idle(self) -> list[str]:
        """Return the choices that change nothing in this corpus."""
        if self.corpus is None:
            return []
        found = []
        if with_furniture(self.corpus, not self.furniture) is self.corpus:
            found.append("furniture")
        if self._duplicates["kept"].all():
            found.append("duplicates")
        return found

    @cached_property
    def _duplicates(self) -> dict[str, Array]:
        """For each cell whether it is kept and its weight, by duplicates within the groups."""
        assert self.corpus is not None
        rows = self.claim.units.unit
        compared = replace(self.corpus, table=self.corpus.table.iloc[rows].reset_index(drop=True))
        table = compared.find_duplicates(seed=self.seed).table
        return {name: table[name].to_numpy(dtype=np.float64) for name in ("kept", "weight")}


def with_furniture(corpus: Corpus, out: bool) -> Corpus:
    """Return the corpus with lines of page furniture taken out by the rules that ship, or none."""
    kept = corpus.exclusions[corpus.exclusions["kind"] != "line"]
    if not out:
        return replace(corpus, exclusions=kept.reset_index(drop=True))
    rules = rules_for(True)
    rows = [
        exclusion(doc_id, "line", *found)
        for doc_id, text in zip(corpus.table["doc_id"], corpus.table["text"], strict=True)
        for found in find_in(text, rules)
    ]
    if not rows:
        return corpus
    listed = pd.concat([kept, list_exclusions(rows)], ignore_index=True)
    return replace(corpus, exclusions=listed)


@dataclass(frozen=True)
class Curves:
    """The specifications of each frame, that of the claim first, and those that were not made.

    ``corrected`` are those that a coded sample corrects. ``left_out`` has ``frame``, ``reason``,
    ``n``; ``distinct`` how many there were of each frame before some were drawn.
    """

    made: dict[str, list[Specification]]
    corrected: dict[str, list[Specification]]
    left_out: pd.DataFrame
    distinct: dict[str, int]


def enumerate_curves(material: Material, grid: Grid, limit: int) -> Curves:
    """Return every combination that makes sense and says something new, or ``limit`` of them."""
    _check_size(grid)
    made: dict[str, list[Specification]] = {frame: [] for frame in grid.entries}
    corrected: dict[str, list[Specification]] = {frame: [] for frame in grid.entries}
    seen: dict[str, dict[bytes, Specification]] = {frame: {} for frame in grid.entries}
    reasons: Counter[tuple[str, str]] = Counter()
    for options in product(*grid.options.values()):
        one = replace(material.claim.reference, **dict(zip(grid.options, options, strict=True)))
        why = _senseless(one, material)
        text = np.empty(0) if why else material.denominators(one)
        below = _digest(text, one.cluster)
        for frame, entries in grid.entries.items():
            for own in (replace(one, entry=entry) for entry in entries):
                above = np.empty(0) if why else material.numerators(frame, own)
                full = own.kind == PRESENCE and bool(made[frame]) and bool((above == text).all())
                key = below + _digest(above, str(own.correction))
                first = own if why or full else seen[frame].setdefault(key, own)
                if why or full:
                    reasons[frame, why or f"every {own.unit} holds the frame"] += 1
                elif first is not own:
                    changed = own.differs(first)[0]
                    reasons[frame, f"the same counts as another: {changed} changes none"] += 1
                else:
                    (corrected if own.correction else made)[frame].append(own)
    distinct = {frame: len(found) + len(corrected[frame]) for frame, found in made.items()}
    for frame, found in made.items():
        made[frame] = _drawn(found, limit, material.seed, frame)
        if len(found) > limit:
            reasons[frame, f"not drawn: limit={limit}"] += len(found) - limit
    return Curves(made, corrected, _listed(reasons, list(grid.entries)), distinct)


def _check_size(grid: Grid) -> None:
    sizes = {name: len(found) for name, found in grid.options.items()}
    sizes["entry"] = max(map(len, grid.entries.values()))
    total = prod(sizes.values())
    if total > MOST:
        listed = " x ".join(f"{name} {n}" for name, n in sizes.items() if n > 1)
        raise InputError(
            f"The choices make {total:,} combinations ({listed}); {MOST:,} is the most. Name fewer "
            'choices or options: choices={"kind": ["rate", "share"], …}.'
        )


def _listed(reasons: Mapping[tuple[str, str], int], frames: list[str]) -> pd.DataFrame:
    rows = [(frame, reason, n) for (frame, reason), n in reasons.items()]
    table = pd.DataFrame(rows, columns=["frame", "reason", "n"])
    table["frame"] = pd.Categorical(table["frame"], categories=frames)
    table = table.sort_values(["frame", "n", "reason"], ascending=[True, False, True])
    return table.reset_index(drop=True)


def _senseless(one: Specification, material: Material) -> str:
    """Return why a specification makes no sense; empty where it does."""
    claim = material.claim
    coarse = INSIDE.index(one.unit) > INSIDE.index(claim.cell_unit)
    if coarse and one.kind in (PRESENCE, "count"):
        return f"{one.kind} by {one.unit}: the groups are single documents"
    if one.correction:
        own = replace(
            claim.reference, kind="share", correction=one.correction, rejected=one.rejected,
            quoted=one.quoted, hedged=one.hedged, nested=one.nested,
        )  # fmt: skip
        if one != own:
            return "correction: shares of sentences alone can be corrected, and of all documents"
        return ""
    below = material.denominators(one)
    filled = np.bincount(claim.units.group, below > 0, len(claim.units.groups))
    if not filled.all():
        empty = claim.units.groups[int(np.argmin(filled))]
        return f"nothing is left of {empty!r}"
    return ""


def _digest(values: Array, name: str = "") -> bytes:
    # Rounded, since sums of weights differ in their last bits by the order they are added in.
    data = np.ascontiguousarray(np.round(values, 9) + 0.0).tobytes()
    return hashlib.blake2b(data + name.encode(), digest_size=16).digest()


def _drawn(found: list[Specification], limit: int, seed: int, frame: str) -> list[Specification]:
    """Return the specification of the claim and as many others, at random, as the limit allows."""
    if len(found) <= limit:
        return found
    rng = rng_for(seed, f"multiverse specifications of {frame}")
    rows = np.sort(rng.choice(np.arange(1, len(found)), limit - 1, replace=False))
    return [found[0], *(found[row] for row in rows)]


@dataclass(frozen=True)
class Part:
    """Specifications with the same text below the line, resampled together.

    ``keys`` are the frame and number of each column of ``numerators``, shape (cells, columns).
    """

    keys: list[tuple[str, int]]
    numerators: Array
    denominators: Array
    cluster: Rows
    per: float


def parts_of(material: Material, curves: Curves) -> Iterator[Part]:
    """Yield the specifications in parts that take one resampling each."""
    every = [
        (one, frame, number)
        for frame, found in curves.made.items()
        for number, one in enumerate(found)
    ]
    ordered = sorted(every, key=lambda item: _below(item[0]))
    for _, group in groupby(ordered, key=lambda item: _below(item[0])):
        members = list(group)
        first = members[0][0]
        cluster = material.claim.clusters(first.cluster)
        below = material.denominators(first)
        per = float(material.claim.contrast.settings["per"]) if first.kind == "rate" else 1.0
        for begin in range(0, len(members), TOGETHER):
            own = members[begin : begin + TOGETHER]
            columns = [material.numerators(frame, one) for one, frame, _ in own]
            keys = [(frame, number) for _, frame, number in own]
            yield Part(keys, np.column_stack(columns), below, cluster, per)


def count_parts(curves: Curves) -> int:
    """Return how many specifications are made, over all frames."""
    return sum(len(found) for found in curves.made.values())


def _below(one: Specification) -> tuple[Any, ...]:
    """Return what decides over the denominators of a specification, and its clusters."""
    unit = one.unit if one.kind in (PRESENCE, "count") else ""
    # A share has the denominators of a presence by sentence, but they are told apart in the cache.
    return one.kind, unit, one.furniture, one.duplicates, one.length, one.cluster


def sizes_of(material: Material, curves: Curves) -> Mapping[tuple[str, int], Array]:
    """Return how many units each specification has in each group."""
    units = material.claim.units
    held: dict[tuple[Any, ...], Array] = {}
    found = {}
    for frame, specifications in curves.made.items():
        for number, one in enumerate(specifications):
            key = one.unit, one.furniture, one.duplicates, one.length
            if key not in held:
                counts = np.bincount(units.group, material.sizes(one), len(units.groups))
                held[key] = counts.astype(np.float64)
            found[frame, number] = held[key]
    return found
