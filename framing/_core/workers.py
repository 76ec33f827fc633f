"""Workers: processes that help another one, and that end when it has ended."""

import os
import select
import time
from contextlib import suppress
from threading import Thread


def end_with(parent: int) -> None:
    """Let this process end as soon as its parent, the process of this number, has ended.

    A parent that is killed tells its workers nothing: they would wait for work for ever. Windows
    does not tell that a parent has ended.
    """
    # A thread that helps is part of its parent.
    if os.name == "posix" and parent != os.getpid():
        Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: int) -> None:
    """Wait until the parent has ended, then end this process, whatever it does."""
    with suppress(OSError, AttributeError):
        # Linux wakes this thread at the end of the parent; elsewhere it looks once a second.
        end = select.poll()
        end.register(os.pidfd_open(parent), select.POLLIN)
        if os.getppid() == parent:
            end.poll()
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
