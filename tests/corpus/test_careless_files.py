"""Files and tables as careless users have them: nothing is lost or counted in silence."""

import datetime
import email.message
import zipfile
from pathlib import Path
from unicodedata import normalize

import openpyxl
import pandas as pd
import pytest
from support.reading import read

import framing as fr


def test_a_row_of_groups_above_the_header_is_passed_over(tmp_path):
    text = "Meta,,Content,\nid,outlet,title,text\n1,Wire,Truce,A truce is near.\n"
    corpus = read(tmp_path, "a.csv", text)
    assert corpus.table[["source", "title", "text"]].to_numpy().tolist() == [
        ["Wire", "Truce", "A truce is near."]
    ]
    assert "passed over above the header: 'Meta', 'Content'" in corpus.notes[0]
    # A column without a name is no row of groups.
    kept = read(tmp_path, "b.csv", ",text,source\n1,text and source,Wire\n2,A truce.,Post\n")
    assert kept.table["text"].tolist() == ["text and source", "A truce."]


def test_the_questions_and_ids_of_qualtrics_are_no_answers(tmp_path):
    text = (
        'ResponseId,text\nResponse ID,Paste the article\n"{""ImportId"":""_id""}",'
        '"{""ImportId"":""QID1_TEXT""}"\nR_1,A truce is near.\n'
    )
    corpus = read(tmp_path, "a.csv", text)
    assert corpus.table["text"].tolist() == ["A truce is near."]
    assert "Qualtrics" in " ".join(corpus.notes)


@pytest.mark.parametrize("missing", ["NA", "NULL", "NaN", "#REF!", "n.a."])
def test_what_programs_write_for_a_missing_value_is_doubted(tmp_path, missing):
    corpus = read(tmp_path, "a.csv", f"text,source\nA truce.,Wire\n{missing},Wire\n")
    assert corpus.doubts["doc_id"].tolist() == ["a-2"]
    assert "missing value" in corpus.doubts["reason"].iloc[0]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2 articles,Total", "totals"),
        ("12345,Wire", "no letter"),
        ("(2 rows),", "count of rows"),
        ("Quelle: Statista,", "source of a table"),
        ("The talks go on… [+4213 chars],Wire", "is cut"),
        ("Access Denied,Wire", "message of a server"),
        ("Please enable JavaScript to view this page.,Wire", "message of a server"),
        ("Une trÃªve est proche.,Wire", "repair=True"),
        ("donâ€™t stop.,Wire", "repair=True"),
        ("A truce is near. " * 1927 + "A truce.,Wire", "it is cut"),
    ],
)
def test_what_is_no_whole_article_is_doubted_and_stays(tmp_path, row, reason):
    corpus = read(tmp_path, "a.csv", f"text,source\nA truce.,Wire\n{row}\n")
    assert corpus.doubts["doc_id"].tolist() == ["a-2"]
    assert reason in corpus.doubts["reason"].iloc[0]
    assert len(corpus) == 2


@pytest.mark.parametrize("text", ["[Removed]", "[deleted]", "ONLY AVAILABLE IN PAID PLANS"])
def test_what_a_service_gives_in_place_of_a_text_is_left_out(tmp_path, text):
    corpus = read(tmp_path, "a.csv", f"text,source\nA truce.,Wire\n{text},Wire\n")
    assert corpus.table["text"].tolist() == ["A truce."]
    left_out = corpus.exclusions.iloc[0]
    assert left_out[["doc_id", "kind", "rule"]].tolist() == ["a-2", "document", "no text"]
    assert text in left_out["reason"]


@pytest.mark.parametrize("mark", ["[+2114 chars]", "[1840 chars]"])
def test_the_mark_of_a_cut_is_no_text(tmp_path, mark):
    corpus = read(tmp_path, "a.csv", f"text,source\nThe talks go on… {mark},Wire\n")
    assert corpus.sentences["tokens"].tolist() == [4]
    assert corpus.exclusions["rule"].tolist() == ["end of an article of a service"]


@pytest.mark.parametrize(
    "text",
    [
        "He denied access to the hall.",
        "São Paulo and Ângela met.",
        "Source: officials in Geneva, who did not want to be named, said that "
        + "talks go on " * 9,
        "The total was 3.",
        "The page [1] was not found by him.",
    ],
)
def test_ordinary_short_texts_are_not_doubted(text):
    assert fr.make_corpus([text]).doubts.empty


def test_dates_of_another_calendar_are_doubted():
    later = datetime.date.today() + datetime.timedelta(days=800)
    corpus = fr.make_corpus(
        ["A."] * 4, date=["2568-11-25", "1404-02-03", later.isoformat(), "2025-11-25"]
    )
    assert corpus.doubts["doc_id"].tolist() == ["text1", "text2", "text3"]


def test_points_of_thousands_are_no_decimals(tmp_path):
    corpus = read(tmp_path, "a.csv", "text;reach\nA.;1.234\nB.;980\nC.;1.234.567\n")
    assert corpus.table["reach"].tolist() == [1234, 980, 1234567]
    assert "are thousands: 1.234 is 1234" in " ".join(corpus.notes)
    open_ = read(tmp_path, "b.csv", "text;share\nA.;1.234\nB.;2.345\n")
    assert open_.table["share"].tolist() == [1.234, 2.345]
    assert "decimal points" in " ".join(open_.notes)
    plain = read(tmp_path, "c.csv", "text;share\nA.;0.5\nB.;2\n")
    assert plain.table["share"].tolist() == [0.5, 2.0]
    assert read(tmp_path, "d.csv", "text,share\nA.,1.234\nB.,980\n").table["share"][0] == 1.234


def test_merged_cells_give_each_row_their_value(tmp_path):
    book = openpyxl.Workbook()
    for row in (["text", "source"], ["A truce.", "Wire"], ["Rain.", None], ["Snow.", "Post"]):
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    book.save(tmp_path / "a.xlsx")
    corpus = fr.read_corpus(tmp_path / "a.xlsx")
    assert corpus.table["source"].tolist() == ["Wire", "Wire", "Post"]
    assert "1 cell merged" in " ".join(corpus.notes)


def test_each_paragraph_of_a_reference_is_read(tmp_path):
    record = "TY  - NEWS\nTI  - T\nAB  - A truce.\nAB  - Talks go on.\nPY  - 2025\nER  - \n"
    assert read(tmp_path, "a.ris", record).table["text"].tolist() == ["A truce.\n\nTalks go on."]


def test_an_entry_of_a_feed_with_a_title_only_stays(tmp_path):
    items = (
        "<item><title>Truce near</title><description>A truce is near.</description></item>"
        "<item><title>Rain falls on the north</title></item>"
    )
    feed = f'<rss version="2.0"><channel><title>Wire</title>{items}</channel></rss>'
    corpus = read(tmp_path, "a.xml", feed)
    assert corpus.table["text"].tolist() == ["A truce is near.", "Rain falls on the north"]
    assert corpus.doubts["reason"].tolist() == [
        "article 2: there is no text; the text is the title"
    ]


def test_a_letter_of_html_keeps_its_head(tmp_path):
    letter = email.message.EmailMessage()
    letter["From"], letter["Subject"] = "The Wire <a@example.org>", "Truce near"
    letter["Date"] = "Tue, 25 Nov 2025 10:30:00 +0100"
    letter.set_content("<html><body><p>A truce is near, officials said.</p></body></html>", "html")
    (tmp_path / "a.eml").write_bytes(bytes(letter))
    row = fr.read_corpus(tmp_path / "a.eml").table.iloc[0]
    assert (row["title"], row["source"], str(row["date"])[:10]) == (
        "Truce near",
        "The Wire",
        "2025-11-25",
    )


def test_the_table_of_documents_may_stand_in_a_folder_of_an_archive(tmp_path):
    # macOS writes é as e with an accent.
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(f"texts/{normalize('NFD', 'été')}.txt", "A truce.")
        archive.writestr("texts/documents.csv", "file,source\nété.txt,Le Fil\n")
    corpus = fr.read_corpus(tmp_path / "a.zip")
    assert corpus.table["source"].tolist() == ["Le Fil"]
    assert corpus.table["doc_id"].tolist() == ["texts/été"]
    assert corpus.exclusions.empty


def test_a_source_is_the_same_with_spaces_around_it():
    corpus = fr.make_corpus(["A."] * 4, source=["The Times", "The Times ", "", None])
    assert corpus.table["source"].iloc[:2].tolist() == ["The Times"] * 2
    assert corpus.table["source"].iloc[2:].isna().all()


def test_a_link_with_its_headline_is_furniture():
    for line in ("Read more: Ten photos", "Lire aussi : Dix photos", "ALSO READ: Ten photos"):
        corpus = fr.make_corpus([f"A truce was agreed.\n\n{line}\n\nTalks go on."])
        assert corpus.exclusions["rule"].tolist() == ["related link"]


def test_a_name_of_a_code_has_no_spaces():
    table = pd.DataFrame({"doc_id": "a", "sentence": [1, 2], "Peace ": [1, 0]})
    assert list(fr.make_codes(table).frames) == ["Peace"]
    with pytest.raises(fr.InputError, match="'Peace' is there twice"):
        fr.make_codes(table.assign(Peace=1))


@pytest.mark.parametrize(
    "text",
    [
        '[{"text": "A truce.", "date": "2025-01-02"}, {"text": "Talks.", "date": "2025-01-03"}]',
        '{"articles": [{"body": "A truce.", "date": "2025-01-02"},\n'
        '{"body": "Talks.", "date": "2025-01-03"}]}',
        '{"text": "A truce.", "date": "2025-01-02"}\n{"text": "Talks.", "date": "2025-01-03"}\n',
        '"","text","date"\n"1","A truce.","2025-01-02"\n"2","Talks.","2025-01-03"\n',
        "text\tdate\nA truce.\t2025-01-02\nTalks.\t2025-01-03\n",
    ],
)
def test_a_table_under_the_ending_of_plain_text_is_a_table(tmp_path, text):
    corpus = read(tmp_path, "a.txt", text)
    assert corpus.table["text"].tolist() == ["A truce.", "Talks."]
    assert corpus.table["date"].dt.day.tolist() == [2, 3]


@pytest.mark.parametrize(
    "text",
    [
        '{"laughs"} A truce is near.\nMore talks.',
        "[1, 2, 3] A truce.",
        '{"note": "A truce is near."}',
        'Text, title\nHe said "yes, we do", and left.',
        "Text, date\nA truce was agreed, they said.",
    ],
)
def test_prose_that_begins_like_a_table_stays_prose(tmp_path, text):
    assert read(tmp_path, "a.txt", text).table["text"].tolist() == [text]


def test_a_feed_is_known_without_the_first_line_of_xml(tmp_path):
    feed = "<rss><channel><title>Wire</title><item><description>A truce.</description></item>"
    corpus = read(tmp_path, "a.rss", feed + "</channel></rss>")
    assert corpus.table[["source", "text"]].to_numpy().tolist() == [["Wire", "A truce."]]


def test_seconds_since_1970_in_a_table_are_dates(tmp_path):
    table = "text,created_utc,likes\nA truce.,1764028800,1000000001\nTalks.,1764115200,1000000002\n"
    corpus = read(tmp_path, "a.csv", table)
    assert corpus.table["date"].dt.strftime("%Y-%m-%d").tolist() == ["2025-11-25", "2025-11-26"]
    assert corpus.table["likes"].tolist() == [1000000001, 1000000002]


def test_a_file_that_describes_the_others_is_doubted(tmp_path):
    for name in ("README.md", "LICENSE.txt", "a.txt", "readmenow.txt"):
        (tmp_path / name).write_text("A truce is near.", encoding="utf-8")
    corpus = fr.read_corpus(tmp_path)
    assert corpus.doubts["doc_id"].tolist() == ["LICENSE", "README"]
    assert len(corpus) == 4
    # Alone it is what is to be read.
    assert len(fr.read_corpus(tmp_path / "README.md").doubts) == 0


def test_words_for_missing_names_are_told():
    names = ["null", "N/A", "Wire", "nan", None, "Nanaimo Post"]
    corpus = fr.make_corpus([f"Truce {n}." for n in range(6)], source=names, desk=["A"] * 6)
    assert corpus.notes == (
        "'null', 'N/A', 'nan' in the column 'source' of 3 documents count as a name. Programs "
        "write this for a missing value: if it is one, leave the cell empty.",
    )
    assert fr.make_corpus(["Truce."], source="Wire").notes == ()


def test_articles_that_stand_twice_are_told():
    long = "A truce was agreed in Geneva on Monday. " * 10
    corpus = fr.make_corpus([long, long, "Talks.", "Talks."])
    assert corpus.notes[-1].startswith("1 of 4 documents have the same text as one before")
    assert fr.make_corpus([long, "Talks.", "Talks."]).notes == ()


def test_numbers_that_an_export_of_lexisnexis_leaves_out_are_told(tmp_path):
    def article(number):
        return (
            f"{number} of 9 DOCUMENTS\n\nThe Harbour\n\nNovember 25, 2025 Tuesday\n\nTalks\n\n"
            f"LENGTH: 20 words\n\nA truce is near.\n\nLANGUAGE: ENGLISH\n\n"
        )

    corpus = read(tmp_path, "a.txt", "".join(map(article, (1, 3, 7, 8))))
    assert len(corpus) == 4
    reasons = corpus.exclusions["reason"].tolist()
    assert [reason.partition(":")[0] for reason in reasons] == ["document 2", "documents 4 to 6"]
    whole = read(tmp_path, "b.txt", "".join(map(article, (5, 6))))
    assert len(whole.exclusions) == 0


def test_a_column_of_ids_that_is_not_used_is_named(tmp_path):
    """A column "id" became a covariate, and later joins by these ids found nothing."""
    path = tmp_path / "b.csv"
    path.write_text("id,text\n7,A truce.\n8,Rain fell.\n")
    note = "The documents are numbered: to name them by the column 'id', give doc_id='id'."
    assert note in fr.read_corpus(path).notes
    assert fr.read_corpus(path, doc_id="id").table["doc_id"].tolist() == ["7", "8"]
    table = pd.DataFrame({"id": [7, 8], "text": ["A truce.", "Rain fell."]})
    assert fr.make_corpus(table).notes == (note,)
    assert fr.make_corpus(table, doc_id="id").notes == ()
    # Ids that are not those of rows are none of documents.
    assert fr.make_corpus(table.assign(id=7)).notes == ()


def test_a_number_names_a_column_of_texts():
    table = pd.DataFrame([["A truce.", "x"], ["Rain fell.", "y"]])
    assert fr.make_corpus(table, text=0).table["text"].tolist() == ["A truce.", "Rain fell."]
    assert fr.make_corpus(table, text=0, source=1).table["source"].tolist() == ["x", "y"]
    # A number that names no column is one value for all.
    assert fr.make_corpus(table, text=0, round=7).table["round"].tolist() == [7, 7]


MARKED = "<p>A ceasefire <b>held</b> &amp; so on.</p>"


@pytest.mark.parametrize("form", [list, lambda texts: pd.DataFrame({"text": texts})])
def test_html_in_texts_of_memory_is_told_and_taken_out_where_asked(form):
    texts = [MARKED, None, "a < b & c, AT&T"]
    kept = fr.make_corpus(form(texts))
    assert kept.table["text"].tolist() == [MARKED, texts[2]]
    assert "1 text with HTML, 4 tags and 1 entities: tags of blocks" in kept.notes[0]
    cleaned = fr.make_corpus(form(texts), clean=True)
    assert cleaned.table["text"].tolist() == ["A ceasefire held & so on.", texts[2]]
    assert "4 tags and 1 entities" in cleaned.notes[0]
    assert fr.make_corpus(form(texts[2:])).notes == ()


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ("articles/", "read_corpus"),
        ("articles/a.txt", "read_corpus"),
        (Path("a.txt"), "read_corpus"),
        (["articles/a.txt", "Über uns/b c.html", None], "read_corpus"),
        ([Path("a"), Path("b")], "read_corpus"),
        (["https://example.org/a"], "read_corpus"),
        ("A truce is near.", r'make_corpus\(\["first", "second"\]\)'),
        ([{"text": "A truce."}], "DataFrame"),
        ([["a", "truce"]], "join"),
        (pd.DataFrame(), "Its columns: none"),
    ],
)
def test_what_is_no_list_of_texts_is_refused_with_what_takes_it(texts, words):
    with pytest.raises(fr.InputError, match=words):
        fr.make_corpus(texts)


@pytest.mark.parametrize("name", ["docid_field", "docnames", "ids", "text_field"])
def test_arguments_of_other_packages_are_refused_with_their_name_here(name):
    with pytest.raises(fr.InputError, match=f"{name}= is called (doc_id|text)= here"):
        fr.make_corpus(["A truce."], **{name: "a"})


@pytest.mark.parametrize("text", ["news/a.txt", "C:\\Texte\\a b.docx", "http://example.org/a"])
def test_a_path_among_texts_is_doubted(text):
    doubts = fr.make_corpus(["A truce is in a.txt, he said.", text]).doubts
    assert doubts["doc_id"].tolist() == ["text2"]
    assert "path" in doubts["reason"][0]


def test_a_path_at_home_is_read_and_written_there(tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    (home / "a.csv").write_text("text\nA truce.\n", encoding="utf-8")
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.chdir(tmp_path)
    scores = fr.score(fr.find_hits(fr.read_corpus("~/a.csv"), fr.make_lexicon({"f": ["truce"]})))
    assert fr.write_table(scores, "~/out.csv") == home / "out.csv"
    assert fr.write_table(scores, path=Path("~/new/out.csv")) == home / "new" / "out.csv"
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


@pytest.mark.parametrize(
    "read", [fr.read_corpus, fr.read_lexicon, lambda path: fr.write_data(pd.DataFrame(), path)]
)
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("https://example.org/news.toml?a=1", "save it as a file"),
        ("s3://news/a.toml", "save it as a file"),
        ("file:///news/a.toml", "without 'file://'"),
    ],
)
def test_an_address_is_refused_with_what_to_do(read, path, words):
    with pytest.raises(fr.InputError, match=words):
        read(path)


def test_a_table_for_a_path_is_sent_to_what_takes_tables():
    with pytest.raises(fr.InputError, match=r"make_corpus\(table"):
        fr.read_corpus(pd.DataFrame({"text": ["A truce."]}))


@pytest.mark.parametrize(
    ("path", "words"), [("peace-initiative", "load_lexicon"), ("mine.ods", "csv")]
)
def test_what_is_no_file_of_a_lexicon_is_told_with_what_to_do(path, words):
    with pytest.raises(fr.InputError, match=words):
        fr.read_lexicon(path)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.csv", b"A truce is near he said.\nRain fell on the north.\n", "line with names"),
        ("a.doc", b"\xd0\xcf\x11\xe0 A truce", "an old Office program"),
    ],
)
def test_a_file_that_is_not_what_it_seems_is_told_with_what_to_do(tmp_path, name, data, words):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(fr.InputError, match=words):
        fr.read_corpus(path)


def test_lines_of_a_sentence_in_a_reference_are_one_paragraph(tmp_path):
    record = (
        "TY  - NEWS\nTI  - Gulls\nN2  - The gulls of the quay,\n      ER or so they say,\n"
        "have a new roof.\nNobody minds.\nER  - \n"
    )
    corpus = read(tmp_path, "a.ris", record)
    assert corpus.table["text"].tolist() == [
        "The gulls of the quay, ER or so they say, have a new roof.\n\nNobody minds."
    ]


def test_a_page_goes_on_behind_an_end_that_ends_nothing(tmp_path):
    first = "The gulls of the quay have found a new roof, and nobody minds them there at all. " * 3
    second = "The tide tables of last year were wrong by an hour, and are printed anew. " * 3
    page = f"<html><body><p>{first}</p></body></html><p>{second}</p></body></html>"
    text = read(tmp_path, "a.html", page).table["text"][0]
    assert text.count("nobody minds") == text.count("tide tables") == 3


@pytest.mark.parametrize(
    ("extra", "day"),
    [("", None), ('<meta name="date" content="2013-01-01">', "2013-01-01")],
)
def test_the_year_of_a_copyright_is_no_day(tmp_path, extra, day):
    long = "The gulls of the quay have found a new roof, and nobody minds them there at all. " * 4
    head = f"<html><head><title>Gulls</title>{extra}</head>"
    page = f"{head}<body><h1>Gulls</h1><p>{long}</p><footer>&copy; 2013 Shore Post</footer></body>"
    dates = read(tmp_path, "a.html", page + "</html>").table["date"]
    assert [None if value is pd.NaT else str(value)[:10] for value in dates] == [day]


def test_captions_without_a_declaration_of_xml_are_captions(tmp_path):
    captions = (
        '<tt xmlns="http://www.w3.org/ns/ttml"><head><metadata xmlns:ttm="urn:m"><ttm:title>Gulls'
        "</ttm:title><ttm:copyright>The Authors (c) 2006</ttm:copyright></metadata></head><body>"
        '<div><p begin="0s" end="5s">The gulls of</p><p begin="5s" end="9s">the quay.</p></div>'
        "</body></tt>"
    )
    corpus = read(tmp_path, "a.ttml", captions)
    assert corpus.table["text"].tolist() == ["The gulls of the quay."]
    assert corpus.table["title"].tolist() == ["Gulls"]
    assert corpus.table["date"].isna().all()


def test_a_picture_is_no_outlet(tmp_path):
    rows = "text,media,headline\nA truce is near.,dog-2.jpg,Dogs\nRain fell there.,cat.PNG,Cats\n"
    corpus = read(tmp_path, "a.csv", rows)
    assert corpus.table["source"].isna().all()
    assert corpus.table["media"].tolist() == ["dog-2.jpg", "cat.PNG"]


def test_a_mail_is_known_by_its_way_where_long_lines_stand_above_its_form(tmp_path):
    way = "".join(
        f"Received: from a{n}.example by b{n}.example\n\tid {'x' * 900}; Mon, 3 Mar 2025\n"
        for n in range(6)
    )
    mail = (
        f"Delivered-To: desk@shore.example\n{way}From: Shore Post <a@shore.example>\n"
        "Subject: Gulls\nDate: Mon, 3 Mar 2025 09:00:00 +0000\nMIME-Version: 1.0\n"
        "Content-Type: text/plain\n\nThe gulls of the quay have a new roof.\n"
    )
    corpus = read(tmp_path, "a.txt", mail)
    assert corpus.table["text"].str.strip().tolist() == ["The gulls of the quay have a new roof."]
    assert corpus.table["title"].tolist() == ["Gulls"]


@pytest.mark.parametrize("boxes", [100, 300, 3000])
def test_text_that_lies_deep_in_boxes_is_read(tmp_path, boxes):
    first = "The envoys met in the hotel on Monday and spoke for six hours about the front line."
    last = "Much later the same envoys met again by the river and spoke about the prisoners."
    page = tmp_path / "page.html"
    page.write_text(
        f"<html><body><article><p>{first}</p>{'<div>' * boxes}<p>{last}</p>{'</div>' * boxes}"
        "</article></body></html>"
    )
    text = fr.read_corpus(page).table["text"][0]
    assert first in text
    assert last in text
