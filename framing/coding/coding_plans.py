"""Coding plans: which mix of people, model, classifier and lexicon a budget buys the most with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import special

from framing._core.checks import InputError, check_objects, check_positive, check_share, listing
from framing._core.resampling import rng_for
from framing._core.result import Result
from framing._core.typing import Array
from framing.coding.coded_shares import (
    LEAST_CODED,
    effective_coded,
    explained_share,
    finite_part,
    joined_kinds,
    limits_of_samples,
    linked_from,
)
from framing.coding.codes import Codes
from framing.coding.correction import MOST_OTHERS
from framing.coding.sample_plans import WIDTH, SamplePlan, plan_sample
from framing.coding.validation import Validation
from framing.hits.hits import Hits

PLAN_COLUMNS = (
    "frame", "instruments", "read", "coded", "cost", "half_width", "best", "note",
)  # fmt: skip
PEOPLE = "people alone"
SEVERAL = "correct takes the hits of one and also= those of the others"
APART = "errors taken as independent: the instruments were validated on different sentences"
TAKES = (
    "instruments= needs, for each instrument, the cost of a sentence (0 or more) and a validation: "
    '{"lexicon": (0, validate(hits, codes)), "model": (0.002, …)}.'
)
# Samples of codes that are drawn to see which intervals come of them.
DRAWS = 400
# Coded sentences that validations have in common at least to show how errors go together.
IN_COMMON = 20
# Sizes of the part that an instrument reads which are tried, and the fewest sentences for people.
SIZES, FEWEST = 400, 20
TOO_SMALL = f"the budget is too small for {FEWEST} coded sentences"


@dataclass(frozen=True, eq=False)
class CodingPlan(Result):
    """Mixes of instruments and people for a budget, with the width of the interval of each.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per frame and mix: ``frame``, ``instruments``, ``read``, ``coded``, ``cost``,
        ``half_width``, ``best``, ``note``; see `plan_coding`.
    level : float
        Level of the intervals.
    """

    table: pd.DataFrame
    level: float

    computed_by: ClassVar[tuple[str, ...]] = ("scipy",)

    def __repr__(self) -> str:
        best = self.table[self.table["best"]]
        rows = best[["frame", "instruments", "half_width"]].to_numpy()
        mixes = "; ".join(f"{frame}: {mix} (±{half:.3f})" for frame, mix, half in rows)
        mixes = mixes or TOO_SMALL
        return f"<CodingPlan for a budget of {self.settings['budget']:g}: {mixes}>"


@dataclass(frozen=True)
class _Mix:
    """Instruments, their price for a sentence, and the kinds of sentences that they tell apart.

    ``present`` and ``absent`` are the chances of each kind among the sentences with the frame, and
    among those without it. Bits of the number of a kind say which instruments see the frame.
    """

    names: tuple[str, ...]
    cost: float
    present: Array
    absent: Array
    note: str = ""


@check_objects
def plan_coding(
    instruments: Mapping[str, tuple[float, Any]] | Hits,
    *,
    budget: float | None = None,
    coding_cost: float | None = None,
    sentences: int | None = None,
    precision: float | Mapping[str, float] | None = None,
    missed: float | Mapping[str, float] | None = None,
    codes: Codes | None = None,
    width: float | None = None,
    level: float = 0.95,
) -> CodingPlan | SamplePlan:
    """Return what to code: the best mix for a budget, or how many sentences for a width.

    Try it: ``fr.plan_coding(fr.load_study("briefings").hits, width=0.1)``.

    With ``budget``: which mix of people and instruments gives the narrowest interval. With hits
    and ``width``: how many sentences people have to code.

    An instrument reads many sentences, people code some of them, and the share is corrected. The
    better the instrument, the fewer people; the dearer it is, the fewer sentences it reads. Each
    mix is given the sizes that are best for it.

    Parameters
    ----------
    instruments : mapping of str to tuple
        For each instrument its cost for one sentence, and its `Validation` on coded sentences:
        ``{"lexicon": (0, valid_1), "model": (0.002, valid_2)}``. Instruments without cost read
        all sentences. Given hits in its place, it says how many sentences to code for an interval
        of a given ``width``, as `plan_sample` does with ``codes``, or with ``precision`` and
        ``missed``.
    budget : float
        What may be spent.
    coding_cost : float
        What it costs to have a person code one sentence for all frames, in the same currency.
    sentences : int
        Sentences of the corpus.
    precision, missed, codes, width
        With hits only: see `plan_sample`. What nobody measured stands in its ``note``.
    level : float
        Level of the intervals.

    Returns
    -------
    CodingPlan or SamplePlan
        Its ``table`` has one row per frame and mix, the narrowest interval first: ``instruments``,
        ``read`` (sentences that instruments with a cost read), ``coded`` (sentences that people
        code), ``cost``, ``half_width`` (half the width of the expected interval of the share, 0 to
        1; missing where the budget is too small for at least 20 coded sentences), ``best`` (the
        narrowest of the frame) and ``note``. It is reached by `correct` with the hits of the
        instrument, or with those of one and ``also=`` those of the others, and by
        `extend_correction` where a part is read. Mixes have three instruments at most.

        ``half_width`` is the mean over 400 samples of codes, drawn with a fixed seed, of the
        intervals that `correct` gives for them where people code a simple random sample, also where
        it falls back on the codes alone. A single interval may be much wider or narrower,
        above all of a rare frame (benchmarks/coding_plans.md has planned and real widths). The
        shares of right and wrong codes are taken from the validations as if they were certain. How
        errors of several instruments go together is seen in the sentences that all were validated
        on; where these are fewer than 20, errors are taken as independent, and ``note`` says so.

    Raises
    ------
    InputError
        There is no instrument, the validations have no frame in common, a number is out of
        range, or an argument belongs to the other plan: ``budget``, ``coding_cost`` and
        ``sentences`` go with instruments, the others with hits.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques (3rd ed.). Wiley. Chapter 12.

    Examples
    --------
    >>> import framing as fr
    >>> news = fr.load_testbed("newswire")
    >>> hits = fr.find_hits(news.corpus, fr.load_lexicon("peace-initiative"))
    >>> valid = fr.validate(hits, news.codes)
    >>> plan = fr.coding.plan_coding(
    ...     {"lexicon": (0, valid)}, budget=200, coding_cost=0.5, sentences=20_000
    ... )
    >>> plan.table.loc[plan.table["frame"] == "peace", ["instruments", "coded"]]
        instruments  coded
    0       lexicon    400
    1  people alone    400
    """
    if isinstance(instruments, Hits):
        _check_unused(
            "hits", "how many sentences to code for a width",
            budget=budget, coding_cost=coding_cost, sentences=sentences,
        )  # fmt: skip
        return plan_sample(
            instruments, precision=precision, missed=missed, codes=codes,
            width=WIDTH if width is None else width, level=level,
        )  # fmt: skip
    if not isinstance(instruments, Mapping):
        raise InputError(TAKES)
    _check_unused(
        "instruments", "the best mix for a budget",
        precision=precision, missed=missed, codes=codes, width=width,
    )  # fmt: skip
    if budget is None or coding_cost is None or sentences is None:
        raise InputError(
            "A plan for a budget needs budget=, coding_cost= and sentences=. For the number of "
            "sentences to code for an interval of a given width, give hits: "
            "plan_coding(hits, codes=codes, width=.1)."
        )
    for name, value in (("budget", budget), ("coding_cost", coding_cost)):
        check_positive(name, value)
    check_positive("sentences", sentences, whole=True)
    check_share("level", level)
    good = all(
        isinstance(item, tuple | list)
        and len(item) == 2
        and isinstance(item[0], int | float)
        and item[0] >= 0
        and isinstance(item[1], Validation)
        for item in instruments.values()
    )
    if not good or not instruments:
        raise InputError(TAKES)
    tables = [item[1].table for item in instruments.values()]
    frames = [
        str(frame)
        for frame in tables[0]["frame"]
        if all(frame in set(table["frame"]) for table in tables)
    ]
    if not frames:
        raise InputError(
            "The validations have no frame in common. They have "
            f"{'; '.join(listing(table['frame'].astype(str)) for table in tables)}."
        )
    rows = []
    for frame in frames:
        share = _share(instruments, frame)
        of_frame = []
        for size in range(min(len(instruments), MOST_OTHERS + 1) + 1):
            for names in combinations(instruments, size):
                mix = _mix({name: instruments[name] for name in names}, frame)
                read, coded, cost, variance = _best(mix, share, budget, coding_cost, sentences)
                half, note = np.nan, TOO_SMALL
                if np.isfinite(variance):
                    sizes = (coded, read or sentences, sentences)
                    half, note = _half_width(mix, share, sizes, level), mix.note
                name = " + ".join(names) or PEOPLE
                of_frame.append((frame, name, read, coded, cost, half, False, note))
        # The simplest mix comes first where two are alike.
        of_frame.sort(key=lambda row: np.inf if np.isnan(row[5]) else round(row[5], 9))
        rows += [
            (*row[:6], at == 0 and not np.isnan(row[5]), row[7]) for at, row in enumerate(of_frame)
        ]
    table = pd.DataFrame(rows, columns=list(PLAN_COLUMNS))
    table["frame"] = pd.Categorical(table["frame"], categories=frames)
    return CodingPlan(
        table, level,
        settings={"budget": budget, "coding_cost": coding_cost, "sentences": sentences,
                  "costs": {name: item[0] for name, item in instruments.items()}},
    )  # fmt: skip


def _check_unused(given: str, plan: str, **arguments: object) -> None:
    """Raise InputError for arguments that a plan does not use: it would not answer to them."""
    names = [f"{name}=" for name, value in arguments.items() if value is not None]
    if names:
        other = "a mapping of instruments" if given == "hits" else "hits"
        raise InputError(
            f"With {given} the plan is {plan}, and does not use {', '.join(names)}. Leave "
            f"{'them' if len(names) > 1 else 'it'} out, or give {other}."
        )


def _share(instruments: Mapping[str, tuple[float, Any]], frame: str) -> float:
    """Return the share of the frame in the coded sentences, half a case added."""
    shares = []
    for _, validation in instruments.values():
        row = validation.table[validation.table["frame"] == frame].iloc[0]
        shares.append((float(row["coded"]) + 0.5) / (float(row["n"]) + 1))
    return float(np.mean(shares))


def _mix(instruments: Mapping[str, tuple[float, Any]], frame: str) -> _Mix:
    """Return the kinds of sentences that instruments tell apart, with their chances.

    Half a sentence is added to each cell of an instrument, so that none is taken to be without
    error. How errors of several go together is seen in the sentences that all were validated on.
    """
    present, absent = np.ones(1), np.ones(1)
    for _, validation in instruments.values():
        row = validation.table[validation.table["frame"] == frame].iloc[0]
        n, coded, hit = float(row["n"]), float(row["coded"]), float(row["hit"])
        right = 0.0 if np.isnan(row["recall"]) else float(row["recall"]) * coded
        sensitivity = (right + 0.5) / (coded + 1)
        false = (max(hit - right, 0.0) + 0.5) / (n - coded + 1)
        present = np.concatenate([present * (1 - sensitivity), present * sensitivity])
        absent = np.concatenate([absent * (1 - false), absent * false])
    cost = float(sum(cost for cost, _ in instruments.values()))
    names, note = tuple(instruments), ""
    if len(instruments) > 1:
        note = SEVERAL
        seen = _seen_together([item[1] for item in instruments.values()], frame)
        if seen is None:
            note += f"; {APART}"
        else:
            # As if one sentence more with the frame and one without had been coded.
            present = (seen[0] + present) / (seen[0].sum() + 1)
            absent = (seen[1] + absent) / (seen[1].sum() + 1)
    return _Mix(names, cost, present, absent, note)


def _seen_together(validations: Sequence[Validation], frame: str) -> Array | None:
    """Return how many coded sentences with the frame, and without it, are of each kind.

    None where the validations have too few sentences in common.
    """
    keys = ["doc_id", "sentence"]
    table = None
    for bit, validation in enumerate(validations):
        rows = validation.sentences[validation.sentences["frame"] == frame]
        said = rows.set_index(keys)[["coded", "hit", "weight"]]
        if table is None:
            table = said.assign(kind=said["hit"].astype(int))
        else:
            table = table.join(said["hit"].rename("other"), how="inner")
            table["kind"] += table.pop("other").astype(int) * 2**bit
    if table is None or len(table) < IN_COMMON:
        return None
    weight = table["weight"] / table["weight"].mean()
    counts = [
        np.bincount(table["kind"], weight * coded, 2 ** len(validations))
        for coded in (table["coded"], 1 - table["coded"])
    ]
    return np.array(counts)


def _best(
    mix: _Mix, share: float, budget: float, price: float, sentences: int
) -> tuple[int, int, float, float]:
    """Return sentences read and coded, cost and variance at the sizes that are best for a mix."""
    cost, spread = mix.cost, share * (1 - share)
    known = explained(mix.present, mix.absent, share)
    sizes = np.array([sentences])
    if cost:
        largest = min(sentences, int((budget - FEWEST * price) // cost))
        if largest < FEWEST:
            return 0, 0, 0.0, np.inf
        sizes = np.unique(np.geomspace(FEWEST, largest, SIZES).astype(np.int64))
    coded = np.minimum(sizes, np.floor((budget - cost * sizes) / price + 1e-9).astype(np.int64))
    usable = coded >= FEWEST
    if not usable.any():
        return 0, 0, 0.0, np.inf
    sizes, coded = sizes[usable], coded[usable]
    variance = spread * ((1 - known) * (1 / coded - 1 / sizes) + 1 / sizes - 1 / sentences)
    at = int(variance.argmin())
    read = int(sizes[at]) if cost else 0
    return read, int(coded[at]), cost * read + price * int(coded[at]), float(variance[at])


def _half_width(mix: _Mix, share: float, sizes: tuple[int, int, int], level: float) -> float:
    """Return half the mean width of the intervals that `correct` and `extend_correction` give.

    ``sizes`` are the sentences that people code, those that instruments read, and all.
    """
    coded, read, sentences = sizes
    # The numbers of cases are those of all samples in equal steps, the same for each mix.
    steps = special.bdtr(np.arange(coded + 1), coded, share)
    frame = np.searchsorted(steps, (np.arange(DRAWS) + 0.5) / DRAWS)
    rng = rng_for(0, "plan_coding")
    cases = rng.multinomial(frame, mix.present).astype(np.float64)
    count = cases + rng.multinomial(coded - frame, mix.absent)
    parts = np.broadcast_to(share * mix.present + (1 - share) * mix.absent, count.shape)
    if len(mix.names) > 1:
        parts, cases, count = _joined(parts, cases, count)
    part, tail = coded / read, (1 - level) / 2
    apart = _limits(parts, cases, count, part, tail)
    total = cases.sum(axis=1, keepdims=True)
    alone = _limits(np.ones((DRAWS, 1)), total, np.full_like(total, coded), part, tail)
    enough = np.array([linked_from(kinds) for kinds in (count > 0).sum(axis=1).tolist()])
    linked = coded * explained_share(cases, count, total[:, 0]) > enough
    used = linked & (apart[2] - apart[1] <= alone[2] - alone[1] + 1e-12)
    value, low, high = np.where(used, apart, alone)
    # The part that was read differs from the whole by chance, as in `extend_correction`.
    chance = special.ndtri(1 - tail) ** 2 * (1 / read - 1 / sentences)
    below = value - np.sqrt((value - low) ** 2 + chance * low * (1 - low))
    above = value + np.sqrt((high - value) ** 2 + chance * high * (1 - high))
    return float((np.minimum(above, 1) - np.maximum(below, 0)).mean() / 2)


def _joined(parts: Array, cases: Array, count: Array) -> tuple[Array, Array, Array]:
    """Return the same of kinds that are joined in each sample as `correct` joins small ones."""
    samples = np.arange(len(count))[:, None]
    number = np.stack([joined_kinds(row, LEAST_CODED) for row in count])
    joined = []
    for values in (parts, cases, count):
        sums = np.zeros(values.shape)
        np.add.at(sums, (samples, number), values)
        joined.append(sums)
    return joined[0], joined[1], joined[2]


def _limits(parts: Array, cases: Array, count: Array, part: float, tail: float) -> Array:
    """Return the shares of samples and their limits, as `correct` makes them for one sample.

    ``cases`` and ``count`` have the shape (samples, kinds of sentences), ``parts`` are the shares
    of the kinds in the corpus, ``part`` is the share of sentences that is coded.
    """
    share = np.divide(cases, count, out=np.zeros_like(cases), where=count > 0)
    value = (share * parts).sum(axis=1)
    if part >= 1:
        return np.stack([value, value, value])
    n = effective_of_samples(share, cases, count, part)
    low, high = limits_of_samples(share, n, parts, tail)
    return np.stack([value, np.minimum(low, value), np.maximum(high, value)])


def effective_of_samples(share: Array, cases: Array, count: Array, part: float) -> Array:
    """Return what `estimate_cells` gives as effective n, for many simple random samples at once."""
    many, few = (count / part**2 * left for left in finite_part(part))
    coded = count.sum(axis=1, keepdims=True)
    apart = share * (1 - share) * many * coded / np.maximum(coded - 1, 1)
    return effective_coded(share, np.minimum(cases, count - cases), count / part, many, few, apart)


def explained(present: Array, absent: Array, share: float) -> float:
    """Return the share of the variance of a frame that instruments explain, 0 to 1.

    ``present`` and ``absent`` are the chances of each kind of sentences with the frame and without
    it. An instrument that says 1 as often with the frame as without explains nothing.
    """
    first, second = share * present, (1 - share) * absent
    mean_square = float((first**2 / np.maximum(first + second, 1e-300)).sum())
    return (mean_square - share**2) / (share * (1 - share))
