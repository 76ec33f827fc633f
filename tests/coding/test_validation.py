from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import binom
from sklearn.metrics import precision_recall_fscore_support
from statsmodels.stats.proportion import proportion_confint

import framing as fr


def study(words, codes, coder="x"):
    """Return hits and codes of sentences that consist of one word each."""
    corpus = fr.make_corpus([f"{word}." for word in words], furniture=False)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce", "peace"]}))
    table = pd.DataFrame({"doc_id": corpus.table["doc_id"], "sentence": 1, "peace": codes})
    return hits, fr.make_codes(table, coder=coder)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["truce", "rain"]), st.sampled_from([0, 1])), min_size=2))
def test_precision_recall_and_f1_are_those_of_scikit_learn(pairs):
    words, codes = zip(*pairs, strict=True)
    table = fr.validate(*study(words, codes)).table.iloc[0]
    said = [word == "truce" for word in words]
    wanted = precision_recall_fscore_support(codes, said, average="binary", zero_division=np.nan)
    assert table[["precision", "recall", "f1"]].to_numpy(dtype=float) == pytest.approx(
        np.array(wanted[:3], dtype=float), nan_ok=True
    )
    assert not table["f1"] < table["f1_low"] - 1e-9
    assert not table["f1"] > table["f1_high"] + 1e-9


def test_codes_against_themselves_are_told_and_true_and_false_are_codes():
    corpus = fr.make_corpus(["A truce. Rain fell. Talks end."])
    rows = pd.DataFrame({"doc_id": "text1", "sentence": [1, 2, 3], "coder": "Ann"})
    codes = fr.make_codes(rows.assign(peace=[True, False, True]))
    assert codes.table["code"].tolist() == [1, 0, 1]
    with pytest.warns(UserWarning, match="The hits are the codes of Ann, and are held against"):
        fr.validate(fr.hits_of_codes(codes, corpus), codes)
    other = fr.make_codes(rows.assign(coder="Ben", peace=["TRUE", "false", "0"]))
    valid = fr.validate(fr.hits_of_codes(codes, corpus), other)
    assert valid.table["precision"].tolist() == [0.5]


def test_a_validation_names_the_unit_that_was_coded():
    corpus = fr.make_corpus(["A truce.", "Rain fell."])
    rows = pd.DataFrame({"doc_id": corpus.table["doc_id"], "peace": [1, 0]})
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    valid = fr.validate(hits, fr.make_codes(rows, unit="document"))
    assert "on 2 documents: F1 peace 1.00" in repr(valid)


def test_a_sentence_on_which_coders_differ_counts_in_part():
    hits, first = study(["truce", "rain"], [1, 0])
    other = first.table.assign(coder="y", code=[0.0, 0.0])
    both = fr.make_codes(
        pd.concat([first.table, other]).rename(columns={"code": "peace"})[
            ["doc_id", "sentence", "coder", "peace"]
        ]
    )
    table = fr.validate(hits, both).confusion()
    assert table[["tp", "fp", "fn", "tn"]].to_numpy().tolist() == [[0.5, 0.5, 0.0, 1.0]]
    assert fr.validate(hits, both, coder="x").table["precision"].tolist() == [1.0]


def test_a_stratified_sample_is_weighted_back_to_the_corpus():
    # 20 hits of which half are right, 200 others of which a tenth have the frame.
    words = ["truce"] * 20 + ["rain"] * 200
    coded = [1, 0] * 10 + [1] * 20 + [0] * 180
    hits, codes = study(words, coded)
    corpus = fr.make_corpus([f"{word}." for word in words], furniture=False)
    values = []
    for seed in range(20):
        sample = fr.sample_for_coding(hits, corpus, 60, seed=seed)
        keys = sample.table[["doc_id", "sentence"]]
        drawn = fr.mean_codes(codes).loc[list(map(tuple, keys.to_numpy()))].reset_index()
        valid = fr.validate(hits, fr.make_codes(drawn), sample=sample)
        values.append(valid.table["recall"][0])
        # The weights of those drawn are the sizes of what they stand for.
        weight = valid.sentences.groupby("hit")["weight"].sum()
        assert weight.to_numpy() == pytest.approx([200, 20])
    assert np.mean(values) == pytest.approx(1 / 3, abs=0.05)


def test_a_miss_that_stands_for_many_leaves_recall_as_open_as_the_number_of_misses_does():
    # All 40 hits are coded, and 100 of 2,000 others, of which two have the frame.
    words = ["truce"] * 40 + ["rain"] * 2000
    hits, codes = study(words, [1] * 40 + [1] * 2 + [0] * 1998)
    corpus = fr.make_corpus([f"{word}." for word in words], furniture=False)
    sample = fr.sample_for_coding(hits, corpus, 140, seed=1)
    rows = [*range(140)]
    table = corpus.table.iloc[rows][["doc_id"]].assign(sentence=1, stratum=hit_or_not(rows))
    strata = sample.strata.assign(n=[100, 40])
    sample = replace(sample, table=table, strata=strata)
    coded = fr.mean_codes(codes).iloc[rows].reset_index()
    row = fr.validate(hits, fr.make_codes(coded), sample=sample).table.iloc[0]
    assert row["recall"] == pytest.approx(40 / (40 + 2 * 20))
    # 40 and 2 are what was seen: the score limits of 40 of 42, each case with its weight.
    low = proportion_confint(40, 42, method="wilson")[0]
    # The upper limit is that of mid-P: fewer than 40 of 42, and half of 40, in 2.5% of samples.
    high = brentq(lambda p: binom.cdf(39, 42, p) + binom.pmf(40, 42, p) / 2 - 0.025, 0.9, 0.999)
    expected = [share / (share + 20 * (1 - share)) for share in (low, high)]
    assert row[["recall_low", "recall_high"]].tolist() == pytest.approx(expected)
    # The odds of an error are half of what misses add, since no hit is wrong.
    assert row["f1_low"] < row["f1"] < row["f1_high"]
    assert row["f1_low"] == pytest.approx(2 * expected[0] / (1 + expected[0]), abs=0.02)


def test_a_sample_without_a_miss_leaves_f1_as_open_as_recall():
    # All 40 hits are coded and right, and 100 of 2,000 others, of which none has the frame.
    words = ["truce"] * 40 + ["rain"] * 2000
    hits, codes = study(words, [1] * 40 + [0] * 2000)
    corpus = fr.make_corpus([f"{word}." for word in words], furniture=False)
    sample = fr.sample_for_coding(hits, corpus, 140, seed=1)
    rows = [*range(140)]
    table = corpus.table.iloc[rows][["doc_id"]].assign(sentence=1, stratum=hit_or_not(rows))
    sample = replace(sample, table=table, strata=sample.strata.assign(n=[100, 40]))
    coded = fr.mean_codes(codes).iloc[rows].reset_index()
    row = fr.validate(hits, fr.make_codes(coded), sample=sample).table.iloc[0]
    # A miss that nobody saw stands for twenty sentences: 38 misses of 40 + 38 are possible.
    assert row["recall_low"] == pytest.approx(0.343, abs=0.01)
    assert row["f1_low"] == pytest.approx(2 * row["recall_low"] / (1 + row["recall_low"]), abs=0.02)
    assert row["f1_high"] == 1


def hit_or_not(rows):
    """Return the stratum of each of the first rows, of which 40 have a hit."""
    return ["peace" if row < 40 else "no hit" for row in rows]


def test_bad_entries_show():
    hits, codes = study(["truce", "truce", "peace", "peace", "peace"], [1, 1, 0, 0, 1])
    entries = fr.validate(hits, codes).entries
    assert entries[["entry", "n"]].to_numpy().tolist() == [["peace", 3], ["truce", 2]]
    assert entries["precision"].tolist() == pytest.approx([1 / 3, 1])


def test_confusion_is_told_by_source_and_length():
    corpus = fr.make_corpus(["A truce. " + "Rain " * 40 + "and a truce."], source=["Wire"])
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    codes = fr.make_codes(pd.DataFrame({"doc_id": "text1", "sentence": [1, 2], "peace": [1, 0]}))
    valid = fr.validate(hits, codes)
    assert valid.confusion("source")["source"].tolist() == ["Wire"]
    lengths = valid.confusion("length").set_index("length")
    assert lengths.loc["1 to 10", "tp"] == 1
    assert lengths.loc["over 30", "fp"] == 1
    with pytest.raises(fr.InputError, match="by='sources' is not known"):
        valid.confusion("sources")


def test_validation_says_what_does_not_fit():
    hits, codes = study(["truce"], [1])
    other = fr.make_codes(pd.DataFrame({"doc_id": ["text1"], "sentence": 1, "war": [1]}))
    with pytest.raises(fr.InputError, match="The codes are of 'war', the hits of 'peace'"):
        fr.validate(hits, other)
    graded = fr.make_codes(
        pd.DataFrame({"doc_id": ["text1"], "sentence": 1, "peace": [2]}), scale=range(5)
    )
    with pytest.raises(fr.InputError, match="Codes of 0 and 1 are needed here"):
        fr.validate(hits, graded)
    with pytest.raises(fr.InputError, match="coder='y' is not known"):
        fr.validate(hits, codes, coder="y")


def test_scores_are_unvalidated_until_codes_are_attached():
    hits, codes = study(["truce", "rain"], [1, 0])
    scores = fr.score(hits, kind="share")
    assert "unvalidated" in repr(scores)
    valid = fr.validate(hits, codes)
    marked = fr.score(hits, kind="share", validation=valid).interval(seed=1)
    assert marked.standing == "validated on 2 sentences, F1 peace 1.00"
    assert "unvalidated" not in repr(marked)
    corpus = fr.make_corpus(["A truce."])
    others = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce*"]}))
    with pytest.raises(fr.InputError, match="A changed lexicon needs a new validation"):
        fr.score(others, validation=valid)


def planted(n=400):
    """Return a corpus with two sources in which the lexicon misses half of the frame in one."""
    rng = np.random.default_rng(5)
    source = np.where(np.arange(n) % 2, "A", "B")
    has = rng.random(n) < np.where(source == "A", 0.3, 0.5)
    seen = has & ((source == "A") | (rng.random(n) < 0.4))
    wrong = ~has & (rng.random(n) < 0.1)
    texts = ["A truce." if hit else "Rain." for hit in seen | wrong]
    corpus = fr.make_corpus(
        texts, source=source, date=pd.date_range("2025-01-01", periods=n).astype(str)
    )
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    codes = pd.DataFrame({"doc_id": corpus.table["doc_id"], "sentence": 1, "peace": has * 1})
    return corpus, hits, codes.set_index("doc_id"), source


def test_corrected_intervals_cover_the_truth_and_are_narrower_than_coding_alone():
    corpus, hits, codes, source = planted()
    has = codes["peace"].to_numpy().astype(float)
    days = np.arange(len(has)) / 365.25
    truth = {
        "prevalence": has.mean(),
        "source=A - source=B": has[source == "A"].mean() - has[source == "B"].mean(),
        "slope of date": np.polyfit(days, has, 1)[0],
    }
    covered, width = {name: [] for name in truth}, []
    for seed in range(150):
        sample = fr.sample_for_coding(hits, corpus, 120, seed=seed)
        drawn = fr.make_codes(codes.loc[sample.table["doc_id"]].reset_index())
        table = fr.correct(hits, drawn, sample, by="source", on="date").set_index("quantity")
        for name, value in truth.items():
            covered[name].append(table.loc[name, "low"] <= value <= table.loc[name, "high"])
        width.append(table.loc["prevalence", "high"] - table.loc["prevalence", "low"])
    # 150 draws: two standard errors of a share are 3.6 points, of the mean of three about 2.
    for name, hit in covered.items():
        assert 0.91 <= np.mean(hit) <= 0.99, name
    assert 0.93 <= np.mean(list(covered.values())) <= 0.98
    alone = 2 * 1.96 * np.sqrt(has.var(ddof=1) / 120 * (1 - 120 / len(has)))
    assert np.mean(width) < 0.9 * alone
    raw = table.loc["source=A - source=B", "raw"]
    assert abs(raw - truth["source=A - source=B"]) > 0.1


def test_correction_with_all_sentences_coded_is_the_truth():
    corpus, hits, codes, _ = planted(60)
    sample = fr.sample_for_coding(hits, corpus, 60, seed=1)
    table = fr.correct(hits, fr.make_codes(codes.reset_index()), sample)
    assert table[["estimate", "low", "high"]].to_numpy()[0] == pytest.approx(codes["peace"].mean())


def test_correction_says_what_it_lacks():
    corpus, hits, codes, _ = planted(60)
    sample = fr.sample_for_coding(hits, corpus, 30, seed=1)
    drawn = codes.loc[sample.table["doc_id"]].reset_index()
    stratum = sample.table["stratum"] == "peace"
    few = fr.make_codes(drawn[~stratum.to_numpy()])
    with pytest.raises(fr.InputError, match="Stratum 'peace' has 0 sentences coded for 'peace'"):
        fr.correct(hits, few, sample)
    full = fr.make_codes(drawn)
    with pytest.raises(fr.InputError, match="by='sorce' is not known"):
        fr.correct(hits, full, sample, by="sorce")
    with pytest.raises(fr.InputError, match="A slope needs a column of numbers or dates"):
        fr.correct(hits, full, sample, on="source")
    other = fr.find_hits(fr.make_corpus(["Rain."]), fr.make_lexicon({"peace": ["truce"]}))
    with pytest.raises(fr.InputError, match="found in another"):
        fr.correct(other, full, sample)


def test_the_page_of_errors_shows_every_error_once_and_no_markup_of_the_texts(tmp_path):
    corpus = fr.make_corpus(["Rain <b>fell</b>. A truce, a truce. Peace was near. Talks end."])
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    rows = pd.DataFrame({"doc_id": "text1", "sentence": [1, 2, 3, 4], "peace": [0, 0, 1, 1]})
    valid = fr.validate(hits, fr.make_codes(rows))
    assert fr.list_errors(valid)[["error", "sentence"]].to_numpy().tolist() == [
        ["false hit", 2], ["miss", 3], ["miss", 4],
    ]  # fmt: skip
    page = fr.write_errors(valid, corpus, tmp_path / "new" / "e.html").read_text("utf-8")
    assert page.count("<article>") == 3
    assert page.count("<mark>truce</mark>") == 2
    assert "<b>" not in page
    assert '<span class="near">Rain &lt;b&gt;fell&lt;/b&gt;.</span>' in page
    assert "peace: 2 misses" in page
    assert "<script" not in page
    assert "http" not in page
    with pytest.raises(fr.InputError, match=r"ends in \.html"):
        fr.write_errors(valid, corpus, tmp_path / "e.pdf")
    with pytest.raises(fr.InputError, match="another corpus"):
        fr.write_errors(valid, fr.make_corpus(["Rain."]), tmp_path / "e.html")
