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
        yield _stated(line) or " ".join(_words(line)) + _hyphen(line)
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


def _words(line: Any) -> list[str]:
    """Return the words of a line: of ALTO in attributes, of PAGE XML as text.

    A word that is cut at the end of a line of ALTO stands whole where it begins, if ALTO says so.
    """
    words = [
        element.get("CONTENT") or "" if local(element) == "String" else _stated(element)
        for element in line
        if local(element) in ("String", "Word")
    ]
    before = line.getprevious()
    if before is not None and _cut_word(before):
        words = words[1:]
    if whole := _cut_word(line):
        words[-1] = whole
    return [word for word in words if word]


def _cut_word(line: Any) -> str:
    """Return the word that is cut between a line of ALTO and the next one, "" where none is."""
    following = line.getnext()
    ends = [child for child in line if local(child) == "String"][-1:]
    begins = [] if following is None else list(following)
    begins = [child for child in begins if local(child) == "String"][:1]
    if not ends or not begins:
        return ""
    parts = [word.get("SUBS_TYPE") for word in (*ends, *begins)]
    whole = {word.get("SUBS_CONTENT") or "" for word in (*ends, *begins)}
    return whole.pop() if parts == ["HypPart1", "HypPart2"] and len(whole) == 1 else ""


def _hyphen(line: Any) -> str:
    """Return the hyphen at the end of a line of ALTO, "" where there is none."""
    if _cut_word(line):
        return ""
    return next((child.get("CONTENT") or "-" for child in line if local(child) == "HYP"), "")
