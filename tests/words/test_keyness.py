from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.stats import chi2_contingency
from support.figures import assert_readable, texts_of
from support.planted import as_terms

import framing as fr
from framing.words.keyness_statistics import chi_square_p
from framing.words.keywords import KEYNESS_COLUMNS

EXAMPLE = ["a a a b b c c c c c c d e f g h h", "a a b c c d d d d e f h"]


def letters(texts=EXAMPLE, **columns):
    corpus = fr.make_corpus(texts, **columns)
    return fr.count_terms(corpus, stop_words=None, min_units=1, min_length=1)


def of_example(**options):
    terms = letters(source=["t", "r"])
    found = fr.keyness(terms, by="source", target="t", min_count=1, **options)
    return found.table.set_index("term")


def test_chi_square_and_g2_are_those_of_quanteda():
    chi2 = of_example()["statistic"]
    assert chi2[["a", "c", "d"]].to_numpy() == pytest.approx(
        [0.004739, 1.221872, -3.715033], abs=5e-7
    )
    g2 = of_example(measure="g2")["statistic"]
    assert g2[["c", "d"]].to_numpy() == pytest.approx([1.274238, -3.779441], abs=5e-7)


def test_corrections_are_those_of_quanteda_and_the_literature():
    # quanteda's own test: Yates as in R's chisq.test, for "b" 7 of 10 and 2 of 9.
    terms = letters(["b b b b b b b a a a", "a a a a a a a b b"], source=["t", "r"])
    table = np.array([[7, 2], [3, 7]])
    for measure, scipy_name in (("chi2", "pearson"), ("g2", "log-likelihood")):
        found = fr.keyness(
            terms, by="source", target="t", measure=measure, min_count=1, correction="yates"
        ).table.set_index("term")
        expected = chi2_contingency(table, correction=True, lambda_=scipy_name)
        assert found.loc["b", "statistic"] == pytest.approx(expected.statistic)
        assert found.loc["a", "statistic"] == pytest.approx(-expected.statistic)
        assert found.loc["b", "p"] == pytest.approx(expected.pvalue)
    williams = fr.keyness(
        terms, by="source", target="t", measure="g2", min_count=1, correction="williams"
    ).table.set_index("term")
    q = 1 + (19 / 10 + 19 / 9 - 1) * (19 / 9 + 19 / 10 - 1) / (6 * 19)
    plain = chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
    assert williams.loc["b", "statistic"] == pytest.approx(plain / q)


def test_yates_is_left_out_where_it_would_turn_the_sign():
    # |ad - bc| of "a" is below n / 2, so that quanteda takes nothing off.
    plain, corrected = of_example(), of_example(correction="yates")
    assert corrected.loc["a", "statistic"] == plain.loc["a", "statistic"]
    assert 0 > corrected.loc["d", "statistic"] > plain.loc["d", "statistic"]


counts = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=6)


@settings(max_examples=25, deadline=None)
@given(counts)
def test_every_table_agrees_with_scipy(pairs):
    pairs = [pair for pair in pairs if sum(pair)]
    totals = np.array(pairs).sum(axis=0) if pairs else np.zeros(2)
    if len(pairs) < 2 or not totals.all():
        return
    texts = [
        " ".join(f"w{row} " * pair[side] for row, pair in enumerate(pairs)) for side in range(2)
    ]
    terms = letters(texts, source=["t", "r"])
    for measure, scipy_name in (("chi2", "pearson"), ("g2", "log-likelihood")):
        found = fr.keyness(terms, by="source", target="t", measure=measure, min_count=1)
        for row, pair in enumerate(pairs):
            table = np.array([pair, totals - pair])
            expected = chi2_contingency(table, correction=False, lambda_=scipy_name)
            own = found.table[found.table["term"] == f"w{row}"].iloc[0]
            rarer = pair[0] * totals[1] < pair[1] * totals[0]
            sign = -1 if rarer else 1
            assert own["statistic"] == pytest.approx(sign * expected.statistic, abs=1e-9)
            # The last bits of a statistic near 0 are the first of its root.
            assert own["p"] == pytest.approx(expected.pvalue, abs=1e-6)
            assert (own["n_target"], own["n_reference"]) == pair


@pytest.mark.parametrize("measure", ["chi2", "g2", "log_ratio"])
def test_target_and_reference_change_places_with_the_sign(measure):
    rng = np.random.default_rng(1)
    terms, _ = as_terms(rng.poisson(2.0, (20, 8)), side=["a", "b"] * 10)
    one = fr.keyness(terms, by="side", target="a", measure=measure).table.set_index("term")
    other = fr.keyness(terms, by="side", target="b", measure=measure).table.set_index("term")
    other = other.loc[one.index]
    assert one["statistic"].to_numpy() == pytest.approx(-other["statistic"].to_numpy())
    assert one["log_ratio_low"].to_numpy() == pytest.approx(-other["log_ratio_high"].to_numpy())
    assert one["p"].to_numpy() == pytest.approx(other["p"].to_numpy())


def test_the_log_ratio_is_a_binary_logarithm_with_half_a_count_for_none():
    table = of_example(measure="log_ratio")
    assert table.loc["c", "log_ratio"] == pytest.approx(np.log2((6 / 17) / (2 / 12)))
    assert table.loc["c", "statistic"] == table.loc["c", "log_ratio"]
    assert table.loc["g", "log_ratio"] == pytest.approx(np.log2((1 / 17) / (0.5 / 12)))
    # One document a side: no variance between documents, and so no interval.
    assert table[["log_ratio_low", "log_ratio_high", "p", "p_adjusted"]].isna().all(axis=None)


def test_half_a_count_of_a_small_text_does_not_make_none_the_more_frequent():
    texts = ["x y"] * 2 + ["x y z x y x y"] * 1 + ["x y x y x y x y"] * 4
    terms = letters(texts, source=["small"] * 2 + ["large"] * 5)
    found = fr.keyness(terms, by="source", target="small", min_count=1).table.set_index("term")
    assert found.loc["z", "n_target"] == 0
    assert found.loc["z", "statistic"] < 0
    assert found.loc["z", "log_ratio"] == pytest.approx(0)


def test_the_variance_is_that_between_documents():
    # By hand: residuals of a ratio of totals, Welch's degrees of freedom.
    x, t = np.array([4.0, 0, 1, 0, 0, 1]), np.array([10.0, 8, 12, 9, 11, 10])
    texts = [" ".join(["w"] * int(a) + ["v"] * int(b - a)) for a, b in zip(x, t, strict=True)]
    terms = letters(texts, side=["t"] * 3 + ["r"] * 3)
    own = fr.keyness(terms, by="side", target="t", min_count=1).table.set_index("term").loc["w"]
    parts = []
    for side in (slice(0, 3), slice(3, 6)):
        a, b = x[side], t[side]
        parts.append(3 / 2 * ((a - a.sum() / b.sum() * b) ** 2).sum() / a.sum() ** 2)
    # The reference varies less than independent words would, which is chance.
    variance = max(sum(parts), 1 / 5 + 1)
    parts = [max(parts[0], 1 / 5), max(parts[1], 1.0)]
    freedom = sum(parts) ** 2 / sum(part**2 / 2 for part in parts)
    half = stats.t.ppf(0.975, freedom) * np.sqrt(variance) / np.log(2)
    assert own["log_ratio_high"] - own["log_ratio"] == pytest.approx(half)
    assert own["log_ratio"] - own["log_ratio_low"] == pytest.approx(half)


def bursty(seed, n=80, n_terms=400):
    """No term differs between the sides, but each comes in bursts."""
    rng = np.random.default_rng(seed)
    rates = rng.uniform(0.5, 2, n_terms) * rng.gamma(0.5, 2.0, (n, n_terms))
    return as_terms(rng.poisson(rates), side=["a", "b"] * (n // 2))[0]


def test_bursts_deceive_chi_square_and_not_the_log_ratio():
    terms = bursty(1)
    chi2 = fr.keyness(terms, by="side", target="a").table
    ratio = fr.keyness(terms, by="side", target="a", measure="log_ratio").table
    assert (chi2["p"] < 0.05).mean() > 0.2
    assert 0.01 <= (ratio["p"] < 0.05).mean() <= 0.09
    covers = (ratio["log_ratio_low"] <= 0) & (ratio["log_ratio_high"] >= 0)
    assert (covers == (ratio["p"] >= 0.05)).all()
    assert (ratio["p_adjusted"] < 0.05).sum() == 0


def test_a_planted_ratio_is_recovered():
    rng = np.random.default_rng(3)
    n = 200
    side = np.repeat(["a", "b"], n // 2)
    rates = np.full((n, 50), 2.0)
    rates[side == "a", :10] *= 2
    terms, _ = as_terms(rng.poisson(rates), side=side)
    found = fr.keyness(terms, by="side", target="a", measure="log_ratio").table
    planted = found["term"].isin(sorted(found["term"])[:10])
    # The others give way: the ratio of shares is 2 / 1.2, and 1 / 1.2.
    truth = np.where(planted, np.log2(2 / 1.2), np.log2(1 / 1.2))
    inside = (found["log_ratio_low"] <= truth) & (truth <= found["log_ratio_high"])
    assert inside.mean() >= 0.9
    assert planted.head(10).all()
    assert (found["p_adjusted"][planted] < 0.01).all()


def test_two_objects_are_compared_as_two_groups_are():
    corpus = fr.load_testbed("newswire").corpus
    terms = fr.count_terms(corpus, unit="paragraph", min_units=1)
    target = corpus.table["source"].iloc[0]
    groups = fr.keyness(terms, by="source", target=target)
    one = fr.select_units(terms, terms.units["source"] == target)
    other = fr.select_units(terms, lambda units: units["source"] != target)
    assert one.vocabulary["n"].sum() + other.vocabulary["n"].sum() == terms.matrix.sum()
    assert one.vocabulary["n"].sum() == one.units["terms"].sum()
    pd.testing.assert_frame_equal(fr.keyness(one, other).table, groups.table)
    assert list(groups.table) == list(KEYNESS_COLUMNS)
    assert groups.sides["total"].sum() == terms.matrix.sum()
    # As different vocabularies too, counted each by itself.
    own = corpus.table["source"] == target
    table = corpus.table.drop(columns=["text"])
    parts = [
        fr.make_corpus(corpus.table["text"][mask].tolist(), doc_id=table["doc_id"][mask].tolist())
        for mask in (own, ~own)
    ]
    counted = [fr.count_terms(part, unit="paragraph", min_units=1) for part in parts]
    assert counted[0].names != counted[1].names
    pd.testing.assert_frame_equal(fr.keyness(*counted).table, groups.table)


def test_documents_of_other_texts_are_others_whatever_they_are_called():
    counted = [letters(["x y", "x x y"]), letters(["y y x", "y", "x y"])]
    sides = fr.keyness(*counted, min_count=1).sides
    assert sides["documents"].tolist() == [2, 3]


def test_what_is_left_out_is_counted():
    terms = letters(["x x y", "x z", "x y y", "x"], source=["A", "B", "B", None])
    found = fr.keyness(terms, by="source", target="A", min_count=2)
    assert found.table["term"].tolist() == ["x", "y"]
    assert found.rare == 1
    assert found.left_out.to_numpy().tolist() == [["z", "fewer than 2 occurrences"]]
    assert found.settings["documents_left_out"] == 1
    assert found.sides["total"].tolist() == [3, 5]
    assert "1 in neither" in repr(found)
    assert "<table" in found._repr_html_()
    assert len(fr.keyness(terms, by="source", target="A", reference="(missing)", min_count=1)) == 2


def test_rates_are_per_thousand_of_the_total_that_was_asked_for():
    texts = ["the truce and the gas"] * 2 + ["the gas"] * 2
    terms = fr.count_terms(fr.make_corpus(texts, source=["A", "A", "B", "B"]), min_units=1)
    for total, size in (("terms", 4), ("tokens", 10)):
        found = fr.keyness(terms, by="source", target="A", min_count=1, total=total)
        assert found.sides["total"].iloc[0] == size
        own = found.table.set_index("term").loc["truce"]
        assert own["rate_target"] == pytest.approx(2000 / size)
        assert own["documents_target"] == 2


def test_a_study_is_compared_by_year_without_its_texts():
    terms = fr.count_terms(fr.load_study("briefings"))
    found = fr.keyness(terms, by="year", target="2025", measure="g2")
    assert "trump" in found.table["term"].head(3).tolist()
    pd.testing.assert_frame_equal(
        fr.keyness(terms, by="year", target=2025, measure="g2").table, found.table
    )
    later = fr.select_units(terms, terms.units["date"] >= "2025-01-20")
    before = fr.select_units(terms, terms.units["date"] < "2025-01-20")
    assert fr.keyness(later, before, measure="g2").table["term"].iloc[0] == "trump"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"by": "sorce"}, "Did you mean 'source'"),
        ({"target": "C"}, "target='C' is not known. Allowed: 'A', 'B'"),
        ({"target": None}, "needs target="),
        ({"target": []}, "does not name a group"),
        ({"target": ["A", "B"]}, "No group of 'source' is left"),
        ({"reference": "A"}, "in target and in reference"),
        ({"measure": "lr"}, "measure='lr' is not known"),
        ({"correction": "williams"}, "cannot be used with measure='chi2'"),
        ({"measure": "log_ratio", "correction": "yates"}, "cannot be used with"),
        ({"min_count": 0}, "min_count=0 cannot be used"),
        ({"min_count": 99}, "No term occurs 99 times"),
        ({"level": 95}, "level=95"),
        ({"total": "words"}, "total='words'"),
        ({"by": None}, "nothing to compare with"),
    ],
)
def test_bad_arguments_are_answered(options, message):
    terms = letters(["x y", "x z"], source=["A", "B"])
    given_options = {"by": "source", "target": "A", "min_count": 1, **options}
    with pytest.raises(fr.InputError, match=message):
        fr.keyness(terms, **given_options)


def test_sides_that_cannot_be_compared_are_refused():
    one, other = fr.make_corpus(["x y y", "x"]), fr.make_corpus(["x z", "x"])
    options = {"stop_words": None, "min_length": 1}
    with pytest.raises(fr.InputError, match="counts of 1 terms in the target are not known"):
        fr.keyness(fr.count_terms(one, **options), fr.count_terms(other, **options, min_units=1))
    with pytest.raises(fr.InputError, match="counted by different rules: 'stem'"):
        fr.keyness(fr.count_terms(one, **options, stem=True), fr.count_terms(other, **options))
    with pytest.raises(fr.InputError, match="With by=… the reference is a group"):
        fr.keyness(letters(), letters(), by="doc_id", target="text1")
    with pytest.raises(fr.InputError, match="must be Terms, which count_terms"):
        fr.keyness(one, other)


def test_units_are_selected_by_truth_values_only():
    terms = letters()
    with pytest.raises(fr.InputError, match="one True or False for each of the 2 units"):
        fr.select_units(terms, [True])
    with pytest.raises(fr.InputError, match="True for none"):
        fr.select_units(terms, [False, False])
    with pytest.raises(fr.InputError, match="where= has missing values"):
        fr.select_units(terms, [True, None])


def collocated(node=None, texts=None, **options):
    corpus = fr.make_corpus(texts or ["The fragile truce, said Moscow, held. Gas fell."] * 3)
    return fr.collocations(corpus, node, **{"min_count": 1, **options})


def test_the_span_is_counted_by_hand():
    # Near the truce within 2: the, fragile, said, Moscow; not the second sentence.
    found = collocated("truce", span=2)
    assert sorted(found.table["collocate"]) == ["fragile", "moscow", "said"]
    assert found.nodes[["n", "documents", "tokens", "tokens_elsewhere"]].iloc[0].tolist() == [
        3, 3, 12, 9,
    ]  # fmt: skip
    row = found.table.iloc[0]
    assert (row["n"], row["n_elsewhere"], row["documents"]) == (3, 0, 3)
    assert row["expected"] == pytest.approx(12 * 3 / 21)
    whole = collocated("truce", span="sentence")
    assert sorted(whole.table["collocate"]) == ["fragile", "held", "moscow", "said"]
    assert whole.nodes["tokens"].iloc[0] == 15


def test_a_token_near_two_nodes_counts_once_and_a_node_is_not_its_own_collocate():
    found = collocated("truce", texts=["truce talks truce", "talks on gas"], span=3)
    row = found.table.set_index("collocate").loc["talks"]
    assert (row["n"], row["n_elsewhere"]) == (1, 1)
    assert "truce" not in found.table["collocate"].tolist()
    assert found.nodes["tokens"].tolist() == [1]


def test_statistics_are_those_of_keyness_and_of_the_textbook():
    texts = ["peace talks in Doha", "peace talks", "gas talks and oil", "oil and gas in Doha"] * 3
    found = {
        measure: collocated("peace", texts, measure=measure).table.set_index("collocate")
        for measure in ("g2", "chi2", "log_ratio", "npmi", "pmi", "t")
    }
    row = found["g2"].loc["talks"]
    table = np.array([[6, 3], [12 - 6, 27 - 3]])
    totals = 12, 27
    assert (row["n"], row["n_elsewhere"]) == (6, 3)
    for measure, name in (("g2", "log-likelihood"), ("chi2", "pearson")):
        expected = chi2_contingency(table, correction=False, lambda_=name).statistic
        assert found[measure].loc["talks", "statistic"] == pytest.approx(expected)
    expected = totals[0] * 9 / 39
    share = 6 / 39
    pmi = np.log2(6 / expected)
    assert found["pmi"].loc["talks", "statistic"] == pytest.approx(pmi)
    assert found["npmi"].loc["talks", "statistic"] == pytest.approx(pmi / -np.log2(share))
    assert found["t"].loc["talks", "statistic"] == pytest.approx((6 - expected) / np.sqrt(6))
    ratio = np.log2((6 / 12) / (3 / 27))
    assert found["log_ratio"].loc["talks", "statistic"] == pytest.approx(ratio)


def test_each_word_is_a_node_as_its_pattern_would_be():
    corpus = fr.load_testbed("newswire").corpus
    every = fr.collocations(corpus, span=4)
    for word in ("peace", "security"):
        own = every.table[every.table["node"] == word].set_index("collocate")
        # Words and entries part possessives in one way.
        alone = fr.collocations(corpus, word, span=4).table.set_index("collocate")
        assert len(own)
        columns = ["n", "n_elsewhere", "expected", "statistic", "log_ratio_low"]
        pd.testing.assert_frame_equal(own[columns], alone.loc[own.index, columns])
        assert len(own) == len(alone)


def test_the_terms_around_an_actor_are_found_by_all_his_names():
    filler = "Rain fell on the roofs of the old town again."
    texts = [f"Zelensky spoke of dignity. {filler}", f"Kyiv's leader asked for dignity. {filler}"]
    actors = fr.make_actors(
        {"Zelensky": ["Kyiv's leader"], "Yermak": ["Zelensky's chief of staff"], "Nobody": []}
    )
    corpus = fr.make_corpus([*texts * 5, f"Zelensky's chief of staff left. {filler}"])
    found = fr.collocations(corpus, actors, span="sentence")
    assert found.nodes[["node", "n"]].to_numpy().tolist() == [
        ["Zelensky", 10], ["Yermak", 1], ["Nobody", 0],
    ]  # fmt: skip
    row = found.table.iloc[0]
    assert (row["node"], row["collocate"], row["n"], row["n_elsewhere"]) == (
        "Zelensky", "dignity", 10, 0,
    )  # fmt: skip
    keyness = found.keyness("Zelensky")
    assert list(keyness.table) == list(KEYNESS_COLUMNS)
    assert keyness.target == "near Zelensky"
    assert (
        keyness.sides["total"].tolist()
        == found.nodes.iloc[0][["tokens", "tokens_elsewhere"]].tolist()
    )
    assert "1 without an occurrence" in repr(found)


def test_frames_are_nodes_and_no_frequent_pair_gives_an_empty_table():
    corpus = fr.make_corpus(["A fragile truce held.", "Gas fell."] * 3)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    found = fr.collocations(corpus, hits, min_count=3)
    assert found.table["node"].unique().tolist() == ["peace"]
    for node in (hits, None):
        empty = fr.collocations(corpus, node, min_count=9)
        assert list(empty.table) == list(found.table)
        assert len(empty) == 0
    # Fragile, truce and held, each near the two others; gas and fell.
    assert empty.rare == empty.left_out["n"].sum() == 8


@pytest.mark.parametrize(
    ("node", "options", "message"),
    [
        ("armistice", {}, "None of the 1 patterns"),
        ([], {}, "node is empty"),
        ("truce", {"span": 0}, "span=0 cannot be used"),
        ("truce", {"span": "paragraph"}, "span='paragraph' cannot be used"),
        ("truce", {"measure": "mi3"}, "measure='mi3' is not known"),
        ("truce", {"tokens": "letters"}, "tokens='letters'"),
    ],
)
def test_bad_nodes_and_options_are_answered(node, options, message):
    with pytest.raises(fr.InputError, match=message):
        collocated(node, **options)


def test_a_node_that_is_near_all_text_is_refused():
    with pytest.raises(fr.InputError, match="All text is near 'truce'"):
        collocated("truce", texts=["A truce held."] * 2)


def test_collocations_refuse_what_has_no_order_or_other_texts():
    with pytest.raises(fr.InputError, match="not in the features of a study"):
        fr.collocations(fr.load_study("articles"), "peace")
    hits = fr.find_hits(fr.make_corpus(["truce"]), fr.make_lexicon({"peace": ["truce"]}))
    with pytest.raises(fr.InputError, match="found in another corpus"):
        fr.collocations(fr.make_corpus(["a truce"]), hits)
    with pytest.raises(fr.InputError, match="node='x' is not known"):
        collocated("truce").keyness("x")


@pytest.mark.parametrize("measure", ["g2", "log_ratio"])
def test_the_figure_names_the_terms_of_both_directions_by_their_frequency(measure):
    terms = bursty(2)
    found = fr.keyness(terms, by="side", target="a", measure=measure)
    [axes] = fr.plot_keyness(found, top=4).axes
    named = {text.get_text(): text.xy for text in axes.texts if hasattr(text, "xy")}
    table = found.table.set_index("term")
    assert len(named) == 8
    for term, (x, y) in named.items():
        row = table.loc[term]
        assert x == row["n_target"] + row["n_reference"]
        assert y == pytest.approx(row["log_ratio"], abs=1e-6)
    assert sorted(y > 0 for _, y in named.values()) == [False] * 4 + [True] * 4
    if measure == "g2":
        first = found.table["term"].iloc[0]
        assert {first, found.table["term"].iloc[-1]} <= set(named)
        [axes] = fr.plot_keyness(found, top=4, drop=[first]).axes
        assert first not in {text.get_text() for text in axes.texts}
    with pytest.raises(fr.InputError, match="at most 30"):
        fr.plot_keyness(found, top=31)


def crowded(seed):
    """Keyness with the names of a figure of briefings, whose points stand close together."""
    rng = np.random.default_rng(seed)
    more = ["trump", "tariff", "rutte", "beautiful", "nobody", "sir", "applause", "great", "peace",
            "doge"]  # fmt: skip
    less = ["certainly", "thanks", "clear", "obviously", "continue", "house", "support", "speak",
            "ahead", "can"]  # fmt: skip
    n = np.concatenate([rng.integers(20, 2000, 10), rng.integers(3300, 7200, 10)])
    ratio = np.concatenate([rng.uniform(3, 8, 10), rng.uniform(-3.4, -1.2, 10)])
    found = fr.keyness(letters(source=["t", "r"]), by="source", target="t", min_count=1)
    share = n * 2**ratio / (30 + 2**ratio)
    table = pd.DataFrame(
        {
            "term": more + less, "n_target": share.astype(int),
            "n_reference": n - share.astype(int), "rate_target": 2.0**ratio, "rate_reference": 1.0,
            "log_ratio": ratio, "log_ratio_low": ratio - 0.7, "log_ratio_high": ratio + 0.7,
            "statistic": ratio, "p": 0.01, "p_adjusted": 0.01,
        }
    )  # fmt: skip
    return replace(found, table=table)


@pytest.mark.parametrize("seed", range(6))
def test_names_of_terms_that_stand_close_together_touch_nothing(seed):
    figure = fr.plot_keyness(crowded(seed))
    assert_readable(figure)
    [axes] = figure.axes
    boxes = {text: box for text, box in texts_of(figure).items() if hasattr(text, "xy")}
    assert len(boxes) == 20
    for text, box in boxes.items():
        points = [axes.transData.transform(other.xy) for other in boxes]
        assert not [(x, y) for x, y in points if box.x0 < x < box.x1 and box.y0 < y < box.y1], (
            text.get_text()
        )
        # Where a name is not beside its point, a line leads from one to the other.
        x, y = axes.transData.transform(text.xy)
        gap = np.hypot(max(box.x0 - x, x - box.x1, 0), max(box.y0 - y, y - box.y1, 0))
        assert text.arrow_patch or gap * 72 / figure.dpi < 14


def test_the_figure_names_no_part_of_a_web_address():
    texts = ["see https truce", "www truce.com truce", "gas 2025", "gas oil"]
    corpus = fr.make_corpus(texts, source=["a", "a", "b", "b"])
    found = fr.keyness(fr.count_terms(corpus, min_units=1), by="source", target="a", min_count=1)
    [axes] = fr.plot_keyness(found).axes
    named = {text.get_text() for text in axes.texts}
    assert {"truce", "gas"} <= named
    assert not {"https", "www"} & named


def test_there_may_be_more_nodes_than_words():
    nodes = {"truce": "truce"} | {f"name {n}": f"name{n}" for n in range(9)}
    found = fr.collocations(fr.make_corpus(["The truce held.", "Rain fell."]), nodes, min_count=1)
    assert found.nodes["node"].tolist() == list(nodes)
    assert found.nodes["n"].tolist() == [1] + [0] * 9
    assert found.nodes["tokens"].tolist() == [2] + [0] * 9
    assert found.nodes["tokens_elsewhere"].tolist() == [2] + [5] * 9


def test_counts_rates_and_what_is_refused():
    table = of_example()
    # "c" is 6 of 17 terms in the target and 2 of 12 in the reference.
    assert table.loc["c", ["n_target", "n_reference"]].tolist() == [6, 2]
    assert table.loc["c", "rate_target"] == pytest.approx(1000 * 6 / 17)
    assert table.loc["c", "rate_reference"] == pytest.approx(1000 * 2 / 12)
    terms = letters(source=["t", "r"])
    plain = fr.keyness(terms, by="source", target="t")
    assert sorted(plain.table["term"]) == sorted(terms.names)
    with pytest.raises(fr.InputError, match=r"min_count=1\.5 cannot be used.*whole number"):
        fr.keyness(terms, by="source", target="t", min_count=1.5)
    with pytest.raises(fr.InputError, match="True or False for each of the 2 units"):
        fr.select_units(terms, [1, 0])
    assert fr.select_units(terms, [True, False]).units["source"].tolist() == ["t"]


def test_a_p_too_small_for_a_number_is_the_smallest_number_and_a_missing_one_stays_missing():
    p = chi_square_p(np.array([0.0, 1.0, -5000.0, np.nan]))
    assert p[0] == 1
    assert p[1] == pytest.approx(0.3173, abs=1e-4)
    assert 0 < p[2] < 1e-300
    assert np.isnan(p[3])
