"""Text exports of Retriever (Atekst, Mediearkivet) in the layout that public programs read."""

import pytest
from support.exports import BRIDGE, TRUCE, wrapped

import framing as fr

PARTED, RULE = "=" * 78, "-" * 78


def norwegian(title, source, dated, *text, address=None):
    return [
        title, "", RULE, f"{source}, {dated}", "Seksjon: Utenriks", "Side 4",
        f"Publisert på {'nett' if address else 'trykk'}.", "", *text, "", f"© {source}", "",
        *([f"Se webartikkelen på {address}", ""] if address else []),
    ]  # fmt: skip


def swedish(title, source, dated, *text):
    return [
        title, f"{source}, {dated}", "Sida 4", "Publicerat i print.", "UTRIKES.", "", *text, "",
        f"© {source} eller artikelförfattaren.",
        "Alla artiklar är skyddade av upphovsrättslagen. Artiklar får ej distribueras utanför den "
        "egna organisationen utan godkännande från Retriever eller den enskilda utgivaren.",
        "Läs hela artikeln på http://ret.nu/abc",
    ]  # fmt: skip


CONTENTS = ["Uttrekk fra arkivet", "Våpenhvilen", "Havnebladet, 18.03.2013", "", ""]
BROKEN = wrapped(TRUCE).split("\n")
EXPORTS = {
    "n.txt": [
        *CONTENTS,
        *norwegian("Våpenhvilen", "Havnebladet", "18.03.2013 06:30", *BROKEN, "", BRIDGE),
        PARTED, "", *norwegian("Broen", "Uken", "02.04.2013", BRIDGE, address="http://uken.no/1"),
    ],
    "s.txt": [
        "Innehåll", "", "Vapenvilan", "", "",
        *swedish("Vapenvilan", "Havnebladet", "2013-03-18 06:30", TRUCE, "", BRIDGE),
        PARTED, *swedish("Bron", "Uken", "2013-04-02", BRIDGE), PARTED,
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "titles", "section", "urls"),
    [
        ("n.txt", ["Våpenhvilen", "Broen"], "Utenriks", [None, "http://uken.no/1"]),
        ("s.txt", ["Vapenvilan", "Bron"], "UTRIKES", ["http://ret.nu/abc"] * 2),
    ],
)
def test_articles_of_retriever(tmp_path, name, titles, section, urls):
    (tmp_path / name).write_text("\n".join(EXPORTS[name]), encoding="utf-8")
    corpus = fr.read_corpus(tmp_path / name)
    table = corpus.table.astype(object).where(corpus.table.notna(), None)
    assert table["title"].tolist() == titles
    assert table["source"].tolist() == ["Havnebladet", "Uken"]
    assert table["date"].astype(str).tolist() == ["2013-03-18 06:30:00", "2013-04-02 00:00:00"]
    assert table["section"].tolist() == [section] * 2
    assert table["url"].tolist() == urls
    assert table["text"].tolist() == [f"{TRUCE}\n\n{BRIDGE}", BRIDGE]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([*EXPORTS["s.txt"], "Bara text.", BRIDGE], "no line with a newspaper and a date"),
        ([*EXPORTS["n.txt"], TRUCE * 3], "left out behind the text: 'Delegates"),
    ],
)
def test_nothing_of_an_export_of_retriever_is_lost_in_silence(tmp_path, lines, message):
    (tmp_path / "r.txt").write_text("\n".join(lines), encoding="utf-8")
    doubts = fr.read_corpus(tmp_path / "r.txt").doubts
    assert any(message in reason for reason in doubts["reason"])


def test_a_text_with_a_line_of_equals_signs_is_no_export(tmp_path):
    text = f"Title\n{PARTED}\n{TRUCE} Publisert på nett.\nHavnebladet, 18.03.2013"
    (tmp_path / "r.txt").write_text(text, encoding="utf-8")
    assert fr.read_corpus(tmp_path / "r.txt").table["text"].tolist() == [text]
