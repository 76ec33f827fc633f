"""Chunks of given texts or of a given size, which no public argument sets."""

import pytest

from framing.text import chunks
from framing.text.alphabet import Alphabet


def make_chunk(texts, alphabet):
    """Return texts as one chunk with the paragraphs and sentences of English."""
    return chunks.make_chunk(0, texts, [()] * len(texts), "en", alphabet)


def set_chunk_size(patch, characters):
    """Let a chunk hold about so many characters."""
    patch.setattr(chunks, "CHUNK_CHARACTERS", characters)


def count_chunks(texts, workers=1):
    return len(chunks.batches(map(len, texts), workers))


def chunk_of(texts, removed, language, alphabet):
    """Return texts with removed lines, in any language, as one chunk."""
    return chunks.make_chunk(0, texts, removed, language, alphabet)


def pieces_of(chunk, size, before):
    """Return the pieces in which a long text is searched, with what each shows of the last one."""
    return list(chunks.pieces(chunk, size, before))


def set_part_size(patch, characters):
    """Let an article of more than twice so many characters be read in parts of about that size."""
    patch.setattr(chunks, "CHUNK_CHARACTERS", characters)
    patch.setattr(chunks, "LONG", 2 * characters)


def parts_of(text, size):
    """Return the parts of one article, of which none has a removed line."""
    with pytest.MonkeyPatch.context() as patch:
        set_part_size(patch, size)
        return list(chunks.read_parts(0, [text], [[]], "en", Alphabet()))
