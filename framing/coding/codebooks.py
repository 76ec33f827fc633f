"""Codebooks: what each frame is and is not, with rulings and examples, as data in a TOML file."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from framing._core.checks import InputError, check_choice, check_objects, listing
from framing._core.files import Where, convert, read_toml
from framing._core.result import Shown
from framing.coding.codes import UNITS, check_coded_names


class Example(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A constructed or quoted text with its code."""

    text: str
    code: int
    rejected: bool = False
    note: str = ""


class _CodebookFrame(msgspec.Struct, forbid_unknown_fields=True):
    """A frame as it stands in the file."""

    definition: str
    cues: list[str] = []
    without: list[str] = msgspec.field(default=[], name="not")
    rulings: list[str] = []
    examples: list[Example] = []


class _CodebookFile(msgspec.Struct, forbid_unknown_fields=True):
    """The TOML file."""

    frames: dict[str, dict[str, Any]]
    name: str
    version: str = ""
    language: str = "en"
    unit: str = "sentence"
    title: str = ""
    description: str = ""
    rulings: list[str] = []
    reporting: str = ""


@dataclass(frozen=True, eq=False)
class Codebook(Shown):
    """The rules by which people and models code: one source for sheets, prompts and the paper.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per frame: ``frame``, ``definition``, and tuples of texts: ``cues`` (typical
        words), ``not`` (what the frame is not), ``rulings`` (hard cases); ``examples`` is a tuple
        of dicts with ``text``, ``code``, ``rejected`` and ``note``.
    name, version, language, title : str
        As in the file.
    unit : {"sentence", "paragraph", "document"}
        What is coded.
    description : str
        Rules for all frames.
    rulings : tuple of str
        Rulings on hard cases that concern all frames.
    reporting : str
        What readers should know of how codes are checked, for the appendix; coders do not see it.
    hash : str
        SHA-256 of the content. Comments and the layout of the file do not change it.

    See Also
    --------
    read_codebook, load_codebook, write_coding_sheet, code_with_model
    """

    table: pd.DataFrame
    name: str
    version: str
    language: str
    title: str
    unit: str
    description: str
    rulings: tuple[str, ...]
    reporting: str
    hash: str

    @property
    def frames(self) -> list[str]:
        """The frames, in the order of the file."""
        return self.table["frame"].tolist()

    def __len__(self) -> int:
        return len(self.table)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Codebook) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    def __repr__(self) -> str:
        return (
            f"<Codebook {self.name}{f' {self.version}' if self.version else ''}: "
            f"{', '.join(self.frames)}; unit {self.unit}, hash {self.hash[:8]}>"
        )

    def write_out(self, frame: str) -> str:
        """Return all that the codebook says of a frame, as lines of plain text.

        Parameters
        ----------
        frame : str
            One of the frames.

        Returns
        -------
        str
            The definition, then cues, what it is not, rulings and examples, each on its line.

        Raises
        ------
        InputError
            There is no such frame.

        Examples
        --------
        >>> import framing as fr
        >>> print(fr.data.load_codebook("peace-initiative").write_out("peace")[:50])
        The sentence presents ending the war by agreement
        """
        check_choice("frame", frame, self.frames)
        row = self.table.iloc[self.frames.index(frame)]
        lines = [row["definition"]]
        if row["cues"]:
            lines.append(f"Typical cues: {', '.join(row['cues'])}.")
        if row["not"]:
            lines.append(f"Not: {'; '.join(row['not'])}.")
        lines += [f"Ruling: {ruling}" for ruling in row["rulings"]]
        for example in row["examples"]:
            said = f"{example['code']}{', rejected' if example['rejected'] else ''}"
            note = f" ({example['note']})" if example["note"] else ""
            lines.append(f'Example, code {said}: "{example["text"]}"{note}')
        return "\n".join(lines)

    def as_markdown(self, *, heading: int = 2) -> str:
        """Return the codebook as Markdown, for the appendix of a paper.

        Parameters
        ----------
        heading : int
            Level of the first heading, 1 to 5. Frames are one level below it.

        Returns
        -------
        str
            The rules for all frames, then a section per frame, and last the version and the
            hash.

        Raises
        ------
        InputError
            ``heading`` is not from 1 to 5.

        Examples
        --------
        >>> import framing as fr
        >>> text = fr.data.load_codebook("peace-initiative").as_markdown()
        >>> text.splitlines()[0]
        '## Four frames in coverage of the peace initiative'
        """
        check_choice("heading", heading, range(1, 6))
        marks = "#" * heading
        parts = [f"{marks} {self.title or self.name}", f"Unit: one {self.unit}."]
        parts += [self.description] if self.description else []
        for frame in self.frames:
            first, *others = self.write_out(frame).splitlines()
            parts += [f"{marks}# {frame}", first]
            parts += ["\n".join(f"- {line}" for line in others)] if others else []
        if self.rulings:
            parts += [f"{marks}# Rulings", "\n".join(f"- {ruling}" for ruling in self.rulings)]
        parts += [self.reporting] if self.reporting else []
        version = f", version {self.version}" if self.version else ""
        parts.append(f"Codebook {self.name}{version}; SHA-256 {self.hash[:16]}.")
        return "\n\n".join(parts) + "\n"

    def sheet_notes(self) -> list[str]:
        """Return the lines that stand above a coding sheet.

        Returns
        -------
        list of str
            Name, version and hash, the rules for all frames, then the lines of each frame, which
            begin with its name.

        Examples
        --------
        >>> import framing as fr
        >>> fr.data.load_codebook("peace-initiative").sheet_notes()[0][:31]
        'Codebook peace-initiative 1.0.0'
        """
        lines = [
            f"Codebook {self.name} {self.version} ({self.hash[:8]}); unit: one {self.unit}.",
            *self.description.splitlines(),
            *self.rulings,
        ]
        for frame in self.frames:
            lines += [f"{frame}: {line}" for line in self.write_out(frame).splitlines()]
        return [line for line in lines if line.strip()]


@check_objects
def read_codebook(path: str | Path) -> Codebook:
    """Read a codebook from a TOML file.

    Parameters
    ----------
    path : str or Path
        A TOML file with ``name``, optional ``version``, ``language``, ``unit``, ``title``,
        ``description``, ``rulings`` and ``reporting``, and for each frame a table
        ``[frames.NAME]`` with ``definition`` and optional ``cues``, ``not``, ``rulings`` and
        ``examples`` (each with ``text``, ``code`` 1 or 0, optional ``rejected`` and ``note``).

    Returns
    -------
    Codebook
        The frames in the order of the file.

    Raises
    ------
    InputError
        The file cannot be read, a key is unknown, a frame has no definition, or a name cannot be
        the column of a coding sheet. The message names the line.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import framing as fr
    >>> path = Path(tempfile.mkdtemp()) / "mine.toml"
    >>> lines = ['name = "mine"', "[frames.peace]", 'definition = "Ending the war by agreement."']
    >>> _ = path.write_text("\\n".join(lines))
    >>> fr.coding.read_codebook(path)
    <Codebook mine: peace; unit sentence, hash a3f63357>
    """
    data, where = read_toml(Path(path))
    file = convert(data, _CodebookFile, where)
    if file.unit not in UNITS:
        raise InputError(
            f"{where('unit')}: unit {file.unit!r} is not known. Allowed: {listing(UNITS)}."
        )
    if not file.name.strip():
        raise InputError(f'{where("name")}: the codebook needs a name: name = "mine".')
    if not file.frames:
        raise InputError(
            f"{path}: the codebook has no frame. Add a table such as [frames.peace] with a "
            "definition."
        )
    rows = [_row(name, content, where) for name, content in file.frames.items()]
    table = pd.DataFrame(
        rows, columns=["frame", "definition", "cues", "not", "rulings", "examples"]
    )
    return Codebook(
        table=table,
        name=file.name,
        version=file.version,
        language=file.language,
        title=file.title,
        unit=file.unit,
        description=file.description.strip(),
        rulings=tuple(file.rulings),
        reporting=file.reporting.strip(),
        hash=_hash(file, rows),
    )


def _row(name: str, content: Mapping[str, Any], where: Where) -> tuple[object, ...]:
    """Return the row of one frame."""
    check_coded_names([name], where("frames", name))
    if not re.fullmatch(r"\w[\w .-]*", name):
        raise InputError(
            f"{where('frames', name)}: a frame cannot be called {name!r}. The name is a column of "
            "coding sheets: use letters, digits, spaces, points and hyphens."
        )
    frame = convert(content, _CodebookFrame, where, "frames", name)
    if not frame.definition.strip():
        raise InputError(
            f"{where('frames', name, 'definition')}: the definition of {name!r} is empty. Say "
            "when a sentence carries the frame."
        )
    for example in frame.examples:
        if example.code not in (0, 1) or (example.rejected and not example.code):
            raise InputError(
                f"{where('frames', name, 'examples')}: the example {example.text[:40]!r} of "
                f"{name!r} has code {example.code}"
                f"{' and is rejected' if example.rejected else ''}. Give code 1 or 0; only a "
                "frame with code 1 can be rejected."
            )
    return (
        name, frame.definition.strip(), tuple(frame.cues), tuple(frame.without),
        tuple(frame.rulings), tuple(msgspec.to_builtins(frame.examples)),
    )  # fmt: skip


def _hash(file: _CodebookFile, rows: list[tuple[object, ...]]) -> str:
    """Return the SHA-256 of the content; the order of the frames counts, that of keys does not."""
    general = [file.name, file.version, file.language, file.unit, file.title]
    content = [*general, file.description.strip(), file.rulings, file.reporting.strip(), rows]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
