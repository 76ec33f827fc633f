"""Corrected slopes: sums of effects times codes over a corpus, from the codes of a sample."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from framing._core.typing import Array, Mask, Rows
from framing.coding.coded_shares import ENOUGH_CASES, Cells, Stratum, stratum_weights

# What 1 - leverage has at the least, and the leverage from which a residual shows nothing.
LEAST_REST, ALONE = 0.1, 0.9
# A document is looked at alone if its leverage is above so many times the mean, or above the part.
TIMES_MEAN, MOST_PART = 2, 0.5
# A slope rests on a document that has so much of its variance.
RESTS_ON = 0.25


@dataclass(frozen=True)
class Slope:
    """The estimate of a slope, its variance, its degrees of freedom, and documents far out."""

    estimate: float
    variance: float
    freedom: float
    far: "FarDocuments"

    def half(self, tail: float) -> float:
        """Return Student's distance of each limit from the estimate."""
        return -float(special.stdtrit(self.freedom, tail)) * float(np.sqrt(self.variance))

    def distances(self, tail: float) -> tuple[Array, Array]:
        """Return how far each far document leaves the slope open below and above.

        Where the slope rests on it, what all others leave open is added by its square (MOVER: Zou
        and Donner 2008). Else a limit is already as wide as a sample of many leaves it.
        """
        rests = self.far.part > RESTS_ON
        others = self.half(tail) ** 2 * np.where(rests, 1 - self.far.part, 0.0)
        below, above = (
            np.sqrt(np.maximum(reach, 0) ** 2 + others) for reach in self.far.distances(tail)
        )
        return below, above

    def limits(self, tail: float) -> tuple[float, float]:
        """Return limits that are each missed with the probability ``tail``.

        They are Student's, or farther off where a single document leaves the slope more open.
        """
        half = self.half(tail)
        below, above = self.distances(tail)
        low = self.estimate - max(half, float(below.max(initial=0.0)))
        return low, self.estimate + max(half, float(above.max(initial=0.0)))

    def p_value(self) -> float:
        """Return the level at which the interval begins to hold 0: a two-sided p-value."""
        error = float(np.sqrt(self.variance))
        if not error > 0:
            return float("nan")
        if self.estimate == 0:
            return 1.0
        p = float(2 * special.stdtr(self.freedom, -abs(self.estimate) / error))
        if not len(self.far.place):
            return p
        # Tails between 1e-16 and 0.5, halved on a scale of logarithms.
        small, large = -36.0, float(np.log(0.5))
        for _ in range(40):
            middle = (small + large) / 2
            below, above = self.distances(float(np.exp(middle)))
            reach = below if self.estimate > 0 else above
            if reach.max(initial=0.0) < abs(self.estimate):
                large = middle
            else:
                small = middle
        return max(p, 2 * float(np.exp(large)))

    def widest(self, tail: float) -> int | None:
        """Return the number of the far document that gives a limit, None where none does."""
        reach = np.maximum(*self.distances(tail))
        if not reach.max(initial=0.0) > self.half(tail):
            return None
        return int(self.far.place[reach.argmax()])


@dataclass(frozen=True)
class FarDocuments:
    """Documents with a large leverage on a slope, and what their own codes say of them.

    ``place`` are the numbers of the documents, ``effect`` is what one of their sentences adds to
    the slope, ``held`` the number of sentences with the frame that the estimate counts, ``part``
    the part of the variance that is of the document if its sentences are like all. The others have
    the shape (documents, 2), sentences without a hit and with one: ``cases``, those coded with the
    frame, the ``uncoded``, their expected ``share``, and ``worth``, the effective number of coded
    sentences behind it (Kish 1965).
    """

    place: Rows
    effect: Array
    held: Array
    part: Array
    cases: Array
    uncoded: Array
    share: Array
    worth: Array

    def distances(self, tail: float) -> tuple[Array, Array]:
        """Return how far each document alone could bring the slope below and above its estimate.

        The share of the uncoded sentences of a kind has Jeffreys' interval from the codes of this
        document alone, 0 to 1 where it has none (Brown, Cai and DasGupta 2001). The two kinds are
        added by their squared distances (MOVER: Zou and Donner 2008).
        """
        one, other = self.share * self.worth, (1 - self.share) * self.worth
        low = np.where(one > 0, special.betaincinv(one + 0.5, other + 0.5, tail), 0.0)
        high = np.where(other > 0, special.betainccinv(one + 0.5, other + 0.5, tail), 1.0)
        own = (self.cases + self.uncoded * self.share).sum(axis=1)
        known = (self.worth > 0).any(axis=1)
        reach = []
        for distance in (self.share - low, high - self.share):
            far = self.uncoded * np.maximum(distance, 0)
            reach.append(np.where(known, np.sqrt((far**2).sum(axis=1)), far.sum(axis=1)))
        few = self.effect * (own - reach[0] - self.held)
        many = self.effect * (own + reach[1] - self.held)
        return -np.minimum(few, many), np.maximum(few, many)


def far_documents(
    effect: Array, document: Rows, hit: Mask, coded: Array, position: Rows, weight: Array,
    expected: Array, alike: Array,
) -> FarDocuments:  # fmt: skip
    """Return the documents whose leverage on a slope is above twice the mean, or a half.

    Leverage is that of least squares with a constant (Hoaglin and Welsch 1978). ``weight`` is how
    many sentences each coded one stands for, ``expected`` the expected code of each sentence,
    ``alike`` what each adds to the variance if all are alike.
    """
    known = effect != 0
    count = int(document.max()) + 1
    size = np.bincount(document[known], minlength=count)
    leverage = size / max(known.sum(), 1)
    leverage += np.bincount(document, effect**2, count) / (effect**2).sum()
    bound = min(2 * TIMES_MEAN / max(int((size > 0).sum()), 1), MOST_PART)
    place = np.flatnonzero(leverage > bound)
    part = np.where(known, 2 * document + hit, 2 * count)

    def total(part: Rows, values: Array) -> Array:
        sums: Array = np.zeros(2 * count + 1)
        np.add.at(sums, part, values)
        return sums[:-1].reshape(count, 2)[place]

    of_code = part[position]
    drawn, mass = total(of_code, np.ones(len(coded))), total(of_code, weight)
    squares, expanded = total(of_code, weight**2), total(of_code, weight * coded)
    number, of_parts = total(part, np.ones(len(part))), total(part, expected)
    seen = mass > 0
    share = np.where(
        seen, expanded / np.where(seen, mass, 1), of_parts / np.where(number > 0, number, 1)
    )
    of_sentence = np.zeros(count)
    of_sentence[document[known]] = effect[known]
    uncoded = number - drawn
    worth = np.where(seen, mass**2 / np.where(seen, squares, 1), 0.0)
    # The uncoded sentences are a sample of the share, too.
    worth *= np.divide(uncoded, uncoded + worth, out=np.zeros_like(worth), where=uncoded > 0)
    held = of_parts + total(of_code, weight * (coded - expected[position]))
    return FarDocuments(
        place, of_sentence[place], held.sum(axis=1),
        np.bincount(document, alike, count)[place] / max(float(alike.sum()), 1e-300),
        total(of_code, coded), uncoded,
        np.clip(share, 0, 1), worth,
    )  # fmt: skip


def slope_of_codes(
    effect: Array, hit: Mask, coded: Array, position: Rows, strata: list[Stratum], cells: Cells,
    document: Rows, kind: Mask,
) -> Slope:  # fmt: skip
    """Return the sum of effect times code over the corpus.

    Codes are regressed on hits and on the effect, and the errors of the coded sentences, expanded
    by stratum, correct the sum. No sentence is expected to have more or less than what the
    outermost coded sentences lead to, and none less than 0 or more than 1: a document far from all
    others, of which none or one sentence is coded, would else be expected to have anything.

    The variance is that of prediction (Royall and Cumberland 1978): the sum is linear in the codes,
    so that its error is a sum over all sentences, coded or not, of what each adds times its error.
    So it knows of a sentence with a large effect also where it was not drawn. Errors of the coded
    ones are their residuals, made larger by their leverage (HC3; Bell and McCaffrey 2002 for the
    degrees of freedom, which are those of Satterthwaite). Where few sentences carry the slope, or
    few errors were seen, and where nobody coded, it is the variance of the shares of the cells,
    with half a case and half a failure added.

    A sum that rests on one document is not like a sum of many: the interval is never narrower than
    what the codes of each far document leave open of it, as if no other were like it.

    ``effect`` is what each sentence adds to the sum if it has the frame, the same for all sentences
    of a ``document`` or 0.
    """
    weight = stratum_weights(len(coded), strata)
    outermost = effect[position].min(), effect[position].max()
    design = np.column_stack(
        [np.ones(len(hit)), hit, np.clip(effect, *outermost) / np.abs(effect).max()]
    )
    root = np.sqrt(weight)
    inverse: Array = np.linalg.pinv(design[position] * root[:, None]) * root
    plain = design @ (inverse @ coded)
    expected = np.clip(plain, 0, 1)
    error = coded - expected[position]
    expanded = weight * effect[position]
    estimate = float(effect @ expected + expanded @ error)
    # What an error of each sentence adds to the error of the estimate.
    rest = effect.copy()
    np.subtract.at(rest, position, expanded)
    moved = np.where((plain > 0) & (plain < 1), rest, 0.0)
    adds = -effect
    np.add.at(adds, position, (moved @ design) @ inverse + expanded)
    # Shares that know that few errors were seen: half a case and half a failure added.
    share, n = cells.share[0], np.minimum(cells.n[0], len(coded))
    smooth = (share * n + 0.5) / (n + 1)
    chance = (smooth * (1 - smooth))[hit.astype(np.int64)]
    leverage = (design[position] * inverse.T).sum(axis=1)
    residual = (error / np.clip(1 - leverage, LEAST_REST, 1)) ** 2
    residual = np.where(leverage > ALONE, np.maximum(residual, chance[position]), residual)
    alike = adds**2 * chance
    seen, of_coded = float(adds[position] ** 2 @ residual), alike[position]
    carriers = float(of_coded.sum() ** 2 / max((of_coded**2).sum(), 1e-300))
    kinds = hit[position]
    cases = sum(
        min(coded[kinds == kind].sum(), (1 - coded[kinds == kind]).sum()) for kind in (False, True)
    )
    enough = min(cases, carriers / 2)
    trust = enough / (enough + ENOUGH_CASES)
    # The variance of each half of the slope's weights, if the coders differ as in the cells.
    shift = float(
        sum(cells.coders[0, kind] * float(effect[hit == bool(kind)].sum()) ** 2 for kind in (0, 1))
    )
    of_cells = float(alike.sum()) - trust * float(of_coded.sum())
    variance, freedom = trust * seen + of_cells + shift, float(max(len(coded) - 3, 1))
    parts = (trust * seen) ** 2 / max(carriers - 1, 1) + of_cells**2 / freedom
    parts += shift**2 / cells.freedom
    far = far_documents(effect, document, kind, coded, position, weight, expected, alike)
    return Slope(estimate, variance, variance**2 / parts if parts > 0 else freedom, far)
