"""References: records of reference managers, as RIS files."""

import re
from collections.abc import Mapping
from typing import Any

from framing._core.checks import InputError
from framing.corpus.archives.articles import Article, FileArticles, reading
from framing.corpus.archives.facts import iso_date, language_code, whole_number
from framing.corpus.archives.packages import need

_RECORD = re.compile(r"^\s*TY {1,2}- ", re.MULTILINE)
_TITLE = re.compile(r"^\s*(?:TI|T1) {1,2}- \S.*\n\s*[A-Z][A-Z0-9] {1,2}- ", re.MULTILINE)
_END = re.compile(r"^\s*ER {1,2}-", re.MULTILINE)


def is_ris(text: str) -> bool:
    """Return whether a text is a file of references in the format RIS."""
    return bool(_RECORD.search(text[:5000]) and (_END.search(text) or _TITLE.search(text)))


def read_ris(text: str, where: str) -> FileArticles:
    """Return the records of an RIS file: the text is the full text, the abstract or the notes."""
    rispy = need("rispy", where)
    # Some programs write one space after the tag, where the format has two.
    text = re.sub(r"^\s*([A-Z][A-Z0-9]) {1,2}- ?", r"\1  - ", text, flags=re.MULTILINE)
    text = _with_ends(text)
    try:
        records = rispy.loads(text, skip_unknown_tags=True)
    except Exception as error:
        raise InputError(f"{where}: this RIS file cannot be read ({error}).") from None
    articles = [_record(record, number) for number, record in enumerate(records, start=1)]
    return reading("RIS", articles, where, expected=("title", "date"))


def _with_ends(text: str) -> str:
    """Return the text with an end for each record: some programs leave it out."""
    lines: list[str] = []
    inside = False
    for line in text.splitlines():
        if line.startswith("TY  - ") and inside:
            lines.append("ER  - ")
        inside = line.startswith("TY  - ") or (inside and not line.startswith("ER  -"))
        lines.append(line)
    return "\n".join([*lines, "ER  - "] if inside else lines) + "\n"


def _record(record: Mapping[str, Any], number: int) -> Article:
    """Return the article of a record."""
    place = f"record {number}"

    def first(*names: str) -> str | None:
        for name in names:
            value = record.get(name)
            if isinstance(value, list):
                value = "; ".join(str(item) for item in value if str(item).strip())
            if value and str(value).strip():
                return str(value).strip()
        return None

    title = first("title", "primary_title", "short_title", "translated_title")
    abstract, notes = first("abstract", "notes_abstract"), first("notes", "research_notes")
    doubts = []
    text = max((part for part in (abstract, notes) if part), key=len, default=None)
    if text is None and title:
        text = title
        doubts.append(f"{place}: there is no text and no abstract; the text is the title")
    day = first("date", "publication_year", "year", "access_date")
    if day:
        # RIS writes 2025/02/13/ with the parts that are known.
        known = re.match(r"\d{4}(?:/\d{1,2}(?:/\d{1,2})?)?(?=/|$)", day.strip())
        day = known[0] if known else day.strip("/ ").replace("//", "/")
    return Article(
        text or "",
        title,
        first(
            "secondary_title",
            "journal_name",
            "alternate_title1",
            "alternate_title2",
            "alternate_title3",
            "name_of_database",
            "publisher",
        ),
        (iso_date(day) or day) if day else None,
        first("section"),
        first("authors", "first_authors", "secondary_authors"),
        whole_number(record["word_count"]) if record.get("word_count") else None,
        language_code(first("language") or ""),
        first("urls", "url"),
        place,
        tuple(doubts),
    )
