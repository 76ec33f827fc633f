"""Atoms in a folded text: one Aho–Corasick pass (1975), then word boundaries on arrays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, pairwise
from operator import itemgetter
from typing import TypeGuard

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

from framing._core.typing import Mask
from framing.lexicons.patterns import (
    LEAF,
    SPACED,
    Atom,
    Choice,
    Glob,
    Joint,
    Node,
    Row,
    atoms_of,
    glob_matches,
    has_gap,
    literal_of,
)
from framing.text.alphabet import Alphabet, Folded
from framing.text.characters import SPACE, WORD, Offsets
from framing.text.chunks import Passages

# Whether a word begins before a string, and whether it ends after it.
SIDES = np.array([[False, False, True, True], [False, True, False, True]])
STEPS = 16

# An automaton as a table is three times as fast, but it grows with each letter of its patterns.
MOST_TABLED = 400_000


Pair = tuple[Offsets, Offsets]
NONE = np.empty(0, dtype=np.int64)
# The most frequent words of English. After the first word of a phrase they are not searched, but
# looked up there. A rarer word is searched: "(a|the) few" is where "few" is.
_FREQUENT = (
    "a and are as at be been by for from had has have he in is it its not of on that the this to "
    "was were who will with"
)
FREQUENT = frozenset(_FREQUENT.split())


@dataclass(frozen=True)
class Matches:
    """Matches in the positions of a folded text; ``rule`` is the number of the pattern."""

    rule: NDArray[np.int64]
    start: Offsets
    end: Offsets

    def __len__(self) -> int:
        return len(self.rule)

    def take(self, which: Mask | NDArray[np.intp]) -> "Matches":
        """Return some of the matches."""
        return Matches(self.rule[which], self.start[which], self.end[which])


def concatenate(parts: Sequence[Matches]) -> Matches:
    """Return all matches as one object."""
    return Matches(
        np.concatenate([part.rule for part in parts]),
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.end for part in parts]),
    )


class Automaton:
    """A search for atoms; ``rule`` of a match is the number of the atom in ``number``.

    The letters at the start and the end of a word have different classes from letters inside, so
    that nothing is found inside of words that would have to be removed again.
    """

    def __init__(self, atoms: Iterable[Atom | Glob], alphabet: Alphabet) -> None:
        # By text; of one text those with wildcards stand first, then closed ones, then open ones.
        given = set(atoms)
        ordered: list[Atom | Glob] = [atom for atom in given if isinstance(atom, Glob)]
        for is_open in (False, True):
            ordered += [atom for atom in given if atom[-1] is is_open]
        # To compare texts alone takes a tenth of the time.
        ordered.sort(key=itemgetter(0))
        self.number: dict[Atom | Glob, int] = {atom: rank for rank, atom in enumerate(ordered)}
        self.alphabet = alphabet
        self.globs: list[list[tuple[int, str]]] = []
        self._compile(ordered)
        self.known: dict[tuple[int, bytes], list[int]] = {}

    def _compile(self, atoms: list[Atom | Glob]) -> None:
        # What each string means: the column (closed, opened, literal), and the number of the atom
        # or of the literal. An open atom stands for a string at the end of a word and for one
        # inside, a literal for one of each pair of sides. Lists of each kind are made faster than
        # rows of mixed kinds.
        closed = [number for number, atom in enumerate(atoms) if atom[-1] is False]
        opened = [number for number, atom in enumerate(atoms) if atom[-1] is True]
        literals: dict[str, int] = {}
        for number, atom in enumerate(atoms):
            if isinstance(atom, Glob):
                literal = literal_of(atom.text)
                if literal not in literals:
                    literals[literal] = len(literals)
                    self.globs.append([])
                self.globs[literals[literal]].append((number, atom.text))
        whole, begun = (
            [atoms[number].text for number in closed],
            [atoms[number].text for number in opened],
        )
        texts = [*whole, *begun, *begun, *list(literals) * 4]
        counts = [len(closed), 2 * len(opened), 4 * len(literals)]
        column = np.repeat(np.arange(3), counts)
        numbers = np.array([*closed, *opened, *opened, *list(range(len(literals))) * 4], np.int64)
        sides = np.zeros((2, len(texts)), dtype=bool)
        sides[1, len(closed) + len(opened) : len(closed) + counts[1]] = True
        sides[:, len(closed) + counts[1] :] = np.repeat(SIDES, len(literals), axis=1)
        strings = self.alphabet.spell(texts, *sides)
        rows = {string: row for row, string in enumerate(dict.fromkeys(strings))}
        meanings = np.full((3, len(rows)), -1, dtype=np.int64)
        meanings[column, [rows[string] for string in strings]] = numbers
        self.closed, self.opened, self.literal = meanings
        self.strings = list(rows)

    @cached_property
    def machine(self) -> ahocorasick_rs.BytesAhoCorasick:
        """The automaton, which is built at the first use."""
        tabled = sum(map(len, self.strings)) <= MOST_TABLED
        kind = ahocorasick_rs.Implementation
        return ahocorasick_rs.BytesAhoCorasick(
            self.strings, implementation=kind.DFA if tabled else kind.ContiguousNFA
        )

    def find(self, folded: Folded) -> Matches:
        """Return the matches of atoms at word boundaries; ``rule`` is the number of the atom."""
        string, start, end = self._raw(folded)
        closed, opened = self.closed[string], self.opened[string]
        whole, begun = np.flatnonzero(closed >= 0), np.flatnonzero(opened >= 0)
        matches = [
            Matches(closed[whole], start[whole], end[whole]),
            self._opened(folded, opened[begun], start[begun], end[begun]),
        ]
        if self.globs:
            matches.extend(self._find_globs(folded, self.literal[string], start, end))
        every = concatenate(matches)
        inside = self.alphabet.inside_numbers(folded)
        if inside is not None:
            # A number with a point or comma is matched as a whole, or not at all.
            every = every.take(~inside[every.start] & ~inside[every.end])
        if folded.in_address is None:
            return every
        # So is an address.
        inside = np.append(False, folded.in_address) & np.append(folded.in_address, False)
        return every.take(~inside[every.start] & ~inside[every.end])

    def _raw(self, folded: Folded) -> tuple[NDArray[np.int64], Offsets, Offsets]:
        """Return the matches of all strings in the classes: string, start and end."""
        text = self.alphabet.mark_edges(folded).tobytes()
        found = self.machine.find_matches_as_indexes(text, True)
        flat = np.fromiter(chain.from_iterable(found), dtype=np.int64, count=3 * len(found))
        raw = flat.reshape(len(found), 3)
        width = self.alphabet.dtype.itemsize
        # A character has two bytes; a match that starts at half a character does not count.
        raw = raw[raw[:, 1] % width == 0] if width > 1 else raw
        return raw[:, 0], raw[:, 1] // width, raw[:, 2] // width

    def _opened(
        self, folded: Folded, atom: NDArray[np.int64], start: Offsets, end: Offsets
    ) -> Matches:
        """Return the matches of open-ended atoms, up to the ends of their words."""
        stop = _run_on(folded, end)
        if folded.in_address is not None:
            letters = self._only_letters(folded, end, stop)
            atom, start, stop = atom[letters], start[letters], stop[letters]
        return Matches(atom, start, stop)

    def _only_letters(self, folded: Folded, start: Offsets, end: Offsets) -> Mask:
        """Return which parts of words have no sign of an address inside."""
        sign = (folded.flags & WORD) > (self.alphabet.flags_of(folded.classes) & WORD)
        before = np.append(0, np.cumsum(sign))
        letters: Mask = before[start] == before[end]
        return letters

    def _find_globs(
        self, folded: Folded, literal: NDArray[np.int64], start: Offsets, end: Offsets
    ) -> list[Matches]:
        """Return the matches of words with wildcards: whole words around their literals."""
        matches = []
        width = self.alphabet.dtype.itemsize
        text = folded.classes.astype(self.alphabet.dtype, copy=False).tobytes()
        for number in np.unique(literal[literal >= 0]).tolist():
            which = literal == number
            begin, stop = _run_back(folded, start[which]), _run_on(folded, end[which])
            if folded.in_address is not None:
                letters = self._only_letters(folded, begin, stop)
                begin, stop = begin[letters], stop[letters]
            spans = np.unique(np.stack([begin, stop], axis=1), axis=0)
            words = [text[a:b] for a, b in (spans * width).tolist()]
            fits = {word: self._fitting(number, word) for word in set(words)}
            atoms = [(row, atom) for row, word in enumerate(words) for atom in fits[word]]
            if atoms:
                row, atom = np.array(atoms, dtype=np.int64).T
                matches.append(Matches(atom, spans[row, 0], spans[row, 1]))
        return matches

    def _fitting(self, literal: int, word: bytes) -> list[int]:
        """Return the atoms with a literal that match a word, given as the bytes of its classes."""
        if (literal, word) not in self.known:
            text = self.alphabet.read(np.frombuffer(word, dtype=self.alphabet.dtype))
            self.known[literal, word] = [
                atom for atom, pattern in self.globs[literal] if glob_matches(pattern, text)
            ]
        return self.known[literal, word]


def _run_on(folded: Folded, positions: Offsets) -> Offsets:
    """Return the ends of the words at some positions."""
    ends, onward = positions.copy(), folded.onward
    moving = np.arange(len(ends))
    # Nearly all words end after a few letters; the ends of longer words are looked up together.
    for _ in range(STEPS):
        moving = moving[onward[ends[moving]]]
        if not len(moving):
            return ends
        ends[moving] += 1
    gaps = np.flatnonzero(~onward)
    ends[moving] = gaps[np.searchsorted(gaps, ends[moving])]
    return ends


def _run_back(folded: Folded, positions: Offsets) -> Offsets:
    """Return the starts of the words at some positions."""
    outside = ~folded.word[1:-2]
    gaps = np.flatnonzero(outside if folded.parted is None else outside | folded.parted)
    begins: Offsets = gaps[np.searchsorted(gaps, positions, side="right") - 1]
    return begins


@dataclass(frozen=True)
class Sought:
    """The atoms of some trees: those that are searched, and those that are only looked up."""

    searched: set[Atom | Glob]
    looked_up: set[Atom]

    @classmethod
    def of(cls, trees: Iterable[Node]) -> "Sought":
        """Return the atoms of some trees, in one walk."""
        looked_up = set[Atom]()

        def parts_of(node: Row) -> list[Node]:
            searched = [node.parts[0]]
            for joint, part in zip(node.joints, node.parts[1:], strict=True):
                if is_looked_up(part, joint):
                    looked_up.add(part)
                else:
                    searched.append(part)
            return searched

        return cls(atoms_of(trees, parts_of), looked_up)

    @cached_property
    def texts(self) -> set[str]:
        """The texts of all of them."""
        return {atom[0] for atom in self.searched} | {atom.text for atom in self.looked_up}


class Finder:
    """A search for parsed patterns, which are identified by their numbers."""

    def __init__(
        self, trees: Sequence[Node], alphabet: Alphabet, sought: Sought | None = None
    ) -> None:
        self.patterns = tuple(trees)
        self.automaton = Automaton((sought or Sought.of(trees)).searched, alphabet)
        gapped = [not isinstance(tree, LEAF) and has_gap(tree) for tree in trees]
        self.gapped = np.array(gapped, dtype=bool)
        self.trees = {rule: tree for rule, tree in enumerate(trees) if not _is_single(tree)}

    # The native engine needs none of the following columns.

    @cached_property
    def led_by(self) -> dict[int, list[int]]:
        """For each atom, the trees that can match where it stands."""
        led: dict[int, list[int]] = {}
        for rule, tree in self.trees.items():
            for atom in set(_leaders(tree)):
                led.setdefault(self.automaton.number[atom], []).append(rule)
        return led

    @cached_property
    def in_tree(self) -> Mask:
        """Which atoms are part of a tree."""
        found = np.zeros(len(self.automaton.number), dtype=bool)
        sought = Sought.of(self.trees.values()).searched
        found[[self.automaton.number[atom] for atom in sought]] = True
        return found

    @cached_property
    def _single(self) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Where the patterns begin that each atom matches by itself, and their numbers."""
        single = [
            (self.automaton.number[atom], rule)
            for rule, tree in enumerate(self.patterns)
            if rule not in self.trees
            for atom in _leaders(tree)
        ]
        pairs = np.array(sorted(single), dtype=np.int64).reshape(len(single), 2)
        edges = np.searchsorted(pairs[:, 0], np.arange(len(self.automaton.number) + 1))
        return edges, pairs[:, 1]

    def find(self, text: Passages) -> Matches:
        """Return the matches of all patterns; ``rule`` is the number of the pattern."""
        found = self.automaton.find(text.folded)
        edges, rules = self._single
        first, past = edges[found.rule], edges[found.rule + 1]
        count = past - first
        place = np.repeat(np.arange(len(found)), count)
        nth = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
        parts = [Matches(rules[first[place] + nth], found.start[place], found.end[place])]
        if self.trees:
            parts.extend(self._tree_matches(text, found))
        return parts[0] if len(parts) == 1 else concatenate(parts)

    def settle(self, text: Passages, matches: Matches) -> Matches:
        """Return the matches without those of a pattern with a gap that overlap a shorter one.

        The shortest in words has priority, then the shortest in characters, then the earlier. Only
        matches within sentences take part: a match across a sentence end has no priority.
        """
        rows = np.flatnonzero(self.gapped[matches.rule])
        rows = rows[np.lexsort((matches.end[rows], matches.start[rows], matches.rule[rows]))]
        rule, start, end = matches.rule[rows], matches.start[rows], matches.end[rows]
        # No match contains another match of its rule, so that the ends are sorted too.
        meets = (rule[1:] == rule[:-1]) & (start[1:] < end[:-1])
        if not meets.any():
            return matches
        words = past_tokens(text, end) - first_tokens(text, start)
        linked = np.append(False, meets) | np.append(meets, False)
        order = np.lexsort((start, end - start, words))
        kept = ~linked
        for row in order[linked[order]].tolist():
            low = high = row
            while low and meets[low - 1] and end[low - 1] > start[row] and not kept[low - 1]:
                low -= 1
            while high < len(meets) and meets[high] and start[high + 1] < end[row]:
                if kept[high + 1]:
                    break
                high += 1
            kept[row] = not (
                (low and meets[low - 1] and end[low - 1] > start[row])
                or (high < len(meets) and meets[high] and start[high + 1] < end[row])
            )
        dropped = np.flatnonzero(~kept)
        stays = np.ones(len(matches), dtype=bool)
        stays[rows[dropped]] = False
        return matches.take(stays)

    def _tree_matches(self, text: Passages, found: Matches) -> list[Matches]:
        joiner = _Joiner(text, self.automaton, found.take(self.in_tree[found.rule]))
        rules = {rule for atom in joiner.by_atom for rule in self.led_by.get(atom, ())}
        parts = []
        for rule in sorted(rules):
            if not joiner.may_match(self.trees[rule]):
                continue
            start, end = joiner.spans(self.trees[rule])
            if self.gapped[rule]:
                start, end = _shortest(start, end)
            parts.append(Matches(np.full(len(start), rule, dtype=np.int64), start, end))
        return parts


def _is_single(tree: Node) -> bool:
    """Return whether each option of a pattern is an atom."""
    return not tree.inner if isinstance(tree, Choice) else isinstance(tree, LEAF)


def is_looked_up(part: Node, joint: Joint) -> TypeGuard[Atom]:
    """Return whether a part is a frequent word that is looked up after the part before it."""
    if joint.kind != SPACED.kind or not isinstance(part, Atom):
        return False
    return not part.is_open and part.text in FREQUENT


def _sought_parts(node: Row) -> list[Node]:
    """Return the parts of a row that the automaton must find."""
    rest = zip(node.joints, node.parts[1:], strict=True)
    return [node.parts[0], *(part for joint, part in rest if not is_looked_up(part, joint))]


@lru_cache(maxsize=1 << 14)
def _leaders(node: Node) -> tuple[Atom | Glob, ...]:
    """Return atoms, one of which is in every match of the node."""
    if isinstance(node, LEAF):
        return (node,)
    if isinstance(node, Choice):
        return tuple(atom for option in node.options for atom in _leaders(option))
    return _leaders(node.parts[0])


class _Joiner:
    """Join the atoms of a chunk to matches; nodes that several entries share are joined once."""

    def __init__(self, text: Passages, automaton: Automaton, found: Matches) -> None:
        self.text = text
        self.inside_numbers = automaton.alphabet.inside_numbers(text.folded)
        self.number = automaton.number
        order = np.lexsort((found.end, found.start, found.rule))
        rule, self.start, self.end = found.rule[order], found.start[order], found.end[order]
        edges = np.flatnonzero(np.diff(rule, prepend=-1, append=-1)).tolist()
        # The start and the end of the matches of each atom in the arrays.
        self.by_atom = dict(zip(rule[edges[:-1]].tolist(), pairwise(edges), strict=True))
        self.known: dict[Node, Pair] = {}

    def may_match(self, node: Node) -> bool:
        """Return whether enough atoms of a node were found, so that it can match."""
        if isinstance(node, LEAF):
            return self.number[node] in self.by_atom
        if isinstance(node, Choice):
            return any(map(self.may_match, node.options))
        return all(map(self.may_match, _sought_parts(node)))

    def spans(self, node: Node) -> Pair:
        """Return start and end of all matches of the node, in reading order."""
        if isinstance(node, LEAF):
            low, high = self.by_atom.get(self.number[node], (0, 0))
            return self.start[low:high], self.end[low:high]
        if node not in self.known:
            self.known[node] = self._spans(node)
        return self.known[node]

    def _spans(self, node: Node) -> Pair:
        if isinstance(node, Choice):
            found = [self.spans(option) for option in node.options if self.may_match(option)]
            if not found:
                return NONE, NONE
            return _union([start for start, _ in found], [end for _, end in found])
        if isinstance(node, LEAF):
            return self.spans(node)
        pair = self.spans(node.parts[0])
        for joint, part in zip(node.joints, node.parts[1:], strict=True):
            if not len(pair[0]):
                return NONE, NONE
            if is_looked_up(part, joint):
                pair = self._followed(pair, part.text)
                continue
            other = self.spans(part)
            if joint.kind != "gap":
                pair = self._adjacent(pair, other, joint)
            elif joint.ordered:
                pair = self._within(pair, other, joint.words)
            else:
                both = (
                    self._within(pair, other, joint.words),
                    self._within(other, pair, joint.words),
                )
                pair = _union([a for a, _ in both], [b for _, b in both])
        return pair

    def _followed(self, left: Pair, word: str) -> Pair:
        """Return the spans before a space and a whole word, including the word."""
        left = self._spaced(left)
        folded, classes = self.text.folded, self.text.alphabet.classes_folded(word)
        place = left[1] + 1
        here = np.flatnonzero(place + len(classes) <= len(folded.classes))
        for step, letter in enumerate(classes.tolist()):
            here = here[folded.classes[place[here] + step] == letter]
        end = place[here] + len(classes)
        ends = ~(folded.word[end + 1] & folded.onward[end])
        if self.inside_numbers is not None:
            ends &= ~self.inside_numbers[end]
        return _union([left[0][here[ends]]], [end[ends]])

    def _spaced(self, left: Pair) -> Pair:
        """Return the spans before white space."""
        flags = self.text.folded.flags
        return _take(left, (flags[np.minimum(left[1], len(flags) - 1)] & SPACE) != 0)

    def _adjacent(self, left: Pair, right: Pair, joint: Joint) -> Pair:
        """Return the spans of two parts that touch, or that are separated by one space."""
        shift = 1 if joint == SPACED else 0
        if shift:
            left = self._spaced(left)
        begin = left[1] + shift
        low = np.searchsorted(right[0], begin, side="left")
        return _pairs(left, right, low, np.searchsorted(right[0], begin, side="right"))

    def _within(self, left: Pair, right: Pair, words: int) -> Pair:
        """Return the spans from a left to a right part, with at most so many words between."""
        past = past_tokens(self.text, left[1])
        low = np.searchsorted(right[0], left[1], side="left")
        high = np.searchsorted(first_tokens(self.text, right[0]), past + words, side="right")
        return _pairs(left, right, low, high)


def _take(pair: Pair, which: Mask) -> Pair:
    """Return some of the spans."""
    return pair[0][which], pair[1][which]


def _pairs(left: Pair, right: Pair, low: NDArray[np.intp], high: NDArray[np.intp]) -> Pair:
    """Return the spans from each left part to the right parts ``low`` to ``high``."""
    count = np.maximum(high - low, 0)
    place = np.repeat(np.arange(len(count)), count)
    nth = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
    return _union([left[0][place]], [right[1][low[place] + nth]])


def _union(starts: list[Offsets], ends: list[Offsets]) -> Pair:
    """Return all spans once, in reading order."""
    start, end = np.concatenate(starts), np.concatenate(ends)
    order = np.lexsort((end, start))
    start, end = start[order], end[order]
    new = np.ones(len(start), dtype=bool)
    new[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    return start[new], end[new]


def _shortest(start: Offsets, end: Offsets) -> Pair:
    """Return the spans that contain no other (Clarke, Cormack and Burkowski 1995)."""
    if not len(start):
        return start, end
    after = np.append(np.minimum.accumulate(end[::-1])[::-1][1:], np.iinfo(np.int64).max)
    # Of spans with one start, only the first and shortest can contain no other.
    first = np.append(True, start[1:] != start[:-1])
    kept = first & (end < after)
    return start[kept], end[kept]


def first_tokens(text: Passages, start: Offsets) -> Offsets:
    """Return the number of the first token of each span."""
    folded = text.folded
    inside = folded.word[start + 2]
    # A span such as "$5 billion" begins with a sign before its first token. In "they'll" the
    # sign is inside a token.
    sign = np.flatnonzero(~inside & folded.word[start + 3])
    if len(sign):
        after = start[sign] + 1
        nearest = np.searchsorted(text.tokens, after)
        padded = np.append(text.tokens, -1)
        inside[sign] = padded[nearest] != after
    first: Offsets = np.searchsorted(text.tokens, start + inside, side="left") - inside
    return first


def past_tokens(text: Passages, end: Offsets) -> Offsets:
    """Return the number of the first token after each span."""
    past: Offsets = np.searchsorted(text.tokens, end, side="left")
    return past
