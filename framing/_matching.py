"""The lexicon as an automaton over folded text, and what becomes of its raw matches.

An entry is cut into atoms: runs of whole words, of which the last may be open-ended (``*``).
One Aho–Corasick pass finds the atoms (Aho and Corasick 1975); word boundaries, the joining of
atoms into phrases, sentences, exceptions and overlaps are settled on arrays.
"""

from dataclasses import dataclass
from itertools import product

import ahocorasick_rs
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._characters import SPACE, WORD, Alphabet, Offsets, fold
from framing._text import Chunk
from framing.lexicon import Lexicon

# (text, open-ended)
Atom = tuple[str, bool]


@dataclass(frozen=True)
class Matches:
    """Matches in the positions of a folded text; ``rule`` numbers the entry or exception."""

    rule: NDArray[np.int64]
    start: Offsets
    end: Offsets

    def __len__(self) -> int:
        return len(self.rule)

    def take(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> "Matches":
        """Return some of the matches."""
        return Matches(self.rule[which], self.start[which], self.end[which])


def spellings(pattern: str) -> list[str]:
    """Return the folded pattern with each hyphen kept, as a space, and left out."""
    pieces = fold(pattern).split("-")
    joints = product(("-", " ", ""), repeat=len(pieces) - 1)
    written = {
        fold("".join(piece + joint for piece, joint in zip(pieces, (*between, ""), strict=True)))
        for between in joints
    }
    return sorted(written)


def atoms(spelling: str) -> tuple[Atom, ...]:
    """Cut a folded pattern into atoms, after each word that ends with ``*``."""
    cut: list[Atom] = []
    words: list[str] = []
    for word in spelling.split():
        words.append(word.removesuffix("*"))
        if word.endswith("*"):
            cut.append((" ".join(words), True))
            words = []
    if words:
        cut.append((" ".join(words), False))
    return tuple(cut)


class Matcher:
    """A lexicon made ready to match: rules 0 to n - 1 are its entries, then its exceptions."""

    def __init__(self, lexicon: Lexicon) -> None:
        table = lexicon.table
        self.frame_of = table["frame"].cat.codes.to_numpy().astype(np.int64)
        self.entries = len(table)
        patterns = list(table["pattern"])
        # What an exception silences: one entry, the entries of a frame, or all.
        self.silences: list[tuple[str, int]] = []
        for entry, items in enumerate(table["exceptions"]):
            patterns.extend(items)
            self.silences.extend(("entry", entry) for _ in items)
        for number, items in enumerate(lexicon.frames["exceptions"]):
            patterns.extend(items)
            self.silences.extend(("frame", number) for _ in items)
        patterns.extend(lexicon.exceptions)
        self.silences.extend(("all", 0) for _ in lexicon.exceptions)
        self._compile(patterns)

    def _compile(self, patterns: list[str]) -> None:
        phrases = [
            (rule, atoms(spelling))
            for rule, pattern in enumerate(patterns)
            for spelling in spellings(pattern)
        ]
        literals = sorted({text for _, phrase in phrases for text, _ in phrase})
        self.alphabet = Alphabet(literals)
        self.automaton = ahocorasick_rs.BytesAhoCorasick(
            [self.alphabet.encode(text) for text in literals]
        )
        number = {text: place for place, text in enumerate(literals)}
        # Atom 2 n is literal n as a whole word, atom 2 n + 1 the same open-ended.
        numbered = [
            (rule, [2 * number[text] + is_open for text, is_open in phrase])
            for rule, phrase in phrases
        ]
        self.used = np.zeros(2 * len(literals), dtype=bool)
        for _, phrase in numbered:
            self.used[phrase] = True
        single = sorted((phrase[0], rule) for rule, phrase in numbered if len(phrase) == 1)
        self.phrases = [(rule, phrase) for rule, phrase in numbered if len(phrase) > 1]
        pairs = np.array(single, dtype=np.int64).reshape(len(single), 2)
        self.single_rule = pairs[:, 1]
        self.single_from = np.searchsorted(pairs[:, 0], np.arange(2 * len(literals) + 1))
        # A literal that begins or ends with a sign needs no word boundary there.
        flags = [
            self.alphabet.flags[self.alphabet.classes_folded(text[0] + text[-1])]
            for text in literals
        ]
        edges = (np.array(flags, dtype=np.uint8).reshape(len(literals), 2) & WORD) != 0
        self.starts_in_word, self.ends_in_word = edges[:, 0], edges[:, 1]

    def atom_matches(self, chunk: Chunk) -> Matches:
        """Return the matches of atoms at word boundaries, ``rule`` being the atom."""
        width = self.alphabet.dtype.itemsize
        found = self.automaton.find_matches_as_indexes(chunk.folded.classes.tobytes(), True)
        raw = np.array(found, dtype=np.int64).reshape(len(found), 3)
        # Two bytes a character: a match across half a character is none.
        raw = raw[raw[:, 1] % width == 0] if width > 1 else raw
        literal, start, end = raw[:, 0], raw[:, 1] // width, raw[:, 2] // width
        word = np.zeros(len(chunk.folded.flags) + 2, dtype=bool)
        word[1:-1] = (chunk.folded.flags & WORD) != 0
        begins = ~(self.starts_in_word[literal] & word[start])
        literal, start, end = literal[begins], start[begins], end[begins]
        closed = ~(self.ends_in_word[literal] & word[end + 1])
        gaps = np.flatnonzero(~word[1:])
        stretched = gaps[np.searchsorted(gaps, end)]
        whole = self.used[2 * literal] & closed
        opened = self.used[2 * literal + 1]
        return Matches(
            np.concatenate([2 * literal[whole], 2 * literal[opened] + 1]),
            np.concatenate([start[whole], start[opened]]),
            np.concatenate([end[whole], stretched[opened]]),
        )

    def rule_matches(self, chunk: Chunk) -> Matches:
        """Return the matches of entries and exceptions, before any of them silences another."""
        found = self.atom_matches(chunk)
        first, past = self.single_from[found.rule], self.single_from[found.rule + 1]
        count = past - first
        place = np.repeat(np.arange(len(found)), count)
        nth = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
        rules = [self.single_rule[first[place] + nth]]
        starts, ends = [found.start[place]], [found.end[place]]
        by_atom = _by_atom(found)
        spaces = (chunk.folded.flags & SPACE) != 0
        for rule, phrase in self.phrases:
            start, end = _join(phrase, by_atom, spaces)
            rules.append(np.full(len(start), rule, dtype=np.int64))
            starts.append(start)
            ends.append(end)
        matches = Matches(np.concatenate(rules), np.concatenate(starts), np.concatenate(ends))
        sentence = np.searchsorted(chunk.first, matches.start, side="right") - 1
        if not len(chunk.first):
            return matches.take(np.zeros(len(matches), dtype=bool))
        return matches.take((sentence >= 0) & (matches.end <= chunk.last[sentence]))

    def silence(self, matches: Matches) -> Matches:
        """Return the matches of entries that no exception covers."""
        hit = matches.rule < self.entries
        hits = matches.take(hit)
        masks = matches.take(~hit)
        if not len(masks):
            return hits
        covered = np.zeros(len(hits), dtype=bool)
        for kind, number in sorted(
            {self.silences[rule - self.entries] for rule in set(masks.rule)}
        ):
            rules = [
                self.entries + place
                for place, silenced in enumerate(self.silences)
                if silenced == (kind, number)
            ]
            if kind == "all":
                meant = np.ones(len(hits), dtype=bool)
            else:
                owner = hits.rule if kind == "entry" else self.frame_of[hits.rule]
                meant = owner == number
            covered |= meant & _covered(hits, masks.take(np.isin(masks.rule, rules)))
        return hits.take(~covered)


def _by_atom(found: Matches) -> dict[int, tuple[Offsets, Offsets]]:
    order = np.lexsort((found.start, found.rule))
    numbers, begins = np.unique(found.rule[order], return_index=True)
    starts = np.split(found.start[order], begins[1:])
    ends = np.split(found.end[order], begins[1:])
    return dict(zip(numbers.tolist(), zip(starts, ends, strict=True), strict=False))


def _join(
    phrase: list[int], by_atom: dict[int, tuple[Offsets, Offsets]], spaces: NDArray[np.bool_]
) -> tuple[Offsets, Offsets]:
    """Return start and end of the places where the atoms follow each other, a space between."""
    none = np.empty(0, dtype=np.int64)
    if any(atom not in by_atom for atom in phrase):
        return none, none
    start, end = by_atom[phrase[0]]
    for atom in phrase[1:]:
        next_start, next_end = by_atom[atom]
        place = np.searchsorted(next_start, end + 1)
        fits = place < len(next_start)
        fits[fits] = next_start[place[fits]] == end[fits] + 1
        fits[fits] = spaces[end[fits]]
        start, end = start[fits], next_end[place[fits]]
    return start, end


def _covered(hits: Matches, masks: Matches) -> NDArray[np.bool_]:
    """Return whether each hit lies inside one of the masks."""
    order = np.argsort(masks.start, kind="stable")
    furthest = np.maximum.accumulate(masks.end[order])
    place = np.searchsorted(masks.start[order], hits.start, side="right") - 1
    inside: NDArray[np.bool_] = (place >= 0) & (furthest[place] >= hits.end)
    return inside


def claim(
    matches: Matches, frame: NDArray[np.int64], chunk: Chunk, nested: str
) -> NDArray[np.intp]:
    """Return which matches stay when each token may be claimed once, in reading order.

    The longest match (in tokens, then characters) claims first, the earlier before the later.
    A match goes when one of its tokens is claimed by its own frame and, with
    ``nested="lexicon"``, also when all of them are claimed, by whichever frame.
    """
    # A match that begins with a sign, as "$5 billion" does, begins before its first token.
    inside = (chunk.folded.flags[matches.start] & WORD) != 0
    first = np.searchsorted(chunk.tokens, matches.start + inside, side="left") - inside
    past = np.searchsorted(chunk.tokens, matches.end, side="left")
    group = frame if nested == "frame" else np.zeros_like(frame)
    reading = np.lexsort((matches.rule, past, first, group))
    # A match that touches no other of its group needs no comparing.
    reach = np.full(len(reading), -1, dtype=np.int64)
    begin = np.ones(len(reading), dtype=bool)
    if len(reading) > 1:
        base = group[reading] * (int(past.max()) + 2)
        reach = np.maximum.accumulate(past[reading] + base)
        begin[1:] = (first[reading] + base)[1:] >= reach[:-1]
    edges = np.append(np.flatnonzero(begin), len(reading))
    sizes = np.diff(edges)
    kept = [reading[edges[:-1][sizes == 1]]]
    length = matches.end - matches.start
    for run in np.flatnonzero(sizes > 1).tolist():
        cluster = reading[edges[run] : edges[run + 1]]
        width = past[cluster] - first[cluster]
        order = np.lexsort((matches.rule[cluster], first[cluster], -length[cluster], -width))
        kept.append(_claim_cluster(cluster[order], first, past, frame, nested))
    stays = np.concatenate(kept)
    return stays[np.lexsort((matches.rule[stays], matches.end[stays], matches.start[stays]))]


def _claim_cluster(
    cluster: NDArray[np.intp],
    first: Offsets,
    past: Offsets,
    frame: NDArray[np.int64],
    nested: str,
) -> NDArray[np.intp]:
    own: set[tuple[int, int]] = set()
    anyone: set[int] = set()
    stays = []
    for match in cluster.tolist():
        span = range(int(first[match]), int(past[match]))
        mine = int(frame[match])
        if any((mine, token) in own for token in span):
            continue
        if nested == "lexicon" and all(token in anyone for token in span):
            continue
        own.update((mine, token) for token in span)
        anyone.update(span)
        stays.append(match)
    return np.array(stays, dtype=np.intp)


def find_matches(matcher: Matcher, chunk: Chunk, nested: str) -> pd.DataFrame:
    """Return the hits of one chunk: row of its sentence, start, end, and number of the entry."""
    matches = matcher.silence(matcher.rule_matches(chunk))
    stays = claim(matches, matcher.frame_of[matches.rule], chunk, nested)
    matches = matches.take(stays)
    row = np.searchsorted(chunk.first, matches.start, side="right") - 1
    return pd.DataFrame(
        {
            "row": row.astype(np.int64),
            "start": chunk.folded.into_text(matches.start) - chunk.base[row],
            "end": chunk.folded.into_text(matches.end) - chunk.base[row],
            "entry": matches.rule,
        }
    )
