"""Groups of few clusters, whose own errors do not know how much clusters differ."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import framing as fr
from framing.regressions.exchanges import Exchange, allow_for_exchange, exchange_of
from framing.regressions.model_units import ModelUnits

TINY = fr.score(
    fr.find_hits(fr.make_corpus(["A truce."]), fr.make_lexicon({"peace": ["truce"]})),
    unit="document", kind="share",
)  # fmt: skip


def authors(rng, count, articles, *, carry=0.2, often=0.3):
    """Return author, sentences and hits of articles; some authors carry the frame."""
    author = np.concatenate([np.arange(count), rng.integers(0, count, articles - count)])
    level = np.where(rng.random(count) < carry, often, 0.02)[author] * rng.gamma(2, 0.5, articles)
    size = rng.integers(5, 16, articles)
    return author, size, rng.binomial(size, np.minimum(level, 0.95))


def scores_of(sides, **columns):
    """Return shares of articles of sides, as if they had been counted."""
    author = [f"{side}{one}" for side, (who, *_) in sides.items() for one in who]
    size, hits = (np.concatenate([one[part] for one in sides.values()]) for part in (1, 2))
    ids = [f"text{number:04d}" for number in range(len(size))]
    side = np.repeat(list(sides), [len(one[0]) for one in sides.values()])
    units = pd.DataFrame({"unit_id": ids, "doc_id": ids, "side": side, "author": author})
    units = units.assign(documents=1, sentences=size, tokens=size, **columns)
    table = pd.DataFrame(
        {
            "unit_id": ids, "frame": pd.Categorical(["peace"] * len(ids)), "value": hits / size,
            "numerator": hits.astype(float), "denominator": size.astype(float),
        }
    )  # fmt: skip
    return replace(TINY, table=table, units=units)


def test_a_few_authors_who_do_not_carry_the_frame_prove_nothing():
    # Six authors, of whom one in five carries the frame, were different from twenty in 18% of
    # draws; in a quarter of the draws none of the six does.
    p = []
    for seed in range(120):
        rng = np.random.default_rng([44, seed])
        sides = {"a": authors(rng, 6, 90), "b": authors(rng, 20, 100)}
        table = fr.regress(
            scores_of(sides), "side", cluster="author", reference={"side": "b"}, adjust="none"
        ).table
        own = table[table["term"] == "side[a]"].iloc[0]
        p.append(own["p"])
        assert (own["p"] > 0.05) == (own["low"] < 0 < own["high"])
    assert np.mean(np.array(p) <= 0.05) <= 0.075


def test_what_many_authors_do_is_still_found():
    found = []
    for seed in range(40):
        rng = np.random.default_rng([45, seed])
        sides = {"a": authors(rng, 14, 60, carry=1), "b": authors(rng, 14, 60, carry=0.1)}
        table = fr.regress(scores_of(sides), "side", cluster="author").table
        found.append(table["p"].iloc[1] <= 0.05)
    assert np.mean(found) >= 0.75


def test_the_p_of_exchanged_clusters_is_that_of_all_exchanges():
    # Six of 40 clusters, whose residuals have a long tail.
    units = ModelUnits(np.ones((40, 1)), np.arange(40), np.arange(40), np.ones(40), alone=True)
    group = (np.arange(40) < 6) * 1.0
    for seed in range(5):
        rng = np.random.default_rng(seed)
        rest = rng.gamma(0.5, 1, 40) - 0.4 * group
        rest -= rest.mean()
        found = exchange_of(group, units, np.ones(40), rest)
        drawn = np.array([abs(rng.permutation(rest)[:6].sum()) for _ in range(8000)])
        exact = (drawn >= abs(rest[:6].sum()) - 1e-9).mean()
        assert found.p == pytest.approx(exact, abs=0.05)
    # A row that stands for two clusters is as two rows.
    single = ModelUnits(np.ones((26, 1)), np.arange(26), np.arange(26), np.ones(26), alone=True)
    twice = ModelUnits(np.ones((2, 1)), np.arange(2), np.arange(2), np.array([6.0, 20]), alone=True)
    alike = exchange_of(np.array([1.0, 0]), twice, np.ones(2), np.array([0.5, -0.15]))
    apart = exchange_of(
        (np.arange(26) < 6) * 1.0, single, np.ones(26), np.where(np.arange(26) < 6, 0.5, -0.15)
    )
    assert alike.p == pytest.approx(apart.p)


def test_without_skewness_exchanges_are_normal_and_limits_follow_the_p():
    assert Exchange(1.96, 0.0).p == pytest.approx(0.05, abs=1e-4)
    assert Exchange(1.96, 0.01).p == pytest.approx(0.05, abs=1e-3)
    one = Exchange(1.2, 0.8)
    p, half, note = allow_for_exchange(one, 0.01, 0.5, 1.0, 0.95)
    assert p == one.p
    assert one.p_of(one.statistic * half) == pytest.approx(0.05, abs=1e-6)
    assert "chance may put like ones together" in note[0]
    assert allow_for_exchange(one, 0.9, 0.5, 1.0, 0.95) == (0.9, 0.5, [])
    assert allow_for_exchange(None, 0.01, 0.5, 1.0, 0.95) == (0.01, 0.5, [])
