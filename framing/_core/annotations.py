"""Annotations: whether a value fits the type of an argument, and this type in words.

Libraries that check annotations follow Python: a str is a sequence of texts, True is a whole
number, and a number of numpy is none. For a message to a reader the opposite is right.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin

import numpy as np

# What the plain types are called in a message.
WORDS: dict[Any, str] = {
    str: "a text",
    bool: "True or False",
    int: "a whole number",
    float: "a number",
    bytes: "bytes",
    NoneType: "None",
    Path: "a path",
    object: "any value",
}
PLURALS = {str: "texts", bool: "True or False", int: "whole numbers", float: "numbers"}


def fits(value: object, annotation: Any) -> bool:
    """Return whether a value has the type of an annotation; True where this cannot be told.

    A number of numpy is a number, True is no number, a str is no list of texts, and a path is a
    str or a `pathlib.Path`.
    """
    if isinstance(annotation, str | ForwardRef):
        return _fits_name(value, _names(annotation))
    if annotation is None or annotation is NoneType:
        return value is None
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return any(fits(value, option) for option in inner)
    if origin is Literal:
        return any(value is option or (value == option) is True for option in inner)
    kind = origin or annotation
    if kind is Any or not isinstance(kind, type) or getattr(kind, "_is_protocol", False):
        return True
    if kind in (bool, int, float, Path):
        return _fits_plain(value, kind)
    if kind is np.ndarray or not inner or not issubclass(kind, Iterable | tuple):
        return isinstance(value, kind)
    if issubclass(kind, Mapping):
        pairs = value.items() if isinstance(value, Mapping) else None
        return pairs is not None and all(
            fits(key, inner[0]) and fits(item, inner[-1]) for key, item in pairs
        )
    if kind is tuple and Ellipsis not in inner:
        if not isinstance(value, tuple) or len(value) != len(inner):
            return False
        return all(fits(item, option) for item, option in zip(value, inner, strict=True))
    if issubclass(kind, Iterable):
        if isinstance(value, str | bytes) or not isinstance(value, Iterable):
            return False
        return not isinstance(value, Collection) or all(fits(item, inner[0]) for item in value)
    return isinstance(value, kind)


def in_words(annotation: Any) -> str:
    """Return an annotation in words, such as "a text, a list of texts or None"."""
    return " or ".join(_joined(list(dict.fromkeys(_phrases(annotation)))))


def _fits_plain(value: object, kind: type) -> bool:
    """Return whether a value is a bool, a whole number, a number or a path."""
    if kind is Path:
        return isinstance(value, str | PathLike)
    truth = isinstance(value, bool | np.bool_)
    if kind is bool:
        return truth
    return isinstance(value, Integral if kind is int else Real) and not truth


def _names(annotation: str | ForwardRef) -> list[str]:
    """Return the names of the types in an annotation that was written as a text."""
    text = annotation if isinstance(annotation, str) else annotation.__forward_arg__
    return [option.split("[")[0].split(".")[-1].strip() for option in text.split("|")]


def _fits_name(value: object, names: list[str]) -> bool:
    """Return whether a value has one of the types that are only known by their names."""
    if "Any" in names or (value is None and "None" in names):
        return True
    return any(kind.__name__ in names for kind in type(value).__mro__)


def _phrases(annotation: Any) -> list[str]:
    """Return each option of an annotation in words."""
    if isinstance(annotation, str | ForwardRef):
        return [f"a {name}" for name in _names(annotation)]
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return [phrase for option in inner for phrase in _phrases(option)]
    if origin is Literal:
        return [repr(option) for option in inner]
    kind = origin or annotation
    if kind in WORDS:
        return [WORDS[kind]]
    if kind is Callable:
        return ["a function"]
    if isinstance(kind, type) and issubclass(kind, Mapping):
        return ["a dict"]
    if inner and isinstance(kind, type) and issubclass(kind, Iterable) and kind is not np.ndarray:
        members = " or ".join(_plural(option) for option in _options(inner[0]))
        return [f"a list of {members}"]
    return [f"a {getattr(kind, '__name__', kind)}"]


def _options(annotation: Any) -> tuple[Any, ...]:
    """Return the options of a union; an annotation that is none is its one option."""
    union = get_origin(annotation) in (Union, UnionType)
    return get_args(annotation) if union else (annotation,)


def _plural(annotation: Any) -> str:
    """Return an annotation in words, for several values."""
    if annotation in PLURALS:
        return PLURALS[annotation]
    phrase = in_words(annotation)
    return phrase if annotation in WORDS else f"{phrase.removeprefix('a ')} each"


def _joined(phrases: list[str]) -> list[str]:
    """Return the phrases with all but the last joined by commas."""
    return [", ".join(phrases[:-1]), phrases[-1]] if len(phrases) > 1 else phrases
