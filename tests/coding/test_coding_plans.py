import numpy as np
import pandas as pd
import pytest

import framing as fr

SHARE = 0.3


def validation(sensitivity, false, frame="peace"):
    """The validation of an instrument with these errors, on 1,000 sentences, 300 with the frame."""
    corpus = fr.make_corpus([" ".join(f"Day {day} of week {week}." for day in range(10))
                             for week in range(100)])  # fmt: skip
    keys = corpus.sentences[["doc_id", "sentence"]].reset_index(drop=True)
    truth = np.arange(1000) < 300
    said = np.r_[np.arange(300) < 300 * sensitivity, np.arange(700) < 700 * false]
    hits = fr.hits_of_codes(fr.make_codes(keys.assign(**{frame: said.astype(int)})), corpus)
    return fr.validate(hits, fr.make_codes(keys.assign(**{frame: truth.astype(int)})))


GOOD, POOR, USELESS = validation(0.9, 0.05), validation(0.6, 0.2), validation(0.5, 0.5)
COSTS = {"budget": 300, "coding_cost": 0.5, "sentences": 20_000}


def widths(instruments, **changes):
    table = fr.coding.plan_coding(instruments, **{**COSTS, **changes}).table
    assert (table["cost"] <= changes.get("budget", COSTS["budget"]) + 1e-9).all()
    assert table["half_width"].is_monotonic_increasing
    # The best is the first that `correct` takes: one instrument and people.
    single = ~table["instruments"].str.contains("+", regex=False)
    assert table["best"].sum() == 1
    assert table["best"].idxmax() == single.idxmax()
    assert ((table["note"] == "") == single).all()
    return table.set_index("instruments")


def test_a_better_instrument_narrows_the_interval_and_a_useless_one_does_not():
    table = widths({"lexicon": (0, POOR), "coin": (0, USELESS), "model": (0, GOOD)})
    # People alone code 600 sentences: 1.96 * sqrt(.3 * .7 * (1 / 600 - 1 / 20000)).
    alone = table.loc["people alone", "half_width"]
    assert alone == pytest.approx(1.96 * np.sqrt(0.21 * (1 / 600 - 1 / 20_000)), rel=1e-2)
    assert table.loc["coin", "half_width"] == pytest.approx(alone, rel=1e-2)
    assert table.loc["coin", "half_width"] <= alone
    assert table.loc["model", "half_width"] < table.loc["lexicon", "half_width"] < alone
    assert table.loc["lexicon + model", "half_width"] < table.loc["model", "half_width"]


def test_a_dear_instrument_reads_a_part_or_nothing():
    cheap = widths({"model": (0.001, GOOD)}).loc["model"]
    dear = widths({"model": (0.05, GOOD)})
    assert cheap["read"] == 20_000
    assert 600 < dear.loc["model", "read"] < 6_000
    assert cheap["half_width"] < dear.loc["model", "half_width"]
    # As dear as people: it is better to let people read.
    table = widths({"model": (0.5, POOR)})
    assert table["best"].idxmax() == "people alone"
    poor = fr.coding.plan_coding({"model": (0.5, POOR)}, **{**COSTS, "budget": 5}).table
    assert poor["half_width"].isna().all()
    assert poor["note"].str.contains("too small").all()
    poor = fr.coding.plan_coding({"model": (0.5, POOR)}, **{**COSTS, "budget": 5})
    assert "the budget is too small for 20 coded sentences" in repr(poor)


def test_the_expected_width_is_that_of_repeated_studies():
    row = widths({"model": (0.05, GOOD)}).loc["model"]
    m, n = int(row["read"]), int(row["coded"])
    rng = np.random.default_rng(1)
    estimates = []
    for _ in range(1500):
        truth = rng.random(m) < SHARE
        said = rng.random(m) < np.where(truth, 0.9, 0.05)
        # People code the first n of the m sentences that the model has read.
        coded = pd.Series(truth[:n]).groupby(said[:n]).mean()
        estimates.append(coded[True] * said.mean() + coded[False] * (1 - said.mean()))
    assert np.mean(estimates) == pytest.approx(SHARE, abs=0.005)
    assert 1.96 * np.std(estimates) == pytest.approx(row["half_width"], rel=0.1)


@pytest.mark.parametrize(("share", "price"), [(0.02, 0), (0.1, 0), (0.1, 0.05)])
def test_planned_widths_are_those_that_correct_gives(share, price):
    sentences, runs = 1000, 30
    corpus = fr.make_corpus([" ".join(f"Day {day} of week {week}." for day in range(10))
                             for week in range(sentences // 10)])  # fmt: skip
    keys = corpus.sentences[["doc_id", "sentence"]].reset_index(drop=True)
    order, cases = np.arange(sentences), round(share * sentences)
    truth = order < cases
    said = np.where(truth, order < 0.8 * cases, order - cases < 0.05 * (sentences - cases))
    known = fr.validate(
        fr.hits_of_codes(fr.make_codes(keys.assign(peace=said.astype(int))), corpus),
        fr.make_codes(keys.assign(peace=truth.astype(int))),
    )
    plan = {"budget": 50, "coding_cost": 0.5, "sentences": sentences}
    table = fr.coding.plan_coding({"model": (price, known)}, **plan).table
    row = table.set_index("instruments").loc["model"]
    rng, widths = np.random.default_rng(3), []
    for run in range(3):
        frames = [f"frame {number}" for number in range(runs)]
        truth = rng.random((sentences, runs)) < share
        said = rng.random(truth.shape) < np.where(truth, 0.8, 0.05)
        part = np.sort(rng.choice(sentences, int(row["read"]) or sentences, replace=False))
        codes = fr.make_codes(
            keys.iloc[part].assign(**dict(zip(frames, said[part].T.astype(int), strict=True)))
        )
        hits = fr.hits_of_codes(codes, corpus)
        sample = fr.sample_for_coding(hits, corpus, int(row["coded"]), strata=(), seed=run)
        people = keys.assign(**dict(zip(frames, truth.T.astype(int), strict=True)))
        people = fr.make_codes(sample.table[["doc_id", "sentence"]].merge(people))
        found = fr.correct(hits, people, sample)
        if price:
            found = fr.coding.extend_correction(found, sentences)
        widths += ((found.table["high"] - found.table["low"]) / 2).tolist()
    assert np.mean(widths) == pytest.approx(row["half_width"], rel=0.06)


def test_wrong_arguments_are_refused():
    for wrong in ({}, {"model": GOOD}, {"model": (-1, GOOD)}, {"model": (0, "valid")}):
        with pytest.raises(fr.InputError, match="instruments takes the cost"):
            fr.coding.plan_coding(wrong, **COSTS)
    with pytest.raises(fr.InputError, match="no frame in common"):
        fr.coding.plan_coding(
            {"model": (0, GOOD), "other": (0, validation(0.9, 0.1, "war"))}, **COSTS
        )
