"""Speech: who says the sentence or the quotation that a hit stands in.

An attribution owns the quotation next to it, or the clause that it reports or closes.
"""

from dataclasses import replace

import numpy as np

from framing._attribution import NOBODY, OPENING, SIGNS, Events, find_events, sign_table
from framing._cues import Cues, Flags, Reader
from framing._quotes import Quotes
from framing.text.characters import Offsets

_CUT, _ASKING = sign_table(",?!…—–-."), sign_table("?!…")


def speakers(reader: Reader, cues: Cues, quotes: Quotes, start: Offsets, row: Offsets) -> Offsets:
    """Return the code of the speaker of each hit: nobody, unresolved, other, or an actor."""
    events = find_events(reader, cues, quotes)
    answer = _sentence_speakers(events, start, row)
    held = quotes.holding(start)
    quoted = np.flatnonzero(held >= 0)
    of_quote = _quote_speakers(reader, events, quotes)[held[quoted]]
    answer[quoted] = np.where(of_quote > NOBODY, of_quote, answer[quoted])
    return answer


def _sentence_speakers(events: Events, start: Offsets, row: Offsets) -> Offsets:
    """Return who says what stands outside quotations, or in one that nobody owns."""
    answer = np.full(len(start), NOBODY)
    if not len(events.start):
        return answer
    closing = events.take(events.closing)
    place = np.searchsorted(closing.start, start)
    there = place < len(closing.start)
    place = np.minimum(place, max(len(closing.start) - 1, 0))
    if len(closing.start):
        there &= closing.row[place] == row
        answer[there] = closing.speaker[place[there]]
    opening = events.take(events.opening)
    place = np.searchsorted(opening.start, start) - 1
    if len(opening.start):
        there = (place >= 0) & (opening.row[place] == row) & (opening.end[place] <= start)
        answer[there] = opening.speaker[place[there]]
    return answer


def _quote_speakers(reader: Reader, events: Events, quotes: Quotes) -> Offsets:
    """Return who says each quotation."""
    speaker = np.full(len(quotes.start), NOBODY)
    if not len(speaker):
        return speaker
    row, last = reader.row(quotes.start), reader.row(np.maximum(quotes.end - 1, quotes.start))
    if len(events.start):
        # "Peace is near," an engineer said; "the truce is three hours old."
        every = replace(events, opening=np.ones(len(events.start), dtype=bool))
        speaker = _sentence_speakers(every, quotes.start, row)
        after, near = _said_after(reader, events, quotes, last)
        introduced = np.searchsorted(events.start, quotes.start) - 1
        direct = (introduced >= 0) & (events.row[introduced] == row)
        direct &= quotes.start - events.end[introduced] <= 3
        use = near & ~direct
        speaker[use] = after[use]
    return _continue(reader, events, quotes, speaker, row, last)


def _said_after(
    reader: Reader, events: Events, quotes: Quotes, last: Offsets
) -> tuple[Offsets, Flags]:
    """Return the speaker of the attribution right after each quotation, and whether it is one."""
    place = np.searchsorted(events.start, quotes.end)
    there = (place < len(events.start)) & quotes.closed
    place = np.minimum(place, len(events.start) - 1)
    sign = reader.code(np.maximum(quotes.end - 1, 0))
    beyond = reader.code(quotes.end + 1)
    sign = np.minimum(sign, SIGNS - 1)
    cut = _CUT[sign] | (beyond == ord(","))
    # A question mark at the end of a quotation may have ended its sentence.
    there &= cut & (events.row[place] >= last) & (events.row[place] <= last + 1)
    there &= (events.row[place] == last) | _ASKING[sign]
    there &= (events.begin[place] - quotes.end <= OPENING) & ~events.opening[place]
    following = np.append(quotes.start[1:], np.iinfo(np.int64).max)
    there &= following > events.start[place]
    return events.speaker[place], there


def _continue(
    reader: Reader,
    events: Events,
    quotes: Quotes,
    speaker: Offsets,
    row: Offsets,
    last: Offsets,
) -> Offsets:
    """Let a quotation that begins its sentence go on with the speaker of the one before."""
    document = reader.text.document
    fresh = (quotes.start <= reader.text.first[row] + 1) & (row > 0)
    fresh &= document[row] == document[np.maximum(row - 1, 0)]
    open_ended = (speaker == NOBODY) & fresh
    adjacent = np.zeros(len(row), dtype=bool)
    adjacent[1:] = last[:-1] >= row[1:] - 1
    if len(events.row):
        # Peskov denied a deal. "There is no truce."
        place = np.searchsorted(events.row, row, side="left") - 1
        told = open_ended & ~adjacent & (place >= 0)
        told &= events.row[np.maximum(place, 0)] == row - 1
        speaker = np.where(told, events.speaker[np.maximum(place, 0)], speaker)
    chain = open_ended & adjacent
    source = np.maximum.accumulate(np.where(chain, 0, np.arange(len(row))))
    speaker = speaker[source]
    # An open quotation goes on in the next paragraph, where its speaker may be named.
    behind = np.flatnonzero((speaker[:-1] == NOBODY) & ~quotes.closed[:-1] & fresh[1:])
    following = behind + 1
    ok = quotes.paragraph[following] == quotes.paragraph[behind] + 1
    ok &= document[row[following]] == document[row[behind]]
    speaker[behind[ok]] = speaker[following[ok]]
    return speaker
