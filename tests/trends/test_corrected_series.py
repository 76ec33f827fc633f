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


def effects_at(course, date, **options):
    return fr.change_at(course, date, **options).table.set_index("effect")


def coded_weeks(before, after, n, *, weeks=16, moods=0.0, recall=(0.9, 0.9), seed=1):
    """Return scores and codes of weeks of 6 articles whose share changes halfway."""
    rng = np.random.default_rng(seed)
    week = np.repeat(np.arange(weeks), 6)
    late = week >= weeks // 2
    mood = np.exp(moods * rng.standard_normal(weeks))[week]
    share = np.minimum(np.where(late, after, before) * mood, 0.95)
    has = rng.random((len(week), 10)) < share[:, None]
    seen = has & (rng.random(has.shape) < np.where(late, recall[1], recall[0])[:, None])
    texts = [" ".join("A truce held." if hit else "Rain fell." for hit in row) for row in seen]
    dates = [str(np.datetime64("2025-01-08") + 7 * int(number)) for number in week]
    side = np.where(late, "after", "before")
    corpus = fr.make_corpus(texts, date=dates, side=side)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, n, seed=seed)
    keys = sample.table[["doc_id", "sentence"]]
    rows = keys["doc_id"].str.removeprefix("text").astype(int).to_numpy() - 1
    codes = fr.make_codes(keys.assign(peace=has[rows, keys["sentence"] - 1] * 1))
    date = str(np.datetime64("2025-01-06") + 7 * (weeks // 2))
    return fr.score(hits, kind="share"), (codes, sample), date, has.reshape(2, -1).mean(axis=1)


def test_a_change_of_the_instrument_is_no_change_at_a_date_once_corrected():
    scores, codes, date, _ = coded_weeks(0.25, 0.25, 240, recall=(0.95, 0.3))
    raw = effects_at(fr.trend(scores), date).loc["before-after difference"]
    assert raw["high"] < 0
    assert raw["p"] < 0.01
    found = effects_at(fr.trend(scores, correction=codes), date)
    assert abs(found.loc["before-after difference", "estimate"]) < 0.1
    assert (found.loc[["before-after difference", "level difference"], "p"] > 0.1).all()


def test_a_planted_change_is_found_beneath_an_instrument_that_hides_it():
    scores, codes, date, _ = coded_weeks(0.1, 0.4, 300, recall=(0.95, 0.25))
    raw = effects_at(fr.trend(scores), date).loc["before-after difference"]
    assert raw["p"] > 0.05
    change = fr.change_at(fr.trend(scores, correction=codes), date)
    found = change.table.set_index("effect")
    row = found.loc["before-after difference"]
    assert row["low"] < 0.3 < row["high"]
    assert row["p"] < 0.01
    assert found.loc["before-after ratio", "low"] < 4 < found.loc["before-after ratio", "high"]
    assert "share changes in 1 of 1 series" in repr(change)
    assert "corrected by 300 coded sentences" in repr(change)
    assert found["estimate"].isna().tolist() == [True, True, False, False, False]
    assert found["remark"].str.contains(r"\d+ coded sentences before and \d+ after").all()
    assert found.loc["level", "remark"].startswith("corrected shares have no log-linear model")


def test_with_all_sentences_coded_a_change_is_that_of_the_codes():
    scores, codes, date, shares = coded_weeks(0.1, 0.3, 960)
    course = fr.trend(scores, correction=codes)
    found = effects_at(course, date)
    difference = found.loc["before-after difference"]
    assert np.isclose(difference["estimate"], shares[1] - shares[0])
    assert np.isclose(found.loc["before-after ratio", "estimate"], shares[1] / shares[0])
    # Straight lines through the weeks, by least squares.
    weeks = course.table["value"].to_numpy().reshape(2, -1)
    time = np.arange(8) + 0.5
    lines = [np.polyval(np.polyfit(time - 8, weeks[0], 1), 0)]
    lines.append(np.polyval(np.polyfit(time, weeks[1], 1), 0))
    assert np.isclose(found.loc["level difference", "estimate"], lines[1] - lines[0])
    # In two months nothing shows moods: the limits are those of `correct` over documents.
    few = effects_at(fr.trend(scores, every="quarter", correction=codes), date)
    known = fr.correct(scores.hits, *codes, by="side", cluster="document").table.set_index(
        "quantity"
    )
    known = known.loc["side=after - side=before"]
    row = few.loc["before-after difference"]
    assert np.allclose(
        row[["low", "high", "p"]].astype(float), known[["low", "high", "p"]].astype(float)
    )
    assert "too few periods to see" in row["remark"]


def test_weeks_of_one_mood_widen_a_corrected_change():
    scores, codes, date, _ = coded_weeks(0.2, 0.2, 960, moods=0.8)
    row = effects_at(fr.trend(scores, correction=codes), date).loc["before-after difference"]
    known = fr.correct(scores.hits, *codes, by="side", cluster="document").table.iloc[-1]
    assert row["high"] - row["low"] > 1.5 * (known["high"] - known["low"])
    independent = effects_at(fr.trend(scores, correction=codes), date, lags=0)
    narrower = independent.loc["before-after difference"]
    assert row["high"] - row["low"] > narrower["high"] - narrower["low"]


def test_a_corrected_change_in_groups_a_window_and_on_unsure_days():
    scores, codes, date, _ = coded_weeks(0.1, 0.3, 480)
    by_side = fr.change_at(fr.trend(scores, by="side", correction=codes), date).table
    assert (by_side["remark"].str.contains("no text")).all()
    assert by_side["estimate"].isna().all()
    near = fr.change_at(fr.trend(scores, correction=codes), date, window=4).table
    assert near["n_before"].eq(24).all()
    assert near["periods_after"].eq(5).all()
    with pytest.raises(fr.InputError, match=r"find_change_points: .*change_at\(trend, date\)"):
        fr.find_change_points(fr.trend(scores, correction=codes), seed=1)


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
    assert notes[2] == "one document cannot show how much documents differ"
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
