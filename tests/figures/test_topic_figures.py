import re
from dataclasses import replace
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba
from support.figures import LONG, assert_readable

import framing as fr
from framing.figures.drawing import shorten
from framing.figures.topic_frames import plot_topic_choice, plot_topic_frames
from framing.figures.topics import plot_prevalence, plot_topics

WHITE = to_rgba("white")


def planted(topics, documents, **columns):
    """Return a corpus whose documents are each about one of the planted topics."""
    rng = np.random.default_rng(1)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = [
        [f"{letters[topic % 26]}{letters[topic // 26]}{letter * 4}" for letter in letters[:9]]
        for topic in range(topics)
    ]
    texts = [" ".join(rng.choice(words[n % topics], 30)) for n in range(documents)]
    return fr.make_corpus(texts, **columns)


def fitted(corpus, n_topics):
    terms = fr.count_terms(corpus)
    return terms, fr.fit_topics(terms, n_topics=n_topics, seed=1)


@pytest.fixture(scope="module")
def newswire():
    corpus = fr.load_testbed("newswire").corpus
    terms = fr.count_terms(corpus, unit="paragraph")
    return corpus, terms, fr.fit_topics(terms, n_topics=8, seed=1)


@pytest.fixture(scope="module")
def frames(newswire):
    corpus, _, topics = newswire
    hits = fr.find_hits(corpus, fr.load_lexicon("peace-initiative"))
    return fr.frames_by_topic(topics, hits, seed=1, draws=100, permutations=200)


@pytest.fixture(scope="module")
def dated():
    """Shares by month: none in March, one document in May, two documents without a date."""
    dates = ["2024-01-03"] * 6 + ["2024-02-03"] * 6 + ["2024-04-03"] * 6 + ["2024-05-03"]
    dates += ["2024-06-03"] * 6 + ["2024-07-01"] * 6 + [None, None]
    terms, topics = fitted(planted(3, len(dates), date=dates), 3)
    return fr.prevalence(topics, terms, by="month", seed=1, draws=20)


def head_of(axes):
    return axes.get_title(loc="left").replace("\n", " ")


def note_of(figure):
    return figure.texts[-1].get_text().replace("\n", " ")


def points_of(axes):
    """Return the points drawn on the axes: x, y and whether they are filled."""
    return [
        (x, y, to_rgba(line.get_markerfacecolor()) != WHITE)
        for line in axes.lines
        if line.get_marker() == "o"
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    ]


def rows_of(axes):
    texts = [label.get_text().replace("\xa0", " ") for label in axes.get_yticklabels()]
    return [text for text in texts if text]


def test_each_measure_of_a_choice_is_drawn_as_it_is():
    choice = fr.choose_topics(fr.count_terms(planted(4, 40)), [2, 4, 6], starts=3, seed=1, top=4)
    figure = plot_topic_choice(choice)
    assert_readable(figure)
    assert [head_of(axes) for axes in figure.axes] == [
        "coherence (NPMI)",
        "exclusivity",
        "held-out fit",
        "stability over seeds",
        "stability over samples",
    ]
    best = dict(zip(choice.candidates["n_topics"], choice.candidates["best_in"], strict=True))
    filled = []
    for axes, measure in zip(figure.axes, choice.table["measure"].cat.categories, strict=True):
        own = choice.table[choice.table["measure"] == measure]
        drawn = sorted(points_of(axes))
        expected = [measure in best[size].split(", ") for size in own["n_topics"]]
        assert [x for x, _, _ in drawn] == own["n_topics"].tolist()
        assert [y for _, y, _ in drawn] == pytest.approx(own["value"].tolist(), abs=1e-6)
        assert [full for _, _, full in drawn] == expected
        lines = [path.vertices[:, 1].tolist() for path in axes.collections[0].get_paths()]
        assert np.array(lines) == pytest.approx(own[["low", "high"]].to_numpy(), abs=1e-6)
        assert "better →" in axes.get_ylabel()
        filled += expected
    assert set(filled) == {True, False}
    assert "does not decide" in note_of(figure)
    assert "3 random starts" in note_of(figure)


def test_a_choice_of_one_number_and_of_many_can_be_read():
    terms = fr.count_terms(planted(6, 80))
    for grid in ([3], [2, 3, 4, 5, 10, 20, 40]):
        figure = plot_topic_choice(fr.choose_topics(terms, grid, starts=2, seed=1, top=3, passes=5))
        assert_readable(figure)
    many = replace(figure_of_many(terms), candidates=pd.DataFrame({"n_topics": range(2, 63)}))
    with pytest.raises(fr.InputError, match=r"61 numbers of topics .*1 to 60"):
        plot_topic_choice(many)


def figure_of_many(terms):
    return fr.choose_topics(terms, [2], starts=2, seed=1, top=3, passes=2)


@pytest.mark.parametrize("by", ["weight", "probability", "frex", "lift"])
def test_the_terms_drawn_are_the_top_terms(newswire, by):
    topics = newswire[2].with_labels({"topic 2": "Leaders and their meetings, at length"})
    figure = plot_topics(topics, top=5, rank_by=by)
    assert_readable(figure)
    top = topics.top_terms(5, rank_by=by)
    sizes = topics.units["terms"].to_numpy()
    shares = np.nan_to_num(topics.unit_shares).T @ sizes / sizes.sum()
    points, listed = figure.axes
    names = [row.replace("\n", " ") for row in rows_of(points)]
    assert names[1] == f"2 · Leaders and their meetings, at length ({shares[1]:.0%})"
    assert [x for x, _, _ in points_of(points)] == pytest.approx(shares.tolist())
    for name, text in zip(topics.names, listed.texts, strict=True):
        terms = top[top["topic"] == name]["term"]
        assert text.get_text().replace("\n", " ") == ", ".join(map(shorten, terms))
    assert by in listed.get_title(loc="left")
    assert f"n = {len(topics.units)} paragraphs" in note_of(figure)


def test_two_topics_and_forty_can_be_read():
    for k in (2, 40):
        _, topics = fitted(planted(k, 3 * k), k)
        figure = plot_topics(topics.with_labels({"topic 2": LONG}))
        assert_readable(figure)
        assert figure.get_figwidth() == 6.3
        assert len(figure.axes[1].texts) == k


def test_terms_that_a_topic_lacks_are_not_drawn():
    texts = ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas"]
    _, topics = fitted(fr.make_corpus(texts), 2)
    shown = [text.get_text() for text in plot_topics(topics, top=8).axes[1].texts]
    assert shown == ["truce, talks", "gas, oil"]


def test_a_line_over_time_is_broken_where_there_are_no_documents(dated):
    figure = plot_prevalence(dated)
    assert_readable(figure)
    starts = ["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01", "2024-05-01", "2024-06-01",
              "2024-07-01"]  # fmt: skip
    days = [(pd.Timestamp(start) - pd.Timestamp(0)).days for start in starts]
    for axes, topic in zip(figure.axes, ["topic 1", "topic 2", "topic 3"], strict=True):
        own = dated.table[(dated.table["topic"] == topic) & (dated.table["group"] != "(missing)")]
        line = axes.lines[0]
        assert line.get_xdata().tolist() == days
        shares = own["share"].tolist()
        drawn = line.get_ydata().tolist()
        assert np.isnan(drawn[2])
        assert drawn[:2] + drawn[3:] == pytest.approx(shares, abs=1e-6)
        # May has no interval: its point is open, and April's interval is a line of its own.
        assert {day for day, _, full in points_of(axes) if not full} == {days[4]}
        assert {day for day, _, full in points_of(axes) if full} == {*days} - {days[2], days[4]}
        band, single = axes.collections
        assert [path.vertices[0, 0] for path in single.get_paths()] == [days[3]]
        ends = [sorted(set(path.vertices[:, 0])) for path in band.get_paths()]
        assert not any(low < days[2] < high for one in ends for low, high in pairwise(one))
    assert "2 documents without a date (missing)" in note_of(figure)
    assert "n = 31 documents, 1 to 6 per month" in note_of(figure)
    assert "20 bootstrap samples" in note_of(figure)
    assert "Open: a single document" in note_of(figure)


@pytest.mark.parametrize(
    ("by", "days"), [("year", 500), ("quarter", 80), ("week", 7), ("month", 2)]
)
def test_every_period_has_its_place_and_labels_have_room(by, days):
    dates = pd.date_range("2022-12-28", periods=24, freq=f"{days}D").strftime("%Y-%m-%d")
    terms, topics = fitted(planted(4, 48, date=[*dates, *dates]), 4)
    shares = fr.prevalence(topics, terms, by=by, seed=1, draws=20)
    figure = plot_prevalence(shares)
    assert_readable(figure)
    labels = [label.get_text() for label in figure.axes[-1].get_xticklabels()]
    assert labels
    for place, label in zip(figure.axes[-1].get_xticks(), labels, strict=True):
        assert (pd.Period(label).start_time - pd.Timestamp(0)).days == place


def test_groups_are_rows_with_their_share_interval_and_documents():
    sources = ["Wire"] * 7 + ["Blog"] + [LONG] * 5 + [""] * 3
    terms, topics = fitted(planted(3, len(sources), source=sources), 3)
    topics = topics.with_labels({"topic 3": LONG})
    shares = fr.prevalence(topics, terms, by="source", seed=1, draws=20)
    chosen = ["topic 3", "topic 1"]
    figure = plot_prevalence(shares, topics=chosen)
    assert_readable(figure)
    assert [head_of(axes) for axes in figure.axes] == [f"3 · {LONG}", "topic 1"]
    labels = [row.replace("\n", " ") for row in rows_of(figure.axes[0])]
    assert labels == [f"{LONG} (5)", "Blog (1)", "Wire (7)", "(missing) (3)"]
    for axes, topic in zip(figure.axes, chosen, strict=True):
        own = shares.table[shares.table["topic"] == topic]
        drawn = sorted(points_of(axes), key=lambda point: point[1])
        assert [x for x, _, _ in drawn] == pytest.approx(own["share"].tolist(), abs=1e-6)
        assert [full for _, _, full in drawn] == own["low"].notna().tolist()
        lines = [path.vertices[:, 0].tolist() for path in axes.collections[0].get_paths()]
        assert np.array(lines) == pytest.approx(own[["low", "high"]].dropna().to_numpy(), abs=1e-6)


def test_a_column_that_is_called_month_and_holds_none_is_drawn_as_groups():
    terms, topics = fitted(planted(2, 12, month=["May", "June"] * 6), 2)
    figure = plot_prevalence(fr.prevalence(topics, terms, by="month", seed=1, draws=20))
    assert rows_of(figure.axes[0]) == ["June (6)", "May (6)"]


def dots_of(axes):
    """Return the points of a panel by row: value, and whether it is filled."""
    return {
        round(y): (x, to_rgba(line.get_markerfacecolor()) != WHITE)
        for line in axes.lines
        if line.get_marker() not in ("None", "|")
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    }


def test_a_panel_per_frame_has_rates_with_intervals_beside_the_rate_in_all_text(frames):
    figure = plot_topic_frames(frames)
    assert_readable(figure)
    rows = rows_of(figure.axes[0])
    table = frames.table.astype({"frame": "str", "topic": "str"}).set_index(["frame", "topic"])
    filled = 0
    for axes, base in zip(figure.axes, frames.base.to_dict("records"), strict=True):
        assert head_of(axes) == f"{base['frame']} (all: {base['rate']:.2g})"
        assert axes.lines[0].get_xdata()[0] == pytest.approx(base["rate"], abs=1e-6)
        intervals = [path.vertices[:, 0] for path in axes.collections[0].get_paths()]
        for row, (rate, full) in dots_of(axes).items():
            wanted = table.loc[base["frame"], rows[row]]
            assert rate == pytest.approx(wanted["rate"], abs=1e-6)
            assert intervals[row] == pytest.approx(wanted[["low", "high"]].tolist(), abs=1e-6)
            assert full == (wanted["p_adjusted"] < 0.05)
            filled += full
    assert 0 < filled < len(frames.table)
    version = fr.load_lexicon("peace-initiative").version
    for words in (
        "95% bootstrap",
        "80 documents",
        "200 permutations",
        f"p = {frames.p:.3f}",
        version,
    ):
        assert words in note_of(figure)


def blocks(frames_of):
    """Return frames by topic, where each topic carries the frames of its block."""
    topics = [f"topic {number}" for number in range(1, len(frames_of) + 1)]
    names = ["one", "two", "never"]
    ratios = [[4.5 if name in own else 0.0 if name == "two" else 0.4 for name in names[:2]]
              for own in frames_of]  # fmt: skip
    ratio = np.hstack([ratios, np.full((len(topics), 1), np.nan)]).ravel()
    table = pd.DataFrame(
        {
            "topic": pd.Categorical(np.repeat(topics, 3), categories=topics),
            "label": np.repeat(["Talks", *topics[1:]], 3),
            "frame": pd.Categorical(names * len(topics), categories=names),
            "rate": np.nan_to_num(ratio) * 10, "low": 0.0, "high": 150.0, "ratio": ratio,
            "p": 0.5, "p_adjusted": 0.05, "hits": 1.0, "tokens": 10.0,
        }
    )  # fmt: skip
    base = pd.DataFrame({"frame": names, "rate": [10.0, 10.0, 0.0], "hits": 1.0, "tokens": 9})
    settings = {"level": 0.9, "clusters": 5, "resampled": "unit", "permutations": 9, "units": 5,
                "unit": "document", "lexicon": "mine 1.0.0"}  # fmt: skip
    return fr.TopicFrames(table, base, 0.5, settings=settings)


def test_topics_with_similar_rates_stand_side_by_side():
    figure = plot_topic_frames(blocks(["one", "two", "one", "two", "one"]))
    assert_readable(figure)
    rows = rows_of(figure.axes[0])
    assert {*rows[:2]} == {"topic 2", "topic 4"}
    assert {*rows[2:]} == {"Talks (topic 1)", "topic 3", "topic 5"}
    rates = dots_of(figure.axes[0])
    assert [rates[row][0] for row in range(5)] == [4, 4, 45, 45, 45]
    assert not any(full for axes in figure.axes for _, full in dots_of(axes).values())


@pytest.mark.parametrize(("topics", "frames"), [(1, 1), (2, 6), (3, 10), (30, 2)])
def test_few_and_many_topics_and_frames_can_be_read(topics, frames):
    corpus = planted(topics, 4 * topics)
    _, found = fitted(corpus, topics)
    found = found.with_labels({"topic 1": LONG})
    letters = "abcdefghij"
    lexicon = fr.make_lexicon(
        {f"a frame called {letters[n]}": [f"*{letters[n] * 4}"] for n in range(frames)}
    )
    hits = fr.find_hits(corpus, lexicon)
    made = fr.frames_by_topic(found, hits, seed=1, draws=20, permutations=9)
    figure = plot_topic_frames(made)
    assert_readable(figure)
    assert figure.get_figwidth() == 6.3
    assert len(figure.axes) == frames


def test_files_are_the_same_bytes_twice_and_hold_no_picture(tmp_path, dated, frames, newswire):
    settings = dict(mpl.rcParams)
    for name, draw in {
        "topics": lambda: plot_topics(newswire[2]),
        "time": lambda: plot_prevalence(dated),
        "frames": lambda: plot_topic_frames(frames),
    }.items():
        first = fr.write_figure(draw(), tmp_path / "a" / name)
        second = fr.write_figure(draw(), tmp_path / "b" / name)
        for one, other in zip(first, second, strict=True):
            assert one.read_bytes() == other.read_bytes()
        assert not re.search(r"<image", first[0].read_text(encoding="utf-8"))
    assert dict(mpl.rcParams) == settings


def test_what_cannot_be_drawn_is_refused_with_the_remedy(dated, newswire):
    terms, topics = fitted(planted(61, 122), 61)
    with pytest.raises(fr.InputError, match=r"61 topics cannot .*60 at most\. Fit fewer"):
        plot_topics(topics)
    with pytest.raises(fr.InputError, match=r"by='wieght' .*Did you mean 'weight'"):
        plot_topics(newswire[2], rank_by="wieght")
    many = blocks(["one"] * 61)
    with pytest.raises(fr.InputError, match=r"61 topics .*found\.table holds all"):
        plot_topic_frames(many)
    with pytest.raises(fr.InputError, match=r"15 frames .*12 at most.*merge_frames"):
        plot_topic_frames(
            replace(many, base=pd.concat([many.base] * 5), table=many.table.iloc[:3].assign(
                topic=pd.Categorical(["topic 1"] * 3)
            ))
        )  # fmt: skip
    shares = fr.prevalence(topics, terms, by="source", seed=1, draws=20)
    with pytest.raises(fr.InputError, match=r'61 topics .*1 to 12.*topics=\["topic 1", …\]'):
        plot_prevalence(shares)
    with pytest.raises(fr.InputError, match=r"0 topics cannot"):
        plot_prevalence(dated, topics=[])
    with pytest.raises(fr.InputError, match=r"one name; give a list: \[\"topic 1\"\]"):
        plot_prevalence(dated, topics="topic 1")
    with pytest.raises(fr.InputError, match=r"topics='topic 9' is not known"):
        plot_prevalence(dated, topics=["topic 9"])
    by_unit = fr.prevalence(topics, terms, by="doc_id", seed=1, draws=20)
    with pytest.raises(fr.InputError, match=r"122 groups .*1 to 60"):
        plot_prevalence(by_unit, topics=["topic 1"])
