"""LIWC dictionaries (.dic): numbered categories between two lines with %, then the entries."""

import re
from collections import defaultdict

from framing._core.checks import InputError, listing
from framing.lexicons.foreign import Content, FileEntry, Format, Note, Reading, lines_of, outline

_HEADING = re.compile(r"(?P<tabs>\t*)[ ]*(?P<code>\d+)\s+(?P<name>\S.*)")
# A code, or a condition on a neighbouring word: (02 134)125/464 or <of>131/125.
_CODE = re.compile(r"\([\d\s]*\)[\d/]*|<\w+>[\d/]*|\S+")
_SPACED = re.compile(
    r"(?P<term>\S.*?)\s+(?P<codes>(?:\d+|\([\d ]*\)[\d/]*|<\w+>[\d/]*)"
    r"(?:\s+(?:\d+|\([\d ]*\)[\d/]*|<\w+>[\d/]*))*)$"
)


def read(text: str, where: str) -> Reading:
    """Return the content of a LIWC dictionary."""
    lines = lines_of(text)
    marks = [index for index, line in enumerate(lines) if line.strip() == "%"]
    if len(marks) < 2:
        raise InputError(
            f"{where}: this is not a LIWC dictionary: it has {len(marks)} lines with a single %. "
            "Between two such lines are the categories: a number, a tab and a name on each line. "
            "After them are the entries: a term, a tab and the numbers of its categories."
        )
    notes = [
        Note(index + 1, f"{line.strip()!r} stands before the categories; left out.")
        for index, line in enumerate(lines[: marks[0]])
        if line.strip()
    ]
    names = _categories(lines, marks[0], marks[1], notes)
    entries: list[FileEntry] = []
    unknown: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for index in range(marks[1] + 1, len(lines)):
        if not lines[index].strip():
            continue
        term, codes = _entry(lines[index], index + 1, names, notes)
        for code in dict.fromkeys(codes):
            if code in names:
                entries.append(FileEntry(names[code], term, 1.0, index + 1))
            else:
                unknown[code].append((index + 1, term))
    for code, users in unknown.items():
        terms = listing(term for _, term in users)
        notes.append(Note(users[0][0], f"code {code} is not defined; entries with it: {terms}."))
    return Reading(entries, dict.fromkeys(names.values(), ""), notes)


def _categories(lines: list[str], first: int, last: int, notes: list[Note]) -> dict[int, str]:
    """Return the frame of each code, from the lines between the two %; tabs nest categories."""
    names: dict[int, str] = {}
    above: list[tuple[int, str]] = []
    for index in range(first + 1, last):
        if not lines[index].strip():
            continue
        heading = _HEADING.fullmatch(lines[index].rstrip())
        if not heading:
            text = lines[index].strip()
            notes.append(Note(index + 1, f"category {text!r} has no number; left out."))
            continue
        depth, code = len(heading["tabs"]), int(heading["code"])
        while above and above[-1][0] >= depth:
            above.pop()
        above.append((depth, " ".join(heading["name"].split())))
        if code in names:
            notes.append(
                Note(index + 1, f"code {code} is defined twice; it stays {names[code]!r}.")
            )
        names.setdefault(code, ".".join(name for _, name in above))
    return names


def _entry(
    line: str, number: int, names: dict[int, str], notes: list[Note]
) -> tuple[str, list[int]]:
    """Return a term and its codes. A tab ends the term; without a tab, its first code does."""
    if "\t" in line.strip():
        term, _, code_text = line.strip().partition("\t")
        term = term.strip()
        last_word = term.split()[-1]
        if " " in term and last_word.isdecimal() and int(last_word) in names:
            notes.append(
                Note(number, f"{last_word} is read as part of the phrase {term!r}, not a code.")
            )
    else:
        spaced = _SPACED.fullmatch(line.strip())
        term, code_text = (spaced["term"], spaced["codes"]) if spaced else (line.strip(), "")
    codes: list[int] = []
    for token in _CODE.findall(code_text):
        if token.isdecimal():
            codes.append(int(token))
        else:
            notes.append(Note(number, f"{term!r} has {token!r}, a condition of LIWC; left out."))
    if not code_text.strip():
        notes.append(Note(number, f"{term!r} has no code; left out."))
    return term, codes


def render(content: Content) -> str:
    """Return the text of a LIWC dictionary."""
    lines = ["%"]
    codes: dict[str, int] = {}
    for code, (depth, heading, frame) in enumerate(outline(content), start=1):
        lines.append("\t" * depth + f"{code}\t{heading}")
        codes[frame] = code
    lines.append("%")
    terms: dict[str, list[str]] = {}
    for frame, pattern, _ in content.rows:
        terms.setdefault(pattern, []).append(str(codes[frame]))
    lines.extend("\t".join([term, *numbers]) for term, numbers in terms.items())
    return "\n".join(lines) + "\n"


LIWC = Format("LIWC", read, render, star="end")
