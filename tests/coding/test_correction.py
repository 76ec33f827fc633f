import numpy as np
import pandas as pd
import pytest

import framing as fr

TEXTS = ["Truce.\n\n* * *\n\nRain.\n\nTruce.\n\nSnow."] * 12


def corrected(columns, **options):
    corpus = fr.make_corpus(TEXTS, furniture=False, **columns)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, 40, seed=1)
    said = sample.table["text"].str.contains("Truce").astype(int)
    codes = fr.make_codes(sample.table[["doc_id", "sentence"]].assign(peace=said))
    return hits, fr.correct(hits, codes, sample, **options)


def test_sentences_without_a_word_are_no_part_of_a_share():
    hits, found = corrected({})
    assert (hits.sentences["tokens"] == 0).sum() == 12
    row = found.iloc[0]
    assert (row["raw"], row["sentences"]) == (pytest.approx(0.5), 48)
    assert row["estimate"] == pytest.approx(0.5)


def test_a_slope_is_of_the_documents_that_have_the_value():
    wave = np.array([np.nan, np.nan, *range(1, 11)])
    hits, found = corrected({"wave": wave}, on="wave")
    row = found[found["quantity"] == "slope of wave"].iloc[0]
    sentences = hits.sentences[hits.sentences["tokens"] > 0]
    value = sentences["doc_id"].map(dict(zip(hits.documents["doc_id"], wave, strict=True)))
    held = sentences.merge(hits.table, on=["doc_id", "sentence"], how="left")["entry"].notna()
    known = value.notna().to_numpy()
    slope = np.polyfit(value.to_numpy()[known], held.to_numpy()[known].astype(float), 1)[0]
    assert row["raw"] == pytest.approx(slope, abs=1e-12)
    assert row["sentences"] == known.sum()


def test_a_slope_of_what_is_planted():
    corpus = fr.make_corpus(["Rain. Rain."] * 6 + ["Rain. Truce."] * 6, x=[0.0] * 6 + [2.0] * 6)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, 24, seed=1)
    said = sample.table["text"].str.contains("Truce").astype(int)
    codes = fr.make_codes(sample.table[["doc_id", "sentence"]].assign(peace=said))
    found = fr.correct(hits, codes, sample, on="x")
    # From 0 to a half of the sentences over 2 units of x; all are coded, so nothing is unsure.
    row = found[found["quantity"] == "slope of x"].iloc[0]
    assert row[["estimate", "low", "high"]].tolist() == pytest.approx([0.25] * 3)


def study(texts, **columns):
    corpus = fr.make_corpus(texts, furniture=False, **columns)
    return fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))


def test_confusion_by_a_column_is_sorted_and_has_no_group_without_sentences():
    hits = study(["Truce. Rain.", "Truce.", "Rain."], source=["Wire", "Blog", "Agency"])
    rows = {"doc_id": ["text1", "text1", "text2", "text3"], "sentence": [1, 2, 1, 1]}
    valid = fr.validate(hits, fr.make_codes(pd.DataFrame(rows).assign(peace=[1, 1, 0, 0])))
    by_source = valid.confusion(by="source")
    assert by_source["source"].tolist() == ["Agency", "Blog", "Wire"]
    assert by_source[["tp", "fp", "fn", "tn"]].to_numpy().tolist() == [
        [0, 0, 0, 1], [0, 1, 0, 0], [1, 0, 1, 0],
    ]  # fmt: skip
    by_length = valid.confusion(by="length")
    assert len(by_length) == 1
    assert by_length["n"].tolist() == [4]


def test_precision_recall_and_f1_by_hand():
    hits = study(["Truce. Truce. Truce. Rain. Snow. Hail."])
    rows = pd.DataFrame({"doc_id": "text1", "sentence": range(1, 7), "peace": [1, 1, 0, 1, 0, 0]})
    valid = fr.validate(hits, fr.make_codes(rows))
    # Of 3 hits 2 are right, and 1 of 3 sentences with the frame is missed.
    for row in (valid.table.iloc[0], valid.confusion().iloc[0]):
        assert row[["precision", "recall", "f1"]].tolist() == pytest.approx([2 / 3] * 3)
    assert valid.confusion()[["tp", "fp", "fn", "tn"]].to_numpy().tolist() == [[2, 1, 1, 2]]


def test_a_message_on_unknown_sentences_names_no_other():
    hits = study(["Truce. Rain."])
    rows = pd.DataFrame({"doc_id": "text1", "sentence": [1, 2, 9], "peace": [1, 0, 0]})
    with pytest.raises(fr.InputError) as error:
        fr.validate(hits, fr.make_codes(rows))
    assert "1 coded sentence cannot be found" in str(error.value)
    assert "sentence 9 of 'text1'" in str(error.value)
    assert "sentence 1 of" not in str(error.value)
