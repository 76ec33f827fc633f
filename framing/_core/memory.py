"""Memory: what was needed for a large file or search, given back to the system after use."""

import ctypes
import sys
from contextlib import suppress

# From so many characters on memory is given back. It costs what comes next 3 ms for each MB, which
# a count of words feels (11 ms) and a search does not (65 ms): counts do without.
MANY = 20_000_000


def give_back(characters: int) -> None:
    """Give memory that is free back to the system, if so many characters were read or searched.

    The C library of Linux and Arrow keep what was freed for later; elsewhere nothing is done.
    """
    if characters < MANY:
        return
    if "pyarrow" in sys.modules:
        sys.modules["pyarrow"].default_memory_pool().release_unused()
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
