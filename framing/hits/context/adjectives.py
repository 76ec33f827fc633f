"""Commas between adjectives, which end no clause: an immediate, unconditional ceasefire."""

import numpy as np

from framing._core.typing import Mask
from framing.hits.context.cues import Reader
from framing.text.characters import SPACE, WORD, Offsets

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
# Most commas are passed over by the last letter of the word before them.
_LAST = np.unique([ord(word[-1]) for word in (*_SUFFIXES, *_ADJECTIVES)])
_LONGEST = 24


def between_adjectives(reader: Reader, commas: Offsets) -> Mask:
    """Return which commas stand between two adjectives, or an adjective and an adverb.

    A word that opens a phrase stands before the first of them, also with an adverb between, or a
    comma after another adjective; a word or a comma follows the second one.
    """
    answer = np.zeros(len(commas), dtype=bool)
    may = np.isin(reader.code(commas - 1), _LAST)
    may &= reader.has(commas + 1, SPACE) & reader.has(commas + 2, WORD)
    tokens, earlier = reader.text.tokens, -1
    for place in np.flatnonzero(may).tolist():
        comma = int(commas[place])
        token = int(np.searchsorted(tokens, comma))
        if token < 2 or token + 1 >= len(tokens):
            continue
        first, second = int(tokens[token - 1]), int(tokens[token])
        if not _is_adjective(_spelled(reader, first)):
            continue
        opens = earlier == first - 2 or _follows_opener(reader, token - 1)
        following = _spelled(reader, second)
        past = second + len(following)
        goes_on = reader.code(np.array([past]))[0] in (ord(","), ord(" "))
        if opens and goes_on and (following.endswith("ly") or _is_adjective(following)):
            answer[place], earlier = True, comma
    return answer


def _follows_opener(reader: Reader, token: int) -> bool:
    """Return whether an article or the like stands before a word, also with an adverb between."""
    for back in (1, 2):
        at = reader.text.tokens[max(token - back, 0) : token - back + 2]
        if len(at) < 2 or not reader.has(at[1:] - 1, SPACE)[0]:
            return False
        word = _spelled(reader, int(at[0]))
        if int(at[0]) + len(word) + 1 != at[1]:
            return False
        if word in _PREPOSITIONS:
            return not _spelled(reader, int(reader.text.tokens[token])).endswith("ing")
        if word in _OPENERS or word.endswith("n't"):
            return True
        if not word.endswith("ly"):
            return False
    return False


def _spelled(reader: Reader, start: int) -> str:
    """Return the word that begins at a position, in small letters, with an apostrophe inside."""
    places = np.arange(start, start + _LONGEST)
    inside = reader.has(places, WORD) | (
        reader.is_apostrophe(places) & reader.has(places + 1, WORD)
    )
    size = _LONGEST if inside.all() else int(inside.argmin())
    letters = np.minimum(reader.code(places[:size]), 0x2019).tolist()
    return "".join(map(chr, letters)).lower().replace("’", "'")


def _is_adjective(word: str) -> bool:
    # Agreement, statement: words in -ment are nouns.
    noun = word in _NOUNS or word[-4:-2] == "me"
    ends = len(word) > 4 and word.endswith(_SUFFIXES) and not noun
    return word in _ADJECTIVES or ends
