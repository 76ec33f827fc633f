"""Hits that are whole sentences: what a classifier or a coder says of them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.hits.hits import Hits


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
