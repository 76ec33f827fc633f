import numpy as np
import pandas as pd
import pytest

import framing as fr


def sources_with_equal_frames(seed=3, with_corpus=False):
    """Return 2 * 60 documents with the frame in 3 of 10 sentences, which hits miss in source B."""
    rng = np.random.default_rng(seed)
    moods = np.clip(rng.normal(0.3, 0.05, 120), 0, 1)
    has = rng.random((120, 10)) < moods[:, None]
    source = np.repeat(["A", "B"], 60)
    seen = has & (rng.random(has.shape) < np.where(source == "A", 0.95, 0.4)[:, None])
    texts = [" ".join("A truce held." if hit else "Rain fell." for hit in row) for row in seen]
    corpus = fr.make_corpus(texts, source=source)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"], "doubt": ["rain"]}))
    sample = fr.sample_for_coding(hits, corpus, 400, strata=("frame", "source"), seed=seed)
    keys = sample.table[["doc_id", "sentence"]]
    rows = keys["doc_id"].str.removeprefix("text").astype(int).to_numpy() - 1
    codes = fr.make_codes(keys.assign(peace=has[rows, keys["sentence"] - 1] * 1))
    return (hits, codes, sample, corpus) if with_corpus else (hits, codes, sample)


def test_a_difference_of_the_instrument_is_no_difference_once_corrected():
    hits, codes, sample = sources_with_equal_frames()
    scores = fr.score(hits, kind="share")
    raw = fr.contrast(scores, by="source", seed=1, permutations=200)
    found = fr.contrast(scores, by="source", seed=1, permutations=200, correction=(codes, sample))
    before, after = (result.table.query("frame == 'peace'").iloc[0] for result in (raw, found))
    assert before["p"] < 0.01
    assert before["estimate"] > 0.1
    assert after["p"] > 0.05
    assert after["low"] < 0 < after["high"]
    assert after["ratio_low"] < 1 < after["ratio_high"]
    assert after["method"] == "correction"
    assert "corrected by 400 coded sentences" in after["note"]
    assert after["value_target"] - after["value_reference"] == pytest.approx(after["estimate"])
    groups = found.groups.query("frame == 'peace'")["value"].tolist()
    assert groups == pytest.approx([after["value_target"], after["value_reference"]])
    corrected = found.groups.query("frame == 'peace'")
    np.testing.assert_allclose(corrected["numerator"] / corrected["denominator"], groups)
    # What nobody coded stays as it was.
    other = found.table.query("frame == 'doubt'").iloc[0]
    assert other["estimate"] == raw.table.query("frame == 'doubt'").iloc[0]["estimate"]
    assert "not corrected" in other["note"]


def test_a_corrected_contrast_is_about_as_wide_as_the_same_regression():
    # A frame in a tenth of sentences that crowds: few coded cases of each source.
    widths = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        has = rng.random((120, 12)) < rng.beta(0.3, 2.7, 120)[:, None]
        seen = rng.random(has.shape) < np.where(has, 0.8, 0.01)
        texts = [" ".join("A truce held." if hit else "Rain fell." for hit in row) for row in seen]
        corpus = fr.make_corpus(texts, source=["A", "B"] * 60)
        hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
        sample = fr.sample_for_coding(hits, corpus, 100, seed=seed)
        keys = sample.table[["doc_id", "sentence"]]
        rows = keys["doc_id"].str.removeprefix("text").astype(int).to_numpy() - 1
        codes = fr.make_codes(keys.assign(peace=has[rows, keys["sentence"] - 1] * 1))
        scores = fr.score(hits, kind="share")
        both = (
            fr.contrast(
                scores, by="source", seed=1, permutations=200, correction=(codes, sample)
            ).table.iloc[0],
            fr.regress(scores, "source", correction=(codes, sample)).table.iloc[1],
        )
        widths.append([row["high"] - row["low"] for row in both])
    ratio = np.divide(*np.mean(widths, axis=0))
    assert 0.9 < ratio < 1.2


def test_the_order_of_groups_turns_the_sign_and_nothing_else():
    hits, codes, sample = sources_with_equal_frames()
    scores = fr.score(hits, kind="share")
    first, second = (
        fr.contrast(
            scores, by="source", groups=groups, seed=1, permutations=200,
            correction=(codes, sample),
        ).table.query("frame == 'peace'").iloc[0]
        for groups in (["A", "B"], ["B", "A"])
    )  # fmt: skip
    assert first["estimate"] == pytest.approx(-second["estimate"])
    assert (first["low"], first["p"]) == (pytest.approx(-second["high"]), second["p"])
    assert first["ratio"] == pytest.approx(1 / second["ratio"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "rate"}, "correction= works with shares of documents"),
        ({"compare": "rest"}, 'correction= works with compare="pairs"'),
        ({"correction": 3}, "correction is an int; it must be a pair of Codes"),
    ],
)
def test_what_cannot_be_corrected(arguments, message):
    hits, codes, sample = sources_with_equal_frames()
    given = {"correction": (codes, sample), **arguments}
    scores = fr.score(hits, kind=given.pop("kind", "share"))
    with pytest.raises(fr.InputError, match=message):
        fr.contrast(scores, by="source", seed=1, permutations=200, **given)


def test_a_share_that_is_equal_in_all_documents_is_no_reason_to_refuse_a_correction():
    table = pd.DataFrame({"doc_id": [f"text{n}" for n in range(1, 13)], "sentence": 1})
    corpus = fr.make_corpus(["A truce held. Rain fell."] * 12, source=["A", "B"] * 6)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, 24, seed=1)
    codes = fr.make_codes(
        pd.concat([table.assign(peace=[1, 0] * 6), table.assign(sentence=2, peace=0)])
    )
    scores = fr.score(hits, kind="share")
    row = fr.contrast(scores, by="source", seed=1, correction=(codes, sample)).table.iloc[0]
    assert row["estimate"] == pytest.approx(0.5)
    assert row["p"] < 0.05


def test_what_is_said_of_a_corrected_contrast_is_true(tmp_path):
    hits, codes, sample, corpus = sources_with_equal_frames(with_corpus=True)
    scores = fr.score(hits, kind="share")
    own = {"by": "source", "seed": 1, "permutations": 200, "correction": (codes, sample)}
    some = fr.contrast(scores, **own)
    coded = fr.contrast(scores, frames="peace", **own)
    raw = fr.contrast(scores, by="source", seed=1, permutations=200)
    for found, says, never in (
        (raw, ["200 permutations", "unvalidated", "t intervals"], "corrected"),
        (some, ["200 permutations", "corrected by 400 coded sentences"], "unvalidated"),
        (coded, ["corrected by 400 coded sentences", "corrected interval"], "permutations"),
    ):
        fr.write_evidence(hits, corpus, tmp_path / "page.html", contrast=found)
        page = (tmp_path / "page.html").read_text(encoding="utf-8").split("Not shown")[0]
        told = " ".join(
            [repr(found), fr.describe_methods(found), fr.describe_figure(fr.plot_contrast(found))]
        )
        assert ("permutations, so at least" in page) == ("200 permutations" in says)
        assert ("p from the corrected interval" in page) == (found is not raw)
        for words in says:
            assert words in told
        assert never not in told
    assert "t intervals" not in fr.describe_figure(fr.plot_contrast(coded))
