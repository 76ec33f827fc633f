"""Partial pooling: the scores of many groups at once, the thin ones drawn towards the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import special

from framing._core.checks import InputError, check_objects, check_share
from framing._core.result import Result, instrument_of
from framing._core.statistics import RatioLimits, ratio_limits
from framing._core.typing import Array, Mask, Rows
from framing.scores.groups import By, Observations, name_of, observe
from framing.scores.scores import Scores, case_of, each_once, refuse_signed

# Fewest groups from which their variation can be learned.
FEWEST_GROUPS = 4
# Points of the grids: of the common mean, of the shrinkage, and of the values of a group.
MEANS, SHRINKAGES, POINTS = 31, 30, 600
# Lowest and highest logs of the values on the grid, and how many errors it goes beyond a group.
LOWEST, HIGHEST, BEYOND = -10.0, 4.5, 8.0
# The share of groups that may be unlike all others, and the grid of the dispersion: in errors of
# its log, which is at most so large.
UNLIKE, ERRORS, LARGEST_ERROR = 0.4, (-2.0, -1.0, 0.0, 1.0, 2.0), 0.6
# A group with so many documents with hits has as much of its own dispersion as of that of all.
COMMON = 15.0
# The dispersion of a group is expected to be at most so many times that of all.
FARTHEST = 4.0
# With this dispersion documents vary as counts do; a smaller one would be lost in rounding.
LEAST_DISPERSION = 1e-9
POOLED_COLUMNS = (
    "group", "frame", "value", "estimate", "low", "high", "shrinkage", "n", "numerator",
    "denominator", "note",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Pooled(Result):
    """Scores of many groups, each estimated with the help of the others.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per group and frame: ``group``, ``frame``, ``value`` (as `score` pools it),
        ``estimate`` (the shrunken value) with ``low`` and ``high``, in the unit of the scores;
        ``shrinkage`` (0: the group stands alone; 1: it has the value of all groups), ``n``
        (documents or clusters), ``numerator``, ``denominator`` and ``note``.
    population : pandas.DataFrame
        One row per frame: ``mean`` of the groups with ``low`` and ``high``, ``spread`` (standard
        deviation between groups with ``spread_low`` and ``spread_high``), in the unit of the
        scores; ``dispersion`` (of the documents of a group: the squared coefficient of variation
        of rates, or the intraclass correlation of shares); ``groups``.
    level : float
    kind, measure : str
        Of the scores.

    See Also
    --------
    pool, plot_pooled
    """

    table: pd.DataFrame
    population: pd.DataFrame
    level: float
    kind: str
    measure: str

    drawn_by: ClassVar[str] = "plot_pooled"
    computed_by: ClassVar[tuple[str, ...]] = ("scipy",)

    def __repr__(self) -> str:
        groups = self.table["group"].nunique()
        middle = self.table["shrinkage"].median()
        return (
            f"<Pooled by {name_of(self.settings['by'])}: {self.measure}, {groups:,} groups, "
            f"{self.table['frame'].nunique()} frames, median shrinkage {middle:.2f}, "
            f"{self.level:.0%} intervals>"
        )


@check_objects
def pool(
    scores: Scores,
    *,
    by: By,
    groups: Sequence[str] | None = None,
    cluster: By | None = None,
    weight: str | None = None,
    level: float = 0.95,
) -> Pooled:
    """Estimate the scores of many groups together: partial pooling.

    Returns a Pooled: its ``table`` has a row for each group and frame with the score of the
    group alone (``value``), the pooled one (``estimate``) and its 95% interval.

    Try it: ``fr.pool(fr.score(fr.load_study("briefings").hits), by="year").table``.

    With fifty outlets of which most are thin, the highest and the lowest scores are those of
    outlets with a handful of articles. Each score is therefore drawn towards the mean of all,
    the more, the less text there is of it and the less the groups differ.

    Parameters
    ----------
    scores : Scores
        By document, paragraph or sentence, or by the column itself.
    by : str, two of them, or Series
        The groups, as in `contrast`: for instance "source".
    groups : list of str, optional
        The groups to pool; by default all.
    cluster : str, two of them, or Series, optional
        Units that belong together; by default those of a document.
    weight : str, optional
        A column of weights above 0.
    level : float
        Level of the intervals.

    Returns
    -------
    Pooled
        Rates and counts follow a gamma-Poisson model, shares a beta-binomial model: the values of
        the groups have a gamma or beta distribution, and hits are counts at the value of their
        group.

        The sum of a group is negative binomial (beta-binomial for shares) around its value, with
        the variance of its documents: a group with many documents says itself how much these vary
        more than counts do, the others take it from all. So a large group keeps its own value,
        whatever the distribution of its documents is. That a group has no hit (or a share of 1) is
        as probable as in a sample of its effective number of sentences (Kish 1965), since a frame
        that stands in a few explainers is often missing. Mean and spread of the groups are
        estimated, and this is part of each interval: a group has the mixture of its posteriors
        over a grid of both, weighted by their likelihood, and over what the dispersion of its
        documents may be. The prior is even over the standard deviation of the groups (Gelman
        2006), and that of Jeffreys for the mean. A group may be unlike the others, with a
        probability of two fifths before the data: it then comes from a flat distribution with the
        same mean (Schmidli et al. 2014). Limits are quantiles of the mixture; ``estimate`` is its
        median. The limit away from the rate of all text is moved towards that of
        `Scores.interval`, if that is wider, by the weight that a group has itself (1 -
        ``shrinkage``), so that a group far from all others is not cut off (limited translation,
        Efron and Morris 1972). The lower limit of a group without a hit is 0, and the upper limit
        of a share is 1 where all sentences have one: some outlets never use a frame. There is no
        chance in it, so there is no seed.

        Over 8 and 50 outlets of 1 to 60 articles, 96 to 99.6% of the 95% intervals hold the true
        value, on average over the outlets, for gamma, log-normal and two-point values and documents
        with a cv2 of 0 to 2 (benchmarks/pooling.md); the squared error is a seventh to three fifths
        of that of the outlets alone, and less where they are equal. Of outlets of 158 to 400 and 23
        to 69 articles whose frame comes in runs 95 to 98% and 91 to 96% are covered. A single group
        far from all others is covered less often, since it is drawn towards them: one of five
        channels of 6 to 20 transcripts, 2.5 times as frequent as the others, in 91 to 98%, the
        other four in 98 to 99%. Of eight outlets of five articles each 95 to 98% are covered, and
        one that is 2.5 times as frequent as the equal others in 85 to 96%: five articles do not
        show that an outlet is unlike all others. For a comparison of two groups, use `contrast`.

    Raises
    ------
    InputError
        There are fewer than four groups, no such column, entries have negative weights, or an
        argument is out of range.

    References
    ----------
    Christiansen, C. L. and Morris, C. N. (1997). Hierarchical Poisson regression modeling. Journal
    of the American Statistical Association 92(438), 618-632. doi:10.1080/01621459.1997.10474013

    Efron, B. and Morris, C. (1972). Limiting the risk of Bayes and empirical Bayes estimators, part
    II: the empirical Bayes case. Journal of the American Statistical Association 67(337), 130-139.

    Efron, B. and Morris, C. (1975). Data analysis using Stein's estimator and its
    generalizations. Journal of the American Statistical Association 70(350), 311-319.
    doi:10.1080/01621459.1975.10479864

    Gelman, A. (2006). Prior distributions for variance parameters in hierarchical models. Bayesian
    Analysis 1(3), 515-534. doi:10.1214/06-BA117A

    Kish, L. (1965). Survey sampling. Wiley.

    Rubin, D. B. (1981). Estimation in parallel randomized experiments. Journal of Educational
    Statistics 6(4), 377-401. doi:10.3102/10769986006004377

    Schmidli, H., Gsteiger, S., Roychoudhury, S., O'Hagan, A., Spiegelhalter, D. and Neuenschwander,
    B. (2014). Robust meta-analytic-predictive priors in clinical trials with historical control
    information. Biometrics 70(4), 1023-1032. doi:10.1111/biom.12242

    Examples
    --------
    >>> import framing as fr
    >>> texts = ["A truce is near.", "Rain fell today.", "No truce at all.", "Gas and oil."] * 6
    >>> outlets = ["Wire", "Blog", "Post", "Sun"] * 5 + ["Mail", "Star", "Mail", "Star"]
    >>> corpus = fr.make_corpus(texts, source=outlets)
    >>> scores = fr.score(fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]})), per=100)
    >>> pooled = fr.claims.pool(scores, by="source")
    >>> pooled.table[["group", "value", "estimate", "n"]].round(1)
      group  value  estimate  n
    0  Blog    0.0       2.3  5
    1  Mail   25.0      19.1  2
    2  Post   25.0      21.8  5
    3  Star    0.0       4.4  2
    4   Sun    0.0       2.3  5
    5  Wire   25.0      21.8  5
    """
    check_share("level", level)
    refuse_signed(scores, "pool")
    units = observe(scores, by, groups, cluster, weight)
    if len(units.groups) < FEWEST_GROUPS:
        raise InputError(
            f"by={name_of(by)!r} gives {len(units.groups)} groups; the variation between groups "
            f"can be learned from {FEWEST_GROUPS} or more. Compare few groups with contrast."
        )
    totals = _totals(units)
    per = scores.per if scores.kind == "rate" else 1.0
    rows, population = [], []
    for column, frame in enumerate(units.frames):
        fit = _fit(totals, column, len(units.groups), units.share, level)
        population.append({"frame": frame, **fit.pop("population")})
        rows.append(pd.DataFrame({"group": units.groups, "frame": frame, **fit}))
    table, common = pd.concat(rows, ignore_index=True), pd.DataFrame(population)
    parts = scores.parts
    if scores.kind == "rate" and each_once(case_of(scores), parts.numerators, parts.denominators):
        # There is at most one hit per token.
        for rows_of_rates in (table, common):
            rows_of_rates["high"] = rows_of_rates["high"].clip(upper=1.0)
    for name in ("value", "estimate", "low", "high"):
        table[name] *= per
    for name in ("numerator", "denominator"):
        table[name] *= units.one
    for name in ("mean", "low", "high", "spread", "spread_low", "spread_high"):
        common[name] *= per
    for frame_table in (table, common):
        frame_table["frame"] = pd.Categorical(frame_table["frame"], categories=list(units.frames))
    return Pooled(
        table=table[list(POOLED_COLUMNS)],
        population=common,
        level=level,
        kind=scores.kind,
        measure=scores.measure,
        left_out=units.left_out,
        settings={
            "by": by, "groups": groups, "cluster": cluster, "weight": weight, "unit": scores.unit,
            "kind": scores.kind, "per": scores.per, "resampled": units.resampled,
            **instrument_of(scores),
        },
    )  # fmt: skip


@dataclass(frozen=True)
class _Totals:
    """The numerators, the denominator and the group of each cluster in a group."""

    group: Rows
    numerators: Array
    denominators: Array


def _totals(units: Observations) -> _Totals:
    """Return the sums of each cluster in each group."""
    keys, code = np.unique(units.cluster * len(units.groups) + units.group, return_inverse=True)
    values = np.column_stack([units.numerators, units.denominators])
    sums = np.column_stack(
        [np.bincount(code, values[:, column], len(keys)) for column in range(values.shape[1])]
    )
    # In units of a typical weight, so that hits are counts.
    return _Totals(keys % len(units.groups), sums[:, :-1] / units.one, sums[:, -1] / units.one)


def _fit(totals: _Totals, column: int, groups: int, share: bool, level: float) -> dict[str, Any]:
    """Return the columns of one frame, and its row in the table of the population."""
    group, y, x = totals.group, totals.numerators[:, column], totals.denominators
    hits, size = (np.bincount(group, values, groups).astype(np.float64) for values in (y, x))
    n = np.bincount(group, minlength=groups)
    dispersion, dispersions = _dispersions(totals, column, groups, share)
    columns: dict[str, Any] = {
        "value": hits / size, "n": n, "numerator": hits, "denominator": size,
        "note": np.where(n == 1, "one document", "").astype(object),
    }  # fmt: skip
    common = {"groups": groups, "dispersion": dispersion}
    if not hits.any():
        missing = np.full(groups, np.nan)
        columns |= {"estimate": missing, "low": missing, "high": missing, "shrinkage": missing}
        columns["note"] = np.full(groups, "no hit of the frame in any group", dtype=object)
        names = ("mean", "low", "high", "spread", "spread_low", "spread_high")
        return columns | {"population": common | dict.fromkeys(names, np.nan)}
    tail = (1 - level) / 2
    posterior = _posterior(totals, column, groups, share, dispersions)
    lower, upper = _with_limits_alone(
        (posterior.quantile(tail), posterior.quantile(1 - tail)),
        ratio_limits(group, y[:, None], x, groups, level, share=share),
        1 - posterior.shrinkage,
        hits.sum() / size.sum() < hits / size,
    )
    columns |= {
        "estimate": posterior.quantile(0.5),
        # The model has no groups at 0, news does: without a hit 0 is not excluded.
        "low": np.where(hits > 0, lower, 0.0),
        "high": np.where(hits < size, upper, 1.0) if share else upper,
        "shrinkage": posterior.shrinkage,
    }
    mean, low, high = posterior.summary(posterior.means, tail)
    spread, spread_low, spread_high = posterior.summary(posterior.spreads, tail)
    return columns | {
        "population": common
        | {
            "mean": mean, "low": low, "high": high, "spread": spread, "spread_low": spread_low,
            "spread_high": spread_high,
        }
    }  # fmt: skip


def _with_limits_alone(
    limits: tuple[Array, Array], alone: RatioLimits, weight: Array, above: Mask
) -> tuple[Array, Array]:
    """Return the limits of groups, moved towards those that a group has alone.

    Only the limit away from the rate of all moves, if the other is wider, by the ``weight``, 0 to
    1, that a group has itself: an outlier is drawn towards the others no farther than its data bear
    (the limited translation of Efron and Morris 1972).
    """
    lower, upper = limits
    to_low = np.fmax(lower - alone.low[:, 0], 0.0)
    to_high = np.fmax(alone.high[:, 0] - upper, 0.0)
    return (
        lower - weight * np.where(above, 0.0, to_low),
        upper + weight * np.where(above, to_high, 0.0),
    )


def _informative(totals: _Totals, column: int, groups: int) -> Array:
    """Return how many documents of each group say how much documents vary: those with a hit."""
    with_hits = (totals.numerators[:, column] > 0).astype(np.float64)
    return np.bincount(totals.group, with_hits, groups).astype(np.float64)


def _dispersions(totals: _Totals, column: int, groups: int, share: bool) -> tuple[float, Array]:
    """Return how much more the documents of a group vary than counts do: of all, and of each.

    Of rates it is the squared coefficient of variation, of shares the intraclass correlation, by
    moments. A group has its own as far as it has documents with hits, and that of all otherwise:
    documents of one outlet may vary more than those of another.
    """
    group, y, x = totals.group, totals.numerators[:, column], totals.denominators
    hits, size = (np.bincount(group, each, groups) for each in (y, x))
    rate = (hits / size)[group]
    # What the rate of the group takes from the squares of its residuals.
    left = 1 - x / size[group]
    excess = (y - rate * x) ** 2
    if share:
        wide = rate * (1 - rate) * x * np.maximum(x - 1, 0) * left
        excess -= rate * (1 - rate) * x * left
    else:
        wide, excess = (rate * x) ** 2 * left, excess - rate * x * left
    known, found = (np.bincount(group, each, groups) for each in (wide, excess))
    most = 1.0 if share else np.inf
    if known.sum() <= 0:
        return 0.0, np.zeros(groups)
    common = float(np.clip(found.sum() / known.sum(), 0, most))
    # A share of 1 or a rate of 0 says no more than one hit more or less.
    pooled = (hits.sum() + 1) / (size.sum() + 1)
    rate = (hits + 1) / (size + 1 / pooled)
    usual = float((rate * known).sum() / known.sum())
    # Bursts have the same variance by hit whatever the rate is, moods the same squared variation:
    # what is not known of a group is taken to be the larger of the two. A group with few hits may
    # have missed bursts, so that its documents may vary more than those of others, also for shares.
    factor = np.maximum(rate / usual, usual / rate) if share else usual / rate
    expected = np.minimum(common * np.clip(factor, 1, FARTHEST), most)
    alone = np.divide(found, known, out=expected.copy(), where=known > 0)
    count = _informative(totals, column, groups)
    weight = count / (count + COMMON)
    return common, np.clip(weight * alone + (1 - weight) * expected, 0, most)


@dataclass(frozen=True)
class _Posterior:
    """The posterior of the value of each group, on a grid.

    ``values`` has the shape (points,), ``probabilities`` (points, groups). ``weights`` belong to
    the means and spreads of the population, ``shrinkage`` to the groups.
    """

    values: Array
    probabilities: Array
    shrinkage: Array
    weights: Array
    means: Array
    spreads: Array

    def quantile(self, share: float) -> Array:
        """Return the quantile of each group, between the points of the grid."""
        reached = np.cumsum(self.probabilities, axis=0)
        # Half of a point lies below its value.
        reached -= self.probabilities / 2
        return np.array([np.interp(share, column, self.values) for column in reached.T])

    def summary(self, values: Array, tail: float) -> tuple[float, float, float]:
        """Return mean and limits of a property of the population."""
        order = np.argsort(values)
        reached = np.cumsum(self.weights[order])
        low, high = np.interp([tail, 1 - tail], reached, values[order])
        return float(self.weights @ values), float(low), float(high)


def _posterior(
    totals: _Totals, column: int, groups: int, share: bool, dispersions: Array
) -> _Posterior:
    """Return the posterior of the groups, mixed over mean and spread of the population.

    Each likelihood is already mixed over what the dispersion of documents may be.
    """
    y, x = totals.numerators[:, column], totals.denominators
    pooled = float((y.sum() + 0.5) / (x.sum() + (1 if share else 0)))
    sizes = np.bincount(totals.group, x, groups).astype(np.float64)
    worth = _worth(totals, sizes, pooled, share, dispersions)
    hits = np.bincount(totals.group, y, groups).astype(np.float64)
    values = _values(hits, sizes, worth, pooled, share)
    likelihood = _likelihoods(totals, column, values, groups, share, dispersions)
    even = (np.arange(SHRINKAGES) + 0.5) / SHRINKAGES
    # Even over the standard deviation of the groups, not over the shrinkage: few groups say little
    # of it, and an even shrinkage would draw a group that differs too far towards the others.
    ends = np.sqrt(SHRINKAGES / np.arange(1, SHRINKAGES + 1) - 1)
    first = 0.5 * even[0] ** -1.5 * (1 - even[0]) ** -0.5 / SHRINKAGES
    of_spread = np.log([first, *(ends[:-1] - ends[1:])])
    prior = float(np.median(worth)) * even / (1 - even)
    at, step = _means(hits / sizes, worth, prior, share)
    b, of_grid = (np.repeat(each, MEANS) for each in (prior, of_spread + np.log(step)))
    if share:
        m = special.expit(at)
        spreads, of_mean = np.sqrt(m * (1 - m) / (b + 1)), 0.5 * np.log(m * (1 - m))
        # The flattest beta distribution of this mean that has one mode.
        size = 1 / min(pooled, 1 - pooled)
    else:
        m = np.exp(at)
        spreads, of_mean = np.sqrt(m / b), 0.5 * at
        # The exponential distribution of this mean.
        size = 1 / pooled
    like = _density(values, m, b, share)
    unlike = _density(values, np.array([pooled]), np.array([size]), share)
    density = (1 - UNLIKE) * like + UNLIKE * unlike
    marginal = np.maximum(density @ likelihood, 1e-300)
    logs = np.log(marginal).sum(axis=1) + of_mean + of_grid
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    probabilities = likelihood * (density.T @ (weights[:, None] / marginal))
    probabilities /= probabilities.sum(axis=0)
    drawn = weights @ (b[:, None] / (b[:, None] + worth))
    return _Posterior(values, probabilities, drawn, weights, m, spreads)


def _values(hits: Array, sizes: Array, worth: Array, pooled: float, share: bool) -> Array:
    """Return the grid of the values, in equal steps of their logs or log-odds.

    It holds what is possible for each group, and no more, so that its steps are small where all
    groups have much text.
    """
    if share:
        mean = (hits + 0.5) / (sizes + 1)
        middle, error = special.logit(mean), 1 / np.sqrt(worth * mean * (1 - mean))
        lowest, highest = -12.0, 12.0
    else:
        mean = (hits + 0.5) / sizes
        middle, error = np.log(mean), 1 / np.sqrt(worth * mean)
        lowest, highest = np.log(pooled) + LOWEST, np.log(pooled) + HIGHEST
    low = max(lowest, float((middle - BEYOND * error).min()))
    high = min(highest, float((middle + BEYOND * error).max()))
    if (hits == 0).any():
        low = lowest
    if share and (hits == sizes).any():
        high = highest
    points = np.linspace(low, high, POINTS)
    values: Array = special.expit(points) if share else np.exp(points)
    return values


def _means(rates: Array, worth: Array, prior: Array, share: bool) -> tuple[Array, Array]:
    """Return the grid of the logs or log-odds of the mean, and its step for each ``prior``.

    The more alike the groups are, the better their mean is known, and the smaller are its steps.
    """
    errors = 1 / worth + 1 / prior[:, None]
    mean = (rates / errors).sum(axis=1) / (1 / errors).sum(axis=1)
    if share:
        mean = np.clip(mean, 0.5 / (worth.sum() + 1), 1 - 0.5 / (worth.sum() + 1))
        centre, chance = special.logit(mean), mean * (1 - mean)
    else:
        mean = np.maximum(mean, 0.5 / (worth.sum() + 1))
        centre, chance = np.log(mean), mean
    width = np.minimum(5 / np.sqrt(chance * (1 / errors).sum(axis=1)), -LOWEST)
    at = centre[:, None] + width[:, None] * np.linspace(-1, 1, MEANS)
    return at.ravel(), width


def _density(values: Array, m: Array, b: Array, share: bool) -> Array:
    """Return the probability of each value in populations: (populations, points).

    A population is a beta distribution of mean m and size b, or a gamma distribution of mean m and
    rate b. What lies beyond the grid is left out of the sum.
    """
    # The steps are equal in logs or log-odds, so that the density there is that of the value times
    # the value (times 1 - value).
    if share:
        logs = (m * b)[:, None] * np.log(values) + ((1 - m) * b)[:, None] * np.log1p(-values)
        ends = special.betainc((m * b)[:, None], ((1 - m) * b)[:, None], values[[0, -1]])
    else:
        logs = (m * b)[:, None] * np.log(values) - b[:, None] * values
        ends = special.gammainc((m * b)[:, None], b[:, None] * values[[0, -1]])
    density = np.exp(logs - logs.max(axis=1, keepdims=True))
    density *= (ends[:, 1:] - ends[:, :1]) / density.sum(axis=1, keepdims=True)
    return np.asarray(density)


def _worth(totals: _Totals, sizes: Array, pooled: float, share: bool, dispersion: Array) -> Array:
    """Return the text that each group is worth: less where its documents vary and are few."""
    squares = np.bincount(totals.group, totals.denominators**2, len(sizes)) / sizes
    if share:
        worth: Array = sizes / (1 + np.maximum(squares - 1, 0) * dispersion)
    else:
        worth = sizes / (1 + dispersion * pooled * squares)
    return worth


def _likelihoods(
    totals: _Totals, column: int, values: Array, groups: int, share: bool, dispersions: Array
) -> Array:
    """Return the probability of the hits of each group at each value: (points, groups).

    The sum of a group is negative binomial, or beta-binomial, with the variance of its documents.
    The sum and not each document: then a large group has its own value, whatever the distribution
    of its documents is.
    """
    y, x = totals.numerators[:, column], totals.denominators
    hits, size, squares = (
        np.bincount(totals.group, each, groups).astype(np.float64) for each in (y, x, x**2)
    )
    error = np.minimum(LARGEST_ERROR, np.sqrt(8 / (_informative(totals, column, groups) + COMMON)))
    weights = np.exp(-np.square(ERRORS) / 2)
    likelihood = np.zeros((len(values), groups))
    for step, weight in zip(ERRORS, weights / weights.sum(), strict=True):
        dispersion = np.maximum(dispersions * np.exp(error * step), LEAST_DISPERSION)
        if share:
            effect = 1 + np.minimum(dispersion, 0.99) * np.maximum(squares / size - 1, 0)
            likelihood += weight * _beta_binomial(hits, size, values[:, None], effect)
        else:
            number = size**2 / (dispersion * squares)
            likelihood += weight * _negative_binomial(hits, size, values[:, None], number)
    # No factor matters that all values of a group share.
    likelihood /= np.maximum(likelihood.max(axis=0), 1e-300)
    return likelihood


def _beta_binomial(hits: Array, size: Array, values: Array, effect: Array) -> Array:
    """Return the probability of so many hits, with a variance ``effect`` times the binomial."""
    # A group of one sentence has no effect; neither are there more effects than sentences.
    alike = np.clip((effect - 1) / np.maximum(size - 1, 1), LEAST_DISPERSION, 0.99)
    total = 1 / alike - 1
    a, b = values * total, (1 - values) * total
    misses = np.maximum(size - hits, 0)
    logs = special.betaln(hits + a, misses + b) - special.betaln(a, b)
    logs -= special.betaln(hits + 1, misses + 1) + np.log(size + 1)
    # A frame that comes in a few full documents is missing altogether more often than a beta
    # distribution of the same variance says: none, or all, is as in so many plain sentences as
    # the group is worth.
    worth = size / np.maximum(effect, 1)
    logs = np.where(hits > 0, logs, worth * np.log1p(-values))
    logs = np.where(hits < size, logs, worth * np.log(values))
    return np.asarray(np.exp(logs))


def _negative_binomial(hits: Array, size: Array, values: Array, number: Array) -> Array:
    """Return the probability of so many hits, whose squared variation is 1 / ``number`` more."""
    mean = values * size
    logs = special.gammaln(hits + number) - special.gammaln(number) - special.gammaln(hits + 1)
    logs = logs + hits * np.log(mean / number) - (hits + number) * np.log1p(mean / number)
    return np.asarray(np.exp(logs))
