"""Coded texts: files of MAXQDA with several documents, and passages that NVivo exports."""

import re

from framing.corpus.archives.articles import Article, FileArticles, article_of, reading

# "#TEXT Group\Name" above each document in a file for the preprocessor of MAXQDA.
_DOCUMENT = re.compile(r"^#TEXT([^\S\n].*|[^\n]*\\.*|)$", re.MULTILINE)
_CODE = re.compile(r"^#(?:CODE\b.*|ENDCODE\b.*)$\n?", re.MULTILINE)
# "<Files\\Name> - § 2 references coded  [ 5.68% Coverage]", in the words of the program's language.
_FILE = re.compile(
    r"^<([^<>\n]*\\[^<>\n]*)>\s*[-–]\s*§\s*\d+\s[^\n%]*[\d.,]+\s*%[^\n]*$", re.MULTILINE
)
# "Reference 1 - 3.59% Coverage".
_REFERENCE = re.compile(r"^[^\W\d_]+ \d+ [-–] [\d.,]+\s*% [^\W\d_]+[ \t]*$", re.MULTILINE)


def read_maxqda(text: str, where: str) -> FileArticles | None:
    """Return the documents below lines "#TEXT Group\\Name"; None where no such line is the first.

    The group is the source, the name the title. Lines with codes are no text.
    """
    flat = _flat(text)
    if not _DOCUMENT.match(flat):
        return None
    _, *pieces = _DOCUMENT.split(flat)
    articles: list[Article] = []
    coded = 0
    for name, body in zip(pieces[::2], pieces[1::2], strict=True):
        group, _, title = name.strip().rpartition("\\")
        plain, codes = _CODE.subn("", body)
        coded += codes
        facts = {key: value for key, value in (("title", title), ("source", group)) if value}
        articles.append(article_of(plain.strip(), facts, f"document {len(articles) + 1}"))
    notes = [f"{where}: {coded:,} lines with codes are no text."] if coded else []
    return reading("MAXQDA", articles, where, notes=notes)


def read_nvivo(text: str, where: str) -> FileArticles | None:
    """Return the passages of each file in an export of a node; None for other texts.

    The passages of a file are the paragraphs of one article, whose title is the file's name.
    """
    flat = _flat(text)
    if not _FILE.match(flat):
        return None
    _, *pieces = _FILE.split(flat)
    articles: list[Article] = []
    for name, body in zip(pieces[::2], pieces[1::2], strict=True):
        passages = [part.strip() for part in _REFERENCE.split(body) if part.strip()]
        title = name.rpartition("\\")[2].strip()
        place = f"file {len(articles) + 1}"
        articles.append(article_of("\n\n".join(passages), {"title": title}, place))
    note = (
        f"{where}: an export of NVivo: the passages that were coded in a file are one article, "
        "not the whole text of it."
    )
    return reading("NVivo", articles, where, notes=[note])


def _flat(text: str) -> str:
    """Return a text with line feeds, from its first word on."""
    return text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff \t\n")
