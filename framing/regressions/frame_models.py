"""The model of one frame: its estimates, and notes on those that the data do not allow."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from framing._core.checks import listing
from framing._core.tables import counted
from framing._core.typing import Array, Mask
from framing.regressions.designs import Design, Used
from framing.regressions.exchanges import FEW_FREEDOM, allow_for_exchange, exchange_of
from framing.regressions.formulas import Factor
from framing.regressions.likelihoods import Fitted, fit_counts, fit_shares
from framing.regressions.model_units import ModelUnits
from framing.regressions.separation import independent, resting, separate, touched, undetermined
from framing.regressions.sign_flips import allow_for_signs, few_decide, score_statistic
from framing.scores.groups import natural_order

# From the predictor to the mean, and its first and second derivatives.
Link = Callable[[Array], tuple[Array, Array, Array]]
FIT_COLUMNS = (
    "frame", "model", "n", "clusters", "hits", "alpha", "alpha_low", "alpha_high",
    "log_likelihood", "converged", "note",
)  # fmt: skip
# A note warns below so many clusters, and below so many units with a hit per parameter.
FEW_CLUSTERS, FEW_HITS = 20, 10
# With fewer degrees of freedom the t distribution is a rough guide (Pustejovsky and Tipton 2018).
FEW_DEGREES = 4
# A standard error below this comes from a model without residuals.
LEAST_ERROR = 1e-7
NAN = float("nan")


def exponential(predictor: Array) -> tuple[Array, Array, Array]:
    """Return the mean and its first and second derivatives."""
    mean = np.exp(predictor)
    return mean, mean, mean


def logistic(predictor: Array) -> tuple[Array, Array, Array]:
    """Return the mean and its first and second derivatives."""
    mean = special.expit(predictor)
    first = mean * (1 - mean)
    return mean, first, first * (1 - 2 * mean)


def average_effect(
    design: Design,
    variable: tuple[Factor, int | None],
    coefficients: Array,
    link: Link,
    silent: Array,
) -> tuple[float, Array] | None:
    """Return the average marginal effect of a number, or of a level against the reference.

    Also return its derivative with respect to each coefficient. ``silent`` holds the directions
    that the data do not determine, shape (n_columns, n_directions). Return None where the effect
    depends on one of them.
    """
    factor, level = variable
    matrix = design.matrix()
    if level is None:
        slopes = design.slopes(factor)
        if _moved(slopes, silent):
            return None
        _, first, second = link(matrix @ coefficients)
        rise = slopes @ coefficients
        slope = design.summed(second * rise, matrix) + design.summed(first, slopes)
        return design.average(first * rise), slope / design.units
    target, reference = design.matrix({factor: level}), design.matrix({factor: 0})
    if _moved(target, silent) or _moved(reference, silent):
        return None
    (mean, first, _), (base, base_first, _) = (
        link(side @ coefficients) for side in (target, reference)
    )
    slope = design.summed(first, target) - design.summed(base_first, reference)
    return design.average(mean - base), slope / design.units


def _moved(matrix: Array, silent: Array) -> bool:
    """Return whether a predictor depends on an undetermined direction."""
    if not silent.size:
        return False
    sizes = np.abs(matrix) @ np.abs(silent)
    return bool((np.abs(matrix @ silent) > 1e-6 * np.maximum(sizes, 1e-300)).any())


@dataclass(frozen=True)
class FrameModelInput:
    """The hits of a frame, and how the model explains them."""

    frame: str
    hits: Array
    kind: str
    per: float
    level: float
    cluster: str


@dataclass
class _FrameRows:
    """The rows of a frame in the table: cells by column, and the notes of each row."""

    count: int
    cells: dict[str, Array] = field(default_factory=dict)
    notes: list[list[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in ("estimate", "low", "high", "p", "df", "ame", "ame_low", "ame_high"):
            self.cells[name] = np.full(self.count, NAN)
        self.notes = [[] for _ in range(self.count)]


def fit_frame(
    problem: FrameModelInput, design: Design, used: Used
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the rows of a frame in the table, and its row in the table of fits."""
    rows, matrix = _FrameRows(len(design.columns)), design.matrix()
    every = used.of_model(matrix)
    kept = _separated(problem, used, every)
    silent = undetermined(matrix, kept)
    lost = touched(silent, matrix)
    for term in np.flatnonzero(lost):
        rows.notes[term].append(_why_lost(problem, design, used, int(term)))
    order = [*np.flatnonzero(~lost), *np.flatnonzero(lost)]
    columns = sorted(int(order[term]) for term in independent(matrix[kept][:, order]))
    units, used_rows = every.only(kept, columns), kept[used.profile]
    events = int(every.total((problem.hits > 0) & used_rows))
    general = _remarks(problem, units, every.count, events, int((~lost).sum()))
    free = len(lost) - silent.shape[1]
    fitted = None
    if not kept.any():
        general.insert(0, "no model: all units are perfectly predicted")
    elif units.count <= free or units.cluster_count < 2:
        general.insert(0, "no model: too few units or clusters are left")
    else:
        fitted = _fit(problem, used, used_rows, units)
        if fitted.reason:
            general.insert(0, f"{fitted.model}: {fitted.reason}")
        if not fitted.converged:
            general.insert(0, "the fit did not converge")
        else:
            names = _ClusterNames(used, used_rows)
            alone = _why_alone(problem, units, columns, names, problem.hits[used_rows], rows)
            refit = partial(_fit, problem, used, used_rows)
            model = _FrameFit(fitted, columns, silent, lost, alone, units, refit)
            _fill(problem, rows, design.only(kept), model)
    hits = float(every.total(problem.hits * used_rows))
    return _table(problem, rows, design, units, general), _fit_row(
        problem, hits, units, fitted, general
    )


def _separated(problem: FrameModelInput, used: Used, every: ModelUnits) -> Mask:
    """Return the profiles that no direction predicts perfectly.

    A profile is at an end of its range if all of its units are.
    """
    below = every.by_profile(problem.hits > 0) == 0
    if problem.kind != "share":
        return separate(every.matrix, below, np.zeros_like(below))
    return separate(every.matrix, below, every.by_profile(problem.hits < used.denominators) == 0)


@dataclass(frozen=True)
class _ClusterNames:
    """The names of the clusters of the rows in a model."""

    used: Used
    used_rows: Mask

    def of(self, clusters: list[int]) -> list[str]:
        """Return the names of some clusters of the model, sorted."""
        codes = np.unique(self.used.clusters[self.used_rows])
        return sorted((self.used.labels[codes[cluster]] for cluster in clusters), key=natural_order)


def _fit(problem: FrameModelInput, used: Used, used_rows: Mask, units: ModelUnits) -> Fitted:
    """Fit the model of the kind of scores to the rows that separation leaves."""
    hits, denominators = problem.hits[used_rows], used.denominators[used_rows]
    if problem.kind == "share":
        return fit_shares(hits, denominators, units)
    exposure = denominators / problem.per if problem.kind == "rate" else np.ones(len(hits))
    return fit_counts(hits, exposure, units)


def _remarks(
    problem: FrameModelInput, units: ModelUnits, every: int, events: int, parameters: int
) -> list[str]:
    """Return the notes that apply to all terms of a frame."""
    remarks = []
    count, predicted = units.cluster_count, every - units.count
    if 0 < count < FEW_CLUSTERS:
        remarks.append(f"{count} clusters by {problem.cluster} are few")
    if 0 < events < FEW_HITS * parameters:
        with_hit = f"{counted(events, 'units')} with a hit {'is' if events == 1 else 'are'}"
        remarks.append(f"{with_hit} few for {counted(parameters, 'parameters')}")
    if predicted and count:
        remarks.append(f"{predicted:,} units that are perfectly predicted are not in the model")
    return remarks


def _why_lost(problem: FrameModelInput, design: Design, used: Used, term: int) -> str:
    """Return why a coefficient has no finite estimate."""
    if not problem.hits.any():
        return "no hit of the frame in any unit"
    share = problem.kind == "share"
    for (factor, level), reference in product(design.columns[term], (False, True)):
        if level is None:
            continue
        inside = (design.variables[factor].numbers == (0 if reference else level))[used.profile]
        name = design.name_of(factor, 0 if reference else level)
        remedy = " (a reference: choose another)" if reference else ""
        if not problem.hits[inside].any():
            size = int(used.times @ inside)
            return f"no hit in the {size:,} units of {name}{remedy}: no finite estimate"
        if share and (problem.hits == used.denominators)[inside].all():
            return f"the frame is in all sentences of {name}{remedy}: no finite estimate"
    if not design.columns[term]:
        return "a reference level is without hits, or in all sentences: no finite estimate"
    return "perfectly predicted by the terms: no finite estimate"


def _why_alone(
    problem: FrameModelInput,
    units: ModelUnits,
    columns: list[int],
    names: _ClusterNames,
    hits: Array,
    rows: _FrameRows,
) -> Mask:
    """Return the coefficients whose error cannot be estimated, and add notes that say why."""
    marked = np.zeros(rows.count, dtype=bool)
    bare = np.zeros((len(columns), 0))
    single = {term: list[int]() for term in columns}
    for cluster, directions in resting(units):
        bare = np.column_stack([bare, directions])
        for column in np.flatnonzero(touched(directions, units.matrix)).tolist():
            single[columns[column]].append(cluster)
    free = len(columns) - (int(np.linalg.matrix_rank(bare)) if bare.size else 0)
    # The clusters without a hit are alike, whatever the one that has them all is like.
    only = _with_hits(hits, units)
    for term in columns:
        if rows.notes[term]:
            # There is no estimate, and a note says why.
            continue
        if len(only) == 1:
            named = f" ({listing(names.of(only), 3)})" if names.used.named else ""
            why = f"all hits are in one cluster by {problem.cluster}{named}"
        elif single[term]:
            named = f" ({listing(names.of(single[term]), 3)})" if names.used.named else ""
            why = f"rests on single clusters by {problem.cluster}{named}"
        elif units.cluster_count <= free:
            why = f"{units.cluster_count} clusters cannot carry {free} parameters"
        else:
            continue
        marked[term] = True
        rows.notes[term].append(f"{why}: its error cannot be estimated")
    return marked


def _with_hits(hits: Array, units: ModelUnits) -> list[int]:
    """Return the clusters that have a hit, of which a row may stand for several."""
    clusters = np.unique(units.clusters[hits > 0])
    if units.alone:
        clusters = np.repeat(units.clusters, units.times.astype(np.int64) * (hits > 0))
    return [int(cluster) for cluster in clusters]


@dataclass(frozen=True)
class _FrameFit:
    """A fitted model and what it leaves open.

    ``columns`` are those that are fitted, ``silent`` the undetermined directions, ``lost`` the
    terms without an estimate and ``alone`` those without an error. ``refit`` fits the same hits to
    other columns than those of ``units``.
    """

    fitted: Fitted
    columns: list[int]
    silent: Array
    lost: Mask
    alone: Mask
    units: ModelUnits
    refit: Callable[[ModelUnits], Fitted]

    def null_of(self, number: int) -> tuple[Array, ModelUnits, Array, Array] | None:
        """Return a column, and the units, weights and residuals of the model without it.

        None where there is no model without the column.
        """
        others = self.units.with_matrix(np.delete(self.units.matrix, number, axis=1))
        if not others.matrix.shape[1]:
            return None
        null = self.refit(others)
        if not null.converged:
            return None
        return self.units.matrix[:, number], others, null.weights, null.residuals


def _fill(problem: FrameModelInput, rows: _FrameRows, design: Design, model: _FrameFit) -> None:
    """Fill in estimates, intervals and effects."""
    count, fit = len(design.columns), model.fitted.errors
    full, covariance = np.zeros(count), np.zeros((count, count))
    full[model.columns] = model.fitted.coefficients
    covariance[np.ix_(model.columns, model.columns)] = fit.covariance
    degrees = np.full(count, NAN)
    degrees[model.columns] = [fit.freedom(unit) for unit in np.eye(len(model.columns))]
    errors = np.sqrt(np.diag(covariance).clip(min=0))
    exact = ~model.lost & ~model.alone & (errors < LEAST_ERROR)
    for term in np.flatnonzero(exact).tolist():
        rows.notes[term].append("all clusters agree: its error cannot be estimated")
    errors[model.lost | model.alone | exact] = NAN
    estimate = np.where(model.lost, NAN, full)
    p = 2 * special.stdtr(degrees, -np.abs(estimate) / errors)
    half = special.stdtrit(degrees, (1 + problem.level) / 2) * errors
    wider = np.ones(count)
    for number, term in enumerate(model.columns):
        unit = np.eye(len(model.columns))[number]
        # That a rate is 1 is no hypothesis, so the intercept is not tested by its score.
        crowded = fit.crowded(unit)
        if np.isnan(errors[term]) or not design.columns[term]:
            continue
        if not crowded and not degrees[term] < FEW_FREEDOM:
            continue
        null, widest = model.null_of(number), half[term]
        if null is None:
            continue
        if crowded:
            p[term], widest = allow_for_signs(
                score_statistic(*null), p[term], widest, estimate[term], problem.level
            )
            rows.notes[term] += few_decide(fit.carriers(unit)[0])
        p[term], widest, told = allow_for_exchange(
            exchange_of(*null), p[term], widest, estimate[term], problem.level
        )
        wider[term] = widest / half[term]
        rows.notes[term] += told
    half = half * wider
    rows.cells |= {
        "estimate": estimate,
        "low": estimate - half,
        "high": estimate + half,
        "p": p,
        "df": np.where(np.isnan(errors), NAN, degrees),
    }
    # Rounding does not decide about a number that is 4 exactly.
    for term in np.flatnonzero(rows.cells["df"] < FEW_DEGREES - 1e-6).tolist():
        rows.notes[term].append(
            f"{rows.cells['df'][term]:.1f} degrees of freedom: few or uneven clusters carry it"
        )
    _write_effects(problem, rows, design, model, full, covariance, wider)


def _write_effects(
    problem: FrameModelInput,
    rows: _FrameRows,
    design: Design,
    model: _FrameFit,
    full: Array,
    covariance: Array,
    wider: Array,
) -> None:
    """Fill in average effects, with intervals by the delta method."""
    link = logistic if problem.kind == "share" else exponential
    for term in np.flatnonzero(~model.lost).tolist():
        column = design.columns[term]
        if len(column) != 1:
            continue
        effect = average_effect(design, column[0], full, link, model.silent)
        if effect is None:
            rows.notes[term].append("ame: it depends on a term without a finite estimate")
            continue
        if model.alone.any() and not model.alone[term]:
            rows.notes[term].append(f"ame: levels by {problem.cluster} taken as given")
        mean, slope = effect
        degrees = model.fitted.errors.freedom(slope[model.columns])
        half = float(slope @ covariance @ slope) ** 0.5 * float(wider[term])
        half *= float(special.stdtrit(degrees, (1 + problem.level) / 2))
        half = NAN if np.isnan(rows.cells["p"][term]) else half
        rows.cells["ame"][term] = mean
        rows.cells["ame_low"][term], rows.cells["ame_high"][term] = mean - half, mean + half


def _table(
    problem: FrameModelInput,
    rows: _FrameRows,
    design: Design,
    units: ModelUnits,
    general: list[str],
) -> pd.DataFrame:
    """Return the rows of a frame as a table, in the units of the given numbers."""
    scales = design.scales
    for name in ("estimate", "low", "high", "ame", "ame_low", "ame_high"):
        rows.cells[name] = rows.cells[name] / scales
    for term in np.flatnonzero(scales > 1).tolist():
        rows.notes[term].append(
            "its numbers are large, so that an effect of one unit is close to 0: give them in "
            "thousands or millions"
        )
    with np.errstate(over="ignore"):
        ratios = [np.exp(rows.cells[name]) for name in ("estimate", "low", "high")]
    return pd.DataFrame(
        {"frame": problem.frame, "term": design.names}
        | rows.cells
        | dict(zip(("ratio", "ratio_low", "ratio_high"), ratios, strict=True))
        | {
            "n": units.count,
            "clusters": units.cluster_count,
            "note": noted_once(rows.notes, general),
        }
    )


def noted_once(notes: list[list[str]], general: list[str]) -> list[str]:
    """Return the note of each row; the first alone has what holds for all terms of the frame."""
    return ["; ".join([*own, *(() if row else general)]) for row, own in enumerate(notes)]


def _fit_row(
    problem: FrameModelInput,
    hits: float,
    units: ModelUnits,
    fitted: Fitted | None,
    general: list[str],
) -> dict[str, Any]:
    """Return the row of a frame in the table of fits."""
    row: dict[str, Any] = {
        "frame": problem.frame,
        "model": fitted.model if fitted else "none",
        "n": units.count,
        "clusters": units.cluster_count,
        "hits": hits,
        "alpha": NAN,
        "alpha_low": NAN,
        "alpha_high": NAN,
        "log_likelihood": fitted.log_likelihood if fitted else NAN,
        "converged": bool(fitted and fitted.converged),
        "note": "; ".join(general),
    }
    if fitted:
        low, high = fitted.alpha_interval(problem.level)
        row |= {"alpha": fitted.alpha, "alpha_low": low, "alpha_high": high}
    return row
