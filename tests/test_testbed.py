import pandas as pd
import pytest

import framing as fr
from framing.testbed import read_articles, testbed_path

FRAMES = ["peace", "concession", "sovereignty", "skepticism"]


@pytest.mark.parametrize("name", ["constructed", "newswire", "passages"])
def test_the_datasheet_counts_what_ships(name):
    articles = read_articles(testbed_path(name))
    held = [article for article in articles if article.held_back]
    told = testbed_path(name).with_name("README.md").read_text(encoding="utf-8")
    every, kept = (sum(len(item.sentences) for item in part) for part in (articles, held))
    noun = {"constructed": "articles", "newswire": "excerpts", "passages": "passages"}[name]
    assert f"{len(articles)} {noun}, {every:,} coded sentences" in told
    assert f"{len(held)} {noun}, {kept:,} sentences" in told


@pytest.mark.parametrize("name", ["constructed", "newswire", "briefings", "passages"])
def test_every_line_of_a_testbed_is_as_the_datasheet_says(name):
    seen = set()
    for article in read_articles(testbed_path(name)):
        assert article.doc_id not in seen
        seen.add(article.doc_id)
        assert article.text
        assert pd.Timestamp(article.date).strftime("%Y-%m-%d") == article.date
        place = 0
        for span in article.sentences:
            assert place <= span.start < span.end <= len(article.text)
            place = span.end
            assert span.codes
            for codes in span.codes.values():
                assert list(codes) == FRAMES
                assert set(codes.values()) <= {0, 1}
            present = {frame for codes in span.codes.values() for frame in codes if codes[frame]}
            assert set(span.rejected) <= present


def test_a_damaged_testbed_is_named_by_its_line(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text('{"doc_id": "a"}\n')
    with pytest.raises(fr.InputError, match=r"t.jsonl, line 1: .*title"):
        read_articles(path)


def test_the_passages_are_coded_by_their_writers_and_in_part_by_a_second_coder():
    bed = fr.load_testbed("passages")
    assert bed.codes.coders == ["second", "writer"] or bed.codes.coders == ["writer", "second"]
    sentences = bed.corpus.sentences.groupby("doc_id").size()
    assert (sentences >= 8).all()
    held = fr.load_testbed("passages", part="held back").corpus.table["doc_id"]
    assert held.str.startswith("w3-").all()
    table = fr.agreement(bed.codes, draws=50, seed=1).table.set_index("frame")
    assert table.loc["skepticism", "alpha"] == table["alpha"].min() > 0.667
