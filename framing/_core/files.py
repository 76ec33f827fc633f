"""Files: reading text and TOML, writing files whole or not at all, and the errors of both."""

import errno
import json
import os
import platform
import re
import stat
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple, TypeVar
from uuid import uuid4
from zlib import crc32

import msgspec

from framing._core.checks import InputError, listing, suggestion
from framing._core.encodings import decode

# The names of types in messages of the validator, and in plain words.
TYPES = {
    "array": "a list",
    "object": "a table",
    "str": "text",
    "null": "nothing",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
}
# How what is expected is written in TOML, by the word that the message has for it.
REMEDIES = {
    "list": ' A list stands in [ ]: ["one", "two"].',
    "text": " Text stands in quotes; alternatives are one text: (one|two).",
    "number": " A number stands without quotes.",
    "true": " Write it in small letters and without quotes.",
    "table": " A table begins with its name in [ ] on a line of its own.",
}

# The name of a file until it is complete; it says which process of which machine writes it.
ASIDE = ".framing-{}.part"
_OWNER = re.compile(r"\.framing-(?P<machine>[0-9a-f]{8})-(?P<process>\d+)-[0-9a-f]+\.part")
# Where the process cannot be asked for, a file that nobody has written to for a day is left over.
_DAY = 86_400
# A study that lost its writer between two names is read with such files (`read_study`).
_KEPT_WITH = "study.json"

Where = Callable[..., str]
Kind = TypeVar("Kind", bound=msgspec.Struct)


@dataclass(frozen=True)
class Place:
    """The place of a key in a file, with a description; looked up only for a message."""

    where: Where
    keys: tuple[object, ...]
    what: str

    def __str__(self) -> str:
        return f"{self.where(*self.keys)}{self.what}"

    def inside(self, part: str) -> "Place":
        """Return a part of what stands there, with its description behind."""
        return Place(self.where, self.keys, f"{self.what}{part}")


def read_toml(path: Path) -> tuple[dict[str, Any], Where]:
    """Return the content of a TOML file and a function that gives the line of a key.

    The function takes the path to a key (``"frames", "peace", "entris"``) and returns
    ``"file, line n"``.
    """
    text = read_text(path)

    def where(*keys: object) -> str:
        line = _line_of(text, [str(key) or '""' for key in keys])
        return f"{path}, line {line}" if line else str(path)

    try:
        return tomllib.loads(text.replace("\r\n", "\n")), where
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        position = re.search(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)", message)
        reason = message[: position.start()] if position else message
        if position and position[1]:
            spot = f"line {position[1]}, column {position[2]}"
        else:
            last = text.splitlines() or [""]
            spot = f"line {len(last)}, column {len(last[-1]) + 1}"
        raise InputError(
            f"{path}, {spot}: this is not TOML ({reason}). Text stands in quotes, "
            'lists in [ ], with a comma after each item: entries = ["truce", "ceasefire*"].'
        ) from None


def _line_of(text: str, keys: list[str]) -> int:
    """Return the line (from 1) of the last of the keys, 0 where it is not in the text."""
    position = 0
    for number, key in enumerate(keys, start=1):
        match = _find_word(text, key, position)
        if match >= 0:
            position = match
        elif number == len(keys):
            return 0
    return text.count("\n", 0, position) + 1 if keys else 0


def _find_word(text: str, word: str, start: int) -> int:
    """Return the position of a whole word at or after ``start``, -1 where there is none."""
    # A regular expression with look-behind takes a minute for the entries of a large lexicon.
    while (start := text.find(word, start)) >= 0:
        around = text[max(start - 1, 0) : start] + text[start + len(word) : start + len(word) + 1]
        if not any(letter.isalnum() or letter == "_" for letter in around):
            return start
        start += 1
    return -1


def convert(data: Mapping[str, Any], kind: type[Kind], where: Where, *keys: str) -> Kind:
    """Return the data as ``kind`` (a msgspec Struct), or raise InputError that names the place."""
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        message = str(error)
    unknown = re.search(r"unknown field `(.*?)`", message)
    if unknown:
        allowed = [field.encode_name for field in msgspec.structs.fields(kind)]
        raise InputError(
            f"{where(*keys, unknown[1])}: unknown key {unknown[1]!r}. Allowed here: "
            f"{listing(allowed)}.{suggestion(unknown[1], allowed)}"
        )
    reason, _, path = message.partition(" - at ")
    # A table whose names are free has [...] in place of the name.
    spot = re.sub(r"\[(\d+)\]", lambda match: f" number {int(match[1]) + 1}", path)
    spot = spot.replace("[...]", " (one of them)")
    spot = spot.strip("`").removeprefix("$").replace(".", " ").strip()
    for name, plain in TYPES.items():
        reason = re.sub(rf"\b{name}\b", plain, reason)
    reason = reason.replace("`", "").replace(" | ", " or ")
    inside = " ".join(keys)
    asked = re.match(r"[Ee]xpected (?:an? )?(\w+)", reason)
    remedy = REMEDIES.get(asked[1] if asked else "", "")
    named = [key for key in re.findall(r"\w+", path) if not key.isdecimal()]
    spot_of = where(*keys, *named)
    raise InputError(
        f"{spot_of if ', line ' in spot_of else where(*keys)}: "
        f"{' '.join(filter(None, [inside, spot]))}: {reason[:1].lower()}{reason[1:]}.{remedy}"
    )


@contextmanager
def read_errors(path: Path) -> Iterator[None]:
    """Turn the errors of the system on reading a file into an InputError of one line."""
    try:
        yield
    except FileNotFoundError:
        raise InputError(f"{path}: no such file. {_near(path)}") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder; a file is needed here.") from None
    except PermissionError:
        raise InputError(
            f"{path}: this file cannot be read (permission denied). Change its permissions."
        ) from None
    except OSError as error:
        raise InputError(
            f"{str(path)[:300]}: this file cannot be read ({error.strerror or error})."
        ) from None
    except ValueError as error:
        if "null byte" not in str(error):
            raise
        raise InputError(
            f"{str(path)!r} cannot be read: a path cannot contain the byte 0. Remove it."
        ) from None


def _near(path: Path) -> str:
    """Return where a file that does not exist should be, and a file there with a near name."""
    folder = path.resolve().parent
    if not folder.is_dir():
        there = next(above for above in folder.parents if above.exists())
        return f"There is no folder {folder} either; {there} exists."
    names: list[str] = []
    with suppress(OSError):
        names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    return f"The folder it should be in is {folder}.{suggestion(path.name, names)}"


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file; raise InputError where it cannot be read."""
    with read_errors(path):
        # Reading a pipe waits for ever where nothing writes to it.
        if path.is_fifo() or path.is_socket():
            raise InputError(f"{path} is a pipe or a socket; a file is needed here.")
        return path.read_bytes()


def read_json(path: Path, remedy: str = "") -> Any:
    """Return the content of a JSON file; ``remedy`` ends the error of a file that is none."""
    text = read_text(path)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{path}, line {error.lineno}: this is not JSON ({error.msg}).{remedy}"
        ) from None
    except ValueError:
        # Python reads no whole number of more digits from text.
        raise InputError(
            f"{path}: a number of this JSON has more than 4,300 digits.{remedy}"
        ) from None
    except RecursionError:
        raise InputError(
            f"{path}: the lists or objects of this JSON are nested too deep to be read.{remedy}"
        ) from None


def read_text(path: Path, encoding: str | None = "utf-8") -> str:
    """Return the text of a file."""
    return decode(read_bytes(path), str(path), encoding)


class _Aside(NamedTuple):
    """A file under the name that it has until all files are complete; ``new`` never replaces."""

    path: Path
    aside: Path
    target: Path
    new: bool


class Output:
    """Files that are written aside and take their names together, when all are complete.

    Each file is written to its folder under a hidden name and flushed to the disk. At the end of
    the ``with`` block, the files take their names in the order in which they were written. A full
    disk, an error or a killed process leaves each older file whole. What a killed process left
    under hidden names goes with the next file that is written to the folder.

    Raises
    ------
    InputError
        A file cannot be written: its folder is a file, the disk is full, or permission is denied.
    """

    def __init__(self) -> None:
        self._files: list[_Aside] = []

    def __enter__(self) -> "Output":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                for file in self._files:
                    with write_errors(file.path):
                        _take_name(file)
                for folder in {file.target.parent for file in self._files}:
                    _flush_folder(folder)
                    targets = {file.target.name for file in self._files}
                    if _KEPT_WITH in targets or not (folder / _KEPT_WITH).exists():
                        _clear(folder)
        finally:
            for file in self._files:
                with suppress(OSError):
                    file.aside.unlink(missing_ok=True)

    @contextmanager
    def open(self, path: str | Path, *, new: bool = False) -> Iterator[BinaryIO]:
        """Open a file to write bytes. With ``new``, a file of this name must not exist."""
        path = Path(path)
        with write_errors(path):
            # A link keeps its place: the file that it points to is replaced.
            target = path.resolve()
            target.parent.mkdir(parents=True, exist_ok=True)
            known = target.stat() if target.exists() else None
            if known and new:
                raise FileExistsError(errno.EEXIST, "exists", str(path))
            if known and stat.S_ISDIR(known.st_mode):
                raise IsADirectoryError(errno.EISDIR, "is a folder", str(path))
            if known and not stat.S_ISREG(known.st_mode):
                # A pipe or a device is written to; it cannot be replaced.
                with target.open("wb") as file:
                    yield file
                return
            if known and not os.access(target, os.W_OK):
                raise PermissionError(errno.EACCES, "read-only", str(path))
            name = f"{_machine()}-{os.getpid()}-{uuid4().hex[:12]}"
            aside = target.with_name(ASIDE.format(name))
            self._files.append(_Aside(path, aside, target, new))
            with aside.open("xb") as file:
                if known:
                    with suppress(OSError):
                        aside.chmod(stat.S_IMODE(known.st_mode))
                yield file
                file.flush()
                os.fsync(file.fileno())

    def bytes(self, path: str | Path, data: bytes, *, new: bool = False) -> None:
        """Write bytes to a file."""
        with self.open(path, new=new) as file:
            file.write(data)

    def text(self, path: str | Path, text: str) -> None:
        """Write a text to a file, in UTF-8 and with the line ends that it has."""
        self.bytes(path, text.encode("utf-8"))


def _take_name(file: _Aside) -> None:
    """Give a complete file its name."""
    if not file.new:
        file.aside.replace(file.target)
        return
    try:
        # Unlike a new name, a second name cannot replace a file.
        file.target.hardlink_to(file.aside)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems have no second names.
        if file.target.exists():
            raise FileExistsError(errno.EEXIST, "exists", str(file.path)) from None
        file.aside.rename(file.target)


def _machine() -> str:
    """Return eight digits that stand for this machine."""
    return f"{crc32(platform.node().encode()):08x}"


def _clear(folder: Path) -> None:
    """Take away what killed processes left in a folder, and nothing that is being written."""
    with suppress(OSError):
        for path in folder.glob(ASIDE.format("*")):
            if _is_left_over(path):
                path.unlink(missing_ok=True)


def _is_left_over(path: Path) -> bool:
    """Return whether the process that was writing a file is gone."""
    owner = _OWNER.fullmatch(path.name)
    if owner is None or owner["machine"] != _machine() or os.name != "posix":
        return time.time() - path.stat().st_mtime > _DAY
    try:
        os.kill(int(owner["process"]), 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass
    return False


def _flush_folder(folder: Path) -> None:
    """Flush the names of the files in a folder to the disk, where the system can do so."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def write_errors(path: Path) -> Iterator[None]:
    """Turn the errors of the system on writing a file into an InputError of one line."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{path} cannot be written: {_reason(error, path)}") from None
    except ValueError as error:
        if "null byte" not in str(error):
            raise
        raise InputError(
            f"{str(path)!r} cannot be written: a path cannot contain the byte 0. Remove it."
        ) from None
    except RuntimeError as error:
        # Python before 3.13 raises this, and not an error of the system, for a link to itself.
        if "Symlink loop" not in str(error):
            raise
        raise InputError(
            f"{path} cannot be written: a link in its path leads to itself. Give another path."
        ) from None


def _reason(error: OSError, path: Path) -> str:
    """Return why a file cannot be written, and what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return (
            f"there is no room for it ({error.strerror}). Nothing was written; if there was a file "
            "of this name, it is unchanged. Make room, or choose another disk."
        )
    if isinstance(error, IsADirectoryError):
        return "it is a folder. Give the path of a file."
    if isinstance(error, FileExistsError | NotADirectoryError):
        blocking = next((folder for folder in path.parents if folder.is_file()), None)
        if blocking:
            return f"{blocking} is a file, not a folder. Choose another folder."
        return "it exists already. Choose another name, or move the file."
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return (
            "permission denied. Choose another folder, change its permissions, or close the file "
            "in other programs."
        )
    if error.errno == errno.ENAMETOOLONG:
        return "its name is too long. Choose a shorter one."
    return f"{(error.strerror or str(error)).lower()}. Choose another path."


def write_bytes(path: str | Path, data: bytes) -> None:
    """Write bytes to a file, whole or not at all."""
    with Output() as output:
        output.bytes(path, data)


def write_text(path: str | Path, text: str) -> None:
    """Write a text to a file in UTF-8, whole or not at all."""
    with Output() as output:
        output.text(path, text)


def check_output(path: str | Path) -> None:
    """Raise InputError where a file cannot be written; call it before a long computation."""
    path = Path(path)
    with write_errors(path):
        target = path.resolve()
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder", str(path))
        folder = next(folder for folder in target.parents if folder.exists())
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "is a file", str(folder))
        writable = target if target.exists() else folder
        if not os.access(writable, os.W_OK):
            raise PermissionError(errno.EACCES, "permission denied", str(path))
