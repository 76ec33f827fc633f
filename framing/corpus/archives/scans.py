"""Scans: the text of a page in ALTO and PAGE XML, which programs that recognise text write."""

from collections.abc import Iterator
from typing import Any

from framing.corpus.archives.articles import Article, FileArticles, reading
from framing.corpus.archives.element_texts import local

# The root of each form.
_FORMS = {"alto": "ALTO", "PcGts": "PAGE XML"}
_BLOCKS = ("TextBlock", "TextRegion")


def is_scan(root: Any) -> bool:
    """Return whether the root of an XML file is that of a scanned page."""
    return local(root) in _FORMS


def read_scan(root: Any, where: str) -> FileArticles:
    """Return the page as one text: a paragraph a block, in the order in which it is to be read.

    The lines of the page stay lines, so that words broken at their ends are joined as elsewhere.
    """
    name = _FORMS[local(root)]
    blocks = [element for element in root.iter() if local(element) in _BLOCKS]
    order = _reading_order(root)
    blocks.sort(key=lambda block: order.get(block.get("id"), len(order)))
    texts = ["\n".join(_lines(block)) for block in blocks]
    text = "\n\n".join(filter(None, texts))
    doubt = (
        f"article 1: {name} holds a page as it was scanned, and not its articles: several articles "
        "of a page are one text"
    )
    return reading(name, [Article(text, doubts=(doubt,))], where)


def _reading_order(root: Any) -> dict[str, int]:
    """Return the position of each block by its identifier, where the page states it."""
    stated = [element for element in root.iter() if local(element).startswith("RegionRef")]
    return {str(element.get("regionRef")): number for number, element in enumerate(stated)}


def _lines(block: Any) -> Iterator[str]:
    """Yield the lines of a block; those of a block inside are left to it."""
    lines = [child for child in block if local(child) == "TextLine"]
    for line in lines:
        yield _stated(line) or " ".join(filter(None, map(_word, line))) + _hyphen(line)
    if not lines and (text := _stated(block)):
        yield text


def _stated(element: Any) -> str:
    """Return the text that PAGE XML states of a line or a region as a whole, the first reading."""
    readings = [child for child in element if local(child) == "TextEquiv"]
    if not readings:
        return ""
    readings.sort(key=lambda child: int(child.get("index") or 0))
    lines = [child for child in readings[0] if local(child) == "Unicode"]
    return "\n".join((line.text or "").strip() for line in lines)


def _word(element: Any) -> str:
    """Return a word of a line: of ALTO in an attribute, of PAGE XML as text."""
    if local(element) == "String":
        return element.get("CONTENT") or ""
    return _stated(element) if local(element) == "Word" else ""


def _hyphen(line: Any) -> str:
    """Return the hyphen at the end of a line of ALTO, "" where there is none."""
    return next((child.get("CONTENT") or "-" for child in line if local(child) == "HYP"), "")
