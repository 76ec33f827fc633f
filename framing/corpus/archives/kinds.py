"""Kinds of files: what a file is, by its first bytes and its words, then by its ending."""

import io
import zipfile

TEXT = "text"
# Kinds that are told by the ending, where the content is text of no other kind.
ENDINGS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".parquet": "parquet",
    ".txt": TEXT,
    ".text": TEXT,
    "": TEXT,
}


def kind_of(data: bytes, name: str) -> str:
    """Return the kind of a file, such as "csv", "docx" or "factiva html"; "" where none fits."""
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_zip(data)
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.lstrip()[:5] == rb"{\rtf":
        return "rtf"
    if data.startswith(b"PAR1"):
        return "parquet"
    ending = "." + name.rpartition(".")[2].lower() if "." in name else ""
    return ENDINGS.get(ending, "")


def _kind_of_zip(data: bytes) -> str:
    """Return the kind of a file that is a zip archive inside."""
    try:
        names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except zipfile.BadZipFile:
        return ""
    for name, kind in (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx")):
        if name in names:
            return kind
    return "zip"
