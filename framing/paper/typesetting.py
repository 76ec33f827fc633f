"""Typesetting: the paper as HTML, DOCX, LaTeX and PDF, by pandoc and typst."""

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
from framing._core.files import Output, read_text, write_errors

# Parts of a DOCX that replace those of pandoc.
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

# An SVG becomes the same picture on every processor. A PDF may not.
ENDINGS = {"html": ".svg", "docx": ".svg", "tex": ".pdf", "pdf": ".pdf"}
# Dots per inch of the pictures in a DOCX, and the width of its text in cm.
DPI, WIDEST = 220, 16.0
FORMATS = ("html", "docx", "tex", "pdf")
# 2000-01-01. Files do not depend on the clock of the computer.
EPOCH = 946684800
_DATA = Path(str(resources.files("framing"))).joinpath("data", "paper")
_READER = "markdown+table_attributes"
# The names of formats in pandoc, by ending.
_BIBLIOGRAPHIES = {".bib": "biblatex", ".json": "csljson", ".yaml": "yaml"}
_NO_CITATION = re.compile(r"(?:Citeproc: )?citation (.+) not found")


def _with_page(document: str) -> str:
    """Return a document with A4 pages and a footer."""
    start, end = document.index("<w:sectPr"), document.index("</w:sectPr>")
    return document[:start] + _SECTION + document[end + len("</w:sectPr>") :]


def _with_footer(relations: str) -> str:
    """Return the relations of a document with that to its footer."""
    footer = f'<Relationship Type="{_RELATIONS}/footer" Id="rId90" Target="footer1.xml"/>'
    return relations.replace("</Relationships>", footer + "</Relationships>")


def _with_type(types: str) -> str:
    """Return the types of the files in a document with that of the footer."""
    footer = f'<Override PartName="/word/footer1.xml" ContentType="{_FOOTER_TYPE}"/>'
    return types.replace("</Types>", footer + "</Types>")


def reference_docx(default: bytes, styles: Path, target: Path) -> None:
    """Write the reference document of pandoc with other styles, A4 pages and a page number."""
    changes: dict[str, Callable[[str], str]] = {
        "word/document.xml": _with_page,
        "word/_rels/document.xml.rels": _with_footer,
        "[Content_Types].xml": _with_type,
        "word/styles.xml": lambda _: styles.read_text(encoding="utf-8"),
    }
    with ZipFile(BytesIO(default)) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name).decode("utf-8")
            # Pandoc copies the time of each entry. ZipInfo sets it to 1980.
            new.writestr(ZipInfo(name), changes[name](text) if name in changes else text)
        new.writestr(ZipInfo("word/footer1.xml"), _FOOTER)


def _with_whole_rows(document: str) -> str:
    """Return a document in which no row of a table is split across pages."""
    rows = document.replace("<w:tr><w:trPr>", "<w:tr><w:trPr><w:cantSplit/>")
    return re.sub("<w:tr>(?!<w:trPr>)", "<w:tr><w:trPr><w:cantSplit/></w:trPr>", rows)


def finish_docx(path: Path) -> None:
    """Keep each row of a table on one page, and remove the metadata that pandoc copies."""
    entries = []
    with ZipFile(path) as old:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "docProps/custom.xml":
                data = _NO_PROPERTIES.encode("utf-8")
            elif info.filename == "word/document.xml":
                data = _with_whole_rows(data.decode("utf-8")).encode("utf-8")
            entries.append((ZipInfo(info.filename, info.date_time), data))
    with ZipFile(path, "w") as new:
        for entry, data in entries:
            new.writestr(entry, data, ZIP_DEFLATED)


def _image_nodes(node: Any) -> list[dict[str, Any]]:
    """Return the images in the tree of pandoc, in their order."""
    if isinstance(node, dict):
        if node.get("t") == "Image":
            return [node]
        node = list(node.values())
    if not isinstance(node, list):
        return []
    return [image for child in node for image in _image_nodes(child)]


class Pictures:
    """The images of an article that pandoc has read. Their names have no ending.

    Attributes
    ----------
    names : list of str
        The names as in the text, in their order.
    """

    def __init__(self, article: dict[str, Any], folder: Path) -> None:
        self._images = _image_nodes(article["blocks"])
        self._folder = folder
        self._attributes = [list(image["c"][0][2]) for image in self._images]
        self._widths: dict[str, str] = {}
        self.names = [str(image["c"][2][0]) for image in self._images]

    def _path(self, name: str, ending: str) -> Path:
        """Return the file of an image; an ending in its name is replaced."""
        written = Path(name)
        stem = written.with_suffix("") if written.suffix in {".svg", ".pdf", ".png"} else written
        return self._folder / stem.parent / (stem.name + ending)

    def _paths(self, ending: str) -> list[Path]:
        """Return the files of the images. Raise InputError where some are missing."""
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
                "or correct their names, which have no ending."
            )
        return paths

    def rename(self, names: list[str]) -> None:
        """Set the names of the images. A PNG also gets the width in which it was drawn."""
        for image, attributes, name in zip(self._images, self._attributes, names, strict=True):
            width = self._widths.get(name)
            pairs = [pair for pair in attributes if not (width and pair[0] == "width")]
            image["c"][0][2] = [*pairs, ["width", width]] if width else pairs
            image["c"][2][0] = name

    def copy(self, room: Path, ending: str) -> list[str]:
        """Copy the images to a folder, with names that do not depend on the computer."""
        names = []
        for number, path in enumerate(self._paths(ending), 1):
            names.append(f"image-{number}{ending}")
            shutil.copyfile(path, room / names[-1])
        return names

    def relative(self, folder: Path, ending: str) -> list[str]:
        """Return the paths of the images relative to a folder."""
        paths = self._paths(ending)
        try:
            return [Path(os.path.relpath(path, folder)).as_posix() for path in paths]
        except ValueError:
            raise InputError(
                f"{self._folder} and {folder} are on different drives, so LaTeX cannot find the "
                "images by a relative path. Put both on the same drive."
            ) from None

    def draw(self, room: Path, ending: str) -> list[str]:
        """Draw the images as PNG in a folder, at most as wide as the text."""
        import typst

        names = self.copy(room, ending)
        for number, (attributes, name) in enumerate(zip(self._attributes, names, strict=True), 1):
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
            share = dict(attributes).get("width", "")
            if share.endswith("%"):
                width = WIDEST * float(share[:-1]) / 100
            self._widths[names[number - 1]] = f"{width:.2f}cm"
        return names


@dataclass(frozen=True)
class _Workshop:
    """A folder with all files that pandoc and typst read, so that no other path is in the paper."""

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
    ``# Method {#sec:a}`` have numbers; ``@fig:a`` or ``[@fig:a; @fig:b]`` refers to them. From a
    section with the class ``.appendix`` on, sections have letters. ``::: {#refs} :::`` marks the
    position of the references. Metadata: title, subtitle, short-title, author (name, affiliation,
    email, orcid), date, version, abstract, keywords, lang.

    Parameters
    ----------
    markdown
        The paper in the Markdown of pandoc.
    folder, name
        The folder of the files, and their name without an ending. A missing folder is created.
    formats
        Some of ``"html"``, ``"docx"``, ``"tex"`` and ``"pdf"``.
    images
        The folder at which names of images start. The names have no ending: HTML and DOCX take
        the ``.svg``, LaTeX and PDF the ``.pdf``. LaTeX refers to them by a relative path.
    bibliography
        References as BibTeX (``.bib``), CSL JSON (``.json``) or CSL YAML (``.yaml``).

    Returns
    -------
    list of Path
        The files, in the order of ``formats``.

    Raises
    ------
    InputError
        An image, a label or a reference is missing, pandoc or typst have warnings, or they are not
        installed.
    """
    for ending in formats:
        check_choice("formats", ending, FORMATS)
    _check_installed()
    folder, images = Path(folder), Path(images)
    if not Path(bibliography).is_file():
        raise InputError(f"{bibliography}: the bibliography is missing; give a .bib or .json file.")
    with write_errors(folder):
        blocked = folder.exists() and not folder.is_dir()
    if blocked:
        raise InputError(f"{folder} is a file. Give a folder, to which the paper is written.")
    with (
        write_errors(folder / name),
        TemporaryDirectory(prefix="framing-paper-") as temporary,
        Output() as output,
    ):
        workshop = _open_workshop(Path(temporary), markdown, images, Path(bibliography))
        written = []
        for ending in formats:
            file = _WRITERS[ending](workshop, folder)
            target = folder / f"{name}.{ending}"
            output.bytes(target, (workshop.room / file).read_bytes())
            written.append(target)
    return written


def bibliography_keys(path: Path) -> list[str]:
    """Return the keys of the entries in a bibliography, as pandoc reads them.

    Raises
    ------
    InputError
        The file is missing or cannot be read, its ending is not that of BibTeX or CSL (JSON or
        YAML), or pandoc is not installed.
    """
    if path.suffix not in _BIBLIOGRAPHIES:
        raise InputError(
            f"{path}: a bibliography must be a {', '.join(_BIBLIOGRAPHIES)} file. Give such a path."
        )
    text = read_text(path)
    if path.suffix == ".yaml":
        try:
            entries = yaml.safe_load(text)["references"]
        except (yaml.YAMLError, KeyError, TypeError) as error:
            raise InputError(f"{path}: this is not CSL YAML with references ({error}).") from None
    else:
        _check_installed()
        with TemporaryDirectory(prefix="framing-paper-") as room:
            name = f"references{path.suffix}"
            (Path(room) / name).write_text(text, encoding="utf-8")
            read = f"--from={_BIBLIOGRAPHIES[path.suffix]}"
            entries = json.loads(_run(Path(room), [name, read, "--to=csljson"]))
    return [str(entry["id"]) for entry in entries]


def _check_installed() -> None:
    """Raise InputError unless pandoc and typst are installed."""
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
    """Copy the files that pandoc and typst read to a folder, and read the article."""
    for file in _DATA.iterdir():
        shutil.copyfile(file, room / file.name)
    references = f"references{bibliography.suffix}"
    shutil.copyfile(bibliography, room / references)
    (room / "paper.md").write_text(markdown, encoding="utf-8")
    _pandoc(room, ["paper.md", f"--from={_READER}", "--to=json", "--output=read.json"])
    article = json.loads((room / "read.json").read_text(encoding="utf-8"))
    return _Workshop(room, references, Pictures(article, images), article)


def _run(room: Path, arguments: Sequence[str]) -> bytes:
    """Run pandoc in a folder and return its output."""
    import pypandoc

    environment = os.environ | {"SOURCE_DATE_EPOCH": str(EPOCH), "LC_ALL": "C.UTF-8"}
    environment.pop("PANDOC_DATA_DIR", None)
    command = [pypandoc.get_pandoc_path(), "--data-dir=.", *arguments]
    run = subprocess.run(command, cwd=room, env=environment, capture_output=True, check=False)
    if run.returncode:
        raise InputError(f"pandoc stopped: {run.stderr.decode('utf-8', 'replace').strip()}")
    return run.stdout


def _pandoc(room: Path, arguments: Sequence[str]) -> None:
    """Run pandoc in a folder; its warnings are errors."""
    _run(room, ["--log=log.json", *arguments])
    messages = json.loads((room / "log.json").read_text(encoding="utf-8"))
    lines = [_wording(message) for message in messages if message["verbosity"] != "INFO"]
    if lines:
        raise InputError(
            "The paper cannot be typeset:"
            + itemised(list(dict.fromkeys(lines)))
            + "\nCorrect the text."
        )


def _wording(message: dict[str, Any]) -> str:
    """Return a warning of pandoc as a sentence."""
    scripted = message["type"] == "ScriptingWarning"
    text = str(message["message" if scripted else "pretty"])
    missing = _NO_CITATION.fullmatch(text)
    return f"@{missing[1]} is not in the bibliography" if missing else text


def _convert(workshop: _Workshop, writer: str, file: str, *options: str, images: list[str]) -> str:
    """Write the article in a format of pandoc, with these names for its images."""
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
            f"--output={file}",
            *options,
        ],
    )
    return file


def _html(workshop: _Workshop, folder: Path) -> str:
    """Write the paper as HTML that contains its images."""
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
    """Write the paper as LaTeX that refers to the images."""
    names = workshop.pictures.relative(folder, ENDINGS["tex"])
    return _convert(workshop, "latex", "paper.tex", "--template=template.tex", images=names)


def _docx(workshop: _Workshop, folder: Path) -> str:
    """Write the paper as DOCX with drawn images."""
    room = workshop.room
    names = workshop.pictures.draw(room, ENDINGS["docx"])
    default = _run(room, ["--print-default-data-file=reference.docx"])
    reference_docx(default, room / "styles.xml", room / "reference.docx")
    options = ["--template=document.xml", "--reference-doc=reference.docx"]
    file = _convert(workshop, "docx", "paper.docx", *options, images=names)
    finish_docx(room / file)
    return file


def _pdf(workshop: _Workshop, folder: Path) -> str:
    """Write the paper as PDF."""
    import typst

    room = workshop.room
    names = workshop.pictures.copy(room, ENDINGS["pdf"])
    file = _convert(
        workshop, "typst-citations-smart", "paper.typ", "--template=template.typ", images=names
    )
    try:
        _, warnings = typst.compile_with_warnings(
            str(room / file),
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


_WRITERS: dict[str, Callable[[_Workshop, Path], str]] = {
    "html": _html,
    "docx": _docx,
    "tex": _tex,
    "pdf": _pdf,
}
