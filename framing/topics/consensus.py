"""Consensus: the topics that recur over random starts."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from joblib import delayed
from numpy.typing import NDArray
from tqdm import tqdm

from framing._core.checks import check_objects, check_positive, check_seed, check_share
from framing._core.renaming import renamed, still_optional
from framing._core.result import Result
from framing.topics.choice import check_runs
from framing.topics.fitting import check_size, fit_plan
from framing.topics.measures import match_rows
from framing.topics.models import Plan
from framing.topics.runs import filled, in_parallel, run
from framing.topics.topics import Topics
from framing.words.terms import Terms

Array = NDArray[np.float64]

CONSENSUS_COLUMNS = ("topic", "label", "recurs", "runs", "share", "cosine", "low", "high")


@dataclass(frozen=True, eq=False)
class Consensus(Result):
    """Topics on which random starts agree, and how often each recurs.

    Attributes
    ----------
    topics : Topics
        Fitted from the mean of the matched topics of all starts.
    table : pandas.DataFrame
        One row a topic: ``topic``, ``label``, ``recurs`` (starts with a topic like it), ``runs``
        (starts), ``share`` (of starts, 0 to 1), ``cosine`` (mean to the matched topics), ``low``
        and ``high`` (the least and the greatest).
    settings : dict

    See Also
    --------
    consensus_topics
    """

    topics: Topics
    table: pd.DataFrame

    draw_instead: ClassVar[str] = "consensus.topics.plot() draws its topics."
    computed_by: ClassVar[tuple[str, ...]] = ("scipy",)

    def __repr__(self) -> str:
        every = int((self.table["share"] == 1).sum())
        return (
            f"<Consensus of {self.settings['starts']} starts: {every} of {len(self)} topics by "
            f"{self.topics.model} recur in all of them>"
        )


@renamed(seeds="starts")
@check_objects
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
) -> Consensus:
    """Fit a model from many random starts, and say which topics recur.

    The topics of each start are matched with those of the start that is most like all others
    (by the cosine of their terms, each topic once); the mean of the matched topics is where a
    last fit begins.

    Parameters
    ----------
    terms : Terms
        From `count_terms`.
    n_topics : int
        Number of topics of each start.
    model : str
        As in `choose_topics`; "nmf" or "lda".
    starts : int
        Random starts, 2 or more.
    seed : int
        Of the first start; start r has seed + r.
    alike : float
        Cosine from which on a topic of another start is the same topic.
    passes : int, optional
        As in `fit_topics`.
    workers : int
        Processes; the result is the same with any number.

    Returns
    -------
    Consensus
        Its topics are fitted, labelled and written like any.

    Raises
    ------
    InputError
        An argument is out of range, or the model is another.

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
        Plan(n_topics, seed + number, passes=passes or 0, random_start=True)
        for number in range(starts)
    ]
    calls = [delayed(run)(model, matrix, plan) for plan in plans]
    with tqdm(total=starts, unit="fit", desc="consensus_topics", delay=3, disable=None) as bar:
        weights, shares = [], []
        for result in in_parallel(calls, workers):
            weights.append(result.weights)
            shares.append(result.shares)
            bar.update()
    middle, orders = _matched(weights)
    own = np.mean([found[order] for found, order in zip(weights, orders, strict=True)], axis=0)
    beside = np.mean([part[:, order] for part, order in zip(shares, orders, strict=True)], axis=0)
    plan = Plan(n_topics, seed, start=(own, beside), passes=passes or 0)
    topics = fit_plan(terms, model, plan, {"starts": starts, "middle": middle + seed})
    cosine = np.array([match_rows(topics.weights, found)[1] for found in weights])
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
    """Return the start most like all others, and the order that brings each in line with it."""
    n = len(weights)
    alike = np.zeros((n, n))
    for one in range(n):
        for other in range(one + 1, n):
            alike[one, other] = match_rows(weights[one], weights[other])[1].mean()
    alike += alike.T
    # Rounded, so that a last bit does not decide between two.
    middle = int(np.argmax(alike.sum(axis=0).round(6)))
    return middle, [match_rows(weights[middle], found)[0] for found in weights]
