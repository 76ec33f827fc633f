import bz2
import gzip
import io
import json
import lzma
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest

import framing as fr

ROOT = Path(fr.__file__).parents[1]

LONG = "The talks about a truce went on in the capital and no one knew how they would end. " * 4


def read(tmp_path, name, content, **options):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return fr.read_corpus(path, **options)


def roles(corpus):
    """Return text, title, source and day of each document."""
    table = corpus.table.astype({"title": object, "source": object})
    return [
        (row.text, row.title, row.source, str(row.date)[:10])
        for row in table.fillna({"title": "", "source": ""}).itertuples()
    ]


def workbook(sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def feather(table):
    data = io.BytesIO()
    table.to_feather(data)
    return data.getvalue()


def test_a_german_table_of_excel_is_read_as_it_is(tmp_path):
    content = (
        "Überschrift;Text;Datum;Zeitung;Reichweite\r\n"
        "Größe;Die Gespräche über den Frieden gehen weiter.;13.02.2025;Wochenblatt;1.234,5\r\n"
        "Krieg;Für die Städte fällt Schnee.;03.04.2025;Bote;3,5\r\n"
    )
    corpus = read(tmp_path, "t.csv", content.encode("cp1252"))
    assert roles(corpus)[1] == ("Für die Städte fällt Schnee.", "Krieg", "Bote", "2025-04-03")
    assert corpus.table["Reichweite"].tolist() == [1234.5, 3.5]
    notes = " ".join(corpus.notes)
    for said in ("read as cp1252", "title = 'Überschrift'", "date = 'Datum'", "day first"):
        assert said in notes


@pytest.mark.parametrize(
    "header",
    [
        "body,headline,outlet,published_at",
        "Full Text,Title,Publication,Publication Date",
        "content,title,media_name,publish_date",
        "Article Text,Head-line,source_name,pub date",
        "Volltext,Titel,Quelle,Erscheinungsdatum",
        "contenu,titre,média,date de parution",
        "cuerpo,titular,periódico,fecha",
        "testo,titolo,testata,data",
        "conteúdo,título,veículo,data de publicação",
        "tekst,kop,krant,datum",
        "brödtext,rubrik,tidning,datum",
        "treść,tytuł,gazeta,data publikacji",
        "текст,заголовок,источник,дата",
        "正文,标题,来源,日期",
        "本文,見出し,新聞,日付",
        "Metin,Başlık,Kaynak,Tarih",
        "İÇERİK,BAŞLIK,KAYNAK,TARİH",
        "Textkörper,Artikelüberschrift,Zeitungsname,Erscheinungstag",
        "Texte de l'article,Titre de l'article,Nom du journal,Date de diffusion",
        "Texto de la noticia,Título de la noticia,Medio de comunicación,Fecha de edición",
        "Testo articolo,Titolo articolo,Rivista,Data uscita",
        "Texto da matéria,Título da matéria,Veículo de comunicação,Data da notícia",
        "Artikeltekst,Krantenkop,Naam krant,Verschijningsdatum",
        "Artikeltekst,Artikeloverskrift,Medie,Udgivet",
        "Leipäteksti,Pääotsikko,Julkaisu,Julkaisupäivä",
        "Treść artykułu,Tytuł artykułu,Nazwa źródła,Data wydania",
        "Text článku,Název článku,Název média,Datum zveřejnění",
        "Cikk szövege,Cikk címe,Lap neve,Közzététel",
        "Текст новости,Заголовок статьи,Название издания,Дата выхода",
        "Nội dung,Tiêu đề,Nguồn,Ngày đăng",
        "Isi berita,Judul,Sumber,Tanggal",
        "เนื้อหา,หัวข้อข่าว,แหล่งข่าว,วันที่",
        "متن خبر,تیتر,خبرگزاری,تاریخ انتشار",
        "טקסט,כותרת,עיתון,תאריך",
        "文章内容,新闻标题,媒体名称,发表时间",
        "기사 본문,기사 제목,매체명,보도일",
        "Text (bitte einfügen),Titel (Original),Quelle (Factiva),Datum (TT.MM.JJJJ)",
    ],
)
def test_columns_are_known_by_their_names_in_many_languages(tmp_path, header):
    corpus = read(tmp_path, "t.csv", f"{header},wave\nA truce.,Truce,Wire,2025-02-13,7\n")
    assert roles(corpus) == [("A truce.", "Truce", "Wire", "2025-02-13")]
    assert corpus.table["wave"].tolist() == [7]
    assert len(corpus.notes) == 1
    assert f"text = {header.split(',')[0]!r}" in corpus.notes[0]


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Titel (Zeitung)", "title"),
        ("Date (accessed)", "date"),
        ("Datum (Abruf)", "date"),
        ("Source (URL)", "source"),
        ("Date (Code)", "date"),
        ("Titel (Länge)", "title"),
        ("Text (Titel)", "text"),
    ],
)
def test_a_remark_behind_a_name_may_say_that_it_holds_something_else(tmp_path, header, role):
    long = "The truce held for a day on the border, and many people there doubt that it will last."
    corpus = read(tmp_path, "t.csv", f'{header},Bericht\n2025-02-13,"{long} {long}"\n')
    assert header in corpus.table.columns
    assert corpus.table["text"].tolist() == [f"{long} {long}"]
    assert not [note for note in corpus.notes if f"{role} = " in note]


def test_of_two_columns_with_a_remark_behind_the_same_name_none_is_chosen(tmp_path):
    with pytest.raises(fr.InputError, match="Say which column holds the text"):
        read(tmp_path, "t.csv", "Text (English),Text (Deutsch),Title\nA truce.,Ruhe.,Truce\n")


def test_names_of_files_are_no_texts(tmp_path):
    content = "ID,Document,Quotation Content,Codes\n1:1,Post.docx,Many doubt it.,Doubt\n"
    assert read(tmp_path, "q.csv", content).table["text"].tolist() == ["Many doubt it."]
    with pytest.raises(fr.InputError, match="Say which column holds the text"):
        read(tmp_path, "q.csv", "ID,Document,Size\n1,Post.docx,a\n2,Wire (2).PDF,b\n")


@pytest.mark.parametrize(
    ("header", "day", "calendar"),
    [
        ("متن,تاریخ", "1403/11/25", "Persian"),
        ("النص,التاريخ", "1446-08-14", "Islamic"),
        ("เนื้อหา,วันที่", "13/02/2568", "Buddhist"),
    ],
)
def test_years_of_another_calendar_are_not_read_as_others(tmp_path, header, day, calendar):
    corpus = read(tmp_path, "t.csv", f"{header}\nA truce.,{day}\n")
    assert corpus.table["date"].isna().all()
    assert calendar in " ".join(corpus.notes)
    corpus = read(tmp_path, "t.csv", f"{header}\nA truce.,2025-02-13\n")
    assert str(corpus.table["date"].iloc[0].date()) == "2025-02-13"


def test_columns_that_are_named_overrule_their_names(tmp_path):
    content = "text,body,title,kop,updated,published\nA.,B.,C,D,2025-02-13,2024-02-13\n"
    corpus = read(tmp_path, "t.csv", content, text="body", title="kop", date="updated")
    assert roles(corpus) == [("B.", "D", "", "2025-02-13")]
    assert corpus.table["text_given"].tolist() == ["A."]
    assert roles(read(tmp_path, "t.csv", content))[0] == ("A.", "C", "", "2024-02-13")


def test_a_column_is_chosen_only_where_it_can_bear_its_role(tmp_path):
    content = "text,time,date of print,created\nA truce.,soon,2025-02-13,2024-01-02\n"
    assert roles(read(tmp_path, "t.csv", content))[0][3] == "2024-01-02"
    content = f"note,inhalt_x\nx,{LONG}\ny,{LONG}\n"
    corpus = read(tmp_path, "t.csv", content)
    assert roles(corpus)[0][0].startswith("The talks")
    assert "'inhalt_x' has the longest texts" in corpus.notes[0]
    corpus = read(tmp_path, "t.csv", "headline,date\nA truce,2025-02-13\n")
    assert roles(corpus) == [("A truce", "A truce", "", "2025-02-13")]
    assert "the titles ('headline') are the texts" in corpus.notes[-1]
    with pytest.raises(fr.InputError, match=r"has no column 'text'.*text='…'"):
        read(tmp_path, "t.csv", f"title,x1,x2\nA truce,{LONG},{LONG}\n")


def test_the_name_of_a_column_tells_that_the_day_is_first(tmp_path):
    corpus = read(tmp_path, "t.csv", "Text,Datum\nEin Krieg.,03/04/2025\n")
    assert roles(corpus)[0][3] == "2025-04-03"
    assert "the column of the dates is 'Datum'" in corpus.notes[-1]
    with pytest.raises(fr.InputError, match=r"dates='dmy' \(day\) or dates='mdy'"):
        read(tmp_path, "t.csv", "text,date\nA war.,03/04/2025\n")
    corpus = read(tmp_path, "t.csv", "text,date\nA war.,03/04/2025\n", dates="mdy")
    assert roles(corpus)[0][3] == "2025-03-04"


ROWS = [
    {"headline": "T", "body": "A truce.", "published": "2025-02-13"},
    {"headline": "W", "body": "A war.", "published": "2025-02-14"},
]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.json", json.dumps(ROWS)),
        ("t.json", json.dumps(ROWS, indent=1)),
        ("t.json", json.dumps({"status": "ok", "articles": ROWS, "tags": [{"a": 1}]})),
        ("t.json", json.dumps({"response": {"results": ROWS}})),
        ("t.json", json.dumps([{"fields": row, "tags": ["a", "b"]} for row in ROWS])),
        ("t.json", "\n".join(map(json.dumps, ROWS))),
        ("t.jsonl", json.dumps(ROWS, indent=1)),
        ("t.json", json.dumps([{**row, "reach": float("nan")} for row in ROWS])),
        ("t.json", pd.DataFrame(ROWS).to_json()),
        ("t.json", pd.DataFrame(ROWS).to_json(orient="index")),
        ("t.json", json.dumps(pd.DataFrame(ROWS).to_dict("list"))),
        ("t.jsonl.gz", gzip.compress("\n".join(map(json.dumps, ROWS)).encode(), mtime=0)),
        ("t.jsonl.bz2", bz2.compress("\n".join(map(json.dumps, ROWS)).encode())),
        ("t.json.xz", lzma.compress(json.dumps(ROWS).encode())),
        ("t.json.zst", bytes(pa.compress(json.dumps(ROWS).encode(), codec="zstd"))),
        ("t.feather", feather(pd.DataFrame(ROWS))),
        ("t.xlsx", workbook({"Sheet1": [["headline", "body", "published"],
         *(list(row.values()) for row in ROWS)]})),
        ("t.xlsx", workbook({"empty": [], "Results": [["Search of 2025"], [],
         ["headline", "body", "published"], *(list(row.values()) for row in ROWS)]})),
        ("t.xlsx", workbook({row["headline"]: [list(row), list(row.values())] for row in ROWS})),
    ],
)  # fmt: skip
def test_json_and_spreadsheets_of_many_shapes_give_the_same_articles(tmp_path, name, content):
    corpus = read(tmp_path, name, content)
    assert roles(corpus) == [
        ("A truce.", "T", "", "2025-02-13"),
        ("A war.", "W", "", "2025-02-14"),
    ]


def test_spreadsheets_keep_dates_and_numbers_and_say_what_they_do_not_give(tmp_path):
    day = pd.Timestamp("2025-02-13").to_pydatetime()
    rows = [["text", "date", "reach", "desk"], ["A truce.", day, 3, "007"]]
    rows.append([(LONG * 200)[:32767], day, 2, ""])
    corpus = read(tmp_path, "t.xlsx", workbook({"a": rows, "b": [["x", "y"], [1, 2]]}))
    assert roles(corpus)[0] == ("A truce.", "", "", "2025-02-13")
    assert corpus.table["reach"].tolist() == [3, 2]
    assert corpus.table["desk"].tolist()[0] == "007"
    assert "the sheets 'b' have other columns" in corpus.notes[0]
    assert "1 cells have 32,767 characters" in corpus.notes[1]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.json", '{"a": 1}', "this JSON holds no articles"),
        ("t.json", "[1, 2]", "this JSON holds no articles"),
        ("t.json", "[{]", "this is not JSON"),
        ("t.json", " \n", "is empty"),
        ("t.json", "[" * 100_000, "nested too deep"),
        ("t.xlsx", workbook({"a": [["text"]]}), "no sheet has a header and rows"),
        ("t.xlsx", workbook({"a": [["text"], ["A."]]})[:2000], "t.xlsx"),
        ("t.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), "t.xlsx"),
        ("t.feather", feather(pd.DataFrame(ROWS))[:200], "cannot be read as Arrow"),
        ("t.jsonl.zst", bytes(pa.compress(b"{}" * 99, codec="zstd"))[:9], "file is damaged"),
        ("t.jsonl.xz", lzma.compress(b"{}" * 99)[:20], "file is damaged"),
        ("t.jsonl.bz2", bz2.compress(b"{}" * 99)[:20], "file is damaged"),
    ],
)
def test_what_bad_tables_get(tmp_path, name, content, message):
    with pytest.raises(fr.InputError, match=message):
        read(tmp_path, name, content)


def test_tabs_separate_cells_with_quotation_marks_as_they_stand(tmp_path):
    content = 'text\tsource\n"Peace" talks go on\tWire\nThe "truce\tPost\n'
    corpus = read(tmp_path, "t.tsv", content)
    assert [row[0] for row in roles(corpus)] == ['"Peace" talks go on', 'The "truce']
    quoted = 'text\tsource\n"One\ttwo ""x""\nthree"\tWire\n'
    assert roles(read(tmp_path, "t.tsv", quoted))[0][0] == 'One\ttwo "x"\nthree'
    with pytest.raises(fr.InputError, match=r"line 3: (1 fields|text follows)"):
        read(tmp_path, "t.tsv", 'text\tsource\nA\tWire\n"x "y" z\n')


def test_a_table_that_excel_saved_as_text_is_a_table(tmp_path):
    content = "Titel\tText\tDatum\r\nKrieg\tEin Krieg.\t13.02.2025\r\n"
    corpus = read(tmp_path, "t.txt", content.encode("utf-16"))
    assert roles(corpus) == [("Ein Krieg.", "Krieg", "", "2025-02-13")]
    article = "Title; text; date\n\nThe three words above are a title.\n"
    assert roles(read(tmp_path, "u.txt", article))[0][0] == article


def test_a_list_of_paragraphs_is_a_text(tmp_path):
    corpus = read(tmp_path, "t.json", '[{"body": ["One.", "Two."], "authors": ["A", "B"]}]')
    assert corpus.table[["text", "byline"]].to_numpy().tolist() == [["One.\n\nTwo.", "A; B"]]


def test_lines_above_a_header_with_usual_names_are_passed_over_and_said(tmp_path):
    corpus = read(tmp_path, "t.csv", "Export of 13 May\n\nHeadline;Text\nTalks;A truce, now\n")
    assert corpus.table[["title", "text"]].to_numpy().tolist() == [["Talks", "A truce, now"]]
    assert any("passed over above the header: 'Export of 13 May'" in note for note in corpus.notes)


@pytest.mark.parametrize(
    "content",
    [
        # The header has one column, and the texts have commas without quotation marks.
        "text\na truce, and more\npeace, at last\n",
        "text\ntext, title\npeace, at last\n",
        "a;b\ntext;title;date\nA truce;Talks;2025-02-13\n",
    ],
)
def test_a_row_too_long_is_no_header_below_a_title(tmp_path, content):
    with pytest.raises(fr.InputError, match=r"fields where the header has"):
        read(tmp_path, "t.csv", content)


def test_the_sign_of_dos_for_the_end_of_a_file_is_no_row(tmp_path):
    assert read(tmp_path, "t.csv", "text,title\nA truce,B\n\x1a").table["text"].tolist() == [
        "A truce"
    ]


@pytest.mark.parametrize(
    "content",
    [
        '{"a": {"text": "A truce", "title": "B"}, "b": {"text": "Peace", "title": "C"}}',
        '{\n "doc_id": "a",\n "text": "A truce", "title": "B"}\n'
        '{"doc_id": "b",\n "text": "Peace", "title": "C"}',
    ],
)
def test_json_with_articles_under_identifiers_or_one_after_the_other(tmp_path, content):
    table = read(tmp_path, "t.json", content).table
    assert table[["doc_id", "text", "title"]].to_numpy().tolist() == [
        ["a", "A truce", "B"],
        ["b", "Peace", "C"],
    ]


@pytest.mark.parametrize(
    "dates", [("1739404800", "1739491200"), ("1739404800000", "1739491200000")]
)
def test_a_text_column_of_seconds_since_1970_is_a_column_of_dates(tmp_path, dates):
    corpus = read(tmp_path, "t.csv", f"text,date\nA truce,{dates[0]}\nPeace,{dates[1]}\nRain,\n")
    assert corpus.table["date"].dt.strftime("%Y-%m-%d").tolist()[:2] == ["2025-02-13", "2025-02-14"]
    assert corpus.table["date"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize("index", [["doc_id"], ["doc_id", "source"], ["text"]])
def test_columns_that_pandas_kept_as_an_index_are_columns_of_a_parquet_file(tmp_path, index):
    table = pd.DataFrame({"doc_id": ["x", "y"], "source": ["A", "B"], "text": ["A truce", "Rain"]})
    path = tmp_path / "t.parquet"
    table.set_index(index).to_parquet(path)
    found = fr.read_corpus(path).table[["doc_id", "source", "text"]]
    assert found.to_numpy().tolist() == [["x", "A", "A truce"], ["y", "B", "Rain"]]


@pytest.mark.parametrize("paragraphs", [1, 8])
def test_what_readers_of_a_page_do_not_see_is_no_text(tmp_path, paragraphs):
    page = "".join(f"<p>{LONG}{number}</p>" for number in range(paragraphs))
    unseen = "<noscript>Please switch on a truce.</noscript><TEMPLATE id=a><p>A deal</p></TEMPLATE>"
    page = f"<html><body><article>{page}{unseen}</article></body></html>"
    text = read(tmp_path, "t.html", page).table["text"][0]
    assert "switch on" not in text
    assert "A deal" not in text
    assert text.count("The talks about") == 4 * paragraphs


LIKE_FORMULAS = [
    "=A truce was agreed.", "- A truce.\n- Rain fell.", "@kyiv: a truce.", "+380 is the code.",
    "'Tis a truce.", "'=A truce.", "''@kyiv: rain.", "＝A truce.", "A = truce.",
    " =A truce.", "\u00a0 @kyiv: rain.", "' -A truce.", " A truce.",
]  # fmt: skip


@pytest.mark.parametrize("ending", [".csv", ".tsv"])
def test_what_looks_like_a_formula_is_the_same_after_any_number_of_rounds(tmp_path, ending):
    names = [text.split()[0] + str(number) for number, text in enumerate(LIKE_FORMULAS)]
    corpus = fr.make_corpus(LIKE_FORMULAS, doc_id=names, source=names, title=LIKE_FORMULAS)
    table, before = corpus.table, b""
    for _ in range(3):
        path = fr.write_table(table, tmp_path / "t.csv")
        written = pd.read_csv(path, dtype=str, keep_default_na=False)
        assert not written["text"].str.strip().str.startswith(("=", "+", "-", "@", "＝")).any()
        assert before in (b"", path.read_bytes())
        before = path.read_bytes()
        if ending == ".tsv":
            cells = pd.read_csv(path, dtype=str, keep_default_na=False)
            path = tmp_path / "t.tsv"
            cells.to_csv(path, sep="\t", index=False)
        table = fr.read_corpus(path).table[table.columns]
        for column in ("doc_id", "text", "title", "source"):
            assert table[column].tolist() == corpus.table[column].tolist()
    fr.score_dataset(path, fr.make_lexicon({"peace": ["truce"]}), tmp_path / "out", workers=1)
    assert fr.open_hits(tmp_path / "out").documents()["doc_id"].tolist() == names


@pytest.mark.parametrize("ids", [[1.0, 2.0, 3.0], [1.0, "2", 3]])
def test_whole_ids_that_pandas_holds_as_floats_are_whole(tmp_path, ids):
    table = pd.DataFrame({"doc_id": ids, "text": ["A truce.", "Rain.", "Snow."]})
    assert fr.make_corpus(table).table["doc_id"].tolist() == ["1", "2", "3"]
    if not isinstance(ids[1], str):
        table.to_parquet(tmp_path / "t.parquet")
        found = fr.read_corpus(tmp_path / "t.parquet").table["doc_id"]
        assert found.tolist() == ["1", "2", "3"]
    rows = pd.DataFrame({"doc_id": [1.0, 2.0], "sentence": 1, "coder": 7.0, "peace": [1, 0]})
    codes = fr.make_codes(rows).table
    assert codes[["doc_id", "coder"]].to_numpy().tolist() == [["1", "7"], ["2", "7"]]
    halves = pd.DataFrame({"doc_id": [1.0, 1.5], "text": ["A truce.", "Rain."]})
    assert fr.make_corpus(halves).table["doc_id"].tolist() == ["1.0", "1.5"]


def test_tweets_in_the_archive_of_an_account_are_a_table(tmp_path):
    tweet = {"id_str": "7", "full_text": "A truce", "created_at": "Wed Oct 10 20:19:24 +0000 2018"}
    content = f"window.YTD.tweets.part0 = [\n{json.dumps({'tweet': tweet})}\n]"
    (row,) = read(tmp_path, "tweets.js", content).table.itertuples()
    assert (row.text, str(row.date)[:10]) == ("A truce", "2018-10-10")
    with pytest.raises(fr.InputError, match="web archive"):
        read(tmp_path, "a.warc", "WARC/1.0\r\nWARC-Type: warcinfo\r\n")


def packed_folder():
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        member = tarfile.TarInfo("a.txt")
        member.size = 8
        archive.addfile(member, io.BytesIO(b"A truce."))
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "what", "advice"),
    [
        ("a.tar.gz", packed_folder(), "a tar archive", "Unpack it"),
        ("a.db", b"SQLite format 3\0" + bytes(99), "a database of SQLite", "as .csv"),
        ("a.avro", b"Obj\x01" + bytes(99), "a file of Avro", ".jsonl or .parquet"),
        ("a.dta", b"<stata_dta>", "a dataset of Stata", "export delimited"),
        ("a.sav", b"$FL2" + bytes(99), "a dataset of SPSS", "Save it as .csv"),
        ("a.RData", b"RDX3", "a workspace of R", "write.csv"),
        ("a.conllu", "# text = A truce\n1\tA\ta\n", "a table of tokens", ".txt"),
        ("a.wire", "A truce was signed.", "plain text", "the ending .txt"),
        ("a.xyz", bytes(range(256)), "not plain text", "save its texts as .txt"),
    ],
)
def test_a_kind_that_cannot_be_read_is_named_with_what_to_do(tmp_path, name, content, what, advice):
    with pytest.raises(fr.InputError) as error:
        read(tmp_path, name, content)
    assert what in str(error.value)
    assert advice in str(error.value)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_rows_of_separators_alone_are_no_articles(tmp_path, separator):
    rows = [["id", "text", "source"], ["a", "Gulls rest.", "X"], ["", "", ""], ["b", "Tide.", ""]]
    content = "\n".join(separator.join(row) for row in [*rows, ["", "", ""]])
    table = read(tmp_path, "t.csv", content, doc_id="id").table
    assert table["doc_id"].tolist() == ["a", "b"]
    missing = content.replace("\nb", "\n", 1)
    with pytest.raises(fr.InputError, match="doc_id is missing in row 2, 3, 4"):
        read(tmp_path, "m.csv", missing, doc_id="id")


REMARKS = "id (number, required);text;source (name, date, place, or a remark)\n"


def test_a_separator_that_all_rows_have_counts_more_than_commas_in_the_header(tmp_path):
    rows = "1;A truce held, they said, for long.;Wire\n2;Rain fell.;Post\n"
    table = read(tmp_path, "a.csv", REMARKS + rows).table
    assert table["text"].tolist() == ["A truce held, they said, for long.", "Rain fell."]
    # Where no separator fits all rows, and where it makes two columns only, the error stays.
    for text in (f"{REMARKS}{rows}3;Snow\n", "id,text;of,all\n1;A truce held.\n"):
        with pytest.raises(fr.InputError, match="fields where the header has"):
            read(tmp_path, "b.csv", text)


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (
            "Export of 2025\n\ndoc_id,text\na,Truce.\nb,Peace.\n",
            "above the header: 'Export of 2025'",
        ),
        ("# export\ndoc_id,text\na,Truce.\nb,Peace.\n", "above the header: '# export'"),
        ("doc_id,text\na,Truce.\ndoc_id,text\nb,Peace.\n", "repeat the header are left out: 1."),
        ("doc_id,text\na,Truce.\n\ufeffdoc_id,text\nb,Peace.\n", "are left out: 1."),
        ("DOC_ID,TEXT\na,Truce.\nb,Peace.\n", "doc_id = 'DOC_ID', text = 'TEXT'"),
        ("Doc ID,Text\na,Truce.\nb,Peace.\n", "doc_id = 'Doc ID', text = 'Text'"),
    ],
)
def test_headers_stand_anywhere_and_in_any_case(tmp_path, content, note):
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8")
    corpus = fr.read_corpus(path)
    assert corpus.table[["doc_id", "text"]].to_numpy().tolist() == [
        ["a", "Truce."],
        ["b", "Peace."],
    ]
    assert note in " ".join(corpus.notes)


def test_a_heading_of_ids_that_are_not_all_different_names_no_documents(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("DOC_ID,TEXT\na,Truce.\na,Peace.\n", encoding="utf-8")
    assert fr.read_corpus(path).table["doc_id"].tolist() == ["a-1", "a-2"]


def test_ids_of_19_digits_are_kept_in_a_workbook_or_said_to_be_lost(tmp_path):
    ids = [1234567890123456789, 1234567890123456788]
    table = pd.DataFrame({"doc_id": ids, "text": ["Truce.", "Peace."], "reach": [5, 6]})
    fr.write_table(table, tmp_path / "kept.xlsx")
    corpus = fr.read_corpus(tmp_path / "kept.xlsx")
    assert corpus.table["doc_id"].tolist() == list(map(str, ids))
    assert corpus.table["reach"].tolist() == [5, 6]
    table.to_excel(tmp_path / "lost.xlsx", index=False)
    with pytest.raises(fr.InputError, match="keeps 15 digits of a number: save ids as text"):
        fr.read_corpus(tmp_path / "lost.xlsx")
    table.head(1).to_excel(tmp_path / "one.xlsx", index=False)
    assert (
        "1 cells hold numbers of more than 15 digits"
        in fr.read_corpus(tmp_path / "one.xlsx").notes[0]
    )


def test_formulas_that_no_program_computed_are_noted(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    for row in (["doc_id", "text"], ["1", "A truce holds."], ["2", '="Rain"&" fell."']):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    corpus = fr.read_corpus(tmp_path / "a.xlsx")
    assert len(corpus) == 1
    assert any("formulas of 1 cell were never computed" in note for note in corpus.notes)


def test_a_text_too_long_for_a_cell_is_one_error(tmp_path):
    # A sheet that was begun and not ended wrote lines of its own to the terminal.
    code = (
        "import pandas as pd, framing as fr\n"
        "table = pd.DataFrame({'text': ['a', 'b' * 40_000]})\n"
        "try: fr.write_table(table, 'long.xlsx')\n"
        "except fr.InputError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert "row 3: a cell of a spreadsheet holds 32,767 characters" in done.stdout
    assert not done.stderr
    assert not [*tmp_path.iterdir()]
