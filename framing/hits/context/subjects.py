"""Subjects of verbs of saying: the name before a verb, before its relative clause, or after it."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from framing._core.typing import Mask
from framing.hits.context.cues import BIT, Bits, Reader, is_kind
from framing.hits.context.labels import is_title
from framing.hits.context.mentions import (
    APART,
    FILLERS,
    GIVEN,
    JOINING,
    OTHER,
    SIGNS,
    SOURCES,
    TITLE,
    UNKNOWN,
    UNRESOLVED,
    Events,
    Mentions,
    among,
    ending_at,
    is_past,
    next_words,
    of_kinds,
    sign_table,
)
from framing.hits.native.library import ranks
from framing.text.characters import SPACE, WORD, Offsets

# Characters from a name to the verb after its relative clause.
RELATIVE = 250
# These enclose a description of somebody between the name and the verb.
_APART, _LONG = sign_table(",–—-"), sign_table("–—")
_BRACKETS = (ord("("), ord(")"))
COMMA = sign_table(",—–")
# Signs that end a subject as a word does.
SUBJECT_ENDS = sign_table(")]%.")


def find_stops(reader: Reader) -> Offsets:
    """Return the signs that separate phrases: all signs except those inside words."""
    at, sign = reader.sign_at, reader.sign
    apart = ~among(sign, JOINING)
    # The truce is off -- or so they say; a hyphen between spaces is a dash as well.
    hyphen = np.flatnonzero(sign == ord("-"))
    place = at[hyphen]
    apart[hyphen] = (reader.code(place + 1) == ord("-")) | (
        reader.has(place - 1, SPACE) & reader.has(place + 1, SPACE)
    )
    # A mark that is ''written twice'' is in no word.
    apart[:-1] |= (sign[1:] == ord("'")) & (sign[:-1] == ord("'")) & (at[1:] == at[:-1] + 1)
    return at[apart]


def with_subjects(reader: Reader, events: Events, mentions: Mentions, stops: Offsets) -> Events:
    """Give each verb the subject before it, before its relative clause, or after it."""
    at, before, bits = skip_fillers(reader, events)
    near = reader.joined(at)
    # Doe (R-Fla.) said he would; 45% said they would.
    near |= reader.has(at - 1, SPACE) & among(reader.code(np.maximum(at - 2, 0)), SUBJECT_ENDS)
    near &= at > reader.text.first[events.row]
    # So said Putin.
    near &= ~((at == events.start) & of_kinds(events, "reporting") & follows_so(reader, at))
    speaker, begin = events.speaker.copy(), at.copy()
    own = near & is_kind(bits, "pronoun")
    speaker[own], begin[own] = UNRESOLVED, before[own]
    place = ending_at(mentions, at - 1)
    # Joseph R. Biden Jr. said.
    some = np.flatnonzero(near & (reader.code(np.maximum(at - 2, 0)) == ord(".")))
    for step in (len(". "), len(" Jr. ")):
        place[some] = np.maximum(place[some], ending_at(mentions, at[some] - step))
    own = near & (place >= 0)
    speaker[own] = np.where(mentions.inside[place[own]], OTHER, mentions.actor[place[own]])
    begin[own] = mentions.start[place[own]]
    relative = np.flatnonzero(near & (speaker == UNKNOWN) & is_kind(bits, "relative"))
    word = before[relative]
    place = np.maximum(ending_at(mentions, word - 2), ending_at(mentions, word - 1))
    whose, place = relative[place >= 0], place[place >= 0]
    speaker[whose], begin[whose] = mentions.actor[place], before[whose]
    _bracketed(reader, mentions, at, speaker, begin)
    _far_subjects(reader, mentions, events, near & (speaker == UNKNOWN), at, speaker, begin)
    speaker[near & (speaker == UNKNOWN)] = OTHER
    comma = ~near & among(reader.code(np.maximum(at - 2, 0)), _APART)
    comma |= ~near & among(reader.code(np.maximum(at - 1, 0)), _LONG)
    _apposed(reader, mentions, events.row, at, comma, speaker, begin)
    after, end = _sources(reader, events.end, mentions, stops)
    # The order of "Peace is far, said Trump." is reversed; in "Doe, an analyst, said Trump was" it
    # is not.
    final = is_last(reader, end) | is_kind(next_words(reader, end), "adjunct")
    # Truce is dead, says Putin, in a headline, has no sign behind it.
    final |= end + 1 >= reader.text.last[events.row]
    turned = ~near & (speaker == UNKNOWN) & (~comma | final)
    turned |= of_kinds(events, *SOURCES)
    speaker[turned] = after[turned]
    begin[turned] = events.start[turned]
    end = np.where(turned, end, events.end)
    speaker[speaker == UNKNOWN] = OTHER
    return replace(events, speaker=speaker, begin=begin, end=end)


def follows_so(reader: Reader, at: Offsets) -> Mask:
    """Return before which words "so" stands."""
    found = reader.has(at - 1, SPACE)
    for step, letter in enumerate("so"):
        found &= (reader.code(np.maximum(at - 3 + step, 0)) | 0x20) == ord(letter)
    found &= (at >= len("so ")) & ~reader.has(np.maximum(at - len("so ") - 1, -1), WORD)
    return found


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
        stray |= is_kind(bits, "and") | is_past(reader, words)
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
        name = ending_at(mentions, reader.sign_at[place : place + 1] - 1)
        if name[0] >= 0:
            inside = mentions.inside[name[0]]
            speaker[which] = OTHER if inside else mentions.actor[name[0]]
            begin[which] = mentions.start[name[0]]


def is_last(reader: Reader, end: Offsets) -> Mask:
    """Return behind which ends a sign stands, also a dash after a space: a truce – said Putin –."""
    found: Mask = ~reader.joined(end + 1) | among(reader.code(end + 1), _APART)
    return found


def skip_fillers(reader: Reader, events: Events) -> tuple[Offsets, Offsets, Bits]:
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
    which = which & (speaker == UNKNOWN)
    dash = (reader.code(mentions.end) == ord(" ")) & among(reader.code(mentions.end + 1), _APART)
    heads = np.flatnonzero((among(reader.code(mentions.end), COMMA) | dash) & ~mentions.inside)
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
    name = ending_at(mentions, _before_signs(reader, at[some]))
    some, name = some[name >= 0], name[name >= 0]
    for event, number in zip(some.tolist(), name.tolist(), strict=True):
        begun = int(mentions.start[number])
        sign = int(np.searchsorted(reader.sign_at, begun)) - 1
        if sign < 0 or not COMMA[min(int(reader.sign[sign]), SIGNS - 1)]:
            continue
        if not _gives_name(reader, int(reader.sign_at[sign]), begun):
            continue
        comma, sign = reader.sign_at[sign], sign - 1
        owned = False
        # The president’s envoy, Doe, said.
        while sign >= 0 and JOINING[min(int(reader.sign[sign]), SIGNS - 1)]:
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
        end -= (end > 0) & (among(code, _APART) | (code == ord(" ")))
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
    pronoun = is_kind(next_words(reader, end), "pronoun")
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
