"""Directions that the data are silent on, by hand."""

import numpy as np
import pytest

from framing.regressions.model_units import ModelUnits
from framing.regressions.separation import independent, resting, separate, touched, undetermined


def test_columns_that_repeat_others_are_left_out():
    one, x = np.ones(6), np.arange(6.0)
    matrix = np.column_stack([one, x, 3 * x - 2 * one, x**2, np.zeros(6)])
    assert independent(matrix) == [0, 1, 3]


def test_a_group_without_hits_is_separated_and_no_other_row():
    group = np.repeat([0, 1, 2], 4)
    matrix = np.column_stack([np.ones(12), group == 1, group == 2]).astype(float)
    hits = np.array([0, 1, 2, 0, 0, 0, 0, 0, 1, 0, 3, 0])
    kept = separate(matrix, hits == 0, np.zeros(12, dtype=bool))
    assert kept.tolist() == [True] * 4 + [False] * 4 + [True] * 4
    # The same with a frame in every sentence: the upper end.
    full = group == 2
    kept = separate(matrix, np.zeros(12, dtype=bool), full)
    assert kept.tolist() == [True] * 8 + [False] * 4


def test_rows_at_both_ends_are_no_separation_where_no_direction_parts_them():
    matrix = np.column_stack([np.ones(4), [0.0, 1, 2, 3]])
    lower = np.array([True, False, True, False])
    assert separate(matrix, lower, ~lower).all()
    parted = np.array([True, True, False, False])
    assert not separate(matrix, parted, ~parted).any()


@pytest.mark.parametrize("scale", [1.0, 1e-4, 1e5])
def test_silent_directions_move_no_row_that_is_left(scale):
    rng = np.random.default_rng(1)
    group = np.repeat([0, 1, 2], 5)
    x = rng.normal(size=15) * scale
    matrix = np.column_stack([np.ones(15), group == 1, group == 2, x, x * (group == 2)])
    kept = group != 2
    directions = undetermined(matrix, kept)
    # The level of group 2 and its slope.
    assert directions.shape == (5, 2)
    assert matrix[kept] @ directions == pytest.approx(0, abs=1e-9)
    assert np.linalg.matrix_rank(matrix @ directions, tol=1e-9) == 2
    assert touched(directions, matrix).tolist() == [False, False, True, False, True]


def test_what_rests_on_one_cluster_is_found():
    cluster = np.repeat(np.arange(4), 3)
    x = (cluster == 2).astype(float)
    z = np.arange(12.0) % 3
    matrix = np.column_stack([np.ones(12), x, z])
    [(number, directions)] = resting(ModelUnits.of(matrix, cluster))
    assert number == 2
    assert touched(directions, matrix).tolist() == [False, True, False]
    assert not list(resting(ModelUnits.of(matrix[:, [0, 2]], cluster)))
