"""The entries of a lexicon in a folded text: atoms joined, conditions, exceptions, overlaps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing._core.typing import Mask
from framing.hits.automaton import (
    Finder,
    Matches,
    Sought,
    concatenate,
    first_tokens,
    past_tokens,
)
from framing.hits.context.adjectives import joins
from framing.hits.context.cues import KINDS, Cues, Reader, context_patterns, load_cues, make_reader
from framing.hits.context.negation import LETTERS, negated_by_rules, seems_negated
from framing.hits.context.quotes import find_quotes
from framing.hits.context.speakers import name_speakers
from framing.hits.native.library import make_folding
from framing.hits.native.search import (
    Case,
    Search,
    SentenceMatches,
    Units,
    make_search,
    mark_negation,
)
from framing.hits.native.tables import Rules
from framing.lexicons.actors import Actors
from framing.lexicons.lexicon import Lexicon
from framing.lexicons.patterns import Atom, Glob, Groups, Node, any_atom, case_regex, parse_pattern
from framing.text.alphabet import Alphabet
from framing.text.characters import (
    LINE_ENDS,
    SIGN,
    SPACE,
    STOP,
    WORD,
    Offsets,
    is_mark,
)
from framing.text.chunks import (
    MOST_BEFORE,
    Chunk,
    Excerpt,
    Part,
    Passages,
    excerpt,
    make_chunk,
    pieces,
    read_parts,
    stack,
)
from framing.text.repairs import unfold
from framing.text.sentences import cut_sentences, signs_inside
from framing.text.wrapped_lines import Span, Spans

LINE_END_CODES = np.array([ord(character) for character in LINE_ENDS], dtype=np.uint32)
# If at least this share of entries has a condition, all articles are cut into sentences at once,
# since most articles would be searched a second time.
MANY = 0.05
# Positions that the numpy engine searches at once.
PIECE = 100_000


@dataclass(frozen=True)
class Conditions:
    """Conditions of entries, in columns: what must or must not be near a hit.

    ``entry`` is the entry with the condition, ``rule`` the pattern to search, ``wanted`` whether it
    must be there. ``within`` is a number of words, -1 for the sentence; ``before`` is the number
    of sentences before that of the hit that count too.
    """

    entry: NDArray[np.int64]
    rule: NDArray[np.int64]
    wanted: Mask
    within: NDArray[np.int64]
    before: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.entry)

    def take(self, which: NDArray[np.intp]) -> "Conditions":
        """Return some of the conditions."""
        return Conditions(
            self.entry[which], self.rule[which], self.wanted[which], self.within[which],
            self.before[which],
        )  # fmt: skip


class Matcher:
    """A lexicon prepared for matching: rules 0 to n - 1 are its entries, then come its exceptions.

    After these come the patterns of conditions. ``cues`` are further patterns, which are searched
    near hits only. Without ``native`` the numpy engine always searches. It searches a text in
    pieces of ``piece`` positions or more, which does not change the hits.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        cues: Sequence[tuple[int, str]] = (),
        *,
        native: bool = True,
        piece: int = PIECE,
    ) -> None:
        self.native, self.piece = native, piece
        table = lexicon.table
        self.frame_of = table["frame"].cat.codes.to_numpy().astype(np.int64)
        self.entries = len(table)
        patterns = table["pattern"].tolist()
        # What each exception removes: hits of an entry (0), of a frame (1), or all hits (2).
        scopes: list[tuple[int, int]] = []
        for entry, items in enumerate(table["exceptions"]):
            patterns.extend(items)
            scopes += [(0, entry)] * len(items)
        for number, items in enumerate(lexicon.frames["exceptions"]):
            patterns.extend(items)
            scopes += [(1, number)] * len(items)
        patterns.extend(lexicon.exceptions)
        scopes += [(2, 0)] * len(lexicon.exceptions)
        self.scope_of, self.owner_of = np.array(scopes, dtype=np.int64).reshape(-1, 2).T
        self.first_condition = len(patterns)
        self.conditions = self._conditions(table, patterns)
        # How many sentences before a hit a condition may look at.
        self.before = int(self.conditions.before.max(initial=0))
        self.needs_sentences = len(np.unique(self.conditions.entry)) > MANY * self.entries
        self.condition_from = np.searchsorted(self.conditions.entry, np.arange(self.entries + 1))
        self.cased = {
            entry: case_regex(unfold(patterns[entry]))
            for entry in np.flatnonzero(table["case"]).tolist()
        }
        groups = Groups.of(lexicon.groups)
        trees = [parse_pattern(pattern, groups) for pattern in patterns]
        # Of these a hit is rejected, unless what stands around it denies that.
        self.denies = table["denies"].to_numpy(dtype=bool)
        sought = Sought.of(trees)
        self.negative = _negative(trees[: self.entries], sought, cues) | self.denies
        self.near = CueFinder.of(tuple(cues), sought.texts, native=native)
        self.alphabet = self.near.alphabet
        self.finder = Finder(trees, self.alphabet, sought)

    @cached_property
    def search(self) -> Search | None:
        """The lexicon in the native engine; None where that is not used."""
        if not self.native:
            return None
        conditions = self.conditions
        columns = {
            "frame_of": self.frame_of,
            "condition_from": self.condition_from,
            "condition_rule": conditions.rule,
            "condition_wanted": conditions.wanted,
            "condition_within": conditions.within,
            "condition_before": conditions.before,
            "exception_scope": self.scope_of,
            "exception_owner": self.owner_of,
        }
        frames = int(self.frame_of.max(initial=0)) + 1
        return make_search(
            self.finder, Rules(self.entries, self.first_condition, frames, self.cased, columns)
        )

    def _conditions(self, table: pd.DataFrame, patterns: list[str]) -> Conditions:
        """Return the conditions by entry, and add their patterns to the patterns of the lexicon."""
        rows = []
        names = ("if", "unless", "within", "before")
        given = zip(*(table[name].tolist() for name in names), strict=True)
        for entry, (wanted, unwanted, within, before) in enumerate(given):
            words = -1 if within == "sentence" else int(within)
            if wanted:
                rows.append((entry, len(patterns), True, words, int(before)))
                patterns.append(wanted)
            if unwanted:
                rows.append((entry, len(patterns), False, words, 0))
                patterns.append(unwanted)
        columns = np.array(rows, dtype=np.int64).reshape(-1, 5).T
        return Conditions(columns[0], columns[1], columns[2] > 0, columns[3], columns[4])

    def hits(self, chunk: Passages, matches: Matches) -> Matches:
        """Return the matches of entries that meet their conditions and that no exception covers."""
        hits = self._fulfilled(chunk, matches)
        exceptions = matches.take(
            (matches.rule >= self.entries) & (matches.rule < self.first_condition)
        )
        if not len(exceptions) or not len(hits):
            return hits
        scope = self.scope_of[exceptions.rule - self.entries]
        owner = self.owner_of[exceptions.rule - self.entries]
        covered = np.zeros(len(hits), dtype=bool)
        for kind, groups in enumerate(
            (hits.rule, self.frame_of[hits.rule], np.zeros(len(hits), dtype=np.int64))
        ):
            which = scope == kind
            if which.any():
                covered |= _covered(hits, groups, exceptions.take(which), owner[which])
        return hits.take(~covered)

    def cues(self, text: Passages) -> Cues:
        """Return the cues in the sentences of a text, by start; each once for each kind."""
        rows = self.near.search.matches(text) if self.near.search else None
        if rows is None:
            found = self.near.finder.find(text)
            found = found.take(sentence_rows(text, found.start, found.end) >= 0)
        else:
            found = rows.matches
        kind = self.near.number[found.rule]
        order = _reading_order(found.start, found.end, kind)
        return Cues(kind[order], found.start[order], found.end[order])

    def find(self, chunk: Chunk, nested: str) -> tuple[Offsets, Matches]:
        """Return the hits of a chunk and the rows of their sentences, in reading order."""
        if self.search is not None:
            rows = self.search.hits(chunk, nested, self._asks(chunk))
            if rows is not None:
                return rows.row, rows.matches
        # All matches of a long text together would need hundreds of times its size.
        size = self.piece if self.before <= MOST_BEFORE else len(chunk.folded.classes)
        rows_of, hits_of = [], []
        for shown, piece in pieces(chunk, size, self.before):
            row, hits = self._search_piece(piece, nested)
            which = row >= shown
            row, hits = row[which], hits.take(which)
            if isinstance(piece, Excerpt):
                moved = int(chunk.first[piece.rows[0]] - piece.first[0])
                row = row + int(piece.rows[0])
                hits = Matches(hits.rule, hits.start + moved, hits.end + moved)
            rows_of.append(row)
            hits_of.append(hits)
        return np.concatenate(rows_of), concatenate(hits_of)

    def sure_hits(
        self, chunk: Chunk, units: Units, nested: str
    ) -> tuple[SentenceMatches, Mask] | None:
        """Return the hits that need no sentences, and the units that have other hits."""
        if self.search is None:
            return None
        return self.search.sure_hits(units, nested, self._asks(chunk))

    def hits_in(self, chunk: Chunk, units: Units, nested: str) -> SentenceMatches | None:
        """Return the hits in units that are sentences."""
        return None if self.search is None else self.search.hits(units, nested, self._asks(chunk))

    def _asks(self, chunk: Chunk) -> Case | None:
        return partial(self._in_case, chunk) if self.cased else None

    def _search_piece(self, text: Passages, nested: str) -> tuple[Offsets, Matches]:
        matches = self.finder.find(text)
        matches = matches.take(sentence_rows(text, matches.start, matches.end) >= 0)
        hits = self.hits(text, self.finder.settle(text, matches))
        hits = hits.take(claim(hits, self.frame_of[hits.rule], text, nested))
        return sentence_rows(text, hits.start, hits.end), hits

    def _in_case(self, chunk: Passages, rule: int, start: int, end: int) -> bool:
        """Return whether a match has the same upper and lower case as its entry."""
        first, past = chunk.folded.into_text(np.array([start, end])).tolist()
        return bool(self.cased[rule].fullmatch(unfold(chunk.text[first:past])))

    def _fulfilled(self, chunk: Passages, matches: Matches) -> Matches:
        """Return the matches of entries that have the right case and meet their conditions."""
        hits = matches.take(matches.rule < self.entries)
        for rule in self.cased:
            rows = np.flatnonzero(hits.rule == rule)
            spans = zip(hits.start[rows].tolist(), hits.end[rows].tolist(), strict=True)
            fits = [self._in_case(chunk, rule, start, end) for start, end in spans]
            other = rows[~np.array(fits, dtype=bool)]
            hits = hits.take(np.setdiff1d(np.arange(len(hits)), other))
        if not len(self.conditions) or not len(hits):
            return hits
        # One row per hit and condition of its entry.
        hit, condition = _repeat(self.condition_from, hits.rule)
        if not len(hit):
            return hits
        near = _near(
            chunk, hits.take(hit), self.conditions.take(condition),
            matches.take(matches.rule >= self.first_condition),
        )  # fmt: skip
        failed = np.zeros(len(hits), dtype=bool)
        failed[hit[near != self.conditions.wanted[condition]]] = True
        return hits.take(~failed)


@lru_cache(maxsize=4)
def _read_cues(cues: tuple[tuple[int, str], ...]) -> tuple[list[Node], Sought]:
    """Return the trees of cues and their atoms, which all lexicons of a language share."""
    trees = [parse_pattern(pattern) for _, pattern in cues]
    return trees, Sought.of(trees)


class CueFinder:
    """A search for cues, in an alphabet of given letters: lexicons with the same letters share it.

    It takes as long to prepare as a third of a lexicon, and a study of what each entry of a lexicon
    adds prepares hundreds. Without ``native`` the numpy engine searches.
    """

    def __init__(self, cues: tuple[tuple[int, str], ...], letters: str, *, native: bool) -> None:
        trees, sought = _read_cues(cues)
        self.number = np.array([number for number, _ in cues], dtype=np.int64)
        self.alphabet = Alphabet(letters, make_folding() if native else None)
        self.finder = Finder(trees, self.alphabet, sought)
        self.native = native

    @classmethod
    def of(
        cls, cues: tuple[tuple[int, str], ...], texts: Iterable[str], *, native: bool
    ) -> "CueFinder":
        """Return the search for cues in an alphabet of their letters and of those of some texts."""
        letters = set().union(*texts, *_read_cues(cues)[1].texts)
        return _cue_finder(cues, "".join(sorted(letters)), native)

    @cached_property
    def search(self) -> Search | None:
        """The cues in the native engine; None where that is not used."""
        if not self.native:
            return None
        return make_search(self.finder, Rules.plain(len(self.number)))


@lru_cache(maxsize=4)
def _cue_finder(cues: tuple[tuple[int, str], ...], letters: str, native: bool) -> CueFinder:
    """Return the search for cues; the last few are kept."""
    return CueFinder(cues, letters, native=native)


# Alternatives to a negation that say that there is something.
_AFFIRMED = ("more", "greater", "some")


def _negative(trees: Sequence[Node], sought: Sought, cues: Sequence[tuple[int, str]]) -> Mask:
    """Return which entries write a negation themselves: "no real", "(not|never) ~3 serious".

    It says what the entry means and denies nothing of it; a negation in a gap does deny, and so
    does one beside "more": "(no|more) ~3 compromis*" means the same without it.
    """
    kinds = [KINDS.index(kind) for kind in ("no", "not", "reject")]
    plain = [pattern for kind, pattern in cues if kind in kinds and not set(pattern) & set("(|~*")]
    words = {pattern for pattern in plain if " " not in pattern}
    # By their first word, since few texts of a lexicon have one.
    phrases: dict[str, list[str]] = {}
    for pattern in plain:
        if " " in pattern:
            phrases.setdefault(pattern.split(" ", 1)[0], []).append(f" {pattern} ")

    starts = words | phrases.keys()

    def denies(text: str) -> bool:
        if " " not in text:
            return text in words or text.endswith("n't")
        inside = text.split(" ")
        if starts.isdisjoint(inside) and "n't" not in text:
            return False
        return (
            not words.isdisjoint(inside)
            or any(word.endswith("n't") for word in inside)
            or any(phrase in f" {text} " for word in inside for phrase in phrases.get(word, ()))
        )

    if not plain:
        return np.zeros(len(trees), dtype=bool)
    longer = {text for text in sought.texts if " " in text or "n't" in text}
    texts = [*(words & sought.texts), *filter(denies, longer - words)]
    denying = {atom for text in texts for atom in (Glob(text), Atom(text), Atom(text, True))}
    return np.array(any_atom(trees, denying, _AFFIRMED), dtype=bool)


# Bits of the longest cue and of the largest kind in a number that holds both.
_LENGTH_BITS, _KIND_BITS = 16, 12


def _reading_order(start: Offsets, end: Offsets, kind: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return the order by start, end and kind, as `numpy.lexsort` does."""
    length = end - start
    if length.max(initial=0) >> _LENGTH_BITS or kind.max(initial=0) >> _KIND_BITS:
        return np.lexsort((kind, end, start))
    # One number for all three: they are nearly sorted, which a stable sort makes use of.
    number = (((start << _LENGTH_BITS) | length) << _KIND_BITS) | kind
    return np.argsort(number, kind="stable")


def _repeat(
    edges: NDArray[np.intp], numbers: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return a row for each item of each number: the index in ``numbers``, and the item.

    The items of number n are ``edges[n]`` to ``edges[n + 1]``. With the edges 0, 2, 2, 3 and the
    numbers 2, 0 the rows are (0, 2), (1, 0) and (1, 1).
    """
    first, count = edges[numbers], edges[numbers + 1] - edges[numbers]
    row = np.repeat(np.arange(len(numbers)), count)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return row, first[row] + nth


@dataclass(frozen=True)
class CuedLexicon:
    """A lexicon with cues, and the key that identifies it in a worker process.

    The hash of a lexicon does not depend on the order of its entries, so that their ``patterns``
    and frames are part of the key. Cues are (number, pattern); ``context`` is what they depend on.
    """

    lexicon: Lexicon = field(compare=False)
    hash: str
    patterns: tuple[str, ...]
    frames: bytes
    cues: tuple[tuple[int, str], ...] = field(compare=False)
    context: object

    @classmethod
    def of(
        cls, lexicon: Lexicon, cues: Iterable[tuple[int, str]] = (), context: object = None
    ) -> "CuedLexicon":
        """Return a lexicon in the form that worker processes recognise.

        Without ``context``, which is a short name for the cues, these are compared one by one.
        """
        table, listed = lexicon.table, tuple(cues)
        patterns = tuple(table["pattern"].tolist())
        frames = table["frame"].array.codes.tobytes()
        return cls(lexicon, lexicon.hash, patterns, frames, listed, context or listed)

    @classmethod
    def in_context(
        cls, lexicon: Lexicon, language: str, actors: Actors | None = None
    ) -> "CuedLexicon":
        """Return a lexicon with the cues of a language, and with actors if they are given."""
        if actors:
            return cls.of(lexicon, context_patterns(language, actors))
        return cls.of(lexicon, _plain_patterns(language), language)


@cache
def _plain_patterns(language: str) -> tuple[tuple[int, str], ...]:
    """Return the cues of a language without actors, which are listed once."""
    return tuple(context_patterns(language, None))


@lru_cache(maxsize=4)
def compile_lexicon(instrument: CuedLexicon) -> Matcher:
    """Return the lexicon prepared for matching; the last few are cached, also in processes."""
    return Matcher(instrument.lexicon, instrument.cues)


forget_lexicons = compile_lexicon.cache_clear


def sentence_rows(text: Passages, start: Offsets, end: Offsets) -> NDArray[np.intp]:
    """Return the row of the sentence that each span is in; -1 outside of sentences."""
    row = np.searchsorted(text.first, start, side="right") - 1
    if len(text.last):
        row[(row >= 0) & (end > text.last[row])] = -1
    return row


def _near(chunk: Passages, hits: Matches, conditions: Conditions, others: Matches) -> Mask:
    """Return whether each hit has a match of its condition in the range of the condition.

    The rows of ``hits`` and ``conditions`` belong together. The range is some sentences, or some
    words around the hit. A match that overlaps the hit does not count.
    """
    row = sentence_rows(chunk, hits.start, hits.end)
    # The sentences of an article are neighbours; the one before the first is of another article.
    opening = np.searchsorted(chunk.document, chunk.document[row], side="left")
    low = chunk.first[np.maximum(row - conditions.before, opening)]
    high = chunk.last[row]
    # Keys sort positions by rule: position 7 of rule 2 is 2 * step + 7.
    step = len(chunk.folded.classes) + 1
    base = conditions.rule * step
    start = np.sort(others.rule * step + others.start)
    end = np.sort(others.rule * step + others.end)
    before = np.searchsorted(end, base + hits.start, side="right")
    after = np.searchsorted(start, base + hits.end, side="left")
    near: Mask = np.searchsorted(end, base + low, side="right") < before
    near |= after < np.searchsorted(start, base + high, side="left")
    some = np.flatnonzero(near & (conditions.within >= 0))
    if not len(some):
        return near
    # The same with token numbers as positions.
    base, within = base[some], conditions.within[some]
    low, high = past_tokens(chunk, low[some]), past_tokens(chunk, high[some])
    reach = end // step * step + past_tokens(chunk, end % step)
    floor = np.maximum(first_tokens(chunk, hits.start[some]) - within, low + 1)
    left = np.searchsorted(reach, base + floor, side="left") < before[some]
    ceiling = np.minimum(past_tokens(chunk, hits.end[some]) + within, high - 1)
    begin = start // step * step + first_tokens(chunk, start % step)
    right = after[some] < np.searchsorted(begin, base + ceiling, side="right")
    near[some] = left | right
    return near


def _covered(
    hits: Matches, group: NDArray[np.int64], masks: Matches, owner: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return whether each hit is inside a mask of its group; ``owner`` is the group of the mask."""
    step = int(max(hits.end.max(), masks.end.max())) + 1
    # Keys sort positions by group: position 7 of group 2 is 2 * step + 7.
    key = owner * step + masks.start
    order = np.argsort(key, kind="stable")
    furthest = np.maximum.accumulate((owner * step + masks.end)[order])
    before = np.searchsorted(key[order], group * step + hits.start, side="right") - 1
    inside: NDArray[np.bool_] = (before >= 0) & (furthest[before] >= group * step + hits.end)
    return inside


def claim(
    matches: Matches, frame: NDArray[np.int64], chunk: Passages, nested: str
) -> NDArray[np.intp]:
    """Return which matches stay if each token can be claimed once, in reading order.

    The longest match (in tokens, then characters) claims first, the earlier before the later, also
    inside one token (war'll).
    A match is dropped when a match of the same frame has claimed one of its tokens and, with
    ``nested="lexicon"``, also when matches of any frames have claimed all its tokens. Matches
    without a token, such as an emoji, claim characters instead.
    """
    first, past = first_tokens(chunk, matches.start), past_tokens(chunk, matches.end)
    signs = np.flatnonzero(past == first)
    if not len(signs):
        return _claim_positions(matches, frame, first, past, nested)
    words = np.flatnonzero(past > first)
    stays = [
        words[
            _claim_positions(matches.take(words), frame[words], first[words], past[words], nested)
        ]
    ]
    some = matches.take(signs)
    stays.append(signs[_claim_positions(some, frame[signs], some.start, some.end, nested)])
    rows = np.concatenate(stays)
    return rows[np.lexsort((matches.rule[rows], matches.end[rows], matches.start[rows]))]


def _claim_positions(
    matches: Matches, frame: NDArray[np.int64], first: Offsets, past: Offsets, nested: str
) -> NDArray[np.intp]:
    """Return which matches stay; each claims the positions from ``first`` to before ``past``."""
    group = frame if nested == "frame" else np.zeros_like(frame)
    reading = np.lexsort((matches.rule, past, first, group))
    # A match that touches no other match of its group stays without a comparison.
    reach = np.full(len(reading), -1, dtype=np.int64)
    begin = np.ones(len(reading), dtype=bool)
    if len(reading) > 1:
        base = group[reading] * (int(past.max()) + 2)
        reach = np.maximum.accumulate(past[reading] + base)
        begin[1:] = (first[reading] + base)[1:] >= reach[:-1]
    edges = np.append(np.flatnonzero(begin), len(reading))
    sizes = np.diff(edges)
    length = matches.end - matches.start
    two = edges[:-1][sizes == 2]
    rank = first - past, -length, matches.start, matches.rule
    better, worse = _by_rank(reading[two], reading[two + 1], rank)
    kept = [reading[edges[:-1][sizes == 1]], better]
    if nested == "lexicon":
        covered = (first[worse] >= first[better]) & (past[worse] <= past[better])
        kept.append(worse[(frame[worse] != frame[better]) & ~covered])
    for run in np.flatnonzero(sizes > 2).tolist():
        cluster = reading[edges[run] : edges[run + 1]]
        width = past[cluster] - first[cluster]
        ties = matches.rule[cluster], matches.start[cluster]
        order = np.lexsort((*ties, -length[cluster], -width))
        kept.append(_claim_cluster(cluster[order], first, past, frame, nested))
    stays = np.concatenate(kept)
    return stays[np.lexsort((matches.rule[stays], matches.end[stays], matches.start[stays]))]


def _by_rank(
    one: NDArray[np.intp], other: NDArray[np.intp], rank: tuple[Offsets, ...]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return, for pairs of matches, the one that claims first and the other."""
    # Most overlaps have two matches: a word, and a phrase with this word.
    leads = np.zeros(len(one), dtype=bool)
    tied = np.ones(len(one), dtype=bool)
    for key in rank:
        leads |= tied & (key[one] < key[other])
        tied &= key[one] == key[other]
    leads |= tied
    return np.where(leads, one, other), np.where(leads, other, one)


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


def find_matches(
    matcher: Matcher,
    chunk: Chunk,
    nested: str,
    rows: slice | None = None,
    *,
    whole: bool = True,
) -> dict[str, NDArray[Any]]:
    """Return the hits of one chunk: row of its sentence, start, end, number of the entry.

    Where the matcher has cues, also the context of each: rejected, hedged, quoted, and the
    code of the speaker; unless ``whole``, only rejected. With ``rows`` only the hits in these
    sentences.
    """
    row, hits = matcher.find(chunk, nested)
    if rows is not None:
        inside = (row >= rows.start) & (row < rows.stop)
        if not inside.all():
            row, hits = row[inside], hits.take(inside)
    start, end = chunk.in_articles(
        row,
        chunk.folded.into_text(hits.start, chunk.alphabet.folding),
        _ends_in_text(chunk, hits.end),
    )
    columns: dict[str, NDArray[Any]] = {
        "row": row, "start": start, "end": end, "entry": hits.rule,
    }  # fmt: skip
    if len(matcher.near.number):
        columns |= _context(matcher, chunk, hits, row, whole=whole)
    return columns


def _ends_in_text(chunk: Chunk, ends: Offsets) -> Offsets:
    """Return the offsets in the text at which hits end: before what is gone after the last letter.

    Between letters of a script without spaces it may be a cut at a line end, which joins no words.
    """
    folded, folding = chunk.folded, chunk.alphabet.folding
    past = folded.into_text(ends, folding)
    last = folded.into_text(np.maximum(ends, 1) - 1, folding)
    for place in np.flatnonzero(past - last > 1).tolist():
        end, begin = int(past[place]), int(last[place])
        # A letter may be an entity, and may have accents.
        if chunk.text[begin] != "&":
            while end - 1 > begin and not is_mark(int(chunk.codes[end - 1]), chunk.text[end - 1]):
                end -= 1
            past[place] = end
    return past


def mark_context(
    text: Passages,
    start: Offsets,
    end: Offsets,
    cues: Cues,
    *,
    row: Offsets | None = None,
    negative: Mask | None = None,
    language: str = "en",
) -> pd.DataFrame:
    """Return the context of the hits in a text.

    Parameters
    ----------
    text : Chunk or Excerpt
    start, end : arrays of int
        Positions of the hits in the folded text, sorted by ``start``.
    cues : Cues
        Where the patterns of `cue_patterns` and `actor_patterns` match, sorted by start:
        ``kind`` is the place of the kind in ``KINDS``, or ``len(KINDS)`` + the actor's number.
    row : array of int, optional
        The number of each hit's sentence in the text, if it is known already.
    negative : array of bool, optional
        Which hits are of an entry that writes a negation itself, which denies nothing of them.
    language : {"en"}
        The language of the words that are looked up one by one.

    Returns
    -------
    pandas.DataFrame
        One row per hit: ``rejected`` (denied, refused, ruled out or said not to exist or happen,
        within its clause), ``hedged`` (possible, conditional or second-hand there), ``quoted``
        (between quotation marks), all bool, and ``speaker``, a code of `speaker_names`.

    Raises
    ------
    InputError
        No cues ship for the language.

    Examples
    --------
    >>> import numpy as np
    >>> from framing.text.alphabet import (Alphabet)
    >>> from framing.text.chunks import make_chunk
    >>> from framing.hits.context.cues import KINDS, Cues
    >>> from framing.hits.matcher import mark_context
    >>> chunk = make_chunk(0, ["No compromise, he said."], [[]], "en", Alphabet())
    >>> kinds = np.array([KINDS.index("no"), KINDS.index("reporting")])
    >>> cues = Cues(kinds, np.array([0, 18]), np.array([2, 22]))
    >>> mark_context(chunk, np.array([3]), np.array([13]), cues)
       rejected  hedged  quoted  speaker
    0      True   False   False        1
    """
    negative = np.zeros(len(start), dtype=bool) if negative is None else negative
    return pd.DataFrame(_mark(text, start, end, cues, row, negative, language))


def _mark(
    text: Passages,
    start: Offsets,
    end: Offsets,
    cues: Cues,
    row: Offsets | None,
    negative: Mask,
    language: str,
) -> dict[str, NDArray[Any]]:
    """Return the columns of `mark_context`: a table would take as long as a rule."""
    reader = make_reader(text, load_cues(language))
    quotes = find_quotes(reader)
    rejected, hedged = denied(reader, cues, start, end, negative)
    row = reader.row(start) if row is None else row
    speaker = name_speakers(reader, cues, quotes, start, row)
    return {
        "rejected": rejected,
        "hedged": hedged,
        "quoted": quotes.holding(start) >= 0,
        "speaker": speaker.astype(np.int16),
    }


def denied(
    reader: Reader,
    cues: Cues,
    start: Offsets,
    end: Offsets,
    negative: Mask,
    *,
    hedges: bool = True,
) -> tuple[Mask, Mask]:
    """Return what `negated_by_rules` does, from the native engine where it finds it."""
    if reader.native is not None:
        found = mark_negation(
            reader.text, reader.native, LETTERS, (reader.sign_at, reader.sign),
            (cues.kind, cues.start, cues.end), (start, end, negative), partial(joins, reader),
            hedges=hedges,
        )  # fmt: skip
        if found is not None:
            return found
    return negated_by_rules(reader, cues, start, end, negative, hedges=hedges)


def _context(
    matcher: Matcher, chunk: Chunk, hits: Matches, row: Offsets, *, whole: bool
) -> dict[str, NDArray[Any]]:
    """Return the columns of `mark_context`; unless ``whole``, only which hits are rejected.

    To know these, the paragraphs of the hits are enough.
    """
    if not len(row):
        none = np.zeros(0, dtype=bool)
        others = {"hedged": none, "quoted": none, "speaker": np.zeros(0, dtype=np.int16)}
        return {"rejected": none, **(others if whole else {})}
    part = excerpt(chunk, row, alone=not whole)
    row_of_part = np.searchsorted(part.rows, row)
    moved = part.first[row_of_part] - chunk.first[row]
    start, end, cues = hits.start + moved, hits.end + moved, matcher.cues(part)
    negative = matcher.negative[hits.rule]
    if whole:
        marked = _mark(part, start, end, cues, row_of_part, negative, chunk.language)
    else:
        reader = make_reader(part, load_cues(chunk.language))
        marked = {"rejected": denied(reader, cues, start, end, negative, hedges=False)[0]}
    marked["rejected"] ^= _denying(matcher, hits, cues, start, end)
    return marked


def _denying(matcher: Matcher, hits: Matches, cues: Cues, start: Offsets, end: Offsets) -> Mask:
    """Return which hits are of an entry that denies its frame, and write a negation that is one."""
    denies = matcher.denies[hits.rule]
    return denies & ~seems_negated(cues, start, end) if denies.any() else denies


def count_matches(
    matcher: Matcher,
    nested: str,
    language: str,
    number: int,
    texts: Sequence[str],
    removed: Sequence[Sequence[Span]],
) -> tuple[dict[str, Offsets], Offsets]:
    """Return the document and the entry of each hit, and the number of tokens of each article.

    ``number`` is the number of the first article in the corpus.
    """
    counted: list[dict[str, Offsets]] = []
    tokens = np.zeros(len(texts), dtype=np.int64)
    for part in read_parts(
        number, texts, removed, language, matcher.alphabet, matcher.before, context=False
    ):
        chunk = part.chunk
        mine = slice(chunk.number - number, chunk.number - number + len(chunk.begins))
        native = _count_native(matcher, nested, part)
        if native is not None:
            counted.append(native)
        elif part.past is not None or matcher.needs_sentences:
            found = find_matches(matcher, chunk, nested, part.rows)
            document = chunk.document[found["row"]] + chunk.number
            counted.append({"document": document, "entry": found["entry"]})
        else:
            counted.append(_count_whole(matcher, nested, chunk, texts[mine], removed[mine]))
        tokens[mine] += _tokens(chunk, part.span)
    return stack(counted), tokens


def _count_whole(
    matcher: Matcher,
    nested: str,
    chunk: Chunk,
    texts: Sequence[str],
    removed: Sequence[Sequence[Span]],
) -> dict[str, Offsets]:
    """Return the counts of `count_matches` of whole articles from the numpy engine."""
    matches = _in_articles(chunk, matcher.finder.find(chunk))
    inside = _in_sentences(chunk, matches)
    matches = matcher.finder.settle(chunk, matches.take(inside))
    document = np.searchsorted(chunk.begins, chunk.folded.into_text(matches.start), "right") - 1
    # The conditions of these hits depend on the rest of the sentence.
    again = np.unique(document[np.isin(matches.rule, matcher.conditions.entry)])
    hits = matcher.hits(chunk, matches.take(~np.isin(document, again)))
    hits = hits.take(claim(hits, matcher.frame_of[hits.rule], chunk, nested))
    document = np.searchsorted(chunk.begins, chunk.folded.into_text(hits.start), side="right") - 1
    entry = hits.rule
    if len(again):
        some = [texts[row] for row in again.tolist()]
        gone = [removed[row] for row in again.tolist()]
        whole = make_chunk(0, some, gone, chunk.language, chunk.alphabet)
        row, hits = matcher.find(whole, nested)
        document = np.append(document, again[whole.document[row]])
        entry = np.append(entry, hits.rule)
    return {"document": document + chunk.number, "entry": entry}


def _count_native(matcher: Matcher, nested: str, part: Part) -> dict[str, Offsets] | None:
    """Return the counts of `count_matches` from the native engine, None where it is not used.

    A match without a sign inside is in one sentence, whatever that sentence is. So paragraphs are
    searched first, and then the sentences of the paragraphs in which that does not settle all.
    """
    chunk = part.chunk
    spans = chunk.paragraphs
    found = matcher.sure_hits(chunk, _units(chunk, spans), nested)
    if found is None:
        return None
    hits, again = found
    inside = part.inside(hits.row)
    document, entry = spans.document[hits.row[inside]], hits.matches.rule[inside]
    again &= part.inside(np.arange(len(again)))
    if again.any():
        # Conditions may look at sentences before.
        wanted = np.flatnonzero(_with_some_before(again, matcher.before))
        some = Spans(spans.document[wanted], spans.start[wanted], spans.end[wanted])
        cut, row = cut_sentences(
            chunk.text, chunk.codes, some, chunk.language,
            _signs_of(chunk, np.unique(some.document)), chunk.alphabet.folding,
        )  # fmt: skip
        units = _units(chunk, cut)
        rows = matcher.hits_in(chunk, units, nested)
        if rows is None:
            return None
        which = again[wanted[row[rows.row]]]
        document = np.append(document, units.document[rows.row[which]])
        entry = np.append(entry, rows.matches.rule[which])
    return {"document": document + chunk.number, "entry": entry}


def _units(chunk: Chunk, spans: Spans) -> Units:
    folded, folding = chunk.folded, chunk.alphabet.folding
    first, last = (folded.from_text(side, folding) for side in (spans.start, spans.end))
    return Units(folded, chunk.starts, first, last, spans.document)


def _with_some_before(which: Mask, before: int) -> Mask:
    """Return the mask with so many rows more before each row."""
    place = np.flatnonzero(which)
    edges = np.zeros(len(which) + 1, dtype=np.int64)
    np.add.at(edges, np.maximum(place - min(before, len(which)), 0), 1)
    np.add.at(edges, place + 1, -1)
    shown: Mask = np.cumsum(edges[:-1]) > 0
    return shown


def _signs_of(chunk: Chunk, documents: Offsets) -> Offsets:
    """Return the signs of some articles of a chunk."""
    if len(documents) == len(chunk.begins):
        return chunk.signs
    past = np.append(chunk.begins[1:], len(chunk.text))[documents]
    # Without the line ends between them, which belong to no article.
    return signs_inside(chunk.signs, Spans(documents, chunk.begins[documents], past - 1))


def _in_articles(chunk: Chunk, matches: Matches) -> Matches:
    """Return the matches that are inside one article and outside removed lines."""
    start = chunk.folded.into_text(matches.start)
    end = chunk.folded.into_text(matches.end)
    document = np.searchsorted(chunk.begins, start, side="right") - 1
    past = np.append(chunk.begins[1:], len(chunk.text))[document]
    inside = end < past
    if len(chunk.removed):
        line = np.searchsorted(chunk.removed[:, 0], start, side="right") - 1
        inside &= (line < 0) | (start >= chunk.removed[line, 1])
        line = np.searchsorted(chunk.removed[:, 1], end, side="left")
        after = np.append(chunk.removed[:, 0], len(chunk.text))[line]
        inside &= end <= after
    return matches.take(inside)


def _in_sentences(chunk: Chunk, matches: Matches) -> Mask:
    """Return which matches are within one sentence.

    Only paragraphs with a match that contains a possible sentence end are cut into sentences.
    Matches with a line end inside are compared with the paragraphs.
    """
    size = matches.end - matches.start
    row = np.repeat(np.arange(len(matches)), size)
    place = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size) + matches.start[row]
    kind = chunk.folded.flags[place]
    white = np.flatnonzero((kind & SPACE) != 0)
    at = chunk.folded.into_text(place[white])
    wide = chunk.folded.into_text(place[white] + 1) - at > 1
    lines = wide | np.isin(chunk.codes[at], LINE_END_CODES)
    signs = ((kind & (WORD | SPACE | SIGN)) == 0) | ((kind & STOP) != 0)
    # A sentence may end behind an apostrophe that follows no word: Not now. 'Ll go.
    opening = (place == matches.start[row]) & ((kind & SIGN) != 0)
    signs |= opening & ~chunk.folded.word[place + 1]
    inside = np.ones(len(matches), dtype=bool)
    for doubtful, cut in ((row[white[lines]], False), (row[signs], True)):
        which = np.unique(doubtful)
        if len(which):
            inside[which] &= _in_spans(chunk, matches.take(which), cut)
    return inside


def _in_spans(chunk: Chunk, matches: Matches, cut: bool) -> Mask:
    """Return which matches are within one paragraph or, with ``cut``, within one sentence of it."""
    start = chunk.folded.into_text(matches.start)
    end = chunk.folded.into_text(matches.end)
    spans = chunk.paragraphs
    if cut:
        own = np.unique(np.searchsorted(spans.start, start, side="right") - 1)
        own = own[own >= 0]
        some = Spans(spans.document[own], spans.start[own], spans.end[own])
        spans, _ = cut_sentences(
            chunk.text, chunk.codes, some, chunk.language, chunk.signs, chunk.alphabet.folding
        )
    row = np.searchsorted(spans.start, start, side="right") - 1
    inside: Mask = row >= 0
    inside[inside] = end[inside] <= spans.end[row[inside]]
    return inside


def _tokens(chunk: Chunk, span: Span) -> Offsets:
    """Return the number of tokens of each article in a span, without those in removed lines."""
    edges = np.append(chunk.begins, len(chunk.text)).clip(*span)
    tokens = np.diff(chunk.tokens_before(chunk.folded.from_text(edges)))
    if len(chunk.removed):
        inner = chunk.folded.from_text(chunk.removed.clip(*span))
        gone = chunk.tokens_before(inner)
        document = np.searchsorted(chunk.begins, chunk.removed[:, 0], side="right") - 1
        np.subtract.at(tokens, document, gone[:, 1] - gone[:, 0])
    counts: Offsets = tokens
    return counts
