"""Commas between adjectives, which end no clause: an immediate, unconditional ceasefire."""

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from framing._core.typing import Mask
from framing.hits.context.cues import Reader
from framing.text.characters import Offsets

# Adjectives by their ends, by name, and the nouns with such an end.
_SUFFIXES = (
    "al", "ive", "able", "ible", "ous", "ful", "less", "ic", "ary", "ory", "ent", "ant", "ed",
    "ing", "ate",
)  # fmt: skip
_ADJECTIVES = frozenset([
    "bad", "big", "bloody", "broad", "clear", "cold", "complete", "concrete", "costly",
    "deadly", "definite", "early", "easy", "entire", "fair", "fast", "final", "firm", "fragile",
    "free", "full", "good", "great", "hard", "honest", "hostile", "humane", "joint", "just",
    "large", "late", "lengthy", "long", "mere", "modest", "new", "old", "open", "orderly",
    "phoney", "phony", "quick", "quiet", "rapid", "ready", "real", "risky", "robust", "safe",
    "secure", "serious", "shaky", "short", "shortlived", "simple", "sincere", "single", "small",
    "solid", "sound", "speedy", "stable", "strong", "swift", "tense", "timely", "true",
    "unclear", "unfair", "unjust", "viable", "weak", "whole", "wide",
])  # fmt: skip
_NOUNS = frozenset([
    "agent", "alternative", "appeal", "approval", "arrival", "arsenal", "beginning", "being",
    "boundary", "briefing", "building", "capital", "client", "climate", "critic", "debate",
    "delegate", "denial", "directive", "document", "ending", "estate", "evening", "event",
    "evidence", "executive", "extent", "factory", "festival", "fighting", "funding", "general",
    "giant", "grant", "hearing", "history", "hospital", "incentive", "incident", "initiative",
    "intent", "journal", "killing", "logic", "magistrate", "mandate", "meeting", "memory",
    "military", "minute", "moment", "morning", "motive", "movement", "narrative", "need",
    "objective", "offensive", "official", "parent", "percent", "president", "proposal",
    "public", "refusal", "representative", "republic", "restaurant", "rival", "secretary",
    "senate", "shelling", "signal", "state", "student", "summary", "table", "tenant",
    "territory", "theory", "topic", "trial", "tribunal", "victory", "warning", "warrant",
    "withdrawal",
])  # fmt: skip
# Words before the first of several adjectives; behind some of them stand verbs in -ing as well.
_OPENERS = frozenset([
    "a", "an", "and", "another", "any", "each", "every", "her", "his", "its", "more", "most",
    "my", "never", "no", "not", "or", "our", "so", "some", "such", "that", "the", "their",
    "these", "this", "those", "too", "very", "without", "your",
])  # fmt: skip
_PREPOSITIONS = frozenset([
    "about", "against", "as", "by", "for", "from", "in", "into", "of", "on", "than", "to",
    "under", "with",
])  # fmt: skip
# Most commas are passed over by the last letters of the words around them, which are one number:
# the last letter is in its lowest byte.
_TAIL, _SLOTS = 4, 14


def _number(word: str) -> int:
    return int.from_bytes(word[-_TAIL:].encode(), "big")


def _slot(tails: NDArray[np.uint32]) -> NDArray[np.uint32]:
    slots: NDArray[np.uint32] = (tails * np.uint32(0x9E3779B1)) >> np.uint32(32 - _SLOTS)
    return slots


def _table(words: Iterable[str]) -> Mask:
    table = np.zeros(1 << _SLOTS, dtype=bool)
    table[_slot(np.array(list(map(_number, words)), dtype=np.uint32))] = True
    return table


ENDS = _table((*_SUFFIXES, *_ADJECTIVES))
# The last is that of n't.
OPENING = _table((*_OPENERS, *_PREPOSITIONS, "t"))
# The last two, three and four letters.
_LAST = [np.uint32(0xFFFF), np.uint32(0xFFFFFF), np.uint32(0xFFFFFFFF)]
LY = _number("ly")
# The words before a comma, of which so many characters are read, and the word after it.
_NEAR = 60
_BEFORE = re.compile(
    r"(?:(?P<far>[\w’'-]+)\s+)?(?P<near>[\w’'-]+)(?P<gap>,?\s+)(?P<first>[^\W\d_]+)\Z"
)
_AFTER = re.compile(r",\s+(?P<second>[^\W\d_]+)(?=\s+\w|,\s)")


def between_adjectives(reader: Reader, commas: Offsets) -> Mask:
    """Return which commas stand between two adjectives, or an adjective and an adverb.

    A word that opens a phrase stands before the first of them, also with an adverb between, or a
    comma after another adjective; a word or a comma follows the second one.
    """
    answer = np.zeros(len(commas), dtype=bool)
    some = np.flatnonzero(_may_be_adjective(_tails(reader, commas)))
    tokens = reader.text.tokens
    token = reader.token(commas[some]) + 1
    some, token = some[token < len(tokens)], token[token < len(tokens)]
    past = tokens[token] - 1
    past -= reader.code(past - 1) == ord(",")
    tails = _tails(reader, past)
    some = some[_may_be_adjective(tails) | ((tails & _LAST[0]) == LY)]
    some = some[_may_open(reader, commas[some])]
    answer[some] = joins(reader, commas[some])
    return answer


def joins(reader: Reader, commas: Offsets) -> Mask:
    """Return what `between_adjectives` does, by the whole words around a few commas."""
    answer = np.zeros(len(commas), dtype=bool)
    text, earlier = reader.text.text, -1
    for number, place in enumerate(reader.text.folded.into_text(commas).tolist()):
        # The word before the comma rules out most, and costs less than a search.
        words = text[max(place - _NEAR, 0) : place].rsplit(None, 1)
        if not words or not _is_adjective(words[-1].lower()):
            continue
        after = _AFTER.match(text, place)
        second = after["second"].lower() if after else ""
        if not (second.endswith("ly") or _is_adjective(second)):
            continue
        # Three words, since the search begins anew at each character.
        low = max(place - _NEAR, 0)
        near = text[low:place].rsplit(None, 3)
        low += len(near[0]) if len(near) > 3 else 0
        before = _BEFORE.search(text[low:place])
        if before is None or not _is_adjective(before["first"].lower()):
            continue
        chained = before["gap"][0] == "," and low + before.start("gap") == earlier
        if chained or (before["gap"][0] != "," and _opens(before)):
            answer[number], earlier = True, place
    return answer


def _tails(reader: Reader, past: Offsets) -> NDArray[np.uint32]:
    """Return the last letters of the words that end before some places, as numbers."""
    code = reader.code(past[:, None] - np.arange(1, _TAIL + 1))
    inside = np.logical_and.accumulate(_is_letter(code), axis=1)
    letters = np.where(inside, code | 0x20, 0) << (8 * np.arange(_TAIL))
    tails: NDArray[np.uint32] = letters.sum(axis=1).astype(np.uint32)
    return tails


def _may_be_adjective(tails: NDArray[np.uint32]) -> Mask:
    """Return which words may be adjectives, given their last letters."""
    found: Mask = ENDS[_slot(tails)]
    for last in _LAST[:2]:
        found |= ENDS[_slot(tails & last)]
    return found


def _may_open(reader: Reader, commas: Offsets) -> Mask:
    """Return before which commas a word may stand that opens a phrase with adjectives.

    False only after another word of ASCII letters, and after a sign, as in long-term.
    """
    text, row = reader.text, np.maximum(reader.row(commas), 0)
    first = text.tokens[np.maximum(reader.token(commas) - 1, 0)]
    # What stands before a sentence is not in the folded text of an excerpt.
    inner = (first - text.first[row] > _TAIL + 1) & (commas < text.last[row])
    before = reader.code(np.maximum(first - 1, 0))
    may = ~inner | (before <= ord(" ")) | (before >= 0x7F) | _is_letter(before)
    spaced = np.flatnonzero(inner & (before <= ord(" ")))
    tails = _tails(reader, first[spaced] - 1)
    # Without a letter there, a comma or the like, the rule itself decides.
    may[spaced] = (tails == 0) | ((tails & _LAST[0]) == LY) | OPENING[_slot(tails)]
    return may


def _is_letter(code: Offsets) -> Mask:
    """Return which code points are ASCII letters."""
    found: Mask = ((code | 0x20) >= ord("a")) & ((code | 0x20) <= ord("z"))
    return found


def _opens(before: re.Match[str]) -> bool:
    """Return whether an article or the like stands before a word, also with an adverb between."""
    word = before["near"].lower()
    if word.endswith("ly") and word not in _OPENERS:
        word = (before["far"] or "").lower()
    if word in _PREPOSITIONS:
        return not before["first"].endswith("ing")
    return word in _OPENERS or word.replace("’", "'").endswith("n't")


def _is_adjective(word: str) -> bool:
    # Agreement, statement: words in -ment are nouns.
    noun = word in _NOUNS or word[-4:-2] == "me"
    ends = len(word) > 4 and word.endswith(_SUFFIXES) and not noun
    return word in _ADJECTIVES or ends
