"""Suggestions: words that may belong in a lexicon. A person accepts or rejects them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import check_objects, check_positive
from framing._core.renaming import renamed
from framing._core.result import TableResult, instrument_of, left_out
from framing._core.typing import Array
from framing.coding.classifiers import sentence_tokens
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits, find_hits
from framing.lexicons.lexicon import Lexicon
from framing.text.stop_words import as_stop_words, stop_word_languages
from framing.text.tokens import tokens_of_pieces

SUGGESTION_COLUMNS = (
    "frame", "term", "source", "n_target", "n_reference", "statistic", "similarity", "near",
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Suggestions(TableResult):
    """Words that occur near the entries of a lexicon. A person accepts or rejects them.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per frame and word; see `suggest`.
    settings : dict
        The arguments, the instrument and the texts, the versions.
    left_out : pandas.DataFrame
        What was not measured, with the ``reason``.
    """

    made_by: ClassVar[str] = "suggest"
    rows: ClassVar[str] = "words"
    draw_instead: ClassVar[str] = "kwic(corpus, term) shows a word in its context."
    computed_by: ClassVar[tuple[str, ...]] = ("gensim",)


@renamed(n="top")
@check_objects
def suggest(
    corpus: Corpus, lexicon: Lexicon, *, top: int = 20, min_count: int = 5, seed: int
) -> Suggestions:
    """Return words that occur near the entries of a lexicon, as candidates for new entries.

    Try it: ``news = fr.load_testbed("newswire")``,
    ``fr.suggest(news.corpus, fr.load_lexicon("peace-initiative"), seed=1).table``.

    Two rankings are combined by the mean of the ranks: words that are more frequent in sentences
    with hits of a frame than elsewhere (keyness), and words with vectors, trained on the corpus,
    near those of the words in the hits. A person decides which words belong in the lexicon.

    Parameters
    ----------
    corpus : Corpus
        The texts to search for words.
    lexicon : Lexicon
        The lexicon to extend; its frames are the targets.
    top : int
        The largest number of words per frame.
    min_count : int
        The smallest number of sentences that a word must occur in.
    seed : int
        Seed of the word vectors.

    Returns
    -------
    Suggestions
        Its ``table`` has one row per frame and word, best first: ``frame``, ``term``, ``source``
        ("keyness", "vectors" or "both"), ``n_target`` and ``n_reference`` (sentences with the
        word, among those with a hit of the frame and among the others), ``statistic``
        (log-likelihood G2, 0 if the word is not more frequent in the target), ``similarity``
        (cosine to the nearest word of a hit; missing without a vector) and ``near`` (that word).
        Stop words (those of `count_terms`), words that the frame already hits, and words that no
        sentence with a hit of the frame has are left out. A frame without hits has no rows.

    Raises
    ------
    InputError
        ``top`` or ``min_count`` is not a whole number above 0.

    References
    ----------
    Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence.
    Computational Linguistics 19(1), 61-74.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce and an armistice. Rain fell on roofs. "] * 30)
    >>> lexicon = fr.make_lexicon({"peace": ["truce"]})
    >>> fr.suggest(corpus, lexicon, top=1, seed=1)[["frame", "term", "n_target", "n_reference"]]
       frame       term  n_target  n_reference
    0  peace  armistice        30            0
    """
    check_positive("top", top, whole=True)
    check_positive("min_count", min_count, whole=True)
    hits = find_hits(corpus, lexicon)
    sentences = sentence_tokens(corpus)
    vectors = _vectors(sentences, min_count, seed)
    rows = []
    for frame in hits.frames:
        of_frame = hits.table[hits.table["frame"] == frame]
        if len(of_frame):
            rows += _of_frame(frame, of_frame, hits, corpus, sentences, vectors, top, min_count)
    table = pd.DataFrame(rows, columns=list(SUGGESTION_COLUMNS))
    table["frame"] = pd.Categorical(table["frame"], categories=hits.frames)
    return Suggestions(
        table,
        settings={"top": top, "min_count": min_count, "seed": seed, **instrument_of(hits)},
        left_out=left_out(
            [name for name in hits.frames if name not in set(hits.table["frame"])],
            "no hit", item="frame",
        ),
    )  # fmt: skip


def _vectors(sentences: Sequence[Sequence[str]], min_count: int, seed: int) -> dict[str, Array]:
    """Return vectors of unit length by term, in alphabetical order."""
    from gensim.models import Word2Vec

    words = sum(map(len, sentences))
    if not words:
        return {}
    # A single thread gives the same vectors in every run; a small corpus needs more passes.
    passes = int(np.clip(400_000 // words, 5, 60))
    model = Word2Vec(
        vector_size=50, window=5, min_count=min_count, sg=1, workers=1,
        seed=seed % 2**32, epochs=passes,
    )  # fmt: skip
    model.build_vocab(sentences)
    if not len(model.wv):
        return {}
    model.train(sentences, total_examples=len(sentences), epochs=passes)
    return {term: model.wv.get_vector(term, norm=True) for term in sorted(model.wv.key_to_index)}


def _of_frame(
    frame: str,
    of_frame: pd.DataFrame,
    hits: Hits,
    corpus: Corpus,
    sentences: list[list[str]],
    vectors: dict[str, Array],
    top: int,
    min_count: int,
) -> list[tuple[object, ...]]:
    """Return the rows of one frame, of which ``of_frame`` are the hits."""
    known = corpus.language in stop_word_languages()
    stop_words = as_stop_words(corpus.language if known else None, "framing")
    text_of = dict(zip(corpus.table["doc_id"], corpus.table["text"], strict=True))
    spans = of_frame[["doc_id", "start", "end"]].itertuples(index=False)
    pieces = {text_of[doc_id][a:b] for doc_id, a, b in spans}
    hit_words = {word for tokens in tokens_of_pieces(sorted(pieces)) for word in tokens}
    target = hits.presence()[:, hits.frames.index(frame)]
    counts: dict[str, list[int]] = {}
    for tokens, inside in zip(sentences, target.tolist(), strict=True):
        for term in set(tokens):
            counts.setdefault(term, [0, 0])[0 if inside else 1] += 1
    terms = sorted(
        term
        for term, (a, b) in counts.items()
        if a
        and a + b >= min_count
        and term not in hit_words
        and not stop_words & {term, term.removesuffix("'s")}
        and any(letter.isalpha() for letter in term)
    )
    if not terms:
        return []
    observed = np.array([counts[term] for term in terms], dtype=float)
    statistic = _log_likelihood(observed, float(target.sum()), float((~target).sum()))
    similarity, near = _nearest(terms, sorted(hit_words - stop_words), vectors)
    key_rank, vector_rank = _ranks(statistic), _ranks(similarity)
    order = np.lexsort((np.arange(len(terms)), key_rank + vector_rank))[:top]
    rows: list[tuple[object, ...]] = []
    for row in order.tolist():
        # The source is the ranking in which the word is among the first 2 * top.
        listed = [key_rank[row] <= 2 * top and statistic[row] > 0, vector_rank[row] <= 2 * top]
        source = "both" if all(listed) else "vectors" if listed[1] else "keyness"
        count = int(observed[row, 0]), int(observed[row, 1])
        rows.append((frame, terms[row], source, *count, statistic[row], similarity[row], near[row]))
    return rows


def _ranks(values: Array) -> NDArray[np.intp]:
    """Return the ranks from 1, largest value first, missing values last."""
    order = np.argsort(-np.nan_to_num(values, nan=-2.0), kind="stable")
    ranks = np.empty(len(values), dtype=np.intp)
    ranks[order] = np.arange(1, len(values) + 1)
    return ranks


def _log_likelihood(observed: Array, target: float, reference: float) -> Array:
    """Return G2 of each term, 0 if it is not more frequent in the target.

    ``observed`` has the shape (terms, 2): sentences with the term in target and reference.
    """
    sizes = np.array([target, reference])
    expected = observed.sum(axis=1, keepdims=True) * sizes / sizes.sum()
    positive = (observed > 0) & (expected > 0)
    ratio = np.divide(observed, expected, out=np.ones_like(observed), where=positive)
    statistic = 2 * (observed * np.log(ratio)).sum(axis=1)
    return np.where(observed[:, 0] > expected[:, 0], statistic, 0.0)


def _nearest(
    terms: list[str], hit_words: list[str], vectors: dict[str, Array]
) -> tuple[Array, list[str]]:
    """Return the cosine of each term to the nearest word of a hit, and that word."""
    similarity, near = np.full(len(terms), np.nan), [""] * len(terms)
    anchors = [word for word in hit_words if word in vectors]
    known = [row for row, term in enumerate(terms) if term in vectors]
    if anchors and known:
        cosine = (
            np.array([vectors[terms[row]] for row in known])
            @ np.array([vectors[word] for word in anchors]).T
        )
        similarity[known] = cosine.max(axis=1)
        for row, best in zip(known, cosine.argmax(axis=1).tolist(), strict=True):
            near[row] = anchors[best]
    return similarity, near
