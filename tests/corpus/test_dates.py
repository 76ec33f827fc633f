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
        ("2025-02-13T00:00-05:00", "2025-02-13T00:00:00", "day"),
        ("2025-02-13 00:00:00+01", "2025-02-13T00:00:00", "day"),
        ("2025-02-13T00:00:00.000+0200", "2025-02-13T00:00:00", "day"),
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


@pytest.mark.parametrize("zone", [NEW_YORK, "Europe/Berlin"])
def test_the_midnight_of_a_zone_is_its_day_where_all_times_are_so(zone):
    days = pd.to_datetime(["2025-02-13", "2025-07-13"]).tz_localize(zone)
    expected = [("2025-02-13T00:00:00", "day"), ("2025-07-13T00:00:00", "day")]
    assert read(days) == expected
    assert read([day.isoformat() for day in days]) == expected


def test_the_midnight_of_a_zone_is_another_hour_beside_other_times():
    times = ["2025-02-13T00:00-05:00", "2025-07-13T09:00-04:00"]
    expected = [("2025-02-13T05:00:00", "time"), ("2025-07-13T13:00:00", "time")]
    assert read(times) == expected
    assert read(pd.to_datetime(times, utc=True).tz_convert(NEW_YORK)) == expected


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
        table = fr.prevalence(topics, terms, by=by, seed=1, draws=20).table
        assert dict(zip(table["group"], table["documents"], strict=True)) == expected


@pytest.mark.parametrize(
    ("text", "date", "precision"),
    [
        ("13.02.2025", "2025-02-13T00:00:00", "day"),
        ("3.2.25", "2025-02-03T00:00:00", "day"),
        ("2/13/2025 9:05:33 PM", "2025-02-13T21:05:33", "time"),
        ("13/02/2025 à 10h30", "2025-02-13T10:30:00", "time"),
        ("February 13, 2025", "2025-02-13T00:00:00", "day"),
        ("February 13, 2025 Thursday 10:31 AM EST", "2025-02-13T15:31:00", "time"),
        ("Sept. 5, 2025", "2025-09-05T00:00:00", "day"),
        ("13. Februar 2025", "2025-02-13T00:00:00", "day"),
        ("5. März 2025, 10.30 Uhr", "2025-03-05T10:30:00", "time"),
        ("le jeudi 13 février 2025", "2025-02-13T00:00:00", "day"),
        ("1er mars 2025", "2025-03-01T00:00:00", "day"),
        ("mar. 11 mars 2025", "2025-03-11T00:00:00", "day"),
        ("Sat, 27 Mar 2010 12:11:21 -0000", "2010-03-27T12:11:21", "time"),
        ("Sat, Mar 1, 2025", "2025-03-01T00:00:00", "day"),
        ("mar 4 mar 2025", "2025-03-04T00:00:00", "day"),
        ("13 de febrero de 2025", "2025-02-13T00:00:00", "day"),
        ("d. 13. februar 2025 kl. 10.30", "2025-02-13T10:30:00", "time"),
        ("2025. február 13.", "2025-02-13T00:00:00", "day"),
        ("13 Φεβρουαρίου 2025", "2025-02-13T00:00:00", "day"),
        ("13 февраля 2025 г.", "2025-02-13T00:00:00", "day"),
        ("١٣ فبراير ٢٠٢٥", "2025-02-13T00:00:00", "day"),
        ("2025年2月13日（木）", "2025-02-13T00:00:00", "day"),
        ("2025년 2월 13일", "2025-02-13T00:00:00", "day"),
        ("13-Feb-25", "2025-02-13T00:00:00", "day"),
        ("Thu, 13 Feb 2025 00:30:00 +0100", "2025-02-12T23:30:00", "time"),
        ("Thu, 13 Feb 2025 23:30:00 -1145", "2025-02-14T11:15:00", "time"),
        ("Thu Feb 13 09:30:00 +0000 2025", "2025-02-13T09:30:00", "time"),
        ("13 Feb 2025 09:30 IST", "2025-02-13T00:00:00", "day"),
        ("20250213093000", "2025-02-13T09:30:00", "time"),
        ("45701", "2025-02-13T00:00:00", "day"),
        ("45701.5", "2025-02-13T12:00:00", "time"),
        (45701, "2025-02-13T00:00:00", "day"),
        ("Feb 2025", "2025-02-01T00:00:00", "month"),
        ("Février 2025", "2025-02-01T00:00:00", "month"),
        ("02/2025", "2025-02-01T00:00:00", "month"),
    ],
)
def test_dates_of_other_forms_and_languages_are_read(text, date, precision):
    assert read([text, "2024-05-06"]) == [(date, precision), ("2024-05-06T00:00:00", "day")]


@pytest.mark.parametrize(
    "wrong",
    [
        "13 Feb",
        "Winter 2025",
        "31.02.2025",
        "13-14 February 2025",
        "13 Foo 2025",
        "99999",
        "Feb 25",
    ],
)
def test_texts_that_are_no_certain_date_are_listed(wrong):
    assert read([wrong, "2024-05-06"])[0] is None


def test_the_whole_column_decides_whether_the_day_comes_first():
    assert read(["03/04/2025", "25/12/2024"])[0] == ("2025-04-03T00:00:00", "day")
    assert read(["03/04/2025", "12/25/2024"])[0] == ("2025-03-04T00:00:00", "day")
    assert read(["03.04.2025", "04.05.2025"])[0] == ("2025-04-03T00:00:00", "day")
    assert read(["03.04.2025", "12.25.2024"])[0] == ("2025-03-04T00:00:00", "day")
    assert read(["99-12-31", "04-03-02"])[1] == ("2004-03-02T00:00:00", "day")
    notes = fr.make_corpus(["A."] * 2, date=["03/04/2025", "12/25/2024"]).notes
    assert len(notes) == 1
    assert "month first: 1 of 2" in notes[0]
    assert fr.make_corpus(["A."] * 2, date=["2025-02-13", "13 Feb 2025"]).notes == ()


def test_an_order_that_no_date_tells_has_to_be_said():
    with pytest.raises(fr.InputError, match=r"'03/04/2025'.*2025-04-03 or 2025-03-04.*dates='dmy'"):
        fr.make_corpus(["A."] * 2, date=["03/04/2025", "05/05/2025"])
    for order, day in (("dmy", "2025-04-03"), ("mdy", "2025-03-04")):
        corpus = fr.make_corpus(["A."], date=["03/04/2025"], dates=order)
        assert str(corpus.table["date"][0].date()) == day
    short = fr.make_corpus(["A."], date=["3-4-5"], dates="ymd")
    assert str(short.table["date"][0].date()) == "2003-04-05"
    german = fr.make_corpus(["A."], date=["03/04/2025"], language="de")
    assert str(german.table["date"][0].date()) == "2025-04-03"
    assert "the language is 'de'" in german.notes[0]
    with pytest.raises(fr.InputError, match=r"dates='dym' is not known. Allowed: 'dmy'"):
        fr.make_corpus(["A."], date=["03/04/2025"], dates="dym")


def test_dates_against_the_order_are_listed_with_the_reason():
    dates = [*(f"{day}/01/2025" for day in range(13, 28)), "01/31/2025", "soon"]
    corpus = fr.make_corpus(["A."] * len(dates), date=dates)
    reasons = corpus.exclusions["reason"].tolist()
    assert "'01/31/2025' cannot be read: it is not day first" in reasons[0]
    assert "'soon' cannot be read (expected a date such as 2025-02-13)" in reasons[1]
    assert "2 dates that cannot be read" in repr(corpus)
    mixed = fr.make_corpus(["A."] * 3, date=["13/01/2025", "01/31/2025", "03/04/2025"])
    assert mixed.table["date"].notna().tolist() == [True, True, False]
    assert "both orders" in mixed.notes[0]
    assert "can be 2025-04-03 or 2025-03-04" in mixed.exclusions["reason"][0]


def test_a_month_with_another_meaning_elsewhere_is_read_in_its_language():
    for language, day in (("pl", "2025-11-13"), ("hr", "2025-10-13")):
        corpus = fr.make_corpus(["A."], date=["13 listopad 2025"], language=language)
        assert str(corpus.table["date"][0])[:10] == day
    assert read(["13 listopad 2025", "2024-05-06"])[0] is None


@pytest.mark.parametrize("text", ["31.12.9999 24:00", "31.12.9999 23:00 -12:00", "1.1.0999"])
def test_dates_beyond_the_calendar_are_listed(text):
    assert read([text, "2024-05-06"])[0] is None


@pytest.mark.parametrize("scale", [1, 1000])
def test_numbers_that_count_from_1970_are_dates_and_that_is_said(scale):
    seconds = [1739439000 * scale, 1739404800 * scale]
    corpus = fr.make_corpus(["A."] * 2, date=seconds)
    assert [str(date) for date in corpus.table["date"]] == [
        "2025-02-13 09:30:00",
        "2025-02-13 00:00:00",
    ]
    assert "seconds since 1970" in corpus.notes[0]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("12. Februar 2025, 9:33 Uhr MEZ", "08:33"),
        ("9:33 Uhr (MESZ) 12. Februar 2025", "07:33"),
        ("12.02.2025, 9.33 Uhr MEZ", "08:33"),
        ("12.02.2025 um 9 Uhr MESZ", "07:00"),
        ("12 février 2025 à 10h30 HNEC", "09:30"),
        ("12 février 2025 10h30", "10:30"),
        ("12 feb 2025, 10:30 h", "10:30"),
        ("10 am EST 12 Feb 2025", "15:00"),
    ],
)
def test_a_zone_counts_behind_the_word_for_the_hour(text, time):
    corpus = fr.make_corpus(["A truce."], date=[text])
    assert str(corpus.table["date"][0]) == f"2025-02-12 {time}:00"
