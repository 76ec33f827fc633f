"""Cleaning: HTML in columns of text, and text that was decoded in the wrong encoding."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape
from html.entities import html5
from typing import Any

from framing._core.installing import need
from framing.corpus.archives.typesetting import without_codes

# Elements after which a new paragraph begins.
_BLOCKS = (
    "p|div|h[1-6]|ul|ol|li|blockquote|figure|figcaption|table|tr|section|article|header|footer|"
    "main|nav|aside|pre|hr|body|html|head|form|dl|dt|dd|title|center"
)
_INLINE = (
    "a|abbr|acronym|address|audio|b|bdi|big|button|canvas|cite|code|data|del|dfn|em|embed|font|i|"
    "iframe|img|input|ins|kbd|label|link|map|mark|meta|noscript|object|option|param|path|picture|"
    "q|s|samp|script|select|small|source|span|strike|strong|style|sub|sup|svg|tbody|thead|"
    "time|tt|u|var|video|wbr"
)
# Elements whose content is no text.
_UNSEEN = re.compile(
    r"<(script|style|noscript)\b[^>]*>.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL
)
# Attributes have a sign =, or are of those that need none: "a<b and c>d" has no tag.
_ATTRIBUTES = (
    r"(?:\s+(?=[^<>]*=|(?:allowfullscreen|async|autoplay|checked|compact|controls|defer|disabled|"
    r"hidden|loop|multiple|muted|noshade|nowrap|open|readonly|required|reversed|selected)\b)[^<>]*)?"
)
_TAG = re.compile(
    rf"</?(?:(?P<block>{_BLOCKS})|(?P<line>br)|(?P<cell>td|th)|{_INLINE})"
    rf"{_ATTRIBUTES}\s*/?>|<!doctype[^<>]*>|<!\[CDATA\[|\]\]>",
    re.IGNORECASE,
)
# Elements of a program's own, such as <ld>…</ld>: none, unless they are opened and closed.
_OWN = re.compile(r"<(/?)([a-z][\w:.-]{0,30})(?:\s[^<>]*)?>", re.IGNORECASE)
# A cell with nothing but <b> or <s> is a sign of its writer's: a tag has something in it.
_LONE = re.compile(r"\s*<[a-oq-z]>\s*").fullmatch
# A text is looked at so often at most.
_ROUNDS = 6
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


@dataclass(frozen=True)
class Cleaned:
    """Texts without HTML, and how many texts, tags and entities changed."""

    texts: Sequence[str | None]
    changed: int
    tags: int
    entities: int


def clean_html(texts: Sequence[str | None]) -> Cleaned:
    """Return texts with HTML tags and entities replaced by what they stand for.

    A paragraph of HTML becomes one with a blank line before the next. A sign < that opens no known
    element, and an & that begins no known entity, stay.
    """
    cleaned = list(texts)
    return clean_in_place(cleaned, range(len(cleaned)))


def clean_in_place(texts: Any, rows: Iterable[int]) -> Cleaned:
    """Do what `clean_html` does to the texts in some rows of a list, which changes."""
    changed = tags = entities = 0
    for row in rows:
        text = texts[row]
        if not isinstance(text, str) or ("<" not in text and "&" not in text):
            continue
        bare, of_tags, of_entities = _bare(text)
        changed += bool(of_tags + of_entities)
        tags += of_tags
        entities += of_entities
        texts[row] = bare
    return Cleaned(texts, changed, tags, entities)


def _bare(text: str) -> tuple[str, int, int]:
    """Return a text without HTML, and the numbers of tags and entities."""
    tags = entities = 0
    if _LONE(text):
        return text, tags, entities
    # Some programs escape what is escaped already: &amp;nbsp; and &lt;p&gt;, or do so repeatedly.
    for _ in range(_ROUNDS):
        text, unseen = _UNSEEN.subn("", text)
        text, own = _without_own(text)
        text, found = _TAG.subn(_of_tag, text)
        found += own
        if found:
            text = re.sub(r"[ \t]*\n[ \t]*(?:\n[ \t]*)+", "\n\n", text).strip()
        text, replaced = _ENTITY.subn(_of_entity, text)
        tags += unseen + found
        entities += replaced
        if not replaced:
            break
    bare = without_codes(text)
    return bare, tags + (bare != text), entities


def _without_own(text: str) -> tuple[str, int]:
    """Return a text without elements that a program invented, and how many tags there were.

    Those beside other tags, or at an end of the text, are paragraphs.
    """
    if "</" not in text:
        return text, 0
    tags = [(match, match[2].casefold()) for match in _OWN.finditer(text)]
    known = {name for match, name in tags if _TAG.fullmatch(match[0])}
    opened = {name for match, name in tags if not match[1]}
    own = {name for match, name in tags if match[1] and name in opened} - known
    if not own:
        return text, 0
    count = 0

    def of_own(match: "re.Match[str]") -> str:
        nonlocal count
        if match[2].casefold() not in own:
            return match[0]
        count += 1
        before = text[: match.start()].rstrip(" \t")[-1:]
        after = text[match.end() :].lstrip(" \t")[:1]
        beside = before in ("", "\n", ">") or after in ("", "\n", "<")
        return "\n\n" if beside else ""

    return _OWN.sub(of_own, text), count


def _of_tag(match: "re.Match[str]") -> str:
    """Return what a tag stands for: a blank line, a line end, a space or nothing."""
    if match["block"]:
        return "\n\n"
    if match["line"]:
        return "\n"
    return " " if match["cell"] else ""


def _of_entity(match: "re.Match[str]") -> str:
    """Return the character of an entity; a name that is none stays."""
    if match[0][1] != "#" and match[0][1:] not in html5:
        return match[0]
    return unescape(match[0])


def repair(texts: Sequence[str], where: str) -> tuple[list[str], int]:
    """Return texts with characters decoded wrongly put right (cafÃ©: café), and how many changed.

    Raise InputError where ftfy of the extra ``archives`` is not installed.
    """
    ftfy = need("ftfy", where)
    repaired = [str(ftfy.fix_encoding(text)) for text in texts]
    return repaired, sum(new != old for new, old in zip(repaired, texts, strict=True))
