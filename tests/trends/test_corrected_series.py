import numpy as np
import pytest

import framing as fr


def coded_months(seed=1, n=240):
    """Return 4 months of 30 documents with the frame in 1 of 4 sentences; hits miss ever more."""
    rng = np.random.default_rng(seed)
    month = np.repeat(np.arange(4), 30)
    has = rng.random((120, 8)) < rng.beta(5, 15, 120)[:, None]
    seen = has & (rng.random(has.shape) < np.array([0.95, 0.7, 0.4, 0.1])[month][:, None])
    texts = [" ".join("A truce held." if hit else "Rain fell." for hit in row) for row in seen]
    dates = [f"2025-{number + 1:02d}-10" for number in month]
    corpus = fr.make_corpus(texts, date=dates, month_name=[f"m{number}" for number in month])
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, n, strata=("frame", "month_name"), seed=seed)
    keys = sample.table[["doc_id", "sentence"]]
    rows = keys["doc_id"].str.removeprefix("text").astype(int).to_numpy() - 1
    codes = fr.make_codes(keys.assign(peace=has[rows, keys["sentence"] - 1] * 1))
    return fr.score(hits, kind="share"), codes, sample, has.reshape(4, -1).mean(axis=1)


def test_a_decline_of_the_instrument_is_no_decline_once_corrected():
    covered = []
    for seed in range(3):
        scores, codes, sample, _ = coded_months(seed)
        raw = fr.trend(scores, every="month", seed=1).table
        found = fr.trend(scores, every="month", seed=1, correction=(codes, sample))
        assert raw["value"].iloc[0] > 4 * raw["value"].iloc[-1]
        covered += ((found.table["low"] <= 0.25) & (found.table["high"] >= 0.25)).tolist()
        assert (found.table["method"] == "correction").all()
        assert found.smooths["reason"].str.contains("no smooth curve").all()
    assert np.mean(covered) >= 0.85


def test_with_all_sentences_coded_the_share_is_that_of_the_codes():
    scores, codes, sample, truth = coded_months(n=960)
    table = fr.trend(scores, every="month", seed=1, correction=(codes, sample)).table
    np.testing.assert_allclose(table["value"], truth)
    # Documents of a month still differ from others that could have been written.
    assert (table["high"] - table["low"] > 0.05).all()


def test_what_a_corrected_trend_cannot_be():
    scores, codes, sample, _ = coded_months()
    with pytest.raises(fr.InputError, match="correction= works with shares"):
        fr.trend(fr.score(scores.hits), every="month", seed=1, correction=(codes, sample))
    with pytest.raises(fr.InputError, match=r"correction is a .*; it must be a pair of Codes"):
        fr.trend(scores, every="month", seed=1, correction=codes)


def test_changes_of_a_corrected_trend_are_refused_since_its_counts_are_those_of_hits():
    scores, codes, sample, _ = coded_months()
    course = fr.trend(scores, every="month", correction=(codes, sample))
    with pytest.raises(fr.InputError, match=r"change_at: .* corrected .*use correct\(.*by=COLUMN"):
        fr.change_at(course, "2025-06-01")
    with pytest.raises(fr.InputError, match=r"find_change_points: this trend is corrected"):
        fr.find_change_points(course, seed=1)


def upper_limit_of_a_month_without_a_case(truces):
    """Return the upper limit of the first of two months; the second has these truces a document."""
    texts = ["Rain fell now. " * 10] * 25
    texts += ["A truce held. " * n + "Rain fell now. " * (10 - n) for n in truces]
    month = ["2025-01-10"] * 25 + ["2025-02-10"] * len(truces)
    corpus = fr.make_corpus(texts, date=month, month_name=month)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, 150, strata="month_name", seed=3)
    has = sample.table["text"].str.contains("truce").astype(int)
    codes = fr.make_codes(sample.table[["doc_id", "sentence"]].assign(peace=has))
    scores = fr.score(hits, kind="share")
    return fr.trend(scores, every="month", seed=1, correction=(codes, sample)).table["high"][0]


def test_a_month_without_a_case_is_taken_to_crowd_as_all_months_do():
    crowded = upper_limit_of_a_month_without_a_case([5] * 8 + [0] * 42)
    spread = upper_limit_of_a_month_without_a_case([1] * 40 + [0] * 10)
    assert 1.5 * spread < crowded < 0.5


def test_a_note_says_what_a_corrected_month_rests_on():
    texts = ["Rain fell now. A truce held. Snow fell now. Rain fell now."] * 20
    texts += ["Rain fell now. Snow fell now. Rain fell now. A truce held."] * 4 + ["A truce held."]
    dates = ["2025-01-10"] * 20 + ["2025-02-10"] * 4 + ["2025-03-10"]
    corpus = fr.make_corpus(texts, date=dates)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    scores = fr.score(hits, kind="share")
    sample = fr.sample_for_coding(hits, corpus, 40, seed=1)
    keys = sample.table[["doc_id", "sentence"]]
    has = sample.table["text"].str.contains("truce").astype(int)
    table = fr.trend(
        scores, every="month", correction=(fr.make_codes(keys.assign(peace=has)), sample)
    )
    notes = table.table["note"].tolist()
    assert all(f"{len(keys)} coded sentences, " in note for note in notes[:2])
    assert "this period: 4 clusters hardly show how much clusters differ" in notes[1]
    assert notes[2] == "one document: nothing shows how much documents differ"
    # Codes that have nothing to do with the hits: the note says that these are not used.
    random = np.random.default_rng(2).integers(0, 2, len(keys))
    found = fr.trend(
        scores, every="month", correction=(fr.make_codes(keys.assign(peace=random)), sample)
    )
    assert "; the codes do not show that the hits narrow" in found.table["note"][0]
    # Without codes it says what few documents cannot show, as that of scores.
    plain = fr.trend(scores, every="month").table["note"].tolist()
    assert plain == ["", "", notes[2]]


def test_a_corrected_trend_says_how_many_codes_of_each_period_it_rests_on():
    scores, codes, sample, _ = coded_months(n=240)
    found = fr.trend(scores, every="month", correction=(codes, sample))
    months = sample.table["doc_id"].map(scores.hits.documents.set_index("doc_id")["month_name"])
    counts = months.value_counts().sort_index()
    assert [note.split(";")[0] for note in found.table["note"]] == [
        f"240 coded sentences, {n} of this period" for n in counts
    ]
    # The numerator is the corrected number of sentences, so that it belongs to the value.
    np.testing.assert_allclose(
        found.table["numerator"] / found.table["denominator"], found.table["value"]
    )
    assert "corrected by 240 coded sentences" in repr(found)
    assert "corrected by 240 coded sentences" in fr.describe_figure(fr.plot_trend(found))
    assert "unvalidated" not in fr.describe_figure(fr.plot_trend(found))
