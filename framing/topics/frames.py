"""Frames by topic: how often each frame of a lexicon occurs in each topic."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import sparse

from framing._core.checks import (
    InputError,
    check_draws,
    check_interval_draws,
    check_objects,
    check_seed,
    check_share,
    listing,
)
from framing._core.resampling import percentile_interval, rng_for, times_drawn
from framing._core.result import Result, left_out
from framing._core.typing import Array, Rows
from framing.hits.hits import Hits
from framing.topics.runs import UnitClusters
from framing.topics.topics import NO_TERM, Topics

# With fewer documents the test shifts units.
FEWEST_DOCUMENTS = 8
# Sets of shares that are drawn anew; each serves an equal part of the bootstrap samples.
SHARE_DRAWS = 50


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

    Try it: ``news = fr.load_testbed("newswire")``,
    ``hits = fr.find_hits(news.corpus, fr.load_lexicon("peace-initiative"))``,
    ``topics = fr.fit_topics(fr.count_terms(news.corpus), n_topics=3, seed=1)``,
    ``fr.frames_by_topic(topics, hits, seed=1).table``.

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
        Its intervals are percentile intervals over documents. They treat the topics, but not
        their shares, as fixed: in each draw the shares of a unit are drawn anew from a Dirichlet
        distribution with as many counts as the unit has terms, so that short units count as less
        certain. The test gives each document the topics of another one, at random and in the
        order of the text (with fewer than 8 documents it shifts the shares of all units by a
        random number of units): what units of a document have in common stays, and only the
        relation of topics and frames is lost. In 30 documents of 4 paragraphs whose topics and
        hits have nothing to do with each other, but cluster by document, p is .05 or less in 5
        to 7% of draws (20% if units are shifted). The test is circular where words
        of the lexicon are among the terms of the model: leave them out of `count_terms`.
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
    check_interval_draws(draws)
    check_draws("permutations", permutations)
    check_share("level", level)
    unit_hits, tokens = _counts(topics, hits)
    known = ~np.isnan(topics.unit_shares[:, 0])
    units = topics.units.loc[known].reset_index(drop=True)
    shares, unit_hits, tokens = topics.unit_shares[known], unit_hits[known], tokens[known]
    topic_hits, topic_tokens = shares.T @ unit_hits, shares.T @ tokens
    clusters = UnitClusters.of_units(units, topics.unit)
    counted = units["terms"].to_numpy(dtype=np.float64)
    low, high = _intervals(shares, counted, unit_hits, tokens, clusters, draws, level, seed)
    documents = pd.factorize(units["doc_id"])[0]
    p, p_adjusted, p_all = _tested(shares, unit_hits, tokens, permutations, seed, documents)
    rate = 1000 * topic_hits / topic_tokens[:, None]
    low, high = np.minimum(low, rate), np.maximum(high, rate)
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
    counted: Array,
    unit_hits: Array,
    tokens: Array,
    clusters: UnitClusters,
    draws: int,
    level: float,
    seed: int,
) -> tuple[Array, Array]:
    """Return the percentile limits of each rate, from resampled clusters and shares drawn anew.

    ``counted`` are the terms of each unit: its shares are as certain as those of as many counts.
    """
    n, k, f = clusters.count, shares.shape[1], unit_hits.shape[1]
    rows = np.arange(len(clusters.of))
    membership = sparse.csr_array((np.ones(len(rows)), (clusters.of, rows)), shape=(n, len(rows)))
    rng = rng_for(seed, "frames_by_topic intervals")
    weights = np.maximum(shares * np.maximum(counted, 1)[:, None], 1e-3)
    rates = []
    for size in np.diff(np.linspace(0, draws, min(SHARE_DRAWS, draws) + 1).round().astype(int)):
        drawn = rng.standard_gamma(weights)
        total = drawn.sum(axis=1, keepdims=True)
        drawn = np.where(total > 0, drawn / np.where(total > 0, total, 1), shares)
        products = (drawn[:, :, None] * unit_hits[:, None, :]).reshape(len(rows), k * f)
        hit_sums, token_sums = membership @ products, membership @ (drawn * tokens[:, None])
        times = times_drawn([np.arange(n)], int(size), rng, counted=True)
        numerator = (times @ hit_sums).reshape(-1, k, f)
        denominator = (times @ token_sums)[:, :, None]
        rates.append(
            1000
            * np.divide(
                numerator, denominator, out=np.full_like(numerator, np.nan),
                where=denominator > 0,
            )
        )  # fmt: skip
    return percentile_interval(np.concatenate(rates), level)


def _tested(
    shares: Array, unit_hits: Array, tokens: Array, permutations: int, seed: int, documents: Rows
) -> tuple[Array, Array, float]:
    """Return p of each cell, p adjusted for all cells, and p of the test of no association."""
    rng = rng_for(seed, "frames_by_topic test")
    observed = _log_ratio(shares, unit_hits, tokens)
    null = np.array(
        [
            _log_ratio(shares[order], unit_hits, tokens)
            for order in _orders(documents, permutations, rng)
        ]
    )
    centre, spread = null.mean(axis=0), null.std(axis=0)
    safe = np.where(spread > 0, spread, np.inf)
    z, z_null = np.abs(observed - centre) / safe, np.abs(null - centre) / safe
    p = (1 + (z_null >= z).sum(axis=0)) / (1 + permutations)
    greatest = z_null.max(axis=(1, 2))
    adjusted = (1 + (greatest[:, None, None] >= z).sum(axis=0)) / (1 + permutations)
    total = (1 + ((z_null**2).sum(axis=(1, 2)) >= (z**2).sum()).sum()) / (1 + permutations)
    return p, adjusted, float(total)


def _orders(documents: Rows, permutations: int, rng: np.random.Generator) -> Iterator[Rows]:
    """Yield for each permutation the row of the unit whose topics each unit gets.

    The topics of a document with 2 units, laid over one with 4, are those of its units 1 1 2 2.
    """
    n, count = len(documents), int(documents.max()) + 1
    if count < FEWEST_DOCUMENTS:
        for by in rng.integers(1, max(n, 2), size=permutations).tolist():
            yield np.roll(np.arange(n), by)
        return
    starts = np.searchsorted(documents, np.arange(count))
    sizes = np.bincount(documents, minlength=count)
    place = (np.arange(n) - starts[documents] + 0.5) / sizes[documents]
    for _ in range(permutations):
        other = rng.permutation(count)[documents]
        yield starts[other] + np.floor(place * sizes[other]).astype(np.int64)


def _log_ratio(shares: Array, unit_hits: Array, tokens: Array) -> Array:
    """Return the log of each rate over the rate in all text, with half a hit added to each cell."""
    expected = (shares.T @ tokens)[:, None] * unit_hits.sum(axis=0) / tokens.sum()
    ratios: Array = np.log((shares.T @ unit_hits + 0.5) / (expected + 0.5))
    return ratios
