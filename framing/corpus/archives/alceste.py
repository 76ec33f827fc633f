"""Alceste: texts of Alceste and Iramuteq, each below a line of stars and variables."""

import re

from framing._core.memory import lines_of
from framing.corpus.archives.articles import Article, FileArticles, article_of, reading
from framing.corpus.archives.facts import iso_date
from framing.corpus.columns import is_usual

# "**** *source_Times *date_20190213", also "0001 *source_Times" with any number of digits.
_HEAD = re.compile(r"(?:\*{4}|\d{1,9})(?:[ \t]+\*[^\s_*]+(?:_\S*)?)+[ \t]*|\*{4}[ \t]*")
_VARIABLE = re.compile(r"\*([^\s_*]+)(?:_(\S*))?")
# A line within a text that names its theme.
_THEME = re.compile(r"-\*[^\s]+")


def is_alceste(text: str) -> bool:
    """Return whether a text is a corpus of Alceste: its first line has stars and variables."""
    first = next((line for line in lines_of(text.lstrip("\ufeff")) if line.strip()), "")
    return bool(_HEAD.fullmatch(first.strip()) and "*" in first and _VARIABLE.search(first))


def read_alceste(text: str, where: str) -> FileArticles:
    """Return the texts, with the variables that are a title, a source, a date and the like."""
    articles: list[Article] = []
    head, lines = "", list[str]()
    unused: dict[str, None] = {}
    for line in [*text.lstrip("\ufeff").replace("\r", "").split("\n"), "**** *end"]:
        if not _HEAD.fullmatch(line.strip()) or "*" not in line:
            lines.append("" if _THEME.fullmatch(line.strip()) else line.strip())
            continue
        if head:
            articles.append(_article(head, lines, len(articles) + 1, unused))
        head, lines = line.strip(), []
    notes = []
    if unused:
        notes.append(f"{where}: variables that are no column: {', '.join(unused)}.")
    return reading("Alceste", articles, where, notes=notes)


def _article(head: str, lines: list[str], number: int, unused: dict[str, None]) -> Article:
    """Return the article below a line of variables; names that have no column go to ``unused``."""
    facts: dict[str, str] = {}
    for name, value in _VARIABLE.findall(head):
        roles = ("title", "source", "date", "section", "byline", "language")
        role = next((role for role in roles if is_usual(name, role)), None)
        if role and value:
            facts.setdefault(role, value if role == "date" else value.replace("_", " "))
        else:
            unused.setdefault(name)
    day = facts.get("date")
    if day and (written := re.fullmatch(r"(\d{4})[_-]?(\d\d)[_-]?(\d\d)", day)):
        day = "-".join(written.groups())
    if day:
        facts["date"] = iso_date(day) or day
    paragraphs = re.split(r"\n{2,}", "\n".join(lines).strip())
    text = "\n\n".join(" ".join(part.split()) for part in paragraphs)
    return article_of(text, facts, f"text {number}")
