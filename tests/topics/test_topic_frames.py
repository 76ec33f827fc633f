from dataclasses import replace

import numpy as np
import pytest

import framing as fr
from framing.topics.frames import _orders, _tested

LEXICON = fr.make_lexicon({"peace": ["truce", "ceasefire"], "doubt": ["doubt*"]})
PEACE = ["summit leaders truce meeting", "leaders summit ceasefire", "meeting summit leaders"]
ENERGY = ["gas prices oil doubts", "oil gas prices", "prices gas oil market"]


def planted(rng, n=60, apart=True):
    """Documents of six sentences: peace words go with the summit, doubts with gas, or with none."""
    texts = []
    for _ in range(n):
        side = PEACE if rng.random() < 0.5 else ENERGY
        words = " ".join(rng.choice(side, 6)).split()
        if not apart:
            words = [w for w in words if w not in ("truce", "ceasefire", "doubts")]
            words += rng.choice(["truce", "doubts", "rain", "rain"], 2).tolist()
        texts.append(" ".join(words))
    return fr.make_corpus(texts)


def measured(corpus, **options):
    terms = fr.count_terms(corpus, stop_words=["truce", "ceasefire", "doubts"])
    topics = fr.fit_topics(terms, n_topics=2, seed=1)
    hits = fr.find_hits(corpus, LEXICON)
    settings = {"seed": 1, "draws": 200, "permutations": 200, **options}
    return topics, hits, fr.frames_by_topic(topics, hits, **settings)


def test_a_planted_association_is_found():
    topics, _, found = measured(planted(np.random.default_rng(1)))
    first = set(topics.top_terms(3).query("topic == 'topic 1'")["term"])
    summit = "topic 1" if "summit" in first else "topic 2"
    table = found.table.set_index(["topic", "frame"])
    assert table.loc[(summit, "peace"), "ratio"] > 1.5
    assert table.loc[(summit, "doubt"), "ratio"] < 0.3
    assert table["p_adjusted"].max() < 0.05
    assert found.p < 0.01
    assert (table["low"] <= table["rate"]).all()
    assert (table["rate"] <= table["high"]).all()


def test_rates_add_up_to_that_of_all_text():
    _, hits, found = measured(planted(np.random.default_rng(2)))
    assert found.table["hits"].sum() == pytest.approx(len(hits))
    tokens = found.table.drop_duplicates("topic")["tokens"].sum()
    assert tokens == pytest.approx(hits.sentences["tokens"].sum())
    base = found.base.set_index("frame")
    for frame, own in found.table.groupby("frame", observed=True):
        rate = 1000 * own["hits"].sum() / own["tokens"].sum()
        assert rate == pytest.approx(base.loc[frame, "rate"])


def test_without_association_p_is_not_small_too_often():
    small = 0
    for seed in range(40):
        _, _, found = measured(
            planted(np.random.default_rng(100 + seed), apart=False), permutations=99, draws=20
        )
        small += found.p <= 0.05
    # Binomial with 40 and .05: more than 6 has a probability of 0.3%.
    assert small <= 6


def test_hits_are_counted_in_the_unit_that_they_stand_in():
    corpus = fr.make_corpus(["summit leaders truce.\ngas oil prices doubts.", "gas oil.\nsummit"])
    terms = fr.count_terms(corpus, unit="paragraph", min_units=2)
    topics = fr.fit_topics(terms, n_topics=2, seed=1)
    found = fr.frames_by_topic(topics, fr.find_hits(corpus, LEXICON), seed=1, draws=20)
    wide = found.table.pivot(index="topic", columns="frame", values="hits").to_numpy()
    assert sorted(wide.round(6).tolist()) == [[0.0, 1.0], [1.0, 0.0]]


def test_a_unit_without_terms_is_left_out_and_counted():
    corpus = fr.make_corpus(["summit truce", "summit gas", "of the", "gas"])
    topics = fr.fit_topics(fr.count_terms(corpus), n_topics=2, seed=1)
    found = fr.frames_by_topic(topics, fr.find_hits(corpus, LEXICON), seed=1, draws=20)
    assert found.settings["left_out"] == len(found.left_out) == 1
    assert found.settings["resampled"] == "document"


def test_what_cannot_be_compared_is_refused():
    corpus = planted(np.random.default_rng(1), 10)
    topics, hits, _ = measured(corpus)
    with pytest.raises(fr.InputError, match="not from the corpus"):
        fr.frames_by_topic(topics, replace(hits, corpus_fingerprint="x"), seed=1)
    none = fr.find_hits(corpus, fr.make_lexicon({"war": ["tank"]}))
    with pytest.raises(fr.InputError, match="no hit of 'war'"):
        fr.frames_by_topic(topics, none, seed=1)
    with pytest.raises(fr.InputError, match="permutations=0 cannot be used"):
        fr.frames_by_topic(topics, hits, seed=1, permutations=0)


def test_the_same_seed_gives_the_same_table():
    corpus = planted(np.random.default_rng(1), 20)
    one, same = (measured(corpus)[2] for _ in range(2))
    assert one.table.equals(same.table)


def test_topics_and_hits_that_cluster_by_document_but_are_unrelated_are_rarely_found():
    p = []
    for seed in range(60):
        rng = np.random.default_rng([2, seed])
        documents = np.repeat(np.arange(30), 4)
        base = rng.dirichlet(np.full(4, 0.3), 30)
        shares = np.array([rng.dirichlet(8 * base[document] + 0.05) for document in documents])
        tokens = rng.integers(40, 80, 120).astype(float)
        uneven = rng.gamma(0.5, 2, (30, 2))[documents]
        hits = rng.poisson(tokens[:, None] * 0.02 * uneven).astype(float)
        p.append(_tested(shares, hits, tokens, 99, seed, documents)[0])
    # By shifts of units it is one in ten.
    assert np.mean(np.array(p) <= 0.05) <= 0.08


def test_the_topics_of_a_document_are_laid_over_another_one():
    documents = np.repeat(np.arange(10), [2, 4, 1, 3, 2, 2, 5, 1, 1, 4])
    for order in _orders(documents, 20, np.random.default_rng(1)):
        given = documents[order]
        for document in range(10):
            rows = order[documents == document]
            assert len(set(given[documents == document])) == 1
            assert (np.diff(rows) >= 0).all()
        firsts = [given[documents == document][0] for document in range(10)]
        assert sorted(firsts) == list(range(10))
