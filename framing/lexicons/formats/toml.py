"""TOML: a lexicon as the text of a file. Reading it gives a lexicon with the same hash."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd
import tomlkit
from tomlkit.items import Trivia

from framing.lexicons.foreign import Loss, ways
from framing.lexicons.lexicon import CONDITIONS, Lexicon
from framing.text.characters import fold

METADATA = ("name", "version", "language", "source", "licence", "description")
# Default values of the keys of an entry.
DEFAULTS = {"weight": 1.0, "exceptions": (), **CONDITIONS, "label": "", "denies": False}
# The keys of a frame. A frame inside it cannot have one of these names.
FRAME_KEYS = ("entries", "exceptions", "description")


def losses(lexicon: Lexicon) -> list[Loss]:
    """Return what a TOML file does not contain: frames without entries, and an empty name."""
    lost = [
        Loss(frame, "", "frame", "it has no entries")
        for frame in lexicon.frames["frame"]
        if not (lexicon.table["frame"] == frame).any()
    ]
    if not lexicon.name:
        lost.append(Loss("", "", "name", "it is empty; read back, the name is that of the file"))
    return lost


def render(lexicon: Lexicon) -> str:
    """Return the text of a TOML file."""
    document = tomlkit.document()
    for key in METADATA:
        document.add(key, getattr(lexicon, key))
    if _is_shared(lexicon):
        document.add("shared", True)
    if lexicon.exceptions:
        document.add("exceptions", _list(lexicon.exceptions))
    if lexicon.groups:
        document.add(tomlkit.nl())
        groups = tomlkit.table()
        for name, patterns in lexicon.groups.items():
            groups.add(tomlkit.key(name), _list(patterns))
        document.add("groups", groups)
    frames = tomlkit.table(is_super_table=True)
    document.add("frames", frames)
    headings = _headings(lexicon)
    for head in lexicon.frames.to_dict("records"):
        rows = lexicon.table[lexicon.table["frame"] == head["frame"]]
        if not len(rows):
            continue
        table = tomlkit.table()
        if head["description"]:
            table.add("description", head["description"])
        if head["exceptions"]:
            table.add("exceptions", _list(head["exceptions"]))
        examples = lexicon.examples[lexicon.examples["frame"] == head["frame"]]
        table.add("entries", _list(_entries(rows.to_dict("records"), _by_entry(examples))))
        *above, last = headings[head["frame"]]
        parent = frames
        for name in above:
            if name not in parent:
                parent.add(tomlkit.key(name), tomlkit.table(is_super_table=True))
            parent = parent[name]
        parent.add(tomlkit.key(last), table)
    return tomlkit.dumps(document)


def _headings(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """Return the keys of the table of each frame."""
    names = lexicon.frames["frame"].tolist()
    paths = ways(names)
    if any(step in FRAME_KEYS for path in paths.values() for step in path[1:]):
        paths = {name: (name,) for name in names}
    return paths


def _by_entry(examples: pd.DataFrame) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the examples of each entry, by kind."""
    by_pattern: dict[str, dict[str, tuple[str, ...]]] = {}
    for pattern, kind, text in examples[["pattern", "kind", "text"]].itertuples(index=False):
        kinds = by_pattern.setdefault(pattern, {})
        kinds[kind] = (*kinds.get(kind, ()), text)
    return by_pattern


def _entries(
    rows: list[dict[Any, Any]], examples: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> Iterator[Any]:
    """Yield each entry as a pattern, or as a table where it has more than a pattern."""
    for row in rows:
        used = {key: row[key] for key in DEFAULTS if row[key] != DEFAULTS[key]}
        used |= examples.get(row["pattern"], {})
        plain = {key: _plain(value) for key, value in used.items()}
        yield {"pattern": row["pattern"], **plain} if plain else row["pattern"]


def _plain(value: Any) -> Any:
    """Return a value of a table as tomlkit takes it."""
    value = value.item() if hasattr(value, "item") else value
    return list(value) if isinstance(value, tuple) else value


def _is_shared(lexicon: Lexicon) -> bool:
    """Return whether some entry is in several frames."""
    pairs = zip(lexicon.table["pattern"].map(fold), lexicon.table["frame"], strict=True)
    return len({pattern for pattern, _ in set(pairs)}) < len(lexicon.table)


def _list(items: Iterable[Any]) -> tomlkit.items.Array:
    """Return a list with one line per item."""
    # Made at once: tomlkit numbers all items again for each item that is appended.
    return tomlkit.items.Array([_item(item) for item in items], Trivia(), multiline=True)


def _item(value: Any) -> tomlkit.items.Item:
    """Return an item of a list; a mapping becomes a table in one line."""
    if not isinstance(value, Mapping):
        item: tomlkit.items.Item = tomlkit.item(value)
        return item
    table = tomlkit.inline_table()
    table.update(value)
    return table
