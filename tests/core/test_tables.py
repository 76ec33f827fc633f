import pandas as pd
import pytest

import framing as fr


def test_a_table_is_rounded_and_the_same_on_every_machine(tmp_path):
    table = pd.DataFrame(
        {
            "name": ["naïve, “x”", None],
            "value": [-0.0001, 2 / 3],
            "date": pd.to_datetime(["2025-02-13", None]),
        }
    )
    path = fr.write_table(table, tmp_path / "new" / "t.csv")
    assert path.read_bytes().decode() == ('name,value,date\n"naïve, “x”",0.0,2025-02-13\n,0.667,\n')
    assert table["value"].tolist() == [-0.0001, 2 / 3]


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(fr.InputError, match=r"t\.xlsx: tables are written as \.csv"):
        fr.write_table(pd.DataFrame(), tmp_path / "t.xlsx")


def test_no_p_is_written_as_zero_unless_it_is(tmp_path):
    table = pd.DataFrame(
        {"x": [0.0005, 1e-17, 2.5], "p": [5e-4, 1.2345e-30, 0.0], "p_adjusted": 0.5}
    )
    lines = fr.write_table(table, tmp_path / "t.csv").read_text().splitlines()
    assert lines[1:] == ["0.0,0.0005,0.5", "0.0,1.23e-30,0.5", "2.5,0.0,0.5"]


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ([0.00001234, 0.0], "1.23e-05 0.0"),
        ([-0.0000123, None], "-1.23e-05"),
        ([1e-17, 0.0], "0.0 0.0"),
        ([0.00001234, 1.5], "0.0 1.5"),
        ([0.0, 0.0], "0.0 0.0"),
    ],
)
def test_a_column_of_small_numbers_is_not_written_as_zeros(tmp_path, values, written):
    path = fr.write_table(pd.DataFrame({"rate": values}), tmp_path / "t.csv")
    assert path.read_text().split()[1:] == [*written.split(), *['""'] * values.count(None)]


@pytest.mark.parametrize(
    ("values", "written"),
    [
        (pd.to_datetime(["2026-01-05", "2026-01-06"]), "2026-01-05 2026-01-06"),
        (
            pd.to_datetime(["2026-01-05 23:30:15", "2026-01-06 00:00:00"]),
            "2026-01-05T23:30:15 2026-01-06T00:00:00",
        ),
        (
            pd.to_datetime(["2026-01-05 23:30"] * 2).tz_localize("America/New_York"),
            "2026-01-05T23:30:00-05:00 2026-01-05T23:30:00-05:00",
        ),
        (
            pd.Categorical(pd.to_datetime(["2026-01-05 23:30", "2026-01-06 00:00"])),
            "2026-01-05T23:30:00 2026-01-06T00:00:00",
        ),
        (pd.period_range("2026-01", periods=2, freq="M"), "2026-01 2026-02"),
        (pd.period_range("2026", periods=2, freq="Y"), "2026 2027"),
        (
            pd.period_range("2026-01-05", periods=2, freq="W"),
            "2026-01-05/2026-01-11 2026-01-12/2026-01-18",
        ),
        (pd.array([0.12345, None], dtype="Float64"), '0.123 ""'),
    ],
)
def test_dates_periods_and_missing_numbers_are_written_as_they_are(tmp_path, values, written):
    path = fr.write_table(pd.DataFrame({"p": values}), tmp_path / "t.csv")
    found = path.read_text().replace(" ", "T").split("\n")[1:3]
    assert found == written.split()


def test_a_corpus_that_was_written_has_its_articles_on_the_same_day(tmp_path):
    corpus = fr.make_corpus(["The closure came."] * 2, date=["2026-01-05T23:30:00", "2026-01-09"])
    back = fr.read_corpus(fr.write_table(corpus, tmp_path / "c.csv"))
    assert back.table["date"].tolist() == corpus.table["date"].tolist()


def test_a_table_with_a_column_twice_is_refused(tmp_path):
    table = pd.DataFrame([[1, 2]], columns=["rate", "rate"])
    with pytest.raises(fr.InputError, match="'rate' is there twice"):
        fr.write_table(table, tmp_path / "t.csv")
