"""Every row of the lexicon guide, run as it is printed."""

import re
import tomllib
from importlib import resources

import pytest
from support.engines import spans_of

import framing as fr

GUIDE = resources.files("framing").joinpath("data/lexicons/README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(.*?)` \| (\".*?\") \| (\".*?\") \|$", GUIDE, re.MULTILINE)
EXAMPLE = re.search(r"```toml\n(.*?)```", GUIDE, re.DOTALL).group(1)


def test_the_table_is_read():
    assert len(ROWS) == GUIDE.count("\n| `") > 15


@pytest.mark.parametrize(("entry", "yes", "no"), ROWS, ids=[row[0] for row in ROWS])
def test_an_entry_matches_what_the_guide_says(entry, yes, no):
    entry = entry.replace("\\|", "|")
    if entry.startswith("{pattern"):
        entry = tomllib.loads(f"entry = {entry}")["entry"]
    groups = tomllib.loads(EXAMPLE)["groups"]
    lexicon = fr.make_lexicon({"a": [entry]}, groups=groups)
    for texts, wanted in ((yes, True), (no, False)):
        for text in re.findall(r'"(.*?)"', texts):
            hits = fr.find_hits(fr.make_corpus([text], furniture=False), lexicon)
            assert (len(hits) > 0) == wanted, text


# What the guide says of line ends, hyphens at them and invisible characters, which a table cannot
# show: text, entry, hits.
LINES = [
    ("The nego-\ntiations failed.", "negotiations", ["nego-\ntiations"]),
    ("The Kremlin-\nbacked force left.", "kremlin", ["Kremlin"]),
    ("The Kremlin-\nbacked force left.", "kremlin-backed", ["Kremlin-\nbacked"]),
    ("The Kremlin-\r\n backed force left.", "backed", ["backed"]),
    ("The Russia-\nled force left.", "russia", ["Russia"]),
    ("It was control-\nled by them.", "controlled", ["control-\nled"]),
    ("It was de-\nbased by them.", "debased", ["de-\nbased"]),
    ("The Russia-\nUkraine war goes on.", "ukraine", ["Ukraine"]),
    ("The short-\nand long-term aims.", "short", ["short"]),
    ("The Kremlin\u00ad\nbacked force left.", "kremlinbacked", ["Kremlin\u00ad\nbacked"]),
    ("Talks on peace\nThe deal is near", "peace ~5 deal", []),
    ("Talks on peace,\nthe deal is near", "peace ~5 deal", ["peace,\nthe deal"]),
    ("The talks on peace and\nthe deal go on.", "peace ~5 deal", ["peace and\nthe deal"]),
    ("Talks on peace and all that goes with it\nor a deal", "it or", ["it\nor"]),
    ("Talks on peace.\nor a deal", "peace ~5 deal", []),
    ("See https://pe\u00adace.org/peace.", "peace", []),
    ("@po\u2060tus said so.", "@potus", ["@po\u2060tus"]),
    ("See talks@pea\u00adce.org.", "talks@peace.org", ["talks@pea\u00adce.org"]),
    ("See https://example.org\u200bpeace.", "peace", ["peace"]),
    ("Peace a \t b peace then peace a b peace.", "peace ~2 b", ["Peace a \t b", "peace a b"]),
    ("US aid, us Aid", {"pattern": "US", "case": True, "if": "AID", "within": 1}, ["US"]),
    ("US Weekly", {"pattern": "US", "case": True, "exceptions": ["us weekly"]}, []),
]


@pytest.mark.parametrize(("text", "entry", "wanted"), LINES)
@pytest.mark.parametrize("native", [True, False])
def test_line_ends_and_invisible_characters_are_read_as_the_guide_says(native, text, entry, wanted):
    spans = spans_of(fr.make_lexicon({"a": [entry]}), text, native=native)
    assert [text[start:end] for start, end in spans] == wanted


def test_the_example_is_a_lexicon(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(EXAMPLE, encoding="utf-8")
    lexicon = fr.read_lexicon(path)
    assert lexicon.frames["frame"].tolist() == ["concession", "sovereignty.territory"]
    text = "They compromised. They ceded part of the Donbas and cut military aid at the border."
    found = fr.find_hits(fr.make_corpus([text]), lexicon).table
    assert found["weight"].tolist() == [0.5, 1.0, 1.0, 1.0]
