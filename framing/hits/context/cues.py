"""Cues: the words of a language that show the context of a hit, and their positions in a text."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from framing._core.checks import InputError, check_choice
from framing._core.files import Place, Where, convert, read_toml
from framing._core.typing import Keys, Mask
from framing.hits.native.library import KindTable, KindText, make_kinds, ranks, sign_places
from framing.lexicons.actors import RESERVED, Actors
from framing.lexicons.lexicon import check_pattern
from framing.text.characters import APOSTROPHE, SPACE, WORD, CodePoints, Offsets, code_points, fold
from framing.text.chunks import Passages

# Kinds of cues that the automaton finds. The number of a match is the index of its kind here;
# actors have the numbers after the last kind.
KINDS = (
    "no", "not", "reject", "after", "occurrence", "standing", "pseudo_negation", "bounded",
    "harm", "hedge", "adjective", "doubt", "condition", "inverted", "pseudo_hedge",
    "boundary", "or",
    "reporting", "weak_reporting", "participle", "attribution", "citing", "judging", "speaking",
    "manner", "naming", "pseudo_reporting", "subordinate", "stating",
    "male", "female", "full_name", "men", "women",
)  # fmt: skip
# Frequent words. They are looked up only where they decide something.
WORDS = (
    "and", "that", "noun_end", "verb_end", "predicate", "pronoun", "relative", "filler",
    "inside", "unnamed", "elision", "without", "article", "adjunct", "told", "more",
    "finite", "subject", "pending", "until", "auxiliary", "first_person", "person", "anyone",
    "date", "speech", "view", "belief", "affirm", "role", "object", "spared",
)  # fmt: skip
BIT = {kind: np.uint32(1 << place) for place, kind in enumerate(WORDS)}
_LONGEST = 16
_FOLDER = Path(str(resources.files("framing"))).joinpath("data", "cues")
# Slots of the table of words, as a power of two, and the number of tries to make a table without
# collisions: for 300 words in 2 ** 17 slots, two tries in three succeed.
_SLOTS, _TRIES = 17, 1000

Bits = NDArray[np.uint32]


class _CueFile(msgspec.Struct, forbid_unknown_fields=True):
    language: str
    cues: dict[str, list[str]]
    words: dict[str, list[str]]


@dataclass(frozen=True)
class Cues:
    """Matches of cues and actors in the positions of a folded text, sorted by ``start``.

    ``kind`` is the index of the cue's kind in KINDS, or ``len(KINDS)`` + the number of the actor.
    """

    kind: NDArray[np.int64]
    start: Offsets
    end: Offsets

    def __len__(self) -> int:
        return len(self.kind)

    def take(self, which: Mask | NDArray[np.intp]) -> "Cues":
        """Return some of the cues."""
        if which.dtype == np.bool_:
            which = np.flatnonzero(which)
        return Cues(self.kind[which], self.start[which], self.end[which])

    def of(self, *kinds: str) -> "Cues":
        """Return the cues of some kinds."""
        first = KINDS.index(kinds[0])
        if len(kinds) == 1:
            return self.take(np.flatnonzero(self.kind == first))
        wanted = np.zeros(max(int(self.kind.max(initial=0)), len(KINDS)) + 1, dtype=bool)
        wanted[[KINDS.index(kind) for kind in kinds]] = True
        return self.take(np.flatnonzero(wanted[self.kind]))

    def longest(self) -> "Cues":
        """Return the cues that overlap no longer cue; of two of equal length the earlier stays."""
        cues = self
        while True:
            length = cues.end - cues.start
            clash = cues.start[1:] < cues.end[:-1]
            if not clash.any():
                return cues
            lost = np.zeros(len(cues), dtype=bool)
            lost[1:] |= clash & (length[1:] <= length[:-1])
            lost[:-1] |= clash & (length[1:] > length[:-1])
            cues = cues.take(~lost)


@dataclass(frozen=True)
class CueTable:
    """The cues of one language: patterns by kind, and the words with the kinds of each as bits."""

    patterns: tuple[tuple[str, str], ...]
    keys: Keys
    bits: Bits
    factor: np.uint64
    slots: NDArray[np.int64]

    @cached_property
    def native(self) -> KindTable | None:
        """The words in the native engine; None where that is not used."""
        # The last key marks the slots without a word.
        return make_kinds(self.keys[:-1], self.bits[:-1])


def languages() -> list[str]:
    """Return the languages for which cues ship."""
    return sorted(path.stem for path in _FOLDER.glob("*.toml"))


@cache
def load_cues(language: str) -> CueTable:
    """Return the cues that ship for a language."""
    check_choice("language", language, languages())
    return read_cues(_FOLDER / f"{language}.toml")


def read_cues(path: Path) -> CueTable:
    """Read a file of cues: ``[cues]`` with patterns, ``[words]`` with plain words, by kind."""
    data, where = read_toml(path)
    file = convert(data, _CueFile, where)
    for part, allowed in (("cues", KINDS), ("words", WORDS)):
        _check_kinds(part, data[part], allowed, where)
    for kind, items in file.cues.items():
        for pattern in items:
            check_pattern(pattern, Place(where, ("cues", kind, pattern), f": cue of {kind!r}"))
    for kind, words in file.words.items():
        for word in words:
            if not (word.isascii() and word.isalpha() and len(word) <= _LONGEST):
                raise InputError(
                    f"{where('words', kind, word)}: {word!r} of {kind!r} is not one plain word of "
                    f"at most {_LONGEST} letters a to z. Phrases go into [cues]."
                )
    patterns = tuple(
        (kind, pattern)
        for kind, items in file.cues.items()
        for pattern in dict.fromkeys(fold(item) for item in items)
    )
    return CueTable(patterns, *_word_table(file.words))


def _word_table(
    words: Mapping[str, list[str]],
) -> tuple[Keys, Bits, np.uint64, NDArray[np.int64]]:
    """Return a table of words without collisions: keys, kinds, and the factor for the slots."""
    every = sorted({word.lower() for items in words.values() for word in items})
    bits = [sum(BIT[kind] for kind in WORDS if word in words[kind]) for word in every]
    sizes = np.array([len(word) + 1 for word in every], dtype=np.int64)
    keys = word_keys(code_points(" ".join(every)), np.cumsum(sizes) - sizes)
    factor = np.uint64(0x9E3779B97F4A7C15)
    # The last key marks the slots without a word; no word has this key.
    slots = np.full(1 << _SLOTS, len(keys), dtype=np.int64)
    for _ in range(_TRIES):
        place = _slot(keys, factor)
        if len(np.unique(place)) == len(keys):
            break
        factor = np.uint64((int(factor) * 0xBF58476D1CE4E5B9 | 1) & (2**64 - 1))
    slots[place] = np.arange(len(keys))
    keys = np.append(keys, np.uint64(0))
    return keys, np.array([*bits, 0], dtype=np.uint32), factor, slots


def _slot(keys: Keys, factor: np.uint64) -> NDArray[np.int64]:
    return ((keys * factor) >> np.uint64(64 - _SLOTS)).astype(np.int64)


def _check_kinds(
    part: str, given: Mapping[str, Any], allowed: tuple[str, ...], where: Where
) -> None:
    for kind in given:
        if kind not in allowed:
            check_choice(f"{where(part, kind)}: kind", kind, allowed)
    missing = [kind for kind in allowed if kind not in given]
    if missing:
        raise InputError(
            f"{where(part)}: [{part}] has no {missing[0]!r}. A kind that the language does not "
            f"need is an empty list: {missing[0]} = []."
        )


def word_keys(codes: CodePoints, offsets: Offsets) -> Keys:
    """Return a number for each word that starts at an offset; equal words have equal numbers."""
    return _keys(_windows(codes), offsets)


def _keys(windows: CodePoints, offsets: Offsets) -> Keys:
    letters = windows[offsets] | np.uint32(0x20)
    # A number has eight characters, the first in its lowest byte. All bits below the lowest bit of
    # a character that is no letter belong to the word.
    outside = ((letters - np.uint32(97)) > 25).view("<u8")
    word = letters.astype(np.uint8).view("<u8")
    kept = (outside & (~outside + np.uint64(1))) - np.uint64(1)
    head = word[:, 0] & kept[:, 0]
    tail = np.where(outside[:, 0] == 0, word[:, 1] & kept[:, 1], np.uint64(0))
    keys: Keys = head * np.uint64(0x9E3779B97F4A7C15) ^ tail
    return keys


def _windows(codes: CodePoints) -> CodePoints:
    """Return, from each offset, a view of the longest possible word."""
    codes = np.append(codes, np.zeros(_LONGEST, dtype=np.uint32))
    step = codes.strides[0]
    return as_strided(codes, (len(codes) - _LONGEST + 1, _LONGEST), (step, step), writeable=False)


@dataclass(frozen=True)
class Reader:
    """A text, prepared so that single words and signs can be read at any position.

    ``sign_at`` and ``sign`` are the position and the code point of each character that is neither
    space nor part of a word.
    """

    text: Passages
    cues: CueTable
    sign_at: Offsets
    sign: Offsets

    @cached_property
    def _windows(self) -> CodePoints:
        return _windows(self.text.codes)

    @cached_property
    def native(self) -> KindText | None:
        """The text in the native engine; None where that is not used."""
        table = self.cues.native
        return None if table is None else table.open(self.text.codes, self.text.folded)

    def words(self, positions: Offsets) -> Bits:
        """Return the kinds, as bits, of the word that starts at each position."""
        found = None if self.native is None else self.native.words(positions)
        return self.look_up(positions) if found is None else found

    def look_up(self, positions: Offsets) -> Bits:
        """Return what `words` does, without the native engine."""
        keys = _keys(self._windows, self.text.folded.into_text(positions))
        place = self.cues.slots[_slot(keys, self.cues.factor)]
        return np.where(self.cues.keys[place] == keys, self.cues.bits[place], np.uint32(0))

    def word(self, positions: Offsets, kind: str) -> Mask:
        """Return whether the word that starts at each position is one of a kind."""
        return is_kind(self.words(positions), kind)

    def reads(self, positions: Offsets, letters: str) -> Mask:
        """Return where some letters and spaces stand, without case."""
        found = np.ones(len(positions), dtype=bool)
        for step, letter in enumerate(letters):
            found &= self.code(positions + step) | 0x20 == ord(letter)
        return found

    def code(self, positions: Offsets) -> Offsets:
        """Return the code point at each position."""
        found = None if self.native is None else self.native.codes(positions)
        if found is not None:
            return found
        codes: Offsets = self.text.codes.take(
            self.text.folded.into_text(positions), mode="clip"
        ).astype(np.int64)
        return codes

    def is_apostrophe(self, positions: Offsets) -> Mask:
        """Return whether the characters at some positions are apostrophes."""
        text = self.text
        signs = text.folded.classes[np.minimum(positions, len(text.folded.classes) - 1)]
        found: Mask = (text.alphabet.flags[signs] & APOSTROPHE) != 0
        return found

    def has(self, positions: Offsets, flag: np.uint8) -> Mask:
        """Return whether the characters at some positions have a flag; False beyond the text."""
        known = None if self.native is None else self.native.has(positions, int(flag))
        if known is not None:
            return known
        # The last character ends an article and has no flags. It is used for all positions
        # beyond the text, also for -1, the position before the first character.
        flags = self.text.folded.flags
        found: Mask = (flags[np.minimum(positions, len(flags) - 1)] & flag) != 0
        return found

    def joined(self, positions: Offsets) -> Mask:
        """Return where only a space separates a word from the word before it."""
        known = None if self.native is None else self.native.joined(positions)
        if known is not None:
            return known
        return self.has(positions - 1, SPACE) & self.has(positions - 2, WORD)

    def token(self, positions: Offsets) -> Offsets:
        """Return how many tokens start before each position."""
        return ranks(self.text.tokens, positions)

    def row(self, positions: Offsets) -> Offsets:
        """Return the row of the sentence that each position is in."""
        return ranks(self.text.first, positions, right=True) - 1


def is_kind(bits: Bits, kind: str) -> Mask:
    """Return which words are of a kind."""
    found: Mask = (bits & BIT[kind]) != 0
    return found


def make_reader(text: Passages, cues: CueTable) -> Reader:
    """Prepare a chunk or an excerpt for reading word by word."""
    at = sign_places(text.folded.flags)
    if at is None:
        at = np.flatnonzero((text.folded.flags & (WORD | SPACE)) == 0)
    # The last position may be one after the text.
    sign = text.codes.take(text.folded.into_text(at, text.alphabet.folding), mode="clip").astype(
        np.int64
    )
    return Reader(text, cues, at, sign)


def cue_patterns(language: str = "en") -> list[tuple[str, str]]:
    """Return the cues of a language as kind and pattern, to be searched with the lexicon.

    Parameters
    ----------
    language : {"en"}

    Returns
    -------
    list of (str, str)
        Kinds as in ``KINDS``; a pattern can have several kinds.

    Raises
    ------
    InputError
        No cues ship for the language.

    References
    ----------
    Chapman, W. W. et al. (2001). A simple algorithm for identifying negated findings and
    diseases in discharge summaries. Journal of Biomedical Informatics 34(5), 301-310.
    doi:10.1006/jbin.2001.1029

    Examples
    --------
    >>> from framing.hits.context.cues import cue_patterns
    >>> ("reject", "refus*") in cue_patterns()
    True
    """
    return list(load_cues(language).patterns)


def actor_patterns(actors: Actors) -> list[tuple[int, str]]:
    """Return the aliases of actors as the actor's number and pattern.

    Parameters
    ----------
    actors : Actors

    Returns
    -------
    list of (int, str)
        Numbers in the order of ``actors.names``.

    Examples
    --------
    >>> from framing.lexicons.actors import make_actors
    >>> from framing.hits.context.cues import actor_patterns
    >>> actor_patterns(make_actors({"Putin": [], "Trump": ["US president"]}))
    [(0, 'Putin'), (1, 'Trump'), (1, 'US president')]
    """
    number = {actor: place for place, actor in enumerate(actors.names)}
    return [
        (number[actor], alias)
        for actor, alias in zip(actors.table["actor"], actors.table["alias"], strict=True)
    ]


def speaker_names(actors: Actors | None) -> list[str]:
    """Return the meaning of each code of the column ``speaker``.

    Parameters
    ----------
    actors : Actors or None

    Returns
    -------
    list of str
        ``""`` (the journalist), "unresolved" (a pronoun), "other" (not in the table),
        then the actors.

    Examples
    --------
    >>> from framing.lexicons.actors import make_actors
    >>> from framing.hits.context.cues import speaker_names
    >>> speaker_names(make_actors({"Putin": []}))
    ['', 'unresolved', 'other', 'Putin']
    """
    return ["", *RESERVED, *(actors.names if actors else [])]


_NAMES = ("male", "female", "full_name", "men", "women")


def context_patterns(language: str, actors: Actors | None) -> list[tuple[int, str]]:
    """Return the patterns to search with a lexicon, with the numbers that `mark_context` takes.

    Parameters
    ----------
    language : str
    actors : Actors or None

    Returns
    -------
    list of (int, str)
        Nothing where no cues ship for the language.

    Examples
    --------
    >>> from framing.lexicons.actors import make_actors
    >>> from framing.hits.context.cues import context_patterns
    >>> context_patterns("en", make_actors({"Putin": []}))[-1][1]
    'Putin'
    >>> context_patterns("de", make_actors({"Putin": []}))
    []
    """
    if language not in languages():
        return []
    number = {kind: place for place, kind in enumerate(KINDS)}
    kinds = [(number[kind], pattern) for kind, pattern in cue_patterns(language)]
    if not actors:
        # First and family names only decide whom the name of an actor means.
        names = {number[kind] for kind in _NAMES}
        return [(kind, pattern) for kind, pattern in kinds if kind not in names]
    families = [(number[kind], name) for kind, name in _families(language, actors)]
    aliases = [(len(KINDS) + actor, alias) for actor, alias in actor_patterns(actors)]
    return list(dict.fromkeys(kinds + families)) + aliases


def _families(language: str, actors: Actors) -> list[tuple[str, str]]:
    """Return the family names of actors who have a first name among their aliases, by sex."""
    of_first = {
        pattern: kind
        for kind, pattern in load_cues(language).patterns
        if kind in ("male", "female")
    }
    aliases: dict[str, set[str]] = {}
    for actor, alias in zip(actors.table["actor"], actors.table["alias"], strict=True):
        aliases.setdefault(str(actor), set()).add(fold(alias))
    split = [alias.partition(" ") for names in aliases.values() for alias in sorted(names)]
    sexes = {"male": "men", "female": "women"}
    every = set().union(*aliases.values())
    return [
        (sexes[of_first[first]], family)
        for first, _, family in split
        if first in of_first and family in every
    ]
