import datetime as dt

import pandas as pd
import pytest

import framing as fr

NEW_YORK = "America/New_York"


def read(dates):
    """Return the dates of a corpus and how precise they are, as text."""
    table = fr.make_corpus(["A truce."] * len(dates), date=dates).table
    precision = table["date_precision"] if "date_precision" in table else ["day"] * len(table)
    return [
        None if pd.isna(date) else (date.isoformat(), level)
        for date, level in zip(table["date"], precision, strict=True)
    ]


@pytest.mark.parametrize(
    ("given", "date", "precision"),
    [
        ("2025", "2025-01-01T00:00:00", "year"),
        ("2025-02", "2025-02-01T00:00:00", "month"),
        ("2025/02", "2025-02-01T00:00:00", "month"),
        ("2025-02-13", "2025-02-13T00:00:00", "day"),
        ("20250213", "2025-02-13T00:00:00", "day"),
        (" 2025-02-13 ", "2025-02-13T00:00:00", "day"),
        ("2025-02-13T09", "2025-02-13T09:00:00", "time"),
        ("2025-02-13 09:30", "2025-02-13T09:30:00", "time"),
        ("2025-02-13T23:30-05:00", "2025-02-14T04:30:00", "time"),
        ("2025-02-13T00:00-05:00", "2025-02-13T05:00:00", "time"),
        ("2025-02-13T00:30+0530", "2025-02-12T19:00:00", "time"),
        ("2025-02-13T19:00-05:00", "2025-02-14T00:00:00", "time"),
        ("2025-02-13T09:30:00Z", "2025-02-13T09:30:00", "time"),
        (2025, "2025-01-01T00:00:00", "year"),
        (2025.0, "2025-01-01T00:00:00", "year"),
        (dt.date(2025, 2, 13), "2025-02-13T00:00:00", "day"),
        (pd.Period("2025-02"), "2025-02-01T00:00:00", "month"),
        (pd.Timestamp("2025-02-13 09:30"), "2025-02-13T09:30:00", "time"),
        (pd.Timestamp("2025-02-13 09:30", tz=NEW_YORK), "2025-02-13T14:30:00", "time"),
        (dt.datetime(2025, 2, 13, 9, tzinfo=dt.UTC), "2025-02-13T09:00:00", "time"),
    ],
)
def test_each_form_of_a_date_is_read_as_precisely_as_it_is_written(given, date, precision):
    assert read([given, "2024-05-06"]) == [(date, precision), ("2024-05-06T00:00:00", "day")]
    assert read([given, None, given]) == [(date, precision), None, (date, precision)]


def test_precision_is_told_only_where_some_date_is_no_plain_day():
    assert "date_precision" not in fr.make_corpus(["A."] * 2, date=["2025-02-13", None]).table
    assert "date_precision" not in fr.make_corpus(["A."]).table
    table = fr.make_corpus(["A."] * 2, date=["2025-02", None], wave=1).table
    assert list(table) == ["doc_id", "text", "title", "source", "date", "date_precision", "wave"]
    assert table["date_precision"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    "dates",
    [
        ["2025-02-13T00:00:00", "2025-02-14 00:00"],
        ["2025-02-13T00:00:00Z", "2025-02-14T00:00:00+00:00"],
        pd.to_datetime(["2025-02-13", "2025-02-14"]),
        pd.to_datetime(["2025-02-13", "2025-02-14"], utc=True),
        [dt.datetime(2025, 2, 13), dt.datetime(2025, 2, 14)],
    ],
)
def test_midnight_is_a_day_where_no_date_has_another_time(dates):
    assert read(dates) == [("2025-02-13T00:00:00", "day"), ("2025-02-14T00:00:00", "day")]


@pytest.mark.parametrize(
    "dates",
    [
        ["2025-02-13T00:00", "2025-02-14T09:00"],
        pd.to_datetime(["2025-02-13T00:00", "2025-02-14T09:00"]),
        pd.to_datetime(["2025-02-12T19:00-05:00", "2025-02-14T04:00-05:00"]).tz_convert(NEW_YORK),
        ["2025-02-13T01:00+01:00", "2025-02-14T04:00-05:00"],
    ],
)
def test_midnight_is_a_time_beside_other_times(dates):
    assert read(dates) == [("2025-02-13T00:00:00", "time"), ("2025-02-14T09:00:00", "time")]


def test_local_midnight_is_another_hour_in_utc():
    days = pd.to_datetime(["2025-02-13", "2025-07-13"]).tz_localize(NEW_YORK)
    assert read(days) == [("2025-02-13T05:00:00", "time"), ("2025-07-13T04:00:00", "time")]


@pytest.mark.parametrize(
    "wrong", ["2025-W07", "today", "now", "2025-13", "25", "202502", "1739404800"]
)
def test_what_is_no_date_is_listed_and_the_document_stays(wrong):
    corpus = fr.make_corpus(["A."] * 2, date=["2025-02-13", wrong])
    assert len(corpus) == 2
    assert corpus.table["date"].isna().tolist() == [False, True]
    assert f"'{wrong}' cannot be read" in corpus.exclusions["reason"].iloc[0]
    with pytest.raises(fr.InputError, match="none of the 1 dates can be read"):
        fr.make_corpus(["A."], date=[wrong])


def test_a_column_of_precision_makes_dates_coarser_and_never_finer():
    dates = ["2025-02-01", "2025-02-01", "2025-02", None, "2025-01-01"]
    given = ["month", None, "time", "year", "day"]
    table = fr.make_corpus(["A."] * 5, date=dates, date_precision=given).table
    assert table["date_precision"].fillna("").tolist() == ["month", "day", "month", "", "day"]
    plain = fr.make_corpus(["A."] * 2, date="2025-02-13", date_precision="day").table
    assert "date_precision" not in plain
    with pytest.raises(
        fr.InputError, match=r"date_precision of 'text1' is 'week'.*'year', 'month'"
    ):
        fr.make_corpus(["A."], date="2025", date_precision="week")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "t.csv",
            "doc_id,text,date\na,A truce.,2025-02\nb,Rain.,2025\nc,Snow.,2025-02-13T09:30Z\n",
        ),
        (
            "t.jsonl",
            '{"doc_id": "a", "text": "A truce.", "date": "2025-02"}\n'
            '{"doc_id": "b", "text": "Rain.", "date": 2025}\n'
            '{"doc_id": "c", "text": "Snow.", "date": "2025-02-13T09:30Z"}\n',
        ),
    ],
)
def test_precision_comes_through_readers_hits_scores_and_a_file(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    corpus = fr.read_corpus(path)
    expected = ["month", "year", "time"]
    assert corpus.table["date_precision"].tolist() == expected
    lexicon = fr.make_lexicon({"peace": ["truce"]})
    hits = fr.find_hits(corpus, lexicon)
    assert hits.documents["date_precision"].tolist() == expected
    assert fr.score(hits).units["date_precision"].tolist() == expected
    fr.write_study(fr.make_study(corpus, lexicon), tmp_path / "study")
    study = fr.read_study(tmp_path / "study")
    assert study.hits.documents["date_precision"].tolist() == expected
    corpus.table.to_csv(tmp_path / "again.csv", index=False)
    again = fr.read_corpus(tmp_path / "again.csv").table
    assert again["date_precision"].tolist() == expected
    assert again["date"].equals(corpus.table["date"])


def test_parquet_keeps_days_and_times(tmp_path):
    days = [dt.date(2025, 2, 13), dt.date(2025, 2, 14)]
    times = pd.to_datetime(["2025-02-13T00:00", "2025-02-14T09:00"]).tz_localize(NEW_YORK)
    for column, precision in ((days, None), (times, ["time", "time"])):
        path = tmp_path / "t.parquet"
        pd.DataFrame({"text": ["A.", "B."], "date": column}).to_parquet(path)
        table = fr.read_corpus(path).table
        assert ("date_precision" in table) == (precision is not None)
        if precision:
            assert table["date_precision"].tolist() == precision
            assert table["date"].dt.hour.tolist() == [5, 14]


def test_a_date_too_coarse_for_a_period_is_missing_in_it():
    dates = ["2025", "2025-02", "2025-02-13", "2025-02-13T09:30", None]
    texts = ["a truce", "truce talks", "gas and oil", "oil, gas", "gas, a truce"]
    terms = fr.count_terms(fr.make_corpus(texts, date=dates))
    topics = fr.fit_topics(terms, n_topics=2, seed=1)
    counts = {
        "year": {"2025": 4, "(missing)": 1},
        "quarter": {"2025Q1": 3, "(missing)": 2},
        "month": {"2025-02": 3, "(missing)": 2},
        "week": {"2025-02-10": 2, "(missing)": 3},
    }
    for by, expected in counts.items():
        table = fr.prevalence(topics, terms, by=by, seed=1, draws=2).table
        assert dict(zip(table["group"], table["documents"], strict=True)) == expected
