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
