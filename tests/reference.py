"""A slow, plain matcher to hold the fast one against: one character at a time, no arrays."""

import unicodedata

from framing._characters import INVISIBLE, fold


def folded_with_offsets(text):
    """Fold cluster by cluster; return the characters and, for each, its offset in the text."""
    out, offsets, place = [], [], 0
    while place < len(text):
        end = place + 1
        if text[place].isspace():
            if not out or out[-1] != " ":
                out.append(" ")
                offsets.append(place)
            place = end
            continue
        while end < len(text) and unicodedata.category(text[end]) in ("Mn", "Mc"):
            if text[end] in INVISIBLE:
                break
            end += 1
        for character in fold(text[place:end]):
            out.append(character)
            offsets.append(place)
        place = end
    return out, [*offsets, len(text)]


def is_word(character):
    return character.isalnum() or character == "_" or unicodedata.category(character)[0] == "M"


def match_at(text, start, words):
    """Return the end of a match of the words of a pattern at a position, or None."""
    place = start
    for number, word in enumerate(words):
        if number:
            if place >= len(text) or text[place] != " ":
                return None
            place += 1
        stem, is_open = word.removesuffix("*"), word.endswith("*")
        if "".join(text[place : place + len(stem)]) != stem:
            return None
        place += len(stem)
        if is_open:
            while place < len(text) and is_word(text[place]):
                place += 1
        elif place < len(text) and is_word(text[place - 1]) and is_word(text[place]):
            return None
    return place


def spellings(pattern):
    written = {""}
    for character in fold(pattern):
        joints = ("-", " ", "") if character == "-" else (character,)
        written = {text + joint for text in written for joint in joints}
    return [text.split() for text in written]


def find(text, spans, pattern):
    """Return all matches of a pattern inside the sentences, as offsets in the text."""
    folded, offsets = folded_with_offsets(text)
    found = set()
    for words in spellings(pattern):
        for start in range(len(folded)):
            inside_word = start and is_word(folded[start - 1]) and is_word(folded[start])
            end = None if inside_word else match_at(folded, start, words)
            if end is not None:
                found.add((offsets[start], offsets[end]))
    return {span for span in found if any(a <= span[0] and span[1] <= b for a, b in spans)}


def hits(text, spans, frames):
    """Return (frame, start, end) of the hits of {frame: (patterns, exceptions)}.

    For patterns of one word each, where the longest match is the one of most characters.
    """
    result = set()
    for frame, (patterns, exceptions) in frames.items():
        masks = {mask for pattern in exceptions for mask in find(text, spans, pattern)}
        matches = {match for pattern in patterns for match in find(text, spans, pattern)}
        free = {
            (start, end)
            for start, end in matches
            if not any(a <= start and end <= b for a, b in masks)
        }
        taken = []
        for start, end in sorted(free, key=lambda span: (span[0] - span[1], span[0])):
            if all(end <= a or b <= start for a, b in taken):
                taken.append((start, end))
        result |= {(frame, start, end) for start, end in taken}
    return result
