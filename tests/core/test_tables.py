import re
import time
import zipfile

import docx
import openpyxl
import pandas as pd
import pytest
from lxml import html

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
    with pytest.raises(fr.InputError, match=r"t\.pdf: tables are written as '\.csv', '\.xlsx'"):
        fr.write_table(pd.DataFrame(), tmp_path / "t.pdf")


# A name that LaTeX, HTML and a spreadsheet could take for something else, and numbers that a
# reader must not take for 0.
FOR_PRINT = pd.DataFrame(
    {
        "outlet": ["Post & Wire_1", "=1+1", "<b>50% of $5</b>"],
        "value": [-1.23456, 100, 0.0001],
        "n": [1.0, 2000.0, None],
        "p": [0.00001, 0.2, None],
        "first": pd.to_datetime(["2025-02-13", None, "2025-03-01"]),
    }
)
CELLS = [
    ["outlet", "value", "n", "p", "first"],
    ["Post & Wire_1", "−1.235", "1", "< 0.001", "2025-02-13"],
    ["=1+1", "100.000", "2000", "0.200", ""],
    ["<b>50% of $5</b>", "0.000", "", "", "2025-03-01"],
]


def test_word_shows_a_table_as_an_article_does(tmp_path):
    path = fr.write_table(FOR_PRINT, tmp_path / "t.docx")
    document = docx.Document(path)
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == CELLS
    assert table.rows[0].cells[0].paragraphs[0].runs[0].bold
    # Word asks for the borders before the look of a table.
    names = [child.tag.rpartition("}")[2] for child in table._tbl.tblPr]
    assert names.index("tblBorders") < names.index("tblLook")


def test_a_page_shows_a_table_as_an_article_does(tmp_path):
    page = html.fromstring(fr.write_table(FOR_PRINT, tmp_path / "t.html").read_bytes())
    assert [[cell.text or "" for cell in row] for row in page.iter("tr")] == CELLS


def test_latex_has_its_signs_escaped(tmp_path):
    lines = fr.write_table(FOR_PRINT, tmp_path / "t.tex").read_text().splitlines()
    assert lines[1] == r"\begin{tabular}{lrrrl}"
    assert lines[5] == r"Post \& Wire\_1 & $-$1.235 & 1 & \textless{} 0.001 & 2025-02-13 \\"
    assert lines[7].startswith(r"\textless{}b\textgreater{}50\% of \$5\textless{}/b")


def test_a_workbook_has_numbers_as_numbers_and_no_formula(tmp_path):
    path = fr.write_table(FOR_PRINT, tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(path).active
    assert [cell.value for cell in sheet[2]] == ["Post & Wire_1", -1.235, 1, 1e-05, "2025-02-13"]
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("=1+1", "s")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "docx", "tex", "html"])
def test_a_table_has_the_same_bytes_at_another_time(tmp_path, ending):
    first = fr.write_table(FOR_PRINT, tmp_path / f"a.{ending}").read_bytes()
    # A file of an office counts time in steps of two seconds.
    time.sleep(2.1 if ending in ("xlsx", "docx") else 0)
    assert fr.write_table(FOR_PRINT, tmp_path / f"b.{ending}").read_bytes() == first


def test_a_table_too_long_to_read_is_refused(tmp_path):
    table = pd.DataFrame({"x": range(2_001)})
    with pytest.raises(fr.InputError, match=r"2,000 rows at most, and this one 2,001\. Choose"):
        fr.write_table(table, tmp_path / "t.docx")
    assert not list(tmp_path.iterdir())
    assert len(pd.read_excel(fr.write_table(table, tmp_path / "t.xlsx"))) == 2_001


def test_no_p_is_written_as_zero_unless_it_is(tmp_path):
    table = pd.DataFrame(
        {"x": [0.0005, 1e-17, 2.5], "p": [5e-4, 1.2345e-30, 0.0], "p_adjusted": 0.5}
    )
    lines = fr.write_table(table, tmp_path / "t.csv").read_text().splitlines()
    assert lines[1:] == ["0.0,0.0005,0.5", "0.0,1.23e-30,0.5", "2.5,0.0,0.5"]


@pytest.mark.parametrize(
    ("name", "values", "written"),
    [
        ("p", [0.0, 1.0], ["< 0.001", "1.000"]),
        ("p_adjusted", [0.0, 0.0], ["< 0.001", "< 0.001"]),
        ("p", [1.0, 1.0], ["1", "1"]),
        ("ratio", [0.0, 1.0], ["0", "1"]),
    ],
)
def test_a_p_of_zero_is_printed_as_less_than_the_digits_show(tmp_path, name, values, written):
    page = fr.write_table(pd.DataFrame({name: values}), tmp_path / "t.html").read_text("utf-8")
    assert [cell.text_content() for cell in html.fromstring(page).iter("td")] == written


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


def test_a_sheet_of_a_coder_has_no_time_of_writing(tmp_path):
    corpus = fr.make_corpus(["A truce. Rain."])
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, 2, seed=1)
    written = []
    for name in ("a", "b"):
        (path,) = fr.write_coding_sheet(sample, tmp_path / name / "sheet.xlsx", coders=1)
        with zipfile.ZipFile(path) as book:
            assert {entry.date_time[0] for entry in book.infolist()} == {1980}
            assert b"1980-01-01T00:00:00Z" in book.read("docProps/core.xml")
        written.append(path.read_bytes())
    assert written[0] == written[1]


@pytest.mark.parametrize("rows", [1, 20, 500])
def test_a_workbook_whose_temporary_file_has_no_room_is_no_broken_workbook(tmp_path, rows):
    resource = pytest.importorskip("resource")
    table = pd.DataFrame({"a": range(rows), "b": "a text"})
    fr.write_table(table, tmp_path / "t.xlsx")
    whole = (tmp_path / "t.xlsx").read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, limits[1]))
    try:
        with pytest.raises(fr.InputError, match=r"no room for it.*TMPDIR"):
            fr.write_table(table, tmp_path / "t.xlsx")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (tmp_path / "t.xlsx").read_bytes() == whole


def test_a_p_of_zero_has_decimals_where_all_p_are_whole(tmp_path):
    table = pd.DataFrame({"p": [0.0, 1.0], "x": [1.0, 2.0]})
    page = fr.write_table(table, tmp_path / "t.html").read_text()
    assert re.findall("<td>(.*?)</td>", page) == ["&lt; 0.001", "1", "1.000", "2"]
