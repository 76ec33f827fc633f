"""Characters that nobody sees, words cut at a line end, letters in other forms, entities."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing as fr
from framing.text.characters import (
    ALONE,
    APOSTROPHES,
    DIGIT,
    EDIT,
    INVISIBLE,
    SPACE,
    WORD,
    code_points,
    fold,
    is_mark,
    unicode_table,
)
from framing.text.links import address_signs, addresses, hidden_signs

SOME = "\u00ad\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u2066\u2069\ufe0f\u034f\u061c\u180e"


def hits(text, entries, **options):
    corpus = fr.make_corpus([text], furniture=False)
    found = fr.find_hits(corpus, fr.make_lexicon({"f": entries}), **options).table
    return [text[a:b] for a, b in zip(found["start"], found["end"], strict=True)]


@pytest.mark.parametrize("sign", [*SOME, "\u200b", "\U000e0100"])
def test_an_invisible_character_may_stand_anywhere(sign):
    for text in (
        f"{sign}truce held",
        f"{sign}{sign}No truce",
        f"a truce{sign}",
        f"{sign}truce{sign}",
    ):
        assert hits(text, ["truce"]) == ["truce"]
        assert hits(text.replace(" ", f" {sign} {sign}"), ["truce"]) == ["truce"]
    for text in (f"“{sign}truce”", f"{sign}\n{sign}truce", f"x\n{sign}truce {sign}\ny"):
        assert hits(text, ["truce"]) == ["truce"]


def test_what_is_invisible_parts_no_word_and_a_break_does():
    for sign in SOME:
        assert hits(f"tru{sign}ce", ["truce"]) == [f"tru{sign}ce"]
    assert hits("tru\u200bce", ["truce"]) == []
    assert hits("The truce\u200bheld.", ["truce", "held"]) == ["truce", "held"]
    assert hits("peace\u200btalks", ["peace talks"]) == ["peace\u200btalks"]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_invisible_characters_change_no_count_and_no_context(data):
    words = data.draw(st.lists(st.sampled_from(
        ["No", "truce", "held", "Putin", "said.", "“A", "truce”", "refused\n", "peace,", "talks"]
    ), min_size=1, max_size=12))  # fmt: skip
    text = " ".join(words)
    places = data.draw(st.lists(st.integers(0, len(text)), max_size=6))
    dirty = text
    for place in sorted(places, reverse=True):
        # A soft hyphen at the end of a line joins two words, as it should.
        signs = [sign for sign in SOME if sign != "\xad" or text[place : place + 1] != "\n"]
        dirty = dirty[:place] + data.draw(st.sampled_from(signs)) + dirty[place:]
    actors, lexicon = fr.make_actors({"Putin": []}), fr.make_lexicon({"f": ["truce", "peace"]})
    tables = [
        fr.find_hits(fr.make_corpus([each], furniture=False), lexicon, actors=actors).table
        for each in (f"x {text}", f"x {dirty}")
    ]
    columns = ["paragraph", "sentence", "entry", "rejected", "hedged", "quoted", "speaker"]
    assert tables[0][columns].to_numpy().tolist() == tables[1][columns].to_numpy().tolist()
    bare = str.maketrans(dict.fromkeys(INVISIBLE))
    for row in tables[1].itertuples():
        assert f"x {dirty}"[row.start : row.end].translate(bare) in ("truce", "peace")


@pytest.mark.parametrize(
    ("text", "entry", "matched"),
    [
        ("The nego-\ntiations went on.", "negotiat*", ["nego-\ntiations"]),
        ("The nego\u00ad\ntiations.", "negotiations", ["nego\u00ad\ntiations"]),
        ("The nego-  \r\n  tiations.", "negotiations", ["nego-  \r\n  tiations"]),
        ("A cease-\nfire held.", "ceasefire", ["cease-\nfire"]),
        ("A cease-\nfire held.", "cease-fire", ["cease-\nfire"]),
        ("The Russia-\nUkraine war.", "ukraine", ["Ukraine"]),
        ("A US-\nbacked plan.", "us-backed", ["US-\nbacked"]),
        ("A 28-\npoint plan.", "28-point", ["28-\npoint"]),
        ("A short-\nand long-term plan.", "short", ["short"]),
        ("A nego-\n\ntiations.", "negotiations", []),
        ("He said -\nand left.", "said and", []),
        ("peace&nbsp;talks", "peace talks", ["peace&nbsp;talks"]),
        ("peace &nbsp; talks", "peace talks", ["peace &nbsp; talks"]),
        ("We don&#8217;t.", "don't", ["don&#8217;t"]),
        ("caf&eacute; Stra&szlig;e", "strasse", ["Stra&szlig;e"]),
        ("AT&T; R&D, peace", "peace", ["peace"]),
        ("ＰＥＡＣＥ talks", "peace", ["ＰＥＡＣＥ"]),
        ("𝐩𝐞𝐚𝐜𝐞 and ﬁre", "fire", ["ﬁre"]),
        ("𝐩𝐞𝐚𝐜𝐞 and ﬁre", "peace", ["𝐩𝐞𝐚𝐜𝐞"]),
        ("２８-point plan", "28-point", ["２８-point"]),
        ("CO² peace²", "peace", []),
    ],
)
def test_what_a_word_is_spelled_like(text, entry, matched):
    assert hits(text, [entry]) == matched


@pytest.mark.parametrize(
    ("text", "entry", "matched"),
    [
        ("Tru\u00adce, tru\u00adce", "Truce", ["Tru\u00adce"]),
        ("Mu\u0308ller, mu\u0308ller", "Müller", ["Mu\u0308ller"]),
        ("Müller, müller", "Mu\u0308ller", ["Müller"]),
        ("ＵＳ ｕｓ", "US", ["ＵＳ"]),
        ("Nego-\ntiations, nego-\ntiations", "Negotiations", ["Nego-\ntiations"]),
        ("U\u200dS us", "US", ["U\u200dS"]),
    ],
)
def test_case_is_minded_in_the_text_as_it_is_read(text, entry, matched):
    assert hits(text, [{"pattern": entry, "case": True}]) == matched


def test_the_tokens_of_terms_are_those_of_hits():
    texts = ["nego-\ntiations", "A US-\nbacked plan", "peace&nbsp;talks", "don&rsquo;t go",
             "a\u200bb c\u2060d", "pro-\nand anti-war", "caf&eacute;s &amp; bars"]  # fmt: skip
    corpus = fr.make_corpus(texts, furniture=False)
    lexicon = fr.make_lexicon({"f": ["zzz"]})
    tokens = fr.find_hits(corpus, lexicon).sentences.groupby("doc_id")["tokens"].sum()
    terms = fr.count_terms(corpus, min_units=1, stop_words=[], unit="document")
    assert tokens.tolist() == terms.units["tokens"].tolist() == [1, 4, 2, 2, 3, 4, 2]
    assert {"negotiations", "don't", "cafés", "cd"} <= set(terms.vocabulary["term"])


def test_no_word_goes_on_in_the_next_article():
    corpus = fr.make_corpus(["The nego-", "tiations."], furniture=False)
    assert len(fr.find_hits(corpus, fr.make_lexicon({"f": ["negotiations", "tiations"]}))) == 1


def test_half_a_surrogate_pair_is_a_character_of_its_own():
    for half in ("\ud83d", "\ude00"):
        text = f"pea{half} truce"
        found = fr.find_hits(fr.make_corpus([text]), fr.make_lexicon({"f": ["truce"]})).table
        assert found[["start", "end"]].to_numpy().tolist() == [[5, 10]]


def test_a_quotation_written_with_entities_is_one():
    text = "&quot;A truce is near,&quot; Putin said."
    found = fr.find_hits(
        fr.make_corpus([text]),
        fr.make_lexicon({"f": ["truce"]}),
        actors=fr.make_actors({"Putin": []}),
    ).table
    assert found[["quoted", "speaker"]].to_numpy().tolist() == [[True, "Putin"]]


ADDRESS_PIECES = [
    "www.", "WWW.", "wW.", "http://", "https:/", "://", ":", "//", ".com", ".COM", ".İnfo", ".ınfo",
    ".mıl", ".ſ", ".org", ".", " ", "a", "b.co/x", "co.uk", "@", "a@b.c", "x.ab/", "\n", "é",
    ".ıı/", "...com", "_", "-", "(", ".net\u200b", ".a/b",
]  # fmt: skip


@given(st.lists(st.sampled_from(ADDRESS_PIECES), max_size=12).map("".join))
def test_addresses_are_found_alike_with_and_without_code_points(text):
    assert addresses(text, address_signs(code_points(text))) == addresses(text)


@given(st.lists(st.sampled_from([*ADDRESS_PIECES, "\xad", "\u2060", "w", "w.\ufeff"]), max_size=16))
def test_invisible_characters_in_an_address_are_as_if_they_were_not_there(pieces):
    text = "".join(pieces)
    codes = code_points(text)
    seen = [place for place, sign in enumerate(text) if sign not in INVISIBLE]
    expected = [
        (seen[start], seen[end - 1] + 1)
        for start, end in addresses("".join(text[place] for place in seen))
    ]
    assert addresses(text, address_signs(codes), hidden_signs(codes)) == expected
    assert addresses(text) == expected


@pytest.mark.parametrize("count", [1, 199, 255, 256, 1000, 70_000])
@pytest.mark.parametrize("letter", ["e", "\ufdfa", ""])
def test_any_number_of_marks_on_a_letter_is_read(letter, count):
    text = f"The truce {letter}{chr(0x301) * count} peace talks."
    corpus = fr.make_corpus([text], furniture=False)
    table = fr.find_hits(corpus, fr.make_lexicon({"f": ["truce", "peace talks"]})).table
    found = [text[start:end] for start, end in zip(table["start"], table["end"], strict=True)]
    assert found == ["truce", "peace talks"]


def test_the_table_says_of_each_character_what_is_said_of_it_alone():
    table = unicode_table()
    apart = {*map(ord, INVISIBLE), *map(ord, APOSTROPHES)}
    for code in range(0x32400):
        character = chr(code)
        if 0xD800 <= code <= 0xDFFF or code in apart:
            continue
        mark, space = is_mark(code, character), character.isspace() or character == "\u200b"
        plain = " " if space else fold(character)
        edit = mark or len(plain) != 1
        flags = table.flags[code]
        assert bool(flags & EDIT) == edit, hex(code)
        assert table.folded[code] == (code if edit else ord(plain)), hex(code)
        assert bool(flags & WORD) == (character.isalnum() or mark or character == "_"), hex(code)
        assert bool(flags & SPACE) == space, hex(code)
        assert bool(flags & DIGIT) == character.isdecimal(), hex(code)
    for character, alone in (("中", True), ("\uf900", True), ("ア", True), ("a", False)):
        assert bool(table.flags[ord(character)] & ALONE) == alone
