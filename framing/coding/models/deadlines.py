"""Deadlines of requests: one ends when its time is over, whatever the server sends until then.

A time-out of httpx counts from the last byte. A server that sends a byte now and then, of the
headers or of the body, would keep a request for ever. httpx has no other limit, so that the
connection is closed from here. `trace`, an extension that httpx documents, says which one it is.
"""

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any

# How httpx says that a connection is there, with the stream as its value.
CONNECTED = ".connect_tcp.complete"


class Deadline:
    """The end of a request: after some seconds its connection is closed, and ``over`` is true."""

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._pass)
        self._timer.daemon = True

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for item in self._sockets:
                item.close()
            self._sockets.clear()

    def trace(self, event: str, facts: Mapping[str, Any]) -> None:
        """Note the connection of the request, as httpx reports it."""
        if event.endswith(CONNECTED):
            # A copy stays valid where encryption takes the first one over.
            copy = facts["return_value"].get_extra_info("socket").dup()
            with self._lock:
                self._sockets.append(copy)
            if self.over:
                self._shut()

    def _pass(self) -> None:
        """Close the connection, because the time is over."""
        self.over = True
        self._shut()

    def _shut(self) -> None:
        with self._lock:
            for item in self._sockets:
                with suppress(OSError):  # The server has closed it before.
                    item.shutdown(socket.SHUT_RDWR)
