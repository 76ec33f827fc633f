"""Average marginal effects, with errors by the delta method."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from framing._designs import Design
from framing._formulas import Factor

Array = NDArray[np.float64]


def exponential(predictor: Array) -> tuple[Array, Array, Array]:
    """Return the mean and its first and second derivatives."""
    mean = np.exp(predictor)
    return mean, mean, mean


def logistic(predictor: Array) -> tuple[Array, Array, Array]:
    """Return the mean and its first and second derivatives."""
    mean = expit(predictor)
    first = mean * (1 - mean)
    return mean, first, first * (1 - 2 * mean)


Link = Callable[[Array], tuple[Array, Array, Array]]


def average_effect(
    design: Design,
    part: tuple[Factor, int | None],
    coefficients: Array,
    link: Link,
    silent: Array,
) -> tuple[float, Array] | None:
    """Return the average effect of a number, or of a level beside the reference.

    With it comes its slope in each coefficient. ``silent`` are the directions (n_columns,
    n_directions) on which the data say nothing: what they would move has no effect that is
    known, and None is returned.
    """
    factor, level = part
    matrix = design.matrix()
    if level is None:
        slopes = design.slopes(factor)
        if _moved(slopes, silent):
            return None
        _, first, second = link(matrix @ coefficients)
        rise = slopes @ coefficients
        slope = (second * rise) @ matrix + first @ slopes
        return float((first * rise).mean()), slope / design.rows
    own, reference = design.matrix({factor: level}), design.matrix({factor: 0})
    if _moved(own, silent) or _moved(reference, silent):
        return None
    (mean, first, _), (base, base_first, _) = (link(one @ coefficients) for one in (own, reference))
    return float((mean - base).mean()), (first @ own - base_first @ reference) / design.rows


def _moved(matrix: Array, silent: Array) -> bool:
    if not silent.size:
        return False
    sizes = np.abs(matrix) @ np.abs(silent)
    return bool((np.abs(matrix @ silent) > 1e-6 * np.maximum(sizes, 1e-300)).any())
