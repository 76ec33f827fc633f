"""Dictionaries: lexicons in files, as TOML and in the formats of other programs."""

import csv
import io
import warnings
from dataclasses import replace
from pathlib import Path

import pandas as pd

from framing._core.checks import InputError, check_choice, check_objects, listing
from framing._core.encodings import find_text
from framing._core.files import read_bytes, write_text
from framing.lexicons.foreign import Format, Note, keep, no_entries, table_of, usable
from framing.lexicons.formats import toml as _lexicon_toml
from framing.lexicons.formats.delimited import CSV, TSV
from framing.lexicons.formats.liwc import LIWC
from framing.lexicons.formats.outlines import LEXICODER, WORDSTAT
from framing.lexicons.formats.yaml import YAML
from framing.lexicons.formats.yoshikoder import YOSHIKODER, declared_encoding
from framing.lexicons.lexicon import Lexicon, make_lexicon, read_toml_lexicon

FORMATS: dict[str, Format] = {
    "yaml": YAML,
    "liwc": LIWC,
    "lexicoder": LEXICODER,
    "yoshikoder": YOSHIKODER,
    "wordstat": WORDSTAT,
    "csv": CSV,
    "tsv": TSV,
}
ENDINGS = {
    ".toml": "toml",
    ".yml": "yaml",
    ".yaml": "yaml",
    ".dic": "liwc",
    ".lc3": "lexicoder",
    ".ykd": "yoshikoder",
    ".lcd": "yoshikoder",
    ".cat": "wordstat",
    ".csv": "csv",
    ".dicx": "csv",
    ".tsv": "tsv",
    ".xlsx": "csv",
}


@check_objects
def read_lexicon(
    path: str | Path, *, format: str | None = None, encoding: str | None = None
) -> Lexicon:
    """Read a lexicon from a TOML file, or a dictionary from a file of another program.

    Returns a Lexicon for `find_hits`; its ``notes`` say which entries of the file cannot be used.

    Try it: ``fr.read_lexicon("mine.toml")``, where the file has at least ``[frames.peace]`` and
    ``entries = ["truce*", "peace talks"]``.

    Parameters
    ----------
    path : str or Path
        A TOML file with ``name``, ``version``, ``language``, ``source``, ``licence``, and one
        table per frame: ``[frames.peace]`` with ``description``, ``entries`` and ``exceptions``.
        A frame in a frame is ``[frames.sovereignty.territory]``. An entry is a pattern (see
        below), or a table with ``pattern``, ``weight`` (a number other than 0, 1 by default),
        ``exceptions`` for this entry, ``case = true``, ``if`` and ``unless`` (patterns that must,
        or must not, stand elsewhere in the sentence), ``within`` (a number of words: ``if`` and
        ``unless`` then apply to so many words on either side, not to the sentence), ``before`` (a
        number of sentences: ``if`` may also stand in so many sentences before), ``label`` (a
        short name for readers) and ``denies = true`` (each hit of the entry is ``rejected``,
        unless what stands around it denies that: "refuses to cede land" denies a concession).

        Or a dictionary: YAML as in quanteda (``.yml``, ``.yaml``), LIWC (``.dic``), Lexicoder
        (``.lc3``), Yoshikoder (``.ykd``, ``.lcd``), WordStat (``.cat``), or a table (``.csv``,
        ``.tsv``, the first sheet of ``.xlsx``) with the columns ``term``, ``frame`` and, if
        weighted, ``weight``, or with a column a category, as of LIWC-22 (``.dicx``). Categories
        in categories become frames such as ``"sovereignty.territory"``. An entry of several
        categories counts for each. The ``notes`` of the lexicon list, with its line, what cannot
        be used: rules and conditions of the other program, codes without a category, a second
        ``truce`` in one category.
    format : {"toml", "yaml", "liwc", "lexicoder", "yoshikoder", "wordstat", "csv", "tsv"}, optional
        By default the format of the file name extension.
    encoding : str, optional
        Encoding of the file. By default it is found: UTF-8, or else the encoding that fits, which
        ``notes`` says.

    Returns
    -------
    Lexicon
        The lexicon. Without a name in the file, its name is that of the file.

    Raises
    ------
    InputError
        The file is missing, does not have the encoding or the format (with line), or contains no
        usable entry. In TOML also: an unknown key, an empty entry, a pattern or a group that
        cannot be read, an entry that is twice in a frame, or an entry in two frames without
        ``shared = true``.

    See Also
    --------
    write_lexicon, make_lexicon, load_lexicon

    Notes
    -----
    The grammar of patterns:

    - ``truce``, ``peace talks``: words. Case and the form of apostrophes do not matter. A space
      matches any run of white space. ``cease-fire`` also matches ceasefire and cease fire.
    - ``negotiat*``, ``*compromis*``, ``organi?ation``: ``*`` is any number of letters, also none;
      ``?`` is one letter.
    - ``rul* out ~4 nato``: up to four words between, in one sentence; ``~~4`` in either order.
      Where several spans match, the shortest counts.
    - ``(cede|give up) land``: alternatives.
    - ``cede ~3 {land}``: a group, defined once at the top of the file:
      ``[groups]`` with ``land = ["territor*", "the Donbas"]``.

    Dictionaries of other programs have words, phrases, ``*`` and, in YAML and tables, ``?``.

    Examples
    --------
    >>> import framing as fr, pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.toml").write_text('[frames.peace]\\nentries = ["truce", "ceasefire*"]')
    >>> fr.read_lexicon(folder / "a.toml")
    <Lexicon a: 2 entries (peace 2), hash 5d6ef2a7>
    >>> _ = (folder / "a.dic").write_text("%\\n1\\tpeace\\n%\\ntruce\\t1\\nceasefire*\\t1\\t2\\n")
    >>> lexicon = fr.read_lexicon(folder / "a.dic")
    >>> lexicon.hash[:8], len(lexicon.notes)
    ('5d6ef2a7', 1)
    """
    path = Path(path)
    format_name = _format(path, format)
    if format_name == "toml":
        if encoding and encoding.lower().replace("_", "-") not in ("utf-8", "utf8"):
            raise InputError(
                f"encoding={encoding!r} cannot be used for {path}: TOML is always UTF-8. Leave "
                "encoding= out."
            )
        return read_toml_lexicon(path)
    data = read_bytes(path)
    if format is None and path.suffix.lower() == WORKBOOK:
        text, others = _first_sheet(data, path)
        lexicon = _from_text(path, text, FORMATS[format_name])
        if not others:
            return lexicon
        note = (
            f"{path}: only the first sheet was read, not {', '.join(map(repr, others))}. Put all "
            "entries into one sheet, or save each sheet as a file."
        )
        return replace(lexicon, notes=(note, *lexicon.notes))
    if format_name == "yoshikoder" and encoding in (None, "utf-8"):
        encoding = declared_encoding(data, str(path))
    decoded = find_text(data, str(path), encoding)
    lexicon = _from_text(path, decoded.text, FORMATS[format_name])
    if not decoded.note:
        return lexicon
    note = f"{path}: {decoded.note}. encoding='…' sets the encoding."
    return replace(lexicon, notes=(note, *lexicon.notes))


# The ending of workbooks, which are read as tables and not written.
WORKBOOK = ".xlsx"


def _first_sheet(data: bytes, path: Path) -> tuple[str, list[str]]:
    """Return the first sheet of a workbook as CSV, and the names of the other sheets with cells."""
    # Here, since it takes long and few lexicons are workbooks.
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
        others = [
            sheet.title
            for sheet in book.worksheets[1:]
            if any(cell is not None for row in sheet.iter_rows(values_only=True) for cell in row)
        ]
    except Exception as error:
        # Faults of workbooks show in any layer of the reader, as errors of any kind.
        raise InputError(
            f"{path} cannot be read as a workbook ({error}). Save it as .xlsx or .csv again."
        ) from None
    text = io.StringIO()
    csv.writer(text).writerows([[_cell(value) for value in row] for row in rows])
    return text.getvalue(), others


def _cell(value: object) -> object:
    """Return the text of a cell; a workbook returns the word 2014 as 2014.0."""
    whole = isinstance(value, float) and value.is_integer()
    return "" if value is None else int(value) if whole else value  # type: ignore[call-overload]


def _from_text(path: Path, text: str, format: Format) -> Lexicon:
    """Return the lexicon in the text of a dictionary."""
    reading = format.read(text, str(path))
    entries, notes = usable(reading, format.question)
    if not entries:
        raise no_entries(str(path), notes)
    frames = {
        frame: {
            "description": description,
            "entries": [
                {"pattern": entry.term, "weight": entry.weight}
                for entry in entries
                if entry.frame == frame
            ],
        }
        for frame, description in reading.frames.items()
    }
    filled = {frame: content for frame, content in frames.items() if content["entries"]}
    lexicon = make_lexicon(filled, name=reading.name or path.stem, shared=True)
    note_texts = tuple(_note_text(path, note) for note in sorted(notes, key=lambda note: note.line))
    return replace(lexicon, description=reading.description, notes=(*note_texts, *lexicon.notes))


def _note_text(path: Path, note: Note) -> str:
    """Return a note with its file and line."""
    return f"{path}, line {note.line}: {note.text}" if note.line else f"{path}: {note.text}"


def _format(path: Path, format: str | None) -> str:
    """Return the name of the format: the given one, or that of the extension."""
    if format is not None:
        check_choice("format", format, ["toml", *FORMATS])
        return format
    ending = path.suffix.lower()
    if not ending and not path.exists():
        raise InputError(
            f"{path}: no such file. load_lexicon({str(path)!r}) loads a lexicon of this name, if "
            "one ships; a lexicon of your own is a file, such as mine.toml."
        )
    if ending in (".xls", ".ods", ".numbers", ".docx", ".odt", ".doc", ".rtf"):
        raise InputError(
            f"{path}: a lexicon cannot be read from {ending} files. Make a table with the columns "
            "'term' and 'frame', an entry in each row, and save it as .xlsx or .csv (File > Save "
            "As); or write it as .toml."
        )
    if ending not in ENDINGS:
        raise InputError(
            f"{path}: {path.suffix!r} is not the extension of a known format. Known extensions: "
            f"{listing(ENDINGS, 20)}. Or give format=, one of {listing(['toml', *FORMATS])}."
        )
    return ENDINGS[ending]


@check_objects
def write_lexicon(lexicon: Lexicon, path: str | Path, *, format: str | None = None) -> pd.DataFrame:
    """Write a lexicon to a file, and return what the format cannot represent.

    A TOML file represents everything. From a file in another format, `read_lexicon` returns the
    same frames and entries, except for what the table lists.

    Parameters
    ----------
    lexicon : Lexicon
        The lexicon to write.
    path : str or Path
        The path of the file. Missing folders are created. The file is UTF-8.
    format : {"toml", "yaml", "liwc", "lexicoder", "yoshikoder", "wordstat", "csv", "tsv"}, optional
        By default the format of the file name extension; see `read_lexicon`.

    Returns
    -------
    pandas.DataFrame
        One row per loss: ``frame`` and ``entry`` (empty where the loss concerns the whole
        lexicon), ``lost`` (such as "weight", or "entry" for the whole entry) and ``reason``.
        Empty where nothing is lost. Where whole entries are lost, a warning says how many.

    Raises
    ------
    InputError
        The extension is not known or can only be read (``.dicx``, ``.xlsx``), or the format cannot
        represent any entry of the lexicon.

    Examples
    --------
    >>> import framing as fr, tempfile
    >>> lexicon = fr.make_lexicon({"peace": ["truce", {"pattern": "talk*", "weight": 0.5}]})
    >>> lost = fr.write_lexicon(lexicon, tempfile.mkdtemp() + "/unnamed.dic")
    >>> lost[["entry", "lost", "reason"]].values.tolist()
    [['talk*', 'weight', 'LIWC has no weights; read back, 0.5 is 1']]
    """
    path = Path(path)
    if format is None and path.suffix.lower() == WORKBOOK:
        raise InputError(
            f"{path}: a lexicon can be read from .xlsx but not written to it. Give a path that "
            "ends in .csv, which Excel opens."
        )
    if format is None and path.suffix.lower() == ".dicx":
        raise InputError(
            f"{path}: a lexicon can be read from .dicx of LIWC-22 but not written to it. Give a "
            "path that ends in .dic, which LIWC-22 imports."
        )
    format_name = _format(path, format)
    if format_name == "toml":
        losses = _lexicon_toml.losses(lexicon)
        text = _lexicon_toml.render(lexicon)
        is_empty = not len(lexicon)
    else:
        content, losses = keep(lexicon, FORMATS[format_name], path)
        text = FORMATS[format_name].render(content)
        is_empty = not content.rows
    if is_empty:
        reasons = "; ".join(dict.fromkeys(loss.reason for loss in losses))
        raise InputError(f"{path}: no entry of the lexicon can be written ({reasons}).")
    write_text(path, text)
    entries = sum(loss.lost == "entry" for loss in losses)
    if entries:
        warnings.warn(
            f"{path.name} holds {len(lexicon) - entries:,} of the {len(lexicon):,} entries: the "
            "others have what this format cannot represent, and are in the table that is returned. "
            "Write .toml, which holds everything.",
            UserWarning,
            stacklevel=3,
        )
    return table_of(losses)
