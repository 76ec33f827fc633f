"""Claims: a contrast as it was first made, and what it takes to make it again otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.checks import InputError, check_choice
from framing.contrasts.contrasts import Comparison, Contrast, plan
from framing.contrasts.contrasts import contrast as make_contrast
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits
from framing.hits.study import Study
from framing.robustness.cell_counts import Counted
from framing.robustness.choices import CONTEXT, NEED_TEXT, Specification
from framing.scores.groups import INSIDE, Observations, called, factor_levels, name_of, observe
from framing.scores.scores import score

SCORED = ("unit", "kind", "per", "rejected")
CONTRASTED = (
    "by", "groups", "reference", "compare", "cluster", "weight", "seed", "draws", "permutations",
    "level", "adjust",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Claim:
    """A contrast, its specification, and its groups cell by cell.

    ``units`` holds each cell that is in a group, with text or without, and the weight that the
    claim gives it as its denominator.
    """

    contrast: Contrast
    reference: Specification
    cell_unit: str
    units: Observations
    comparisons: list[Comparison]

    def clusters(self, cluster: str) -> NDArray[np.int64]:
        """Return the cluster of each cell."""
        if cluster == self.reference.cluster:
            return self.units.cluster
        own = None if cluster == "document" else cluster
        return _observe(self.contrast, self.cell_unit, own).cluster


def claim_of(contrast: Contrast | Mapping[str, Any], hits: Hits, furniture: bool) -> Claim:
    """Return the claim: a contrast of these hits, or one made of them from its arguments."""
    if not isinstance(contrast, Contrast):
        contrast = _made(contrast, hits)
    scores, by = contrast.scores, name_of(contrast.settings["by"])
    if scores.unit == "speaker" or by == "speaker":
        raise InputError(
            "A contrast of speakers is made of their hits alone: neither its unit nor its kind can "
            "be chosen. Contrast documents by a column, a period or a group of them."
        )
    own = contrast.settings["by"]
    if isinstance(own, pd.Series) and not own.index.isin(hits.documents["doc_id"]).any():
        raise InputError(
            "The groups of the contrast are labels of paragraphs or sentences, which other choices "
            "cut otherwise. Give labels by doc_id."
        )
    within = contrast.settings["resampled"] == "paragraph"
    cell = "paragraph" if within else "document"
    units = _observe(contrast, cell, contrast.settings["cluster"])
    levels = None if isinstance(by, str) else factor_levels(units)
    named = contrast.settings["reference"]
    place = None if named is None else units.groups.index(named)
    cluster = contrast.settings["cluster"]
    reference = Specification(
        kind=scores.kind,
        unit=scores.unit if scores.unit in INSIDE else "document",
        rejected=_rejection(contrast, hits),
        nested=hits.nested,
        furniture=furniture,
        cluster=cell if cluster is None else called(cluster, "cluster"),
    )
    comparisons = plan(units.groups, contrast.settings["compare"], place, levels)
    claim = Claim(contrast, reference, cell, units, comparisons)
    _check_counts(claim, hits)
    return claim


def _made(arguments: Mapping[str, Any], hits: Hits) -> Contrast:
    if not isinstance(arguments, Mapping):
        raise InputError(
            "contrast takes a Contrast, or the arguments to make one: "
            f'{{"by": "source", "seed": 1}}. It is {type(arguments).__name__}.'
        )
    for name in arguments:
        check_choice("contrast", name, [*CONTRASTED, *SCORED])
    missing = [name for name in ("by", "seed") if name not in arguments]
    if missing:
        raise InputError(f"contrast needs {' and '.join(map(repr, missing))}, as fr.contrast does.")
    of_score = {name: value for name, value in arguments.items() if name in SCORED}
    rest = {name: value for name, value in arguments.items() if name in CONTRASTED}
    return make_contrast(score(hits, **of_score), **rest)


def _observe(contrast: Contrast, cell_unit: str, cluster: str | None) -> Observations:
    """Return the cells of the groups, also those without text, each with its weight."""
    settings, hits = contrast.settings, contrast.scores.hits
    assert hits is not None  # contrast() refuses scores without them
    cells = score(hits, unit=cell_unit)
    cells = replace(cells, table=cells.table.assign(denominator=1.0))
    groups = settings["groups"]
    if groups is None and isinstance(name_of(settings["by"]), str):
        groups = list(dict.fromkeys(contrast.groups["group"]))
    return observe(cells, settings["by"], groups, cluster, settings["weight"])


def _rejection(contrast: Contrast, hits: Hits) -> str:
    """Return what the contrast did with rejected hits, which its scores were made without."""
    used = contrast.scores.hits
    assert used is not None
    same = (
        used.corpus_fingerprint == hits.corpus_fingerprint
        and used.lexicon_hash == hits.lexicon_hash
        and used.frames == hits.frames
    )
    if not same:
        raise InputError(
            f"The contrast is of {used.lexicon} in another corpus, of another lexicon or of merged "
            f"frames; the source gives hits of {hits.lexicon}. Give the source that it was made "
            "from, or its arguments in place of it: {'by': …, 'seed': …}."
        )
    if len(used) == len(hits) or "rejected" not in hits.table:
        return "include"
    rejected = int(hits.table["rejected"].sum())
    return "exclude" if len(used) == len(hits) - rejected else "only"


def _check_counts(claim: Claim, hits: Hits) -> None:
    """Raise InputError where the source does not give the counts that the contrast is made of."""
    counted = Counted(hits, claim.cell_unit)
    units, one = claim.units, claim.reference
    below = counted.denominators(one.kind, one.unit)[units.unit] * units.denominators
    groups = claim.contrast.groups
    for frame in hits.frames:
        above = counted.numerators(frame, one)[units.unit] * units.denominators
        own = groups[groups["frame"] == frame]
        for values, column in ((above, "numerator"), (below, "denominator")):
            sums = np.bincount(units.group, values, len(units.groups))
            if not np.allclose(sums, own[column].to_numpy(dtype=np.float64), rtol=1e-9):
                raise InputError(
                    "The source does not give the counts that the contrast was made of "
                    f"({frame}, {column}s): hits or page furniture were left out of one of them. "
                    "Give the corpus that it was made from, or its arguments in place of it."
                )


def barred_choices(source: Corpus | Study, claim: Claim, hits: Hits) -> dict[str, str]:
    """Return the choices that cannot be varied, with the reason."""
    barred: dict[str, str] = {}
    if isinstance(source, Study):
        texts = "a study holds features and no text. Give the corpus it was made from."
        barred = dict.fromkeys(NEED_TEXT, texts)
    if "rejected" not in hits.table:
        cues = "these hits carry no context, which is found in English texts only."
        barred |= dict.fromkeys(CONTEXT, cues)
    if claim.cell_unit == "paragraph":
        inside = "the groups are single documents, whose paragraphs are compared."
        barred |= dict.fromkeys(("furniture", "duplicates", "length", "cluster"), inside)
    if claim.contrast.settings["weight"] is not None:
        own = f"the claim weights documents by {claim.contrast.settings['weight']!r} already."
        barred["duplicates"] = own
    return barred


def check_frames(frame: str | Sequence[str] | None, frames: Sequence[str]) -> list[str]:
    """Return the frames that are asked for, in the order of the lexicon."""
    if frame is None:
        return list(frames)
    wanted = [frame] if isinstance(frame, str) else list(frame)
    for one in wanted:
        check_choice("frame", one, frames)
    if not wanted:
        raise InputError("frame=[] names no frame. Leave it out for all of them.")
    return [one for one in frames if one in wanted]
