"""What a file format holds of a lexicon, and the table of what it does not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from framing._entries import SIGNS, Format, Kept, ways
from framing.lexicon import CONDITIONS, Lexicon

METADATA = ("version", "source", "licence")


class Loss(NamedTuple):
    """Something that a file does not hold."""

    frame: str
    entry: str
    lost: str
    reason: str


def table_of(losses: list[Loss]) -> pd.DataFrame:
    """Return the losses as a table."""
    return pd.DataFrame(losses, columns=list(Loss._fields)).astype("str")


def keep(lexicon: Lexicon, format: Format, path: Path) -> tuple[Kept, list[Loss]]:
    """Return what the format can hold of a lexicon, and what it cannot."""
    losses = list(_of_the_whole(lexicon, format, path))
    frames: dict[str, str] = {}
    for frame, description, exceptions in lexicon.frames[
        ["frame", "description", "exceptions"]
    ].itertuples(index=False):
        reason = _frame_reason(frame, format, lexicon)
        if reason:
            losses.append(Loss(frame, "", "frame", reason))
            continue
        frames[frame] = description if _is_plain(description) else ""
        if description and not (format.described and _is_plain(description)):
            losses.append(Loss(frame, "", "description", f"{format.title} has no place for it"))
        losses.extend(
            Loss(frame, pattern, "exceptions", f"{format.title} has no exceptions")
            for pattern in exceptions
        )
    rows: list[tuple[str, str, float]] = []
    for row in lexicon.table.to_dict("records"):
        if row["frame"] not in frames:
            losses.append(Loss(row["frame"], row["pattern"], "entry", "its frame is not written"))
            continue
        lost = list(_of_an_entry(row, format))
        losses.extend(Loss(row["frame"], row["pattern"], *item) for item in lost)
        if not any(item[0] == "entry" for item in lost):
            pattern = " ".join(row["pattern"].split())
            rows.append((str(row["frame"]), pattern, float(row["weight"])))
    frames = _with_entries(frames, rows, losses)
    paths = ways(frames)
    losses.extend(_of_the_nesting(paths, format))
    description = lexicon.description if _is_plain(lexicon.description) else ""
    name = lexicon.name if _is_name(lexicon.name) else path.stem
    return Kept(name, description, frames, paths, rows), losses


def _of_the_whole(lexicon: Lexicon, format: Format, path: Path) -> Iterator[Loss]:
    nowhere = f"{format.title} has no place for it"
    if lexicon.name != path.stem and not (format.described and _is_name(lexicon.name)):
        yield Loss("", "", "name", f"{nowhere}; read back, the name is that of the file")
    for key in METADATA:
        if getattr(lexicon, key):
            yield Loss("", "", key, nowhere)
    if lexicon.language != "en":
        yield Loss("", "", "language", f"{nowhere}; read back, the language is 'en'")
    if lexicon.description and not (format.described and _is_plain(lexicon.description)):
        yield Loss("", "", "description", nowhere)
    for pattern in lexicon.exceptions:
        yield Loss("", pattern, "exceptions", f"{format.title} has no exceptions")
    for name in lexicon.groups:
        yield Loss("", f"{{{name}}}", "groups", f"{format.title} has no groups")


def _of_an_entry(row: dict[Any, Any], format: Format) -> Iterator[tuple[str, str]]:
    """Yield what is lost of an entry, and why; "entry" where it cannot be written at all."""
    pattern = row["pattern"]
    reason = _pattern_reason(" ".join(pattern.split()), format)
    if reason:
        yield "entry", reason
        return
    if pattern != " ".join(pattern.split()):
        yield "white space", "written with one space between words"
    if row["weight"] != 1 and not format.weights:
        yield "weight", f"{format.title} has no weights; read back, {row['weight']:g} is 1"
    for exception in row["exceptions"]:
        yield "exceptions", f"{format.title} has no exceptions: {exception!r}"
    for key, default in CONDITIONS.items():
        if row[key] != default:
            yield key, f"{format.title} has no conditions; written without it"


def _pattern_reason(pattern: str, format: Format) -> str:
    if any(sign in pattern for sign in SIGNS):
        return f"{format.title} has no gaps, alternatives and groups"
    if "?" in pattern and not format.question:
        return f"{format.title} has no ? for one letter"
    if format.star == "end" and any("*" in word[:-1] for word in pattern.split()):
        return f"{format.title} has * at the end of a word only"
    if found := format.bars.search(pattern):
        return f"in {format.title} {found[0]!r} means something else"
    return "" if _is_plain(pattern) else "it contains a control character"


def _frame_reason(frame: str, format: Format, lexicon: Lexicon) -> str:
    if not (lexicon.table["frame"] == frame).any():
        return "it has no entries"
    if not _is_name(frame):
        return "its name is empty, or has white space or signs in it that cannot be seen"
    for part in (frame, *frame.split(".")):
        if found := format.bars_frame.search(part):
            return f"in the name of a frame, {found[0]!r} means something else in {format.title}"
    return ""


def _with_entries(
    frames: dict[str, str], rows: list[tuple[str, str, float]], losses: list[Loss]
) -> dict[str, str]:
    filled = {frame for frame, _, _ in rows}
    losses.extend(
        Loss(frame, "", "frame", "none of its entries can be written")
        for frame in frames
        if frame not in filled
    )
    return {frame: text for frame, text in frames.items() if frame in filled}


def _of_the_nesting(paths: dict[str, tuple[str, ...]], format: Format) -> Iterator[Loss]:
    if format.nesting == "name":
        return
    for frame, way in paths.items():
        inside = ways([frame])[frame]
        if format.nesting == "none" and len(inside) > 1:
            yield Loss(frame, "", "nesting", f"{format.title} has no frames in frames")
        elif len(way) < len(inside):
            reason = "the frames do not stand in the order of a tree; written as a name with dots"
            yield Loss(frame, "", "nesting", reason)


def _is_plain(text: str) -> bool:
    return not any(ord(letter) < 32 or letter in "\ufffe\uffff" for letter in text)


def _is_name(text: str) -> bool:
    # A byte-order mark would go as such at the head of a file.
    is_clean = text == " ".join(text.split()) and not text.startswith("\ufeff")
    return bool(text) and is_clean and _is_plain(text)
