"""Clippings: texts that hold several articles, each below a head.

Where the heads are sure, each article is read by itself: numbered titles above a newspaper and a
day (Mediargus, GoPress), such lines below a rule (APA), "Document 2 of 9", or the same labels again
and again. Where something only looks like heads, the text stays one article and is doubted.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from framing.corpus.archives.articles import Article, FileArticles, reading, with_rest
from framing.corpus.archives.datelines import LONGEST, Dateline, dateline, has_day, is_day
from framing.corpus.archives.documents import parted, unwrapped
from framing.corpus.archives.facts import date_in, is_rights, iso_date
from framing.corpus.columns import is_usual

NAME = "clippings"
_RULE = re.compile(r"(?:([_=*~#+–—-])\s?)(?:\1\s?){2,}")
_COUNTED = re.compile(
    r"\W*(?:(?:document|article|item|story|record|result|artikel|dokument|beitrag|treffer|texte?|"
    r"documento|artículo|artigo|articolo|bericht)\s*(?:no\.?|nr\.?|#)?\s*)"
    r"(?P<number>\d{1,5})\s*(?:of|von|de|sur|van|di|av|af|/)\s*(?P<total>\d{1,5})\W*"
    r"|\W*(?P<before>\d{1,5})\s+(?:of|von|de|sur|van|di|av|af)\s+(?P<all>\d{1,5})\s+"
    r"(?:documents?|articles?|items|stories|records|results|artikeln?|dokumenten?|artikelen)\W*",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\W{0,2}(?P<number>\d{1,4})[.)\]]\s+(?P<title>\S.{0,300})")
_LABEL = re.compile(r"(?P<label>[^\W\d_][^\W\d_ /-]*(?:[ /-][^\W\d_]+){0,2})\s?:\s*(?P<value>.*)")
# Full texts of Mediargus stand below all heads, each below its day and page.
_PLACE = re.compile(r"\d\d-\d\d-\d{4}, ?p\. ?\S{1,12}")
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_SHORT_YEAR = re.compile(r"\d[./-]\d{1,2}[./-]\d\d(?!\d)")
# A line with two digits for the year is shorter than this, and so is "Document 2 of 9".
_LONG_DAY, _COUNT = 90, 60
_STROKES = frozenset("_=*~#+–—-")
_BY = re.compile(r"(?:By|BY|Von|Par|Por|Door|Di|De|Text:|Autor:|Author:)\s+[^\W\d_a-z]")
# Lines of a title above a newspaper and a day, and signs of a title.
_ABOVE, _TITLE = 3, 250
# Blank lines that part two articles.
_GAP = 2
# What stands before the first article has no longer line than this.
_PREFACE = 200
# A title that nothing parts from what stands above is shorter, and there are so many.
_LINE, _MANY = 150, 3
# The words of a longer line would take six times its room, where it needs no change.
_LONG_LINE = 10_000
_UNEVEN = re.compile(r"\s\s|[^\S ]|\A\s|\s\Z")
# A line of a head is no longer.
_SHAPE = 120
# An article between rules has so many words.
_WORDS = 30
_ROLES = ("title", "source", "date", "section", "byline", "language", "text")


@dataclass(frozen=True)
class _Head:
    """The head of an article: lines from ``start`` to before ``body``, and what they say.

    ``kind`` is what parts it from what stands above: "start", "rule", "number", "gap" or "count".
    ``below`` is whether the title stands below the newspaper and the day.
    """

    start: int
    body: int
    kind: str
    title: str | None
    line: Dateline | None
    below: bool
    section: str | None = None


def read_clippings(
    lines: Sequence[str], where: str, *, wrapped: bool = False, lined: bool = False
) -> tuple[FileArticles | None, tuple[str, ...]]:
    """Return the articles of a text that holds several below heads that are sure, or None.

    Where only something looks like heads, a doubt stands beside. ``wrapped`` is for the lines of a
    PDF file, where a paragraph has several lines; ``lined`` is for those of a document, where each
    line is a paragraph.
    """
    if not _may_hold(lines):
        return None, ()
    lines = [_spaced(line).lstrip("\ufeff") for line in lines]
    found = _sure(lines, where, wrapped, lined)
    return found, () if found else _several(lines)


def may_hold_several(lines: Sequence[str]) -> tuple[str, ...]:
    """Return a doubt where a text that is read as one article may hold several."""
    if not _may_hold(lines):
        return ()
    return _several(list(map(_spaced, lines)))


def _spaced(line: str) -> str:
    """Return a line with single spaces: the same one where it has them, so that none is doubled."""
    if len(line) > _LONG_LINE and not _UNEVEN.search(line):
        return line
    spaced = " ".join(line.split())
    return line if spaced == line else spaced


def _sure(lines: list[str], where: str, wrapped: bool, lined: bool) -> FileArticles | None:
    """Return the articles below heads that are sure."""
    heads = _counted_heads(lines) or _dated_heads(lines) or None
    if heads is None:
        return _labelled(lines, where, wrapped, lined)
    first = next(n for n, line in enumerate(lines) if line)
    preface = [line for line in lines[first : heads[0].start] if line and not _is_rule(line)]
    if any(len(line) > _PREFACE for line in preface):
        return None
    articles = []
    ends = [*(head.start for head in heads[1:]), len(lines)]
    bodies = [lines[head.body : end] for head, end in zip(heads, ends, strict=True)]
    bodies, doubts = _full_texts(heads, bodies)
    for number, (head, body) in enumerate(zip(heads, bodies, strict=True), start=1):
        line = head.line
        articles.append(
            Article(
                "\n\n".join(_paragraphs(body, wrapped, lined)),
                head.title,
                line.source if line else None,
                line.date if line else None,
                head.section or (line.section if line else None),
                None,
                None if doubts else line.length if line else None,
                place=f"article {number}",
                doubts=doubts,
            )
        )
    if sum(bool(article.text.strip()) for article in articles) < 2:
        return None
    expected = ("title", "source", "date") if all(head.line for head in heads) else ()
    found = reading(NAME, articles, where, expected=expected)
    return with_rest(found, "before the first article", preface)


def _several(lines: Sequence[str]) -> tuple[str, ...]:
    """Return a doubt where a text that is read as one article may hold several."""
    dated = _dated_lines(lines)
    marks = [n for n, line in dated.items() if line.sure and _apart(lines, n)]
    if len(marks) < 2 or not _have_text(lines, marks):
        marks = [head.start for head in _heads(lines, dated) if head.kind in ("number", "rule")]
    if len(marks) < 2:
        marks = [n for n, line in enumerate(lines) if _COUNTED.fullmatch(line)]
    if len(marks) < 2:
        marks = _ruled(lines)
    if len(marks) < 2:
        marks = _titled(lines, dated) or _shaped(lines)
        if marks and sum(len(line.split()) for line in lines[marks[0] :]) >= _WORDS * len(marks):
            return _doubt(lines, marks)
    return _doubt(lines, marks) if len(marks) > 1 and _have_text(lines, marks) else ()


def _doubt(lines: Sequence[str], marks: Sequence[int]) -> tuple[str, ...]:
    """Return the doubt about lines that stand like heads."""
    first, second = (_shown(lines[n:]) for n in marks[:2])
    return (
        f"this file may hold several articles: {first!r} and {second!r} look like their headings. "
        "It is read as one; save each article as a file of its own, or as a row of a table",
    )


def _shown(lines: Sequence[str]) -> str:
    """Return the beginning of the first line that is no rule."""
    return next((line for line in lines if line and not _is_rule(line)), "")[:60]


def _may_hold(lines: Sequence[str]) -> bool:
    """Return whether a text has a sign of heads, which is fast to see: most texts have none."""
    dated = counted = 0
    for line in lines:
        size = len(line)
        if size < 3 or size > 2 * LONGEST:
            continue
        if line.lstrip()[:1] in _STROKES and _is_rule(line.strip()):
            return True
        dated += _is_dated(line)
        counted += size < _COUNT and _COUNTED.fullmatch(line) is not None
        if dated > 1 or counted > 1:
            return True
    first = next((line for line in lines if line.strip()), "")
    return _LABEL.fullmatch(first.strip()) is not None


def _is_dated(line: str) -> bool:
    """Return whether a line may have a day with its year."""
    century = "20" in line or "19" in line or "18" in line
    return (century and _YEAR.search(line) is not None) or (
        len(line) < _LONG_DAY and _SHORT_YEAR.search(line) is not None
    )


def _is_rule(line: str) -> bool:
    """Return whether a line is a rule of strokes, stars or equals signs."""
    return _RULE.fullmatch(line) is not None


def _dated_lines(lines: Sequence[str]) -> dict[int, Dateline]:
    """Return the lines that name a newspaper and a day.

    Among newspapers in quotation marks, broadcasts without them are heads, too.
    """
    dated = {
        n: found
        for n, line in enumerate(lines)
        if line and len(line) <= LONGEST and _is_dated(line) and (found := dateline(line))
    }
    if any(line.quoted for line in dated.values()):
        return {
            n: replace(line, sure=True, quoted=True) if line.timed else line
            for n, line in dated.items()
        }
    return dated


def _heads(lines: Sequence[str], dated: dict[int, Dateline]) -> list[_Head]:
    """Return a head for each newspaper and day that something parts from what stands above."""
    heads = []
    for n, line in dated.items():
        above: list[int] = []
        kind, blanks, start = "start", 0, 0
        for j in range(n - 1, -2, -1):
            if j < 0:
                break
            if not lines[j]:
                blanks += 1
                if blanks >= _GAP and not line.quoted:
                    kind, start = "gap", j + 1
                    break
                continue
            blanks = 0
            if _is_rule(lines[j]):
                kind, start = "rule", j
                break
            if line.quoted:
                # Its title stands below.
                kind, start = "gap", n
                break
            if len(above) >= _ABOVE or len(lines[j]) > _TITLE:
                kind = ""
                break
            above.append(j)
            if _NUMBERED.fullmatch(lines[j]):
                kind, start = "number", j
                break
        if not kind:
            continue
        titles = [lines[j] for j in reversed(above)]
        title: str | None
        section, body = None, n + 1
        if titles:
            title = re.sub(r"^\W{0,2}\d{1,4}[.)\]]\s+", "", " ".join(titles))
        else:
            title, section, body = _title_below(lines, n + 1)
        heads.append(_Head(start, body, kind, title or None, line, not titles, section))
    return heads


def _title_below(lines: Sequence[str], start: int) -> tuple[str | None, str | None, int]:
    """Return the title below a newspaper and a day, the section, and where the text begins."""
    section = None
    for n in range(start, len(lines)):
        label = _LABEL.fullmatch(lines[n])
        if label and is_usual(label["label"], "section"):
            section = label["value"] or None
        elif lines[n]:
            return (lines[n], section, n + 1) if len(lines[n]) <= _TITLE else (None, section, n)
    return None, section, len(lines)


def _dated_heads(lines: Sequence[str]) -> list[_Head]:
    """Return the heads with a newspaper and a day where they are sure; none otherwise."""
    dated = _dated_lines(lines)
    if len(dated) < 2:
        return []
    heads = _heads(lines, dated)
    for kind in ("number", "rule", "gap"):
        chosen = [
            head
            for head in heads
            if head.kind == kind or (head.kind == "start" and kind != "number")
        ]
        if kind == "gap":
            chosen = [head for head in chosen if head.line and head.line.sure]
        if len(chosen) < 2 or not _is_sure(lines, chosen, dated, kind):
            continue
        return chosen
    return []


def _is_sure(
    lines: Sequence[str], heads: Sequence[_Head], dated: dict[int, Dateline], kind: str
) -> bool:
    """Return whether heads of a kind are those of all articles of a text."""
    if len({head.below for head in heads}) > 1:
        return False
    taken = sum(head.line is not None and head.line.sure for head in heads)
    if taken < sum(line.sure for line in dated.values()):
        return False
    if kind == "number":
        numbers = [int(found["number"]) for head in heads if (found := _number(lines, head))]
        return numbers[0] == 1 and all(after == before + 1 for before, after in pairwise(numbers))
    if kind == "rule":
        # Each rule of this kind begins an article.
        rules = {lines[head.start] for head in heads if head.kind == "rule"}
        starts = {head.start for head in heads}
        last = max((n for n, line in enumerate(lines) if line), default=0)
        begun = all(n in starts for n, line in enumerate(lines) if line in rules and n < last)
        first = next(n for n, line in enumerate(lines) if line)
        return begun and heads[0].start <= first
    return True


def _number(lines: Sequence[str], head: _Head) -> re.Match[str] | None:
    """Return the number of a numbered title."""
    return _NUMBERED.fullmatch(lines[head.start])


def _counted_heads(lines: Sequence[str]) -> list[_Head]:
    """Return a head for each "Document 2 of 9" where the numbers begin with 1 and lack none."""
    marks = [(n, found) for n, line in enumerate(lines) if (found := _COUNTED.fullmatch(line))]
    if len(marks) < 2:
        return []
    numbers = [int(found["number"] or found["before"]) for _, found in marks]
    totals = {found["total"] or found["all"] for _, found in marks}
    if numbers != list(range(1, len(numbers) + 1)) or len(totals) > 1:
        return []
    heads = []
    for n, _ in marks:
        follows = [j for j in range(n + 1, min(n + 12, len(lines))) if lines[j]]
        near = next((j for j in follows[:4] if _is_dated(lines[j]) and dateline(lines[j])), None)
        title, body = None, n + 1
        line = dateline(lines[near]) if near is not None else None
        if near is not None and near != follows[0]:
            title, body = " ".join(lines[j] for j in follows if j < near), near + 1
        elif near is not None:
            title, _, body = _title_below(lines, near + 1)
        elif follows and len(lines[follows[0]]) < _TITLE:
            title, body = lines[follows[0]], follows[0] + 1
        heads.append(_Head(n, body, "count", title, line, False))
    return heads


def _full_texts(
    heads: Sequence[_Head], bodies: list[list[str]]
) -> tuple[list[list[str]], tuple[str, ...]]:
    """Return the text of each article: Mediargus has all heads first, then all texts.

    Where there are not as many texts as heads, the bodies stay what they are, with a doubt.
    """
    starts = [n for n, line in enumerate(bodies[-1]) if _PLACE.fullmatch(line)]
    if not starts:
        return bodies, ()
    if len(starts) != len(heads):
        return bodies, (
            f"the file has {len(heads)} heads and {len(starts)} texts below them: which text "
            "belongs to which head is not known",
        )
    found = []
    for head, start, end in zip(heads, starts, [*starts[1:], len(bodies[-1])], strict=True):
        chunk = bodies[-1][start + 1 : end]
        title = next((n for n, line in enumerate(chunk[:12]) if line == head.title), -1)
        chunk = chunk[title + 1 :]
        while chunk and (not chunk[-1] or is_rights(chunk[-1])):
            chunk.pop()
        found.append(chunk)
    return found, ()


def _paragraphs(lines: Sequence[str], wrapped: bool, lined: bool) -> list[str]:
    """Return the paragraphs of an article without rules around it."""
    inner = list(lines)
    while inner and (not inner[-1] or _is_rule(inner[-1])):
        inner.pop()
    while inner and (not inner[0] or _is_rule(inner[0])):
        inner.pop(0)
    if wrapped:
        return unwrapped(inner)
    if lined:
        return [line for line in inner if line]
    return parted(inner)


# --- the same labels again and again


def _labelled(lines: Sequence[str], where: str, wrapped: bool, lined: bool) -> FileArticles | None:
    """Return the articles of a text where each begins with the same label, such as "Title:"."""
    first = next((n for n, line in enumerate(lines) if line and not _is_rule(line)), None)
    if first is None or not (label := _LABEL.fullmatch(lines[first])):
        return None
    name = label["label"].casefold()
    if name in ("subject", "name") or not any(is_usual(name, role) for role in _ROLES[:3]):
        return None
    starts = [
        n
        for n, line in enumerate(lines)
        if (found := _LABEL.fullmatch(line)) and found["label"].casefold() == name
    ]
    ends = [*starts[1:], len(lines)]
    records = [_record(lines, n, end) for n, end in zip(starts, ends, strict=True)]
    if len(records) < 2 or any(len(known) < 2 for known, _ in records):
        return None
    articles = []
    for number, ((known, body), end) in enumerate(zip(records, ends, strict=True), start=1):
        day = known.get("date")
        articles.append(
            Article(
                "\n\n".join(_paragraphs(lines[body:end], wrapped, lined)),
                known.get("title"),
                known.get("source"),
                (iso_date(day) or day) if day else None,
                known.get("section"),
                known.get("byline"),
                place=f"article {number}",
            )
        )
        text = known.get("text")
        if text:
            whole = f"{text}\n\n{articles[-1].text}".strip()
            articles[-1] = replace(articles[-1], text=whole)
    if sum(bool(article.text.strip()) for article in articles) < 2:
        return None
    return reading(NAME, articles, where)


def _record(lines: Sequence[str], start: int, end: int) -> tuple[dict[str, str], int]:
    """Return what the labels between two lines say, by role, and where the text begins."""
    known: dict[str, str] = {}
    body = start
    for n in range(start, end):
        if not lines[n]:
            continue
        found = _LABEL.fullmatch(lines[n])
        role = found and next((role for role in _ROLES if is_usual(found["label"], role)), None)
        if not found or role is None:
            break
        known.setdefault(role, found["value"])
        body = n + 1
        if role == "text":
            break
    return known, body


# --- what only looks like several articles


def _apart(lines: Sequence[str], n: int) -> bool:
    """Return whether a newspaper and a day stand like a head: a blank line or a title above."""
    above = lines[n - 1] if n else ""
    return not above or _is_rule(above) or (len(above) < _LINE and above[-1] not in ".!?,;:")


def _have_text(lines: Sequence[str], marks: Sequence[int]) -> bool:
    """Return whether a text of some length follows each of the lines."""
    ends = [*marks[1:], len(lines)]
    return all(
        sum(len(line.split()) for line in lines[n + 1 : end]) >= _WORDS
        for n, end in zip(marks, ends, strict=True)
    )


def _ruled(lines: Sequence[str]) -> list[int]:
    """Return where the blocks between rules begin if each begins with a title, and a day or name.

    A line below a title, without a blank one, underlines it and is no rule.
    """
    rules = [n for n, line in enumerate(lines) if n and _is_rule(line) and not lines[n - 1]]
    if not rules:
        return []
    starts = [0, *rules] if any(lines[: rules[0]]) else rules
    found = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        block = [line for line in lines[start:end] if line and not _is_rule(line)]
        if not block and end == len(lines):
            continue
        title, *below = block[:4] or [""]
        titled = len(title.split()) > 1 and len(title) < 120 and title[-1] not in ".!?,;:"
        if not titled or not any(map(_is_below_title, below)):
            return []
        found.append(start)
    return found


def _titled(lines: Sequence[str], dated: dict[int, Dateline]) -> list[int]:
    """Return the lines with a newspaper and a day right below a title, of several newspapers."""
    marks = [
        n
        for n in dated
        if n and len(lines[n - 1].split()) > 2 and len(lines[n - 1]) < _LINE and _apart(lines, n)
    ]
    sources = {dated[n].source for n in marks}
    return marks if len(marks) >= _MANY and len(sources) > 1 else []


def _shaped(lines: Sequence[str]) -> list[int]:
    """Return where blocks begin whose first lines are of one shape, from the first block on.

    Such a head has a day, and a title or a newspaper above it or beside it.
    """
    heads: dict[int, tuple[int, int]] = {}
    n = 0
    first = next((n for n, line in enumerate(lines) if line and not _is_rule(line)), 0)
    while n < len(lines):
        if lines[n] and (n == 0 or not lines[n - 1] or _is_rule(lines[n - 1])):
            head = []
            for line in lines[n : n + 5]:
                if not line or len(line) > _SHAPE or line[-1] in ".!?,;" or _is_rule(line):
                    break
                head.append(line)
            dated = next(
                (k for k, line in enumerate(head) if _is_dated(line) and has_day(line)), None
            )
            if dated is not None and len(head) < 5 and _is_shape(head, dated):
                heads[n] = (len(head), dated)
            n += len(head)
        n += 1
    if first not in heads:
        return []
    marks = [n for n, shape in heads.items() if shape == heads[first]]
    return marks if len(marks) >= _MANY else []


def _is_shape(head: Sequence[str], dated: int) -> bool:
    """Return whether the first lines of a block can be a head: a day and something besides."""
    if dated == 0 and is_day(head[0]):
        return False
    if len(head) > 1:
        return any(len(line.split()) > 1 for line in head if line is not head[dated])
    return head[0][-1] in ")]" and head[0][0] not in "(["


def _is_below_title(line: str) -> bool:
    """Return whether a line is a day or the name of an author, as they stand below a title."""
    words = len(line.split())
    return words <= 8 and (date_in(line) is not None or _BY.match(line) is not None)
