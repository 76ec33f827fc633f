"""Classifiers: a second instrument, which learns frames from coded sentences."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError, check_choice, check_positive
from framing._core.tables import as_html
from framing._features import EMBEDDING, KINDS, sentence_tokens
from framing._sentence_hits import sentence_hits
from framing._training import (
    choose,
    coded_rows,
    fit_all,
    folds_of,
    logistic,
    matrix_of,
    stack,
    vocabulary_of,
)
from framing.codes import Codes
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits
from framing.lexicons.lexicon import Lexicon

ENTRY = "classifier"

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Classifier:
    """A classifier of sentences, one logistic regression a frame.

    Attributes
    ----------
    table : pandas.DataFrame
        A row a frame: ``frame``, ``n`` (coded sentences), ``coded`` (those with the frame),
        ``threshold`` (of the probability, from which a sentence has the frame), ``f1_cv`` with
        ``f1_cv_low`` and ``f1_cv_high`` (in documents left out, at that threshold, which was
        chosen on them: somewhat too high).
    features : tuple of str
    columns : tuple of str
        The features by name.
    weights : numpy.ndarray
        Shape (n_columns, n_frames).
    intercepts, idf : numpy.ndarray
    strength : float
        Inverse strength of the penalty, C in scikit-learn.
    lexicon_hash : str
        Of the lexicon that features come from; empty for none.
    seed : int
    hash : str
        SHA-256 of what measures.

    See Also
    --------
    fit_classifier, classify, write_classifier
    """

    table: pd.DataFrame
    features: tuple[str, ...]
    columns: tuple[str, ...]
    weights: Array
    intercepts: Array
    idf: Array
    strength: float
    lexicon_hash: str
    seed: int
    hash: str

    @property
    def frames(self) -> list[str]:
        """The frames that it tells."""
        return self.table["frame"].tolist()

    def __repr__(self) -> str:
        values = ", ".join(
            f"{frame} {f1:.2f}" for frame, f1 in self.table[["frame", "f1_cv"]].to_numpy()
        )
        return f"<Classifier by {'+'.join(self.features)}: cross-validated F1 {values}>"

    def _repr_html_(self) -> str:
        return as_html(repr(self), self.table, len(self.table))

    def terms(self, top: int = 10) -> pd.DataFrame:
        """Return the features that speak most for each frame.

        Parameters
        ----------
        top : int
            Features a frame.

        Returns
        -------
        pandas.DataFrame
            ``frame``, ``term``, ``weight`` (of the logistic regression). Embeddings have no
            terms to show and are left out.

        Examples
        --------
        >>> import pandas as pd
        >>> import framing as fr
        >>> corpus = fr.make_corpus(["A truce holds. Rain fell."] * 10)
        >>> table = pd.DataFrame({"doc_id": corpus.table["doc_id"].repeat(2), "peace": [1, 0] * 10})
        >>> codes = fr.make_codes(table.assign(sentence=[1, 2] * 10))
        >>> fr.fit_classifier(codes, corpus, seed=1).terms(top=1)[["frame", "term"]]
           frame         term
        0  peace            a
        """
        check_positive("top", top, whole=True)
        shown = np.array([not name.startswith(EMBEDDING) for name in self.columns])
        parts = []
        for number, frame in enumerate(self.frames):
            own = np.where(shown, self.weights[:, number], -np.inf)
            best = np.lexsort((np.array(self.columns), -own))[: min(top, int(shown.sum()))]
            terms = [self.columns[row] for row in best]
            parts.append(pd.DataFrame({"frame": frame, "term": terms, "weight": own[best]}))
        return pd.concat(parts, ignore_index=True)


def fit_classifier(
    codes: Codes | Sequence[Codes],
    corpus: Corpus | Sequence[Corpus],
    *,
    features: str | Sequence[str] = "tfidf",
    lexicon: Lexicon | None = None,
    seed: int,
) -> Classifier:
    """Train a classifier on coded sentences.

    Parameters
    ----------
    codes : Codes, or a sequence of them
        0 and 1. A sentence on which coders differ is learnt from both ways, in part.
    corpus : Corpus, or a sequence of them
        Where the coded sentences stand, one for each codes.
    features : {"tfidf", "lexicon", "embeddings"} or several of these
        Words and pairs of words, weighted (tf-idf); hits of a lexicon in the sentence and its
        neighbours; sentence embeddings (the extra ``embed``). Several are put side by side.
    lexicon : Lexicon, optional
        For the features of that name.
    seed : int
        For the folds of the cross-validation.

    Returns
    -------
    Classifier
        The penalty, and for each frame the threshold, are those with the highest F1 in five-fold
        cross-validation, no document in two folds.

    Raises
    ------
    InputError
        A frame has fewer than five coded sentences with it or without it, no coded sentence is
        in the corpus, features are unknown, or what they need is not there.

    References
    ----------
    Barberá, P. et al. (2021). Automated text classification of news articles: A practical
    guide. Political Analysis 29(1), 19-42. doi:10.1017/pan.2020.8

    Examples
    --------
    >>> import pandas as pd
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce holds. Rain fell."] * 10)
    >>> table = pd.DataFrame({"doc_id": corpus.table["doc_id"].repeat(2), "peace": [1, 0] * 10})
    >>> codes = fr.make_codes(table.assign(sentence=[1, 2] * 10))
    >>> fr.fit_classifier(codes, corpus, seed=1)
    <Classifier by tfidf: cross-validated F1 peace 1.00>
    """
    asked = (features,) if isinstance(features, str) else tuple(features)
    for kind in asked:
        check_choice("features", kind, KINDS)
    kinds = tuple(kind for kind in KINDS if kind in asked)
    corpora = [corpus] if isinstance(corpus, Corpus) else list(corpus)
    coded = [codes] if isinstance(codes, Codes) else list(codes)
    if len(corpora) != len(coded):
        raise InputError(f"{len(coded)} codes for {len(corpora)} corpora: one for each is needed.")
    means, rows = coded_rows(coded, corpora)
    tokens = [sentence_tokens(part) for part in corpora] if "tfidf" in kinds else []
    kept = [[part[row] for row in own] for part, own in zip(tokens, rows, strict=False)]
    vocabulary, idf = vocabulary_of([words for part in kept for words in part])
    parts = [
        matrix_of(part, kinds, vocabulary, idf, lexicon, own)
        for part, own in zip(corpora, rows, strict=True)
    ]
    names = parts[0][1]
    matrix = stack([part for part, _ in parts])
    groups = folds_of(means, seed)
    strength, tables = choose(matrix, means, groups)
    weights, intercepts = fit_all(matrix, means, strength)
    return _finish(tables, kinds, names, weights, intercepts, idf, strength, lexicon, seed)


def _finish(
    table: pd.DataFrame,
    kinds: tuple[str, ...],
    names: list[str],
    weights: Array,
    intercepts: Array,
    idf: Array,
    strength: float,
    lexicon: Lexicon | None,
    seed: int,
) -> Classifier:
    used = lexicon.hash if lexicon is not None and "lexicon" in kinds else ""
    digest = hashlib.sha256(json.dumps([kinds, names, table["frame"].tolist(), used]).encode())
    for array in (weights, intercepts, idf, table["threshold"].to_numpy(dtype=float)):
        # Machines differ in the last bits of a fit, and should agree on what was fitted.
        digest.update(np.round(array, 6).tobytes())
    return Classifier(
        table, kinds, tuple(names), weights, intercepts, idf, strength, used, int(seed),
        digest.hexdigest(),
    )  # fmt: skip


def predict_frames(
    corpus: Corpus, classifier: Classifier, *, lexicon: Lexicon | None = None
) -> pd.DataFrame:
    """Return the probability of each frame in each sentence.

    Parameters
    ----------
    corpus : Corpus
    classifier : Classifier
    lexicon : Lexicon, optional
        The one that the classifier was trained with, where it uses one.

    Returns
    -------
    pandas.DataFrame
        ``doc_id``, ``sentence`` and a column a frame, 0 to 1: as if frames and their absence
        were equally frequent, which is what the thresholds are made for.

    Raises
    ------
    InputError
        The lexicon is missing, or another.

    Examples
    --------
    >>> import pandas as pd
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce holds. Rain fell."] * 10)
    >>> table = pd.DataFrame({"doc_id": corpus.table["doc_id"].repeat(2), "peace": [1, 0] * 10})
    >>> codes = fr.make_codes(table.assign(sentence=[1, 2] * 10))
    >>> classifier = fr.fit_classifier(codes, corpus, seed=1)
    >>> fr.predict_frames(corpus, classifier)["peace"].head(2).round(1).tolist()
    [0.7, 0.3]
    """
    if classifier.lexicon_hash:
        given = lexicon.hash if lexicon is not None else ""
        if given != classifier.lexicon_hash:
            raise InputError(
                f"This classifier was trained with the lexicon of hash "
                f"{classifier.lexicon_hash[:8]}; given: {given[:8] or 'none'}. Pass that one: "
                "lexicon=…."
            )
    # Words come first among the columns.
    vocabulary = list(classifier.columns[: len(classifier.idf)])
    matrix, _ = matrix_of(corpus, classifier.features, vocabulary, classifier.idf, lexicon, None)
    chance = logistic(matrix @ classifier.weights + classifier.intercepts)
    table = corpus.sentences[["doc_id", "sentence"]].copy()
    table[classifier.frames] = chance
    return table


def classify(corpus: Corpus, classifier: Classifier, *, lexicon: Lexicon | None = None) -> Hits:
    """Return the sentences that have a frame by a classifier, as hits.

    Parameters
    ----------
    corpus : Corpus
    classifier : Classifier
    lexicon : Lexicon, optional
        The one that the classifier was trained with, where it uses one.

    Returns
    -------
    Hits
        A hit a sentence and frame, from the first to the last character of the sentence, with
        its ``probability``. `score` with kind="share", `validate` and `correct` take them like
        those of a lexicon; there is no context.

    Raises
    ------
    InputError
        As `predict_frames`.

    Examples
    --------
    >>> import pandas as pd
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce holds. Rain fell."] * 10)
    >>> table = pd.DataFrame({"doc_id": corpus.table["doc_id"].repeat(2), "peace": [1, 0] * 10})
    >>> codes = fr.make_codes(table.assign(sentence=[1, 2] * 10))
    >>> hits = fr.classify(corpus, fr.fit_classifier(codes, corpus, seed=1))
    >>> fr.score(hits, kind="share").table["value"].unique().tolist()
    [0.5]
    """
    chance = predict_frames(corpus, classifier, lexicon=lexicon)
    sentences, frames = corpus.sentences, classifier.frames
    over = chance[frames].to_numpy() >= classifier.table["threshold"].to_numpy()
    over &= (sentences["tokens"].to_numpy() > 0)[:, None]
    hits = sentence_hits(
        corpus.table.drop(columns="text"),
        sentences,
        over,
        frames,
        entry=ENTRY,
        corpus_fingerprint=corpus.fingerprint,
        instrument=f"classifier ({'+'.join(classifier.features)})",
        instrument_hash=classifier.hash,
    )
    return replace(hits, table=hits.table.assign(probability=chance[frames].to_numpy()[over]))
