"""Samples: sentences drawn for coders, with the probability that each had of being drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError, check_choice, check_objects, check_positive
from framing._core.renaming import renamed
from framing._core.resampling import rng_for
from framing._core.result import Shown
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits

NO_HIT = "no hit"
# Sentences drawn of a stratum at least, so that its spread can be estimated.
LEAST = 2


@dataclass(frozen=True, eq=False)
class Sample(Shown):
    """Sentences drawn for coding. It holds text: share it only where the articles may be shared.

    Attributes
    ----------
    table : pandas.DataFrame
        ``doc_id``, ``sentence``, ``start``, ``end``, ``stratum``, ``probability`` (of being
        drawn), ``before``, ``text``, ``after`` (the sentence and its neighbours), in reading
        order.
    strata : pandas.DataFrame
        ``stratum``, ``size`` (sentences in the corpus) and ``n`` (drawn).
    frames : list of str
    lexicon, lexicon_hash, corpus_fingerprint : str
        What the strata were made with, and from what.
    seed : int
    """

    table: pd.DataFrame
    strata: pd.DataFrame
    frames: list[str]
    lexicon: str
    lexicon_hash: str
    corpus_fingerprint: str
    seed: int

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        return (
            f"<Sample: {len(self):,} of {self.strata['size'].sum():,} sentences in "
            f"{len(self.strata)} strata, seed {self.seed}>"
        )

    def _rows(self) -> pd.DataFrame:
        return self.strata


@renamed(by="strata")
@check_objects
def sample_for_coding(
    hits: Hits, corpus: Corpus, n: int, *, strata: str | Sequence[str] = "frame", seed: int
) -> Sample:
    """Draw sentences for coders: a stratified random sample with known probabilities.

    Sentences without a hit are a stratum, and so are those with hits of each frame (of the
    rarest, where a sentence has several), so that no frame is left out and what the lexicon
    misses can be seen. Each stratum gets sentences in proportion to its size: whatever the
    lexicon is worth, this is never less precise than a simple random sample (Cochran 1977).

    Parameters
    ----------
    hits : Hits
        From `find_hits`; by default they decide the strata.
    corpus : Corpus
        The corpus that the hits were found in.
    n : int
        Sentences to draw.
    strata : str or sequence of str
        "frame", a column of the corpus such as "source", or several of these, whose
        combinations are the strata; ``()`` for a simple random sample.
    seed : int
        The same seed draws the same sentences.

    Returns
    -------
    Sample
        Without sentences that have no token. Every stratum has at least two sentences of the
        sample, where it has as many.

    Raises
    ------
    InputError
        The hits are of another corpus, there are fewer than ``n`` sentences, ``n`` is too small
        for the strata, or there is no such column.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques (3rd ed.). Wiley. Chapter 5.

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce. Rain fell. Snow fell. Few doubt it. Hail fell."])
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"], "doubt": ["doubt"]}))
    >>> fr.sample_for_coding(hits, corpus, 4, seed=1).strata
      stratum  size  n
    0  no hit     3  2
    1   peace     1  1
    2   doubt     1  1
    """
    check_positive("n", n, whole=True)
    if hits.corpus_fingerprint != corpus.fingerprint:
        raise InputError(
            "These hits were found in another corpus than the one given: the texts or their "
            "order differ. Run find_hits on this corpus first."
        )
    usable = np.flatnonzero(hits.sentences["tokens"].to_numpy() > 0)
    if n > len(usable):
        raise InputError(f"n={n:,} cannot be drawn: there are {len(usable):,} sentences.")
    labels, names = _strata(hits, [strata] if isinstance(strata, str) else list(strata))
    members = [usable[labels[usable] == number] for number in range(len(names))]
    filled = [number for number, rows in enumerate(members) if len(rows)]
    sizes = np.array([len(members[number]) for number in filled])
    counts = _allocate(sizes, n)
    rng = rng_for(seed, "sample_for_coding")
    drawn = [
        np.sort(rng.choice(members[number], size=count, replace=False))
        for number, count in zip(filled, counts.tolist(), strict=True)
    ]
    rows = np.concatenate(drawn)
    order = np.argsort(rows, kind="stable")
    sizes_of_strata = pd.DataFrame({"stratum": [names[number] for number in filled], "size": sizes})
    place = np.repeat(np.arange(len(filled)), counts)[order]
    table = _with_text(hits, corpus, rows[order])
    table.insert(4, "stratum", sizes_of_strata["stratum"].iloc[place].to_numpy())
    table.insert(5, "probability", (counts / sizes)[place])
    return Sample(
        table=table,
        strata=sizes_of_strata.assign(n=counts),
        frames=hits.frames,
        lexicon=hits.lexicon,
        lexicon_hash=hits.lexicon_hash,
        corpus_fingerprint=hits.corpus_fingerprint,
        seed=int(seed),
    )


def _strata(hits: Hits, by: list[str]) -> tuple[NDArray[np.intp], list[str]]:
    """Return the stratum of each sentence, and the names of the strata."""
    columns = [column for column in hits.documents.columns if column != "doc_id"]
    parts: list[list[str]] = []
    for name in by:
        check_choice("by", name, ["frame", *columns])
        if name == "frame":
            parts.append(_rarest_frame(hits))
        else:
            values = hits.documents.set_index("doc_id")[name].astype(object)
            parts.append(
                hits.sentences["doc_id"].map(values).where(lambda x: x.notna(), "(missing)")
                .astype(str).tolist()
            )  # fmt: skip
    if not parts:
        return np.zeros(len(hits.sentences), dtype=np.intp), ["all"]
    labels = [", ".join(pair) for pair in zip(*parts, strict=True)]
    frames = [NO_HIT, *hits.frames]
    # The strata of frames keep the order of the lexicon; others are sorted.
    names = [name for name in frames if name in set(labels)]
    names = names if set(names) == set(labels) else sorted(set(labels))
    return pd.Index(names).get_indexer(pd.Index(labels)), names


def _rarest_frame(hits: Hits) -> list[str]:
    present = hits.presence()
    order = np.argsort(-present.sum(axis=0), kind="stable")
    labels = np.full(len(present), NO_HIT, dtype=object)
    for frame in order.tolist():
        labels[present[:, frame]] = hits.frames[frame]
    return [str(label) for label in labels]


def _allocate(sizes: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Return how many to draw of each stratum: in proportion to its size, within its bounds."""
    least = np.minimum(sizes, LEAST)
    if n < least.sum():
        raise InputError(
            f"n={n} is too small for {len(sizes)} strata: {least.sum()} is the least. Draw more, "
            "or stratify by less."
        )
    counts = least.copy()
    while counts.sum() < n:
        # One at a time to the stratum that is furthest below its share.
        room = np.where(counts < sizes, sizes / (counts + 1), -1.0)
        counts[int(room.argmax())] += 1
    return counts


def _with_text(hits: Hits, corpus: Corpus, rows: NDArray[np.intp]) -> pd.DataFrame:
    sentences = hits.sentences
    text_of = dict(zip(corpus.table["doc_id"], corpus.table["text"], strict=True))
    spans = sentences[["doc_id", "start", "end"]].to_numpy().tolist()

    def text(row: int, doc_id: str) -> str:
        if not 0 <= row < len(spans) or spans[row][0] != doc_id:
            return ""
        return str(text_of[doc_id][spans[row][1] : spans[row][2]])

    table = sentences.iloc[rows][["doc_id", "sentence", "start", "end"]].reset_index(drop=True)
    pairs = list(zip(rows.tolist(), table["doc_id"], strict=True))
    for name, step in (("before", -1), ("text", 0), ("after", 1)):
        table[name] = pd.Series([text(row + step, doc_id) for row, doc_id in pairs], dtype="str")
    return table
