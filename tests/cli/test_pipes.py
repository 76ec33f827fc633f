"""Commands as a user runs them: help, pipes, forms of tables, and messages."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pandas as pd
import pytest
from click.testing import CliRunner

import framing as fr
from framing.cli import main
from framing.cli.commands import COMMANDS
from framing.cli.system import in_words, is_refused

ROOT = Path(__file__).parents[2]
NAMES = [name for commands in COMMANDS.values() for name in commands]
LEXICON = '[frames.peace]\nentries = ["truce*"]\n[frames.doubt]\nentries = ["doubt*"]\n'
TEXTS = ["A truce is near.", "Truces fail. Many doubt it.", "Rain fell."]


def run(*arguments, text=None):
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=text)


@pytest.fixture
def folder(tmp_path):
    """A folder with a table of articles and a lexicon."""
    rows = {"doc_id": ["a", "b", "c"], "text": TEXTS, "source": ["Wire", "Wire", "Blog"]}
    pd.DataFrame(rows).to_csv(tmp_path / "articles.csv", index=False)
    (tmp_path / "mine.toml").write_text(LEXICON)
    return tmp_path


def commands():
    """Return each command and subcommand with its words."""
    for name in NAMES:
        command = main.get_command(click.Context(main), name)
        yield (name,), command
        if isinstance(command, click.Group):
            yield from (((name, part), inner) for part, inner in command.commands.items())


def test_every_command_has_a_help_with_an_example_and_describes_each_option():
    for words, command in commands():
        page = run(*words, "--help").stdout
        assert "Example:\n  " in page, words
        assert f"framing {' '.join(words)}" in page.partition("Example:")[2], words
        for option in command.params:
            if isinstance(option, click.Option):
                described = option.help or isinstance(option.type, click.Choice)
                assert described or option.show_default, (words, option.name)
    assert all(name in run("--help").stdout for name in NAMES)
    assert "Exit codes: 0 done; 1" in " ".join(run("--help").stdout.split())


def test_articles_are_read_with_the_same_options_everywhere():
    readers = [
        command for _, command in commands() if any(p.name == "articles" for p in command.params)
    ]
    assert len(readers) > 12
    wanted = {"--encoding", "--text", "--date", "--source", "--dates"}
    for command in readers:
        assert wanted <= {name for param in command.params for name in param.opts}, command.name


@pytest.mark.parametrize("ending", ["csv", "tsv", "json", "jsonl", "parquet", "xlsx"])
def test_each_form_of_a_table_keeps_all_digits(folder, ending):
    out = folder / "out" / f"scores.{ending}"
    text = "One two three truce five six seven. " * 3 + "Rain fell on it."
    (folder / "a.txt").write_text(text)
    done = run("score", folder / "a.txt", "--lexicon", folder / "mine.toml", "--out", out)
    assert done.exit_code == 0, done.output
    read = {
        "csv": pd.read_csv, "json": pd.read_json, "parquet": pd.read_parquet,
        "xlsx": pd.read_excel, "tsv": lambda path: pd.read_csv(path, sep="\t"),
        "jsonl": lambda path: pd.read_json(path, lines=True),
    }[ending]  # fmt: skip
    options = {"precise_float": True} if ending == "json" else {}
    found = read(out, **options)
    hits = fr.find_hits(fr.read_corpus(folder / "a.txt"), fr.read_lexicon(folder / "mine.toml"))
    expected = fr.score(hits).interval().table
    assert found["frame"].tolist() == ["peace", "doubt"]
    assert found["value"].tolist()[0] == 3 / 25 * 1000
    assert found["high"].tolist() == pytest.approx(expected["high"].tolist(), rel=1e-15)


def test_what_comes_through_a_pipe_is_read_as_what_it_is(folder):
    table = pd.read_csv(folder / "articles.csv")
    given = {
        "csv": (folder / "articles.csv").read_text(),
        "semicolons": table.to_csv(index=False, sep=";"),
        "json": table.to_json(orient="records"),
        "jsonl": table.to_json(orient="records", lines=True),
    }
    for name, text in given.items():
        done = run("hits", "-", "--lexicon", folder / "mine.toml", text=text)
        assert done.exit_code == 0, (name, done.output)
        rows = pd.read_csv(io.StringIO(done.stdout))
        assert rows["doc_id"].tolist() == ["a", "b", "b"], name
        assert "<Corpus: 3 document" in done.stderr
    plain = run("hits", "-", "--lexicon", folder / "mine.toml", "--format", "jsonl", text=TEXTS[0])
    assert json.loads(plain.stdout)["doc_id"] == "stdin"
    empty = run("hits", "-", "--lexicon", folder / "mine.toml", text="")
    assert empty.exit_code == 1
    assert "nothing came through the pipe" in empty.stderr


def test_a_table_of_articles_that_goes_through_a_pipe_keeps_its_texts(folder):
    (folder / "exports").mkdir()
    (folder / "exports" / "x.html").write_text(
        "<html><head><title>T</title></head><body><p>= Truces hold, they say.</p></body></html>"
    )
    first = run("data", "articles", folder / "exports", "--format", "jsonl")
    assert first.exit_code == 0, first.output
    again = run("hits", "-", "--lexicon", folder / "mine.toml", text=first.stdout)
    assert pd.read_csv(io.StringIO(again.stdout))["frame"].tolist() == ["peace"]
    left = folder / "left.csv"
    done = run(
        "data", "articles", folder / "articles.csv", "--left-out", left, "--out", folder / "t.csv"
    )
    assert done.exit_code == 0, done.output
    assert left.is_file()


# Wrong input, and what the message must say; it never names an argument of Python.
WRONG = [
    (["score", "{}", "--unit", "foo"], 1, "--unit foo is not known"),
    (["contrast", "{}", "--by", "outlet"], 1, "--by outlet is not known"),
    (["contrast", "{}", "--by", "source", "--level", "2"], 1, "--level 2.0 cannot be used"),
    (["trend", "{}", "--change", "soon", "--find-changes"], 2, "not both"),
    (["hits", "{}", "--workers", "0"], 1, "--workers 0 cannot be used"),
    (["hits", "{}", "--text", "body"], 1, "body"),
    (["hits", "{}", "--language", "english"], 1, "--language english is not known"),
    (["hits", "{}", "--out", "hits.docx"], 1, "--out"),
    (["hits", "{}", "--nested", "both"], 2, "--nested"),
    (["sample", "{}", "--n", "900", "--out", "sheet.csv"], 1, "-n 900 cannot be drawn"),
    (["multiverse", "{}", "--by", "source", "--choice", "kind"], 2, "NAME=VALUE"),
    (["kwic", "{}", "truce*", "--frame", "x"], 2, "not both"),
    (["topics", "{}", "--n-topics", "2"], 1, "--min-units"),
    (["validate", "{}", "--codes", "nowhere.csv"], 1, "nowhere.csv"),
    (["correct", "{}"], 2, "--codes"),
    (["score", "{}", "--unit", "outlets"], 1, "'source'"),
    (["scor"], 2, "Did you mean 'score'?"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "code", "message"), WRONG)
def test_a_fault_is_one_line_that_names_options_and_has_its_exit_code(folder, words, code, message):
    words = [word.format(folder / "articles.csv") for word in words]
    if words[0] not in ("scor", "topics"):
        words += ["--lexicon", folder / "mine.toml"]
    done = run(*words)
    assert done.exit_code == code, done.output
    lines = done.stderr.strip().splitlines()
    errors = [line for line in lines if line.startswith("Error: ")]
    assert errors == lines[-1:]
    assert message in errors[0]
    assert "Traceback" not in done.output
    for python in ("='", "find_hits", "read_corpus", "fr.", "sample_for_coding"):
        assert python not in errors[0]


def test_values_keep_their_names_and_a_lexicon_that_is_not_there_is_said(folder):
    start = ("contrast", folder / "articles.csv", "--lexicon", folder / "mine.toml")
    assert "'doc_id'" in run(*start, "--by", "outlet").stderr
    done = run("hits", folder / "articles.csv", "--lexicon", "rents")
    assert done.exit_code == 1
    assert "--lexicon rents: there is no file of this name" in done.stderr
    (folder / "ann.csv").write_text("doc_id,sentence,peace\na,1,7\n")
    done = run("codes", folder / "ann.csv")
    assert done.exit_code == 1
    assert "0, 1" in done.stderr


def test_open_dates_name_the_option_that_decides(folder):
    text = "doc_id,text,date\na,Truce.,03/04/2025\nb,Rain.,05/06/2025\n"
    done = run("hits", "-", "--lexicon", folder / "mine.toml", text=text)
    assert done.exit_code == 1
    assert "--dates dmy (day) or --dates mdy (month)" in done.stderr
    assert "stdin" not in done.stderr
    start = ("data", "articles", "-", "--dates", "dmy")
    assert "2025-04-03" in run(*start, text=text).stdout


def test_the_completion_knows_commands_options_and_lexicons():
    for shell in ("bash", "zsh", "fish"):
        script = run("completion", shell)
        assert script.exit_code == 0
        assert "_FRAMING_COMPLETE" in script.stdout
    words = {"framing sc": "score", "framing hits --lex": "--lexicon",
             "framing hits --lexicon peace-initiative-": "peace-initiative-1.1",
             "framing lexicon con": "convert"}  # fmt: skip
    for line, wanted in words.items():
        position = str(len(line.split()) - 1)
        variables = {
            "_FRAMING_COMPLETE": "bash_complete",
            "COMP_WORDS": line,
            "COMP_CWORD": position,
        }
        done = CliRunner().invoke(main, [], prog_name="framing", env=variables)
        assert f"plain,{wanted}" in done.output.splitlines(), line


def test_a_reader_that_stops_early_is_no_fault(folder):
    rows = pd.DataFrame({"text": ["A truce. " * 50] * 200})
    rows.to_csv(folder / "many.csv", index=False)
    command = [sys.executable, "-m", "framing", "hits", str(folder / "many.csv"), "--lexicon",
               str(folder / "mine.toml")]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env=os.environ) as process:  # fmt: skip
        assert process.stdout.readline().startswith("doc_id,")
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()


# What the system refuses: a line of the shell, in which {} is a command, and what must be said.
REFUSED = [
    ("{hits} >/dev/full", "the output cannot be written (No space left on device)"),
    ("{version} >/dev/full", "the output cannot be written (No space left on device)"),
    ("{hits} >&-", "the program that reads the output has closed it. Write to a file: --out FILE."),
    ("{piped} <&-", "nothing came through the pipe"),
    ("mkdir x; cd x; rmdir ../x; {hits} --out o.csv", "the current folder was deleted or moved"),
    ("ulimit -v {memory}; {hits} --workers 1", "there is not enough memory"),
]


@pytest.mark.skipif(sys.platform != "linux", reason="it has /dev/full and limits of memory")
@pytest.mark.parametrize(("line", "message"), REFUSED)
def test_what_the_system_refuses_is_one_line(folder, line, message):
    articles, lexicon = folder / "articles.csv", folder / "mine.toml"
    # More text than the memory below has room for.
    if "ulimit" in line:
        articles.write_text("text\n" + "A truce holds, and rain fell on it. " * 1_500_000)
    framing = f"{sys.executable} -m framing"
    line = line.format(
        hits=f"{framing} hits {articles} --lexicon {lexicon}", version=f"{framing} --version",
        piped=f"{framing} hits - --lexicon {lexicon}", memory=420_000,
    )  # fmt: skip
    done = subprocess.run(
        ["sh", "-c", line], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1:]
    assert last[0].startswith("Error: ")
    assert message in last[0]
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_closed_output_costs_no_file(folder):
    out = folder / "scores.csv"
    line = f"{sys.executable} -m framing score articles.csv --lexicon mine.toml --out {out} >&-"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(["sh", "-c", line], cwd=folder, check=True, env=environment)
    assert out.read_text().startswith("unit_id,")


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_stops_a_command_in_one_line(folder, name, code):
    command = [sys.executable, "-m", "framing", "hits", "-", "--lexicon", "mine.toml"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, preexec_fn=_ignore_nothing,
    )  # fmt: skip
    with process:
        # Once it has taken 1 MB, which does not fit into the pipe, it waits for the rest.
        process.stdin.write("Rain fell. " * 100_000)
        process.stdin.flush()
        time.sleep(0.5)
        process.send_signal(getattr(signal, name))
        message = process.communicate(timeout=60)[1]
    assert process.returncode == code
    assert message.strip() == "Stopped. No file was left half written."


def _ignore_nothing():
    """Undo what a process in the background gets from its shell."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def test_the_version_and_the_state_of_the_installation_are_said():
    assert run("--version").stdout.strip() == f"framing, version {fr.__version__}"
    done = run("doctor")
    assert done.exit_code == 0, done.output
    assert "the installation works" in done.stdout
    assert fr.__version__ in done.stdout
    assert "the search for hits: in " in done.stdout


def test_the_doctor_says_how_articles_are_read(tmp_path):
    text = "Titel;Text;Datum\nEins;Müller sagt: Die Feuerpause kommt, morgen früh.;13.02.2025\n"
    (tmp_path / "export.csv").write_bytes(text.encode("cp1252"))
    done = run("doctor", tmp_path / "export.csv", "--language", "de")
    assert done.exit_code == 0, done.output
    assert "date    1 of 1 documents have one" in done.stdout
    assert "2025-02-13" in done.stdout
    assert "cp1252" in done.stdout or "iso8859-15" in done.stdout
    assert "--text …" in done.stdout
    assert "='" not in done.stdout
    assert "text = 'Text'" in done.stdout


def test_a_library_that_memory_is_too_small_for_is_said_as_such():
    error = ImportError("/lib/x.so: failed to map segment from shared object")
    assert is_refused(error)
    assert in_words(error).startswith("there is not enough memory (/lib/x.so")
    assert not is_refused(ImportError("No module named 'x'"))
