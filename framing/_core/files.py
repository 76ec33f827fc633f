"""Files: reading text and TOML, and the errors for files that cannot be read."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from framing._core.checks import InputError, listing, suggestion

# The names of types in messages of the validator, and in plain words.
TYPES = {
    "array": "a list",
    "object": "a table",
    "str": "text",
    "null": "nothing",
    "int": "a number",
}

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


def read_toml(path: Path) -> tuple[dict[str, Any], Where]:
    """Return the content of a TOML file and a function that gives the line of a key.

    The function takes the path to a key (``"frames", "peace", "entris"``) and returns
    ``"file, line n"``.
    """
    text = read_text(path)

    def where(*keys: object) -> str:
        line = _line_of(text, [str(key) for key in keys])
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
        allowed = [field.name for field in msgspec.structs.fields(kind)]
        raise InputError(
            f"{where(*keys, unknown[1])}: unknown key {unknown[1]!r}. Allowed here: "
            f"{listing(allowed)}.{suggestion(unknown[1], allowed)}"
        )
    reason, _, path = message.partition(" - at ")
    spot = re.sub(r"\[(\d+)\]", lambda match: f" number {int(match[1]) + 1}", path)
    spot = spot.strip("`").removeprefix("$").replace(".", " ").strip()
    for name, plain in TYPES.items():
        reason = re.sub(rf"\b{name}\b", plain, reason)
    reason = reason.replace("`", "").replace(" | ", " or ")
    inside = " ".join(keys)
    raise InputError(
        f"{where(*keys)}: {' '.join(filter(None, [inside, spot]))}: "
        f"{reason[:1].lower()}{reason[1:]}."
    )


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file; raise InputError where it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(
            f"{path}: no such file. The folder it should be in is {path.resolve().parent}."
        ) from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder; a file is needed here.") from None
    except PermissionError:
        raise InputError(
            f"{path}: this file cannot be read (permission denied). Change its permissions."
        ) from None


def decode(data: bytes, where: str, encoding: str = "utf-8") -> str:
    """Return the bytes as text, without a byte-order mark. Line ends stay as they are."""
    try:
        "".encode(encoding)
    except LookupError:
        raise InputError(
            f"encoding={encoding!r} is not known. Common ones: 'utf-8', 'cp1252' (Windows, "
            "western), 'cp1251' (Windows, Cyrillic), 'utf-16'."
        ) from None
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{where}: byte {error.start} (line {line}, value 0x{data[error.start]:02x}) is not "
            f"{encoding}. If the file was saved in another encoding, say so: "
            f"encoding='{_guess(data)}'."
        ) from None
    return text.removeprefix("\ufeff")


def _guess(data: bytes) -> str:
    """Return a likely encoding of bytes that are not UTF-8."""
    return "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"


def read_text(path: Path, encoding: str = "utf-8") -> str:
    """Return the text of a file."""
    return decode(read_bytes(path), str(path), encoding)
