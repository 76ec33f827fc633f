"""Links: web links, addresses of mailboxes and names of accounts in a text."""

import re
from collections.abc import Iterator
from itertools import pairwise
from unicodedata import normalize

import numpy as np

from framing.text.characters import (
    BREAK,
    DROP,
    INVISIBLE,
    SPACELESS,
    CodePoints,
    Offsets,
    fold,
    has_alone,
    is_mark,
    unicode_table,
)
from framing.text.repairs import entities

# What may stand in a link after its start.
_LINKED = (
    "[^\\s\u200b<>\"“”„«»‘’‹›'|\\\\^`{}\u3000-\u3002\u3008-\u3011\uff00-\uff0f\uff1a-\uff20"
    + SPACELESS
    + "]"
)
# Country codes that are no words: a full stop without a space after it (held.it) makes no link.
_COUNTRIES = "ar|br|ca|ch|cn|cz|de|dk|fi|fr|gr|hu|il|jp|kr|mx|nl|nz|pl|pt|ro|ru|se|tr|tv|ua|uk"
# What goes on a word: no letter of a script without spaces does.
_IN_WORD = rf"[^\W{SPACELESS}]"
_DOMAIN = (
    r"(?:[A-Za-z0-9-]+\.)+(?:(?:com|org|net|gov|edu|mil|int|info|eu)|(?:COM|ORG|NET|GOV|EDU)"
    rf"|(?:co|com|gov|org|ac)\.[a-z]{{2}}|{_COUNTRIES}|[a-z]{{2}}(?=/))(?!{_IN_WORD}|-)"
)
_HOST = rf"(?:{_IN_WORD}|-)+(?:\.(?:{_IN_WORD}|-)+)+"
# A link with or without its protocol, the address of a mailbox, the name of an account, also with
# a point before it (.@peace says).
_ADDRESS = re.compile(
    rf"(?<!{_IN_WORD})(?i:https?|ftp)://{_LINKED}+|(?<!{_IN_WORD})(?<!@)(?i:www)\.{_LINKED}+"
    rf"|(?<!{_IN_WORD})(?<![.+%-])(?:{_IN_WORD}|[.+%-])+@{_HOST}"
    rf"|(?<!{_IN_WORD})(?:(?<![@/.])|(?<=\.)(?<!{_IN_WORD}\.)(?<![@/.]\.))@{_IN_WORD}+(?:@{_HOST})?"
    rf"|(?<!{_IN_WORD})(?<![@.-]){_DOMAIN}(?:[/?#]{_LINKED}*)?"
)
# What each of them has inside. Few characters are the first of these, which makes it fast.
_IN_ADDRESS = re.compile(
    r"[:@.](?:(?<=@)|(?<=:)//|(?<=[wW][wW][wW]\.)"
    rf"|(?<=\.)(?:(?i:com|org|net|gov|edu|mil|int|info|eu)\b|(?:{_COUNTRIES})\b|[a-z]{{2}}/))"
)
_RUN = re.compile("[^\\s\u200b]*")
_POINT, _AT, _COLON, _SLASH, _A, _W = (np.uint32(ord(sign)) for sign in ".@:/aw")
# What makes a capital letter a to z small.
_LOWER = np.uint32(0x20)
_AFTER_LINK = ".,;:!?*_~…\"'-"
_HIDDEN = frozenset(INVISIBLE)
_FIRST_HIDDEN = np.uint32(ord(INVISIBLE[0]))


def addresses(
    text: str, signs: Offsets | None = None, hidden: Offsets | None = None
) -> list[tuple[int, int]]:
    """Return start and end of links, addresses of mailboxes and names of accounts in a text.

    ``signs`` are the offsets of signs that may be inside of one, see `address_signs`, and
    ``hidden`` those of invisible characters: with them it is faster. Invisible characters inside
    of an address are as if they were not there.
    """
    if hidden is None:
        places = [] if text.isascii() else [i for i, sign in enumerate(text) if sign in _HIDDEN]
        hidden = np.array(places, dtype=np.int64)
    if len(hidden):
        return _addresses_seen(text, signs, hidden)
    spans: list[tuple[int, int]] = []
    past = 0
    for hint in _IN_ADDRESS.finditer(text) if signs is None else _hints(text, signs):
        if hint.start() < past:
            continue
        # The run of characters without white space around the hint.
        start = hint.start()
        while start and not (text[start - 1].isspace() or text[start - 1] == BREAK):
            start -= 1
        run = _RUN.match(text, hint.end())
        past = run.end() if run else hint.end()
        run_text = _plain(text[start:past])
        for match in _ADDRESS.finditer(run_text):
            end = match.end()
            while run_text[end - 1] in _AFTER_LINK or _closes(run_text, match.start(), end):
                end -= 1
            if end > match.start() + 1:
                spans.append((start + match.start(), start + end))
    return spans


def _plain(run: str) -> str:
    """Return a run of the same length with entities, ligatures and accents as a reader sees them.

    An entity is its character, as often as it has signs, and a ligature its first letter. An
    accent that is a character of its own makes one letter with that before it: it stands for a
    letter here that is not in names of links, as é is.
    """
    for start, end, character in entities(run):
        run = run[:start] + character * (end - start) + run[end:]
    if run.isascii():
        return run
    seen: list[str] = []
    for sign in run:
        if sign.isascii():
            seen.append(sign)
        elif is_mark(ord(sign), sign):
            # In a script without spaces a mark is part of a letter that is a word.
            seen.append(seen[-1] if seen and has_alone(seen[-1]) else "é")
        elif sign.isalnum() and normalize("NFKC", sign)[0].isascii() and fold(sign)[0].isascii():
            seen.append(fold(sign)[0])
        else:
            seen.append(sign)
    return "".join(seen)


def _addresses_seen(text: str, signs: Offsets | None, hidden: Offsets) -> list[tuple[int, int]]:
    """Return `addresses` in a text with invisible characters."""
    edges = [-1, *hidden.tolist(), len(text)]
    clean = "".join([text[start + 1 : end] for start, end in pairwise(edges)])
    # How many visible characters stand before each invisible one.
    before = hidden - np.arange(len(hidden))
    if signs is not None:
        # A sign next to an invisible character has other neighbours without it.
        others = np.unique(np.concatenate([before - 2, before - 1, before])).tolist()
        near = [i for i in others if 0 <= i < len(clean) and clean[i] in ".:@"]
        seen = signs - np.searchsorted(hidden, signs)
        signs = np.union1d(seen, np.array(near, dtype=np.int64))
    spans = np.array(addresses(clean, signs, hidden[:0]), dtype=np.int64).reshape(-1, 2)
    first, last = spans[:, 0], spans[:, 1] - 1
    first = first + np.searchsorted(before, first, side="right")
    last = last + np.searchsorted(before, last, side="right")
    return list(zip(first.tolist(), (last + 1).tolist(), strict=True))


def hidden_signs(codes: CodePoints) -> Offsets:
    """Return the offsets of invisible characters."""
    far = np.flatnonzero(codes >= _FIRST_HIDDEN)
    found: Offsets = far[(unicode_table().flags[codes[far]] & DROP) != 0]
    return found


def address_signs(codes: CodePoints) -> Offsets:
    """Return the offsets of the signs at which `_IN_ADDRESS` may match.

    Most points end a sentence or an abbreviation. A point in an address has two letters after it,
    or the w of www before it.
    """
    signs = np.flatnonzero((codes == _POINT) | (codes == _AT) | (codes == _COLON))
    sign = codes[signs]
    before = codes[np.maximum(signs - 1, 0)] | _LOWER
    after = codes[np.minimum(signs + 1, len(codes) - 1)]
    second = codes[np.minimum(signs + 2, len(codes) - 1)]
    # Not only letters a to z: to a pattern that ignores case ſ is an s, and ı an i.
    letters = ((after | _LOWER) >= _A) & ((second | _LOWER) >= _A)
    likely = (sign == _AT) | ((sign == _COLON) & (after == _SLASH))
    likely |= (sign == _POINT) & (letters | (before == _W) | (second == _SLASH))
    found: Offsets = signs[likely]
    return found


def _hints(text: str, signs: Offsets) -> Iterator["re.Match[str]"]:
    """Yield all matches of `_IN_ADDRESS` in a text at some signs."""
    for place in signs.tolist():
        match = _IN_ADDRESS.match(text, place)
        if match:
            yield match


def _closes(text: str, start: int, end: int) -> bool:
    """Return whether a link ends with a bracket that was opened before it."""
    last = text[end - 1]
    return last in ")]" and text.count("(["[last == "]"], start, end) < text.count(last, start, end)
