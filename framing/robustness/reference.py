"""The reference of a multiverse: the contrast as it was first made, and how to make it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from framing._core.checks import InputError, a_kind, check_choice, chosen_names
from framing._core.typing import Rows
from framing.contrasts.contrasts import Comparison, Contrast, plan
from framing.contrasts.contrasts import contrast as make_contrast
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits
from framing.hits.study import Study
from framing.robustness.cell_counts import CellCounts
from framing.robustness.choices import CONTEXT, NEED_TEXT, Specification
from framing.scores.groups import INSIDE, Observations, called, factor_levels, name_of, observe
from framing.scores.scores import score

SCORED = ("unit", "kind", "per", "rejected")
CONTRASTED = (
    "by", "frames", "groups", "reference", "compare", "cluster", "weight", "seed", "draws",
    "permutations", "level", "adjust",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Claim:
    """A contrast, its specification, and its groups cell by cell.

    ``units`` has one observation per cell in a group, with or without text. Its denominator is
    the weight that the claim gives the cell.
    """

    contrast: Contrast
    reference: Specification
    cell_unit: str
    units: Observations
    comparisons: list[Comparison]

    def clusters(self, cluster: str) -> Rows:
        """Return the cluster of each cell."""
        if cluster == self.reference.cluster:
            return self.units.cluster
        by = None if cluster == "document" else cluster
        return _observe(self.contrast, self.cell_unit, by).cluster


def claim_of(contrast: Contrast | Mapping[str, Any], hits: Hits, furniture: bool) -> Claim:
    """Return the claim: a contrast of these hits, or the contrast that the arguments describe."""
    if not isinstance(contrast, Contrast):
        contrast = _made(contrast, hits)
    scores, by = contrast.scores, name_of(contrast.settings["by"])
    if scores.unit == "speaker" or by == "speaker":
        raise InputError(
            "A contrast of speakers uses only the hits that they say, so unit and kind cannot "
            "vary. "
            "Contrast documents by a column or a period."
        )
    labels = contrast.settings["by"]
    if isinstance(labels, pd.Series) and not labels.index.isin(hits.documents["doc_id"]).any():
        raise InputError(
            "The groups of the contrast are labels of paragraphs or sentences, which change with "
            "other choices. Give labels by doc_id."
        )
    within = contrast.settings["resampled"] == "paragraph"
    cell = "paragraph" if within else "document"
    units = _observe(contrast, cell, contrast.settings["cluster"])
    levels = None if isinstance(by, str) else factor_levels(units)
    reference_name = contrast.settings["reference"]
    position = None if reference_name is None else units.groups.index(reference_name)
    cluster = contrast.settings["cluster"]
    reference = Specification(
        kind=scores.kind,
        unit=scores.unit if scores.unit in INSIDE else "document",
        rejected=_rejection(contrast, hits),
        nested=hits.nested,
        furniture=furniture,
        cluster=cell if cluster is None else called(cluster, "cluster"),
    )
    comparisons = plan(units.groups, contrast.settings["compare"], position, levels)
    claim = Claim(contrast, reference, cell, units, comparisons)
    _check_counts(claim, hits)
    return claim


def check_arguments(arguments: object) -> None:
    """Raise InputError unless these are a contrast, or the arguments to make one."""
    if isinstance(arguments, Contrast):
        return
    if not isinstance(arguments, Mapping):
        raise InputError(
            f"contrast is {a_kind(type(arguments).__name__)}; it must be a Contrast, or the "
            'arguments to make one: {"by": "source", "seed": 1}.'
        )
    for name in arguments:
        check_choice("contrast", name, [*CONTRASTED, *SCORED])
    missing = [name for name in ("by", "seed") if name not in arguments]
    if missing:
        raise InputError(f"contrast needs {' and '.join(map(repr, missing))}, as fr.contrast does.")


def _made(arguments: Mapping[str, Any], hits: Hits) -> Contrast:
    """Return the contrast that the arguments describe."""
    check_arguments(arguments)
    of_score = {name: value for name, value in arguments.items() if name in SCORED}
    of_contrast = {name: value for name, value in arguments.items() if name in CONTRASTED}
    return make_contrast(score(hits, **of_score), **of_contrast)


def _observe(contrast: Contrast, cell_unit: str, cluster: str | None) -> Observations:
    """Return the cells of the groups with their weights, also cells without text."""
    settings, hits = contrast.settings, contrast.scores.hits
    assert hits is not None  # contrast() refuses scores without them
    cells = score(hits, unit=cell_unit)
    cells = replace(cells, table=cells.table.assign(denominator=1.0))
    groups = settings["groups"]
    if groups is None and isinstance(name_of(settings["by"]), str):
        groups = list(dict.fromkeys(contrast.groups["group"]))
    return observe(cells, settings["by"], groups, cluster, settings["weight"])


def _rejection(contrast: Contrast, hits: Hits) -> str:
    """Return how the scores of the contrast treat rejected hits."""
    scored = contrast.scores.hits
    assert scored is not None
    same = (
        scored.corpus_fingerprint == hits.corpus_fingerprint
        and scored.lexicon_hash == hits.lexicon_hash
        and scored.frames == hits.frames
    )
    if not same:
        raise InputError(
            f"The contrast (of {scored.lexicon}) and the source (hits of {hits.lexicon}) do not "
            "belong together: the corpus, the lexicon or the frames differ. Give the source of the "
            "contrast, or the arguments of the contrast: {'by': …, 'seed': …}."
        )
    if len(scored) == len(hits) or "rejected" not in hits.table:
        return "include"
    rejected = int(hits.table["rejected"].sum())
    return "exclude" if len(scored) == len(hits) - rejected else "only"


def _check_counts(claim: Claim, hits: Hits) -> None:
    """Raise InputError where the source and the contrast have different counts."""
    counted = CellCounts(hits, claim.cell_unit)
    units, specification = claim.units, claim.reference
    denominators = (
        counted.denominators(specification.kind, specification.unit)[units.unit]
        * units.denominators
    )
    groups = claim.contrast.groups
    for frame in claim.contrast.scores.frames:
        numerators = counted.numerators(frame, specification)[units.unit] * units.denominators
        rows = groups[groups["frame"] == frame]
        for values, column in ((numerators, "numerator"), (denominators, "denominator")):
            sums = np.bincount(units.group, values, len(units.groups))
            if not np.allclose(sums, rows[column].to_numpy(dtype=np.float64), rtol=1e-9):
                raise InputError(
                    f"The source and the contrast have different counts ({frame}, {column}s), "
                    "because hits or page furniture were left out of one of them. Give the corpus "
                    "of the contrast, or the arguments of the contrast."
                )


def barred_choices(
    source: Corpus | Study, claim: Claim, hits: Hits, *, given: bool = False
) -> dict[str, str]:
    """Return the choices that cannot vary, with the reason. ``given`` hits are not found anew."""
    barred: dict[str, str] = {}
    if given:
        barred = dict.fromkeys(("nested", "furniture"), "the hits are given, with their rules.")
    if isinstance(source, Study):
        texts = "a study has no text. Give its corpus."
        barred = dict.fromkeys(NEED_TEXT, texts)
    if "rejected" not in hits.table:
        cues = "these hits have no context, which is known for English texts only."
        barred |= dict.fromkeys(CONTEXT, cues)
    if claim.cell_unit == "paragraph":
        inside = "the groups are single documents, and their paragraphs are compared."
        barred |= dict.fromkeys(("furniture", "duplicates", "length", "cluster"), inside)
    if claim.contrast.settings["weight"] is not None:
        weighted = f"the claim already weights documents by {claim.contrast.settings['weight']!r}."
        barred["duplicates"] = weighted
    return barred


def check_frames(frame: str | Sequence[str] | None, frames: Sequence[str]) -> list[str]:
    """Return the frames that are named, in the order of the lexicon; all of them for None."""
    if frame is None:
        return list(frames)
    names = chosen_names("frame", frame, frames)
    return [name for name in frames if name in names]
