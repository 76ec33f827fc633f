"""Persons named in a text, and the statements attributed to them: the tables of who speaks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framing._core.typing import Mask
from framing.hits.context.cues import KINDS, Bits, Cues, Reader, is_kind
from framing.hits.native.library import ranks
from framing.text.characters import SPACE, WORD, Offsets

NOBODY, UNRESOLVED, OTHER, NAMED = 0, 1, 2, 3
# No rule has named a speaker yet.
UNKNOWN = -1
# Kinds of attributions before the name: according to Putin, citing Putin, hailed by Putin.
SOURCES = ("attribution", "citing", "judging")
# Adverbs and auxiliaries between a subject and its verb.
FILLERS = 5
# The code points that a table of signs has.
SIGNS = 0x2030
# The most characters between a word and the next: a comma, a dash and spaces.
APART = 4
# Characters of a given name, and of a title before a name.
GIVEN, TITLE = 16, 50
OPENERS = (ord("("), ord("["))
STOP = ord(".")
# Colons of a label, of which the second ends "LIVE: Putin:".
COLONS = 3


def sign_table(signs: str) -> Mask:
    """Return a table that is True at the code points of some signs."""
    return np.isin(np.arange(SIGNS), [ord(sign) for sign in signs])


def among(codes: Offsets, signs: Mask) -> Mask:
    """Return which code points are signs of a table; `numpy.isin` takes ten times as long."""
    return signs[np.minimum(codes, SIGNS - 1)]


# Signs inside words.
JOINING = sign_table("-‐‑'’.")


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
    # What a heading ends with is in another sentence.
    first = reader.text.first[np.maximum(reader.row(named.start), 0)]
    led = np.where(is_kind(reader.words(tokens[before]), "article"), before - 1, before)
    near &= tokens[np.maximum(led, 0)] >= first
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
    first = first.take(is_capital(reader, first.start))
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


def is_capital(reader: Reader, positions: Offsets) -> Mask:
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


def is_past(reader: Reader, at: Offsets) -> Mask:
    """Return which words end in -ed."""
    if not len(at):
        return np.zeros(0, dtype=bool)
    last = np.append(at[1:], at[-1:] + 1) - 1
    # A comma and a quotation mark may stand behind the word.
    for _ in range(APART):
        last = last - ((last > at) & ~reader.has(last, WORD))
    found: Mask = (reader.code(last) == ord("d")) & (reader.code(last - 1) == ord("e"))
    return found & (last - at > 2)


def next_words(reader: Reader, end: Offsets) -> Bits:
    """Return the kinds of the word that follows each end after a space only."""
    bits = np.zeros(len(end), dtype=np.uint32)
    joined = np.flatnonzero(reader.joined(end + 1))
    bits[joined] = reader.words(end[joined] + 1)
    return bits


def ending_at(mentions: Mentions, positions: Offsets) -> Offsets:
    """Return the number of the mention that ends at each position; -1 without one."""
    if not len(mentions.end):
        return np.full(len(positions), -1)
    place = np.minimum(ranks(mentions.end, positions), len(mentions.end) - 1)
    return np.where(mentions.end[place] == positions, place, -1)


def of_kinds(events: Events, *kinds: str) -> Mask:
    """Return which events are of some kinds."""
    # numpy.isin takes longer than to ask for each of a few.
    found = np.zeros(len(events.kind), dtype=bool)
    for kind in kinds:
        found |= events.kind == KINDS.index(kind)
    return found
