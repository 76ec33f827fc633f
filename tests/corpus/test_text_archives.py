"""Exports as text and documents: ends of transcripts, labels in any language, publishers."""

import pytest
from support.exports import BRIDGE, TRUCE, make_rtf
from support.reading import facts, read

BOTH = f"{TRUCE}\n\n{BRIDGE}"


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
