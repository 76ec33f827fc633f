import pytest

import framing as fr
from framing.corpus.cleaning import clean_html
from framing.corpus.doubtful import other_languages

FRENCH = (
    "Le ministre a dit que la trêve est proche et que les négociations vont continuer dans la "
    "capitale, mais personne ne sait encore si la paix est possible avant la fin de cette année."
)
ENGLISH = (
    "The minister said that the truce is near and that the talks will go on in the capital, but "
    "no one knows whether peace can be had before the end of this year."
)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>A truce.</p><p>A <b>war</b>.</p>", "A truce.\n\nA war."),
        ("A truce.<br/>A war.<BR>Rain.", "A truce.\nA war.\nRain."),
        ("Peace&nbsp;talks &amp; a d&eacute;tente&#8217;s end", "Peace\xa0talks & a détente’s end"),
        ("&lt;p&gt;A truce.&lt;/p&gt;", "A truce."),
        ("Peace &amp;amp; war", "Peace & war"),
        ("A<script>var truce = '<p>';</script><style>p {}</style> war<!-- truce -->.", "A war."),
        ('<div class="x">A <a href="u">truce</a><img src="p.jpg"/></div>', "A truce"),
        ("<tr><td>A</td><td>war</td></tr>", "A  war"),
        ("<p hidden>A truce.</p> <video controls>war</video>", "A truce.\n\nwar"),
        ("<![CDATA[<p>A truce.</p>]]>", "A truce."),
        ("&lt;![CDATA[A truce.]]&gt;", "A truce."),
    ],
)  # fmt: skip
def test_html_is_replaced_by_what_it_stands_for(html, text):
    cleaned = clean_html([html])
    assert cleaned.texts[0].strip() == text
    assert cleaned.changed == 1


@pytest.mark.parametrize(
    "text",
    [
        "3 < 4 and 5 > 2",
        "<3 peace",
        "AT&T; R&D",
        "a <name> b",
        "x<y",
        "a<b and c>d",
        "If i<p or q>s, war",
        "Fish & chips",
        "<unclear>",
    ],
)
def test_signs_that_are_no_html_stay(text):
    assert clean_html([text, None]).texts == [text, None]
    assert clean_html([text]).changed == 0


def test_html_in_a_table_is_cleaned_counted_and_said(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        "title,text\nTalks &amp; war,<p>A truce.</p>\nB,Rain & snow.\n", encoding="utf-8"
    )
    corpus = fr.read_corpus(path)
    assert corpus.table["text"].tolist() == ["A truce.", "Rain & snow."]
    assert corpus.table["title"].tolist() == ["Talks & war", "B"]
    assert "2 texts and titles: 2 tags and 1 entities" in corpus.notes[0]
    assert fr.read_corpus(path, clean=False).table["text"][0] == "<p>A truce.</p>"
    (tmp_path / "u.txt").write_text("A &amp; B", encoding="utf-8")
    assert fr.read_corpus(tmp_path / "u.txt").table["text"][0] == "A &amp; B"


def test_wrong_characters_are_put_right_on_request(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("text\nUn cafÃ© Ã\xa0 la carte\nA café\n", encoding="utf-8")
    corpus = fr.read_corpus(path, repair=True)
    assert corpus.table["text"].tolist() == ["Un café à la carte", "A café"]
    assert "put right in 1 texts" in corpus.notes[-1]
    assert fr.read_corpus(path).table["text"][0].startswith("Un cafÃ©")


def test_texts_in_another_language_are_doubted(tmp_path):
    for name, text in (("a", ENGLISH), ("b", FRENCH), ("c", "Truce.")):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    corpus = fr.read_corpus(tmp_path)
    assert corpus.doubts.to_numpy().tolist() == [
        [
            "b",
            "the text seems to be in the language 'fr', but the corpus is read as 'en' "
            "(option language)",
        ]
    ]
    assert fr.read_corpus(tmp_path, language="fr").doubts["doc_id"].tolist() == ["a"]
    assert other_languages(["Trump Putin Zelensky Kyiv Donetsk Luhansk " * 2], "en") == {}


GERMAN_POSTS = [
    "Kein Frieden in Sicht.",
    "Der Krieg ist nicht vorbei.",
    "Wir sind für die Ukraine.",
]
POSTS = ["No peace in sight.", "The war is not over.", "We are for Ukraine.", "Trump: no deal."]


@pytest.mark.parametrize(
    ("posts", "language", "found"),
    [
        (GERMAN_POSTS * 4, "en", "de"),
        (POSTS * 4, "de", "en"),
        (["Pas de paix en vue.", "La guerre est dans les villes."] * 4, "en", "fr"),
        (["Мир не близок.", "Война идет и в городах."] * 4, "en", "ru"),
    ],
)
def test_a_note_names_the_language_of_short_posts_read_as_another(posts, language, found):
    (note,) = [
        note for note in fr.make_corpus(posts, language=language).notes if "language" in note
    ]
    assert note.startswith(f"The texts seem to be in the language '{found}'")
    assert note.endswith(f"Read them with language='{found}'.")


@pytest.mark.parametrize(
    ("posts", "language"),
    [
        (GERMAN_POSTS * 4, "de"),
        (POSTS * 4, "en"),
        (POSTS * 4 + GERMAN_POSTS, "en"),  # a few others
        (["Der Krieg ist nicht vorbei."], "en"),  # too few words
        (["Briefing Room, 1:04 P.M. EST. Mr. Biden: Hello."] * 9, "en"),  # "est" is French
        (["Trump Putin Zelensky Kyiv Donetsk Luhansk"] * 9, "en"),  # names
        (["Ingen fred er i sikte, og det er krig."] * 4, "da"),  # Norwegian is alike
        (["Ceasefire now!", "Truce holds", "War crimes court opens"] * 5, "en"),
    ],
)
def test_no_note_on_the_language_where_it_fits_or_cannot_be_told(posts, language):
    corpus = fr.make_corpus(posts, language=language)
    assert not [note for note in corpus.notes if "language" in note]


def test_a_disk_without_room_for_the_model_of_languages_costs_its_doubts_only(
    tmp_path, monkeypatch
):
    pytest.importorskip("py3langid")
    resource = pytest.importorskip("resource")
    path = tmp_path / "a.txt"
    path.write_text(FRENCH)
    monkeypatch.setattr("py3langid.langid.IDENTIFIER", None)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5, limits[1]))
    try:
        corpus = fr.read_corpus(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert len(corpus) == 1
    assert any("languages of the texts were not checked" in note for note in corpus.notes)
    assert "language" in " ".join(fr.read_corpus(path).doubts["reason"])


def test_a_cell_of_one_tag_that_opens_is_a_sign_and_no_html():
    assert clean_html(["<b>", "<p>", "<b>A truce"]).texts == ["<b>", "", "A truce"]
