"""Attributions: verbs of saying, "according to" and the like, with who speaks.

A verb outside quotations gets its subject by position: the name before the verb, before its
relative clause, or after the verb where the order is reversed.
"""

from dataclasses import replace

import numpy as np

from framing._core.typing import Mask
from framing.hits.context.clauses import ends_in_ed, last_letter
from framing.hits.context.cues import BIT, KINDS, Cues, Reader, is_kind
from framing.hits.context.extents import (
    BRACKETING,
    up_to_but,
    up_to_semicolon,
    with_extent,
    within_clauses,
    without_phrases,
)
from framing.hits.context.labels import turn_speakers
from framing.hits.context.mentions import (
    COLONS,
    NAMED,
    NOBODY,
    OTHER,
    SOURCES,
    STOP,
    UNKNOWN,
    UNRESOLVED,
    Events,
    Mentions,
    among,
    ending_at,
    find_owners,
    is_past,
    next_words,
    of_kinds,
    sign_table,
)
from framing.hits.context.pronouns import resolve_pronouns
from framing.hits.context.quotes import Quotes
from framing.hits.context.subjects import (
    COMMA,
    SUBJECT_ENDS,
    find_stops,
    follows_so,
    is_last,
    skip_fillers,
    with_subjects,
)
from framing.hits.context.verbs import CLOSING, without_nouns, without_objects
from framing.hits.native.library import ranks
from framing.text.characters import SPACE, WORD, Offsets

# After "so" where it is all that was said.
_ENDING = sign_table(",.;!?—–")
# A word is one number: eight characters, the first in the lowest byte.
_LETTERS = 8
# The most characters of an attribution up to its verb.
OPENING = 70
# Of an attribution behind a quotation whose end says that one follows.
_FAR = 140


def find_events(reader: Reader, cues: Cues, quotes: Quotes, mentions: Mentions) -> Events:
    """Return the attributions of a text.

    "speaking" only names the speaker before a quotation, "naming" that of a quotation later in the
    sentence.
    """
    kinds = (
        "reporting", "weak_reporting", "participle", *SOURCES, "speaking", "manner", "naming",
        "pseudo_reporting", "stating",
    )  # fmt: skip
    found = cues.of(*kinds).longest()
    found = found.take(found.kind != KINDS.index("pseudo_reporting"))
    naming = cues.of("naming").start
    found = without_nouns(reader, found.take(quotes.holding(found.start) < 0), naming, mentions)
    none = np.zeros(len(found), dtype=bool)
    start, row = found.start, reader.row(found.start)
    unknown = np.full(len(found), UNKNOWN)
    token = reader.token(start)
    events = Events(
        found.kind, start, start, found.end, row, token, unknown, none, none, start, found.end,
        reader.text.last[row] + 1,
    )  # fmt: skip
    owners = find_owners(reader, cues)
    owned = _owned_speech(reader, quotes, owners)
    if len(found):
        stops = find_stops(reader)
        events = with_subjects(reader, events, mentions, stops)
        events = _with_statements(reader, _without_participles(reader, events), owners)
        events = with_extent(reader, _with_direction(reader, events, quotes, stops), found)
        events = without_phrases(reader, events, stops)
        events = _in_turns(reader, mentions, without_objects(reader, events))
        owned = _merged(events, owned)
    events = within_clauses(reader, owned, cues)
    events = up_to_semicolon(reader, up_to_but(reader, events))
    events = resolve_pronouns(reader, quotes, mentions, events)
    events = _by_author(reader, _repeated(reader, _inherit(reader, mentions, events)))
    return _said_so(reader, events)


def _said_so(reader: Reader, events: Events) -> Events:
    """Let "So said Putin." belong to the sentence before it in its paragraph."""
    row, text = events.row.copy(), reader.text
    some = np.flatnonzero(_is_so(reader, events))
    some = some[(events.start[some] - text.first[row[some]] == len("so ")) & (row[some] > 0)]
    some = some[text.paragraph[row[some]] == text.paragraph[row[some] - 1]]
    row[some] -= 1
    return replace(events, row=row)


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
    verb = of_kinds(events, "reporting", "weak_reporting")
    # Note: the truce ends on Friday.
    headed = reader.code(events.end) == ord(":")
    lost = verb & ((reader.code(events.end - 1) == ord("d")) | headed)
    lost |= of_kinds(events, "speaking") & ~headed
    return events.take(~(opens & lost))


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
    _, before, bits = skip_fillers(reader, events)
    some = np.flatnonzero((events.speaker == OTHER) & is_kind(bits, "speech"))
    speaker, begin = events.speaker.copy(), events.begin.copy()
    tokens = reader.text.tokens
    for event in some.tolist():
        token = int(reader.token(before[event : event + 1])[0])
        for step in range(3):
            at = tokens[max(token - step, 0) : max(token - step, 0) + 1]
            place = int(ending_at(owners, at - 1)[0])
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


def _with_direction(reader: Reader, events: Events, quotes: Quotes, stops: Offsets) -> Events:
    """Distinguish attributions that close a clause or a quotation from those that open one."""
    first, last = reader.text.first[events.row], reader.text.last[events.row]
    # “The truce is dead,” Senator Doe (R-Fla.) said.
    loose = stops[~among(reader.code(stops), BRACKETING)]
    place = ranks(loose, events.begin) - 1
    stop = np.where(place >= 0, loose[place], -1) if len(loose) else place
    comma = (stop >= first) & (events.begin - stop <= OPENING)
    comma[comma] = among(reader.code(stop[comma]), COMMA)
    quote = _last_quote(events.begin, quotes)
    # This sentence does not attribute a quotation that closes the paragraph before.
    paragraph = reader.text.paragraph[events.row]
    fresh = paragraph != reader.text.paragraph[np.maximum(events.row - 1, 0)]
    quoted = (quote >= np.maximum(stop, first - 2 * ~fresh)) & (quote >= 0)
    quoted &= events.begin - quote <= reach(reader, quote)
    after = np.minimum(ranks(stops, events.end), max(len(stops) - 1, 0))
    pause = np.where(stops[after] >= events.end, stops[after], last) if len(stops) else last
    short = np.minimum(pause, last) - events.end <= CLOSING
    follows = next_words(reader, events.end)
    bare = is_last(reader, events.end) | (events.end + 1 >= last)
    adjunct = is_kind(follows, "adjunct") & short
    # Moscow rejects a truce, vows to fight on.
    adjunct &= ~(
        (events.begin == events.start) & (events.speaker == OTHER) & _goes_to(reader, events)
    )
    told = comma & short
    told[told] = reader.word(events.start[told], "told")
    that = is_kind(follows, "that") | (reader.code(events.end) == ord(":"))
    # “The truce is dead.” He wrote on Telegram that peace was near.
    later = quoted & ~that & (quote < first) & is_kind(follows, "adjunct")
    that[later] = _says_that(reader, events.end[later], pause[later])
    # “The truce is dead.” Trump said the war goes on; Joe “Amtrak” Biden said so.
    sign = reader.code(np.maximum(quote - 1, 0))
    led = (quote >= first) & (among(sign, CUT) | (reader.code(quote + 1) == ord(",")))
    quoted &= led | bare | adjunct | (reader.word(events.start, "told") & short)
    source = of_kinds(events, *SOURCES)
    beside = adjunct | told | bare
    some = np.flatnonzero(comma & ~that & beside & (place == ranks(loose, first)))
    beside[some] = ~_begins_with(reader, first[some], _OCCASIONS)
    some = some[~bare[some] & is_kind(reader.words(first[some]), "adjunct")]
    beside[some] &= ~_states(reader, events.end[some], np.minimum(pause, last)[some])
    so = _is_so(reader, events)
    closing = source | (quoted & ~that) | (comma & ~that & beside) | so
    closing &= quoted | ~(comma & _is_passive(reader, events, bare))
    some = comma & ~that & ~closing & (events.start - stop == len(", "))
    closing |= _inverted(reader, events, np.minimum(pause, last), some)
    opening = (source | ~(quoted & ~that)) & ~so & ~_is_told_before(reader, events.end)
    # “The truce is dead”, said Putin; “…”.
    opening &= source | ~(comma & bare & ~that & (quote >= 0) & (stop == quote + 1))
    # Putin has been clear: the truce is near.
    colon = reader.code(events.end) == ord(":")
    spoke = of_kinds(events, "speaking") & ~colon
    silent = spoke | of_kinds(events, "naming")
    closing = closing & ~silent & ~of_kinds(events, "judging")
    opening = opening & ~silent
    manner = of_kinds(events, "manner")
    closing[manner] &= (quoted & ~that)[manner]
    opening[manner] &= colon[manner]
    answer = replace(events, closing=closing, opening=opening)
    # What nobody of the table names goes on with its own subject.
    lost = of_kinds(events, "citing", "judging", "naming") & (events.speaker < NAMED)
    lost |= manner & ~closing & ~opening
    return answer.take(~lost)


# What begins a phrase that says on which occasion somebody spoke: asked about a truce, Trump said.
_OCCASIONS = (
    "asked ", "pressed ", "quizzed ", "questioned ", "speaking ", "addressing ", "commenting ",
    "responding ", "replying ", "reacting ", "writing ",
)  # fmt: skip


def _begins_with(reader: Reader, at: Offsets, words: tuple[str, ...]) -> Mask:
    """Return where one of some words stands, without case."""
    found = np.zeros(len(at), dtype=bool)
    for word in words:
        letters = reader.code(at[:, None] + np.arange(len(word))) | 0x20
        found |= (letters == [ord(letter) for letter in word]).all(axis=1)
    return found


def _goes_to(reader: Reader, events: Events) -> Mask:
    """Return which verbs other than "say" have "to" behind them."""
    found: Mask = (reader.code(events.start) | 0x20 != ord("s")) & reader.has(events.end + 3, SPACE)
    for step, letter in enumerate(" to"):
        found &= (reader.code(events.end + step) | 0x20) == ord(letter)
    return found


def _states(reader: Reader, end: Offsets, pause: Offsets) -> Mask:
    """Return behind which verbs it stands what is said, and not in the phrase before a comma.

    As the truce broke, Trump told reporters he was sad; but: on Monday a truce begins, Trump said.
    """
    tokens = reader.text.tokens
    found: Mask = reader.code(pause) == ord(":")
    for place, (past, sign) in enumerate(zip(end.tolist(), pause.tolist(), strict=True)):
        bits = reader.words(tokens[slice(*np.searchsorted(tokens, [past, sign]).tolist())])
        stated = is_kind(bits, "that") | is_kind(bits, "finite") | is_kind(bits, "pronoun")
        found[place] |= stated.any()
    return found


def _is_so(reader: Reader, events: Events) -> Mask:
    """Return before which verbs "so" stands for what was said: or so said Putin."""
    turned: Mask = events.begin == events.start
    turned &= of_kinds(events, "reporting") & follows_so(reader, events.start)
    return turned


def _is_passive(reader: Reader, events: Events, bare: Mask) -> Mask:
    """Return which forms say what was done: the truce, announced on Monday; agreed by Putin.

    But: the truce is near, Doe, the envoy, announced; announced Putin on Monday.
    """
    passive = of_kinds(events, "weak_reporting") & (events.begin == events.start)
    passive &= ~reader.joined(events.start)
    beyond = among(reader.code(np.maximum(events.start - 2, 0)), SUBJECT_ENDS)
    passive &= ~(beyond & reader.has(events.start - 1, SPACE))
    tokens = reader.text.tokens
    follows = tokens[np.minimum(events.token + 1, len(tokens) - 1)]
    by = (reader.code(follows) | 0x20 == ord("b")) & (reader.code(follows + 1) == ord("y"))
    by &= reader.has(follows + 2, SPACE)
    found: Mask = passive & (by | ((events.speaker == OTHER) & ~bare))
    return found


def reach(reader: Reader, quote: Offsets) -> Offsets:
    """Return how far the verb may stand behind the ends of quotations.

    Behind a comma or a question that ends one the sentence goes on with who said it.
    """
    sign = reader.code(np.maximum(quote - 1, 0))
    goes_on = among(sign, CUT) & (sign != STOP)
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
    found: Mask = after_comma & of_kinds(events, "reporting") & (events.speaker == OTHER)
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
    fits &= ~(_short_words(reader, first)[:, None] == NO_SUBJECT).any(axis=1)
    found[some] = fits
    return found


def _counted(found: Mask) -> Offsets:
    """Return how many stand before each place, and before the end."""
    counts: Offsets = np.append(0, np.cumsum(found))
    return counts


def _short_words(reader: Reader, start: Offsets) -> Offsets:
    """Return the words that begin at some positions as numbers, without case.

    Of a longer word these are its first letters; no word of `NO_SUBJECT` has as many.
    """
    at = start[:, None] + np.arange(_LETTERS)
    inside = np.logical_and.accumulate(reader.has(at, WORD), axis=1)
    letters = np.where(inside, np.minimum(reader.code(at) | 0x20, 0x7F), 0)
    words: Offsets = (letters << (8 * np.arange(_LETTERS))).sum(axis=1)
    return words


# What somebody says, or how: "the minister, asked about it, said nothing".
NO_SUBJECT = np.array(
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
    found[found] = among(reader.code(end[found] + 3), _ENDING)
    return found


def _last_quote(positions: Offsets, quotes: Quotes) -> Offsets:
    """Return where the last quotation before each position ends; -1 without one."""
    if not len(quotes.end):
        return np.full(len(positions), -1)
    place = ranks(quotes.end, positions) - 1
    return np.where(place >= 0, quotes.end[place], -1)


# The conjunctions before a second predicate: met Putin and said, but warned.
_JOINERS = (b"and", b"but")


def _inherit(reader: Reader, mentions: Mentions, events: Events) -> Events:
    """Give "…, adding that" and "and repeated" the subject of the verb of saying before it.

    Without one, as in "met Putin and said", it is the subject of the sentence.
    """
    participle = of_kinds(events, "participle")
    lost = (events.speaker == OTHER) & of_kinds(events, "reporting")
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
        elif joined[place] and ending_at(mentions, events.start[place : place + 1] - 1)[0] >= 0:
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


def _past_phrase(reader: Reader, first: int, verb: int) -> int:
    """Return where a sentence goes on behind a phrase: Standing beside Macron, Putin rose and said.

    The phrase has no verb in a finite form, and begins with a participle or a preposition.
    """
    place = int(np.searchsorted(reader.sign_at, first))
    if place == len(reader.sign_at) or reader.sign[place] != ord(","):
        return first
    comma = int(reader.sign_at[place])
    tokens = reader.text.tokens
    words = tokens[slice(*np.searchsorted(tokens, [first, comma]).tolist())]
    if comma >= verb or len(words) < 2 or words[0] != first:
        return first
    bits = reader.words(words)
    stated = is_kind(bits, "finite") | is_kind(bits, "auxiliary") | is_kind(bits, "relative")
    last = last_letter(reader, words[:1])
    ing = bytes(min(int(reader.code(last - step)[0]), 127) for step in (2, 1, 0)) == b"ing"
    leads = ing or ends_in_ed(reader, words[:1])[0]
    leads = leads or is_kind(bits[:1], "adjunct")[0] or is_kind(bits[:1], "inside")[0]
    return comma + 1 if leads and not stated.any() else first


def _first_subject(reader: Reader, mentions: Mentions, events: Events, place: int) -> int:
    """Return the actor with whom the sentence begins, where no other subject stands behind him."""
    row, verb = int(events.row[place]), int(events.start[place])
    first = _past_phrase(reader, int(reader.text.first[row]), verb)
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
    past = is_past(reader, np.append(behind, verb))[:-1]
    finite = is_kind(bits, "finite") | is_kind(bits, "auxiliary") | past
    head = 0
    if reader.code(np.array([end]))[0] == ord(","):
        # Putin, 73, left.
        commas = reader.sign_at[np.searchsorted(reader.sign_at, end) :][:COLONS]
        commas = commas[reader.sign[np.searchsorted(reader.sign_at, end) :][:COLONS] == ord(",")]
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


CUT = sign_table(",?!…—–-.")
