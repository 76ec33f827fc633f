"""Separation: which coefficients the data can estimate, and which rest on a single cluster."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from scipy.optimize import linprog

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Squares of lengths below which a direction counts as none, of an orthonormal basis.
NONE = 1e-10
# Parts of a direction below which it leaves a coefficient alone.
PART = 1e-6
# Rows that a linear program begins with, and takes in at a time.
ROWS = 500


def independent(matrix: Array) -> list[int]:
    """Return the columns that are no sum of multiples of those before them."""
    basis = np.empty((len(matrix), 0))
    kept = []
    for place, column in enumerate(matrix.T):
        length = np.linalg.norm(column)
        rest = column - basis @ (basis.T @ column)
        rest -= basis @ (basis.T @ rest)
        if length > 0 and np.linalg.norm(rest) > 1e-7 * length:
            basis = np.column_stack([basis, rest / np.linalg.norm(rest)])
            kept.append(place)
    return kept


def separate(matrix: Array, lower: Mask, upper: Mask) -> Mask:
    """Return the rows that are left once those are gone that a direction predicts perfectly.

    ``lower`` and ``upper`` are the rows at an end of their range (no hit; a frame in every
    sentence). A direction along which the predictor falls for some rows at the lower end (rises
    for some at the upper) and stays for all others has no finite estimate; these rows then say
    nothing on the other coefficients (Correia, Guimarães and Zylkin 2019).
    """
    basis = np.linalg.qr(matrix)[0]
    kept = np.ones(len(matrix), dtype=bool)
    while (gone := _predicted(basis, kept, lower, upper)).any():
        kept &= ~gone
    return kept


def _predicted(basis: Array, kept: Mask, lower: Mask, upper: Mask) -> Mask:
    ends = kept & (lower | upper)
    free = _kernel(basis[kept & ~ends])
    # Along these no row that is left moves at all: they are undetermined, and separate nothing.
    free = free[:, np.linalg.norm(basis[kept] @ free, axis=0) ** 2 > NONE]
    gone = np.zeros(len(basis), dtype=bool)
    if not ends.any() or not free.shape[1]:
        return gone
    moves = np.where(upper[ends, None], -1.0, 1.0) * (basis[ends] @ free)
    moves /= np.abs(moves).max()
    gone[ends] = moves @ _falling(moves) < -PART
    return gone


def _falling(moves: Array) -> Array:
    """Return the direction in which rows fall most while none of them rises; 0 where none does.

    Rows come into the linear program once they would rise: few of them settle it.
    """
    total = moves.sum(axis=0)
    total /= max(np.abs(total).max(), 1e-300)
    active = np.zeros(len(moves), dtype=bool)
    active[np.linspace(0, len(moves) - 1, ROWS).astype(np.intp)] = True
    while True:
        own = moves[active]
        direction: Array = linprog(total, A_ub=own, b_ub=np.zeros(len(own)), bounds=(-1, 1)).x
        rise = np.where(active, 0.0, moves @ direction)
        worst = np.argsort(-rise, kind="stable")[:ROWS]
        worst = worst[rise[worst] > PART / 10]
        if not len(worst):
            return direction
        active[worst] = True


def _kernel(rows: Array) -> Array:
    """Return the directions (columns) in which none of the rows moves, of an orthonormal basis."""
    lengths, directions = np.linalg.eigh(rows.T @ rows)
    kernel: Array = directions[:, lengths < NONE]
    return kernel


def undetermined(matrix: Array, kept: Mask) -> Array:
    """Return the directions (n_columns, n_directions) on which rows that are kept are silent."""
    basis, triangle = np.linalg.qr(matrix)
    return _directions(triangle, _kernel(basis[kept]))


def _directions(triangle: Array, kernel: Array) -> Array:
    """Return directions in terms of the coefficients, each by the size of its column."""
    sizes = np.linalg.norm(triangle, axis=0)
    found = solve_triangular(triangle, kernel) * sizes[:, None]
    found /= np.abs(found).max(axis=0, initial=1e-300, keepdims=True)
    found[np.abs(found) < PART] = 0
    scaled: Array = found / sizes[:, None]
    return scaled


def touched(directions: Array, matrix: Array) -> Mask:
    """Return the coefficients that the directions move."""
    sizes = np.linalg.norm(matrix, axis=0)
    moved: Mask = (np.abs(directions) * sizes[:, None] > PART).any(axis=1)
    return moved


def resting(matrix: Array, clusters: NDArray[np.int64]) -> Iterator[tuple[int, Array]]:
    """Yield each cluster without which coefficients could not be told, and the directions."""
    basis, triangle = np.linalg.qr(matrix)
    leverage = np.bincount(clusters, (basis**2).sum(axis=1))
    for cluster in np.flatnonzero(leverage > 1 - 1e-8):
        kernel = _kernel(basis[clusters != cluster])
        if kernel.shape[1]:
            yield int(cluster), _directions(triangle, kernel)
