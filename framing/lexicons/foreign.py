"""Foreign formats: entries between a lexicon and a dictionary file of another program."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from framing._core.checks import InputError, listing
from framing.lexicons.lexicon import CONDITIONS, HEAVIEST, LIGHTEST, Lexicon
from framing.lexicons.patterns import PatternError, has_content, parse_pattern
from framing.text.characters import fold

# Our patterns use these signs for gaps, alternatives and groups. In files of other programs they
# are plain characters.
SIGNS = "(){}|~"

# Words some of which stand in brackets: (so called) truce.
_BRACKETED = re.compile(r"(?=.*\()(?=.*[^\W_])(?:[^(){}|~]|(?:(?<=\s)|\A)\([^(){}|~]+\)(?=\s|\Z))+")

METADATA = ("version", "source", "licence")


class FileEntry(NamedTuple):
    """An entry as it stands in a file."""

    frame: str
    term: str
    weight: float
    line: int


class Note(NamedTuple):
    """Something in a file that cannot be used, with its line (0 for none)."""

    line: int
    text: str


@dataclass(frozen=True)
class Reading:
    """The content of a file: entries, frames with their descriptions, and notes on the rest."""

    entries: list[FileEntry]
    frames: dict[str, str]
    notes: list[Note]
    name: str = ""
    description: str = ""


@dataclass(frozen=True)
class Content:
    """The content to write: ``rows`` of frame, pattern and weight; ``ways`` to frames in a tree."""

    name: str
    description: str
    frames: dict[str, str]
    ways: dict[str, tuple[str, ...]]
    rows: list[tuple[str, str, float]]

    def of(self, frame: str) -> list[tuple[str, float]]:
        """Return the patterns of a frame and their weights."""
        return [(pattern, weight) for name, pattern, weight in self.rows if name == frame]


@dataclass(frozen=True)
class Format:
    """A file format of another program, and what it can represent.

    ``star`` says where a ``*`` may stand ("anywhere" or "end" of a word). ``question`` says whether
    ``?`` is one letter. ``nesting`` says how a frame in a frame is written ("tree", "name" with
    dots, or "none"). ``bars`` matches what an entry cannot contain, ``bars_frame`` what the name of
    a frame cannot contain.
    """

    title: str
    read: Callable[[str, str], Reading]
    render: Callable[[Content], str]
    star: str = "anywhere"
    question: bool = False
    weights: bool = False
    nesting: str = "tree"
    described: bool = False
    bars: re.Pattern[str] = field(default=re.compile(r"(?!)"))
    bars_frame: re.Pattern[str] = field(default=re.compile(r"(?!)"))


def lines_of(text: str) -> list[str]:
    """Return the lines of a file from any system. Form feeds do not end a line."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def number(text: str) -> float | None:
    """Return a weight as a number, or None; a decimal comma is allowed."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


def usable(reading: Reading, question: bool) -> tuple[list[FileEntry], list[Note]]:
    """Return the entries with the same meaning here as in the file, and notes on the others."""
    entries: list[FileEntry] = []
    notes = list(reading.notes)
    first_of: dict[tuple[str, str], FileEntry] = {}
    for raw in reading.entries:
        entry = raw._replace(term=" ".join(raw.term.split()))
        # In LIWC files brackets are conditions; in YAML and tables they are signs of the text.
        if question and _BRACKETED.fullmatch(entry.term):
            bare = " ".join(entry.term.replace("(", " ").replace(")", " ").split())
            notes.append(Note(entry.line, f"{entry.term!r} is read without its brackets."))
            entry = entry._replace(term=bare)
        first = first_of.get((entry.frame, fold(entry.term)))
        reason = _refusal(entry, question) or (first and _repeated(entry, first)) or ""
        if reason:
            notes.append(Note(entry.line, f"{reason}."))
        else:
            first_of[entry.frame, fold(entry.term)] = entry
            entries.append(entry)
    frames = {entry.frame for entry in entries}
    for frame in reading.frames:
        if frame not in frames and not any(name.startswith(f"{frame}.") for name in reading.frames):
            notes.append(Note(0, f"frame {frame!r} has no entries; left out."))
    return entries, notes


def _refusal(entry: FileEntry, question: bool) -> str:
    """Return why an entry cannot be used, "" where it can."""
    if not entry.term:
        return f"an entry of {entry.frame!r} has no term; left out"
    if not entry.frame:
        return f"{entry.term!r} has no frame; left out"
    if not has_content(entry.term):
        return f"{entry.term!r} has no letter and no digit; left out"
    signs = [sign for sign in (SIGNS if question else f"{SIGNS}?") if sign in entry.term]
    if not any(map(str.isalnum, entry.term)):
        # Faces such as :) have the signs of alternatives.
        signs = []
    if signs:
        meaning = "which has another meaning here"
        return f"{entry.term!r} contains {listing(signs)}, {meaning}; left out"
    try:
        parse_pattern(entry.term)
    except PatternError as error:
        return f"{entry.term!r} cannot be read ({error}); left out"
    if not LIGHTEST <= abs(entry.weight) <= HEAVIEST:
        return f"{entry.term!r} in {entry.frame!r} has the weight {entry.weight:g}; left out"
    return ""


def _repeated(entry: FileEntry, first: FileEntry) -> str:
    """Return the note on an entry that occurs twice in a frame."""
    weights = "" if entry.weight == first.weight else f" with weight {first.weight:g}"
    return (
        f"{entry.term!r} stands twice in {entry.frame!r}; the first (line {first.line}) counts"
        f"{weights}"
    )


def no_entries(where: str, notes: Iterable[Note]) -> InputError:
    """Return the error for a file without a usable entry."""
    reasons = " ".join(note.text for note in list(notes)[:3])
    return InputError(f"{where}: no entry can be read from this file. {reasons}".strip())


def ways(frames: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the path to each frame in a tree: ("a", "b") for the frame "a.b".

    Where a tree would change the order of the frames, each path is the full name: ("a.b",).
    """
    names = list(frames)
    split = {name: _parts(name) for name in names}
    tree: dict[str, Any] = {}
    for path in split.values():
        node = tree
        for step in path:
            node = node.setdefault(step, {})
    paths = set(split.values())
    walked = [path for path in _walk(tree, ()) if path in paths]
    return split if walked == list(split.values()) else {name: (name,) for name in names}


def _parts(name: str) -> tuple[str, ...]:
    """Return the steps to a frame; a name with an empty step, such as "a..b", is one step."""
    steps = tuple(name.split("."))
    return steps if all(step and step == step.strip() for step in steps) else (name,)


def _walk(tree: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the path to each node of a tree, parents first."""
    for step, inner in tree.items():
        yield (*above, step)
        yield from _walk(inner, (*above, step))


def outline(content: Content) -> Iterator[tuple[int, str, str]]:
    """Yield depth, heading and frame for each line of an outline; the frame may be empty."""
    previous: tuple[str, ...] = ()
    for frame, path in content.ways.items():
        for depth in range(_alike(previous, path), len(path)):
            yield depth, path[depth], frame if depth == len(path) - 1 else ""
        previous = path


def _alike(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    """Return how many first steps two paths have in common: 1 for ("a", "b") and ("a", "c")."""
    pairs = zip(left, right, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


class Loss(NamedTuple):
    """Something in a lexicon that a file does not contain."""

    frame: str
    entry: str
    lost: str
    reason: str


def table_of(losses: list[Loss]) -> pd.DataFrame:
    """Return the losses as a table."""
    return pd.DataFrame(losses, columns=list(Loss._fields)).astype("str")


def keep(lexicon: Lexicon, format: Format, path: Path) -> tuple[Content, list[Loss]]:
    """Return the content of a lexicon that the format can represent, and the losses."""
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
    return Content(name, description, frames, paths, rows), losses


def _of_the_whole(lexicon: Lexicon, format: Format, path: Path) -> Iterator[Loss]:
    """Yield what is lost of the lexicon as a whole: metadata, exceptions and groups."""
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
    """Yield what is lost of an entry, and why. "entry" means that it is not written at all."""
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
    if row["label"]:
        yield "label", f"{format.title} has no labels"
    if row["denies"]:
        yield "denies", f"{format.title} cannot say that an entry denies its frame"


def _pattern_reason(pattern: str, format: Format) -> str:
    """Return why a pattern cannot be written, "" where it can."""
    if any(sign in pattern for sign in SIGNS):
        return f"{format.title} has no gaps, alternatives and groups"
    if "?" in pattern and not format.question:
        return f"{format.title} has no ? for one letter"
    if format.star == "end" and any("*" in word[:-1] for word in pattern.split()):
        return f"{format.title} has * at the end of a word only"
    if match := format.bars.search(pattern):
        return f"in {format.title} {match[0]!r} means something else"
    return "" if _is_plain(pattern) else "it contains a control character"


def _frame_reason(frame: str, format: Format, lexicon: Lexicon) -> str:
    """Return why a frame cannot be written, "" where it can."""
    if not (lexicon.table["frame"] == frame).any():
        return "it has no entries"
    if not _is_name(frame):
        return "its name is empty, or has white space or signs in it that cannot be seen"
    for name in (frame, *frame.split(".")):
        if match := format.bars_frame.search(name):
            return f"in the name of a frame, {match[0]!r} means something else in {format.title}"
    return ""


def _with_entries(
    frames: dict[str, str], rows: list[tuple[str, str, float]], losses: list[Loss]
) -> dict[str, str]:
    """Return the frames that have entries; the others go to the losses."""
    used = {frame for frame, _, _ in rows}
    losses.extend(
        Loss(frame, "", "frame", "none of its entries can be written")
        for frame in frames
        if frame not in used
    )
    return {frame: text for frame, text in frames.items() if frame in used}


def _of_the_nesting(paths: dict[str, tuple[str, ...]], format: Format) -> Iterator[Loss]:
    """Yield the frames in frames that cannot be written as such."""
    if format.nesting == "name":
        return
    for frame, path in paths.items():
        steps = ways([frame])[frame]
        if format.nesting == "none" and len(steps) > 1:
            yield Loss(frame, "", "nesting", f"{format.title} has no frames in frames")
        elif len(path) < len(steps):
            reason = "the frames do not stand in the order of a tree; written as a name with dots"
            yield Loss(frame, "", "nesting", reason)


def _is_plain(text: str) -> bool:
    """Return whether a text has no control characters and no non-characters."""
    return not any(ord(letter) < 32 or letter in "\ufffe\uffff" for letter in text)


def _is_name(text: str) -> bool:
    """Return whether a text can be a name: not empty, with single spaces, no hidden signs."""
    # A byte-order mark at the head of a file would be lost.
    is_clean = text == " ".join(text.split()) and not text.startswith("\ufeff")
    return bool(text) and is_clean and _is_plain(text)
