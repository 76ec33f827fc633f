"""Mailboxes: the mails of a file in the form mbox, and what stands below the text of a mail."""

import re
from collections.abc import Iterator

# Our own, since the mailbox of the standard library begins a mail at each line "From …" of a text.
# The line above each mail of a mailbox, with a time, and the first line of its head.
_FROM = rb"From [^\r\n]*\d\d:\d\d[^\r\n,]*\d{4}[^\r\n,]{0,12}\r?\n(?=[A-Za-z][\w-]*:[ \t]?|>From )"
_FIRST = re.compile(rb"\s*" + _FROM)
_EACH = re.compile(rb"(?:\A\s*|(?<=\n\n)|(?<=\n\r\n))" + _FROM)
# A line of a mail that begins so is written with this sign before it.
_QUOTED = re.compile(rb"^>(?=>*From )", re.MULTILINE)
# What mail programs put between a text and the signature of its sender.
_SIGNATURE = re.compile(r"\n-- ?\n")
# A signature has no more lines.
_LONGEST = 15


def is_mailbox(data: bytes) -> bool:
    """Return whether a file is a mailbox: a line "From …" with a time stands above a head."""
    return _FIRST.match(data) is not None


def mails(data: bytes) -> Iterator[bytes]:
    """Yield the mails of a mailbox, in their order."""
    starts = [match.span() for match in _EACH.finditer(data)]
    ends = [begin for begin, _ in starts[1:]] + [len(data)]
    for (_, start), end in zip(starts, ends, strict=True):
        yield _QUOTED.sub(b"", data[start:end])


def without_signature(text: str) -> tuple[str, str]:
    """Return the text of a mail above its signature, and the signature; "" where it has none."""
    parts = list(_SIGNATURE.finditer(text.replace("\r\n", "\n")))
    if not parts:
        return text, ""
    flat, last = text.replace("\r\n", "\n"), parts[-1]
    below = flat[last.end() :].strip()
    above = flat[: last.start()].rstrip()
    if not above.strip() or below.count("\n") >= _LONGEST:
        return text, ""
    return above, below
