"""Library: the compiled engine, if it was built, and its loops over the characters of a text.

With ``FRAMING_ENGINE=numpy`` in the environment it is not used.
"""

import ctypes
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from multiprocessing import current_process
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framing._core.typing import Keys, Mask
from framing.text import visible
from framing.text.alphabet import (
    Alphabet,
    Ask,
    Folded,
    Scanned,
    edits,
    mark_addresses,
    read_entities,
)
from framing.text.characters import (
    DROP,
    EDIT,
    LINE_ENDS,
    CodePoints,
    Offsets,
    Signs,
    is_among,
    letter_kinds,
)
from framing.text.links import addresses
from framing.text.repairs import BLANKS, cuts_at, hyphens_before

# The number of the interface in core.h. A library with another number is of another version.
INTERFACE = 20
SUFFIX = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
PATH = Path(__file__).with_name(f"engine{SUFFIX}")

_LOG = logging.getLogger("framing")

_UINT8, _UINT16, _UINT32, _INT32 = map(np.dtype, (np.uint8, np.uint16, np.uint32, np.int32))

# The members of struct framing_tables, in order: numbers as None, columns by their type.
TABLES: dict[str, np.dtype[Any] | None] = {
    "classes": None, "class_flags": _UINT16,
    "strings": None, "string_from": _UINT32, "string_symbols": _UINT16,
    "closed": _INT32, "opened": _INT32, "literal": _INT32,
    "literals": None, "glob_from": _UINT32, "glob_atom": _UINT32, "glob_text_from": _UINT32,
    "glob_text": _UINT16,
    "atoms": None, "nodes": None, "node_kind": _UINT8, "node_atom": _UINT32,
    "part_from": _UINT32, "part_node": _UINT32, "part_joint": _UINT8, "part_ordered": _UINT8,
    "part_words": _UINT32, "part_word_from": _UINT32, "part_word": _UINT16,
    "rules": None, "entries": None, "first_condition": None,
    "rule_node": _UINT32, "rule_gapped": _UINT8, "rule_single": _UINT8, "rule_cased": _UINT8,
    "frames": None, "frame_of": _UINT32,
    "condition_from": _UINT32, "condition_rule": _UINT32, "condition_wanted": _UINT8,
    "condition_within": _INT32, "condition_before": _UINT32,
    "exception_scope": _UINT8, "exception_owner": _UINT32,
    "atom_frequency": _UINT32,
}  # fmt: skip

Bits = NDArray[np.uint32]
# How many positions one number has bits of.
BITS = 64
# Slots for each word of a list: with so many most words are in the first slot.
ROOM = 4
# As in sentences.c: the verdict on a paragraph that needs no other look, and the marks in the key
# of a word, and of two words with which a paragraph begins.
PLAIN, ONE_WORD, AT_START = 0, np.uint64(1), np.uint64(2)
# Slots for words at first, and the most words: a million articles have fewer.
FEWEST, MOST = 1 << 12, 1 << 18
# Room for places that need a closer look: one in so many characters. Of more, a list is made anew.
RARE = 16
ADDRESS_SIGNS = np.array([ord(sign) for sign in ".:@"], dtype=np.uint32)
LINE_END_CODES = np.array([ord(sign) for sign in LINE_ENDS], dtype=np.uint32)
NONE = np.empty(0, dtype=np.int64)


class Tables(ctypes.Structure):
    """A lexicon in columns: struct framing_tables of core.h."""

    _fields_ = [
        (name, ctypes.c_uint32 if kind is None else ctypes.c_void_p)
        for name, kind in TABLES.items()
    ]


class Text(ctypes.Structure):
    """A folded text: struct framing_text of core.h."""

    _fields_ = [
        ("length", ctypes.c_int64), ("classes", ctypes.c_void_p), ("flags", ctypes.c_void_p),
        ("token_bit", ctypes.c_void_p),
        ("sentences", ctypes.c_int64), ("first", ctypes.c_void_p), ("last", ctypes.c_void_p),
        ("document", ctypes.c_void_p),
    ]  # fmt: skip


class Found(ctypes.Structure):
    """The matches: struct framing_found of core.h."""

    _fields_ = [
        ("count", ctypes.c_int64), ("row", ctypes.c_void_p), ("start", ctypes.c_void_p),
        ("end", ctypes.c_void_p), ("rule", ctypes.c_void_p),
    ]  # fmt: skip


class Marks(ctypes.Structure):
    """What is known of passages: struct framing_passages of core.h."""

    _fields_ = [
        ("hyphen", ctypes.c_uint32), ("open", ctypes.c_void_p),
    ]  # fmt: skip


class Places(ctypes.Structure):
    """Places in a text: struct framing_places of core.h."""

    _fields_ = [
        ("count", ctypes.c_int64), ("room", ctypes.c_int64), ("place", ctypes.c_void_p),
    ]  # fmt: skip


class SignLists(ctypes.Structure):
    """The signs of a text: struct framing_signs of core.h."""

    _fields_ = [
        ("n", ctypes.c_int64), ("code", ctypes.c_void_p), ("looks", Places), ("every", Places),
        ("hidden", Places),
        ("ends", Places), ("arrows", Places), ("bars", Places), ("underscores", Places),
        ("tags", Places),
    ]  # fmt: skip


class Scan(ctypes.Structure):
    """A text to look up in an alphabet: struct framing_scan of core.h."""

    _fields_ = [
        ("n", ctypes.c_int64), ("points", ctypes.c_int64), ("code", ctypes.c_void_p),
        ("class_of", ctypes.c_void_p), ("flags_of", ctypes.c_void_p),
        ("classes", ctypes.c_void_p), ("flags", ctypes.c_void_p),
        ("special", Places), ("hints", Places), ("cuts", Places), ("signs", Places),
        ("looks", Places),
    ]  # fmt: skip


class Squeeze(ctypes.Structure):
    """A text to fold: struct framing_squeeze of core.h."""

    _fields_ = [
        ("n", ctypes.c_int64), ("classes", ctypes.c_void_p),
        ("flags", ctypes.c_void_p), ("lengths", ctypes.c_void_p), ("flags_of", ctypes.c_void_p),
        ("pieces", ctypes.c_int64), ("piece_at", ctypes.c_void_p),
        ("piece_from", ctypes.c_void_p), ("piece", ctypes.c_void_p),
        ("folded", ctypes.c_void_p), ("folded_flags", ctypes.c_void_p),
        ("break_count", ctypes.c_size_t), ("break_room", ctypes.c_size_t),
        ("breaks", ctypes.POINTER(ctypes.c_int64)),
    ]  # fmt: skip


class Lines(ctypes.Structure):
    """Texts to cut into paragraphs: struct framing_lines of core.h."""

    _fields_ = [
        ("n", ctypes.c_int64), ("points", ctypes.c_int64), ("code", ctypes.c_void_p),
        ("kind_of", ctypes.c_void_p), ("texts", ctypes.c_int64), ("removed", ctypes.c_int64),
        ("ends", ctypes.c_int64), ("cuts", ctypes.c_int64), ("begin", ctypes.c_void_p),
        ("removed_start", ctypes.c_void_p), ("end", ctypes.c_void_p), ("cut", ctypes.c_void_p),
        ("count", ctypes.c_int64), ("document", ctypes.c_void_p), ("first", ctypes.c_void_p),
        ("last", ctypes.c_void_p),
    ]  # fmt: skip


class Asked(ctypes.Structure):
    """Words to ask sentencex about: struct framing_asked of core.h."""

    _fields_ = [
        ("count", ctypes.c_int64), ("room", ctypes.c_int64), ("start", ctypes.c_void_p),
        ("end", ctypes.c_void_p), ("key", ctypes.c_void_p),
    ]  # fmt: skip


class Split(ctypes.Structure):
    """Paragraphs to cut into sentences: struct framing_split of core.h."""

    _fields_ = [
        ("n", ctypes.c_int64), ("paragraphs", ctypes.c_int64), ("code", ctypes.c_void_p),
        ("first", ctypes.c_void_p), ("past", ctypes.c_void_p), ("slots", ctypes.c_int64),
        ("key", ctypes.c_void_p), ("known", ctypes.c_void_p), ("verdict", ctypes.c_void_p),
        ("count", ctypes.c_int64), ("room", ctypes.c_int64), ("start", ctypes.c_void_p),
        ("end", ctypes.c_void_p), ("row", ctypes.c_void_p), ("asked", ctypes.POINTER(Asked)),
    ]  # fmt: skip


class Joints(ctypes.Structure):
    """Sentences of which some may go on in the next one: struct framing_joints of core.h."""

    _fields_ = [
        ("n", ctypes.c_int64), ("sentences", ctypes.c_int64), ("code", ctypes.c_void_p),
        ("start", ctypes.c_void_p), ("end", ctypes.c_void_p), ("row", ctypes.c_void_p),
        ("words", ctypes.c_int64), ("names", ctypes.c_int64), ("word", ctypes.c_void_p),
        ("name", ctypes.c_void_p), ("count", ctypes.c_int64), ("place", ctypes.c_void_p),
    ]  # fmt: skip


class EndMarks(ctypes.Structure):
    """Signs at which a sentence may end: struct framing_marks of core.h."""

    _fields_ = [
        ("n", ctypes.c_int64), ("signs", ctypes.c_int64), ("sentences", ctypes.c_int64),
        ("code", ctypes.c_void_p), ("sign", ctypes.c_void_p), ("start", ctypes.c_void_p),
        ("end", ctypes.c_void_p), ("words", ctypes.c_int64), ("word", ctypes.c_void_p),
        ("count", ctypes.c_int64), ("room", ctypes.c_int64), ("place", ctypes.c_void_p),
        ("what", ctypes.c_void_p),
    ]  # fmt: skip


class Openings(ctypes.Structure):
    """Beginnings of sentences or paragraphs: struct framing_openings of core.h."""

    _fields_ = [
        ("n", ctypes.c_int64), ("signs", ctypes.c_int64), ("count", ctypes.c_int64),
        ("code", ctypes.c_void_p), ("sign", ctypes.c_void_p), ("start", ctypes.c_void_p),
        ("end", ctypes.c_void_p), ("words", ctypes.c_int64),
        ("word", ctypes.c_void_p), ("opening", ctypes.c_void_p), ("colon", ctypes.c_void_p),
        ("past", ctypes.c_void_p),
    ]  # fmt: skip


class Neighbours(ctypes.Structure):
    """Paragraphs of which some are wanted: struct framing_neighbours of core.h."""

    _fields_ = [
        ("n", ctypes.c_int64), ("signs", ctypes.c_int64), ("paragraphs", ctypes.c_int64),
        ("code", ctypes.c_void_p), ("sign", ctypes.c_void_p), ("first", ctypes.c_void_p),
        ("past", ctypes.c_void_p), ("document", ctypes.c_void_p),
        ("marks", ctypes.c_int64), ("points", ctypes.c_int64), ("mark", ctypes.c_void_p),
        ("point", ctypes.c_void_p), ("length", ctypes.c_int64), ("breaks", ctypes.c_int64),
        ("flags", ctypes.c_void_p), ("break_at", ctypes.c_void_p), ("offset", ctypes.c_void_p),
        ("wanted", ctypes.c_void_p), ("shown", ctypes.c_void_p),
    ]  # fmt: skip


class Kinds(ctypes.Structure):
    """Words to look up in a list: struct framing_kinds of core.h."""

    _fields_ = [
        ("n", ctypes.c_int64), ("code", ctypes.c_void_p), ("breaks", ctypes.c_int64),
        ("break_at", ctypes.c_void_p), ("offset", ctypes.c_void_p), ("slots", ctypes.c_int64),
        ("shift", ctypes.c_int64), ("key", ctypes.c_void_p), ("kind", ctypes.c_void_p),
        ("count", ctypes.c_int64), ("position", ctypes.c_void_p), ("found", ctypes.c_void_p),
        ("length", ctypes.c_int64), ("known", ctypes.c_int64), ("flags", ctypes.c_void_p),
        ("at", ctypes.c_void_p), ("code_found", ctypes.c_void_p), ("holds", ctypes.c_void_p),
        ("flag", ctypes.c_uint8),
    ]  # fmt: skip


class QuoteMarks(ctypes.Structure):
    """Signs, paragraphs and quotations of a text: struct framing_quotes of quotes.c."""

    _fields_ = [
        ("words", ctypes.POINTER(Kinds)), ("signs", ctypes.c_int64),
        ("paragraphs", ctypes.c_int64), ("sign", ctypes.c_void_p), ("sign_code", ctypes.c_void_p),
        ("first", ctypes.c_void_p), ("past", ctypes.c_void_p), ("role", ctypes.c_void_p),
        ("count", ctypes.c_int64), ("start", ctypes.c_void_p), ("end", ctypes.c_void_p),
        ("paragraph", ctypes.c_void_p), ("closed", ctypes.c_void_p),
    ]  # fmt: skip


CaseCheck = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_uint32, ctypes.c_int64, ctypes.c_int64)


def address(column: NDArray[Any]) -> int:
    """Return the address of the items of a column."""
    try:
        # A tenth of the time of the other two ways; a search asks for two hundred addresses.
        return ctypes.addressof(ctypes.c_char.from_buffer(column.data))
    except (TypeError, ValueError, BufferError):
        # The column has no items, may not be written to, or is a part of every second item.
        return int(column.__array_interface__["data"][0])


def columns(found: Found) -> list[NDArray[np.int64]]:
    """Return row, start, end and rule of the matches as new arrays."""
    size = found.count
    return [
        np.ctypeslib.as_array(ctypes.cast(part, ctypes.POINTER(ctypes.c_uint32)), (size,)).astype(
            np.int64
        )
        if size
        else np.empty(0, dtype=np.int64)
        for part in (found.row, found.start, found.end, found.rule)
    ]


@cache
def loaded_library() -> ctypes.CDLL | None:
    """Return the compiled engine; None without one, or if the numpy engine is requested."""
    if os.environ.get("FRAMING_ENGINE", "") == "numpy":
        return None
    try:
        loaded = ctypes.CDLL(str(PATH))
        loaded.framing_interface.restype = ctypes.c_int32
        number = loaded.framing_interface()
        if number != INTERFACE:
            raise OSError(f"it has interface {number}, not {INTERFACE}")
    except (OSError, AttributeError) as error:
        why = error if PATH.is_file() else "it was not built when the package was installed"
        # Worker processes do not repeat the warning.
        say = _LOG.warning if current_process().name == "MainProcess" else _LOG.debug
        say(
            "The native engine is not used (%s). The numpy engine finds the same hits, some ten "
            "times as slowly. To build it: install a C compiler, then install the package again.",
            why,
        )
        return None
    loaded.framing_scan.argtypes = [ctypes.POINTER(Scan)]
    loaded.framing_scan.restype = ctypes.c_int64
    loaded.framing_squeeze.argtypes = [ctypes.POINTER(Squeeze)]
    loaded.framing_squeeze.restype = ctypes.c_int64
    loaded.framing_squeeze_free.argtypes = [ctypes.POINTER(Squeeze)]
    loaded.framing_squeeze_free.restype = None
    loaded.framing_slices.argtypes = [
        ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p,
        ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p,
    ]  # fmt: skip
    loaded.framing_slices.restype = ctypes.c_int32
    loaded.framing_close_up.argtypes = [
        ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p,
    ]  # fmt: skip
    loaded.framing_close_up.restype = ctypes.c_int32
    loaded.framing_tokens.argtypes = [
        ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p,
        ctypes.c_void_p,
    ]  # fmt: skip
    loaded.framing_tokens.restype = ctypes.c_int64
    loaded.framing_bit_places.argtypes = [ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p]
    loaded.framing_bit_places.restype = ctypes.c_int64
    loaded.framing_bits_before.argtypes = [
        ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p,
    ]  # fmt: skip
    loaded.framing_bits_before.restype = None
    loaded.framing_signs.argtypes = [ctypes.POINTER(SignLists)]
    loaded.framing_signs.restype = ctypes.c_int32
    loaded.framing_openings.argtypes = [ctypes.POINTER(Openings)]
    loaded.framing_openings.restype = None
    loaded.framing_doubtful.argtypes = [ctypes.POINTER(Joints)]
    loaded.framing_doubtful.restype = None
    loaded.framing_marks.argtypes = [ctypes.POINTER(EndMarks)]
    loaded.framing_marks.restype = ctypes.c_int64
    loaded.framing_neighbours.argtypes = [ctypes.POINTER(Neighbours)]
    loaded.framing_neighbours.restype = ctypes.c_int32
    loaded.framing_line_ends.argtypes = [
        ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p, ctypes.POINTER(Places),
        ctypes.POINTER(Places),
    ]  # fmt: skip
    loaded.framing_line_ends.restype = ctypes.c_int64
    loaded.framing_paragraphs.argtypes = [ctypes.POINTER(Lines)]
    loaded.framing_paragraphs.restype = ctypes.c_int64
    loaded.framing_split.argtypes = [ctypes.POINTER(Split)]
    loaded.framing_split.restype = ctypes.c_int64
    loaded.framing_remember.argtypes = [
        ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p,
        ctypes.c_void_p,
    ]  # fmt: skip
    loaded.framing_remember.restype = None
    loaded.framing_kinds.argtypes = [ctypes.POINTER(Kinds)]
    loaded.framing_kinds.restype = ctypes.c_int32
    loaded.framing_codes.argtypes = [ctypes.POINTER(Kinds)]
    loaded.framing_codes.restype = ctypes.c_int32
    loaded.framing_has.argtypes = [ctypes.POINTER(Kinds)]
    loaded.framing_has.restype = ctypes.c_int32
    loaded.framing_joined.argtypes = [ctypes.POINTER(Kinds)]
    loaded.framing_joined.restype = ctypes.c_int32
    loaded.framing_positions.argtypes = [ctypes.POINTER(Kinds), ctypes.c_void_p]
    loaded.framing_positions.restype = None
    loaded.framing_ranks.argtypes = [
        ctypes.c_int64, ctypes.c_void_p, ctypes.c_int32, ctypes.c_int64, ctypes.c_void_p,
        ctypes.c_void_p,
    ]  # fmt: skip
    loaded.framing_ranks.restype = None
    loaded.framing_quotes.argtypes = [ctypes.POINTER(QuoteMarks)]
    loaded.framing_quotes.restype = ctypes.c_int32
    loaded.framing_sign_places.argtypes = [ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p]
    loaded.framing_sign_places.restype = ctypes.c_int64
    lexicon, found = ctypes.c_void_p, ctypes.POINTER(Found)
    loaded.framing_lexicon_new.argtypes = [ctypes.POINTER(Tables)]
    loaded.framing_lexicon_new.restype = lexicon
    loaded.framing_lexicon_learn.argtypes = [lexicon, ctypes.POINTER(Text)]
    loaded.framing_lexicon_learn.restype = ctypes.c_int32
    loaded.framing_lexicon_free.argtypes = [lexicon]
    loaded.framing_lexicon_free.restype = None
    loaded.framing_search.argtypes = [
        lexicon, ctypes.POINTER(Text), ctypes.c_int32, ctypes.c_void_p, found,
    ]  # fmt: skip
    loaded.framing_search.restype = ctypes.c_int32
    loaded.framing_count.argtypes = [
        lexicon, ctypes.POINTER(Text), ctypes.c_int32, ctypes.c_void_p, ctypes.POINTER(Marks),
        found,
    ]  # fmt: skip
    loaded.framing_count.restype = ctypes.c_int32
    loaded.framing_matches.argtypes = [lexicon, ctypes.POINTER(Text), found]
    loaded.framing_matches.restype = ctypes.c_int32
    loaded.framing_found_free.argtypes = [found]
    loaded.framing_found_free.restype = None
    return loaded


@dataclass(frozen=True, eq=False)
class KindTable:
    """The words of a list by their keys, as the native engine looks them up.

    A word is in the slot that the highest bits of its key name, or in one behind it; 0 is no key.
    """

    engine: ctypes.CDLL
    keys: Keys
    bits: Bits
    shift: int

    def open(self, codes: CodePoints, folded: Folded) -> "KindText":
        """Return a text in which words can be looked up."""
        codes = np.ascontiguousarray(codes, dtype=np.uint32)
        flags = np.ascontiguousarray(folded.flags, dtype=np.uint8)
        breaks = np.ascontiguousarray(folded.breaks, dtype=np.int64)
        offsets = np.ascontiguousarray(folded.offsets, dtype=np.int64)
        given = Kinds(
            len(codes), address(codes), 0 if folded.is_plain else len(breaks), address(breaks),
            address(offsets), len(self.keys), self.shift, address(self.keys), address(self.bits),
        )  # fmt: skip
        at = codes
        given.length, given.flags, given.known = len(flags), address(flags), len(codes)
        if not folded.is_plain and len(codes):
            at, given.known = np.empty(len(flags), dtype=np.uint32), len(flags)
            self.engine.framing_positions(ctypes.byref(given), address(at))
        given.at = address(at)
        return KindText(
            self.engine, given, (self.keys, self.bits, codes, flags, breaks, offsets, at)
        )


@dataclass(frozen=True, eq=False)
class KindText:
    """A text and a list of words; the engine has pointers to the ``columns``.

    Where an answer is None, the reference must look.
    """

    engine: ctypes.CDLL
    given: Kinds
    columns: tuple[NDArray[Any], ...]

    def words(self, positions: Offsets) -> Bits | None:
        """Return the kinds of the word at each position."""
        places, found = _room(positions, np.uint32)
        self.given.found = address(found)
        return None if self._ask(self.engine.framing_kinds, places) else found

    def codes(self, positions: Offsets) -> Offsets | None:
        """Return the code point at each position."""
        places, found = _room(positions, np.int64)
        self.given.code_found = address(found)
        return None if self._ask(self.engine.framing_codes, places) else found

    def has(self, positions: Offsets, flag: int) -> Mask | None:
        """Return whether the character at each position has a flag."""
        places, found = _room(positions, np.bool_)
        self.given.holds, self.given.flag = address(found), flag
        return None if self._ask(self.engine.framing_has, places) else found

    def joined(self, positions: Offsets) -> Mask | None:
        """Return whether only a space parts each position from a word before."""
        places, found = _room(positions, np.bool_)
        self.given.holds = address(found)
        return None if self._ask(self.engine.framing_joined, places) else found

    def quotes(
        self,
        signs: tuple[Offsets, Offsets],
        paragraphs: tuple[Offsets, Offsets],
        roles: NDArray[np.uint8],
    ) -> tuple[Offsets, Offsets, Offsets, Mask] | None:
        """Return start, end, paragraph of the quotations, and whether they are closed.

        ``signs`` are positions and code points, ``paragraphs`` starts and ends; ``roles`` is what
        a sign can be, by its code point.
        """
        at, code, first, past = (
            np.ascontiguousarray(column, dtype=np.int64) for column in (*signs, *paragraphs)
        )
        found: NDArray[np.int64] = np.empty((3, len(at) + 1), dtype=np.int64)
        closed: Mask = np.empty(len(at) + 1, dtype=bool)
        given = QuoteMarks(
            ctypes.pointer(self.given), len(at), len(first), address(at), address(code),
            address(first), address(past), address(roles), 0, *map(address, found),
            address(closed),
        )  # fmt: skip
        if self.engine.framing_quotes(ctypes.byref(given)):
            return None
        start, end, paragraph = found[:, : given.count]
        return start, end, paragraph, closed[: given.count]

    def _ask(self, function: Callable[..., int], places: Offsets) -> int:
        self.given.count, self.given.position = places.size, address(places)
        return function(ctypes.byref(self.given))


def _room(positions: Offsets, kind: Any) -> tuple[Offsets, NDArray[Any]]:
    """Return positions as the engine reads them, and room for an answer to each."""
    places = np.ascontiguousarray(positions, dtype=np.int64)
    return places, np.empty(places.shape, dtype=kind)


def make_kinds(keys: Keys, bits: Bits) -> KindTable | None:
    """Return the table of some words with a key above 0; None without the native engine."""
    engine = loaded_library()
    if engine is None:
        return None
    power = max(ROOM * len(keys), 2).bit_length()
    slots = [0] * (1 << power)
    kinds = [0] * (1 << power)
    for key, kind in zip(keys.tolist(), bits.tolist(), strict=True):
        slot = key >> (64 - power)
        while slots[slot]:
            slot = (slot + 1) % len(slots)
        slots[slot], kinds[slot] = key, kind
    return KindTable(
        engine, np.array(slots, dtype=np.uint64), np.array(kinds, dtype=np.uint32), 64 - power
    )


# Positions from which on the engine looks them up faster than numpy.
FEW = 300


def ranks(places: Offsets, positions: Offsets, *, right: bool = False) -> Offsets:
    """Return what `numpy.searchsorted` does for sorted places, faster for sorted positions."""
    engine = loaded_library()
    # For a few positions, to call the engine takes longer.
    if engine is None or positions.size < FEW:
        return np.searchsorted(places, positions, side="right" if right else "left")
    places = np.ascontiguousarray(places, dtype=np.int64)
    wanted = np.ascontiguousarray(positions, dtype=np.int64)
    found = np.empty(wanted.shape, dtype=np.int64)
    engine.framing_ranks(
        len(places), address(places), right, wanted.size, address(wanted), address(found)
    )
    return found


def sign_places(flags: NDArray[Any]) -> Offsets | None:
    """Return where signs stand, given the flags of a text; None without the native engine."""
    engine = loaded_library()
    if engine is None:
        return None
    flags = np.ascontiguousarray(flags, dtype=np.uint8)
    places = np.empty(len(flags) + 1, dtype=np.int64)
    count = engine.framing_sign_places(len(flags), address(flags), address(places))
    return places[:count].copy()


def closed_up(column: NDArray[Any], gone: Offsets) -> NDArray[Any]:
    """Return a column without some rows, given in order, in the memory that it has."""
    engine = loaded_library()
    if engine is None or not (column.flags.writeable and column.flags.c_contiguous):
        return visible.without(column, gone)
    gone = np.ascontiguousarray(gone, dtype=np.int64)
    failed = engine.framing_close_up(
        len(column), column.itemsize, address(column), len(gone), address(gone)
    )
    return visible.without(column, gone) if failed else column[: len(column) - len(gone)]


@dataclass(frozen=True, eq=False)
class _Scanned:
    """The classes and flags of the characters of a text, what needs a closer look, and signs."""

    classes: NDArray[np.uint16]
    flags: NDArray[np.uint8]
    special: Offsets
    hints: Offsets
    cuts: Offsets
    signs: Signs

    def seen(
        self, codes: CodePoints, gone: Offsets, spaces: Offsets, alphabet: Alphabet
    ) -> "_Scanned":
        """Return what a scan of the text without what is not seen would return.

        Only around that is there anything to look at again. Signs are only those of the text.
        """
        classes, flags = closed_up(self.classes, gone), closed_up(self.flags, gone)
        classes[spaces] = alphabet.class_of[ord(" ")]
        flags[spaces] = alphabet.low_flags[classes[spaces]]
        places_seen = visible.Places(gone)
        moved = places_seen.seen
        special, hints, cuts = (
            places_seen.seen_in_order(visible.every_but(places, gone))
            # A hyphen before \r\n is listed for both.
            for places in (self.special, self.hints, np.unique(self.cuts))
        )
        near = np.union1d(moved(gone), spaces)
        # A sign may be inside an address by what stands at the next two places, or before it.
        around = _around(near, -2, 0, len(codes))
        hints = np.union1d(hints, around[is_among(codes[around], ADDRESS_SIGNS)])
        # A hyphen cuts a word by what stands at the next places.
        reach = BLANKS + 1
        before, after = (np.searchsorted(near, cuts + more, "right") for more in (0, reach))
        cuts = cuts[before == after]
        ends = _around(near, 1 - reach, reach - 1, len(codes))
        ends = ends[is_among(codes[ends], LINE_END_CODES)]
        cuts = np.union1d(cuts, hyphens_before(codes, ends))
        return _Scanned(classes, flags, special, hints, cuts, self.signs)


def _around(places: Offsets, low: int, high: int, length: int) -> Offsets:
    """Return all places from so many before to so many after some places in a text."""
    around = np.unique(places[:, None] + np.arange(low, high + 1))
    return around[(around >= 0) & (around < length)]


@dataclass(frozen=True, eq=False)
class _Split:
    """What is known of paragraphs: the verdict, sentences of the plain ones, and unknown words."""

    verdict: NDArray[np.uint8]
    start: Offsets
    end: Offsets
    row: Offsets
    low: Offsets
    high: Offsets
    key: NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class _Words:
    """What is known of words before a stop: a table of their keys, which is never changed."""

    count: int
    key: NDArray[np.uint64]
    known: NDArray[np.uint8]


def _no_words() -> _Words:
    return _Words(0, np.zeros(FEWEST, dtype=np.uint64), np.zeros(FEWEST, dtype=np.uint8))


class _Memory:
    """Remembers which words before a stop end a sentence. Threads may read it meanwhile."""

    def __init__(self) -> None:
        self.words = _no_words()

    def ask(self, text: str, found: _Split, ask: Ask, engine: ctypes.CDLL) -> None:
        """Ask about the words that were not known."""
        key, nth = np.unique(found.key, return_index=True)
        edges = zip(found.low[nth].tolist(), found.high[nth].tolist(), strict=True)
        words = np.array([text[low:high] for low, high in edges], dtype=object)
        known = np.empty(len(key), dtype=np.uint8)
        alone = (key & ONE_WORD) != 0
        known[alone] = ask(words[alone].tolist(), None)
        if not alone.all():
            opening = (key[~alone] & AT_START) != 0
            known[~alone] = ask(words[~alone].tolist(), opening.tolist())
        old = self.words if self.words.count + len(key) < MOST else _no_words()
        slots = len(old.key)
        while slots < 3 * (old.count + len(key)):
            slots *= 2
        kept = old.key != 0
        keys, values = np.zeros(slots, dtype=np.uint64), np.zeros(slots, dtype=np.uint8)
        for some, what in ((old.key[kept], old.known[kept]), (key, known)):
            engine.framing_remember(
                slots, address(keys), address(values), len(some), address(some), address(what)
            )
        self.words = _Words(old.count + len(key), keys, values)


@cache
def _memory(language: str) -> _Memory:
    return _Memory()


@dataclass(frozen=True, eq=False)
class TokenBits:
    """The starts of tokens: a bit of each position, and one more, from the lowest of a word on."""

    engine: ctypes.CDLL
    bits: NDArray[np.uint64]

    def places(self) -> Offsets:
        """Return the positions at which a token starts."""
        places = np.empty(int(np.bitwise_count(self.bits).sum()), dtype=np.int64)
        self.engine.framing_bit_places(len(self.bits), address(self.bits), address(places))
        return places

    def before(self, positions: Offsets) -> Offsets:
        """Return how many tokens start before each position."""
        wanted = np.ascontiguousarray(positions, dtype=np.int64)
        before = np.empty(wanted.shape, dtype=np.int64)
        self.engine.framing_bits_before(
            len(self.bits), address(self.bits), wanted.size, address(wanted), address(before)
        )
        return before


class Folding:
    """Folds texts with the native engine; the functions of framing.text are the reference."""

    def __init__(self, engine: ctypes.CDLL) -> None:
        self.engine = engine

    def scan(self, codes: CodePoints, alphabet: Alphabet) -> _Scanned:
        """Return what `fold` needs to know of a text, and its signs."""
        size = len(codes)
        classes, flags = np.empty(size, dtype=np.uint16), np.empty(size, dtype=np.uint8)
        # Pages with short lines have more signs than other texts.
        room = [size // RARE + 64] * 3 + [size // 8 + 64, size // RARE + 64]
        while True:
            lists = [np.empty(some, dtype=np.int64) for some in room]
            given = Scan(
                size, len(alphabet.class_of), address(codes), address(alphabet.class_of),
                address(alphabet.low_flags), address(classes), address(flags),
                *(Places(0, len(some), address(some)) for some in lists),
            )  # fmt: skip
            again = self.engine.framing_scan(ctypes.byref(given))
            each = given.special, given.hints, given.cuts, given.signs, given.looks
            if not again:
                special, hints, cuts, every, looks = (
                    some[: places.count] for some, places in zip(lists, each, strict=True)
                )
                signs = self.signs(codes, (every, looks))
                return _Scanned(classes, flags, special, hints, cuts, signs)
            room = [max(some, places.count) for some, places in zip(room, each, strict=True)]

    def fold(
        self,
        text: str,
        codes: CodePoints,
        alphabet: Alphabet,
        joints: Offsets,
        scanned: Scanned | None = None,
    ) -> Folded | None:
        """Return the folded text as `fold_text` does; None where the reference must fold."""
        if not len(codes):
            return None
        if not isinstance(scanned, _Scanned):
            scanned = self.scan(codes, alphabet)
        classes, flags = scanned.classes, scanned.flags
        hidden = scanned.special[(flags[scanned.special] & DROP) != 0]
        classes[joints] = flags[joints] = 0
        replaced, spans = read_entities(text, classes, alphabet)
        read = [place for start, _ in spans for place in (start - 1, start) if place >= 0]
        flags[read] = alphabet.low_flags[classes[read]]
        if len(scanned.cuts):
            spans += cuts_at(text, scanned.cuts, joints + 1).tolist()
        lengths = None
        if len(scanned.special) or spans:
            lengths = np.ones(len(classes), dtype=np.uint8)
            special = np.union1d(scanned.special, read) if read else scanned.special
            special = special[(flags[special] & (DROP | EDIT)) != 0]
            lengths[special[(flags[special] & DROP) != 0]] = 0
            for start, end in spans:
                lengths[start:end] = 0
            for place, piece in replaced:
                lengths[place] = len(piece)
            special = special[(lengths[special] > 0) & ((flags[special] & EDIT) != 0)]
            replaced += edits(text, special, flags, lengths, alphabet)
        folded = self._squeeze(scanned, lengths, dict(replaced), alphabet)
        if not len(scanned.hints) and not len(hidden):
            return folded
        return mark_addresses(folded, addresses(text, scanned.hints, hidden))

    def slices(
        self, folded: Folded, low: Offsets, high: Offsets, size: int
    ) -> tuple[NDArray[np.uint16], NDArray[np.uint8]] | None:
        """Return classes and flags of slices of a text, as `framing.text.chunks` wants them."""
        classes = np.ascontiguousarray(folded.classes, dtype=np.uint16)
        flags = np.ascontiguousarray(folded.flags, dtype=np.uint8)
        low, high = (np.ascontiguousarray(side, dtype=np.int64) for side in (low, high))
        sliced: NDArray[np.uint16] = np.empty(size, dtype=np.uint16)
        sliced_flags: NDArray[np.uint8] = np.empty(size, dtype=np.uint8)
        if len(classes) != len(flags) or len(low) != len(high):
            return None
        failed = self.engine.framing_slices(
            len(flags), address(classes), address(flags), len(low), address(low), address(high),
            address(sliced), address(sliced_flags),
        )  # fmt: skip
        return None if failed else (sliced, sliced_flags)

    def token_starts(self, folded: Folded, alphabet: Alphabet) -> "TokenBits | None":
        """Return the starts of tokens as `token_starts` does; None where the reference must."""
        classes = np.ascontiguousarray(folded.classes, dtype=np.uint16)
        flags = np.ascontiguousarray(folded.flags)
        kinds = np.ascontiguousarray(alphabet.flags, dtype=np.uint16)
        bits = np.empty(len(flags) // BITS + 1, dtype=np.uint64)
        if len(classes) != len(flags):
            return None
        failed = self.engine.framing_tokens(
            len(flags), address(classes), address(flags), len(kinds), address(kinds), address(bits)
        )
        return None if failed else TokenBits(self.engine, bits)

    def openings(
        self,
        codes: CodePoints,
        start: Offsets,
        end: Offsets,
        signs: Offsets,
        words: NDArray[np.uint64],
        *,
        lines: bool,
    ) -> tuple[NDArray[np.uint16], Offsets, Offsets]:
        """Return what begins at each place, the colon near it, and the end of its line.

        Numbers are those of enum in labels.c. Without ``lines`` no names are looked for that are
        alone in their line.
        """
        start, end, signs = _columns(start, end, signs)
        found = np.empty(len(start), dtype=np.uint16)
        colon = np.empty(len(start), dtype=np.int64)
        past = np.empty(len(start) if lines else 0, dtype=np.int64)
        given = Openings(
            len(codes), len(signs), len(start), address(codes), address(signs), address(start),
            address(end), len(words), address(words), address(found), address(colon),
            address(past) if lines else None,
        )  # fmt: skip
        self.engine.framing_openings(ctypes.byref(given))
        return found, colon, past

    def neighbours(
        self,
        codes: CodePoints,
        spans: tuple[Offsets, Offsets, Offsets],
        signs: Offsets,
        folded: Folded,
        wanted: Mask,
        marks: CodePoints,
        points: CodePoints,
    ) -> Mask | None:
        """Return which paragraphs wanted ones need; None where the reference must say so."""
        document, start, end = _columns(*spans)
        signs, breaks, offsets = _columns(signs, folded.breaks, folded.offsets)
        flags, wanted = np.ascontiguousarray(folded.flags), np.ascontiguousarray(wanted, dtype=bool)
        shown = np.zeros(len(start) + 1, dtype=bool)
        given = Neighbours(
            len(codes), len(signs), len(start), address(codes), address(signs), address(start),
            address(end), address(document), len(marks), len(points), address(marks),
            address(points), len(flags), len(breaks), address(flags), address(breaks),
            address(offsets), address(wanted), address(shown),
        )  # fmt: skip
        failed = self.engine.framing_neighbours(ctypes.byref(given))
        return None if failed else shown[:-1]

    def ranks(self, places: Offsets, positions: Offsets, *, right: bool = False) -> Offsets:
        """Return what `numpy.searchsorted` does; faster where the positions rise."""
        return ranks(places, positions, right=right)

    def doubtful(
        self,
        codes: CodePoints,
        start: Offsets,
        end: Offsets,
        row: Offsets,
        words: NDArray[np.uint64],
        names: NDArray[np.uint64],
    ) -> Offsets:
        """Return which sentences may go on in the next one of their paragraph."""
        start, end, row = _columns(start, end, row)
        found = np.empty(len(start), dtype=np.int64)
        given = Joints(
            len(codes), len(start), address(codes), address(start), address(end), address(row),
            len(words), len(names), address(words), address(names), 0, address(found),
        )  # fmt: skip
        self.engine.framing_doubtful(ctypes.byref(given))
        return found[: given.count].copy()

    def marks(
        self,
        codes: CodePoints,
        start: Offsets,
        end: Offsets,
        signs: Offsets,
        words: NDArray[np.uint64],
    ) -> tuple[Offsets, NDArray[np.uint8]]:
        """Return where sentences may end that sentencex does not end, and what stands there."""
        start, end, signs = _columns(start, end, signs)
        room = len(signs) // RARE + 64
        while True:
            place, what = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.uint8)
            given = EndMarks(
                len(codes), len(signs), len(start), address(codes), address(signs),
                address(start), address(end), len(words), address(words), 0, room,
                address(place), address(what),
            )  # fmt: skip
            again = self.engine.framing_marks(ctypes.byref(given))
            if not again:
                return place[: given.count].copy(), what[: given.count].copy()
            room = given.count

    def signs(self, codes: CodePoints, known: tuple[Offsets, Offsets] | None = None) -> Signs:
        """Return the signs of a text as `find_signs` does.

        ``known`` are all of them, and those at which to look, if a scan found them.
        """
        room = [len(codes) // RARE + 64, 64, len(codes) // 256 + 64, 64, 64, 64, 256]
        while True:
            lists = [np.empty(some, dtype=np.int64) for some in room]
            looks = Places()
            if known is not None:
                lists[0] = known[0]
                looks = Places(len(known[1]), len(known[1]), address(known[1]))
            places = [Places(0, len(some), address(some)) for some in lists]
            # The engine looks for signs where it is given none.
            places[0].count = 0 if known is None else len(known[0])
            given = SignLists(len(codes), address(codes), looks, *places)
            again = self.engine.framing_signs(ctypes.byref(given))
            found = (
                given.every, given.hidden, given.ends, given.arrows, given.bars,
                given.underscores, given.tags,
            )  # fmt: skip
            if not again:
                return Signs(
                    *(
                        some[: places.count].copy()
                        for some, places in zip(lists, found, strict=True)
                    )
                )
            room = [max(some, places.count) for some, places in zip(room, found, strict=True)]

    def paragraphs(
        self, text: str, codes: CodePoints, begins: Offsets, removed: Offsets, signs: Offsets
    ) -> tuple[Offsets, Offsets, Offsets] | None:
        """Return text, start and end of each paragraph as `paragraphs` does."""
        signs = np.ascontiguousarray(signs, dtype=np.int64)
        room = [len(signs), 64]
        while True:
            ends, hyphens = (np.empty(some, dtype=np.int64) for some in room)
            given = Places(0, room[0], address(ends)), Places(0, room[1], address(hyphens))
            again = self.engine.framing_line_ends(
                address(codes), len(signs), address(signs), *map(ctypes.byref, given)
            )
            room = [places.count for places in given]
            if not again:
                break
        count, kinds = room[0], letter_kinds()
        cuts = hyphens[: room[1]]
        if len(cuts):
            cuts = np.ascontiguousarray(cuts_at(text, cuts, begins)[:, 1])
        begins, removed = (
            np.ascontiguousarray(some, dtype=np.int64) for some in (begins, np.sort(removed))
        )
        found = [np.empty(count + 1, dtype=np.int64) for _ in range(3)]
        lines = Lines(
            len(codes), len(kinds), address(codes), address(kinds), len(begins), len(removed),
            count, len(cuts), address(begins), address(removed), address(ends), address(cuts),
            0, *map(address, found),
        )  # fmt: skip
        if self.engine.framing_paragraphs(ctypes.byref(lines)):
            return None
        document, first, last = (some[: lines.count].copy() for some in found)
        return document, first, last

    def split(
        self, text: str, codes: CodePoints, first: Offsets, past: Offsets, language: str, ask: Ask
    ) -> tuple[Offsets, Offsets, Offsets, Offsets] | None:
        """Return start, end and paragraph of the sentences of plain paragraphs, and the others.

        None in languages of which the engine knows no rules.
        """
        if language != "en" or not len(first):
            return None
        memory = _memory(language)
        first, past = (np.ascontiguousarray(some, dtype=np.int64) for some in (first, past))
        while True:
            found = self._split(codes, first, past, memory.words)
            if not len(found.key):
                others = np.flatnonzero(found.verdict != PLAIN)
                return found.start, found.end, found.row, others
            memory.ask(text, found, ask, self.engine)

    def _split(self, codes: CodePoints, first: Offsets, past: Offsets, words: _Words) -> _Split:
        room = [len(codes) // RARE + len(first), len(codes) // RARE + 64]
        while True:
            verdict = np.empty(len(first), dtype=np.uint8)
            start, end, row = (np.empty(room[0], dtype=np.int64) for _ in range(3))
            low, high = (np.empty(room[1], dtype=np.int64) for _ in range(2))
            key = np.empty(room[1], dtype=np.uint64)
            asked = Asked(0, room[1], address(low), address(high), address(key))
            given = Split(
                len(codes), len(first), address(codes), address(first), address(past),
                len(words.key), address(words.key), address(words.known), address(verdict),
                0, room[0], address(start), address(end), address(row), ctypes.pointer(asked),
            )  # fmt: skip
            again = self.engine.framing_split(ctypes.byref(given))
            if not again:
                start, end, row = (some[: given.count].copy() for some in (start, end, row))
                low, high = low[: asked.count].copy(), high[: asked.count].copy()
                return _Split(verdict, start, end, row, low, high, key[: asked.count].copy())
            room = [given.count, asked.count]

    def _squeeze(
        self,
        scanned: _Scanned,
        lengths: NDArray[np.uint8] | None,
        replaced: dict[int, NDArray[Any]],
        alphabet: Alphabet,
    ) -> Folded:
        pieces = sorted((place, piece) for place, piece in replaced.items() if len(piece))
        size = len(scanned.classes) + sum(len(piece) - 1 for _, piece in pieces)
        sizes = [len(piece) for _, piece in pieces]
        places = np.array([place for place, _ in pieces], dtype=np.int64)
        letters = np.concatenate([NONE, *(piece for _, piece in pieces)]).astype(np.uint16)
        edges = np.append(0, np.cumsum(sizes)).astype(np.int64)
        classes, flags = scanned.classes, scanned.flags
        if pieces:
            classes, flags = np.empty(size, dtype=np.uint16), np.empty(size, dtype=np.uint8)
        given = Squeeze(
            len(scanned.classes), address(scanned.classes), address(scanned.flags),
            None if lengths is None else address(lengths), address(alphabet.low_flags),
            len(pieces), address(places), address(edges), address(letters),
            address(classes), address(flags),
        )  # fmt: skip
        length = self.engine.framing_squeeze(ctypes.byref(given))
        try:
            if length < 0:
                raise MemoryError
            breaks = np.ctypeslib.as_array(given.breaks, (given.break_count, 2))
            position, offset = (breaks[:, side].copy() for side in (0, 1))
        finally:
            self.engine.framing_squeeze_free(ctypes.byref(given))
        # Not in the type of the alphabet, since the engine reads these numbers.
        return Folded(classes[:length], flags[:length], position, offset)


def _columns(*columns: Offsets) -> list[Offsets]:
    """Return columns as the engine reads them."""
    return [np.ascontiguousarray(column, dtype=np.int64) for column in columns]


def make_folding() -> Folding | None:
    """Return what folds texts; None if the native engine is not used."""
    engine = loaded_library()
    return None if engine is None else Folding(engine)
