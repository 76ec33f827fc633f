"""Files in the formats of archives: constructed ones here, those of other tools where they are."""

import base64
import contextlib
import email.message
import gzip
import io
import plistlib
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pandas as pd
import pytest
from support.exports import (
    BRIDGE,
    TRUCE,
    europresse_article,
    export_of,
    factiva_article,
    make_docx,
    make_pdf,
    make_rtf,
    make_xls,
    nexis_uni,
    proquest_document,
    random_articles,
    wrapped,
)
from support.reading import read

import framing as fr

BOTH = f"{TRUCE}\n\n{BRIDGE}"


def rows(corpus, *columns):
    table = corpus.table[list(columns)].astype(object)
    return table.where(table.notna(), None).to_numpy().tolist()


def days(corpus):
    return [None if pd.isna(date) else str(date.date()) for date in corpus.table["date"]]


# --- Nexis


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("n.docx", make_docx(nexis_uni())),
        ("n.rtf", make_rtf(nexis_uni())),
        ("n.bin", make_docx(nexis_uni())),
        ("one.docx", make_docx(nexis_uni(body=None, cover=False))),
        ("de.rtf", make_rtf(nexis_uni(labels=("Rubrik", "Länge", "Autor", "Sprache")))),
        ("fr.docx", make_docx(nexis_uni(labels=("Rubrique", "Longueur", "Auteur", "Langue")))),
    ],
)
def test_nexis_uni(tmp_path, name, content):
    corpus = read(tmp_path, name, content)
    assert rows(corpus, "title", "source", "section", "byline", "length", "language", "text") == [
        ["Truce holds in harbour", "Harbour Times", "NEWS; Pg. 4", "Jane Doe", 40, "en", BOTH],
        ["Bridge closed", "Harbour Times (Online)", "NEWS; Pg. 4", None, 23, "en", BRIDGE],
    ]
    assert corpus.table["date"].tolist() == [
        pd.Timestamp("2019-02-13 10:31"),
        pd.Timestamp("2019-02-14"),
    ]
    assert corpus.table["doc_id"].tolist() == [f"{Path(name).stem}-{n}" for n in (1, 2)]
    assert corpus.exclusions.empty
    assert corpus.doubts.empty
    assert "Nexis Uni" in corpus.notes[0]


def test_a_headline_with_a_line_break_is_one_headline(tmp_path):
    lines = [line.replace("Truce holds in", "Truce holds\nin") for line in nexis_uni(cover=False)]
    corpus = read(tmp_path, "n.docx", make_docx(lines))
    assert corpus.table["title"].tolist() == ["Truce holds in harbour", "Bridge closed"]
    corpus = read(tmp_path, "n.rtf", make_rtf([part for x in lines for part in x.split("\n")]))
    assert corpus.table["title"].tolist() == ["Truce holds in harbour", "Bridge closed"]


def test_a_picture_in_a_word_file_parts_no_headline_from_its_source(tmp_path):
    document = docx.Document(io.BytesIO(make_docx(nexis_uni(cover=False))))
    picture = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    for line in document.paragraphs:
        if line.text in ("Harbour Times", TRUCE):
            line.insert_paragraph_before().add_run().add_picture(io.BytesIO(picture))
    buffer = io.BytesIO()
    document.save(buffer)
    corpus = read(tmp_path, "n.docx", buffer.getvalue())
    assert rows(corpus, "title", "source", "text")[0] == [
        "Truce holds in harbour", "Harbour Times", BOTH,
    ]  # fmt: skip


def test_nexis_uni_as_pdf_drops_the_heads_of_pages_and_joins_lines(tmp_path):
    head = ["Truce holds in harbour", "Harbour Times", "February 13, 2019 Wednesday"]
    head += ["Copyright 2019 Harbour Media All Rights Reserved", "Length: 40 words", "Body"]
    pages = [
        ["Page 1 of 2", "Truce holds in harbour", *head, *wrapped(TRUCE).split("\n")],
        ["Page 2 of 2", "Truce holds in harbour", *wrapped(BRIDGE).split("\n"),
         "Load-Date: February 14, 2019", "End of Document"],
    ]  # fmt: skip
    corpus = read(tmp_path, "n.pdf", make_pdf(pages))
    assert rows(corpus, "title", "source", "text") == [
        ["Truce holds in harbour", "Harbour Times", BOTH]
    ]


def test_a_list_of_documents_that_announces_more_than_there_are(tmp_path):
    lines = ["Documents (3)" if line == "Documents (2)" else line for line in nexis_uni()]
    listed = read(tmp_path, "n.docx", make_docx(lines)).exclusions
    assert listed["reason"].tolist() == ["the list of documents: the file announces 3, it holds 2"]


def test_the_list_of_documents_that_nexis_adds_is_no_article(tmp_path):
    (tmp_path / "list.docx").write_bytes(make_docx(nexis_uni()[:10]))
    (tmp_path / "n.docx").write_bytes(make_docx(nexis_uni(cover=False)))
    corpus = fr.read_corpus(tmp_path)
    assert corpus.table["doc_id"].tolist() == ["n-1", "n-2"]
    assert "holds no article" in corpus.exclusions["reason"][0]


SEARCH = ["Client/Matter: -None-", "Search Terms: truce"]


@pytest.mark.parametrize(
    "lines",
    [
        ["Documents (8)", "1. Truce holds", *SEARCH, "2. Bridge closed", *SEARCH],
        ["Documents (2)", "", "1. Truce holds", "2. Bridge closed"],
        ["Dokumente (2)", "1. Truce holds", "Mandant/Projekt: -None-", "2. Bridge closed"],
        ["Results for: truce", "Documents (1)", "1. Truce holds"],
    ],
)
def test_a_list_of_documents_is_told_from_an_article_without_a_cover(tmp_path, lines):
    (tmp_path / "list.docx").write_bytes(make_docx(lines))
    (tmp_path / "list.txt").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "n.txt").write_text(f"Documents (2)\n\n{TRUCE}\n\n{BRIDGE}", encoding="utf-8")
    corpus = fr.read_corpus(tmp_path)
    assert corpus.table["doc_id"].tolist() == ["n"]
    assert corpus.exclusions["reason"].str.contains("holds no article").tolist() == [True, True]


@pytest.mark.parametrize(
    ("labels", "language", "code", "heading", "end"),
    [
        ("Rubrik|Länge|Autor|Sprache", "GERMAN", "de", "Klassifizierung", "Ende des Dokuments"),
        ("Secção|Comprimento|Autor|Idioma", "DUTCH", "nl", "Classificação", "Fim do documento"),
    ],
)
def test_the_heading_under_a_text_is_no_paragraph(tmp_path, labels, language, code, heading, end):
    swaps = {"Classification": heading, "\nEnd of Document": end, "\xa0ENGLISH": f"\xa0{language}"}
    lines = nexis_uni("Text", labels.split("|"), cover=False)
    for old, new in swaps.items():
        lines = [line.replace(old, new) for line in lines]
    lines = [line for line in lines if line != "Graphic" and not line.startswith("A bridge, seen")]
    corpus = read(tmp_path, "n.docx", make_docx(lines))
    assert rows(corpus, "text", "language") == [[BOTH, code], [BRIDGE, code]]


def lexisnexis(marker, labels, source, date, title, byline, text, tail):
    centred = f"{source:^78}\n\n{date:^78}\n"
    head = "\n\n".join(f"{label}: {value}" for label, value in zip(labels, byline, strict=True))
    end = "\n\n".join(tail)
    return f"\n{marker:^78}\n\n\n{centred}\n{title}\n\n{head}\n\n{text}\n\n{end}\n\n"


@pytest.mark.parametrize(
    ("marker", "labels", "date", "tail", "language"),
    [
        ("3 of 7 DOCUMENTS", ("BYLINE", "SECTION", "LENGTH"), "February 13, 2014 Thursday",
         ["LOAD-DATE: February 14, 2014", "LANGUAGE: ENGLISH", "PUBLICATION-TYPE: Newspaper",
          "Copyright 2014 Harbour Media"], "en"),
        ("Dokument 3 von 7", ("AUTOR", "RUBRIK", "LÄNGE"), "13. Februar 2014 Donnerstag",
         ["UPDATE: 14. Februar 2014", "SPRACHE: GERMAN; DEUTSCH", "PUBLICATION-TYPE: Zeitung",
          "Copyright 2014 Hafen Verlag\nAlle Rechte vorbehalten"], "de"),
        ("Document 3 de 7", ("AUTEUR", "RUBRIQUE", "LONGUEUR"), "jeudi 13 février 2014",
         ["DATE-CHARGEMENT: 14 février 2014", "LANGUE: FRENCH; FRANÇAIS",
          "TYPE-PUBLICATION: Journal"], "fr"),
        ("Documento 3 de 7", ("AUTOR", "SECCIÓN", "LONGITUD"), "13 de febrero de 2014 jueves",
         ["FECHA-CARGA: 14 de febrero de 2014", "IDIOMA: SPANISH; ESPAÑOL"], "es"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["txt", "html"])
def test_lexisnexis_in_several_languages(tmp_path, form, marker, labels, date, tail, language):
    values = ["Jane Doe", "NEWS; S. 3", "40 words"]
    article = (marker, labels, "Harbour Times", date, "Truce holds;\nA quiet night", values)
    if form == "txt":
        text = f"{wrapped(TRUCE)}\n\n{wrapped(BRIDGE)}"
        content = "\ufeff" + lexisnexis(*article, text, tail).replace("\n", "\r\n")
    else:
        blocks = [f"<DIV><P><SPAN>{part}</SPAN></P>\n</DIV>" for part in article[:1]]
        blocks += [f"<DIV><P><SPAN>{part}</SPAN></P></DIV>" for part in article[2:4]]
        blocks += ["<DIV><P><SPAN>Truce holds;<BR>A quiet night</SPAN></P></DIV>"]
        blocks += [
            f"<DIV><P><SPAN>{label}: </SPAN><SPAN>{value}</SPAN></P></DIV>"
            for label, value in zip(labels, values, strict=True)
        ]
        blocks += [f"<DIV><P><SPAN>{TRUCE}</SPAN></P>\n<P><SPAN>{BRIDGE}</SPAN></P></DIV>"]
        blocks += [f"<DIV><P><SPAN>{part}</SPAN></P></DIV>" for part in tail]
        content = (
            '<HTML><HEAD><TITLE>&nbsp;</TITLE></HEAD><BODY><A NAME="DOC_ID_0_0"></A>'
            + "\n<BR>".join(blocks)
            + "</BODY></HTML>"
        ).encode("cp1252")
    corpus = read(tmp_path, f"l.{form}", content)
    assert rows(corpus, "title", "source", "byline", "section", "length", "language", "text") == [
        ["Truce holds; A quiet night", "Harbour Times", "Jane Doe", "NEWS; S. 3", 40, language,
         BOTH]
    ]  # fmt: skip
    assert days(corpus) == ["2014-02-13"]
    assert corpus.doubts.empty


def test_lexisnexis_with_labels_for_headline_and_text(tmp_path):
    content = f"""
                               1 of 2 DOCUMENTS

                  Copyright 1996 The Harbour Times Company
                              The Harbour Times

                 January 2, 1996, Tuesday, Late Edition - Final

SECTION: Section A; Page 1; Column 4; Foreign Desk

LENGTH: 40 words

HEADLINE: Truce Holds; A Quiet Night

BYLINE: By JANE DOE

BODY:
   {wrapped(TRUCE)}

NOTE: {BRIDGE}

   {wrapped(TRUCE)}

GRAPHIC: Photo: A bridge

LANGUAGE: ENGLISH

                               2 of 2 DOCUMENTS

                              The Harbour Times

                            January 3, 1996, Wednesday

LENGTH: 23 words

{wrapped(BRIDGE)}

LANGUAGE: ENGLISH
"""
    corpus = read(tmp_path, "l.txt", content)
    assert rows(corpus, "title", "source", "byline", "text") == [
        ["Truce Holds; A Quiet Night", "The Harbour Times", "JANE DOE",
         f"{TRUCE}\n\nNOTE: {BRIDGE}\n\n{TRUCE}"],
        [None, "The Harbour Times", None, BRIDGE],
    ]  # fmt: skip
    assert days(corpus) == ["1996-01-02", "1996-01-03"]
    # What is missing is doubted; a text of other length than the file states too.
    assert corpus.doubts.to_numpy().tolist() == [["l-2", "article 2: no title was found"]]


# --- Factiva


@pytest.mark.parametrize("title", ["By the sea", "1,200 words on peace", "500 words"])
def test_a_paragraph_that_begins_with_a_language_is_text(tmp_path, title):
    head = ["News", title, "By Jane Doe", "1,312 words", "3 March 2025", "The Guardian", "GRDN",
            "12", "English", "© Copyright 2025. All rights reserved.", ""]  # fmt: skip
    body = ["To end the war.", "German officials agreed.", "English was spoken.", "The end.",
            "Russian"]  # fmt: skip
    lines = [*head, *(line for part in body for line in (part, "")), "Document GRDN000020250303el3"]
    corpus = read(tmp_path, "f.txt", "\n".join(lines).encode())
    assert rows(corpus, "title", "section", "language", "text") == [
        [title, "News", "en", "\n\n".join(body)]
    ]


@pytest.mark.parametrize("around", ["{}", "<div class='article'>{}</div>"])
def test_factiva_html_without_codes(tmp_path, around):
    facts = ["1,044 words", "14 November 2017", "Harbour Times", "HARB", "1", "English"]
    german = ["1.044 Wörter", "19. November 2017", "Hafenzeitung", "HAFEN", "Deutsch"]
    chinese = ["293 字", "2018 年 5 月 28 日", "港口日报", "GANGK", "中文"]
    page = "<html><head><meta charset='UTF-8'><title>Factiva</title></head><body>{}</body></html>"
    content = (
        factiva_article("en", "Truce holds", "By Jane Doe", [*facts, "(c) 2017"], [TRUCE, BRIDGE])
        + factiva_article("de", "Brücke zu", None, [*german, "Copyright 2017"], [BRIDGE])
        + factiva_article("zh", "桥梁关闭", None, [*chinese, "(c) 2018"], ["代表们星期一会面。"])
    )
    corpus = read(tmp_path, "f.html", page.format(around.format(content)))
    assert rows(corpus, "title", "source", "byline", "length", "language", "text") == [
        ["Truce holds", "Harbour Times", "Jane Doe", 1044, "en", BOTH],
        ["Brücke zu", "Hafenzeitung", None, 1044, "de", BRIDGE],
        ["桥梁关闭", "港口日报", None, 293, "zh", "代表们星期一会面。"],
    ]
    assert days(corpus) == ["2017-11-14", "2017-11-19", "2018-05-28"]
    assert corpus.doubts["doc_id"].tolist() == ["f-1", "f-2"]
    assert "states 1,044 words, the text has 47" in corpus.doubts["reason"][0]


CODED = [
    ("SE", "News"), ("HD", "Truce holds"), ("BY", "By Jane Doe"), ("WC", "40 words"),
    ("PD", "14 November 2017"), ("ET", "09:31 PM"), ("SN", "Harbour Times"), ("SC", "HARB"),
    ("LA", "English"), ("CY", "(c) 2017"), ("LP", TRUCE), ("TD", BRIDGE),
    ("NS", "gpol : Politics"), ("AN", "Document HARB000020171114edbe0001x"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("f.txt", "\n".join(f"{code}  {value}" for code, value in CODED)),
        ("f.rtf", make_rtf([f"{code}\t{value}" for code, value in CODED])),
        ("g.rtf", make_rtf([line for pair in CODED for line in (*pair, "")])),
        (
            "f.html",
            "<html><body><div class='article enArticle'><table>"
            + "".join(f"<tr><td><b>{c}</b>&nbsp;</td><td>{v}</td></tr>" for c, v in CODED)
            + "</table></div></body></html>",
        ),
    ],
)
def test_factiva_with_codes(tmp_path, name, content):
    corpus = read(tmp_path, name, content)
    assert rows(corpus, "title", "source", "section", "byline", "length", "language", "text") == [
        ["Truce holds", "Harbour Times", "News", "Jane Doe", 40, "en", BOTH]
    ]
    assert corpus.table["date"][0] == pd.Timestamp("2017-11-14 21:31")


def test_factiva_rtf_without_codes(tmp_path):
    lines = ["Truce holds in harbour", "By Jane Doe", "40 words", "14 November 2017", "21:31",
             "Harbour Times", "HARB", "1", "English", "(c) 2017 Harbour.", "", TRUCE, "", BRIDGE,
             "", "Document HARB000020171114edbe0001x", "", "News", "Bridge closed to all lorries",
             "23 words", "15 November 2017", "Harbour Times", "HARB", "English", "(c) 2017", "",
             BRIDGE, "", "Document HARB000020171115edbf0001x", "", "Search Summary"]  # fmt: skip
    corpus = read(tmp_path, "f.rtf", make_rtf(lines))
    assert rows(corpus, "title", "source", "section", "byline", "length", "text") == [
        ["Truce holds in harbour", "Harbour Times", None, "Jane Doe", 40, BOTH],
        ["Bridge closed to all lorries", "Harbour Times", "News", None, 23, BRIDGE],
    ]
    assert days(corpus) == ["2017-11-14", "2017-11-15"]


def test_factiva_xml(tmp_path):
    content = f"""<?xml version="1.0"?><PPSResponse><r xmlns="http://global.factiva.com/pps/2.0">
    <article><accessionNo>H1</accessionNo><baseLanguage>DE</baseLanguage><headline><paragraph>
    <hlt>Brücke</hlt> zu</paragraph></headline><byline>Von Anna Beispiel</byline><leadParagraph>
    <paragraph>{TRUCE}</paragraph></leadParagraph><publicationDate><date>2012-01-09</date>
    </publicationDate><sectionName>Politik</sectionName><sourceName>Hafenzeitung</sourceName>
    <tailParagraphs><paragraph>{BRIDGE}</paragraph></tailParagraphs><wordCount>44</wordCount>
    </article></r></PPSResponse>"""
    corpus = read(tmp_path, "f.xml", content)
    assert rows(corpus, "title", "source", "section", "byline", "length", "language", "text") == [
        ["Brücke zu", "Hafenzeitung", "Politik", "Anna Beispiel", 44, "de", BOTH]
    ]
    assert days(corpus) == ["2012-01-09"]


# --- Europresse


def test_europresse_in_the_newer_layout(tmp_path):
    content = (
        "<!DOCTYPE html><html><body>"
        + europresse_article("La Croix du Port, no. 43018", "Vote 2021, lundi 3 janvier 2022, p. 4",
                             "La trêve <mark>tient</mark>", "Jeanne Dupont", [TRUCE, BRIDGE])
        + europresse_article("Harbour Times", "Monday, January 3, 2022 1,044 words", "Bridge",
                             "", [BRIDGE])
        + europresse_article("El Puerto (sitio web)", "martes 4 enero 2022", "Puente", "", [])
        + europresse_article("El Puerto (sitio web)", "martes 4 enero 2022", "Barco", "", [TRUCE])
        + "</body></html>"
    )  # fmt: skip
    corpus = read(tmp_path, "e.html", content)
    assert rows(corpus, "title", "source", "section", "byline", "length", "text") == [
        ["La trêve tient", "La Croix du Port", "Vote 2021", "Jeanne Dupont", None, BOTH],
        ["Bridge", "Harbour Times", None, None, 1044, BRIDGE],
        ["Barco", "El Puerto (sitio web)", None, None, None, TRUCE],
    ]
    assert days(corpus) == ["2022-01-03", "2022-01-03", "2022-01-04"]
    # The ids have the numbers of the articles in the file.
    assert corpus.table["doc_id"].tolist() == ["e-1", "e-2", "e-4"]
    # An article without text is listed with its place and its title.
    listed = corpus.exclusions.iloc[0]
    assert (listed["doc_id"], listed["kind"]) == ("e.html", "file")
    assert listed["reason"] == "article 3: the article 'Puente' has no text"


def test_an_author_of_europresse_after_a_title_with_a_kicker(tmp_path):
    article = europresse_article(
        "Le Port", "Politique, mardi 4 janvier 2022, p. 2", "Une trêve", "", [TRUCE]
    )
    kicker = '<p class="sm-margin-bottom">TRIBUNES</p>'
    article = article.replace(
        '<div class="titreArticle">', f'<div><p>MEDIAS</p></div><div class="titreArticle">{kicker}'
    ).replace('<p class="sm-margin-bottomNews"></p>', "<div>Jeanne Dupont</div>")
    corpus = read(tmp_path, "e.html", f"<html><body>{article}</body></html>")
    assert rows(corpus, "title", "byline", "text") == [["Une trêve", "Jeanne Dupont", TRUCE]]


def test_europresse_in_the_older_layout(tmp_path):
    article = (
        '<table><tr><td><span class="DocPublicationName">{}</span><br><span class="DocHeader">{}'
        '</span><span class="DocHeader">{}</span><br><br><span class="TitreArticleVisu">{}</span>'
        "<br><br>{}<p></p>{}<p></p><b><i>© 2012 Press. All rights reserved.</i></b><p></p>Document "
        "number: news·20121005·HT·1<br></td></tr></table>"
    )
    content = (
        '<html><head><META content="text/html; charset=ISO-8859-1"></head><body>'
        + article.format("Harbour Times", "News, Friday, ", "October 5, 2012", "Truce “holds”",
                         "Jane Doe", f"{TRUCE}<p></p>{BRIDGE}")
        + article.format("Le Port", "jeudi ", "4 octobre 2012", "Le pont", BRIDGE, TRUCE)
        + "</body></html>"
    ).encode("cp1252")  # fmt: skip
    corpus = read(tmp_path, "e.html", content)
    assert rows(corpus, "title", "source", "section", "byline", "text") == [
        ["Truce “holds”", "Harbour Times", "News", "Jane Doe", BOTH],
        ["Le pont", "Le Port", None, None, f"{BRIDGE}\n\n{TRUCE}"],
    ]
    assert days(corpus) == ["2012-10-05", "2012-10-04"]


# --- ProQuest and NewsBank


@pytest.mark.parametrize(
    ("labels", "date"),
    [
        (("Author", "Full text", "Title", "Publication title", "Publication date",
          "Language of publication", "ProQuest document ID"), "Feb 13, 2025"),
        (("Autor", "Volltext", "Titel", "Publikationstitel", "Publikationsdatum",
          "Publikationssprache", "ProQuest-Dokument-ID"), "13. Feb. 2025"),
        (("Auteur", "Texte intégral", "Titre", "Titre de la publication", "Date de publication",
          "Langue de publication", "ID document ProQuest"), "13 févr. 2025"),
        (("Autor", "Texto completo", "Título", "Título de publicación", "Fecha de publicación",
          "Idioma de publicación", "ID del documento de ProQuest"), "13 feb 2025"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("rule", ["_" * 60, "=" * 40])
def test_proquest_in_several_languages(tmp_path, labels, date, rule):
    text = f"{TRUCE}\n\nLocation: the old harbour, said one.\n\n{BRIDGE}"
    content = (
        proquest_document(labels, "Truce holds", "Doe, Jane", "Harbour Times; Portville", date,
                          text, rule)
        + proquest_document(labels, "Bridge closed", "Roe, John", "Harbour Times", date, BRIDGE,
                            rule)
        + f"{rule}\n\nContact us at: http://search.proquest.com\n\nDatabase copyright © ProQuest"
    )  # fmt: skip
    corpus = read(tmp_path, "p.txt", content)
    assert rows(corpus, "title", "source", "byline", "section", "language", "text") == [
        ["Truce holds", "Harbour Times", "Doe, Jane", "News", "en", text],
        ["Bridge closed", "Harbour Times", "Roe, John", "News", "en", BRIDGE],
    ]
    assert days(corpus) == ["2025-02-13"] * 2


def test_proquest_without_full_text_takes_the_abstract_and_says_so(tmp_path):
    content = """____________________________________________________________

Abstract: The bridge stays closed.

Full text: None available.

Title: Bridge closed

Publication info: Harbour Times ; Portville [Portville]14 Feb 2025: B2.

Publication title: Harbour Times

ProQuest document ID: 2

Document URL: https://www.proquest.com/docview/2
"""
    corpus = read(tmp_path, "p.txt", content)
    assert corpus.table["text"].tolist() == ["The bridge stays closed."]
    assert days(corpus) == ["2025-02-14"]
    assert "the text is the abstract" in corpus.doubts["reason"][0]


@pytest.mark.parametrize("name", ["p.html", "p.eml"])
def test_proquest_as_a_page_and_as_a_mail(tmp_path, name):
    article = (
        '<div><a name="DocID_MSTAR_{0}"></a><h3>{1}</h3><p><a href="x">ProQuest document link</a>'
        "</p><p><strong>Author: </strong>Doe, Jane</p><p><strong>Abstract: </strong></p><p>None "
        'available.</p><text wordcount="40"><p>{2}</p><p>{3}</p></text><p><strong>Publication '
        "title: </strong>Harbour Times</p><p><strong>Publication date: </strong>Feb 13, 2025</p>"
        "<p><strong>ProQuest document ID: </strong>{0}</p><p><strong>Database: </strong>News</p>"
        "</div>"
    )
    # The label may stand before the element with the text.
    labelled = article.replace("<text ", "<p><strong>Full text: </strong></p><text ")
    articles = article.format(1, "Truce 1", TRUCE, BRIDGE)
    articles += labelled.format(2, "Truce 2", TRUCE, BRIDGE)
    content = f"<html><body><p>ProQuest: Jane sent you this:</p>{articles}</body></html>".encode()
    if name == "p.eml":
        mail = email.message.EmailMessage()
        mail["From"], mail["Subject"] = "a@harbour.example", "Documents"
        mail.set_content(content.decode(), subtype="html", cte="quoted-printable")
        content = bytes(mail)
    corpus = read(tmp_path, name, content)
    assert rows(corpus, "title", "source", "byline", "text") == [
        [f"Truce {n}", "Harbour Times", "Doe, Jane", BOTH] for n in (1, 2)
    ]
    assert days(corpus) == ["2025-02-13"] * 2


NEWSBANK = {
    "by its label": f"""Paper: Harbour Times, The (Portville, MA)
Title: Truce holds
Date: February 13, 2025
Section: News
Author: Jane Doe

{TRUCE}

{BRIDGE}

(c) 2025 Harbour Times. All rights reserved.
Record Number: 0F8A1

Paper: Harbour Times, The (Portville, MA)
Title: Bridge closed
Date: February 14, 2025

{BRIDGE}

Record Number: 0F8A2
""",
    "by its place": f"""Truce holds
Harbour Times, The (Portville, MA) - February 13, 2025

Author/Byline: Jane Doe
Section: News
Page: A1
Readability: >12, Lexile: 1310

{TRUCE}

{BRIDGE}

Index terms: peace
Record: 0F8A1
Copyright: Copyright (c) 2025 Harbour Times. All rights reserved.

Bridge closed
Harbour Times, The (Portville, MA) - February 14, 2025

{BRIDGE}

Record: 0F8A2
Copyright: Copyright (c) 2025 Harbour Times. All rights reserved.
""",
    "between bars": f"""Truce holds
February 13, 2025 | Harbour Times, The (Portville, MA)
Author: Jane Doe | Section: News
40 Words
OpenURL Link

{TRUCE}

{BRIDGE}

Copyright, 2025, Harbour Times, all rights reserved.

Bridge closed
February 14, 2025 | Harbour Times, The (Portville, MA)
23 Words
OpenURL Link

{BRIDGE}

Copyright, 2025, Harbour Times, all rights reserved.
""",
}


@pytest.mark.parametrize("form", NEWSBANK)
def test_newsbank(tmp_path, form):
    corpus = read(tmp_path, "n.txt", NEWSBANK[form])
    source = "Harbour Times, The (Portville, MA)"
    assert rows(corpus, "title", "source", "section", "byline", "text") == [
        ["Truce holds", source, "News", "Jane Doe", BOTH],
        ["Bridge closed", source, None, None, BRIDGE],
    ]
    assert days(corpus) == ["2025-02-13", "2025-02-14"]


# --- references, tables and pages


PAPER = f"""Paper: Harbour Times, The (Harbour, CA)
Title: Truce holds
Author: JANE DOE
Date: February 13, 2025
Section: News
Article Text:

{TRUCE}

Copyright (c) 2025 Harbour Times

"""
DATED = f"""February 13, 2025
Harbour Times, The (Harbour, CA)
Truce holds
Author: JANE DOE
Section: News
Readability: 5-8 grade level (Lexile: 1100)

{TRUCE}

OpenURL Link
(c) 2025 Harbour Times. All Rights Reserved.

"""


@pytest.mark.parametrize("record", [PAPER, DATED])
def test_newsbank_with_all_labels_and_with_the_date_first(tmp_path, record):
    corpus = read(tmp_path, "n.txt", 2 * record)
    row = ["Truce holds", "Harbour Times, The (Harbour, CA)", "JANE DOE", "News", TRUCE]
    assert rows(corpus, "title", "source", "byline", "section", "text") == [row, row]
    assert days(corpus) == ["2025-02-13", "2025-02-13"]


def test_what_stands_under_a_text_of_proquest_is_no_part_of_it(tmp_path):
    under = "Credit: Staff writer\n\nIllustration\n\nCaption: A boat\n\nSubject: Truces\n\n"
    head = f"{'_' * 60}\n\nDocument 1 of 1\n\nTruce holds\n\nFull text: {TRUCE}\n\n"
    tail = "Title: Truce holds\n\nPublication title: Times\n\nProQuest document ID: 1\n"
    assert rows(read(tmp_path, "p.txt", head + under + tail), "title", "byline", "text") == [
        ["Truce holds", "Staff writer", TRUCE]
    ]
    # Without an empty line before it, and beside an author.
    head, under = head.rstrip("\n"), "\nCREDIT: Jane Doe Staff writer\n\nSubject: Truces\n\n"
    assert rows(read(tmp_path, "p.txt", head + under + tail), "byline", "text") == [
        ["Jane Doe Staff writer", TRUCE]
    ]
    tail = f"Author: Doe, Jane\n\n{tail}"
    assert rows(read(tmp_path, "p.txt", head + under + tail), "byline") == [["Doe, Jane"]]


def test_ris_with_what_programs_add_and_leave_out(tmp_path):
    first = f"TY  - NEWS\nT1  - Truce\nJF  - Times\nY1  - 2025///Winter\n\nAB  - {TRUCE}\n"
    second = f"TY  - NEWS\nT1  - Bridge\nJF  - Times\nDA  - 2025/02/13/\nAB  - {BRIDGE}\n"
    between = "ER  - \n\nLink to the text: x\n\nC1  - Database: y\n\nSearch Strategy:\n\n2. \n"
    for content in (
        f"Provider: z\n\n1. \n{first}{between}{second}ER  -",
        f"\ufeff{first}\n{second}",
    ):
        corpus = read(tmp_path, "r.ris", content)
        assert rows(corpus, "title", "text") == [["Truce", TRUCE], ["Bridge", BRIDGE]]
        assert days(corpus) == ["2025-01-01", "2025-02-13"]


def test_what_a_database_notes_on_a_record_is_no_text(tmp_path):
    notes = "Accession Number: 1; Source Information: Feb2025; Publication Type: Newspaper, 5 p."
    content = f"TY  - NEWS\nT1  - A truce\nY1  - 2025/02/13/\nN2  - Short.\nN1  - {notes}\nER  - \n"
    corpus = read(tmp_path, "r.ris", content.encode())
    assert rows(corpus, "title", "text") == [["A truce", "Short."]]


def test_ris(tmp_path):
    content = f"""TY  - NEWS
TI  - Truce holds
AU  - Doe, Jane
T2  - Harbour Times
DA  - 2025/02/13/
AB  - {TRUCE}
LA  - English
ER  -

TY  - NEWS
TI  - Bridge closed
JO  - Harbour Times
PY  - 2025
ER  -
"""
    corpus = read(tmp_path, "r.ris", content)
    assert rows(corpus, "title", "source", "byline", "language", "text") == [
        ["Truce holds", "Harbour Times", "Doe, Jane", "en", TRUCE],
        ["Bridge closed", "Harbour Times", None, None, "Bridge closed"],
    ]
    assert corpus.table["date_precision"].tolist() == ["day", "year"]
    assert corpus.doubts["doc_id"].tolist() == ["r-2"]


TABLES = {
    "Media Cloud": (
        "stories_id,publish_date,title,url,language,media_name\n"
        "7,2025-02-13 09:30:00,Truce holds,https://harbour.example/1,en,Harbour Times\n",
        ["Truce holds", "Truce holds", "Harbour Times"],
    ),
    "GDELT": (
        "URL,MobileURL,Date,Title\n"
        "https://www.harbour.example/1,,2025-02-13 09:30:00,Truce holds\n",
        ["Truce holds", "Truce holds", "harbour.example"],
    ),
    "Zotero": (
        '"Key","Item Type","Author","Title","Publication Title","Abstract Note","Date","Url"\n'
        f'"K1","newspaperArticle","Doe, Jane","Truce holds","Harbour Times","{TRUCE}",'
        '"2025-02-13","https://harbour.example/1"\n',
        [TRUCE, "Truce holds", "Harbour Times"],
    ),
}


@pytest.mark.parametrize("service", TABLES)
def test_tables_of_known_services(tmp_path, service):
    content, expected = TABLES[service]
    corpus = read(tmp_path, "t.csv", content)
    assert rows(corpus, "text", "title", "source") == [expected]
    assert days(corpus) == ["2025-02-13"]
    assert corpus.table["url"][0].endswith("harbour.example/1")
    assert any(service in note for note in corpus.notes)
    assert any("the title is the text" in note for note in corpus.notes) is (service != "Zotero")


def test_the_knowledge_graph_of_gdelt(tmp_path):
    row = [
        "20250213093000-7",
        "20250213093000",
        "1",
        "harbour.example",
        "https://harbour.example/1",
    ]
    extras = "<PAGE_LINKS>x</PAGE_LINKS><PAGE_TITLE>Truce holds &amp; bridge closed</PAGE_TITLE>"
    content = "\n".join("\t".join([*row, *[""] * 21, extra]) for extra in (extras, ""))
    corpus = read(tmp_path, "20250213093000.gkg.csv", content)
    assert rows(corpus, "text", "source") == [["Truce holds & bridge closed", "harbour.example"]]
    assert corpus.table["date"][0] == pd.Timestamp("2025-02-13 09:30")
    assert corpus.exclusions["rule"].tolist() == ["blank text"]


def test_old_spreadsheets_and_tables_that_are_called_so(tmp_path):
    header = ["Title", "Abstract", "StoreId", "pubdate", "pubtitle", "Authors"]
    row = ["Truce holds", TRUCE, "1", "Feb 13, 2025", "Harbour Times", "Doe, Jane"]
    cells = ["".join(f"<td>{cell}</td>" for cell in line) for line in (header, row)]
    table = "<table>" + "".join(f"<tr>{line}</tr>" for line in cells) + "</table>"
    for content in (
        make_xls([header, row]),
        f"<html><body>{table}</body></html>",
        "\t".join(header) + "\n" + "\t".join(row) + "\n",
    ):
        corpus = read(tmp_path, "p.xls", content)
        assert rows(corpus, "text", "title", "source", "byline") == [
            [TRUCE, "Truce holds", "Harbour Times", "Doe, Jane"]
        ]
        assert days(corpus) == ["2025-02-13"]


PAGE = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Truce - Times</title>
<meta property="og:site_name" content="Harbour Times"><meta property="og:title" content="Truce">
<meta name="author" content="Jane Doe"><meta property="article:published_time"
content="2025-02-13T09:30:00Z"></head><body><nav><ul><li>Home</li><li>Sport</li></ul></nav>
<article><h1>Truce</h1><p>{TRUCE}</p><p>{BRIDGE}</p><p>{TRUCE}</p></article>
<footer>Subscribe to our letter</footer></body></html>"""


@pytest.mark.parametrize("name", ["page.html", "page.htm", "page.txt", "page.mhtml"])
def test_a_saved_web_page_gives_its_main_text(tmp_path, name):
    content = PAGE
    if name == "page.mhtml":
        content = (
            "From: <Saved by a browser>\nSubject: Truce\nMIME-Version: 1.0\nContent-Type: "
            'multipart/related; boundary="b"\n\n--b\nContent-Type: text/html; charset=utf-8\n\n'
            f"{PAGE}\n--b--\n"
        )
    corpus = read(tmp_path, name, content)
    assert rows(corpus, "title", "source", "byline", "language") == [
        ["Truce", "Harbour Times", "Jane Doe", "en"]
    ]
    assert days(corpus) == ["2025-02-13"]
    text = corpus.table["text"][0]
    assert TRUCE in text
    assert BRIDGE in text
    assert "Subscribe" not in text
    assert "Sport" not in text
    # The title is in its column; in the text it would count twice.
    assert not text.startswith("Truce\n")


# A picture in a page is no text of it; a page with so much text is a book or a list.
@pytest.mark.parametrize(
    ("added", "doubts"),
    [
        (f'<img src="data:image/png;base64,{"A9+/" * 600_000}">', []),
        (f"<script>{'let a = 1;' * 210_000}</script>", []),
        (f"<p>{'No one came. ' * 100}</p>" * 1_600, ["was not looked for"]),
    ],
    ids=["picture", "script", "text"],
)
def test_a_large_page_gives_its_text_and_facts(tmp_path, added, doubts):
    corpus = read(tmp_path, "page.html", PAGE.replace("</article>", f"{added}</article>"))
    assert rows(corpus, "title", "source", "byline", "language") == [
        ["Truce", "Harbour Times", "Jane Doe", "en"]
    ]
    assert days(corpus) == ["2025-02-13"]
    text = corpus.table["text"][0]
    assert text.startswith(f"{TRUCE}\n{BRIDGE}\n{TRUCE}")
    assert text.count("No one came.") == (160_000 if doubts else 0)
    assert "Subscribe" not in text
    assert "Sport" not in text
    found = corpus.doubts["reason"].tolist()
    assert len(found) == len(doubts)
    assert all(part in reason for part, reason in zip(doubts, found, strict=True))


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.html", f"\ufeff<html><p>{TRUCE}</p></html>".encode("utf-16-le"), TRUCE),
        (
            "a.html",
            "<html><head><meta charset='windows-1251'></head><p>Мост через реку закрыт.</p></html>"
            .encode("cp1251"),
            "Мост через реку закрыт.",
        ),
        ("a.html", f"<html><p>“{TRUCE}”</p></html>".encode("cp1252"), f"“{TRUCE}”"),
        ("a.asp", f"<!DOCTYPE html><html><body><p>{TRUCE}</p></body></html>", TRUCE),
        ("a.xml", f"<?xml version='1.0'?><html><p>{TRUCE}</p></html>", TRUCE),
        ("a.docx", f"<html><body><p>{TRUCE}</p></body></html>", TRUCE),
        ("a.doc", make_rtf([TRUCE]), TRUCE),
        ("a.pdf", make_docx([TRUCE]), TRUCE),
        ("a", TRUCE, TRUCE),
    ],
)  # fmt: skip
def test_a_file_is_what_its_content_says(tmp_path, name, content, text):
    assert read(tmp_path, name, content, language="en").table["text"].tolist() == [text]


def test_what_a_file_marks_as_its_title_is_no_text(tmp_path):
    corpus = read(tmp_path, "a.docx", make_docx(["A title", TRUCE, "", BRIDGE], ["A title"]))
    assert rows(corpus, "title", "text") == [["A title", BOTH]]
    assert any("is its title and no text" in note for note in corpus.notes)
    corpus = read(tmp_path, "b.md", f"# A *title*\n\n{BOTH}\n\n## A part\n\n{TRUCE}\n".encode())
    assert rows(corpus, "title", "text") == [["A title", f"{BOTH}\n\nA part\n\n{TRUCE}"]]
    # Of two headings of the first level none is that of the text; a title alone is its text.
    corpus = read(tmp_path, "c.md", f"# One\n\n{TRUCE}\n\n# Two\n\n{BRIDGE}\n".encode())
    assert corpus.table["title"].isna().all()
    assert corpus.table["text"].item().startswith("One\n\n")
    corpus = read(tmp_path, "d.docx", make_docx(["A title"], ["A title"]))
    assert rows(corpus, "title", "text") == [["A title", "A title"]]
    corpus = read(tmp_path, "a.rtf", make_rtf([TRUCE, "", "“Naïve” {said} one 😀"]))
    assert corpus.table["text"].tolist() == [f"{TRUCE}\n\n“Naïve” {{said}} one 😀"]
    lines = [*wrapped(TRUCE).split("\n"), "It was no com-", "promise, they said."]
    text = read(tmp_path, "a.pdf", make_pdf([lines, wrapped(BRIDGE).split("\n")])).table["text"][0]
    assert text == f"{TRUCE}\n\nIt was no compromise, they said.\n\n{BRIDGE}"


def test_prose_with_words_like_labels_stays_as_it_is(tmp_path):
    text = f"Note: this is prose.\n\nSource: a man.\nDate: unknown. 3 of 10 documents.\n\n{TRUCE}"
    assert read(tmp_path, "a.txt", text).table["text"].tolist() == [text]


@pytest.mark.parametrize(("form", "name"), [
    ("Nexis Uni", "n.docx"), ("LexisNexis", "l.txt"), ("Factiva", "f.html"),
])  # fmt: skip
def test_no_word_of_an_article_is_lost_and_none_is_added(tmp_path, form, name):
    rng = random.Random(7)
    for _ in range(12):
        articles = random_articles(rng)
        corpus = read(tmp_path, name, export_of(articles, form, rng))
        expected = [
            [article["title"], article["source"], "\n\n".join(article["text"]), article["byline"]]
            for article in articles
        ]
        columns = ["title", "source", "text"]
        if any(article["byline"] for article in articles):
            columns.append("byline")
        assert rows(corpus, *columns) == [line[: len(columns)] for line in expected]
        assert days(corpus) == ["2019-02-13"] * len(articles)
        if form != "Factiva" and any(article["section"] for article in articles):
            assert rows(corpus, "section") == [[article["section"]] for article in articles]


def test_open_documents_and_web_archives(tmp_path):
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<o:document-content xmlns:o="{office}office:1.0" xmlns:t="{office}text:1.0"><o:body>'
        f"<o:text><t:h>A title</t:h><t:p>{TRUCE}</t:p><t:p/><t:p>One<t:s/>two<t:note>x</t:note>."
        "</t:p></o:text></o:body></o:document-content>"
    )
    files = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content}
    corpus = read(tmp_path, "a.odt", zipped(files))
    assert rows(corpus, "title", "text") == [["A title", f"{TRUCE}\n\nOne two."]]
    saved = {"WebMainResource": {"WebResourceData": PAGE.encode()}}
    for form in (plistlib.FMT_BINARY, plistlib.FMT_XML):
        corpus = read(tmp_path, "a.webarchive", plistlib.dumps(saved, fmt=form))
        assert rows(corpus, "title", "source") == [["Truce", "Harbour Times"]]


# --- folders, archives, faults


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_a_mixed_folder_is_read_file_by_file_and_nothing_is_lost(tmp_path):
    (tmp_path / "a.txt").write_text(TRUCE, encoding="utf-8")
    (tmp_path / "b.docx").write_bytes(make_docx(nexis_uni()))
    (tmp_path / "c.docx").write_bytes(make_docx(nexis_uni())[:2000])
    (tmp_path / "d.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "e.csv").write_text("doc_id,text,reach\nx,A truce.,7\n", encoding="utf-8")
    (tmp_path / "f.txt.gz").write_bytes(gzip.compress(BRIDGE.encode()))
    inner = zipped({"deep.txt": "Rain."})
    (tmp_path / "g.zip").write_bytes(zipped({"x/h.rtf": make_rtf([BRIDGE]), "i.zip": inner}))
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "page_files").mkdir()
    (tmp_path / "page_files" / "style.css").write_text("a {}", encoding="utf-8")
    corpus = fr.read_corpus(tmp_path)
    assert corpus.table["doc_id"].tolist() == [
        "a", "b-1", "b-2", "x", "f", "g.zip/i.zip/deep", "g.zip/x/h", "page",
    ]  # fmt: skip
    listed = corpus.exclusions.set_index("doc_id")
    assert sorted(listed.index) == ["c.docx", "d.png", "page_files"]
    assert set(listed["kind"]) == {"file"}
    assert "3 files or parts of files" in repr(corpus)
    assert "of 9 files were read" in corpus.notes[0]
    # The number of processes changes nothing.
    again = fr.read_corpus(tmp_path, workers=2)
    assert again.fingerprint == corpus.fingerprint
    pd.testing.assert_frame_equal(again.table, corpus.table)
    pd.testing.assert_frame_equal(again.exclusions, corpus.exclusions)


def test_zips_and_globs(tmp_path):
    content = zipped({"one/a.txt": TRUCE, "one/b.txt": BRIDGE, "__MACOSX/one/._a.txt": "x"})
    assert read(tmp_path, "z.zip", content).table["doc_id"].tolist() == ["one/a", "one/b"]
    (tmp_path / "sub").mkdir()
    for name in ("k.txt", "sub/l.txt", "sub/m.md"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    assert fr.read_corpus(tmp_path / "*.txt").table["doc_id"].tolist() == ["k"]
    assert fr.read_corpus(tmp_path / "**/*.txt").table["doc_id"].tolist() == ["k", "sub/l"]
    assert len(fr.read_corpus(tmp_path / "s*")) == 2
    with pytest.raises(fr.InputError, match="no file matches"):
        fr.read_corpus(tmp_path / "*.rtf")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"), r"save it as \.docx"),
        ("a.docx", b"PK\x03\x04 no", r"a\.docx"),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
            r"protected by a password",
        ),
        ("a.docx", b"", r"this file is empty"),
        ("a.docx", b"\x00\x01\x02", r"the content is of another kind"),
        ("a.html", b"", r"is empty"),
        ("a.pdf", make_pdf([[]]), r"no text.*OCR"),
        ("a.pdf", b"%PDF-1.4 no", r"a\.pdf.*cannot be read"),
        ("a.xml", "<?xml version='1.0'?><a><b/></a>", r"this kind of XML is not known"),
        ("a.xml", "<?xml version='1.0'?><a>", r"a\.xml.*cannot be read"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + "Workbook".encode("utf-16-le"), r"a\.xls.*cannot be read"),
        ("a.rtf", rb"{\rtf1 }", r"this RTF file has no text"),
        ("a.html", "<html><body></body></html>", r"a\.html"),
        ("a.zip", b"PK\x03\x04 no", r"a\.zip"),
        (
            "a.png",
            b"\x89PNG",
            r"a picture, which cannot be read\. Recognise its text \(OCR\) and save that as \.txt",
        ),
        (
            "g.csv",
            "\t".join(["1234567890", "20250213", "202502", "2025", *["1"] * 57]),
            r"events of GDELT.*no texts",
        ),
    ],
)
def test_what_files_that_cannot_be_read_get(tmp_path, name, content, message):
    with pytest.raises(fr.InputError, match=message) as caught:
        read(tmp_path, name, content)
    assert str(tmp_path / name) in str(caught.value)


def test_damaged_files_never_give_another_error(tmp_path):
    rng = random.Random(1)
    sources = {
        "d.docx": make_docx(nexis_uni()),
        "d.rtf": make_rtf(nexis_uni()),
        "d.pdf": make_pdf([wrapped(TRUCE).split("\n")]),
        "d.html": PAGE.encode(),
        "d.xls": make_xls([["text", "title"], ["A truce.", "T"]]),
        "d.txt": NEWSBANK["by its place"].encode(),
        "d.zip": zipped({"a.txt": TRUCE}),
    }
    for name, content in sources.items():
        for _ in range(12):
            data = bytearray(content)
            for _ in range(rng.randrange(1, 8)):
                data[rng.randrange(len(data))] = rng.randrange(256)
            with contextlib.suppress(fr.InputError):
                corpus = read(tmp_path, name, bytes(data[: rng.randrange(1, len(data))]))
                assert corpus.table["text"].str.strip().ne("").all()


def test_without_the_extra_a_message_names_the_command(tmp_path):
    (tmp_path / "a.docx").write_bytes(make_docx([TRUCE]))
    code = (
        "import sys, framing as fr\n"
        "sys.modules['docx'] = None\n"
        "try:\n"
        f"    fr.read_corpus({str(tmp_path / 'a.docx')!r})\n"
        "except fr.InputError as error:\n"
        "    print(error)\n"
    )
    shown = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True, text=True, check=True, cwd=Path(fr.__file__).parents[1],
    ).stdout  # fmt: skip
    assert "python -m pip install 'media-framing[archives]'" in shown


# --- exports of other people, where they are

SHARED = Path(fr.__file__).parents[2] / "shared" / "exports"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the exports are not here")
@pytest.mark.parametrize(
    ("name", "count", "day", "source", "lengths"),
    [
        ("nexis_uni.docx", 10, "2019-07-01", "The Guardian(London)", 17_366),
        ("lexisnexis.txt", 10, "2010-01-11", "Guardian.com", 2_968),
        ("lexisnexis_en.html", 2, "1991-12-19", "Some Newspaper", 584),
        ("lexisnexis_no_copyright.html", 1, "2018-12-31", "The Daily Planet", 44),
        ("factiva.html", 2, "2011-12-29", "Test newspaper", 295),
        ("factiva.xml", 3, "2012-01-09", "My Newspaper", 942),
        ("europresse_1.html", 3, "2013-10-05", "l'Humanité", None),
    ],
)
def test_exports_of_other_people(name, count, day, source, lengths):
    corpus = fr.read_corpus(SHARED / name)
    assert len(corpus) == count
    assert days(corpus)[0] == day
    assert None not in days(corpus)
    assert corpus.table["source"][0] == source
    if lengths:
        assert corpus.table["length"].max() == lengths
    untitled = corpus.table["title"].isna().sum()
    assert untitled == (name == "lexisnexis_no_copyright.html")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the exports are not here")
def test_texts_of_other_people_are_as_long_as_their_files_say():
    corpus = fr.read_corpus(SHARED / "lexisnexis.txt")
    words = corpus.table["text"].str.split().str.len()
    assert ((words - corpus.table["length"]).abs() / corpus.table["length"]).max() < 0.05


@pytest.mark.parametrize("cells", [True, False])
def test_labels_above_the_text_of_a_document_are_no_text(tmp_path, cells):
    facts = {"Title": "A truce", "Source": "Harbour Times", "Date": "13 February 2025"}
    head = (
        [cell for pair in facts.items() for cell in pair]
        if cells
        else [f"{label}: {said}" for label, said in facts.items()]
    )
    corpus = read(tmp_path, "a.docx", make_docx([*head, TRUCE, BRIDGE]))
    assert rows(corpus, "title", "source", "text") == [["A truce", "Harbour Times", BOTH]]
    assert str(corpus.table["date"].item())[:10] == "2025-02-13"
    # Two words that could be labels are none without a title and a day, a source or a name.
    corpus = read(tmp_path, "b.docx", make_docx(["Title", "Section", TRUCE, BRIDGE]))
    assert corpus.table["text"].item().startswith("Title\n\nSection")
