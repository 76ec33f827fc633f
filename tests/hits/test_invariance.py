"""Hits depend on the article and the lexicon, and on nothing else."""

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.chunks import count_chunks, set_chunk_size

import framing as fr
from framing.hits import hits

LEXICON = {
    "peace": ["peace*", "truce", "rul* out ~4 truce", "*fire"],
    "doubt": [{"pattern": "doubt*", "if": "truce"}, "not"],
}
ARTICLES = [
    "The truce held. “No peace without us,” Putin said. Many doubt it.\nHe ruled out any truce.",
    "A cease-fire? Not now, Zelenskyy said.\n\n“There is no truce.”",
    "Rain fell on the town.",
    "Peace talks, peace hopes: officials doubt it.",
] * 5  # fmt: skip

WORDS = [
    "truce", "peace", "no", "not", "Putin", "Zelenskyy", "said", "denied", "could", "that", "and",
    "but", "he", "they", "warned", "according to", "officials", "“", "”", '"', "‘", "’", "'", ",",
    ".", "?", ":", "—", "\n", "\n\n", "aide", "who", "adding", "rejected", "won’t",
]  # fmt: skip


FEW = fr.make_lexicon({"truce": ["truce"]})
MANY = fr.make_lexicon(
    {"truce": ["truce"], "all": [f"{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz"]}
)
ACTORS = fr.load_actors("ukraine-peace")


@pytest.fixture
def small_chunks(monkeypatch):
    """Let a few articles be many chunks."""
    set_chunk_size(monkeypatch, 100)


def corpus():
    return fr.make_corpus(ARTICLES, furniture=False)


def find(texts, **options):
    return fr.find_hits(texts, fr.make_lexicon(LEXICON), actors=ACTORS, **options)


@pytest.mark.parametrize("most", [0, hits.MOST_FOR_THREADS], ids=["processes", "threads"])
def test_two_workers_find_and_count_what_one_does(small_chunks, monkeypatch, most):
    monkeypatch.setattr(hits, "MOST_FOR_THREADS", most)
    assert count_chunks(ARTICLES) > 5
    one, two = find(corpus()), find(corpus(), workers=2)
    pd.testing.assert_frame_equal(one.table, two.table)
    pd.testing.assert_frame_equal(one.sentences, two.sentences)
    lexicon = fr.make_lexicon(LEXICON)
    pd.testing.assert_frame_equal(
        fr.count_hits(corpus(), lexicon), fr.count_hits(corpus(), lexicon, workers=2)
    )


@pytest.mark.parametrize("workers", [2, 3, 7])
def test_threads_find_and_count_what_one_does(monkeypatch, workers):
    # Each thread has several chunks, and they learn from the first of them what is rare.
    set_chunk_size(monkeypatch, 1000)
    texts, lexicon = ARTICLES * 8, fr.load_lexicon("peace-initiative")
    many = fr.make_corpus(texts, furniture=False)
    one = fr.count_hits(many, lexicon).table
    assert one["n"].sum() > 20
    pd.testing.assert_frame_equal(one, fr.count_hits(many, lexicon, workers=workers).table)
    found = fr.find_hits(many, lexicon)
    pd.testing.assert_frame_equal(found.table, fr.find_hits(many, lexicon, workers=workers).table)


@pytest.mark.parametrize("workers", [2, 3])
def test_threads_share_what_one_would_read_at_once(workers):
    texts = [" ".join(ARTICLES * 16)] * 40
    assert count_chunks(texts) == 1
    assert count_chunks(texts, workers) == workers
    assert count_chunks(texts[:5], workers) == 1
    lexicon, many = fr.make_lexicon(LEXICON), fr.make_corpus(texts, furniture=False)
    one = fr.count_hits(many, lexicon).table
    pd.testing.assert_frame_equal(one, fr.count_hits(many, lexicon, workers=workers).table)


@pytest.mark.parametrize("size", [1, 150, 10_000])
def test_chunks_of_any_size_hold_the_same_hits(monkeypatch, size):
    whole = find(corpus())
    set_chunk_size(monkeypatch, size)
    pd.testing.assert_frame_equal(whole.table, find(corpus()).table)


def test_the_order_of_articles_changes_no_hit():
    order = np.random.default_rng(3).permutation(len(ARTICLES))
    ids = [f"article {number:02d}" for number in range(len(ARTICLES))]
    straight = find(fr.make_corpus(ARTICLES, doc_id=ids))
    turned = find(
        fr.make_corpus([ARTICLES[place] for place in order], doc_id=[ids[p] for p in order])
    )
    columns = ["doc_id", "start", "frame"]
    first, second = (
        hits.table.sort_values(columns).reset_index(drop=True) for hits in (straight, turned)
    )
    assert len(first) > 30
    pd.testing.assert_frame_equal(first, second)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=60), min_size=3, max_size=6))
def test_the_context_of_a_hit_does_not_depend_on_other_hits(articles):
    drawn = [f"{' '.join(words)} x" for words in articles]
    texts = fr.make_corpus(["Other words.", *drawn, "“Peace,” he said."], furniture=False)
    alone = fr.find_hits(texts, FEW, actors=ACTORS).table
    among = fr.find_hits(texts, MANY, actors=ACTORS).table
    among = among[among["frame"] == "truce"].reset_index(drop=True)
    context = ["doc_id", "start", "end", "rejected", "hedged", "quoted", "speaker"]
    pd.testing.assert_frame_equal(alone[context], among[context])


def test_a_million_letters_of_one_word():
    text = "peace" * 200_000
    lexicon = fr.make_lexicon({"start": ["peace*"], "inside": ["*cepea*"], "whole": ["peace"]})
    counted = fr.count_hits(fr.make_corpus([text]), lexicon)
    assert counted["n"].tolist() == [1, 1, 0]
    hits = fr.find_hits(fr.make_corpus([text]), lexicon).table
    assert hits[["start", "end"]].to_numpy().tolist() == [[0, 1_000_000]] * 2


def test_a_million_letters_of_one_word_repeated():
    text = "peace " * 170_000
    lexicon = fr.make_lexicon({"one": ["peace"], "gap": ["peace ~4 peace"], "any": ["?eac*"]})
    hits = fr.find_hits(fr.make_corpus([text]), lexicon)
    assert hits.table["frame"].value_counts().to_dict() == {
        "one": 170_000, "any": 170_000, "gap": 85_000,
    }  # fmt: skip
    assert fr.count_hits(fr.make_corpus([text]), lexicon)["n"].tolist() == [
        170_000, 85_000, 170_000,
    ]  # fmt: skip


@pytest.mark.parametrize("marks", ["“”", '""', "«»", "‘’", "“"])
def test_a_hundred_thousand_quotations_in_each_other_hold_their_hits(marks):
    text = f"{marks[0]} " * 100_000 + "no truce here " + f" {marks[-1]}" * 100_000
    hits = fr.find_hits(fr.make_corpus([text]), fr.make_lexicon({"peace": ["truce"]})).table
    assert len(hits) == 1
    assert hits["rejected"].all()


def test_two_hundred_thousand_open_brackets_take_no_longer_than_other_text():
    corpus = fr.make_corpus(["(truce " * 200_000], furniture=False)
    start = time.process_time()
    assert len(fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]})).table) == 200_000
    assert time.process_time() - start < 10
