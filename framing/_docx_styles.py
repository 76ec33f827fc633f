"""The DOCX: the document that pandoc takes its styles and page from, and what it leaves undone."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

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
