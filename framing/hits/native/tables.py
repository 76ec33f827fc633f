"""Tables: the rules of a lexicon in columns of numbers, as the native engine reads them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framing.hits.automaton import Finder, is_looked_up
from framing.hits.native.library import TABLES
from framing.lexicons.patterns import Atom, Choice, Glob, Joint, Node
from framing.text.stop_words import shipped_stop_words

Column = NDArray[Any]

_ATOM, _CHOICE, _ROW = range(3)
_JOINTS = {"touch": 0, "space": 1, "gap": 2}
_LOOKED_UP = 3
_ANY, _ONE = 0xFFFF, 0xFFFE
# A function word is about so many times as frequent as a content word. Each further letter makes a
# word rarer, each further word a phrase.
_FUNCTION, _COMMON = 400, 40


@dataclass(frozen=True)
class Rules:
    """The rules of a lexicon without their patterns; the columns are those of core.h."""

    entries: int
    first_condition: int
    frames: int
    cased: Iterable[int]
    columns: dict[str, Any]

    @classmethod
    def plain(cls, count: int) -> "Rules":
        """Return so many entries without conditions or exceptions."""
        edges = np.zeros(count + 1)
        none: dict[str, Any] = dict.fromkeys(
            ("condition_rule", "condition_wanted", "condition_within", "condition_before",
             "exception_scope", "exception_owner"), (),
        )  # fmt: skip
        return cls(count, count, 1, (), {"frame_of": edges[:-1], "condition_from": edges, **none})


def make_tables(finder: Finder, rules: Rules) -> dict[str, Any]:
    """Return the columns of struct framing_tables for the patterns of a finder."""
    automaton, alphabet = finder.automaton, finder.automaton.alphabet
    order = sorted(range(len(automaton.strings)), key=automaton.strings.__getitem__)
    strings = [automaton.strings[place] for place in order]
    width = alphabet.dtype.itemsize
    nodes = _Nodes(finder)
    rule_node = [nodes.number(tree) for tree in finder.patterns]
    globs = [glob for items in automaton.globs for glob in items]
    texts = [_glob_classes(text, alphabet.letter_classes) for _, text in globs]
    given: dict[str, Any] = {
        "classes": alphabet.size,
        "class_flags": alphabet.flags & 0xFF,
        "strings": len(strings),
        "string_from": _edges(len(string) // width for string in strings),
        "string_symbols": np.frombuffer(b"".join(strings), dtype=alphabet.dtype),
        "closed": automaton.closed[order],
        "opened": automaton.opened[order],
        "literal": automaton.literal[order],
        "literals": len(automaton.globs),
        "glob_from": _edges(map(len, automaton.globs)),
        "glob_atom": [number for number, _ in globs],
        "glob_text_from": _edges(map(len, texts)),
        "glob_text": [number for text in texts for number in text],
        "atoms": len(automaton.number),
        **nodes.columns(),
        "rules": len(rule_node),
        "entries": rules.entries,
        "first_condition": rules.first_condition,
        "rule_node": rule_node,
        "rule_gapped": finder.gapped,
        "rule_single": [number not in finder.trees for number in range(len(rule_node))],
        "rule_cased": np.isin(np.arange(rules.entries), list(rules.cased)),
        "frames": rules.frames,
        "atom_frequency": list(map(_frequency, automaton.number)),
        **rules.columns,
    }
    return {
        name: int(given[name]) if kind is None else _column(given[name], kind)
        for name, kind in TABLES.items()
    }


def _column(items: Any, kind: np.dtype[Any]) -> Column:
    column = np.ascontiguousarray(np.asarray(items).astype(kind))
    # A column without items needs an address too.
    return column if column.size else np.zeros(1, dtype=kind)


def _edges(sizes: Iterable[int]) -> NDArray[np.int64]:
    """Return where the items of each list begin in one column, and where the last list ends."""
    counted = np.fromiter(sizes, dtype=np.int64)
    return np.append(0, np.cumsum(counted))


def _glob_classes(text: str, class_of: Callable[[str], list[int]]) -> list[int]:
    signs = {"*": _ANY, "?": _ONE}
    return [signs.get(letter, number) for letter, number in zip(text, class_of(text), strict=True)]


class _Nodes:
    """The nodes of all trees, each once; parts come before the nodes that contain them."""

    def __init__(self, finder: Finder) -> None:
        self.atom_of = finder.automaton.number
        self.alphabet = finder.automaton.alphabet
        self.known: dict[Node, int] = {}
        self.kinds: list[int] = []
        self.atoms: list[int] = []
        self.parts: list[list[tuple[int, int, bool, int, list[int]]]] = []

    def number(self, node: Node) -> int:
        """Return the number of a node, which is listed with its parts."""
        if node in self.known:
            return self.known[node]
        atom, kind, parts = 0, _ATOM, []
        if isinstance(node, Atom | Glob):
            atom = self.atom_of[node]
        elif isinstance(node, Choice):
            kind, parts = _CHOICE, [self._part(option) for option in node.options]
        else:
            kind, parts = _ROW, [self._part(node.parts[0])]
            for joint, part in zip(node.joints, node.parts[1:], strict=True):
                parts.append(self._part(part, joint))
        self.kinds.append(kind)
        self.atoms.append(atom)
        self.parts.append(parts)
        self.known[node] = len(self.kinds) - 1
        return self.known[node]

    def _part(
        self, node: Node, joint: Joint | None = None
    ) -> tuple[int, int, bool, int, list[int]]:
        """Return the node of a part, the kind of its joint, and its letters if it is looked up."""
        if joint is None:
            return self.number(node), 0, True, 0, []
        if is_looked_up(node, joint):
            return 0, _LOOKED_UP, True, 0, self.alphabet.classes_folded(node.text).tolist()
        return self.number(node), _JOINTS[joint.kind], joint.ordered, joint.words, []

    def columns(self) -> dict[str, Any]:
        """Return the columns of nodes and parts."""
        parts = [part for items in self.parts for part in items]
        numbers, joints, ordered, words, letters = zip(*parts, strict=True) if parts else [()] * 5
        return {
            "nodes": len(self.kinds),
            "node_kind": self.kinds,
            "node_atom": self.atoms,
            "part_from": _edges(map(len, self.parts)),
            "part_node": numbers,
            "part_joint": joints,
            "part_ordered": ordered,
            "part_words": np.minimum(words, 2**31 - 1),
            "part_word_from": _edges(map(len, letters)),
            "part_word": [letter for word in letters for letter in word],
        }


@cache
def _function_words() -> frozenset[str]:
    return frozenset(shipped_stop_words("en"))


def _frequency(atom: Atom | Glob) -> int:
    """Return about how frequent an atom is; this changes only the speed of the search."""
    words = [word.strip("*?") for word in atom.text.split(" ")]
    common = [
        _FUNCTION if word in _function_words() else _COMMON // (1 + len(word)) for word in words
    ]
    wide = 1 if isinstance(atom, Atom) and not atom.is_open else 2
    return 1 + wide * min(common) // len(words)
