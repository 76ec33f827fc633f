"""Separation: coefficients that the data cannot estimate, and those of a single cluster."""

from collections.abc import Iterator

import numpy as np
from scipy.linalg import solve_triangular
from scipy.optimize import linprog

from framing._core.typing import Array, Mask
from framing.regressions.model_units import ModelUnits

# A direction in an orthonormal basis counts as zero below this squared length.
NONE = 1e-10
# A direction does not move a coefficient below this share of its largest component.
TOLERANCE = 1e-6
# Rows with which a linear program begins, and that it adds at a time.
ROWS = 500


def independent(matrix: Array) -> list[int]:
    """Return the columns that are not linear combinations of the columns before them."""
    basis = np.empty((len(matrix), 0))
    columns = []
    for number, column in enumerate(matrix.T):
        length = np.linalg.norm(column)
        rest = column - basis @ (basis.T @ column)
        rest -= basis @ (basis.T @ rest)
        if length > 0 and np.linalg.norm(rest) > 1e-7 * length:
            basis = np.column_stack([basis, rest / np.linalg.norm(rest)])
            columns.append(number)
    return columns


def separate(matrix: Array, lower: Mask, upper: Mask) -> Mask:
    """Return the rows that no direction predicts perfectly.

    ``lower`` and ``upper`` are the rows at an end of their range (no hit; the frame in every
    sentence). A direction has no finite estimate where the predictor falls for some rows at the
    lower end, or rises for some at the upper end, and stays the same for all others. These rows
    then hold no information on the other coefficients (Correia, Guimarães and Zylkin 2019).
    """
    basis = np.linalg.qr(matrix)[0]
    kept = np.ones(len(matrix), dtype=bool)
    while (predicted := _predicted(basis, kept, lower, upper)).any():
        kept &= ~predicted
    return kept


def _predicted(basis: Array, kept: Mask, lower: Mask, upper: Mask) -> Mask:
    """Return the rows among those kept that some direction predicts perfectly."""
    ends = kept & (lower | upper)
    free = _kernel(basis[kept & ~ends])
    # Directions that move none of the rows are undetermined, and do not separate.
    free = free[:, np.linalg.norm(basis[kept] @ free, axis=0) ** 2 > NONE]
    predicted = np.zeros(len(basis), dtype=bool)
    if not ends.any() or not free.shape[1]:
        return predicted
    moves = np.where(upper[ends, None], -1.0, 1.0) * (basis[ends] @ free)
    moves /= np.abs(moves).max()
    predicted[ends] = moves @ _falling(moves) < -TOLERANCE
    return predicted


def _falling(moves: Array) -> Array:
    """Return the direction in which rows fall most and none rises; 0 where there is none.

    The linear program adds rows only once they rise. A few rows are enough to solve it.
    """
    total = moves.sum(axis=0)
    total /= max(np.abs(total).max(), 1e-300)
    active = np.zeros(len(moves), dtype=bool)
    active[np.linspace(0, len(moves) - 1, ROWS).astype(np.intp)] = True
    while True:
        bound = moves[active]
        direction: Array = linprog(total, A_ub=bound, b_ub=np.zeros(len(bound)), bounds=(-1, 1)).x
        rise = np.where(active, 0.0, moves @ direction)
        worst = np.argsort(-rise, kind="stable")[:ROWS]
        worst = worst[rise[worst] > TOLERANCE / 10]
        if not len(worst):
            return direction
        active[worst] = True


def _kernel(rows: Array) -> Array:
    """Return the directions (columns) in which no row of an orthonormal basis moves."""
    lengths, directions = np.linalg.eigh(rows.T @ rows)
    kernel: Array = directions[:, lengths < NONE]
    return kernel


def undetermined(matrix: Array, kept: Mask) -> Array:
    """Return the directions (n_columns, n_directions) that the kept rows do not determine."""
    basis, triangle = np.linalg.qr(matrix)
    return _directions(triangle, _kernel(basis[kept]))


def _directions(triangle: Array, kernel: Array) -> Array:
    """Return directions in coefficients; components that are small for their column are 0."""
    sizes = np.linalg.norm(triangle, axis=0)
    directions = solve_triangular(triangle, kernel) * sizes[:, None]
    directions /= np.abs(directions).max(axis=0, initial=1e-300, keepdims=True)
    directions[np.abs(directions) < TOLERANCE] = 0
    scaled: Array = directions / sizes[:, None]
    return scaled


def touched(directions: Array, matrix: Array) -> Mask:
    """Return the coefficients that the directions move."""
    sizes = np.linalg.norm(matrix, axis=0)
    moved: Mask = (np.abs(directions) * sizes[:, None] > TOLERANCE).any(axis=1)
    return moved


def resting(units: ModelUnits) -> Iterator[tuple[int, Array]]:
    """Yield each cluster on which directions rest alone, and these directions."""
    number = units.by_profile()
    basis, triangle = units.basis(number)
    # Each of the units that a row stands for may be a cluster.
    times = np.minimum(units.times, 1) if units.alone else units.times
    leverage = np.bincount(units.clusters, times * (basis**2).sum(axis=1)[units.profile])
    for cluster in np.flatnonzero(leverage > 1 - 1e-8):
        inside = units.clusters == cluster
        left = number - np.bincount(units.profile[inside], times[inside], len(number))
        kernel = _kernel(np.sqrt(left)[:, None] * basis)
        if kernel.shape[1]:
            yield int(cluster), _directions(triangle, kernel)
