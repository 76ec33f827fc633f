"""Transcripts: what people say, from texts in which a name and a time stand above each turn."""

import re
from collections.abc import Sequence
from itertools import pairwise

from framing.corpus.archives.articles import Article, FileArticles, reading
from framing.corpus.archives.facts import date_in

_TIME = (
    r"(?<![\d:])(?:\d{1,2}:\d{1,2}:\d{1,2}[.,]\d{1,3}|(?:\d{1,2}:)?\d{1,2}:\d\d(?:[.,]\d{1,3})?)"
)
_NAME = r"(?P<name>[^\W\d_](?:[^\n:()\[\]<>!?]{0,48}[\w.)])?)"
_SPAN = rf"[\[(]?{_TIME}(?:\s*(?:-|–|-->|to)\s*{_TIME})?[\])]?"
# A name and a time above what is said, in either order, or a time alone; or both on its line.
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_NAME}\s*[,:–-]?\s*{_SPAN}\s*:?",
        rf"{_SPAN}\s*[,–-]?\s*{_NAME}\s*:?",
        # The captions that Zoom saves.
        rf"\[{_NAME}\]\s+{_TIME}",
        rf"{_SPAN}(?P<name>)",
        rf"{_NAME}\s*[,:–-]?\s*[\[(]{_TIME}[\])]\s*:?[ \t]+(?P<said>\S.*)",
        rf"[\[(]{_TIME}(?:\s*(?:-|–|-->)\s*{_TIME})?[\])]\s*{_NAME}:[ \t]+(?P<said>\S.*)",
        rf"[\[(]{_TIME}(?:\s*(?:-|–|-->)\s*{_TIME})?[\])](?P<name>)\s*(?P<said>\S.*)?",
    )
)
# The first turn begins in these lines, and so many turns make a transcript.
_FIRST, _LEAST = 15, 2
_WORDS = 6
# A time of minutes and seconds that is later, at the first turn, is one of the day.
_EARLY = 300
# What programs write above and below.
_ABOVE = re.compile(
    r"(?i)(?:summary )?keywords?\b.*|speakers?\b.*|participants?\b.*|transcript|audio file|"
    r".*\bmin(?:utes)?|.*\.(?:mp3|mp4|wav|m4a|mov)\b.*|duration\b.*|full transcript|outline|"
    r"summary|action items"
)
_LISTED = re.compile(r"(?i)(?:summary )?keywords?|speakers?|participants?|audio file|duration")
_BELOW = re.compile(
    r"(?i)(?:automatically )?transcribed (?:by|with|using)\b.{0,80}|end of (?:the )?transcript\W*|"
    r"(?:this )?transcript (?:was )?(?:exported|generated|created|provided|downloaded)\b.{0,160}"
)


def read_transcript(text: str, where: str) -> FileArticles | None:
    """Return what is said in a transcript as one article; None for other texts.

    Times are no text. A turn begins with the name of who speaks, as in captions: ">> Jane Doe: …",
    which tells the rules of speakers whose words they are; the names are the byline, too.
    """
    lines = [line.strip() for line in re.split(r"\r\n|[\r\n\x0c]", text.lstrip("\ufeff"))]
    form = _form_of(lines)
    if form is None:
        return None
    turns: list[list[str]] = []
    names: list[str] = []
    head: list[str] = []
    for line in lines:
        match = _turn(form, line)
        if match:
            said = match.groupdict().get("said")
            turns.append([said] if said else [])
            names.append(match["name"].rstrip(" ,:-–"))
        elif not line or _BELOW.fullmatch(line):
            if turns and turns[-1] and turns[-1][-1]:
                turns[-1].append("")
        elif turns:
            turns[-1].append(line)
        else:
            head.append(line)
    if not any(names) and (below := _names_below(turns)):
        # The names stand below the times.
        turns = [turn[1:] for turn in turns]
        names = [name.rstrip(" ,:-–") for name in below]
    title, day, above = _facts(head)
    said = ["\n".join(turn).strip() for turn in turns]
    paragraphs = [re.sub(r"\n{2,}", "\n\n", one) for one in said]
    parts = [*above, *_labelled(names, paragraphs)]
    byline = "; ".join(filter(None, dict.fromkeys(names))) or None
    article = Article("\n\n".join(parts), title, date=day, byline=byline, place="the file")
    count = f"{len(turns):,} turns of speech"
    note = f"{where}: the times of {count} are no text; each new speaker stands before a turn."
    if byline is None:
        note = (
            f"{where}: the times of {count} are no text, and no names stand beside them: their "
            "words count as the journalist's. To tell speakers apart, write the name before each "
            "turn (NAME: …)."
        )
    return reading("transcript", [article], where, notes=[note])


def _labelled(names: Sequence[str], said: Sequence[str]) -> list[str]:
    """Return what is said in turns, with the name where somebody else speaks.

    Where one person speaks all the time, each turn has the name, since one mark is no sign.
    """
    turns = [(name, one) for name, one in zip(names, said, strict=True) if one]
    alone = len({name for name, _ in turns}) == 1
    before = [None, *(name for name, _ in turns)]
    return [
        f">> {name}: {one}" if name and (alone or name != last) else one
        for (name, one), last in zip(turns, before, strict=False)
    ]


def _names_below(turns: Sequence[Sequence[str]]) -> list[str]:
    """Return the first line of each turn where these are names; [] where they are not."""
    first = [turn[0] for turn in turns if len(turn) > 1]
    alike = [re.fullmatch(rf"{_NAME}:?", line) for line in first]
    capital = [all(word[0].isupper() or word[0].isdigit() for word in one.split()) for one in first]
    if len(first) < len(turns) or not all(alike) or not all(capital):
        return []
    short = all(len(line.split()) < _WORDS and line[-1] not in ".!?" for line in first)
    return first if short and len(set(first)) <= max(3, 0.7 * len(first)) else []


def _form_of(lines: Sequence[str]) -> re.Pattern[str] | None:
    """Return the form of most turns; None where a text is no transcript."""
    filled = [line for line in lines if line]
    if not any(re.search(_TIME, line) for line in filled[:_FIRST]):
        return None
    for form in _FORMS:
        if not any(_turn(form, line) for line in filled[:_FIRST]):
            continue
        found = [
            (number, turn) for number, line in enumerate(filled) if (turn := _turn(form, line))
        ]
        inline = form.groups > 1
        # Of lines that stand above what is said, no two follow one another.
        close = sum(b - a == 1 for (a, _), (b, _) in pairwise(found))
        least = _LEAST if not inline else max(_LEAST, len(filled) / 3)
        if len(found) >= least and (inline or 2 * close < len(found)):
            turns = [turn for _, turn in found]
            if _are_times(turns) and _are_names(turns):
                return form
    return None


def _are_times(turns: Sequence["re.Match[str]"]) -> bool:
    """Return whether times rise from the beginning of a recording, as those of a day do not."""
    found = [re.search(_TIME, turn[0]) for turn in turns]
    times = [re.split("[.,]", time[0])[0].split(":") for time in found if time]
    seconds = [sum(60**n * int(part) for n, part in enumerate(reversed(one))) for one in times]
    rising = sum(a <= b for a, b in pairwise(seconds)) >= 0.9 * (len(seconds) - 1)
    return rising and (len(times[0]) == 3 or seconds[0] <= _EARLY)


def _are_names(turns: Sequence["re.Match[str]"]) -> bool:
    """Return whether people speak several times, as the names of a programme do not."""
    names = {turn["name"] for turn in turns}
    return len(names) <= max(3, 0.7 * len(turns))


def _turn(form: re.Pattern[str], line: str) -> "re.Match[str] | None":
    """Return the match of a line that begins a turn; None for other lines."""
    if not line or (len(line) > 120 and form.groups == 1):
        return None
    match = form.fullmatch(line)
    if match is None or len(match["name"].split()) > _WORDS:
        return None
    words = re.findall(r"[^\W\d_][\w'’-]*", match["name"])
    return None if any(word.islower() and len(word) > 3 for word in words) else match


def _facts(head: Sequence[str]) -> tuple[str | None, str | None, list[str]]:
    """Return title and day of the lines above the first turn, and those that are text."""
    title = day = None
    above: list[str] = []
    listed = False
    for line in head:
        found = date_in(line)
        if found and not day:
            day = found
        elif _ABOVE.fullmatch(line):
            listed = _LISTED.fullmatch(line) is not None
        elif listed:
            # Keywords and names stand below their label.
            listed = False
        elif title is None and len(line) < 150 and line[-1] not in ".!?":
            title = line
        else:
            above.append(line)
    return title, day, above
