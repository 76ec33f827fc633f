import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing as fr
from framing.contrasts.voice_shares import (
    Draws,
    Hitlist,
    associate,
    cramers_v,
    indicators,
    ratios,
    shares,
)
from framing.contrasts.voice_tables import shares_of_all

FRAMES = ["peace", "doubt", "law"]
ACTORS = fr.make_actors(
    {"Ana": {"camp": "North"}, "Bo": {"camp": "North"}, "Cy": {"camp": "South"}, "Di": []}
)
QUICK = {"seed": 1, "draws": 200, "permutations": 200}


def as_hits(rows, **columns):
    """Hits from (document, speaker, frame), in reading order, one a sentence."""
    table = pd.DataFrame(rows, columns=["doc_id", "speaker", "frame"])
    table["doc_id"] = table["doc_id"].astype(str)
    order = table.groupby("doc_id").cumcount()
    categories = pd.CategoricalDtype(FRAMES)
    table = table.assign(
        paragraph=order // 3 + 1, sentence=order + 1, start=order * 10, end=order * 10 + 5,
        frame=table["frame"].astype(categories), entry=table["frame"], weight=1.0,
        rejected=order % 4 == 0, hedged=order % 3 == 0, quoted=order % 2 == 0,
        speaker=pd.Categorical(table["speaker"]),
    )  # fmt: skip
    documents = pd.DataFrame({"doc_id": list(dict.fromkeys(table["doc_id"]))}).assign(**columns)
    sentences = table[["doc_id", "paragraph", "sentence", "start", "end"]].assign(tokens=5)
    entries = pd.DataFrame(
        {"frame": pd.Categorical(FRAMES, categories=FRAMES), "entry": FRAMES, "weight": 1.0}
    )
    return fr.Hits(table, sentences, documents, entries, "planted", "0" * 64, "1" * 64)


def drawn(seed, documents=40, size=12, shares=None):
    """Hits of speakers with shares of their own, which vary from document to document."""
    rng = np.random.default_rng(seed)
    shares = shares or {name: [0.4, 0.3, 0.3] for name in ("", "Ana", "Cy", "other")}
    rows = []
    for document in range(documents):
        own = {name: rng.dirichlet(10 * np.array(p)) for name, p in shares.items()}
        for name in rng.choice(list(shares), size):
            rows.append((document, name, rng.choice(FRAMES, p=own[name])))
    return as_hits(rows)


def runs(rng, values, size):
    """Values in runs of one to four."""
    found = []
    while len(found) < size:
        found += [rng.choice(len(values), p=values)] * rng.integers(1, 5)
    return found[:size]


def cell(table, **where):
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_a_worked_table():
    rows = [("a", "Ana", "peace"), ("a", "Ana", "peace"), ("a", "", "doubt"), ("b", "Ana", "doubt")]
    found = fr.voices(as_hits(rows), **QUICK)
    row = cell(found.table, speaker="Ana", frame="peace")
    assert (row["hits"], row["n"], row["documents"]) == (2, 3, 2)
    assert row["share"] == pytest.approx(2 / 3)
    assert row["ratio"] == pytest.approx((2 / 3) / (2 / 4))
    assert row["share_of_frame"] == 1
    assert cell(found.base, frame="doubt")["share"] == 0.5
    assert found.table["speaker"].drop_duplicates().tolist() == ["Ana", "(journalist)"]
    law = cell(found.table, speaker="Ana", frame="law")
    assert law["share"] == 0
    assert np.isnan(law[["ratio", "share_of_frame", "p"]].astype(float)).all()
    assert len(found.evidence("Ana", "peace")) == 2


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 3), st.sampled_from(["", "Ana", "other"]), st.sampled_from(FRAMES)
        ),
        min_size=1,
        max_size=25,
    )
)
def test_shares_sum_to_one_and_lie_in_their_intervals(rows):
    rows = sorted(rows, key=lambda row: row[0])
    found = fr.voices(as_hits(rows), seed=1, draws=100, permutations=100)
    table = found.table
    assert table.groupby("speaker")["share"].sum().to_numpy() == pytest.approx(1)
    said = table.groupby("frame", observed=True)["share_of_frame"].sum(min_count=1).dropna()
    assert said.to_numpy() == pytest.approx(1)
    assert table["hits"].sum() == len(rows)
    context = found.context[found.context["n"] > 0]
    for parts in (["quoted", "reported", "own"], ["rejected", "affirmed"]):
        sums = context[context["what"].isin(parts)].groupby("frame", observed=True)["share"].sum()
        assert sums.to_numpy() == pytest.approx(1)
    for one in (table, context):
        assert one["note"][one["low"].isna()].str.contains("cannot show how much").all()
        known = one[one["low"].notna()]
        assert (known["low"] <= known["share"] + 1e-12).all()
        assert (known["share"] <= known["high"] + 1e-12).all()
        assert known["low"].ge(0).all()
        assert known["high"].le(1).all()
    known = table[table["ratio_low"].notna()]
    assert (known["ratio_low"] <= known["ratio"] + 1e-9).all()
    assert (known["ratio"] <= known["ratio_high"] + 1e-9).all()


def test_a_planted_association_is_found_where_it_is():
    planted = {
        "": [0.4, 0.3, 0.3], "Ana": [0.1, 0.3, 0.6], "Cy": [0.8, 0.1, 0.1], "other": [0.4, 0.3, 0.3]
    }  # fmt: skip
    hits = drawn(1, documents=120, shares=planted)
    found = fr.voices(hits, actors=ACTORS, seed=1)
    assert list(found.groups) == ["Ana", "Cy", "other", "(journalist)"]
    whole = found.tests.iloc[0]
    assert whole["p"] < 0.001
    assert 0 < whole["low"] < whole["v"] < whole["high"] < 0.6
    ana, cy = (cell(found.table, speaker=name, frame="peace") for name in ("Ana", "Cy"))
    assert max(ana["p_adjusted"], cy["p_adjusted"]) < 0.02
    assert ana["ratio_high"] < 1 < cy["ratio_low"]
    assert ana["share"] == pytest.approx(0.1, abs=0.05)
    assert cy["share"] == pytest.approx(0.8, abs=0.06)
    plain = cell(found.table, speaker="(journalist)", frame="doubt")
    assert plain["ratio_low"] < 1.15
    assert found.tests["speakers"].tolist() == ["all", "attributed", "named"]
    assert found.tests["n"].is_monotonic_decreasing
    assert found.tests["voices"].tolist() == [4, 3, 2]


def test_p_is_uniform_without_an_association_even_where_frames_come_in_runs():
    p, least = [], []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        voice, frame, document = [], [], []
        for number in range(8):
            size = int(rng.integers(4, 20))
            voice += runs(rng, rng.dirichlet([3, 1, 1]), size)
            frame += runs(rng, rng.dirichlet([2, 2, 2]), size)
            document += [number] * size
        codes = (np.array(one) for one in (voice, frame, document))
        test = associate(*codes, (3, 3), 99, seed)
        p.append(test.p)
        least.append(np.nanmin(test.p_adjusted))
    # The error of a share of .05 in 300 is .013, and of .5 it is .029.
    assert np.mean(np.array(p) <= 0.05) == pytest.approx(0.05, abs=0.035)
    assert np.mean(np.array(p) <= 0.5) == pytest.approx(0.5, abs=0.08)
    assert np.mean(np.array(least) <= 0.05) <= 0.09


def test_the_test_looks_within_documents_only():
    # Speakers differ between documents, and with them frames: within documents nothing does.
    rows = [("a", "Ana", "peace")] * 30 + [("b", "Cy", "doubt")] * 30
    found = fr.voices(as_hits(rows), **QUICK)
    whole = found.tests.iloc[0]
    assert whole["documents"] == 0
    assert np.isnan(whole["p"])
    assert "no document has two speakers and two frames" in whole["note"]
    assert found.table["p"].isna().all()
    # V is that of the table: here each speaker has a frame of their own.
    assert whole["v"] > 0.9


def test_v_has_no_bias_and_its_interval_covers():
    expected, found = 0.3, []
    table = np.array([[0.5 + expected / 2, 0.5 - expected / 2], [0.35, 0.65]])
    for seed in range(120):
        rng = np.random.default_rng(seed)
        cluster = np.repeat(np.arange(30), 8)
        voice = rng.integers(0, 2, len(cluster))
        frame = (rng.random(len(cluster)) > table[voice, 0]).astype(np.int64)
        found.append(cramers_v(voice, frame, cluster, 300, 0.95, rng))
    v, low, high = np.array(found).T
    assert v.mean() == pytest.approx(expected, abs=0.015)
    assert 0.9 <= ((low <= expected) & (expected <= high)).mean() <= 1
    alone = cramers_v(np.zeros(9, int), np.arange(9) % 3, np.arange(9), 100, 0.95, rng)
    assert np.isnan(alone).all()


def test_intervals_cover_shares_and_ratios():
    truth = np.array([[0.7, 0.2, 0.1], [0.4, 0.4, 0.2], [0.3, 0.3, 0.4]])
    voices = np.array([0.7, 0.2, 0.1])
    whole = voices @ truth
    inside = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        voice, frame, document = [], [], []
        for number in range(30):
            own = [rng.dirichlet(8 * row) for row in truth]
            said = rng.choice(3, p=voices, size=rng.integers(2, 15))
            voice += said.tolist()
            frame += [int(rng.choice(3, p=own[one])) for one in said]
            document += [number] * len(said)
        codes = [np.array(one) for one in (voice, frame, document, document)]
        found = Hitlist(codes[0], list("abc"), codes[1], FRAMES, *codes[2:], "document")
        made = Draws(seed, 300, 0.95)
        own = shares(found.voice, 3, indicators(found.frame, 3), codes[3], 0.95, borrow=False)
        base = shares_of_all(found, made)
        _, low, high = ratios(found, own, base, made)
        inside.append(
            [
                (own.low <= truth) & (truth <= own.high),
                (low <= truth / whole) & (truth / whole <= high),
            ]
        )
    # 60 samples of 9 cells: the error of a mean of .95 is about .01.
    covered = np.mean(inside, axis=(0, 2, 3))
    assert (covered >= 0.92).all()
    assert (covered <= 0.985).all()


@pytest.mark.parametrize("cluster", [None, "story"])
def test_a_share_has_the_interval_that_its_score_has(cluster):
    hits = drawn(1, documents=30, size=5)
    hits.documents["story"] = [str(number // 3) for number in range(30)]
    # Ana says one thing only, and law is in one document: the limits at all, none and few.
    table = hits.table[(hits.table["speaker"] != "Ana") | (hits.table["frame"] == "peace")]
    table = table[(table["frame"] != "law") | (table["doc_id"] == "7")].reset_index(drop=True)
    hits = fr.Hits(table, hits.sentences, hits.documents, hits.entries, "planted", "0" * 64,
                   "1" * 64)  # fmt: skip
    found = fr.voices(hits, cluster=cluster, **QUICK).table
    scored = fr.score(hits, unit="speaker", kind="share").interval(cluster=cluster).table
    both = found.merge(scored, left_on=["speaker", "frame"], right_on=["unit_id", "frame"])
    assert len(both) == len(found) == len(scored)
    for end in ("low", "high"):
        assert both[f"{end}_x"].to_numpy() == pytest.approx(both[f"{end}_y"].to_numpy())
    assert both["low_x"].notna().all()


def test_hits_of_one_document_have_no_interval_and_say_so():
    rows = [(d, "", FRAMES[d % 3]) for d in range(12)]
    rows += [(3, "Ana", "peace"), (3, "Ana", "doubt")]
    found = fr.voices(as_hits(sorted(rows, key=lambda row: row[0])), **QUICK)
    row = cell(found.table, speaker="Ana", frame="peace")
    assert row["method"] == "none"
    assert row[["low", "high", "ratio_low", "ratio_high"]].isna().all()
    assert row["note"] == "one document cannot show how much documents differ"
    alone = fr.voices(as_hits([("a", "Ana", "peace")]), **QUICK)
    assert "1 speaker by 3 frames (planted) in 1 hit; intervals over 1 paragraph" in repr(alone)
    fr.plot_voices(found)


def test_few_hits_have_exact_limits_and_a_note():
    rows = [(d, "", FRAMES[i % 3]) for d in range(12) for i in range(6)]
    rows += [(1, "Ana", "peace"), (2, "Ana", "peace"), (0, "", "law"), (3, "", "doubt")]
    found = fr.voices(as_hits(sorted(rows, key=lambda row: row[0])), **QUICK)
    row = cell(found.table, speaker="Ana", frame="peace")
    assert (row["method"], row["note"]) == ("limits", "such hits in 2 of 2 documents")
    # Of two, both: the exact limits are the square root of .025, and 1.
    assert (row["low"], row["high"]) == pytest.approx((np.sqrt(0.025), 1))
    assert cell(found.table, speaker="(journalist)", frame="law")["method"] == "t"
    # All hits of a voice that is nearly all of the corpus: its ratio can hardly differ from 1.
    most = cell(found.table, speaker="(journalist)", frame="peace")
    assert 0.9 < most["ratio_low"] < 1 < most["ratio_high"] < 1.05


def test_few_documents_resample_paragraphs_and_say_so():
    found = fr.voices(drawn(1, documents=4, size=30), **QUICK)
    assert found.settings["resampled"] == "paragraph"
    assert found.table["note"].str.contains("about the 4 documents at hand").all()
    whole = fr.voices(drawn(1, documents=4, size=30), cluster="doc_id", **QUICK)
    assert whole.settings["resampled"] == "document"
    many = fr.voices(drawn(1), **QUICK)
    assert many.settings["clusters"] == 40
    assert not many.table["note"].str.contains("at hand").any()


def test_camps_pool_their_speakers_and_a_contrast_takes_them():
    hits = drawn(2, shares={"": [0.4, 0.3, 0.3], "Ana": [0.6, 0.2, 0.2], "Bo": [0.6, 0.2, 0.2],
                            "Cy": [0.2, 0.4, 0.4], "Di": [0.4, 0.3, 0.3]})  # fmt: skip
    assert ACTORS.camps == {"North": ["Ana", "Bo"], "South": ["Cy"], "no camp": ["Di"]}
    found = fr.voices(hits, actors=ACTORS, unit="camp", **QUICK)
    assert list(found.groups) == ["North", "South", "no camp", "(journalist)"]
    own = hits.table[hits.table["speaker"].isin(["Ana", "Bo"])]
    row = cell(found.table, speaker="North", frame="peace")
    assert (row["n"], row["hits"]) == (len(own), (own["frame"] == "peace").sum())
    scores = fr.score(hits, unit="speaker", kind="share")
    gap = fr.contrast(scores, by="speaker", groups=found.groups, seed=1, draws=100,
                      permutations=100)  # fmt: skip
    pair = cell(gap.table, comparison="North - South", frame="peace")
    south = cell(found.table, speaker="South", frame="peace")
    assert pair["estimate"] == pytest.approx(row["share"] - south["share"])
    with pytest.raises(fr.InputError, match=r"no group 'Eve'.*\n?.*voices\(hits"):
        fr.contrast(scores, by="speaker", groups={"x": ["Eve"], "South": ["Cy"]}, seed=1)


def test_a_camp_called_other_is_not_who_is_in_no_table():
    actors = fr.make_actors({"Ana": {"camp": "other"}, "Cy": {"camp": "South"}})
    found = fr.voices(drawn(1), actors=actors, unit="camp", **QUICK)
    assert list(found.groups) == ["other (camp)", "South", "other", "(journalist)"]
    assert found.groups["other"] == ["other"]


def test_rare_speakers_are_pooled_and_none_is_lost():
    rows = [(d, name, "peace") for d in range(12) for name in ("", "Ana", "Ana")]
    rows += [(3, "Bo", "law"), (4, "Cy", "doubt")]
    found = fr.voices(as_hits(sorted(rows, key=lambda row: row[0])), min_hits=2, **QUICK)
    assert list(found.groups) == ["Ana", "(rarer speakers)", "(journalist)"]
    assert sorted(found.groups["(rarer speakers)"]) == ["Bo", "Cy"]
    assert found.table["hits"].sum() == len(rows)


def test_context_by_group():
    hits = drawn(3)
    hits.documents["source"] = ["Wire", "Blog"] * 20
    found = fr.voices(hits, by="source", **QUICK)
    table = hits.table.merge(hits.documents, on="doc_id")
    own = table[(table["frame"] == "law") & (table["source"] == "Wire")]
    row = cell(found.context, frame="law", group="Wire", what="rejected")
    assert (row["hits"], row["n"]) == (own["rejected"].sum(), len(own))
    assert row["documents"] == own["doc_id"].nunique()
    said = cell(found.context, frame="law", group="Wire", what="own")
    assert said["hits"] == (~own["quoted"] & (own["speaker"] == "")).sum()
    assert "group" not in fr.voices(hits, **QUICK).context


def test_the_newswire_tells_the_camps_apart():
    corpus, actors = fr.load_testbed("newswire").corpus, fr.load_actors("ukraine-peace")
    hits = fr.find_hits(corpus, fr.load_lexicon("peace-initiative"), actors=actors)
    found = fr.voices(hits, actors=actors, unit="camp", **QUICK)
    assert list(found.groups)[:4] == ["Ukraine", "US", "Russia", "Europe"]
    assert cell(found.table, speaker="Ukraine", frame="sovereignty")["ratio_low"] > 1
    assert cell(found.table, speaker="US", frame="peace")["ratio_low"] > 1.1
    assert repr(found).startswith("<Voices: 9 camps by 4 frames (peace-initiative")
    assert "<table" in found._repr_html_()


def test_the_seed_decides_and_one_speaker_does_not_move_another():
    hits = drawn(4)
    one, other = fr.voices(hits, **QUICK), fr.voices(hits, **QUICK)
    pd.testing.assert_frame_equal(one.table, other.table)
    renamed = hits.table.assign(speaker=hits.table["speaker"].astype(str).replace("other", "Bo"))
    moved = fr.voices(fr.Hits(renamed, hits.sentences, hits.documents, hits.entries, "planted",
                              "0" * 64, "1" * 64), **QUICK)  # fmt: skip
    columns = ["share", "low", "high", "ratio", "ratio_low", "ratio_high"]
    mine = [found.table[found.table["speaker"] == "Ana"][columns] for found in (one, moved)]
    pd.testing.assert_frame_equal(*(part.reset_index(drop=True) for part in mine))


def test_what_cannot_be_asked():
    hits = drawn(1, documents=3)
    german = fr.make_corpus(["Eine Waffenruhe."], language="de")
    bare = fr.find_hits(german, fr.make_lexicon({"peace": ["Waffenruhe"]}, language="de"))
    with pytest.raises(fr.InputError, match="name no speakers"):
        fr.voices(bare, seed=1)
    none = fr.find_hits(fr.make_corpus(["Rain."]), fr.make_lexicon({"peace": ["truce"]}))
    with pytest.raises(fr.InputError, match="There is no hit of 'peace'"):
        fr.voices(none, seed=1)
    with pytest.raises(fr.InputError, match='unit="camp" needs the table'):
        fr.voices(hits, unit="camp", seed=1)
    with pytest.raises(
        fr.InputError, match=r"name .Cy., who are not in the table of actors .mine."
    ):
        fr.voices(hits, actors=fr.make_actors({"Ana": []}, name="mine"), seed=1)
    with pytest.raises(fr.InputError, match="cluster='story' is not known"):
        fr.voices(hits, cluster="story", seed=1)
    with pytest.raises(fr.InputError, match="at least 100 of each"):
        fr.voices(hits, seed=1, draws=10)
    with pytest.raises(fr.InputError, match="min_hits=0"):
        fr.voices(hits, seed=1, min_hits=0)
    found = fr.voices(hits, **QUICK)
    with pytest.raises(fr.InputError, match="speaker='Eve' is not known"):
        found.evidence("Eve", "peace")


def texts(figure):
    return "\n".join(text.get_text() for text in figure.findobj(lambda a: hasattr(a, "get_text")))


def test_a_panel_per_frame_has_shares_with_intervals_beside_the_share_in_all_hits():
    found = fr.voices(drawn(1, shares={"": [0.4, 0.3, 0.3], "Ana": [0.1, 0.1, 0.8]}), **QUICK)
    figure = fr.plot_voices(found)
    shown = texts(figure)
    row = cell(found.table, speaker="Ana", frame="law")
    base = cell(found.base, frame="law")
    [axes] = [axes for axes in figure.axes if axes.get_title(loc="left").startswith("law")]
    assert axes.get_title(loc="left") == f"law\n(all: {base['share']:.0%})"
    assert axes.lines[0].get_xdata()[0] == pytest.approx(base["share"], abs=1e-6)
    place = list(found.groups).index("Ana")
    ends = axes.collections[0].get_paths()[place].vertices[:, 0]
    assert ends == pytest.approx([row["low"], row["high"]], abs=1e-6)
    filled = [
        tuple(point) for line in axes.lines
        if line.get_marker() not in ("None", "|") and line.get_markerfacecolor() != "white"
        for point in line.get_xydata()
    ]  # fmt: skip
    assert row["p_adjusted"] < 0.05
    assert any(y == place and x == pytest.approx(row["share"], abs=1e-6) for x, y in filled)
    assert f"Ana (n = {row['n']:,})" in shown
    assert f"the share in all {found.base['n'].iloc[0]:,} hits" in " ".join(shown.split())
    assert "40 documents" in " ".join(shown.split())
    many = as_hits([(d, f"Speaker {n}", "peace") for d in range(2) for n in range(61)])
    with pytest.raises(fr.InputError, match="Pool"):
        fr.plot_voices(fr.voices(many, **QUICK))


def test_the_context_is_drawn_with_its_intervals():
    hits = drawn(1)
    hits.documents["source"] = ["Wire", "Blog"] * 20
    found = fr.voices(hits, by="source", **QUICK)
    figure = fr.plot_voice_context(found)
    panels = {axes.get_title(loc="left") or axes.get_title(): axes for axes in figure.axes}
    assert {"quoted", "reported", "unmarked", "rejected", "hedged"} <= set(panels)
    # As in the paper: a hit that nothing marks is not for that the journalist's.
    assert "unmarked: neither" in texts(figure).replace("\n", " ")
    assert "journalist" not in texts(figure)
    row = cell(found.context, frame="peace", group="Wire", what="quoted")
    drawn_x = [line.get_xdata()[0] for line in panels["quoted"].lines if len(line.get_xdata()) == 1]
    assert any(x == pytest.approx(row["share"], abs=1e-6) for x in drawn_x)
    assert f"Wire ({row['n']:,})" in texts(figure)
    hits.documents["source"] = [f"s{n}" for n in range(40)]
    with pytest.raises(fr.InputError, match="by='source' in a new column"):
        fr.plot_voice_context(fr.voices(hits, by="source", **QUICK))


def test_a_frame_that_hardly_a_cluster_lacks_has_exact_limits():
    # Twenty documents have both frames in the mind of Ana, who leaves doubt out in two only.
    rows = [(document, "Ana", "peace") for document in range(20)] * 3
    rows += [(document, "Ana", "doubt") for document in (3, 7)]
    found = fr.voices(as_hits(sorted(rows)), **QUICK)
    for frame in ("peace", "doubt"):
        assert cell(found.table, speaker="Ana", frame=frame)["method"] == "limits"
    rows += [(document, "Ana", "doubt") for document in range(8, 14)]
    found = fr.voices(as_hits(sorted(rows)), **QUICK)
    assert cell(found.table, speaker="Ana", frame="peace")["method"] == "t"


def test_hits_without_a_named_speaker_have_no_test_of_named_ones():
    rows = [(document, "", ("peace", "doubt")[n % 2]) for document in range(6) for n in range(4)]
    found = fr.voices(as_hits(rows), **QUICK)
    for speakers in ("attributed", "named"):
        test = cell(found.tests, speakers=speakers)
        assert test["note"] == "no such hit"
        assert test[["v", "low", "high", "statistic", "p"]].isna().all()
        assert test[["n", "voices", "documents"]].tolist() == [0, 0, 0]
