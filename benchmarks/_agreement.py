"""Agreement of the programs: counts of plain entries in the text, and of texts with one trap."""

from collections.abc import Sequence
from typing import Any

import framing as fr
from _competitors import Counts, Program, taken
from _measure import PART
from _texts import plain_entries, sample

# Lines of a fixed width, as in a transcript.
WRAPPED = (
    "They say they will lift\nsanctions soon, which some\nhad asked for.\n\nOthers would\nwait."
)

# Name of the trap, constructed text, entries, and the number of hits that a reader counts.
TRAPS = (
    ("capitals", "TRUCE! Truce, truce.", ("truce",), 3),
    ("inside another word", "They were entrapped.", ("trap",), 0),
    ("before an apostrophe", "The truce’s end.", ("truce",), 1),
    ("beside a hyphen", "A post-truce city.", ("truce",), 1),
    ("wildcard", "Negotiators negotiated.", ("negotiat*",), 2),
    ("two wildcards", "It raised some eyebrows, raising eyebrows.", ("rais* eyebrow*",), 1),
    ("word before n’t", "They wouldn’t.", ("would",), 0),
    ("word before a dash", "It was some- — a lot.", ("some",), 1),
    ("one entry inside another", "Peace talks failed.", ("peace", "peace talk*"), 1),
    ("line end inside a sentence", WRAPPED, ("lift sanctions",), 1),
    ("line end between paragraphs", "What they lift\nSanctions in short", ("lift sanctions",), 0),
    ("two spaces in a phrase", "They will lift  sanctions soon.", ("lift sanctions",), 1),
    ("sentence end in a phrase", "They will not lift. Sanctions stay.", ("lift sanctions",), 0),
    ("comma in a phrase", "What they lift, sanctions or not, matters.", ("lift sanctions",), 0),
    ("typographic apostrophe", "They can’t trust him.", ("can't trust",), 1),
    ("forms of a hyphen", "A cease fire, a ceasefire, a cease‑fire.", ("cease-fire",), 3),
    ("word divided at a line end", "They want a cease-\nfire.", ("ceasefire",), 1),
    ("accent as a sign of its own", "A nai\u0308ve plan.", ("naïve",), 1),
)


def _count(program: Program, lexicon: fr.Lexicon, texts: list[str]) -> Counts:
    """Return the hits that a program counts in each text."""
    search = program.build(lexicon, texts)
    return program.per_document(search(program.prepare(texts)), len(texts))


def agreement(
    programs: Sequence[Program], lexicon: fr.Lexicon, texts: list[str]
) -> list[dict[str, Any]]:
    """Return the hits of each program for words and for phrases that never overlap."""
    searched = sample(texts, PART)
    rows: list[dict[str, Any]] = [
        {"name": program.name, "task": program.task, "why": program.differs} for program in programs
    ]
    for kind, entries in zip(("words", "phrases"), plain_entries(lexicon), strict=True):
        plain = fr.make_lexicon({"plain": entries})
        ours = _count(programs[0], plain, searched)
        for row, program in zip(rows, programs, strict=True):
            counts = _count(program, plain, searched)
            row[kind] = {
                "entries": len(entries),
                "hits": int(counts.sum()),
                "difference": int(counts.sum() - ours.sum()),
                "documents_that_differ": int((counts != ours).sum()),
            }
    return rows


def traps(programs: Sequence[Program]) -> list[dict[str, Any]]:
    """Return the hits of each program in each trap; None if it does not support the entries."""
    rows = []
    for trap, text, entries, right in TRAPS:
        lexicon = fr.make_lexicon({"trap": list(entries)})
        counts = {
            program.key: int(_count(program, lexicon, [text]).sum())
            if len(taken(program, lexicon)) == len(entries)
            else None
            for program in programs
        }
        rows.append(
            {"trap": trap, "text": text, "entries": entries, "right": right, "counts": counts}
        )
    return rows
