"""The model of one frame: fitted where the data bear it, with notes where they do not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from framing._core.checks import listing
from framing.regressions.designs import Design, Used
from framing.regressions.formulas import Factor
from framing.regressions.likelihoods import Fitted, fit_counts, fit_shares
from framing.regressions.separation import independent, resting, separate, touched, undetermined

Array = NDArray[np.float64]


Link = Callable[[Array], tuple[Array, Array, Array]]
Mask = NDArray[np.bool_]
FIT_COLUMNS = (
    "frame", "model", "n", "clusters", "hits", "alpha", "alpha_low", "alpha_high",
    "log_likelihood", "converged", "note",
)  # fmt: skip
# Clusters below which they are few, and units with a hit below which these are, a parameter.
FEW_CLUSTERS, FEW_HITS = 20, 10
# An error as small is that of a model without residuals.
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
    part: tuple[Factor, int | None],
    coefficients: Array,
    link: Link,
    silent: Array,
) -> tuple[float, Array] | None:
    """Return the average effect of a number, or of a level beside the reference.

    With it comes its slope in each coefficient. ``silent`` are the directions (n_columns,
    n_directions) on which the data say nothing: what they would move has no effect that is
    known, and None is returned.
    """
    factor, level = part
    matrix = design.matrix()
    if level is None:
        slopes = design.slopes(factor)
        if _moved(slopes, silent):
            return None
        _, first, second = link(matrix @ coefficients)
        rise = slopes @ coefficients
        slope = (second * rise) @ matrix + first @ slopes
        return float((first * rise).mean()), slope / design.rows
    own, reference = design.matrix({factor: level}), design.matrix({factor: 0})
    if _moved(own, silent) or _moved(reference, silent):
        return None
    (mean, first, _), (base, base_first, _) = (link(one @ coefficients) for one in (own, reference))
    return float((mean - base).mean()), (first @ own - base_first @ reference) / design.rows


def _moved(matrix: Array, silent: Array) -> bool:
    if not silent.size:
        return False
    sizes = np.abs(matrix) @ np.abs(silent)
    return bool((np.abs(matrix @ silent) > 1e-6 * np.maximum(sizes, 1e-300)).any())


@dataclass(frozen=True)
class Problem:
    """The hits of a frame, and how they are to be explained."""

    frame: str
    hits: Array
    kind: str
    per: float
    level: float
    cluster: str


@dataclass
class _Rows:
    """The rows of the table of a frame, before they are filled in."""

    count: int
    cells: dict[str, Array] = field(default_factory=dict)
    notes: list[list[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in ("estimate", "low", "high", "p", "ame", "ame_low", "ame_high"):
            self.cells[name] = np.full(self.count, NAN)
        self.notes = [[] for _ in range(self.count)]


def fit_frame(problem: Problem, design: Design, used: Used) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the rows of a frame in the table, and its row in the fits."""
    rows, matrix = _Rows(len(design.columns)), design.matrix()
    everywhere = used.denominators if problem.kind == "share" else np.full(design.rows, np.inf)
    kept = separate(matrix, problem.hits == 0, problem.hits == everywhere)
    silent = undetermined(matrix, kept)
    lost = touched(silent, matrix)
    for place in np.flatnonzero(lost):
        rows.notes[place].append(_why_lost(problem, design, used, int(place)))
    clusters, cluster_names = _recoded(used, kept)
    general = _remarks(problem, int((~kept).sum()), kept, clusters, int((~lost).sum()))
    free = len(lost) - silent.shape[1]
    fitted = None
    if not kept.any():
        general.insert(0, "no model: all units are perfectly predicted")
    elif kept.sum() <= free or len(cluster_names) < 2:
        general.insert(0, "no model: too few units or clusters are left")
    else:
        order = [*np.flatnonzero(~lost), *np.flatnonzero(lost)]
        own = sorted(int(order[place]) for place in independent(matrix[kept][:, order]))
        fitted = _fit(problem, used, matrix[kept][:, own], kept, clusters)
        if fitted.reason:
            general.insert(0, f"{fitted.model}: {fitted.reason}")
        if not fitted.converged:
            general.insert(0, "the fit did not converge")
        else:
            alone = _why_alone(problem, matrix[kept][:, own], own, clusters, cluster_names, rows)
            _fill(problem, rows, design.only(kept), _Found(fitted, own, silent, lost, alone))
    return _table(problem, rows, design, kept, clusters, general), _fit_row(
        problem, kept, clusters, fitted, general
    )


def _recoded(used: Used, kept: Mask) -> tuple[NDArray[np.int64], list[str]]:
    codes, places = np.unique(used.clusters[kept], return_inverse=True)
    return places.astype(np.int64), [used.labels[code] for code in codes]


def _fit(
    problem: Problem, used: Used, matrix: Array, kept: Mask, clusters: NDArray[np.int64]
) -> Fitted:
    hits, denominators = problem.hits[kept], used.denominators[kept]
    if problem.kind == "share":
        return fit_shares(hits, denominators, matrix, clusters)
    exposure = denominators / problem.per if problem.kind == "rate" else np.ones(len(hits))
    return fit_counts(hits, exposure, matrix, clusters)


def _remarks(
    problem: Problem, gone: int, kept: Mask, clusters: NDArray[np.int64], parameters: int
) -> list[str]:
    remarks = []
    count = len(np.unique(clusters))
    if 0 < count < FEW_CLUSTERS:
        remarks.append(f"{count} clusters by {problem.cluster} are few")
    events = int((problem.hits[kept] > 0).sum())
    if 0 < events < FEW_HITS * parameters:
        remarks.append(f"{events} units with a hit are few for {parameters} parameters")
    if gone and len(clusters):
        remarks.append(f"{gone:,} units that are perfectly predicted are not in the model")
    return remarks


def _why_lost(problem: Problem, design: Design, used: Used, place: int) -> str:
    """Say why a coefficient has no finite estimate."""
    if not problem.hits.any():
        return "no hit of the frame in any unit"
    share = problem.kind == "share"
    for part, reference in [(part, at) for part in design.columns[place] for at in (False, True)]:
        factor, level = part
        if level is None:
            continue
        inside = design.variables[factor].numbers == (0 if reference else level)
        name = design.part(factor, 0 if reference else level)
        remedy = " (a reference: choose another)" if reference else ""
        if not problem.hits[inside].any():
            return f"no hit in the {inside.sum():,} units of {name}{remedy}: no finite estimate"
        if share and (problem.hits == used.denominators)[inside].all():
            return f"the frame is in all sentences of {name}{remedy}: no finite estimate"
    if not design.columns[place]:
        return "a reference level is without hits, or in all sentences: no finite estimate"
    return "perfectly predicted by the terms: no finite estimate"


def _why_alone(
    problem: Problem,
    matrix: Array,
    own: list[int],
    clusters: NDArray[np.int64],
    names: list[str],
    rows: _Rows,
) -> Mask:
    """Mark the coefficients whose error the clusters cannot tell, and say why."""
    marked = np.zeros(rows.count, dtype=bool)
    bare, found = np.zeros((len(own), 0)), {place: list[str]() for place in own}
    for cluster, directions in resting(matrix, clusters):
        bare = np.column_stack([bare, directions])
        for column in np.flatnonzero(touched(directions, matrix)).tolist():
            found[own[column]].append(names[cluster])
    free = len(own) - (int(np.linalg.matrix_rank(bare)) if bare.size else 0)
    for place in own:
        if rows.notes[place]:
            # No estimate, and the note says why.
            continue
        if found[place]:
            why = f"rests on single clusters by {problem.cluster} ({listing(found[place], 3)})"
        elif len(names) <= free:
            why = f"{len(names)} clusters cannot carry {free} parameters"
        else:
            continue
        marked[place] = True
        rows.notes[place].append(f"{why}: its error cannot be told")
    return marked


@dataclass(frozen=True)
class _Found:
    """A fitted model: of which columns, with directions and terms that it says nothing on."""

    fitted: Fitted
    own: list[int]
    silent: Array
    lost: Mask
    alone: Mask


def _fill(problem: Problem, rows: _Rows, design: Design, found: _Found) -> None:
    """Write estimates, intervals and effects."""
    count, degrees = len(design.columns), found.fitted.degrees
    full, covariance = np.zeros(count), np.zeros((count, count))
    full[found.own] = found.fitted.coefficients
    covariance[np.ix_(found.own, found.own)] = found.fitted.covariance
    errors = np.sqrt(np.diag(covariance).clip(min=0))
    bare = ~found.lost & ~found.alone & (errors < LEAST_ERROR)
    for place in np.flatnonzero(bare).tolist():
        rows.notes[place].append("all clusters agree: its error cannot be told")
    errors[found.lost | found.alone | bare] = NAN
    estimate = np.where(found.lost, NAN, full)
    half = float(special.stdtrit(degrees, (1 + problem.level) / 2))
    rows.cells |= {
        "estimate": estimate,
        "low": estimate - half * errors,
        "high": estimate + half * errors,
        "p": 2 * special.stdtr(degrees, -np.abs(estimate) / errors),
    }
    _write_effects(problem, rows, design, found, full, covariance * half**2)


def _write_effects(
    problem: Problem, rows: _Rows, design: Design, found: _Found, full: Array, squares: Array
) -> None:
    """Write average effects; ``squares`` are the covariances of half an interval's width."""
    link = logistic if problem.kind == "share" else exponential
    for place in np.flatnonzero(~found.lost).tolist():
        column = design.columns[place]
        if len(column) != 1:
            continue
        effect = average_effect(design, column[0], full, link, found.silent)
        if effect is None:
            rows.notes[place].append("ame: depends on what has no finite estimate")
            continue
        if found.alone.any() and not found.alone[place]:
            rows.notes[place].append(f"ame: levels by {problem.cluster} taken as given")
        mean, slope = effect
        half = float(slope @ squares @ slope) ** 0.5
        half = NAN if np.isnan(rows.cells["p"][place]) else half
        rows.cells["ame"][place] = mean
        rows.cells["ame_low"][place], rows.cells["ame_high"][place] = mean - half, mean + half


def _table(
    problem: Problem,
    rows: _Rows,
    design: Design,
    kept: Mask,
    clusters: NDArray[np.int64],
    general: list[str],
) -> pd.DataFrame:
    with np.errstate(over="ignore"):
        ratios = [np.exp(rows.cells[name]) for name in ("estimate", "low", "high")]
    return pd.DataFrame(
        {"frame": problem.frame, "term": design.names}
        | rows.cells
        | dict(zip(("ratio", "ratio_low", "ratio_high"), ratios, strict=True))
        | {
            "n": int(kept.sum()),
            "clusters": len(np.unique(clusters)),
            "note": ["; ".join([*notes, *general]) for notes in rows.notes],
        }
    )


def _fit_row(
    problem: Problem,
    kept: Mask,
    clusters: NDArray[np.int64],
    fitted: Fitted | None,
    general: list[str],
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "frame": problem.frame,
        "model": fitted.model if fitted else "none",
        "n": int(kept.sum()),
        "clusters": len(np.unique(clusters)),
        "hits": float(problem.hits[kept].sum()),
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
