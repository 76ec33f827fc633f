"""Marks: the whole text of an article in paragraphs and pieces, each with the hits that hold it.

A piece is the text between two places where a hit or a paragraph begins or ends. Joined, the
pieces are the text, to the character.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from framing._core.tables import shorten
from framing.evidence.items import SIGNS, DocumentItem, EntryItem, FrameItem, HitItem

# Characters of an entry in the description of a hit.
PATTERN = 60
# Gives the address of a document ("d"), a hit ("h") or an entry ("e") by its number.
Address = Callable[[str, int], str]
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


class HitRow(NamedTuple):
    """A hit as a row of the table below its article.

    ``flags`` are the first letters of its context; ``before`` and ``after`` are the addresses of
    the previous and the next hit of its entry, empty where there is none.
    """

    hit: int
    frame: int
    entry: int
    flags: str
    words: str
    context: str
    speaker: str
    before: str
    after: str


class _Look(NamedTuple):
    """What hits of the same entry, context and speaker share.

    Classes and sign of the mark, description of the link, flags and context of the row.
    """

    classes: str
    sign: str
    title: str
    flags: str
    context: str


class Marker:
    """Cuts articles into paragraphs and pieces, marks the hits, and lists them as rows."""

    def __init__(
        self, frames: Sequence[FrameItem], entries: Sequence[EntryItem], address: Address
    ) -> None:
        self.frames = frames
        self.entries = entries
        self.address = address
        self._looks: dict[tuple[int, tuple[str, ...], str], _Look] = {}

    def paragraphs(self, document: DocumentItem) -> list[Paragraph]:
        """Return the paragraphs of an article, cut into pieces where hits begin and end."""
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
                piece = Piece(text[start:end], [], 0, "")
            blocks[-1].pieces.append(piece)
        return blocks

    def rows(self, document: DocumentItem) -> Iterator[HitRow]:
        """Yield the hits of an article as rows."""
        for hit in document.hits:
            before, after = self.entries[hit.entry].neighbours(hit.number)
            look = self._look(hit)
            yield HitRow(
                hit.number,
                hit.frame,
                hit.entry,
                look.flags,
                hit.words,
                look.context,
                hit.speaker,
                self.address("h", before) if before else "",
                self.address("h", after) if after else "",
            )

    def _marked(
        self, text: str, start: int, end: int, hits: list[HitItem], lanes: dict[int, int]
    ) -> Piece:
        """Return the piece from ``start`` to ``end``, which all these hits hold."""
        if len(hits) > 1:
            # The longest is outermost, so that the link of a piece is that of its shortest hit.
            hits.sort(key=_outermost_first)
        marks, titles = [], []
        for hit in hits:
            look = self._look(hit)
            lane = lanes[hit.number]
            classes = f"{look.classes} l{lane}" if lane else look.classes
            sign = look.sign if end == hit.end else ""
            marks.append(Mark(hit.number, classes, start == hit.start, sign))
            titles.append(look.title)
        return Piece(text[start:end], marks, hits[-1].number, "; ".join(titles))

    def _look(self, hit: HitItem) -> _Look:
        key = (hit.entry, hit.context, hit.speaker)
        if key not in self._looks:
            frame = self.frames[hit.frame]
            classes = f"f{hit.frame} denied" if "rejected" in hit.context else f"f{hit.frame}"
            signs = [SIGNS[name][0] for name in hit.context]
            names = [SIGNS[name][1] for name in hit.context]
            speaker = [f"speaker: {hit.speaker}"] if hit.speaker else []
            pattern = shorten(self.entries[hit.entry].pattern, PATTERN)
            self._looks[key] = _Look(
                classes,
                frame.letter + "".join(signs) + (f" {hit.speaker}" if hit.speaker else ""),
                f"{frame.name}: {', '.join([pattern, *names, *speaker])}",
                "".join(name[0] for name in hit.context),
                ", ".join([*map(" ".join, zip(signs, names, strict=True)), *speaker]),
            )
        return self._looks[key]


def _outermost_first(hit: HitItem) -> tuple[int, int, int]:
    return hit.start, -hit.end, hit.number


def _blocks(document: DocumentItem) -> Iterator[tuple[int, str]]:
    """Yield where paragraphs and lines taken out begin, with the reason of the latter."""
    text = document.text
    removed = {start: reason for start, _, reason in document.removed}
    starts = {0, *document.paragraphs, *removed}
    for _, end, _ in document.removed:
        starts.add(end + len(text[end:]) - len(text[end:].lstrip()))
    return ((start, removed.get(start, "")) for start in sorted(starts) if start < len(text))


def _lanes(hits: Sequence[HitItem]) -> dict[int, int]:
    """Return for each hit how many lines below the text its line is, so that none is covered."""
    lanes: dict[int, int] = {}
    ends: list[int] = []
    for hit in sorted(hits, key=_outermost_first):
        # The first lane that is free, or a new one.
        lane = 0
        while lane < len(ends) and ends[lane] > hit.start:
            lane += 1
        ends[lane : lane + 1] = [hit.end]
        lanes[hit.number] = min(lane, LANES)
    return lanes
