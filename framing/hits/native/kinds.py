"""Kinds: the words and signs of a text, looked up by the native engine."""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framing._core.typing import Keys
from framing.hits.native.library import Kinds, address, loaded_library
from framing.text.alphabet import Folded
from framing.text.characters import CodePoints, Offsets

Bits = NDArray[np.uint32]

# Slots for each word of a list: with so many most words are in the first slot.
ROOM = 4


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
        breaks = np.ascontiguousarray(folded.breaks, dtype=np.int64)
        offsets = np.ascontiguousarray(folded.offsets, dtype=np.int64)
        given = Kinds(
            len(codes), address(codes), 0 if folded.is_plain else len(breaks), address(breaks),
            address(offsets), len(self.keys), self.shift, address(self.keys), address(self.bits),
        )  # fmt: skip
        return KindText(self.engine, given, (self.keys, self.bits, codes, breaks, offsets))


@dataclass(frozen=True, eq=False)
class KindText:
    """A text and a list of words; the engine has pointers to the ``columns``."""

    engine: ctypes.CDLL
    given: Kinds
    columns: tuple[NDArray[Any], ...]

    def words(self, positions: Offsets) -> Bits | None:
        """Return the kinds of the word at each position; None where the reference must look."""
        return self._at(self.engine.framing_kinds, positions)

    def codes(self, positions: Offsets) -> CodePoints | None:
        """Return the code point at each position; None where the reference must look."""
        return self._at(self.engine.framing_codes, positions)

    def _at(self, function: Callable[..., int], positions: Offsets) -> NDArray[np.uint32] | None:
        places = np.ascontiguousarray(positions, dtype=np.int64)
        found = np.empty(places.shape, dtype=np.uint32)
        given = self.given
        given.count, given.position, given.found = places.size, address(places), address(found)
        return None if function(ctypes.byref(given)) else found


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


def ranks(places: Offsets, positions: Offsets, *, right: bool = False) -> Offsets:
    """Return what `numpy.searchsorted` does for sorted places, faster for sorted positions."""
    engine = loaded_library()
    if engine is None:
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
