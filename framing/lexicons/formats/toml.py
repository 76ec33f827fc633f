"""A lexicon as the text of a TOML file, from which it can be read back with the same hash."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd
import tomlkit
from tomlkit.items import Trivia

from framing.lexicons.foreign import Loss, ways
from framing.lexicons.lexicon import CONDITIONS, Lexicon
from framing.text.characters import fold

METADATA = ("name", "version", "language", "source", "licence", "description")
# What an entry is without saying so.
DEFAULTS = {"weight": 1.0, "exceptions": (), **CONDITIONS}
# The keys of a frame's own, which no frame in it can have for a name.
OWN = ("entries", "exceptions", "description")


def losses(lexicon: Lexicon) -> list[Loss]:
    """Return what a TOML file does not hold: a frame without entries, a name that is empty."""
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
        own = lexicon.examples[lexicon.examples["frame"] == head["frame"]]
        table.add("entries", _list(_entries(rows.to_dict("records"), _by_entry(own))))
        *above, last = headings[head["frame"]]
        inside = frames
        for name in above:
            if name not in inside:
                inside.add(tomlkit.key(name), tomlkit.table(is_super_table=True))
            inside = inside[name]
        inside.add(tomlkit.key(last), table)
    return tomlkit.dumps(document)


def _headings(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    names = lexicon.frames["frame"].tolist()
    paths = ways(names)
    if any(part in OWN for way in paths.values() for part in way[1:]):
        paths = {name: (name,) for name in names}
    return paths


def _by_entry(examples: pd.DataFrame) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for pattern, kind, text in examples[["pattern", "kind", "text"]].itertuples(index=False):
        kinds = found.setdefault(pattern, {})
        kinds[kind] = (*kinds.get(kind, ()), text)
    return found


def _entries(
    rows: list[dict[Any, Any]], examples: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> Iterator[Any]:
    for row in rows:
        used = {key: row[key] for key in DEFAULTS if row[key] != DEFAULTS[key]}
        used |= examples.get(row["pattern"], {})
        plain = {key: _plain(value) for key, value in used.items()}
        yield {"pattern": row["pattern"], **plain} if plain else row["pattern"]


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return list(value) if isinstance(value, tuple) else value


def _is_shared(lexicon: Lexicon) -> bool:
    pairs = zip(lexicon.table["pattern"].map(fold), lexicon.table["frame"], strict=True)
    return len({pattern for pattern, _ in set(pairs)}) < len(lexicon.table)


def _list(items: Iterable[Any]) -> tomlkit.items.Array:
    """Return a list with a line for each item."""
    # Made at once, since each item appended later has tomlkit number all of them anew.
    return tomlkit.items.Array([_item(item) for item in items], Trivia(), multiline=True)


def _item(value: Any) -> tomlkit.items.Item:
    if not isinstance(value, Mapping):
        item: tomlkit.items.Item = tomlkit.item(value)
        return item
    table = tomlkit.inline_table()
    table.update(value)
    return table
