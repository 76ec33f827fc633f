"""Wires: articles as agencies send them over a line, in the forms ANPA 1312 and IPTC 7901."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from framing.corpus.archives.articles import Article, FileArticles, reading
from framing.corpus.archives.facts import iso_date
from framing.corpus.archives.markup import tidy
from framing.corpus.archives.typesetting import without_codes

# A file of a wire begins with the start of its head, or with signs that wake the receiver.
HEAD = re.compile(rb"[\x00\x16\x7f\s]*\x01[ -~]{2,}")
_HEAD, _TEXT, _END = "\x01", "\x02", "\x03"
# The head of IPTC 7901 in a file that lost the signs which steer a receiver:
# "xyz00012 3 i 510    dpa 1003".
BARE = r"[a-z]{3}\d{3,5} \d [a-z]{1,3} \d{1,5} +[a-z/]{2,8} \d{3,4}[^\S\n]*\r?\n"
_BARE = re.compile(BARE)
# A text of a telex stands between these words: "ZCZC ABC123", "NNNN".
TELEX = r"ZCZC\b[^\n]*\n"
_TELEX, _TELEX_END = re.compile(rf"(?m)^{TELEX}"), re.compile(r"(?m)^N{4}[^\S\n]*\r?$")
# Below the first stand codes, and lines of the head, each behind a sign.
_TELEX_HEAD = re.compile(r"[%#$:*~@].*|[A-Z]{2,3}(?: [A-Z]{2,4})+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# ANPA sets a line that is no running text between these signs: "^Truce at sea<", "^By JO REED=".
_SET = re.compile(r"\^\s*(?P<line>.*?)\s*(?P<sign>[<=])?\s*")
# The keyword of a story with its number of words: "BC-Truce,94", "AM-US--Truce at Sea, 3rd Ld".
_SLUG = re.compile(r"(?:[A-Z]{2}|[a-z]\d{4})-.*|[^\s]+[/-]\S*,\s*\d+|\*\d{3,5}")
# Lines for editors, in the head and in the text; those of the head are set apart.
_EDITORS = re.compile(
    r"(?i:eds?|editors?[’']?|editor[’']s note|note to editors?|an die redaktion(?:en)?)\s*[.:].*|"
    r"\(?(?i:more|mehr folgt|suite)\)?|-\s?30\s?-|_{3,}=?|AP-[A-Z]{2}-\d\d-\d\d-\d\d .*"
)
_OF_HEAD = re.compile(
    r"(?i).*\b(?:photos?|graphics?|video|audio)\b.*|\(?(?:adds|updates|recasts|corrects|with) .*"
)
_BY = re.compile(r"(?i)(?:by|von|par|por|di|af|av|door)\s+(?P<name>\S.{1,80})")
# What agencies add for newsrooms stands below a heading: "# Notebook", "# Notizblock".
_NOTES = re.compile(r"#{1,2} ?\w[\w /]{1,40}")
# Signs of the writers: "nag grj rmo".
_SIGNS = re.compile(r"[a-z]{2,4}(?:[ /][a-z]{2,4}){0,5}")
# The place before the first sentence, with the agency: "Harbour City (wire) - ".
_PLACE = re.compile(
    r"(?P<place>[^\W\d_][^()\n!?]{1,60}?)\s*\((?P<agency>[\w/ -]{2,20})\)\s*"
    r"(?:--?|[–—_]|(?=[A-ZÀ-Þ]))\s*(?=\S)"
)
# "HARBOUR CITY, Dec. 9 Wire - "; the agency of AP in the line that says when a text was sent.
_DATED = re.compile(
    r"[^\W\d_][^()\n!?]{1,60}?, \w{3,9}\.? \d{1,2} (?P<agency>[A-Z][\w-]{1,11}) "
    r"(?:--?|[–—_]) (?=\S)"
)
_AP = re.compile(r"\bAP-[A-Z]{2}-\d\d-\d\d-\d\d\b")
# "03-04-25 0900EST", "172101 GMT Mar 25".
_SENT = re.compile(r"(?<!\d)(?P<month>\d\d)-(?P<day>\d\d)-(?P<year>\d\d)\s+\d{4}")
_FILED = re.compile(
    r"(?<!\d)(?P<day>[0-3]\d)[0-2]\d[0-5]\d\s*(?:[A-Z]{1,4}\s)?\s*(?P<month>[^\W\d_]{3,9})\.?\s*"
    r"(?P<year>\d{4}|\d\d)(?!\d)"
)


def read_wire(text: str, where: str) -> FileArticles | None:
    """Return the articles of a file of a wire; None for other texts."""
    head = text.lstrip("\x00\x16\x7f\r\n\t \ufeff")
    if _TELEX.match(head):
        pieces = [_TELEX_END.split(piece)[0] for piece in _TELEX.split(head)[1:]]
        return reading("wire", [_telex(piece) for piece in pieces if piece.strip()], where)
    if bare := _BARE.match(head):
        return reading("wire", [_article(head[bare.end() :], "")], where)
    if not head.startswith(_HEAD) or not (_TEXT in text or _END in text):
        set_lines = [line for line in head.split("\n")[:12] if _is_set(line)]
        return reading("wire", [_article(text, "")], where) if len(set_lines) > 1 else None
    articles = []
    for piece in text.split(_HEAD)[1:]:
        _, _, rest = piece.partition(_TEXT) if _TEXT in piece else piece.partition("\n")
        body, _, below = rest.partition(_END)
        if body.strip():
            articles.append(_article(body, below))
    return reading("wire", articles, where)


def _telex(body: str) -> Article:
    """Return the article of a text that came by telex: its headline may stand behind ":" or "#"."""
    lines = body.replace("\r", "").split("\n")
    begin = next((n for n, line in enumerate(lines) if not _TELEX_HEAD.fullmatch(line.strip())), 0)
    signed = [line.strip() for line in lines[:begin] if line.strip()[:1] in ("#", ":")]
    named = [line[1:].strip() for line in signed if re.search(r"[^\W\d_]{3}", line)]
    article = _article("\n".join(lines[begin:]), "")
    # "TRAINER-JOCKEY" are keywords, where a headline has small letters.
    title = next((line for line in named if not line.isupper()), None)
    return replace(article, title=title or article.title)


def _is_set(line: str) -> bool:
    """Return whether a line stands between the signs of ANPA."""
    line = line.strip()
    return line.startswith("^") and line[-1] in "<=" and 3 < len(line) < 140


def _article(body: str, below: str) -> Article:
    """Return the article of a text and of the line below it, which says when it was sent."""
    # Two lines between signs may stand in one: "*1234< ^AP-Truce,94<".
    body = re.sub(r"<[^\S\n]*\^", "<\n^", body)
    lines = [_CONTROL.sub("", line).rstrip() for line in body.replace("\r", "").split("\n")]
    title, byline, lines = _heads(lines)
    paragraphs = _paragraphs(lines)
    short = len(paragraphs) > 1 and len(paragraphs[0]) < 120
    if short and not title and paragraphs[0][-1] not in '.!?:"”»':
        title = paragraphs.pop(0)
    source = None
    for form in (_PLACE, _DATED):
        if source is None and paragraphs and (match := form.match(paragraphs[0])):
            source = match["agency"]
            paragraphs[0] = paragraphs[0][match.end() :]
    if source is None and _AP.search(f"{body}\n{below}"):
        source = "AP"
    if not paragraphs:
        # A list of headlines, each between the signs of the head.
        paragraphs = [one for one in _set_lines(body) if one != title]
    return Article(
        "\n\n".join(paragraphs), title or None, source, _day(below or body[-200:]), byline=byline
    )


def _heads(lines: Sequence[str]) -> tuple[str, str | None, list[str]]:
    """Return the headline, the byline, and the lines of the text."""
    title: list[str] = []
    byline: str | None = None
    rest: list[str] = []
    headline = any(line.rstrip().endswith("=") and not line.startswith("^") for line in lines[:6])
    for line in lines:
        stripped = line.strip()
        if stripped.startswith("^") and (match := _SET.fullmatch(stripped)):
            named = _BY.fullmatch(match["line"])
            if named:
                byline = byline or named["name"]
            elif (
                match["sign"] == "<" and not title and not rest and not _is_no_title(match["line"])
            ):
                title = [match["line"]]
        elif headline and not rest:
            # IPTC: a slug, then the headline and a byline, of which the last ends in this sign.
            line = stripped.rstrip("= ")
            if named := _BY.fullmatch(line):
                byline = byline or named["name"]
            elif line and not _is_slug(line):
                title.append(line)
            headline = not stripped.endswith("=")
        elif not rest and (not stripped or _is_slug(stripped) or _EDITORS.fullmatch(stripped)):
            continue
        else:
            rest.append(line)
    # "REFILE", "1ST LEAD" say what is new, where the headline has small letters.
    headlines = [line for line in title if not line.isupper() or len(line) > 40] or title
    return " ".join(headlines), byline, rest


def _set_lines(body: str) -> list[str]:
    """Return the lines that stand between the signs of ANPA and are neither keyword nor byline."""
    found = []
    for line in body.replace("\r", "").split("\n"):
        match = _SET.fullmatch(_CONTROL.sub("", line).strip())
        if match and match["line"] and not match["line"].startswith("AP-"):
            skipped = _is_slug(match["line"]) or _BY.fullmatch(match["line"])
            found += [] if skipped or _is_no_title(match["line"]) else [match["line"]]
    return found


def _is_no_title(line: str) -> bool:
    forms = (_SLUG, _EDITORS, _OF_HEAD)
    return not line or any(form.fullmatch(line) for form in forms)


def _is_slug(line: str) -> bool:
    """Return whether a line is keywords: "Harbour/bridge/", "BC-LT--Truce,94<"."""
    line = line.rstrip("<")
    return bool(_SLUG.fullmatch(line)) or ("/" in line and " " not in line)


def _paragraphs(lines: Sequence[str]) -> list[str]:
    """Return the paragraphs of wrapped lines: they begin with white space, or below a blank line.

    What is meant for editors and stands below the text is left out.
    """
    found: list[str] = []
    apart = True
    for line in lines:
        stripped = line.strip()
        if _NOTES.fullmatch(stripped) and found:
            break
        if not stripped or _EDITORS.fullmatch(stripped):
            apart = True
        elif apart or line[0] in "\t " or not found:
            found.append(stripped)
            apart = False
        else:
            found[-1] += f" {stripped}"
    while len(found) > 1 and _SIGNS.fullmatch(found[-1]):
        found.pop()
    return [tidy(without_codes(re.sub(r"``|''", '"', one).rstrip("<"))) for one in found]


def _day(line: str) -> str | None:
    """Return the day on which a text was sent, in ISO 8601; None where it does not say it."""
    if match := _SENT.search(line):
        try:
            return date(
                2000 + int(match["year"]), int(match["month"]), int(match["day"])
            ).isoformat()
        except ValueError:
            return None
    if match := _FILED.search(line):
        year = match["year"] if len(match["year"]) == 4 else f"20{match['year']}"
        return iso_date(f"{int(match['day'])} {match['month']} {year}")
    return None
