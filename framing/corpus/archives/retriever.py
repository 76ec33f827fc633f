"""Retriever: text exports of this archive, Atekst in Norway and Mediearkivet in Sweden.

The layout is that which two public programs read: articles between lines of equals signs, each
with its title, a line with newspaper and date, a line on where it was published, and a notice of
copyright behind the text.
"""

import re
from collections.abc import Sequence

from framing.corpus.archives.articles import Article, FileArticles, reading
from framing.corpus.archives.facts import iso_date

EXPECTED = ("title", "source", "date")
_PARTED = re.compile(r"={20,}")
_RULE = re.compile(r"-{20,}")
# VG, 18.03.2013 06:30; Aftonbladet, 2021-09-29 14:22.
_DATED = re.compile(
    r"(?P<source>\S.{0,100}?),\s+(?P<date>\d\d\.\d\d\.\d{4}|\d{4}-\d\d-\d\d)"
    r"(?:,?\s+(?:kl\.?\s*)?(?P<time>\d\d[:.]\d\d)(?::\d\d)?)?\.?"
)
_PUBLISHED = re.compile(r"(?:Publisert|Publicerat|Publiceret|Sendt|Sänt)\s+(?:på|i)\b.{0,60}")
_SECTION = re.compile(r"(?:Seksjon|Sektion|Avdelning)\s*:\s*(?P<section>.{1,80})", re.IGNORECASE)
_PAGE = re.compile(r"(?:Side|Sida|Sidan)\s*\d.{0,20}", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?:Se webartikkelen|Se webartikeln|Läs hela artikeln|Les hele artikkelen).{0,40}?(?P<url>https?://\S+)"
    r"|(?P<short>https?://ret\.nu/\S+)"
)
# Sentences of the archive behind a text.
_RIGHTS = re.compile(
    r"(?:Alla artiklar är skyddade|Alle artikler er beskyttet|Artiklar får ej distribueras"
    r"|Artikler må ikke distribueres)"
)
# Lines of a head between newspaper and place of publication.
_HEAD = 8
# Behind the notice of copyright a longer line may be text.
_LONG = 250


def is_retriever(lines: Sequence[str]) -> bool:
    """Return whether lines are those of a text export of Retriever."""
    return any(_PARTED.fullmatch(line.strip()) for line in lines) and _head(lines) is not None


def read_retriever(lines: Sequence[str], where: str) -> FileArticles:
    """Return the articles between the lines of equals signs."""
    chunks: list[list[str]] = [[]]
    for line in lines:
        if _PARTED.fullmatch(line.strip()):
            chunks.append([])
        else:
            chunks[-1].append(" ".join(line.split()))
    # A table of contents can stand alone before the first line.
    if _head(chunks[0]) is None:
        chunks.pop(0)
    chunks = [chunk for chunk in chunks if any(chunk)]
    articles = [_article(chunk, number) for number, chunk in enumerate(chunks, start=1)]
    return reading("Retriever", articles, where, expected=EXPECTED)


def _head(lines: Sequence[str]) -> tuple[int, int] | None:
    """Return the numbers of the lines with newspaper and date, and with where it was published."""
    dated = None
    for number, line in enumerate(lines):
        line = line.strip()
        if _DATED.fullmatch(line):
            dated = number
        elif dated is not None and number - dated > _HEAD:
            dated = None
        elif dated is not None and _PUBLISHED.fullmatch(line):
            return dated, number
    return None


def _article(lines: list[str], number: int) -> Article:
    """Return the article of the lines between two lines of equals signs."""
    place = f"article {number}"
    head = _head(lines)
    if head is None:
        doubt = (
            f"{place}: no line with a newspaper and a date was found, so the whole article is read "
            "as text"
        )
        return Article("\n\n".join(_paragraphs(lines)), place=place, doubts=(doubt,))
    dated, published = head
    match = _DATED.fullmatch(lines[dated])
    above = [line for line in lines[:dated] if line and not _RULE.fullmatch(line)]
    section = next(
        (found["section"] for line in lines[dated:published] if (found := _SECTION.match(line))),
        None,
    )
    body, behind = _body(lines[published + 1 :])
    if section is None and body and len(body) > 1 and not body[1] and body[0].isupper():
        # In Sweden the section stands in capitals below the place of publication.
        section, body = body[0].rstrip("."), body[1:]
    addresses = [found for line in lines if (found := _ADDRESS.search(line))]
    doubts = tuple(
        f"{place}: left out behind the text: {line[:80]!r}"
        for line in behind
        if len(line) > _LONG and not _RIGHTS.search(line)
    )
    date = iso_date(match["date"]) if match else None
    time = match["time"] if match else None
    return Article(
        "\n\n".join(_paragraphs(body)),
        above[-1] if above else None,
        match["source"] if match else None,
        f"{date}T{time.replace('.', ':')}:00" if date and time else date,
        section,
        None,
        None,
        None,
        (addresses[-1]["url"] or addresses[-1]["short"]) if addresses else None,
        place,
        doubts,
    )


def _body(lines: list[str]) -> tuple[list[str], list[str]]:
    """Return the text, and what stands behind the notice of copyright."""
    end = next(
        (n for n in range(len(lines) - 1, -1, -1) if lines[n].startswith("©") or ".©" in lines[n]),
        None,
    )
    if end is None:
        end = next((n for n, line in enumerate(lines) if _RIGHTS.match(line)), len(lines))
    last = lines[end].partition("©")[0].strip() if end < len(lines) else ""
    text = [*lines[:end], *([last] if last and not _RIGHTS.match(last) else [])]
    text = [line for line in text if not (_ADDRESS.match(line) or _PAGE.fullmatch(line))]
    return text, lines[end + 1 :]


def _paragraphs(lines: Sequence[str]) -> list[str]:
    """Return the paragraphs between blank lines."""
    parts = "\n".join(lines).strip().split("\n\n")
    return [" ".join(part.split()) for part in parts if part.strip()]
