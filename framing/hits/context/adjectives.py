"""Commas between adjectives, which end no clause: an immediate, unconditional ceasefire."""

import re

import numpy as np

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
# Most commas are passed over by the last two letters of the words around them.
_ENDS = np.zeros(1 << 16, dtype=bool)
_ENDS[[(ord(word[-2]) << 8) | ord(word[-1]) for word in (*_SUFFIXES, *_ADJECTIVES)]] = True
_LY = (ord("l") << 8) | ord("y")
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
    some = np.flatnonzero(_ENDS[_last_two(reader, commas)])
    tokens = reader.text.tokens
    token = reader.token(commas[some]) + 1
    some, token = some[token < len(tokens)], token[token < len(tokens)]
    past = tokens[token] - 1
    past -= reader.code(past - 1) == ord(",")
    last = _last_two(reader, past)
    some = some[_ENDS[last] | (last == _LY)]
    text, earlier = reader.text.text, -1
    places = reader.text.folded.into_text(commas[some]).tolist()
    for number, place in zip(some.tolist(), places, strict=True):
        # The word before the comma rules out most, and costs less than a search.
        words = text[max(place - _NEAR, 0) : place].rsplit(None, 1)
        if not words or not _is_adjective(words[-1].lower()):
            continue
        after = _AFTER.match(text, place)
        second = after["second"].lower() if after else ""
        if not (second.endswith("ly") or _is_adjective(second)):
            continue
        low = max(place - _NEAR, 0)
        before = _BEFORE.search(text[low:place])
        if before is None or not _is_adjective(before["first"].lower()):
            continue
        chained = before["gap"][0] == "," and low + before.start("gap") == earlier
        if chained or (before["gap"][0] != "," and _opens(before)):
            answer[number], earlier = True, place
    return answer


def _last_two(reader: Reader, past: Offsets) -> Offsets:
    """Return the last two letters of the words that end before some places, as one number."""
    letters = [np.minimum(reader.code(past - step), 0xFF) | 0x20 for step in (2, 1)]
    found: Offsets = (letters[0] << 8) | letters[1]
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
