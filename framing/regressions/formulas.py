"""Formulas: the right-hand side of a regression."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from framing._core.checks import InputError

GRAMMAR = (
    'A formula joins columns with "+"; "a:b" is an interaction, "a * b" stands for a + b + a:b, '
    "C(a) takes a number as categories, log(a) is the natural logarithm, and a name that is not "
    "one word stands between backquotes (`my column`)"
)
CALLS = ("C", "log")
SIGNS = ("+", "*", ":")
_CALL = re.compile(r"(?P<call>\w+)\(\s*(?:`(?P<quoted>[^`]+)`|(?P<name>[^\W\d]\w*))\s*\)")


@dataclass(frozen=True)
class Factor:
    """A column of a formula, as it is or inside ``C`` or ``log``."""

    column: str
    call: str = ""

    def __str__(self) -> str:
        return f"{self.call}({self.column})" if self.call else self.column


# The factors whose product is a term.
Term = tuple[Factor, ...]


def parse_formula(formula: object) -> list[Term]:
    """Return the terms of a formula, main effects first. Nothing in the formula runs as code."""
    # Loading takes a second, and most uses of the package do not need it.
    from formulaic.parser import DefaultFormulaParser

    if not isinstance(formula, str) or not formula.strip():
        raise InputError(f"formula={formula!r} does not name a column. {GRAMMAR}.")
    factors: list[Factor] = []
    pieces = list(_read_pieces(formula))
    for piece in pieces:
        if isinstance(piece, Factor) and piece not in factors:
            factors.append(piece)
    # The parser sees f0 + f1 : f2, and nothing that can run.
    names = [piece if isinstance(piece, str) else f"f{factors.index(piece)}" for piece in pieces]
    terms = DefaultFormulaParser(include_intercept=False).get_terms(" ".join(names))
    products = (tuple(factors[int(factor.expr[1:])] for factor in term.factors) for term in terms)
    return sorted(products, key=len)


def _read_pieces(formula: str) -> Iterator[Factor | str]:
    """Yield factors and signs in turn; raise InputError at anything else."""
    from formulaic.errors import FormulaSyntaxError
    from formulaic.parser.algos.tokenize import tokenize

    number = -1
    try:
        for number, piece in enumerate(tokenize(formula)):
            kind, text = str(piece.kind.value), str(piece.token)
            call = _CALL.fullmatch(text) if kind == "python" else None
            if number % 2 and kind == "operator" and text in SIGNS:
                yield text
            elif number % 2 == 0 and kind == "name":
                yield Factor(text)
            elif number % 2 == 0 and call and call["call"] in CALLS:
                yield Factor(call["quoted"] or call["name"], call["call"])
            else:
                _fail(formula, piece)
    except FormulaSyntaxError:
        raise _early(formula) from None
    if number % 2:
        raise _early(formula)


def _early(formula: str) -> InputError:
    """Return the error for a formula that ends after a sign."""
    return InputError(f"formula={formula!r} ends too early. {GRAMMAR}.")


def _fail(formula: str, piece: Any) -> NoReturn:
    """Raise InputError with the position of what cannot be read."""
    call = re.match(r"(\w+)\(", str(piece.token))
    text = call[1] if call and call[1] not in CALLS else piece.token
    left = " Leave out the left-hand side: the scores are the measure." if text == "~" else ""
    raise InputError(
        f"formula={formula!r} cannot be read at {text!r} (character {piece.source_start + 1})."
        f"{left} {GRAMMAR}."
    )
