import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import framing as fr

FRAMES = {"peace": ["truce"], "doubt": [{"pattern": "wary", "weight": 2.0}]}


def hits_of(texts, **columns):
    return fr.find_hits(fr.make_corpus(texts, **columns), fr.make_lexicon(FRAMES))


def planted():
    texts = [
        "Truce and truce here. Wary now.\nNothing said at all here.",
        "A truce.",
        "Rain fell all day.",
    ]
    return hits_of(texts, source=["wire", "wire", None], date=["2025-02-13", None, "2025-02-14"])


def test_rates_of_documents_are_hits_per_thousand_tokens():
    table = fr.score(planted(), unit="document").table
    peace = table[table["frame"] == "peace"]
    assert peace["numerator"].tolist() == [2, 1, 0]
    assert peace["denominator"].tolist() == [11, 2, 4]
    np.testing.assert_allclose(peace["value"], [2000 / 11, 500, 0])
    doubt = table[table["frame"] == "doubt"]
    assert doubt["numerator"].tolist() == [2, 0, 0]


@pytest.mark.parametrize(
    ("unit", "ids", "peace"),
    [
        ("sentence", ["text1:1", "text1:2", "text1:3", "text2:1", "text3:1"], [2, 0, 0, 1, 0]),
        ("paragraph", ["text1:1", "text1:2", "text2:1", "text3:1"], [2, 0, 1, 0]),
        ("source", ["wire", "(missing)"], [3, 0]),
        ("date", ["2025-02-13", "2025-02-14", "(missing)"], [2, 0, 1]),
        ("corpus", ["corpus"], [3]),
    ],
)
def test_every_unit_recovers_what_was_planted(unit, ids, peace):
    wide = fr.score(planted(), unit=unit, kind="count").wide()
    assert wide.index.tolist() == ids
    assert wide["peace"].tolist() == peace


def test_share_counts_sentences_once():
    table = fr.score(planted(), unit="document", kind="share").table
    peace = table[table["frame"] == "peace"]
    np.testing.assert_allclose(peace["value"], [1 / 3, 1, 0])
    assert peace["denominator"].tolist() == [3, 1, 1]


def test_a_unit_without_tokens_is_missing_and_counted():
    scores = fr.score(hits_of(["* * *", "A truce."]))
    assert scores.empty == 1
    assert scores.table["value"].isna().tolist() == [True, True, False, False]
    table = scores.interval(seed=1).table
    assert table.loc[table["unit_id"] == "text1", "method"].tolist() == ["none", "none"]


def test_interval_agrees_with_the_bootstrap_where_there_is_much_text():
    parts = ["Truce now."] * 60 + ["Rain fell on the old town."] * 90 + ["A truce or a truce."] * 50
    hits = hits_of([" ".join(np.random.default_rng(4).permutation(parts))])
    row = fr.score(hits).interval().table.iloc[0]
    tokens = hits.sentences["tokens"].to_numpy()
    found = hits.table.groupby("sentence").size()
    counts = found.reindex(hits.sentences["sentence"], fill_value=0).to_numpy()

    def rate(x, n, axis):
        return 1000 * x.sum(axis=axis) / n.sum(axis=axis)

    other = stats.bootstrap(
        (counts, tokens), rate, paired=True, vectorized=True, method="percentile",
        n_resamples=2999, rng=np.random.default_rng(1),
    ).confidence_interval  # fmt: skip
    np.testing.assert_allclose([row["low"], row["high"]], other, rtol=0.03)


def test_an_interval_depends_on_its_unit_alone():
    first = "Truce. Rain. Truce now. Wary."
    second = "Wary men. No truce. Snow. " * 9 + "Truce. Rain fell on the old town. " * 8
    both = fr.score(hits_of([first, second], doc_id=["a", "b"])).interval(seed=5).table
    turned = fr.score(hits_of([second, first], doc_id=["b", "a"])).interval(seed=5).table
    alone = fr.score(hits_of([second], doc_id=["b"])).interval(seed=5).table
    own = both[both["unit_id"] == "b"].reset_index(drop=True)
    pd.testing.assert_frame_equal(own, alone)
    pd.testing.assert_frame_equal(turned.head(2).reset_index(drop=True), alone)


def test_no_hit_gives_the_exact_limit_not_certainty():
    hits = hits_of(["Rain fell. Snow fell. Hail fell. Sleet fell."])
    rate = fr.score(hits).interval(seed=1).table.iloc[0]
    assert (rate["method"], rate["low"]) == ("exact", 0)
    assert rate["high"] == pytest.approx(1000 * 3.6889 / 8, rel=1e-4)
    share = fr.score(hits, kind="share").interval(seed=1).table.iloc[0]
    assert share["high"] == pytest.approx(stats.binomtest(0, 4).proportion_ci().high)


def crowded(rng, documents, chance, draws=200):
    """Return hits of corpora ("source") of which few documents hold nearly all of the frame."""
    texts, source = [], []
    for draw in range(draws):
        for holds in rng.random(documents) < chance:
            frame = rng.random(15) < (0.4 if holds else 0.002)
            texts.append(" ".join(f"Rain fell{' truce' * int(hit)}." for hit in frame))
            source.append(f"{draw:03d}")
    return hits_of(texts, source=source)


@pytest.mark.parametrize("kind", ["share", "rate"])
def test_units_without_a_hit_have_limits_that_allow_for_hits_that_crowd(kind):
    # A frame in 8% of documents: a third of units of 12 have no hit, and their limit is to hold
    # the rate nonetheless. By independent sentences it would be 1 - .025 ** (1 / 180) = .02.
    truth = 0.08 * 0.4 + 0.92 * 0.002
    truth = truth if kind == "share" else 1000 * truth / (2 + truth)
    hits = crowded(np.random.default_rng(1), 12, 0.08)
    table = fr.score(hits, unit="source", kind=kind).interval().table
    table = table[table["frame"] == "peace"]
    none = table["method"] == "exact"
    assert 0.1 < none.mean() < 0.5
    assert (table.loc[none, "high"] > truth).all()
    assert ((table["low"] <= truth) & (table["high"] >= truth)).mean() > 0.93


@pytest.mark.parametrize("kind", ["share", "rate"])
def test_a_unit_with_one_hit_has_no_lower_limit_than_one_without(kind):
    # In "c" the frame comes in runs of ten: one article with a single hit says no more of how
    # frequent it is than none. Its limit was that of independent hits, a fifth of that of "b".
    rain, run = "Rain fell. " * 30, "Rain fell. " * 20 + "Truce held. " * 10
    texts = [rain] * 39 + ["Truce held. " + "Rain fell. " * 29] + [rain] * 40 + [rain, run] * 20
    hits = hits_of(texts, source=["a"] * 40 + ["b"] * 40 + ["c"] * 40)
    per = {"per": 1} if kind == "rate" else {}
    table = fr.score(hits, unit="source", kind=kind, **per).interval().table
    high = table[table["frame"] == "peace"].set_index("unit_id")["high"]
    assert high["a"] > high["b"] > 0.005
    # Where no frame comes in runs the limit stays: that of one hit more.
    hits = hits_of([*texts[:80], *[rain + "Truce held."] * 40], source=hits.documents["source"])
    table = fr.score(hits, unit="source", kind="rate", per=1).interval().table
    low = table[table["frame"] == "peace"].set_index("unit_id")["high"]
    assert low["a"] == pytest.approx(stats.gamma.ppf(0.975, 2) / 2400, rel=0.1)


def test_copied_stories_without_a_hit_say_less_than_as_many_documents():
    texts = ["Rain fell. " * 20] * 20 + ["A truce holds. " * 20] * 4 + ["Rain fell. " * 20] * 16
    story = [f"s{number // 4}" for number in range(40)]
    hits = hits_of(texts, source=["a"] * 20 + ["b"] * 20, story=story)
    scores = fr.score(hits, unit="source", kind="share")
    alone, joined = (
        scores.interval(cluster=cluster).table["high"].iloc[0] for cluster in (None, "story")
    )
    # Five stories that wholly have the frame or wholly lack it are five cases.
    assert joined == pytest.approx(1 - 0.025 ** (1 / 5))
    assert alone == pytest.approx(1 - 0.025 ** (1 / 20))


def test_a_share_of_all_sentences_has_the_exact_limit():
    share = fr.score(hits_of(["A truce holds. " * 10]), kind="share").interval().table.iloc[0]
    assert (share["value"], share["high"], share["method"]) == (1, 1, "exact")
    assert share["low"] == pytest.approx(stats.binomtest(10, 10).proportion_ci().low)


def by_source(rng, sizes, spread, draws=250):
    """Return hits of corpora ("source") whose documents differ; a sentence has .1 hits."""
    texts, source = [], []
    for draw in range(draws):
        for size in sizes:
            counts = rng.poisson(0.1 * rng.gamma(1 / spread, spread), size)
            texts.append(" ".join(f"Rain fell{' truce' * count}." for count in counts))
            source.append(f"{draw:03d}")
    return hits_of(texts, source=source)


def test_a_few_sentences_of_the_same_length_are_not_called_uneven():
    hits = hits_of(["A truce held. Rain fell on. Snow fell on."])
    notes = set(fr.score(hits).interval().table["note"])
    assert notes == {"3 sentences show little of how much sentences differ: the interval is wide"}


@pytest.mark.parametrize(
    ("sizes", "spread", "note"),
    [
        ([15] * 3, 0.001, "show little"),
        ([15] * 6, 1.0, ""),
        ([120] + [5] * 12, 0.5, "a few with most of the text"),
    ],
)
def test_intervals_over_few_documents_cover_what_these_were_drawn_with(sizes, spread, note):
    hits = by_source(np.random.default_rng(3), sizes, spread)
    scores = fr.score(hits, unit="source", per=1).interval()
    table = scores.table[scores.table["frame"] == "peace"]
    # A sentence has two tokens and .1 hits, which are tokens too.
    true = 0.1 / 2.1
    covered = ((table["low"] <= true) & (true <= table["high"])).mean()
    assert 0.91 <= covered <= 0.995
    assert table["note"].str.contains(note, regex=False).all()
    assert (table["high"] > table["low"]).all()


def test_documents_of_one_story_are_one_cluster():
    hits = hits_of(
        ["A truce. Rain."] * 8 + ["Rain. Snow."] * 8, source=["Wire"] * 16,
        story=[number // 4 for number in range(16)],
    )  # fmt: skip
    scores = fr.score(hits, unit="source", kind="share")
    plain, joined = (
        scores.interval(cluster=c).table.query("frame == 'peace'").iloc[0] for c in (None, "story")
    )
    assert (plain["n"], joined["n"]) == (16, 4)
    assert plain["value"] == joined["value"] == 0.25
    assert joined["high"] - joined["low"] > 1.5 * (plain["high"] - plain["low"])
    with pytest.raises(fr.InputError, match="cluster= joins documents"):
        fr.score(hits).interval(cluster="story")
    with pytest.raises(fr.InputError, match="cluster='stroy'"):
        scores.interval(cluster="stroy")


def test_one_document_leaves_nothing_to_resample():
    table = fr.score(planted(), unit="source").interval(seed=1).table
    row = table[(table["unit_id"] == "(missing)") & (table["frame"] == "peace")].iloc[0]
    assert row["n"] == 1
    alone = fr.score(hits_of(["A truce."], source="wire"), unit="source").interval(seed=1).table
    assert alone["method"].tolist() == ["none", "exact"]
    assert np.isnan(alone["low"][0])


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.sampled_from(["truce", "wary", "rain"]), min_size=1), min_size=1))
def test_sentences_add_up_to_their_document(words):
    hits = hits_of([" ".join(f"{' '.join(w).capitalize()}." for w in words)])
    small = fr.score(hits, unit="sentence", kind="count").wide().sum()
    whole = fr.score(hits, unit="document", kind="count").wide().iloc[0]
    assert small.tolist() == whole.tolist()


def test_intervals_cover_the_rate_that_sentences_were_drawn_with():
    rng = np.random.default_rng(11)
    kinds = ["Truce is near now.", "Rain fell all day.", "Truce upon truce holds."]
    drawn = rng.choice(3, p=[0.2, 0.7, 0.1], size=(300, 60))
    scores = fr.score(hits_of([" ".join(kinds[k] for k in row) for row in drawn]))
    table = scores.interval(seed=1, draws=500).table
    peace = table[table["frame"] == "peace"]
    true = 1000 * (0.2 + 0.2) / 4
    covered = ((peace["low"] <= true) & (true <= peace["high"])).mean()
    assert 0.90 <= covered <= 0.98


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda h: fr.score(h, unit="sentense"), r"unit='sentense'.*Did you mean 'sentence'"),
        (lambda h: fr.score(h, kind="ratio"), r"kind='ratio'.*'rate', 'share', 'count'"),
        (lambda h: fr.score(h, per=0), r"per=0 .*above zero"),
        (lambda h: fr.score(h).interval(seed=-1), r"seed=-1 .*0 or more"),
        (lambda h: fr.score(h).interval(seed=1, draws=0), r"draws=0 .*above zero"),
        (lambda h: fr.score(h).interval(seed=1, level=95), r"level=95 .*between 0 and 1"),
        (lambda h: fr.score(h, unit="sentence").interval(seed=1), r"nothing to resample"),
    ],
)
def test_what_a_wrong_argument_gets(call, message):
    with pytest.raises(fr.InputError, match=message):
        call(planted())


def test_entries_are_counted_also_those_that_never_fired():
    table = fr.count_entries(planted())
    assert table[["entry", "n", "documents"]].to_numpy().tolist() == [
        ["truce", 3, 2],
        ["wary", 1, 1],
    ]
    silent = fr.count_entries(hits_of(["Rain fell."]))
    assert silent["n"].tolist() == [0, 0]
    assert silent["share"].isna().all()


def test_cooccurrence_counts_sentences_with_both():
    table = fr.count_cooccurrences(hits_of(["A wary truce. A truce. A truce. Rain."]))
    row = table[table["frame"] == "peace"].iloc[0]
    assert (row["n"], row["n_both"], row["base"], row["n_all"]) == (3, 1, 0.25, 4)
    # Wilson's interval for 1 of 3, from its formula.
    assert (row["low"], row["high"]) == pytest.approx((0.0615, 0.7923), abs=1e-4)
    assert (row["base_low"], row["base_high"]) == pytest.approx((0.0456, 0.6994), abs=1e-4)


def test_cooccurrences_of_several_documents_have_intervals_over_documents():
    # Ten documents of ten sentences: in half of them each truce is wary, in the others none.
    wary, plain = "A wary truce. " * 5 + "Rain. " * 5, "A truce. " * 5 + "Rain. " * 5
    hits = hits_of([wary] * 5 + [plain] * 5)
    rows = fr.count_cooccurrences(hits).set_index("frame")
    row = rows.loc["peace"]
    assert (row["n"], row["n_both"], row["share"]) == (50, 25, 0.5)
    # Fifty independent sentences would have .37 to .63; ten documents of which five are wary:
    assert row["low"] < 0.2
    assert row["high"] > 0.8
    # The share of all sentences is that of `score`, and so is its interval.
    scored = fr.score(hits, kind="share", unit="corpus").interval().table
    known = scored[scored["frame"] == row["with_frame"]].iloc[0]
    assert (row["base_low"], row["base_high"]) == pytest.approx((known["low"], known["high"]))


SPOKEN = [
    "“No compromise is near,” Lavrov said. Putin said that a truce could hold.",
    "“A truce,” Lavrov said. A truce began.",
    "Lavrov said that a compromise was near.",
]


def spoken():
    lexicon = fr.make_lexicon({"peace": ["truce"], "concession": ["compromise"]})
    actors = fr.make_actors({"Lavrov": [], "Putin": []})
    return fr.find_hits(fr.make_corpus(SPOKEN), lexicon, actors=actors)


def test_rejected_hits_count_as_asked_for():
    counts = {
        choice: fr.score(spoken(), unit="corpus", kind="count", rejected=choice)
        .wide()
        .loc["corpus"]
        for choice in ("include", "exclude", "only")
    }
    assert counts["include"].tolist() == [3, 2]
    assert counts["exclude"].tolist() == [3, 1]
    assert counts["only"].tolist() == [0, 1]
    share = fr.score(spoken(), unit="corpus", kind="share", rejected="exclude").table
    assert share["denominator"].tolist() == [5, 5]


def test_speakers_are_scored_by_what_their_hits_are():
    scores = fr.score(spoken(), unit="speaker", kind="share").interval(seed=1)
    table = scores.table.set_index(["unit_id", "frame"])
    assert table.loc[("Lavrov", "concession"), ["numerator", "denominator", "n"]].tolist() == [
        2,
        3,
        3,
    ]
    assert table.loc[("Putin", "peace"), "value"] == 1
    assert table.loc[("(journalist)", "peace"), "numerator"] == 1
    assert scores.units["documents"].tolist() == [3, 1, 1]
    assert "share of hits" in repr(scores)
    counted = fr.score(spoken(), unit="speaker", kind="count").table
    assert counted["value"].sum() == 5


def test_what_speakers_and_rejection_cannot_be_asked():
    with pytest.raises(fr.InputError, match=r'unit="speaker" has no rate.*kind="share"'):
        fr.score(spoken(), unit="speaker")
    german = fr.find_hits(
        fr.make_corpus(["Kein Frieden."], language="de"),
        fr.make_lexicon({"a": ["frieden"]}, language="de"),
    )
    assert "speaker" not in german.table
    with pytest.raises(fr.InputError, match="English texts only"):
        fr.score(german, unit="speaker", kind="count")
    with pytest.raises(fr.InputError, match="finds it in English texts"):
        fr.score(german, rejected="only")


def test_units_of_a_column_of_numbers_stand_in_the_order_of_the_numbers():
    corpus = fr.make_corpus(["A truce."] * 4, wave=[10, 9, None, 2])
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    scores = fr.score(hits, unit="wave")
    assert scores.units["unit_id"].tolist() == ["2", "9", "10", "(missing)"]


@pytest.mark.parametrize(
    ("unit", "kind", "words"),
    [
        ("document", "rate", "hits per 1,000 tokens"),
        ("document", "share", "share of sentences"),
        ("document", "count", "hits"),
        ("speaker", "share", "share of hits"),
        ("speaker", "count", "hits"),
    ],
)
def test_a_measure_is_named_by_its_kind_and_unit(unit, kind, words):
    hits = fr.find_hits(fr.make_corpus(["A truce, he said."]), fr.make_lexicon({"p": ["truce"]}))
    assert fr.score(hits, unit=unit, kind=kind).measure == words


def test_a_share_of_a_speaker_counts_hits_and_a_count_their_weights():
    text = "“A truce,” Trump said. “A truce, but wary,” Trump said."
    actors = fr.make_actors({"Trump": []})
    hits = fr.find_hits(fr.make_corpus([text]), fr.make_lexicon(FRAMES), actors=actors)
    table = fr.score(hits, unit="speaker", kind="share").wide()
    assert table.loc["Trump"].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert fr.score(hits, unit="speaker", kind="count").wide().loc["Trump"].tolist() == [2, 2]


def test_scores_without_a_validation_say_so():
    assert "unvalidated" in repr(fr.score(hits_of(["A truce."])))


def test_weights_below_zero_have_an_interval_around_their_sum():
    corpus = fr.make_corpus(["Truce. War. Rain.", "Truce. Truce.", "War. Rain."], source="Wire")
    war = {"pattern": "war", "weight": -2.0}
    lexicon = fr.make_lexicon({"peace": ["truce", war]})
    table = fr.score(fr.find_hits(corpus, lexicon), unit="source").interval().table
    assert table["value"][0] < 0 < table["high"][0]
    assert table["low"][0] < table["value"][0]


def test_a_share_leaves_out_what_has_no_word_and_is_shown_with_two_digits():
    scores = fr.score(hits_of(["A truce. No war.\n\n* * *"]), kind="share")
    assert scores.table["denominator"].unique().tolist() == [2]
    assert "0.50" in scores._repr_html_()
    rates = fr.score(hits_of(["A truce. No war."]))
    assert "250.0" in rates._repr_html_()
    assert "250.00" not in rates._repr_html_()


def test_scores_without_their_hits_have_the_same_intervals_where_every_hit_weighs_one():
    scores = fr.score(hits_of(["A truce. No war.", "War.", "Rain."]))
    alone = dataclasses.replace(scores, hits=None)
    pd.testing.assert_frame_equal(alone.interval().table, scores.interval().table)


def test_scores_say_how_many_units_have_no_token():
    assert "2 units, 1 without a token; " in repr(fr.score(hits_of(["A truce.", "* * *"])))
    assert "without a token" not in repr(fr.score(hits_of(["A truce.", "Rain."])))


def test_no_limit_is_above_one_hit_per_token():
    corpus = fr.make_corpus(
        ["Truce. Rain.", "Truce now. Rain falls here."] * 2,
        source=["a", "a", "b", "b"],
        date=["2025-01-01", "2025-01-02"] * 2,
    )
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    scores = fr.score(hits)
    for table in (scores.interval().table, fr.score(hits, unit="source").interval().table):
        assert table["high"].max() == 1000
    counts = fr.score(hits, kind="count").interval().table
    assert counts["high"].tolist() == [2, 5, 2, 5]
    gap = fr.contrast(scores, by="source", seed=1).table
    assert (gap["low"][0], gap["high"][0]) == (-1000, 1000)
    assert fr.trend(scores, every="day").table["high"].max() == 1000
    # A hit of weight 2 counts twice, so that a token may count more than once.
    heavy = fr.make_lexicon({"peace": [{"pattern": "truce", "weight": 2}]})
    assert fr.score(fr.find_hits(corpus, heavy)).interval().table["high"].max() > 1000
    # Signs are no tokens: 4 hits in 2 tokens, so that the limit is not that of the tokens.
    texts = fr.make_corpus([":) hello :). Bye :) :)."])
    faces = fr.find_hits(texts, fr.make_lexicon({"joy": [":)"]}))
    faced = fr.score(faces, kind="count").interval().table
    assert faced["value"][0] == 4
    assert faced["high"][0] > 4


@pytest.mark.parametrize(
    ("authors", "told"),
    [
        (6, "a rare kind of author may be missing among 6 authors, even if it is 39% of all"),
        (12, "missing among 12 authors, even if it is 22% of all"),
        (20, "missing among 20 authors, even if it is 14% of all"),
        (21, ""),
    ],
)
def test_few_named_clusters_do_not_show_rarer_kinds_of_them(authors, told):
    count = 4 * authors
    texts = ["A truce held. Rain fell." if n % 3 else "Snow fell. Rain fell." for n in range(count)]
    author = [f"a{n % authors}" for n in range(count)]
    hits = hits_of(texts, source=["Wire"] * count, author=author)
    scores = fr.score(hits, unit="source")
    notes = scores.interval(cluster="author").table["note"]
    assert notes.str.contains(told).all()
    assert notes.str.contains("rare kind").all() == bool(told)
    assert not scores.interval().table["note"].str.contains("rare kind").any()


def test_few_authors_have_the_spread_of_those_of_other_outlets():
    """None of six writes about truces, of twenty of another outlet five: the six may lack them."""
    texts, source, author = [], [], []
    for outlet, count, heavy in (("Argus", 6, 0), ("Bugle", 20, 5)):
        for n in range(count):
            truces = 8 if n < heavy else 1
            texts.append("A truce held. " * truces + "Rain fell. " * (20 - truces))
            source.append(outlet)
            author.append(f"{outlet} {n}")
    texts[0] = "Rain fell. " * 20
    scores = fr.score(hits_of(texts, source=source, author=author), unit="source", kind="share")
    table = scores.interval(cluster="author").table
    table = table[table["frame"] == "peace"].set_index("unit_id")
    assert "which may lack a rare kind that other units have" in table["note"]["Argus"]
    assert "may lack" not in table["note"]["Bugle"]
    one = fr.score(
        hits_of(texts[:6], source=source[:6], author=author[:6]), unit="source", kind="share"
    )
    alone = one.interval(cluster="author").table
    alone = alone[alone["frame"] == "peace"].set_index("unit_id")
    assert alone["high"]["Argus"] < 0.1
    assert table["high"]["Argus"] > 0.125
    assert alone["low"]["Argus"] == table["low"]["Argus"]


def test_few_documents_have_the_spread_of_those_of_other_outlets():
    """None of six is about truces, five of twenty of another outlet are; cluster= adds nothing."""
    texts = ["Rain fell. " * 20] + ["A truce held. " + "Rain fell. " * 19] * 5
    texts += ["A truce held. " * 8 + "Rain fell. " * 12] * 5
    texts += ["A truce held. " + "Rain fell. " * 19] * 15
    source = ["Argus"] * 6 + ["Bugle"] * 20
    hits = hits_of(texts, source=source, article=[f"a{n}" for n in range(26)])
    scores = fr.score(hits, unit="source", kind="share")
    table = scores.interval().table
    table = table[table["frame"] == "peace"].set_index("unit_id")
    assert "which may lack a rare kind that other units have" in table["note"]["Argus"]
    assert table["note"]["Bugle"] == ""
    alone = fr.score(hits_of(texts[:6], source=source[:6]), unit="source", kind="share").interval()
    alone = alone.table[alone.table["frame"] == "peace"].set_index("unit_id")
    assert alone["high"]["Argus"] < 0.1 < 0.125 < table["high"]["Argus"]
    assert alone["low"]["Argus"] == table["low"]["Argus"]
    named = scores.interval(cluster="article").table
    named = named[named["frame"] == "peace"].set_index("unit_id")
    pd.testing.assert_frame_equal(named[["low", "high"]], table[["low", "high"]])
    # Sentences of one article do not show what those of another are like.
    by_article = fr.score(hits, unit="document", kind="share").interval().table
    assert not by_article["note"].str.contains("rare kind").any()


@pytest.mark.parametrize("kind", ["share", "count"])
def test_a_number_of_tokens_is_refused_where_nothing_is_counted_per_token(kind):
    hits = planted()
    with pytest.raises(fr.InputError, match=r"per=100 has .*Leave per= out, or give kind=\"rate\""):
        fr.score(hits, kind=kind, per=100)
    assert fr.score(hits, kind=kind, per=1000).per == 1000


@pytest.mark.parametrize("kind", ["rate", "share", "count"])
def test_a_document_without_a_word_is_not_counted_in_n(kind):
    texts = ["Truce here now.", "!!!", "?!", "Rain fell now."]
    corpus = fr.make_corpus(texts, source=["A", "A", "A", "B"])
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    assert fr.score(hits, kind=kind, unit="source").interval().table["n"].tolist() == [1, 1]
    assert fr.score(hits, kind=kind, unit="corpus").interval().table["n"].tolist() == [2]


@pytest.mark.parametrize("kind", ["share", "count"])
def test_speakers_without_a_hit_have_an_empty_table(kind):
    corpus = fr.make_corpus(["Rain fell. Snow fell."])
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    scores = fr.score(hits, unit="speaker", kind=kind).interval()
    assert len(scores.table) == 0
    assert {"low", "high", "n", "method", "note"} <= {*scores.table}


def test_scores_by_a_column_that_no_document_has_say_so():
    texts, lexicon = ["A truce held.", "Peace is near.", "Rain."], fr.make_lexicon({"p": ["truce"]})
    scores = fr.score(fr.find_hits(fr.make_corpus(texts), lexicon), unit="source").interval()
    assert scores.units["unit_id"].tolist() == ["(missing)"]
    assert "1 unit (no document has a source: this unit is all of them)" in repr(scores)
    assert scores.table["note"].str.startswith("no document has a source").all()
    some = fr.make_corpus(texts, source=["Wire", None, None])
    scores = fr.score(fr.find_hits(some, lexicon), unit="source").interval()
    assert "no document" not in repr(scores)
    assert not scores.table["note"].str.contains("no document").any()
