"""Records of the databases of libraries as text: EBSCOhost, Gale and PressReader."""

import re
from collections.abc import Sequence

from framing.corpus.archives.articles import Article, FileArticles, reading
from framing.corpus.archives.facts import date_in, is_rights, language_code, whole_number

EXPECTED = ("title", "source", "date")

# --- EBSCOhost: labels stand above their values, or before them

_EBSCO = re.compile(
    r"^Record: 1\s*\n\s*Title:[ \t]*(?:\n|\S.*\n(?:.+\n)*?(?:Accession Number|Database):)",
    re.MULTILINE,
)
_RECORD = re.compile(r"Record: \d+")
_ALONE = re.compile(r"(?P<label>[^\W\d_][^:]{1,40}):")
_BESIDE = re.compile(
    r"(?P<label>title|authors?|source|section|document type|subject terms|subjects?|keywords?|"
    r"author[- ]supplied keywords|abstract|full text word count|issn|isbn|doi|accession number|"
    r"database|language|publication date|geographic terms|people|company/entity|naics(?:/industry "
    r"codes)?|copyright|lexile|publication type|publisher information|author affiliations?|"
    r"persistent link to this record \(permalink\)|cut and paste):[ \t]+(?P<value>\S.*)",
    re.IGNORECASE,
)
# A month stands before the day: "03/11/2024", and may stand without it: "Mar2024".
_DAY = re.compile(r"(?<!\d)(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})(?!\d)")
_MONTH = re.compile(r"\b(?P<month>[A-Z][a-z]{2,8})\.? ?(?P<year>(?:1[6-9]|20)\d\d)\b")
# "The Star. 03/11/2024, p2." and "Washington Post, The, 02/13/2025": the name before the day.
_AT_DATE = re.compile(r"\. |,? \d\d/\d\d/\d{4}.*|\.\Z")
_UNDER_TEXT = re.compile(r"~{4,}")


def is_ebsco(text: str) -> bool:
    """Return whether a text holds records of EBSCOhost, whose labels stand above the values."""
    return _EBSCO.search(text[:20_000]) is not None


def read_ebsco(lines: Sequence[str], where: str) -> FileArticles:
    """Return the articles in the lines of a text of EBSCOhost."""
    starts = [n for n, line in enumerate(lines) if _RECORD.fullmatch(line.strip())]
    ends = [*starts[1:], len(lines)]
    articles = [_record(lines[start + 1 : end]) for start, end in zip(starts, ends, strict=True)]
    return reading("EBSCOhost", articles, where, expected=EXPECTED)


def _record(lines: Sequence[str]) -> Article:
    """Return the article of a record: labels with their values, and the text below them."""
    facts: dict[str, str] = {}
    label, body = "", len(lines)
    # A value is set in, or stands at the margin right below its label.
    at_margin = False
    for n, line in enumerate(lines):
        stripped = line.strip()
        found = _ALONE.fullmatch(stripped)
        beside = _BESIDE.fullmatch(stripped) if n < 40 else None
        if found and not line[0].isspace():
            label, at_margin = found["label"].casefold(), True
        elif beside and not line[0].isspace() and beside["label"].casefold() not in facts:
            label = beside["label"].casefold()
            facts[label], at_margin = beside["value"], False
        elif label and stripped and (line[0].isspace() or at_margin):
            facts[label] = f"{facts[label]} {stripped}" if label in facts else stripped
            at_margin = at_margin and not line[0].isspace()
        elif not stripped:
            at_margin = False
        else:
            body = n
            break
    text, author = _ebsco_text(lines[body:])
    doubts = []
    if not text and facts.get("abstract"):
        text = [facts["abstract"]]
        doubts.append("there is no full text; the text is the abstract")
    source = facts.get("source", "")
    count = facts.get("full text word count", "")
    return Article(
        "\n\n".join(text),
        facts.get("title"),
        _AT_DATE.split(source)[0] or None,
        _ebsco_date(source) or _ebsco_date(facts.get("publication date", "")),
        facts.get("section"),
        facts.get("authors") or facts.get("author") or author,
        whole_number(count) if count else None,
        language_code(facts.get("language", "")),
        facts.get("persistent link to this record (permalink)"),
        doubts=tuple(doubts),
    )


def _ebsco_text(lines: Sequence[str]) -> tuple[list[str], str | None]:
    """Return the paragraphs of a text, and the author who is named below it."""
    stripped = [line.strip() for line in lines]
    end = next((n for n, line in enumerate(stripped) if _UNDER_TEXT.fullmatch(line)), None)
    below = stripped[end + 1 :] if end is not None else []
    author = next((line[3:] for line in below if line.startswith("By ")), None)
    text = stripped[:end]
    while text and (not text[-1] or is_rights(text[-1]) or _is_property(text[-1])):
        text.pop()
    return [part for part in text if part], author


def _is_property(line: str) -> bool:
    """Return whether a line is the notice "Copyright of The Star is the property of …"."""
    return re.match(r"Copyright of .+ is the property of ", line) is not None


def _ebsco_date(text: str) -> str | None:
    """Return the date in a source such as "The Star. 03/11/2024, p2. 1p."."""
    if day := _DAY.search(text):
        return f"{day['year']}-{int(day['month']):02}-{int(day['day']):02}"
    month = _MONTH.search(text)
    return date_in(f"{month['month']} {month['year']}") if month else None


# --- Gale: a title, labels beside their values, and the text below "Full Text:"

_GALE = re.compile(r"^(?:Gale )?Document Number: ?GALE\|", re.MULTILINE)
_GALE_LABEL = re.compile(r"(?P<label>[^\W\d_][^:]{1,40}?) ?:\s*(?P<value>.*)")
_GALE_FACTS = {
    "author": "byline", "authors": "byline", "author(s)": "byline", "byline": "byline",
    "date": "date",
    "publication date": "date", "from": "source", "source": "source",
    "publication title": "source", "title": "title", "article title": "title",
    "section": "section", "length": "length", "word count": "length", "language": "language",
    "document url": "url",
}  # fmt: skip
_GALE_OTHERS = frozenset(
    ["publisher", "document type", "vol", "volume", "issue", "series", "lexile measure", "edition",
     "citation", "geographic code", "publication", "copyright", "dateline", "article type",
     "page", "pages", "issn", "subject", "subjects", "abstract"]
)  # fmt: skip
# "The Gull. (Mar. 11, 2024): News: p4."
_GALE_CITED = re.compile(r"(?P<source>[^()]{2,120}?)\s*\((?P<date>[^()]*\d{4})\).*")
_GALE_END = re.compile(r"(?i)source citation|(?:gale )?document number:|document url:|disclaimer:")


def is_gale(text: str) -> bool:
    """Return whether a text holds articles of Gale."""
    return "GALE|" in text and _GALE.search(text) is not None and "\nFull Text:" in text


def read_gale(lines: Sequence[str], where: str) -> FileArticles:
    """Return the articles in the lines of a text of Gale: each ends with its number."""
    articles, start = [], 0
    for n, line in enumerate(lines):
        if _GALE.match(line.strip()):
            articles.append(_gale(lines[start:n]))
            start = n + 1
    return reading("Gale", articles, where, expected=EXPECTED)


def _gale(lines: Sequence[str]) -> Article:
    """Return the article of the lines from its title to its number."""
    stripped = [line.strip() for line in lines]
    text = next((n for n, line in enumerate(stripped) if line.startswith("Full Text:")), len(lines))
    facts: dict[str, str] = {}
    title: list[str] = []
    for line in stripped[:text]:
        found = _GALE_LABEL.fullmatch(line)
        label = found["label"].casefold() if found else ""
        if found and label in _GALE_FACTS:
            facts.setdefault(_GALE_FACTS[label], found["value"])
        elif line and label not in _GALE_OTHERS and not facts and not is_rights(line):
            title.append(line)
    body = [stripped[text].removeprefix("Full Text:").strip(), *stripped[text + 1 :]]
    end = next((n for n, line in enumerate(body) if _GALE_END.match(line)), len(body))
    body = [line for line in body[:end] if line]
    while body and is_rights(body[-1]):
        body.pop()
    day, count = facts.get("date"), facts.get("length", "")
    source = facts.get("source")
    if source and (cited := _GALE_CITED.fullmatch(source)):
        source, day = cited["source"].rstrip(". "), day or cited["date"]
    return Article(
        "\n\n".join(body),
        facts.get("title") or " ".join(title) or None,
        source,
        (date_in(day) or day) if day else None,
        facts.get("section"),
        facts.get("byline"),
        whole_number(count) if count else None,
        language_code(facts.get("language", "")),
        facts.get("url"),
    )


# --- PressReader: a title, a line of the newspaper, and below the text labels with their values

_PRESSREADER = re.compile(
    r"^Article Name ?:.*\n\s*"
    r"(?:(?:Publication|Section|Author|Source|Date|Start Page|End Page) ?:.*\n?\s*){2}",
    re.MULTILINE,
)
_PRESSREADER_LABEL = re.compile(
    r"(?P<label>article name|publication|section|author|source|date|start page|end page) ?:\s*"
    r"(?P<value>.*)",
    re.IGNORECASE,
)
# "The Star · 11 Mar 2024 · 4 · By Jane Doe", or with lines between.
_BETWEEN = re.compile(r"\s+[·•|]\s+")


def is_pressreader(text: str) -> bool:
    """Return whether a text holds articles of PressReader, which end with labels."""
    return "Article Name" in text and _PRESSREADER.search(text) is not None


def read_pressreader(lines: Sequence[str], where: str) -> FileArticles:
    """Return the articles in the lines of a text of PressReader: each ends with its labels."""
    articles: list[Article] = []
    body: list[str] = []
    facts: dict[str, str] = {}
    for line in [*lines, ""]:
        found = _PRESSREADER_LABEL.fullmatch(line.strip())
        if found and (facts or found["label"].casefold() == "article name"):
            facts.setdefault(found["label"].casefold(), found["value"].strip())
        elif line.strip() and facts:
            articles.append(_pressreader(body, facts))
            body, facts = [line], {}
        elif line.strip():
            body.append(line)
    if body:
        articles.append(_pressreader(body, facts))
    return reading("PressReader", articles, where, expected=EXPECTED)


def _pressreader(body: Sequence[str], facts: dict[str, str]) -> Article:
    """Return the article of the lines from its title to its labels."""
    lines = [line.strip() for line in body]
    title = facts.get("article name") or None
    if title and " ".join(lines[0].split()).casefold() == " ".join(title.split()).casefold():
        lines = lines[1:]
    source, day, byline = facts.get("publication"), facts.get("date"), facts.get("author")
    for line in lines[:4]:
        parts = _BETWEEN.split(line)
        at = next((n for n, part in enumerate(parts) if date_in(part)), None)
        if len(parts) > 1 and at is not None:
            day, source = day or parts[at], source or (parts[0] if at else None)
            byline = byline or next((part for part in parts if part.startswith("By ")), None)
            lines.remove(line)
            break
    return Article(
        "\n\n".join(lines),
        title,
        source or None,
        (date_in(day) or day) if day else None,
        facts.get("section"),
        byline or None,
    )
