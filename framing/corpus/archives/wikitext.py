"""Wikitext: the pages of an export of MediaWiki (Wikinews, Wikipedia) as articles."""

import re
from collections.abc import Sequence
from dataclasses import replace
from html import unescape
from typing import Any

from framing.corpus.archives.articles import Article, FileArticles, reading
from framing.corpus.archives.element_texts import local
from framing.corpus.archives.facts import iso_date

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
_HEADING = re.compile(r"(?m)^(={1,6})[ \t]*(.+?)[ \t]*\1[ \t]*(?:<!--.*?-->)?[ \t]*$")
_TEMPLATE = re.compile(r"\{\{((?:[^{}]|\{(?!\{)|\}(?!\}))*)\}\}")
_LINK = re.compile(r"\[\[((?:[^\[\]]|\[(?!\[)|\](?!\]))*)\]\]")
# Templates that stand for a link or a word: their last value is what a reader sees.
_SHOWN = frozenset(("w", "wikipedia", "wp", "lang", "nowrap", "l", "link", "small", "nobr", "abbr"))
_DATED = frozenset(("date", "datum", "fecha", "data", "дата", "dateline", "publicationdate"))
_REDIRECT = re.compile(r"\s*#[^\W\d_]+\s*:?\s*\[\[")
# The most rounds of templates inside templates.
_DEEPEST = 20


def is_wiki(root: Any) -> bool:
    """Return whether the root of an XML file is that of an export of MediaWiki."""
    return local(root) == "mediawiki"


def read_wiki(root: Any, where: str) -> FileArticles:
    """Return the pages of a wiki in their last revision; the day is that which the page states.

    Pages of talk, of templates and the like, and redirects are left out.
    """
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
        day = _day(written) or (_value(revisions[0], "timestamp") if revisions else None)
        text = without_wiki_marks(written)
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


def _day(text: str) -> str | None:
    """Return the day that a page states in a template: {{date|March 4, 2025}}."""
    for match in _TEMPLATE.finditer(text):
        name, *values = match[1].split("|")
        if name.strip().casefold() in _DATED:
            for value in (" ".join(values), *values):
                if day := iso_date(value.split("=")[-1].strip()):
                    return day
    return None


def without_wiki_marks(text: str) -> str:
    """Return what a reader sees of the text of an article in wikitext."""
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"<ref\b[^<>]*/>|<ref\b[^<>]*>.*?</ref\s*>", "", text, flags=re.DOTALL | re.I)
    text = re.sub(
        r"<(gallery|math|timeline|imagemap)\b[^<>]*>.*?</\1\s*>", "", text, flags=re.S | re.I
    )
    for _ in range(_DEEPEST):
        text, changed = _TEMPLATE.subn(_seen_of_template, text)
        if not changed:
            break
    text = re.sub(r"(?ms)^\s*\{\|.*?^\s*\|\}", "", text)
    for _ in range(_DEEPEST):
        text, changed = _LINK.subn(_seen_of_link, text)
        if not changed:
            break
    text = re.sub(r"\[(?:https?:|//|mailto:)[^\s\]]*(?:\s+([^\]\n]*))?\]", r"\1", text)
    text = _above(text)
    text = _HEADING.sub(r"\n\2\n", text)
    text = re.sub(r"'{2,5}|__[A-Z]+__", "", text)
    text = re.sub(r"(?m)^[*#:;]+[ \t]*", "\n", text)
    # A line end alone is a space.
    text = re.sub(r"(?<!\n)\n(?!\s*\n)", " ", re.sub(r"(?m)[ \t]+$", "", text))
    text = re.sub(r"(?i)<br\s*/?>", "\n", text)
    text = unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", text))
    text = re.sub(r"(?m)^-{4,}$", "", text)
    return re.sub(r"[ \t]*\n(?:[ \t]*\n)+", "\n\n", re.sub(r"(?m)[ \t]+$", "", text)).strip()


def _above(text: str) -> str:
    """Return a text without its sections of sources and links, up to the next heading."""
    heads: Sequence[re.Match[str]] = list(_HEADING.finditer(text))
    pieces = [text[: heads[0].start()] if heads else text]
    ends = [head.start() for head in heads[1:]] + [len(text)]
    inside = 0
    for head, end in zip(heads, ends, strict=True):
        level = len(head[1])
        if re.sub(r"'{2,}|<[^<>]*>", "", head[2]).strip(" :").casefold() in _BELOW:
            inside = level
        elif not inside or level <= inside:
            inside = 0
            pieces.append(text[head.start() : end])
    return "".join(pieces)


def _seen_of_template(match: "re.Match[str]") -> str:
    name, *values = match[1].split("|")
    plain = [value for value in values if "=" not in value]
    return plain[-1].strip() if name.strip().casefold() in _SHOWN and plain else ""


def _seen_of_link(match: "re.Match[str]") -> str:
    target, *shown = match[1].split("|")
    if _ASIDE.match(target) or (not shown and _OTHER_WIKI.match(target)):
        return ""
    return shown[-1] if shown and shown[-1] else target.lstrip(":").rpartition(":")[2]
