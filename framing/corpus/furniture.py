"""Page furniture: lines of the web page that are not part of the article."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, ClassVar, Literal

import msgspec
import pandas as pd
import regex

from framing._core.checks import InputError, check_objects
from framing._core.files import convert, read_toml
from framing._core.result import TableResult
from framing.text.wrapped_lines import lines

# So many letters at the beginning of a line show for most lines that no rule matches, and so many
# which few rules may.
_BEGINNING, _OPENING = 6, 3
# Of so many lines the beginnings are not looked at.
_FEW = 2000
# Name of the rule, reason, line, start and end.
FurnitureLine = tuple[str, str, int, int, int]


class _Rule(msgspec.Struct, forbid_unknown_fields=True):
    """A rule as it stands in the TOML file."""

    name: str
    reason: str
    pattern: str
    place: Literal["anywhere", "first", "last"] = "anywhere"
    with_line_before: str = ""


class _FurnitureFile(msgspec.Struct, forbid_unknown_fields=True):
    """The TOML file. Lines with more characters than ``longest`` are not looked at."""

    rules: list[dict[str, Any]]
    longest: int = sys.maxsize


@dataclass(frozen=True)
class Rule:
    """A named rule: a line is furniture where the pattern matches the whole line."""

    name: str
    reason: str
    pattern: str
    place: str
    line_before: str

    @cached_property
    def _whole(self) -> re.Pattern[str]:
        # To compile all rules takes longer than to read a few texts.
        return re.compile(self.pattern, re.IGNORECASE)

    @cached_property
    def _before(self) -> re.Pattern[str]:
        return re.compile(self.line_before, re.IGNORECASE)

    @cached_property
    def _partial(self) -> "regex.Pattern[str] | None":
        """The pattern for a package that also tells how a line may begin; None if it cannot."""
        try:
            return regex.compile(self.pattern, regex.IGNORECASE)
        except regex.error:
            return None

    def may_begin(self, beginning: str) -> bool:
        """Return whether a line that the rule matches may begin like this."""
        pattern = self._partial
        return pattern is None or pattern.fullmatch(beginning, partial=True) is not None

    def is_match(self, bare: str) -> bool:
        """Return whether the pattern matches a line without white space at its edges."""
        return self._whole.fullmatch(bare) is not None

    def stands(self, number: int, count: int) -> bool:
        """Return whether line ``number`` (from 0) of ``count`` lines is where the rule holds."""
        outside = {"first": number >= 3, "last": number < count - 3}
        return not outside.get(self.place, False)

    def takes_before(self, bare: str) -> bool:
        """Return whether the line before one that matches is furniture too."""
        return bool(self.line_before) and self._before.fullmatch(bare) is not None


class _Beginnings:
    """Which rules may match a line that begins like this, so that each reads few lines.

    Texts begin their lines with the same words again and again, so that the answers are kept. For
    few lines they are not looked for: all rules read these in less time.
    """

    def __init__(self, members: tuple[Rule, ...]) -> None:
        self._members, self._asked = members, 0
        self._known = lru_cache(1 << 16)(self._find)
        self._opening = lru_cache(1 << 12)(self._find_some)

    def rules(self, bare: str) -> tuple[Rule, ...]:
        """Return the rules that may match a line without white space at its edges."""
        if self._asked < _FEW:
            self._asked += 1
            return self._members
        return self._known(bare[:_BEGINNING])

    def _find(self, beginning: str) -> tuple[Rule, ...]:
        if any(map(_is_odd, beginning)):
            return self._members
        found = [rule for rule in self._opening(beginning[:_OPENING]) if rule.may_begin(beginning)]
        # A shorter one is the whole line.
        if len(beginning) < _BEGINNING:
            found = [rule for rule in found if rule.is_match(beginning)]
        return tuple(found)

    def _find_some(self, opening: str) -> tuple[Rule, ...]:
        """Return the rules for the first letters, few of which are asked about each beginning."""
        return tuple(rule for rule in self._members if rule.may_begin(opening))


@dataclass(frozen=True)
class FurnitureRules:
    """The rules that hold for a corpus."""

    members: tuple[Rule, ...]
    longest: int = sys.maxsize

    @cached_property
    def beginnings(self) -> _Beginnings:
        """Which of the rules may match a line, by its first letters."""
        return _Beginnings(self.members)


def _is_odd(sign: str) -> bool:
    """Return whether a sign, such as ², is part of a word for re and not for regex."""
    return sign.isalnum() and not sign.isalpha() and not sign.isdecimal()


def read_rules(path: Path, *, checked: bool = True) -> FurnitureRules:
    """Return the rules of a TOML file of ``[[rules]]``.

    Patterns that are not ``checked`` are compiled when a text needs them.
    """
    data, where = read_toml(path)
    content = convert(data, _FurnitureFile, where)
    rules = [convert(table, _Rule, where, table.get("name", "rules")) for table in content.rules]
    members = tuple(
        Rule(rule.name, rule.reason, rule.pattern, rule.place, rule.with_line_before)
        for rule in rules
    )
    for rule in members if checked else ():
        for pattern in (rule.pattern, rule.line_before):
            _check_pattern(pattern, where(rule.name))
    return FurnitureRules(members, content.longest)


def _check_pattern(pattern: str, where: str) -> None:
    try:
        re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise InputError(
            f"{where}: {pattern!r} is not a regular expression ({error}). Correct it; a sign such "
            r"as ( or * needs a \ before it."
        ) from None


@cache
def _default_rules() -> FurnitureRules:
    """Return the rules that the package contains."""
    with resources.as_file(resources.files("framing") / "data" / "furniture.toml") as path:
        return read_rules(path, checked=False)


def rules_for(furniture: bool | str | Path) -> FurnitureRules:
    """Return the rules for a value of the argument ``furniture=``."""
    if isinstance(furniture, bool):
        return _default_rules() if furniture else FurnitureRules(())
    return read_rules(Path(furniture))


def _may_have_furniture(text: str, rules: FurnitureRules) -> bool:
    """Return whether some line matches a rule; True also where this is not sure.

    Most articles have no such line.
    """
    # These three are white space within a line, and line ends for splitlines.
    if any(mark in text for mark in "\x1c\x1d\x1e"):
        return bool(rules.members)
    may_match, longest = rules.beginnings.rules, rules.longest
    return any(
        rule.is_match(bare)
        for given in text.splitlines()
        if given and len(given) <= longest
        for bare in (given.strip(),)
        for rule in may_match(bare)
    )


def find_in(text: str, rules: FurnitureRules) -> Iterator[FurnitureLine]:
    """Yield name, reason, line (from 1), start and end of each line of furniture."""
    if not _may_have_furniture(text, rules):
        return
    spans = lines(text)
    rule_of: dict[int, Rule] = {}
    for number, (start, end) in enumerate(spans):
        if end - start > rules.longest:
            continue
        bare = text[start:end].strip()
        for rule in rules.beginnings.rules(bare):
            if rule.stands(number, len(spans)) and rule.is_match(bare):
                rule_of.setdefault(number, rule)
                if number and number - 1 not in rule_of:
                    before = text[slice(*spans[number - 1])].strip()
                    if rule.takes_before(before):
                        rule_of[number - 1] = rule
                break
    line_number, counted = 1, 0
    for number, rule in sorted(rule_of.items()):
        start, end = spans[number]
        line_number += text.count("\n", counted, start)
        counted = start
        yield rule.name, rule.reason, line_number, start, end


@dataclass(frozen=True, eq=False, repr=False)
class Furniture(TableResult):
    """The lines of a text that are page furniture, not a part of the article.

    Attributes
    ----------
    table : pandas.DataFrame
        ``rule``, ``reason``, ``line`` (from 1), ``start``, ``end`` (character offsets).
    settings : dict
        The arguments, the instrument and the texts, the versions.
    left_out : pandas.DataFrame
        What was not measured, with the ``reason``.
    """

    made_by: ClassVar[str] = "find_furniture"
    rows: ClassVar[str] = "lines"
    draw_instead: ClassVar[str] = "plot_corpus(corpus) draws what was removed from a corpus."


@check_objects
def find_furniture(text: str, *, rules: bool | str | Path = True) -> Furniture:
    """Return the lines of a text that are page furniture, not part of the article.

    Parameters
    ----------
    text : str
        An article.
    rules : bool, str or Path
        The rules of the package, or a TOML file of ``[[rules]]`` with ``name``, ``reason``,
        ``pattern`` (a regular expression for the whole line; case is ignored) and, optionally,
        ``place`` ("anywhere", "first" or "last" for the first or last three lines) and
        ``with_line_before`` (a pattern; where it matches the line before, that line is furniture
        too). A key ``longest`` above the rules is the number of characters of the longest line that
        they look at: 320 in the rules of the package.

    Returns
    -------
    Furniture
        Its ``table``:
        ``rule``, ``reason``, ``line`` (from 1), ``start``, ``end`` (character offsets).

    Raises
    ------
    InputError
        The file of rules is not TOML, has an unknown key, or a pattern is not a regular
        expression.

    Examples
    --------
    >>> import framing as fr
    >>> fr.find_furniture("Peace talks began.\\nMore Quick Read Articles »")["rule"].tolist()
    ['more articles']
    """
    columns = ["rule", "reason", "line", "start", "end"]
    table = pd.DataFrame(list(find_in(text, rules_for(rules))), columns=columns)
    return Furniture(table, settings={"rules": rules if isinstance(rules, bool) else str(rules)})
