"""Texts of elements: the paragraphs of an element of XML, and of HTML that stands in it as text."""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from framing.corpus.archives.markup import blocks, html_tree, tidy
from framing.corpus.archives.typesetting import without_codes

# Elements inside a paragraph, in XHTML, NITF, TEI, JATS and others.
_WITHIN_WORDS = """
a abbr abbrev acronym b bdi bdo big bold bq-source choice chron cite code corr del em emph emphasis
event expan ext-link font foreign frac function hi hlink i img ins ital italic kbd link location
mark mentioned money name num object.title org orgname persname person placename postaddr pronounce
q quote ref reg rs s sc seg-w sic small soCalled span strike strong style styled sub sup term time
tok token tt underline virtloc w wbr xref
"""
_WITHIN = frozenset(_WITHIN_WORDS.split())
# Of these a space parts one from the next.
_APART = frozenset(("s", "w", "tok", "token"))
# Elements that are a paragraph wherever they stand, and whose line ends are spaces.
_PARAGRAPH_WORDS = "p para paragraph absatz al alinea ab lg l h1 h2 h3 h4 li"
PARAGRAPHS = frozenset(_PARAGRAPH_WORDS.split())
_BLOCK_WORDS = "div block blockquote section sec list table tr head"
_BLOCKS = PARAGRAPHS | frozenset(_BLOCK_WORDS.split())
_BREAKS = frozenset(("br", "lb", "break", "linebreak"))
# Elements that are no part of a text: pictures with what stands under them, remarks of readers.
_ASIDE_WORDS = """
audio captions comment comments commentlist copyright copyrightnotice footnotes graphic image images
link links media metadata mediagroup multimedia nav photo photos picture pictures related
relatedarticles relatedlinks rights rightsinfo teiheader body.head body.end thumbnail video
kinesic vocal incident stage kommentar
"""
ASIDE = frozenset(_ASIDE_WORDS.split())
# In the minutes of the Bundestag a speaker's name stands in elements too, before the line with it.
_HIDDEN = frozenset(("script", "noscript", "template", "svg", "redner"))
# HTML that an XML file holds as text.
_HTML = re.compile(
    r"</?(?:html|body|p|br|div|a|b|i|em|strong|font|span|ul|ol|li|h[1-6]|img|table|blockquote|"
    r"figure|section|hr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
# Marks of XML around a text, which are no text where a program escaped them.
_CDATA = re.compile(r"(?:<|&lt;)!\[CDATA\[|\]\](?:>|&gt;)")
_ESCAPED = re.compile(
    r"&lt;/?(?:p|br|div|a|font|span|b|i|em|strong|img)\b[^<>]*?&gt;", re.IGNORECASE
)


_SPACES = re.compile(r"\s+")


def local(element: Any) -> str:
    """Return the name of an element without its namespace; "" for comments and the like."""
    tag = element.tag
    return _without_namespace(tag) if isinstance(tag, str) else ""


# The names of elements come again and again.
@lru_cache(maxsize=10_000)
def _without_namespace(tag: str) -> str:
    return tag.rpartition("}")[2]


def line_of(element: Any) -> str | None:
    """Return the text of an element as one line; None where it has none."""
    return " ".join("".join(element.itertext()).split()) or None


def paragraphs(element: Any, skip: Collection[Any] = ()) -> list[str]:
    """Return the paragraphs of an element, without those of the elements to skip.

    Elements beside each other are paragraphs of their own, unless text stands between them. HTML
    that stands in the element as text is read.
    """
    pieces: list[str] = []
    _collect(element, pieces, skip, outer=True)
    return string_paragraphs("".join(pieces))


def string_paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text, which may be HTML; \\0 parts them, \\1 breaks lines."""
    text = _CDATA.sub("", text)
    if _HTML.search(text) or _ESCAPED.search(text):
        return html_paragraphs(text.replace("\0", "\n\n").replace("\1", "\n"))
    parts = re.split(r"\0|\n[^\S\n]*\n", without_codes(text.replace("\1", "\n")))
    return [tidied for part in parts if (tidied := tidy(part))]


def html_paragraphs(text: str, rounds: int = 2) -> list[str]:
    """Return the paragraphs of HTML; blank lines part them where it has no elements for them."""
    text = _CDATA.sub("", text)
    if not re.search(r"<p[\s>]", text, re.IGNORECASE):
        text = re.sub(r"\n[^\S\n]*\n\s*", "\n<p>", text.strip())
    found = blocks(html_tree(f"<html><body>{text}</body></html>".encode(), ""))
    joined = "\n\n".join(found)
    # Some programs escape what is escaped already.
    if rounds > 1 and _HTML.search(joined):
        return html_paragraphs(joined, rounds - 1)
    return [tidied for part in found if (tidied := tidy(without_codes(part)))]


def _collect(
    element: Any, pieces: list[str], skip: Collection[Any], *, outer: bool = False
) -> None:
    """Add the text of an element; \\0 stands between paragraphs, \\1 for a line break."""
    if not len(element):
        pieces.append(_flat(element.text, outer or local(element).lower() not in _BLOCKS))
        return
    mixed = bool((element.text or "").strip()) or any((c.tail or "").strip() for c in element)
    plain = (outer or local(element).lower() not in _BLOCKS) and all(
        _is_within(local(child).lower(), mixed) for child in element
    )
    pieces.append(_flat(element.text, plain))
    for child in element:
        name = local(child).lower()
        if child in skip or not is_shown(child) or (name in ASIDE and not mixed):
            pieces.append("\0")
        elif not name:
            # An entity that the file does not explain stays as it is; comments are no text.
            pieces.append(child.text or "" if type(child).__name__ == "_Entity" else "")
        elif name in _BREAKS:
            pieces.append("\1")
        else:
            edge = "" if _is_within(name, mixed) else "\0"
            pieces.append(edge)
            _collect(child, pieces, skip)
            pieces.append(edge or (" " if name in _APART else ""))
        pieces.append(_flat(child.tail, plain))


def is_shown(element: Any) -> bool:
    """Return whether readers see the text of an element: no script, head of a page or comments."""
    name = local(element).lower()
    if element.get("type") == "comments" or name in _HIDDEN:
        return False
    if name == "head" and any(local(child).lower() in ("title", "meta") for child in element):
        return False
    if name in ("header", "nav") and "xhtml" in str(element.tag):
        # What stands above the text of a page inside an article.
        beside = element.getparent()
        return beside is None or all(
            local(child) in ("header", "nav", "footer") for child in beside
        )
    # EndNote and others write the look of a passage as an element of this name.
    return not (name == "style" and "{" in (element.text or ""))


def _is_within(name: str, mixed: bool) -> bool:
    """Return whether an element of this name is a part of the paragraph around it."""
    if name in _BLOCKS:
        return False
    return mixed or not name or name in _WITHIN or name in _BREAKS


def _flat(text: str | None, plain: bool) -> str:
    """Return text with its line ends as spaces; those of an element without paragraphs stay."""
    return text or "" if plain or not text else _SPACES.sub(" ", text)
