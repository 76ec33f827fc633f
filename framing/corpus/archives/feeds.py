"""Feeds: the entries of RSS and Atom, and of exports of WordPress, which have their form."""

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax import SAXException

from framing._core.installing import need
from framing.corpus.archives.articles import Article, FileArticles, reading
from framing.corpus.archives.element_texts import html_paragraphs, string_paragraphs
from framing.corpus.archives.facts import iso_date, language_code, whole_number
from framing.corpus.columns import is_part, is_usual, plain

# The root of a feed, after the lines of XML.
_ROOT = re.compile(
    rb"(?:\s|\xef\xbb\xbf|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*"
    rb"<(?:rss|channel|(?:\w+:)?(?:feed|RDF))[\s>]",
    re.DOTALL | re.IGNORECASE,
)
_ENTRY = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
# Elements of programs that hold the text, the fullest first, and what others state.
_FULL = ("encoded", "content", "fulltext", "body", "text")
_ROLES = ("text", "title", "source", "date", "byline")
# Names of the parser for what feeds state themselves.
_OF_FEEDS = frozenset(
    ("title", "summary", "link", "id", "published", "created", "updated", "author", "language")
)
_HTML = ("text/html", "application/xhtml+xml")
# What WordPress keeps as entries and is no page or post.
_NO_POSTS = re.compile(
    r"attachment|revision|nav_menu_item|custom\w*|oembed_cache|user_request|wp_\w+"
)
# ... and Blogger, beside posts.
_NO_BLOG_POSTS = frozenset(("comment", "settings", "template", "page"))
# Marks of WordPress for pictures and the like: [gallery ids="1,2"], [caption …]…[/caption].
_SHORTCODE = re.compile(
    r"\[/?(?:caption|gallery|embed|audio|video|playlist|toc|more|contact-form(?:-7)?|vc_\w+|et_pb_\w+)"
    r"(?:\s[^\[\]]*)?/?\]|\[/?[a-z][\w-]*(?:\s+[\w-]+=(?:\"[^\"]*\"|'[^']*'|[^\s\]]+))+\s*/?\]"
)
_CLOSED = re.compile(r"\[(?P<name>[a-z][\w-]*)\](?P<inner>[^\[\]]*)\[/(?P=name)\]")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|<!\[CDATA\[|&[a-zA-Z#0-9]+;")


def is_feed(data: bytes) -> bool:
    """Return whether an XML file is a feed, also one that is damaged."""
    return _ROOT.match(data) is not None and _ENTRY.search(data) is not None


def read_feed(data: bytes, where: str) -> FileArticles:
    """Return the entries of a feed. One that has a title only has it as text, with a doubt."""
    feedparser = need("feedparser", where)
    # The parser would take a str for an address; nothing here reads from the network.
    found = feedparser.parse(io.BytesIO(data), resolve_relative_uris=False, sanitize_html=False)
    channel = _line(found.feed.get("title")) or None
    language = found.feed.get("language") or ""
    # An entry of Atom without an author has that of the feed (RFC 4287, 4.2.1).
    desk = found.feed.get("author") if str(found.version).startswith("atom") else None
    articles = [
        _article(entry, number, channel, language, desk)
        for number, entry in enumerate(found.entries, start=1)
    ]
    notes = [f"{where}: each entry of the feed is an article."]
    read = reading("XML", articles, where, notes=notes)
    fault = found.get("bozo_exception")
    if not isinstance(fault, SAXException):
        return read
    doubt = f"the XML of this feed is damaged ({fault}); compare its entries with the original"
    last = read.articles[-1]
    last = replace(last, doubts=(*last.doubts, f"{last.place}: {doubt}"))
    return replace(read, articles=[*read.articles[:-1], last])


def _article(
    entry: Mapping[str, Any], number: int, channel: str | None, language: str, desk: str | None
) -> Article:
    """Return the article of an entry."""
    # The parser answers for names that an entry does not have, with a warning.
    stated = dict(entry)
    further = _further(stated)
    text = _text(stated, further)
    title = _line(stated.get("title") or further.get("title"))
    url = stated.get("link") or further.get("url") or further.get("weburl")
    source = _line((stated.get("source") or {}).get("title") or further.get("source")) or channel
    if url and channel and channel.startswith("Google Alert"):
        # The feed names the search, and its addresses lead through Google to those of the papers.
        target = parse_qs(urlsplit(url).query).get("url")
        url = target[0] if target else url
        source = (urlsplit(url).hostname or "").removeprefix("www.") or channel
    tags = [tag for tag in stated.get("tags") or [] if tag.get("term")]
    kinds = [tag["term"].rpartition("#")[2] for tag in tags if "kind#" in tag["term"]]
    kind = further.get("posttype", "")
    blog_kind = next(iter(kinds), stated.get("blogger_type") or "").lower()
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
        status = further.get("status", "")
        if status in ("draft", "pending", "private", "trash", "auto-draft"):
            doubts.append(f"article {number}: it was not published (status {status!r})")
    names = [person["name"] for person in stated.get("authors") or [] if person.get("name")]
    sections = [tag for tag in tags if "kind#" not in tag["term"]]
    # Of WordPress a category, and not a tag.
    sections.sort(key=lambda tag: tag.get("scheme") != "category")
    section = sections[0] if sections else {}
    length = further.get("wordcount")
    spoken = [part.get("language") for part in stated.get("content") or []]
    return Article(
        text,
        title or None,
        source,
        _date(stated, further),
        _line(section.get("label") or section.get("term")) or None,
        "; ".join(dict.fromkeys(names))
        or stated.get("author")
        or further.get("byline")
        or further.get("creator")
        or desk,
        whole_number(length) if length else None,
        language_code(stated.get("language") or next(filter(None, spoken), "") or language),
        url,
        f"article {number}",
        tuple(doubts),
    )


def _further(stated: Mapping[str, Any]) -> dict[str, str]:
    """Return what elements that are not those of feeds state, by their names and their roles."""
    found: dict[str, str] = {}
    for key, value in stated.items():
        if not isinstance(value, str) or key in _OF_FEEDS or key.startswith("excerpt_"):
            continue
        # The parser puts the prefix of its space before the name of an element.
        for name in dict.fromkeys((plain(key), plain(key.partition("_")[2]))):
            found.setdefault(name, value)
            for role in _ROLES:
                if name and is_usual(name, role):
                    found.setdefault("part" if is_part(name) else role, value)
    return found


def _text(stated: Mapping[str, Any], further: Mapping[str, str]) -> str:
    """Return the text of an entry, the longest where it has several; or else a part of it."""
    # The parser takes a second description for the content, such as that of a picture.
    parts = [*(stated.get("content") or []), stated.get("summary_detail") or {}]
    texts = [_read(part.get("value") or "", part.get("type") or "") for part in parts]
    texts += [_read(further.get(name, "")) for name in (*_FULL, "text")]
    return max(texts, key=len) or _read(further.get("part", ""))


def _read(value: str, kind: str = "") -> str:
    """Return a value of a feed as text: of HTML, what a reader sees of it."""
    if kind in _HTML:
        tags = re.search(r"<[a-zA-Z/!]", value)
        parts = html_paragraphs(value) if tags else string_paragraphs(unescape(value))
    else:
        parts = string_paragraphs(value)
    return "\n\n".join(parts)


def _date(stated: Mapping[str, Any], further: Mapping[str, str]) -> str | None:
    """Return the day of an entry; a feed may say only when it was changed."""
    named = (stated.get(name) for name in ("published", "created"))
    days = [*named, further.get("postdate"), further.get("date"), stated.get("updated")]
    stated_days = [str(day) for day in days if day]
    year = further.get("year", "")
    for day in stated_days:
        if read := iso_date(day) or iso_date(f"{day} {year}"):
            return read
    moment = stated.get("published_parsed") or stated.get("updated_parsed")
    if moment:
        return "-".join(f"{part:02}" for part in moment[:3])
    return iso_date(year) or next(iter(stated_days), None)


def _line(value: str | None) -> str:
    """Return a value as one line, without marks of HTML."""
    value = value or ""
    if _MARKUP.search(value):
        value = " ".join(html_paragraphs(value))
    return " ".join(value.split())


def _without_shortcodes(text: str) -> str:
    """Return a text without the marks of WordPress; what stands between two of them stays."""
    text = _CLOSED.sub(r"\g<inner>", _SHORTCODE.sub("", text))
    return re.sub(r"[^\S\n]*\n[^\S\n]*\n\s*", "\n\n", text).strip()
