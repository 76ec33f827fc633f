"""Logged keys: the key of an endpoint is kept out of what the client writes to the log.

At the level DEBUG the client logs the headers of replies, and some servers repeat the key in them.
"""

import logging
from collections.abc import Callable

# Packages of the client: each of their modules has a logger of its own.
CLIENTS = ("httpx", "httpcore")


class KeyFilter(logging.Filter):
    """A filter of the client's log: its messages have no key while it is attached."""

    def __init__(self, hide: Callable[[str], str]) -> None:
        super().__init__()
        self._hide = hide
        self._loggers: list[logging.Logger] = []

    def filter(self, record: logging.LogRecord) -> bool:
        """Take the key out of a message; every message is kept."""
        message = record.getMessage()
        hidden = self._hide(message)
        if hidden != message:
            record.msg, record.args = hidden, ()
        return True

    def attach(self) -> None:
        """Begin to read the log of the client."""
        # A filter of a logger does not see what the loggers below it write, so each gets it.
        known = list(logging.root.manager.loggerDict)
        names = [name for name in known if name.split(".")[0] in CLIENTS]
        self._loggers = [logging.getLogger(name) for name in {*CLIENTS, *names}]
        for logger in self._loggers:
            logger.addFilter(self)

    def detach(self) -> None:
        """Read the log no longer."""
        for logger in self._loggers:
            logger.removeFilter(self)
        self._loggers.clear()
