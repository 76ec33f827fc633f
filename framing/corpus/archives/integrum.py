"""Pages of Integrum, an archive of Russian news: facts behind "^", and the text as it is typed."""

import re
from collections.abc import Sequence
from typing import Any

from framing.corpus.archives.articles import FileArticles, article_of, reading
from framing.corpus.archives.facts import iso_date
from framing.corpus.archives.markup import text_of

# Labels of source, day, author, title and section: источник, дата, автор, заголовок, рубрика.
_LABELS = {"ИС": "source", "ДТ": "date", "АВ": "byline", "ЗГ": "title", "РБ": "section"}
_LABEL = re.compile(r"\^(?P<label>[А-Я]{2}):\s*(?P<value>[^^]*)")


def integrum_elements(root: Any) -> list[Any]:
    """Return the elements of a page of Integrum that hold the text of an article."""
    return [pre for pre in root.iter("pre") if "source" in _facts_above(pre)]


def read_integrum(elements: Sequence[Any], where: str) -> FileArticles:
    """Return the articles of a page, of which each has its facts above its text."""
    articles = []
    for element in elements:
        facts = _facts_above(element)
        if "date" in facts:
            facts["date"] = iso_date(facts["date"], "ru") or facts["date"]
        lines = "".join(element.itertext()).split("\n")
        text = "\n\n".join(" ".join(line.split()) for line in lines if line.strip())
        articles.append(article_of(text, facts | {"language": "ru"}))
    return reading("Integrum", articles, where, expected=("title", "source", "date"))


def _facts_above(element: Any) -> dict[str, str]:
    """Return the facts in the cells that stand above a text, in the same element."""
    cells = [cell for part in element.itersiblings(preceding=True) for cell in part.iter("td")]
    stated = (match for cell in cells for match in _LABEL.finditer(text_of(cell)))
    return {
        _LABELS[match["label"]]: value
        for match in stated
        if match["label"] in _LABELS and (value := " ".join(match["value"].split()).strip(" ,;"))
    }
