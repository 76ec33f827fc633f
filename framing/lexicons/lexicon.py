"""Lexicon: the frames, their entries and exceptions, and the hash of the instrument."""

import hashlib
import json
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unicodedata import normalize

import msgspec
import pandas as pd

from framing._core.checks import (
    InputError,
    a_kind,
    check_choice,
    check_language,
    check_objects,
    listing,
)
from framing._core.files import Place, Where, convert, read_toml
from framing._core.result import Shown
from framing._core.tables import as_html
from framing.lexicons.patterns import (
    WIDEST,
    PatternError,
    check_case,
    has_content,
    hint,
    parse_pattern,
)
from framing.text.characters import fold

# The conditions of an entry and their default values.
# Characters of an entry in messages.
_SHOWN = 100
# Sums of weights that are further apart lose digits, or all of them.
LIGHTEST, HEAVIEST = 1e-9, 1e9
CONDITIONS = {"case": False, "if": "", "unless": "", "within": "sentence", "before": 0}
ENTRY_COLUMNS = ("frame", "pattern", "weight", "exceptions", *CONDITIONS, "label", "denies")
EXAMPLE_COLUMNS = ("frame", "pattern", "kind", "text")


class Entry(msgspec.Struct, forbid_unknown_fields=True):
    """An entry that is written as a table."""

    pattern: str
    weight: float = 1.0
    exceptions: list[str] = []
    case: bool = False
    only_if: str = msgspec.field(default="", name="if")
    unless: str = ""
    within: int | str = "sentence"
    before: int = 0
    label: str = ""
    denies: bool = False
    match: list[str] = []
    avoid: list[str] = []


def check_entry(item: Entry, spot: Place, groups: Mapping[str, tuple[str, ...]]) -> None:
    """Raise InputError where the pattern, the weight or a condition of an entry cannot be used."""
    check_pattern(item.pattern, spot, groups, case=item.case)
    if not LIGHTEST <= abs(item.weight) <= HEAVIEST:
        raise InputError(
            f"{spot}: weight {item.weight} of entry {item.pattern!r} cannot be used: it must be a "
            "finite number other than 0, with a size from 1e-9 to 1e9."
        )
    for pattern in item.exceptions:
        check_pattern(pattern, spot.inside(": exception"), groups)
    for name, pattern in (("if", item.only_if), ("unless", item.unless)):
        if pattern:
            check_pattern(pattern, spot.inside(f": {name}"), groups)
    for name, texts in (("match", item.match), ("avoid", item.avoid)):
        if not all(text.strip() for text in texts):
            raise InputError(
                f"{spot}: {name} has an empty example. Write a text, or remove the example."
            )
    _check_reach(item, spot)


def _check_reach(item: Entry, spot: Place) -> None:
    """Raise InputError unless an entry says where its conditions are looked for."""
    if not 0 <= item.before <= WIDEST:
        raise InputError(
            f"{spot}: before = {item.before} cannot be used: it is a number of sentences, "
            f"0 to {WIDEST:,}."
        )
    if item.before and not item.only_if:
        raise InputError(
            f"{spot}: before works only together with the condition if. Add if, or remove before."
        )
    if item.before and item.within != "sentence":
        raise InputError(
            f"{spot}: before and within = {item.within!r} cannot be used together: a condition "
            "looks either at whole sentences (before) or at words nearby (within). Keep one of "
            "them."
        )
    if item.within == "sentence":
        return
    if not isinstance(item.within, int) or not 1 <= item.within <= WIDEST:
        raise InputError(
            f'{spot}: within = {item.within!r} cannot be used: it is "sentence" or a number of '
            f"words, 1 to {WIDEST:,}."
        )
    if not item.only_if and not item.unless:
        raise InputError(
            f"{spot}: within works only together with a condition. Add if or unless, or remove "
            "within."
        )


def check_pattern(
    pattern: str,
    where: Place | str,
    groups: Mapping[str, Sequence[str]] | None = None,
    *,
    case: bool = False,
) -> None:
    """Raise InputError unless the pattern can be read."""
    if "\0" in pattern:
        raise InputError(
            f"{where}, {pattern[:_SHOWN]!r}, has a NUL byte (\\0), so it would match no text. "
            "Take it out. If a wrong encoding put it there, give encoding=."
        )
    if not has_content(pattern):
        raise InputError(
            f"{where} is empty ({pattern!r}): it has no letter and no digit, and shows no symbol "
            "or face (such as ☮ or :-)). Write a word, or take the line out."
        )
    try:
        parse_pattern(pattern, groups)
        if case:
            check_case(pattern)
    except PatternError as error:
        advice = hint(pattern)
        tail = f" {advice[0].upper()}{advice[1:]}." if advice else ""
        shown = pattern if len(pattern) <= _SHOWN else f"{pattern[:_SHOWN]}…"
        raise InputError(f"{where}, {shown!r}: {error}.{tail}") from None


def check_repeats(table: pd.DataFrame, shared: bool, where: Where) -> None:
    """Raise InputError where an entry is twice in a frame, or in two frames without ``shared``."""
    folded = table["pattern"].map(fold)
    again = folded.duplicated(keep=False)
    for _, group in table[again].groupby(folded[again], sort=False):
        pattern = group["pattern"].iloc[-1]
        frames = list(dict.fromkeys(group["frame"]))
        spot = where("frames", frames[-1], pattern)
        if len(frames) < len(group):
            raise InputError(
                f"{spot}: entry {pattern!r} is in frame {frames[0]!r} twice. Remove one of the two."
            )
        if not shared:
            raise InputError(
                f"{spot}: entry {pattern!r} is in the frames {listing(frames)}. Keep it in one of "
                "them. If it should count for each, write shared = true at the top of the file."
            )


class _LexiconFrame(msgspec.Struct, forbid_unknown_fields=True):
    """A frame as it stands in the file."""

    entries: list[str | Entry] = []
    exceptions: list[str] = []
    description: str = ""


class _LexiconFile(msgspec.Struct, forbid_unknown_fields=True):
    """The TOML file."""

    frames: dict[str, dict[str, Any]]
    name: str = ""
    version: str = ""
    language: str = "en"
    source: str = ""
    licence: str = ""
    description: str = ""
    shared: bool = False
    exceptions: list[str] = []
    groups: dict[str, list[str]] = {}


@dataclass(frozen=True, eq=False)
class Lexicon(Shown):
    """A lexicon: a table with one row per entry, and the hash that identifies it.

    `read_lexicon`, `make_lexicon` and `load_lexicon` return it; `find_hits` looks for its entries.

    Try it: ``fr.load_lexicon("peace-initiative").table``.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per entry: ``frame``, ``pattern``, ``weight``, ``exceptions`` (a tuple),
        ``case`` (whether upper and lower case must be as in the pattern), ``if`` and ``unless``
        (patterns that must, or must not, stand near the match; empty for no condition),
        ``within`` ("sentence", or a number of words), ``before`` (in how many sentences before
        ``if`` may also stand), ``label`` (a short name for readers; empty for none) and
        ``denies`` (whether each hit denies its frame, as "refuses to cede" denies a concession).
    frames : pandas.DataFrame
        One row per frame, in their order: ``frame``, ``description``, ``exceptions`` (a tuple;
        where one matches, entries of that frame do not count).
    name, version, language, source, licence, description : str
        Metadata of the lexicon.
    exceptions : tuple of str
        Where one matches, entries of any frame do not count.
    groups : mapping
        Named lists of patterns, used in patterns as ``{name}``.
    notes : tuple of str
        What could not be used in the file of the lexicon, with file and line, and entries that
        look as if written for another program, with what to write instead.
    examples : pandas.DataFrame
        Texts that entries must match, or must not match: ``frame``, ``pattern``, ``kind``
        ("match" or "avoid"), ``text``. `check_lexicon` tests them; they do not change results.
    hash : str
        SHA-256 of what determines hits: frames, patterns, weights, exceptions, conditions and
        groups, not labels. Two lexicons with the same hash find the same hits, also under
        different names.

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
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hash: str = ""
    notes: tuple[str, ...] = ()
    examples: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=list(EXAMPLE_COLUMNS), dtype="str")
    )

    def __len__(self) -> int:
        return len(self.table)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lexicon) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[str, str, str]:
        """Return what makes two lexicons equal."""
        return self.name, self.version, self.hash

    def __repr__(self) -> str:
        counts = self.table.groupby("frame", observed=True).size()
        frames = ", ".join(f"{frame} {counts.get(frame, 0)}" for frame in self.frames["frame"])
        label = f"{self.name} {self.version}".strip()
        return f"<Lexicon {label}: {len(self):,} entries ({frames}), hash {self.hash[:8]}>"

    def _page(self) -> str:
        """Return the HTML for JupyterLab: the frames, and the notes on the file."""
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
    _warn(lexicon, callers=4)
    return lexicon if lexicon.name else replace(lexicon, name=path.stem)


def _warn(lexicon: Lexicon, callers: int) -> None:
    """Warn of entries in the grammar of another program, so many calls below the user's line."""
    for note in lexicon.notes:
        warnings.warn(note, UserWarning, stacklevel=callers + 1)


@check_objects
def make_lexicon(
    frames: Mapping[str, Sequence[str | Mapping[str, Any]] | Mapping[str, Any]],
    *,
    name: str = "unnamed",
    version: str = "",
    language: str = "en",
    source: str = "",
    licence: str = "",
    shared: bool = False,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> Lexicon:
    """Make a lexicon from lists of entries.

    Returns a Lexicon for `find_hits`. An entry is a word or phrase; ``truce*`` matches any ending.
    `read_lexicon` reads a lexicon from a file and describes all that an entry can say.

    Try it: ``fr.make_lexicon({"peace": ["truce*", "peace talks"], "doubt": ["pipe dream"]})``.

    Parameters
    ----------
    frames : mapping
        For each frame its entries (see `read_lexicon`), or a mapping with ``entries``,
        ``exceptions`` and ``description``.
    name, version, language, source, licence : str
        Metadata: what the lexicon is and where it comes from.
    shared : bool
        Whether an entry may be in several frames; it then counts for each of them.
    groups : mapping, optional
        Named lists of patterns, for use in patterns as ``{name}``.

    Returns
    -------
    Lexicon
        The lexicon with its hash.

    Raises
    ------
    InputError
        As in `read_lexicon`; the message names the frame and the entry.

    Examples
    --------
    >>> import framing as fr
    >>> fr.make_lexicon({"peace": ["ceasefire*", "peace talk*"], "doubt": ["doubt*", "wary"]})
    <Lexicon unnamed: 4 entries (peace 2, doubt 2), hash cb6bbd5b>
    """
    if not isinstance(frames, Mapping):
        raise InputError(
            f"frames is {a_kind(type(frames).__name__)}; it must be a mapping such as "
            '{"peace": ["ceasefire*", "peace talk*"]}.'
        )
    _check_names([str(frame) for frame in frames], lambda *keys: "make_lexicon")
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
        "groups": {
            str(name): [str(item) for item in items] for name, items in (groups or {}).items()
        },
        "frames": tables,
    }
    lexicon = _build(data, lambda *keys: "make_lexicon")
    _warn(lexicon, callers=3)
    return lexicon


def _plain(entry: Any) -> Any:
    """Return text as str, anything else unchanged."""
    # Columns of tables can hold text of numpy's type, which the validator does not know.
    return str(entry) if isinstance(entry, str) else entry


@check_objects
def drop_entries(lexicon: Lexicon, patterns: Iterable[str]) -> Lexicon:
    """Return the lexicon without some entries, to see how much depends on them.

    Parameters
    ----------
    lexicon : Lexicon
        The lexicon with the entries; it does not change.
    patterns : iterable of str
        Entries as they are written in the lexicon.

    Returns
    -------
    Lexicon
        A lexicon with another hash.

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
    examples = lexicon.examples[~lexicon.examples["pattern"].isin(patterns)]
    return _with_hash(replace(lexicon, table=table, examples=examples.reset_index(drop=True)))


def single_entries(lexicon: Lexicon) -> Lexicon:
    """Return the lexicon with one frame per entry, so that entries do not compete for words.

    The name of each frame is the row of its entry. Each entry also has the exceptions of its
    former frame.
    """
    silent = dict(zip(lexicon.frames["frame"], lexicon.frames["exceptions"], strict=True))
    own = [
        (*exceptions, *silent[frame])
        for frame, exceptions in zip(
            lexicon.table["frame"], lexicon.table["exceptions"], strict=True
        )
    ]
    names = [str(row) for row in range(len(lexicon))]
    table = lexicon.table.assign(
        frame=pd.Categorical(names, categories=names), exceptions=pd.Series(own, dtype=object)
    )
    heads = pd.DataFrame({"frame": names, "description": "", "exceptions": [()] * len(names)})
    return _with_hash(replace(lexicon, table=table, frames=heads))


def _build(data: Mapping[str, Any], where: Where) -> Lexicon:
    """Return the lexicon of a file or a mapping; ``where`` names the place in messages."""
    if not data.get("frames"):
        raise InputError(
            f"{where()}: there are no frames. A lexicon needs one table for each frame, such as "
            '[frames.peace] with entries = ["ceasefire*"].'
        )
    tables = data["frames"]
    for frame, content in tables.items() if isinstance(tables, Mapping) else ():
        if not isinstance(content, Mapping):
            raise InputError(
                f"{where('frames', frame)}: the frame {frame!r} is no table. Write "
                f'[frames.{frame}], and below it entries = ["ceasefire*"].'
            )
    file = convert(data, _LexiconFile, where)
    try:
        check_language(file.language)
    except InputError as error:
        raise InputError(f"{where('language', file.language)}: {error}") from None
    groups = _groups(file.groups, where)
    rows: list[tuple[Any, ...]] = []
    shown: list[tuple[str, str, str, str]] = []
    heads: list[tuple[str, str, tuple[str, ...]]] = []
    for keys, content in _leaves(file.frames):
        frame = ".".join(keys)
        if not all(key.strip() for key in keys):
            raise InputError(f"{where('frames', frame)}: a frame has no name. Give it one.")
        table = _frame(keys, content, groups, where)
        heads.append((frame, table.description, tuple(table.exceptions)))
        rows.extend((frame, *_entry_row(entry)) for entry in table.entries)
        shown.extend(_examples(frame, table.entries))
    _check_names([head[0] for head in heads], where)
    entries = pd.DataFrame(rows, columns=list(ENTRY_COLUMNS))
    entries["frame"] = pd.Categorical(entries["frame"], categories=[head[0] for head in heads])
    check_repeats(entries, file.shared, where)
    for pattern in file.exceptions:
        check_pattern(pattern, Place(where, ("exceptions", pattern), ": exception"), groups)
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
            groups=groups,
            notes=tuple(_hints(entries, file, where)),
            examples=pd.DataFrame(shown, columns=list(EXAMPLE_COLUMNS), dtype="str"),
        )
    )


def _check_names(frames: Sequence[str], where: Where) -> None:
    """Raise InputError where two frames have names that readers cannot tell apart."""
    first: dict[str, str] = {}
    for frame in frames:
        key = " ".join(normalize("NFC", frame).split())
        seen = first.get(key)
        first[key] = frame
        if seen is not None:
            differ = "which differ by spaces or invisible signs only" if seen != frame else "twice"
            raise InputError(
                f"{where('frames', frame)}: there are frames {seen!r} and {frame!r}, {differ}. "
                "Give one of them another name, or join their entries."
            )


def _hints(table: pd.DataFrame, file: _LexiconFile, where: Where) -> Iterator[str]:
    """Yield a note on each pattern that is written in the grammar of another program."""
    written = [
        (("frames", *str(row["frame"]).split("."), row["pattern"]), pattern)
        for row in table.to_dict("records")
        for pattern in (row["pattern"], row["if"], row["unless"], *row["exceptions"])
    ]
    written += [(("exceptions", pattern), pattern) for pattern in file.exceptions]
    written += [
        (("groups", name, item), item) for name, items in file.groups.items() for item in items
    ]
    for keys, pattern in written:
        advice = hint(pattern)
        if advice:
            yield f"{where(*keys)}: {pattern!r}: {advice}."


def _entry_row(entry: str | Entry) -> tuple[Any, ...]:
    """Return the row of an entry, without its frame."""
    item = Entry(entry) if isinstance(entry, str) else entry
    conditions = item.case, item.only_if, item.unless, item.within, item.before
    return (item.pattern, item.weight, tuple(item.exceptions), *conditions, item.label, item.denies)


def _examples(frame: str, entries: Iterable[str | Entry]) -> Iterator[tuple[str, str, str, str]]:
    """Yield the examples of the entries of a frame, one row each."""
    for entry in entries:
        if isinstance(entry, Entry):
            yield from ((frame, entry.pattern, "match", text) for text in entry.match)
            yield from ((frame, entry.pattern, "avoid", text) for text in entry.avoid)


def _leaves(
    frames: Mapping[str, Any], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """Yield the keys and the table of each frame that has entries, or that is empty."""
    for frame, content in frames.items():
        keys = (*above, frame)
        inner = {
            key: value
            for key, value in content.items()
            if isinstance(value, Mapping) and key not in _LexiconFrame.__struct_fields__
        }
        settings = {key: value for key, value in content.items() if key not in inner}
        if "entries" in settings or not inner:
            yield keys, settings
        yield from _leaves(inner, keys)


def _groups(groups: Mapping[str, Sequence[str]], where: Where) -> dict[str, tuple[str, ...]]:
    """Return the groups; raise InputError where one is empty or cannot be read."""
    made = {name: tuple(items) for name, items in groups.items()}
    for name, items in made.items():
        if not items:
            raise InputError(
                f"{where('groups', name)}: group {name!r} is empty. Give it at least one word, or "
                "remove it."
            )
        for item in items:
            check_pattern(item, Place(where, ("groups", name, item), f": group {name!r}"), made)
    return made


def _frame(
    keys: tuple[str, ...],
    content: Mapping[str, Any],
    groups: Mapping[str, tuple[str, ...]],
    where: Where,
) -> _LexiconFrame:
    """Return a frame; raise InputError where its table or an entry cannot be read."""
    frame = ".".join(keys)
    entries = content.get("entries", [])
    for number, entry in enumerate(entries if isinstance(entries, list) else [], start=1):
        if isinstance(entry, Mapping):
            pattern = str(entry.get("pattern", number))
            convert(entry, Entry, where, "frames", *keys, pattern)
    table = convert(content, _LexiconFrame, where, "frames", *keys)
    if not table.entries:
        raise InputError(
            f"{where('frames', *keys)}: frame {frame!r} has no entries. Give it at least one "
            '(entries = ["ceasefire*"]), or leave the frame out.'
        )
    for number, entry in enumerate(table.entries, start=1):
        item = Entry(entry) if isinstance(entry, str) else entry
        spot = Place(where, ("frames", *keys, item.pattern), f": entry {number} of frame {frame!r}")
        check_entry(item, spot, groups)
    for pattern in table.exceptions:
        spot = Place(where, ("frames", *keys, pattern), f": exception of {frame!r}")
        check_pattern(pattern, spot, groups)
    return table


def _with_hash(lexicon: Lexicon) -> Lexicon:
    """Return the lexicon with the hash of its content."""
    rows = []
    for row in lexicon.table.to_dict("records"):
        plain = [str(row["frame"]), row["pattern"], row["weight"], sorted(row["exceptions"])]
        # Unused conditions are left out, so that new types of conditions do not change old hashes.
        used = {key: row[key] for key in CONDITIONS if row[key] != CONDITIONS[key]}
        used |= {"denies": True} if row["denies"] else {}
        rows.append([*plain, *([used] if used else [])])
    heads = sorted(
        [frame, sorted(exceptions)]
        for frame, exceptions in lexicon.frames[["frame", "exceptions"]].to_numpy().tolist()
    )
    groups = {name: sorted(items) for name, items in lexicon.groups.items()}
    parts = [
        sorted(rows, key=lambda row: row[:4]),
        heads,
        sorted(lexicon.exceptions),
        *([groups] if groups else []),
    ]
    content = json.dumps(parts, ensure_ascii=True, sort_keys=True)
    return replace(lexicon, hash=hashlib.sha256(content.encode()).hexdigest())
