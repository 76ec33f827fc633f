"""Settings of the documentation; `make docs` builds it in build/docs."""

import os
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("PYTHONHASHSEED", "0")

import framing  # noqa: E402

project = "framing"
author = "The framing developers"
copyright = author
version = release = framing.__version__

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_copybutton",
]
exclude_patterns = ["generated/**/.*"]
root_doc = "index"
html_theme = "furo"
html_title = "framing"
html_show_sourcelink = False
html_static_path = ["static"]
html_css_files = ["tables.css"]
# Reports may begin a section below its usual level.
suppress_warnings = ["myst.header"]

# Every block of code on a page runs when the page is built; an error stops the build.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_execution_show_tb = True
nb_merge_streams = True
nb_number_source_lines = False
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "deflist"]

autosummary_generate = True
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
numpydoc_xref_param_type = False
templates_path = ["templates"]

# Pages of the repository that have a page here; a link to another file becomes its name.
PAGES = {
    **{ROOT / "benchmarks" / page.name: page for page in (ROOT / "docs/reports").glob("*.md")},
    ROOT / "framing/data/lexicons/README.md": ROOT / "docs/lexicon_guide.md",
}
INCLUDE = re.compile(r"^```\{include\} (\S+)\n```$", re.M)
LINK = re.compile(r"\[([^\]]*)\]\(([^)#\s]+)(#[^)\s]*)?\)")


def read_source(app: object, name: str, source: list[str]) -> None:
    """Put included files in their place, and point links to files of the repository to pages."""
    page = ROOT / "docs" / f"{name}.md"
    if page.is_file():
        included = INCLUDE.search(source[0])
        if included:
            origin = (page.parent / included[1]).resolve()
            source[0] = origin.read_text(encoding="utf-8")
        else:
            origin = page
        source[0] = LINK.sub(lambda link: point(link, origin, page), source[0])


def point(link: "re.Match[str]", origin: Path, page: Path) -> str:
    """Return a link that holds on the site: to a page, or the name of a file."""
    text, target, anchor = link[1], link[2], link[3] or ""
    file = (origin.parent / target).resolve()
    if "://" in target or (origin == page and (ROOT / "docs") in file.parents):
        return link[0]
    if file in PAGES:
        return f"[{text}]({os.path.relpath(PAGES[file], page.parent)}{anchor})"
    if not file.exists():
        raise ValueError(f"{origin}: the link to {target} leads nowhere.")
    return f"{text} (`{file.relative_to(ROOT)}`)"


def setup(app: Any) -> None:
    """Register the reading of pages."""
    app.connect("source-read", read_source)
