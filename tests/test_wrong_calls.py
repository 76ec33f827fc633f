"""Calls that a first user makes by a slip: each is refused in words, or does what it says."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import framing as fr

TEXTS = ["The closure angered parents. A virus spreads. Rain fell.", "A virus. The mayor spoke."]
NAMES = [
    "note",
    "text",
    "before",
    "coder",
    "doc_id",
    "sentence",
    "start",
    "code",
    "no hit",
]


@pytest.fixture(scope="module")
def corpus():
    days = [f"2026-01-{day:02}" for day in range(1, 13)]
    return fr.make_corpus(TEXTS * 6, source=["A", "B"] * 6, date=days)


@pytest.fixture(scope="module")
def hits(corpus):
    return fr.find_hits(corpus, fr.make_lexicon({"school": ["closure*"], "health": ["virus"]}))


def codes_of(hits, coders=("x", "y")):
    """Return codes that agree with the hits, but for the first sentence of the second coder."""
    table = hits.sentences[["doc_id", "sentence"]].reset_index(drop=True)
    both = [
        table.assign(
            coder=name, **dict(zip(hits.frames, hits.presence().T.astype(int), strict=True))
        )
        for name in coders
    ]
    if len(both) > 1:
        both[1].loc[0, hits.frames[0]] = 1 - both[1].loc[0, hits.frames[0]]
    return fr.make_codes(pd.concat(both))


@pytest.mark.parametrize("name", [*NAMES, "a "])
def test_a_frame_that_no_sheet_can_have_is_refused_before_it_is_coded(corpus, name):
    lexicon = fr.make_lexicon({name: ["closure*"], "x": ["virus"]})
    found = fr.find_hits(corpus, lexicon)
    # Where nobody codes, the lexicon is read and scored as before.
    assert fr.score(found).frames == [name, "x"]
    with pytest.raises(fr.InputError, match=f"cannot be called {name!r}.*another name in the lex"):
        fr.sample_for_coding(found, corpus, 20, seed=1)


@pytest.mark.parametrize("name", ["code", "place"])
def test_codes_of_a_frame_with_the_name_of_another_column_are_refused(name):
    table = pd.DataFrame({"doc_id": "a", "sentence": [1, 2], name: [1, 0], "x": [0, 1]})
    with pytest.raises(fr.InputError, match=f"cannot be called {name!r}"):
        fr.make_codes(table)


@pytest.mark.parametrize("name", ["sentence", "row", "code"])
def test_a_long_table_with_such_a_frame_is_refused(name):
    table = pd.DataFrame({"doc_id": "a", "sentence": [1, 1], "frame": [name, "x"], "code": [1, 0]})
    with pytest.raises(fr.InputError, match=f"cannot be called {name!r}"):
        fr.make_codes(table)


def test_a_sheet_of_an_older_sample_with_such_a_frame_is_not_written(corpus, hits, tmp_path):
    sample = replace(fr.sample_for_coding(hits, corpus, 20, seed=1), frames=["note", "x"])
    with pytest.raises(fr.InputError, match="cannot be called 'note'"):
        fr.write_coding_sheet(sample, tmp_path / "sheet.csv")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "frames",
    [
        {"a ": ["x"], "a": ["y"]},
        {"a  b": ["x"], "a b": ["y"]},
        {"\u00e9": ["x"], "e\u0301": ["y"]},
        {1: ["x"], "1": ["y"]},
        {"a.b": ["x"], "a": {"b": {"entries": ["y"]}}},
    ],
)
def test_two_frames_that_look_the_same_are_refused(frames):
    with pytest.raises(fr.InputError, match="there are frames"):
        fr.make_lexicon(frames)


def test_a_frame_that_is_named_twice_is_refused_everywhere(corpus, hits):
    scores, codes = fr.score(hits), codes_of(hits)
    sample = fr.sample_for_coding(hits, corpus, 20, seed=1)
    drawn = [
        (fr.plot_scores, scores.interval()),
        (fr.plot_trend, fr.trend(scores)),
        (fr.plot_validation, fr.validate(hits, codes)),
        (fr.plot_agreement, fr.agreement(codes, seed=1, draws=20)),
        (fr.plot_correction, fr.correct(hits, codes, sample)),
        (fr.plot_entries, fr.count_entries(hits)),
    ]
    for plot, result in drawn:
        with pytest.raises(fr.InputError, match=r"frames names 'school' twice"):
            plot(result, frames=["school", "school"])
    with pytest.raises(fr.InputError, match=r"order names 'A' twice"):
        fr.plot_scores(fr.score(hits, unit="source").interval(), order=["A", "A"])
    with pytest.raises(fr.InputError, match=r"frames names 'school' twice"):
        fr.contrast(scores, by="source", seed=1, frames=["school", "school"])


def test_too_few_draws_for_an_interval_are_refused(hits):
    codes = codes_of(hits)
    with pytest.raises(fr.InputError, match="draws=19 is too few for an interval"):
        fr.agreement(codes, seed=1, draws=19)
    row = fr.agreement(codes, seed=1, draws=20).table.iloc[0]
    assert row["alpha_low"] < row["alpha"] <= row["alpha_high"]
    with pytest.raises(fr.InputError, match="draws=1 is too few"):
        fr.validate(hits, codes).by("source", draws=1, seed=1)
    with pytest.raises(fr.InputError, match="draws=1 is too few"):
        fr.word_shift(hits, by="source", target="A", frame="school", seed=1, draws=1)


def test_a_plan_names_the_arguments_that_it_does_not_use(hits):
    costs = {"budget": 50, "coding_cost": 1, "sentences": 1000}
    with pytest.raises(fr.InputError, match="does not use budget=, coding_cost=, sentences="):
        fr.plan_coding(hits, **costs)
    parts = {"a": (0, fr.validate(hits, codes_of(hits)))}
    with pytest.raises(fr.InputError, match="does not use width="):
        fr.plan_coding(parts, **costs, width=0.02)
    assert fr.plan_coding(hits).settings["width"] == 0.1


def test_terms_without_a_weight_are_no_top_terms():
    texts = ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas"]
    topics = fr.fit_topics(fr.count_terms(fr.make_corpus(texts), min_units=1), n_topics=2, seed=1)
    for rank_by in ("weight", "frex", "lift", "probability"):
        top = topics.top_terms(rank_by=rank_by)
        assert (top["weight"] > 0).all()
        assert top.groupby("topic", observed=True)["rank"].agg(list).tolist() == [[1, 2], [1, 2]]
    assert topics.top_terms(1)["rank"].tolist() == [1, 1]


def test_topics_say_that_a_text_or_a_unit_has_too_few_of_their_terms():
    corpus = fr.make_corpus(
        ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas"]
    )
    topics = fr.fit_topics(fr.count_terms(corpus), n_topics=2, seed=1)
    with pytest.raises(fr.InputError, match=r"have none of the \d terms of the model"):
        topics.transform(fr.count_terms(fr.make_corpus(["Penguins swim."]), like=topics))
    with pytest.raises(fr.InputError, match=r"No document has 10 terms.*the longest has 2"):
        topics.top_passages(corpus=corpus)


def test_a_threshold_above_the_measure_is_refused(corpus):
    with pytest.raises(fr.InputError, match=r"threshold=10.83 is too high"):
        fr.find_phrases(corpus, threshold=10.83)
    found = fr.find_phrases(corpus, threshold=10.83, measure="g2", min_count=2)
    assert found.table["statistic"].min() >= 10.83


def test_a_weight_that_is_no_number_is_named(corpus):
    terms = fr.count_terms(corpus, min_units=1)
    options = {"by": "source", "target": "A", "kind": "weighted", "seed": 1, "draws": 20}
    for weights in ({"closure": "x"}, pd.Series({"closure": "x", "virus": 1})):
        with pytest.raises(fr.InputError, match=r"is not a number.*\n  'closure': 'x'"):
            fr.word_shift(terms, weights=weights, **options)
    known = fr.word_shift(terms, weights={"virus": 1.0, "rain": pd.NA, "mayor": 2}, **options)
    assert sorted(known.table["term"]) == ["mayor", "virus"]


def test_an_infinite_covariate_is_left_out_as_infinite(corpus):
    table = pd.DataFrame({"doc_id": corpus.table["doc_id"], "x": [np.inf, np.nan, *range(10)]})
    scores = fr.score(
        fr.find_hits(corpus.with_columns(table), fr.make_lexicon({"health": ["virus"]}))
    )
    assert fr.regress(scores, "x").left_out["reason"].tolist() == ["x is infinite", "no x"]


@pytest.mark.parametrize("role", ["title", "source", "doc_id", "outlet"])
def test_half_a_character_is_named_with_its_argument(role):
    with pytest.raises(fr.InputError, match=rf"make_corpus: {role} has .*half of a character"):
        fr.make_corpus(["The closure came."], **{role: ["Schools shut \ud83d"]})


def test_positions_are_no_table(corpus, hits):
    lexicon = fr.make_lexicon({"school": ["closure*"], "health": ["virus"]})
    with pytest.raises(fr.InputError, match=r"fresh=.*Give the positions of corpora"):
        fr.fit_instrument([lexicon], codes_of(hits), corpus, fresh=pd.DataFrame(), seed=1)


def test_gaps_of_a_lexicon_stand_behind_its_faults():
    entries = ["closure*", {"pattern": "truce", "match": ["Peace."]}]
    check = fr.check_lexicon(fr.make_lexicon({"peace": {"entries": entries}}))
    assert check.table["problem"].tolist() == ["must match", "no example"]
    assert repr(check).endswith("; 1 other remarks>")


@pytest.mark.parametrize("features", ["tfidf", ("tfidf",)])
def test_a_lexicon_that_a_classifier_would_not_use_is_refused(corpus, hits, features):
    lexicon = fr.make_lexicon({"school": ["closure*"]})
    with pytest.raises(fr.InputError, match=r"lexicon= is not used by .* Give features='lexicon'"):
        fr.fit_classifier(codes_of(hits), corpus, features=features, lexicon=lexicon, seed=1)


READERS = [fr.read_codes, fr.read_lexicon, fr.read_classifier, fr.read_topics, fr.read_sample]


@pytest.mark.parametrize("read", READERS)
def test_a_name_that_is_near_that_of_a_file_is_answered_with_it(read, tmp_path):
    (tmp_path / "peace_2025.csv").write_text("text\nA truce.\n")
    with pytest.raises(fr.InputError, match=r"no such file\..*Did you mean 'peace_2025.csv'\?"):
        read(tmp_path / "peace_2052.csv")
    with pytest.raises(fr.InputError, match=r"no folder .*studies either; .* exists"):
        read(tmp_path / "studies" / "peace_2025.csv")


@pytest.mark.parametrize(
    "rule",
    [
        {"min_units": 5},
        {"max_units": 0.5},
        {"stem": True},
        {"numbers": True},
        {"min_length": 4},
        {"tokens": "plain"},
        {"stop_words": ["virus"]},
        {"phrases": ["virus spreads"]},
    ],
)
def test_terms_like_others_have_no_rules_of_their_own(corpus, rule):
    terms = fr.count_terms(corpus)
    with pytest.raises(fr.InputError, match=f"{next(iter(rule))}= cannot be used with like="):
        fr.count_terms(corpus, like=terms, **rule)
    # The same rule, said again, is no slip.
    own = fr.count_terms(corpus, **rule | {"min_units": 2})
    again = fr.count_terms(corpus, like=own, unit="sentence", **rule | {"min_units": 2})
    assert again.vocabulary["term"].tolist() == own.vocabulary["term"].tolist()
