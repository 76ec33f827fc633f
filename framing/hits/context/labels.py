"""Speakers without a verb: labels of transcripts, headlines, and signatures of quotations.

"PUTIN: Thank you.", "Trump: truce is near", and a name under a quotation.
"""

import numpy as np

from framing._core.typing import Mask
from framing.hits.context.cues import Reader
from framing.hits.context.mentions import (
    COLONS,
    GIVEN,
    JOINING,
    NOBODY,
    OPENERS,
    OTHER,
    SIGNS,
    STOP,
    TITLE,
    Mentions,
    among,
    ending_at,
    sign_table,
)
from framing.hits.context.quotes import Quotes
from framing.hits.native.library import ranks
from framing.text.characters import SPACE, WORD, Offsets
from framing.text.turns import name_in_label

# Characters of the longest label.
LABEL = 90
# The most characters of a name with a description of the person at the end of a paragraph.
_SIGNATURE = 90
_DASHES = np.array([ord(sign) for sign in "–—-―~"], dtype=np.int64)
# Characters of "And from President" before a name.
_LEAD = 20
# What makes a name bold in Markdown, and how many of them stand together.
_BOLD, _STARS = (ord("*"), ord("_")), 3
_LONG_DASH = ord("—")
# Signs of a label that are looked at.
_SIGNS = 20
# What stands behind a name in a label, after a space.
_BESIDE = ":([—-0123456789"
_MARKED = sign_table("*_")
_DASHED, _OPENED = sign_table("–—-―~"), sign_table("([")


def turn_speakers(reader: Reader, mentions: Mentions, row: Offsets) -> Offsets:
    """Return the speakers of the sentences with these numbers, in a transcript or a headline."""
    text = reader.text
    label = text.turn[row]
    answer = np.full(len(row), NOBODY)
    block = np.unique(label[label >= 0])
    first = ranks(text.block, block)
    there: Mask = first < len(text.block)
    there[there] = text.block[first[there]] == block[there]
    block, first = block[there], first[there]
    # Most labels name nobody of the table, and need not be read.
    begin = text.first[first]
    near = np.searchsorted(mentions.start, [begin, begin + LABEL])
    speaker = np.where(text.spoken[first], OTHER, NOBODY)
    for number in np.flatnonzero(near[0] < near[1]).tolist():
        speaker[number] = _label_speaker(reader, mentions, int(first[number]))
    if len(block):
        place = np.minimum(np.searchsorted(block, label), len(block) - 1)
        labelled = block[place] == label
        answer[labelled] = speaker[place[labelled]]
    return answer


def _label_speaker(reader: Reader, mentions: Mentions, first: int) -> int:
    """Return the actor whom the label at the beginning of a sentence names."""
    begin = int(reader.text.first[first])
    last = int(reader.text.last[first])
    asked = reader.code(np.array([begin]))[0] in (ord("Q"), ord("A"))
    asked = asked and not reader.has(np.array([begin + 1]), WORD)[0]
    if reader.text.spoken[first] and not asked:
        folded = reader.text.folded
        label = name_in_label(reader.text.text, int(folded.into_text(np.array([begin]))[0]))
        if label is not None:
            edges = folded.from_text(np.array(label))
            low, high = np.searchsorted(mentions.end, edges + np.array([1, 0])).tolist()
            high += high < len(mentions.end) and mentions.end[high] == edges[1]
            return int(mentions.actor[high - 1]) if low < high else OTHER
    place = int(np.searchsorted(reader.sign_at, begin))
    some = slice(place, place + _SIGNS)
    colons = reader.sign_at[some][reader.sign[some] == ord(":")]
    # The colons of a time end no label: [00:12:30] Putin: soon.
    behind = reader.code(colons + 1)
    colons = colons[(behind < ord("0")) | (behind > ord("9"))][:COLONS]
    dashes = reader.sign_at[some]
    double = (reader.sign[some] == ord("-")) & (reader.code(dashes + 1) == ord("-"))
    dashes = dashes[double | (reader.sign[some] == _LONG_DASH)][:1]
    ends = [
        end
        for end in sorted([*colons.tolist(), *dashes.tolist()])
        if end - begin <= LABEL and end < last + 1
    ]
    # "Q    Is it near?" has no colon, "Donald Trump [00:12]" one inside a bracket.
    if asked:
        ends = []
    for end in ends:
        name = slice(*np.searchsorted(mentions.start, [begin, end]).tolist())
        for actor, past in zip(
            mentions.actor[name][::-1].tolist(), mentions.end[name][::-1].tolist(), strict=True
        ):
            after = chr(int(reader.code(np.array([past]))[0]))
            beyond = chr(int(reader.code(np.array([past + 1]))[0]))
            if past == end or after in ":,([])*_" or (after == " " and beyond in _BESIDE):
                return int(actor)
    return OTHER if reader.text.spoken[first] else NOBODY


def signature_speakers(reader: Reader, mentions: Mentions, quotes: Quotes, asked: Mask) -> Offsets:
    """Return who signs quotations: “…” – Donald Trump, also on a separate line.

    Of those that are not asked about, the answer may be nobody.
    """
    answer = np.full(len(quotes.start), NOBODY)
    text = reader.text
    follows = np.flatnonzero(~quotes.closed[:-1] & (np.diff(quotes.paragraph) == 1)) + 1
    asked = asked.copy()
    for number in follows[::-1].tolist():
        asked[number - 1] |= asked[number]
    some = np.flatnonzero(asked)
    if not len(some):
        return answer
    last = np.append(text.paragraph[1:] != text.paragraph[:-1], True)
    ends = text.last[last]
    some = some[_candidates(reader, quotes.take(some), ends)]
    if not len(mentions.start):
        some = some[_may_be_labelled(reader, quotes.start[some])]
    for number in some.tolist():
        answer[number] = _introduced(reader, mentions, int(quotes.start[number]))
        if answer[number] > NOBODY or not quotes.closed[number]:
            continue
        at = int(quotes.end[number]) + 1
        place = int(np.searchsorted(reader.sign_at, at))
        answer[number] = _alone_below(reader, mentions, int(quotes.end[number]), ends)
        if place >= len(reader.sign_at) or answer[number] > NOBODY:
            continue
        sign, where = int(reader.sign[place]), int(reader.sign_at[place])
        # ‘No truce’: Putin vows to fight on.
        headed = sign == ord(":") and where == at and _heads(reader, quotes, number)
        if where - at > 3 or not (headed or sign in _DASHES or sign in OPENERS):
            continue
        block = int(np.searchsorted(ends, where))
        if block >= len(ends):
            continue
        past = int(ends[block])
        row = int(reader.row(np.array([where]))[0])
        near = block == quotes.paragraph[number]
        # On a separate line the name follows the paragraph of the quotation.
        own = block == quotes.paragraph[number] + 1 and where == text.first[row]
        before = int(reader.row(quotes.end[number : number + 1])[0])
        if not near and not (own and text.document[row] == text.document[before]):
            continue
        name = int(np.searchsorted(mentions.start, where))
        if name == len(mentions.start) or past - where > _SIGNATURE or mentions.inside[name]:
            continue
        if mentions.start[name] - where <= GIVEN + len("President "):
            answer[number] = mentions.actor[name]
    follows = follows[asked[follows]]
    first = text.first[reader.row(quotes.start[follows])]
    for number in follows[quotes.start[follows] - first <= 1].tolist():
        if answer[number] == NOBODY:
            answer[number] = answer[number - 1]
    return answer


def _candidates(reader: Reader, quotes: Quotes, ends: Offsets) -> Offsets:
    """Return the quotations after a colon, and those before a dash, a bracket or a short line."""
    bounds = np.append(reader.sign_at, np.iinfo(np.int64).max)
    place = ranks(bounds, quotes.end + 1)
    sign = np.append(reader.sign, 0)[place]
    near = (bounds[place] - quotes.end <= 4) & (among(sign, _DASHED) | among(sign, _OPENED))
    near |= (bounds[place] == quotes.end + 1) & (sign == ord(":"))
    before = np.searchsorted(bounds, quotes.start) - 1
    for _ in range(_STARS):
        before -= among(reader.sign[np.maximum(before, 0)], _MARKED)
    ahead = reader.sign[np.maximum(before, 0)]
    colon = (before >= 0) & ((ahead == ord(":")) | among(ahead, _DASHED))
    colon &= quotes.start - bounds[np.maximum(before, 0)] <= len(":**\r\n\r\n ")
    block = np.searchsorted(ends, quotes.end)
    below = np.append(np.diff(ends), ends[-1:])[np.minimum(block, len(ends) - 1)]
    rest = ends[np.minimum(block, len(ends) - 1)] - quotes.end
    short = ((rest <= 2) & (below <= _SIGNATURE)) | ((rest > 2) & (rest <= TITLE))
    # Of a quotation that goes on in the next paragraph only the first has the colon.
    found: Offsets = np.flatnonzero(colon | (quotes.closed & (near | short)))
    return found


def _may_be_labelled(reader: Reader, quote: Offsets) -> Mask:
    """Return before which quotations a colon stands in a sentence that begins as a label may."""
    place = ranks(reader.sign_at, quote) - 1
    while (bold := (place >= 0) & among(reader.sign[place], _MARKED)).any():
        place -= bold
    found = place >= 0
    found[found] = reader.sign[place[found]] == ord(":")
    row = reader.row(reader.sign_at[place[found]])
    codes = reader.code(reader.text.first[row][:, None] + np.arange(3))
    linked = (codes == ord("[")).any(axis=1)
    found[found] = linked | np.isin(codes[:, :2], _BOLD).all(axis=1)
    return found


def _heads(reader: Reader, quotes: Quotes, number: int) -> bool:
    """Return whether a quotation begins its paragraph, as in a headline."""
    start = int(quotes.start[number])
    row = int(reader.row(np.array([start]))[0])
    text = reader.text
    fresh = row == 0 or text.paragraph[row - 1] != text.paragraph[row]
    return bool(fresh and start - text.first[row] <= 1)


def _alone_below(reader: Reader, mentions: Mentions, end: int, ends: Offsets) -> int:
    """Return the actor whose name is all that follows a quotation, there or on the line below.

    On a line of its own a comma and a description of the person may follow the name.
    """
    text = reader.text
    block = int(np.searchsorted(ends, end))
    if block >= len(ends):
        return NOBODY
    below = ends[block] - end <= 2
    block += below
    row = int(np.searchsorted(text.last, end + 1 if not below else ends[block - 1])) + 1
    if block >= len(ends) or row >= len(text.first):
        return NOBODY
    first, last = int(text.first[row]), int(ends[block])
    name = int(np.searchsorted(mentions.start, first))
    if name == len(mentions.end) or text.document[row] != text.document[row - 1]:
        return NOBODY
    start, past = int(mentions.start[name]), int(mentions.end[name])
    titled = start - first <= GIVEN and (start == first or is_title(reader, first, start))
    comma = bool(below) and reader.code(np.array([past]))[0] == ord(",")
    comma = comma and last - first <= _SIGNATURE and reader.code(np.array([last - 1]))[0] != STOP
    comma = comma and text.last[row] == last
    return int(mentions.actor[name]) if titled and (past == last or comma) else NOBODY


def is_title(reader: Reader, first: int, start: int) -> bool:
    """Return whether words with a capital are all that stands before a name."""
    tokens = reader.text.tokens
    words = tokens[slice(*np.searchsorted(tokens, [first, start]).tolist())]
    code = reader.code(words)
    return bool(((code >= ord("A")) & (code <= ord("Z"))).all())


def _introduced(reader: Reader, mentions: Mentions, quote: int) -> int:
    """Return the actor who begins the sentence before a quotation: Trump on Monday: “…”.

    The quotation may be the next paragraph. A dash takes the place of the colon after a bare name.
    """
    place = int(np.searchsorted(reader.sign_at, quote)) - 1
    bold = place
    while place >= 0 and reader.sign[place] in _BOLD:
        place -= 1
    if place < 0:
        return NOBODY
    colon, sign, bold = int(reader.sign_at[place]), int(reader.sign[place]), bold - place
    text = reader.text
    row = int(reader.row(np.array([colon]))[0])
    below = int(reader.row(np.array([quote]))[0])
    apart = int(text.paragraph[below] - text.paragraph[row])
    if text.document[below] != text.document[row] or apart > 1:
        return NOBODY
    if not apart and quote - colon - bold > len(": "):
        return NOBODY
    first = int(text.first[row])
    label = _label_end(reader, first, colon) if sign == ord(":") else -1
    if label >= 0:
        name = int(ending_at(mentions, np.array([label]))[0])
        named = name >= 0 and mentions.start[name] >= first and not mentions.inside[name]
        return int(mentions.actor[name]) if named else OTHER
    own = int(ending_at(mentions, np.array([colon]))[0]) if sign == ord(":") else -1
    if own >= 0 and not mentions.inside[own]:
        # ‘Putin: “A truce”; Trump: “No truce”.
        parting = _separator(reader, first, int(mentions.start[own]))
        if parting > 0 and chr(parting) in _PARTING:
            return int(mentions.actor[own])
    name = int(np.searchsorted(mentions.start, first))
    if name == len(mentions.start) or mentions.end[name] > colon:
        return NOBODY
    start, past = int(mentions.start[name]), int(mentions.end[name])
    if sign != ord(":"):
        spaced = colon - past == 1 and quote - colon == len("— ")
        bare = sign in _DASHES and spaced and apart == 0
        return int(mentions.actor[name]) if bare and start - first <= GIVEN else NOBODY
    if start - first <= _LEAD and colon - _past_link(reader, past, colon) <= TITLE:
        # A plea to Putin: “…” is another one's; From Putin: “…” is his.
        owned = not mentions.inside[name] or _is_from(reader, first, start)
        return int(mentions.actor[name]) if owned else NOBODY
    return NOBODY


def _is_from(reader: Reader, first: int, start: int) -> bool:
    """Return whether "from" stands in front of a name and its titles."""
    tokens = reader.text.tokens
    words = tokens[slice(*np.searchsorted(tokens, [first, start]).tolist())]
    letters = np.minimum(reader.code(words[:, None] + np.arange(5)), 0x7F) | 0x20
    return bool((letters == np.frombuffer(b"from ", dtype=np.uint8)).all(axis=1).any())


def _label_end(reader: Reader, first: int, colon: int) -> int:
    """Return where the name ends in a label that is all that stands before a colon, or -1.

    A label is a link, [Jane Doe](https://…), or bold: **Jane Doe, engineer:** or **Jane Doe**:. A
    comma or a bracket ends the name.
    """
    codes = reader.code(np.arange(first, colon + 3))
    opens = next((step for step in range(3) if codes[step] == ord("[")), -1)
    past = colon - first
    while past > 0 and codes[past - 1] in _BOLD:
        past -= 1
    if opens >= 0 and codes[past - 1] == ord(")"):
        ends = (codes[:past] == ord("]")) & (codes[1 : past + 1] == ord("("))
        past = int(np.append(np.flatnonzero(ends), -1)[0])
        while past > 0 and codes[past - 1] in _BOLD:
            past -= 1
    else:
        # The stars end at the colon: the first two are not those of a word in bold before it.
        bold = codes[0] in _BOLD and codes[1] in _BOLD and past <= _SIGNATURE
        bold = bold and (past < colon - first or codes[-2] in _BOLD)
        past = -1 if not bold or np.isin(codes[2:past], _BOLD).any() else past
    if past < 0:
        return -1
    ends = np.isin(codes[2:past], (ord(","), ord("(")))
    past = min(past, 2 + int(np.append(np.flatnonzero(ends), past)[0]))
    return first + past - int(codes[past - 1] == ord(" "))


def _past_link(reader: Reader, past: int, last: int) -> int:
    """Return where the address ends behind a name such as [Trump](https://…), or its own end."""
    at = past
    while at < last and reader.code(np.array([at]))[0] in _BOLD:
        at += 1
    if tuple(reader.code(np.arange(at, at + 2)).tolist()) != (ord("]"), ord("(")):
        return past
    ends = np.flatnonzero(reader.code(np.arange(at, last)) == ord(")"))
    return at + int(ends[-1]) + 1 if len(ends) else past


def _addressed(reader: Reader, mentions: Mentions, row: Offsets, answer: Offsets) -> None:
    """Give "Zelensky to Putin: respect the truce" the first name."""
    name = np.minimum(
        np.searchsorted(mentions.start, reader.text.first[row]), len(mentions.start) - 1
    )
    begins = mentions.start[name] == reader.text.first[row]
    end = mentions.end[name]
    for step, sign in enumerate(" to "):
        begins &= reader.code(end + step) == ord(sign)
    capital = reader.code(end + len(" to "))
    begins &= (capital >= ord("A")) & (capital <= ord("Z"))
    for which in np.flatnonzero(begins).tolist():
        begun = int(end[which])
        at = int(np.searchsorted(reader.sign_at, begun))
        near = at < len(reader.sign_at) and reader.sign_at[at] - begun <= TITLE
        if near and reader.sign[at] == ord(":"):
            answer[which] = mentions.actor[name[which]]


def _labelled(
    reader: Reader, mentions: Mentions, start: Offsets, row: Offsets, alone: Mask, answer: Offsets
) -> None:
    """Give "Putin: no truce; Trump: a truce" two speakers: who has the last label before a hit.

    The label that begins a paragraph is that of its turn.
    """
    text = reader.text
    place = np.flatnonzero(reader.sign == ord(":"))
    colons = reader.sign_at[place]
    name, rows = ending_at(mentions, colons), reader.row(colons)
    known = np.flatnonzero(name >= 0)
    known = known[~mentions.inside[name[known]]]
    several = np.bincount(rows[known], minlength=len(text.first)) > 1
    shared = np.bincount(text.paragraph[rows[known]], minlength=text.paragraph[-1] + 1) > 1
    wanted = np.zeros(len(text.first) + 1, dtype=bool)
    wanted[row] = True
    known = known[wanted[rows[known]]]
    if not len(known):
        return
    wanted[:] = False
    wanted[rows[known]] = True
    # What follows a label has a space before it.
    some = np.flatnonzero(wanted[rows] & reader.has(colons + 1, SPACE))
    is_known = np.isin(some, known)
    stopped = reader.code(np.maximum(text.last - 1, 0)) == STOP
    labels: list[tuple[int, int]] = []
    led = -1
    for at, named in zip(some.tolist(), is_known.tolist(), strict=True):
        of, colon = int(rows[at]), int(colons[at])
        first, sign = int(text.first[of]), int(reader.sign[place[at] - 1]) if place[at] else 0
        if named:
            sign = _separator(reader, first, int(mentions.start[name[at]]))
            parts = sign > 0 and chr(sign) in _PARTING
            headed = alone[of] and (chr(max(sign, 0)) in ";|/" or not stopped[of])
            headed = (headed or several[of]) and sign != ord(",")
            # The first label of a paragraph is that of its turn.
            inner = sign > 0 or (of > 0 and text.paragraph[of] == text.paragraph[of - 1])
            # A single one inside a paragraph may be a heading: He has a plan. TRUMP: …
            opens = sign < 0 and (not inner or bool(shared[text.paragraph[of]]))
            opens = opens or (parts and (led == of or headed))
        else:
            begin = int(reader.sign_at[place[at] - 1]) + 1 if place[at] else first
            opens = inner = led == of and chr(sign) in ";|/" and begin < colon - 1
            opens = opens and colon - begin <= TITLE and is_title(reader, begin, colon)
        if opens:
            led = of
        if opens and inner:
            labels.append((colon, int(mentions.actor[name[at]]) if named else OTHER))
    if not labels:
        return
    colons, speaker = np.array(labels, dtype=np.int64).T
    last = ranks(colons, start) - 1
    some = np.flatnonzero((last >= 0) & (answer == NOBODY))
    some = some[colons[last[some]] >= text.first[row[some]]]
    answer[some] = speaker[last[some]]


# Signs that part two headlines in a line.
_PARTING = ";,|/–—•·:-"


def _separator(reader: Reader, first: int, name: int) -> int:
    """Return the sign before a name and its titles, -1 where they begin the sentence.

    It is 0 where anything else stands there.
    """
    place = int(np.searchsorted(reader.sign_at, name)) - 1
    while place >= 0 and JOINING[min(int(reader.sign[place]), SIGNS - 1)]:
        # A dash with a space behind it parts: Truce off - Putin.
        if (
            reader.has(reader.sign_at[place : place + 1] + 1, SPACE)[0]
            and reader.sign[place] != STOP
        ):
            break
        place -= 1
    at = int(reader.sign_at[place]) if place >= 0 else -1
    sign = int(reader.sign[place]) if at >= first else -1
    begin = max(at + 1, first)
    titled = name - begin <= TITLE and is_title(reader, begin, name)
    return sign if titled else 0


def headline_speakers(reader: Reader, mentions: Mentions, row: Offsets, start: Offsets) -> Offsets:
    """Return the actor after the colon or dash of a headline: Truce is near: Trump.

    Of a headline that two speakers share each has his part, up to a semicolon or the next name.
    """
    answer = np.full(len(row), NOBODY)
    text = reader.text
    if not len(mentions.start) or not len(reader.sign_at) or not len(row):
        return answer
    _addressed(reader, mentions, row, answer)
    alone: Mask = np.ones(len(text.paragraph), dtype=bool)
    alone[1:] &= text.paragraph[1:] != text.paragraph[:-1]
    alone[:-1] &= text.paragraph[1:] != text.paragraph[:-1]
    _labelled(reader, mentions, start, row, alone, answer)
    semicolons = np.append(reader.sign_at[reader.sign == ord(";")], np.iinfo(np.int64).max)
    stop = np.minimum(semicolons[ranks(semicolons, start)], text.last[row])
    place = np.minimum(ranks(mentions.end, stop), len(mentions.end) - 1)
    ends = alone[row] & (mentions.end[place] == stop) & (mentions.start[place] > start)
    ends &= answer == NOBODY
    for which in np.flatnonzero(ends).tolist():
        begin = int(mentions.start[place[which]])
        sign = int(np.searchsorted(reader.sign_at, begin)) - 1
        while sign >= 0 and reader.sign[sign] in (ord("."), ord("’"), ord("'")):
            sign -= 1
        if sign < 0:
            continue
        where, code = int(reader.sign_at[sign]), int(reader.sign[sign])
        spaced = bool(reader.code(np.array([where - 1]))[0] == ord(" "))
        fits = code == ord(":") or (code in _DASHES and spaced)
        between = reader.code(np.arange(where + 1, begin))
        starts = between[1:][between[:-1] == ord(" ")]
        named = bool(((starts >= ord("A")) & (starts <= ord("Z"))).all()) and begin - where <= TITLE
        if fits and named and where - text.first[row[which]] > 4:
            answer[which] = mentions.actor[place[which]]
    return answer


def quoted_colons(reader: Reader) -> Offsets:
    """Return the colons behind quotations: “It is off”: Putin’s warning."""
    colons = reader.sign_at[reader.sign == ord(":")]
    found: Offsets = colons[np.isin(reader.code(np.maximum(colons - 1, 0)), _CLOSING)]
    return found


def owned_speakers(
    reader: Reader, owners: Mentions, colons: Offsets, row: Offsets, start: Offsets
) -> Offsets:
    """Return who owns the noun behind a quotation in a headline: “It is off”: Putin’s warning.

    Where another actor owns something as well, it may be his: Putin’s reply to Trump’s plea.
    """
    answer = np.full(len(row), NOBODY)
    text = reader.text
    for colon, of in zip(colons.tolist(), reader.row(colons).tolist(), strict=True):
        first, last = int(text.first[of]), int(text.last[of])
        names = slice(*np.searchsorted(owners.start, [colon, last]).tolist())
        same = text.paragraph[max(of - 1, 0) : of + 2] == text.paragraph[of]
        if len(owners.start[names]) != 1 or same.sum() > 1:
            continue
        begin, end = int(owners.start[names][0]), int(owners.end[names][0])
        words = text.tokens[slice(*np.searchsorted(text.tokens, [end, last]).tolist())][:_OWNED]
        apart = np.flatnonzero(~reader.joined(words))
        words = words[: apart[0]] if len(apart) else words
        nouns = np.flatnonzero(reader.word(words, "speech"))
        if not len(nouns) or begin - colon > TITLE or not is_title(reader, colon + 1, begin):
            continue
        # The warning of Putin’s spokesman, or aide, is not Putin’s.
        lead = words[: nouns[0]]
        other = reader.is_apostrophe(np.arange(end, words[nouns[0]])).any()
        if not other and not reader.word(lead, "role").any():
            answer[(row == of) & (start >= first) & (start < colon)] = owners.actor[names][0]
    return answer


# Marks that close a quotation, and the most words up to the noun: Putin’s very chilling warning.
_CLOSING = [ord(sign) for sign in "”’\"'"]
_OWNED = 3
