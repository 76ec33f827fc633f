"""Two sides of a comparison: the same items counted by document in target and reference."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from framing._core.checks import InputError, a_kind, check_choice, listing
from framing._core.typing import Array, Mask, Rows
from framing.hits.hits import Hits
from framing.scores.groups import MISSING, By, called, groups_of
from framing.words.keyness_statistics import Counts
from framing.words.terms import Terms

# The rules that determine which word becomes which term.
COUNTING_RULES = ("tokens", "stem", "numbers", "min_length", "stop_words", "phrases")
TOTALS = ("terms", "tokens")


@dataclass(frozen=True)
class Source:
    """Counts of items by unit of text, the total of each unit, and the items."""

    matrix: sparse.csr_array
    totals: Array
    units: pd.DataFrame
    items: list[str]
    origin: str


@dataclass(frozen=True)
class TwoCorpora:
    """Target and reference, with the same documents as rows and the same items as columns.

    ``left_out`` is the number of documents on neither side.
    """

    target: Counts
    reference: Counts
    items: list[str]
    names: tuple[str, str]
    left_out: int = 0

    @property
    def n(self) -> tuple[Array, Array]:
        """The occurrences of each item in target and reference."""
        target, reference = (
            np.asarray(side.matrix.sum(axis=0), dtype=np.float64)
            for side in (self.target, self.reference)
        )
        return target, reference

    @property
    def documents(self) -> tuple[Rows, Rows]:
        """The documents with each item in target and reference."""
        target, reference = (
            np.bincount(side.matrix.indices[side.matrix.data != 0], minlength=len(self.items))
            for side in (self.target, self.reference)
        )
        return target, reference

    @property
    def table(self) -> pd.DataFrame:
        """One row per side: ``side``, ``name``, ``documents``, ``total``."""
        return pd.DataFrame(
            {
                "side": ["target", "reference"],
                "name": list(self.names),
                "documents": [self.target.documents, self.reference.documents],
                "total": [int(side.totals.sum()) for side in (self.target, self.reference)],
            }
        )


def terms_source(terms: object, total: str = "terms") -> Source:
    """Return terms as a source; the total of a unit is that of its terms or of all its tokens."""
    if not isinstance(terms, Terms):
        raise InputError(
            f"The reference is {a_kind(type(terms).__name__)}; it must be Terms, which "
            "count_terms(corpus) returns."
        )
    totals = terms.units[total].to_numpy(dtype=np.float64)
    return Source(terms.matrix, totals, terms.units, terms.names, terms.origin)


def hits_source(hits: Hits, frame: str, *, weighted: bool) -> Source:
    """Return the entries of a frame by document: the sum of their weights, or their number."""
    entries = hits.entries[hits.entries["frame"] == frame]["entry"].astype(str)
    items = list(dict.fromkeys(entries))
    of_frame = hits.table[hits.table["frame"] == frame]
    ids = pd.Index(hits.documents["doc_id"])
    row = ids.get_indexer(pd.Index(of_frame["doc_id"]))
    column = pd.Index(items).get_indexer(pd.Index(of_frame["entry"].astype(str)))
    values = of_frame["weight"].to_numpy(dtype=np.float64) if weighted else np.ones(len(of_frame))
    matrix = sparse.coo_array((values, (row, column)), shape=(len(ids), len(items))).tocsr()
    document = ids.get_indexer(pd.Index(hits.sentences["doc_id"]))
    tokens = np.bincount(document, hits.sentences["tokens"], len(ids)).astype(np.float64)
    return Source(matrix, tokens, hits.documents, items, hits.corpus_fingerprint)


def split(
    source: Source,
    by: By,
    target: str | int | Sequence[str] | None,
    reference: str | int | Sequence[str] | None,
) -> TwoCorpora:
    """Return two groups of units; the reference is by default all other units with a value."""
    if target is None:
        raise InputError(f"by={called(by)!r} needs target=…: the value to compare with the others.")
    code, groups = groups_of(source.units, by)
    members = _members("target", target, groups)
    others = (
        [group for group in groups if group not in members and group != MISSING]
        if reference is None
        else _members("reference", reference, groups)
    )
    if shared := [group for group in members if group in others]:
        raise InputError(
            f"{listing(shared)} is both in target and in reference. Name it in one of them only."
        )
    if not others:
        raise InputError(
            f"No group of {called(by)!r} is left for the reference: target has all groups, "
            f"{listing(groups)}. Leave one out of target."
        )
    masks = [np.isin(code, [groups.index(group) for group in side]) for side in (members, others)]
    rest = "the rest" if reference is None and len(others) > 1 else ", ".join(others)
    names = (", ".join(members), rest)
    documents = source.units["doc_id"]
    unused = documents[~(masks[0] | masks[1])]
    left_out = len(set(unused) - set(documents[masks[0] | masks[1]]))
    return _sides([_selected(source, mask) for mask in masks], names, left_out)


def _members(name: str, value: object, groups: Sequence[str]) -> list[str]:
    """Return the groups that an argument names; raise InputError for an unknown one."""
    several = isinstance(value, Iterable) and not isinstance(value, str)
    members = [str(member) for member in value] if several else [str(value)]  # type: ignore[attr-defined]
    if not members:
        raise InputError(f"{name}={value!r} does not name a group. Allowed: {listing(groups)}.")
    for member in members:
        check_choice(name, member, groups)
    return members


def _selected(source: Source, mask: Mask) -> Source:
    """Return some of the units of a source."""
    units = source.units[mask].reset_index(drop=True)
    return Source(source.matrix[mask], source.totals[mask], units, source.items, source.origin)


def pair(target: Source, reference: Source, names: tuple[str, str]) -> TwoCorpora:
    """Return two sources as sides, with items and documents aligned."""
    return _sides([target, reference], names, 0)


def _sides(sources: Sequence[Source], names: tuple[str, str], left_out: int) -> TwoCorpora:
    """Return two sources as sides, with the same documents and items."""
    items = sources[0].items
    if sources[1].items != items:
        items = sorted({*sources[0].items, *sources[1].items})
    # Documents of different corpora are different, even with the same doc_id.
    keys = [[(source.origin, doc_id) for doc_id in source.units["doc_id"]] for source in sources]
    number = {key: row for row, key in enumerate(dict.fromkeys([*keys[0], *keys[1]]))}
    sides = []
    for source, documents, name in zip(sources, keys, names, strict=True):
        rows = np.array([number[key] for key in documents], dtype=np.int64)
        columns = pd.Index(items).get_indexer(pd.Index(source.items))
        sides.append(_counts(source, rows, columns, (len(number), len(items))))
        if sides[-1].totals.sum() == 0:
            raise InputError(
                f"{name!r} has no counted words, so there is nothing to compare. Choose other "
                "texts."
            )
    return TwoCorpora(sides[0], sides[1], items, names, left_out)


def _counts(
    source: Source, rows: Rows, columns: NDArray[np.intp], shape: tuple[int, int]
) -> Counts:
    """Return the counts of one source in the rows and columns of both."""
    cells = source.matrix.tocoo()
    matrix = sparse.coo_array((cells.data, (rows[cells.row], columns[cells.col])), shape=shape)
    totals = np.bincount(rows, source.totals, shape[0]).astype(np.float64)
    return Counts(matrix.tocsr().astype(np.float64), totals)


def terms_sides(
    terms: object,
    reference: object,
    by: By | None,
    target: str | int | Sequence[str] | None,
    total: str = "terms",
) -> TwoCorpora:
    """Return the sides that `keyness` and `word_shift` compare, from Terms."""
    check_choice("total", total, TOTALS)
    source = terms_source(terms, total)
    if by is not None:
        check_groups(reference)
        return split(source, by, target, reference)  # type: ignore[arg-type]
    check_two(reference, target, "Terms")
    other = terms_source(reference, total)
    _check_alike(terms, reference)  # type: ignore[arg-type]
    return pair(source, other, ("target", "reference"))


def check_groups(reference: object) -> None:
    """Raise InputError where ``by`` comes with a second object in place of a group."""
    if isinstance(reference, Terms | Hits):
        raise InputError(
            f"With by=… the reference is a group, not {type(reference).__name__}. Leave by out to "
            "compare two objects."
        )


def check_two(reference: object, target: object, what: str) -> None:
    """Raise InputError where there is nothing to compare with."""
    if reference is None or target is not None or isinstance(reference, str | int):
        raise InputError(
            f"There is nothing to compare with. Give a second {what} as reference, or by=… (a "
            "column of the documents, or a period) with target=… (one of its values)."
        )


def _check_alike(target: Terms, reference: Terms) -> None:
    """Raise InputError where filters possibly removed a term of one side from the other."""
    differ = [
        rule for rule in COUNTING_RULES if target.counting.get(rule) != reference.counting.get(rule)
    ]
    if differ:
        raise InputError(
            f"Target and reference were counted by different rules: {listing(differ)}. Count one "
            "like the other: count_terms(corpus, like=target)."
        )
    names = set(target.names), set(reference.names)
    for side, missing, name in (
        (target, names[1] - names[0], "target"),
        (reference, names[0] - names[1], "reference"),
    ):
        removed = side.filters[side.filters["filter"].str.contains("units|vocabulary")][
            "terms"
        ].sum()
        if missing and removed:
            raise InputError(
                f"The counts of {len(missing):,} terms in the {name} are not known, because "
                f"filters on the number of units removed {removed:,} terms from its vocabulary. "
                "Count all texts at once and give by=…; or count one like the other: "
                "count_terms(corpus, like=…); or count both with min_units=1 and max_units=1.0."
            )


class Sided:
    """A result with a table of its two sides, that of `TwoCorpora`."""

    sides: pd.DataFrame

    @property
    def target(self) -> str:
        """The name of the target."""
        return str(self.sides["name"].iloc[0])

    @property
    def reference(self) -> str:
        """The name of the reference."""
        return str(self.sides["name"].iloc[1])
