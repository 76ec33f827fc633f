"""A study that begins in an empty folder, as a user would begin it."""

import json
import subprocess
import sys

import pandas as pd
import pytest
from click.testing import CliRunner

import framing as fr
from framing.cli import main


def fill(folder, rows=None):
    """Fill in the sheets by the hits of the lexicon, as two coders who agree with it."""
    lexicon = fr.read_lexicon(folder / "lexicon.toml")
    hits = fr.find_hits(fr.read_corpus(folder / "articles"), lexicon).table
    columns = [hits[name].astype(str) for name in ("doc_id", "sentence", "frame")]
    found = set(zip(*columns, strict=True))
    for path in sorted((folder / "coding").glob("sheet_*.csv")):
        text = path.read_text(encoding="utf-8-sig")
        notes = [line for line in text.splitlines() if line.startswith("#")]
        table = pd.read_csv(path, skiprows=len(notes), dtype=str, keep_default_na=False)
        for frame in ("peace", "skepticism"):
            codes = [
                str(int((doc_id, sentence, frame) in found))
                for doc_id, sentence in zip(table["doc_id"], table["sentence"], strict=True)
            ]
            table[frame] = codes if rows is None else codes[:rows] + [""] * (len(codes) - rows)
        table.to_csv(path, index=False)


def states(folder):
    return dict(fr.check_study(folder).table[["step", "state"]].to_numpy().tolist())


def test_each_step_says_what_the_next_one_needs(tmp_path):
    folder = tmp_path / "mine"
    fr.start_study(folder)
    assert set(states(folder).values()) == {"open"}
    assert fr.check_study(folder).next.startswith("Put articles into articles/")
    for number in range(12):
        text = "A truce is near. Many doubt it. Rain fell. Peace talks resume."
        (folder / "articles" / f"{number}.txt").write_text(text[number % 3 :], encoding="utf-8")
    state = fr.check_study(folder)
    assert states(folder)["hits"] == "done"
    assert "12 articles, 48 sentences" in state.table["detail"][0]
    assert "writes the sheets" in state.next
    corpus, lexicon = fr.read_corpus(folder / "articles"), fr.read_lexicon(folder / "lexicon.toml")
    hits = fr.find_hits(corpus, lexicon)
    (folder / "coding").mkdir()
    sample = fr.sample_for_coding(hits, corpus, 48, seed=1)
    fr.write_coding_sheet(sample, folder / "coding" / "sheet.csv")
    assert "0 of 48 sentences coded" in fr.check_study(folder).table["detail"].tolist()
    fill(folder, rows=10)
    assert (
        "10 of 48 sentences coded by all of 2 coders" in fr.check_study(folder).table["detail"][3]
    )
    fill(folder)
    done = fr.check_study(folder)
    assert set(states(folder).values()) == {"done"}
    assert done.next == ""
    assert "F1 peace 1.00, skepticism 1.00" in done.table["detail"].tolist()


def test_settings_of_reading_count_and_a_drawn_sample_stays(tmp_path):
    fr.start_study(tmp_path, name="mine")
    text = (
        "Ein Waffenstillstand naht. Die Gespräche beginnen am Montag in der Hauptstadt des Landes, "
    )
    text += "und niemand weiß, wie lange das dauert und was danach aus dem Krieg wird."
    rows = "".join(f"{text};0{n}.02.2025\n" for n in range(1, 9))
    (tmp_path / "articles" / "a.csv").write_text(f"spalte1;wann\n{rows}", encoding="cp1252")
    assert "8 articles in doubt" in fr.check_study(tmp_path).table["detail"][0]
    lexicon = '[frames.peace]\nentries = ["Waffenstillstand"]\n'
    head = 'name = "mine"\nversion = "0.1"\nlanguage = "de"\n'
    (tmp_path / "lexicon.toml").write_text(head + lexicon)
    config = tmp_path / "study.toml"
    settings = 'text = "spalte1"\ndate = "wann"\ndates = "dmy"\n'
    config.write_text(config.read_text().replace('language = "en"', f'language = "de"\n{settings}'))
    assert fr.check_study(tmp_path).table["detail"][0] == "8 articles, 16 sentences"
    corpus = fr.read_corpus(tmp_path / "articles", text="spalte1", date="wann", language="de")
    hits = fr.find_hits(corpus, fr.read_lexicon(tmp_path / "lexicon.toml"))
    sample = fr.sample_for_coding(hits, corpus, 6, seed=9)
    (tmp_path / "coding").mkdir()
    fr.write_coding_sheet(sample, tmp_path / "coding" / "sheet.csv")
    fr.write_sample(sample, tmp_path / "coding" / "sheet.sample.json")
    # study.toml says 300 sentences and seed 1; the sheets that exist have six, by seed 9.
    assert "0 of 6 sentences coded" in fr.check_study(tmp_path).table["detail"].tolist()


def test_a_folder_without_a_study_and_a_wrong_setting_are_named(tmp_path):
    with pytest.raises(fr.InputError, match="framing init"):
        fr.check_study(tmp_path)
    fr.start_study(tmp_path, name="mine")
    with pytest.raises(fr.InputError, match="No file is replaced"):
        fr.start_study(tmp_path)
    config = tmp_path / "study.toml"
    config.write_text(config.read_text().replace("sentences = 300", "sentence = 300"))
    with pytest.raises(fr.InputError, match=r"line 6: unknown key 'sentence'.*'sentences'"):
        fr.check_study(tmp_path)


def test_a_lexicon_that_cannot_be_read_is_a_problem_and_stops_the_rest(tmp_path):
    fr.start_study(tmp_path, name="mine")
    (tmp_path / "articles" / "one.txt").write_text("A truce held.", encoding="utf-8")
    (tmp_path / "lexicon.toml").write_text("[frames.peace\n", encoding="utf-8")
    table = fr.check_study(tmp_path).table
    assert table["state"].tolist()[:3] == ["done", "problem", "open"]
    assert "this is not TOML" in table["detail"][1]


def test_without_a_hit_no_sheet_is_written(tmp_path, monkeypatch, capsys):
    # Sheets are never replaced: those of the example's frames would stay for good.
    folder = tmp_path / "mine"
    fr.start_study(folder)
    for number in range(3):
        (folder / "articles" / f"{number}.txt").write_text("The road was blocked. Rain fell.")
    book = json.loads((folder / "study.ipynb").read_text(encoding="utf-8"))
    code = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]
    last = next(n for n, cell in enumerate(code) if "write_coding_sheet" in cell)
    monkeypatch.chdir(folder)
    exec("\n".join(code[: last + 1]), {"display": print})
    assert "No hit yet" in capsys.readouterr().out
    assert not (folder / "coding").exists()


def test_the_command_line_and_the_notebook_run_on_the_example(tmp_path, monkeypatch):
    folder = tmp_path / "mine"

    def command(*arguments):
        # A process for each of them would spend its time on imports.
        done = CliRunner().invoke(main, list(arguments))
        assert done.exit_code == 0, done.output
        return done.output

    command("init", str(folder), "--example")
    said = command("check", str(folder))
    assert "80 articles" in said
    assert "Next: Run study.ipynb" in said
    run = "import nbformat, sys; from nbclient import NotebookClient;"
    run += "book = nbformat.read('study.ipynb', 4);"
    run += "NotebookClient(book, kernel_name='python3', timeout=300).execute()"
    done = subprocess.run(
        [sys.executable, "-c", run], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (folder / "evidence.html").is_file()
    sample = fr.read_sample(folder / "coding" / "sheet.sample.json")
    assert len(sample) == 300
    methods = (folder / "methods.md").read_text(encoding="utf-8")
    assert "300 of" in methods
    assert sample.lexicon in methods
    monkeypatch.chdir(folder)
    command("paper", "paper.md", "--notebooks", ".", "--format", "html")
    assert sample.lexicon_hash[:12] in (folder / "paper.html").read_text(encoding="utf-8")
    assert len(list((folder / "coding").glob("sheet_*.xlsx"))) == 2
    assert "0 of 300 sentences coded" in fr.check_study(folder).table["detail"][3]
