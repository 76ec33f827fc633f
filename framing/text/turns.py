"""Turns: the current speaker in a transcript, by the labels in front of paragraphs.

Labels are PRESIDENT TRUMP: …, MR. PESKOV: …, Q: … A turn lasts until the next label. A name in
front of a headline (Trump: truce is near) has the same form, and lasts for its paragraph.

Parliaments write "Mr. GRAHAM. I yield", captions mark a change of speaker with ">>", and other
transcripts have the name alone in its line. These count only where a text has several.
"""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framing._core.typing import Mask
from framing.text.alphabet import TextFolding
from framing.text.characters import (
    BREAK,
    CodePoints,
    Offsets,
    is_among,
    is_white,
    sign_offsets,
    word_set,
)

# Characters of the longest label.
_LONGEST = 90
# Capitals of the languages of Europe: NIINISTÖ, ERDOĞAN.
_CAPITALS = "A-Z" + "".join(sign for sign in map(chr, range(0xC0, 0x180)) if sign.isupper())
_CAPS = rf"(?:Mc|Mac|[A-Z])[{_CAPITALS}.'’\-]*"
# Marks of lists, of who speaks in captions, and of bold letters stand before a label.
_MARKS = re.compile(r"[>*_#\-–—•\[(\s]{1,6}")
# Times and numbers of lists before a label: [00:12:03], 00:12 -, [10:05 AM], (00:12 - 00:20), 2.
_CLOCK = r"\d{1,2}[:.]\d\d(?::\d\d)?(?:[.,]\d{1,3})?(?:\s?[AaPp]\.?[Mm]\b\.?)?"
_STAMP = re.compile(
    rf"[(\[]?{_CLOCK}(?:\s?(?:-->|[-–—]|to)\s?{_CLOCK})?[)\]]?(?:\s{{0,3}}[-–—|])?\s*"
    r"|\d{1,2}[.)]\s+"
)
_AFTER = r"(?=[\s*_\])]|\Z)"
_NAME = r"[A-Z][\w.'’\-]*(?:\s(?:[A-Z][\w.'’\-]*|of|the|de|von|van|der|al|bin|\d)){0,5}"
# CNN Anchor, Governor of Texas; but no sentence, as in "President Zelenskyy, I am clear: …".
_OFFICE = (
    r"(?!I\b)[A-Z][\w.&'’\-]*"
    r"(?:\s(?:[A-Z][\w.&'’\-]*|of|the|for|and|at|to|in|on|de|von|&)){0,6}"
)
# Up to three remarks in brackets: (Leeds) (Lab), [translated].
_REMARKS = r"(?:\s?[(\[][^)\]\n]{1,40}[)\]]){0,3}"
_LABEL = re.compile(
    r"(?P<q>[QA])(?:[:.]|\s?:|[ \t]{2,})(?=\s|\S)"
    rf"|(?P<stamp>{_NAME}):?[ \t]*[(\[]\d{{1,2}}:\d\d(?::\d\d)?[)\]]:?(?=\s*(?:\n|\r|\Z))"
    rf"|(?P<caps>{_CAPS}(?:\s+(?:{_CAPS}|OF|THE|AND|\d)){{0,6}})"
    rf"{_REMARKS}(?:,\s[^:\n]{{1,60}})?[\])*_]{{0,3}}(?:\s{_CLOCK})?\s?:{_AFTER}"
    rf"|(?P<dash>{_CAPS}(?:\s+(?:{_CAPS}|OF|THE)){{0,4}})(?:,\s[^:\n—]{{1,60}})?\s?(?:--|—)(?=\s|\w)"
    rf"|(?P<mixed>{_NAME})"
    rf"{_REMARKS}(?:,\s{_OFFICE})?[\])*_]{{0,3}}(?:\s{_CLOCK})?\s?:{_AFTER}"
)
# Speakers that programs number: Speaker 1, SPEAKER_00, Speaker A.
_NUMBERED = re.compile(
    r"(?:SPEAKER|REPORTER|QUESTION|VOICE|PARTICIPANT|CALLER)[_ ]?(?:\d{1,3}|[A-Z])"
)
# Parliaments: Mr. GRAHAM. / The PRESIDING OFFICER. / Ms. JONES of Texas. / Mr. Graham.
_SURNAME = r"(?:Mc|Mac|De|La|Van|O['’])?[A-Z][A-Z'’\-]+"
_POINT = re.compile(
    rf"(?P<person>(?:[A-Z][a-z]{{0,15}}\.?\s){{1,2}}{_SURNAME}(?:\s{_SURNAME}){{0,3}}"
    r"(?:\spro\stempore)?"
    r"|(?:Mr|Ms|Mrs|Miss|Dr|Sen|Rep|Senator|Representative|Chair|Chairman|Chairwoman|Secretary"
    r"|General|Gen|Admiral|Ambassador|Governor|Director|Judge|Mayor)\.?"
    r"(?:\s(?:[A-Z]\.|(?:[A-Z][a-z'’]*)?[A-Z][a-z'’\-]+)){1,2})"
    r"(?:\sof\s[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)?(?:\s\([^)\n]{1,40}\))?\.(?=\s|\Z)"
)
_POINT_WORDS = np.array(
    [
        (ord(word[0]) << 42) | (ord(word[1]) << 21) | ord(word[2])
        for word in [
            *("Mr.", "Mr ", "Ms.", "Ms ", "Mrs", "Miss", "Dr.", "Dr ", "Sen", "Rep", "Cha", "Sec"),
            *("Gen", "Adm", "Amb", "Gov", "Dir", "Jud", "May", "The", "Del", "Act", "Vic", "Pre"),
            *("Lor", "Hon", "Dam", "Sir", "Lad", "Dep", "Com", "Cap", "Col", "Lt.", "Pri"),
        ]
    ],
    dtype=np.uint64,
)
_THE = np.uint64((ord("T") << 42) | (ord("h") << 21) | ord("e"))
# A name alone in its line, also with a time before or after it.
_TIME = r"[(\[]?\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?[)\]]?"
_LINE = re.compile(
    rf"(?P<before>{_TIME}[ \t|,–\-]*)?(?P<name>{_NAME}){_REMARKS}"
    rf"(?P<after>[ \t|,–\-]*{_TIME})?:?[ \t]*\Z"
)
# A name in brackets, or before a dash or a bar: [TRUMP] Soon. / Donald Trump – Soon.
_SIDE = re.compile(
    rf"[*_#\-–—•\s]{{0,6}}(?:[\[<](?P<inside>{_NAME})[\]>][*_]{{0,3}}(?:\s?[:|–—-])?"
    rf"|(?P<before>{_NAME}){_REMARKS}[*_]{{0,3}}\s[|–—-])(?=\s)"
)
# Characters up to the sign that ends such a label.
_SHORT = 45
_SIDE_CODES = np.array([ord(sign) for sign in "–—-|]>"], dtype=np.uint32)
_CLOSING = np.array([ord(sign) for sign in "]>"], dtype=np.uint32)
_NOISES = frozenset(
    ["APPLAUSE", "LAUGHTER", "LAUGHS", "MUSIC", "CROSSTALK", "INAUDIBLE", "CHEERS", "PAUSE", "SIC"]
)
# Below a photo the bracket after a name is that of an agency.
_AGENCY = re.compile(r"(?:Images|Photo|AP|AFP|EPA|Reuters)\)")
_LONGEST_LINE, _LONG_DASH = 70, 0x2014
_OPENING = np.array([ord("("), ord("[")], dtype=np.uint32)
# What a time or number before a label begins with.
_STAMPED = "[(0123456789"
_TIME_ENDS = np.array([ord(sign) for sign in ":.)"], dtype=np.uint32)
_TIME_CODES = np.array([ord(sign) for sign in "0123456789()[]"], dtype=np.uint32)
_NO_LINE_CODES = np.array([ord(sign) for sign in ".!?;,…\"'”’»"], dtype=np.uint32)
# A transcript has a name in at least one of so many paragraphs.
_SELDOM = 6
_TITLES = word_set(
    """
    MR MS MRS MISS MX DR PROF PRESIDENT VICE SECRETARY SEC SENATOR SEN REP REPRESENTATIVE
    CONGRESSMAN CONGRESSWOMAN GOV GOVERNOR GENERAL GEN COLONEL COL ADMIRAL ADM CAPTAIN CAPT MINISTER
    PRIME FOREIGN CHANCELLOR AMBASSADOR SPEAKER DIRECTOR CHAIRMAN CHAIR JUDGE JUSTICE SPOKESMAN
    SPOKESWOMAN SPOKESPERSON SIR LORD LADY KING QUEEN PRINCE POPE THE PM MAYOR REPORTER QUESTION
    MODERATOR HOST ANCHOR INTERVIEWER COMMISSIONER UNIDENTIFIED
    """
)
_ROLES = frozenset(
    ["REPORTER", "QUESTION", "MODERATOR", "HOST", "INTERVIEWER", "ANCHOR", "SPEAKER"]
)
# Of two letters: countries, bodies and marks of text.
_NO_INITIALS = frozenset([
    "US", "UK", "EU", "UN", "UAE", "PM", "AM", "TV", "RE", "CC", "PS", "NB", "ID", "AP", "FT",
    "NY", "DC", "LA", "QA", "TO", "BY", "MR", "MS", "DR", "NO", "OK", "IN", "ON", "AT", "SO",
    "IF", "AS", "OR", "IT", "IS", "WE", "HE", "ME", "MY", "UP", "DO", "GO", "BE", "AN", "HQ",
    "PR", "AI", "VP", "ER", "OP", "VS", "PP",
])  # fmt: skip
# Remarks that stand only beside the name of who speaks.
_VOICE = re.compile(
    r"[(\[](?:voice-?over|on camera|via|through|off mic|on the phone|by phone)\b", re.I
)
# Words in front of headlines, notes and lists. They name nobody.
_NO_NAMES = word_set(
    """
    BREAKING UPDATE UPDATES EXCLUSIVE WATCH READ MORE ANALYSIS OPINION LIVE NOTE NOTES PHOTO PHOTOS
    VIDEO SOURCE SOURCES FACTBOX EXPLAINER CORRECTION EDITORIAL BACKGROUND WHAT WHY HOW WHO WHEN
    WHERE COMMENTARY RELATED SEE DISCLAIMER SUMMARY KEY ALSO EDITOR GRAPHIC MAP DATE SUBJECT FROM TO
    CC RE BY IMAGE CAPTION CREDIT TIMELINE QUIZ POLL PODCAST LISTEN ALERT ON BUT AND SO IN AT FOR OR
    FIRST SECOND THIRD FINALLY THAT THIS IT YES NO WELL NOW AGAIN REMEMBER THEN STILL MEANWHILE OKAY
    LOOK IF AS
    """
)
# A sentence, not a label: a word in small letters follows the first words, which have no sign of a
# label among them. Most candidates are such sentences, and this test takes a fifth of the time.
_PROSE = re.compile(
    r"(?![QA]\.)[A-Z][\w.'’]*(?:\s[A-Z][\w.'’]*)*"
    r"\s(?!(?:of|the|de|von|van|der|al|bin)(?![a-z]))[a-z]"
)
# Which characters end a word of a name, by code point; all beyond ASCII are one, and the curly
# apostrophe among them does not.
_ENDS_WORD = np.array([not (chr(code).isalnum() or chr(code) in ".'_") for code in range(0x81)])
_ENDS_WORD[0x80] = True
_APOSTROPHE = ord("’")
# So many characters of a word are looked at in one go.
_LETTERS = np.arange(16)
# The words in small letters that names have, by their length.
_PARTICLES = {
    len(words[0]): np.array([int.from_bytes(word.encode()) for word in words], dtype=np.uint32)
    for words in (("of", "de", "al"), ("the", "von", "van", "der", "bin"))
}
# What no name has; what follows a bracket is not seen.
_NO_NAME_CODES = np.array([ord(sign) for sign in '([:,;?!—…"“”'], dtype=np.uint32)
# What may stand behind a label that is alone in its line.
_REST = re.compile(r"[*_\])\r ]*\Z")
_REST_CODES = np.array([ord(sign) for sign in "*_])\r "], dtype=np.uint32)
# Kinds of labels: alone in its line, a word in capitals, a name in small letters, beside a time,
# with a title or certain for another reason.
_NONE, _ALONE, _BARE, _MIXED, _TIMED, _TITLED = -1, 0, 1, 2, 3, 4
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
    folding: TextFolding | None = None,
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
    folding : TextFolding, optional
        What looks at the beginnings of sentences faster than the functions of this file.
    """
    if not len(start):
        return np.empty(0, dtype=np.int64)
    opens = np.append(True, paragraph[1:] != paragraph[:-1])
    past = np.append(start[1:], len(codes))
    openings = _look(codes, start, past, signs, folding, lines=False)
    named = _inner_names(text, document, start, opens, openings)
    changes = np.flatnonzero(~opens & _has_arrows(codes, document, start))
    points = openings.points[opens[openings.points] | openings.in_front]
    points = _with_points(text, document, start, points)
    points = points[~opens[points]]
    if len(changes) or len(points):
        named = np.unique(np.concatenate([named, changes, points]))
    return named


def _inner_names(
    text: str, document: Offsets, start: Offsets, opening: Mask, openings: "_Openings"
) -> Offsets:
    """Return the sentences inside a paragraph that begin with a name and a colon."""
    none = np.empty(0, dtype=np.int64)
    row = openings.inner
    if not len(row) or opening[row].all():
        return none
    opens = opening[row]
    # In a transcript the same few labels stand before hundreds of sentences.
    known: dict[str, tuple[int, str]] = {}
    # Most texts have labels at the start of a paragraph or nowhere, so that only texts with one
    # inside are read again from their beginning.
    inside = row[~opens]
    named = _read_inner(text, document, start, openings, inside, opening, known)
    if not named:
        return none
    some = row[np.isin(document[row], list(named))]
    kinds = _read_inner(text, document, start, openings, some, opening, known)
    inner = []
    for labels in kinds.values():
        capitals = [outer for _, kind, _, outer in labels if kind != _MIXED]
        names = [label for _, _, label, _ in labels]
        for number, kind, label, outer in labels:
            if kind == _MIXED:
                # Names in small letters: among labels in capitals inside, or where they come again.
                counts = (len(capitals) > 1 and not all(capitals)) or (
                    not capitals and names.count(label) > 1 and len(labels) >= _LEAST
                )
            else:
                counts = len(capitals) > 1 or (kind == _TITLED and len(label) > 2)
            if counts and not outer:
                inner.append(number)
    return np.array(sorted(inner), dtype=np.int64) if inner else none


def _read_inner(
    text: str,
    document: Offsets,
    start: Offsets,
    openings: "_Openings",
    some: Offsets,
    opening: Mask,
    known: dict[str, tuple[int, str]],
) -> dict[int, list[tuple[int, int, str, bool]]]:
    """Return the labels before some sentences, by text: sentence, kind, label, if it opens one.

    ``known`` has what each label is, and what is read is added to it.
    """
    kinds: dict[int, list[tuple[int, int, str, bool]]] = {}
    for number, begin, colon, outer, of in zip(
        some.tolist(), start[some].tolist(), openings.colon[some].tolist(),
        opening[some].tolist(), document[some].tolist(), strict=True,
    ):  # fmt: skip
        if text[begin] in _STAMPED:
            stamp = _STAMP.match(text, begin)
            colon = text.find(":", stamp.end(), begin + _LONGEST) if stamp else -1
            if colon < 0:
                continue
        # What follows the colon can decide too.
        label = text[begin : colon + 2]
        if label not in known:
            known[label] = _inner_kind(text, begin, colon)
        kind, name = known[label]
        if kind != _NONE:
            kinds.setdefault(of, []).append((number, kind, name, outer))
    return kinds


def _inner_kind(text: str, begin: int, colon: int) -> tuple[int, str]:
    """Return the kind of the label that ends with a colon, and the label; none where it is none."""
    match = _match_label(text, _past_marks(text, begin, colon), colon + 1)
    if match is None or match["dash"] or match["stamp"] or match.end() != colon + 1:
        return _NONE, ""
    return _kind(match)[0], match[0]


def find_turns(
    text: str,
    codes: CodePoints,
    document: Offsets,
    start: Offsets,
    end: Offsets,
    signs: Offsets | None = None,
    folding: TextFolding | None = None,
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
    folding : TextFolding, optional
        What looks at the beginnings of paragraphs faster than the functions of this file.
    """
    answer = np.full(len(start), -1, dtype=np.int64)
    sure = np.zeros(len(start), dtype=bool)
    signs = sign_offsets(codes) if signs is None else signs
    start = _past_blanks(codes, start, end)
    place, kind = _labels(text, codes, document, start, end, signs, folding)
    if not len(place):
        return answer, sure
    numbers, of, count = np.unique(document[place], return_inverse=True, return_counts=True)
    first, past = np.searchsorted(document, numbers), np.searchsorted(document, numbers + 1)
    kind = np.where(_are_interviews(codes, end, place, count, past - first)[of], _TITLED, kind)
    capitals = (np.bincount(of, kind != _MIXED) > 1) | (count >= _LEAST)
    certain = (kind == _TITLED) | (kind == _TIMED)
    certain |= ((kind == _BARE) | (kind == _ALONE)) & capitals[of]
    # No label counts beyond the next one.
    size = _lasts(place, kind, of, count, first, past) - place
    label = np.repeat(place, size)
    rows = label + np.arange(len(label)) - np.repeat(np.cumsum(size) - size, size)
    answer[rows], sure[rows] = label, np.repeat(certain, size)
    return answer, sure


def _are_interviews(
    codes: CodePoints, end: Offsets, place: Offsets, count: Offsets, paragraphs: Offsets
) -> Mask:
    """Return in which texts each paragraph has a label, and the first of two or more asks.

    ``place`` has the labelled paragraphs, text after text, ``count`` how many there are in each.
    """
    asks = codes[end[place[np.cumsum(count) - count]] - 1] == ord("?")
    found: Mask = asks & (count > 1) & (count >= paragraphs)
    return found


def _past_blanks(codes: CodePoints, start: Offsets, end: Offsets) -> Offsets:
    """Return the starts of paragraphs, moved after the spaces that set the first line in."""
    start, moving = start.copy(), np.arange(len(start))
    for _ in range(_LONGEST_LINE):
        moving = moving[(start[moving] + 1 < end[moving]) & (codes[start[moving]] <= ord(" "))]
        if not len(moving):
            break
        start[moving] += 1
    return start


def _has_arrows(codes: CodePoints, document: Offsets, start: Offsets) -> Mask:
    """Return which spans begin with ">>", the sign of captions for another speaker.

    Only in a text with two of them. Answers to an e-mail quote it with ">" as well.
    """
    arrow: Mask = codes[start] == ord(">")
    if not arrow.any():
        return arrow
    double = arrow & (codes[np.minimum(start + 1, len(codes) - 1)] == ord(">"))
    mail = np.unique(document[arrow & ~double])
    number, count = np.unique(document[double], return_counts=True)
    captions: Mask = double & np.isin(document, number[count > 1]) & ~np.isin(document, mail)
    return captions


def _may_have_point(codes: CodePoints, start: Offsets) -> Mask:
    """Return which spans begin with a word that a label such as "Mr. GRAHAM." may begin with."""
    most = len(codes) - 1
    first, second, third = (codes[np.minimum(start + step, most)] for step in range(3))
    found = (first >= ord("A")) & (first <= ord("Z")) & (second >= ord("a"))
    places = np.flatnonzero(found)
    keys = (first[places].astype(np.uint64) << 42) | (second[places].astype(np.uint64) << 21)
    keys |= third[places]
    known = np.isin(keys, _POINT_WORDS)
    # "The" begins a label only before a word in capitals.
    the = known & (keys == _THE)
    for step in (4, 5):
        letter = codes[np.minimum(start[places] + step, most)]
        known &= ~the | ((letter >= ord("A")) & (letter <= ord("Z")))
    found[places] = known
    return found


def _begins_line(codes: CodePoints, start: Offsets) -> Mask:
    """Return which spans begin a line, after spaces that set it in."""
    before = start - 1
    moving = np.arange(len(start))
    for _ in range(_LONGEST_LINE):
        moving = moving[before[moving] >= 0]
        moving = moving[(codes[before[moving]] == ord(" ")) | (codes[before[moving]] == 9)]
        if not len(moving):
            break
        before[moving] -= 1
    found: Mask = (before < 0) | (codes[before] == 10) | (codes[before] == 13)
    return found


def _with_points(text: str, document: Offsets, start: Offsets, some: Offsets) -> Offsets:
    """Return those of some spans that begin with a label and a point, in texts with two or more."""
    matched = [
        number
        for number, begin in zip(some.tolist(), start[some].tolist(), strict=True)
        if _POINT.match(text, begin, begin + _LONGEST)
    ]
    found = np.array(matched, dtype=np.int64)
    number, count = np.unique(document[found], return_counts=True)
    answer: Offsets = found[np.isin(document[found], number[count > 1])]
    return answer


def _name_lines(
    text: str, codes: CodePoints, document: Offsets, start: Offsets, openings: "_Openings"
) -> Offsets:
    """Return the paragraphs whose first line is the name of who speaks in what follows.

    The names of at least two people have to come again and again, or to stand beside a time.
    """
    none = np.empty(0, dtype=np.int64)
    some, past = openings.lines, openings.past
    if not len(some):
        return none
    timed = is_among(codes[start[some]], _TIME_CODES) | is_among(codes[past - 1], _TIME_CODES)
    kept = _where_often(document, some, 2, _SELDOM)
    some, past, timed = some[kept], past[kept], timed[kept]
    # Most of these are first lines of wrapped paragraphs. Names come again, or have a time.
    of = document[some].tolist()
    known = Counter(
        (number, text[begin:stop])
        for number, begin, stop in zip(of, start[some].tolist(), past.tolist(), strict=True)
    )
    documents = {number for (number, _), count in known.items() if count > 1}
    documents |= set(document[some[timed]].tolist())
    if not documents:
        return none
    kept = np.isin(document[some], list(documents))
    some, past = some[kept], past[kept]
    lines: dict[int, list[tuple[int, str, bool]]] = {}
    for paragraph, begin, stop in zip(
        some.tolist(), start[some].tolist(), past.tolist(), strict=True
    ):
        match = _match_line(text, begin, stop)
        if match is None:
            continue
        words = match["name"].replace(".", "").split()
        stamped = bool(match["before"] or match["after"])
        name = len(words) > 1 or words[0].isupper() or words[0].upper() in _ROLES
        if words[0].upper() not in _NO_NAMES and (stamped or name):
            label = (paragraph, " ".join(words), stamped)
            lines.setdefault(int(document[paragraph]), []).append(label)
    answer = []
    whole = np.bincount(document)
    for index, labels in lines.items():
        names = [name for _, name, _ in labels]
        again = sum(names.count(name) > 1 for name in names)
        times = sum(stamped for *_, stamped in labels) * 2 > len(labels) > 1
        repeated = len(labels) >= _LEAST and len(set(names)) > 1 and again * 2 >= len(labels)
        if (times or repeated) and len(labels) * _SELDOM >= whole[index]:
            answer += [paragraph for paragraph, *_ in labels]
    return np.array(answer, dtype=np.int64) if answer else none


def _where_often(document: Offsets, some: Offsets, least: int, seldom: int) -> Mask:
    """Return which of some paragraphs are in a text that has many: `least`, and one in `seldom`."""
    whole = np.bincount(document)
    number = np.bincount(document[some], minlength=len(whole))
    often: Mask = ((number >= least) & (number * seldom >= whole))[document[some]]
    return often


@dataclass(frozen=True)
class _Openings:
    """Which sentences or paragraphs may begin with a label, by their first characters.

    ``points`` may be such as "Mr. GRAHAM.", and ``in_front`` says which of these begin a line.
    ``labels`` have a colon or a dash near, ``inner`` a colon; ``colon`` has the next one of each
    sentence, if it is as near. ``lines`` may be a name, up to ``past``, ``sides`` a name in
    brackets or before a dash. ``titled`` begin with Q and a question, ``single`` may do so.
    """

    points: Offsets
    in_front: Mask
    labels: Offsets
    inner: Offsets
    colon: Offsets
    lines: Offsets
    past: Offsets
    sides: Offsets
    titled: Offsets
    single: Offsets


# The bits of `TextFolding.openings`; 1 is for prose.
_POINT_BIT, _FRONT_BIT, _LABEL_BIT, _INNER_BIT, _LINE_BIT, _SIDE_BIT, _TITLED_BIT, _SINGLE_BIT = (
    np.uint16(1 << bit) for bit in range(1, 9)
)


def _look(
    codes: CodePoints,
    start: Offsets,
    end: Offsets,
    signs: Offsets,
    folding: TextFolding | None,
    *,
    lines: bool,
) -> _Openings:
    """Return what the sentences or paragraphs may begin with; without ``lines`` no such names."""
    if folding is None:
        return _look_slowly(codes, start, end, signs, lines=lines)
    found, colon, past = folding.openings(codes, start, end, signs, _POINT_WORDS, lines=lines)
    # Most begin with nothing of all this.
    some = np.flatnonzero(found > 1)
    found = found[some]

    def those(bit: np.uint16) -> Offsets:
        rows: Offsets = some[(found & bit) != 0]
        return rows

    points, named = those(_POINT_BIT), those(_LINE_BIT)
    in_front = (found[(found & _POINT_BIT) != 0] & _FRONT_BIT) != 0
    return _Openings(
        points, in_front, those(_LABEL_BIT), those(_INNER_BIT), colon, named, past[named],
        those(_SIDE_BIT), those(_TITLED_BIT), those(_SINGLE_BIT),
    )  # fmt: skip


def _look_slowly(
    codes: CodePoints, start: Offsets, end: Offsets, signs: Offsets, *, lines: bool
) -> _Openings:
    """Return what `_look` does, without the native engine: some more that are no label."""
    most = len(codes) - 1
    first, second, third, fourth = (codes[np.minimum(start + step, most)] for step in range(4))
    bracketed = np.where(is_among(first, _OPENING), second, 0), third, fourth
    colons = np.append(signs[codes[signs] == ord(":")], len(codes))
    colon = colons[np.searchsorted(colons, start)]
    large = (first >= ord("A")) & (first <= ord("Z"))
    edge = np.minimum(end, start + _LONGEST)
    near = colon < edge
    timed = _may_be_times(first, second, third) | _may_be_times(*bracketed)
    some = np.flatnonzero(near & (large | (first == ord(">")) | timed))
    inner = some[~_is_prose(codes, start[some])]
    opens = large | is_among(first, _MARK_CODES) | timed
    near = (near | _near_dash(codes, start, end, signs)) & opens
    some = np.flatnonzero(near)
    near[some] = ~_is_prose(codes, start[some])
    some = np.flatnonzero(near)
    near[some] = ~_is_no_label(codes, start[some], colon[some], signs)
    asked = ((first == ord("Q")) | (first == ord("A"))) & ((second == ord(" ")) | (second == 9))
    dotted = (first == ord("Q")) & (second == ord("."))
    # Q, two spaces and a question: nothing else has this form.
    spaced = asked & ((third == ord(" ")) | (third == ord("\t")))
    titled = spaced & (end > start + 3)
    # "Q Thank you." is a sentence; without a second space only a colon makes it a label.
    asked = spaced | (asked & (colon < end) & (colon <= start + _LONGEST))
    single = (first == ord("Q")) & (second == ord(" "))
    single &= ((third >= ord("A")) & (third <= ord("Z"))) | (third == _LONG_DASH)
    points = np.flatnonzero(_may_have_point(codes, start))
    none = np.empty(0, dtype=np.int64)
    named, past = _may_be_names(codes, start, end, signs) if lines else (none, none)
    return _Openings(
        points, _begins_line(codes, start[points]),
        np.flatnonzero((near | asked | dotted) & ~titled), inner, colon, named, past,
        np.flatnonzero(_may_be_sides(codes, start, end, signs)) if lines else none,
        np.flatnonzero(titled), np.flatnonzero(single),
    )  # fmt: skip


def _may_be_times(first: CodePoints, second: CodePoints, third: CodePoints) -> Mask:
    """Return which spans begin as a time or the number of a list does: 00:12, 2., 10)."""
    digits = [(code >= ord("0")) & (code <= ord("9")) for code in (first, second)]
    ends = [is_among(code, _TIME_ENDS) for code in (second, third)]
    found: Mask = digits[0] & (ends[0] | (digits[1] & ends[1]))
    return found


def _may_be_names(
    codes: CodePoints, start: Offsets, end: Offsets, signs: Offsets
) -> tuple[Offsets, Offsets]:
    """Return the paragraphs whose first line may be a name, and where that line ends."""
    first, most = codes[start], len(codes) - 1
    opens = ((first >= ord("A")) & (first <= ord("Z"))) | is_among(first, _TIME_CODES)
    some = np.flatnonzero(opens)
    breaks = np.append(signs[(codes[signs] == 10) | (codes[signs] == 13)], len(codes))
    past = np.minimum(breaks[np.searchsorted(breaks, start[some])], end[some])
    short = past - start[some] <= _LONGEST_LINE
    last = codes[np.clip(past - 1, 0, most)]
    short &= ~is_among(last, _NO_LINE_CODES)
    some, past = some[short], past[short]
    timed = is_among(codes[start[some]], _TIME_CODES) | is_among(codes[past - 1], _TIME_CODES)
    no_name = _is_prose(codes, start[some]) | _has_sign(codes, start[some], past, signs)
    kept = timed | ~no_name
    return some[kept], past[kept]


def _may_be_sides(codes: CodePoints, start: Offsets, end: Offsets, signs: Offsets) -> Mask:
    """Return which paragraphs may begin with a name in brackets, or before a dash or a bar."""
    most = len(codes) - 1
    places = signs[is_among(codes[signs], _SIDE_CODES)]
    before, behind = codes[np.maximum(places - 1, 0)], codes[np.minimum(places + 1, most)]
    apart = (before == ord(" ")) & (behind == ord(" "))
    places = np.append(places[apart | is_among(codes[places], _CLOSING)], len(codes))
    near = places[np.searchsorted(places, start, side="right")] < np.minimum(end, start + _SHORT)
    first = codes[start]
    large = (first >= ord("A")) & (first <= ord("Z"))
    found: Mask = near & (large | is_among(first, _MARK_CODES) | (first == ord("<")))
    return found


def _is_prose(codes: CodePoints, start: Offsets) -> Mask:
    """Return which spans begin as `_PROSE` says, as far as ASCII letters show it.

    All spans at once take a tenth of the time that a regular expression takes for each.
    """
    most = len(codes) - 1
    prose = np.zeros(len(start), dtype=bool)
    first = codes[start]
    begins = (first >= ord("A")) & (first <= ord("Z"))
    asks = (first == ord("Q")) | (first == ord("A"))
    begins &= ~(asks & (codes[np.minimum(start + 1, most)] == ord(".")))
    some = np.flatnonzero(begins)
    word = start[some]
    # Few sentences begin with more than three words in capitals.
    for _ in range(3):
        past = _word_ends(codes, word)
        goes_on = (codes[past] == ord(" ")) & (past < most)
        some, word = some[goes_on], past[goes_on] + 1
        letter = codes[word]
        small = np.flatnonzero((letter >= ord("a")) & (letter <= ord("z")))
        prose[some[small[~_is_particle(codes, word[small])]]] = True
        large = (letter >= ord("A")) & (letter <= ord("Z"))
        some, word = some[large], word[large]
    return prose


def _word_ends(codes: CodePoints, start: Offsets) -> Offsets:
    """Return where words end: at a space, or at another character that no word of a name has.

    Where there is none, it is the last character of the text. Only the characters near the words
    are looked at, since a list of all spaces of a text takes longer.
    """
    most = len(codes) - 1
    past, moving = start.copy(), np.arange(len(start))
    while len(moving):
        near = np.minimum(past[moving, None] + _LETTERS, most)
        letters = codes[near]
        ends = _ENDS_WORD[np.minimum(letters, 0x80)] & (letters != _APOSTROPHE)
        ends |= near == most
        nth = ends.argmax(axis=1)
        found = ends[np.arange(len(moving)), nth]
        past[moving] += np.where(found, nth, len(_LETTERS))
        moving = moving[~found]
    return past


def _is_particle(codes: CodePoints, start: Offsets) -> Mask:
    """Return which words are "of", "the", "von" or another such word that names have."""
    most = len(codes) - 1
    letters = np.minimum(codes[np.minimum(start[:, None] + np.arange(4), most)], 0xFF)
    small = (letters >= ord("a")) & (letters <= ord("z"))
    pair = (letters[:, 0] << 8) | letters[:, 1]
    triple = (pair << 8) | letters[:, 2]
    found: Mask = ~small[:, 2] & is_among(pair, _PARTICLES[2])
    found |= ~small[:, 3] & is_among(triple, _PARTICLES[3])
    return found


def _has_sign(codes: CodePoints, start: Offsets, past: Offsets, signs: Offsets) -> Mask:
    """Return which lines have a sign that no name has before their end."""
    ends = np.append(signs[is_among(codes[signs], _NO_NAME_CODES)], len(codes))
    sign = ends[np.searchsorted(ends, start)]
    code = codes[np.minimum(sign, len(codes) - 1)]
    other: Mask = (sign < past - 1) & (code != ord("(")) & (code != ord("["))
    return other


def _match_line(text: str, begin: int, past: int) -> re.Match[str] | None:
    """Return the name that a line consists of."""
    match = _LINE.match(text, begin, past)
    if match is None or _AGENCY.search(text, match.end("name"), past):
        return None
    return match


def name_in_label(text: str, begin: int) -> tuple[int, int] | None:
    """Return where a name without a colon stands: "Mr. GRAHAM.", "[GRAHAM]", or alone in its line.

    None where the text at this offset begins with another label, or with none.

    Parameters
    ----------
    text : str
    begin : int
        The offset at which the first sentence of the turn begins.
    """
    line = re.compile(r"[^\r\n]*").match(text, begin, begin + _LONGEST_LINE + 1)
    match = _match_line(text, begin, line.end()) if line else None
    if match is not None:
        return match.span("name")
    match = _POINT.match(text, begin, begin + _LONGEST)
    if match is not None:
        return match.span("person")
    match = _SIDE.match(text, begin, begin + _LONGEST)
    return None if match is None else match.span("inside" if match["inside"] else "before")


def _labels(
    text: str,
    codes: CodePoints,
    document: Offsets,
    start: Offsets,
    end: Offsets,
    signs: Offsets,
    folding: TextFolding | None,
) -> tuple[Offsets, NDArray[np.int8]]:
    """Return the paragraphs that begin with a label, and the kind of each label, in order."""
    if not len(start):
        return start, np.empty(0, dtype=np.int8)
    openings = _look(codes, start, end, signs, folding, lines=True)
    arrows = np.flatnonzero(_has_arrows(codes, document, start))
    points = _with_points(text, document, start, openings.points)
    lines = _name_lines(text, codes, document, start, openings)
    certain = np.unique(np.concatenate([arrows, points, lines, openings.titled]))
    candidates = openings.labels
    if len(certain):
        candidates = candidates[~np.isin(candidates, certain)]
    found = _read_labels(text, codes, candidates, start, end, openings.colon)
    found.add(certain, _TITLED)
    if found.mixed:
        certain_of = np.isin(document[found.place], _in_conversations(document, found.mixed))
        found.kind[certain_of & (found.kind == _MIXED)] = _TITLED
    sides = _side_labels(text, document, start, end, openings.sides)
    found.add(sides[~np.isin(sides, found.place)], _TITLED)
    # "Q Thank you." is a question where somebody else has a label, or where it comes again.
    single = openings.single
    if len(single):
        single = single[~np.isin(single, found.place)]
        labelled = document[found.place[(found.kind == _TITLED) | (found.kind == _BARE)]]
        number, count = np.unique(document[single], return_counts=True)
        again = np.concatenate([labelled, number[count > 1]])
        found.add(single[np.isin(document[single], again)], _TITLED)
    # Two are a transcript. A single one in front of an article is a place: KYIV — Talks …
    many = len({tuple(words) for _, words in found.dashed}) > 1
    dashes = {}
    for paragraph, words in found.dashed:
        named = words[0] in _TITLES and len(words) > 1
        if named or many or len(words) > 1:
            dashes[paragraph] = _TITLED if named else _BARE if many else _MIXED
    kinds = np.array(list(dashes.values()), dtype=np.int8)
    found.add(np.array(list(dashes), dtype=np.int64), kinds)
    order = np.lexsort((found.kind, found.place))
    return found.place[order], found.kind[order]


def _is_no_label(codes: CodePoints, start: Offsets, colon: Offsets, signs: Offsets) -> Mask:
    """Return which paragraphs begin with no label, though a colon or a dash is near.

    A word with small letters is part of a label only before a colon, and there no comma and a word
    in small letters follow it: "We — we have", "Look, we have: …".
    """
    most = len(codes) - 1
    first, second = codes[start], codes[np.minimum(start + 1, most)]
    # McCoy and MacArthur are in capitals.
    named = (first >= ord("A")) & (first <= ord("Z")) & (first != ord("M"))
    named &= (second >= ord("a")) & (second <= ord("z"))
    sign = np.append(signs, most)[np.searchsorted(signs, start)]
    letter = codes[np.minimum(sign + 2, most)]
    comma = (codes[sign] == ord(",")) & (codes[np.minimum(sign + 1, most)] == ord(" "))
    comma &= (letter >= ord("a")) & (letter <= ord("z"))
    answer: Mask = named & (comma | (colon > start + _LONGEST + 1))
    return answer


@dataclass
class _Labels:
    """Paragraphs with a label, and the kind of each label.

    ``mixed`` has the labels in small letters by paragraph, ``dashed`` the words of those before a
    dash, which only together say what they are.
    """

    place: Offsets
    kind: NDArray[np.int8]
    mixed: dict[int, str]
    dashed: list[tuple[int, list[str]]]

    def add(self, place: Offsets, kind: NDArray[np.int8] | int) -> None:
        """Add labels, of a kind each or of one kind."""
        self.place = np.append(self.place, place)
        self.kind = np.append(self.kind, np.full(len(place), kind, dtype=np.int8))


def _read_labels(
    text: str, codes: CodePoints, some: Offsets, start: Offsets, end: Offsets, colon: Offsets
) -> _Labels:
    """Return which of some paragraphs begin with a label; ``colon`` is where one stands next."""
    places: list[int] = []
    kinds: list[int] = []
    found = _Labels(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int8), {}, [])

    def read(paragraph: int) -> tuple[int, bool] | None:
        """Read one label; return what it says of all others that are the same, if it says that."""
        begin, past = int(start[paragraph]), int(end[paragraph])
        first = _past_marks(text, begin, past)
        match = _match_label(text, first, past)
        if match is None:
            return None
        behind = match.end()
        if match["dash"] and not _REST.match(text, behind, past):
            found.dashed.append((paragraph, match["dash"].replace(".", "").split()))
            return None
        kind, name = _kind(match)
        own = _ALONE if name and _REST.match(text, behind, past) else kind
        if own != _NONE:
            places.append(paragraph)
            kinds.append(own)
        if own == _MIXED:
            found.mixed[paragraph] = text[first:behind]
        same = match.start() == begin and behind == colon[paragraph] + 1
        return (kind, name) if same else None

    others, groups = _plain_labels(text, codes, some, start, end, colon)
    for paragraph in others:
        read(paragraph)
    # In a transcript the same few labels stand before hundreds of paragraphs.
    alike: list[int] = []
    kind_of: list[int] = []
    names: list[bool] = []
    for group in groups:
        said = None
        read_already = 0
        while said is None and read_already < len(group):
            said = read(group[read_already])
            read_already += 1
        if said is not None:
            rest = len(group) - read_already
            alike += group[read_already:]
            kind_of += [said[0]] * rest
            names += [said[1]] * rest
    if alike:
        rows, own = np.array(alike, dtype=np.int64), np.array(kind_of, dtype=np.int8)
        own[np.array(names) & _are_alone(text, codes, colon[rows] + 1, end[rows])] = _ALONE
        found.mixed.update(
            (paragraph, text[start[paragraph] : colon[paragraph] + 1])
            for paragraph in rows[own == _MIXED].tolist()
        )
        found.add(rows[own != _NONE], own[own != _NONE])
    found.add(np.array(places, dtype=np.int64), np.array(kinds, dtype=np.int8))
    return found


def _plain_labels(
    text: str, codes: CodePoints, some: Offsets, start: Offsets, end: Offsets, colon: Offsets
) -> tuple[list[int], list[list[int]]]:
    """Return paragraphs that begin with a label in capitals without a bracket or a comma, by label.

    It decides alone what it is. First come those that begin with anything else.
    """
    begin, stop = start[some], colon[some]
    first = codes[begin]
    plain = (first >= ord("A")) & (first <= ord("Z"))
    plain &= (stop - begin <= _LONGEST_PLAIN) & (stop + 1 < end[some])
    places = np.flatnonzero(plain)
    after = codes[stop[places] + 1]
    plain[places] = is_white(after) & (after != ord(BREAK))
    others = some[~plain].tolist()
    groups: dict[str, list[int]] = {}
    rows = some[plain]
    for paragraph, low, high in zip(
        rows.tolist(), start[rows].tolist(), colon[rows].tolist(), strict=True
    ):
        label = text[low:high]
        if label in groups:
            groups[label].append(paragraph)
        elif _PLAIN_LABEL.fullmatch(label):
            groups[label] = [paragraph]
        else:
            others.append(paragraph)
    return others, list(groups.values())


def _are_alone(text: str, codes: CodePoints, behind: Offsets, past: Offsets) -> Mask:
    """Return behind which labels nothing stands that counts, as `_REST` says."""
    next_one = codes[np.minimum(behind + 1, len(codes) - 1)]
    maybe = is_among(codes[behind], _REST_CODES)
    maybe &= (behind + 1 >= past) | is_among(next_one, _REST_CODES)
    for place in np.flatnonzero(maybe).tolist():
        maybe[place] = _REST.match(text, int(behind[place]), int(past[place])) is not None
    return maybe


def _in_conversations(document: Offsets, mixed: dict[int, str]) -> list[int]:
    """Return the texts in which two people have the word in turn, again and again.

    ``mixed`` has the labels in small letters by paragraph. They are certain there.
    """
    if len(mixed) < _LEAST:
        return []
    labels: dict[int, list[str]] = {}
    for paragraph, label in mixed.items():
        labels.setdefault(int(document[paragraph]), []).append(label)
    certain = []
    for number, names in labels.items():
        first, past = np.searchsorted(document, [number, number + 1]).tolist()
        counts = Counter(names)
        again = sum(count for count in counts.values() if count > 1)
        many = len(names) >= _LEAST and len(names) * _EVERY >= past - first
        if many and len(counts) > 1 and again * 2 >= len(names):
            certain.append(number)
    return certain


def _side_labels(
    text: str, document: Offsets, start: Offsets, end: Offsets, some: Offsets
) -> Offsets:
    """Return which of some paragraphs begin with a name in brackets, or before a dash or a bar.

    Two people at least have the word, and their names come again and again.
    """
    if len(some) < _LEAST:
        return some[:0]
    # Few texts have so many such signs, so that what is left is read one by one.
    some = some[_where_often(document, some, _LEAST, _EVERY)]
    labels: dict[int, str] = {}
    for paragraph in some.tolist():
        begin = int(start[paragraph])
        match = _SIDE.match(text, begin, min(int(end[paragraph]), begin + _LONGEST))
        if match is None:
            continue
        name = (match["inside"] or match["before"]).replace(".", "")
        if name.split()[0].upper() not in _NO_NAMES | _NOISES:
            labels[paragraph] = name
    found = np.array(list(labels), dtype=np.int64)
    return found[np.isin(document[found], _in_conversations(document, labels))]


def _near_dash(codes: CodePoints, start: Offsets, end: Offsets, signs: Offsets) -> Mask:
    """Return which paragraphs have a long dash, or two short ones, near their beginning."""
    sign = codes[signs]
    twice = (sign[:-1] == ord("-")) & (sign[1:] == ord("-")) & (np.diff(signs) == 1)
    dash = (sign == 0x2014) | np.append(twice, False)[: len(signs)]
    places = np.append(signs[dash], len(codes))
    near: Mask = places[np.searchsorted(places, start)] < np.minimum(end, start + _LONGEST)
    return near


# A label in capitals without a bracket or a comma, and the most characters of it.
_PLAIN_LABEL = re.compile(r"[A-Z.'’\- ]+")
_LONGEST_PLAIN = 81


def _kind(match: re.Match[str]) -> tuple[int, bool]:
    """Return the kind of a label before a text, and whether a label alone in its line is one."""
    if match["q"]:
        return _TITLED, False
    if match["stamp"]:
        return _TIMED, False
    words = (match["caps"] or match["dash"] or match["mixed"]).replace(".", "").split()
    name = len("".join(words)) > 1 and (len(words) > 1 or words[0] not in _NO_INITIALS)
    if _NUMBERED.fullmatch(" ".join(words).upper()):
        return _TITLED, True
    if match["mixed"]:
        asks = len(words) == 1 and words[0].upper() in _ROLES
        return _BARE if asks else _MIXED, name
    if not name:
        return _NONE, False
    spoken = _VOICE.search(match[0]) is not None
    return _TITLED if spoken or (words[0] in _TITLES and words[1:]) else _BARE, True


_MARK_CODES = np.array([ord(mark) for mark in ">*_#-–—•[("], dtype=np.uint32)


def _past_marks(text: str, begin: int, past: int) -> int:
    """Return where the marks end that stand before a label."""
    # Most labels begin with a letter, and a search takes ten times as long as to see that.
    marks = None if text[begin].isalnum() else _MARKS.match(text, begin, past)
    return marks.end() if marks else begin


def _match_label(text: str, begin: int, past: int) -> re.Match[str] | None:
    """Return the label that begins there, behind a time or number: [00:12] Donald Trump:.

    One such as LIVE: in front of it names nobody.
    """
    if _PROSE.match(text, begin, past):
        return None
    first = text[begin : begin + 1]
    if first.isdecimal() or (first and first in _STAMPED):
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


def _lasts(
    place: Offsets,
    kind: NDArray[np.int8],
    of: Offsets,
    count: Offsets,
    first: Offsets,
    past: Offsets,
) -> Offsets:
    """Return the paragraph before which each label ends to count.

    Of each label ``of`` is the number of its text, of each text ``count`` is the number of labels,
    and ``first`` to before ``past`` are its paragraphs.
    """
    titled, bare, stamp = kind == _TITLED, kind == _BARE, kind == _TIMED
    capitals = np.bincount(of, titled | bare, minlength=len(count))[of]
    stamps = np.bincount(of, stamp, minlength=len(count))[of]
    many = ((count >= _LEAST) & (count * _EVERY >= past - first))[of]
    following = np.append(place[1:], 0)
    ends = np.append(of[1:] != of[:-1], True)
    following[ends] = past[of[ends]]
    # A single name in capitals at the start of an article is a place: KYIV: …
    dateline = ((past - first)[of] > 1) & (place < first[of] + 3)
    last = place + ~dateline
    goes_on = titled | (bare & ((capitals > 1) | many))
    last = np.where(stamp, np.where(stamps > 1, following, place), last)
    # A label on a line of its own: of one alone only the next paragraph is sure.
    alone = np.where((count[of] > 1) | (capitals > 0), following, np.minimum(place + 2, following))
    last = np.where(kind == _ALONE, alone, last)
    last = np.where(kind == _MIXED, np.where(many, following, place + 1), last)
    answer: Offsets = np.where(goes_on, following, last)
    return answer
