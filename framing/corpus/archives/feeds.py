"""Feeds: the entries of RSS and Atom, and of exports of WordPress, which have their form."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from framing.corpus.archives.articles import Article, FileArticles, reading
from framing.corpus.archives.element_texts import html_paragraphs, line_of, local, paragraphs
from framing.corpus.archives.facts import iso_date, language_code, whole_number
from framing.corpus.columns import is_usual

_ROLES = ("title", "source", "date", "section", "byline", "language", "url")
# In feeds these names have a meaning of their own: <dc:creator>, and <updated> where no day of
# publication is given.
_OF_FEEDS = {"creator": "byline", "category": "section"}
_ENTRIES = ("item", "entry")
# Elements that hold the text, the fullest first, and names of addresses.
_FULL, _ADDRESS = ("encoded", "content", "fulltext", "body", "text"), ("url", "link", "weburl")
# What WordPress keeps as entries and is no page or post.
_NO_POSTS = re.compile(
    r"attachment|revision|nav_menu_item|custom\w*|oembed_cache|user_request|wp_\w+"
)
# ... and Blogger, beside posts.
_NO_BLOG_POSTS = frozenset(("comment", "settings", "template", "page"))
# Names in these are those of people.
_PEOPLE = frozenset(("author", "contributor", "creator"))
# Marks of WordPress for pictures and the like: [gallery ids="1,2"], [caption …]…[/caption].
_SHORTCODE = re.compile(
    r"\[/?(?:caption|gallery|embed|audio|video|playlist|toc|more|contact-form(?:-7)?|vc_\w+|et_pb_\w+)"
    r"(?:\s[^\[\]]*)?/?\]|\[/?[a-z][\w-]*(?:\s+[\w-]+=(?:\"[^\"]*\"|'[^']*'|[^\s\]]+))+\s*/?\]"
)
_CLOSED = re.compile(r"\[(?P<name>[a-z][\w-]*)\](?P<inner>[^\[\]]*)\[/(?P=name)\]")


def is_feed(root: Any) -> bool:
    """Return whether the root of an XML file is that of a feed."""
    return local(root) in ("rss", "feed", "RDF") and any(
        local(element) in _ENTRIES for element in root.iter()
    )


def read_feed(root: Any, where: str) -> FileArticles:
    """Return the entries of a feed. One that has a title only has it as text, with a doubt."""
    name = next(name for name in _ENTRIES if any(local(item) == name for item in root.iter()))
    entries = [element for element in root.iter() if local(element) == name]
    channel = next((line_of(child) for child in root.iter() if local(child) == "title"), None)
    articles = [_article(entry, n, channel) for n, entry in enumerate(entries, start=1)]
    return reading("XML", articles, where, notes=[f"{where}: each element {name!r} is an article."])


def _article(entry: Any, number: int, channel: str | None) -> Article:
    """Return the article of an entry."""
    facts: dict[str, str] = {}
    texts: dict[str, str] = {}
    year = updated = kind = blog_kind = status = ""
    for child in entry.iterdescendants():
        name, value = local(child), line_of(child)
        if name == "link" and child.get("rel", "alternate") == "alternate":
            value = value or child.get("href")
        if name == "category" and "kind#" in (child.get("term") or ""):
            blog_kind = (child.get("term") or "").rpartition("#")[2]
        if not value:
            continue
        if name == "name" and local(child.getparent()) in _PEOPLE:
            facts.setdefault("byline", value)
            continue
        updated = value if name == "updated" else updated
        year = value if name == "year" else year
        kind = value if name == "post_type" else kind
        blog_kind = value.lower() if name == "type" and "/blogger/" in child.tag else blog_kind
        status = value if name == "status" and child.tag.startswith("{http://wordpress") else status
        if name in _OF_FEEDS:
            facts.setdefault(_OF_FEEDS[name], value)
        # WordPress calls excerpts "encoded" too.
        if (is_usual(name, "text") or name in _FULL) and "/excerpt/" not in child.tag:
            texts.setdefault(name, "\n\n".join(paragraphs(child)))
        for role in _ROLES:
            usual = name in _ADDRESS if role == "url" else is_usual(name, role)
            if usual and not (role == "title" and is_usual(name, "text")):
                facts.setdefault(role, value)
    named = [texts[name] for name in _FULL if name in texts]
    text = named[0] if named else max(texts.values(), key=len, default="")
    # A feed may say only when an article was changed.
    day = facts.get("date", year) or updated
    title = facts.get("title")
    if title and re.search(r"</?[a-z]+>|&[a-z#0-9]+;", title):
        title = " ".join(" ".join(html_paragraphs(title)).split())
    url = facts.get("url")
    if url and channel and channel.startswith("Google Alert"):
        # The feed names the search, and its addresses lead through Google to those of the papers.
        target = parse_qs(urlsplit(url).query).get("url")
        url = target[0] if target else url
        channel = (urlsplit(url).hostname or "").removeprefix("www.") or channel
    doubts: list[str] = []
    if kind and _NO_POSTS.fullmatch(kind):
        text = ""
        doubts.append(f"WordPress calls it {kind!r}")
    elif blog_kind in _NO_BLOG_POSTS:
        text = ""
        doubts.append(f"Blogger calls it {blog_kind!r}")
    elif title and not text:
        text = title
        doubts.append(f"article {number}: there is no text; the text is the title")
    if kind:
        text = _without_shortcodes(text)
    if status in ("draft", "pending", "private", "trash", "auto-draft"):
        doubts.append(f"article {number}: it was not published (status {status!r})")
    length = next((line_of(child) for child in entry.iter() if local(child) == "wordcount"), None)
    return Article(
        text,
        title,
        facts.get("source") or channel,
        iso_date(day) or iso_date(f"{day} {year}") or day or None,
        facts.get("section"),
        facts.get("byline"),
        whole_number(length) if length else None,
        language_code(facts.get("language", "")),
        url,
        f"article {number}",
        tuple(doubts),
    )


def _without_shortcodes(text: str) -> str:
    """Return a text without the marks of WordPress; what stands between two of them stays."""
    text = _CLOSED.sub(r"\g<inner>", _SHORTCODE.sub("", text))
    return re.sub(r"[^\S\n]*\n[^\S\n]*\n\s*", "\n\n", text).strip()
