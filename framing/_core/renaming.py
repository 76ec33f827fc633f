"""Renaming: old names of arguments, which work for one more version."""

import inspect
import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any

from framing._core import checks
from framing._core.checks import InputError
from framing._core.typing import Arguments, Returned


def renamed(
    **names: str | tuple[str, type],
) -> Callable[[Callable[Arguments, Returned]], Callable[Arguments, Returned]]:
    """Let a public function take arguments under their old names, with a DeprecationWarning.

    ``@renamed(seeds="starts")`` makes ``seeds=3`` mean ``starts=3``. Where the old name has a new
    meaning, the type of the value decides: with ``level=("measurement", str)`` a string is the
    measurement, without a warning, and a number stays the level. Old names are read in the order
    of ``names``.
    """

    def decorate(function: Callable[Arguments, Returned]) -> Callable[Arguments, Returned]:
        @wraps(function)
        def called(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Returned:
            if not names.keys().isdisjoint(kwargs):
                _rename(function, names, args, kwargs)
            return function(*args, **kwargs)

        return called

    return decorate


def still_optional(
    **values: Any,
) -> Callable[[Callable[Arguments, Returned]], Callable[Arguments, Returned]]:
    """Let calls omit an argument that is required now, with a DeprecationWarning.

    ``@still_optional(seed=1)`` gives ``seed`` its former default.
    """

    def decorate(function: Callable[Arguments, Returned]) -> Callable[Arguments, Returned]:
        @wraps(function)
        def called(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Returned:
            for name, value in values.items():
                if name not in kwargs:
                    kwargs[name] = value
                    _warn(
                        f"{function.__name__} needs {name}= from the next version on. "
                        f"Without it, it is {name}={value!r}, as before."
                    )
            return function(*args, **kwargs)

        # For `check_objects`, which asks for a seed.
        called.__dict__["still_optional"] = tuple(values)
        return called

    return decorate


def _rename(
    function: Callable[..., object],
    names: dict[str, str | tuple[str, type]],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> None:
    """Move arguments from their old names to the new ones, in ``kwargs`` of one call."""
    by_position = list(inspect.signature(function).parameters)[: len(args)]
    for old, target in names.items():
        new, kind = (target, object) if isinstance(target, str) else target
        if old not in kwargs or not isinstance(kwargs[old], kind):
            continue
        if new in kwargs or new in by_position:
            raise InputError(
                f"{function.__name__} got {new}= and {old}=, which is the old name of the same "
                f"argument. Give {new}= alone."
            )
        kwargs[new] = kwargs.pop(old)
        if kind is object:
            _warn(
                f"{function.__name__}: {old}= is now called {new}=. "
                "The old name still works in this version; the next version refuses it."
            )


def _warn(message: str) -> None:
    """Warn at the line of the user's call: the first one outside this file and the checks."""
    level, frame = 1, inspect.currentframe()
    while frame is not None and frame.f_code.co_filename in _WRAPPERS:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, DeprecationWarning, stacklevel=level)


# The files of the decorators that stand between a call and its function.
_WRAPPERS = (__file__, checks.__file__)
