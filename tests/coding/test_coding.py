import csv
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

import framing as fr
from framing.coding.sheets import write_sheets

LEXICON = {"peace": ["truce", "talks"], "doubt": ["doubt*"]}
TEXTS = {
    "a": "A truce holds. Rain fell. Few doubt the talks. Snow fell. Hail fell.",
    "b": "Talks went on. Many doubt it. The mayor slept. Trains ran. Bread rose.",
}


@pytest.fixture
def corpus():
    return fr.make_corpus(list(TEXTS.values()), doc_id=list(TEXTS), source=["Wire", "Blog"])


@pytest.fixture
def hits(corpus):
    return fr.find_hits(corpus, fr.make_lexicon(LEXICON))


def test_every_sentence_has_the_stated_probability_of_being_drawn(corpus, hits):
    drawn = [fr.sample_for_coding(hits, corpus, 7, seed=seed) for seed in range(400)]
    assert {len(sample) for sample in drawn} == {7}
    assert len({tuple(sample.strata["n"]) for sample in drawn}) == 1
    counts = pd.concat([sample.table for sample in drawn]).groupby(["doc_id", "sentence"])
    share = counts.size() / 400
    assert share.to_numpy() == pytest.approx(counts["probability"].first().to_numpy(), abs=0.08)
    assert len(share) == 10
    assert (1 / drawn[0].table["probability"]).sum() == pytest.approx(10)


def test_a_sentence_with_two_frames_is_in_the_stratum_of_the_rarer(corpus, hits):
    strata = fr.sample_for_coding(hits, corpus, 10, seed=1).table.set_index(["doc_id", "sentence"])
    assert strata.loc[("a", 3), "stratum"] == "doubt"
    assert strata.loc[("a", 1), "stratum"] == "peace"
    assert strata.loc[("a", 2), "stratum"] == "no hit"
    both = fr.sample_for_coding(hits, corpus, 10, strata=["frame", "source"], seed=1)
    assert "no hit, Blog" in both.strata["stratum"].tolist()
    assert fr.sample_for_coding(hits, corpus, 3, strata=(), seed=1).strata["stratum"].tolist() == [
        "all"
    ]


def test_a_sample_shows_the_sentence_between_its_neighbours(corpus, hits):
    table = fr.sample_for_coding(hits, corpus, 10, seed=1).table
    first = table.iloc[0]
    assert (first["before"], first["text"], first["after"]) == ("", "A truce holds.", "Rain fell.")
    assert table.iloc[4]["after"] == ""
    for _, row in table.iterrows():
        assert TEXTS[row["doc_id"]][row["start"] : row["end"]] == row["text"]


def test_a_sample_without_the_texts_has_the_same_sentences(corpus, hits):
    with_texts = fr.sample_for_coding(hits, corpus, 4, strata=(), seed=1)
    without = fr.sample_for_coding(hits, hits, 4, strata=(), seed=1)
    text = ["before", "text", "after"]
    assert without.table.drop(columns=text).equals(with_texts.table.drop(columns=text))
    assert (without.table[text] == "").all(axis=None)
    assert with_texts.table["text"].str.len().min() > 0
    other = fr.find_hits(fr.make_corpus(["A truce."]), fr.make_lexicon({"peace": ["truce"]}))
    with pytest.raises(fr.InputError, match="found in another corpus"):
        fr.sample_for_coding(hits, other, 4, seed=1)


def test_a_sample_that_cannot_be_drawn_says_why(corpus, hits):
    with pytest.raises(fr.InputError, match="there are 10 sentences"):
        fr.sample_for_coding(hits, corpus, 11, seed=1)
    with pytest.raises(fr.InputError, match="too small for 3 strata, which need at least 6"):
        fr.sample_for_coding(hits, corpus, 4, seed=1)
    with pytest.raises(fr.InputError, match="another corpus"):
        fr.sample_for_coding(hits, fr.make_corpus(["Rain."]), 1, seed=1)
    with pytest.raises(fr.InputError, match=r"strata=.sorce. is not known.*.source."):
        fr.sample_for_coding(hits, corpus, 4, strata="sorce", seed=1)


def fill(path, encoding="utf-8-sig", separator=",", frames=("peace", "doubt"), code="1"):
    """Return a filled sheet as a coder would give it back."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    rows = list(csv.reader(line for line in lines if not line.startswith("#")))
    for row in rows[1:]:
        for frame in frames:
            row[rows[0].index(frame)] = code
    with path.open("w", encoding=encoding, newline="") as file:
        file.write("# a codebook, which may hold commas, and; semicolons\r\n")
        csv.writer(file, delimiter=separator).writerows(rows)
    return path


def test_a_sheet_is_blind_and_shuffled_for_each_coder(corpus, hits, tmp_path):
    sample = fr.sample_for_coding(hits, corpus, 10, seed=1)
    sheets = fr.write_coding_sheet(
        sample, tmp_path / "s.csv", coders=["Ann", "Bo"], codebook={"peace": "ends the war"}
    )
    orders = []
    for sheet in sheets:
        text = sheet.read_bytes()
        assert text.startswith(b"\xef\xbb\xbf# 1: the sentence carries the frame.")
        assert b"# peace: ends the war" in text
        assert b"no hit" not in text
        assert b"0.5" not in text
        rows = list(csv.DictReader(sheet.read_text("utf-8-sig").splitlines()[3:]))
        assert list(rows[0]) == [
            *("coder", "doc_id", "sentence", "before", "text", "after", "peace", "doubt", "note")
        ]
        orders.append([(row["doc_id"], row["sentence"]) for row in rows])
    assert sorted(orders[0]) == sorted(orders[1])
    assert orders[0] != orders[1]
    again = fr.write_coding_sheet(sample, tmp_path / "t.csv", coders=["Ann", "Bo"])
    assert [row["text"] for row in csv.DictReader(again[0].read_text("utf-8-sig").splitlines()[3:])]


@pytest.mark.parametrize(
    ("encoding", "separator"), [("utf-8-sig", ";"), ("utf-8", ","), ("utf-8-sig", "\t")]
)
def test_a_sheet_comes_back_from_a_spreadsheet(corpus, hits, tmp_path, encoding, separator):
    sample = fr.sample_for_coding(hits, corpus, 10, seed=1)
    sheets = fr.write_coding_sheet(sample, tmp_path / "s.csv")
    for sheet, code in zip(sheets, ("1", "0,0" if separator != "," else "0.0"), strict=True):
        fill(sheet, encoding, separator, code=code)
    codes = fr.read_codes(sheets, corpus=corpus)
    assert codes.coders == ["coder1", "coder2"]
    assert len(codes) == 40
    assert fr.mean_codes(codes).to_numpy() == pytest.approx(0.5)
    assert fr.mean_codes(codes, coder="coder1").to_numpy() == pytest.approx(1)
    assert fr.read_codes(tmp_path).table.equals(codes.table)


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".xlsx"])
def test_no_cell_becomes_a_formula_and_the_ids_come_back(tmp_path, ending):
    texts = [
        "=1+1 is what he said about the truce.",
        "@home they wait.",
        "+1 came.",
        "-\x0b-1 left.",
    ]
    ids = ["=cmd", "-x", "'=a", "7"]
    corpus = fr.make_corpus(texts, doc_id=ids)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, 4, strata=(), seed=1)
    (sheet,) = fr.write_coding_sheet(sample, tmp_path / f"s{ending}", coders=1)
    if ending == ".xlsx":
        book = load_workbook(sheet)
        cells = [cell for row in book["codes"].iter_rows() for cell in row]
        assert not [cell.value for cell in cells if cell.data_type == "f"]
        header = [cell.value for cell in book["codes"][1]]
        for row in range(2, 6):
            book["codes"].cell(row, header.index("peace") + 1, 1)
        assert book["codebook"]["A1"].value.startswith("1: the sentence")
        book.save(sheet)
    else:
        separator = "\t" if ending == ".tsv" else ","
        rows = list(csv.reader(sheet.read_text("utf-8-sig").splitlines()[2:], delimiter=separator))
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
        for row in rows[1:]:
            row[rows[0].index("peace")] = "1"
        with sheet.open("w", newline="") as file:
            csv.writer(file, delimiter=separator).writerows(rows)
    codes = fr.read_codes(sheet, corpus=corpus)
    assert sorted(codes.table["doc_id"]) == sorted(ids)


def test_a_workbook_offers_the_codes_of_its_coded_columns_only(corpus, hits, tmp_path):
    sample = fr.sample_for_coding(hits, corpus, 4, strata=(), seed=1)
    (sheet,) = fr.write_coding_sheet(sample, tmp_path / "s.xlsx", coders=1)
    (offered,) = load_workbook(sheet)["codes"].data_validations.dataValidation
    assert offered.formula1 == '"0,1"'
    assert offered.error == "0, 1, or empty"
    assert str(offered.sqref).split() == ["G2:G5", "H2:H5"]
    write_sheets({tmp_path / "none.xlsx": [["x", ""]]}, ["a", "b"], [], [])
    # openpyxl reads none also where the file has an empty list of them.
    with zipfile.ZipFile(tmp_path / "none.xlsx") as parts:
        assert b"dataValidation" not in parts.read("xl/worksheets/sheet1.xml")


def test_numbers_of_a_workbook_come_back_as_they_were(tmp_path):
    book = Workbook()
    book.active.append(["doc_id", "sentence", "peace"])
    book.active.append([7.0, 1.0, 1.0])
    book.active.append([None, None, None])
    book.save(tmp_path / "ann.xlsx")
    table = fr.read_codes(tmp_path / "ann.xlsx").table
    assert table[["doc_id", "sentence", "coder", "code", "row"]].to_numpy().tolist() == [
        ["7", 1, "ann", 1.0, 2]
    ]


def test_every_cell_that_cannot_be_used_is_named(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text(
        "# codebook\ncoder,doc_id,sentence,peace,doubt\n"
        "Ann,a,1,2,0\nAnn,a,x,1,yes\n,b,1,1,0\nAnn,b,2.5,,1\n"
    )
    with pytest.raises(fr.InputError) as error:
        fr.read_codes(path)
    message = str(error.value)
    assert "5 cells cannot be used. A code is one of 0, 1; leave the cell empty where" in message
    for place in (
        "codes.csv, row 3, column peace: '2'",
        "codes.csv, row 4, column doubt: 'yes'",
        "codes.csv, row 4, column sentence: 'x' is not the number of a sentence",
        "codes.csv, row 5, column coder: it is empty",
        "codes.csv, row 6, column sentence: '2.5'",
    ):
        assert place in message


def test_codes_beside_the_corpus_are_named(corpus, tmp_path):
    path = tmp_path / "ann.csv"
    path.write_text("doc_id,sentence,peace\na,1,1\nzz,1,1\na,99,0\n")
    with pytest.raises(fr.InputError) as error:
        fr.read_codes(path, corpus=corpus)
    assert "row 3: 'zz', sentence 1" in str(error.value)
    assert "row 4: 'a', sentence 99 (it has 5)" in str(error.value)
    hits = fr.find_hits(corpus, fr.make_lexicon(LEXICON))
    with pytest.raises(fr.InputError, match=r"row 3: document 'zz'\n  row 4: sentence 99 of 'a'"):
        fr.validate(hits, fr.read_codes(path))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("doc_id,sentence,peace\n", "a header and no rows"),
        ("doc_id,peace\na,1\n", "It needs doc_id and sentence"),
        ("doc_id,sentence,note\na,1,x\n", "has no column of a frame"),
        ("doc_id,sentence,peace\na,1,\n", "no cell has a code"),
        ("doc_id,sentence,peace,peace\na,1,1,1\n", "the column 'peace' is there twice"),
        ("doc_id,sentence,peace\na,1,1,1,1\n", "line 2: 5 fields where the header has 3"),
        ("doc_id,sentence,peace\na,1,1\na,1,0\n", "more than once: ann.csv, row 2; ann.csv, row 3"),
        ("doc_id,start,peace\na,0,1\n", r"read_codes\(…, corpus=corpus\)"),
    ],
)
def test_a_sheet_of_no_use_says_what_is_wrong(tmp_path, content, message):
    path = tmp_path / "ann.csv"
    path.write_text(content)
    with pytest.raises(fr.InputError, match=message):
        fr.read_codes(path)


def test_sentences_are_found_by_their_start(corpus, tmp_path):
    path = tmp_path / "ann.csv"
    starts = corpus.sentences[["doc_id", "start"]]
    starts.assign(peace=1).to_csv(path, index=False)
    table = fr.read_codes(path, corpus=corpus).table
    assert table["sentence"].tolist() == corpus.sentences["sentence"].tolist()
    path.write_text("doc_id,start,peace\na,16,1\n")
    assert fr.read_codes(path, corpus=corpus).table["sentence"].tolist() == [2]


def test_empty_cells_are_listed_not_lost(tmp_path):
    path = tmp_path / "ann.csv"
    path.write_text("doc_id,sentence,peace,doubt\na,1,1,\na,2,,\n")
    codes = fr.read_codes(path)
    assert codes.missing[["sentence", "frame"]].to_numpy().tolist() == [
        [1, "doubt"],
        [2, "peace"],
        [2, "doubt"],
    ]
    assert "3 cells empty" in repr(codes)
    assert fr.mean_codes(codes)["peace"].tolist()[0] == 1
    assert np.isnan(fr.mean_codes(codes)["doubt"].to_numpy()).all()


def test_mean_codes_list_what_has_none():
    first = {"doc_id": "a", "sentence": [1, 2], "coder": "Ann", "peace": [1, None], "law": [0, 1]}
    second = {"doc_id": "a", "sentence": [2, 3], "coder": "Bo", "peace": [None, 1], "law": [0, 0]}
    codes = fr.make_codes(pd.concat([pd.DataFrame(first), pd.DataFrame(second)]))
    both = fr.mean_codes(codes)
    assert isinstance(both, fr.MeanCodes)
    assert both.table["law"].tolist() == [0, 0.5, 0]
    assert repr(both) == "<MeanCodes: 3 sentences>"
    assert both.left_out.to_numpy().tolist() == [["a", 2, "peace", "nobody coded it"]]
    alone = fr.mean_codes(codes, coder="Bo")
    assert alone.table.index.tolist() == [("a", 2), ("a", 3)]
    assert alone.left_out.to_numpy().tolist() == [
        ["a", 1, "peace", "Bo did not code it"],
        ["a", 1, "law", "Bo did not code it"],
        ["a", 2, "peace", "Bo did not code it"],
    ]
    assert alone.settings["coder"] == "Bo"


def test_coders_need_names_of_their_own(corpus, hits, tmp_path):
    sample = fr.sample_for_coding(hits, corpus, 10, seed=1)
    for coders in (0, "Ann", ["Ann", "Ann"], ["../x"], []):
        with pytest.raises(fr.InputError, match="coders="):
            fr.write_coding_sheet(sample, tmp_path / "s.csv", coders=coders)
    with pytest.raises(fr.InputError, match=r"\.docx: a coding sheet is a file that ends in"):
        fr.write_coding_sheet(sample, tmp_path / "s.docx")


def waves():
    """Return hits whose strata have 300 and 100 sentences, and the codes of a first wave."""
    corpus = fr.make_corpus(["Rain fell. Snow fell. Hail fell. A truce held."] * 100)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    first = fr.sample_for_coding(hits, corpus, 40, seed=1)
    doubtful = first.table["stratum"].eq("peace") & (first.table.index % 2 == 0)
    return corpus, hits, first, first.table[["doc_id", "sentence"]].assign(peace=doubtful * 1)


def test_a_second_wave_goes_where_codes_vary_and_joins_the_first():
    corpus, hits, first, table = waves()
    both = fr.sample_for_coding(
        hits, corpus, 60, allocate="neyman", first=first, codes=fr.make_codes(table), seed=2
    )
    keys = ["doc_id", "sentence"]
    assert len(both) == 100
    assert len(both.last_wave) == 60
    assert not both.table.duplicated(keys).any()
    earlier = both.table[both.table["wave"] == 1]
    assert earlier[keys].to_numpy().tolist() == first.table[keys].to_numpy().tolist()
    # 30 codes without a case: S = sqrt(.016 * .984); 10 codes of which 3: S = .47. So of 100
    # sentences 300 * .126 / (300 * .126 + 100 * .47) = 45 are without a hit.
    assert both.strata["n"].tolist() == pytest.approx([45, 55], abs=3)
    np.testing.assert_allclose(
        both.table.groupby("stratum")["probability"].first()[["no hit", "peace"]],
        both.strata["n"] / [300, 100],
    )
    # A correction takes the codes of both waves.
    new = both.last_wave.table[keys].assign(peace=0)
    codes = fr.make_codes(pd.concat([table, new]))
    assert fr.correct(hits, codes, both).iloc[0]["n"] == 100
    third = fr.sample_for_coding(hits, corpus, 10, first=both, seed=3)
    assert third.table["wave"].value_counts().to_dict() == {1: 40, 2: 60, 3: 10}


def test_neyman_without_codes_draws_more_of_the_hits_than_their_share():
    corpus, hits, *_ = waves()
    plain, neyman = (
        fr.sample_for_coding(hits, corpus, 80, allocate=name, seed=1).strata["n"].tolist()
        for name in ("proportional", "neyman")
    )
    assert plain == [60, 20]
    # Standard deviations of .22 and .4: 300 * .22 to 100 * .4.
    assert neyman == pytest.approx([80 * 65.4 / 105.4, 80 * 40 / 105.4], abs=1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"allocate": "optimal"}, "allocate='optimal'"),
        ({"codes": True}, "codes= takes the codes of a first wave"),
        ({"first": True, "strata": ()}, "strata of first= differ"),
        ({"first": True, "n": 361}, "360 sentences with a token that are not yet drawn"),
    ],
)
def test_what_a_second_wave_cannot_be(arguments, message):
    corpus, hits, first, table = waves()
    given = {"first": first, "codes": fr.make_codes(table)}
    filled = {name: given.get(name, value) for name, value in arguments.items()}
    with pytest.raises(fr.InputError, match=message):
        fr.sample_for_coding(hits, corpus, filled.pop("n", 20), seed=1, **filled)


def test_rows_of_a_table_of_codes_become_codes_again():
    wide = pd.DataFrame({
        "doc_id": ["a", "a", "b", "a"], "sentence": [1, 2, 1, 1], "coder": ["x", "x", "x", "y"],
        "peace": [1, 0, np.nan, 1], "doubt": [0, 1, 1, 0],
    })  # fmt: skip
    codes = fr.make_codes(wide)
    again = fr.make_codes(codes.table)
    pd.testing.assert_frame_equal(again.table, codes.table)
    assert again.missing["doc_id"].tolist() == ["b"]
    part = fr.make_codes(codes.table[codes.table["coder"] == "y"])
    assert part.coders == ["y"]
    assert part.table["code"].tolist() == [1, 0]
    # A frame without codes is no frame of the part, and the order of frames stays.
    assert fr.make_codes(codes.table.query("frame == 'doubt'")).frames == ["doubt"]
    assert fr.make_codes(codes.table[::-1]).frames == ["peace", "doubt"]


def test_a_long_file_is_read_and_a_code_given_twice_is_refused(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text(
        "doc_id,sentence,coder,frame,code\na,1,x,peace,1\na,1,x,doubt,0\na,2,x,peace,\n",
        encoding="utf-8",
    )
    codes = fr.read_codes(path)
    assert codes.table[["sentence", "frame", "code"]].to_numpy().tolist() == [
        [1, "peace", 1], [1, "doubt", 0],
    ]  # fmt: skip
    assert len(codes.missing) == 2
    path.write_text(
        "doc_id,sentence,coder,frame,code\na,1,x,peace,1\na,1,x,peace,0\n", encoding="utf-8"
    )
    with pytest.raises(fr.InputError, match=r"^long.csv, row 3: x has coded sentence 1"):
        fr.read_codes(path)


@pytest.mark.parametrize("empty", ["", " ", None, float("nan"), pd.NA])
def test_a_code_without_a_document_is_refused(empty):
    table = pd.DataFrame({"doc_id": ["a", empty], "sentence": [1, 2], "peace": [1, 0]})
    with pytest.raises(fr.InputError, match="row 2, column doc_id: it is empty"):
        fr.make_codes(table)


def test_rows_of_sheets_without_a_document_are_no_pair(tmp_path):
    paths = [tmp_path / "x.csv", tmp_path / "y.csv"]
    for path in paths:
        path.write_text("doc_id,sentence,peace\na,1,1\n,2,0\n")
    with pytest.raises(fr.InputError, match=r"x\.csv, row 3, column doc_id: it is empty"):
        fr.read_codes(paths)


@pytest.mark.parametrize("scale", [(), (1,), (1, 1), "01", (0, float("nan")), 5, ("a", "b")])
def test_a_scale_has_two_numbers(scale):
    table = pd.DataFrame({"doc_id": ["a"], "sentence": [1], "peace": [1]})
    with pytest.raises(fr.InputError, match="scale"):
        fr.make_codes(table, scale=scale)


def test_a_sample_has_sentences_of_each_month():
    # 120 sentences of March, 6 of April and one without a date: a sample by months has some of all.
    texts = ["A truce held. " * 60] * 2 + ["A truce held. " * 6, "A truce held."]
    dates = ["2025-03-02", "2025-03-30", "2025-04-01", None]
    table = pd.DataFrame({"text": texts, "date": dates})
    corpus = fr.make_corpus(table)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    sample = fr.sample_for_coding(hits, corpus, 20, strata=("frame", "month"), seed=1)
    sizes = sample.strata.set_index("stratum")["size"]
    assert sizes.to_dict() == {
        "peace, (missing)": 1, "peace, 2025-03": 120, "peace, 2025-04": 6,
    }  # fmt: skip
    assert (sample.strata["n"] >= [1, 2, 2]).all()
    with pytest.raises(fr.InputError, match=r"strata='moon' is not known.*'quarter'"):
        fr.sample_for_coding(hits, corpus, 20, strata="moon", seed=1)


@pytest.mark.parametrize("above", ["Codes of Ann,,,\n,,,\n", "Codes,of,Ann,March\n"])
def test_a_title_above_the_header_of_a_sheet_is_named_with_the_row_of_the_header(tmp_path, above):
    path = tmp_path / "s.csv"
    path.write_text(f"{above}coder,doc_id,sentence,peace\nAnn,a1,1,1\n")
    row = above.count("\n") + 1
    with pytest.raises(fr.InputError, match=f"not the header.* is in row {row}"):
        fr.coding.read_codes(path)


def test_of_a_sheet_with_a_column_without_a_name_the_others_are_named(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text(",A : Peace,B : Doubt\n1 : Post,1,0\n")
    with pytest.raises(fr.InputError, match="'A : Peace', 'B : Doubt'; in a sheet of codes"):
        fr.coding.read_codes(path)


def test_sentences_of_a_workbook_are_numbers_that_sort(corpus, hits, tmp_path):
    sample = fr.sample_for_coding(hits, corpus, 10, seed=1)
    (path,) = fr.write_coding_sheet(sample, tmp_path / "s.xlsx", coders=["Ann"])
    sheet = openpyxl.load_workbook(path)["codes"]
    written = [(row[1].value, row[2].value) for row in sheet.iter_rows(min_row=2)]
    drawn = sample.table[["doc_id", "sentence"]].to_numpy().tolist()
    assert sorted(written) == sorted(map(tuple, drawn))
