"""Names with numbers are sorted as people count."""

import random

from framing.scores.groups import natural_order


def test_numbers_in_names_are_sorted_by_size():
    names = ["week 1", "week 2", "week 10", "week 010", "week 11b", "week ٣٠"]
    shuffled = random.Random(1).sample(names, len(names))
    assert sorted(shuffled, key=natural_order)[:3] == ["week 1", "week 2", "week 010"]
    assert sorted(["Outlet 10", "Outlet 2", "Outlet"], key=natural_order) == [
        "Outlet", "Outlet 2", "Outlet 10",
    ]  # fmt: skip


def test_dates_and_names_without_numbers_keep_their_order():
    names = ["2024-12-31", "2025-01-02", "2025-01-10", "Post", "Times", "the Sun", "Ärzteblatt"]
    assert sorted(names, key=natural_order) == sorted(names)


def test_any_names_can_be_compared():
    names = ["", "7", "7a", "a7", "a", "²", "1" * 6000, "a" + "9" * 5000, "a-1", "a10"]
    shuffled = random.Random(2).sample(names, len(names))
    assert sorted(names, key=natural_order) == sorted(shuffled, key=natural_order)
