"""Exports of the Web of Science, Scopus and EBSCO become documents with title, source and date."""

import pytest

import framing as fr

TAGS = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Doe, J
   Roe, R
AF Doe, Jane
   Roe, Richard
TI News of a truce: how papers
   tell it
SO JOURNAL OF PEACE NEWS
LA English
AB Papers tell a truce in two ways. We count
   both.
PD MAR 15
PY 2021
UT WOS:0001
ER

PT J
AU Poe, E
TI Talks without an abstract
SO WAR REVIEW
PD JUL-AUG
PY 2020
ER

EF
"""
TABS = (
    "PT\tAU\tTI\tSO\tLA\tAB\tPD\tPY\tUT\r\n"
    'J\tDoe, J\tA "quoted truce\tJPN\tEnglish\tPapers tell "a truce".\tMAR 15\t2021\tWOS:1\t\r\n'
    "J\tPoe, E\tTalks\tWR\tEnglish\t\t\t2020\tWOS:2\t\r\n"
)


def documents(path, content, encoding="utf-8"):
    path.write_bytes(content.encode(encoding))
    table = fr.read_corpus(path).table
    dates = table["date"].astype(str).str[:10]
    return list(zip(table["title"], table["source"], dates, table["text"], strict=True))


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_records_with_tags_are_documents(tmp_path, mark, end):
    found = documents(tmp_path / "savedrecs.txt", mark + TAGS.replace("\n", end))
    assert found == [
        (
            "News of a truce: how papers tell it",
            "JOURNAL OF PEACE NEWS",
            "2021-03-15",
            "Papers tell a truce in two ways. We count both.",
        ),
        ("Talks without an abstract", "WAR REVIEW", "2020-07-01", "Talks without an abstract"),
    ]


def test_a_record_without_an_end_is_a_record(tmp_path):
    assert len(documents(tmp_path / "a.ciw", TAGS.replace("ER\n", "").replace("EF\n", ""))) == 2


def test_authors_stand_apart(tmp_path):
    (tmp_path / "a.txt").write_text(TAGS)
    assert fr.read_corpus(tmp_path / "a.txt").table["byline"][0] == "Doe, Jane; Roe, Richard"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_quotes_in_a_table_with_tabs_are_text(tmp_path, encoding):
    assert documents(tmp_path / "savedrecs.txt", TABS, encoding) == [
        ('A "quoted truce', "JPN", "2021-03-15", 'Papers tell "a truce".'),
        ("Talks", "WR", "2020-01-01", "Talks"),
    ]


def test_a_row_with_too_few_cells_names_its_line(tmp_path):
    (tmp_path / "a.txt").write_text(TABS + "J\tDoe\n")
    with pytest.raises(fr.InputError, match=r"a\.txt, line 4: 2 cells, but the header has 9"):
        fr.read_corpus(tmp_path / "a.txt")


def test_a_text_that_begins_with_pt_is_a_text(tmp_path):
    (tmp_path / "a.txt").write_text("PT Barnum spoke of a truce.\n\nThe talks went on.")
    assert len(fr.read_corpus(tmp_path / "a.txt")) == 1


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        (
            "Authors,Title,Year,Source title,Link,Abstract,EID\n"
            "Doe J.,Truce,2021,Peace,x,We count truces.,2-s2.0-1\n"
            "Roe R.,Talks,2020,War,y,[No abstract available],2-s2.0-2\n",
            [
                ("Truce", "Peace", "2021-01-01", "We count truces."),
                ("Talks", "War", "2020-01-01", "Talks"),
            ],
        ),
        (
            "Article Title,Author,Journal Title,Publication Date,Abstract\n"
            "Truce,Doe,Peace,20210315,We count truces.\n",
            [("Truce", "Peace", "2021-03-15", "We count truces.")],
        ),
    ],
)
def test_tables_of_scopus_and_ebsco_are_known(tmp_path, table, wanted):
    assert documents(tmp_path / "a.csv", table) == wanted
