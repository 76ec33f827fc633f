"""Dictionaries as plain lines: Lexicoder (.lc3) and WordStat (.cat)."""

import re

from framing.lexicons.foreign import Format, Found, Kept, Note, Reading, lines_of, number, outline

_WEIGHTED = re.compile(r"(?P<term>.*\S)\s+\(\s*(?P<weight>[-+]?\d[\d.,eE+-]*)(?P<flags>[^()]*)\)")


def read_lexicoder(text: str, where: str) -> Reading:
    """Return the content of a Lexicoder dictionary: ``+category``, then a line an entry."""
    entries: list[Found] = []
    frames: dict[str, str] = {}
    notes: list[Note] = []
    frame = ""
    for place, line in enumerate(map(str.strip, lines_of(text)), start=1):
        if line.startswith("+"):
            frame = " ".join(line[1:].split())
            frames.setdefault(frame, "")
        elif "=" in line:
            notes.append(Note(place, f"{line!r} is a rule of Lexicoder; left out."))
        elif line and not frame:
            notes.append(Note(place, f"{line!r} stands before the first +category; left out."))
        elif line:
            entries.append(Found(frame, line, 1.0, place))
    return Reading(entries, frames, notes)


def render_lexicoder(kept: Kept) -> str:
    """Return the text of a Lexicoder dictionary."""
    lines: list[str] = []
    for frame in kept.frames:
        lines += [f"+{frame}", *(pattern for pattern, _ in kept.of(frame))]
    return "\n".join(lines) + "\n"


def read_wordstat(text: str, where: str) -> Reading:
    """Return the content of a WordStat dictionary: an outline by tabs, entries with a weight."""
    entries: list[Found] = []
    frames: dict[str, str] = {}
    notes: list[Note] = []
    above: list[tuple[int, str]] = []
    for place, line in enumerate(lines_of(text), start=1):
        words = line.strip()
        if not words:
            continue
        depth = line[: len(line) - len(line.lstrip())].count("\t")
        if words.startswith("@"):
            notes.append(Note(place, f"{words!r} is a rule of WordStat; left out."))
            continue
        while above and above[-1][0] >= depth:
            above.pop()
        found = _WEIGHTED.fullmatch(words)
        if not found:
            above.append((depth, " ".join(words.split())))
            frames.setdefault(".".join(name for _, name in above), "")
            continue
        weight = number(found["weight"])
        term = found["term"].replace("_", " ")
        if weight is None or not above:
            reason = "no category above it" if not above else f"the weight {found['weight']!r}"
            notes.append(Note(place, f"{term!r} has {reason}; left out."))
            continue
        if found["flags"].strip():
            flags = found["flags"].strip()
            notes.append(Note(place, f"the flag {flags!r} of {term!r} is not read."))
        entries.append(Found(".".join(name for _, name in above), term, weight, place))
    return Reading(entries, frames, notes)


def render_wordstat(kept: Kept) -> str:
    """Return the text of a WordStat dictionary."""
    lines: list[str] = []
    for depth, heading, frame in outline(kept):
        lines.append("\t" * depth + heading)
        for pattern, weight in kept.of(frame) if frame else ():
            lines.append("\t" * (depth + 1) + f"{pattern} ({weight!r})".replace(".0)", ")"))
    return "\n".join(lines) + "\n"


LEXICODER = Format(
    "Lexicoder",
    read_lexicoder,
    render_lexicoder,
    star="end",
    nesting="none",
    bars=re.compile(r"^\+|="),
    bars_frame=re.compile(r"="),
)
WORDSTAT = Format(
    "WordStat",
    read_wordstat,
    render_wordstat,
    weights=True,
    bars=re.compile(r"^@|_"),
    bars_frame=re.compile(r"^@|\)$"),
)
