"""Coding plans: which mix of people, model, classifier and lexicon a budget buys the most with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import special

from framing._core.checks import InputError, check_objects, check_positive, check_share, listing
from framing._core.resampling import rng_for
from framing._core.result import Result
from framing._core.typing import Array
from framing.coding.coded_shares import ENOUGH_CASES, LINKED, SOME_CASES
from framing.coding.codes import Codes
from framing.coding.sample_plans import SamplePlan, plan_sample
from framing.coding.validation import Validation
from framing.hits.hits import Hits

PLAN_COLUMNS = (
    "frame", "instruments", "read", "coded", "cost", "half_width", "best", "note",
)  # fmt: skip
PEOPLE = "people alone"
SEVERAL = "correct takes the hits of one instrument"
TAKES = (
    "instruments takes the cost of a sentence (0 or more) and the validation of each instrument: "
    '{"lexicon": (0, validate(hits, codes)), "model": (0.002, …)}.'
)
# Samples of codes that are drawn to see which intervals come of them.
DRAWS = 400
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
class _Instrument:
    """An instrument: its price for a sentence, and how often it says 1 with and without a frame."""

    name: str
    cost: float
    sensitivity: float
    false: float


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
    width: float = 0.1,
    level: float = 0.95,
) -> CodingPlan | SamplePlan:
    """Return what to code: the best mix for a budget, or how many sentences for a width.

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
        With hits: see `plan_sample`. What nobody measured stands in its ``note``.
    level : float
        Level of the intervals.

    Returns
    -------
    CodingPlan or SamplePlan
        Its ``table`` has one row per frame and mix, the narrowest interval first: ``instruments``,
        ``read`` (sentences that instruments with a cost read), ``coded`` (sentences that people
        code), ``cost``, ``half_width`` (half the width of the expected interval of the share, 0 to
        1; missing where the budget is too small for at least 20 coded sentences), ``best`` (the
        narrowest of the frame that `correct` can give, with `extend_correction` where a part is
        read) and ``note``: of two instruments together, the row shows what an estimate with both
        could reach; `correct` takes the hits of one.

        ``half_width`` is the mean over 400 samples of codes, drawn with a fixed seed, of the
        intervals that `correct` gives for them where people code a simple random sample, also where
        it falls back on the codes alone. A single interval may be much wider or narrower,
        above all of a rare frame (benchmarks/coding_plans.md has planned and real widths). The
        shares of right and wrong codes are taken from the validations as if they were certain, and
        errors of two instruments as independent.

    Raises
    ------
    InputError
        There is no instrument, the validations have no frame in common, or a number is out of
        range.

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
        return plan_sample(
            instruments, precision=precision, missed=missed, codes=codes, width=width, level=level
        )
    if not isinstance(instruments, Mapping):
        raise InputError(TAKES)
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
        known, share = _errors(instruments, frame)
        mixes = [mix for size in range(len(known) + 1) for mix in combinations(known, size)]
        found = [_best(mix, share, budget, coding_cost, sentences) for mix in mixes]
        of_frame = []
        for number, (read, coded, cost, variance) in enumerate(found):
            name = " + ".join(item.name for item in mixes[number]) or PEOPLE
            half = np.nan
            if np.isfinite(variance):
                sizes = (coded, read or sentences, sentences)
                half = _half_width(mixes[number], share, sizes, level)
            note = TOO_SMALL if np.isnan(half) else SEVERAL if len(mixes[number]) > 1 else ""
            of_frame.append((frame, name, read, coded, cost, half, False, note))
        of_frame.sort(key=lambda row: np.inf if np.isnan(row[5]) else row[5])
        first = next((at for at, row in enumerate(of_frame) if not row[-1]), None)
        rows += [(*row[:6], at == first, row[7]) for at, row in enumerate(of_frame)]
    table = pd.DataFrame(rows, columns=list(PLAN_COLUMNS))
    table["frame"] = pd.Categorical(table["frame"], categories=frames)
    return CodingPlan(
        table, level,
        settings={"budget": budget, "coding_cost": coding_cost, "sentences": sentences,
                  "costs": {name: item[0] for name, item in instruments.items()}},
    )  # fmt: skip


def _errors(
    instruments: Mapping[str, tuple[float, Any]], frame: str
) -> tuple[list[_Instrument], float]:
    """Return the instruments with their errors for a frame, and the share of the frame."""
    known, shares = [], []
    for name, (cost, validation) in instruments.items():
        row = validation.table[validation.table["frame"] == frame].iloc[0]
        n, coded, hit = float(row["n"]), float(row["coded"]), float(row["hit"])
        right = 0.0 if np.isnan(row["recall"]) else float(row["recall"]) * coded
        # Half a sentence added to each cell, so that no instrument is taken to be without error.
        sensitivity = (right + 0.5) / (coded + 1)
        false = (max(hit - right, 0.0) + 0.5) / (n - coded + 1)
        known.append(_Instrument(name, float(cost), sensitivity, false))
        shares.append((coded + 0.5) / (n + 1))
    return known, float(np.mean(shares))


def _best(
    mix: Sequence[_Instrument], share: float, budget: float, price: float, sentences: int
) -> tuple[int, int, float, float]:
    """Return sentences read and coded, cost and variance at the sizes that are best for a mix."""
    cost = sum(item.cost for item in mix)
    free = [item for item in mix if not item.cost]
    spread = share * (1 - share)
    known, of_all = explained(mix, share), explained(free, share)
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
    variance = spread * (
        (1 - known) * (1 / coded - 1 / sizes) + (1 - of_all) * (1 / sizes - 1 / sentences)
    )
    at = int(variance.argmin())
    read = int(sizes[at]) if cost else 0
    return read, int(coded[at]), cost * read + price * int(coded[at]), float(variance[at])


def _half_width(
    mix: Sequence[_Instrument], share: float, sizes: tuple[int, int, int], level: float
) -> float:
    """Return half the mean width of the intervals that `correct` and `extend_correction` give.

    ``sizes`` are the sentences that people code, those that instruments read, and all.
    """
    coded, read, sentences = sizes
    chances = _patterns(mix, share)
    kinds = len(chances) // 2
    # The numbers of cases are those of all samples in equal steps, the same for each mix.
    steps = special.bdtr(np.arange(coded + 1), coded, share)
    frame = np.searchsorted(steps, (np.arange(DRAWS) + 0.5) / DRAWS)
    rng = rng_for(0, "plan_coding")
    present = chances[:kinds] / chances[:kinds].sum()
    absent = chances[kinds:] / chances[kinds:].sum()
    cases = rng.multinomial(frame, present).astype(np.float64)
    count = cases + rng.multinomial(coded - frame, absent)
    parts = chances[:kinds] + chances[kinds:]
    part, tail = coded / read, (1 - level) / 2
    apart = _limits(parts, cases, count, part, tail)
    total = cases.sum(axis=1, keepdims=True)
    alone = _limits(np.ones(1), total, np.full_like(total, coded), part, tail)
    linked = coded * _link(cases, count) > LINKED
    used = linked & (apart[2] - apart[1] <= alone[2] - alone[1] + 1e-12)
    value, low, high = np.where(used, apart, alone)
    # The part that was read differs from the whole by chance, as in `extend_correction`.
    known = explained([item for item in mix if not item.cost], share)
    chance = special.ndtri(1 - tail) ** 2 * (1 - known) * (1 / read - 1 / sentences)
    below = value - np.sqrt((value - low) ** 2 + chance * low * (1 - low))
    above = value + np.sqrt((high - value) ** 2 + chance * high * (1 - high))
    return float((np.minimum(above, 1) - np.maximum(below, 0)).mean() / 2)


def _limits(parts: Array, cases: Array, count: Array, part: float, tail: float) -> Array:
    """Return the shares of samples and their limits, as `estimate_cells` and `correct` make them.

    ``cases`` and ``count`` have the shape (samples, kinds of sentences), ``parts`` are the shares
    of the kinds in the corpus, ``part`` is the share of sentences that is coded. The distribution
    of the sum is that of a beta with its mean and variance.
    """
    share = np.divide(cases, count, out=np.zeros_like(cases), where=count > 0)
    value = share @ parts
    if part >= 1:
        return np.stack([value, value, value])
    rare = np.minimum(cases, count - cases)
    unseen = -part / np.log1p(-part)
    alike = unseen + (1 - part - unseen) * rare / (rare + SOME_CASES)
    trust = rare / (rare + ENOUGH_CASES)
    n = count / (trust * (1 - part) + (1 - trust) * alike)
    mean = (share * n + 0.5) / (n + 1)
    middle, variance = mean @ parts, (mean * (1 - mean) / (n + 2)) @ parts**2
    worth = middle * (1 - middle) / variance - 1
    a, b = middle * worth, (1 - middle) * worth
    low, high = special.betaincinv(a, b, tail), special.betainccinv(a, b, tail)
    return np.stack([value, np.minimum(low, value), np.maximum(high, value)])


def _link(cases: Array, count: Array) -> Array:
    """Return how much of the variance of codes the kinds of sentences explain in each sample."""
    n = count.sum(axis=1)
    share = cases.sum(axis=1) / n
    squares = np.divide(cases**2, count, out=np.zeros_like(cases), where=count > 0).sum(axis=1)
    spread = share * (1 - share) * n
    between = squares - share**2 * n
    link: Array = np.divide(between, spread, out=np.zeros_like(spread), where=spread > 0)
    return link


def _patterns(mix: Sequence[_Instrument], share: float) -> Array:
    """Return the chance of each pattern of hits, with the frame and then without it."""
    present, absent = [], []
    for pattern in product((True, False), repeat=len(mix)):
        with_frame, without = share, 1 - share
        for said, item in zip(pattern, mix, strict=True):
            with_frame *= item.sensitivity if said else 1 - item.sensitivity
            without *= item.false if said else 1 - item.false
        present.append(with_frame)
        absent.append(without)
    return np.array([*present, *absent])


def explained(mix: Sequence[_Instrument], share: float) -> float:
    """Return the share of the variance of a frame that instruments explain, 0 to 1.

    An instrument that says 1 as often with the frame as without explains nothing.
    """
    present, absent = np.split(_patterns(mix, share), 2)
    mean_square = float((present**2 / np.maximum(present + absent, 1e-300)).sum())
    return (mean_square - share**2) / (share * (1 - share))
