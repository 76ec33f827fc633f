"""Markup: HTML and XML as trees, and the blocks of text in a tree."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from html.entities import html5
from typing import Any

from framing._core.checks import InputError
from framing._core.installing import need

# Elements that begin a new block of text, and those whose text is not shown.
_BLOCKS = """
address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption
figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main nav ol p pre section
summary table tbody td text tfoot th thead tr ul
"""
_HIDDEN = """
script style head title noscript template svg select option button input textarea
"""
BLOCKS, HIDDEN = frozenset(_BLOCKS.split()), frozenset(_HIDDEN.split())
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_BLANKS = re.compile(r"[ \t\xa0]+")
_SPACES = re.compile(r"[ \t\r\f\v\xa0]*\n[ \t\r\f\v\xa0]*")

# A link behind the last sentence of a summary, which is no text of the article.
_READ_ON = re.compile(
    r"\W*(?:(?:continue|keep) reading|read (?:more|full (?:story|article)|"
    r"the (?:full|rest)\b.{0,30})|weiterlesen|mehr lesen|lire la suite|"
    r"(?:seguir|continuar?) (?:leyendo|lendo)|leer más|"
    r"leia mais|(?:leggi|continua a leggere)(?: tutto)?|lees (?:meer|verder)|läs mer|les mer|"
    r"læs mere|czytaj (?:więcej|dalej)|читать (?:далее|полностью)|читати далі)\W*",
    re.IGNORECASE,
)

# Where a page begins and ends.
_BEGIN, _END = re.compile(rb"(?i)<html\b"), re.compile(rb"(?i)</html\s*>")
_ENDS = re.compile(rb"(?i)</(?:html|body)\s*>")

# The parsers drop what lies deeper than 256 elements. Boxes that only hold others are taken out.
_BOX = re.compile(rb"<(/?)(div|span|font|section|center|blockquote)\b[^>]*>", re.IGNORECASE)
_DEEPEST = 150


def without_nests(page: bytes) -> bytes:
    """Return a page without its boxes, where these lie deeper in each other than parsers read."""
    depth = deepest = 0
    for box in _BOX.finditer(page):
        depth = max(0, depth - 1) if box[1] else depth + 1
        deepest = max(deepest, depth)
    if deepest <= _DEEPEST:
        return page
    return _BOX.sub(lambda box: b"" if box[2].lower() in (b"span", b"font") else b"<br>", page)


def html_tree(data: bytes, where: str) -> Any:
    """Return the root of an HTML file. Its encoding is the declared one, UTF-8 or Windows-1252."""
    html = need("lxml.html", where)
    etree = need("lxml.etree", where)
    encoding = html_encoding(data)
    # Byte 0 ends a text for the parser; a declared encoding no longer holds.
    if encoding == "utf-8" and _is_utf8(data):
        content = data.removeprefix(BOM_UTF8).replace(b"\0", b"")
    else:
        text = data.decode(encoding, "replace").removeprefix("\ufeff").replace("\0", "")
        content = text.encode("utf-8", "replace")
        # A large page takes as much room as its tree.
        del text
    if not content.strip():
        raise InputError(f"{where}: this HTML file is empty. Save the page again.")
    if len(ends := list(_END.finditer(content))) > len(_BEGIN.findall(content)):
        # What follows an end that belongs to no beginning is lost to the parser.
        last = ends[-1].start()
        content = _ENDS.sub(b"", content[:last]) + content[last:]
    content = without_nests(content)
    try:
        parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
        return html.document_fromstring(content, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise InputError(
            f"{where}: this HTML file cannot be read ({error}). Save the page again."
        ) from None


def xml_tree(data: bytes, where: str) -> Any:
    """Return the root of an XML file. Only entities that the file itself explains are resolved.

    Those of HTML, such as &eacute;, are read without an explanation.
    """
    etree = need("lxml.etree", where)
    declared = set(re.findall(rb"<!ENTITY\s+(\w+)", data))
    outside = re.search(rb"<!ENTITY[^>]*\s(?:SYSTEM|PUBLIC)\s", data) is not None
    parser = etree.XMLParser(
        resolve_entities=False if outside else "internal",
        no_network=True,
        remove_comments=True,
        encoding="utf-8" if _is_utf8(data) and not data.isascii() else None,
    )

    def of_html(match: "re.Match[bytes]") -> bytes:
        name = match[1].decode()
        known = match[1] not in declared and name not in ("amp", "lt", "gt", "quot", "apos")
        found = html5.get(f"{name};") if known else None
        return "".join(f"&#{ord(sign)};" for sign in found).encode() if found else match[0]

    try:
        return etree.fromstring(_ENTITY.sub(of_html, data.lstrip()), parser=parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(f"{where}: this XML file cannot be read ({error}).") from None


def _is_utf8(data: bytes) -> bool:
    """Return whether bytes are UTF-8, whatever the first line declares."""
    try:
        return data.isascii() or bool(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def html_encoding(data: bytes) -> str:
    """Return the encoding of an HTML file: by its byte-order mark, UTF-8 if it fits, declared."""
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if data.startswith(mark):
            return name
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        declared = re.search(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", data[:4096], re.IGNORECASE)
        name = declared[1].decode("ascii", "replace").lower() if declared else "windows-1252"
        if name in ("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii", "utf-8", "utf8"):
            # Browsers read these as Windows-1252, which has the quotation marks.
            return "windows-1252"
        try:
            "".encode(name)
        except LookupError:
            return "windows-1252"
        return name
    return "utf-8"


def blocks(element: Any) -> list[str]:
    """Return the blocks of text of an element, without blank ones; a line break is a line end."""
    found: list[str] = []
    pieces: list[str] = []
    _collect(element, pieces, found, False)
    _close(pieces, found)
    return found


def _close(pieces: list[str], found: list[str]) -> None:
    """Add the block of the pieces so far, if it is not blank: a page is not held in pieces."""
    if pieces and (text := tidy("".join(pieces).replace("\1", "\n"))):
        found.append(text)
    pieces.clear()


def _collect(element: Any, pieces: list[str], found: list[str], plain: bool) -> None:
    """Add the text of an element, in which \\1 stands for a line break."""
    tag = element.tag if isinstance(element.tag, str) else None
    if tag is not None and tag not in HIDDEN:
        plain = plain or tag == "pre"
        if tag == "br":
            pieces.append("\1")
        elif tag in BLOCKS or (tag == "a" and _READ_ON.fullmatch(element.text or "")):
            _close(pieces, found)
        if element.text:
            pieces.append(_flat(element.text, plain))
        for child in element:
            _collect(child, pieces, found, plain)
            if child.tail:
                pieces.append(_flat(child.tail, plain))
        if tag in BLOCKS:
            _close(pieces, found)


def _flat(text: str, plain: bool) -> str:
    """Return text with its line ends as spaces; those of preformatted text stay."""
    return text.replace("\n", "\1") if plain else re.sub(r"\s+", " ", text)


def tidy(text: str) -> str:
    """Return text without spaces at the ends of lines, with single spaces."""
    text = _BLANKS.sub(" ", text.replace("\u200b", "").replace("\ufeff", ""))
    return (_SPACES.sub("\n", text) if "\n" in text else text).strip()


def text_of(element: Any) -> str:
    """Return the text of an element as one line."""
    return " ".join(" ".join(blocks(element)).split())


def classes(element: Any) -> list[str]:
    """Return the classes of an element."""
    return (element.get("class") or "").split() if isinstance(element.tag, str) else []


def with_class(root: Any, *names: str) -> Iterator[Any]:
    """Yield the elements that have one of these classes, whatever their case."""
    wanted = {name.casefold() for name in names}
    for element in root.iter():
        if wanted & {name.casefold() for name in classes(element)}:
            yield element
