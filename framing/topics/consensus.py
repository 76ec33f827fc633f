"""Consensus topics: those that recur over random starts."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from joblib import delayed
from numpy.typing import NDArray

from framing._core.checks import check_objects, check_positive, check_seed, check_share
from framing._core.long_work import in_parallel, progress_bar, with_progress
from framing._core.renaming import renamed, still_optional
from framing._core.result import Result
from framing._core.typing import Array
from framing.topics.choice import check_runs
from framing.topics.fitting import check_size, fit_plan
from framing.topics.measures import match_rows
from framing.topics.models import FitPlan
from framing.topics.runs import filled, run
from framing.topics.topics import Topics
from framing.words.terms import Terms

CONSENSUS_COLUMNS = ("topic", "label", "recurs", "runs", "share", "cosine", "low", "high")


@dataclass(frozen=True, eq=False)
class Consensus(Result):
    """Topics on which random starts agree, and how often each recurs.

    Attributes
    ----------
    topics : Topics
        Fitted from the mean of the matched topics of all starts.
    table : pandas.DataFrame
        One row per topic: ``topic``, ``label``, ``recurs`` (starts with a similar topic), ``runs``
        (starts), ``share`` (of starts, 0 to 1), ``cosine`` (mean to the matched topics), ``low``
        and ``high`` (the smallest and the greatest cosine).
    settings : dict
        The arguments.

    See Also
    --------
    consensus_topics
    """

    topics: Topics
    table: pd.DataFrame

    draw_instead: ClassVar[str] = "consensus.topics.plot() draws its topics."
    computed_by: ClassVar[tuple[str, ...]] = ("scipy",)

    def __repr__(self) -> str:
        recurring = int((self.table["share"] == 1).sum())
        return (
            f"<Consensus of {self.settings['starts']} starts: {recurring} of {len(self)} topics by "
            f"{self.topics.model} recur in all of them>"
        )


@renamed(seeds="starts")
@check_objects
@with_progress
@still_optional(seed=1)
def consensus_topics(
    terms: Terms,
    n_topics: int,
    *,
    model: str = "nmf",
    starts: int = 10,
    seed: int,
    alike: float = 0.7,
    passes: int | None = None,
    workers: int = 1,
    progress: bool = True,
) -> Consensus:
    """Fit a model from many random starts, and report which topics recur.

    Returns a Consensus: its ``topics`` are the topics on which the starts agree, its ``table``
    says how often each recurs.

    Try it: ``terms = fr.count_terms(fr.load_testbed("newswire").corpus, unit="paragraph")``,
    ``fr.consensus_topics(terms, 3, starts=3, seed=1).table``.

    The topics of each start are matched with those of the central start, which is most similar
    to all others (by the cosine of their terms, each topic once). A last fit begins at the mean
    of the matched topics.

    Parameters
    ----------
    terms : Terms
        From `count_terms`.
    n_topics : int
        Number of topics of each start.
    model : str
        "nmf" or "lda", as in `fit_topics`.
    starts : int
        Number of random starts, at least 2.
    seed : int
        Seed of the first start; start r, counted from 0, has seed + r.
    alike : float
        Two topics count as the same from this cosine upward.
    passes : int, optional
        As in `fit_topics`.
    workers : int
        Number of processes; the result is the same with any number.
    progress : bool
        Whether to show a bar on stderr where this takes long. There is none where stderr is not a
        terminal.

    Returns
    -------
    Consensus
        Its ``topics`` can be labelled, drawn and written like any other topics.

    Raises
    ------
    InputError
        An argument is out of range, or the model is neither of the two.

    References
    ----------
    Kuhn, H. W. (1955). The Hungarian method for the assignment problem. Naval Research
    Logistics Quarterly 2(1-2), 83-97. doi:10.1002/nav.3800020109

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas"] * 4
    >>> found = fr.consensus_topics(fr.count_terms(fr.make_corpus(texts)), 2, starts=3, seed=1)
    >>> found
    <Consensus of 3 starts: 2 of 2 topics by nmf recur in all of them>
    """
    check_positive("n_topics", n_topics, whole=True)
    check_size(terms, n_topics)
    check_runs(model, starts, starts, 2, workers, ("nmf", "lda"))
    check_seed(seed)
    check_share("alike", alike)
    matrix, _ = filled(terms)
    plans = [
        FitPlan(n_topics, seed + number, passes=passes or 0, random_start=True)
        for number in range(starts)
    ]
    calls = [delayed(run)(model, matrix, plan) for plan in plans]
    with progress_bar(starts, "fit", "consensus_topics", delay=3) as bar:
        weights, shares = [], []
        for result in in_parallel(calls, workers):
            weights.append(result.weights)
            shares.append(result.shares)
            bar.update()
    central, orders = _matched(weights)
    mean_weights = np.mean(
        [topic_weights[order] for topic_weights, order in zip(weights, orders, strict=True)], axis=0
    )
    mean_shares = np.mean(
        [values[:, order] for values, order in zip(shares, orders, strict=True)], axis=0
    )
    plan = FitPlan(n_topics, seed, start=(mean_weights, mean_shares), passes=passes or 0)
    topics = fit_plan(terms, model, plan, {"starts": starts, "middle": central + seed})
    cosine = np.array([match_rows(topics.weights, topic_weights)[1] for topic_weights in weights])
    recurs = (cosine >= alike).sum(axis=0)
    table = pd.DataFrame(
        {
            "topic": topics.names, "label": topics.names, "recurs": recurs, "runs": starts,
            "share": recurs / starts, "cosine": cosine.mean(axis=0), "low": cosine.min(axis=0),
            "high": cosine.max(axis=0),
        }
    )  # fmt: skip
    settings = {"starts": starts, "seed": seed, "alike": alike, "model": model}
    return Consensus(topics, table[list(CONSENSUS_COLUMNS)], settings=settings)


def _matched(weights: list[Array]) -> tuple[int, list[NDArray[np.intp]]]:
    """Return the central start, and the order that aligns the topics of each start with it."""
    n = len(weights)
    agreements = np.zeros((n, n))
    for first in range(n):
        for second in range(first + 1, n):
            agreements[first, second] = match_rows(weights[first], weights[second])[1].mean()
    agreements += agreements.T
    # Rounded, so that the last bit does not decide between two starts.
    central = int(np.argmax(agreements.sum(axis=0).round(6)))
    return central, [match_rows(weights[central], topic_weights)[0] for topic_weights in weights]
