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


def test_the_testbed_is_what_its_datasheet_says():
    testbed = fr.load_testbed()
    assert len(testbed) >= 160
    assert len(testbed.sentences) >= 1600
    assert testbed.corpus.table["source"].nunique() == 8
    months = testbed.corpus.table["date"].dt.to_period("M").nunique()
    assert months == 12
    text_of = dict(zip(testbed.corpus.table["doc_id"], testbed.corpus.table["text"], strict=True))
    texts = [
        text_of[doc_id][start:end]
        for doc_id, start, end in testbed.corpus.sentences[["doc_id", "start", "end"]].to_numpy()
    ]
    longer = [text for text in texts if len(text) > 12]
    assert len(set(longer)) == len(longer)
    assert (testbed.corpus.table["near_duplicate_of"] != "").sum() == 5
    held = testbed.corpus.table[testbed.corpus.table["held_back"]]
    assert len(held) == len(fr.load_testbed(part="held back")) >= 42
    # A near-duplicate of an article that is held back would give it away.
    originals = set(testbed.corpus.table["near_duplicate_of"]) - {""}
    assert not originals & set(held["doc_id"])
    coded = fr.mean_codes(testbed.codes, coder="writer")
    assert coded.columns.tolist() == FRAMES
    assert coded.notna().all().all()
    leak = testbed.corpus.table["date"] >= "2025-09-09"
    after = coded.reset_index()["doc_id"].isin(testbed.corpus.table["doc_id"][leak]).to_numpy()
    assert coded["skepticism"][after].mean() > coded["skepticism"][~after].mean()
    with pytest.raises(fr.InputError, match="name='constructd' is not known"):
        fr.load_testbed("constructd")
    with pytest.raises(fr.InputError, match="has no article in the part 'held back'"):
        fr.load_testbed("briefings", part="held back")
