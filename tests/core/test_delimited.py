"""One reader of delimited text for corpora, codes and lexicons."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing as fr
from framing._core.delimited import parse_delimited

# For each kind of file: how it is read, its header and rows, and what reading them gives.
KINDS = {
    "corpus": (
        lambda path: fr.read_corpus(path).table[["doc_id", "text"]].to_numpy().tolist(),
        [["doc_id", "text"], ["a", 'No, a "truce"; now.'], ["b", "Two\nlines\tlong."]],
        [["a", 'No, a "truce"; now.'], ["b", "Two\nlines\tlong."]],
    ),
    "codes": (
        lambda path: fr.read_codes(path).table[["doc_id", "sentence", "code"]].to_numpy().tolist(),
        [
            ["doc_id", "sentence", "peace", "note"],
            ["a", "1", "1", 'x,"y";\tz'],
            ["b", "2", "0", ""],
        ],
        [["a", 1, 1.0], ["b", 2, 0.0]],
    ),
    "lexicon": (
        lambda path: fr.read_lexicon(path).table[["pattern", "weight"]].to_numpy().tolist(),
        [
            ["term", "frame", "weight"],
            ["truce, now", "peace", "0.5"],
            ["cease\tfire", "peace", "2"],
        ],
        [["truce, now", 0.5], ["cease fire", 2.0]],
    ),
}


# The entry has a comma, of which the lexicon warns.
@pytest.mark.filterwarnings("ignore:.*must stand in the text:UserWarning")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ending", [".csv", ".tsv"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(("mark", "line_end"), [("", "\n"), ("\ufeff", "\r\n")])
def test_any_separator_quotes_and_a_byte_order_mark(
    tmp_path, kind, ending, separator, mark, line_end
):
    read, rows, expected = KINDS[kind]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator, lineterminator=line_end).writerows(rows)
    path = tmp_path / f"t{ending}"
    path.write_text(mark + buffer.getvalue(), encoding="utf-8", newline="")
    assert read(path) == expected


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(("cells", "change"), [(-1, "few"), (1, "many")])
def test_a_row_with_a_field_too_many_or_too_few_is_named_by_its_line(
    tmp_path, kind, separator, cells, change
):
    read, (header, first, _), _ = KINDS[kind]
    first = [cell.replace("\t", " ") for cell in first]
    first[-1] += "\nover two lines"
    bad = ["1"] * (len(header) + cells)
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator, lineterminator="\n").writerows([header, first, bad])
    path = tmp_path / "t.csv"
    path.write_text(buffer.getvalue(), encoding="utf-8")
    message = rf"t\.csv, line 4: {len(bad)} fields where the header has {len(header)}"
    with pytest.raises(fr.InputError, match=message):
        read(path)


@pytest.mark.parametrize("kind", KINDS)
def test_files_that_are_no_tables_get_the_same_messages(tmp_path, kind):
    read, (header, *_), _ = KINDS[kind]
    path = tmp_path / "t.csv"
    head = ";".join(header) + "\n"
    cases = [
        (b"", r"t\.csv is empty"),
        (b"\n  \n", r"t\.csv is empty"),
        (head.encode() + b'a;1;"x\ny\n', r"t\.csv, line 2: a quotation mark is opened and never"),
        (head.encode() + b"a\0;1;1;\n", r"t\.csv, line 2: the text has a byte 0"),
        (head.encode() + b"\xff;1;1;\n", r"t\.csv: byte \d+ \(line 2, value 0xff\) is not utf-8"),
        ((head.strip() + f";{header[0]}\n").encode(), rf"the column '{header[0]}' is there twice"),
    ]
    for content, message in cases:
        path.write_bytes(content)
        with pytest.raises(fr.InputError, match=message):
            read(path)


def test_a_field_may_be_as_long_as_an_article():
    limit = csv.field_size_limit()
    text = "word " * 100_000
    assert parse_delimited(f"text\n{text}\n", "t").rows == [[text]]
    assert csv.field_size_limit() == limit


def test_lines_are_those_of_the_file_and_numbers_those_of_a_spreadsheet():
    table = parse_delimited('# a note, with; signs\n\na;b\n"1\n2";x\n\n3;y', "t", sheet=True)
    assert table.header == ["a", "b"]
    assert table.rows == [["1\n2", "x"], ["3", "y"]]
    assert table.lines == [4, 7]
    assert table.numbers == [4, 6]


def test_a_quoted_name_with_commas_does_not_tell_the_separator():
    assert parse_delimited('"a, b, c";d\n1;2\n', "t").header == ["a, b, c", "d"]
    assert parse_delimited("a,b\tc, d, e\n1\t2\n", "t", tabs=True).header == ["a,b", "c, d, e"]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.lists(st.text('ab ,;\t"\n\r#', max_size=6), min_size=2, max_size=2),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(",;\t"),
)
def test_what_the_csv_module_writes_is_read_back(rows, separator):
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["a", "b"])
    writer.writerows(rows)
    # Quoted names have no separator around which to count: name it by bare ones.
    text = f"a{separator}b\n" + buffer.getvalue().split("\n", 1)[1]
    assert parse_delimited(text, "t").rows == rows
