"""Inputs: the files that a path stands for, which is a file, a folder, a zip archive or a glob."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path, PurePosixPath

from framing._core.checks import InputError, suggestion
from framing._core.files import read_bytes

WILDCARDS = frozenset("*?[")
# Archives inside archives are opened up to this depth.
DEEPEST = 3


@dataclass(frozen=True)
class Input:
    """A file to read.

    ``name`` is its path below the folder, zip archive or glob that was given, with "/". ``where``
    names it in messages. ``members`` are the names inside zip archives, the outermost first.
    """

    name: str
    where: str
    path: Path
    members: tuple[str, ...] = ()

    @property
    def suffix(self) -> str:
        """Return the ending in lower case, without .gz."""
        return PurePosixPath(self.name.lower().removesuffix(".gz")).suffix

    @property
    def stem(self) -> str:
        """Return the name without its ending."""
        name = self.name[:-3] if self.name.lower().endswith(".gz") else self.name
        return PurePosixPath(name).with_suffix("").as_posix()


def find_inputs(path: str | Path) -> list[Input]:
    """Return the files that a path stands for, in the order of their names."""
    path = Path(path)
    if path.is_dir():
        return [item for file in walk(path) for item in _inputs(file, path)]
    if path.exists():
        whole = list(_inputs(path, path.parent))
        inside = f"{path.name}/"
        return [replace(item, name=item.name.removeprefix(inside)) for item in whole]
    if WILDCARDS & set(str(path)):
        return _matching(path)
    near = suggestion(path.name, _names(path.parent))
    raise InputError(f"{path}: no such file or folder.{near}")


def contents(inputs: Sequence[Input]) -> Iterator[tuple[Input, bytes | InputError]]:
    """Yield each input with its content, or with the error where it cannot be read.

    A .gz is decompressed. A zip archive is opened once for all of its members that follow.
    """
    for path, group in groupby(inputs, key=attrgetter("path")):
        with ExitStack() as opened:
            archives: dict[tuple[str, ...], zipfile.ZipFile] = {}
            for item in group:
                try:
                    data = _content(item, path, archives, opened)
                    yield item, _decompressed(data, item.where)
                except InputError as error:
                    yield item, error


def _content(
    item: Input, path: Path, archives: dict[tuple[str, ...], zipfile.ZipFile], opened: ExitStack
) -> bytes:
    """Return the bytes of a file or of a member; archives that were opened stay in ``archives``."""
    if not item.members:
        return read_bytes(path)
    try:
        for depth in range(len(item.members)):
            outer = item.members[:depth]
            if outer not in archives:
                file = io.BytesIO(archives[outer[:-1]].read(outer[-1])) if outer else path
                archives[outer] = opened.enter_context(zipfile.ZipFile(file))
        return archives[item.members[:-1]].read(item.members[-1])
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError) as error:
        raise InputError(
            f"{item.where}: this file cannot be taken out of the zip archive ({error})."
        ) from None


def _decompressed(data: bytes, where: str) -> bytes:
    """Return the content without the compression of .gz."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{where}: the .gz file is damaged ({error}).") from None


def _names(folder: Path) -> list[str]:
    """Return the sorted names in a folder; none where there is no such folder."""
    return sorted(item.name for item in folder.iterdir()) if folder.is_dir() else []


def walk(folder: Path) -> list[Path]:
    """Return the files of a folder and of its subfolders, without hidden ones, sorted."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name[0] != ".")


def _matching(pattern: Path) -> list[Input]:
    """Return the files that a glob stands for; a folder that matches stands for its files."""
    fixed = next(number for number, part in enumerate(pattern.parts) if WILDCARDS & set(part))
    base = Path(*pattern.parts[:fixed])
    found = sorted(base.glob("/".join(pattern.parts[fixed:])))
    if not found:
        raise InputError(
            f"{pattern}: no file matches. * stands for any characters of a name, ** for any "
            "folders: 'data/**/*.txt'."
        )
    files = [file for item in found for file in (walk(item) if item.is_dir() else [item])]
    return [item for file in dict.fromkeys(files) for item in _inputs(file, base)]


def _inputs(file: Path, base: Path) -> Iterator[Input]:
    """Yield a file as an input, or the members of a zip archive."""
    item = Input(file.relative_to(base).as_posix(), str(file), file)
    try:
        members = list(_members(file, item))
    except (zipfile.BadZipFile, OSError):
        members = []
    yield from members or [item]


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
            if name.endswith("/") or any(part.startswith((".", "__MACOSX")) for part in parts):
                continue
            member = Input(
                f"{item.name}/{name}", f"{item.where}, {name}", item.path, (*item.members, name)
            )
            inner: list[Input] = []
            if name.lower().endswith(".zip") and len(member.members) < DEEPEST:
                inner = list(_members(io.BytesIO(archive.read(name)), member))
            yield from inner or [member]
