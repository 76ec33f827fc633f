"""Parsers: which of them reads a file of articles, by its kind and by what stands in it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from framing._core.checks import InputError
from framing.corpus.archives.alceste import is_alceste, read_alceste
from framing.corpus.archives.articles import (
    TITLED,
    Article,
    FileArticles,
    cut_short,
    reading,
    without_title,
)
from framing.corpus.archives.captions import is_captions, is_timed, read_captions, read_timed
from framing.corpus.archives.chats import read_chat, read_chat_page, read_zoom
from framing.corpus.archives.clippings import may_hold_several, read_clippings
from framing.corpus.archives.coded_texts import read_maxqda, read_nvivo
from framing.corpus.archives.datelines import QUOTES, is_quoted
from framing.corpus.archives.documents import (
    Paragraphs,
    docx_paragraphs,
    is_open_rtf,
    odt_paragraphs,
    pdf_pages,
    rtf_paragraphs,
    unwrapped,
    without_margins,
)
from framing.corpus.archives.elements import read_elements
from framing.corpus.archives.europresse import europresse_elements, read_europresse
from framing.corpus.archives.factiva import (
    factiva_elements,
    is_factiva_lines,
    is_factiva_xml,
    read_factiva_html,
    read_factiva_lines,
    read_factiva_xml,
)
from framing.corpus.archives.facts import iso_date
from framing.corpus.archives.feeds import is_feed, read_feed
from framing.corpus.archives.integrum import integrum_elements, read_integrum
from framing.corpus.archives.japanese import is_japanese, read_japanese
from framing.corpus.archives.kinds import FORMS, HEADS, may_be_export
from framing.corpus.archives.library_databases import (
    is_ebsco,
    is_gale,
    is_pressreader,
    read_ebsco,
    read_gale,
    read_pressreader,
)
from framing.corpus.archives.mailboxes import mails, without_signature
from framing.corpus.archives.markdown import (
    read_labels,
    read_markdown,
    with_labels,
    without_marks,
)
from framing.corpus.archives.markup import blocks, html_tree, text_of, xml_tree
from framing.corpus.archives.nexis import (
    ANCHOR,
    is_cover,
    is_marked,
    is_nexis,
    may_be_nexis,
    read_nexis,
)
from framing.corpus.archives.records import (
    RULE,
    is_newsbank,
    is_proquest,
    read_newsbank,
    read_proquest,
)
from framing.corpus.archives.references import (
    is_endnote,
    is_pubmed,
    is_refworks,
    is_ris,
    is_web_of_science,
    read_endnote,
    read_pubmed,
    read_refworks,
    read_ris,
    read_web_of_science,
)
from framing.corpus.archives.retriever import is_retriever, read_retriever
from framing.corpus.archives.scans import is_scan, read_scan
from framing.corpus.archives.transcripts import read_transcript
from framing.corpus.archives.verticals import read_vertical
from framing.corpus.archives.webpages import (
    html_in_mail,
    html_in_webarchive,
    is_open_page,
    is_saved_page,
    mail_head,
    read_page,
)
from framing.corpus.archives.wikitext import is_wiki, read_wiki
from framing.corpus.archives.wires import read_wire
from framing.corpus.archives.wiso import is_wiso, read_wiso, read_wiso_html, wiso_elements

# Stands in a page where an article of LexisNexis begins; a character that no text has.
MARK = "\ue0f0"


def read_text(text: str, where: str) -> FileArticles:
    """Return the articles of a text: of an export by its marks, otherwise the text as it is."""
    if found := _of_form(text, where):
        return found
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    lines = plain.split("\n")
    if not may_be_export(text):
        return _of_text(text, lines, where)
    if is_ris(text):
        return read_ris(text, where)
    if is_web_of_science(text):
        return read_web_of_science(text, where)
    if is_endnote(text):
        return read_endnote(text, where)
    if is_refworks(text):
        return read_refworks(text, where)
    if is_pubmed(text):
        return read_pubmed(text, where)
    if is_captions(text):
        return read_captions(text, where)
    if is_alceste(text):
        return read_alceste(text, where)
    if is_marked(text):
        # Programs that turn an export of Nexis into Markdown leave its marks around headings.
        plain = without_marks(text)
        lines = plain.split("\n")
    found = _of_export(lines, None, where, plain)
    return found or _of_text(text, lines, where)


_Forms = tuple[tuple[re.Pattern[str], Callable[[str, str], FileArticles | None]], ...]
# Texts with a form of their own, by a sign that none of them lacks. Only a text with the sign is
# given to the reader, which returns None for others.
_CODED: _Forms = ((FORMS["maxqda"], read_maxqda), (FORMS["nvivo"], read_nvivo))
_FORMS: _Forms = (
    *_CODED,
    (FORMS["markdown"], read_markdown),
    (FORMS["wire"], read_wire),
    (FORMS["zoom"], read_zoom),
    (FORMS["vertical"], read_vertical),
    (FORMS["chat"], read_chat),
)
_TALK: _Forms = ((FORMS["transcript"], read_transcript),)
_LABELS: _Forms = ((FORMS["labels"], read_labels),)


def _of_form(text: str, where: str, forms: _Forms = _FORMS) -> FileArticles | None:
    """Return the articles of a text with a form of its own; None for other texts."""
    readers = (read for sign, read in forms if sign.search(text))
    return next((found for read in readers if (found := read(text, where))), None)


def _of_text(text: str, lines: Sequence[str], where: str) -> FileArticles:
    """Return the articles of a text that is no export of an archive: one, or clippings."""
    if talk := _of_form(text, where, _TALK):
        return talk
    if "\x0c" in text:
        # The end of a page may be all that parts two articles.
        lines = text.replace("\r\n", "\n").replace("\x0c", "\n\n\n").split("\n")
    headed = any(head.search(text) for head in HEADS)
    found, doubts = read_clippings(lines, where) if headed else (None, ())
    if found is None and not doubts:
        found = _of_form(text, where, _LABELS)
    return found or FileArticles("text", [Article(text, place="the file", doubts=doubts)])


def _text_blocks(lines: Sequence[str]) -> list[str]:
    """Return the paragraphs of a text with blank lines between them; "" where a blank line is."""
    found: list[str] = [""]
    for line in lines:
        if line.strip():
            found[-1] += f"\n{line}" if found[-1] else line
        else:
            found += ["", ""] if found[-1] else [""]
    return found


def _of_export(
    lines: Sequence[str], parts: Sequence[str] | None, where: str, joined: str = ""
) -> FileArticles | None:
    """Return the articles of an export of an archive; None where it is none.

    ``parts`` are the paragraphs; None for a text, whose paragraphs are made where they are needed.
    ``joined`` is the text of the lines, where it is at hand.
    """
    if is_wiso(lines):
        return read_wiso(lines, where)
    if is_retriever(lines):
        return read_retriever(lines, where)
    joined = joined or "\n".join(lines)
    if is_proquest(joined):
        return read_proquest(lines, where)
    if is_ebsco(joined):
        return read_ebsco(lines, where)
    if is_gale(joined):
        return read_gale(lines, where)
    if is_pressreader(joined):
        return read_pressreader(lines, where)
    if parts is None and may_be_nexis(joined):
        parts = _text_blocks(lines)
    if parts is not None and is_nexis(parts):
        return read_nexis(parts, where)
    if is_factiva_lines(lines):
        return read_factiva_lines(lines, where)
    if is_newsbank(joined):
        found = read_newsbank(lines, where)
        # The same labels again and again need not be those of NewsBank.
        clippings = read_clippings(lines, where)[0] if len(found.articles) == 1 else None
        return clippings or found
    if is_cover(lines if parts is None else parts):
        raise InputError(
            f"{where}: this is the list of documents that Nexis adds to its files. It holds no "
            "article."
        )
    return None


def _of_document(document: Paragraphs, where: str) -> FileArticles:
    """Return the articles of a document: of an export, otherwise the document as one article."""
    texts = document.texts
    lines = [line for text in texts for line in text.split("\n")]
    found = _of_export(lines, texts, where)
    found = found or _of_form("\n".join(texts), where, (*_CODED, *_TALK))
    if found:
        return found
    if headed := with_labels(texts):
        found = read_labels(headed, where)
    if found:
        return found
    found, doubts = read_clippings(lines, where, lined=True)
    if found:
        return found
    body = "\n\n".join(text for text in texts if text)
    text = without_title(body, document.heading)
    article = Article(text, document.heading, place="the document", doubts=doubts)
    notes = [TITLED] if text != body else []
    return reading("document", [article], where, notes=notes)


def _read_docx(data: bytes, where: str) -> FileArticles:
    return _of_document(docx_paragraphs(data, where), where)


def _read_odt(data: bytes, where: str) -> FileArticles:
    return _of_document(odt_paragraphs(data, where), where)


def _read_rtf(data: bytes, where: str) -> FileArticles:
    found = _of_document(rtf_paragraphs(data, where), where)
    return cut_short(found, "the bracket } that closes it") if is_open_rtf(data) else found


def _read_pdf(data: bytes, where: str) -> FileArticles:
    pages = pdf_pages(data, where)
    found = _of_pdf(pages.lines, where)
    if pages.by_columns:
        note = f"{where}: columns were read one after the other on {_named(pages.by_columns)}."
        found = replace(found, notes=[*found.notes, note])
    if not pages.across:
        return found
    doubt = (
        f"{_named(pages.across)} of the PDF file seem to have columns, and the text crosses them "
        "line by line. Compare it with the file; a program that knows columns, such as pdftotext, "
        "may help"
    )
    articles = [replace(item, doubts=(*item.doubts, doubt)) for item in found.articles]
    return replace(found, articles=articles)


def _named(pages: Sequence[int]) -> str:
    """Return the page, or the number of pages, as a phrase."""
    return f"page {pages[0]}" if len(pages) == 1 else f"{len(pages):,} pages"


def _of_pdf(pages: Sequence[Sequence[str]], where: str) -> FileArticles:
    lines = [line for page in pages for line in page]
    if is_nexis(lines):
        return read_nexis(lines, where, wrapped=True)
    lines = without_margins(list(map(list, pages)))
    if is_factiva_lines(lines):
        return read_factiva_lines(lines, where, wrapped=True)
    if is_wiso(lines):
        return read_wiso([line for page in pages for line in page], where, wrapped=True)
    paragraphs = unwrapped(lines)
    if found := _of_export(lines, paragraphs, where) or _of_form("\n".join(lines), where, _TALK):
        return found
    found, doubts = read_clippings(lines, where, wrapped=True)
    if found:
        return found
    article = Article("\n\n".join(paragraphs), place="the document", doubts=doubts)
    return reading("PDF", [article], where)


def _read_html(data: bytes, where: str) -> FileArticles:
    # The tree of a large page is gone before another reader makes its own.
    if found := _of_known_page(data, where):
        return found
    found = _doubted(read_page(data, where))
    return cut_short(found, "</body> and </html>") if is_open_page(data) else found


def _of_known_page(data: bytes, where: str) -> FileArticles | None:
    """Return the articles of a page that an archive or a program of chats made; None for others."""
    root = html_tree(data, where)
    if elements := factiva_elements(root):
        return read_factiva_html(elements, where)
    if elements := europresse_elements(root):
        return read_europresse(elements, where)
    if elements := wiso_elements(root):
        return read_wiso_html(elements, where)
    if elements := integrum_elements(root):
        return read_integrum(elements, where)
    if is_japanese(root):
        return read_japanese(root, where)
    if chat := read_chat_page(root, where):
        return chat
    _mark(root)
    parts = [
        piece
        for block in blocks(root)
        for piece in ([ANCHOR, block[1:]] if block[0] == MARK else [block])
    ]
    del root
    lines = [
        line.replace(MARK, "")
        for part in parts
        for line in ([RULE] if part == ANCHOR else [*part.split("\n"), ""])
    ]
    if "proquest" in data[:200_000].decode("latin-1").casefold() and is_proquest("\n".join(lines)):
        return read_proquest(lines, where)
    if is_nexis([part for part in parts if part != ANCHOR]):
        return read_nexis(parts, where)
    if is_factiva_lines(lines):
        return read_factiva_lines(lines, where)
    if is_newsbank("\n".join(lines)):
        return read_newsbank(lines, where)
    if sum(line[:1] in QUOTES and is_quoted(line) for line in lines) > 1:
        return read_clippings(lines, where, lined=True)[0]
    return None


def _doubted(page: FileArticles) -> FileArticles:
    """Return a page with a doubt where its text may hold several articles."""
    article = page.articles[0]
    several = may_hold_several(article.text.split("\n"))
    return replace(page, articles=[replace(article, doubts=(*article.doubts, *several))])


def _mark(root: Any) -> None:
    """Mark in a page where articles of LexisNexis and ProQuest begin, and where the text does."""
    for anchor in root.iter("a"):
        if re.match(r"(?i)doc_?id", anchor.get("name") or ""):
            anchor.text = f"{MARK}{anchor.text or ''}"
    for text in root.iter("text"):
        if not re.match(r"(?i)\s*full text", text_of(text)):
            # Some pages have lost the first sign of "<html>" here.
            begun = (text.text or "").lstrip().removeprefix("html>")
            text.text = f"Full text: {begun}"


def _read_xml(data: bytes, where: str) -> FileArticles:
    if is_feed(data):
        return read_feed(data, where)
    root = xml_tree(data, where)
    if is_factiva_xml(root):
        return read_factiva_xml(data, where)
    if is_timed(root):
        return read_timed(root, where)
    if is_scan(root):
        return read_scan(root, where)
    if is_wiki(root):
        return read_wiki(root, where)
    if found := read_elements(root, where):
        return found
    raise InputError(
        f"{where}: this kind of XML is not known (its root is {root.tag!r}). Known are exports of "
        "Factiva and EndNote, feeds, and files with one element per article that has elements "
        "such as title and text. Save other files as text or as a table."
    )


# Mail of Apple states its length on the first line, and has a list of properties below.
_COUNTED = re.compile(rb"\s*(\d+)[ \t]*\r?\n(?=[A-Za-z][\w-]*:)")


def _read_mail(data: bytes, where: str) -> FileArticles:
    if counted := _COUNTED.match(data):
        data = data[counted.end() : counted.end() + int(counted[1])]
    content, kind = html_in_mail(data, where)
    if kind == "html":
        page = _read_html(content, where)
        return page if is_saved_page(data) or page.format != "web page" else _with_head(page, data)
    text, signature = without_signature(content.decode("utf-8"))
    found = read_text(text, where)
    if found.format != "text":
        return found
    found = _with_head(found, data)
    if signature:
        note = "What stands below a line '-- ' in a mail is its signature and no text."
        found = replace(found, notes=[*found.notes, note])
    return found


def _read_mailbox(data: bytes, where: str) -> FileArticles:
    """Return the articles of each mail of a mailbox; a mail without text costs itself only."""
    articles: list[Article] = []
    left_out: list[tuple[str, str]] = []
    notes: list[str] = []
    number = 0
    for position, mail in enumerate(mails(data), start=1):
        try:
            found = _read_mail(mail, f"{where}, mail {position}")
        except InputError as error:
            number += 1
            left_out.append((f"mail {position}", str(error)))
            continue
        for article in found.articles:
            number += 1
            article = replace(article, text=article.text.strip(), place=f"mail {position}")
            articles.append(replace(article, number=number))
        left_out += [(f"mail {position}, {place}", reason) for place, reason in found.left_out]
        notes += found.notes
    if not articles:
        raise InputError(f"{where}: no mail of this mailbox has a text. {left_out[0][1]}")
    return FileArticles("mailbox", articles, left_out, list(dict.fromkeys(notes)))


def _with_head(found: FileArticles, data: bytes) -> FileArticles:
    """Return the articles of a letter: its head says what an export says in its text."""
    subject, day, sender = mail_head(data)
    articles = [
        replace(article, title=subject, date=iso_date(day) if day else None, source=sender)
        for article in found.articles
    ]
    return FileArticles("mail", articles, found.left_out, found.notes)


def _read_webarchive(data: bytes, where: str) -> FileArticles:
    return _read_html(html_in_webarchive(data, where), where)


def _read_doc(data: bytes, where: str) -> FileArticles:
    raise InputError(
        f"{where}: this is a file of Word before 2007 (.doc). Open it and save it as .docx, .odt "
        "or .rtf."
    )


def _read_locked(data: bytes, where: str) -> FileArticles:
    raise InputError(
        f"{where}: this file is protected by a password. Open it and save it without the password."
    )


def parse(kind: str, data: bytes, where: str) -> FileArticles:
    """Return the articles of a file of a kind that `PARSERS` knows.

    Whatever a package raises at a damaged file becomes an InputError: it costs this file only.
    """
    try:
        return PARSERS[kind](data, where)
    except InputError:
        raise
    except Exception as error:
        raise InputError(
            f"{where}: this {kind} file cannot be read ({type(error).__name__}: {error}). Open it "
            "in its program and save it again."
        ) from None


# What reads the bytes of each kind of file.
PARSERS: dict[str, Callable[[bytes, str], FileArticles]] = {
    "doc": _read_doc,
    "docx": _read_docx,
    "html": _read_html,
    "locked": _read_locked,
    "mail": _read_mail,
    "mailbox": _read_mailbox,
    "odt": _read_odt,
    "pdf": _read_pdf,
    "rtf": _read_rtf,
    "webarchive": _read_webarchive,
    "xml": _read_xml,
}
