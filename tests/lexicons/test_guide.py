"""Every row of the lexicon guide, run as it is printed."""

import re
import tomllib
from importlib import resources

import pytest

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


def test_the_example_is_a_lexicon(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(EXAMPLE, encoding="utf-8")
    lexicon = fr.read_lexicon(path)
    assert lexicon.frames["frame"].tolist() == ["concession", "sovereignty.territory"]
    text = "They compromised. They ceded part of the Donbas and cut military aid at the border."
    found = fr.find_hits(fr.make_corpus([text]), lexicon).table
    assert found["weight"].tolist() == [0.5, 1.0, 1.0, 1.0]
