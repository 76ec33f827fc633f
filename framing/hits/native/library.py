"""Library: the compiled engine, if it was built, and the words and signs that it looks up.

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
from framing.text.alphabet import Folded
from framing.text.characters import CodePoints, Offsets

# The number of the interface in core.h. A library with another number is of another version.
INTERFACE = 16
SUFFIX = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
PATH = Path(__file__).with_name(f"engine{SUFFIX}")

_LOG = logging.getLogger("framing")

_UINT8, _UINT16, _UINT32, _INT32, _INT64 = map(
    np.dtype, (np.uint8, np.uint16, np.uint32, np.int32, np.int64)
)

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
        ("n", ctypes.c_int64), ("code", ctypes.c_void_p), ("every", Places), ("hidden", Places),
        ("ends", Places), ("arrows", Places), ("bars", Places),
    ]  # fmt: skip


class Scan(ctypes.Structure):
    """A text to look up in an alphabet: struct framing_scan of core.h."""

    _fields_ = [
        ("n", ctypes.c_int64), ("points", ctypes.c_int64), ("code", ctypes.c_void_p),
        ("class_of", ctypes.c_void_p), ("flags_of", ctypes.c_void_p),
        ("classes", ctypes.c_void_p), ("flags", ctypes.c_void_p),
        ("special", Places), ("hints", Places), ("cuts", Places), ("signs", Places),
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


CaseCheck = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_uint32, ctypes.c_int64, ctypes.c_int64)


def address(column: NDArray[Any]) -> int:
    """Return the address of the items of a column."""
    # A tenth of the time of column.ctypes.data.
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
