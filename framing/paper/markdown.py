"""Markdown of a paper: fill in numbers and tables, and check labels and citations."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

from framing._core.checks import InputError, suggestion
from framing._core.files import read_text
from framing.paper.lines import CODE, COMMENT, KEYS, TARGET, WITHIN, Line, blank, typed_numbers
from framing.paper.numbers import FORMS, has_form, write_number

# A cell of a column of numbers.
_NUMERIC = re.compile(r"[−+-]?[\d.,]*%?|.*\[.*\]|")


KEY = re.compile(r"\{\{\s*([^{}|]*?)\s*(?:\|\s*([^{}|]*?)\s*)?\}\}")
TABLE = re.compile(r"\{\{\s*table:\s*([^{}\s]+)((?:\s+\w+=[^{}\s]+)*)\s*\}\}\s*")
BRACES = r"\{\{[^{}]*\}\}"
# A key becomes a number in text and plain text in attributes. Code and comments keep their keys.
ELEMENT = re.compile(
    "|".join(
        (
            rf"(?P<comment>{COMMENT.pattern})",
            rf"(?P<code>(?<!`)(?P<fence>`+)(?!`){WITHIN}+?(?<!`)(?P=fence)(?!`))",
            r"(?P<escape>\\.)",
            rf"(?P<math>\$\$(?:(?!\$\$){WITHIN})+\$\$"
            rf"|\$(?=[^\s$])(?:\\.|(?!\$){WITHIN})+(?<=\S)\$(?!\d))",
            r"(?P<attributes>(?<!\{)\{(?=\s*(?:[#.][^\W\d]|[\w:-]+=))"
            rf"(?:[^{{}}]|{BRACES})*\}})",
            rf"(?P<target>\]\((?:[^()\s]|{BRACES})*\)"
            rf"|(?:https?://|www\.)(?:[^\s<>{{}}]|{BRACES})+)",
            rf"(?P<key>{BRACES})",
            r"(?P<open>\{\{)",
            r"(?P<bang>!(?=\{\{))",
        )
    ),
    re.DOTALL,
)
LABEL = re.compile(r"\{[^{}]*?#((?:fig|tbl|eq|sec):[\w-]+)")
# A caption can have several lines.
IMAGE = re.compile(rf"!\[(?:(?!!\[){WITHIN})*?\]\(\s*<?([^\s()<>]+)")
REFERENCE = re.compile(r"(?<![\w@{#\\])@((?:fig|tbl|eq|sec):[\w-]+|\w(?:\w|[:.#$%&+?~/-](?=\w))*)")


def pipe_table(path: Path, options: str) -> str:
    """Return a CSV file as a pipe table, with numbers aligned to the right.

    Parameters
    ----------
    path : Path
        The CSV file.
    options : str
        ``code=name,name`` names columns to show as code, with ``_`` for blanks.

    Raises
    ------
    InputError
        There is no such file or column, or its rows differ in length.
    """
    names, rows = _read(path)
    settings = dict(item.split("=", 1) for item in options.split())
    code = [name.replace("_", " ") for name in settings.pop("code", "").split(",") if name]
    plain = [name.replace("_", " ") for name in names]
    unknown = [*settings, *(name for name in code if name not in plain)]
    if unknown:
        raise InputError(
            f"{', '.join(unknown)}: this is not a column of the table. code= takes names of "
            f"columns, which are set as code. Columns of {path.name}: {', '.join(names)}."
        )
    numeric = [all(_NUMERIC.fullmatch(row[index]) for row in rows) for index in range(len(names))]
    lines = [_row([_escaped(name) for name in names])]
    lines.append("|" + "|".join(" ---: " if right else " :--- " for right in numeric) + "|")
    for row in rows:
        lines.append(
            _row(
                [
                    _code(cell) if name in code else _escaped(cell)
                    for name, cell in zip(plain, row, strict=True)
                ]
            )
        )
    return "\n".join(lines)


def _read(path: Path) -> tuple[list[str], list[list[str]]]:
    """Return the names of the columns of a CSV file, and its rows."""
    if not path.exists():
        raise InputError(f"{path}: no such table. The notebooks write it: make figures.")
    try:
        rows = [
            row for row in csv.reader(StringIO(read_text(path), newline=""), strict=True) if row
        ]
    except csv.Error as error:
        raise InputError(
            f"{path} is not a CSV file ({error}). Write it again: make figures."
        ) from None
    if not rows:
        raise InputError(f"{path} is empty; a table needs a row with the names of its columns.")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise InputError(
                f"{path}, row {number}: {len(row)} cells, but the header names {len(rows[0])} "
                "columns. Give each row one cell per column."
            )
    return rows[0], rows[1:]


def _row(cells: list[str]) -> str:
    """Return a row of a pipe table."""
    return "| " + " | ".join(cells) + " |"


def _one_line(text: str) -> str:
    """Return a text with blanks in place of line breaks."""
    return re.sub(r"\s*[\r\n]+\s*", " ", text).strip()


def _escaped(text: str) -> str:
    """Return a text for a cell, with the signs of Markdown escaped."""
    return re.sub(r"([\\`*_\[\]{}<>$|~^@#&])", r"\\\1", _one_line(text))


def _code(text: str) -> str:
    """Return a text as code, between more backticks than it has itself."""
    text = _one_line(text)
    if "`" not in text:
        return f"`{text}`" if text else ""
    fence = "`" * (1 + max(map(len, re.findall("`+", text))))
    return f"{fence} {text} {fence}"


@dataclass(frozen=True)
class Filled:
    """The Markdown with its numbers, one row per number, and the problems."""

    markdown: str
    rows: list[dict[str, Any]]
    problems: list[str]


def _joined(lines: Iterable[Line]) -> str:
    """Return the lines as one text; NUL stands for a line of code."""
    return "\n".join("\0" if line.code else line.text for line in lines)


class _Filling:
    """Fills in numbers for keys and tables for files, and collects the problems."""

    def __init__(
        self, lines: Sequence[Line], results: Mapping[str, Mapping[str, Any]], folder: Path
    ) -> None:
        self._lines = lines
        self._results = results
        self._folder = folder
        self._text = _joined(lines)
        self.rows: list[dict[str, Any]] = []
        self.problems: list[tuple[int, str]] = []

    def markdown(self) -> str:
        """Return the text with numbers and tables, and add the rows and problems."""
        text = ELEMENT.sub(self._element, self._text)
        code = iter([line.text for line in self._lines if line.code])
        return re.sub("\0", lambda _: next(code), text) + "\n"

    def check(self) -> None:
        """Add a problem for every number that is typed in a checked line."""
        for start, wording in typed_numbers(self._text):
            if self._line(start).checked:
                self._problem(
                    start,
                    f"{wording!r} is typed by hand. Numbers here must come from results: write the "
                    "key, or mark what is not a result, such as a date, as [12 February]{.fixed}. "
                    "A section whose heading has no {.checked} may have any numbers",
                )

    def _line(self, start: int) -> Line:
        """Return the line of a position in the text."""
        return self._lines[self._text.count("\n", 0, start)]

    def _problem(self, start: int, wording: str) -> None:
        self.problems.append((start, f"{self._line(start).location}: {wording}"))

    def _element(self, element: re.Match[str]) -> str:
        """Return the text for an element of the Markdown: a key, a formula, code …"""
        kind = element.lastgroup
        if kind == "key":
            return self._key(element)
        if kind == "open":
            self._problem(
                element.start(), "'{{' begins a key that does not end; outside keys write \\{\\{"
            )
        elif kind == "bang":
            # An exclamation mark before a bracket would begin an image.
            return "\\!"
        elif kind == "attributes":
            return KEY.sub(partial(self._number, start=element.start(), plain=True), element[0])
        elif kind in ("math", "target"):
            where = "a formula" if kind == "math" else "the address of a link"
            for key in KEY.finditer(element[0]):
                # LaTeX uses double braces too.
                if kind == "target" or key[1] in self._results or "." in key[1]:
                    self._problem(
                        element.start(),
                        f"{key[0]} is in {where}; write it outside"
                        + " (write \\$ for a $ outside formulas)" * (kind == "math"),
                    )
        return element[0]

    def _key(self, element: re.Match[str]) -> str:
        """Return the number or the table for what is in double braces."""
        text, start = element[0], element.start()
        line = self._line(start)
        if re.match(r"\{\{\s*(?:table|include):", text):
            table = TABLE.fullmatch(line.text)
            if table is None:
                self._problem(
                    start,
                    f"{text} must be alone on its line, without blanks before it; names of "
                    "tables have no blanks",
                )
                return text
            try:
                return pipe_table(self._folder / table[1], table[2])
            except InputError as error:
                self._problem(start, str(error))
                return text
        key = KEY.fullmatch(text)
        if key is None:
            self._problem(start, f"{text} is not a key; write {{{{key}}}} or {{{{key|form}}}}")
            return text
        return self._number(key, start=start, plain=line.plain)

    def _number(self, key: re.Match[str], start: int, plain: bool) -> str:
        """Return the number for a key and add its row; plain text where YAML reads it."""
        name, form = key[1], key[2] or ""
        problem = self._key_problem(name, form)
        if problem:
            self._problem(start, problem)
            return key[0]
        result, line = self._results[name], self._line(start)
        text = write_number(result, form)
        self.rows.append(
            {"file": line.file, "line": line.number, "key": name, "form": form, "text": text}
            | {field: result[field] for field in ("notebook", "cell")}
        )
        if plain:
            return text.replace("*", "").replace('"', "'")
        source = ", ".join(filter(None, (result["notebook"], result["cell"])))
        escaped = re.sub(r"([\[\]|])", r"\\\1", text)
        return f'[{escaped}]{{.number tabindex="0" title="{source.replace(chr(34), chr(39))}"}}'

    def _key_problem(self, name: str, form: str) -> str:
        """Return why a key cannot be filled in, or ``""``."""
        if name not in self._results:
            return f"no result {name!r}.{suggestion(name, self._results)}"
        if form and form not in FORMS:
            return f"{form!r} is not a form of a number; the forms are {', '.join(FORMS)}"
        if not has_form(self._results[name], form):
            return f"{name!r} has no {form}"
        return ""


def fill(lines: Sequence[Line], results: Mapping[str, Mapping[str, Any]], folder: Path) -> Filled:
    """Return the Markdown with numbers for keys and tables for files, and the problems.

    Parameters
    ----------
    lines : sequence of Line
        From ``read_lines``.
    results : mapping
        By key, the result that ``write_number`` takes, with ``notebook`` and ``cell``.
    folder : Path
        The folder at which paths of tables start.
    """
    filling = _Filling(lines, results, folder)
    markdown = filling.markdown()
    filling.check()
    problems = [wording for _, wording in sorted(filling.problems, key=lambda item: item[0])]
    return Filled(markdown, filling.rows, problems)


def _masked(lines: Iterable[Line]) -> list[str]:
    """Return the lines with blanks for comments, code and keys, which have no labels."""
    text = _joined(lines)
    for pattern in (COMMENT, CODE, KEYS):
        text = pattern.sub(blank, text)
    return text.split("\n")


def check_labels(
    lines: Sequence[Line], cited: Iterable[str], folder: Path, endings: Iterable[str]
) -> list[str]:
    """Return the problems of references, citations, labels and pictures.

    Parameters
    ----------
    lines : sequence of Line
        From ``read_lines``.
    cited : iterable of str
        Keys of the bibliography.
    folder : Path
        The folder at which paths of pictures start.
    endings : iterable of str
        Endings of the pictures that the formats need.
    """
    texts = list(zip(lines, _masked(lines), strict=True))
    known = set(cited)
    endings = sorted(set(endings))
    problems: list[str] = []
    labels: dict[str, Line] = {}
    used: set[str] = set()
    for line, text in texts:
        for match in LABEL.finditer(text):
            label = match[1]
            if label in labels:
                problems.append(
                    f"{line.location}: {label} is there twice ({labels[label].location})"
                )
            labels[label] = line
    for line, text in texts:
        # An @ in an address is not a reference.
        for match in REFERENCE.finditer(TARGET.sub(blank, text)):
            used.add(match[1])
            problems += _reference_problems(line, match[1], labels, known)
    problems += _missing_pictures(texts, folder, endings)
    problems += [
        f"{line.location}: {label} is never referred to"
        for label, line in labels.items()
        if label not in used and not label.startswith("sec:")
    ]
    return problems


def _reference_problems(
    line: Line, name: str, labels: Mapping[str, Line], known: set[str]
) -> list[str]:
    """Return the problem of a reference or citation, if it has one."""
    if re.match(r"(?:fig|tbl|eq|sec):", name):
        if name in labels:
            return []
        return [f"{line.location}: @{name} refers to nothing.{suggestion(name, labels)}"]
    if name in known:
        return []
    close = suggestion(name, [*known, *labels])
    return [f"{line.location}: @{name} is not in the bibliography.{close}"]


def _missing_pictures(
    texts: Sequence[tuple[Line, str]], folder: Path, endings: Sequence[str]
) -> list[str]:
    """Return the problems of pictures without a file."""
    problems = []
    whole = "\n".join(text for _, text in texts)
    for image in IMAGE.finditer(whole):
        stem = re.sub(r"\.(?:svg|pdf|png)$", "", image[1])
        line = texts[whole.count("\n", 0, image.start(1))][0]
        missing = [end for end in endings if not (folder / f"{stem}{end}").exists()]
        if missing:
            problems.append(f"{line.location}: no picture {stem}{missing[0]} in {folder}")
    return problems
