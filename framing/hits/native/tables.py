"""Tables: the rules of a lexicon in columns of numbers, as the native engine reads them."""

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framing.hits.automaton import Finder, is_looked_up
from framing.hits.native.library import TABLES
from framing.lexicons.patterns import LEAF, Atom, Choice, Glob, Node, Row
from framing.text.characters import code_points
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
        "class_flags": alphabet.flags,
        "strings": len(strings),
        "string_from": _edges(map(len, strings)) // width,
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
        "atom_frequency": _frequencies(automaton.number),
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


_Joined = tuple[int, int, bool, int, list[int]]


class _Nodes:
    """The nodes of all trees, each once: the atoms, then parts before what contains them."""

    def __init__(self, finder: Finder) -> None:
        self.alphabet = finder.automaton.alphabet
        self.atoms = len(finder.automaton.number)
        self.known: dict[Node, int] = dict(finder.automaton.number.items())
        # By object, since entries share groups: to compare nodes takes longer.
        self.seen: dict[int, int] = {}
        self.spelled: dict[str, list[int]] = {}
        self.kinds: list[int] = []
        # The parts of all nodes in one column, and where those of each node end.
        self.parts = array("I")
        self.ends: list[int] = []
        # Of the parts with a joint: the place in ``parts``, the joint, whether it is ordered, its
        # words, and the letters of a part that is looked up.
        self.joined: list[_Joined] = []

    def number(self, node: Node) -> int:
        """Return the number of a node, which is listed with its parts."""
        if isinstance(node, LEAF):
            return self.known[node]
        seen = self.seen.get(id(node))
        if seen is None:
            seen = self.seen[id(node)] = self._numbered(node)
        return seen

    def _numbered(self, node: Choice | Row) -> int:
        known = self.known.get(node)
        if known is not None:
            return known
        if isinstance(node, Choice):
            self._list_options(node)
        else:
            self._list_row(node)
        self.ends.append(len(self.parts))
        number = self.known[node] = self.atoms + len(self.ends) - 1
        return number

    def _list_options(self, node: Choice) -> None:
        """List the options of a node, of which nearly all are known atoms."""
        for option in node.inner:
            self.number(option)
        self.kinds.append(_CHOICE)
        self.parts.extend(map(self.known.__getitem__, node.options))

    def _list_row(self, node: Row) -> None:
        parts, joined = [self.number(node.parts[0])], list[_Joined]()
        for joint, part in zip(node.joints, node.parts[1:], strict=True):
            if is_looked_up(part, joint):
                joined.append((len(parts), _LOOKED_UP, True, 0, self._letters(part.text)))
                parts.append(0)
            else:
                words = min(joint.words, 2**31 - 1)
                joined.append((len(parts), _JOINTS[joint.kind], joint.ordered, words, []))
                parts.append(self.number(part))
        first = len(self.parts)
        self.joined += [(first + items[0], *items[1:]) for items in joined]
        self.kinds.append(_ROW)
        self.parts.extend(parts)

    def _letters(self, word: str) -> list[int]:
        """Return the classes of a word that is looked up; few words are, and often."""
        if word not in self.spelled:
            self.spelled[word] = self.alphabet.classes_folded(word).tolist()
        return self.spelled[word]

    def columns(self) -> dict[str, Any]:
        """Return the columns of nodes and parts."""
        joint, words, sizes = np.zeros((3, len(self.parts)), dtype=np.int64)
        ordered = np.ones(len(self.parts), dtype=bool)
        place, *columns, spelled = zip(*self.joined, strict=True) if self.joined else [()] * 5
        for column, items in zip((joint, ordered, words), columns, strict=True):
            column[list(place)] = items
        sizes[list(place)] = list(map(len, spelled))
        return {
            "nodes": self.atoms + len(self.ends),
            "node_kind": np.append(np.full(self.atoms, _ATOM), self.kinds),
            "node_atom": np.append(np.arange(self.atoms), np.zeros(len(self.kinds))),
            "part_from": np.append(np.zeros(self.atoms + 1), self.ends),
            "part_node": np.array(self.parts),
            "part_joint": joint,
            "part_ordered": ordered,
            "part_words": words,
            "part_word_from": np.append(0, np.cumsum(sizes)),
            "part_word": list(chain.from_iterable(spelled)),
        }


@cache
def _function_words() -> frozenset[str]:
    return frozenset(shipped_stop_words("en"))


def _frequencies(atoms: Iterable[Atom | Glob]) -> Column:
    """Return about how frequent each atom is; this changes only the speed of the search."""
    given, function_words = list(atoms), _function_words()
    if not given:
        return np.zeros(0, dtype=np.int64)
    # All texts at once, one in a line.
    lines = "\n".join([atom[0] for atom in given]).replace("*", "").replace("?", "")
    words = lines.replace("\n", " ").split(" ")
    codes = np.append(code_points(lines), ord("\n"))
    ends = np.flatnonzero((codes == ord(" ")) | (codes == ord("\n")))
    past = np.flatnonzero(codes[ends] == ord("\n")) + 1
    count = np.diff(past, prepend=0)
    wide = np.array([1 if atom[-1] is False else 2 for atom in given])
    frequent = np.fromiter(map(function_words.__contains__, words), bool, count=len(words))
    letters = np.where(frequent, -1, np.diff(ends, prepend=-1) - 1)
    # The longest word that is no function word is the rarest.
    longest = np.maximum.reduceat(letters, past - count)
    common = np.where(longest < 0, _FUNCTION, _COMMON // (1 + np.maximum(longest, 0)))
    found: Column = 1 + wide * common // count
    return found
