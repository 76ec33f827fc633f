"""Factiva: exports as HTML, XML, RTF and text, with the codes of fields or without them."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from framing.corpus.archives.articles import Article, FileArticles, reading
from framing.corpus.archives.documents import unwrapped
from framing.corpus.archives.facts import (
    date_in,
    is_rights,
    iso_date,
    language_code,
    whole_number,
    word_count,
)
from framing.corpus.archives.markup import blocks, classes, text_of, xml_tree

EXPECTED = ("title", "source", "date")
# The codes of fields, as "HD" for the headline, and the fields of an article.
CODES = {
    "HD": "title",
    "HL": "title",
    "SN": "source",
    "PD": "date",
    "ET": "time",
    "SE": "section",
    "BY": "byline",
    "AU": "byline",
    "WC": "length",
    "LA": "language",
    "LP": "text",
    "TD": "text",
    "URL": "url",
}
_OTHERS = """
AN ART CLM CO CR CX CY DE DLN ED GC IN IPC IPD NGC NS PG PUB RE RF RST SC VOL CT FDS FIN FC CC NO RP
SU TI
"""
OTHERS = frozenset(_OTHERS.split())
_DOCUMENT = re.compile(
    r"(?:document|dokument|documento|文件|文章|文書|документ)\s*[A-Z][A-Z0-9]{2,}\d{4,}\w*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d{4}")
_CODE = re.compile(r"(?P<code>[A-Z]{2,3})(?:\s*\|\s*|\t+\s*|\s{2,}|\s*$)(?P<rest>.*)", re.DOTALL)
_LOOSE = re.compile(r"(?P<code>[A-Z]{2,3})\s+(?P<rest>\S.*)", re.DOTALL)
_BYLINE = re.compile(r"(?:by|von|par|por|di|door|de|text:|af)\s+\S", re.IGNORECASE)
# What stands around the articles: the name of the service, and the head of each page.
_SERVICE = re.compile(
    r"(?:dow jones\s*(?:&\s*company\s*)?)?factiva(?:\.com)?|dow jones(?: & company)?|"
    r"(?:page|seite|p[áa]gina)\s+\d+\s+(?:of|von|de|sur|di)\s+\d+(?:\s*(?:©|\(c\)).*)?|"
    r"(?:©|\(c\)) \d{4} factiva,? inc\..*",
    re.IGNORECASE,
)
# A line with the name of a firm and nothing else.
_FIRM = re.compile(
    r"(?:[^\W\d_a-z][\w.'’&-]*|&|and|of|und|y|et|de|,)(?:,?\s+(?:[^\W\d_a-z][\w.'’&-]*|&|and|of|"
    r"und|y|et|de|for))*,?\s+(?:Ltd|Limited|Inc|LLC|PLC|plc|Corp|GmbH|AG|SE|KG|S\.?A|S\.?p\.?A|"
    r"B\.?V|N\.?V|AB|AS|A/S|Oy|GmbH & Co\.? KG)\.?",
)
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?::\d{2})?(?:\s*(?:[ap]m|gmt|utc|uhr))?", re.IGNORECASE)


# --- HTML


def factiva_elements(root: Any) -> list[Any]:
    """Return the elements of an HTML page that hold an article of Factiva."""
    found = []
    for element in root.iter("div", "table", "article", "section"):
        names = classes(element)
        if any(re.fullmatch(r"[a-z]{2,3}Article", name) for name in names) or (
            "article" in names and any(_is_paragraph(part) for part in element.iter("p"))
        ):
            found.append(element)
    # What holds several articles is the list of them.
    below = {element: set(element.iterdescendants()) for element in found}
    lists = {one for one in found if sum(other in below[one] for other in found) > 1}
    found = [element for element in found if element not in lists]
    inner = {child for element in found for child in below[element]}
    return [element for element in found if element not in inner]


def _is_paragraph(element: Any) -> bool:
    """Return whether an element is a paragraph of the text of an article."""
    return any("articleparagraph" in name.casefold() for name in classes(element))


def read_factiva_html(elements: Sequence[Any], where: str) -> FileArticles:
    """Return the articles in the elements of an HTML page."""
    articles = [_of_element(element, number) for number, element in enumerate(elements, start=1)]
    return reading("Factiva", articles, where, expected=EXPECTED)


def _of_element(element: Any, number: int) -> Article:
    """Return the article of an element."""
    language = next(
        (name[:2] for name in classes(element) if re.fullmatch(r"[a-z]{2}Article", name)), ""
    )
    coded: dict[str, list[str]] = {}
    for row in element.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        if len(cells) >= 2:
            code = text_of(cells[0]).strip(" :")
            if code in CODES or code in OTHERS:
                coded.setdefault(code, []).extend(
                    text for cell in cells[1:] for text in _paragraphs(cell)
                )
    if {"HD", "LP", "TD", "PD"} & set(coded):
        return _of_codes(coded, number, language)
    headline = next((text_of(part) for part in element.iter() if _is_headline(part)), None)
    text = [line for part in element.iter() if _is_paragraph(part) if (line := text_of(part))]
    head: list[str] = []
    taken: set[Any] = set()
    for part in element.iter("div", "p", "span", "td"):
        above = set(part.iterancestors())
        if _is_paragraph(part) or taken & above or any(map(_is_paragraph, above)):
            continue
        if any(child.tag in ("div", "p", "table", "td") for child in part.iterdescendants()):
            continue
        line = text_of(part)
        if line and not _is_headline(part):
            taken.add(part)
            head.append(line)
    facts = _head_facts(head, headline)
    return _article(facts, text or facts.pop("text", []), number, language)


def _is_headline(element: Any) -> bool:
    """Return whether an element is the headline of an article."""
    return any(name.casefold().endswith("headline") for name in classes(element))


def _paragraphs(cell: Any) -> list[str]:
    """Return the paragraphs of a cell, each on one line."""
    return [" ".join(block.split()) for block in blocks(cell)]


# --- XML


def is_factiva_xml(root: Any) -> bool:
    """Return whether an XML file is an export of Factiva."""
    return any(
        _local(element) in ("leadParagraph", "tailParagraphs", "accessionNo")
        for element in root.iter()
    )


def read_factiva_xml(data: bytes, where: str) -> FileArticles:
    """Return the articles of an XML file."""
    root = xml_tree(data, where)
    elements = [
        element
        for element in root.iter()
        if _local(element) == "article" or (_local(element) == "Article")
    ]
    articles = [_of_xml(element, number) for number, element in enumerate(elements, start=1)]
    return reading("Factiva", articles, where, expected=EXPECTED)


def _local(element: Any) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _of_xml(element: Any, number: int) -> Article:
    """Return the article of an element of XML."""

    def first(*names: str) -> str | None:
        for name in names:
            for child in element.iter():
                if _local(child) == name and (text := " ".join("".join(child.itertext()).split())):
                    return text
        return None

    text: list[str] = []
    for child in element.iter():
        if _local(child) in ("leadParagraph", "tailParagraphs", "corrections", "body"):
            inner = [part for part in child.iter() if _local(part) in ("paragraph", "p", "para")]
            for part in inner or [child]:
                # A paragraph with display="Preformatted" keeps its lines.
                words = "".join(part.itertext())
                kept = words if part.get("display") == "Preformatted" else " ".join(words.split())
                text.append(kept)
    day = first("publicationDate")
    for child in element.iter():
        if _local(child) == "publicationDate":
            day = first("dateTime") or first("date") or day
            break
    counts = first("wordCount")
    return Article(
        "\n\n".join(part for part in text if part.strip()),
        first("headline"),
        first("sourceName"),
        iso_date(day) or day if day else None,
        first("sectionName", "section"),
        _byline(first("byline", "author")),
        whole_number(counts) if counts else None,
        language_code(first("baseLanguage") or ""),
        first("webURL", "url"),
        f"article {number}",
    )


# --- RTF and text


# A line of a table of contents: a title with the number of its page.
_ENTRY = re.compile(r"(?P<title>\S.*?)[\s.]+\d{1,4}")


def is_factiva_lines(lines: Sequence[str]) -> bool:
    """Return whether lines are those of an export of Factiva: "Document" with its number."""
    return any(_is_number(line) for line in lines) and (
        any(word_count(line) for line in lines if len(line) < 40)
        or sum(_code(line) is not None for line in lines) > 3
    )


def read_factiva_lines(lines: Sequence[str], where: str, *, wrapped: bool = False) -> FileArticles:
    """Return the articles in the lines of a document or a text.

    ``wrapped`` is for the lines of a PDF file, where a paragraph has several lines.
    """
    articles = []
    for number, chunk in enumerate(_chunks(_without_contents(lines)), start=1):
        codes = [code for line in chunk if (code := _code(line))]
        if {"HD", "PD"} <= {code for code, _ in codes} or len(codes) > 4:
            articles.append(_of_codes(_coded(chunk), number, ""))
        else:
            facts = _head_facts(chunk, None)
            text = facts.pop("text", [])
            articles.append(_article(facts, unwrapped(text) if wrapped else text, number, ""))
    return reading("Factiva", articles, where, expected=EXPECTED)


def _without_contents(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines after a table of contents: titles with pages, which stand again below."""
    alone = {line.strip() for line in lines}
    start = 0
    for n, line in enumerate(lines):
        entry = _ENTRY.fullmatch(line.strip())
        if entry and entry["title"] in alone:
            start = n + 1
        elif line.strip() and not _SERVICE.fullmatch(line.strip()):
            break
    return lines[start:]


def _is_number(line: str) -> bool:
    """Return whether a line is the number of a document, which ends an article."""
    if len(line) > 80 or not _DIGITS.search(line):
        return False
    bare = re.sub(r"^AN\s*\|?\s*", "", line.strip(" |\t")).strip()
    return len(bare) < 60 and _DOCUMENT.fullmatch(bare) is not None


def _chunks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the lines of each article, up to the line with the number of the document."""
    chunk: list[str] = []
    for line in lines:
        if _is_number(line):
            if any(part.strip() for part in chunk):
                yield chunk
            chunk = []
        elif not _SERVICE.fullmatch(line.strip()):
            chunk.append(line)


def _code(line: str) -> tuple[str, str] | None:
    """Return the code at the beginning of a line and the rest of the line."""
    stripped = line.strip(" |")
    match = _CODE.fullmatch(stripped) or _LOOSE.fullmatch(stripped)
    if match and (match["code"] in CODES or match["code"] in OTHERS):
        return match["code"], match["rest"].strip(" |")
    return None


def _coded(lines: Sequence[str]) -> dict[str, list[str]]:
    """Return the lines of each code; a line without a code belongs to the one before."""
    coded: dict[str, list[str]] = {}
    current = ""
    for line in lines:
        if not line.strip(" |"):
            continue
        code = _code(line)
        # Within the text only a code that follows the text ends it.
        if code and not (current in ("LP", "TD") and code[0] not in (*OTHERS, "TD", "LP", "URL")):
            current = code[0]
            coded.setdefault(current, []).extend([code[1]] if code[1] else [])
        elif current:
            coded[current].append(line.strip(" |"))
    return coded


# --- all of them


def _of_codes(coded: dict[str, list[str]], number: int, language: str) -> Article:
    """Return the article of fields by their codes."""
    facts: dict[str, Any] = {}
    text: list[str] = []
    for code, values in coded.items():
        name = CODES.get(code)
        if name == "text":
            text += [value for value in values if value]
        elif name and values:
            facts.setdefault(name, " ".join(" ".join(values).split()))
    day = facts.pop("date", None)
    clock = facts.pop("time", None)
    if day:
        facts["date"] = (iso_date(f"{day} {clock}") if clock else None) or date_in(day) or day
    facts["length"] = whole_number(facts.get("length", ""))
    return _article(facts, text, number, language)


def _article(facts: dict[str, Any], text: Sequence[str], number: int, language: str) -> Article:
    """Return an article of what was found out about it."""
    return Article(
        "\n\n".join(text),
        facts.get("title"),
        facts.get("source"),
        facts.get("date"),
        facts.get("section"),
        _byline(facts.get("byline")),
        facts.get("length"),
        language_code(facts.get("language", "")) or language_code(language),
        facts.get("url"),
        f"article {number}",
    )


def _byline(text: str | None) -> str | None:
    """Return a byline without the word "By"."""
    return re.sub(r"(?i)^(?:by|von|par|por|di|door)\s+", "", text).strip() or None if text else None


def _head_facts(lines: Sequence[str], headline: str | None) -> dict[str, Any]:
    """Return what the lines of an article without codes state, and its text.

    The order is: section, headline, byline, number of words, date, time, source, its code,
    edition, page, language, copyright, text. Any of them may be missing.
    """
    lines = [line.strip(" |") for line in lines]
    lines = [line for line in lines if line]
    counts = [n for n, line in enumerate(lines) if len(line) < 30 and word_count(line) is not None]
    # A headline may have a number of words in it: "500 words on peace".
    above = [n for n in counts if n + 1 < len(lines) and date_in(lines[n + 1])]
    counted = next(iter(above or counts), None)
    facts: dict[str, Any] = {}
    if counted is None:
        counted = next((n for n, line in enumerate(lines) if date_in(line)), None)
        if counted is None:
            return facts | {"title": headline or (lines[0] if lines else None), "text": lines[1:]}
        before, after = lines[:counted], lines[counted:]
    else:
        facts["length"] = word_count(lines[counted])
        before, after = lines[:counted], lines[counted + 1 :]
    _before_count(before, headline, facts)
    position = 0
    if after and (date := date_in(after[0])):
        facts["date"], position = date, 1
        if len(after) > 1 and _CLOCK.fullmatch(after[1]):
            facts["date"] = iso_date(f"{after[0]} {after[1]}") or date
            position = 2
    if position < len(after):
        facts["source"], position = after[position], position + 1
    start = position
    rights: list[str] = []
    for offset, line in enumerate(after[position : position + 12], start=position):
        if "language" not in facts and _is_language(line):
            facts["language"] = line
            start = offset + 1
        elif is_rights(line):
            rights.append(line)
            start = offset + 1
        elif start > position or len(line) > 200:
            # The text begins below the language and the copyright.
            break
    if start == position:
        # No language and no copyright: the code of the source, an edition and a page may be there.
        while start < len(after) and re.fullmatch(r"[A-Z0-9]{1,12}|\d+|[A-Z]?\d+", after[start]):
            start += 1
    text = after[start:]
    if len(text) > 1 and _is_publisher(text[-1], [*rights, facts.get("source", "")]):
        text.pop()
    facts["text"] = text
    return facts


def _is_publisher(line: str, known: Sequence[str]) -> bool:
    """Return whether the last line of a text names its publisher.

    It is a firm, or ``known`` has it: the lines on copyright, and the source.
    """
    if len(line) > 80 or len(line.split()) > 9:
        return False
    name = "".join(re.findall(r"\w", line.casefold()))
    stated = ("".join(re.findall(r"\w", other.casefold())) for other in known)
    return _FIRM.fullmatch(line) is not None or any(len(name) > 3 and name in x for x in stated)


# A language, and which kind of it: "Chinese - Simplified", "Norwegian (Bokmål)".
_LANGUAGE = re.compile(
    r"(?P<name>[^\W\d_]+)(?:\s*[-–—/,(]\s*[^\W\d_]+(?: [^\W\d_]+)?\)?|"
    r"\s(?i:bokmål|nynorsk|simplified|traditional))?"
)


def _is_language(line: str) -> bool:
    """Return whether a line is the name of a language: "English", "Chinese - Simplified"."""
    match = _LANGUAGE.fullmatch(line.strip())
    return match is not None and len(line) > 1 and language_code(match["name"]) is not None


def _before_count(before: list[str], headline: str | None, facts: dict[str, Any]) -> None:
    """State section, headline and byline: the lines before the number of words."""
    rest = [line for line in before if line != headline]
    if headline is not None:
        facts["title"] = headline
        for line in rest:
            name = (
                "byline" if before.index(line) > 0 and _after(before, headline, line) else "section"
            )
            if _BYLINE.match(line):
                name = "byline"
            facts.setdefault(name, line)
        return
    if len(rest) > 1 and _BYLINE.match(rest[-1]):
        facts["byline"] = rest.pop()
    if len(rest) > 2 and "byline" not in facts:
        facts["section"], facts["title"], facts["byline"] = rest[0], rest[1], " ".join(rest[2:])
    elif len(rest) > 1 and ("byline" in facts or _is_section(rest[0], rest[1])):
        facts["section"], facts["title"] = rest[0], " ".join(rest[1:])
    elif len(rest) == 2 and len(rest[1].split()) < 8:
        facts["title"], facts["byline"] = rest
    elif rest:
        facts["title"] = " ".join(rest)


def _is_section(line: str, following: str) -> bool:
    """Return whether a line is rather a section than a headline, by its form and the next line."""
    if re.search(r"(?i)\b(?:section|pg|page|seite|column|desk|rubri\w+)\b|;\s*[A-Z]?\d+$", line):
        return True
    return len(line.split()) < 4 and len(following.split()) > len(line.split())


def _after(lines: list[str], headline: str, line: str) -> bool:
    """Return whether a line stands after the headline, where the headline is among the lines."""
    return headline in lines and lines.index(line) > lines.index(headline)
