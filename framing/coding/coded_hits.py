"""Coded hits: what coders said, scored and compared like the hits of a lexicon."""

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError, check_objects
from framing.coding.codes import Codes, mean_codes
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits

ENTRY = "(coded)"


def sentence_hits(
    documents: pd.DataFrame,
    sentences: pd.DataFrame,
    present: NDArray[np.bool_],
    frames: Sequence[str],
    *,
    entry: str,
    instrument: str,
    instrument_hash: str,
    corpus_fingerprint: str,
) -> Hits:
    """Return a hit for each sentence and frame that is present, shape (sentences, frames)."""
    row, frame = np.nonzero(present)
    place = sentences.iloc[row].reset_index(drop=True)
    named = pd.CategoricalDtype(list(frames))
    table = place[["doc_id", "paragraph", "sentence", "start", "end"]].assign(
        frame=pd.Categorical.from_codes(frame, dtype=named),
        entry=pd.Categorical([entry] * len(row), categories=[entry]),
        weight=1.0,
    )
    entries = pd.DataFrame(
        {"frame": pd.Categorical(list(frames), dtype=named), "entry": entry, "weight": 1.0}
    )
    return Hits(
        table=table,
        sentences=sentences,
        documents=documents,
        entries=entries,
        lexicon=instrument,
        lexicon_hash=instrument_hash,
        corpus_fingerprint=corpus_fingerprint,
    )


@check_objects
def hits_of_codes(codes: Codes, corpus: Corpus | Hits, *, coder: str | None = None) -> Hits:
    """Return the codes of coders as hits, to score, compare and trace them as such.

    Parameters
    ----------
    codes : Codes
        Of sentences of the corpus.
    corpus : Corpus or Hits
        The texts, or the hits of another instrument in them, which know their sentences.
    coder : str, optional
        The codes of this coder alone; by default of all, and the majority decides.

    Returns
    -------
    Hits
        A hit a sentence and frame that was coded, from the first to the last character of the
        sentence; `score` with kind="share" takes them. Sentences that nobody coded in full count
        as without a token, so that they are in no denominator. There is no context.

    Raises
    ------
    InputError
        There is no such coder, no sentence of the corpus is coded in full, or codes are of other
        documents.

    Examples
    --------
    >>> import pandas as pd
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce holds. Rain fell. Snow fell."])
    >>> table = pd.DataFrame({"doc_id": "text1", "sentence": [1, 2], "peace": [1, 0]})
    >>> hits = fr.hits_of_codes(fr.make_codes(table), corpus)
    >>> fr.score(hits, kind="share").table[["value", "denominator"]]
       value  denominator
    0    0.5          2.0
    """
    means = mean_codes(codes, coder=coder).table
    documents = corpus.documents if isinstance(corpus, Hits) else corpus.table.drop(columns="text")
    fingerprint = corpus.corpus_fingerprint if isinstance(corpus, Hits) else corpus.fingerprint
    known = set(documents["doc_id"])
    others = sorted(set(means.index.get_level_values("doc_id")) - known)
    if others:
        raise InputError(
            f"codes: {len(others):,} documents are not in the corpus, the first being "
            f"{others[0]!r}. Give the corpus that was coded."
        )
    sentences = corpus.sentences.copy()
    keys = pd.MultiIndex.from_frame(sentences[["doc_id", "sentence"]])
    mean = means.reindex(keys).to_numpy(dtype=np.float64)
    coded = ~np.isnan(mean).any(axis=1)
    if not coded.any():
        raise InputError(
            f"codes: no sentence of the corpus has a code of each of {', '.join(codes.frames)}."
        )
    sentences["tokens"] = sentences["tokens"].where(coded, 0)
    present = (mean > 0.5 * max(codes.scale)) & coded[:, None]
    who = coder or "coders " + ", ".join(codes.coders)
    digest = hashlib.sha256(np.packbits(present).tobytes() + who.encode()).hexdigest()
    return sentence_hits(
        documents, sentences, present, codes.frames, corpus_fingerprint=fingerprint,
        entry=ENTRY, instrument=f"codes by {who}", instrument_hash=digest,
    )  # fmt: skip
