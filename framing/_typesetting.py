"""The paper as HTML, DOCX, LaTeX and PDF, by pandoc and typst, the same bytes each time."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from framing._core.checks import InputError, check_choice, itemised
from framing._core.files import read_text
from framing._docx_styles import finish_docx, reference_docx
from framing._pictures import ENDINGS, Pictures

FORMATS = ("html", "docx", "tex", "pdf")
# 2000-01-01: the clock of the machine must not reach a file.
EPOCH = 946684800
_DATA = Path(str(resources.files("framing"))).joinpath("data", "paper")
_READER = "markdown+table_attributes"
# By ending, what pandoc calls the format.
_BIBLIOGRAPHIES = {".bib": "biblatex", ".json": "csljson", ".yaml": "yaml"}
_NO_CITATION = re.compile(r"(?:Citeproc: )?citation (.+) not found")


@dataclass(frozen=True)
class _Workshop:
    """A folder with all that pandoc and typst read, so that no other path reaches a file."""

    room: Path
    references: str
    pictures: Pictures
    article: dict[str, Any] = field(repr=False)


def typeset(
    markdown: str,
    folder: Path,
    name: str,
    *,
    formats: Sequence[str] = FORMATS,
    images: Path,
    bibliography: Path,
) -> list[Path]:
    """Write a paper as ``folder/name`` with the ending of each format.

    Figures ``![Caption.](figures/name){#fig:a alt="…"}``, tables with the caption line
    ``: Caption. {#tbl:a widths="1,5,1"}``, equations ``$$ … $$ {#eq:a}`` and sections
    ``# Method {#sec:a}`` are numbered and referred to by ``@fig:a`` or ``[@fig:a; @fig:b]``.
    Sections from one with the class ``.appendix`` on are lettered. ``::: {#refs} :::`` says where
    the references go. Metadata: title, subtitle, short-title, author (name, affiliation, email,
    orcid), date, version, abstract, keywords, lang.

    Parameters
    ----------
    markdown
        The paper in pandoc's Markdown.
    folder, name
        Where the files go, and their name without an ending. The folder is made.
    formats
        Some of ``"html"``, ``"docx"``, ``"tex"`` and ``"pdf"``.
    images
        The folder against which the names of images, without ending, are resolved: ``.svg`` for
        HTML, ``.pdf`` for the other three. LaTeX refers to them by a relative path.
    bibliography
        References as BibTeX (``.bib``), CSL JSON (``.json``) or CSL YAML (``.yaml``).

    Returns
    -------
    list of Path
        The files, in the order of ``formats``.

    Raises
    ------
    InputError
        If an image, a label or a reference is missing, if pandoc or typst warn of anything, or if
        they are not installed.
    """
    for wanted in formats:
        check_choice("formats", wanted, FORMATS)
    _check_installed()
    folder, images = Path(folder), Path(images)
    if not Path(bibliography).is_file():
        raise InputError(f"{bibliography}: the bibliography is missing; give a .bib or .json file.")
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; the paper is written to a folder.")
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="framing-paper-") as temporary:
        workshop = _open_workshop(Path(temporary), markdown, images, Path(bibliography))
        written = []
        for wanted in formats:
            made = _MAKERS[wanted](workshop, folder)
            target = folder / f"{name}.{wanted}"
            shutil.copyfile(workshop.room / made, target)
            written.append(target)
    return written


def bibliography_keys(path: Path) -> list[str]:
    """Return the keys of the entries of a bibliography, as pandoc reads it.

    Raises
    ------
    InputError
        The file is missing, it cannot be read, or it is neither BibTeX nor CSL (JSON or YAML) by
        its ending; pandoc is not installed.
    """
    if path.suffix not in _BIBLIOGRAPHIES:
        raise InputError(f"{path}: a bibliography is a {', '.join(_BIBLIOGRAPHIES)} file.")
    text = read_text(path)
    if path.suffix == ".yaml":
        try:
            entries = yaml.safe_load(text)["references"]
        except (yaml.YAMLError, KeyError, TypeError) as error:
            raise InputError(f"{path}: this is no CSL YAML with references ({error}).") from None
    else:
        _check_installed()
        with TemporaryDirectory(prefix="framing-paper-") as room:
            name = f"references{path.suffix}"
            (Path(room) / name).write_text(text, encoding="utf-8")
            read = f"--from={_BIBLIOGRAPHIES[path.suffix]}"
            entries = json.loads(_run(Path(room), [name, read, "--to=csljson"]))
    return [str(entry["id"]) for entry in entries]


def _check_installed() -> None:
    try:
        import pypandoc
        import typst  # noqa: F401

        pypandoc.get_pandoc_path()
    except (ImportError, OSError):
        raise InputError(
            "The paper needs packages that are not installed: "
            "python -m pip install 'media-framing[paper]'"
        ) from None


def _open_workshop(room: Path, markdown: str, images: Path, bibliography: Path) -> _Workshop:
    for file in _DATA.iterdir():
        shutil.copyfile(file, room / file.name)
    references = f"references{bibliography.suffix}"
    shutil.copyfile(bibliography, room / references)
    (room / "paper.md").write_text(markdown, encoding="utf-8")
    _pandoc(room, ["paper.md", f"--from={_READER}", "--to=json", "--output=read.json"])
    article = json.loads((room / "read.json").read_text(encoding="utf-8"))
    return _Workshop(room, references, Pictures(article, images), article)


def _run(room: Path, arguments: Sequence[str]) -> bytes:
    """Run pandoc in the workshop and return what it prints."""
    import pypandoc

    environment = os.environ | {"SOURCE_DATE_EPOCH": str(EPOCH), "LC_ALL": "C.UTF-8"}
    environment.pop("PANDOC_DATA_DIR", None)
    command = [pypandoc.get_pandoc_path(), "--data-dir=.", *arguments]
    run = subprocess.run(command, cwd=room, env=environment, capture_output=True, check=False)
    if run.returncode:
        raise InputError(f"pandoc stopped: {run.stderr.decode('utf-8', 'replace').strip()}")
    return run.stdout


def _pandoc(room: Path, arguments: Sequence[str]) -> None:
    """Run pandoc in the workshop; what it warns of is an error."""
    _run(room, ["--log=log.json", *arguments])
    messages = json.loads((room / "log.json").read_text(encoding="utf-8"))
    lines = [_wording(message) for message in messages if message["verbosity"] != "INFO"]
    if lines:
        raise InputError(
            "The paper cannot be typeset:"
            + itemised(list(dict.fromkeys(lines)))
            + "\nMend the text."
        )


def _wording(message: dict[str, Any]) -> str:
    scripted = message["type"] == "ScriptingWarning"
    text = str(message["message" if scripted else "pretty"])
    missing = _NO_CITATION.fullmatch(text)
    return f"@{missing[1]} is not in the bibliography" if missing else text


def _convert(workshop: _Workshop, writer: str, made: str, *options: str, images: list[str]) -> str:
    """Write the article by one of pandoc's writers, with these names for its images."""
    workshop.pictures.rename(images)
    (workshop.room / "article.json").write_text(json.dumps(workshop.article), encoding="utf-8")
    _pandoc(
        workshop.room,
        [
            "article.json",
            "--from=json",
            f"--to={writer}",
            "--standalone",
            "--wrap=none",
            "--lua-filter=crossref.lua",
            "--citeproc",
            "--lua-filter=layout.lua",
            "--lua-filter=frontmatter.lua",
            f"--metadata=bibliography:{workshop.references}",
            "--metadata=csl:apa.csl",
            "--metadata=link-citations:true",
            f"--output={made}",
            *options,
        ],
    )
    return made


def _html(workshop: _Workshop, folder: Path) -> str:
    names = workshop.pictures.copy(workshop.room, ENDINGS["html"])
    style = (workshop.room / "page.css").read_text(encoding="utf-8")
    return _convert(
        workshop,
        "html5",
        "paper.html",
        "--template=page.html",
        f"--variable=style:{style}",
        "--section-divs",
        "--toc",
        "--toc-depth=2",
        "--mathml",
        "--embed-resources",
        images=names,
    )


def _tex(workshop: _Workshop, folder: Path) -> str:
    names = workshop.pictures.relative(folder, ENDINGS["tex"])
    return _convert(workshop, "latex", "paper.tex", "--template=template.tex", images=names)


def _docx(workshop: _Workshop, folder: Path) -> str:
    room = workshop.room
    names = workshop.pictures.draw(room, ENDINGS["docx"])
    default = _run(room, ["--print-default-data-file=reference.docx"])
    reference_docx(default, room / "styles.xml", room / "reference.docx")
    options = ["--template=document.xml", "--reference-doc=reference.docx"]
    made = _convert(workshop, "docx", "paper.docx", *options, images=names)
    finish_docx(room / made)
    return made


def _pdf(workshop: _Workshop, folder: Path) -> str:
    import typst

    room = workshop.room
    names = workshop.pictures.copy(room, ENDINGS["pdf"])
    made = _convert(
        workshop, "typst-citations-smart", "paper.typ", "--template=template.typ", images=names
    )
    try:
        _, warnings = typst.compile_with_warnings(
            str(room / made),
            str(room / "paper.pdf"),
            root=str(room),
            ignore_system_fonts=True,
            timestamp=EPOCH,
        )
    except typst.TypstError as error:
        raise InputError(f"typst stopped: {error.message} {' '.join(error.hints)}") from None
    if warnings:
        raise InputError("typst warns:" + itemised([warning.message for warning in warnings]))
    return "paper.pdf"


_MAKERS: dict[str, Callable[[_Workshop, Path], str]] = {
    "html": _html,
    "docx": _docx,
    "tex": _tex,
    "pdf": _pdf,
}
