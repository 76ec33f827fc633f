"""A slow, plain matcher to hold the fast one against: sets of positions, no arrays."""

import itertools
import re
import unicodedata

from framing.text.characters import BREAK, INVISIBLE, fold


def folded_with_offsets(text):
    """Fold cluster by cluster; return the characters and, for each, its offset in the text."""
    out, offsets, place = [], [], 0
    while place < len(text):
        end = place + 1
        if text[place].isspace() or text[place] == BREAK:
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


class Text:
    """A folded text with its words and tokens."""

    def __init__(self, text):
        self.given = text
        self.folded, self.offsets = folded_with_offsets(text)
        self.word = [is_word(character) for character in self.folded]
        self.size = len(self.folded)
        self.starts = [
            place
            for place in range(self.size)
            if self.word[place]
            and not self.is_word(place - 1)
            and not (place >= 2 and self.is_word(place - 2) and self.is_inner(place - 1))
        ]

    def is_word(self, place):
        return 0 <= place < self.size and self.word[place]

    def is_inner(self, place):
        """Say whether a sign between two word characters belongs to a token."""
        before, sign, after = self.folded[place - 1 : place + 2]
        if sign == "'":
            return True
        if sign in ".," and before.isdecimal() and after.isdecimal():
            return True
        return sign == "." and not self.is_word(place - 2) and not self.is_word(place + 2)

    def tokens(self, start, end):
        """Return the numbers of the tokens that a span touches, as first and past."""
        before = sum(begin < start + self.is_word(start) for begin in self.starts)
        return before - self.is_word(start), sum(begin < end for begin in self.starts)


def parse(pattern, groups):
    """Return a pattern as nested lists: ("any", [rows]) of (gap, part)."""
    tokens = re.findall(r"~~?\d+|[()|]|\{\w+\}|[^\s()|{}]+", pattern)

    def alternatives():
        rows = [row()]
        while tokens and tokens[0] == "|":
            tokens.pop(0)
            rows.append(row())
        return ("any", rows)

    def row():
        parts, gap = [], None
        while tokens and tokens[0] not in "|)":
            token = tokens.pop(0)
            if token.startswith("~"):
                gap = (int(token.strip("~")), not token.startswith("~~"))
                continue
            if token == "(":
                part = alternatives()
                tokens.pop(0)
            elif token.startswith("{"):
                part = ("any", [r for item in groups[token[1:-1]] for r in parse(item, groups)[1]])
            else:
                part = ("word", fold(token))
            parts.append((gap if gap else "space" if parts else None, part))
            gap = None
        return parts

    return alternatives()


def spellings(word):
    written = {""}
    for character in word:
        joints = ("-", " ", "") if character == "-" else (character,)
        written = {text + joint for text in written for joint in joints}
    return [" ".join(text.split()) for text in written]


def word_ends(text, start, written):
    """Return where a word, as it is written in a pattern, can end when it begins at start."""
    ends = {start}
    for place, character in enumerate(written):
        following = set()
        for end in ends:
            if character == "*":
                following.add(end)
                while text.is_word(end):
                    end += 1
                    following.add(end)
            elif end < text.size:
                same = text.word[end] if character == "?" else text.folded[end] == character
                if same:
                    following.add(end + 1)
        ends = following
        # Within a pattern, too, a word with a wildcard is a whole word.
        if place + 1 == len(written) or not (
            written[place + 1].isalnum() or written[place + 1] in "*?"
        ):
            ends = {end for end in ends if not (text.is_word(end - 1) and text.is_word(end))}
    return ends


def spans(text, node):
    """Return all (start, end) at which a node matches."""
    kind, content = node
    if kind == "word":
        return {
            (start, end)
            for written in spellings(content)
            for start in range(text.size)
            if not (text.is_word(start - 1) and text.is_word(start))
            for end in word_ends(text, start, written)
            if end > start
        }
    return {span for row in content for span in row_spans(text, row)}


def row_spans(text, row):
    found = spans(text, row[0][1])
    for joint, part in row[1:]:
        right = spans(text, part)
        pairs = [(a, b) for a in found for b in right]
        if joint == "space":
            found = {
                (a[0], b[1]) for a, b in pairs if b[0] == a[1] + 1 and text.folded[a[1]] == " "
            }
            continue
        words, ordered = joint
        pairs += [] if ordered else [(b, a) for a, b in pairs]
        found = {
            (a[0], b[1])
            for a, b in pairs
            if b[0] >= a[1] and text.tokens(*b)[0] - text.tokens(*a)[1] <= words
        }
    return found


def find(text, sentences, pattern, groups=None):
    """Return the matches of a pattern inside the sentences, as spans of the folded text."""
    groups = groups or {}
    found = {
        span
        for span in spans(text, parse(pattern, groups))
        if sentence_of(text, sentences, span) is not None
    }
    whole = pattern + " ".join(itertools.chain(*groups.values()))
    if "~" in pattern or ("{" in pattern and "~" in whole):
        found = {
            a for a in found if not any(a[0] <= b[0] and b[1] <= a[1] and a != b for b in found)
        }
    return found


def sentence_of(text, sentences, span):
    start, end = text.offsets[span[0]], seen_end(text, text.offsets[span[1]])
    return next((s for s in sentences if s[0] <= start and end <= s[1]), None)


def seen_end(text, end):
    """Return the end of a span without the invisible characters at its end."""
    while text.given[end - 1] in INVISIBLE:
        end -= 1
    return end


def meets(text, sentences, span, others, within, before=0):
    """Say whether one of the other spans is near: in the sentence, or within some words.

    ``before`` sentences before that of the span count as well.
    """
    allowed = sentences.index(sentence_of(text, sentences, span))
    allowed = sentences[max(allowed - before, 0) : allowed + 1]
    first, past = text.tokens(*span)
    for other in others:
        if other[1] > span[0] and span[1] > other[0]:
            continue
        if sentence_of(text, sentences, other) not in allowed:
            continue
        begin, end = text.tokens(*other)
        between = first - end if other[1] <= span[0] else begin - past
        if within == "sentence" or between <= within:
            return True
    return False


def hits(text, sentences, entries, exceptions=None, groups=None, nested="frame"):
    """Return (frame, start, end) of the hits, as offsets in the text.

    ``entries`` are mappings with frame, pattern and perhaps exceptions, if, unless, within, before.
    ``exceptions`` maps frames to patterns.
    """
    text = Text(text)
    found = []
    for number, entry in enumerate(entries):
        masks = [*entry.get("exceptions", []), *(exceptions or {}).get(entry["frame"], [])]
        covers = {m for mask in masks for m in find(text, sentences, mask, groups)}
        for span in find(text, sentences, entry["pattern"], groups):
            if any(a <= span[0] and span[1] <= b for a, b in covers):
                continue
            within = entry.get("within", "sentence")
            conditions = [
                (entry.get("if"), True, entry.get("before", 0)),
                (entry.get("unless"), False, 0),
            ]
            if all(
                meets(text, sentences, span, find(text, sentences, other, groups), within, before)
                == wanted
                for other, wanted, before in conditions
                if other
            ):
                found.append((number, entry["frame"], span))

    def order(item):
        first, past = text.tokens(*item[2])
        return first - past, item[2][0] - item[2][1], first, item[0]

    taken, kept = set(), set()
    for _, frame, span in sorted(found, key=order):
        tokens = range(*text.tokens(*span))
        if any((frame, token) in taken for token in tokens):
            continue
        if nested == "lexicon" and all(any(t == token for _, t in taken) for token in tokens):
            continue
        taken |= {(frame, token) for token in tokens}
        kept.add((frame, text.offsets[span[0]], seen_end(text, text.offsets[span[1]])))
    return kept
