"""Patterns: the grammar of entries. Words, phrases, gaps, alternatives and groups form a tree.

The leaves of the tree are atoms, which the automaton looks for. An atom is a run of whole words,
of which the last may be open-ended (``*``), or one word with wildcards elsewhere. The tree says how
atoms are joined.

Precedence, from the closest tie to the loosest: what stands in brackets or in a group, words with
a space between, gaps (from left to right), alternatives.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import product
from operator import attrgetter
from typing import ClassVar, NamedTuple

from framing._core.checks import listing, suggestion
from framing.text.characters import APOSTROPHES, HYPHENS, fold, has_alone, marks
from framing.text.links import addresses

_PIECES = r"(?P<gap>~{1,2}\d+)|\{(?P<group>[^\s{}]+)\}|(?P<sign>[()|{}~])|[^\s(){}|~]+"
_TOKEN = re.compile(rf"\s+|{_PIECES}")
# Faces with a bracket or bar, such as :) and (-: and :-|.
_FACE = r"[:;=]['^o-]?(?:\(+|\)+|\|(?=\s|$))|[()]['^o-]?[:;=](?=\s|$)"
_TOKEN_OR_FACE = re.compile(rf"\s+|{_FACE}|{_PIECES}")
# Faces of all kinds: two signs or more that show one.
_ANY_FACE = re.compile(
    rf"{_FACE}|[:;=]['^o-]?[\[\]/\\*<>$#@&]+|[\[\]]+['^o-]?[:;=]|\^[_.-]*\^|-_+-|>[:.;]?<|<[/\\]3"
)
_RUN = re.compile(r"[\w*?]+|[^\w*?]+")
# The ending n't, alone or before other words and endings.
_NOT = re.compile(r"n't(?=[ ']|n't|\Z)")
# Endings of words that stand in one entry, such as 'll: each doubles what is looked for.
MOST_ENDINGS = 4
# Each hyphen has 3 spellings (hyphen, space, nothing): 5 hyphens give 3^5 = 243 of a word.
MOST_HYPHENS = 5
# Limits of one entry: characters, words with those of its groups, brackets in brackets, and words
# in a gap. No entry that anybody can read comes near them.
MOST_CHARACTERS, MOST_WORDS, DEEPEST, WIDEST = 5_000, 50_000, 30, 1_000


class Atom(NamedTuple):
    """Whole words with one space between; with ``is_open``, further letters at the end match."""

    text: str
    is_open: bool = False


class Glob(NamedTuple):
    """One word with ``*`` (any letters) or ``?`` (one letter), not only a ``*`` at its end."""

    text: str


class _Tree:
    """A node with parts, whose hash is computed once: a lexicon asks for it a million times."""

    __match_args__: ClassVar[tuple[str, ...]]

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(self.__getstate__().values()))

    def __hash__(self) -> int:
        return self._hash

    def __getstate__(self) -> dict[str, object]:
        # Only the fields: in another process strings have other hashes.
        return {name: vars(self)[name] for name in self.__match_args__}


@dataclass(frozen=True)
class Choice(_Tree):
    """Any of the options."""

    options: "tuple[Node, ...]"
    __hash__ = _Tree.__hash__

    @cached_property
    def leaves(self) -> "frozenset[Atom | Glob]":
        """The options that are atoms, as a set, which keeps their hashes: entries share groups."""
        return frozenset(option for option in self.options if isinstance(option, LEAF))

    @cached_property
    def inner(self) -> "tuple[Choice | Row, ...]":
        """The options that are no atoms."""
        return tuple(option for option in self.options if not isinstance(option, LEAF))


@dataclass(frozen=True)
class Joint:
    """What may stand between two parts of a row: nothing, white space, or up to ``words`` words."""

    kind: str
    words: int = 0
    ordered: bool = True


@dataclass(frozen=True)
class Row(_Tree):
    """Parts in a row, with a joint between each part and the next."""

    parts: "tuple[Node, ...]"
    joints: tuple[Joint, ...]
    __hash__ = _Tree.__hash__


Node = Atom | Glob | Choice | Row
# For isinstance: a lexicon asks for it so often that to write Atom | Glob there takes longer.
LEAF = Atom, Glob
TOUCH, SPACED = Joint("touch"), Joint("space")


class PatternError(ValueError):
    """A pattern that cannot be read. The message says why and what to write."""


def parse_pattern(
    pattern: str, groups: "Mapping[str, Sequence[str]] | Groups | None" = None
) -> Node:
    """Return the tree of a pattern.

    Many patterns with the same groups are read faster with ``Groups.of(groups)``.

    Raises
    ------
    PatternError
        The pattern cannot be read, or is too large. The message has the reason and the column.
    """
    if len(pattern) > MOST_CHARACTERS:
        raise PatternError(
            f"it has {len(pattern):,} characters, and at most {MOST_CHARACTERS:,} can be read: "
            "write several entries, or a group"
        )
    if "{" not in pattern:
        return _parse(pattern)
    given = groups if isinstance(groups, Groups) else Groups.of(groups or {})
    if pattern in given.trees:
        return given.trees[pattern]
    size = _size(pattern, given.items, given.sizes, ())
    if size > MOST_WORDS:
        count = f"{size:,}" if size < 10**9 else "more than a billion"
        raise PatternError(
            f"with its groups it stands for {count} words, and at most {MOST_WORDS:,} are "
            "allowed: write several entries, or put groups in groups only once"
        )
    # Kept, because a lexicon is parsed for its check and again for matching.
    given.trees[pattern] = _expand(_read(pattern, given, ()))
    return given.trees[pattern]


@dataclass(frozen=True)
class Groups:
    """The groups of a lexicon, with what was read of them, and the entries with groups."""

    items: Mapping[str, Sequence[str]]
    nodes: dict[str, Node] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    trees: dict[str, Node] = field(default_factory=dict)

    @classmethod
    def of(cls, groups: Mapping[str, Sequence[str]]) -> "Groups":
        """Return the groups, with what is known of them if they were read before."""
        return _known_groups(tuple((name, tuple(items)) for name, items in groups.items()))


@lru_cache(maxsize=8)
def _known_groups(groups: tuple[tuple[str, tuple[str, ...]], ...]) -> Groups:
    return Groups(dict(groups))


def _size(
    pattern: str,
    groups: Mapping[str, Sequence[str]],
    sizes: dict[str, int],
    inside: tuple[str, ...],
) -> int:
    """Return how many words a pattern has with those of its groups, each as often as it stands."""
    total = len(pattern.split())
    for name in re.findall(r"\{([^\s{}]+)\}", pattern):
        if name in inside:
            continue
        if name not in sizes:
            items = groups.get(name, ())
            sizes[name] = sum(_size(item, groups, sizes, (*inside, name)) for item in items)
        total += sizes[name]
    return total


@lru_cache(maxsize=1 << 16)
def _parse(pattern: str) -> Node:
    """Return the tree of a pattern without groups."""
    return _expand(_read(pattern, Groups.of({}), ()))


def _expand(node: Node) -> Node:
    """Return a tree in which n't is the end of any word, unless it follows a given word."""
    return _loosen(node, False) if _has_not(node) else node


@lru_cache(maxsize=1 << 14)
def _has_not(node: Node) -> bool:
    if isinstance(node, LEAF):
        return _is_not(node)
    return any(map(_has_not, node.options if isinstance(node, Choice) else node.parts))


@lru_cache(maxsize=1 << 14)
def _loosen(node: Node, follows: bool) -> Node:
    """Return a node with n't as ``*n't``; ``follows`` says that a word stands right before it."""
    if isinstance(node, Choice):
        return choice([_loosen(option, follows) for option in node.options])
    if isinstance(node, Row):
        if follows:
            # In the other order something else stands right after the word.
            node = _in_order(node)
            if isinstance(node, Choice):
                return _loosen(node, follows)
        joints = (Joint("gap"), *node.joints)
        parts = [
            _loosen(part, follows if not number else joints[number].kind != "gap")
            for number, part in enumerate(node.parts)
        ]
        return Row(tuple(parts), node.joints)
    if follows or not _is_not(node) or not isinstance(node, Atom):
        return node
    return choice([node, _ended("*", node)])


def _read(pattern: str, groups: Groups, inside: tuple[str, ...]) -> Node:
    """Return the tree of a pattern; ``inside`` are the groups that contain it.

    Brackets are those of alternatives, as far as each has its partner; else they may be mouths.
    """
    try:
        return _Parser(pattern, groups, inside, _TOKEN).parse()
    except PatternError:
        if not re.search(_FACE, pattern):
            raise
        try:
            return _Parser(pattern, groups, inside, _TOKEN_OR_FACE).parse()
        except PatternError:
            pass
        raise


def has_content(pattern: str) -> bool:
    """Return whether a pattern has a letter, a digit, a symbol (such as an emoji) or a face."""
    folded = fold(pattern)
    return (
        any(character.isalnum() or _is_symbol(character) for character in folded)
        or _ANY_FACE.search(folded) is not None
    )


def _is_symbol(character: str) -> bool:
    """Return whether a character is a symbol that is not on every keyboard, or a currency."""
    kind = unicodedata.category(character)
    return kind in ("So", "Sc") or (kind in ("Sm", "Sk") and not character.isascii())


class _Parser:
    """A recursive parser of one pattern; ``inside`` are the groups that contain the pattern."""

    def __init__(
        self,
        pattern: str,
        groups: Groups,
        inside: tuple[str, ...],
        token: re.Pattern[str],
    ) -> None:
        self.groups = groups
        self.inside = inside
        self.depth = 0
        self.tokens = [match for match in token.finditer(pattern) if not match[0].isspace()]
        self.position = 0

    def parse(self) -> Node:
        """Return the tree of the pattern."""
        node = self._choice()
        if self.position < len(self.tokens):
            raise PatternError(
                f"a {self._here()} without the bracket that belongs to it: remove it, or add the "
                "other one"
            )
        return node

    def _peek(self) -> str:
        """Return the next token, "" at the end."""
        return self.tokens[self.position][0] if self.position < len(self.tokens) else ""

    def _here(self) -> str:
        """Return the next token and its column, for messages."""
        token = self.tokens[self.position]
        return f"{token[0]!r} in column {token.start() + 1}"

    def _choice(self) -> Node:
        """Return alternatives, up to a ) or the end."""
        options = [self._row()]
        while self._peek() == "|":
            self.position += 1
            options.append(self._row())
        return choice(options)

    def _row(self) -> Node:
        """Return words, alternatives and groups in a row, up to a | or ) or the end."""
        # Words with a space between them are tied closer than by a gap.
        phrases: list[list[Node]] = [[]]
        gaps: list[Joint] = []
        while self._peek() not in ("", "|", ")"):
            token = self.tokens[self.position]
            if not token["gap"]:
                phrases[-1].append(self._part())
                continue
            if not phrases[-1]:
                raise PatternError(f"the gap {self._here()} needs a word on either side")
            width = token["gap"].strip("~").lstrip("0") or "0"
            if len(width) > len(str(WIDEST)) or int(width) > WIDEST:
                raise PatternError(
                    f"the gap {self._here()} is wider than {WIDEST:,} words, and no gap reaches "
                    "across a sentence: write a smaller number, or the condition if, which looks "
                    "in the whole sentence"
                )
            gaps.append(Joint("gap", int(width), not token[0].startswith("~~")))
            phrases.append([])
            self.position += 1
        if not phrases[-1]:
            if gaps:
                raise PatternError("a gap (~) needs a word on either side")
            raise PatternError("an alternative is empty: write a word on each side of |")
        return row([phrase(nodes) for nodes in phrases], gaps)

    def _part(self) -> Node:
        """Return a word, alternatives in parentheses or a group."""
        token = self.tokens[self.position]
        before = self.tokens[self.position - 1] if self.position else None
        if before and before.end() == token.start() and before[0] not in ("(", "|"):
            raise PatternError(
                f"{self._here()} needs a space before it: write spaces around alternatives, "
                "groups and gaps, as in '(cede|give up) {land}'"
            )
        self.position += 1
        if token["group"]:
            return self._group(token["group"])
        if token[0] == "(":
            self.depth += 1
            if self.depth > DEEPEST:
                raise PatternError(
                    f"more than {DEEPEST} brackets in brackets, in column {token.start() + 1}: "
                    "write several entries, or a group"
                )
            node = self._choice()
            self.depth -= 1
            if self._peek() != ")":
                raise PatternError(f"the ( in column {token.start() + 1} is not closed")
            self.position += 1
            return node
        if token["sign"]:
            self.position -= 1
            raise PatternError(
                f"{self._here()} has a special meaning: ( | ) for alternatives, {{name}} for "
                "a group, ~4 for a gap of up to four words, ~~4 in either order"
            )
        return word(token[0])

    def _group(self, name: str) -> Node:
        """Return the patterns of a group as alternatives."""
        items = self.groups.items
        if name not in items:
            known_names = f"the groups are {listing(sorted(items))}"
            none = "there are none. Write them below [groups], or give groups={name: […]}"
            near = suggestion(name, list(items))
            raise PatternError(
                f"no group {name!r}; {known_names if items else none}{'.' * bool(near)}{near}"
            )
        if name in self.inside:
            raise PatternError(
                f"group {name!r} contains itself: take {{{name}}} out of what it holds"
            )
        known = self.groups.nodes
        if name not in known:
            inside = (*self.inside, name)
            known[name] = choice([_read(item, self.groups, inside) for item in items[name]])
        return known[name]


def choice(options: Iterable[Node]) -> Node:
    """Return alternatives without nesting and repeats; a single one as it is."""
    flat: dict[Node, None] = {}
    for option in options:
        flat.update(dict.fromkeys(option.options if isinstance(option, Choice) else [option]))
    return next(iter(flat)) if len(flat) == 1 else Choice(tuple(flat))


def phrase(nodes: Sequence[Node]) -> Node:
    """Return words with a space between; 'll and n't also follow a word without a space.

    The nodes of ``they (will|'ll) go`` become ``(they (will|'ll)|they'll) go``, and those of
    ``did (not|n't) go`` become ``(did (not|n't)|didn't) go``.
    """
    endings = sum(map(_is_attached, nodes[1:]))
    if not endings:
        return row(nodes, [SPACED] * (len(nodes) - 1))
    if endings > MOST_ENDINGS:
        raise PatternError(
            f"more than {MOST_ENDINGS} words that begin with an apostrophe, or n't, in a row"
        )
    whole = nodes[0]
    for node in nodes[1:]:
        spaced = row([whole, node], [SPACED])
        attached = _attach(whole, node)
        whole = spaced if attached is None else choice([spaced, attached])
    return whole


def _is_attached(node: Node) -> bool:
    """Return whether a node may be the end of the word before it: 'll, 's, n't."""
    if isinstance(node, Atom):
        return (node.text.startswith("'") and node.text[1:2].isalpha()) or _is_not(node)
    if isinstance(node, Choice):
        return any(map(_is_attached, node.options))
    return isinstance(node, Row) and _is_attached(node.parts[0])


def _is_not(node: Node) -> bool:
    """Return whether a node begins with n't, or with n't and another ending, as in n't've."""
    return isinstance(node, Atom) and _NOT.match(node.text) is not None


def _attach(left: Node, right: Node) -> Node | None:
    """Return a node whose last word goes on with the second node, None where it cannot."""
    if isinstance(right, Choice):
        options = [_attach(left, option) for option in right.options]
        attached = [option for option in options if option is not None]
        return choice(attached) if attached else None
    if isinstance(right, Row):
        right = _in_order(right)
        if isinstance(right, Choice):
            return _attach(left, right)
        first = _attach(left, right.parts[0])
        return None if first is None else row([first, *right.parts[1:]], right.joints)
    if not isinstance(right, Atom) or not _is_attached(right):
        return None
    if isinstance(left, Choice):
        return choice([_attach(option, right) or option for option in left.options])
    if isinstance(left, Row):
        left = _in_order(left)
        if isinstance(left, Choice):
            return _attach(left, right)
        last = _attach(left.parts[-1], right) or right
        return row([*left.parts[:-1], last], left.joints)
    if isinstance(left, Atom) and not left.is_open:
        return Atom(left.text + right.text, right.is_open)
    if not _is_not(right):
        return Row((left, right), (TOUCH,))
    # Of a word with wildcards the ending is looked for: d* n't is d*n't.
    if isinstance(left, Glob):
        return _ended(left.text, right)
    words, _, open_word = left.text.rpartition(" ")
    ended = _ended(f"{open_word}*", right)
    return row([Atom(words), ended], [SPACED]) if words else ended


def _ended(stem: str, ending: Atom) -> Node:
    """Return a word with wildcards and its ending, with the words that follow the ending."""
    first, _, rest = ending.text.partition(" ")
    is_last = ending.is_open and not rest
    glob = Glob(re.sub(r"\*+", "*", f"{stem}{first}{'*' * is_last}"))
    return row([glob, Atom(rest, ending.is_open)], [SPACED]) if rest else glob


def _in_order(node: Row) -> Row | Choice:
    """Return a row as alternatives of fixed order; rows inside of it may still take either order.

    ``a ~~2 b`` is ``a ~2 b|b ~2 a``. What is tied to the end of a row is tied to the last part.
    """
    *others, joint = node.joints
    if all(some.ordered for some in node.joints):
        return node
    first = node.parts[0] if not others else Row(node.parts[:-1], tuple(others))
    then = (Joint(joint.kind, joint.words),)
    orders = [Row((first, node.parts[-1]), then)]
    if not joint.ordered:
        orders.append(Row((node.parts[-1], first), then))
    return orders[0] if joint.ordered else Choice(tuple(orders))


def row(parts: Sequence[Node], joints: Sequence[Joint]) -> Node:
    """Return parts in a row; neighbouring whole words become one atom."""
    fused, between = [parts[0]], []
    for joint, part in zip(joints, parts[1:], strict=True):
        previous = fused[-1]
        if (
            isinstance(previous, Atom)
            and isinstance(part, Atom)
            and joint == SPACED
            and not previous.is_open
        ):
            fused[-1] = Atom(f"{previous.text} {part.text}", part.is_open)
        else:
            fused.append(part)
            between.append(joint)
    return fused[0] if len(fused) == 1 else Row(tuple(fused), tuple(between))


@lru_cache(maxsize=1 << 16)
def word(text: str) -> Node:
    """Return the node of one word of an entry, with all spellings of its hyphens."""
    # Cached, because the words of a group are read again wherever its name stands.
    folded = fold(text)
    if set(folded) & set("*?") and not any(character.isalnum() for character in folded):
        raise PatternError(f"{text!r} has no letter; to allow any word, write a gap, such as ~1")
    if not folded.strip("-"):
        raise PatternError(f"{text!r} is not a word")
    stem = folded.rstrip("*")
    if addresses(stem) == [(0, len(stem))]:
        return Atom(stem, stem != folded)
    if has_alone(folded) and ("?" in folded or "*" in folded.strip("*")):
        raise PatternError(
            f"{text!r} has a wildcard inside a word of a script without spaces, where each letter "
            "is a word; write a gap with spaces around it, such as ~1"
        )
    pieces = folded.split("-")
    if len(pieces) - 1 > MOST_HYPHENS:
        raise PatternError(f"{text!r} has more than {MOST_HYPHENS} hyphens")
    joints = product(("-", " ", ""), repeat=len(pieces) - 1)
    spellings = {
        " ".join("".join(p + j for p, j in zip(pieces, (*between, ""), strict=True)).split())
        for between in joints
    }
    return choice([_spelled(spelling) for spelling in sorted(spellings)])


def _spelled(spelling: str) -> Node:
    """Return the node of one spelling, which may have spaces."""
    nodes = [_plain_word(word) for word in spelling.split()]
    return row(nodes, [SPACED] * (len(nodes) - 1))


def _plain_word(text: str) -> Node:
    """Return the node of a word without white space. A word with wildcards is cut at its signs."""
    bare = text.rstrip("*") if text.endswith("*") else text
    if not set(bare) & set("*?"):
        return Atom(bare, text != bare)
    if _is_suffix(text):
        return Glob("*" + text.lstrip("*"))
    nodes: list[Node] = []
    for run in _RUN.findall(text):
        stem = run.removesuffix("*")
        if not set(stem) & set("*?"):
            if not stem:
                raise PatternError(
                    f"{text!r}: a * needs a letter beside it, as in truce*; to allow any word, "
                    "write a gap, such as ~1"
                )
            nodes.append(Atom(stem, stem != run))
        elif set(run) <= set("*?"):
            raise PatternError(f"{text!r}: a wildcard needs a letter beside it")
        else:
            nodes.append(Glob(re.sub(r"\*+", "*", run)))
    return nodes[0] if len(nodes) == 1 else Row(tuple(nodes), (TOUCH,) * (len(nodes) - 1))


def _is_suffix(text: str) -> bool:
    """Return whether a word is a ``*`` and an ending with a sign inside, such as ``*n't``.

    It is looked for as a whole: n't is rare, but n is in every other word.
    """
    ending = text.lstrip("*")
    return (
        ending != text
        and not set(ending) & set("*?")
        and not ending.isalnum()
        and ending[0].isalnum()
    )


def literal_of(text: str) -> str:
    """Return the longest run of letters of a word with wildcards; one with a sign comes first."""
    return max(re.split(r"[*?]", text), key=lambda run: (bool(run) and not run.isalnum(), len(run)))


def glob_matches(pattern: str, text: str) -> bool:
    """Return whether a word matches a pattern with ``*`` and ``?``.

    The text between two ``*`` is a piece. Each piece takes linear time: it is matched at its first
    possible position. For "a*b*c" and "axbxc" the head is "a", the tail "c" and the piece "b".
    """
    head, *middle = pattern.split("*")
    if not middle:
        return len(text) == len(head) and _fits(head, text, 0)
    tail = middle.pop()
    if len(text) < len(head) + len(tail) or not _fits(head, text, 0):
        return False
    if not _fits(tail, text, len(text) - len(tail)):
        return False
    position, end = len(head), len(text) - len(tail)
    for piece in middle:
        while position + len(piece) <= end and not _fits(piece, text, position):
            position += 1
        if position + len(piece) > end:
            return False
        position += len(piece)
    return True


def _fits(piece: str, text: str, start: int) -> bool:
    """Return whether a piece matches the text from a position on; ``?`` is any letter."""
    return all(c in ("?", t) for c, t in zip(piece, text[start : start + len(piece)], strict=True))


def atoms_of(
    trees: Iterable[Node], parts_of: Callable[[Row], Iterable[Node]] = attrgetter("parts")
) -> set[Atom | Glob]:
    """Return the atoms of some trees; of rows only those in the parts that ``parts_of`` names."""
    # By object: to compare nodes takes longer than to walk a few of them twice.
    left, known = list(trees), set[int]()
    atoms = set[Atom | Glob]()
    while left:
        node = left.pop()
        if isinstance(node, LEAF):
            atoms.add(node)
        elif id(node) not in known:
            known.add(id(node))
            if isinstance(node, Choice):
                atoms |= node.leaves
                left += node.inner
            else:
                left += parts_of(node)
    return atoms


def any_atom(
    trees: Iterable[Node], wanted: Set[Atom | Glob], unless: Collection[str] = ()
) -> list[bool]:
    """Return for each tree whether it has one of the atoms that are wanted.

    Alternatives with one of the words ``unless`` among them do not count.
    """
    # By object, since entries share groups.
    known: dict[int, bool] = {}
    sparing = {Atom(text, is_open) for text in unless for is_open in (False, True)}

    def found(node: Node) -> bool:
        if isinstance(node, LEAF):
            return node in wanted
        if id(node) not in known:
            if isinstance(node, Choice):
                spared = not sparing.isdisjoint(node.leaves)
                some = not wanted.isdisjoint(node.leaves)
                known[id(node)] = not spared and (some or any(map(found, node.inner)))
            else:
                known[id(node)] = any(map(found, node.parts))
        return known[id(node)]

    return [found(tree) for tree in trees]


@lru_cache(maxsize=1 << 14)
def has_gap(node: Node) -> bool:
    """Return whether the tree has a gap somewhere."""
    if isinstance(node, Row) and any(joint.kind == "gap" for joint in node.joints):
        return True
    # Of hundreds of options nearly all are atoms.
    children = (
        node.inner if isinstance(node, Choice) else node.parts if isinstance(node, Row) else ()
    )
    return any(has_gap(child) for child in children)


def case_regex(pattern: str) -> re.Pattern[str]:
    """Return a regular expression for the upper and lower case of a pattern.

    It takes patterns of words, phrases and wildcards only.
    """
    letter, between = rf"[\w{marks()}]", ""
    pieces = []
    for token in pattern.split():
        # Endings may stand right after the word before, n't after any word where none is given.
        plain = Atom(token.lower().rstrip("*"))
        ending = _is_attached(plain)
        pieces.append(between.replace("+", "*") if ending else between)
        if ending and _is_not(plain) and not between:
            pieces.append(f"{letter}*")
        between = r"\s+"
        for character in token:
            if character == "*":
                pieces.append(f"{letter}*")
            elif character == "?":
                pieces.append(letter)
            elif character in HYPHENS:
                pieces.append(rf"(?:[{re.escape(HYPHENS)}]|\s+)?")
            elif character in APOSTROPHES:
                pieces.append(f"[{re.escape(APOSTROPHES)}]")
            else:
                pieces.append(re.escape(character))
    return re.compile("".join(pieces))


_REGEX = re.compile(r"\\[a-zA-Z.]|\.[*+?]|[)\]][*+?]|\A\^|[a-z)]\$\Z|\(\?|\A/.+/[gimsux]*\Z")
_QUOTED = re.compile(r"\A(?:\".*\"|“.*”|„.*[“”]|«.*»|'.*'|‘.*’|`.*`)\Z")
_QUERY = re.compile(
    r"\b(?:AND|OR|NOT|NEAR(?:/\d+)?|ADJ\d*|SAME)\b|\b(?:[wW]|[pP][rR][eE]|[nN][eE][aA][rR]|n)/(?:\d+|[spSP])\b"
    r"|\badj\d+\b|[a-z]!(?:\s|\Z)"
)
# Several entries in one.
_SEVERAL = re.compile(r"[^\W\d_]{2}\s?[,;]\s?[^\W\d_]{2}")
_SIDE = re.compile(r"\[[^\]]*\]|<[^>]*[a-z][^>]*>")
_LONE = re.compile(r"\(([^()|~]*)\)")


def hint(pattern: str) -> str:
    """Return what to write instead of the signs of other programs in a pattern, "" for none."""
    if not any(map(str.isalnum, pattern)) or addresses(pattern) == [(0, len(pattern))]:
        return ""
    if _REGEX.search(pattern):
        return (
            "it looks like a regular expression, but its signs are looked for as they stand: write "
            "* for any letters, ? for one letter, (a|b) for alternatives; whole words match anyway"
        )
    if _QUOTED.match(pattern.strip()):
        return "it matches only with the quotation marks: a phrase is written without them"
    query = _QUERY.search(pattern)
    if query and not (pattern.isupper() and query[0].isalpha()):
        return (
            f"{query[0].strip()!r} is looked for as a word: write (a|b) for OR, the condition if "
            "for AND, unless for NOT, ~~5 for at most five words between, * for a truncated word"
        )
    if _SIDE.search(pattern):
        return (
            "the brackets are looked for as signs: write (a|b) for alternatives, ? for one letter, "
            "and leave out remarks"
        )
    lone = _LONE.search(pattern)
    # Around the whole, or beside a gap or alternatives, the brackets are meant as such.
    if lone and lone[0] != pattern and not set("~|{") & set(pattern):
        return (
            f"the brackets hold a single alternative, so it matches {lone[1].strip()!r} without "
            "them: write (a|b) for alternatives, or leave them out"
        )
    several = _SEVERAL.search(pattern)
    if several:
        sign = ";" if ";" in several[0] else ","
        return (
            f"the {sign!r} between its words must stand in the text: write an entry for each, or "
            "(a|b), or leave it out"
        )
    if pattern.rstrip()[-1] in ",;":
        return f"the {pattern.rstrip()[-1]!r} at its end must stand in the text: leave it out"
    return ""


def check_case(pattern: str) -> None:
    """Raise PatternError where a pattern with ``case = true`` has more than words and wildcards."""
    if set(pattern) & set("(){}|~"):
        raise PatternError(
            "case = true works only with words, phrases and wildcards; remove it, or write "
            "entries without gaps, alternatives and groups"
        )
