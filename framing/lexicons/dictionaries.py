"""Lexicons in files: our own TOML, and the dictionary formats of other programs."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from framing._core.checks import InputError, check_choice, check_objects, listing
from framing._core.files import decode, read_bytes
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
    ".tsv": "tsv",
}


def read_lexicon(
    path: str | Path, *, format: str | None = None, encoding: str = "utf-8"
) -> Lexicon:
    """Read a lexicon from a TOML file, or a dictionary from a file of another program.

    Parameters
    ----------
    path : str or Path
        A TOML file with ``name``, ``version``, ``language``, ``source``, ``licence``, and one
        table a frame: ``[frames.peace]`` with ``description``, ``entries`` and ``exceptions``;
        a frame in a frame is ``[frames.sovereignty.territory]``. An entry is a pattern (see
        below), or a table with ``pattern``, ``weight`` (a number other than 0, 1 by default),
        ``exceptions`` of its own, ``case = true``, ``if`` and ``unless`` (patterns that must,
        or must not, stand elsewhere in the sentence) and ``within`` (words to either side in
        which they are looked for, instead of the sentence).

        Or a dictionary: YAML as in quanteda (``.yml``, ``.yaml``), LIWC (``.dic``), Lexicoder
        (``.lc3``), Yoshikoder (``.ykd``, ``.lcd``), WordStat (``.cat``), or a table (``.csv``,
        ``.tsv``) with the columns ``term``, ``frame`` and, if weighted, ``weight``. Categories
        in categories become frames such as ``"sovereignty.territory"``, and an entry of several
        categories counts for each. What cannot be used (rules and conditions of the other
        program, codes without a category, a second ``truce`` in one category) is in the
        ``notes`` of the lexicon, with its line.
    format : {"toml", "yaml", "liwc", "lexicoder", "yoshikoder", "wordstat", "csv", "tsv"}, optional
        By default the one that the ending of the file tells.
    encoding : str
        Encoding of the file. TOML is always UTF-8; Yoshikoder files say theirs.

    Returns
    -------
    Lexicon

    Raises
    ------
    InputError
        The file is missing, is not in the encoding or the format (with line), or no entry in
        it can be used. In TOML also: an unknown key, an empty entry, a pattern or a group that
        cannot be read, an entry twice in a frame, or one in two frames without
        ``shared = true``.

    See Also
    --------
    write_lexicon, make_lexicon, load_lexicon

    Notes
    -----
    The grammar of patterns:

    - ``truce``, ``peace talks``: words; case does not matter, nor the form of apostrophes, and
      white space is any run of it. ``cease-fire`` also matches ceasefire and cease fire.
    - ``negotiat*``, ``*compromis*``, ``organi?ation``: any letters, none included; one letter.
    - ``rul* out ~4 nato``: up to four words between, in one sentence; ``~~4`` in either order.
      Of the spans that match the shortest count.
    - ``(cede|give up) land``: alternatives.
    - ``cede ~3 {land}``: a group, kept once at the top of the file:
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
    chosen = _format(path, format)
    if chosen == "toml":
        if encoding.lower().replace("_", "-") not in ("utf-8", "utf8"):
            raise InputError(f"encoding={encoding!r} cannot be used for {path}: TOML is UTF-8.")
        return read_toml_lexicon(path)
    data = read_bytes(path)
    if chosen == "yoshikoder" and encoding == "utf-8":
        encoding = declared_encoding(data, str(path))
    return _made(path, decode(data, str(path), encoding), FORMATS[chosen])


def _made(path: Path, text: str, format: Format) -> Lexicon:
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
    told = tuple(_told(path, note) for note in sorted(notes, key=lambda note: note.line))
    return replace(lexicon, description=reading.description, notes=told)


def _told(path: Path, note: Note) -> str:
    return f"{path}, line {note.line}: {note.text}" if note.line else f"{path}: {note.text}"


def _format(path: Path, format: str | None) -> str:
    if format is not None:
        check_choice("format", format, ["toml", *FORMATS])
        return format
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise InputError(
            f"{path}: the ending {path.suffix!r} tells no format. Endings that do: "
            f"{listing(ENDINGS, 20)}. Or say format=, one of {listing(['toml', *FORMATS])}."
        )
    return ENDINGS[ending]


@check_objects
def write_lexicon(lexicon: Lexicon, path: str | Path, *, format: str | None = None) -> pd.DataFrame:
    """Write a lexicon to a file, and tell what the format cannot hold.

    A TOML file holds everything. From the others, `read_lexicon` returns the frames and
    entries as they were, but for what the table lists.

    Parameters
    ----------
    lexicon : Lexicon
        The lexicon to write.
    path : str or Path
        Missing folders are made; the file is UTF-8.
    format : {"toml", "yaml", "liwc", "lexicoder", "yoshikoder", "wordstat", "csv", "tsv"}, optional
        By default the one that the ending of the file tells; see `read_lexicon`.

    Returns
    -------
    pandas.DataFrame
        What was not written, a row each: ``frame`` and ``entry`` (empty where it is of the
        whole lexicon), what of it was ``lost`` (such as "weight", or "entry" for all of it) and
        the ``reason``. Empty if nothing.

    Raises
    ------
    InputError
        The ending tells no format, or the format can hold no entry of the lexicon.

    Examples
    --------
    >>> import framing as fr, tempfile
    >>> lexicon = fr.make_lexicon({"peace": ["truce", {"pattern": "talk*", "weight": 0.5}]})
    >>> lost = fr.write_lexicon(lexicon, tempfile.mkdtemp() + "/unnamed.dic")
    >>> lost[["entry", "lost", "reason"]].values.tolist()
    [['talk*', 'weight', 'LIWC has no weights; read back, 0.5 is 1']]
    """
    path = Path(path)
    chosen = _format(path, format)
    if chosen == "toml":
        losses = _lexicon_toml.losses(lexicon)
        text = _lexicon_toml.render(lexicon)
        is_empty = not len(lexicon)
    else:
        kept, losses = keep(lexicon, FORMATS[chosen], path)
        text = FORMATS[chosen].render(kept)
        is_empty = not kept.rows
    if is_empty:
        reasons = "; ".join(dict.fromkeys(loss.reason for loss in losses))
        raise InputError(f"{path}: no entry of the lexicon can be written ({reasons}).")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return table_of(losses)
