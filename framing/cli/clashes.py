"""Clashes: files that a command would replace although it reads them, or writes them twice."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

# Options with the path of a file that is written.
WRITTEN = ("out", "left_out", "losses_path", "save")
# Ends of the names of files that stand beside --out: with --dictionary, and of a model's codes.
DESCRIBED = (".dictionary.csv", ".provenance.json", ".datapackage.json")
OF_A_MODEL = (".evidence.csv", ".problems.csv", ".manifest.json")
# A folder of results of its own.
OWN = ("cache",)


def refuse_clashes(params: list[click.Parameter], values: Mapping[str, Any]) -> None:
    """Raise InputError where a file to write is one that the command reads, or writes already."""
    from framing._core.checks import InputError

    names = {param.name: _shown(param) for param in params}
    ends = DESCRIBED if values.get("dictionary") else OF_A_MODEL if "base_url" in values else ()
    written: dict[Path, str] = {}
    for name in WRITTEN:
        paths = [*_paths(values.get(name))]
        if name == "out":
            paths += [path.with_name(path.stem + end) for path in paths for end in ends]
        for path in paths:
            label, target = names[name], path.resolve()
            if target in written:
                raise InputError(
                    f"{label} {path} is also the file of {written[target]}; one of the two would "
                    f"be lost. Give {label} another path."
                )
            written[target] = label
            if not target.is_file():
                continue
            for param in params:
                if param.name in (*WRITTEN, *OWN):
                    continue
                for read in _paths(values.get(str(param.name))):
                    if _reads(read, target) and (read.is_file() or _is_input(param, target)):
                        raise InputError(
                            f"{label} {path} is read by this command ({names[param.name]} {read}), "
                            f"and would be replaced. Give {label} another path."
                        )


def _shown(param: click.Parameter) -> str:
    """Return what a user calls a parameter: its option, or its name in capital letters."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return (param.metavar or str(param.name)).upper()


def _paths(value: Any) -> Iterator[Path]:
    """Yield the paths that a value can be."""
    if isinstance(value, tuple | list):
        for item in value:
            yield from _paths(item)
    elif isinstance(value, str | Path) and str(value) not in ("", "-") and "\0" not in str(value):
        yield Path(value)


def _is_input(param: click.Parameter, target: Path) -> bool:
    """Return whether a file of a folder is read, and not passed over as a table of results."""
    from framing._core.checks import InputError
    from framing.corpus.readers import read_corpus

    if param.name != "articles":
        return True
    try:
        read_corpus(target, progress=False)
    except InputError:
        return False
    return True


def _reads(read: Path, target: Path) -> bool:
    """Return whether a file is the one that is read, or one of its folder or its pattern."""
    try:
        if read.is_file():
            return read.samefile(target)
        if read.is_dir():
            return read.resolve() in target.parents
        anchor = Path(read.anchor or ".")
        pattern = read.relative_to(anchor) if read.anchor else read
        some = any(sign in str(pattern) for sign in "*?[")
        return some and any(found.resolve() == target for found in anchor.glob(str(pattern)))
    except (OSError, ValueError):
        # What cannot be a path is no file that is read.
        return False
