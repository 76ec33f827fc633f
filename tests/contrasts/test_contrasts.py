"""Contrasts: planted differences are found, nothing is found where there is none."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from support.figures import assert_readable

import framing as fr
from framing.contrasts.contrasts import _larger_p, _unseen


def corpus_of(rows):
    """Articles with so many words of the frame among so many, and what else is given of each."""
    texts = [" ".join(["truce"] * hits + ["word"] * (tokens - hits)) for hits, tokens, _ in rows]
    columns = {name: [row[2][name] for row in rows] for name in rows[0][2]}
    return fr.make_corpus(texts, **columns)


LEXICON = fr.make_lexicon({"peace": ["truce"], "doubt": ["doubt*"]})


def scored(rows, **options):
    return fr.score(fr.find_hits(corpus_of(rows), LEXICON), **options)


def twelve(**columns):
    hits = [3, 1, 4, 1, 5, 2, 0, 1, 0, 2, 1, 0]
    rows = []
    for number, own in enumerate(hits):
        given = {"source": "AB"[number // 6], "wire": f"w{number % 4}"}
        given |= {name: values[number] for name, values in columns.items()}
        rows.append((own, 20 + number, given))
    return rows


def test_twelve_articles_without_a_kind_that_one_in_twelve_is_of_are_not_different():
    # Of 60 articles five have the frame in half of their sentences, of twelve others none has.
    # Most orders of the 72 part them so, and Welch's t alone called 10% of such sides different.
    texts = ["A truce held. Rain fell. " * 5] * 5 + ["A truce held. " + "Rain fell. " * 9] * 15
    texts += ["Rain fell. " * 10] * 40
    texts += ["A truce held. " + "Rain fell. " * 9] * 3 + ["Rain fell. " * 10] * 9
    corpus = fr.make_corpus(texts, source=["A"] * 60 + ["B"] * 12)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    found = fr.contrast(fr.score(hits, kind="share"), by="source", seed=1).table.iloc[0]
    assert found["p"] > 0.2
    assert found["low"] < 0 < found["high"]


@pytest.mark.parametrize(
    ("clusters", "p"),
    # The t distribution has no basis from twenty clusters on; with fewer the larger p is taken.
    [([9, 15], "larger"), ([10, 15], "larger"), ([19, 25], "larger"), ([20, 25], "permuted")],
)
def test_the_p_of_a_rare_frame_is_that_which_has_a_basis(clusters, p):
    rare, even = np.array([[True], [False]]), np.zeros((2, 1), dtype=bool)
    for permuted, welch in ((0.01, 0.2), (0.2, 0.01)):
        given = np.array([permuted]), np.array([welch]), rare, even, np.array(clusters)
        expected = {"larger": 0.2, "permuted": permuted}[p]
        assert _larger_p(*given, weighted=False).tolist() == [expected]


@pytest.mark.parametrize(("others", "times"), [(19, 0.4), (20, 4 / 20), (21, 4 / 21)])
def test_a_side_without_hits_may_lack_them_by_chance(others, times):
    # A side with twice as many clusters or more says nothing of the smaller one.
    assert _unseen(np.array([[0], [4]]), np.array([10, others])).tolist() == [[times], [1.0]]


@pytest.mark.parametrize("kind", ["rate", "share"])
def test_limits_lie_on_both_sides_of_difference_and_ratio(kind):
    # The frame is in twice as many sentences of B as of A.
    hits = {"A": [2, 3, 4, 2, 3, 1, 3, 2, 4, 3] * 2, "B": [6, 5, 4, 6, 7, 5, 6, 4, 5, 6] * 2}
    texts = [f"{'A truce. ' * k}{'Rain. ' * (8 - k)}" for side in hits.values() for k in side]
    corpus = fr.make_corpus(texts, source=["A"] * 20 + ["B"] * 20)
    row = fr.contrast(fr.score(fr.find_hits(corpus, LEXICON), kind=kind), by="source", seed=1)
    row = row.table.iloc[0]
    assert row["method"] == "t"
    assert row["low"] < row["estimate"] < row["high"] < 0
    assert row["ratio_low"] < row["ratio"] < row["ratio_high"] < 1
    if kind == "share":
        assert (row["value_target"], row["value_reference"]) == (54 / 160, 108 / 160)
        # A ratio of shares has about the limits of its log (Katz et al. 1978), wider for clusters.
        error = np.sqrt(1 / 54 - 1 / 160 + 1 / 108 - 1 / 160)
        katz = row["ratio"] * np.exp(np.array([-1.96, 1.96]) * error)
        np.testing.assert_allclose([row["ratio_low"], row["ratio_high"]], katz, rtol=0.1)


def test_documents_of_one_story_are_no_independent_ones_and_the_note_names_the_cluster():
    # Both documents of a story have six hits, or none.
    rows = [
        (6 * (story % 3 == 0) + story % 2, 40, {"source": "AB"[story % 2], "story": story})
        for story in range(40)
        for _ in range(2)
    ]
    scores = scored(rows)
    plain, joined = (
        fr.contrast(scores, by="source", seed=1, cluster=cluster).table.set_index("frame")["note"]
        for cluster in (None, "story")
    )
    said = (
        "documents of the same story resemble each other (peace: intraclass correlation 1.00), and "
        "the interval takes them as independent: cluster='story' allows for it"
    )
    assert plain["peace"] == said
    # Doubt, which has no hit, is not said to show what peace shows.
    here = "in peace (intraclass correlation 1.00), not beyond chance in doubt, and"
    other = said.replace("(peace: intraclass correlation 1.00), and", here)
    assert plain["doubt"] == f"hits in 0 documents of A; hits in 0 documents of B; {other}"
    assert joined["peace"] == ""
    assert joined["doubt"] == "hits in 0 stories of A; hits in 0 stories of B"


def test_a_contrast_carries_what_it_is_made_of():
    scores = scored(twelve(), per=100)
    gap = fr.contrast(scores, by="source", seed=1)
    row = gap.table.iloc[0]
    tokens = {"A": sum(range(20, 26)), "B": sum(range(26, 32))}
    assert row["value_target"] == pytest.approx(100 * 16 / tokens["A"])
    assert row["value_reference"] == pytest.approx(100 * 4 / tokens["B"])
    assert row["estimate"] == pytest.approx(row["value_target"] - row["value_reference"])
    assert row["ratio"] == pytest.approx(row["value_target"] / row["value_reference"])
    assert row["low"] < row["estimate"] < row["high"]
    assert (row["n"], row["n_target"], row["n_reference"]) == (12, 6, 6)
    assert gap.groups["numerator"].tolist() == [16, 0, 4, 0]
    pooled = fr.score(scores.hits, unit="source", per=100).table
    assert gap.groups["value"].tolist() == pytest.approx(pooled["value"].tolist())
    # Of 36 pairs 28 are higher in A, 2 lower, 6 the same.
    pairs = [np.sign(a / (20 + i) - b / (26 + j)) for i, a in enumerate([3, 1, 4, 1, 5, 2])
             for j, b in enumerate([0, 1, 0, 2, 1, 0])]  # fmt: skip
    assert row["effect"] == pytest.approx(np.mean(pairs))


@pytest.mark.parametrize("kind", ["rate", "share", "count"])
def test_the_evidence_is_the_numerator(kind):
    study = fr.load_study("articles")
    scores = fr.score(study.hits, unit="paragraph", kind=kind)
    gap = fr.contrast(scores, by="label", seed=1, draws=100, permutations=100)
    for row in gap.groups.itertuples():
        hits = gap.evidence(row.frame, row.group)
        if kind == "share":
            assert len(hits[["doc_id", "sentence"]].drop_duplicates()) == row.numerator
        else:
            assert hits["weight"].sum() == pytest.approx(row.numerator)
        assert set(hits["frame"].astype(str)) <= {row.frame}
    others = gap.groups["group"].unique().tolist()[1:]
    pooled = gap.evidence("peace", others)
    assert len(pooled) == sum(len(gap.evidence("peace", group)) for group in others)
    with pytest.raises(fr.InputError, match="group='Kyiv' is not known"):
        gap.evidence("peace", "Kyiv")
    with pytest.raises(fr.InputError, match="frame='peas'"):
        gap.evidence("peas", others)


def test_the_evidence_of_speakers_and_of_what_was_not_counted():
    hits = fr.load_study("briefings").hits
    scores = fr.score(hits, unit="speaker", kind="share")
    gap = fr.contrast(scores, by="speaker", groups=["Zelensky", "Putin"], seed=1, draws=100)
    own = gap.evidence("peace", "Zelensky")
    assert set(own["speaker"].astype(str)) == {"Zelensky"}
    row = gap.groups[(gap.groups["group"] == "Zelensky") & (gap.groups["frame"] == "peace")]
    assert len(own) == row["numerator"].iloc[0]
    kept = fr.score(hits, rejected="exclude")
    gap = fr.contrast(kept, by="year", groups=["2025", "2021"], seed=1, draws=100)
    assert not gap.evidence("peace", "2025")["rejected"].any()


def test_pairs_rest_reference_and_factor_agree_on_the_same_numbers():
    scores = scored(twelve(outlet=["x", "y", "z"] * 4), per=100)
    options = {"by": "outlet", "seed": 1, "draws": 200, "permutations": 200}
    pairs = fr.contrast(scores, **options).table
    assert pairs["comparison"].tolist()[:3] == ["x - y", "x - z", "y - z"]
    against = fr.contrast(scores, reference="z", **options).table
    assert against["comparison"].tolist()[:2] == ["x - z", "y - z"]
    assert against["estimate"][0] == pairs["estimate"][1]
    value = dict(
        zip("xyz", fr.score(scores.hits, unit="outlet", per=100).wide()["peace"], strict=True)
    )
    factor = fr.contrast(scores, compare="factor", **options).table
    assert factor["estimate"][0] == pytest.approx(value["x"] - np.mean(list(value.values())))
    rest = fr.contrast(scores, compare="rest", **options).table
    others = fr.contrast(scores, groups={"x": ["x"], "others": ["y", "z"]}, **options).table
    assert rest["estimate"][0] == pytest.approx(others["estimate"][0])
    assert rest["value_reference"][0] == pytest.approx(others["value_reference"][0])


def test_two_factors_have_their_differences_and_the_difference_of_these():
    # Planted: A above B everywhere, and by four times as much in the second year.
    rates = {("A", "1"): 4, ("A", "2"): 10, ("B", "1"): 2, ("B", "2"): 2}
    rng = np.random.default_rng(2)
    rows = [
        (int(rng.poisson(rate * 0.5)), 50, {"source": source, "wave": wave})
        for (source, wave), rate in rates.items()
        for _ in range(25)
    ]
    gap = fr.contrast(scored(rows, per=100), by=["source", "wave"], seed=1)
    table = gap.table[gap.table["frame"] == "peace"].set_index("comparison")
    assert list(table.index) == ["A - B", "1 - 2", "(A - B) × (1 - 2)"]
    values = gap.groups[gap.groups["frame"] == "peace"].set_index("group")["value"]
    assert table["estimate"]["A - B"] == pytest.approx(
        (values["A × 1"] + values["A × 2"] - values["B × 1"] - values["B × 2"]) / 2
    )
    inner = table.loc["(A - B) × (1 - 2)"]
    assert inner["low"] < (4 - 2) - (10 - 2) < inner["high"]
    assert inner["ratio_low"] < (4 / 2) / (10 / 2) < inner["ratio_high"]
    tests = gap.tests[gap.tests["frame"] == "peace"].set_index("term")["p"]
    assert list(tests.index) == ["source", "wave", "source × wave"]
    assert (tests < 0.01).all()


def test_clusters_and_weights_by_column():
    scores = scored(twelve(weight=[1.0, 2.0] * 6), per=100)
    gap = fr.contrast(scores, by="source", cluster="wire", weight="weight", seed=1)
    assert gap.settings["resampled"] == "wire"
    assert gap.table["clusters_target"][0] == 4
    weight, tokens = np.array([1, 2] * 3), np.arange(20, 26)
    expected = 100 * (weight @ [3, 1, 4, 1, 5, 2]) / (weight @ tokens)
    assert gap.table["value_target"][0] == pytest.approx(expected)


def test_sentences_of_a_document_are_never_taken_for_independent():
    corpus = fr.make_corpus(["A truce. Rain. A truce."] * 8, source=list("AABB") * 2)
    hits = fr.find_hits(corpus, LEXICON)
    gap = fr.contrast(fr.score(hits, unit="sentence", kind="share"), by="source", seed=1)
    assert gap.settings["resampled"] == "document"
    assert gap.table[["n_target", "clusters_target"]].iloc[0].tolist() == [12, 4]
    one = {"first": ["text1"], "others": ["text2", "text3"]}
    sentences = fr.score(hits, unit="sentence", kind="share")
    gap = fr.contrast(sentences, by="doc_id", groups=one, cluster="sentence", seed=1)
    sizes = ["clusters_target", "clusters_reference", "n_target", "n_reference"]
    assert gap.table[sizes].iloc[0].tolist() == [3, 6, 3, 6]
    with pytest.raises(fr.InputError, match="cluster='paragraph' is not known"):
        fr.contrast(fr.score(hits), by="source", cluster="paragraph", seed=1)


def test_labels_of_ones_own_and_units_without_any():
    scores = scored(twelve(), per=100)
    labels = pd.Series(["new"] * 4 + ["old"] * 6, index=scores.units["doc_id"][:10], name="wave")
    gap = fr.contrast(scores, by=labels, seed=1)
    assert gap.table["comparison"][0] == "new - old"
    assert gap.left_out["unit_id"].tolist() == ["text11", "text12"]
    assert gap.left_out["reason"].unique().tolist() == ["in none of the groups"]
    assert "2 units left out" in repr(gap)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    scores = fr.score(fr.load_study("articles").hits, unit="paragraph")
    one, same, other = (fr.contrast(scores, by="label", seed=seed).table for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(one, same, check_exact=True)
    assert other["p"].tolist() != one["p"].tolist()


def test_units_in_another_order_give_the_same_difference():
    rows = twelve()
    one, other = (fr.contrast(scored(own), by="source", seed=1) for own in (rows, rows[::-1]))
    assert one.table["estimate"].tolist() == pytest.approx(other.table["estimate"].tolist())
    assert one.table["p"].tolist() == pytest.approx(other.table["p"].tolist(), abs=0.03)


def test_what_few_hits_can_bear_is_said():
    scores = scored(
        [
            (hits, 30, {"source": source})
            for source, hits in zip("A" * 9 + "B" * 9, [1, 0, 0] * 3 + [0] * 9, strict=True)
        ]
    )
    row = fr.contrast(scores, by="source", seed=1).table.iloc[0]
    assert row["method"] == "limits"
    assert row["low"] < row["estimate"] < row["high"]
    # None of B's 270 tokens: the exact upper limit of a rate, as `score` gives it.
    assert row["value_reference"] == 0
    assert np.isnan(row["ratio"])
    assert row["ratio_low"] > 0
    assert "hits in 3 documents of A" in row["note"]
    assert "hits in 0 documents of B" in row["note"]


def test_a_mean_of_groups_with_one_that_has_no_hit_has_limits():
    rows = [(2, 30, {"source": "A"})] * 6 + [(1, 30, {"source": "B"})] * 6
    table = fr.contrast(
        scored([*rows, *[(0, 30, {"source": "C"})] * 6]), by="source", compare="factor", seed=1
    ).table
    own = table[table["frame"] == "peace"].set_index("target")
    assert (own["method"] == "limits").all()
    assert own["high"]["C"] > own["estimate"]["C"] + 5
    assert own["ratio"]["C"] == 0


def test_a_group_of_one_article_is_marked_and_nothing_but_such_refused():
    rows = twelve()
    rows.append((2, 30, {"source": "C", "wire": "w1"}))
    table = fr.contrast(scored(rows), by="source", seed=1).table
    row = table[(table["comparison"] == "A - C") & (table["frame"] == "peace")].iloc[0]
    assert row["method"] == "none"
    assert np.isnan([row["low"], row["high"], row["p"], row["p_adjusted"]]).all()
    assert not np.isnan(row["estimate"])
    assert "one document in C" in row["note"]
    with pytest.raises(fr.InputError, match=r'Score by paragraph.*unit="paragraph"'):
        fr.contrast(scored(twelve()), by="doc_id", seed=1)
    with pytest.raises(fr.InputError, match="each has a side with one source only"):
        fr.contrast(scored(twelve()), by="source", cluster="source", seed=1)


@pytest.mark.parametrize(
    ("kind", "a", "b", "p", "low", "high"),
    [
        # 12 documents with 2 of 3 sentences, 12 with 1 of 3: limits .495 to .807 and .193 to .505.
        ("share", (12, 3, 2), (12, 3, 1), (0, 0.001), 0.091, 0.532),
        # Both sides have the frame everywhere: lower limits .872 (27 of 27) and .768 (14 of 14).
        ("share", (9, 3, 3), (7, 2, 2), (1, 1), -0.128, 0.232),
        # Both have it in the same share of each document.
        ("share", (9, 3, 1), (7, 6, 2), (1, 1), -0.224, 0.240),
        ("rate", (9, 3, 1), (7, 6, 2), (1, 1), -93.931, 110.509),
    ],
)
def test_sides_that_do_not_vary_have_the_limits_of_their_hits(kind, a, b, p, low, high):
    texts, sources = [], []
    for source, (count, sentences, hits) in zip("AB", (a, b), strict=True):
        text = " ".join(["A truce came."] * hits + ["The rain came."] * (sentences - hits))
        texts += [text] * count
        sources += [source] * count
    hits = fr.find_hits(
        fr.make_corpus(texts, source=sources), fr.make_lexicon({"peace": ["truce"]})
    )
    row = fr.contrast(fr.score(hits, kind=kind), by="source", seed=1).table.iloc[0]
    assert row["method"] == "limits"
    assert p[0] <= row["p"] <= p[1]
    assert (row["low"], row["high"]) == pytest.approx((low, high), abs=0.002, rel=0.002)
    assert (
        "all documents of a side have the same value, so the limits are those of counts"
        in row["note"]
    )
    # Whether they can be compared does not depend on other frames.
    assert (row["low"] <= 0 <= row["high"]) == (row["p"] > 0.05)


@pytest.mark.parametrize("largest", [1, 5, 10, 20, 30, 50, 5000])
@pytest.mark.parametrize("hits", [(1, 0), (0, 1)])
def test_p_and_limits_of_a_side_that_one_document_decides_say_the_same(largest, hits):
    rows = [
        (hits[0], 20, {"source": "A", "w": largest if number == 0 else 1.0}) for number in range(12)
    ] + [(hits[1], 30, {"source": "B", "w": 1.0}) for _ in range(12)]
    scores = scored(rows)
    if largest >= 50:
        # The 12 documents of A count as one.
        with pytest.raises(fr.InputError, match="so uneven that they count as one"):
            fr.contrast(scores, by="source", weight="w", seed=1)
        return
    row = fr.contrast(scores, by="source", weight="w", seed=1).table.iloc[0]
    assert (row["low"] <= 0 <= row["high"]) == (row["p"] > 0.05)


def test_a_side_that_counts_as_one_document_keeps_the_estimate_beside_other_sides():
    rows = [(15, 1500, {"source": "A"})] + [(1, 10, {"source": "A"})] * 11
    rows += [(0, 15, {"source": "B"})] * 12 + [(1, 15, {"source": "C"})] * 12
    table = fr.contrast(scored(rows), by="source", seed=1).table
    table = table[table["frame"] == table["frame"].iloc[0]].set_index("comparison")
    row = table.loc["A - B"]
    assert row["estimate"] > 0
    assert np.isnan([row["low"], row["high"], row["p"], row["ratio_low"]]).all()
    assert "12 documents in A, so uneven that they count as 1" in row["note"]
    assert table.loc["B - C", "p"] < 0.05


def test_small_groups_say_how_small_p_can_be():
    rows = [row for row in twelve() if row[2]["wire"] in ("w0", "w1")]
    note = fr.contrast(scored(rows), by="source", seed=1).table["note"][0]
    assert "4 documents in A: a rough interval" in note
    assert "p cannot fall below 0.07" in note


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"by": "sorce"}, "by='sorce' is not known.*Did you mean 'source'"),
        ({"by": "source", "groups": ["A", "C"]}, "no group 'C'. There are: 'A', 'B'"),
        ({"by": "source", "groups": ["A"]}, "needs at least two groups"),
        ({"by": "source", "groups": "A"}, "is one group"),
        ({"by": "source", "groups": {"x": ["A", "B"], "y": ["A"]}}, "'A' is there twice"),
        ({"by": "source", "cluster": "storyline"}, "cluster='storyline' is not known"),
        ({"by": "source", "weight": "wire"}, "not a column of numbers"),
        ({"by": "source", "compare": "all"}, "Allowed: 'pairs', 'rest', 'factor'"),
        ({"by": "source", "reference": "Z"}, "reference='Z' is not known"),
        ({"by": "source", "reference": "A", "compare": "rest"}, 'works with compare="pairs"'),
        ({"by": "source", "draws": 10}, "need at least 100 of each"),
        ({"by": "source", "adjust": "fdr"}, "'holm', 'bh', 'none'"),
        ({"by": ["source", "wire", "doc_id"]}, "one column, or two different columns"),
        ({"by": ["source", "wire"], "groups": ["A", "B"]}, "works with one factor"),
        ({"by": ["source", "title"]}, "no unit with a token has a value"),
        ({"by": ["source", "half"]}, "without a unit: 'A × 2'"),
        ({"by": ["source", "cross"]}, "'x × y' hold ' × '.*with_columns"),
        ({"by": None}, "by=None is not the name of a column"),
        ({"by": ["source", 3]}, "is not the name of a column"),
        ({"by": pd.Series(["a"] * 3)}, "holds no doc_id and no unit_id"),
        ({"by": "source", "seed": -1}, "seed=-1"),
    ],
)
def test_bad_requests_say_what_is_allowed(options, message):
    scores = scored(twelve(half=["1"] * 6 + ["1", "2"] * 3, cross=["x × y", "z"] * 6))
    with pytest.raises(fr.InputError, match=message):
        fr.contrast(scores, **{"seed": 1} | options)


def test_scores_that_pool_or_are_of_topics_are_refused_with_the_remedy():
    hits = scored(twelve()).hits
    with pytest.raises(fr.InputError, match=r'compared by \'source\' only.*unit="document"'):
        fr.contrast(fr.score(hits, unit="source"), by="wire", seed=1)
    pooled, own = (
        fr.contrast(fr.score(hits, unit=unit), by="source", seed=1).table
        for unit in ("source", "document")
    )
    assert pooled["estimate"][0] == own["estimate"][0]
    texts = ["truce and talks", "a truce", "gas, oil", "gas and oil"] * 3
    corpus = fr.make_corpus(texts, source=list("AABB") * 3)
    topics = fr.fit_topics(fr.count_terms(corpus), n_topics=2, seed=1)
    with pytest.raises(fr.InputError, match=r"Use prevalence\(topics"):
        fr.contrast(topics.shares, by="source", seed=1)


def test_units_without_a_token_are_listed():
    corpus = fr.make_corpus(["A truce.", "...", "Rain.", "A truce.", "Snow."], source=list("AAABB"))
    gap = fr.contrast(fr.score(fr.find_hits(corpus, LEXICON)), by="source", seed=1)
    assert gap.left_out.to_numpy().tolist() == [["text2", "without a token"]]
    assert gap.table["n"][0] == 4


@pytest.fixture(scope="module")
def testbed():
    return fr.load_testbed()


def test_what_was_planted_in_the_testbed_is_found_and_what_was_not_is_not(testbed):
    # The datasheet says what to expect of each outlet; codes are what coders read.
    hits = fr.hits_of_codes(testbed.codes, testbed.corpus, coder="writer")
    gap = fr.contrast(
        fr.score(hits, kind="share"), by="source", compare="rest", adjust="bh", seed=1
    )
    rows = gap.table.set_index(["target", "frame"])
    planted = {
        ("dnipro-observer", "sovereignty"): 1, ("channel-nine", "sovereignty"): -1,
        ("prairie-notebook", "sovereignty"): -1, ("continental-review", "skepticism"): 1,
        ("daily-torch", "concession"): 1, ("daily-torch", "skepticism"): 1,
        ("daily-torch", "peace"): -1, ("meridian-wire", "peace"): 1, ("channel-nine", "peace"): 1,
    }  # fmt: skip
    for place, sign in planted.items():
        row = rows.loc[place]
        assert np.sign(row["estimate"]) == sign
        assert row["p_adjusted"] < 0.05, place
        assert row["low"] * row["high"] > 0
    # Outlets differ in leaning, not by the day of the week they print on.
    dates = testbed.corpus.table.set_index("doc_id")["date"]
    days = (dates.dt.day_of_week % 2).map({0: "even", 1: "odd"})
    null = fr.contrast(fr.score(hits, kind="share"), by=days.rename("weekday"), seed=1)
    assert (null.table["p_adjusted"] > 0.05).all()


@pytest.mark.parametrize("instrument", ["codes", "lexicon"])
def test_the_event_is_found_in_the_three_frames_it_moves_and_not_in_the_fourth(testbed, instrument):
    corpus = testbed.corpus
    if instrument == "codes":
        hits = fr.hits_of_codes(testbed.codes, corpus, coder="writer")
    else:
        hits = fr.find_hits(corpus, fr.load_lexicon("peace-initiative-1.1"))
    table = corpus.table.set_index("doc_id")
    when = (table["date"] >= "2025-09-09").map({True: "after", False: "before"})
    # The lexicon misses most of what is said in figures of speech, and what moves there.
    labels = when.where(table["manner"] == "plain").rename("leak")
    gap = fr.contrast(fr.score(hits, kind="share"), by=labels, groups=["after", "before"], seed=1)
    found = gap.table.set_index("frame")
    assert (found["p_adjusted"][["peace", "concession", "skepticism"]] < 0.05).all()
    assert np.sign(found["estimate"])[["peace", "concession", "skepticism"]].tolist() == [-1, 1, 1]
    assert found["p_adjusted"]["sovereignty"] > 0.5


def test_the_figure_says_what_cannot_be_compared():
    rows = [*twelve(), (2, 30, {"source": "C", "wire": "w1"})]
    gap = fr.contrast(scored(rows), by="source", seed=1)
    for effect in ("difference", "ratio"):
        figure = fr.plot_contrast(gap, effect=effect)
        note = figure._supxlabel.get_text().replace("\n", " ")
        unit = "ratio" if effect == "ratio" else "hits per 1,000 tokens"
        assert {axes.get_xlabel().replace("\n", " ") for axes in figure.axes} == {unit}
        assert "Cross: no estimate, since a side has a single" in note
        assert "95% t intervals over documents" in note
        labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
        sign = "/" if effect == "ratio" else "−"
        assert labels[0] == f"A\n{sign} B\n(n = 6 and 6)"
        assert [axes.get_title(loc="left") or axes.get_title() for axes in figure.axes] == [
            "peace",
            "doubt",
        ]
    with pytest.raises(fr.InputError, match="'difference', 'ratio'"):
        fr.plot_contrast(gap, effect="odds")


@pytest.mark.parametrize("effect", ["difference", "ratio"])
def test_many_frames_with_long_names_can_be_read(effect):
    names = ["readiness for negotiations", "peace.talks", "peace.ceasefire", "territorial claims",
             "doubt", "markets and trade"]  # fmt: skip
    lexicon = fr.make_lexicon({name: [f"word{n}"] for n, name in enumerate(names)})
    rng = np.random.default_rng(1)
    texts = [" ".join(f"word{n}" for n in rng.integers(0, 9, 60)) for _ in range(30)]
    outlets = ["The Evening Post and Intelligencer", "B", "C"] * 10
    hits = fr.find_hits(fr.make_corpus(texts, source=outlets), lexicon)
    gap = fr.contrast(fr.score(hits), by="source", seed=1, draws=100, permutations=100)
    assert_readable(fr.plot_contrast(gap, effect=effect))


def test_sentences_of_a_document_without_a_cluster_are_not_independent():
    rng = np.random.default_rng(1)
    texts = [" ".join(["A truce."] * rng.integers(0, 6) + ["Rain."] * 6) for _ in range(40)]
    stories = [None] * 38 + ["x", "x"]
    corpus = fr.make_corpus(texts, source=["A", "B"] * 20, story=stories)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    one, two = (
        fr.contrast(fr.score(hits, unit=unit), by="source", cluster="story", seed=1).table
        for unit in ("document", "sentence")
    )
    assert two["clusters_target"].item() == 20
    for column in ("low", "high", "p"):
        assert two[column].item() == pytest.approx(one[column].item())


def test_resamples_of_few_units_that_are_all_but_alike_make_no_warning():
    rows = [(hits, tokens, {"source": source}) for hits, tokens, source in
            [(2, 11, "A"), (1, 11, "A"), (2, 13, "B"), (0, 11, "B")]]  # fmt: skip
    row = fr.contrast(scored(rows), by="source", seed=1, draws=100, permutations=100).table.iloc[0]
    assert 0 < row["ratio_low"] < row["ratio"] < row["ratio_high"] < np.inf


def test_what_is_not_the_object_that_is_needed_is_answered_with_the_function_that_makes_it():
    scores = scored(twelve(date=[f"2025-0{number % 6 + 1}-03" for number in range(12)]))
    needed = "; it must be Scores, which score.hits. returns"
    for call in (
        lambda hits: fr.contrast(hits, by="source", seed=1),
        lambda hits: fr.trend(hits, seed=1),
        lambda hits: fr.regress(hits, "source"),
    ):
        with pytest.raises(fr.InputError, match=f"scores is a Hits{needed}"):
            call(scores.hits)
    with pytest.raises(fr.InputError, match="hits is a Scores; it must be Hits, which find_hits"):
        fr.voices(scores, seed=1)
    for call in (
        lambda: fr.change_at(scores, "2025-03-01"),
        lambda: fr.find_change_points(scores, seed=1),
    ):
        with pytest.raises(fr.InputError, match="trend is a Scores; it must be Trend, which trend"):
            call()
    corpus = fr.make_corpus(["A truce."])
    with pytest.raises(fr.InputError, match="takes a DataFrame with doc_id, not a Series"):
        corpus.with_columns(corpus.table["source"])


def test_an_interval_is_called_rough_below_ten_clusters():
    rows = [(1 + n % 3, 30 + n, {"source": "A"}) for n in range(10)]
    rows += [(n % 3, 30 + n, {"source": "B"}) for n in range(9)]
    note = fr.contrast(scored(rows), by="source", seed=1).table["note"].iloc[0]
    assert "9 documents in B: a rough interval" in note
    assert "documents in A" not in note


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"compare": "pair"}, r"compare='pair' is not known.*Did you mean 'pairs'"),
        ({"adjust": "holms"}, r"adjust='holms' is not known"),
        ({"draws": 200.5}, r"draws=200\.5 cannot be used.*whole number"),
        ({"permutations": 200.5}, r"permutations=200\.5 cannot be used.*whole number"),
    ],
)
def test_options_that_are_no_choice_are_refused(options, message):
    with pytest.raises(fr.InputError, match=message):
        fr.contrast(scored(twelve()), by="source", **{"seed": 1, **options})


def test_a_factor_without_an_effect_is_not_found_beside_one_that_has_one():
    counts = {"A": [4, 6, 5, 7, 3, 6, 8, 5], "B": [1, 2, 0, 3, 2, 1, 2, 1]}
    rows = [
        (n, 50, {"source": source, "wave": wave})
        for source, drawn in counts.items()
        for wave in "12"
        for n in drawn
    ]
    gap = fr.contrast(scored(rows), by=["source", "wave"], seed=1)
    p = gap.tests[gap.tests["frame"] == "peace"].set_index("term")["p"]
    # Each source has the same counts in both waves.
    assert p["source"] < 0.01
    assert p["wave"] == pytest.approx(1)
    assert p["source × wave"] == pytest.approx(1)
    # Three tests of one frame that has hits: the least p counts three times.
    adjusted = gap.tests[gap.tests["frame"] == "peace"].set_index("term")["p_adjusted"]
    assert (adjusted >= p).all()
    assert adjusted["source"] > p["source"]
    assert "1 of 6 with adjusted p < 0.05" in repr(gap)
    plain = fr.contrast(scored(rows), by="source", seed=1, adjust="none")
    assert "of 2 with p < 0.05" in repr(plain)
    assert "p < 0.05, not adjusted." in fr.describe_figure(fr.plot_contrast(plain))


def test_a_side_without_a_hit_may_have_missed_articles_that_are_full_of_it():
    # 12 of 60 articles of B have the frame. So it may be in a share of .2 * .2 of those of A, and
    # 25 articles of A have none of it in .96 ** 25 = .36 of cases: p is no smaller.
    rows = [(0, 30, {"source": "A"})] * 25
    rows += [(3 * (n % 5 == 0), 30, {"source": "B"}) for n in range(60)]
    row = fr.contrast(scored(rows), by="source", seed=1, permutations=200).table.iloc[0]
    assert row["p"] == pytest.approx((1 - 0.2**2) ** 25)
    assert row["low"] < 0 < row["high"]
    wanted = (
        "A has no hit. If 4.0% of such documents had the frame, with more hits each than the "
        "20.0% of B, 25 documents would all lack it with probability 0.36: p is not below that"
    )
    assert wanted in row["note"]
    # The other way round it is the same.
    swapped = fr.contrast(
        scored(rows), by="source", groups=["B", "A"], seed=1, permutations=200
    ).table.iloc[0]  # fmt: skip
    assert swapped["p"] == pytest.approx(row["p"])


def test_the_limit_of_a_side_without_a_hit_does_not_grow_with_the_size_of_the_other():
    # One of 300 articles of B has the frame. 25 articles without it allow up to 3.7 articles with
    # it (exact Poisson limit), each with as much of it as that of B: 3.7 of 25 sentences.
    rows = [(0, 30, {"source": "A"})] * 25
    rows += [(2 * (n == 0), 30, {"source": "B"}) for n in range(300)]
    row = fr.contrast(scored(rows, kind="share"), by="source", seed=1, permutations=200).table.iloc[
        0
    ]
    assert row["low"] < 0 < row["high"]
    assert row["high"] <= 3.69 / 25


@pytest.mark.parametrize(("one_hit", "other_hit"), [([1] * 4 + [0], 30 * [0]), ([1] * 3, 5 * [0])])
def test_no_share_of_few_articles_can_be_above_one(one_hit, other_hit):
    # The Poisson limit of four hits is 10.2: it would be 2.05 of five sentences.
    rows = [(hit, 1, {"source": "A"}) for hit in one_hit]
    rows += [(hit, 1, {"source": "B"}) for hit in [1, *other_hit]]
    scores = scored(rows, kind="share")
    for groups, end in ((["A", "B"], "high"), (["B", "A"], "low")):
        row = fr.contrast(
            scores, by="source", groups=groups, seed=1, permutations=200
        ).table.iloc[0]  # fmt: skip
        assert 0.8 < abs(row[end]) <= 1


def test_a_frame_in_most_articles_of_one_side_and_in_none_of_the_other_is_a_difference():
    rows = [(0, 30, {"source": "A"})] * 12
    rows += [(2 * (n < 9), 30, {"source": "B"}) for n in range(12)]
    row = fr.contrast(scored(rows), by="source", seed=1, permutations=500).table.iloc[0]
    assert row["p"] <= 0.05
    assert "has no hit: p" not in row["note"]
    # A much larger B shows no better how the frame crowds into articles of A.
    rows += [(2 * (n % 12 < 9), 30, {"source": "B"}) for n in range(108)]
    larger = fr.contrast(scored(rows), by="source", seed=1, permutations=500).table.iloc[0]
    assert larger["p"] >= (1 - 0.4 * 0.75) ** 12 - 1e-9
    # With one hit on the side its variance is known, and no such limit holds.
    rows += [(1, 30, {"source": "A"})]
    assert "has no hit: p" not in fr.contrast(
        scored(rows), by="source", seed=1, permutations=500
    ).table["note"].iloc[0]  # fmt: skip
    # Where no side has a hit there is nothing to miss.
    rows = [(0, 30, {"source": "AB"[n % 2]}) for n in range(20)]
    assert "has no hit: p" not in fr.contrast(
        scored(rows), by="source", seed=1, permutations=200
    ).table["note"].iloc[0]  # fmt: skip


def test_a_frame_in_all_of_five_documents_and_in_none_of_five_is_a_difference():
    rows = [(1, 10, {"source": "A"})] * 5 + [(0, 10, {"source": "B"})] * 5
    row = fr.contrast(scored(rows), by="source", seed=1, permutations=500).table.iloc[0]
    # Five of five on one of two equal sides: 1/2 to the power of five.
    assert row["p"] == pytest.approx(1 / 32)
    assert row["low"] > 0
    assert row["ratio_low"] > 1
    # Four against four prove nothing.
    rows = [rows[0]] * 4 + [rows[-1]] * 4
    row = fr.contrast(scored(rows), by="source", seed=1, permutations=500).table.iloc[0]
    assert row["p"] == pytest.approx(1 / 16, abs=0.01)
    assert row["low"] < 0


def test_a_note_says_what_uneven_documents_count_as():
    rows = [(1 + n % 3, 30 + n, {"source": "A"}) for n in range(12)]
    rows += [(1 + n % 3, 400 if n < 3 else 20, {"source": "B"}) for n in range(12)]
    note = fr.contrast(scored(rows), by="source", seed=1, permutations=200).table["note"].iloc[0]
    assert "12 documents in B, so uneven that they count as 4: a rough interval" in note
    assert "documents in A" not in note


@pytest.mark.parametrize("members", [1, None])
def test_a_group_whose_members_are_no_list_is_refused(members):
    texts = ["A truce.", "No.", "A truce now.", "War."]
    corpus = fr.make_corpus(texts, source=["a", "b", "a", "b"])
    scores = fr.score(fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]})))
    with pytest.raises(fr.InputError, match=r"group 'a' has the members (1|None)"):
        fr.contrast(scores, by="source", seed=1, groups={"a": members})


def test_paragraphs_of_two_texts_are_told_not_to_be_independent_and_runs_of_them_count():
    lexicon = fr.make_lexicon({"peace": ["truce"]})
    # The same words: in one order each paragraph has some hits, in the other they come in a run.
    spread = [3, 0, 1, 0, 2, 0, 4, 0] * 3
    other = [1, 1, 0, 1, 0, 1, 1, 0] * 3
    found = {}
    for name, order in (("even", spread), ("run", sorted(spread, reverse=True))):
        texts = [
            "\n\n".join("truce " * k + "rain " * 20 + "." for k in hits) for hits in (order, other)
        ]
        corpus = fr.make_corpus(texts, name=["a", "b"])
        scores = fr.score(fr.find_hits(corpus, lexicon), unit="paragraph")
        found[name] = fr.contrast(scores, by="name", seed=1, permutations=499).table.iloc[0]
    even, run = found["even"], found["run"]
    assert even["estimate"] == pytest.approx(run["estimate"])
    assert run["high"] - run["low"] > 1.3 * (even["high"] - even["low"])
    assert run["p"] > 2 * even["p"]
    for row in (even, run):
        assert "paragraphs of a document are not independent: p may be too small" in row["note"]


def test_chosen_frames_are_compared_as_before_and_p_is_adjusted_for_them_alone():
    study = fr.load_study("articles")
    scores = fr.score(study.hits, unit="paragraph")
    options = {"by": "label", "seed": 1, "draws": 100, "permutations": 100}
    whole = fr.contrast(scores, **options).table
    frame = scores.frames[1]
    gap = fr.contrast(scores, frames=frame, **options)
    of_frame = whole[whole["frame"] == frame].reset_index(drop=True)
    same = ["comparison", "estimate", "low", "high", "p", "ratio", "effect", "n"]
    pd.testing.assert_frame_equal(gap.table[same], of_frame[same])
    adjusted, before = gap.table["p_adjusted"], of_frame["p_adjusted"]
    assert (adjusted <= before + 1e-12).all()
    assert (adjusted < before - 1e-12).any()
    assert gap.scores.frames == gap.settings["frames"] == [frame]
    assert set(gap.tests["frame"]) == {frame}
    first = gap.groups.iloc[0]
    assert gap.evidence(frame, first["group"])["weight"].sum() == pytest.approx(first["numerator"])
    two = fr.contrast(scores, frames=scores.frames[1::-1], **options)
    assert list(dict.fromkeys(two.table["frame"])) == scores.frames[1::-1]
    rows = two.table[two.table["frame"] == frame].reset_index(drop=True)
    pd.testing.assert_frame_equal(rows[same], of_frame[same], check_exact=False)


@pytest.mark.parametrize("frames", ["peas", ["peace", "peas"], []])
def test_frames_that_cannot_be_compared_are_named(frames):
    with pytest.raises(fr.InputError, match=r"Allowed: .*peace.*doubt"):
        fr.contrast(scored(twelve()), by="source", frames=frames, seed=1)


def test_a_multiverse_is_of_the_frames_of_its_contrast():
    corpus = corpus_of(twelve())
    scores = fr.score(fr.find_hits(corpus, LEXICON))
    gap = fr.contrast(scores, by="source", frames="peace", seed=1, permutations=100)
    choices = {"kind": ["rate", "share"]}
    curves = fr.multiverse(corpus, LEXICON, gap, choices=choices, seed=1)
    assert set(curves.table["frame"]) == {"peace"}


def test_groups_stand_in_the_order_in_which_people_count():
    rows = twelve(source=["week 10", "week 2", "week 1"] * 4)
    gap = fr.contrast(scored(rows), by="source", seed=1, permutations=100)
    assert list(dict.fromkeys(gap.groups["group"])) == ["week 1", "week 2", "week 10"]


def test_terms_of_two_factors_have_the_degrees_of_their_levels():
    rng = np.random.default_rng(4)
    texts = ["A truce. " * held + "Rain fell." for held in rng.integers(0, 4, 72)]
    columns = {"side": ["l", "r"] * 36, "desk": ["a", "a", "b", "b", "c", "c"] * 12}
    hits = fr.find_hits(fr.make_corpus(texts, **columns), fr.make_lexicon({"peace": ["truce"]}))
    gap = fr.contrast(fr.score(hits), by=["side", "desk"], seed=1, permutations=100)
    assert gap.tests["term"].tolist() == ["side", "desk", "side × desk"]
    assert gap.tests["df"].tolist() == [1, 2, 2]


UNITS_OF_WEIGHTS = [0.1, 0.3, 3.0, 1.0, 7.0]


@pytest.mark.parametrize("hits", [0, 1, 4], ids=["none", "few", "many"])
@pytest.mark.parametrize("kind", ["rate", "share"])
def test_the_unit_of_the_weights_changes_nothing(hits, kind):
    rows = []
    for n in range(20):
        weight = UNITS_OF_WEIGHTS[n % 5]
        columns = {"source": "AB"[n % 2], "w": weight, "large": weight * 1000, "tiny": weight / 700}
        rows.append((hits * (n % 4 == 1), 24, columns))
    scores = scored(rows, kind=kind)
    gap = fr.contrast(scores, by="source", weight="w", seed=1, permutations=200).table
    numbers = gap.select_dtypes("number").columns
    for other in ("large", "tiny"):
        again = fr.contrast(scores, by="source", weight=other, seed=1, permutations=200).table
        np.testing.assert_allclose(again[numbers], gap[numbers], rtol=1e-6, atol=1e-12)
        assert again["note"].tolist() == gap["note"].tolist()


def test_equal_values_tie_whatever_their_weights():
    # 1 * .1 / (18 * .1) and 1 * 3 / (18 * 3) differ in the last bit.
    rows = [(n // 12, 18, {"source": "AB"[n % 2], "w": (0.1, 3.0)[n % 2]}) for n in range(24)]
    gap = fr.contrast(scored(rows), by="source", weight="w", seed=1, permutations=200)
    assert gap.table["effect"].tolist() == [0, 0]


def test_without_a_hit_no_length_and_no_weight_is_a_difference():
    rows = [(0, 10 + 40 * (n % 3), {"source": "ABC"[n % 3], "w": 1.0 + n % 3}) for n in range(30)]
    for weight in (None, "w"):
        gap = fr.contrast(scored(rows), by="source", weight=weight, seed=1, permutations=200)
        assert (gap.table["p"] == 1).all()
        assert (gap.tests["p"] == 1).all()


def test_a_group_of_three_hits_may_have_as_few_as_the_exact_limit():
    texts = ["A truce held."] * 3 + ["It rained."] * 37 + ["A truce held."] * 2000
    corpus = fr.make_corpus(texts, source=["few"] * 40 + ["all"] * 2000)
    scores = fr.score(fr.find_hits(corpus, LEXICON), kind="count")
    gap = fr.contrast(scores, by="source", seed=1, draws=1000, permutations=999).table
    row = gap.set_index("frame").loc["peace"]
    # Poisson limits of three hits (Garwood 1936): .619 and 8.77; the other group is 1 throughout.
    few = row["high"] if row["target"] == "all" else -row["low"]
    assert 1 - few <= stats.chi2.ppf(0.025, 6) / 2 / 40
