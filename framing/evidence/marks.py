"""Marks: the whole text of an article as HTML, each hit marked in its place.

Without its tags the HTML is the text, to the character: letters and signs of a mark are
attributes, which the style sheet shows.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from framing._core.tables import shorten
from framing.evidence.items import SIGNS, DocumentItem, EntryItem, FrameItem, HitItem, Items

# Characters of an entry in the description of a hit.
PATTERN = 60
# What no HTML can hold: NUL, and halves of a pair.
UNUSABLE = re.compile("[\x00\ud800-\udfff]")


# Width of a profile, in units of its drawing.
WIDTH = 1000
# Characters of an entry in a row of a table.
ROW_PATTERN = 40
Place = Callable[[str, int], str]


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


@dataclass(frozen=True)
class Values:
    """Scores as a page shows them: what they are, and one a document and frame, as HTML."""

    measure: str
    cells: dict[tuple[str, str], str]


def article(document: DocumentItem, items: Items, values: Values | None, place: Place) -> str:
    """Return an article; ``place`` gives the address of a hit ("h") or of an entry ("e")."""
    number, count = document.number, len(document.hits)
    lang = f' lang="{esc(items.language)}"'
    rows = "".join(hit_row(hit, items, place) for hit in document.hits)
    listed = (
        f"<details><summary>{plural(count, 'hit')}, one by one</summary>"
        + table(
            f"Hits in {document.title}",
            ["Hit", "Words", "Frame", "Entry", "Context", "Others"],
            rows,
        )
        + "</details>"
        if count
        else "<p>No hit.</p>"
    )
    return (
        f'<article id="d{number}" aria-labelledby="t{number}">'
        f'<h3 id="t{number}"{lang} dir="auto">{esc(document.title)}</h3>'
        f'<p class="facts">{_facts(document)}</p>{_profile(document, items, values)}'
        f'<div class="text"{lang}>{mark_article(document, items.frames, items.entries)}</div>'
        f'{listed}<p class="steps"><a href="#documents">All documents</a></p></article>\n'
    )


def plural(count: int, noun: str) -> str:
    """Return a number of things, in words."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def table(caption: str, heads: list[str], rows: str) -> str:
    """Return a table that scrolls by itself where it is wider than the screen."""
    cells = "".join(f'<th scope="col">{head}</th>' for head in heads)
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{esc(caption)}"><table>'
        f'<caption class="quiet">{esc(caption)}</caption><thead><tr>{cells}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def key(items: Items, frame: int) -> str:
    """Return the name of a frame with its letter, as its hits are marked."""
    item = items.frames[frame]
    letter = f'<b class="key f{frame}" aria-hidden="true">{item.letter}</b>'
    return f'<span class="frame">{letter} {esc(item.name)}</span>'


def _facts(document: DocumentItem) -> str:
    facts = [document.doc_id, document.source, document.date, plural(document.tokens, "token")]
    facts += [f"{name}: {value}" for name, value in document.covariates.items()]
    return " · ".join(f"<bdi>{esc(fact)}</bdi>" for fact in facts if fact)


def _profile(document: DocumentItem, items: Items, values: Values | None) -> str:
    """Return how many hits of each frame there are, and where they stand in the article."""
    rows = []
    size = max(len(document.text), 1)
    for frame, item in enumerate(items.frames):
        own = [hit for hit in document.hits if hit.frame == frame]
        ticks = "".join(f"M{hit.start * WIDTH // size} 0V9" for hit in own)
        value = f"<td>{values.cells[document.doc_id, item.name]}</td>" if values else ""
        rows.append(
            f'<tr><th scope="row">{key(items, frame)}</th><td>{len(own):,}</td>{value}'
            f'<td class="strip"><svg viewBox="0 0 {WIDTH} 9" preserveAspectRatio="none" '
            f'aria-hidden="true"><path class="f{frame}" d="{ticks}"/></svg></td></tr>'
        )
    heads = ["Frame", "Hits", *([esc(values.measure)] if values else [])]
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        '<table class="profile"><caption class="quiet">Hits of each frame</caption>'
        f'<thead><tr>{head}<th scope="col">From first word to last</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def hit_row(hit: HitItem, items: Items, place: Place) -> str:
    """Return a hit as a row, with links to its place, its entry, and that entry's next hit."""
    entry = items.entries[hit.entry]
    at = bisect_left(entry.hits, hit.number)
    steps = ""
    if at > 0:
        steps += _step(place("h", entry.hits[at - 1]), "←", "Previous")
    if at + 1 < len(entry.hits):
        steps += _step(place("h", entry.hits[at + 1]), "→", "Next")
    context = ", ".join(f"{SIGNS[name][0]} {SIGNS[name][1]}" for name in hit.context)
    if hit.speaker:
        context += f"{', ' * bool(context)}speaker: {esc(hit.speaker)}"
    flags = "".join(name[0] for name in hit.context)
    return (
        f'<tr id="r{hit.number}" data-h="{hit.number}" data-f="{hit.frame}" data-e="{hit.entry}" '
        f'data-x="{flags}" data-s="{esc(hit.speaker)}">'
        f'<td><a href="#h{hit.number}">{hit.number:,}</a></td><td dir="auto">{esc(hit.words)}</td>'
        f"<td>{key(items, hit.frame)}</td>"
        f'<td><a href="{place("e", hit.entry)}">'
        f"<code>{esc(shorten(entry.pattern, ROW_PATTERN))}</code>"
        f'</a></td><td>{context}</td><td class="step">{steps}</td></tr>'
    )


def _step(address: str, sign: str, name: str) -> str:
    label = f"{name} hit of this entry"
    return f'<a href="{address}" title="{label}" aria-label="{label}">{sign}</a> '
