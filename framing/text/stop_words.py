"""Stop words: function words, which are left out of lists of content words."""

from collections.abc import Iterable
from functools import cache
from importlib import resources

from framing._core.checks import InputError
from framing.text.characters import fold


@cache
def shipped_stop_words(language: str) -> tuple[str, ...]:
    """Return the stop words of the package for a language."""
    path = resources.files("framing") / "data" / "stopwords" / f"{language}.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def as_stop_words(stop_words: str | Iterable[str] | None, tokens: str) -> frozenset[str]:
    """Return the stop words, folded as tokens are."""
    if stop_words is None:
        return frozenset()
    if isinstance(stop_words, str):
        if stop_words != "en":
            raise InputError(
                f"stop_words={stop_words!r} is not known. Allowed: 'en' (the list that ships), a "
                'list of words of your own, such as ["the", "a"], or None.'
            )
        words = frozenset(shipped_stop_words(stop_words))
    else:
        words = frozenset(fold(str(word)) for word in stop_words)
    if tokens == "plain":
        # CountVectorizer cuts don't into two tokens, so both are stop words.
        words |= {piece for word in words for piece in word.split("'")}
    return words
