"""Articles of a file: their texts and what the file says about them, and what could not be read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

# Columns in the order in which a corpus shows them.
COLUMNS = ("text", "title", "source", "date", "section", "byline", "length", "language", "url")


@dataclass(frozen=True)
class Article:
    """An article of a file. What the file does not say is None.

    ``date`` is a text as the file has it, or ISO 8601 where the parser could read it. ``length``
    is the number of words that the file states. ``place`` says where in the file it stands.
    """

    text: str
    title: str | None = None
    source: str | None = None
    date: str | None = None
    section: str | None = None
    byline: str | None = None
    length: int | None = None
    language: str | None = None
    url: str | None = None
    place: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What was read from a file: the name of the format, articles, and places that were left out.

    ``left_out`` has pairs of place and reason, such as ("article 3", "it has no text").
    """

    format: str
    articles: Sequence[Article]
    left_out: Sequence[tuple[str, str]] = field(default=())

    def table(self) -> pd.DataFrame:
        """Return one row per article, with the columns that some article fills."""
        rows: list[dict[str, Any]] = [
            {name: getattr(article, name) for name in COLUMNS} for article in self.articles
        ]
        table = pd.DataFrame(rows, columns=list(COLUMNS))
        filled = [name for name in COLUMNS if name == "text" or table[name].notna().any()]
        return table[filled]
