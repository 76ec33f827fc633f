"""What the columns of the package's tables hold: unit, allowed values, missing ones, in words."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType

import msgspec

from framing._core.files import convert, read_toml

# Said of what a result does not tell.
UNKNOWN = MappingProxyType(
    {
        "unit": "the unit of text",
        "measure": "that of the scores",
        "level": "confidence",
        "by": "what was asked for",
        "total": "terms or tokens",
    }
)


# Not tables, but what several have.
SHARED = ("documents", "covariates", "any")


class Note(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a column holds; empty where there is nothing to say."""

    description: str
    unit: str = ""
    allowed: str = ""
    missing: str = ""


@cache
def _notes() -> Mapping[str, Mapping[str, Note]]:
    with resources.as_file(resources.files("framing") / "data" / "columns.toml") as path:
        data, where = read_toml(Path(path))
    return {
        table: {column: convert(note, Note, where, table, column) for column, note in notes.items()}
        for table, notes in data.items()
    }


def described_tables() -> list[str]:
    """Return the names of the tables that are described."""
    return [table for table in _notes() if table not in SHARED]


def column_note(table: str, column: str, facts: Mapping[str, object]) -> Note | None:
    """Return what a column of a table holds, None where nothing is known of it.

    ``facts`` are what the result says of itself: its unit, measure and level, among others.
    """
    notes = _notes()
    if table not in notes:
        return None
    own = notes[table]
    rest = own if "*" in own else notes["any"]
    note = own.get(column) or notes["documents"].get(column) or rest.get(column) or rest.get("*")
    if note is None:
        return None
    words = {**UNKNOWN, **_words(facts), "column": column}
    return Note(**{name: getattr(note, name).format_map(words) for name in Note.__struct_fields__})


def _words(facts: Mapping[str, object]) -> dict[str, str]:
    words = {name: str(facts[name]) for name in UNKNOWN if facts.get(name) not in (None, "")}
    level = facts.get("level")
    return words | ({"level": f"{level * 100:g}%"} if isinstance(level, float) else {})
