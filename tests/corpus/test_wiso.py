"""Exports of wiso and Genios in the layout that public scripts read: text, RTF, PDF, HTML."""

import pytest
from support.exports import BRIDGE, TRUCE, make_docx, make_pdf, make_rtf, wrapped

import framing as fr

COMPANY = "© GBI-Genios Deutsche Wirtschaftsdatenbank GmbH"
ADDRESS = "https://www.wiso-net.de/document/HB__20130318_1"


def article(title, source, date, text, section="Politik", *, head=True, bar=" "):
    return [
        *([f"{source} vom {date}, Seite 4", ""] if head else []),
        title, "", *text, "",
        f'Quelle:{bar}"{source}" vom {date}  Seite: 4', f"Ressort:{bar}{section}",
        f"Dokumentnummer:{bar}20130318_1", "Dauerhafte Adresse des Dokuments:", ADDRESS,
        "Alle Rechte vorbehalten: (c) Hafen Medien GmbH", "", COMPANY,
    ]  # fmt: skip


def two(**how):
    first = article(
        "Der Waffenstillstand", "Hafen-Kurier", "18.03.2013", [TRUCE, "", BRIDGE], **how
    )
    return [*first, "", *article("Die Brücke", "Die Woche", "2.4.2013", [BRIDGE], "Lokales", **how)]


def paged(lines):
    """Return pages with a table of contents, a running head, and lines broken at a width."""
    lines = [part for line in lines for part in (wrapped(line).split("\n") if line else [""])]
    contents = ["Dokumente", "", "Inhaltsverzeichnis", "", "1. Der Waffenstillstand .......... 2"]
    contents += ["2. Die Brücke .......... 3", ""]
    return [contents, ["Dokumente", *lines[:12], "Seite 2 von 3"], [*lines[12:], "Seite 3 von 3"]]


FORMS = {
    "w.txt": "\n".join(two()),
    "headless.txt": "\n".join(two(head=False)),
    "paged.txt": "\n".join(line for page in paged(two()) for line in page),
    "w.rtf": make_rtf(two(bar="|")),
    "w.docx": make_docx(two()),
    "w.pdf": make_pdf(paged(two())),
}


@pytest.mark.parametrize("name", FORMS)
def test_articles_of_wiso_have_title_source_date_and_section(tmp_path, name):
    path = tmp_path / name
    content = FORMS[name]
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    table = fr.read_corpus(path).table
    assert table["title"].tolist() == ["Der Waffenstillstand", "Die Brücke"]
    assert table["source"].tolist() == ["Hafen-Kurier", "Die Woche"]
    assert table["date"].astype(str).str[:10].tolist() == ["2013-03-18", "2013-04-02"]
    assert table["section"].tolist() == ["Politik", "Lokales"]
    assert table["url"].tolist() == [ADDRESS, ADDRESS]
    assert table["text"].tolist() == [f"{TRUCE}\n\n{BRIDGE}", BRIDGE]


def test_a_text_below_the_labels_is_read(tmp_path):
    def below(number, title, *text):
        return [
            f"Dokument {number} von 2", "", *title, "", "Quelle: Die Woche vom 13.02.2025, S. 1",
            "Ressort: Politik", "Autor: Öhl, Eva", "", *text, "", "Rechte: (c) Die Woche",
            "Dauerhafte Adresse des Dokuments:", ADDRESS, "", COMPANY, "",
        ]  # fmt: skip

    lines = below(1, ["Die Brücke", "Ein Steg"], TRUCE, "", BRIDGE)
    lines += below(2, ["Kurz", "", "Die Woche vom 13.02.2025 / Politik"], "Nur ein Satz.")
    (tmp_path / "w.txt").write_text("\n".join(lines), encoding="utf-8")
    table = fr.read_corpus(tmp_path / "w.txt").table
    assert table["title"].tolist() == ["Die Brücke", "Kurz"]
    assert table["text"].tolist() == [f"Ein Steg\n\n{TRUCE}\n\n{BRIDGE}", "Nur ein Satz."]
    assert table["byline"].tolist() == ["Öhl, Eva"] * 2
    assert table["url"].tolist() == [ADDRESS] * 2


def page(*texts):
    """Return a page of wiso with one article, whose first text is the longest."""
    parts = "".join(f'<pre class="text">{text}</pre>' for text in texts)
    return (
        '<html><body><div class="singleDocument modulePageBreak">'
        '<pre class="gray">Hafen-Kurier vom 18.03.2013, Seite 4</pre>'
        f'<pre class="boldLarge">Der Waffenstillstand</pre>{parts}'
        f'<pre class="text permaLink">Adresse: <a href="{ADDRESS}">{ADDRESS}</a></pre></div>'
        '<div class="singleDocument modulePageBreak Last"><pre class="gray">Die Woche vom '
        f'02.04.2013</pre><pre class="boldLarge">Die Brücke</pre><pre class="textCompact">{BRIDGE}'
        "</pre></div></body></html>"
    )


def test_a_page_of_wiso_has_one_article_a_part(tmp_path):
    (tmp_path / "w.html").write_text(page(TRUCE, "Ressort: Politik"), encoding="utf-8")
    corpus = fr.read_corpus(tmp_path / "w.html")
    assert corpus.table["title"].tolist() == ["Der Waffenstillstand", "Die Brücke"]
    assert corpus.table["source"].tolist() == ["Hafen-Kurier", "Die Woche"]
    assert corpus.table["date"].astype(str).str[:10].tolist() == ["2013-03-18", "2013-04-02"]
    assert corpus.table["url"].tolist()[0] == ADDRESS
    assert corpus.table["text"].tolist() == [TRUCE, BRIDGE]
    assert corpus.doubts.empty


def test_a_second_long_text_of_a_page_of_wiso_is_doubted(tmp_path):
    (tmp_path / "w.html").write_text(page(TRUCE * 3, BRIDGE * 2), encoding="utf-8")
    doubts = fr.read_corpus(tmp_path / "w.html").doubts
    assert doubts["reason"].str.contains("left out beside the text: 'Nobody left").tolist() == [
        True
    ]


@pytest.mark.parametrize(
    ("lines", "part", "message"),
    [
        ([*two(), "", BRIDGE], "exclusions", "left out: 'Nobody left the room"),
        ([*two(), "Ein Titel", BRIDGE, COMPANY], "doubts", "no line with Quelle: was found"),
        (
            article("Titel", "Die Woche", "im Mai", [TRUCE], head=False),
            "doubts",
            "no date was found",
        ),
    ],
)
def test_nothing_of_an_export_of_wiso_is_lost_in_silence(tmp_path, lines, part, message):
    (tmp_path / "w.txt").write_text("\n".join(lines), encoding="utf-8")
    found = getattr(fr.read_corpus(tmp_path / "w.txt"), part)
    assert any(message in reason for reason in found["reason"])


def test_a_text_that_names_the_company_is_no_export(tmp_path):
    text = f"{TRUCE}\nQuelle: GBI-Genios Deutsche Wirtschaftsdatenbank GmbH, sagte er."
    (tmp_path / "w.txt").write_text(text, encoding="utf-8")
    assert fr.read_corpus(tmp_path / "w.txt").table["text"].tolist() == [text]


def test_a_title_with_a_date_is_the_title(tmp_path):
    lines = article("Nachtrag vom 3.5.2012 an alle", "Die Woche", "2.4.2013", [TRUCE], head=False)
    (tmp_path / "w.txt").write_text("\n".join(lines), encoding="utf-8")
    table = fr.read_corpus(tmp_path / "w.txt").table
    assert table["title"].tolist() == ["Nachtrag vom 3.5.2012 an alle"]
    assert table["date"].astype(str).str[:10].tolist() == ["2013-04-02"]


def test_labels_above_the_title_are_no_text(tmp_path):
    lines = two()
    above = [lines[0], "", "Ressort: Politik", "Seite: 4", *lines[1:]]
    (tmp_path / "w.txt").write_text("\n".join(above), encoding="utf-8")
    table = fr.read_corpus(tmp_path / "w.txt", language="de").table
    assert table["title"].tolist() == ["Der Waffenstillstand", "Die Brücke"]
    assert table["section"].tolist() == ["Politik", "Lokales"]
    assert table["text"].tolist() == [f"{TRUCE}\n\n{BRIDGE}", BRIDGE]
