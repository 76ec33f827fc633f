"""Formulas: what may stand on the right-hand side of a regression."""

import re
from dataclasses import dataclass
from itertools import combinations

from framing._core.checks import InputError

GRAMMAR = (
    'A formula joins columns with "+"; "a:b" is an interaction, "a * b" stands for a + b + a:b, '
    "C(a) takes a number as categories, log(a) is the natural logarithm, and a name that is no "
    "word stands between backquotes (`my column`)"
)
CALLS = ("C", "log")
_PIECE = re.compile(
    r"\s*(?:`(?P<quoted>[^`]+)`|(?P<name>[^\W\d]\w*)|(?P<sign>[+:*()])|(?P<bad>\S))"
)


@dataclass(frozen=True)
class Factor:
    """A column of a formula, as it is or inside ``C`` or ``log``."""

    column: str
    call: str = ""

    def __str__(self) -> str:
        return f"{self.call}({self.column})" if self.call else self.column


# The factors that are multiplied.
Term = tuple[Factor, ...]


def parse_formula(formula: object) -> list[Term]:
    """Return the terms of a formula, main effects first; nothing in it is ever run."""
    if not isinstance(formula, str) or not formula.strip():
        raise InputError(f"formula={formula!r} names no column. {GRAMMAR}.")
    terms: dict[frozenset[Factor], Term] = {}
    for product in _Reader(formula).read():
        for size in range(1, len(product) + 1):
            for chosen in combinations(product, size):
                term = tuple(dict.fromkeys(factor for part in chosen for factor in part))
                terms.setdefault(frozenset(term), term)
    return sorted(terms.values(), key=len)


class _Reader:
    """Reads sums of products of interactions, from left to right."""

    def __init__(self, formula: str) -> None:
        self.formula = formula
        self.pieces = [
            (str(found.lastgroup), found[str(found.lastgroup)])
            for found in _PIECE.finditer(formula)
        ]
        self.place = 0

    def read(self) -> list[list[Term]]:
        products = [self._product()]
        while self._take("+"):
            products.append(self._product())
        if self.place < len(self.pieces):
            self._fail()
        return products

    def _product(self) -> list[Term]:
        parts = [self._interaction()]
        while self._take("*"):
            parts.append(self._interaction())
        return parts

    def _interaction(self) -> Term:
        factors = [self._factor()]
        while self._take(":"):
            factors.append(self._factor())
        return tuple(factors)

    def _factor(self) -> Factor:
        kind, name = self._next()
        if kind == "name" and self._take("("):
            if name not in CALLS:
                self.place -= 2
                self._fail()
            inner, column = self._next()
            if inner not in ("name", "quoted") or not self._take(")"):
                self._fail()
            return Factor(column, name)
        if kind not in ("name", "quoted"):
            self.place -= 1
            self._fail()
        return Factor(name)

    def _next(self) -> tuple[str, str]:
        if self.place >= len(self.pieces):
            raise InputError(f"formula={self.formula!r} ends too early. {GRAMMAR}.")
        self.place += 1
        return self.pieces[self.place - 1]

    def _take(self, sign: str) -> bool:
        found = self.place < len(self.pieces) and self.pieces[self.place] == ("sign", sign)
        self.place += found
        return found

    def _fail(self) -> None:
        piece = self.pieces[min(self.place, len(self.pieces) - 1)][1]
        left = " The measure on the left comes with the scores." if piece == "~" else ""
        raise InputError(f"formula={self.formula!r} cannot be read at {piece!r}.{left} {GRAMMAR}.")
