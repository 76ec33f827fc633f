"""Notes of intervals: what few sentences, documents or clusters cannot show."""

import numpy as np
from numpy.typing import NDArray

from framing._core.checks import plural_of
from framing._core.statistics import RatioLimits
from framing.scores.groups import INSIDE

# So few sentences or documents show little of how much they differ.
FEW_PARTS = 3
# With at most so many clusters that were named, a note says what they cannot show.
FEW_CLUSTERS = 20
# The note names the share that a kind may have and be missing with a chance of 5%.
LACKING = 0.95


def part_notes(limits: RatioLimits, called: str, columns: int) -> NDArray[np.object_]:
    """Return what few parts cannot show or limits allow for, for each group and its columns."""
    few = [
        few_note(n, freedom, called) for n, freedom in zip(limits.n, limits.freedom, strict=True)
    ]
    notes = np.repeat(np.array(few, dtype=object), columns)
    for row in np.flatnonzero(limits.borrowed.ravel()):
        group = row // columns
        wide = [notes[row]] if limits.freedom[group] < FEW_PARTS else []
        notes[row] = "; ".join([*wide, allowed_note(int(limits.n[group]), called)])
    return notes


def few_note(n: int, freedom: float, called: str) -> str:
    """Return what so few parts cannot show, in words; empty where there are enough."""
    if n == 0:
        return "no text"
    if n == 1:
        return f"one {called} cannot show how much {plural_of(called)} differ"
    if freedom >= FEW_PARTS:
        if called in INSIDE or n > FEW_CLUSTERS:
            return ""
        rare = f"a rare kind of {called} may be missing among {n} {plural_of(called)}"
        # What n do not show may be so many of all (the exact limit of none of n).
        most = 1 - (1 - LACKING) ** (1 / n)
        return f"{rare}, even if it is {most:.0%} of all: the interval does not allow for that"
    wide = f"show little of how much {plural_of(called)} differ: the interval is wide"
    # Even parts have almost n - 1 degrees of freedom.
    if freedom >= (n - 1) / 2:
        return f"{n} {plural_of(called)} {wide}"
    return f"{n} {plural_of(called)}, a few with most of the text, {wide}"


def allowed_note(n: int, called: str) -> str:
    """Return what an interval allows for that takes the spread of other units."""
    return (
        f"only {n} {plural_of(called)}, which may lack a rare kind that other units have: the "
        "interval uses the spread of the other units"
    )
