"""Encodings: the bytes of a text file as text, and how its encoding was found."""

import re
from codecs import (
    BOM_UTF8,
    BOM_UTF16_BE,
    BOM_UTF16_LE,
    BOM_UTF32_BE,
    BOM_UTF32_LE,
    lookup,
)
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec

from framing._core.checks import InputError

# Byte-order marks, the longer ones first.
_MARKS = (
    (BOM_UTF8, "utf-8"),
    (BOM_UTF32_LE, "utf-32"),
    (BOM_UTF32_BE, "utf-32"),
    (BOM_UTF16_LE, "utf-16"),
    (BOM_UTF16_BE, "utf-16"),
)
_INSTALL = "python -m pip install 'media-framing[archives]'"
# Where a text has fewer characters beyond ASCII, rules decide before statistics do.
_FEW = 10
# What an encoding is called, where the detector uses another name or a narrower encoding.
_WIDER = {
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "ascii": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-9": "cp1254",
}
# Letters beyond ASCII in the languages of western Europe, and the signs that texts have.
_LETTERS = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüßœÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒªº")
_SIGNS = frozenset("\u00a0\u00ad“”„‘’‚«»‹›–—…•·€£§©®™°±²³½¼¾´¿¡×¶†‰µ¢¥\ufb01\ufb02")
# The same of central Europe and of Turkish.
_CENTRAL = frozenset("ąćęłńóśźżáčďéěíňřšťúůýžőűöüäôĺľŕăßĄĆĘŁŃÓŚŹŻÁČĎÉĚÍŇŘŠŤÚŮŽŐŰÖÜÄÔĹĽŔĂ")
_TURKISH = frozenset("çğıöşüâîûÇĞİÖŞÜÂÎÛ")
# Encodings with the letters that are usual in them, in the order in which they are tried.
_WEST = {"cp1252": _LETTERS, "mac_roman": _LETTERS, "cp850": _LETTERS}
_EAST = {"cp1250": _CENTRAL, "cp1254": _TURKISH}
# Of encodings that fit a text about as well, the first kind is chosen: what programs of today
# write, older ones of DOS and the Mac, and the rest.
_COMMON = re.compile(
    r"utf|cp125\d|iso-?8859-(?:1|2|5|7|9|15)$|koi8|gb|big5|cp9\d\d|shift_jis|euc|iso-?2022"
)
_OLDER = re.compile(r"mac-?(?:roman|latin2|cyrillic|greek|turkish)$|cp(?:437|85\d|86\d)$")
_AS_WELL = 0.7
# A Latin letter beside one of another alphabet: no word is written so.
_TWO_SCRIPTS = re.compile("[A-Za-z][\u0370-\u06ff]|[\u0370-\u06ff][A-Za-z]")
# Characters that are in no text.
_CONTROL = re.compile("[\0-\x08\x0e-\x1a\x7f-\x84\x86-\x9f\ue000-\uf8ff]")
# Those of ASCII steer the receiver in a text that an agency sends over a line, which begins so.
_WIRE = re.compile(rb"[\x00\x16\x7f\s]*\x01")
_NO_LETTER = re.compile("[\x80-\x84\x86-\x9f\ue000-\uf8ff]")
# The higher bytes of UTF-16 that stand for ASCII, Greek, Cyrillic, Hebrew, Arabic and Thai.
_HIGH = re.compile(rb"[\x00\x03-\x06\x0e]")
# Bytes that only texts with an escape sequence have: ISO-2022, of e-mails in East Asia.
_ESCAPED = re.compile(rb"\x1b[$(]")
# A letter from À to ÿ in UTF-7; a text of that encoding has several.
_SEVEN = re.compile(rb"\+A[MNOP][AEIMQUYcgkosw048]-")
_LEAST_SEVEN = 2


@dataclass(frozen=True)
class Decoded:
    """A text, its encoding, and what should be said of it; ``note`` is empty for plain UTF-8.

    ``damaged`` says whether single bytes do not fit the encoding.
    """

    text: str
    encoding: str
    note: str = ""
    damaged: bool = False


def decode(data: bytes, where: str, encoding: str | None = None) -> str:
    """Return the bytes as text, without a byte-order mark. Line ends stay as they are."""
    return find_text(data, where, encoding).text


def find_text(data: bytes, where: str, encoding: str | None = None) -> Decoded:
    """Return the bytes of a file as text, and how the encoding was found.

    A byte-order mark decides. Without one the encoding is ``encoding``; but a text in which every
    byte fits UTF-8 is UTF-8. Without ``encoding`` it is UTF-8, or else the one that fits.
    Raise InputError, with the byte and the line, where no encoding fits well enough.
    """
    asked = _canonical(encoding) if encoding else ""
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    if marked:
        return _marked(data, where, marked, asked)
    if asked:
        return _asked(data, where, asked)
    wide = _wide(data)
    if wide:
        return Decoded(_strict(data, where, wide), wide, f"read as {wide}")
    if _ESCAPED.search(data) and data.isascii():
        guess = _by_statistics(data)
        if guess.startswith("iso"):
            return Decoded(data.decode(guess), guess, f"read as {guess}")
    try:
        return Decoded(data.decode("utf-8"), "utf-8", _note_on_seven(data))
    except UnicodeDecodeError as error:
        # The error has a copy of the bytes.
        first = error.start
    return _damaged(data) or _other(data, where, first)


def _note_on_seven(data: bytes) -> str:
    """Return a note where accents are written as in UTF-7, which mail programs once used."""
    found = _SEVEN.findall(data) if b"+A" in data and data.isascii() else []
    if len(found) < _LEAST_SEVEN:
        return ""
    written = found[0].decode("ascii")
    return f"{written!r} in it may be {found[0].decode('utf-7')!r}, which encoding='utf-7' reads"


def line_decoder(found: Decoded) -> Callable[[bytes], str] | None:
    """Return what decodes single lines of a file as `find_text` did the whole; None where none can.

    A byte of a line end is one of another character in UTF-16 and UTF-32, and an escape sequence
    holds for more than its line.
    """
    if re.match(r"utf.?(?:7|16|32)|iso.?2022|hz|unicode|raw|idna|punycode", found.encoding):
        return None
    if found.damaged:
        return _mended
    encoding = found.encoding
    return lambda line: line.decode(encoding)


def refuse_zero(text: str, where: str) -> None:
    """Raise InputError where a text has the character 0, which would cut words in silence."""
    position = text.find("\0")
    if position >= 0:
        line = text.count("\n", 0, position) + 1
        raise InputError(
            f"{where}, line {line}: the text has a byte 0, which no text has. The file is damaged, "
            "is not a text, or has another encoding. Try encoding='utf-16'."
        )


def _canonical(encoding: str) -> str:
    """Return the name of an encoding as Python has it; raise InputError for an unknown one."""
    try:
        name = lookup(encoding).name
        "".encode(name)
    except (LookupError, ValueError):
        raise InputError(
            f"encoding={encoding!r} is not known. Common ones: 'utf-8', 'cp1252' (Windows, "
            "western), 'cp1251' (Windows, Cyrillic), 'utf-16'. Leave encoding= out: then it is "
            "found."
        ) from None
    return name


def _marked(data: bytes, where: str, marked: str, asked: str) -> Decoded:
    """Return a text with a byte-order mark."""
    text = _strict(data, where, marked).removeprefix("\ufeff")
    same = not asked or asked.startswith(marked) or asked.replace("_", "-").startswith(marked)
    if marked == "utf-8" and same:
        return Decoded(text, marked)
    note = f"read as {marked}, by the mark in its first bytes"
    return Decoded(text, marked, note if same else f"{note}, not as {asked}")


def _asked(data: bytes, where: str, asked: str) -> Decoded:
    """Return a text in the encoding that was asked for."""
    # Text of another encoding is hardly ever valid UTF-8: "é" would have to be written "Ã©".
    if not asked.startswith("utf") and not data.isascii() and _fits(data, "utf-8"):
        note = f"read as utf-8, which every byte fits, not as {asked}"
        return Decoded(data.decode("utf-8"), "utf-8", note)
    return Decoded(_strict(data, where, asked).removeprefix("\ufeff"), asked)


def _strict(data: bytes, where: str, encoding: str) -> str:
    """Return the bytes in an encoding; raise InputError where a byte does not fit."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(_refusal(data, where, encoding, error.start)) from None
    except UnicodeError as error:
        raise InputError(
            f"{where}: this is not {encoding} ({error}). Leave encoding= out."
        ) from None


def _refusal(data: bytes, where: str, encoding: str, start: int, *, asked: bool = True) -> str:
    """Return the message for a byte that does not fit, with an encoding that does."""
    line = data.count(b"\n", 0, start) + 1
    message = f"{where}: byte {start} (line {line}, value 0x{data[start]:02x}) is not {encoding}."
    guess = _guess(data)
    if guess and guess != encoding and _fits(data, guess):
        found = (
            " Leave encoding= out: then it is found."
            if asked
            else " The text is too short to tell."
        )
        return f"{message} It may be {guess}: encoding={guess!r}.{found}"
    finder = "" if find_spec("chardet") else f" To find the encoding, install chardet: {_INSTALL}."
    return (
        f"{message} If the file was saved in another encoding, say so: encoding='…', for example "
        f"'cp1252' (Windows, western), 'cp1250' (central Europe) or 'cp1251' (Cyrillic).{finder}"
    )


def _fits(data: bytes, encoding: str) -> bool:
    """Return whether the bytes can be read in an encoding."""
    return _decoded(data, encoding) is not None


def _decoded(data: bytes, encoding: str) -> str | None:
    """Return the bytes in an encoding; None where a byte does not fit, or the name is not known."""
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _wide(data: bytes) -> str:
    """Return which UTF-16 the bytes are without a mark; "" for neither.

    In UTF-16 every second byte of ASCII is 0, of Cyrillic 4. Chinese has zeros at its line ends.
    """
    head = data[:65536]
    if not _HIGH.search(head):
        return ""
    for name, high, low in (
        ("utf-16-le", head[1::2], head[0::2]),
        ("utf-16-be", head[0::2], head[1::2]),
    ):
        control = max((0, 3, 4, 5, 6, 14), key=high.count)
        often = high.count(control) > max(1, 0.25 * len(high))
        if often and len(data) % 2 == 0 and low.count(control) < 0.02 * len(low):
            return name
        if 0 in high and not _fits(data, "utf-8") and _fits(data, name):
            text = data.decode(name)
            if "\n" in text and not _CONTROL.search(text) and _share_of_letters(text) > 0.8:
                return name
    return ""


def _share_of_letters(text: str) -> float:
    """Return the share of letters and white space among the first characters."""
    head = text[:10_000]
    return sum(letter.isalpha() or letter.isspace() for letter in head) / max(len(head), 1)


def _damaged(data: bytes) -> Decoded | None:
    """Return a text in UTF-8 with single bytes that do not fit; None for another encoding."""
    good = wrong = first = 0
    # Piece by piece, since a large text would be held several times.
    for begin, piece in _pieces(data):
        text = piece.decode("utf-8", "surrogateescape")
        found = len(_WRONG.findall(text))
        if found and not wrong:
            position = next(_WRONG.finditer(text)).start()
            first = data.count(b"\n", 0, begin) + text.count("\n", 0, position) + 1
        wrong += found
        good += len(piece) - len(text)
    if good < wrong:
        return None
    note = (
        f"read as utf-8; {wrong:,} bytes that do not fit, the first in line {first}, are read "
        "as cp1252"
    )
    return Decoded(_mended(data).removeprefix("\ufeff"), "utf-8", note, damaged=True)


_WRONG = re.compile("[\udc80-\udcff]")


def _pieces(data: bytes, size: int = 4_000_000) -> Iterator[tuple[int, bytes]]:
    """Yield pieces of bytes that end at a line end, each with its place."""
    begin = 0
    while begin < len(data):
        end = data.find(b"\n", begin + size) + 1 or len(data)
        yield begin, data[begin:end]
        begin = end


def _mended(data: bytes) -> str:
    """Return bytes as UTF-8, and those that do not fit as Windows-1252."""
    return _WRONG.sub(
        lambda match: bytes([ord(match[0]) - 0xDC00]).decode("cp1252", "replace"),
        data.decode("utf-8", "surrogateescape"),
    )


def _other(data: bytes, where: str, first: int) -> Decoded:
    """Return a text that is not UTF-8, or raise InputError where no encoding is certain."""
    if (zero := data.find(b"\0")) >= 0:
        line = data.count(b"\n", 0, zero) + 1
        raise InputError(
            f"{where}: byte {zero} (line {line}) is 0, which no text has. The file is damaged, or "
            "it is not a text (a picture, a program). Open it in its program and save it as text."
        )
    guess = _guess(data)
    text = _decoded(data, guess) if guess else None
    control = _NO_LETTER if _WIRE.match(data) else _CONTROL
    if text is not None and not control.search(text[:200_000]):
        return Decoded(text, guess, f"read as {guess}")
    raise InputError(_refusal(data, where, "utf-8", first, asked=False))


def _guess(data: bytes) -> str:
    """Return the encoding that letters, or statistics of them, show; "" where neither does."""
    count = sum(byte > 127 for byte in data[:1_000_000])
    if count < _FEW and (guess := _usual(data, _WEST)):
        return guess
    guess = _by_statistics(data) if count >= 3 else ""
    if guess and not _rareness(guess):
        return guess
    # What two alphabets fit is neither.
    east = [name for name, letters in _EAST.items() if _usual(data, {name: letters})]
    return east[0] if len(east) == 1 else guess or _usual(data, _WEST)


def _usual(data: bytes, encodings: Mapping[str, frozenset[str]]) -> str:
    """Return the first encoding in which all characters are usual where they stand; "" for none."""
    for encoding, letters in encodings.items():
        text = _decoded(data[:1_000_000], encoding)
        if text is not None and _is_usual(text, letters, signs_alone=encoding == "cp1252"):
            return encoding
    return ""


def _is_usual(text: str, usual: frozenset[str], *, signs_alone: bool) -> bool:
    """Return whether characters beyond ASCII are usual in these languages, and stand in words.

    With ``signs_alone`` all of them may be quotation marks and other signs.
    """
    beyond = [(match.start(), match[0]) for match in re.finditer("[^\0-\x7f]", text)]
    if any(letter not in usual and letter not in _SIGNS for _, letter in beyond):
        return False
    letters = [(position, letter) for position, letter in beyond if letter in usual]
    if not signs_alone and 2 * len(letters) < len(beyond):
        return False
    if any(
        letter.isupper() and text[position - 1 : position].islower() for position, letter in letters
    ):
        return False
    # Such letters stand alone, but for "Größe" and "créée". Cyrillic or Greek, read as western, is
    # whole words of them.
    pairs = sum(
        after in usual and after not in (letter, "ß", "")
        for position, letter in letters
        for after in [text[position + 1 : position + 2]]
    )
    words = re.findall(r"[^\W\d_]+", text)
    foreign = sum(len(word) - 1 for word in words if not any(map(str.isascii, word)))
    signs = sum(
        text[position - 1 : position].isalpha() and text[position + 1 : position + 2].isalpha()
        for position, letter in beyond
        if letter in _SIGNS and letter not in "’·\u00ad–—…-\u00a0"
    )
    return max(pairs, foreign) <= 0.25 * len(letters) and signs == 0


def _by_statistics(data: bytes) -> str:
    """Return the encoding that the detector finds; "" where it finds none or is not installed."""
    try:
        import chardet
    except ImportError:
        return ""
    # Enough for the statistics; cut at a line end, not inside a character.
    head = data[:200_000]
    if len(data) > len(head):
        head = head[: head.rfind(b"\n") + 1] or head
    fitting = []
    for guess in chardet.detect_all(head):
        name = str(guess["encoding"] or "").lower()
        name = _WIDER.get(name, name.replace("windows-", "cp"))
        text = _decoded(head, name)
        if text is not None and not _TWO_SCRIPTS.search(text):
            fitting.append((float(guess["confidence"]), name))
    least = _AS_WELL * max((confidence for confidence, _ in fitting), default=0.0)
    likely = [name for confidence, name in fitting if confidence >= least]
    return min(likely, key=_rareness, default="")


def _rareness(encoding: str) -> int:
    """Return how rare an encoding is in texts of today: 0 for a common one."""
    return 0 if _COMMON.match(encoding) else 1 if _OLDER.match(encoding) else 2
