"""Files as text, and what to say when they are not."""

from pathlib import Path

from framing._checks import InputError


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file; say what is there where it is missing."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(
            f"{path}: no such file. The folder it should be in is {path.resolve().parent}."
        ) from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder; a file is needed here.") from None
    except PermissionError:
        raise InputError(f"{path}: this file may not be read (permission denied).") from None


def decode(data: bytes, where: str, encoding: str = "utf-8") -> str:
    """Return the bytes as text, without a byte-order mark, line ends as they are."""
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
    return "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"


def read_text(path: Path, encoding: str = "utf-8") -> str:
    """Return the text of a file."""
    return decode(read_bytes(path), str(path), encoding)
