"""Services: what the columns of their tables hold."""

import html
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from framing._core.checks import InputError
from framing.corpus.archives.facts import language_code
from framing.corpus.archives.kinds import GDELT_GRAPH
from framing.corpus.columns import bears_text


@dataclass(frozen=True)
class Service:
    """A service whose tables are known.

    ``marks`` are columns that tell it, ``roles`` the columns that hold each role, the best first.
    The "lead" is the first paragraph of a text that begins with the second one.
    A document without text has its title as text where ``titles`` is set. Where ``usual`` is set,
    other columns with a usual name for texts hold them too.
    """

    name: str
    marks: tuple[frozenset[str], ...]
    roles: dict[str, tuple[str, ...]]
    titles: bool = False
    usual: bool = False

    def knows(self, columns: frozenset[str]) -> bool:
        """Return whether a table with these columns is one of this service."""
        return any(mark <= columns for mark in self.marks)


def _plain(name: str) -> str:
    """Return the name of a column in lower case, without spaces and lines: "publishdate"."""
    return re.sub(r"[\s_\-./]+", "", name.casefold())


def _sets(*marks: str) -> tuple[frozenset[str], ...]:
    """Return the sets of columns that tell a service."""
    return tuple(frozenset(map(_plain, mark.split())) for mark in marks)


SERVICES = (
    Service(
        "Media Cloud",
        _sets(
            "stories_id media_name title",
            "stories_id media_id title",
            "stories_id publish_date title",
            "id indexed_date media_name title",
            "media_name media_url publish_date title",
            "indexed_date publish_date title url",
        ),
        {
            "text": ("story_text", "text", "content", "full_text"),
            "title": ("title",),
            "source": ("media_name", "media_url", "media_id"),
            "date": ("publish_date", "publication_date", "indexed_date"),
            "language": ("language",),
            "url": ("url",),
        },
        titles=True,
    ),
    Service(
        "GDELT",
        _sets(
            "url title seendate",
            "url mobileurl date title",
            "url urlmobile date title",
            "url title desc lang",
            "documentidentifier sourcecommonname",
            "title domain sourcecountry",
        ),
        {
            "text": ("text", "content"),
            "title": ("title", "pagetitle"),
            "source": ("outletname", "domain", "sourcecommonname"),
            "date": ("seendate", "date", "datetime"),
            "language": ("language", "lang"),
            "url": ("url", "documentidentifier"),
            "summary": ("desc", "description", "context"),
        },
        titles=True,
    ),
    Service(
        "Zotero",
        _sets("itemtype publicationtitle abstractnote", "itemtype title dateadded datemodified"),
        {
            "text": ("abstractnote", "notes"),
            "title": ("title",),
            "source": ("publicationtitle", "websitetitle", "publisher"),
            "date": ("date", "publicationyear"),
            "section": ("section",),
            "byline": ("author",),
            "language": ("language",),
            "url": ("url",),
        },
        titles=True,
    ),
    Service(
        "references as CSL-JSON",
        _sets("type title container-title", "id container-title issued", "issued type title"),
        {
            "text": ("fulltext", "text", "abstract", "note"),
            "title": ("title",),
            "source": ("container-title", "publisher"),
            "date": ("issued", "issued.literal", "issued.raw"),
            "section": ("section",),
            "byline": ("author",),
            "language": ("language",),
            "url": ("url",),
        },
        titles=True,
    ),
    Service(
        "ProQuest",
        _sets("title pubtitle pubdate", "title pubtitle entrydate", "title storeid articletype"),
        {
            "text": ("fulltext", "text", "articletext", "abstract"),
            "title": ("title",),
            "source": ("pubtitle",),
            "date": ("pubdate", "entrydate", "year"),
            "section": ("section",),
            "byline": ("authors", "author"),
            "language": ("language",),
            "url": ("documenturl", "url"),
        },
        titles=True,
    ),
    Service(
        "Web of Science",
        _sets("pt ti so py", "publicationtype articletitle sourcetitle publicationyear"),
        {
            "text": ("ab", "abstract"),
            "title": ("ti", "articletitle"),
            "source": ("so", "sourcetitle"),
            "date": ("py", "publicationyear"),
            "byline": ("af", "au", "authorfullnames", "authors"),
            "language": ("la", "language"),
        },
        titles=True,
    ),
    Service(
        "Scopus",
        _sets("title sourcetitle eid", "authors title year sourcetitle"),
        {
            "text": ("abstract",),
            "title": ("title",),
            "source": ("sourcetitle",),
            "date": ("year",),
            "byline": ("authors",),
            "language": ("languageoforiginaldocument",),
            "url": ("link",),
        },
        titles=True,
    ),
    Service(
        "EBSCO",
        _sets(
            "articletitle journaltitle publicationdate",
            "title source publicationdate persistentlink",
            "title publication publicationdate accessionnumber",
            "title publicationdate plink",
        ),
        {
            "text": ("fulltext", "abstract", "description"),
            "title": ("articletitle", "title"),
            "source": ("journaltitle", "source", "publication"),
            "date": ("publicationdate",),
            "byline": ("author", "authors", "contributors"),
            "language": ("language",),
            "url": ("persistentlink", "plink", "url"),
        },
        titles=True,
    ),
    Service(
        "Trove",
        _sets("heading title.title date", "heading title.value date"),
        {
            "text": ("articletext", "snippet"),
            "title": ("heading",),
            "source": ("title.title", "title.value"),
            "date": ("date",),
            "section": ("category",),
            "length": ("wordcount",),
            "url": ("troveurl", "identifier"),
        },
        titles=True,
    ),
    Service(
        "Mastodon",
        _sets("content account.acct account.displayname createdat"),
        {
            "text": ("content",),
            "source": ("account.displayname", "account.acct"),
            "date": ("createdat",),
            "byline": ("account.displayname", "account.acct"),
            "language": ("language",),
            "url": ("url", "uri"),
        },
    ),
    Service(
        # Its "title" is the slug of the wire.
        "AP",
        _sets(
            "headline title slugline bodynitf",
            "headline title bodynitf provider",
            "headline altids.itemid versioncreated",
        ),
        {
            "text": ("body_nitf",),
            "title": ("headline",),
            "source": ("provider", "infosource"),
            "date": ("firstcreated", "versioncreated"),
            "byline": ("bylines.by", "bylines", "byline"),
            "language": ("language",),
            "summary": ("headline_extended", "description_caption"),
        },
        titles=True,
        usual=True,
    ),
    Service(
        "Factiva",
        _sets("an title body", "an title publicationdatetime", "an title snippet"),
        {
            "text": ("body",),
            "lead": ("snippet",),
            "title": ("title",),
            "source": ("sourcename", "sourcecode"),
            "date": ("publicationdatetime", "publicationdate"),
            "section": ("section",),
            "byline": ("byline",),
            "length": ("wordcount",),
            "language": ("languagecode",),
        },
    ),
)
# What Scopus writes into the cell of a missing abstract.
_NO_ABSTRACT = "[No abstract available]"


def known_table(table: pd.DataFrame, where: str) -> tuple[pd.DataFrame, list[str]] | None:
    """Return the table of a known service with the columns of a corpus, and notes.

    None where the table is of no known service. Further columns stay.
    """
    plain = {_plain(name): name for name in reversed([str(name) for name in table.columns])}
    service = next((item for item in SERVICES if item.knows(frozenset(plain))), None)
    if service is None:
        return None
    columns = {
        role: [plain[_plain(name)] for name in names if _plain(name) in plain]
        for role, names in service.roles.items()
    }
    if service.usual:
        others = [name for name in map(str, table.columns) if bears_text(name)]
        columns["text"] += [name for name in others if name not in columns["text"]]
    texts, note = _texts(table, columns, service)
    chosen = {role: names[0] for role, names in columns.items() if names and role != "summary"}
    chosen.pop("text", None)
    chosen.pop("lead", None)
    found = pd.DataFrame({"text": texts}, index=table.index)
    for role, name in chosen.items():
        found[role] = table[name]
    if "date" in found and pd.api.types.is_numeric_dtype(found["date"]):
        found["date"] = _of_epoch(found["date"])
    if "source" not in found and "url" in found:
        found["source"] = [_domain(url) for url in found["url"]]
    if "language" in found:
        codes = [language_code(str(value)) for value in found["language"].fillna("")]
        found["language"] = pd.Series(codes, index=table.index, dtype=object)
    used = {*chosen.values(), *columns["text"][:1]}
    rest = [name for name in table.columns if name not in used and str(name) not in found.columns]
    named_columns = ", ".join(f"{role} = {name!r}" for role, name in chosen.items())
    notes = [f"{where}: a table of {service.name}: {note}; {named_columns}."]
    return pd.concat([found, table[rest]], axis=1), notes


def _texts(
    table: pd.DataFrame, columns: dict[str, list[str]], service: Service
) -> tuple[list[str | None], str]:
    """Return the text of each row: the first of its columns that is filled, or its title."""

    def filled(name: str, row: int) -> str | None:
        value = table[name].iloc[row]
        text = str(value).strip() if pd.notna(value) else ""
        return text if text and text != _NO_ABSTRACT else None

    texts: list[str | None] = []
    origins: Counter[str] = Counter()
    for row in range(len(table)):
        name = next((name for name in columns["text"] if filled(name, row)), None)
        text = filled(name, row) if name else None
        leads = [lead for one in columns.get("lead", []) if (lead := filled(one, row))]
        if leads and not _holds(text or "", leads[0]):
            text = "\n\n".join(filter(None, (leads[0], text)))
            name = name and f"{columns['lead'][0]} and {name}"
        if text is None and service.titles:
            names = [*columns["title"][:1], *columns.get("summary", [])[:1]]
            parts = [part for name in names if (part := filled(name, row))]
            text = "\n\n".join(parts) or None
        texts.append(text)
        origin = repr(name) if name else repr(columns["lead"][0]) if leads else "the title"
        origins[origin] += text is not None
    if set(origins) == {"the title"}:
        return texts, "it has no texts, so the title is the text"
    if len(origins) == 1:
        return texts, f"text = {next(iter(origins))}"
    parts = [f"{name} in {count:,} rows" for name, count in origins.items()]
    return texts, f"text = {', '.join(parts)}"


def _holds(text: str, lead: str) -> bool:
    """Return whether a text has a paragraph, which may be cut at its end."""
    text, lead = (" ".join(part.casefold().split()).rstrip(" .…") for part in (text, lead))
    return lead in text


def _of_epoch(values: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return dates that are milliseconds or seconds since 1970 as text; others as they are."""
    numbers = values.dropna()
    for thousands, low, high in ((1000, 1e11, 1e13), (1, 1e8, 1e10)):
        if len(numbers) and numbers.between(low, high).all():
            dates = pd.to_datetime(values / thousands, unit="s")
            return dates.dt.strftime("%Y-%m-%dT%H:%M:%S").astype("str")
    return values.map(lambda value: str(int(value)) if pd.notna(value) else None)


def _domain(url: object) -> str | None:
    """Return the domain of an address."""
    if not isinstance(url, str):
        return None
    host = urlsplit(url if "://" in url else f"//{url}").hostname
    return host.removeprefix("www.") if host else None


def gdelt_table(data: bytes, where: str) -> pd.DataFrame:
    """Return the knowledge graph of GDELT, a table without a header; refuse the one of events."""
    lines = data.decode("utf-8", "replace").splitlines()
    rows = [line.split("\t") for line in lines if line.strip()]
    if not GDELT_GRAPH.match(data):
        raise InputError(
            f"{where}: this is the table of events of GDELT, which holds no texts and no titles. "
            "Its last column has the addresses of the pages; read these pages."
        )
    columns = {"GKGRECORDID": 0, "date": 1, "SourceCommonName": 3, "DocumentIdentifier": 4}
    table = {
        name: [row[place] if place < len(row) else None for row in rows]
        for name, place in columns.items()
    }
    titles = [_page_title(row[-1]) for row in rows]
    return pd.DataFrame({**table, "pagetitle": titles}, dtype=object)


def _page_title(extras: str) -> str | None:
    """Return the title of the page in the last column of the knowledge graph."""
    match = re.search(r"<PAGE_TITLE>(.*?)</PAGE_TITLE>", extras)
    return html.unescape(match[1]).strip() if match else None
