"""Search: the matches in a text, and what stands around them, from the compiled engine."""

import ctypes
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framing._core.typing import Mask
from framing.hits.automaton import Finder, Matches
from framing.hits.native.library import (
    BITS,
    TABLES,
    CaseCheck,
    Found,
    Kinds,
    KindText,
    Marks,
    Tables,
    Text,
    address,
    columns,
    loaded_library,
)
from framing.hits.native.tables import Rules, make_tables
from framing.text.alphabet import Folded, TokenStarts
from framing.text.characters import Offsets
from framing.text.chunks import Passages

# Characters of a text from which on it is worth while to learn from it what is rare, and of the
# part that is read for it.
LEARNED = 20_000, 30_000

_COLUMN, _SIZE = ctypes.c_void_p, ctypes.c_int64

Case = Callable[[int, int, int], bool]


@dataclass(frozen=True)
class SentenceMatches:
    """Matches, with the row of the sentence that each is in."""

    row: Offsets
    matches: Matches


@dataclass(frozen=True)
class Units:
    """A folded text in units that are searched as sentences are."""

    folded: Folded
    starts: TokenStarts | None
    first: Offsets
    last: Offsets
    document: Offsets


class Search:
    """A lexicon in the tables of the native engine, which only reads them."""

    def __init__(self, engine: ctypes.CDLL, finder: Finder, rules: Rules) -> None:
        self.engine = engine
        self.learned = False
        self.hyphen = finder.automaton.alphabet.number_of("-")
        # The engine has pointers to these columns, so that they must live as long as it does.
        self.columns = make_tables(finder, rules)
        given = Tables(
            *(
                self.columns[name] if kind is None else address(self.columns[name])
                for name, kind in TABLES.items()
            )
        )
        self.lexicon = engine.framing_lexicon_new(ctypes.byref(given))
        if self.lexicon:
            weakref.finalize(self, engine.framing_lexicon_free, self.lexicon)

    def hits(
        self, text: Passages | Units, nested: str, in_case: Case | None = None
    ) -> SentenceMatches | None:
        """Return the hits of a text in reading order; None where the reference must search.

        ``in_case`` returns, for number, start and end of a match, whether it has the case of its
        entry.
        """
        asked = _asked(in_case)
        return self._call(
            text,
            lambda given, found: self.engine.framing_search(
                self.lexicon, given, int(nested == "lexicon"), asked, found
            ),
        )

    def sure_hits(
        self, text: Units, nested: str, in_case: Case | None = None
    ) -> tuple[SentenceMatches, Mask] | None:
        """Return the hits of units that do not depend on their sentences, and the other units.

        The other units have no hits. None as in `hits`.
        """
        asked = _asked(in_case)
        opened = np.zeros(len(text.first) + 1, dtype=np.uint8)
        marks = Marks(self.hyphen, address(opened))
        found = self._call(
            text,
            lambda given, found: self.engine.framing_count(
                self.lexicon, given, int(nested == "lexicon"), asked, ctypes.byref(marks), found
            ),
        )
        return None if found is None else (found, opened[:-1] > 0)

    def matches(self, text: Passages) -> SentenceMatches | None:
        """Return all matches within sentences, as `Finder.find` does; None as in `hits`."""
        return self._call(
            text, lambda given, found: self.engine.framing_matches(self.lexicon, given, found)
        )

    def _call(self, text: Passages | Units, call: Callable[..., int]) -> SentenceMatches | None:
        if not self.lexicon:
            return None
        folded = text.folded
        classes = np.ascontiguousarray(folded.classes, dtype=np.uint16)
        flags = np.ascontiguousarray(folded.flags, dtype=np.uint8)
        sides = [
            np.ascontiguousarray(side, dtype=np.int64)
            for side in (text.first, text.last, text.document)
        ]
        first, last, document = sides
        starts = text.starts
        if starts is None or len(starts.bits) != len(classes) // BITS + 1:
            return None
        if len(classes) != len(flags) or not len(first) == len(last) == len(document):
            return None
        given = Text(
            len(classes), address(classes), address(flags), address(starts.bits),
            len(first), address(first), address(last), address(document),
        )  # fmt: skip
        if not self.learned and len(classes) >= LEARNED[0]:
            self.learned = True
            part = Text.from_buffer_copy(given)
            part.sentences = int(np.searchsorted(last, LEARNED[1], side="right"))
            self.engine.framing_lexicon_learn(self.lexicon, ctypes.byref(part))
        found = Found()
        if call(ctypes.byref(given), ctypes.byref(found)):
            return None
        try:
            row, start, end, rule = columns(found)
        finally:
            self.engine.framing_found_free(ctypes.byref(found))
        return SentenceMatches(row, Matches(rule, start, end))


def _asked(in_case: Case | None) -> Any:
    """Return the function that the engine asks about upper and lower case."""
    if in_case is None:
        return None
    return CaseCheck(lambda rule, start, end: int(in_case(rule, start, end)))


def make_search(finder: Finder, rules: Rules) -> Search | None:
    """Return the search for the patterns of a finder; None if the native engine is not used."""
    engine = loaded_library()
    if engine is None:
        return None
    search = Search(engine, finder, rules)
    return search if search.lexicon else None


class Context(ctypes.Structure):
    """A text with its hits and cues: struct framing_context of context.h."""

    _fields_ = [
        ("words", ctypes.POINTER(Kinds)), ("classes", _COLUMN), ("class_flags", _COLUMN),
        ("tokens", _SIZE), ("sentences", _SIZE), ("signs", _SIZE), ("cues", _SIZE),
        ("hits", _SIZE),
        ("token", _COLUMN), ("first", _COLUMN), ("last", _COLUMN), ("sign", _COLUMN),
        ("sign_code", _COLUMN), ("cue_kind", _COLUMN), ("cue_start", _COLUMN),
        ("cue_end", _COLUMN), ("start", _COLUMN), ("end", _COLUMN), ("negative", _COLUMN),
        ("modals", _SIZE), ("going_on", _SIZE), ("modal", _COLUMN), ("goes_on", _COLUMN),
        ("tail_end", _COLUMN), ("tail_open", _COLUMN), ("tail_ly", ctypes.c_uint32),
        ("maybe_count", _SIZE), ("maybe", _COLUMN),
        ("joining_count", _SIZE), ("joining", _COLUMN), ("rejected", _COLUMN),
        ("hedged", _COLUMN),
    ]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Letters:
    """What the rules compare letters and signs with, which the engine does not know by itself.

    ``modals`` are words by their first three letters, ``goes_on`` signs after an amount; the tables
    of adjectives have a place for the last letters of each word.
    """

    modals: Offsets
    goes_on: Offsets
    ends: Mask
    opening: Mask
    adverb: int


def mark_negation(
    text: Passages,
    native: KindText,
    letters: Letters,
    signs: tuple[Offsets, Offsets],
    cues: tuple[Offsets, Offsets, Offsets],
    hits: tuple[Offsets, Offsets, Mask],
    joins: Callable[[Offsets], Mask],
    *,
    hedges: bool,
) -> tuple[Mask, Mask] | None:
    """Return which hits are denied and which are hedged; None where the reference must look.

    ``signs`` are positions and code points; ``cues`` kinds, starts and ends; ``hits`` starts,
    ends, and which are of an entry that writes a negation. ``joins`` says which of a few commas
    stand between adjectives. Unless ``hedges``, no hit is hedged.
    """
    folded = text.folded
    classes = np.ascontiguousarray(folded.classes, dtype=np.uint16)
    known = np.ascontiguousarray(text.alphabet.flags, dtype=np.uint16)
    if len(classes) != native.given.length or len(text.first) != len(text.last):
        return None
    tokens, first, last, sign, code, kind, cue_start, cue_end, start, end, modals, goes_on = (
        np.ascontiguousarray(column, dtype=np.int64)
        for column in (
            text.tokens, text.first, text.last, *signs, *cues, *hits[:2], letters.modals,
            letters.goes_on,
        )
    )  # fmt: skip
    negative = np.ascontiguousarray(hits[2], dtype=bool)
    maybe = np.empty(len(sign) + 1, dtype=np.int64)
    rejected, hedged = np.zeros((2, len(start) + 1), dtype=bool)
    given = Context(
        ctypes.pointer(native.given), address(classes), address(known),
        len(tokens), len(first), len(sign), len(kind), len(start),
        *map(address, (tokens, first, last, sign, code, kind, cue_start, cue_end)),
        address(start), address(end), address(negative),
        len(modals), len(goes_on), address(modals), address(goes_on),
        address(letters.ends), address(letters.opening), letters.adverb,
        0, address(maybe), 0, None, address(rejected),
        address(hedged) if hedges else None,
    )  # fmt: skip
    if native.engine.framing_commas(ctypes.byref(given)):
        return None
    commas = maybe[: given.maybe_count]
    joining = np.ascontiguousarray(commas[joins(commas)]) if len(commas) else commas
    given.joining_count, given.joining = len(joining), address(joining)
    if native.engine.framing_negation(ctypes.byref(given)):
        return None
    return rejected[:-1], hedged[:-1]


class Names(ctypes.Structure):
    """Names in a text: struct framing_names of speech.h."""

    _fields_ = [
        ("count", _SIZE), ("actor", _COLUMN), ("start", _COLUMN), ("end", _COLUMN),
        ("pronoun", _COLUMN), ("inside", _COLUMN),
    ]  # fmt: skip


class Speech(ctypes.Structure):
    """A text with its quotations and hits: struct framing_speech of speech.h."""

    _fields_ = [
        ("text", ctypes.POINTER(Context)), ("paragraph", _COLUMN), ("document", _COLUMN),
        ("quotes", _SIZE), ("quote_start", _COLUMN), ("quote_end", _COLUMN),
        ("quote_paragraph", _COLUMN), ("quote_closed", _COLUMN),
        ("objects", _SIZE), ("object", _COLUMN), ("label", _COLUMN), ("turn", _COLUMN),
        ("mentions", Names), ("owners", Names),
        ("row", _COLUMN), ("speaker", _COLUMN), ("quote_speaker", _COLUMN),
    ]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Spoken:
    """Who speaks: names of actors, without owners, and the speaker of each hit and quotation.

    ``turn`` is the speaker of each sentence of a transcript, None without turns.
    """

    names: tuple[Offsets, Offsets, Offsets, Mask, Offsets]
    turn: Offsets | None
    speaker: Offsets
    quote_speaker: Offsets


class _Room:
    """Columns for as many names as there are cues."""

    def __init__(self, size: int) -> None:
        self.columns: NDArray[np.int64] = np.empty((4, size + 1), dtype=np.int64)
        self.inside: Mask = np.empty(size + 1, dtype=bool)

    def names(self) -> Names:
        return Names(0, *map(address, self.columns), address(self.inside))

    def filled(self, count: int) -> tuple[Offsets, Offsets, Offsets, Mask, Offsets]:
        """Return actor, start, end, inside and pronoun."""
        actor, start, end, pronoun = self.columns[:, :count]
        return actor, start, end, self.inside[:count], pronoun


def find_speakers(
    text: Passages,
    native: KindText,
    signs: tuple[Offsets, Offsets],
    cues: tuple[Offsets, Offsets, Offsets],
    quotes: tuple[Offsets, Offsets, Offsets, Mask],
    hits: tuple[Offsets, Offsets],
    objects: Offsets,
    turns: Callable[[tuple[Offsets, Offsets, Offsets, Mask, Offsets]], Offsets | None],
) -> Spoken | None:
    """Return who speaks in hits and quotations; None where the reference must look.

    ``signs`` are positions and code points; ``cues`` kinds, starts and ends; ``quotes`` starts,
    ends, paragraphs and whether they are closed; ``hits`` starts and rows. ``objects`` are words
    that are no subject. ``turns`` says, given the names, who speaks in each sentence.
    """
    folded = text.folded
    classes = np.ascontiguousarray(folded.classes, dtype=np.uint16)
    known = np.ascontiguousarray(text.alphabet.flags, dtype=np.uint16)
    if len(classes) != native.given.length or len(text.first) != len(text.last):
        return None
    tokens, first, last, sign, code, kind, cue_start, cue_end, start, row, words = (
        np.ascontiguousarray(column, dtype=np.int64)
        for column in (text.tokens, text.first, text.last, *signs, *cues, *hits, objects)
    )  # fmt: skip
    paragraph, document, label, quote_start, quote_end, quote_paragraph = (
        np.ascontiguousarray(column, dtype=np.int64)
        for column in (text.paragraph, text.document, text.turn, *quotes[:3])
    )
    closed = np.ascontiguousarray(quotes[3], dtype=bool)
    mentions, owners = _Room(len(kind)), _Room(len(kind))
    speaker, quote_speaker = (np.empty(len(each) + 1, np.int64) for each in (start, quote_start))
    read = Context(
        words=ctypes.pointer(native.given), classes=address(classes), class_flags=address(known),
        tokens=len(tokens), sentences=len(first), signs=len(sign), cues=len(kind), hits=len(start),
        token=address(tokens), first=address(first), last=address(last), sign=address(sign),
        sign_code=address(code), cue_kind=address(kind), cue_start=address(cue_start),
        cue_end=address(cue_end), start=address(start),
    )  # fmt: skip
    given = Speech(
        ctypes.pointer(read), address(paragraph), address(document),
        len(quote_start), address(quote_start), address(quote_end), address(quote_paragraph),
        address(closed), len(words), address(words), address(label), None, mentions.names(),
        owners.names(), address(row), address(speaker), address(quote_speaker),
    )  # fmt: skip
    if native.engine.framing_names(ctypes.byref(given)):
        return None
    names = mentions.filled(given.mentions.count)
    turn = turns(names)
    if turn is not None:
        turn = np.ascontiguousarray(turn, dtype=np.int64)
        given.turn = address(turn)
    if native.engine.framing_speakers(ctypes.byref(given)):
        return None
    return Spoken(names, turn, speaker[:-1], quote_speaker[:-1])
