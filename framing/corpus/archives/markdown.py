"""Markdown: texts with facts above them (YAML, TOML or JSON), and without the marks of links."""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from html import unescape
from typing import Any

from framing.corpus.archives.articles import (
    TITLED,
    Article,
    FileArticles,
    article_of,
    reading,
    without_title,
)
from framing.corpus.archives.element_names import rank_of
from framing.corpus.archives.facts import iso_date
from framing.corpus.columns import plain

# The facts that stand between two lines of dashes (YAML) or of plus signs (TOML). Our own, since
# python-frontmatter needs a package for TOML, and fails at a headline with a colon and at "...".
_BETWEEN = re.compile(
    r"\ufeff?\s*?(?P<mark>---|\+\+\+)[ \t]*\n(?P<facts>.*?)\n(?:(?P=mark)|\.\.\.)[ \t]*(?:\n|\Z)",
    re.DOTALL,
)
# The roles of keys that columns and elements do not have.
_KEYS = {"publishdate": "date", "authors": "byline", "autor": "byline", "auteur": "byline",
         "categories": "section", "category": "section", "permalink": "url", "canonical": "url",
         "canonicalurl": "url"}  # fmt: skip
_ROLES = ("title", "source", "date", "section", "byline", "language", "url")
# The day of a post stands in the name of its file.
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d-\d\d-\d\d)(?!\d)[^/\\]*\Z")
# A value without quotes in which a colon stands, which YAML does not allow.
_COLON = re.compile(
    r"^([A-Za-z][\w -]{0,40}:[ \t]+)([^\s\"'\[{|>&*#].*?:[ \t].*?)[ \t]*$", re.MULTILINE
)
# A label has no more characters.
_LONGEST = 30
# A line with a label above a text.
_LABEL = re.compile(r"([^\W\d_][\w -]{0,30}):(?:[ \t]+(.{0,300}))?")
# What programs add to Markdown, which its parser does not know, and what a reader sees of it:
# commands of Hugo and of Jekyll, files shown in notes, links of notes, footnotes, and attributes.
_ADDED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL | re.MULTILINE), seen)
    for pattern, seen in (
        (r"\{\{[<%][^{}]{0,1000}[%>]\}\}|\{%[^{}]{0,1000}%\}", ""),
        (r"!\[\[[^\[\]\n]{0,300}\]\]", ""),
        (r"\[\[(?:[^\[\]|\n]{0,300}\|)?([^\[\]|\n]{0,300})\]\]", r"\1"),
        (r"\[\^[^\[\]\n]{0,100}\]:?", ""),
        (r"(?<=[)\]])\{[^{}\n]{0,100}\}|[ \t]{0,4}\{[:#.][^{}\n]{0,100}\}[ \t]*$", ""),
    )
)
_COMMENT_OR_TAG = re.compile(r"<!--.*?(?:-->|\Z)|</?[a-zA-Z][^<>]*>", re.DOTALL)


def read_markdown(text: str, where: str) -> FileArticles | None:
    """Return the article below facts in YAML, TOML or JSON; None where there are none."""
    flat = text.replace("\r\n", "\n").replace("\r", "\n")
    match = _BETWEEN.match(flat)
    stated = _stated(match["facts"], match["mark"]) if match else None
    end = match.end() if match else 0
    if match is None and flat.lstrip("\ufeff \n")[:1] == "{":
        stated, end = _of_json(flat)
    if stated is None:
        return None
    facts, more = _of_roles(stated)
    title = facts.get("title")
    body = without_title(without_marks(flat[end:]), title)
    if "date" not in facts and (named := _DAY.search(where)):
        facts = facts | {"date": named[1]}
    return reading("Markdown", [article_of(body, facts, "the file", more)], where)


def read_labels(text: str, where: str) -> FileArticles | None:
    """Return the article below lines with labels, such as "Title: …" and "Date: …"; or None.

    The first paragraph is such lines only, and has a title and a date, a source or a name.
    """
    head, _, body = text.lstrip("\ufeff\r\n").replace("\r\n", "\n").partition("\n\n")
    lines = head.split("\n")
    pairs = [match for line in lines if (match := _LABEL.fullmatch(line.strip()))]
    if len(pairs) < max(2, len(lines)) or not body.strip():
        return None
    facts, more = _of_roles({pair[1]: pair[2] for pair in pairs})
    known = facts.keys() & {"date", "source", "byline"}
    if "title" not in facts or not known or ("date" in facts and not iso_date(facts["date"])):
        return None
    article = article_of(body.strip("\n"), facts, "the file", more)
    return reading("text with labels", [article], where)


def with_labels(texts: Sequence[str]) -> str:
    """Return paragraphs as a text below labels; "" where fewer than two labels stand above them.

    A label stands before what it says, "Title: A truce", or in the cell of a table beside it, which
    is the paragraph below.
    """
    known = [" ".join(text.split()) for text in texts if text.strip()]
    head: list[str] = []
    position = 0
    while position < len(known):
        label, _, said = known[position].partition(":")
        said = said.strip()
        if len(label) > _LONGEST or not any(
            rank_of(plain(label), role) is not None for role in _ROLES
        ):
            break
        if not said and position + 1 < len(known):
            position += 1
            said = known[position]
        head.append(f"{label.strip()}: {said}")
        position += 1
    body = [text for text in texts if text.strip()][position:]
    return "\n".join(head) + "\n\n" + "\n\n".join(body) if len(head) > 1 and body else ""


def as_markdown(found: FileArticles) -> FileArticles:
    """Return the text of a file that is Markdown by its ending without the marks.

    Where one heading of the first level stands in it, at its top, that is the title.
    """
    articles = [_without_marks(article) for article in found.articles]
    titled = any(
        one.title and not was.title for one, was in zip(articles, found.articles, strict=True)
    )
    notes = [*found.notes, TITLED] if titled else found.notes
    return replace(found, format="Markdown", articles=articles, notes=notes)


def _without_marks(article: Article) -> Article:
    """Return an article in Markdown without the marks, and with its heading as title."""
    text = without_marks(article.text)
    title = article.title or _heading(article.text)
    return replace(article, text=without_title(text, title), title=title)


def _heading(text: str) -> str | None:
    """Return the heading of the first level with which a text begins, if it has no other one."""
    tokens = _parser().parse(text)
    levels = [token.tag for token in tokens if token.type == "heading_open"]
    if levels.count("h1") != 1 or tokens[0].tag != "h1":
        return None
    return " ".join(_seen(tokens[1].children or ()).split()) or None


def without_marks(text: str) -> str:
    """Return what a reader sees of a text in Markdown: no addresses of links, no pictures."""
    for pattern, seen in _ADDED:
        text = pattern.sub(seen, text)
    pieces: list[str] = []
    marker = ""
    for token in _parser().parse(text):
        if token.type == "list_item_open":
            # The mark of an item is its number, or a dash.
            marker += f"{token.info}{token.markup} "
        elif token.type == "inline":
            pieces.append(f"{marker}{_seen(token.children or ())}")
            marker = ""
        elif token.type in ("fence", "code_block"):
            pieces += [token.content.rstrip(), ""]
        elif token.type == "html_block":
            pieces += [unescape(_COMMENT_OR_TAG.sub("", token.content)).strip(), ""]
        elif token.type.endswith("_close") and token.type[:9] != "list_item" and not token.hidden:
            pieces.append("")
    lines = re.sub(r"[ \t]+$", "", "\n".join(pieces), flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


@cache
def _parser() -> Any:
    """Return the parser of Markdown; the cells of a table stay as they stand."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")


def _seen(tokens: Iterable[Any]) -> str:
    """Return what a reader sees of the parts of a passage; addresses alone are not read."""
    pieces: list[str] = []
    address = False
    for token in tokens:
        if token.type in ("link_open", "link_close"):
            address = token.type == "link_open" and token.markup == "autolink"
        elif token.type in ("softbreak", "hardbreak"):
            pieces.append("\n")
        elif token.type in ("text", "code_inline") and not address:
            pieces.append(token.content)
    return "".join(pieces)


def _stated(written: str, mark: str) -> Mapping[str, Any] | None:
    """Return what stands above a text, by its keys; None where it is no such head."""
    stated: Any = None
    if mark == "+++":
        with suppress(tomllib.TOMLDecodeError):
            stated = tomllib.loads(written)
    else:
        stated = _of_yaml(written)
    if not isinstance(stated, Mapping) or not stated:
        return None
    if not any(isinstance(key, str) for key in stated):
        return None
    return {str(key): value for key, value in stated.items()}


def _of_json(text: str) -> tuple[Mapping[str, Any] | None, int]:
    """Return the object of JSON above a text, and where the text begins."""
    start = text.index("{")
    try:
        stated, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return None, 0
    facts = _of_roles(stated)[0] if isinstance(stated, dict) else {}
    apart = re.match(r"[ \t]*\n\s*[^\s{\[]", text[end:])
    return (stated, end) if apart and ("title" in facts or "date" in facts) else (None, 0)


def _of_yaml(written: str) -> Any:
    """Return the content of YAML; a headline with a colon may stand without quotes."""
    import yaml

    for text in (written, _COLON.sub(lambda match: match[1] + json.dumps(match[2]), written)):
        with suppress(yaml.YAMLError, ValueError):
            return yaml.safe_load(text)
    return None


def _of_roles(stated: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Return values by their roles, and those without a role; keys with better names count more."""
    best: dict[str, tuple[int, str, str]] = {}
    lines: dict[str, str] = {}
    # Hugo and others keep facts of their own in an object.
    inner = [
        (f"{outer}.{key}", value)
        for outer, one in stated.items()
        if isinstance(one, Mapping)
        for key, value in one.items()
    ]
    for key, value in [*stated.items(), *inner]:
        name, line = plain(key.rpartition(".")[2]), _line(value)
        if not line:
            continue
        lines[key.strip()] = line
        for role in _ROLES:
            rank = 20 if _KEYS.get(name) == role else rank_of(name, role)
            if rank is None:
                continue
            taken = role
            if role == "source" and re.match(r"https?://", line):
                taken = "url"
            if role == "date":
                line = iso_date(line) or line
            if taken not in best or rank < best[taken][0]:
                best[taken] = (rank, line, key.strip())
            break
    used = {key for _, _, key in best.values()}
    facts = {role: line for role, (_, line, _) in best.items()}
    return facts, {key: line for key, line in lines.items() if key not in used}


def _line(value: Any) -> str:
    """Return a value as one line; names of people and links of notes without their marks."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return _line(value.get("name"))
    if isinstance(value, list):
        return "; ".join(line for item in value if (line := _line(item)))
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return " ".join(without_marks(str(value)).split())
