"""What a command reads is never replaced by what it writes."""

import pytest
from click.testing import CliRunner

from framing.cli import main

LEXICON = '[frames.peace]\nentries = ["truce"]\n'
PAGE = "<html><body><article><h1>T</h1><p>A truce was agreed on Monday, both said.</p></article>"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("doc_id,text\na,A truce.\nb,\n")
    (tmp_path / "b.dictionary.csv").write_text("doc_id,text\na,A truce.\n")
    (tmp_path / "mine.csv").write_text("term,frame\ntruce,peace\n")
    (tmp_path / "mine.toml").write_text(LEXICON)
    for name in ("news", "sheets", "more/deep"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "news" / "a.html").write_text(PAGE)
    (tmp_path / "more" / "deep" / "a.json").write_text('[{"text": "A truce."}]')
    for coder in ("ann", "bo"):
        sheet = "doc_id,sentence,peace\na,1,1\na,2,0\n"
        (tmp_path / "sheets" / f"{coder}.csv").write_text(sheet)
    (tmp_path / "link.csv").symlink_to("a.csv")
    (tmp_path / "second.csv").hardlink_to(tmp_path / "a.csv")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "kept", "told"),
    [
        ("score a.csv --lexicon mine.toml --out a.csv", "a.csv", "ARTICLES a.csv"),
        ("score a.csv --lexicon mine.toml --out ./news/../a.csv", "a.csv", "ARTICLES a.csv"),
        ("score a.csv --lexicon mine.toml --out link.csv", "a.csv", "ARTICLES a.csv"),
        ("score a.csv --lexicon mine.toml --out second.csv", "a.csv", "ARTICLES a.csv"),
        ("hits a.csv --lexicon mine.csv --out mine.csv", "mine.csv", "--lexicon mine.csv"),
        ("lexicon convert mine.toml --out mine.toml", "mine.toml", "LEXICON mine.toml"),
        ("evidence news --lexicon mine.toml --out news/a.html", "news/a.html", "ARTICLES news"),
        ("hits more --lexicon mine.toml --out more/deep/a.json", "more/deep/a.json", "more"),
        ("hits m*/*/*.json --lexicon mine.toml --out more/deep/a.json", "more/deep/a.json", "m*"),
        ("agreement sheets --out sheets/ann.csv", "sheets/ann.csv", "SHEETS sheets"),
        (
            "score b.dictionary.csv --lexicon mine.toml --out b.csv --dictionary",
            "b.dictionary.csv",
            "ARTICLES b.dictionary.csv",
        ),
        ("data articles a.csv --out x.csv --left-out a.csv", "a.csv", "--left-out a.csv is read"),
        ("data articles a.csv --out x.csv --left-out ./x.csv", "a.csv", "also the file of --out"),
    ],
)
def test_a_file_that_is_read_is_not_replaced(folder, words, kept, told):
    before = (folder / kept).read_bytes()
    done = CliRunner().invoke(main, words.split())
    assert done.exit_code == 1, done.output
    assert told in done.stderr
    assert "another path" in done.stderr
    assert (folder / kept).read_bytes() == before
    assert not (folder / "x.csv").exists()


def test_results_beside_what_is_read_can_be_replaced(folder):
    for _ in range(2):
        words = "score a.csv --lexicon mine.toml --out scores.csv"
        assert CliRunner().invoke(main, words.split()).exit_code == 0
        words = "score news --lexicon mine.toml --out news/scores.csv"
        assert CliRunner().invoke(main, words.split()).exit_code == 0
        words = "agreement sheets --out agreement.csv"
        assert CliRunner().invoke(main, words.split()).exit_code == 0
