import numpy as np
import pandas as pd
import pytest

import framing as fr
from framing.coding.coded_shares import Combination, estimate_cells, joined_kinds
from framing.coding.coding_plans import _limits, effective_of_samples, explained_share

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
    assert table["best"].tolist() == [True] + [False] * (len(table) - 1)
    single = ~table["instruments"].str.contains("+", regex=False)
    assert ((table["note"] == "") == single).all()
    assert table.loc[~single, "note"].str.contains("also= those of the others").all()
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


def test_a_plan_without_an_expected_error_still_codes_as_many_as_show_this():
    corpus = fr.make_corpus(["A truce held. Rain fell. Snow. Sun came."] * 50)
    hits = fr.find_hits(corpus, fr.make_lexicon({"war": ["shelling"]}))
    needed = int(fr.coding.plan_sample(hits, precision=1, missed=0, width=0.1)["n_share"].iloc[0])
    widths = []
    for n in (needed - 1, needed):
        sample = fr.sample_for_coding(hits, corpus, n, seed=1)
        codes = fr.make_codes(sample.table[["doc_id", "sentence"]].assign(war=0))
        found = fr.correct(hits, codes, sample).table.iloc[0]
        widths.append(found["high"] - found["low"])
    assert widths[1] <= 0.1 < widths[0]
    sure = fr.coding.plan_sample(hits, precision=0.9, missed=0.0, width=0.9).table
    assert sure["with_hit"].tolist() == [0]


@pytest.mark.parametrize(("share", "precision", "recall"), [(0.03, 0.9, 0.8), (0.2, 0.7, 0.5)])
def test_intervals_after_a_plan_for_a_width_are_as_wide_on_average(share, precision, recall):
    # Of a good lexicon and a rare frame the plan by variances alone gave 1.7 times the width.
    rng, widths = np.random.default_rng(5), []
    for run in range(25):
        truth = rng.random(2000) < share
        false = share * recall * (1 - precision) / precision / (1 - share)
        hit = rng.random(2000) < np.where(truth, recall, false)
        words = np.where(hit, "Truce now.", "Rain now.").reshape(-1, 10)
        corpus = fr.make_corpus([" ".join(row) for row in words])
        hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
        missed = share * (1 - recall) / (1 - share * recall / precision)
        plan = fr.plan_coding(hits, precision=precision, missed=missed, width=0.08)
        n = int(plan["n_share"].iloc[0])
        sample = fr.sample_for_coding(hits, corpus, n, allocate="neyman", seed=run)
        keys = pd.DataFrame({"doc_id": corpus.table["doc_id"].repeat(10)})
        keys["sentence"] = np.tile(np.arange(1, 11), 200)
        people = sample.table[["doc_id", "sentence"]].merge(keys.assign(peace=truth.astype(int)))
        found = fr.correct(hits, fr.make_codes(people), sample).table.iloc[0]
        widths.append(found["high"] - found["low"])
    assert 0.85 * 0.08 <= np.mean(widths) <= 1.1 * 0.08


def test_many_samples_at_once_have_the_limits_of_each():
    rng, widths = np.random.default_rng(7), []
    for _ in range(200):
        sentences = int(rng.integers(60, 600))
        coded = int(rng.integers(10, sentences))
        truth = rng.random(sentences) < rng.choice([0.02, 0.1, 0.4])
        hit = rng.random(sentences) < np.where(truth, rng.random(), rng.random())
        position = np.sort(rng.choice(sentences, coded, replace=False))
        codes, strata = truth[position].astype(float), [(np.arange(coded), sentences)]
        everything, part = np.ones((1, sentences)), coded / sentences
        cells = estimate_cells(hit, everything, codes, position, strata)
        count = np.bincount(hit[position], minlength=2)[None].astype(float)
        cases = np.bincount(hit[position], codes, 2)[None]
        share = np.divide(cases, count, out=np.zeros_like(cases), where=count > 0)
        n = effective_of_samples(share, cases, count, part)
        known = (count > 0)[0]
        np.testing.assert_allclose(n[0][known], cells.n[0][known], rtol=1e-9)
        # The link is that of the correlation of hits and codes.
        if 0 < codes.mean() < 1 and known.all():
            link = np.corrcoef(hit[position], codes)[0, 1] ** 2
            assert explained_share(cases, count, codes.sum()[None]) == pytest.approx(link, abs=1e-9)
        if not known.all():
            continue
        parts = cells.size[0] / cells.size[0].sum()
        exact = Combination(parts[None], cells.share[0], cells.n[0], cells.coders[0])
        low, high = exact.limits(np.array([0.025]))
        value, below, above = _limits(parts[None], cases, count, part, 0.025)
        assert value == pytest.approx(exact.value, abs=1e-9)
        widths.append((float((above - below)[0]), float((high - low)[0])))
    # A beta distribution has the place of the sum of two: near enough for a mean, not for each.
    of_plan, exact_width = np.mean(widths, axis=0)
    assert of_plan == pytest.approx(exact_width, rel=0.015)


def test_small_kinds_are_joined_to_the_nearest():
    # Kinds 0 to 3: neither of two instruments sees the frame, the first, the second, both.
    assert joined_kinds(np.array([40.0, 9, 8, 7]), 5).tolist() == [0, 1, 2, 3]
    # Nobody coded what both see: it goes to the larger of those that differ in one.
    assert joined_kinds(np.array([40.0, 9, 8, 0]), 5).tolist() == [0, 1, 2, 1]
    assert joined_kinds(np.array([40.0, 2, 1, 1]), 5).tolist() == [0, 0, 0, 0]
    assert joined_kinds(np.array([3.0, 1, 0, 0]), 5).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(("share", "price", "alike"), [(0.1, 0, 0), (0.1, 0.05, 0), (0.3, 0, 0.6)])
def test_planned_widths_of_two_instruments_are_those_that_correct_gives(share, price, alike):
    sentences, runs = 1000, 30
    corpus = fr.make_corpus([" ".join(f"Day {day} of week {week}." for day in range(10))
                             for week in range(sentences // 10)])  # fmt: skip
    keys = corpus.sentences[["doc_id", "sentence"]].reset_index(drop=True)

    def said(truth, rng):
        first = rng.random(truth.shape) < np.where(truth, 0.5, 0.02)
        second = rng.random(truth.shape) < np.where(truth, 0.9, 0.1)
        # With ``alike`` the second repeats errors of the first.
        same = (first != truth) & (rng.random(truth.shape) < alike)
        return first.astype(int), np.where(same, first, second).astype(int)

    def hits_of(codes, columns):
        frames = dict(zip(columns, codes.T, strict=True))
        return fr.hits_of_codes(fr.make_codes(keys.assign(**frames)), corpus)

    rng = np.random.default_rng(5)
    truth = np.arange(sentences) < share * sentences
    valid = [fr.validate(hits_of(codes[:, None], ["peace"]),
                         fr.make_codes(keys.assign(peace=truth.astype(int))))
             for codes in said(truth, rng)]  # fmt: skip
    table = fr.coding.plan_coding(
        {"lexicon": (0, valid[0]), "model": (price, valid[1])},
        budget=100, coding_cost=0.5, sentences=sentences,
    ).table  # fmt: skip
    plan = table.set_index("instruments").loc["lexicon + model"]
    assert "independent" not in plan["note"]
    widths, covered = [], []
    for run in range(4):
        frames = [f"frame {number}" for number in range(runs)]
        truth = rng.random((sentences, runs)) < share
        part = np.sort(rng.choice(sentences, int(plan["read"]) or sentences, replace=False))
        hits = []
        for codes in said(truth, rng):
            of_part = keys.iloc[part].assign(**dict(zip(frames, codes[part].T, strict=True)))
            hits.append(fr.hits_of_codes(fr.make_codes(of_part), corpus))
        sample = fr.sample_for_coding(hits[0], corpus, int(plan["coded"]), strata=(), seed=run)
        people = keys.assign(**dict(zip(frames, truth.T.astype(int), strict=True)))
        people = fr.make_codes(sample.table[["doc_id", "sentence"]].merge(people))
        found = fr.correct(hits[0], people, sample, also=hits[1])
        assert found.settings["also"] == [hits[1].lexicon]
        if price:
            found = fr.coding.extend_correction(found, sentences)
        widths += ((found.table["high"] - found.table["low"]) / 2).tolist()
        shares = truth.mean(axis=0)
        covered += ((found.table["low"] <= shares) & (shares <= found.table["high"])).tolist()
    assert np.mean(widths) == pytest.approx(plan["half_width"], rel=0.06)
    assert np.mean(covered) >= 0.9
    one = table.set_index("instruments").loc[["lexicon", "model"], "half_width"].min()
    if not price:
        assert np.mean(widths) < 0.98 * one


def test_validations_on_other_sentences_say_that_errors_are_taken_as_independent():
    corpus = fr.make_corpus(["A truce. Rain fell. Snow fell. A truce holds. " * 20] * 2)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    keys = corpus.sentences[["doc_id", "sentence"]].reset_index(drop=True)
    codes = keys.assign(peace=(keys.index % 4 == 0).astype(int))
    halves = [fr.validate(hits, fr.make_codes(codes[codes["doc_id"] == name]))
              for name in ("text1", "text2")]  # fmt: skip
    plan = fr.coding.plan_coding(dict(zip("ab", [(0, half) for half in halves], strict=True)),
                                 budget=20, coding_cost=0.5, sentences=160)  # fmt: skip
    note = plan.table.set_index("instruments").loc["a + b", "note"]
    assert (
        "errors taken as independent: the instruments were validated on different sentences" in note
    )


def test_wrong_arguments_are_refused():
    for wrong in ({}, {"model": GOOD}, {"model": (-1, GOOD)}, {"model": (0, "valid")}):
        with pytest.raises(
            fr.InputError, match="instruments= needs, for each instrument, the cost"
        ):
            fr.coding.plan_coding(wrong, **COSTS)
    with pytest.raises(fr.InputError, match="no frame in common"):
        fr.coding.plan_coding(
            {"model": (0, GOOD), "other": (0, validation(0.9, 0.1, "war"))}, **COSTS
        )
