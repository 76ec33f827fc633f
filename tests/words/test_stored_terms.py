"""Terms on disk: the counts of a dataset are those of its texts in memory."""

from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.planted_articles import plant_articles

import framing as fr
from framing.words import stored_terms
from tests.support.deadly import Deadly

WORDS = ["talks", "truce", "Envoy's", "envoy", "the", "said", "2,000", "a", "land", "no", "deal"]


articles = partial(plant_articles, WORDS, 7, (1, 4))


@pytest.fixture
def dataset(tmp_path: Path) -> fr.data.Dataset:
    table = articles(40)
    table.loc[3, "text"] = "The of a."
    (tmp_path / "in").mkdir()
    table.to_parquet(tmp_path / "in" / "news.parquet", row_group_size=15)
    return fr.data.open_dataset(tmp_path / "in", rows=15)


def corpus_of(dataset: fr.data.Dataset) -> fr.Corpus:
    return fr.make_corpus(pd.read_parquet(dataset.source))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"stem": True, "min_units": 1, "unit": "sentence", "max_units": 0.5},
        {
            "words": 10,
            "phrases": ["no deal"],
            "numbers": True,
            "stop_words": None,
            "without": fr.lexicons.make_actors({"Envoy": ["envoy"]}),
        },
    ],
)
def test_counts_are_those_in_memory(
    dataset: fr.data.Dataset, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Two passes over the vocabularies, as where they are large.
    monkeypatch.setattr(stored_terms, "AT_ONCE", 30)
    expected = fr.count_terms(corpus_of(dataset), **options)
    counted = fr.count_terms(dataset, **options)
    pd.testing.assert_frame_equal(counted.vocabulary, expected.vocabulary)
    pd.testing.assert_frame_equal(counted.filters, expected.filters)
    pd.testing.assert_frame_equal(counted.units, expected.units)
    assert (counted.matrix != expected.matrix).nnz == 0
    units = {name: options[name] for name in ("unit", "words", "without") if name in options}
    again = fr.count_terms(dataset, like=expected, **units)
    assert (again.matrix != expected.matrix).nnz == 0
    pd.testing.assert_frame_equal(again.vocabulary, expected.vocabulary)


def test_rows_are_counted_or_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    articles(20, 1).to_csv(tmp_path / "in" / "1.csv", index=False)
    second = articles(20, 2)
    second.loc[4, "doc_id"] = "d1-7"
    second.loc[6, "text"] = None
    second.to_csv(tmp_path / "in" / "2.csv", index=False)
    counted = fr.count_terms(tmp_path / "in", out=tmp_path / "terms")
    assert counted.table[["rows", "counted", "refused"]].to_numpy().tolist() == [
        [20, 20, 0],
        [20, 18, 2],
    ]
    paths = sorted((tmp_path / "terms" / "refused").iterdir())
    refused = pd.concat([pd.read_parquet(path) for path in paths])
    assert refused["doc_id"].tolist() == ["d1-7", "d2-6"]
    assert "1.csv" in refused["reason"].iloc[0]
    assert "blank" in refused["reason"].iloc[1]
    whole = pd.concat([articles(20, 1), second.drop(index=[4, 6])], ignore_index=True)
    expected = fr.count_terms(fr.make_corpus(whole))
    pd.testing.assert_frame_equal(counted.vocabulary, expected.vocabulary)
    assert not counted.units()["unit_id"].duplicated().any()


def test_an_article_that_kills_its_process_is_refused(tmp_path: Path) -> None:
    table = articles(3)
    table.loc[1, "text"] = ("A truce " * 1000)[:6_666]
    (tmp_path / "in").mkdir()
    table.to_parquet(tmp_path / "in" / "1.parquet")
    # The partition with this article is counted again, since one of its ids is there before.
    first = table[2:].assign(text="Talks on a truce.")
    first.to_parquet(tmp_path / "in" / "0.parquet")
    dataset = fr.data.open_dataset(tmp_path / "in", longest=Deadly(10_000))
    terms = fr.count_terms(dataset, out=tmp_path / "terms", min_units=1)
    counts = terms.table[["rows", "counted", "refused"]]
    assert counts.to_numpy().tolist() == [[1, 1, 0], [3, 1, 2]]
    refused = [pd.read_parquet(path) for path in sorted((tmp_path / "terms" / "refused").iterdir())]
    reasons = pd.concat(refused)["reason"].tolist()
    assert reasons[0] == "this article ended the process that searched it"
    assert "0.parquet" in reasons[1]
    expected = fr.count_terms(fr.make_corpus(pd.concat([first, table[:1]])), min_units=1)
    pd.testing.assert_frame_equal(terms.vocabulary, expected.vocabulary)


def test_a_run_that_stopped_goes_on_and_another_is_refused(
    dataset: fr.data.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = fr.count_terms(dataset, out=tmp_path / "terms")

    def stops(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(stored_terms, "_write_vocabulary", stops)
        with pytest.raises(KeyboardInterrupt):
            fr.count_terms(dataset, out=tmp_path / "again")
    first, *others = sorted((tmp_path / "again" / "done").iterdir())
    first.unlink()
    times = [path.stat().st_mtime_ns for path in others]
    again = fr.count_terms(dataset, out=tmp_path / "again")
    assert [path.stat().st_mtime_ns for path in others] == times, "what was done is done again"
    assert first.exists()
    pd.testing.assert_frame_equal(again.vocabulary, done.vocabulary)
    assert again.origin == done.origin
    assert not (tmp_path / "again" / "units").exists()
    with pytest.raises(fr.InputError, match="counting differs"):
        fr.count_terms(dataset, out=tmp_path / "again", min_units=3)
    articles(50).to_parquet(Path(dataset.source) / "news.parquet", row_group_size=15)
    with pytest.raises(fr.InputError, match="the dataset has changed"):
        fr.count_terms(fr.data.open_dataset(dataset.source), out=tmp_path / "again")


def test_wrong_calls(dataset: fr.data.Dataset, tmp_path: Path) -> None:
    with pytest.raises(fr.InputError, match="fits into memory"):
        fr.count_terms(corpus_of(dataset), out=tmp_path / "terms")
    with pytest.raises(fr.InputError, match="inside the dataset"):
        fr.count_terms(dataset, out=Path(dataset.source) / "terms")
    with pytest.raises(fr.InputError, match="No term is left"):
        fr.count_terms(dataset, min_units=1000)
    with pytest.raises(fr.InputError, match="find_phrases"):
        fr.count_terms(dataset, phrases="g2")


def test_a_column_that_units_do_not_have_is_named(dataset: fr.data.Dataset, tmp_path: Path) -> None:
    terms = fr.count_terms(dataset, out=tmp_path / "terms")
    assert terms.units(["source"]).columns.tolist() == ["source"]
    with pytest.raises(fr.InputError, match=r"no column 'sauce'.*Did you mean 'source'"):
        terms.units(["sauce"])
