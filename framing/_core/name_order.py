"""The order of names that people expect: "week 2" before "week 10"."""

import re

_DIGITS = re.compile(r"(\d+)")


def natural_order(name: str) -> tuple[tuple[object, ...], str]:
    """Return the key that sorts names by their text, and the numbers in them by size."""
    # Text and digits alternate, so that equal positions of two keys can be compared.
    pieces: list[object] = list(_DIGITS.split(name))
    for position in range(1, len(pieces), 2):
        # More digits mean a larger number: this needs no int, which refuses very long numbers.
        digits = str(pieces[position]).lstrip("0")
        pieces[position] = (len(digits), digits)
    return tuple(pieces), name
