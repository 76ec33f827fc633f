"""References: records of reference managers and databases.

They are those of RIS, EndNote, RefWorks, PubMed and the Web of Science.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from framing._core.checks import InputError
from framing._core.installing import need
from framing.corpus.archives.articles import Article, FileArticles, cut_short, reading
from framing.corpus.archives.facts import iso_date, language_code, whole_number

_RECORD = re.compile(r"^\s*TY {1,2}- ", re.MULTILINE)
_TITLE = re.compile(r"^\s*(?:TI|T1) {1,2}- \S.*\n\s*[A-Z][A-Z0-9] {1,2}- ", re.MULTILINE)
_END = re.compile(r"^\s*ER {1,2}-", re.MULTILINE)


def is_ris(text: str) -> bool:
    """Return whether a text is a file of references in the format RIS."""
    return bool(_RECORD.search(text[:5000]) and (_END.search(text) or _TITLE.search(text)))


# A line of RIS that begins with its tag.
_TAGGED = re.compile(r"[A-Z][A-Z0-9]  - ")


# Notes of databases on a record, which are no text: "Accession Number: 1; Source Information: …".
_ABOUT = re.compile(
    r"\s*(?:accession (?:number|no)|source info(?:rmation)?|publication type|document type|"
    r"export date|cited by|copyright|date (?:accessed|revised|created)|last updated|language of|"
    r"full text word count|issue info|imported from|database)\b[^.!?\n]{0,40}:",
    re.IGNORECASE,
)


def read_ris(text: str, where: str) -> FileArticles:
    """Return the records of an RIS file: the text is the full text, the abstract or the notes."""
    rispy = need("rispy", where)
    # Some programs write one space after the tag, where the format has two.
    text = re.sub(r"^\s*([A-Z][A-Z0-9]) {1,2}- ?", r"\1  - ", text, flags=re.MULTILINE)
    given = text
    text = _unwrapped(text)
    text = _with_ends("\n".join(text.splitlines()), "TY  - ", "ER  - ")
    try:
        records = rispy.loads(
            text, skip_unknown_tags=True, list_tags=[*rispy.LIST_TYPE_TAGS, "AB", "N1", "N2"]
        )
    except Exception as error:
        raise InputError(
            f"{where}: this RIS file cannot be read ({error}). Export the references again."
        ) from None
    articles = [_record(record, number) for number, record in enumerate(records, start=1)]
    found = _read("RIS", articles, where)
    # Some programs write no ends at all.
    last = given.rfind("TY  - ")
    ended = _END.search(given) is None or _END.search(given, last) is not None
    return found if ended else cut_short(found, "ER, the end of its last record")


def _read(name: str, articles: Sequence[Article], where: str) -> FileArticles:
    """Return the records of a file of references, with a note on what their texts are."""
    note = (
        f"{where}: the texts are the abstracts or notes of the records. Files of references seldom "
        "hold whole articles; to measure these, read the articles themselves."
    )
    return reading(name, articles, where, expected=("title", "date"), notes=[note])


def _unwrapped(text: str) -> str:
    """Return the text of an RIS file with the lines of a sentence joined."""
    lines: list[str] = []
    for line in text.splitlines():
        before = lines[-1].rstrip() if lines else ""
        goes_on = before and before[-1] not in '.!?…:;”"' and re.match(r"\s*\w", line)
        if goes_on and _TAGGED.match(before) and not _TAGGED.match(line):
            lines[-1] = f"{before} {line.strip()}"
        else:
            lines.append(line)
    return "\n".join(lines)


def _with_ends(text: str, begin: str, end: str) -> str:
    """Return the text with an end for each record: some programs leave it out."""
    lines: list[str] = []
    inside = False
    for line in text.split("\n"):
        if line.startswith(begin) and inside:
            lines.append(end)
        inside = line.startswith(begin) or (inside and not line.startswith(end.rstrip()))
        lines.append(line)
    return "\n".join([*lines, end] if inside else lines) + "\n"


def _record(record: Mapping[str, Any], number: int) -> Article:
    """Return the article of a record."""
    place = f"record {number}"

    def first(*names: str, between: str = "; ") -> str | None:
        for name in names:
            value = record.get(name)
            if isinstance(value, list):
                value = between.join(str(item) for item in value if str(item).strip())
            if value and str(value).strip():
                return str(value).strip()
        return None

    title = first("title", "primary_title", "short_title", "translated_title")
    # A text may have a tag for each paragraph.
    abstract = first("abstract", "notes_abstract", between="\n\n")
    said = [note for note in record.get("notes") or () if not _ABOUT.match(str(note))]
    notes = "\n\n".join(map(str, said)).strip() or first("research_notes", between="\n\n")
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


# The tags of EndNote ("%T Truce"), RefWorks ("T1 Truce") and PubMed ("TI  - Truce") by what they
# hold. A line of a text may begin with two capitals, so that those of RefWorks are listed.
_ENDNOTE_TAG = re.compile(r"%(?P<tag>[0-9A-Z@?!#$\]&(])[ \t]+(?P<value>.*)")
_REFWORKS_TAG = re.compile(
    r"(?P<tag>RT|SR|ID|A[1-5BDNV]|T[1-3]|J[FO]|YR|FD|VO|IS|SP|OP|K1|NO|ED|P[BP]|SN|LA|CL|SF|OT|LK|"
    r"DO|CN|D[BS]|IP|RD|ST|U\d{1,2}|UL|SL|LL|CR|WT|WV|WP|OL) (?P<value>.*)"
)
_PUBMED_TAG = re.compile(r"(?P<tag>[A-Z]{2,4}) *- (?P<value>.*)")
_ENDNOTE = {
    "title": "T", "source": "JBI", "date": "8D", "section": "&", "byline": "A", "language": "G",
    "text": "X", "notes": "Z", "url": "U",
}  # fmt: skip
_REFWORKS = {
    "title": ["T1"], "source": ["JF", "JO", "T2"], "date": ["FD", "YR"], "byline": ["A1"],
    "language": ["LA"], "text": ["AB"], "notes": ["NO"], "url": ["LK", "UL"],
}  # fmt: skip
_PUBMED = {
    "title": ["TI"], "source": ["JT", "TA"], "date": ["DP"], "byline": ["FAU", "AU"],
    "language": ["LA"], "text": ["AB"], "notes": ["OAB"],
}  # fmt: skip


def is_endnote(text: str) -> bool:
    """Return whether a text is a file of references of EndNote with tags such as "%T"."""
    start = text.lstrip("\ufeff\r\n ")
    return start.startswith(("%0 ", "%T ", "%A ")) and bool(re.search(r"^%T ", text, re.MULTILINE))


def read_endnote(text: str, where: str) -> FileArticles:
    """Return the records of a file of EndNote: the text is the abstract, or the notes."""
    records = _tagged(text, _ENDNOTE_TAG, "0")
    tags = {role: list(names) for role, names in _ENDNOTE.items()}
    articles = [_reference(record, tags, number) for number, record in enumerate(records, start=1)]
    return _read("EndNote", articles, where)


def is_refworks(text: str) -> bool:
    """Return whether a text is a file of references of RefWorks, which CNKI writes, too."""
    start = text.lstrip("\ufeff\r\n ")
    return start.startswith("RT ") and re.search(r"^T1 ", text, re.MULTILINE) is not None


def read_refworks(text: str, where: str) -> FileArticles:
    """Return the records of a file of RefWorks: the text is the abstract, or the notes."""
    records = _tagged(text, _REFWORKS_TAG, "RT")
    articles = [
        _reference(record, _REFWORKS, number) for number, record in enumerate(records, start=1)
    ]
    return _read("RefWorks", articles, where)


def is_pubmed(text: str) -> bool:
    """Return whether a text is a file of references of PubMed, as it saves them for a manager."""
    return text.lstrip("\ufeff\r\n ").startswith("PMID-")


def read_pubmed(text: str, where: str) -> FileArticles:
    """Return the records of PubMed: the text is the abstract."""
    records = _tagged(text, _PUBMED_TAG, "PMID")
    articles = [
        _reference(record, _PUBMED, number) for number, record in enumerate(records, start=1)
    ]
    return _read("PubMed", articles, where)


def _tagged(text: str, form: re.Pattern[str], begin: str) -> list[dict[str, list[str]]]:
    """Return the values of each tag, record by record; a line without a tag goes on."""
    records: list[dict[str, list[str]]] = []
    values: list[str] | None = None
    blank = True
    for line in text.replace("\ufeff", "").splitlines():
        match = form.match(line)
        if match:
            # Some programs leave out the tag that begins a record.
            if match["tag"] == begin or not records or (blank and begin not in records[-1]):
                records.append({})
            values = records[-1].setdefault(match["tag"], [])
            values.append(match["value"].strip())
        elif line.strip() and values:
            values[-1] = f"{values[-1]} {line.strip()}"
        blank = not line.strip()
    return records


def _reference(
    record: Mapping[str, list[str]], tags: Mapping[str, list[str]], number: int
) -> Article:
    """Return the article of a record with tags."""
    place = f"record {number}"
    doubts = []

    def first(role: str) -> str | None:
        return next(
            ("; ".join(record[tag]) for tag in tags.get(role, []) if any(record.get(tag, []))), None
        )

    title, text = first("title"), first("text") or first("notes")
    if text is None and title:
        text = title
        doubts.append(f"{place}: there is no text and no abstract; the text is the title")
    # "%8 February 13" has no year, which stands in "%D".
    days = [value for tag in tags["date"] for value in record.get(tag, [])[:1]]
    dates = [iso_date(day) for day in [*days, " ".join(days)]]
    date = max((day for day in dates if day), key=len, default=days[0] if days else None)
    return Article(
        text or "",
        title,
        first("source"),
        date,
        first("section"),
        first("byline"),
        None,
        language_code(first("language") or ""),
        first("url"),
        place,
        tuple(doubts),
    )


# The beginning of each form of the Web of Science: with tags, and as a table with tabs.
_FIELDS = re.compile(r"^(?:FN [^\n]*\n|VR [^\n]*\n)+\s*PT [A-Z]\s*$", re.MULTILINE)
_HEADER = re.compile(r"PT\t(?:[A-Z][A-Z0-9]\t)+")
# The fields that are read: one value, and one line a person.
_FACTS = ("PT", "AB", "TI", "SO", "BS", "SE", "PY", "PD", "LA", "DI")
_PERSONS = ("AF", "AU", "CA")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def is_web_of_science(text: str) -> bool:
    """Return whether a text is an export of the Web of Science, with tags or with tabs."""
    start = text[:2000].replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff\n ")
    if _HEADER.match(start):
        return "\tTI\t" in start.split("\n", 1)[0]
    return start.startswith(("FN ", "VR ", "PT ")) and (
        _FIELDS.match(start) is not None
        or (re.match(r"PT [A-Z]\nAU ", start) is not None and "\nER" in text)
    )


def read_web_of_science(text: str, where: str) -> FileArticles:
    """Return the records of an export of the Web of Science: the text is the abstract."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    # Only line feeds separate lines: an abstract can hold other signs that break lines.
    tabbed = _HEADER.match(text) is not None
    records = (
        _rows_with_tabs(text.split("\n"), where) if tabbed else _records_with_tags(text, where)
    )
    articles = [_publication(record, number) for number, record in enumerate(records, start=1)]
    return _read("Web of Science", articles, where)


def _rows_with_tabs(lines: list[str], where: str) -> list[dict[str, str]]:
    names = lines[0].split("\t")
    records = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        cells = line.split("\t")
        if len(cells) < len(names) - 1 or any(cells[len(names) :]):
            raise InputError(
                f"{where}, line {number}: {len(cells)} cells, but the header has {len(names)}. "
                "Export the records anew."
            )
        records.append(dict(zip(names, (cell.strip() for cell in cells), strict=False)))
    return records


def _records_with_tags(text: str, where: str) -> list[dict[str, str]]:
    """Return the fields of each record, by their tags."""
    rispy = need("rispy", where)
    names = {tag: tag for tag in (*_FACTS, *_PERSONS)}
    try:
        records = rispy.loads(
            _with_ends(text, "PT ", "ER"), implementation=rispy.WokParser, mapping=names,
            list_tags=_PERSONS, skip_unknown_tags=True,
        )  # fmt: skip
    except Exception as error:
        raise InputError(
            f"{where}: this export cannot be read ({error}). Export it again, if possible in "
            "another format."
        ) from None
    return [
        {tag: "; ".join(value) if isinstance(value, list) else value for tag, value in row.items()}
        for row in records
    ]


def _publication(record: Mapping[str, str], number: int) -> Article:
    """Return the article of a record of the Web of Science."""
    place = f"record {number}"
    text, title = record.get("AB") or None, record.get("TI") or None
    doubts = []
    if text is None and title:
        text = title
        doubts.append(f"{place}: there is no abstract; the text is the title")
    source = record.get("SO") or record.get("BS") or record.get("SE")
    byline = record.get("AF") or record.get("AU") or record.get("CA")
    return Article(
        text or "",
        title,
        source or None,
        _publication_date(record),
        None,
        byline or None,
        None,
        language_code(record.get("LA") or ""),
        f"https://doi.org/{record['DI']}" if record.get("DI") else None,
        place,
        tuple(doubts),
    )


def _publication_date(record: Mapping[str, str]) -> str | None:
    """Return the date of a record as exact as it is: PY is the year, PD "MAR 15" or "JUL-AUG"."""
    year = re.fullmatch(r"\d{4}", record.get("PY", "").strip())
    if not year:
        return None
    day = re.match(r"([A-Z]{3})[A-Z]*(?: (\d{1,2})\b)?", record.get("PD", "").strip().upper())
    if not day or day[1] not in _MONTHS:
        return year[0]
    date = f"{year[0]}-{_MONTHS.index(day[1]) + 1:02}"
    return f"{date}-{int(day[2]):02}" if day[2] else date
