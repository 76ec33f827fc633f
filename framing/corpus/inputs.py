"""Inputs: the files that a path stands for, which is a file, a folder, a zip archive or a glob."""

import bz2
import gzip
import io
import lzma
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO
from unicodedata import normalize

from framing._core.checks import InputError, suggestion
from framing._core.files import read_bytes, read_errors
from framing.corpus.archives.kinds import PACKED, unpacked_name

WILDCARDS = frozenset("*?[")
# Archives inside archives are opened up to this depth.
DEEPEST = 3
# Files and folders that programs leave beside texts begin so; "~$" marks a lock file.
HIDDEN = (".", "~$")
# A hidden file with such an ending may hold a text, and is listed.
_TEXTS = (".txt", ".csv", ".tsv", ".jsonl", ".docx", ".odt", ".rtf", ".pdf", ".html", ".xlsx")
# Other files of this kind.
LEFT_BEHIND = frozenset({"Thumbs.db", "desktop.ini", "__MACOSX", "Icon\r"})
# Bins and indexes that systems and storage servers keep beside folders, in small letters.
SYSTEM = frozenset(
    {
        "$recycle.bin", "recycler", "system volume information", "lost+found", "@eadir", "#recycle",
        "@recycle", "@recently-snapshot",
    }
)  # fmt: skip

# Text is packed to a tenth of its size, seldom to a hundredth. Smaller files are no danger.
_MOST_TIMES, _LARGE, _PIECE = 200, 50_000_000, 4_000_000
# Endings of files that are read so: tables, also those under .txt, and lists of JSON.
_STREAMED = (".txt", ".jsonl", ".ndjson", ".jl", ".csv", ".tsv", ".tab", ".json")


@dataclass(frozen=True)
class Streamed:
    """A large file of this machine that is read piece by piece, or else as a whole.

    ``state`` is its size and the time of its last change when reading began.
    """

    path: Path
    where: str
    state: tuple[int, int]

    def read(self) -> bytes:
        """Return the bytes of the file, unpacked."""
        return _decompressed(_unchanged(self.path), self.where)

    def lines(self) -> Iterator[bytes]:
        """Yield the lines of the file, unpacked, one at a time, each with its line feed."""
        with read_errors(self.path), self.path.open("rb") as file:
            found = _packing(file.read(8))
            file.seek(0)
            if found is None:
                yield from file
            else:
                with _damage(self.where), _unpacker(file, found) as packed:
                    yield from _lines_in(_pieces(packed, self.state[0], self.where))
            _check_unchanged(self.path, self.state)


# What `Input.content` may be.
Content = bytes | Streamed


@dataclass(frozen=True)
class Input:
    """A file to read.

    ``name`` is its path below the folder, zip archive or glob that was given, with "/". ``where``
    names it in messages. ``members`` are the names inside zip archives, the outermost first.
    ``fault`` says why it cannot be read; empty for what can be tried.
    """

    name: str
    where: str
    path: Path
    members: tuple[str, ...] = ()
    fault: str = ""

    @property
    def suffix(self) -> str:
        """Return the ending in lower case, without that of a compression."""
        return PurePosixPath(unpacked_name(self.name).lower()).suffix

    @property
    def stem(self) -> str:
        """Return the name without its ending."""
        name = PurePosixPath(unpacked_name(self.name)).with_suffix("")
        return normalize("NFC", name.as_posix())


def find_inputs(path: str | Path) -> list[Input]:
    """Return the files that a path stands for, in the order of their names."""
    if not str(path).strip():
        raise InputError(
            "The path is empty. Give the folder of the articles, or a file of them; '.' is the "
            "current folder."
        )
    path = Path(path)
    try:
        if path.is_dir():
            return walk(path, path)
        if path.exists():
            whole = _inputs(path, path.parent)
            inside = f"{path.name}/"
            return [replace(item, name=item.name.removeprefix(inside)) for item in whole]
        if WILDCARDS & set(str(path)):
            return _matching(path)
        near = suggestion(path.name, _names(path.parent))
    except InputError:
        raise
    except (OSError, ValueError) as error:
        raise InputError(f"{_shortened(path)}: {_reason(error)}.{_is_text(path)}") from None
    raise InputError(f"{_shortened(path)}: no such file or folder.{near}{_is_text(path)}")


def _shortened(path: Path) -> str:
    """Return a path as it can be shown in a message of one line."""
    text = printable(path)
    return text if len(text) <= 300 else f"{text[:200]}… ({len(text):,} characters)"


def _is_text(path: Path) -> str:
    """Return the advice for a path that looks like the text of an article."""
    text = str(path)
    if len(text.split()) > 12 or "\n" in text:
        return " Is this the text of an article? make_corpus([text]) takes texts."
    return ""


def _reason(error: OSError | ValueError) -> str:
    """Return why a file cannot be opened, in the words of the system."""
    reason = getattr(error, "strerror", None) or str(error)
    return f"this path cannot be opened ({reason.lower()})"


def printable(path: Path) -> str:
    """Return a path as text that can be encoded; a byte that is not UTF-8 becomes \\xe9."""
    return os.fsencode(str(path)).decode("utf-8", "backslashreplace")


def contents(inputs: Sequence[Input]) -> Iterator[tuple[Input, Content | InputError]]:
    """Yield each input with its content, or with the error where it cannot be read.

    Packed files (.gz and others) are unpacked. A zip archive is opened once for all of its members
    that follow. Large files with an object a line are not read yet.
    """
    for path, group in groupby(inputs, key=attrgetter("path")):
        with ExitStack() as opened:
            archives: dict[tuple[str, ...], zipfile.ZipFile] = {}
            for item in group:
                try:
                    if item.fault:
                        raise InputError(f"{item.where}: {item.fault}.")
                    if _is_streamed(item):
                        yield item, Streamed(path, item.where, _state(path))
                        continue
                    # No name here holds the bytes while the file is parsed.
                    yield (
                        item,
                        _decompressed(_content(item, path, archives, opened), item.where),
                    )
                except InputError as error:
                    yield item, error


def _is_streamed(item: Input) -> bool:
    """Return whether a file is so large, and of such a kind, that it is read line by line."""
    if item.members or item.suffix not in _STREAMED:
        return False
    # Text is packed to a fourth of its size, and less.
    packed = unpacked_name(item.name) != item.name
    with read_errors(item.path):
        return item.path.stat().st_size > (_PIECE // 4 if packed else _PIECE)


def _state(path: Path) -> tuple[int, int]:
    """Return the size of a file and the time of its last change."""
    with read_errors(path):
        status = path.stat()
        return status.st_size, status.st_mtime_ns


def _check_unchanged(path: Path, state: tuple[int, int]) -> None:
    """Raise InputError where a file is not as it was when reading began."""
    if _state(path) != state:
        raise InputError(
            f"{path}: this file changed while it was read. Wait until the program that writes it "
            "has finished, or read a copy."
        )


def _unchanged(path: Path) -> bytes:
    """Return the bytes of a file; raise InputError where it changed while it was read."""
    state = _state(path)
    data = read_bytes(path)
    _check_unchanged(path, state)
    return data


def _content(
    item: Input, path: Path, archives: dict[tuple[str, ...], zipfile.ZipFile], opened: ExitStack
) -> bytes:
    """Return the bytes of a file or of a member; archives that were opened stay in ``archives``."""
    if not item.members:
        return _unchanged(path)
    try:
        for depth in range(len(item.members)):
            outer = item.members[:depth]
            if outer not in archives:
                file = io.BytesIO(archives[outer[:-1]].read(outer[-1])) if outer else path
                archives[outer] = opened.enter_context(zipfile.ZipFile(file))
        return archives[item.members[:-1]].read(item.members[-1])
    except _DAMAGED as error:
        reason = str(error) or "it ends too early"
        raise InputError(
            f"{item.where}: this file cannot be taken out of the zip archive ({reason})."
        ) from None


# What the reader of zip archives raises: flipped bytes make it read past the end, or as numbers.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError, ValueError, struct.error,
)  # fmt: skip


def _decompressed(data: bytes, where: str) -> bytes:
    """Return the content without its compression."""
    found = _packing(data)
    if found is None:
        return data
    with _damage(where), _unpacker(io.BytesIO(data), found) as packed:
        return b"".join(_pieces(packed, len(data), where))


def _packing(data: bytes) -> str | None:
    """Return the name of the compression of a content that begins so; None for another."""
    return next((name for begin, name in PACKED.values() if data.startswith(begin)), None)


@contextmanager
def _damage(where: str) -> Iterator[None]:
    """Turn the errors of damaged compressed files into an InputError."""
    try:
        yield
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        reason = str(error) or "it ends too early"
        raise InputError(
            f"{where}: the compressed file is damaged ({reason}). Download or copy it again."
        ) from None


def _pieces(packed: Any, size: int, where: str) -> Iterator[bytes]:
    """Yield the pieces of a stream that is unpacked from ``size`` bytes."""
    unpacked = 0
    while piece := packed.read(_PIECE):
        unpacked += len(piece)
        if _is_bomb(unpacked, size):
            raise InputError(f"{where}: {_bomb(unpacked, size)}.")
        yield piece


def _lines_in(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the lines of pieces, each with its line feed."""
    begun: list[bytes] = []
    for piece in pieces:
        *lines, rest = piece.split(b"\n")
        for line in lines:
            yield b"".join((*begun, line, b"\n"))
            begun.clear()
        begun.append(rest)
    if last := b"".join(begun):
        yield last


def _unpacker(file: BinaryIO, name: str) -> Any:
    """Return the stream of a packed content."""
    if name == "gzip":
        return gzip.GzipFile(fileobj=file)
    if name == "bz2":
        return bz2.BZ2File(file)
    if name == "xz":
        return lzma.LZMAFile(file)
    import pyarrow as pa

    return pa.CompressedInputStream(pa.PythonFile(file, mode="r"), name)


def _names(folder: Path) -> list[str]:
    """Return the sorted names in a folder; none where there is no such folder."""
    return sorted(item.name for item in folder.iterdir()) if folder.is_dir() else []


def walk(folder: Path, base: Path) -> list[Input]:
    """Return the files of a folder and of its subfolders as inputs, sorted by their names.

    Links to folders are followed, each folder once. Hidden folders, hidden files that are called as
    texts are, lock files, and what is no file or cannot be opened are inputs with a fault; other
    hidden files are left out.
    """
    files: list[Path] = []
    faults: list[tuple[Path, str]] = []
    links: list[Path] = []
    entered: set[tuple[int, int]] = set()
    waiting = [folder]
    while waiting or links:
        linked = not waiting
        current = waiting.pop() if waiting else links.pop(0)
        try:
            status = current.stat()
            if (status.st_dev, status.st_ino) in entered:
                if linked:
                    faults.append((current, "this link leads to a folder that is read already"))
                continue
            entered.add((status.st_dev, status.st_ino))
            entries = sorted(os.scandir(current), key=lambda entry: entry.name)
        except OSError as error:
            faults.append((current, _reason(error)))
            continue
        for entry in entries:
            path = current / entry.name
            if entry.name in LEFT_BEHIND:
                continue
            if entry.name.startswith(HIDDEN):
                if _is_folder(path):
                    faults.append((path, "hidden folders are not read"))
                elif entry.name.startswith("~$"):
                    faults.append((path, "this is the lock file of another program"))
                elif _is_named_as_text(entry.name):
                    faults.append((path, "hidden files are not read"))
            elif entry.name.lower() in SYSTEM and _is_folder(path):
                faults.append((path, "folders of the system, such as its bin, are not read"))
            elif entry.is_dir(follow_symlinks=False):
                waiting.append(path)
            elif _is_folder(path):
                links.append(path)
            elif fault := _fault_of(path):
                faults.append((path, fault))
            else:
                files.append(path)
    inputs = [item for path in files for item in _inputs(path, base)]
    inputs += [_input(path, base, fault) for path, fault in faults]
    return sorted(inputs, key=attrgetter("path", "members"))


def _is_folder(path: Path) -> bool:
    """Return whether a path leads to a folder; a link that leads to itself does not."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except OSError:
        return False


def _fault_of(path: Path) -> str:
    """Return why a path is not a file that can be read; empty where it is one."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        if path.is_symlink():
            return f"this link leads nowhere ({(error.strerror or str(error)).lower()})"
        return _reason(error)
    return "" if stat.S_ISREG(mode) else "this is a pipe, a socket or a device, and not a file"


def _input(path: Path, base: Path, fault: str = "") -> Input:
    """Return a file as an input."""
    name = PurePosixPath(printable(path.relative_to(base))).as_posix()
    return Input(name, printable(path), path, fault=fault)


def _matching(pattern: Path) -> list[Input]:
    """Return the files that a glob stands for; a folder that matches stands for its files."""
    fixed = next(number for number, part in enumerate(pattern.parts) if WILDCARDS & set(part))
    base = Path(*pattern.parts[:fixed])
    visible = not any(part.startswith(HIDDEN) for part in pattern.parts[fixed:])
    matches = [
        path
        for path in sorted(base.glob("/".join(pattern.parts[fixed:])))
        if not visible or not _is_hidden(path.relative_to(base))
    ]
    if not matches:
        raise InputError(
            f"{pattern}: no file matches. * stands for any characters of a name, ** for any "
            "folders: 'data/**/*.txt'."
        )
    inputs = [
        item
        for path in matches
        for item in (walk(path, base) if path.is_dir() else _inputs(path, base))
    ]
    return list(dict.fromkeys(inputs))


def _is_hidden(path: Path) -> bool:
    """Return whether a path leads through a hidden folder, or to a hidden file."""
    return any(part.startswith(HIDDEN) or part in LEFT_BEHIND for part in path.parts) or any(
        part.lower() in SYSTEM for part in path.parts[:-1]
    )


def _inputs(file: Path, base: Path) -> list[Input]:
    """Return a file as an input, or the members of a zip archive."""
    item = _input(file, base, _fault_of(file))
    if item.fault:
        return [item]
    try:
        members = list(_members(file, item))
    except InputError:
        raise
    except _DAMAGED:
        members = []
    return members or [item]


def _is_named_as_text(name: str) -> bool:
    """Return whether a hidden file is called as texts are; "._a.txt" holds facts on another."""
    return name.lower().endswith(_TEXTS) and not name.startswith(("._", "~$"))


def _is_left_behind(parts: Sequence[str]) -> bool:
    """Return whether a member is a hidden file, or one that programs leave behind."""
    if any(part in LEFT_BEHIND for part in parts):
        return True
    return parts[-1].startswith(HIDDEN) and not _is_named_as_text(parts[-1])


def _fault_of_member(member: zipfile.ZipInfo, parts: Sequence[str]) -> str:
    """Return why a member of an archive is not read; empty where it is."""
    if ".." in parts:
        return "its name leads out of the archive; unpack it by hand if you trust its origin"
    if any(part.startswith(HIDDEN) for part in parts[:-1]):
        return "hidden folders are not read"
    if parts[-1].startswith(HIDDEN):
        return "hidden files are not read"
    if any(part.lower() in SYSTEM for part in parts[:-1]):
        return "folders of the system, such as its bin, are not read"
    if _is_bomb(member.file_size, member.compress_size):
        return _bomb(member.file_size, member.compress_size)
    return ""


def _is_bomb(size: int, packed: int) -> bool:
    """Return whether a file is packed much smaller than any text can be."""
    return size > _LARGE and size > _MOST_TIMES * max(packed, 1)


def _bomb(size: int, packed: int) -> str:
    return (
        f"it is packed in {packed:,} bytes and has at least {size:,}, which no text can be. "
        "Unpack it by hand if you trust it"
    )


def _members(file: Path | io.BytesIO, item: Input) -> Iterator[Input]:
    """Yield the files of a zip archive, also those of archives inside; none where it is another."""
    if not zipfile.is_zipfile(file):
        return
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        # Documents of offices and e-books are zip archives too.
        if "[Content_Types].xml" in names or "mimetype" in names:
            return
        for name in sorted(names):
            parts = PurePosixPath(name).parts
            if name.endswith("/") or not parts or _is_left_behind(parts):
                continue
            member = Input(
                f"{item.name}/{name}", f"{item.where}, {name}", item.path, (*item.members, name)
            )
            fault = _fault_of_member(archive.getinfo(name), parts)
            if fault:
                yield replace(member, fault=fault)
                continue
            inner: list[Input] = []
            if name.lower().endswith(".zip") and len(member.members) < DEEPEST:
                inner = list(_members(io.BytesIO(archive.read(name)), member))
            yield from inner or [member]
