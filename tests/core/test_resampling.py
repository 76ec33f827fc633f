import numpy as np
import pytest

from framing._core.resampling import DENSE, MANY, _dealt, gather, rng_for


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
    dealt = _dealt(sizes, 200, np.random.default_rng(1))
    assert all(np.bincount(row).tolist() == sizes.tolist() for row in dealt)
    # Each place has each label as often as its share; 200 draws of one place have an error of .03.
    share = (dealt == 0).mean(axis=0)
    assert share.mean() == pytest.approx(1000 / sizes.sum())
    assert share.std() == pytest.approx(np.sqrt(share.mean() * (1 - share.mean()) / 200), rel=0.1)
    pairs = ((dealt[:, :-1] == 0) & (dealt[:, 1:] == 0)).mean()
    assert pairs == pytest.approx(share.mean() ** 2, rel=0.05)
