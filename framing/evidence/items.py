"""Items of an evidence page: frames, entries, documents and hits, as the page calls them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from framing._core.palette import contrast_ratio, frame_letters, frame_style, mix, readable
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits

# Styles of the line below a hit: five can be told apart without colour.
LINES = ("solid", "double", "dotted", "dashed", "wavy")
# Page, and text on it, in light and in dark.
GROUNDS = {"light": "#FFFFFF", "dark": "#15181C"}
TEXTS = {"light": "#1B1B1B", "dark": "#E8E6E3"}
# Share of a frame's colour in the ground of its hits.
TINT = 0.2
# Contrast that WCAG 2.2 asks of text (AA), and that text on a tint keeps at least.
AA = 4.5
# Signs of the context: the column, the sign behind a hit, and its name.
SIGNS = {"rejected": ("✗", "denied"), "hedged": ("?", "hedged"), "quoted": ("”", "quoted")}
OWN = ("doc_id", "title", "source", "date", "date_precision")
DATES = {"year": "%Y", "month": "%Y-%m", "time": "%Y-%m-%d %H:%M UTC"}


class FrameItem(NamedTuple):
    """A frame: its name, letter, style of line, and colours by scheme (ink, ground of a hit)."""

    name: str
    letter: str
    line: str
    colours: dict[str, tuple[str, str]]


class HitItem(NamedTuple):
    """A hit: numbers of hit, document, frame and entry, its place, words and context."""

    number: int
    document: int
    frame: int
    entry: int
    start: int
    end: int
    words: str
    context: tuple[str, ...]
    speaker: str


@dataclass
class EntryItem:
    """An entry: number of its frame, pattern, numbers of its hits, and the words it matched."""

    frame: int
    pattern: str
    hits: list[int] = field(default_factory=list)
    documents: set[int] = field(default_factory=set)
    words: Counter[str] = field(default_factory=Counter)


@dataclass
class DocumentItem:
    """A document: its heading and facts, its text with what was taken out, and its hits."""

    number: int
    doc_id: str
    title: str
    source: str
    date: str
    covariates: dict[str, str]
    tokens: int
    text: str
    removed: list[tuple[int, int, str]]
    paragraphs: list[int]
    hits: list[HitItem] = field(default_factory=list)


@dataclass(frozen=True)
class Items:
    """All that a page shows."""

    frames: list[FrameItem]
    entries: list[EntryItem]
    documents: list[DocumentItem]
    hits: list[HitItem]
    has_context: bool
    language: str


def make_items(
    hits: Hits, corpus: Corpus, shown: pd.DataFrame, every: bool, labels: Mapping[str, str]
) -> Items:
    """Return the items of the hits shown, and of all documents or of those that have one."""
    documents = _documents(hits, corpus, labels)
    if not every:
        present = set(shown["doc_id"])
        documents = [item for item in documents if item.doc_id in present]
    for number, item in enumerate(documents, start=1):
        item.number = number
    pairs = zip(hits.entries["frame"].cat.codes, hits.entries["entry"], strict=True)
    entries = [EntryItem(int(frame), str(entry)) for frame, entry in dict.fromkeys(pairs)]
    found = _hits(shown, documents, entries)
    return Items(
        frames=make_frames(hits.frames),
        entries=entries,
        documents=documents,
        hits=found,
        has_context="rejected" in hits.table,
        language=corpus.language,
    )


def make_frames(names: list[str]) -> list[FrameItem]:
    """Return the frames with what tells them apart, in colour and without."""
    style = frame_style(names)
    rows = zip(names, frame_letters(names), range(len(names)), strict=True)
    return [
        FrameItem(name, letter, LINES[place % len(LINES)], _colours(style[name][0]))
        for name, letter, place in rows
    ]


def _colours(colour: str) -> dict[str, tuple[str, str]]:
    found = {}
    for scheme, ground in GROUNDS.items():
        tint = mix(readable(colour, ground, 3.0), ground, TINT)
        ink = readable(colour, tint, AA)
        # On the page itself it has to be read as well.
        found[scheme] = (ink if contrast_ratio(ink, ground) >= AA else TEXTS[scheme], tint)
    return found


def _documents(hits: Hits, corpus: Corpus, labels: Mapping[str, str]) -> list[DocumentItem]:
    sentences = hits.sentences.groupby("doc_id", sort=False)
    tokens = sentences["tokens"].sum()
    first = hits.sentences.drop_duplicates(["doc_id", "paragraph"]).groupby("doc_id", sort=False)
    starts = {doc_id: sorted(own.tolist()) for doc_id, own in first["start"]}
    lines = corpus.exclusions[corpus.exclusions["kind"] == "line"]
    removed: dict[str, list[tuple[int, int, str]]] = {}
    for doc_id, start, end, reason in lines[["doc_id", "start", "end", "reason"]].itertuples(
        index=False
    ):
        removed.setdefault(doc_id, []).append((int(start), int(end), str(reason)))
    found = []
    for row in corpus.table.to_dict("records"):
        doc_id = row["doc_id"]
        title = labels.get(doc_id) or _text(row["title"]) or doc_id
        found.append(
            DocumentItem(
                number=0,
                doc_id=doc_id,
                title=title,
                source=_text(row["source"]),
                date=_date(row["date"], row.get("date_precision")),
                covariates={
                    str(name): _text(value)
                    for name, value in row.items()
                    if name not in (*OWN, "text") and _text(value)
                },
                tokens=int(tokens.get(doc_id, 0)),
                text=row["text"],
                removed=sorted(removed.get(doc_id, [])),
                paragraphs=starts.get(doc_id, []),
            )
        )
    return found


def _text(value: Any) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    return str(value)


def _date(value: Any, precision: Any) -> str:
    if pd.isna(value):
        return ""
    day = "%Y-%m-%d" if value == value.normalize() else DATES["time"]
    return str(value.strftime(DATES.get(str(precision), day)))


def _hits(
    shown: pd.DataFrame, documents: list[DocumentItem], entries: list[EntryItem]
) -> list[HitItem]:
    """Number the hits in the order of the documents, and hand them to documents and entries."""
    place = {item.doc_id: item for item in documents}
    entry_of = {(item.frame, item.pattern): number for number, item in enumerate(entries)}
    order = shown["doc_id"].map({item.doc_id: item.number for item in documents})
    table = shown.assign(document=order).sort_values(
        ["document", "start", "end"], kind="stable", ignore_index=True
    )
    flags = {
        name: table[name].to_numpy(dtype=bool) if name in table else np.zeros(len(table), bool)
        for name in SIGNS
    }
    speakers = table["speaker"].astype("str") if "speaker" in table else [""] * len(table)
    table["frame"] = table["frame"].cat.codes
    columns = ["doc_id", "document", "start", "end", "frame", "entry"]
    rows = zip(table[columns].itertuples(index=False), speakers, strict=True)
    found = []
    for n, ((doc_id, document, start, end, frame, entry), speaker) in enumerate(rows):
        number = int(frame)
        own = place[doc_id]
        hit = HitItem(
            number=n + 1,
            document=int(document),
            frame=number,
            entry=entry_of[number, str(entry)],
            start=int(start),
            end=int(end),
            words=" ".join(own.text[start:end].split()),
            context=tuple(name for name in SIGNS if flags[name][n]),
            speaker=speaker,
        )
        found.append(hit)
        own.hits.append(hit)
        item = entries[hit.entry]
        item.hits.append(hit.number)
        item.documents.add(hit.document)
        item.words[hit.words.casefold()] += 1
    return found
