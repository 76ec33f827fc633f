"""Sentences: where a text is cut into them, by sentencex and by rules for news that correct it.

The rules of sentencex are about languages. These rules are about news and transcripts: times of
day, titles, references with a number, lists inside a sentence, brackets, abbreviated countries.
"""

import html
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib import resources
from itertools import pairwise

import numpy as np
import sentencex
from numpy.typing import NDArray

from framing._core.typing import Mask
from framing.text.alphabet import DEPENDS, ENDS, GOES_ON, TextFolding
from framing.text.broken_pages import find_signs
from framing.text.characters import (
    INVISIBLE,
    LINE_ENDS,
    CodePoints,
    Offsets,
    is_among,
    is_white,
    strip_end,
    strip_start,
    word_set,
)
from framing.text.links import addresses
from framing.text.repairs import quote_marks
from framing.text.stop_words import shipped_stop_words, stop_word_languages
from framing.text.wrapped_lines import BULLETS, Spans

# sentencex takes this for the end of a paragraph.
PART = "\n\n"


# sentencex searches for the end of each quotation from its start, so that the time for a paragraph
# grows with the square of the open quotations. Above this number, which no article reaches, the
# marks are masked.
MOST_MARKS, LONG = 200, 2000
# The least words of a sentence inside a quotation or a bracket.
SHORTEST = 2
_MARK_SIGNS = "“”„‟«»‹›‘’‚‛'\"`"
_MARKS = str.maketrans(dict.fromkeys(_MARK_SIGNS, "*"))

# sentencex fails at a letter, a wide or a no-break space, and a point: it then gets a plain space.
_SPACE_BEFORE_POINT = re.compile(r"[^\S\x00-\x7f](?=[^\S\x00-\x7f ]*\.)")

# A line end and a blank line after it.
_BLANK_LINE = re.compile(
    f"(?:\r\n|\r(?!\n)|[{LINE_ENDS.replace(chr(13), '')}])[ \t\u00a0]*[{LINE_ENDS}]\\s*"
)
# What stands after the first line end there, and before the lines that a mail quotes.
_LINE_ENDS = np.array([ord(sign) for sign in LINE_ENDS], dtype=np.uint32)
_AFTER_ENDS = np.array([ord(sign) for sign in f"{LINE_ENDS} \t\u00a0>"], dtype=np.uint32)


def cut_sentences(
    text: str,
    codes: CodePoints,
    spans: Spans,
    language: str,
    signs: Offsets | None = None,
    folding: TextFolding | None = None,
) -> tuple[Spans, Offsets]:
    """Return the sentences of some paragraphs, and the row of the paragraph of each.

    Spans have no white space at their edges. ``signs`` are the `sign_offsets`, if they are known,
    and ``folding`` is what cuts plain paragraphs faster than sentencex does.
    """
    if not len(spans.start):
        return spans, spans.start
    signs = find_signs(codes, folding).every if signs is None else signs
    start, end, row = _first_cut(text, codes, spans, language, signs, folding)
    marks = find_marks(codes, start, end, signs, folding, language)
    start, end, row = _with_inner_sentences(text, start, end, row, language, marks)
    joined = join(text, codes, start, end, row, language, folding)
    first = ~np.append(False, joined[:-1])[: len(joined)]
    start, row, end = start[first], row[first], end[~joined]
    start, end, row = _with_cuts(text, codes, start, end, row, language, marks)
    return Spans(spans.document[row], start, end), row


def _first_cut(
    text: str,
    codes: CodePoints,
    spans: Spans,
    language: str,
    signs: Offsets,
    folding: TextFolding | None,
) -> tuple[Offsets, Offsets, Offsets]:
    """Return start, end and paragraph of the sentences as sentencex cuts them."""
    plain = None
    if folding is not None:
        ask = partial(_answers, language)
        plain = folding.split(text, codes, spans.start, spans.end, language, ask)
    if plain is None:
        return _asked(text, codes, spans, language, signs)
    start, end, row, others = plain
    if not len(others):
        return start, end, row
    some = Spans(spans.document[others], spans.start[others], spans.end[others])
    more = _asked(text, codes, some, language, signs_inside(signs, some))
    place = np.searchsorted(start, more[0])
    return (
        np.insert(start, place, more[0]),
        np.insert(end, place, more[1]),
        np.insert(row, place, others[more[2]]),
    )


def signs_inside(places: Offsets, spans: Spans) -> Offsets:
    """Return those of some places that are inside a span, or directly before one."""
    first = np.searchsorted(places, spans.start - 1)
    count = np.searchsorted(places, spans.end) - first
    within = np.repeat(first - np.cumsum(count) + count, count) + np.arange(int(count.sum()))
    inside: Offsets = places[within]
    return inside


# What stands before a word that sentencex is asked about: what leads to an amount or a time, so
# that it keeps most together, and what does not, so that it cuts most.
_FRONTS = ("In 5 ", "Then the dog ")
# What stands after it: a name that begins no list of sentencex, and after a second word.
_FOLLOWS, _GOES_ON = "Xyz ran on.", " ran on."
_TWO_WORDS = re.compile(r"(.+\.)\s+(\S+)", re.DOTALL)


def _ends(language: str, words: list[str]) -> list[int]:
    """Return what sentencex takes the point after words for: ENDS, or else DEPENDS."""
    lead = _FRONTS[0]
    found = set(_segment(language, PART.join(f"{lead}{word}. {_FOLLOWS}" for word in words)))
    return [ENDS if f"{lead}{word}. " in found else DEPENDS for word in words]


def _pairs_end(language: str, pairs: list[str], opening: list[bool]) -> list[int]:
    """Return what sentencex takes the point between two words for: ENDS, DEPENDS or GOES_ON.

    ``opening`` says whether they begin a paragraph, so that nothing stands before them.
    """
    matches = [match for match in map(_TWO_WORDS.fullmatch, pairs) if match is not None]
    before, after = [match[1] for match in matches], [match[2] for match in matches]
    ends, goes_on = [True] * len(pairs), [True] * len(pairs)
    for lead in _FRONTS:
        starts = [
            f"{'' if opens else lead}{word}" for opens, word in zip(opening, before, strict=True)
        ]
        texts = [f"{start} {word}{_GOES_ON}" for start, word in zip(starts, after, strict=True)]
        for row, first in enumerate(_first_sentences(language, texts)):
            ends[row] &= first == f"{starts[row]} "
            goes_on[row] &= first == texts[row]
    return [
        ENDS if end else GOES_ON if on else DEPENDS for end, on in zip(ends, goes_on, strict=True)
    ]


def _answers(language: str, words: list[str], opening: list[bool] | None) -> list[int]:
    """Return what sentencex takes points for; see `framing.text.alphabet.Ask`."""
    if opening is None:
        return _ends(language, words)
    return _pairs_end(language, words, opening)


def _first_sentences(language: str, texts: list[str]) -> list[str]:
    """Return the first sentence of each text."""
    found, firsts, place = _segment(language, PART.join(texts)), [], 0
    for text in texts:
        place += found[place] == PART
        firsts.append(found[place])
        size = 0
        while size < len(text):
            size += len(found[place])
            place += 1
    return firsts


def _asked(
    text: str, codes: CodePoints, spans: Spans, language: str, signs: Offsets
) -> tuple[Offsets, Offsets, Offsets]:
    """Return start, end and paragraph of the sentences that sentencex finds."""
    spaced = _has_space_before_point(codes, signs)
    plain = _SPACE_BEFORE_POINT.sub(" ", text) if spaced else text
    pieces = [plain[a:b] for a, b in zip(spans.start.tolist(), spans.end.tolist(), strict=True)]
    for place in _with_blank_lines(codes, spans, signs):
        pieces[place] = _as_lines(pieces[place])
    first = strip_start(codes, spans.start, spans.end)
    for place in np.flatnonzero(is_among(codes[first], BULLETS)).tolist():
        # For sentencex an item of a list is one sentence; a dash begins none.
        blank = int(first[place] - spans.start[place])
        pieces[place] = pieces[place][:blank] + "–" + pieces[place][blank + 1 :]
    lengths = spans.end - spans.start
    at = np.cumsum(lengths) - lengths
    sizes = _cut(pieces, sum(map(len, pieces)), language)
    ends = np.cumsum(sizes)
    starts = ends - sizes
    row = np.searchsorted(at, starts, side="right") - 1
    ends = np.minimum(ends, (at + lengths)[row])
    shift = (spans.start - at)[row]
    start = strip_start(codes, starts + shift, ends + shift)
    end = strip_end(codes, start, ends + shift)
    full = end > start
    return start[full], end[full], row[full]


def _with_blank_lines(codes: CodePoints, spans: Spans, signs: Offsets) -> list[int]:
    """Return the numbers of the paragraphs in which `_as_lines` may find something."""
    first = signs[is_among(codes[np.minimum(signs + 1, len(codes) - 1)], _AFTER_ENDS)]
    first = first[is_among(codes[first], _LINE_ENDS)]
    place = np.searchsorted(spans.start, first, side="right") - 1
    place = place[(place >= 0) & (first < spans.end[place])]
    places: list[int] = np.unique(place).tolist()
    return places


def _as_lines(piece: str) -> str:
    """Return a paragraph without what sentencex takes for its end, or for a part of a sentence.

    That is a blank line, at the end of a page, and the mark of a quoted mail before a line.
    """
    if "\n>" not in piece and _BLANK_LINE.search(piece) is None:
        return piece
    piece = _BLANK_LINE.sub(lambda match: " " * len(match[0]), piece)
    for start, end in quote_marks(piece):
        piece = piece[:start] + " " * (end - start) + piece[end:]
    return piece


def _has_space_before_point(codes: CodePoints, signs: Offsets) -> bool:
    """Return whether there may be something for `_SPACE_BEFORE_POINT`, which is slow."""
    wide = signs[codes[signs] > 0x7F]
    wide = wide[codes[np.minimum(wide + 1, len(codes) - 1)] == ord(".")]
    return bool(is_white(codes[wide]).any())


def _with_inner_sentences(
    text: str,
    start: Offsets,
    end: Offsets,
    row: Offsets,
    language: str,
    marks: "Marks",
) -> tuple[Offsets, Offsets, Offsets]:
    """Cut quotations and brackets of several sentences, which sentencex leaves whole."""
    more = [
        (past, begin, place)
        for place in marks.holding.tolist()
        for low, high in enclosures(text, int(start[place]), int(end[place]))
        for past, begin in _inner_ends(text, low, high, language)
    ]
    if not more:
        return start, end, row
    past, begin, place = np.array(more, dtype=np.int64).T
    return _cut_at(start, end, row, past, begin, place)


def _cut_at(
    start: Offsets,
    end: Offsets,
    row: Offsets,
    past: Offsets,
    begin: Offsets,
    place: Offsets,
) -> tuple[Offsets, Offsets, Offsets]:
    """Cut sentences: those at ``place`` end at ``past`` too, and others begin at ``begin``."""
    order = np.argsort(begin, kind="stable")
    after = place[order] + 1
    # To sort all again takes ten times as long.
    return (
        np.insert(start, after, begin[order]),
        np.insert(end, after - 1, np.sort(past)),
        np.insert(row, after, row[place[order]]),
    )


def _inner_ends(text: str, low: int, high: int, language: str) -> Iterator[tuple[int, int]]:
    """Yield where a sentence ends inside a quotation or a bracket, and where the next begins.

    A word alone is no sentence: “No. Never. We want a truce”, the film “Who? Me”.
    """
    pieces = _segment(language, text[low:high])
    for piece, following in pairwise(pieces):
        low += len(piece)
        if len(piece.split()) >= SHORTEST and len(following.split()) >= SHORTEST:
            past = low - len(piece) + len(piece.rstrip())
            yield past, low + len(following) - len(following.lstrip())


def _with_cuts(
    text: str,
    codes: CodePoints,
    start: Offsets,
    end: Offsets,
    row: Offsets,
    language: str,
    marks: "Marks",
) -> tuple[Offsets, Offsets, Offsets]:
    """Cut sentences where sentencex misses an end."""
    missed = list(cuts(text, codes, language, marks))
    if not missed or not len(start):
        return start, end, row
    more = np.array(missed, dtype=np.int64)
    place = np.searchsorted(start, more[:, 0], side="right") - 1
    inside = (place >= 0) & (more[:, 1] < end[np.maximum(place, 0)])
    more, place = more[inside], place[inside]
    if not len(more):
        return start, end, row
    return _cut_at(start, end, row, more[:, 0], more[:, 1], place)


def _masked(piece: str) -> str:
    # To count sign after sign is ten times as fast as to replace them all.
    return piece.translate(_MARKS) if sum(map(piece.count, _MARK_SIGNS)) > MOST_MARKS else piece


def _cut(pieces: list[str], whole: int, language: str) -> Offsets:
    """Return the lengths of the sentences of some paragraphs, which add up to the whole.

    sentencex ends a sentence at a blank line. It loses one blank line in every 10 KiB, so that the
    blank lines are not counted.
    """
    pieces = [_masked(piece) if len(piece) > LONG else piece for piece in pieces]
    found = _segment(language, _OMISSION.sub("’", PART.join(pieces)))
    sizes = np.fromiter(map(len, found), dtype=np.int64, count=len(found))
    short = np.flatnonzero(sizes == len(PART))
    kept = np.ones(len(sizes), dtype=bool)
    kept[short] = [found[place] != PART for place in short.tolist()]
    sizes = sizes[kept]
    if int(sizes.sum()) != whole:
        each = [len(item) for piece in pieces for item in _segment(language, piece)]
        return np.array(each, dtype=np.int64)
    return sizes


def _segment(language: str, text: str) -> list[str]:
    """Return the sentences of a text; a paragraph where sentencex fails in other ways is one."""
    try:
        sentences: list[str] = sentencex.segment(language, text)
        return sentences
    except BaseException as error:
        # The panic of a Rust library is no Exception, and has no public name.
        if type(error).__name__ != "PanicException":
            raise
    parts = text.split(PART)
    if len(parts) == 1:
        return [text]
    return [item for part in parts for item in (*_segment(language, part), PART)][:-1]


# The rules read so many characters before and after a boundary; then the greatest lengths of
# items and of known words.
_NEAR, _ITEM_LENGTH, _LONGEST, _ASCII = 60, 6, 8, 127
# So far around a boundary an address is looked for.
_LONGEST_ADDRESS = 300
# The item before stands at most so many characters before the number of an item in a sentence.
_LAST_ITEM = 2_000

_HIDDEN = frozenset(INVISIBLE)
_INVISIBLE = dict.fromkeys(map(ord, INVISIBLE))
_MONTHS = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
# The sign of an agency behind a dateline.
_AGENCY = re.compile(r"/[A-Z]{3,12}(?:-[A-Z]{3,12})?/\.\Z|/[A-Z]{3,12}/\.(?=\s|\Z)")
_TIME = re.compile(r"\d\s?[ap]\.\s?m\.\Z", re.IGNORECASE)
# What may follow a time of day: 9 a.m. Monday, 5 p.m. Eastern, 3 p.m. (1300 GMT).
_AFTER_TIME = re.compile(
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Tues?|Wed|Thu(?:rs)?|Fri|Sat|Sun)\."
    rf"|{_MONTHS}\s\d|(?:Eastern|Central|Mountain|Pacific|Greenwich)\b"
    r"|(?:[A-Z]\w+\s){1,2}[Tt]ime\b|(?:[A-Z]{1,4}T|GMT|UTC|MSK|BST)\b|\(?\d)"
)
# Before a number they are a reference: vol. 2, approx. 5, Art. IV.
_NUMBERED = word_set(
    """
    vol vols approx est max min avg no nos p pp ch chap chaps sec secs art arts fig figs ca c cf
    para paras pt pts v ver vs tel ext ft temp cl cols ed eds eq n nn reg ser ss suppl fn iss op rm
    rte hwy apt bldg jan feb mar apr jun jul aug sep sept oct nov dec incl excl equiv lat alt
    """
)
_NUMBER = re.compile(r"[#$€£~(]?\d|(?:[IVXLC]{2,}|[VXLC])(?![^\W\d_])")
# Before a name they are a title.
_TITLES = word_set(
    """
    Amb Atty Dep Asst Assoc Insp Supt Det Const Msgr Mgr Fr Min Gens Sens Reps Govs Profs Drs Messrs
    Mmes Mme Mlle Lt Maj Capt Cmdr Comdr Cdr Cpl Pvt Pfc Spc Sgt Sgts Adm Brig Gen Sen Rep Gov Pres
    Prof Dr Mr Mrs Ms Mx Smt Kum Adv Rev Hon Sec Treas Ald Col Cols Undersec Ofc Tpr Sts Bp Abp
    Ft Mt
    """
)
# The same in citations, where a number may follow too: 89 Harv. L. Rev. 1281, 136 Stat. 1211.
_CITED = [
    *("Acad", "Admin", "Am", "Ann", "Behav", "Bull", "Comp", "Cong", "Const"),
    *("Crim", "Econ", "Educ", "Envtl", "Exec", "Harv", "Hist", "Int", "Jur", "Philos", "Polit"),
    *("Proc", "Psychol", "Pub", "Quart", "Rec", "Res", "Soc", "Sociol", "Stan", "Stat", "Stud"),
    *("Supp", "Trans", "Univ"),
]
# U.N. Doc. S/RES/2202.
_DOCUMENT = re.compile(r"[A-Z]/|\d")
_LEADING = ["e.g", "i.e", "viz", "cf", "vs", "v"]
# Before a small letter they do not end a sentence.
_SHORT = word_set(
    """
    approx temp mln bln tn mn bn incl excl est etc seq al inc ltd co corp bros jr sr dept govt intl
    natl assn univ min max avg vs cf ed eds vol no nos st ave blvd rd mt ft misc tel ext lbs oz mon
    tue tues thu thurs fri pop
    """
)
# W 2022 r. Polska wygrała: no sentence is a date alone.
_POLISH_DATE = re.compile(r"(?:W|We|Od|Do|Po|Przed)\s(?:[^\W\d_]+\s)?\d{4} r\.\Z")
_INITIALS = re.compile(r"(?:^|[\s(\[“\"«])(?:[^\W\d_]{1,2}\.){2,}\Z")
_LAST_WORD = re.compile(r"(?:^|[\s(\[“\"‘'’«/–—-])((?:[^\W\d_]+\.)*[^\W\d_]+)\.\Z")
# A number or letter before an item of a list: one item per line, and within a sentence.
_ITEM = re.compile(r"[(\[]?(?:\d{1,2}\.\d{1,2}|\d{1,3}\\?|[A-Za-z]|[ivxIVX]{1,4})[.)\]]+\Z")
_INNER_ITEM = re.compile(
    r"(?:(?<!\d)[,;:(—–]|\d[,;:]\s|\b(?:and|or|then|und|oder|et|ou|y|e|o))\s*\(?(\d{1,2})\.\Z"
)
# The same in small Roman numerals: i. a truce; ii. talks.
_ROMAN_ITEM = re.compile(r"(?:[,;:(—–]|\b(?:and|or))\s*\(?[ivx]{1,4}\.\Z")
# Names with a stop inside: Yahoo! Finance, Yum! Brands, E! News, FRITZ!Box.
_STOPPED_NAMES = (
    "yahoo", "yum", "e", "fritz", "kahoot", "jeopardy", "survivor", "panic", "wham", "mia",
    "shazam", "oklahoma", "help", "oliver", "joomla", "airplane", "bingo",
)  # fmt: skip
_REST_OF_NAME = re.compile(
    r"(?:Inc|Corp|Ltd|News|Finance|Sports?|Brands|Online|Entertainment|Japan|China|Mail|Search|App"
    r"|Box|Powerline|OS)\b"
)
# What goes on after a question within dashes: a deal — right? — that held.
_DASHED = re.compile(r"[—–-]{1,2}\s?[a-zà-ÿ]")
# Who asks, where no marks part the question: Is this it? he asked.
_ASKS = re.compile(
    r"(?:he|she|they|it|we|you|one|(?:the|an?|his|her|their|our|my)(?:\s[a-z-]+){1,3})\s"
    r"(?:said|says|asked|asks|wrote|writes|told|replied|shouted|cried|exclaimed|answered|wondered"
    r"|demanded|quipped|joked|yelled|warned|whispered|thought|called)\b"
)
# What goes on after a quotation that ends with a stop, in scripts without spaces or capitals:
# 「停戦だ。」と彼は言った。
_AFTER_SPEECH = {
    "ja": re.compile(
        r"(?:など)?(?:と|って|という|との|とも)|[^、。！？「」]{1,15}は(?:言|話|述べ|語|答|尋|叫)"
    ),
    "zh": re.compile(
        r"然后|然後|并且|並且|[^，。！？；：“”「」]{1,12}(?:说|說|表示|问道|問道|回答|指出|称|稱|喊道|写道|寫道)"
        r"[，。]"
    ),
    "ko": re.compile(r"(?:이?라고|이?라며|이?라는|고|며)\s"),
}
_SPEECH_END = re.compile(r"[。！？.!?…][」』”’\"]\Z")
# Degrees that are initials before a name, J.D. Vance, but not in "a J.D. Vance" or "Doe, J.D. He".
_DEGREES = ("J.D.", "M.A.", "M.D.", "M.S.", "B.A.", "B.S.", "C.E.")
_DEGREE = re.compile(
    r"(?:^|(?P<word>[\w’'-]*[^\s\w’'-]?)\s)[“\"‘'(]*"
    rf"(?:{'|'.join(map(re.escape, _DEGREES))})\Z"
)
_HOLDER = re.compile(r"(?:an?|the|his|her|their|my|your|its|with|or|of|two|both)\Z", re.IGNORECASE)
_NAME = re.compile(r"[A-Z][\w’'-]+")
# Initials before a name: J.-L. Doe; in Cyrillic one initial is enough.
_HYPHEN = re.compile(r"[-‐‑]")
_JOINED_INITIALS = re.compile(r"(?:^|\s)[A-Z][a-z]?\.[-‐‑][A-Z][a-z]?\.\Z")
_CYRILLIC_INITIAL = re.compile(r"(?:^|[\s(«“\"])[А-ЯЁІЇЄҐ]\.\Z")
# A day before a month or a time: Mon. Sept. 5, Mon. 5 p.m.
_WEEKDAYS = frozenset(["Mon", "Tue", "Tues", "Wed", "Thu", "Thurs", "Fri", "Sat", "Sun"])
_DATED = re.compile(
    rf"{_MONTHS}(?![a-z])|\d{{1,2}}(?:[:.]\d\d)?\s?(?:[ap]\.?\s?m\b|{_MONTHS}(?![a-z]))",
    re.IGNORECASE,
)
# German ordinals have a point and stand after an article or a similar word: der 1. FC Köln.
_ORDINAL = re.compile(
    r"\b(?:de[rnms]|die|das|i[mn]|a[mn]|vo[mn]|zu[mr]|beim|ab|bis|seit|und|oder|jede[rnms]?"
    r"|diese[rnms]?|[msd]?eine?[rnms]?|ihre?[rnms]?|unsere?[rnms]?)\s\d{1,3}\.\Z",
    re.IGNORECASE,
)
# The person who asks belongs to the sentence of the question: “Is it near?” President Trump asked.
_CLOSERS = ("”", '"', "»", "“")
_ASKING = re.compile(r"[?!…][”\"»“]\Z")
_ASKED = re.compile(
    r"(?!(?:The|An?|He|She|It|They|We|You|I|But|And|So|Then|In|On|At|This|That|No|Not|What|Who)\b)"
    r"(?:[A-Z][\w.'’-]*\s){1,5}"
    r"(?:said|says|asked|asks|wrote|writes|tweeted|posted|added|adds|told|replied|shouted|cried"
    r"|exclaimed|declared|answered|wondered|demanded|quipped|joked|yelled|warned)\b"
)

_BRACKET = re.compile(r"[.!?…][\"'”’»]?[)\]]\s+(?=[\"“‘«'(\[]*[^\W\d_])")
# A note after the stop of its sentence: the truce held.[note 4] He left.
_NOTE = re.compile(r"[.!?…][\"'”’»]?(?:\[(?:note\s)?\d{1,3}\])*\[(?:note\s)?\d{1,3}\Z")
_AFTER_NOTE = re.compile(r"\]\s+(?=[\"“‘«'(]*[A-Z])")
# What follows a quotation that ends with one inside it, or with a country, and begins a sentence.
_QUOTE_END = re.compile(
    r"(?:(?<=[.!?…][’'])[”\"»]\s+(?=[“‘\"]?[A-Z])"
    r"|[”\"]\s+(?=(?:He|She|It|They|We|I|The|But|That|This|And|In|On|At|After|When|For)\s))"
)
# As after three points: He waited… Then he left.
_ELLIPSIS = re.compile(
    r"(?<=\w)…\s(?=(?:An?|After|And|At|But|He|His|If|In|It|No|On|She|So|That|The|Then|There|They|This"
    r"|We|What|When|You)\s)"
)
_COUNTRIES = r"(?:U\.S\.A|U\.S|U\.K|U\.N|E\.U|D\.C|U\.A\.E)\.\s+"
_BEFORE_CAPITAL = re.compile(rf"{_COUNTRIES}[A-Z]")
_COUNTRY = re.compile(
    r"(?:\b(?:in|to|from|with|of|by|and|for|against|at|into|via|within|outside|across|the)\s+)"
    rf"(?:the\s+)?(?:\w+,\s+)?{_COUNTRIES}"
    r"(?P<next>[A-Z][a-z]+)\s+[a-z]"
)
# Names that continue the phrase of a country: the U.S. Senate said.
_NAMED = word_set(
    """
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday Army Navy Marine Marines Senate Senator
    Senators House Congress Congressman Congresswoman President Secretary State Department Treasury
    Treasuries Embassy Supreme Court District Attorney Ambassador Capitol Constitution Central
    Federal Bureau Agency Customs Immigration Justice Defense Defence Energy Homeland Space Postal
    Chamber Census Trade Forest Olympic Open Soccer Bank Strategic Special National Vice General
    Secretariat Security Charter Mission Envoy Representative Representatives Republican Republicans
    Democrat Democrats Jews Muslims Christians Catholics Dollar Steel Air Coast Guard Cyber Command
    Commission Council Parliament Prime Minister Foreign Home Supreme Government Administration
    Mayor Police Metropolitan Conference Resolution Convention Climate Human High Women Children
    Food Refugee Assembly Peacekeeping Rapporteur Under Deputy Assistant Permanent Marshals Marshal
    Intelligence Trade Labor Interior Commerce Education Health Environmental Surgeon Circuit
    Appeals Geological
    """
)


@cache
def _known(language: str) -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    """Return words that end no sentence: before a number, a name, anything, and a small letter."""
    if language == "en":
        return (
            _NUMBERED, _TITLES.union(_CITED), frozenset(_LEADING), _SHORT,
        )  # fmt: skip
    every = _sentence_ends()["goes_on"].get(language, frozenset())
    # Le 5 janv. 2020.
    months = _sentence_ends()["months"]["every"]
    return months, frozenset(), every, every


def _goes_on(before: str, after: str, item: bool, language: str) -> bool:
    """Return whether the text after a boundary belongs to the sentence before it.

    Most patterns are searched only where the last characters let them match, since a search looks
    at each character before the boundary.
    """
    if after[:1] == "&":
        # A truce.&nbsp;Talks go on; but: A. & B.
        plain = html.unescape(after)
        after = plain.lstrip() if plain[:1].isspace() else after
    if item or after[:1] in "-‐‑&":
        return True
    if before[-1:] in _CLOSERS and _ASKING.search(before):
        # „Kommt er?“ fragte sie.
        small = after[:1].islower()
        if small or (language == "en" and _ASKED.match(after)):
            return True
    if language in _AFTER_SPEECH and _SPEECH_END.search(before):
        return _AFTER_SPEECH[language].match(after) is not None
    if before[-1:] in ("!", "?") and language == "en":
        name = before[before.rfind(" ") + 1 : -1].lstrip("\"“‘'(")
        if name.lower() in _STOPPED_NAMES and name[:1].isupper():
            # The app Kahoot! is free.
            rest = after[:1].islower() or _REST_OF_NAME.match(after) is not None
            return before[-1] == "!" and rest
        return _DASHED.match(after) is not None or _ASKS.match(after) is not None
    if before[-1:] == "]":
        # Yan et al. [2004] say; the truce held.[2] is an end only before a capital.
        return after[:1].islower()
    if before[-1:] != ".":
        return False
    if (before[-2:-1] == "/" and _AGENCY.search(before)) or _AGENCY.match(after):
        # MOSCOW, March 13. /TASS/. Talks began.
        return True
    numbered, titles, leading, short = _known(language)
    small = after[:1].islower()
    if language == "en" and before.endswith(_DEGREES) and _is_initials(before, after):
        return True
    joined = _HYPHEN.search(before[-4:]) and _JOINED_INITIALS.search(before)
    # 44 av. J.-C. Elle est partie.
    if (joined and not _opens_elsewhere(before[joined.start() : -1].strip(), after, language)) or (
        language != "en"
        and (
            (small and before[-2:-1].isdigit())
            or (_CYRILLIC_INITIAL.search(before) and after[:1].isupper())
            or (language == "de" and _ORDINAL.search(before))
        )
    ):
        return True
    # What stands before a space is no part of the last word.
    last = _LAST_WORD.search(before[before.rfind(" ") + 1 :])
    word = last[1] if last else ""
    lower = word.lower()
    if lower in leading and (language != "en" or word == lower):
        return language == "en" or not _opens_elsewhere(word, after, language)
    if language == "pl" and _POLISH_DATE.fullmatch(before):
        return True
    if small and (lower in short or ("." in before[-4:-1] and _INITIALS.search(before))):
        return True
    if small and language != "en" and 0 < len(word) <= 4:
        return True
    if lower in numbered and _NUMBER.match(after):
        return True
    if word in _WEEKDAYS and language == "en" and (small or _DATED.match(after)):
        return True
    if word in titles and after.lstrip("“\"'‘")[:1].isupper():
        return True
    if language == "en" and word in _CITED and _NUMBER.match(after):
        return True
    if language == "en" and word == "Doc" and _DOCUMENT.match(after):
        return True
    timed = language == "en" and before[-2:-1] in ("m", "M") and _TIME.search(before)
    return bool(timed and _AFTER_TIME.match(after))


def _in_token(text: str, point: int) -> bool:
    """Return whether a point stands within one word, as a single sign between letters or digits.

    The point of A.I or of 3.5: see `token_starts`.
    """
    around = text[max(point - 2, 0) : point], text[point + 1 : point + 3]
    if around[0][-1:].isdecimal() and around[1][:1].isdecimal():
        return True
    single = not around[0][:-1].isalnum() and not around[1][1:].isalnum()
    return single and around[0][-1:].isalnum() and around[1][:1].isalnum()


def _in_address(text: str, place: int, spans: dict[int, list[tuple[int, int]]]) -> bool:
    """Return whether a place is inside an address: WWW.PEACE.COM is no three sentences.

    ``spans`` keeps the addresses of runs without white space that are longer than any address.
    """
    low, past = max(place - _LONGEST_ADDRESS, 0), place + _LONGEST_ADDRESS
    begin = place - len(text[low:place].split()[-1])
    end = place + len(text[place:past].split(maxsplit=1)[0])
    if begin > low or end < past:
        return any(start < place - begin < stop for start, stop in addresses(text[begin:end]))
    stretch = place // _LONGEST_ADDRESS
    low = max((stretch - 1) * _LONGEST_ADDRESS, 0)
    if stretch not in spans:
        spans[stretch] = addresses(text[low : low + 3 * _LONGEST_ADDRESS])
    return any(start < place - low < stop for start, stop in spans[stretch])


def _is_initials(before: str, after: str) -> bool:
    """Return whether two letters that can be a degree begin a name."""
    match = _DEGREE.search(before)
    name = _NAME.match(after)
    if match is None or name is None or _OPENERS.match(name[0]):
        return False
    word = match["word"] or ""
    return not _HOLDER.match(word) and word[-1:] not in (",", ")", ";")


# Words that begin a sentence and no name.
_OPENERS = re.compile(
    r"(?:An?|And|As|At|But|By|For|From|He|Her|His|I|If|In|Its?|No|Nobody|Not|Now|On|Once|Our|She|So"
    r"|Some|That|The|Their|Then|There|These|They|This|Those|To|We|What|When|Where|While|Who|With"
    r"|You)\Z"
)


def _is_inner_item(before: str, after: str) -> bool:
    """Return whether the sentence so far ends with the number of an item in a list within it."""
    if after[:1] == ")" and after[1:].lstrip()[:1].islower():
        # They want 1.) a truce and 2.) talks.
        return True
    if len(before) > 3 and before[-4:-1].isdecimal():
        # Such as a year: lists are shorter.
        return False
    match = None
    if before[-2:-1].isdecimal():
        # A search looks at each character; what stands before the number has four at most.
        digits = 2 if before[-3:-1].isdecimal() else 1
        past = len(before[: -1 - digits].rstrip("(").rstrip())
        match = _INNER_ITEM.search(before, max(past - 4, 0))
    if match is None:
        return after[:1].islower() and _ROMAN_ITEM.search(before) is not None
    number = int(match[1])
    opens = number == 1 and before[match.start()] in ",;:(—–"
    goes_on = re.search(rf"(?<!\d){number - 1}\.\s", before[: match.start()]) is not None
    return after[:1].islower() or opens or goes_on


def join(
    text: str,
    codes: CodePoints,
    start: Offsets,
    end: Offsets,
    row: Offsets,
    language: str,
    folding: TextFolding | None = None,
) -> Mask:
    """Return which sentences continue in the next one; ``row`` is the row of their paragraph.

    ``folding`` is what looks at the words before stops faster than the functions of this file.
    """
    joined = np.zeros(len(start), dtype=bool)
    first = last = -1
    spans: dict[int, list[tuple[int, int]]] = {}
    for place in _doubtful(codes, start, end, row, language, folding).tolist():
        # The first of the sentences that are joined so far.
        if place != last + 1 or not joined[last]:
            first = place
        last = place
        low, high, following = int(start[place]), int(end[place]), int(start[place + 1])
        begin = int(start[first])
        before = text[max(begin, high - _NEAR) : high]
        after = text[following : following + _NEAR]
        if not (before.isascii() and after.isascii()) and not _HIDDEN.isdisjoint(before + after):
            before, after = before.translate(_INVISIBLE), after.translate(_INVISIBLE)
        item = high - low <= _ITEM_LENGTH and begin == low and _ITEM.match(before) is not None
        # No sentence ends inside .NET, between the point and the letters.
        touching = following == high and (
            (text[high - 1] == "." and (text[high - 2] == " " or _in_token(text, high - 1)))
            or _in_address(text, high, spans)
        )
        joined[place] = _goes_on(before, after, item or touching, language) or (
            text[high - 1] == "."
            and (text[high - 2].isdigit() or text[high - 2] in "ivx")
            and _is_inner_item(text[max(begin, high - _LAST_ITEM) : high], after)
        )
    return joined


def _doubtful(
    codes: CodePoints,
    start: Offsets,
    end: Offsets,
    row: Offsets,
    language: str,
    folding: TextFolding | None,
) -> NDArray[np.intp]:
    """Return which sentences may continue in the next one, by the characters around the boundary.

    The other sentences end with a word without a rule in `_goes_on`, before a capital letter.
    """
    if language == "en" and folding is not None:
        return folding.doubtful(codes, start, end, row, _known_endings(), _stopped_names())
    inner = np.flatnonzero(row[1:] == row[:-1])
    if language != "en" or not len(inner):
        return inner
    high, after = end[inner], codes[start[inner + 1]]
    some = (high - start[inner] <= _ITEM_LENGTH) & ~_is_word(codes, start[inner], high)
    some |= codes[high - 1] == ord("]")
    some |= (after == ord("-")) | (after == ord("&")) | (after == ord("/"))
    some |= start[inner + 1] == high
    # MOSCOW, March 13. /TASS/. Talks began.
    some |= (codes[high - 1] == ord(".")) & (codes[np.maximum(high - 2, 0)] == ord("/"))
    # Before a quotation mark or a dash nothing goes on that does not before a capital letter.
    some |= (after > _ASCII) & ~is_among(after, _MARKS_BEFORE)
    some |= _after_question(codes, high, start[inner + 1])
    # Of the other sentences only those that end with a point can continue.
    dot = codes[high - 1] == ord(".")
    # “Is it near?” Trump asked.
    some |= (is_among(codes[high - 1], _CLOSED) & is_among(codes[high - 2], _ASKED_SIGNS)) & (
        (after | 0x20 >= ord("a")) & (after | 0x20 <= ord("z"))
    )
    some |= dot & (after >= ord("a")) & (after <= ord("z"))
    # J.-L. Doe
    for step in (3, 4):
        hyphen = is_among(codes[np.maximum(high - step, 0)], _HYPHENS)
        some |= dot & hyphen & (codes[np.maximum(high - step - 1, 0)] == ord("."))
    stops = high[dot] - 1
    known = _end_with(codes, stops, _known_endings())
    # After a number of three digits, such as a year, no rule lets a sentence go on.
    places = np.flatnonzero(known)
    digits = np.stack([codes[np.maximum(stops[places] - step, 0)] for step in (1, 2, 3)])
    known[places] = ((digits < ord("0")) | (digits > ord("9"))).any(axis=0)
    some[dot] |= known
    doubtful: NDArray[np.intp] = inner[some]
    return doubtful


def _is_word(codes: CodePoints, start: Offsets, high: Offsets) -> Mask:
    """Return which sentences are one word and a stop, such as Yes. or Right?

    No item of a list is one. Of the longer ones the answer does not count.
    """
    word, roman = high - start > 2, np.ones(len(start), dtype=bool)
    for step in range(_ITEM_LENGTH - 1):
        inside = start + step < high - 1
        letter = codes[np.where(inside, start + step, start)] | np.uint32(0x20)
        word &= ~inside | (letter - np.uint32(ord("a")) < 26)
        roman &= ~inside | is_among(letter, _ROMAN)
    found: Mask = word & ~roman & is_among(codes[high - 1], _ENDS)
    return found


def _after_question(codes: CodePoints, high: Offsets, following: Offsets) -> Mask:
    """Return which sentences end with ? or ! and may go on.

    They go on after a dash, within a name, and before a small letter: Is this it? he asked.
    """
    asked = np.isin(codes[high - 1], _ASKED_SIGNS[:2])
    places = np.flatnonzero(asked)
    if not len(places):
        return asked
    dash = is_among(codes[following[places]], _DASHES)
    last = len(codes) - 1
    near = codes[np.minimum(following[places, None] + np.arange(1, 4), last)]
    small = (near >= ord("a")) & (near <= ord("z"))
    # From à to ÿ.
    small |= (near >= 0xE0) & (near <= 0xFF)
    asked[places] = dash & small.any(axis=1)
    next_one = codes[following[places]]
    asked[places] |= (next_one >= ord("a")) & (next_one <= ord("z"))
    asked[places] |= _end_with(codes, high[places] - 1, _stopped_names())
    return asked


@cache
def _stopped_names() -> NDArray[np.uint64]:
    """Return the numbers of the names that have a stop inside."""
    codes = np.array([ord(letter) for letter in " ".join(["", *_STOPPED_NAMES])], np.uint32)
    ends = np.cumsum([len(word) + 1 for word in _STOPPED_NAMES])
    return np.unique(_last_letters(codes, ends))


_ASKED_SIGNS = np.array([ord("!"), ord("?"), ord("…")], dtype=np.uint32)
_ROMAN = np.array([ord(letter) for letter in "ivx"], dtype=np.uint32)
_HYPHENS = np.array([ord(sign) for sign in "-‐‑"], dtype=np.uint32)
_DASHES = np.array([ord(sign) for sign in "—–-"], dtype=np.uint32)


def _end_with(codes: CodePoints, past: Offsets, words: NDArray[np.uint64]) -> Mask:
    """Return before which places one of some words stands, given by their `_last_letters`."""
    return np.isin(_last_letters(codes, past), words)


def _last_letters(codes: CodePoints, past: Offsets) -> NDArray[np.uint64]:
    """Return the letters a to z before each position as one number, in the order of reading.

    The number is 0 where the character before the letters may matter (a point, a digit, a letter of
    another alphabet), without letters, and with more letters than any known word has.
    """
    keys = np.zeros(len(past), dtype=np.uint64)
    open_ended = np.ones(len(past), dtype=bool)
    special = np.zeros(len(past), dtype=bool)
    for step in range(1, _LONGEST + 2):
        code = codes[np.maximum(past - step, 0)]
        letter = (code | np.uint32(0x20)) - np.uint32(ord("a")) < 26
        letter &= past >= step
        special |= open_ended & (
            (code == ord(".")) | (code > _ASCII) | ((code >= 48) & (code <= 57))
        )
        open_ended &= letter
        if step <= _LONGEST:
            place = np.uint64(8 * (step - 1))
            keys |= np.where(open_ended, (code | np.uint32(0x20)).astype(np.uint64) << place, 0)
    keys[special] = 0
    # Longer words are not known, and have no number.
    keys[open_ended & ~special] = np.uint64(1)
    return keys


@cache
def _known_endings() -> NDArray[np.uint64]:
    """Return the numbers of the words with a rule in `_goes_on`, and 0."""
    words = {word for group in (*_known("en"), _WEEKDAYS) for word in group}
    # The last letter of "e.g" follows a point, which is always checked; "9 a. m." has a space.
    every = sorted({word.lower() for word in words if word.isalpha()} | {"m", "doc"})
    codes = np.array([ord(letter) for letter in "".join(f" {word}" for word in every)], np.uint32)
    ends = np.cumsum([len(word) + 1 for word in every])
    return np.unique(np.append(_last_letters(codes, ends), np.uint64(0)))


@dataclass(frozen=True)
class Marks:
    """Signs at which a sentence may end that sentencex does not end.

    Notes ("[2]"), ``brackets`` with a stop before them, stops after ``words`` that sentencex takes
    for abbreviations, the first points of ``countries``, ends of ``quotes`` and ``ellipses``.
    ``holding`` are the sentences that may have several inside a quotation or a bracket.
    """

    notes: Offsets
    brackets: Offsets
    words: Offsets
    countries: Offsets
    quotes: Offsets
    ellipses: Offsets
    holding: Offsets


def find_marks(
    codes: CodePoints,
    start: Offsets,
    end: Offsets,
    signs: Offsets,
    folding: TextFolding | None = None,
    language: str = "en",
) -> Marks:
    """Return the signs of a text, and the sentences, at which more may end.

    Parameters
    ----------
    codes : array
        The code points of the text.
    start, end : arrays
        The edges of the sentences.
    signs : array
        The `sign_offsets` of the text.
    folding : TextFolding, optional
        What finds them faster than this function.
    language : str
        Of a language other than English all stops inside the sentences are among the ``words``.
    """
    if language != "en":
        return _marks_elsewhere(codes, start, end, signs, folding)
    if folding is not None:
        place, what = folding.marks(codes, start, end, signs, _plain_words())
        return Marks(*(place[what == kind] for kind in range(1, 8)))
    sign = codes[signs]
    brackets = signs[(sign == ord(")")) | (sign == ord("]"))]
    brackets = brackets[(brackets > 2) & (brackets < len(codes) - 2)]
    stops = is_among(codes[brackets - 1], _ENDS) | is_among(codes[brackets - 2], _ENDS)
    notes = brackets[(codes[brackets] == ord("]")) & (codes[brackets - 1] - ord("0") < 10)]
    dots = signs[sign == ord(".")]
    return Marks(
        notes, brackets[stops], dots[_end_with(codes, dots, _plain_words())], dots,
        _quote_ends(codes, signs[(sign == ord('"')) | (sign > _ASCII)]),
        signs[sign == ord("…")], _may_hold_sentences(codes, start, end, signs),
    )  # fmt: skip


def _marks_elsewhere(
    codes: CodePoints, start: Offsets, end: Offsets, signs: Offsets, folding: TextFolding | None
) -> Marks:
    """Return the signs of a text that is not English."""
    marks = find_marks(codes, start, end, signs, folding)
    dots = signs[codes[signs] == ord(".")]
    dots = dots[_is_white_after(codes, dots)]
    ends = np.searchsorted(end, dots + 1)
    inside = ends < len(end)
    inside[inside] = end[ends[inside]] != dots[inside] + 1
    return replace(marks, words=dots[inside])


def _is_white_after(codes: CodePoints, places: Offsets) -> Mask:
    """Return which places have white space after them."""
    return is_among(codes[np.minimum(places + 1, len(codes) - 1)], _WHITE)


def cuts(text: str, codes: CodePoints, language: str, marks: Marks) -> Iterable[tuple[int, int]]:
    """Return further positions at which a sentence ends and the next begins.

    After a bracket that holds a sentence of its own, after a quotation within a quotation, and
    after a country at the end of a sentence.
    """
    for place in marks.notes.tolist():
        match = _AFTER_NOTE.match(text, place)
        if match and _NOTE.search(text[max(place - _NEAR, 0) : place]):
            yield place + 1, match.end()
    for place in marks.brackets.tolist():
        match = _BRACKET.match(text, place - 1) or _BRACKET.match(text, place - 2)
        if match and _holds_sentence(text, match.start(), place) and _begins(text, match.end()):
            yield place + 1, match.end()
    if language == "en":
        for place in marks.words.tolist():
            match = _PLAIN_END.match(text, place)
            word = text[text.rfind(" ", 0, place) + 1 : place].lstrip("\"“‘'([")
            if len(word) == 1 and word.isupper():
                led = _LED[word].search(text[max(place - _NEAR, 0) : place])
                match = _LETTER_END.match(text, place) if led else None
                if match:
                    yield match.end("close"), match.end()
                continue
            if _MONTH.match(word):
                ahead = _IN_MONTH.search(text[max(place - _NEAR, 0) : place])
                match = _MONTH_END.match(text, place) if ahead else None
                if match:
                    yield place + 1, match.end()
                continue
            if match and (word.islower() or word in _PLAIN_CAPITALS):
                yield place + 1, match.end()
    else:
        yield from _ends_elsewhere(text, language, marks.words)
    for place in marks.quotes.tolist():
        match = _QUOTE_END.match(text, place)
        if match and not (language == "en" and _ASKED.match(text, match.end())):
            yield place + 1, match.end()
    # To search the text for the pattern, or for the sign, takes ten times as long.
    for place in marks.ellipses.tolist() if language == "en" else ():
        match = _ELLIPSIS.match(text, place)
        if match:
            yield place + 1, match.end()
    if language == "en" and ". " in text:
        past = 0
        for place in sorted(_before_countries(text, codes, marks.countries)):
            match = _COUNTRY.match(text, place) if place >= past else None
            if match is None:
                continue
            past = match.end()
            if match["next"] not in _NAMED:
                start = match.start("next")
                yield _before(text, start), start


# Words that sentencex takes for abbreviations, and that end sentences: in May. They told me. No.
_PLAIN_WORDS = (
    "may", "me", "ill", "ok", "fed", "no", "art", "miss", "con", "id", "etc", "x", "jan", "feb",
    "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", *"abcdefghik",
)  # fmt: skip
_PLAIN_CAPITALS = frozenset(["May", "OK", "Ok", "No"])
# Letters that are no initials: he wrote on X. Vance replied. So do I. Nobody has a plan B. They go.
_LETTERED = re.compile(
    r"(?<=[a-z,;] )(?:[Vv]itamin|[Pp]lan|[Oo]ption|[Gg]rade|[Hh]epatitis|[Ss]cenario|[Ss]erie)"
    r" [A-K]\Z"
)
_LED = {
    **dict.fromkeys("ABCDEFGHK", _LETTERED),
    "I": re.compile(
        r"\b(?:[Ss]o|[Nn]either|[Nn]or|[Aa]s|than|was|is) (?:(?:do|did|am|was|have|had|can|could"
        r"|will|would|should) )?I\Z"
    ),
    "X": re.compile(r"\b(?:on|to|via|from|platform|network|site|app|service) X\Z"),
}
_PLAIN_END = re.compile(r"\.\s+(?=[\"“‘'(]*(?:[A-Z][a-z]|I\s|A\s(?!(?:and|or|to|in|of)\s)[a-z]))")
_LETTER_END = re.compile(rf"\.(?P<close>[”\"’']{{0,2}}){_PLAIN_END.pattern[2:]}")
# A month ends a sentence before a word in small letters and one with a capital: they met in Dec.
# Talks failed. But: in Nov. Election.
_MONTH = re.compile(r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\Z")
_IN_MONTH = re.compile(
    r"\b(?:in|by|since|until|till|from|to|of|on|last|next|this|early|late|mid|before|after|through"
    r"|during|\d{1,2})[\s-][A-Z][a-z]{2,3}\Z"
)
_MONTH_END = re.compile(r"\.\s+(?=[\"“‘'(]*[A-Z][a-z’']*\s[a-z])")


_WORDS = re.compile(r"[^\W\d_]+")
# The beginning of a sentence of another language: its first word.
_OTHER_END = re.compile(r"\.\s+(?=[\"“‘'(«„¿¡]*(?P<next>[^\W\d_]+))")


@cache
def _sentence_ends() -> dict[str, dict[str, frozenset[str]]]:
    """Return the words of other languages after which sentences end, by language."""
    path = resources.files("framing") / "data" / "sentence_ends.toml"
    lists = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        part: {language: frozenset(words.split()) for language, words in given.items()}
        for part, given in lists.items()
    }


@cache
def _frequent_words(language: str) -> frozenset[str]:
    path = resources.files("framing") / "data" / "function_words.toml"
    words = tomllib.loads(path.read_text(encoding="utf-8"))
    stop_words = shipped_stop_words(language) if language in stop_word_languages() else ()
    first = _sentence_ends()["first_words"].get(language, frozenset())
    return first.union(words.get(language, "").split(), stop_words)


@cache
def _openers(language: str) -> frozenset[str]:
    """Return the words after which a sentence ends only before a frequent word."""
    openers = _sentence_ends()["openers"]
    return openers["every"] | openers.get(language, frozenset())


def _opens_elsewhere(word: str, after: str, language: str) -> bool:
    """Return whether a sentence begins after a word that names follow too: он сказал им. Она."""
    match = _WORDS.match(after)
    return (
        match is not None
        and word in _openers(language)
        and match[0][0].isupper()
        and match[0].lower() in _frequent_words(language)
    )


def _ends_elsewhere(text: str, language: str, dots: Offsets) -> Iterable[tuple[int, int]]:
    """Yield where a sentence ends after a word that sentencex takes for an abbreviation."""
    language = "nb" if language in ("no", "nn") else language
    lists = _sentence_ends()
    words = lists["words"].get(language, frozenset())
    openers = _openers(language)
    for place in dots.tolist():
        low = max(text.rfind(blank, max(place - _NEAR, 0), place) for blank in " \n\u00a0") + 1
        word = text[low:place].lstrip("\"“‘'«„([¿¡-–—")
        if word not in words and word not in openers:
            continue
        match = _OTHER_END.match(text, place)
        if match is None or not match["next"][0].isupper():
            continue
        frequent = match["next"].lower() in _frequent_words(language)
        if word in openers and not frequent:
            continue
        # Smith et al. Jones; but: dat weet ik al. Zij ging.
        if word == "al" and text[max(low - 4, 0) : low].split()[-1:] == ["et"]:
            continue
        if len(match["next"]) == 1 and not frequent:
            # The initial of a name or a number, as in art. L 5.
            continue
        yield place + 1, match.end()


@cache
def _plain_words() -> NDArray[np.uint64]:
    """Return the numbers of the words that are no abbreviations."""
    codes = np.array([ord(letter) for letter in " ".join(["", *_PLAIN_WORDS])], np.uint32)
    ends = np.cumsum([len(word) + 1 for word in _PLAIN_WORDS])
    return np.unique(_last_letters(codes, ends))


def _quote_ends(codes: CodePoints, marks: Offsets) -> Offsets:
    """Return where a quotation closes after an inner quotation, or after a country: in the U.S.”"""
    marks = marks[is_among(codes[marks], _CLOSING)]
    marks = marks[(marks > 3) & (marks < len(codes) - 2)]
    inner = is_among(codes[marks - 1], _INNER) & is_among(codes[marks - 2], _ENDS)
    country = (codes[marks - 1] == ord(".")) & (codes[marks - 3] == ord("."))
    found: Offsets = marks[inner | country]
    return found


def _before_countries(text: str, codes: CodePoints, dots: Offsets) -> set[int]:
    """Return where the words begin that may lead to a country: `in` of "in the U.S. He said"."""
    dots = dots[(dots > 1) & (dots < len(codes) - 1)]
    dots = dots[is_among(codes[dots - 1], _INITIAL) & is_among(codes[dots + 1], _SECOND)]
    found = set()
    for place in (dots - 1).tolist():
        # Few of them stand before a capital letter.
        if not _BEFORE_CAPITAL.match(text, place):
            continue
        past = place
        for _ in range(3):
            low = _before(text, past)
            if low == past or not low:
                break
            past = low
            while low and (text[low - 1].isalnum() or text[low - 1] == "_"):
                low -= 1
            if text[low:past] in _LEADS:
                found.add(low)
            while low and not text[low - 1].isspace():
                low -= 1
            past = low
    return found


_LEADS = word_set(
    """
    in to from with of by and for against at into via within outside across the
    """
)
_INITIAL = np.array([ord(letter) for letter in "UED"], dtype=np.uint32)
_SECOND = np.array([ord(letter) for letter in "SKNUCA"], dtype=np.uint32)


_ENDS = np.array([ord(sign) for sign in ".!?…"], dtype=np.uint32)
_INNER = np.array([ord(sign) for sign in "’'"], dtype=np.uint32)
_MARKS_BEFORE = np.array([ord(sign) for sign in "“‘—–"], dtype=np.uint32)
_CLOSING = np.array([ord(sign) for sign in '”"»'], dtype=np.uint32)
_CLOSED = np.array([ord(sign) for sign in _CLOSERS], dtype=np.uint32)


# Straight marks that open no quotation: the ’90s, rock ’n’ roll.
_OMISSION = re.compile(r"(?<!\w)'(?=\d\ds?\b|(?:em|n|til|tis|twas|cause)\b)")
# Quotations and brackets, without those inside them. A single mark is an apostrophe unless it
# stands beside a stop or a comma where the quotation ends.
_ENCLOSED = re.compile(
    r"“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|»[^«»]*«|\"[^\"]*\"|\([^()]*\)|\[[^\[\]]*\]|「[^「」]*」|"
    r"(?<!\w)‘[^‘“]*?(?:(?<=[.,!?…])’(?!\w)|’(?=[,.;:!?]))|"
    r"(?<!\w)'(?=[A-Z])[^\"“]*?(?:(?<=[.,!?…])'(?!\w)|'(?=[,.;:!?]))"
)
_OPENING = np.array([ord(sign) for sign in "“„«»\"(['‘"], dtype=np.uint32)
_WHITE = np.array([ord(sign) for sign in " \n\r\t\u00a0"], dtype=np.uint32)
_INNER_END = re.compile(r"[.!?…]\s+\S")


def _may_hold_sentences(codes: CodePoints, start: Offsets, end: Offsets, signs: Offsets) -> Offsets:
    """Return the sentences in which a quotation or a bracket may have an end of a sentence.

    Inside of them stands a stop before white space and a letter that is not small.
    """
    sign = codes[signs]
    stops = signs[is_among(sign, _ENDS)]
    stops = stops[stops < len(codes) - 2]
    after = codes[stops + 2]
    small = (after >= ord("a")) & (after <= ord("z"))
    stops = stops[is_among(codes[stops + 1], _WHITE) & ~small]
    place = np.searchsorted(start, stops, side="right") - 1
    inside = (place >= 0) & (stops + 2 < end[np.maximum(place, 0)]) if len(end) else place > 0
    stops, place = stops[inside], place[inside]
    opening = signs[is_among(sign, _OPENING)]
    # The last mark before the stop stands in the same sentence.
    last = np.searchsorted(opening, stops) - 1
    opened = (
        (last >= 0) & (opening[np.maximum(last, 0)] >= start[place]) if len(opening) else last > 0
    )
    places: Offsets = np.unique(place[opened])
    return places


def enclosures(text: str, start: int, end: int) -> Iterable[tuple[int, int]]:
    """Yield where the content of each quotation and bracket of a sentence begins and ends."""
    for match in _ENCLOSED.finditer(text, start, end):
        if _INNER_END.search(match[0]):
            yield match.start() + 1, match.end() - 1


def _before(text: str, place: int) -> int:
    while place and text[place - 1].isspace():
        place -= 1
    return place


def _begins(text: str, place: int) -> bool:
    """Return whether a capital letter follows; quotation marks before it are ignored."""
    while place < len(text) and text[place] in "\"“‘«'([":
        place += 1
    return text[place : place + 1].isupper()


def _holds_sentence(text: str, stop: int, close: int) -> bool:
    """Return whether a bracket that closes after a stop has a sentence, not an abbreviation."""
    begin = max(text.rfind("(" if text[close] == ")" else "[", max(0, close - 400), close), 0)
    inside = text[begin + 1 : stop]
    words = inside.split()
    if text[begin] not in "([" or len(words) < 2 or "\n\n" in inside:
        return False
    if text[stop] == ".":
        last = words[-1].strip("\"“”‘’'").lower()
        if (
            "." in last
            or (len(last) == 1 and (last.isalpha() or len(words) < 3))
            or last in _SHORT
            or last in _NUMBERED
        ):
            return False
        if words[-1] in _TITLES:
            return False
    capital = inside.lstrip("\"“‘«'")[:1].isupper()
    return capital or len(words) > 2
