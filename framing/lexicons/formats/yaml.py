"""YAML dictionaries, as quanteda reads and writes them."""

import re
from typing import Any

import yaml

from framing._core.checks import InputError
from framing.lexicons.foreign import Content, FileEntry, Format, Note, Reading

# The key of quanteda for entries of a key that also contains further keys.
ENTRIES_KEY = "__"
_NULL = ("", "~")


def read(text: str, where: str) -> Reading:
    """Return the content of a YAML dictionary: keys of lists, or of further keys."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.AliasEvent):
                raise InputError(
                    f"{where}, line {event.start_mark.line + 1}: *{event.anchor} is a reference "
                    f'in YAML. Put an entry that starts with * in quotes: "*{event.anchor}".'
                )
        root = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        spot = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        reason = " ".join(filter(None, [error.context, error.problem]))
        raise InputError(
            f"{where}{spot}: this is not YAML ({reason}). Put an entry in quotes if it starts "
            "with a sign such as * or contains a colon."
        ) from None
    except yaml.YAMLError as error:
        raise InputError(f"{where}: this is not YAML ({str(error).splitlines()[0]}).") from None
    except RecursionError:
        raise InputError(
            f"{where}: this file is nested too deeply to be a dictionary. Give a file with keys "
            "and lists of entries, such as peace: [truce, ceasefire*]."
        ) from None
    if not isinstance(root, yaml.MappingNode):
        raise InputError(
            f"{where}: this is not a dictionary. A dictionary has keys with lists of entries: "
            "peace: [truce, ceasefire*]"
        )
    reading = Reading([], {}, [])
    _mapping(root, "", reading, where)
    return reading


def _mapping(node: yaml.MappingNode, above: str, reading: Reading, where: str) -> None:
    """Add the content of the keys of a node to the reading."""
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise InputError(
                f"{where}, line {key.start_mark.line + 1}: a key must be a word, such as peace."
            )
        if above and key.value == ENTRIES_KEY:
            _content(value, above, reading, where)
        else:
            name = " ".join(key.value.split())
            _content(value, f"{above}.{name}" if above else name, reading, where)


def _content(node: yaml.Node, frame: str, reading: Reading, where: str) -> None:
    """Add the entries of a frame, or its frames, to the reading."""
    if isinstance(node, yaml.MappingNode):
        _mapping(node, frame, reading, where)
        return
    reading.frames.setdefault(frame, "")
    for item in node.value if isinstance(node, yaml.SequenceNode) else [node]:
        line = item.start_mark.line + 1
        if isinstance(item, yaml.MappingNode):
            _mapping(item, frame, reading, where)
        elif isinstance(item, yaml.SequenceNode):
            raise InputError(
                f"{where}, line {line}: {frame!r} has a list inside a list. Put its entries in "
                "one list."
            )
        elif not item.style and item.value in _NULL:
            reading.notes.append(Note(line, f"an entry of {frame!r} is empty; left out."))
        else:
            reading.entries.append(FileEntry(frame, item.value, 1.0, line))


def render(content: Content) -> str:
    """Return the text of a YAML dictionary."""
    tree: dict[str, Any] = {}
    for frame, path in content.ways.items():
        node = tree
        for step in path[:-1]:
            inner = node.setdefault(step, {})
            if isinstance(inner, list):
                inner = node[step] = {ENTRIES_KEY: inner}
            node = inner
        node[path[-1]] = [pattern for pattern, _ in content.of(frame)]
    return str(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, width=1_000_000))


YAML = Format("YAML", read, render, question=True, bars_frame=re.compile(rf"^{ENTRIES_KEY}$"))
