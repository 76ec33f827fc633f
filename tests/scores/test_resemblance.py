"""The note that documents of one author, story or week resemble each other."""

import time

import numpy as np
import pandas as pd
import pytest

import framing as fr
from framing.scores.resemblance import find_resemblance

LEXICON = fr.make_lexicon({"peace": ["truce"]})


def press(seed=1, *, authors_differ=True, authors=12, each=6):
    """Return hits in articles of ten sentences whose share of the frame is that of their author."""
    rng = np.random.default_rng(seed)
    author = rng.permutation(np.repeat(np.arange(authors), each))
    shares = rng.gamma(1, 0.2, authors) if authors_differ else np.full(authors, 0.2)
    has = rng.random((len(author), 10)) < np.minimum(shares, 0.9)[author][:, None]
    texts = [" ".join(np.where(row, "A truce held.", "Rain fell now.")) for row in has]
    corpus = fr.make_corpus(
        texts, author=[f"a{a}" for a in author], source=[f"s{a % 2}" for a in author],
        page=rng.integers(0, 9, len(author)).astype(str),
    )  # fmt: skip
    return fr.find_hits(corpus, LEXICON)


def test_authors_who_differ_are_named_with_the_remedy_that_widens_the_interval():
    score = fr.score(press(), unit="source", kind="share")
    table = score.interval().table
    assert table["note"].str.contains("cluster='author'").all()
    assert (
        table["note"]
        .str.contains("of the same author resemble each other (peace: ", regex=False)
        .all()
    )
    joined = score.interval(cluster="author").table
    assert not joined["note"].str.contains("resemble").any()
    assert ((joined["high"] - joined["low"]) > (table["high"] - table["low"])).all()


def test_authors_who_do_not_differ_are_named_in_one_of_twenty_corpora():
    named = [
        fr.score(press(seed, authors_differ=False), unit="source").interval().table["note"]
        for seed in range(40)
    ]
    assert sum(note.str.contains("resemble").any() for note in named) <= 5


def test_a_contrast_names_authors_until_it_takes_them_as_clusters():
    for unit in ("document", "paragraph"):
        scores = fr.score(press(), unit=unit, kind="share")
        table = fr.contrast(scores, by="source", seed=1, permutations=199).table
        assert table["note"].str.contains("cluster='author'").all(), unit
    table = fr.contrast(scores, by="source", cluster="author", seed=1, permutations=199).table
    assert not table["note"].str.contains("resemble").any()


def test_campaign_weeks_are_seen_from_the_dates():
    rng = np.random.default_rng(3)
    week = np.repeat(np.arange(12), 8)
    share = np.where(rng.random(12) < 0.4, 0.5, 0.02)[week]
    texts = [" ".join(np.where(rng.random(8) < s, "A truce.", "Rain fell.")) for s in share]
    days = pd.Timestamp("2025-01-06") + pd.to_timedelta(week * 7 + rng.integers(0, 7, 96), "D")
    hits = fr.find_hits(fr.make_corpus(texts, date=days.strftime("%Y-%m-%d")), LEXICON)
    note = fr.score(hits, unit="corpus").interval().table["note"].iloc[0]
    assert "cluster='week'" in note
    clustered = fr.score(hits, unit="corpus").interval(cluster="week").table
    assert "cluster=" not in clustered["note"].iloc[0]


def test_the_order_of_documents_and_the_names_of_authors_do_not_matter_to_what_is_found():
    rng = np.random.default_rng(5)
    author = np.repeat(np.arange(60), 5)
    y = rng.poisson(rng.gamma(1, 3, 60)[author]).astype(float)[:, None]
    x, group = np.full(300, 10.0), np.zeros(300, dtype=np.int64)
    documents = pd.DataFrame({"doc_id": np.arange(300).astype(str), "author": author.astype(str)})
    found = find_resemblance(documents, group, y, x, 1)
    order = rng.permutation(300)
    renamed = documents.assign(author="x" + documents["author"]).iloc[order]
    again = find_resemblance(renamed, group, y[order], x, 1)
    assert found is not None
    assert again is not None
    assert again.icc == pytest.approx(found.icc)
    # The between-author variance is 9, and that of a document within an author is 3.
    assert 0.5 < found.icc < 0.95


def test_columns_with_too_few_values_and_measurements_name_no_cluster():
    rng = np.random.default_rng(6)
    half = np.repeat([0, 1], 50)
    y = rng.poisson(np.where(half, 9, 1)).astype(float)[:, None]
    documents = pd.DataFrame(
        {"doc_id": np.arange(100).astype(str), "half": half.astype(str), "level": half * 0.5}
    )
    assert find_resemblance(documents, np.zeros(100, int), y, np.full(100, 9.0), 1) is None


@pytest.mark.parametrize("kind", ["count", "rate"])
def test_the_length_of_articles_names_no_cluster(kind):
    rng = np.random.default_rng(1)
    sizes = rng.choice([2, 4, 8, 16], 120)
    texts = [" ".join(["A truce came.", "The rain came."] * (size // 2)) for size in sizes]
    corpus = fr.make_corpus(texts, source=["A", "B"] * 60, sentences=sizes, words=sizes * 3)
    gap = fr.contrast(fr.score(fr.find_hits(corpus, LEXICON), kind=kind), by="source", seed=1)
    assert "cluster=" not in gap.table["note"][0]


def test_many_documents_take_seconds_and_authors_are_found_among_them():
    rng = np.random.default_rng(7)
    n = 200_000
    author = rng.integers(0, 4_000, n)
    y = rng.poisson(rng.gamma(2, 0.5, 4_000)[author]).astype(float)[:, None]
    documents = pd.DataFrame({"doc_id": np.arange(n), "author": author})
    begin = time.process_time()
    found = find_resemblance(documents, rng.integers(0, 20, n), y, np.full(n, 10.0), 20)
    assert found is not None
    assert found.key == "author"
    assert time.process_time() - begin < 5


def test_dates_too_coarse_for_a_week_are_of_no_week_but_of_their_month():
    rng = np.random.default_rng(8)
    month = np.repeat(np.arange(1, 11), 10)
    y = rng.poisson(rng.gamma(1, 4, 11)[month]).astype(float)[:, None]
    for kind in ("score", "contrast"):
        texts = ["A truce held." if n > 4 else "Rain fell now." for n in y[:, 0]]
        dated = fr.make_corpus(texts, date=[f"2025-{m:02d}" for m in month], side=["a", "b"] * 50)
        scores = fr.score(fr.find_hits(dated, LEXICON), kind="share")
        if kind == "score":
            table = fr.score(scores.hits, unit="corpus", kind="share").interval().table
        else:
            table = fr.contrast(scores, by="side", seed=1, permutations=199).table
        assert (scores.units["date_precision"] == "month").all()
        assert "cluster='month'" in table["note"].iloc[0]
