"""Verticals: corpora with a word a line (VRT of CWB and Sketch Engine, CoNLL), put together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import pairwise

from framing.corpus.archives.articles import Article, FileArticles, article_of, reading
from framing.corpus.archives.element_names import ROLES, rank_of
from framing.corpus.archives.facts import iso_date
from framing.corpus.columns import plain

# Our own also for CoNLL-U: the package conllu knows this form only, and raises at those of taggers.
# Two words, each with further cells, on lines that follow one another, below elements or remarks.
HEAD = re.compile(
    rb"(?i)(?:\s*(?:<(?!/?(?:html|head|body|!doctype)\b)[^<>\n]*>|#[^\n]*|-DOCSTART-[^\n]*)"
    rb"[ \t]*\r?\n)+(?:[^\s<]+\t[^\n]*\r?\n){2}|"
    rb"\s*(?:<(?:\?xml|corpus|text|doc|document|file)\b[^<>\n]*>\s*)+(?:<[^<>\n]*>\s*\n)*"
    rb"(?:[^\s<]+\r?\n){3}"
)
_ELEMENT = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z_][\w.-]*)(?P<attributes>[^<>]*?)/?>")
_ATTRIBUTE = re.compile(r"([A-Za-z_][\w:.-]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_DOCUMENTS = ("text", "doc", "document", "article", "file")
_PARAGRAPHS = frozenset(("p", "para", "paragraph", "head", "title", "div", "par"))
# Signs before and after which there is no space.
_AFTER = re.compile(r"[,.;:!?%)\]}»”’…]+|'s|n't|'(?:ll|re|ve|d|m|S)|\.\.\.")
_BEFORE = re.compile(r"[(\[{«“„‘¿¡$£€]+")
_REMARK = re.compile(r"#\s*(?P<key>[\w:.-]+(?:\s+id)?)(?:\s*=\s*(?P<value>.*))?")
# A part of speech, such as NN, V.3.SG, $, or PP$; and the fewest words without elements.
_TAG = re.compile(r"[A-Z$][A-Za-z0-9$:.+_|=-]{0,14}|[^\w\s]{1,4}")
_TAGGED = 20
# The share of lines that must be words with cells.
_SHARE, _LEAST = 0.8, 3


@dataclass
class _Document:
    """The words of a document, paragraph by paragraph, and what is stated of it.

    ``elements`` says that this is all of the document; remarks can be those of a sentence.
    """

    facts: dict[str, str] = field(default_factory=dict)
    paragraphs: list[list[str]] = field(default_factory=lambda: [[]])
    elements: bool = False


def read_vertical(text: str, where: str) -> FileArticles | None:
    """Return the texts of a corpus with a word a line; None for other texts."""
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").split("\n")
    if (first := next((line for line in lines if line.strip()), "")) and first[0] == "<":
        found = _of_elements(lines) if _is_vrt(lines) else None
    else:
        found = _of_conll(lines) if _is_conll(lines) else None
        if found is None and _are_tagged(lines):
            found = _of_elements(lines)
    if found is None:
        return None
    articles = [_article(document) for document in found if any(document.paragraphs)]
    note = (
        f"{where}: the words of the corpus, one a line, were put together; spaces beside signs "
        "that the file does not state are a guess."
    )
    return reading("corpus of tokens", articles, where, notes=[note])


def _is_vrt(lines: Sequence[str]) -> bool:
    """Return whether most lines below elements are a word with cells, or a word alone."""
    filled = [line for line in lines[:2000] if line.strip() and line[:2] not in ("<?", "<!")]
    words = [line for line in filled if not line.startswith("<")]
    cells = [line for line in words if "\t" in line and " " not in line.split("\t")[0].strip()]
    alone = [line for line in words if not re.search(r"\s", line.strip())]
    sentences = any(re.match(r"<(?:s|sentence|seg|p|text|doc)\b", line) for line in filled)
    whole = all(_ELEMENT.fullmatch(line.strip()) for line in filled if line.startswith("<"))
    most = max(len(cells), len(alone) if len(words) > 20 else 0)
    return sentences and whole and len(words) >= _LEAST and most >= _SHARE * len(words)


def _is_conll(lines: Sequence[str]) -> bool:
    """Return whether most lines are a number, a word and cells, or below a mark of a document."""
    filled = [line for line in lines[:2000] if line.strip() and not line.startswith("#")]
    numbered = [line for line in filled if re.match(r"\d+(?:[-.]\d+)?\t[^\t]+(?:\t|$)", line)]
    sentences = sum(line.startswith("1\t") for line in filled)
    if sentences and len(filled) >= _LEAST and len(numbered) >= 0.95 * len(filled):
        # Numbers count from 1 in each sentence, as no column of ids does.
        counts = [int(re.split(r"[-.\t]", line)[0]) for line in numbered]
        steps = sum(b in (a, a + 1, 1) for a, b in pairwise(counts))
        cells = {line.count("\t") for line in numbered}
        alike = steps >= 0.95 * (len(counts) - 1) and len(cells) == 1 and min(cells) >= 2
        # A table may number its rows, but holds names or texts with spaces, and counts once.
        bare = sum(" " not in line for line in numbered) >= 0.9 * len(numbered)
        return alike and bare and (sentences > 1 or lines[0].startswith("#") or min(cells) > 5)
    return bool(filled) and filled[0].startswith("-DOCSTART-")


def _are_tagged(lines: Sequence[str]) -> bool:
    """Return whether each line is a word and its part of speech, as a tagger writes them."""
    rows = [line.split("\t") for line in lines[:2000] if line.strip()]
    if len(rows) < _TAGGED or not all(2 <= len(row) <= 3 and " " not in row[0] for row in rows):
        return False
    return sum(_TAG.fullmatch(row[1]) is not None for row in rows) >= 0.95 * len(rows)


def _of_elements(lines: Sequence[str]) -> list[_Document]:
    """Return the documents of elements and words."""
    names = [match["name"] for line in lines if (match := _ELEMENT.match(line))]
    outer = next((name for name in _DOCUMENTS if name in names), None)
    found: list[_Document] = [] if outer else [_Document()]
    glued = False
    for line in lines:
        match = _ELEMENT.fullmatch(line.strip()) if line.startswith("<") else None
        if match:
            if match["name"] == "g":
                glued = True
            elif match["name"] == outer and not match["end"]:
                stated = _ATTRIBUTE.findall(match["attributes"])
                of_text = {key: unescape(one or two) for key, one, two in stated}
                found.append(_Document(of_text, elements=True))
            elif match["name"] in _PARAGRAPHS and found and found[-1].paragraphs[-1]:
                found[-1].paragraphs.append([])
        elif (word := line.split("\t")[0].strip()) and found:
            _add(found[-1].paragraphs[-1], unescape(word), glued)
            glued = False
    return found


def _of_conll(lines: Sequence[str]) -> list[_Document]:
    """Return the documents of CoNLL: of their texts where these are stated, or of their words."""
    found = [_Document()]
    stated = False
    glued = False
    upto = 0
    numbered = any(re.match(r"\d+(?:-\d+)?\t", line) for line in lines)
    for line in lines:
        remark = _REMARK.fullmatch(line.strip()) if line.startswith("#") else None
        if remark:
            key, value = remark["key"], (remark["value"] or "").strip()
            paragraphs = found[-1].paragraphs
            if key.startswith("newdoc"):
                found.append(_Document({"id": value} if value else {}))
            elif key.startswith("newpar"):
                paragraphs.append([])
            elif key == "text":
                paragraphs[-1].append(value)
                stated = True
            elif value and key not in ("sent_id", "id"):
                found[-1].facts.setdefault(key.rpartition(":")[2], value)
        elif line.startswith("-DOCSTART-"):
            found.append(_Document())
        elif not line.strip():
            stated, glued, upto = False, False, 0
        elif not stated:
            cells = line.split("\t") if "\t" in line else line.split(" ")
            number = re.fullmatch(r"(\d+)(?:-(\d+))?", cells[0]) if numbered else None
            if numbered and (number is None or int(number[1]) <= upto):
                # An empty node, or a part of a word that stands above.
                continue
            word = cells[1] if numbered else cells[0]
            upto = int(number[2]) if number and number[2] else upto
            _add(found[-1].paragraphs[-1], word, glued)
            glued = "SpaceAfter=No" in cells[-1]
    return found


def _add(words: list[str], word: str, glued: bool) -> None:
    """Add a word to those of a paragraph, without a space where a sign or the file says so."""
    quotes = sum(part.count('"') for part in words)
    closes = word == '"' and quotes % 2 == 1
    opened = bool(words) and (
        _BEFORE.fullmatch(words[-1][-1:]) is not None
        or (words[-1].endswith('"') and words[-1].count('"') and quotes % 2 == 1)
    )
    if words and (glued or closes or opened or _AFTER.fullmatch(word)):
        words[-1] += word
    else:
        words.append(word)


def _article(document: _Document) -> Article:
    """Return the article of a document."""
    best: dict[str, tuple[int, str]] = {}
    for key, value in document.facts.items():
        for role in ROLES:
            rank = rank_of(plain(key), role)
            if rank is not None and value and (role not in best or rank < best[role][0]):
                best[role] = (rank, key)
    facts = {role: document.facts[key] for role, (_, key) in best.items()}
    used = {key for _, key in best.values()}
    more = {key: value for key, value in document.facts.items() if key not in used}
    if day := facts.get("date"):
        facts["date"] = iso_date(day) or day
    text = "\n\n".join(" ".join(words) for words in document.paragraphs if words)
    return article_of(text, facts, more=more if document.elements else None)
