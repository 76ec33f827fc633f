"""What a value must be, read off the annotation of an argument."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ForwardRef, Literal

import numpy as np
import pandas as pd
import pytest

from framing import Corpus, InputError, make_corpus
from framing._core.checks import check_objects, fits, in_words, plural_of

SERIES = ForwardRef("pd.Series[Any]")


@pytest.mark.parametrize(
    ("annotation", "right", "wrong"),
    [
        (str, ["", "a"], [None, 1, b"a", ["a"]]),
        (int, [0, -1, np.int64(3)], [1.0, True, "1", None]),
        (float, [0, 1.5, np.float32(1), float("nan")], [True, "1", None, [1.0]]),
        (bool, [True, np.bool_(False)], [0, "True", None]),
        (Path, ["a", Path("a")], [b"a", 1, None]),
        (str | None, ["a", None], [1, []]),
        (Sequence[str], [["a"], (), ("a", "b")], ["a", [1], [None], 3]),
        (str | Sequence[str], ["a", ["a"]], [["a", 1], 2]),
        (Mapping[str, float], [{"a": 1}, {}], [{"a": "b"}, {1: 1.0}, [("a", 1)]]),
        (tuple[int, str], [(1, "a")], [("a", 1), (1,), [1, "a"]]),
        (Literal["a", "b"], ["a"], ["c", None]),
        (Callable[[int], int], [len], [1, "len"]),
        (np.ndarray, [np.zeros(2)], [[0, 0]]),
        (pd.DataFrame, [pd.DataFrame()], [{}, None]),
        (SERIES, [pd.Series([1])], [[1], "Series"]),
        ("Topics | pd.DataFrame", [pd.DataFrame()], [pd.Series([1])]),
        (Any, [1, None, "a"], []),
    ],
)
def test_a_value_fits_its_annotation_or_not(annotation, right, wrong):
    assert [fits(value, annotation) for value in right] == [True] * len(right)
    assert [fits(value, annotation) for value in wrong] == [False] * len(wrong)


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (str, "a text"),
        (int | None, "a whole number or None"),
        (str | Sequence[str] | None, "a text, a list of texts or None"),
        (Mapping[str, float], "a dict"),
        (Literal["a", "b"], "'a' or 'b'"),
        (str | SERIES, "a text or a Series"),
        (Callable[[int], int], "a function"),
        (Sequence[float] | float, "a list of numbers or a number"),
    ],
)
def test_an_annotation_is_told_in_words(annotation, words):
    assert in_words(annotation) == words


@pytest.mark.parametrize(
    ("noun", "nouns"),
    [("document", "documents"), ("story", "stories"), ("day", "days"), ("class", "classes"),
     ("branch", "branches"), ("source × wire", "source × wires")],
)  # fmt: skip
def test_the_name_of_a_column_has_the_plural_of_a_noun(noun, nouns):
    assert plural_of(noun) == nouns


def test_the_error_of_a_dependency_becomes_one_about_the_wrong_argument():
    @check_objects
    def head(
        table: pd.DataFrame, n: int = 1, by: str | None = None, *, index: bool = True
    ) -> object:
        return table.sort_values(by).head(n) if by else table.head(n)

    table = pd.DataFrame({"a": [2, 1]})
    assert len(head(table, 1, by="a")) == 1
    with pytest.raises(InputError, match=r"head: n='x' is a str; it must be a whole number\."):
        head(table, "x")
    with pytest.raises(InputError, match=r"head: by is a DataFrame; it must be a text or None\."):
        head(table, by=table)
    # Any text is true: this one would mean the opposite of what it says.
    with pytest.raises(InputError, match=r"head: index='no' is a str; it must be True or False\."):
        head(table, index="no")
    # An error with right arguments is one of the program, and stays what it is.
    with pytest.raises(KeyError):
        head(table, by="b")


def test_a_list_of_plain_values_is_left_to_the_function_and_one_of_objects_is_not():
    assert fits([1], Sequence[str], contents=False)
    assert not fits([1], Sequence[str])
    assert fits({"a": 1}, Mapping[str, str], contents=False)
    for contents in (True, False):
        assert not fits("a", Sequence[str], contents=contents)
        assert not fits([1], Sequence[Corpus], contents=contents)
        assert not fits((1, "a"), tuple[Corpus, str], contents=contents)
        assert fits([make_corpus(["A truce."])], Sequence[Corpus], contents=contents)


def test_a_path_that_the_system_refuses_is_one_line_and_other_errors_of_it_stay(tmp_path):
    @check_objects
    def names(path: str | Path) -> list[str]:
        return sorted(entry.name for entry in Path(path).iterdir())

    @check_objects
    def reach(path: str | Path) -> None:
        raise ConnectionError("no server answers")

    # A name that the system takes for too long is refused to a superuser, too.
    for path in (tmp_path / "sheets", tmp_path / ("x" * 300)):
        with pytest.raises(InputError, match=r"this path cannot be used \(\S.*\)\. Choose another"):
            names(path)
    with pytest.raises(ConnectionError):
        reach(tmp_path)
