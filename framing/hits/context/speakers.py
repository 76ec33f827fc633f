"""Attributions: verbs of saying, "according to" and the like, with who speaks.

A verb outside quotations gets its subject by position: the name before the verb, before its
relative clause, or after the verb where the order is reversed. Labels of transcripts, headlines and
signatures of quotations name a speaker without a verb.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from framing._core.typing import Mask
from framing.hits.context.cues import BIT, KINDS, Bits, Cues, Reader, is_kind
from framing.hits.context.quotes import Quotes
from framing.hits.native.library import ranks
from framing.hits.native.search import find_speakers
from framing.text.characters import SPACE, WORD, Offsets
from framing.text.chunks import find_leads
from framing.text.turns import name_in_label

NOBODY, UNRESOLVED, OTHER, NAMED = 0, 1, 2, 3
_UNKNOWN = -1
# Kinds of attributions before the name: according to Putin, citing Putin, hailed by Putin.
_SOURCES = ("attribution", "citing", "judging")
# Adverbs and auxiliaries between a subject and its verb.
FILLERS = 5
# Numbers of characters: of an attribution up to its verb, and after the verb where it closes a
# sentence; from a name to the verb after its relative clause.
OPENING, CLOSING, RELATIVE = 70, 45, 250
# Of an attribution behind a quotation whose end says that one follows.
_FAR = 140

SIGNS = 0x2030
# The most characters between a word and the next: a comma, a dash and spaces.
APART = 4
# Characters of a given name, and of a title before a name.
GIVEN, TITLE = 16, 50
# Characters of the longest label.
LABEL = 90
# The most characters of a name with a description of the person at the end of a paragraph.
_SIGNATURE = 90
_DASHES = np.array([ord(sign) for sign in "–—-―~"], dtype=np.int64)
# Characters of "And from President" before a name.
_LEAD = 20
_OPENERS = (ord("("), ord("["))
_CLOSERS = (ord(")"), ord("]"))
# What makes a name bold in Markdown, and how many of them stand together.
_BOLD, _STARS = (ord("*"), ord("_")), 3
_LONG_DASH, _STOP = ord("—"), ord(".")
# Colons of a label, of which the second ends "LIVE: Putin:", and the signs that are looked at.
_COLONS, _SIGNS = 3, 20
# What stands behind a name in a label, after a space.
_BESIDE = ":([—-0123456789"


def sign_table(signs: str) -> Mask:
    """Return a table that is True at the code points of some signs."""
    return np.isin(np.arange(SIGNS), [ord(sign) for sign in signs])


def _among(codes: Offsets, signs: Mask) -> Mask:
    """Return which code points are signs of a table; `numpy.isin` takes ten times as long."""
    return signs[np.minimum(codes, SIGNS - 1)]


# These enclose a description of somebody between the name and the verb.
_APART, _LONG = sign_table(",–—-"), sign_table("–—")
_BRACKETS = (ord("("), ord(")"))
_MARKED = sign_table("*_")
_DASHED, _OPENED = sign_table("–—-―~"), sign_table("([")
_JOINING, _COMMA = sign_table("-‐‑'’."), sign_table(",—–")
# Signs that end a subject as a word does.
_SUBJECT_ENDS = sign_table(")]%.")
_BRACKETING = sign_table("()[]")
# After "so" where it is all that was said.
_ENDING = sign_table(",.;!?—–")


@dataclass(frozen=True)
class Mentions:
    """Names of actors, sorted, without possessives; ``inside`` another phrase (an aide to X).

    ``pronoun`` is the first letter of "he" or "she" where the name tells it, or 0.
    """

    actor: Offsets
    start: Offsets
    end: Offsets
    inside: Mask
    pronoun: Offsets


@dataclass(frozen=True)
class Events:
    """Attributions, sorted: ``begin`` is the subject, ``start`` to ``end`` the verb.

    ``token`` is the number of the verb. ``closing`` attributions belong to the text before
    ``ahead``, where the phrase of their subject begins, ``opening`` attributions to the text after
    them, from ``since`` to ``until``.
    """

    kind: Offsets
    begin: Offsets
    start: Offsets
    end: Offsets
    row: Offsets
    token: Offsets
    speaker: Offsets
    closing: Mask
    opening: Mask
    ahead: Offsets
    since: Offsets
    until: Offsets

    def take(self, which: Mask | NDArray[np.intp]) -> "Events":
        """Return some of the events."""
        # Numbers are faster than a mask where there are so many columns.
        if which.dtype == np.bool_:
            which = np.flatnonzero(which)
        return Events(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


def find_mentions(reader: Reader, cues: Cues) -> Mentions:
    """Return where actors are named, without possessives such as Putin’s."""
    named = cues.take(cues.kind >= len(KINDS)).longest()
    owner = reader.is_apostrophe(named.end) & reader.has(named.end + 1, WORD)
    named = named.take(~owner)
    tokens = reader.text.tokens
    token = reader.token(named.start)
    before = np.maximum(token - 1, 0)
    bits = reader.words(tokens[before])
    near = reader.joined(named.start)
    article = np.flatnonzero(near & is_kind(bits, "article"))
    bits[article] = reader.words(tokens[np.maximum(before[article] - 1, 0)])
    near[article] = reader.joined(tokens[before[article]])
    inside = is_kind(bits, "inside") & near
    _spare_statements(reader, named.start, inside)
    actor, pronoun = _persons(reader, cues, named)
    return Mentions(actor, named.start, named.end, inside, pronoun)


def _persons(reader: Reader, cues: Cues, named: Cues) -> tuple[Offsets, Offsets]:
    """Return whom names mean, and the first letter of "he" or "she" where that is known, else 0.

    Another first name before the family name of an actor is another person: Melania Trump. So is
    a son with the same name: Trump Jr.
    """
    actor: Offsets = named.kind - len(KINDS) + NAMED
    pronoun = np.zeros(len(named), dtype=np.int64)
    if not len(named):
        return actor, pronoun
    families = cues.of("men", "women")
    place = np.minimum(ranks(families.end, named.end), max(len(families) - 1, 0))
    if not len(families):
        return actor, pronoun
    known = families.end[place] == named.end
    known &= families.start[place] >= named.start
    man = families.kind[place] == KINDS.index("men")
    pronoun[known] = np.where(man, ord("h"), ord("s"))[known]
    # Only a name without a first name of its own, or one of a son.
    own = families.start[place]
    younger = (reader.code(named.end) == ord(" ")) & (reader.code(named.end + 1) == ord("J"))
    bare = np.flatnonzero(known & ((own == named.start) | younger))
    first = cues.of("male", "female")
    first = first.take(_is_capital(reader, first.start))
    order = np.argsort(first.end, kind="stable")
    first = first.take(order)
    full = cues.of("full_name")
    for number in bare.tolist():
        start, end = int(own[number]), int(named.end[number])
        before = int(np.searchsorted(first.end, start - 1))
        given = before < len(first) and first.end[before] == start - 1
        given = given and bool(reader.joined(named.start[number : number + 1])[0])
        # Trump Jr, but not: Trump just.
        letters = "".join(map(chr, reader.code(np.arange(end, end + 7)).tolist())).lower()
        junior = letters == " junior" or (letters[:3] == " jr" and not letters[3].isalpha())
        if not given and not junior:
            continue
        begin = int(first.start[before]) if given else start
        past = end + junior
        if ((full.start <= begin) & (full.end >= past)).any():
            continue
        actor[number] = OTHER
        if given and not junior:
            male = first.kind[before] == KINDS.index("male")
            pronoun[number] = ord("h") if male else ord("s")
    return actor, pronoun


def _is_capital(reader: Reader, positions: Offsets) -> Mask:
    """Return where a capital letter stands."""
    code = reader.code(positions)
    found: Mask = (code >= ord("A")) & (code <= ord("Z"))
    return found


def _spare_statements(reader: Reader, start: Offsets, inside: Mask) -> None:
    """Let a statement by Trump be his: what it says, he says."""
    tokens = reader.text.tokens
    for place in np.flatnonzero(inside).tolist():
        token = int(np.searchsorted(tokens, start[place]))
        for at in range(token - 1, max(token - 5, 0), -1):
            word = tokens[at : at + 1]
            if reader.word(word, "inside")[0]:
                by = reader.code(word)[0] in (ord("b"), ord("f"))
                inside[place] = not (by and reader.word(tokens[at - 1 : at], "speech")[0])
                break


def find_owners(reader: Reader, cues: Cues) -> Mentions:
    """Return where actors own something: Putin’s words. An end is that of the apostrophe's s."""
    named = cues.take(cues.kind >= len(KINDS)).longest()
    some = reader.is_apostrophe(named.end)
    some &= (reader.code(named.end + 1) | 0x20 == ord("s")) & reader.has(named.end + 2, SPACE)
    named = named.take(some)
    none = np.zeros(len(named), dtype=bool)
    actor, pronoun = _persons(reader, cues, named)
    return Mentions(actor, named.start, named.end + 2, none, pronoun)


def find_events(reader: Reader, cues: Cues, quotes: Quotes, mentions: Mentions) -> Events:
    """Return the attributions of a text.

    "speaking" only names the speaker before a quotation, "naming" that of a quotation later in the
    sentence.
    """
    kinds = (
        "reporting", "weak_reporting", "participle", *_SOURCES, "speaking", "manner", "naming",
        "pseudo_reporting", "stating",
    )  # fmt: skip
    found = cues.of(*kinds).longest()
    found = found.take(found.kind != KINDS.index("pseudo_reporting"))
    naming = cues.of("naming").start
    found = _without_nouns(reader, found.take(quotes.holding(found.start) < 0), naming, mentions)
    none = np.zeros(len(found), dtype=bool)
    start, row = found.start, reader.row(found.start)
    unknown = np.full(len(found), _UNKNOWN)
    token = reader.token(start)
    events = Events(
        found.kind, start, start, found.end, row, token, unknown, none, none, start, found.end,
        reader.text.last[row] + 1,
    )  # fmt: skip
    owners = find_owners(reader, cues)
    owned = _owned_speech(reader, quotes, owners)
    if not len(found):
        return _within_clauses(reader, owned, cues)
    stops = _stops(reader)
    events = _with_subjects(reader, events, mentions, stops)
    events = _with_statements(reader, _without_participles(reader, events), owners)
    events = _with_extent(reader, _with_direction(reader, events, quotes, stops), found)
    events = _without_phrases(reader, events, stops)
    events = _in_turns(reader, mentions, _without_objects(reader, events))
    events = _within_clauses(reader, _merged(events, owned), cues)
    events = _up_to_semicolon(reader, _up_to_but(reader, events))
    events = _resolved(reader, quotes, mentions, events)
    return _by_author(reader, _repeated(reader, _inherit(reader, mentions, events)))


def _by_author(reader: Reader, events: Events) -> Events:
    """Leave what "I hope" says outside quotations and turns to the author of the text."""
    own = np.flatnonzero((events.speaker == UNRESOLVED) & events.opening & ~events.closing)
    own = own[(reader.text.turn[events.row[own]] < 0)]
    own = own[reader.word(events.begin[own], "first_person")]
    speaker = events.speaker.copy()
    speaker[own] = NOBODY
    return replace(events, speaker=speaker)


def _repeated(reader: Reader, events: Events) -> Events:
    """Give "analysts say they think" the subject of the verb before it: they are the same."""
    speaker = events.speaker.copy()
    lost = (speaker[1:] == UNRESOLVED) & (speaker[:-1] == OTHER) & events.opening[:-1]
    some = np.flatnonzero(lost) + 1
    gap = events.begin[some] - events.end[some - 1]
    that = reader.word(events.end[some - 1] + 1, "that") & (gap == len(" that "))
    some = some[(gap == 1) | that]
    some = some[~reader.word(events.begin[some], "first_person")]
    speaker[some] = OTHER
    return replace(events, speaker=speaker)


def _without_participles(reader: Reader, events: Events) -> Events:
    """Leave out verbs that begin a sentence and have no subject: Asked about it, Putin left.

    Speaking in Moscow, Putin smiled, saying so: the verb of the second one is Putin's.
    """
    opens = events.start - reader.text.first[events.row] <= 1
    opens &= events.speaker == OTHER
    verb = _is(events, "reporting", "weak_reporting")
    # Note: the truce ends on Friday.
    headed = reader.code(events.end) == ord(":")
    lost = verb & ((reader.code(events.end - 1) == ord("d")) | headed)
    lost |= _is(events, "speaking") & ~headed
    return events.take(~(opens & lost))


# The most words before the subject of a clause: only two days after Putin.
_CLAUSE = 5


def _with_extent(reader: Reader, events: Events, found: Cues) -> Events:
    """Set where what each attribution opens begins.

    A verb and a word that belongs to it can have a hit between them: called the truce a sham.
    """
    since = events.end.copy()
    # A verb whose subject follows it ends later than its cue.
    place = np.minimum(ranks(found.start, events.start), len(found.start) - 1)
    whole = _is(events, "reporting") & (found.end[place] == events.end)
    tokens = reader.text.tokens
    second = tokens[np.minimum(events.token + 1, len(tokens) - 1)]
    since[whole] = np.minimum(events.end, second)[whole]
    return replace(events, since=since)


def _without_phrases(reader: Reader, events: Events, stops: Offsets) -> Events:
    """Leave what only says who speaks, where and when to the author of the text.

    A truce is near, an envoy close to the talks said; according to a member of the peace council;
    he said after the talks that it rained.
    """
    loose = stops[~_among(reader.code(stops), _BRACKETING)]
    last = reader.text.last[events.row]
    place = np.minimum(ranks(stops, events.end), max(len(stops) - 1, 0))
    pause = np.where(stops[place] >= events.end, stops[place], last) if len(stops) else last
    pause = np.minimum(pause, last)
    source = _is(events, *_SOURCES)
    ahead, since, until = events.ahead.copy(), events.since.copy(), events.until.copy()
    for event in np.flatnonzero(events.closing & ~source).tolist():
        ahead[event] = _phrase_of_subject(reader, events, loose, event)
    follows = _next_words(reader, events.end)
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
_DEEDS = np.array(
    [int.from_bytes(word, "big") for word in b"add wri wro pos twe".split()], dtype=np.int64
)
_SAYING = sign_table(':"“‘«„')


def _are_deeds(reader: Reader, events: Events, pause: Offsets) -> Mask:
    """Return which verbs have a thing as their object, and no clause: the town added jobs."""
    deeds = _is(events, "reporting") & events.opening & ~events.closing
    letters = np.minimum(reader.code(events.start[:, None] + np.arange(3)), 0x7F) | 0x20
    words = (letters[:, 0] << 16) | (letters[:, 1] << 8) | letters[:, 2]
    deeds &= (words[:, None] == _DEEDS).any(axis=1) & reader.joined(events.end + 1)
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
        clause = np.append(clause, _among(signs, _SAYING))
        adjunct = is_kind(bits[:1], "adjunct").any()
        deeds[event] = not (clause.any() or adjunct or _is_past(reader, at).any())
    return deeds


def _past_bracket(reader: Reader, events: Events, event: int) -> int:
    """Return where the bracket ends in which a verb stands, or the end of what it opens."""
    first, until = int(reader.text.first[events.row[event]]), int(events.until[event])
    place = int(np.searchsorted(reader.sign_at, int(events.start[event])))
    for before in range(place - 1, -1, -1):
        if reader.sign_at[before] < first or reader.sign[before] in _CLOSERS:
            return until
        if reader.sign[before] in _OPENERS:
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
            _is_last(reader, end)[0] or is_kind(_next_words(reader, end), "adjunct")[0]
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
    if _is_last(reader, end)[0] or is_kind(_next_words(reader, end), "adjunct")[0]:
        return False
    # Views vary, among students too, said Jane Doe.
    if _is_capital(reader, end + 1)[0]:
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
        reader.has(np.array([start - 1]), SPACE)[0] and _SUBJECT_ENDS[min(before, SIGNS - 1)]
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
    return bool(verb.any() or _is_past(reader, words).any())


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


def _within_clauses(reader: Reader, events: Events, cues: Cues) -> Events:
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


def _up_to_but(reader: Reader, events: Events) -> Events:
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


def _up_to_semicolon(reader: Reader, events: Events) -> Events:
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


def _merged(events: Events, others: Events) -> Events:
    """Return two lots of events as one, in the order of the text."""
    if not len(others.start):
        return events
    # In "Putin’s claim that a truce is near" the noun is no verb.
    place = np.searchsorted(others.start, events.start, side="right") - 1
    inner = (place >= 0) & (events.start < others.end[np.maximum(place, 0)])
    events = events.take(~inner)
    every = Events(
        *(
            np.concatenate([getattr(events, name), getattr(others, name)])
            for name in events.__dataclass_fields__
        )
    )
    return every.take(np.argsort(every.start, kind="stable"))


# Characters from the noun of "Putin’s message was clear:" to the colon.
_TO_COLON = 40


def _owned_speech(reader: Reader, quotes: Quotes, owners: Mentions) -> Events:
    """Return the attributions by a noun: in Putin’s words, Putin’s claim that, his reply: “…”."""
    kind = KINDS.index("attribution")
    rows: list[tuple[int, ...]] = []
    tokens = reader.text.tokens
    for place in np.flatnonzero(quotes.holding(owners.start) < 0).tolist():
        begin, end = int(owners.start[place]), int(owners.end[place])
        token = int(np.searchsorted(tokens, end))
        row = int(reader.row(np.array([begin]))[0])
        last = int(reader.text.last[row])
        for step in range(3):
            word = tokens[token + step : token + step + 1]
            if not len(word) or word[0] >= last or (step and not reader.joined(word)[0]):
                break
            speech, view = reader.word(word, "speech")[0], reader.word(word, "view")[0]
            if not (speech or view):
                continue
            after = tokens[token + step + 1 : token + step + 2]
            past = int(after[0]) if len(after) and after[0] < last else last
            past = min(past, _past_word(reader, int(word[0])))
            before = int(np.searchsorted(tokens, begin))
            # In the President's words has a title between.
            leads = range(before - 1, max(before - 4, -1), -1)
            leading = any(
                _is_in(reader, int(tokens[at]))
                and not np.isin(reader.sign_at, np.arange(tokens[at], begin)).any()
                for at in leads
            )
            colon = _colon_after(reader, past, last)
            if speech and _is_predicate(reader, tokens[before - 1 : before]):
                # “No truce,” was Putin’s answer.
                rows.append((kind, begin, begin, past, row, token, place, True, False))
            elif view and leading:
                rows.append((kind, begin, begin, past, row, token, place, True, True))
            elif speech and colon:
                rows.append((kind, begin, begin, colon, row, token, place, False, True))
            elif speech and len(after) and reader.word(after, "that")[0] and after[0] == past + 1:
                rows.append((kind, begin, begin, int(after[0]), row, token, place, False, True))
            elif speech and (that := _that_after(reader, token + step + 1, last)):
                # Putin’s promise to Trump that a truce is near.
                rows.append((kind, begin, begin, that, row, token, place, False, True))
            elif _is_equated(reader, token + step + 1, last):
                # Putin’s view is that the truce is near.
                that = int(tokens[token + step + 2])
                rows.append((kind, begin, begin, that, row, token, place, False, True))
            break
    table = np.array(rows, dtype=np.int64).reshape(-1, 9).T
    closing, opening = table[7].astype(bool), table[8].astype(bool)
    return Events(
        table[0], table[1], table[2], table[3], table[4], table[5], owners.actor[table[6]],
        closing, opening, table[2], table[3], reader.text.last[table[4]] + 1,
    )  # fmt: skip


# The most words between a noun and "that": his promise on Monday to the world that it holds.
_TO_THAT = 5


def _that_after(reader: Reader, token: int, last: int) -> int:
    """Return where "that" begins, behind words such as "to Trump" from a token on, or 0."""
    words = reader.text.tokens[token : token + _TO_THAT + 1]
    words = words[words < last]
    if not len(words) or not reader.word(words[:1], "inside")[0] or not reader.joined(words).all():
        return 0
    bits = reader.words(words)
    that = np.flatnonzero(is_kind(bits, "that") & is_kind(bits, "relative"))
    stated = is_kind(bits, "finite")
    return int(words[that[0]]) if len(that) and not stated[: that[0]].any() else 0


def _is_predicate(reader: Reader, verb: Offsets) -> bool:
    """Return whether "was", "is" or "came" begins at a token and follows a quotation."""
    if not len(verb) or verb[0] < 2 or reader.code(verb - 2)[0] not in _CLOSES:
        return False
    letters = [int(reader.code(verb + step)[0]) | 0x20 for step in range(5)]
    return bytes(min(letter, 127) for letter in letters).startswith((b"was ", b"is ", b"came "))


_CLOSES = (ord("”"), ord('"'), ord("’"), ord("'"))


def _is_equated(reader: Reader, token: int, last: int) -> bool:
    """Return whether "is that" or "was that" begins at a token."""
    words = reader.text.tokens[token : token + 2]
    if len(words) < 2 or words[1] >= last or not reader.joined(words).all():
        return False
    be = reader.word(words[:1], "auxiliary")[0] and reader.code(words[:1] + 1)[0] in _BE
    return bool(be and reader.word(words[1:], "that")[0])


# The second letter of is, was, are and were.
_BE = (ord("s"), ord("a"), ord("r"), ord("e"))


def _with_statements(reader: Reader, events: Events, owners: Mentions) -> Events:
    """Give "Putin’s statement said" the owner of the statement."""
    if not len(owners.start) or not len(events.start):
        return events
    _, before, bits = _skip_fillers(reader, events)
    some = np.flatnonzero((events.speaker == OTHER) & is_kind(bits, "speech"))
    speaker, begin = events.speaker.copy(), events.begin.copy()
    tokens = reader.text.tokens
    for event in some.tolist():
        token = int(reader.token(before[event : event + 1])[0])
        for step in range(3):
            at = tokens[max(token - step, 0) : max(token - step, 0) + 1]
            place = int(_ending_at(owners, at - 1)[0])
            if place >= 0:
                speaker[event], begin[event] = owners.actor[place], owners.start[place]
                break
            if not reader.joined(at)[0]:
                break
    return replace(events, speaker=speaker, begin=begin)


def _past_word(reader: Reader, start: int) -> int:
    past = start
    while reader.has(np.array([past]), WORD)[0]:
        past += 1
    return past


def _is_in(reader: Reader, at: int) -> bool:
    """Return whether the word "in" or "by" starts there."""
    first, second, third = (int(reader.code(np.array([at + step]))[0]) | 0x20 for step in range(3))
    return chr(first) + chr(second) in ("in", "by") and chr(third) == " "


def _colon_after(reader: Reader, past: int, last: int) -> int:
    """Return where a colon ends the words that follow, 0 where another sign stands before it."""
    place = int(np.searchsorted(reader.sign_at, past))
    if place == len(reader.sign_at) or reader.sign[place] != ord(":"):
        return 0
    at = int(reader.sign_at[place])
    return at + 1 if at - past <= _TO_COLON and at < last else 0


def _in_turns(reader: Reader, mentions: Mentions, events: Events) -> Events:
    """Give "I think" in a transcript the current speaker as its subject."""
    some = np.flatnonzero((events.speaker == UNRESOLVED) & (reader.text.turn[events.row] >= 0))
    some = some[reader.word(events.begin[some], "first_person")]
    known = turn_speakers(reader, mentions, events.row[some])
    speaker = events.speaker.copy()
    speaker[some] = np.where(known > NOBODY, known, UNRESOLVED)
    return replace(events, speaker=speaker)


def _resolved(reader: Reader, quotes: Quotes, mentions: Mentions, events: Events) -> Events:
    """Give "he said" the actor of the sentence before, where only one actor is possible.

    The speaker of the sentence before continues; without one, the subject of that sentence speaks.
    No other actor is named in between. Both sentences are in the same paragraph, or the second
    sentence begins the next one: then the sentence before has to name its speaker.
    """
    if not len(mentions.actor) and not (events.speaker >= NAMED).any():
        return events
    text = reader.text
    alone = reader.joined(events.start) & ~reader.word(events.begin, "person")
    pronoun = reader.word(events.begin, "person") | (
        ~alone & is_kind(_next_words(reader, events.end), "person")
    )
    some = np.flatnonzero((events.speaker == UNRESOLVED) & pronoun)
    if not len(some):
        return events
    quoted = set(text.paragraph[reader.row(quotes.start)].tolist())
    sentences = _Sentences.read(reader, events, mentions, events.row[some])
    # For each event the last one before it that is not silent.
    silent = events.kind == KINDS.index("speaking")
    loud = np.maximum.accumulate(np.where(silent, -1, np.arange(len(silent))))
    loud = np.append(-1, loud[:-1])
    reach = np.searchsorted(mentions.start, events.begin[some]).tolist()
    # Lists, since each event is asked for by itself. Within its paragraph, and from the one before:
    # what is known from there goes no further, as the paragraph before that may not be at hand.
    inner, speaker = events.speaker.tolist(), events.speaker.tolist()
    actor = mentions.actor.tolist()
    rows = events.row[some].tolist()
    heard = loud[some]
    before_rows = events.row[heard].tolist()
    spoken = _pronouns(reader, events)
    told_by = mentions.pronoun.tolist()

    def fits(place: int, before: int, speaker: int, low: int, high: int) -> bool:
        """Return whether "he" or "she" can stand for a speaker: "she" for no man."""
        letter = spoken[place]
        if before >= 0 and {letter, spoken[before]} == set(b"hs"):
            return False
        return all(
            actor[name] != speaker or told_by[name] in (0, letter) for name in range(low, high)
        )

    for place, row, before, before_row, high in zip(
        some.tolist(), rows, heard.tolist(), before_rows, reach, strict=True
    ):
        # “No,” said Trump, “but,” he added, “perhaps soon.”
        if before >= 0 and before_row == row and speaker[before] >= NAMED:
            low = int(sentences.mention[row])
            here = set(actor[low:high])
            if here == {speaker[before]} and fits(place, before, speaker[before], low, high):
                inner[place] = speaker[place] = speaker[before]
                continue
        behind = _before_pronouns(reader, sentences, row)
        if behind < 0 or text.document[behind] != text.document[row]:
            continue
        low, middle = sentences.mention[behind : behind + 2].tolist()
        named = set(actor[low:high])
        told = before >= sentences.event[behind]
        parted = int(text.paragraph[row]) - int(text.paragraph[behind])
        if parted == 0:
            if told:
                for known in (inner, speaker):
                    own = known[before]
                    if own >= NAMED and named <= {own} and fits(place, before, own, low, high):
                        known[place] = own
            elif (
                len(named) == 1
                and low < middle
                and _is_subject(reader, mentions, low, text.first[behind + 1])
                and fits(place, -1, actor[low], low, high)
            ):
                inner[place] = speaker[place] = named.pop()
        elif told and parted == 1:
            last = inner[before]
            if last >= NAMED and named <= {last} and fits(place, before, last, low, high):
                goes_on = int(text.paragraph[row]) in quoted or _begins_with_person(reader, row)
                speaker[place] = last if goes_on else speaker[place]
    return replace(events, speaker=np.array(speaker, dtype=np.int64))


def _pronouns(reader: Reader, events: Events) -> list[int]:
    """Return the first letter of "he" or "she" where it is the subject of a verb, else 0."""
    letter = np.where(reader.word(events.begin, "person"), reader.code(events.begin) | 0x20, 0)
    turned = (letter == 0) & is_kind(_next_words(reader, events.end), "person")
    letter = np.where(turned, reader.code(events.end + 1) | 0x20, letter)
    found: list[int] = letter.tolist()
    return found


def _begins_with_person(reader: Reader, row: int) -> bool:
    """Return whether a sentence begins with "He " or "She "."""
    codes = reader.code(reader.text.first[row] + np.arange(4)).tolist()
    return "".join(map(chr, codes)).startswith(("He ", "She "))


# Sentences between "Putin said" and "he added".
_BETWEEN = 3


@dataclass(frozen=True)
class _Sentences:
    """What is asked of sentence after sentence: its first name, its first attribution, its words.

    ``bare`` sentences have neither, and begin with a pronoun for a person; it is only known of
    those before the sentences asked about.
    """

    mention: Offsets
    event: Offsets
    bare: Mask

    @classmethod
    def read(
        cls, reader: Reader, events: Events, mentions: Mentions, rows: Offsets
    ) -> "_Sentences":
        """Read the sentences of a text at once, to be asked about those before some rows."""
        text = reader.text
        mention = ranks(mentions.start, text.first)
        edges = ranks(events.row, np.arange(len(text.first) + 1))
        event = edges[:-1]
        asked = np.zeros(len(text.first), dtype=bool)
        for step in range(1, _BETWEEN + 2):
            asked[np.maximum(rows - step, 0)] = True
        bare = asked & (mention == ranks(mentions.start, text.last)) & (event == edges[1:])
        bare[bare] = reader.word(text.first[bare], "person")
        return cls(mention, event, bare)


def _before_pronouns(reader: Reader, sentences: _Sentences, row: int) -> int:
    """Return the sentence before a sentence; those that only go on with "he" are passed over."""
    text = reader.text
    for behind in range(row - 1, max(row - 2 - _BETWEEN, -1), -1):
        if not sentences.bare[behind]:
            return behind
        if text.paragraph[behind] != text.paragraph[row]:
            return -1
        edges = [text.first[behind] + 1, text.last[behind]]
        tokens = slice(*np.searchsorted(text.tokens, edges).tolist())
        code = reader.code(text.tokens[tokens])
        if ((code >= ord("A")) & (code <= ord("Z"))).any():
            return behind
    return -1


def _is_subject(reader: Reader, mentions: Mentions, number: int, past: np.int64) -> bool:
    """Return whether a name is the subject of its sentence, and no other person is named there.

    No verb stands before it, and other names stand only after "in", "on" and the like.
    """
    if mentions.inside[number]:
        return False
    start, end = int(mentions.start[number]), int(mentions.end[number])
    first = int(reader.text.first[reader.row(np.array([start]))[0]])
    tokens = reader.text.tokens
    at = tokens[slice(*np.searchsorted(tokens, np.array([first, past])).tolist())]
    bits = reader.words(at)
    verb = is_kind(bits, "finite") | is_kind(bits, "auxiliary") | _is_past(reader, at)
    if (verb & (at < start)).any():
        return False
    code, second = reader.code(at), reader.code(at + 1)
    capital = (code >= ord("A")) & (code <= ord("Z")) & (second >= ord("a"))
    before = np.append(np.uint32(0), bits[:-1])
    placed = is_kind(before, "inside") | is_kind(before, "article") | is_kind(bits, "adjunct")
    # A title before the name, and the rest of the name of a place: in New York.
    titled = _run_before(capital, at, start)
    others = capital & ~placed & ~titled & ((at < start) | (at >= end)) & (at > first)
    others[1:] &= ~(capital & placed)[:-1]
    return not others.any()


def _run_before(capital: Mask, at: Offsets, start: int) -> Mask:
    """Return the words with a capital directly before a name."""
    run = np.zeros(len(at), dtype=bool)
    place = int(np.searchsorted(at, start)) - 1
    while place >= 0 and capital[place]:
        run[place] = True
        place -= 1
    return run


def _is_past(reader: Reader, at: Offsets) -> Mask:
    """Return which words end in -ed."""
    if not len(at):
        return np.zeros(0, dtype=bool)
    last = np.append(at[1:], at[-1:] + 1) - 1
    # A comma and a quotation mark may stand behind the word.
    for _ in range(APART):
        last = last - ((last > at) & ~reader.has(last, WORD))
    found: Mask = (reader.code(last) == ord("d")) & (reader.code(last - 1) == ord("e"))
    return found & (last - at > 2)


def _stops(reader: Reader) -> Offsets:
    """Return the signs that separate phrases: all signs except those inside words."""
    at, sign = reader.sign_at, reader.sign
    apart = ~_among(sign, _JOINING)
    # The truce is off -- or so they say; a hyphen between spaces is a dash as well.
    hyphen = np.flatnonzero(sign == ord("-"))
    place = at[hyphen]
    apart[hyphen] = (reader.code(place + 1) == ord("-")) | (
        reader.has(place - 1, SPACE) & reader.has(place + 1, SPACE)
    )
    # A mark that is ''written twice'' is in no word.
    apart[:-1] |= (sign[1:] == ord("'")) & (sign[:-1] == ord("'")) & (at[1:] == at[:-1] + 1)
    return at[apart]


def _with_subjects(reader: Reader, events: Events, mentions: Mentions, stops: Offsets) -> Events:
    """Give each verb the subject before it, before its relative clause, or after it."""
    at, before, bits = _skip_fillers(reader, events)
    near = reader.joined(at)
    # Doe (R-Fla.) said he would; 45% said they would.
    near |= reader.has(at - 1, SPACE) & _among(reader.code(np.maximum(at - 2, 0)), _SUBJECT_ENDS)
    near &= at > reader.text.first[events.row]
    speaker, begin = events.speaker.copy(), at.copy()
    own = near & is_kind(bits, "pronoun")
    speaker[own], begin[own] = UNRESOLVED, before[own]
    place = _ending_at(mentions, at - 1)
    # Joseph R. Biden Jr. said.
    some = np.flatnonzero(near & (reader.code(np.maximum(at - 2, 0)) == ord(".")))
    for step in (len(". "), len(" Jr. ")):
        place[some] = np.maximum(place[some], _ending_at(mentions, at[some] - step))
    own = near & (place >= 0)
    speaker[own] = np.where(mentions.inside[place[own]], OTHER, mentions.actor[place[own]])
    begin[own] = mentions.start[place[own]]
    relative = np.flatnonzero(near & (speaker == _UNKNOWN) & is_kind(bits, "relative"))
    word = before[relative]
    place = np.maximum(_ending_at(mentions, word - 2), _ending_at(mentions, word - 1))
    whose, place = relative[place >= 0], place[place >= 0]
    speaker[whose], begin[whose] = mentions.actor[place], before[whose]
    _bracketed(reader, mentions, at, speaker, begin)
    _far_subjects(reader, mentions, events, near & (speaker == _UNKNOWN), at, speaker, begin)
    speaker[near & (speaker == _UNKNOWN)] = OTHER
    comma = ~near & _among(reader.code(np.maximum(at - 2, 0)), _APART)
    comma |= ~near & _among(reader.code(np.maximum(at - 1, 0)), _LONG)
    _apposed(reader, mentions, events.row, at, comma, speaker, begin)
    after, end = _sources(reader, events.end, mentions, stops)
    # The order of "Peace is far, said Trump." is reversed; in "Doe, an analyst, said Trump was" it
    # is not.
    final = _is_last(reader, end) | is_kind(_next_words(reader, end), "adjunct")
    # Truce is dead, says Putin, in a headline, has no sign behind it.
    final |= end + 1 >= reader.text.last[events.row]
    turned = ~near & (speaker == _UNKNOWN) & (~comma | final)
    turned |= _is(events, *_SOURCES)
    speaker[turned] = after[turned]
    begin[turned] = events.start[turned]
    end = np.where(turned, end, events.end)
    speaker[speaker == _UNKNOWN] = OTHER
    return replace(events, speaker=speaker, begin=begin, end=end)


# Characters of "late on Monday night" between a subject and its verb.
_ADJUNCT = 60


def _far_subjects(
    reader: Reader,
    mentions: Mentions,
    events: Events,
    which: Mask,
    at: Offsets,
    speaker: Offsets,
    begin: Offsets,
) -> None:
    """Give "Trump in a post on Monday said" the name before what says where and when."""
    if not len(mentions.start):
        return
    tokens, text = reader.text.tokens, reader.text
    for event in np.flatnonzero(which).tolist():
        verb, first = int(at[event]), int(text.first[events.row[event]])
        name = int(np.searchsorted(mentions.start, max(first, verb - _ADJUNCT - GIVEN)))
        if name == len(mentions.start) or mentions.end[name] >= verb or mentions.inside[name]:
            continue
        end = int(mentions.end[name])
        signs = slice(*np.searchsorted(reader.sign_at, [end, verb]).tolist())
        words = tokens[slice(*np.searchsorted(tokens, [end, verb]).tolist())]
        if verb - end > _ADJUNCT or signs.start != signs.stop or not len(words):
            continue
        bits = reader.words(words)
        stray = is_kind(bits, "finite") | is_kind(bits, "that") | is_kind(bits, "relative")
        stray |= is_kind(bits, "and") | _is_past(reader, words)
        stray |= is_kind(bits, "unnamed") | is_kind(bits, "pronoun")
        # "Trump had earlier said" begins with what may stand there in any case.
        head = 0
        while head < len(words) and is_kind(bits[head : head + 1], "filler")[0]:
            stray[head] = False
            head += 1
        opens = head < len(words) and is_kind(bits[head : head + 1], "adjunct")[0]
        if (opens or head) and not stray.any():
            speaker[event], begin[event] = mentions.actor[name], mentions.start[name]


def _bracketed(
    reader: Reader, mentions: Mentions, at: Offsets, speaker: Offsets, begin: Offsets
) -> None:
    """Give "Putin (73) said" the name before the bracket."""
    for which in np.flatnonzero(reader.code(np.maximum(at - 2, 0)) == ord(")")).tolist():
        place = int(np.searchsorted(reader.sign_at, at[which] - 2)) - 1
        while place >= 0 and reader.sign[place] not in _BRACKETS:
            place -= 1
        if place < 0 or at[which] - reader.sign_at[place] > TITLE:
            continue
        name = _ending_at(mentions, reader.sign_at[place : place + 1] - 1)
        if name[0] >= 0:
            inside = mentions.inside[name[0]]
            speaker[which] = OTHER if inside else mentions.actor[name[0]]
            begin[which] = mentions.start[name[0]]


def _is_last(reader: Reader, end: Offsets) -> Mask:
    """Return behind which ends a sign stands, also a dash after a space: a truce – said Putin –."""
    found: Mask = ~reader.joined(end + 1) | _among(reader.code(end + 1), _APART)
    return found


def _next_words(reader: Reader, end: Offsets) -> Bits:
    """Return the kinds of the word that follows each end after a space only."""
    bits = np.zeros(len(end), dtype=np.uint32)
    joined = np.flatnonzero(reader.joined(end + 1))
    bits[joined] = reader.words(end[joined] + 1)
    return bits


def _skip_fillers(reader: Reader, events: Events) -> tuple[Offsets, Offsets, Bits]:
    """Return where the adverbs before each verb begin, and the word before them with its kinds."""
    tokens = reader.text.tokens
    at, token = events.start.copy(), events.token.copy()
    bits = np.zeros(len(at), dtype=np.uint32)
    going = np.arange(len(at))
    for _ in range(FILLERS + 1):
        going = going[reader.joined(at[going]) & (token[going] > 0)]
        before = tokens[token[going] - 1]
        bits[going] = reader.words(before)
        filler = is_kind(bits[going], "filler")
        going = going[filler]
        at[going] = before[filler]
        token[going] -= 1
    return at, tokens[np.maximum(token - 1, 0)], bits


def _ending_at(mentions: Mentions, positions: Offsets) -> Offsets:
    """Return the number of the mention that ends at each position; -1 without one."""
    if not len(mentions.end):
        return np.full(len(positions), -1)
    place = np.minimum(ranks(mentions.end, positions), len(mentions.end) - 1)
    return np.where(mentions.end[place] == positions, place, -1)


def _apposed(
    reader: Reader,
    mentions: Mentions,
    row: Offsets,
    at: Offsets,
    which: Mask,
    speaker: Offsets,
    begin: Offsets,
) -> None:
    """Give "Macron, who had spoken to Putin, warned" the name before a comma."""
    _named_after(reader, mentions, row, at, which, speaker, begin)
    which = which & (speaker == _UNKNOWN)
    dash = (reader.code(mentions.end) == ord(" ")) & _among(reader.code(mentions.end + 1), _APART)
    heads = np.flatnonzero((_among(reader.code(mentions.end), _COMMA) | dash) & ~mentions.inside)
    some = np.flatnonzero(which)
    if not len(heads) or not len(some):
        return
    # The first name of its sentence; the later names are the people he had spoken to.
    place = np.searchsorted(mentions.start[heads], reader.text.first[row[some]])
    head = heads[np.minimum(place, len(heads) - 1)]
    there = (place < len(heads)) & (mentions.end[head] < _before_signs(reader, at[some]))
    there &= at[some] - mentions.end[head] < RELATIVE
    speaker[some[there]], begin[some[there]] = (
        mentions.actor[head[there]],
        mentions.start[head[there]],
    )


def _named_after(
    reader: Reader,
    mentions: Mentions,
    row: Offsets,
    at: Offsets,
    which: Mask,
    speaker: Offsets,
    begin: Offsets,
) -> None:
    """Give "the spokesman, Dmitry Peskov, told reporters" the name between the commas."""
    some = np.flatnonzero(which)
    name = _ending_at(mentions, _before_signs(reader, at[some]))
    some, name = some[name >= 0], name[name >= 0]
    for event, number in zip(some.tolist(), name.tolist(), strict=True):
        begun = int(mentions.start[number])
        sign = int(np.searchsorted(reader.sign_at, begun)) - 1
        if sign < 0 or not _COMMA[min(int(reader.sign[sign]), SIGNS - 1)]:
            continue
        if not _gives_name(reader, int(reader.sign_at[sign]), begun):
            continue
        comma, sign = reader.sign_at[sign], sign - 1
        owned = False
        # The president’s envoy, Doe, said.
        while sign >= 0 and _JOINING[min(int(reader.sign[sign]), SIGNS - 1)]:
            owned |= bool(reader.is_apostrophe(reader.sign_at[sign : sign + 1])[0])
            sign -= 1
        low = max(int(reader.sign_at[sign]) if sign >= 0 else 0, int(reader.text.first[row[event]]))
        token, past = np.searchsorted(reader.text.tokens, [low, comma])
        words = reader.words(reader.text.tokens[token:past])
        common = len(words) and not is_kind(words, "relative").any()
        if common and (owned or words[0] & (BIT["article"] | BIT["subject"])):
            speaker[event], begin[event] = mentions.actor[number], begun


def _before_signs(reader: Reader, at: Offsets) -> Offsets:
    """Return where the text ends before the commas, dashes and spaces in front of some words."""
    end = at.copy()
    for _ in range(APART):
        code = reader.code(np.maximum(end - 1, 0))
        end -= (end > 0) & (_among(code, _APART) | (code == ord(" ")))
    return end


def _gives_name(reader: Reader, comma: int, name: int) -> bool:
    """Return whether only given names stand between a sign and a name."""
    between = reader.code(np.arange(comma, name))
    first = between[1:][between[:-1] == ord(" ")]
    small = (first >= ord("a")) & (first <= ord("z"))
    return bool(len(between) <= GIVEN + 2 and not small.any())


def _sources(
    reader: Reader, end: Offsets, mentions: Mentions, stops: Offsets
) -> tuple[Offsets, Offsets]:
    """Return the actor who is named directly after each position, and where the name ends."""
    pronoun = is_kind(_next_words(reader, end), "pronoun")
    speaker = np.where(pronoun, UNRESOLVED, OTHER)
    if not len(mentions.start):
        return speaker, end
    place = ranks(mentions.start, end)
    there = (place < len(mentions.start)) & ~pronoun
    place = np.minimum(place, len(mentions.start) - 1)
    gap = mentions.start[place] - end
    there &= (gap <= TITLE) & (~mentions.inside[place] | (gap <= len(" the ")))
    _with_titles(reader, end, mentions, place, there, gap)
    some = np.flatnonzero(there)
    some = some[~_past_relative(reader, end[some], mentions.start[place[some]])]
    actor, place[some] = _office_holders(reader, mentions, place[some])
    name = mentions.start[place[some]]
    first, past = ranks(stops, end[some]), ranks(stops, name)
    bare = first == past
    # Said the spokesman, Dmitry Peskov.
    for row in np.flatnonzero(past == first + 1).tolist():
        begun = int(end[some[row]])
        owned = reader.is_apostrophe(np.arange(begun, int(stops[first[row]]))).any()
        article = reader.word(end[some[row : row + 1]] + 1, "article")[0]
        stop = int(stops[first[row]])
        bare[row] = bool(owned or article) and reader.code(np.array([stop]))[0] == ord(",")
        bare[row] &= _gives_name(reader, stop, int(name[row]))
    some = some[bare]
    speaker[some] = actor[bare]
    final = end.copy()
    final[some] = mentions.end[place[some]]
    # "German Chancellor Friedrich Merz" names the same person twice.
    again = np.minimum(place[some] + 1, len(mentions.start) - 1)
    twice = (mentions.actor[again] == speaker[some]) & (
        np.abs(mentions.start[again] - final[some]) <= GIVEN
    )
    final[some[twice]] = np.maximum(final[some[twice]], mentions.end[again[twice]])
    return speaker, final


def _past_relative(reader: Reader, end: Offsets, name: Offsets) -> Mask:
    """Return which names stand in a relative clause: said a man who met Trump."""
    inner = np.zeros(len(end), dtype=bool)
    tokens = reader.text.tokens
    for which in np.flatnonzero(name - end > len(" a who ")).tolist():
        words = tokens[slice(*np.searchsorted(tokens, [end[which], name[which]]).tolist())]
        inner[which] = bool(reader.word(words, "relative").any())
    return inner


def _office_holders(reader: Reader, mentions: Mentions, place: Offsets) -> tuple[Offsets, Offsets]:
    """Return who speaks and the mention: said White House secretary John Smith, a Putin aide Doe.

    ``place`` are the mentions after the verb. Behind one of them a role and another name may stand.
    """
    tokens = reader.text.tokens
    speaker, place = mentions.actor[place], place.copy()
    for which, number in enumerate(place.tolist()):
        token = int(reader.token(mentions.end[number : number + 1])[0])
        words = tokens[token : token + _ROLE + 1]
        if len(words) < 2 or words[0] != mentions.end[number] + 1 or not reader.joined(words)[0]:
            continue
        code, joined = reader.code(words), reader.joined(words)
        step = int(np.argmax((code >= ord("A")) & (code <= ord("Z"))))
        role = step > 0 and joined[: step + 1].all()
        if not role or not reader.word(words[step - 1 : step], "role")[0]:
            continue
        begin = int(words[step])
        name = int(np.searchsorted(mentions.start, begin))
        known = name < len(mentions.start) and mentions.start[name] - begin <= GIVEN
        if known and is_title(reader, begin, int(mentions.start[name])):
            speaker[which], place[which] = mentions.actor[name], name
        else:
            speaker[which] = OTHER
    return speaker, place


# The most words of a role between two names: press secretary, national security adviser.
_ROLE = 3


def _with_titles(
    reader: Reader,
    end: Offsets,
    mentions: Mentions,
    place: NDArray[np.intp],
    there: Mask,
    gap: Offsets,
) -> None:
    """Add the names that only a title parts from "according to": President Putin."""
    text = reader.text
    for which in np.flatnonzero(~there & (gap > 0) & (gap <= TITLE)).tolist():
        start = int(mentions.start[place[which]])
        words = text.tokens[slice(*np.searchsorted(text.tokens, [end[which], start]).tolist())]
        code = reader.code(words)
        capital = (code >= ord("A")) & (code <= ord("Z"))
        bits = reader.words(words)
        titled = (capital | is_kind(bits, "article")).all() and capital.any()
        if len(words) and titled and not is_kind(bits, "pronoun").any():
            there[which] = reader.row(np.array([start]))[0] == reader.row(end[which : which + 1])[0]


def _with_direction(reader: Reader, events: Events, quotes: Quotes, stops: Offsets) -> Events:
    """Distinguish attributions that close a clause or a quotation from those that open one."""
    first, last = reader.text.first[events.row], reader.text.last[events.row]
    # “The truce is dead,” Senator Doe (R-Fla.) said.
    loose = stops[~_among(reader.code(stops), _BRACKETING)]
    place = ranks(loose, events.begin) - 1
    stop = np.where(place >= 0, loose[place], -1) if len(loose) else place
    comma = (stop >= first) & (events.begin - stop <= OPENING)
    comma[comma] = _among(reader.code(stop[comma]), _COMMA)
    quote = _last_quote(events.begin, quotes)
    # This sentence does not attribute a quotation that closes the paragraph before.
    paragraph = reader.text.paragraph[events.row]
    fresh = paragraph != reader.text.paragraph[np.maximum(events.row - 1, 0)]
    quoted = (quote >= np.maximum(stop, first - 2 * ~fresh)) & (quote >= 0)
    quoted &= events.begin - quote <= _reach(reader, quote)
    after = np.minimum(ranks(stops, events.end), max(len(stops) - 1, 0))
    pause = np.where(stops[after] >= events.end, stops[after], last) if len(stops) else last
    short = np.minimum(pause, last) - events.end <= CLOSING
    follows = _next_words(reader, events.end)
    bare = _is_last(reader, events.end) | (events.end + 1 >= last)
    adjunct = is_kind(follows, "adjunct") & short
    told = comma & short
    told[told] = reader.word(events.start[told], "told")
    that = is_kind(follows, "that") | (reader.code(events.end) == ord(":"))
    # “The truce is dead.” He wrote on Telegram that peace was near.
    later = quoted & ~that & (quote < first) & is_kind(follows, "adjunct")
    that[later] = _says_that(reader, events.end[later], pause[later])
    # “The truce is dead.” Trump said the war goes on; Joe “Amtrak” Biden said so.
    sign = reader.code(np.maximum(quote - 1, 0))
    led = (quote >= first) & (_among(sign, _CUT) | (reader.code(quote + 1) == ord(",")))
    quoted &= led | bare | adjunct | (reader.word(events.start, "told") & short)
    source = _is(events, *_SOURCES)
    closing = source | (quoted & ~that) | (comma & ~that & (bare | adjunct | told))
    closing &= quoted | ~(comma & _is_passive(reader, events, bare))
    some = comma & ~that & ~closing & (events.start - stop == len(", "))
    closing |= _inverted(reader, events, np.minimum(pause, last), some)
    opening = (source | ~(quoted & ~that)) & ~_is_told_before(reader, events.end)
    # “The truce is dead”, said Putin; “…”.
    opening &= source | ~(comma & bare & ~that & (quote >= 0) & (stop == quote + 1))
    # Putin has been clear: the truce is near.
    colon = reader.code(events.end) == ord(":")
    spoke = _is(events, "speaking") & ~colon
    silent = spoke | _is(events, "naming")
    closing = closing & ~silent & ~_is(events, "judging")
    opening = opening & ~silent
    manner = _is(events, "manner")
    closing[manner] &= (quoted & ~that)[manner]
    opening[manner] &= colon[manner]
    answer = replace(events, closing=closing, opening=opening)
    # What nobody of the table names goes on with its own subject.
    lost = _is(events, "citing", "judging", "naming") & (events.speaker < NAMED)
    lost |= manner & ~closing & ~opening
    return answer.take(~lost)


def _is_passive(reader: Reader, events: Events, bare: Mask) -> Mask:
    """Return which forms say what was done: the truce, announced on Monday; agreed by Putin.

    But: the truce is near, Doe, the envoy, announced; announced Putin on Monday.
    """
    passive = _is(events, "weak_reporting") & (events.begin == events.start)
    passive &= ~reader.joined(events.start)
    beyond = _among(reader.code(np.maximum(events.start - 2, 0)), _SUBJECT_ENDS)
    passive &= ~(beyond & reader.has(events.start - 1, SPACE))
    tokens = reader.text.tokens
    follows = tokens[np.minimum(events.token + 1, len(tokens) - 1)]
    by = (reader.code(follows) | 0x20 == ord("b")) & (reader.code(follows + 1) == ord("y"))
    by &= reader.has(follows + 2, SPACE)
    found: Mask = passive & (by | ((events.speaker == OTHER) & ~bare))
    return found


def _reach(reader: Reader, quote: Offsets) -> Offsets:
    """Return how far the verb may stand behind the ends of quotations.

    Behind a comma or a question that ends one the sentence goes on with who said it.
    """
    sign = reader.code(np.maximum(quote - 1, 0))
    goes_on = _among(sign, _CUT) & (sign != _STOP)
    reach: Offsets = np.where(goes_on, _FAR, OPENING)
    return reach


# The most characters of "a spokesman for the ministry of defence" after its verb.
_INVERTED = 70


def _says_that(reader: Reader, end: Offsets, pause: Offsets) -> Mask:
    """Return after which verbs "that" comes before the next sign: wrote on Telegram that."""
    tokens = reader.text.tokens
    found = np.zeros(len(end), dtype=bool)
    for place, (past, sign) in enumerate(zip(end.tolist(), pause.tolist(), strict=True)):
        words = tokens[slice(*np.searchsorted(tokens, [past, sign]).tolist())]
        found[place] = reader.word(words, "that").any()
    return found


def _inverted(reader: Reader, events: Events, pause: Offsets, after_comma: Mask) -> Mask:
    """Return which verbs stand between a comma and a subject that nobody knows: said a spokesman.

    The verb is a form of "say": after "Rubio, a senator," stands "urged Moscow" as well. The
    subject ends the sentence or stands before a comma, and has no verb; "he rose, said a prayer and
    left" is another matter.
    """
    found: Mask = after_comma & _is(events, "reporting") & (events.speaker == OTHER)
    found &= pause - events.end <= _INVERTED
    found &= (reader.code(events.start) | 0x20 == ord("s")) & (
        reader.code(events.start + 1) == ord("a")
    )
    some = np.flatnonzero(found)
    if not len(some):
        return found
    tokens, stop = reader.text.tokens, pause[some]
    low = reader.token(events.end[some])
    # The words of all subjects, one behind the other.
    count = np.maximum(reader.token(stop) - low, 0)
    begin = np.cumsum(count) - count
    own = np.repeat(np.arange(len(some)), count)
    words = tokens[np.arange(len(own)) - begin[own] + low[own]]
    bits = reader.words(words)
    relative = _counted(is_kind(bits, "relative"))
    plain = relative[1:] == relative[begin[own]]
    stray = _counted((is_kind(bits, "finite") & plain) | is_kind(bits, "and"))
    first = np.append(words, 0)[begin]
    pronoun = is_kind(np.append(bits, np.uint32(0))[begin], "pronoun")
    fits = (count > 0) & ~pronoun & (stray[begin + count] == stray[begin])
    fits &= (stop >= reader.text.last[events.row[some]] - 1) | (reader.code(stop) == ord(","))
    fits &= ~(_short_words(reader, first)[:, None] == _NO_SUBJECT).any(axis=1)
    found[some] = fits
    return found


def _counted(found: Mask) -> Offsets:
    """Return how many stand before each place, and before the end."""
    counts: Offsets = np.append(0, np.cumsum(found))
    return counts


# A word is one number: eight characters, the first in the lowest byte.
_LETTERS = 8


def _short_words(reader: Reader, start: Offsets) -> Offsets:
    """Return the words that begin at some positions as numbers, without case.

    Of a longer word these are its first letters; no word of `_NO_SUBJECT` has as many.
    """
    at = start[:, None] + np.arange(_LETTERS)
    inside = np.logical_and.accumulate(reader.has(at, WORD), axis=1)
    letters = np.where(inside, np.minimum(reader.code(at) | 0x20, 0x7F), 0)
    words: Offsets = (letters << (8 * np.arange(_LETTERS))).sum(axis=1)
    return words


# What somebody says, or how: "the minister, asked about it, said nothing".
_NO_SUBJECT = np.array(
    [
        int.from_bytes(word, "little")
        for word in (
            b"no not nothing yes little much only so as in on at to if when that this there it"
        ).split()
    ]
)


def _is_told_before(reader: Reader, end: Offsets) -> Mask:
    """Return which verbs have all that is said before them: after Trump said so, it broke."""
    first, second = reader.code(end + 1), reader.code(end + 2)
    word = (first == ord("i")) & (second == ord("t"))
    word |= (first == ord("s")) & (second == ord("o"))
    found: Mask = word & reader.joined(end + 1)
    found[found] = _among(reader.code(end[found] + 3), _ENDING)
    return found


def _is(events: Events, *kinds: str) -> Mask:
    """Return which events are of some kinds."""
    # numpy.isin takes longer than to ask for each of a few.
    found = np.zeros(len(events.kind), dtype=bool)
    for kind in kinds:
        found |= events.kind == KINDS.index(kind)
    return found


def _last_quote(positions: Offsets, quotes: Quotes) -> Offsets:
    """Return where the last quotation before each position ends; -1 without one."""
    if not len(quotes.end):
        return np.full(len(positions), -1)
    place = ranks(quotes.end, positions) - 1
    return np.where(place >= 0, quotes.end[place], -1)


def _without_nouns(reader: Reader, found: Cues, naming: Offsets, mentions: Mentions) -> Cues:
    """Distinguish verbs from nouns of the same form; leave out forms that cannot be verbs.

    Some, such as "called", name something where they are no verbs of saying.
    """
    stating = found.kind == KINDS.index("stating")
    weak = np.flatnonzero(stating | (found.kind == KINDS.index("weak_reporting")))
    start, end, stating = found.start[weak], found.end[weak], stating[weak]
    verb = _is_verb(reader, start, end, reader.token(start))
    verb |= _is_belief(reader, start, mentions)
    verb[stating] = _says_directly(reader, start[stating], end[stating])
    for place in np.flatnonzero(~verb).tolist():
        verb[place] = _states_clause(reader, int(start[place]), int(end[place]))
    may = reader.has(start - 1, SPACE) & ~reader.has(start - 2, WORD)
    may |= ~reader.joined(end + 1)
    kind = found.kind.copy()
    kind[weak[stating]] = KINDS.index("weak_reporting")
    kind[weak[verb]] = KINDS.index("reporting")
    names = ~(verb | may) & np.isin(start, naming)
    kind[weak[names]] = KINDS.index("naming")
    kept = np.ones(len(found), dtype=bool)
    kept[weak] = verb | may | names
    return replace(found, kind=kind).take(kept)


def _is_verb(reader: Reader, start: Offsets, end: Offsets, token: Offsets) -> Mask:
    """Return which ambiguous forms follow people (officials claim) or precede "that"."""
    tokens = reader.text.tokens
    clear = np.zeros(len(start), dtype=bool)
    # Officials claim; officials have also signaled.
    near, at = np.arange(len(start)), token.copy()
    for step in range(3):
        near = near[reader.joined(tokens[at[near]])]
        bits = reader.words(tokens[np.maximum(at[near] - 1, 0)])
        people = is_kind(bits, "unnamed")
        clear[near[people & ~is_kind(bits, "pronoun") if step else people]] = True
        near = near[is_kind(bits, "filler")]
        at[near] = np.maximum(at[near] - 1, 0)
    clear |= reader.code(end) == ord(":")
    # Example: "As Putin put it, the talks are over."
    it = (reader.code(end - 1) == ord("t")) & (reader.code(end - 3) == ord(" "))
    clear |= it & (reader.code(end) == ord(","))
    for step in range(1, FILLERS - 1):
        rest = np.flatnonzero(~clear)
        follows = tokens[np.minimum(token[rest] + step, len(tokens) - 1)]
        clear[rest] = reader.word(follows, "that") & (follows - end[rest] < CLOSING)
        if step == 1:
            # He denied those claims on Monday, saying that it holds.
            bits = reader.words(tokens[np.maximum(token - 1, 0)])
            noun = is_kind(bits, "subject") & ~is_kind(bits, "pronoun")
            noun &= reader.joined(start) & ~clear
        clear[noun] = False
    return clear


def _says_directly(reader: Reader, start: Offsets, end: Offsets) -> Mask:
    """Return behind which forms "that" stands: polls showed that; ruled on Monday that.

    No pronoun for a thing stands before the form: this shows that, which shows that.
    """
    tokens = reader.text.tokens
    past = reader.token(end)
    found = np.zeros(len(start), dtype=bool)
    for step in range(FILLERS - 2):
        follows = tokens[np.minimum(past + step, len(tokens) - 1)]
        timed = step == 0 or is_kind(
            reader.words(tokens[np.minimum(past, len(tokens) - 1)]), "adjunct"
        )
        that = _reads_words(reader, follows, "that ") & (follows - end < CLOSING)
        found |= that & timed
    before = tokens[np.maximum(reader.token(start) - 1, 0)]
    bits = reader.words(before)
    thing = is_kind(bits, "subject") & ~is_kind(bits, "pronoun")
    thing |= is_kind(bits, "relative") & ~_reads_words(reader, before, "who ")
    thing |= _reads_words(reader, before, "it ")
    return found & ~thing


def _reads_words(reader: Reader, positions: Offsets, letters: str) -> Mask:
    """Return where some letters and spaces stand, without case."""
    found = np.ones(len(positions), dtype=bool)
    for step, letter in enumerate(letters):
        found &= reader.code(positions + step) | 0x20 == ord(letter)
    return found


# The most words of the subject of a clause without "that": analysts fear the truce could fail.
_STATED = 8


def _states_clause(reader: Reader, start: int, end: int) -> bool:
    """Return whether a subject stands before an ambiguous form, and a clause without "that" behind.

    Kyiv believes the truce will hold; strategists hope it does; but: the plan he announced was his.
    """
    text = reader.text
    token = int(np.searchsorted(text.tokens, start))
    past = int(np.searchsorted(text.tokens, end))
    if not token or not reader.joined(np.array([start]))[0]:
        return False
    before = text.tokens[token - 1 : token]
    bits = reader.words(before)
    stray = is_kind(bits, "article") | is_kind(bits, "subject") | is_kind(bits, "inside")
    stray |= is_kind(bits, "auxiliary") | is_kind(bits, "adjunct") | is_kind(bits, "and")
    if (stray & ~is_kind(bits, "pronoun"))[0]:
        return False
    capital = bool(_is_capital(reader, before)[0])
    final = int(reader.code(np.array([end - 1]))[0])
    plural = int(reader.code(np.array([start - 2]))[0]) == ord("s")
    # A false claim the envoy made is none; Democrats claim the truce failed.
    if not (capital or final == ord("d") or (plural and final != ord("s"))):
        return False
    last = int(text.last[reader.row(np.array([start]))[0]])
    led = False
    for step in range(_STATED + 1):
        word = text.tokens[past + step : past + step + 1]
        if not len(word) or word[0] >= last:
            return False
        hyphen = step > 0 and reader.code(word - 1)[0] == ord("-")
        if not (reader.joined(word)[0] or hyphen):
            return False
        bits = reader.words(word)
        if (is_kind(bits, "finite") | is_kind(bits, "auxiliary"))[0]:
            # The claims are his; the plan he announced was his; they reported a deal they had.
            return step == 1 or (step > 1 and not led)
        if (is_kind(bits, "that") | is_kind(bits, "relative") | is_kind(bits, "and"))[0]:
            return False
        if not step and (is_kind(bits, "inside") | is_kind(bits, "adjunct"))[0]:
            return False
        led = bool(is_kind(bits, "pronoun")[0])
    return False


def _is_belief(reader: Reader, start: Offsets, mentions: Mentions) -> Mask:
    """Return which forms say what the actor in front of them thinks: Trump still believes."""
    belief = np.flatnonzero(reader.word(start, "belief"))
    answer = np.zeros(len(start), dtype=bool)
    tokens, at = reader.text.tokens, start[belief]
    for _ in range(3):
        place = _ending_at(mentions, at - 1)
        inside = mentions.inside[place] if len(mentions.inside) else place >= 0
        answer[belief[(place >= 0) & ~inside]] = True
        before = tokens[np.maximum(reader.token(at) - 1, 0)]
        going = reader.word(before, "filler") & reader.joined(at)
        belief, at = belief[going], before[going]
    return answer


def _without_objects(reader: Reader, events: Events) -> Events:
    """Leave out forms that can be nouns where they close nothing: critics of its claims."""
    weak = np.flatnonzero(events.kind == KINDS.index("weak_reporting"))
    some = events.take(weak)
    past = reader.code(some.end - 1) == ord("d")
    kept = np.ones(len(events.start), dtype=bool)
    kept[weak] = some.closing & ((some.speaker != OTHER) | ~some.opening | past)
    return events.take(kept)


# The conjunctions before a second predicate: met Putin and said, but warned.
_JOINERS = (b"and", b"but")


def _inherit(reader: Reader, mentions: Mentions, events: Events) -> Events:
    """Give "…, adding that" and "and repeated" the subject of the verb of saying before it.

    Without one, as in "met Putin and said", it is the subject of the sentence.
    """
    participle = _is(events, "participle")
    lost = (events.speaker == OTHER) & _is(events, "reporting")
    joined = np.zeros(len(participle), dtype=bool)
    some = np.flatnonzero(participle | lost)
    joined[some] = _is_joined(reader, events.take(some))
    # And, turning to the jury, said.
    some = np.flatnonzero(lost & ~joined)
    joined[some] = _is_resumed(reader, events.start[some])
    speaker = events.speaker.copy()
    for place in np.flatnonzero(participle | joined).tolist():
        if place and events.row[place - 1] == events.row[place]:
            speaker[place] = speaker[place - 1]
            continue
        # Without a name of an actor there is no subject to find.
        if not len(mentions.start) or (not joined[place] and speaker[place] != OTHER):
            continue
        subject = _first_subject(reader, mentions, events, place)
        if subject > NOBODY:
            speaker[place] = subject
        elif joined[place] and _ending_at(mentions, events.start[place : place + 1] - 1)[0] >= 0:
            # The name before "and said" is the one whom somebody met.
            speaker[place] = OTHER
    return replace(events, speaker=speaker)


def _is_joined(reader: Reader, events: Events) -> Mask:
    """Return which verbs follow "and" or "but", or begin with it."""
    before = reader.text.tokens[np.maximum(events.token - 1, 0)]
    near = reader.joined(events.start)
    found = np.zeros(len(near), dtype=bool)
    for at, fits in ((events.start, True), (before, near)):
        # Most words begin with another letter.
        first = reader.code(at) | 0x20
        some = np.flatnonzero(((first == ord("a")) | (first == ord("b"))) & fits)
        letters = np.minimum(reader.code(at[some][:, None] + np.arange(3)), 0x7F) | 0x20
        whole = reader.has(at[some] + 3, SPACE)
        for word in _JOINERS:
            found[some] |= whole & (letters == np.frombuffer(word, dtype=np.uint8)).all(axis=1)
    return found


def _is_resumed(reader: Reader, start: Offsets) -> Mask:
    """Return which verbs follow a comma whose partner follows "and": and, in a rage, said."""
    found = np.zeros(len(start), dtype=bool)
    some = np.flatnonzero(reader.code(np.maximum(start - 2, 0)) == ord(","))
    place = np.searchsorted(reader.sign_at, start[some] - 2) - 1
    other = reader.sign_at[np.maximum(place, 0)]
    fits = (place >= 0) & (reader.code(other) == ord(",")) & (start[some] - other <= OPENING)
    letters = np.minimum(reader.code(np.maximum(other[:, None] + np.arange(-3, 0), 0)), 0x7F) | 0x20
    fits &= reader.has(np.maximum(other - 4, 0), SPACE)
    known = np.zeros(len(some), dtype=bool)
    for word in _JOINERS:
        known |= (letters == np.frombuffer(word, dtype=np.uint8)).all(axis=1)
    found[some] = fits & known
    return found


def _first_subject(reader: Reader, mentions: Mentions, events: Events, place: int) -> int:
    """Return the actor with whom the sentence begins, where no other subject stands behind him."""
    row, verb = int(events.row[place]), int(events.start[place])
    first = int(reader.text.first[row])
    name = int(np.searchsorted(mentions.start, first))
    if name == len(mentions.start) or mentions.end[name] >= verb or mentions.inside[name]:
        return NOBODY
    tokens = reader.text.tokens
    begin, end = int(mentions.start[name]), int(mentions.end[name])
    before = tokens[slice(*np.searchsorted(tokens, [first, begin]).tolist())]
    behind = tokens[slice(*np.searchsorted(tokens, [end, verb]).tolist())]
    code = reader.code(before)
    led = reader.words(before) & (BIT["article"] | BIT["adjunct"] | BIT["filler"] | BIT["role"])
    if not (((code >= ord("A")) & (code <= ord("Z"))) | (led != 0)).all() or not len(behind):
        return NOBODY
    bits = reader.words(behind)
    past = _is_past(reader, np.append(behind, verb))[:-1]
    finite = is_kind(bits, "finite") | is_kind(bits, "auxiliary") | past
    head = 0
    if reader.code(np.array([end]))[0] == ord(","):
        # Putin, 73, left.
        commas = reader.sign_at[np.searchsorted(reader.sign_at, end) :][:_COLONS]
        commas = commas[reader.sign[np.searchsorted(reader.sign_at, end) :][:_COLONS] == ord(",")]
        if len(commas) < 2 or commas[1] >= verb:
            return NOBODY
        head = int(np.searchsorted(behind, commas[1]))
    while head < len(behind) - 1 and is_kind(bits[head : head + 1], "filler")[0]:
        head += 1
    final = int(behind[head + 1]) if head + 1 < len(behind) else verb
    plain = reader.code(np.array([final - 2, final - 3]))
    third = plain[0] == ord("s") and plain[1] != ord("s")
    third = third and not is_kind(bits[head : head + 1], "unnamed")[0]
    if head >= len(behind) or not (finite[head] or third):
        return NOBODY
    # Another verb has another subject, or one that nobody can tell.
    later = is_kind(bits[head + 2 :], "finite") | is_kind(bits[head + 2 :], "auxiliary")
    later |= is_kind(bits[head + 2 :], "relative")
    others = slice(name + 1, int(np.searchsorted(mentions.start, verb)))
    acts = np.isin(mentions.end[others] + 1, behind[finite])
    return NOBODY if later.any() or acts.any() else int(mentions.actor[name])


# The fewest words of a quotation that is not a term or a title.
_STATEMENT = 4
_CUT, _ASKING = sign_table(",?!…—–-."), sign_table("?!…")


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
            _NO_SUBJECT, partial(_turns_of, reader),
        )  # fmt: skip
    if spoken is None:
        return _speakers_by_rules(reader, cues, quotes, start, row)
    mentions = Mentions(*spoken.names)
    answer = _with_quotes(reader, mentions, quotes, start, spoken.speaker, spoken.quote_speaker)
    turn = NOBODY if spoken.turn is None else spoken.turn[row]
    answer = _with_headlines(reader, mentions, row, start, answer)
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
    answer = _with_headlines(reader, mentions, row, start, answer)
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
    reader: Reader, mentions: Mentions, row: Offsets, start: Offsets, answer: Offsets
) -> Offsets:
    """Give hits of nobody in a headline the actor whom it names."""
    open_ended = np.flatnonzero(answer == NOBODY)
    answer[open_ended] = headline_speakers(reader, mentions, row[open_ended], start[open_ended])
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
    events = events.take(~_is(events, "speaking", "naming"))
    if not len(events.start):
        return np.full(len(last), NOBODY), np.zeros(len(last), dtype=bool)
    place = ranks(events.start, quotes.end)
    there = (place < len(events.start)) & quotes.closed
    place = np.minimum(place, len(events.start) - 1)
    sign = reader.code(np.maximum(quotes.end - 1, 0))
    beyond = reader.code(quotes.end + 1)
    sign = np.minimum(sign, SIGNS - 1)
    cut = _CUT[sign] | (beyond == ord(","))
    # A question mark at the end of a quotation can end the sentence.
    there &= cut & (events.row[place] >= last) & (events.row[place] <= last + 1)
    # “A truce is near.” Putin said.
    first, past = reader.text.first[events.row[place]], reader.text.last[events.row[place]]
    alone = (events.end[place] >= past - 1) & (events.begin[place] - first <= GIVEN)
    alone &= (events.kind[place] == KINDS.index("reporting")) & (events.speaker[place] >= NAMED)
    there &= (events.row[place] == last) | _ASKING[sign] | alone
    there &= events.begin[place] - quotes.end <= _reach(reader, quotes.end)
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
    colons = colons[(behind < ord("0")) | (behind > ord("9"))][:_COLONS]
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
        if where - at > 3 or not (headed or sign in _DASHES or sign in _OPENERS):
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
    near = (bounds[place] - quotes.end <= 4) & (_among(sign, _DASHED) | _among(sign, _OPENED))
    near |= (bounds[place] == quotes.end + 1) & (sign == ord(":"))
    before = np.searchsorted(bounds, quotes.start) - 1
    for _ in range(_STARS):
        before -= _among(reader.sign[np.maximum(before, 0)], _MARKED)
    ahead = reader.sign[np.maximum(before, 0)]
    colon = (before >= 0) & ((ahead == ord(":")) | _among(ahead, _DASHED))
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
    while (bold := (place >= 0) & _among(reader.sign[place], _MARKED)).any():
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
    comma = comma and last - first <= _SIGNATURE and reader.code(np.array([last - 1]))[0] != _STOP
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
        name = int(_ending_at(mentions, np.array([label]))[0])
        named = name >= 0 and mentions.start[name] >= first and not mentions.inside[name]
        return int(mentions.actor[name]) if named else OTHER
    own = int(_ending_at(mentions, np.array([colon]))[0]) if sign == ord(":") else -1
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
        return int(mentions.actor[name])
    return NOBODY


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
    name, rows = _ending_at(mentions, colons), reader.row(colons)
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
    stopped = reader.code(np.maximum(text.last - 1, 0)) == _STOP
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
    while place >= 0 and _JOINING[min(int(reader.sign[place]), SIGNS - 1)]:
        # A dash with a space behind it parts: Truce off - Putin.
        if (
            reader.has(reader.sign_at[place : place + 1] + 1, SPACE)[0]
            and reader.sign[place] != _STOP
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
