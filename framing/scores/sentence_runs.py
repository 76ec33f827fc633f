"""Runs: how much the sentences of a unit that have a frame stand next to each other."""

import numpy as np

from framing._core.typing import Array, Mask, Rows

# A unit has as much of its own correlation as of that of all with so much variance of its own …
SHARED = 2.0
# … and the units together as much as of none.
UNSHARED = 2.0


def neighbour_correlations(unit: Rows, present: Mask, units: int) -> Array:
    """Return how much neighbouring sentences resemble each other, shape (units, frames), 0 to 1.

    It is the correlation of presence with that of the next sentence, without the bias that it has
    in short units: in random order, of n sentences of which y have the frame, y (y - 1) / n pairs
    of neighbours have it (as in the test of Wald and Wolfowitz 1940). A unit says little of it, so
    that its own is averaged with that of all units, and that of all with 0, by the variance that
    each is divided by: y (1 - y / n). Below 0 it is 0.

    Parameters
    ----------
    unit : array of int, shape (n,)
        The unit of each sentence, in the order of the text.
    present : array of bool, shape (n, frames)
        Whether each sentence has the frame.
    units : int
        The number of units.

    References
    ----------
    Klotz, J. (1973). Statistical inference in Bernoulli trials with dependence. Annals of
    Statistics 1(2), 373-379. doi:10.1214/aos/1176342377
    Wald, A. and Wolfowitz, J. (1940). On a test whether two samples are from the same population.
    Annals of Mathematical Statistics 11(2), 147-162. doi:10.1214/aoms/1177731909
    """
    n = np.maximum(np.bincount(unit, minlength=units), 1)
    neighbours = unit[1:] == unit[:-1]
    correlations = np.zeros((units, present.shape[1]))
    for frame, has in enumerate(present.T):
        y = np.bincount(unit, has, units)
        both = np.bincount(unit[1:], neighbours & has[1:] & has[:-1], units)
        excess, variance = both - y * (y - 1) / n, y * (1 - y / n)
        of_all = max(float(excess.sum()), 0.0) / (float(variance.sum()) + UNSHARED)
        correlations[:, frame] = (excess + SHARED * of_all) / (variance + SHARED)
    return np.clip(correlations, 0, 1)
