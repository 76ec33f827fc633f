from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM
from support.figures import assert_readable
from support.series import LEXICON, constructed, course, many, small

import framing as fr
from framing import InputError
from framing.trends.count_models import fit_counts
from framing.trends.moods import mood_errors
from framing.trends.trends import bridged, default_df, spline_basis


def effect(change, frame, name):
    table = change.table
    return table[(table["frame"] == frame) & (table["effect"] == name)].iloc[0]


def test_a_period_pools_its_documents_and_an_empty_one_is_a_row_without_a_value():
    texts = ["truce truce rain rain", "rain " * 6, "truce rain"]
    corpus = fr.make_corpus(texts, date=["2025-01-01", "2025-01-05", "2025-01-20"])
    found = fr.trend(fr.score(fr.find_hits(corpus, LEXICON)), every="week", seed=1)
    peace = found.table[found.table["frame"] == "peace"]
    weeks = ["2024-12-30", "2025-01-06", "2025-01-13", "2025-01-20"]
    assert peace["period"].dt.strftime("%Y-%m-%d").tolist() == weeks
    assert peace["value"].fillna(-1).tolist() == [200.0, -1, -1, 500.0]
    assert peace["n"].tolist() == [2, 0, 0, 1]
    assert peace["method"].tolist() == ["t", "none", "none", "none"]
    doubt = found.table[found.table["frame"] == "doubt"]
    # 3.69 hits are the exact upper limit where there is none (Garwood 1936).
    assert doubt["high"].iloc[0] == pytest.approx(3.689 / 10 * 1000, abs=0.1)
    assert doubt["method"].tolist() == ["exact", "none", "none", "exact"]


@pytest.mark.parametrize("documents", [3, 8, 25])
def test_intervals_of_periods_cover_the_rate(documents):
    # 300 periods whose documents differ by chance, 95% of which ought to be covered.
    table = course(5, np.full(300, 0.04), documents=documents, draws=400).table.iloc[:300]
    covered = (table["low"] <= 40) & (table["high"] >= 40)
    assert 0.93 <= covered.mean() <= 1.0


@pytest.mark.parametrize("kind", ["rate", "share"])
def test_a_period_of_few_authors_allows_for_the_spread_of_other_periods(kind):
    # In March none of six authors is the kind that writes about nothing else, as in other months.
    rows = [
        (f"2025-{month:02}-10", f"a{month}{author}", 8 if author in (0, 1) and month < 3 else 1)
        for month in (1, 2, 3)
        for author in range(12 if month < 3 else 6)
        for _ in range(3)
    ]
    texts = ["A truce. " * hits + "Rain fell. " * (10 - hits) for *_, hits in rows]
    date, author = [row[0] for row in rows], [row[1] for row in rows]
    hits = fr.find_hits(fr.make_corpus(texts, date=date, author=author), LEXICON)
    course = fr.trend(fr.score(hits, kind=kind), every="month", cluster="author").table
    units = fr.score(hits, kind=kind, unit="month").interval(cluster="author").table
    course, units = (
        table[table["frame"] == "peace"].reset_index(drop=True) for table in (course, units)
    )
    columns = ["value", "low", "high", "n", "method", "note"]
    pd.testing.assert_frame_equal(course[columns], units[columns], check_dtype=False)
    assert "authors, which may lack a rare kind that other units have" in course["note"][2]
    plain = fr.trend(fr.score(hits, kind=kind), every="month").table
    assert course["high"][2] > 1.2 * plain[plain["frame"] == "peace"]["high"].iloc[2]


@pytest.mark.parametrize("kind", ["rate", "share"])
def test_a_period_has_the_interval_that_its_documents_have_as_a_unit(kind):
    rng = np.random.default_rng(4)
    texts = ["A truce. " * rng.poisson(2) + "Rain fell. " * 9 for _ in range(60)]
    months = [f"2025-{month:02}-10" for month in np.repeat([1, 2, 3], 20)]
    texts[40:] = ["Rain fell. " * 9] * 20
    story = [f"s{number // 3}" for number in range(60)]
    hits = fr.find_hits(fr.make_corpus(texts, date=months, story=story), LEXICON)
    course = fr.trend(fr.score(hits, kind=kind), every="month", cluster="story").table
    units = fr.score(hits, kind=kind, unit="month").interval(cluster="story").table
    course, units = (table[table["frame"] == "peace"] for table in (course, units))
    columns = ["value", "low", "high", "n", "method"]
    pd.testing.assert_frame_equal(
        course[columns].reset_index(drop=True), units[columns].reset_index(drop=True),
        check_dtype=False,
    )  # fmt: skip
    assert course["method"].tolist() == ["t", "t", "exact"]


def test_paragraphs_are_resampled_with_their_document():
    texts = ["A truce.\n\nRain fell.", "Rain fell.\n\nSnow fell.", "A truce.\n\nA truce."]
    hits = fr.find_hits(fr.make_corpus(texts, date="2025-01-01"), LEXICON)
    tables = [
        fr.trend(fr.score(hits, unit=unit, kind="share"), every="month", seed=1).table
        for unit in ("document", "paragraph", "sentence")
    ]
    assert tables[0]["n"].iloc[0] == 3
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table, tables[0])


def test_a_count_is_the_mean_of_a_unit_and_clusters_are_resampled_together():
    texts = ["truce truce", "truce", "rain", "rain"]
    hits = fr.find_hits(
        fr.make_corpus(texts, date="2025-01-01", story=["a", "a", "b", None]), LEXICON
    )
    found = fr.trend(fr.score(hits, kind="count"), every="year", seed=1, cluster="story")
    assert found.measure == "hits per document"
    assert found.table["value"].iloc[0] == 0.75
    assert found.table["n"].iloc[0] == 3


def test_sentences_of_a_document_without_a_cluster_stay_together():
    texts = ["A truce. Rain fell.", "Rain fell. Snow fell.", "A truce. A truce."]
    corpus = fr.make_corpus(texts, date="2025-01-01", story=["a", None, None])
    hits = fr.find_hits(corpus, LEXICON)
    one, two = (
        fr.trend(fr.score(hits, unit=unit, kind="share"), every="month", seed=1, cluster="story")
        for unit in ("document", "sentence")
    )
    assert two.table["n"].tolist() == [3, 3]
    pd.testing.assert_frame_equal(one.table, two.table)


def test_a_plain_day_keeps_its_day_and_a_time_is_converted():
    hits = small(["2025-01-06", "2025-01-06T23:30:00"])
    scores = fr.score(hits)
    kyiv = fr.trend(scores, every="day", seed=1, timezone="Europe/Kyiv")
    assert kyiv.table[kyiv.table["frame"] == "peace"]["n"].tolist() == [1, 1]
    assert fr.trend(scores, every="day", seed=1).table["n"].iloc[0] == 2
    assert kyiv.settings["timezone"] == "Europe/Kyiv"


def test_a_trend_and_its_changes_say_which_instrument_and_texts_they_are_of():
    days = [f"2025-{month:02}-{day:02}" for month in range(1, 11) for day in (3, 9, 15, 21)]
    texts = ["A truce is near.", "No news at all."] * 10 + ["A truce, a truce."] * 20
    corpus = fr.make_corpus(texts, date=days)
    hits = fr.find_hits(corpus, LEXICON)
    course = fr.trend(fr.score(hits), every="month", seed=1, draws=50)
    changes = fr.find_change_points(course, seed=2, permutations=19, draws=20)
    interruption = fr.change_at(course, "2025-06-01", placebos=0)
    for result in (course, changes, interruption):
        assert result.settings["corpus_fingerprint"] == corpus.fingerprint
        assert result.settings["lexicon_hash"] == LEXICON.hash
    assert changes.settings["seed"] == 2


def test_dates_that_are_missing_or_too_coarse_are_left_out_and_listed():
    scores = fr.score(small(["2025-01-06", "2025-02-01", None, "2025-01-01", "2025-03-01"]))
    scores.units["date_precision"] = ["day", "month", None, "year", "day"]
    weekly = fr.trend(scores, every="week", seed=1)
    assert weekly.left_out["unit_id"].tolist() == ["text2", "text3", "text4"]
    assert weekly.left_out["reason"].tolist() == [
        "the date is known to the month only", "no date", "the date is known to the year only",
    ]  # fmt: skip
    assert fr.trend(scores, every="month", seed=1).table["n"].sum() == 2 * 3
    assert fr.trend(scores, every="year", seed=1).table["n"].iloc[0] == 4
    assert "3 units left out" in repr(weekly)


def test_groups_have_a_trend_each_over_the_same_periods():
    hits = small(["2025-01-01", "2025-03-01", "2025-02-01"], source=["A", "A", "B"])
    found = fr.trend(fr.score(hits), every="month", seed=1, by="source")
    sizes = found.table[found.table["frame"] == "peace"].groupby("group")["n"].apply(list)
    assert sizes.to_dict() == {"A": [1, 0, 1], "B": [0, 1, 0]}
    change = fr.change_at(found, "2025-02-15")
    own = change.table[change.table["group"] == "B"]
    assert set(own[own["frame"] == "peace"]["remark"]) == {"no text after"}
    undated = small(["2025-01-01", None], source=["A", "B"])
    assert fr.trend(fr.score(undated), every="month", seed=1, by="source").groups == ["A"]


def test_the_basis_holds_straight_lines_and_is_a_unit_at_its_knots():
    times = np.sort(np.random.default_rng(1).uniform(0, 10, 30))
    basis, knots = spline_basis(times, 5)
    assert basis.sum(axis=1) == pytest.approx(np.ones(30))
    assert basis @ knots == pytest.approx(times)
    assert [default_df(n) for n in (6, 12, 47, 500)] == [3, 4, 8, 12]


def test_a_planted_wave_lies_in_the_band_of_the_smooth_course():
    truth = 0.05 + 0.03 * np.sin(np.arange(60) / 60 * 2 * np.pi)
    covered = []
    for seed in range(8):
        table = course(seed, truth).table.iloc[:60]
        rates = truth * 1000
        covered.append((table["smooth_low"] <= rates) & (rates <= table["smooth_high"]))
    assert 0.88 <= np.mean(covered) <= 1.0


def test_the_smooth_course_does_not_cross_a_long_gap():
    assert bridged(np.array([1, 0, 0, 1, 0, 0, 0, 1, 0], dtype=bool), 2).tolist() == [
        True, True, True, True, False, False, False, True, False,
    ]  # fmt: skip
    rates = np.full(20, 0.1)
    full = course(1, rates)
    kept = ~np.isin(full.series.period, [5, 10, 11, 12])
    scores = fr.score(small(list(full.series.begin[kept].astype("datetime64[D]").astype(str))))
    peace = fr.trend(scores, every="week", seed=1).table.iloc[:20]
    assert peace["n"].eq(0).to_numpy().nonzero()[0].tolist() == [5, 10, 11, 12]
    assert peace["smooth"].isna().to_numpy().nonzero()[0].tolist() == [10, 11, 12]


def moody(seed):
    """A design and counts with a mood that lasts four periods: neighbours are alike."""
    rng = np.random.default_rng(seed)
    exposure = rng.uniform(500, 1500, 40)
    mood = np.repeat(rng.normal(0, 0.4, 10), 4)
    counts = rng.poisson(exposure * np.exp(-4 + mood)).astype(float)
    return np.column_stack([np.ones(40), np.arange(40) / 40]), counts, exposure


def test_the_model_and_its_sandwich_are_those_of_statsmodels():
    design, counts, exposure = moody(1)
    own = fit_counts(design, counts, exposure)
    theirs = GLM(counts, design, family=Poisson(), exposure=exposure).fit(
        cov_type="cluster", cov_kwds={"groups": np.arange(40), "use_correction": False}
    )
    assert own.coefficients == pytest.approx(theirs.params)
    meat = own.scores.T @ own.scores
    assert own.bread @ meat @ own.bread == pytest.approx(theirs.cov_params(), rel=1e-6)


def test_errors_allow_for_neighbours_that_are_alike():
    # Of the level, whose error is what all periods share.
    level, time = np.array([[1.0, 0.5]]), np.arange(40.0)
    fits = [fit_counts(*moody(seed)) for seed in range(30)]
    near, alone = (
        np.mean([fit.variance(level, time, lags, None) for fit in fits]) for lags in (4, 0)
    )
    assert near > 1.3 * alone


def test_a_planted_change_at_a_date_is_recovered():
    found = course(3, np.r_[np.full(30, 0.02), np.full(30, 0.05)], documents=6)
    change = fr.change_at(found, found.series.starts[30].astype(str))
    level = effect(change, "peace", "level")
    assert level["low"] < 2.5 < level["high"]
    assert level["p_adjusted"] < 0.001
    assert level["placebo_p"] < 0.05
    assert effect(change, "peace", "slope")["p"] > 0.05
    gap = effect(change, "peace", "before-after difference")
    assert gap["low"] < 30 < gap["high"]
    assert (gap["n_before"], gap["n_after"]) == (180, 180)
    assert effect(change, "doubt", "level")["remark"] == "no hit before"


def test_a_steady_rise_is_no_change_of_level_but_a_difference_of_before_and_after():
    found = course(4, np.linspace(0.01, 0.08, 50), documents=5)
    change = fr.change_at(found, found.series.starts[25].astype(str))
    assert effect(change, "peace", "level")["p"] > 0.05
    assert effect(change, "peace", "before-after ratio")["p"] < 0.05


def test_changes_at_a_date_without_one_are_rarely_found():
    # 100 series in 5 corpora: 5 expected at 5%.
    found = [
        fr.change_at(many(seed, np.full(30, 0.05)), "2024-04-16", placebos=0) for seed in range(5)
    ]
    p = pd.concat([change.table.query("effect == 'level'")["p"] for change in found])
    assert len(p) == 100
    assert (p <= 0.05).mean() <= 0.1


def test_the_date_cuts_its_period_and_what_may_lie_on_both_sides_is_left_out():
    days = [f"2025-{month:02}-{day:02}" for month in range(1, 9) for day in (2, 9, 16, 23)]
    scores = fr.score(small(days))
    scores.units["date_precision"] = ["month", *["day"] * 15, "month", *["day"] * 15]
    found = fr.trend(scores, every="month", seed=1)
    change = fr.change_at(found, "2025-05-10")
    row = change.table.iloc[0]
    assert (row["n_before"], row["n_after"]) == (17, 14)
    assert (row["periods_before"], row["periods_after"]) == (5, 4)
    assert change.left_out["unit_id"].tolist() == ["text17"]
    near = fr.change_at(found, "2025-05-10", window=1).table.iloc[0]
    assert (near["periods_before"], near["periods_after"]) == (2, 2)
    assert "2 months with text before; 3 are needed" in near["remark"]


def test_a_gap_around_the_date_leaves_before_and_after_only():
    days = [f"2025-{month:02}-{day:02}" for month in (1, 2, 3, 10, 11, 12) for day in (2, 12, 22)]
    found = fr.trend(fr.score(small(days)), every="month", seed=1)
    change = fr.change_at(found, "2025-06-01")
    assert "no text for 193 days" in effect(change, "peace", "level")["remark"]
    assert effect(change, "peace", "before-after ratio")["estimate"] == pytest.approx(1)


def test_the_event_of_the_testbed_is_found(weekly):
    change = fr.change_at(weekly, "2025-09-09")
    levels = change.table[change.table["effect"] == "level"].set_index("frame")
    assert levels.loc["concession", "p"] < 0.1
    # No other date has as large a change, and p says what lasting moods leave of it.
    assert levels.loc["concession", "placebo_p"] == levels.loc["concession", "p"]
    assert (levels["placebo_p"] >= levels["p"]).all()
    # Errors that ignore moods are smaller.
    plain = fr.change_at(weekly, "2025-09-09", lags=3, placebos=0).table
    plain = plain[plain["effect"] == "level"].set_index("frame")
    assert plain.loc["concession", "p"] < 0.05
    assert levels.loc["concession", "inflation"] > 1
    assert levels.loc["concession", "estimate"] > 1.5
    pooled = change.table[change.table["effect"] == "before-after ratio"].set_index("frame")
    assert pooled.loc["concession", "low"] > 1
    for table in (levels, pooled):
        assert table.loc["skepticism", "estimate"] > 1 > table.loc["peace", "estimate"]
    # A rise to 2.9 times in 50 weeks is also what a mood that lasts could do.
    points = fr.find_change_points(weekly, seed=1, permutations=199)
    reasons = points.tests.set_index("frame")["reason"]
    assert "a rise from" in reasons["concession"]
    points = fr.find_change_points(weekly, seed=1, block=1)
    assert points.table["frame"].tolist() == ["concession"]
    near = abs(points.table["date"].iloc[0] - pd.Timestamp("2025-09-09"))
    assert near <= pd.Timedelta(days=14)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"every": "fortnight"}, "every='fortnight' is not known"),
        ({"timezone": "Kyiv"}, "IANA list"),
        ({"by": "sorce"}, "Did you mean 'source'"),
        ({"cluster": "story"}, "cluster='story' is not known"),
        ({"df": 1}, "2 or more"),
        ({"df": 2.5}, r"df=2\.5 .* whole number"),
        ({"seed": -1}, "seed=-1 .* 0 or more"),
        ({"bridge": -1}, "bridge=-1"),
        ({"level": 95}, "level=95"),
    ],
)
def test_bad_arguments_are_answered(options, message):
    with pytest.raises(fr.InputError, match=message):
        fr.trend(fr.score(small(["2025-01-01"])), **{"seed": 1, **options})


def test_what_the_data_cannot_bear_is_refused_with_the_remedy(weekly):
    hits = small(["2025-01-01", "2025-02-01"])
    found = fr.trend(fr.score(hits), every="month", seed=1)
    with pytest.raises(fr.InputError, match='unit="document"'):
        fr.trend(fr.score(hits, unit="corpus"), seed=1)
    entries = {"mood": [{"pattern": "truce", "weight": -1}]}
    signed = fr.find_hits(fr.make_corpus(["Truce."], date="2025"), fr.make_lexicon(entries))
    with pytest.raises(fr.InputError, match="trend: entries of 'mood' have negative weights"):
        fr.trend(fr.score(signed), seed=1)
    with pytest.raises(fr.InputError, match=r"None of the 1 units .* no date"):
        fr.trend(fr.score(small([None])), seed=1)
    with pytest.raises(fr.InputError, match="at most 5,000 are allowed"):
        fr.trend(fr.score(small(["1970-01-01", "2025-01-01"])), every="day", seed=1)
    with pytest.raises(fr.InputError, match="one side of 2026-01-01 only"):
        fr.change_at(found, "2026-01-01")
    with pytest.raises(fr.InputError, match="is not a date"):
        fr.change_at(found, "soon")
    with pytest.raises(fr.InputError, match="2 periods with text; 8 are needed"):
        fr.find_change_points(found, seed=1)
    with pytest.raises(fr.InputError, match="change belongs to another trend"):
        fr.plot_trend(found, change=fr.find_change_points(weekly, seed=1, permutations=19))
    with pytest.raises(fr.InputError, match="events: 'soon' is not a date"):
        fr.plot_trend(found, events={"soon": "?"})
    terms = fr.count_terms(fr.make_corpus(["a truce holds", "gas and oil"] * 3))
    shares = fr.fit_topics(terms, n_topics=2, seed=1).shares
    with pytest.raises(fr.InputError, match=r'prevalence\(topics, terms, by="month"'):
        fr.trend(shares, seed=1)


EVENTS = {
    "2025-03-05": "First talks", "2025-09-09": "Term sheet leaks", "2025-09-20": "A summit",
    "2025-10-01": "An answer from Kyiv", "2026-02-20": "A late one with a long label",
}  # fmt: skip


def test_the_figure_is_readable_with_events_that_are_close_together(weekly):
    change = fr.find_change_points(weekly, seed=1, permutations=99)
    figure = fr.plot_trend(weekly, events=EVENTS, change=change)
    assert_readable(figure)
    assert [axes.get_title(loc="left") for axes in figure.axes] == weekly.frames
    note = figure._supxlabel.get_text().replace("\n", " ")
    assert "n = 261" in note
    assert "Weeks are cut in UTC and begin on Monday" in note


def test_the_figure_is_readable_with_groups_and_with_few_periods():
    scores = constructed()
    groups = fr.trend(scores, every="quarter", seed=1, by="manner", draws=50)
    figure = fr.plot_trend(groups, events=EVENTS)
    assert_readable(figure)
    assert "b 2025-09-09 Term sheet leaks" in figure._supxlabel.get_text().replace("\n", " ")
    hits = small(["2025-01-01", "2025-01-02", "2025-06-01"])
    for kind in ("rate", "share", "count"):
        assert_readable(fr.plot_trend(fr.trend(fr.score(hits, kind=kind), every="month", seed=1)))


def test_no_line_is_drawn_across_a_gap():
    days = [f"2025-{month:02}-{day:02}" for month in (1, 2, 3, 9, 10, 11) for day in (2, 12, 22)]
    found = fr.trend(fr.score(small(days)), every="month", seed=1)
    axes = fr.plot_trend(found).axes[0]
    curve = next(line for line in axes.lines if len(line.get_xdata()) == 11)
    assert np.isnan(np.asarray(curve.get_ydata(), dtype=float)).nonzero()[0].tolist() == [
        3, 4, 5, 6, 7,
    ]  # fmt: skip


def test_moods_add_what_their_likelihood_says():
    rng = np.random.default_rng(3)
    after = np.repeat([0.0, 1.0], 40)
    design = np.column_stack([np.ones(80), after])
    noise, moods = rng.standard_normal((2, 30, 80))
    for week in range(1, 80):
        moods[:, week] = 0.9 * moods[:, week - 1] + np.sqrt(1 - 0.9**2) * moods[:, week]
    factors = [
        np.mean([mood_errors(3 * series, np.ones(80), design, (1,))[0][0] for series in drawn])
        for drawn in (noise, moods)
    ]
    # The standard error of a mean of such moods is sqrt(19) times that of noise, less in 40 weeks.
    assert 1 <= factors[0] < 1.6
    assert 2 < factors[1] < 4.4
    # Neighbours that differ show no mood: the periods are nearly worth themselves.
    factor, worth = mood_errors(np.tile([0.0, 1.0], 40), np.ones(80), design, (1,))
    assert 1 <= factor[0] < 1.1
    assert worth[0] == pytest.approx(80 / factor[0] ** 2)


def test_a_change_of_level_is_rarely_seen_in_moods_that_last():
    called = {"level": [], "before-after ratio": []}
    for seed in range(12):
        rng = np.random.default_rng([9, seed])
        mood = rng.standard_normal(30)
        for week in range(1, 30):
            mood[week] = 0.8 * mood[week - 1] + 0.6 * mood[week]
        found = course(seed, 0.05 * np.exp(0.4 * mood), documents=4)
        change = fr.change_at(found, found.series.starts[15].astype(str), placebos=0)
        for name, p in called.items():
            p.append(effect(change, "peace", name)["p"] <= 0.05)
    assert max(np.mean(p) for p in called.values()) <= 0.1


@pytest.mark.parametrize("date", ["01.03.2025", "13.02.2025", "3/1/2025", "1-3-2025"])
def test_a_date_that_does_not_begin_with_the_year_is_refused(date):
    dates = [f"2025-{month:02}-10" for month in range(1, 7)]
    corpus = fr.make_corpus(["A truce held."] * 6, date=dates)
    scores = fr.score(fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]})))
    course = fr.trend(scores, every="month", seed=1, draws=20)
    for call in (
        lambda: fr.change_at(course, date),
        lambda: fr.plot_trend(course, events={date: "Summit"}),
    ):
        with pytest.raises(InputError, match="which number is the day"):
            call()


def test_a_band_that_is_cut_has_one_arrow_and_the_note_says_so():
    texts = ["truce truce " + "rain " * 8, "truce " + "rain " * 9] * 20
    days = [str(day.date()) for day in pd.date_range("2025-01-06", periods=10, freq="7D")]
    corpus = fr.make_corpus(texts, date=days * 4)
    found = fr.trend(fr.score(fr.find_hits(corpus, LEXICON)), every="week", seed=1, draws=100)
    found = replace(found, table=found.table[found.table["frame"] == "peace"], frames=["peace"])
    values = {"high": found.table["value"], "smooth": found.table["value"]}
    band = found.table["value"] * np.where(np.arange(len(found.table)) > 6, [9.0] * 10, 1.0)
    for smooth_high, cut in ((found.table["value"], False), (band, True)):
        drawn = replace(found, table=found.table.assign(**values, smooth_high=smooth_high))
        figure = fr.plot_trend(drawn)
        arrows = [
            marks
            for marks in figure.axes[0].collections
            if len(marks.get_offsets()) and (np.asarray(marks.get_offsets())[:, 1] == 1.0).all()
        ]
        assert sum(len(marks.get_offsets()) for marks in arrows) == int(cut)
        words = " ".join(text.get_text().replace("\n", " ") for text in figure.texts)
        assert ("the interval or the band goes beyond the panel" in words) == cut


def test_no_smooth_curve_lies_above_one_hit_per_token():
    rng = np.random.default_rng(1)
    days = np.repeat(pd.date_range("2025-01-06", periods=12, freq="7D"), 4)
    words = [np.where(rng.random(k) < 0.8, "truce", "rain") for k in rng.integers(1, 6, 48)]
    corpus = fr.make_corpus([f"{' '.join(row)}." for row in words], date=days)
    lexicon = fr.make_lexicon({"peace": ["truce"]})
    table = fr.trend(fr.score(fr.find_hits(corpus, lexicon))).table
    assert table["smooth_high"].max() == 1000
    assert (table["smooth_low"] < table["smooth"]).all()
    # A hit that counts twice can be more than one per token.
    twice = fr.make_lexicon({"peace": [{"pattern": "truce", "weight": 2}]})
    table = fr.trend(fr.score(fr.find_hits(corpus, twice))).table
    assert table["smooth_high"].max() > 2000


@pytest.mark.parametrize("kind", ["rate", "share", "count"])
def test_the_curve_of_equal_weeks_has_the_band_of_so_many_hits_by_chance(kind):
    # Each of 30 weeks has four articles with two sentences of the frame among ten.
    text = "A truce held. " * 2 + "Rain fell now. " * 8
    days = np.repeat(np.datetime64("2025-01-08") + 7 * np.arange(30), 4)
    corpus = fr.make_corpus([text] * 120, date=days.astype(str))
    course = fr.trend(fr.score(fr.find_hits(corpus, LEXICON), kind=kind), every="week")
    row = course.table[course.table["frame"] == "peace"].iloc[15]
    assert row["smooth_low"] < row["smooth"] < row["smooth_high"]
    # A straight line through n = 240 hits has at its middle the error of their mean.
    line = fr.trend(fr.score(fr.find_hits(corpus, LEXICON), kind=kind), every="week", df=2)
    row = line.table[line.table["frame"] == "peace"].iloc[15]
    error = np.log(row["smooth_high"] / row["smooth"]) / 2.05
    chance = np.sqrt((1 - 0.2 if kind == "share" else 1) / 240)
    assert error == pytest.approx(chance, rel=0.1)


def test_one_period_on_each_side_of_a_date_shows_no_moods():
    # Stories are clusters, so that two weeks have more rows than periods.
    texts = ["A truce held. Rain fell now.", "Rain fell now."] * 8
    days = ["2025-01-08", "2025-01-15"] * 8
    corpus = fr.make_corpus(texts, date=sorted(days), story=[f"s{n % 4}" for n in range(16)])
    course = fr.trend(fr.score(fr.find_hits(corpus, LEXICON), kind="share"), cluster="story")
    change = fr.change_at(course, "2025-01-13")
    row = effect(change, "peace", "before-after difference")
    # A week shows little: the limits are those of any two shares.
    assert -1 <= row["low"] <= row["estimate"] <= row["high"] <= 1
