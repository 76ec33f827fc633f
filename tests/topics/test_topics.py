import sys

import numpy as np
import pandas as pd
import pytest
from support.planted import as_terms, plant_counts, plant_shares, plant_topics

import framing as fr
from framing.topics.measures import cosines, exclusivity, frex, match_rows, npmi, top_columns
from framing.topics.models import MODELS

TEXTS = ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas", "of the"]


def planted(n, seed, correlated=False, n_topics=10):
    rng = np.random.default_rng(seed)
    topics = plant_topics(rng, n_topics)
    shares = plant_shares(rng, n, n_topics, correlated)
    terms, kept = as_terms(plant_counts(rng, shares, topics))
    return topics[:, kept], shares, terms


@pytest.fixture(scope="module")
def small():
    return fr.count_terms(fr.make_corpus(TEXTS, source=list("aaabbb")))


@pytest.fixture(scope="module")
def newswire():
    return fr.load_testbed("newswire").corpus


@pytest.fixture(scope="module")
def fitted(newswire):
    terms = fr.count_terms(newswire, unit="paragraph", min_units=3)
    return fr.fit_topics(terms, n_topics=5, seed=1)


@pytest.mark.parametrize(("model", "n", "least", "correlated"), [
    *((*case, correlated) for correlated in (False, True) for case in (
        ("nmf", 200, 0.93), ("nmf", 2000, 0.95), ("nmf", 5000, 0.95),
        ("lda", 200, 0.95), ("gibbs-lda", 500, 0.97),
    )),
    # This takes long, so that only the harder of the two is tried.
    ("lda", 1000, 0.98, True),
])  # fmt: skip
def test_planted_topics_are_found_again(model, n, least, correlated):
    if model in ("gibbs-lda", "correlated"):
        pytest.importorskip("tomotopy")
    topics, shares, terms = planted(n, 3, correlated)
    found = fr.fit_topics(terms, model=model, n_topics=10, seed=1)
    order, alike = match_rows(topics, found.probabilities)
    assert alike.mean() >= least
    own = found.unit_shares[:, order]
    apart = [np.corrcoef(own[:, k], shares[:, k])[0, 1] for k in range(10)]
    assert min(apart) >= 0.9


def test_the_correlated_model_finds_planted_topics():
    pytest.importorskip("tomotopy")
    topics, _, terms = planted(300, 3, correlated=True, n_topics=4)
    found = fr.fit_topics(terms, model="correlated", n_topics=4, seed=1, passes=300)
    assert match_rows(topics, found.probabilities)[1].mean() >= 0.95


def test_an_hdp_finds_how_many_topics_there_are():
    topics, _, terms = planted(1000, 3)
    found = fr.fit_topics(terms, model="hdp", seed=1, n_topics=30)
    assert 9 <= len(found) <= 13
    assert match_rows(topics, found.probabilities)[1].min() >= 0.9


def test_seeded_topics_land_on_their_seeds_and_free_ones_on_the_rest():
    topics, _, terms = planted(400, 4)
    names = np.array(terms.names)
    exclusive = topics / topics.sum(axis=0)
    seeds = {
        f"frame {k}": names[np.argsort(-(topics[k] * (exclusive[k] > 0.8)))[:5]].tolist()
        for k in (7, 2, 5)
    }
    found = fr.fit_topics(terms, model="seeded-lda", n_topics=10, seed=1, seeds=seeds)
    alike = cosines(topics, found.probabilities)
    assert [int(np.argmax(alike[:, place])) for place in range(3)] == [7, 2, 5]
    assert match_rows(topics, found.probabilities)[1].min() >= 0.95
    assert found.seeds["topic"].unique().tolist() == ["topic 1", "topic 2", "topic 3"]
    assert "3 of them seeded" in repr(found)


def test_other_seeds_give_topics_of_another_hash(small):
    hashes = {
        fr.fit_topics(small, model="seeded-lda", n_topics=2, seed=1, seeds={"peace": words}).hash
        for words in (["truce", "talks"], ["truce"])
    }
    assert len(hashes) == 2


def test_the_lexicon_seeds_topics_by_its_grammar(newswire):
    terms = fr.count_terms(newswire, unit="paragraph", phrases=["peace talks"], min_units=1)
    lexicon = fr.make_lexicon({"peace": ["cease-fire*", "peace talks", "armistic*"]})
    found = fr.fit_topics(terms, model="seeded-lda", n_topics=3, seed=1, seeds=lexicon)
    used = found.seeds.dropna()
    assert "peace talks" in set(used["term"])
    assert set(found.seeds["seed"]) == {"cease-fire*", "peace talks", "armistic*"}


def test_a_term_that_tables_write_for_a_missing_value_can_be_a_seed():
    texts = ["none of the talks", "none and null", "oil and gas", "gas, oil and talks"]
    terms = fr.count_terms(fr.make_corpus(texts), stop_words=None, min_units=1)
    seeds = {"nothing": ["none", "null"], "energy": ["oil"]}
    topics = fr.fit_topics(terms, model="seeded-lda", n_topics=2, seed=1, seeds=seeds)
    assert topics.seeds["term"].tolist() == ["none", "null", "oil"]


def test_stems_are_seeded_by_their_forms():
    texts = ["negotiations began", "gas prices", "a negotiation", "the price of gas"] * 3
    texts.append("negotiations")
    terms = fr.count_terms(fr.make_corpus(texts), stem=True)
    seeds = {"talks": ["negotiation*"], "energy": ["gas"]}
    found = fr.fit_topics(terms, model="seeded-lda", n_topics=2, seed=1, seeds=seeds)
    assert found.seeds["term"].tolist() == ["negoti", "gas"]
    forms = found.top_terms(2).set_index("term")["form"]
    assert forms["negoti"] == "negotiations"


def test_a_seed_that_is_no_term_is_listed_and_one_topic_without_any_refused(small):
    seeds = {"peace": ["truce", "armistice"], "energy": ["gas"]}
    found = fr.fit_topics(small, model="seeded-lda", n_topics=2, seed=1, seeds=seeds)
    absent = found.seeds[found.seeds["term"].isna()]
    assert absent["seed"].tolist() == ["armistice"]
    assert "1 seeds not in the vocabulary" in repr(found)
    with pytest.raises(fr.InputError, match=r"None of the seeds of 'war' .* 'tanks'"):
        fr.fit_topics(
            small, model="seeded-lda", n_topics=2, seed=1, seeds={**seeds, "war": ["tanks"]}
        )


def test_dmr_takes_covariates():
    pytest.importorskip("tomotopy")
    rng = np.random.default_rng(1)
    topics = plant_topics(rng, 3, 200)
    side = np.repeat(["a", "b"], 150)
    even, odd = np.array([0.5, 0.1, 0.1]), np.array([0.1, 0.5, 0.1])
    shares = np.where((side == "a")[:, None], rng.dirichlet(even, 300), rng.dirichlet(odd, 300))
    terms, kept = as_terms(plant_counts(rng, shares, topics), side=side)
    found = fr.fit_topics(terms, model="dmr", n_topics=3, seed=1, covariates=["side"], passes=300)
    order, alike = match_rows(topics[:, kept], found.probabilities)
    assert alike.min() > 0.95
    own = found.unit_shares[:, order]
    assert own[side == "a", 0].mean() == pytest.approx(shares[side == "a", 0].mean(), abs=0.05)


def test_shares_sum_to_one_and_a_unit_without_terms_has_none(small):
    for model in ("nmf", "lda"):
        topics = fr.fit_topics(small, model=model, n_topics=2, seed=1)
        sums = topics.unit_shares.sum(axis=1)
        assert sums[:-1].tolist() == pytest.approx([1.0] * 5)
        assert np.isnan(sums[-1])
        assert topics.empty == topics.shares.empty == 1
        assert "1 units without a term" in repr(topics)
        wide = topics.shares.wide()
        assert list(wide) == ["topic 1", "topic 2"]
        assert wide.loc["text6"].isna().all()
        for rows in (topics.weights, topics.probabilities):
            assert rows.sum(axis=1).tolist() == pytest.approx([1.0, 1.0])


def test_topics_are_ordered_by_their_share(fitted):
    shares = np.nansum(fitted.unit_shares, axis=0)
    assert shares.tolist() == sorted(shares, reverse=True)


def test_scores_of_topics_refuse_an_interval_with_the_remedy(fitted):
    assert fitted.shares.kind == fitted.shares.measure == "topic share"
    with pytest.raises(fr.InputError, match=r"Use prevalence\(topics, terms"):
        fitted.shares.interval(seed=1)


@pytest.mark.parametrize("model", ["nmf", "lda", "seeded-lda", "hdp"])
def test_transform_gives_the_units_of_the_fit_the_shares_of_the_fit(newswire, model):
    terms = fr.count_terms(newswire, min_units=3)
    seeds = {"peace": ["talks", "ceasefire"]} if model == "seeded-lda" else None
    topics = fr.fit_topics(terms, model=model, n_topics=4, seed=1, seeds=seeds)
    again = topics.transform(terms).wide().to_numpy()
    near = 0.02 if model == "nmf" else 1e-9
    assert np.abs(again - topics.unit_shares).max() < near


def test_transform_does_not_depend_on_the_other_units(newswire):
    terms = fr.count_terms(newswire, min_units=3)
    alone = fr.count_terms(fr.make_corpus([newswire.table["text"].iloc[4]]), like=terms)
    for model in ("nmf", "lda"):
        topics = fr.fit_topics(terms, model=model, n_topics=4, seed=1)
        every = topics.transform(terms).wide().iloc[4].to_numpy()
        one = topics.transform(alone).wide().iloc[0].to_numpy()
        assert one == pytest.approx(every, abs=1e-3 if model == "nmf" else 1e-9)


def test_transform_passes_over_unknown_terms_and_says_when_none_is_known(small):
    topics = fr.fit_topics(small, n_topics=2, seed=1)
    new = fr.count_terms(fr.make_corpus(["truce xyz", "xyz abc"]), min_units=1)
    shares = topics.transform(new)
    assert shares.empty == 1
    assert shares.units["terms"].tolist() == [1, 0]
    with pytest.raises(fr.InputError, match="count_terms"):
        topics.transform(fr.count_terms(fr.make_corpus(["xyz abc"]), min_units=1))


def test_topics_are_written_and_read_without_pickle(tmp_path, fitted, newswire):
    labelled = fitted.with_labels({"topic 2": "Talks"})
    path = fr.write_topics(labelled, tmp_path / "deep" / "topics.npz")
    again = fr.read_topics(path)
    assert again.hash == labelled.hash
    assert again.labels == {"topic 2": "Talks"}
    assert (again.weights == labelled.weights).all()
    pd.testing.assert_frame_equal(again.units, labelled.units)
    pd.testing.assert_frame_equal(again.top_terms(5), labelled.top_terms(5))
    terms = fr.count_terms(newswire, unit="paragraph", like=again)
    one, other = again.transform(terms).table, labelled.transform(terms).table
    pd.testing.assert_frame_equal(one, other)
    with np.load(path, allow_pickle=False) as file:
        assert {file[name].dtype.kind for name in file.files} <= set("fiuU")


def test_a_file_that_holds_no_topics_is_answered(tmp_path, fitted):
    path = tmp_path / "topics.npz"
    path.write_bytes(b"PK no zip")
    with pytest.raises(fr.InputError, match="holds no topics"):
        fr.read_topics(path)
    with pytest.raises(fr.InputError, match="no such file"):
        fr.read_topics(tmp_path / "absent.npz")
    with pytest.raises(fr.InputError, match=r"written as \.npz"):
        fr.write_topics(fitted, tmp_path / "topics.pkl")


@pytest.mark.parametrize("model", ["gibbs-lda", "dmr", "correlated"])
def test_gibbs_sampling_repeats_with_its_seed(small, model):
    pytest.importorskip("tomotopy")
    options = {"model": model, "n_topics": 2, "passes": 50}
    if model == "dmr":
        options["covariates"] = ["source"]
    one, same = (fr.fit_topics(small, seed=1, **options) for _ in range(2))
    assert (one.unit_shares[:5] == same.unit_shares[:5]).all()
    assert "tomotopy" in one.versions


def test_top_terms_by_each_measure():
    topics = fr.fit_topics(fr.count_terms(fr.make_corpus(TEXTS)), n_topics=2, seed=1)
    table = topics.top_terms(2)
    assert table["term"].tolist() == ["truce", "talks", "gas", "oil"]
    overall = topics.vocabulary.set_index("term")["n"] / topics.vocabulary["n"].sum()
    lift = table["probability"] / overall[table["term"]].to_numpy()
    assert table["lift"].to_numpy() == pytest.approx(lift.to_numpy())
    for by in ("probability", "frex", "lift"):
        first = topics.top_terms(3, rank_by=by)
        assert (first.groupby("topic", observed=True)[by].diff().dropna() <= 0).all()


def test_frex_is_the_harmonic_mean_of_two_ranks():
    # Term 0 is frequent in both topics, term 1 exclusive to the first.
    weights = np.array([[0.6, 0.3, 0.1], [0.6, 0.0, 0.4]])
    scores = frex(weights)
    # In topic 1: frequency ranks 3, 2, 1; exclusivity .5, 1, .2 has ranks 2, 3, 1 (of 3).
    assert scores[0] == pytest.approx([0.8, 0.8, 1 / 3])


def test_npmi_and_exclusivity_by_hand():
    matrix = fr.count_terms(fr.make_corpus(["a1 b1", "a1 b1", "a1 c1", "d1"]), min_units=1).matrix
    top = np.array([[0, 1], [0, 2], [1, 2]])
    both = np.array([2, 1]) / 4
    apart = np.array([3 * 2, 3 * 1]) / 16
    assert npmi(matrix, top) == pytest.approx([*(np.log(both / apart) / -np.log(both)), -1.0])
    weights = np.array([[0.6, 0.3, 0.1], [0.2, 0.0, 0.4]])
    assert exclusivity(weights, top_columns(weights, 1)) == pytest.approx([0.75, 0.8])


def test_the_table_has_the_terms_of_each_topic_by_weight(small):
    found = fr.fit_topics(small, n_topics=2, seed=1)
    rows = [
        (name, term, weight)
        for name, weights in zip(found.names, found.weights.tolist(), strict=True)
        for weight, term in sorted(
            zip(weights, found.vocabulary["term"], strict=True),
            key=lambda pair: (-pair[0], pair[1]),
        )
        if weight > 0
    ]
    assert list(found.table) == ["topic", "term", "weight"]
    assert list(found.table.itertuples(index=False, name=None)) == rows


def test_top_passages_show_the_text_of_the_corpus_counted(fitted, newswire):
    table = fitted.top_passages(2, corpus=newswire, min_terms=5)
    assert (table.groupby("topic", observed=True)["share"].diff().dropna() <= 0).all()
    row = table.iloc[0]
    unit = fitted.units.set_index("unit_id").loc[row["unit_id"]]
    text = newswire.table.set_index("doc_id")["text"][row["doc_id"]]
    assert row["text"] == " ".join(text[unit["start"] : unit["end"]].split())
    with pytest.raises(fr.InputError, match=r"top=1\.5 .* whole number"):
        fitted.top_passages(1.5, corpus=newswire)
    with pytest.raises(fr.InputError, match=r"min_terms=2\.5 .* whole number"):
        fitted.top_passages(2, corpus=newswire, min_terms=2.5)
    with pytest.raises(fr.InputError, match="not the corpus"):
        fitted.top_passages(2, corpus=fr.make_corpus(["Other text."]))


def test_labels_are_data_and_leave_the_topics_as_they_are(fitted):
    labelled = fitted.with_labels({"topic 1": "Summit"})
    assert fitted.labels == {}
    assert labelled.label("topic 1") == "Summit"
    assert "Summit" in labelled._repr_html_()
    assert set(labelled.top_terms(3).query("topic == 'topic 1'")["label"]) == {"Summit"}
    with pytest.raises(fr.InputError, match="Did you mean 'topic 1'"):
        fitted.with_labels({"topic1": "Summit"})
    with pytest.raises(fr.InputError, match="Two topics have the label 'Summit'"):
        labelled.with_labels({"topic 2": "Summit"})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": "lsa", "n_topics": 2}, "model='lsa' is not known"),
        ({}, "The number of topics is missing"),
        ({"n_topics": 0}, "n_topics=0 cannot be used"),
        ({"n_topics": 6}, r"more than the number of documents with a term \(5\)"),
        ({"n_topics": 5}, r"more than the number of terms \(4\)"),
        ({"n_topics": 2, "seed": -1}, "seed=-1 cannot be used"),
        ({"n_topics": 2, "passes": 0}, "passes=0 cannot be used"),
        ({"n_topics": 2, "seeds": {"a": ["gas"]}}, "takes no seeds"),
        ({"n_topics": 2, "model": "seeded-lda"}, "needs seeds="),
        ({"n_topics": 2, "covariates": ["source"]}, "takes no covariates"),
        ({"n_topics": 2, "model": "dmr"}, "needs covariates="),
        ({"n_topics": 2, "model": "dmr", "covariates": "source"}, "is one name; give a list"),
        ({"n_topics": 2, "model": "dmr", "covariates": ["sorce"]}, "Did you mean 'source'"),
        ({"n_topics": 1, "model": "seeded-lda", "seeds": {"a": ["gas"], "b": ["truce"]}},
         "fewer than the 2 topics with seeds"),
    ],
)  # fmt: skip
def test_bad_arguments_are_answered(small, options, message):
    with pytest.raises(fr.InputError, match=message):
        fr.fit_topics(small, **{"seed": 1, **options})


def test_what_is_no_corpus_and_no_counts_is_answered():
    with pytest.raises(fr.InputError, match="source is a list; it must be Corpus"):
        fr.count_terms(["a truce"])
    with pytest.raises(fr.InputError, match=r"count_terms\(corpus\)"):
        fr.fit_topics(fr.make_corpus(["a truce"]), n_topics=1, seed=1)


def test_a_missing_extra_says_what_to_install(small, monkeypatch):
    monkeypatch.setitem(sys.modules, "tomotopy", None)
    with pytest.raises(fr.InputError, match=r"pip install 'media-framing\[gibbs\]'"):
        fr.fit_topics(small, model="gibbs-lda", n_topics=2, seed=1)


def test_every_model_is_described():
    text = fr.fit_topics.__doc__
    assert [model for model in MODELS if f'"{model}"' not in text] == []


def test_a_word_can_be_the_seed_of_two_topics(small):
    seeds = {"a": ["gas", "truce"], "b": ["truce", "talks"]}
    topics = fr.fit_topics(small, n_topics=2, model="seeded-lda", seeds=seeds, seed=1)
    assert sorted(topics.seeds["seed"]) == ["gas", "talks", "truce", "truce"]


def test_a_table_of_covariates_is_refused():
    terms = fr.count_terms(fr.make_corpus(["A truce and talks."] * 3), max_units=1.0)
    with pytest.raises(fr.InputError, match="covariates is a DataFrame; give the names of columns"):
        fr.fit_topics(terms, model="dmr", n_topics=2, seed=1, covariates=pd.DataFrame({"a": [1]}))
