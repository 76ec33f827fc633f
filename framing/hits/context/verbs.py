"""Words that may be verbs of saying: which of them are nouns here, or have no speaker."""

from dataclasses import replace

import numpy as np

from framing._core.typing import Mask
from framing.hits.context.cues import KINDS, Cues, Reader, is_kind
from framing.hits.context.mentions import (
    FILLERS,
    OTHER,
    Events,
    Mentions,
    ending_at,
    is_capital,
)
from framing.text.characters import SPACE, WORD, Offsets

# The most characters after a verb that closes a sentence.
CLOSING = 45


def without_nouns(reader: Reader, found: Cues, naming: Offsets, mentions: Mentions) -> Cues:
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
        that = reader.reads(follows, "that ") & (follows - end < CLOSING)
        found |= that & timed
    before = tokens[np.maximum(reader.token(start) - 1, 0)]
    bits = reader.words(before)
    thing = is_kind(bits, "subject") & ~is_kind(bits, "pronoun")
    thing |= is_kind(bits, "relative") & ~reader.reads(before, "who ")
    thing |= reader.reads(before, "it ")
    return found & ~thing


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
    capital = bool(is_capital(reader, before)[0])
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
        place = ending_at(mentions, at - 1)
        inside = mentions.inside[place] if len(mentions.inside) else place >= 0
        answer[belief[(place >= 0) & ~inside]] = True
        before = tokens[np.maximum(reader.token(at) - 1, 0)]
        going = reader.word(before, "filler") & reader.joined(at)
        belief, at = belief[going], before[going]
    return answer


def without_objects(reader: Reader, events: Events) -> Events:
    """Leave out forms that can be nouns where they close nothing: critics of its claims."""
    weak = np.flatnonzero(events.kind == KINDS.index("weak_reporting"))
    some = events.take(weak)
    past = reader.code(some.end - 1) == ord("d")
    kept = np.ones(len(events.start), dtype=bool)
    kept[weak] = some.closing & ((some.speaker != OTHER) | ~some.opening | past)
    return events.take(kept)
