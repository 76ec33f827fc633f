"""Datelines: lines that name a newspaper and a day, as they stand at the head of clippings."""

import re
from dataclasses import dataclass

from framing.corpus.archives.facts import iso_date, word_count

# A line with a newspaper, a date, a page and a number of words is no longer than this.
LONGEST = 160
_DAY = re.compile(
    r"\d{4}-\d\d-\d\d|\d{4}年\d{1,2}月\d{1,2}日|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
    r"|\d{1,2}(?:\.|er|st|nd|rd|th|º)?\s+(?:(?:de|of)\s+)?[^\W\d_]{3,12}\.?,?\s+(?:(?:de|del)\s+)?\d{4}"
    r"|[^\W\d_]{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}"
)
# Words between a newspaper and the day: "Der Standard vom 18.03.2013".
_JOINED = re.compile(
    r"(?P<found>gefunden am)|vom|v\.|am|den|du|le|of|on|from|dated|van|op|de|del|el|di|do|den|d\.",
    re.IGNORECASE,
)
# What may stand behind the day: the clock, a page, words, the number of an issue, a section.
_CLOCK = r"(?:um |at |kl\.? ?)?\d{1,2}[:.h]\d\d(?::\d\d)?(?: ?(?:uhr|h|[ap]\.?m\.?|[A-Z]{2,4}))?"
_PAGE = (
    r"(?:pages?|pp?\.?|s\.|seiten?|p[áa]gs?\.?|p[áa]ginas?|blz\.?|bladzijde|sid[ae]n?|str\.?|side|oldal)"
    r" ?:? ?[A-Z]{0,3} ?\d+(?: ?[–+-] ?[A-Z]?\d+)*"
)
_WORDS = (
    r"\d{1,3}(?:[.,]\d{3})+ ?[^\W\d_]+\.?|\d+ ?(?:w|words?|w[öo]rter|woorden|mots|palabras|"
    r"palavras|parole|ord|zeichen|characters|tekens|caract[èe]res)\b\.?"
)
_ISSUE = r"(?:no?r?\.?[°º]?|n[°º]|ausgabe|issue|vol\.?|num[ée]ro) ?:? ?\d+(?:[/-]\d+)?"
_PIECE = re.compile(
    rf"(?P<page>{_PAGE})|(?P<words>{_WORDS})|(?P<clock>{_CLOCK})|(?P<issue>{_ISSUE})"
    r"|(?:ressort|section|rubrik|rubrique|rubriek):? ?(?P<named>[^,;|]{2,40})"
    r"|(?P<other>[^\W\d_][\w&'’/-]*(?: [\w&'’/-]+){0,3})",
    re.IGNORECASE,
)
# What stands around the parts of a dateline.
_MARGIN = " ,;|()·–—-."
# First words of lines that date a page, and no newspaper.
_NO_SOURCE = re.compile(
    r"(?:last )?(?:posted|updated|published|modified|created|accessed|retrieved|printed|signed|"
    r"dated|issued|released|born|died|since|until|before|after|by|from|in|on|at|as|for|to|the week|"
    r"aktualisiert|ver[öo]ffentlicht|erstellt|stand|zuletzt|abgerufen|publi[ée]|mis|modifi[ée]|"
    r"publicado|actualizado|pubblicato|geplaatst|gepubliceerd|bijgewerkt|date|datum|fecha|"
    r"copyright|©|\(c\)|version|revision|release|effective|valid|as of|week of|page|seite|"
    r"volume)\b",
    re.IGNORECASE,
)
QUOTES = frozenset('"“„«')
_QUOTED = re.compile(r"[\"“„«](?P<source>[^\"“”„«»]{2,60})[\"“”»]\s*(?P<section>.*)")


@dataclass(frozen=True)
class Dateline:
    """A newspaper and a day, and what a line says besides.

    ``quoted`` is whether the newspaper stands in quotation marks before the word for "of", and
    ``sure`` whether it does, or the line has a page or a number of words: a line that stands in no
    ordinary article. ``timed`` is whether the word for "of" and the clock stand without quotation
    marks, as those of a broadcast do: "Morning News vom 02.04.2013 08.00 Uhr".
    """

    source: str
    date: str
    section: str | None
    length: int | None
    sure: bool
    quoted: bool = False
    timed: bool = False


def dateline(line: str) -> Dateline | None:
    """Return what a line says where it is a newspaper, a day and what belongs to them, or None."""
    line = " ".join(line.split()).lstrip("\ufeff")
    if len(line) > LONGEST or not (line[:1].isalnum() or line[:1] in QUOTES):
        return None
    for day in _DAY.finditer(line):
        date = iso_date(day[0])
        if date is None or len(date) < len("2025-2-3"):
            continue
        joined, before = _before(line[: day.start()], day[0])
        behind = _behind(line[day.end() :])
        if behind is None:
            continue
        quoted = _QUOTED.fullmatch(before)
        source, _, section = (
            (quoted["source"], "", quoted["section"])
            if quoted
            else re.sub(r"\s*[,;|·–—]\s*|\s+-\s+", "|", before).partition("|")
        )
        if not _is_source(source) or len(section) > 60 or iso_date(f"{source} {day[0]}"):
            continue
        page, words, other, clock = behind
        section = re.sub(rf"(?i)(?:^|\s){_ISSUE}", "", section).strip(" |,")
        named = quoted is not None and joined
        sure = page or words is not None or named
        return Dateline(
            source.strip(), date, section or other, words, sure, named, joined and clock
        )
    return None


def has_day(line: str) -> bool:
    """Return whether a day stands in a line, alone or beside other words."""
    return any(iso_date(day[0]) is not None for day in _DAY.finditer(line))


def is_day(line: str) -> bool:
    """Return whether a line is a day and nothing else but its weekday and the clock."""
    day = next((day for day in _DAY.finditer(line) if iso_date(day[0]) is not None), None)
    if day is None:
        return False
    before = line[: day.start()].strip(f"{_MARGIN}*#=_")
    weekday = not before or iso_date(f"{before} {day[0]}") is not None
    return weekday and re.fullmatch(rf"(?i)\W*(?:{_CLOCK})?\W*", line[day.end() :]) is not None


def is_quoted(line: str) -> bool:
    """Return whether a line is a newspaper in quotation marks, the word for "of" and a day."""
    found = dateline(line)
    return found is not None and found.quoted


def _before(text: str, day: str) -> tuple[bool, str]:
    """Return whether a word joins newspaper and day, and the text before it and the weekday."""
    joined = False
    text = text.rstrip(" ,;|(·–—-")
    for _ in range(3):
        head, _, last = text.rpartition(" ")
        found = re.search(r"(?i)gefunden am$", text)
        if found:
            return True, text[: found.start()].rstrip(" ,;|")
        word = last.strip(",.()")
        if head and _JOINED.fullmatch(last):
            joined = True
        elif not (head and word.isalpha() and iso_date(f"{word} {day}")):
            break
        text = head.rstrip(" ,;|(·–—-")
    return joined, text


def _behind(text: str) -> tuple[bool, int | None, str | None, bool] | None:
    """Return what stands behind a day: whether a page, how many words, a section, whether a clock.

    None where something else stands there, such as the rest of a sentence.
    """
    page, words, other, clock = False, None, None, False
    text = re.sub(r"^\s*\([^\W\d_]{2,12}\.?\)", "", text)
    while text := text.strip(_MARGIN):
        match = _PIECE.match(text)
        if match is None:
            return None
        rest = text[match.end() :]
        ended = not rest.strip(_MARGIN) or rest[0] in ",;|·"
        word = match["other"]
        if rest[:1].isalnum() or (word and (other or not ended or not word[0].isupper())):
            return None
        page, clock = page or match["page"] is not None, clock or match["clock"] is not None
        if match["words"]:
            words = word_count(match["words"]) or int(re.sub(r"\D", "", match["words"]))
        other = match["named"] or word or other
        text = rest
    return page, words, other, clock


def _is_source(text: str) -> bool:
    """Return whether a text can be the name of a newspaper, and is no sentence."""
    text = text.strip()
    words = text.split()
    if not 0 < len(words) <= 8 or len(text) > 60 or not any(map(str.isalpha, text)):
        return False
    if _NO_SOURCE.match(text) or re.search(r"[^\W\d_]{4,}[.!?:]\s|[!?:]$", text):
        return False
    large = sum(word[:1].isupper() or word[:1].isdigit() for word in words)
    if len(words) == 1 and not large:
        # "taz", "heise.de"
        return len(text) < 5 or re.search(r"\w\.\w", text) is not None
    # Names are in capitals but for their small words.
    return 2 * large >= len(words)
