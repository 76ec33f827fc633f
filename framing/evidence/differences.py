"""Differences between groups on an evidence page: what a contrast says, in words and with links."""

from typing import NamedTuple

import pandas as pd

from framing._core.checks import InputError
from framing._core.tables import counted, p_value
from framing.contrasts.contrasts import Contrast
from framing.evidence.values import Value, check_same_hits, group_filter, with_interval
from framing.hits.hits import Hits
from framing.scores.groups import name_of

# Rows of a page: those of 30 groups in four frames. Each more would take 12 nodes of the page.
MOST = 2_000
# Words of the adjustment for many comparisons.
ADJUSTED = {"holm": "Holm", "bh": "Benjamini and Hochberg", "none": ""}


class Side(NamedTuple):
    """A group of a comparison: its name, its score, and the filter that shows it, or nothing."""

    name: str
    value: Value
    filter: str


class Difference(NamedTuple):
    """A row: two groups in a frame, their difference, its p-value, and what follows from it."""

    frame: int
    target: Side
    reference: Side
    difference: Value
    p: str
    verdict: str
    note: str


class Differences(NamedTuple):
    """What a contrast says: the groups, the words under the title, and a row per comparison."""

    by: str
    words: str
    names: list[str]
    rows: list[Difference]


def check_contrast(contrast: Contrast, hits: Hits) -> None:
    """Raise InputError unless this is a contrast of scores of the same hits."""
    if contrast.scores.hits is None:
        raise InputError(
            "The contrast is of a topic model or of hits on disk. The page needs a contrast of "
            'score(hits): contrast(score(hits), by="source", seed=1).'
        )
    check_same_hits("The contrast is", contrast.scores, hits)


def group_differences(contrast: Contrast, hits: Hits) -> Differences:
    """Return the rows of a contrast with links to the hits of its groups."""
    scores = contrast.scores
    by = name_of(contrast.settings["by"])
    kind = by if isinstance(by, str) and by in ("source", "month") else ""
    digits = 2 if scores.kind == "share" else 1
    alpha = 1 - contrast.level
    frames = {frame: number for number, frame in enumerate(hits.frames)}
    chosen = contrast.table.sort_values("p_adjusted", kind="stable").head(MOST)
    # Differences that are shown stand on top, the smallest p first.
    clear = chosen[chosen["p_adjusted"] < alpha]
    table = pd.concat([clear, chosen.drop(clear.index).sort_index()])
    columns = [
        "frame", "target", "reference", "value_target", "value_reference", "estimate", "low",
        "high", "p_adjusted", "note",
    ]  # fmt: skip
    merged = isinstance(contrast.settings.get("groups"), dict)
    members = set() if merged or not kind else set(contrast.members.dropna().astype(str))
    rows = []
    for frame, target, reference, *values, p, note in table[columns].itertuples(index=False):
        a, b, estimate, low, high = values
        first, second = (
            Side(
                name,
                with_interval(value, digits=digits),
                # Empty where no filter of the page shows the group.
                group_filter(kind, name) if name in members else "",
            )
            for name, value in ((str(target), a), (str(reference), b))
        )
        gap = with_interval(estimate, low, high, digits=digits)
        verdict = _verdict(estimate, p, alpha, str(target), str(reference))
        reason = "" if pd.isna(note) else str(note)
        rows.append(
            Difference(frames[str(frame)], first, second, gap, p_value(p) or "–", verdict, reason)
        )
    names = list(dict.fromkeys(contrast.groups["group"].astype(str)))
    words = by if isinstance(by, str) else " and ".join(by)
    return Differences(words, _words(contrast, alpha), names, rows)


def _verdict(estimate: float, p: float, alpha: float, target: str, reference: str) -> str:
    """Return in words what a p-value says of a difference."""
    if p != p:
        return "cannot be tested"
    if p >= alpha:
        return "not shown"
    return f"yes, more in {target if estimate > 0 else reference}"


def _words(contrast: Contrast, alpha: float) -> str:
    """Return the words under the title: the measure, the units, the test."""
    adjusted = ADJUSTED.get(contrast.settings["adjust"], contrast.settings["adjust"])
    over = (
        f", adjusted for {counted(len(contrast), 'comparisons')} ({adjusted})" if adjusted else ""
    )
    units = int(contrast.table["n"].max()) if len(contrast.table) else 0
    draws = int(contrast.settings["permutations"])
    test = f"p by {draws:,} permutations, so at least {1 / (draws + 1):.1g} each"
    corrected = contrast.table["method"] == "correction"
    if corrected.any():
        own = f"corrected by {contrast.settings['correction']}, p from the corrected interval"
        rows = "Shares are" if corrected.all() else "Shares of the coded frames are"
        test = f"{rows} {own}{'' if corrected.all() else f'; of the others {test}'}"
    cut = (
        f" Here are the {MOST:,} comparisons with the smallest p; the others are in the table of "
        'the contrast. Against all others, compare="rest", each group has one row a frame.'
        if len(contrast.table) > MOST
        else ""
    )
    measure = contrast.measure[:1].upper() + contrast.measure[1:]
    return (
        f"{measure}, pooled in each group; up to {units:,} units a comparison; "
        f"{contrast.level:.0%} intervals. {test}{over}. “Yes” stands where p is below "
        f"{alpha:.2g}. “Not shown” does not mean equal: the interval says which differences remain "
        f"possible.{cut}"
    )
