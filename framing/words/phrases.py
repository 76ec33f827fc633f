"""Phrases: pairs of words that occur together more often than their frequencies explain."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from framing._core.checks import (
    InputError,
    check_choice,
    check_columns,
    check_objects,
    check_positive,
)
from framing._core.result import TableResult
from framing._core.typing import Offsets
from framing.corpus.corpus import Corpus
from framing.text.characters import fold
from framing.text.counts import Task, count_pairs, make_batches
from framing.text.stop_words import as_stop_words, stop_words_for
from framing.text.tokens import RULES

# Default thresholds of a phrase: p < .001 of a chi-square, and half of the possible maximum.
MEASURES = {"g2": 10.83, "npmi": 0.5}
# The largest value of each, and what they are.
HIGHEST = {"g2": np.inf, "npmi": 1.0}
SCALES = 'One of "npmi" is from -1 to 1, such as 0.5; one of "g2" from 0 up, such as 10.83.'
PHRASE_COLUMNS = ("phrase", "n", "expected", "statistic")


@dataclass(frozen=True, eq=False, repr=False)
class Phrases(TableResult):
    """Pairs of words that follow each other more often than by chance.

    Attributes
    ----------
    table : pandas.DataFrame
        ``phrase``, ``n``, ``expected``, ``statistic``; see `find_phrases`.
    settings : dict
        The arguments, the instrument and the texts, the versions.
    left_out : pandas.DataFrame
        What was not measured, with the ``reason``.
    """

    made_by: ClassVar[str] = "find_phrases"
    rows: ClassVar[str] = "phrases"
    draw_instead: ClassVar[str] = "kwic(corpus, phrase) shows a phrase in its context."
    computed_by: ClassVar[tuple[str, ...]] = ("nltk",)


@check_objects
def find_phrases(
    corpus: Corpus,
    *,
    measure: str = "npmi",
    min_count: int = 10,
    threshold: float | None = None,
    stop_words: str | Iterable[str] | None = "auto",
    tokens: str = "words",
) -> Phrases:
    """Find pairs of words that follow each other more often than by chance.

    Returns Phrases: its ``table`` has a row for each pair, the strongest first.

    Try it: ``fr.find_phrases(fr.load_testbed("newswire").corpus).table``.

    Only white space or a hyphen can stand between them; no pair crosses a sentence end. The
    association is computed by nltk's collocation finder.

    Parameters
    ----------
    corpus : Corpus
        The texts to search.
    measure : {"npmi", "g2"}
        "npmi": normalised pointwise mutual information, -1 to 1 (Bouma 2009), which finds pairs
        that rarely occur apart. "g2": the log-likelihood ratio, from 0 up (Dunning 1993), which
        finds frequent ones.
    min_count : int
        Fewest occurrences of a pair.
    threshold : float, optional
        Lowest value of a pair; 0.5 for "npmi", 10.83 for "g2" (p < .001, one degree of
        freedom) by default.
    stop_words : str, iterable of str or None
        Words that are not part of any phrase, as in `count_terms`. Numbers are not part of a
        phrase either.
    tokens : {"words", "plain"}
        As in `count_terms`.

    Returns
    -------
    Phrases
        Its ``table``: ``phrase``, ``n`` (occurrences), ``expected`` (occurrences if the words were
        independent), ``statistic``; the strongest first. The table is empty without phrases.

    Raises
    ------
    InputError
        An argument is not allowed, or the threshold is above the largest value of the measure.

    References
    ----------
    Bouma, G. (2009). Normalized (pointwise) mutual information in collocation extraction.
    Proceedings of GSCL, 31-40.

    Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence.
    Computational Linguistics 19(1), 61-74.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["The White House spoke. A house is white. White House aides."])
    >>> fr.find_phrases(corpus, min_count=2)[["phrase", "n"]]
            phrase  n
    0  white house  2
    """
    check_choice("measure", measure, MEASURES)
    check_choice("tokens", tokens, RULES)
    check_positive("min_count", min_count, whole=True)
    limit = MEASURES[measure] if threshold is None else float(threshold)
    if limit > HIGHEST[measure] or limit == np.inf:
        raise InputError(
            f"threshold={threshold!r} is too high: {measure!r} is at most {HIGHEST[measure]:g}, "
            f"so no pair would be found. {SCALES}"
        )
    batches = make_batches(corpus.table["text"], corpus.removed_lines)
    counts, pairs, names = count_pairs(Task("sentence", 0, tokens, corpus.language), batches)
    words = stop_words_for(stop_words, corpus.language, "find_phrases")
    stop = as_stop_words(words, tokens)
    eligible = np.array(
        [name not in stop and name[0].isalpha() and len(name) > 1 for name in names]
    )
    selected = (pairs[:, 2] >= min_count) & eligible[pairs[:, 0]] & eligible[pairs[:, 1]]
    rows = [row for row in _scored(counts, pairs[selected], names, measure) if row[3] >= limit]
    table = pd.DataFrame(rows, columns=list(PHRASE_COLUMNS))
    table = table.sort_values(["statistic", "phrase"], ascending=[False, True], ignore_index=True)
    return Phrases(
        table,
        settings={
            "measure": measure, "min_count": min_count, "threshold": limit, "tokens": tokens,
            "corpus_fingerprint": corpus.fingerprint,
        },
    )  # fmt: skip


def _scored(
    counts: Offsets, pairs: Offsets, names: list[str], measure: str
) -> list[tuple[str, int, float, float]]:
    """Return the pairs that occur more often than expected, with their association."""
    from nltk.collocations import BigramCollocationFinder
    from nltk.metrics import BigramAssocMeasures
    from nltk.probability import FreqDist

    word = FreqDist(dict(zip(names, counts.tolist(), strict=True)))
    pair = FreqDist({(names[first], names[second]): int(n) for first, second, n in pairs.tolist()})
    finder = BigramCollocationFinder(word, pair)
    function = BigramAssocMeasures.likelihood_ratio if measure == "g2" else npmi
    phrases = []
    for (first, second), value in finder.score_ngrams(function):
        expected = word[first] * word[second] / finder.N
        if pair[first, second] > expected:
            phrases.append((f"{first} {second}", pair[first, second], expected, value))
    return phrases


def npmi(n_both: int, marginals: tuple[int, int], n_all: int) -> float:
    """Return the NPMI, from the counts that nltk passes to its measures."""
    share = n_both / n_all
    return float(np.log(share * n_all * n_all / (marginals[0] * marginals[1])) / -np.log(share))


def phrase_words(phrases: str | Iterable[str] | pd.DataFrame) -> tuple[tuple[str, ...], ...]:
    """Return phrases as words; raise InputError for one of a single word."""
    if isinstance(phrases, str):
        raise InputError(
            f"phrases={phrases!r} is not known. Allowed: 'g2', 'npmi', a list of phrases such as "
            '["white house"], or a table from find_phrases.'
        )
    if isinstance(phrases, pd.DataFrame):
        check_columns(phrases.columns, ["phrase"], "phrases")
        phrases = phrases["phrase"]
    words = [tuple(fold(str(phrase)).replace("-", " ").split(" ")) for phrase in phrases]
    short = [" ".join(phrase) for phrase in words if len(phrase) < 2]
    if short:
        raise InputError(
            f"{short[0]!r} is not a phrase. A phrase needs two words or more, separated by spaces."
        )
    return tuple(dict.fromkeys(words))
