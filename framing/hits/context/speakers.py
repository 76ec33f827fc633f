"""Who speaks in each hit: by attributions, labels, headlines, quotations and their signatures."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from framing._core.typing import Mask
from framing.hits.context.attributions import CUT, NO_SUBJECT, find_events, reach
from framing.hits.context.cues import KINDS, Cues, Reader
from framing.hits.context.labels import (
    headline_speakers,
    owned_speakers,
    quoted_colons,
    signature_speakers,
    turn_speakers,
)
from framing.hits.context.mentions import (
    GIVEN,
    NAMED,
    NOBODY,
    SIGNS,
    UNRESOLVED,
    Events,
    Mentions,
    find_mentions,
    find_owners,
    of_kinds,
    sign_table,
)
from framing.hits.context.quotes import Quotes
from framing.hits.native.library import ranks
from framing.hits.native.search import find_speakers
from framing.text.characters import Offsets
from framing.text.chunks import find_leads

# The fewest words of a quotation that is not a term or a title.
_STATEMENT = 4
_ASKING = sign_table("?!…")


def name_speakers(
    reader: Reader, cues: Cues, quotes: Quotes, start: Offsets, row: Offsets
) -> Offsets:
    """Return the code of the speaker of each hit: nobody, unresolved, other, or an actor."""
    return _spoken_below(reader, start, row, partial(_name_speakers, reader, cues, quotes))


def _spoken_below(
    reader: Reader, start: Offsets, row: Offsets, find: Callable[[Offsets, Offsets], Offsets]
) -> Offsets:
    """Return the speakers of hits; what "Putin said:" leads to in the paragraphs below is his."""
    own, at, rows = _leads(reader, row)
    if not len(at):
        return find(start, row)
    every = np.concatenate([start, at])
    order = np.argsort(every, kind="stable")
    found = np.empty(len(every), dtype=np.int64)
    found[order] = find(every[order], np.concatenate([row, rows])[order])
    answer, led = found[: len(start)], found[len(start) :]
    # A label that names nobody is a heading: Potential scenarios:
    led = np.where((led < NAMED) & (reader.text.turn[rows] >= 0), NOBODY, led)
    some = np.flatnonzero((own >= 0) & (answer == NOBODY))
    answer[some] = led[own[some]]
    return answer


def _leads(reader: Reader, row: Offsets) -> tuple[Offsets, Offsets, Offsets]:
    """Return the number of the colon that leads to each sentence, or -1; where they are, and in
    which sentences."""
    text = reader.text
    none = np.empty(0, dtype=np.int64)
    if not len(text.paragraph) or not len(row):
        return none, none, none
    first = np.flatnonzero(np.append(True, text.paragraph[1:] != text.paragraph[:-1]))
    last = np.append(first[1:], len(text.paragraph)) - 1
    ends = reader.code(np.maximum(text.last[last] - 1, 0))
    if not (ends == ord(":")).any():
        return none, none, none
    number, document = text.paragraph[first], text.document[first]
    fresh = np.append(True, (np.diff(number) != 1) | (np.diff(document) != 0))
    lead = find_leads(reader.code(text.first[first]), ends, fresh)
    asked = lead[np.searchsorted(number, text.paragraph[row])]
    leads = np.unique(asked[asked >= 0])
    own = np.where(asked >= 0, np.searchsorted(leads, asked), -1)
    return own, text.last[last[leads]] - 1, last[leads]


def _name_speakers(
    reader: Reader, cues: Cues, quotes: Quotes, start: Offsets, row: Offsets
) -> Offsets:
    spoken = None
    if reader.native is not None:
        spoken = find_speakers(
            reader.text, reader.native, (reader.sign_at, reader.sign),
            (cues.kind, cues.start, cues.end),
            (quotes.start, quotes.end, quotes.paragraph, quotes.closed), (start, row),
            NO_SUBJECT, partial(_turns_of, reader),
        )  # fmt: skip
    if spoken is None:
        return _speakers_by_rules(reader, cues, quotes, start, row)
    mentions = Mentions(*spoken.names)
    answer = _with_quotes(reader, mentions, quotes, start, spoken.speaker, spoken.quote_speaker)
    turn = NOBODY if spoken.turn is None else spoken.turn[row]
    answer = _with_headlines(reader, cues, mentions, row, start, answer)
    answer = np.where(answer == NOBODY, turn, answer)
    return _with_lost(reader, quotes, start, answer)


def speakers_by_rules(
    reader: Reader, cues: Cues, quotes: Quotes, start: Offsets, row: Offsets
) -> Offsets:
    """Return what `name_speakers` does, without the native engine: the reference."""
    return _spoken_below(reader, start, row, partial(_speakers_by_rules, reader, cues, quotes))


def _speakers_by_rules(
    reader: Reader, cues: Cues, quotes: Quotes, start: Offsets, row: Offsets
) -> Offsets:
    mentions = find_mentions(reader, cues)
    events = find_events(reader, cues, quotes, mentions)
    answer = _with_quotes(
        reader, mentions, quotes, start, _sentence_speakers(events, start, row),
        _quote_speakers(reader, events, quotes),
    )  # fmt: skip
    answer = _with_headlines(reader, cues, mentions, row, start, answer)
    open_ended = np.flatnonzero(answer == NOBODY)
    answer[open_ended] = turn_speakers(reader, mentions, row[open_ended])
    return _with_lost(reader, quotes, start, answer)


def _turns_of(
    reader: Reader, names: tuple[Offsets, Offsets, Offsets, Mask, Offsets]
) -> Offsets | None:
    """Return who speaks in each sentence of a transcript; None without turns."""
    if not (reader.text.turn >= 0).any():
        return None
    return turn_speakers(reader, Mentions(*names), np.arange(len(reader.text.first)))


def _with_quotes(
    reader: Reader,
    mentions: Mentions,
    quotes: Quotes,
    start: Offsets,
    answer: Offsets,
    of_quote: Offsets,
) -> Offsets:
    """Give hits in quotations the speaker of the quotation, or of its signature."""
    held = quotes.holding(start)
    quoted = np.flatnonzero(held >= 0)
    if not len(quoted):
        return answer
    # A signature takes long to read, and most quotations have a speaker, or no hit.
    asked = np.zeros(len(of_quote), dtype=bool)
    asked[held[quoted]] = True
    signed = signature_speakers(reader, mentions, quotes, asked & (of_quote == NOBODY))
    of_quote = np.where(of_quote > NOBODY, of_quote, signed)[held[quoted]]
    answer[quoted] = np.where(of_quote > NOBODY, of_quote, answer[quoted])
    return answer


def _with_headlines(
    reader: Reader, cues: Cues, mentions: Mentions, row: Offsets, start: Offsets, answer: Offsets
) -> Offsets:
    """Give hits of nobody in a headline the actor whom it names."""
    open_ended = np.flatnonzero(answer == NOBODY)
    answer[open_ended] = headline_speakers(reader, mentions, row[open_ended], start[open_ended])
    colons = quoted_colons(reader)
    if len(colons):
        owners = find_owners(reader, cues)
        open_ended = np.flatnonzero(answer == NOBODY)
        answer[open_ended] = owned_speakers(
            reader, owners, colons, row[open_ended], start[open_ended]
        )
    return answer


def _with_lost(reader: Reader, quotes: Quotes, start: Offsets, answer: Offsets) -> Offsets:
    """Leave open who speaks in quotations that nothing attributes: it is not the journalist."""
    lost = np.flatnonzero(answer == NOBODY)
    held = quotes.holding(start[lost])
    lost, held = lost[held >= 0], held[held >= 0]
    words = reader.token(quotes.end[held]) - reader.token(quotes.start[held])
    answer[lost[words >= _STATEMENT]] = UNRESOLVED
    return answer


def _sentence_speakers(events: Events, start: Offsets, row: Offsets) -> Offsets:
    """Return the speakers of text outside quotations, or in a quotation without a speaker."""
    answer = np.full(len(start), NOBODY)
    if not len(events.start):
        return answer
    closing = np.flatnonzero(events.closing)
    if len(closing):
        place = ranks(events.start[closing], start)
        event = closing[np.minimum(place, len(closing) - 1)]
        there = (place < len(closing)) & (events.row[event] == row) & (start < events.ahead[event])
        there = np.flatnonzero(there)
        answer[there] = events.speaker[event[there]]
    opening = np.flatnonzero(events.opening)
    if len(opening):
        place = ranks(events.start[opening], start) - 1
        event = opening[place]
        within = (events.since[event] <= start) & (start < events.until[event])
        there = np.flatnonzero((place >= 0) & (events.row[event] == row) & within)
        answer[there] = events.speaker[event[there]]
    return answer


def _quote_speakers(reader: Reader, events: Events, quotes: Quotes) -> Offsets:
    """Return the speaker of each quotation."""
    speaker = np.full(len(quotes.start), NOBODY)
    if not len(speaker):
        return speaker
    row, last = reader.row(quotes.start), reader.row(np.maximum(quotes.end - 1, quotes.start))
    if len(events.start):
        # "Peace is near," an engineer said; "the truce is three hours old."
        every = replace(events, opening=events.kind != KINDS.index("speaking"))
        speaker = _sentence_speakers(every, quotes.start, row)
        after, near = _said_after(reader, events, quotes, last)
        introduced = ranks(events.start, quotes.start) - 1
        direct = (introduced >= 0) & (events.row[introduced] == row)
        direct &= quotes.start - events.end[introduced] <= 3
        # “Peace is near,” said Putin; “the truce holds,” said Trump.
        sign = reader.code(events.end[introduced])
        turned = (sign == ord(",")) & (events.begin[introduced] == events.start[introduced])
        direct &= ~(events.closing[introduced] & (turned | (sign == ord(";"))))
        use = near & ~direct
        speaker[use] = after[use]
    return _continue(reader, events, quotes, speaker, row, last)


def _said_after(
    reader: Reader, events: Events, quotes: Quotes, last: Offsets
) -> tuple[Offsets, Mask]:
    """Return the speaker of the attribution after each quotation, and whether there is one."""
    events = events.take(~of_kinds(events, "speaking", "naming"))
    if not len(events.start):
        return np.full(len(last), NOBODY), np.zeros(len(last), dtype=bool)
    place = ranks(events.start, quotes.end)
    there = (place < len(events.start)) & quotes.closed
    place = np.minimum(place, len(events.start) - 1)
    sign = reader.code(np.maximum(quotes.end - 1, 0))
    beyond = reader.code(quotes.end + 1)
    sign = np.minimum(sign, SIGNS - 1)
    cut = CUT[sign] | (beyond == ord(","))
    # A question mark at the end of a quotation can end the sentence.
    there &= cut & (events.row[place] >= last) & (events.row[place] <= last + 1)
    # “A truce is near.” Putin said.
    first, past = reader.text.first[events.row[place]], reader.text.last[events.row[place]]
    alone = (events.end[place] >= past - 1) & (events.begin[place] - first <= GIVEN)
    alone &= (events.kind[place] == KINDS.index("reporting")) & (events.speaker[place] >= NAMED)
    there &= (events.row[place] == last) | _ASKING[sign] | alone
    there &= events.begin[place] - quotes.end <= reach(reader, quotes.end)
    there &= ~events.opening[place] | (alone & (events.row[place] > last))
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
    """Give a quotation that begins its sentence the speaker of the quotation before."""
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
    # An open quotation continues in the next paragraph, where its speaker can be named.
    behind = np.flatnonzero((speaker[:-1] == NOBODY) & ~quotes.closed[:-1] & fresh[1:])
    following = behind + 1
    ok = quotes.paragraph[following] == quotes.paragraph[behind] + 1
    ok &= document[row[following]] == document[row[behind]]
    speaker[behind[ok]] = speaker[following[ok]]
    return speaker
