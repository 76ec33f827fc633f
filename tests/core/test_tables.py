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
