"""Scores of documents on disk: the values of scores in memory, each document once."""

from functools import partial
from pathlib import Path

import pandas as pd
import pytest

import framing as fr
from framing.scale import stored_hits
from tests.support.planted_articles import plant_articles

LEXICON = fr.make_lexicon(
    {"peace": ["truce", {"pattern": "talks", "weight": 0.5}], "land": ["land", "no deal"]}
)
articles = partial(plant_articles, ["talks", "truce", "the", "land", "no", "deal"], 7, (1, 4))


def write_news(path: Path, **columns: object) -> pd.DataFrame:
    table = articles(120).assign(**columns)
    table.loc[[8, 9], "text"] = "..."
    table.to_parquet(path, row_group_size=40)
    return table


def score_news(folder: Path) -> fr.data.ScoredDataset:
    return fr.score_dataset(folder / "in", LEXICON, folder / "out", rows=40, workers=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    write_news(tmp_path / "in" / "news.parquet")
    score_news(tmp_path)
    return tmp_path


def test_values_are_those_in_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = pd.read_parquet(folder / "in" / "news.parquet")
    hits = fr.find_hits(fr.make_corpus(table), LEXICON)
    # Files are written some rows at a time, and no table of all documents is made.
    monkeypatch.setattr(stored_hits, "AT_ONCE", 48)
    monkeypatch.setattr(stored_hits.StoredHits, "documents", None)
    opened = fr.open_hits(folder / "out")
    for number, (kind, rejected) in enumerate(
        [("rate", "include"), ("share", "exclude"), ("count", "only")]
    ):
        options = {"kind": kind, "rejected": rejected, "per": 100 if kind == "rate" else 1000}
        expected = fr.score(hits, **options)
        paths = opened.write_scores(folder / f"s{number}", **options)
        assert len(paths) == 3
        found = pd.concat(map(pd.read_parquet, paths), ignore_index=True)
        assert found["doc_id"].tolist() == table["doc_id"].tolist()
        assert found["source"].tolist() == table["source"].tolist()
        assert found["tokens"].tolist() == expected.units["tokens"].tolist()
        wide = expected.wide()
        for frame in opened.frames:
            pd.testing.assert_series_equal(
                found[f"{frame}: {kind}"], wide[frame].reset_index(drop=True), check_names=False
            )
        assert found.loc[[8, 9], f"peace: {kind}"].isna().all()


def test_a_second_call_writes_only_what_is_missing(folder: Path) -> None:
    opened = fr.open_hits(folder / "out")
    paths = [Path(path) for path in opened.write_scores(folder / "s")]
    before = {path: path.stat().st_mtime_ns for path in paths}
    paths[1].unlink()
    assert opened.write_scores(folder / "s") == [str(path) for path in paths]
    same = [path.stat().st_mtime_ns == before[path] for path in paths]
    assert same == [True, False, True]
    assert not list((folder / "s").glob(".framing*"))


def test_documents_cannot_count_twice(folder: Path) -> None:
    opened = fr.open_hits(folder / "out")
    opened.write_scores(folder / "s")
    for options in ({"kind": "share"}, {"per": 1}, {"rejected": "only"}):
        with pytest.raises(fr.InputError, match="count twice"):
            opened.write_scores(folder / "s", **options)
    # Scored anew, the documents have other scores, and the old files would be read with them.
    write_news(folder / "in" / "news.parquet", text="A truce.")
    score_news(folder)
    with pytest.raises(fr.InputError, match="count twice"):
        fr.open_hits(folder / "out").write_scores(folder / "s")
    for inside in (folder / "in" / "s", folder / "out" / "documents"):
        with pytest.raises(fr.InputError, match=r"inside the dataset|count twice"):
            opened.write_scores(inside)


def test_wrong_arguments_and_names(folder: Path) -> None:
    opened = fr.open_hits(folder / "out")
    for options in ({"kind": "rates"}, {"per": 0}, {"rejected": "no"}):
        with pytest.raises(fr.InputError, match=next(iter(options))):
            opened.write_scores(folder / "s", **options)
    write_news(folder / "in" / "news.parquet", **{"peace: rate": 1})
    fr.score_dataset(folder / "in", LEXICON, folder / "out2", rows=40, workers=1)
    with pytest.raises(fr.InputError, match="the name of a score"):
        fr.open_hits(folder / "out2").write_scores(folder / "s")
