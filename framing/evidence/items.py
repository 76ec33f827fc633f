"""Items of an evidence page: its frames, entries, documents and hits."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from framing._core.palette import contrast_ratio, frame_letters, frame_style, mix, readable
from framing._core.tables import shorten
from framing._core.templates import plural
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits
from framing.scores.groups import natural_order

# Styles of the line below a hit: readers can distinguish five without colour.
LINES = ("solid", "double", "dotted", "dashed", "wavy")
# Colours of the page and of its text, in the light and the dark scheme.
GROUNDS = {"light": "#FFFFFF", "dark": "#15181C"}
TEXTS = {"light": "#1B1B1B", "dark": "#E8E6E3"}
# Share of a frame's colour in the background of its hits.
TINT = 0.2
# The least contrast of text that WCAG 2.2 requires (level AA).
AA = 4.5
# Context of a hit by column of the hits: the sign after the hit, and its name.
SIGNS = {"rejected": ("✗", "denied"), "hedged": ("?", "hedged"), "quoted": ("”", "quoted")}
# Columns that every corpus has; all others are covariates.
COLUMNS = ("doc_id", "title", "source", "date", "date_precision", "text")
# Number of matched words that the row of an entry lists.
WORDS = 5
# The most characters of the name of an entry.
NAME = 40
# Formats of dates by precision.
DATES = {"year": "%Y", "month": "%Y-%m", "time": "%Y-%m-%d %H:%M UTC"}


class FrameItem(NamedTuple):
    """A frame: name, letter, style of line, and by scheme the colours of ink and background."""

    number: int
    name: str
    letter: str
    line: str
    colours: dict[str, tuple[str, str]]


class HitItem(NamedTuple):
    """A hit: numbers of hit, document, frame and entry, position, words and context.

    Hits and documents are counted from 1, as on the page; frames and entries from 0.
    """

    number: int
    document: int
    frame: int
    entry: int
    start: int
    end: int
    words: str
    context: tuple[str, ...]
    speaker: str
    sentence: int


@dataclass
class EntryItem:
    """An entry: its frame, its pattern and label, the numbers of its hits, the matched words."""

    number: int
    frame: int
    pattern: str
    label: str = ""
    hits: list[int] = field(default_factory=list)
    documents: set[int] = field(default_factory=set)
    words: Counter[str] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        """Return what readers call the entry: its label, a short pattern, or the words it matched.

        Example: an entry without a label and with the pattern "(deal|deals|dealmak*|deal-mak*)"
        that matched "deal" twice and "deals" once has the name "deal, deals".
        """
        if self.label or len(self.pattern) <= NAME or not self.words:
            return self.label or shorten(self.pattern, NAME)
        names = [words for words, _ in self.ranked()]
        return shorten(", ".join(names[:3]), NAME) + (", …" if len(names) > 3 else "")

    def ranked(self) -> list[tuple[str, int]]:
        """Return the words that the entry matched with their counts, the most frequent first."""
        # Equal counts are sorted by the alphabet, so that the order of the hits does not matter.
        return sorted(self.words.items(), key=lambda pair: (-pair[1], pair[0]))

    def matched(self) -> str:
        """Return the words that the entry matched with their counts, the most frequent first."""
        ranked = self.ranked()
        listed = ", ".join(f"{words} {count:,}" for words, count in ranked[:WORDS])
        rest = len(ranked) - WORDS
        return listed + (f" and {rest:,} more" if rest > 0 else "")


@dataclass
class DocumentItem:
    """A document: its heading and facts, its text, the removed spans, and its hits."""

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

    def facts(self) -> list[str]:
        """Return the facts below the title: id, source, date, length and covariates."""
        facts = [self.doc_id, self.source, self.date, plural(self.tokens, "token")]
        facts += [f"{name}: {value}" for name, value in self.covariates.items()]
        return [fact for fact in facts if fact]

    def counts(self) -> Counter[int]:
        """Return the number of hits of each frame, by the number of the frame."""
        return Counter(hit.frame for hit in self.hits)


@dataclass(frozen=True)
class Items:
    """The content of a page."""

    frames: list[FrameItem]
    entries: list[EntryItem]
    documents: list[DocumentItem]
    hits: list[HitItem]
    has_context: bool
    language: str

    def entries_of(self, frame: FrameItem) -> list[EntryItem]:
        """Return the entries of a frame, in the order of the lexicon."""
        return [entry for entry in self.entries if entry.frame == frame.number]

    def by_hits(self, frame: FrameItem) -> list[EntryItem]:
        """Return the entries of a frame that have hits, sorted by the number of hits."""
        with_hits = (entry for entry in self.entries_of(frame) if entry.hits)
        return sorted(with_hits, key=lambda entry: -len(entry.hits))

    def counts_of(self, frame: FrameItem) -> tuple[int, int]:
        """Return the number of hits of a frame, and of documents with such a hit."""
        documents = [hit.document for hit in self.hits if hit.frame == frame.number]
        return len(documents), len(set(documents))

    def speakers(self) -> list[str]:
        """Return the speakers of hits, in the order of the alphabet."""
        return sorted({hit.speaker for hit in self.hits if hit.speaker}, key=natural_order)

    def sources(self) -> list[str]:
        """Return the sources of documents, in the order of the alphabet."""
        return sorted({item.source for item in self.documents if item.source}, key=natural_order)

    def known(self) -> list[str]:
        """Return which of source and date at least one document has."""
        names = ("source", "date")
        return [name for name in names if any(getattr(item, name) for item in self.documents)]


def make_items(
    hits: Hits, corpus: Corpus, rows: pd.DataFrame, every: bool, labels: Mapping[str, str]
) -> Items:
    """Return the items of the shown hits, and of all documents or of those with such a hit."""
    documents = _documents(hits, corpus, labels)
    if not every:
        present = set(rows["doc_id"])
        documents = [item for item in documents if item.doc_id in present]
    for number, item in enumerate(documents, start=1):
        item.number = number
    frames, patterns = hits.entries["frame"].cat.codes.tolist(), hits.entries["entry"].tolist()
    labels_of = hits.entries["label"].tolist() if "label" in hits.entries else [""] * len(frames)
    label_of = dict(zip(zip(frames, patterns, strict=True), labels_of, strict=True))
    entries = [
        EntryItem(number, int(frame), str(pattern), str(label))
        for number, ((frame, pattern), label) in enumerate(label_of.items())
    ]
    return Items(
        frames=make_frames(hits.frames),
        entries=entries,
        documents=documents,
        hits=_hits(rows, documents, entries),
        has_context="rejected" in hits.table,
        language=corpus.language,
    )


def make_frames(names: list[str]) -> list[FrameItem]:
    """Return the frames, each with its letter, its style of line and its colours."""
    style = frame_style(names)
    return [
        FrameItem(number, name, letter, LINES[number % len(LINES)], _colours(style[name][0]))
        for number, (name, letter) in enumerate(zip(names, frame_letters(names), strict=True))
    ]


def _colours(colour: str) -> dict[str, tuple[str, str]]:
    """Return the ink and the tint of a frame in each scheme, with enough contrast for readers."""
    colours = {}
    for scheme, ground in GROUNDS.items():
        tint = mix(readable(colour, ground, 3.0), ground, TINT)
        ink = readable(colour, tint, AA)
        # The ink also needs enough contrast with the page itself.
        colours[scheme] = (ink if contrast_ratio(ink, ground) >= AA else TEXTS[scheme], tint)
    return colours


def _documents(hits: Hits, corpus: Corpus, labels: Mapping[str, str]) -> list[DocumentItem]:
    """Return the documents in the order of the corpus, without numbers and hits."""
    sentences = hits.sentences.groupby("doc_id", sort=False)
    tokens = sentences["tokens"].sum()
    first = hits.sentences.drop_duplicates(["doc_id", "paragraph"]).groupby("doc_id", sort=False)
    starts = {doc_id: sorted(values.tolist()) for doc_id, values in first["start"]}
    lines = corpus.exclusions[corpus.exclusions["kind"] == "line"]
    removed: dict[str, list[tuple[int, int, str]]] = {}
    for doc_id, start, end, reason in lines[["doc_id", "start", "end", "reason"]].itertuples(
        index=False
    ):
        removed.setdefault(doc_id, []).append((int(start), int(end), str(reason)))
    items = []
    for row in corpus.table.to_dict("records"):
        doc_id = row["doc_id"]
        title = labels.get(doc_id) or _text(row["title"]) or doc_id
        items.append(
            DocumentItem(
                number=0,
                doc_id=doc_id,
                title=title,
                source=_text(row["source"]),
                date=_date(row["date"], row.get("date_precision")),
                covariates={
                    str(name): text
                    for name, value in row.items()
                    if name not in COLUMNS and (text := _text(value))
                },
                tokens=int(tokens.get(doc_id, 0)),
                text=row["text"],
                removed=sorted(removed.get(doc_id, [])),
                paragraphs=starts.get(doc_id, []),
            )
        )
    return items


def _text(value: Any) -> str:
    """Return a value as text; empty where it is missing."""
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    return str(value)


def _date(value: Any, precision: Any) -> str:
    """Return a date with its precision; empty where it is missing."""
    if pd.isna(value):
        return ""
    form = DATES.get(str(precision))
    if form is None and value == value.normalize():
        return str(value.date())
    return str(value.strftime(form or DATES["time"]))


def _hits(
    rows: pd.DataFrame, documents: list[DocumentItem], entries: list[EntryItem]
) -> list[HitItem]:
    """Number the hits in the order of the documents, and add them to documents and entries."""
    document_of = {item.doc_id: item for item in documents}
    entry_of = {(item.frame, item.pattern): item for item in entries}
    order = rows["doc_id"].map({item.doc_id: item.number for item in documents})
    table = rows.assign(document=order).sort_values(
        ["document", "start", "end"], kind="stable", ignore_index=True
    )
    flags = {
        name: table[name].tolist() if name in table else [False] * len(table) for name in SIGNS
    }
    speakers = table["speaker"].astype("str").tolist() if "speaker" in table else [""] * len(table)
    table["frame"] = table["frame"].cat.codes
    columns = ["doc_id", "document", "start", "end", "frame", "entry", "sentence"]
    records = zip(*(table[name].tolist() for name in columns), strict=True)
    items = []
    for row, (record, speaker) in enumerate(zip(records, speakers, strict=True)):
        doc_id, number, start, end, frame, pattern, sentence = record
        document, entry = document_of[doc_id], entry_of[int(frame), str(pattern)]
        hit = HitItem(
            number=row + 1,
            document=int(number),
            frame=entry.frame,
            entry=entry.number,
            start=int(start),
            end=int(end),
            words=" ".join(document.text[start:end].split()),
            context=tuple(name for name in SIGNS if flags[name][row]),
            speaker=speaker,
            sentence=int(sentence),
        )
        items.append(hit)
        document.hits.append(hit)
        entry.hits.append(hit.number)
        entry.documents.add(hit.document)
        entry.words[hit.words.casefold()] += 1
    return items
