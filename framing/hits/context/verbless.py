"""Attribution without a verb of saying: transcripts, headlines, a dash and a name."""

from dataclasses import dataclass

import numpy as np

from framing._core.typing import Mask
from framing.hits.context.cues import Reader
from framing.hits.context.quotes import Quotes
from framing.text.characters import WORD, Offsets
from framing.text.turns import name_in_label

NOBODY, UNRESOLVED, OTHER, NAMED = 0, 1, 2, 3
# Characters of a given name, and of a title before a name.
GIVEN, TITLE = 16, 50
# Characters of the longest label.
LABEL = 90
# The most characters of a name with a description of the person at the end of a paragraph.
_SIGNATURE = 90
_DASHES = np.array([ord(sign) for sign in "–—-―~"], dtype=np.int64)
# Characters of "And from President" before a name.
_LEAD = 20
_BRACKETS = (ord("("), ord("["))
_LONG_DASH = ord("—")
# Colons of a label: of "LIVE: Putin:" the second ends it, of "[00:12:30] Putin:" the third.
_COLONS = 3


@dataclass(frozen=True)
class Mentions:
    """Names of actors, sorted, without possessives; ``inside`` another phrase (an aide to X)."""

    actor: Offsets
    start: Offsets
    end: Offsets
    inside: Mask


def turn_speakers(reader: Reader, mentions: Mentions, row: Offsets) -> Offsets:
    """Return the speakers of the sentences with these numbers, in a transcript or a headline."""
    text = reader.text
    label = text.turn[row]
    answer = np.full(len(row), NOBODY)
    block = np.unique(label[label >= 0])
    first = np.searchsorted(text.block, block)
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
    colons = reader.sign_at[place : place + 12]
    colons = colons[reader.sign[place : place + 12] == ord(":")][:_COLONS]
    dashes = reader.sign_at[place : place + 12]
    double = (reader.sign[place : place + 12] == ord("-")) & (reader.code(dashes + 1) == ord("-"))
    dashes = dashes[double | (reader.sign[place : place + 12] == _LONG_DASH)][:1]
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
            if past == end or after in ":,([])*_" or (after == " " and beyond in ":([—-"):
                return int(actor)
    return OTHER if reader.text.spoken[first] else NOBODY


def signature_speakers(reader: Reader, mentions: Mentions, quotes: Quotes) -> Offsets:
    """Return who signs each quotation: “…” – Donald Trump, also on a separate line."""
    answer = np.full(len(quotes.start), NOBODY)
    text = reader.text
    if not len(quotes.start) or not len(mentions.start):
        return answer
    last = np.append(text.paragraph[1:] != text.paragraph[:-1], True)
    ends = text.last[last]
    for number in _candidates(reader, quotes, ends).tolist():
        answer[number] = _introduced(reader, mentions, int(quotes.start[number]))
        if answer[number] > NOBODY:
            continue
        at = int(quotes.end[number]) + 1
        place = int(np.searchsorted(reader.sign_at, at))
        answer[number] = _alone_below(reader, mentions, int(quotes.end[number]), ends)
        if place >= len(reader.sign_at) or answer[number] > NOBODY:
            continue
        sign, where = int(reader.sign[place]), int(reader.sign_at[place])
        # ‘No truce’: Putin vows to fight on.
        headed = sign == ord(":") and where == at and _heads(reader, quotes, number)
        if where - at > 3 or not (headed or sign in _DASHES or sign in _BRACKETS):
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
    return answer


def _candidates(reader: Reader, quotes: Quotes, ends: Offsets) -> Offsets:
    """Return the quotations after a colon, and those before a dash, a bracket or a short line."""
    bounds = np.append(reader.sign_at, np.iinfo(np.int64).max)
    place = np.searchsorted(bounds, quotes.end + 1)
    sign = np.append(reader.sign, 0)[place]
    near = (bounds[place] - quotes.end <= 4) & (np.isin(sign, _DASHES) | np.isin(sign, _BRACKETS))
    near |= (bounds[place] == quotes.end + 1) & (sign == ord(":"))
    before = np.searchsorted(bounds, quotes.start) - 1
    ahead = reader.sign[np.maximum(before, 0)]
    colon = (before >= 0) & ((ahead == ord(":")) | np.isin(ahead, _DASHES))
    colon &= quotes.start - bounds[np.maximum(before, 0)] <= len(":\r\n\r\n ")
    block = np.searchsorted(ends, quotes.end)
    below = np.append(np.diff(ends), ends[-1:])[np.minimum(block, len(ends) - 1)]
    rest = ends[np.minimum(block, len(ends) - 1)] - quotes.end
    short = ((rest <= 2) & (below <= _SIGNATURE)) | ((rest > 2) & (rest <= TITLE))
    found: Offsets = np.flatnonzero(quotes.closed & (near | colon | short))
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
    comma = comma and last - first <= _SIGNATURE and reader.code(np.array([last - 1]))[0] != _STOP
    comma = comma and text.last[row] == last
    return int(mentions.actor[name]) if titled and (past == last or comma) else NOBODY


_STOP = ord(".")


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
    if place < 0:
        return NOBODY
    colon, sign = int(reader.sign_at[place]), int(reader.sign[place])
    text = reader.text
    row = int(reader.row(np.array([colon]))[0])
    below = int(reader.row(np.array([quote]))[0])
    apart = int(text.paragraph[below] - text.paragraph[row])
    if text.document[below] != text.document[row] or apart > 1:
        return NOBODY
    if not apart and quote - colon > len(": "):
        return NOBODY
    first = int(text.first[row])
    name = int(np.searchsorted(mentions.start, first))
    if name == len(mentions.start) or mentions.end[name] > colon:
        return NOBODY
    start, past = int(mentions.start[name]), int(mentions.end[name])
    if sign != ord(":"):
        spaced = colon - past == 1 and quote - colon == len("— ")
        bare = sign in _DASHES and spaced and apart == 0
        return int(mentions.actor[name]) if bare and start - first <= GIVEN else NOBODY
    if start - first <= _LEAD and colon - past <= TITLE:
        return int(mentions.actor[name])
    return NOBODY


def headline_speakers(reader: Reader, mentions: Mentions, row: Offsets) -> Offsets:
    """Return the actor after the colon or dash of a headline: Truce is near: Trump."""
    answer = np.full(len(row), NOBODY)
    text = reader.text
    if not len(mentions.start) or not len(reader.sign_at):
        return answer
    alone: Mask = np.ones(len(text.paragraph), dtype=bool)
    alone[1:] &= text.paragraph[1:] != text.paragraph[:-1]
    alone[:-1] &= text.paragraph[1:] != text.paragraph[:-1]
    place = np.searchsorted(mentions.end, text.last[row])
    place = np.minimum(place, len(mentions.end) - 1)
    ends = alone[row] & (mentions.end[place] == text.last[row])
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
