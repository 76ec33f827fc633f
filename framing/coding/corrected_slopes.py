"""Corrected slopes: sums of effects times codes over a corpus, from the codes of a sample."""

from dataclasses import dataclass

import numpy as np

from framing._core.typing import Array, Mask, Rows
from framing.coding.coded_shares import ENOUGH_CASES, Cells, Stratum

# What 1 - leverage has at the least, and the leverage from which a residual shows nothing.
LEAST_REST, ALONE = 0.1, 0.9


@dataclass(frozen=True)
class Slope:
    """The estimate of a slope, its variance and its degrees of freedom."""

    estimate: float
    variance: float
    freedom: float


def slope_of_codes(
    effect: Array, hit: Mask, coded: Array, position: Rows, strata: list[Stratum], cells: Cells
) -> Slope:
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

    ``effect`` is what each sentence adds to the sum if it has the frame.
    """
    weight = np.zeros(len(coded))
    for rows, size in strata:
        weight[rows] = size / len(rows)
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
    shift = sum(
        cells.coders[0, kind] * float(effect[hit == bool(kind)].sum()) ** 2 for kind in (0, 1)
    )
    of_cells = float(alike.sum()) - trust * float(of_coded.sum()) + float(shift)
    variance, freedom = trust * seen + of_cells, float(max(len(coded) - 3, 1))
    parts = (trust * seen) ** 2 / max(carriers - 1, 1) + of_cells**2 / freedom
    return Slope(estimate, variance, variance**2 / parts if parts > 0 else freedom)
