"""Europresse: exports as HTML, in the older layout with tables and in the newer one."""

import re
from collections.abc import Sequence
from typing import Any

from framing.corpus.archives.articles import Article, FileArticles, reading
from framing.corpus.archives.facts import date_in, is_rights, language_code, word_count
from framing.corpus.archives.markup import blocks, classes, text_of, with_class

EXPECTED = ("title", "source", "date")
SOURCE = ("DocPublicationName", "rdp__DocPublicationName")
# The first one holds the title alone; the second one may hold a kicker above it, too.
TITLE = ("titreArticleVisu", "titreArticle", "grandTitre", "rdp__articletitle")
TEXT = ("docOcurrContainer", "docOccurrContainer", "DocText", "doc-content")
AUTHORS = ("docAuthors", "sm-margin-bottomNews", "DocAuthors")
_NUMBER = re.compile(
    r"(?:num[ée]ro de document|document number|n[úu]mero de documento|dokumentnummer)"
    r"|(?:news|web|bio)[·•.]\d{8}[·•.]",
    re.IGNORECASE,
)
# What leads to the article in the web.
_APPEARED = re.compile(
    r"(?:Cet article est paru dans|This article (?:was published|appeared) (?:in|on)|"
    r"Dieser Artikel ist erschienen in|Este artículo (?:apareció|se publicó) en) .{1,80}$"
)
_WEEKDAY = re.compile(
    r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|monday|tuesday|wednesday|thursday|"
    r"friday|saturday|sunday|lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bado|domingo|montag|"
    r"dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\W*$",
    re.IGNORECASE,
)


def europresse_elements(root: Any) -> list[Any]:
    """Return the elements of an HTML page that hold an article of Europresse."""
    if not any(True for _ in with_class(root, *SOURCE)):
        return []
    articles = [element for element in root.iter("article") if _one(element, SOURCE) is not None]
    if articles:
        return articles
    cells: list[Any] = []
    for source in with_class(root, *SOURCE):
        cell = next(
            (parent for parent in source.iterancestors() if parent.tag in ("td", "div", "body")),
            None,
        )
        # The widest element that holds this publication and no other.
        while cell is not None and cell.getparent() is not None:
            parent = cell.getparent()
            if sum(1 for _ in with_class(parent, *SOURCE)) > 1 or parent.tag in ("body", "html"):
                break
            cell = parent
        if cell is not None and all(cell is not other for other in cells):
            cells.append(cell)
    return cells


def read_europresse(elements: Sequence[Any], where: str) -> FileArticles:
    """Return the articles in the elements of an HTML page."""
    articles = [
        _newer(element, number) if element.tag == "article" else _older(element, number)
        for number, element in enumerate(elements, start=1)
    ]
    return reading("Europresse", articles, where, expected=EXPECTED)


def _one(element: Any, names: Sequence[str]) -> Any:
    """Return the first element with the first of these classes that occurs."""
    for name in names:
        for found in with_class(element, name):
            if text_of(found):
                return found
    return None


def _head(element: Any) -> dict[str, Any]:
    """Return what the head of an article states: source, date, section, length, title."""
    facts: dict[str, Any] = {}
    source = _one(element, SOURCE)
    if source is not None:
        name = (blocks(source) or [""])[0].split("\n")[0]
        # The number of the issue follows the name: "La Croix, no. 43018".
        name = re.sub(r",\s*(?:n[o°º]\.?|vol\.?|num[ée]ro)\s*\S.*$", "", name, flags=re.IGNORECASE)
        facts["source"] = name.strip()
    lines = [text_of(part) for part in with_class(element, "DocHeader")]
    if not lines:
        # The day may stand below the name of the newspaper, beside the name of its edition.
        editions = (part.getparent() for part in with_class(element, "DocTitreSousSection"))
        lines = [text_of(part).rpartition("•")[2] for part in editions]
    header = " ".join(line for line in lines if line)
    if header:
        facts["length"] = word_count(header)
        start = _date_start(header)
        if start is not None:
            facts["date"] = date_in(header[start:][:120])
            section = _WEEKDAY.sub("", header[:start]).strip(" ,;|-–")
            facts["section"] = section or None
        else:
            facts["undated"] = header
    title = _one(element, TITLE)
    if title is None:
        title = next((part for part in element.iter() if _is_title(part)), None)
    facts["title"] = text_of(title) if title is not None else None
    return facts


def _is_title(element: Any) -> bool:
    """Return whether an element is a title by the beginning of its class."""
    named = any(name.casefold().startswith("titrearticle") for name in classes(element))
    return named and bool(text_of(element))


def _date_start(text: str) -> int | None:
    """Return where the date begins in a line with a section before it and a page after it."""
    best: tuple[int, str] | None = None
    for match in re.finditer(r"\S+", text):
        date = date_in(text[match.start() :][:120])
        # A whole day counts more than a year; of several days the last one is the date.
        if date and (best is None or len(date) >= len(best[1])):
            best = (match.start(), date)
    return best[0] if best else None


def _article(facts: dict[str, Any], text: Sequence[str], number: int) -> Article:
    """Return an article of what was found out about it."""
    place = f"article {number}"
    doubts: tuple[str, ...] = ()
    if facts.get("undated"):
        doubts = (f"{place}: no date was found in {facts['undated'][:80]!r}",)
    return Article(
        "\n\n".join(text),
        facts.get("title") or None,
        facts.get("source") or None,
        facts.get("date"),
        facts.get("section"),
        facts.get("byline"),
        facts.get("length"),
        language_code(facts.get("language") or ""),
        None,
        place,
        doubts,
    )


def _newer(element: Any, number: int) -> Article:
    """Return the article of an element of the newer layout."""
    facts = _head(element)
    facts["language"] = element.get("lang") or ""
    authors = _one(element, AUTHORS)
    if authors is None:
        # The author stands in the element after the title, or after what holds it and a kicker.
        titles = [part for part in element.iter("p") if _is_title(part)]
        holder = titles[0] if titles else None
        while holder is not None and _is_title(holder.getparent()):
            holder = holder.getparent()
        authors = holder.getnext() if holder is not None else None
        if authors is not None and (authors.tag != "div" or not _is_name(text_of(authors))):
            authors = None
    facts["byline"] = (_plain_byline(text_of(authors)) if authors is not None else "") or None
    holder = _one(element, TEXT)
    if holder is None:
        holder = next(
            (part for part in element.iter("section", "div") if part.tag == "section"), element
        )
    text = [block for block in blocks(holder) if not _APPEARED.match(block)]
    if holder is element:
        known = {facts.get("title"), facts.get("source"), facts.get("byline")}
        text = [block for block in text if " ".join(block.split()) not in known]
    return _article(facts, _without_end([" ".join(block.split()) for block in text]), number)


def _plain_byline(text: str) -> str:
    """Return a byline without the word for "by"."""
    return re.sub(r"(?i)^(?:par|by|por|von)\s+", "", text).strip(" ,;")


def _older(element: Any, number: int) -> Article:
    """Return the article of an element of the older layout: the text follows the title."""
    facts = _head(element)
    title = facts.get("title")
    text = [
        piece
        for block in blocks(element)
        for piece in (" ".join(part.split()) for part in re.split(r"\n\s*\n|\n", block))
        if piece
    ]
    start = next((n for n, line in enumerate(text) if title and line == title), None)
    if start is None:
        start = max(
            (n for n, line in enumerate(text[:8]) if date_in(line) or line == facts.get("source")),
            default=-1,
        )
    rest = _without_end(text[start + 1 :])
    if len(rest) > 1 and _is_name(rest[0]):
        facts["byline"] = _plain_byline(rest.pop(0))
    return _article(facts, rest, number)


def _is_name(line: str) -> bool:
    """Return whether a line is rather the name of an author than the first line of the text."""
    words = line.split()
    return len(words) <= 10 and len(line) < 100 and not re.search(r"[.!?:…»\"]\s*$", line)


def _without_end(lines: Sequence[str]) -> list[str]:
    """Return the lines before the copyright notice and the number of the document."""
    lines = [line for line in lines if line]
    for position, line in enumerate(lines):
        if _NUMBER.match(line) or (position >= len(lines) - 12 and is_rights(line)):
            return lines[:position]
    return lines
