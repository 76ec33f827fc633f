"""The grammar of entries: words, phrases, gaps, alternatives and groups, as a tree of atoms.

An atom is what the automaton looks for: a run of whole words, of which the last may be
open-ended (``*``), or one word with wildcards elsewhere. The tree says how atoms are joined.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from framing._core.checks import listing, suggestion
from framing.text.characters import APOSTROPHES, HYPHENS, fold

_TOKEN = re.compile(
    r"\s+|(?P<gap>~{1,2}\d+)|\{(?P<group>[^\s{}]+)\}|(?P<sign>[()|{}~])|[^\s(){}|~]+"
)
_RUN = re.compile(r"[\w*?]+|[^\w*?]+")
# 3 ways to write a hyphen make 3^5 = 243 spellings of one word.
MOST_HYPHENS = 5


@dataclass(frozen=True)
class Atom:
    """Whole words, one space between; ``is_open``: any further letters at the end."""

    text: str
    is_open: bool = False


@dataclass(frozen=True)
class Glob:
    """One word with ``*`` (any letters) and ``?`` (one letter) in places other than its end."""

    text: str


@dataclass(frozen=True)
class Choice:
    """Any of the options."""

    options: "tuple[Node, ...]"


@dataclass(frozen=True)
class Joint:
    """What may stand between two parts: nothing, white space, or up to ``words`` words."""

    kind: str
    words: int = 0
    ordered: bool = True


@dataclass(frozen=True)
class Row:
    """Parts in a row, a joint between each and the next."""

    parts: "tuple[Node, ...]"
    joints: tuple[Joint, ...]


Node = Atom | Glob | Choice | Row
TOUCH, SPACED = Joint("touch"), Joint("space")


class PatternError(ValueError):
    """A pattern that cannot be read; the message says why and what to write."""


def parse_pattern(pattern: str, groups: Mapping[str, Sequence[str]] | None = None) -> Node:
    """Return the tree of a pattern.

    Raises
    ------
    PatternError
        With the reason and the column.
    """
    return _Parser(pattern, groups or {}, ()).parse() if "{" in pattern else _parse(pattern)


@lru_cache(maxsize=1 << 16)
def _parse(pattern: str) -> Node:
    # A lexicon is parsed when it is checked and again when it is made ready to match.
    return _Parser(pattern, {}, ()).parse()


class _Parser:
    def __init__(
        self, pattern: str, groups: Mapping[str, Sequence[str]], inside: tuple[str, ...]
    ) -> None:
        self.groups = groups
        self.inside = inside
        self.tokens = [found for found in _TOKEN.finditer(pattern) if not found[0].isspace()]
        self.place = 0

    def parse(self) -> Node:
        node = self._choice()
        if self.place < len(self.tokens):
            raise PatternError(f"a {self._here()} without its partner")
        return node

    def _peek(self) -> str:
        return self.tokens[self.place][0] if self.place < len(self.tokens) else ""

    def _here(self) -> str:
        token = self.tokens[self.place]
        return f"{token[0]!r} in column {token.start() + 1}"

    def _choice(self) -> Node:
        options = [self._row()]
        while self._peek() == "|":
            self.place += 1
            options.append(self._row())
        return choice(options)

    def _row(self) -> Node:
        parts: list[Node] = []
        joints: list[Joint] = []
        gap: Joint | None = None
        while self._peek() not in ("", "|", ")"):
            token = self.tokens[self.place]
            if token["gap"]:
                if not parts or gap:
                    raise PatternError(f"the gap {self._here()} needs a word on either side")
                gap = Joint("gap", int(token["gap"].strip("~")), not token[0].startswith("~~"))
                self.place += 1
                continue
            part = self._part()
            if parts:
                joints.append(gap or SPACED)
            parts.append(part)
            gap = None
        if not parts:
            raise PatternError("an empty place: each alternative needs a word")
        if gap:
            raise PatternError("a gap (~) needs a word on either side")
        return row(parts, joints)

    def _part(self) -> Node:
        token = self.tokens[self.place]
        before = self.tokens[self.place - 1] if self.place else None
        if before and before.end() == token.start() and before[0] not in ("(", "|"):
            raise PatternError(
                f"{self._here()} touches what stands before it: alternatives, groups and "
                "gaps stand between spaces, as in '(cede|give up) {land}'"
            )
        self.place += 1
        if token["group"]:
            return self._group(token["group"])
        if token[0] == "(":
            node = self._choice()
            if self._peek() != ")":
                raise PatternError(f"the ( in column {token.start() + 1} is not closed")
            self.place += 1
            return node
        if token["sign"]:
            self.place -= 1
            raise PatternError(
                f"{self._here()} has a meaning of its own: ( | ) for alternatives, {{name}} for "
                "a group, ~4 for a gap of up to four words, ~~4 in either order"
            )
        return word(token[0])

    def _group(self, name: str) -> Node:
        if name not in self.groups:
            raise PatternError(
                f"no group {name!r}; the groups are {listing(sorted(self.groups)) or 'none'}."
                f"{suggestion(name, list(self.groups))}"
            )
        if name in self.inside:
            raise PatternError(f"group {name!r} contains itself")
        inside = (*self.inside, name)
        return choice([_Parser(item, self.groups, inside).parse() for item in self.groups[name]])


def choice(options: Iterable[Node]) -> Node:
    """Return a choice, flat and without repeats."""
    flat: dict[Node, None] = {}
    for option in options:
        flat.update(dict.fromkeys(option.options if isinstance(option, Choice) else [option]))
    return next(iter(flat)) if len(flat) == 1 else Choice(tuple(flat))


def row(parts: Sequence[Node], joints: Sequence[Joint]) -> Node:
    """Return parts in a row; whole words with a space between become one atom."""
    fused, kept = [parts[0]], []
    for joint, part in zip(joints, parts[1:], strict=True):
        last = fused[-1]
        if (
            isinstance(last, Atom)
            and isinstance(part, Atom)
            and joint == SPACED
            and not last.is_open
        ):
            fused[-1] = Atom(f"{last.text} {part.text}", part.is_open)
        else:
            fused.append(part)
            kept.append(joint)
    return fused[0] if len(fused) == 1 else Row(tuple(fused), tuple(kept))


def word(text: str) -> Node:
    """Return the node of one word as it is written in an entry."""
    folded = fold(text)
    if set(folded) & set("*?") and not any(character.isalnum() for character in folded):
        raise PatternError(f"{text!r} has no letter; for any word write a gap, such as ~1")
    if not folded.strip("-"):
        raise PatternError(f"{text!r} is no word")
    pieces = folded.split("-")
    if len(pieces) - 1 > MOST_HYPHENS:
        raise PatternError(f"{text!r} has more than {MOST_HYPHENS} hyphens")
    joints = product(("-", " ", ""), repeat=len(pieces) - 1)
    spellings = {
        " ".join("".join(p + j for p, j in zip(pieces, (*between, ""), strict=True)).split())
        for between in joints
    }
    return choice([_written(spelling) for spelling in sorted(spellings)])


def _written(spelling: str) -> Node:
    nodes = [_one(part) for part in spelling.split()]
    return row(nodes, [SPACED] * (len(nodes) - 1))


def _one(text: str) -> Node:
    """Return the node of a word without white space, cut at its signs if it has wildcards."""
    bare = text.rstrip("*") if text.endswith("*") else text
    if not set(bare) & set("*?"):
        return Atom(bare, text != bare)
    parts: list[Node] = []
    for run in _RUN.findall(text):
        stem = run.removesuffix("*")
        if not set(stem) & set("*?"):
            if not stem:
                raise PatternError(f"{text!r}: a * needs a letter beside it")
            parts.append(Atom(stem, stem != run))
        elif set(run) <= set("*?"):
            raise PatternError(f"{text!r}: a wildcard needs a letter beside it")
        else:
            parts.append(Glob(re.sub(r"\*+", "*", run)))
    return parts[0] if len(parts) == 1 else Row(tuple(parts), (TOUCH,) * (len(parts) - 1))


def literal_of(text: str) -> str:
    """Return the longest run of letters of a word with wildcards."""
    return max(re.split(r"[*?]", text), key=len)


def glob_matches(pattern: str, text: str) -> bool:
    """Return whether a word is one that ``*`` and ``?`` allow, in linear time a piece."""
    head, *rest = pattern.split("*")
    if not rest:
        return len(text) == len(head) and _fits(head, text, 0)
    tail = rest.pop()
    if len(text) < len(head) + len(tail) or not _fits(head, text, 0):
        return False
    if not _fits(tail, text, len(text) - len(tail)):
        return False
    place, end = len(head), len(text) - len(tail)
    for piece in rest:
        while place + len(piece) <= end and not _fits(piece, text, place):
            place += 1
        if place + len(piece) > end:
            return False
        place += len(piece)
    return True


def _fits(piece: str, text: str, place: int) -> bool:
    return all(c in ("?", t) for c, t in zip(piece, text[place : place + len(piece)], strict=True))


def atoms_of(node: Node) -> Iterator[Atom | Glob]:
    """Yield the atoms of a tree."""
    if isinstance(node, Atom | Glob):
        yield node
    else:
        for part in node.options if isinstance(node, Choice) else node.parts:
            yield from atoms_of(part)


def has_gap(node: Node) -> bool:
    """Return whether the tree has a gap somewhere."""
    if isinstance(node, Row) and any(joint.kind == "gap" for joint in node.joints):
        return True
    below = (
        node.options if isinstance(node, Choice) else node.parts if isinstance(node, Row) else ()
    )
    return any(has_gap(part) for part in below)


def case_regex(pattern: str) -> re.Pattern[str]:
    """Return what tells whether a match has the upper and lower case of the pattern.

    Only for patterns of words, phrases and wildcards.
    """
    written = []
    for token in pattern.split():
        pieces = []
        for character in token:
            if character == "*":
                pieces.append(r"\w*")
            elif character == "?":
                pieces.append(r"\w")
            elif character in HYPHENS:
                pieces.append(rf"(?:[{re.escape(HYPHENS)}]|\s+)?")
            elif character in APOSTROPHES:
                pieces.append(f"[{re.escape(APOSTROPHES)}]")
            else:
                pieces.append(re.escape(character))
        written.append("".join(pieces))
    return re.compile(r"\s+".join(written))


def check_case(pattern: str) -> None:
    """Raise PatternError where a pattern that minds case has more than words and wildcards."""
    if set(pattern) & set("(){}|~"):
        raise PatternError("case = true goes with words, phrases and wildcards only")
