"""Counted documents: the numbers of large datasets are those of documents in memory."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import framing as fr
from framing.scale import counted_documents, stored_hits
from tests.support.planted_articles import plant_articles

WORDS = ["talks", "truce", "said", "that", "the", "envoy", "would", "not", "land", "no", "deal"]
LEXICON = fr.make_lexicon(
    {"peace": ["truce", {"pattern": "talks", "weight": 0.5}], "land": ["land", "no deal"]}
)
articles = partial(plant_articles, WORDS, 5, (1, 4))
equal = partial(pd.testing.assert_frame_equal, check_exact=False, rtol=1e-9)


@pytest.fixture(scope="module")
def news() -> pd.DataFrame:
    table = articles(240)
    number = np.arange(len(table))
    table["story"] = pd.Series(number % 50).map("s{}".format).where(number % 7 > 0)
    table["copies"] = number % 3 + 1.0
    table["half"] = np.where(number % 2, "one", "two")
    table.loc[5, "source"] = None
    table.loc[[8, 9], "text"] = "..."
    table["date"] = table["date"].dt.strftime("%Y-%m-%d").where(number != 11, "2025")
    # In Kyiv the second quarter has begun.
    table.loc[89, "date"] = "2025-03-31T23:30"
    return table


@pytest.fixture(scope="module")
def hits(news: pd.DataFrame) -> fr.Hits:
    return fr.find_hits(fr.make_corpus(news), LEXICON)


@pytest.fixture(scope="module")
def out(news: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("counted")
    news.to_parquet(folder / "news.parquet", row_group_size=80)
    fr.score_dataset(folder / "news.parquet", LEXICON, folder / "out", rows=80, workers=1)
    return folder / "out"


@pytest.fixture
def opened(out: Path, monkeypatch: pytest.MonkeyPatch) -> stored_hits.StoredHits:
    """The results, as if they were too large to read all documents."""
    monkeypatch.setattr(stored_hits, "AT_ONCE", 10)
    monkeypatch.setattr(counted_documents, "BATCH_ROWS", 30)
    monkeypatch.setattr(counted_documents, "WAITING_ROWS", 60)
    monkeypatch.setattr(stored_hits.StoredHits, "documents", None)
    return fr.open_hits(out)


@pytest.mark.parametrize(
    ("unit", "kind", "rejected"),
    [
        ("source", "rate", "include"),
        ("month", "share", "exclude"),
        ("corpus", "count", "only"),
        ("story", "rate", "exclude"),
        ("length", "share", "include"),
    ],
)
def test_scores_of_groups(
    hits: fr.Hits, opened: stored_hits.StoredHits, unit: str, kind: str, rejected: str
) -> None:
    expected = fr.score(hits, unit=unit, kind=kind, rejected=rejected)
    found = opened.score(unit=unit, kind=kind, rejected=rejected)
    # Sums of whole numbers are equal to the last bit.
    pd.testing.assert_frame_equal(found.table, expected.table, check_exact=True)
    pd.testing.assert_frame_equal(found.units, expected.units)
    pd.testing.assert_frame_equal(found.left_out, expected.left_out)
    equal(found.interval().table, expected.interval().table)
    assert unit in ("story", "length") or len(found.parts.unit) < len(hits.documents)
    with pytest.raises(fr.InputError, match=r"open_hits\(out\).contrast"):
        found.interval(cluster="story")


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("rate", {"by": "source"}),
        ("share", {"by": "half", "cluster": "source"}),
        ("count", {"by": ["source", "half"], "cluster": "document"}),
        ("rate", {"by": "quarter", "weight": "copies", "compare": "rest"}),
        ("rate", {"by": "half", "cluster": "story"}),
    ],
)
def test_contrasts(
    hits: fr.Hits, opened: stored_hits.StoredHits, kind: str, options: dict[str, Any]
) -> None:
    expected = fr.contrast(fr.score(hits, kind=kind), seed=1, permutations=999, **options)
    found = opened.contrast(kind=kind, seed=1, permutations=999, **options)
    random = ["p", "p_adjusted"]
    equal(found.table.drop(columns=random), expected.table.drop(columns=random))
    equal(found.tests.drop(columns=random), expected.tests.drop(columns=random))
    equal(found.groups, expected.groups)
    for table in ("table", "tests"):
        # Permutations of counted documents are other random numbers of the same distribution.
        p = getattr(expected, table)["p"] - getattr(found, table)["p"]
        assert (p.abs().dropna() < 0.05).all()
    left = {reason: int(n.split()[0]) for n, reason in found.left_out.to_numpy()}
    assert left == expected.left_out["reason"].value_counts().to_dict()


def test_what_cannot_be_counted_is_refused_as_in_memory(
    hits: fr.Hits, opened: stored_hits.StoredHits
) -> None:
    for options in ({"by": "nothing"}, {"by": "doc_id"}, {"by": "source", "groups": ["x"]}):
        with pytest.raises(fr.InputError) as expected:
            fr.contrast(fr.score(hits), seed=1, **options)
        if options["by"] == "source":
            with pytest.raises(fr.InputError) as found:
                opened.contrast(seed=1, **options)
            assert str(found.value) == str(expected.value)
    with pytest.raises(fr.InputError, match="unit='nothing'"):
        opened.score(unit="nothing")


@pytest.mark.parametrize("frame", [None, "land"])
def test_documents_are_drawn_without_an_order_of_all(
    hits: fr.Hits, opened: stored_hits.StoredHits, frame: str | None
) -> None:
    table = hits.table if frame is None else hits.table[hits.table["frame"] == frame]
    among = set(hits.documents["doc_id"] if frame is None else table["doc_id"])
    drawn = [set(opened.sample(9, seed=seed, frame=frame)[1].table["doc_id"]) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert all(len(ids) == 9 and ids <= among for ids in drawn)
    found, corpus = opened.sample(1000, seed=1, frame=frame)
    assert set(corpus.table["doc_id"]) == among
    assert len(found) == hits.table["doc_id"].isin(among).sum()


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("rate", {"every": "month"}),
        ("share", {"every": "week", "by": "half"}),
        ("count", {"every": "quarter", "cluster": "story", "timezone": "Europe/Kyiv"}),
    ],
)
def test_trends(
    hits: fr.Hits, opened: stored_hits.StoredHits, kind: str, options: dict[str, Any]
) -> None:
    expected = fr.trend(fr.score(hits, kind=kind), seed=1, draws=999, **options)
    found = opened.trend(kind=kind, seed=1, draws=999, **options)
    equal(found.table, expected.table)
    equal(found.smooths, expected.smooths)
    left = {reason: int(n.split()[0]) for n, reason in found.left_out.to_numpy()}
    assert left == expected.left_out["reason"].value_counts().to_dict()
    with pytest.raises(fr.InputError, match="counted by period"):
        fr.change_at(found, "2025-03-01")


@pytest.mark.parametrize(
    ("kind", "formula", "options"),
    [
        ("rate", "source * half", {}),
        ("share", "month + half", {"adjust": "bh"}),
        ("count", "length + C(quarter)", {"cluster": "story"}),
        ("rate", "copies + week + C(month)", {"cluster": "document"}),
        ("share", "source", {"cluster": "quarter", "reference": {"source": "Post"}}),
    ],
)
def test_regressions(
    hits: fr.Hits, opened: stored_hits.StoredHits, kind: str, formula: str, options: dict[str, Any]
) -> None:
    expected = fr.regress(fr.score(hits, kind=kind), formula, **options)
    found = opened.regress(formula, kind=kind, **options)
    close = partial(pd.testing.assert_frame_equal, check_exact=False, rtol=1e-8, atol=1e-10)
    close(found.table, expected.table)
    close(found.fit, expected.fit)
    assert found.reference == expected.reference
    left = {reason: int(n.split()[0]) for n, reason in found.left_out.to_numpy()}
    assert left == expected.left_out["reason"].value_counts().to_dict()


def test_a_formula_that_cannot_be_read_is_an_error_before_documents_are(
    opened: stored_hits.StoredHits,
) -> None:
    for formula in ("nothing", "source + date"):
        with pytest.raises(fr.InputError, match="not a column that can be used"):
            opened.regress(formula)


def test_a_regression_of_copies_is_that_of_each_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Few sizes, so that a row stands for many documents; one document alone has its source.
    rng = np.random.default_rng(5)
    group = rng.choice(["a", "b", "c"], 900)
    hits_of = rng.negative_binomial(1, np.where(group == "b", 0.3, 0.5))
    hits_of[7] = 5
    table = pd.DataFrame({
        "doc_id": [f"d{number}" for number in range(900)],
        "text": [f"{'land ' * min(n, 9)}{'said ' * (12 - min(n, 9))}." for n in hits_of],
        "source": np.where(np.arange(900) == 7, "lone", group),
        "age": rng.integers(0, 3, 900),
        "owner": rng.integers(0, 30, 900).astype(str),
    })  # fmt: skip
    lexicon = fr.make_lexicon({"land": ["land"], "none": ["absent"]})
    table.to_parquet(tmp_path / "news.parquet")
    fr.score_dataset(tmp_path / "news.parquet", lexicon, tmp_path / "out", workers=1)
    memory = fr.score(fr.find_hits(fr.make_corpus(table), lexicon))
    monkeypatch.setattr(stored_hits, "AT_ONCE", 10)
    opened = fr.open_hits(tmp_path / "out")
    for options in ({}, {"cluster": "owner"}):
        expected = fr.regress(memory, "source + age", **options)
        found = opened.regress("source + age", **options)
        assert expected.fit["model"].tolist() == ["negative binomial", "none"]
        close = partial(pd.testing.assert_frame_equal, check_exact=False, rtol=1e-8, atol=1e-10)
        notes = expected.table["note"].str.replace(" ('d7')", "", regex=False)
        assert notes.str.contains("rests on single clusters").sum() == 1
        close(found.table, expected.table.assign(note=notes))
        close(found.fit, expected.fit)


def test_a_regression_that_few_copies_carry_is_that_of_each_document(tmp_path: Path) -> None:
    # Four of 300 documents have nearly all hits: signs of single documents decide, not of rows.
    hits_of = np.where(np.arange(300) % 80 == 0, 9, np.arange(300) % 70 == 1)
    table = pd.DataFrame({
        "doc_id": [f"d{number}" for number in range(300)],
        "text": [f"{'land ' * n}{'said ' * (12 - n)}." for n in hits_of.tolist()],
        "source": np.where(np.arange(300) < 120, "few", "many"),
        "age": np.arange(300) % 3,
    })  # fmt: skip
    lexicon = fr.make_lexicon({"land": ["land"]})
    table.to_parquet(tmp_path / "news.parquet")
    fr.score_dataset(tmp_path / "news.parquet", lexicon, tmp_path / "out", workers=1)
    expected = fr.regress(fr.score(fr.find_hits(fr.make_corpus(table), lexicon)), "source + age")
    found = fr.open_hits(tmp_path / "out").regress("source + age")
    pd.testing.assert_frame_equal(
        found.table, expected.table, check_exact=False, rtol=1e-8, atol=1e-10
    )
    assert expected.table["note"].str.contains("few clusters decide").any()
