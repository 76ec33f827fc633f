"""System: signals, closed streams, and what the system refuses, each told in one line."""

import errno
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

# Signals that stop a command as the keyboard does: of `kill`, and of a terminal that closes.
STOPS = ("SIGTERM", "SIGHUP")
# The files that write to the output.
WRITERS = ("click.utils", "framing.cli.targets", "framing.cli.commands")
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def prepare_streams() -> None:
    """Write UTF-8 where the terminal says no encoding, and nowhere where a stream is closed.

    A sign that the encoding lacks costs no result.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if sys.stdout is None or sys.stderr is None or sys.stdin is None:
        # A file that is opened must not get the number of a stream, to which others write.
        while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
            pass
        os.close(number)
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


@contextmanager
def stopped_by_signals() -> Iterator[list[int]]:
    """Let a signal that ends a process stop a command in this block, so that it tidies up.

    Give the list of the signals that came. The second one ends the process at once. A signal that
    is ignored, as under nohup, stays so.
    """
    came: list[int] = []
    before = {}

    def stop(number: int, frame: FrameType | None) -> None:
        came.append(number)
        signal.signal(number, signal.SIG_DFL)
        raise KeyboardInterrupt

    try:
        for number in (getattr(signal, name) for name in STOPS if hasattr(signal, name)):
            # Another thread than the first one may set no handler.
            with suppress(ValueError):
                if signal.getsignal(number) == signal.SIG_DFL:
                    before[number] = signal.signal(number, stop)
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_of_output(error: OSError) -> bool:
    """Return whether the output could not be written; the rest of it is dropped then."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    if error.filename is not None or frames[-1].f_globals.get("__name__") not in WRITERS:
        return False
    # Python would try again at the end, and tell it in lines of its own.
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return True


def is_refused(error: BaseException) -> bool:
    """Return whether the system refused something: a file, a place to write, or memory."""
    return isinstance(error, OSError | MemoryError) or _lacks_memory(error)


def _lacks_memory(error: BaseException) -> bool:
    """Return whether there was no memory, also not to load a library."""
    at_loading = isinstance(error, ImportError) and any(
        words in str(error) for words in ("failed to map segment", "annot allocate memory")
    )
    return at_loading or isinstance(error, MemoryError)


def in_words(error: BaseException) -> str:
    """Return what the system refused, and what to do."""
    if _lacks_memory(error) or not isinstance(error, OSError):
        reason = f" ({error})" if str(error) else ""
        return (
            f"there is not enough memory{reason}. Give the articles in smaller parts, use "
            "--workers 1, or score them part by part: framing score-dataset."
        )
    reason = error.strerror or str(error)
    if _is_of_output(error):
        return f"the output cannot be written ({reason}). Write it to another file or disk."
    if error.errno in NO_ROOM:
        return (
            f"there is no room for a temporary file ({reason}). Make room, or name a folder on "
            "another disk: TMPDIR=/other/folder framing …"
        )
    if isinstance(error, FileNotFoundError) and not _has_folder():
        return "the current folder was deleted or moved. Change to another one with cd."
    where = f"{error.filename}: " if error.filename is not None else ""
    return f"{where}the system refused this ({reason})."


def _has_folder() -> bool:
    """Return whether the current folder still exists."""
    try:
        Path.cwd()
    except FileNotFoundError:
        return False
    return True
