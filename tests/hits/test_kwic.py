import pytest

import framing as fr

TEXT = "“Peace  talks,” he said,\nwere near. US-Russia peace talks’ end — peace — is far."


def rows(found):
    return found.table[["left", "match", "right"]].to_numpy().tolist()


def test_words_to_the_left_and_right_are_clipped_at_the_ends_of_the_article():
    corpus = fr.make_corpus([TEXT, "Peace.", "Rain."])
    assert rows(fr.kwic(corpus, "peace", window=2)) == [
        ["", "Peace", "talks,” he"],
        ["US-Russia", "peace", "talks’ end"],
        ["talks’ end —", "peace", "— is far"],
        ["", "Peace", ""],
    ]


def test_the_match_is_what_the_offsets_say():
    corpus = fr.make_corpus([TEXT])
    found = fr.kwic(corpus, "peace talk*").table
    assert [TEXT[a:b] for a, b in zip(found["start"], found["end"], strict=True)] == [
        "Peace  talks",
        "peace talks",
    ]
    assert found["match"].tolist() == ["Peace talks", "peace talks"]


def test_a_frame_of_a_lexicon_or_hits_can_be_looked_up():
    corpus = fr.make_corpus([TEXT])
    lexicon = fr.make_lexicon({"peace": ["peace"], "far": ["far"]})
    assert rows(fr.kwic(corpus, "far", lexicon=lexicon, window=1)) == [["is", "far", ""]]
    hits = fr.find_hits(corpus, lexicon)
    assert len(fr.kwic(corpus, hits)) == len(hits) == 4
    with pytest.raises(fr.InputError, match="not found in this corpus"):
        fr.kwic(fr.make_corpus(["Peace."]), hits)
    with pytest.raises(fr.InputError, match=r"'pece'.*'peace', 'far'.*Did you mean 'peace'"):
        fr.kwic(corpus, "pece", lexicon=lexicon)


def test_markup_in_an_article_is_shown_as_text():
    corpus = fr.make_corpus(["A <b>peace</b> of sorts."])
    page = fr.kwic(corpus, "peace")._repr_html_()
    assert "&lt;b&gt;" in page
    assert "<b>" not in page


def test_no_match_is_an_empty_table():
    found = fr.kwic(fr.make_corpus(["Rain."]), "peace")
    assert len(found) == 0
    assert "0 matches" in repr(found)
    assert "<table>" in found._repr_html_()


def test_several_patterns_are_one_concordance():
    corpus = fr.make_corpus(["is a test, is it a bird"])
    assert fr.kwic(corpus, ["is", "a"]).table["match"].tolist() == ["is", "a", "is", "a"]


def test_words_around_a_match_are_those_of_its_article():
    texts = [TEXT, "Peace.", "Rain, rain.", "The peace.", "Peace comes"]
    one_by_one = [rows(fr.kwic(fr.make_corpus([text]), "peace", window=3)) for text in texts]
    together = rows(fr.kwic(fr.make_corpus(texts), "peace", window=3))
    assert together == [row for found in one_by_one for row in found]
    assert ["The", "peace", ""] in together


def test_lines_of_page_furniture_are_no_context():
    text = "Rain fell.\n\nRead more: Ten photos of the truce\n\nA cease-fire holds."
    corpus = fr.make_corpus([text])
    assert corpus.exclusions["kind"].tolist() == ["line"]
    assert rows(fr.kwic(corpus, "cease-fire")) == [["Rain fell. A", "cease-fire", "holds"]]
    # Offsets are those of the article as it was given.
    found = fr.kwic(corpus, "cease-fire").table.iloc[0]
    assert text[found["start"] : found["end"]] == "cease-fire"
