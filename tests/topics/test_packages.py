import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import framing as fr
from framing.topics.packages import TRIES, _backbone, _disparity, find_packages

WORKED = [
    [0.60, 0.30, 0.05, 0.05],
    [0.50, 0.40, 0.05, 0.05],
    [0.55, 0.35, 0.05, 0.05],
    [0.05, 0.05, 0.60, 0.30],
    [0.05, 0.05, 0.45, 0.45],
    [0.10, 0.10, 0.30, 0.50],
]


def table_of(rows):
    rows = np.asarray(rows)
    return pd.DataFrame(rows, columns=[f"topic {n + 1}" for n in range(rows.shape[1])])


def planted(*, topics=12, groups=3, units=600, seed=1):
    # Each unit draws on the topics of one group; topic n belongs to group n % groups.
    rng = np.random.default_rng(seed)
    group = np.arange(topics) % groups
    own = rng.integers(0, groups, units)
    weights = rng.gamma(0.15 + (group == own[:, None]))
    return table_of(weights / weights.sum(axis=1, keepdims=True))


def sets(packages):
    return {frozenset(topics) for topics in packages.members.values()}


@pytest.mark.parametrize("method", list(TRIES))
@pytest.mark.parametrize("alpha", [0.05, None])
def test_the_worked_case(method, alpha):
    packages = find_packages(table_of(WORKED), alpha=alpha, method=method, permutations=9, seed=1)
    assert packages.members == {1: ["topic 1", "topic 2"], 2: ["topic 3", "topic 4"]}
    edges = packages.edges.set_index(["topic", "with_topic"])["cosine"].round(3)
    assert edges["topic 1", "topic 2"] == 0.980
    assert edges["topic 3", "topic 4"] == 0.896
    assert packages.edges["kept"].sum() == (6 if alpha is None else 2)
    assert packages.table["stability"].tolist() == [1.0] * 4
    assert packages.table["share"].tolist() == pytest.approx(np.mean(WORKED, axis=0).tolist())
    assert len(packages) == 2
    # Two islands of one edge each, of strength .980 and .896: 1 - the squared shares of strength.
    first, second = packages.edges["cosine"][:2] / packages.edges["cosine"][:2].sum()
    if alpha:
        assert packages.modularity == pytest.approx(1 - first**2 - second**2)


@pytest.mark.parametrize("method", list(TRIES))
@pytest.mark.parametrize("alpha", [0.05, 0.2, None])
def test_planted_packages_are_recovered_and_are_no_chance(method, alpha):
    packages = find_packages(
        planted(), alpha=alpha, method=method, runs=20, permutations=99, seed=1
    )
    expected = {frozenset(f"topic {n}" for n in range(g, 13, 3)) for g in (1, 2, 3)}
    assert sets(packages) == expected
    assert packages.p == 0.01
    assert packages.table.groupby("package")["share"].sum().is_monotonic_decreasing


def test_the_test_is_as_wrong_as_it_says_without_association():
    rng = np.random.default_rng(1)
    draws = 60
    p = [
        find_packages(
            table_of(rng.beta(0.3, 3, size=(60, 8))), runs=1, permutations=19, seed=draw
        ).p
        for draw in range(draws)
    ]
    for level in (0.05, 0.25, 0.5):
        assert (np.array(p) <= level + 1e-9).sum() <= stats.binom.ppf(0.999, draws, level)


def test_topics_whose_shares_sum_to_one_are_no_more_often_called_packages():
    rng = np.random.default_rng(2)
    p = [
        find_packages(
            table_of(rng.dirichlet(np.full(10, 0.3), size=80)), runs=1, permutations=19, seed=draw
        ).p
        for draw in range(40)
    ]
    assert (np.array(p) <= 0.05 + 1e-9).sum() <= stats.binom.ppf(0.999, 40, 0.05)


def test_the_disparity_filter_by_hand():
    # Node 0 has three edges of 8, 1 and 1: shares .8, .1, .1 and p = (1 - share) ** 2 = .04, .81,
    # .81. Node 1 has 8 and 2: p = .2 and .8. Node 2 has 2 and 1: p = 1/3 and 2/3. Node 3 has one
    # edge and p = 1.
    weights = np.zeros((4, 4))
    for one, other, weight in [(0, 1, 8), (0, 2, 1), (0, 3, 1), (1, 2, 2)]:
        weights[one, other] = weights[other, one] = weight
    p = _disparity(weights)
    assert p[0, 1] == p[1, 0] == pytest.approx(0.04)
    assert p[0, 2] == pytest.approx(2 / 3)
    assert p[0, 3] == pytest.approx(0.81)
    assert p[1, 2] == pytest.approx(1 / 3)
    # 0-1 is significant; 1-2 and 0-3 are the strongest of nodes 2 and 3; 0-2 goes.
    kept = np.argwhere(np.triu(_backbone(weights, 0.05)) > 0).tolist()
    assert kept == [[0, 1], [0, 3], [1, 2]]
    assert (_backbone(weights, 0.7)[0, 2], _backbone(weights, None)[0, 2]) == (1, 1)


def test_a_topic_that_meets_no_other_is_a_package_of_its_own():
    shares = table_of([[0.5, 0.5, 0], [0.6, 0.4, 0], [0, 0, 1], [0, 0, 1]])
    packages = find_packages(shares, permutations=0, seed=1)
    assert sets(packages) == {frozenset({"topic 1", "topic 2"}), frozenset({"topic 3"})}
    assert packages.table["stability"].tolist() == [1, 1, 1]
    assert np.isnan(packages.p)


def test_units_with_a_missing_share_are_left_out_and_counted():
    shares = planted()
    holes = pd.concat([shares, pd.DataFrame(np.nan, index=[1000, 1001], columns=shares.columns)])
    whole = find_packages(shares, runs=10, permutations=9, seed=1)
    packages = find_packages(holes, runs=10, permutations=9, seed=1)
    assert (packages.units, packages.incomplete, whole.incomplete) == (600, 2, 0)
    assert packages.left_out["reason"].tolist() == ["a share is missing"] * 2
    assert whole.left_out.empty
    pd.testing.assert_frame_equal(packages.table, whole.table)
    assert "in 600 units, 2 left out" in repr(packages)
    assert "not frames, until a person has validated them" in packages._repr_html_()


def test_topics_are_taken_with_their_labels():
    texts = [
        "war army talks",
        "army war",
        "war army gas",
        "truce talks",
        "talks truce gas",
        "of",
    ] * 3
    terms = fr.count_terms(fr.make_corpus(texts))
    topics = fr.fit_topics(terms, n_topics=3, seed=1).with_labels({"topic 1": "the war"})
    packages = find_packages(topics, alpha=None, permutations=0, seed=1)
    assert set(packages.table["topic"]) == set(topics.names)
    labels = packages.table.set_index("topic")["label"]
    assert labels.to_dict() == {"topic 1": "the war", "topic 2": "topic 2", "topic 3": "topic 3"}
    assert packages.incomplete == len(packages.left_out) == topics.empty == 3


def test_leiden_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "leidenalg", None)
    with pytest.raises(fr.InputError, match=r"pip install 'media-framing\[leiden\]'"):
        find_packages(planted(units=60), method="leiden", permutations=0, seed=1)


def test_the_same_seed_gives_the_same_and_the_input_is_left_alone():
    shares = planted(units=60)
    before = shares.copy()
    first, again = (find_packages(shares, runs=10, permutations=30, seed=3) for _ in range(2))
    assert first.table.equals(again.table)
    assert first.edges.equals(again.edges)
    assert (first.p, first.tested) == (again.p, again.tested)
    assert shares.equals(before)


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(12)), seed=st.integers(0, 99))
def test_topics_in_another_order_and_by_other_names_make_the_same_packages(order, seed):
    shares = planted(units=300)
    names = {f"topic {n + 1}": f"t{(7 * n) % 12}" for n in range(12)}
    other = shares.iloc[:, list(order)].rename(columns=names)
    one = find_packages(shares, runs=5, permutations=0, seed=1)
    two = find_packages(other, runs=5, permutations=0, seed=seed)
    assert {frozenset(names[topic] for topic in topics) for topics in sets(one)} == sets(two)
    assert one.modularity == pytest.approx(two.modularity)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.iloc[:, :2], "need at least 3 topics and 3 units.*there are 2 topics"),
        (lambda t: t.iloc[:2], "there are 4 topics and 2 units"),
        (lambda t: t[:2].reindex(t.index), r"2 units \(of 6 rows"),
        (lambda t: t.assign(**{"topic 2": -0.1}), "'topic 2' has the share -0.1 in unit 0"),
        (lambda t: t * 100, "'topic 1' has the share 60 in unit 0"),
        (lambda t: t.assign(**{"topic 3": 0.0}), "'topic 3' has a share of zero in every unit"),
        (lambda t: t.assign(unit_id="a"), "'unit_id' cannot be used.*set_index"),
        (lambda t: t.set_axis(["a", "b", "b", "c"], axis=1), "'b' cannot be used"),
        (lambda t: table_of(np.eye(4)), "No two topics have a share in the same unit"),
    ],
)
def test_shares_that_cannot_be_used(change, message):
    with pytest.raises(fr.InputError, match=message):
        find_packages(change(table_of(WORKED)), seed=1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"alpha": 0}, "alpha=0 cannot be used"),
        ({"alpha": 1.5}, "alpha=1.5 cannot be used"),
        ({"method": "lieden"}, "method='lieden' is not known. Allowed: 'louvain'.* 'leiden'"),
        ({"runs": 0}, "runs=0 cannot be used"),
        ({"permutations": -1}, "permutations=-1 cannot be used: it must be a whole number, 0"),
        ({"seed": -1}, "seed=-1 cannot be used: it must be a whole number, 0 or more"),
        ({"seed": True}, "seed=True cannot be used"),
        ({"seed": 1.0}, "seed=1.0 cannot be used"),
    ],
)
def test_options_that_cannot_be_used(options, message):
    with pytest.raises(fr.InputError, match=message):
        find_packages(table_of(WORKED), **{"seed": 1, **options})
