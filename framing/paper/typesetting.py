"""The paper as HTML, DOCX, LaTeX and PDF, by pandoc and typst, the same bytes each time."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import resources
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import yaml

from framing._core.checks import InputError, check_choice, itemised
from framing._core.files import read_text

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# A4 with margins of 25 mm, in twentieths of a point.
_SECTION = (
    f'<w:sectPr xmlns:r="{_RELATIONS}"><w:footerReference w:type="default" r:id="rId90"/>'
    '<w:footnotePr><w:numRestart w:val="continuous"/></w:footnotePr>'
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1418" w:right="1418" w:bottom="1418" '
    'w:left="1418" w:header="709" w:footer="709" w:gutter="0"/></w:sectPr>'
)
_FOOTER = (
    f'<?xml version="1.0" encoding="UTF-8"?><w:ftr xmlns:w="{_WORD}"><w:p><w:pPr>'
    '<w:pStyle w:val="Footer"/></w:pPr><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r>'
    '<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r>'
    '<w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r>'
    '<w:fldChar w:fldCharType="end"/></w:r></w:p></w:ftr>'
)
_NO_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8"?><Properties '
    'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'
)
_FOOTER_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"


# Drawing an SVG comes out the same on every processor; drawing a PDF need not.
ENDINGS = {"html": ".svg", "docx": ".svg", "tex": ".pdf", "pdf": ".pdf"}
# Dots per inch of the pictures in a DOCX, and the widest that fits its text, in cm.
DPI, WIDEST = 220, 16.0
FORMATS = ("html", "docx", "tex", "pdf")
# 2000-01-01: the clock of the machine must not reach a file.
EPOCH = 946684800
_DATA = Path(str(resources.files("framing"))).joinpath("data", "paper")
_READER = "markdown+table_attributes"
# By ending, what pandoc calls the format.
_BIBLIOGRAPHIES = {".bib": "biblatex", ".json": "csljson", ".yaml": "yaml"}
_NO_CITATION = re.compile(r"(?:Citeproc: )?citation (.+) not found")


def _with_page(document: str) -> str:
    start, end = document.index("<w:sectPr"), document.index("</w:sectPr>")
    return document[:start] + _SECTION + document[end + len("</w:sectPr>") :]


def _with_footer(relations: str) -> str:
    footer = f'<Relationship Type="{_RELATIONS}/footer" Id="rId90" Target="footer1.xml"/>'
    return relations.replace("</Relationships>", footer + "</Relationships>")


def _with_type(types: str) -> str:
    footer = f'<Override PartName="/word/footer1.xml" ContentType="{_FOOTER_TYPE}"/>'
    return types.replace("</Types>", footer + "</Types>")


def reference_docx(default: bytes, styles: Path, target: Path) -> None:
    """Write pandoc's reference document with other styles, A4 pages and a page number."""
    changes: dict[str, Callable[[str], str]] = {
        "word/document.xml": _with_page,
        "word/_rels/document.xml.rels": _with_footer,
        "[Content_Types].xml": _with_type,
        "word/styles.xml": lambda _: styles.read_text(encoding="utf-8"),
    }
    with ZipFile(BytesIO(default)) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name).decode("utf-8")
            # Pandoc keeps the times of the entries that it copies: ZipInfo's is 1980.
            new.writestr(ZipInfo(name), changes[name](text) if name in changes else text)
        new.writestr(ZipInfo("word/footer1.xml"), _FOOTER)


def _unsplit(document: str) -> str:
    """Keep each row of a table on one page."""
    rows = document.replace("<w:tr><w:trPr>", "<w:tr><w:trPr><w:cantSplit/>")
    return re.sub("<w:tr>(?!<w:trPr>)", "<w:tr><w:trPr><w:cantSplit/></w:trPr>", rows)


def finish_docx(path: Path) -> None:
    """Keep table rows on one page, and leave out pandoc's copy of the metadata."""
    entries = []
    with ZipFile(path) as old:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "docProps/custom.xml":
                data = _NO_PROPERTIES.encode("utf-8")
            elif info.filename == "word/document.xml":
                data = _unsplit(data.decode("utf-8")).encode("utf-8")
            entries.append((ZipInfo(info.filename, info.date_time), data))
    with ZipFile(path, "w") as new:
        for entry, data in entries:
            new.writestr(entry, data, ZIP_DEFLATED)


def _found(node: Any) -> list[dict[str, Any]]:
    """Return the images of pandoc's tree, in their order."""
    if isinstance(node, dict):
        if node.get("t") == "Image":
            return [node]
        node = list(node.values())
    return [image for part in node for image in _found(part)] if isinstance(node, list) else []


class Pictures:
    """The images of an article as pandoc reads it, which are named without an ending.

    Attributes
    ----------
    names : list of str
        As written in the text, in the order of the text.
    """

    def __init__(self, article: dict[str, Any], folder: Path) -> None:
        self._images = _found(article["blocks"])
        self._folder = folder
        self._given = [list(image["c"][0][2]) for image in self._images]
        self._widths: dict[str, str] = {}
        self.names = [str(image["c"][2][0]) for image in self._images]

    def _path(self, name: str, ending: str) -> Path:
        written = Path(name)
        stem = written.with_suffix("") if written.suffix in {".svg", ".pdf", ".png"} else written
        return self._folder / stem.parent / (stem.name + ending)

    def _paths(self, ending: str) -> list[Path]:
        paths = [self._path(name, ending) for name in self.names]
        missing = [
            f"{name}: no {path.name} in {path.parent}"
            for name, path in zip(self.names, paths, strict=True)
            if not path.is_file()
        ]
        if missing:
            raise InputError(
                "Images of the paper are missing:"
                + itemised(missing)
                + "\nDraw them (make figures) "
                "or mend their names, which stand without an ending."
            )
        return paths

    def rename(self, names: list[str]) -> None:
        """Set the names of the images; a PNG gets the width that it was drawn in."""
        for image, given, name in zip(self._images, self._given, names, strict=True):
            width = self._widths.get(name)
            kept = [pair for pair in given if not (width and pair[0] == "width")]
            image["c"][0][2] = [*kept, ["width", width]] if width else kept
            image["c"][2][0] = name

    def copy(self, room: Path, ending: str) -> list[str]:
        """Copy the images to a folder under names that tell nothing of this machine."""
        names = []
        for number, path in enumerate(self._paths(ending), 1):
            names.append(f"image-{number}{ending}")
            shutil.copyfile(path, room / names[-1])
        return names

    def relative(self, folder: Path, ending: str) -> list[str]:
        """Return the paths of the images as seen from a folder."""
        paths = self._paths(ending)
        try:
            return [Path(os.path.relpath(path, folder)).as_posix() for path in paths]
        except ValueError:
            raise InputError(
                f"{self._folder} and {folder} lie on two drives, so that LaTeX cannot refer to the "
                "images by a relative path. Put both on one drive."
            ) from None

    def draw(self, room: Path, ending: str) -> list[str]:
        """Draw the images as PNG in a folder; they keep their width where the page has it."""
        import typst

        names = self.copy(room, ending)
        for number, (given, name) in enumerate(zip(self._given, names, strict=True), 1):
            page = room / "picture.typ"
            page.write_text(
                f'#set page(width: auto, height: auto, margin: 0pt)\n#image("{name}")\n',
                encoding="utf-8",
            )
            drawn: Any = typst.compile(
                str(page), root=str(room), format="png", ppi=DPI, ignore_system_fonts=True
            )
            names[number - 1] = f"image-{number}.png"
            (room / names[number - 1]).write_bytes(drawn)
            width = min(int.from_bytes(drawn[16:20], "big") / DPI * 2.54, WIDEST)
            share = dict(given).get("width", "")
            if share.endswith("%"):
                width = WIDEST * float(share[:-1]) / 100
            self._widths[names[number - 1]] = f"{width:.2f}cm"
        return names


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
