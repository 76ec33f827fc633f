"""Outlines: dictionaries as plain lines, of Lexicoder (.lc3) and WordStat (.cat)."""

import re

from framing.lexicons.foreign import (
    Content,
    FileEntry,
    Format,
    Note,
    Reading,
    lines_of,
    number,
    outline,
)

_WEIGHTED = re.compile(r"(?P<term>.*\S)\s+\(\s*(?P<weight>[-+]?\d[\d.,eE+-]*)(?P<flags>[^()]*)\)")


def read_lexicoder(text: str, where: str) -> Reading:
    """Return the content of a Lexicoder dictionary: ``+category``, then one line per entry."""
    entries: list[FileEntry] = []
    frames: dict[str, str] = {}
    notes: list[Note] = []
    frame = ""
    for line_number, line in enumerate(map(str.strip, lines_of(text)), start=1):
        if line.startswith("+"):
            frame = " ".join(line[1:].split())
            frames.setdefault(frame, "")
        elif "=" in line:
            notes.append(Note(line_number, f"{line!r} is a rule of Lexicoder; left out."))
        elif line and not frame:
            notes.append(
                Note(line_number, f"{line!r} stands before the first +category; left out.")
            )
        elif line:
            entries.append(FileEntry(frame, line, 1.0, line_number))
    return Reading(entries, frames, notes)


def render_lexicoder(content: Content) -> str:
    """Return the text of a Lexicoder dictionary."""
    lines: list[str] = []
    for frame in content.frames:
        lines += [f"+{frame}", *(pattern for pattern, _ in content.of(frame))]
    return "\n".join(lines) + "\n"


def read_wordstat(text: str, where: str) -> Reading:
    """Return the content of a WordStat dictionary: tabs nest categories; entries have weights."""
    entries: list[FileEntry] = []
    frames: dict[str, str] = {}
    notes: list[Note] = []
    above: list[tuple[int, str]] = []
    for line_number, line in enumerate(lines_of(text), start=1):
        words = line.strip()
        if not words:
            continue
        depth = line[: len(line) - len(line.lstrip())].count("\t")
        if words.startswith("@"):
            notes.append(Note(line_number, f"{words!r} is a rule of WordStat; left out."))
            continue
        while above and above[-1][0] >= depth:
            above.pop()
        weighted = _WEIGHTED.fullmatch(words)
        if not weighted:
            above.append((depth, " ".join(words.split())))
            frames.setdefault(".".join(name for _, name in above), "")
            continue
        weight = number(weighted["weight"])
        term = weighted["term"].replace("_", " ")
        if weight is None or not above:
            reason = "no category above it" if not above else f"the weight {weighted['weight']!r}"
            notes.append(Note(line_number, f"{term!r} has {reason}; left out."))
            continue
        if weighted["flags"].strip():
            flags = weighted["flags"].strip()
            notes.append(Note(line_number, f"the flag {flags!r} of {term!r} is not read."))
        entries.append(FileEntry(".".join(name for _, name in above), term, weight, line_number))
    return Reading(entries, frames, notes)


def render_wordstat(content: Content) -> str:
    """Return the text of a WordStat dictionary."""
    lines: list[str] = []
    for depth, heading, frame in outline(content):
        lines.append("\t" * depth + heading)
        for pattern, weight in content.of(frame) if frame else ():
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
