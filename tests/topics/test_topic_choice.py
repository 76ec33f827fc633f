import numpy as np
import pandas as pd
import pytest
from support.planted import as_terms, plant_counts, plant_shares, plant_topics

import framing as fr
from framing.topics.measures import match_rows


def planted(n=400, n_topics=6, seed=5):
    rng = np.random.default_rng(seed)
    topics = plant_topics(rng, n_topics, 400)
    terms, kept = as_terms(plant_counts(rng, plant_shares(rng, n, n_topics), topics, 60))
    return topics[:, kept], terms


@pytest.fixture(scope="module")
def choice():
    return fr.choose_topics(planted()[1], [3, 6, 12], starts=4, seed=1)


def test_stability_and_coherence_find_the_planted_number(choice):
    wide = choice.table.pivot(index="n_topics", columns="measure", values="value")
    for measure in ("npmi", "stability_seeds", "stability_samples"):
        assert wide[measure].idxmax() == 6, measure
    # Predicting held-out terms gains nothing from splitting topics further.
    gain = wide["held_out"].diff()
    assert gain[6] > 10 * abs(gain[12])


def test_intervals_are_those_of_the_runs(choice):
    runs = choice.runs.query("n_topics == 6 and measure == 'npmi'")["value"]
    row = choice.table.query("n_topics == 6 and measure == 'npmi'").iloc[0]
    assert row["n"] == len(runs) == 4
    assert row["value"] == pytest.approx(runs.mean())
    assert row["high"] - row["low"] == pytest.approx(2 * 1.96 * runs.std())


def test_no_number_is_a_candidate_without_a_reason(choice):
    assert choice.candidates["n_topics"].tolist() == [3, 6, 12]
    best = choice.candidates.set_index("n_topics")["best_in"]
    assert "npmi" in best[6]
    assert "npmi" not in best[12]
    assert "coherence (NPMI)" in choice.candidates.set_index("n_topics")["reason"][6]


def test_the_choice_is_the_same_with_any_number_of_workers(choice):
    again = fr.choose_topics(planted()[1], [6, 3, 12, 6], starts=4, seed=1, workers=2)
    pd.testing.assert_frame_equal(choice.table, again.table)
    pd.testing.assert_frame_equal(choice.runs, again.runs)


def test_documents_are_resampled_where_there_are_enough_of_them():
    _, terms = planted()
    assert fr.choose_topics(terms, [2], starts=2, seed=1).settings["resampled"] == "document"
    few = terms.units.assign(doc_id=["one", "two"] * 200)
    fewer = type(terms)(**{**vars(terms), "units": few, "unit": "paragraph"})
    assert fr.choose_topics(fewer, [2], starts=2, seed=1).settings["resampled"] == "paragraph"


def test_c_v_comes_on_request(choice):
    assert "c_v" not in set(choice.table["measure"])
    found = fr.choose_topics(planted()[1], [3, 6], starts=2, seed=1, c_v=True)
    values = found.table.query("measure == 'c_v'").set_index("n_topics")["value"]
    assert values.between(0, 1).all()
    assert values[6] > values[3]


def test_lda_can_be_chosen_too():
    found = fr.choose_topics(planted(150)[1], [3, 6], model="lda", starts=2, seed=1)
    wide = found.table.pivot(index="n_topics", columns="measure", values="value")
    assert wide.loc[6, "held_out"] > wide.loc[3, "held_out"]


@pytest.mark.parametrize(
    ("grid", "options", "message"),
    [
        ([], {}, "grid is empty"),
        ([1, 2], {}, "grid contains 1"),
        ([2.5], {}, "a number in grid=2.5 cannot be used"),
        ([2, 1000], {}, "n_topics=1000 is more than the number of"),
        ([2], {"starts": 1}, "starts=1 is too few"),
        ([2], {"samples": 1}, "samples=1 is too few"),
        ([2], {"model": "hdp"}, "model='hdp' is not known"),
        ([2], {"seed": -3}, "seed=-3 cannot be used"),
    ],
)
def test_bad_arguments_are_answered(grid, options, message):
    with pytest.raises(fr.InputError, match=message):
        fr.choose_topics(planted(50)[1], grid, **{"seed": 1, **options})


def test_a_consensus_reports_which_topics_recur():
    topics, terms = planted()
    found = fr.consensus_topics(terms, 6, starts=5, seed=1)
    assert found.table["share"].eq(1).all()
    assert match_rows(topics, found.topics.probabilities)[1].min() > 0.9
    assert found.topics.settings["starts"] == 5
    assert "6 of 6 topics" in repr(found)


def test_topics_that_are_not_there_do_not_recur():
    _, terms = planted()
    found = fr.consensus_topics(terms, 14, starts=5, seed=1, alike=0.9)
    assert (found.table["share"] < 1).sum() >= 4
    assert found.table.loc[found.table["share"] < 1, "low"].max() < 0.9


def test_a_consensus_is_the_same_with_any_number_of_workers():
    _, terms = planted(150)
    for model in ("nmf", "lda"):
        one = fr.consensus_topics(terms, 4, starts=3, seed=1, model=model)
        other = fr.consensus_topics(terms, 4, starts=3, seed=1, model=model, workers=2)
        assert (one.topics.weights == other.topics.weights).all()
        pd.testing.assert_frame_equal(one.table, other.table)


def test_the_choice_says_when_the_model_fails():
    texts = ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas"] * 5
    terms = fr.count_terms(fr.make_corpus(texts))
    notes = {
        model: fr.choose_topics(terms, [2], model=model, starts=2, seed=1, top=2).note
        for model in ("nmf", "lda")
    }
    assert "the weakest" in notes["nmf"]
    assert "prefer LDA" in notes["nmf"]
    assert notes["nmf"] != notes["lda"]
    assert all("25 units of 2 terms are few and short" in note for note in notes.values())
