"""Topics: a fitted topic model with its terms, the shares of its units and its settings."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import (
    InputError,
    check_choice,
    check_objects,
    check_positive,
    listing,
    suggestion,
)
from framing._core.renaming import renamed
from framing._core.result import Result, left_out
from framing._core.typing import Array
from framing.corpus.corpus import Corpus
from framing.scores.groups import TOPIC_SHARE
from framing.scores.scores import ScoreParts, Scores
from framing.topics.measures import frex
from framing.topics.models import infer
from framing.words.terms import Terms
from framing.words.vocabulary import select_terms

RANKINGS = ("weight", "probability", "frex", "lift")
# Why a unit has no share of a topic.
NO_TERM = "no term of the vocabulary"


# What is said of a model that needs more passes.
NOT_CONVERGED = "stopped before it converged: passes= gives it more time"


@dataclass(frozen=True, eq=False)
class Topics(Result):
    """Topics of a corpus. A topic becomes a frame only when a person has validated it as one.

    Attributes
    ----------
    weights : array, shape (n_topics, n_terms)
        Weight of each term in each topic; rows sum to 1. For NMF these are weights of
        log-scaled tf-idf, for the other models probabilities.
    probabilities : array, shape (n_topics, n_terms)
        Probability of each term in the topic; rows sum to 1. For NMF the weights without idf.
    unit_shares : array, shape (n_units, n_topics)
        Shares of the topics in each unit, 0 to 1; rows sum to 1. Missing for a unit without a
        term. For NMF these are shares of the weight of the unit in the model.
    vocabulary, units : pandas.DataFrame
        Columns of ``weights`` and ``probabilities``, and rows of ``unit_shares``, as in `Terms`.
    unit : str
        Unit of text of the shares.
    model : str
        Name of the model.
    seed : int
        Seed of the fit.
    settings : dict
        Options of the fit, and whether it converged.
    left_out : pandas.DataFrame
        ``unit_id`` and ``reason`` of the units without shares.
    versions : dict
        Versions of the packages that fitted the model.
    state : dict of arrays
        Arrays that `transform` needs.
    counting : dict
        How the terms were counted.
    seeds : pandas.DataFrame
        For a seeded model: ``topic``, ``frame``, ``seed``, ``term`` (missing if the seed is not
        in the vocabulary).
    labels : dict
        Labels that a person gave to the topics.
    origin : str
        Fingerprint of the corpus.

    See Also
    --------
    fit_topics, read_topics
    """

    weights: Array
    probabilities: Array
    unit_shares: Array
    vocabulary: pd.DataFrame
    units: pd.DataFrame
    unit: str
    model: str
    seed: int
    versions: Mapping[str, str]
    state: Mapping[str, Array]
    counting: Mapping[str, Any]
    seeds: pd.DataFrame
    origin: str
    labels: Mapping[str, str] = field(default_factory=dict)

    drawn_by: ClassVar[str] = "plot_topics"

    def __post_init__(self) -> None:
        """Leave the settings as they are: they are part of the hash."""

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def names(self) -> list[str]:
        """Names of the topics: "topic 1", "topic 2" …, seeded ones first, then by share."""
        return [f"topic {number}" for number in range(1, len(self) + 1)]

    @property
    def empty(self) -> int:
        """Number of units without a term; they have no shares."""
        return int(np.isnan(self.unit_shares[:, 0]).sum())

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the model, its settings and its data."""
        facts = [self.model, len(self), self.seed, dict(self.settings), dict(self.versions)]
        facts += [self.origin, self.unit, dict(self.counting), list(self.vocabulary["term"])]
        facts += [self.seeds.fillna("").to_numpy().tolist()]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    @cached_property
    def table(self) -> pd.DataFrame:
        """Terms of each topic: ``topic``, ``term`` and ``weight``, for weights above 0."""
        topic, column = np.nonzero(self.weights)
        table = pd.DataFrame(
            {
                "topic": _named(topic, self.names),
                "term": self.vocabulary["term"].to_numpy()[column],
                "weight": self.weights[topic, column],
            }
        )
        keys = ["topic", "weight", "term"]
        return table.sort_values(keys, ascending=[True, False, True], ignore_index=True)

    @cached_property
    def shares(self) -> Scores:
        """Share of each topic in each unit, 0 to 1; the denominator is the terms of the unit."""
        return _as_scores(self, self.unit_shares, self.units)

    def __repr__(self) -> str:
        seeded = self.seeds["frame"].nunique()
        absent = int(self.seeds["term"].isna().sum())
        notes = [
            f"{len(self)} topics of {len(self.units):,} {self.unit}s by {self.model}",
            f"seed {self.seed}",
            *([f"{seeded} of them seeded"] if seeded else []),
            *([f"{absent:,} seeds not in the vocabulary"] if absent else []),
            *([f"{self.empty:,} units without a term"] if self.empty else []),
            *([NOT_CONVERGED] if self.settings.get("converged") is False else []),
        ]
        return f"<Topics: {', '.join(notes)}>"

    def _rows(self) -> pd.DataFrame:
        top = self.top_terms(8)
        lines = top.groupby("topic", observed=True, sort=False)["term"].agg(", ".join)
        rows = pd.DataFrame({"topic": self.names, "label": [*map(self.label, self.names)]})
        rows["terms"] = [lines.get(name, "") for name in self.names]
        return rows.assign(share=np.nanmean(self.unit_shares, axis=0))

    def label(self, topic: str) -> str:
        """Return the label of a topic, or its name if it has none.

        Parameters
        ----------
        topic : str
            Name of the topic, as in ``.table``.

        Returns
        -------
        str
            The label, or the name.
        """
        return self.labels.get(topic, topic)

    @check_objects
    def with_labels(self, labels: Mapping[str, str]) -> "Topics":
        """Return the topics with labels that a person gave them after reading.

        Parameters
        ----------
        labels : mapping
            From names ("topic 1") to labels. Other topics keep their labels.

        Returns
        -------
        Topics
            The same topics with these labels.

        Raises
        ------
        InputError
            There is no such topic, or two topics would have the same label.
        """
        for topic in labels:
            if topic not in self.names:
                raise InputError(
                    f"There is no {topic!r}: the topics are {listing(self.names)}."
                    + suggestion(topic, self.names)
                )
        merged = {**self.labels, **{topic: str(label) for topic, label in labels.items()}}
        names = list(merged.values())
        twice = sorted({label for label in names if names.count(label) > 1})
        if twice:
            raise InputError(
                f"Two topics have the label {listing(twice)}. Give each topic a different label."
            )
        return replace(self, labels=merged)

    @renamed(n="top", by="rank_by")
    def top_terms(self, top: int = 10, *, rank_by: str = "weight") -> pd.DataFrame:
        """Return the terms that stand for each topic.

        Parameters
        ----------
        top : int
            Terms per topic.
        rank_by : {"weight", "probability", "frex", "lift"}
            "weight": weight of the term in the model. "probability": share of the term in the
            topic. "frex": both frequent and exclusive, 0 to 1 (Bischof and Airoldi 2012).
            "lift": probability in the topic divided by that in all text, from 0 up.

        Returns
        -------
        pandas.DataFrame
            One row per topic and term: ``topic``, ``label``, ``rank`` (from 1), ``term``, for
            stems also ``form``, then all four measures. A topic in which fewer terms have a weight
            has fewer rows.

        Raises
        ------
        InputError
            ``top`` is not a whole number above 0, or ``rank_by`` is unknown.

        References
        ----------
        Bischof, J. M. and Airoldi, E. M. (2012). Summarizing topical content with word
        frequency and exclusivity. Proceedings of ICML.

        Examples
        --------
        >>> import framing as fr
        >>> texts = ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas"]
        >>> topics = fr.fit_topics(fr.count_terms(fr.make_corpus(texts)), n_topics=2, seed=1)
        >>> topics.top_terms(2)[["topic", "rank", "term"]]
             topic  rank   term
        0  topic 1     1  truce
        1  topic 1     2  talks
        2  topic 2     1    gas
        3  topic 2     2    oil
        """
        check_positive("top", top, whole=True)
        check_choice("rank_by", rank_by, RANKINGS)
        overall = self.vocabulary["n"].to_numpy(dtype=np.float64)
        measures = {
            "weight": self.weights,
            "probability": self.probabilities,
            "frex": frex(self.probabilities),
            "lift": self.probabilities * overall.sum() / overall,
        }
        # Ties of a measure are ordered by the weight of the model. A term without a weight says
        # nothing of the topic, whatever its frex or lift.
        absent = self.weights <= 0
        order = np.lexsort((-self.weights, -measures[rank_by], absent), axis=1)[:, :top]
        ranks, topics = np.arange(1, order.shape[1] + 1), np.arange(len(self))
        kept = ~absent[topics[:, None], order]
        topic = np.repeat(topics, kept.sum(axis=1))
        column = order[kept]
        words = self.vocabulary.drop(columns=["n", "units"]).iloc[column]
        return pd.DataFrame(
            {
                "topic": _named(topic, self.names),
                "label": [self.label(self.names[number]) for number in topic.tolist()],
                "rank": np.broadcast_to(ranks, order.shape)[kept],
                **{str(name): words[name].to_numpy() for name in words},
                **{name: values[topic, column] for name, values in measures.items()},
            }
        )

    @renamed(n="top")
    @check_objects
    def top_passages(
        self, top: int = 3, *, corpus: Corpus | None = None, min_terms: int = 10
    ) -> pd.DataFrame:
        """Return the units with the greatest share of each topic: read them before you name it.

        Parameters
        ----------
        top : int
            Units per topic.
        corpus : Corpus, optional
            The corpus that was counted; adds the text of the units.
        min_terms : int
            Units with fewer terms are skipped: a single word has a share of 1.

        Returns
        -------
        pandas.DataFrame
            One row per topic and unit: ``topic``, ``label``, ``rank``, ``unit_id``, ``doc_id``,
            ``share``, ``terms``, with a corpus also ``text``. There are fewer rows if fewer
            units have enough terms.

        Raises
        ------
        InputError
            The corpus is not the one that was counted, or no unit has ``min_terms`` terms, as
            when units are sentences.

        Examples
        --------
        >>> import framing as fr
        >>> texts = ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas"]
        >>> corpus = fr.make_corpus(texts)
        >>> topics = fr.fit_topics(fr.count_terms(corpus), n_topics=2, seed=1)
        >>> topics.top_passages(1, corpus=corpus, min_terms=2)[["topic", "text"]]
             topic             text
        0  topic 1  truce and talks
        1  topic 2      gas and oil
        """
        check_positive("top", top, whole=True)
        check_positive("min_terms", min_terms, whole=True)
        sizes = self.units["terms"].to_numpy()
        long_enough = np.flatnonzero(sizes >= min_terms)
        if not len(long_enough):
            raise InputError(
                f"No {self.unit} has {min_terms:,} terms of the model; the longest has "
                f"{int(sizes.max())}. Give a lower number, such as "
                f"min_terms={max(1, int(sizes.max()) // 2)}, or count the terms of larger units."
            )
        rows, topic = [], []
        for number in range(len(self)):
            shares = self.unit_shares[long_enough, number]
            best = long_enough[np.argsort(-shares, kind="stable")[:top]]
            rows += best.tolist()
            topic += [number] * len(best)
        units = self.units.iloc[rows]
        table = pd.DataFrame(
            {
                "topic": _named(topic, self.names),
                "label": [self.label(self.names[number]) for number in topic],
                "rank": pd.Series(topic, dtype=np.int64).groupby(topic).cumcount() + 1,
                "unit_id": units["unit_id"].to_numpy(),
                "doc_id": units["doc_id"].to_numpy(),
                "share": self.unit_shares[rows, topic],
                "terms": units["terms"].to_numpy(),
            }
        )
        if corpus is not None:
            table["text"] = unit_texts(self, corpus, rows)
        return table

    @check_objects
    def transform(self, terms: Terms) -> Scores:
        """Return the shares of these topics in other text.

        Parameters
        ----------
        terms : Terms
            Best counted with ``count_terms(corpus, like=topics)``; terms that the model does
            not know are ignored.

        Returns
        -------
        Scores
            One row per unit and topic; missing for a unit without a known term. LDA infers the
            shares as in the fit. For the models of tomotopy and the HDP the shares come from an
            LDA with the fitted topics.

        Raises
        ------
        InputError
            The text has none of the terms of the model.

        Examples
        --------
        >>> import framing as fr
        >>> texts = ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas"]
        >>> topics = fr.fit_topics(fr.count_terms(fr.make_corpus(texts)), n_topics=2, seed=1)
        >>> new = fr.count_terms(fr.make_corpus(["A truce."]), like=topics)
        >>> topics.transform(new).table[["frame", "value"]].round(2)
             frame  value
        0  topic 1    1.0
        1  topic 2    0.0
        """
        matrix = select_terms(terms.matrix, terms.names, self.vocabulary["term"].tolist())
        sizes = np.asarray(matrix.sum(axis=1))
        filled = sizes > 0
        if not filled.any():
            known = set(self.vocabulary["term"]).intersection(terms.names)
            if known:
                raise InputError(
                    f"The {len(terms):,} units of the text have none of the {len(known):,} terms "
                    "of the model, so their shares cannot be estimated. Give text on the topics of "
                    "the model."
                )
            raise InputError(
                f"None of the {len(terms.vocabulary):,} terms is among the "
                f"{len(self.vocabulary):,} that the model was fitted to. Count them the same way: "
                "count_terms(corpus, like=topics)."
            )
        shares = np.full((len(terms), len(self)), np.nan)
        shares[filled] = infer(self.model, matrix[filled], self.state)
        return _as_scores(self, shares, terms.units.assign(terms=sizes))


def _named(topic: Sequence[int] | NDArray[np.intp], names: list[str]) -> Any:
    """Return topic numbers, from 0, as a categorical of their names."""
    return pd.Categorical.from_codes(
        np.asarray(topic, dtype=np.int64), dtype=pd.CategoricalDtype(names)
    )


def _as_scores(topics: Topics, shares: Array, units: pd.DataFrame) -> Scores:
    """Return shares of topics as scores, so that they can be compared and drawn like scores."""
    n, k = shares.shape
    sizes = units["terms"].to_numpy(dtype=np.float64)
    numerators = np.nan_to_num(shares) * sizes[:, None]
    document = pd.factorize(units["doc_id"])[0].astype(np.int64)
    table = pd.DataFrame(
        {
            "unit_id": np.repeat(units["unit_id"].to_numpy(), k),
            "frame": _named(np.tile(np.arange(k), n), topics.names),
            "value": shares.ravel(),
            "numerator": numerators.ravel(),
            "denominator": np.repeat(sizes, k),
        }
    )
    return Scores(
        table=table,
        units=units,
        kind=TOPIC_SHARE,
        unit=topics.unit,
        per=1,
        empty=int((sizes == 0).sum()),
        lexicon=f"{topics.model} with {k} topics, seed {topics.seed}",
        lexicon_hash=topics.hash,
        parts=ScoreParts(topics.unit, np.arange(n), document, numerators, sizes),
        settings={"unit": topics.unit, "topics": topics.hash, "corpus_fingerprint": topics.origin},
        left_out=left_out(units.loc[sizes == 0, "unit_id"], NO_TERM, item="unit_id"),
    )


def unit_texts(topics: Topics, corpus: Corpus, rows: Sequence[int]) -> list[str]:
    """Return the texts of units, with runs of white space as single spaces."""
    if corpus.fingerprint != topics.origin:
        raise InputError(
            "This is not the corpus in which the terms were counted: its fingerprint is "
            f"{corpus.fingerprint[:12]}…, not {topics.origin[:12]}…. Give the corpus of "
            "count_terms."
        )
    text_of = dict(zip(corpus.table["doc_id"], corpus.table["text"], strict=True))
    spans = topics.units.iloc[list(rows)][["doc_id", "start", "end"]]
    return [
        " ".join(text_of[doc_id][start:end].split())
        for doc_id, start, end in spans.itertuples(index=False)
    ]
