import numpy as np
import pytest

from framing._core.checks import InputError
from framing._core.resampling import (
    DENSE,
    MANY,
    Copies,
    _permuted_labels,
    gather,
    rng_for,
    rows_drawn,
    times_drawn,
    totals_drawn,
)


def simulated(rng, sizes, rates):
    """Return groups, hits and tokens of documents whose hits are Poisson."""
    group = np.repeat(np.arange(len(sizes)), sizes)
    tokens = np.round(400 * rng.lognormal(0, 0.5, len(group))) + 20
    hits = rng.poisson(tokens * np.array(rates)[group] / 1000)
    return group, hits[:, None].astype(float), tokens


def test_resamples_and_deals_hold_what_there_is():
    rng = np.random.default_rng(5)
    group, hits, tokens = simulated(rng, (10, 15, 20), (5, 3, 8))
    document = np.arange(45)
    for cluster in (document, rng.integers(0, 9, 45)):
        sums = gather(group, cluster, hits, tokens, 3)
        dealt = sums.relabel(50, rng_for(1, "deal"))
        # Whatever is dealt to whom, it is the same in all.
        assert dealt.numerators.sum(axis=1) == pytest.approx(hits.sum() * np.ones((50, 1)))
        assert dealt.denominators.sum(axis=1) == pytest.approx(tokens.sum() * np.ones(50))
        drawn = sums.resample(2000, rng_for(1, "draw"))
        assert np.nanmean(drawn.rates, axis=0) == pytest.approx(sums.seen().rates[0], rel=0.1)
    # Without stories each group keeps its number of documents.
    counts = gather(group, document, np.ones((45, 1)), np.ones(45), 3)
    assert counts.relabel(20, rng_for(1, "deal")).denominators.tolist() == [[10, 15, 20]] * 20
    assert counts.resample(20, rng_for(1, "draw")).denominators.tolist() == [[10, 15, 20]] * 20


def test_groups_beyond_a_dense_table_keep_their_sizes():
    group = np.repeat(np.arange(DENSE + 1), 3)
    ones = np.ones(len(group))
    sums = gather(group, np.arange(len(group)), ones[:, None], ones, DENSE + 1)
    dealt = sums.relabel(20, rng_for(1, "deal"))
    assert (dealt.denominators == 3).all()
    assert (dealt.numerators == 3).all()


def test_many_labels_are_dealt_like_few():
    sizes = np.array([1000, 1500, MANY])
    dealt = _permuted_labels(sizes, 200, np.random.default_rng(1))
    assert all(np.bincount(row).tolist() == sizes.tolist() for row in dealt)
    # Each place has each label as often as its share; 200 draws of one place have an error of .03.
    share = (dealt == 0).mean(axis=0)
    assert share.mean() == pytest.approx(1000 / sizes.sum())
    assert share.std() == pytest.approx(np.sqrt(share.mean() * (1 - share.mean()) / 200), rel=0.1)
    pairs = ((dealt[:, :-1] == 0) & (dealt[:, 1:] == 0)).mean()
    assert pairs == pytest.approx(share.mean() ** 2, rel=0.05)


@pytest.mark.parametrize("counted", [False, True])
def test_each_stratum_is_drawn_as_often_as_it_has_rows(counted):
    strata = [np.array([0, 2, 5]), np.array([], dtype=int), np.array([1, 3, 4, 6])]
    times = times_drawn(strata, 400, rng_for(1, "strata"), counted=counted)
    assert times.shape == (400, 7)
    for rows in strata:
        assert (times[:, rows].sum(axis=1) == len(rows)).all()
    # Each row is drawn once on average, with the variance of a binomial count.
    assert times.mean(axis=0) == pytest.approx(np.ones(7), abs=0.15)
    assert times[:, 0].var() == pytest.approx(2 / 3, abs=0.15)


def test_rows_and_how_often_they_are_drawn_come_from_one_stream():
    strata = [np.array([4, 1]), np.array([0, 2, 3])]
    rows = rows_drawn(strata, rng_for(3, "rows"))
    times = times_drawn(strata, 1, rng_for(3, "rows"))[0]
    assert np.bincount(rows, minlength=5).tolist() == times.tolist()
    assert set(rows[:2]) <= {1, 4}


@pytest.mark.parametrize("step", [1.0, 0.1])
def test_totals_are_those_of_the_rows_one_by_one(step):
    # Whole numbers are counted by distinct rows, others added one by one: to the last bit.
    values = rng_for(1, "values").integers(0, 3, (50, 2)) * step
    rows = rng_for(2, "totals").integers(0, 50, size=(30, 50))
    totals = totals_drawn(values, 30, rng_for(2, "totals"))
    assert (totals == values[rows].sum(axis=1)).all()


@pytest.mark.parametrize("seed", ["a", -1, 1.5, None, True])
def test_every_stream_refuses_what_is_no_seed(seed):
    with pytest.raises(InputError, match=r"seed=.* must be a whole number, 0 or more"):
        rng_for(seed, "any")


def test_equal_clusters_are_dealt_as_single_ones_are():
    rng = np.random.default_rng(1)
    group = np.repeat([0, 1, 2], [60, 25, 15])
    hits = rng.integers(0, 3, (100, 1)).astype(float)
    words = rng.integers(1, 4, 100).astype(float)
    single = gather(group, np.arange(100), hits, words, 3)
    rows, copies = np.unique(
        np.column_stack([group, hits[:, 0], words]), axis=0,
        return_counts=True,
    )  # fmt: skip
    counted = Copies(rows[:, 0].astype(int), rows[:, [1]], rows[:, 2], copies, 3)
    np.testing.assert_array_equal(counted.seen().numerators, single.seen().numerators)
    for group_pair, products in single.seen().products.items():
        for found, expected in zip(counted.seen().products[group_pair], products, strict=True):
            np.testing.assert_array_equal(found, expected)
    dealt, permuted = (item.relabel(2000, rng_for(1, "labels")) for item in (counted, single))
    # Each permutation deals all hits and all words.
    assert (dealt.numerators.sum(axis=1) == hits.sum()).all()
    assert (dealt.denominators.sum(axis=1) == words.sum()).all()
    for moment in (np.mean, np.std):
        np.testing.assert_allclose(
            moment(dealt.rates, axis=0), moment(permuted.rates, axis=0), rtol=0.06
        )
