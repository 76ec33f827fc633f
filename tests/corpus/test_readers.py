import contextlib
import gzip
import os
import zipfile

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing as fr


def write(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content, encoding="utf-8", newline="")
    return path


ROWS = {"doc_id": ["a", "b"], "text": ["A truce.", "No, a war."], "source": ["Wire", "Post"]}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", 'doc_id,text,source\na,A truce.,Wire\nb,"No, a war.",Post\n'),
        ("t.csv", "\ufeffdoc_id;text;source\r\na;A truce.;Wire\r\nb;No, a war.;Post\r\n"),
        ("t.tsv", "doc_id\ttext\tsource\na\tA truce.\tWire\nb\tNo, a war.\tPost\n"),
        (
            "t.jsonl",
            '{"doc_id": "a", "text": "A truce.", "source": "Wire"}\n\n'
            '{"doc_id": "b", "text": "No, a war.", "source": "Post"}\n',
        ),
    ],
)
def test_every_format_gives_the_same_corpus(tmp_path, name, content):
    corpus = fr.read_corpus(write(tmp_path, name, content))
    assert corpus.table[list(ROWS)].to_dict("list") == ROWS
    assert corpus.fingerprint == fr.make_corpus(ROWS["text"], doc_id=ROWS["doc_id"]).fingerprint


def test_parquet_gives_the_same_corpus(tmp_path):
    pd.DataFrame(ROWS).to_parquet(tmp_path / "t.parquet")
    assert fr.read_corpus(tmp_path / "t.parquet").table[list(ROWS)].to_dict("list") == ROWS


def test_a_folder_takes_its_metadata_from_the_table_beside_it(tmp_path):
    write(tmp_path, "a.txt", "A truce.")
    write(tmp_path, "sub/b.txt", "A war.")
    write(tmp_path, "documents.csv", "file,title,outlet\nsub/b.txt,War,Post\na.txt,Truce,Wire\n")
    table = fr.read_corpus(tmp_path, source="outlet").table
    assert table[["doc_id", "title", "source"]].to_numpy().tolist() == [
        ["a", "Truce", "Wire"],
        ["sub/b", "War", "Post"],
    ]


def test_a_single_article_and_endings_in_capitals_are_read(tmp_path):
    path = write(tmp_path, "A.TXT", "A truce.")
    assert fr.read_corpus(path).table["doc_id"].tolist() == ["A"]
    assert fr.read_corpus(tmp_path).table["doc_id"].tolist() == ["A"]


def test_files_that_are_not_read_are_listed(tmp_path):
    write(tmp_path, "a.txt", "A truce.")
    write(tmp_path, "b.docx", "PK")
    write(tmp_path, ".hidden", "x")
    listed = fr.read_corpus(tmp_path).exclusions
    assert listed[["doc_id", "rule"]].to_numpy().tolist() == [["b.docx", "not read"]]


def test_metadata_without_a_file_is_listed(tmp_path):
    write(tmp_path, "a.txt", "A truce.")
    write(tmp_path, "documents.csv", "doc_id,title\na,Truce\nlost,Lost\n")
    corpus = fr.read_corpus(tmp_path)
    assert corpus.exclusions["reason"].tolist() == [
        "documents.csv, line 3: there is no file lost.txt"
    ]


def test_the_columns_meant_can_be_named(tmp_path):
    path = write(tmp_path, "t.csv", "id,body,text,paper,day\n7,A truce.,old,Wire,2025-02-13\n")
    corpus = fr.read_corpus(path, text="body", doc_id="id", source="paper", date="day")
    row = corpus.table.iloc[0]
    assert (row["doc_id"], row["text"], row["text_given"]) == ("7", "A truce.", "old")
    assert (row["source"], row["date"]) == ("Wire", pd.Timestamp("2025-02-13"))


def test_a_file_in_another_encoding_is_read_where_that_is_said(tmp_path):
    write(tmp_path, "a.txt", "Café en paix.".encode("cp1252"))
    with pytest.raises(
        fr.InputError, match=r"a\.txt: byte 3 .*0xe9.* not utf-8.*encoding='cp1252'"
    ):
        fr.read_corpus(tmp_path, encoding="utf-8")
    assert fr.read_corpus(tmp_path, encoding="cp1252").table["text"].tolist() == ["Café en paix."]
    with pytest.raises(fr.InputError, match=r"encoding='latin-99' is not known"):
        fr.read_corpus(tmp_path, encoding="latin-99")


def test_offsets_count_the_characters_of_the_file_whatever_ends_its_lines(tmp_path):
    write(tmp_path, "a.txt", "Rain fell.\r\nA truce.\r\n")
    corpus = fr.read_corpus(tmp_path)
    row = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]})).table.iloc[0]
    assert corpus.table["text"][0][row["start"] : row["end"]] == "truce"
    assert row["start"] == 14


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.csv", "doc_id,kopf\na,A truce.\n", r"t\.csv has no column 'text'.*text='…'"),
        ("t.csv", "doc_id,txt\na,A truce.\n", r"Its columns: 'doc_id', 'txt'.*Did you mean 'txt'"),
        ("t.csv", "doc_id,text\na,One.\nb,Two.\na,Three.\n", r"'a' is in rows 1, 3"),
        ("t.csv", "doc_id,text\na,One.\n,Two.\n", r"doc_id is missing in row 2"),
        (
            "t.csv",
            "doc_id,text\na,One.\nb,Two, three.\n",
            r"line 3: 3 fields where the header has 2",
        ),
        ("t.csv", 'doc_id,text\na,"One.\nb,Two.\n', r"quotation mark is opened and never closed"),
        ("t.csv", "doc_id,text\n", r"a header but no rows"),
        ("t.csv", "", r"t\.csv is empty"),
        ("t.csv", b"doc_id,text\na,\xff\n", r"t\.csv: byte 14 \(line 2, value 0xff\)"),
        ("t.csv", b"doc_id,text\na,o\0\n", r"a byte 0, which no text has"),
        ("t.csv", "doc_id,text\na,  \nb,\n", r"no document with text is left \(2 given, 2 blank\)"),
        ("t.csv", "doc_id,text,date\na,One.,soon\n", r"none of the 1 dates.*'soon'.*date='…'"),
        ("t.csv", "doc_id,text,frame\na,One.,x\n", r"cannot have the name 'frame'"),
        ("t.csv", "doc_id,text,text.1,text\na,One.,x,y\n", r"'text' .*twice"),
        ("t.jsonl", '{"text": "One."}\n{"text": }\n', r"line 2: this is not JSON"),
        ("t.jsonl", '["One."]\n', r"line 1: a list, not an object"),
        ("t.jsonl", "\n", r"is empty"),
        ("t.jsonl", '{"text": "One.", "text": "Two."}', r"object has the key 'text' twice"),
        ("t.jsonl", '{"text": "One."}\n{"text": 5}\n', r"text in row 2 is 5\.?0? .*not text"),
        ("t.parquet", b"PAR1 no", r"cannot be read as Parquet"),
        ("t.docx", b"PK", r"'\.docx', but the content is of another kind"),
    ],
)
def test_what_bad_files_get(tmp_path, name, content, message):
    path = write(tmp_path, name, content)
    with pytest.raises(fr.InputError, match=message) as caught:
        fr.read_corpus(path)
    assert str(path) in str(caught.value)


def test_what_bad_folders_get(tmp_path):
    with pytest.raises(fr.InputError, match=r"has no file that can be read\. It contains: nothing"):
        fr.read_corpus(tmp_path)
    write(tmp_path, "articles.txt", "A truce.")
    with pytest.raises(
        fr.InputError, match=r"no such file or folder\. Did you mean 'articles\.txt'"
    ):
        fr.read_corpus(tmp_path / "article.txt")
    write(tmp_path, "documents.csv", "name,title\na,b\n")
    with pytest.raises(
        fr.InputError,
        match=r"no column that names the files. Name the column one of 'doc_id', 'file'",
    ):
        fr.read_corpus(tmp_path)
    write(tmp_path, "documents.csv", "doc_id,title\na,b\na,c\n")
    with pytest.raises(fr.InputError, match=r"'a' is in the lines 2, 3"):
        fr.read_corpus(tmp_path)


def test_dates_that_cannot_be_read_are_listed_and_the_document_stays(tmp_path):
    content = "doc_id,text,date\na,One.,2025-02-13T09:30\nb,Two.,soon\nc,Three.,\n"
    corpus = fr.read_corpus(write(tmp_path, "t.csv", content))
    assert corpus.table["date"].notna().tolist() == [True, False, False]
    assert corpus.exclusions[["doc_id", "kind"]].to_numpy().tolist() == [["b", "value"]]
    assert "'soon' cannot be read" in corpus.exclusions["reason"][0]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(["", "  ", "\n", "A truce.", "Related Sources:"]), min_size=1))
def test_no_document_is_lost(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("texts")
    for number, text in enumerate(texts):
        write(folder, f"{number}.txt", text)
    if not any(text.strip() for text in texts):
        with pytest.raises(fr.InputError, match=f"{len(texts)} given, {len(texts)} blank"):
            fr.read_corpus(folder)
        return
    corpus = fr.read_corpus(folder)
    dropped = corpus.exclusions.query("kind == 'document'")["doc_id"]
    assert sorted([*corpus.table["doc_id"], *dropped]) == sorted(map(str, range(len(texts))))


def test_covariates_of_a_csv_that_hold_numbers_are_numbers(tmp_path):
    path = tmp_path / "news.csv"
    rows = [
        "doc_id,text,source,date,reach,trust,desk,code,mixed,weight",
        "1,A truce.,7,2025,10,0.5,3,007,1,1.50",
        "2,Rain fell.,8,2024,20,-1,,010,x,2",
        "3,,8,2024,,,,010,x,",
        "4,Snow fell.,8,2024,9,,4,123,1e3,0.25",
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    table = fr.read_corpus(path).table
    assert table["reach"].tolist() == [10, 20, 9]
    assert table["trust"].dropna().tolist() == [0.5, -1]
    assert table["desk"].dropna().astype(str).tolist() == ["3", "4"]
    assert table["code"].tolist() == ["007", "010", "123"]
    assert table["mixed"].tolist() == ["1", "x", "1e3"]
    assert table["source"].tolist() == ["7", "8", "8"]
    assert table["doc_id"].tolist() == ["1", "2", "4"]
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, text in (("a", "A truce."), ("b", "Rain.")):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / "documents.csv").write_text("file,reach\nb,2\na,11\n", encoding="utf-8")
    hits = fr.find_hits(fr.read_corpus(folder), fr.make_lexicon({"peace": ["truce"]}))
    assert fr.score(hits, unit="reach").units["unit_id"].tolist() == ["2", "11"]


def test_files_of_a_folder_may_have_different_encodings(tmp_path):
    texts = {"utf-8": "Café.", "utf-16": "Paix à Genève.", "cp1252": "L’été est là, dit-il."}
    for encoding, text in texts.items():
        write(tmp_path, f"{encoding}.txt", text.encode(encoding))
    for asked in (None, "cp1252"):
        corpus = fr.read_corpus(tmp_path, encoding=asked)
        read = corpus.table.set_index("doc_id")["text"].to_dict()
        assert read == texts
    notes = fr.read_corpus(tmp_path).notes
    assert len(notes) == 2
    assert "'cp1252.txt': read as cp1252" in notes[0]
    assert "2 notes on reading" in repr(fr.read_corpus(tmp_path))


def test_a_folder_is_read_without_what_programs_leave_in_it(tmp_path):
    for name in ("a.txt", ".b.txt", ".git/c.txt", "sub/.trash/d.txt", "sub/e.txt", "Thumbs.db"):
        write(tmp_path, name, "A truce.")
    write(tmp_path, "~$a.txt", b"\x05\xff\x00")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "lost.txt").symlink_to(tmp_path / "nowhere")
    elsewhere = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    write(elsewhere, "f.txt", "A truce.")
    (tmp_path / "linked").symlink_to(elsewhere)
    corpus = fr.read_corpus(tmp_path)
    assert corpus.table["doc_id"].tolist() == ["a", "linked/f", "sub/e"]
    reasons = dict(zip(corpus.exclusions["doc_id"], corpus.exclusions["reason"], strict=True))
    assert {name: reason.split(": ")[1][:20] for name, reason in reasons.items()} == {
        ".b.txt": "hidden files are not",
        ".git": "hidden folders are n",
        "loop": "this link leads to a",
        "lost.txt": "this link leads nowh",
        "pipe.txt": "this is a pipe, a so",
        "sub/.trash": "hidden folders are n",
        "~$a.txt": "this is the lock fil",
    }
    with pytest.raises(fr.InputError, match="a pipe, a socket or a device"):
        fr.read_corpus(tmp_path / "pipe.txt")
    assert fr.read_corpus(f"{tmp_path}/*.txt").table["doc_id"].tolist() == ["a"]


def test_bins_and_indexes_of_systems_are_not_read(tmp_path):
    for folder in ("$RECYCLE.BIN", "sub/@eaDir", "System Volume Information", "recycled paper"):
        write(tmp_path, f"{folder}/a.txt", "A truce.")
    corpus = fr.read_corpus(tmp_path)
    assert corpus.table["doc_id"].tolist() == ["recycled paper/a"]
    assert len(corpus.exclusions) == 3
    assert corpus.exclusions["reason"].str.contains("folders of the system").all()
    assert len(fr.read_corpus(f"{tmp_path}/**/*.txt")) == 1
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as packed:
        for name in ("@eaDir/a.txt", "b.txt"):
            packed.writestr(name, "A truce.")
    assert fr.read_corpus(tmp_path / "b.zip").table["text"].tolist() == ["A truce."]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("", "The path is empty"),
        (" ", "The path is empty"),
        ("a" * 5000, r"aaa… \(5,000 characters\): .*name too long"),
        ("a\0b.txt", "cannot be opened|no such file"),
        ("The minister said that\nthe truce holds.", r"make_corpus\(\[text\]\)"),
    ],
)
def test_paths_that_lead_nowhere_are_refused_in_one_line(path, message):
    with pytest.raises(fr.InputError, match=message) as caught:
        fr.read_corpus(path)
    assert len(str(caught.value)) < 600


def test_files_are_read_by_one_process_or_more(tmp_path):
    (tmp_path / "a.txt").write_text("A truce.", encoding="utf-8")
    with pytest.raises(fr.InputError, match=r"workers=0 .* above zero"):
        fr.read_corpus(tmp_path, workers=0)


def test_a_file_name_that_is_not_utf_8_is_read(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("A truce.", encoding="utf-8")
    assert fr.read_corpus(tmp_path).table["doc_id"].tolist() == ["caf\\xe9"]


def test_the_character_0_is_refused_with_its_line(tmp_path):
    for name, content in (("t.txt", "A.\nThe peace\0 talks."), ("t.tsv", "text\nA\0B\n")):
        with pytest.raises(fr.InputError, match=r"line 2: the text has a byte 0"):
            fr.read_corpus(write(tmp_path, name, content))
    with pytest.raises(fr.InputError, match=r"text of 't-1' has the character 0"):
        fr.read_corpus(write(tmp_path, "t.jsonl", '{"text": "a tru\\u0000ce"}\n'))
    with pytest.raises(fr.InputError, match=r"text of 'text2' has the character 0"):
        fr.make_corpus(["A truce.", "a tru\0ce"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('doc_id,text\na,"x "bad" y"\n', "line 2: text follows a quotation mark that closes"),
        ('doc_id,text\na,b\nc,"x"y\n', "line 3: text follows a quotation mark that closes"),
        ("doc_id,text,source\na,truce\n", "line 2: 2 fields where the header has 3"),
        ("doc_id,text\na,truce, and more\nb,peace\n", "line 2: 3 fields where the header has 2"),
    ],
)
def test_no_row_of_a_table_is_cut(tmp_path, content, message):
    with pytest.raises(fr.InputError, match=message):
        fr.read_corpus(write(tmp_path, "t.csv", content))


def test_line_ends_of_any_kind_and_stated_separators_are_read(tmp_path):
    rows = [["a", "One."], ["b", "Two, three."]]
    for content in (
        'doc_id,text\ra,One.\rb,"Two, three."\r',
        "sep=;\r\ndoc_id;text\r\na;One.\r\nb;Two, three.\r\n",
        "doc_id|text\na|One.\nb|Two, three.\n",
    ):
        corpus = fr.read_corpus(write(tmp_path, "t.csv", content))
        assert corpus.table[["doc_id", "text"]].to_numpy().tolist() == rows


def test_damaged_and_hostile_files_get_a_message(tmp_path):
    pd.DataFrame(ROWS).to_parquet(tmp_path / "t.parquet")
    data = (tmp_path / "t.parquet").read_bytes()
    for position in range(4, len(data), 97):
        damaged = data[:position] + bytes([data[position] ^ 0x55]) + data[position + 1 :]
        path = write(tmp_path, "t.parquet", damaged)
        with contextlib.suppress(fr.InputError):
            fr.read_corpus(path)
    with pytest.raises(fr.InputError, match=r"line 1: .*nested too deep"):
        fr.read_corpus(write(tmp_path, "t.jsonl", '{"text": ' + "[" * 100_000))


def test_columns_of_documents_csv_are_known_by_their_usual_names(tmp_path):
    write(tmp_path, "a.txt", "Ein Krieg.")
    content = "file;Überschrift;Zeitung;Datum;Reichweite\na.txt;Krieg;Bote;03/04/2025;1,5\n"
    write(tmp_path, "documents.csv", content.encode("cp1252"))
    corpus = fr.read_corpus(tmp_path)
    row = corpus.table.iloc[0]
    assert (row["title"], row["source"], row["Reichweite"]) == ("Krieg", "Bote", 1.5)
    assert str(row["date"])[:10] == "2025-04-03"
    assert "title = 'Überschrift'" in corpus.notes[1]
    with pytest.raises(fr.InputError, match=r"has no column 'Outlet'"):
        fr.read_corpus(tmp_path, source="Outlet")


def test_documents_csv_says_how_it_was_read_and_which_texts_it_lacks(tmp_path):
    for name in ("one.TXT", "two.txt", "three.txt"):
        write(tmp_path, name, "Truce now.")
    rows = "file;source\nOne.txt;Süddeutsche\ntwo.txt;Größe\n"
    write(tmp_path, "documents.csv", rows.encode("cp1252"))
    corpus = fr.read_corpus(tmp_path)
    sources = dict(corpus.table[["doc_id", "source"]].dropna().to_numpy())
    assert sources == {"one": "Süddeutsche", "two": "Größe"}
    assert corpus.notes[0].startswith("documents.csv: read as cp1252.")
    assert "documents.csv has no row for 1 of 3 documents ('three')" in corpus.notes[1]


def test_half_a_pair_and_invisible_texts_stop_nothing(tmp_path):
    lines = [
        '{"text": "\\ud83d truce"}',
        '{"text": "\\u200b \\ufeff"}',
        '{"text": "a", "m": {"text": 1}}',
    ]
    corpus = fr.read_corpus(write(tmp_path, "t.jsonl", "\n".join(lines)))
    assert corpus.table["text"].tolist() == ["\ufffd truce", "a"]
    assert len(corpus.exclusions) == 1


def test_no_date_is_of_the_first_thousand_years():
    corpus = fr.make_corpus(["One.", "Two."], date=["0022-02-24", "2022-02-24"])
    assert corpus.table["date"].isna().tolist() == [True, False]


def test_a_link_to_itself_costs_only_itself(tmp_path):
    (tmp_path / "a.txt").write_text("A truce.", encoding="utf-8")
    for name in ("s.csv", ".hidden"):
        (tmp_path / name).symlink_to(tmp_path / name)
    corpus = fr.read_corpus(tmp_path)
    assert corpus.table["doc_id"].tolist() == ["a"]
    assert corpus.exclusions["doc_id"].tolist() == ["s.csv"]


def test_what_a_zip_archive_holds_beside_articles_is_listed(tmp_path):
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for name in ("a.txt", "../../out.txt", ".git/x.txt", "__MACOSX/._a.txt", "b/.c.txt"):
            archive.writestr(name, "A truce.")
    corpus = fr.read_corpus(tmp_path)
    assert corpus.table["text"].tolist() == ["A truce."]
    reasons = dict(zip(corpus.exclusions["doc_id"], corpus.exclusions["reason"], strict=True))
    assert sorted(reasons) == ["z.zip/../../out.txt", "z.zip/.git/x.txt", "z.zip/b/.c.txt"]
    assert "leads out of the archive" in reasons["z.zip/../../out.txt"]


def test_what_is_packed_too_small_to_be_text_is_not_unpacked(tmp_path):
    big = b"a " * 30_000_000
    with zipfile.ZipFile(tmp_path / "z.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", big)
    (tmp_path / "g.txt.gz").write_bytes(gzip.compress(big, 9))
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(b"A truce. " * 10_000))
    corpus = fr.read_corpus(tmp_path)
    assert corpus.table["doc_id"].tolist() == ["b"]
    assert corpus.exclusions["reason"].str.contains("which no text can be").tolist() == [True, True]


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\0\0", b"\0\1garbage\xff" * 50])
@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.txt.gz"])
def test_bytes_that_are_no_text_are_not_guessed_into_letters(tmp_path, name, data):
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    with pytest.raises(fr.InputError, match=r"byte \d+ \(line \d+\) is 0, which no text has"):
        fr.read_corpus(tmp_path / name)


def test_a_column_of_documents_csv_that_names_the_files_is_found(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(f"Truce {name}.", encoding="utf-8")
    rows = "Datei,source\na.txt,Wire\nb.txt,Blog\n"
    (tmp_path / "documents.csv").write_text(rows, encoding="utf-8")
    table = fr.read_corpus(tmp_path).table
    assert table[["doc_id", "source"]].to_numpy().tolist() == [["a", "Wire"], ["b", "Blog"]]
    assert "Datei" not in table


def test_a_short_sentence_in_another_column_of_texts_is_no_blank_text(tmp_path):
    path = write(tmp_path, "a.jsonl", '{"text": "A truce."}\n{"body": "Rain fell."}\n')
    corpus = fr.read_corpus(path)
    assert corpus.table["text"].tolist() == ["A truce.", "Rain fell."]
    assert "it is that of 'body'" in corpus.notes[0]
    path = write(tmp_path, "b.jsonl", '{"text": "A truce."}\n{"description": "Rain fell."}\n')
    corpus = fr.read_corpus(path)
    assert corpus.exclusions["rule"].tolist() == ["blank text"]
    assert "text='description' reads it" in corpus.notes[0]


def test_hidden_files_of_an_archive_are_listed_if_they_are_called_as_texts_are(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("a.txt", ".b.txt", "._a.txt", ".gitignore"):
            archive.writestr(name, "A truce.")
    corpus = fr.read_corpus(path)
    assert len(corpus.table) == 1
    assert corpus.exclusions["reason"].str.contains("hidden files are not read").tolist() == [True]


def test_a_text_in_utf_7_is_noted(tmp_path):
    path = write(tmp_path, "a.txt", "Caf+AOk- in M+APw-nchen.")
    assert "'+AOk-' in it may be 'é', which encoding='utf-7' reads" in fr.read_corpus(path).notes[0]
    assert fr.read_corpus(path, encoding="utf-7").table["text"][0] == "Café in München."
    path = write(tmp_path, "b.txt", "C+AGE-related, 3+A4- and 5+AB-.")
    assert fr.read_corpus(path).notes == ()


def test_quotation_marks_behind_a_backslash_are_refused_with_a_way_to_read_them(tmp_path):
    path = write(tmp_path, "a.csv", 'id,text\n1,"A \\"truce\\" now."\n')
    with pytest.raises(fr.InputError, match=r"read_csv\(path, escapechar='\\\\'\)"):
        fr.read_corpus(path)
    table = pd.read_csv(path, escapechar="\\")
    assert table["text"].tolist() == ['A "truce" now.']
