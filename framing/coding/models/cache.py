"""The cache of model coders: what came of each sentence, in an SQLite file without texts.

It is a table of the standard library's sqlite3. diskcache would keep values by key as well, and it
is one more package that writes pickles, which run code when a file of others is opened. What is
needed beside a dictionary on disk is a mark that is there before a request goes out, and an answer
that replaces it in one transaction: so a killed run sends nothing twice. diskcache cannot do this.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from framing._core.checks import InputError
from framing._core.files import write_errors
from framing.coding.models.replies import Outcome

if TYPE_CHECKING:
    from filelock import BaseFileLock

# Marks the file as ours.
APPLICATION = 0x6672616D
SENT, DONE = "sent", "answered"
TABLE = """
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, state TEXT NOT NULL, at TEXT NOT NULL, outcome TEXT NOT NULL,
    model TEXT NOT NULL, fingerprint TEXT NOT NULL, prompt_tokens REAL NOT NULL,
    completion_tokens REAL NOT NULL
)
"""


@dataclass(frozen=True)
class Answer:
    """What came of a sentence, and what the server reported of itself and of the cost."""

    outcome: Outcome
    model: str = ""
    fingerprint: str = ""
    prompt_tokens: float = 0.0
    completion_tokens: float = 0.0
    at: str = ""


def now() -> str:
    """Return the time in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Cache:
    """Answers by the hash of prompt, text, address, model and settings.

    A sentence is marked before it is sent. A run that is killed leaves the mark, so that the next
    run knows that this sentence was sent, and that its answer is lost.
    """

    def __init__(self, path: str | Path | None) -> None:
        self.path = None if path is None else Path(path)
        self._lock = threading.Lock()
        self._guard = None
        if self.path is not None:
            self._guard = _only_user(self.path)
        base = None
        try:
            base = sqlite3.connect(
                ":memory:" if self.path is None else self.path, check_same_thread=False
            )
            self._base = base
            self._prepare()
        except sqlite3.Error as error:
            if base is not None:
                base.close()
            self._release()
            raise InputError(
                f"cache={str(path)!r} cannot be used ({error}). Give the path of a new file, such "
                'as cache="model-codes.sqlite", or of the cache of an earlier run.'
            ) from None

    def _prepare(self) -> None:
        """Make the table of a new file; refuse the file of another program."""
        (mark,) = self._base.execute("PRAGMA application_id").fetchone()
        (tables,) = self._base.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        if tables and mark != APPLICATION:
            raise sqlite3.DatabaseError("this is a database of another program")
        self._base.execute(f"PRAGMA application_id = {APPLICATION}")
        # A commit then survives a killed process without waiting for the disk.
        self._base.execute("PRAGMA journal_mode = WAL")
        self._base.execute("PRAGMA synchronous = NORMAL")
        with self._base:
            self._base.execute(TABLE)

    @contextmanager
    def _used(self) -> Iterator[None]:
        """Let one thread use the file; raise InputError where it can no longer be used."""
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                raise InputError(
                    f"The cache {self.path} can no longer be used ({error}). Its content is kept. "
                    "Make room on its disk; or, if the file is damaged or of an earlier version, "
                    "give cache= another file. Then make the same call again: it continues."
                ) from None

    def _release(self) -> None:
        if self._guard is not None:
            self._guard.release()

    def close(self) -> None:
        """Close the file and let another run use it."""
        self._base.close()
        self._release()

    def read(self, keys: Iterable[str]) -> tuple[dict[str, Answer], set[str]]:
        """Return the answers of these keys, and the keys that were sent without an answer."""
        answers: dict[str, Answer] = {}
        sent: set[str] = set()
        with self._used(), closing(self._base.cursor()) as cursor:
            for key in dict.fromkeys(keys):
                row = cursor.execute(
                    "SELECT state, outcome, model, fingerprint, prompt_tokens, completion_tokens, "
                    "at FROM answers WHERE key = ?",
                    (key,),
                ).fetchone()
                if row is None:
                    continue
                try:
                    outcome = msgspec.json.decode(row[1], type=Outcome)
                    answers[key] = Answer(outcome, *row[2:])
                except msgspec.DecodeError:
                    # There is no answer yet, or the file was damaged and it is lost.
                    sent.add(key)
        return answers, sent

    def mark(self, keys: Iterable[str]) -> None:
        """Note that these sentences are about to be sent."""
        rows = [(key, SENT, now(), "", "", "", 0.0, 0.0) for key in keys]
        with self._used(), self._base:
            self._base.executemany(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows
            )

    def forget(self, keys: Iterable[str]) -> None:
        """Note that the server did not answer these, so that they may be sent again."""
        with self._used(), self._base:
            self._base.executemany("DELETE FROM answers WHERE key = ?", [(key,) for key in keys])

    def store(self, answers: Mapping[str, Answer]) -> None:
        """Store answers."""
        rows = [
            (
                key, DONE, answer.at, msgspec.json.encode(answer.outcome).decode(), answer.model,
                answer.fingerprint, answer.prompt_tokens, answer.completion_tokens,
            )
            for key, answer in answers.items()
        ]  # fmt: skip
        with self._used(), self._base:
            self._base.executemany(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows
            )


def _only_user(path: Path) -> "BaseFileLock":
    """Return the lock of a cache; raise InputError where another run has it."""
    from filelock import FileLock, Timeout

    lock = FileLock(f"{path}.lock")
    with write_errors(path):
        if path.is_dir():
            raise InputError(f"cache={str(path)!r} is a folder. Give the path of a file.")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:  # It is an OSError, too.
            raise InputError(
                f"Another run is using the cache {path}. Wait for it, or give this run another "
                "cache."
            ) from None
    return lock
