"""Periods: which days they have, and in which period a date is."""

import numpy as np
import pandas as pd
import pytest

import framing as fr
from framing.scores.periods import (
    LENGTH,
    cut,
    middles,
    period_labels,
    period_numbers,
    read_dates,
    starts,
)


def dates(*values):
    return pd.Series(pd.to_datetime(list(values), format="ISO8601"))


def test_a_period_is_as_long_as_in_the_calendar():
    # 400 years have 146,097 days, and begin on the same day of the week again.
    assert LENGTH["day"] == 1
    assert LENGTH["week"] == 7
    assert 400 * LENGTH["year"] == 146_097
    assert 4_800 * LENGTH["month"] == 146_097
    assert 1_600 * LENGTH["quarter"] == 146_097


def test_the_middle_of_a_period_is_between_its_first_day_and_that_of_the_next():
    days = np.array(["2024-02-01", "2024-04-30"], dtype="datetime64[D]")
    number, months = cut(days, "month")
    assert number.tolist() == [0, 2]
    assert starts(months).astype(str).tolist() == ["2024-02-01", "2024-03-01", "2024-04-01"]
    first = np.datetime64("2024-02-01").astype(int)
    # A leap year: February has 29 days.
    assert (middles(months) - first).tolist() == [14.5, 44.5, 75.0]
    week = cut(np.array(["2025-01-01"], dtype="datetime64[D]"), "week")[1]
    assert starts(week).astype(str).tolist() == ["2024-12-30"]


@pytest.mark.parametrize(
    ("every", "numbers"),
    [("day", [0, 1, 61]), ("week", [0, 1, 9]), ("month", [0, 1, 3]), ("quarter", [0, 1, 1]),
     ("year", [0, 1, 1])],
)  # fmt: skip
def test_periods_are_numbered_from_that_of_the_first_date(every, numbers):
    days = dates("2023-12-31", "2024-01-01", "2024-03-01", None)
    found = period_numbers(days, every)
    assert found[:3].tolist() == numbers
    assert np.isnan(found[3])


def test_periods_are_named_as_they_are_read():
    days = dates("2024-12-31", None)
    names = {every: period_labels(days, every).tolist() for every in LENGTH}
    assert names == {
        "day": ["2024-12-31", None], "week": ["2024-12-30", None], "month": ["2024-12", None],
        "quarter": ["2024Q4", None], "year": ["2024", None],
    }  # fmt: skip


def test_a_time_of_day_is_moved_to_the_time_zone_and_a_plain_day_is_not():
    units = pd.DataFrame({"date": dates("2025-03-31T23:30", "2025-03-31", None)})
    found = read_dates(units, "Europe/Kyiv")
    assert found.begin[:2].astype(str).tolist() == ["2025-04-01", "2025-03-31"]
    assert np.isnat(found.begin[2])
    assert found.precision.tolist() == ["time", "day", ""]
    assert read_dates(units, None).begin[:2].astype(str).tolist() == ["2025-03-31"] * 2
    with pytest.raises(fr.InputError, match="timezone='Kyiv' is not known"):
        read_dates(units, "Kyiv")


def test_a_month_or_a_year_has_all_of_its_days():
    units = pd.DataFrame(
        {"date": dates("2024-02-01", "2023-01-01", "2024-02-10"),
         "date_precision": ["month", "year", "day"]}
    )  # fmt: skip
    found = read_dates(units, None)
    assert found.begin.astype(str).tolist() == ["2024-02-01", "2023-01-01", "2024-02-10"]
    assert found.end.astype(str).tolist() == ["2024-02-29", "2023-12-31", "2024-02-10"]


def test_one_wrong_date_among_many_periods_is_named():
    days = np.array(["1025-01-01", "2025-01-01"], dtype="datetime64[D]")
    with pytest.raises(fr.InputError, match="From 1025-01-01 to 2025-01-01 there are 12,001"):
        cut(days, "month")
    # 5,000 periods are allowed.
    last = np.datetime64("2000-01-01") + np.arange(0, 5_000, 4_999)
    assert len(cut(last.astype("datetime64[D]"), "day")[1]) == 5_000
