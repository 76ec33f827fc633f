"""Documents: the paragraphs of Word, OpenDocument, RTF and PDF files."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

from framing._core.checks import InputError
from framing._core.installing import need
from framing.corpus.archives.markup import tidy, xml_tree
from framing.corpus.archives.page_columns import boxes_of, find_columns, text_by_columns

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
PICTURES = (f"{W}drawing", f"{W}pict", f"{W}object")
ODF_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
ODF_NOTE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}annotation"
# What was deleted, what is hidden, and remarks of readers.
ODF_UNSEEN = (
    f"{ODF_TEXT}tracked-changes", f"{ODF_TEXT}hidden-text", f"{ODF_TEXT}hidden-paragraph", ODF_NOTE,
)  # fmt: skip
# A line of a PDF that ends a sentence ends a paragraph if it is shorter than this share of a line.
FULL = 0.85


@dataclass(frozen=True)
class Paragraphs:
    """The paragraphs of a document, blank ones included, and the first one that is a heading."""

    texts: list[str]
    heading: str | None = None


def docx_paragraphs(data: bytes, where: str) -> Paragraphs:
    """Return the paragraphs of a Word file, those in tables and text boxes included.

    A footnote or an endnote stands after the paragraph that it belongs to.
    """
    docx = need("docx", where)
    try:
        document = docx.Document(io.BytesIO(data))
        body = document.element.body
    except Exception as error:
        raise InputError(
            f"{where}: this Word file cannot be read ({type(error).__name__}: {error}). Open it "
            "in a word processor and save it as .docx again."
        ) from None
    texts: list[str] = []
    heading = None
    styles = document.styles.element.iter(f"{W}style")
    unseen = {style.get(f"{W}styleId") for style in styles if _vanishes(style)}
    notes = _docx_notes(document, where)
    for paragraph in body.iter(f"{W}p"):
        if any(parent.tag == FALLBACK for parent in paragraph.iterancestors()):
            continue
        text = tidy(_docx_text(paragraph, unseen))
        if not text and next(paragraph.iter(*PICTURES), None) is not None:
            # A picture is no blank line, which would part what stands before and after it.
            continue
        texts.append(text)
        if heading is None and text:
            heading = text if _is_heading(paragraph, document) else ""
        for note in _notes_at(paragraph, notes, unseen):
            parts = [tidy(_docx_text(part, unseen)) for part in note.iter(f"{W}p")]
            texts += [part for part in parts if part]
    return Paragraphs(texts, heading or None)


def _docx_notes(document: Any, where: str) -> dict[tuple[str, str | None], Any]:
    """Return the footnotes and endnotes of a Word file, by the mark that refers to one."""
    found = {}
    for relation in document.part.rels.values():
        name = relation.reltype.rpartition("/")[2]
        if name not in ("footnotes", "endnotes") or relation.is_external:
            continue
        kind = name.removesuffix("s")
        for note in xml_tree(relation.target_part.blob, where).iter(f"{W}{kind}"):
            # Lines above the notes of a page are kept as notes of a type.
            if note.get(f"{W}type", "normal") == "normal":
                found[f"{W}{kind}Reference", note.get(f"{W}id")] = note
    return found


def _notes_at(
    paragraph: Any, notes: dict[tuple[str, str | None], Any], unseen: set[str | None]
) -> list[Any]:
    """Return the notes whose marks stand in a paragraph, where readers see these."""
    marks = paragraph.iter(*{tag for tag, _ in notes}) if notes else ()
    return [
        notes[mark.tag, mark.get(f"{W}id")]
        for mark in marks
        if (mark.tag, mark.get(f"{W}id")) in notes
        and next(mark.iterancestors(f"{W}p"), None) is paragraph
        and next(mark.iterancestors(f"{W}moveFrom", f"{W}del"), None) is None
        and not _is_unseen(mark.getparent(), unseen)
    ]


def _is_heading(paragraph: Any, document: Any) -> bool:
    """Return whether the style of a paragraph is that of a title or of a first heading."""
    named = paragraph.find(f"{W}pPr/{W}pStyle")
    if named is None:
        return False
    for style in document.styles.element.iter(f"{W}style"):
        if style.get(f"{W}styleId") == named.get(f"{W}val"):
            name = style.find(f"{W}name")
            return name is not None and bool(
                re.match(r"(?i)title|heading 1\b", name.get(f"{W}val") or "")
            )
    return False


def _vanishes(element: Any) -> bool:
    """Return whether a run of text, or a style, is hidden."""
    mark = element.find(f"{W}rPr/{W}vanish")
    return mark is not None and mark.get(f"{W}val", "1") not in ("0", "false", "off")


def _is_unseen(run: Any, styles: set[str | None]) -> bool:
    """Return whether a run of text is hidden; ``styles`` are those that hide."""
    if run.find(f"{W}rPr/{W}vanish") is not None:
        return _vanishes(run)
    named = [run.find(f"{W}rPr/{W}rStyle")]
    named += [parent.find(f"{W}pPr/{W}pStyle") for parent in run.iterancestors(f"{W}p")][:1]
    return any(style is not None and style.get(f"{W}val") in styles for style in named)


def _docx_text(paragraph: Any, unseen: set[str | None]) -> str:
    """Return the text of a paragraph, without that of paragraphs in its text boxes.

    What is hidden is not text; ``unseen`` are the styles that hide.
    """
    pieces = []
    for element in paragraph.iter(f"{W}t", f"{W}tab", f"{W}br", f"{W}cr", f"{W}noBreakHyphen"):
        near = next(element.iterancestors(f"{W}p"), None)
        # Where changes are tracked, a text that was moved stands in both places.
        gone = next(element.iterancestors(f"{W}moveFrom", f"{W}del"), None)
        if near is not paragraph or gone is not None:
            continue
        run = element.getparent()
        if run.tag == f"{W}r" and _is_unseen(run, unseen):
            continue
        if element.tag == f"{W}t":
            pieces.append(element.text or "")
        elif element.tag == f"{W}noBreakHyphen":
            pieces.append("-")
        elif element.tag == f"{W}tab":
            # A tab stop in the settings of the paragraph is no tab in its text.
            pieces.append("\t" if element.getparent().tag == f"{W}r" else "")
        else:
            pieces.append("\n")
    return "".join(pieces)


def odt_paragraphs(data: bytes, where: str) -> Paragraphs:
    """Return the paragraphs of an OpenDocument text."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            content = archive.read("content.xml")
    except (zipfile.BadZipFile, KeyError, RuntimeError, zlib.error) as error:
        raise InputError(
            f"{where}: this OpenDocument file cannot be read ({error}). Open it in a word "
            "processor and save it as .odt or .docx again."
        ) from None
    root = xml_tree(content, where)
    texts, heading = [], None
    for element in root.iter(f"{ODF_TEXT}p", f"{ODF_TEXT}h"):
        if next(element.iterancestors(*ODF_UNSEEN), None) is not None:
            continue
        text = tidy(_odt_text(element))
        texts.append(text)
        if heading is None and text:
            heading = text if element.tag == f"{ODF_TEXT}h" else ""
    return Paragraphs(texts, heading or None)


def _odt_text(element: Any) -> str:
    """Return the text of an element of an OpenDocument text."""
    pieces = [element.text or ""]
    for child in element:
        name = str(child.tag).removeprefix(ODF_TEXT)
        if name in ("line-break", "tab", "s"):
            pieces.append({"line-break": "\n", "tab": "\t", "s": " "}[name])
        elif name not in ("note", "p", "h") and child.tag not in ODF_UNSEEN:
            pieces.append(_odt_text(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def rtf_paragraphs(data: bytes, where: str) -> Paragraphs:
    """Return the paragraphs of an RTF file; a footnote stands after its paragraph."""
    striprtf = need("striprtf.striprtf", where)
    page = re.search(rb"\\ansicpg(\d+)", data)
    macintosh = re.match(rb"\s*\{\\rtf1?\s*\\mac\b", data) is not None
    codepage = f"cp{page[1].decode()}" if page else "mac_roman" if macintosh else "cp1252"
    try:
        source = data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            source = data.decode(codepage, "replace")
        except LookupError:
            source = data.decode("cp1252", "replace")
    source = _with_notes_below(_without_hidden(source))
    # The addresses of links are not part of the text; without this word they stay out of it.
    source = source.replace("HYPERLINK", "LINK")
    try:
        plain = "mac_roman" if macintosh and not page else "cp1252"
        text = striprtf.rtf_to_text(source, encoding=plain, errors="replace")
    except Exception as error:
        raise InputError(
            f"{where}: this RTF file cannot be read ({error}). Open it in a word processor and "
            "save it as .docx."
        ) from None
    # Characters outside the basic plane are written as two halves.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    texts = [tidy(line) for line in text.replace("\x0c", "\n").split("\n")]
    if not any(texts):
        raise InputError(
            f"{where}: this RTF file has no text. Open it in a word processor; if you see text, "
            "save it as .docx."
        )
    return Paragraphs(texts)


# A word of RTF, a character in hexadecimal digits, another sign, a bracket, or text.
_RTF = re.compile(
    r"\\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,10})? ?|\\'[0-9a-f]{2}|\\[^a-z]|[{}]|[^\\{}]+",
    re.IGNORECASE | re.DOTALL,
)
# Words that hide what follows, up to the same word with 0 or the end of the group.
_HIDING = frozenset(("v", "deleted"))


def _without_hidden(source: str) -> str:
    """Return RTF without the text that is hidden, or was deleted while changes were tracked."""
    if not re.search(r"\\(?:v|deleted)(?![a-z])", source):
        return source
    pieces: list[str] = []
    outer: list[frozenset[str]] = []
    hiding: frozenset[str] = frozenset()
    position = 0
    while match := _RTF.match(source, position):
        position, piece, word = match.end(), match[0], match["word"]
        if piece == "{":
            outer.append(hiding)
        elif piece == "}":
            hiding = outer.pop() if outer else frozenset()
        elif word in _HIDING:
            hiding = hiding - {word} if match["number"] == "0" else hiding | {word}
        elif word == "plain":
            hiding = frozenset()
        elif word == "bin":
            # So many signs follow that are no RTF.
            position += int(match["number"] or 0)
            piece += source[match.end() : position]
        elif hiding and (word is None or word == "u"):
            continue
        pieces.append(piece)
    return "".join(pieces) + source[position:]


_NOTE = re.compile(r"\{\s*(?:\\\*\s*)?\\footnote(?![a-z]) ?")


def _with_notes_below(source: str) -> str:
    """Return RTF whose footnotes and endnotes are paragraphs below the one they belong to."""
    if not _NOTE.search(source):
        return source
    pieces: list[str] = []
    notes: list[str] = []
    # The depth of brackets, and where the note begins in which the words stand, and at what depth.
    depth, outer, begin = 0, 0, -1
    position = 0
    while match := _RTF.match(source, position):
        opened = _NOTE.match(source, position) if begin < 0 and match[0] == "{" else None
        position, piece, word = match.end(), match[0], match["word"]
        depth += (piece == "{") - (piece == "}")
        if opened:
            outer, position = depth, opened.end()
            begin = position
        elif begin >= 0 and depth < outer:
            notes.append(f"\\par {{{source[begin : match.start()]}}}")
            begin = -1
        elif word == "bin":
            # So many signs follow that are no RTF.
            position += int(match["number"] or 0)
            pieces += [source[match.start() : position]] if begin < 0 else []
        elif begin < 0:
            if notes and (word in ("par", "sect", "cell", "row") or depth == 0):
                pieces += notes
                notes = []
            pieces.append(piece)
    return "".join(pieces) + (source[position:] if begin < 0 else f"\\par {{{source[begin:]}")


_BRACES = re.compile(rb"\\[\\{}]|[{}]")


def is_open_rtf(data: bytes) -> bool:
    """Return whether more groups of an RTF file are opened than closed, as where it is cut."""
    if b"\\bin" in data:
        # Pictures in bytes hold brackets of any number.
        return not data.rstrip(b"\0\r\n\t ").endswith(b"}")
    signs = _BRACES.findall(data)
    return signs.count(b"{") > signs.count(b"}")


@dataclass(frozen=True)
class Pages:
    """The lines of each page of a PDF file, and how pages with columns were read.

    ``by_columns`` are the numbers of pages that were read column by column, ``across`` of those
    whose lines cross columns, since no clear gutter parts them.
    """

    lines: list[list[str]]
    by_columns: list[int]
    across: list[int]


def pdf_pages(data: bytes, where: str) -> Pages:
    """Return the lines of each page of a PDF file."""
    pdfium = need("pypdfium2", where)
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower()
        remedy = "Save it without its password." if locked else "Open it and save it again."
        raise InputError(f"{where}: this PDF file cannot be read ({error}). {remedy}") from None
    pages = Pages([], [], [])
    try:
        for number, page in enumerate(document, start=1):
            textpage = page.get_textpage()
            columns, crossed = find_columns(textpage, boxes_of(textpage))
            if columns:
                pages.by_columns.append(number)
                text = text_by_columns(textpage, columns)
            else:
                text = textpage.get_text_bounded()
                pages.across.extend([number] if crossed else [])
            # pdfium marks a hyphen at the end of a line with U+FFFE or U+0002.
            text = re.sub("[\ufffe\x02]\r?\n?", "", text)
            pages.lines.append([line.strip() for line in text.replace("\r", "").split("\n")])
            page.close()
    finally:
        document.close()
    if not any(line for page in pages.lines for line in page):
        raise InputError(
            f"{where}: this PDF file holds pictures of pages and no text. Recognise the text "
            "first (OCR), for example with ocrmypdf, and read the new file."
        )
    return pages


def without_margins(pages: list[list[str]]) -> list[str]:
    """Return the lines of all pages without running heads and page numbers."""
    counts: dict[str, int] = {}
    for page in pages:
        lines = [line for line in page if line]
        for line in {*lines[:2], *lines[-2:]}:
            key = re.sub(r"\d+", "0", line)
            counts[key] = counts.get(key, 0) + 1
    kept: list[str] = []
    for page in pages:
        lines = [line for line in page if line]
        for number, line in enumerate(lines):
            edge = number < 2 or number >= len(lines) - 2
            repeated = counts.get(re.sub(r"\d+", "0", line), 0) >= max(3, len(pages) * 0.6)
            if re.fullmatch(r"(?i)(?:page|seite|p\.)?\s*\d+(?:\s*(?:of|von|de|/)\s*\d+)?", line):
                if edge:
                    continue
            elif (edge and repeated and len(pages) > 2) or (
                len(pages) == 2 and number in (0, len(lines) - 1) and _is_head(line, pages, number)
            ):
                continue
            kept.append(line)
    return kept


def _is_head(line: str, pages: list[list[str]], number: int) -> bool:
    """Return whether the first or last line of one of two pages is that of the other one too."""
    edges = [[line for line in page if line] for page in pages]
    if not all(edges) or len(line) > 80 or re.search(r"[.!?:;,][\"'”’»)]*$", line):
        return False
    keys = {re.sub(r"\d+", "0", lines[0 if number == 0 else -1]) for lines in edges}
    return keys == {re.sub(r"\d+", "0", line)}


def parted(lines: list[str]) -> list[str]:
    """Return the paragraphs of the lines of a text: parted by blank lines, or else by lines."""
    if all(lines):
        # Lines that were broken at a width do not end as paragraphs do.
        ended = sum(re.search(r"[.!?:…][\"'”’»)]*$", line) is not None for line in lines)
        return lines if 2 * ended > len(lines) else unwrapped(lines)
    parts = "\n".join(lines).split("\n\n")
    return [" ".join(part.split()) for part in parts if part.strip()]


def unwrapped(lines: list[str]) -> list[str]:
    """Return paragraphs of lines that were broken to fit a width.

    A paragraph ends at a blank line, or at a short line that ends a sentence or stands before a
    new one. A word that was divided at the end of a line is joined.
    """
    widths = sorted(len(line) for line in lines if line)
    if not widths:
        return []
    full = widths[int(len(widths) * 0.9)] * FULL
    paragraphs: list[str] = []
    open_paragraph = False
    for line in lines:
        if not line:
            open_paragraph = False
            continue
        if open_paragraph:
            paragraphs[-1] = _joined(paragraphs[-1], line)
        else:
            paragraphs.append(line)
        open_paragraph = len(line) >= full or not re.search(r"[.!?:…][\"'”’»)\]]*$", line)
        if len(line) < full / 2 and not re.search(r"[,;\w-]$", line):
            open_paragraph = False
    return paragraphs


def _joined(before: str, line: str) -> str:
    """Return two lines as one; a word divided by a hyphen is one word again."""
    if re.search(r"[^\W\d_]-$", before) and re.match(r"[^\W\d_]", line) and line[0].islower():
        return before[:-1] + line
    return f"{before} {line}"
