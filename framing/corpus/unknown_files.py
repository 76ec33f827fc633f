"""Unknown files: what a file is that cannot be read, and how to make one of it that can."""

from framing._core.checks import InputError, listing
from framing.corpus.archives.kinds import ENDINGS, kind_of
from framing.corpus.inputs import Input

_STATISTICS = "Open it in the program that wrote it and save the table as .csv or .parquet"
_PLAIN = "Save its text as .txt, or a table with a row per article as .csv"
# By ending: what the file is, and what to do.
_KINDS = {
    ".bib": (
        "a file of BibTeX",
        "Export the references as RIS (.ris) or, with their abstracts, as CSV from the program "
        "that wrote them",
    ),
    ".dta": ("a dataset of Stata", "Save it as .csv: `export delimited` in Stata does it"),
    ".sav": ("a dataset of SPSS", "Save it as .csv in SPSS, or with R: haven::read_sav"),
    ".rds": ("an object of R", "Save the table in R: write.csv(data, 'articles.csv')"),
    ".rdata": ("a workspace of R", "Save the table in R: write.csv(data, 'articles.csv')"),
    ".rda": ("a workspace of R", "Save the table in R: write.csv(data, 'articles.csv')"),
    ".sas7bdat": ("a dataset of SAS", _STATISTICS),
    ".epub": ("an e-book", "Convert it to .docx, .html or .txt, for example with pandoc"),
    ".mobi": ("an e-book", "Convert it to .docx, .html or .txt, for example with Calibre"),
    ".pages": ("a document of Pages", "Export it as .docx"),
    ".numbers": ("a spreadsheet of Numbers", "Export it as .xlsx or .csv"),
    ".ods": ("a spreadsheet of LibreOffice", "Save it as .xlsx or .csv"),
    ".pptx": ("a presentation", _PLAIN),
    ".odp": ("a presentation of LibreOffice", _PLAIN),
    ".tex": ("a source of LaTeX", "Convert it to .docx or .txt, for example with pandoc"),
    ".msg": ("a mail of Outlook", "Save it as .eml or .txt"),
    ".pst": ("a mailbox of Outlook", "Export its mails as .eml or .mbox"),
    ".conllu": ("a table of tokens", "Export the texts as .txt, one file each, or as .csv"),
    ".conll": ("a table of tokens", "Export the texts as .txt, one file each, or as .csv"),
    ".rar": ("an archive", "Unpack it and give the folder"),
    ".7z": ("an archive", "Unpack it and give the folder"),
    ".py": ("a program", _PLAIN),
    ".ipynb": ("a notebook", _PLAIN),
    ".mp3": ("a recording", "Transcribe it and save the text as .txt, .srt or .vtt"),
    ".mp4": ("a film", "Transcribe it and save the text as .txt, .srt or .vtt"),
    ".jpg": ("a picture", "Recognise its text (OCR) and save that as .txt"),
    ".png": ("a picture", "Recognise its text (OCR) and save that as .txt"),
    ".tif": ("a picture", "Recognise its text (OCR) and save that as .txt"),
}
# Documents of LibreOffice that are no texts, by what stands in their first bytes.
_OPEN = {b"opendocument.spreadsheet": ".ods", b"opendocument.presentation": ".odp"}
# By how it begins: (offset, bytes), what the file is, and what to do.
_STARTS = (
    (
        0,
        b"\xd0\xcf\x11\xe0",
        "a file of an old Office program",
        "Open it there and save it as .docx, .xlsx or .txt",
    ),
    (257, b"ustar", "a tar archive", "Unpack it (`tar -xf` does it) and give the folder"),
    (
        0,
        b"SQLite format 3\x00",
        "a database of SQLite",
        "Export the table of the articles as .csv: `sqlite3 -header -csv file "
        "'select * from articles' > articles.csv`, with the name of the table",
    ),
    (
        0,
        b"Obj\x01",
        "a file of Avro",
        "Save its rows as .jsonl or .parquet with the program that wrote it",
    ),
    (0, b"7z\xbc\xaf", "an archive", "Unpack it and give the folder"),
    (0, b"Rar!", "an archive", "Unpack it and give the folder"),
)


def unknown_file(item: Input, data: bytes) -> InputError:
    """Return the error of a file of no known kind: what it is, and what to do."""
    if not data.strip():
        return InputError(f"{item.where}: this file is empty. Get it again, or remove it.")
    for mark, ending in _OPEN.items():
        if data[:4] == b"PK\x03\x04" and mark in data[:200] and item.suffix != ending:
            what, advice = _KINDS[ending]
            return InputError(
                f"{item.where}: by its content, this is {what} ({ending}). Such files cannot be "
                f"read, whatever their ending. {advice}."
            )
    if item.suffix in ENDINGS:
        return InputError(
            f"{item.where}: the name ends in {item.suffix!r}, but the content is of another kind. "
            "The file may be damaged, or its download broke off. Get it again, or open and save "
            "it."
        )
    if kind_of(data, item.name) == "warc":
        return InputError(
            f"{item.where}: this is a web archive (WARC), with pages as a crawler got them. Take "
            "the pages out as .html files, for example with `warcio extract`, or open them in "
            "replayweb.page and save them."
        )
    for begin, start, what, advice in _STARTS:
        if data[begin : begin + len(start)] == start:
            return InputError(f"{item.where}: this is {what}, which cannot be read. {advice}.")
    if item.suffix in _KINDS:
        what, advice = _KINDS[item.suffix]
        return InputError(f"{item.where}: this is {what}, which cannot be read. {advice}.")
    kind = f"files ending in {item.suffix!r}" if item.suffix else "files without an ending"
    known = f"Known: {listing(ENDINGS, 30)}."
    if b"\x00" in data[:4096]:
        return InputError(
            f"{item.where}: {kind} cannot be read, and this one is not plain text. Open it in the "
            f"program that wrote it, and save its texts as .txt or .docx, or as a table. {known}"
        )
    return InputError(
        f"{item.where}: the kind of this file is not known. It is plain text. If it is one "
        "article, give it the ending .txt; if it is a table with one row per article, .csv or "
        f".tsv. {known}"
    )
