"""Readers: from files of articles to a Corpus, with one small parser per format."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from framing._core.checks import (
    InputError,
    check_objects,
    check_positive,
    itemised,
    listing,
)
from framing._core.encodings import find_text, line_decoder, refuse_zero
from framing._core.long_work import in_parallel, progress_bar, progress_shown
from framing._core.memory import MANY_READ, give_back
from framing._core.tables import counted
from framing._core.typing import Mask
from framing.corpus.archives.articles import Article, FileArticles
from framing.corpus.archives.facts import language_codes
from framing.corpus.archives.kinds import (
    ENDINGS,
    TEXT,
    begins_as_export,
    is_article,
    kind_of,
    may_be_export,
)
from framing.corpus.archives.markdown import as_markdown
from framing.corpus.archives.parsers import PARSERS, parse, read_text
from framing.corpus.archives.services import known_table
from framing.corpus.archives.sheets import is_table_of_articles, is_xml_table
from framing.corpus.archives.xml_cells import with_documents
from framing.corpus.cleaning import clean_html, clean_in_place
from framing.corpus.cleaning import repair as repair_texts
from framing.corpus.columns import (
    TableRead,
    bears_text,
    choose_columns,
    is_part,
    is_prose,
    is_usual,
    with_numbers,
)
from framing.corpus.corpus import (
    RESERVED,
    Corpus,
    corpus_from_table,
    doubt,
    exclusion,
    is_blank,
    name_columns,
)
from framing.corpus.dates import with_epochs
from framing.corpus.doubtful import other_languages
from framing.corpus.inputs import Content, Input, Streamed, contents, find_inputs
from framing.corpus.tables import (
    PLAIN,
    TABLE_START,
    TABLES,
    UNTYPED,
    kind_of_table,
    read_lines,
    read_rows,
)
from framing.corpus.unknown_files import unknown_file

SIDECAR = "documents.csv"
KEYS = ("doc_id", "file", "filename")
# An ending that a name in documents.csv may have.
_ENDING = rf"(?i)(?:{'|'.join(map(re.escape, [*ENDINGS, '.htm']))})$"
# What exports state, in the order in which a corpus shows it.
COLUMNS = ("text", "title", "source", "date", "section", "byline", "length", "language", "url")
# Files with these endings are read in no time.
PLAIN_ENDINGS = (".txt", ".md", ".csv", ".tsv", ".jsonl", ".json", ".parquet", "")
MARKDOWN = (".md", ".markdown")
# Files with one article that a table beside them may describe.
_DESCRIBED = (".txt", ".html", ".htm", ".md", ".markdown", ".docx", ".odt", ".rtf", ".pdf")
# A server that has no such file sends a page in its place.
DOCUMENTS = (".docx", ".odt", ".pdf", ".xlsx", ".parquet", ".zip")
# From so many files on that need a parser, several processes are faster.
MANY = 500
# A browser saves the pictures and scripts of "page.html" in a folder "page_files" beside it.
ASSETS = re.compile(
    r"(?P<page>.+?)(?:[_-](?:files|dateien|fichiers|archivos|file|bestanden|filer|pliki|ficheiros)|"
    r"\.files)/",
    re.IGNORECASE,
)


@check_objects
def read_corpus(
    path: str | Path,
    *,
    text: str | None = None,
    doc_id: str | None = None,
    title: str | None = None,
    source: str | None = None,
    date: str | None = None,
    dates: str | None = None,
    encoding: str | None = None,
    language: str = "en",
    furniture: bool | str = True,
    clean: bool = True,
    repair: bool = False,
    workers: int | None = None,
    progress: bool = True,
) -> Corpus:
    """Read articles from a folder, files, a zip archive, or an export of an archive of news.

    Returns a Corpus: ``table`` has one row per article, ``exclusions`` what was left out and why,
    ``doubts`` the articles that a person should look at, ``notes`` what was decided while reading.

    Try it: ``fr.read_corpus("articles/")``, with your folder.

    Parameters
    ----------
    path : str or Path
        A file; or a folder, a zip archive or a glob such as ``"data/*/one.docx"``, which stand for
        their files. What a file is, is found by its content and then by its ending:

        - plain texts (.txt), documents (.docx, .odt, .rtf, .pdf) and saved web pages (.html, .mht;
          their main text): one article a file; Markdown (.md) without its marks, with the facts
          that stand above it in YAML, TOML or JSON; texts below labels ("Title: …"); each mail of
          a mailbox (.mbox). Facts without a usual name have columns of their own;
        - exports with one article or many: Nexis Uni and LexisNexis (.docx, .rtf, .pdf, .txt,
          .html), Factiva (.html, .xml, .rtf, .txt), ProQuest (.txt, .html, .rtf, .eml, .xls),
          NewsBank and Access World News, EBSCOhost, Gale and PressReader (.txt), Europresse and
          Integrum (.html), wiso and Genios (.txt, .rtf, .docx, .pdf, .html), Retriever (.txt; the
          last three by the layout that public programs read); references as RIS, of EndNote (.enw,
          .xml), RefWorks (.txt, also of CNKI), PubMed (.nbib) and Web of Science (.txt); corpora
          of Alceste and Iramuteq, documents of MAXQDA and passages of NVivo (.txt), captions
          (.srt, .vtt, .sbv, TTML), transcripts with names and times, wires (ANPA 1312, IPTC 7901),
          corpora with a word a line (.vrt, .conllu), feeds, exports of WordPress and MediaWiki,
          chats (WhatsApp and Zoom .txt, Telegram .html, Discord .txt and .html, Slack .json: an
          article each message), and XML of agencies and archives (NITF,
          NewsML, TEI, JATS, EBSCO, ALTO …) or with one element an article;
        - clippings (.txt, .rtf, .docx, .pdf), as of Mediargus, GoPress and APA: several articles
          below numbered titles or rules, each with newspaper and day; "Article 2 of 9"; the same
          labels again and again. What only looks like them is one text, with a doubt. Pages of
          APA (.html), and of Kikuzo and Yomidasu, the archives of two Japanese newspapers (.html);
        - tables with a row per article: .csv (also with semicolons), .tsv, .xlsx, .xls, .json,
          .jsonl, .parquet, .feather, nested .json (feeds, chats, transcripts, crawled pages,
          stories of AP and LexisNexis), those of Media Cloud, GDELT, Zotero, ProQuest, Scopus and
          EBSCO, and ``tweets.js`` in the archive of an account of Twitter.

        What a reader does not see is no text: what documents and pages hide, what was deleted
        while changes were tracked, remarks. A footnote of a document stands below its paragraph.
        What a file marks as its title is in the column ``title`` and is no text, in every format; a
        headline without a mark, as in .txt, .pdf and .rtf, stays in the text.
        In .csv and .tsv, the apostrophe that `write_table` puts before what a spreadsheet takes
        for a formula is taken off.

        Each may be packed by itself, as ``news.csv.gz`` (.gz, .bz2, .xz, .zst).

        A ``documents.csv`` in the folder describes its files: the column ``file`` (or ``doc_id``)
        names them. So does another table without texts of which a column names most files, such
        as ``posts.csv`` of Substack. Formats that need the extra ``archives`` name the command
        that adds it.
    text, doc_id, title, source, date : str
        The column of a table with this content. By default the column of the same name, or else
        one with a usual name in some language or tool, such as body, headline, outlet or Datum;
        ``notes`` says which. Without a column ``doc_id`` the documents are numbered (text files
        have their file name as id).
    dates : {"dmy", "mdy", "ymd"}, optional
        The order of day, month and year in dates of numbers, such as 03/04/2025. By default the
        whole column decides; see `Corpus`.
    encoding : str, optional
        Encoding of text files that have no byte-order mark. By default it is found, file by file:
        UTF-8, or else the encoding that fits. ``notes`` lists files that are not UTF-8.
    language : str
        ISO 639-1 code, for the sentence rules.
    furniture : bool or str
        Whether to remove page furniture (see `find_furniture`), or a TOML file of rules.
    clean : bool
        Whether to replace HTML tags and entities in the texts and titles of tables by what they
        stand for; ``notes`` says how many there were.
    repair : bool
        Whether to put right characters that were decoded wrongly before ("cafÃ©"), with ftfy.
    workers : int, optional
        Number of processes. By default one per core where there are many files to parse, and
        otherwise one. The result is the same.
    progress : bool
        Whether to show a progress bar where reading takes long. There is none where stderr is not
        a terminal.

    Returns
    -------
    Corpus
        Texts are the same as in plain text files and tables; paragraphs of other files have a blank
        line between them, those of web pages a line each. Exports also fill the columns
        ``title``, ``source``, ``date``, ``section``, ``byline``, ``length`` (the words that the
        file states), ``language`` and ``url``, where they state these. ``exclusions`` lists
        files, articles and lines that were left out, ``doubts`` the articles that a person should
        look at, ``notes`` what was decided.
        A further column of a .csv or .tsv is numeric where all its values are numbers (007 is
        not a number), and text otherwise.

    Raises
    ------
    InputError
        The path does not exist, is empty or cannot be opened; no file of it can be read (of
        several files each costs itself only, and is listed); a text is not in the encoding (with
        file and byte), a row is malformed (with its line), a column is missing, a doc_id occurs
        twice, the order of day and month is open, no document is left, or ``workers`` is not a
        whole number above 0.

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
    if workers is not None:
        check_positive("workers", workers, whole=True)
    roles = {"text": text, "doc_id": doc_id, "title": title, "source": source, "date": date}
    inputs = find_inputs(path)
    # Zip archives often have a folder at the top; of several such tables none is the one of all.
    sidecars = [item for item in inputs if PurePosixPath(item.name).name == SIDECAR]
    sidecar = next((item for item in sidecars if item.name == SIDECAR), None)
    sidecar = sidecar or (sidecars[0] if len(sidecars) == 1 else None)
    if len(inputs) == 1:
        sidecar = None
    about = None if sidecar else _table_about(inputs, encoding)
    sidecar = about.item if about else sidecar
    exclusions: list[dict[str, object]] = []
    rest = _without_assets([item for item in inputs if item != sidecar], exclusions)
    parts: list[Part] = []
    doubts: list[dict[str, object]] = []
    errors: list[InputError] = []
    for item, result in zip(
        rest, _read_files(rest, roles, encoding, workers, progress), strict=True
    ):
        if isinstance(result, InputError):
            errors.append(result)
            exclusions.append(_not_read(item, str(result)))
        else:
            parts.append(result)
    if not parts:
        raise _nothing_read(Path(path), errors)
    table = _joined(parts, exclusions, doubts)
    size = sum(len(text) for text in table["text"] if isinstance(text, str))
    if size >= MANY_READ:
        give_back()
    # Of the tables of the files, what is needed below is how many rows they have.
    parts = [part if part.table is None else replace(part, table=part.table[[]]) for part in parts]
    notes = [*_notes_on_encodings(parts), *_notes_on_files(parts, len(rest))]
    day_first = next((part.day_first for part in parts if part.day_first), "")
    if clean:
        table, of_documents = with_documents(table, _of_tables(parts))
        notes += [*of_documents, *_clean(table, parts)]
    if repair:
        notes += _repair(table, str(path))
    try:
        doubts += _in_other_languages(table, language)
    except OSError as error:
        # The model that tells languages apart is unpacked into a temporary file.
        notes.append(
            f"The languages of the texts were not checked: a temporary file cannot be written "
            f"({error.strerror or error}). Name a folder on another disk: TMPDIR=/other/folder."
        )
    doubts += _about_the_files(parts)
    if sidecar:
        item, described = sidecar, about.read if about else _read_plain(sidecar, encoding)
        metadata = described.table
        notes += [*([about.note] if about else []), *described.notes]
        named = {role: roles[role] for role in ("title", "source", "date")}
        if any(part.table is not None for part in parts):
            # The names may be those of columns of the tables.
            named = {role: name if name in metadata else None for role, name in named.items()}
        stated = metadata.drop(columns=[*KEYS], errors="ignore")
        choice = choose_columns(stated, named, item.where, texts=False)
        metadata = name_columns(metadata, choice.columns)
        table, lacking = _add_metadata(table, metadata, item, exclusions)
        notes += lacking
        table = with_numbers(table, commas=described.commas)
        notes += choice.notes
        day_first = day_first or choice.day_first
    # A corpus holds its texts as those of Python; packed ones beside them would be a second copy.
    table["text"] = table["text"].astype(object)
    corpus = corpus_from_table(
        table,
        str(path),
        language=language,
        furniture=furniture,
        exclusions=exclusions,
        doubts=doubts,
        dates=dates,
        day_first=day_first,
        notes=notes,
    )
    del table
    if size >= MANY_READ:
        give_back()
    return corpus


@dataclass(frozen=True)
class _About:
    """A table that describes the files beside it; its column "file" has their names."""

    item: Input
    read: TableRead
    note: str


def _read_plain(item: Input, encoding: str | None) -> TableRead:
    """Return a .csv or .tsv as a table."""
    (_, data), *_ = contents([item])
    kind = "tsv" if item.suffix == ".tsv" else "csv"
    found = find_text(_whole(_usable(data)), item.where, encoding)
    read = PLAIN[kind](found.text, item.where)
    decoded = [f"{item.name}: {found.note}. encoding='…' sets the encoding."] if found.note else []
    return replace(read, notes=(*read.notes, *decoded))


def _table_about(inputs: Sequence[Input], encoding: str | None) -> _About | None:
    """Return the only table beside other files, if it describes them.

    It has no texts, names half of the files or more, and has titles, sources, dates or authors:
    results that were written beside the articles do not.
    """
    tables = [item for item in inputs if item.suffix in (".csv", ".tsv") and not item.fault]
    stems = [item.stem for item in inputs if item.suffix in _DESCRIBED]
    paths = {PurePosixPath(stem).name: stem for stem in stems}
    if len(tables) != 1 or not stems or len(paths) < len(stems):
        return None
    try:
        read = _read_plain(tables[0], encoding)
    except InputError:
        return None
    names = list(map(str, read.table))
    if any(is_usual(name, "text") for name in names):
        return None
    facts = ("title", "source", "date", "byline")
    if not any(is_usual(name, role) for name in names for role in facts):
        return None
    for column in read.table:
        named = read.table[column].fillna("").astype("str").str.strip().str.replace("\\", "/")
        named = named.str.rpartition("/")[2].str.replace(_ENDING, "", regex=True)
        if named.is_unique and 2 * named.isin(paths).sum() >= max(len(paths), 2):
            table = read.table.drop(columns=[column, *KEYS], errors="ignore")
            table = table.assign(file=[paths.get(name, name) for name in named])
            note = f"{tables[0].name} describes the other files: its column {column!r} names them."
            return _About(tables[0], replace(read, table=table), note)
    return None


def _read_files(
    inputs: Sequence[Input],
    roles: Mapping[str, str | None],
    encoding: str | None,
    workers: int | None,
    progress: bool,
) -> Iterator["Part | InputError"]:
    """Yield the documents of each file, or the error of the file, in their order.

    Many files that need more than decoding are parsed in several processes: their parsers hold
    the lock of Python, so that threads do not help.
    """
    from joblib import delayed, effective_n_jobs

    if workers is None:
        parsed = sum(item.suffix not in PLAIN_ENDINGS for item in inputs)
        workers = effective_n_jobs(-1) if parsed >= MANY else 1
    pairs = contents(inputs)
    with progress_shown(progress), progress_bar(len(inputs), "file", "read_corpus") as bar:
        results: Iterator[Any] = (_read_file(item, data, roles, encoding) for item, data in pairs)
        if workers != 1:
            calls = (delayed(_read_file)(item, data, roles, encoding) for item, data in pairs)
            results = in_parallel(calls, workers)
        for result in results:
            yield result
            bar.update()


def _clean(table: pd.DataFrame, parts: Sequence["Part"]) -> list[str]:
    """Take HTML out of the texts and titles of tables; return a note on what was replaced."""
    rows = _of_tables(parts)
    changed = tags = entities = 0
    for column in ("text", "title"):
        if column not in table or not rows.any():
            continue
        if table[column].dtype == object:
            # One text after the other, so that those with and without HTML are not held together.
            values = table[column].to_numpy(copy=True)
            table[column] = None
            cleaned = clean_in_place(values, np.flatnonzero(rows).tolist())
            table[column] = pd.Series(values, index=table.index, dtype=object)
        elif isinstance(table[column].dtype, pd.StringDtype):
            # Few texts have HTML, and each takes more room as one of Python.
            marked = table[column].str.contains("[<&]", na=False).to_numpy(dtype=bool) & rows
            cleaned = clean_html(table.loc[marked, column].tolist())
            if cleaned.changed:
                table.loc[marked, column] = cleaned.texts
        else:
            cleaned = clean_html(table.loc[rows, column].tolist())
            if cleaned.changed:
                table.loc[rows, column] = cleaned.texts
        changed += cleaned.changed
        tags += cleaned.tags
        entities += cleaned.entities
    _put_marks_of_cuts_apart(table, rows)
    if not changed:
        return []
    return [
        f"HTML was taken out of {changed:,} texts and titles: {tags:,} tags and {entities:,} "
        "entities were replaced by what they stand for. clean=False keeps them."
    ]


# What services write where they cut a text: "… [+4213 chars]".
_CUT = re.compile(r"\s*(\[\+?\d{1,6} chars\])\s*\Z")


def _put_marks_of_cuts_apart(table: pd.DataFrame, rows: Mask) -> None:
    """Give the mark of a cut at the end of a text a line of its own, which is page furniture."""
    cut = {
        row: _CUT.sub(r"\n\1", text)
        for row, (text, of_table) in enumerate(zip(table["text"], rows, strict=True))
        if of_table and isinstance(text, str) and text[-10:].rstrip().endswith(" chars]")
    }
    if cut:
        values = table["text"].to_numpy(dtype=object, copy=True)
        values[list(cut)] = list(cut.values())
        table["text"] = pd.Series(values, index=table.index, dtype=object)


def _of_tables(parts: Sequence["Part"]) -> Mask:
    """Return for each document whether it is a row of a table."""
    return np.repeat([part.reading is None for part in parts], [_count(part) for part in parts])


def _count(part: "Part") -> int:
    """Return the number of documents of a file."""
    if part.reading is not None:
        return len(part.reading.articles)
    return 0 if part.table is None else len(part.table)


def _repair(table: pd.DataFrame, where: str) -> list[str]:
    """Put right characters that were decoded wrongly; return a note on how many texts changed."""
    known = table["text"].notna()
    texts, changed = repair_texts(table.loc[known, "text"].tolist(), where)
    table.loc[known, "text"] = texts
    return [f"Characters that were decoded wrongly were put right in {changed:,} texts."]


def _in_other_languages(table: pd.DataFrame, language: str) -> list[dict[str, object]]:
    """Return a doubt for each text that seems to be in another language than the corpus."""
    texts = (text if isinstance(text, str) else "" for text in table["text"])
    return [
        doubt(
            str(table["doc_id"].iloc[position]),
            f"the text seems to be in the language {code!r}, but the corpus is read as "
            f"{language!r} "
            "(option language)",
        )
        for position, code in other_languages(texts, language).items()
    ]


# Files that describe those beside them.
_ABOUT = re.compile(
    r"(read[ _-]?me|liesmich|lisez[ _-]?moi|leeme|licen[cs]e|copying|change ?log|citation)\b.*",
    re.IGNORECASE,
)


def _about_the_files(parts: Sequence["Part"]) -> list[dict[str, object]]:
    """Return a doubt for each text that is named like a description of the other files."""
    if len(parts) < 2:
        return []
    return [
        doubt(doc_id, f"the file {part.item.name} seems to describe the others, and counts as text")
        for part in parts
        if part.reading is not None and part.reading.format in ("text", "Markdown")
        if _ABOUT.fullmatch(PurePosixPath(part.item.stem).name)
        for doc_id in _ids(part.item.stem, part.reading)
    ]


def _without_assets(inputs: Sequence[Input], exclusions: list[dict[str, object]]) -> list[Input]:
    """Return the files without those that a browser saved beside a page; their folder is listed."""
    pages = {item.stem for item in inputs if item.suffix in (".html", ".htm", ".xhtml")}
    kept: list[Input] = []
    folders: dict[str, list[Input]] = {}
    for item in inputs:
        match = ASSETS.match(item.name)
        if match and match["page"] in pages:
            folders.setdefault(match[0], []).append(item)
        else:
            kept.append(item)
    for folder, items in folders.items():
        reason = f"{len(items):,} files that belong to a saved page"
        exclusions.append(_not_read(replace(items[0], name=folder.rstrip("/")), reason))
    return kept


@dataclass(frozen=True)
class Part:
    """The documents of a file, and what was left out of it.

    It has a table, or a reading where it is a file of articles. Without a column doc_id the
    documents get ids from the name of the file. ``decoded`` says how the bytes were read; empty
    for UTF-8 and for files that are no plain text. ``notes`` are further decisions,
    ``day_first`` is a reason for the day to stand first in dates.
    """

    item: Input
    table: pd.DataFrame | None = None
    reading: FileArticles | None = None
    decoded: str = ""
    notes: tuple[str, ...] = ()
    day_first: str = ""


def _usable(data: Content | InputError) -> Content:
    """Return the content of a file; raise the error of a file that could not be read."""
    if isinstance(data, InputError):
        raise data
    return data


def _whole(data: Content) -> bytes:
    """Return the bytes of a file."""
    return data.read() if isinstance(data, Streamed) else data


def _read_file(
    item: Input, data: Content | InputError, roles: Mapping[str, str | None], encoding: str | None
) -> "Part | InputError":
    """Return the documents of a file, or the error that says why it cannot be read."""
    try:
        return _parsed(item, _usable(data), roles, encoding)
    except InputError as error:
        return error


def _parsed(
    item: Input, content: Content, roles: Mapping[str, str | None], encoding: str | None
) -> Part:
    """Return the documents of a file."""
    if isinstance(content, Streamed) and (encoding or "utf-8").lower() in ("utf-8", "utf8"):
        found_table = read_lines(content.lines, item.name, item.where)
        if found_table is not None:
            return _named(item, *found_table, roles, "")
    data = _whole(content)
    kind = kind_of(data, item.name)
    if kind == "html" and is_table_of_articles(data, item.where):
        kind = "html table"
    if kind == "xml" and is_xml_table(data):
        kind = "xml table"
    decoded = ""
    if kind == TEXT or kind in PLAIN:
        found = find_text(data, item.where, encoding)
        refuse_zero(found.text, item.where)
        decoded = found.note
        if kind == TEXT and TABLE_START.match(found.text):
            kind = kind_of_table(found.text) or TEXT
        decoder = line_decoder(found) if isinstance(content, Streamed) else None
        if isinstance(content, Streamed) and kind in ("csv", "tsv") and decoder:
            # Neither the bytes nor the text of a large table are held while it is read.
            del data, found
            return _named(
                item, kind, read_rows(content.lines, decoder, kind, item.where), roles, decoded
            )
        # The bytes and the text of a large file take as much room as its articles.
        del data
        if kind == TEXT:
            if is_article(found.text):
                reading = FileArticles("text", [Article(found.text, place="the file")])
            else:
                reading = read_text(found.text, item.where)
            if item.suffix in MARKDOWN and reading.format == "text":
                reading = as_markdown(reading)
            return Part(item, None, reading, decoded)
        if item.suffix in (".csv", ".tsv") and (export := _export_in_disguise(found.text, item)):
            return Part(item, None, export, decoded)
        read = PLAIN[kind](found.text, item.where)
        del found
    elif kind in TABLES:
        read = TABLES[kind](data, item.where)
    elif kind in PARSERS:
        return Part(item, None, _as_named(item, kind, parse(kind, data, item.where)))
    else:
        raise unknown_file(item, data)
    return _named(item, kind, read, roles, decoded)


def _export_in_disguise(text: str, item: Input) -> FileArticles | None:
    """Return the articles of an export that is named like a table; None for other files."""
    if not begins_as_export(text) or not may_be_export(text):
        return None
    try:
        found = read_text(text, item.where)
    except InputError:
        return None
    if found.format == "text":
        return None
    note = f"{item.where}: this is no table but an export, of {found.format}, and is read as such."
    return replace(found, notes=[*found.notes, note])


def _as_named(item: Input, kind: str, found: FileArticles) -> FileArticles:
    """Return what was read, with a doubt where a page has the ending of a document."""
    if kind != "html" or item.suffix not in DOCUMENTS:
        return found
    doubt = (
        f"the file ends in {item.suffix!r} and is a web page, perhaps the message of a server in "
        "place of a document"
    )
    articles = [replace(item, doubts=(*item.doubts, doubt)) for item in found.articles]
    return replace(found, articles=articles)


def _named(
    item: Input, kind: str, read: TableRead, roles: Mapping[str, str | None], decoded: str
) -> Part:
    """Return the documents of a table, with its columns named by their roles."""
    table, notes = read.table, list(read.notes)
    known = known_table(table, item.where) if not any(roles.values()) else None
    if known:
        table = known[0]
        notes += known[1]
    choice = choose_columns(table, roles, item.where)
    if choice.columns["text"] == choice.columns.get("title"):
        # The titles are the texts: the column has two roles.
        table = table.assign(text=table[choice.columns["title"]])
        choice.columns["text"] = "text"
    if known is None and roles["text"] is None:
        table, of_others = _with_other_texts(table, choice.columns["text"])
        notes += of_others
    table = name_columns(table, choice.columns)
    if "language" in table:
        table = table.assign(language=language_codes(table["language"]))
    if kind in UNTYPED:
        table = with_numbers(table, commas=read.commas)
    if kind in (*UNTYPED, "json", "jsonl") and "date" in table:
        table = table.assign(date=with_epochs(table["date"]))
    notes += choice.notes
    day_first = choice.day_first or (
        "the cells are separated by semicolons" if kind == "csv" and read.commas else ""
    )
    return Part(item, table, decoded=decoded, notes=tuple(notes), day_first=day_first)


def _is_prose(value: object) -> bool:
    """Return whether a value is a text of a sentence or more, and no label."""
    if not isinstance(value, str):
        return False
    return is_prose(value.strip()) or (len(value.split()) > 1 and _ENDED(value) is not None)


def _is_sentence(value: object) -> bool:
    """Return whether a value has the words of a short sentence, or its end."""
    if not isinstance(value, str):
        return False
    return len(value.split()) > 3 or (len(value.split()) > 1 and _ENDED(value) is not None)


# The end of a sentence that is no question, as those of a form are.
_ENDED = re.compile(r"(?s).*[.!…。][\"'”’»)]*\s*").fullmatch


def _with_other_texts(table: pd.DataFrame, column: str) -> tuple[pd.DataFrame, list[str]]:
    """Return a table in which rows without a text have that of another column with a usual name.

    A part of a text, such as a summary, does not stand for it; a note says how it is read.
    """
    blanks = [not isinstance(value, str) or is_blank(value) for value in table[column]]
    blank = np.array(blanks, dtype=bool)
    notes: list[str] = []
    if not blank.any() or blank.all():
        return table, notes
    others = [name for name in map(str, table.columns) if name != column and bears_text(name)]
    others += [name for name in map(str, table.columns) if name.casefold() == "html"]
    for name in sorted(others, key=is_part):
        part = is_part(name.rpartition(".")[2])
        says = _is_sentence if part else _is_prose
        prose = table[name].map(says)
        rows = blank & prose.to_numpy(dtype=bool)
        if not rows.any():
            continue
        count = counted(int(rows.sum()), "documents")
        if part:
            notes.append(
                f"{count} without a text in {column!r}, but with one in {name!r}, which is a part "
                f"of the article and was not read: text={name!r} reads it."
            )
        else:
            table = table.assign(**{column: table[column].mask(rows, table[name])})
            notes.append(f"{count} without a text in {column!r}: it is that of {name!r}.")
            blank = blank & ~rows
    return table, notes


def _notes_on_encodings(parts: Sequence[Part]) -> list[str]:
    """Return one note per way in which files were decoded, other than as UTF-8."""
    names: dict[str, list[str]] = {}
    for part in parts:
        if part.decoded:
            names.setdefault(part.decoded, []).append(part.item.name)
    return [
        f"{listing(files, 3)}: {how}. encoding='…' sets the encoding."
        for how, files in names.items()
    ]


def _notes_on_files(parts: Sequence[Part], files: int) -> list[str]:
    """Return the notes of the files, each once, and how many files of each format were read."""
    notes = [note for part in parts for note in part.notes]
    formats = Counter(part.reading.format for part in parts if part.reading)
    articles = Counter[str]()
    for part in parts:
        if part.reading:
            notes += part.reading.notes
            articles[part.reading.format] += len(part.reading.articles)
    notes = list(dict.fromkeys(notes))
    if set(formats) - {"text"}:
        read = ", ".join(
            f"{counted(articles[name], 'articles')} of {counted(count, f'{name} files')}"
            for name, count in formats.items()
        )
        notes.insert(0, f"{len(parts):,} of {files:,} files were read: {read}.")
    return notes


def _joined(
    parts: Sequence[Part], exclusions: list[dict[str, object]], doubts: list[dict[str, object]]
) -> pd.DataFrame:
    """Return the documents of all files as one table; what was left out of files is listed."""
    stems = Counter(part.item.stem for part in parts)
    tables: list[pd.DataFrame] = []
    for alike, group in groupby(parts, key=lambda part: part.reading is not None):
        articles: list[Article] = []
        ids: list[str] = []
        for part in group:
            # Files in a folder may differ in their endings alone.
            stem = part.item.stem if stems[part.item.stem] == 1 else part.item.name
            if part.reading is not None:
                ids += _ids(stem, part.reading)
                articles += part.reading.articles
                exclusions += [
                    _not_read(part.item, f"{place}: {reason}", "not parsed")
                    for place, reason in part.reading.left_out
                ]
            elif part.table is not None:
                table = part.table
                if "doc_id" not in table.columns:
                    numbers = range(1, len(table) + 1)
                    table.insert(0, "doc_id", _numbered(stem, numbers))
                tables.append(table)
        if alike:
            table = _article_table(articles)
            table.insert(0, "doc_id", ids)
            tables.append(table)
            doubts += [
                doubt(doc_id, reason)
                for doc_id, article in zip(ids, articles, strict=True)
                for reason in article.doubts
            ]
    return tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)


def _article_table(articles: Sequence[Article]) -> pd.DataFrame:
    """Return one row per article, with the columns that some article fills.

    Further facts have columns of their own, where numbers are numbers; one with the name of another
    column is left out.
    """
    stated = dict.fromkeys(name for article in articles for name, _ in article.more)
    further = [name for name in stated if name not in (*COLUMNS, "doc_id", "date_precision")]
    rows: list[dict[str, Any]] = [
        {**dict(article.more), **{name: getattr(article, name) for name in COLUMNS}}
        for article in articles
    ]
    names = [*COLUMNS, *further]
    table = pd.DataFrame(rows, columns=names, dtype=object)
    table = table[[name for name in names if name == "text" or table[name].notna().any()]]
    if "length" in table:
        table = table.assign(length=table["length"].astype("Int64"))
    if not further:
        return table
    numbers = with_numbers(table[further], commas=False)
    table = pd.concat([table.drop(columns=further), numbers], axis=1)
    return table.rename(columns={name: f"{name}_given" for name in RESERVED})


def _ids(stem: str, reading: FileArticles) -> list[str]:
    """Return the ids of the articles of a file: the name of the file, with the number if many."""
    numbers = [article.number for article in reading.articles]
    return [stem] if len(numbers) + len(reading.left_out) == 1 else _numbered(stem, numbers)


def _numbered(stem: str, numbers: Sequence[int]) -> list[str]:
    """Return a name with numbers of the same width."""
    width = len(str(max(numbers, default=1)))
    return [f"{stem}-{number:0{width}}" for number in numbers]


def _nothing_read(path: Path, errors: Sequence[InputError]) -> InputError:
    """Return the error of a path of which no file could be read."""
    if len(errors) == 1:
        return errors[0]
    if errors:
        reasons = itemised([str(error) for error in errors])
        return InputError(f"{path}: none of the {len(errors):,} files can be read:{reasons}")
    return InputError(
        f"{path} has no file that can be read. It contains: nothing. Give read_corpus the folder "
        f"of the articles, or a file of them. Known endings: {listing(ENDINGS, 30)}."
    )


def _not_read(item: Input, reason: str, rule: str = "not read") -> dict[str, object]:
    """Return the exclusion of a file that is not read, or of a place in it."""
    return {"doc_id": item.name, "kind": "file", "rule": rule, "reason": reason}


def _add_metadata(
    table: pd.DataFrame,
    metadata: pd.DataFrame,
    sidecar: Input,
    exclusions: list[dict[str, object]],
) -> tuple[pd.DataFrame, list[str]]:
    """Return the texts with the columns of documents.csv, and a note on texts without a row.

    Names without a file are excluded.
    """
    known = set(table["doc_id"])
    key = next((name for name in KEYS if name in metadata.columns), None)
    # The column may have the name of another language: Datei, fichier.
    others = (name for name in map(str, metadata) if _names_files(metadata[name], known))
    key = key or next(others, None)
    if key is None:
        raise InputError(
            f"{sidecar.where} has no column that names the files. Name the column one of "
            f"{listing(KEYS)}. "
            f"Its columns: {listing(metadata.columns)}."
        )
    names = _bare_names(metadata[key])
    # The same letters can be written in two ways, and macOS writes names in the other one.
    file = PurePosixPath(sidecar.name).name
    names = (sidecar.name.removesuffix(SIDECAR) if file == SIDECAR else "") + names.str.normalize(
        "NFC"
    )
    repeated = names[names.duplicated()]
    if len(repeated):
        rows = [row + 2 for row in names.index[names == repeated.iloc[0]]]
        raise InputError(
            f"{sidecar.where}: {repeated.iloc[0]!r} is in the lines {listing(rows)}. Keep one "
            "line for each file."
        )
    if "text" in metadata.columns:
        raise InputError(
            f"{sidecar.where} has a column 'text', but the texts are in files. Rename the column, "
            "or remove it."
        )
    names = _with_letters_of_files(names, known)
    for row, name in names.items():
        if name not in known:
            reason = f"{file}, line {int(str(row)) + 2}: there is no file {name}.txt"
            exclusions.append(exclusion(name, "document", "no file", reason))
    metadata = metadata.drop(columns=[column for column in (*KEYS, key) if column in metadata])
    stated = metadata.assign(doc_id=names)
    joined = table.merge(stated, on="doc_id", how="left", suffixes=("_read", ""))
    for column in stated.columns.intersection(table.columns).drop("doc_id"):
        # What documents.csv says counts more than what stands in the file.
        joined[column] = joined[column].where(joined[column].notna(), joined.pop(f"{column}_read"))
    stated_names = set(names)
    lacking = [name for name in table["doc_id"] if name not in stated_names]
    if not lacking or len(lacking) == len(table):
        return joined, []
    return joined, [
        f"{file} has no row for {len(lacking):,} of {len(table):,} documents "
        f"({listing(lacking, 3)}): they have no value in its columns."
    ]


def _bare_names(values: "pd.Series[str]") -> "pd.Series[str]":
    """Return names of files without their endings."""
    return values.fillna("").astype("str").str.strip().str.replace(_ENDING, "", regex=True)


def _names_files(values: "pd.Series[str]", known: set[str]) -> bool:
    """Return whether a column names the files, most of which it knows."""
    names = _bare_names(values)
    return names.is_unique and 2 * names.isin(known).sum() >= max(len(known), 2)


def _with_letters_of_files(names: "pd.Series[str]", known: set[str]) -> "pd.Series[str]":
    """Return names with capitals as the files have them, where one file alone has these letters."""
    alike: dict[str, list[str]] = {}
    for name in known - set(names):
        alike.setdefault(name.casefold(), []).append(name)
    found = names.where(
        names.isin(known), names.map(lambda name: (alike.get(name.casefold()) or [name])[0])
    )
    certain = names.isin(known) | names.map(lambda name: len(alike.get(name.casefold(), [])) == 1)
    return found.where(certain & ~found.duplicated(keep=False), names)
