"""Groups, clusters and periods: one table of values, the same for every function."""

import random
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import framing as fr
from framing.scores.groups import groups_in, natural_order, observe
from framing.scores.scores import case_of

LEXICON = fr.make_lexicon({"peace": ["truce"], "fuel": ["gas"]})
DAYS = ["2024-12-30", "2025-01-01", "2025-01-05", "2025-02-10", "2025-05-01", "2025-05-08"]
IDS = [f"text{number}" for number in range(1, 25)]
HALF = pd.Series(["early"] * 12 + ["late"] * 12, index=IDS, name="half")
TEXT = "Putin said a truce is near. A truce and gas fell.\n\nGas, and a truce. Rain and gas fell."

# What each value of by= calls the groups of the corpus.
BY = {
    "source": ["A", "B", "C"],
    "story": [f"s{number}" for number in range(8)],
    "document": IDS,
    "doc_id": IDS,
    "year": ["2024", "2025"],
    "quarter": ["2024Q4", "2025Q1", "2025Q2"],
    "month": ["2024-12", "2025-01", "2025-02", "2025-05"],
    "week": ["2024-12-30", "2025-02-10", "2025-04-28", "2025-05-05"],
    "day": DAYS,
    "half": ["early", "late"],
    "two": ["A × early", "A × late", "B × early", "B × late", "C × early", "C × late"],
}
VALUES = {"half": HALF, "two": ["source", "side"]}
CLUSTERS = {
    "story": 8, "document": 24, "doc_id": 24, "unit_id": 24, "quarter": 3, "month": 4, "week": 4,
    "day": 6, "two": 6,
}  # fmt: skip


@pytest.fixture(scope="module")
def hits():
    corpus = fr.make_corpus(
        [TEXT + " A truce." * (number % 5) + " Gas." * (number % 7) for number in range(24)],
        source=["A", "B", "C"] * 8,
        story=[f"s{number // 3}" for number in range(24)],
        side=["early"] * 12 + ["late"] * 12,
        date=DAYS * 4,
    )
    return fr.find_hits(corpus, LEXICON)


@pytest.fixture(scope="module")
def terms(hits):
    texts = ["truce and talks", "a truce holds", "gas and oil", "oil, gas"] * 6
    columns = hits.documents.drop(columns=["doc_id", "title", "note", "label"], errors="ignore")
    corpus = fr.make_corpus(texts, **{name: columns[name].tolist() for name in columns})
    return fr.count_terms(corpus)


def groups_by_contrast(hits, terms, by):
    options = {"draws": 100, "permutations": 100, "compare": "rest"}
    if isinstance(by, list):
        options["compare"] = "pairs"
    if isinstance(by, str) and by in ("document", "doc_id"):
        # Groups of one document are compared by their paragraphs.
        scores = fr.score(hits, unit="paragraph")
        return fr.contrast(scores, by=by, seed=1, **options).groups["group"].unique()
    return fr.contrast(fr.score(hits), by=by, seed=1, **options).groups["group"].unique()


def groups_by_trend(hits, terms, by):
    if isinstance(by, str) and by in ("document", "doc_id"):
        many = fr.make_corpus(["A truce."] * 61, date=["2025-03-01"] * 61)
        scores = fr.score(fr.find_hits(many, LEXICON))
        with pytest.raises(fr.InputError, match="makes 61 groups; at most 60 are allowed"):
            fr.trend(scores, every="year", by=by, seed=1)
    return fr.trend(fr.score(hits), every="year", by=by, seed=1, draws=20).groups


def groups_by_voices(hits, terms, by):
    found = fr.voices(hits, by=by, seed=1, draws=100, permutations=100)
    return found.context["group"].unique()


def groups_by_prevalence(hits, terms, by):
    topics = fr.fit_topics(terms, n_topics=2, seed=1)
    return fr.prevalence(topics, terms, by=by, seed=1, draws=20).groups


def groups_by_keyness(hits, terms, by):
    try:
        fr.keyness(terms, by=by, target="none of them")
    except fr.InputError as error:
        listed = str(error).split("Allowed: ")[1]
        return [group for group in BY[label_of(by)] if repr(group) in listed or "and" in listed]
    return []


def groups_by_word_shift(hits, terms, by):
    groups = BY[label_of(by)]
    found = fr.word_shift(terms, by=by, target=groups[-1], seed=1, draws=20)
    return [*groups[:-1], found.target]


def label_of(by):
    return "half" if isinstance(by, pd.Series) else "two" if isinstance(by, list) else by


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize(
    "groups",
    [
        groups_by_contrast, groups_by_trend, groups_by_voices, groups_by_prevalence,
        groups_by_keyness, groups_by_word_shift,
    ],
)  # fmt: skip
def test_by_takes_the_same_values_everywhere(hits, terms, groups, by):
    assert list(groups(hits, terms, VALUES.get(by, by))) == BY[by]


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_cluster_takes_the_same_values_everywhere(hits, cluster):
    value, count = VALUES.get(cluster, cluster), CLUSTERS[cluster]
    scores = fr.score(hits)
    options = {"seed": 1, "draws": 100, "permutations": 100, "cluster": value}
    gap = fr.contrast(scores, by="side", **options)
    inside = gap.table[["clusters_target", "clusters_reference"]].to_numpy()
    assert (inside.max(axis=1) <= count).all()
    assert (inside.sum(axis=1) >= count).all()
    assert fr.voices(hits, by="source", **options).settings["clusters"] == count
    course = fr.trend(scores, every="year", cluster=value, seed=1, draws=20)
    assert len(course.series.names) == count
    assert fr.regress(scores, "length", cluster=value).fit["clusters"].tolist() == [count] * 2


@pytest.mark.parametrize("cluster", ["paragraph", "sentence"])
def test_paragraphs_and_sentences_are_clusters_where_units_are_so_fine(hits, cluster):
    scores = fr.score(hits, unit="sentence", kind="share")
    count = len(fr.score(hits, unit=cluster).units)
    gap = fr.contrast(scores, by="side", cluster=cluster, seed=1, draws=100, permutations=100)
    inside = gap.table[["clusters_target", "clusters_reference"]]
    assert inside.sum(axis=1).tolist() == [count] * 2
    assert fr.regress(scores, "source", cluster=cluster).fit["clusters"].tolist() == [count] * 2
    assert len(fr.trend(scores, cluster=cluster, seed=1, draws=20).series.names) == count
    said = fr.voices(hits, cluster=cluster, seed=1, draws=100, permutations=100)
    spots = hits.table[["doc_id", cluster]].drop_duplicates()
    assert said.settings["clusters"] == len(spots)


def test_speakers_group_their_hits(hits):
    said = fr.voices(hits, by="speaker", seed=1, draws=100, permutations=100)
    assert said.context["group"].unique().tolist() == sorted({*said.groups})
    gap = fr.contrast(
        fr.score(hits, unit="speaker", kind="share"), by="speaker", seed=1, draws=100,
        permutations=100,
    )  # fmt: skip
    assert set(gap.groups["group"]) == set(said.groups)


def test_a_column_that_is_not_there_is_answered_alike(hits, terms):
    scores = fr.score(hits)
    topics = fr.fit_topics(terms, n_topics=2, seed=1)
    calls = {
        "by": [
            lambda: fr.contrast(scores, by="sorce", seed=1),
            lambda: fr.trend(scores, by="sorce", seed=1),
            lambda: fr.voices(hits, by="sorce", seed=1),
            lambda: fr.prevalence(topics, terms, by="sorce", seed=1),
            lambda: fr.keyness(terms, by="sorce", target="A"),
            lambda: fr.word_shift(terms, by="sorce", target="A", seed=1),
        ],
        "cluster": [
            lambda: fr.contrast(scores, by="source", cluster="sorce", seed=1),
            lambda: fr.trend(scores, cluster="sorce", seed=1),
            lambda: fr.voices(hits, cluster="sorce", seed=1),
            lambda: fr.regress(scores, "source", cluster="sorce"),
        ],
        "unit": [lambda: fr.score(hits, unit="sorce")],
    }
    for argument, functions in calls.items():
        for call in functions:
            with pytest.raises(fr.InputError) as error:
                call()
            message = str(error.value)
            assert message.startswith(f"{argument}='sorce' is not known. Allowed: ")
            assert message.endswith("Did you mean 'source'?")
            for allowed in ("source", "document", "year", "quarter", "month", "week", "day"):
                assert repr(allowed) in message


def test_periods_are_units_of_scores():
    days = ["2024-12-30", "2025-01-05", "2025-01-06", "2025-01", "2025", None]
    corpus = fr.make_corpus(["A truce.", "Truce. Truce.", "Rain.", "Gas.", "Gas.", "A truce."],
                            date=days)  # fmt: skip
    hits = fr.find_hits(corpus, LEXICON)
    expected = {
        "day": {"2024-12-30": 1, "2025-01-05": 2, "2025-01-06": 0, "(missing)": 1},
        "week": {"2024-12-30": 3, "2025-01-06": 0, "(missing)": 1},
        "month": {"2024-12": 1, "2025-01": 2, "(missing)": 1},
        "quarter": {"2024Q4": 1, "2025Q1": 2, "(missing)": 1},
        "year": {"2024": 1, "2025": 2, "(missing)": 1},
    }
    for unit, counts in expected.items():
        scores = fr.score(hits, unit=unit, kind="count")
        assert scores.wide()["peace"].to_dict() == counts
        # What trend leaves out is what is missing here.
        missing = scores.units.set_index("unit_id").loc["(missing)", "documents"]
        assert len(fr.trend(fr.score(hits), every=unit, seed=1).left_out) == missing
    weekly = fr.score(hits, unit="week").interval(seed=1, draws=100)
    assert weekly.table["n"].tolist() == [2, 2, 1, 1, 3, 3]


def test_a_period_needs_dates_that_tell_it():
    hits = fr.find_hits(fr.make_corpus(["A truce.", "Gas."], date=["2025", "2024"]), LEXICON)
    for call in (
        lambda: fr.score(hits, unit="month"),
        lambda: fr.contrast(fr.score(hits), by="month", seed=1),
        lambda: fr.regress(fr.score(hits), "length", cluster="month"),
    ):
        with pytest.raises(fr.InputError, match="needs dates that are exact to the month"):
            call()
    undated = fr.find_hits(fr.make_corpus(["A truce.", "Gas."]), LEXICON)
    with pytest.raises(fr.InputError, match="unit='week' needs dates, and no document has one"):
        fr.score(undated, unit="week")


def test_a_model_can_take_quarters(hits):
    found = fr.regress(fr.score(hits), "quarter")
    assert found.table["term"].tolist()[:2] == ["(intercept)", "quarter"]
    levels = fr.regress(fr.score(hits), "C(quarter)", reference={"quarter": "2024Q4"}).table
    assert levels["term"].tolist()[1:3] == ["C(quarter)[2025Q1]", "C(quarter)[2025Q2]"]


@pytest.mark.parametrize(
    "values",
    [
        pd.Series(["week 10", None, "week 2", "Ä", ""] * 300, dtype="str"),
        pd.Series(
            pd.to_datetime(["2025-01-02 10:00", None, "2025-01-02 00:00", "2024-12-31 00:00"] * 300)
        ),
    ],
    ids=["text", "dates"],
)
def test_many_values_have_the_groups_of_few(values):
    few = values.iloc[:20]
    codes, groups = groups_in(values)
    assert groups == groups_in(few)[1]
    assert codes[:20].tolist() == groups_in(few)[0].tolist()
    assert codes.tolist() == codes[:20].tolist() * (len(values) // 20)


def test_labels_with_an_id_twice_are_refused_with_that_id(hits):
    labels = pd.Series(["early", "late", "late"], index=["text1", "text2", "text2"], name="half")
    with pytest.raises(fr.InputError, match=r"index of the labels 'half' has 'text2' twice"):
        fr.contrast(fr.score(hits), by=labels, seed=1)


def test_copies_of_a_row_weigh_as_documents_where_clusters_join_them():
    texts = [
        "A truce.",
        "Gas fell. Gas.",
        "A truce. Rain.",
        "Gas.",
        "A truce or gas.",
        "Rain fell.",
    ]
    copies = np.array([1, 3, 2, 1, 4, 2])
    columns = {
        "source": ["A", "A", "A", "B", "B", "B"],
        "story": ["s1", "s2", "s1", "s2", "s3", "s3"],
    }

    def observed(times, copies=None):
        table = pd.DataFrame({"text": texts} | columns).loc[np.repeat(np.arange(6), times)]
        scores = fr.score(fr.find_hits(fr.make_corpus(table.reset_index(drop=True)), LEXICON))
        parts = replace(scores.parts, copies=copies)
        return observe(replace(scores, parts=parts), "source", cluster="story")

    def sums(units):
        rows = np.column_stack([units.numerators, units.denominators])
        cell = units.group * 10 + units.cluster
        return [np.bincount(cell, column) for column in rows.T]

    counted, apart = observed(np.ones(6, dtype=int), copies), observed(copies)
    assert counted.joined
    assert len(counted.denominators) == 6
    np.testing.assert_array_equal(sums(counted), sums(apart))
    assert counted.one == apart.one


def test_frames_that_are_not_scored_are_refused_by_name(hits):
    scores = fr.score(hits)
    with pytest.raises(fr.InputError, match=r"frames='oil' is not known.*Allowed: 'peace', 'fuel'"):
        fr.contrast(scores, by="source", frames=["peace", "oil"], seed=1)
    with pytest.raises(fr.InputError, match="frames is empty"):
        fr.contrast(scores, by="source", frames=[], seed=1)


def test_a_hit_adds_its_mean_weight_to_a_sum_by_weight():
    lexicon = fr.make_lexicon(
        {"peace": ["truce", {"pattern": "talks", "weight": 3}], "no": ["oil"]}
    )
    hits = fr.find_hits(fr.make_corpus(["A truce, talks."]), lexicon)
    # A unit of weight is more often of the heavy hit: (1 * 1 + 3 * 3) / (1 + 3).
    assert case_of(fr.score(hits)).tolist() == [2.5, 1]
    assert case_of(fr.score(hits, kind="share")) == 1


def test_whole_numbers_with_one_missing_are_whole_names_of_groups():
    table = pd.DataFrame(
        {"text": ["A truce."] * 3, "jahr": [2024, 2025, None], "half": [1, 1.5, 2]}
    )
    hits = fr.find_hits(fr.make_corpus(table), fr.make_lexicon({"peace": ["truce"]}))
    assert set(fr.score(hits, unit="jahr").table["unit_id"]) == {"2024", "2025", "(missing)"}
    assert set(fr.score(hits, unit="half").table["unit_id"]) == {"1.0", "1.5", "2.0"}


def test_the_name_of_the_group_of_missing_values_is_no_value_beside_them():
    """A source called "(missing)" was pooled with the articles that have none."""
    corpus = fr.make_corpus(["A truce."] * 6, source=["A", "(missing)", None] * 2)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    with pytest.raises(fr.InputError, match=r"source: some values are missing, and others are"):
        fr.score(hits, unit="source")
    named = fr.make_corpus(["A truce."] * 4, source=["A", "(missing)"] * 2)
    hits = fr.find_hits(named, fr.make_lexicon({"peace": ["truce"]}))
    assert fr.score(hits, unit="source").table["unit_id"].tolist() == ["A", "(missing)"]


def test_numbers_in_names_are_sorted_by_size():
    names = ["week 1", "week 2", "week 10", "week 010", "week 11b", "week ٣٠"]
    shuffled = random.Random(1).sample(names, len(names))
    assert sorted(shuffled, key=natural_order)[:3] == ["week 1", "week 2", "week 010"]
    assert sorted(["Outlet 10", "Outlet 2", "Outlet"], key=natural_order) == [
        "Outlet", "Outlet 2", "Outlet 10",
    ]  # fmt: skip


def test_dates_and_names_without_numbers_keep_their_order():
    names = ["2024-12-31", "2025-01-02", "2025-01-10", "Post", "Times", "the Sun", "Ärzteblatt"]
    assert sorted(names, key=natural_order) == sorted(names)


def test_any_names_can_be_compared():
    names = ["", "7", "7a", "a7", "a", "²", "1" * 6000, "a" + "9" * 5000, "a-1", "a10"]
    shuffled = random.Random(2).sample(names, len(names))
    assert sorted(names, key=natural_order) == sorted(shuffled, key=natural_order)


def test_documents_without_a_date_are_one_cluster_of_months():
    dates = ["2025-01-03", "2025-01-09", "2025-02-01", "2025-03-01", None, None, None, "2025"]
    corpus = fr.make_corpus(["A truce. Rain fell."] * 8, date=dates, source=["A", "B"] * 4)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    scores = fr.score(hits, unit="corpus", kind="share").interval(cluster="month")
    assert scores.table["n"].tolist() == [4]
    by_document = fr.score(hits)
    # A regression leaves them out, as it does where any other column is missing.
    assert fr.regress(by_document, "source", cluster="month").fit["clusters"].tolist() == [3]
    gap = fr.contrast(by_document, by="source", cluster="month", seed=1, draws=100)
    counts = gap.table[["clusters_target", "clusters_reference"]].to_numpy().ravel().tolist()
    assert sorted(counts) == [3, 3]
