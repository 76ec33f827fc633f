"""Context: which hits are denied, which are hedged and who speaks, found by the native engine."""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framing._core.typing import Mask
from framing.hits.native.library import Kinds, KindText, address
from framing.text.characters import Offsets
from framing.text.chunks import Passages

_COLUMN, _SIZE = ctypes.c_void_p, ctypes.c_int64


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
