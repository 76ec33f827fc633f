"""An excerpt holds the paragraphs that decide on quotations, and reads as the chunk does."""

import numpy as np
import pytest
from support.chunks import make_chunk

import framing as fr
from framing.text.alphabet import Alphabet
from framing.text.chunks import excerpt, pieces

PLAIN, QUOTE = "Rain fell on the don’t-care town.", "“A truce,” she said to U.S. aides."


def chunk_of(*articles):
    """Return a chunk of articles, given as letters: q for a paragraph with a quotation."""
    texts = ["\n".join(QUOTE if letter == "q" else PLAIN for letter in way) for way in articles]
    return make_chunk(texts, Alphabet())


def shown(chunk, *paragraphs):
    rows = np.flatnonzero(np.isin(chunk.paragraph, paragraphs))
    return sorted(set(excerpt(chunk, rows).paragraph.tolist()))


@pytest.mark.parametrize(
    ("articles", "wanted", "expected"),
    [
        # A plain paragraph needs no other.
        (["ppqpp"], [1], [1]),
        # A quotation needs its run, the paragraph before it, and two more while they quote.
        (["ppqqpp"], [3], [1, 2, 3, 4]),
        (["ppqqpp"], [2], [1, 2, 3, 4]),
        (["pqqqqp"], [1], [0, 1, 2, 3]),
        (["qqqpp"], [2], [0, 1, 2, 3]),
        # Nothing of another article.
        (["pp", "qpp"], [2], [2, 3]),
        (["qq", "qpp"], [2], [2, 3]),
        (["qq", "pqqpp"], [4], [2, 3, 4, 5]),
        (["pq", "qp"], [1], [0, 1]),
        (["pp", "pp"], [1], [1]),
        (["pqp", "ppp"], [1, 4], [0, 1, 2, 4]),
    ],
)
def test_which_paragraphs_an_excerpt_shows(articles, wanted, expected):
    assert shown(chunk_of(*articles), *wanted) == expected


@pytest.mark.parametrize("wanted", [[0], [3], [1, 6], [0, 3, 5, 8], [2, 3]])
def test_an_excerpt_reads_as_the_chunk_does(wanted):
    chunk = chunk_of("pqp", "qqp", "pqqp")
    rows = np.flatnonzero(np.isin(chunk.paragraph, wanted))
    part = excerpt(chunk, rows)
    assert set(rows) <= set(part.rows)
    for number, row in enumerate(part.rows.tolist()):
        low, high = part.first[number], part.last[number]
        begin, end = chunk.first[row], chunk.last[row]
        for name in ("classes", "flags"):
            given, whole = getattr(part.folded, name), getattr(chunk.folded, name)
            assert given[low:high].tolist() == whole[begin:end].tolist()
        assert part.folded.into_text(np.arange(low, high)).tolist() == (
            chunk.folded.into_text(np.arange(begin, end)).tolist()
        )
        tokens, every = part.tokens, chunk.tokens
        assert (tokens[(tokens >= low) & (tokens < high)] - low).tolist() == (
            every[(every >= begin) & (every < end)] - begin
        ).tolist()


def test_paragraphs_that_stood_together_are_one_block_and_articles_are_apart():
    chunk = chunk_of("ppp", "ppp")
    rows = np.flatnonzero(np.isin(chunk.paragraph, [1, 2, 3, 4]))
    part = excerpt(chunk, rows)
    assert part.paragraph.tolist() == [1, 2, 3, 4]
    assert part.document.tolist() == [0, 0, 1, 1]


def test_an_apostrophe_is_no_mark_and_a_straight_quotation_mark_is_one():
    plain, quoted = "Rain fell on the don't-care town.", "He said: 'A truce is near.'"
    chunk = make_chunk(["\n".join([plain, plain, quoted, plain])], Alphabet())
    assert shown(chunk, 1) == [1]
    assert shown(chunk, 2) == [1, 2, 3]


def test_a_piece_says_how_many_sentences_belong_to_the_one_before():
    chunk = chunk_of("pqpqp" * 5)
    cut = list(pieces(chunk, 60, 3))
    assert len(cut) > 5
    assert [skipped for skipped, _ in cut[:4]] == [0, *(min(3, rows) for rows in starts(cut)[:3])]
    assert np.concatenate([piece.rows[skipped:] for skipped, piece in cut]).tolist() == (
        list(range(len(chunk.first)))
    )


def starts(cut):
    """Return the number of the first sentence of each piece but the first."""
    return [int(piece.rows[skipped]) for skipped, piece in cut[1:]]


def test_a_paragraph_shorter_than_a_pronoun_may_end_a_text():
    hits = fr.find_hits(fr.make_corpus(["Talks began.\n\nEU"]), fr.make_lexicon({"bodies": ["EU"]}))
    assert hits.table[["paragraph", "start", "end"]].to_numpy().tolist() == [[2, 14, 16]]
