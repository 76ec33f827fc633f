import re
import tomllib
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import framing as fr

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_prints_what_the_readme_shows():
    code, shown = re.search(r"```python\n(.*?)```\s+```text\n(.*?)```", README, re.S).groups()
    printed = StringIO()
    with redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    assert printed.getvalue() == shown


def test_links_lead_to_files_and_headings():
    for path in ROOT.glob("*.md"):
        text = path.read_text(encoding="utf-8")
        headings = {
            re.sub(r"[^\w -]", "", line.lstrip("# ")).lower().replace(" ", "-")
            for line in text.splitlines()
            if line.startswith("#")
        }
        for link in re.findall(r"\]\(([^)]+)\)", text):
            if link.startswith("#"):
                assert link[1:] in headings, link
            elif not link.startswith("https://doi.org/"):
                assert (ROOT / link).is_file(), link


def test_the_calls_in_the_table_exist():
    for name in re.findall(r"fr\.(\w+)\(", README):
        assert name in fr.__all__, name


def test_version_and_lexicon_are_those_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert project["version"] == fr.__version__
    assert f"\nversion: {fr.__version__}\n" in citation
    assert f"(version {fr.__version__})" in README
    assert re.search(r"^## (.*)$", changes, re.M).group(1) == fr.__version__
    lexicon = fr.load_lexicon("peace-initiative")
    assert f"`{lexicon.name}` {lexicon.version} with {len(lexicon):,} entries" in README


def test_the_context_is_told_as_well_as_the_report_says():
    report = (ROOT / "benchmarks" / "context.md").read_text(encoding="utf-8")
    tested = report.split("## Developed on")[0]
    f1 = dict(re.findall(r"^\| (\w+)[^|]* \|.* ([01]\.\d\d) \|$", tested, re.M)[:4])
    told = " ".join(README.split())
    said = re.search(
        r"rejected F1 (\S+), hedged (\S+), quoted (\S+), speaker (\S+)\. On", told
    ).groups()
    assert [f"{float(value):.2f}" for value in said] == [
        f1[column] for column in ("rejected", "hedged", "quoted", "speaker")
    ]
