"""Atoms in a folded text: one Aho–Corasick pass (1975), then word boundaries on arrays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

from framing._characters import WORD, Alphabet, Folded, Offsets
from framing._patterns import Atom, Glob, glob_matches, literal_of

Mask = NDArray[np.bool_]

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
    """Finds atoms; ``rule`` of what it finds is the number that ``number`` gives the atom."""

    def __init__(self, atoms: Iterable[Atom | Glob]) -> None:
        whole: set[str] = set()
        opened: set[str] = set()
        globs: list[Glob] = []
        for atom in sorted(set(atoms), key=repr):
            if isinstance(atom, Glob):
                globs.append(atom)
            else:
                (opened if atom.is_open else whole).add(atom.text)
        literals = sorted({*whole, *opened, *(literal_of(glob.text) for glob in globs)})
        self.size = 2 * len(literals) + len(globs)
        place = {text: number for number, text in enumerate(literals)}
        # Atom 2 n is literal n as a whole word, atom 2 n + 1 the same open-ended; then globs.
        self.number: dict[Atom | Glob, int] = {
            **{Atom(text): 2 * place[text] for text in whole},
            **{Atom(text, True): 2 * place[text] + 1 for text in opened},
            **{glob: 2 * len(literals) + rank for rank, glob in enumerate(globs)},
        }
        self.used = np.zeros(2 * len(literals), dtype=bool)
        self.used[[n for n in self.number.values() if n < 2 * len(literals)]] = True
        self.globs: dict[int, list[tuple[int, str]]] = {}
        for rank, glob in enumerate(globs):
            literal = place[literal_of(glob.text)]
            self.globs.setdefault(literal, []).append((2 * len(literals) + rank, glob.text))
        self.alphabet = Alphabet([*literals, *(glob.text for glob in globs)])
        self._compile(literals)
        self.known: dict[tuple[str, str], bool] = {}

    def _compile(self, literals: list[str]) -> None:
        tabled = sum(map(len, literals)) * self.alphabet.dtype.itemsize <= MOST_TABLED
        kind = ahocorasick_rs.Implementation
        self.machine = ahocorasick_rs.BytesAhoCorasick(
            [self.alphabet.encode(text) for text in literals],
            implementation=kind.DFA if tabled else kind.ContiguousNFA,
        )
        # A literal that begins or ends with a sign needs no word boundary there.
        flags = [
            self.alphabet.flags[self.alphabet.classes_folded(text[0] + text[-1])]
            for text in literals
        ]
        edges = (np.array(flags, dtype=np.uint16).reshape(len(literals), 2) & WORD) != 0
        self.starts_in_word, self.ends_in_word = edges[:, 0], edges[:, 1]

    def find(self, folded: Folded) -> Matches:
        """Return the matches of atoms at word boundaries, ``rule`` being the atom."""
        literal, start, end = self._raw(folded)
        word = np.zeros(len(folded.flags) + 2, dtype=bool)
        np.not_equal(folded.flags & WORD, 0, out=word[1:-1])
        parts = self._find_globs(folded, word, literal, start, end) if self.globs else []
        begins = ~(self.starts_in_word[literal] & word[start])
        literal, start, end = literal[begins], start[begins], end[begins]
        closed = ~(self.ends_in_word[literal] & word[end + 1])
        whole = self.used[2 * literal] & closed
        opened = self.used[2 * literal + 1]
        parts.append(Matches(2 * literal[whole], start[whole], end[whole]))
        parts.append(Matches(2 * literal[opened] + 1, start[opened], _run_on(word, end[opened])))
        return concatenate(parts)

    def _raw(self, folded: Folded) -> tuple[NDArray[np.int64], Offsets, Offsets]:
        found = self.machine.find_matches_as_indexes(folded.classes.tobytes(), True)
        flat = np.fromiter(chain.from_iterable(found), dtype=np.int64, count=3 * len(found))
        raw = flat.reshape(len(found), 3)
        width = self.alphabet.dtype.itemsize
        # Two bytes a character: a match across half a character is none.
        raw = raw[raw[:, 1] % width == 0] if width > 1 else raw
        return raw[:, 0], raw[:, 1] // width, raw[:, 2] // width

    def _find_globs(
        self,
        folded: Folded,
        word: Mask,
        literal: NDArray[np.int64],
        start: Offsets,
        end: Offsets,
    ) -> list[Matches]:
        """Return the matches of words with wildcards: whole words around their literals."""
        parts = []
        for number, globs in self.globs.items():
            which = literal == number
            begin, stop = _run_back(word, start[which]), _run_on(word, end[which])
            spans = np.unique(np.stack([begin, stop], axis=1), axis=0)
            words = [self.alphabet.read(folded.classes[a:b]) for a, b in spans.tolist()]
            for atom, pattern in globs:
                fits = np.array([self._fits(pattern, text) for text in words], dtype=bool)
                rule = np.full(int(fits.sum()), atom, dtype=np.int64)
                parts.append(Matches(rule, spans[fits, 0], spans[fits, 1]))
        return parts

    def _fits(self, pattern: str, text: str) -> bool:
        if (pattern, text) not in self.known:
            self.known[pattern, text] = glob_matches(pattern, text)
        return self.known[pattern, text]


def _run_on(word: Mask, place: Offsets) -> Offsets:
    """Return where the words end that the places are in; ``word`` has a margin of one."""
    gaps = np.flatnonzero(~word[1:])
    ends: Offsets = gaps[np.searchsorted(gaps, place)]
    return ends


def _run_back(word: Mask, place: Offsets) -> Offsets:
    """Return where the words begin that the places are in."""
    gaps = np.flatnonzero(~word[:-1])
    begins: Offsets = gaps[np.searchsorted(gaps, place, side="right") - 1]
    return begins
