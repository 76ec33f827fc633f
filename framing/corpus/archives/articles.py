"""Articles of a file: their texts and what the file says about them, and what could not be read."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from framing._core.checks import InputError
from framing.corpus.archives.facts import language_code

# A stated length that differs from that of the text by more than this factor is doubted.
FACTOR = 2.0
# The note on a headline that stood at the top of a text.
TITLED = (
    "What a file marks as the headline at its top is its title and no text, so its words are not "
    "counted."
)
# Texts of fewer words are not compared with the stated length.
SHORT = 30


@dataclass(frozen=True)
class Article:
    """An article of a file. What the file does not say is None.

    ``date`` is ISO 8601 where the parser could read it, otherwise the text as the file has it.
    ``length`` is the number of words that the file states. ``place`` says where in the file the
    article stands, ``number`` its number there, from 1. ``doubts`` are what a person should look
    at. ``more`` are further facts that the file states, by their names.
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
    number: int = 1
    more: tuple[tuple[str, str], ...] = ()


def article_of(
    text: str, facts: Mapping[str, str], place: str = "", more: Mapping[str, str] | None = None
) -> Article:
    """Return the article of a text and of what is said about it, by the names of its fields."""
    return Article(
        text,
        facts.get("title"),
        facts.get("source"),
        facts.get("date"),
        facts.get("section"),
        facts.get("byline"),
        None,
        language_code(facts.get("language", "")),
        facts.get("url"),
        place,
        more=tuple((more or {}).items()),
    )


@dataclass(frozen=True)
class FileArticles:
    """What was read from a file: the name of the format, articles, and places that were left out.

    ``left_out`` has pairs of place and reason, such as ("article 3", "it has no text"). ``notes``
    are decisions that hold for the whole file.
    """

    format: str
    articles: Sequence[Article]
    left_out: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()


def reading(
    name: str,
    articles: Iterable[Article],
    where: str,
    *,
    expected: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> FileArticles:
    """Return what was read; articles without text are left out, odd ones get a doubt.

    ``expected`` are the columns that exports of this format have: an article without one of them
    is doubted. Raise InputError where no article has text.
    """
    kept, left_out = [], []
    for number, article in enumerate(articles, start=1):
        place = article.place or f"article {number}"
        text = with_signs_apart(article.text.strip())
        article = replace(article, place=place, number=number, text=text)
        if not article.text:
            called = f" {article.title!r}" if article.title else ""
            left_out.append(
                (place, "; ".join([f"the article{called} has no text", *article.doubts]))
            )
            continue
        kept.append(replace(article, doubts=(*article.doubts, *_doubts(article, expected))))
    if not kept:
        reasons = "; ".join(f"{place}: {reason}" for place, reason in left_out[:3])
        raise InputError(f"{where}: no article with text in this {name} file. {reasons}".strip())
    return FileArticles(name, kept, left_out, notes)


# What agencies write behind the last sentence: who reported and edited it, or their name.
_SIGNS = re.compile(
    r"(?<=[.!?:\"”’»)\w])\s+(?P<sign>"
    r"\((?:(?:Additional|Further) )?(?:[Rr]eporting|[Ww]riting|[Ee]diting|Compiled|Translat)"
    r"(?:ed|ion)?\b[^()]{3,500}\)\.?|"
    r"\((?:Reuters|AP|AFP|ANSA|APA|dpa|EFE|PAP|TASS|Xinhua|Yonhap|NTB|Lusa|Belga)\)\.?|"
    r"/(?:ritzau|TASS)/|==Kyodo|EFE|\(END\)|Enditem)\s*\Z"
)
# They are looked for in so many characters.
_END = 700


def with_signs_apart(text: str) -> str:
    """Return a text with the signs of an agency behind its last sentence as a paragraph of it."""
    begin = max(len(text) - _END, 0)
    match = _SIGNS.search(text, begin)
    if not match or match.start() == 0 or "\n" in text[match.start() : match.start("sign")]:
        return text
    return f"{text[: match.start()]}\n\n{match['sign']}"


def without_title(text: str, title: str | None) -> str:
    """Return a text without its first line where that is the title, whose words count once."""
    begun = text.lstrip()
    end = begun.find("\n")
    first = begun if end < 0 else begun[:end]
    line, known = (" ".join((part or "").split()).casefold() for part in (first, title))
    # The name of the site may stand after the title: "Rents rise | The Daily".
    same = line == known or (line and re.match(re.escape(line) + r"\s*[|–—·-]\s", known))
    rest = begun[end + 1 :].lstrip() if same and end >= 0 else ""
    return rest or text


def with_rest(found: FileArticles, place: str, rest: Sequence[str]) -> FileArticles:
    """Return the articles; the lines that are no part of them are left out, and listed."""
    if not rest:
        return found
    left = (place, f"left out: {' '.join(rest)[:80]!r}")
    return FileArticles(found.format, found.articles, [*found.left_out, left], found.notes)


def cut_short(found: FileArticles, ending: str) -> FileArticles:
    """Return the articles with a doubt at the last one: the file ends before the sign of its end.

    A download that broke off leaves such a file, and nothing else shows that text is missing.
    """
    last = found.articles[-1]
    doubt = (
        f"{last.place}: the file ends without {ending}; it may be cut, and text be missing. "
        "Compare it with the original, or get it again"
    )
    last = replace(last, doubts=(*last.doubts, doubt))
    return replace(found, articles=[*found.articles[:-1], last])


def _doubts(article: Article, expected: Sequence[str]) -> list[str]:
    """Return what is odd about an article: no title, or another length than the file states."""
    doubts = [
        f"{article.place}: no {name} was found"
        for name in expected
        if getattr(article, name) is None
    ]
    if article.length:
        words = len(re.findall(r"\w+(?:['’-]\w+)*", article.text))
        longest, shortest = max(words, article.length), min(words, article.length)
        if longest > SHORT and longest > FACTOR * max(shortest, 1) and not _without_spaces(article):
            doubts.append(
                f"{article.place}: the file states {article.length:,} words, the text has {words:,}"
            )
    return doubts


def _without_spaces(article: Article) -> bool:
    """Return whether a text is in a script without spaces between words, such as Chinese."""
    return len(re.findall(r"[぀-ヿ㐀-鿿฀-๿]", article.text)) > len(article.text) / 4
