"""Exports as archives vary them: languages of the page, missing facts, tables of services."""

import io
import json
import zipfile

import docx
import pandas as pd
import pytest
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from support.exports import BRIDGE, TRUCE, make_docx, make_rtf, proquest_document, wrapped
from support.reading import facts, read

import framing as fr

BOTH = f"{TRUCE}\n\n{BRIDGE}"
RIGHTS = "Copyright 2019 Harbour Media All Rights Reserved"


def first(folder, name, content, **options):
    """Return the first article of a file as a dictionary, with the day of its date."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    table = fr.read_corpus(path, **options).table
    row = table.astype(object).where(table.notna(), None).iloc[0].to_dict()
    return row | {"date": str(row["date"])[:10] if row["date"] else None, "articles": len(table)}


def agrees(row, **wanted):
    assert {name: row.get(name) for name in wanted} == wanted


def test_an_article_of_nexis_without_a_date_keeps_title_and_source(tmp_path):
    lines = ["Truce holds", "Harbour Times", "", RIGHTS, "", "Length: 40 words", "Body", TRUCE]
    row = first(
        tmp_path, "n.docx", make_docx([*lines, "Load-Date: May 3, 2019", "End of Document"])
    )
    agrees(row, title="Truce holds", source="Harbour Times", date=None, text=TRUCE)


@pytest.mark.parametrize("loaded", ["Laaddatum: 3 mei 2019", "Load-Date: May 3, 2019"])
def test_a_blank_line_may_part_the_headline_of_nexis_from_its_newspaper(tmp_path, loaded):
    lines = ["Truce holds", "", "Harbour Times", "3 mei 2019 vrijdag", "", RIGHTS]
    lines += ["Lengte: 40 woorden", "Body", "", TRUCE, "", loaded, "", "End of Document"]
    row = first(tmp_path, "n.docx", make_docx(lines))
    agrees(row, title="Truce holds", source="Harbour Times", date="2019-05-03", text=TRUCE)


def test_heads_of_pages_inside_an_article_of_nexis_are_no_text(tmp_path):
    lines = ["Page 1 of 2", "Truce", "Truce", "Harbour Times", "May 3, 2019", "", RIGHTS, ""]
    lines += ["Length: 40 words", "BODY:", TRUCE, "Page 2 of 2", "Truce", "", BRIDGE]
    row = first(tmp_path, "n.rtf", make_rtf([*lines, "Load-Date: May 4, 2019", "End of Document"]))
    agrees(row, title="Truce", source="Harbour Times", date="2019-05-03", text=BOTH)


def test_the_name_of_the_service_is_no_section_of_factiva(tmp_path):
    lines = ["Factiva", "Dow Jones", "", "International", "La trêve tient", "Par Jane Doe"]
    lines += ["355 mots", "13 février 2019", "Le Monde", "LEMOND", "3", "Français"]
    lines += ["Copyright 2019 Le Monde. Tous droits réservés.", TRUCE, "Page 2 of 3 © 2019 Factiva"]
    row = first(tmp_path, "f.rtf", make_rtf([*lines, BRIDGE, "Document LEMOND0020190213ef2d1x"]))
    agrees(
        row, title="La trêve tient", section="International", byline="Jane Doe", length=355,
        date="2019-02-13", source="Le Monde", language="fr", text=BOTH,
    )  # fmt: skip


@pytest.mark.parametrize(
    "labels",
    [
        "Autore|Testo completo|Titolo|Titolo pubblicazione|Data pubblicazione|"
        "Lingua di pubblicazione|ID documento ProQuest",
        "Autor|Texto completo|Título|Título da publicação|Data da publicação|"
        "Idioma de publicação|ID do documento ProQuest",
        "Autor|Texto completo|Título|Título de publicação|Data de publicação|"
        "Idioma da publicação|ID do documento ProQuest",
        "Автор|Полный текст|Заголовок|Название публикации|Дата публикации|Язык публикации|"
        "Идентификатор документа ProQuest",
        "作者|全文文献|标题|出版物名称|出版日期|出版物语言|ProQuest 文档 ID",
        "Autor|Pełny tekst|Tytuł|Tytuł publikacji|Data publikacji|Język publikacji|"
        "Identyfikator dokumentu ProQuest",
    ],
)
def test_proquest_in_more_languages(tmp_path, labels):
    document = proquest_document(
        labels.split("|"), "La tregua", "Doe, Jane", "Corriere", "Feb 13, 2019", TRUCE
    )
    row = first(tmp_path, "p.txt", document)
    agrees(row, title="La tregua", source="Corriere", date="2019-02-13", byline="Doe, Jane")
    assert row["text"] == TRUCE


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("Harbour Times (MA)", "Truce holds in harbour"),
        ("Truce holds in harbour", "Harbour Times (MA)"),
    ],
)
def test_newsbank_with_the_date_in_the_second_line(tmp_path, above, below):
    text = (
        f"{above}\nFebruary 13, 2019\n{below}\nAuthor: JANE DOE\n"
        f"Edition: FINAL\nSection: NEWS\nPage: A4\n\nArticle Text:\n\n{TRUCE}\n\n"
        "Copyright (c) 2019 Harbour Media\nRecord Number: 0190213\n"
    )
    agrees(
        first(tmp_path, "n.txt", text), title="Truce holds in harbour", section="NEWS",
        source="Harbour Times (MA)", date="2019-02-13", byline="JANE DOE", text=TRUCE,
    )  # fmt: skip


def test_references_of_endnote_and_pubmed(tmp_path):
    endnote = (
        "%0 Newspaper Article\n%T Truce\n%A Doe, Jane\n%A Roe, John\n%J Harbour Times\n%D 2019\n"
        f"%8 February 13\n%X {wrapped(TRUCE)}\n%G English\n%U http://x.example/a\n\n"
    )
    row = first(tmp_path, "a.enw", endnote * 2)
    agrees(
        row, title="Truce", source="Harbour Times", date="2019-02-13", language="en", articles=2,
        byline="Doe, Jane; Roe, John", url="http://x.example/a",
    )  # fmt: skip
    assert row["text"].split() == TRUCE.split()
    # Some programs leave out %0.
    assert first(tmp_path, "b.txt", endnote.partition("\n")[2] * 2)["articles"] == 2
    pubmed = (
        f"PMID- 123\nTI  - Truce\nAB  - {wrapped(TRUCE).replace(chr(10), chr(10) + ' ' * 6)}\n"
        "FAU - Doe, Jane\nJT  - Harbour Journal\nDP  - 2019 Feb 13\nLA  - eng\n\n"
    )
    row = first(tmp_path, "a.nbib", pubmed * 2)
    agrees(row, title="Truce", source="Harbour Journal", date="2019-02-13", language="en")
    assert row["articles"] == 2
    assert row["text"].split() == TRUCE.split()


def test_a_reference_without_an_abstract_is_doubted(tmp_path):
    path = tmp_path / "a.enw"
    path.write_text("%0 Book\n%T Truce\n%D 2019\n", encoding="utf-8")
    corpus = fr.read_corpus(path)
    assert corpus.table["text"].tolist() == ["Truce"]
    assert "the text is the title" in corpus.doubts["reason"][0]


def test_bibtex_names_what_to_export(tmp_path):
    with pytest.raises(fr.InputError, match=r"Export the references as RIS"):
        first(tmp_path, "a.bib", "@article{doe,\n title = {Truce}\n}\n")


def test_texts_of_alceste_with_their_variables(tmp_path):
    text = (
        f"**** *source_Harbour_Times *date_20190213 *id_1\n{TRUCE}\n-*theme\n{BRIDGE}\n\n"
        f"**** *source_Other *date_2019-02-14\n{BRIDGE}\n"
    )
    row = first(tmp_path, "a.txt", text)
    agrees(row, source="Harbour Times", date="2019-02-13", articles=2)
    assert row["text"].replace("\n\n", " ") == f"{TRUCE} {BRIDGE}"
    notes = fr.read_corpus(tmp_path / "a.txt").notes
    assert any("variables that are no column: id" in note for note in notes)
    # Stars alone begin a footnote.
    assert first(tmp_path, "b.txt", f"**** \n{TRUCE}")["articles"] == 1


@pytest.mark.parametrize(
    ("header", "date"),
    [
        ("Titre;Journal;Date;Auteur;Rubrique;Langue;Texte", "13/02/2019"),
        ("Título;Fuente;Fecha;Autor;Sección;Idioma;Texto", "13/02/2019"),
        ("Titel;Zeitung;Datum;Autor;Ressort;Sprache;Inhalt", "13.02.2019"),
        ("Заголовок;Источник;Дата;Автор;Рубрика;Язык;Текст", "13.02.2019"),
        ("Headline;Newspaper;Date;Author;Section;Language;Article", "2019-02-13"),
    ],
)
def test_tables_name_section_byline_and_language(tmp_path, header, date):
    content = f"{header}\nTruce;Harbour Times;{date};Jane Doe;World;English;{TRUCE}\n"
    agrees(
        first(tmp_path, "a.csv", content), title="Truce", source="Harbour Times", section="World",
        date="2019-02-13", byline="Jane Doe", language="en", text=TRUCE,
    )  # fmt: skip


def test_a_column_that_has_the_name_already_stays(tmp_path):
    content = f"text,byline,author,lang\n{TRUCE.replace(',', '')},Jane Doe,admin,Klingon\n"
    agrees(first(tmp_path, "a.csv", content), byline="Jane Doe", author="admin", language="Klingon")


NEWS = {"title": "Truce", "url": "http://x.example/a"}
ANSWERS = {
    "news-please": NEWS | {"text": None, "maintext": TRUCE, "date_publish": "2019-02-13 10:31:00",
        "source_domain": "x.example", "authors": ["Jane Doe"], "language": "en"},
    "Event Registry": {"articles": {"results": [NEWS | {"body": TRUCE, "lang": "eng",
        "dateTime": "2019-02-13T10:31:00Z", "source": {"uri": "x", "title": "x.example"},
        "authors": [{"name": "Jane Doe"}]}]}},
    "trafilatura": NEWS | {"author": "Jane Doe", "hostname": "x.example", "date": "2019-02-13",
        "raw_text": "no", "text": TRUCE, "language": "en"},
    "NewsAPI": {"status": "ok", "articles": [NEWS | {"source": {"id": None, "name": "x.example"},
        "author": "Jane Doe", "publishedAt": "2019-02-13T10:31:00Z", "content": TRUCE,
        "language": "en"}]},
}  # fmt: skip


@pytest.mark.parametrize("service", ANSWERS)
def test_answers_of_news_services(tmp_path, service):
    row = first(tmp_path, "a.json", json.dumps(ANSWERS[service]))
    agrees(
        row, title="Truce", text=TRUCE, date="2019-02-13", source="x.example", language="en",
        byline="Jane Doe",
    )  # fmt: skip


def test_posts_of_social_networks(tmp_path):
    crowdtangle = pd.DataFrame(
        {"Page Name": ["Harbour"], "Post Created": ["2019-02-13 10:31:00 EST"], "Message": [TRUCE]}
    )
    row = first(tmp_path, "a.csv", crowdtangle.to_csv(index=False))
    agrees(row, source="Harbour", date="2019-02-13", text=TRUCE)
    reddit = {"created_utc": 1550054460, "subreddit": "news", "title": "Truce", "selftext": TRUCE}
    row = first(tmp_path, "a.jsonl", json.dumps(reddit))
    agrees(row, source="news", date="2019-02-13", text=TRUCE, title="Truce")


def test_newsbank_with_bars_between_the_labels(tmp_path):
    text = (
        "Truce holds in harbour\n\nFebruary 13, 2019 | Harbour Times (MA)\n"
        "Author: Jane Doe | Section: News | 40 Words\nPage: A1 | OpenURL Link\n\n"
        f"{TRUCE}\n\n{BRIDGE}\n\n© Copyright 2019, Harbour Times\n"
    )
    agrees(
        first(tmp_path, "n.txt", text), title="Truce holds in harbour", date="2019-02-13",
        source="Harbour Times (MA)", byline="Jane Doe", section="News", length=40, text=BOTH,
    )  # fmt: skip


SUBRIP = (
    "1\n00:00:01,000 --> 00:00:03,000\nTRUMP: The truce\nis near.\n\n"
    "2\n00:00:04,000 --> 00:00:06,000\n<i>It holds.</i>\n\n"
    "3\n00:00:07,000 --> 00:00:09,000\n>> What truce?\n"
)
ONE, TWO = "00:01.000 --> 00:03.000", "00:03.000 --> 00:04.000"
SBV = "0:00:01.000,0:00:02.000"
WEBVTT = (
    "WEBVTT - Talks\n\nNOTE no text\n\n00:01.000 --> 00:03.000 align:start\n"
    "<v Trump>The truce</v>\n\nsecond\n00:03.000 --> 00:04.000\n"
    "<v Trump>is near. It holds.</v>\n\n00:04.000 --> 00:06.000\n<v Doe>What truce?\n"
)


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.srt", SUBRIP, "TRUMP: The truce is near. It holds.\n>> What truce?"),
        ("a.vtt", WEBVTT, ">> Trump: The truce is near. It holds.\n>> Doe: What truce?"),
        # A blank line below the times, inside a caption, and after each line.
        ("b.vtt", f"WEBVTT\n\n{ONE}\n\nA truce.\n\nIt\n\n{TWO}\nholds.\n", "A truce. It holds."),
        ("c.vtt", f"WEBVTT\n\n{ONE}\nA\n\nNOTE no\n\n{TWO}\n\n\ntruce.\n", "A truce."),
        (
            "d.vtt",
            f"WEBVTT\n\n\n\n1\n\n{ONE}\n\nA truce.\n\n\n\n2\n\n{TWO}\n\nNo.\n",
            "A truce. No.",
        ),
        ("e.sbv", f"{SBV}\n\nA truce.\n\n{SBV}\nIt holds.\n", "A truce. It holds."),
    ],
)
def test_captions_are_what_is_said_without_times(tmp_path, name, content, text):
    assert first(tmp_path, name, content)["text"] == text


def test_who_speaks_in_captions_is_known_though_nobody_lists_the_name(tmp_path):
    content = WEBVTT.replace("<v Trump>", "<v Donald Trump>").replace("<v Doe>", "<v Reporter>")
    path = tmp_path / "a.vtt"
    path.write_text(content, encoding="utf-8")
    actors = fr.make_actors({"Trump": ["Donald Trump"]})
    hits = fr.find_hits(fr.read_corpus(path), fr.make_lexicon({"f": ["truce"]}), actors=actors)
    assert hits.table["speaker"].tolist() == ["Trump", "other"]


def test_the_source_of_an_alert_is_the_paper_and_not_the_search(tmp_path):
    row = first(tmp_path, "a.xml", ALERT)
    assert (row["source"], row["url"]) == ("harbour.example", "https://www.harbour.example/a")


def test_who_wrote_an_entry_of_a_feed_and_where_it_stands(tmp_path):
    content = FEED.replace("<item>", "<item><creator>J. Doe</creator><category>World</category>")
    row = first(tmp_path, "a.xml", content)
    assert (row["byline"], row["section"]) == ("J. Doe", "World")


def test_references_in_json_have_their_newspaper_date_and_authors(tmp_path):
    item = {
        "title": "Truce",
        "container-title": "Harbour Times",
        "issued": {"date-parts": [[2019, 2, 13]]},
        "author": [{"family": "Doe", "given": "Jane"}, {"family": "Roe"}],
        "abstract": TRUCE,
    }
    row = first(tmp_path, "a.json", json.dumps([item]))
    agrees(row, title="Truce", source="Harbour Times", date="2019-02-13", text=TRUCE)
    assert row["byline"] == "Doe, Jane; Roe"


ITEM = (
    f"<title>Truce</title><source>Harbour Times</source><date>2019-02-13</date><text>{TRUCE}</text>"
)
MARKED = ITEM.replace(TRUCE, f"&lt;![CDATA[{TRUCE}]]&gt;")
FEED = (
    "<rss><channel><title>Harbour Times</title><item><title>Truce</title>"
    "<pubDate>Wed, 13 Feb 2019 10:31:00 GMT</pubDate>"
    f"<description>Short</description><content>&lt;p&gt;{TRUCE}&lt;/p&gt;</content></item>"
    "</channel></rss>"
)
ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom'><title>Harbour Times</title>"
    "<updated>2020-01-01T00:00:00Z</updated><entry><title type='html'>&lt;b&gt;Truce&lt;/b&gt;"
    "</title><link href='https://x.example/a'/><updated>2019-02-13T10:31:00Z</updated>"
    f"<summary>{TRUCE}</summary></entry></feed>"
)
ENCODED = FEED.replace("content>", "encoded>").replace("<rss>", "<rss xmlns:c='urn:c'>")
ALERT = ATOM.replace("Harbour Times", "Google Alert - truce").replace(
    "https://x.example/a", "https://www.google.com/url?url=https://www.harbour.example/a"
)
ENDNOTE = (
    "<xml><records><record><contributors><authors><author><style>Doe, Jane</style></author>"
    "</authors></contributors><titles><title><style>Truce</style></title><secondary-title>"
    "Harbour Times</secondary-title></titles>"
    "<dates><year>2019</year><pub-dates><date>February 13</date>"
    f"</pub-dates></dates><abstract><style>{TRUCE}</style></abstract></record></records></xml>"
)


@pytest.mark.parametrize(
    ("content", "articles"),
    [
        (f"<articles><article>{ITEM}</article><article>{ITEM}</article></articles>", 2),
        (f"<articles xmlns='urn:x'><article>{ITEM}</article></articles>", 1),
        (FEED, 1),
        (ATOM, 1),
        (ENCODED, 1),
        # Marks of XML that a program escaped, as text, twice, and around HTML.
        (FEED.replace("&lt;p&gt;", "&lt;![CDATA[").replace("&lt;/p&gt;", "]]&gt;"), 1),
        (FEED.replace("&lt;p&gt;", "&amp;lt;![CDATA[").replace("&lt;/p&gt;", "]]&amp;gt;"), 1),
        (FEED.replace("&lt;p&gt;", "&lt;![CDATA[&lt;p&gt;").replace("/p&gt;", "/p&gt;]]&gt;"), 1),
        (FEED.replace("Truce<", "&lt;![CDATA[Truce]]&gt;<"), 1),
        (
            f"<articles><article>{MARKED}</article></articles>",
            1,
        ),
        (ENDNOTE, 1),
    ],
)
def test_xml_with_one_element_an_article(tmp_path, content, articles):
    row = first(tmp_path, "a.xml", f"<?xml version='1.0' encoding='UTF-8'?>{content}")
    agrees(
        row, title="Truce", source="Harbour Times", date="2019-02-13", text=TRUCE,
        articles=articles,
    )  # fmt: skip


def test_xml_without_usual_names_is_refused(tmp_path):
    with pytest.raises(fr.InputError, match="its root is 'a'"):
        first(tmp_path, "a.xml", "<?xml version='1.0'?><a><b>A truce</b></a>")


WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RUN = "<w:r><w:t xml:space='preserve'>"


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        ("<moveFrom>Talks. </moveFrom>Rain. <moveTo>Talks.</moveTo>", "Rain. Talks."),
        ("A <ins>new </ins><del>old </del>truce.", "A new truce."),
        ("The <smartTag>harbour</smartTag> is open.", "The harbour is open."),
    ],
)
def test_of_tracked_changes_in_a_word_file_only_the_new_text_is_read(tmp_path, runs, text):
    for name in ("moveFrom", "moveTo", "ins", "del", "smartTag"):
        runs = runs.replace(f"<{name}>", f"</w:t></w:r><w:{name}>{RUN}")
        runs = runs.replace(f"</{name}>", f"</w:t></w:r></w:{name}>{RUN}")
    document = docx.Document()
    paragraph = f"<w:p xmlns:w='{WORDS}'>{RUN}{runs}</w:t></w:r></w:p>"
    document.element.body.insert(0, parse_xml(paragraph))
    buffer = io.BytesIO()
    document.save(buffer)
    assert first(tmp_path, "a.docx", buffer.getvalue())["text"] == text


def test_an_rtf_file_of_a_macintosh(tmp_path):
    content = b"{\\rtf1\\mac{\\fonttbl{\\f0 Arial;}}\\f0 caf\\'8e \\'d2truce\\'d3\\par}"
    assert first(tmp_path, "a.rtf", content)["text"] == "café “truce”"


def test_a_mail_has_its_subject_date_and_sender(tmp_path):
    mail = (
        "From: Harbour Times <news@x.example>\nTo: you@x.example\nSubject: Truce\n"
        "Date: Wed, 13 Feb 2019 10:31:00 +0000\nMIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{TRUCE}\n"
    )
    row = first(tmp_path, "a.eml", mail)
    agrees(row, title="Truce", date="2019-02-13", source="Harbour Times")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (r"A truce. {\v hidden words}\par End.", "A truce.\n\nEnd."),
        (r"A \v gone \'e9 \u233?\par no\v0 truce.", "A truce."),
        (r"{\v one {\b two}\v0 A}{\v three\plain  truce}.", "A truce."),
        (r"A {\deleted long }\deleted hard \deleted0 truce.", "A truce."),
        (r"\viewkind4 A\vertalt  truce\'e9.", "A truceé."),
    ],
)
def test_hidden_text_of_rtf_is_no_text(tmp_path, content, text):
    row = first(tmp_path, "a.rtf", rf"{{\rtf1\ansi\ansicpg1252 {content}}}")
    assert " ".join(row["text"].split()) == " ".join(text.split())


def test_hidden_text_of_word_is_no_text(tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph("A truce ")
    paragraph.add_run("hidden ").font.hidden = True
    paragraph.add_run("was agreed.").font.hidden = False
    style = document.styles.add_style("Secret", 2)
    style.font.hidden = True
    paragraph.add_run(" And more.", style="Secret")
    document.add_paragraph().add_run("A deal.").font.hidden = True
    buffer = io.BytesIO()
    document.save(buffer)
    assert first(tmp_path, "a.docx", buffer.getvalue())["text"].strip() == "A truce was agreed."


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (r"It held{\footnote A truce.} well.\par End.\par", "It held well.\n\nA truce.\n\nEnd."),
        (
            r"It{\super\chftn{\*\footnote\ftnalt\chftn A\par {\b B}.\par}} held.",
            "It held.\n\nA\n\nB.",
        ),
        (r"One{\footnote A.} two{\footnote B.}.", "One two.\n\nA.\n\nB."),
        (r"It held{\footnote A truce", "It held\n\nA truce"),
    ],
)
def test_a_footnote_of_an_rtf_file_stands_below_its_paragraph(tmp_path, content, text):
    closed = "" if content.endswith("truce") else "}"
    assert first(tmp_path, "a.rtf", rf"{{\rtf1\ansi {content}{closed}")["text"] == text


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_a_note_of_a_word_file_stands_below_its_paragraph(tmp_path, kind):
    def note(number, words, more=""):
        return f"<w:{kind} w:id='{number}'{more}><w:p>{RUN}{words}</w:t></w:r></w:p></w:{kind}>"

    document = docx.Document()
    for number, words in enumerate(["It held.", "It was deleted.", "End."], start=1):
        paragraph = document.add_paragraph(words)
        if number < 3:
            mark = f"<w:r xmlns:w='{WORDS}'><w:{kind}Reference w:id='{number}'/></w:r>"
            if number == 2:
                mark = f"<w:del xmlns:w='{WORDS}'>{mark}</w:del>"
            paragraph._p.append(parse_xml(mark))
    notes = note(0, "____", " w:type='separator'") + note(1, "A truce.") + note(2, "No truce.")
    part = Part(
        PackURI(f"/word/{kind}s.xml"),
        f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}s+xml",
        f"<w:{kind}s xmlns:w='{WORDS}'>{notes}</w:{kind}s>".encode(),
        document.part.package,
    )
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    document.part.relate_to(part, f"{relations}/{kind}s")
    buffer = io.BytesIO()
    document.save(buffer)
    text = first(tmp_path, "a.docx", buffer.getvalue())["text"]
    assert text.split("\n\n") == ["It held.", "A truce.", "It was deleted.", "End."]


def test_what_was_deleted_hidden_or_remarked_in_an_odt_is_no_text(tmp_path):
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text")
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:text><text:tracked-changes>"
        "<text:changed-region><text:deletion><text:p>gone</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes><text:h>Truce</text:h><text:p>A<text:s/>"
        "<office:annotation><text:p>really?</text:p></office:annotation>truce"
        "<text:hidden-text>unseen</text:hidden-text> held.</text:p></office:text></office:body>"
        "</office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
    row = first(tmp_path, "a.odt", buffer.getvalue())
    assert [row["title"], row["text"]] == ["Truce", "A truce held."]


SEEN = "".join(f"<p>{TRUCE} {number}</p>" for number in range(3))


@pytest.mark.parametrize("hides", ['style="display: none"', "hidden", "style='visibility:hidden;'"])
def test_what_a_page_hides_is_no_text_unless_it_hides_all(tmp_path, hides):
    page = "<html><body><article><h1>T</h1>{}</article></body></html>"
    some = page.format(f"{SEEN}<p {hides}>Secret peace talks that no reader of it was shown.</p>")
    text = first(tmp_path, "a.html", some)["text"]
    assert "Secret" not in text
    assert text.count(TRUCE) == 3
    # Some pages are shown by a script, when they have been loaded.
    whole = page.format(f"<div {hides}>{SEEN}</div>")
    assert first(tmp_path, "b.html", whole)["text"].count(TRUCE) == 3


OFFER = "The truce in the north begins on Friday at noon."
LEADS = (
    "<h3>Most read</h3><ul><li><a href='x'>Rain fell on all the fields of the east.</a></li></ul>"
)


@pytest.mark.parametrize(
    "around",
    ["{}", "<div id='x'><div>{}</div></div>", "<section>{}</section>", "<form>{}</form>",
     "<div class='tag-talks'>{}</div>", "<article>{}</article>", "<div class='content'>{}</div>"],
)  # fmt: skip
@pytest.mark.parametrize(
    ("block", "lines"),
    [
        (f"<h2>{OFFER}</h2>", [OFFER]),
        (f"<ul><li>{OFFER}</li><li>Guards go.</li></ul>", [f"- {OFFER}", "- Guards go."]),
        (f"<dl><dt>Terms</dt><dd>{OFFER}</dd></dl>", ["- Terms", f"- {OFFER}"]),
        (f"<div>{OFFER}</div>", [OFFER]),
        (f"<center>{OFFER}</center>", [OFFER]),
        (f"<center><font><b>{OFFER}</b></font></center>", [OFFER]),
    ],
)
def test_what_stands_between_the_paragraphs_of_a_page_is_its_text(tmp_path, around, block, lines):
    body = around.format(f"<h1>Talks</h1><p>{TRUCE}</p>{block}<p>{BRIDGE}</p>")
    page = f"<html><head><title>Talks</title></head><body>{body}{LEADS}</body></html>"
    text = first(tmp_path, "a.html", page)["text"]
    assert [line for line in text.split("\n") if line] == [TRUCE, *lines, BRIDGE]


@pytest.mark.parametrize(("times", "doubted"), [(1, True), (30, False)])
def test_what_is_left_out_of_an_article_of_a_page_is_doubted_where_it_is_much(
    tmp_path, times, doubted
):
    path = tmp_path / "a.html"
    told = "".join(f"<p>{TRUCE} {number}</p><p>{BRIDGE} {number}</p>" for number in range(times))
    more = "It ends on Sunday, and no one knows who will guard it."
    lost = f"<div class='next-steps'>{OFFER} {more}</div>"
    path.write_text(f"<html><body><article>{told}{lost}<p>{BRIDGE}</p></article></body></html>")
    corpus = fr.read_corpus(path)
    assert OFFER not in corpus.table["text"][0]
    assert corpus.doubts["reason"].str.contains("22 words between its paragraphs").any() == doubted


LAST = "The delegates left the town on the evening of the third day, and no one saw them off."
_TOLD = "".join(f"<p>{TRUCE} {number}</p><p>{BRIDGE} {number}</p>" for number in range(3))


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        (f"<table><tr><td><ul><li>{OFFER}</li></ul></td></tr></table>", [f"- {OFFER}"]),
        ("<table><tr><td><ol><li>One.</li></ol></td></tr></table>", ["- One."]),
        (f"<table><tr><td><blockquote><p>{OFFER}</p></blockquote></td></tr></table>", [OFFER]),
        (f"<div>{OFFER}</div>", [OFFER]),
        (OFFER, [OFFER]),
        (f"<p>{LAST}</p>Guards go<br>north then", ["Guards go north then"]),
        ("<ul><li><a href='x'>Rain fell on all the fields of the east.</a></li></ul>", []),
    ],
)
def test_what_has_no_name_beside_the_paragraphs_of_an_article_is_its_text(tmp_path, block, lines):
    body = f"<article>{_TOLD}<p>{LAST}</p>{block}<p>{LAST} 2</p></article>"
    page = f"<html><head><title>Talks</title></head><body>{body}{LEADS}</body></html>"
    text = first(tmp_path, "a.html", page)["text"]
    assert [line for line in text.split("\n") if line][7:-1] == lines


@pytest.mark.parametrize(
    ("link", "times", "doubted"), [(OFFER, 10, True), (OFFER, 1, False), ("Go on", 40, False)]
)
def test_links_between_the_paragraphs_of_an_article_are_doubted_where_they_are_long(
    tmp_path, link, times, doubted
):
    path = tmp_path / "a.html"
    links = "".join(f"<li><a href='x'>{link} {number}</a></li>" for number in range(times))
    body = f"<article>{_TOLD}<ul>{links}</ul><p>{LAST}</p></article>"
    path.write_text(f"<html><head><title>Talks</title></head><body>{body}</body></html>")
    doubts = fr.read_corpus(path).doubts["reason"]
    assert doubts.str.contains("words in lists of links between its paragraphs").any() == doubted


def test_paragraphs_that_repeat_the_one_before_are_doubted(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(f"<html><body><article>{_TOLD}{f'<p>{LAST}</p>' * 3}</article></body></html>")
    corpus = fr.read_corpus(path)
    assert corpus.table["text"][0].count(LAST) == 1
    assert corpus.doubts["reason"].tolist() == [
        "the page: 2 paragraphs that repeat the one before them were left out"
    ]
    path.write_text(f"<html><body><article>{_TOLD}<p>{LAST}</p></article></body></html>")
    assert not len(fr.read_corpus(path).doubts)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.html", "Your session has expired. Please sign in again to view this document."),
        ("b.DOCX", "You are not allowed to see this."),
        ("c.html", "Ihre Sitzung ist abgelaufen. Bitte melden Sie sich an."),
    ],
)
def test_the_page_of_a_sign_in_is_doubted(tmp_path, name, words):
    (tmp_path / name).write_text(f"<html><head><title>N</title></head><body><p>{words}</p></body>")
    corpus = fr.read_corpus(tmp_path / name)
    assert corpus.doubts["reason"].str.contains("message of a server").any()


def radio(*blocks, head=("RADIO SHORE", "SHOW: The Tide 7:00 AM", "May 3, 2019 Friday")):
    return "\n\n".join(["1 of 1 DOCUMENT", *head, *blocks])


@pytest.mark.parametrize("last", ["MARY GULL: Good night, all.", "HOST: Good night, all."])
def test_the_last_turn_of_a_transcript_is_text_and_its_date_stands_below_the_show(tmp_path, last):
    talk = ("MARY GULL: Is it a truce?", "TIM TERN: It is.", last)
    labels = ("SECTION: News", "LENGTH: 40 words", "HEADLINE: Truce at sea", "BODY:")
    corpus = read(tmp_path, "r.txt", radio(*labels, *talk, "LOAD-DATE: May 4, 2019"))
    assert facts(corpus) == [("Truce at sea", "RADIO SHORE", "2019-05-03")]
    assert corpus.table["text"].tolist() == ["\n\n".join(talk)]


def test_guests_below_the_talk_are_no_text(tmp_path):
    labels = ("LENGTH: 40 words", "HEADLINE: Truce at sea", "BODY:", TRUCE)
    corpus = read(tmp_path, "r.txt", radio(*labels, "GUESTS: Tim Tern", "LOAD-DATE: May 4, 2019"))
    assert corpus.table["text"].tolist() == [TRUCE]


@pytest.mark.parametrize(
    "labels",
    [
        ("LENGTE: 40 woorden", "KOP: Truce", "AUTEUR: Jan Meeuw", "TEKST:", "TAAL: DUTCH"),
        ("AUTEUR: Jan Meeuw", "KOP: Truce", "LENGTE: 40 woorden", "TEKST:", "PUB-TYPE: Krant"),
        ("LUNGHEZZA: 40 parole", "TITOLO: Truce", "AUTORE: Jan Meeuw", "TESTO:", "LINGUA: IT"),
        ("EXTENSIÓN: 40 palabras", "TÍTULO: Truce", "AUTOR: Jan Meeuw", "CUERPO:", "IDIOMA: ES"),
    ],
)
def test_fields_of_lexisnexis_in_more_languages_and_orders(tmp_path, labels):
    *above, last = labels
    blocks = ["1 of 1 DOCUMENT", "De Meeuw", "May 3, 2019", *above, TRUCE, BRIDGE, last]
    corpus = read(tmp_path, "n.txt", "\n\n".join(blocks))
    assert facts(corpus) == [("Truce", "De Meeuw", "2019-05-03")]
    assert corpus.table["byline"].tolist() == ["Jan Meeuw"]
    assert corpus.table["text"].tolist() == [BOTH]


def test_fields_in_a_language_that_is_not_known_are_left_out_with_a_doubt(tmp_path):
    blocks = ["1 of 1 DOCUMENT", "Lokki", "May 3, 2019", "LENGTH: 40 words", "OTSIKKO: Aselepo"]
    corpus = read(tmp_path, "n.txt", "\n\n".join([*blocks, "TEKSTI:", TRUCE, "LANGUAGE: FINNISH"]))
    assert corpus.table["text"].tolist() == [TRUCE]
    assert any("left out above the text: 'OTSIKKO: Aselepo'" in x for x in corpus.doubts["reason"])


def test_numbered_heads_of_alceste_have_any_number_of_digits(tmp_path):
    content = f"**** *source_Tern\n{TRUCE}\n00002 *source_Gull *date_20190503\n{BRIDGE}\n"
    corpus = read(tmp_path, "a.txt", content)
    assert corpus.table["text"].tolist() == [TRUCE, BRIDGE]
    assert corpus.table["source"].tolist() == ["Tern", "Gull"]


@pytest.mark.parametrize(
    ("rights", "publisher"),
    [
        ("© 2019 Gull Media Ltd.", "Gull Media Ltd."),
        ("Copyright 2019 Möwe Verlag. Alle Rechte vorbehalten.", "Möwe Verlag"),
        ("(c) 2019, The Daily Tern", "Tern Holding LLC"),
    ],
)
def test_the_publisher_above_the_number_of_factiva_is_no_text(tmp_path, rights, publisher):
    lines = ["Truce holds", "40 words", "3 May 2019", "The Daily Tern", "TERN", "English", rights]
    lines = [*lines, TRUCE, BRIDGE, publisher, "Document TERN000020190503ef2d0001x"]
    assert read(tmp_path, "f.rtf", make_rtf(lines)).table["text"].tolist() == [BOTH]


def test_a_short_last_sentence_of_factiva_is_text(tmp_path):
    lines = ["Truce holds", "40 words", "3 May 2019", "The Daily Tern", "TERN", "English"]
    lines = [
        *lines,
        "© 2019 Gull Media Ltd.",
        TRUCE,
        "Talks go on.",
        "Document TERN020190503ef2d01x",
    ]
    text = read(tmp_path, "f.rtf", make_rtf(lines)).table["text"][0]
    assert text == f"{TRUCE}\n\nTalks go on."


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ris", f"TY  - NEWS\nTI  - Truce\nDA  - 2025/02/13\nAB  - {TRUCE}\nER  - \n"),
        ("a.enw", f"%0 Newspaper Article\n%T Truce\n%8 2025-02-13\n%X {TRUCE}\n"),
        ("a.nbib", f"PMID- 1\nTI  - Truce\nDP  - 2025 Feb 13\nAB  - {TRUCE}\n"),
    ],
)
def test_a_note_says_that_the_texts_of_references_are_their_abstracts(tmp_path, name, text):
    corpus = read(tmp_path, name, text)
    assert corpus.table["text"].tolist() == [TRUCE]
    assert sum("the abstracts or notes of the records" in note for note in corpus.notes) == 1
