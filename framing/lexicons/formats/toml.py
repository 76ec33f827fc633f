"""A lexicon as the text of a TOML file, from which it can be read back with the same hash."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd
import tomlkit

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
    lines = [f"{key} = {_value(getattr(lexicon, key))}" for key in METADATA]
    if _is_shared(lexicon):
        lines.append("shared = true")
    if lexicon.exceptions:
        lines += _list("exceptions", lexicon.exceptions)
    if lexicon.groups:
        lines += ["", "[groups]"]
        for name, patterns in lexicon.groups.items():
            lines += _list(tomlkit.key(name).as_string(), patterns)
    headings = _headings(lexicon)
    for head in lexicon.frames.to_dict("records"):
        rows = lexicon.table[lexicon.table["frame"] == head["frame"]]
        if not len(rows):
            continue
        lines += ["", f"[frames.{headings[head['frame']]}]"]
        if head["description"]:
            lines.append(f"description = {_value(head['description'])}")
        if head["exceptions"]:
            lines += _list("exceptions", head["exceptions"])
        own = lexicon.examples[lexicon.examples["frame"] == head["frame"]]
        lines += _list("entries", _entries(rows.to_dict("records"), _by_entry(own)))
    return "\n".join(lines) + "\n"


def _headings(lexicon: Lexicon) -> dict[str, str]:
    names = lexicon.frames["frame"].tolist()
    paths = ways(names)
    if any(part in OWN for way in paths.values() for part in way[1:]):
        paths = {name: (name,) for name in names}
    return {
        name: ".".join(tomlkit.key(part).as_string() for part in way) for name, way in paths.items()
    }


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


def _list(key: str, items: Iterable[Any]) -> list[str]:
    return [f"{key} = [", *(f"    {_value(item)}," for item in items), "]"]


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        table = tomlkit.inline_table()
        table.update(value)
        return str(table.as_string())
    return str(tomlkit.item(value).as_string())
