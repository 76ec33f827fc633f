"""Marks: the whole text of an article as HTML, each hit marked in its place.

Without its tags the HTML is the text, to the character: letters and signs of a mark are
attributes, which the style sheet shows.
"""

import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from framing._core.tables import shorten
from framing._evidence_items import SIGNS, DocumentItem, EntryItem, FrameItem, HitItem

# Characters of an entry in the description of a hit.
PATTERN = 60
# What no HTML can hold: NUL, and halves of a pair.
UNUSABLE = re.compile("[\x00\ud800-\udfff]")


def esc(text: str) -> str:
    """Return a text for HTML, in an element or in a quoted attribute."""
    # A carriage return by itself would come back as a line feed.
    return escape(UNUSABLE.sub("\ufffd", text)).replace("\r", "&#13;")


def describe_hit(hit: HitItem, frames: Sequence[FrameItem], entries: Sequence[EntryItem]) -> str:
    """Return the frame, entry and context of a hit in words."""
    parts = [
        shorten(entries[hit.entry].pattern, PATTERN),
        *(SIGNS[name][1] for name in hit.context),
    ]
    if hit.speaker:
        parts.append(f"speaker: {hit.speaker}")
    return f"{frames[hit.frame].name}: {', '.join(parts)}"


def mark_article(
    document: DocumentItem, frames: Sequence[FrameItem], entries: Sequence[EntryItem]
) -> str:
    """Return the paragraphs of an article, with hits marked and page furniture set apart."""
    text, hits = document.text, document.hits
    blocks = _blocks(document)
    edges = {0, len(text), *(start for start, _ in blocks)}
    cuts = sorted(edges.union(*((hit.start, hit.end) for hit in hits)))
    lanes = _lanes(hits)
    reasons = dict(blocks)
    pieces: list[str] = []
    running: list[HitItem] = []
    coming = iter(hits)
    following = next(coming, None)
    for start, end in pairwise(cuts):
        if start in reasons:
            pieces.append(("</p>" if pieces else "") + _opening(reasons[start]))
        running = [hit for hit in running if hit.end > start]
        while following is not None and following.start <= start:
            running.append(following)
            following = next(coming, None)
        piece = esc(text[start:end])
        if running:
            # The longest is outermost, so that the link of a span is that of its shortest hit.
            running.sort(key=lambda hit: (hit.start, -hit.end, hit.number))
            title = "; ".join(describe_hit(hit, frames, entries) for hit in running)
            piece = f'<a href="#r{running[-1].number}" title="{esc(title)}">{piece}</a>'
            for hit in reversed(running):
                piece = f"{_mark(hit, frames, lanes[hit.number], start, end)}<u>{piece}</u></mark>"
        pieces.append(piece)
    return "".join(pieces) + "</p>" * bool(pieces)


def _blocks(document: DocumentItem) -> list[tuple[int, str]]:
    """Return where paragraphs and lines taken out begin, with the reason of the latter."""
    text = document.text
    removed = {start: reason for start, _, reason in document.removed}
    starts = {0, *document.paragraphs, *removed}
    for _, end, _ in document.removed:
        starts.add(end + len(text[end:]) - len(text[end:].lstrip()))
    return [(start, removed.get(start, "")) for start in sorted(starts) if start < len(text)]


def _opening(reason: str) -> str:
    if not reason:
        return "<p>"
    return f'<p class="out" title="Not counted: {esc(reason)}">'


def _mark(hit: HitItem, frames: Sequence[FrameItem], lane: int, start: int, end: int) -> str:
    names = [f"f{hit.frame}", *(["denied"] if "rejected" in hit.context else [])]
    names += [f"l{lane}"] if lane else []
    first = f' id="h{hit.number}"' if start == hit.start else ""
    last = f' data-m="{esc(_sign(hit, frames))}"' if end == hit.end else ""
    return f'<mark{first} class="{" ".join(names)}" data-h="{hit.number}"{last}>'


def _sign(hit: HitItem, frames: Sequence[FrameItem]) -> str:
    signs = "".join(SIGNS[name][0] for name in hit.context)
    speaker = f" {hit.speaker}" if hit.speaker else ""
    return f"{frames[hit.frame].letter}{signs}{speaker}"


def _lanes(hits: Sequence[HitItem]) -> dict[int, int]:
    """Return for each hit how many lines below the text its own is, so that none is covered."""
    lanes: dict[int, int] = {}
    ends: list[int] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.number)):
        lane = next((n for n, end in enumerate(ends) if end <= hit.start), len(ends))
        ends[lane : lane + 1] = [hit.end]
        lanes[hit.number] = min(lane, 3)
    return lanes
