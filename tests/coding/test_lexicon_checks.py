"""A lexicon is checked by its examples and a corpus, and words are suggested for it."""

import pytest

import framing as fr


def test_the_shipped_lexicon_passes_its_own_examples():
    lexicon = fr.load_lexicon("peace-initiative")
    check = fr.check_lexicon(lexicon)
    assert check.ok
    assert check.counts["with_example"].tolist() == check.counts["entries"].tolist()
    assert not (check.table["problem"] == "no example").any()


def test_every_kind_of_remark_on_a_lexicon():
    entries = [
        {"pattern": "truce*", "match": ["A truce."], "avoid": ["The trucelike lull."]},
        {"pattern": "peace", "match": ["Piece by piece."]},
        {"pattern": "talks", "match": ["Peace talks."]},
        {"pattern": "peace talks", "match": ["Peace talks."]},
        "armistice",
    ]
    frames = {"peace": {"entries": entries}, "war": {"entries": [
        {"pattern": "truce", "match": ["No truce."]}]}}  # fmt: skip
    check = fr.check_lexicon(
        fr.make_lexicon(frames, shared=True), fr.make_corpus(["Peace talks. A truce."])
    )
    found = check.table[["entry", "problem"]].to_numpy().tolist()
    assert found == [
        ["peace", "must match"],
        ["truce*", "must not match"],
        ["peace", "never fires"],
        ["talks", "never fires"],
        ["armistice", "never fires"],
        ["talks", "shadowed"],
        ["truce*", "conflict"],
        ["truce", "conflict"],
        ["armistice", "no example"],
    ]
    assert not check.ok


def test_examples_travel_with_the_lexicon_and_leave_its_hash(tmp_path):
    entry = {"pattern": "truce", "match": ["A truce."], "avoid": ["Rain."]}
    lexicon = fr.make_lexicon({"peace": {"entries": [entry, "peace"]}}, name="a")
    assert lexicon.hash == fr.make_lexicon({"peace": ["truce", "peace"]}).hash
    fr.write_lexicon(lexicon, tmp_path / "a.toml")
    again = fr.read_lexicon(tmp_path / "a.toml")
    assert again.examples.equals(lexicon.examples)
    assert fr.drop_entries(again, "truce").examples.empty
    bad = tmp_path / "b.toml"
    bad.write_text('[frames.peace]\nentries = [{pattern = "truce", match = [" "]}]\n')
    with pytest.raises(fr.InputError, match=r"b.toml, line 2.*match has an empty example"):
        fr.read_lexicon(bad)


def test_words_of_content_are_suggested_and_stop_words_are_not():
    texts = ["A truce ended the fire at the front, and the system of the bill. Rain fell there."]
    corpus = fr.make_corpus(texts * 20)
    table = fr.suggest(corpus, fr.make_lexicon({"peace": ["truce"]}), top=50, seed=1)
    terms = set(table["term"])
    assert {"fire", "front", "system", "bill"} <= terms
    assert not terms & set(fr.load_stop_words("en"))
    assert not terms & {"the", "and", "of", "at"}


def test_a_word_that_the_target_does_not_have_is_not_suggested():
    corpus = fr.make_corpus(["A truce ended war. Rain drowned crops.", "Hail ruined crops."] * 20)
    table = fr.suggest(corpus, fr.make_lexicon({"peace": ["truce"]}), top=50, seed=1)
    assert set(table["term"]) == {"ended", "war"}
    assert (table["n_target"] > 0).all()
