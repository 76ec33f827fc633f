"""Training: a logistic regression a frame, its penalty and thresholds by cross-validation."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing import _features as features_of
from framing._core.checks import InputError
from framing._core.statistics import f1_interval, rng_for
from framing.codes import Codes, mean_codes
from framing.corpus.corpus import Corpus
from framing.lexicons.lexicon import Lexicon

# Inverse strengths of the penalty that are tried.
STRENGTHS = (0.3, 1.0, 3.0, 10.0)
FOLDS = 5
# Sentences with a frame, and without it, that it takes to learn anything.
LEAST = 5

Array = NDArray[np.float64]


def coded_rows(
    coded: list[Codes], corpora: list[Corpus]
) -> tuple[pd.DataFrame, list[NDArray[np.intp]]]:
    """Return the mean codes, and the row of each coded sentence in its corpus."""
    frames = coded[0].frames
    means, rows = [], []
    for number, (codes, corpus) in enumerate(zip(coded, corpora, strict=True)):
        if set(codes.scale) != {0, 1} or codes.frames != frames:
            raise InputError("A classifier learns from codes of 0 and 1, of the same frames.")
        table = mean_codes(codes)
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
        for term in set(features_of.word_pairs(tokens)):
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
            tokens = features_of.sentence_tokens(corpus)
            blocks.append(_tfidf([tokens[row] for row in every], vocabulary, idf))
            names += vocabulary
        elif kind == "lexicon":
            if lexicon is None:
                raise InputError("features='lexicon' needs a lexicon: lexicon=….")
            values, columns = features_of.lexicon_features(corpus, lexicon)
            blocks.append(_sparse(values[every]))
            names += columns
        else:
            texts = features_of.sentence_texts(corpus)
            values = features_of.embed([texts[row] for row in every])
            # Unit vectors have small parts; made as large as an indicator.
            blocks.append(_sparse(values * 4))
            names += [f"{features_of.EMBEDDING}{number}" for number in range(values.shape[1])]
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
    vectorizer = TfidfVectorizer(
        analyzer=features_of.word_pairs, vocabulary=vocabulary, sublinear_tf=True
    )
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
