"""Entries with negative weights: their sums are no counts, so nothing is computed from logs."""

import numpy as np
import pandas as pd
import pytest

import framing as fr

LEXICON = """
[frames.mood]
entries = [{pattern = "truce", weight = 1}, {pattern = "war", weight = -1}]
[frames.talks]
entries = ["talks"]
"""
COMPUTED = ["low", "high", "p", "p_adjusted", "ratio", "ratio_low", "ratio_high"]


@pytest.fixture
def hits(tmp_path):
    (tmp_path / "mood.toml").write_text(LEXICON)
    texts = [
        "A truce is near.",
        "Talks on a truce, no war.",
        "War fell.",
        "War or truce talks.",
    ] * 6
    day = pd.Series(["2025-03-03", "2025-03-04", "2025-03-10", "2025-03-11"] * 6)
    corpus = fr.make_corpus(texts, source=["A", "A", "B", "B"] * 6, date=day)
    return fr.find_hits(corpus, fr.read_lexicon(tmp_path / "mood.toml"))


@pytest.mark.parametrize("kind", ["rate", "count"])
def test_a_comparison_of_signed_sums_has_no_interval_and_no_ratio(hits, kind):
    table = fr.contrast(fr.score(hits, kind=kind), by="source", seed=1).table.set_index("frame")
    assert table.loc["mood", COMPUTED].isna().all()
    assert table.loc["mood", "method"] == "none"
    assert "negative weights" in table.loc["mood", "note"]
    values = table.loc["mood", ["value_target", "value_reference"]].to_numpy(dtype=float)
    assert np.isclose(table.loc["mood", "estimate"], values[0] - values[1])
    # The frame without negative weights is as without the other, also its adjusted p.
    assert table.loc["talks", "p"] == table.loc["talks", "p_adjusted"]


def test_shares_count_sentences_and_stay(hits):
    table = fr.contrast(fr.score(hits, kind="share"), by="source", seed=1).table
    assert not table["note"].str.contains("negative").any()


def test_nothing_else_to_compare_or_draw_is_refused_in_words(hits):
    with pytest.raises(fr.InputError, match="trend: entries of 'mood' have negative weights"):
        fr.trend(fr.score(hits), every="week", seed=1)


def test_neither_pooling_nor_exact_limits_take_them_for_counts(hits):
    with pytest.raises(fr.InputError, match="pool: entries of 'mood' have negative weights"):
        fr.claims.pool(fr.score(hits), by="doc_id")
    calm = fr.find_hits(
        fr.make_corpus(["Truce or war.", "War or truce.", "Rain."], source="A"),
        fr.make_lexicon({"mood": [{"pattern": "truce"}, {"pattern": "war", "weight": -1.0}]}),
    )
    # The hits cancel each other: their sum is 0, which is no count of 0.
    row = fr.score(calm, unit="source").interval().table.iloc[0]
    assert row["value"] == 0
    assert np.isnan(row["low"])
    assert "negative weights" in row["note"]


@pytest.mark.parametrize("kind", ["rate", "share"])
def test_a_multiverse_has_no_curve_of_signed_sums(hits, tmp_path, kind):
    corpus = fr.make_corpus(["A truce.", "War, talks.", "Talks.", "Rain."] * 5,
                            source=["A", "A", "B", "B"] * 5)  # fmt: skip
    lexicon = fr.read_lexicon(tmp_path / "mood.toml")
    claim = {"by": "source", "kind": kind, "seed": 1, "draws": 100, "permutations": 100}
    choices = {"kind": ["rate", "share"]}
    with pytest.raises(fr.InputError, match="multiverse: entries of 'mood' have negative weights"):
        fr.multiverse(corpus, lexicon, claim, choices=choices, seed=1)
    own = fr.multiverse(corpus, lexicon, claim, choices=choices, frame="talks", seed=1)
    assert own.summary["frame"].tolist() == ["talks"]
