"""Alike documents: whether what a model leaves is more alike in documents that share a value."""

import numpy as np
import pandas as pd

from framing._core.typing import Array
from framing.regressions.designs import Design, Used
from framing.scores.resemblance import find_alike, resemblance_note
from framing.scores.scores import Scores


def note_alike_documents(table: pd.DataFrame, scores: Scores, design: Design, used: Used) -> None:
    """Write into the notes where documents of one author, story or week resemble each other.

    What is compared are the residuals of a linear model of rates with the same terms, weighted by
    the denominators, summed over each document: a column that a term explains leaves nothing alike.
    Rows without a p keep their notes. See `find_alike`.
    """
    if scores.parts.copies is not None:
        return
    exposure = np.ones(len(used.hits)) if scores.kind == "count" else used.denominators
    plain = np.column_stack([_residuals(hits, exposure, design, used) for hits in used.hits.T])
    first = np.unique(used.clusters, return_index=True)[1]
    sums: Array = np.column_stack([np.bincount(used.clusters, values) for values in plain.T])
    root = np.sqrt(np.bincount(used.clusters, exposure))[:, None]
    scaled = sums / root - (sums / root).mean(axis=0)
    group = np.zeros(len(first), dtype=np.int64)
    found = find_alike(used.units.iloc[first], group, sums, scaled, 1)
    if found is None:
        return
    rows = table["p"].notna()
    note = resemblance_note(found, scores.frames[found.frame])
    table.loc[rows, "note"] = (table.loc[rows, "note"] + "; " + note).str.removeprefix("; ")


def _residuals(hits: Array, exposure: Array, design: Design, used: Used) -> Array:
    """Return what a linear model of the rates of units leaves of their hits."""
    matrix = design.matrix()
    weight = np.bincount(used.profile, exposure, len(matrix))
    total = np.bincount(used.profile, hits, len(matrix))
    root = np.sqrt(np.maximum(weight, 1e-300))
    coefficients = np.linalg.lstsq(root[:, None] * matrix, total / root, rcond=None)[0]
    residuals: Array = hits - (matrix @ coefficients)[used.profile] * exposure
    return residuals
