"""Coded hits: the codes of coders as hits, to score and compare like those of a lexicon."""

import hashlib
import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from framing._core.checks import InputError, check_objects, plural_of
from framing._core.typing import Mask
from framing.coding.codes import Codes, mean_codes
from framing.coding.coding_units import UNCODED, hits_by_unit, units_among
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits

# The entry that the hits of codes carry.
CODED_ENTRY = "(coded)"
# The column of sentences that an instrument learnt from.
LEARNT = "learnt"
# What the name of hits begins with that are codes of coders.
CODES_BY = "codes by "


def sentence_hits(
    documents: pd.DataFrame,
    sentences: pd.DataFrame,
    present: Mask,
    frames: Sequence[str],
    *,
    entry: str,
    instrument: str,
    instrument_hash: str,
    corpus_fingerprint: str,
    unit: str = "sentence",
    learnt: Mask | None = None,
) -> Hits:
    """Return one hit for each sentence and frame where ``present`` is true.

    ``present`` has the shape (sentences, frames). ``learnt`` marks the sentences that the
    instrument learnt from; where there is one, the sentences get it as a column.
    """
    if learnt is not None and learnt.any():
        sentences = sentences.assign(**{LEARNT: learnt})
    row, frame = np.nonzero(present)
    hit_sentences = sentences.iloc[row].reset_index(drop=True)
    frame_type = pd.CategoricalDtype(list(frames))
    table = hit_sentences[["doc_id", "paragraph", "sentence", "start", "end"]].assign(
        frame=pd.Categorical.from_codes(frame, dtype=frame_type),
        entry=pd.Categorical([entry] * len(row), categories=[entry]),
        weight=1.0,
    )
    entries = pd.DataFrame(
        {"frame": pd.Categorical(list(frames), dtype=frame_type), "entry": entry, "weight": 1.0}
    )
    return Hits(
        table=table,
        sentences=sentences,
        documents=documents,
        entries=entries,
        lexicon=instrument,
        lexicon_hash=instrument_hash,
        corpus_fingerprint=corpus_fingerprint,
        unit=unit,
    )


@check_objects
def hits_of_codes(codes: Codes, corpus: Corpus | Hits, *, coder: str | None = None) -> Hits:
    """Return the codes of coders as hits, to score, compare and trace them like those of a lexicon.

    Try it: ``speech = fr.load_testbed("briefings")``,
    ``fr.score(fr.hits_of_codes(speech.codes, speech.corpus), kind="share").table``.

    Parameters
    ----------
    codes : Codes
        Codes of sentences, paragraphs or documents of the corpus.
    corpus : Corpus or Hits
        The texts, or the hits of another instrument in the same texts.
    coder : str, optional
        Use the codes of this coder alone. By default the majority of the coders decides. Where
        they are split evenly, the sentence is without the frame, and a warning says how often.

    Returns
    -------
    Hits
        One hit per sentence and frame that coders saw, from the first to the last character of
        the sentence. `score` with kind="share" takes them. A sentence without a code for each
        frame gets 0 tokens, so that no denominator counts it, and `correct` lists it in
        ``left_out``. The hits carry no context. Codes of paragraphs or documents give one hit for
        each of these: see ``unit``.

    Raises
    ------
    InputError
        There is no such coder, no sentence of the corpus has a code for each frame, or the codes
        are of other documents.

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
            f"codes: {len(others):,} documents are not in the corpus; the first is {others[0]!r}. "
            "Give the corpus that was coded."
        )
    if isinstance(corpus, Hits):
        sentences = hits_by_unit(corpus, codes.unit).sentences.copy()
    else:
        sentences = units_among(corpus.sentences, codes.unit).copy()
    keys = pd.MultiIndex.from_frame(sentences[["doc_id", "sentence"]])
    mean = means.reindex(keys).to_numpy(dtype=np.float64)
    coded = ~np.isnan(mean).any(axis=1)
    if not coded.any():
        raise InputError(
            f"codes: no {codes.unit} of the corpus has codes for all of "
            f"{', '.join(codes.frames)}. Give codes of this corpus, or codes of fewer frames."
        )
    uncoded = ~coded & (sentences["tokens"] > 0)
    if uncoded.any():
        sentences[UNCODED] = uncoded
    sentences["tokens"] = sentences["tokens"].where(coded, 0)
    half = 0.5 * max(codes.scale)
    present = (mean > half) & coded[:, None]
    tied = (mean == half) & coded[:, None]
    if tied.any() and len(codes.coders) > 1 and coder is None:
        counts = ", ".join(
            f"{frame} {count:,}"
            for frame, count in zip(codes.frames, tied.sum(axis=0), strict=True)
            if count
        )
        warnings.warn(
            f"hits_of_codes: coders are split evenly in {int(tied.any(axis=1).sum()):,} of "
            f"{int(coded.sum()):,} {plural_of(codes.unit)} ({counts}). They count as "
            "without the frame. Give the codes of one coder (coder=), or settle them first. "
            "correct() takes the mean of the coders.",
            UserWarning,
            stacklevel=3,
        )
    coder_names = coder or "coders " + ", ".join(codes.coders)
    digest = hashlib.sha256(np.packbits(present).tobytes() + coder_names.encode()).hexdigest()
    return sentence_hits(
        documents, sentences, present, codes.frames, corpus_fingerprint=fingerprint,
        entry=CODED_ENTRY, instrument=f"{CODES_BY}{coder_names}", instrument_hash=digest,
        unit=codes.unit,
    )  # fmt: skip
