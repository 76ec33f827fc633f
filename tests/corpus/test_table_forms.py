"""Tables as services and people save them: lines above the header, no header, long names."""

import io
import json
import zipfile

import openpyxl
import pytest
from openpyxl.styles import Font
from support.exports import make_pdf, make_xls

import framing as fr

RAIN = "Rain fell on the northern fields for nine days without a break. " * 2 + "The weir was full."
MILL = "The old mill by the weir was sold to a family from the coast. " * 2 + "They will grind rye."
ABOVE = ["Report:,Weir Post", 'From:,"Wed, 13 Feb 2019"', "", "Label:,Fields"]
TABLE = f'Id,Date,Title,Domain,Full Text\n1,2019-02-13,Rain,weir.example,"{RAIN}"\n'


def read(tmp_path, name, content):
    (tmp_path / name).write_text(content, encoding="utf-8")
    return fr.read_corpus(tmp_path / name)


def sheet(tmp_path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    return fr.read_corpus(tmp_path / "a.xlsx")


def row(corpus):
    """Return title, source, day and text of the only article."""
    assert len(corpus) == 1
    first = corpus.table.iloc[0]
    return first["title"], first["source"], f"{first['date']:%Y-%m-%d}", first["text"]


@pytest.mark.parametrize("end", ["\n", ",,,\n"])
def test_lines_above_the_header_are_passed_over(tmp_path, end):
    corpus = read(tmp_path, "a.csv", "".join(line + end for line in ABOVE) + TABLE)
    assert row(corpus) == ("Rain", "weir.example", "2019-02-13", RAIN)
    assert "passed over above the header: 'Report:,Weir Post" in corpus.notes[0]


def test_an_empty_column_before_one_of_numbers_leaves_these_numbers(tmp_path):
    table = read(tmp_path, "a.csv", "text,empty,size\nA truce held.,,7\nRain fell.,,12\n").table
    assert table["size"].tolist() == [7, 12]


def test_a_column_without_a_name_and_a_value_is_left_out(tmp_path):
    rows = [["Text", None, "Source", None], [RAIN, None, "Weir", None], [RAIN, None, "Wire", None]]
    assert list(sheet(tmp_path, rows).table) == ["doc_id", "text", "title", "source", "date"]


def test_rows_above_the_header_of_a_sheet_are_passed_over(tmp_path):
    rows = [["Report:", "Weir Post"], ["Query:", "weir"], []]
    rows.append(["Id", "Date", "Title", "Domain", "Text"])
    corpus = sheet(tmp_path, [*rows, [1, "2019-02-13", "Rain", "weir.example", RAIN]])
    assert row(corpus) == ("Rain", "weir.example", "2019-02-13", RAIN)
    assert "passed over above the header: 'Report:', 'Weir Post'" in " ".join(corpus.notes)


def test_a_row_below_the_header_that_names_columns_is_a_row(tmp_path):
    content = "a,b,c,d\ntitle,source,text,2019\nRain,Post,Rain fell.,2020\n"
    assert len(fr.read_corpus(_saved(tmp_path, content), text="c")) == 2


def _saved(tmp_path, content):
    (tmp_path / "b.csv").write_text(content, encoding="utf-8")
    return tmp_path / "b.csv"


@pytest.mark.parametrize(
    ("name", "line"),
    [("a.csv", 'fields;"{}"\n'), ("a.csv", "fields;'{}'\n"), ("a.tsv", "1\tfields\t{}\t[]\t[]\n")],
)
def test_a_table_without_a_header_loses_no_text(tmp_path, name, line):
    corpus = read(tmp_path, name, line.format(RAIN) + line.format(MILL))
    assert corpus.table["text"].tolist() == [RAIN, MILL]
    assert "the first line is no header" in corpus.notes[0]


def test_a_sheet_without_a_header_loses_no_text(tmp_path):
    corpus = sheet(tmp_path, [["fields", RAIN], ["mills", MILL]])
    assert corpus.table["text"].tolist() == [RAIN, MILL]


def test_questions_of_a_survey_are_a_header(tmp_path):
    question = "What do you think of the old mill by the weir, sold to a family from the far coast?"
    question = question.replace("weir", "weir on the river of the north")
    corpus = read(tmp_path, "a.csv", f'id,"{question}"\n1,"{RAIN}"\n2,"{MILL}"\n')
    assert corpus.table["text"].tolist() == [RAIN, MILL]


@pytest.mark.parametrize(
    ("header", "medium"),
    [
        ("News Date,News Headline,Outlet Name,Medium,News Text", "Online"),
        ("Publication Date,Document Title,Newspaper Title,Publisher,OCR Text", "Gale"),
        ("pubtime,articleTitle,canonical_domain,media,story_text", "web"),
    ],
)
def test_names_of_columns_with_a_word_before_are_known(tmp_path, header, medium):
    corpus = read(tmp_path, "a.csv", f'{header}\n2019-02-13,Rain,Weir Post,{medium},"{RAIN}"\n')
    assert row(corpus) == ("Rain", "Weir Post", "2019-02-13", RAIN)


def test_a_reference_comes_from_its_newspaper_and_not_from_the_catalogue(tmp_path):
    item = {
        "id": 1, "type": "article-newspaper", "title": "Rain", "container-title": "Weir Post",
        "source": "Catalogue", "issued": {"date-parts": [[2019, 2, 13]]}, "abstract": RAIN,
    }  # fmt: skip
    assert row(read(tmp_path, "a.json", json.dumps([item]))) == (
        "Rain", "Weir Post", "2019-02-13", RAIN,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("<ld><p>Rain.</p></ld><tx><zt>Hay</zt><p>It rots.</p></tx>", "Rain.\n\nHay\n\nIt rots."),
        ("Rain <hi>fell</hi> on the fields.", "Rain fell on the fields."),
        # One that is never closed is no element.
        ("Rain <sigh> fell.", "Rain <sigh> fell."),
    ],
)
def test_elements_of_a_programs_own_are_no_text(tmp_path, text, clean):
    corpus = read(tmp_path, "a.jsonl", json.dumps({"text": text}))
    assert corpus.table["text"].tolist() == [clean]


def test_a_running_head_on_two_pages_is_no_text(tmp_path):
    head = "WEIR POST - 13 February 2019"
    (tmp_path / "a.pdf").write_bytes(make_pdf([[head, "Rain fell."], [head, "The mill was sold."]]))
    text = fr.read_corpus(tmp_path / "a.pdf").table["text"].iloc[0]
    assert " ".join(text.split()) == "Rain fell. The mill was sold."


LEFT = [
    "Rain fell on the northern fields", "for nine days without a break. The",
    "weir was opened on the tenth day,", "and the lower meadows stood under",
    "water until the end of the month.",
]  # fmt: skip
RIGHT = [
    "The old mill by the weir was sold", "to a family from the coast, which",
    "wants to bake bread there again.", "Nobody had lived in it since the",
    "wheel broke forty years ago.",
]  # fmt: skip


def pdf(tmp_path, *pages):
    (tmp_path / "a.pdf").write_bytes(make_pdf(pages))
    corpus = fr.read_corpus(tmp_path / "a.pdf")
    return " ".join(corpus.table["text"][0].split()), corpus


def test_columns_of_a_page_are_read_one_after_the_other(tmp_path):
    left, right = " ".join(LEFT), " ".join(RIGHT)
    title = "A title that goes across both of the columns of this page, and ends on the right"
    beside = list(zip(LEFT, RIGHT, strict=True))
    text, corpus = pdf(tmp_path, [title, *beside])
    assert text == f"{title} {left} {right}"
    assert any("one after the other on page 1" in note for note in corpus.notes)
    assert corpus.doubts.empty
    # A line across the columns parts the page.
    text, _ = pdf(tmp_path, [*beside, title, *beside])
    assert text == f"{left} {right} {title} {left} {right}"
    # One column is longer.
    longer = [*beside, *((line, "") for line in LEFT)]
    text, _ = pdf(tmp_path, longer)
    assert text == f"{left} {left} {right}"
    # A page without columns stays as it is.
    text, corpus = pdf(tmp_path, [*LEFT, *RIGHT])
    assert text == f"{left} {right}"
    assert corpus.doubts.empty


def test_cells_beside_each_other_are_read_row_by_row_and_doubted(tmp_path):
    rows = [(f"Mill number {n} by the weir", f"Sold to family {n} of the coast") for n in range(9)]
    text, corpus = pdf(tmp_path, rows)
    assert text == " ".join(f"{name} {to}" for name, to in rows)
    assert "text crosses them line by line" in " ".join(corpus.doubts["reason"])


@pytest.mark.parametrize("separator", [" ", ",", "\t", ";"])
@pytest.mark.parametrize("name", ["a.txt", "a.csv"])
def test_a_table_of_r_with_names_of_rows_is_a_table(tmp_path, name, separator):
    rows = [
        ["doc_id", "text", "source"],
        ["1", "a1", f'{MILL} It is \\"late\\".', "Weir Post"],
        ["2", "a2", "Two\nlines, here.", "Mill"],
    ]
    content = "".join(separator.join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    table = read(tmp_path, name, content).table
    assert table["doc_id"].tolist() == ["a1", "a2"]
    assert table["text"].tolist() == [f'{MILL} It is "late".', "Two\nlines, here."]
    assert table["source"].tolist() == ["Weir Post", "Mill"]


def test_a_table_of_r_without_names_of_rows_has_spaces_between_its_cells(tmp_path):
    table = read(tmp_path, "a.txt", f'"text" "wave"\n"{RAIN}" 2\n"{MILL}" 3\n').table
    assert table["text"].tolist() == [RAIN, MILL]
    assert table["wave"].tolist() == [2, 3]


@pytest.mark.parametrize(
    "content",
    [
        '"id","text"\n"1","A truce","they say"\n"1","Two","more"\n',
        '"id","text"\n"1","A truce","they say"\n"2","Two"\n',
    ],
)
def test_a_cell_too_many_is_no_name_of_a_row(tmp_path, content):
    with pytest.raises(fr.InputError, match="3 fields where the header has 2"):
        read(tmp_path, "a.csv", content)


def test_apostrophes_at_the_beginning_of_texts_are_no_quotation_marks(tmp_path):
    texts = ["'Tis a truce at last", "Truce 'n' talks", "'Twas only talk"]
    content = "".join(f"{text},Wire\n" for text in texts)
    assert read(tmp_path, "a.csv", f"text,source\n{content}").table["text"].tolist() == texts


def test_quoted_words_at_the_beginning_of_a_text_are_no_table(tmp_path):
    content = f'"Rain" "again", says the miller.\n"{RAIN}" he adds.\n'
    assert read(tmp_path, "a.txt", content).table["text"].tolist() == [content]


def test_the_address_of_a_page_is_no_source_where_the_name_stands_elsewhere(tmp_path):
    page = {"text": RAIN, "source": "https://weir.example/1", "source-hostname": "Weir Post"}
    assert read(tmp_path, "a.json", json.dumps([page])).table["source"].tolist() == ["Weir Post"]
    page = {"text": RAIN, "source": "https://weir.example/1", "writer": "Ann"}
    assert read(tmp_path, "a.json", json.dumps([page])).table["source"].tolist() == [page["source"]]
    page = {"text": RAIN, "source": "https://weir.example", "hostname": "cdn.example"}
    assert read(tmp_path, "a.json", json.dumps([page])).table["source"].tolist() == [page["source"]]


@pytest.mark.parametrize("kind", ["spreadsheet", "presentation"])
def test_a_file_of_libreoffice_with_another_ending_is_named(tmp_path, kind):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
    (tmp_path / "a.xlsx").write_bytes(data.getvalue())
    with pytest.raises(fr.InputError, match=f"{kind} of LibreOffice .* Save "):
        fr.read_corpus(tmp_path / "a.xlsx")


def test_a_missing_value_of_r_is_no_name(tmp_path):
    content = f'"","text","source","wave"\n"1","{RAIN}",NA,1\n"2","{MILL}","Mill",NA\n'
    corpus = read(tmp_path, "a.csv", content)
    assert corpus.table["source"].isna().tolist() == [True, False]
    assert corpus.table["wave"].isna().tolist() == [False, True]
    assert "NA without quotes" in " ".join(corpus.notes)


@pytest.mark.parametrize(
    "content",
    [
        f'"text","source"\n"{RAIN}","NA"\n"{MILL}","Mill"\n',
        f'text,source\n"{RAIN}",NA\n"{MILL}",Mill\n',
    ],
)
def test_na_in_quotes_or_in_other_tables_is_a_value(tmp_path, content):
    assert read(tmp_path, "a.csv", content).table["source"].tolist() == ["NA", "Mill"]


def test_a_spreadsheet_of_excel_2003_in_xml_is_a_table(tmp_path):
    def cell(value, more=""):
        return f'<Cell{more}><Data ss:Type="String">{value}</Data></Cell>'

    rows = [
        "".join(map(cell, ["Title", "Date", "Medium", "Text"])),
        cell("Rain") + cell("2019-02-13T00:00:00.000") + cell("Weir Post") + cell(RAIN),
        cell("Mill") + "<Cell/>" + cell(MILL, ' ss:Index="4"'),
    ]
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    content = (
        f'<?xml version="1.0"?><Workbook xmlns="{name}" xmlns:ss="{name}"><Worksheet><Table>'
        + "".join(f"<Row>{row}</Row>" for row in rows)
        + "</Table></Worksheet></Workbook>"
    )
    for ending in ("a.xml", "a.xls"):
        table = read(tmp_path, ending, content).table
        assert table["text"].tolist() == [RAIN, MILL]
        assert table["title"].tolist() == ["Rain", "Mill"]
        assert table["source"].isna().tolist() == [False, True]
        assert str(table["date"].iloc[0])[:10] == "2019-02-13"
        assert list(table) == ["doc_id", "text", "title", "source", "date"]


NAME = "urn:schemas-microsoft-com:office:spreadsheet"
SPARSE = [
    ["Report of May", None, None, None, None],
    ["Title", None, "Text", None, "Medium"],
    ["Rain", None, RAIN, None, "Weir Post"],
    ["Mill", None, MILL, None, None],
]


def of_excel_2003(rows):
    cells = [
        "".join(
            f'<Cell ss:Index="{n}"><Data ss:Type="String">{value}</Data></Cell>'
            for n, value in enumerate(row, start=1)
            if value
        )
        for row in rows
    ]
    table = "".join(f"<Row>{row}</Row>" for row in cells)
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{NAME}" xmlns:ss="{NAME}"><Worksheet '
        f'ss:Name="May"><Table>{table}</Table></Worksheet></Workbook>'
    ).encode()


def of_html(rows):
    cells = "".join(
        f"<tr>{''.join(f'<td>{value or str()}</td>' for value in row)}</tr>" for row in rows
    )
    return f"<html><body><table>{cells}</table></body></html>".encode()


def of_excel(rows, book=None):
    book = book or openpyxl.Workbook()
    for line in rows:
        book.active.append(line)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize(("name", "content"), [
    ("a.xlsx", of_excel(SPARSE)), ("a.xml", of_excel_2003(SPARSE)), ("a.xls", of_html(SPARSE)),
    ("a.xls", of_excel_2003(SPARSE)),
    # This old form holds short texts only.
    ("a.xls", make_xls([[(cell or "")[:60] for cell in line] for line in SPARSE])),
])  # fmt: skip
def test_sheets_in_all_forms_lose_columns_without_name_and_value_and_lines_above(
    tmp_path, name, content
):
    (tmp_path / name).write_bytes(content)
    corpus = fr.read_corpus(tmp_path / name)
    assert list(corpus.table.columns[:4]) == ["doc_id", "text", "title", "source"]
    assert not [column for column in corpus.table if "Unnamed" in str(column)]
    assert [text[:60] for text in corpus.table["text"]] == [RAIN[:60], MILL[:60]]
    assert corpus.table["title"].tolist() == ["Rain", "Mill"]
    assert any("above the header: 'Report of May'" in note for note in corpus.notes)


def test_a_formatted_cell_far_below_makes_no_rows_and_merged_cells_keep_their_value(tmp_path):
    book = openpyxl.Workbook()
    for line in [["title", "source", "text"], ["Rain", "Weir Post", RAIN], ["Mill", None, MILL]]:
        book.active.append(line)
    book.active.cell(1_000_000, 300).font = Font(bold=True)
    book.active.merge_cells("B2:B3")
    book.save(tmp_path / "a.xlsx")
    corpus = fr.read_corpus(tmp_path / "a.xlsx")
    assert corpus.table["text"].tolist() == [RAIN, MILL]
    assert corpus.table["source"].tolist() == ["Weir Post", "Weir Post"]


def test_rows_beyond_the_size_that_a_spreadsheet_states_are_read(tmp_path):
    data = of_excel([["title", "text"], ["Rain", RAIN], ["Mill", MILL]])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w") as made:
        for name in given.namelist():
            content = given.read(name).replace(b'dimension ref="A1:B3"', b'dimension ref="A1"')
            made.writestr(name, content)
    (tmp_path / "a.xlsx").write_bytes(out.getvalue())
    assert fr.read_corpus(tmp_path / "a.xlsx").table["text"].tolist() == [RAIN, MILL]


def test_cells_over_several_rows_of_a_page_leave_the_others_in_their_columns(tmp_path):
    table = (
        "<table><tr><th>Medium</th><th colspan='2'>Title</th><th>Text</th></tr><tr><td rowspan='2'>"
        f"Weir Post</td><td>Rain</td><td></td><td>{RAIN}</td></tr><tr><td>Mill</td><td></td>"
        f"<td>{MILL}</td></tr></table>"
    )
    (tmp_path / "a.xls").write_text(f"<html><body>{table}</body></html>")
    read_table = fr.read_corpus(tmp_path / "a.xls").table
    assert read_table["text"].tolist() == [RAIN, MILL]
    assert read_table["title"].tolist() == ["Rain", "Mill"]


def test_entities_that_were_escaped_again_and_again_are_signs(tmp_path):
    content = f'title,text\nRain &amp;amp; Mill,"{RAIN} &amp;amp;amp;amp; Jo&amp;amp;apos;s"\n'
    table = read(tmp_path, "a.csv", content).table
    assert table["title"].tolist() == ["Rain & Mill"]
    assert table["text"].tolist() == [f"{RAIN} & Jo's"]


@pytest.mark.parametrize("name", ["link", "web_url", "canonical_url", "Permalink"])
def test_addresses_have_their_column_and_other_links_keep_their_name(tmp_path, name):
    (tmp_path / "a.csv").write_text(f"text,{name},creator\nA truce.,https://a.example/1,Jane\n")
    table = fr.read_corpus(tmp_path / "a.csv").table
    assert table[["url", "byline"]].to_numpy().tolist() == [["https://a.example/1", "Jane"]]
    (tmp_path / "b.csv").write_text(f"text,{name}\nA truce.,yes\n")
    assert "url" not in fr.read_corpus(tmp_path / "b.csv").table
