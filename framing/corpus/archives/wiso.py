"""wiso and Genios: exports of these German archives as text, RTF, PDF and HTML.

The layout is that which public scripts of four research groups read: an article begins with its
newspaper and date and with its title, ends with labels such as "Quelle:" and "Ressort:", and is
closed by the line of the company. In some exports the text stands below these labels.
"""

import re
from collections.abc import Sequence
from typing import Any

from framing.corpus.archives.articles import Article, FileArticles, reading, with_rest
from framing.corpus.archives.documents import parted, unwrapped
from framing.corpus.archives.facts import date_in, iso_date
from framing.corpus.archives.markup import classes, with_class

EXPECTED = ("title", "source", "date")
NAME = "wiso"
_END = re.compile(
    r"\W*(?:\(c\)\s*)?GBI-Genios Deutsche Wirtschaftsdatenbank GmbH\W*", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?P<label>Quelle|Ressort|Rubrik|Ausgabe|Dokumentnummer|Autor(?:en)?|ISSN|Schlagw[öo]rter|"
    r"Dauerhafte Adresse des Dokuments|Alle Rechte vorbehalten|Rechte)\s*:\s*(?P<value>.*)"
)
_PAGE = re.compile(
    r"(?:Dokumente|Dokument\s*\d+\s*von\s*\d+|Seite\s*\d+(?:\s*von\s*\d+)?)", re.IGNORECASE
)
# Der Standard vom 18.03.2013, Seite 40; "Der Standard" vom 18. März 2013   Seite: 40
_DATED = re.compile(
    r"(?P<source>\S.{0,100}?),?\s+(?:(?:vom|v\.|den)\s+)?"
    r"(?P<date>\d{1,2}\.\s?(?:\d{1,2}\.\s?|[^\W\d_]+\s)(?:\d{4}|\d\d)(?!\d))",
    re.IGNORECASE,
)
# No line that begins or ends an article is longer, with its margins.
_MARK = 1000
_CONTENTS = "inhaltsverzeichnis"
_LISTED = re.compile(r"\d{1,4}\.\s.+\s\d{1,4}|.*(?:\.\s?){4,}\d{1,4}")
# A second text of an article in HTML of so many characters may be a part of it.
_LONG = 200
# Lines below the labels of which one has so many characters are a text.
_SENTENCE = 60


def is_wiso(lines: Sequence[str]) -> bool:
    """Return whether lines are those of an export of wiso or Genios."""
    # The words of a line without end would take six times its room.
    ended = any(_END.fullmatch(_bare(line)) for line in lines if len(line) < _MARK)
    return ended and any(_bare(line[:_MARK]).startswith("Quelle:") for line in lines)


def read_wiso(lines: Sequence[str], where: str, *, wrapped: bool = False) -> FileArticles:
    """Return the articles in the lines of an export.

    ``wrapped`` is for the lines of a PDF file, where a paragraph has several lines.
    """
    chunks: list[list[str]] = [[]]
    for line in lines:
        if _END.fullmatch(_bare(line)):
            chunks.append([])
        elif not _PAGE.fullmatch(_bare(line)):
            chunks[-1].append(_bare(line))
    # The line of the company closes each article; what follows the last one is doubted.
    rest = [line for line in chunks.pop() if line]
    chunks[0] = _without_contents(chunks[0])
    articles = [_article(chunk, number, wrapped) for number, chunk in enumerate(chunks, start=1)]
    found = reading(NAME, articles, where, expected=EXPECTED)
    return with_rest(found, "after the last article", rest)


def _bare(line: str) -> str:
    """Return a line without the bars between the cells of a table, and without margins."""
    return " ".join(line.replace("|", " ").replace("\ufeff", " ").split())


def _without_contents(lines: list[str]) -> list[str]:
    """Return the lines after the table of contents."""
    start = next((n for n, line in enumerate(lines) if line.casefold() == _CONTENTS), None)
    if start is None:
        return lines
    past = start + 1
    for number in range(start + 1, len(lines)):
        if _LISTED.fullmatch(lines[number]):
            past = number + 1
        elif lines[number] and number - past > 2:
            break
    return lines[past:]


def _article(lines: list[str], number: int, wrapped: bool) -> Article:
    """Return the article of the lines between two lines of the company."""
    place = f"article {number}"
    ends = [n for n, line in enumerate(lines) if line.startswith("Quelle:")]
    end = ends[-1] if ends else len(lines)
    known = _labels(lines[end:])
    body = lines[:end]
    head, body = _head(body)
    stated = known.get("Quelle", "") or head
    source, date = _source(stated)
    if date is None and head:
        source, date = source or _source(head)[0], _source(head)[1]
    above = _labels_above(body)
    known, body = {**_labels(body[:above]), **known}, body[above:]
    title, body = _first(body)
    if not head:
        # Some exports have the newspaper and the day below the title.
        body = _head(body)[1]
    # A line below the title is the subtitle, and the first of the text.
    body = [*body, *_below(lines[end:], alone=not any(body))]
    doubts = (
        ()
        if ends
        else (f"{place}: no line with Quelle: was found, so the whole article is read as text",)
    )
    return Article(
        "\n\n".join(unwrapped(body) if wrapped else _paragraphs(body)),
        title,
        source,
        date,
        known.get("Ressort") or known.get("Rubrik"),
        known.get("Autor") or known.get("Autoren"),
        None,
        None,
        known.get("Dauerhafte Adresse des Dokuments"),
        place,
        doubts,
    )


def _labels(lines: Sequence[str]) -> dict[str, str]:
    """Return the values of labels; one that stands on the line below its label counts as well."""
    known: dict[str, str] = {}
    open_label = None
    for line in lines:
        match = _LABEL.match(line)
        if match:
            open_label = None if match["value"] else match["label"]
            if match["value"]:
                known.setdefault(match["label"], match["value"])
        elif line and open_label:
            known.setdefault(open_label, line)
            open_label = None
    return known


def _below(lines: Sequence[str], alone: bool) -> list[str]:
    """Return the lines of a text that stands below labels; what a label says is none of them.

    Where there is a text above the labels, that is, not ``alone``, one below has a long line.
    """
    found: list[str] = []
    said = False
    for line in lines:
        if match := _LABEL.match(line):
            said = not match["value"]
        elif said and line:
            said = False
        elif line or found:
            found.append(line)
    # Values of labels go on in a further line: names, addresses.
    long = any(len(line) >= _SENTENCE for line in found)
    return ["", *found] if long or (alone and found) else []


def _labels_above(lines: Sequence[str]) -> int:
    """Return how many lines above the title are labels, such as "Ressort: Politik", or blank."""
    count = 0
    for number, line in enumerate(lines[:20]):
        if _LABEL.match(line) or re.match(r"Seite\s*:", line):
            count = number + 1
        elif line:
            break
    return count


def _first(lines: list[str]) -> tuple[str | None, list[str]]:
    """Return the first line that is not blank, and the lines after it."""
    for number, line in enumerate(lines):
        if line:
            return line, lines[number + 1 :]
    return None, []


def _head(lines: list[str]) -> tuple[str, list[str]]:
    """Return the line with newspaper and date above the title, "" without one, and the rest."""
    first, rest = _first(lines)
    if first and len(first) < 200 and (match := _DATED.match(first)):
        # A title can have a date in it, too; the line of the newspaper ends with it or a page.
        beyond = first[match.end() :]
        said = re.search(r"(?i)\s(?:vom|v\.|den)\s", match[0])
        if said and re.match(r"\W*(?:$|S\.|Seite|Nr|Ausgabe|,|/)", beyond):
            return first, rest
    return "", lines


def _source(text: str) -> tuple[str | None, str | None]:
    """Return the newspaper and the date of "Der Standard vom 18.03.2013, Seite 40"."""
    match = _DATED.match(text)
    if match is None:
        return text.strip(' ,;"“”„»«') or None, None
    date = iso_date(match["date"], "de") or date_in(match["date"], "de")
    return match["source"].strip(' ,;"“”„»«') or None, date


def _paragraphs(lines: Sequence[str]) -> list[str]:
    """Return the paragraphs of a text, without what is blank around it."""
    return parted("\n".join(lines).strip().split("\n"))


def wiso_elements(root: Any) -> list[Any]:
    """Return the elements of a page of wiso that hold an article."""
    found = list(with_class(root, "singleDocument"))
    return [element for element in found if next(_pre(element, "text", "textCompact"), None)]


def read_wiso_html(elements: Sequence[Any], where: str) -> FileArticles:
    """Return the articles in the elements of a page."""
    articles = [_of_element(element, number) for number, element in enumerate(elements, start=1)]
    return reading(NAME, articles, where, expected=EXPECTED)


def _pre(element: Any, *names: str) -> Any:
    """Yield the texts of the parts of an article with one of some classes."""
    for part in element.iter("pre"):
        own = classes(part)
        if any(name in own for name in names) and "permaLink" not in own:
            text = "".join(part.itertext()).strip()
            if text:
                yield text


def _of_element(element: Any, number: int) -> Article:
    place = f"article {number}"
    head = next(_pre(element, "gray"), "")
    source, date = _source(" ".join(head.split()))
    texts = sorted(_pre(element, "text"), key=len, reverse=True)
    texts = texts or sorted(_pre(element, "textCompact"), key=len, reverse=True)
    doubts = tuple(
        f"{place}: left out beside the text: {' '.join(text.split())[:80]!r}"
        for text in texts[1:]
        if len(text) > _LONG
    )
    link = next(
        (
            anchor.get("href")
            for part in element.iter("pre")
            if "permaLink" in classes(part)
            for anchor in part.iter("a")
        ),
        None,
    )
    lines = [" ".join(line.split()) for line in texts[0].split("\n")]
    title = " ".join(next(_pre(element, "boldLarge"), "").split())
    return Article(
        "\n\n".join(_paragraphs(lines)), title or None, source, date, url=link, place=place,
        doubts=doubts,
    )  # fmt: skip
