import codecs
import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing as fr
from framing._core.encodings import decode, find_text

# What each sentence says: the talks went on, and no one knows whether peace is near.
SENTENCES = {
    "en": "The talks went on – “slowly”, said the envoy’s aide – and naïve hopes faded.",
    "de": "Die Gespräche über den Frieden gingen weiter, und für die Städte fällt Schnee.",
    "fr": "Les négociations ont repris à Genève, où l’été a déjà commencé, dit le délégué.",
    "es": "Las conversaciones siguieron mañana y tarde: ¿quién sabrá si habrá paz este año?",
    "is": "Viðræðurnar héldu áfram og enginn veit hvort friðurinn er nærri, sagði ráðherrann.",
    "pl": "Rozmowy trwają, ale nikt nie wie, czy pokój jest bliski; żołnierze wciąż walczą o Łódź.",
    "cs": "Jednání pokračují, ale nikdo neví, zda je mír blízko, řekl mluvčí ministerstva v pátek.",
    "ru": "Переговоры продолжаются, но никто не знает, близок ли мир, сказал представитель.",
    "el": "Οι συνομιλίες συνεχίζονται, αλλά κανείς δεν ξέρει αν η ειρήνη είναι κοντά.",
    "tr": "Görüşmeler sürüyor, ancak kimse barışın yakın olup olmadığını bilmiyor, dedi sözcü.",
    "ja": "交渉は続いているが、平和が近いかどうかは誰にも分からない、と報道官は述べた。",
    "zh": "谈判仍在继续，但没有人知道和平是否临近，发言人星期五在记者会上这样表示。",
    "ko": "협상은 계속되고 있지만 평화가 가까이 있는지는 아무도 모른다고 대변인이 말했다.",
    "ar": "المحادثات مستمرة ولكن لا أحد يعرف ما إذا كان السلام قريبا، قال المتحدث.",
}
WRITTEN = [
    ("en", "cp1252"), ("en", "mac_roman"), ("de", "cp1252"), ("de", "iso8859-1"), ("de", "cp850"),
    ("fr", "cp1252"), ("fr", "mac_roman"), ("es", "cp1252"), ("is", "cp1252"), ("pl", "cp1250"),
    ("cs", "cp1250"), ("ru", "cp1251"), ("ru", "koi8_r"), ("ru", "iso8859_5"), ("el", "cp1253"),
    ("tr", "cp1254"), ("ja", "cp932"), ("ja", "euc_jp"), ("ja", "iso2022_jp"), ("zh", "gb18030"),
    ("ko", "cp949"), ("ar", "cp1256"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "encoding"), WRITTEN)
def test_the_encoding_of_a_text_is_found_and_said(language, encoding):
    text = f"{SENTENCES[language]}\n"
    if encoding in ("mac_roman", "cp850"):
        text = text.replace("–", "-").replace("“", '"').replace("”", '"').replace("’", "'")
    found = find_text(text.encode(encoding), "a.txt")
    assert found.text == text
    assert found.note == f"read as {found.encoding}"


SHORT = [
    ("Größe", "cp1252"), ("Grüße. Nein.", "cp1252"), ("doc_id;text\na;Größe\nb;Übung\n", "cp1252"),
    ("file;source\na.txt;Süddeutsche\nb.txt;Größe\n", "cp1252"), ("L’idée créée", "cp1252"),
    ("term;frame\r\nGröße;x\r\nFrieden;x\r\n", "cp1252"), ("Pokój jest możliwy", "cp1250"),
    ("Žádný mír", "cp1250"), ("Ateşkes yakın, dedi", "cp1254"), ("Мир близко", "cp1251"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "encoding"), SHORT)
def test_windows_letters_of_a_short_file_are_found(text, encoding):
    found = find_text(text.encode(encoding), "a.txt")
    assert (found.text, found.note) == (text, f"read as {encoding}")


def test_a_file_too_short_to_tell_gets_no_advice_that_it_followed_already():
    # In Czech "ý", in Turkish "ı".
    with pytest.raises(fr.InputError, match=r"too short to tell|say so: encoding=") as error:
        find_text("yakýn".encode("cp1250"), "a.txt")
    assert "Leave encoding= out" not in str(error.value)
    with pytest.raises(fr.InputError, match="Leave encoding= out"):
        find_text("Größe".encode("cp1252"), "a.txt", "utf-8")


@pytest.mark.parametrize("language", SENTENCES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_unicode_is_read_with_and_without_a_mark(language, encoding):
    text = f"{SENTENCES[language]}\r\nA 2.\r\n" * 3
    found = find_text(text.encode(encoding), "a.txt")
    assert found.text == text
    assert bool(found.note) == (not encoding.startswith("utf-8"))


def test_a_mark_wins_over_the_encoding_that_was_asked_for():
    for mark, encoding in ((codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF8, "utf-8")):
        found = find_text(mark + "Café".encode(encoding), "a.txt", "cp1252")
        assert found.text == "Café"
        assert "by the mark in its first bytes, not as cp1252" in found.note
    found = find_text("Café".encode(), "a.txt", "cp1252")
    assert found.text == "Café"
    assert "not as cp1252" in found.note


def test_utf_8_with_single_wrong_bytes_stays_utf_8():
    data = "Größe, Gespräche, Österreich\n".encode() * 3 + "Café\n".encode("cp1252")
    found = find_text(data, "a.txt")
    assert found.text.endswith("Österreich\nCafé\n")
    assert "1 bytes that do not fit, the first in line 4" in found.note


def test_the_advice_never_names_the_encoding_that_failed():
    for encoding in ("utf-8", "cp1252", "ascii", "utf-16", "cp1251"):
        with pytest.raises(fr.InputError) as caught:
            decode(b"Peace \x81\x8d\x98 talks\xff ", "a.txt", encoding)
        assert f"encoding='{encoding}'" not in str(caught.value)
    with pytest.raises(fr.InputError, match=r"byte 5 \(line 1, value 0xff\) is not utf-8"):
        decode(b"Peace\xff", "a.txt")
    with pytest.raises(fr.InputError, match="encoding='latin-99' is not known"):
        decode(b"Peace", "a.txt", "latin-99")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.binary(max_size=80))
def test_any_bytes_give_a_text_or_a_message(data):
    for encoding in (None, "utf-8", "cp1252"):
        with contextlib.suppress(fr.InputError):
            assert isinstance(decode(data, "a.txt", encoding), str)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\x1b"), max_size=40))
def test_utf_8_is_read_as_it_is(text):
    data = text.encode()
    if not any(byte < 32 and byte not in (9, 10, 13) for byte in data):
        assert decode(data, "a.txt") == text.removeprefix("\ufeff")


def test_a_file_of_two_encodings_is_read_line_by_line_as_what_it_is(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("text\ncafé truce\n".encode() + "cliché\n".encode("cp1252"))
    corpus = fr.read_corpus(path)
    assert corpus.table["text"].tolist() == ["café truce", "cliché"]
    assert any("bytes that do not fit, the first in line 3" in note for note in corpus.notes)
