"""Tasks on the command line alone, with planted answers: codes, lexicons, comparisons, topics."""

import io
import json

import pandas as pd
import pytest
from click.testing import CliRunner

import framing as fr
from framing.cli import main

LEXICON = """
[frames.peace]
entries = [{ pattern = "truce*", match = ["The truce holds."], avoid = ["Rain."] }, "armistice"]
[frames.doubt]
entries = ["doubt*"]
"""


def run(*arguments, text=None):
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=text)


def table(done):
    assert done.exit_code == 0, done.output
    return pd.read_csv(io.StringIO(done.stdout))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Forty articles: those of Wire speak of truces, those of Blog of doubt, more so each month."""
    folder = tmp_path_factory.mktemp("tasks")
    rows = []
    for number in range(40):
        wire = number % 2 == 0
        word = "A truce is near." if wire else "Many doubt it."
        more = "Rain fell on the fields. " * (number % 5)
        month = 1 + number // 4
        text = f"{word} {more}The ministers met in town {number}. Nothing else was said."
        rows.append((f"d{number:02}", text, "Wire" if wire else "Blog", f"2025-{month:02}-11"))
    frame = pd.DataFrame(rows, columns=["doc_id", "text", "source", "date"])
    frame.to_csv(folder / "articles.csv", index=False)
    (folder / "mine.toml").write_text(LEXICON)
    return folder


def start(folder, command):
    return command, folder / "articles.csv", "--lexicon", folder / "mine.toml"


def test_from_a_sample_to_corrected_shares(folder):
    out = folder / "coding" / "sheet.csv"
    options = ("--n", 50, "--coder", "Ann", "--coder", "Bo", "--seed", 3, "--out", out)
    done = run(*start(folder, "sample"), *options)
    assert done.exit_code == 0, done.output
    sheets = sorted(out.parent.glob("sheet_*.csv"))
    assert [sheet.name for sheet in sheets] == ["sheet_Ann.csv", "sheet_Bo.csv"]
    assert "truce" not in (out.parent / "sheet.sample.json").read_text()
    # This lexicon says nothing of its frames, and the coders are owed a word on them.
    assert "rules on the sheets: none. Coders must know what the frames mean" in done.stdout
    again = run(*start(folder, "sample"), *options)
    assert again.exit_code == 1
    assert "No file is replaced" in again.stderr
    # Before a code is written, the message says so.
    assert "no cell has a code" in run("agreement", out.parent).stderr
    for number, sheet in enumerate(sheets):
        lines = sheet.read_text("utf-8-sig").splitlines(keepends=True)
        rows = pd.read_csv(io.StringIO("".join(x for x in lines if not x.startswith("#"))))
        rows["peace"] = rows["text"].str.contains("truce|ministers").astype(int)
        rows["doubt"] = rows["text"].str.contains("doubt").astype(int)
        if number:
            first = rows["peace"].idxmax()
            rows.loc[first, "peace"] = 0
        rows.to_csv(sheet, index=False)
    corpus = fr.read_corpus(folder / "articles.csv")
    hits = fr.find_hits(corpus, fr.read_lexicon(folder / "mine.toml"))
    drawn = fr.coding.sample_for_coding(hits, corpus, 50, seed=3)
    codes = fr.read_codes(sheets)
    long = table(run("codes", out.parent))
    assert len(long) == 50 * 2 * 2
    assert set(long["coder"]) == {"Ann", "Bo"}
    agreed = table(run("agreement", out.parent, "--draws", 100, "--seed", 2))
    expected = fr.coding.agreement(codes, draws=100, seed=2).table
    assert agreed["alpha"].tolist() == expected["alpha"].tolist()
    assert agreed["alpha"].tolist()[1] == 1.0
    coded = ("--codes", out.parent)
    valid = table(run(*start(folder, "validate"), *coded)).set_index("frame")
    whole = fr.validate(hits, codes, sample=drawn).table.set_index("frame")
    assert valid["recall"].tolist() == whole["recall"].tolist()
    assert valid.loc["doubt", "f1"] == 1
    assert valid.loc["peace", "recall"] < 0.8
    shares = table(run(*start(folder, "correct"), *coded, "--by", "source"))
    right = fr.correct(hits, codes, drawn, by="source").table
    assert shares["estimate"].tolist() == right["estimate"].tolist()
    assert shares["low"].tolist() == right["low"].tolist()
    # Other texts than those of the sample are refused.
    done = run(*start(folder, "correct"), *coded, "--text", "source")
    assert done.exit_code == 1
    assert "--sample was drawn from other articles" in done.stderr
    record = folder / "coding" / "other.sample.json"
    record.write_text("{}")
    done = run(*start(folder, "correct"), *coded)
    assert "There are several: other.sample.json, sheet.sample.json" in done.stderr
    done = run(*start(folder, "correct"), *coded, "--sample", record)
    assert "the file that write_sample or `framing sample` wrote" in done.stderr
    record.unlink()


def test_a_lexicon_is_tested_checked_and_converted(folder, tmp_path):
    assert run("lexicon", "test", folder / "mine.toml").exit_code == 0
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(LEXICON.replace("The truce holds.", "Peace holds."))
    done = run("lexicon", "test", wrong)
    assert done.exit_code == 1
    assert "FAILED  peace: 'truce*' must match: Peace holds." in done.stdout
    remarks = table(run("lexicon", "check", folder / "mine.toml", folder / "articles.csv"))
    silent = remarks[remarks["problem"] == "never fires"]
    assert silent["entry"].tolist() == ["armistice"]
    done = run("lexicon", "convert", folder / "mine.toml", "--out", tmp_path / "mine.ykd")
    assert done.exit_code == 0, done.output
    back = fr.read_lexicon(tmp_path / "mine.ykd")
    assert back.table["pattern"].tolist() == ["truce*", "armistice", "doubt*"]
    weighted = LEXICON + '[frames.calm]\nentries = [{ pattern = "calm", weight = 0.5 }]\n'
    piped = run("lexicon", "convert", "-", "--to", "yaml", text=weighted)
    assert "Note: 1 × weight is lost" in piped.stderr
    assert "- truce*" in piped.stdout


def test_groups_time_and_other_choices_are_those_of_the_package(folder):
    corpus = fr.read_corpus(folder / "articles.csv")
    hits = fr.find_hits(corpus, fr.read_lexicon(folder / "mine.toml"))
    scores = fr.score(hits, kind="share")
    few = ("--draws", 100, "--permutations", 100)
    gap = table(run(*start(folder, "contrast"), "--by", "source", "--kind", "share",
                    "--group", "Wire", "--group", "Blog", *few))  # fmt: skip
    expected = fr.contrast(scores, by="source", groups=["Wire", "Blog"], seed=1, draws=100,
                           permutations=100)  # fmt: skip
    assert gap["estimate"].tolist() == expected.table["estimate"].tolist()
    assert gap["p"].tolist() == expected.table["p"].tolist()
    assert gap["estimate"].tolist()[0] > 0 > gap["estimate"].tolist()[1]
    course = table(run(*start(folder, "trend"), "--every", "month", "--draws", 50))
    assert course["period"].nunique() == 10
    curves = table(run(*start(folder, "multiverse"), "--by", "source", *few,
                       "--choice", "kind=rate,share", "--frame", "peace"))  # fmt: skip
    assert curves["specifications"].tolist() == [2]
    assert curves["same_sign"].tolist() == [1]


def test_words_topics_and_copies_are_found(folder, tmp_path):
    lines = table(run("kwic", folder / "articles.csv", "truce", "--window", 2))
    assert set(lines["left"]) == {"A"}
    assert len(lines) == 20
    frame = table(run(*start(folder, "kwic"), "--frame", "doubt"))
    assert set(frame["match"]) == {"doubt"}
    topics = table(run("topics", folder / "articles.csv", "--n-topics", 2, "--top", 3))
    assert set(topics["topic"]) == {"topic 1", "topic 2"}
    assert len(topics) == 6
    (tmp_path / "stop.txt").write_text("\n".join(topics["term"]), encoding="utf-8")
    words = ["--stop-words", tmp_path / "stop.txt"]
    others = table(run("topics", folder / "articles.csv", "--n-topics", 2, "--top", 3, *words))
    assert not set(others["term"]) & set(topics["term"])
    lost = run("topics", folder / "articles.csv", "--n-topics", 2, "--stop-words", "xx")
    assert lost.exit_code == 1
    assert "no list and no file of this name" in lost.output
    words = table(run(*start(folder, "suggest"), "--min-count", 3, "--top", 2))
    assert "near" in set(words["term"])
    story = "Talks on a truce began in Geneva on Monday, the two sides said"
    rows = [{"text": f"{story}."}, {"text": "Rain fell on the north for a third day."},
            {"text": f"{story} in a note."}]  # fmt: skip
    copies = table(run("duplicates", "-", text=json.dumps(rows)))
    assert copies["kept"].tolist() == [True, True, False]
    out = tmp_path / "page.html"
    done = run(*start(folder, "evidence"), "--title", "My page", "--out", out)
    assert done.exit_code == 0, done.output
    assert "My page" in out.read_text(encoding="utf-8")


def test_what_ships_is_listed_and_copied_to_be_changed(tmp_path):
    listed = table(run("data", "list"))
    assert ("lexicon", "peace-initiative") in set(zip(listed["kind"], listed["name"], strict=True))
    out = tmp_path / "mine.toml"
    both = run("data", "copy", "peace-initiative", "--out", out)
    assert both.exit_code == 1
    assert "--kind" in both.stderr
    start = ("data", "copy", "peace-initiative", "--kind", "lexicon", "--out", out)
    assert run(*start).exit_code == 0
    assert "[frames.peace]" in out.read_text(encoding="utf-8")
    assert "is not replaced" in run(*start).stderr


def test_a_dictionary_says_what_the_columns_are(folder, tmp_path):
    out = tmp_path / "scores.csv"
    done = run(*start(folder, "score"), "--out", out, "--dictionary")
    assert done.exit_code == 0, done.output
    notes = pd.read_csv(tmp_path / "scores.dictionary.csv").set_index("column")
    assert notes.loc["value", "unit"] == "hits per 1,000 tokens"
    piped = run(*start(folder, "score"), "--dictionary")
    assert piped.exit_code == 1
    assert "give --out a path" in piped.stderr


def test_coders_get_what_the_lexicon_says_of_its_frames(folder, tmp_path):
    described = LEXICON.replace(
        "[frames.doubt]", '[frames.doubt]\ndescription = "Doubt that the talks succeed."'
    )
    (tmp_path / "mine.toml").write_text(described)
    (tmp_path / "rules.toml").write_text(
        'name = "rules"\n[frames.peace]\ndefinition = "An end is near."\n'
        '[frames.doubt]\ndefinition = "It may fail."\n'
    )

    def sheet(lexicon, *more):
        out = tmp_path / f"{lexicon.stem if hasattr(lexicon, 'stem') else lexicon}{len(more)}.csv"
        start = "sample", folder / "articles.csv", "--lexicon", lexicon
        done = run(*start, "--n", 9, "--coder", "Ann", "--out", out, *more)
        assert done.exit_code == 0, done.output
        return done.stdout, out.with_name(f"{out.stem}_Ann.csv").read_text("utf-8-sig")

    said, notes = sheet(tmp_path / "mine.toml")
    assert "rules on the sheets: the descriptions of doubt in mine" in said
    assert "doubt: Doubt that the talks succeed." in notes
    said, notes = sheet("peace-initiative")
    assert "<Codebook peace-initiative 1.0.0" in said
    assert "which ships with this lexicon" in said
    rule = fr.data.load_codebook("peace-initiative").table["definition"].iloc[0]
    assert rule[:60] in notes
    said, notes = sheet(tmp_path / "mine.toml", "--codebook", tmp_path / "rules.toml")
    assert "rules on the sheets: <Codebook rules: peace, doubt" in said
    assert "It may fail." in notes
    assert "Doubt that the talks" not in notes


@pytest.mark.filterwarnings("default")
def test_a_page_is_written_where_no_groups_can_be_compared(tmp_path):
    articles, lexicon = tmp_path / "a.csv", tmp_path / "en.toml"
    articles.write_text("doc_id,source,text\n1,A,A truce.\n2,B,A truce holds.\n")
    lexicon.write_text('[frames.peace]\nentries = ["truce"]\n')
    out = tmp_path / "page.html"
    done = run("evidence", articles, "--lexicon", lexicon, "--by", "source", "--out", out)
    assert "no differences between groups. --by source: no comparison can be made" in done.stderr
    assert done.exit_code == 0
    assert out.exists()
    done = run("evidence", articles, "--lexicon", lexicon, "--by", "sauce", "--out", out)
    assert done.exit_code == 1
    assert "'source'" in done.stderr
