"""Statistics: intervals and p-values without resampling. Functions take and return arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from framing._core.typing import Array, Mask, Rows

ADJUSTMENTS = ("holm", "bh", "none")
# With fewer degrees of freedom the limits of bursts are so wide that they say nothing.
FEWEST_FREEDOM = 3
# Neighbouring parts correlate at most so much.
MOST_CORRELATION = 0.95
# A variance below this is an error of rounding.
_CONSTANT = 1e-15
# So is a sum of squares below this part of that of the values.
_ROUNDING = 1e-24
# What other groups show of how much clusters differ counts as so many degrees of freedom at most,
# a single group as so many.
MOST_BORROWED, MOST_OF_A_GROUP = 16, 10


def exact_interval(count: float, n: float, level: float) -> tuple[float, float]:
    """Return the exact limits of a share of ``count`` in ``n`` (Clopper and Pearson 1934).

    Counts need not be integers: a clustered sample has an effective n (Korn and Graubard 1998).
    """
    tail, failures = (1 - level) / 2, n - count
    low = float(special.betaincinv(count, failures + 1, tail)) if count > 0 else 0.0
    high = float(special.betaincinv(count + 1, failures, 1 - tail)) if failures > 0 else 1.0
    return low, high


def wilson_interval(count: float, n: float, level: float) -> tuple[float, float, float]:
    """Return the share count / n and its score interval (Wilson 1927); missing where n is 0.

    Counts need not be integers: weighted counts have an effective n.
    """
    if n == 0:
        return (float("nan"),) * 3
    share, z = count / n, float(special.ndtri(1 - (1 - level) / 2))
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # At none and at all the limit is 0 or 1 exactly, not a rest of rounding.
    low = max(0.0, float(middle - half)) if count > 0 else 0.0
    return share, low, min(1.0, float(middle + half)) if count < n else 1.0


def mid_p_interval(count: float, n: float, level: float) -> tuple[float, float]:
    """Return the mid-P limits of a share of ``count`` in ``n``, which may be fractions.

    They are exact limits where what was seen counts half (Lancaster 1961), and cover about
    ``level`` also where the share is near 0 or 1. Score limits cover less there (Berry and Armitage
    1995).

    References
    ----------
    Berry, G. and Armitage, P. (1995). Mid-P confidence intervals: a brief review. The Statistician
    44(4), 417-423. doi:10.2307/2348891
    Lancaster, H. O. (1961). Significance tests in discrete distributions. Journal of the American
    Statistical Association 56(294), 223-234. doi:10.1080/01621459.1961.10482105
    """
    failures, tail = n - count, (1 - level) / 2
    below, above = np.zeros(2), np.ones(2)
    for _ in range(50):
        middle = (below + above) / 2
        # The chances of more than was seen, and of as much or more.
        more = special.betainc(count + 1, failures, middle) if failures > 0 else np.zeros(2)
        as_much = special.betainc(count, failures + 1, middle) if count > 0 else np.ones(2)
        low = (more + as_much) / 2 < [tail, 1 - tail]
        below, above = np.where(low, middle, below), np.where(low, above, middle)
    low_limit, high_limit = (below + above) / 2
    return float(low_limit) if count > 0 else 0.0, float(high_limit) if failures > 0 else 1.0


def f1_interval(tp: float, errors: float, n: float, level: float) -> tuple[float, float, float]:
    """Return F1 and its interval, from ``tp`` true positives and ``errors`` of both types.

    F1 is 2 J / (1 + J) with J = tp / (tp + errors). J is the share of sentences with both a hit
    and a code among the ``n`` sentences with a hit or a code. The limits are those of the score
    interval of J, transformed in the same way.
    """
    total = tp + errors
    share = wilson_interval(tp / total * n if total else 0.0, n if total else 0.0, level)
    f1, low, high = (2 * value / (1 + value) for value in share)
    return f1, low, high


def auc_interval(scores: Array, present: Array, weights: Array, level: float) -> tuple[float, ...]:
    """Return the area under the ROC curve and its interval (DeLong et al. 1988).

    ``present`` is the degree to which the frame is present, 0 to 1. All values are missing where
    all units are present or all are absent. The interval is missing where the area is 0 or 1: then
    the variance cannot be estimated.
    """
    case, other = weights * present, weights * (1 - present)
    n, m = case.sum(), other.sum()
    if n == 0 or m == 0:
        return (float("nan"),) * 3
    # The share of absent units below each unit, and the share of present units above it.
    above, below = _placements(scores, case, other)
    area = float(case @ above / n)
    sizes = [float(effective_size(each.sum(), (each**2).sum())) for each in (case, other)]
    spread = _spread(case, above, area) / sizes[0] + _spread(other, below, area) / sizes[1]
    half = float(special.ndtri(1 - (1 - level) / 2)) * float(np.sqrt(spread))
    if spread <= 0:
        return area, float("nan"), float("nan")
    return area, max(0.0, area - half), min(1.0, area + half)


def effective_size(total: ArrayLike, squares: ArrayLike) -> Array:
    """Return how many equal sizes unequal ones are worth: the effective sample size (Kish 1965).

    ``total`` is the sum of the sizes, ``squares`` the sum of their squares; 0 where both are 0.

    Examples
    --------
    >>> float(effective_size(1 + 1 + 4, 1 + 1 + 16))
    2.0
    """
    size: Array = np.asarray(total) ** 2 / np.where(np.asarray(squares) > 0, squares, 1.0)
    return size


def pair_statistic(code: Rows, values: Array) -> float:
    """Return the studentised sum of the products of pairs with the same code.

    It is the sum of the products of the values of all pairs, divided by its standard error if the
    values are independent around 0.
    """
    squares = values**2
    of_code = np.bincount(code, squares)
    pairs = float((np.bincount(code, values) ** 2 - of_code).sum())
    spread = 2 * float((of_code**2 - np.bincount(code, squares**2)).sum())
    return pairs / float(np.sqrt(spread)) if spread > 0 else 0.0


def sum_effect(code: Rows, values: Array) -> float:
    """Return how many times as much sums vary as those of independent values (Kish 1965)."""
    return float((np.bincount(code, values) ** 2).sum() / (values**2).sum())


def pair_correlation(code: Rows, values: Array) -> float:
    """Return the mean product of pairs by the variance: the intraclass correlation."""
    sizes, squares = np.bincount(code), values**2
    shared = sizes[code] > 1
    products = float((np.bincount(code, values) ** 2).sum() - squares.sum())
    pairs = float((sizes * (sizes - 1)).sum())
    return min(products / pairs / float(squares[shared].mean()), 1.0)


def _spread(weights: Array, values: Array, mean: float) -> float:
    """Return the weighted variance of values around a mean."""
    return float(weights @ (values - mean) ** 2 / weights.sum())


def p_among(statistics: Array) -> Array:
    """Return the p of each value among all of its column: the share that is at least as large.

    Values that differ by rounding alone are equal. Of the rows 1, 3, 3, 2 the p are 1, .5, .5, .75.
    """
    p = np.empty_like(statistics)
    for column, values in enumerate(statistics.T):
        smaller = np.searchsorted(np.sort(values), values * (1 - 1e-9), side="left")
        p[:, column] = (len(values) - smaller) / len(values)
    return p


def adjust(p: Array, method: str) -> Array:
    """Return p-values adjusted for multiple tests. Missing ones stay missing and do not count.

    ``method`` is "holm" (Holm 1979: controls the chance of any false positive), "bh" (Benjamini
    and Hochberg 1995: controls the share of false positives) or "none".
    """
    # Not by statsmodels, which gives the same numbers: its function collects garbage in each call,
    # which takes .15 s and half of the time of a regression.
    adjusted: Array = np.array(p, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(adjusted))
    if method == "none" or not len(known):
        return adjusted
    n, rows = len(known), known[np.argsort(adjusted[known], kind="stable")]
    if method == "holm":
        stepped = np.maximum.accumulate(adjusted[rows] * np.arange(n, 0, -1))
    else:
        stepped = np.minimum.accumulate((adjusted[rows] / (np.arange(1, n + 1) / n))[::-1])[::-1]
    adjusted[rows] = np.minimum(stepped, 1)
    return adjusted


def normal_width(level: float) -> float:
    """Return the half-width of an interval at this level, in standard errors."""
    return float(special.ndtri(1 - (1 - level) / 2))


def cliffs_delta(
    values: Array,
    target: Mask,
    reference: Mask,
    cluster: Rows,
    level: float,
    copies: Rows | None = None,
    *,
    joined: bool = False,
) -> Array:
    """Return Cliff's delta of each column and its interval: shape (n_columns, 3).

    It is the probability that a unit of the target has a higher value than a unit of the
    reference, minus the probability that it has a lower one (Cliff 1993), from -1 to 1. The
    variance sums placements over clusters (Obuchowski 1997). With ``copies`` each row stands for so
    many units: clusters of their own, or (``joined``) units of the cluster of the row. Limits are
    missing where the estimate has no variance.
    """
    rows = np.flatnonzero(target | reference)
    member = np.unique(cluster[rows], return_inverse=True)[1]
    times = np.ones(len(rows)) if copies is None else copies[rows].astype(np.float64)
    case, other = target[rows] * times, reference[rows] * times
    alone = copies is not None and not joined
    n, m, count = case.sum(), other.sum(), times.sum() if alone else member.max(initial=0) + 1
    deltas = np.full((values.shape[1], 3), np.nan)
    for column in range(values.shape[1]):
        above, below = _placements(values[rows, column], case, other)
        area = float(case @ above / n)
        influence = case * (above - area) / n + other * (below - area) / m
        squares = influence**2 / times if alone else np.bincount(member, influence) ** 2
        spread = float(squares.sum() * count / max(count - 1, 1))
        # Where all values are equal, or no value of one side is among those of the other, nothing
        # varies in the sample. A limit at the estimate would be certainty.
        half = 2 * normal_width(level) * float(np.sqrt(spread)) if spread > _CONSTANT else np.nan
        delta = 2 * area - 1
        if half != half:
            deltas[column, 0] = delta
            continue
        deltas[column] = delta, max(-1.0, delta - half), min(1.0, delta + half)
    return deltas


def _placements(values: Array, case: Array, other: Array) -> tuple[Array, Array]:
    """Return the weighted share of ``other`` below each value and of ``case`` above it.

    Ties count half. With values 1, 2, 2 of which the last is the case, it ranks above 0.75 of the
    others: above the 1, and half above the 2.
    """
    levels, position = np.unique(values, return_inverse=True)
    cases = np.bincount(position, case, len(levels))
    others = np.bincount(position, other, len(levels))
    above: Array = (np.cumsum(others) - others / 2) / other.sum()
    below: Array = 1 - (np.cumsum(cases) - cases / 2) / case.sum()
    return above[position], below[position]


def garwood(count: Array, level: float) -> tuple[Array, Array]:
    """Return the exact limits of the mean of Poisson counts (Garwood 1936)."""
    tail = (1 - level) / 2
    low: Array = np.where(count > 0, special.gammaincinv(np.maximum(count, 1e-9), tail), 0.0)
    high: Array = special.gammaincinv(count + 1, 1 - tail)
    return low, high


def residual_spread(
    numerators: Array, denominators: Array, copies: Rows | None = None
) -> tuple[Array, Array, Array]:
    """Return the residuals of clusters around their rate, with variance and degrees of freedom.

    Shapes are (clusters, frames) and (clusters,). A residual is the numerator of a cluster minus
    the numerator that is expected at the rate of all clusters. A cluster with the share h of the
    denominators pulls the rate towards itself; its residual is divided by the square root of 1 - h
    (Bell and McCaffrey 2002: CR2). The sum of the squares is the variance of the sum of the
    numerators. Its degrees of freedom are as many clusters as unequal sizes are worth (Kish 1965),
    minus 1, or fewer where the residuals have long tails: 2 n / (kurtosis - 1) (Box 1953). With
    ``copies`` each row stands for so many clusters.
    """
    times = np.ones(len(denominators)) if copies is None else copies.astype(np.float64)
    each = times[:, None]
    total, n = (times * denominators).sum(), times.sum()
    h = denominators / total
    plain = numerators - (each * numerators).sum(axis=0) / total * denominators[:, None]
    residuals: Array = plain / np.sqrt(np.maximum(1 - h, 1e-6))[:, None]
    spread = (each * residuals**2).sum(axis=0)
    squares = (each * plain**2).sum(axis=0)
    # What is left of equal rates is rounding, which has no tails.
    squares = np.where(squares > _ROUNDING * (each * numerators**2).sum(axis=0), squares, 0.0)
    kurtosis = n * (each * plain**4).sum(axis=0) / np.where(squares > 0, squares**2, 1)
    freedom = effective_size(1.0, (times * h**2).sum()) - 1
    tails = np.where(squares > 0, 2 * n / np.maximum(kurtosis - 1, 0.1), freedom)
    return residuals, spread, np.maximum(np.minimum(freedom, tails), 1.0)


def limits_as_p(
    estimate: Array, low: Array, high: Array, p: Array, level: float
) -> tuple[Array, Array]:
    """Return limits that hold 0 where p is 1 - ``level`` or more, and do not where it is less.

    Where limits and p come from two rules they can differ. Then p decides, and the limit on the
    side of 0 is the one that p has: the estimate less z(level) / z(p) of itself (a test-based
    limit: Miettinen 1976). It is not farther from 0 than the other limit. Where limits and p say
    the same, and where p is missing, nothing moves; an estimate of 0 has no side.

    References
    ----------
    Miettinen, O. S. (1976). Estimability and estimation in case-referent studies. American Journal
    of Epidemiology 103(2), 226-235. doi:10.1093/oxfordjournals.aje.a112220

    Examples
    --------
    >>> import numpy as np
    >>> one = np.ones(1)
    >>> low, high = limits_as_p(2 * one, 0.1 * one, 4 * one, 0.1 * one, 0.95)
    >>> low.round(2), high
    (array([-0.38]), array([4.]))
    """
    above = estimate > 0
    # Limits of 1 - level and p of as much differ in their last bits.
    alpha = round(1 - level, 12)
    near, far = np.where(above, low, -high), np.where(above, high, -low)
    with np.errstate(divide="ignore", invalid="ignore"):
        of_p = np.abs(estimate) * (1 - normal_width(level) / np.abs(special.ndtri(p / 2)))
        of_p = np.fmax(of_p, -np.abs(far))
    apart = (p < alpha) != (near > 0)
    apart &= (estimate != 0) & ~np.isnan(p) & ~np.isnan(near) & ~np.isnan(of_p)
    near = np.where(apart, of_p, near)
    return np.where(above, near, low), np.where(above, high, -near)


def ratio_limits_as_p(
    log_ratio: Array, low: Array, high: Array, p: Array, level: float
) -> tuple[Array, Array]:
    """Return limits of ratios that hold 1 as `limits_as_p` has it; an infinite limit is missing."""
    with np.errstate(divide="ignore"):
        ends = np.log(low), np.where(np.isnan(high), np.inf, np.log(high))
    ends = limits_as_p(log_ratio, *ends, p, level)
    return as_ratio(ends[0]), as_ratio(ends[1])


def limits_of_difference(
    weights: Array, rates: Array, low: Array, high: Array, correlation: Array | None = None
) -> tuple[Array, Array]:
    """Return the limits of weighted sums of rates, shape (frames,) (Zou and Donner 2008).

    ``correlation``, shape (frames, groups, groups), is that of the rates of the groups. Groups are
    independent by default.
    """
    w = weights[:, None]
    value = weights @ rates
    down = w * np.where(w > 0, rates - low, high - rates)
    up = w * np.where(w > 0, high - rates, rates - low)
    below, above = (_joint(distances, correlation) for distances in (down, up))
    return value - np.sqrt(below), value + np.sqrt(above)


def _joint(distances: Array, correlation: Array | None) -> Array:
    """Return the squared length of distances, shape (groups, frames), along the groups."""
    if correlation is None:
        length: Array = (distances**2).sum(axis=0)
    else:
        length = np.einsum("gf,fgh,hf->f", distances, correlation, distances)
    return np.maximum(length, 0)


def limits_of_ratio(
    weights: Array, rates: Array, low: Array, high: Array, correlation: Array | None = None
) -> tuple[Array, Array]:
    """Return the limits of products of rates to the power of their weights, on logs.

    ``correlation`` is that of `limits_of_difference`. Where a rate is 0, the limits come from the
    limits of the rates. They are missing where the ratio has no finite limit.
    """
    used = weights != 0
    w, (r, l, u) = weights[used], (values[used] for values in (rates, low, high))  # noqa: E741
    up, down = np.maximum(w, 0), np.maximum(-w, 0)
    joint = None if correlation is None else correlation[:, used][:, :, used]
    with np.errstate(divide="ignore", invalid="ignore"):
        to_low, to_high = np.log(r / l), np.log(u / r)
        value = w @ np.log(r)
        signed, positive = w[:, None], w[:, None] > 0
        below = _joint(signed * np.where(positive, to_low, to_high), joint)
        above = _joint(signed * np.where(positive, to_high, to_low), joint)
        ends = value - np.sqrt(below), value + np.sqrt(above)
        lowest = _powers(up, l) - _powers(down, u)
        highest = _powers(up, u) - _powers(down, l)
    zero = (r == 0).any(axis=0)
    limits = np.where(zero, lowest, ends[0]), np.where(zero, highest, ends[1])
    return as_ratio(limits[0]), as_ratio(limits[1])


def as_ratio(log: Array) -> Array:
    """Return exp(log); missing where it is infinite, because infinity is not a limit."""
    with np.errstate(over="ignore"):
        ratio: Array = np.exp(log)
    return np.where(np.isposinf(ratio), np.nan, ratio)


def _powers(weights: Array, values: Array) -> Array:
    """Return the log of the product of values to the power of their weights; weight 0 adds 0."""
    total: Array = np.where(weights[:, None] > 0, weights[:, None] * np.log(values), 0.0)
    powers: Array = total.sum(axis=0)
    return powers


@dataclass(frozen=True)
class RatioLimits:
    """Limits of sums over sums, such as hits over tokens; see `ratio_limits`.

    ``low`` and ``high`` have the shape (groups, columns), ``exact`` says where they are those of
    no case or of nothing but cases, ``borrowed`` where they allow for the spread of other groups.
    ``n`` (groups,) counts the parts with a denominator above 0, ``freedom`` is the number of parts
    that determine the variance, minus one.
    """

    low: Array
    high: Array
    exact: Mask
    n: Rows
    freedom: Array
    borrowed: Mask


def ratio_limits(
    group: Rows,
    numerators: Array,
    denominators: Array,
    groups: int,
    level: float,
    *,
    share: bool,
    case: Array | float = 1.0,
    copies: Rows | None = None,
    kinds: int = 1,
    correlation: Array | None = None,
    borrow: bool = False,
) -> RatioLimits:
    """Return the limits of ratios of sums in groups of independent parts, such as documents.

    The variance of a ratio is that of its linearisation, without bias for parts of different size
    (CR2: Bell and McCaffrey 2002), and so are the degrees of freedom of Student's t: one long
    document among short ones says little of how much documents differ. The variance and t give an
    effective number of cases (Korn and Graubard 1998), at most the number that was counted. The
    limits are quantiles of the beta distribution with this number of cases for shares, and of the
    gamma distribution for rates: the lower limit by Jeffreys' prior, the upper limit of a rare
    case the exact one (Clopper and Pearson 1934; Garwood 1936), which allows for the skewness of
    counts that vary more than chance. What varies more than chance also has the upper limit of a
    mean of gamma values, since the error of bursts grows with their value, if that is higher and
    there are four or more parts. Without a case, and with nothing but cases in a share, the
    limits are the exact ones of an effective denominator: the denominator divided by the design
    effect (Kish 1965) of the other groups, which says how much cases crowd into few parts, and
    at least the effective number of parts in a share. Where no group has a case the effect is 1:
    the units of the denominator are independent. Where one of several parts has all cases, it
    hardly shows this either (with one case its variance is that of chance), so that the upper limit
    is at least that of the cases divided by the same design effect. With one part there are no
    other limits.

    Parameters
    ----------
    group : array of int, shape (n,)
        The group of each part.
    numerators, denominators : array, shapes (n, columns) and (n,)
        Sums of each part. In a share a numerator is at most the denominator.
    groups : int
        The number of groups.
    level : float
        Level of the limits.
    share : bool
        Whether the ratio is a share, 0 to 1.
    case : array or float
        How much one case adds to the numerator: 1 for a hit of weight 1.
    copies : array of int, shape (n,), optional
        How many equal parts each row stands for; by default 1.
    kinds : int
        Groups of which a design effect is one: group 7 of 3 kinds is of kind 1 (7 modulo 3).
    correlation : array, shape (groups, columns), optional
        How much neighbouring parts of a group resemble each other, such as sentences; see
        `variance_of_runs`. By default parts are independent.
    borrow : bool
        Whether the parts of few parts also may vary as much as those of other groups do, where a
        rare kind of part may be missing among them; see `spread_of_others`.
    """
    filled = denominators > 0
    group, y, x = group[filled], numerators[filled], denominators[filled]
    columns = y.shape[1]
    times = np.ones(len(group)) if copies is None else copies[filled].astype(np.float64)

    def summed(values: Array) -> Array:
        totals: Array = np.bincount(group, values * times, groups).astype(np.float64)
        return totals

    total_x = summed(x)
    total_y = np.column_stack([summed(y[:, column]) for column in range(columns)])
    n: Rows = summed(np.ones(len(group))).astype(np.int64)
    # Ratios of groups without a part are not used.
    exposure = np.where(total_x > 0, total_x, 1.0)[:, None]
    rate = total_y / exposure
    leverage = x / exposure[group, 0]
    scale = 1 / np.where(leverage < 1, 1 - leverage, 1.0)
    variance = np.column_stack(
        [summed((y[:, c] - rate[group, c] * x) ** 2 * scale) for c in range(columns)]
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = x * leverage * scale
        freedom = total_x**2 / (summed(x**2) + summed(shift) ** 2 - summed(shift**2))
    freedom = np.where(n > 1, np.maximum(freedom, 1.0), np.nan)
    tail = (1 - level) / 2
    inflation = (special.stdtrit(freedom, 1 - tail) / special.ndtri(1 - tail))[:, None] ** 2
    several = (n > 1)[:, None] & (total_y > 0)
    chance = total_y * (1 - rate) if share else total_y * case
    effect = _design_effects(
        np.where(several, variance, 0.0), np.where(several, chance, 0.0), kinds
    )
    in_runs, part = variance_of_runs(correlation, n[:, None])
    variance, exposed = variance * in_runs, exposure * part
    with np.errstate(divide="ignore", invalid="ignore"):
        if share:
            most = total_x[:, None] / in_runs
            number = rate * (1 - rate) * exposure**2 / (variance * inflation)
        else:
            most = total_y / case / in_runs
            number = total_y**2 / (variance * inflation)
    number = np.where(np.isnan(number), np.inf, number)
    single = np.zeros(groups)
    np.maximum.at(single, group, x)
    if share:
        # Where each part is one sentence, the share alone determines the variance.
        number = np.where((single <= 1)[:, None], most, number)
    number = np.where(several, np.minimum(number, most), 1.0)
    size = exposed / effect
    if share:
        low, high = share_limits(rate, number, tail)
        borrowed = share_limits(rate, size, tail)[1]
        none, all_cases = total_y == 0, total_y == total_x[:, None]
        parts = effective_size(total_x, summed(x**2))[:, None]
        size = np.where((single <= 1)[:, None], exposed, np.maximum(size, parts))
        low = np.where(all_cases, tail ** (1 / size), low)
        high = np.where(none, 1 - tail ** (1 / size), high)
        exact = none | all_cases
    else:
        low = rate * special.gammaincinv(number + 0.5, tail) / number
        high = rate * special.gammaincinv(number + 1, 1 - tail) / number
        borrowed = special.gammaincinv(total_y / case / effect + 1, 1 - tail) * case / size
        exact = np.column_stack(
            [summed((y[:, c] != 0).astype(np.float64)) == 0 for c in range(columns)]
        )
        high = np.where(exact, special.gammaincinv(1, 1 - tail) / size, high)
    if not share and (y < 0).any():
        # Weights below 0: a sum may be negative, and its interval is symmetrical.
        half = np.sqrt(variance * inflation) * special.ndtri(1 - tail) / exposure
        signed = np.column_stack(
            [summed((y[:, c] < 0).astype(np.float64)) > 0 for c in range(columns)]
        )
        exact = np.where(signed, False, exact)
        low, high = np.where(signed, rate - half, low), np.where(signed, rate + half, high)
    with_case = np.column_stack([summed((y[:, c] != 0).astype(np.float64)) for c in range(columns)])
    # Where a part is one unit of the denominator, or counts are weighted below 0, nothing crowds.
    few = several & ~exact & (with_case == 1)
    few &= (single > 1)[:, None] if share else np.full(few.shape, not (y < 0).any())
    high = np.where(few, np.maximum(high, borrowed), high)
    low, high = np.minimum(low, rate), np.maximum(high, rate)
    # Weights below 0 have no bursts, and neither has nothing or nothing but cases.
    bursting = several & ~exact & (rate > 0) & (freedom >= FEWEST_FREEDOM)[:, None]
    if share:
        bursting &= (total_y < total_x[:, None]) & (single > 1)[:, None]
    elif (y < 0).any():
        bursting[:] = False
    bursting &= variance > chance
    low, high = _of_bursts(
        bursting, rate, low, high, variance / exposure**2,
        chance / np.where(variance > 0, variance, 1.0), np.sqrt(inflation), tail, share=share,
    )  # fmt: skip
    spread = np.zeros_like(rate)
    if borrow and not (y < 0).any():
        equal = effective_size(total_x, summed(x**2))[:, None]
        size = total_y * (1 - rate) if share else total_y
        usable = np.where(several & ~exact, freedom[:, None], 0.0)
        residuals = y - rate[group] * x[:, None]
        usable = usable * freedom_with_tails(residuals, group, times, groups, kinds)
        spread = spread_of_others(variance, chance, size, equal, usable, tail, kinds)[0]
        cases = total_x[:, None] if share else total_y / case
        low, high = _of_unseen(
            spread > 0, rate, low, high, spread / np.where(equal > 0, equal, 1.0),
            np.broadcast_to(cases, rate.shape), tail, share=share,
        )  # fmt: skip
    known = (total_x > 0)[:, None] & (exact | (n > 1)[:, None])
    low, high = np.where(known, low, np.nan), np.where(known, high, np.nan)
    return RatioLimits(low, high, exact & known, n, freedom, spread > 0)


def freedom_with_tails(
    residuals: Array, group: Rows, times: Array | Rows, groups: int, kinds: int = 1
) -> Array:
    """Return which part of its degrees of freedom a variance has, by the tails of what varies.

    The variance of n values with the kurtosis k is as uncertain as that of 2 n / (k - 1) normal
    ones (Mood, Graybill and Boes 1974, p. 229): one article in twelve with nearly all of a frame
    decides it. The kurtosis is that of the residuals of all groups of a kind together, at least 3.
    Shapes are (n, columns) of the residuals and (groups, columns) of what is returned.

    References
    ----------
    Mood, A. M., Graybill, F. A. and Boes, D. C. (1974). Introduction to the theory of statistics
    (3rd ed.). McGraw-Hill.
    """
    kind = np.arange(groups) % kinds

    def summed(at: Rows, values: Array, number: int) -> Array:
        sums = np.column_stack([np.bincount(at, column, number) for column in values.T])
        return sums.astype(np.float64)

    def of_group(values: Array) -> Array:
        return summed(group, values * weight, groups)

    def of_kind(values: Array) -> Array:
        return summed(kind, values, kinds)[kind]

    weight = np.asarray(times, dtype=np.float64)[:, None]
    n = np.maximum(np.bincount(group, times, groups), 1).astype(np.float64)[:, None]
    fourth, squared = of_kind(of_group(residuals**4)), of_kind(of_group(residuals**2) ** 2 / n)
    kurtosis = np.divide(fourth, squared, out=np.full(fourth.shape, 3.0), where=squared > 0)
    part: Array = 2 / np.maximum(kurtosis - 1, 2.0)
    return part


def spread_of_others(
    variance: Array, chance: Array, size: Array, equal: Array, freedom: Array, tail: float,
    kinds: int = 1,
) -> tuple[Array, Array]:  # fmt: skip
    """Return how much clusters of groups may differ by those of the others, and the freedom added.

    Six authors of whom none writes about a frame agree, although one in five of all authors does:
    their own spread does not show what is not among them. The spread of the clusters of a group (a
    squared coefficient of variation beyond chance) is therefore combined with that of the other
    groups by their degrees of freedom (Smyth 2004), of which the others have 16 at most and each
    of them 10. It is 0 where nothing is borrowed: where the group itself shows more, and where its
    clusters are so many that a rare kind is hardly missing among all of them. If a share 1 / (1 +
    v) of clusters has all cases, their spread is v, and n clusters lack that kind with the chance
    (v / (1 + v))^n. Where it is below ``tail``, limits may do without.

    Shapes are (groups, columns). ``size`` is what the root of the variance is divided by,
    ``equal`` the number of equal clusters; ``freedom`` is 0 where a group has no spread to use or
    to lend.

    References
    ----------
    Smyth, G. K. (2004). Linear models and empirical Bayes methods for assessing differential
    expression in microarray experiments. Statistical Applications in Genetics and Molecular
    Biology 3(1), article 3. doi:10.2202/1544-6115.1027
    """
    usable = (freedom > 0) & (size > 0)
    own = np.where(usable, np.maximum(variance - chance, 0), 0.0) * equal
    own = own / np.where(usable, size, 1.0) ** 2
    lent = np.where(usable, np.minimum(freedom, MOST_OF_A_GROUP), 0.0)
    kind = np.arange(len(own)) % kinds

    def of_others(values: Array) -> Array:
        every = np.column_stack([np.bincount(kind, column, kinds) for column in values.T])[kind]
        rest: Array = np.maximum(every - values, 0)
        return rest

    rest = of_others(lent)
    theirs = of_others(lent * own) / np.where(rest > 0, rest, 1.0)
    added = np.minimum(MOST_BORROWED, rest)
    both = (freedom * own + added * theirs) / np.where(usable, freedom + added, 1.0)
    missing = (theirs / (1 + theirs)) ** equal > tail
    borrowed = usable & missing & (both > own * (1 + 1e-9))
    return np.where(borrowed, both, 0.0), np.where(borrowed, added, 0.0)


def variance_of_runs(
    correlation: Array | None, n: Array | Rows
) -> tuple[Array | float, Array | float]:
    """Return how many times the variance of chance n parts in a row have, and which part of a case.

    In a chain of two states whose neighbours correlate by r, distant ones correlate by powers of r,
    and the variance of the mean is that of n independent parts times about (1 + r) / (1 - r)
    (Klotz 1973; Miao and Gastwirth 2004). That none of them has a case is as likely as with
    1 + (n - 1) (1 - r) independent parts, the second value as a part of n.

    References
    ----------
    Klotz, J. (1973). Statistical inference in Bernoulli trials with dependence. Annals of
    Statistics 1(2), 373-379. doi:10.1214/aos/1176342377
    Miao, W. and Gastwirth, J. L. (2004). The effect of dependence on confidence intervals for a
    population proportion. The American Statistician 58(2), 124-130.
    """
    if correlation is None:
        return 1.0, 1.0
    r, n = np.minimum(correlation, MOST_CORRELATION), np.maximum(n, 1)
    times: Array = (1 + r) / (1 - r) - 2 * r * (1 - r**n) / (n * (1 - r) ** 2)
    part: Array = (1 + (n - 1) * (1 - r)) / n
    return times, part


def _of_bursts(
    bursting: Mask, rate: Array, low: Array, high: Array, variance: Array, of_chance: Array,
    inflation: Array, tail: float, *, share: bool,
) -> tuple[Array, Array]:  # fmt: skip
    """Return the limits, widened where parts vary more than chance, as bursts do.

    The error of what comes in bursts grows with the value itself, and few parts without a burst
    have too small a variance. The limit away from 0 (of a share above one half that away from 1)
    is therefore that of a mean of gamma values, whose error is proportional to the mean; the part
    ``of_chance`` of the variance, 0 to 1, keeps the limit it had.
    """
    at, scale = rate[bursting], np.broadcast_to(inflation, rate.shape)[bursting]
    cv2 = variance[bursting] / at**2 / ((1 - at) ** 2 if share else 1.0)
    # One value more, as exact limits count one case more.
    number = 1 / cv2 + 1
    above = scale * np.log(number / special.gammaincinv(number, tail))
    below = scale * np.log(special.gammaincinv(number, 1 - tail) / number)
    part = np.minimum(of_chance[bursting], 1.0)
    ends = _joined_ends(
        at, (low[bursting], high[bursting]), (below, above), (part, 1 - part), share=share
    )
    low, high = low.copy(), high.copy()
    low[bursting] = np.minimum(low[bursting], ends[0])
    high[bursting] = np.maximum(high[bursting], ends[1])
    return low, high


def _of_unseen(
    borrowed: Mask, rate: Array, low: Array, high: Array, cv2: Array, cases: Array, tail: float, *,
    share: bool,
) -> tuple[Array, Array]:  # fmt: skip
    """Return the limits, widened for a spread that other groups show, by those of a gamma mean.

    The distance of chance alone (``cases`` hits, or units of the denominator of a share) and that
    of a mean of gamma values with the squared coefficient of variation ``cv2`` are joined as those
    of independent errors (Zou and Donner 2008). The limit away from 0 is widened, of a share above
    one half that away from 1.
    """
    at = rate[borrowed]
    number = 1 / cv2[borrowed]
    above = np.log(number / np.maximum(special.gammaincinv(number, tail), 1e-300))
    below = np.log(special.gammaincinv(number, 1 - tail) / number)
    if share:
        ends = share_limits(at, cases[borrowed], tail)
    else:
        ends = at, at * special.gammaincinv(cases[borrowed] + 1, 1 - tail) / cases[borrowed]
    one = np.ones_like(at)
    ends = _joined_ends(at, ends, (below, above), (one, one), share=share)
    low, high = low.copy(), high.copy()
    if share:
        far = np.where(at > 1 / 2, ends[0], 1.0)
        low[borrowed] = np.minimum(low[borrowed], far)
        ends = ends[0], np.where(at > 1 / 2, 0.0, ends[1])
    high[borrowed] = np.maximum(high[borrowed], ends[1])
    return low, high


def _joined_ends(
    at: Array, ends: tuple[Array, Array], gamma: tuple[Array, Array], parts: tuple[Array, Array],
    *, share: bool,
) -> tuple[Array, Array]:  # fmt: skip
    """Return limits whose squared distances are those of two limits, in these parts.

    Distances are on logs, and only the upper limit of a rate moves; those of shares on log-odds.
    ``gamma`` are the distances of a gamma mean, down and up.
    """
    below, above = gamma
    if not share:
        to_high = np.sqrt(parts[0] * np.log(ends[1] / at) ** 2 + parts[1] * above**2)
        return ends[0], at * np.exp(to_high)
    middle = special.logit(at)
    old = [special.logit(np.clip(one, 1e-12, 1 - 1e-12)) for one in ends]
    # A share above one half is the other side of a share below it.
    up, down = (1 - at) * above + at * below, (1 - at) * below + at * above
    to_low = np.sqrt(parts[0] * (middle - old[0]) ** 2 + parts[1] * down**2)
    to_high = np.sqrt(parts[0] * (old[1] - middle) ** 2 + parts[1] * up**2)
    return special.expit(middle - to_low), special.expit(middle + to_high)


def _design_effects(variance: Array, chance: Array, kinds: int) -> Array:
    """Return how many times the variance of chance each group has, by the groups of its kind.

    It is 1 or more, and 1 where no group of the kind has a case.
    """
    kind = np.arange(len(variance)) % kinds
    seen = np.column_stack([np.bincount(kind, column, kinds) for column in variance.T])
    expected = np.column_stack([np.bincount(kind, column, kinds) for column in chance.T])
    # Sums of no number are whole numbers for numpy.
    ratio = np.divide(seen, expected, out=np.ones(seen.shape), where=expected > 0)
    effects: Array = np.maximum(ratio, 1.0)[kind]
    return effects


def share_limits(share: Array, n: Array, tail: Array | float) -> tuple[Array, Array]:
    """Return limits of shares out of an effective n, between those of Jeffreys and the exact ones.

    The limit away from 0 or 1 is exact for rare cases (share near 0) and for rare failures.
    """
    cases, failures = share * n, (1 - share) * n
    low = special.betaincinv(
        np.maximum(cases + 0.5 * (1 - share), 1e-9), failures + 0.5 * (1 + share), tail
    )
    high = special.betaincinv(
        cases + 0.5 * (2 - share), np.maximum(failures + 0.5 * share, 1e-9), 1 - tail
    )
    return np.where(cases > 0, low, 0.0), np.where(failures > 0, high, 1.0)
