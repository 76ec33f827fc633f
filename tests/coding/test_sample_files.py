"""Files of samples: what is read corrects as what was drawn."""

import json

import pandas as pd
import pytest

import framing as fr


@pytest.mark.parametrize("unit", ["sentence", "paragraph", "document"])
def test_a_sample_read_from_its_file_corrects_like_the_one_that_was_drawn(tmp_path, unit):
    bed = fr.load_testbed("newswire", part="training")
    hits = fr.find_hits(bed.corpus, fr.load_lexicon("peace-initiative"))
    drawn = fr.sample_for_coding(hits, bed.corpus, 30, unit=unit, seed=1)
    if unit == "sentence":
        drawn = fr.sample_for_coding(hits, bed.corpus, 80, first=drawn, seed=2)
    path = fr.write_sample(drawn, tmp_path / "sheet.sample.json")
    sample = fr.read_sample(path)
    assert repr(sample) == repr(drawn)
    texts = ["before", "text", "after"]
    assert list(sample.table.columns) == list(drawn.table.columns)
    pd.testing.assert_frame_equal(
        sample.table.drop(columns=[*texts, "gaps"], errors="ignore"),
        drawn.table.drop(columns=[*texts, "gaps"], errors="ignore"),
        check_dtype=False,
    )
    frames = {"peace": 1, "concession": 0, "sovereignty": 0, "skepticism": 0}
    table = drawn.table[["doc_id", "sentence"]].assign(**frames)
    table.loc[::2, "peace"] = 0
    codes = fr.make_codes(table, unit=unit)
    before, after = (fr.correct(hits, codes, one).table for one in (drawn, sample))
    pd.testing.assert_frame_equal(before, after)


def test_the_file_of_a_sample_has_no_text(tmp_path):
    corpus = fr.make_corpus(["A truce holds. Rain fell on Odesa. Talks began."] * 9)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, 6, seed=1)
    written = fr.write_sample(sample, tmp_path / "a.sample.json").read_text(encoding="utf-8")
    assert "Odesa" not in written
    assert "holds" not in written
    assert len(json.loads(written)["sentences"]) == 6


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"sentences": []}', '{"sentences": 3}'])
def test_another_file_is_refused_with_its_name(tmp_path, content):
    path = tmp_path / "other.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(fr.InputError, match=r"other\.json.*write_sample"):
        fr.read_sample(path)


def test_a_missing_file_is_refused_with_its_name(tmp_path):
    with pytest.raises(fr.InputError, match=r"none\.json"):
        fr.read_sample(tmp_path / "none.json")
