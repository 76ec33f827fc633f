"""Marks: the whole text of an article in paragraphs and pieces, each with the hits that hold it.

A piece is the text between two places where a hit or a paragraph begins or ends. Joined, the
pieces are the text, to the character.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from framing._core.tables import shorten
from framing.evidence.items import SIGNS, DocumentItem, EntryItem, FrameItem, HitItem, Items

# Characters of an entry in the description of a hit.
PATTERN = 60
# Lines that can stand below each other under a text; more share the last.
LANES = 3


class Mark(NamedTuple):
    """A hit as it marks a piece: its number, classes of style, and where it begins and ends.

    ``sign`` is the letter of the frame, with context and speaker; empty where the hit goes on.
    """

    hit: int
    classes: str
    starts: bool
    sign: str


class Piece(NamedTuple):
    """A text within the same hits: their marks, outermost first, and the link that it is.

    ``row`` is the number of the shortest hit, whose row the link leads to; 0 outside of hits.
    """

    text: str
    marks: list[Mark]
    row: int
    title: str


class Paragraph(NamedTuple):
    """A paragraph; with a reason where it is page furniture, which does not count."""

    reason: str
    pieces: list[Piece]


def paragraphs(document: DocumentItem, items: Items) -> list[Paragraph]:
    """Return the paragraphs of an article, cut into pieces where hits begin and end."""
    text = document.text
    reasons = dict(_blocks(document))
    ends = (place for hit in document.hits for place in (hit.start, hit.end))
    cuts = sorted({0, len(text), *reasons, *ends})
    lanes = _lanes(document.hits)
    blocks: list[Paragraph] = []
    running: list[HitItem] = []
    coming = iter(document.hits)
    following = next(coming, None)
    for start, end in pairwise(cuts):
        if start in reasons:
            blocks.append(Paragraph(reasons[start], []))
        running = [hit for hit in running if hit.end > start]
        while following is not None and following.start <= start:
            running.append(following)
            following = next(coming, None)
        # The longest is outermost, so that the link of a piece is that of its shortest hit.
        running.sort(key=lambda hit: (hit.start, -hit.end, hit.number))
        blocks[-1].pieces.append(
            Piece(
                text[start:end],
                [_mark(hit, items.frames, lanes[hit.number], start, end) for hit in running],
                running[-1].number if running else 0,
                "; ".join(_describe(hit, items.frames, items.entries) for hit in running),
            )
        )
    return blocks


def _blocks(document: DocumentItem) -> Iterator[tuple[int, str]]:
    """Yield where paragraphs and lines taken out begin, with the reason of the latter."""
    text = document.text
    removed = {start: reason for start, _, reason in document.removed}
    starts = {0, *document.paragraphs, *removed}
    for _, end, _ in document.removed:
        starts.add(end + len(text[end:]) - len(text[end:].lstrip()))
    return ((start, removed.get(start, "")) for start in sorted(starts) if start < len(text))


def _describe(hit: HitItem, frames: Sequence[FrameItem], entries: Sequence[EntryItem]) -> str:
    """Return the frame, entry and context of a hit in words."""
    words = [
        shorten(entries[hit.entry].pattern, PATTERN),
        *(SIGNS[name][1] for name in hit.context),
    ]
    if hit.speaker:
        words.append(f"speaker: {hit.speaker}")
    return f"{frames[hit.frame].name}: {', '.join(words)}"


def _mark(hit: HitItem, frames: Sequence[FrameItem], lane: int, start: int, end: int) -> Mark:
    """Return how a hit marks the piece from ``start`` to ``end``."""
    classes = [f"f{hit.frame}", *(["denied"] if "rejected" in hit.context else [])]
    classes += [f"l{lane}"] if lane else []
    signs = "".join(SIGNS[name][0] for name in hit.context)
    speaker = f" {hit.speaker}" if hit.speaker else ""
    sign = f"{frames[hit.frame].letter}{signs}{speaker}" if end == hit.end else ""
    return Mark(hit.number, " ".join(classes), start == hit.start, sign)


def _lanes(hits: Sequence[HitItem]) -> dict[int, int]:
    """Return for each hit how many lines below the text its line is, so that none is covered."""
    lanes: dict[int, int] = {}
    ends: list[int] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.number)):
        lane = next((n for n, end in enumerate(ends) if end <= hit.start), len(ends))
        ends[lane : lane + 1] = [hit.end]
        lanes[hit.number] = min(lane, LANES)
    return lanes
