"""Memory: large texts in pieces, and what is free given back to the system after use."""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import suppress

# From so many characters on memory is given back. It costs what comes next 3 ms for each MB, which
# a count of words feels (11 ms) and a search does not (65 ms): counts do without.
MANY_SEARCHED = 20_000_000
# To read a file takes ten times as long, so that smaller ones are worth it.
MANY_READ = 3_000_000
# A longer text is looked at in pieces of so many characters. Two of them have some in common, so
# that a word between them is in one of them.
PIECE, COMMON = 250_000, 100


def pieces(text: str) -> Iterator[str]:
    """Yield the pieces of a text; one that is not long is the only piece.

    Where Python makes the letters of a text small, it takes twelve bytes a character.
    """
    for begin in range(0, max(len(text), 1), PIECE):
        yield text[begin : begin + PIECE + COMMON]


def lines_of(text: str) -> Iterator[str]:
    """Yield the lines of a text one by one, as ``text.split("\\n")`` has them all at once."""
    begin = 0
    while (end := text.find("\n", begin)) >= 0:
        yield text[begin:end]
        begin = end + 1
    yield text[begin:]


def give_back() -> None:
    """Give memory that is free back to the system.

    The C library of Linux and Arrow keep what was freed for later; elsewhere nothing is done.
    """
    if "pyarrow" in sys.modules:
        sys.modules["pyarrow"].default_memory_pool().release_unused()
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
