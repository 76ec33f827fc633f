"""Online fits: planted topics are found in counts on disk, whatever the number of workers."""

import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import framing as fr
from framing.topics import online

# The topics of the constructed articles: thirty words each that no other topic has.
TOPICS = [
    [f"{sign}{chr(97 + a)}{chr(97 + b)}" for a in range(5) for b in range(6)] for sign in "pqr"
]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[int]]:
    folder = tmp_path_factory.mktemp("planted")
    rng = np.random.default_rng(3)
    truth = rng.integers(3, size=240).tolist()
    mixed = [
        [topic if rng.random() < 0.8 else int(rng.integers(3)) for _ in range(30)]
        for topic in truth
    ]
    texts = [" ".join(rng.choice(TOPICS[topic]) for topic in topics) for topics in mixed]
    texts[7] = "the of"
    (folder / "in").mkdir()
    table = pd.DataFrame({"doc_id": [f"d{n}" for n in range(240)], "text": texts})
    table.to_parquet(folder / "in" / "news.parquet", row_group_size=60)
    return folder, truth


def counted(folder: Path, workers: int = 1) -> fr.words.StoredTerms:
    dataset = fr.data.open_dataset(folder / "in", rows=60)
    return fr.count_terms(dataset, out=folder / f"terms-{workers}", workers=workers)


@pytest.mark.parametrize(
    ("model", "seeds"), [("nmf", None), ("lda", None), ("seeded-lda", {"q": ["qaa"]})]
)
def test_planted_topics_are_found(
    planted: tuple[Path, list[int]], model: str, seeds: dict[str, list[str]] | None
) -> None:
    folder, truth = planted
    terms = counted(folder)
    topics = fr.fit_topics(terms, model=model, n_topics=3, seed=1, seeds=seeds)
    signs = topics.top_terms(20).groupby("topic", observed=True)["term"]
    found = signs.agg(lambda words: "".join({word[0] for word in words})).tolist()
    assert sorted(found) == ["p", "q", "r"]
    if seeds:
        assert found[0] == "q"
    assert topics.left_out["unit_id"].tolist() == ["d7"]
    shares = np.delete(topics.unit_shares, 7, axis=0)
    best = ["pqr".index(found[number]) for number in shares.argmax(axis=1)]
    assert np.mean(np.array(best) == np.delete(truth, 7)) > 0.98
    two = fr.fit_topics(counted(folder, 2), model=model, n_topics=3, seed=1, seeds=seeds)
    np.testing.assert_array_equal(two.unit_shares, topics.unit_shares)


def test_shares_of_all_units_are_written(
    planted: tuple[Path, list[int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = counted(planted[0])
    whole = fr.fit_topics(terms, n_topics=3, seed=1)
    monkeypatch.setattr(online, "SHOWN", 50)
    monkeypatch.setattr(online, "SAMPLE", 100)
    topics = fr.fit_topics(terms, n_topics=3, seed=1)
    assert len(topics.units) == topics.settings["units_shown"] == 50
    paths = fr.topics.write_shares(whole, terms, tmp_path / "shares")
    written = pd.concat([pd.read_parquet(path) for path in paths])
    # NMF goes from topic to topic, which are in the order of their shares now.
    np.testing.assert_allclose(written[whole.names].to_numpy(), whole.unit_shares, atol=1e-6)
    assert written["unit_id"].tolist() == whole.units["unit_id"].tolist()
    other = fr.count_terms(planted[0] / "in", out=tmp_path / "other", min_units=60)
    with pytest.raises(fr.InputError, match="not those of the topics"):
        fr.topics.write_shares(topics, other, tmp_path / "shares")
    with pytest.raises(fr.InputError, match="needs all counts in memory"):
        fr.fit_topics(terms, model="hdp", seed=1)


def test_the_counts_of_all_units_are_never_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(online, "SAMPLE", 100)
    monkeypatch.setattr(online, "MIXED", 2)
    rng = np.random.default_rng(4)
    words = np.array([f"{chr(97 + n // 676 % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}q"
                      for n in range(1500)])  # fmt: skip
    texts = [" ".join(rng.choice(words, 200, replace=False)) for _ in range(4000)]
    table = pd.DataFrame({"doc_id": [f"d{n}" for n in range(4000)], "text": texts})
    (tmp_path / "in").mkdir()
    table.to_parquet(tmp_path / "in" / "news.parquet", row_group_size=100)
    dataset = fr.data.open_dataset(tmp_path / "in", rows=100)
    terms = fr.count_terms(dataset, out=tmp_path / "terms", stop_words=None)
    whole = fr.count_terms(fr.make_corpus(table), stop_words=None).matrix
    counts = whole.data.nbytes + whole.indices.nbytes
    fr.fit_topics(terms, n_topics=2, seed=1, passes=1)
    tracemalloc.start()
    try:
        topics = fr.fit_topics(terms, n_topics=2, seed=1, passes=1)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(topics.unit_shares) == 4000
    assert most < counts, f"{most / counts:.2f} of the counts"
