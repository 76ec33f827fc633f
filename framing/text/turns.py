"""Turns: the current speaker in a transcript, by the labels in front of paragraphs.

Labels are PRESIDENT TRUMP: …, MR. PESKOV: …, Q: … A turn lasts until the next label. A name in
front of a headline (Trump: truce is near) has the same form, and lasts for its paragraph.
"""

import re

import numpy as np

from framing._core.typing import Mask
from framing.text.characters import CodePoints, Offsets, is_among, sign_offsets

# Characters of the longest label.
_LONGEST = 90
_CAPS = r"(?:Mc|Mac|[A-Z])[A-Z.'’\-]*"
# Marks of lists, of who speaks in captions, and of bold letters stand before a label.
_MARKS = re.compile(r"[>*_#\-–—•\[(\s]{1,6}")
_STAMP = re.compile(r"[(\[]?\d{1,2}:\d\d(?::\d\d)?[)\]]\s*")
_AFTER = r"(?=[\s*_\])]|\Z)"
_NAME = r"[A-Z][\w.'’\-]*(?:\s(?:[A-Z][\w.'’\-]*|of|the|de|von|van|der|al|bin|\d)){0,5}"
_LABEL = re.compile(
    r"(?P<q>[QA])(?:[:.]|\s?:|[ \t]{2,})(?=\s|\S)"
    rf"|(?P<stamp>{_NAME})[ \t]*[(\[]\d{{1,2}}:\d\d(?::\d\d)?[)\]]:?(?=\s*(?:\n|\r|\Z))"
    rf"|(?P<caps>{_CAPS}(?:\s+(?:{_CAPS}|OF|THE|AND|\d)){{0,6}})"
    rf"(?:\s*[(\[][^)\]\n]{{1,40}}[)\]])?(?:,\s[^:\n]{{1,60}})?[\])*_]{{0,3}}\s?:{_AFTER}"
    rf"|(?P<dash>{_CAPS}(?:\s+(?:{_CAPS}|OF|THE)){{0,4}})(?:,\s[^:\n—]{{1,60}})?\s?(?:--|—)(?=\s|\w)"
    rf"|(?P<mixed>{_NAME})"
    rf"(?:\s?[(\[][^)\]\n]{{1,40}}[)\]])?[\])*_]{{0,3}}\s?:{_AFTER}"
)
_TITLES = frozenset(
    [
        "MR",
        "MS",
        "MRS",
        "MISS",
        "MX",
        "DR",
        "PROF",
        "PRESIDENT",
        "VICE",
        "SECRETARY",
        "SEC",
        "SENATOR",
        "SEN",
        "REP",
        "REPRESENTATIVE",
        "CONGRESSMAN",
        "CONGRESSWOMAN",
        "GOV",
        "GOVERNOR",
        "GENERAL",
        "GEN",
        "COLONEL",
        "COL",
        "ADMIRAL",
        "ADM",
        "CAPTAIN",
        "CAPT",
        "MINISTER",
        "PRIME",
        "FOREIGN",
        "CHANCELLOR",
        "AMBASSADOR",
        "SPEAKER",
        "DIRECTOR",
        "CHAIRMAN",
        "CHAIR",
        "JUDGE",
        "JUSTICE",
        "SPOKESMAN",
        "SPOKESWOMAN",
        "SPOKESPERSON",
        "SIR",
        "LORD",
        "LADY",
        "KING",
        "QUEEN",
        "PRINCE",
        "POPE",
        "THE",
        "PM",
        "MAYOR",
        "REPORTER",
        "QUESTION",
        "MODERATOR",
        "HOST",
        "ANCHOR",
        "INTERVIEWER",
        "COMMISSIONER",
        "UNIDENTIFIED",
    ]
)
_ROLES = frozenset(
    ["REPORTER", "QUESTION", "MODERATOR", "HOST", "INTERVIEWER", "ANCHOR", "SPEAKER"]
)
# Words in front of headlines, notes and lists. They name nobody.
_NO_NAMES = frozenset(
    [
        "BREAKING",
        "UPDATE",
        "UPDATES",
        "EXCLUSIVE",
        "WATCH",
        "READ",
        "MORE",
        "ANALYSIS",
        "OPINION",
        "LIVE",
        "NOTE",
        "NOTES",
        "PHOTO",
        "PHOTOS",
        "VIDEO",
        "SOURCE",
        "SOURCES",
        "FACTBOX",
        "EXPLAINER",
        "CORRECTION",
        "EDITORIAL",
        "BACKGROUND",
        "WHAT",
        "WHY",
        "HOW",
        "WHO",
        "WHEN",
        "WHERE",
        "COMMENTARY",
        "RELATED",
        "SEE",
        "DISCLAIMER",
        "SUMMARY",
        "KEY",
        "ALSO",
        "EDITOR",
        "GRAPHIC",
        "MAP",
        "DATE",
        "SUBJECT",
        "FROM",
        "TO",
        "CC",
        "RE",
        "BY",
        "IMAGE",
        "CAPTION",
        "CREDIT",
        "TIMELINE",
        "QUIZ",
        "POLL",
        "PODCAST",
        "LISTEN",
        "ALERT",
        "ON",
        "BUT",
        "AND",
        "SO",
        "IN",
        "AT",
        "FOR",
        "OR",
        "FIRST",
        "SECOND",
        "THIRD",
        "FINALLY",
        "THAT",
        "THIS",
        "IT",
        "YES",
        "NO",
        "WELL",
        "NOW",
        "AGAIN",
        "REMEMBER",
        "THEN",
        "STILL",
        "MEANWHILE",
        "OKAY",
        "LOOK",
        "IF",
        "AS",
    ]
)
# Names in small letters make a transcript where there are at least so many labels, and one in
# at most so many paragraphs.
_LEAST, _EVERY = 3, 4


def find_inner_labels(
    text: str,
    codes: CodePoints,
    document: Offsets,
    start: Offsets,
    paragraph: Offsets,
    signs: Offsets,
) -> Offsets:
    """Return the sentences that begin with a label inside a paragraph: "… signed? TRUMP: Soon."

    Only in a text with several labels; a single one in capitals there may be a heading.

    Parameters
    ----------
    text, codes : str, array
        The joined text and its code points.
    document, start, paragraph : arrays
        The number of the text, the start and the paragraph of each sentence.
    signs : array
        The `sign_offsets` of the text.
    """
    none = np.empty(0, dtype=np.int64)
    colons = signs[codes[signs] == ord(":")]
    if not len(start) or not len(colons):
        return none
    row = np.searchsorted(start, colons, side="right") - 1
    row, nth = np.unique(row, return_index=True)
    colons = colons[nth]
    first = codes[start[row]]
    near = (row >= 0) & (colons - start[row] < _LONGEST)
    near &= ((first >= ord("A")) & (first <= ord("Z"))) | (first == ord(">"))
    row, colons = row[near], colons[near]
    opens = np.append(True, paragraph[1:] != paragraph[:-1])[row]
    # Most texts have labels at the start of a paragraph or nowhere.
    some = np.isin(document[row], document[row[~opens]])
    kinds: dict[int, list[tuple[int, str, str, bool]]] = {}
    for number, colon, outer in zip(
        row[some].tolist(), colons[some].tolist(), opens[some].tolist(), strict=True
    ):
        begin = int(start[number])
        marks = _MARKS.match(text, begin, colon)
        begin = marks.end() if marks else begin
        match = _match_label(text, begin, colon + 1)
        if match is None or match["dash"] or match["stamp"] or match.end() != colon + 1:
            continue
        kind, _ = _kind(match)
        if kind:
            kinds.setdefault(int(document[number]), []).append((number, kind, match[0], outer))
    inner = []
    for labels in kinds.values():
        capitals = [outer for _, kind, _, outer in labels if kind != "mixed"]
        names = [label for _, _, label, _ in labels]
        for number, kind, label, outer in labels:
            if kind == "mixed":
                # Names in small letters: among labels in capitals inside, or where they come again.
                counts = (len(capitals) > 1 and not all(capitals)) or (
                    not capitals and names.count(label) > 1 and len(labels) >= _LEAST
                )
            else:
                counts = len(capitals) > 1 or (kind == "titled" and len(label) > 2)
            if counts and not outer:
                inner.append(number)
    return np.array(sorted(inner), dtype=np.int64) if inner else none


def find_turns(
    text: str,
    codes: CodePoints,
    document: Offsets,
    start: Offsets,
    end: Offsets,
    signs: Offsets | None = None,
) -> tuple[Offsets, Mask]:
    """Return for each paragraph the one with its speaker label, -1 for none.

    A label inside a paragraph (see `find_inner_labels`) is given as the start of another one.

    Also return whether somebody speaks there even if the label names nobody: in a transcript, not
    below a headline.

    Parameters
    ----------
    text, codes : str, array
        The joined text and its code points.
    document, start, end : arrays
        The number of the text and the edges of each paragraph.
    signs : array, optional
        The `sign_offsets` of the text, if they are known.
    """
    answer = np.full(len(start), -1, dtype=np.int64)
    sure = np.zeros(len(start), dtype=bool)
    signs = sign_offsets(codes) if signs is None else signs
    found = _labels(text, codes, start, end, signs) if len(start) else []
    if not found:
        return answer, sure
    place = np.array([paragraph for paragraph, _ in found], dtype=np.int64)
    of = document[place]
    for number in np.unique(of).tolist():
        mine = [found[row] for row in np.flatnonzero(of == number).tolist()]
        first, past = np.searchsorted(document, [number, number + 1]).tolist()
        capitals = sum(kind != "mixed" for _, kind in mine) > 1 or len(mine) >= _LEAST
        for (paragraph, kind), last in zip(mine, _lasts(mine, first, past), strict=True):
            answer[paragraph:last] = paragraph
            sure[paragraph:last] = kind in ("titled", "stamp") or (kind == "bare" and capitals)
    return answer, sure


def _labels(
    text: str, codes: CodePoints, start: Offsets, end: Offsets, signs: Offsets
) -> list[tuple[int, str]]:
    """Return the paragraphs that begin with a label, and the kind of each label."""
    colons = np.append(signs[codes[signs] == ord(":")], len(codes))
    colon = colons[np.searchsorted(colons, start)]
    near = colon < np.minimum(end, start + _LONGEST)
    first = codes[start]
    near |= _near_dash(codes, start, end, signs)
    near &= ((first >= ord("A")) & (first <= ord("Z"))) | is_among(first, _MARK_CODES)
    second = codes[np.minimum(start + 1, len(codes) - 1)]
    asked = ((first == ord("Q")) | (first == ord("A"))) & ((second == ord(" ")) | (second == 9))
    dotted = (first == ord("Q")) & (second == ord("."))
    third = codes[np.minimum(start + 2, len(codes) - 1)]
    # Q, two spaces and a question: nothing else has this form.
    spaced = asked & ((third == ord(" ")) | (third == ord("\t")))
    titled = spaced & (end > start + 3)
    # "Q Thank you." is a sentence; without a second space only a colon makes it a label.
    asked = spaced | (asked & (colon <= start + _LONGEST))
    found = [(paragraph, "titled") for paragraph in np.flatnonzero(titled).tolist()]
    dashed: list[tuple[int, list[str]]] = []
    known: dict[str, tuple[str, bool]] = {}
    for paragraph in np.flatnonzero((near | asked | dotted) & ~titled).tolist():
        begin, past = int(start[paragraph]), int(end[paragraph])
        plain = _PLAIN.match(text, begin, past)
        label = plain[0] if plain else ""
        # In a transcript the same few labels stand before hundreds of paragraphs.
        if plain and label in known:
            kind, name = known[label]
            behind = plain.end() - 1
        else:
            marks = _MARKS.match(text, begin, past)
            begin = marks.end() if marks else begin
            match = _match_label(text, begin, past)
            if match is None:
                continue
            kind, name = _kind(match)
            behind = match.end()
            if match["dash"] and text[behind:past].strip("*_])\r "):
                dashed.append((paragraph, match["dash"].replace(".", "").split()))
                continue
            if plain and match.start() == plain.start() and behind == plain.end() - 1:
                known[label] = kind, name
        if name and text[behind:past].strip("*_])\r ") == "":
            kind = "alone"
        if kind:
            found.append((paragraph, kind))
    # Two are a transcript. A single one in front of an article is a place: KYIV — Talks …
    many = len({tuple(words) for _, words in dashed}) > 1
    for paragraph, words in dashed:
        named = words[0] in _TITLES and len(words) > 1
        if named or many:
            found.append((paragraph, "titled" if named else "bare"))
        elif len(words) > 1:
            found.append((paragraph, "mixed"))
    return sorted(found)


def _near_dash(codes: CodePoints, start: Offsets, end: Offsets, signs: Offsets) -> Mask:
    """Return which paragraphs have a long dash, or two short ones, near their beginning."""
    sign = codes[signs]
    twice = (sign[:-1] == ord("-")) & (sign[1:] == ord("-")) & (np.diff(signs) == 1)
    dash = (sign == 0x2014) | np.append(twice, False)[: len(signs)]
    places = np.append(signs[dash], len(codes))
    near: Mask = places[np.searchsorted(places, start)] < np.minimum(end, start + _LONGEST)
    return near


# A label in capitals without a bracket or a comma, which decides alone what it is.
_PLAIN = re.compile(r"[A-Z][A-Z.'’\- ]{0,80}:\s")


def _kind(match: re.Match[str]) -> tuple[str, bool]:
    """Return the kind of a label before a text, and whether a label alone in its line is one."""
    if match["q"]:
        return "titled", False
    if match["stamp"]:
        return "stamp", False
    words = (match["caps"] or match["dash"] or match["mixed"]).replace(".", "").split()
    name = len("".join(words)) > 2
    if match["mixed"]:
        asks = len(words) == 1 and words[0].upper() in _ROLES
        return "bare" if asks else "mixed", name
    if not name:
        return "", False
    return "titled" if words[0] in _TITLES and words[1:] else "bare", True


_MARK_CODES = np.array([ord(mark) for mark in ">*_#-–—•[("], dtype=np.uint32)


def _match_label(text: str, begin: int, past: int) -> re.Match[str] | None:
    """Return the label that begins there; one such as LIVE: in front of it names nobody."""
    # "[00:12] Donald Trump:" in a list of times.
    stamp = _STAMP.match(text, begin, past)
    begin = stamp.end() if stamp else begin
    for _ in range(2):
        match = _LABEL.match(text, begin, min(past + 1, begin + _LONGEST + 1))
        if match is None:
            return None
        name = match["stamp"] or match["caps"] or match["dash"] or match["mixed"]
        if name is None or name.replace(".", "").split()[0].upper() not in _NO_NAMES:
            return match
        begin = match.end()
        while begin < past and text[begin] == " ":
            begin += 1
    return None


def _lasts(labels: list[tuple[int, str]], first: int, past: int) -> list[int]:
    """Return the paragraph up to which each label counts, from ``first`` to before ``past``."""
    capitals = sum(kind in ("titled", "bare") for _, kind in labels)
    stamps = sum(kind == "stamp" for _, kind in labels)
    many = len(labels) >= _LEAST and len(labels) * _EVERY >= past - first
    lasts = []
    for (paragraph, kind), following in zip(
        labels, [*(paragraph for paragraph, _ in labels[1:]), past], strict=True
    ):
        if kind == "titled" or (kind == "bare" and (capitals > 1 or many)):
            last = following
        elif kind == "stamp":
            last = following if stamps > 1 else paragraph
        elif kind == "alone":
            # A label on a line of its own: of one alone only the next paragraph is sure.
            last = following if len(labels) > 1 or capitals else min(paragraph + 2, following)
        elif kind == "mixed":
            last = following if many else paragraph + 1
        else:
            # A single name in capitals at the start of an article is a place: KYIV: …
            dateline = past - first > 1 and paragraph < first + 3
            last = paragraph + (not dateline)
        lasts.append(last)
    return lasts
