"""Files of a dataset as users have them: no row and no column of them is lost in silence."""

import json
import threading
import time
import warnings
from functools import partial
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import framing as fr
from tests.support.planted_articles import plant_articles

LEXICON = fr.make_lexicon({"peace": ["truce"], "land": ["land", "no deal"]})
articles = partial(plant_articles, ["truce", "said", "the", "land", "no", "deal"], 9, (2, 4))


def scored(source: object, out: Path, **options: object) -> fr.data.ScoredDataset:
    return fr.score_dataset(source, LEXICON, out, **{"workers": 1, "rows": 20, **options})


def documents(out: Path) -> pd.DataFrame:
    return fr.open_hits(out).documents()


@pytest.fixture
def news(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.mark.parametrize("name", ["NEWS.PARQUET", "News.Jsonl", "NEWS.CSV"])
def test_the_ending_of_a_file_in_capitals(
    news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("framing.corpus.partitions.JSONL_BYTES", 2_000)
    table = articles(50)
    if name.endswith("PARQUET"):
        table.to_parquet(news / name, row_group_size=10)
    elif name.endswith("CSV"):
        table.to_csv(news / name, index=False)
    else:
        table.assign(date="2025").to_json(news / name, orient="records", lines=True)
    done = scored(news, tmp_path / "o")
    assert done.table["scored"].sum() == 50
    assert len(done.table) == 1 if name.endswith("CSV") else 3


def test_folders_that_are_columns(news: Path, tmp_path: Path) -> None:
    table = articles(60)
    table.loc[3, "source"] = None
    table["year"] = table.index % 2 + 2024
    table["code"] = [f"0{number % 3}" for number in table.index]
    table.to_parquet(news, partition_cols=["source", "year", "code"])
    (news / "source=Caf%C3%A9 1").mkdir()
    articles(2, 2).drop(columns="source").to_csv(news / "source=Caf%C3%A9 1" / "a.csv")
    scored(news, tmp_path / "o")
    found = documents(tmp_path / "o").set_index("doc_id")
    expected = table.set_index("doc_id")
    assert set(found.loc[["d2-0", "d2-1"], "source"]) == {"Café 1"}
    found = found.loc[expected.index]
    assert found["source"].isna().sum() == 1
    for name in ("source", "year", "code"):
        assert found[name].dropna().tolist() == expected[name].dropna().tolist()
    hits, corpus = fr.open_hits(tmp_path / "o").sample(62, seed=1)
    assert corpus.table["source"].nunique() == 3
    assert len(hits) == len(fr.open_hits(tmp_path / "o"))


def test_columns_of_all_files_count(news: Path, tmp_path: Path) -> None:
    first = pa.table({"doc_id": ["n", "m"], "text": pa.nulls(2), "source": pa.nulls(2)})
    pq.write_table(first, news / "0.parquet")
    articles(0).to_parquet(news / "1.parquet")
    (news / "2.csv").write_text("")
    (news / "3.csv").write_text("doc_id,text,year\n")
    table = articles(3, 2).assign(year=2024, section="world")
    table.to_parquet(news / "4.parquet")
    articles(3, 3).assign(year=["1", "y", "2.5"]).to_parquet(news / "5.parquet")
    lines = [{"doc_id": "j1", "text": "A truce."},
             {"doc_id": "j2", "text": "Land.", "source": "Wire", "tags": ["a"]}]  # fmt: skip
    (news / "6.jsonl").write_text("\n".join(map(json.dumps, lines)))
    done = scored(news, tmp_path / "o")
    assert done.table[["rows", "scored", "refused"]].sum().tolist() == [10, 8, 2]
    found = documents(tmp_path / "o").set_index("doc_id")
    assert found["year"].tolist()[:6] == ["2024"] * 3 + ["1", "y", "2.5"]
    assert found["section"].dropna().tolist() == ["world"] * 3
    assert found.loc["d2-0", "source"] == table.loc[0, "source"]
    assert found.loc["j2", "source"] == "Wire"
    assert "tags" not in found


def test_types_of_arrow(news: Path, tmp_path: Path) -> None:
    table = articles(4)
    when = pd.date_range("2025-01-01 23:30", periods=4, tz="America/New_York")
    columns = {
        "doc_id": pa.array(table["doc_id"]).dictionary_encode(),
        "text": pa.array(table["text"], pa.large_string()),
        "source": pa.array(table["source"], pa.string_view()),
        "date": pa.array(when),
        "seen": pa.array(when),
        "price": pa.array([1, 2, None, 4]).cast(pa.decimal128(30, 2)),
        "code": pa.array([5, 6, 7, 8]).dictionary_encode(),
    }
    pq.write_table(pa.table(columns), news / "a.parquet")
    scored(news, tmp_path / "o")
    found = documents(tmp_path / "o")
    in_memory = fr.make_corpus(pa.table(columns).to_pandas(), date="date").table
    assert found["date"].tolist() == in_memory["date"].tolist()
    assert found["seen"].tolist() == when.tz_convert("UTC").tz_localize(None).tolist()
    assert found["price"].dropna().tolist() == [1, 2, 4]
    assert found["code"].tolist() == [5, 6, 7, 8]


def test_a_quote_that_is_never_closed_does_not_swallow_the_file(news: Path, tmp_path: Path) -> None:
    (news / "a.csv").write_text('doc_id,text\na,Land.\nb,"A truce\nc,Land.\nd,Land.\n')
    (news / "b.csv").write_text('doc_id,text\ne,"A "truce" held."\nf,"He said ""no deal""."\n')
    done = scored(news, tmp_path / "o")
    assert done.table["state"].tolist() == ["failed", "done"]
    assert "row that begins in line 3" in done.left_out["reason"][0]
    assert done.table.loc[1, ["rows", "scored", "refused"]].tolist() == [2, 1, 1]
    assert documents(tmp_path / "o")["doc_id"].tolist() == ["f"]


def test_two_columns_of_one_name(news: Path, tmp_path: Path) -> None:
    (news / "a.csv").write_text("doc_id,text,text\na,Land.,x\n")
    with pytest.raises(fr.InputError, match=r"a\.csv has two columns named 'text'"):
        scored(news, tmp_path / "o")


def test_values_that_do_not_fit_are_told(news: Path, tmp_path: Path) -> None:
    table = articles(1_100)[["doc_id", "text"]].assign(year="2024")
    table.loc[[1_050, 1_060], "year"] = ["about 2024", ""]
    table.to_csv(news / "a.csv", index=False)
    with pytest.warns(UserWarning, match="1 values of 'year' are no int64"):
        scored(news, tmp_path / "o", rows=2_000)
    assert documents(tmp_path / "o")["year"].isna().sum() == 2


def test_names_that_results_use(news: Path, tmp_path: Path) -> None:
    articles(3).assign(**{"peace: hits": 9, "row": 1}).to_parquet(news / "a.parquet")
    with (
        pytest.warns(UserWarning, match="name 'row'"),
        pytest.raises(fr.InputError, match="'peace: hits', which is the name of a count"),
    ):
        scored(news, tmp_path / "o")
    articles(1).assign(tags=[["a"]]).to_parquet(tmp_path / "b.parquet")
    with pytest.raises(fr.InputError, match="keep: 'tags' has list"):
        scored(tmp_path / "b.parquet", tmp_path / "o", keep=["tags"])


def test_a_file_that_changes_during_the_run(news: Path, tmp_path: Path) -> None:
    for name in "abc":
        articles(2_000, ord(name)).to_parquet(news / f"{name}.parquet")

    def change() -> None:
        manifest = tmp_path / "o" / "manifest.jsonl"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not manifest.exists():
            time.sleep(0.001)
        articles(2_000, 9).to_parquet(news / "new")
        (news / "new").replace(news / "c.parquet")

    thread = threading.Thread(target=change)
    thread.start()
    done = scored(news, tmp_path / "o")
    thread.join()
    assert done.table["state"].tolist() == ["done", "done", "failed"]
    assert "has changed since this run began" in done.left_out["reason"][0]
    assert scored(news, tmp_path / "o").complete
    ids = documents(tmp_path / "o")["doc_id"]
    assert set(ids[ids.str.startswith("d9-")]) == {f"d9-{number}" for number in range(2_000)}
    assert len(ids) == 6_000


def test_a_folder_whose_name_looks_like_a_pattern(news: Path, tmp_path: Path) -> None:
    (news / "b[1]").mkdir()
    articles(3).to_parquet(news / "b[1]" / "a*.parquet")
    for number, source in enumerate((news / "b[1]", news / "b[1]" / "a*.parquet", news / "*")):
        assert scored(source, tmp_path / f"o{number}").table["scored"].sum() == 3


def test_an_address_in_the_memory_of_one_process(news: Path, tmp_path: Path) -> None:
    articles(3).to_parquet(news / "a.parquet")
    for source, out in ((news, "memory://out"), ("memory://news", tmp_path / "o")):
        with pytest.raises(fr.InputError, match="memory of one process"):
            scored(source, out)


def test_no_warning_without_a_reason(news: Path, tmp_path: Path) -> None:
    articles(3).to_parquet(news / "a.parquet")
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        scored(news, tmp_path / "o")
