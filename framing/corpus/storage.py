"""Storage: a folder of this machine, or an address of fsspec or Arrow such as s3://bucket/news."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
from pyarrow import fs

from framing._core.checks import InputError
from framing._core.files import ASIDE, read_errors, write_errors


@dataclass(frozen=True)
class FileFacts:
    """The size of a file in bytes, and when it was changed in nanoseconds (0 where unknown)."""

    size: int
    changed: int


@dataclass(frozen=True)
class Storage:
    """Files at one address. Workers receive it, so that it holds nothing that is open."""

    system: Any
    local: bool

    def is_file(self, path: str) -> bool:
        """Return whether there is a file at this path."""
        return self._is(path, fs.FileType.File)

    def is_folder(self, path: str) -> bool:
        """Return whether there is a folder at this path."""
        return self._is(path, fs.FileType.Directory)

    def _is(self, path: str, kind: Any) -> bool:
        """Return whether there is something of this kind at a path."""
        with read_errors(Path(path)):
            return bool(self.system.get_file_info(path).type == kind)

    def info(self, path: str) -> FileFacts:
        """Return the size of a file and when it was changed."""
        with read_errors(Path(path)):
            info = self.system.get_file_info(path)
        return FileFacts(int(info.size or 0), int(info.mtime_ns or 0))

    def files(self, folder: str) -> list[str]:
        """Return the paths of all files in a folder and below it, sorted."""
        selector = fs.FileSelector(folder, recursive=True, allow_not_found=True)
        with read_errors(Path(folder)):
            found = self.system.get_file_info(selector)
        return sorted(info.path for info in found if info.type == fs.FileType.File)

    def open(self, path: str) -> Any:
        """Open a file to read bytes; it has the methods of a Python file."""
        return self.system.open_input_file(path)

    def read(self, path: str) -> bytes:
        """Return the bytes of a file."""
        with self.open(path) as file:
            data: bytes = file.read()
        return data

    def make_folder(self, path: str) -> None:
        """Make a folder, with those above it."""
        with write_errors(Path(path)):
            self.system.create_dir(path, recursive=True)

    @contextmanager
    def aside(self, path: str) -> Iterator[Any]:
        """Open a file to write bytes. It takes its name when it is complete, or leaves nothing."""
        folder, _, _ = path.rpartition("/")
        hidden = f"{folder}/{ASIDE.format(uuid4().hex[:12])}"
        with write_errors(Path(path)):
            try:
                with self.system.open_output_stream(hidden) as stream:
                    yield stream
                if self.local:
                    _flush(hidden)
                self.system.move(hidden, path)
            except MemoryError:
                raise
            except pa.ArrowException as error:
                raise OSError(errno.EIO, str(error).split("\n")[0][:200], path) from None
            finally:
                with suppress(OSError):
                    self.system.delete_file(hidden)

    def delete(self, path: str) -> None:
        """Delete a file, if it is there."""
        with suppress(OSError):
            self.system.delete_file(path)


def _flush(path: str) -> None:
    """Flush a file of this machine to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_storage(address: str | Path) -> tuple[Storage, str]:
    """Return the storage of an address and the path in it. Without "://" it is a local path."""
    text = os.fspath(address)
    if not text.strip():
        raise InputError("The path is empty. Give a file, a folder, or an address such as s3://…")
    if "\0" in text:
        raise InputError(f"{text!r}: a path cannot contain the byte 0. Remove it.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise InputError(
            f"{text!r}: this path is not UTF-8, and no file of a dataset can be opened with it. "
            "Rename the file or the folder."
        ) from None
    if "://" not in text:
        path = Path.cwd() / Path(text).expanduser()
        return Storage(fs.LocalFileSystem(), local=True), path.as_posix()
    scheme = text.split("://", 1)[0]
    if scheme == "file":
        return Storage(fs.LocalFileSystem(), local=True), text.removeprefix("file://")
    try:
        import fsspec
    except ImportError:
        raise InputError(
            f"{text}: addresses of other machines are read by fsspec, which is not installed. "
            "Install it: pip install 'media-framing[cluster]'."
        ) from None
    try:
        system, path = fsspec.core.url_to_fs(text)
    except (ImportError, ValueError) as error:
        raise InputError(
            f"{text}: this kind of address ({scheme}) needs another package ({error}). "
            "Install it on this machine and on each worker."
        ) from None
    return Storage(fs.PyFileSystem(fs.FSSpecHandler(system)), local=False), str(path).rstrip("/")


def refuse_private(address: str | Path) -> None:
    """Raise InputError for an address that other processes of this machine cannot read."""
    if str(address).startswith("memory://"):
        raise InputError(
            f"{address}: this address is in the memory of one process. Other processes do the "
            "work and find nothing there. Give a folder, or an address that all of them can read."
        )


@contextmanager
def only_run(storage: Storage, folder: str, out: str, hint: str = "") -> Iterator[None]:
    """Hold the lock of a folder of this machine, so that no second run writes to it."""
    if not storage.local:
        yield
        return
    from filelock import FileLock, Timeout

    lock = FileLock(f"{folder}/.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise InputError(
            f"{out}: another run writes to it. Wait for it, or stop it first{hint or '.'}"
        ) from None
    try:
        yield
    finally:
        lock.release()
