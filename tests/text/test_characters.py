"""Characters that nobody sees, words cut at a line end, letters in other forms, entities."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.chunks import set_part_size

import framing as fr
from framing.text.characters import (
    ALONE,
    APOSTROPHES,
    DIGIT,
    EDIT,
    INVISIBLE,
    RAISED,
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
    texts = [f"{sign}truce held", f"{sign}{sign}No truce", f"a truce{sign}", f"{sign}truce{sign}"]
    texts += [text.replace(" ", f" {sign} {sign}") for text in texts]
    texts += [f"“{sign}truce”", f"{sign}\n{sign}truce", f"x\n{sign}truce {sign}\ny"]
    assert hits(texts[0], ["truce"]) == ["truce"]
    found = found_in(texts, fr.make_lexicon({"f": ["truce"]}), None)
    for text, (table, _) in zip(texts, found, strict=True):
        assert [text[row.start : row.end] for row in table.itertuples()] == ["truce"], text


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
    tables = [table for table, _ in found_in([f"x {text}", f"x {dirty}"], lexicon, actors)]
    columns = ["paragraph", "sentence", "entry", "rejected", "hedged", "quoted", "speaker"]
    assert tables[0][columns].to_numpy().tolist() == tables[1][columns].to_numpy().tolist()
    bare = str.maketrans(dict.fromkeys(INVISIBLE))
    for row in tables[1].itertuples():
        assert f"x {dirty}"[row.start : row.end].translate(bare) in ("truce", "peace")


PAGES = [
    "PRESIDENT TRUMP: A truce is near. “Not yet,” he said.\n\nQ: Will Mr. Putin refuse the truce?"
    "\n\nMR. PESKOV: No truce, no peace talks – not in the U.S. at 9 a.m. on Monday.",
    "“We want no peace talks,” Vladimir Putin told aides. He added that a truce was “out of\n"
    "reach”.",
    "The talks went on until mid-\nnight, and nobody in the hall said\nwhat they had agreed. No "
    "truce\nwas signed, but Gen. Lee (U.S.)\ndid not rule out a cease-fire\nbefore Friday.\n\n"
    "- 3 -\n\nRain fell.",
    "> I don't think the truce will hold.\n> Zelensky denied it.\n\nSee https://x.org/peace or "
    "@potus. It cost $3.5 billion… He’d\nlike peace-talks; “a truce” – Donald Trump",
]


def found_in(texts, lexicon, actors):
    """Return hits and sentences of each text, with offsets."""
    hits = fr.find_hits(fr.make_corpus(texts, furniture=False), lexicon, actors=actors)
    tables = []
    for doc_id in hits.documents["doc_id"]:
        own = [table[table["doc_id"] == doc_id] for table in (hits.table, hits.sentences)]
        tables.append([table.drop(columns="doc_id").astype(object) for table in own])
    return tables


def is_said_to_part(text, place, sign):
    """Say whether the guide gives a sign there a meaning."""
    before, after = text[:place][-1:] or "\n", text[place : place + 1] or "\n"
    if sign == "\xad":
        return before.isalnum() and after == "\n"
    beside = before.isspace() or after.isspace() or "-" in before + after or "–" in before + after
    return sign == "\u200b" and not (beside or after in ".,;:!?…)]}”’»'\"" or before in "([{“‘«'\"")


@pytest.mark.parametrize("size", [1_000_000, 60])
def test_invisible_signs_at_random_places_change_nothing(size, monkeypatch):
    set_part_size(monkeypatch, size)
    rng, signs = random.Random(5), SOME + "\u200b\u202b\u202c\u202d\u202e\u2067\u2068"
    lexicon = fr.make_lexicon(
        {"f": ["truce", "peace talk*", "cease-fire", "mid*", "$3.5", "@potus"]}
    )
    actors = fr.load_actors("ukraine-peace")
    texts, dirty, moved = PAGES * 25, [], []
    for text in texts:
        piece, places = "", []
        for place, character in enumerate([*text, ""]):
            while rng.random() < 0.1:
                sign = rng.choice(signs)
                piece += "" if is_said_to_part(text, place, sign) else sign
            places.append(len(piece))
            piece += character
        dirty.append(piece)
        moved.append(places)
    clean = found_in(texts, lexicon, actors)
    assert sum(len(hits) for hits, _ in clean) > 200
    for places, before, after in zip(moved, clean, found_in(dirty, lexicon, actors), strict=True):
        for one, other in zip(before, after, strict=True):
            one["start"] = [places[start] for start in one["start"]]
            one["end"] = [places[end - 1] + 1 for end in one["end"]]
            assert one.to_numpy().tolist() == other.to_numpy().tolist()


def test_a_space_without_width_is_a_space_where_it_parts():
    rng, lexicon = random.Random(6), fr.make_lexicon({"f": ["tru", "ce", "truce", "peace", "held"]})
    pairs = []
    for _ in range(100):
        text = rng.choice(PAGES)
        places = rng.sample(range(len(text)), 8)
        places = [place for place in places if is_said_to_part(text, place, "\u200b")]
        parted = [
            "".join(sign * (place in places) + text[place] for place in range(len(text)))
            for sign in " \u200b"
        ]
        pairs += parted
    found = found_in(pairs, lexicon, None)
    for one, other in zip(found[::2], found[1::2], strict=True):
        for plain, broken in zip(one, other, strict=True):
            assert plain.to_numpy().tolist() == broken.to_numpy().tolist()


def test_topics_and_collocations_point_into_the_text_as_it_was_given():
    text = "\ufeffThe tru\u00adce held.\u200b Peace\u2060 came."
    corpus = fr.make_corpus([text], furniture=False)
    spans = zip(corpus.sentences["start"], corpus.sentences["end"], strict=True)
    assert [text[a:b] for a, b in spans] == ["The tru\u00adce held.", "Peace\u2060 came."]
    assert corpus.sentences["tokens"].tolist() == [3, 2]
    found = fr.kwic(corpus, "truce", window=1).table
    assert found[["left", "right"]].to_numpy().tolist() == [["The", "held"]]


@pytest.mark.parametrize(
    ("text", "entry", "matched"),
    [
        ("The nego-\ntiations went on.", "negotiat*", ["nego-\ntiations"]),
        ("The nego\u00ad\ntiations.", "negotiations", ["nego\u00ad\ntiations"]),
        ("The nego\n\u00ad\ntiations.", "negotiations", ["nego\n\u00ad\ntiations"]),
        ("A nego \r\n \u00ad\r\n tiations.", "negotiations", ["nego \r\n \u00ad\r\n tiations"]),
        ("A nego.\n\u00ad\ntiations.", "negotiations", []),
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
        ("CO₂ peace²", "peace", ["peace"]),
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
        word = character.isalnum() and character not in RAISED
        assert bool(flags & WORD) == (word or mark or character == "_"), hex(code)
        assert bool(flags & SPACE) == space, hex(code)
        assert bool(flags & DIGIT) == character.isdecimal(), hex(code)
    for character, alone in (("中", True), ("\uf900", True), ("ア", True), ("a", False)):
        assert bool(table.flags[ord(character)] & ALONE) == alone
