"""Pronouns that speak: "he said" may go on for the speaker before."""

from dataclasses import dataclass, replace

import numpy as np

from framing._core.typing import Mask
from framing.hits.context.cues import KINDS, Reader, is_kind
from framing.hits.context.mentions import NAMED, UNRESOLVED, Events, Mentions, is_past, next_words
from framing.hits.context.quotes import Quotes
from framing.hits.native.library import ranks
from framing.text.characters import Offsets


def resolve_pronouns(reader: Reader, quotes: Quotes, mentions: Mentions, events: Events) -> Events:
    """Give "he said" the actor of the sentence before, where only one actor is possible.

    The speaker of the sentence before continues; without one, the subject of that sentence speaks.
    No other actor is named in between, apart from quotations where the speaker continues. Both
    sentences are in the same paragraph, or the second sentence begins the next one: then the
    sentence before has to name its speaker.
    """
    if not len(mentions.actor) and not (events.speaker >= NAMED).any():
        return events
    text = reader.text
    alone = reader.joined(events.start) & ~reader.word(events.begin, "person")
    pronoun = reader.word(events.begin, "person") | (
        ~alone & is_kind(next_words(reader, events.end), "person")
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
    # “Putin lies,” Trump said: Putin does not say what follows.
    aloud = (quotes.holding(mentions.start) < 0).tolist()

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
        spoke = {actor[name] for name in range(low, high) if aloud[name]}
        told = before >= sentences.event[behind]
        parted = int(text.paragraph[row]) - int(text.paragraph[behind])
        if parted == 0:
            if told:
                for known in (inner, speaker):
                    own = known[before]
                    if own >= NAMED and spoke <= {own} and fits(place, before, own, low, high):
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
            if last >= NAMED and spoke <= {last} and fits(place, before, last, low, high):
                goes_on = int(text.paragraph[row]) in quoted or _begins_with_person(reader, row)
                speaker[place] = last if goes_on else speaker[place]
    return replace(events, speaker=np.array(speaker, dtype=np.int64))


def _pronouns(reader: Reader, events: Events) -> list[int]:
    """Return the first letter of "he" or "she" where it is the subject of a verb, else 0."""
    letter = np.where(reader.word(events.begin, "person"), reader.code(events.begin) | 0x20, 0)
    turned = (letter == 0) & is_kind(next_words(reader, events.end), "person")
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
    verb = is_kind(bits, "finite") | is_kind(bits, "auxiliary") | is_past(reader, at)
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
