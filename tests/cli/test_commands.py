from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from support.model_server import serving

import framing as fr
from framing._core.statistics import ADJUSTMENTS
from framing.cli import (
    coding,
    comparisons,
    datasets,
    lexicons,
    main,
    measures,
    options,
    sources,
    studies,
)
from framing.coding.reliability import MEASUREMENTS
from framing.coding.samples import ALLOCATIONS
from framing.coding.sheets import SHEET_ENDINGS
from framing.contrasts.contrasts import COMPARISONS
from framing.corpus.dates import ORDERS
from framing.corpus.duplicates import MEASURES
from framing.datasets import LEXICON_OF
from framing.hits.hits import NESTED
from framing.lexicons.dictionaries import FORMATS as LEXICON_FORMATS
from framing.paper.paper import FORMATS
from framing.scores.periods import FREQUENCY
from framing.scores.scores import KINDS, REJECTED
from framing.testbed import NAMES
from framing.words.terms import UNITS

LEXICON = '[frames.peace]\nentries = ["truce*"]\n[frames.skepticism]\nentries = ["critic*"]\n'


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    path = tmp_path_factory.mktemp("lexicon") / "mine.toml"
    path.write_text(LEXICON)
    return "--lexicon", path


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_scores_of_a_folder_are_those_of_the_package(tmp_path, mine):
    (tmp_path / "a.txt").write_text("A truce is near. Critics doubt it.")
    done = run("score", tmp_path, *mine, "--out", tmp_path / "out" / "scores.csv", "--seed", 3)
    assert done.exit_code == 0, done.output
    assert "1 document" in done.output
    hits = fr.find_hits(fr.read_corpus(tmp_path), fr.read_lexicon(mine[1]))
    expected = fr.score(hits).interval(seed=3).table
    found = pd.read_csv(tmp_path / "out" / "scores.csv")
    assert found["value"].tolist() == expected["value"].tolist()
    assert found["high"].tolist() == expected["high"].tolist()
    assert found["numerator"].sum() > 0


def test_a_lexicon_of_ones_own_and_single_sentences(tmp_path):
    (tmp_path / "a.txt").write_text("A truce is near. Critics doubt it.")
    (tmp_path / "mine.toml").write_text('[frames.calm]\nentries = ["near"]\n')
    out = tmp_path / "scores.csv"
    options = ("--lexicon", tmp_path / "mine.toml", "--unit", "sentence", "--kind", "count")
    assert run("score", tmp_path / "a.txt", *options, "--out", out).exit_code == 0
    assert pd.read_csv(out)["value"].tolist() == [1, 0]


def test_hits_with_their_speakers_and_scores_without_what_is_denied(tmp_path, mine):
    (tmp_path / "a.txt").write_text("Putin ruled out any truce. “A truce is near,” Trump said.")
    out = tmp_path / "hits.csv"
    assert run("hits", tmp_path, *mine, "--actors", "ukraine-peace", "--out", out).exit_code == 0
    found = pd.read_csv(out).query("frame == 'peace'")
    assert found["rejected"].tolist() == [True, False]
    assert found["speaker"].tolist()[1] == "Trump"
    out = tmp_path / "scores.csv"
    assert run("score", tmp_path, *mine, "--rejected", "exclude", "--out", out).exit_code == 0
    scores = pd.read_csv(out).set_index("frame")
    assert run("score", tmp_path, *mine, "--out", out).exit_code == 0
    every = pd.read_csv(out).set_index("frame")
    assert scores.loc["peace", "numerator"] == every.loc["peace", "numerator"] - 1


def test_contrasts_of_a_table_are_those_of_the_package(tmp_path, mine):
    texts = ["A truce is near.", "Talks on a truce.", "Rain fell.", "Snow fell."] * 3
    table = pd.DataFrame({"text": texts, "source": ["A", "A", "B", "B"] * 3})
    table.to_csv(tmp_path / "articles.csv", index=False)
    out = tmp_path / "contrast.csv"
    start = ("contrast", tmp_path / "articles.csv", *mine, "--out", out)
    done = run(*start, "--by", "source", "--seed", 3)
    assert done.exit_code == 0, done.output
    hits = fr.find_hits(fr.read_corpus(tmp_path / "articles.csv"), fr.read_lexicon(mine[1]))
    expected = fr.contrast(fr.score(hits), by="source", seed=3).table
    found = pd.read_csv(out)
    # Nothing is rounded: a p of .0005 must not become 0.0 or .001.
    for column in ("estimate", "low", "p", "p_adjusted"):
        pd.testing.assert_series_equal(found[column], expected[column], rtol=1e-12)
    assert found["p"].tolist() != found["p"].round(3).tolist()
    assert found["comparison"].unique().tolist() == ["A - B"]
    refused = run(*start, "--by", "outlet")
    assert refused.exit_code == 1
    assert "--by outlet is not known" in refused.output


def test_a_file_that_cannot_be_written_is_said_before_texts_are_read(tmp_path):
    (tmp_path / "a.txt").write_text("A truce is near.")
    for command in ("score", "hits", "evidence"):
        out = tmp_path / "a.txt" / ("out.html" if command == "evidence" else "out.csv")
        done = run(command, tmp_path / "none", "--lexicon", "peace-initiative", "--out", out)
        assert done.exit_code == 1
        assert "a.txt is a file, not a folder" in done.output
        assert len(done.output.strip().splitlines()) == 1


def test_bad_input_is_told_in_a_line_without_a_traceback(tmp_path, mine):
    done = run("score", tmp_path / "none", *mine, "--out", tmp_path / "s.csv")
    assert done.exit_code == 1
    assert "no such file or folder" in done.output
    assert "Traceback" not in done.output
    done = run("features", "articles", tmp_path, tmp_path / "out")
    assert done.exit_code == 1
    assert "has no file that can be read" in done.output


def test_groups_of_one_story_are_told_to_be_pooled_in_words_of_the_command_line(tmp_path, mine):
    rows = ['"A truce. Rain.",A,s1', '"A truce. Critics doubt it.",A,s1', '"A truce.",B,s2']
    (tmp_path / "a.csv").write_text("text,source,story\n" + "\n".join(rows) + "\n")
    done = run("contrast", tmp_path / "a.csv", *mine, "--by", "source", "--cluster", "story")
    assert done.exit_code == 1
    assert "Give several groups one name in a column of ARTICLES" in done.output
    assert "{" not in done.output


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("hits", "a.csv", "b.csv", "--lexicon", "m.toml"), "in quotes, 'news/*.csv'"),
        (("score", "a.csv", "--dictionary", "m.toml"), "--lexicon FILE"),
        (("kwic", "truce", "a.csv"), "ARTICLES stand before"),
        (("kwic", "a.csv", "truce.*"), "`PATTERNS`: 'truce.*': it looks like a regular"),
        (("kwic", "none*.csv", "truce"), "none*.csv: no file matches"),
        (("agreement", "codes/"), "codes: no such file or folder"),
        (("score", "https://example.org/a.csv", "--lexicon", "peace-initiative"), "a web address"),
    ],
)
def test_a_slip_on_the_command_line_is_told_with_what_to_do(
    tmp_path, monkeypatch, arguments, words
):
    monkeypatch.chdir(tmp_path)
    for name in ("a.csv", "b.csv"):
        Path(name).write_text("text\nA truce.\n", encoding="utf-8")
    assert words in run(*arguments).output


def test_a_path_at_home_is_one_also_in_quotes_and_behind_a_sign(tmp_path, monkeypatch):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    (tmp_path / "a.csv").write_text("text\nA truce.\n", encoding="utf-8")
    assert run("kwic", "~/a.csv", "truce", "--out=~/found.csv").exit_code == 0
    assert (tmp_path / "found.csv").is_file()
    assert list((tmp_path / "work").iterdir()) == []


def test_without_a_lexicon_nothing_is_measured_and_the_message_says_which_to_give(tmp_path):
    (tmp_path / "a.txt").write_text("Rents rise in every city.")
    for start in (["score"], ["contrast", "--by", "source"], ["hits"], ["evidence"]):
        out = tmp_path / ("out.html" if start == ["evidence"] else "out.csv")
        done = run(*start, tmp_path, "--out", out)
        assert done.exit_code == 2
        assert "--lexicon is missing" in done.output
        assert "peace-initiative" in done.output
        assert not out.exists()


def test_the_options_allow_what_the_functions_allow():
    assert options.KINDS == KINDS
    assert options.REJECTED == REJECTED
    assert options.COMPARISONS == COMPARISONS
    assert options.ADJUSTMENTS == ADJUSTMENTS
    assert tuple(ORDERS) == options.ORDERS
    assert measures.NESTED == NESTED
    assert measures.MEASURES == MEASURES
    assert tuple(FREQUENCY) == comparisons.PERIODS
    assert comparisons.TEXT_UNITS == UNITS
    assert coding.ALLOCATIONS == ALLOCATIONS
    assert coding.MEASUREMENTS == MEASUREMENTS
    assert coding.SHEETS == SHEET_ENDINGS
    assert ("toml", *LEXICON_FORMATS) == lexicons.FORMATS
    assert studies.FORMATS == FORMATS
    folder = Path(fr.__file__).parent / "data"
    for names, name in ((sources.LEXICONS, "lexicons"), (sources.ACTORS, "actors")):
        assert sorted(names) == sorted(path.stem for path in (folder / name).glob("*.toml"))
    assert sorted(studies.STUDIES) == sorted(LEXICON_OF)
    assert {name for kind, name in datasets.shipped() if kind == "testbed"} == set(NAMES)


def test_a_model_codes_a_sample_and_says_what_it_sends_first(tmp_path):
    (tmp_path / "articles").mkdir()
    text = "A truce is near. Rain fell. No truce came. Snow fell. Wind rose."
    (tmp_path / "articles" / "a.txt").write_text(text)
    book = tmp_path / "mine.toml"
    book.write_text('name = "mine"\n[frames.truce]\ndefinition = "A truce is named."\n')
    out = tmp_path / "out" / "codes.csv"
    with serving() as server:
        options = ["--codebook", book, "--model", "good", "--base-url", server.url]
        start = ["code", tmp_path / "articles", *options, "--out", out, "--price", 1, 2]
        done = run(*start, "--dry-run")
        assert done.exit_code == 0, done.output
        assert "5 requests to http://127.0.0.1" in done.output
        assert "cost" in done.output
        assert server.requests == []
        assert not out.exists()
        done = run(*start, "--sample", 4, "--sheet", out.with_name("sheet.csv"))
        assert done.exit_code == 0, done.output
        assert len(server.requests) == 4
        # A run of all goes on where that of the sample ended.
        assert run(*start).exit_code == 0
        assert len(server.requests) == 5
        # On another occasion the same sentences are sent anew.
        later = out.with_name("later.csv")
        later = ["--out", later, "--occasion", "2027-01", "--max-tokens", 99, "--timeout", 9]
        assert run("code", tmp_path / "articles", *options, *later).exit_code == 0
        assert len(server.requests) == 10
        assert server.requests[-1]["max_tokens"] == 99
        assert set(pd.read_csv(later[1])["coder"]) == {"good, 2027-01"}
        for path in out.parent.glob("later.*"):
            path.unlink()
        done = run(*start, "--sheet", "sheet.csv")
        assert done.exit_code == 1
        assert "--sheet writes sheets of a sample" in done.output
        vain = ["code", tmp_path / "articles", "--codebook", book, "--base-url", server.url]
        vain += ["--out", tmp_path / "vain.csv"]
        done = run(*vain, "--model", "refuse")
        assert done.exit_code == 1
        assert "No sentence was coded. The most frequent reason is 'refused'" in done.output
        assert (tmp_path / "vain.problems.csv").exists()
        done = run(*vain, "--model", "deployed")
        assert done.exit_code == 1
        assert "give --model deployed=vendor/large-2025-01-02" in done.output
        done = run(*vain, "--model", "deployed=vendor/large")
        assert done.exit_code == 0, done.output
    corpus = fr.read_corpus(tmp_path / "articles")
    codes = fr.read_codes(out, corpus=corpus)
    assert codes.coders == ["good"]
    assert codes.table["code"].tolist() == [1, 0, 1, 0, 0]
    names = sorted(path.name for path in out.parent.iterdir() if path.suffix != ".lock")
    assert names == [
        "codes.csv", "codes.evidence.csv", "codes.manifest.json", "codes.problems.csv",
        "model-codes.sqlite", "sheet.sample.json", "sheet_coder1.csv", "sheet_coder2.csv",
    ]  # fmt: skip
    done = run("code", tmp_path / "articles", "--codebook", book, "--model", "m", "--base-url",
               "https://192.0.2.1/v1", "--out", out)  # fmt: skip
    assert done.exit_code == 1
    assert "which is not this machine" in done.output
