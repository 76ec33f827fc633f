"""Elements: articles in XML files and feeds, by the usual names of their elements."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from framing.corpus.archives.articles import Article, FileArticles, reading
from framing.corpus.archives.facts import iso_date, language_code, whole_number
from framing.corpus.archives.markup import blocks, html_tree, text_of
from framing.corpus.columns import is_usual

_ROLES = ("title", "source", "date", "section", "byline", "language", "url")
# Elements of feeds that hold the text, the fullest first, and names of addresses.
# In feeds these names have a meaning of their own: <dc:creator>, and <updated> where no day of
# publication is given.
_OF_FEEDS = {"creator": "byline", "category": "section"}
_ENTRIES = ("item", "entry")
_FULL, _ADDRESS = ("encoded", "content", "fulltext", "body", "text"), ("url", "link", "weburl")


def _local(element: Any) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def read_elements(root: Any, where: str) -> FileArticles | None:
    """Return the articles of an XML file; None where no element has a text and a title or source.

    An article is an element with elements below it that have usual names for the text and for
    something else, such as title and body.
    """
    groups: dict[str, list[Any]] = {}
    for element in root.iter():
        names = {_local(child) for child in element.iterdescendants()}
        known = {role for role in ("text", *_ROLES) for name in names if _is_role(name, role)}
        if "text" in known and len(known) > 1:
            groups.setdefault(_local(element), []).append(element)
    feed = _local(root) in ("rss", "feed", "RDF")
    if feed:
        # An entry of a feed may have a title only.
        for entry in _ENTRIES:
            elements = [element for element in root.iter() if _local(element) == entry]
            if elements:
                groups = {entry: elements}
    if not groups:
        return None
    # The most frequent element, and of several the one that is furthest inside.
    name = max(groups, key=lambda name: (len(groups[name]), _depth(groups[name][0])))
    channel = next((_line(child) for child in root.iter() if _local(child) == "title"), None)
    articles = [
        _article(element, number, channel if feed else None, feed=feed)
        for number, element in enumerate(groups[name], start=1)
    ]
    notes = [f"{where}: each element {name!r} is an article."]
    return reading("XML", articles, where, notes=notes)


def _is_role(name: str, role: str) -> bool:
    return name in _ADDRESS if role == "url" else is_usual(name, role)


def _depth(element: Any) -> int:
    return sum(1 for _ in element.iterancestors())


def _line(element: Any) -> str | None:
    return " ".join("".join(element.itertext()).split()) or None


def _article(element: Any, number: int, channel: str | None, *, feed: bool) -> Article:
    """Return the article of an element."""
    facts: dict[str, str] = {}
    texts: dict[str, str] = {}
    year = updated = ""
    for child in element.iterdescendants():
        name, value = _local(child), _line(child)
        if feed and name == "link" and child.get("rel", "alternate") == "alternate":
            value = value or child.get("href")
        if not value:
            continue
        if name == "updated":
            updated = value
        if feed and name in _OF_FEEDS:
            facts.setdefault(_OF_FEEDS[name], value)
        if is_usual(name, "text") or (feed and name in _FULL):
            texts.setdefault(name, _paragraphs(child))
        if name == "year":
            year = value
        for role in _ROLES:
            if _is_role(name, role) and not (role == "title" and is_usual(name, "text")):
                facts.setdefault(role, value)
    named = [texts[name] for name in _FULL if name in texts]
    # A feed may say only when an article was changed.
    day = facts.get("date", year) or updated
    title = facts.get("title")
    if title and re.search(r"</?[a-z]+>|&[a-z#0-9]+;", title):
        page = html_tree(f"<html><body>{title}</body></html>".encode(), "")
        title = " ".join(text_of(page).split())
    url = facts.get("url")
    if url and channel and channel.startswith("Google Alert"):
        # The feed names the search, and its addresses lead through Google to those of the papers.
        target = parse_qs(urlsplit(url).query).get("url")
        url = target[0] if target else url
        channel = (urlsplit(url).hostname or "").removeprefix("www.") or channel
    date = iso_date(day) or iso_date(f"{day} {year}")
    text = named[0] if named else max(texts.values(), key=len, default="")
    doubts: tuple[str, ...] = ()
    if feed and title and not text:
        text, doubts = title, (f"article {number}: there is no text; the text is the title",)
    length = next((_line(child) for child in element.iter() if _local(child) == "wordcount"), None)
    return Article(
        text,
        title,
        facts.get("source") or channel,
        date or day or None,
        facts.get("section"),
        facts.get("byline"),
        whole_number(length) if length else None,
        language_code(facts.get("language", "")),
        url,
        f"article {number}",
        doubts,
    )


def _paragraphs(element: Any) -> str:
    """Return the text of an element, a blank line between its paragraphs; HTML in it is read."""
    inner = [child for child in element.iter() if _local(child) in ("p", "para", "paragraph")]
    if inner:
        return "\n\n".join(line for child in inner if (line := _line(child)))
    text = "".join(element.itertext()).strip()
    if re.search(r"<(?:p|br|div)\b", text):
        return "\n\n".join(blocks(html_tree(f"<html><body>{text}</body></html>".encode(), "")))
    return text
