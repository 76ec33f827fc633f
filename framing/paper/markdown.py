"""The Markdown of a paper: numbers and tables filled in, labels and citations held together."""

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

_NUMERIC = re.compile(r"[−+-]?[\d.,]*%?|.*\[.*\]|")


KEY = re.compile(r"\{\{\s*([^{}|]*?)\s*(?:\|\s*([^{}|]*?)\s*)?\}\}")
TABLE = re.compile(r"\{\{\s*table:\s*([^{}\s]+)((?:\s+\w+=[^{}\s]+)*)\s*\}\}\s*")
BRACES = r"\{\{[^{}]*\}\}"
# A key is a number in text, plain in attributes, and nothing in code or comments.
PART = re.compile(
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
# A caption may go over several lines.
IMAGE = re.compile(rf"!\[(?:(?!!\[){WITHIN})*?\]\(\s*<?([^\s()<>]+)")
REFERENCE = re.compile(r"(?<![\w@{#\\])@((?:fig|tbl|eq|sec):[\w-]+|\w(?:\w|[:.#$%&+?~/-](?=\w))*)")


def pipe_table(path: Path, options: str) -> str:
    """Return a CSV file as a pipe table; numbers are aligned to the right.

    Parameters
    ----------
    path : Path
    options : str
        ``code=name,name``: columns to show as code, with ``_`` for blanks.

    Raises
    ------
    InputError
        There is no such file or column, or its rows are not of one length.
    """
    names, rows = _read(path)
    chosen = dict(item.split("=", 1) for item in options.split())
    code = [name.replace("_", " ") for name in chosen.pop("code", "").split(",") if name]
    plain = [name.replace("_", " ") for name in names]
    unknown = [*chosen, *(name for name in code if name not in plain)]
    if unknown:
        raise InputError(
            f"{', '.join(unknown)}: tables take code=, with columns to show as code. "
            f"Columns of {path.name}: {', '.join(names)}"
        )
    numeric = [all(_NUMERIC.fullmatch(row[at]) for row in rows) for at in range(len(names))]
    made = [_row([_escaped(name) for name in names])]
    made.append("|" + "|".join(" ---: " if right else " :--- " for right in numeric) + "|")
    for row in rows:
        made.append(
            _row(
                [
                    _code(cell) if name in code else _escaped(cell)
                    for name, cell in zip(plain, row, strict=True)
                ]
            )
        )
    return "\n".join(made)


def _read(path: Path) -> tuple[list[str], list[list[str]]]:
    if not path.exists():
        raise InputError(f"no table {path}. The notebooks write it (make figures).")
    try:
        rows = [
            row for row in csv.reader(StringIO(read_text(path), newline=""), strict=True) if row
        ]
    except csv.Error as error:
        raise InputError(f"{path} is no CSV file ({error}).") from None
    if not rows:
        raise InputError(f"{path} is empty; a table needs a row with the names of its columns.")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise InputError(
                f"{path}, row {number}: {len(row)} cells under {len(rows[0])} names of columns"
            )
    return rows[0], rows[1:]


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _one_line(text: str) -> str:
    return re.sub(r"\s*[\r\n]+\s*", " ", text).strip()


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]{}<>$|~^@#&])", r"\\\1", _one_line(text))


def _code(text: str) -> str:
    text = _one_line(text)
    if "`" not in text:
        return f"`{text}`" if text else ""
    fence = "`" * (1 + max(map(len, re.findall("`+", text))))
    return f"{fence} {text} {fence}"


@dataclass(frozen=True)
class Filled:
    """The Markdown with its numbers, a row for each of them, and what was wrong."""

    markdown: str
    rows: list[dict[str, Any]]
    problems: list[str]


def _joined(lines: Iterable[Line]) -> str:
    return "\n".join("\0" if line.code else line.text for line in lines)


class _Filling:
    """Numbers for keys and tables for files, with what cannot be filled."""

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
        text = PART.sub(self._part, self._text)
        code = iter([line.text for line in self._lines if line.code])
        return re.sub("\0", lambda _: next(code), text) + "\n"

    def check(self) -> None:
        for start, wording in typed_numbers(self._text):
            if self._line(start).checked:
                self._problem(
                    start,
                    f"{wording!r} is typed by hand. Numbers come from results here: write its key, "
                    "or mark what is no result, such as a date, as [12 February]{.fixed}",
                )

    def _line(self, start: int) -> Line:
        return self._lines[self._text.count("\n", 0, start)]

    def _problem(self, start: int, wording: str) -> None:
        self.problems.append((start, f"{self._line(start).place}: {wording}"))

    def _part(self, part: re.Match[str]) -> str:
        kind = part.lastgroup
        if kind == "key":
            return self._key(part)
        if kind == "open":
            self._problem(
                part.start(), "'{{' begins a key that does not end; what is no key is \\{\\{"
            )
        elif kind == "bang":
            # Before a bracket it would begin an image.
            return "\\!"
        elif kind == "attributes":
            return KEY.sub(partial(self._number, start=part.start(), plain=True), part[0])
        elif kind in ("math", "target"):
            where = "a formula" if kind == "math" else "the address of a link"
            for key in KEY.finditer(part[0]):
                # LaTeX has double braces of its own.
                if kind == "target" or key[1] in self._results or "." in key[1]:
                    self._problem(
                        part.start(),
                        f"{key[0]} stands in {where}; write it outside"
                        + " (a $ that begins no formula is \\$)" * (kind == "math"),
                    )
        return part[0]

    def _key(self, part: re.Match[str]) -> str:
        line = self._line(part.start())
        if re.match(r"\{\{\s*(?:table|include):", part[0]):
            found = TABLE.fullmatch(line.text)
            if found is None:
                self._problem(
                    part.start(),
                    f"{part[0]} stands alone on its line, at its beginning; names of tables "
                    "have no blanks",
                )
                return part[0]
            try:
                return pipe_table(self._folder / found[1], found[2])
            except InputError as error:
                self._problem(part.start(), str(error))
                return part[0]
        found = KEY.fullmatch(part[0])
        if found is None:
            self._problem(
                part.start(), f"{part[0]} is no key; write {{{{key}}}} or {{{{key|form}}}}"
            )
            return part[0]
        return self._number(found, start=part.start(), plain=line.plain)

    def _number(self, key: re.Match[str], start: int, plain: bool) -> str:
        name, form = key[1], key[2] or ""
        wrong = self._refusal(name, form)
        if wrong:
            self._problem(start, wrong)
            return key[0]
        result, line = self._results[name], self._line(start)
        text = write_number(result, form)
        self.rows.append(
            {"file": line.file, "line": line.number, "key": name, "form": form, "text": text}
            | {part: result[part] for part in ("notebook", "cell")}
        )
        if plain:
            return text.replace("*", "").replace('"', "'")
        source = ", ".join(part for part in (result["notebook"], result["cell"]) if part)
        shown = re.sub(r"([\[\]|])", r"\\\1", text)
        return f'[{shown}]{{.number title="{source.replace(chr(34), chr(39))}"}}'

    def _refusal(self, name: str, form: str) -> str:
        if name not in self._results:
            return f"no result {name!r}.{suggestion(name, self._results)}"
        if form and form not in FORMS:
            return f"{form!r} is no form of a number; there are {', '.join(FORMS)}"
        if not has_form(self._results[name], form):
            return f"{name!r} has no {form}"
        return ""


def fill(lines: Sequence[Line], results: Mapping[str, Mapping[str, Any]], folder: Path) -> Filled:
    """Put numbers for keys and tables for files, and say what cannot be filled.

    Parameters
    ----------
    lines : sequence of Line
    results : mapping
        By key, what ``write_number`` takes, with ``notebook`` and ``cell``.
    folder : Path
        Where names of tables start.
    """
    filling = _Filling(lines, results, folder)
    markdown = filling.markdown()
    filling.check()
    problems = [wording for _, wording in sorted(filling.problems, key=lambda item: item[0])]
    return Filled(markdown, filling.rows, problems)


def _masked(lines: Iterable[Line]) -> list[str]:
    """Return the lines without what names nothing: comments, code and keys."""
    text = _joined(lines)
    for pattern in (COMMENT, CODE, KEYS):
        text = pattern.sub(blank, text)
    return text.split("\n")


def check_labels(
    lines: Sequence[Line], cited: Iterable[str], folder: Path, endings: Iterable[str]
) -> list[str]:
    """Say which references, citations, labels and pictures do not fit together.

    Parameters
    ----------
    lines : sequence of Line
    cited : iterable of str
        Keys of the bibliography.
    folder : Path
        Where names of pictures start.
    endings : iterable of str
        Of the pictures that are needed.
    """
    texts = list(zip(lines, _masked(lines), strict=True))
    known = set(cited)
    endings = sorted(set(endings))
    problems: list[str] = []
    labels: dict[str, Line] = {}
    used: set[str] = set()
    for line, text in texts:
        for found in LABEL.finditer(text):
            if found[1] in labels:
                problems.append(
                    f"{line.place}: {found[1]} is there twice ({labels[found[1]].place})"
                )
            labels[found[1]] = line
    for line, text in texts:
        # Addresses hold @ and name nothing.
        for found in REFERENCE.finditer(TARGET.sub(blank, text)):
            used.add(found[1])
            problems += _reference_problems(line, found[1], labels, known)
    problems += _missing_pictures(texts, folder, endings)
    problems += [
        f"{line.place}: {label} is never referred to"
        for label, line in labels.items()
        if label not in used and not label.startswith("sec:")
    ]
    return problems


def _reference_problems(
    line: Line, name: str, labels: Mapping[str, Line], known: set[str]
) -> list[str]:
    if re.match(r"(?:fig|tbl|eq|sec):", name):
        if name in labels:
            return []
        return [f"{line.place}: @{name} refers to nothing.{suggestion(name, labels)}"]
    if name in known:
        return []
    close = suggestion(name, [*known, *labels])
    return [f"{line.place}: @{name} is not in the bibliography.{close}"]


def _missing_pictures(
    texts: Sequence[tuple[Line, str]], folder: Path, endings: Sequence[str]
) -> list[str]:
    problems = []
    whole = "\n".join(text for _, text in texts)
    for found in IMAGE.finditer(whole):
        stem = re.sub(r"\.(?:svg|pdf|png)$", "", found[1])
        line = texts[whole.count("\n", 0, found.start(1))][0]
        missing = [end for end in endings if not (folder / f"{stem}{end}").exists()]
        if missing:
            problems.append(f"{line.place}: no picture {stem}{missing[0]}; names start at {folder}")
    return problems
