"""Coding sheets: write blind sheets for coders, and read their codes."""

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from framing._core.checks import InputError, check_objects, itemised, listing
from framing._core.delimited import (
    FORMULA,
    Delimited,
    check_names,
    defuse,
    parse_delimited,
    render_rows,
    restore,
)
from framing._core.encodings import decode
from framing._core.files import Output, read_bytes, read_errors, write_errors
from framing._core.printed_tables import bytes_of
from framing._core.resampling import rng_for
from framing.coding.codebooks import Codebook
from framing.coding.codes import (
    RENAME_COLUMN,
    Codes,
    check_coded_names,
    check_scale,
    gather,
    with_unit,
)
from framing.coding.coding_units import units_among
from framing.coding.samples import RENAME, Sample
from framing.corpus.corpus import Corpus

SHEET_ENDINGS = (".csv", ".tsv", ".xlsx")
# The largest text that a cell of a workbook can have.
LARGEST_CELL = 32_767
# Widths of columns in a workbook, in characters.
WIDTHS = {"text": 70, "before": 30, "after": 30, "note": 24, "doc_id": 18}
HEADER = ("coder", "doc_id", "sentence", "before", "text", "after")
NEIGHBOURS = ("before", "after")


def write_sheets(
    sheets: Mapping[Path, Sequence[Sequence[str]]],
    header: Sequence[str],
    notes: Sequence[str],
    coded: Sequence[str],
    allowed: Sequence[str] = ("0", "1"),
    others: Mapping[Path, bytes] | None = None,
) -> list[Path]:
    """Write a sheet for each coder and other files, all or none, and return their paths.

    Raises
    ------
    InputError
        A file of one of the names exists. It is never replaced, as it may hold codes.
    """
    files = [*sheets, *(others or {})]
    existing = []
    for path in files:
        with write_errors(path):
            existing += [str(path)] * path.exists()
    if existing:
        raise InputError(
            f"{listing(existing)}: a file of this name exists, and may hold the work of a coder. "
            "Sheets are never replaced: give another path, or move the old files to another folder."
        )
    with Output() as output:
        for path, rows in sheets.items():
            if path.suffix.lower() == ".xlsx":
                with write_errors(path):
                    content = _workbook(header, rows, notes, coded, allowed)
            else:
                content = delimited_sheet(path, header, rows, notes)
            output.bytes(path, content, new=True)
        for path, content in (others or {}).items():
            output.bytes(path, content, new=True)
    return files


def delimited_sheet(
    path: Path, header: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str]
) -> bytes:
    """Return rows as a file. The notes stand above the header, in lines that begin with #."""
    text = render_rows(
        [*([f"# {note}"] for note in notes), header, *rows],
        separator="\t" if path.suffix.lower() == ".tsv" else ",",
        end="\r\n",
        notes=len(notes),
    )
    # Spreadsheets read a file without the byte-order mark in the local encoding.
    return b"\xef\xbb\xbf" + text.encode("utf-8", "replace")


def _workbook(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    notes: Sequence[str],
    coded: Sequence[str],
    allowed: Sequence[str],
) -> bytes:
    """Return a workbook: the sheet to fill in, and a second tab with the notes.

    A cell of the coded columns takes one of the allowed codes, or stays empty.
    """
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for row in rows:
        if max(map(len, row)) > LARGEST_CELL:
            raise InputError(
                f"The text of {row[list(header).index('doc_id')]!r} has "
                f"{max(map(len, row)):,} characters; a cell of a workbook takes {LARGEST_CELL:,}. "
                'Write sheets that end in .csv, or code by paragraph (unit = "paragraph" in the '
                "codebook)."
            )
    book = Workbook()
    sheet = book.active
    sheet.title = "codes"
    for number, row in enumerate([header, *rows], start=1):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            # `restore` takes an apostrophe off, also where it belongs to the text.
            shown = defuse(text) if text.startswith("'") else text
            cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", shown) or None
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number > 1 and header[column - 1] == "sentence" and text.isdecimal():
                # A number, so that a spreadsheet sorts 2 before 10.
                cell.value = int(text)
            elif text:
                # The type keeps text that begins with = from being a formula, and the prefix
                # keeps it so when the cell is edited.
                cell.data_type = "s"
                cell.quotePrefix = text.startswith(FORMULA)
            if number == 1:
                cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for column, name in enumerate(header, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS.get(name, 13)
    if coded:
        codes = DataValidation(type="list", formula1=f'"{",".join(allowed)}"', allow_blank=True)
        codes.error = f"{', '.join(allowed)}, or empty"
        for name in coded:
            letter = get_column_letter(list(header).index(name) + 1)
            codes.add(f"{letter}2:{letter}{len(rows) + 1}")
        sheet.add_data_validation(codes)
    tab = book.create_sheet("codebook")
    for number, note in enumerate(notes, start=1):
        cell = tab.cell(number, 1, ILLEGAL_CHARACTERS_RE.sub("\ufffd", note))
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    tab.column_dimensions["A"].width = 110
    return bytes_of(book)


def read_sheet(
    path: Path, encoding: str | None
) -> tuple[list[str], list[tuple[int, dict[str, Any]]]]:
    """Return the columns of a sheet, and its rows, each with its row number in the file."""
    if path.suffix.lower() == ".xlsx":
        sheet = _read_workbook(path)
    elif path.suffix.lower() in SHEET_ENDINGS:
        text = decode(read_bytes(path), str(path), encoding)
        sheet = parse_delimited(text, str(path), tabs=path.suffix.lower() == ".tsv", sheet=True)
    elif not path.exists():
        raise InputError(f"{path}: no such file or folder. Give the sheets with the codes.")
    else:
        raise InputError(f"{path}: codes are read from files that end in {listing(SHEET_ENDINGS)}.")
    cells = [[restore(cell.strip()) for cell in row] for row in sheet.rows]
    filled = [row for row in zip(sheet.numbers, cells, strict=True) if any(row[1])]
    if not filled:
        raise InputError(f"{path} has a header and no rows. Give a sheet with codes.")
    names = [restore(name) for name in sheet.header]
    width = len(names)
    while not names[width - 1]:
        width -= 1
    header = names[:width]
    below = next((number for number, row in filled if {"doc_id", "sentence"} <= {*row}), None)
    if below is not None and "doc_id" not in header:
        raise InputError(
            f"{path}: the first line is not the header. The header (with doc_id and sentence) is "
            f"in row {below}. Delete the rows above it."
        )
    if "" in header or any(any(row[width:]) for _, row in filled):
        named = listing([name for name in header if name])
        raise InputError(
            f"{path}: a column has no name. Give each column a name. The others are {named}; in "
            "a sheet of codes they are doc_id, sentence and the frames."
        )
    return header, [(number, dict(zip(header, row, strict=False))) for number, row in filled]


def _read_workbook(path: Path) -> Delimited:
    """Return the cells of the tab "codes", or of the first tab, as text."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    data = io.BytesIO(read_bytes(path))
    try:
        book = load_workbook(data, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        raise InputError(
            f"{path} cannot be read as a workbook ({error}). Save it as .xlsx or .csv again."
        ) from None
    sheet = book["codes"] if "codes" in book.sheetnames else book[book.sheetnames[0]]
    rows = [
        (number, ["" if cell is None else str(_whole(cell)) for cell in row])
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1)
    ]
    rows = [(number, row) for number, row in rows if any(cell.strip() for cell in row)]
    if not rows:
        raise InputError(f"{path} is empty.")
    width = max(len(row) for _, row in rows)
    (_, header), *filled = [(number, row + [""] * (width - len(row))) for number, row in rows]
    names = [cell.strip() for cell in header]
    check_names(names, str(path))
    numbers = [number for number, _ in filled]
    return Delimited(names, [row for _, row in filled], numbers, numbers)


def _whole(cell: Any) -> Any:
    """Return whole numbers as such: a workbook returns document 7 as 7.0."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


@check_objects
def write_coding_sheet(
    sample: Sample,
    path: str | Path,
    *,
    coders: int | Sequence[str] = 2,
    codebook: Codebook | str | Mapping[str, str] | None = None,
    seed: int = 0,
) -> list[Path]:
    """Write one blind coding sheet for each coder.

    Returns the paths of the sheets. `read_codes` reads them when they are filled in.

    The sheets show neither the hits of the lexicon nor the strata. Each coder gets the sentences
    in another random order. The coder reads ``text`` between its neighbours and writes 1 or 0 in
    the column of each frame, or leaves the cell empty.

    Parameters
    ----------
    sample : Sample
        From `sample_for_coding`.
    path : str or Path
        Ending in .csv, .tsv or .xlsx: "sheet.xlsx" gives "sheet_coder1.xlsx" and so on.
    coders : int or sequence of str
        The number of coders, or their names.
    codebook : Codebook, str or mapping, optional
        The rules for the coders: a codebook from `read_codebook`, one text, or one text for each
        frame. They stand above the header, in lines that begin with #, or in the second tab of a
        workbook.
    seed : int
        Seed of the order of the sentences on each sheet. No number depends on it, so it has a
        default.

    Returns
    -------
    list of Path
        The sheets, one per coder. A cell that looks like a formula is written so that a
        spreadsheet shows it as text.

    Raises
    ------
    InputError
        The path has another ending, a name cannot be part of a file name, two coders have the
        same name, a frame has the name of another column ("note"), or a sheet exists: sheets are
        never replaced.

    Examples
    --------
    >>> import tempfile
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce. Rain fell. Snow fell."])
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    >>> sample = fr.sample_for_coding(hits, corpus, 3, seed=1)
    >>> sheets = fr.write_coding_sheet(sample, tempfile.mkdtemp() + "/sheet.csv")
    >>> [sheet.name for sheet in sheets]
    ['sheet_coder1.csv', 'sheet_coder2.csv']
    """
    path = Path(path)
    if path.suffix.lower() not in SHEET_ENDINGS:
        raise InputError(
            f"{path}: a coding sheet is a file that ends in {listing(SHEET_ENDINGS)}. Give such a "
            "path."
        )
    names = coder_names(coders)
    check_coded_names(sample.frames, "sample", RENAME)
    notes = _notes(codebook, sample.frames, sample.unit)
    head = [name for name in HEADER if sample.unit != "document" or name not in NEIGHBOURS]
    # Sheets of sentences have no such column, as in earlier versions.
    unit = [] if sample.unit == "sentence" else [sample.unit]
    header = [*head, *(["unit"] if unit else []), *sample.frames, "note"]
    sheets: dict[Path, list[list[str]]] = {}
    for name in names:
        order = rng_for(seed, f"write_coding_sheet {name}").permutation(len(sample))
        cells = sample.table.iloc[order][head[1:]].astype(str).to_numpy().tolist()
        rows = [[name, *row, *unit, *[""] * (len(sample.frames) + 1)] for row in cells]
        sheets[path.with_name(f"{path.stem}_{name}{path.suffix}")] = rows
    return write_sheets(sheets, header, notes, sample.frames)


def coder_names(coders: int | Sequence[str]) -> list[str]:
    """Return the names of the coders; a number gives coder1, coder2 and so on."""
    if isinstance(coders, int) and not isinstance(coders, bool) and coders > 0:
        return [f"coder{number}" for number in range(1, coders + 1)]
    if isinstance(coders, int | str):
        raise InputError(
            f"coders={coders!r} cannot be used. Give a whole number above 0, or a list of names: "
            '["Ann", "Bo"].'
        )
    names = [str(name) for name in coders]
    bad = [name for name in names if not re.fullmatch(r"[\w.-]+", name)]
    if bad or len(set(names)) < len(names) or not names:
        raise InputError(
            f"coders={names!r} cannot be used. The names are part of file names: they must differ, "
            "and have letters, digits, points, hyphens and underscores only."
        )
    return names


def _notes(
    codebook: Codebook | str | Mapping[str, str] | None, frames: list[str], unit: str
) -> list[str]:
    """Return the lines above the header: what the codes mean, then the codebook."""
    rule = f"1: the {unit} carries the frame. 0: it does not. Empty: it cannot be coded."
    if isinstance(codebook, Codebook):
        if codebook.unit != unit:
            raise InputError(
                f"The sample is of {unit}s; the codebook {codebook.name!r} codes each "
                f"{codebook.unit}. Draw with unit={codebook.unit!r}, or with sample_by_codebook."
            )
        if set(frames) != set(codebook.frames):
            raise InputError(
                f"The sample is for the frames {listing(frames)}; the codebook {codebook.name!r} "
                f"has {listing(codebook.frames)}. Give a codebook of the same frames."
            )
        return [rule, *codebook.sheet_notes()]
    if isinstance(codebook, str):
        return [rule, *(line for line in codebook.splitlines() if line.strip())]
    texts = codebook or {}
    unknown = [frame for frame in texts if frame not in frames]
    if unknown:
        raise InputError(
            f"codebook has {listing(unknown)}, but the frames are {listing(frames)}. Give texts "
            "for these only."
        )
    lines = [f"{frame}: {texts[frame]}" if frame in texts else frame for frame in frames]
    return [rule, *lines]


@check_objects
def read_codes(
    path: str | Path | Sequence[str | Path],
    *,
    scale: Sequence[float] = (0, 1),
    corpus: Corpus | None = None,
    encoding: str | None = None,
    unit: str | None = None,
) -> Codes:
    """Read codes from sheets that coders filled in.

    Returns Codes for `agreement`, `validate` and `correct`.

    Parameters
    ----------
    path : str, Path or a sequence of them
        Files (.csv, .tsv, .xlsx), or a folder of them. Each has ``doc_id``, ``sentence`` (or
        ``start``, a character offset, with ``corpus``), one column per frame, and ``coder``.
        Without the column ``coder``, the name of the file is the name of the coder. Files that a
        spreadsheet has saved are fine: with a byte-order mark, semicolons, decimal commas or
        empty rows.
    scale : sequence of float
        The allowed codes: (0, 1), or for example range(5).
    corpus : Corpus, optional
        With it, each ``doc_id`` and ``sentence`` is checked against the corpus.
    encoding : str, optional
        Encoding of CSV and TSV sheets. By default it is found: UTF-8, or else the one that fits.
    unit : {"sentence", "paragraph", "document"}, optional
        What was coded. By default the column ``unit`` of the sheets says it, and without one it is
        the sentence. Documents need no ``sentence``; paragraphs have that of their first sentence,
        or ``paragraph`` (their number in the document) with ``corpus``.

    Returns
    -------
    Codes
        The codes of all sheets. Empty cells are listed in ``missing``.

    Raises
    ------
    InputError
        A cell cannot be used (the message lists each such cell by file, row and column), a
        document or sentence is not in the corpus, a coder is missing or has coded a sentence
        twice, or there is no column of a frame.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import framing as fr
    >>> path = Path(tempfile.mkdtemp()) / "ann.csv"
    >>> _ = path.write_text("doc_id;sentence;peace\\ntext1;1;1\\ntext1;2;0\\n")
    >>> fr.read_codes(path)
    <Codes: 2 in 2 sentences by ann (peace)>
    """
    check_scale(scale)
    paths = sheet_paths(path)
    sheets = []
    for file in paths:
        header, rows = read_sheet(file, encoding)
        sheets.append(_tidy(file, header, rows, corpus, unit))
    first = set(sheets[0].columns)
    for file, sheet in zip(paths[1:], sheets[1:], strict=True):
        if differing := first ^ set(sheet.columns):
            raise InputError(
                f"{file} and {paths[0]} do not have the same columns: {listing(sorted(differing))}."
                " All sheets of a study need the same frames."
            )
    table = pd.concat(sheets, ignore_index=True)
    origin = ", ".join(file.name for file in paths)
    table, of_unit = with_unit(table, unit, origin)
    codes = gather(table, tuple(scale), origin, of_unit)
    if corpus is not None:
        _check_sentences(codes, corpus)
    return codes


def sheet_paths(path: str | Path | Sequence[str | Path]) -> list[Path]:
    """Return the files; a folder stands for the sheets in it."""
    items = [path] if isinstance(path, str | Path) else list(path)
    paths: list[Path] = []
    for item in map(Path, items):
        with read_errors(item):
            folder = item.is_dir()
        if folder:
            inside = sorted(file for file in item.iterdir() if file.suffix.lower() in SHEET_ENDINGS)
            if not inside:
                raise InputError(
                    f"The folder {item} has no coding sheet. Give a folder with files that end in "
                    f"{listing(SHEET_ENDINGS)}."
                )
            paths += [file for file in inside if not file.name.startswith((".", "~"))]
        else:
            paths.append(item)
    if not paths:
        raise InputError("path is an empty list. Give the sheets to read, or their folder.")
    return paths


def _tidy(
    path: Path,
    header: list[str],
    rows: list[tuple[int, dict[str, Any]]],
    corpus: Corpus | None,
    unit: str | None,
) -> pd.DataFrame:
    """Return the rows of a sheet as a wide table, with the coder, the sentence and the row."""
    where = str(path)
    check_coded_names(set(header) & {"place"}, where, RENAME_COLUMN)
    by_paragraph = unit == "paragraph" and "paragraph" in header and "sentence" not in header
    named = {"sentence", "start"} & set(header) or by_paragraph or unit == "document"
    if "doc_id" not in header or not named:
        raise InputError(
            f"{where} has the columns {listing(header, 20)}. It needs doc_id and sentence (the "
            "number of the sentence in the document), or doc_id and start with corpus=. Codes of "
            'whole documents need doc_id alone, with unit="document".'
        )
    table = pd.DataFrame([cells for _, cells in rows], columns=header)
    table["row"] = [number for number, _ in rows]
    table["place"] = [f"{path.name}, row {number}" for number, _ in rows]
    if "coder" not in table:
        table["coder"] = path.stem
    if by_paragraph:
        table["sentence"] = _paragraphs(table, corpus, where)
        return table.drop(columns="paragraph")
    if "sentence" not in table and unit != "document":
        table["sentence"] = _located(table, corpus, where)
    return table


def _paragraphs(table: pd.DataFrame, corpus: Corpus | None, where: str) -> list[int]:
    """Return the number of the first sentence of each paragraph."""
    if corpus is None:
        raise InputError(
            f"{where} gives only the number of each paragraph. Give the corpus too: "
            'read_codes(…, corpus=corpus, unit="paragraph").'
        )
    units = units_among(corpus.sentences, "paragraph")
    keys = zip(units["doc_id"], units["paragraph"].astype(str), strict=True)
    first = dict(zip(keys, units["sentence"].tolist(), strict=True))
    unknown = [
        f"{place}: {doc_id!r}, paragraph {paragraph!r}"
        for doc_id, paragraph, place in table[["doc_id", "paragraph", "place"]].itertuples(
            index=False
        )
        if (str(doc_id), str(paragraph)) not in first
    ]
    if unknown:
        raise _not_in_corpus(unknown, corpus)
    pairs = zip(table["doc_id"].astype(str), table["paragraph"].astype(str), strict=True)
    return [first[pair] for pair in pairs]


def _located(table: pd.DataFrame, corpus: Corpus | None, where: str) -> list[int]:
    """Return the number of the sentence in which each start lies.

    With sentences that start at 0, 15 and 30, start 16 is in sentence 2.
    """
    if corpus is None:
        raise InputError(
            f"{where} gives only the start of each sentence. Give the corpus too: "
            "read_codes(…, corpus=corpus)."
        )
    starts = corpus.sentences.groupby("doc_id")["start"].apply(np.array).to_dict()
    numbers, unknown = [], []
    for doc_id, start, place in table[["doc_id", "start", "place"]].itertuples(index=False):
        if doc_id not in starts or not str(start).isdigit():
            unknown.append(f"{place}: {doc_id!r}, start {start!r}")
            continue
        number = int(np.searchsorted(starts[doc_id], int(start), side="right"))
        numbers.append(max(number, 1))
    if unknown:
        raise _not_in_corpus(unknown, corpus)
    return numbers


def _check_sentences(codes: Codes, corpus: Corpus) -> None:
    """Raise InputError unless each coded sentence is in the corpus."""
    sizes = corpus.sentences.groupby("doc_id").size()
    table = codes.table.drop_duplicates(["doc_id", "sentence", "coder"])
    known = table["doc_id"].map(sizes).fillna(0)
    beyond = table[table["sentence"] > known]
    if beyond.empty and codes.unit != "sentence":
        units = units_among(corpus.sentences, codes.unit)[["doc_id", "sentence"]]
        keys = pd.MultiIndex.from_frame(table[["doc_id", "sentence"]])
        beyond = table[~keys.isin(pd.MultiIndex.from_frame(units))]
    if len(beyond):
        rows = [
            f"row {row}: {doc_id!r}, sentence {sentence}"
            + _why_not(sentence, sizes.get(doc_id), codes.unit)
            for doc_id, sentence, row in beyond[["doc_id", "sentence", "row"]].itertuples(
                index=False
            )
        ]
        raise _not_in_corpus(rows, corpus)


def _why_not(sentence: int, size: int | None, unit: str) -> str:
    """Return why a document of this many sentences has no such unit; empty without a document."""
    if size is None:
        return ""
    return f" begins no {unit}" if sentence <= size else f" (it has {size})"


def _not_in_corpus(rows: list[str], corpus: Corpus) -> InputError:
    return InputError(
        f"{len(rows)} coded sentence{'s' * (len(rows) > 1)} cannot be found in the corpus. Its "
        f"documents are {listing(corpus.table['doc_id'], 3)}. Correct doc_id and sentence in:"
        + itemised(rows)
    )
