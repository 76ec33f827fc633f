"""Data of an evidence page: what its script reads, as columns of documents and hits."""

import base64
import json
import zlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framing._core.templates import UNUSABLE
from framing.evidence.items import SIGNS, DocumentItem, Items

# A character with more than 16 bits counts twice in the browser.
WIDE = "\uffff"
# Columns of the hits.
COLUMNS = "esnkabxp"
# What coders say of a hit, behind the bits of its context.
SAID = {"right": 8, "wrong": 16}


def browser_data(
    items: Items,
    starts: dict[int, list[int]],
    *,
    title: str,
    key: str,
    chunks: Sequence[str] = (),
    files: Sequence[str] = (),
    page_of: Mapping[int, int] | None = None,
    measure: str = "",
    coded: Mapping[tuple[int, int, int], str] | None = None,
) -> dict[str, Any]:
    """Return the documents and hits of a page as columns.

    ``starts`` are the starts of the sentences of a document, by its number. ``chunks`` are where
    the texts are, if the page does not have the articles: files, or elements of the page ("#…").
    ``page_of`` is the number of the chunk for each document, and ``files`` are the pages with the
    same articles, where there are any. ``measure`` is the name of the values beside the texts.
    ``coded`` is what coders say of hits, "right" or "wrong", by document, sentence and frame.
    Numbers of documents and hits are those of the first one on the page and count up; frames,
    entries, sources and speakers are numbers of their lists.
    """
    documents = items.documents
    sources = list(dict.fromkeys(item.source for item in documents))
    speakers = ["", *items.speakers()]
    source_of = {name: number for number, name in enumerate(sources)}
    speaker_of = {name: number for number, name in enumerate(speakers)}
    columns: dict[str, list[int]] = {name: [] for name in COLUMNS}
    for item in documents:
        _add_hits(columns, item, starts[item.number], speaker_of, coded or {})
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
        "measure": measure,
        "chunks": list(chunks),
        "files": list(files),
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
    coded: Mapping[tuple[int, int, int], str],
) -> None:
    """Add the hits of a document: positions are those of the browser.

    The columns are ``e`` entry, ``s`` start after that of the previous hit, ``n`` length, ``k``
    sentence after that of the previous hit, ``a`` and ``b`` characters from the start of the
    sentence to the hit and from there to the end of the sentence, ``x`` context (1 denied, 2
    hedged, 4 quoted; 8 right and 16 wrong as coders say) and ``p`` speaker.
    Differences keep the page small.
    """
    shift = _shifts(item.text)
    before = sentence = 0
    for hit in item.hits:
        # Paragraphs and documents are named by a sentence, so that its number is no row.
        row = bisect_right(starts, hit.start)
        first = starts[row - 1]
        last = starts[row] if row < len(starts) else len(item.text)
        offsets = [hit.start, hit.end, first, last]
        if shift is not None:
            offsets = [offset + int(shift[offset]) for offset in offsets]
        start, end, first, last = offsets
        flags = sum(1 << bit for bit, name in enumerate(SIGNS) if name in hit.context)
        flags += SAID.get(coded.get((item.number, hit.sentence, hit.frame), ""), 0)
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


def _shifts(text: str) -> NDArray[np.int64] | None:
    """Return by how much positions of the browser are larger; None where they are the same."""
    if text.isascii() or len(text.encode("utf-16-le", "surrogatepass")) == 2 * len(text):
        return None
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return np.concatenate([[0], np.cumsum(codes > ord(WIDE))])


def packed(json_text: str) -> str:
    """Return a text as deflated bytes in base64, which is safe in HTML and in a script."""
    deflate = zlib.compressobj(6, wbits=-15)
    data = deflate.compress(json_text.encode("utf-8")) + deflate.flush()
    return base64.b64encode(data).decode()


def packed_texts(documents: Sequence[DocumentItem], values: Mapping[str, Sequence[str]]) -> str:
    """Return what the script needs to show articles, packed: the text once, and what is beside it.

    Each article is its text, the start, end and reason of each removed line, its facts, and the
    values of its frames.
    """
    articles = []
    for item in documents:
        shift = _shifts(item.text)
        removed = [
            [start, end, reason]
            if shift is None
            else [start + int(shift[start]), end + int(shift[end]), reason]
            for start, end, reason in item.removed
        ]
        articles.append([item.text, removed, item.facts(), list(values.get(item.doc_id, ()))])
    return packed(json.dumps(_usable(articles), ensure_ascii=False, separators=(",", ":")))


def texts_file(number: int, content: str) -> str:
    """Return a script that hands packed texts to the index."""
    return f'framingTexts({number},"{content}");\n'
