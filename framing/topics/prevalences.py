"""Prevalence: the share of each topic in groups of text, with the uncertainty of the model."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from joblib import delayed
from numpy.typing import NDArray
from scipy import sparse, special

from framing._core.checks import (
    InputError,
    check_choice,
    check_interval_draws,
    check_objects,
    check_positive,
    check_seed,
    check_share,
    listing,
)
from framing._core.long_work import in_parallel, progress_bar, with_progress
from framing._core.resampling import rng_for, rows_drawn
from framing._core.result import Result, left_out
from framing._core.statistics import (
    adjust,
    effective_size,
    exact_interval,
    limits_as_p,
    limits_of_difference,
)
from framing._core.typing import Array, Mask, Rows
from framing.scores.groups import By, called, groups_of
from framing.topics.measures import match_rows, mixture, reestimated
from framing.topics.models import FitPlan, fit
from framing.topics.runs import filled, smoothed
from framing.topics.topics import NO_TERM, Topics
from framing.words.terms import Terms

METHODS = ("refit", "composition")
# Smallest p that is given: smaller ones are beyond what draws can show.
LEAST_P = 1e-16
# Documents of which one is nearly all text are worth this many equal ones more than one.
LEAST_FREEDOM = 0.5
_APART = np.array([1.0, -1.0])
# Passes of a refit: it starts at the fitted topics, which only have to follow the sample.
REFITS = {"nmf": 50, "lda": 1, "seeded-lda": 1}
# Steps of EM by which topics of NMF become distributions of counts. After one step a topic of 3% to
# 6% of the text has .010 too much, after ten .004, as after forty.
EM_STEPS = 10
# A share below this that says more of the model than of the text, if NMF found the topics.
SMALL = 0.05


@dataclass(frozen=True, eq=False)
class Prevalence(Result):
    """Shares of topics in groups of text, with intervals.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per group and topic: ``group``, ``topic``, ``label``, ``share`` (of the terms of
        the group, 0 to 1), ``low``, ``high``, ``units``, ``documents`` and ``terms`` of the
        group. The interval is missing for a group of a single document.
    draws : array, shape (n_draws, n_groups, n_topics)
        The shares in each bootstrap draw.
    by : str
        The column or period of the groups.
    groups : list of str
        Their names.
    method : str
        "refit" or "composition".
    level : float
        Level of the intervals.
    settings : dict
        Seed, draws, model and hash of the topics, and a ``note`` of topics that are too small for
        their intervals, "" without.

    See Also
    --------
    prevalence, plot_prevalence
    """

    table: pd.DataFrame
    draws: Array
    by: str
    groups: list[str]
    method: str
    level: float

    drawn_by: ClassVar[str] = "plot_prevalence"
    computed_by: ClassVar[tuple[str, ...]] = ("scipy",)

    def __repr__(self) -> str:
        topics = self.table["topic"].nunique()
        note = f"; {self.settings['note']}" if self.settings.get("note") else ""
        return (
            f"<Prevalence of {topics} topics by {self.by}: {len(self.groups)} groups, "
            f"{self.level:.0%} intervals by {self.method} ({len(self.draws)} draws){note}>"
        )

    def contrast(self, target: str, reference: str) -> pd.DataFrame:
        """Return how the shares of the topics differ between two groups.

        Shares sum to 1, so one share can only rise if others fall. The estimate is therefore a
        difference of centred log-ratios, which divide each share by the geometric mean of all
        (Aitchison 1982). The difference of the shares is given beside it.

        Parameters
        ----------
        target, reference : str
            Names of two groups.

        Returns
        -------
        pandas.DataFrame
            One row per topic: ``topic``, ``label``, ``comparison``, ``estimate`` (difference of
            centred log-ratios; 0 is no difference, 0.69 is twice as much relative to the other
            topics) with ``low`` and ``high``, ``p`` (two-sided, Student's t from the standard
            deviation of the draws, with the degrees of freedom of Welch 1947; where all text or no
            text of a group is about the topic, not below Fisher's exact p of so many documents),
            ``p_adjusted`` (Holm 1979), ``share`` and ``reference`` (0 to 1),
            ``difference`` of these two with ``difference_low``, ``difference_high`` and
            ``difference_p`` (as ``p``, not adjusted), ``n`` (documents in both groups), ``note``.
            Intervals and p-values are missing if a group has a single document. A topic that one
            group nearly lacks moves the mean of the log-ratios, and with it ``estimate`` and ``p``
            of all other topics: their ``note`` names it, and ``difference`` does not have this.

        Raises
        ------
        InputError
            There is no such group, or both are the same.

        References
        ----------
        Aitchison, J. (1982). The statistical analysis of compositional data. Journal of the
        Royal Statistical Society B 44(2), 139-177.

        Welch, B. L. (1947). The generalization of Student's problem when several different
        population variances are involved. Biometrika 34(1/2), 28-35. doi:10.1093/biomet/34.1-2.28
        """
        check_choice("target", target, self.groups)
        check_choice("reference", reference, self.groups)
        if target == reference:
            raise InputError(
                f"target and reference are both {target!r}. Give two different groups."
            )
        target_rows = self.table[self.table["group"] == target].reset_index(drop=True)
        reference_rows = self.table[self.table["group"] == reference].reset_index(drop=True)
        a, b = self.groups.index(target), self.groups.index(reference)
        share, base = (
            rows["share"].to_numpy(dtype=np.float64) for rows in (target_rows, reference_rows)
        )
        floor = 0.5 / min(target_rows["terms"].iloc[0], reference_rows["terms"].iloc[0])
        estimate = _log_ratios(share, floor) - _log_ratios(base, floor)
        counts = [int(rows["documents"].iloc[0]) for rows in (target_rows, reference_rows)]
        logs = [_log_ratios(self.draws[:, side], floor) for side in (a, b)]
        spread, freedom = _joint_spread(logs[0], logs[1], *counts)
        difference_spread, of_difference = _joint_spread(
            self.draws[:, a], self.draws[:, b], *counts
        )
        width, difference_width = (_t_width(self.level, each) for each in (freedom, of_difference))
        p = np.maximum(_t_p(estimate, spread, freedom), LEAST_P)
        p_gap = np.maximum(_t_p(share - base, difference_spread, of_difference), LEAST_P)
        low, high = estimate - width * spread, estimate + width * spread
        low_gap, high_gap = (
            np.clip(share - base + sign * difference_width * difference_spread, -1, 1)
            for sign in (-1, 1)
        )
        unseen = _beyond(share, self.draws[:, a], floor, self.level)
        unseen |= _beyond(base, self.draws[:, b], floor, self.level)
        unseen &= ~np.isnan(spread)
        if unseen.any():
            shares = np.array([share, base])
            limits = [
                np.array(
                    [side[end].to_numpy(dtype=np.float64) for side in (target_rows, reference_rows)]
                )
                for end in ("low", "high")
            ]
            apart = limits_of_difference(_APART, shares, *limits)
            low_gap, high_gap = (
                np.where(unseen, end, drawn)
                for end, drawn in zip(apart, (low_gap, high_gap), strict=True)
            )
            odds, odds_low, odds_high = (_log_odds(each, floor) for each in (shares, *limits))
            down, up = _centred_widths(odds, odds_low, odds_high, unseen)
            low, high = np.minimum(low, estimate - down), np.maximum(high, estimate + up)
            # Fisher's p where draws show nothing; else the p that the wider limits have.
            to_none = np.where(estimate > 0, estimate - low, high - estimate) / width
            fisher = _fisher(
                shares,
                np.array([side["documents"].iloc[0] for side in (target_rows, reference_rows)]),
            )
            p = np.fmax(p, np.where(unseen, fisher, _t_p(estimate, to_none, freedom)))
            p_gap = np.where(unseen, np.fmax(p_gap, fisher), p_gap)
            # Several topics that are lacking move each other: the limits know of it, Fisher not.
            holds = unseen & (low <= 0) & (high >= 0)
            p = np.where(holds, np.fmax(p, _t_p(estimate, to_none, freedom)), p)
        # Where p and limits come from two rules, p decides.
        low, high = limits_as_p(estimate, low, high, p, self.level)
        low_gap, high_gap = limits_as_p(share - base, low_gap, high_gap, p_gap, self.level)
        return pd.DataFrame(
            {
                "topic": target_rows["topic"],
                "label": target_rows["label"],
                "comparison": f"{target} - {reference}",
                "estimate": estimate,
                "low": low,
                "high": high,
                "p": p,
                "p_adjusted": adjust(p, "holm"),
                "share": share,
                "reference": base,
                "difference": share - base,
                "difference_low": low_gap,
                "difference_high": high_gap,
                "difference_p": p_gap,
                "n": target_rows["documents"] + reference_rows["documents"],
                "note": self._moved(target_rows, share, base, unseen, (target, reference)),
            }
        )

    def _moved(
        self,
        rows: pd.DataFrame,
        share: Array,
        base: Array,
        unseen: Mask,
        names: tuple[str, str],
    ) -> list[str]:
        """Return for each topic which others move its log-ratio, as one group nearly lacks them."""
        lacking = [
            f"{names[int(base[place] < share[place])]} nearly lacks {rows['topic'].iloc[place]}"
            for place in np.flatnonzero(unseen & (np.minimum(share, base) < 0.5)).tolist()
        ]
        return [
            "; ".join([*lacking, "this moves estimate and p of all topics: see difference"])
            if lacking and not own
            else ""
            for own in unseen
        ]


def _log_ratios(shares: Array, floor: float) -> Array:
    """Return centred log-ratios; shares below the floor count as the floor."""
    logs = np.log(np.maximum(shares, floor))
    ratios: Array = logs - logs.mean(axis=-1, keepdims=True)
    return ratios


def _beyond(shares: Array, drawn: Array, floor: Array | float, level: float) -> Mask:
    """Return where draws do not show how far a share may lie from 0 or from 1.

    There the share, or the limit of its draws, is less than half a term away from it, or no draw
    differs from another. ``drawn`` has the shape (draws, …) of the shares.
    """
    tail = (1 - level) / 2
    at_end = (drawn <= floor).mean(axis=0) >= tail
    at_end |= (drawn >= 1 - floor).mean(axis=0) >= tail
    still = np.ptp(_log_odds(drawn, floor), axis=0) < 1e-9
    beyond: Mask = at_end | still | (shares <= floor) | (shares >= 1 - floor)
    return beyond


def _centred_widths(odds: Array, low: Array, high: Array, unseen: Mask) -> tuple[Array, Array]:
    """Return how far differences of centred log-ratios reach where draws do not vary.

    ``odds`` with their limits have the shape (2, topics). Of k topics, the log-ratio of an unseen
    one follows its log-odds by 1 - 1/k, since the others keep their proportions. The others move
    against it by 1/k.
    """
    k = len(unseen)
    ends = limits_of_difference(_APART, odds, low, high)
    between = odds[0] - odds[1]
    down, up = (np.where(unseen, width, 0.0) for width in (between - ends[0], ends[1] - between))
    others_down, others_up = (np.sqrt((width**2).sum()) / k for width in (down, up))
    return (
        np.where(unseen, (1 - 1 / k) * down, others_up),
        np.where(unseen, (1 - 1 / k) * up, others_down),
    )


def _fisher(shares: Array, sizes: Array) -> Array:
    """Return Fisher's exact p (two-sided) of two shares, of as many whole documents, by topic."""
    # Loading takes a second, and most uses of the package do not need it.
    from scipy.stats import fisher_exact

    n = np.maximum(sizes.astype(np.int64), 1)[:, None]
    with_it = np.rint(shares * n).astype(np.int64)
    p: Array = np.array(
        [
            float(fisher_exact([each, rest])[1])
            for each, rest in zip(with_it.T, (n - with_it).T, strict=True)
        ]
    )
    return p


def _spread(draws: Array, documents: Array | float) -> Array:
    """Return the standard deviation over draws of so many documents; missing for a single one.

    Documents that are drawn with replacement vary by 1 - 1/n of what those of other samples do.
    """
    n = np.maximum(documents, 1)
    with np.errstate(divide="ignore"):
        larger = np.where(n > 1, np.sqrt(n / (n - 1)), np.nan)
    spread: Array = draws.std(axis=0, ddof=1) * larger
    return spread


def _joint_spread(one: Array, other: Array, n: int, m: int) -> tuple[Array, Array]:
    """Return the standard deviation of a difference, and its degrees of freedom (Welch 1947)."""
    if min(n, m) < 2:
        return np.full(one.shape[1], np.nan), np.full(one.shape[1], np.nan)
    parts = np.array([_spread(one, n) ** 2, _spread(other, m) ** 2])
    plain = one.var(axis=0, ddof=1) + other.var(axis=0, ddof=1)
    together = (one - other).var(axis=0, ddof=1)
    total, squares = parts.sum(axis=0), (parts**2 / np.array([[n - 1], [m - 1]])).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.where(plain > 0, together * total / plain, 0.0))
        freedom = np.where(squares > 0, total**2 / squares, float(min(n, m) - 1))
    return spread, freedom


def _t_width(level: float, freedom: Array) -> Array:
    """Return the half-width of an interval at this level by Student's t, in standard errors."""
    width: Array = special.stdtrit(freedom, 1 - (1 - level) / 2)
    return width


def _t_p(estimate: Array, spread: Array, freedom: Array) -> Array:
    """Return two-sided p-values by Student's t; missing where the error is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(estimate) / spread
    p: Array = np.where(spread > 0, 2 * special.stdtr(freedom, -t), np.nan)
    return p


@check_objects
@with_progress
def prevalence(
    topics: Topics,
    terms: Terms,
    *,
    by: By,
    seed: int,
    method: str | None = None,
    draws: int = 200,
    level: float = 0.95,
    workers: int = 1,
    progress: bool = True,
) -> Prevalence:
    """Estimate the share of each topic in the text of each group.

    Returns a Prevalence: its ``table`` has a row for each group and topic with the share and
    its 95% interval; ``contrast`` compares two groups.

    Try it: ``terms = fr.count_terms(fr.load_testbed("newswire").corpus, unit="paragraph")``,
    ``topics = fr.fit_topics(terms, n_topics=3, seed=1)``,
    ``fr.prevalence(topics, terms, by="outlet", seed=1, draws=20).table``.

    The shares of a group are the mixture of topics, as distributions over terms, that best
    explains all terms of the group (maximum likelihood). A mean of the shares of units would be
    biased towards equal shares by the prior of the model, most of all for short units.

    Parameters
    ----------
    topics : Topics
        From `fit_topics`.
    terms : Terms
        The counts that the topics were fitted to.
    by : str, two of them, or Series
        A column of the documents ("source", any covariate), "document", or "year", "quarter",
        "month", "week" or "day" of the date (in UTC; a date that is too coarse goes to the
        group "(missing)"), two of these, or a Series of labels by doc_id or unit_id.
    seed : int
        The same seed gives the same draws and intervals.
    method : {"refit", "composition"}, optional
        How the intervals include the uncertainty of the model, in addition to the sampling of
        documents. "refit": each bootstrap sample refits the model, starting at the fitted
        topics. "composition": each draws topics from their posterior (Dirichlet), as the method
        of composition of the R package stm. By default "refit" for NMF, otherwise "composition".
    draws : int
        Bootstrap samples of documents within each group. 200 by default, since with "refit" each
        refits the model.
    level : float
        Level of the intervals.
    workers : int
        Number of processes; the results are the same with any number.
    progress : bool
        Whether to show a bar on stderr where this takes long. There is none where stderr is not a
        terminal.

    Returns
    -------
    Prevalence
        Its intervals are Student's t on the log-odds of the share, from the standard deviation of
        the draws, times the root of n / (n - 1), with n - 1 degrees of freedom; n is the number of
        equal documents that those of the group are worth (Kish 1965). Where no text or all text of
        a group is about a topic, or so few documents are (or are not) that draws miss them, draws
        do not vary as they should: the limits are the exact ones of so many documents (Clopper and
        Pearson 1934). A group of one document has no interval: it cannot be resampled.

        **A small topic is found too large**, most of all by NMF, since it takes words of others.
        The interval does not know of that. Of six topics in 300 units of 80 words, one planted with
        1% of the text has 2.7% by NMF and 2.3% by LDA, with 3% it has 3.5% and 3.3%, with 6% and
        more it is right to .4 points (5 draws; before ten steps of EM were taken NMF had .6 to 1
        points too much). ``settings["note"]`` names topics of less than 5% found by NMF.

    Raises
    ------
    InputError
        There is no such column, the topics were fitted to other terms, an argument is out of
        range, or the method does not fit the model.

    References
    ----------
    Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated
    in the case of the binomial. Biometrika 26(4), 404-413. doi:10.1093/biomet/26.4.404

    Kish, L. (1965). Survey sampling. Wiley.

    Roberts, M. E., Stewart, B. M. and Tingley, D. (2019). stm: An R package for structural topic
    models. Journal of Statistical Software 91(2), 1-40. doi:10.18637/jss.v091.i02

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["truce and talks", "a truce", "gas, a truce", "gas and oil", "oil, gas", "gas"]
    >>> corpus = fr.make_corpus(texts, source=["Wire"] * 3 + ["Blog"] * 3)
    >>> terms = fr.count_terms(corpus)
    >>> topics = fr.fit_topics(terms, n_topics=2, seed=1)
    >>> shares = fr.prevalence(topics, terms, by="source", seed=1)
    >>> shares.table[["group", "topic", "share"]].round(2)
      group    topic  share
    0  Blog  topic 1   1.00
    1  Blog  topic 2   0.00
    2  Wire  topic 1   0.25
    3  Wire  topic 2   0.75
    """
    method = method or ("refit" if topics.model == "nmf" else "composition")
    _check(topics, terms, method, seed, draws, level, workers)
    matrix, units = filled(terms)
    group, groups = groups_of(units, by)
    # A document in several groups counts once in each, and each is resampled separately.
    cells = units["doc_id"].astype(str) + ":" + pd.Series(group, units.index).astype(str)
    document, ids = pd.factorize(cells)
    membership = sparse.csr_array(
        (np.ones(len(units)), (document, np.arange(len(units)))), shape=(len(ids), len(units))
    )
    first = np.unique(document, return_index=True)[1]
    data = _Data(matrix, sparse.csr_array(membership @ matrix), document, group[first], len(groups))
    known = ~np.isnan(topics.unit_shares[:, 0])
    distributions = data.topics(
        topics.model, topics.probabilities, topics.unit_shares[known], matrix
    )
    estimate = data.shares(distributions, np.arange(len(ids)))
    drawn = _draw(topics, data, method, seed, draws, workers)
    table = _table(topics, data, units, groups, estimate, drawn, level)
    settings = {
        "seed": seed, "draws": draws, "model": topics.model, "topics": topics.hash,
        "note": _small_topics(topics, table),
    }  # fmt: skip
    return Prevalence(table, drawn, called(by), groups, method, level,
        settings=settings,
        left_out=left_out(units.loc[~known, "unit_id"], NO_TERM, item="unit_id"),
    )  # fmt: skip


def _small_topics(topics: Topics, table: pd.DataFrame) -> str:
    """Return a warning of small topics that NMF found, which it makes too large."""
    if topics.model != "nmf":
        return ""
    weighted = (table["share"] * table["terms"]).groupby(table["topic"], observed=False).sum()
    whole = table["terms"].groupby(table["topic"], observed=False).sum()
    small = [str(name) for name, share in (weighted / whole).items() if share < SMALL]
    if not small:
        return ""
    return (
        f"NMF takes words of other topics for small ones: {listing(small)} of less than "
        f"{SMALL:.0%} of the text may be smaller than their intervals say. Compare model='lda'"
    )


def _check(
    topics: Topics, terms: Terms, method: str, seed: int, draws: int, level: float, workers: int
) -> None:
    """Raise InputError if an argument cannot be used."""
    check_choice("method", method, METHODS)
    check_seed(seed)
    check_interval_draws(draws)
    check_positive("workers", workers, whole=True)
    check_share("level", level)
    if method == "refit" and topics.model not in REFITS:
        raise InputError(
            f"method='refit' does not fit {topics.model!r}, which cannot start at given topics. "
            "Use method='composition'."
        )
    if method == "composition" and topics.model == "nmf":
        raise InputError(
            "method='composition' needs a model with a posterior, such as LDA; NMF has none. Use "
            "method='refit'."
        )
    if len(terms) != len(topics.units) or list(terms.names) != topics.vocabulary["term"].tolist():
        raise InputError(
            f"terms has {len(terms.vocabulary):,} terms in {len(terms):,} units, but the topics "
            f"were fitted to {len(topics.vocabulary):,} in {len(topics.units):,}. Give the "
            "terms that fit_topics received."
        )


@dataclass(frozen=True)
class _Data:
    """Counts by unit and by document, the document of each unit, the group of each document."""

    units: sparse.csr_array
    documents: sparse.csr_array
    document_of: NDArray[np.int64]
    group_of: NDArray[np.int64]
    groups: int

    def topics(
        self, model: str, probabilities: Array, shares: Array, counts: sparse.csr_array
    ) -> Array:
        """Return the topics as distributions of counts in which no term has probability 0."""
        topics = smoothed(probabilities, self.units)
        return reestimated(counts, topics, shares, EM_STEPS) if model == "nmf" else topics

    def shares(self, probabilities: Array, documents: Rows) -> Array:
        """Return the shares of the topics in each group, from a sample of documents."""
        rows = self.group_of[documents]
        selection = sparse.csr_array(
            (np.ones(len(rows)), (rows, documents)), shape=(self.groups, len(self.group_of))
        )
        return mixture(sparse.csr_array(selection @ self.documents), probabilities)

    def equal(self) -> Array:
        """Return how many documents of equal length those of each group are worth (Kish 1965)."""
        sizes = np.asarray(self.documents.sum(axis=1)).ravel()
        totals, squares = (
            np.bincount(self.group_of, values, self.groups) for values in (sizes, sizes**2)
        )
        return effective_size(totals, squares)

    def sample(self, rng: np.random.Generator) -> Rows:
        """Return documents drawn with replacement within each group."""
        strata = [np.flatnonzero(self.group_of == group) for group in range(self.groups)]
        return rows_drawn(strata, rng)


def _draw(topics: Topics, data: _Data, method: str, seed: int, draws: int, workers: int) -> Array:
    """Return the shares in each draw, shape (n_draws, n_groups, n_topics)."""
    if method == "composition":
        weights = _posterior(topics, data)
        return np.array([_composed(data, weights, seed, number) for number in range(draws)])
    known = ~np.isnan(topics.unit_shares[:, 0])
    start = topics.state["components"] if topics.model == "nmf" else topics.probabilities
    shares = topics.unit_shares[known]
    calls = [
        delayed(_refitted)(topics.model, data, start, shares, seed, number)
        for number in range(draws)
    ]
    with progress_bar(draws, "fit", "prevalence", delay=3) as bar:
        results = []
        for result in in_parallel(calls, workers):
            results.append(result)
            bar.update()
    return np.array(results)


def _refitted(
    model: str, data: _Data, start: Array, shares: Array, seed: int, number: int
) -> Array:
    """Return the shares in one draw, from a model refitted to a sample of documents."""
    documents = data.sample(rng_for(seed, f"prevalence {number}"))
    times = np.bincount(documents, minlength=len(data.group_of))
    rows = np.repeat(np.arange(len(data.document_of)), times[data.document_of])
    unit_shares = shares[rows] / start.sum(axis=1) if model == "nmf" else shares[rows]
    plan = FitPlan(len(start), seed, start=(start, unit_shares), passes=REFITS[model])
    counts = data.units[rows]
    fitted = fit(model, counts, plan)
    order, _ = match_rows(start, fitted.weights)
    topics = data.topics(model, fitted.probabilities[order], fitted.shares[:, order], counts)
    return data.shares(topics, documents)


def _posterior(topics: Topics, data: _Data) -> Array:
    """Return the Dirichlet parameters of each topic: the occurrences that it explains."""
    if "lambda" in topics.state:
        return topics.state["lambda"]
    known = ~np.isnan(topics.unit_shares[:, 0])
    total = topics.unit_shares[known].T @ np.asarray(data.units.sum(axis=1))
    weights: Array = topics.probabilities * total[:, None] + 1e-6
    return weights


def _composed(data: _Data, weights: Array, seed: int, number: int) -> Array:
    """Return the shares in one draw, with topics drawn from their posterior."""
    rng = rng_for(seed, f"prevalence {number}")
    topics = rng.standard_gamma(weights)
    topics /= topics.sum(axis=1, keepdims=True)
    return data.shares(smoothed(topics, data.units), data.sample(rng))


def _log_odds(shares: Array, floor: Array | float) -> Array:
    """Return log-odds of shares, cut to the range from floor to 1 - floor."""
    inside = np.clip(shares, floor, 1 - floor)
    odds: Array = np.log(inside / (1 - inside))
    return odds


def _table(
    topics: Topics,
    data: _Data,
    units: pd.DataFrame,
    groups: list[str],
    estimate: Array,
    drawn: Array,
    level: float,
) -> pd.DataFrame:
    """Return one row per group and topic."""
    k = len(topics)
    group = data.group_of[data.document_of]
    documents = np.bincount(data.group_of, minlength=len(groups))
    sizes = units["terms"].to_numpy(dtype=np.float64)
    total = np.bincount(group, sizes, len(groups))
    # Half a term: a share that cannot be distinguished from 0 in a group of this size.
    floor = 0.5 / total[:, None]
    odds = _log_odds(estimate, floor)
    equal = np.where(documents > 1, np.maximum(data.equal(), 1 + LEAST_FREEDOM), np.nan)[:, None]
    spread = _spread(_log_odds(drawn, floor), equal)
    half = _t_width(level, equal - 1) * spread
    low, high = 1 / (1 + np.exp(half - odds)), 1 / (1 + np.exp(-half - odds))
    unseen = _beyond(estimate, drawn, floor, level) & ~np.isnan(spread)
    for place in zip(*np.nonzero(unseen), strict=True):
        share = float(estimate[place])
        # Less than half a term is none.
        share = (
            0.0
            if share <= floor[place[0], 0]
            else 1.0
            if share >= 1 - floor[place[0], 0]
            else share
        )
        size = float(equal[place[0], 0])
        low[place], high[place] = exact_interval(share * size, size, level)
    low, high = np.minimum(low, estimate), np.maximum(high, estimate)
    return pd.DataFrame(
        {
            "group": np.repeat(groups, k),
            "topic": pd.Categorical.from_codes(
                np.tile(np.arange(k), len(groups)), dtype=pd.CategoricalDtype(topics.names)
            ),
            "label": [topics.label(name) for name in topics.names] * len(groups),
            "share": estimate.ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
            "units": np.repeat(np.bincount(group, minlength=len(groups)), k),
            "documents": np.repeat(documents, k),
            "terms": np.repeat(total.astype(np.int64), k),
        }
    )
