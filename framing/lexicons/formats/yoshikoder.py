"""Yoshikoder dictionaries (.ykd): categories (cnode) and patterns (pnode) in XML."""

import re
from io import StringIO
from xml.etree import ElementTree
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_external_ges
from xml.sax.xmlreader import AttributesImpl, InputSource, Locator

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from framing._core.checks import InputError
from framing.lexicons.foreign import Content, FileEntry, Format, Note, Reading, number

_ENCODING = re.compile(rb"\s*<\?xml[^>]*encoding\s*=\s*[\"']([\w.-]+)")
_PLAIN = re.compile(r"[\w\s'’-]+")


def declared_encoding(data: bytes, where: str) -> str:
    """Return the encoding that an XML file declares, UTF-8 where it declares none."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    declaration = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    encoding = declaration[1].decode() if declaration else "utf-8"
    try:
        "".encode(encoding)
    except LookupError:
        raise InputError(
            f"{where}, line 1: the file declares the encoding {encoding!r}, which is not "
            "known. Give the right one, for example encoding='cp1252'."
        ) from None
    return encoding


class _Handler(ContentHandler):
    """Collects categories and patterns while the XML is parsed."""

    def __init__(self) -> None:
        super().__init__()
        self.locator: Locator | None = None
        self.root = ""
        self.is_regexp = False
        self.above: list[tuple[str, str]] = []
        self.tops: list[tuple[str, str]] = []
        self.patterns: list[tuple[tuple[str, ...], str, float, int]] = []
        self.categories: dict[tuple[str, ...], str] = {}
        self.notes: list[Note] = []

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802
        """Keep the locator, which gives line numbers."""
        self.locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        """Collect a category or a pattern."""
        line = (self.locator.getLineNumber() if self.locator else 0) or 0
        self.root = self.root or name
        title = " ".join((attrs.get("name") or "").split())
        if name == "dictionary":
            self.is_regexp = attrs.get("patternengine") == "regexp"
        elif name == "cnode":
            if not self.above:
                self.tops.append((title, attrs.get("desc") or ""))
            self.above.append((title, name))
            self.categories.setdefault(self._path(), attrs.get("desc") or "")
        elif name == "pnode":
            self._pattern(title, attrs.get("score"), line)
        else:
            self.notes.append(Note(line, f"<{name}> is not known; left out."))

    def endElement(self, name: str) -> None:  # noqa: N802
        """Leave a category."""
        if name == "cnode":
            self.above.pop()

    def _path(self) -> tuple[str, ...]:
        """Return the path to the current category."""
        return tuple(title for title, _ in self.above)

    def _pattern(self, term: str, score: str | None, line: int) -> None:
        """Collect a pattern, or a note where it cannot be used."""
        weight = 1.0 if score is None else number(score)
        if self.is_regexp and not _PLAIN.fullmatch(term):
            self.notes.append(Note(line, f"{term!r} is a regular expression; left out."))
        elif weight is None:
            self.notes.append(Note(line, f"{term!r} has the score {score!r}; left out."))
        else:
            self.patterns.append((self._path(), term, weight, line))


def read(text: str, where: str) -> Reading:
    """Return the content of a Yoshikoder dictionary."""
    handler = _Handler()
    source = InputSource()
    source.setCharacterStream(StringIO(text))
    parser = make_parser()
    parser.setContentHandler(handler)
    parser.setFeature(feature_external_ges, False)
    try:
        parser.parse(source)
    except SAXParseException as error:
        column = (error.getColumnNumber() or 0) + 1
        raise InputError(
            f"{where}, line {error.getLineNumber()}, column {column}: this is not XML "
            f"({error.getMessage()})."
        ) from None
    except DefusedXmlException as error:
        raise InputError(
            f"{where}: this file declares entities or refers to other files "
            f"({type(error).__name__}). A dictionary does not need them, and such a file is not "
            "read for safety. Remove them."
        ) from None
    if handler.root != "dictionary":
        raise InputError(
            f"{where}: this is not a Yoshikoder dictionary: its outermost element is "
            f"<{handler.root}>, not <dictionary>."
        )
    return _reading(handler)


def _reading(handler: _Handler) -> Reading:
    """Return the content; a single top category is the dictionary itself."""
    # Yoshikoder writes a dictionary as one category, which has its name.
    only = len(handler.tops) == 1

    def frame(way: tuple[str, ...]) -> str:
        """Return the name of a frame, without the top category where there is only one."""
        return ".".join(way[1:] if only and len(way) > 1 else way)

    entries = [
        FileEntry(frame(way), term, weight, line) for way, term, weight, line in handler.patterns
    ]
    used = {entry.frame for entry in entries}
    frames = {
        frame(way): description
        for way, description in handler.categories.items()
        if not only or len(way) > 1 or frame(way) in used
    }
    title, description = handler.tops[0] if only else ("", "")
    return Reading(entries, frames, handler.notes, title, description)


def render(content: Content) -> str:
    """Return the text of a Yoshikoder dictionary."""
    dictionary = ElementTree.Element("dictionary", style="050805", patternengine="substring")
    root = ElementTree.SubElement(dictionary, "cnode", name=content.name, desc=content.description)
    nodes: dict[tuple[str, ...], ElementTree.Element] = {(): root}
    for frame, path in content.ways.items():
        for depth in range(1, len(path) + 1):
            if path[:depth] not in nodes:
                parent = nodes[path[: depth - 1]]
                nodes[path[:depth]] = ElementTree.SubElement(
                    parent, "cnode", name=path[depth - 1], desc=""
                )
        nodes[path].set("desc", content.frames[frame])
        for pattern, weight in content.of(frame):
            node = ElementTree.SubElement(nodes[path], "pnode", name=pattern)
            if weight != 1:
                node.set("score", repr(weight))
    ElementTree.indent(dictionary, "\t")
    body = ElementTree.tostring(dictionary, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


YOSHIKODER = Format("Yoshikoder", read, render, weights=True, described=True)
