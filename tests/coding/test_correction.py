from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

import framing as fr
from framing.coding.coded_shares import (
    Combination,
    estimate_cells,
    expanded_codes,
    spread_over_clusters,
)
from framing.coding.correction import _shared_values

TEXTS = ["Truce.\n\n* * *\n\nRain.\n\nTruce.\n\nSnow."] * 12


def corrected(columns, **options):
    corpus = fr.make_corpus(TEXTS, furniture=False, **columns)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, 40, seed=1)
    said = sample.table["text"].str.contains("Truce").astype(int)
    codes = fr.make_codes(sample.table[["doc_id", "sentence"]].assign(peace=said))
    return hits, fr.correct(hits, codes, sample, **options)


def test_sentences_without_a_word_are_no_part_of_a_share():
    hits, found = corrected({})
    assert (hits.sentences["tokens"] == 0).sum() == 12
    row = found.iloc[0]
    assert (row["raw"], row["sentences"]) == (pytest.approx(0.5), 48)
    assert row["estimate"] == pytest.approx(0.5)


def test_a_slope_is_of_the_documents_that_have_the_value():
    wave = np.array([np.nan, np.nan, *range(1, 11)])
    hits, found = corrected({"wave": wave}, on="wave")
    row = found[found["quantity"] == "slope of wave"].iloc[0]
    sentences = hits.sentences[hits.sentences["tokens"] > 0]
    value = sentences["doc_id"].map(dict(zip(hits.documents["doc_id"], wave, strict=True)))
    held = sentences.merge(hits.table, on=["doc_id", "sentence"], how="left")["entry"].notna()
    known = value.notna().to_numpy()
    slope = np.polyfit(value.to_numpy()[known], held.to_numpy()[known].astype(float), 1)[0]
    assert row["raw"] == pytest.approx(slope, abs=1e-12)
    assert row["sentences"] == known.sum()


def test_a_slope_of_what_is_planted():
    corpus = fr.make_corpus(["Rain. Rain."] * 6 + ["Rain. Truce."] * 6, x=[0.0] * 6 + [2.0] * 6)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, 24, seed=1)
    said = sample.table["text"].str.contains("Truce").astype(int)
    codes = fr.make_codes(sample.table[["doc_id", "sentence"]].assign(peace=said))
    found = fr.correct(hits, codes, sample, on="x")
    # From 0 to a half of the sentences over 2 units of x; all are coded, so nothing is unsure.
    row = found[found["quantity"] == "slope of x"].iloc[0]
    assert row[["estimate", "low", "high"]].tolist() == pytest.approx([0.25] * 3)


def study(texts, **columns):
    corpus = fr.make_corpus(texts, furniture=False, **columns)
    return fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))


def test_confusion_by_a_column_is_sorted_and_has_no_group_without_sentences():
    hits = study(["Truce. Rain.", "Truce.", "Rain."], source=["Wire", "Blog", "Agency"])
    rows = {"doc_id": ["text1", "text1", "text2", "text3"], "sentence": [1, 2, 1, 1]}
    valid = fr.validate(hits, fr.make_codes(pd.DataFrame(rows).assign(peace=[1, 1, 0, 0])))
    by_source = valid.confusion(by="source")
    assert by_source["source"].tolist() == ["Agency", "Blog", "Wire"]
    assert by_source[["tp", "fp", "fn", "tn"]].to_numpy().tolist() == [
        [0, 0, 0, 1], [0, 1, 0, 0], [1, 0, 1, 0],
    ]  # fmt: skip
    by_length = valid.confusion(by="length")
    assert len(by_length) == 1
    assert by_length["n"].tolist() == [4]


def test_precision_recall_and_f1_by_hand():
    hits = study(["Truce. Truce. Truce. Rain. Snow. Hail."])
    rows = pd.DataFrame({"doc_id": "text1", "sentence": range(1, 7), "peace": [1, 1, 0, 1, 0, 0]})
    valid = fr.validate(hits, fr.make_codes(rows))
    # Of 3 hits 2 are right, and 1 of 3 sentences with the frame is missed.
    for row in (valid.table.iloc[0], valid.confusion().iloc[0]):
        assert row[["precision", "recall", "f1"]].tolist() == pytest.approx([2 / 3] * 3)
    assert valid.confusion()[["tp", "fp", "fn", "tn"]].to_numpy().tolist() == [[2, 1, 1, 2]]


def test_a_message_on_unknown_sentences_names_no_other():
    hits = study(["Truce. Rain."])
    rows = pd.DataFrame({"doc_id": "text1", "sentence": [1, 2, 9], "peace": [1, 0, 0]})
    with pytest.raises(fr.InputError) as error:
        fr.validate(hits, fr.make_codes(rows))
    assert "1 coded sentence cannot be found" in str(error.value)
    assert "sentence 9 of 'text1'" in str(error.value)
    assert "sentence 1 of" not in str(error.value)


def coded_sample(said, n=40, copies=100, **columns):
    """Return what `correct` needs; two in five sentences have a hit, and ``said`` codes a text."""
    texts = ["A truce held. Rain fell. Snow fell. Fog came. A truce ended."] * copies
    corpus = fr.make_corpus(texts, **columns)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, n, seed=1)
    table = sample.table[["doc_id", "sentence"]].assign(peace=said(sample.table["text"]))
    return hits, table, sample


def truce(text):
    return text.str.contains("truce").astype(int)


def test_a_sample_without_an_error_does_not_say_that_there_is_none():
    hits, table, sample = coded_sample(truce)
    row = fr.correct(hits, fr.make_codes(table), sample).iloc[0]
    # Of 16 hits all are right, of 24 other sentences none has the frame: each could be 10% off.
    assert row["estimate"] == pytest.approx(0.4)
    assert 0.25 < row["low"] < 0.38
    assert 0.43 < row["high"] < 0.55


@pytest.mark.parametrize("code", [0, 1])
def test_limits_of_a_share_are_shares_where_all_codes_are_equal(code):
    groups = ["A", "B"] * 50
    hits, table, sample = coded_sample(lambda text: (text == "") * 1 + code, source=groups)
    found = fr.correct(hits, fr.make_codes(table), sample, by="source")
    shares = found[~found["quantity"].str.contains(" - ")]
    assert ((shares["low"] >= 0) & (shares["high"] <= 1)).all()
    assert (shares["high"] - shares["low"] > 0.01).all()
    assert (shares[["low", "high"][code]] == code).all()
    difference = found.iloc[-1]
    assert (difference["estimate"], difference["p"]) == (0, 1)
    assert -1 <= difference["low"] < 0 < difference["high"] <= 1


def test_p_is_the_level_at_which_the_interval_begins_to_hold_zero():
    groups = np.array(["A", "B"] * 50)
    texts = ["A truce held. Rain fell. Snow fell."] * 100
    corpus = fr.make_corpus(texts, source=groups)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, 60, seed=1)
    in_a = sample.table["doc_id"].str.removeprefix("text").astype(int) % 2 == 1
    table = sample.table[["doc_id", "sentence"]].assign(peace=truce(sample.table["text"]) * in_a)
    codes = fr.make_codes(table)
    p = fr.correct(hits, codes, sample, by="source").iloc[-1]["p"]
    assert 0 < p < 0.05
    near = fr.correct(hits, codes, sample, by="source", level=1 - p).iloc[-1]
    assert near["low"] == pytest.approx(0, abs=1e-3)


def test_documents_share_a_value_within_their_group_alone():
    stories = list("wxyzwxyz") * 2
    documents = pd.DataFrame({"doc_id": range(16), "story": stories, "price": np.arange(16.0)})
    documents["lone"] = documents["doc_id"].astype(str)
    group = np.repeat([0, 1], 8)
    (name, pair), *rest = _shared_values(documents, group)
    assert (name, rest) == ("story", [])
    same = {(own, story): number for own, story, number in zip(group, stories, pair, strict=True)}
    assert len(same) == len(set(same.values())) == len(set(pair)) == 8


def test_coders_who_differ_widen_the_interval_and_the_note_says_so():
    hits, table, sample = coded_sample(truce, n=100)
    same = pd.concat([table.assign(coder=name) for name in ("Ann", "Ben")])
    other = table.assign(coder="Ben", peace=table["peace"] * (table.index % 3 > 0))
    apart = pd.concat([table.assign(coder="Ann"), other])
    agreed, differ = (fr.correct(hits, fr.make_codes(x), sample).iloc[0] for x in (same, apart))
    assert differ["high"] - differ["low"] > 1.5 * (agreed["high"] - agreed["low"])
    assert agreed["note"] == ""
    changed = int((table["peace"] * (table.index % 3 == 0)).sum())
    allows = "the interval also allows for other coders"
    said = f"coders differ in {changed} of 100 sentences: {allows}"
    assert differ["note"] == f"{said}, of whom 2 show little"
    # Of four coders nothing more is said.
    four = pd.concat([apart, *(table.assign(coder=name) for name in ("Cem", "Dia"))])
    assert fr.correct(hits, fr.make_codes(four), sample).iloc[0]["note"] == said
    shared = table.assign(coder=np.where(table.index % 2 == 0, "Ann", "Ben"))
    unknown = fr.correct(hits, fr.make_codes(shared), sample).iloc[0]["note"]
    assert unknown == "no sentence has two coders: the intervals leave out how far coders differ"
    # The interval allows for each of the two coders.
    for name in ("Ann", "Ben"):
        alone = fr.correct(hits, fr.make_codes(apart), sample, coder=name).iloc[0]
        assert differ["low"] <= alone["estimate"] <= differ["high"]


def test_coders_who_agree_in_a_group_and_not_elsewhere_leave_its_share_open():
    # All is coded. Both coders agree in all of group A and differ in a tenth of group B.
    hits, table, sample = coded_sample(truce, n=100, copies=20, group=["A"] * 10 + ["B"] * 10)
    late = table["doc_id"].str.removeprefix("text").astype(int) > 10
    other = table["peace"].where(~late | (table.index % 10 > 0), 1 - table["peace"])
    apart = pd.concat([table.assign(coder="Ann"), table.assign(coder="Ben", peace=other)])
    found = fr.correct(hits, fr.make_codes(apart), sample, by="group").table.set_index("quantity")
    row = found.loc["group=A"]
    assert "the interval also allows for other coders" in row["note"]
    assert row["low"] < row["estimate"] - 0.001 < row["estimate"] + 0.001 < row["high"]
    # The group in which they differ is less sure.
    width = found["high"] - found["low"]
    assert width["group=B"] > 1.5 * width["group=A"] > 0
    # With one coder, or where coders agree in all, nothing is open, and no note says so.
    for codes in (table, pd.concat([table.assign(coder=name) for name in ("Ann", "Ben")])):
        sure = fr.correct(hits, fr.make_codes(codes), sample, by="group").table
        assert (sure["low"] == sure["high"]).all()
        assert not sure["note"].str.contains("coders").any()


@pytest.mark.parametrize("coders", [2, 3])
def test_two_coders_leave_room_for_others(coders):
    # Coders miss a tenth and see a frame that is not there in 1% of sentences, more or less. With
    # nearly all sentences coded the mean of all coders was in 83 and 90% of intervals.
    rng, n, held = np.random.default_rng(23), 900, 0
    rates = special.expit(special.logit([0.1, 0.01]) + 0.7 * rng.standard_normal((4000, 2)))
    for _ in range(120):
        has = np.arange(1000) < 60
        missed, seen = rates[rng.integers(0, 4000, coders)].T
        position = np.sort(rng.choice(1000, n, replace=False))
        chance = np.where(has[position], 1 - missed[:, None], seen[:, None])
        by_coder = (rng.random((coders, n)) < chance).astype(float)
        coded = by_coder.mean(axis=0)
        cells = estimate_cells(
            has & (np.arange(1000) % 4 > 0), np.ones((1, 1000)), coded, position,
            [(np.arange(n), 1000)], by_coder,
        )  # fmt: skip
        low, high = cells.combined(np.eye(1)).limits(np.array([0.025]))
        truth = 0.06 * (1 - rates[:, 0].mean()) + 0.94 * rates[:, 1].mean()
        held += low[0] <= truth <= high[0]
    assert held / 120 >= 0.92


def test_a_group_that_nobody_coded_is_not_known():
    hits, table, sample = coded_sample(truce, source=["A"] * 99 + ["B"])
    assert "text100" not in set(table["doc_id"])
    row = fr.correct(hits, fr.make_codes(table), sample, by="source").set_index("quantity")
    row = row.loc["source=B"]
    assert (row["low"], row["high"], row["n"]) == (pytest.approx(0, abs=0.2), 1, 0)
    assert "no sentence without a hit and none with a hit is coded" in row["note"]


def test_intervals_over_documents_are_wider_and_hold_what_documents_were_drawn_with():
    rng = np.random.default_rng(4)
    covered, widths = [], []
    for seed in range(12):
        moods = rng.beta(1, 4, 60)
        has = rng.random((60, 6)) < moods[:, None]
        texts = [" ".join("A truce held." if code else "Rain fell." for code in row) for row in has]
        corpus = fr.make_corpus(texts, story=np.arange(60) // 2)
        hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
        sample = fr.sample_for_coding(hits, corpus, 100, seed=seed)
        rows = sample.table["doc_id"].str.removeprefix("text").astype(int) - 1
        said = has[rows, sample.table["sentence"] - 1] * 1
        codes = fr.make_codes(sample.table[["doc_id", "sentence"]].assign(peace=said))
        found = [
            fr.correct(hits, codes, sample, cluster=name).iloc[0]
            for name in (None, "document", "story")
        ]
        covered.append([row["low"] <= 0.2 <= row["high"] for row in found])
        widths.append([row["high"] - row["low"] for row in found])
    corpus_alone, documents, stories = np.mean(covered, axis=0)
    # The corpus alone is known well, and its share differs from that of the source of documents.
    assert corpus_alone <= documents
    assert min(documents, stories) >= 0.8
    assert np.all(np.diff(np.mean(widths, axis=0)[:2]) > 0.02)
    with pytest.raises(fr.InputError, match="cluster='stroy'"):
        fr.correct(hits, codes, sample, cluster="stroy")


def test_five_uncoded_sentences_may_hold_one_with_the_frame():
    corpus = fr.make_corpus(["Rain fell."] * 20)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, 15, seed=1)
    codes = fr.make_codes(sample.table[["doc_id", "sentence"]].assign(peace=0))
    row = fr.correct(hits, codes, sample).iloc[0]
    # With one case among 20, 15 sentences show none in a quarter of all samples; with 3, in 1%.
    assert 1 / 20 < row["high"] < 3 / 20


def enumerated(size, frames, coded):
    """Return all outcomes of samples of sentences without and with a hit, and their chances."""
    outcomes = [np.arange(min(n, k) + 1) for n, k in zip(coded, frames, strict=True)]
    chances = [
        stats.hypergeom.pmf(x, all_, k, n)
        for x, all_, k, n in zip(outcomes, size, frames, coded, strict=True)
    ]
    return np.meshgrid(*outcomes, indexing="ij"), np.outer(*chances)


@pytest.mark.parametrize(
    ("size", "frames", "coded"),
    [
        # Prevalence .022, precision .7, recall .8: two hits are coded, and no miss is seen.
        ((1950, 50), (9, 35), (38, 2)),
        ((1822, 178), (40, 160), (91, 9)),
        ((1571, 429), (300, 300), (31, 9)),
    ],
)
def test_nearly_all_samples_that_can_be_drawn_hold_the_share(size, frames, coded):
    truth, part = sum(frames) / sum(size), np.array(size) / sum(size)
    outcomes, chances = enumerated(size, frames, coded)
    held = 0.0
    for misses, rights, chance in zip(*(x.ravel() for x in (*outcomes, chances)), strict=True):
        if chance < 1e-4:
            continue
        hit = np.repeat([False, True], coded)
        codes = (
            np.concatenate([np.arange(n) < k for n, k in zip(coded, (misses, rights), strict=True)])
            * 1.0
        )
        strata = [(np.flatnonzero(hit == kind), size[kind]) for kind in (0, 1)]
        every = np.repeat([False, True], size)
        position = np.concatenate([np.flatnonzero(every == k)[: coded[k]] for k in (0, 1)])
        cells = estimate_cells(every, np.ones((1, sum(size))), codes, position, strata)
        combined = Combination(part[None], cells.share[0], cells.n[0], cells.coders[0])
        low, high = (ends[0] for ends in combined.limits(np.array([0.025])))
        held += chance * (low <= truth <= high)
    assert held > 0.93


def test_limits_are_quantiles_of_the_sum_of_what_is_known_of_each_share():
    weights, share = np.array([0.9, 0.1, -0.8, -0.2]), np.array([0.02, 1.0, 0.0, 0.5])
    n = np.array([50.0, 5, 40, np.inf])
    rng = np.random.default_rng(1)
    drawn = rng.beta(share * 50 + 0.5, (1 - share) * 50 + 0.5, (400_000, 4))
    drawn[:, 1:3] = rng.beta((share * n + 0.5)[1:3], ((1 - share) * n + 0.5)[1:3], (400_000, 2))
    drawn[:, 3] = 0.5
    combined = Combination(weights[None], share, n, np.zeros(4))
    low, high = combined.limits(np.array([0.025]))
    expected = np.quantile(drawn @ weights, [0.025, 0.975])
    assert [low[0], high[0]] == pytest.approx(expected.tolist(), abs=0.001)
    below = (drawn @ weights < 0).mean()
    assert combined.p_values()[0] == pytest.approx(2 * min(below, 1 - below), abs=0.02)


def test_shares_are_corrected_by_month_and_by_length_and_not_by_quotation():
    dates = ["2025-01-05", "2025-01-25", "2025-02-05", "2025-02-25", ""] * 20
    texts = ["A truce held. Rain fell. The harbour was quiet for a long time after the rain."] * 100
    corpus = fr.make_corpus(texts, date=dates, desk=["a", "b", "", "b", "a"] * 20)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, 150, seed=1)
    said = sample.table["text"].str.contains("truce").astype(int)
    codes = fr.make_codes(sample.table[["doc_id", "sentence"]].assign(peace=said))

    def shares(by):
        table = fr.correct(hits, codes, sample, by=by).table.set_index("quantity")
        assert table[["raw", "estimate", "low", "high"]].notna().all().all()
        return table[~table.index.str.contains(" - ")]

    # A fifth of the documents has no date, and another fifth no desk.
    for by in ("date", "month"):
        months = shares(by)
        assert months.index.tolist() == ["prevalence", f"{by}=2025-01", f"{by}=2025-02"]
        assert months["sentences"].tolist() == [300, 120, 120]
    assert shares("desk")["sentences"].tolist() == [300, 120, 120]
    length = shares("length")
    assert length.index.tolist() == ["prevalence", "length=1 to 10", "length=11 to 20"]
    assert length["raw"].tolist() == pytest.approx([1 / 3, 1 / 2, 0])
    with pytest.raises(fr.InputError, match="by='quoted' cannot be used here"):
        fr.correct(hits, codes, sample, by="quoted")
    with pytest.raises(fr.InputError, match="by='quarter' has fewer than two groups: '2025Q1'"):
        fr.correct(hits, codes, sample, by="quarter")


def test_codes_over_twenty_documents_know_that_few_documents_hold_the_frame():
    rng, held, widths = np.random.default_rng(2), [], []
    for _ in range(250):
        document = np.repeat(np.arange(20), 30)
        has = rng.random(600) < rng.beta(0.2, 1.8, 20)[document]
        hit = rng.random(600) < np.where(has, 0.7, 0.02)
        if hit.sum() < 10:
            held.append(True)
            continue
        kinds = [np.flatnonzero(~hit), np.flatnonzero(hit)]
        drawn = [100 - int(hit.sum()) // 6, int(hit.sum()) // 6]
        rows = np.concatenate([rng.choice(k, n, False) for k, n in zip(kinds, drawn, strict=True)])
        ends = [(np.arange(drawn[0]), len(kinds[0])), (np.arange(drawn[0], 100), len(kinds[1]))]
        coded, everything = has[rows] * 1.0, np.ones((1, 600))
        cells = estimate_cells(hit, everything, coded, rows, ends)
        combined = Combination(cells.size / 600, cells.share[0], cells.n[0], cells.coders[0])
        expected, expanded = expanded_codes(hit, coded, rows, ends, cells.share[0])
        spread = spread_over_clusters(
            everything, np.ones((1, 1)), expected, expanded, document, combined.coding
        )
        low, high = replace(combined, spread=spread).limits(np.array([0.025]))
        held.append(low[0] <= 0.1 <= high[0])
        widths.append(high[0] - low[0])
    # With the variance of clusters beside that of the sample: .896.
    assert np.mean(held) > 0.92
    assert np.median(widths) < 0.3


@pytest.mark.parametrize(
    ("of_a", "of_b", "part"),
    [
        # Half of the sentences: the limits of each group, added by their squares.
        ([1, 9, 2, 8, 3, 7, 4, 6], [0, 10, 3, 7, 5, 5, 9, 1], 1.0),
        # One in twenty: less than nine tenths of that.
        ([0, 0, 0, 1, 0, 0, 2, 1], [0, 2, 0, 0, 1, 0, 0, 1], 0.9),
    ],
)
def test_a_difference_of_few_documents_is_not_as_open_as_both_rare_shares(of_a, of_b, part):
    counts = [*of_a, *of_b]
    words = [["truce"] * n + ["rain"] * (10 - n) for n in counts]
    corpus = fr.make_corpus(
        [" ".join(f"{word.title()}." for word in one) for one in words],
        desk=["A"] * 8 + ["B"] * 8, furniture=False,
    )  # fmt: skip
    hits = fr.find_hits(corpus, fr.make_lexicon({"p": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, 160, strata=(), seed=1)
    codes = sample.table[["doc_id", "sentence"]].assign(
        p=[int(text == "Truce.") for text in sample.table["text"]]
    )
    table = fr.correct(hits, fr.make_codes(codes), sample, by="desk", cluster="document").table
    a, b, pair = (table.set_index("quantity").loc[f"desk={of}"] for of in ("A", "B", "A - desk=B"))
    below = np.hypot(a["estimate"] - a["low"], b["high"] - b["estimate"])
    above = np.hypot(a["high"] - a["estimate"], b["estimate"] - b["low"])
    width = (pair["high"] - pair["low"]) / (below + above)
    assert width == pytest.approx(1, abs=1e-6) if part == 1 else 0.6 < width < part


def test_few_clusters_are_said():
    story = ["a"] * 40 + ["b"] * 60
    hits, table, sample = coded_sample(truce, story=story)
    note = fr.correct(hits, fr.make_codes(table), sample, cluster="story").iloc[0]["note"]
    assert "2 clusters hardly show" in note
    assert fr.correct(hits, fr.make_codes(table), sample, cluster="document").iloc[0]["note"] == ""


def limits_of_the_desk_without_a_case(*, crowded):
    """Return the limits of desk a, 25 documents that have no case; of 50 of desk b eight have.

    The same 40 of 500 sentences of desk b have the frame: five in each of eight documents, or one
    in each of forty.
    """
    truces = [5] * 8 + [0] * 42 if crowded else [1] * 40 + [0] * 10
    texts = ["Rain fell now. " * 10] * 25
    texts += ["A truce held. " * n + "Rain fell now. " * (10 - n) for n in truces]
    corpus = fr.make_corpus(texts, desk=["a"] * 25 + ["b"] * 50)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, 150, strata="desk", seed=3)
    keys = sample.table[["doc_id", "sentence"]]
    codes = fr.make_codes(keys.assign(peace=truce(sample.table["text"])))
    table = fr.correct(hits, codes, sample, by="desk", cluster="document").table
    return table.set_index("quantity").loc["desk=a", ["low", "high", "estimate"]]


def test_the_note_of_a_frame_names_what_its_own_hits_show():
    rng = np.random.default_rng(5)
    # Peace is a matter of stories, doubt of single sentences.
    peace = rng.random((120, 10)) < np.repeat(rng.beta(0.3, 1.2, 24), 5)[:, None]
    doubt = rng.random((120, 10)) < 0.2
    texts = [
        " ".join(f"{'A truce' if a else 'Rain'} {'may' if b else 'did'} come." for a, b in both)
        for both in (zip(*pair, strict=True) for pair in zip(peace, doubt, strict=True))
    ]
    story = np.repeat(np.arange(24), 5)
    corpus = fr.make_corpus(texts, source=np.where(story % 2, "A", "B"), story=story)
    hits = fr.find_hits(corpus, fr.make_lexicon({"doubt": ["may"], "peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, 100, seed=1)
    keys = sample.table[["doc_id", "sentence"]]
    codes = fr.make_codes(keys.assign(peace=truce(sample.table["text"]), doubt=0))
    table = fr.correct(hits, codes, sample, by="source").table
    notes = table[table["quantity"] == "source=A - source=B"].set_index("frame")["note"]
    assert "resemble each other (peace: intraclass" in notes["peace"]
    assert "resemble each other in peace (intraclass" in notes["doubt"]
    # Scores and contrasts say it in the same way.
    for unit, by in (("source", None), ("document", "source")):
        scores = fr.score(hits, unit=unit, kind="share")
        own = scores.interval() if by is None else fr.contrast(scores, by=by, seed=1)
        for frame, words in (
            ("peace", "resemble each other (peace: intraclass"),
            ("doubt", "in peace (intraclass correlation"),
        ):
            rows = own.table[own.table["frame"] == frame]
            assert rows["note"].str.contains(words, regex=False).all(), (unit, frame)
        doubtful = own.table[own.table["frame"] == "doubt"]["note"]
        assert doubtful.str.contains("not beyond chance in doubt").all()


@pytest.mark.parametrize(
    ("alike", "key"), [("story", "story"), ("document", "document"), ("nothing", "")]
)
def test_a_difference_of_this_corpus_says_what_would_make_it_about_more(alike, key):
    rng = np.random.default_rng(5)
    units = {"story": 24, "document": 120, "nothing": 1200}[alike]
    # Each story is in five articles of one outlet.
    moods = rng.beta(0.3, 1.2, units) if alike != "nothing" else np.full(units, 0.2)
    has = (rng.random(1200) < np.repeat(moods, 1200 // units)).reshape(120, 10)
    texts = [" ".join("A truce held." if code else "Rain fell." for code in row) for row in has]
    story = np.repeat(np.arange(24), 5)
    columns = {"story": story} if alike == "story" else {}
    corpus = fr.make_corpus(texts, source=np.where(story % 2, "A", "B"), **columns)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, 100, seed=1)
    keys = sample.table[["doc_id", "sentence"]]
    codes = fr.make_codes(keys.assign(peace=truce(sample.table["text"])))
    table = fr.correct(hits, codes, sample, by="source").table.set_index("quantity")
    note = table.loc["source=A - source=B", "note"]
    assert (f"cluster='{key}'" in note and "about this corpus alone" in note) == bool(key)
    assert "this corpus alone" not in table.loc["source=A", "note"]
    # With the clusters there is nothing left to say.
    if key:
        table = fr.correct(hits, codes, sample, by="source", cluster=key).table
        assert not table["note"].str.contains("this corpus alone").any()


def test_a_group_without_a_case_is_taken_to_crowd_as_all_groups_do():
    crowded = limits_of_the_desk_without_a_case(crowded=True)
    spread = limits_of_the_desk_without_a_case(crowded=False)
    assert crowded["estimate"] == spread["estimate"] == 0
    assert crowded["low"] == spread["low"] == 0
    assert crowded["high"] > 1.5 * spread["high"]
    assert crowded["high"] < 0.5


def slopes_of(of_document, has, seen, draws, n):
    """Corrected slopes of the same sentences, four in each document, from many samples of n."""
    texts = [
        " ".join("A truce held." if one else "Rain fell." for one in seen[4 * k : 4 * k + 4])
        for k in range(len(of_document))
    ]
    corpus = fr.make_corpus(texts, x=of_document)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    rows = []
    for seed in range(draws):
        sample = fr.sample_for_coding(hits, corpus, n, seed=seed)
        keys = sample.table[["doc_id", "sentence"]]
        at = 4 * keys["doc_id"].str.removeprefix("text").astype(int) - 5 + keys["sentence"]
        codes = fr.make_codes(keys.assign(peace=has[at] * 1))
        found = fr.correct(hits, codes, sample, on="x")
        rows.append(found[found["quantity"] == "slope of x"].iloc[0])
        half = (rows[-1]["high"] - rows[-1]["low"]) / 2
        # p is the level at which the interval begins to hold 0.
        if 1e-6 < rows[-1]["p"] < 1:
            edge = fr.correct(hits, codes, sample, on="x", level=1 - rows[-1]["p"])
            ends = edge[edge["quantity"] == "slope of x"].iloc[0][["low", "high"]]
            assert min(abs(ends)) < 1e-6 * half
    rows = pd.DataFrame(rows)
    truth = np.polyfit(np.repeat(of_document, 4), has.astype(float), 1)[0]
    return rows.assign(covered=(rows["low"] <= truth) & (truth <= rows["high"])), truth


def drawn_slopes(errors, draws, n, last=1.0):
    """Corrected slopes of 160 sentences in 40 documents, of which the last may lie far out."""
    rng = np.random.default_rng(3)
    of_document = np.append(np.linspace(0, 1, 39), last)
    has = rng.random(160) < 0.2 + 0.5 * np.minimum(np.repeat(of_document, 4), 1)
    seen = has ^ (rng.random(160) < errors)
    return slopes_of(of_document, has, seen, draws, n)


def test_a_slope_varies_as_its_interval_says():
    found, truth = drawn_slopes(errors=0.25, draws=40, n=24)
    error = ((found["high"] - found["low"]) / 2 / stats.t.ppf(0.975, 21)).mean()
    assert found["estimate"].mean() == pytest.approx(truth, abs=0.06)
    assert 0.93 < error / found["estimate"].std() < 1.35
    assert found["covered"].mean() >= 0.92


@pytest.mark.parametrize("errors", [0.03, 0.1])
def test_a_slope_has_an_interval_however_many_errors_are_seen(errors):
    found, _ = drawn_slopes(errors=errors, draws=12, n=60)
    width = found["high"] - found["low"]
    assert (width > 0.02).all()
    assert (width < 1.2).all()


def test_a_document_far_from_all_others_leaves_the_slope_an_interval_that_holds():
    # Its errors vanish in the regression that it draws to itself, and without a code of it a
    # straight line goes anywhere: the error was .6 of how the slope varies, which was .156.
    found, _ = drawn_slopes(errors=0.25, draws=25, n=60, last=8.0)
    error = ((found["high"] - found["low"]) / 2 / stats.t.ppf(0.975, 57)).mean()
    assert error > 0.9 * found["estimate"].std()
    assert found["estimate"].std() < 0.06
    assert found["covered"].mean() >= 0.92


def test_a_slope_of_few_explainers_and_uneven_values_has_an_interval_that_holds():
    # Before it held in some .8, and the slope varied three times as much.
    rng = np.random.default_rng(2)
    of_document = rng.lognormal(0, 2, 40)
    has = rng.random(160) < np.repeat(np.where(rng.random(40) < 0.15, 0.8, 0.03), 4)
    seen = has ^ (rng.random(160) < 0.25)
    found, _ = slopes_of(of_document, has, seen, draws=25, n=40)
    assert found["covered"].mean() >= 0.92
    assert found["estimate"].std() < 0.005


def test_a_slope_that_rests_on_one_document_is_as_open_as_what_is_known_of_it():
    # The far document has the frame in three of four sentences, others in few, and hits tell
    # nothing. Before, the interval took it to be like all others, and held in 10 of 25 samples.
    rng = np.random.default_rng(4)
    of_document = np.append(rng.normal(size=39), 8.0)
    has = np.append(rng.random(156) < 0.03, np.array([True, True, False, True]))
    seen = rng.random(160) < 0.3
    found, _ = slopes_of(of_document, has, seen, draws=25, n=40)
    assert found["covered"].mean() >= 0.84
    named = found["note"].str.contains("the interval is wide because of document 'text40'")
    assert named.mean() > 0.8
    uncoded = found[found["note"].str.contains("no coded sentences")]
    # Nobody knows then whether it has the frame in none of its sentences or in all.
    assert (uncoded["high"] - uncoded["low"]).min() > 0.05


def test_a_slope_of_even_documents_rests_on_no_single_one():
    rng = np.random.default_rng(5)
    has = rng.random(160) < 0.3
    found, _ = slopes_of(np.arange(40.0), has, has ^ (rng.random(160) < 0.2), draws=10, n=40)
    assert not found["note"].str.contains("the interval is wide because").any()


def test_a_slope_of_all_codes_is_that_of_the_corpus():
    rng = np.random.default_rng(8)
    has = rng.random(160) < 0.3
    found, truth = slopes_of(np.arange(40.0) ** 2, has, ~has, draws=1, n=160)
    assert found[["estimate", "low", "high"]].iloc[0].tolist() == pytest.approx([truth] * 3)


def test_hits_of_a_second_instrument_are_used_where_they_narrow_the_share():
    corpus = fr.make_corpus([" ".join(f"Day {day} of week {week}." for day in range(10))
                             for week in range(60)], source=["A", "B"] * 30)  # fmt: skip
    keys = corpus.sentences[["doc_id", "sentence"]].reset_index(drop=True)
    rng = np.random.default_rng(3)
    truth = rng.random(len(keys)) < 0.3

    def hits_of(said, frame="peace"):
        codes = fr.make_codes(keys.assign(**{frame: said.astype(int)}), coder=frame)
        return fr.hits_of_codes(codes, corpus)

    poor = hits_of(truth ^ (rng.random(len(keys)) < 0.25))
    good = hits_of(truth ^ (rng.random(len(keys)) < 0.1))
    coin = hits_of(rng.random(len(keys)) < 0.5)
    sample = fr.sample_for_coding(poor, corpus, 150, strata=(), seed=1)
    people = fr.make_codes(
        sample.table[["doc_id", "sentence"]].merge(keys.assign(peace=truth.astype(int)))
    )

    def width(hits, **options):
        row = fr.correct(hits, people, sample, **options).table.iloc[0]
        assert row["low"] <= truth.mean() <= row["high"]
        return row["high"] - row["low"]

    assert width(poor, also=good) < width(good) < width(poor)
    # The same hits again, or those of another frame, tell nothing more.
    for other in (poor, hits_of(truth, "war")):
        assert width(poor, also=other) == pytest.approx(width(poor), abs=1e-9)
    assert width(coin, also=[coin]) == pytest.approx(width(coin), abs=1e-9)
    # The raw share is that of the first, and so is the slope; groups have as many kinds.
    table = fr.correct(poor, people, sample, also=[good, coin], by="source").table
    first = fr.correct(poor, people, sample, by="source").table
    assert table["raw"].tolist() == first["raw"].tolist()
    assert (table["high"] - table["low"] < first["high"] - first["low"]).all()
    clustered = fr.correct(poor, people, sample, also=good, cluster="document").table.iloc[0]
    assert clustered["high"] - clustered["low"] >= width(poor, also=good) - 1e-9
    other = fr.find_hits(fr.make_corpus(["A truce."]), fr.make_lexicon({"peace": ["truce"]}))
    with pytest.raises(fr.InputError, match="also= has hits in other texts"):
        fr.correct(poor, people, sample, also=other)
    with pytest.raises(fr.InputError, match="also= has 3 instruments; at most 2"):
        fr.correct(poor, people, sample, also=[good, coin, poor])


def test_codes_of_sentences_that_were_not_drawn_are_listed():
    corpus = fr.make_corpus(["Truce.\n\nRain.\n\nTruce.\n\nSnow."] * 12)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, 40, seed=1)
    both = hits.sentences[["doc_id", "sentence"]]
    codes = fr.make_codes(both.assign(peace=(both["sentence"] % 2)))
    found = fr.correct(hits, codes, sample)
    assert found.table["n"].tolist() == [40]
    drawn = {*map(tuple, sample.table[["doc_id", "sentence"]].to_numpy())}
    spare = {*map(tuple, both.to_numpy())} - drawn
    assert {*map(tuple, found.left_out[["doc_id", "sentence"]].to_numpy())} == spare
    assert found.left_out["reason"].str.startswith("coded and not drawn").all()
