"""Extents of attributions: the words before and after a verb of saying that are its speaker's."""

from dataclasses import replace

import numpy as np

from framing._core.typing import Mask
from framing.hits.context.cues import KINDS, Cues, Reader, is_kind
from framing.hits.context.mentions import (
    OPENERS,
    OTHER,
    SIGNS,
    SOURCES,
    UNRESOLVED,
    Events,
    among,
    is_capital,
    is_past,
    next_words,
    of_kinds,
    sign_table,
)
from framing.hits.context.subjects import SUBJECT_ENDS, is_last
from framing.hits.native.library import ranks
from framing.text.characters import SPACE, Offsets

_CLOSERS = (ord(")"), ord("]"))
BRACKETING = sign_table("()[]")


# The most words before the subject of a clause: only two days after Putin.
_CLAUSE = 5


def with_extent(reader: Reader, events: Events, found: Cues) -> Events:
    """Set where what each attribution opens begins.

    A verb and a word that belongs to it can have a hit between them: called the truce a sham.
    """
    since = events.end.copy()
    # A verb whose subject follows it ends later than its cue.
    place = np.minimum(ranks(found.start, events.start), len(found.start) - 1)
    whole = of_kinds(events, "reporting") & (found.end[place] == events.end)
    tokens = reader.text.tokens
    second = tokens[np.minimum(events.token + 1, len(tokens) - 1)]
    since[whole] = np.minimum(events.end, second)[whole]
    return replace(events, since=since)


def without_phrases(reader: Reader, events: Events, stops: Offsets) -> Events:
    """Leave what only says who speaks, where and when to the author of the text.

    A truce is near, an envoy close to the talks said; according to a member of the peace council;
    he said after the talks that it rained.
    """
    loose = stops[~among(reader.code(stops), BRACKETING)]
    last = reader.text.last[events.row]
    place = np.minimum(ranks(stops, events.end), max(len(stops) - 1, 0))
    pause = np.where(stops[place] >= events.end, stops[place], last) if len(stops) else last
    pause = np.minimum(pause, last)
    source = of_kinds(events, *SOURCES)
    ahead, since, until = events.ahead.copy(), events.since.copy(), events.until.copy()
    for event in np.flatnonzero(events.closing & ~source).tolist():
        ahead[event] = _phrase_of_subject(reader, events, loose, event)
    follows = next_words(reader, events.end)
    for event in np.flatnonzero(events.opening).tolist():
        until[event] = min(int(until[event]), _past_bracket(reader, events, event))
        if source[event]:
            if events.kind[event] == KINDS.index("attribution"):
                since[event] = _past_source(reader, events, stops, event, int(pause[event]))
        elif events.closing[event]:
            begun = _content_after(reader, int(events.end[event]), int(pause[event]))
            if begun > events.end[event]:
                since[event] = max(int(since[event]), begun)
                continue
            # Doe, an analyst, said Trump wanted a truce; Doe, head of it, said it faces a test.
            if _has_verb(reader, int(events.end[event]), int(pause[event])):
                continue
            if _is_described(reader, events, loose, event):
                continue
            since[event] = max(int(since[event]), int(pause[event]))
            if _is_turned(reader, int(events.begin[event]), int(events.start[event])):
                since[event] = _past_description(reader, stops, int(since[event]), int(last[event]))
        elif reader.word(events.start[event : event + 1], "belief")[0]:
            # He expects to win that vote.
            continue
        elif (
            is_kind(follows[event : event + 1], "adjunct")[0]
            or is_kind(follows[event : event + 1], "without")[0]
            or reader.word(events.start[event : event + 1], "told")[0]
        ):
            begun = _content_after(reader, int(events.end[event]), int(pause[event]))
            since[event] = max(int(since[event]), begun)
    kept = ~_are_deeds(reader, events, pause)
    return replace(events, ahead=ahead, since=since, until=until).take(kept)


# Verbs of saying that are also deeds, by three letters: added a goal, wrote a book, posted it.
# Those of the second list also with "to" and the like: officials agreed to a truce.
_DEEDS, _PACTS = (
    np.array([int.from_bytes(word, "big") for word in words.split()], dtype=np.int64)
    for words in (b"add wri wro pos twe", b"agr ann rev")
)
_SAYING = sign_table(':"“‘«„')


def _are_deeds(reader: Reader, events: Events, pause: Offsets) -> Mask:
    """Return which verbs have a thing as their object, and no clause: the town added jobs."""
    deeds = of_kinds(events, "reporting") & events.opening & ~events.closing
    letters = np.minimum(reader.code(events.start[:, None] + np.arange(3)), 0x7F) | 0x20
    words = (letters[:, 0] << 16) | (letters[:, 1] << 8) | letters[:, 2]
    pact = (words[:, None] == _PACTS).any(axis=1)
    deeds &= (pact | (words[:, None] == _DEEDS).any(axis=1)) & reader.joined(events.end + 1)
    last = reader.text.last[events.row]
    for event in np.flatnonzero(deeds).tolist():
        tokens = reader.text.tokens
        edges = [int(events.end[event]), int(pause[event])]
        at = tokens[slice(*np.searchsorted(tokens, edges).tolist())]
        bits = reader.words(at)
        clause = is_kind(bits, "finite") | is_kind(bits, "auxiliary") | is_kind(bits, "that")
        signs = reader.sign[
            slice(*ranks(reader.sign_at, np.array([edges[0], last[event]])).tolist())
        ]
        # He posted a dove, and the words “A truce is near”.
        clause = np.append(clause, among(signs, _SAYING))
        adjunct = is_kind(bits[:1], "adjunct").any() and not pact[event]
        deeds[event] = not (clause.any() or adjunct or is_past(reader, at).any())
    return deeds


def _past_bracket(reader: Reader, events: Events, event: int) -> int:
    """Return where the bracket ends in which a verb stands, or the end of what it opens."""
    first, until = int(reader.text.first[events.row[event]]), int(events.until[event])
    place = int(np.searchsorted(reader.sign_at, int(events.start[event])))
    for before in range(place - 1, -1, -1):
        if reader.sign_at[before] < first or reader.sign[before] in _CLOSERS:
            return until
        if reader.sign[before] in OPENERS:
            break
    else:
        return until
    for after in range(place, len(reader.sign_at)):
        if reader.sign_at[after] >= until or reader.sign[after] in _CLOSERS:
            return min(until, int(reader.sign_at[after]))
    return until


def _phrase_of_subject(reader: Reader, events: Events, loose: Offsets, event: int) -> int:
    """Return where the subject of a verb begins, with its titles: a Trump adviser on trade said."""
    begin, start = int(events.begin[event]), int(events.start[event])
    first = int(reader.text.first[events.row[event]])
    place = int(np.searchsorted(loose, begin)) - 1
    if _is_turned(reader, begin, start):
        end = events.end[event : event + 1]
        apposed = events.speaker[event] == OTHER and place >= 0 and loose[place] == begin - 2
        apposed = apposed and reader.code(loose[place : place + 1])[0] == ord(",")
        if not apposed or not (
            is_last(reader, end)[0] or is_kind(next_words(reader, end), "adjunct")[0]
        ):
            return start
        # The truce is near, Doe, who led the talks, said.
        place -= 1
        if place < 0 or loose[place] < first:
            return start
        if reader.code(loose[place : place + 1])[0] == ord(","):
            place -= 1
    edge = int(loose[place]) + 1 if place >= 0 else 0
    return min(start, max(edge, first))


def _is_described(reader: Reader, events: Events, loose: Offsets, event: int) -> bool:
    """Return whether two commas without a verb between them stand before a verb that goes on."""
    start = int(events.start[event])
    if events.speaker[event] != OTHER or not _is_turned(reader, int(events.begin[event]), start):
        return False
    end = events.end[event : event + 1]
    if is_last(reader, end)[0] or is_kind(next_words(reader, end), "adjunct")[0]:
        return False
    # Views vary, among students too, said Jane Doe.
    if is_capital(reader, end + 1)[0]:
        return False
    place = int(np.searchsorted(loose, start)) - 1
    first = int(reader.text.first[events.row[event]])
    if place < 1 or loose[place] != start - 2 or loose[place - 1] < first:
        return False
    commas = (reader.code(loose[place - 1 : place + 1]) == ord(",")).all()
    return bool(commas) and not _has_verb(reader, int(loose[place - 1]), int(loose[place]))


def _is_turned(reader: Reader, begin: int, start: int) -> bool:
    """Return whether no subject stands directly before a verb: said Doe; but: officials said."""
    if begin != start or reader.joined(np.array([start]))[0]:
        return False
    before = int(reader.code(np.array([max(start - 2, 0)]))[0])
    return not (
        reader.has(np.array([start - 1]), SPACE)[0] and SUBJECT_ENDS[min(before, SIGNS - 1)]
    )


def _past_source(reader: Reader, events: Events, stops: Offsets, event: int, pause: int) -> int:
    """Return where the phrase ends that "according to" begins."""
    end, last = int(events.end[event]), int(reader.text.last[events.row[event]])
    if events.speaker[event] != OTHER:
        return _past_relatives(reader, stops, end, last)
    that = _content_after(reader, end, pause)
    if that > end:
        return that
    if pause >= last:
        # According to officials the truce holds.
        opens = events.begin[event] - reader.text.first[events.row[event]] <= 1
        return end if opens else last
    return _past_relatives(reader, stops, pause, last)


def _past_relatives(reader: Reader, stops: Offsets, pause: int, last: int) -> int:
    """Return where a relative clause ends that begins at a comma, or the comma: Doe, who led it."""
    if reader.code(np.array([pause]))[0] != ord(","):
        return pause
    if not reader.word(np.array([pause + 2]), "relative")[0]:
        return pause
    place = int(np.searchsorted(stops, pause + 1))
    return min(int(stops[place]), last) if place < len(stops) else last


def _past_description(reader: Reader, stops: Offsets, pause: int, last: int) -> int:
    """Return where the description of somebody ends behind "said Doe", which has no verb."""
    pause = _past_relatives(reader, stops, pause, last)
    if reader.code(np.array([pause]))[0] != ord(","):
        return pause
    first, past = np.searchsorted(reader.text.tokens, [pause, last])
    return pause if first == past or _has_verb(reader, pause, last) else last


def _has_verb(reader: Reader, low: int, high: int) -> bool:
    """Return whether a verb, a pronoun or "and" stands between two positions."""
    tokens = reader.text.tokens
    words = tokens[slice(*np.searchsorted(tokens, [low, high]).tolist())]
    bits = reader.words(words)
    verb = is_kind(bits, "finite") | is_kind(bits, "auxiliary") | is_kind(bits, "pronoun")
    verb |= is_kind(bits, "and")
    return bool(verb.any() or is_past(reader, words).any())


def _content_after(reader: Reader, end: int, pause: int) -> int:
    """Return where "that" or a colon begins what is said: said after the talks that; else the end.

    No verb stands before it.
    """
    tokens = reader.text.tokens
    words = tokens[slice(*np.searchsorted(tokens, [end, pause]).tolist())]
    bits = reader.words(words)
    verb = is_kind(bits, "finite") | is_kind(bits, "auxiliary")
    verb[1:] |= is_kind(bits, "pronoun")[1:]
    that = np.flatnonzero(is_kind(bits, "that"))
    edge = int(that[0]) if len(that) else len(words)
    if verb[:edge].any():
        return end
    if len(that):
        return int(words[edge])
    return pause if reader.code(np.array([pause]))[0] == ord(":") else end


def within_clauses(reader: Reader, events: Events, cues: Cues) -> Events:
    """End what an attribution opens in a clause before the main one at the comma of that clause.

    Hours after Putin said so, the truce broke; despite Putin’s claim that it held, it broke.
    """
    words = cues.of("subordinate")
    if not len(words) or not len(events.start):
        return events
    first = reader.text.first[events.row]
    place = ranks(words.start, events.begin) - 1
    some = np.flatnonzero(events.opening & (place >= 0) & (words.start[place] >= first))
    begin, first = events.begin[some], first[some]
    near = reader.token(begin) - reader.token(first) <= _CLAUSE
    near &= ranks(reader.sign_at, first + 1) == ranks(reader.sign_at, begin)
    some = some[near]
    if not len(some):
        return events
    until = events.until.copy()
    own, comma = _commas_between(reader, events.end[some], until[some])
    # Backwards, so that the first one of each stays.
    until[some[own[::-1]]] = comma[::-1]
    return replace(events, until=until)


def _commas_between(reader: Reader, low: Offsets, high: Offsets) -> tuple[Offsets, Offsets]:
    """Return the commas before a space from some positions to others: the pair of each, and it."""
    first = ranks(reader.sign_at, low)
    count = np.maximum(ranks(reader.sign_at, high) - first, 0)
    own = np.repeat(np.arange(len(first)), count)
    place = np.arange(len(own)) - np.repeat(np.cumsum(count) - count, count) + first[own]
    some = np.flatnonzero(reader.sign[place] == ord(","))
    some = some[reader.has(reader.sign_at[place[some]] + 1, SPACE)]
    return own[some], reader.sign_at[place[some]]


def up_to_but(reader: Reader, events: Events) -> Events:
    """End what "you said" opens before a comma and "but": behind it speaks who said so."""
    some = np.flatnonzero(events.opening & (events.speaker == UNRESOLVED))
    letters = reader.code(events.begin[some][:, None] + np.arange(3)) | 0x20
    some = some[(letters == np.array([ord(sign) for sign in "you"])).all(axis=1)]
    if not len(some):
        return events
    until = events.until.copy()
    own, comma = _commas_between(reader, events.end[some], until[some])
    letters = reader.code(comma[:, None] + np.arange(2, 6)) | 0x20
    fits = (letters == np.array([ord(sign) for sign in "but "])).all(axis=1)
    until[some[own[fits][::-1]]] = comma[fits][::-1]
    return replace(events, until=until)


def up_to_semicolon(reader: Reader, events: Events) -> Events:
    """End what "says Putin" opens at a semicolon behind which somebody else says the rest.

    A truce is near, says Putin; the truce is dead, says Trump.
    """
    both = events.opening[:-1] & events.closing[:-1] & events.closing[1:]
    some = np.flatnonzero(both & (events.row[1:] == events.row[:-1]))
    until = events.until.copy()
    for event in some.tolist():
        edges = [events.end[event], events.begin[event + 1]]
        low, high = np.searchsorted(reader.sign_at, edges).tolist()
        parted = reader.sign_at[low:high][reader.sign[low:high] == ord(";")]
        if len(parted):
            until[event] = min(until[event], parted[0])
    return replace(events, until=until)
