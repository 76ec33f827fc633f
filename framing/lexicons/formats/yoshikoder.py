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
from framing.lexicons.foreign import Format, Found, Kept, Note, Reading, number

_ENCODING = re.compile(rb"\s*<\?xml[^>]*encoding\s*=\s*[\"']([\w.-]+)")
_PLAIN = re.compile(r"[\w\s'’-]+")


def declared_encoding(data: bytes, where: str) -> str:
    """Return the encoding that an XML file says it has, UTF-8 where it says none."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    found = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    encoding = found[1].decode() if found else "utf-8"
    try:
        "".encode(encoding)
    except LookupError:
        raise InputError(
            f"{where}, line 1: the encoding {encoding!r}, which the file says it has, is not "
            "known. Say which it is: encoding='cp1252'."
        ) from None
    return encoding


class _Handler(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.place: Locator | None = None
        self.root = ""
        self.is_regexp = False
        self.above: list[tuple[str, str]] = []
        self.tops: list[tuple[str, str]] = []
        self.found: list[tuple[tuple[str, ...], str, float, int]] = []
        self.categories: dict[tuple[str, ...], str] = {}
        self.notes: list[Note] = []

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802
        self.place = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        line = (self.place.getLineNumber() if self.place else 0) or 0
        self.root = self.root or name
        title = " ".join((attrs.get("name") or "").split())
        if name == "dictionary":
            self.is_regexp = attrs.get("patternengine") == "regexp"
        elif name == "cnode":
            if not self.above:
                self.tops.append((title, attrs.get("desc") or ""))
            self.above.append((title, name))
            self.categories.setdefault(self._way(), attrs.get("desc") or "")
        elif name == "pnode":
            self._pattern(title, attrs.get("score"), line)
        else:
            self.notes.append(Note(line, f"<{name}> is not known; left out."))

    def endElement(self, name: str) -> None:  # noqa: N802
        if name == "cnode":
            self.above.pop()

    def _way(self) -> tuple[str, ...]:
        return tuple(title for title, _ in self.above)

    def _pattern(self, term: str, score: str | None, line: int) -> None:
        weight = 1.0 if score is None else number(score)
        if self.is_regexp and not _PLAIN.fullmatch(term):
            self.notes.append(Note(line, f"{term!r} is a regular expression; left out."))
        elif weight is None:
            self.notes.append(Note(line, f"{term!r} has the score {score!r}; left out."))
        else:
            self.found.append((self._way(), term, weight, line))


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
            f"{where}: this file declares entities or points to other files "
            f"({type(error).__name__}), which a dictionary has no use for; it is not read."
        ) from None
    if handler.root != "dictionary":
        raise InputError(
            f"{where}: this is no Yoshikoder dictionary: its outermost element is "
            f"<{handler.root}>, not <dictionary>."
        )
    return _reading(handler)


def _reading(handler: _Handler) -> Reading:
    # Yoshikoder keeps a dictionary in one category, which carries its name.
    only = len(handler.tops) == 1

    def frame(way: tuple[str, ...]) -> str:
        return ".".join(way[1:] if only and len(way) > 1 else way)

    entries = [Found(frame(way), term, weight, line) for way, term, weight, line in handler.found]
    used = {entry.frame for entry in entries}
    frames = {
        frame(way): description
        for way, description in handler.categories.items()
        if not only or len(way) > 1 or frame(way) in used
    }
    title, description = handler.tops[0] if only else ("", "")
    return Reading(entries, frames, handler.notes, title, description)


def render(kept: Kept) -> str:
    """Return the text of a Yoshikoder dictionary."""
    dictionary = ElementTree.Element("dictionary", style="050805", patternengine="substring")
    root = ElementTree.SubElement(dictionary, "cnode", name=kept.name, desc=kept.description)
    nodes: dict[tuple[str, ...], ElementTree.Element] = {(): root}
    for frame, way in kept.ways.items():
        for depth in range(1, len(way) + 1):
            if way[:depth] not in nodes:
                above = nodes[way[: depth - 1]]
                nodes[way[:depth]] = ElementTree.SubElement(
                    above, "cnode", name=way[depth - 1], desc=""
                )
        nodes[way].set("desc", kept.frames[frame])
        for pattern, weight in kept.of(frame):
            node = ElementTree.SubElement(nodes[way], "pnode", name=pattern)
            if weight != 1:
                node.set("score", repr(weight))
    ElementTree.indent(dictionary, "\t")
    body = ElementTree.tostring(dictionary, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


YOSHIKODER = Format("Yoshikoder", read, render, weights=True, described=True)
