"""Data of an evidence page: what its script reads, as columns of documents and hits."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from framing._core.templates import UNUSABLE
from framing.evidence.items import SIGNS, DocumentItem, Items

# A character with more than 16 bits counts twice in the browser.
WIDE = "\uffff"
# Columns of the hits.
COLUMNS = "esnkabxp"


def browser_data(
    items: Items,
    starts: dict[int, list[int]],
    *,
    title: str,
    key: str,
    chunks: Sequence[str] = (),
    page_of: dict[int, int] | None = None,
) -> dict[str, Any]:
    """Return the documents and hits of a page as columns.

    ``starts`` are the starts of the sentences of a document, by its number. ``chunks`` are the
    files with the texts, where the page does not have the articles, and ``page_of`` the number of
    the file for each document. Numbers of documents and hits are those of the first one on the
    page and count up; frames, entries, sources and speakers are numbers of their lists.
    """
    documents = items.documents
    sources = list(dict.fromkeys(item.source for item in documents))
    speakers = ["", *items.speakers()]
    source_of = {name: number for number, name in enumerate(sources)}
    speaker_of = {name: number for number, name in enumerate(speakers)}
    columns: dict[str, list[int]] = {name: [] for name in COLUMNS}
    for item in documents:
        _add_hits(columns, item, starts[item.number], speaker_of)
    return {
        "key": key,
        "title": title,
        "frames": [frame.name for frame in items.frames],
        "letters": [frame.letter for frame in items.frames],
        "entries": [[entry.frame, entry.name, entry.pattern] for entry in items.entries],
        "sources": sources,
        "speakers": speakers,
        "signs": list(SIGNS.values()),
        "documents": {
            "id": [item.doc_id for item in documents],
            "title": [item.title for item in documents],
            "source": [source_of[item.source] for item in documents],
            "date": [item.date for item in documents],
            "tokens": [item.tokens for item in documents],
            "hits": [len(item.hits) for item in documents],
            "page": [page_of[item.number] for item in documents] if page_of else [],
        },
        "hits": columns,
        "chunks": list(chunks),
        "first": [
            documents[0].number if documents else 1,
            items.hits[0].number if items.hits else 1,
        ],
    }


def _add_hits(
    columns: dict[str, list[int]],
    item: DocumentItem,
    starts: list[int],
    speaker_of: dict[str, int],
) -> None:
    """Add the hits of a document: positions are those of the browser.

    The columns are ``e`` entry, ``s`` start after that of the previous hit, ``n`` length, ``k``
    sentence after that of the previous hit, ``a`` and ``b`` characters from the start of the
    sentence to the hit and from there to the end of the sentence, ``x`` context (1 denied, 2
    hedged, 4 quoted) and ``p`` speaker. Differences keep the page small.
    """
    wide = item.text > "" and max(item.text) > WIDE
    if wide:
        codes = np.frombuffer(item.text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        shift = np.concatenate([[0], np.cumsum(codes > ord(WIDE))])
    before = sentence = 0
    for hit in item.hits:
        first = starts[hit.sentence - 1]
        last = starts[hit.sentence] if hit.sentence < len(starts) else len(item.text)
        places = [hit.start, hit.end, first, last]
        if wide:
            places = [place + int(shift[place]) for place in places]
        start, end, first, last = places
        flags = sum(1 << bit for bit, name in enumerate(SIGNS) if name in hit.context)
        steps = (start - before, end - start, hit.sentence - sentence, start - first, last - start)
        before, sentence = start, hit.sentence
        values = (hit.entry, *steps, flags, speaker_of[hit.speaker])
        for name, value in zip(COLUMNS, values, strict=True):
            columns[name].append(value)


def as_json(value: Any) -> str:
    """Return a value as JSON that cannot end the element of HTML that it stands in."""
    text = json.dumps(_usable(value), ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _usable(value: Any) -> Any:
    """Return a value whose texts have what HTML cannot contain replaced, as on the page."""
    if isinstance(value, str):
        return UNUSABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_usable(key): _usable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        if value and isinstance(value[0], int):
            return value
        return [_usable(item) for item in value]
    return value


def texts_file(number: int, documents: Sequence[DocumentItem]) -> str:
    """Return the texts of the documents of a page as a script that hands them to the index."""
    return f"framingTexts({number},{as_json([item.text for item in documents])});\n"
