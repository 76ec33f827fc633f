"""Lexicon: the frames, their entries and exceptions, and what identifies the instrument."""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from framing._characters import fold
from framing._checks import InputError, check_choice, listing
from framing._toml import Where, convert, read_toml
from framing.tables import as_html


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    pattern: str
    weight: float = 1.0
    exceptions: list[str] = []


class _Frame(msgspec.Struct, forbid_unknown_fields=True):
    entries: list[str | _Entry] = []
    exceptions: list[str] = []
    description: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    frames: dict[str, dict[str, Any]]
    name: str = ""
    version: str = ""
    language: str = "en"
    source: str = ""
    licence: str = ""
    description: str = ""
    shared: bool = False
    exceptions: list[str] = []


@dataclass(frozen=True)
class Lexicon:
    """A lexicon: one row of ``table`` an entry, and what tells it from every other.

    Attributes
    ----------
    table : pandas.DataFrame
        One row an entry: ``frame``, ``pattern``, ``weight``, ``exceptions`` (a tuple).
    frames : pandas.DataFrame
        One row a frame, in their order: ``frame``, ``description``, ``exceptions`` (a tuple;
        they silence the entries of that frame).
    name, version, language, source, licence, description : str
    exceptions : tuple of str
        They silence the entries of every frame.
    notes : tuple of str
        What could not be used of the file that the lexicon was read from, with file and line.
    hash : str
        SHA-256 of what measures: frames, patterns, weights and exceptions. Two lexicons with
        one hash find the same hits, whatever they are called.

    See Also
    --------
    read_lexicon, make_lexicon, load_lexicon
    """

    table: pd.DataFrame
    frames: pd.DataFrame
    name: str
    version: str = ""
    language: str = "en"
    source: str = ""
    licence: str = ""
    description: str = ""
    exceptions: tuple[str, ...] = ()
    hash: str = field(default="", compare=False)
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        counts = self.table.groupby("frame", observed=True).size()
        frames = ", ".join(f"{frame} {counts.get(frame, 0)}" for frame in self.frames["frame"])
        label = f"{self.name} {self.version}".strip()
        return f"<Lexicon {label}: {len(self):,} entries ({frames}), hash {self.hash[:8]}>"

    def _repr_html_(self) -> str:
        counts = self.table.groupby("frame", observed=True).size()
        shown = self.frames.assign(
            entries=[int(counts.get(frame, 0)) for frame in self.frames["frame"]],
            exceptions=[len(items) for items in self.frames["exceptions"]],
        )[["frame", "entries", "exceptions", "description"]]
        page = as_html(repr(self), shown, len(shown))
        if not self.notes:
            return page
        notes = pd.DataFrame({"note": self.notes})
        with pd.option_context("display.max_colwidth", None):
            return page + as_html("Not used of the file:", notes, len(notes))


def read_toml_lexicon(path: Path) -> Lexicon:
    """Return the lexicon in a TOML file; see `framing.read_lexicon`."""
    data, where = read_toml(path)
    lexicon = _build(data, where)
    return lexicon if lexicon.name else replace(lexicon, name=path.stem)


def make_lexicon(
    frames: Mapping[str, Sequence[str | Mapping[str, Any]] | Mapping[str, Any]],
    *,
    name: str = "unnamed",
    version: str = "",
    language: str = "en",
    source: str = "",
    licence: str = "",
    shared: bool = False,
) -> Lexicon:
    """Make a lexicon from lists of entries.

    Parameters
    ----------
    frames : mapping
        For each frame its entries (see `read_lexicon`), or a mapping with ``entries``,
        ``exceptions`` and ``description``.
    name, version, language, source, licence : str
        What the lexicon is and where it comes from.
    shared : bool
        Whether one entry may stand in several frames, and then counts for each of them.

    Returns
    -------
    Lexicon

    Raises
    ------
    InputError
        As `read_lexicon`; the message names the frame and the entry.

    Examples
    --------
    >>> import framing as fr
    >>> fr.make_lexicon({"peace": ["ceasefire*", "peace talk*"], "doubt": ["doubt*", "wary"]})
    <Lexicon unnamed: 4 entries (peace 2, doubt 2), hash cb6bbd5b>
    """
    if not isinstance(frames, Mapping):
        raise InputError(
            f"frames is a {type(frames).__name__}; it must be a mapping such as "
            '{"peace": ["ceasefire*", "peace talk*"]}.'
        )
    tables = {
        str(frame): dict(content) if isinstance(content, Mapping) else {"entries": content}
        for frame, content in frames.items()
    }
    for content in tables.values():
        entries = content.get("entries")
        if isinstance(entries, Iterable) and not isinstance(entries, str):
            content["entries"] = [_plain(entry) for entry in entries]
    data = {
        "name": name,
        "version": version,
        "language": language,
        "source": source,
        "licence": licence,
        "shared": shared,
        "frames": tables,
    }
    return _build(data, lambda *keys: "make_lexicon")


def _plain(entry: Any) -> Any:
    # A column of a table gives numpy's own text type, which the validator does not know.
    return str(entry) if isinstance(entry, str) else entry


def drop_entries(lexicon: Lexicon, patterns: Iterable[str]) -> Lexicon:
    """Return the lexicon without some entries, to see what hangs on them.

    Parameters
    ----------
    lexicon : Lexicon
    patterns : iterable of str
        Entries as they are written in the lexicon.

    Returns
    -------
    Lexicon
        With a hash of its own.

    Raises
    ------
    InputError
        A pattern is not in the lexicon.

    Examples
    --------
    >>> import framing as fr
    >>> lexicon = fr.make_lexicon({"peace": ["ceasefire*", "peace talk*"]})
    >>> fr.drop_entries(lexicon, ["peace talk*"])
    <Lexicon unnamed: 1 entries (peace 1), hash 9d57a03a>
    """
    patterns = [patterns] if isinstance(patterns, str) else list(patterns)
    for pattern in patterns:
        check_choice("patterns", pattern, lexicon.table["pattern"])
    table = lexicon.table[~lexicon.table["pattern"].isin(patterns)].reset_index(drop=True)
    return _with_hash(replace(lexicon, table=table))


def _build(data: Mapping[str, Any], where: Where) -> Lexicon:
    if not data.get("frames"):
        raise InputError(
            f"{where()}: no frames. A lexicon needs one table a frame, such as "
            '[frames.peace] with entries = ["ceasefire*"].'
        )
    file = convert(data, _File, where)
    rows: list[tuple[str, str, float, tuple[str, ...]]] = []
    heads: list[tuple[str, str, tuple[str, ...]]] = []
    for frame, content in file.frames.items():
        table = _frame(frame, content, where)
        heads.append((frame, table.description, tuple(table.exceptions)))
        for entry in table.entries:
            item = _Entry(entry) if isinstance(entry, str) else entry
            rows.append((frame, item.pattern, item.weight, tuple(item.exceptions)))
    entries = pd.DataFrame(rows, columns=["frame", "pattern", "weight", "exceptions"])
    entries["frame"] = pd.Categorical(entries["frame"], categories=list(file.frames))
    _check_repeats(entries, file.shared, where)
    for pattern in file.exceptions:
        check_pattern(pattern, f"{where('exceptions', pattern)}: exception")
    return _with_hash(
        Lexicon(
            table=entries,
            frames=pd.DataFrame(heads, columns=["frame", "description", "exceptions"]),
            name=file.name,
            version=file.version,
            language=file.language,
            source=file.source,
            licence=file.licence,
            description=file.description,
            exceptions=tuple(file.exceptions),
        )
    )


def _frame(frame: str, content: Mapping[str, Any], where: Where) -> _Frame:
    entries = content.get("entries", [])
    for number, entry in enumerate(entries if isinstance(entries, list) else [], start=1):
        if isinstance(entry, Mapping):
            pattern = str(entry.get("pattern", number))
            convert(entry, _Entry, where, "frames", frame, pattern)
    table = convert(content, _Frame, where, "frames", frame)
    if not table.entries:
        raise InputError(
            f"{where('frames', frame)}: frame {frame!r} has no entries. Give it at least one "
            '(entries = ["ceasefire*"]), or leave the frame out.'
        )
    for number, entry in enumerate(table.entries, start=1):
        item = _Entry(entry) if isinstance(entry, str) else entry
        spot = where("frames", frame, item.pattern)
        check_pattern(item.pattern, f"{spot}: entry {number} of frame {frame!r}")
        if not math.isfinite(item.weight) or item.weight == 0:
            raise InputError(
                f"{spot}: weight {item.weight} of entry {item.pattern!r} cannot be used: "
                "it must be a finite number other than 0."
            )
        for pattern in item.exceptions:
            check_pattern(pattern, f"{where('frames', frame, pattern)}: exception of {frame!r}")
    for pattern in table.exceptions:
        check_pattern(pattern, f"{where('frames', frame, pattern)}: exception of {frame!r}")
    return table


def check_pattern(pattern: str, where: str) -> None:
    """Raise InputError unless the pattern is a word or a phrase, ``*`` at ends of words only."""
    folded = fold(pattern)
    if not any(character.isalnum() for character in folded):
        raise InputError(
            f"{where} is empty ({pattern!r}): it has no letter and no digit. "
            "Write a word, or take the line out."
        )
    for word in folded.split():
        if "*" in word[:-1] or word == "*":
            raise InputError(
                f"{where}, {pattern!r}: a * may stand at the end of a word only, as in "
                '"negotiat*" or "peace talk*".'
            )


def _check_repeats(table: pd.DataFrame, shared: bool, where: Where) -> None:
    folded = table["pattern"].map(fold)
    for _, group in table.groupby(folded, sort=False):
        if len(group) == 1:
            continue
        pattern = group["pattern"].iloc[-1]
        frames = list(dict.fromkeys(group["frame"]))
        spot = where("frames", frames[-1], pattern)
        if len(frames) < len(group):
            raise InputError(
                f"{spot}: entry {pattern!r} stands twice in frame {frames[0]!r}. Keep one."
            )
        if not shared:
            raise InputError(
                f"{spot}: entry {pattern!r} stands in the frames {listing(frames)}. Keep it in "
                "one of them, or set shared = true at the top if it is to count for each."
            )


def _with_hash(lexicon: Lexicon) -> Lexicon:
    rows = sorted(
        [str(frame), pattern, weight, sorted(exceptions)]
        for frame, pattern, weight, exceptions in lexicon.table.to_numpy().tolist()
    )
    heads = sorted(
        [frame, sorted(exceptions)]
        for frame, exceptions in lexicon.frames[["frame", "exceptions"]].to_numpy().tolist()
    )
    content = json.dumps([rows, heads, sorted(lexicon.exceptions)], ensure_ascii=True)
    return replace(lexicon, hash=hashlib.sha256(content.encode()).hexdigest())
