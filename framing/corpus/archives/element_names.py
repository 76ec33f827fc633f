"""Names of elements and attributes in XML files: what they hold, in the words of many programs."""

import re
from functools import lru_cache
from typing import Any

from framing.corpus.archives.element_texts import local
from framing.corpus.columns import plain, usual_rank

ROLES = ("title", "source", "date", "section", "byline", "language", "url")
# Names beside those of columns, the better ones first: of NITF, NewsML, ProQuest, EBSCO, JATS.
_MORE = {
    "text": "bodycontent inlinexml inlinedata datacontent abody abstracttext ab abstext",
    "title": "headline hl1 articletitle hedline atl title titlemain",
    "source": "source sitename infosource provider jtl creditline providerid dcsource dcpublisher",
    "date": "date pubdate publicationdate datepublication numericdate norm firstcreated "
    "contentcreated versioncreated dateid "
    "thisrevisioncreated dt dateissue alphadate dcdatepublished dcdatecreated dccreated dcdate "
    "articlepublishedtime",
    "section": "section printsection dsk dccategory",
    "byline": "byline author creator au aut persname dccreator originalform",
    "language": "language rawlang isocode lg dclanguage",
    "url": "url link weburl exref ogurl",
}
_EXTRA = {role: tuple(names.split()) for role, names in _MORE.items()}
# Texts under these names are the whole text of an article wherever they stand.
WHOLE = frozenset(_EXTRA["text"][:5]) | {
    "fulltext",
    "articletext",
    "volltext",
    "ftxt",
    "fullarticle",
}
# Texts under these are a part of it, and are taken where there is no other.
_PARTS_WORDS = """
description abstractnote abstract abstracttext abstext ab summary snippet hlead leadparagraph lead
excerpt zusammenfassung resume resumen
"""
PARTS = frozenset(_PARTS_WORDS.split())
# Elements that hold one value each and say in an attribute which.
_NAMED_WORDS = """
field meta dc property attribute str arr column col data date int metadata tag var cell
"""
_NAMED = frozenset(_NAMED_WORDS.split())
_SAY = ("name", "element", "key", "property", "id", "type", "itemprop")
_VALUES = ("content", "value", "when", "norm", "iso-8601-date", "date.issue", "tag", "literal",
           "FormalName", "name", "HrefValue", "target", "href")  # fmt: skip
# Titles in these are those of the newspaper, and dates in these are not of the article.
_OF_SOURCE = re.compile(
    r"(pub|journal|newspaper|source(?!desc)|host|medium|periodical|channel|jinfo|series)"
)
_OTHER_DATES = re.compile(r"(download|access|retriev|crawl|modif|updat|capture)", re.IGNORECASE)


def stated_name(element: Any) -> str:
    """Return the plain name of an element: its own, or the one that it states in an attribute."""
    own = local(element)
    if _may_say(own):
        said = next((value for key in _SAY if (value := element.get(key))), "")
        name = plain(re.sub(r"^(?:dc|dcterms|og|article)[.:]", "", said))
        if name and any(rank_of(name, role) is not None for role in ("text", *ROLES)):
            return name
    return plain(own)


@lru_cache(maxsize=10_000)
def _may_say(name: str) -> bool:
    return name.lower() in _NAMED


@lru_cache(maxsize=10_000)
def rank_of(name: str, role: str) -> int | None:
    """Return how good a plain name is for a role, 0 the best; None where it is not for it."""
    if role == "url":
        return _EXTRA["url"].index(name) if name in _EXTRA["url"] else None
    if name in _EXTRA[role]:
        return _EXTRA[role].index(name)
    usual = usual_rank(name, role)
    return None if usual is None else 50 + usual


def is_text_name(name: str) -> bool:
    """Return whether a plain name is one of texts."""
    return rank_of(name, "text") is not None


def value_of(element: Any, line: str | None) -> str | None:
    """Return the value of an element: its text, or what its attributes or its only child state."""
    if parts := _date_of_parts(element):
        return parts
    if element.get("literal") and any(local(child) == "contactInfo" for child in element):
        return str(element.get("literal"))
    if line:
        return line
    for holder in (element, *(list(element) if len(element) == 1 else ())):
        for key in _VALUES:
            if value := holder.get(key):
                return str(value)
    return None


def _date_of_parts(element: Any) -> str | None:
    """Return a date whose year, month and day stand in elements or attributes of their own."""
    children = {local(child).lower(): "".join(child.itertext()).strip() for child in element}
    parts = [children.get(key) or element.get(key) or "" for key in ("day", "month", "year")]
    if not parts[2]:
        return None
    known = [part for part in parts if part]
    return " ".join(known) if parts[1].isalpha() else "-".join(reversed(known))


def role_of(element: Any, name: str, role: str, inside: list[str]) -> str | None:
    """Return the role that an element has where it stands; ``inside`` are the names around it."""
    of_source = any(_OF_SOURCE.match(around) for around in inside)
    if role == "title" and (of_source or element.get("level") in ("j", "s")):
        return "source" if rank_of(name, "source") is None else None
    if role == "date" and _OTHER_DATES.search(
        element.get("type") or element.get("date-type") or ""
    ):
        return None
    return role
