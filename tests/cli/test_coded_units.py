import io
import json

import pandas as pd
from click.testing import CliRunner
from support.model_server import serving

import framing as fr
from framing.cli import commands

CODEBOOK = """
name = "mine"
unit = "paragraph"
[frames.truce]
definition = "The text names a truce."
[frames.doubt]
definition = "The text names doubt."
"""
TEXTS = [
    "A truce may come. Rain fell.\n\nSome doubt the truce. It is wet.",
    "Snow fell.\n\nThere is no truce.\n\nWind rose. All doubt it.",
    "Fog rose.\n\nA truce came. Rain.",
]


def test_the_commands_take_the_unit_of_the_codebook(tmp_path, monkeypatch):
    folder = tmp_path / "articles"
    folder.mkdir()
    for number, text in enumerate(TEXTS):
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "paragraph.toml").write_text(CODEBOOK, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with serving() as server:
        result = CliRunner().invoke(commands.main, [
            "code", "articles", "--codebook", "paragraph.toml", "--model", "good", "--base-url",
            server.url, "--sample", "5", "--sheet", "sheet.csv", "--out", "codes.csv",
        ])  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "5 paragraphs" in result.output
    codes = fr.read_codes("codes.csv")
    assert codes.unit == "paragraph"
    assert json.loads((tmp_path / "codes.manifest.json").read_text())["codebook"]["unit"] == (
        "paragraph"
    )
    (tmp_path / "lexicon.toml").write_text(
        'name = "l"\nlanguage = "en"\n[frames.truce]\nentries = ["truce"]\n'
        '[frames.doubt]\nentries = ["doubt"]\n'
    )
    people = tmp_path / "people"
    people.mkdir()
    wide = pd.read_csv("codes.csv").drop(columns="coder")
    wide.to_csv(people / "Ann.csv", index=False)
    (tmp_path / "sheet.sample.json").rename(people / "sheet.sample.json")
    result = CliRunner().invoke(commands.main, [
        "correct", "articles", "--lexicon", "lexicon.toml", "--codes", "people", "--out", "c.csv",
    ])  # fmt: skip
    assert result.exit_code == 0, result.output
    assert (pd.read_csv("c.csv")["n"] == 5).all()


def test_a_model_is_validated_and_corrected_from_the_command_line(tmp_path, monkeypatch):
    folder, people = tmp_path / "articles", tmp_path / "people"
    folder.mkdir()
    for number in range(20):
        text = f"A truce came on day {number}. Rain fell. Some doubt it. Snow fell."
        (folder / f"{number:02d}.txt").write_text(text, encoding="utf-8")
    book = CODEBOOK.replace('unit = "paragraph"', "")
    (tmp_path / "mine.toml").write_text(book, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        result = CliRunner().invoke(commands.main, list(arguments))
        return result.exit_code, result.output

    with serving() as server:
        code = ("code", "articles", "--codebook", "mine.toml", "--model", "good", "--base-url",
                server.url)  # fmt: skip
        status, said = run(*code, "--sample", "30", "--sheet", "people/sheet.csv")
        assert status == 0, said
        status, said = run(*code, "--out", "all.csv")
        assert status == 0, said
        # Those of the sample, and those that are alike with what is around them, are sent once.
        assert len(server.requests) == 42
    # What is rejected and where the evidence stands is not lost, and can be read again.
    read = fr.coding.read_model_codes("all.evidence.csv", "all.manifest.json")
    present = read.table[read.table["code"] == 1]
    quoted = [
        (folder / f"{row.doc_id}.txt").read_text()[row.quote_start : row.quote_end]
        for row in present.itertuples()
    ]
    assert quoted == present["frame"].astype(str).tolist()
    assert len(quoted) == 40
    for sheet in people.glob("sheet_*.csv"):
        written = sheet.read_text(encoding="utf-8-sig")
        # The rules stand above the sentences.
        table = pd.read_csv(io.StringIO(written[written.index("coder,doc_id") :]), dtype=str)
        for frame in ("truce", "doubt"):
            table[frame] = table["text"].str.contains(frame).astype(int)
        # People see that no truce came on day 3, which the model does not.
        table.loc[table["text"].str.contains("day 3"), "truce"] = 0
        table.to_csv(sheet, index=False)
    for command, name in (("validate", "precision"), ("correct", "estimate")):
        status, said = run(
            command, "articles", "--model-codes", "all.csv", "--codes", "people", "--out", "f.csv"
        )
        assert status == 0, said
        table = pd.read_csv("f.csv").set_index("frame")
        assert 0 < table.loc["truce", name] <= 1
        assert table["n"].tolist() == [30, 30]
    assert table["raw"].tolist() == [0.25, 0.25]
    assert table.loc["truce", "low"] < 0.25 < table.loc["truce", "high"]
    (tmp_path / "two.csv").write_text("doc_id,sentence,coder,truce\n00,1,a,1\n00,1,b,1\n")
    for given, words in (
        (("--model-codes", "all.csv", "--lexicon", "l.toml"), "cannot be used together"),
        (("--model-codes", "two.csv"), "codes of 2 coders"),
    ):
        (tmp_path / "l.toml").write_text('name = "l"\n[frames.truce]\nentries = ["truce"]\n')
        status, said = run("correct", "articles", *given, "--codes", "people")
        assert status != 0
        assert words in said
