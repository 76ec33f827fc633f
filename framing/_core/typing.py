"""Typing: the names of the types of arrays and functions, the same in every room."""

from typing import ParamSpec, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

# What a decorated function takes and returns.
Arguments = ParamSpec("Arguments")
Returned = TypeVar("Returned")
# Real numbers: scores, rates, weights, intervals.
Array: TypeAlias = NDArray[np.float64]
# Row numbers of a table, and whole numbers that stand for rows, groups or columns.
Rows: TypeAlias = NDArray[np.int64]
# Positions in a text, in characters or in tokens.
Offsets: TypeAlias = NDArray[np.int64]
# True or false for each row, token or character.
Mask: TypeAlias = NDArray[np.bool_]
# Words and sets of words as numbers: equal keys mean equal words.
Keys: TypeAlias = NDArray[np.uint64]
