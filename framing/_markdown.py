"""The Markdown of a paper: its lines with their places, its keys, labels and typed numbers."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from framing._checks import InputError, suggestion
from framing._files import read_text
from framing._numbers import FORMS, has_form, write_number

KEY = re.compile(r"\{\{\s*([a-z0-9][a-z0-9._-]*)\s*(?:\|\s*([a-z]+)\s*)?\}\}")
INCLUDE = re.compile(r"\{\{\s*include:\s*(\S+)\s*\}\}\s*")
TABLE = re.compile(r"\{\{\s*table:\s*(\S+)((?:\s+\w+=\S+)*)\s*\}\}\s*")
HEADING = re.compile(r"(#+)\s+(.*)")
LABEL = re.compile(r"\{[^{}]*?#((?:fig|tbl|eq|sec):[\w-]+)")
IMAGE = re.compile(r"!\[.*\]\(([^)\s]+)\)")
REFERENCE = re.compile(r"(?<![\w@{#])@((?:fig|tbl|eq|sec):[\w-]+|[\w][\w:.-]*[\w])")
# What may hold digits that are no results: spans marked as fixed, keys, code, the targets of
# links, attributes, citations and references, the level of intervals, the unit of rates.
EXEMPT = (
    re.compile(r"\[[^\]]*\]\{\.fixed\}"),
    re.compile(r"\{\{.*?\}\}"),
    re.compile(r"`[^`]*`"),
    re.compile(r"\]\([^)]*\)"),
    re.compile(r"(?<!\w)\{[#.][^{}]*\}"),
    re.compile(r"-?@[\w:.-]+(?:, (?:pp?|chap|vol)\. [\d–-]+)?"),
    re.compile(r"\b\d+% (?:[\w-]+ ){0,2}intervals?"),
    re.compile(r"\b1,000(?= tokens|$)"),
)
NUMBER = re.compile(
    r"(?<![^\W\d_])[.,]?\d[\d.,]*|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen"
    r"|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty"
    r"|ninety|hundreds?|thousands?|millions?|half|halves|twice|thrice|doubl(?:e[sd]?|ing)"
    r"|tripl(?:e[sd]?|ing)|dozens?|thirds|quarters|(?:a|one) (?:third|quarter|fifth|tenth))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Line:
    """A line of the source, and where it stands."""

    file: str
    number: int
    text: str
    # No key and no table is filled in where code is shown.
    code: bool = False
    # A number here comes from a key.
    checked: bool = False

    @property
    def place(self) -> str:
        """The file and the line, as a message names them."""
        return f"{self.file}, line {self.number}"


@dataclass(frozen=True)
class Filled:
    """The Markdown with its numbers, a row for each of them, and what was wrong."""

    markdown: str
    rows: list[dict[str, Any]]
    problems: list[str]


def read_lines(path: Path) -> list[Line]:
    """Return the lines of a Markdown file, included files in their places.

    Raises
    ------
    InputError
        The file or an included one is missing, or a file includes itself.
    """
    return list(_mark(_included(path, ())))


def _included(path: Path, above: tuple[Path, ...]) -> Iterator[Line]:
    if path.resolve() in above:
        raise InputError(f"{path} includes itself. Take one {{{{include: …}}}} out.")
    for number, text in enumerate(read_text(path).splitlines(), start=1):
        if found := INCLUDE.fullmatch(text):
            yield from _included(path.parent / found[1], (*above, path.resolve()))
        else:
            yield Line(path.name, number, text)


def _mark(lines: Iterable[Line]) -> Iterator[Line]:
    """Mark what is code, and what stands in a section whose numbers are checked."""
    fenced = False
    header = None
    abstract = False
    depth = 0
    for line in lines:
        text = line.text
        if line.number == 1 and text == "---" and header is None:
            header = True
        elif header and text in ("---", "..."):
            header = abstract = False
        elif header:
            if text[:1].strip():
                abstract = text.startswith("abstract:")
        elif text.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced and (heading := HEADING.fullmatch(text)):
            level = len(heading[1])
            if depth == 0 or level <= depth:
                depth = level if re.search(r"\{[^{}]*\.checked\b", text) else 0
        checked = abstract or (depth > 0 and not fenced and not HEADING.fullmatch(text))
        yield Line(line.file, line.number, text, fenced, checked)


def fill(lines: Iterable[Line], results: Mapping[str, Mapping[str, Any]], folder: Path) -> Filled:
    """Put numbers for keys and tables for files, and say what cannot be filled.

    Parameters
    ----------
    lines : iterable of Line
    results : mapping
        By key, what ``write_number`` takes, with ``notebook`` and ``cell``.
    folder : Path
        Where names of tables start.
    """
    rows: list[dict[str, Any]] = []
    problems: list[str] = []
    made = []
    for line in lines:
        if line.code:
            made.append(line.text)
            continue
        if line.checked:
            problems += _typed_numbers(line)
        if found := TABLE.fullmatch(line.text):
            try:
                made.append(_csv_table(folder / found[1], found[2]))
            except InputError as error:
                problems.append(f"{line.place}: {error}")
            continue
        fill_in = partial(_filled, line=line, results=results, rows=rows, problems=problems)
        text = KEY.sub(fill_in, line.text)
        if "{{" in KEY.sub("", line.text):
            problems.append(f"{line.place}: '{{{{' begins a key that does not end or has a blank")
        made.append(text)
    return Filled("\n".join(made) + "\n", rows, problems)


def _filled(
    key: re.Match[str],
    line: Line,
    results: Mapping[str, Mapping[str, Any]],
    rows: list[dict[str, Any]],
    problems: list[str],
) -> str:
    name, form = key[1], key[2] or ""
    if name not in results:
        problems.append(f"{line.place}: no result {name!r}.{suggestion(name, results)}")
        return key[0]
    if form and form not in FORMS:
        problems.append(
            f"{line.place}: {form!r} is no form of a number; there are {', '.join(FORMS)}"
        )
        return key[0]
    result = results[name]
    if not has_form(result, form):
        problems.append(f"{line.place}: {name!r} has no {form}")
        return key[0]
    text = write_number(result, form)
    rows.append(
        {"file": line.file, "line": line.number, "key": name, "form": form, "text": text}
        | {part: result[part] for part in ("notebook", "cell")}
    )
    shown = text.replace("[", "\\[").replace("]", "\\]")
    source = ", ".join(part for part in (result["notebook"], result["cell"]) if part)
    return f'[{shown}]{{.number title="{source}"}}'


def _typed_numbers(line: Line) -> list[str]:
    text = line.text
    for pattern in EXEMPT:
        text = pattern.sub(" ", text)
    return [
        f"{line.place}: {found[0].rstrip('.,')!r} is typed by hand. Numbers come from results "
        "here: write its key, or mark what is no result, such as a date, as [12 February]{.fixed}"
        for found in NUMBER.finditer(text)
    ]


def _csv_table(path: Path, options: str) -> str:
    """Return a CSV file as a pipe table; numbers are aligned to the right."""
    chosen = dict(item.split("=", 1) for item in options.split())
    table = pd.read_csv(path, dtype=str, keep_default_na=False) if path.exists() else None
    if table is None:
        raise InputError(f"no table {path}. The notebooks write it (make figures).")
    code = [name.replace("_", " ") for name in chosen.pop("code", "").split(",") if name]
    unknown = [*chosen, *(name for name in code if name not in table)]
    if unknown:
        raise InputError(
            f"{', '.join(unknown)}: tables take code=, with columns to show as code. "
            f"Columns of {path.name}: {', '.join(map(str, table))}"
        )
    numeric = [
        bool(table[name].str.fullmatch(r"[−+-]?[\d.,]*%?|.*\[.*\]|").all()) for name in table
    ]
    names = [str(name) for name in table]
    rows = ["| " + " | ".join(names) + " |"]
    rows.append("|" + "|".join(" ---: " if right else " :--- " for right in numeric) + "|")
    for record in table.itertuples(index=False):
        cells = [
            _code(value) if name in code else _escaped(value)
            for name, value in zip(names, record, strict=True)
        ]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]{}<>$|~^@#])", r"\\\1", text).replace("\n", " ")


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def check_labels(lines: Iterable[Line], cited: Iterable[str], folder: Path) -> list[str]:
    """Say which references, citations, labels and pictures do not fit together.

    Parameters
    ----------
    lines : iterable of Line
    cited : iterable of str
        Keys of the bibliography.
    folder : Path
        Where names of pictures start.
    """
    lines = [line for line in lines if not line.code]
    known = set(cited)
    problems: list[str] = []
    labels: dict[str, Line] = {}
    used: set[str] = set()
    for line in lines:
        for found in LABEL.finditer(line.text):
            if found[1] in labels:
                problems.append(
                    f"{line.place}: {found[1]} is there twice ({labels[found[1]].place})"
                )
            labels[found[1]] = line
    for line in lines:
        # Addresses of mail and code hold @ and name nothing.
        text = re.sub(r"`[^`]*`", " ", line.text)
        for found in REFERENCE.finditer(text):
            name = found[1]
            used.add(name)
            if ":" in name and name not in labels:
                close = suggestion(name, labels)
                problems.append(f"{line.place}: @{name} refers to nothing.{close}")
            elif ":" not in name and name not in known:
                close = suggestion(name, known)
                problems.append(f"{line.place}: @{name} is not in the bibliography.{close}")
        for found in IMAGE.finditer(line.text):
            missing = [
                end for end in (".svg", ".pdf") if not (folder / f"{found[1]}{end}").exists()
            ]
            if missing:
                problems.append(f"{line.place}: no picture {found[1]}{missing[0]}")
    problems += [
        f"{line.place}: {label} is never referred to"
        for label, line in labels.items()
        if label not in used and not label.startswith("sec:")
    ]
    return problems


def bibliography_keys(text: str) -> list[str]:
    """Return the keys of the entries of a BibTeX file."""
    return re.findall(r"^\s*@\w+\s*\{\s*([^,\s]+)\s*,", text, re.MULTILINE)
