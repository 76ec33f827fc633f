"""The entries of a lexicon in a folded text: atoms joined, conditions, exceptions, overlaps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._automaton import Automaton, Mask, Matches, concatenate
from framing._characters import SPACE, WORD, Offsets
from framing._cues import Cues
from framing._patterns import (
    Atom,
    Choice,
    Glob,
    Joint,
    Node,
    atoms_of,
    case_regex,
    has_gap,
    parse_pattern,
)
from framing._text import Chunk
from framing.context import mark_context
from framing.lexicon import Lexicon

Pair = tuple[Offsets, Offsets]
NONE = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Condition:
    """A rule that must be there, or must not, in the sentence or within some words."""

    rule: int
    wanted: bool
    within: int | None


class Matcher:
    """A lexicon made ready to match: rules 0 to n - 1 are its entries, then its exceptions.

    After these come the patterns of conditions, and ``cues``: patterns that are no entries,
    found in the same pass.
    """

    def __init__(self, lexicon: Lexicon, cues: Sequence[tuple[int, str]] = ()) -> None:
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
        self.conditions = self._conditions(lexicon, patterns)
        self.first_cue = len(patterns)
        patterns.extend(pattern for _, pattern in cues)
        self.cue_number = np.array([number for number, _ in cues], dtype=np.int64)
        self.cased = {
            entry: case_regex(patterns[entry]) for entry in np.flatnonzero(table["case"]).tolist()
        }
        self._compile([parse_pattern(pattern, lexicon.groups) for pattern in patterns])

    def _conditions(self, lexicon: Lexicon, patterns: list[str]) -> dict[int, list[Condition]]:
        conditions: dict[int, list[Condition]] = {}
        for key, wanted in (("if", True), ("unless", False)):
            for entry in np.flatnonzero(lexicon.table[key] != "").tolist():
                within = lexicon.table["within"].iloc[entry]
                condition = Condition(
                    len(patterns), wanted, None if within == "sentence" else int(within)
                )
                conditions.setdefault(entry, []).append(condition)
                patterns.append(lexicon.table[key].iloc[entry])
        return conditions

    def _compile(self, trees: list[Node]) -> None:
        self.automaton = Automaton(atom for tree in trees for atom in atoms_of(tree))
        self.alphabet = self.automaton.alphabet
        self.gapped = {rule for rule, tree in enumerate(trees) if has_gap(tree)}
        single: list[tuple[int, int]] = []
        self.trees: dict[int, Node] = {}
        # The trees that may match once an atom is there.
        self.led_by: dict[int, list[int]] = {}
        for rule, tree in enumerate(trees):
            options = tree.options if isinstance(tree, Choice) else (tree,)
            if all(isinstance(option, Atom | Glob) for option in options):
                single.extend((self.automaton.number[atom], rule) for atom in atoms_of(tree))
                continue
            self.trees[rule] = tree
            for atom in set(_leaders(tree)):
                self.led_by.setdefault(self.automaton.number[atom], []).append(rule)
        self.in_tree = np.zeros(self.automaton.size, dtype=bool)
        for tree in self.trees.values():
            self.in_tree[[self.automaton.number[atom] for atom in atoms_of(tree)]] = True
        pairs = np.array(sorted(single), dtype=np.int64).reshape(len(single), 2)
        self.single_rule = pairs[:, 1]
        self.single_from = np.searchsorted(pairs[:, 0], np.arange(self.automaton.size + 1))

    def rule_matches(self, chunk: Chunk) -> Matches:
        """Return the matches of all rules, before any of them silences another."""
        found = self.automaton.find(chunk.folded)
        first, past = self.single_from[found.rule], self.single_from[found.rule + 1]
        count = past - first
        place = np.repeat(np.arange(len(found)), count)
        nth = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
        parts = [
            Matches(self.single_rule[first[place] + nth], found.start[place], found.end[place])
        ]
        if self.trees:
            parts.extend(self._tree_matches(chunk, found))
        return parts[0] if len(parts) == 1 else concatenate(parts)

    def _tree_matches(self, chunk: Chunk, found: Matches) -> list[Matches]:
        joiner = _Joiner(chunk, self.automaton.number, found.take(self.in_tree[found.rule]))
        rules = {rule for atom in joiner.by_atom for rule in self.led_by.get(atom, ())}
        parts = []
        for rule in sorted(rules):
            if not joiner.may_match(self.trees[rule]):
                continue
            start, end = joiner.spans(self.trees[rule])
            if rule in self.gapped:
                start, end = _shortest(start, end)
            parts.append(Matches(np.full(len(start), rule, dtype=np.int64), start, end))
        return parts

    def hits(self, chunk: Chunk, matches: Matches) -> Matches:
        """Return the matches of entries that meet their conditions and no exception covers."""
        hits = self._fulfilled(chunk, matches)
        which = (matches.rule >= self.entries) & (matches.rule < self.entries + len(self.silences))
        masks = matches.take(which)
        if not len(masks):
            return hits
        covered = np.zeros(len(hits), dtype=bool)
        for kind, number in sorted(
            {self.silences[rule - self.entries] for rule in set(masks.rule.tolist())}
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

    def cues(self, matches: Matches) -> Cues:
        """Return the matches of cues, by start; each once for each of its kinds."""
        found = matches.take(matches.rule >= self.first_cue)
        kind = self.cue_number[found.rule - self.first_cue]
        order = np.lexsort((kind, found.end, found.start))
        return Cues(kind[order], found.start[order], found.end[order])

    def _fulfilled(self, chunk: Chunk, matches: Matches) -> Matches:
        hits = matches.take(matches.rule < self.entries)
        for rule, regex in self.cased.items():
            own = np.flatnonzero(hits.rule == rule)
            starts = chunk.folded.into_text(hits.start[own]).tolist()
            ends = chunk.folded.into_text(hits.end[own]).tolist()
            fits = [
                bool(regex.fullmatch(chunk.text[a:b])) for a, b in zip(starts, ends, strict=True)
            ]
            hits = hits.take(np.setdiff1d(np.arange(len(hits)), own[~np.array(fits, dtype=bool)]))
        for rule, conditions in self.conditions.items():
            own = np.flatnonzero(hits.rule == rule)
            for condition in conditions:
                if len(own):
                    seen = matches.take(matches.rule == condition.rule)
                    fits = _near(chunk, hits.take(own), seen, condition.within) == condition.wanted
                    hits = hits.take(np.setdiff1d(np.arange(len(hits)), own[~fits]))
                    own = np.flatnonzero(hits.rule == rule)
        return hits


@dataclass(frozen=True)
class Instrument:
    """A lexicon with cues, and what tells it from others in a worker process.

    The hash of a lexicon does not know the order of its entries. Cues are (number, pattern).
    """

    lexicon: Lexicon = field(compare=False)
    hash: str
    order: tuple[tuple[str, int], ...]
    cues: tuple[tuple[int, str], ...]

    @classmethod
    def of(cls, lexicon: Lexicon, cues: Iterable[tuple[int, str]] = ()) -> "Instrument":
        """Return a lexicon in the form that worker processes know again."""
        codes = lexicon.table["frame"].cat.codes.tolist()
        order = tuple(zip(lexicon.table["pattern"].tolist(), codes, strict=True))
        return cls(lexicon, lexicon.hash, order, tuple(cues))


@lru_cache(maxsize=4)
def compile_lexicon(instrument: Instrument) -> Matcher:
    """Return the lexicon ready to match; the last few are kept, also in worker processes."""
    return Matcher(instrument.lexicon, instrument.cues)


forget_lexicons = compile_lexicon.cache_clear


def _leaders(node: Node) -> list[Atom | Glob]:
    """Return atoms of which one must be there for the node to match."""
    if isinstance(node, Atom | Glob):
        return [node]
    if isinstance(node, Choice):
        return [atom for option in node.options for atom in _leaders(option)]
    return _leaders(node.parts[0])


class _Joiner:
    """Joins the atoms found in a chunk; what several entries share is joined once."""

    def __init__(self, chunk: Chunk, number: dict[Atom | Glob, int], found: Matches) -> None:
        self.chunk = chunk
        self.number = number
        order = np.lexsort((found.end, found.start, found.rule))
        rule, self.start, self.end = found.rule[order], found.start[order], found.end[order]
        edges = np.flatnonzero(np.diff(rule, prepend=-1, append=-1)).tolist()
        # Where the matches of each atom begin and end in the arrays.
        self.by_atom = dict(zip(rule[edges[:-1]].tolist(), pairwise(edges), strict=True))
        self.known: dict[Node, Pair] = {}

    def may_match(self, node: Node) -> bool:
        """Return whether enough of the atoms of a node were found for it to match at all."""
        if isinstance(node, Atom | Glob):
            return self.number[node] in self.by_atom
        if isinstance(node, Choice):
            return any(map(self.may_match, node.options))
        return all(map(self.may_match, node.parts))

    def spans(self, node: Node) -> Pair:
        """Return start and end of all places where the node matches, in reading order."""
        if isinstance(node, Atom | Glob):
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
        if isinstance(node, Atom | Glob):
            return self.spans(node)
        pair = self.spans(node.parts[0])
        for joint, part in zip(node.joints, node.parts[1:], strict=True):
            if not len(pair[0]):
                return NONE, NONE
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

    def _adjacent(self, left: Pair, right: Pair, joint: Joint) -> Pair:
        shift = 1 if joint.kind == "space" else 0
        if shift:
            spaced = self.chunk.folded.flags[np.minimum(left[1], len(self.chunk.folded.flags) - 1)]
            left = _take(left, (spaced & SPACE) != 0)
        begin = left[1] + shift
        low = np.searchsorted(right[0], begin, side="left")
        return _pairs(left, right, low, np.searchsorted(right[0], begin, side="right"))

    def _within(self, left: Pair, right: Pair, words: int) -> Pair:
        past = past_tokens(self.chunk, left[1])
        low = np.searchsorted(right[0], left[1], side="left")
        high = np.searchsorted(first_tokens(self.chunk, right[0]), past + words, side="right")
        return _pairs(left, right, low, high)


def _take(pair: Pair, which: Mask) -> Pair:
    return pair[0][which], pair[1][which]


def _pairs(left: Pair, right: Pair, low: NDArray[np.intp], high: NDArray[np.intp]) -> Pair:
    """Return the spans from each on the left to those from ``low`` to ``high`` on the right."""
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
    # Of those with one start only the first, which is the shortest, can be free of others.
    first = np.append(True, start[1:] != start[:-1])
    kept = first & (end < after)
    return start[kept], end[kept]


def first_tokens(chunk: Chunk, start: Offsets) -> Offsets:
    """Return the number of the token that each span begins with, or before."""
    flags = chunk.folded.flags[np.minimum(start, len(chunk.folded.flags) - 1)]
    inside = (flags & WORD) != 0
    # A span that begins with a sign, as "$5 billion" does, begins before its first token.
    first: Offsets = np.searchsorted(chunk.tokens, start + inside, side="left") - inside
    return first


def past_tokens(chunk: Chunk, end: Offsets) -> Offsets:
    """Return the number of the first token past each span."""
    past: Offsets = np.searchsorted(chunk.tokens, end, side="left")
    return past


def sentence_rows(chunk: Chunk, start: Offsets, end: Offsets) -> NDArray[np.intp]:
    """Return the row of the sentence that each span is in, -1 where it is in none."""
    row = np.searchsorted(chunk.first, start, side="right") - 1
    if len(chunk.last):
        row[(row >= 0) & (end > chunk.last[row])] = -1
    return row


def _near(chunk: Chunk, hits: Matches, seen: Matches, within: int | None) -> Mask:
    """Return whether another match is in the sentence of each hit, or within some words."""
    row = sentence_rows(chunk, hits.start, hits.end)
    start, end = np.sort(seen.start), np.sort(seen.end)
    low, high = chunk.first[row], chunk.last[row]
    before = np.searchsorted(end, hits.start, side="right")
    after = np.searchsorted(start, hits.end, side="left")
    if within is None:
        return (np.searchsorted(end, low, side="right") < before) | (
            after < np.searchsorted(start, high, side="left")
        )
    reach = past_tokens(chunk, end)
    # Of two matches with one end either will do; both are as near.
    floor = np.maximum(first_tokens(chunk, hits.start) - within, past_tokens(chunk, low) + 1)
    left = np.searchsorted(reach, floor, side="left") < before
    ceiling = np.minimum(past_tokens(chunk, hits.end) + within, past_tokens(chunk, high) - 1)
    right = after < np.searchsorted(first_tokens(chunk, start), ceiling, side="right")
    near: Mask = left | right
    return near


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
    first, past = first_tokens(chunk, matches.start), past_tokens(chunk, matches.end)
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
    """Return the hits of one chunk: row of its sentence, start, end, number of the entry.

    Where the matcher has cues, also the context of each: rejected, hedged, quoted, and the
    code of the speaker.
    """
    matches = matcher.rule_matches(chunk)
    inside = sentence_rows(chunk, matches.start, matches.end) >= 0
    matches = matches.take(inside)
    hits = matcher.hits(chunk, matches)
    hits = hits.take(claim(hits, matcher.frame_of[hits.rule], chunk, nested))
    row = sentence_rows(chunk, hits.start, hits.end)
    table = pd.DataFrame(
        {
            "row": row.astype(np.int64),
            "start": chunk.folded.into_text(hits.start) - chunk.base[row],
            "end": chunk.folded.into_text(hits.end) - chunk.base[row],
            "entry": hits.rule,
        }
    )
    if not len(matcher.cue_number):
        return table
    cues = matcher.cues(matches)
    context = mark_context(
        chunk, hits.start, hits.end, cues, row=row.astype(np.int64), language=chunk.language
    )
    return pd.concat([table, context], axis=1)
