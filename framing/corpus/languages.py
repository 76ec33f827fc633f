"""Languages of documents: texts that seem to be in another language than the corpus."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from importlib.util import find_spec

# A text is looked at where its beginning has so many words, or so many letters without spaces.
WORDS, LETTERS = 20, 100
# So much of the beginning of a text the detector looks at, and so much the count of words.
HEAD, FIRST = 1500, 500
# A text with this share of function words of its language is in this language.
ENOUGH = 0.1
# How much more likely another language must be, as the difference of log probabilities.
MARGIN = 20
# Codes that the detector does not tell apart, or knows by another name.
_ALIKE = ({"nb", "no", "nn", "da"}, {"hr", "sr", "bs"}, {"id", "ms"}, {"fil", "tl"}, {"es", "gl"})


@cache
def _function_words(language: str) -> frozenset[str]:
    """Return the most frequent words of a language; none where they are not known."""
    path = resources.files("framing") / "data" / "function_words.toml"
    words = tomllib.loads(path.read_text(encoding="utf-8"))
    return frozenset(words.get("nb" if language in ("no", "nn") else language, "").split())


def other_languages(texts: Sequence[str], language: str) -> dict[int, str]:
    """Return the position and the language code of texts in another language than ``language``.

    None are returned where py3langid of the extra ``archives`` is not installed. It is loaded only
    where some text has few function words of the language.
    """
    usual = _function_words(language)
    suspects = [position for position, text in enumerate(texts) if _is_suspect(text[:HEAD], usual)]
    if not suspects or not find_spec("py3langid"):
        return {}
    import py3langid

    found: dict[int, str] = {}
    for position in suspects:
        ranks = dict(py3langid.rank(texts[position][:HEAD]))
        best = max(ranks, key=ranks.__getitem__)
        expected = ranks.get(language, min(ranks.values()))
        alike = any({best, language} <= group for group in _ALIKE)
        if ranks[best] - expected > MARGIN and not alike:
            found[position] = str(best)
    return found


def _is_suspect(head: str, usual: frozenset[str]) -> bool:
    """Return whether the beginning of a text is long enough and has few function words."""
    words = head[:FIRST].lower().split()
    if len(words) < WORDS:
        return len(head) > LETTERS and len(words) < len(head[:FIRST]) / 20
    return sum(map(usual.__contains__, words)) < ENOUGH * len(words) or not usual
