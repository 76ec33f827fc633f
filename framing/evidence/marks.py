"""Marks: the text of an article in paragraphs and pieces, each piece with its hits.

Hits and paragraphs begin and end at cuts. A piece is the text between two cuts. The joined pieces
are exactly the text.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from framing.evidence.items import SIGNS, DocumentItem, EntryItem, FrameItem, HitItem

# Returns the address of a document ("d"), a hit ("h") or an entry ("e") by its number.
Address = Callable[[str, int], str]
# The most lines below a text; further hits share the last line.
LANES = 3


class Mark(NamedTuple):
    """A hit in a piece: its number, its classes of style, and whether it starts here.

    ``sign`` is the letter of the frame, with context and speaker. It is empty where the hit goes
    on in the next piece.
    """

    hit: int
    classes: str
    starts: bool
    sign: str


class Piece(NamedTuple):
    """A text within the same hits: the marks, outermost first, and the link.

    ``link`` is the address of the entry of the shortest hit. Outside of hits it is empty.
    """

    text: str
    marks: list[Mark]
    link: str
    title: str


class Paragraph(NamedTuple):
    """A paragraph; ``reason`` says why page furniture does not count, and is empty elsewhere."""

    reason: str
    pieces: list[Piece]


class _Style(NamedTuple):
    """What hits of the same entry, context and speaker share.

    These are the classes and the sign of the mark, and the title of the link.
    """

    classes: str
    sign: str
    title: str


class Marker:
    """Cut articles into paragraphs and pieces, and mark the hits."""

    def __init__(
        self, frames: Sequence[FrameItem], entries: Sequence[EntryItem], address: Address
    ) -> None:
        self.frames = frames
        self.entries = entries
        self.address = address
        self._styles: dict[tuple[int, tuple[str, ...], str], _Style] = {}

    def paragraphs(self, document: DocumentItem) -> list[Paragraph]:
        """Return the paragraphs of an article, cut into pieces where hits start and end."""
        text = document.text
        reasons = dict(_blocks(document))
        cuts = {0, len(text), *reasons}
        for hit in document.hits:
            cuts.update((hit.start, hit.end))
        lanes = _lanes(document.hits)
        blocks: list[Paragraph] = []
        running: list[HitItem] = []
        coming = iter(document.hits)
        following = next(coming, None)
        for start, end in pairwise(sorted(cuts)):
            if start in reasons:
                blocks.append(Paragraph(reasons[start], []))
            if running:
                running = [hit for hit in running if hit.end > start]
            while following is not None and following.start <= start:
                running.append(following)
                following = next(coming, None)
            if running:
                piece = self._marked(text, start, end, running, lanes)
            else:
                piece = Piece(text[start:end], [], "", "")
            blocks[-1].pieces.append(piece)
        return blocks

    def _marked(
        self, text: str, start: int, end: int, hits: list[HitItem], lanes: dict[int, int]
    ) -> Piece:
        """Return the piece from ``start`` to ``end``, which lies within all these hits."""
        if len(hits) > 1:
            # The longest hit is outermost, so that the link of a piece leads to its shortest hit.
            hits.sort(key=_outermost_first)
        marks, titles = [], []
        for hit in hits:
            style = self._style(hit)
            lane = lanes[hit.number]
            classes = f"{style.classes} l{lane}" if lane else style.classes
            sign = style.sign if end == hit.end else ""
            marks.append(Mark(hit.number, classes, start == hit.start, sign))
            titles.append(style.title)
        link = self.address("e", hits[-1].entry)
        return Piece(text[start:end], marks, link, "; ".join(titles))

    def _style(self, hit: HitItem) -> _Style:
        key = (hit.entry, hit.context, hit.speaker)
        if key not in self._styles:
            frame = self.frames[hit.frame]
            classes = f"f{hit.frame} denied" if "rejected" in hit.context else f"f{hit.frame}"
            signs = [SIGNS[name][0] for name in hit.context]
            context = [SIGNS[name][1] for name in hit.context]
            speaker = [f"speaker: {hit.speaker}"] if hit.speaker else []
            name = self.entries[hit.entry].name
            self._styles[key] = _Style(
                classes,
                frame.letter + "".join(signs) + (f" {hit.speaker}" if hit.speaker else ""),
                f"{frame.name}: {', '.join([name, *context, *speaker])}",
            )
        return self._styles[key]


def _outermost_first(hit: HitItem) -> tuple[int, int, int]:
    """Return the key to sort by: at the same start, the longer hit comes first."""
    return hit.start, -hit.end, hit.number


def _blocks(document: DocumentItem) -> Iterator[tuple[int, str]]:
    """Yield the starts of paragraphs and of removed lines, the latter with their reason."""
    text = document.text
    removed = {start: reason for start, _, reason in document.removed}
    starts = {0, *document.paragraphs, *removed}
    for _, end, _ in document.removed:
        starts.add(end + len(text[end:]) - len(text[end:].lstrip()))
    return ((start, removed.get(start, "")) for start in sorted(starts) if start < len(text))


def _lanes(hits: Sequence[HitItem]) -> dict[int, int]:
    """Return the level of the line below each hit, so that no line covers another."""
    lanes: dict[int, int] = {}
    ends: list[int] = []
    for hit in sorted(hits, key=_outermost_first):
        # The first free lane, or a new one.
        lane = 0
        while lane < len(ends) and ends[lane] > hit.start:
            lane += 1
        ends[lane : lane + 1] = [hit.end]
        lanes[hit.number] = min(lane, LANES)
    return lanes
