"""Pages of the archives of Japanese newspapers: Kikuzo (Asahi) and Yomidasu (Yomiuri).

The layout is that which a public package reads: a table with number, day, edition, section, page
and length above each article.
"""

import re
from collections.abc import Iterator
from typing import Any

from framing.corpus.archives.articles import Article, FileArticles, reading
from framing.corpus.archives.facts import iso_date, whole_number
from framing.corpus.archives.markup import blocks, classes, text_of, with_class

EXPECTED = ("title", "date")
# The two layouts: class of the table with the facts, class of what holds text, and newspaper.
_KIKUZO, _YOMIDASU = "topic-list", "contentsTable"
_DETAIL = "topic-detail"
_TEXT = re.compile(r"detail\d*")
_TITLE = re.compile(r"font\d+")
_DAY = re.compile(r"(\d{4})(?:年|\.)\s*(\d{1,2})(?:月|\.)\s*(\d{1,2})日?")
# The morning and the evening edition, which only the newspaper itself has.
_EDITION = re.compile(r".*[朝夕]刊")


def is_japanese(root: Any) -> bool:
    """Return whether a page is one of the articles of Kikuzo or Yomidasu."""
    kikuzo = next(with_class(root, _KIKUZO), None) is not None
    detail = next(with_class(root, _DETAIL), None) is not None
    tables = (part for part in with_class(root, _YOMIDASU) if part.tag == "table")
    return (kikuzo and detail) or any(_day(" ".join(_cells(table))) for table in tables)


def read_japanese(root: Any, where: str) -> FileArticles:
    """Return the articles of a page."""
    kikuzo = next(with_class(root, _DETAIL), None) is not None
    name, found = ("Kikuzo", _kikuzo(root)) if kikuzo else ("Yomidasu", _yomidasu(root))
    return reading(name, found, where, expected=EXPECTED)


def _kikuzo(root: Any) -> Iterator[Article]:
    """Yield the articles of Kikuzo: a table of facts, and one with title and text."""
    cells: list[str] = []
    for table in root.iter("table"):
        if _KIKUZO in classes(table):
            cells = _cells(table)
        elif _DETAIL in classes(table):
            text = next((part for part in table.iter() if _named(part, _TEXT)), None)
            held = set() if text is None else {text, *text.iterancestors(), *text.iterdescendants()}
            titles = (part for part in table.iter("span") if part not in held)
            title = next((text_of(part) for part in titles if _named(part, _TITLE)), None)
            day, edition, section, _, length = (*cells[1:6], *[""] * 5)[:5]
            yield _article(title, "朝日新聞", day, edition, section, length, _paragraphs(text))
            cells = []


def _yomidasu(root: Any) -> Iterator[Article]:
    """Yield the articles of Yomidasu: a table of facts and title, and paragraphs below it."""
    cells: list[str] = []
    text: list[str] = []
    for part in root.iter("table", "p"):
        if part.tag == "table" and _YOMIDASU in classes(part) and _day(" ".join(_cells(part))):
            if cells:
                yield _of_yomidasu(cells, text)
            cells, text = _cells(part), []
        elif part.tag == "p" and "mb10" in classes(part):
            text += _paragraphs(part)
    if cells:
        yield _of_yomidasu(cells, text)


def _of_yomidasu(cells: list[str], text: list[str]) -> Article:
    day, title, edition, section, _, length = (*cells[1:7], *[""] * 6)[:6]
    return _article(title, "読売新聞", day, edition, section, length, text)


def _article(
    title: str | None,
    paper: str,
    day: str,
    edition: str,
    section: str,
    length: str,
    text: list[str],
) -> Article:
    return Article(
        "\n\n".join(text),
        title or None,
        paper if _EDITION.fullmatch(edition) else None,
        _day(day),
        section or None,
        None,
        whole_number(length),
        "ja",
    )


def _named(part: Any, form: re.Pattern[str]) -> bool:
    """Return whether an element has a class of a form."""
    return any(form.fullmatch(name) for name in classes(part))


def _cells(table: Any) -> list[str]:
    """Return the cells of the row of facts: the last row of a table, without its header."""
    row = next(reversed([row for row in table.iter("tr") if len(row) > 4]), None)
    return [] if row is None else ["".join(cell.itertext()).strip() for cell in row]


def _day(text: str) -> str | None:
    """Return the first day of a text such as 1985年01月01日 or 1987.01.07."""
    found = _DAY.search(text)
    return iso_date("-".join(part.zfill(2) for part in found.groups())) if found else None


def _paragraphs(element: Any) -> list[str]:
    """Return the paragraphs of an element, each of which begins a line."""
    if element is None:
        return []
    lines = (line.strip() for block in blocks(element) for line in block.split("\n"))
    return [line for line in lines if line]
