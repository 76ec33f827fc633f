"""Negation and hedging: what is denied and what is uncertain within the clause of a hit."""

import numpy as np

from framing._core.typing import Mask
from framing.hits.context.adjectives import ENDS, LY, OPENING
from framing.hits.context.clauses import find_clauses
from framing.hits.context.cues import Cues, Reader
from framing.hits.context.denials import GOES_ON, rejected
from framing.hits.context.hedges import MODALS, hedged
from framing.hits.native.library import ranks
from framing.hits.native.search import Letters
from framing.text.characters import Offsets


def negated_by_rules(
    reader: Reader,
    cues: Cues,
    start: Offsets,
    end: Offsets,
    negative: Mask,
    *,
    hedges: bool = True,
) -> tuple[Mask, Mask]:
    """Return which hits are denied and which are hedged in their clause.

    ``negative`` says which are of an entry that writes a negation. Unless ``hedges``, no hit is
    hedged. This is the reference for the native engine.
    """
    clauses = find_clauses(reader, cues)
    clause = clauses.of(start)
    waits = np.zeros(len(start), dtype=bool)
    denied = rejected(reader, cues, clauses, start, end, clause, negative, waits)
    if not hedges:
        return denied, np.zeros(len(start), dtype=bool)
    return denied, waits | hedged(reader, cues, clauses, start, end, clause)


def seems_negated(cues: Cues, start: Offsets, end: Offsets) -> Mask:
    """Return which hits begin within what only looks like negation: not only, whether or not."""
    found = cues.of("no", "not", "reject", "pseudo_negation").longest().of("pseudo_negation")
    place = ranks(found.start, end) - 1
    meets: Mask = (place >= 0) & (np.append(found.end, 0)[place] > start)
    return meets


# What the native engine asks of letters, where a word is in no list of the language.
LETTERS = Letters(MODALS, np.array(GOES_ON), ENDS, OPENING, LY)
