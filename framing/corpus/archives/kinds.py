"""Kinds of files: what a file is, by its first bytes and its words, then by its ending."""

import io
import re
import zipfile

from framing._core.memory import PIECE, pieces
from framing.corpus.archives import verticals, wires
from framing.corpus.archives.chats import ZOOM
from framing.corpus.archives.mailboxes import is_mailbox

TEXT = "text"
# Kinds that the ending tells, where the content is text of no other kind.
ENDINGS = {
    ".txt": TEXT,
    ".csv": "csv",
    ".tsv": "tsv",
    ".xlsx": "xlsx",
    ".xls": "xls",
    ".json": "json",
    ".jsonl": "jsonl",
    ".parquet": "parquet",
    ".docx": "docx",
    ".odt": "odt",
    ".rtf": "rtf",
    ".html": "html",
    ".pdf": "pdf",
    ".xml": "xml",
    ".ris": TEXT,
    ".ciw": TEXT,
    ".enw": TEXT,
    ".nbib": TEXT,
    ".srt": TEXT,
    ".vtt": TEXT,
    ".sbv": TEXT,
    ".eml": "mail",
    ".mbox": "mailbox",
    ".mht": "mail",
    ".zip": "zip",
}
# Other endings of the same kinds.
ALIASES = {
    "": TEXT,
    ".text": TEXT,
    ".md": TEXT,
    ".markdown": TEXT,
    ".tab": "tsv",
    ".ndjson": "jsonl",
    ".jl": "jsonl",
    ".htm": "html",
    ".xhtml": "html",
    ".mhtml": "mail",
    ".rss": "xml",
    ".atom": "xml",
    ".rdf": "xml",
    ".xlsm": "xlsx",
    ".feather": "feather",
    ".arrow": "feather",
}
# Endings of files that are packed one by one, how each begins, and the name of its compression.
PACKED = {
    ".gz": (b"\x1f\x8b", "gzip"),
    ".bz2": (b"BZh", "bz2"),
    ".xz": (b"\xfd7zXZ\x00", "xz"),
    ".zst": (b"\x28\xb5\x2f\xfd", "zstd"),
}
# How each kind begins.
_STARTS = (
    (b"%PDF-", "pdf"),
    (b"PAR1", "parquet"),
    (b"ARROW1", "feather"),
    (b"{\\rtf", "rtf"),
    (b"\xd0\xcf\x11\xe0", "ole"),
    (b"bplist00", "webarchive"),
    # Archives of crawled pages, which are refused with what to do.
    (b"WARC/1.", "warc"),
    # Spreadsheets of Excel 2 to 4, which stand in no container.
    (b"\x09\x00\x04\x00", "xls"),
    (b"\x09\x02\x06\x00", "xls"),
    (b"\x09\x04\x06\x00", "xls"),
)
_PARTS = (
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", ""),
    ("ppt/presentation.xml", ""),
)
_HTML = re.compile(
    rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]|<div[\s>]|<table[\s>]|<p[\s>]",
    re.IGNORECASE,
)
# The first element of a file is that of a page; before it may stand the first line of XML.
_ROOT_HTML = re.compile(
    rb"(?:\s|<\?.*?\?>|<!--.*?-->|<!doctype[^<>\[]*(?:\[.*?\]\s*)?>)*<html[\s>]",
    re.IGNORECASE | re.DOTALL,
)
# Feeds of news, which may stand without the first line of XML.
_FEED = re.compile(rb"<(?:rss|feed|rdf:rdf|tt)[\s>]", re.IGNORECASE)
_MAIL = re.compile(
    rb"(?:from|mime-version|received|return-path|delivered-to|subject|date|message-id|snapshot-\S+|"
    rb"content-type|to|x-[\w-]+):\s",
    re.IGNORECASE,
)

_SERVER = re.compile(rb"^(?:received|return-path|delivered-to):\s", re.IGNORECASE | re.MULTILINE)

# First lines of the tables of GDELT, which have no header: the knowledge graph, and the events.
GDELT_GRAPH = re.compile(rb"\d{14}-T?\d+\t\d{14}\t")
_GDELT_EVENTS = re.compile(rb"\d{6,12}\t\d{8}\t\d{6}\t\d{4}\t")


# The archive of an account of Twitter: a script that gives a name to a list.
_TWEETS = re.compile(rb"window\.YTD\.\w+\.part\d+\s*=\s*[\[{]")

# Forms of texts, each by a sign that none of them lacks. A transcript has times, and a text below
# labels begins with one.
FORMS = {
    "maxqda": re.compile(r"\A[\ufeff\s]*#TEXT"),
    "nvivo": re.compile(r"\A[\ufeff\s]*<[^<>\n]*\\[^<>\n]*>\s*[-–]\s*§"),
    "markdown": re.compile(r"\A[\ufeff\s]*(?:---|\+\+\+|\{)"),
    "wire": re.compile(rf"[\x01^]|\A[\ufeff\s]*(?:{wires.BARE}|{wires.TELEX})"),
    "zoom": ZOOM,
    "vertical": re.compile(r"\t|-DOCSTART-|\A[\ufeff\s]*<"),
    "chat": re.compile(r"\d[./-]\d{1,2}[./-]\d"),
    "transcript": re.compile(r"\d:\d"),
    "labels": re.compile(r"\A[\ufeff\s]*[^\W\d_][\w -]{0,30}:"),
}
# Heads of clippings are numbered, dated, below a rule, or a label; most articles have a digit.
HEADS = (
    re.compile(r"\d"),
    re.compile(r"(?:\A|[\n\r\x0c])[^\S\n\r\x0c]*([_=*~#+–—-])\s?\1"),
    re.compile(r"\A\s*[^\W\d_][^\W\d_ /-]*(?:[ /-][^\W\d_]+){0,2}\s?:"),
)
# Every export has one of these signs, in small letters, or begins so: a text without them is an
# article, and no parser has to look closer.
_SIGNS = (
    *("ty - ", "ty  - ", "-->", "*", "=" * 20, "genios", "proquest", "newsbank", "openurl"),
    *("access world news", "accession", "record", "paper:", "document", "dokument", "документ"),
    *("文件", "文章", "文書", "level 1", "article name"),
)
_BEGINNINGS = ("%0 ", "%t ", "%a ", "rt ", "pmid-", "fn ", "vr ", "pt", "webvtt", "0:0")


# The first line of an export, which is none of a table: a rule, a number, a label.
_EXPORT_LINE = re.compile(
    r"[_=*-]{15,}|(?:document|dokument|record|article)\s*:?\s*\d+\b.{0,20}|"
    r"(?:title|titel|titre|título|full text|author|source)\s?:\s.*",
    re.IGNORECASE,
)


def unpacked_name(name: str) -> str:
    """Return the name of a file without the ending of its compression."""
    return next((name[: -len(end)] for end in PACKED if name.lower().endswith(end)), name)


def kind_of(data: bytes, name: str) -> str:
    """Return the kind of a file, such as "csv" or "docx"; "" where no kind fits."""
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_zip(data)
    start = data[:4096].removeprefix(b"\xef\xbb\xbf")
    if data[:2] not in (b"\x09\x00", b"\x09\x02", b"\x09\x04"):
        start = start.lstrip()
    for begin, kind in _STARTS:
        if start.startswith(begin):
            return _kind_of_ole(data) if kind == "ole" else kind
    plain_name = unpacked_name(name.lower())
    ending = "." + plain_name.rpartition(".")[2] if "." in plain_name else ""
    if _TWEETS.match(start):
        return "json"
    if GDELT_GRAPH.match(start) or _GDELT_EVENTS.match(start):
        return "gdelt"
    by_ending = ENDINGS.get(ending, ALIASES.get(ending, ""))
    if start.startswith(b"From ") and is_mailbox(start):
        return "mailbox"
    if wires.HEAD.match(start) or verticals.HEAD.match(start):
        return TEXT
    plain = _ascii(start)
    if plain.startswith(b"<"):
        if plain.startswith(b"<?xml") and b"webresourcedata" in data.lower()[:100_000]:
            return "webarchive"
        named = by_ending == "xml" or plain.startswith(b"<?xml") or _FEED.match(plain)
        if named and not _ROOT_HTML.match(plain):
            return "xml"
        if by_ending == "xls":
            return "html table"
        if _HTML.search(plain) or by_ending == "html":
            return "html"
    if by_ending in ("mail", "mailbox", "text", "html", "") and _is_mail(plain, by_ending):
        return "mail"
    if by_ending in ("csv", "tsv", "json", "jsonl", "html", "xml", TEXT):
        return by_ending
    if by_ending == "xls":
        # Some services call a table with tabs a spreadsheet.
        return "tsv" if b"\t" in plain else "csv"
    return ""


def _ascii(data: bytes) -> bytes:
    """Return bytes of UTF-16 as those of ASCII; others as they are."""
    for mark, name in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[2:].decode(name, "replace").encode("ascii", "replace").lstrip()
    return data


def _is_mail(data: bytes, by_ending: str) -> bool:
    """Return whether a file is a mail or a web archive: its first lines are those of a head."""
    lines = [line for line in data.replace(b"\r", b"").split(b"\n")[:12] if line]
    heads = sum(_MAIL.match(line) is not None for line in lines)
    if by_ending in ("mail", "mailbox"):
        return heads > 0
    # Behind long lines of the servers it came through, MIME-Version may stand far down.
    sent = b"mime-version:" in data.lower() or _SERVER.search(data) is not None
    return sent and heads >= 3


def _kind_of_ole(data: bytes) -> str:
    """Return "xls" for the spreadsheets of old programs, "doc" for documents, "locked"."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "locked"
    if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
        return "xls"
    return "doc" if "WordDocument".encode("utf-16-le") in data else ""


def _kind_of_zip(data: bytes) -> str:
    """Return the kind of a file that is a zip archive inside."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names:
                kind = archive.read("mimetype").strip()
                return "odt" if kind.endswith(b"opendocument.text") else ""
    except (zipfile.BadZipFile, RuntimeError, OSError, EOFError, ValueError):
        return "zip"
    return next((kind for name, kind in _PARTS if name in names), "zip")


def may_be_export(text: str) -> bool:
    """Return whether a text has a sign that some export has."""
    start = text.lstrip("\ufeff \t\r\n")[:20].lower()
    parts = pieces(text) if len(text) > PIECE else (text,)
    return start.startswith(_BEGINNINGS) or any(
        sign in small for piece in parts for small in [piece.lower()] for sign in _SIGNS
    )


def begins_as_export(text: str) -> bool:
    """Return whether the first line of a text is that of an export, and of no table."""
    first = next((line for line in text[:2000].splitlines() if line.strip("\ufeff \t")), "")
    return _EXPORT_LINE.fullmatch(first.strip("\ufeff \t")) is not None


def is_article(text: str) -> bool:
    """Return whether a text has no sign of an export, of another form, or of several articles."""
    return not (
        any(head.search(text) for head in HEADS)
        or any(form.search(text) for form in FORMS.values())
        or may_be_export(text)
    )
