"""Installing: the packages of the extra for archives and offices, and how to add it."""

from importlib import import_module
from typing import Any

from framing._core.checks import InputError

COMMAND = "python -m pip install 'media-framing[archives]'"


def need(module: str, where: str, purpose: str = "to read this file") -> Any:
    """Return a module; raise InputError with the command that adds it where it is missing."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        if (error.name or "").partition(".")[0] != package:
            raise
        raise InputError(
            f"{where}: {purpose}, the package {package!r} is needed, which is not "
            f"installed. This command adds it: {COMMAND}"
        ) from None
