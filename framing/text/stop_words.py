"""Stop words: function words, which are left out of lists of content words."""

import warnings
from collections.abc import Iterable
from functools import cache
from importlib import resources

from framing._core.checks import InputError
from framing.text.characters import fold

# The list of the language of the corpus.
AUTO = "auto"


@cache
def stop_word_languages() -> tuple[str, ...]:
    """Return the languages for which a list ships."""
    folder = resources.files("framing") / "data" / "stopwords"
    return tuple(sorted(path.name.removesuffix(".txt") for path in folder.iterdir()))


@cache
def shipped_stop_words(language: str) -> tuple[str, ...]:
    """Return the stop words of the package for a language."""
    path = resources.files("framing") / "data" / "stopwords" / f"{language}.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def stop_words_for(
    stop_words: str | Iterable[str] | None, language: str, function: str
) -> str | Iterable[str] | None:
    """Return what the caller gave; for "auto" the language, or None where no list ships for it.

    A warning says where function words are counted, or those of another language are left out.
    """
    languages = stop_word_languages()
    if isinstance(stop_words, str) and stop_words == AUTO:
        if language in languages:
            return language
        warnings.warn(
            f"{function}: no stop words ship for {language!r}: its function words are counted, and "
            "lead lists and topics. Give stop_words a list of them; None says that they should be "
            "counted.",
            UserWarning,
            stacklevel=4,
        )
        return None
    if isinstance(stop_words, str) and stop_words in languages and stop_words != language:
        warnings.warn(
            f"{function}: the stop words are those of {stop_words!r}, and the corpus is in "
            f"{language!r}: its function words are counted. stop_words='auto' takes the list of "
            "the corpus.",
            UserWarning,
            stacklevel=4,
        )
    return stop_words


def as_stop_words(stop_words: str | Iterable[str] | None, tokens: str) -> frozenset[str]:
    """Return the stop words, folded as tokens are."""
    if stop_words is None:
        return frozenset()
    if isinstance(stop_words, str):
        languages = stop_word_languages()
        if stop_words not in languages:
            raise InputError(
                f"stop_words={stop_words!r} is not known. Allowed: 'auto' (the list of the "
                f"corpus's language), one that ships ({', '.join(languages)}), a list of words of "
                'your own, such as ["the", "a"], or None.'
            )
        stop_words = shipped_stop_words(stop_words)
    words = frozenset(fold(str(word)) for word in stop_words)
    if tokens == "plain":
        # CountVectorizer cuts don't into two tokens, so both are stop words.
        words |= {piece for word in words for piece in word.split("'")}
    return words
