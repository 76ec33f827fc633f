"""Memory: what was needed for a large file or search, given back to the system after use."""

import ctypes
import sys
from contextlib import suppress

# So many characters are worth the milliseconds that it takes.
MANY = 2_000_000


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
