"""Readers: from files of articles to a Corpus, with one small parser per format."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from framing._core.checks import InputError, check_columns, check_objects, listing, suggestion
from framing._core.delimited import parse_delimited
from framing._core.files import decode, read_bytes
from framing.corpus.corpus import Corpus, corpus_from_table, name_columns

SIDECAR = "documents.csv"
KEYS = ("doc_id", "file", "filename")
ROLES = ("text", "doc_id", "title", "source", "date")
# No leading zeros, which mark a code; at most as many digits as a float holds exactly.
NUMBER = r"-?(0|[1-9][0-9]{0,14})([.][0-9]+)?"


@check_objects
def read_corpus(
    path: str | Path,
    *,
    text: str = "text",
    doc_id: str | None = None,
    title: str | None = None,
    source: str | None = None,
    date: str | None = None,
    encoding: str = "utf-8",
    language: str = "en",
    furniture: bool | str = True,
) -> Corpus:
    """Read articles from a folder or a file.

    Parameters
    ----------
    path : str or Path
        A folder of ``.txt`` files (subfolders included), with an optional ``documents.csv``
        beside them: its column ``file`` (or ``doc_id``) names the files, its other columns
        describe them. Or a ``.csv``, ``.tsv``, ``.jsonl`` or ``.parquet`` file with one row per
        document. Or a single ``.txt``. Other files in a folder are listed, not read.
    text, doc_id, title, source, date : str
        The column of the file with this content. By default the column of the same name.
        Without a column ``doc_id`` the documents are numbered (text files have their file name
        as id). Dates are ISO 8601; see `Corpus` for partial dates and time zones.
    encoding : str
        Encoding of text files, "utf-8" by default.
    language : str
        ISO 639-1 code, for the sentence rules.
    furniture : bool or str
        Whether to remove page furniture (see `find_furniture`), or a TOML file of rules.

    Returns
    -------
    Corpus
        The texts are the same as in the files; ``exclusions`` lists what was left out of them.
        A further column of a .csv or .tsv is numeric where all its values are numbers (007 is
        not a number), and text otherwise.

    Raises
    ------
    InputError
        The path does not exist, the folder has no text file, the file type is not known, a text
        is not in the encoding (with file and byte), a row is malformed (with its line), a
        column is missing, a doc_id occurs twice, or no document is left.

    Examples
    --------
    >>> import framing as fr, pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_text("A truce is near.\\nRelated Sources:")
    >>> corpus = fr.read_corpus(folder)
    >>> corpus.exclusions[["doc_id", "rule", "line"]]
      doc_id             rule  line
    0      a  related sources     2
    """
    path = Path(path)
    if not path.exists():
        near = suggestion(path.name, [item.name for item in _listdir(path.parent)])
        raise InputError(f"{path}: no such file or folder.{near}")
    exclusions: list[dict[str, object]] = []
    if path.is_dir():
        table = _read_folder(path, encoding, exclusions)
    elif path.suffix.lower() in PARSERS:
        table = PARSERS[path.suffix.lower()](path, encoding)
    else:
        raise InputError(
            f"{path}: files ending in {path.suffix!r} cannot be read. Known: {listing(PARSERS)}, "
            "or a folder of .txt files."
        )
    roles = {"text": text, "doc_id": doc_id, "title": title, "source": source, "date": date}
    table = _name_columns(table, roles, path)
    if path.is_dir() or path.suffix.lower() in (".csv", ".tsv"):
        table = _with_numbers(table)
    return corpus_from_table(
        table, str(path), language=language, furniture=furniture, exclusions=exclusions
    )


def _listdir(folder: Path) -> list[Path]:
    """Return the sorted content of a folder; empty where there is no such folder."""
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _name_columns(table: pd.DataFrame, roles: dict[str, str | None], path: Path) -> pd.DataFrame:
    """Return the table with its columns named by their roles, and with a doc_id."""
    columns = {role: column for role, column in roles.items() if column is not None}
    for role, column in columns.items():
        if column not in table.columns:
            hint = "" if role != column else f" Say which column holds the {role}: {role}='…'."
            try:
                check_columns(table.columns, [column], str(path))
            except InputError as error:
                raise InputError(f"{error}{hint}") from None
    table = name_columns(table, columns)
    if "doc_id" not in table.columns:
        width = len(str(len(table)))
        ids = [f"{path.stem}-{number:0{width}}" for number in range(1, len(table) + 1)]
        table.insert(0, "doc_id", ids)
    return table


def _with_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with numeric covariates as numbers, because a CSV has no types."""
    table = table.copy()
    for name in table.columns.difference([*ROLES, "date_precision"]):
        known = table[name].dropna()
        if len(known) and known.str.fullmatch(NUMBER).all():
            whole = not known.str.contains(".", regex=False).any()
            table[name] = table[name].astype("float64")
            if whole:
                table[name] = table[name].astype("Int64" if len(known) < len(table) else "int64")
    return table


def _read_folder(folder: Path, encoding: str, exclusions: list[dict[str, object]]) -> pd.DataFrame:
    """Return the texts of a folder with their metadata; other files go to the exclusions."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name[0] != ".")
    files = [path for path in paths if path.suffix.lower() == ".txt"]
    if not files:
        content = listing(path.name for path in _listdir(folder))
        raise InputError(
            f"{folder} has no .txt file. It contains: {content or 'nothing'}. "
            "Give read_corpus the folder of the articles, or a .csv, .tsv, .jsonl or "
            ".parquet file."
        )
    ids = [path.relative_to(folder).with_suffix("").as_posix() for path in files]
    texts = [decode(read_bytes(path), str(path), encoding) for path in files]
    table = pd.DataFrame({"doc_id": ids, "text": texts})
    sidecar = folder / SIDECAR
    exclusions += [
        _not_read(
            path.relative_to(folder).as_posix(),
            "not .txt",
            "only the .txt files of a folder are read",
        )
        for path in paths
        if path not in files and path != sidecar
    ]
    if not sidecar.is_file():
        return table
    return _add_metadata(table, _read_csv(sidecar, encoding), sidecar, exclusions)


def _not_read(doc_id: str, rule: str, reason: str) -> dict[str, object]:
    """Return the exclusion of a file that is not read."""
    return {"doc_id": doc_id, "kind": "document", "rule": rule, "reason": reason}


def _add_metadata(
    table: pd.DataFrame,
    metadata: pd.DataFrame,
    sidecar: Path,
    exclusions: list[dict[str, object]],
) -> pd.DataFrame:
    """Return the texts with the columns of documents.csv; names without a file are excluded."""
    key = next((name for name in KEYS if name in metadata.columns), None)
    if key is None:
        raise InputError(
            f"{sidecar} has no column that names the files: {listing(KEYS)}. "
            f"Its columns: {listing(metadata.columns)}."
        )
    names = metadata[key].fillna("").str.strip().str.replace(r"\.txt$", "", regex=True)
    repeated = names[names.duplicated()]
    if len(repeated):
        rows = [row + 2 for row in names.index[names == repeated.iloc[0]]]
        raise InputError(f"{sidecar}: {repeated.iloc[0]!r} stands in the lines {listing(rows)}.")
    if "text" in metadata.columns:
        raise InputError(f"{sidecar} has a column 'text', but the texts are in files. Rename it.")
    for row, name in names.items():
        if name not in set(table["doc_id"]):
            reason = f"{SIDECAR}, line {int(str(row)) + 2}: there is no file {name}.txt"
            exclusions.append(_not_read(name, "no file", reason))
    metadata = metadata.drop(columns=[column for column in KEYS if column in metadata])
    return table.merge(metadata.assign(doc_id=names), on="doc_id", how="left")


def _read_csv(path: Path, encoding: str) -> pd.DataFrame:
    """Return a delimited file as a table of text; empty cells are missing."""
    content = decode(read_bytes(path), str(path), encoding)
    cells = parse_delimited(content, str(path), tabs=path.suffix.lower() == ".tsv")
    if not cells.rows:
        raise InputError(f"{path} has a header and no rows. Give a file with one row per document.")
    # R writes row numbers as a column without a name.
    names = [name or f"Unnamed: {number}" for number, name in enumerate(cells.header)]
    columns = zip(names, zip(*cells.rows, strict=True), strict=True)
    table = pd.DataFrame({name: pd.array(values, dtype="str") for name, values in columns})
    return table.mask(table == "")


def _read_txt(path: Path, encoding: str) -> pd.DataFrame:
    """Return a text file as a table of one document."""
    return pd.DataFrame(
        {"doc_id": [path.stem], "text": [decode(read_bytes(path), str(path), encoding)]}
    )


def _read_jsonl(path: Path, encoding: str) -> pd.DataFrame:
    """Return a file with one JSON object per line as a table."""
    rows: list[dict[str, Any]] = []
    content = decode(read_bytes(path), str(path), encoding)
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line.encode("utf-8", "surrogatepass"))
        except msgspec.DecodeError as error:
            raise InputError(
                f"{path}, line {number}: this is not JSON ({error}). Each line holds one object, "
                'such as {"doc_id": "a1", "text": "…"}.'
            ) from None
        if not isinstance(row, dict):
            raise InputError(
                f"{path}, line {number}: a {type(row).__name__}, not an object. Each line holds "
                'one, such as {"doc_id": "a1", "text": "…"}.'
            )
        rows.append(row)
    if not rows:
        raise InputError(f"{path} is empty.")
    return pd.DataFrame(rows)


def _read_parquet(path: Path, encoding: str) -> pd.DataFrame:
    """Return a Parquet file as a table."""
    try:
        table = pq.read_table(path)
    except pa.ArrowException as error:
        raise InputError(f"{path} cannot be read as Parquet ({error}).") from None
    if not table.num_rows:
        raise InputError(f"{path} has no rows.")
    frame: pd.DataFrame = table.to_pandas()
    return frame


PARSERS: dict[str, Callable[[Path, str], pd.DataFrame]] = {
    ".txt": _read_txt,
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".jsonl": _read_jsonl,
    ".parquet": _read_parquet,
}
