"""Keys of intrusion tests: which option intrudes, and cells as they were before a spreadsheet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from framing._core.checks import InputError, check_columns
from framing._intrusion_items import Item
from framing.coding.sheets import plain, read_sheet, write_delimited

TESTS = ("words", "passages")
KEY_NOTE = "Not for coders: this file names the intruders. score_intrusion reads it."


@dataclass(frozen=True)
class Key:
    """The items of a test by their names, and the hash of the topics that they are about."""

    test: str
    items: Mapping[str, Item]
    topics: str


def write_key(path: Path, key: Key) -> None:
    """Write the key, with a row an item."""
    passages = key.test == "passages"
    items = list(key.items.values())
    size = len(items[0].options)
    header = ["test", "item", "unit_id" if passages else "topic", *numbered("option", size)]
    header += [*numbered("terms", size), *numbered("share", size)] if passages else []
    rows = []
    for item in items:
        beside = [*item.shown, *(f"{share:.9g}" for share in item.shares)] if passages else []
        row = [key.test, item.name, item.subject, *item.options, *beside]
        rows.append([*row, item.intruder, key.topics])
    write_delimited(path, [*header, "intruder", "topics"], rows, [KEY_NOTE])


def read_key(path: Path, encoding: str) -> Key:
    """Read a key; raises InputError where it is not as it was written."""
    header, rows = read_sheet(path, encoding)
    size = sum(re.fullmatch(r"option\d+", name) is not None for name in header)
    options = numbered("option", max(size, 1))
    check_columns(header, ["test", *options, "intruder", "topics"], f"The key {path}")
    first = rows[0][1]
    passages = first["test"] == "passages"
    shown, shares = numbered("terms", size), numbered("share", size)
    subject = "unit_id" if passages else "topic"
    beside = [*shown, *shares] if passages else []
    check_columns(header, ["item", subject, *beside], f"The key {path}")
    items: dict[str, Item] = {}
    for number, cells in rows:
        item = Item(
            name=whole(cells["item"]),
            subject=plain(cells[subject]),
            options=[plain(cells[name]) for name in options],
            shown=[plain(cells[name]) for name in (shown if passages else options)],
            intruder=plain(cells["intruder"]),
            shares=[_decimal(cells[name]) for name in shares] if passages else [],
        )
        problem = (
            "the item is no number, or there twice" if item.name in ("", *items)
            else "the intruder is not among the options" if item.intruder not in item.options
            else "a share is no number from 0 to 1" if not all(0 <= s <= 1 for s in item.shares)
            else "it is of another test" if any(cells[c] != first[c] for c in ("test", "topics"))
            else "the test is unknown" if cells["test"] not in TESTS
            else ""
        )  # fmt: skip
        if problem:
            raise InputError(f"{path}, row {number}: {problem}. Take the key as it was written.")
        items[item.name] = item
    return Key(first["test"], items, first["topics"])


def numbered(name: str, size: int) -> list[str]:
    """Return the columns of the options, or of what is said of each: option1, option2 …."""
    return [f"{name}{number}" for number in range(1, size + 1)]


def whole(cell: str) -> str:
    """Return a whole number as it was before a spreadsheet made it 3.0 or 3,0; "" for others."""
    found = re.fullmatch(r"0*([0-9]+)([.,]0*)?", cell)
    return found[1] if found else ""


def folded(text: str) -> str:
    """Return the text without what a spreadsheet does to it: TRUE for true, 7 for 007."""
    number = _decimal(text)
    return " ".join(text.casefold().split()) if np.isnan(number) else repr(number)


def _decimal(cell: str) -> float:
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return float("nan")
