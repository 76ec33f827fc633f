"""Word shifts: which words, or entries of a lexicon, move a measure between two sets of texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import special

from framing._core.checks import (
    InputError,
    check_choice,
    check_interval_draws,
    check_objects,
    check_seed,
    check_share,
    itemised,
)
from framing._core.resampling import percentile_interval, rng_for, times_drawn
from framing._core.result import Result, left_out
from framing._core.typing import Array
from framing.hits.hits import Hits
from framing.scores.groups import By, name_of
from framing.words.keyness_statistics import Counts
from framing.words.terms import Terms
from framing.words.two_corpora import (
    Sided,
    TwoCorpora,
    check_groups,
    check_two,
    hits_source,
    pair,
    split,
    terms_sides,
)

PER = 1000
# Number of items whose draws are in memory at the same time.
BLOCK = 1000


# The unit of each kind of shift.
KINDS = {
    "rate": "hits per 1,000 tokens",
    "proportion": "share of the terms",
    "jensen-shannon": "bits",
    "weighted": "mean weight",
}


@dataclass(frozen=True)
class ShiftCase:
    """What a shift compares; ``counts`` has the occurrences for the table."""

    item: str
    kind: str
    sides: TwoCorpora
    counts: TwoCorpora
    weights: Array | None = None
    unweighted: Sequence[str] = ()


def both(sides: TwoCorpora) -> tuple[Counts, Counts]:
    """Return target and reference."""
    return sides.target, sides.reference


def frequencies(side: Counts, samples: Array, items: slice = slice(None)) -> Array:
    """Return relative frequencies (n_samples, n_items); samples is (n_samples, n_documents)."""
    block = side.matrix[:, items].T.tocsr()
    relative: Array = (block @ samples.T).T / (samples @ side.totals)[:, None]
    return relative


def contributions(
    case: ShiftCase, p: Array, q: Array, mean: Array, items: slice = slice(None)
) -> Array:
    """Return the contributions of items, (n_samples, n_items), from their frequencies.

    ``mean`` is the mean weight of the reference in each sample.
    """
    if case.kind == "jensen-shannon":
        return _divergence(p, q)
    if case.weights is not None:
        return (case.weights[items] - mean) * (p - q)
    return (PER if case.kind == "rate" else 1) * (p - q)


def _divergence(p: Array, q: Array) -> Array:
    """Return the contribution of each item to the Jensen-Shannon divergence, in bits."""
    middle = (p + q) / 2
    terms = (special.xlogy(p, p) + special.xlogy(q, q)) / 2 - special.xlogy(middle, middle)
    divergence: Array = np.maximum(terms, 0.0) / np.log(2)
    return divergence


def resample(sides: TwoCorpora, rng: np.random.Generator, draws: int) -> Array | None:
    """Return the count of each document in each draw, (draws, n_documents); None for one document.

    Documents of the target, of the reference and of both are resampled separately.
    """
    if min(side.documents for side in both(sides)) < 2:
        return None
    member = (sides.target.totals > 0) * 2 + (sides.reference.totals > 0)
    # Documents of neither side, which have no counts, are last.
    strata = [np.flatnonzero(member == kind) for kind in (1, 2, 3, 0)]
    return times_drawn(strata, draws, rng, counted=True)


def intervals(
    case: ShiftCase, samples: Array | None, contribution: Array, level: float
) -> tuple[Array, Array, tuple[float, float]]:
    """Return low and high of each contribution, and those of the total."""
    n = len(contribution)
    if samples is None:
        return np.full(n, np.nan), np.full(n, np.nan), (float("nan"), float("nan"))
    low, high, total = np.empty(n), np.empty(n), np.zeros(len(samples))
    mean = mean_weight(case, samples)
    for begin in range(0, n, BLOCK):
        items = slice(begin, begin + BLOCK)
        p, q = (frequencies(side, samples, items) for side in both(case.sides))
        drawn = contributions(case, p, q, mean, items)
        total += drawn.sum(axis=1)
        low[items], high[items] = _interval(case, drawn, contribution[items], level)
    of_total = _interval(case, total[:, None], contribution.sum(keepdims=True), level)
    return low, high, (float(of_total[0][0]), float(of_total[1][0]))


def mean_weight(case: ShiftCase, samples: Array) -> Array:
    """Return the mean weight of the reference in each draw, shape (draws, 1)."""
    side = case.sides.reference
    if case.weights is None:
        return np.zeros((len(samples), 1))
    mean: Array = (samples @ (side.matrix @ case.weights)) / (samples @ side.totals)
    return mean[:, None]


def _interval(case: ShiftCase, drawn: Array, estimate: Array, level: float) -> tuple[Array, Array]:
    """Return percentile intervals, for a divergence without the bias of the draws."""
    low, high = percentile_interval(drawn, level)
    if case.kind != "jensen-shannon":
        return low, high
    bias = drawn.mean(axis=0) - estimate
    return np.maximum(low - bias, 0.0), np.maximum(high - bias, 0.0)


@dataclass(frozen=True, eq=False)
class WordShift(Sided, Result):
    """The contribution of each term, or entry, to the difference of two sets of texts.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per item that occurs, the largest contribution first: ``term`` or ``entry``;
        ``contribution`` with ``low`` and ``high`` (in the unit of the kind; they sum to
        ``total``); ``share`` (of the sum of all absolute contributions, -1 to 1);
        ``n_target`` and ``n_reference`` (occurrences); ``rate_target`` and ``rate_reference``
        (occurrences per 1,000: for hits of the tokens, for terms of the terms, for "weighted" of
        the terms with a weight); for "weighted" also ``weight``.
    sides : pandas.DataFrame
        ``side`` ("target", "reference"), ``name``, ``documents``, ``total`` (tokens, or
        occurrences of terms) and ``value`` (the measure on that side; missing where only the
        difference has a value).
    total, low, high : float
        The difference of the sides, or their divergence, and its interval; always 0 for
        "proportion", where all gains and losses cancel.
    kind : str
        "rate", "proportion", "jensen-shannon" or "weighted".
    level : float
    settings : dict
        ``seed``, ``draws``, ``by``, ``frame``, ``lexicon``, ``documents_left_out`` (on neither
        side), ``items_left_out`` (without a weight) and ``items_absent`` (without an
        occurrence).

    See Also
    --------
    word_shift, plot_word_shift
    """

    table: pd.DataFrame
    sides: pd.DataFrame
    total: float
    low: float
    high: float
    kind: str
    level: float

    drawn_by: ClassVar[str] = "plot_word_shift"
    computed_by: ClassVar[tuple[str, ...]] = ("scipy",)

    @property
    def item(self) -> str:
        """The item of a row: "term" or "entry"."""
        return str(self.table.columns[0])

    @property
    def measure(self) -> str:
        """The unit of a contribution."""
        return KINDS[self.kind]

    def __repr__(self) -> str:
        documents = " and ".join(f"{n:,}" for n in self.sides["documents"])
        frame = f"{self.settings['frame']}, " if self.settings["frame"] else ""
        left = [
            (self.settings["documents_left_out"], "documents in neither"),
            (self.settings["items_left_out"], "without a weight left out"),
        ]
        notes = "".join(f"; {n:,} {what}" for n, what in left if n)
        what = {"term": "terms", "entry": "entries"}[self.item]
        return (
            f"<WordShift of {frame}{self.measure}: {self.target} against {self.reference}, "
            f"{documents} documents; {self.total:+.3g} [{self.low:.3g}, {self.high:.3g}] "
            f"by {len(self):,} {what}{notes}>"
        )


@check_objects
def word_shift(
    source: Hits | Terms,
    reference: Hits | Terms | str | int | Sequence[str] | None = None,
    *,
    by: By | None = None,
    target: str | int | Sequence[str] | None = None,
    frame: str | None = None,
    kind: str | None = None,
    weights: "Mapping[str, float] | pd.Series[float] | None" = None,
    seed: int,
    draws: int = 1000,
    level: float = 0.95,
) -> WordShift:
    """Split the difference of two sets of texts into the contributions of words.

    Returns a WordShift: its ``table`` has a row for each term or entry with its contribution
    and the 95% interval, the largest first.

    Try it: ``fr.word_shift(fr.load_study("briefings").hits, by="year", target="2025",
    frame="peace", seed=1).table``.

    For hits: which entries of the lexicon change the score of a frame. The contribution of an
    entry is the difference of its weighted hits per 1,000 tokens, and the contributions sum to
    the difference of the scores. For terms: the shifts of Gallagher et al. (2021).

    Parameters
    ----------
    source : Hits or Terms
        The target; with ``by``, target and reference.
    reference : Hits, Terms, str or list of str, optional
        The comparison, as in `keyness`.
    by : str, two of them, or Series, optional
        What groups the documents, or the units of the terms: any column of theirs ("source", a
        covariate, "doc_id"; "unit_id"); "document"; "year", "quarter", "month", "week" or "day"
        of the date; a Series of labels, by doc_id or unit_id, under a name that no column has;
        or two columns or periods, each pair of their values being a group ("A × 2025").
    target : str or list of str, optional
        With ``by``: the value, or values, of the target.
    frame : str, optional
        For hits: the frame; not needed where there is one frame.
    kind : {"proportion", "jensen-shannon", "weighted"}, optional
        For terms; p and q are the relative frequencies of a term in target and reference.
        "proportion" (the default): p - q. "jensen-shannon": the contribution of the term
        to the divergence of Jensen and Shannon, in bits, at least 0. "weighted": (w - W) (p - q),
        with w the weight of the term and W the mean weight of the reference; they sum to the
        difference of the mean weights. For hits the kind is "rate".
    weights : mapping or Series, optional
        For "weighted": the weight of each term, such as a score of sentiment. Frequencies are
        relative to the terms with a weight; the others are left out and counted.
    seed : int
        The same seed gives the same intervals.
    draws : int
        Bootstrap samples of the documents of each side. They need draws x documents x 8 bytes of
        memory, so the default is 1,000.
    level : float
        Level of each single interval.

    Returns
    -------
    WordShift
        Intervals are percentile intervals; they are missing where a side has a single document.
        Those of "jensen-shannon" are corrected for bias, because resamples diverge more than the
        texts. An entry without a hit on either side contributes nothing and has no row.

    Raises
    ------
    InputError
        There is no such column, group or frame, an argument does not go with the source, or a
        side is empty.

    References
    ----------
    Gallagher, R. J., Frank, M. R., Mitchell, L., Schwartz, A. J., Reagan, A. J., Danforth,
    C. M. and Dodds, P. S. (2021). Generalized word shift graphs: A method for visualizing and
    explaining pairwise comparisons between texts. EPJ Data Science 10, 4.
    doi:10.1140/epjds/s13688-021-00260-3

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["A truce and talks.", "A truce.", "Talks on gas.", "Gas and oil prices."]
    >>> corpus = fr.make_corpus(texts, source=["Wire", "Wire", "Blog", "Blog"])
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce", "talks"]}))
    >>> shift = fr.word_shift(hits, by="source", target="Wire", seed=1)
    >>> shift.table[["entry", "contribution", "n_target", "n_reference"]].round(1)
       entry  contribution  n_target  n_reference
    0  truce         333.3         2            0
    1  talks          23.8         1            1
    >>> round(shift.total, 1)
    357.1
    """
    check_seed(seed)
    check_interval_draws(draws)
    check_share("level", level)
    if isinstance(source, Hits):
        _check_none("hits", kind=kind, weights=weights)
        frame = _frame(source, frame)
        sides, n = _hits_sides(source, reference, by, target, frame)
        case = ShiftCase("entry", "rate", sides, n)
    else:
        _check_none("terms", frame=frame)
        sides = terms_sides(source, reference, by, target)
        case = _terms_case(sides, kind or "proportion", weights)
    facts = {
        "seed": seed, "draws": draws, "by": None if by is None else name_of(by), "frame": frame,
        "lexicon": source.lexicon if isinstance(source, Hits) else None,
        "documents_left_out": sides.left_out,
    }  # fmt: skip
    return _shifted(case, facts, rng_for(seed, "word shift"), draws, level)


def _check_none(what: str, **options: object) -> None:
    """Raise InputError for an option that does not apply."""
    for name, value in options.items():
        if value is not None:
            raise InputError(f"{name}={value!r} cannot be used with {what}. Leave it out.")


def _frame(hits: Hits, frame: str | None) -> str:
    """Return the frame that is named, or the only frame."""
    if frame is None and len(hits.frames) == 1:
        return hits.frames[0]
    check_choice("frame", frame, hits.frames)
    return str(frame)


def _hits_sides(
    hits: Hits,
    reference: Any,
    by: By | None,
    target: str | int | Sequence[str] | None,
    frame: str,
) -> tuple[TwoCorpora, TwoCorpora]:
    """Return the sides twice: with the weights of the hits, and with their number."""
    sides = []
    for weighted in (True, False):
        source = hits_source(hits, frame, weighted=weighted)
        if by is not None:
            check_groups(reference)
            sides.append(split(source, by, target, reference))
            continue
        check_two(reference, target, "Hits")
        if not isinstance(reference, Hits) or reference.lexicon_hash != hits.lexicon_hash:
            raise InputError(
                "target and reference must both be hits of the same lexicon. Find both with one "
                "lexicon."
            )
        second = hits_source(reference, frame, weighted=weighted)
        sides.append(pair(source, second, ("target", "reference")))
    return sides[0], sides[1]


def _is_weight(weight: object) -> bool:
    """Return whether a weight is a number or missing."""
    number = isinstance(weight, Real) and not isinstance(weight, bool | np.bool_)
    return number or weight is None or weight is pd.NA


def _number(weight: Any) -> float:
    """Return a weight as a number, NaN where it is missing."""
    return float("nan") if weight is None or weight is pd.NA else float(weight)


def _terms_case(sides: TwoCorpora, kind: str, weights: Any) -> ShiftCase:
    """Return the comparison of terms; for "weighted" with only the terms that have a weight."""
    check_choice("kind", kind, [name for name in KINDS if name != "rate"])
    if kind != "weighted":
        _check_none(f"kind={kind!r}", weights=weights)
        return ShiftCase("term", kind, sides, sides)
    if not isinstance(weights, Mapping | pd.Series):
        raise InputError(
            "kind='weighted' needs weights=…: a mapping of terms to numbers, such as "
            '{"good": 1, "bad": -1}, or a Series of them by term.'
        )
    weight_of = dict(weights.items())
    wrong = [f"{term!r}: {value!r}" for term, value in weight_of.items() if not _is_weight(value)]
    if wrong:
        raise InputError(
            f"weights: {len(wrong)} {'are not numbers' if len(wrong) > 1 else 'is not a number'}. "
            'Give a number for each term, such as {"good": 1, "bad": -1}, and leave out terms '
            f"without a weight.{itemised(wrong)}"
        )
    scored = np.array([_number(weight_of.get(item)) for item in sides.items], dtype=np.float64)
    weighted = np.isfinite(scored)
    present = sides.n[0] + sides.n[1] > 0
    counts = []
    for side, name in zip((sides.target, sides.reference), sides.names, strict=True):
        matrix = side.matrix[:, weighted]
        counts.append(Counts(matrix, np.asarray(matrix.sum(axis=1), dtype=np.float64)))
        if counts[-1].totals.sum() == 0:
            raise InputError(
                f"None of the terms of {name!r} has a weight. Give weights for its terms."
            )
    items = [
        item for item, has_weight in zip(sides.items, weighted.tolist(), strict=True) if has_weight
    ]
    scored_sides = replace(sides, target=counts[0], reference=counts[1], items=items)
    unweighted = [sides.items[column] for column in np.flatnonzero(~weighted & present).tolist()]
    return ShiftCase("term", kind, scored_sides, scored_sides, scored[weighted], unweighted)


def _shifted(
    case: ShiftCase, facts: dict[str, Any], rng: np.random.Generator, draws: int, level: float
) -> WordShift:
    """Return the shift of a comparison."""
    sides = case.sides
    once = np.ones((1, len(sides.target.totals)))
    p, q = (frequencies(side, once) for side in both(sides))
    contribution = contributions(case, p, q, mean_weight(case, once))[0]
    samples = resample(sides, rng, draws)
    low, high, total = intervals(case, samples, contribution, level)
    sum_of_all = float(contribution.sum())
    if case.kind == "proportion":
        # Exact: the sum of the contributions differs from 0 in its last bits only.
        sum_of_all, total = 0.0, (0.0, 0.0)
    absolute = np.abs(contribution).sum()
    n_target, n_reference = case.counts.n
    sizes = [float(side.totals.sum()) for side in both(sides)]
    table = pd.DataFrame(
        {
            case.item: pd.array(sides.items, dtype="str"),
            "contribution": contribution,
            "low": low,
            "high": high,
            "share": contribution / absolute if absolute else np.zeros(len(contribution)),
            "n_target": n_target.astype(np.int64),
            "n_reference": n_reference.astype(np.int64),
            "rate_target": PER * n_target / sizes[0],
            "rate_reference": PER * n_reference / sizes[1],
        }
    )
    if case.weights is not None:
        table["weight"] = case.weights
    present = n_target + n_reference > 0
    table = table.assign(size=-np.abs(contribution))[present]
    table = table.sort_values(["size", case.item], ignore_index=True).drop(columns="size")
    described = sides.table.assign(value=_values(case, p[0], q[0]))
    settings = facts | {
        "items_left_out": len(case.unweighted), "items_absent": int((~present).sum()),
    }  # fmt: skip
    omitted = left_out(case.unweighted, "it has no weight", item=case.item)
    return WordShift(
        table, described, sum_of_all, *total, case.kind, level, settings=settings, left_out=omitted
    )


def _values(case: ShiftCase, p: Array, q: Array) -> list[float]:
    """Return the measure on each side."""
    if case.kind == "rate":
        return [PER * float(side.sum()) for side in (p, q)]
    if case.weights is not None:
        return [float(side @ case.weights) for side in (p, q)]
    return [float("nan")] * 2
