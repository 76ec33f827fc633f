"""Entries in the grammar of another program: what is warned of, and what is not."""

import pytest

import framing as fr


@pytest.mark.parametrize(
    ("entry", "advice"),
    [
        (r"\bpeace\b", "regular expression"),
        ("peace.*", "regular expression"),
        ("^peace", "regular expression"),
        ("/peace/i", "regular expression"),
        ("peace$", "regular expression"),
        ('"peace talks"', "without them"),
        ("“peace talks”", "without them"),
        ("'peace'", "without them"),
        ("[Pp]eace", r"\(a\|b\)"),
        ("truce [sic]", r"\(a\|b\)"),
        ("peace AND talks", "the condition if"),
        ("peace w/5 talks", "~~5"),
        ("negotiat!", "truncated"),
        ("(so called) truce", "single alternative"),
        ("peace,", "leave it out"),
        ("peace, talks", "an entry for each"),
        ("peace;war", "an entry for each"),
        ("peace adj3 talks", "~~5"),
        ("peace W/s talks", "~~5"),
        ("peace ADJ talks", "~~5"),
    ],
)
def test_an_entry_of_another_grammar_gets_a_warning_that_says_what_to_write(entry, advice):
    with pytest.warns(UserWarning, match=advice):
        lexicon = fr.make_lexicon({"a": ["plain", entry]})
    assert len(lexicon.notes) == 1
    assert repr(entry) in lexicon.notes[0]


@pytest.mark.parametrize(
    "entry",
    [
        "1,000 men", "9/11", "and/or", "@peace_talks", "peace now", "adjust",
        "U.S.", "$5 billion", "US$", "'90s", "rock 'n' roll", "C++", "NOT IN MY NAME", "20%", "<3",
        "(a ~2 b) ~3 c", "(a|b) ~2 (c)", "(kursk)", "@potus", "https://a.org/b.*c", "R&D", "don't",
    ],
)  # fmt: skip
def test_plain_entries_get_none(entry):
    assert fr.make_lexicon({"a": [entry]}).notes == ()


def test_patterns_beside_the_entries_are_looked_at_too():
    entry = {"pattern": "deal", "if": "[a]bc", "unless": '"x y"', "exceptions": ["(z) deal"]}
    with pytest.warns(UserWarning, match="make_lexicon"):
        lexicon = fr.make_lexicon({"a": [entry]}, groups={"g": ["p.*"]})
    assert len(lexicon.notes) == 4


def test_what_cannot_be_read_at_all_says_how_to_write_it():
    with pytest.raises(fr.InputError, match=r"column 6.*regular expression.*\(a\|b\)"):
        fr.make_lexicon({"a": ["peace(s)?"]})
    with pytest.raises(fr.InputError, match=r"script without spaces.*~1"):
        fr.make_lexicon({"a": ["停?戦"]})
