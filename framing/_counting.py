"""Hits counted by article, without the sentences that they are in.

An entry matches inside one sentence. Most matches are words that stand together, with nothing
between them at which a sentence could end: they need no sentences to be counted. These are
found only where a match leaves a doubt, or an entry asks what else its sentence holds.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from framing._automaton import Mask, Matches
from framing._matching import Matcher, claim, find_matches
from framing.text.characters import LINE_ENDS, SIGN, SPACE, STOP, WORD, Offsets
from framing.text.segments import Chunk, Span, Spans, make_chunk, sentences

LINE_END_CODES = np.array([ord(character) for character in LINE_ENDS], dtype=np.uint32)
# Share of entries with a condition from which on all articles are cut into sentences at once,
# since most would be searched a second time.
MANY = 0.05


def count_matches(
    matcher: Matcher,
    nested: str,
    language: str,
    number: int,
    texts: Sequence[str],
    removed: Sequence[Sequence[Span]],
) -> tuple[pd.DataFrame, Offsets]:
    """Return one row a hit (document, entry), and the tokens of each article.

    ``number`` is that of the first article in the corpus.
    """
    chunk = make_chunk(number, texts, removed, language, matcher.alphabet)
    if len(matcher.conditions) > MANY * len(matcher.frame_of):
        return _with_sentences(matcher, nested, chunk, number), _tokens(chunk)
    matches, document = _in_articles(chunk, matcher.finder.find(chunk))
    inside = _in_sentences(chunk, matches)
    matches, document = matches.take(inside), document[inside]
    # What stands elsewhere in the sentence is asked of these.
    again = np.unique(document[np.isin(matches.rule, list(matcher.conditions))])
    sure = ~np.isin(document, again)
    hits, document = matches.take(sure), document[sure]
    hits = matcher.hits(chunk, hits)
    hits = hits.take(claim(hits, matcher.frame_of[hits.rule], chunk, nested))
    document = np.searchsorted(chunk.begins, chunk.folded.into_text(hits.start), side="right") - 1
    counted = [pd.DataFrame({"document": document + number, "entry": hits.rule})]
    if len(again):
        part = [texts[row] for row in again.tolist()]
        gone = [removed[row] for row in again.tolist()]
        whole = make_chunk(0, part, gone, language, matcher.alphabet)
        found = _with_sentences(matcher, nested, whole, 0)
        counted.append(found.assign(document=again[found["document"]] + number))
    return pd.concat(counted, ignore_index=True), _tokens(chunk)


def _with_sentences(matcher: Matcher, nested: str, chunk: Chunk, number: int) -> pd.DataFrame:
    found = find_matches(matcher, chunk, nested)
    return pd.DataFrame(
        {"document": chunk.document[found["row"]] + number, "entry": found["entry"]}
    )


def _in_articles(chunk: Chunk, matches: Matches) -> tuple[Matches, Offsets]:
    """Return the matches that are in one article and in no removed line, and its number."""
    start = chunk.folded.into_text(matches.start)
    end = chunk.folded.into_text(matches.end)
    document = np.searchsorted(chunk.begins, start, side="right") - 1
    past = np.append(chunk.begins[1:], len(chunk.text))[document]
    inside = end < past
    if len(chunk.removed):
        line = np.searchsorted(chunk.removed[:, 0], start, side="right") - 1
        inside &= (line < 0) | (start >= chunk.removed[line, 1])
        line = np.searchsorted(chunk.removed[:, 1], end, side="left")
        after = np.append(chunk.removed[:, 0], len(chunk.text))[line]
        inside &= end <= after
    return matches.take(inside), document[inside]


def _in_sentences(chunk: Chunk, matches: Matches) -> Mask:
    """Return which matches are in one sentence.

    Sentences are found in paragraphs that hold a match with a sign inside at which one could
    end; matches with a line end inside are held against the paragraphs.
    """
    size = matches.end - matches.start
    row = np.repeat(np.arange(len(matches)), size)
    place = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size) + matches.start[row]
    kind = chunk.folded.flags[place]
    white = np.flatnonzero((kind & SPACE) != 0)
    at = chunk.folded.into_text(place[white])
    wide = chunk.folded.into_text(place[white] + 1) - at > 1
    lines = wide | np.isin(chunk.codes[at], LINE_END_CODES)
    signs = ((kind & (WORD | SPACE | SIGN)) == 0) | ((kind & STOP) != 0)
    inside = np.ones(len(matches), dtype=bool)
    for doubtful, cut in ((row[white[lines]], False), (row[signs], True)):
        which = np.unique(doubtful)
        if len(which):
            inside[which] &= _in_spans(chunk, matches.take(which), cut)
    return inside


def _in_spans(chunk: Chunk, matches: Matches, cut: bool) -> Mask:
    """Return which matches are in one paragraph or, with ``cut``, in one sentence of it."""
    start = chunk.folded.into_text(matches.start)
    end = chunk.folded.into_text(matches.end)
    spans = chunk.paragraphs
    if cut:
        own = np.unique(np.searchsorted(spans.start, start, side="right") - 1)
        own = own[own >= 0]
        some = Spans(spans.document[own], spans.start[own], spans.end[own])
        spans, _ = sentences(chunk.text, chunk.codes, some, chunk.language)
    row = np.searchsorted(spans.start, start, side="right") - 1
    inside: Mask = row >= 0
    inside[inside] = end[inside] <= spans.end[row[inside]]
    return inside


def _tokens(chunk: Chunk) -> Offsets:
    """Return the tokens of each article, without those in removed lines."""
    places = chunk.folded.from_text(np.append(chunk.begins, len(chunk.text)))
    tokens = np.diff(np.searchsorted(chunk.tokens, places))
    if len(chunk.removed):
        edges = np.searchsorted(chunk.tokens, chunk.folded.from_text(chunk.removed))
        document = np.searchsorted(chunk.begins, chunk.removed[:, 0], side="right") - 1
        np.subtract.at(tokens, document, edges[:, 1] - edges[:, 0])
    counts: Offsets = tokens
    return counts
