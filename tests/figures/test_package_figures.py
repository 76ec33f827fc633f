from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import framing as fr
from framing.figures.packages import _boxes, _places


def planted(*, topics=12, groups=3, units=600, seed=1):
    """Return shares of topics; each unit draws on the topics of one group."""
    rng = np.random.default_rng(seed)
    group = np.arange(topics) % groups
    drawn = rng.integers(0, groups, units)
    weights = rng.gamma(0.15 + (group == drawn[:, None]))
    names = [f"topic {number + 1}" for number in range(topics)]
    return pd.DataFrame(weights / weights.sum(axis=1, keepdims=True), columns=names)


@pytest.mark.parametrize("topics", [4, 25])
def test_the_labels_of_the_figure_do_not_overlap(topics):
    shares = planted(topics=topics, groups=3 if topics > 4 else 2)
    shares.columns = [f"{name}: negotiations, hostages, corridor, veto" for name in shares]
    packages = fr.find_packages(shares, runs=5, permutations=0, seed=1)
    figure = fr.plot_packages(packages)
    assert isinstance(figure, Figure)
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert len(boxes) == topics
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    page = figure.bbox.padded(1)
    assert all(page.contains(*box.min) and page.contains(*box.max) for box in boxes)
    notes = figure.get_supxlabel()
    assert "not frames" in notes.replace("\n", " ")


def test_the_figure_is_the_same_in_a_second_run():
    packages = fr.find_packages(planted(), runs=5, permutations=0, seed=1)
    boxes = _boxes(["a"] * 12, np.full(12, 0.2))
    first, again = (_places(packages, boxes) for _ in range(2))
    assert np.array_equal(first[0], again[0])


def test_too_many_topics_are_not_drawn():
    packages = fr.find_packages(planted(topics=61), runs=1, permutations=0, seed=1)
    with pytest.raises(fr.InputError, match="61 topics cannot be drawn"):
        fr.plot_packages(packages)
