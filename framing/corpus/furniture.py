"""Page furniture: lines of the web page that are not part of the article."""

import re
import sys
from collections.abc import Callable, Iterator
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

# So many letters at the beginning of a line show for most lines that no rule matches.
_BEGINNING = 6
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
    pattern: re.Pattern[str]
    place: str
    line_before: re.Pattern[str] | None

    def matches(self, line: str, number: int, count: int) -> bool:
        """Return whether the rule removes line ``number`` (from 0) of ``count`` lines."""
        outside = {"first": number >= 3, "last": number < count - 3}
        if outside.get(self.place, False):
            return False
        return self.pattern.fullmatch(line.strip()) is not None


@dataclass(frozen=True)
class FurnitureRules:
    """The rules that hold for a corpus."""

    members: tuple[Rule, ...]
    longest: int = sys.maxsize

    @cached_property
    def joined(self) -> re.Pattern[str] | None:
        """Return a pattern for the lines that some rule matches; None where none can be made."""
        patterns = [rule.pattern.pattern for rule in self.members]
        # Groups are numbered anew in a joined pattern, and flags hold for all of it, except those
        # that a group takes off.
        has_groups = re.compile(r"\\[1-9]|\(\?(?!(?:-i)?:|[=!<])|\(\?P")
        if not patterns or any(has_groups.search(pattern) for pattern in patterns):
            return None
        return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)

    @cached_property
    def may_begin(self) -> Callable[[str], bool]:
        """Return a function that says whether a line that some rule matches may begin like this.

        Texts begin their lines with the same words again and again, so that the answers are kept.
        """
        if self.joined is None:
            return lambda beginning: True
        try:
            pattern = regex.compile(self.joined.pattern, regex.IGNORECASE)
        except regex.error:
            return lambda beginning: True
        return lru_cache(1 << 16)(
            lambda beginning: (
                any(map(_is_odd, beginning))
                or pattern.fullmatch(beginning, partial=True) is not None
            )
        )


def _is_odd(sign: str) -> bool:
    """Return whether a sign, such as ², is part of a word for re and not for regex."""
    return sign.isalnum() and not sign.isalpha() and not sign.isdecimal()


def read_rules(path: Path) -> FurnitureRules:
    """Return the rules of a TOML file of ``[[rules]]``."""
    data, where = read_toml(path)
    content = convert(data, _FurnitureFile, where)
    rules = [convert(table, _Rule, where, table.get("name", "rules")) for table in content.rules]
    members = tuple(
        Rule(
            rule.name,
            rule.reason,
            _compiled(rule.pattern, where(rule.name)),
            rule.place,
            _compiled(rule.with_line_before, where(rule.name)) if rule.with_line_before else None,
        )
        for rule in rules
    )
    return FurnitureRules(members, content.longest)


def _compiled(pattern: str, where: str) -> re.Pattern[str]:
    """Return a regular expression that ignores case."""
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise InputError(
            f"{where}: {pattern!r} is not a regular expression ({error}). Correct it; a sign such "
            r"as ( or * needs a \ before it."
        ) from None


@cache
def _default_rules() -> FurnitureRules:
    """Return the rules that the package contains."""
    with resources.as_file(resources.files("framing") / "data" / "furniture.toml") as path:
        return read_rules(path)


def rules_for(furniture: bool | str | Path) -> FurnitureRules:
    """Return the rules for a value of the argument ``furniture=``."""
    if isinstance(furniture, bool):
        return _default_rules() if furniture else FurnitureRules(())
    return read_rules(Path(furniture))


def _may_have_furniture(text: str, rules: FurnitureRules) -> bool:
    """Return whether some line matches a rule; True also where this is not sure.

    Most articles have no such line, and one pattern for all rules is fast to find that out.
    """
    # These three are white space within a line, and line ends for splitlines.
    if rules.joined is None or any(mark in text for mark in "\x1c\x1d\x1e"):
        return bool(rules.members)
    fullmatch, may_begin, longest = rules.joined.fullmatch, rules.may_begin, rules.longest
    return any(
        may_begin((line := given.strip())[:_BEGINNING]) and fullmatch(line)
        for given in text.splitlines()
        if given and len(given) <= longest
    )


def find_in(text: str, rules: FurnitureRules) -> Iterator[FurnitureLine]:
    """Yield name, reason, line (from 1), start and end of each line of furniture."""
    if not _may_have_furniture(text, rules):
        return
    spans = lines(text)
    rule_of: dict[int, Rule] = {}
    for number, (start, end) in enumerate(spans):
        line = text[start:end]
        if len(line) > rules.longest or (rules.joined and not rules.joined.fullmatch(line.strip())):
            continue
        for rule in rules.members:
            if rule.matches(line, number, len(spans)):
                rule_of.setdefault(number, rule)
                if rule.line_before and number and number - 1 not in rule_of:
                    before = text[slice(*spans[number - 1])].strip()
                    if rule.line_before.fullmatch(before):
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
