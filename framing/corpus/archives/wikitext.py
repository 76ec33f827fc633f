"""Wikitext: the pages of an export of MediaWiki (Wikinews, Wikipedia) as articles."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from framing._core.installing import need
from framing.corpus.archives.articles import Article, FileArticles, reading
from framing.corpus.archives.element_texts import local
from framing.corpus.archives.facts import iso_date
from framing.corpus.archives.markup import tidy

# Links of pictures and categories, in the languages of large wikis, and links to other ones.
_FILES = (
    "file|image|category|datei|bild|kategorie|fichier|catégorie|archivo|imagen|categoría|immagine|"
    "categoria|ficheiro|imagem|bestand|afbeelding|categorie|plik|kategoria|файл|категория|fil|media"
)
_ASIDE = re.compile(rf"\s*:?(?:{_FILES})\s*:", re.IGNORECASE)
_OTHER_WIKI = re.compile(r"[a-z]{2,3}(?:-[a-z]+)?:(?=\S)")
# Headings of what stands below an article.
_BELOW_WORDS = """
source, sources, reference, references, external links, external link, see also, related news,
related articles, related stories, notes, further reading, sister links, bibliography, quelle,
quellen, einzelnachweise, weblinks, siehe auch, literatur, themenverwandte artikel, liens externes,
voir aussi, références, articles connexes, notes et références, fuente, fuentes, enlaces externos,
véase también, referencias, fonti, collegamenti esterni, voci correlate, note, fonte, fontes,
ligações externas, ver também, referências, bron, bronnen, externe links, źródło, źródła,
linki zewnętrzne, источник, источники, ссылки, примечания, källa, källor, se även
"""
_BELOW = frozenset(re.split(r",\s+", _BELOW_WORDS.strip()))
# Templates that stand for a link or a word: their last value is what a reader sees.
_SHOWN = frozenset(("w", "wikipedia", "wp", "lang", "nowrap", "l", "link", "small", "nobr", "abbr"))
_DATED = frozenset(("date", "datum", "fecha", "data", "дата", "dateline", "publicationdate"))
_REDIRECT = re.compile(r"\s*#[^\W\d_]+\s*:?\s*\[\[")
# Elements that are no part of the text.
_UNSEEN = frozenset(
    ("gallery", "hr", "imagemap", "math", "ref", "references", "score", "table", "timeline")
)


def is_wiki(root: Any) -> bool:
    """Return whether the root of an XML file is that of an export of MediaWiki."""
    return local(root) == "mediawiki"


def read_wiki(root: Any, where: str) -> FileArticles:
    """Return the pages of a wiki in their last revision; the day is that which the page states.

    Pages of talk, of templates and the like, and redirects are left out.
    """
    parser = need("mwparserfromhell", where)
    site = next((one.text for one in root.iter() if local(one) == "sitename"), None)
    articles: list[Article] = []
    left_out: list[tuple[str, str]] = []
    for number, page in enumerate((one for one in root if local(one) == "page"), start=1):
        title, space = _value(page, "title"), _value(page, "ns") or "0"
        revisions = [one for one in page if local(one) == "revision"]
        written = (_value(revisions[-1], "text") if revisions else None) or ""
        moved = any(local(one) == "redirect" for one in page) or _REDIRECT.match(written)
        place = f"page {number}"
        if space != "0" or moved:
            kind = "a redirect" if moved else f"a page of the namespace {space}, no article"
            left_out.append((place, f"{title!r} is {kind}"))
            continue
        parsed = parser.parse(written)
        day = _day(parsed) or (_value(revisions[0], "timestamp") if revisions else None)
        text = text_of_page(parsed)
        articles.append(Article(text, title, site, day, place=place, number=number))
    found = reading("wiki", articles, where)
    numbers = [one.number for one in articles if one.text]
    numbered = [
        replace(one, number=number) for one, number in zip(found.articles, numbers, strict=True)
    ]
    return FileArticles("wiki", numbered, [*left_out, *found.left_out], found.notes)


def _value(element: Any, name: str) -> str | None:
    """Return the text of the first element of a name inside another."""
    return next((one.text for one in element if local(one) == name and one.text), None)


def _day(page: Any) -> str | None:
    """Return the day that a page states in a template: {{date|March 4, 2025}}."""
    for template in page.filter_templates():
        if str(template.name).strip().casefold() in _DATED:
            values = [str(value.value).strip() for value in template.params]
            for value in (" ".join(values), *values):
                if day := iso_date(value):
                    return day
    return None


def text_of_page(page: Any) -> str:
    """Return what a reader sees of the text of an article in wikitext, without what is below it.

    That are its sections of sources and links, up to the next heading of their level.
    """
    pieces: list[str] = []
    below = 0
    for node in page.nodes:
        level = getattr(node, "level", 0)
        if level:
            heading = " ".join(_seen(node.title).split())
            if heading.strip(" :").casefold() in _BELOW:
                below = below or level
            elif not below or level <= below:
                below = 0
                pieces.append(f"\n\n{heading}\n\n")
        elif not below:
            pieces.append(_seen_of(node))
    text = re.sub(r"__[A-Z]+__", "", "".join(pieces))
    # A line end alone is a space.
    text = re.sub(r"(?<!\n)\n(?!\s*\n)", " ", re.sub(r"(?m)[ \t]+$", "", text))
    parts = (tidy(part) for part in re.split(r"\n\s*\n", text))
    return "\n\n".join(part.replace("\1", "\n").strip() for part in parts if part.strip("\1"))


def _seen(code: Any) -> str:
    """Return what a reader sees of wikitext."""
    return "".join(map(_seen_of, code.nodes)) if code is not None else ""


def _seen_of(node: Any) -> str:
    """Return what a reader sees of a node of wikitext; \\1 stands for a line break."""
    return _SEEN.get(type(node).__name__, lambda _: "")(node)


def _seen_of_template(node: Any) -> str:
    values = [value.value for value in node.params if not value.showkey]
    shown = str(node.name).strip().casefold() in _SHOWN and values
    return _seen(values[-1]).strip() if shown else ""


def _seen_of_link(node: Any) -> str:
    target = str(node.title).strip()
    if _ASIDE.match(target) or (node.text is None and _OTHER_WIKI.match(target)):
        return ""
    return _seen(node.text).strip() or target.lstrip(":").rpartition(":")[2]


def _seen_of_tag(node: Any) -> str:
    name = str(node.tag).strip().casefold()
    if name in ("li", "dt", "dd") and node.wiki_markup:
        return "\n\n"
    if name in _UNSEEN:
        return ""
    if name == "br":
        return "\1"
    return str(node.contents or "") if name == "nowiki" else _seen(node.contents)


# What a reader sees of each kind of node that the parser knows; nothing of others.
_SEEN: dict[str, Callable[[Any], str]] = {
    "ExternalLink": lambda node: _seen(node.title) if node.brackets else str(node.url),
    "HTMLEntity": lambda node: str(node.normalize()),
    "Heading": lambda node: _seen(node.title),
    "Tag": _seen_of_tag,
    "Template": _seen_of_template,
    # Marks that are never closed show nothing.
    "Text": lambda node: re.sub("'{2,5}", "", str(node.value)),
    "Wikilink": _seen_of_link,
}
