"""Search: a lexicon in the native engine, and its matches in a text."""

import ctypes
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from framing._core.typing import Mask
from framing.hits.automaton import Finder, Matches
from framing.hits.native.library import (
    BITS,
    TABLES,
    CaseCheck,
    Found,
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
LEARNED = 20_000, 100_000

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
