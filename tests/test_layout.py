import ast
import re
import subprocess
from pathlib import Path

import pytest
from support.walk import LEXICON, TEXT, contrast, files_entered

import framing as fr

ROOT = Path(fr.__file__).parent
LAYOUT = ROOT.parent / "docs" / "layout.md"


def test_the_layout_names_every_file_and_no_other():
    source = LAYOUT.read_text("utf-8")
    named = re.findall(r"^- `(framing/[\w/]+\.py)`: .+[.?]$", source, re.MULTILINE)
    files = [file.relative_to(ROOT.parent).as_posix() for file in ROOT.rglob("*.py")]
    rooms = {f"framing/{room.name}/__init__.py" for room in ROOT.iterdir() if room.is_dir()}
    # A room is in the table by its name; add new files, with one sentence on what is in them.
    assert sorted(named) == sorted({*files} - rooms | {"framing/data/__init__.py"})
    table = re.findall(r"^\| [^|]+ \| \[`(\w+)/`\]", source, re.MULTILINE)
    folders = {file.parent.name for file in ROOT.glob("*/__init__.py")}
    assert sorted([*table, "data"]) == sorted(folders)


@pytest.mark.skipif(not (ROOT.parent / ".git").exists(), reason="no clone")
def test_the_top_level_holds_what_its_owner_fixed():
    # A file that an example writes beside the package was committed once.
    done = subprocess.run(
        ["git", "ls-files"], cwd=ROOT.parent, capture_output=True, text=True, check=True
    )  # fmt: skip
    assert {name.split("/")[0] for name in done.stdout.splitlines()} == {
        ".ci", ".gitattributes", ".gitignore", "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md",
        "LICENSE", "Makefile", "README.md", "benchmarks", "docs", "figures", "framing",
        "hatch_build.py", "notebooks", "paper", "pyproject.toml", "tests",
    }  # fmt: skip


def test_the_layout_says_of_a_file_what_its_first_line_says():
    source = LAYOUT.read_text("utf-8")
    for name, line in re.findall(r"^- `(framing/[\w/]+\.py)`: (.+)$", source, re.MULTILINE):
        docstring = ast.get_docstring(ast.parse((ROOT.parent / name).read_text("utf-8"))) or ""
        assert docstring.split("\n")[0] in ("", line), name


def test_every_word_of_the_glossary_is_explained_once():
    source = LAYOUT.with_name("glossary.md").read_text("utf-8")
    heads = re.findall(r"^- \*\*(.+?)\*\*: .{20,}", source, re.MULTILINE)
    words = [word.strip() for head in heads for word in head.split(",")]
    assert len(words) == len(set(words)) > 50
    # What stands in code is in the API: a function, or a column or attribute of a result.
    for name in re.findall(r"`([a-z_]+)\(", source):
        assert hasattr(fr, name), name


def test_a_plain_text_and_a_contrast_enter_few_files(tmp_path):
    # A plain text passes no reader of archives, and no rule for what nobody sees.
    path = tmp_path / "article.txt"
    path.write_text(TEXT, encoding="utf-8")
    plain = files_entered(lambda: fr.score(fr.find_hits(fr.read_corpus(path), LEXICON)))
    native = "hits/native/search.py" in plain
    spared = {"parsers", "articles", "clippings", "tables", "memory", "visible", "groups"}
    if native:
        spared |= {"wrapped_lines", "repairs", "broken_pages", "negation", "adjectives"}
    assert not spared & {Path(file).stem for file in plain}
    assert len(plain) <= (26 if native else 41)
    few = files_entered(contrast())
    assert "scores/resemblance.py" not in few
    assert len(few) <= 7
