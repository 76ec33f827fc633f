from pathlib import Path

import pandas as pd
import pytest

import framing as fr

MINE = """
name = "mine"
version = "0.1"
description = "Code what the sentence says."
rulings = ["Headings count."]
reporting = "Two people code."
[frames.peace]
definition = "Ending the war by agreement."
cues = ["truce"]
not = ["peace of mind"]
examples = [{ text = "No truce came.", code = 1, rejected = true }]
[frames.doubt]
definition = "The initiative is doubted."
"""


def written(tmp_path, text=MINE):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_codebook_reads_all_that_its_file_says(tmp_path):
    codebook = fr.coding.read_codebook(written(tmp_path))
    assert codebook.frames == ["peace", "doubt"]
    assert repr(codebook).startswith("<Codebook mine 0.1: peace, doubt; unit sentence, hash ")
    said = codebook.write_out("peace").splitlines()
    assert said == [
        "Ending the war by agreement.",
        "Typical cues: truce.",
        "Not: peace of mind.",
        'Example, code 1, rejected: "No truce came."',
    ]
    page = codebook.as_markdown(heading=1)
    # All of the file is in the appendix.
    for text in (
        "# mine",
        "## peace",
        "## doubt",
        "Headings count.",
        "Two people code.",
        *said,
        codebook.hash[:16],
    ):
        assert text in page


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Headings count.", "Headings do not count."),
        ("truce", "ceasefire"),
        ("peace of mind", "peace of the soul"),
        ("rejected = true", "rejected = false"),
        ('"0.1"', '"0.2"'),
        ("The initiative is doubted.", "The plan is doubted."),
    ],
)
def test_the_hash_changes_with_the_content_and_not_with_the_layout(tmp_path, old, new):
    first = fr.coding.read_codebook(written(tmp_path))
    same = fr.coding.read_codebook(written(tmp_path, f"# A comment.\n\n{MINE}\n"))
    other = fr.coding.read_codebook(written(tmp_path, MINE.replace(old, new)))
    assert first == same
    assert first != other
    assert len({first, same, other}) == 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "[frames.doubt]",
            "[frames.note]",
            r"line 12: a frame that is coded cannot be called 'note'",
        ),
        ('cues = ["truce"]', 'cue = ["truce"]', r"line 9: unknown key 'cue'.*Did you mean 'cues'"),
        ('"The initiative is doubted."', '" "', "the definition of 'doubt' is empty"),
        ("code = 1,", "code = 2,", "has code 2"),
        ("code = 1,", "code = 0,", "has code 0 and is rejected"),
        ('version = "0.1"', 'unit = "article"', "line 3: unit 'article' is not known"),
        ('name = "mine"', "", "missing required field name"),
        ("definition = ", "definition : ", "this is not TOML"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_line(tmp_path, old, new, message):
    assert old in MINE
    with pytest.raises(fr.InputError, match=message):
        fr.coding.read_codebook(written(tmp_path, MINE.replace(old, new)))


def test_people_get_the_same_codebook_on_their_sheets(tmp_path):
    codebook = fr.coding.read_codebook(written(tmp_path))
    corpus = fr.make_corpus(["A truce. Rain fell. Few believe it."])
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"], "doubt": ["believe"]}))
    sample = fr.sample_for_coding(hits, corpus, 3, strata=(), seed=1)
    sheet, _ = fr.write_coding_sheet(sample, tmp_path / "sheet.csv", codebook=codebook)
    lines = sheet.read_text("utf-8-sig")
    assert all(note.replace('"', '""') in lines for note in codebook.sheet_notes())
    above = 1 + len(codebook.sheet_notes())
    filled = pd.read_csv(sheet, skiprows=above).assign(peace=1, doubt=0)
    filled.to_csv(tmp_path / "Ann.csv", index=False)
    assert fr.read_codes(tmp_path / "Ann.csv", corpus=corpus).frames == codebook.frames
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"], "hope": ["believe"]}))
    sample = fr.sample_for_coding(hits, corpus, 3, strata=(), seed=1)
    with pytest.raises(fr.InputError, match="Give a codebook of the same frames"):
        fr.write_coding_sheet(sample, tmp_path / "sheet.csv", codebook=codebook)


def test_the_shipped_codebook_has_the_frames_of_the_lexicon():
    codebook = fr.data.load_codebook("peace-initiative")
    assert codebook.frames == fr.load_lexicon("peace-initiative").frames["frame"].tolist()
    # Each frame says when it is present, and shows one sentence with it and one without.
    for examples in codebook.table["examples"]:
        assert {example["code"] for example in examples} == {0, 1}
    with pytest.raises(fr.InputError, match="read_codebook"):
        fr.data.load_codebook("mine.toml")


def test_the_codebook_of_the_paper_is_the_one_that_ships():
    printed = (Path(__file__).parents[2] / "paper/codebook.md").read_text("utf-8")
    assert printed == fr.data.load_codebook("peace-initiative").as_markdown()
