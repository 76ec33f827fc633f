import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from defusedxml.ElementTree import fromstring

import framing as fr
from framing.paper.typesetting import FORMATS, typeset

FIGURES = Path(__file__).parents[2] / "figures"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PATTERN = "(concern*|worr*|fear*) ~~9 ({TERMS}|trump)"
ROWS = "\n".join(f"| frame {i} | `{PATTERN}` | {i} |" for i in range(60))
ARTICLE = f"""---
title: A study of "frames" & more
subtitle: Made up
short-title: A study
author:
  - name: Ann Bee
    affiliation: University of A
    email: ann@example.org
  - name: Çelik O’Neill
    affiliation: Institute B
date: 1 May 2026
version: 0.1
abstract: What was done, and _found_.
keywords: [news framing, "content analysis, automated"]
lang: en
---

# Introduction {{#sec:intro}}

As @entman1993 says [@entman1993, p. 52]. See @sec:data, @fig:profile, [@fig:profile; @fig:shares],
@tbl:small, [@tbl:small; @tbl:long], @eq:rate, @fig:app, @eq:app and @sec:instrument.^[A note.]

# Method

## Data {{#sec:data}}

![The *profile*.](figures/02_profile){{#fig:profile alt="A chart of profiles"}}

![The shares.](figures/02_shares){{#fig:shares}}

$$ r = 1000\\,\\frac{{n}}{{t}} $$ {{#eq:rate}}

| Frame | *n* |
|:--|--:|
| peace & war | 12 |
| κ ≥ .8 | 3 |

: A small table. {{#tbl:small}}

# References {{.unnumbered}}

::: {{#refs}}
:::

# The instrument {{#sec:instrument .appendix}}

## Entries

| Frame | Entry | *n* |
|:--|:--|--:|
{ROWS}

: A long table. {{#tbl:long widths="1,5,1"}}

![The entries.](figures/02_profile){{#fig:app}}

$$ x = y $$ {{#eq:app}}
"""
REFERENCES = """@article{entman1993, author = {Entman, Robert M.}, year = 1993, volume = 43,
title = {Framing: Toward Clarification of a Fractured Paradigm}, pages = {51--58}, number = 4,
journal = {Journal of Communication}, doi = {10.1111/j.1460-2466.1993.tb01304.x}}"""


def prepare(folder):
    """Lay out the references and two figures as a repository has them."""
    (folder / "figures").mkdir(parents=True)
    for name in ("02_profile", "02_shares"):
        for ending in (".svg", ".pdf"):
            shutil.copyfile(FIGURES / (name + ending), folder / "figures" / (name + ending))
    (folder / "references.bib").write_text(REFERENCES, encoding="utf-8")
    (folder / "article.md").write_text(ARTICLE, encoding="utf-8")
    return folder


def write(folder, text=ARTICLE, formats=FORMATS, out="out"):
    return typeset(
        text, folder / out, "paper",
        formats=formats, images=folder, bibliography=folder / "references.bib",
    )  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return prepare(tmp_path_factory.mktemp("paper"))


@pytest.fixture(scope="module")
def written(place):
    return {path.suffix[1:]: path for path in write(place)}


def links(html):
    return re.findall(r'<a href="#([^"]+)" class="crossref">([^<]+)</a>', html)


EXPECTED = [
    ("sec:data", "Section 2.1"),
    ("fig:profile", "Figure 1"),
    ("fig:profile", "1"),
    ("fig:shares", "2"),
    ("tbl:small", "Table 1"),
    ("tbl:small", "1"),
    ("tbl:long", "A1"),
    ("eq:rate", "Equation 1"),
    ("fig:app", "Figure A1"),
    ("eq:app", "Equation A1"),
    ("sec:instrument", "Appendix A"),
]


def test_all_formats_are_written_where_they_should_be(written, place):
    assert list(written) == list(FORMATS)
    assert sorted(path.name for path in (place / "out").iterdir()) == sorted(
        f"paper.{ending}" for ending in FORMATS
    )


def test_html_numbers_and_links_what_the_text_refers_to(written):
    html = written["html"].read_text(encoding="utf-8")
    found = [(target, text.replace("\xa0", " ")) for target, text in links(html)]
    assert found == EXPECTED
    assert "Figures\xa0<a" in html
    for target, _ in EXPECTED:
        assert len(re.findall(f'id="{target}"', html)) == 1
    assert re.search(r"<strong>Figure.2\.</strong> The shares", html)
    assert re.search(r"<strong>Table.A1\.</strong> A long table", html)
    assert 'alt="A chart of profiles"' in html
    assert 'href="#ref-entman1993"' in html
    assert html.index('id="ref-entman1993"') < html.index('id="sec:instrument"')
    assert '<html lang="en">' in html


def test_html_stands_alone(written):
    html = written["html"].read_text(encoding="utf-8")
    assert html.count("data:image/svg+xml") == 3
    # On a phone a figure is enlarged where it has the focus.
    assert len(re.findall(r'<img[^>]* tabindex="0"', html)) == 3
    assert not re.search(r'(?:src|href)="(?!data:|#|https://doi|mailto:|https://orcid)', html)
    assert "<script" not in html


def document(path, part="word/document.xml"):
    with ZipFile(path) as archive:
        return fromstring(archive.read(part))


def words(element):
    return "".join(node.text or "" for node in element.iter(f"{WORD}t"))


def test_docx_links_lead_to_bookmarks(written):
    root = document(written["docx"])
    marks = {mark.get(f"{WORD}name") for mark in root.iter(f"{WORD}bookmarkStart")}
    found = [
        (link.get(f"{WORD}anchor"), words(link).replace("\xa0", " "))
        for link in root.iter(f"{WORD}hyperlink")
        if link.get(f"{WORD}anchor")
    ]
    assert {anchor for anchor, _ in found} <= marks
    expected = [text for _, text in EXPECTED]
    assert [text for _, text in found if text in expected] == expected


def test_docx_has_captions_headings_and_repeated_header_rows(written):
    root = document(written["docx"])
    styled = {}
    for paragraph in root.iter(f"{WORD}p"):
        style = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
        if style is not None:
            styled.setdefault(style.get(f"{WORD}val"), []).append(
                words(paragraph).replace("\xa0", " ")
            )
    assert styled["ImageCaption"][:2] == ["Figure 1. The profile.", "Figure 2. The shares."]
    assert styled["TableCaption"] == ["Table 1. A small table.", "Table A1. A long table."]
    assert "A  The instrument" in styled["Heading1"]
    assert "A.1  Entries" in styled["Heading2"]
    assert "References" in styled["Heading1"]
    assert styled["Affiliation"][:2] == ["1University of A", "2Institute B"]
    assert styled["Keywords"] == ["Keywords: news framing, content analysis, automated"]
    assert len(list(root.iter(f"{WORD}tblHeader"))) == 2
    styles = {s.get(f"{WORD}styleId") for s in document(written["docx"], "word/styles.xml")}
    assert set(styled) <= styles


def test_docx_pictures_fit_the_page(written):
    with ZipFile(written["docx"]) as archive:
        pictures = [name for name in archive.namelist() if name.startswith("word/media/")]
        text = archive.read("word/document.xml").decode("utf-8")
    assert pictures
    assert all(name.endswith(".png") for name in pictures)
    widths = [int(width) for width in re.findall(r'<wp:extent cx="(\d+)"', text)]
    assert widths
    assert all(0 < width <= 16.01 * 360_000 for width in widths)


def test_latex_has_labels_references_and_relative_images(written):
    tex = written["tex"].read_text(encoding="utf-8")
    for target, _ in EXPECTED:
        assert f"\\label{{{target}}}" in tex
        assert f"\\hyperref[{target}]" in tex
    assert tex.count("{../figures/02_profile.pdf}") == 2
    assert tex.index("\\appendixstart") < tex.index("\\section{The instrument}")
    assert "\\section*{References}" in tex
    assert "\\ensuremath{\\kappa} \\ensuremath{\\geq} .8" in tex
    assert "\\textbar{}\\allowbreak{}worr*" in tex
    assert "\\endhead" in tex
    assert [float(share) for share in re.findall(r"\\real\{([\d.]+)\}", tex)] == pytest.approx(
        [1 / 7, 5 / 7, 1 / 7], abs=1e-3
    )


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
def test_pdf_shows_the_numbers_and_the_whole_pattern(written):
    command = ["pdftotext", "-layout", str(written["pdf"]), "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8")
    plain = " ".join(text.split()).replace("\xa0", " ")
    for part in (
        "See Section 2.1, Figure 1, Figures 1 and 2, Table 1, Tables 1 and A1",
        "Equation 1, Figure A1, Equation A1 and Appendix A",
        "Figure 2. The shares.",
        "Table A1. A long table.",
        "A.1 Entries",
        PATTERN,
    ):
        assert part in plain
    # The long table breaks, and each of its pages repeats the header.
    assert len(re.findall(r"Frame +Entry +n\b", text)) >= 2


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
def test_a_table_without_caption_takes_no_number_in_any_format(place):
    bare = "| a | b |\n|--|--|\n| 1 | 2 |\n\n"
    text = f"{bare}{bare}: With a caption. {{#tbl:b}}\n\n{bare}See @tbl:b."
    html, pdf, tex = write(place, text, ["html", "pdf", "tex"], out="bare")
    assert links(html.read_text(encoding="utf-8")) == [("tbl:b", "Table\xa01")]
    run = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, check=True)
    plain = " ".join(run.stdout.decode("utf-8").replace("\xa0", " ").split())
    assert "Table 1. With a caption." in plain
    assert "See Table 1." in plain
    assert tex.read_text(encoding="utf-8").count("\\caption{") == 1


@pytest.mark.skipif(not shutil.which("pdfinfo"), reason="pdfinfo is not installed")
def test_pdf_is_tagged_and_knows_its_title_authors_and_keywords(written):
    run = subprocess.run(["pdfinfo", str(written["pdf"])], capture_output=True, check=True)
    told = dict(line.split(":", 1) for line in run.stdout.decode("utf-8").splitlines())
    assert told["Title"].strip() == "A study of “frames” & more"
    assert told["Author"].strip() == "Ann Bee, Çelik O’Neill"
    assert told["Keywords"].strip() == "news framing, content analysis, automated"
    assert told["Tagged"].strip() == "yes"
    assert "A4" in told["Page size"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("See @fig:nowhere.", "@fig:nowhere refers to a label that does not exist"),
        ("See [@tbl:a; @tbl:b].", "@tbl:a"),
        ("As @nobody2000 says.", "@nobody2000 is not in the bibliography"),
        ("![A.](figures/none){#fig:a}", "figures/none: no none"),
        ("[here](#nowhere)", "#nowhere"),
        ("# A {#sec:a}\n\n# B {#sec:a}", "sec:a"),
        ('| a | b |\n|--|--|\n| 1 | 2 |\n\n: C. {#tbl:c widths="1,x"}', 'widths="1,x"'),
        ("![A.](figures/02_shares){#fig:a}\n\nSee [@fig:a; @entman1993].", "mixes labels"),
    ],
)
@pytest.mark.parametrize("ending", ["html", "tex"])
def test_what_cannot_be_resolved_is_named(place, text, named, ending):
    with pytest.raises(fr.InputError, match=re.escape(named)):
        write(place, text, [ending], out="never")


def test_an_unknown_format_or_bibliography_is_named(place):
    with pytest.raises(fr.InputError, match="'epub' is not known"):
        write(place, formats=["epub"])
    with pytest.raises(fr.InputError, match="the bibliography is missing"):
        typeset("x", place, "x", images=place, bibliography=place / "none.bib")


def test_another_process_writes_the_same_bytes_and_no_path(written, tmp_path):
    """Another folder, working directory, hash seed, time zone, clock and order of the formats."""
    folder = prepare(tmp_path / "elsewhere")
    code = (
        "import sys; from pathlib import Path; from framing.paper.typesetting import typeset\n"
        "folder = Path(sys.argv[1])\n"
        "typeset((folder / 'article.md').read_text(encoding='utf-8'), folder / 'out', 'paper', "
        "images=folder, bibliography=folder / 'references.bib', formats=sys.argv[2:])"
    )
    environment = os.environ | {
        "PYTHONHASHSEED": "7", "SOURCE_DATE_EPOCH": "1234567890", "TZ": "Asia/Tokyo",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }  # fmt: skip
    command = [sys.executable, "-c", code, str(folder), *reversed(FORMATS)]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True)
    for ending, path in written.items():
        data = (folder / "out" / f"paper.{ending}").read_bytes()
        assert data == path.read_bytes(), ending
        for trace in (str(tmp_path), str(Path.home()), "framing-paper-", "/tmp/"):
            assert trace.encode() not in data
    with ZipFile(written["docx"]) as archive:
        assert {info.date_time[0] for info in archive.infolist()} <= {1980, 2000}
        assert b"2000-01-01" in archive.read("docProps/core.xml")


def test_the_environment_of_the_user_stays(place, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1234567890")
    write(place, "Text.", ["docx"], out="other")
    assert os.environ["SOURCE_DATE_EPOCH"] == "1234567890"


def test_missing_packages_are_named_with_the_remedy(place, monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(fr.InputError, match=r"media-framing\[paper\]"):
        write(place, "Text.", ["html"])
