"""Frames by topic: how often each frame of a lexicon occurs in each topic."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import sparse

from framing._core.checks import (
    InputError,
    check_objects,
    check_positive,
    check_seed,
    check_share,
    listing,
)
from framing._core.resampling import percentile_interval, rng_for, times_drawn
from framing._core.result import Result, left_out
from framing._core.typing import Array
from framing.hits.hits import Hits
from framing.topics.runs import Clusters
from framing.topics.topics import NO_TERM, Topics

TOPIC_FRAME_COLUMNS = (
    "topic", "label", "frame", "rate", "low", "high", "ratio", "p", "p_adjusted", "hits", "tokens",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class TopicFrames(Result):
    """Frame rates by topic. A topic that carries a frame is still a topic, not a frame.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per topic and frame: ``topic``, ``label``, ``frame``, ``rate`` (hits per 1,000
        tokens of the topic), ``low``, ``high``, ``ratio`` (to the rate in all text; 1 is no
        difference), ``p``, ``p_adjusted``, ``hits`` and ``tokens`` (sums over the units, each
        weighted by the share of the topic in the unit).
    base : pandas.DataFrame
        One row per frame: ``frame``, ``rate`` in all text, ``hits``, ``tokens``.
    p : float
        p-value of the test that no topic is associated with any frame.
    settings : dict
        The arguments, the numbers of units and clusters, and the sources.

    See Also
    --------
    frames_by_topic, plot_topic_frames
    """

    table: pd.DataFrame
    base: pd.DataFrame
    p: float

    drawn_by: ClassVar[str] = "plot_topic_frames"
    computed_by: ClassVar[tuple[str, ...]] = ("scipy",)

    def __repr__(self) -> str:
        return (
            f"<TopicFrames: {self.table['topic'].nunique()} topics by "
            f"{', '.join(map(str, self.base['frame']))} ({self.settings['lexicon']}) in "
            f"{self.settings['units']:,} units, no association: p = {self.p:.3f}>"
        )


@check_objects
def frames_by_topic(
    topics: Topics,
    hits: Hits,
    *,
    seed: int,
    draws: int = 1000,
    permutations: int = 1000,
    level: float = 0.95,
) -> TopicFrames:
    """Return how often each frame occurs in the text of each topic.

    A unit counts for each topic by the share of the topic in it. The rate of a topic divides its
    share of the hits by its share of the tokens.

    Parameters
    ----------
    topics : Topics
        From the corpus in which the hits were found. Smaller units give sharper rates.
    hits : Hits
        From `find_hits`, in the same corpus.
    seed : int
        The same seed gives the same intervals and p-values.
    draws : int
        Bootstrap samples of documents (of units, if there are fewer than 20 documents). 1,000 by
        default, since each stores a number for every pair of topic and frame.
    permutations : int
        Number of permutations. 1,000 by default, for the same reason.
    level : float
        Level of the intervals.

    Returns
    -------
    TopicFrames
        Its intervals are percentile intervals that treat the topics as fixed. The test shifts
        the shares of all units by a random number of units, in the order of the text: runs of a
        topic and runs of a frame keep their lengths, but lose their relation to each other.
        ``p_adjusted`` is adjusted for all cells at once (by the greatest of all standardised
        log-ratios, Westfall and Young 1993). Units without a term are left out and counted in
        ``settings["left_out"]``.

    Raises
    ------
    InputError
        The hits are from another corpus, there are no hits, or an argument is out of range.

    References
    ----------
    Westfall, P. H. and Young, S. S. (1993). Resampling-Based Multiple Testing. Wiley.

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas"] * 4
    >>> corpus = fr.make_corpus(texts)
    >>> topics = fr.fit_topics(fr.count_terms(corpus), n_topics=2, seed=1)
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce", "talks"]}))
    >>> found = fr.frames_by_topic(topics, hits, seed=1, draws=100, permutations=100)
    >>> found.table[["topic", "frame", "rate"]].round()
         topic  frame   rate
    0  topic 1  peace  714.0
    1  topic 2  peace    0.0
    """
    check_seed(seed)
    check_positive("draws", draws, whole=True)
    check_positive("permutations", permutations, whole=True)
    check_share("level", level)
    unit_hits, tokens = _counts(topics, hits)
    known = ~np.isnan(topics.unit_shares[:, 0])
    units = topics.units.loc[known].reset_index(drop=True)
    shares, unit_hits, tokens = topics.unit_shares[known], unit_hits[known], tokens[known]
    topic_hits, topic_tokens = shares.T @ unit_hits, shares.T @ tokens
    clusters = Clusters.of_units(units, topics.unit)
    low, high = _intervals(shares, unit_hits, tokens, clusters, draws, level, seed)
    p, p_adjusted, p_all = _tested(shares, unit_hits, tokens, permutations, seed)
    rate = 1000 * topic_hits / topic_tokens[:, None]
    base = 1000 * unit_hits.sum(axis=0) / tokens.sum()
    k, f = rate.shape
    table = pd.DataFrame(
        {
            "topic": pd.Categorical.from_codes(
                np.repeat(np.arange(k), f), dtype=pd.CategoricalDtype(topics.names)
            ),
            "label": np.repeat([topics.label(name) for name in topics.names], f),
            "frame": pd.Categorical.from_codes(
                np.tile(np.arange(f), k), dtype=pd.CategoricalDtype(hits.frames)
            ),
            "rate": rate.ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
            "ratio": np.divide(rate, base, out=np.full_like(rate, np.nan), where=base > 0).ravel(),
            "p": p.ravel(),
            "p_adjusted": p_adjusted.ravel(),
            "hits": topic_hits.ravel(),
            "tokens": np.repeat(topic_tokens, f),
        }
    )
    base_table = pd.DataFrame(
        {"frame": hits.frames, "rate": base, "hits": unit_hits.sum(axis=0), "tokens": tokens.sum()}
    )
    settings = {
        "seed": seed, "draws": draws, "permutations": permutations, "level": level,
        "units": len(units), "left_out": int((~known).sum()), "unit": topics.unit,
        "resampled": clusters.name, "clusters": clusters.count, "lexicon": hits.lexicon,
        "lexicon_hash": hits.lexicon_hash, "topics": topics.hash,
    }  # fmt: skip
    return TopicFrames(
        table, base_table, p_all, settings=settings,
        left_out=left_out(topics.units.loc[~known, "unit_id"], NO_TERM, item="unit_id"),
    )  # fmt: skip


def _counts(topics: Topics, hits: Hits) -> tuple[Array, Array]:
    """Return the weighted hits of each unit and frame, and the tokens of each unit."""
    if hits.corpus_fingerprint != topics.origin:
        raise InputError(
            "The hits are not from the corpus of the topics: their fingerprint is "
            f"{hits.corpus_fingerprint[:12]}…, not {topics.origin[:12]}…. Find them in the same "
            "corpus: find_hits(corpus, lexicon)."
        )
    if not len(hits):
        raise InputError(
            f"There is no hit of {listing(hits.frames)} to compare with the topics. Use a lexicon "
            "that matches in this corpus."
        )
    units = topics.units
    # All documents on one line: with length = 100, character 7 of document 2 is at 207.
    documents = pd.Index(units["doc_id"].unique())
    length = int(units["end"].max()) + 1
    keys = documents.get_indexer(units["doc_id"]) * length + units["start"].to_numpy()
    table = hits.table
    document_starts = documents.get_indexer(table["doc_id"]) * length
    rows = np.searchsorted(keys, document_starts + table["start"].to_numpy(), side="right") - 1
    frame = table["frame"].cat.codes.to_numpy(dtype=np.int64)
    unit_hits = np.zeros((len(units), len(hits.frames)))
    np.add.at(unit_hits, (rows, frame), table["weight"].to_numpy(dtype=np.float64))
    return unit_hits, units["tokens"].to_numpy(dtype=np.float64)


def _intervals(
    shares: Array,
    unit_hits: Array,
    tokens: Array,
    clusters: Clusters,
    draws: int,
    level: float,
    seed: int,
) -> tuple[Array, Array]:
    """Return the percentile limits of each rate, from resampled clusters."""
    n, k, f = clusters.count, shares.shape[1], unit_hits.shape[1]
    rows = np.arange(len(clusters.of))
    membership = sparse.csr_array((np.ones(len(rows)), (clusters.of, rows)), shape=(n, len(rows)))
    products = (shares[:, :, None] * unit_hits[:, None, :]).reshape(len(rows), k * f)
    hit_sums, token_sums = membership @ products, membership @ (shares * tokens[:, None])
    rng = rng_for(seed, "frames_by_topic intervals")
    times = times_drawn([np.arange(n)], draws, rng, counted=True)
    numerator = (times @ hit_sums).reshape(draws, k, f)
    denominator = (times @ token_sums)[:, :, None]
    rates = 1000 * np.divide(
        numerator, denominator, out=np.full_like(numerator, np.nan), where=denominator > 0
    )
    return percentile_interval(rates, level)


def _tested(
    shares: Array, unit_hits: Array, tokens: Array, permutations: int, seed: int
) -> tuple[Array, Array, float]:
    """Return p of each cell, p adjusted for all cells, and p of the test of no association."""
    rng = rng_for(seed, "frames_by_topic test")
    n = len(shares)
    observed = _log_ratio(shares, unit_hits, tokens)
    shifts = rng.integers(1, max(n, 2), size=permutations)
    null = np.array(
        [_log_ratio(np.roll(shares, int(by), axis=0), unit_hits, tokens) for by in shifts]
    )
    centre, spread = null.mean(axis=0), null.std(axis=0)
    safe = np.where(spread > 0, spread, np.inf)
    z, z_null = np.abs(observed - centre) / safe, np.abs(null - centre) / safe
    p = (1 + (z_null >= z).sum(axis=0)) / (1 + permutations)
    greatest = z_null.max(axis=(1, 2))
    adjusted = (1 + (greatest[:, None, None] >= z).sum(axis=0)) / (1 + permutations)
    total = (1 + ((z_null**2).sum(axis=(1, 2)) >= (z**2).sum()).sum()) / (1 + permutations)
    return p, adjusted, float(total)


def _log_ratio(shares: Array, unit_hits: Array, tokens: Array) -> Array:
    """Return the log of each rate over the rate in all text, with half a hit added to each cell."""
    expected = (shares.T @ tokens)[:, None] * unit_hits.sum(axis=0) / tokens.sum()
    ratios: Array = np.log((shares.T @ unit_hits + 0.5) / (expected + 0.5))
    return ratios
