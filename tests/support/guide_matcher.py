"""A slow matcher, written from the lexicon guide alone: no automaton, no arrays.

It knows words, gaps, alternatives, endings, addresses, scripts without spaces and conditions, one
entry at a time; exceptions and overlaps between entries are held to examples elsewhere.
"""

import re
import unicodedata
from bisect import bisect

APOSTROPHES = "'’‘ʼ`´"
HYPHENS = "-‐‑‒–−"
IGNORED = "\u00ad\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0f"
ADDRESS = re.compile(
    r"https?://[^\s“’]*[\w/]|[\w.+%-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w@.])@[A-Za-z_0-9]+"
)


def cells(text, start, end):
    """Return the characters of a sentence as they are compared: character, start, end, address."""
    address = {}
    for number, match in enumerate(ADDRESS.finditer(text)):
        address.update(dict.fromkeys(range(match.start(), match.end()), number))
    rows, place = [], start
    while place < end:
        past = place + 1
        while (
            past < end and unicodedata.category(text[past])[0] == "M" and text[past] not in IGNORED
        ):
            past += 1
        piece, number = text[place:past], address.get(place)
        if piece[0].isspace() or piece[0] == "\u200b":
            if not rows or rows[-1][0] != " ":
                rows.append((" ", place, past, None))
        elif piece[0] in APOSTROPHES:
            rows.append(("'", place, past, number))
        elif piece[0] in HYPHENS:
            rows.append(("-", place, past, number))
        elif piece[0] not in IGNORED:
            plain = unicodedata.normalize("NFKC" if piece[0].isalpha() else "NFC", piece)
            folded = unicodedata.normalize("NFC", plain.replace("İ", "i").casefold())
            rows.extend((letter, place, past, number) for letter in folded)
        place = past
    return rows


def is_letter(row):
    return row[0].isalnum() or row[0] == "_" or unicodedata.category(row[0])[0] == "M"


def is_alone(row):
    return "\u3041" <= row[0] <= "\u9fff" or "\u0e01" <= row[0] <= "\u0e4e"


class Sentence:
    """The characters of a sentence, with the borders of words and the numbers of tokens."""

    def __init__(self, text, start, end):
        self.rows = rows = cells(text, start, end)
        self.size = len(rows)
        self.joined = [False] * (self.size + 1)
        for at in range(1, self.size):
            one, two = rows[at - 1], rows[at]
            if one[3] is not None and one[3] == two[3]:
                self.joined[at] = True
            elif is_letter(one) and is_letter(two) and one[3] is None and two[3] is None:
                mark = unicodedata.category(two[0])[0] == "M"
                self.joined[at] = mark or not (is_alone(one) or is_alone(two))
        self.starts = [
            at
            for at in range(self.size)
            if (is_letter(rows[at]) or rows[at][3] is not None)
            and not self.joined[at]
            and not self.inner(at - 1)
        ]

    def inner(self, at):
        """Return whether a sign is part of the word around it."""
        rows = self.rows
        if (
            at < 1
            or at + 1 >= self.size
            or not (is_letter(rows[at - 1]) and is_letter(rows[at + 1]))
        ):
            return False
        if rows[at][0] == "'":
            return True
        if rows[at][0] in ".," and rows[at - 1][0].isdecimal() and rows[at + 1][0].isdecimal():
            return True
        before = at >= 2 and is_letter(rows[at - 2])
        after = at + 2 < self.size and is_letter(rows[at + 2])
        return rows[at][0] == "." and not before and not after

    def in_number(self, at):
        """Return whether a place is beside the point or comma of 3.5, or the point of A.I."""
        return any(
            0 < sign < self.size - 1
            and self.rows[sign][0] in ".,"
            and self.inner(sign)
            and not any(is_alone(self.rows[place]) for place in (sign - 1, sign + 1))
            for sign in (at - 1, at)
        )

    def between(self, end, start):
        """Return how many words begin after one part and end before the other."""
        count = sum(end <= at < start for at in self.starts)
        goes_on = start < self.size and (
            self.joined[start] or (start - 1 >= end and self.inner(start - 1)) or self.inner(start)
        )
        return count - (goes_on and count > 0 and start not in self.starts)

    def words(self, start, end):
        first = max((at for at in self.starts if at <= start), default=None)
        count = sum(start <= at < end for at in self.starts)
        covers = first is not None and first < start and self.between(first, start) == 0
        return count + (covers and all(self.rows[at][0] != " " for at in range(first, start)))

    def claimed(self, kept):
        """Return the spans that stay where each word counts once, the longest first."""
        taken, stays = set(), []
        ranked = sorted(kept, key=lambda pair: (-self.words(*pair), pair[0] - pair[1], pair[0]))
        for start, end in ranked:
            words = {
                bisect(self.starts, at)
                for at in range(start, end)
                if is_letter(self.rows[at]) or self.rows[at][3] is not None
            }
            if not words & taken:
                taken |= words
                stays.append((start, end))
        return stays


PIECES = re.compile(r"~~?\d+|[()|]|[^\s()|~]+")


def parse(pattern):
    """Return the tree of a pattern: ("or", ...), ("gaps", first, (gap, next), ...), and so on."""
    return _either(PIECES.findall(pattern), [0])


def _either(pieces, at):
    options = [_gaps(pieces, at)]
    while at[0] < len(pieces) and pieces[at[0]] == "|":
        at[0] += 1
        options.append(_gaps(pieces, at))
    return ("or", options)


def _gaps(pieces, at):
    tree, phrase, gap = None, [], None
    while True:
        piece = pieces[at[0]] if at[0] < len(pieces) else ")"
        if piece in "|)" or piece[0] == "~":
            tree = ("phrase", phrase) if gap is None else ("gap", tree, ("phrase", phrase), gap)
            if piece in "|)":
                return tree
            gap, phrase = piece, []
            at[0] += 1
        elif piece == "(":
            at[0] += 1
            phrase.append(_either(pieces, at))
            at[0] += 1
        else:
            phrase.append(("word", piece))
            at[0] += 1


def spans(sentence, node, lead="first", loose=False):
    """Return all spans of a node: (start, end).

    ``lead`` says how it begins: at the start or after a gap ("first"), after a space ("space"),
    right after a word, with an apostrophe ("'"), or inside a word, with n't ("n't"). ``loose`` lets
    its last word go on.
    """
    if node[0] == "or":
        return {pair for option in node[1] for pair in spans(sentence, option, lead, loose)}
    if node[0] == "word":
        return set(word_spans(sentence, node[1], lead, loose))
    if node[0] == "gap":
        _, one, two, gap = node
        words, pairs = int(gap.strip("~")), set()
        left, right = spans(sentence, one, lead), spans(sentence, two)
        orders = [(left, right)] + ([(right, left)] if gap.startswith("~~") else [])
        for some, others in orders:
            pairs |= {
                (a, d)
                for a, b in some
                for c, d in others
                if b <= c and sentence.between(b, c) <= words
            }
        return pairs
    first, *rest = node[1]
    if not rest:
        return spans(sentence, first, lead, loose)
    head, last = ("phrase", node[1][:-1]), node[1][-1]
    whole, cut = spans(sentence, head, lead), spans(sentence, head, lead, True)
    after = spans(sentence, last, "space", loose)
    pairs = {
        (a, d)
        for a, b in whole
        for c, d in after
        if c == b + 1 and b < sentence.size and sentence.rows[b][0] == " "
    }
    for before, kind in ((whole, "'"), (cut, "n't")):
        behind = spans(sentence, last, kind, loose)
        pairs |= {(a, d) for a, b in before for c, d in behind if b == c}
    return pairs


def word_spans(sentence, word, lead, loose):
    """Yield the spans of one word of an entry."""
    pattern = [row[0] for row in cells(word, 0, len(word))]
    ending = "".join(pattern)
    if lead == "'" and not (ending[0] == "'" and ending[1:2].isalpha()):
        return
    if lead == "n't" and ending != "n't":
        return
    if lead == "first" and ending == "n't":
        yield from word_spans(sentence, "*n't", "space", loose)
    address = ADDRESS.fullmatch(word.rstrip("*")) is not None
    for start in range(sentence.size):
        for end in reach(sentence, pattern, 0, start, address):
            if end == start or (sentence.joined[start] and lead != "n't"):
                continue
            if sentence.joined[end] and not loose:
                continue
            if sentence.in_number(start) or sentence.in_number(end):
                continue
            if not address and any(row[3] is not None for row in sentence.rows[start:end]):
                continue
            yield start, end


def reach(sentence, pattern, at, place, address):
    """Yield where the rest of a word may end from a place on."""
    if at == len(pattern):
        yield place
        return
    sign = pattern[at]
    row = sentence.rows[place] if place < sentence.size else None
    if sign == "-" and not address:
        yield from reach(sentence, pattern, at + 1, place, address)
    if sign == "*":
        yield from reach(sentence, pattern, at + 1, place, address)
        # The letters of one word.
        inside = place and (sentence.joined[place] or not is_letter(sentence.rows[place - 1]))
        if row and is_letter(row) and (inside or not place or at == 0):
            yield from reach(sentence, pattern, at, place + 1, address)
    elif (row and sign == "?" and is_letter(row)) or (
        row and (row[0] == sign or (sign == "-" and row[0] == " "))
    ):
        yield from reach(sentence, pattern, at + 1, place + 1, address)


def settled(sentence, pattern, found=None):
    """Return the spans of a pattern in a sentence, or some of them, without those that overlap."""
    gapped = "~" in pattern
    ranked = sorted(
        spans(sentence, parse(pattern)) if found is None else found,
        key=lambda pair: (
            (1 if gapped else -1) * sentence.words(*pair),
            (1 if gapped else -1) * (pair[1] - pair[0]),
            pair[0],
        ),
    )
    kept = []
    for start, end in ranked:
        if all(end <= a or start >= b for a, b in kept):
            kept.append((start, end))
    return kept


def holds(sentence, span, others, within):
    """Return whether one of the other spans stands elsewhere in the sentence, near enough."""
    start, end = span
    for a, b in others:
        if b <= start or end <= a:
            low, high = (b, start) if b <= start else (end, a)
            if within is None or sentence.between(low, high) <= within:
                return True
    return False


def fulfilled(read, number, span, entry):
    """Return whether a match meets the conditions of its entry: if, unless, within, before."""
    for name in ("if", "unless"):
        other = entry.get(name)
        if not other:
            continue
        found = holds(read[number], span, settled(read[number], other), entry.get("within"))
        if name == "if" and not found:
            first = max(number - entry.get("before", 0), 0)
            found = any(settled(sentence, other) for sentence in read[first:number])
        if found != (name == "if"):
            return False
    return True


def matches(text, sentences, entry):
    """Return the spans of one entry in a text, overlaps settled, as offsets."""
    entry = {"pattern": entry} if isinstance(entry, str) else entry
    pattern, found = entry["pattern"], set()
    read = [Sentence(text, begin, past) for begin, past in sentences]
    for number, sentence in enumerate(read):
        # With a gap the shortest counts, whatever its conditions; else the longest that meets them.
        every = settled(sentence, pattern) if "~" in pattern else spans(sentence, parse(pattern))
        some = [span for span in every if fulfilled(read, number, span, entry)]
        kept = sentence.claimed(settled(sentence, pattern, some))
        found |= {(sentence.rows[a][1], sentence.rows[b - 1][2]) for a, b in kept}
    return found
