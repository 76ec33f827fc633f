"""Corrected models: regressions of shares on codes that a sample expands, not on hits alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from framing._core.typing import Array, Rows
from framing.coding.coded_shares import (
    coding_variance,
    estimate_cells,
    expanded_codes,
    informative_hits,
)
from framing.coding.correction import UNUSED, CodedSample, Sampled, all_coded_frames
from framing.hits.hits import Hits
from framing.regressions.clustered_errors import cluster_errors
from framing.regressions.designs import Design, Used
from framing.regressions.frame_models import noted_once
from framing.regressions.sign_flips import allow_for_signs, few_decide, score_statistic
from framing.scores.scores import Scores, correctable_hits, document_rows

LINEAR = "linear, corrected"


@dataclass(frozen=True)
class CorrectedFrames:
    """The coded frames of a corpus, and the unit of each sentence in a model (-1 if in none).

    ``usable`` is 1 for the sentences with a word.
    """

    hits: Hits
    frames: Mapping[str, Sampled]
    unit: Rows
    usable: Array


def corrected_frames(scores: Scores, correction: CodedSample, used: Used) -> CorrectedFrames:
    """Return what a coded sample says of the units of a model, or raise InputError."""
    hits = correctable_hits(scores)
    number = pd.Index(used.units["doc_id"]).get_indexer(pd.Index(hits.documents["doc_id"]))
    usable = hits.sentences["tokens"].to_numpy() > 0
    unit = np.where(usable, number[document_rows(hits)], -1)
    frames = all_coded_frames(hits, correction, scores.frames, "regress")
    return CorrectedFrames(hits, frames, unit.astype(np.int64), usable.astype(np.float64))


def fit_corrected(
    frame: str, corrected: CorrectedFrames, design: Design, used: Used, level: float
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the rows of a frame in the table, and its row in the table of fits.

    The share of each document is explained by a linear model, weighted by sentences. Its share is
    that of the expanded codes (Egami et al. 2023), so that the coefficients are right however
    wrong the hits are. Hits that narrow no interval are not used, as by `correct`. The variance is
    that over clusters (CR2), which contains that of the sample; it is at least the sum of what the
    expected codes vary over clusters and of the sample's, with half a case and half a failure
    added. Where few clusters carry a term, its p is at least that of random signs (`SignFlips`).
    """
    sampled, unit = corrected.frames[frame], corrected.unit
    inside = unit >= 0
    everything = np.ones((1, len(unit)))
    coded = sampled.coded, sampled.position, sampled.strata
    hit = informative_hits(sampled.hit, corrected.usable, *coded)
    cells = estimate_cells(hit, everything, *coded)
    expected, expanded = expanded_codes(hit, *coded, cells.share[0])
    matrix, size = design.matrix()[used.profile], used.denominators
    units = used.of_model(design.matrix())
    share, plain = (
        np.bincount(unit[inside], codes[inside], len(size)) / size for codes in (expanded, expected)
    )
    root = np.sqrt(size)[:, None]
    inverse = np.linalg.pinv(root * matrix)
    coefficients = inverse @ (root[:, 0] * share)
    errors = cluster_errors(units, size, root[:, 0] * (share - matrix @ coefficients))
    floor = cluster_errors(
        units, size, root[:, 0] * (plain - matrix @ (inverse @ (root[:, 0] * plain)))
    )
    # What a code of each sentence adds to each coefficient.
    effects = np.zeros((matrix.shape[1], len(unit)))
    effects[:, inside] = (inverse / root[:, 0])[:, unit[inside]]
    sample = coding_variance(effects, hit, sampled.position, sampled.strata, cells)
    variance = np.maximum(np.diag(errors.covariance), np.diag(floor.covariance) + sample)
    freedom = np.array([errors.freedom(row) for row in np.eye(matrix.shape[1])])
    known = np.isfinite(freedom) & (variance > 0)
    alone = _why_alone(sampled, unit, used)
    if alone:
        known[:] = False
    error, degrees = np.sqrt(variance), np.where(known, np.maximum(freedom, 1.0), np.nan)
    half = special.stdtrit(degrees, (1 + level) / 2) * error
    t = np.divide(np.abs(coefficients), error, out=np.full_like(error, np.nan), where=error > 0)
    p = np.where(known, 2 * special.stdtr(degrees, -t), np.nan)
    notes: list[list[str]] = [[] for _ in p]
    for number, direction in enumerate(np.eye(len(p))):
        # A share of 0 is no hypothesis, so the intercept is not tested by its score.
        if not design.columns[number] or not known[number] or not errors.crowded(direction):
            continue
        others = units.with_matrix(np.delete(units.matrix, number, axis=1))
        weighed = root * others.matrix[units.profile]
        null = root[:, 0] * share
        null = null - weighed @ (np.linalg.pinv(weighed) @ null)
        p[number], half[number] = allow_for_signs(
            score_statistic(units.matrix[:, number], others, size, null),
            p[number], half[number], coefficients[number], level,
        )  # fmt: skip
        notes[number] = few_decide(errors.carriers(direction)[0])
    n, clusters = len(size), len(used.labels)
    of = f"{corrected.hits.unit}s"
    note = f"share of {of}, corrected by {len(sampled.position):,} coded {of}"
    note += f"; {UNUSED}" if sampled.hit.any() and not hit.any() else ""
    # The effect and its limits in the units of the given numbers.
    coefficients, half = coefficients / design.scales, half / design.scales
    few = f"its error cannot be estimated: {alone or 'it rests on one cluster'}"
    notes = [[*([] if one else [few]), *own] for one, own in zip(known, notes, strict=True)]
    table = pd.DataFrame(
        {
            "frame": frame, "term": design.names, "estimate": coefficients,
            "low": coefficients - half, "high": coefficients + half, "df": degrees,
            "p": p, "ratio": np.nan, "ratio_low": np.nan,
            "ratio_high": np.nan, "ame": coefficients, "ame_low": coefficients - half,
            "ame_high": coefficients + half, "n": n, "clusters": clusters,
            "note": noted_once(notes, [note]),
        }
    )  # fmt: skip
    effect = ["ame", "ame_low", "ame_high"]
    single = np.array([len(column) == 1 for column in design.columns])
    table.loc[~single, effect] = np.nan
    fit = {
        "frame": frame, "model": LINEAR, "n": n, "clusters": clusters,
        "hits": float(share @ size), "alpha": np.nan, "alpha_low": np.nan, "alpha_high": np.nan,
        "log_likelihood": np.nan, "converged": True, "note": note,
    }  # fmt: skip
    return table, fit


def _why_alone(sampled: Sampled, unit: Rows, used: Used) -> str:
    """Return why no term has an error: the coded cases are in one cluster, or there are none.

    The clusters without a case are alike, whatever the one that has them all is like: nothing
    repeats it, as in models of hits.
    """
    of_case = unit[sampled.position[sampled.coded > 0]]
    found = np.unique(used.clusters[of_case[of_case >= 0]])
    if not len(found):
        return "no coded sentence of the model has the frame"
    if len(found) > 1:
        return ""
    named = f" ({used.labels[int(found[0])]})" if used.named else ""
    return f"all coded sentences with the frame are in one cluster{named}"
