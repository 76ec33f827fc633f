"""Atoms in a folded text: one Aho–Corasick pass (1975), then word boundaries on arrays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

from framing.lexicons.patterns import Atom, Glob, glob_matches, literal_of
from framing.text.characters import Alphabet, Folded, Offsets

Mask = NDArray[np.bool_]
Sides = tuple[bool, ...]

EITHER = (False, True)
STEPS = 16

# An automaton as a table is three times as fast, and grows with each letter of its patterns.
MOST_TABLED = 400_000


@dataclass(frozen=True)
class Matches:
    """Matches in the positions of a folded text; ``rule`` numbers what matched."""

    rule: NDArray[np.int64]
    start: Offsets
    end: Offsets

    def __len__(self) -> int:
        return len(self.rule)

    def take(self, which: Mask | NDArray[np.intp]) -> "Matches":
        """Return some of the matches."""
        return Matches(self.rule[which], self.start[which], self.end[which])


def concatenate(parts: Sequence[Matches]) -> Matches:
    """Return all matches in one."""
    return Matches(
        np.concatenate([part.rule for part in parts]),
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.end for part in parts]),
    )


class Automaton:
    """Finds atoms; ``rule`` of what it finds is the number that ``number`` gives the atom.

    It looks for words in the forms of their letters that begin and end a word, so that it
    finds nothing inside of words that would have to be sorted out.
    """

    def __init__(self, atoms: Iterable[Atom | Glob], alphabet: Alphabet) -> None:
        ordered = sorted(set(atoms), key=_order)
        self.number: dict[Atom | Glob, int] = {atom: rank for rank, atom in enumerate(ordered)}
        self.alphabet = alphabet
        self.globs: list[list[tuple[int, str]]] = []
        self._compile(ordered)
        self.known: dict[tuple[str, str], bool] = {}

    def _compile(self, atoms: list[Atom | Glob]) -> None:
        # What a string stands for: an atom that ends with it, an open-ended one, a literal of
        # words with wildcards; -1 for none.
        rows: dict[bytes, list[int]] = {}
        literals: dict[str, int] = {}

        def note(column: int, text: str, number: int, before: Sides, after: Sides) -> None:
            for runs_in in before:
                for runs_on in after:
                    string = self.alphabet.spell(text, runs_in=runs_in, runs_on=runs_on)
                    rows.setdefault(string, [-1, -1, -1])[column] = number

        for atom in atoms:
            number = self.number[atom]
            if isinstance(atom, Glob):
                literal = literal_of(atom.text)
                if literal not in literals:
                    literals[literal] = len(literals)
                    self.globs.append([])
                    note(2, literal, literals[literal], EITHER, EITHER)
                self.globs[literals[literal]].append((number, atom.text))
            elif atom.is_open:
                note(1, atom.text, number, (False,), EITHER)
            else:
                note(0, atom.text, number, (False,), (False,))
        self.closed, self.opened, self.literal = (
            np.array(list(rows.values()), dtype=np.int64).reshape(len(rows), 3).T
        )
        tabled = sum(map(len, rows)) <= MOST_TABLED
        kind = ahocorasick_rs.Implementation
        self.machine = ahocorasick_rs.BytesAhoCorasick(
            list(rows), implementation=kind.DFA if tabled else kind.ContiguousNFA
        )

    def find(self, folded: Folded) -> Matches:
        """Return the matches of atoms at word boundaries, ``rule`` being the atom."""
        string, start, end = self._raw(folded)
        closed, opened = self.closed[string], self.opened[string]
        whole, begun = np.flatnonzero(closed >= 0), np.flatnonzero(opened >= 0)
        parts = [
            Matches(closed[whole], start[whole], end[whole]),
            Matches(opened[begun], start[begun], _run_on(folded.word, end[begun])),
        ]
        if self.globs:
            parts.extend(self._find_globs(folded, self.literal[string], start, end))
        return concatenate(parts)

    def _raw(self, folded: Folded) -> tuple[NDArray[np.int64], Offsets, Offsets]:
        text = self.alphabet.mark_edges(folded.classes, folded.word).tobytes()
        found = self.machine.find_matches_as_indexes(text, True)
        flat = np.fromiter(chain.from_iterable(found), dtype=np.int64, count=3 * len(found))
        raw = flat.reshape(len(found), 3)
        width = self.alphabet.dtype.itemsize
        # Two bytes a character: a match across half a character is none.
        raw = raw[raw[:, 1] % width == 0] if width > 1 else raw
        return raw[:, 0], raw[:, 1] // width, raw[:, 2] // width

    def _find_globs(
        self, folded: Folded, literal: NDArray[np.int64], start: Offsets, end: Offsets
    ) -> list[Matches]:
        """Return the matches of words with wildcards: whole words around their literals."""
        parts = []
        for number in np.unique(literal[literal >= 0]).tolist():
            which = literal == number
            begin, stop = _run_back(folded.word, start[which]), _run_on(folded.word, end[which])
            spans = np.unique(np.stack([begin, stop], axis=1), axis=0)
            words = [self.alphabet.read(folded.classes[a:b]) for a, b in spans.tolist()]
            for atom, pattern in self.globs[number]:
                fits = np.array([self._fits(pattern, text) for text in words], dtype=bool)
                rule = np.full(int(fits.sum()), atom, dtype=np.int64)
                parts.append(Matches(rule, spans[fits, 0], spans[fits, 1]))
        return parts

    def _fits(self, pattern: str, text: str) -> bool:
        if (pattern, text) not in self.known:
            self.known[pattern, text] = glob_matches(pattern, text)
        return self.known[pattern, text]


def _order(atom: Atom | Glob) -> tuple[str, str]:
    return atom.text, "*" if isinstance(atom, Glob) else "open" if atom.is_open else "closed"


def _run_on(word: Mask, place: Offsets) -> Offsets:
    """Return where the words end that the places are in; ``word`` has a margin of two."""
    place = place.copy()
    moving = np.arange(len(place))
    # Nearly all words end after some letters; what is longer is worth looking up at once.
    for _ in range(STEPS):
        moving = moving[word[place[moving] + 2]]
        if not len(moving):
            return place
        place[moving] += 1
    gaps = np.flatnonzero(~word[2:])
    place[moving] = gaps[np.searchsorted(gaps, place[moving])]
    return place


def _run_back(word: Mask, place: Offsets) -> Offsets:
    """Return where the words begin that the places are in."""
    gaps = np.flatnonzero(~word[1:-2])
    begins: Offsets = gaps[np.searchsorted(gaps, place, side="right") - 1]
    return begins
